"""Everything stored, row by row, to compare a site before an import with one after its undo."""

from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import F, Q

from commentary.models import (
    Article,
    AuditEntry,
    Comment,
    Discussion,
    ImportChange,
    ImportRun,
    MissedAddress,
    SiteAuditEntry,
    Source,
    UndoneRows,
)
from commentary.models.stored_rows import column_as_json, columns_of

# The record of what was imported and undone, and counters that never go back.
NOT_COMPARED = (ImportRun, ImportChange, UndoneRows, MissedAddress, SiteAuditEntry)
NEVER_GO_BACK: dict[Any, set[str]] = {
    Article: {"changed_at"},
    Discussion: {"version", "changed_at", "log_length", "log_head"},
    Comment: {"version"},
    Source: set(),
}


def stored_tables() -> dict[str, Any]:
    """Return all rows of all tables, apart from the record of undone runs."""
    found: dict[str, Any] = {}
    for model in apps.get_app_config("commentary").get_models():
        if model in NOT_COMPARED:
            continue
        names = [n for n in columns_of(model) if n not in NEVER_GO_BACK.get(model, ())]
        rows = model._base_manager.order_by("pk")
        if model is AuditEntry:
            rows = rows.exclude(verb__in=AuditEntry.OF_IMPORTS)
        if model is Source:  # an undone run still names its file
            undone = ImportRun.objects.filter(undo_state="undone").values("source")
            others = ImportRun.objects.exclude(undo_state="undone").values("source")
            rows = rows.exclude(Q(pk__in=undone) & ~Q(pk__in=others))
        found[model.__name__] = [
            dict(zip(names, map(column_as_json, row), strict=True))
            for row in rows.values_list(*names)
        ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, key, sum(articles), sum(responses) FROM commentary_tally "
            "GROUP BY kind, key HAVING sum(articles) <> 0 OR sum(responses) <> 0 ORDER BY kind, key"
        )
        found["tallies"] = [tuple(map(int, row)) for row in cursor.fetchall()]
    return found


def assert_same(now: dict[str, Any], then: dict[str, Any]) -> None:
    """Assert that two results of `stored_tables` are equal, and show the first difference."""
    for table, rows in then.items():
        assert now[table] == rows, (table, differences(now[table], rows))


def differences(now: list[Any], then: list[Any]) -> list[Any]:
    """Return the first rows that differ, as they are now and as they were, only with what differs."""
    if len(now) != len(then):
        return [[row for row in now if row not in then], [row for row in then if row not in now]]
    pairs = [(a, b) for a, b in zip(now, then, strict=True) if a != b][:3]
    if not all(isinstance(row, dict) for pair in pairs for row in pair):
        return pairs
    return [{k: (a[k], b[k]) for k in b if a[k] != b[k]} for a, b in pairs]


def indexed() -> set[tuple[int, int | None]]:
    """Return what the search index has: the keys of articles and comments."""
    rows = apps.get_model("commentary", "SearchRow").objects.values_list("article", F("comment"))
    return set(rows)
