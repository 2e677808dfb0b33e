"""On PostgreSQL the index of reading order becomes a UNIQUE constraint, at no cost.

It has to be checked at commit: MPTT shifts many rows in one UPDATE, and they collide on the way.
SQLite has no deferred UNIQUE and keeps the plain index.
"""

from django.db import migrations


def make_unique(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX comment_reading_order")
        schema_editor.execute(
            "ALTER TABLE commentary_comment ADD CONSTRAINT comment_reading_order "
            "UNIQUE (tree_id, lft) DEFERRABLE INITIALLY DEFERRED"
        )


def make_plain(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "ALTER TABLE commentary_comment DROP CONSTRAINT comment_reading_order"
        )
        schema_editor.execute(
            "CREATE INDEX comment_reading_order ON commentary_comment (tree_id, lft)"
        )


class Migration(migrations.Migration):
    dependencies = [("commentary", "0001_initial")]

    operations = [migrations.RunPython(make_unique, make_plain)]
