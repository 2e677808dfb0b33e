"""Where an account is signed in, and how it signed in lately."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from ..discussions.identity import networks_of
from ..models import SignInAttempt, StaffSession

SHOWN = 20  # attempts


@dataclass
class SessionLine:
    """A session as its owner sees it. `name` identifies it in forms, without its key."""

    name: str
    device: str
    network: str
    began_at: datetime | None
    seen_at: datetime | None
    is_this: bool


@dataclass
class AttemptLine:
    """An attempt to sign in. `network` is the start of a hash, by which equal networks are
    recognised; "" if it is the network of this request or unknown.
    """

    attempt: SignInAttempt
    network: str
    is_here: bool


def sessions_of(user: User, request: HttpRequest) -> list[SessionLine]:
    """Return the sessions that are signed in, this one first. One query. A change of the password
    has ended the others.
    """
    hashes = {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}
    stored = StaffSession.objects.filter(account=user, expire_date__gt=timezone.now())
    rows = stored.order_by("-seen_at")
    lines = [
        SessionLine(
            name=_name_of(row),
            device=row.device,
            network=row.network,
            began_at=row.began_at,
            seen_at=row.seen_at,
            is_this=row.session_key == request.session.session_key,
        )
        for row in rows
        if row.get_decoded().get(HASH_SESSION_KEY) in hashes
    ]
    return sorted(lines, key=lambda line: not line.is_this)


def end_session(user: User, name: str) -> bool:
    """Sign out one of the user's sessions. Return whether there was one."""
    for row in StaffSession.objects.filter(account=user):
        if _name_of(row) == name:
            row.delete()
            return True
    return False


def end_other_sessions(user: User, request: HttpRequest) -> int:
    """Sign out all sessions of the user but this one, and return how many they were."""
    others = StaffSession.objects.filter(account=user).exclude(
        session_key=request.session.session_key
    )
    count, _rows = others.delete()
    return count


def recent_attempts(user: User, request: HttpRequest) -> list[AttemptLine]:
    """Return the latest attempts to sign in to this account, newest first. One query."""
    here = networks_of(request)
    attempts = SignInAttempt.objects.filter(user=user).order_by("-created_at", "-pk")[:SHOWN]
    return [
        AttemptLine(
            attempt=attempt,
            network="" if attempt.network in here else attempt.network[:8],
            is_here=attempt.network in here,
        )
        for attempt in attempts
    ]


def _name_of(row: StaffSession) -> str:
    key = salted_hmac("commentary.accounts.own_sessions", row.session_key, algorithm="sha256")
    return key.hexdigest()[:16]
