"""The undo of an import may delete what the importer recorded; decisions of people stay for ever.

Runs from before this version did not record what they changed, and can't be undone.
"""

from django.db import migrations

REFUSE = """
CREATE OR REPLACE FUNCTION commentary_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {exception}RAISE EXCEPTION 'audit entries are added and never changed';
END $$
"""
EXCEPTION = """IF TG_OP = 'DELETE' AND (
        OLD.actor_id IS NULL AND OLD.actor_name = 'source'
        OR OLD.verb IN ('undo_import', 'redo_import')
    ) THEN
        RETURN OLD;
    END IF;
    """


def allow(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(REFUSE.format(exception=EXCEPTION), params=None)
    apps.get_model("commentary", "ImportRun").objects.update(undo_state="unrecorded")


def refuse(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(REFUSE.format(exception=""), params=None)


class Migration(migrations.Migration):
    dependencies = [("commentary", "0025_undo_of_imports")]

    operations = [migrations.RunPython(allow, refuse)]
