import re
from datetime import datetime
from urllib.parse import quote

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


PAGE = "/commenters/ann/"


def test_it_lists_comments_with_one_name_newest_first(client, article, comment):
    comment("In the middle.", name="Ann", dated_at="2025-06-01T12:00Z")
    comment("Undated.", name="ann")
    comment("The oldest.", name="Ann", dated_at="2025-03-02T12:00Z")
    comment("The newest.", name="ANN", dated_at="2026-11-15T12:00Z")
    comment("By another.", name="Anna")
    page = text(client.get(PAGE))
    places = [
        page.index(words) for words in ("The newest", "In the middle", "The oldest", "Undated")
    ]
    assert places == sorted(places)
    assert "By another" not in page
    assert "4 comments on 1 article" in page
    assert "2 Mar 2025</time> to" in page


def test_it_says_that_a_name_is_not_a_person(client, comment):
    comment("Words", name="Ann")
    assert "anyone can sign a comment with this name." in text(client.get(PAGE))


def test_another_spelling_redirects_to_the_same_page(client, comment):
    comment("Words", name="Maren Oduya")
    answer = client.get("/commenters/Maren%20ODUYA/")
    assert answer.status_code == 302
    assert answer["Location"] == "/commenters/maren%20oduya/"


@pytest.mark.parametrize("name", ["Anonymous", "anonymous", "Anonymous%203", "%20", ".."])
def test_unsigned_comments_are_never_listed(client, comment, name):
    comment("Words")
    comment("Words", name="Anonymous")
    assert client.get(f"/commenters/{name}/", follow=True).status_code == 404


@pytest.mark.parametrize("name", ["AC/DC", "who? #1", "100%", "<b>", "سلمى", "a\\b"])
def test_any_name_has_a_url(client, comment, name):
    signed = comment("Words", name=name)
    address = quote(f"/commenters/{signed.name_key}/")
    assert client.get(address).status_code == 200
    assert "<b>" not in text(client.get(address))


@pytest.mark.parametrize("status", [Status.PENDING, Status.REJECTED, Status.SPAM, Status.REMOVED])
def test_only_public_comments_are_shown(client, comment, status):
    comment("CANARY", name="Ann", status=status)
    assert client.get(PAGE).status_code == 404
    comment("Public", name="Ann")
    page = text(client.get(PAGE))
    assert "CANARY" not in page
    assert "1 comment on 1 article" in page


def test_comments_on_drafts_are_not_shown(client, article, comment):
    comment("CANARY", name="Ann")
    article.is_published = False
    article.save()
    assert client.get(PAGE).status_code == 404


def test_the_parent_is_named_only_if_it_is_public(client, comment, ed):
    parent = comment("A question", name="CANARY")
    comment("An answer", name="Ann", parent=parent)
    assert "in reply to" in text(client.get(PAGE))
    discussions.remove(parent, by=ed)
    page = text(client.get(PAGE))
    assert "a reply" in page
    assert "CANARY" not in page


def test_a_pingback_is_not_a_commenter(client, comment):
    comment("Words", name="Ann", kind=Comment.Kind.PINGBACK)
    assert client.get(PAGE).status_code == 404


def test_changing_a_name_changes_the_page(client, comment, ed):
    signed = comment("Words", name="Ann")
    discussions.correct(signed, ed, "Bo", "Words")
    assert client.get(PAGE).status_code == 404
    assert client.get("/commenters/bo/").status_code == 200


def test_the_next_page_continues_after_the_previous_one(client, comment, monkeypatch):
    monkeypatch.setattr("commentary.reading.comment_lists.COMMENTS_PER_LIST", 2)
    days = ["2026-01-03", "2026-01-02", "2026-01-02", "2026-01-01"]
    words = ["Two beside it", "One of a day", "Later", "Early"]
    made = [
        comment(f"{w}.", name="Ann", dated_at=datetime.fromisoformat(f"{d}T12:00+00:00"))
        for d, w in zip(days, words, strict=True)
    ]
    made += [comment("Undated one.", name="Ann"), comment("Undated two.", name="Ann")]
    address, seen = PAGE, []
    while address:
        page = text(client.get(address))
        seen += [
            c.number
            for c in sorted(made, key=lambda c: page.find(f"#{c.number} on"))
            if f"#{c.number} on" in page
        ]
        address = (
            PAGE + page.split('" rel="next"')[0].rpartition('href="' + PAGE)[2]
            if 'rel="next"' in page
            else ""
        )
        address = address.replace("&amp;", "&")
    assert seen == [1, 3, 2, 4, 6, 5]


@pytest.mark.parametrize(
    "after",
    [
        "x",
        "-1",
        "1",
        "1-",
        "1-x",
        "-",
        "٣-١",
        "9" * 30,
        "1-" + "9" * 25,
        "9" * 25 + "-1",
        "undated",
        "1-1-1",
    ],
)
def test_an_invalid_cursor_is_a_404(client, comment, after):
    comment("Words", name="Ann")
    assert client.get(PAGE, {"after": after}).status_code == 404


def test_after_the_last_comment_there_is_no_next_page(client, comment):
    comment("Words", name="Ann")
    assert client.get(PAGE, {"after": "undated-0"}).status_code == 404


@pytest.mark.parametrize("count", [3, 300])
def test_many_rows_take_the_same_number_of_queries(
    client, comment, count, django_assert_num_queries
):
    first = comment("Words", name="Ann")
    for other in range(3):
        make_article(f"Other {other}")
    discussions.import_comments(
        first.discussion_id,
        [Comment(body=f"Words {i}", name="Ann") for i in range(count)],
        [first] * count,
    )
    with django_assert_num_queries(5):
        client.get(PAGE)
    with django_assert_num_queries(1):  # cached
        client.get(PAGE)


def test_it_is_public_and_answers_304_until_something_changes(client, comment, ed):
    signed, other = comment("Words", name="Ann"), comment("More", name="Ann")
    answer = client.get(PAGE)
    assert answer["Cache-Control"] == "public, no-cache"
    assert not answer.cookies
    tag = {"If-None-Match": answer["ETag"]}
    assert client.get(PAGE, headers=tag).status_code == 304
    discussions.remove(other, by=ed)
    assert client.get(PAGE, headers=tag).status_code == 200
    assert client.post(PAGE).status_code == 405
    assert signed.name_key == "ann"


@pytest.fixture
def spoken(comment):
    """Ann's comments 1 to 5: dated on 3, 1 and 2 January and twice undated, with 0, 2, 1, 0 and 0
    replies.
    """
    dates = ["2026-01-03T12:00Z", "2026-01-01T12:00Z", "2026-01-02T12:00Z", None, None]
    made = [comment(f"Words {i}", name="Ann", dated_at=d) for i, d in enumerate(dates)]
    for parent in (made[1], made[1], made[2]):
        comment("A reply", parent=parent, name="Bo")
    comment("Unsigned")


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", [1, 3, 2, 5, 4]),
        ("?sort=newest", [1, 3, 2, 5, 4]),
        ("?sort=oldest", [2, 3, 1, 4, 5]),
        ("?sort=replies", [2, 3, 5, 4, 1]),
        ("?sort=x", [1, 3, 2, 5, 4]),
    ],
)
@pytest.mark.parametrize("per_page", [1, 2, 20])
def test_comments_are_sorted_as_requested_over_all_pages(
    client, spoken, monkeypatch, sort, order, per_page
):
    monkeypatch.setattr("commentary.reading.comment_lists.COMMENTS_PER_LIST", per_page)
    address, seen = PAGE + sort, []
    while address:
        page = text(client.get(address))
        seen += [int(number) for number in re.findall(r"#(\d+) on", page)]
        following = re.search(r'<a href="([^"]*)" rel="next"', page)
        address = following and following[1].replace("&amp;", "&")
    assert seen == order


def test_the_orders_and_the_feed_are_linked(client, spoken):
    page = text(client.get(f"{PAGE}?sort=oldest"))
    assert f'<a href="{PAGE}?sort=oldest" aria-current="page">Oldest</a>' in page
    assert f'<a href="{PAGE}?sort=replies">Most replies</a>' in page
    assert page.count('href="/commenters/ann.atom"') == 2
    feed = client.get("/commenters/ann.atom").content.decode()
    assert feed.count("<entry>") == 5 and "Unsigned" not in feed and "A reply" not in feed


@pytest.mark.parametrize("after", ["x", "1", "undated-1", "1-"])
def test_a_cursor_of_another_order_is_a_404(client, spoken, after):
    assert client.get(PAGE, {"sort": "replies", "after": after}).status_code == 404


@pytest.mark.parametrize("name", ["Ann", "anonymous", "nobody", " ann"])
def test_only_the_url_of_a_commenter_with_comments_has_a_feed(client, spoken, name):
    assert client.get(f"/commenters/{quote(name)}.atom").status_code == 404
