"""Where each date stands in time by the clock of this site: see dates.py.

Dates without a zone were put in order, filed and searched as if they were UTC. The triggers of the
search read the new column from now on.
"""

from importlib import import_module

from django.db import migrations, models

import commentary.text.dates

search = import_module("commentary.migrations.0006_search")
DATES = {"article": "published_at", "comment": "dated_at"}
BATCH = 5_000
FILL = """UPDATE commentary_{table} SET timeline_at = {date}
WHERE id >= %s AND id < %s AND {date} IS NOT NULL"""


def fill(apps, schema_editor):
    """At first as it was, so that the triggers find what they indexed."""
    for table, date in DATES.items():
        rows = apps.get_model("commentary", table)._base_manager
        last = rows.order_by("-pk").values_list("pk", flat=True).first() or 0
        with schema_editor.connection.cursor() as cursor:
            for first in range(0, last + 1, BATCH):
                cursor.execute(FILL.format(table=table, date=date), [first, first + BATCH])


def follow(column):
    """Make the triggers of the search anew: they follow the dates, or what `column` names."""

    def make(apps, schema_editor):
        kept = search.TEXTS
        texts = {
            table: (column or date, columns.replace(date, column or date), kind, whose)
            for table, (date, columns, kind, whose) in kept.items()
        }
        _drop(schema_editor)
        try:
            search.TEXTS = texts
            _make(schema_editor)
        finally:
            search.TEXTS = kept

    return make


def _drop(schema_editor):
    for table in search.TEXTS:
        if schema_editor.connection.vendor == "postgresql":
            for kind in ("", "added_"):
                schema_editor.execute(f"DROP TRIGGER search_{kind}{table} ON commentary_{table}")
                schema_editor.execute(f"DROP FUNCTION commentary_index_{kind}{table}()")
        else:
            for event in ("insert", "delete", "update"):
                schema_editor.execute(f"DROP TRIGGER search_{table}_{event}")


def _make(schema_editor):
    vendor = schema_editor.connection.vendor
    for table in search.TEXTS:
        new, old = (search.parts(vendor, table, row) for row in ("NEW", "OLD"))
        if vendor == "postgresql":
            added = search.parts(vendor, table, "added")
            statement = search.POSTGRESQL.format(table=table, new=new, old=old, added=added)
            schema_editor.execute(statement, params=None)
            continue
        add, drop = search.SQLITE_ADD.format(**new), search.SQLITE_DROP.format(**old)
        for event, body in {
            "INSERT": add,
            "DELETE": drop,
            f"UPDATE OF {new['columns']}": drop + add,
        }.items():
            name = f"search_{table}_{event[:6].lower()}"
            schema_editor.execute(
                f"CREATE TRIGGER {name} AFTER {event} ON commentary_{table} BEGIN {body} END",
                params=None,
            )


def nothing(apps, schema_editor):
    pass


class Migration(migrations.Migration):
    # What `migrate` runs at its end files the dates without a zone: see apps.py.
    dependencies = [("commentary", "0013_limits")]

    operations = [
        migrations.AddField(
            "article",
            "timeline_at",
            commentary.models.timeline.TimelineField(
                editable=False, null=True, source="published_at", verbose_name="date"
            ),
        ),
        migrations.AddField(
            "comment",
            "timeline_at",
            commentary.models.timeline.TimelineField(
                editable=False, null=True, source="dated_at", verbose_name="written"
            ),
        ),
        migrations.RemoveIndex("article", "article_age"),
        migrations.RemoveIndex("comment", "comment_newest"),
        migrations.RemoveIndex("comment", "comment_signed"),
        migrations.AddIndex(
            "article", models.Index(fields=["timeline_at", "id"], name="article_timeline")
        ),
        migrations.AddIndex(
            "article",
            models.Index(
                models.functions.Coalesce("timeline_at", "created_at"), name="article_age"
            ),
        ),
        migrations.AddIndex(
            "comment", models.Index(fields=["status", "timeline_at", "id"], name="comment_newest")
        ),
        migrations.AddIndex(
            "comment",
            models.Index(
                fields=["name_key", "status", "timeline_at", "id"],
                condition=models.Q(name_key__isnull=False),
                name="comment_signed",
            ),
        ),
        migrations.RunPython(fill, nothing),
        migrations.RunPython(follow("timeline_at"), follow(None)),
    ]
