"""Pages with the comment form in place, where the comment will appear."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from .. import discussions
from ..discussions.identity import editor_of, last_signature
from ..models import Article, Comment
from .article_base import ArticleContext, article_context, own_comments
from .branch import BranchPageContext, branch_context
from .comment_form import CommentForm
from .outlined import OwnComment
from .pagination import SORTS, page_of
from .parameters import ThreadCursor


def form_page(
    request: HttpRequest, article: Article, form: CommentForm, status: int = 200
) -> HttpResponse:
    """Answer with the page that has `form` below the parent or at the end of the article.

    A closed place shows why it is closed, and the text if any was typed. Raises Http404 if a new
    form names a comment that isn't public. The page is never cached.
    """
    mine = own_comments(request, article.pk)
    comment = None
    if form.answers is not None:
        here = Comment.objects.filter(discussion_id=article.pk, number=form.answers)
        comment = here.approved().first()
    if form.answers is not None and comment is None and not form.is_bound:
        raise Http404
    is_moved = form.answers is not None and comment is None
    if is_moved:
        # the parent is gone: sent again, this becomes a response to the article
        form.answers = None
    template, page = _page_with(request, article, comment, mine)
    answered = None
    if comment is not None:
        answered = next(c for c in page["comments"] if c.id == comment.pk)
    context = {
        **page,
        "form": form,
        "is_moved": is_moved,
        "answered": answered,
        "closed_by": answered and page["is_open"] and answered.closed_by,
        "may_write": discussions.may_comment(
            not page["is_open"],
            answered is not None and not answered.is_open,
            page["may_moderate"],
        ),
        "is_preview": form.is_bound and form.is_preview and not form.errors,
    }
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def _page_with(
    request: HttpRequest, article: Article, comment: Comment | None, mine: dict[int, OwnComment]
) -> tuple[str, ArticleContext | BranchPageContext]:
    """Return the template and context of the page that shows a comment, or of the article without
    one.
    """
    after = "" if comment is None else page_of(comment, also=mine)
    if comment is not None and after is None:
        branch = branch_context(request, article.pk, comment, mine=mine)
        return "commentary/branch.html", branch
    key = ThreadCursor.parse(after, SORTS[0]) if after else None
    context = article_context(request, article.pk, after=key, mine=mine)
    return "commentary/article.html", context


def empty_form(
    request: HttpRequest, article: Article, answers: int | None = None, point: int | None = None
) -> HttpResponse:
    """Answer with the page that has an empty form: for a reply to comment `answers`, or for a
    response with `point` selected.
    """
    is_editor = editor_of(request) is not None
    form = CommentForm(
        article=article,
        answers=answers,
        point=point,
        is_editor=is_editor,
        signature=last_signature(request),
    )
    return form_page(request, article, form)
