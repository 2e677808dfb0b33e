"""The only writer of status, and of open and closed. One audit entry for each decision.

Every page, admin action and command calls these functions; each is one transaction that holds
the discussion's row, so the entry, the counts and the version always agree with the outcome.
"""

from .audit import AUTHORSHIP
from .authorship import confirm
from .closing import close, reopen
from .corrections import correct, restore
from .decisions import DECISIONS, Outcome, approve, decide, keep, mark_spam, reject, remove
from .errors import AlreadyDecided, Duplicate, NotOpen, NotYours, Refusal, Stale, TooMany
from .permission import may_comment
from .point_links import LINK_DECISIONS, decide_point_links, link, suggest_point_links, unlink
from .submissions import Sender, import_comments, submit
from .undo import is_reversible, obstacles, undo, undo_many
from .writer_actions import edit, may_change, report, withdraw, withdraw_report

__all__ = [
    "AUTHORSHIP",
    "AlreadyDecided",
    "DECISIONS",
    "Duplicate",
    "NotOpen",
    "NotYours",
    "Outcome",
    "Refusal",
    "Sender",
    "Stale",
    "LINK_DECISIONS",
    "TooMany",
    "import_comments",
    "approve",
    "close",
    "confirm",
    "correct",
    "decide",
    "decide_point_links",
    "edit",
    "is_reversible",
    "keep",
    "suggest_point_links",
    "mark_spam",
    "may_change",
    "may_comment",
    "obstacles",
    "reject",
    "remove",
    "reopen",
    "report",
    "restore",
    "submit",
    "link",
    "undo",
    "undo_many",
    "unlink",
    "withdraw",
    "withdraw_report",
]
