"""Sources and import runs: what was read, and what became of every line."""

from typing import Any

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ..models import ImportRun, Source
from .acts import ReadOnlyAdmin

SHOWN_SPANS = 2_000


@admin.register(Source)
class SourceAdmin(ReadOnlyAdmin):
    """The file as it was."""

    list_display = ["name", "format", "encoding", "size", "created_at"]
    search_fields = ["name", "sha256"]
    fields = ["name", "format", "encoding", "size", "sha256", "created_at"]


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    """One run with its ledger."""

    list_display = ["__str__", "outcome", "created_at"]
    list_filter = ["outcome"]
    list_select_related = ["source"]
    search_fields = ["source__name"]
    fields = ["source", "created_at", "outcome", "made", "account", "said", "lines"]
    readonly_fields = fields

    @admin.display(description=_("articles"))
    def made(self, run: ImportRun) -> SafeString:
        return self._part("articles", articles=run.source.articles.all())

    @admin.display(description=_("counts"))
    def account(self, run: ImportRun) -> SafeString:
        return self._part("counts", counts=run.counts)

    @admin.display(description=_("warnings"))
    def said(self, run: ImportRun) -> SafeString:
        return self._part("warnings", warnings=run.warnings)

    @admin.display(description=_("ledger"))
    def lines(self, run: ImportRun) -> SafeString:
        spans = [
            {**span, "text": "\n".join(run.source.lines[span["first"] - 1 : span["last"]])}
            for span in run.ledger[:SHOWN_SPANS]
            if span["use"] != "blank"
        ]
        return self._part("ledger", spans=spans, cut=len(run.ledger) > SHOWN_SPANS)

    def _part(self, name: str, **context: Any) -> SafeString:
        return render_to_string(f"admin/commentary/_{name}.html", context)
