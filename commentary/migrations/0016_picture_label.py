"""Reword the label of a picture's problem. Changes no table."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('commentary', '0015_former_addresses'),
    ]

    operations = [
        migrations.AlterField(
            model_name='mediafile',
            name='problem',
            field=models.CharField(blank=True, editable=False, max_length=200, verbose_name='reason for not showing it'),
        ),
    ]
