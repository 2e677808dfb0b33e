"""The audit log, where auditors read decisions and moderators undo them."""

import uuid
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import linebreaksbr
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from .. import discussions
from ..discussions import revisions
from ..models import AuditEntry, Comment, SiteAuditEntry, text_columns
from ..models.audit import ACTION_NAMES
from ..models.queries.arrival import NEWEST_FIRST
from ..text.phrases import listed
from . import undo
from .access import READ, actor, is_moderator, protect
from .audit_download import TYPES, audit_file
from .audit_lines import invitation_in_words, rule_in_words, undo_preview
from .editing import Context, ReadOnlyAdmin
from .lists import MAX_REFUSALS, staff_choices
from .moderator_undo import moderator_undo_view
from .parameters import MAX_BATCH
from .row_keys import RowKeyAdmin

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise


class Who(admin.SimpleListFilter):
    """Filter by staff account."""

    title = gettext_lazy("user")
    parameter_name = "who"

    def lookups(
        self, request: HttpRequest, model_admin: "admin.ModelAdmin[AuditEntry]"
    ) -> "list[tuple[str, StrOrPromise]]":
        return [(str(pk), name) for pk, name in staff_choices()]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry]
    ) -> QuerySet[AuditEntry]:
        value = self.value() or ""
        return (
            queryset.filter(actor=int(value)) if value.isascii() and value.isdigit() else queryset
        )


class Verb(admin.SimpleListFilter):
    """A filter by decision."""

    title = gettext_lazy("action")
    parameter_name = "verb"

    def lookups(
        self, request: HttpRequest, model_admin: "admin.ModelAdmin[AuditEntry]"
    ) -> "list[tuple[str, StrOrPromise]]":
        return [(verb, capfirst(str(name))) for verb, name in ACTION_NAMES.items()]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry]
    ) -> QuerySet[AuditEntry]:
        return queryset.filter(verb=self.value()) if self.value() else queryset


class Batch(admin.SimpleListFilter):
    """Filter by bulk action. Linked from entries; offers no choices of its own."""

    title = gettext_lazy("batch")
    parameter_name = "of_batch"

    def has_output(self) -> bool:
        return bool(self.value())

    def lookups(
        self, request: HttpRequest, model_admin: "admin.ModelAdmin[AuditEntry]"
    ) -> "list[tuple[str, StrOrPromise]]":
        return [(request.GET["of_batch"], _("This batch"))] if "of_batch" in request.GET else []

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry]
    ) -> QuerySet[AuditEntry]:
        if not self.value():
            return queryset
        try:
            return queryset.filter(batch=uuid.UUID(self.value()))
        except ValueError:
            return queryset.none()


STATES = ("state_before", "state_after")


def _state_label(state: str) -> str:
    """Return the state of a comment or discussion in words."""
    if not state:
        return ""
    return str(dict(Comment.Status.choices).get(state) or pgettext("discussion", state))


@admin.register(AuditEntry)
class AuditEntryAdmin(RowKeyAdmin, ReadOnlyAdmin):
    """Decisions with their reasons. Entries are never changed; undoing one adds another."""

    list_display = ["created_at", "who", "action", "undone", "about", "reason"]
    list_filter = [Who, Verb, "created_at", Batch]
    list_select_related = ["discussion__article", "comment__discussion", "undone_by"]
    search_fields = ["actor_name", "reason", "discussion__article__title"]
    actions = ["undo_selected"]
    change_form_template = "admin/commentary/actions_change_form.html"
    change_list_template = "admin/commentary/audit_change_list.html"
    fields = [
        "created_at",
        "who",
        "action",
        "discussion",
        "comment",
        "reason",
        STATES,
        "batch",
        "undoes",
        "undone",
    ]
    readonly_fields = ["who", "action", "undone", *STATES, "text_before", "text_after"]

    def get_fields(
        self, request: HttpRequest, obj: AuditEntry | None = None
    ) -> list[str | Sequence[str]]:
        """If the text was changed, show both texts instead of, or in addition to, the states."""
        fields: list[str | Sequence[str]] = list(self.fields)
        if obj is not None and obj.kept.get("revision"):
            at = fields.index(STATES)
            fields[at : at + 1 if obj.before == obj.after else at] = ["text_before", "text_after"]
        return fields

    @admin.display(description=gettext_lazy("user"), ordering="actor_name")
    def who(self, entry: AuditEntry) -> str:
        return entry.who

    @admin.display(description=gettext_lazy("before"))
    def state_before(self, entry: AuditEntry) -> str:
        return _state_label(entry.before)

    @admin.display(description=gettext_lazy("after"))
    def state_after(self, entry: AuditEntry) -> str:
        return _state_label(entry.after)

    @admin.display(description=gettext_lazy("earlier text"))
    def text_before(self, entry: AuditEntry) -> str | SafeString:
        return self._text(entry, 0)

    @admin.display(description=gettext_lazy("new text"))
    def text_after(self, entry: AuditEntry) -> str | SafeString:
        return self._text(entry, 1)

    def _text(self, entry: AuditEntry, which: int) -> str | SafeString:
        """Return the name or title, and below it the text."""
        texts = revisions.around(entry)
        if texts is None:
            return "-"
        name, body, _markup = texts[which]
        return format_html(
            "<div><strong><bdi>{}</bdi></strong><br>{}</div>",
            name or (_("Anonymous") if entry.comment_id else _("Untitled")),
            linebreaksbr(body),
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        return super().get_queryset(request).defer(*text_columns("discussion__article", "comment"))

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return is_moderator(request)

    def get_urls(self) -> list[URLPattern]:
        many = protect(self.admin_site, self.undo_view, self.has_moderate_permission)
        one = protect(self.admin_site, self.undo_one_view, self.has_moderate_permission)
        moderator = protect(
            self.admin_site, partial(moderator_undo_view, model_admin=self), is_moderator
        )
        file = protect(self.admin_site, self.download_view, self.has_view_permission, READ)
        erase = protect(self.admin_site, self.erase_view, self.may_erase)
        return [
            path("<path:object_id>/erase/", erase, name="commentary_auditentry_erase"),
            path("audit-log.<str:kind>", file, name="commentary_auditentry_download"),
            path("undo/user/", moderator, name="commentary_auditentry_undo_moderator"),
            path("undo/", many, name="commentary_auditentry_undo_many"),
            path("<path:object_id>/undo/", one, name="commentary_auditentry_undo"),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("action"), ordering="verb")
    def action(self, entry: AuditEntry) -> str:
        return capfirst(entry.action)

    @admin.display(description=gettext_lazy("about"))
    def about(self, entry: AuditEntry) -> str:
        article = Truncator(entry.discussion).chars(60)
        return listed([Truncator(entry.comment).chars(40), article]) if entry.comment else article

    @admin.display(description=gettext_lazy("undo"))
    def undone(self, entry: AuditEntry) -> str | SafeString:
        undone_by = getattr(entry, "undone_by", None)
        if undone_by is not None:
            return _("Undone by %(who)s") % {"who": undone_by.who}
        if not discussions.is_reversible(entry):
            return "-"
        address = reverse("admin:commentary_auditentry_undo", args=[entry.key])
        return format_html('<a href="{}">{}</a>', address, _("Undo…"))

    @admin.action(description=gettext_lazy("Undo selected"), permissions=["moderate"])
    def undo_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        return self._preview_or_undo(request, queryset)

    def undo_view(self, request: HttpRequest) -> HttpResponse:
        """Undo all entries that match the filters in the URL."""
        if request.method == "POST":
            found = self.selected(request)
            chosen = AuditEntry.objects.filter(
                discussion__in={entry.discussion_id for entry in found},
                pk__in=[entry.id for entry in found],
            )
        else:
            try:
                chosen = self.get_changelist_instance(request).get_queryset(request)
            except IncorrectLookupParameters:
                chosen = AuditEntry.objects.none()
        done = self._preview_or_undo(request, chosen)
        return done or redirect("admin:commentary_auditentry_changelist")

    def undo_one_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        entry = self.get_object(request, unquote(object_id))
        if entry is None:
            raise Http404
        chosen = self.rows_of(self.key_of(entry))
        if "batch" in request.GET and entry.batch:
            chosen = AuditEntry.objects.filter(batch=entry.batch).exclude(verb="undo")
        done = self._preview_or_undo(request, chosen)
        return done or redirect("admin:commentary_auditentry_change", entry.key)

    def download_view(self, request: HttpRequest, kind: str) -> StreamingHttpResponse:
        """Return the entries that match the filters in the URL as a file."""
        if kind not in TYPES:
            raise Http404
        try:
            found = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            found = AuditEntry.objects.none()
        return audit_file(found, kind)

    def may_erase(self, request: HttpRequest) -> bool:
        """Return whether the user may erase reasons. No group has this permission."""
        return request.user.has_perm("commentary.change_auditentry")

    def erase_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then erase the reason of an entry for good."""
        entry = self.get_object(request, unquote(object_id))
        if entry is None or not entry.reason:
            raise Http404
        if request.method == "POST":
            if discussions.erase_reason(entry, actor(request)) is not None:
                messages.success(request, _("Reason erased."))
            return redirect("admin:commentary_auditentry_change", entry.key)
        return TemplateResponse(
            request,
            "admin/commentary/erase_reason.html",
            {
                **self.admin_site.each_context(request),
                "title": _("Erase the reason"),
                "opts": self.opts,
                "entry": entry,
                "back": self.change_address(entry),
            },
        )

    def _preview_or_undo(self, request: HttpRequest, chosen: QuerySet) -> HttpResponse | None:
        """Return the preview of what can be undone, or None once it is done."""
        found = chosen.order_by(*NEWEST_FIRST).with_places()  # type: ignore[attr-defined]
        entries = list(found[: MAX_BATCH + 1])
        if len(entries) > MAX_BATCH:
            text = _("Select at most %(most)d at once.")
            messages.error(request, text % {"most": MAX_BATCH})
            return None
        if request.method == "POST" and "confirmed" in request.POST:
            self._undo(request, entries)
            return None
        return TemplateResponse(
            request,
            "admin/commentary/undo.html",
            {
                **self.admin_site.each_context(request),
                "title": _("Undo"),
                "opts": self.opts,
                "preview": undo_preview(entries),
            },
        )

    def _undo(self, request: HttpRequest, entries: list[AuditEntry]) -> None:
        outcome = discussions.undo_many([entry.key for entry in entries], actor(request))
        undo.report_undone(request, len(outcome.entries))
        for key, why in list(outcome.refused.items())[:MAX_REFUSALS]:
            text = _("Entry %(pk)s was skipped: %(why)s")
            messages.warning(request, text % {"pk": key.pk, "why": why})
        if (more := len(outcome.refused) - MAX_REFUSALS) > 0:
            text = ngettext("%(n)d more was skipped.", "%(n)d more were skipped.", more)
            messages.warning(request, text % {"n": more})

    def changelist_view(
        self, request: HttpRequest, extra_context: Context | None = None
    ) -> HttpResponse:
        may = self.has_moderate_permission(request)
        filtered = request.GET.urlencode() if may else ""
        address = reverse("admin:commentary_auditentry_undo_many")
        chosen = request.GET.copy()
        chosen.pop("p", None)  # a page of the list
        files = [
            (kind.upper(), reverse("admin:commentary_auditentry_download", args=[kind]))
            for kind in TYPES
        ]
        more: Context = {
            "undo_filtered": f"{address}?{filtered}" if filtered else "",
            "may_undo": may,
            "files": [(name, f"{file}?{chosen.urlencode()}") for name, file in files],
        }
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def change_context(self, request: HttpRequest, obj: AuditEntry) -> dict[str, object]:
        pages = self._pages(obj) if self.has_moderate_permission(request) else []
        if obj.reason and self.may_erase(request):
            address = reverse("admin:commentary_auditentry_erase", args=[obj.key])
            pages.append((address, _("Erase the reason")))
        return {**super().change_context(request, obj), "pages": pages}

    def _pages(self, entry: AuditEntry) -> list[tuple[str, str]]:
        address = reverse("admin:commentary_auditentry_undo", args=[entry.key])
        pages = []
        if discussions.is_reversible(entry) and getattr(entry, "undone_by", None) is None:
            pages.append((address, _("Undo")))
        if entry.batch:
            listed = reverse("admin:commentary_auditentry_changelist")
            pages.append((f"{address}?batch", _("Undo the whole batch")))
            pages.append((f"{listed}?of_batch={entry.batch}", _("See the whole batch")))
        return pages


@admin.register(SiteAuditEntry)
class SiteAuditEntryAdmin(ReadOnlyAdmin):
    """Articles that the undo of an import removed with their log, those brought back, changes of
    moderation rules, and invitations.
    """

    list_display = ["created_at", "actor_name", "verb", "article", "run", "rule", "values"]
    list_filter = ["verb", "created_at"]
    search_fields = ["actor_name"]
    fields = ["position", "created_at", "actor_name", "verb", "article", "run", "rule", "values"]
    readonly_fields = fields

    @admin.display(description=gettext_lazy("article"))
    def article(self, entry: SiteAuditEntry) -> str:
        return str(entry.details.get("article", "-"))

    @admin.display(description=gettext_lazy("import run"))
    def run(self, entry: SiteAuditEntry) -> str:
        return str(entry.details.get("run", "-"))

    @admin.display(description=gettext_lazy("rule"))
    def rule(self, entry: SiteAuditEntry) -> SafeString | str:
        """A link to the rule."""
        pk = entry.details.get("rule")
        if not isinstance(pk, int):
            return "-"
        address = reverse("admin:commentary_rule_change", args=[pk])
        return format_html('<a href="{}">{}</a>', address, pk)

    @admin.display(description=gettext_lazy("details"))
    def values(self, entry: SiteAuditEntry) -> str:
        return rule_in_words(entry) or invitation_in_words(entry) or "-"
