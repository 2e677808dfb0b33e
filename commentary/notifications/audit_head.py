"""The daily e-mail with the head of the audit log, to keep where nobody of this site can change it."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from ..discussions.verification import verify
from ..models import AuditHead, OutboxMessage, Schedule, site_frame
from ..models.snapshot import database_snapshot
from .messages import Mail

VERIFY, HEAD = "verify_audit_log", "audit_head"  # kinds of rows
MAX_LISTED = 20  # problems


def queue_verification() -> None:
    """Add the verification of the audit log to the outbox, once a day. Call it in a transaction."""
    day = timedelta(days=1)
    if settings.AUDIT_HEAD_TO and Schedule.objects.take_turn("mail the audit head", day):
        OutboxMessage.objects.create(kind=VERIFY)


def verify_log(message: OutboxMessage) -> list[OutboxMessage]:
    """Verify the audit log, and return a message with its head for each address."""
    with database_snapshot():
        found = verify()
    details = {
        "head": AuditHead.keep(found.heads),
        "entries": found.entries,
        "logs": len(found.heads),
        "problems": len(found.problems),
        "listed": [str(problem) for problem in found.problems[:MAX_LISTED]],
    }
    return [
        OutboxMessage(kind=HEAD, recipient=address, details=details)
        for address in settings.AUDIT_HEAD_TO
    ]


def head_mail(message: OutboxMessage) -> Mail:
    """Return the mail with a head."""
    found = message.details
    on = message.created_at.strftime("%Y-%m-%d %H:%M UTC")
    text = _("Keep this e-mail. Later, compare the log with this head:")
    lines = [
        _("Overall head: %(head)s") % {"head": found["head"]},
        _("Verified: %(on)s, %(entries)s entries in %(logs)s logs")
        % {"on": on, "entries": found["entries"], "logs": found["logs"]},
        "",
        text,
        f"manage.py verify_audit_log --expect {found['head']}",
    ]
    subject = _("Head of the audit log")
    if found["problems"]:
        subject = _("The audit log was changed")
        lines += ["", _("Problems: %(n)s") % {"n": found["problems"]}, *found["listed"]]
    return Mail(f"{subject} – {site_frame().name}", "\n".join(lines) + "\n")
