"""The page of an edited comment's earlier wordings."""

from datetime import datetime
from itertools import zip_longest
from typing import NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from ..models import Article, Comment, Revision
from ..text.differences import DiffPiece, differences
from ..text.markup import RENDERERS, rendered_text
from .article_base import find_article, find_comment, gone_page
from .page_cache import NOINDEX, public_page
from .site_page import Context
from .versions import article_version

MAX_COMPARED_HERE = 40_000  # pairs of words or lines of two wordings, so that the page is cheap
MAX_WORDINGS = 20  # shown of one comment, the latest first


class Wording(NamedTuple):
    """A name and text of a comment, until when they stood (None if they still do), and how the text
    differs from the one before that is shown.
    """

    name: str
    html: str
    until: datetime | None
    pieces: list[DiffPiece]


@require_safe
def wordings(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show what a public comment said before each edit, latest first.

    404 for a comment that wasn't edited and if PUBLIC_HISTORY is off, 410 for a removed one. Only wordings that were public when
    they were replaced are shown.
    """
    if not settings.PUBLIC_HISTORY:
        raise Http404
    article = find_article(request, slug)
    comment = find_comment(article, number)
    if not comment.is_public:
        return gone_page(request, article, comment)
    if comment.edited_at is None:
        raise Http404
    return public_page(
        request,
        request.build_absolute_uri(request.path),
        article_version(article),
        lambda: render_to_string("commentary/wordings.html", _context(comment), request),
        headers=NOINDEX,
    )


def _context(comment: Comment) -> Context:
    article = Article.objects.get(pk=comment.discussion_id)
    return {
        "article": article,
        "address": article.get_absolute_url(),
        "comment": comment,
        "wordings": _wordings(comment),
    }


def _wordings(comment: Comment) -> list[Wording]:
    """Return the present wording and the earlier ones, with two queries."""
    here = Comment.objects.filter(discussion_id=comment.discussion_id, pk=comment.pk)
    revisions = Revision.objects.filter(discussion=comment.discussion_id, comment=comment)
    latest = list(revisions.order_by("-pk")[:MAX_WORDINGS])
    statuses = here.statuses_at([revision.created_at for revision in latest])
    render = RENDERERS[comment.markup]
    shown = [
        (revision.name, render(revision.body), revision.created_at)
        for revision, was in zip(latest, statuses, strict=True)
        if was == Comment.Status.APPROVED
    ]
    texts = [(comment.name, comment.body_html, None), *shown]
    before = [rendered_text(html) for _name, html, _until in texts[1:]]
    found = []
    for (name, html, until), old in zip_longest(texts, before):
        new = rendered_text(html)
        pieces = [] if old is None else differences(old, new, MAX_COMPARED_HERE)
        found.append(Wording(name, html, until, pieces))
    return found
