"""Audit log entries as sentences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from .. import discussions
from ..models import AuditEntry, RowKey, Rule, SiteAuditEntry
from ..text.phrases import in_html, listed
from .labels import Label

# By verb. %(what)s is "#12 on Title", "thread #12 on Title", "comments on Title", "Title" or
# "3 entries".
SENTENCES: dict[str, Label] = {
    "submit": _("%(who)s posted %(what)s."),
    "edit": _("%(who)s edited %(what)s."),
    "withdraw": _("%(who)s withdrew %(what)s."),
    "ask_again": _("%(who)s asked for another look at %(what)s."),
    "approve": _("%(who)s approved %(what)s."),
    "keep": _("%(who)s kept %(what)s."),
    "reject": _("%(who)s rejected %(what)s."),
    "hold": _("%(who)s held %(what)s."),
    "mark_spam": _("%(who)s marked %(what)s as spam."),
    "remove": _("%(who)s removed %(what)s."),
    "discard": _("%(who)s discarded %(what)s as not a comment."),
    "move": _("%(who)s moved %(what)s."),
    "dismiss_parent": _("%(who)s dismissed a proposed parent of %(what)s."),
    "redate": _("%(who)s changed the date of %(what)s."),
    "set_language": _("%(who)s changed the language of %(what)s."),
    "close": _("%(who)s closed %(what)s."),
    "reopen": _("%(who)s reopened %(what)s."),
    "correct": _("%(who)s corrected %(what)s."),
    "restore": _("%(who)s restored the source text of %(what)s."),
    "update": _("%(who)s updated %(what)s from the source."),
    "publish": _("%(who)s published %(what)s."),
    "unpublish": _("%(who)s unpublished %(what)s."),
    "keep_ours": _("%(who)s kept our version of %(what)s."),
    "link": _("%(who)s accepted the link to point %(point)s from %(what)s."),
    "unlink": _("%(who)s dismissed the link to point %(point)s from %(what)s."),
    "confirm": _("%(who)s added the author badge of %(name)s to %(what)s."),
    "unconfirm": _("%(who)s removed the author badge of %(name)s from %(what)s."),
    "undo_import": _("%(who)s undid an import of %(what)s."),
    "redo_import": _("%(who)s redid an import of %(what)s."),
    "erase_reason": _("%(who)s erased a reason about %(what)s."),
    "erase": _("%(who)s erased %(what)s."),
}
OF_SEVERAL: dict[str, Label] = SENTENCES | {  # of one action, which may differ in details
    "link": _("%(who)s accepted links to points: %(what)s."),
    "unlink": _("%(who)s dismissed links to points: %(what)s."),
}


@dataclass
class EntryLine:
    """An entry, what it says in a sentence, and why it can't be undone ("" if it can)."""

    entry: AuditEntry
    words: SafeString
    obstacle: str


def entry_lines(entries: Iterable[AuditEntry], together: bool = False) -> list[EntryLine]:
    """Return entries as lines. Two queries.

    `together` means they would be undone in one action, see `discussions.obstacles`.
    """
    entries = list(entries)
    obstacles = discussions.obstacles(entries, together)
    return [
        EntryLine(entry, entry_in_words(entry), obstacles.get(entry.key, "")) for entry in entries
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


def entry_in_words(entry: AuditEntry) -> SafeString:
    """Return what an entry says: "ed approved #12 on Title"."""
    return _sentence(entry, _place_of(entry))


def batch_in_words(entry: AuditEntry, count: int) -> SafeString:
    """Return the same for a batch of `count` entries: "ed approved 3 entries"."""
    address = f"{reverse('admin:commentary_auditentry_changelist')}?of_batch={entry.batch}"
    entries = ngettext("%(n)s entry", "%(n)s entries", count) % {"n": count}
    return _sentence(entry, format_html('<a href="{}">{}</a>', address, entries), OF_SEVERAL)


def _sentence(
    entry: AuditEntry, what: SafeString, sentences: Mapping[str, Label] = SENTENCES
) -> SafeString:
    who = format_html("<strong>{}</strong>", entry.who)
    if entry.verb == "undo" and entry.undoes is not None:
        undone = _sentence(entry.undoes, what, sentences)
        return in_html(gettext("%(who)s undid: %(sentence)s"), who=who, sentence=undone)
    words = sentences.get(entry.verb, "%(who)s: %(what)s.")
    details = {name: entry.kept.get(name, "") for name in ("point", "name")}
    return in_html(words, who=who, what=what, **details)


def _place_of(entry: AuditEntry) -> SafeString:
    """Return what an entry is about, with a link to the comment."""
    article = entry.discussion.article
    title = format_html("<bdi>{}</bdi>", article)
    is_closing = (entry.undoes or entry).verb in AuditEntry.CLOSINGS
    if entry.comment is None:
        alone = pgettext("title of an article", "%(article)s")
        words = gettext("comments on %(article)s") if is_closing else alone
        return in_html(words, article=title)
    number = entry.comment.number
    address = f"{article.get_absolute_url()}comments/{number}/"
    link = format_html('<a href="{}">#{}</a>', address, number)
    words = gettext("%(comment)s on %(article)s")
    if is_closing:
        words = gettext("thread %(comment)s on %(article)s")
    return in_html(words, comment=link, article=title)


def invitation_in_words(entry: SiteAuditEntry) -> str:
    """Return what an entry says about an invitation: "Editor, account 7"; "" if it is about
    something else.
    """
    role, account = entry.details.get("role"), entry.details.get("account")
    if "invitation" not in entry.details:
        return ""
    return listed([role, gettext("account %(key)s") % {"key": account}]) if account else str(role)


def rule_in_words(entry: SiteAuditEntry) -> str:
    """Return what a rule did after the change that an entry records: "Commenter: reject, until 30
    Dec 2026, 10:00"; "" if the entry is about something else.
    """
    details = entry.details
    if "rule" not in details:
        return ""
    kind, action = details.get("kind"), details.get("action")
    names = {
        "kind": dict(Rule.Kind.choices).get(kind, kind),
        "action": dict(Rule.Action.choices).get(action, action),
    }
    words = [gettext("%(kind)s: %(action)s") % names]
    if details.get("ends_at"):
        ends_at = localtime(datetime.fromisoformat(details["ends_at"]))
        words.append(gettext("until %(date)s") % {"date": date_format(ends_at, "DATETIME_FORMAT")})
    if not details.get("is_active"):
        words.append(gettext("disabled"))
    return listed(words)
