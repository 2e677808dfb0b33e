"""Where decisions are sent."""

import base64
import secrets

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SECRET_PREFIX = "whsec_"  # of Standard Webhooks


def new_webhook_secret() -> str:
    """Return a key for signatures, as Standard Webhooks write it."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


class Webhook(models.Model):
    """A URL that gets a signed message for each decision."""

    url = models.CharField(
        _("URL"),
        max_length=500,
        unique=True,
        help_text=_("Each decision is sent there by POST. Must start with https://."),
    )
    secret = models.CharField(
        _("secret"),
        max_length=100,
        default=new_webhook_secret,
        editable=False,
        help_text=_("The receiver checks signatures with it."),
    )
    is_active = models.BooleanField(pgettext_lazy("webhook", "active"), default=True)
    created_at = models.DateTimeField(_("date"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return self.url

    @property
    def key(self) -> bytes:
        """The bytes of the secret."""
        return base64.b64decode(self.secret.removeprefix(SECRET_PREFIX))
