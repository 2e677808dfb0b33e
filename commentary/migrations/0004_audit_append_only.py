"""PostgreSQL itself refuses to change or delete an audit entry."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION commentary_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit entries are added and never changed';
END $$
"""
TRIGGER = """
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON commentary_auditentry
FOR EACH ROW EXECUTE FUNCTION commentary_refuse()
"""


def refuse(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION)
        schema_editor.execute(TRIGGER)


def allow(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER audit_append_only ON commentary_auditentry")
        schema_editor.execute("DROP FUNCTION commentary_refuse()")


class Migration(migrations.Migration):
    dependencies = [("commentary", "0003_groups")]

    operations = [migrations.RunPython(refuse, allow)]
