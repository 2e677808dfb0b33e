"""Triggers of the article counts lock the articles whose bylines or discussions change.

Each of two simultaneous changes of an article (published and commented on, say) would otherwise
count without the other one. All of them now hold the row of the article until they are committed: an
update of the article by itself, the others because of their trigger. The second one waits, and then
sees what the first did, since each query in a trigger sees everything that is committed.

SQLite has a single writer, and needs no lock.
"""

from importlib import import_module

from django.db import migrations

tallies = import_module("commentary.migrations.0011_tallies")

COUNT = "BEGIN\n"
LOCK = """BEGIN
    PERFORM FROM commentary_article WHERE id IN (SELECT article_id FROM ({changes}) AS changed)
        ORDER BY id FOR NO KEY UPDATE;
"""
# The articles of the rows that a statement changed.
CHANGES = {
    "insert": "SELECT article_id FROM after",
    "delete": "SELECT article_id FROM before",
    "byline": "SELECT article_id FROM before UNION ALL SELECT article_id FROM after",
    "discussion": "SELECT article_id FROM after JOIN before USING (article_id)"
    " WHERE (after.approved_count, after.changed_at)"
    " IS DISTINCT FROM (before.approved_count, before.changed_at)",
}


def functions():
    """The counting functions of bylines and discussions, with their table and event."""
    prefix = "\nCREATE FUNCTION commentary_count_"
    for statement in tallies.on_postgresql():
        if statement.startswith((f"{prefix}byline_", f"{prefix}discussion_")):
            table, event = statement.removeprefix(prefix).split("(")[0].split("_")
            yield statement.replace("CREATE", "CREATE OR REPLACE", 1), table, event


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement, table, event in functions():
            changes = CHANGES[table if event == "update" else event]
            locking = statement.replace(COUNT, LOCK.format(changes=changes), 1)
            schema_editor.execute(locking, params=None)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement, _table, _event in functions():
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("commentary", "0016_picture_label")]

    operations = [migrations.RunPython(add, drop)]
