"""Comments in another language than their article say so. The index finds which languages there are."""

import django.core.validators
from django.db import migrations, models
from django.db.models import Q

from commentary.management.online import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("commentary", "0052_count_articles_again")]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="language",
            field=models.CharField(
                blank=True,
                help_text="A language tag such as “en” or “pt-BR”. Search uses it to find other forms "
                "of a word. Leave blank to use the language of the article.",
                max_length=35,
                null=True,
                validators=[
                    django.core.validators.RegexValidator(
                        "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\\Z",
                        "Use a language tag such as “en”, “de” or “pt-BR”.",
                    )
                ],
                verbose_name="language",
            ),
        ),
        AddIndexOnline(
            model_name="comment",
            index=models.Index(
                fields=["language"],
                condition=Q(("language__isnull", False)),
                name="comment_language",
            ),
        ),
    ]
