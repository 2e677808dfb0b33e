"""Measure stored pages over HTTP, compared with the least that a page in Django can cost.

``python -m benchmarks.serving`` fills the empty database in DATABASE_URL, and requests pages from the
site and from `benchmarks.floor` in turn: two gunicorn processes each, eight clients. Prints processor
time per request, that of a local PostgreSQL included, and requests per second. A share of 1.00 is the
floor.
"""

import os
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

import psutil

from benchmarks import start_django

CLIENTS = 8
SECONDS = float(os.environ.get("SECONDS", 1))  # of one measurement
ROUNDS = 5
WARM_UP = 0.5  # seconds
PAGES = {
    "home": "/",
    "article with 7 comments": "/articles/short/",
    "article with 1,000 comments": "/articles/long/",
    "feed": "/articles.atom",
}
WORDS = "A comment of some length, as people write them, with one more clause. " * 4


class Cost(NamedTuple):
    """Milliseconds of processor time per request, and requests per second."""

    milliseconds: float
    per_second: float


class Site(NamedTuple):
    """A running gunicorn."""

    port: int
    process: psutil.Process


def main() -> None:
    start_django()
    from django.db import connection

    fill()
    with tempfile.TemporaryDirectory(prefix="commentary-") as folder:
        env = os.environ | {"VAR_DIR": folder, "COMMENTS_PER_PAGE": "1000", "WEB_CONCURRENCY": "2"}
        env |= {"PAGE_BYTES": "10000000", "LOG_LEVEL": "WARNING", "PAGES": f"{folder}/pages"}
        manage = [sys.executable, "manage.py", "collectstatic", "--no-input", "-v", "0"]
        subprocess.run(manage, env=env, check=True)
        with running(["-c", "config/gunicorn.py"], env) as site:
            store_pages(site, Path(folder, "pages"))
            with running(["-w", "2", "benchmarks.floor:application"], env) as floor:
                for name, path in PAGES.items():
                    where = f"{connection.vendor}: {name}"
                    compare(where, site, path, floor, f"/{slug(name)}")
                    compare(f"{where}, 304", site, path, floor, f"/{slug(name)}", is_known=True)


def fill() -> None:
    """Store articles and comments, and the versions of the floor."""
    from django.core.management import call_command
    from django.db import connection

    from commentary import discussions
    from commentary.models import Article, Comment

    call_command("migrate", verbosity=0)
    for title, count in (("Short", 7), ("Long", 1_000), *((f"Other {i}", 2) for i in range(200))):
        address = title.lower().replace(" ", "-")
        article = Article.objects.create(title=title, slug=address, body=WORDS, is_published=True)
        shape = [None if i % 10 == 0 else i - 1 for i in range(count)]
        discussions.import_comments(article.pk, [Comment(body=WORDS) for _ in shape], shape)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE floor (name varchar(50) PRIMARY KEY, version integer)")
        cursor.executemany("INSERT INTO floor VALUES (%s, 1)", [(slug(name),) for name in PAGES])
        cursor.execute("ANALYZE")


def slug(name: str) -> str:
    return name.replace(" ", "-").replace(",", "")


def store_pages(site: Site, folder: Path) -> None:
    """Store the pages as the site sends them, for the floor to send."""
    folder.mkdir()
    for name, path in PAGES.items():
        Path(folder, slug(name)).write_bytes(ask(site, path)[1])


@contextmanager
def running(arguments: Sequence[str], env: dict[str, str]) -> Iterator[Site]:
    """Run gunicorn on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"127.0.0.1:{port}"
    command = [sys.executable, "-m", "gunicorn", "-b", address, "--no-control-socket", *arguments]
    process = subprocess.Popen(command, env=env | {"BIND": address}, stderr=subprocess.DEVNULL)
    try:
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if process.poll() is not None:
                raise SystemExit(f"gunicorn {' '.join(arguments)} did not start.")
            time.sleep(0.05)
        time.sleep(2)  # both workers are ready
        yield Site(port, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(30)


def compare(
    what: str, site: Site, path: str, floor: Site, floor_path: str, is_known: bool = False
) -> None:
    """Print the costs of one page, and the share of the floor that they come to."""
    rounds = [
        (measure(site, path, is_known), measure(floor, floor_path, is_known)) for _ in range(ROUNDS)
    ]
    ours, least = (
        Cost(median(cost.milliseconds for cost in costs), median(cost.per_second for cost in costs))
        for costs in zip(*rounds, strict=True)
    )
    sys.stdout.write(
        f"{what}: {ours.milliseconds:.2f} ms ({least.milliseconds / ours.milliseconds:.2f} of the floor, "
        f"{least.milliseconds:.2f} ms), {ours.per_second:.0f} a second "
        f"({ours.per_second / least.per_second:.2f} of {least.per_second:.0f})\n"
    )
    sys.stdout.flush()


def measure(site: Site, path: str, is_known: bool) -> Cost:
    tag = ask(site, path)[0] if is_known else ""
    load(site, path, tag, WARM_UP)
    before, started = cpu_seconds(site), time.perf_counter()
    count = load(site, path, tag, SECONDS)
    taken = time.perf_counter() - started
    return Cost(1_000 * (cpu_seconds(site) - before) / count, count / taken)


def cpu_seconds(site: Site) -> float:
    """Return the processor time of a gunicorn, and of PostgreSQL if it runs here."""
    processes = [site.process, *site.process.children()]
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            server = psutil.Process(cursor.fetchone()[0]).parent()
        processes += server.children() if server else []
    return sum(sum(process.cpu_times()[:4]) for process in processes)


def request_for(path: str, tag: str = "") -> bytes:
    known = f"If-None-Match: {tag}\r\n" if tag else ""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n{known}\r\n".encode()
    )


def ask(site: Site, path: str) -> tuple[str, bytes]:
    """Return the ETag and the body of a page."""
    with socket.create_connection(("127.0.0.1", site.port)) as client:
        client.sendall(request_for(path))
        received = b""
        while not is_whole(received):
            received += client.recv(1 << 20)
    head, _, body = received.partition(b"\r\n\r\n")
    return value_of(head, b"etag").decode(), body


def value_of(head: bytes, name: bytes) -> bytes:
    """Return the value of a header."""
    start = head.lower().find(b"\r\n" + name + b":")
    return head[start + len(name) + 3 :].partition(b"\r\n")[0].strip() if start >= 0 else b""


def is_whole(received: bytes) -> bool:
    """Return whether a response has arrived. Raises SystemExit if it is an error."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = received[:end]
    if head[9:12] == b"304":
        return True
    if head[9:12] != b"200":
        raise SystemExit(head.decode())
    return len(received) >= end + 4 + int(value_of(head, b"content-length"))


class Client:
    """One client, which sends the same request again and again."""

    def __init__(self, port: int, request: bytes, selector: selectors.BaseSelector) -> None:
        self.port, self.request, self.selector = port, request, selector
        self.connect()

    def connect(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port))
        self.selector.register(self.socket, selectors.EVENT_READ, self)
        self.send()

    def send(self) -> None:
        self.received: list[bytes] = []
        self.size = self.left = 0
        self.socket.sendall(self.request)

    def close(self) -> None:
        self.selector.unregister(self.socket)
        self.socket.close()

    def read(self) -> bool:
        """Read what has arrived, and send the next request after a whole response."""
        data = self.socket.recv(1 << 20)
        if not data:
            self.close()
            self.connect()
            return False
        self.received.append(data)
        if not self.left:
            head = b"".join(self.received)
            end = head.find(b"\r\n\r\n")
            if end < 0:
                return False
            is_known = head[9:12] == b"304"
            if head[9:12] != b"200" and not is_known:
                raise SystemExit(head.decode())
            length = 0 if is_known else int(value_of(head[:end], b"content-length"))
            self.left = end + 4 + length
        self.size = sum(map(len, self.received))
        if self.size < self.left:
            return False
        if b"connection: close" in self.received[0][:600].lower():
            self.close()
            self.connect()
        else:
            self.send()
        return True


def load(site: Site, path: str, tag: str, seconds: float) -> int:
    """Let the clients request a page for some seconds. Returns the number of responses."""
    request, count, end = request_for(path, tag), 0, time.perf_counter() + seconds
    with selectors.DefaultSelector() as selector:
        clients = [Client(site.port, request, selector) for _ in range(CLIENTS)]
        while time.perf_counter() < end:
            count += sum(key.data.read() for key, _events in selector.select(1))
        for client in clients:
            client.close()
    return count


if __name__ == "__main__":
    main()
