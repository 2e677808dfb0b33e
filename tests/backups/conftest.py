import os
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.exporting.sites import make_site
from tests.upgrade.make import BIN
from tests.upgrade.test_upgrade import ON_POSTGRESQL

collect_ignore = ["test_sqlite.py"] if ON_POSTGRESQL else ["test_postgresql.py"]


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = str(tmp_path / "var")
    settings.MEDIA_ROOT = str(tmp_path / "media")
    monkeypatch.setenv("PATH", f"{BIN}:{os.environ['PATH']}")


@pytest.fixture
def site(ed, article, threads, tmp_path, own_folders):
    """A site with something in every table."""
    make_site(ed, article, threads, tmp_path)
    return article


@pytest.fixture
def backup(tmp_path, capsys):
    """`backup()` makes one, and returns its folder."""

    def make(*options: str) -> Path:
        call_command("backup", str(tmp_path / "backups"), *options)
        line = next(x for x in capsys.readouterr().out.splitlines() if x.startswith("Backup: "))
        return Path(line.removeprefix("Backup: "))

    return make
