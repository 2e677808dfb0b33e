"""Administrators invite editors. They are members of the groups of editors and auditors too."""

import commentary.models.invitation
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models


OWN = ["add_invitation", "view_invitation", "delete_invitation"]
OF_ACCOUNTS = ["view_user", "change_user"]


def add_group(apps, schema_editor):
    # Django makes permissions at the end of `migrate`; the group needs them now.
    for label in ("auth", "commentary"):
        app = apps.get_app_config(label)
        module, app.models_module = getattr(app, "models_module", None), True
        create_permissions(app, apps=apps, verbosity=0)
        app.models_module = module
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission").objects
    group, _ = Group.objects.get_or_create(name="Administrator")
    for label, codenames in (("commentary", OWN), ("auth", OF_ACCOUNTS)):
        group.permissions.add(
            *Permission.filter(content_type__app_label=label, codename__in=codenames)
        )


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('commentary', '0044_subscriptions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='signinattempt',
            name='outcome',
            field=models.CharField(choices=[('accepted', 'Signed in'), ('started', 'Second step missing'), ('wrong', 'Wrong user name or password'), ('badcode', 'Wrong code or passkey'), ('reset', 'Password reset by e-mail asked for'), ('refused', 'Blocked: too many attempts')], max_length=8, verbose_name='outcome'),
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
        migrations.RunPython(add_group, migrations.RunPython.noop),
    ]
