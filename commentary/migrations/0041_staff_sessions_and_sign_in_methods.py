"""Editors see and end their sessions, and the history of sign-ins says how they signed in."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('commentary', '0040_claims'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='signinattempt',
            name='device',
            field=models.CharField(db_default='', default='', max_length=60, verbose_name='device'),
        ),
        migrations.AddField(
            model_name='signinattempt',
            name='method',
            field=models.CharField(choices=[('password', 'Password'), ('code', 'Password and code'), ('recovery', 'Password and recovery code'), ('key', 'Password and passkey'), ('passkey', 'Passkey'), ('invite', 'Invitation'), ('oidc', 'Single sign-on')], db_default='password', default='password', max_length=8, verbose_name='method'),
        ),
        migrations.AlterField(
            model_name='signinattempt',
            name='outcome',
            field=models.CharField(choices=[('accepted', 'Signed in'), ('started', 'Second step missing'), ('wrong', 'Wrong user name or password'), ('badcode', 'Wrong code or passkey'), ('refused', 'Blocked: too many attempts')], max_length=8, verbose_name='outcome'),
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
    ]
