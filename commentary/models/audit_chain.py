"""The hash chain of the audit log, by which a changed, removed or reordered entry is found.

The digest of an entry covers the digest of the entry before it in the same discussion, so it stands
for the whole log up to there. The discussion keeps the digest of its last entry. Digests that were
computed once must be computed the same way for ever: this format never changes.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby, islice
from operator import attrgetter
from typing import Protocol

from django.db import connection, models, transaction

START = ""  # the digest before the first entry
DISCUSSIONS_AT_ONCE = 200
ROWS_AT_ONCE = 2_000


class ChainedEntry(Protocol):
    """The columns of an audit entry that its digest covers."""

    pk: int
    position: int | None
    salt: str
    digest: str
    reason_digest: str
    created_at: datetime
    actor_id: int | None
    actor_name: str
    verb: str
    discussion_id: int
    comment_id: int | None
    point_link_id: int | None
    reason: str
    before: str
    after: str
    undoes_id: int | None

    @property
    def batch(self) -> object: ...

    @property
    def kept(self) -> Mapping[str, object]: ...


def chain_digest(values: object) -> str:
    """Return the SHA-256 of values as JSON with sorted keys."""
    # Read once more, because keys that are numbers become strings.
    plain = json.loads(json.dumps(values))
    text = json.dumps(plain, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def digest_of_reason(salt: str, reason: str) -> str:
    """Return the digest by which a reason is part of the chain.

    Without the salt, which is erased with the reason, no one can find out whether a guessed reason
    was the right one.
    """
    return chain_digest([salt, str(reason)])


def time_in_chain(moment: datetime) -> str:
    """Return a time as digests cover it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def entry_digest(previous: str, entry: ChainedEntry) -> str:
    """Return the digest of an entry that follows the one with the digest `previous`.

    The account is covered by its name only, since a restored site has other keys of accounts.
    """
    return chain_digest(
        [
            previous,
            entry.discussion_id,
            entry.position,
            entry.pk,
            time_in_chain(entry.created_at),
            entry.actor_id is not None,
            str(entry.actor_name),
            str(entry.verb),
            entry.comment_id,
            entry.point_link_id,
            entry.reason_digest or digest_of_reason(entry.salt, entry.reason),
            str(entry.before),
            str(entry.after),
            entry.batch and str(entry.batch),
            entry.undoes_id,
            entry.kept,
        ]
    )


def chain(entries: Iterable[ChainedEntry], length: int, head: str) -> tuple[int, str]:
    """Chain entries, which have their keys, after `length` others, the last of which has the digest
    `head`. Returns the new length and head.
    """
    for entry in entries:
        length += 1
        entry.position, entry.salt = length, secrets.token_hex(16)
        entry.digest = head = entry_digest(head, entry)
    return length, head


Head = tuple[int, str]  # how many entries a chain has, and the digest of the last one
Span = tuple[int, list[str]]  # the position of the first of some removed entries, and their digests


def removed_spans(digests: Mapping[int, str]) -> list[Span]:
    """Return digests by position as spans of positions without a gap, for JSON."""
    spans: list[Span] = []
    for position in sorted(digests):
        if not spans or spans[-1][0] + len(spans[-1][1]) != position:
            spans.append((position, []))
        spans[-1][1].append(digests[position])
    return spans


def digests_in(spans: object) -> dict[int, str]:
    """Return the digests by position in the value of `removed_spans`, {} for anything else."""
    try:
        return {
            first + at: str(digest)
            for first, digests in spans  # type: ignore[attr-defined]
            for at, digest in enumerate(digests)
        }
    except (TypeError, ValueError):
        return {}


def overall_head(heads: Mapping[int, Head]) -> str:
    """Return one digest for the heads of all chains, by the key of the discussion. The chain of the
    site has the key 0.
    """
    total = hashlib.sha256()
    for key in sorted(heads):
        length, digest = heads[key]
        total.update(f"{key} {length} {digest}\n".encode("ascii"))
    return total.hexdigest()


def chain_unchained(
    discussions: type[models.Model], entries: type[models.Model]
) -> list[tuple[int, int]]:
    """Chain the entries without a position, after the others of their discussion and in the order of
    their keys. Returns the keys of their discussions and their own.

    Can be interrupted. Each transaction locks some discussions, in the order of their keys.
    """
    unchained = entries._base_manager.filter(position=None)
    keys = unchained.order_by("discussion_id").values_list("discussion_id", flat=True).distinct()
    pending = iter(list(keys))
    done: list[tuple[int, int]] = []
    while some := list(islice(pending, DISCUSSIONS_AT_ONCE)):
        with transaction.atomic():
            rows = discussions._base_manager.filter(pk__in=some).order_by("pk")
            columns = rows.select_for_update().values_list("pk", "log_length", "log_head")
            heads: dict[int, Head] = {pk: (n or 0, head or START) for pk, n, head in columns}
            found = unchained.filter(discussion_id__in=some).order_by("discussion_id", "pk")
            for key, group in groupby(_chained(found), key=attrgetter("discussion_id")):
                while part := list(islice(group, ROWS_AT_ONCE)):
                    heads[key] = chain(part, *heads[key])
                    values = [(row.position, row.salt, row.digest, row.pk) for row in part]
                    _update(entries, "position = %s, salt = %s, digest = %s", values)
                    done += [(key, row.pk) for row in part]
            new = [(length, head, pk) for pk, (length, head) in heads.items()]
            _update(discussions, "log_length = %s, log_head = %s", new)
    return done


def _chained(rows: models.QuerySet) -> Iterator[ChainedEntry]:
    yield from rows.iterator(ROWS_AT_ONCE)


def _update(
    model: type[models.Model], assignments: str, rows: Sequence[tuple[int | str | None, ...]]
) -> None:
    """Set columns of rows. The last value of each is its key."""
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {assignments} WHERE {key} = %s", rows)
