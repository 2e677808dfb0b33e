"""Whether a comment may be added at a place: asked by the pages, by the admin, and before posting."""

from typing import Any

from django.utils.translation import gettext as _

from .errors import NotOpen


def may_comment(
    is_discussion_closed: bool, is_branch_closed: bool = False, is_editor: bool = False
) -> bool:
    """Whether a comment may be added to a discussion, or to a branch of it.

    `is_branch_closed` says whether the comment that is answered, or one above it, is closed. Editors
    may write in closed places.
    """
    return is_editor or not (is_discussion_closed or is_branch_closed)


def require_may_comment(discussion: Any, branch: Any, is_editor: bool) -> None:
    """Raise NotOpen unless a comment may be added to a discussion, or below `branch`, a comment that
    was loaded with `branch_closed`."""
    if not may_comment(discussion.is_closed, is_editor=is_editor):
        raise NotOpen(_("Comments are closed."))
    if branch is not None and not may_comment(False, branch.branch_closed, is_editor):
        raise NotOpen(_("This thread is closed."))
