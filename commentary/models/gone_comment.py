"""Comments that their source no longer has."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .child_key import ChildOneToOneKey
from .child_manager import ChildManager


class GoneComment(models.Model):
    """A stored comment that the source of its article no longer has.

    `run` is the first import run that didn't find it. The row is deleted when a later one does.
    """

    discussion = models.ForeignKey(
        "commentary.Discussion", on_delete=models.PROTECT, related_name="gone_comments"
    )
    comment = ChildOneToOneKey(
        "commentary.Comment",
        on_delete=models.PROTECT,
        related_name="gone",
        verbose_name=_("comment"),
    )
    run = models.ForeignKey(
        "commentary.ImportRun",
        on_delete=models.CASCADE,
        related_name="gone_comments",
        verbose_name=_("import run"),
    )

    objects = ChildManager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("comment missing from its source")
        verbose_name_plural = _("comments missing from their source")

    def __str__(self) -> str:
        return f"comment {self.comment_id} since run {self.run_id}"
