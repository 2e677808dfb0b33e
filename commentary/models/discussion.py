"""All comments of one article: the row that writers claim, and what everybody counts by."""

from contextvars import ContextVar

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

# The discussion whose row this thread of execution holds, set by `tree.claim` alone. It stands
# here because the guards of Comment ask for it and models do not import tree.
claimed: ContextVar[int | None] = ContextVar("claimed", default=None)


class DiscussionQuerySet(models.QuerySet):
    """Discussions."""

    def touch(self) -> int:
        """Move the version on, so that no stored page of these articles is served again."""
        return self.update(version=F("version") + 1)


class Discussion(models.Model):
    """One row for each article, with the same key. Its counts are exact at every commit.

    `version` moves with every change a reader could see. `last_number` is the number given last.
    """

    article = models.OneToOneField(
        "commentary.Article",
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="discussion",
        verbose_name=_("article"),
    )
    version = models.PositiveBigIntegerField(default=1, editable=False)
    last_number = models.PositiveIntegerField(default=0, editable=False)
    approved_count = models.PositiveIntegerField(_("approved comments"), default=0, editable=False)
    source_count = models.PositiveIntegerField(
        _("of these from the source"), default=0, editable=False
    )
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

    objects = DiscussionQuerySet.as_manager()

    class Meta:
        verbose_name = _("discussion")
        verbose_name_plural = _("discussions")

    def __str__(self) -> str:
        return str(self.article)

    def get_absolute_url(self) -> str:
        return f"{self.article.get_absolute_url()}#responses"

    @property
    def is_closed(self) -> bool:
        """Whether the whole discussion is closed; a branch may be closed while this is False."""
        return self.closed_entry_id is not None

    @property
    def added_count(self) -> int:
        """Approved comments that were written here."""
        return self.approved_count - self.source_count

    @property
    def counts_differ(self) -> bool:
        """Whether the source declared another number than came with it."""
        return self.declared_count is not None and self.declared_count != self.source_count
