"""Links from comments to numbered points of their article."""

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .child_key import ChildKey
from .child_manager import ChildManager
from .queries.point_links import PointLinkQuerySet
from .row_key import HasRowKey


class PointLink(HasRowKey, models.Model):
    """A link from a comment to a point of its article; the point may have been removed since.

    Links found in the text of a comment are suggested to editors, with the matching words in
    `found`. Readers see only accepted links. A link chosen by the commenter or added by an editor
    is accepted at once. Written only by `discussions.point_links`.
    """

    class Origin(models.TextChoices):
        WRITER = "writer", _("chosen by its writer")
        MENTION = "mention", _("mentioned")
        QUOTATION = "quotation", _("quoted")
        EDITOR = "editor", _("linked by an editor")

    class State(models.TextChoices):
        SUGGESTED = "suggested", _("suggested")
        ACCEPTED = "accepted", _("accepted")
        DISMISSED = "dismissed", _("dismissed")

    discussion = models.ForeignKey(
        "commentary.Discussion",
        on_delete=models.PROTECT,
        db_index=False,
        related_name="point_links",
    )
    comment = ChildKey(
        "commentary.Comment", on_delete=models.PROTECT, db_index=False, related_name="point_links"
    )
    point = models.PositiveIntegerField(_("point"))
    origin = models.CharField(_("origin"), max_length=10, choices=Origin.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.SUGGESTED, editable=False
    )
    found = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)

    objects = ChildManager.from_queryset(PointLinkQuerySet)()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("link to a point")
        verbose_name_plural = _("links to points")
        indexes = [
            models.Index("discussion", "state", name="point_link_discussion"),
            models.Index("state", "created_at", "id", name="point_link_arrival"),
        ]
        constraints = [models.UniqueConstraint(fields=["comment", "point"], name="point_link_once")]

    def __str__(self) -> str:
        return f"comment {self.comment_id} on point {self.point}"

    @property
    def is_bare(self) -> bool:
        """Whether the only evidence is "#3", which may also be the number of a comment."""
        return bool(self.found) and all(text.startswith("#") for text in self.found)
