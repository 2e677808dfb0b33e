"""Webhooks and the outbox, for administrators."""

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from ..models import OutboxMessage, Webhook
from ..models.webhook import new_webhook_secret
from ..notifications.outgoing import RefusedUrl, check_url
from ..notifications.webhooks import WEBHOOK
from ..templatetags.commentary import timestamp
from ..text.phrases import listed
from .paging import LimitedAdmin

MAX_LISTED = 30  # deliveries


class WebhookForm(forms.ModelForm):
    """Refuses URLs that can't be contacted, and makes a new secret on demand."""

    new_secret = forms.BooleanField(
        label=gettext_lazy("Make a new secret"),
        required=False,
        help_text=gettext_lazy(
            "All later deliveries are signed with it. Those that the receiver refuses until it knows the new secret are sent again."
        ),
    )

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"]).strip()
        if not settings.SITE_URL:
            raise forms.ValidationError(_("The operator has to set SITE_URL first."))
        try:
            check_url(url)
        except RefusedUrl as refused:
            raise forms.ValidationError(str(refused)) from refused
        return url

    def save(self, commit: bool = True) -> Webhook:
        if self.cleaned_data.get("new_secret"):
            self.instance.secret = new_webhook_secret()
        webhook: Webhook = super().save(commit)
        return webhook


@admin.register(Webhook)
class WebhookAdmin(admin.ModelAdmin):
    form = WebhookForm
    list_display = ["url", "is_active"]
    readonly_fields = ["secret", "deliveries"]

    def get_fields(self, request: HttpRequest, obj: Webhook | None = None) -> list[str]:
        # A webhook that is being added gets a secret anyway.
        renewal = [] if obj is None else ["new_secret"]
        return ["url", "is_active", "secret", *renewal, "deliveries"]

    @admin.display(description=gettext_lazy("latest deliveries"))
    def deliveries(self, webhook: Webhook) -> str | SafeString:
        """List the latest messages to this URL, with what became of them."""
        if webhook.pk is None:
            return "–"
        rows = OutboxMessage.objects.filter(kind=WEBHOOK, details__webhook=webhook.pk)
        lines = [(timestamp(row.created_at), _state(row)) for row in rows[:MAX_LISTED]]
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}: {}</li>", lines))


def _state(message: OutboxMessage) -> str:
    tries = ngettext("%(n)d attempt", "%(n)d attempts", message.attempts) % {"n": message.attempts}
    if not message.is_finished:
        state = pgettext("webhook", "waiting")
    else:
        state = _("given up") if message.last_error else _("delivered")
    return listed(filter(None, [state, tries, message.last_error]))


@admin.register(OutboxMessage)
class OutboxAdmin(LimitedAdmin):
    """Messages that are not sent yet, and those that were given up."""

    list_display = ["created_at", "kind", "recipient", "attempts", "next_attempt_at", "last_error"]
    list_filter = ["kind"]
    actions = ["try_again"]
    list_display_links = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: OutboxMessage | None = None) -> bool:
        return False

    @admin.action(description=gettext_lazy("Try again now"), permissions=["delete"])
    def try_again(self, request: HttpRequest, rows: QuerySet[OutboxMessage]) -> None:
        waiting = rows.exclude(last_error="")  # a delivered webhook is not sent again
        count = waiting.update(next_attempt_at=timezone.now(), created_at=timezone.now())
        told = ngettext("%(n)d message is tried again.", "%(n)d messages are tried again.", count)
        messages.success(request, told % {"n": count})
