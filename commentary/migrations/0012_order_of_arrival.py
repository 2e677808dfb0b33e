"""Lists of several discussions are ordered by arrival, that is by `created_at` and then id.

Point links get the time, that of their comment if they are there already. The index of every list has
it.
"""

import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def fill(apps, schema_editor):
    """Give the links that are there already the time when their comment arrived."""
    link, comment = (apps.get_model("commentary", name) for name in ("PointLink", "Comment"))
    arrived = comment.objects.filter(pk=models.OuterRef("comment")).values("created_at")[:1]
    link.objects.update(created_at=models.Subquery(arrived))


class Migration(migrations.Migration):
    dependencies = [
        ("commentary", "0011_tallies"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="auditentry",
            options={
                "base_manager_name": "objects",
                "ordering": ("-created_at", "-pk"),
                "permissions": [("moderate", "Can decide on comments and close or reopen threads")],
                "verbose_name": "audit entry",
                "verbose_name_plural": "audit trail",
            },
        ),
        migrations.RemoveIndex(
            model_name="comment",
            name="comment_pending",
        ),
        migrations.RemoveIndex(
            model_name="pointlink",
            name="point_link_state",
        ),
        migrations.RemoveIndex(
            model_name="submission",
            name="submission_unreviewed",
        ),
        migrations.AddField(
            model_name="pointlink",
            name="created_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                default=django.utils.timezone.now,
                editable=False,
            ),
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="created_at",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="when"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["created_at", "id"], name="article_arrival"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["created_at", "id"], name="entry_arrival"),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                models.F("created_at"),
                models.F("id"),
                condition=models.Q(("status", "pending")),
                name="comment_pending_arrival",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["created_at", "id"], name="comment_arrival"),
        ),
        migrations.AddIndex(
            model_name="pointlink",
            index=models.Index(
                models.F("state"), models.F("created_at"), models.F("id"), name="point_link_arrival"
            ),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                models.F("created_at"),
                models.F("comment"),
                condition=models.Q(("is_reviewed", False)),
                name="submission_unreviewed_arrival",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
