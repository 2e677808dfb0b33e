"""Discussions: one row per article, used as lock, version and counters."""

import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from math import inf

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..observability.metrics import lock_wait
from ..resilience import changes
from ..text.stems import stemmer_of
from .child_key import ChildKey
from .derived import Deconstructed, DerivedField
from .distribution import is_distributed

# The discussion locked in the current context. Set only by `lock_discussion`.
locked_discussion: "ContextVar[Discussion | None]" = ContextVar("locked", default=None)


class LockOrderError(Exception):
    """A second discussion was locked while one was held, which could cause a deadlock."""


def new_version() -> int:
    """Return a version that no discussion has ever had.

    Random, not a counter: after restoring a backup or promoting a lagging replica, a counter would
    repeat and give a page the ETag of an older page with other content.
    """
    return secrets.randbelow(2**63 - 1) + 1


class VersionField(DerivedField, models.PositiveBigIntegerField):
    """A column of versions. Migrations don't record its default, a function of this module."""

    arguments = ("default",)

    def deconstruct(self) -> Deconstructed:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("default", None)
        return name, path, args, kwargs


@contextmanager
def lock_discussion(
    discussion_id: int,
    numbers: int = 0,
    anonymous_numbers: int = 0,
    entries: int = 1,
    comments: int = 0,
) -> Iterator["Discussion"]:
    """Lock a discussion for one transaction, and yield its current row.

    Reserves `numbers` and `anonymous_numbers` for new comments, and the keys of new `comments` and
    of `entries` for the audit log, whose digests cover them. Callers note changes with `move_counts` and `mark_visible`; one
    UPDATE at the end writes the counts and, if readers see a change, a new version. Nested locks of
    the same discussion are free and yield the same object.

    Raises LockOrderError if another discussion is locked, or Discussion.DoesNotExist.
    """
    held = locked_discussion.get()
    if held is not None:
        if held.pk != discussion_id:
            raise LockOrderError(
                f"Discussion {held.pk} is locked; {discussion_id} cannot be as well."
            )
        yield held
        return
    with transaction.atomic():
        asked = [*_keys_asked(COMMENTS, comments), *_keys_asked(ENTRIES, entries)]
        with_keys = "{0} AS comment_keys, {0} AS entry_keys".format(KEYS[connection.vendor])
        is_apart = is_distributed()  # nodes can't use the sequences of the coordinator
        rows = Discussion.objects.raw(
            f"UPDATE {connection.ops.quote_name(Discussion._meta.db_table)} "
            "SET last_number = last_number + %s, last_anonymous_number = last_anonymous_number + %s "
            "WHERE article_id = %s RETURNING *, "
            "(SELECT language FROM commentary_article WHERE id = article_id) AS language, "
            "EXISTS (SELECT 1 FROM commentary_subscription AS s WHERE s.discussion_id = article_id) "
            "AS has_subscriptions, "
            "EXISTS (SELECT 1 FROM commentary_webhook WHERE is_active) AS has_webhooks"
            + ("" if is_apart else f", {with_keys}"),
            [numbers, anonymous_numbers, discussion_id, *([] if is_apart else asked)],
        )
        with lock_wait():
            discussion = next(iter(rows), None)
        if discussion is None:
            raise Discussion.DoesNotExist(f"There is no discussion {discussion_id}.")
        discussion.numbers_reserved, discussion.anonymous_numbers_reserved = (
            numbers,
            anonymous_numbers,
        )
        discussion.count_steps = Counter()
        if is_apart:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {with_keys}", asked)
                discussion.comment_keys, discussion.entry_keys = cursor.fetchone()
        discussion.comment_keys = _reserved(discussion.comment_keys, comments)
        discussion.entry_keys = _reserved(discussion.entry_keys, entries)
        given = discussion._given
        token = locked_discussion.set(discussion)
        try:
            yield discussion
        finally:
            locked_discussion.reset(token)
        discussion._release(given)


COMMENTS, ENTRIES = "commentary_comment", "commentary_auditentry"
# Keys for new rows of a table.
KEYS = {
    "postgresql": "ARRAY(SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s))",
    # We hold the write lock, and AUTOINCREMENT remembers the highest key.
    "sqlite": "(SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = %s)",
}


def _keys_asked(table: str, count: int) -> list[str | int]:
    """Return the parameters of KEYS."""
    return [table, count] if connection.vendor == "postgresql" else [table]


def _reserved(found: Iterable[int] | int, count: int) -> list[int]:
    """Return the reserved keys from the value of KEYS."""
    return list(range(found + 1, found + 1 + count) if isinstance(found, int) else found)


def is_in_force(entry_id: int | None, start: datetime | None, end: datetime | None) -> bool:
    """Return whether a closure with this first and last moment is in effect now."""
    now = timezone.now()
    return entry_id is not None and not (start and now < start) and not (end and end <= now)


class DiscussionQuerySet(models.QuerySet):
    """Discussions."""

    def touch(self) -> int:
        """Give discussions a new version, for visible changes made outside `lock_discussion`.

        Locks them in the order of their keys, so that two transactions can't deadlock.
        """
        with transaction.atomic(using=self.db):
            if is_distributed():
                keys = list(self.order_by("pk").values_list("pk", flat=True))
                changes.note(*keys)
                new = {"version": new_version(), "changed_at": timezone.now()}
                # Rows of several nodes can't be locked by one statement.
                every = self.model._default_manager
                return sum(every.filter(pk=key).update(**new) for key in keys)
            locked = self.order_by("pk").select_for_update(no_key=True, of=("self",))
            changes.note(*locked.values_list("pk", flat=True))
            return self.update(version=new_version(), changed_at=timezone.now())


class Discussion(models.Model):
    """The discussion of one article, with the same key. Its counts are exact at every commit.

    `version` is replaced with every change visible to readers, and never repeats; `changed_at` is
    the time of the last one. `last_number` and `last_anonymous_number` are the highest numbers
    given. `log_length` and `log_head` are those of the audit log.
    """

    article = models.OneToOneField(
        "commentary.Article",
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="discussion",
        verbose_name=_("article"),
    )
    version = VersionField(_("version"), default=new_version, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    last_number = models.PositiveIntegerField(_("highest number"), default=0, editable=False)
    last_anonymous_number = models.PositiveIntegerField(default=0, editable=False)
    pending_count = models.PositiveIntegerField(_("pending comments"), default=0, editable=False)
    approved_count = models.PositiveIntegerField(_("approved comments"), default=0, editable=False)
    rejected_count = models.PositiveIntegerField(_("rejected comments"), default=0, editable=False)
    spam_count = models.PositiveIntegerField(_("spam"), default=0, editable=False)
    removed_count = models.PositiveIntegerField(_("removed comments"), default=0, editable=False)
    source_count = models.PositiveIntegerField(_("imported comments"), default=0, editable=False)
    source_removed_count = models.PositiveIntegerField(default=0, editable=False)
    declared_count = models.PositiveIntegerField(_("declared comments"), null=True, editable=False)
    declared_heading = models.CharField(max_length=300, blank=True, editable=False)
    closed_entry = ChildKey(
        "commentary.AuditEntry",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("closed by"),
    )
    closed_from = models.DateTimeField(_("closed from"), null=True, editable=False)
    closed_until = models.DateTimeField(_("closed until"), null=True, editable=False)
    auto_close_days = models.PositiveIntegerField(
        _("auto-close after (days)"),
        null=True,
        blank=True,
        help_text=_("Leave blank to use the site default; 0 disables auto-close."),
    )
    is_set_by_hand = models.BooleanField(
        _("opened or closed by hand"),
        default=False,
        editable=False,
        help_text=_("Discussions opened or closed by hand are never auto-closed."),
    )
    # Times, in seconds since 1970, at which a closure in this discussion starts or ends, so that
    # stored pages become stale.
    schedule = models.JSONField(default=list, editable=False)
    # The chain of the audit log: how many entries it has, and the digest of the last one. None if it
    # has none; a default would make SQLite copy the table, which triggers refer to.
    log_length = models.PositiveIntegerField(null=True, editable=False)
    log_head = models.CharField(max_length=64, null=True, editable=False)  # noqa: DJ001

    objects = DiscussionQuerySet.as_manager()

    # Set by `lock_discussion`: how many of the numbers up to `last_number` and
    # `last_anonymous_number` are still free, keys for comments and audit entries, how the counts
    # change when the lock is released, and whether readers see a change.
    numbers_reserved = 0
    anonymous_numbers_reserved = 0
    comment_keys: list[int]
    entry_keys: list[int]
    count_steps: "Counter[str]"
    is_visibly_changed = False

    # Whether commenters are told by e-mail, and whether decisions are sent; read with the lock.
    has_subscriptions = False
    has_webhooks = False
    language: str | None = None  # of the article; read with the lock, or on demand

    class Meta:
        verbose_name = _("discussion")
        verbose_name_plural = _("discussions")
        indexes = [
            models.Index(fields=["changed_at"], name="discussion_changed"),
            # For `site.state`: the latest moment that has passed, and the auto-close ages in use.
            models.Index(
                fields=["closed_from"],
                condition=Q(closed_from__isnull=False),
                name="discussion_closed_from",
            ),
            models.Index(
                fields=["closed_until"],
                condition=Q(closed_until__isnull=False),
                name="discussion_closed_until",
            ),
            models.Index(
                fields=["auto_close_days"],
                condition=Q(auto_close_days__gt=0),
                name="discussion_closes_by_age",
            ),
            # The moderation queue: discussions with pending comments, and how many.
            models.Index(
                fields=["pending_count"],
                condition=Q(pending_count__gt=0),
                name="discussion_pending",
            ),
        ]

    def __str__(self) -> str:
        return str(self.article)

    def get_absolute_url(self) -> str:
        return f"{self.article.get_absolute_url()}#responses"

    def mark_visible(self) -> None:
        """Request a new version, because readers can see the change. Written when the lock is
        released.
        """
        self.is_visibly_changed = True

    def move_counts(self, steps: "Counter[str]") -> None:
        """Add `steps` to the count columns with these names when the lock is released."""
        self.count_steps.update(steps)

    def take_entry_keys(self, count: int) -> list[int]:
        """Return keys for new audit entries, with a statement only if too few are reserved."""
        if len(self.entry_keys) < count:
            with connection.cursor() as cursor:
                sql = f"SELECT {KEYS[connection.vendor]}"
                cursor.execute(sql, _keys_asked(ENTRIES, count))
                self.entry_keys = _reserved(cursor.fetchone()[0], count)
        taken, self.entry_keys = self.entry_keys[:count], self.entry_keys[count:]
        return taken

    @property
    def _given(self) -> tuple[int, int, int]:
        """What was given to comments and entries so far."""
        return self.last_number, self.last_anonymous_number, self.log_length or 0

    def _release(self, given: tuple[int, int, int]) -> None:
        """Write the changes noted while the row was locked, in at most one UPDATE."""
        steps = {name: step for name, step in self.count_steps.items() if step}
        columns: dict[str, int | str | datetime | None] = {}
        if self._given[:2] != given[:2]:
            columns |= {
                "last_number": self.last_number,
                "last_anonymous_number": self.last_anonymous_number,
            }
        if self._given[2] != given[2]:
            columns |= {"log_length": self.log_length, "log_head": self.log_head}
        if self.is_visibly_changed:
            self.version, self.changed_at = new_version(), timezone.now()
            changed_at = connection.ops.adapt_datetimefield_value(self.changed_at)
            columns |= {"version": self.version, "changed_at": changed_at}
            changes.note(self.pk)
        if steps or columns:
            assigned = [f"{name} = {name} + %s" for name in steps] + [f"{c} = %s" for c in columns]
            with connection.cursor() as cursor:
                cursor.execute(
                    f"UPDATE commentary_discussion SET {', '.join(assigned)} WHERE article_id = %s",
                    [*steps.values(), *columns.values(), self.pk],
                )

    @property
    def stemmer(self) -> str:
        """The code of the stemmer for the article's language, or ""."""
        if self.language is None:
            language = Discussion.objects.filter(pk=self.pk).values_list("article__language")
            (self.language,) = language.get()
        return stemmer_of(self.language or settings.TEXT_LANGUAGE)

    @property
    def closes_after_days(self) -> int:
        """How many days after publication the discussion closes automatically, or 0 for never."""
        if self.is_set_by_hand:
            return 0
        return settings.AUTO_CLOSE_DAYS if self.auto_close_days is None else self.auto_close_days

    @property
    def closes_by_age_at(self) -> datetime | None:
        """When the discussion closes automatically, or None for never."""
        days = self.closes_after_days
        if not days:
            return None
        published = self.article.timeline_at or self.article.created_at
        return published + timedelta(days=days)

    @property
    def is_closed_by_act(self) -> bool:
        """Whether the whole discussion is closed by hand now."""
        return is_in_force(self.closed_entry_id, self.closed_from, self.closed_until)

    @property
    def is_closed_by_age(self) -> bool:
        """Whether the discussion has closed automatically. Computed on demand, without a scheduled
        job.
        """
        at = self.closes_by_age_at
        return at is not None and at <= timezone.now()

    @property
    def is_closed(self) -> bool:
        """Whether the whole discussion is closed. Branches may be closed even if it is open."""
        return self.is_closed_by_act or self.is_closed_by_age

    @property
    def page_version(self) -> str:
        """A string that changes whenever the article's page does, by an action or by the passing of
        time.
        """
        now = timezone.now().timestamp()
        passed = sum(moment <= now for moment in self.schedule)
        return f"{self.version}.{passed}.{int(self.is_closed_by_age)}"

    @property
    def page_changes_at(self) -> float:
        """When the article's page changes next by the passing of time, in seconds since 1970."""
        now, closes_at = timezone.now().timestamp(), self.closes_by_age_at
        moments = [*self.schedule, *([closes_at.timestamp()] if closes_at else [])]
        return min((moment for moment in moments if moment > now), default=inf)

    @property
    def added_count(self) -> int:
        """The number of approved comments written on this site."""
        return self.approved_count - self.source_count

    @property
    def counts_differ(self) -> bool:
        """Whether the number declared by the source differs from the number imported."""
        return self.declared_count is not None and self.declared_count != self.source_count
