from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .child_key import ChildKey
from .child_manager import ChildManager
from .row_key import HasRowKey


class StaffNote(HasRowKey, models.Model):
    """A note of an editor on a comment, which only editors see.

    `writer` is that of the comment's submission, "" if it was imported: the note is shown at all
    comments of the same commenter.
    """

    MAX_LENGTH = 2_000

    discussion = models.ForeignKey(
        "commentary.Discussion", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    comment = ChildKey(
        "commentary.Comment",
        on_delete=models.PROTECT,
        related_name="staff_notes",
        verbose_name=_("comment"),
    )
    writer = models.CharField(max_length=64, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("account"),
    )
    author_name = models.CharField(_("user"), max_length=150)
    body = models.TextField(_("note"), max_length=MAX_LENGTH)
    created_at = models.DateTimeField(_("date"), default=timezone.now)

    objects = ChildManager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        indexes = [
            models.Index(
                fields=["writer", "created_at"], condition=~Q(writer=""), name="note_of_writer"
            ),
        ]

    def __str__(self) -> str:
        return f"note on comment {self.comment_id}"
