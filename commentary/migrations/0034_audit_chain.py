"""The entries of each audit log become a chain by digests, and may lose their reason.

Former entries are chained by the next migration. Entries that the previous version still writes
have no position; `verify_audit_log --adopt` chains them.
"""

import django.db.models.deletion
import django.utils.timezone
from django.contrib.auth.management import create_permissions
from django.db import migrations, models


READERS = ("Moderator", "Editor", "Auditor")  # of the audit log, see 0003

# What the importer recorded may be deleted by the undo of an import. An entry may be chained once, and
# lose its reason once; nothing else changes.
REFUSE = """
CREATE OR REPLACE FUNCTION commentary_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND (
        OLD.actor_id IS NULL AND OLD.actor_name = 'source'
        OR OLD.verb IN ('undo_import', 'redo_import')
    ) THEN
        RETURN OLD;
    END IF;
    {changes}RAISE EXCEPTION 'audit entries are added and never changed';
END $$
"""
CHANGES = """IF TG_OP = 'UPDATE' THEN
        IF OLD.position IS NULL AND NEW.position IS NOT NULL
            AND to_jsonb(NEW) - ARRAY['position', 'salt', 'digest']
            = to_jsonb(OLD) - ARRAY['position', 'salt', 'digest'] THEN
            RETURN NEW;
        END IF;
        IF OLD.reason_digest = '' AND NEW.reason_digest <> '' AND NEW.reason = '' AND NEW.salt = ''
            AND to_jsonb(NEW) - ARRAY['reason', 'salt', 'reason_digest']
            = to_jsonb(OLD) - ARRAY['reason', 'salt', 'reason_digest'] THEN
            RETURN NEW;
        END IF;
    END IF;
    """
REFUSE_ALL = """
CREATE FUNCTION commentary_refuse_all() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'entries of the site audit log are added and never changed';
END $$
"""
TRIGGER = """
CREATE TRIGGER site_audit_append_only BEFORE UPDATE OR DELETE ON commentary_siteauditentry
FOR EACH ROW EXECUTE FUNCTION commentary_refuse_all()
"""


def refuse(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(REFUSE.format(changes=CHANGES), params=None)
        schema_editor.execute(REFUSE_ALL, params=None)
        schema_editor.execute(TRIGGER, params=None)


def add_permissions(apps, schema_editor):
    # Django makes permissions at the end of `migrate`; the groups need them now.
    app = apps.get_app_config("commentary")
    module, app.models_module = getattr(app, "models_module", None), True
    create_permissions(app, apps=apps, verbosity=0)
    app.models_module = module
    view = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="commentary", codename="view_siteauditentry"
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=READERS):
        group.permissions.add(*view)


def allow(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(REFUSE.format(changes=""), params=None)
        schema_editor.execute("DROP TRIGGER site_audit_append_only ON commentary_siteauditentry")
        schema_editor.execute("DROP FUNCTION commentary_refuse_all()")


class Migration(migrations.Migration):

    dependencies = [
        ('commentary', '0033_biographies_and_pictures_of_authors'),
    ]

    operations = [
        migrations.CreateModel(
            name='SiteAuditEntry',
            fields=[
                ('position', models.PositiveBigIntegerField(primary_key=True, serialize=False, verbose_name='number')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date')),
                ('actor_name', models.CharField(max_length=150, verbose_name='user')),
                ('verb', models.CharField(choices=[('remove_article', 'article removed'), ('restore_article', 'article brought back')], max_length=20, verbose_name='action')),
                ('details', models.JSONField(default=dict, verbose_name='details')),
                ('digest', models.CharField(editable=False, max_length=64)),
            ],
            options={
                'verbose_name': 'site audit log entry',
                'verbose_name_plural': 'site audit log',
                'ordering': ['-position'],
            },
        ),
        migrations.AddField(
            model_name='auditentry',
            name='digest',
            field=models.CharField(db_default='', default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='position',
            field=models.PositiveIntegerField(editable=False, null=True, verbose_name='number in the log'),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='reason_digest',
            field=models.CharField(db_default='', default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='salt',
            field=models.CharField(db_default='', default='', editable=False, max_length=32),
        ),
        migrations.AddField(
            model_name='discussion',
            name='log_head',
            field=models.CharField(editable=False, max_length=64, null=True),
        ),
        migrations.AddField(
            model_name='discussion',
            name='log_length',
            field=models.PositiveIntegerField(editable=False, null=True),
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
        migrations.RunPython(refuse, allow),
        migrations.RunPython(add_permissions, migrations.RunPython.noop),
    ]
