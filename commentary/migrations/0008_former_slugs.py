import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('commentary', "0007_sanitise_stored_links"),
    ]

    operations = [
        migrations.CreateModel(
            name='FormerArticleSlug',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(allow_unicode=True, max_length=100, unique=True, verbose_name='former URL')),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_slugs', to='commentary.article', verbose_name='article')),
            ],
            options={
                'verbose_name': 'former URL of an article',
                'verbose_name_plural': 'former URLs of articles',
                'ordering': ['slug'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='FormerAuthorSlug',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(allow_unicode=True, max_length=100, unique=True, verbose_name='former URL')),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_slugs', to='commentary.author', verbose_name='author')),
            ],
            options={
                'verbose_name': 'former URL of an author',
                'verbose_name_plural': 'former URLs of authors',
                'ordering': ['slug'],
                'abstract': False,
            },
        ),
    ]
