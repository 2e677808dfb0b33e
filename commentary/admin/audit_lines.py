"""Audit log entries as sentences."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import discussions
from ..models import AuditEntry, RowKey, Rule, SiteAuditEntry
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


def invitation_in_words(entry: SiteAuditEntry) -> str:
    """Return what an entry says about an invitation: "Editor, account 7"; "" if it is about
    something else.
    """
    role, account = entry.details.get("role"), entry.details.get("account")
    if "invitation" not in entry.details:
        return ""
    return f"{role}, {gettext('account %(key)s') % {'key': account}}" if account else str(role)


def rule_in_words(entry: SiteAuditEntry) -> str:
    """Return what a rule did after the change that an entry records: "Commenter: reject, until 30
    Dec 2026, 10:00"; "" if the entry is about something else.
    """
    details = entry.details
    if "rule" not in details:
        return ""
    kind, action = details.get("kind"), details.get("action")
    words = [
        f"{dict(Rule.Kind.choices).get(kind, kind)}: {dict(Rule.Action.choices).get(action, action)}"
    ]
    if details.get("ends_at"):
        ends_at = localtime(datetime.fromisoformat(details["ends_at"]))
        words.append(gettext("until %(date)s") % {"date": date_format(ends_at, "DATETIME_FORMAT")})
    if not details.get("is_active"):
        words.append(gettext("disabled"))
    return ", ".join(words)
