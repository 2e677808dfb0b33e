"""Invitations of editors."""

import secrets
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.contrib.auth.models import Group
from django.core import signing
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

VALID = timedelta(days=7)
SALT = "commentary.models.invitation"


def new_nonce() -> str:
    return secrets.token_urlsafe(18)


def end_of_new_invitation() -> datetime:
    return timezone.now() + VALID


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations by their state."""

    def open(self) -> Self:
        """Return those that can still be accepted."""
        still_open = self.filter(accepted_at=None, ends_at__gt=timezone.now())
        return still_open.filter(Q(account=None) | Q(account__is_active=True))

    def with_token(self, token: str) -> "Invitation | None":
        """Return the invitation of a link, if it can still be accepted."""
        try:
            pk, nonce = signing.loads(token, salt=SALT)
        except (signing.BadSignature, TypeError, ValueError):
            return None
        return self.open().select_related("group").filter(pk=pk, nonce=nonce).first()

    def accept(self, invitation: "Invitation") -> bool:
        """Mark an invitation as accepted. Only one caller is told that it was."""
        # Conditions of this row alone: those of a subquery would not be checked again after a wait.
        same = self.filter(pk=invitation.pk, nonce=invitation.nonce, accepted_at=None)
        return bool(same.update(accepted_at=timezone.now()))


class Invitation(models.Model):
    """A link that lets one person join as an editor, once.

    The token of the link is signed and not stored; a new `nonce` makes earlier links invalid.
    `account` is the account that it gives a password, or null if the person chooses a user name.
    """

    nonce = models.CharField(max_length=40, default=new_nonce)
    email = models.EmailField(_("e-mail"), blank=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    group = models.ForeignKey(
        Group, on_delete=models.CASCADE, related_name="+", verbose_name=_("role")
    )
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        verbose_name=_("account"),
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("invited by"),
    )
    created_at = models.DateTimeField(_("date"), default=timezone.now)
    ends_at = models.DateTimeField(_("valid until"), default=end_of_new_invitation)
    accepted_at = models.DateTimeField(pgettext_lazy("date", "accepted"), null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return self.email or str(self.account)

    @property
    def path(self) -> str:
        """The link, as long as nobody accepts it."""
        token = signing.dumps([self.pk, self.nonce], salt=SALT)
        return reverse("accounts:join", args=[token])

    def renew(self) -> None:
        """Start the invitation anew: earlier links no longer work."""
        self.nonce, self.ends_at = new_nonce(), timezone.now() + VALID
        self.save(update_fields=["nonce", "ends_at"])
