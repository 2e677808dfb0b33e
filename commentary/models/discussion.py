"""All comments of one article: the row that writers claim, and what everybody counts by."""

from contextvars import ContextVar
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Max, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# The discussion whose row this thread of execution holds, set by `tree.claim` alone. It stands
# here because the guards of Comment ask for it and models do not import tree.
claimed: "ContextVar[Discussion | None]" = ContextVar("claimed", default=None)


def is_in_force(entry_id: int | None, start: datetime | None, end: datetime | None) -> bool:
    """Whether a closing act, with its first and last moment, closes its place now."""
    now = timezone.now()
    return entry_id is not None and not (start and now < start) and not (end and end <= now)


class DiscussionQuerySet(models.QuerySet):
    """Discussions."""

    def touch(self) -> int:
        """Move the version on, so that no stored page of these articles is served again."""
        return self.update(version=F("version") + 1, changed_at=timezone.now())

    def site_version(self) -> str:
        """Moves whenever a list, a feed or a result could read differently: one query.

        A sum over the rows, and no counter of its own, which every writer would have to wait for.
        """
        now = timezone.now()
        state = self.aggregate(
            rows=Count("pk"),
            highest=Max("pk"),
            moves=Sum("version"),
            closed=Count("pk", filter=Q(closed_from__lte=now)),
            reopened=Count("pk", filter=Q(closed_until__lte=now)),
            aging=Count("pk", filter=Q(auto_close_days__gt=0)),
        )
        if settings.AUTO_CLOSE_DAYS or state["aging"]:
            state["minute"] = int(now.timestamp() // 60)  # age may close any of them meanwhile
        return ".".join(str(value) for value in state.values())


class Discussion(models.Model):
    """One row for each article, with the same key. Its counts are exact at every commit.

    `version` moves with every change a reader could see, and `changed_at` is when somebody made
    the last one. `last_number` is the number given last, `last_voice` that of the last comment
    without a name.
    """

    article = models.OneToOneField(
        "commentary.Article",
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="discussion",
        verbose_name=_("article"),
    )
    version = models.PositiveBigIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    last_number = models.PositiveIntegerField(default=0, editable=False)
    last_voice = models.PositiveIntegerField(default=0, editable=False)
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
    closed_entry = models.ForeignKey(
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

    # Set by `tree.claim`: how many up to `last_number` and `last_voice` are not yet given.
    numbers_in_hand = 0
    voices_in_hand = 0

    class Meta:
        verbose_name = _("discussion")
        verbose_name_plural = _("discussions")

    def __str__(self) -> str:
        return str(self.article)

    def get_absolute_url(self) -> str:
        return f"{self.article.get_absolute_url()}#responses"

    @property
    def closes_by_age_at(self) -> datetime | None:
        """When age closes it: so many days after publication, None if never."""
        days = settings.AUTO_CLOSE_DAYS if self.auto_close_days is None else self.auto_close_days
        if self.is_set_by_hand or not days:
            return None
        published = self.article.published_at or self.article.created_at
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
        """Moves whenever the article's page would read differently: by an act, or by the clock."""
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
