"""That a comment is about a numbered point of its article, and how that is known."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .queries.point_links import TieQuerySet


class Tie(models.Model):
    """One comment's tie to one point of its article, which may be gone from it meanwhile.

    What was found in the comment's text is offered to editors, with the words that show it in
    `found`; readers see what is confirmed. What its writer chose, or an editor tied by hand, is
    confirmed from the start. Written by `moderation` alone.
    """

    class Origin(models.TextChoices):
        WRITER = "writer", _("chosen by its writer")
        MENTION = "mention", _("mentioned")
        QUOTATION = "quotation", _("quoted")
        EDITOR = "editor", _("linked by an editor")

    class State(models.TextChoices):
        OFFERED = "offered", _("offered")
        CONFIRMED = "confirmed", _("confirmed")
        REFUSED = "refused", _("refused")

    discussion = models.ForeignKey(
        "commentary.Discussion", on_delete=models.PROTECT, db_index=False, related_name="ties"
    )
    comment = models.ForeignKey(
        "commentary.Comment", on_delete=models.PROTECT, db_index=False, related_name="ties"
    )
    point = models.PositiveIntegerField(_("point"))
    origin = models.CharField(_("how it is known"), max_length=10, choices=Origin.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.OFFERED, editable=False
    )
    found = models.JSONField(default=list)

    objects = TieQuerySet.as_manager()

    class Meta:
        verbose_name = _("tie")
        verbose_name_plural = _("ties")
        indexes = [
            models.Index("discussion", "state", name="tie_of_discussion"),
            models.Index("state", "id", name="tie_by_state"),
        ]
        constraints = [models.UniqueConstraint(fields=["comment", "point"], name="tie_once")]

    def __str__(self) -> str:
        return f"comment {self.comment_id} on point {self.point}"

    @property
    def is_bare(self) -> bool:
        """Whether "#3" alone shows it, which may be the number of a comment as well."""
        return bool(self.found) and all(words.startswith("#") for words in self.found)
