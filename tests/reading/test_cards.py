"""Everything that a card inserts is escaped, except the text, which the sanitiser made."""

from datetime import UTC, datetime
from html import escape
from typing import Any

import pytest

from commentary.models import Comment
from commentary.reading.cards import Cards
from commentary.reading.outline import BranchContext, flat_list, outline
from commentary.reading.outlined import OwnComment, ReadingContext
from commentary.text.markup import render_text
from tests.reading.test_outline import rows_of

Kind, Status = Comment.Kind, Comment.Status
WHEN = datetime(2026, 1, 4, 9, 30, tzinfo=UTC)
EVIL = "<img src=x onerror=alert(1)>\"'&{0}%s"
BODY = render_text(f"{EVIL} words")
OWN = OwnComment(may_change=True, is_refused=True, reason=EVIL, place=(0, 1), ask="3/ask/")
PARTS: dict[str, dict[int, Any]] = {
    "name": dict.fromkeys((1, 2, 3, 4), EVIL),
    "body_html": dict.fromkeys((1, 2, 3, 4), BODY),
    "dated_at": dict.fromkeys((1, 2, 3, 4), WHEN),
    "edited_at": {1: WHEN},
    "kind": {2: Kind.PINGBACK},
    "closed_entry_id": {1: 9},
    "closed_entry__reason": {1: EVIL},
    "closed_entry__created_at": {1: WHEN},
    "source_ids": {1: '#c-17 #a<b #evil"x'},
    "author_id": {2: 7},
}
READING = ReadingContext(
    address="/articles/a/",
    author_ids=frozenset({7}),
    is_open=True,
    removals={200: (WHEN, EVIL, False)},
    mine={300: OWN},
    point_links={100: [(1, True)]},
    points={1: EVIL},
)


@pytest.fixture(params=["article", "branch", "point", "ancestor"])
def html(request) -> str:
    """Return a comment of each kind with markup in everything that people wrote."""
    rows = rows_of("1\n  2x\n    3?\n      4", **PARTS)
    cards = Cards(READING, 3, "/articles/a/?a=1&b=2")
    if request.param == "article":
        return cards.thread(outline(rows, READING).comments, EVIL)
    if request.param == "branch":
        laid = outline(rows[2:], READING, BranchContext(rows[:2], short=frozenset({400})))
        return cards.thread(laid.comments, EVIL)
    if request.param == "point":
        return cards.thread(flat_list(rows[1:], rows[:1], READING), EVIL)
    laid = outline(rows[1:], READING, BranchContext(rows[:1]))
    return cards.ancestor(laid.above[0], laid.comments[0])


def test_nothing_that_people_wrote_becomes_markup(html):
    rest = html.replace(BODY, "").replace(escape(EVIL), "")
    assert len(rest) < len(html)
    assert "<img" not in rest and "onerror" not in rest


def test_the_text_is_inserted_as_it_is(html):
    assert BODY in html


def test_every_word_that_a_translation_has_is_escaped(monkeypatch):
    """A translation is not code either."""
    monkeypatch.setattr("commentary.reading.cards._", lambda words: f"{words}<i>")
    rows = rows_of(
        "1\n  2\n  3?", **PARTS | {"closed_entry_id": {}, "edited_at": {1: WHEN, 2: WHEN}}
    )
    html = Cards(READING, 3, "/x").thread(outline(rows, READING).comments, "Responses")
    assert "&lt;i&gt;" in html
    assert "<i>" not in html
