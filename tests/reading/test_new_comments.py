"""New comments since a day or a moment, and links from one to the next."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from commentary import discussions
from commentary.models import Article, Comment, ImportRun, Source
from commentary.models.queries.articles import LATEST
from commentary.text.dates import milliseconds
from tests.conftest import make_article

pytestmark = pytest.mark.django_db
ADDRESS = "/articles/why-bees-dance/"
DAY = "2026-01-31"


def text(response) -> str:
    return response.content.decode()


def imported(article, *dates: str | None, status: str = Comment.Status.APPROVED) -> list[Comment]:
    """Import comments with these dates, each as its own thread."""
    source, _ = Source.objects.get_or_create(name="old.txt", sha256="0" * 64, size=1)
    run = ImportRun.objects.create(source=source)
    rows = [Comment(body="Words", dated_at=date, import_run=run) for date in dates]
    count = len(rows)
    return discussions.import_comments(article.pk, rows, [None] * count, [status] * count)


@pytest.fixture
def came(article, comment):
    """Six comments: #2 and #5 are from that day; #6 is too, but is not public."""
    one = comment("One")
    comment("Two", parent=one)
    comment("Three")
    comment("Four")
    comment("Five", parent=one)
    comment("Six", status=Comment.Status.PENDING)
    start = timezone.make_aware(datetime.fromisoformat(DAY))
    Comment.objects.update(created_at=start - timedelta(seconds=1))
    Comment.objects.filter(number__in=[2, 5, 6]).update(created_at=start)
    for number in (1, 2, 3, 4, 5):
        at = FIRST + timedelta(seconds=number)
        Comment.objects.filter(number=number).update(public_at=at)


FIRST = datetime(2026, 1, 31, tzinfo=UTC)


def seen(number: int) -> str:
    """Return the `seen` parameter as the script sends it after reading up to a comment of `came`."""
    return str(milliseconds(FIRST + timedelta(seconds=number)))


def test_the_page_marks_new_comments_and_links_each_to_the_next(client, came):
    page = text(client.get(ADDRESS, {"since": DAY}))
    assert page.count("is-new") == page.count(">Next new</a>") == 2
    assert '<a href="#comment-2">2 new since 31 Jan 2026</a>' in page
    assert '<a class="comment-next" href="#comment-5">Next new</a>' in page
    assert f'href="{ADDRESS}new/?since={DAY}&amp;from=5"' in page
    assert '<meta name="robots" content="noindex">' in page
    assert "is-new" not in text(client.get(ADDRESS))
    badge = '<span class="badge badge-new">New</span>'
    assert page.count(f'<header class="comment-head">\n{badge}\n') == 2  # before the name


def test_a_comment_approved_late_is_new_on_the_day_of_its_approval(client, comment):
    """It was sent long before a moderator approved it."""
    late = comment("Late", status=Comment.Status.PENDING)
    comment("After it")
    Comment.objects.update(created_at=timezone.now() - timedelta(days=40))
    day = timezone.localdate().isoformat()
    assert "Nothing new since" in text(client.get(ADDRESS, {"since": day}))
    discussions.approve(late, by="test")
    page = text(client.get(ADDRESS, {"since": day}))
    assert page.count("is-new") == 1
    assert client.get(f"{ADDRESS}new/", {"since": day})["Location"].endswith("#comment-1")


def test_imported_comments_count_by_their_own_date(client, article):
    imported(article, "2012-05-05T10:00Z", None, "2014-05-05T10:00Z")
    assert text(client.get(ADDRESS, {"since": "2012-05-06"})).count("is-new") == 2
    assert text(client.get(ADDRESS, {"since": "2012-05-05"})).count("is-new") == 3


def test_new_comments_are_counted_only_where_there_may_be_some(client, article, comment):
    assert 'name="since"' not in text(client.get(ADDRESS))
    comment("One")
    assert 'name="since"' in text(client.get(ADDRESS))


def test_it_says_that_nothing_is_new(client, came):
    page = text(client.get(ADDRESS, {"since": "2026-02-01"}))
    assert "Nothing new since 1 Feb 2026." in page


@pytest.mark.parametrize("day", ["", "yesterday", "2026-13-01", "2026-1-1", "9" * 400])
def test_an_invalid_date_is_reported(client, came, day):
    for address in (ADDRESS, f"{ADDRESS}new/"):
        answer = client.get(address, {"since": day})
        assert answer.status_code == 400
        assert "Invalid date" in text(answer)


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ({"since": DAY}, f"?since={DAY}#comment-2"),
        ({"since": DAY, "from": 2}, f"?since={DAY}#comment-5"),
        ({"since": DAY, "from": 5}, "#responses"),
        ({"seen": 3}, "#comment-5"),
        ({"seen": 3, "from": 5}, "#comment-4"),
        ({"seen": 5}, "#responses"),
    ],
)
def test_it_redirects_to_the_next_new_comment_in_reading_order(client, came, asked, leads_to):
    if "seen" in asked:
        asked = asked | {"seen": seen(asked["seen"])}
    response = client.get(f"{ADDRESS}new/", asked)
    assert (response.status_code, response["Location"]) == (302, ADDRESS + leads_to)


def test_it_continues_across_pages(client, came, settings):
    settings.COMMENTS_PER_PAGE = 3
    Comment.objects.filter(number=4).update(created_at=timezone.now())
    location = client.get(f"{ADDRESS}new/", {"since": DAY, "from": 5})["Location"]
    assert location.endswith(f"&since={DAY}#comment-4")
    page = text(client.get(location))
    assert page.count("is-new") == 1
    assert "3 new since 31 Jan 2026</a>, 1 on this page" in page


@pytest.mark.parametrize("query", ["", "seen=", "seen=x", "seen=-1", "from=2", "seen=1&from=99"])
def test_without_a_starting_point_it_is_a_404(client, came, query):
    assert client.get(f"{ADDRESS}new/?{query}").status_code == 404


def moments(client) -> list[str]:
    """Return the times the script compares: the latest, then that of each comment on the page."""
    page = text(client.get(ADDRESS))
    return re.findall(r'data-(?:newest|at)="(\d*)"', page)


def test_the_page_tells_the_script_when_each_comment_became_public(client, came):
    assert moments(client) == [seen(5), *(seen(number) for number in (1, 2, 5, 3, 4))]


def test_a_comment_approved_late_is_the_latest_for_the_script_too(client, came, ed):
    before = timezone.now()
    discussions.approve(Comment.objects.get(number=6), by=ed)
    discussions.keep(Comment.objects.get(number=6), by=ed)
    newest, *_, last = moments(client)
    assert newest == last
    assert milliseconds(before) <= int(last) <= milliseconds(timezone.now())
    place = client.get(f"{ADDRESS}new/", {"seen": seen(5)})["Location"]
    assert place.endswith("#comment-6")
    assert client.get(f"{ADDRESS}new/", {"seen": last})["Location"].endswith("#responses")


def test_a_restored_comment_is_new_again(client, came, ed):
    removed = discussions.remove(Comment.objects.get(number=5), by=ed)
    assert moments(client)[0] == seen(4)
    discussions.undo(removed, by=ed)
    newest, *_ = moments(client)
    assert int(newest) > int(seen(5))


def test_imported_comments_count_by_their_own_date_for_the_script_too(client, article):
    before = milliseconds(timezone.now())
    imported(article, "2012-05-05T10:00Z", None)
    newest, dated, undated = moments(client)
    assert int(dated) == milliseconds(datetime(2012, 5, 5, 10, tzinfo=UTC))
    assert newest == undated
    assert int(undated) >= before  # an undated comment counts from its import
    location = client.get(f"{ADDRESS}new/", {"seen": dated})["Location"]
    assert location.endswith("#comment-2")


def test_an_imported_comment_approved_here_counts_from_its_approval(client, article, ed):
    (late,) = imported(article, "2012-05-05T10:00Z", status=Comment.Status.PENDING)
    before = milliseconds(timezone.now())
    discussions.approve(late, by=ed)
    assert int(moments(client)[0]) >= before
    assert "Nothing new since" not in text(client.get(ADDRESS, {"since": timezone.localdate()}))


def test_a_corrected_date_of_an_imported_comment_moves_it(client, article):
    (one,) = imported(article, "2012-05-05T10:00Z")
    one.dated_at = datetime(2015, 5, 5, 10, tzinfo=UTC)
    one.save()
    assert text(client.get(ADDRESS, {"since": "2014-01-01"})).count("is-new") == 1


def test_lists_have_the_times_of_the_latest_comments_for_the_script(client, came, article):
    """The same for everyone. Pending comments are not counted, and at most the latest of many are."""
    make_article("Wasps")
    expected = " ".join(str(int(seen(number)) // 1000) for number in (5, 4, 3, 2, 1))
    assert re.findall('data-times="([^"]*)"', text(client.get("/"))) == [expected]
    article.published_at = "2012-05-01T10:00Z"
    article.save()
    for titles in ("/archive/2012/", "/archive/2012/05/"):  # only of the latest comment
        assert re.findall('data-times="([^"]*)"', text(client.get(titles))) == expected.split()[:1]
    imported(article, *[f"2012-05-{day:02}T10:00Z" for day in range(1, 31)])
    latest = Article.objects.filter(pk=article.pk).latest_times()[article.pk]
    assert len(latest) == LATEST
    assert latest == sorted(latest, reverse=True)
    assert latest[-1] == datetime(2012, 5, 16, 10, tzinfo=UTC)


def test_the_latest_and_the_new_comments_are_found_by_an_index(article, comment):
    for i in range(300):
        comment(f"Comment {i}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off")
    asked = (
        Article.objects.for_page(article.pk),
        Comment.objects.public_after(article.pk, timezone.now()).order_by(),
    )
    for found in asked:
        assert "comment_came_at" in found.explain()


@pytest.mark.parametrize("count", [30, 300])
def test_many_rows_take_the_same_number_of_queries(
    client, article, comment, count, django_assert_num_queries, settings
):
    settings.COMMENTS_PER_PAGE = 20
    for i in range(count):
        comment(f"Comment {i}")
    with django_assert_num_queries(11):
        client.get(ADDRESS, {"since": DAY})
    with django_assert_num_queries(1):  # cached
        client.get(ADDRESS, {"since": DAY})
    with django_assert_num_queries(3):
        client.get(f"{ADDRESS}new/", {"since": DAY})
