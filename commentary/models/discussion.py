"""All comments of one article: the row that writers lock, its version and its counts."""

import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..resilience import changes
from ..text.stems import stemmer_of
from . import site
from .child_key import ChildKey
from .derived import DerivedField

# The discussion that this thread of execution has locked, set by `lock_discussion` only.
locked_discussion: "ContextVar[Discussion | None]" = ContextVar("locked", default=None)


class LockOrderError(Exception):
    """A second discussion was locked while the first was held, which could end in a deadlock."""


def new_version() -> int:
    """A version that no discussion ever had.

    Random, not counted: a counter goes back when a backup is restored or a replica that lags
    behind is promoted, and would then give a page the ETag of an older page with other words.
    """
    return secrets.randbelow(2**63 - 1) + 1


class VersionField(DerivedField, models.PositiveBigIntegerField):
    """A column of versions. Migrations do not record its default, which is a function of ours."""

    arguments = ("default",)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("default", None)
        return name, path, args, kwargs


@contextmanager
def lock_discussion(
    discussion_id: int, numbers: int = 0, anonymous_numbers: int = 0
) -> Iterator["Discussion"]:
    """Lock a discussion for one transaction, and yield its row as it is then.

    Reserves that many `numbers` of comments and `anonymous_numbers` of the unnamed. Whoever changes something
    calls `move_counts` and `mark_visible` of the yielded row; when the lock is released, one UPDATE
    writes the counts and, if readers can see any of the changes, a new version. Locking the same
    discussion again inside is free and yields the same object; another one raises
    LockOrderError.
    Raises Discussion.DoesNotExist.
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
        rows = Discussion.objects.raw(
            f"UPDATE {connection.ops.quote_name(Discussion._meta.db_table)} "
            "SET last_number = last_number + %s, last_anonymous_number = last_anonymous_number + %s "
            "WHERE article_id = %s RETURNING *, "
            "(SELECT language FROM commentary_article WHERE id = article_id) AS language",
            [numbers, anonymous_numbers, discussion_id],
        )
        discussion = next(iter(rows), None)
        if discussion is None:
            raise Discussion.DoesNotExist(f"There is no discussion {discussion_id}.")
        discussion.numbers_reserved, discussion.anonymous_numbers_reserved = (
            numbers,
            anonymous_numbers,
        )
        discussion.count_steps = Counter()
        given = (discussion.last_number, discussion.last_anonymous_number)
        token = locked_discussion.set(discussion)
        try:
            yield discussion
        finally:
            locked_discussion.reset(token)
        discussion._release(given)


def is_in_force(entry_id: int | None, start: datetime | None, end: datetime | None) -> bool:
    """Whether a closing act, with its first and last moment, closes its place now."""
    now = timezone.now()
    return entry_id is not None and not (start and now < start) and not (end and end <= now)


class DiscussionQuerySet(models.QuerySet):
    """Discussions."""

    def touch(self) -> int:
        """Give discussions that changed visibly a new version. For changes outside `lock_discussion`."""
        changes.note(*self.values_list("pk", flat=True))
        return self.update(version=new_version(), changed_at=timezone.now())

    def site_version(self) -> str:
        """The version of every page about several articles. See `site.version`."""
        return site.version()


class Discussion(models.Model):
    """One row for each article, with the same key. Its counts are exact at every commit.

    `version` is replaced with every change a reader could see, and never used again; `changed_at`
    is when the last one was made. `last_number` is the number given last, `last_anonymous_number` that of the
    last comment without a name.
    """

    article = models.OneToOneField(
        "commentary.Article",
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="discussion",
        verbose_name=_("article"),
    )
    version = VersionField(default=new_version, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    last_number = models.PositiveIntegerField(default=0, editable=False)
    last_anonymous_number = models.PositiveIntegerField(default=0, editable=False)
    pending_count = models.PositiveIntegerField(_("pending comments"), default=0, editable=False)
    approved_count = models.PositiveIntegerField(_("approved comments"), default=0, editable=False)
    rejected_count = models.PositiveIntegerField(_("rejected comments"), default=0, editable=False)
    spam_count = models.PositiveIntegerField(_("spam"), default=0, editable=False)
    removed_count = models.PositiveIntegerField(_("removed comments"), default=0, editable=False)
    source_count = models.PositiveIntegerField(
        _("of these from the source"), default=0, editable=False
    )
    source_removed_count = models.PositiveIntegerField(default=0, editable=False)
    declared_count = models.PositiveIntegerField(
        _("declared in the source"), null=True, editable=False
    )
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
        _("closes so many days after publication"),
        null=True,
        blank=True,
        help_text=_("Empty takes the site's setting; 0 never closes by age."),
    )
    is_set_by_hand = models.BooleanField(
        _("opened or closed by hand"),
        default=False,
        editable=False,
        help_text=_("What somebody opened or closed is not closed by age again."),
    )
    # Moments at which the state of this discussion or of a branch in it changes by itself: what
    # a stored page has to be made anew for. Seconds since 1970.
    schedule = models.JSONField(default=list, editable=False)

    objects = DiscussionQuerySet.as_manager()

    # Set by `lock_discussion`: how many up to `last_number` and `last_anonymous_number` are not yet given, by how much
    # each count moves when the lock is released, and whether readers see what was changed.
    numbers_reserved = 0
    anonymous_numbers_reserved = 0
    count_steps: "Counter[str]"
    is_visibly_changed = False

    language: str | None = None  # of its article; read when it is locked, or when asked for

    class Meta:
        verbose_name = _("discussion")
        verbose_name_plural = _("discussions")
        indexes = [
            models.Index(fields=["changed_at"], name="discussion_changed"),
            # What the version of the site asks: the last moment that passed, the ages in use.
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
            # The moderation queue: where something is pending, and how much.
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
        """Readers can see what was changed: a new version when the lock is released."""
        self.is_visibly_changed = True

    def move_counts(self, steps: "Counter[str]") -> None:
        """Add to the counts, by the names of their columns, when the lock is released."""
        self.count_steps.update(steps)

    def _release(self, given: tuple[int, int]) -> None:
        """Write what was noted while the row was locked. One UPDATE, if any."""
        columns: dict[str, Any] = {}
        for name, step in self.count_steps.items():
            if step:
                columns[name] = F(name) + step
        if (self.last_number, self.last_anonymous_number) != given:
            columns |= {
                "last_number": self.last_number,
                "last_anonymous_number": self.last_anonymous_number,
            }
        if self.is_visibly_changed:
            self.version, self.changed_at = new_version(), timezone.now()
            columns |= {"version": self.version, "changed_at": self.changed_at}
            changes.note(self.pk)
        if columns:
            Discussion.objects.filter(pk=self.pk).update(**columns)

    @property
    def stemmer(self) -> str:
        """The code of the stemmer for the language of its article, "" if there is none."""
        if self.language is None:
            article: Any = self._meta.get_field("article").related_model
            self.language = article.objects.values_list("language", flat=True).get(pk=self.pk)
        return stemmer_of(self.language or settings.LANGUAGE_CODE)

    @property
    def closes_by_age_at(self) -> datetime | None:
        """When age closes it: so many days after publication, None if never."""
        days = settings.AUTO_CLOSE_DAYS if self.auto_close_days is None else self.auto_close_days
        if self.is_set_by_hand or not days:
            return None
        published = self.article.timeline_at or self.article.created_at
        return published + timedelta(days=days)

    @property
    def is_closed_by_act(self) -> bool:
        """Whether an act closes the whole discussion now."""
        return is_in_force(self.closed_entry_id, self.closed_from, self.closed_until)

    @property
    def is_closed_by_age(self) -> bool:
        """Whether its age closes it now. Computed when asked; no job has to run."""
        at = self.closes_by_age_at
        return at is not None and at <= timezone.now()

    @property
    def is_closed(self) -> bool:
        """Whether the whole discussion is closed; a branch may be closed while this is False."""
        return self.is_closed_by_act or self.is_closed_by_age

    @property
    def page_version(self) -> str:
        """Another one whenever the article's page would read differently: after an act, or in time."""
        now = timezone.now().timestamp()
        passed = sum(moment <= now for moment in self.schedule)
        return f"{self.version}.{passed}.{int(self.is_closed_by_age)}"

    @property
    def added_count(self) -> int:
        """Approved comments that were written here."""
        return self.approved_count - self.source_count

    @property
    def counts_differ(self) -> bool:
        """Whether the source declared another number than came with it."""
        return self.declared_count is not None and self.declared_count != self.source_count
