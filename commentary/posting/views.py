"""What readers send: comments, edits, withdrawals, reports. Nobody stores these pages.

A refusal comes back with everything that was typed.
"""

from typing import Any

from django.db.models import OuterRef, Subquery
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404, render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from .. import discussions
from ..discussions import identity, revisions, tree
from ..discussions.points import Points
from ..models import Article, Comment, Report
from ..reading import errors
from ..reading.article_base import find_article
from ..reading.comment_form import CommentForm
from ..reading.parameters import HIGHEST_NUMBER, parse_number
from ..reading.reply import empty_form, form_page
from .forms import EditForm, ReportForm

REFUSALS = (discussions.Refusal, tree.TooDeep)
nobody_stores = cache_control(private=True, no_store=True)


# --- a comment


@require_http_methods(["GET", "HEAD", "POST"])
@nobody_stores
def respond(request: HttpRequest, slug: str) -> HttpResponse:
    """GET the form for a response to the article; POST a comment or a reply, or see how it would
    look (`do=preview`)."""
    if request.method != "POST":
        return empty_form(request, find_article(request, slug))
    article = _article_with_parent(request, slug)
    form = _comment_form(request, article)
    if form.is_from_machine:
        return _pretend(request, article, form)
    if not form.is_valid():
        return form_page(request, article, form, status=422)
    if form.is_preview:
        return form_page(request, article, form)
    try:
        comment = _submit(request, article, form)
    except REFUSALS as refusal:
        form.add_error(None, _words(refusal))
        return _refuse(form_page(request, article, form, _status(refusal)), refusal)
    return identity.remember(request, _see_other(article, comment.number), form.key)


def _article_with_parent(request: HttpRequest, slug: str) -> Article:
    """The article, with `parent_pk`, the key of the comment that is answered, if the asker may know
    of it. One query."""
    named = parse_number(request.POST.get("reply", ""))
    named_here = Comment.objects.filter(discussion_id=OuterRef("pk"), number=named).known()
    articles = Article.objects.select_related("discussion")
    articles = articles.annotate(parent_pk=Subquery(named_here.order_by().values("pk")))
    article: Article = get_object_or_404(articles, slug=slug)
    if not article.is_published and identity.editor_of(request) is None:
        raise Http404
    return article


def _comment_form(request: HttpRequest, article: Article) -> CommentForm:
    return CommentForm(
        request.POST,
        article=article,
        answers=parse_number(request.POST.get("reply", "")),
        is_editor=identity.editor_of(request) is not None,
    )


def _submit(request: HttpRequest, article: Any, form: CommentForm) -> Comment:
    if request.POST.get("reply") != "article" and article.parent_pk is None:
        raise discussions.NotOpen("The comment you answer is not there any more.")
    data = form.cleaned_data
    return discussions.submit(
        article.pk,
        article.parent_pk,
        data["body"],
        identity.sender_of(request, form.key),
        form.key,
        name=data["name"],
        email=data["email"],
        about=data.get("about"),
        points=Points(article.points),
    )


def _pretend(request: HttpRequest, article: Article, form: CommentForm) -> HttpResponse:
    """The answer that a taken comment gets, for a machine whose comment was not taken."""
    response = _see_other(article, article.discussion.last_number + 1)
    return identity.remember(request, response, form.key)


def _see_other(article: Article, number: int) -> HttpResponse:
    """To the article, where the writer is told what became of comment `number`."""
    address = f"{article.get_absolute_url()}?sent={number}#responses"
    return HttpResponseRedirect(address, status=303)


def _words(refusal: Exception) -> str:
    """Why something was not done, for whoever asked for it."""
    if isinstance(refusal, discussions.TooMany):
        return _("%(limit)s Wait a little and send it again") % {"limit": refusal}
    return str(refusal)


def _status(refusal: Exception) -> int:
    return 429 if isinstance(refusal, discussions.TooMany) else 409


def _refuse(response: HttpResponse, refusal: Exception) -> HttpResponse:
    if isinstance(refusal, discussions.TooMany):
        response["Retry-After"] = str(refusal.retry_after)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without its token; 405 where no form is taken, with or without one. A comment
    that was typed here comes back with its text; what another site sent is not repeated."""
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return errors.forbidden(request, PermissionError(reason))
    if match.app_name == "commentary" and match.func.__module__ != __name__:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    is_foreign = reason.startswith(("Origin", "Referer"))
    if match.view_name != "commentary:respond" or is_foreign:
        return errors.forbidden(request, PermissionError(reason))
    request.csrf_processing_done = True  # type: ignore[attr-defined] # ours, so it may be repeated
    article = _article_with_parent(request, **match.kwargs)
    form = _comment_form(request, article)
    form.full_clean()
    form.add_error(None, _("This form was open for too long. Send it again"))
    return form_page(request, article, form, status=403)


# --- one's own comment


def _own(request: HttpRequest, slug: str, number: int) -> Comment:
    """The comment, if the asker wrote it; the same 404 as for none if somebody else did."""
    writer = identity.known_writer(request)
    if not writer or number > HIGHEST_NUMBER:
        raise Http404
    own = Comment.objects.of_writer(writer).select_related("discussion__article", "submission")
    comment = get_object_or_404(own, discussion__article__slug=slug, number=number)
    if not comment.discussion.article.is_published:
        raise Http404
    if request.method != "POST" and not discussions.may_change(comment, comment.submission, writer):
        raise Http404
    return comment


@require_http_methods(["GET", "HEAD", "POST"])
@nobody_stores
def comment_edit(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Change the words of one's own comment."""
    comment = _own(request, slug, number)
    is_editor = identity.editor_of(request) is not None
    form = EditForm(request.POST or None, comment=comment, is_editor=is_editor)
    refused, current, status = None, None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                data, sender = form.cleaned_data, identity.sender_of(request)
                points = Points(comment.discussion.article.points)
                seen = request.POST.get("edition", "")
                discussions.edit(comment, sender, data["body"], data["name"], points, seen)
            except discussions.Refusal as refusal:
                form.add_error(None, _words(refusal))
                refused, status = refusal, _status(refusal)
                if isinstance(refusal, discussions.Stale):
                    comment.refresh_from_db(fields=["name", "body"])
                    current = {"name": comment.name, "body": comment.body}
            else:
                return _see_other(comment.discussion.article, number)
    context = {
        "comment": comment,
        "article": comment.discussion.article,
        "form": form,
        "current": current,
        "edition": (not current and request.POST.get("edition")) or revisions.edition(comment),
    }
    page = render(request, "commentary/comment_edit.html", context, status=status)
    return _refuse(page, refused) if refused else page


@require_http_methods(["GET", "HEAD", "POST"])
@nobody_stores
def comment_withdraw(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Take one's own comment back: GET asks, POST does it."""
    comment = _own(request, slug, number)
    context = {"comment": comment, "article": comment.discussion.article}
    if request.method == "POST":
        try:
            discussions.withdraw(comment, identity.sender_of(request))
        except discussions.NotYours as refusal:
            context["refusal"] = str(refusal)
        else:
            return _see_other(comment.discussion.article, number)
    status = 409 if "refusal" in context else 200
    return render(request, "commentary/comment_withdraw.html", context, status=status)


# --- a report


@require_http_methods(["GET", "HEAD", "POST"])
@nobody_stores
def comment_report(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Complain about a public comment, see that one did, or take it back (`do=withdraw`)."""
    comment = _public_comment(slug, number)
    writer = identity.known_writer(request)
    if request.POST.get("do") == "withdraw" and writer:
        discussions.withdraw_report(comment, identity.sender_of(request))
        return HttpResponseRedirect(request.path, status=303)
    form = ReportForm(request.POST or None, comment=comment)
    refused, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                sender, data = identity.sender_of(request, form.key), form.cleaned_data
                discussions.report(comment, sender, data["why"], data["note"])
            except discussions.Refusal as refusal:
                form.add_error(None, _words(refusal))
                refused, status = refusal, _status(refusal)
            else:
                sent = HttpResponseRedirect(request.path, status=303)
                return identity.remember(request, sent, form.key)
    mine = Report.objects.filter(comment=comment, reporter=writer) if writer else None
    context = {
        "comment": comment,
        "article": comment.discussion.article,
        "form": form,
        "mine": mine and mine.open().first(),
    }
    page = render(request, "commentary/comment_report.html", context, status=status)
    return _refuse(page, refused) if refused else page


def _public_comment(slug: str, number: int) -> Comment:
    if number > HIGHEST_NUMBER:
        raise Http404
    comments = Comment.objects.approved().select_related("discussion__article")
    return get_object_or_404(
        comments,
        discussion__article__slug=slug,
        discussion__article__is_published=True,
        number=number,
    )
