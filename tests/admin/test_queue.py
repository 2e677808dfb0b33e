"""The moderation queue: what it shows, accepts and refuses."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commentary import discussions
from commentary.admin import highlight, lists
from commentary.admin.queue import items, labels
from commentary.discussions import tree
from commentary.models import AuditEntry, Comment, Discussion, Rule, Submission
from commentary.reading.parameters import ArrivalCursor
from tests.admin import FRAME
from tests.conftest import keys, make_article

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_posting_limits")]
S = Comment.Status
QUEUE = "/admin/moderation/"


@pytest.fixture
def held(article):
    """`held("text", parent=..., writer=...)` sends a comment, which the default rules hold."""
    sent = []

    def send(body, parent=None, name="", writer=None, to=None) -> Comment:
        sent.append(body)
        sender = discussions.Sender(writer=writer or f"writer {len(sent)}")
        pk = parent.pk if parent else None
        made = discussions.submit((to or article).pk, pk, body, sender, f"key {len(sent)}", name)
        return Comment.objects.get(pk=made.pk)

    return send


def value(comment: Comment, verb: str = "") -> str:
    """The value of a button or checkbox for a comment in its current version."""
    version = Comment.objects.values_list("version", flat=True).get(pk=comment.pk)
    return f"{verb}:{comment.key}:{version}" if verb else f"{comment.key}:{version}"


def shown_numbers(page) -> list[int]:
    return [item.comment.number for item in page.context["items"]]


def multiply(total: int) -> None:
    """Copy the only comment and its submission until there are `total` comments, one per second."""
    later = "created_at + n * interval '1s'"
    if connection.vendor == "sqlite":
        later = "datetime(created_at, n || ' seconds')"
    copied = [f.attname for f in Comment._meta.concrete_fields]
    copied = [name for name in copied if name not in ("id", "number", "tree_id", "created_at")]
    sent = [f.attname for f in Submission._meta.concrete_fields]
    sent = [name for name in sent if name not in ("comment_id", "writer", "client_key")]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH RECURSIVE numbers(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s)
            INSERT INTO commentary_comment (number, tree_id, created_at, {", ".join(copied)})
            SELECT n, tree_id + n - 1, {later}, {", ".join(copied)} FROM commentary_comment, numbers
            """,
            [total],
        )
        cursor.execute(
            f"""
            INSERT INTO commentary_submission (comment_id, writer, client_key, {", ".join(sent)})
            SELECT c.id, c.id, c.id, {", ".join(f"s.{name}" for name in sent)}
            FROM commentary_comment c CROSS JOIN commentary_submission s WHERE c.number > 1
            """
        )
        Discussion.objects.update(pending_count=total, last_number=total)
        cursor.execute("ANALYZE")


def plan(sql: str) -> str:
    """Return how the database runs a statement."""
    explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{explain} {sql}")
        return "\n".join(str(row) for row in cursor.fetchall())


def status(comment: Comment) -> str:
    return Comment.objects.values_list("status", flat=True).get(pk=comment.pk)


class TestTabs:
    def test_each_tab_lists_its_comments_with_the_correct_count(self, as_mo, mo, held, comment):
        waiting = held("One")
        public = held("Two", writer="known")
        discussions.approve(public, by=mo)
        unseen = held("Three", writer="known")
        discussions.report_comment(public, discussions.Sender(writer="reader"), "attack", "rude")
        imported = comment("Imported, and seen by nobody here")
        refused = [held(f"Refused {i}") for i in range(4)]
        discussions.reject(refused[0], by=mo)
        discussions.mark_spam(refused[1], by=mo)
        for gone in refused[2:]:
            discussions.approve(gone, by=mo)
            discussions.remove(gone, by=mo)
        pages = {state: as_mo.get(QUEUE, {"state": state}) for state in labels.TABS}
        assert shown_numbers(pages["pending"]) == [waiting.number]
        assert shown_numbers(pages["reported"]) == [public.number]
        assert shown_numbers(pages["unreviewed"]) == [unseen.number]
        newest_first = sorted([public.number, unseen.number, imported.number], reverse=True)
        assert shown_numbers(pages["approved"]) == newest_first
        assert shown_numbers(pages["rejected"]) == [refused[0].number]
        assert shown_numbers(pages["spam"]) == [refused[1].number]
        assert shown_numbers(pages["removed"]) == [refused[3].number, refused[2].number]
        assert shown_numbers(pages["decided"])[-1] == public.number
        words = [tab.words for tab in pages["pending"].context["tabs"]]
        assert words == ["1", "1", "1", "3", "1", "1", "2", "7"]

    def test_reports_from_one_network_count_once(self, as_mo, comment):
        public = comment("Rude")
        for i in range(5):
            same = discussions.Sender(writer=f"browser {i}", network="net-a")
            discussions.report_comment(public, same, "attack", f"Note {i}")
        page = as_mo.get(QUEUE, {"state": "reported"}).content.decode()
        assert "1 report<" in page
        assert "“Note 0”" in page and "Note 4" not in page
        discussions.report_comment(public, discussions.Sender(writer="b", network="net-b"), "spam")
        page = as_mo.get(QUEUE, {"state": "reported"}).content.decode()
        assert "2 reports<" in page

    def test_a_report_shows_the_reason_and_the_note(self, as_mo, comment):
        public = comment("Text")
        discussions.report_comment(
            public, discussions.Sender(writer="reader"), "attack", "He's rude"
        )
        page = as_mo.get(QUEUE, {"state": "reported"}).content.decode()
        assert "1 report" in page
        assert "Attacks a person (1) “He&#x27;s rude”" in page

    def test_the_oldest_comments_come_first(self, as_mo, held):
        numbers = [held(f"Text {i}").number for i in range(3)]
        assert shown_numbers(as_mo.get(QUEUE)) == numbers

    def test_counts_are_capped_to_stay_fast(self, as_mo, comment, monkeypatch):
        monkeypatch.setattr(lists, "MAX_COUNTED", 2)
        for i in range(3):
            made = comment(f"Text {i}")
            discussions.report_comment(made, discussions.Sender(writer="reader"), "spam")
        page = as_mo.get(QUEUE)
        assert page.context["tabs"][1].words == "2+"

    def test_an_empty_queue_says_so(self, as_mo):
        assert "No comments are waiting for review." in as_mo.get(QUEUE).content.decode()

    @pytest.mark.parametrize(
        "query",
        ["state=nonsense", "after=x", "article=-1", "item=9" * 40, "size=7", "q=%00", "same=1e3"],
    )
    def test_invalid_parts_of_a_url_are_ignored(self, as_mo, held, query):
        held("Text")
        assert as_mo.get(f"{QUEUE}?{query}").status_code == 200


class TestFilters:
    def test_comments_can_be_filtered_by_article(self, as_mo, held):
        other = make_article("Another")
        held("Here")
        there = held("There", to=other)
        page = as_mo.get(QUEUE, {"article": other.pk})
        assert shown_numbers(page) == [there.number]
        assert page.context["items"][0].comment.discussion_id == other.pk

    def test_comments_can_be_filtered_by_rule(self, as_mo, held):
        links = Rule.objects.get(kind="new_links")
        held("No link")
        linked = held("See https://shop.example/")
        assert shown_numbers(as_mo.get(QUEUE, {"rule": links.pk})) == [linked.number]

    @pytest.mark.parametrize(("q", "count"), [("gloves", 1), ("bo", 1), ("bo gloves", 1), ("x", 0)])
    def test_comments_can_be_filtered_by_text_and_name(self, as_mo, held, q, count):
        held("I lost my gloves", name="Bo")
        held("Nothing lost")
        assert len(shown_numbers(as_mo.get(QUEUE, {"q": q}))) == count

    def test_comments_of_one_commenter_are_listed_in_every_status(self, as_mo, mo, held):
        first = held("One", writer="a")
        discussions.reject(first, by=mo)
        second = held("Two", writer="a")
        held("Three", writer="b")
        page = as_mo.get(QUEUE, {"same": str(second.key)})
        assert shown_numbers(page) == [first.number, second.number]

    def test_decisions_can_be_filtered_by_account(self, as_mo, mo, ed, held):
        mine, theirs = held("One"), held("Two")
        discussions.approve(mine, by=mo)
        discussions.approve(theirs, by=ed)
        page = as_mo.get(QUEUE, {"state": "decided", "by": ed.pk})
        assert shown_numbers(page) == [theirs.number]


class TestItem:
    def test_imported_markup_is_shown_as_plain_text(self, as_mo, article):
        waiting = Comment(body="<p>One &amp; <b>two</b></p>", markup=Comment.Markup.HTML)
        discussions.import_comments(article.pk, [waiting], [None], [S.PENDING])
        page = as_mo.get(QUEUE).content.decode()
        assert "One &amp; two" in page
        assert "&lt;p&gt;" not in page

    def test_comments_are_escaped_and_matches_are_marked(self, as_mo, held):
        Rule.objects.create(kind="words", pattern="deals")
        held(
            "<script>alert(1)</script> Deals! See https://x.example/?a=1&b=2", name='"><img src=x>'
        )
        page = as_mo.get(QUEUE).content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<mark>Deals</mark>" in page
        assert "<mark>https://x.example/?a=1&amp;b=2</mark>" in page
        assert "&quot;&gt;&lt;img src=x&gt;" in page
        assert '<a href="https://x.example' not in page
        assert "<img" not in page

    @pytest.mark.parametrize(
        "hostile",
        [
            "</textarea><svg onload=alert(1)>",
            "{{ 7|add:7 }}{% now 'Y' %}",
            "' onmouseover='alert(1)",
            "<a href=javascript:alert(1)>x</a>",
            "\u202egnp.exe \u2066x",
        ],
    )
    def test_hostile_text_and_names_are_escaped(self, as_mo, held, hostile):
        made = held(hostile, name=hostile)
        discussions.reject(made, by="test", reason=hostile)
        discussions.undo(AuditEntry.objects.get(verb="reject"), by="test")
        for query in ({"item": str(made.key)}, {"state": "decided"}, {"same": str(made.key)}):
            page = as_mo.get(QUEUE, query).content.decode()
            for raw in ("<svg onload", "<a href=javascript", "' onmouseover='alert"):
                assert raw not in page

    def test_a_comment_shows_which_rules_held_it(self, as_mo, held):
        held("See https://x.example/ and https://y.example/")
        page = as_mo.get(QUEUE).content.decode()
        assert "First-time commenter" in page
        assert "2 links (threshold: 1)" in page

    @pytest.mark.parametrize(
        ("start", "verbs"),
        [
            (S.PENDING, ["approve", "reject", "mark_spam"]),
            (S.APPROVED, ["keep", "mark_spam", "remove"]),
            (S.REJECTED, ["approve", "mark_spam"]),
            (S.SPAM, ["approve"]),
            (S.REMOVED, ["approve", "mark_spam"]),
        ],
    )
    def test_a_comment_offers_the_decisions_its_status_allows(self, comment, start, verbs):
        made = comment("Text", status=start)
        assert [button.verb for button in items.buttons(made)] == verbs

    @pytest.mark.parametrize(
        ("text", "words", "found"),
        [
            ("WordPress press", ["press"], ["press"]),
            (
                "Cheap,  deals; cheap deals",
                ["Cheap deals", "cheap deals"],
                ["Cheap,  deals", "cheap deals"],
            ),
            ("a https://x.example/a, b", ["https://x.example/a,"], ["https://x.example/a,"]),
            ("Text", [], []),
            ("(a+)+$ [x", ["(a+)+$"], ["(a+)+$"]),
        ],
    )
    def test_highlighted_segments_add_up_to_the_text(self, text, words, found):
        pieces = highlight.highlight(text, words)
        assert "".join(piece for piece, _ in pieces) == text
        assert [piece for piece, is_found in pieces if is_found] == found


class TestContext:
    def test_the_context_shows_parent_commenter_and_article(self, as_mo, mo, comment, held):
        root = comment("The parent's words", name="Ann")
        comment("An answer", parent=root)
        discussions.reject(held("Before", writer="a"), by=mo)
        made = held("Now", parent=root, writer="a")
        page = as_mo.get(QUEUE, {"item": str(made.key)})
        assert page.context["context"].parent_replies == 1
        assert dict(page.context["context"].status_counts)["rejected"] == 1
        text = page.content.decode()
        assert "The parent&#x27;s words" in text
        assert "See this comment" in text
        assert f'name="close" value="comment:{root.key}:' in text

    def test_the_context_offers_to_reopen_closed_places(self, as_mo, mo, comment, held):
        root = comment("Heated")
        made = held("Text")
        discussions.close(root, by=mo, reason="Dispute")
        page = as_mo.get(QUEUE, {"item": str(made.key)}).content.decode()
        assert f'name="reopen" value="comment:{root.key}:' in page

    def test_a_missing_item_has_no_context(self, as_mo, held):
        held("Text")
        assert "No comment selected" in as_mo.get(QUEUE, {"item": "1-4711"}).content.decode()


class TestDecide:
    @pytest.mark.parametrize(
        ("verb", "end"), [("approve", S.APPROVED), ("reject", S.REJECTED), ("mark_spam", S.SPAM)]
    )
    def test_a_single_button_decides_immediately(self, as_mo, held, verb, end):
        made = held("Text")
        answer = as_mo.post(QUEUE, {"one": value(made, verb)})
        assert answer.status_code == 303
        assert status(made) == end
        entry = AuditEntry.objects.get(verb=verb)
        assert (entry.actor_name, entry.comment_id) == ("mo", made.pk)

    def test_the_next_comment_is_selected_at_the_same_position(self, as_mo, held):
        one, two, three = held("One"), held("Two"), held("Three")
        answer = as_mo.post(f"{QUEUE}?q=T&item={two.key}", {"one": value(two, "approve")})
        assert answer["Location"] == f"{QUEUE}?item={three.key}&q=T"
        page = as_mo.get(answer["Location"]).content.decode()
        assert re.search(
            r'<a href="[^"]*" aria-current="true" autofocus><bdi>Anonymous 3</bdi> #3', page
        )
        answer = as_mo.post(QUEUE, {"one": value(three, "approve")})
        assert answer["Location"] == f"{QUEUE}?item={one.key}"
        assert as_mo.post(QUEUE, {"one": value(one, "approve")})["Location"] == QUEUE

    def test_the_reason_applies_to_the_rejected_comment(self, as_mo, held):
        one, two = held("One"), held("Two")
        fields = {f"reason-{one.key}": "Off topic", f"reason-{two.key}": "Another"}
        as_mo.post(QUEUE, {"one": value(one, "reject"), **fields})
        assert AuditEntry.objects.get(verb="reject").reason == "Off topic"

    def test_keeping_a_comment_resolves_its_reports(self, as_mo, comment):
        made = comment("Text")
        report = discussions.report_comment(made, discussions.Sender(writer="reader"), "spam")
        as_mo.post(f"{QUEUE}?state=reported", {"one": value(made, "keep")})
        report.refresh_from_db()
        assert report.closed_entry.verb == "keep"
        assert shown_numbers(as_mo.get(QUEUE, {"state": "reported"})) == []

    def test_a_moderator_who_is_too_late_sees_the_earlier_decision(self, as_mo, ed, held):
        made = held("Text")
        mine = value(made, "reject")
        discussions.approve(made, by=ed)
        page = as_mo.post(QUEUE, {"one": mine}, follow=True).content.decode()
        assert f"#{made.number}: It is now approved. Last decision: approved, by ed" in page
        assert status(made) == S.APPROVED
        assert "undo-bar" not in page

    def test_an_old_version_is_refused_even_if_the_status_matches(self, as_mo, ed, held):
        made = held("Text")
        mine = value(made, "approve")
        discussions.approve(made, by=ed)
        discussions.undo(AuditEntry.objects.get(verb="approve"), by=ed)
        as_mo.post(QUEUE, {"one": mine})
        assert status(made) == S.PENDING

    def test_stale_selections_take_a_fixed_number_of_statements(self, as_mo, ed):
        costs = []
        for size in (3, 40):
            made = []
            for i in range(size):
                place = make_article(f"Article {size} {i}")
                made += discussions.import_comments(
                    place.pk, [Comment(body="x")], [None], [S.PENDING]
                )
            ticks = [value(c) for c in made]
            discussions.decide("approve", keys(made), by=ed)
            with CaptureQueriesContext(connection) as queries:
                as_mo.post(QUEUE, {"bulk": "reject", "pick": ticks})
            costs.append(len(queries))
        assert costs[0] == costs[1]

    def test_a_bulk_decision_is_one_batch(self, as_mo, held):
        made = [held(f"Text {i}") for i in range(3)]
        as_mo.post(QUEUE, {"bulk": "reject", "pick": [value(c) for c in made], "reason": "Noise"})
        entries = AuditEntry.objects.filter(verb="reject")
        assert len({entry.batch for entry in entries}) == 1
        assert {entry.reason for entry in entries} == {"Noise"}
        assert {status(c) for c in made} == {S.REJECTED}
        assert tree.check() == []

    def test_a_bulk_decision_names_comments_already_decided(self, as_mo, ed, held):
        made = [held(f"Text {i}") for i in range(3)]
        picks = [value(c) for c in made]
        discussions.reject(made[1], by=ed)
        page = as_mo.post(QUEUE, {"bulk": "approve", "pick": picks}, follow=True).content.decode()
        assert f"#{made[1].number}: It is now rejected. Last decision: rejected, by ed" in page
        assert "2 comments approved." in page
        assert [status(c) for c in made] == [S.APPROVED, S.REJECTED, S.APPROVED]

    def test_a_thousand_decisions_take_the_same_number_of_statements_as_ten(self, as_mo, article):
        def decide(count: int) -> int:
            bodies = [Comment(body="Text") for _ in range(count)]
            made = discussions.import_comments(
                article.pk, bodies, [None] * count, [S.PENDING] * count
            )
            Submission.objects.bulk_create(
                Submission(comment=c, discussion_id=article.pk, writer="w", client_key=f"{c.pk}")
                for c in made
            )
            picks = [f"{c.key}:1" for c in made]
            with CaptureQueriesContext(
                connection,
            ) as queries:
                answer = as_mo.post(QUEUE, {"bulk": "approve", "pick": picks})
            assert answer.status_code == 303
            assert {status(c) for c in (made[0], made[-1])} == {S.APPROVED}
            return len(queries)

        few, many = decide(10), decide(1_000)
        assert many <= few + 3  # entries are inserted in portions
        page = as_mo.get(QUEUE).content.decode()
        assert "1000 comments approved." in page
        with CaptureQueriesContext(connection) as queries:
            bar = re.search(r'name="undo" value="(batch:[^"]+)"', page)[1]
            as_mo.post(QUEUE, {"undo": bar})
        assert len(queries) < 40
        assert Discussion.objects.get().pending_count == 1_000

    def test_an_empty_or_too_large_selection_is_refused(self, as_mo, held):
        made = held("Text")
        for picks in ([], [f"{n}:1" for n in range(1, 1_002)]):
            page = as_mo.post(QUEUE, {"bulk": "approve", "pick": picks}, follow=True)
            assert "Select between 1 and 1,000 comments." in page.content.decode()
        assert status(made) == S.PENDING

    @pytest.mark.parametrize(
        "form",
        [
            {},
            {"one": "approve"},
            {"one": "approve:x:1"},
            {"one": "approve:1:1"},
            {"one": "approve:1-1:1e3"},
            {"one": "destroy:1:1"},
            {"one": "approve:" + "9" * 30 + ":1"},
            {"bulk": "destroy", "pick": "1-1:1"},
            {"bulk": "approve", "pick": "1-1"},
            {"undo": "entry:x"},
            {"undo": "batch:x"},
            {"undo": "everything"},
            {"close": "site:1"},
            {"reopen": "1"},
        ],
    )
    def test_a_value_that_no_button_sends_is_refused(self, as_mo, form):
        assert as_mo.post(QUEUE, form).status_code == 400
        assert not AuditEntry.objects.exists()

    def test_a_missing_comment_is_not_an_error(self, as_mo):
        assert as_mo.post(QUEUE, {"one": "approve:1-4711:1"}).status_code == 303
        assert as_mo.post(QUEUE, {"close": "comment:1-4711", "why": "other"}).status_code == 404


class TestUndo:
    def test_the_undo_bar_undoes_the_last_action(self, as_mo, held):
        made = held("Text", name="Bo")
        page = as_mo.post(QUEUE, {"one": value(made, "reject")}, follow=True).content.decode()
        assert "Rejected <strong>#1</strong> by Bo." in page
        bar = re.search(r'name="undo" value="(entry:\d+-\d+)"', page)[1]
        answer = as_mo.post(QUEUE, {"undo": bar})
        assert answer["Location"] == f"{QUEUE}?item={made.key}"
        assert status(made) == S.PENDING
        assert "undo-bar" not in as_mo.get(QUEUE).content.decode()

    def test_the_undo_bar_stays_until_the_next_action(self, as_mo, held):
        made = held("Text")
        held("Another")
        as_mo.post(QUEUE, {"one": value(made, "approve")})
        for query in ({}, {"state": "decided"}, {"item": str(made.key)}):
            assert "undo-bar" in as_mo.get(QUEUE, query).content.decode()

    def test_undoing_a_batch_skips_comments_decided_since(self, as_mo, ed, held):
        made = [held(f"Text {i}") for i in range(3)]
        picks = [value(c) for c in made]
        page = as_mo.post(QUEUE, {"bulk": "approve", "pick": picks}, follow=True).content.decode()
        discussions.remove(made[1], by=ed)
        bar = re.search(r'name="undo" value="(batch:[^"]+)"', page)[1]
        page = as_mo.post(QUEUE, {"undo": bar}, follow=True).content.decode()
        assert "2 decisions undone." in page
        assert f"#{made[1].number}: ed made a later decision: removed." in page
        assert [status(c) for c in made] == [S.PENDING, S.REMOVED, S.PENDING]
        assert Discussion.objects.get().pending_count == 2

    def test_decisions_can_be_undone_from_their_tab(self, as_mo, mo, held):
        made = [held("One"), held("Two")]
        entries = [discussions.approve(c, by=mo) for c in made]
        picks = [str(entry.key) for entry in entries]
        as_mo.post(f"{QUEUE}?state=decided", {"bulk": "undo", "pick": picks})
        assert {status(c) for c in made} == {S.PENDING}

    def test_the_tab_explains_why_a_decision_cannot_be_undone(self, as_mo, mo, ed, held):
        made = held("Text")
        discussions.approve(made, by=mo)
        discussions.remove(made, by=ed)
        page = as_mo.get(QUEUE, {"state": "decided"})
        newest, oldest = page.context["items"]
        assert (newest.obstacle, oldest.obstacle) == ("", "ed made a later decision: removed.")

    def test_undoing_a_keep_makes_the_comment_unreviewed_again(self, as_mo, mo, held):
        discussions.approve(held("One", writer="known"), by=mo)
        made = held("Two", writer="known")
        as_mo.post(f"{QUEUE}?state=unreviewed", {"one": value(made, "keep")})
        assert shown_numbers(as_mo.get(QUEUE, {"state": "unreviewed"})) == []
        as_mo.post(QUEUE, {"undo": f"entry:{AuditEntry.objects.get(verb='keep').key}"})
        assert shown_numbers(as_mo.get(QUEUE, {"state": "unreviewed"})) == [made.number]


class TestCost:
    @pytest.mark.slow
    @pytest.mark.parametrize("state", [*labels.TABS, "same"])
    def test_thirty_comments_take_the_same_number_of_queries_as_three(
        self, as_mo, mo, comment, held, state
    ):
        def cost(count: int) -> int:
            for i in range(count):
                made = held(f"Text {count} {i}", parent=comment("Parent"), writer=f"w {count} {i}")
                if state in ("reported", "decided"):
                    discussions.approve(made, by=mo)
                if state == "reported":
                    discussions.report_comment(made, discussions.Sender(writer="reader"), "spam")
                if state == "unreviewed":
                    discussions.approve(made, by=mo)
                    held(f"Again {count} {i}", writer=f"w {count} {i}")
            query = (
                {"same": str(made.key)}
                if state == "same"
                else {"state": state, "item": str(made.key)}
            )
            as_mo.get(QUEUE, query)
            with CaptureQueriesContext(connection) as queries:
                assert as_mo.get(QUEUE, query | {"size": 100}).status_code == 200
            return len(queries)

        assert cost(3) == cost(30) <= 33 + FRAME

    @pytest.mark.slow
    def test_twenty_thousand_pending_comments_add_no_queries_and_are_found_by_an_index(
        self, as_mo, article, held, settings
    ):
        settings.QUEUE_MAX = 10**6
        total = 20_000
        held("Text")
        multiply(total)
        made = Comment.objects.order_by("created_at", "pk")
        counts = []
        cursors = [ArrivalCursor(c.created_at, c.pk) for c in (made[total // 2], made[total - 30])]
        for after in ("", *map(str, cursors)):
            as_mo.get(QUEUE)
            with CaptureQueriesContext(connection) as queries:
                page = as_mo.get(QUEUE, {"after": after})
            assert len(page.context["items"]) == 25
            counts.append(len(queries))
            reads = [q["sql"] for q in queries if q["sql"].startswith("SELECT")]
            assert len(reads) > 5
            for sql in reads:
                assert "Seq Scan on commentary_comment" not in plan(sql), sql
                assert "Seq Scan on commentary_submission" not in plan(sql), sql
        assert len(set(counts)) == 1
        assert page.context["tabs"][0].words == "20,000"
        next_page = as_mo.get(page.context["next_page"])
        assert len(next_page.context["items"]) == 4


class TestWho:
    FORMS = [
        {"one": "approve:1-1:1"},
        {"bulk": "approve", "pick": "1-1:1"},
        {"undo": "entry:1-1"},
        {"close": "discussion:1", "why": "other"},
        {"reopen": "discussion:1"},
    ]

    @pytest.mark.parametrize("form", [None, *FORMS])
    @pytest.mark.parametrize("staff", [True, False])
    def test_without_the_permission_it_is_forbidden(self, client, stella, form, staff):
        stella.is_staff = staff
        stella.save()
        client.force_login(stella)
        answer = client.get(QUEUE) if form is None else client.post(QUEUE, form)
        assert answer.status_code == 403

    @pytest.mark.parametrize("form", [None, *FORMS])
    def test_a_visitor_is_asked_to_sign_in(self, client, form):
        answer = client.get(QUEUE) if form is None else client.post(QUEUE, form)
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("admin:login"))

    def test_a_post_from_another_site_is_refused(self, mo, held):
        made = held("Text")
        client = Client(enforce_csrf_checks=True)
        client.force_login(mo)
        assert client.post(QUEUE, {"one": value(made, "approve")}).status_code == 403
        assert status(made) == S.PENDING

    @pytest.mark.parametrize("method", ["put", "delete", "patch"])
    def test_other_methods_are_refused(self, as_mo, method):
        assert getattr(as_mo, method)(QUEUE).status_code == 405

    def test_the_page_is_not_cached(self, as_mo):
        assert "no-store" in as_mo.get(QUEUE)["Cache-Control"]

    def test_the_admin_index_links_to_it_for_moderators(self, client, mo, stella):
        for user, there in ((mo, True), (stella, False)):
            client.force_login(user)
            assert (QUEUE in client.get(reverse("admin:index")).content.decode()) is there
