"""Reword labels, help texts and choices. Changes no table."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('commentary', '0012_order_of_arrival'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='auditentry',
            options={'base_manager_name': 'objects', 'ordering': ('-created_at', '-pk'), 'permissions': [('moderate', 'Can decide on comments and close or reopen threads')], 'verbose_name': 'audit log entry', 'verbose_name_plural': 'audit log'},
        ),
        migrations.AlterModelOptions(
            name='formeraddress',
            options={'ordering': ['pk'], 'verbose_name': 'original URL', 'verbose_name_plural': 'original URLs'},
        ),
        migrations.AlterField(
            model_name='article',
            name='body',
            field=models.TextField(blank=True, help_text='Leave a blank line between paragraphs. Start a paragraph with “3.” to make it point 3, or with “##” to make it a heading. Put a backslash first to prevent this.', verbose_name='body'),
        ),
        migrations.AlterField(
            model_name='article',
            name='date_is_local',
            field=models.BooleanField(default=False, editable=False, help_text='The source doesn’t state a time zone, so the date is stored as if UTC.', verbose_name='time zone unknown'),
        ),
        migrations.AlterField(
            model_name='article',
            name='is_published',
            field=models.BooleanField(default=False, help_text='Only editors can see drafts.', verbose_name='published'),
        ),
        migrations.AlterField(
            model_name='article',
            name='language',
            field=models.CharField(blank=True, db_default='', default='', help_text='A language tag such as “en” or “pt-BR”. Search uses it to find other forms of a word. Leave blank to use the language of the site.', max_length=35, validators=[django.core.validators.RegexValidator('^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\\Z', 'Use a language tag such as “en”, “de” or “pt-BR”.')], verbose_name='language'),
        ),
        migrations.AlterField(
            model_name='article',
            name='markup',
            field=models.CharField(choices=[('text', 'plain text with points and headings'), ('html', 'imported HTML'), ('rich', 'formatted text')], default='text', editable=False, max_length=10),
        ),
        migrations.AlterField(
            model_name='article',
            name='published_at',
            field=models.DateTimeField(blank=True, help_text='Leave blank if unknown.', null=True, verbose_name='date'),
        ),
        migrations.AlterField(
            model_name='article',
            name='slug',
            field=models.SlugField(allow_unicode=True, max_length=100, unique=True, verbose_name='slug'),
        ),
        migrations.AlterField(
            model_name='article',
            name='source_url',
            field=models.URLField(blank=True, max_length=500, verbose_name='original URL'),
        ),
        migrations.AlterField(
            model_name='articlepicture',
            name='address',
            field=models.TextField(editable=False, verbose_name='URL'),
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='actor_name',
            field=models.CharField(max_length=150, verbose_name='user'),
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='created_at',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='date'),
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='reason',
            field=models.CharField(blank=True, max_length=500, verbose_name='reason'),
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='undoes',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_by', to='commentary.auditentry', verbose_name='undoes'),
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='verb',
            field=models.CharField(max_length=20, verbose_name='action'),
        ),
        migrations.AlterField(
            model_name='author',
            name='slug',
            field=models.SlugField(allow_unicode=True, max_length=100, unique=True, verbose_name='slug'),
        ),
        migrations.AlterField(
            model_name='comment',
            name='author',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='comments', to='commentary.author', verbose_name='author badge'),
        ),
        migrations.AlterField(
            model_name='comment',
            name='created_at',
            field=models.DateTimeField(auto_now_add=True, verbose_name='added'),
        ),
        migrations.AlterField(
            model_name='comment',
            name='dated_at',
            field=models.DateTimeField(blank=True, help_text='Leave blank if unknown.', null=True, verbose_name='date'),
        ),
        migrations.AlterField(
            model_name='comment',
            name='markup',
            field=models.CharField(choices=[('text', 'plain text'), ('markdown', 'limited Markdown'), ('html', 'imported HTML')], default='text', editable=False, max_length=10),
        ),
        migrations.AlterField(
            model_name='comment',
            name='name',
            field=models.CharField(blank=True, help_text='Leave blank for Anonymous.', max_length=200, verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='comment',
            name='timeline_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='date'),
        ),
        migrations.AlterField(
            model_name='discussion',
            name='auto_close_days',
            field=models.PositiveIntegerField(blank=True, help_text='Leave blank to use the site default; 0 disables auto-close.', null=True, verbose_name='auto-close after (days)'),
        ),
        migrations.AlterField(
            model_name='discussion',
            name='declared_count',
            field=models.PositiveIntegerField(editable=False, null=True, verbose_name='declared comments'),
        ),
        migrations.AlterField(
            model_name='discussion',
            name='is_set_by_hand',
            field=models.BooleanField(default=False, editable=False, help_text='Discussions opened or closed by hand are never auto-closed.', verbose_name='opened or closed by hand'),
        ),
        migrations.AlterField(
            model_name='discussion',
            name='source_count',
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name='imported comments'),
        ),
        migrations.AlterField(
            model_name='formeraddress',
            name='address',
            field=models.TextField(verbose_name='URL'),
        ),
        migrations.AlterField(
            model_name='importrun',
            name='created_at',
            field=models.DateTimeField(auto_now_add=True, verbose_name='started'),
        ),
        migrations.AlterField(
            model_name='importrun',
            name='outcome',
            field=models.CharField(choices=[('ok', 'complete'), ('partial', 'with unrecognised content'), ('differs', 'doesn’t match stored data'), ('uncertain', 'uncertain')], default='partial', max_length=10, verbose_name='outcome'),
        ),
        migrations.AlterField(
            model_name='importrun',
            name='updated_at',
            field=models.DateTimeField(auto_now=True, verbose_name='last update'),
        ),
        migrations.AlterField(
            model_name='mediafile',
            name='created_at',
            field=models.DateTimeField(auto_now_add=True, verbose_name='added'),
        ),
        migrations.AlterField(
            model_name='pointlink',
            name='origin',
            field=models.CharField(choices=[('writer', 'chosen by its writer'), ('mention', 'mentioned'), ('quotation', 'quoted'), ('editor', 'linked by an editor')], max_length=10, verbose_name='origin'),
        ),
        migrations.AlterField(
            model_name='relatedlink',
            name='label',
            field=models.CharField(blank=True, help_text='For example, “related video:”.', max_length=100, verbose_name='label'),
        ),
        migrations.AlterField(
            model_name='relatedlink',
            name='url',
            field=models.URLField(blank=True, max_length=500, verbose_name='URL'),
        ),
        migrations.AlterField(
            model_name='report',
            name='note',
            field=models.CharField(blank=True, max_length=200, verbose_name='details'),
        ),
        migrations.AlterField(
            model_name='report',
            name='why',
            field=models.CharField(choices=[('off_topic', 'Off topic'), ('attack', 'Attacks a person'), ('spam', 'Spam or advertising'), ('false', 'Misinformation'), ('other', 'Something else')], max_length=20, verbose_name='reason'),
        ),
        migrations.AlterField(
            model_name='rule',
            name='action',
            field=models.CharField(choices=[('hold', 'hold'), ('reject', 'reject')], default='hold', max_length=6, verbose_name='action'),
        ),
        migrations.AlterField(
            model_name='rule',
            name='article',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='commentary.article', verbose_name='only for this article'),
        ),
        migrations.AlterField(
            model_name='rule',
            name='ends_at',
            field=models.DateTimeField(blank=True, help_text='Leave blank for no end date. Network rules expire at most 30 days after the last comment from that network, because network hashes aren’t kept longer.', null=True, verbose_name='expires'),
        ),
        migrations.AlterField(
            model_name='rule',
            name='kind',
            field=models.CharField(choices=[('words', 'Words or phrases'), ('links', 'Number of links'), ('domain', 'Link to a domain'), ('name', 'Name'), ('email', 'E-mail address'), ('network', 'Network'), ('first', 'First-time commenter'), ('new_links', 'Links in a first comment'), ('everything', 'All comments')], max_length=12, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='rule',
            name='least',
            field=models.PositiveSmallIntegerField(default=1, help_text='Used only by rules that count links.', verbose_name='minimum links'),
        ),
        migrations.AlterField(
            model_name='rule',
            name='pattern',
            field=models.TextField(blank=True, help_text='One per line: words, phrases, domains, names, e-mail addresses or network hashes. Case and accents are ignored, and only whole words match.', verbose_name='match'),
        ),
        migrations.AlterField(
            model_name='signinattempt',
            name='created_at',
            field=models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='date'),
        ),
        migrations.AlterField(
            model_name='signinattempt',
            name='outcome',
            field=models.CharField(choices=[('accepted', 'Signed in'), ('wrong', 'Wrong user name or password'), ('refused', 'Blocked: too many attempts')], max_length=8, verbose_name='outcome'),
        ),
        migrations.AlterField(
            model_name='signinattempt',
            name='times',
            field=models.PositiveIntegerField(default=1, verbose_name='attempts'),
        ),
        migrations.AlterField(
            model_name='source',
            name='copy_of',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='copies', to='commentary.article', verbose_name='duplicate of'),
        ),
        migrations.AlterField(
            model_name='source',
            name='created_at',
            field=models.DateTimeField(auto_now_add=True, verbose_name='added'),
        ),
        migrations.AlterField(
            model_name='source',
            name='no_article',
            field=models.CharField(blank=True, db_default='', default='', max_length=300, verbose_name='why it isn’t an article'),
        ),
    ]
