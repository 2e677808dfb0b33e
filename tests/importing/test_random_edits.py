"""Sources are edited at random and imported again: nothing is doubled, and nothing decided, written,
closed or corrected here is lost. The undo of the last import restores the rows exactly.

The number of edits is small here. For all: EDITS=2000 python -m pytest tests/importing/test_random_edits.py
"""

import os
import random

import pytest

from commentary import discussions
from commentary.discussions import tree
from commentary.importing.redo_run import redo_run
from commentary.importing.undo_plan import plan_undo
from commentary.importing.undo_run import undo_run
from commentary.models import Article, AuditEntry, Comment, ImportRun, PointLink, tallies
from tests.importing.edited_sources import EditedSource
from tests.importing.stored_tables import assert_same, stored_tables

pytestmark = pytest.mark.django_db

KINDS = EditedSource.KINDS
EDITS = int(os.environ.get("EDITS", 4 * len(KINDS)))
SOURCES = min(4 * len(KINDS), EDITS // 4)


def act(chance: random.Random, ed) -> None:
    """Decide, close, write, correct or link something here."""
    found = chance.choice(list(Comment.objects.order_by("pk")))
    what = chance.choice(["remove", "close", "reply", "correct", "link"])
    if what == "remove" and found.status == "approved":
        discussions.remove(found, by=ed)
    elif what == "close":
        discussions.close(found, by=ed)
    elif what == "reply":
        sender = discussions.Sender(writer="w", editor=ed)
        text, key = f"Written here {chance.random()}", str(chance.random())
        try:
            discussions.submit(found.discussion_id, found.pk, text, sender, key)
        except discussions.Refusal:
            pass  # a branch closed here, or a parent that isn't public
    elif what == "correct":
        discussions.correct(found, ed, found.name, f"Ours {chance.random()}")
    elif what == "link":
        discussions.link(found, chance.randint(1, 3), ed)


def held_here() -> dict[str, object]:
    """Return what was decided, closed, written, corrected and linked here."""
    by_hand = AuditEntry.objects.exclude(actor=None)
    decided = Comment.objects.filter(pk__in=by_hand.filter(verb="remove").values("comment"))
    corrected = by_hand.filter(verb="correct").exclude(comment=None)
    return {
        "decided": dict(decided.values_list("pk", "status")),
        "closed": set(Comment.objects.exclude(closed_entry=None).values_list("pk", "closed_entry")),
        "written": set(
            Comment.objects.filter(source_key="").values_list("pk", "parent", "body", "status")
        ),
        "corrected": set(
            Comment.objects.filter(pk__in=corrected.values("comment")).values_list("pk", "body")
        ),
        "links": set(
            PointLink.objects.exclude(audit_entries=None).values_list("pk", "comment", "state")
        ),
    }


def plain(comment: Comment) -> str:
    return comment.plain.strip().rstrip(".")


def runs() -> list[ImportRun]:
    """Return the import runs that are in force, the newest first."""
    return list(ImportRun.objects.not_undone().order_by("-pk"))


def rows_of_runs() -> dict:
    """Return all rows, without the saved pages that no run has read: more comments of an article."""
    found = stored_tables()
    found["Source"] = [row for row in found["Source"] if row["copy_of_id"] is None]
    kept = {row["id"] for row in found["Source"]}
    found["SourceChunk"] = [row for row in found["SourceChunk"] if row["source_id"] in kept]
    return found


def assert_undone_exactly(before: dict, former: set[int], ed) -> None:
    """Assert that the undo of the newest runs restores the rows, and that a redo brings them back."""
    after = rows_of_runs()
    newest = [run for run in runs() if run.pk not in former]
    for run in newest:
        kept = plan_undo(run).kept
        assert not kept, kept
        assert undo_run(run, ed)
    assert_same(rows_of_runs(), before)
    for run in reversed(newest):
        run.refresh_from_db()
        assert redo_run(run, ed)
    assert_same(rows_of_runs(), after)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SOURCES))
def test_random_edits_of_a_source_double_nothing_and_lose_nothing_from_here(seed, ed):
    chance = random.Random(seed)
    kind = KINDS[seed % len(KINDS)]
    source = EditedSource(chance, kind)
    for _ in range(8):
        source.insert()
    stored: dict[int, int] = {}  # the keys of rows by what they are
    edits = 0
    source.bring()
    while True:
        rows = {row.pk: row for row in Comment.objects.exclude(source_key="")}
        new = set(rows) - set(stored.values())
        fresh = [item for item in source.items if item.who not in stored]
        assert len(new) == len(fresh), (kind, seed, edits)
        for item in fresh:
            values = (item.text, item.name)
            stored[item.who] = next(
                pk for pk in sorted(new) if (plain(rows[pk]), rows[pk].name) == values
            )
            new.remove(stored[item.who])
        assert Article.objects.count() == 1
        corrected = {pk for pk, _body in held_here()["corrected"]}
        for item in source.items:
            row = rows[stored[item.who]]
            if row.pk not in corrected:
                assert (plain(row), row.name) == (item.text, item.name), (kind, seed, edits)
        assert tree.check() == []
        assert tallies.wrong() == []
        if edits >= EDITS // SOURCES:
            break
        for _ in range(chance.randint(0, 2)):
            act(chance, ed)
        before, former, tables = held_here(), {run.pk for run in runs()}, rows_of_runs()
        for _ in range(chance.randint(1, 2)):
            source.edit()
            edits += 1
        source.bring()
        assert held_here() == before, (kind, seed, edits)
        assert_undone_exactly(tables, former, ed)
