"""Give rules for networks the end that they always had: network hashes change after 30 days."""

from datetime import timedelta

from django.db import migrations, models
from django.db.models import Q


def end_with_their_hashes(apps, schema_editor):
    rules = apps.get_model("commentary", "Rule").objects.filter(kind="network")
    for pk, created_at in rules.values_list("pk", "created_at"):
        end = created_at + timedelta(days=30)
        rules.filter(Q(ends_at=None) | Q(ends_at__gt=end), pk=pk).update(ends_at=end)


class Migration(migrations.Migration):
    dependencies = [("commentary", "0009_random_versions")]
    operations = [
        migrations.AlterField(
            model_name="rule",
            name="ends_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Leave blank for no end date. A rule for a network ends at most 30 days "
                "after the last comment from it, since network hashes are kept no longer.",
                null=True,
                verbose_name="ends",
            ),
        ),
        migrations.RunPython(end_with_their_hashes, migrations.RunPython.noop),
    ]
