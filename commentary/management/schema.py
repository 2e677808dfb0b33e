"""Check that the tables of a database match its recorded migrations."""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

APP = "commentary"


def problem(connection: BaseDatabaseWrapper) -> str | None:
    """Return why this database cannot be used or upgraded, or None if it can or is empty.

    Before the first release, migrations were edited after databases had been created with them.
    Such a database claims to be up to date but lacks columns.
    """
    loader = MigrationLoader(connection)
    applied = [key for key in loader.applied_migrations if key[0] == APP]
    if not applied:
        return None
    known = [key for key in applied if key in loader.disk_migrations]
    # Those that another one replaces are not in the graph.
    state = loader.project_state([key for key in known if key in loader.graph.nodes])
    models = state.apps.get_models(include_auto_created=True) if known else []
    is_newer = len(known) < len(applied)  # a later version, which may have added columns
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for model in models:
            meta = model._meta
            if meta.app_label != APP or not meta.managed or meta.proxy:
                continue
            wanted = {str(field.column) for field in meta.local_concrete_fields}
            columns = []
            if meta.db_table in tables:
                columns = connection.introspection.get_table_description(cursor, meta.db_table)
            wrong = wanted - {column.name for column in columns}
            if not is_newer:  # columns of the search tables are not all written by Django
                wrong |= {c.name for c in columns if not c.null_ok and c.default is None} - wanted
            if wrong:
                names = ", ".join(sorted(wrong)[:3])
                return _refusal(
                    _("%(table)s differs in %(columns)s")
                    % {"table": meta.db_table, "columns": names}
                )
    return None if known else _refusal(_("none of its migrations is known"))


def _refusal(why: str) -> str:
    return _(
        "This database was created by a version of Commentary that cannot be upgraded (%(why)s): "
        "import your sources again into a new database, see docs/operators/upgrade.md."
    ) % {"why": why}
