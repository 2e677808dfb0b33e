"""A trigger notes every new version of a discussion, so that the site has a version too.

`commentary_site_change` holds one random token for each transaction that ever changed something
visible at the same time as others. A transaction replaces a token that no other one holds, and adds
one if there is none: nobody waits, and after every commit the table holds something new.

SQLite drops triggers when Django makes a table anew: a later migration that alters discussions there
has to make them again.
"""

from django.db import migrations

POSTGRESQL = """
CREATE TABLE commentary_site_change (
    id bigserial PRIMARY KEY, token bigint NOT NULL
) WITH (fillfactor = 50);
CREATE FUNCTION commentary_site_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE commentary_site_change SET token = NEW.version WHERE id = (
        SELECT id FROM commentary_site_change ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
    );
    IF NOT FOUND THEN
        INSERT INTO commentary_site_change (token) VALUES (NEW.version);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER site_change_insert AFTER INSERT ON commentary_discussion
FOR EACH ROW EXECUTE FUNCTION commentary_site_changed();
CREATE TRIGGER site_change_update AFTER UPDATE OF version ON commentary_discussion
FOR EACH ROW WHEN (NEW.version <> OLD.version) EXECUTE FUNCTION commentary_site_changed();
"""
# One writer at a time: one token.
SQLITE = [
    """CREATE TABLE commentary_site_change (
        id integer PRIMARY KEY, token bigint NOT NULL
    )""",
    """CREATE TRIGGER site_change_insert AFTER INSERT ON commentary_discussion
    BEGIN INSERT OR REPLACE INTO commentary_site_change (id, token) VALUES (1, NEW.version); END""",
    """CREATE TRIGGER site_change_update AFTER UPDATE OF version
    ON commentary_discussion WHEN NEW.version <> OLD.version
    BEGIN INSERT OR REPLACE INTO commentary_site_change (id, token) VALUES (1, NEW.version); END""",
]


def add(apps, schema_editor):
    statements = [POSTGRESQL] if schema_editor.connection.vendor == "postgresql" else SQLITE
    for statement in statements:
        schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    on = " ON commentary_discussion" if schema_editor.connection.vendor == "postgresql" else ""
    for event in ("insert", "update"):
        schema_editor.execute(f"DROP TRIGGER site_change_{event}{on}")
    if on:
        schema_editor.execute("DROP FUNCTION commentary_site_changed()")
    schema_editor.execute("DROP TABLE commentary_site_change")


class Migration(migrations.Migration):
    dependencies = [("commentary", "0006_search")]

    operations = [migrations.RunPython(add, drop)]
