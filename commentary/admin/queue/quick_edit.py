"""Correct the text of a comment in its row of the queue."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from ... import discussions
from ...discussions import revisions
from ...models import Comment, with_keys
from ...reading.comment_form import clean_body
from .. import undo
from ..access import actor
from ..imports import typed
from ..parameters import row_key


@dataclass
class QuickEdit:
    """The form in a row: the text in it, and the edition of the comment it was made for. If it was
    refused, `error` says why, and `current` is the text that someone else stored meanwhile.
    """

    text: str
    edition: str
    error: str = ""
    current: str = ""


def quick_edit(comment: Comment) -> QuickEdit:
    """Return the form for the present text."""
    return QuickEdit(comment.body, revisions.edition(comment))


def save_quick_edit(request: HttpRequest, value: str) -> QuickEdit | None:
    """Correct the comment with this key. Returns None, or the form again if it was refused: what was
    typed is kept, and nothing is overwritten.
    """
    if not request.user.has_perm("commentary.change_comment"):
        raise PermissionDenied
    key = row_key(value)
    comment = next(iter(with_keys(Comment.objects.all(), [key])), None)
    if comment is None:
        raise Http404
    text = typed(request.POST.get("text", ""), comment.body)
    if text != comment.body:
        try:
            text = clean_body(text)
        except ValidationError as refusal:
            seen = request.POST.get("edition", "")
            return QuickEdit(text, seen, " ".join(refusal.messages))
    try:
        seen = request.POST.get("edition", "")
        entry = discussions.correct(comment, actor(request), comment.name, text, seen=seen)
    except discussions.Stale as refusal:
        comment.refresh_from_db()
        return QuickEdit(text, revisions.edition(comment), str(refusal), comment.typed)
    if entry is None:
        messages.info(request, _("The text is unchanged."))
    else:
        undo.offer_undo(request, [entry])
    return None
