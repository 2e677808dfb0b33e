"""Count the articles of lists again, while nobody writes.

Comments that were approved while the migration "tallies" first counted could be missing from them.
"""

from importlib import import_module

from django.db import migrations

tallies = import_module("commentary.migrations.0011_tallies")

LOCK = """
LOCK TABLE commentary_article, commentary_byline, commentary_discussion IN SHARE ROW EXCLUSIVE MODE
"""


def count_again(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(LOCK)
    schema_editor.execute("DELETE FROM commentary_tally")
    fill = tallies.FILL.format(
        month_kind=tallies.MONTH,
        author_kind=tallies.AUTHOR,
        part_kind=tallies.PART,
        per_part=tallies.PER_PART,
        month=tallies.MONTH_KEY[vendor].format(at="timeline_at"),
    )
    schema_editor.execute(fill, params=None)


class Migration(migrations.Migration):
    dependencies = [("commentary", "0051_names_of_fields")]

    operations = [migrations.RunPython(count_again, migrations.RunPython.noop)]
