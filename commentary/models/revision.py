from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .child_key import ChildKey
from .child_manager import ChildManager


class Revision(models.Model):
    """An earlier version: name and body of a comment, or title (as `name`), body and markup of an
    article.

    Stored at every change, so the first revision of an imported text is the imported version.
    """

    discussion = models.ForeignKey(
        "commentary.Discussion", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    comment = ChildKey(
        "commentary.Comment", on_delete=models.PROTECT, null=True, related_name="revisions"
    )
    article = models.ForeignKey(
        "commentary.Article", on_delete=models.PROTECT, null=True, related_name="revisions"
    )
    created_at = models.DateTimeField(pgettext_lazy("date", "replaced"), default=timezone.now)
    name = models.CharField(_("name"), max_length=2_000, blank=True)
    body = models.TextField(_("text"), blank=True)
    markup = models.CharField(max_length=10, blank=True, default="", db_default="", editable=False)

    objects = ChildManager()

    class Meta:
        base_manager_name = "objects"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(comment=None, article__isnull=False)
                | Q(comment__isnull=False, article=None),
                name="revision_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        about = f"comment {self.comment_id}" if self.comment_id else f"article {self.article_id}"
        return f"revision of {about}"
