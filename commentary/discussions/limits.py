"""Rate limits on comments, edits and reports: per network, article and site, and for the queue.

They are counted in the database, so that all processes agree, over the last minute or hour and from
rows that exist anyway. They are checked under locks that cover what is counted and last until the
commit (on SQLite, the write lock), so that simultaneous posts to many articles can't all pass. They
are also checked before the discussion is locked, to refuse a flood without making others wait.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Discussion, site
from ..models.distribution import is_distributed
from .errors import TooMany

MINUTE, HOUR = 60, 3600  # seconds

# Whether more than a number of comments were sent since a time. Found by key, without counting.
SENT_SINCE = """coalesce((
    SELECT created_at FROM commentary_submission
    WHERE comment_id <= (SELECT max(comment_id) FROM commentary_submission) - %s
    ORDER BY comment_id DESC LIMIT 1
) >= %s, false)"""
FEW = 100  # comments that are counted in any case
IN_DISORDER = 15  # seconds; longer than a transaction, in which keys and times are taken, can be

Fact = bool | int | str | None  # the value of a requested fact
Value = str | int | datetime  # a parameter of SQL


@dataclass(frozen=True)
class Sql:
    """An expression in SQL with its parameters. Django would take longer to compile one than the
    database to compute it.
    """

    text: str
    values: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Limit:
    """A rate limit: `reached` is an expression that is true at the limit, `told` the error message.

    `comments` is the number of comments sent that it allows, or 0 if it counts something else.
    """

    reached: Sql
    told: str
    retry_after: int  # seconds
    comments: int = 0


def for_posts(discussion_id: int, networks: Collection[str], own_key: str) -> list[Limit]:
    """Return the limits for a new comment.

    `networks` are all hashes of the sender's network. The submission with `own_key`, the client key
    of this comment, is not counted.
    """
    posts = "commentary_submission WHERE client_key <> %s"
    limits = [
        _recent(
            Sql(f"{posts} AND discussion_id = %s", (own_key, discussion_id)),
            settings.ARTICLE_POSTS_PER_MINUTE,
            MINUTE,
            _("This article is receiving too many comments. Please try again in a minute."),
        ),
        _recent(
            Sql(posts, (own_key,)),
            settings.SITE_POSTS_PER_MINUTE,
            MINUTE,
            _("This site is receiving too many comments. Please try again in a minute."),
        ),
        for_queue(),
    ]
    if not networks:
        return limits
    ours = Sql(f"{posts} AND network {_one_of(networks)}", (own_key, *sorted(networks)))
    return [
        _recent(
            ours,
            settings.POSTS_PER_MINUTE,
            MINUTE,
            _("You’re posting too fast. Please wait a minute and try again."),
        ),
        _recent(
            ours,
            settings.POSTS_PER_HOUR,
            HOUR,
            _("You’ve reached the limit of %(limit)s comments an hour. Please try again later."),
        ),
        *limits,
    ]


def for_queue() -> Limit:
    """Return the limit on pending comments, QUEUE_MAX."""
    most = settings.QUEUE_MAX
    reached = Sql(f"{site.PENDING_TOTAL} >= %s", (most, most))
    return Limit(reached, _("The moderation queue is full. Please try again later."), HOUR)


def for_reports(reporter: str, networks: Collection[str]) -> list[Limit]:
    """Return the limits for a new report."""
    told = _("You’ve reached the limit of %(limit)s reports an hour. Please try again later.")
    reports = "commentary_report WHERE"
    rows = [Sql(f"{reports} reporter = %s", (reporter,))]
    if networks:
        rows.append(Sql(f"{reports} network {_one_of(networks)}", tuple(sorted(networks))))
    return [_recent(sent, settings.POSTS_PER_HOUR, HOUR, told) for sent in rows]


def for_edits(writer: str) -> list[Limit]:
    """Return the limit for an edit by `writer`: their edits of comments edited within the last
    hour.
    """
    edits = (
        "coalesce((SELECT sum(edits) FROM commentary_submission"
        " WHERE writer = %s AND edited_at >= %s), 0) >= %s"
    )
    most = settings.POSTS_PER_HOUR
    told = _("You’ve reached the limit of %(limit)s edits an hour. Please try again later.") % {
        "limit": most
    }
    return [Limit(Sql(edits, (writer, _since(HOUR), most)), told, HOUR)]


def _one_of(values: Collection[str]) -> str:
    return f"IN ({', '.join(['%s'] * len(values))})"


def _since(seconds: int) -> datetime:
    return timezone.now() - timedelta(seconds=seconds)


def _recent(rows: Sql, limit: int, seconds: int, told: str) -> Limit:
    """Return a limit of `limit` rows within `seconds`. It reads at most that many rows.

    `rows` is a table with a condition.
    """
    found = f"EXISTS (SELECT 1 FROM {rows.text} AND created_at >= %s LIMIT 1 OFFSET %s)"
    reached = Sql(found, (*rows.values, _since(seconds), limit - 1)) if limit > 0 else Sql("true")
    comments = limit if rows.text.startswith("commentary_submission") else 0
    return Limit(reached, told % {"limit": limit}, seconds, comments)


def ask(
    discussion_id: int, limits: Sequence[Limit], *facts: Sql, locks: Sequence[str] = ()
) -> tuple[TooMany | None, tuple[Fact, ...]]:
    """Return the refusal for the first limit reached (or None), and the values of `facts`.

    Uses one statement and one round trip; another one counts for large limits, only if the whole
    site received as many comments as the smallest of them. Advisory `locks` are taken first, in
    this order, and held until the transaction ends; a transaction that counts the same rows waits
    for them.
    """
    large = [limit for limit in limits if limit.comments > FEW]
    small = [limit for limit in limits if limit not in large]
    is_busy = []
    if large:
        fewest = min(limit.comments for limit in large)
        longest = max(limit.retry_after for limit in large)
        is_busy = [Sql(SENT_SINCE, (fewest - 1, _since(longest + IN_DISORDER)))]
    row = _select(discussion_id, [*(limit.reached for limit in small), *facts, *is_busy], locks)
    reached = [limit for limit, is_reached in zip(small, row, strict=False) if is_reached]
    if large and row[-1]:
        counted = _select(discussion_id, [limit.reached for limit in large])
        reached += [limit for limit, is_reached in zip(large, counted, strict=True) if is_reached]
    refusal = None
    if reached:
        first = min(reached, key=limits.index)
        refusal = TooMany(first.told, first.retry_after)
    return refusal, tuple(row[len(small) : len(small) + len(facts)])


def _select(
    discussion_id: int, asked: Sequence[Sql], locks: Sequence[str] = ()
) -> tuple[Fact, ...]:
    """Return the values of expressions, after taking the locks."""
    columns = ", ".join(sql.text for sql in asked) or "1"
    query = f"SELECT {columns} FROM commentary_discussion WHERE article_id = %s"
    if is_distributed():  # what is asked of all nodes can't be part of a query of one node
        query = f"SELECT {columns} WHERE EXISTS (SELECT 1 FROM commentary_discussion WHERE article_id = %s)"
    adapt = connection.ops.adapt_datetimefield_value
    values = [
        adapt(value) if isinstance(value, datetime) else value
        for sql in asked
        for value in sql.values
    ]
    values.append(discussion_id)
    is_locking = bool(locks) and connection.vendor == "postgresql"
    if is_locking:
        # A separate statement, so that the next one sees what others have committed.
        taken = ", ".join(["pg_advisory_xact_lock(%s)"] * len(locks))
        query, values = f"SELECT {taken}; {query}", [*map(lock_key, locks), *values]
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        if is_locking:
            cursor.nextset()
        row: tuple[Fact, ...] | None = cursor.fetchone()
    if row is None:
        raise Discussion.DoesNotExist(f"There is no discussion {discussion_id}.")
    return row


def lock_key(name: str) -> int:
    """Return the 64-bit key of a PostgreSQL advisory lock."""
    digest = hashlib.sha256(f"commentary {name}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)


# Locks that cover the counts. Those of networks are sorted and come before the shared one, so that
# two commenters can't deadlock.
POSTS = "posts"


def post_locks(networks: Collection[str]) -> list[str]:
    """Return the locks for `for_posts`. The discussion's lock covers its own posts."""
    return [*(f"posts from {network}" for network in sorted(networks)), POSTS]


def report_locks(reporter: str, networks: Collection[str]) -> list[str]:
    """Return the locks for `for_reports`."""
    return [
        *(f"reports from {network}" for network in sorted(networks)),
        f"reports by {reporter}",
    ]


def edit_locks(writer: str, is_queued: bool) -> list[str]:
    """Return the locks for `for_edits`, and for `for_queue` if the comment becomes pending."""
    return [f"edits by {writer}", *([POSTS] if is_queued else [])]
