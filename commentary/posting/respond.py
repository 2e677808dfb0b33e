"""The page for posting a comment or a reply."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from .. import discussions
from ..discussions import identity, tree
from ..discussions.points import Points
from ..models import Article, Comment, Discussion
from ..notifications.subscriptions import subscribe
from ..reading import errors
from ..reading.article_base import find_article
from ..reading.comment_form import CommentForm
from ..reading.form_page import empty_form, form_page
from ..reading.parameters import parse_number
from .answers import nobody_stores, refusal_status, see_beside, see_comment, with_retry_after

REFUSALS = (discussions.Refusal, tree.TooDeep)


@require_http_methods(["GET", "HEAD", "POST"])
@nobody_stores
def respond(request: HttpRequest, slug: str) -> HttpResponse:
    """GET shows the comment form of an article. POST adds a comment or reply, or with `do=preview`
    shows a preview.
    """
    if request.method != "POST":
        return empty_form(request, find_article(request, slug))
    article, parent_pk = _article_with_parent(request, slug)
    form = _comment_form(request, article)
    if form.is_from_machine:
        return _pretend(request, article, parent_pk, form)
    if not form.is_valid():
        return form_page(request, article, form, status=422)
    if form.is_preview:
        return form_page(request, article, form)
    try:
        comment = _submit(request, article, parent_pk, form)
    except REFUSALS as refusal:
        form.add_error(None, str(refusal))
        return with_retry_after(form_page(request, article, form, refusal_status(refusal)), refusal)
    except Discussion.DoesNotExist as gone:  # the import of the article has just been undone
        raise Http404 from gone
    return identity.remember(request, see_comment(request, article, comment), form.key)


def _article_with_parent(request: HttpRequest, slug: str) -> tuple[Article, int | None]:
    """Return the article and the key of the parent. One query.

    The key is None unless the sender is allowed to know that the parent exists.
    """
    named = parse_number(request.POST.get("reply", "")) or 0  # 0 is never the number of a comment
    found = Article.objects.posted_to(slug, named)
    if found is None:
        raise Http404
    article, parent_pk = found
    if not article.is_published and not identity.has_permission(request, "view_article"):
        raise Http404
    return article, parent_pk


def _comment_form(request: HttpRequest, article: Article) -> CommentForm:
    return CommentForm(
        request.POST,
        article=article,
        answers=parse_number(request.POST.get("reply", "")),
        is_editor=identity.editor_of(request) is not None,
    )


def _submit(
    request: HttpRequest, article: Article, parent_pk: int | None, form: CommentForm
) -> Comment:
    if request.POST.get("reply") != "article" and parent_pk is None:
        raise discussions.NotOpen(_("That comment no longer exists."))
    data = form.cleaned_data
    sender = identity.sender_of(request, form.key)
    comment = discussions.submit(
        article.pk,
        parent_pk,
        data["body"],
        sender,
        form.key,
        name=data["name"],
        email=data["email"],
        about=data.get("about"),
        points=Points(article.points),
        text_language=article.text_language,
    )
    if data.get("subscribe"):
        # In its own transaction. If it fails, the form is sent again and gives the same comment.
        subscribe(comment, data["email"], sender)
    return comment


def _pretend(
    request: HttpRequest, article: Article, parent_pk: int | None, form: CommentForm
) -> HttpResponse:
    """Send a bot whose comment was discarded the response for a stored comment: a redirect to the
    page of its parent, or of the last thread.
    """
    number = article.discussion.last_number + 1
    threads = Comment.objects.threads(article.pk).shown().order_by("-tree_id")
    parents = Comment.objects.filter(discussion_id=article.pk, pk=parent_pk or 0)
    beside = (threads if parent_pk is None else parents).first()
    return identity.remember(request, see_beside(article, beside, number), form.key)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form without a valid CSRF token: 403, or 405 if the page accepts no forms.

    A comment typed on this site is shown again with its text; text sent by another site is not.
    """
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return errors.forbidden(request, PermissionError(reason))
    if match.app_name == "commentary" and match.func.__module__.rpartition(".")[0] != __package__:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    is_foreign = reason.startswith(("Origin", "Referer"))
    if match.view_name != "commentary:respond" or is_foreign:
        return errors.forbidden(request, PermissionError(reason))
    request.csrf_processing_done = True  # type: ignore[attr-defined] # sent from this site
    article, _parent_pk = _article_with_parent(request, **match.kwargs)
    form = _comment_form(request, article)
    form.full_clean()
    form.add_error(None, _("This form has expired. Please submit it again."))
    return form_page(request, article, form, status=403)
