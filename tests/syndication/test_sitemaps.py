import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import etree

from commentary import discussions
from commentary.models import Article, Author, Byline, Comment, Discussion
from commentary.models.tallies import PER_PART
from commentary.syndication import sitemaps
from commentary.text.dates import iso
from tests.conftest import Status, make_article

pytestmark = pytest.mark.django_db
NAMES = {"s": sitemaps.NAMESPACE}


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def read(response) -> dict[str, str | None]:
    """Return the URLs without their host, and their last changes."""
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml"
    root = etree.fromstring(response.content)
    return {
        part.findtext("s:loc", namespaces=NAMES).removeprefix("http://testserver"): part.findtext(
            "s:lastmod", namespaces=NAMES
        )
        for part in root
    }


def everything(client) -> dict[str, str | None]:
    """Return all URLs of all sitemaps."""
    found: dict[str, str | None] = {}
    for path in read(client.get("/sitemap.xml")):
        found |= read(client.get(path))
    return found


def test_the_sitemaps_list_every_public_page_and_no_other(client, article, comment):
    ada = Author.objects.create(name="Ada", slug="ada")
    Byline.objects.create(article=article, author=ada)
    Article.objects.update(published_at="2011-05-05T00:00Z")
    draft = make_article("A draft", slug="draft", is_published=False)
    dora = Author.objects.create(name="Dora", slug="dora")
    Byline.objects.create(article=draft, author=dora)
    comment("Well")
    assert set(everything(client)) == {
        "/",
        "/authors/",
        "/authors/ada/",
        "/archive/",
        "/archive/2011/",
        "/moderation/",
        "/api/",
        "/articles/why-bees-dance/",
    }
    for path in everything(client):
        assert client.get(path).status_code == 200


def test_the_moderation_log_is_listed_only_if_public(client, article, settings):
    settings.PUBLIC_AUDIT = False
    assert "/moderation/" not in everything(client)


def test_a_sitemap_covers_a_thousand_keys(client, article):
    far = Author.objects.create(name="Zed", slug="zed", pk=1_000_000)
    for key in (1_000_000, 1_000_999, 1_001_000):
        Byline.objects.create(article=make_article(f"Article {key}", pk=key), author=far)
    index = read(client.get("/sitemap.xml"))
    assert [path for path in index if re.search(r"articles-1\d{3}\.", path)] == [
        "/sitemaps/articles-1000.xml",
        "/sitemaps/articles-1001.xml",
    ]
    assert set(read(client.get("/sitemaps/articles-1000.xml"))) == {
        "/articles/article-1000000/",
        "/articles/article-1000999/",
    }
    assert set(read(client.get("/sitemaps/authors-1000.xml"))) == {"/authors/zed/"}
    assert client.get("/sitemaps/articles-1002.xml").status_code == 404


def test_the_index_lists_ranges_with_public_authors_and_their_last_change(client):
    for key, is_published, day in [
        (5_000, True, 1), (5_001, True, 3), (5_999, True, 2), (6_000, True, 4), (7_000, False, 5),
    ]:  # fmt: skip
        author = Author.objects.create(name=f"Author {key}", slug=f"author-{key}", pk=key)
        article = make_article(f"By {key}", is_published=is_published)
        Byline.objects.create(article=article, author=author)
        Discussion.objects.filter(article=article).update(changed_at=f"2040-01-0{day}T12:00Z")
    index = read(client.get("/sitemap.xml"))
    assert {path: last for path, last in index.items() if "authors" in path} == {
        "/sitemaps/authors-5.xml": "2040-01-03T12:00:00Z",
        "/sitemaps/authors-6.xml": "2040-01-04T12:00:00Z",
    }


def test_the_last_change_is_the_last_visible_change(client, article, comment, mo):
    said, waiting = comment("Well"), comment("Hm", status=Status.PENDING)
    day = timezone.now() - timedelta(days=9)

    def changed(act) -> bool:
        Discussion.objects.update(changed_at=day)
        act()
        cache.clear()
        return everything(client)["/articles/why-bees-dance/"] != iso(day)

    assert changed(lambda: discussions.remove(said, by=mo))
    assert changed(lambda: discussions.approve(said, by=mo))
    assert changed(lambda: discussions.close(said, by=mo))
    assert changed(lambda: discussions.close(article.discussion, by=mo))
    assert changed(lambda: discussions.reopen(article.discussion, by=mo))
    assert changed(lambda: article.save())
    assert changed(lambda: discussions.import_comments(article.pk, [Comment(body="More")], [None]))
    assert not changed(lambda: discussions.reject(waiting, by=mo))


def test_a_sitemap_reads_only_the_discussions_of_its_articles(client, article):
    """Without limits on their keys, PostgreSQL reads all discussions of a large site."""
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/sitemaps/articles-{article.pk // PER_PART}.xml")
    (reading,) = (q["sql"] for q in queries if '"slug"' in q["sql"])
    assert '"commentary_discussion"."article_id" >= ' in reading
    assert '"commentary_discussion"."article_id" < ' in reading


@pytest.mark.parametrize(
    "path", ["/sitemap.xml", "/sitemaps/pages.xml", "/sitemaps/articles-{part}.xml"]
)
def test_each_sitemap_answers_304_until_something_changes(client, article, path):
    path = path.format(part=article.pk // PER_PART)
    tag = client.get(path)["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    article.save()
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/sitemaps/articles-700000.xml",
        "/sitemaps/comments-0.xml",
        "/sitemaps/articles-99999999999999999999999.xml",
        "/sitemaps/articles-x.xml",
    ],
)
def test_a_missing_sitemap_is_a_404(client, article, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/sitemap.xml", "/sitemaps/pages.xml", "/sitemaps/articles-{part}.xml"]
)
def test_many_rows_take_the_same_number_of_queries(client, article, comment, path):
    path = path.format(part=article.pk // PER_PART)

    def count() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        return len(queries)

    few = count()
    for i in range(30):
        make_article(f"Article {i}")
    discussions.import_comments(
        article.pk, [Comment(body="More") for _ in range(300)], [None] * 300
    )
    assert count() == few <= 4  # one checks that nothing changed meanwhile


def test_no_listed_page_asks_not_to_be_indexed(client, article):
    for path in everything(client):
        response = client.get(path)
        assert "noindex" not in response.content.decode()
        assert not response.has_header("X-Robots-Tag")
