"""The latest comment of a writer, whose name the comment form repeats, is found by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commentary", "0031_site_settings_and_pages")]

    operations = [
        migrations.AlterField(
            model_name="submission", name="writer", field=models.CharField(max_length=64)
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                models.F("writer"), models.F("created_at"), name="submission_writer"
            ),
        ),
    ]
