"""The page that ends a subscription, and the one click of mail programs (RFC 8058)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ..models import Subscription
from ..notifications import subscriptions
from ..notifications.tokens import UNSUBSCRIBE, read_token
from .answers import nobody_stores


# Mail programs send the POST without cookies. What allows it is the token, which nobody can guess and
# which does nothing else.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@nobody_stores
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks and changes nothing; POST ends the subscription, also the second time."""
    pk = read_token(UNSUBSCRIBE, token)
    if pk is None:
        raise Http404
    if request.method == "POST":
        subscriptions.end_subscription(pk)
    is_ended = not Subscription.objects.filter(pk=pk, ended_at=None).exists()
    return render(request, "commentary/unsubscribe.html", {"is_ended": is_ended})
