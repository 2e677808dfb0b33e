"""An article as of the end of a day: `on/2026-01-31/`."""

import re
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from commentary import discussions
from commentary.discussions import revisions
from commentary.models import AuditEntry, Author, Byline, Comment, Discussion, ImportRun, Source
from tests.conftest import Status, drawing, keys, make_article
from tests.reading.test_home import text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def on():
    """`with on("2026-01-31"):` makes everything happen at noon of that day, in TIME_ZONE."""

    def day(iso: str, hour: int = 12):
        class Clock(datetime):
            @classmethod
            def now(cls, tz=None):
                noon = datetime.fromisoformat(iso).replace(hour=hour)
                return timezone.make_aware(noon).astimezone(tz)

        return mock.patch("django.utils.timezone.datetime", Clock)

    return day


@pytest.fixture
def bees(on):
    """An article that was stored and published on 1 January 2026."""
    with on("2026-01-01"):
        return make_article("Why bees dance", body="They tell the way.")


@pytest.fixture
def send(bees, on, no_rules, settings):
    """`send("2026-01-05", "Words")` sends a comment on that day, which is published immediately."""
    settings.ARTICLE_POSTS_PER_MINUTE = settings.SITE_POSTS_PER_MINUTE = 10_000

    def sent(day: str, body: str, parent: Comment | None = None, name: str = "", hour: int = 12):
        key = f"{body} {parent and parent.pk}"
        sender = discussions.Sender(writer=f"writer of {key}")
        with on(day, hour):
            made = discussions.submit(bees.pk, parent and parent.pk, body, sender, key, name=name)
        return Comment.objects.get(pk=made.pk)

    return sent


@pytest.fixture
def run(db):
    source = Source.objects.create(name="old.xml", sha256="0" * 64, size=1)
    return ImportRun.objects.create(source=source)


def at(client, day: str, **more):
    return client.get(f"/articles/why-bees-dance/on/{day}/", more)


def test_it_shows_what_was_public_and_nothing_later(client, send):
    first = send("2026-01-05", "First words", name="Ann")
    send("2026-01-07", "A late answer", first)
    send("2026-01-09", "Later words")
    page = text(at(client, "2026-01-08"))
    assert "First words" in page
    assert "A late answer" in page
    assert "Later words" not in page
    assert "2 responses" in page
    page = text(at(client, "2026-01-05"))
    assert "A late answer" not in page
    assert "1 response" in page


def test_it_is_marked_as_historical_links_to_the_current_page_and_is_not_indexed(client, send):
    send("2026-01-05", "Words")
    page = text(at(client, "2026-01-05"))
    assert 'at the end of <time datetime="2026-01-05">5 Jan 2026</time>' in page
    assert '<a href="/articles/why-bees-dance/">View the current version</a>' in page
    assert '<meta name="robots" content="noindex">' in page


def test_it_offers_no_actions(client, send, ed):
    send("2026-01-05", "Words")
    for _ in range(2):
        page = text(at(client, "2026-01-05"))
        assert "/reply/" not in page
        assert "/report/" not in page
        assert "/admin/commentary/" not in page
        client.force_login(ed)


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata"])
@pytest.mark.parametrize(
    ("day", "hour", "is_there"), [("2026-01-05", 23, True), ("2026-01-06", 0, False)]
)
def test_a_day_ends_in_the_time_zone_of_the_site(client, send, settings, zone, day, hour, is_there):
    settings.TIME_ZONE = zone
    send(day, "Words", hour=hour)
    assert ("<p>Words</p>" in text(at(client, "2026-01-05"))) is is_there


def test_a_held_comment_appears_from_its_approval_on(client, bees, on, ed):
    with on("2026-01-05"):
        waiting = discussions.submit(
            bees.pk,
            None,
            "See https://example.org/x and https://example.org/y",
            discussions.Sender("w"),
            "k",
        )
    assert waiting.status == Status.PENDING
    with on("2026-01-07"):
        discussions.approve(waiting, by=ed)
    assert "example.org" not in text(at(client, "2026-01-06"))
    assert "example.org" in text(at(client, "2026-01-07"))


def test_a_comment_removed_since_is_a_placeholder(client, send, on, ed):
    gone = send("2026-01-05", "CANARY", name="CANARY")
    send("2026-01-06", "An answer", gone)
    lonely = send("2026-01-06", "CANARY, too")
    with on("2026-02-01"):
        discussions.remove(gone, by=ed, reason="personal remark")
        discussions.remove(lonely, by=ed)
    page = text(at(client, "2026-01-06"))
    assert "CANARY" not in page
    assert "personal remark" in page
    assert page.count("Removed by an editor on") == 2
    assert "An answer" in page
    assert "1 response<" in page or "1 response\n" in page


def test_comments_not_public_then_are_not_shown_whatever_their_status_now(client, send, on, ed):
    back = send("2026-01-05", "CANARY")
    send("2026-01-06", "An answer", back)
    with on("2026-01-10"):
        removal = discussions.remove(back, by=ed)
    with on("2026-01-20"):
        discussions.undo(removal, by=ed)
    assert "CANARY" in text(at(client, "2026-01-09"))
    page = text(at(client, "2026-01-15"))
    assert "CANARY" not in page
    assert "This comment is not public." in page
    assert "An answer" in page
    assert "CANARY" in text(at(client, "2026-01-20"))


@pytest.mark.parametrize("verb", ["mark_spam", "reject"])
def test_comments_marked_as_spam_or_withdrawn_since_are_not_shown(client, send, on, ed, verb):
    bad = send("2026-01-05", "CANARY", name="CANARY")
    with on("2026-02-01"):
        if verb == "reject":
            discussions.undo(
                AuditEntry.objects.create(
                    verb="approve",
                    discussion_id=bad.discussion_id,
                    comment=bad,
                    actor_name="x",
                    before="pending",
                    after="approved",
                ),
                by=ed,
            )
            bad.refresh_from_db()
        getattr(discussions, verb)(bad, by=ed)
    page = text(at(client, "2026-01-06"))
    assert "CANARY" not in page
    assert "There were no responses yet." in page


def test_it_shows_the_text_of_that_day(client, bees, send, on, ed):
    changed = send("2026-01-05", "Once said", name="Ann")
    with on("2026-01-10"):
        discussions.correct(changed, ed, "Bo", "Then said")
        discussions.correct(bees, ed, "Why bees sleep", "They are tired.")
    with on("2026-01-20"):
        discussions.correct(changed, ed, "Cleo", "Said <b>now</b>")
    first, then, now = (text(at(client, f"2026-01-{day}")) for day in ("09", "10", "20"))
    assert "Once said" in first and "Ann" in first and "They tell the way." in first
    assert "edited" not in first
    assert "Then said" in then and "Bo" in then and "They are tired." in then
    assert '10 Jan 2026<span class="time-of-day">, 12:00' in then
    assert "Said &lt;b&gt;now&lt;/b&gt;" in now and "Cleo" in now
    assert "Once said" not in then + now
    assert '20 Jan 2026<span class="time-of-day">, 12:00' in now


def test_earlier_versions_are_rendered_safely(client, send, on, ed):
    changed = send("2026-01-05", "<script>alert(1)</script> **so**")
    with on("2026-01-10"):
        discussions.correct(changed, ed, "", "Better")
    page = text(at(client, "2026-01-06"))
    assert "<script>alert" not in page
    assert "<strong>so</strong>" in page


def test_imported_comments_count_from_their_date_or_from_the_import(client, bees, run, on):
    rows = [
        Comment(body="Dated", dated_at="2026-01-05T10:00Z", import_run=run),
        Comment(body="Later", dated_at="2026-01-07T10:00Z", import_run=run),
        Comment(body="Undated", import_run=run),
    ]
    with on("2026-03-01"):
        discussions.import_comments(bees.pk, rows, [None] * 3)
    page = text(at(client, "2026-01-06"))
    assert "Dated" in page
    assert "Later</p>" not in page
    assert "Undated" not in page
    assert "Undated" in text(at(client, "2026-03-01"))


def test_a_local_time_of_the_source_is_used_unchanged(client, bees, run, settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    row = Comment(body="Words", dated_at="2026-01-05T23:30Z", date_is_local=True, import_run=run)
    discussions.import_comments(bees.pk, [row], [None])
    assert "<p>Words</p>" in text(at(client, "2026-01-05"))
    assert "<p>Words</p>" not in text(at(client, "2026-01-04"))


def test_comments_imported_as_spam_were_never_public(client, bees, run, on, ed):
    row = Comment(body="CANARY", dated_at="2026-01-05T10:00Z", import_run=run)
    spam = discussions.import_comments(bees.pk, [row], [None], [Status.SPAM])[0]
    with on("2026-04-01"):
        discussions.approve(spam, by=ed)
    assert "CANARY" not in text(at(client, "2026-01-06"))
    assert "CANARY" in text(at(client, "2026-04-01"))


def public_on(page: str, mark: str = "") -> set[int]:
    """Return the numbers of the comments on a page, of those with the class `mark`."""
    found = re.findall(r'<article class="(comment[^"]*)" [^>]*data-number="(\d+)"', page)
    return {int(n) for state, n in found if mark in state and "is-removed" not in state}


def test_every_comment_was_public_on_a_day_or_came_since(client, bees, send, run, on, ed):
    """Whatever happened to a comment, the page as of a day or that of the new ones since the next
    day shows it, and never both.
    """
    first, restored, spam = (send("2026-01-02", body) for body in ("First", "Second", "Third"))
    send("2026-01-03", "Reply", parent=first)
    rows = [Comment(body="Of 2025", dated_at="2025-05-05T10:00Z", import_run=run) for _ in range(3)]
    rows.append(Comment(body="Undated", import_run=run))
    statuses = [Status.APPROVED, Status.PENDING, Status.APPROVED, Status.APPROVED]
    with on("2026-01-04"):
        rows = discussions.import_comments(bees.pk, rows, [None] * 4, statuses)
        late = discussions.import_comments(bees.pk, [Comment(body="?")], [None], [Status.PENDING])
    with on("2026-01-06"):
        removals = [discussions.remove(row, by=ed) for row in (restored, rows[2])]
        discussions.mark_spam(spam, by=ed)
    with on("2026-01-07"):
        discussions.approve(late[0], by=ed)
        discussions.undo(removals[0], by=ed)
    with on("2026-01-09"):
        discussions.approve(rows[1], by=ed)
        discussions.approve(spam, by=ed)
        discussions.undo(removals[1], by=ed)
    public = set(Comment.objects.approved().values_list("number", flat=True))
    assert len(public) == 9
    bees.published_at = datetime(2025, 1, 1, tzinfo=UTC)
    bees.save()
    shown = []
    for day in ("2025-05-04", "2025-05-05", *(f"2026-01-{n:02}" for n in range(1, 12))):
        then = public_on(text(at(client, day)))
        since = datetime.fromisoformat(day).date() + timedelta(days=1)
        new = public_on(text(client.get("/articles/why-bees-dance/", {"since": since})), "is-new")
        assert (then | new, then & new) == (public, set()), day
        shown.append(len(then))
    assert shown == [0, 2, 2, 5, 6, 7, 7, 4, 6, 6, 9, 9, 9]


def test_a_reply_dated_before_its_parent_keeps_its_place(client, bees, run):
    rows = [
        Comment(body="CANARY", dated_at="2026-01-09T10:00Z", import_run=run),
        Comment(body="Too early", dated_at="2026-01-05T10:00Z", import_run=run),
    ]
    discussions.import_comments(bees.pk, rows, [None, 0])
    page = text(at(client, "2026-01-06"))
    assert "Too early" in page
    assert "This comment is not public." in page
    assert "CANARY" not in page


def test_it_is_open_or_closed_as_on_that_day(client, bees, send, on, ed):
    thread = send("2026-01-02", "Words")
    discussion = Discussion.objects.get(pk=bees.pk)
    with on("2026-01-05"):
        closed = discussions.close(discussion, by=ed, reason="settled")
        discussions.close(thread, by=ed, reason="heated", until=datetime(2026, 1, 8, tzinfo=UTC))
    with on("2026-01-10"):
        discussions.reopen(Discussion.objects.get(pk=bees.pk), by=ed)
    pages = {day: text(at(client, f"2026-01-{day:02}")) for day in (4, 5, 8, 10)}
    assert [("Comments closed" in page) for page in pages.values()] == [False, True, True, False]
    assert [("heated" in page) for page in pages.values()] == [False, True, False, False]
    with on("2026-01-12"):
        discussions.undo(AuditEntry.objects.get(verb="reopen"), by=ed)
    assert "Comments closed" in text(at(client, "2026-01-12"))
    assert "Comments closed" not in text(at(client, "2026-01-11"))
    assert closed


def test_automatic_closing_counts_too(client, bees, settings, on, ed):
    settings.AUTO_CLOSE_DAYS = 10
    assert "Comments closed" not in text(at(client, "2026-01-10"))
    assert "Comments closed" in text(at(client, "2026-01-11"))
    with on("2026-02-01"):
        discussions.reopen(Discussion.objects.select_related("article").get(pk=bees.pk), by=ed)
    assert "Comments closed" in text(at(client, "2026-01-11"))
    assert "Comments closed" not in text(at(client, "2026-02-01"))


def test_a_closure_at_the_source_has_no_known_date(client, bees, on):
    with on("2026-03-01"):
        discussions.close(bees.discussion, by="source", reason="Comments are closed.")
    page = text(at(client, "2026-02-01"))
    assert "badge-closed" not in page
    assert "badge-closed" in text(at(client, "2026-03-01"))


def test_the_author_badge_is_shown_in_past_views_too(client, bees, send, ed):
    ada = Author.objects.create(name="Ada", slug="ada")
    Byline.objects.create(article=bees, author=ada)
    discussions.confirm(send("2026-01-05", "Mine"), ada, ed)
    assert "Article author" in text(at(client, "2026-01-05"))


# --- pages


@pytest.fixture
def small_pages(settings):
    settings.COMMENTS_PER_PAGE = 3


def bodies(page: str) -> list[str]:
    """Return the texts of the comments, and separately those shown in short form."""
    return [
        part.split("</p>")[0] for part in page.split('<div class="comment-body" dir="auto"><p>')[1:]
    ]


def test_the_next_page_continues_in_reading_order(client, send, small_pages):
    one = send("2026-01-02", "1")
    two = send("2026-01-02", "2", one)
    three = send("2026-01-03", "3", two)
    send("2026-01-03", "4", three)
    send("2026-01-03", "5", two)
    send("2026-01-09", "6", one)
    send("2026-01-04", "7")
    first = text(at(client, "2026-01-05"))
    assert bodies(first) == ["1", "2", "3"]
    assert "on/2026-01-05/?after=3#responses" in first
    second = text(at(client, "2026-01-05", after="3"))
    assert bodies(second) == ["4", "5", "7"]
    assert second.count("is-short") == 3
    assert 'rel="next nofollow"' not in second


def test_a_page_without_public_comments_links_to_the_next(client, bees, send, run, ed, small_pages):
    rows = [Comment(body="CANARY", dated_at="2026-01-02T10:00Z", import_run=run) for _ in range(3)]
    waited = discussions.import_comments(bees.pk, rows, [None] * 3, [Status.PENDING] * 3)
    send("2026-01-03", "Public")
    discussions.decide("approve", keys(waited), ed)
    first = text(at(client, "2026-01-05"))
    assert "CANARY" not in first
    assert "There were no responses yet." not in first
    assert "on/2026-01-05/?after=3#responses" in first
    assert bodies(text(at(client, "2026-01-05", after="3"))) == ["Public"]


def test_comments_deeper_than_the_nesting_are_listed_side_by_side(client, send):
    parent = None
    for i in range(12):
        parent = send("2026-01-02", f"Depth {i}", parent)
    page = text(at(client, "2026-01-02"))
    assert bodies(page) == [f"Depth {i}" for i in range(12)]
    assert page.count('class="replies"') == 7
    assert page.count("<ol") == page.count("</ol>")
    assert "branches/" not in page


@pytest.mark.parametrize("after", ["0", "99", "x", "-1", "9" * 30, "٣", "1\0"])
def test_an_invalid_cursor_is_a_404(client, send, after):
    send("2026-01-02", "Words")
    assert at(client, "2026-01-05", after=after).status_code in (400, 404)


def test_a_pending_comment_is_not_a_valid_cursor(client, bees, send, on):
    send("2026-01-02", "Words")
    hidden = discussions.import_comments(bees.pk, [Comment(body="x")], [None], [Status.PENDING])[0]
    send("2026-01-03", "More")
    assert at(client, "2026-01-05", after=str(hidden.number)).status_code == 404


# --- dates


@pytest.mark.parametrize(
    "day",
    [
        "x",
        "2026-02-30",
        "2026-1-5",
        "20260105",
        "2026-W05-1",
        "2026-01-05T00:00",
        "٢٠٢٦-٠١-٠٥",
        "9" * 50,
        "0000-01-01",
    ],
)
def test_an_invalid_date_is_answered_with_the_expected_format(client, bees, day):
    answer = at(client, day)
    assert answer.status_code == 400
    assert "for example 2026-01-31" in text(answer)
    assert "View the current version" in text(answer)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("9999-12-31", "Choose a date in the past"),
        ("2025-12-31", "Not published yet"),
        ("0001-01-01", "Not published yet"),
    ],
)
def test_a_day_that_is_too_early_or_not_over_is_explained(client, bees, day, words):
    answer = at(client, day)
    assert answer.status_code == 404
    assert words in text(answer)


def test_today_is_not_over(client, bees):
    assert at(client, timezone.localdate().isoformat()).status_code == 404
    yesterday = timezone.localdate() - timedelta(days=1)
    assert at(client, yesterday.isoformat()).status_code == 200


def test_an_article_exists_from_its_own_date_on(client, on):
    with on("2026-03-01"):
        make_article("Why bees dance", published_at=datetime(2011, 3, 5, 12, tzinfo=UTC))
    assert "This article didn’t exist on 4 Mar 2011." in text(at(client, "2011-03-04"))
    assert at(client, "2011-03-05").status_code == 200


def test_the_creation_date_of_an_undated_article_is_not_revealed(client, on):
    with on("2026-03-01"):
        make_article("Why bees dance")
    page = text(at(client, "2026-02-28"))
    assert "Nobody could read it" not in page
    assert "It has been on this site since 1 Mar 2026." in page


def test_drafts_have_no_history(client, bees):
    bees.is_published = False
    bees.save()
    assert at(client, "2026-01-05").status_code == 404
    assert at(client, "nonsense").status_code == 404


# --- caching


def test_it_is_public_cached_and_never_stale(client, send, on, ed, django_assert_num_queries):
    send("2026-01-04", "Kept")
    shown = send("2026-01-05", "CANARY")
    answer = at(client, "2026-01-05")
    assert answer["Cache-Control"] == "public, no-cache"
    assert not answer.cookies
    address, tag = answer.request["PATH_INFO"], {"If-None-Match": answer["ETag"]}
    with django_assert_num_queries(1):
        assert client.get(address, headers=tag).status_code == 304
    discussions.remove(shown, by=ed)
    again = client.get(address, headers=tag)
    assert again.status_code == 200
    assert "CANARY" not in text(again)
    assert client.post("/articles/why-bees-dance/on/2026-01-05/").status_code == 405


@pytest.mark.parametrize("count", [3, 300])
def test_many_rows_take_the_same_number_of_queries(
    client, bees, run, ed, count, django_assert_num_queries
):
    rows = [
        Comment(body=f"Words {i}", dated_at="2026-01-05T10:00Z", import_run=run)
        for i in range(count)
    ]
    rows[0].dated_at = "2026-01-09T10:00Z"
    made = discussions.import_comments(bees.pk, rows, [None, *([0] * (count - 1))])
    discussions.remove(made[1], by=ed)
    discussions.correct(made[2], ed, "", "Other words")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as after a large import; without it, the page can take seconds
    with django_assert_num_queries(16):
        at(client, "2026-01-06")
    assert drawing(bees)
    assert revisions.imported(made[2])


def test_an_earlier_text_is_shown_in_its_own_markup(client):
    article = make_article("Tides", body="1. One <b>\n\n2. Two", published_at="2020-01-01T00:00Z")
    article.markup = "rich"
    discussions.correct(article, "test", "Tides", "<p>Now</p>")
    yesterday = timezone.localdate() - timedelta(days=1)
    page = client.get(f"/articles/tides/on/{yesterday}/").content.decode()
    assert "<p>One &lt;b&gt;</p>" in page
    assert "<p>Now</p>" in client.get("/articles/tides/").content.decode()
