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
        place = f"discussion {self.discussion_id}" if self.discussion_id else "site audit log"
        if self.entry is None:
            return f"{place}: {self.why}"
        return f"{place}, entry {self.discussion_id}-{self.entry}: {self.why}"


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
            "this site has no record of that head: it was never printed or was removed"
        )
    heads = row.heads()
    if overall_head(heads) != head:
        raise UnknownHead("the record of that head was changed")
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
            found.problems.append(LogProblem(group[0], None, "it has entries but no longer exists"))
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
                LogProblem(key, None, "the log says that the article was removed, but it is here")
            )
    for key in sorted((expected.keys() | removed.keys()) - found.heads.keys() - {SITE}):
        is_gone = key in removed and not removed[key].is_back
        if not is_gone and (key in removed or expected[key][0]):
            why = "it no longer exists, and no entry says that the article was removed"
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
                self._problem(row.pk, "it is not part of the chain")
                continue
            self._take(row)
            if self.position in self.wanted:
                self.at[self.position] = row.digest
        length, digest = head
        if self.position < length:
            self._skip_to(length + 1, None)
        if self.position > length:
            self._problem(None, f"its last number is {self.position}, but should be {length}")
        elif self.digest is not None and self.digest != digest:
            self._problem(None, "its last entry is not the one that the discussion keeps")
        self.found.heads[self.key] = (self.position, self.digest or "")
        for one in wanted:
            self._compare(one[0], one[1])

    def _compare(self, length: int, digest: str) -> None:
        """Check that the chain contains the head of an earlier time."""
        if length > self.position:
            self._problem(
                None, f"the last entries are missing: it had {length}, and has {self.position}"
            )
        elif self.at.get(length) != digest:
            why = f"its first {length} entries are not those of before"
            self._problem(None, why)

    def _problem(self, entry: int | None, why: str) -> None:
        self.found.problems.append(LogProblem(self.key, entry, why))

    def _take(self, row: AuditEntry) -> None:
        """Check one entry."""
        assert row.position is not None
        if row.position <= self.position:
            self._problem(row.pk, f"there are two entries with number {row.position}")
            return
        if row.position > self.position + 1:
            self._skip_to(row.position, row.pk)
        if row.position in self.allowed.removed:
            self._problem(row.pk, "the log says that the undo of an import removed it")
        self._check_reason(row)
        if self.digest is not None and entry_digest(self.digest, row) != row.digest:
            before = f" or the one before it, number {self.position}," if self.position else ""
            self._problem(row.pk, f"number {row.position}: it{before} was changed or moved")
        self.position, self.digest = row.position, row.digest
        self.check.see(row)

    def _check_reason(self, row: AuditEntry) -> None:
        if not row.reason_digest:
            return
        if row.position not in self.allowed.erased:
            self._problem(row.pk, "its reason was erased, and no entry says so")
        if row.reason and digest_of_reason(row.salt, row.reason) != row.reason_digest:
            self._problem(row.pk, "its reason was erased, and another one was added")

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
            text = f"entry {first} is" if first == last else f"entries {first} to {last} are"
            self._problem(entry, f"{text} missing before it" if entry else f"{text} missing")
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
            why = f"it was made by “{row.actor_name}”, but has the account “{name}”"
            self.found.problems.append(LogProblem(row.discussion_id, row.pk, why))
        else:
            self.former[row.actor_name, name] += 1

    def report(self) -> None:
        """Note accounts that seem to have been renamed."""
        for (before, now), count in sorted(self.former.items()):
            self.found.notes.append(
                f"the account “{now}” has {count} entries of “{before}”: was it renamed?"
            )


def _verify_site(found: Verification, expected: Mapping[int, Head]) -> dict[int, _RemovedLog]:
    """Check the chain of the site. Returns the logs that were removed or brought back."""
    removed: dict[int, _RemovedLog] = {}
    wanted = expected.get(SITE)
    position, digest = 0, START
    for row in _site_entries():
        found.entries += 1
        if row.position != position + 1:
            text = f"entries {position + 1} to {row.position - 1} are missing"
            found.problems.append(LogProblem(SITE, None, text))
        elif row.digest_after(digest) != row.digest:
            found.problems.append(LogProblem(SITE, row.position, "it was changed"))
        position, digest = row.position, row.digest
        if wanted is not None and wanted[0] == position and wanted[1] != digest:
            why = f"its first {position} entries are not those of before"
            found.problems.append(LogProblem(SITE, None, why))
        details = row.details
        if isinstance(details, dict) and "article" in details:
            is_back = row.verb == SiteAuditEntry.RESTORE
            log = _RemovedLog(details.get("length") or 0, details.get("head") or START, is_back)
            removed[details["article"]] = log
    if wanted is not None and wanted[0] > position:
        text = f"the last entries are missing: it had {wanted[0]}, and has {position}"
        found.problems.append(LogProblem(SITE, None, text))
    found.heads[SITE] = (position, digest)
    return removed


def _site_entries() -> Iterator[SiteAuditEntry]:
    return SiteAuditEntry.objects.order_by("position").iterator(ROWS_AT_ONCE)
