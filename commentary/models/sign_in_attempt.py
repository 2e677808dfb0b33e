"""Attempts to sign in."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SignInAttempt(models.Model):
    """An attempt to sign in, for rate limits, auditors and the history that users see.

    `account` is a keyed hash of the name typed, `network` one of the network. Neither names nor
    addresses are stored, because people type passwords into the wrong field. `user` is the account
    with that name, if any; `device` names its browser in words. A sign-in in two steps is one row,
    and each wrong code another one. Refused attempts share one row per account and network, counted
    in `times`, so that nobody can fill the table.
    """

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("Signed in")
        STARTED = "started", _("Second step missing")
        WRONG = "wrong", _("Wrong user name or password")
        WRONG_CODE = "badcode", _("Wrong code or passkey")
        RESET = "reset", _("Password reset by e-mail asked for")
        REFUSED = "refused", _("Blocked: too many attempts")

    class Method(models.TextChoices):
        PASSWORD = "password", _("Password")
        CODE = "code", _("Password and code")
        RECOVERY = "recovery", _("Password and recovery code")
        SECURITY_KEY = "key", _("Password and passkey")
        PASSKEY = "passkey", _("Passkey")
        INVITATION = "invite", _("Invitation")
        SINGLE_SIGN_ON = "oidc", _("Single sign-on")

    created_at = models.DateTimeField(_("date"), default=timezone.now, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("account"),
    )
    account = models.CharField(max_length=64)
    network = models.CharField(_("network"), max_length=64)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices)
    method = models.CharField(
        _("method"),
        max_length=8,
        choices=Method.choices,
        default=Method.PASSWORD,
        db_default=Method.PASSWORD,
    )
    device = models.CharField(_("device"), max_length=60, default="", db_default="")
    times = models.PositiveIntegerField(_("attempts"), default=1)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("sign-in attempt")
        verbose_name_plural = _("sign-in attempts")
        indexes = [
            models.Index("account", "created_at", name="sign_in_account"),
            models.Index("network", "created_at", name="sign_in_network"),
        ]

    def __str__(self) -> str:
        return f"{self.user or 'unknown name'}: {self.outcome}"
