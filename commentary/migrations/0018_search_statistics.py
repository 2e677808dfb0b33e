"""PostgreSQL notes how common ten thousand words are, and no longer one thousand.

A word is searched under all that it may be indexed as. Each of these that PostgreSQL does not know
it takes for half as common as the rarest that it does, and so a rare word for one that thousands of
texts have: it walked the dates of all texts, where the index names the few that have the word.
"""

from django.db import migrations

MORE = "ALTER TABLE commentary_searchrow ALTER COLUMN vector SET STATISTICS 1000"
USUAL = "ALTER TABLE commentary_searchrow ALTER COLUMN vector SET STATISTICS -1"
LOOK = "ANALYZE commentary_searchrow"


def on_postgresql(*statements):
    def execute(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            for statement in statements:
                schema_editor.execute(statement)

    return execute


class Migration(migrations.Migration):
    dependencies = [("commentary", "0017_public_at")]

    operations = [migrations.RunPython(on_postgresql(MORE, LOOK), on_postgresql(USUAL))]
