"""Responses to submitted forms: redirects, and the status codes of refusals."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import cache_control

from .. import discussions
from ..models import Article, Comment
from ..reading.article_base import comment_address, hidden_place, own_comments

nobody_stores = cache_control(private=True, no_store=True)


def see_comment(request: HttpRequest, article: Article, comment: Comment) -> HttpResponse:
    """Redirect the commenter to their own comment, on the page that shows it to them, with a message
    about its status.
    """
    if not comment.is_public and hidden_place(comment) is None:
        return see_responses(article, comment.number)
    mine = {*own_comments(request, article.pk), comment.pk}
    return _see(comment_address(article, comment, also=mine), comment.number)


def see_beside(article: Article, beside: Comment | None, number: int) -> HttpResponse:
    """Redirect to comment `number` on the page of another comment, or of the article."""
    address = article.get_absolute_url() if beside is None else comment_address(article, beside)
    return _see(address, number)


def _see(address: str, number: int) -> HttpResponse:
    page = address.partition("#")[0]
    mark = "&" if "?" in page else "?"
    return HttpResponseRedirect(f"{page}{mark}sent={number}#comment-{number}", status=303)


def see_responses(article: Article, number: int) -> HttpResponse:
    """Redirect to the responses, where a message tells the commenter the status of comment `number`."""
    address = f"{article.get_absolute_url()}?sent={number}#responses"
    return HttpResponseRedirect(address, status=303)


def refusal_status(refusal: Exception) -> int:
    return 429 if isinstance(refusal, discussions.TooMany) else 409


def with_retry_after(response: HttpResponse, refusal: Exception) -> HttpResponse:
    if isinstance(refusal, discussions.TooMany):
        response["Retry-After"] = str(refusal.retry_after)
    return response
