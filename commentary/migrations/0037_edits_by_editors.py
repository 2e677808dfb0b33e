"""Readers see which comments an editor changed. Those of former versions are found in the audit log."""

from django.db import migrations, models

MARK = """
    UPDATE commentary_comment SET edited_by_editor = TRUE
    WHERE edited_at IS NOT NULL AND EXISTS (
        SELECT 1 FROM commentary_auditentry e
        WHERE e.discussion_id = commentary_comment.discussion_id
        AND e.comment_id = commentary_comment.id
        AND e.verb IN ('correct', 'restore') AND e.actor_id IS NOT NULL
        AND NOT EXISTS (
            SELECT 1 FROM commentary_auditentry u
            WHERE u.discussion_id = e.discussion_id AND u.undoes_id = e.id
        )
    )
"""


def mark(apps, schema_editor):
    schema_editor.execute(MARK)


class Migration(migrations.Migration):
    dependencies = [("commentary", "0036_notes_and_saved_texts")]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="edited_by_editor",
            field=models.BooleanField(editable=False, null=True),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
