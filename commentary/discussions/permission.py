"""Whether a comment may be added: one rule for pages, admin and posting."""

from django.utils.translation import gettext as _

from ..models import Comment, Discussion
from .errors import NotOpen


def may_comment(
    is_discussion_closed: bool, is_branch_closed: bool = False, is_editor: bool = False
) -> bool:
    """Return whether a comment may be added to a discussion, or to one of its branches.

    `is_branch_closed` is true if the parent or one of its ancestors is closed. Editors may post in
    closed places.
    """
    return is_editor or not (is_discussion_closed or is_branch_closed)


def require_may_comment(discussion: Discussion, branch: Comment | None, is_editor: bool) -> None:
    """Raise NotOpen unless a comment may be added to the discussion, or as a reply to `branch`.

    `branch` is None or a comment loaded with `branch_closed`.
    """
    if not may_comment(discussion.is_closed, is_editor=is_editor):
        raise NotOpen(_("Comments are closed."))
    if branch is not None and not may_comment(False, branch.branch_closed, is_editor):
        raise NotOpen(_("This thread is closed."))
