from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from django.utils import timezone

from commentary.models import Comment
from commentary.outline import LEVELS, Mine, any_removed, came, outline

Status, Kind = Comment.Status, Comment.Kind


class Row(NamedTuple):
    """One row as `CommentQuerySet.for_reading` gives it."""

    id: int
    number: int
    parent_id: int | None
    level: int
    status: str = Status.APPROVED
    kind: str = Kind.COMMENT
    name: str = ""
    voice: int | None = None
    author_id: int | None = None
    body_html: str = "<p>Words</p>"
    dated_at: datetime | None = None
    date_is_local: bool = False
    edited_at: datetime | None = None
    import_run_id: int | None = None
    point: int | None = None
    closed_entry_id: int | None = None
    closed_from: datetime | None = None
    closed_until: datetime | None = None
    closed_entry__actor_name: str | None = None
    closed_entry__created_at: datetime | None = None
    closed_entry__reason: str | None = None


def rows_of(drawing: str, **fields: dict[int, Any]) -> list[Row]:
    """Rows from an indented drawing of numbers; ``12x`` is removed, ``12?`` waits.

    `fields` gives columns by number: ``name={3: "Ann"}``.
    """
    rows: list[Row] = []
    above: list[Row] = []
    for line in drawing.strip("\n").splitlines():
        mark = line.strip()
        number, depth = int(mark.rstrip("x?")), (len(line) - len(line.lstrip())) // 2
        del above[depth:]
        status = {"x": Status.REMOVED, "?": Status.PENDING}.get(mark[-1], Status.APPROVED)
        row = Row(
            id=number * 100,
            number=number,
            parent_id=above[-1].id if above else None,
            level=depth,
            status=status,
        )
        rows.append(row._replace(**{c: v[number] for c, v in fields.items() if number in v}))
        above.append(row)
    return rows


def redrawn(drawing: str, sort: str = "oldest") -> str:
    """The lists of the page as indented numbers, from where they open and close."""
    lines, depth = [], 0
    for comment in outline(rows_of(drawing), {}, sort).comments:
        lines.append("  " * depth + comment["number"] + ("x" if comment["state"] else ""))
        depth += 1 if comment["opens"] else -len(comment["closes"])
    assert depth == 0, "every list that opens is closed"
    return "\n".join(lines)


def by_number(drawing: str, **fields: dict[int, Any]) -> dict[str, dict[str, Any]]:
    return {c["number"]: c for c in outline(rows_of(drawing, **fields), {}).comments}


THREADS = """
1
  2
  3
    4
5
6
  7
  8
    9
      10
"""


def test_lists_open_and_close_as_the_tree_does():
    assert redrawn(THREADS) == THREADS.strip("\n")


def test_no_comments_make_an_empty_outline():
    assert outline([], {}) == ([], [])


def test_newest_threads_come_first_while_replies_stay_oldest_first():
    assert redrawn(THREADS, "newest").split() == ["6", "7", "8", "9", "10", "5", "1", "2", "3", "4"]


def test_the_most_answered_threads_come_first_and_equals_stay_oldest_first():
    assert redrawn(THREADS, "replies").split() == [
        "6",
        "7",
        "8",
        "9",
        "10",
        "1",
        "2",
        "3",
        "4",
        "5",
    ]


def test_a_placeholder_stays_where_a_visible_reply_stands_below_it():
    assert redrawn("1x\n  2x\n    3\n  4x\n5x") == "1x\n  2x\n    3"


def test_a_placeholder_says_when_and_why_and_nothing_of_what_it_was():
    when = datetime(2026, 11, 15, tzinfo=UTC)
    rows = rows_of("1x\n  2", name={1: "Rude"}, body_html={1: "<p>Words</p>"}, author_id={1: 7})
    laid = outline(rows, {100: (when, "personal remark", False)}, author_ids=frozenset({7}))
    gone = laid.comments[0]
    assert (gone["removed_at"], gone["removed_reason"]) == (when, "personal remark")
    assert gone["name"] == "Removed comment"
    assert not (gone["html"] or gone["dated_at"] or gone["is_author"])
    assert laid.comments[1]["parent_name"] == "Removed comment"


def test_counts_are_of_all_visible_comments_below():
    comments = by_number("1\n  2x\n    3\n  4\n    5\n6")
    assert comments["1"]["replies"] == "3 replies"
    assert comments["2"]["replies"] == "1 reply"
    assert comments["6"]["replies"] == "no replies"


def test_what_waits_with_replies_is_a_placeholder_and_without_them_nothing():
    drawing = "1\n  2\n  3?\n    4\n  5?\n6?\n  7"
    comments = by_number(drawing, name={3: "CANARY", 6: "CANARY"})
    assert redrawn(drawing) == "1\n  2\n  3x\n    4\n6x\n  7"
    assert "CANARY" not in str(comments)
    assert not comments["3"]["is_removed"]
    assert comments["4"]["parent_name"] == "Comment not shown"
    assert comments["1"]["replies"] == "2 replies"


def test_each_reply_has_one_link_to_its_parent_and_it_says_which():
    comments = by_number(THREADS, name={6: "Ann"})
    assert comments["7"]["answers_above"]
    assert not comments["8"]["answers_above"]
    assert (comments["8"]["parent"], comments["8"]["parent_name"]) == ("6", "Ann")
    assert not comments["1"]["parent"]


def test_from_the_third_level_on_there_is_a_link_to_the_top():
    comments = by_number(THREADS)
    assert [n for n, c in comments.items() if c["top"]] == ["4", "9", "10"]
    assert comments["10"]["top"] == "6"


def test_every_thread_but_the_last_leads_to_the_next():
    rows = rows_of(THREADS)
    assert [c["next"] for c in outline(rows, {}).comments if c["next"]] == ["5", "6"]
    assert [c["next"] for c in outline(rows, {}, "newest").comments if c["next"]] == ["5", "1"]


def test_the_index_names_each_thread_and_its_replies():
    threads = outline(rows_of(THREADS, name={5: "Bo"}), {}).threads
    assert [tuple(t.values()) for t in threads] == [
        ("1", "Anonymous", "3 replies"),
        ("5", "Bo", "no replies"),
        ("6", "Anonymous", "4 replies"),
    ]


@pytest.mark.parametrize(
    ("drawing", "names"),
    [
        ("1", ["Anonymous"]),
        ("1\n2", ["Anonymous 1", "Anonymous 2"]),
        ("1\n  2\n  3x\n    4", ["Anonymous 1", "Bo", "Removed comment", "Anonymous 4"]),
        # Nobody but its writer may learn that another waits.
        ("1\n3?\n  2", ["Anonymous", "Comment not shown", "Bo"]),
    ],
)
def test_the_unnamed_have_a_number_where_several_speak(drawing, names):
    rows = rows_of(drawing, name={2: "Bo"} if len(names) > 2 else {})
    rows = [row._replace(voice=None if row.name else row.number) for row in rows]
    assert [c["name"] for c in outline(rows, {}).comments] == names


def test_a_writer_is_told_from_the_other_unnamed_while_his_own_waits():
    rows = [row._replace(voice=row.number) for row in rows_of("1\n  3?")]
    own = {300: Mine(may_change=True, waits=True)}
    comments = outline(rows, {}, mine=own).comments
    assert [(c["name"], c["parent_name"]) for c in comments] == [
        ("Anonymous 1", ""),
        ("Anonymous 3", "Anonymous 1"),
    ]


def test_lists_nest_to_eight_levels_and_deeper_replies_stand_in_the_last():
    chain = "\n".join("  " * depth + str(depth + 1) for depth in range(11)) + "\n" + "  " * 9 + "12"
    lines = redrawn(chain).splitlines()
    assert lines[7:] == ["  " * (LEVELS - 1) + str(n) for n in (8, 9, 10, 11, 12)]
    comments = by_number(chain)
    assert comments["12"]["parent"] == "9"
    assert not comments["12"]["answers_above"]
    assert 'data-depth="9"' in comments["12"]["attributes"]


def test_names_are_escaped_where_they_are_prepared():
    comments = by_number("1\n  2", name={1: "<b>&"})
    assert comments["1"]["name"] == "&lt;b&gt;&amp;"
    assert comments["2"]["parent_name"] == "&lt;b&gt;&amp;"


def test_the_author_of_the_article_is_known_by_its_key_and_not_by_a_name():
    rows = rows_of("1\n2", name={1: "Ada", 2: "Ada"}, author_id={1: 7})
    laid = outline(rows, {}, author_ids=frozenset({7})).comments
    assert [c["is_author"] for c in laid] == [True, False]


def test_a_page_that_links_here_is_nobody_even_without_a_name():
    comments = by_number("1\n2", kind=dict.fromkeys((1, 2), Kind.PINGBACK), name={2: "Bee blog"})
    assert (comments["1"]["name"], comments["1"]["kind"]) == ("Pingback", "")
    assert (comments["2"]["name"], comments["2"]["kind"]) == ("Bee blog", "Pingback")
    assert not comments["1"]["by_state"]


def test_a_thread_is_closed_while_the_act_that_closes_it_is_in_force():
    now = timezone.now()
    early, late = now - timedelta(days=1), now + timedelta(days=1)
    comments = by_number(
        "1\n2\n3\n4",
        closed_entry_id=dict.fromkeys((1, 2, 3), 7),
        closed_from={1: early, 2: late},
        closed_until={1: late, 3: early},
    )
    assert [c["is_closed"] for c in comments.values()] == [True, False, False, False]


def test_what_came_with_the_source_is_counted_apart():
    rows = rows_of("1\n  2\n  3x\n4\n5", import_run_id=dict.fromkeys((1, 2, 3, 4), 1))
    assert came(rows) == (2, 1, 1)
    assert any_removed(rows)
    assert not any_removed(rows_of("1"))


def test_links_to_answer_stand_where_nothing_is_closed():
    acts = {"closed_entry_id": {2: 9}, "closed_entry__actor_name": {2: "ed"}}
    rows = rows_of("1\n  2\n    3\n      4x\n        5\n6", **acts)
    laid = outline(rows, {}, address="/a/", is_open=True).comments
    assert [c["number"] for c in laid if c["is_open"]] == ["1", "6"]
    assert [c["number"] for c in laid if "?reply=" in c["actions"]] == ["1", "6"]
    assert [c["closed_by"]["id"] for c in laid if c["closed_by"]] == [200, 200, 200, 200]
    assert [c["number"] for c in laid if c["is_closed"]] == ["2"]
    assert 'href="/a/?reply=1#reply-1"' in laid[0]["actions"]
    assert not any(c["actions"] for c in outline(rows, {}, is_open=False).comments)


def test_editors_may_answer_everywhere_but_no_placeholder():
    rows = rows_of("1\n  2x\n    3", closed_entry_id={1: 9})
    laid = outline(rows, {}, address="/a/", everywhere=True).comments
    assert [bool(c["actions"]) for c in laid] == [True, False, True]


def test_what_its_writer_alone_sees_is_marked_and_counted_for_him():
    rows = rows_of("1\n  2\n3", status={2: Status.PENDING, 3: Status.REJECTED})
    mine = {200: Mine(may_change=True, waits=True), 300: Mine(may_change=False, is_refused=True)}
    one, two, three = outline(rows, {}, address="/a/", is_open=True, mine=mine).comments
    assert one["replies"] == "1 reply"
    assert two["state"] == three["state"] == " is-pending"
    assert "/a/comments/2/edit/" in two["actions"] and "/a/comments/2/withdraw/" in two["actions"]
    assert "?reply=" not in two["actions"]
    assert not three["actions"]


def test_a_point_says_whether_an_editor_linked_it():
    comments = by_number("1\n2\n3x\n  4", point={1: 3, 2: 5, 3: 1}, import_run_id={2: 1})
    assert (comments["1"]["point"], comments["1"]["point_by_editor"]) == ("3", False)
    assert (comments["2"]["point"], comments["2"]["point_by_editor"]) == ("5", True)
    assert not comments["3"]["point"]


@pytest.mark.parametrize("shape", ["chain", "flat"])
def test_a_hundred_thousand_rows_are_laid_out_without_recursion(shape):
    count, chain = 100_000, shape == "chain"
    rows = [
        Row(
            id=n,
            number=n,
            parent_id=n - 1 if chain and n > 1 else None,
            level=n - 1 if chain else 0,
        )
        for n in range(1, count + 1)
    ]
    assert len(outline(rows, {}).comments) == count
