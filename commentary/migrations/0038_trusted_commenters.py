"""Rules can let new comments of a person through, and the log of the site records changes of rules."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commentary", "0037_edits_by_editors")]

    operations = [
        migrations.AlterField(
            model_name="rule",
            name="action",
            field=models.CharField(
                choices=[("hold", "hold"), ("reject", "reject"), ("trust", "publish at once")],
                default="hold",
                max_length=6,
                verbose_name="action",
            ),
        ),
        migrations.AlterField(
            model_name="siteauditentry",
            name="verb",
            field=models.CharField(
                choices=[
                    ("remove_article", "article removed"),
                    ("restore_article", "article brought back"),
                    ("add_rule", "rule added"),
                    ("change_rule", "rule changed"),
                ],
                max_length=20,
                verbose_name="action",
            ),
        ),
    ]
