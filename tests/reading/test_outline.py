import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from commentary.models import Comment
from commentary.models.queries.comments import CommentRow
from commentary.reading.cards import Cards
from commentary.reading.outline import BranchContext, Outline, outline, removed_among
from commentary.reading.outlined import OutlinedComment, OwnComment, ReadingContext
from commentary.reading.pagination import LEVELS

Status, Kind = Comment.Status, Comment.Kind


# An approved comment with minimal data.
PLAIN = CommentRow(
    id=0,
    number=0,
    anonymous_number=None,
    parent_id=None,
    tree_id=0,
    lft=0,
    rght=0,
    level=0,
    reply_count=0,
    status=Status.APPROVED,
    kind=Kind.COMMENT,
    name="",
    name_key=None,
    author_id=None,
    body_html="<p>Words</p>",
    dated_at=None,
    date_is_local=False,
    timeline_at=None,
    created_at=datetime(2026, 1, 31, tzinfo=UTC),
    edited_at=None,
    public_at=None,
    import_run_id=None,
    closed_entry_id=None,
    closed_from=None,
    closed_until=None,
    closed_entry__actor_name=None,
    closed_entry__created_at=None,
    closed_entry__reason=None,
    source_ids=None,
)


def rows_of(drawing: str, **fields: dict[int, Any]) -> list[CommentRow]:
    """Return rows from an indented drawing of numbers; ``12x`` is removed, ``12?`` is pending, and
    ``12+30`` has thirty more replies.

    `fields` has columns by number: ``name={3: "Ann"}``.
    """
    rows: list[CommentRow] = []
    above: list[int] = []
    hidden: dict[int, int] = {}
    for line in drawing.strip("\n").splitlines():
        mark, _, more = line.strip().partition("+")
        number, depth = int(mark.rstrip("x?")), (len(line) - len(line.lstrip())) // 2
        del above[depth:]
        status = {"x": Status.REMOVED, "?": Status.PENDING}.get(mark[-1], Status.APPROVED)
        hidden[len(rows)] = int(more or 0)
        parent_id = rows[above[-1]].id if above else None
        row = PLAIN._replace(
            id=number * 100, number=number, parent_id=parent_id, level=depth, status=status
        )
        above.append(len(rows))
        rows.append(row._replace(**{c: v[number] for c, v in fields.items() if number in v}))
    return [_placed(rows, i, hidden) for i in range(len(rows))]


def _placed(rows: list[CommentRow], i: int, hidden: dict[int, int]) -> CommentRow:
    """Return row `i` with its edges, in one tree of all rows, and its count of approved replies."""
    below = list(range(i + 1, len(rows)))
    end = next((j for j in below if rows[j].level <= rows[i].level), len(rows))
    approved = sum(row.status == Status.APPROVED for row in rows[i + 1 : end])
    drawn_elsewhere = sum(hidden[j] for j in range(i, end))
    left = 2 * i + 1 - rows[i].level
    return rows[i]._replace(
        lft=left, rght=left + 2 * (end - i) - 1, reply_count=approved + drawn_elsewhere
    )


def lay(
    rows: list[CommentRow],
    above: BranchContext | None = None,
    **reading: Any,
) -> Outline:
    return outline(rows, ReadingContext(**reading), above)


def redrawn(drawing: str) -> str:
    """Return the lists of the page as indented numbers, from where they open and close."""
    lines, depth = [], 0
    for comment in lay(rows_of(drawing)).comments:
        lines.append("  " * depth + comment.number + ("x" if comment.classes else ""))
        depth += 1 if comment.opens else -len(comment.closes)
    assert depth == 0, "every list that opens is closed"
    return "\n".join(lines)


def by_number(drawing: str, **fields: dict[int, Any]) -> dict[str, OutlinedComment]:
    return {c.number: c for c in lay(rows_of(drawing, **fields)).comments}


def html_of(comments: Iterable[OutlinedComment], **reading: Any) -> str:
    return Cards(ReadingContext(**reading), 3).thread(comments, "Responses")


def words(html: str) -> str:
    """Return the text of links as readers see it."""
    return " ".join(re.sub("<[^>]*>", " ", html).split())


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


def test_lists_open_and_close_like_the_tree():
    assert redrawn(THREADS) == THREADS.strip("\n")


def test_no_comments_give_an_empty_outline():
    assert lay([]) == ([], [], [], 0)


def test_a_placeholder_shows_when_and_why_but_no_content():
    when = datetime(2026, 11, 15, tzinfo=UTC)
    rows = rows_of("1x\n  2", name={1: "Rude"}, body_html={1: "<p>Words</p>"}, author_id={1: 7})
    assert removed_among(rows) == [100]
    removals = {100: (when, "personal remark", False)}
    laid = lay(rows, removals=removals, author_ids=frozenset({7}))
    gone = laid.comments[0]
    assert gone.removal == (when, "personal remark", False)
    assert gone.name == "Removed comment"
    assert not (gone.is_shown or gone.html or gone.page or gone.is_author)
    assert laid.comments[1].parent_name == "Removed comment"


def test_counts_include_all_visible_replies():
    comments = by_number("1\n  2x\n    3\n  4\n    5\n6")
    assert comments["1"].replies == "3 replies"
    assert comments["2"].replies == "1 reply"
    assert comments["6"].replies == "no replies"


def test_a_pending_comment_with_replies_is_a_placeholder():
    drawing = "1\n  3?\n    4\n6?\n  7"
    comments = by_number(drawing, name={3: "CANARY", 6: "CANARY"})
    assert redrawn(drawing) == "1\n  3x\n    4\n6x\n  7"
    assert "CANARY" not in html_of(comments.values())
    assert not comments["3"].is_removed
    assert comments["4"].parent_name == "Hidden comment"
    assert comments["1"].replies == "1 reply"


def test_each_reply_has_one_link_to_its_parent():
    comments = by_number(THREADS, name={6: "Ann"})
    assert comments["7"].answers_above
    assert not comments["8"].answers_above
    assert (comments["8"].parent, comments["8"].parent_name) == ("6", "Ann")
    assert not comments["1"].parent


def test_names_lead_to_the_comments_signed_with_them():
    rows = rows_of("1\n2\n3x\n  4", name_key={1: "ann & co", 3: "ann & co"})
    pages = [c.page for c in lay(rows).comments]
    assert pages == ["/commenters/ann%20&%20co/", "", "", ""]
    assert not any(c.page for c in lay(rows, is_draft=True).comments)


def test_the_index_lists_each_thread_with_replies():
    threads = lay(rows_of(THREADS, name={6: "Bo"})).threads
    assert [tuple(t.values()) for t in threads] == [
        ("1", "#comment-1", "Anonymous", "Words", "", "3", "3 replies", None),
        ("6", "#comment-6", "Bo", "Words", "", "4", "4 replies", None),
    ]


@pytest.mark.parametrize(
    ("drawing", "names"),
    [
        ("1", ["Anonymous"]),
        ("1\n2", ["Anonymous 1", "Anonymous 2"]),
        ("1\n  2\n  3x\n    4", ["Anonymous 1", "Bo", "Removed comment", "Anonymous 4"]),
        # Only its commenter may know that another one is pending.
        ("1\n3?\n  2", ["Anonymous", "Hidden comment", "Bo"]),
    ],
)
def test_unnamed_commenters_have_numbers_if_there_are_several(drawing, names):
    rows = rows_of(drawing, name={2: "Bo"} if len(names) > 2 else {})
    rows = [row._replace(anonymous_number=None if row.name else row.number) for row in rows]
    assert [c.name for c in lay(rows).comments] == names


def test_an_unnamed_commenter_has_a_number_if_others_are_on_another_page():
    rows = [rows_of("1")[0]._replace(anonymous_number=1)]
    assert lay(rows, several_unnamed=True).comments[0].name == "Anonymous 1"


def test_a_commenter_has_a_number_next_to_their_own_pending_comment():
    rows = [row._replace(anonymous_number=row.number) for row in rows_of("1\n  3?")]
    comments = lay(rows, mine={300: OwnComment(may_change=True, is_pending=True)}).comments
    assert [(c.name, c.parent_name) for c in comments] == [
        ("Anonymous 1", ""),
        ("Anonymous 3", "Anonymous 1"),
    ]


def test_replies_deeper_than_eight_levels_are_listed_at_the_last_level_and_name_their_parent():
    chain = "\n".join("  " * depth + str(depth + 1) for depth in range(LEVELS + 3))
    comments = by_number(chain)
    assert not any(c.rest for c in comments.values())
    assert sum(c.opens for c in comments.values()) == LEVELS - 1
    assert [comments[n].answers_above for n in ("8", "9", "11")] == [True, False, False]
    assert comments["11"].parent == "10"


def test_replies_that_do_not_fit_are_one_link_with_their_number():
    one, _, three = lay(rows_of("1+214\n  2\n    3"), address="/a/").comments
    assert words(three.closes[-1]) == "Show 214 more replies in this thread"
    assert 'href="/a/branches/1/?after=3#responses"' in three.closes[-1]
    assert one.replies == "216 replies"


def test_a_thread_without_shown_replies_has_the_link_too():
    (one,) = lay(rows_of("1+2")).comments
    assert words(one.rest) == "Show 2 replies"


def test_every_reply_is_either_shown_or_behind_one_link():
    chain = "1+5\n" + "\n".join("  " * d + str(d + 1) for d in range(1, LEVELS)) + "\n  9x\n    10"
    comments = by_number(chain)
    assert comments["1"].replies == "13 replies"  # 8 shown, 5 that don't fit
    assert words(comments["10"].closes[-1]) == "Show 5 more replies in this thread"


def test_a_branch_on_its_own_page_is_nested_from_its_own_depth():
    rows = rows_of("1\n  2\n    3\n      4\n        5\n      6")
    above = BranchContext(rows[:2])
    three, four, five, six = lay(rows[2:], above).comments
    assert (three.opens, three.parent, three.answers_above) == (True, "2", False)
    assert [len(c.closes) for c in (four, five, six)] == [0, 1, 1]
    assert not any(c.rest for c in (three, four, five, six))


def test_a_branch_closed_by_an_ancestor_shows_its_closure():
    rows = rows_of("1\n  2\n    3", closed_entry_id={1: 9})
    laid = lay(rows[2:], BranchContext(rows[:2], closing=rows[0]), is_open=True)
    (three,) = laid.comments
    assert three.closed_by["id"] == 100
    assert not (three.is_open or three.is_closed)
    assert [c.number for c in laid.above] == ["1", "2"]


def test_rows_in_short_form_are_not_counted():
    rows = rows_of("1\n  2\n    3\n    4")
    laid = lay(rows, BranchContext(short=frozenset({100, 200})))
    assert [c.is_short for c in laid.comments] == [True, True, False, False]
    assert laid.shown == 2


def test_the_author_badge_depends_on_the_key_and_not_the_name():
    rows = rows_of("1\n2", name={1: "Ada", 2: "Ada"}, author_id={1: 7})
    laid = lay(rows, author_ids=frozenset({7})).comments
    assert [c.is_author for c in laid] == [True, False]


def test_a_pingback_is_nobody_even_without_a_name():
    comments = by_number("1\n2", kind=dict.fromkeys((1, 2), Kind.PINGBACK), name={2: "Bee blog"})
    assert (comments["1"].name, comments["1"].kind) == ("Pingback", "")
    assert (comments["2"].name, comments["2"].kind) == ("Bee blog", "Pingback")
    assert "is-unnamed" not in html_of(comments.values())


def test_a_thread_is_closed_only_while_its_closure_is_in_effect():
    now = timezone.now()
    early, late = now - timedelta(days=1), now + timedelta(days=1)
    comments = by_number(
        "1\n2\n3\n4",
        closed_entry_id=dict.fromkeys((1, 2, 3), 7),
        closed_from={1: early, 2: late},
        closed_until={1: late, 3: early},
    )
    assert [c.is_closed for c in comments.values()] == [True, False, False, False]


def test_reply_links_are_shown_where_nothing_is_closed():
    acts = {"closed_entry_id": {2: 9}, "closed_entry__actor_name": {2: "ed"}}
    rows = rows_of("1\n  2\n    3\n      4x\n        5\n6", **acts)
    laid = lay(rows, address="/a/", is_open=True).comments
    assert [c.number for c in laid if c.is_open] == ["1", "6"]
    assert [c.number for c in laid if c.may_answer] == ["1", "6"]
    assert [c.closed_by["id"] for c in laid if c.closed_by] == [200, 200, 200, 200]
    assert [c.number for c in laid if c.is_closed] == ["2"]
    assert re.findall(r'href="/a/reply/(\d+)/#reply-\1"', html_of(laid, address="/a/")) == [
        "1",
        "6",
    ]
    closed = lay(rows, is_open=False).comments
    html = html_of(closed)
    assert "reply/" not in html
    assert re.findall(r"comments/(\d+)/more/", html) == ["1", "2", "3", "5", "6"]


def test_editors_can_reply_everywhere_but_to_placeholders():
    rows = rows_of("1\n  2x\n    3", closed_entry_id={1: 9})
    laid = lay(rows, address="/a/", everywhere=True).comments
    assert re.findall(r"/a/reply/(\d+)/", html_of(laid, address="/a/")) == ["1", "3"]


def test_a_commenters_own_hidden_comments_are_marked_and_counted_for_them():
    rows = rows_of("1\n  2\n3", status={2: Status.PENDING, 3: Status.REJECTED})
    mine = {
        200: OwnComment(may_change=True, is_pending=True, place=(0, rows[1].lft)),
        300: OwnComment(may_change=False, is_refused=True, place=(0, rows[2].lft)),
    }
    one, two, three = lay(rows, address="/a/", is_open=True, mine=mine).comments
    assert one.replies == "1 reply"
    assert two.classes == three.classes == " is-pending"
    links = re.findall(r'href="(/a/[^"]+)"', html_of([two, three], address="/a/"))
    assert links == ["/a/comments/2/edit/", "/a/comments/2/withdraw/"]


def test_pending_comments_of_others_contain_no_links_for_moderators():
    html = '<p>See <em>my</em> <a href="https://x.example/?a>b" rel="ugc">https://x.example</a></p>'
    rows = [row._replace(body_html=html) for row in rows_of("1\n2", status={1: Status.PENDING})]
    held = OwnComment(may_change=False, is_pending=True, is_own=False, place=(0, rows[0].lft))
    one, two = lay(rows, mine={100: held}).comments
    assert one.html == "<p>See <em>my</em> https://x.example</p>"
    assert two.html == html


def test_a_point_link_made_by_an_editor_is_marked():
    links = {100: [(3, False)], 200: [(1, False), (5, True)], 300: [(1, False)]}
    points = {3: "Glue & paint are bought in common, sandpaper never."}
    reading = ReadingContext(address="/a/", point_links=links, points=points)
    one, two, three, _ = outline(rows_of("1\n2\n3x\n  4"), reading).comments
    assert one.about == (
        '<p class="about-point">On <a href="/a/#point-3">point 3</a>: '
        "“\u2068Glue &amp; paint are bought in common…\u2069”</p>\n"
    )
    assert 'point 1</a>, <a href="/a/#point-5">point 5</a> (linked by an editor)' in two.about
    assert not three.about


def test_own_comments_below_a_hidden_parent_are_omitted():
    rows = rows_of("1\n  2?\n    3?\n4")
    del rows[1]
    laid = lay(rows, mine={300: OwnComment(may_change=True, is_pending=True)})
    assert [c.number for c in laid.comments] == ["1", "4"]


def test_many_rows_are_laid_out_without_recursion():
    count = 20_000
    rows = [
        PLAIN._replace(id=n, number=n, parent_id=n - 1 if n > 1 else None, level=n - 1)
        for n in range(1, count + 1)
    ]
    assert len(lay(rows).comments) == count
