"""Values that were changed both here and in the source, for an editor to decide."""

from datetime import UTC, datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..text.dates import from_iso
from .child_key import ChildKey
from .child_manager import ChildManager
from .comment import Comment
from .row_key import HasRowKey


class ImportConflict(HasRowKey, models.Model):
    """A value of a comment, or with `comment` None of an article, that an import did not change
    because it was changed here too.

    `then` is the value at the source before, and `now` the latest one, both as text: dates in ISO
    format, parents as their keys at the source, `published` as "published" or "draft". The value here
    is that of the row itself. A repeated import updates the row of a value, so there is only one.
    `run` is the import run that found the conflict, and the lines are those of the latest value.
    Written by imports and by `discussions.conflicts`.
    """

    class Field(models.TextChoices):
        TEXT = "text", _("text")
        NAME = "name", _("name")
        TITLE = "title", _("title")
        BODY = "body", _("body")
        STATUS = "status", _("status")
        DATE = "date", _("date")
        PARENT = "parent", pgettext_lazy("field", "in reply to")
        PUBLISHED = "published", pgettext_lazy("article", "published")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("import conflict", "open")
        OURS = "ours", _("kept ours")
        SOURCE = "source", _("used the source’s")
        AGREED = "agreed", _("resolved by a later import")

    discussion = models.ForeignKey(
        "commentary.Discussion",
        on_delete=models.PROTECT,
        db_index=False,
        related_name="import_conflicts",
    )
    comment = ChildKey(
        "commentary.Comment",
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        related_name="import_conflicts",
    )
    field = models.CharField(_("field"), max_length=10, choices=Field.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.OPEN, editable=False
    )
    then = models.TextField(_("source before"), blank=True)
    now = models.TextField(_("source now"), blank=True)
    markup = models.CharField(max_length=10, blank=True)  # of a body
    run = models.ForeignKey(
        "commentary.ImportRun",
        on_delete=models.CASCADE,
        db_index=False,
        related_name="conflicts",
        verbose_name=_("import run"),
    )
    first_line = models.PositiveIntegerField(default=0)
    last_line = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(pgettext_lazy("date", "found"), default=timezone.now)

    objects = ChildManager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("import conflict")
        verbose_name_plural = _("import conflicts")
        indexes = [
            models.Index("state", "created_at", "id", name="import_conflict_arrival"),
            models.Index("run", "state", name="import_conflict_run"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["discussion", "comment", "field"],
                condition=Q(comment__isnull=False),
                name="import_conflict_of_comment",
            ),
            models.UniqueConstraint(
                fields=["discussion", "field"],
                condition=Q(comment=None),
                name="import_conflict_of_article",
            ),
        ]

    def __str__(self) -> str:
        about = f"comment {self.comment_id}" if self.comment_id else f"article {self.discussion_id}"
        return f"{self.field} of {about}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def here(self) -> str:
        """The value here, in the form of `then` and `now`."""
        comment, article = self.comment, self.discussion.article
        match self.field:
            case self.Field.TEXT | self.Field.NAME if comment:
                return comment.body if self.field == self.Field.TEXT else comment.name
            case self.Field.STATUS if comment:
                return comment.status
            case self.Field.PARENT if comment:
                return parent_text(comment)
            case self.Field.DATE:
                dated = comment.dated_at if comment else article.published_at
                return date_text(dated, (comment or article).date_is_local)
            case self.Field.PUBLISHED:
                return published_text(article.is_published)
        return article.title if self.field == self.Field.TITLE else article.body


def date_text(date: datetime | None, is_local: bool) -> str:
    """Return a stored date in ISO format, without a zone if it is local; "" if there is none."""
    if date is None:
        return ""
    date = date.astimezone(UTC)
    return (date.replace(tzinfo=None) if is_local else date).isoformat()


def date_of(text: str) -> tuple[datetime | None, bool]:
    """Return the stored date with this `date_text`, and whether it is local."""
    date = from_iso(text)
    if date is None or date.tzinfo:
        return date, False
    return date.replace(tzinfo=UTC), True


def parent_text(comment: Comment) -> str:
    """Return the key of the parent at the source, "#12" for one written here, "" for a root."""
    parent = comment.parent
    if parent is None:
        return comment.source_parent_key or ""
    return parent.source_key or f"#{parent.number}"


def published_text(is_published: bool) -> str:
    return "published" if is_published else "draft"
