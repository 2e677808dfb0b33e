import pytest
from django.core.cache import cache

from commentary import discussions
from commentary.discussions import Sender
from commentary.models import Comment
from tests.conftest import Status

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def address(article) -> str:
    return f"{article.get_absolute_url()}branches/"


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_it_shows_a_comment_with_its_ancestors_and_replies(client, address, threads):
    page = text(client.get(f"{address}3/"))
    assert '<article class="comment is-focus" id="comment-3"' in page
    assert 'id="comment-4"' in page
    assert 'id="comment-2"' not in page
    above = page[page.index('class="ancestors"') : page.index('class="thread"')]
    assert 'id="comment-1"' in above
    assert "start of thread" in above and "parent of #3" in above
    assert "is-short" not in above
    assert "in reply to #1 <bdi>Ann</bdi>" in page


def test_it_links_to_its_thread_and_to_nearby_comments(client, address, article, threads):
    page = text(client.get(f"{address}3/"))
    there = article.get_absolute_url()
    assert "<title>#3 by Anonymous 1 on Why bees dance - Commentary</title>" in page
    assert f'<link rel="canonical" href="http://testserver{address}3/">' in page
    assert f'<a href="{there}#comment-3">See it among all 6 responses</a>' in page
    assert f'<a href="{there}comments/1/">Thread #1</a>' in page
    around = page[page.index('aria-label="Nearby comments"') :]
    assert f'<a href="{there}comments/1/">Parent #1</a>' in around
    assert f'<a href="{there}comments/2/">Previous reply to #1</a>' in around
    assert "Next reply" not in around
    assert f'<a href="{there}comments/5/">Next thread</a>' in around


def test_its_description_for_search_engines_is_the_comments_text(client, address, comment):
    comment('"Bees" & <wasps>')
    comment("Gone", status=Status.REMOVED)
    comment("A reply", parent=Comment.objects.get(number=2))
    said = '<meta name="description" content="{}">'
    assert said.format("&quot;Bees&quot; &amp; &lt;wasps&gt;") in text(client.get(f"{address}1/"))
    assert said.format("Why bees dance") in text(client.get(f"{address}2/"))


def test_a_whole_thread_is_a_branch_too(client, address, threads):
    page = text(client.get(f"{address}5/"))
    assert "ancestors" not in page
    assert "Previous thread" in page
    assert "Next thread" in page


def test_post_is_refused(client, address, threads):
    assert client.post(f"{address}1/").status_code == 405


@pytest.mark.parametrize("number", ["7", "0", "2147483648", "9" * 400])
def test_an_unused_number_is_a_404(client, address, threads, number):
    assert client.get(f"{address}{number}/").status_code == 404


def test_a_removed_comment_is_410_and_an_unknown_one_404(client, address, comment):
    comment("CANARY", status=Status.REMOVED)
    comment("CANARY", status=Status.PENDING)
    gone = client.get(f"{address}1/")
    assert gone.status_code == 410
    assert "CANARY" not in text(gone)
    assert client.get(f"{address}2/").status_code == 404


def test_a_removed_comment_with_replies_keeps_its_page(client, address, comment):
    removed = comment("CANARY", status=Status.REMOVED, name="CANARY")
    comment("An answer", parent=removed)
    comment("CANARY", parent=removed, status=Status.PENDING)
    page = text(client.get(f"{address}1/"))
    assert "Removed by an editor on" in page
    assert "An answer" in page
    assert "CANARY" not in page
    assert "CANARY" not in text(client.get(f"{address}2/"))


def test_a_draft_is_a_404(client, address, article, threads, mo):
    article.is_published = False
    article.save()
    assert client.get(f"{address}1/").status_code == 404
    client.force_login(mo)
    assert client.get(f"{address}1/").status_code == 200


def test_it_shows_the_closure_of_an_ancestor(client, address, threads):
    discussions.close(threads[0], by="test", reason="off the subject")
    page = text(client.get(f"{address}4/"))
    assert "reply/4/" not in page
    asked = text(client.get("/articles/why-bees-dance/reply/4/"))
    assert "Reason: off the subject." in asked


def test_it_is_public_cached_and_never_stale(client, address, threads, django_assert_num_queries):
    first = client.get(f"{address}3/")
    assert first["Cache-Control"] == "public, no-cache"
    assert not first.cookies
    with django_assert_num_queries(1):
        assert client.get(f"{address}3/").content == first.content
    discussions.remove(threads[3], by="test")
    assert "Thank you." not in text(client.get(f"{address}3/"))


def test_a_deep_reply_form_is_shown_on_the_branchs_page(client, article, settings):
    settings.COMMENTS_PER_PAGE = 3
    discussions.import_comments(
        article.pk, [Comment(body="x") for _ in range(6)], [None, 0, 0, 0, 0, 0]
    )
    response = client.get(f"{article.get_absolute_url()}reply/6/")
    page = text(response)
    assert page.index('id="comment-6"') < page.index('id="reply-6"')
    assert "</bdi>, #6</h1>" in page
    assert 'name="robots" content="noindex"' in page
    assert response["Cache-Control"] == "private, no-store"


def test_a_commenter_sees_their_pending_comment_below_it(
    client, article, address, respond, threads
):
    respond(client, "Waiting words", reply="4")
    page = client.get(f"{address}4/")
    assert "Waiting words" in text(page)
    assert "1 reply" in text(page)
    assert page["Cache-Control"] == "private, no-store"
    number = Comment.objects.get(body="Waiting words").number
    there = client.get(f"{article.get_absolute_url()}comments/{number}/")["Location"]
    assert "Waiting words" in text(client.get(there))


def deep(article, count: int) -> None:
    discussions.import_comments(
        article.pk, [Comment(body="x") for _ in range(count)], [None, *range(count - 1)]
    )


def wide(article, count: int) -> None:
    discussions.import_comments(
        article.pk, [Comment(body="x") for _ in range(count)], [None, *[0] * (count - 1)]
    )


@pytest.mark.parametrize("grow", [deep, wide])
@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("count", [4, 300])
def test_many_rows_take_the_same_number_of_queries(
    client, article, address, grow, number, count, django_assert_max_num_queries
):
    grow(article, count)
    with django_assert_max_num_queries(19):
        assert client.get(f"{address}{number}/").status_code == 200


@pytest.mark.parametrize("count", [4, 300])
@pytest.mark.parametrize("who", ["reader", "writer", "moderator"])
def test_the_number_of_queries_is_the_same_for_everyone(
    client, article, address, mo, count, who, django_assert_max_num_queries
):
    wide(article, count)
    if who == "moderator":
        client.force_login(mo)
    if who == "writer":
        discussions.submit(article.pk, None, "Mine", Sender(writer="somebody"), "key")
    with django_assert_max_num_queries(22):
        assert client.get(f"{address}2/").status_code == 200
