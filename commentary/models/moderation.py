"""What was decided, by whom and why."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One decision. Entries are added and never changed.

    `actor` is None when no account of this site acted; `actor_name` says who did ("source", "a
    command"), and keeps the name of an account as it was.
    """

    created_at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("account"),
    )
    actor_name = models.CharField(_("who"), max_length=150)
    verb = models.CharField(_("what"), max_length=20)
    discussion = models.ForeignKey(
        "commentary.Discussion",
        on_delete=models.PROTECT,
        related_name="audit_entries",
        verbose_name=_("discussion"),
    )
    comment = models.ForeignKey(
        "commentary.Comment",
        on_delete=models.PROTECT,
        null=True,
        related_name="audit_entries",
        verbose_name=_("comment"),
    )
    reason = models.CharField(_("why"), max_length=500, blank=True)
    before = models.CharField(_("before"), max_length=20, blank=True)
    after = models.CharField(_("after"), max_length=20, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        permissions = [("moderate", "Can decide on comments and close or reopen threads")]

    def __str__(self) -> str:
        return f"{self.verb} by {self.actor_name}"
