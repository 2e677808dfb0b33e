"""The page on which the owner of an e-mail address confirms a subscription."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from ..models import Subscription
from ..notifications import subscriptions
from ..notifications.tokens import CONFIRM, read_token
from .answers import nobody_stores


@require_http_methods(["GET", "HEAD", "POST"])
@nobody_stores
def confirm_subscription(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks for the confirmation and changes nothing, since mail programs open links by
    themselves; POST confirms. The link doesn't work any more when the subscription has ended.
    """
    pk = read_token(CONFIRM, token)
    if pk is None:
        raise Http404
    rows = Subscription.objects.filter(pk=pk, ended_at=None, discussion__article__is_published=True)
    subscription = rows.select_related("comment__discussion__article").first()
    if subscription is not None and request.method == "POST":
        subscriptions.confirm_address(subscription)
        return HttpResponseRedirect(request.path, status=303)
    context = {"subscription": subscription}
    status = 200 if subscription else 410
    return render(request, "commentary/confirm_subscription.html", context, status=status)
