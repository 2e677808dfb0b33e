"""Describe closures, and compute the version that forms carry."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ..discussions.editions import edition_of
from ..models import Comment, Discussion


def format_time(when: datetime) -> str:
    """Format a date with its time for the admin."""
    return date_format(localtime(when), "DATETIME_FORMAT")


def describe_closure(target: Comment | Discussion) -> str:
    """Describe whether a discussion or branch is open or closed: by whom, since when, until when
    and why, or when it closes automatically.
    """
    entry, start, until = target.closed_entry, target.closed_from, target.closed_until
    age = target.closes_by_age_at if isinstance(target, Discussion) else None
    now = timezone.now()
    if entry is not None and not (until and until <= now):
        facts = {"who": entry.who, "since": format_time(start or entry.created_at)}
        if start and start > now:
            text = _("Open – will be closed by %(who)s on %(since)s") % facts
        else:
            text = _("Closed by %(who)s on %(since)s") % facts
        if until:
            text += ", " + _("until %(until)s") % {"until": format_time(until)}
        return f"{text}. {entry.reason}".strip()
    if age and age <= now:
        return _("Closed automatically on %(since)s.") % {"since": format_time(age)}
    if age:
        return _("Open – closes automatically on %(when)s.") % {"when": format_time(age)}
    return _("Open.")


def closure_version(target: Comment | Discussion) -> str:
    """Return a fingerprint that changes whenever the closure does."""
    names = ("closed_entry_id", "closed_from", "closed_until")
    return edition_of({name: getattr(target, name) for name in names})
