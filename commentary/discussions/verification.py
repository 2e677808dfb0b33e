"""Verify the chains of the audit log: find changed, removed, added and reordered entries.

Whoever can write to the database can compute all digests anew. Such a change is found only by
comparing with an overall head that was kept elsewhere: see `expected_heads`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import AuditEntry, AuditHead, Discussion, SiteAuditEntry
from ..models.audit_chain import (
    START,
    Head,
    digest_of_reason,
    digests_in,
    entry_digest,
    overall_head,
)

SITE = 0  # the key of the chain of the site
ROWS_AT_ONCE = 2_000
Watch = Callable[[int], None]


class LogProblem(NamedTuple):
    """What is wrong with the log of a discussion (or SITE), and where. `entry` is the key of the
    entry, None if there is none.
    """

    discussion_id: int
    entry: int | None
    why: str

    def __str__(self) -> str:
        if self.discussion_id and self.entry is not None:
            text = _("discussion %(discussion)s, entry %(entry)s: %(why)s")
        elif self.discussion_id:
            text = _("discussion %(discussion)s: %(why)s")
        elif self.entry is not None:
            text = _("site audit log, entry %(entry)s: %(why)s")
        else:
            text = _("site audit log: %(why)s")
        return text % {
            "discussion": self.discussion_id,
            "entry": f"{self.discussion_id}-{self.entry}",
            "why": self.why,
        }


@dataclass
class Verification:
    """The result: how many entries were read, the heads of all chains, and the problems. `notes`
    are remarks that are no problems.
    """

    entries: int = 0
    heads: dict[int, Head] = field(default_factory=dict)
    problems: list[LogProblem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unchained: int = 0

    @property
    def head(self) -> str:
        """The overall head."""
        return overall_head(self.heads)


class _Allowed(NamedTuple):
    """What may be missing from the log of a discussion: the digests of entries that the undo of an
    import removed, by position, and the positions of entries whose reason was erased.
    """

    removed: dict[int, str]
    erased: set[int]


class UnknownHead(Exception):
    """An overall head was not recorded. The message says what to do."""


def expected_heads(head: str) -> dict[int, Head]:
    """Return the heads of all chains at the time when `head` was printed. Raises UnknownHead."""
    row = AuditHead.objects.filter(head=head).first()
    if row is None:
        raise UnknownHead(
            _("this site has no record of that head: it was never printed or was removed")
        )
    heads = row.heads()
    if overall_head(heads) != head:
        raise UnknownHead(_("the record of that head was changed"))
    return heads


def verify(
    expected: Mapping[int, Head] | None = None, watch: Watch = lambda entries: None
) -> Verification:
    """Read the whole log and return what is wrong. Call it inside a snapshot of the database.

    `expected` has the heads of an earlier time, which must still be part of the chains. `watch` is
    called with the number of entries read. Six statements.
    """
    found = Verification()
    expected = expected or {}
    allowed = _allowed()
    removed = _verify_site(found, expected)
    entries = AuditEntry.objects.order_by("discussion_id", F("position").asc(nulls_last=True), "pk")
    by_discussion = groupby(entries.iterator(ROWS_AT_ONCE), key=attrgetter("discussion_id"))
    group = next(by_discussion, None)
    check = _CheckOfAccounts(found)
    columns = Discussion.objects.order_by("pk").values_list("pk", "log_length", "log_head")
    for key, length, head in columns.iterator(ROWS_AT_ONCE):
        rows: Iterable[AuditEntry] = ()
        while group is not None and group[0] < key:
            found.problems.append(
                LogProblem(group[0], None, _("it has entries but no longer exists"))
            )
            group = next(by_discussion, None)
        if group is not None and group[0] == key:
            rows = group[1]
        chain = _Chain(key, allowed.get(key, _Allowed({}, set())), found, check, watch)
        wanted = [one[:2] for one in (expected.get(key), removed.get(key)) if one and one[0]]
        chain.verify(rows, (length or 0, head or START), wanted)
        if group is not None and group[0] == key:
            group = next(by_discussion, None)
        if key in removed and not removed[key].is_back:
            found.problems.append(
                LogProblem(
                    key, None, _("the log says that the article was removed, but it still exists")
                )
            )
    for key in sorted((expected.keys() | removed.keys()) - found.heads.keys() - {SITE}):
        is_gone = key in removed and not removed[key].is_back
        if not is_gone and (key in removed or expected[key][0]):
            why = _("it no longer exists, and no entry says that the article was removed")
            found.problems.append(LogProblem(key, None, why))
    found.heads = {key: head for key, head in found.heads.items() if head[0]}
    check.report()
    return found


class _RemovedLog(NamedTuple):
    """The length and head of the log of an article when it was removed or brought back last."""

    length: int
    digest: str
    is_back: bool


def _allowed() -> dict[int, _Allowed]:
    """Return which entries and reasons the log itself says are missing, by discussion. The entries
    that say so are verified like all others.
    """
    found: dict[int, _Allowed] = defaultdict(lambda: _Allowed({}, set()))
    verbs = (*AuditEntry.OF_IMPORTS, AuditEntry.ERASE_REASON)
    rows = AuditEntry.objects.filter(verb__in=verbs).exclude(position=None).order_by("position")
    for key, verb, kept in rows.values_list("discussion_id", "verb", "kept"):
        if not isinstance(kept, dict):
            continue
        one = found[key]
        one.removed.update(digests_in(kept.get("removed")))
        for position in digests_in(kept.get("restored")):
            one.removed.pop(position, None)
        if verb == AuditEntry.ERASE_REASON and isinstance(kept.get("position"), int):
            one.erased.add(kept["position"])
    return found


class _Chain:
    """The verification of one discussion."""

    def __init__(
        self,
        key: int,
        allowed: _Allowed,
        found: Verification,
        check: "_CheckOfAccounts",
        watch: Watch,
    ) -> None:
        self.key, self.allowed, self.found, self.check = key, allowed, found, check
        self.watch = watch
        self.position = 0
        self.digest: str | None = START  # of the entry at `position`, None if it is not known
        self.wanted: set[int] = set()
        self.at: dict[int, str] = {}  # digests at the wanted positions

    def verify(self, rows: Iterable[AuditEntry], head: Head, wanted: Sequence[Head]) -> None:
        """Check the entries, in order, and the head that the discussion keeps."""
        self.wanted = {one[0] for one in wanted}
        for row in rows:
            self.found.entries += 1
            self.watch(self.found.entries)
            if row.position is None:
                self.found.unchained += 1
                self._problem(row.pk, _("it is not part of the chain"))
                continue
            self._take(row)
            if self.position in self.wanted:
                self.at[self.position] = row.digest
        length, digest = head
        if self.position < length:
            self._skip_to(length + 1, None)
        if self.position > length:
            text = _("its last number is %(number)s, but should be %(expected)s")
            self._problem(None, text % {"number": self.position, "expected": length})
        elif self.digest is not None and self.digest != digest:
            self._problem(None, _("its last entry is not the one that the discussion keeps"))
        self.found.heads[self.key] = (self.position, self.digest or "")
        for one in wanted:
            self._compare(one[0], one[1])

    def _compare(self, length: int, digest: str) -> None:
        """Check that the chain contains the head of an earlier time."""
        if length > self.position:
            self._problem(None, _last_missing(length, self.position))
        elif self.at.get(length) != digest:
            self._problem(None, _first_differ(length))

    def _problem(self, entry: int | None, why: str) -> None:
        self.found.problems.append(LogProblem(self.key, entry, why))

    def _take(self, row: AuditEntry) -> None:
        """Check one entry."""
        assert row.position is not None
        if row.position <= self.position:
            self._problem(
                row.pk, _("there are two entries with number %(number)s") % {"number": row.position}
            )
            return
        if row.position > self.position + 1:
            self._skip_to(row.position, row.pk)
        if row.position in self.allowed.removed:
            self._problem(row.pk, _("the log says that the undo of an import removed it"))
        self._check_reason(row)
        if self.digest is not None and entry_digest(self.digest, row) != row.digest:
            text = (
                _(
                    "number %(number)s: it or the one before it, number %(before)s, was changed or "
                    "moved"
                )
                if self.position
                else _("number %(number)s: it was changed or moved")
            )
            self._problem(row.pk, text % {"number": row.position, "before": self.position})
        self.position, self.digest = row.position, row.digest
        self.check.see(row)

    def _check_reason(self, row: AuditEntry) -> None:
        if not row.reason_digest:
            return
        if row.position not in self.allowed.erased:
            self._problem(row.pk, _("its reason was erased, and no entry says so"))
        if row.reason and digest_of_reason(row.salt, row.reason) != row.reason_digest:
            self._problem(row.pk, _("its reason was erased, and another one was added"))

    def _skip_to(self, position: int, entry: int | None) -> None:
        """Go on with the entry at `position`, or after the last one, although there are none before
        it.
        """
        removed = {n for n in self.allowed.removed if self.position < n < position}
        if len(removed) < position - 1 - self.position:
            first, last = self.position + 1, position - 1
            while first in removed:
                first += 1
            while last in removed:
                last -= 1
            self._problem(entry, _missing(first, last, is_before=bool(entry)))
        for at in removed & self.wanted:
            self.at[at] = self.allowed.removed[at]
        self.position, self.digest = position - 1, self.allowed.removed.get(position - 1)


class _CheckOfAccounts:
    """Checks that each entry has the name of its account."""

    def __init__(self, found: Verification) -> None:
        self.found = found
        users = get_user_model()._default_manager.values_list("pk", "username")
        self.names: dict[int, str] = dict(users)
        self.taken = set(self.names.values())
        self.former: dict[tuple[str, str], int] = defaultdict(int)

    def see(self, row: AuditEntry) -> None:
        """Check one entry."""
        if row.actor_id is None:
            return
        name = self.names.get(row.actor_id, "")
        if name == row.actor_name:
            return
        if row.actor_name in self.taken:
            text = _("it was made by “%(name)s”, but has the account “%(account)s”")
            why = text % {"name": row.actor_name, "account": name}
            self.found.problems.append(LogProblem(row.discussion_id, row.pk, why))
        else:
            self.former[row.actor_name, name] += 1

    def report(self) -> None:
        """Note accounts that seem to have been renamed."""
        for (before, now), count in sorted(self.former.items()):
            text = ngettext(
                "the account “%(now)s” has %(n)d entries of “%(before)s”: was it renamed?",
                "the account “%(now)s” has %(n)d entries of “%(before)s”: was it renamed?",
                count,
            )
            self.found.notes.append(text % {"now": now, "n": count, "before": before})


def _verify_site(found: Verification, expected: Mapping[int, Head]) -> dict[int, _RemovedLog]:
    """Check the chain of the site. Returns the logs that were removed or brought back."""
    removed: dict[int, _RemovedLog] = {}
    wanted = expected.get(SITE)
    position, digest = 0, START
    for row in _site_entries():
        found.entries += 1
        if row.position != position + 1:
            text = _("entries %(first)s to %(last)s are missing")
            text %= {"first": position + 1, "last": row.position - 1}
            found.problems.append(LogProblem(SITE, None, text))
        elif row.digest_after(digest) != row.digest:
            found.problems.append(LogProblem(SITE, row.position, _("it was changed")))
        position, digest = row.position, row.digest
        if wanted is not None and wanted[0] == position and wanted[1] != digest:
            found.problems.append(LogProblem(SITE, None, _first_differ(position)))
        details = row.details
        if isinstance(details, dict) and "article" in details:
            is_back = row.verb == SiteAuditEntry.RESTORE
            log = _RemovedLog(details.get("length") or 0, details.get("head") or START, is_back)
            removed[details["article"]] = log
    if wanted is not None and wanted[0] > position:
        found.problems.append(LogProblem(SITE, None, _last_missing(wanted[0], position)))
    found.heads[SITE] = (position, digest)
    return removed


def _site_entries() -> Iterator[SiteAuditEntry]:
    return SiteAuditEntry.objects.order_by("position").iterator(ROWS_AT_ONCE)


def _missing(first: int, last: int, is_before: bool) -> str:
    """Return that entries are missing, before an entry or at the end."""
    if first == last:
        text = (
            _("entry %(first)s is missing before it")
            if is_before
            else _("entry %(first)s is missing")
        )
    else:
        text = (
            _("entries %(first)s to %(last)s are missing before it")
            if is_before
            else _("entries %(first)s to %(last)s are missing")
        )
    return text % {"first": first, "last": last}


def _last_missing(before: int, now: int) -> str:
    text = _("the last entries are missing: it had %(before)s, and has %(now)s")
    return text % {"before": before, "now": now}


def _first_differ(count: int) -> str:
    text = ngettext(
        "its first %(n)d entry differs from before",
        "its first %(n)d entries differ from before",
        count,
    )
    return text % {"n": count}
