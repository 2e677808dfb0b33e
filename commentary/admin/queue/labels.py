from django.utils.translation import gettext_lazy as _

PENDING, REPORTED, UNREVIEWED, DECIDED = "pending", "reported", "unreviewed", "decided"
TABS = {
    PENDING: _("Pending"),
    REPORTED: _("Reported"),
    UNREVIEWED: _("Unreviewed"),
    DECIDED: _("Decided"),
}
HEADINGS = {
    PENDING: _("Pending comments"),
    REPORTED: _("Reported comments"),
    UNREVIEWED: _("Unreviewed comments"),
    DECIDED: _("Decisions"),
}
EMPTY = {
    PENDING: _("Pending: nothing is waiting."),
    REPORTED: _("Reported: no complaint is open."),
    UNREVIEWED: _("Unreviewed: everything public was seen by a moderator."),
    DECIDED: _("Decided: nothing yet."),
}
LABELS = {
    "approve": _("Approve"),
    "keep": _("Keep"),
    "reject": _("Reject"),
    "mark_spam": _("Spam"),
    "remove": _("Remove"),
    "undo": _("Undo"),
}
KEYS = {"approve": "a", "keep": "a", "reject": "r", "mark_spam": "s", "remove": "d"}
BULK = {
    PENDING: ("approve", "reject", "mark_spam"),
    REPORTED: ("keep", "mark_spam", "remove"),
    UNREVIEWED: ("keep", "mark_spam", "remove"),
    DECIDED: ("undo",),
}
PAST = {
    "approve": _("Approved"),
    "keep": _("Kept"),
    "reject": _("Rejected"),
    "mark_spam": _("Marked as spam:"),
    "remove": _("Removed"),
    "close": _("Closed"),
    "reopen": _("Reopened"),
    "link": _("Linked"),
    "unlink": _("Unlinked"),
}
SIZES = (25, 100, 1_000)
WITH_REASONS = 100  # items of a page that still has a field for a reason in each
COUNTED = 10_000  # rows that are looked at for a count; beyond it says "10,000+"
CHOICES = 100  # of a select
