"""Biographies and pictures of authors."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commentary", "0032_latest_comment_of_a_writer")]

    operations = [
        migrations.AddField(
            model_name="author",
            name="biography",
            field=models.TextField(
                blank=True,
                help_text="One or two sentences, shown on the author’s page.",
                max_length=2000,
                null=True,
                verbose_name="biography",
            ),
        ),
        migrations.AddField(
            model_name="author",
            name="picture",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="authors",
                to="commentary.mediafile",
                verbose_name="picture",
            ),
        ),
    ]
