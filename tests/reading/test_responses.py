import pytest
from django.core.cache import cache

from commentary import discussions
from commentary.models import Comment
from tests.conftest import Status, make_article
from tests.reading.test_home import text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


LIST = "/responses/"


def test_it_shows_the_newest_comments_of_all_articles(client, article, comment):
    comment("Older words", name="Ann", dated_at="2025-06-01T12:00Z")
    other = make_article("How bees sleep")
    newer = Comment(body="Newer words", dated_at="2026-06-01T12:00Z")
    discussions.import_comments(other.pk, [newer], [None])
    page = text(client.get(LIST))
    assert page.index("Newer words") < page.index("Older words")
    assert "#1 on <bdi>How bees sleep</bdi>" in page
    assert 'href="/articles/why-bees-dance/comments/1/"' in page


def test_only_names_link_to_commenters_pages(client, comment):
    comment("Words", name="Ann")
    comment("Words")
    page = text(client.get(LIST))
    assert 'By <a href="/commenters/ann/"><bdi>Ann</bdi></a>' in page
    assert "By <bdi>Anonymous</bdi>" in page


@pytest.mark.parametrize("status", [Status.PENDING, Status.REJECTED, Status.SPAM, Status.REMOVED])
def test_only_public_comments_are_shown(client, comment, status):
    comment("CANARY", name="CANARY", status=status)
    page = text(client.get(LIST))
    assert "CANARY" not in page
    assert "No responses yet." in page


def test_comments_on_drafts_are_not_shown(client, article, comment):
    comment("CANARY")
    article.is_published = False
    article.save()
    assert "CANARY" not in text(client.get(LIST))


def test_a_long_comment_is_shortened(client, comment):
    comment("A <b>tag</b> & " + "word " * 2000)
    page = text(client.get(LIST))
    assert "A &lt;b&gt;tag&lt;/b&gt; &amp; word" in page
    assert "word…</p>" in page
    assert page.count("word") < 100


def test_after_the_last_comment_there_is_a_link_back(client, comment):
    comment("Words")
    page = text(client.get(LIST, {"after": "undated-1"}))
    assert "There are no older responses." in page


@pytest.mark.parametrize("after", ["x", "1", "9" * 30 + "-1", "\0", "undated-" + "9" * 20])
def test_an_invalid_cursor_is_a_404(client, after):
    assert client.get(LIST, {"after": after}).status_code == 404


@pytest.mark.parametrize("count", [3, 300])
def test_many_rows_take_the_same_number_of_queries(
    client, article, count, django_assert_num_queries
):
    made = [
        Comment(body=f"Words {i}", dated_at=f"2026-01-01T00:{i % 60:02}Z") for i in range(count)
    ]
    discussions.import_comments(article.pk, made, [None] * count)
    with django_assert_num_queries(4):
        client.get(LIST)
    with django_assert_num_queries(1):  # cached
        client.get(LIST)


def test_it_is_public_and_never_stale(client, comment, ed):
    comment("Kept")
    shown = comment("Removed")
    answer = client.get(LIST)
    assert answer["Cache-Control"] == "public, no-cache"
    assert not answer.cookies
    tag = {"If-None-Match": answer["ETag"]}
    assert client.get(LIST, headers=tag).status_code == 304
    discussions.remove(shown, by=ed)
    assert "Removed" not in text(client.get(LIST, headers=tag))
    assert client.post(LIST).status_code == 405
