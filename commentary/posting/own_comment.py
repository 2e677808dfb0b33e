"""Find the sender's own comment, for the pages that edit and withdraw it, or ask about it."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from .. import discussions
from ..discussions import identity
from ..models import Comment
from ..reading.parameters import HIGHEST_NUMBER


def own_comment_at(request: HttpRequest, slug: str, number: int) -> tuple[Comment, str]:
    """Return the sender's own comment, in any status, and the sender's id. Raises Http404 if there is
    none or someone else wrote it.
    """
    writer = identity.known_writer(request)
    if not writer or number > HIGHEST_NUMBER:
        raise Http404
    own = Comment.objects.of_writer(writer).on_published(slug)
    comment = get_object_or_404(own.select_related("discussion__article"), number=number)
    return comment, writer


def find_own_comment(request: HttpRequest, slug: str, number: int) -> Comment:
    """Return the sender's own comment. Raises Http404 if there is none, someone else wrote it, or it
    can no longer be changed.
    """
    comment, writer = own_comment_at(request, slug, number)
    if request.method != "POST" and not discussions.may_change(comment, comment.submission, writer):
        raise Http404
    return comment
