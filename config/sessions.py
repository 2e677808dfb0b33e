"""Sessions of staff end after two hours without a request, and twelve hours after signing in."""

from time import time
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.db import SessionStore as Stored
from django.dispatch import receiver

IDLE, LONGEST = 2 * 3600, 12 * 3600  # seconds
STEP = 300  # how often the time of the last request is stored


class SessionStore(Stored):
    """Django's database sessions, which become empty when they expire."""

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
        if seen == now or now - seen > STEP:
            data["seen"] = now
            self.modified = True
        return data


@receiver(user_logged_in)
def begin(request: Any, **kwargs: Any) -> None:
    request.session["began"] = request.session["seen"] = time()
