"""Sessions of staff, which they can list and end."""

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class StaffSession(AbstractBaseSession):
    """A session, with the account that is signed in and the device and network it came from.

    Deleting the row signs out. The columns repeat values of the session data. `network` is in words
    ("203.0.113.x"), never a whole address. The account is null while someone is signing in. An
    account that is deleted meanwhile must not prevent a request from storing its session.
    """

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        db_constraint=False,
        verbose_name=_("account"),
    )
    began_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    device = models.CharField(max_length=60, default="")
    network = models.CharField(max_length=60, default="")

    objects = BaseSessionManager()  # type: ignore[misc] # the stubs declare a class variable

    class Meta(AbstractBaseSession.Meta):
        default_permissions = ()

    @classmethod
    def get_session_store_class(cls) -> type:
        # The store imports this module.
        from config.sessions import SessionStore

        return SessionStore
