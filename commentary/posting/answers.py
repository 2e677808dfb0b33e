"""Responses to submitted forms: redirects, and the status codes of refusals."""

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import cache_control

from .. import discussions
from ..models import Article

nobody_stores = cache_control(private=True, no_store=True)


def see_other(article: Article, number: int) -> HttpResponse:
    """Redirect to the article, where a message tells the commenter the status of comment `number`."""
    address = f"{article.get_absolute_url()}?sent={number}#responses"
    return HttpResponseRedirect(address, status=303)


def refusal_status(refusal: Exception) -> int:
    return 429 if isinstance(refusal, discussions.TooMany) else 409


def with_retry_after(response: HttpResponse, refusal: Exception) -> HttpResponse:
    if isinstance(refusal, discussions.TooMany):
        response["Retry-After"] = str(refusal.retry_after)
    return response
