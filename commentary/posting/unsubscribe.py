"""The page that ends a subscription or a digest, and the one click of mail programs (RFC 8058)."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ..models import DigestPreference, Subscription
from ..notifications.digests import stop_digest
from ..notifications.subscriptions import end_subscription
from ..notifications.tokens import UNSUBSCRIBE, UNSUBSCRIBE_DIGEST, read_token
from .answers import nobody_stores


# Mail programs send the POST without cookies. What allows it is the token, which nobody can guess and
# which does nothing else.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@nobody_stores
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks and changes nothing; POST ends the e-mails, also the second time."""
    end: Callable[[int], None]
    active: QuerySet
    if (pk := read_token(UNSUBSCRIBE, token)) is not None:
        end, active = end_subscription, Subscription.objects.filter(ended_at=None)
    elif (pk := read_token(UNSUBSCRIBE_DIGEST, token)) is not None:
        end, active = stop_digest, DigestPreference.objects.exclude(interval="never")
    else:
        raise Http404
    if request.method == "POST":
        end(pk)
    is_ended = not active.filter(pk=pk).exists()
    return render(request, "commentary/unsubscribe.html", {"is_ended": is_ended})
