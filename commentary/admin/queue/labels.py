"""Labels of the moderation queue, and the decisions offered on each tab."""

from django.utils.translation import gettext_lazy as _

from ..labels import Label

PENDING, REPORTED, UNREVIEWED, DECIDED = "pending", "reported", "unreviewed", "decided"
TABS: dict[str, Label] = {
    PENDING: _("Pending"),
    REPORTED: _("Reported"),
    UNREVIEWED: _("Unreviewed"),
    DECIDED: _("Decided"),
}
HEADINGS: dict[str, Label] = {
    PENDING: _("Pending comments"),
    REPORTED: _("Reported comments"),
    UNREVIEWED: _("Unreviewed comments"),
    DECIDED: _("Decisions"),
}
EMPTY: dict[str, Label] = {
    PENDING: _("No comments are waiting for review."),
    REPORTED: _("No open reports."),
    UNREVIEWED: _("Every public comment has been reviewed."),
    DECIDED: _("No decisions yet."),
}
BUTTONS: dict[str, Label] = {
    "approve": _("Approve"),
    "keep": _("Keep"),
    "reject": _("Reject"),
    "mark_spam": _("Spam"),
    "remove": _("Remove"),
    "undo": _("Undo"),
}
SHORTCUTS = {"approve": "a", "keep": "a", "reject": "r", "mark_spam": "s", "remove": "d"}
BULK_ACTIONS = {
    PENDING: ("approve", "reject", "mark_spam"),
    REPORTED: ("keep", "mark_spam", "remove"),
    UNREVIEWED: ("keep", "mark_spam", "remove"),
    DECIDED: ("undo",),
}
SAME_COMMENTER_ACTIONS = ("approve", "mark_spam", "remove")
