"""Labels of actions: on a button, and when they are done."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..models import Rule
from ..models.audit import ACTION_NAMES

Label = str | Promise

ACTIONS: dict[str, Label] = {
    "close": _("Close thread"),
    "reopen": _("Reopen thread"),
    "approve": _("Approve"),
    "keep": _("Keep"),
    "reject": _("Reject"),
    "hold": _("Hold"),
    "mark_spam": _("Mark as spam"),
    "remove": _("Remove"),
}
DISCUSSION_ACTIONS: dict[str, Label] = {  # for all comments on an article
    "close": _("Close comments"),
    "reopen": _("Reopen comments"),
}
DONE: dict[str, Label] = {  # above a list: "Approved #12"
    "approve": _("Approved"),
    "keep": _("Kept"),
    "reject": _("Rejected"),
    "hold": _("Held"),
    "mark_spam": _("Marked as spam:"),
    "remove": _("Removed"),
    "discard": _("Discarded"),
    "correct": _("Corrected"),
    "move": _("Moved"),
    "dismiss_parent": _("Dismissed"),
    "redate": _("Date changed:"),
    "close": _("Closed"),
    "reopen": _("Reopened"),
    "link": _("Accepted"),
    "unlink": _("Dismissed"),
    "keep_ours": _("Kept ours"),
    "update": _("Used the source’s"),
    "publish": _("Published"),
    "unpublish": _("Unpublished"),
}
MEASURED: dict[str, Label] = {  # what a rule about a person does
    Rule.Action.REJECT: _("New comments of this person are rejected"),
    Rule.Action.HOLD: _("New comments of this person are held"),
    Rule.Action.TRUST: _("New comments of this person are published at once"),
}
IN_SENTENCES: dict[str, Label] = {  # in the audit log: "ed approved #12"
    **ACTION_NAMES,
    "withdraw": _("withdrew"),
    "erase": _("erased"),
    "correct": _("corrected"),
    "restore": _("restored the source text of"),
    "update": _("updated"),
    "redate": _("changed the date of"),
    "move": _("moved"),
    "dismiss_parent": _("dismissed a proposed parent of"),
    "publish": _("published"),
    "unpublish": _("unpublished"),
    "keep_ours": _("kept our version of"),
    "link": _("accepted the link to point %(point)s from"),
    "unlink": _("dismissed the link to point %(point)s from"),
    "confirm": _("added the author badge of %(name)s to"),
    "unconfirm": _("removed the author badge of %(name)s from"),
    "undo_import": _("undid an import of"),
    "redo_import": _("redid an import of"),
    "erase_reason": _("erased a reason about"),
}
