"""Conditions on the closures of discussions and branches."""

from django.db.models import Q
from django.utils import timezone


def closed_now() -> Q:
    """Return the condition that a row is itself closed by hand now. See `discussion.is_in_force`."""
    now = timezone.now()
    return (
        Q(closed_entry__isnull=False)
        & (Q(closed_from=None) | Q(closed_from__lte=now))
        & (Q(closed_until=None) | Q(closed_until__gt=now))
    )
