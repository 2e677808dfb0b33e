"""The pages on which an import run is undone or redone, after a look at what is kept."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.db.models import Count, F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..importing.redo_run import redo_run, refusal_to_redo
from ..importing.undo_plan import ANSWERED, DECIDED, EDITED, IMPORTED, Kept, plan_undo
from ..importing.undo_run import CannotUndo, refusal, undo_run
from ..models import Article, Discussion, ImportChange, ImportRun
from ..text.dates import from_iso
from .access import actor, protect
from .editing import ReadOnlyAdmin

SECONDS = 5.0  # after which a request begins no other article
MAX_COMMENTS = 10_000  # of an article that is undone by a request
MAX_OF_RUN = 100_000  # comments of articles whose exceptions are listed by a request
REASONS: dict[str, str | Promise] = {
    ANSWERED: gettext_lazy("answered here"),
    EDITED: gettext_lazy("edited here"),
    DECIDED: gettext_lazy("decided here"),
    IMPORTED: gettext_lazy("changed by a later import"),
}


@dataclass
class KeptItem:
    """An exception as it is listed: its text, its address, and why it is kept."""

    text: str
    address: str
    reason: str | Promise


def may_undo_imports(request: HttpRequest) -> bool:
    """Return whether the user may undo imports: those who edit articles and decide on comments."""
    user = request.user
    return user.has_perm("commentary.change_article") and user.has_perm("commentary.moderate")


class UndoableRuns(ReadOnlyAdmin):
    """Adds the pages to the pages of import runs."""

    def get_urls(self) -> list[URLPattern]:
        view = protect(self.admin_site, self.undo_view, self._may_see_undo)
        return [
            path("<path:object_id>/undo/", view, name="commentary_importrun_undo"),
            *super().get_urls(),
        ]

    def _may_see_undo(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and may_undo_imports(request)

    def undo_context(self, request: HttpRequest, run: ImportRun) -> dict[str, object]:
        """Return what the page of a run says about its undo."""
        can_undo, can_redo = not refusal(run), not refusal_to_redo(run)
        may = may_undo_imports(request) and (can_undo or can_redo)
        return {
            "undo_page": reverse("admin:commentary_importrun_undo", args=[run.pk]) if may else "",
            "can_undo": can_undo,
            "reversals": [{**one, "at": from_iso(one["at"])} for one in run.reversals],
        }

    def undo_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what an undo or redo does, exceptions first; POST does it for some seconds."""
        run = self.get_object(request, unquote(object_id))
        if run is None:
            raise Http404
        back = reverse("admin:commentary_importrun_change", args=[run.pk])
        is_redo = bool(refusal(run)) and not refusal_to_redo(run)
        why = refusal_to_redo(run) if is_redo else refusal(run)
        if why:
            messages.warning(request, _("This import can’t be undone: %(why)s") % {"why": why})
            return HttpResponseRedirect(back, status=303)
        is_large = _has_large_article(run, is_redo)
        if request.method == "POST" and not is_large:
            if request.POST.get("act") != ("redo" if is_redo else "undo"):
                messages.warning(request, _("The run has changed since you opened this page."))
                return HttpResponseRedirect(request.path, status=303)
            return self._go(request, run, is_redo, back)
        lists_exceptions = not is_redo and _comments_of(run) <= MAX_OF_RUN
        plan = plan_undo(run) if lists_exceptions else None
        verb = _("Redo this import") if is_redo else _("Undo this import")
        return TemplateResponse(
            request,
            "admin/commentary/import_undo.html",
            {
                **self.admin_site.each_context(request),
                "title": verb,
                "opts": self.opts,
                "run": run,
                "is_redo": is_redo,
                "is_large": is_large,
                "is_begun": run.undo_state in (S.UNDOING, S.REDOING),
                "plan": plan,
                "kept": kept_items(plan.kept) if plan else [],
                "left": run.changes.exclude(article_key=0).filter(is_undone=is_redo).count(),
                "back": back,
            },
        )

    def _go(self, request: HttpRequest, run: ImportRun, is_redo: bool, back: str) -> HttpResponse:
        """Undo or redo for some seconds."""
        act = redo_run if is_redo else undo_run
        try:
            is_complete = act(run, actor(request), seconds=SECONDS)
        except CannotUndo as refused:
            messages.warning(request, str(refused))
            return HttpResponseRedirect(back, status=303)
        if not is_complete:
            return HttpResponseRedirect(request.path, status=303)
        self.log_change(request, run, "Redone." if is_redo else "Undone.")
        left = run.changes.exclude(article_key=0).filter(is_undone=True).count() if is_redo else 0
        messages.success(request, _("Import redone.") if is_redo else _("Import undone."))
        if left:
            text = ngettext(
                "%(n)d article was skipped: imported again or removed since the undo.",
                "%(n)d articles were skipped: imported again or removed since the undo.",
                left,
            )
            messages.warning(request, text % {"n": left})
        return HttpResponseRedirect(back, status=303)


S = ImportRun.UndoState


def kept_items(kept: Iterable[Kept]) -> list[KeptItem]:
    """Return exceptions with their titles and addresses. One query."""
    kept = list(kept)
    articles = Article.objects.in_bulk({item.article_key for item in kept})
    found = []
    for item in kept:
        article = articles.get(item.article_key)
        if article is None:
            continue
        text, address = str(article), article.get_absolute_url()
        if item.number is not None:
            text = _("#%(number)d on %(article)s") % {"number": item.number, "article": article}
            address = reverse("commentary:permalink", args=[article.slug, item.number])
        found.append(KeptItem(text, address, REASONS[item.reason]))
    return found


def _articles_of(run: ImportRun, is_undone: bool) -> QuerySet[ImportChange, int]:
    return (
        run.changes.exclude(article_key=0)
        .filter(is_undone=is_undone)
        .values_list("article_key", flat=True)
    )


COUNTED = (
    F("pending_count")
    + F("approved_count")
    + F("rejected_count")
    + F("spam_count")
    + F("removed_count")
)


def _has_large_article(run: ImportRun, is_redo: bool) -> bool:
    """Return whether an article of the run has too many comments for one request."""
    rows = Discussion.objects.filter(pk__in=_articles_of(run, is_redo)).annotate(n=COUNTED)
    if rows.filter(n__gt=MAX_COMMENTS).exists():
        return True
    if not is_redo:
        return False
    kept = run.changes.filter(is_undone=True, undone_rows__kind="comment")
    return kept.annotate(n=Count("undone_rows")).filter(n__gt=MAX_COMMENTS // 500).exists()


def _comments_of(run: ImportRun) -> int:
    """Return the number of comments of all articles that an undo of the run looks at."""
    rows = Discussion.objects.filter(pk__in=_articles_of(run, False)).annotate(n=COUNTED)
    return sum(rows.values_list("n", flat=True))
