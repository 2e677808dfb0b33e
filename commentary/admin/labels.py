"""Labels of actions: on a button, and when they are done."""

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ..models import Rule
from ..templatetags.commentary import timestamp
from ..text.phrases import in_html

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
DONE: dict[str, Label] = {  # above a list; %(what)s is "#12 by Ann" or "#12"
    "approve": _("Approved %(what)s."),
    "keep": _("Kept %(what)s."),
    "reject": _("Rejected %(what)s."),
    "hold": _("Held %(what)s."),
    "mark_spam": _("Marked %(what)s as spam."),
    "remove": _("Removed %(what)s."),
    "correct": _("Corrected %(what)s."),
    "move": _("Moved %(what)s."),
    "dismiss_parent": _("Dismissed the proposal for %(what)s."),
    "link": _("Accepted the link from %(what)s to point %(point)s."),
    "unlink": _("Dismissed the link from %(what)s to point %(point)s."),
    "keep_ours": _("Kept ours: %(what)s."),
    "update": _("Used the source’s: %(what)s."),
}
COMMENTS_DONE: dict[str, Label] = {
    "approve": ngettext_lazy("%(n)s comment approved.", "%(n)s comments approved.", "n"),
    "keep": ngettext_lazy("%(n)s comment kept.", "%(n)s comments kept.", "n"),
    "reject": ngettext_lazy("%(n)s comment rejected.", "%(n)s comments rejected.", "n"),
    "hold": ngettext_lazy("%(n)s comment held.", "%(n)s comments held.", "n"),
    "mark_spam": ngettext_lazy(
        "%(n)s comment marked as spam.", "%(n)s comments marked as spam.", "n"
    ),
    "remove": ngettext_lazy("%(n)s comment removed.", "%(n)s comments removed.", "n"),
    "move": ngettext_lazy("%(n)s comment moved.", "%(n)s comments moved.", "n"),
    "dismiss_parent": ngettext_lazy("%(n)s proposal dismissed.", "%(n)s proposals dismissed.", "n"),
    "link": ngettext_lazy("%(n)s link accepted.", "%(n)s links accepted.", "n"),
    "unlink": ngettext_lazy("%(n)s link dismissed.", "%(n)s links dismissed.", "n"),
    "keep_ours": ngettext_lazy("Kept ours: %(n)s conflict.", "Kept ours: %(n)s conflicts.", "n"),
    "update": ngettext_lazy(
        "Used the source’s: %(n)s conflict.", "Used the source’s: %(n)s conflicts.", "n"
    ),
}
THREAD_DONE: dict[str, Label] = {
    "close": _("Closed thread %(what)s."),
    "reopen": _("Reopened thread %(what)s."),
}
DISCUSSION_DONE: dict[str, Label] = {
    "close": _("Closed comments on %(article)s."),
    "reopen": _("Reopened comments on %(article)s."),
}
THREADS_DONE: dict[str, Label] = {
    "close": ngettext_lazy("%(n)s thread closed.", "%(n)s threads closed.", "n"),
    "reopen": ngettext_lazy("%(n)s thread reopened.", "%(n)s threads reopened.", "n"),
}
DISCUSSIONS_DONE: dict[str, Label] = {
    "close": ngettext_lazy(
        "Comments closed on %(n)s article.", "Comments closed on %(n)s articles.", "n"
    ),
    "reopen": ngettext_lazy(
        "Comments reopened on %(n)s article.", "Comments reopened on %(n)s articles.", "n"
    ),
}
MEASURED: dict[str, Label] = {  # what a rule about a person does, until a day
    Rule.Action.REJECT: _("New comments of this person are rejected until %(end)s."),
    Rule.Action.HOLD: _("New comments of this person are held until %(end)s."),
    Rule.Action.TRUST: _("New comments of this person are published at once until %(end)s."),
}
MEASURED_FOR_GOOD: dict[str, Label] = {
    Rule.Action.REJECT: _("New comments of this person are rejected, without an end."),
    Rule.Action.HOLD: _("New comments of this person are held, without an end."),
    Rule.Action.TRUST: _("New comments of this person are published at once, without an end."),
}


def measure_in_words(rule: Rule) -> SafeString:
    """Return what a rule about a person does, and until when."""
    if rule.ends_at is None:
        return in_html(MEASURED_FOR_GOOD[rule.action])
    return in_html(MEASURED[rule.action], end=timestamp(rule.ends_at))
