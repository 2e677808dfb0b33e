"""The write side: the only code that changes statuses, closures and tree structure.

Pages, admin actions and commands all call these functions. Each one locks the discussion, makes its
change in one transaction and writes one audit entry per decision, so entries, counts and the page
version always agree.

Whether a comment can be added is decided by `permission.may_comment`, which `submissions` calls
again under the lock. Moderators' decisions are in `decisions`, `closing`, `corrections`,
`authorship`, `places`, `restructuring`, `renaming`, `proposals`, `conflicts`, `point_links` and `undo`; what commenters do with
their own comments is in `writer_actions`. `erasure` erases them for good. `screening` applies moderation rules, `limits` enforces
rate limits, `identity`
recognises commenters, `points` finds mentions of points.

Only `tree` writes structure; refusals are in `errors`.
"""

from .audit import AUTHORSHIP, SOURCE, erase_reason
from .authorship import confirm
from .closing import close, reopen
from .conflicts import CONFLICT_DECISIONS, KEEP_OURS, conflict_edition, decide_conflicts
from .corrections import correct, restore, update_texts
from .decisions import (
    DECISIONS,
    DISCARDS,
    STATUS_VERBS,
    Outcome,
    approve,
    decide,
    hold,
    keep,
    mark_spam,
    reject,
    remove,
)
from .erasure import erase_comment
from .errors import AlreadyDecided, Duplicate, NotOpen, NotYours, Refusal, Stale, TooMany
from .permission import may_comment
from .places import move_comment, publish, redate, set_language
from .point_links import LINK_DECISIONS, decide_point_links, link, suggest_point_links, unlink
from .proposals import DISMISS, decide_proposals, propose_parents, surest
from .renaming import merge_names, signed_otherwise
from .restructuring import join_discussions, merge_comment, split_comment, transfer
from .submissions import Sender, import_comments, submit
from .undo import REVERSIBLE, is_reversible, obstacles, undo, undo_many
from .writer_actions import (
    ask_again,
    edit_comment,
    may_ask_again,
    may_change,
    report_comment,
    withdraw_comment,
    withdraw_report,
)

__all__ = [
    "AUTHORSHIP",
    "AlreadyDecided",
    "CONFLICT_DECISIONS",
    "DECISIONS",
    "DISCARDS",
    "DISMISS",
    "Duplicate",
    "NotOpen",
    "NotYours",
    "Outcome",
    "REVERSIBLE",
    "Refusal",
    "SOURCE",
    "STATUS_VERBS",
    "Sender",
    "Stale",
    "KEEP_OURS",
    "LINK_DECISIONS",
    "TooMany",
    "import_comments",
    "join_discussions",
    "merge_names",
    "signed_otherwise",
    "approve",
    "ask_again",
    "close",
    "confirm",
    "conflict_edition",
    "correct",
    "decide",
    "decide_conflicts",
    "decide_point_links",
    "decide_proposals",
    "edit_comment",
    "erase_comment",
    "erase_reason",
    "hold",
    "is_reversible",
    "keep",
    "suggest_point_links",
    "mark_spam",
    "merge_comment",
    "move_comment",
    "may_ask_again",
    "may_change",
    "may_comment",
    "obstacles",
    "publish",
    "propose_parents",
    "redate",
    "reject",
    "remove",
    "reopen",
    "report_comment",
    "restore",
    "set_language",
    "split_comment",
    "submit",
    "transfer",
    "surest",
    "link",
    "undo",
    "undo_many",
    "unlink",
    "update_texts",
    "withdraw_comment",
    "withdraw_report",
]
