"""On PostgreSQL, no two comments of a thread have the same place in reading order.

The index becomes a UNIQUE constraint, at no cost. It is checked at commit: a reply shifts many rows
in one UPDATE, and they collide on the way. SQLite has no deferred UNIQUE and keeps the index.
"""

from django.db import migrations

UNIQUE = """
DROP INDEX comment_reading_order;
ALTER TABLE commentary_comment ADD CONSTRAINT comment_reading_order
    UNIQUE (tree_id, lft) DEFERRABLE INITIALLY DEFERRED;
"""
PLAIN = """
ALTER TABLE commentary_comment DROP CONSTRAINT comment_reading_order;
CREATE INDEX comment_reading_order ON commentary_comment (tree_id, lft);
"""


def on_postgresql(statement):
    def execute(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(statement)

    return execute


class Migration(migrations.Migration):
    dependencies = [("commentary", "0001_initial")]

    operations = [migrations.RunPython(on_postgresql(UNIQUE), on_postgresql(PLAIN))]
