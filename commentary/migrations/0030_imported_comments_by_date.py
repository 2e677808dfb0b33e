"""Comments that were public when they were imported count as new by their own date.

Until now `public_at` had the time of the import.
"""

from django.db import migrations, models
from django.db.models.functions import Coalesce

# A comment approved here keeps the time of its approval.
CLEAR = """
    UPDATE commentary_comment SET public_at = NULL
    WHERE import_run_id IS NOT NULL AND public_at IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM commentary_auditentry e
        WHERE e.discussion_id = commentary_comment.discussion_id
        AND e.comment_id = commentary_comment.id AND e.after = 'approved' AND e.before <> 'approved'
    )
"""


def clear(apps, schema_editor):
    schema_editor.execute(CLEAR)


class Migration(migrations.Migration):
    dependencies = [("commentary", "0029_held_back_articles")]

    operations = [
        migrations.RemoveIndex(model_name="comment", name="comment_public_at"),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                models.F("discussion"),
                Coalesce(
                    "public_at", "timeline_at", "created_at", output_field=models.DateTimeField()
                ),
                condition=models.Q(("status", "approved")),
                name="comment_came_at",
            ),
        ),
        migrations.RunPython(clear, migrations.RunPython.noop),
    ]
