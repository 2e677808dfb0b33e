"""Sessions of staff end after two hours without a request, and twelve hours after signing in."""

from datetime import UTC, datetime
from time import time
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as Stored
from django.dispatch import receiver

from commentary.resilience.outages import outage_of
from commentary.resilience.read_only import is_read_only

IDLE, LONGEST = 2 * 3600, 12 * 3600  # seconds
STEP = 300  # how often the time of the last request is stored


class SessionStore(Stored):
    """Django's database sessions, which become empty when they expire. Their rows name the account,
    so that it can list and end them.
    """

    @classmethod
    def get_model_class(cls) -> Any:
        # Django loads the engine of sessions before the models.
        from commentary.models import StaffSession

        return StaffSession

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        row.account_id = data.get(SESSION_KEY)
        row.began_at, row.seen_at = moment(data.get("began")), moment(data.get("seen"))
        row.device, row.network = data.get("device", ""), data.get("network", "")
        return row

    def save(self, must_create: bool = False) -> None:
        """Store the session. Django would answer 400 if the database fails, as if the session had
        ended meanwhile.
        """
        try:
            super().save(must_create)
        except UpdateError as error:
            cause = error.__context__
            if cause is not None and outage_of(cause):
                raise cause from None
            raise

    def load(self) -> dict[str, Any]:
        data = super().load()
        if SESSION_KEY not in data:
            return data
        now = time()
        began, seen = data.setdefault("began", now), data.setdefault("seen", now)
        if now - began > LONGEST or now - seen > IDLE:
            self.delete(self.session_key)
            self._session_key = None
            return {}
        if (seen == now or now - seen > STEP) and not is_read_only():
            data["seen"] = now
            self.modified = True
        return data


def moment(seconds: float | None) -> datetime | None:
    """Return the time of a Unix timestamp."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


@receiver(user_logged_in)
def begin(request: Any, **kwargs: Any) -> None:
    request.session["began"] = request.session["seen"] = time()
