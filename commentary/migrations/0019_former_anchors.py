"""Finds comments by the fragments and ids that they had at their source."""

from itertools import islice

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q

from commentary.text.former_anchors import stored_anchors, number_in

BATCH = 2_000
# Their comments had the fragment "comment-12", which was not stored at first.
NUMBERED = ("wordpress", "disqus")


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the fragments from the comments imported so far."""
    anchor = apps.get_model("commentary", "FormerAnchor")
    comments = apps.get_model("commentary", "Comment")._base_manager.exclude(source_key="")
    columns = ("discussion_id", "number", "source_ids", "source_key")
    rows = comments.order_by("pk").values_list(*columns, "import_run__source__format")
    anchors = (
        anchor(article_id=article, name=name, number=number, named=number_in(name))
        for article, number, ids, key, format in rows.iterator(chunk_size=BATCH)
        for name in stored_anchors(ids, key, is_numbered=format in NUMBERED)
    )
    while some := list(islice(anchors, BATCH)):
        anchor.objects.bulk_create(some, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("commentary", "0018_markup_of_revisions")]

    operations = [
        migrations.CreateModel(
            name="FormerAnchor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("number", models.PositiveIntegerField(verbose_name="comment")),
                ("named", models.PositiveIntegerField(null=True)),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_anchors",
                        to="commentary.article",
                        verbose_name="article",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=Q(("named__isnull", False)),
                        fields=["article", "named"],
                        name="former_anchor_named",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("article", "name"), name="former_anchor_unique")
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
