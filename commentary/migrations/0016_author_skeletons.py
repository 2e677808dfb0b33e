from django.db import migrations

import commentary.models.article


def fill(apps, schema_editor):
    """Store what the name of each author looks like."""
    Author = apps.get_model("commentary", "Author")
    rows = Author.objects.using(schema_editor.connection.alias).only("name", "skeleton")
    for author in rows.iterator(chunk_size=500):
        author.save(update_fields=["skeleton"])


class Migration(migrations.Migration):

    dependencies = [
        ("commentary", "0015_word_forms"),
    ]

    operations = [
        migrations.AddField(
            model_name="author",
            name="skeleton",
            field=commentary.models.article.SkeletonField(
                db_index=True, default="", editable=False, max_length=400
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
