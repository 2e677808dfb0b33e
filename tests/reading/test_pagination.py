"""Which comments are on which page. Following all links shows every comment once, and a permalink
leads to a page that shows its comment.
"""

import re
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
    settings.THREADS_PER_PAGE = 3
    settings.REPLIES_PER_THREAD = 4
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
    new = [Comment(body=f"Words {i}") for i in range(1, len(shape) + 1)]
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


@pytest.mark.parametrize("sort", SORTS)
def test_pages_of_threads_are_in_order_and_link_back(client, article, sort):
    dice = Random(1)
    grow(article, wood(dice, 110), dice.choices(list(Status), (1, 7, 1, 1, 2), k=110))
    pages = pages_from(client, f"{article.get_absolute_url()}?sort={sort}")
    assert len(pages) > 2
    roots = list(Comment.objects.threads(article.pk).shown().order_by(*pagination.ORDERS[sort]))
    shown = [n for html in pages for n in numbers(html) if n in {root.number for root in roots}]
    assert shown == [root.number for root in roots]
    for i, (earlier, later) in enumerate(zip(pages, pages[1:], strict=False)):
        assert client.get(link_to(later, "prev")).content.decode() == earlier
        last = min(3 * i + 6, len(roots))
        assert f"Threads {3 * i + 4} to {last} of {len(roots)}" in later


@pytest.mark.parametrize("sort", SORTS)
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
    assert client.get(address, {"sort": "replies", "after": "0-2"}).status_code == 200
    assert client.get(address, {"sort": "newest", "after": "0-2"}).status_code == 404


def test_a_cursor_of_another_branch_is_a_404(client, article):
    grow(article, [None, 0, 1, 0, None, 4])
    branch = f"{article.get_absolute_url()}branches/2/"
    for after in (1, 2, 4, 5, 6):
        assert client.get(branch, {"after": after}).status_code == 404


def test_threads_are_counted_up_to_a_limit(client, article, monkeypatch):
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


def statements(client, address: str) -> list[str]:
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in queries]


@pytest.mark.parametrize("sort", ["oldest", "newest"])
def test_no_statement_grows_with_the_threads_of_a_page(client, article, settings, sort):
    grow(article, [None] * 900)
    lengths = []
    for settings.THREADS_PER_PAGE in (3, 300):
        asked = statements(client, f"{article.get_absolute_url()}?sort={sort}")
        lengths.append(max(map(len, asked)))
    assert lengths[1] < lengths[0] + 100


@pytest.mark.slow
@pytest.mark.parametrize("sort", SORTS)
def test_a_page_may_have_more_long_threads_than_one_statement_allows(
    client, article, settings, sort
):
    settings.THREADS_PER_PAGE, settings.REPLIES_PER_THREAD = 1_500, 1
    shape = [parent for i in range(1_100) for parent in (None, 3 * i, 3 * i)]
    grow(article, shape + [None] * 100)
    html = client.get(f"{article.get_absolute_url()}?sort={sort}").content.decode()
    shown = numbers(html)
    assert len(shown) == len(set(shown)) == 2 * 1_100 + 100
    assert len(links(html, "more-replies")) == 1_100


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
