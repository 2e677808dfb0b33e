"""Every article gets a language, and what was stored before is indexed anew with its word forms.

The texts are indexed in pieces, each a transaction of its own: what was broken off goes on where it
stopped, and until then the site finds them by their exact words.
"""

import django.core.validators
from django.db import migrations, models

from ..search.indexing import (index_everything)

# A column with a default of its own: Django would make the table anew on SQLite, and its triggers
# would be gone.
ADD = "ALTER TABLE commentary_article ADD COLUMN language varchar(35) DEFAULT '' NOT NULL"
DROP = "ALTER TABLE commentary_article DROP COLUMN language"
# What was broken off while it indexed texts has this already.
ADD_INDEX = "CREATE INDEX IF NOT EXISTS article_language ON commentary_article (language)"
DROP_INDEX = "DROP INDEX article_language"


def add(apps, schema_editor):
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, "commentary_article")
    if "language" not in {column.name for column in columns}:
        schema_editor.execute(ADD)


def index(apps, schema_editor):
    index_everything(
        apps.get_model("commentary", "Article"),
        apps.get_model("commentary", "Comment"),
        with_languages=True,
    )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("commentary", "0014_timeline")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunPython(add, lambda apps, editor: editor.execute(DROP))
            ],
            state_operations=[
                migrations.AddField(
                    "article",
                    "language",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="A language tag such as “en” or “pt-BR”. Search finds other forms of a word in this language. Leave blank for the language of the site.",
                        max_length=35,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\\Z",
                                "Use a language tag such as “en”, “de” or “pt-BR”.",
                            )
                        ],
                        verbose_name="language",
                    ),
                )
            ],
        ),
        migrations.RunSQL(
            ADD_INDEX,
            DROP_INDEX,
            [migrations.AddIndex("article", models.Index(fields=["language"], name="article_language"))],
        ),
        migrations.RunPython(index, migrations.RunPython.noop),
    ]
