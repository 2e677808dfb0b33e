"""Keeps with each earlier version of an article whether it is plain or formatted text."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Until now the markup of an article never changed."""
    article = apps.get_model("commentary", "Article")
    revision = apps.get_model("commentary", "Revision")
    markup = article.objects.filter(pk=OuterRef("article_id")).values("markup")
    revision._base_manager.filter(article__isnull=False).update(markup=Subquery(markup))


class Migration(migrations.Migration):
    dependencies = [("commentary", "0017_tallies_lock_articles")]

    operations = [
        migrations.AddField(
            model_name="revision",
            name="markup",
            field=models.CharField(
                blank=True, db_default="", default="", editable=False, max_length=10
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
