"""Readers see which comments a signed-in editor wrote. Earlier ones are found in the audit log."""

from django.db import migrations, models

MARK = """
    UPDATE commentary_comment SET by_staff = TRUE
    WHERE (discussion_id, id) IN (
        SELECT discussion_id, comment_id FROM commentary_auditentry
        WHERE verb = 'submit' AND actor_id IS NOT NULL
    )
"""


def mark(apps, schema_editor):
    schema_editor.execute(MARK)


class Migration(migrations.Migration):
    dependencies = [("commentary", "0042_ask_again")]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="by_staff",
            field=models.BooleanField(editable=False, null=True),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
