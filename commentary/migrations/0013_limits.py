"""What limits are counted by: the edits of a comment, and indexes of what was sent lately."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commentary", "0012_sign_in_attempts")]

    operations = [
        migrations.AddField(
            model_name="rule",
            name="changed_at",
            field=models.DateTimeField(auto_now=True),
        ),
        migrations.AddField(
            model_name="submission",
            name="edits",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="submission",
            name="edited_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                models.F("discussion"), models.F("created_at"), name="submission_discussion"
            ),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                models.F("writer"),
                models.F("edited_at"),
                condition=models.Q(("edited_at__isnull", False)),
                name="submission_edited",
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                models.F("reporter"), models.F("created_at"), name="report_reporter"
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(models.F("network"), models.F("created_at"), name="report_network"),
        ),
    ]
