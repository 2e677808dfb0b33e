"""Probes and static files are served by separate threads, even if all threads for pages are
waiting.
"""

import http.client
import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from tests.test_run import ROOT, free_port

THREADS = 2


@pytest.fixture
def site(tmp_path):
    """Return the port of a worker with THREADS threads for pages, which all wait until `blocked`
    ends.
    """
    port, go_on = free_port(), tmp_path / "go-on"
    process = subprocess.Popen(
        [
            sys.executable, "-m", "gunicorn", "-k", "config.worker.Worker", "--no-control-socket",
            "--threads", str(THREADS), "-b", f"127.0.0.1:{port}",
            "tests.resilience.blocked_site:application",
        ],
        cwd=ROOT, env=os.environ | {"GO_ON": str(go_on)}, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None
            time.sleep(0.05)

        @contextmanager
        def blocked():
            with ThreadPoolExecutor(3 * THREADS) as readers:
                pages = [readers.submit(ask, port, f"/page/{i}") for i in range(3 * THREADS)]
                try:
                    time.sleep(0.3)
                    yield port
                    assert not any(page.done() for page in pages)
                finally:
                    go_on.touch()
                assert [page.result() for page in pages] == [
                    f"/page/{i}" for i in range(3 * THREADS)
                ]
                go_on.unlink()

        yield blocked
    finally:
        process.terminate()
        process.wait(30)


def ask(port: int, path: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    return connection.getresponse().read().decode()


def talk(port: int, *parts: bytes) -> bytes:
    """Send these parts one after the other and return the response."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
        for part in parts:
            client.sendall(part)
            time.sleep(0.1)
        received = b""
        while data := client.recv(4096):
            received += data
        return received


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/healthz", "/healthz?from=10.1.1.1", "/static/site.css"])
def test_probes_and_static_files_are_answered_while_all_page_threads_wait(site, path):
    with site() as port:
        for _ in range(5):
            assert ask(port, path) == path.partition("?")[0]


def test_probes_and_static_files_are_answered_on_a_kept_connection(site):
    with site() as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for path in ("/healthz", "/static/a", "/healthz", "/static/b"):
            connection.request("GET", path)
            assert connection.getresponse().read().decode() == path


def test_requests_sent_in_one_packet_are_all_answered(site):
    last = b"GET /static/b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with site() as port:
        received = talk(port, b"GET /static/a HTTP/1.1\r\nHost: x\r\n\r\n" + last)
    assert received.index(b"/static/a") < received.index(b"/static/b")


def test_idle_clients_occupy_no_thread(site):
    idle = []
    with site() as port:
        idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(10)]
        assert ask(port, "/healthz") == "/healthz"
        assert ask(port, "/static/a") == "/static/a"
    assert ask(port, "/other") == "/other"
    for connection in idle:
        connection.close()


@pytest.mark.slow
def test_a_request_that_arrives_byte_by_byte_is_answered(site):
    request = b"GET /other HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with site() as port:
        pass
    assert talk(port, *(request[i : i + 7] for i in range(0, len(request), 7))).endswith(b"/other")


def test_a_missing_static_file_takes_no_queries(client, mo, django_assert_num_queries):
    """Otherwise requests for missing files could block the threads for static files."""
    client.force_login(mo)
    for path in ("/static/nothing.css", "/static/", "/static/../x", "/static/%00"):
        with django_assert_num_queries(0):
            assert client.get(path).status_code in (400, 404), path
