"""Which comments are on which page. Following all links shows every comment once, and a permalink
leads to a page that shows its comment.
"""

import re
from datetime import UTC, datetime
from itertools import pairwise
from random import Random

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commentary import discussions
from commentary.models import Comment
from commentary.reading import pagination
from commentary.reading.pagination import LEVELS
from tests.conftest import Status, make_article

pytestmark = pytest.mark.django_db
SORTS = pagination.SORTS


@pytest.fixture(autouse=True)
def _small_pages(settings):
    cache.clear()
    settings.COMMENTS_PER_PAGE = 5


def numbers(html: str) -> list[int]:
    """Return the numbers of a page's comments in order, without those in short form."""
    listed = html.partition('<ol class="thread"')[2]
    comments = re.findall(r'id="comment-(\d+)" data-number(.*?)</article>', listed, re.S)
    return [int(number) for number, rest in comments if "is-short" not in rest]


def links(html: str, of: str) -> list[str]:
    """Return the URLs of links of a class, without their fragments."""
    found = re.findall(rf'<a class="{of}" href="([^"#]+)', html)
    return [address.replace("&amp;", "&") for address in found]


def link_to(html: str, rel: str) -> str:
    found = re.search(rf'<link rel="{rel}" href="([^"]+)"', html)
    return found.group(1).replace("&amp;", "&") if found else ""


def pages_from(client, address: str) -> list[str]:
    """Yield a page and all that follow it by "next"."""
    pages = []
    while address:
        response = client.get(address)
        assert response.status_code == 200, address
        pages.append(response.content.decode())
        address = link_to(pages[-1], "next")
    return pages


def everything(client, address: str) -> dict[int, int]:
    """Return how often each comment is shown to a reader who follows all pages and links to more."""
    seen: dict[int, int] = {}
    branches = []
    for html in pages_from(client, address):
        for number in numbers(html):
            seen[number] = seen.get(number, 0) + 1
        branches += links(html, "more-replies")
    for branch in branches:
        for number, _ in everything(client, branch).items():
            seen[number] = seen.get(number, 0) + 1
    return seen


def grow(article, shape: list[int | None], statuses: list[str] | None = None) -> list[Comment]:
    """Add comments with these parents. Their dates are not in the order of their numbers, and every
    seventh has none.
    """
    new = [
        Comment(
            body=f"Words {i}",
            dated_at=datetime(2026, 1, 1 + i * 11 % 29, tzinfo=UTC) if i % 7 else None,
        )
        for i in range(1, len(shape) + 1)
    ]
    return discussions.import_comments(article.pk, new, shape, statuses)


def wood(dice: Random, count: int) -> list[int | None]:
    """Return realistic parents: new threads, many replies to a few, and chains."""
    parents: list[int | None] = [None]
    for i in range(1, count):
        kind = dice.random()
        parents.append(None if kind < 0.2 else i - 1 if kind < 0.6 else dice.randrange(i))
    return parents


def visible(article) -> set[int]:
    shown = Comment.objects.filter(discussion_id=article.pk).shown()
    return set(shown.values_list("number", flat=True))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_following_every_link_shows_every_comment_once(client, article, seed):
    dice = Random(seed)
    shape = wood(dice, 60)
    grow(article, shape, dice.choices(list(Status), (1, 7, 1, 1, 2), k=60))
    for sort in SORTS:
        seen = everything(client, f"{article.get_absolute_url()}?sort={sort}")
        assert set(seen) == visible(article)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("sort", SORTS)
def test_a_permalink_leads_to_a_page_that_shows_its_comment(client, article, seed, sort):
    dice = Random(seed)
    grow(article, wood(dice, 40), dice.choices(list(Status), (1, 7, 1, 1, 2), k=40))
    for comment in Comment.objects.filter(discussion_id=article.pk):
        answer = client.get(f"{comment.get_absolute_url()}?sort={sort}")
        if not comment.is_public:
            assert answer.status_code == (410 if comment.status == Status.REMOVED else 404)
            continue
        place, _, anchor = answer["Location"].partition("#")
        assert anchor == f"comment-{comment.number}"
        page = client.get(place)
        assert page.status_code == 200
        assert comment.number in numbers(page.content.decode()), place


def in_order(article, sort: str) -> list[Comment]:
    """Return the roots of an article's threads in an order, computed without `pagination`."""
    roots = list(Comment.objects.threads(article.pk).shown().order_by("tree_id"))
    if sort != "active":
        return sorted(
            roots,
            key={
                "oldest": lambda root: root.number,
                "newest": lambda root: -root.number,
                "replies": lambda root: (-root.reply_count, root.number),
            }[sort],
        )

    def activity(root: Comment) -> tuple:
        dates = [
            reply.timeline_at.timestamp()
            for reply in Comment.objects.filter(tree_id=root.tree_id).approved()
            if reply.timeline_at
        ]
        return max(dates, default=float("-inf")), root.number

    return sorted(roots, key=activity, reverse=True)


@pytest.mark.parametrize("sort", SORTS)
def test_pages_of_threads_are_in_order_and_link_back(client, article, sort):
    dice = Random(1)
    grow(article, wood(dice, 110), dice.choices(list(Status), (1, 7, 1, 1, 2), k=110))
    pages = pages_from(client, f"{article.get_absolute_url()}?sort={sort}")
    assert len(pages) > 4
    roots = in_order(article, sort)
    shown = [n for html in pages for n in numbers(html) if n in {root.number for root in roots}]
    assert shown == [root.number for root in roots]
    before = 0
    for earlier, later in pairwise(pages):
        assert client.get(link_to(later, "prev")).content.decode() == earlier
        before += len(set(numbers(earlier)) & {root.number for root in roots})
        assert f"Threads {before + 1} to " in later and f" of {len(roots)}" in later


@pytest.mark.parametrize("summed", [pagination.SUMMED_MOST, 20])
@pytest.mark.parametrize("sort", SORTS)
def test_pages_are_limited_by_the_weight_of_their_comments(
    client, article, settings, monkeypatch, sort, summed
):
    monkeypatch.setattr(pagination, "SUMMED_MOST", summed)
    settings.COMMENTS_PER_PAGE, settings.PAGE_BYTES = 20, 8_000
    dice = Random(4)
    made = grow(article, wood(dice, 80), dice.choices(list(Status), (1, 7, 1, 1, 2), k=80))
    for comment in made:
        comment.body = "é" * dice.choice((10, 10, 300, 1_500))
        comment.save()
    address = f"{article.get_absolute_url()}?sort={sort}"
    seen = everything(client, address)
    assert set(seen) == visible(article)
    by_number = {comment.number: comment for comment in made}
    for html in pages_from(client, address):
        here = [by_number[n] for n in numbers(html) if by_number[n].is_public]
        weight = sum(500 + len(c.body_html.encode()) for c in here)
        assert weight <= 8_000 or len(here) == 1
    for comment in made:
        if comment.is_public:
            place = client.get(f"{comment.get_absolute_url()}?sort={sort}")["Location"]
            assert comment.number in numbers(client.get(place).content.decode())
    for earlier, later in pairwise(pages_from(client, address)):
        back = client.get(link_to(later, "prev")).content.decode()
        assert back == earlier or summed == 20


def test_the_text_of_a_placeholder_weighs_nothing(article, settings, mo):
    settings.PAGE_BYTES = 2_000
    first, *_ = grow(article, [None, 0, 0])
    first.body = "x" * 2_000
    first.save()
    assert len(pagination.thread_page(article.pk).rows) == 1
    discussions.remove(first, by=mo, reason="")
    assert len(pagination.thread_page(article.pk).rows) == 3


def test_a_discussion_of_410_comments_has_250_of_them_on_its_first_page(client, article, settings):
    settings.COMMENTS_PER_PAGE = 250
    dice = Random(5)
    # One thread has more than half of all comments.
    shape = [None] + [dice.randrange(0, i) for i in range(1, 226)]
    shape += [None if i % 6 == 0 else i - 1 for i in range(226, 410)]
    grow(article, shape)
    first, second = pages_from(client, article.get_absolute_url())
    assert len(numbers(first)) >= 240
    assert len(numbers(first)) + len(numbers(second)) == 410
    assert not links(first + second, "more-replies")


def test_a_thread_that_does_not_fit_starts_the_next_page_if_this_one_is_half_full(client, article):
    grow(article, [None, None, None, None, 3, 3, 3])
    pages = pages_from(client, article.get_absolute_url())
    assert [numbers(html) for html in pages] == [[1, 2, 3], [4, 5, 6, 7]]


def test_a_thread_that_does_not_fit_is_cut_if_the_page_is_not_half_full(client, article):
    grow(article, [None, None, None, 2, 2, 2])
    (page,) = pages_from(client, article.get_absolute_url())
    assert numbers(page) == [1, 2, 3, 4, 5]
    assert links(page, "more-replies") == [f"{article.get_absolute_url()}branches/3/?after=5"]


def test_a_chain_of_30_replies_is_on_one_page(client, article, settings):
    settings.COMMENTS_PER_PAGE = 250
    grow(article, [None, *range(30)])
    html = client.get(article.get_absolute_url()).content.decode()
    assert numbers(html) == [*range(1, 32)]
    assert not links(html, "more-replies")
    assert html.count('<details class="replies"') == LEVELS - 1
    assert "in reply to #30" in html.partition('id="comment-31" data')[2]


def test_the_rest_of_a_cut_thread_continues_where_the_page_ends(client, article):
    grow(article, [None, *[0] * 9])
    html = client.get(article.get_absolute_url()).content.decode()
    assert numbers(html) == [1, 2, 3, 4, 5]
    (rest,) = links(html, "more-replies")
    assert rest.endswith("/branches/1/?after=5")
    assert "Show 5 more replies in this thread" in html
    assert numbers(client.get(rest).content.decode()) == [6, 7, 8, 9, 10]


def test_the_top_level_view_shows_the_first_comment_of_each_thread(client, article):
    grow(article, [None, 0, 1, 0, *[None] * 7, 6])
    address = f"{article.get_absolute_url()}?view=roots"
    pages = pages_from(client, address)
    assert [numbers(html) for html in pages] == [[1, 5, 6, 7, 8], [9, 10, 11]]
    assert links(pages[0], "more-replies") == [
        f"{article.get_absolute_url()}branches/{number}/" for number in (1, 7)
    ]
    assert "Show 3 replies" in pages[0]
    assert client.get(link_to(pages[1], "prev")).content.decode() == pages[0]
    assert "view=roots" not in re.search('rel="canonical" href="([^"]*)"', pages[0])[1]
    most = client.get(f"{address}&sort=replies").content.decode()
    assert numbers(most)[:2] == [1, 7]


def test_an_unknown_view_is_the_usual_page(client, article):
    grow(article, [None, 0])
    usual = client.get(article.get_absolute_url()).content
    assert client.get(f"{article.get_absolute_url()}?view=x").content == usual


def test_threads_can_be_sorted_by_their_latest_comment(client, article):
    days = {1: 5, 2: 9, 3: 7, 4: None, 5: 8}
    new = [
        Comment(body="x", dated_at=day and datetime(2026, 1, day, tzinfo=UTC))
        for day in days.values()
    ]
    discussions.import_comments(article.pk, new, [None, None, None, None, 0])
    html = client.get(f"{article.get_absolute_url()}?sort=active").content.decode()
    assert numbers(html) == [2, 1, 5, 3, 4]


def test_the_index_says_what_a_thread_is_about_and_when_it_was_active(client, article, settings):
    settings.COMMENTS_PER_PAGE = 250
    new = [Comment(body=f"Thread {i} is about **bees** and " + "much more " * 9) for i in range(8)]
    new[5].dated_at = datetime(2026, 1, 3, 9, tzinfo=UTC)
    discussions.import_comments(article.pk, new, [None, 0, None, 2, None, 4, 4, None])
    context = client.get(article.get_absolute_url()).context
    lines = [
        (t["number"], t["begin"], t["reply_count"], t["active_at"]) for t in context["threads"]
    ]
    begin = "is about **bees** and much more much more much…"
    assert lines == [
        ("1", f"Thread 0 {begin}", "1", None),
        ("3", f"Thread 2 {begin}", "1", None),
        ("5", f"Thread 4 {begin}", "2", new[5].dated_at),
    ]


@pytest.mark.parametrize("sort", ["oldest", "newest", "replies"])
def test_a_page_does_not_shift_when_comments_are_added(client, article, sort):
    grow(article, [None] * 4 + [0, 0, 1] + [None] * 4)
    first = client.get(article.get_absolute_url(), {"sort": sort}).content.decode()
    second = link_to(first, "next")
    before = numbers(client.get(second).content.decode())
    grow(article, [None, None])
    after = numbers(client.get(second).content.decode())
    assert after[: len(before)] == before or sort == "replies" and set(before) & set(after)


def test_threads_with_equal_numbers_of_replies_are_shown_once(client, article):
    grow(article, [None] * 11 + [0, 0, 4, 4, 7])
    pages = pages_from(client, f"{article.get_absolute_url()}?sort=replies")
    roots = [n for html in pages for n in numbers(html) if n <= 11]
    assert roots == [1, 5, 8, 2, 3, 4, 6, 7, 9, 10, 11]


@pytest.mark.parametrize("after", ["x", "-", "1-", "-1", "12-5", "9" * 20, "²", "99", "0x1"])
def test_an_invalid_page_is_a_404(client, article, after):
    grow(article, [None] * 5)
    assert client.get(article.get_absolute_url(), {"after": after}).status_code == 404
    branch = f"{article.get_absolute_url()}branches/1/"
    assert client.get(branch, {"after": after}).status_code == 404


def test_a_cursor_of_another_order_is_a_404(client, article):
    grow(article, [None] * 5)
    address = article.get_absolute_url()
    assert client.get(address, {"sort": "replies", "after": "2"}).status_code == 404
    assert client.get(address, {"sort": "active", "after": "2"}).status_code == 404
    assert client.get(address, {"sort": "replies", "after": "0-2"}).status_code == 200
    assert client.get(address, {"sort": "newest", "after": "0-2"}).status_code == 404


def test_a_cursor_of_another_branch_is_a_404(client, article):
    grow(article, [None, 0, 1, 0, None, 4])
    branch = f"{article.get_absolute_url()}branches/2/"
    for after in (1, 2, 4, 5, 6):
        assert client.get(branch, {"after": after}).status_code == 404


def test_threads_are_counted_up_to_a_limit(client, article, monkeypatch, settings):
    settings.COMMENTS_PER_PAGE = 3
    monkeypatch.setattr(pagination, "COUNT_MOST", 6)
    monkeypatch.setattr(pagination.ThreadPage, "most", 6)
    grow(article, [None] * 14)
    pages = pages_from(client, article.get_absolute_url())
    assert "14 responses in more than 6 threads" in pages[0]
    assert "Threads 1 to 3 of more than 6" in pages[0]
    assert "Threads 7 to 9 of more than 6" in pages[2]
    assert "3 of more than 6 threads" in pages[3]
    assert "2 of more than 6 threads" in pages[4]
    for number in range(1, 15):
        place = client.get(f"{article.get_absolute_url()}comments/{number}/")["Location"]
        assert number in numbers(client.get(place).content.decode())


def test_a_commenters_own_hidden_comment_takes_its_place_for_them(article):
    S = Status
    made = grow(article, [None, None, 1, None, None], [S.APPROVED, S.APPROVED] + [S.PENDING] * 3)
    own = [made[2].pk, made[3].pk]
    page = pagination.thread_page(article.pk, also=own)
    assert [row.number for row in page.rows] == [1, 2, 3, 4]
    assert pagination.page_of(made[2], also=own) == ""
    assert [row.number for row in pagination.thread_page(article.pk).rows] == [1, 2]


def test_an_own_comment_below_a_removed_one_is_on_its_own_page(article):
    made = grow(article, [None, 0, None], [Status.SPAM, Status.PENDING, Status.APPROVED])
    assert pagination.page_of(made[1], also=[made[1].pk]) is None


def test_threads_that_are_read_at_once_give_the_same_pages(article, monkeypatch):
    dice = Random(7)
    parents = [None if dice.random() < 0.4 or not i else dice.randrange(i) for i in range(60)]
    public = [Status.APPROVED, Status.APPROVED, Status.PENDING]
    made = grow(article, parents, [dice.choice(public) for _ in parents])
    own = [comment.pk for comment in made if comment.status == Status.PENDING][:9]

    def pages() -> list[str | None]:
        stored = Comment.objects.filter(discussion=article.pk).order_by("number")
        return [pagination.page_of(comment, also=own) for comment in stored.shown(own)]

    together = pages()
    monkeypatch.setattr(pagination, "MOST_AT_ONCE", 0)
    assert together == pages() and len(set(together)) > 5


def statements(client, address: str) -> list[str]:
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in queries]


@pytest.mark.parametrize("sort", ["oldest", "newest"])
def test_no_statement_grows_with_the_threads_of_a_page(client, article, settings, sort):
    grow(article, [None] * 900)
    lengths = []
    for settings.COMMENTS_PER_PAGE in (3, 300):
        asked = statements(client, f"{article.get_absolute_url()}?sort={sort}")
        lengths.append(max(map(len, asked)))
    assert lengths[1] < lengths[0] + 100


@pytest.fixture
def chain(article):
    """A chain of 60 replies, each to the previous one."""
    return grow(article, [None, *range(59)])


def test_a_branchs_page_has_a_fixed_number_of_comments(client, article, chain, settings):
    settings.COMMENTS_PER_PAGE = 59
    html = client.get(f"{article.get_absolute_url()}branches/1/").content.decode()
    assert numbers(html) == [*range(1, 61)]
    assert not link_to(html, "next")
    assert not links(html, "more-replies")
    assert html.count('<details class="replies"') == LEVELS - 1
    flat = html.partition('id="comment-9" data-number')[2].partition("</header>")[0]
    assert 'class="comment-parent" href="#comment-8">in reply to #8' in flat


def test_a_long_chain_continues_over_the_pages_of_its_branch(client, article, settings):
    settings.COMMENTS_PER_PAGE = 200
    grow(article, [None, *range(499)])
    address = f"{article.get_absolute_url()}branches/1/"
    pages = pages_from(client, address)
    assert [numbers(html) for html in pages] == [
        [*range(1, 202)],
        [*range(202, 402)],
        [*range(402, 501)],
    ]
    back = [link_to(html, "prev").partition("/articles/")[2] for html in pages]
    assert back[1:] == [
        address.partition("/articles/")[2],
        address.partition("/articles/")[2] + "?after=201",
    ]
    leading = re.findall(r'id="comment-(\d+)" data', pages[1].partition('<ol class="thread"')[2])
    assert leading[:8] == ["1", *map(str, range(196, 203))]
    assert 'comments/195/">in reply to #195' in pages[1]  # it is on the previous page


def test_a_reply_to_a_comment_on_an_earlier_page_names_its_parent(client, article):
    # Below the tenth of a chain, then below the second, which is far above the start of the page.
    grow(article, [None, *range(11), 10, 1, 13])
    second = pages_from(client, f"{article.get_absolute_url()}branches/1/")[2]
    assert numbers(second) == [12, 13, 14, 15]
    fourteen = second.partition('id="comment-14" data-number')[2].partition("</header>")[0]
    assert 'comments/2/">in reply to #2' in fourteen


def test_a_closure_on_an_earlier_page_applies_on_the_next(client, article, mo):
    comments = grow(article, [None, *range(11), 10, 1, 0])
    discussions.close(comments[1], by=mo)
    third = pages_from(client, f"{article.get_absolute_url()}branches/1/")[2]
    assert numbers(third) == [12, 13, 14, 15]
    assert re.findall(r'data-reply="reply-(\d+)"', third) == ["1", "15"]


def test_a_branch_page_takes_the_same_number_of_queries_at_any_depth(client, article, settings):
    settings.COMMENTS_PER_PAGE = 30
    grow(article, [None, *range(299)])
    counts = []
    for after in (31, 61, 241):
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert (
                client.get(f"{article.get_absolute_url()}branches/1/", {"after": after}).status_code
                == 200
            )
        counts.append(len(queries))
    assert len(set(counts)) == 1


def test_a_branch_in_a_deep_chain_shows_its_ancestors(client, article, chain):
    html = client.get(f"{article.get_absolute_url()}branches/40/").content.decode()
    above = html.partition('<ol class="ancestors"')[2].partition("</ol>")[0]
    assert re.findall(r'id="comment-(\d+)"', above) == ["1", "39"]
    assert re.findall(r"branches/(\d+)/", above) == ["33", "34", "35", "36", "37", "38"]
    assert "31 comments, then" in " ".join(above.split())
    assert "parent of #40" in above


def test_a_middle_page_of_a_branch_links_to_its_first_reply(client, article):
    grow(article, [None, 0, 1, 2, 2, 2, 2, 1, 0])
    first, second = pages_from(client, f"{article.get_absolute_url()}branches/1/")
    assert numbers(first) == [1, 2, 3, 4, 5, 6]
    assert numbers(second) == [7, 8, 9]
    listed = second.partition('<ol class="thread"')[2]
    assert re.findall(r'id="comment-(\d+)" data', listed) == ["1", "2", "3", "7", "8", "9"]
    assert listed.count("is-short") == 3
    assert "This page shows 3 of 8 replies." in second
    assert link_to(second, "prev").endswith("/branches/1/")


def test_pages_of_another_article_are_separate(client, article):
    other = make_article("Another")
    grow(article, [None] * 5)
    grow(other, [None] * 5)
    html = client.get(other.get_absolute_url(), {"after": "3"}).content.decode()
    assert numbers(html) == [4, 5]
    assert client.get(f"{other.get_absolute_url()}branches/6/").status_code == 404
