"""Chain the audit entries of former versions, some discussions at a time.

Each batch locks its discussions like other writers, so the site goes on. What the previous version
still writes is left to `verify_audit_log --adopt`.
"""

from django.db import migrations

from commentary.models.audit_chain import chain_unchained


def chain(apps, schema_editor):
    chain_unchained(
        apps.get_model("commentary", "Discussion"), apps.get_model("commentary", "AuditEntry")
    )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("commentary", "0034_audit_chain")]

    operations = [migrations.RunPython(chain, migrations.RunPython.noop)]
