"""All tables of a new database, in one step instead of 52.

It gives the same tables, indexes, triggers and rows as the migrations that it replaces, which
tests/upgrade compares. These stay: databases upgrade by them, and what is not of Django's models is
taken from them.
"""

from importlib import import_module

import commentary.models.invitation
import commentary.models.outbox
import commentary.models.row_key
import commentary.models.webhook
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Tables(migrations.SeparateDatabaseAndState):
    """Creates the tables of all models, once the state has all of them: Django would otherwise make
    the classes of most models anew after each of two hundred steps, which takes seconds.
    """

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)  # made when it is next asked for
        super().state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for model in to_state.apps.get_app_config(app_label).get_models():
            schema_editor.create_model(model)


def create_indexes(apps, schema_editor):
    """Create indexes and foreign keys now, as the operations after it expect. SQLite prefers the
    latest index if several seem equally good, so some of the operations come before it.
    """
    for statement in schema_editor.deferred_sql:
        schema_editor.execute(statement)
    schema_editor.deferred_sql.clear()


def forwards(migration):
    """Return what a replaced migration does besides changing models, as operations."""
    return [
        migrations.RunPython(operation.code, migrations.RunPython.noop)
        for operation in import_module(f"commentary.migrations.{migration}").Migration.operations
        if isinstance(operation, migrations.RunPython)
    ]


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("commentary", "0001_initial"),
        ("commentary", "0002_reading_order"),
        ("commentary", "0003_groups"),
        ("commentary", "0004_audit_append_only"),
        ("commentary", "0005_first_rules"),
        ("commentary", "0006_search"),
        ("commentary", "0007_site_changes"),
        ("commentary", "0008_newest_articles"),
        ("commentary", "0009_saved_pages"),
        ("commentary", "0010_media"),
        ("commentary", "0011_tallies"),
        ("commentary", "0012_order_of_arrival"),
        ("commentary", "0013_labels"),
        ("commentary", "0014_other_names"),
        ("commentary", "0015_former_addresses"),
        ("commentary", "0016_picture_label"),
        ("commentary", "0017_tallies_lock_articles"),
        ("commentary", "0018_markup_of_revisions"),
        ("commentary", "0019_former_anchors"),
        ("commentary", "0020_keys_of_former_addresses"),
        ("commentary", "0021_missed_addresses"),
        ("commentary", "0022_imported_articles"),
        ("commentary", "0023_earlier_imported_articles"),
        ("commentary", "0024_repairs"),
        ("commentary", "0025_undo_of_imports"),
        ("commentary", "0026_audit_entries_of_undone_imports"),
        ("commentary", "0027_import_conflicts"),
        ("commentary", "0028_gone_comments"),
        ("commentary", "0029_held_back_articles"),
        ("commentary", "0030_imported_comments_by_date"),
        ("commentary", "0031_site_settings_and_pages"),
        ("commentary", "0032_latest_comment_of_a_writer"),
        ("commentary", "0033_biographies_and_pictures_of_authors"),
        ("commentary", "0034_audit_chain"),
        ("commentary", "0035_chain_audit_entries"),
        ("commentary", "0036_notes_and_saved_texts"),
        ("commentary", "0037_edits_by_editors"),
        ("commentary", "0038_trusted_commenters"),
        ("commentary", "0039_outbox"),
        ("commentary", "0040_claims"),
        ("commentary", "0041_staff_sessions_and_sign_in_methods"),
        ("commentary", "0042_ask_again"),
        ("commentary", "0043_comments_by_staff"),
        ("commentary", "0044_subscriptions"),
        ("commentary", "0045_invitations_and_administrators"),
        ("commentary", "0046_digests"),
        ("commentary", "0047_webhooks"),
        ("commentary", "0048_traces_of_submissions"),
        ("commentary", "0049_invitations_in_the_site_audit_log"),
        ("commentary", "0050_language_preference"),
        ("commentary", "0051_names_of_fields"),
        ("commentary", "0052_count_articles_again"),
    ]

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Tables(
            state_operations=[
                migrations.CreateModel(
                    name='Article',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('slug', models.SlugField(allow_unicode=True, max_length=100, unique=True, verbose_name='slug')),
                        ('title', models.CharField(blank=True, max_length=2000, verbose_name='title')),
                        ('body', models.TextField(blank=True, help_text='Leave a blank line between paragraphs. Start a paragraph with “3.” to make it point 3, or with “##” to make it a heading. Put a backslash first to prevent this.', verbose_name='body')),
                        ('markup', models.CharField(choices=[('text', 'plain text with points and headings'), ('html', 'imported HTML'), ('rich', 'formatted text')], default='text', editable=False, max_length=10)),
                        ('search_text', models.TextField(blank=True, editable=False)),
                        ('language', models.CharField(blank=True, db_default='', default='', help_text='A language tag such as “en” or “pt-BR”. Search uses it to find other forms of a word. Leave blank to use the language of the site.', max_length=35, validators=[django.core.validators.RegexValidator('^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\\Z', 'Use a language tag such as “en”, “de” or “pt-BR”.')], verbose_name='language')),
                        ('is_published', models.BooleanField(default=False, help_text='Only editors can see drafts.', verbose_name='published')),
                        ('published_at', models.DateTimeField(blank=True, help_text='Leave blank if unknown.', null=True, verbose_name='date')),
                        ('date_is_local', models.BooleanField(default=False, editable=False, help_text='The source doesn’t state a time zone, so the date is stored as if UTC.', verbose_name='time zone unknown')),
                        ('timeline_at', models.DateTimeField(editable=False, null=True, verbose_name='date')),
                        ('source_url', models.URLField(blank=True, max_length=500, verbose_name='original URL')),
                        ('source_key', models.CharField(blank=True, editable=False, max_length=64)),
                        ('first_line', models.PositiveIntegerField(editable=False, null=True)),
                        ('last_line', models.PositiveIntegerField(editable=False, null=True)),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('changed_at', models.DateTimeField(auto_now=True)),
                    ],
                    options={
                        'verbose_name': 'article',
                        'verbose_name_plural': 'articles',
                    },
                ),
                migrations.CreateModel(
                    name='Author',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('slug', models.SlugField(allow_unicode=True, max_length=100, unique=True, verbose_name='slug')),
                        ('name', models.CharField(max_length=200, unique=True, verbose_name='name')),
                        ('biography', models.TextField(blank=True, help_text='One or two sentences, shown on the author’s page.', max_length=2000, null=True, verbose_name='biography')),
                        ('search_text', models.TextField(blank=True, editable=False)),
                        ('skeleton', models.CharField(db_index=True, default='', editable=False, max_length=400)),
                    ],
                    options={
                        'verbose_name': 'author',
                        'verbose_name_plural': 'authors',
                        'ordering': ['name', 'pk'],
                    },
                ),
                migrations.CreateModel(
                    name='Claim',
                    fields=[
                        ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                        ('discussion_key', models.PositiveBigIntegerField()),
                        ('comment_key', models.PositiveBigIntegerField()),
                        ('seen_at', models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name='Comment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveIntegerField(editable=False, verbose_name='number')),
                        ('anonymous_number', models.PositiveIntegerField(editable=False, null=True)),
                        ('tree_id', models.PositiveBigIntegerField(editable=False)),
                        ('lft', models.PositiveIntegerField(editable=False)),
                        ('rght', models.PositiveIntegerField(editable=False)),
                        ('level', models.PositiveIntegerField(editable=False, verbose_name='depth')),
                        ('reply_count', models.PositiveIntegerField(db_default=0, default=0, editable=False, verbose_name='replies')),
                        ('status', models.CharField(choices=[('pending', 'pending'), ('approved', 'approved'), ('rejected', 'rejected'), ('spam', 'spam'), ('removed', 'removed')], db_default='pending', default='pending', editable=False, max_length=10, verbose_name='status')),
                        ('closed_from', models.DateTimeField(editable=False, null=True, verbose_name='closed from')),
                        ('closed_until', models.DateTimeField(editable=False, null=True, verbose_name='closed until')),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('kind', models.CharField(choices=[('comment', 'comment'), ('pingback', 'pingback'), ('trackback', 'trackback')], default='comment', editable=False, max_length=10, verbose_name='kind')),
                        ('name', models.CharField(blank=True, help_text='Leave blank for Anonymous.', max_length=200, verbose_name='name')),
                        ('name_key', models.CharField(editable=False, max_length=200, null=True)),
                        ('body', models.TextField(verbose_name='text')),
                        ('markup', models.CharField(choices=[('text', 'plain text'), ('markdown', 'limited Markdown'), ('html', 'imported HTML')], default='text', editable=False, max_length=10)),
                        ('body_html', models.TextField(blank=True, editable=False)),
                        ('search_text', models.TextField(blank=True, editable=False)),
                        ('dated_at', models.DateTimeField(blank=True, help_text='Leave blank if unknown.', null=True, verbose_name='date')),
                        ('date_is_local', models.BooleanField(default=False, editable=False)),
                        ('timeline_at', models.DateTimeField(editable=False, null=True, verbose_name='date')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='added')),
                        ('public_at', models.DateTimeField(editable=False, null=True)),
                        ('edited_at', models.DateTimeField(editable=False, null=True, verbose_name='edited')),
                        ('edited_by_editor', models.BooleanField(editable=False, null=True)),
                        ('by_staff', models.BooleanField(editable=False, null=True)),
                        ('source_key', models.CharField(blank=True, editable=False, max_length=64)),
                        ('source_parent_key', models.CharField(editable=False, max_length=64, null=True)),
                        ('first_line', models.PositiveIntegerField(editable=False, null=True)),
                        ('last_line', models.PositiveIntegerField(editable=False, null=True)),
                        ('author_url', models.CharField(editable=False, max_length=500, null=True, verbose_name='website')),
                        ('source_ids', models.TextField(editable=False, null=True)),
                        ('author', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='comments', to='commentary.author', verbose_name='author badge')),
                    ],
                    options={
                        'verbose_name': 'comment',
                        'verbose_name_plural': 'comments',
                        'base_manager_name': 'objects',
                    },
                    bases=(commentary.models.row_key.HasRowKey, models.Model),
                ),
                migrations.CreateModel(
                    name='DigestPreference',
                    fields=[
                        ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                        ('interval', models.CharField(choices=[('never', 'Never'), ('hourly', 'Every hour'), ('daily', 'Every day'), ('weekly', 'Every week')], default='never', max_length=6, verbose_name='digest by e-mail')),
                        ('least_count', models.PositiveIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10000)], verbose_name='if at least this many comments wait')),
                        ('least_hours', models.PositiveIntegerField(blank=True, default=24, help_text='Leave blank to look only at the number.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10000)], verbose_name='or if one has waited for this many hours')),
                        ('sent_at', models.DateTimeField(editable=False, null=True)),
                        ('feed_key', models.CharField(editable=False, max_length=64, null=True, unique=True)),
                    ],
                    options={
                        'verbose_name': 'digest preference',
                        'verbose_name_plural': 'digest preferences',
                    },
                ),
                migrations.CreateModel(
                    name='ImportRun',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='started')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last update')),
                        ('finished_at', models.DateTimeField(null=True, verbose_name='finished')),
                        ('bytes_read', models.PositiveBigIntegerField(default=0, verbose_name='bytes read')),
                        ('outcome', models.CharField(choices=[('ok', 'complete'), ('partial', 'with unrecognised content'), ('differs', 'doesn’t match stored data'), ('uncertain', 'uncertain')], default='partial', max_length=10, verbose_name='outcome')),
                        ('counts', models.JSONField(default=dict, verbose_name='counts')),
                        ('warnings', models.JSONField(default=list, verbose_name='warnings')),
                        ('ledger', models.JSONField(default=list, verbose_name='ledger')),
                        ('batch', models.UUIDField(db_index=True, editable=False, null=True, verbose_name='batch')),
                        ('undo_state', models.CharField(blank=True, choices=[('unrecorded', 'changes not recorded'), ('undoing', 'being undone'), ('undone', 'undone'), ('redoing', 'being redone')], db_default='', default='', editable=False, max_length=10)),
                        ('reversals', models.JSONField(db_default=models.Value([], models.JSONField()), default=list, editable=False)),
                    ],
                    options={
                        'verbose_name': 'import run',
                        'verbose_name_plural': 'import runs',
                        'ordering': ['-pk'],
                    },
                ),
                migrations.CreateModel(
                    name='LanguagePreference',
                    fields=[
                        ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='language_preference', serialize=False, to=settings.AUTH_USER_MODEL)),
                        ('language', models.CharField(max_length=10, verbose_name='language')),
                    ],
                    options={
                        'verbose_name': 'language preference',
                        'verbose_name_plural': 'language preferences',
                    },
                ),
                migrations.CreateModel(
                    name='MediaFile',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('sha256', models.CharField(editable=False, max_length=64, unique=True, verbose_name='SHA-256')),
                        ('name', models.CharField(editable=False, max_length=300, verbose_name='file name')),
                        ('kind', models.CharField(blank=True, editable=False, max_length=20, verbose_name='format')),
                        ('size', models.PositiveBigIntegerField(editable=False, verbose_name='size in bytes')),
                        ('width', models.PositiveIntegerField(editable=False, null=True, verbose_name='width')),
                        ('height', models.PositiveIntegerField(editable=False, null=True, verbose_name='height')),
                        ('problem', models.CharField(blank=True, editable=False, max_length=200, verbose_name='reason for not showing it')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='added')),
                    ],
                    options={
                        'verbose_name': 'picture',
                        'verbose_name_plural': 'pictures',
                        'ordering': ['pk'],
                    },
                ),
                migrations.CreateModel(
                    name='MissedAddress',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('address', models.CharField(max_length=700, verbose_name='URL')),
                        ('key', models.CharField(editable=False, max_length=64, unique=True)),
                        ('times', models.PositiveIntegerField(default=1, verbose_name='requests')),
                        ('first_at', models.DateTimeField(verbose_name='first request')),
                        ('last_at', models.DateTimeField(verbose_name='last request')),
                    ],
                    options={
                        'verbose_name': 'missing URL',
                        'verbose_name_plural': 'missing URLs',
                        'ordering': ['-times', '-last_at'],
                    },
                ),
                migrations.CreateModel(
                    name='SavedText',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('reason', 'reason'), ('reply', 'reply')], default='reason', max_length=6, verbose_name='kind')),
                        ('text', models.TextField(help_text='Readers see it. Replies may use Markdown, as in comments.', verbose_name='text')),
                        ('position', models.PositiveSmallIntegerField(default=0, help_text='Order in the list.', verbose_name='position')),
                    ],
                    options={
                        'verbose_name': 'saved reason or reply',
                        'verbose_name_plural': 'saved reasons and replies',
                        'ordering': ['kind', 'position', 'pk'],
                    },
                ),
                migrations.CreateModel(
                    name='Schedule',
                    fields=[
                        ('name', models.CharField(max_length=40, primary_key=True, serialize=False)),
                        ('last_at', models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name='SiteAuditEntry',
                    fields=[
                        ('position', models.PositiveBigIntegerField(primary_key=True, serialize=False, verbose_name='number')),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date')),
                        ('actor_name', models.CharField(max_length=150, verbose_name='user')),
                        ('verb', models.CharField(choices=[('remove_article', 'article removed'), ('restore_article', 'article brought back'), ('add_rule', 'rule added'), ('change_rule', 'rule changed'), ('invite', 'person invited'), ('invite_again', 'invitation sent again'), ('withdraw_invitation', 'invitation withdrawn'), ('accept_invitation', 'invitation accepted')], max_length=20, verbose_name='action')),
                        ('details', models.JSONField(default=dict, verbose_name='details')),
                        ('digest', models.CharField(editable=False, max_length=64)),
                    ],
                    options={
                        'verbose_name': 'site audit log entry',
                        'verbose_name_plural': 'site audit log',
                        'ordering': ['-position'],
                    },
                ),
                migrations.CreateModel(
                    name='Webhook',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('url', models.CharField(help_text='Each decision is sent there by POST. Must start with https://.', max_length=500, unique=True, verbose_name='URL')),
                        ('secret', models.CharField(default=commentary.models.webhook.new_webhook_secret, editable=False, help_text='The receiver checks signatures with it.', max_length=100, verbose_name='secret')),
                        ('is_active', models.BooleanField(default=True, verbose_name='active')),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='date')),
                    ],
                    options={
                        'verbose_name': 'webhook',
                        'verbose_name_plural': 'webhooks',
                        'ordering': ['pk'],
                    },
                ),
                migrations.CreateModel(
                    name='Discussion',
                    fields=[
                        ('article', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='discussion', serialize=False, to='commentary.article', verbose_name='article')),
                        ('version', models.PositiveBigIntegerField(editable=False, verbose_name='version')),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ('last_number', models.PositiveIntegerField(default=0, editable=False, verbose_name='highest number')),
                        ('last_anonymous_number', models.PositiveIntegerField(default=0, editable=False)),
                        ('pending_count', models.PositiveIntegerField(default=0, editable=False, verbose_name='pending comments')),
                        ('approved_count', models.PositiveIntegerField(default=0, editable=False, verbose_name='approved comments')),
                        ('rejected_count', models.PositiveIntegerField(default=0, editable=False, verbose_name='rejected comments')),
                        ('spam_count', models.PositiveIntegerField(default=0, editable=False, verbose_name='spam')),
                        ('removed_count', models.PositiveIntegerField(default=0, editable=False, verbose_name='removed comments')),
                        ('source_count', models.PositiveIntegerField(default=0, editable=False, verbose_name='imported comments')),
                        ('source_removed_count', models.PositiveIntegerField(default=0, editable=False)),
                        ('declared_count', models.PositiveIntegerField(editable=False, null=True, verbose_name='declared comments')),
                        ('declared_heading', models.CharField(blank=True, editable=False, max_length=300)),
                        ('closed_from', models.DateTimeField(editable=False, null=True, verbose_name='closed from')),
                        ('closed_until', models.DateTimeField(editable=False, null=True, verbose_name='closed until')),
                        ('auto_close_days', models.PositiveIntegerField(blank=True, help_text='Leave blank to use the site default; 0 disables auto-close.', null=True, verbose_name='auto-close after (days)')),
                        ('is_set_by_hand', models.BooleanField(default=False, editable=False, help_text='Discussions opened or closed by hand are never auto-closed.', verbose_name='opened or closed by hand')),
                        ('schedule', models.JSONField(default=list, editable=False)),
                        ('log_length', models.PositiveIntegerField(editable=False, null=True)),
                        ('log_head', models.CharField(editable=False, max_length=64, null=True)),
                    ],
                    options={
                        'verbose_name': 'discussion',
                        'verbose_name_plural': 'discussions',
                    },
                ),
                migrations.CreateModel(
                    name='AuditEntry',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date')),
                        ('actor_name', models.CharField(max_length=150, verbose_name='user')),
                        ('verb', models.CharField(max_length=20, verbose_name='action')),
                        ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                        ('before', models.CharField(blank=True, max_length=20, verbose_name='before')),
                        ('after', models.CharField(blank=True, max_length=20, verbose_name='after')),
                        ('batch', models.UUIDField(db_index=True, null=True, verbose_name='batch')),
                        ('kept', models.JSONField(default=dict, editable=False)),
                        ('position', models.PositiveIntegerField(editable=False, null=True, verbose_name='number in the log')),
                        ('salt', models.CharField(db_default='', default='', editable=False, max_length=32)),
                        ('digest', models.CharField(db_default='', default='', editable=False, max_length=64)),
                        ('reason_digest', models.CharField(db_default='', default='', editable=False, max_length=64)),
                        ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='account')),
                        ('undoes', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_by', to='commentary.auditentry', verbose_name='undoes')),
                    ],
                    options={
                        'verbose_name': 'audit log entry',
                        'verbose_name_plural': 'audit log',
                        'ordering': ('-created_at', '-pk'),
                        'permissions': [('moderate', 'Can decide on comments and close or reopen threads')],
                        'base_manager_name': 'objects',
                    },
                    bases=(commentary.models.row_key.HasRowKey, models.Model),
                ),
                migrations.CreateModel(
                    name='AuditHead',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('head', models.CharField(max_length=64, unique=True)),
                        ('changed', models.JSONField(default=dict)),
                        ('base', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentary.audithead')),
                    ],
                    options={
                        'verbose_name': 'head of the audit log',
                        'verbose_name_plural': 'heads of the audit log',
                        'ordering': ['-pk'],
                    },
                ),
                migrations.CreateModel(
                    name='Byline',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                        ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bylines', to='commentary.article')),
                        ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bylines', to='commentary.author', verbose_name='author')),
                    ],
                    options={
                        'verbose_name': 'author',
                        'verbose_name_plural': 'authors',
                        'ordering': ['position', 'pk'],
                    },
                ),
                migrations.AddField(
                    model_name='article',
                    name='authors',
                    field=models.ManyToManyField(related_name='articles', through='commentary.Byline', to='commentary.author', verbose_name='authors'),
                ),
                migrations.CreateModel(
                    name='Submission',
                    fields=[
                        ('comment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='submission', serialize=False, to='commentary.comment')),
                        ('created_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                        ('writer', models.CharField(max_length=64)),
                        ('network', models.CharField(blank=True, max_length=64)),
                        ('email', models.EmailField(blank=True, max_length=254)),
                        ('client_key', models.CharField(max_length=64, unique=True)),
                        ('digest', models.CharField(max_length=64)),
                        ('held', models.JSONField(default=list)),
                        ('is_reviewed', models.BooleanField(default=False)),
                        ('edits', models.PositiveIntegerField(db_default=0, default=0)),
                        ('edited_at', models.DateTimeField(null=True)),
                        ('asked_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'base_manager_name': 'objects',
                    },
                ),
                migrations.AddField(
                    model_name='comment',
                    name='closed_entry',
                    field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentary.auditentry', verbose_name='closed by'),
                ),
                migrations.AddField(
                    model_name='comment',
                    name='parent',
                    field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='commentary.comment', verbose_name='in reply to'),
                ),
                migrations.AddField(
                    model_name='auditentry',
                    name='comment',
                    field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='audit_entries', to='commentary.comment', verbose_name='comment'),
                ),
                migrations.CreateModel(
                    name='FormerAnchor',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=100)),
                        ('number', models.PositiveIntegerField(verbose_name='comment')),
                        ('named', models.PositiveIntegerField(null=True)),
                        ('article', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='former_anchors', to='commentary.article', verbose_name='article')),
                    ],
                ),
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
                migrations.CreateModel(
                    name='ImportedArticle',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('confidence', models.PositiveSmallIntegerField(default=100, verbose_name='confidence')),
                        ('comments', models.PositiveIntegerField(default=0, verbose_name='comments')),
                        ('declared', models.PositiveIntegerField(null=True, verbose_name='declared')),
                        ('doubts', models.JSONField(default=list, verbose_name='doubts')),
                        ('kinds', models.CharField(blank=True, max_length=200)),
                        ('warnings', models.JSONField(default=list, verbose_name='warnings')),
                        ('is_held_back', models.BooleanField(default=False)),
                        ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='imports', to='commentary.article')),
                        ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='imported_articles', to='commentary.importrun')),
                    ],
                    options={
                        'verbose_name': 'imported article',
                        'verbose_name_plural': 'imported articles',
                        'ordering': ['confidence', 'pk'],
                    },
                ),
                migrations.CreateModel(
                    name='ImportChange',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('article_key', models.PositiveBigIntegerField(db_index=True)),
                        ('is_new', models.BooleanField(default=False)),
                        ('is_undone', models.BooleanField(default=False)),
                        ('data', models.JSONField(default=dict)),
                        ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='commentary.importrun')),
                    ],
                    options={
                        'ordering': ['pk'],
                    },
                ),
                migrations.AddField(
                    model_name='comment',
                    name='import_run',
                    field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='commentary.importrun', verbose_name='import run'),
                ),
                migrations.CreateModel(
                    name='Invitation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('nonce', models.CharField(default=commentary.models.invitation.new_nonce, max_length=40)),
                        ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                        ('name', models.CharField(blank=True, max_length=150, verbose_name='name')),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date')),
                        ('ends_at', models.DateTimeField(default=commentary.models.invitation.end_of_new_invitation, verbose_name='valid until')),
                        ('accepted_at', models.DateTimeField(null=True, verbose_name='accepted')),
                        ('account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='account')),
                        ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='auth.group', verbose_name='role')),
                        ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='invited by')),
                    ],
                    options={
                        'verbose_name': 'invitation',
                        'verbose_name_plural': 'invitations',
                        'ordering': ['-pk'],
                    },
                ),
                migrations.CreateModel(
                    name='FormerAddress',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveIntegerField(null=True, verbose_name='comment')),
                        ('address', models.TextField(verbose_name='URL')),
                        ('key', models.CharField(db_index=True, editable=False, max_length=64)),
                        ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_addresses', to='commentary.article', verbose_name='article')),
                        ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='commentary.mediafile', verbose_name='picture')),
                    ],
                    options={
                        'verbose_name': 'original URL',
                        'verbose_name_plural': 'original URLs',
                        'ordering': ['pk'],
                    },
                ),
                migrations.AddField(
                    model_name='author',
                    name='picture',
                    field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='authors', to='commentary.mediafile', verbose_name='picture'),
                ),
                migrations.CreateModel(
                    name='ArticlePicture',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('position', models.PositiveIntegerField(editable=False)),
                        ('address', models.TextField(editable=False, verbose_name='URL')),
                        ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pictures', to='commentary.article', verbose_name='article')),
                        ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='commentary.mediafile', verbose_name='picture')),
                    ],
                    options={
                        'verbose_name': 'picture of an article',
                        'verbose_name_plural': 'pictures of articles',
                        'ordering': ['article', 'position'],
                    },
                ),
                migrations.CreateModel(
                    name='OutboxMessage',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('message_id', models.CharField(default=commentary.models.outbox.new_message_id, editable=False, max_length=32, unique=True, verbose_name='message ID')),
                        ('kind', models.CharField(max_length=20, verbose_name='kind')),
                        ('recipient', models.CharField(blank=True, max_length=320, verbose_name='recipient')),
                        ('details', models.JSONField(default=dict, verbose_name='details')),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date')),
                        ('next_attempt_at', models.DateTimeField(default=django.utils.timezone.now, null=True, verbose_name='next attempt')),
                        ('attempts', models.PositiveIntegerField(default=0, verbose_name='attempts')),
                        ('last_error', models.CharField(blank=True, max_length=300, verbose_name='last error')),
                    ],
                    options={
                        'verbose_name': 'message to send',
                        'verbose_name_plural': 'messages to send',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(condition=models.Q(('next_attempt_at__isnull', False)), fields=['next_attempt_at', 'id'], name='outbox_due'), models.Index(condition=models.Q(('next_attempt_at__isnull', True)), fields=['created_at'], name='outbox_finished')],
                    },
                ),
                migrations.CreateModel(
                    name='PointLink',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('point', models.PositiveIntegerField(verbose_name='point')),
                        ('origin', models.CharField(choices=[('writer', 'chosen by its writer'), ('mention', 'mentioned'), ('quotation', 'quoted'), ('editor', 'linked by an editor')], max_length=10, verbose_name='origin')),
                        ('state', models.CharField(choices=[('suggested', 'suggested'), ('accepted', 'accepted'), ('dismissed', 'dismissed')], default='suggested', editable=False, max_length=10, verbose_name='state')),
                        ('found', models.JSONField(default=list)),
                        ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now, editable=False)),
                        ('comment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='point_links', to='commentary.comment')),
                        ('discussion', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='point_links', to='commentary.discussion')),
                    ],
                    options={
                        'verbose_name': 'link to a point',
                        'verbose_name_plural': 'links to points',
                        'base_manager_name': 'objects',
                    },
                    bases=(commentary.models.row_key.HasRowKey, models.Model),
                ),
                migrations.AddField(
                    model_name='auditentry',
                    name='point_link',
                    field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='audit_entries', to='commentary.pointlink', verbose_name='link to a point'),
                ),
                migrations.CreateModel(
                    name='RelatedLink',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('label', models.CharField(blank=True, help_text='For example, “related video:”.', max_length=100, verbose_name='label')),
                        ('caption', models.TextField(verbose_name='caption')),
                        ('url', models.URLField(blank=True, max_length=500, verbose_name='URL')),
                        ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                        ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='related', to='commentary.article')),
                    ],
                    options={
                        'verbose_name': 'related link',
                        'verbose_name_plural': 'related links',
                        'ordering': ['position', 'pk'],
                    },
                ),
                migrations.CreateModel(
                    name='Rule',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('words', 'Words or phrases'), ('links', 'Number of links'), ('domain', 'Link to a domain'), ('name', 'Name'), ('email', 'E-mail address'), ('network', 'Network'), ('commenter', 'Commenter'), ('first', 'First-time commenter'), ('new_links', 'Links in a first comment'), ('everything', 'All comments')], max_length=12, verbose_name='kind')),
                        ('pattern', models.TextField(blank=True, help_text='One per line: words, phrases, domains, names, e-mail addresses, or hashes of networks or commenters. Case and accents are ignored, and only whole words match.', verbose_name='match')),
                        ('least', models.PositiveSmallIntegerField(default=1, help_text='Used only by rules that count links.', verbose_name='minimum links')),
                        ('action', models.CharField(choices=[('hold', 'hold'), ('reject', 'reject'), ('trust', 'publish at once')], default='hold', max_length=6, verbose_name='action')),
                        ('ends_at', models.DateTimeField(blank=True, help_text='Leave blank for no end date. Network rules expire at most 30 days after the last comment from that network, because network hashes aren’t kept longer.', null=True, verbose_name='expires')),
                        ('is_active', models.BooleanField(default=True, verbose_name='active')),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('changed_at', models.DateTimeField(auto_now=True)),
                        ('article', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='commentary.article', verbose_name='only for this article')),
                    ],
                    options={
                        'verbose_name': 'rule',
                        'verbose_name_plural': 'rules',
                        'ordering': ['pk'],
                    },
                ),
                migrations.CreateModel(
                    name='SearchRow',
                    fields=[
                        ('moment', models.BigIntegerField(primary_key=True, serialize=False)),
                        ('is_approved', models.BooleanField()),
                        ('article', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, to='commentary.article')),
                        ('comment', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, to='commentary.comment')),
                    ],
                ),
                migrations.CreateModel(
                    name='SignInAttempt',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('created_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='date')),
                        ('account', models.CharField(max_length=64)),
                        ('network', models.CharField(max_length=64, verbose_name='network')),
                        ('outcome', models.CharField(choices=[('accepted', 'Signed in'), ('started', 'Second step missing'), ('wrong', 'Wrong user name or password'), ('badcode', 'Wrong code or passkey'), ('reset', 'Password reset by e-mail asked for'), ('refused', 'Blocked: too many attempts')], max_length=8, verbose_name='outcome')),
                        ('method', models.CharField(choices=[('password', 'Password'), ('code', 'Password and code'), ('recovery', 'Password and recovery code'), ('key', 'Password and passkey'), ('passkey', 'Passkey'), ('invite', 'Invitation'), ('oidc', 'Single sign-on')], db_default='password', default='password', max_length=8, verbose_name='method')),
                        ('device', models.CharField(db_default='', default='', max_length=60, verbose_name='device')),
                        ('times', models.PositiveIntegerField(default=1, verbose_name='attempts')),
                        ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='account')),
                    ],
                    options={
                        'verbose_name': 'sign-in attempt',
                        'verbose_name_plural': 'sign-in attempts',
                        'ordering': ['-pk'],
                    },
                ),
                migrations.CreateModel(
                    name='SiteSettings',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(blank=True, help_text='Shown at the top of every page.', max_length=100, verbose_name='name')),
                        ('tagline', models.CharField(blank=True, help_text='One line below the name.', max_length=200, verbose_name='tagline')),
                        ('introduction', models.TextField(blank=True, help_text='Shown on the home page. Markdown.', validators=[django.core.validators.MaxLengthValidator(2000)], verbose_name='introduction')),
                        ('accent', models.CharField(blank=True, help_text='For links and buttons: two colours, by day and by night, such as #2f6b3a, #93d3a0. Leave blank for blue.', max_length=20, verbose_name='accent colour')),
                        ('serif', models.CharField(blank=True, help_text="For example: Georgia, 'Noto Serif', serif. Only typefaces that readers have.", max_length=300, verbose_name='typefaces of texts')),
                        ('sans', models.CharField(blank=True, max_length=300, verbose_name='typefaces of the interface')),
                        ('footer_links', models.TextField(blank=True, help_text='One a line: Label = address. Pages of this site are added by themselves.', verbose_name='links in the footer')),
                        ('stylesheet', models.TextField(blank=True, help_text='CSS, added to that of the site. It can’t load anything from other sites.', validators=[django.core.validators.MaxLengthValidator(20000)], verbose_name='extra stylesheet')),
                        ('logo', models.TextField(blank=True, default='', editable=False)),
                        ('logo_name', models.CharField(blank=True, default='', editable=False, max_length=40)),
                        ('logo_width', models.PositiveIntegerField(default=0, editable=False)),
                        ('favicon', models.TextField(blank=True, default='', editable=False)),
                        ('favicon_name', models.CharField(blank=True, default='', editable=False, max_length=40)),
                        ('version', models.PositiveBigIntegerField(editable=False)),
                    ],
                    options={
                        'verbose_name': 'site name, tagline and introduction',
                        'verbose_name_plural': 'site name, tagline and introduction',
                        'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='site_settings_one_row')],
                    },
                ),
                migrations.CreateModel(
                    name='Source',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=500, verbose_name='name')),
                        ('sha256', models.CharField(max_length=64, unique=True, verbose_name='SHA-256')),
                        ('size', models.PositiveBigIntegerField(verbose_name='size in bytes')),
                        ('format', models.CharField(max_length=30, verbose_name='format')),
                        ('encoding', models.CharField(max_length=40, verbose_name='encoding')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='added')),
                        ('other_names', models.JSONField(default=list, editable=False, verbose_name='other names')),
                        ('no_article', models.CharField(blank=True, db_default='', default='', max_length=300, verbose_name='why it isn’t an article')),
                        ('copy_of', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='copies', to='commentary.article', verbose_name='duplicate of')),
                    ],
                    options={
                        'verbose_name': 'source',
                        'verbose_name_plural': 'sources',
                        'ordering': ['-pk'],
                    },
                ),
                migrations.CreateModel(
                    name='SiteProfile',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=200, unique=True, verbose_name='name')),
                        ('site', models.CharField(max_length=500, verbose_name='site')),
                        ('rules', models.TextField(verbose_name='rules')),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='added')),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='changed')),
                        ('editor', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='editor')),
                        ('learned_from', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='profiles', to='commentary.source', verbose_name='learned from')),
                    ],
                    options={
                        'verbose_name': 'site profile',
                        'verbose_name_plural': 'site profiles',
                        'ordering': ['name'],
                    },
                ),
                migrations.CreateModel(
                    name='Repair',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('marks', models.JSONField(default=list, editable=False)),
                        ('reading', models.JSONField(editable=False, null=True)),
                        ('edition', models.PositiveIntegerField(default=1, editable=False)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='started')),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='changed')),
                        ('stored_at', models.DateTimeField(null=True, verbose_name='stored')),
                        ('undone_at', models.DateTimeField(null=True, verbose_name='undone')),
                        ('batch', models.UUIDField(editable=False, null=True)),
                        ('kept', models.JSONField(default=dict, editable=False)),
                        ('editor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='editor')),
                        ('run', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='repair', to='commentary.importrun', verbose_name='import run')),
                        ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='repairs', to='commentary.source', verbose_name='source')),
                    ],
                    options={
                        'verbose_name': 'repair',
                        'verbose_name_plural': 'repairs',
                        'ordering': ['-pk'],
                    },
                ),
                migrations.AddField(
                    model_name='importrun',
                    name='source',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='commentary.source', verbose_name='source'),
                ),
                migrations.AddField(
                    model_name='article',
                    name='source',
                    field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='articles', to='commentary.source'),
                ),
                migrations.CreateModel(
                    name='SourceChunk',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('position', models.PositiveIntegerField()),
                        ('first_line', models.PositiveIntegerField()),
                        ('data', models.BinaryField()),
                        ('source', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='chunks', to='commentary.source')),
                    ],
                    options={
                        'ordering': ['source', 'position'],
                    },
                ),
                migrations.CreateModel(
                    name='StaffSession',
                    fields=[
                        ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                        ('session_data', models.TextField(verbose_name='session data')),
                        ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                        ('began_at', models.DateTimeField(null=True)),
                        ('seen_at', models.DateTimeField(null=True)),
                        ('device', models.CharField(default='', max_length=60)),
                        ('network', models.CharField(default='', max_length=60)),
                        ('account', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='account')),
                    ],
                    options={
                        'verbose_name': 'session',
                        'verbose_name_plural': 'sessions',
                        'abstract': False,
                        'default_permissions': (),
                    },
                ),
                migrations.CreateModel(
                    name='TextPage',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('title', models.CharField(max_length=200, verbose_name='title')),
                        ('slug', models.SlugField(allow_unicode=True, help_text='The end of the URL, /pages/…/. It can’t be changed later.', max_length=80, unique=True, verbose_name='slug')),
                        ('text', models.TextField(blank=True, help_text='Markdown, as for articles.', validators=[django.core.validators.MaxLengthValidator(100000)], verbose_name='text')),
                        ('is_published', models.BooleanField(default=False, help_text='Only editors can see drafts.', verbose_name='published')),
                        ('in_footer', models.BooleanField(default=True, verbose_name='link in the footer')),
                        ('is_comment_policy', models.BooleanField(default=False, help_text='Linked beside the form for comments.', verbose_name='comment policy')),
                        ('position', models.PositiveSmallIntegerField(default=0, help_text='Order in the footer.', verbose_name='position')),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='added')),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='changed')),
                    ],
                    options={
                        'verbose_name': 'page',
                        'verbose_name_plural': 'pages',
                        'ordering': ['position', 'pk'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('is_comment_policy', True)), fields=('is_comment_policy',), name='text_page_one_policy', violation_error_message='Another page is the comment policy already.')],
                    },
                ),
                migrations.CreateModel(
                    name='PageVersion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('title', models.CharField(max_length=200, verbose_name='title')),
                        ('text', models.TextField(blank=True, verbose_name='text')),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='replaced')),
                        ('editor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='editor')),
                        ('page', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='commentary.textpage', verbose_name='page')),
                    ],
                    options={
                        'verbose_name': 'earlier version of a page',
                        'verbose_name_plural': 'earlier versions of pages',
                        'ordering': ['-pk'],
                    },
                ),
                migrations.CreateModel(
                    name='UndoneRows',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('position', models.PositiveIntegerField()),
                        ('kind', models.CharField(max_length=30)),
                        ('data', models.BinaryField()),
                        ('change', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='undone_rows', to='commentary.importchange')),
                    ],
                    options={
                        'ordering': ['change', 'position'],
                    },
                ),
                migrations.CreateModel(
                    name='Subscription',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                        ('mailbox', models.CharField(max_length=254)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date')),
                        ('asked_at', models.DateTimeField(null=True)),
                        ('confirmed_at', models.DateTimeField(null=True, verbose_name='confirmed')),
                        ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
                        ('comment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='subscription', to='commentary.comment')),
                        ('discussion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentary.discussion')),
                    ],
                    options={
                        'verbose_name': 'subscription',
                        'verbose_name_plural': 'subscriptions',
                    },
                ),
                migrations.CreateModel(
                    name='StaffNote',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('writer', models.CharField(blank=True, max_length=64)),
                        ('author_name', models.CharField(max_length=150, verbose_name='user')),
                        ('body', models.TextField(max_length=2000, verbose_name='note')),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date')),
                        ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='account')),
                        ('comment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='staff_notes', to='commentary.comment', verbose_name='comment')),
                        ('discussion', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentary.discussion')),
                    ],
                    options={
                        'verbose_name': 'note',
                        'verbose_name_plural': 'notes',
                        'base_manager_name': 'objects',
                    },
                    bases=(commentary.models.row_key.HasRowKey, models.Model),
                ),
                migrations.CreateModel(
                    name='Revision',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='replaced')),
                        ('name', models.CharField(blank=True, max_length=2000, verbose_name='name')),
                        ('body', models.TextField(blank=True, verbose_name='text')),
                        ('markup', models.CharField(blank=True, db_default='', default='', editable=False, max_length=10)),
                        ('article', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='commentary.article')),
                        ('comment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='commentary.comment')),
                        ('discussion', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentary.discussion')),
                    ],
                    options={
                        'ordering': ['-pk'],
                        'base_manager_name': 'objects',
                    },
                ),
                migrations.CreateModel(
                    name='Report',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('created_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                        ('reporter', models.CharField(max_length=64)),
                        ('network', models.CharField(blank=True, max_length=64)),
                        ('why', models.CharField(choices=[('off_topic', 'Off topic'), ('attack', 'Attacks a person'), ('spam', 'Spam or advertising'), ('false', 'Misinformation'), ('other', 'Something else')], max_length=20, verbose_name='reason')),
                        ('note', models.CharField(blank=True, max_length=200, verbose_name='details')),
                        ('withdrawn_at', models.DateTimeField(null=True)),
                        ('closed_entry', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='closed_reports', to='commentary.auditentry')),
                        ('comment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='commentary.comment')),
                        ('discussion', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentary.discussion')),
                    ],
                    options={
                        'base_manager_name': 'objects',
                    },
                ),
                migrations.CreateModel(
                    name='ImportConflict',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('field', models.CharField(choices=[('text', 'text'), ('name', 'name'), ('title', 'title'), ('body', 'body'), ('status', 'status'), ('date', 'date'), ('parent', 'in reply to'), ('published', 'published')], max_length=10, verbose_name='field')),
                        ('state', models.CharField(choices=[('open', 'open'), ('ours', 'kept ours'), ('source', 'used the source’s'), ('agreed', 'resolved by a later import')], default='open', editable=False, max_length=10, verbose_name='state')),
                        ('then', models.TextField(blank=True, verbose_name='source before')),
                        ('now', models.TextField(blank=True, verbose_name='source now')),
                        ('markup', models.CharField(blank=True, max_length=10)),
                        ('first_line', models.PositiveIntegerField(default=0)),
                        ('last_line', models.PositiveIntegerField(default=0)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='found')),
                        ('comment', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='import_conflicts', to='commentary.comment')),
                        ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='conflicts', to='commentary.importrun', verbose_name='import run')),
                        ('discussion', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='import_conflicts', to='commentary.discussion')),
                    ],
                    options={
                        'verbose_name': 'import conflict',
                        'verbose_name_plural': 'import conflicts',
                        'base_manager_name': 'objects',
                    },
                    bases=(commentary.models.row_key.HasRowKey, models.Model),
                ),
                migrations.CreateModel(
                    name='GoneComment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('comment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='gone', to='commentary.comment', verbose_name='comment')),
                        ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='gone_comments', to='commentary.importrun', verbose_name='import run')),
                        ('discussion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gone_comments', to='commentary.discussion')),
                    ],
                    options={
                        'verbose_name': 'comment missing from its source',
                        'verbose_name_plural': 'comments missing from their source',
                        'base_manager_name': 'objects',
                    },
                ),
                migrations.AddField(
                    model_name='discussion',
                    name='closed_entry',
                    field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentary.auditentry', verbose_name='closed by'),
                ),
                migrations.AddField(
                    model_name='comment',
                    name='discussion',
                    field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='commentary.discussion', verbose_name='discussion'),
                ),
                migrations.AddField(
                    model_name='auditentry',
                    name='discussion',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='audit_entries', to='commentary.discussion', verbose_name='discussion'),
                ),
                migrations.AddConstraint(
                    model_name='byline',
                    constraint=models.UniqueConstraint(fields=('article', 'author'), name='byline_author_once'),
                ),
                migrations.AddField(
                    model_name='submission',
                    name='discussion',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='commentary.discussion'),
                ),
                migrations.AddIndex(
                    model_name='article',
                    index=models.Index(fields=['timeline_at', 'id'], name='article_timeline'),
                ),
                migrations.AddConstraint(
                    model_name='formeranchor',
                    constraint=models.UniqueConstraint(fields=('article', 'name'), name='former_anchor_unique'),
                ),
                migrations.AddIndex(
                    model_name='article',
                    index=models.Index(django.db.models.functions.comparison.Coalesce('timeline_at', 'created_at'), name='article_age'),
                ),
                migrations.AddConstraint(
                    model_name='importedarticle',
                    constraint=models.UniqueConstraint(fields=('run', 'article'), name='imported_article_once_per_run'),
                ),
                migrations.AddConstraint(
                    model_name='importchange',
                    constraint=models.UniqueConstraint(fields=('run', 'article_key'), name='import_change_once'),
                ),
                migrations.AddConstraint(
                    model_name='articlepicture',
                    constraint=models.UniqueConstraint(fields=('article', 'position'), name='article_picture_position_unique'),
                ),
                migrations.AddIndex(
                    model_name='article',
                    index=models.Index(fields=['language'], name='article_language'),
                ),
                migrations.AddIndex(
                    model_name='report',
                    index=models.Index(models.F('comment'), condition=models.Q(('closed_entry', None), ('withdrawn_at', None)), name='report_open'),
                ),
                migrations.AddConstraint(
                    model_name='repair',
                    constraint=models.UniqueConstraint(condition=models.Q(('stored_at', None)), fields=('source',), name='repair_one_draft'),
                ),
                migrations.AddIndex(
                    model_name='report',
                    index=models.Index(models.F('reporter'), models.F('created_at'), name='report_reporter'),
                ),
                migrations.AddIndex(
                    model_name='report',
                    index=models.Index(models.F('network'), models.F('created_at'), name='report_network'),
                ),
                migrations.AddIndex(
                    model_name='discussion',
                    index=models.Index(fields=['changed_at'], name='discussion_changed'),
                ),
                migrations.AddIndex(
                    model_name='discussion',
                    index=models.Index(condition=models.Q(('closed_from__isnull', False)), fields=['closed_from'], name='discussion_closed_from'),
                ),
                migrations.AddIndex(
                    model_name='discussion',
                    index=models.Index(condition=models.Q(('closed_until__isnull', False)), fields=['closed_until'], name='discussion_closed_until'),
                ),
                migrations.AddConstraint(
                    model_name='article',
                    constraint=models.UniqueConstraint(condition=models.Q(('source_key', ''), _negated=True), fields=('source_key',), name='article_source_key_unique'),
                ),
                migrations.AddConstraint(
                    model_name='sourcechunk',
                    constraint=models.UniqueConstraint(fields=('source', 'position'), name='chunk_position_unique'),
                ),
                migrations.AddConstraint(
                    model_name='undonerows',
                    constraint=models.UniqueConstraint(fields=('change', 'position'), name='undone_rows_position'),
                ),
                migrations.AddIndex(
                    model_name='discussion',
                    index=models.Index(condition=models.Q(('auto_close_days__gt', 0)), fields=['auto_close_days'], name='discussion_closes_by_age'),
                ),
                migrations.AddIndex(
                    model_name='discussion',
                    index=models.Index(condition=models.Q(('pending_count__gt', 0)), fields=['pending_count'], name='discussion_pending'),
                ),
                migrations.AddIndex(
                    model_name='comment',
                    index=models.Index(fields=['tree_id', 'lft'], name='comment_reading_order'),
                ),
                migrations.AddConstraint(
                    model_name='revision',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('article__isnull', False), ('comment', None)), models.Q(('article', None), ('comment__isnull', False)), _connector='OR'), name='revision_of_one_thing'),
                ),
                migrations.AddIndex(
                    model_name='comment',
                    index=models.Index(condition=models.Q(('parent__isnull', False)), fields=['parent', 'lft'], name='comment_siblings'),
                ),
                migrations.AddIndex(
                    model_name='comment',
                    index=models.Index(condition=models.Q(('parent__isnull', True)), fields=['discussion', 'tree_id'], name='comment_threads'),
                ),
                migrations.AddIndex(
                    model_name='comment',
                    index=models.Index(condition=models.Q(('parent__isnull', True)), fields=['discussion', '-reply_count', 'tree_id'], name='comment_most_replies'),
                ),
                migrations.AddConstraint(
                    model_name='report',
                    constraint=models.UniqueConstraint(fields=('comment', 'reporter'), name='report_once'),
                ),
                migrations.AddIndex(
                    model_name='comment',
                    index=models.Index(condition=models.Q(('closed_entry__isnull', False)), fields=['tree_id', 'lft'], name='comment_closed'),
                ),
                migrations.AddIndex(
                    model_name='comment',
                    index=models.Index(condition=models.Q(('source_parent_key__isnull', False)), fields=['import_run', 'id'], name='comment_without_parent'),
                ),
                migrations.AddConstraint(
                    model_name='pointlink',
                    constraint=models.UniqueConstraint(fields=('comment', 'point'), name='point_link_once'),
                ),
                migrations.AddIndex(
                    model_name='comment',
                    index=models.Index(fields=['status', 'timeline_at', 'id'], name='comment_newest'),
                ),
                migrations.AddIndex(
                    model_name='comment',
                    index=models.Index(condition=models.Q(('name_key__isnull', False)), fields=['name_key', 'status', 'timeline_at', 'id'], name='comment_signed'),
                ),
                migrations.AddConstraint(
                    model_name='importconflict',
                    constraint=models.UniqueConstraint(condition=models.Q(('comment__isnull', False)), fields=('discussion', 'comment', 'field'), name='import_conflict_of_comment'),
                ),
                migrations.AddConstraint(
                    model_name='importconflict',
                    constraint=models.UniqueConstraint(condition=models.Q(('comment', None)), fields=('discussion', 'field'), name='import_conflict_of_article'),
                ),
                migrations.AddIndex(
                    model_name='pointlink',
                    index=models.Index(models.F('discussion'), models.F('state'), name='point_link_discussion'),
                ),
                migrations.AddIndex(
                    model_name='article',
                    index=models.Index(fields=['created_at', 'id'], name='article_arrival'),
                ),
                migrations.AddIndex(
                    model_name='comment',
                    index=models.Index(models.F('created_at'), models.F('id'), condition=models.Q(('status', 'pending')), name='comment_pending_arrival'),
                ),
                migrations.AddIndex(
                    model_name='comment',
                    index=models.Index(fields=['created_at', 'id'], name='comment_arrival'),
                ),
                migrations.AddIndex(
                    model_name='pointlink',
                    index=models.Index(models.F('state'), models.F('created_at'), models.F('id'), name='point_link_arrival'),
                ),
                migrations.AddIndex(
                    model_name='formeranchor',
                    index=models.Index(condition=models.Q(('named__isnull', False)), fields=['article', 'named'], name='former_anchor_named'),
                ),
                migrations.AddIndex(
                    model_name='comment',
                    index=models.Index(condition=models.Q(('closed_entry__isnull', False)), fields=['closed_entry'], name='comment_closed_by'),
                ),
                migrations.AddIndex(
                    model_name='comment',
                    index=models.Index(condition=models.Q(('author__isnull', False)), fields=['author'], name='comment_of_author'),
                ),
                migrations.AddIndex(
                    model_name='importconflict',
                    index=models.Index(models.F('state'), models.F('created_at'), models.F('id'), name='import_conflict_arrival'),
                ),
                migrations.AddIndex(
                    model_name='importconflict',
                    index=models.Index(models.F('run'), models.F('state'), name='import_conflict_run'),
                ),
                migrations.AddIndex(
                    model_name='importedarticle',
                    index=models.Index(fields=['run', 'confidence', 'id'], name='imported_article_by_doubt'),
                ),
                migrations.AddIndex(
                    model_name='comment',
                    index=models.Index(models.F('discussion'), django.db.models.functions.comparison.Coalesce('public_at', 'timeline_at', 'created_at', output_field=models.DateTimeField()), condition=models.Q(('status', 'approved')), name='comment_came_at'),
                ),
                migrations.AddIndex(
                    model_name='submission',
                    index=models.Index(models.F('network'), models.F('created_at'), name='submission_network'),
                ),
                migrations.AddIndex(
                    model_name='submission',
                    index=models.Index(models.F('discussion'), models.F('created_at'), name='submission_discussion'),
                ),
                migrations.AddIndex(
                    model_name='submission',
                    index=models.Index(models.F('writer'), models.F('edited_at'), condition=models.Q(('edited_at__isnull', False)), name='submission_edited'),
                ),
                migrations.AddIndex(
                    model_name='submission',
                    index=models.Index(models.F('created_at'), models.F('comment'), condition=models.Q(('is_reviewed', False)), name='submission_unreviewed_arrival'),
                ),
                migrations.AddIndex(
                    model_name='submission',
                    index=models.Index(models.F('writer'), models.F('created_at'), name='submission_writer'),
                ),
                migrations.AddIndex(
                    model_name='auditentry',
                    index=models.Index(models.F('point_link'), condition=models.Q(('point_link__isnull', False)), name='entry_of_point_link'),
                ),
                migrations.AddIndex(
                    model_name='auditentry',
                    index=models.Index(fields=['created_at', 'id'], name='entry_arrival'),
                ),
                migrations.AddIndex(
                    model_name='article',
                    index=models.Index(condition=models.Q(('is_published', False)), fields=['created_at', 'id'], name='article_draft'),
                ),
                migrations.AddConstraint(
                    model_name='comment',
                    constraint=models.UniqueConstraint(fields=('discussion', 'number'), name='comment_number_unique'),
                ),
                migrations.AddConstraint(
                    model_name='comment',
                    constraint=models.CheckConstraint(condition=models.Q(('lft__lt', models.F('rght'))), name='comment_lft_below_rght'),
                ),
                migrations.AddConstraint(
                    model_name='comment',
                    constraint=models.CheckConstraint(condition=models.Q(('tree_id__gte', django.db.models.expressions.CombinedExpression(models.F('discussion_id'), '*', models.Value(4294967296))), ('tree_id__lt', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('discussion_id'), '+', models.Value(1)), '*', models.Value(4294967296)))), name='comment_tree_in_its_discussion'),
                ),
                migrations.AddIndex(
                    model_name='comment',
                    index=models.Index(condition=models.Q(('status__in', ('rejected', 'spam', 'removed'))), fields=['status', 'created_at', 'id'], name='comment_decided_arrival'),
                ),
                migrations.AddIndex(
                    model_name='comment',
                    index=models.Index(condition=models.Q(('closed_from__isnull', False)), fields=['closed_from'], name='comment_closed_from'),
                ),
                migrations.AddIndex(
                    model_name='staffnote',
                    index=models.Index(condition=models.Q(('writer', ''), _negated=True), fields=['writer', 'created_at'], name='note_of_writer'),
                ),
                migrations.AddIndex(
                    model_name='signinattempt',
                    index=models.Index(models.F('account'), models.F('created_at'), name='sign_in_account'),
                ),
                migrations.AddIndex(
                    model_name='signinattempt',
                    index=models.Index(models.F('network'), models.F('created_at'), name='sign_in_network'),
                ),
                migrations.AddIndex(
                    model_name='subscription',
                    index=models.Index(models.F('mailbox'), models.F('asked_at'), name='subscription_mailbox'),
                ),
                migrations.AddIndex(
                    model_name='subscription',
                    index=models.Index(models.F('asked_at'), condition=models.Q(('asked_at__isnull', False)), name='subscription_asked'),
                ),
                migrations.AddIndex(
                    model_name='submission',
                    index=models.Index(models.F('created_at'), condition=models.Q(('email__gt', ''), ('network__gt', ''), _connector='OR'), name='submission_traces'),
                ),
            ]
        ),
        *forwards("0008_newest_articles"),
        *forwards("0011_tallies"),
        migrations.RunPython(create_indexes, migrations.RunPython.noop),
        *forwards("0002_reading_order"),
        *forwards("0003_groups"),
        *forwards("0004_audit_append_only"),
        *forwards("0005_first_rules"),
        *forwards("0006_search"),
        *forwards("0007_site_changes"),
        *forwards("0017_tallies_lock_articles"),
        *forwards("0026_audit_entries_of_undone_imports"),
        *forwards("0031_site_settings_and_pages"),
        *forwards("0034_audit_chain"),
        *forwards("0036_notes_and_saved_texts"),
        *forwards("0045_invitations_and_administrators"),
    ]
