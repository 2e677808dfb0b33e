"""Sources and import runs: what was read, what became of every line, and the source of any item."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from .. import discussions
from ..discussions import revisions
from ..models import Article, AuditEntry, Comment, ImportRun, Source
from . import source_lines
from .actions import KeptAdmin, ReadOnlyAdmin, actor
from .queue import context

EVERY = 5  # seconds after which the page of a run that goes on asks again
LATEST = 10  # changes of an item's words that are listed


def typed(new: str, before: str) -> str:
    """What was typed into a field; `before` where browser and form alone changed line ends and
    margins."""
    new = new.replace("\r\n", "\n")
    return before if new.strip() == before.replace("\r\n", "\n").strip() else new


class SourcedAdmin(KeptAdmin):
    """Adds the page that shows an imported item beside the lines it came from."""

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_source"
        view = _protected(self, self.source_view, ["GET", "HEAD", "POST"])
        return [path("<path:object_id>/source/", view, name=name), *super().get_urls()]

    def source_address(self, item: Any) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_source"
        return reverse(name, args=[item.pk])

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        item: Any = self.get_object(request, unquote(object_id))
        place = source_lines.place_of(item) if item is not None else None
        address = self.source_address(item) if place else ""
        return super().change_view(
            request, object_id, form_url, {"source_page": address, **(extra_context or {})}
        )

    def source_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The item, its lines, and what was changed since; POST restores, or takes a change back."""
        item: Any = self.get_object(request, unquote(object_id))
        place = source_lines.place_of(item) if item is not None else None
        if item is None or place is None:
            raise Http404
        if request.method == "POST":
            if not self.has_change_permission(request, item):
                raise PermissionDenied
            self._reword(request, item)
            return HttpResponseRedirect(self.source_address(item), status=303)
        return TemplateResponse(
            request,
            "admin/commentary/item_source.html",
            {
                **self.admin_site.each_context(request),
                **self._shown(request, item, place),
                "title": _("Source of %(item)s") % {"item": item},
                "opts": self.opts,
                "change_page": reverse(
                    f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[item.pk]
                ),
                "may_change": self.has_change_permission(request, item),
            },
        )

    def _shown(self, request: HttpRequest, item: Any, place: source_lines.Place) -> dict[str, Any]:
        name, body = revisions.text_of(item)
        old_name, old_body = revisions.imported(item) or (name, body)
        first = source_lines.number_of(request.GET.get("first", ""))
        start, end = first or place.first - source_lines.AROUND, place.last + source_lines.AROUND
        _, comment_id = revisions.where(item)
        changes = AuditEntry.objects.filter(
            discussion=item.discussion, comment=comment_id, verb__in=AuditEntry.REWORDINGS
        )
        return {
            "item": item,
            "is_comment": isinstance(item, Comment),
            "notes": {},  # nothing stands beside the points here
            "article": item.discussion.article,
            "place": place,
            "window": source_lines.window(
                place.source, start, start + source_lines.LINES - 1 if first else end, place.spans
            ),
            "here": self.source_address(item),
            "is_at_item": not first,
            "name_pieces": source_lines.differences(old_name, name),
            "pieces": source_lines.differences(old_body, body),
            "edition": revisions.edition(item),
            "changes": context.lines(changes.with_places()[:LATEST]),
        }

    def _reword(self, request: HttpRequest, item: Comment | Article) -> None:
        """Restore the words of the source, or undo one of the changes that the page lists."""
        if "restore" in request.POST:
            reason = request.POST.get("reason", "")[:500]
            seen = request.POST.get("edition", "")
            try:
                entry = discussions.restore(item, actor(request), reason, seen)
            except discussions.Stale as refusal:
                messages.warning(request, str(refusal))
                return
            if entry is None:
                messages.warning(request, _("It has the text of its source already."))
            else:
                messages.success(request, _("The text of the source was restored."))
            return
        discussion_id, comment_id = revisions.where(item)
        entry = AuditEntry.objects.filter(
            pk=source_lines.number_of(request.POST.get("undo", "")),
            discussion=discussion_id,
            comment=comment_id,
            verb__in=AuditEntry.REWORDINGS,
        ).first()
        if entry is None:
            raise BadRequest("No such change.")
        try:
            discussions.undo(entry, actor(request))
        except discussions.AlreadyDecided as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("The change was undone."))


def _protected(
    model_admin: admin.ModelAdmin, view: Callable[..., HttpResponse], methods: list[str]
) -> Callable[..., HttpResponse]:
    """For whoever may see such objects: 403 for others who are signed in."""
    inner = model_admin.admin_site.admin_view(never_cache(require_http_methods(methods)(view)))

    def protected(request: HttpRequest, **kwargs: str) -> HttpResponse:
        if request.user.is_authenticated and not model_admin.has_view_permission(request):
            raise PermissionDenied
        return inner(request, **kwargs)

    return protected


@admin.register(Source)
class SourceAdmin(ReadOnlyAdmin):
    """The file as it was."""

    list_display = ["name", "format", "encoding", "size", "created_at"]
    search_fields = ["name", "sha256"]
    fields = ["name", "format", "encoding", "size", "sha256", "created_at"]

    def get_urls(self) -> list[URLPattern]:
        view = _protected(self, self.lines_view, ["GET", "HEAD"])
        return [
            path("<path:object_id>/lines/", view, name="commentary_source_lines"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        lines = reverse("admin:commentary_source_lines", args=[unquote(object_id)])
        context = {"source_page": lines, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def lines_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The lines of a source, some at a time; `?first=` says from where, `last` marks some."""
        source = self.get_object(request, unquote(object_id))
        if source is None:
            raise Http404
        first = source_lines.number_of(request.GET.get("first", "")) or 1
        last = source_lines.number_of(request.GET.get("last", ""))
        spans: list[source_lines.Span] = [{"first": first, "last": last}] if last else []
        start = max(first - source_lines.AROUND, 1) if last else first
        return TemplateResponse(
            request,
            "admin/commentary/source_lines.html",
            {
                **self.admin_site.each_context(request),
                "title": source.name,
                "opts": self.opts,
                "source": source,
                "window": source_lines.window(source, start, start + source_lines.LINES - 1, spans),
                "here": request.path,
            },
        )


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    """One run with its account."""

    list_display = ["source", "state", "articles", "comments", "left_over", "created_at"]
    list_filter = ["outcome"]
    list_select_related = ["source"]
    search_fields = ["source__name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportRun]:
        return super().get_queryset(request).defer("ledger", "warnings")

    @admin.display(description=gettext_lazy("state"))
    def state(self, run: ImportRun) -> str:
        return run.get_outcome_display() if run.finished_at else _("not finished")

    @admin.display(description=gettext_lazy("articles"))
    def articles(self, run: ImportRun) -> int:
        return run.counts.get("articles", 0)

    @admin.display(description=gettext_lazy("comments"))
    def comments(self, run: ImportRun) -> int:
        return run.counts.get("comments", 0)

    @admin.display(description=gettext_lazy("left over"))
    def left_over(self, run: ImportRun) -> int:
        """Lines of a text, items of an export."""
        return sum(run.counts.get(f"{unit} left over", 0) for unit in ("lines", "items"))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The account of a run; while it goes on, the page asks again by itself."""
        run: Any = self.get_object(request, unquote(object_id))
        if run is None:
            raise Http404
        if not self.has_view_permission(request, run):
            raise PermissionDenied
        progress = source_lines.progress(run)
        refreshes = bool(progress and not progress.is_silent and "still" not in request.GET)
        response = TemplateResponse(
            request,
            "admin/commentary/import_run.html",
            {
                **self.admin_site.each_context(request),
                "title": run.source.name,
                "opts": self.opts,
                "run": run,
                "progress": progress,
                "refreshes": refreshes,
                "every": EVERY,
                "account": source_lines.account(run),
                "here": request.path,
                **self._lists(request, run),
            },
        )
        if refreshes:
            response["Refresh"] = str(EVERY)
        return response

    def _lists(self, request: HttpRequest, run: ImportRun) -> dict[str, source_lines.Page]:
        """One page of each list; the address says which."""
        asked = {
            name: source_lines.number_of(request.GET.get(name, ""))
            for name in ("made", "left", "ledger", "warnings")
        }
        ledger = source_lines.spans_of(run)
        left = source_lines.page([s for s in ledger if s["use"] == "left over"], asked["left"])
        spans = source_lines.page(ledger, asked["ledger"])
        left.rows = source_lines.entries(run.source, left.rows)
        spans.rows = source_lines.entries(run.source, spans.rows)
        return {
            "made": source_lines.made(run, asked["made"]),
            "left": left,
            "ledger": spans,
            "warnings": source_lines.page(run.warnings, asked["warnings"]),
        }
