"""Sources and import runs: how each line was used, and where an item came from."""

from functools import partial
from typing import TypedDict

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import discussions
from ..discussions import revisions
from ..models import Article, AuditEntry, Comment, ImportConflict, ImportRun, Source
from ..text.differences import differences
from . import import_review, source_lines
from .access import READ, actor, protect
from .audit_lines import entry_lines
from .editing import Context, PermanentAdmin, ReadOnlyAdmin
from .import_conflicts import ConflictFilters
from .import_undo import UndoableRuns
from .parameters import MAX_LINE, number
from .saved_pages import FRAME_POLICY, START, is_page, page_response

REFRESH_SECONDS = 5  # interval at which the page of an unfinished run reloads
MAX_MARKED = 100_000  # texts of a saved page
MAX_GONE = 25  # comments listed that their source no longer has
MAX_CHANGES = 10  # changes of an item's text that are listed


def typed(new: str, before: str) -> str:
    """Return the value of a field, or `before` if only line endings and outer spaces differ, which
    browsers and forms change.
    """
    new = new.replace("\r\n", "\n")
    return before if new.strip() == before.replace("\r\n", "\n").strip() else new


class SourcedAdmin(PermanentAdmin):
    """Adds a page that compares an imported article or comment with its source lines."""

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_source"
        view = protect(self.admin_site, self.source_view, self.has_view_permission)
        page = protect(self.admin_site, self.source_page_view, self.has_view_permission, READ)
        return [
            path("<path:object_id>/source/page/", page, name=f"{name}_page"),
            path("<path:object_id>/source/", view, name=name),
            *super().get_urls(),
        ]

    def source_address(self, item: Article | Comment) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_source"
        return reverse(name, args=[self.key_of(item)])

    def change_context(self, request: HttpRequest, obj: Model) -> dict[str, object]:
        assert isinstance(obj, Article | Comment)
        address = self.source_address(obj) if source_lines.source_place_of(obj) else ""
        return {**super().change_context(request, obj), "source_page": address}

    def source_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show an item, its source lines and later changes; POST restores the source text or undoes
        a change.
        """
        item = self.get_object(request, unquote(object_id))
        place = source_lines.source_place_of(item) if item is not None else None
        if item is None or place is None:
            raise Http404
        if request.method == "POST":
            if not self.has_change_permission(request, item):
                raise PermissionDenied
            self._restore_or_undo(request, item)
            return HttpResponseRedirect(self.source_address(item), status=303)
        return _with_frame(
            request,
            "admin/commentary/item_source.html",
            {
                **self.admin_site.each_context(request),
                **self._comparison(request, item, place),
                "title": _("Source of %(item)s") % {"item": item},
                "opts": self.opts,
                "change_page": self.change_address(item),
                "may_change": self.has_change_permission(request, item),
            },
        )

    def source_page_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the saved page of an item, with the item marked, for a frame of `source_view`."""
        item = self.get_object(request, unquote(object_id))
        place = source_lines.source_place_of(item) if item is not None else None
        if place is None or not is_page(place.source):
            raise Http404
        return page_response(place.source, place.spans)

    def _comparison(
        self, request: HttpRequest, item: Article | Comment, place: source_lines.SourcePlace
    ) -> dict[str, object]:
        """Return the context that compares an item with its source."""
        new = revisions.text_of(item)
        old = revisions.imported(item) or new
        first = number(request.GET.get("first", ""), MAX_LINE)
        start, end = first or place.first - source_lines.AROUND, place.last + source_lines.AROUND
        _, comment_id = revisions.where(item)
        changes = AuditEntry.objects.filter(
            discussion=item.discussion, comment=comment_id, verb__in=AuditEntry.REWORDINGS
        )
        return {
            "item": item,
            "is_comment": isinstance(item, Comment),
            "notes": {},  # no notes next to points here
            "article": item.discussion.article,
            "place": place,
            "window": None
            if is_page(place.source)
            else source_lines.window(
                place.source, start, start + source_lines.LINES - 1 if first else end, place.spans
            ),
            "frame": f"{self.source_address(item)}page/{START}",
            "here": self.source_address(item),
            "is_at_item": not first,
            "name_pieces": differences(old.name, new.name),
            "pieces": differences(old.body, new.body),
            "edition": revisions.edition(item),
            "sightings": source_lines.sightings_of(item) if isinstance(item, Comment) else None,
            "changes": entry_lines(changes.with_places()[:MAX_CHANGES]),
        }

    def _restore_or_undo(self, request: HttpRequest, item: Comment | Article) -> None:
        """Restore the text of the source, or undo one of the listed changes."""
        if "restore" in request.POST:
            reason = request.POST.get("reason", "")[:500]
            seen = request.POST.get("edition", "")
            try:
                entry = discussions.restore(item, actor(request), reason, seen)
            except discussions.Stale as refusal:
                messages.warning(request, str(refusal))
                return
            if entry is None:
                messages.warning(request, _("The text already matches the source."))
            else:
                messages.success(request, _("Source text restored."))
            return
        discussion_id, comment_id = revisions.where(item)
        entry = AuditEntry.objects.filter(
            pk=number(request.POST.get("undo", "")),
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
            messages.success(request, _("Change undone."))


class RunLists(TypedDict):
    """The lists on the page of an import run."""

    unrecognised: source_lines.ListPage[source_lines.LedgerEntry]
    ledger: source_lines.ListPage[source_lines.LedgerEntry]
    warnings: source_lines.ListPage[str]


@admin.register(Source)
class SourceAdmin(ReadOnlyAdmin):
    """Imported files, byte for byte."""

    list_display = ["name", "format", "encoding", "size", "created_at"]
    search_fields = ["name", "sha256"]
    fields = ["name", "format", "encoding", "size", "sha256", "created_at"]

    def get_urls(self) -> list[URLPattern]:
        view = protect(self.admin_site, self.lines_view, self.has_view_permission, READ)
        page = protect(self.admin_site, self.page_view, self.has_view_permission, READ)
        return [
            path("<path:object_id>/page/", page, name="commentary_source_page"),
            path("<path:object_id>/lines/", view, name="commentary_source_lines"),
            *super().get_urls(),
        ]

    def change_context(self, request: HttpRequest, obj: Source) -> dict[str, object]:
        lines = reverse("admin:commentary_source_lines", args=[obj.pk])
        return {**super().change_context(request, obj), "source_page": lines}

    def lines_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show lines of a source from `?first=`; with `last`, this range is marked."""
        source = self.get_object(request, unquote(object_id))
        if source is None:
            raise Http404
        first, last, spans = _asked_range(request)
        page = reverse("admin:commentary_source_page", args=[source.pk])
        start = max(first - source_lines.AROUND, 1) if last else first
        return _with_frame(
            request,
            "admin/commentary/source_lines.html",
            {
                **self.admin_site.each_context(request),
                "title": source.name,
                "opts": self.opts,
                "source": source,
                "window": None
                if is_page(source)
                else source_lines.window(source, start, start + source_lines.LINES - 1, spans),
                "frame": f"{page}?first={first}&last={last or 0}{START}",
                "here": request.path,
            },
        )

    def page_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show a saved page with the texts from `?first=` to `last` marked, for a frame."""
        source = self.get_object(request, unquote(object_id))
        if source is None or not is_page(source):
            raise Http404
        return page_response(source, _asked_range(request)[2])


def _asked_range(request: HttpRequest) -> tuple[int, int | None, list[source_lines.Span]]:
    """Return the lines or texts in the query, and the range to mark, if there is one."""
    first = number(request.GET.get("first", ""), MAX_LINE) or 1
    last = number(request.GET.get("last", ""), MAX_LINE)
    return first, last, [{"first": first, "last": min(last, first + MAX_MARKED)}] if last else []


def _with_frame(
    request: HttpRequest, template: str, context: dict[str, object]
) -> TemplateResponse:
    """Return a page that may show a saved page in a frame."""
    response = TemplateResponse(request, template, context)
    response._csp_update = FRAME_POLICY  # type: ignore[attr-defined] # as csp.decorators does
    return response


@admin.register(ImportRun)
class ImportRunAdmin(UndoableRuns):
    """Import runs, with the use of each line or item."""

    list_display = ["source", "state", "articles", "comments", "unrecognised", "created_at"]
    list_filter = ["outcome"]
    list_select_related = ["source"]
    search_fields = ["source__name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportRun]:
        return super().get_queryset(request).defer("ledger", "warnings")

    def get_urls(self) -> list[URLPattern]:
        review = import_review.review_view(self.admin_site)
        view = protect(self.admin_site, review, self.has_view_permission, READ)
        return [path("review/", view, name="commentary_import_review"), *super().get_urls()]

    @admin.display(description=gettext_lazy("state"))
    def state(self, run: ImportRun) -> str:
        if run.undo_state not in ("", ImportRun.UndoState.UNRECORDED):
            return run.get_undo_state_display()
        return run.get_outcome_display() if run.finished_at else _("not finished")

    @admin.display(description=gettext_lazy("articles"))
    def articles(self, run: ImportRun) -> int:
        return run.counts.get("articles", 0)

    @admin.display(description=gettext_lazy("comments"))
    def comments(self, run: ImportRun) -> int:
        return run.counts.get("comments", 0)

    @admin.display(description=gettext_lazy("unrecognised"))
    def unrecognised(self, run: ImportRun) -> int:
        """The number of unrecognised lines, items of an export, or texts of a saved page."""
        return sum(run.counts.get(f"{unit} left over", 0) for unit in source_lines.UNITS)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Context | None = None,
    ) -> HttpResponse:
        """Show the report of an import run. While it is running, the page reloads."""
        run = self.get_object(request, unquote(object_id))
        if run is None:
            raise Http404
        if not self.has_view_permission(request, run):
            raise PermissionDenied
        progress = source_lines.progress(run)
        refreshes = bool(progress and not progress.is_stalled and "pause" not in request.GET)
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
                "refresh_seconds": REFRESH_SECONDS,
                "account": source_lines.usage_report(run),
                "here": request.path,
                "together": import_review.together(run),
                "review": import_review.review_table(
                    run.imported_articles.all(), request.GET, request.path
                ),
                **self.undo_context(request, run),
                "gone_count": run.gone_comments.count(),
                "gone": run.gone_comments.select_related("comment__discussion__article").order_by(
                    "pk"
                )[:MAX_GONE],
                "open_conflicts": run.conflicts.filter(state=ImportConflict.State.OPEN).count(),
                "conflicts_page": ConflictFilters(run=run.pk).url(),
                **self._lists(request, run),
            },
        )
        if refreshes:
            response["Refresh"] = str(REFRESH_SECONDS)
        return response

    def _lists(self, request: HttpRequest, run: ImportRun) -> RunLists:
        """Return one page of each list, as selected in the URL."""
        asked = {
            name: number(request.GET.get(name, ""), MAX_LINE)
            for name in ("unrecognised", "ledger", "warnings")
        }
        ledger = source_lines.spans_of(run)
        unrecognised = [span for span in ledger if span["use"] == "left over"]
        left = source_lines.list_page(unrecognised, asked["unrecognised"])
        spans = source_lines.list_page(ledger, asked["ledger"])
        return {
            "unrecognised": left.map(partial(source_lines.ledger_entries, run.source)),
            "ledger": spans.map(partial(source_lines.ledger_entries, run.source)),
            "warnings": source_lines.list_page(run.warnings, asked["warnings"]),
        }
