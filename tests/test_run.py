"""Running the site: gunicorn with production settings, and what `make run` relies on."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fetch(port: int, path: str, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        response.read()
        return response
    finally:
        connection.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The environment of a production site: HTTPS, an empty SQLite database, static files."""
    folder = tmp_path_factory.mktemp("site")
    env = {k: v for k, v in os.environ.items() if k not in {"DEBUG", "BIND", "LOG_LEVEL"}} | {
        "VAR_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3",
        "SECRET_KEY": "tests-only-" + "0" * 50,
        "ALLOWED_HOSTS": "127.0.0.1",
        "HTTPS": "1",
        "WEB_CONCURRENCY": "1",
        "PORT": str(free_port()),
    }
    for command in ("migrate", "collectstatic"):
        subprocess.run(
            [sys.executable, "manage.py", command, "--no-input", "--verbosity", "0"],
            cwd=ROOT, env=env, check=True,
        )  # fmt: skip
    return env


@pytest.fixture
def server(site, tmp_path):
    """Run gunicorn; yields (process, port, its log)."""
    port, log = int(site["PORT"]), tmp_path / "log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py"],
            cwd=ROOT, env=site, stdout=out, stderr=out,
        )  # fmt: skip
    try:
        for _ in range(200):
            try:
                fetch(port, "/healthz")
                break
            except OSError:
                assert process.poll() is None, log.read_text()
                time.sleep(0.1)
        else:
            pytest.fail("gunicorn did not answer within 20 seconds\n" + log.read_text())
        yield process, port, log
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


@pytest.mark.slow
def test_it_serves_behind_a_proxy_and_stops_on_request(server):
    process, port, log = server
    assert fetch(port, "/healthz").status == 200  # health checks work without TLS

    assert fetch(port, "/").status == 301  # everything else redirects to https
    page = fetch(port, "/", **{"X-Forwarded-Proto": "https"})
    assert page.status == 200
    assert page.headers["Strict-Transport-Security"]

    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    assert "Traceback" not in log.read_text()


def test_a_port_in_use_is_one_clear_error_at_once():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        check = port_check(str(taken.getsockname()[1]))
    assert check.returncode == 1
    assert check.stderr.count("\n") == 1
    assert "is in use" in check.stderr


def test_a_free_port_passes():
    check = port_check(str(free_port()))
    assert (check.returncode, check.stderr) == (0, "")


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", ""])
def test_an_invalid_port_is_refused(port):
    check = port_check(port)
    assert check.returncode == 1
    assert "is not valid" in check.stderr


def port_check(port: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "config/port.py", port], cwd=ROOT, capture_output=True, text=True
    )


# Each says twice how long its body is, so that a proxy could see two requests in it.
AMBIGUOUS = [
    b"Content-Length: 6\r\nTransfer-Encoding: chunked",
    b"Transfer-Encoding: chunked\r\nContent-Length: 6",
    b"Content-Length: 6\r\nContent-Length: 5",
    b"Content-Length: 6, 5",
    b"Content-Length: +6",
    b"Content-Length: 0x6",
    b"Content-Length : 6",
    b"Content-Length: 6\r\n Transfer-Encoding: chunked",
    b"Transfer-Encoding: xchunked",
    b"Transfer-Encoding: chunked, identity",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    b"Transfer-Encoding:\x0bchunked",
]


@pytest.mark.slow
def test_an_ambiguous_request_is_not_two_requests(server):
    _process, port, _log = server
    for headers in AMBIGUOUS:
        body = b"0\r\n\r\nGET /healthz?smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
            client.sendall(
                b"POST /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + b"\r\n\r\n" + body
            )
            received = b""
            try:
                while data := client.recv(4096):
                    received += data
            except OSError:
                pass
        assert received.count(b"HTTP/1.1 ") <= 1, (headers, received)
        assert b" 200 " not in received, (headers, received)
