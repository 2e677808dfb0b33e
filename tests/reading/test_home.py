from datetime import timedelta
from unittest import mock

import pytest
from django.test import Client
from django.utils import timezone

from commentary import discussions
from commentary.models import Article, Author, Byline, Discussion, SiteSettings
from commentary.models.tallies import newest_articles
from commentary.text.excerpts import BEGINNING
from tests.conftest import Status, local, make_article

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return response.content.decode()


def write(title: str, *names: str, **fields):
    article = make_article(title, **fields)
    for position, name in enumerate(names):
        author, _ = Author.objects.get_or_create(name=name, defaults={"slug": name.lower()})
        Byline.objects.create(article=article, author=author, position=position)
    return article


def test_it_lists_articles_newest_first_and_undated_ones_last(client):
    write("Undated")
    write("Older", published_at=local("2011-03-05T00:00"))
    write("Newer", published_at=local("2026-11-12T00:00"))
    page = text(client.get("/"))
    assert page.index("Newer") < page.index("Older") < page.index("Undated")
    assert "Date not preserved" in page
    assert '<time datetime="2026-11-12">12 Nov 2026</time>' in page


def test_authors_are_in_byline_order(client):
    write("Together", "Zoe", "Ann")
    page = text(client.get("/"))
    byline = page[page.index('class="meta"') :]
    assert byline.index("Zoe") < byline.index("Ann")


def test_post_is_refused(client):
    assert client.post("/").status_code == 405


def test_an_empty_site_says_so(client):
    assert "No articles have been published yet." in text(client.get("/"))


def test_drafts_and_authors_of_only_drafts_are_never_shown(client):
    write("CANARY title", "CANARY author", slug="x", body="CANARY", is_published=False)
    write("Public", "Ann")
    page = text(client.get("/"))
    assert "CANARY" not in page
    assert "CANARY" not in text(client.get("/authors/"))


def test_it_shows_whether_comments_are_closed_and_how_many_there_are(client, article, threads):
    page = text(client.get("/"))
    assert "Comments closed" not in page  # open is the normal case
    assert "6 responses" in page
    discussions.close(article.discussion, by="test")
    Discussion.objects.filter(pk=article.pk).update(source_count=6, declared_count=7)
    page = text(client.get("/"))
    assert "Comments closed" in page
    assert "6 of 7 responses" in page


def test_its_archive_shows_years_and_undated_articles_with_counts(client):
    write("A", published_at="2011-03-05T00:00Z")
    write("B", published_at="2011-05-05T00:00Z")
    write("C")
    page = text(client.get("/"))
    assert '<a href="/archive/2011/">2011</a> <span>2</span>' in page
    assert '<a href="/archive/undated/">Date not preserved</a> <span>1</span>' in page


def test_it_introduces_the_site(client):
    look = SiteSettings.load()
    look.name, look.tagline, look.introduction = (
        "The Quay",
        "Notes & replies",
        "We *write* <script>.",
    )
    look.save()
    page = text(client.get("/"))
    assert "<title>The Quay: Notes &amp; replies</title>" in page
    assert "<h1>The Quay</h1>" in page
    assert '<p class="tagline" dir="auto">Notes &amp; replies</p>' in page
    assert "<p>We <em>write</em>" in page
    assert "<script>." not in page
    assert '<meta name="description" content="Notes &amp; replies">' in page


def test_an_article_is_listed_with_its_first_words_and_its_first_picture(client):
    picture = f'<figure><img src="media:{"a" * 64}" alt="Bees" width="800" height="600"></figure>'
    write("Dances", markup="rich", body=f"<h2>Why</h2>{'<p>Bees dance.</p>' * 400}{picture}")
    write("Rules", body="## Why\n\n1. Knock.")
    page = text(client.get("/"))
    assert '<p class="excerpt" dir="auto">Bees dance. Bees dance.' in page
    assert '<p class="excerpt" dir="auto">Knock.</p>' in page
    assert page.count("<img") == 1
    assert (
        f'<img class="list-picture" src="/media/{"a" * 64}-480.webp" width="144" height="108" alt="" '
        'loading="lazy">'
    ) in page


def test_no_list_reads_whole_texts(article):
    Article.objects.update(body="Bees dance. " * 50_000)
    [listed] = newest_articles(0, 1)
    assert "body" in listed.get_deferred_fields()
    assert len(listed.beginning) == BEGINNING


def test_it_shows_the_latest_public_responses(client, article, comment, threads):
    comment("CANARY", status=Status.PENDING, dated_at="2026-11-29T09:00Z")
    comment("Newest words", name="Ann", dated_at="2026-11-28T09:00Z")
    page = text(client.get("/"))
    latest = page[page.index('id="latest"') : page.index('id="archive"')]
    assert "Newest words" in latest
    assert "CANARY" not in latest
    assert latest.count("<li>") == 5


def test_pages_link_to_each_other(client, settings):
    settings.ARTICLES_PER_PAGE = 2
    for i in range(5):
        write(f"Article {i}")
    page = text(client.get("/", {"page": 2}))
    assert "Articles 3 to 4 of 5" in page
    assert '<link rel="prev" href="/">' in page
    assert '<link rel="next" href="/?page=3">' in page
    assert '<link rel="canonical" href="http://testserver/?page=2">' in page


@pytest.mark.parametrize("number", ["0", "-1", "2", "x", "", "1.5", "9" * 20, "9" * 5000])
def test_a_missing_page_is_a_404(client, article, number):
    assert client.get("/", {"page": number}).status_code == 404


@pytest.mark.parametrize("count", [3, 30])
def test_the_number_of_queries_is_the_same_for_many_articles(
    client, count, django_assert_num_queries
):
    for i in range(count):
        write(f"Article {i}", f"Author{i}")
    with django_assert_num_queries(10):
        client.get("/")
    with django_assert_num_queries(1):  # cached
        client.get("/")


def test_it_is_the_same_for_everyone_and_sets_no_cookie(article):
    one, two = Client().get("/"), Client().get("/")
    assert one.content == two.content
    assert not one.cookies
    assert "csrf" not in text(one).lower()
    assert one["Cache-Control"] == "public, no-cache"
    assert one["Vary"] == "Accept-Encoding"


def test_it_answers_304_until_something_changes(client, article):
    tag = client.get("/")["ETag"]
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 304
    write("Another")
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 200


def test_a_page_for_a_session_is_not_cached(client, article, mo):
    client.force_login(mo)
    assert client.get("/")["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/", "/authors/", "/archive/undated/", "/moderation/"])
def test_a_cached_list_is_renewed_after_every_change(client, path, article, comment, ed):
    """The site's version changes with everything that a list shows."""
    said = comment("Well")
    changes = [
        lambda: write("Another", "Bea"),
        lambda: discussions.remove(said, by=ed),
        lambda: discussions.close(article.discussion, by=ed),
        lambda: Author.objects.get(name="Bea").save(),
        lambda: Article.objects.get(title="Another").save(),
    ]
    for change in changes:
        tag = client.get(path)["ETag"]
        assert client.get(path)["ETag"] == tag
        change()
        assert client.get(path)["ETag"] != tag


def test_a_list_changes_with_time(client, article, ed):
    now = timezone.now()
    discussions.close(article.discussion, by=ed, until=now + timedelta(hours=1))
    closed = client.get("/")
    assert "badge-closed" in text(closed)
    with mock.patch.object(timezone, "now", lambda: now + timedelta(hours=2)):
        reopened = client.get("/")
    assert "badge-closed" not in text(reopened)
    assert closed["ETag"] != reopened["ETag"]


def test_an_automatic_closure_renews_a_cached_list(client, article):
    Article.objects.update(published_at=timezone.now() - timedelta(days=3, seconds=-90))
    Discussion.objects.update(auto_close_days=3)
    tag = client.get("/")["ETag"]
    later = timezone.now() + timedelta(seconds=150)
    with mock.patch.object(timezone, "now", lambda: later):
        assert client.get("/")["ETag"] != tag
