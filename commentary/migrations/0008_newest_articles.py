"""Lists find the newest published articles by an index, and an import may be uncertain.

The index is not among those of the model: SQLite does not take NULLS LAST in an index, and has the
undated last in a descending one anyway.
"""

from django.db import migrations, models

NULLS = {"postgresql": " NULLS LAST", "sqlite": ""}


def create(apps, schema_editor):
    nulls = NULLS[schema_editor.connection.vendor]
    schema_editor.execute(
        f"CREATE INDEX article_newest ON commentary_article (timeline_at DESC{nulls}, id DESC) "
        "WHERE is_published"
    )


def drop(apps, schema_editor):
    schema_editor.execute("DROP INDEX article_newest")


class Migration(migrations.Migration):
    dependencies = [("commentary", "0007_site_changes")]

    operations = [
        migrations.AlterField(
            model_name="importrun",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("ok", "complete"),
                    ("partial", "with left-overs"),
                    ("differs", "differs from what is stored"),
                    ("uncertain", "uncertain"),
                ],
                default="partial",
                max_length=10,
                verbose_name="outcome",
            ),
        ),
        migrations.RunPython(create, drop),
    ]
