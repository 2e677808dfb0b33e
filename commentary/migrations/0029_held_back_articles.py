from django.db import migrations, models

SURE = 85  # percent of confidence; articles with less were imported as drafts


def fill(apps, schema_editor):
    rows = apps.get_model("commentary", "ImportedArticle").objects
    drafts = rows.filter(confidence__lt=SURE, article__is_published=False)
    rows.filter(pk__in=drafts.values("pk")).update(is_held_back=True)


class Migration(migrations.Migration):
    dependencies = [("commentary", "0028_gone_comments")]

    operations = [
        migrations.AddField(
            model_name="importedarticle",
            name="is_held_back",
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
