"""Commenters may ask once for another look at a rejected comment."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commentary", "0041_staff_sessions_and_sign_in_methods")]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="asked_at",
            field=models.DateTimeField(null=True),
        ),
    ]
