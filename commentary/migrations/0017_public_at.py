"""When each comment became public on this site: when it was approved, or else when it came."""

from django.db import migrations, models

import commentary.models.comment

BATCH = 5_000
FILL = """UPDATE commentary_comment SET public_at = COALESCE(
    (SELECT MAX(e.created_at) FROM commentary_auditentry e
     WHERE e.comment_id = commentary_comment.id
     AND e."after" = 'approved' AND e."before" <> 'approved'),
    created_at)
WHERE id >= %s AND id < %s AND status = 'approved'"""


def fill(apps, schema_editor):
    rows = apps.get_model("commentary", "comment")._base_manager
    last = rows.order_by("-pk").values_list("pk", flat=True).first() or 0
    with schema_editor.connection.cursor() as cursor:
        for first in range(0, last + 1, BATCH):
            cursor.execute(FILL, [first, first + BATCH])


class Migration(migrations.Migration):
    dependencies = [("commentary", "0016_author_skeletons")]

    operations = [
        migrations.AddField(
            "comment",
            "public_at",
            commentary.models.comment.PublicAtField(editable=False, null=True),
        ),
        migrations.AddIndex(
            "comment",
            models.Index(
                condition=models.Q(("status", "approved")),
                fields=["discussion", "public_at"],
                name="comment_public_at",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
