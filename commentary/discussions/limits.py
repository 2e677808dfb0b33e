"""Limits on what readers send: by network, article and site, and by what the queue can hold.

Counted in the database, so that all processes see the same; over the last minute or hour up to this
moment, by rows that are stored anyway. Each is asked twice. Before the discussion is locked, so
that a flood is refused without making anybody wait; and again as the last thing before the commit,
under locks that cover what is counted (on SQLite the one write lock does), so that posts to many
articles at once cannot pass together.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import BooleanField, Exists, Q, QuerySet, Sum, Value
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Discussion, Report, Submission, site
from .errors import TooMany

MINUTE, HOUR = 60, 3600  # seconds


@dataclass(frozen=True)
class Limit:
    """`reached` is the expression that says so, `told` what is said then."""

    reached: Any
    told: str
    retry_after: int  # seconds


def for_posts(discussion_id: int, networks: Collection[str], own_key: str) -> list[Limit]:
    """What a comment must keep to, besides those that are stored already. `networks` are all
    hashes of the sender's network, `own_key` is the comment's own."""
    posts = Submission.objects.everywhere().exclude(client_key=own_key)
    ours = posts.filter(network__in=sorted(networks))
    here = posts.filter(discussion=discussion_id)
    limits = [
        _recent(
            here,
            settings.ARTICLE_POSTS_PER_MINUTE,
            MINUTE,
            _("The limit is %(limit)s comments on this article a minute."),
        ),
        _recent(
            posts,
            settings.SITE_POSTS_PER_MINUTE,
            MINUTE,
            _("The limit is %(limit)s comments on this site a minute."),
        ),
        for_queue(),
    ]
    if not networks:
        return limits
    return [
        _recent(
            ours,
            settings.POSTS_PER_MINUTE,
            MINUTE,
            _("The limit is %(limit)s comments from your network a minute."),
        ),
        _recent(
            ours,
            settings.POSTS_PER_HOUR,
            HOUR,
            _("The limit is %(limit)s comments from your network an hour."),
        ),
        *limits,
    ]


def for_queue() -> Limit:
    """No more comments may be pending than moderators can read."""
    most = settings.QUEUE_MAX
    reached = RawSQL(f"{site.PENDING_TOTAL} >= %s", [most, most], output_field=BooleanField())
    return Limit(
        reached, _("More comments wait for an editor than can be read at the moment."), HOUR
    )


def for_reports(reporter: str, networks: Collection[str]) -> list[Limit]:
    """What a new report must keep to."""
    told = _("The limit is %(limit)s reports an hour.")
    by = [Q(reporter=reporter), *([Q(network__in=sorted(networks))] if networks else [])]
    return [
        _recent(Report.objects.everywhere().filter(q), settings.POSTS_PER_HOUR, HOUR, told)
        for q in by
    ]


def for_edits(writer: str) -> list[Limit]:
    """What a writer's change of an own comment must keep to: so many edits of any that were edited
    in the last hour."""
    since = timezone.now() - timedelta(seconds=HOUR)
    edited = Submission.objects.everywhere().filter(writer=writer, edited_at__gte=since).order_by()
    edits = edited.values("writer").annotate(total=Sum("edits"))
    most = settings.POSTS_PER_HOUR
    told = _("The limit is %(limit)s edits an hour.") % {"limit": most}
    return [Limit(Exists(edits.filter(total__gte=most)), told, HOUR)]


def _recent(rows: QuerySet, limit: int, seconds: int, told: str) -> Limit:
    """So many rows in so many seconds up to now. Looks at no more of them than the limit."""
    recent = rows.filter(created_at__gte=timezone.now() - timedelta(seconds=seconds)).order_by()
    reached = Exists(recent[limit - 1 : limit]) if limit > 0 else Value(True)
    return Limit(reached, told % {"limit": limit}, seconds)


def ask(
    discussion_id: int, limits: Sequence[Limit], *facts: Any, locks: Sequence[str] = ()
) -> tuple[TooMany | None, tuple[Any, ...]]:
    """The refusal of the first limit that is reached, if any, and what the expressions `facts` are
    now. One statement, one round trip.

    `locks` are taken first, in their order, and held until the transaction ends. They name what is
    counted: whoever counts the same waits.
    """
    asked = [limit.reached for limit in limits] + list(facts)
    rows = Discussion.objects.filter(pk=discussion_id).order_by()
    sql, params = rows.values_list(*asked).query.sql_with_params()
    is_locking = bool(locks) and connection.vendor == "postgresql"
    if is_locking:
        # A statement of its own, so that the next one sees what others committed meanwhile.
        taken = ", ".join(["pg_advisory_xact_lock(%s)"] * len(locks))
        sql, params = f"SELECT {taken}; {sql}", (*map(_lock_key, locks), *params)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        if is_locking:
            cursor.nextset()
        row = cursor.fetchone()
    if row is None:
        raise Discussion.DoesNotExist(f"There is no discussion {discussion_id}.")
    reached = [limit for limit, is_reached in zip(limits, row, strict=False) if is_reached]
    refusal = TooMany(reached[0].told, reached[0].retry_after) if reached else None
    return refusal, tuple(row[len(limits) :])


def _lock_key(name: str) -> int:
    """The number by which PostgreSQL knows a lock."""
    digest = hashlib.sha256(f"commentary {name}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)


# What covers the counts. Those of networks are taken in order, and before the one that all posts
# share, so that no two writers wait for each other.
POSTS = "posts"


def post_locks(networks: Collection[str]) -> list[str]:
    """The locks that cover `for_posts`; the article's posts are covered by its discussion's."""
    return [*(f"posts from {network}" for network in sorted(networks)), POSTS]


def report_locks(reporter: str, networks: Collection[str]) -> list[str]:
    """The locks that cover `for_reports`."""
    return [
        *(f"reports from {network}" for network in sorted(networks)),
        f"reports by {reporter}",
    ]


def edit_locks(writer: str, is_queued: bool) -> list[str]:
    """The locks that cover `for_edits`, and `for_queue` if the comment has to wait again."""
    return [f"edits by {writer}", *([POSTS] if is_queued else [])]
