"""The page on which an editor chooses when to get a digest, and makes the address of a private feed."""

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ..models import DigestPreference
from ..models.digest import new_feed_key
from ..models.outbox import is_mail_configured
from .access import View, actor, is_moderator, protect


class DigestForm(forms.ModelForm):
    """When to send a digest."""

    class Meta:
        model = DigestPreference
        fields = ["interval", "least_count", "least_hours"]


def notifications_view(site: AdminSite) -> View:
    """Return the page of one's own notifications, for moderators."""

    def view(request: HttpRequest) -> HttpResponse:
        user = actor(request)
        if request.method == "POST":
            own, _is_new = DigestPreference.objects.get_or_create(user=user)
        else:
            rows = DigestPreference.objects.filter(user=user)
            own = rows.first() or DigestPreference(user=user)
        act = request.POST.get("do", "")
        form = DigestForm(request.POST if act == "save" else None, instance=own)
        if act in ("renew", "off"):
            own.feed_key = new_feed_key() if act == "renew" else None
            own.save(update_fields=["feed_key"])
            is_on = own.feed_key is not None
            text = _("The feed has a new address.") if is_on else _("The feed is off.")
            messages.success(request, text)
            return HttpResponseRedirect(request.path, status=303)
        if act == "save" and is_mail_configured() and form.is_valid():
            form.save()
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(request.path, status=303)
        feed = own.feed_key and reverse("commentary:waiting_feed", args=[own.feed_key])
        context = {
            **site.each_context(request),
            "title": _("Notifications"),
            "form": form if is_mail_configured() else None,
            "email": user.email,
            "feed": feed and request.build_absolute_uri(feed),
        }
        status = 422 if form.is_bound and form.errors else 200
        return TemplateResponse(
            request, "admin/commentary/notifications.html", context, status=status
        )

    return protect(site, view, is_moderator)
