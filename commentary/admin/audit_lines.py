"""Audit log entries as sentences."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from .. import discussions
from ..models import AuditEntry, RowKey
from .labels import IN_SENTENCES, Label


@dataclass
class EntryLine:
    """An entry, its verb in words, and why it can't be undone ("" if it can)."""

    entry: AuditEntry
    words: Label
    obstacle: str


def entry_lines(entries: Iterable[AuditEntry], together: bool = False) -> list[EntryLine]:
    """Return entries as lines. Two queries.

    `together` means they would be undone in one action, see `discussions.obstacles`.
    """
    entries = list(entries)
    obstacles = discussions.obstacles(entries, together)
    return [
        EntryLine(entry, act_in_words(entry), obstacles.get(entry.key, "")) for entry in entries
    ]


@dataclass
class UndoPreview:
    """The entries that can be undone together, and those that will be skipped."""

    possible: list[EntryLine]
    impossible: list[EntryLine]

    @property
    def count(self) -> int:
        return len(self.possible) + len(self.impossible)

    @property
    def keys(self) -> list[RowKey]:
        return [line.entry.key for line in self.possible]


def undo_preview(entries: Iterable[AuditEntry]) -> UndoPreview:
    """Return what would happen if these entries were undone in one action. Two queries."""
    lines = entry_lines(entries, together=True)
    possible = [line for line in lines if not line.obstacle]
    return UndoPreview(possible, [line for line in lines if line.obstacle])


def act_in_words(entry: AuditEntry) -> Label:
    """Return what an entry says its actor did: "approved"."""
    if entry.verb == "undo" and entry.undoes is not None:
        return _("undid: %(verb)s") % {"verb": act_in_words(entry.undoes)}
    words = IN_SENTENCES.get(entry.verb, entry.verb)
    has_details = entry.verb in (*discussions.LINK_DECISIONS, *discussions.AUTHORSHIP)
    return str(words) % entry.kept if has_details else words
