from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _


class SavedText(models.Model):
    """A reason for a decision, or a reply, that moderators choose from a list in the queue."""

    class Kind(models.TextChoices):
        REASON = "reason", _("reason")
        REPLY = "reply", _("reply")

    MAX_LENGTH = {Kind.REASON: 300, Kind.REPLY: 5_000}

    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices, default=Kind.REASON)
    text = models.TextField(
        _("text"), help_text=_("Readers see it. Replies may use Markdown, as in comments.")
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("Order in the list.")
    )

    class Meta:
        ordering = ["kind", "position", "pk"]
        verbose_name = _("saved reason or reply")
        verbose_name_plural = _("saved reasons and replies")

    def __str__(self) -> str:
        return Truncator(self.text).chars(80)
