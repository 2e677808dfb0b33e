"""Labels of the moderation queue, and the decisions offered on each tab."""

from django.utils.translation import gettext_lazy as _

from ..labels import Label

PENDING, REPORTED, UNREVIEWED, DECIDED = "pending", "reported", "unreviewed", "decided"
# Tabs with all comments in one status.
APPROVED, REJECTED, SPAM, REMOVED = STATUS_TABS = ("approved", "rejected", "spam", "removed")
TABS: dict[str, Label] = {
    PENDING: _("Waiting"),
    REPORTED: _("Reported"),
    UNREVIEWED: _("Published unread"),
    APPROVED: _("Approved"),
    REJECTED: _("Rejected"),
    SPAM: _("Spam"),
    REMOVED: _("Removed"),
    DECIDED: _("Decisions"),
}
HEADINGS: dict[str, Label] = {
    PENDING: _("Waiting comments"),
    REPORTED: _("Reported comments"),
    UNREVIEWED: _("Comments published unread"),
    APPROVED: _("Approved comments"),
    REJECTED: _("Rejected comments"),
    SPAM: _("Spam"),
    REMOVED: _("Removed comments"),
    DECIDED: _("Decisions"),
}
EMPTY: dict[str, Label] = {
    PENDING: _("No comments are waiting for review."),
    REPORTED: _("No open reports."),
    UNREVIEWED: _("Every public comment has been reviewed."),
    **dict.fromkeys(STATUS_TABS, _("No comments have this status.")),
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
    APPROVED: ("mark_spam", "remove"),
    REJECTED: ("approve", "mark_spam"),
    SPAM: ("approve",),
    REMOVED: ("approve", "mark_spam"),
    DECIDED: ("undo",),
}
SAME_COMMENTER_ACTIONS = ("approve", "mark_spam", "remove")
