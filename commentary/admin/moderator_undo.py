"""Undo what one account decided between two times."""

from datetime import datetime
from time import monotonic
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .. import discussions
from ..models import AuditEntry
from ..models.queries.arrival import NEWEST_FIRST, arrived_before
from .access import actor
from .audit_lines import undo_preview
from .forms import DateTimeField
from .parameters import MAX_BATCH

AT_ONCE = 100  # decisions undone before the time limit is checked
SECONDS = 5.0  # after which an undo asks to continue


class ModeratorForm(forms.Form):
    """Whose decisions are undone, and the period in which they were made, including both ends."""

    who = forms.ModelChoiceField(
        label=gettext_lazy("User"), queryset=User.objects.filter(is_staff=True).order_by("username")
    )
    since = DateTimeField(label=gettext_lazy("From"))
    until = DateTimeField(label=gettext_lazy("To"))

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if isinstance(since, datetime) and isinstance(until, datetime) and until < since:
            self.add_error("until", _("Must be later than the start."))
        return cleaned

    def decisions(self) -> QuerySet[AuditEntry]:
        """Return the decisions that could be undone, the newest first."""
        chosen = self.cleaned_data
        end = chosen["until"].replace(second=59, microsecond=999_999)
        rows = AuditEntry.objects.filter(
            actor=chosen["who"],
            created_at__gte=chosen["since"],
            created_at__lte=end,
            verb__in=discussions.REVERSIBLE,
            undone_by=None,
        )
        return rows.order_by(*NEWEST_FIRST)


def moderator_undo_view(
    request: HttpRequest, model_admin: "admin.ModelAdmin[AuditEntry]"
) -> HttpResponse:
    """Show the form; with its values in the URL, what would be undone; POST undoes it."""
    form = ModeratorForm(request.GET or None)
    is_chosen = form.is_bound and form.is_valid()
    if request.method == "POST" and is_chosen:
        return _undo(request, form)
    count, preview = 0, None
    if is_chosen:
        count = form.decisions().count()
        preview = undo_preview(form.decisions().with_places()[:MAX_BATCH])  # type: ignore[attr-defined]
    return TemplateResponse(
        request,
        "admin/commentary/moderator_undo.html",
        {
            **model_admin.admin_site.each_context(request),
            "title": _("Undo decisions of a user"),
            "opts": model_admin.opts,
            "form": form,
            "count": count,
            "preview": preview,
        },
    )


def _undo(request: HttpRequest, form: ModeratorForm) -> HttpResponse:
    """Undo as many decisions as the time allows, the newest first."""
    end = monotonic() + SECONDS
    done = skipped = 0
    is_complete = True
    rows = form.decisions().only("pk", "discussion_id", "created_at")
    following = rows
    by = actor(request)
    while some := list(following[:AT_ONCE]):
        if monotonic() > end:
            is_complete = False
            break
        outcome = discussions.undo_many([entry.key for entry in some], by)
        done += len(outcome.entries)
        skipped += len(outcome.refused)
        last = some[-1]
        following = arrived_before(rows, last.created_at, last.pk)
    _report(request, done, skipped)
    if is_complete:
        return redirect("admin:commentary_auditentry_changelist")
    messages.warning(request, _("Not all decisions are undone yet. Continue below."))
    address = reverse("admin:commentary_auditentry_undo_moderator")
    values = {name: request.GET.get(name, "") for name in form.fields}
    return redirect(f"{address}?{urlencode(values)}")


def _report(request: HttpRequest, done: int, skipped: int) -> None:
    text = ngettext("%(n)d decision undone.", "%(n)d decisions undone.", done)
    (messages.success if done else messages.warning)(request, text % {"n": done})
    if skipped:
        text = ngettext(
            "%(n)d was skipped, because someone has decided since.",
            "%(n)d were skipped, because someone has decided since.",
            skipped,
        )
        messages.warning(request, text % {"n": skipped})
