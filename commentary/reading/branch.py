"""The page of a branch: a comment and all replies below it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from ..models import Comment
from .article_base import (
    SharedContext,
    find_article,
    find_comment,
    gone_page,
    own_comments,
    parse_after,
    reading_context,
    sent_notice,
    shared_context,
    with_place,
)
from .outline import BranchContext, outline
from .outlined import OutlinedComment, OwnComment, ReadingContext
from .page_cache import public_page
from .pagination import Neighbours, NoSuchPage, branch_page, neighbours, page_of, query
from .parameters import parse_number
from .site_page import Context
from .versions import article_version


class BranchPageContext(SharedContext):
    """The template variables of a branch page."""

    canonical: str
    reading: ReadingContext
    comments: list[OutlinedComment]
    above: list[OutlinedComment]
    between: list[str]
    uncounted: int
    top: OutlinedComment
    root: str
    first: str | None
    shown: int
    among: str
    next_page: str | None
    previous_page: str | None
    around: Neighbours


@require_safe
def branch(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show a comment and its branch, and a summary of its ancestors; `?after=7` continues, `?sent=9` is
    the commenter's own comment.

    410 or 404 if nothing of the branch is shown.
    """
    article = find_article(request, slug)
    mine = own_comments(request, article.pk)
    top = find_comment(article, number, mine)
    if not (top.is_public or top.reply_count or top.pk in mine):
        return gone_page(request, article, top)
    after = parse_after(request, parse_number)
    here = query(after="" if after is None else str(after))
    sent = sent_notice(request, article)

    def content() -> Context:
        context = branch_context(request, article.pk, top, after, mine)
        return {**context, "sent": with_place(sent, context["comments"])}

    return public_page(
        request,
        request.build_absolute_uri(request.path) + here,
        article_version(article),
        lambda: render_to_string("commentary/branch.html", content(), request),
        own=bool(mine or sent),
    )


def branch_context(
    request: HttpRequest,
    pk: int,
    top: Comment,
    after: int | None = None,
    mine: dict[int, OwnComment] | None = None,
) -> BranchPageContext:
    """Return the context of a branch's page. Raises Http404 if nothing comes after `after`."""
    mine = mine or {}
    shared = shared_context(request, pk)
    try:
        page = branch_page(top, after, mine)
    except NoSuchPage as missing:
        raise Http404 from missing
    closing = Comment.objects.closing(top)
    above = BranchContext(page.context, closing, page.short, page.parents, page.closings)
    reading = reading_context(shared, [*page.rows, *page.context], mine)
    laid = outline(page.rows, reading, above)
    address = shared["address"]
    here = f"{address}branches/{top.number}/"
    root = str(top.tree_id - top.discussion_id * Comment.TREES)
    among = page_of(top, also=mine)
    if after is None:
        laid.comments[0].classes += " is-focus"
    return {
        **shared,
        "canonical": request.build_absolute_uri(here + query(after=str(after or ""))),
        "reading": reading,
        "comments": laid.comments,
        "above": laid.above,
        "between": [str(number) for number in reversed(page.between)],
        "uncounted": max(top.level - 2 - len(page.between), 0),
        "top": laid.comments[0],
        "root": root,
        "first": None if after is None else str(page.rows[len(page.short)].number),
        "shown": laid.shown - (after is None and top.is_public),
        "among": f"{address}comments/{root}/"
        if among is None
        else f"{address}{query(after=among)}#comment-{top.number}",
        "next_page": None if page.next is None else here + query(after=page.next),
        "previous_page": None if page.previous is None else here + query(after=page.previous),
        "around": neighbours(top, mine),
    }
