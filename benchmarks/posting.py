"""Measure posting: comments stored per second, processor time of each, and how long the discussion is
locked.

``python -m benchmarks.posting [SECONDS]`` fills the empty database in DATABASE_URL and starts
gunicorn with two workers. Eight clients send forms for this many seconds: to one article of 1,000
comments, as replies inside its threads, and to 16 articles. Prints ratios to a view with one INSERT,
measured in the same run by the same clients; see `posting_site`.
"""

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.parse import urlencode

from benchmarks import start_django

CLIENTS, WORKERS, ARTICLES, LONG = 8, 2, 16, 1_000
WORDS = "A comment of some length, as people write them, with one more clause. " * 3
LIMITS = (
    "POSTS_PER_MINUTE",
    "POSTS_PER_HOUR",
    "ARTICLE_POSTS_PER_MINUTE",
    "SITE_POSTS_PER_MINUTE",
    "QUEUE_MAX",
)
TICKS = os.sysconf("SC_CLK_TCK")
LOCKED = "X-Locked-Seconds"  # a header of `posting_site`
TOKEN = "a" * 32  # against forged forms
Form = tuple[str, dict[str, str]]  # a path, and the fields sent to it


class Load(NamedTuple):
    """What one load came to: answers, their times, and times of locks, in seconds; and processor
    time for each answer.
    """

    seconds: float
    times: list[float]
    locked: list[float]
    cpu: float

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds


def main(seconds: float) -> None:
    start_django()
    from django.core.management import call_command
    from django.core.signing import TimestampSigner, b62_encode
    from django.db import connection

    from commentary import discussions
    from commentary.models import Article, Comment, Submission

    call_command("migrate", verbosity=0)

    def discuss(slug: str, many: int) -> Article:
        """Create an article with threads of ten comments."""
        article = Article.objects.create(title=slug, slug=slug, body=WORDS, is_published=True)
        parents = [None if i % 10 == 0 else i - 1 - i % 3 * (i % 10 > 3) for i in range(many)]
        discussions.import_comments(article.pk, [Comment(body=WORDS) for _ in parents], parents)
        return article

    long = discuss("long", LONG)
    others = [discuss(f"other-{n}", LONG // ARTICLES) for n in range(ARTICLES)]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE benchmark_floor (body text)")
        cursor.execute("ANALYZE")

    class Earlier(TimestampSigner):
        """Signs a form as if it had been opened some time ago."""

        def timestamp(self) -> str:
            return b62_encode(int(time.time()) - 60)

    def form(article: Article, answered: str = "article") -> Form:
        stamp = Earlier(salt=f"commentary.form.{article.pk}").sign(random.randbytes(12).hex())
        words = f"{WORDS} {random.random()}"
        sent = {"reply": answered, "body": words, "name": "Ann", "email": "", "stamp": stamp}
        return f"/articles/{article.slug}/respond/", sent

    def backends() -> list[int]:
        """Return the processes of the database that serve others."""
        if connection.vendor != "postgresql":
            return []
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid()"
            )
            return [pid for (pid,) in cursor.fetchall()]

    loads: dict[str, Callable[[], Form]] = {
        "a view with one INSERT": lambda: ("/floor/", {"body": WORDS}),
        "comments on one article": lambda: form(long),
        "replies inside its threads": lambda: form(long, str(random.randint(1, LONG))),
        f"comments on {ARTICLES} articles": lambda: form(random.choice(others)),
    }
    found = {}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    site = {"BIND": f"127.0.0.1:{port}", "WEB_CONCURRENCY": str(WORKERS), "LOG_LEVEL": "ERROR"}
    command = ["gunicorn", "-c", "config/gunicorn.py", "benchmarks.posting_site:application"]
    server = subprocess.Popen(
        [sys.executable, "-m", *command],
        env=os.environ | site | dict.fromkeys(LIMITS, "1000000"),
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port)
        for make in loads.values():  # until it is warm
            send_for(1, port, make, list)
        stored = Submission.objects.count()
        for name, make in loads.items():
            found[name] = send_for(
                seconds, port, make, lambda: [*children_of(server.pid), *backends()]
            )
        answered = sum(len(load.times) for name, load in found.items() if "INSERT" not in name)
        lost = answered - (Submission.objects.count() - stored)
    finally:
        server.terminate()
        server.wait()
    floor = found["a view with one INSERT"]
    for name, load in found.items():
        locked = f", locked for {1e3 * median(load.locked):.1f} ms" if any(load.locked) else ""
        sys.stdout.write(
            f"{connection.vendor}: {name}: {load.rate:.0f} stored a second "
            f"({load.rate / floor.rate:.2f} times), {1e3 * load.cpu:.1f} ms of processor time each "
            f"({load.cpu / floor.cpu:.1f} times), 95 % in "
            f"{1e3 * sorted(load.times)[len(load.times) * 95 // 100]:.0f} ms{locked}\n"
        )
    if lost:
        raise SystemExit(f"{lost} comments were answered but not stored.")


def send_for(
    seconds: float, port: int, make: Callable[[], Form], processes: Callable[[], list[int]]
) -> Load:
    """Send forms with CLIENTS connections."""
    times: list[float] = []
    locked: list[float] = []

    def send() -> None:
        client = HTTPConnection("127.0.0.1", port, timeout=120)
        while (began := time.perf_counter()) < end:
            path, fields = make()
            fields |= {"csrfmiddlewaretoken": TOKEN}
            headers = {
                "Content-Type": "application/x-www-form-urlencoded",
                "Cookie": f"csrftoken={TOKEN}",
            }
            client.request("POST", path, urlencode(fields), headers)
            answer = client.getresponse()
            answer.read()
            if answer.status != 303:
                raise SystemExit(f"{path} answers {answer.status}")
            times.append(time.perf_counter() - began)
            locked.append(float(answer.headers.get(LOCKED, 0)))

    used = cpu_of(processes())
    began = time.perf_counter()
    end = began + seconds
    with ThreadPoolExecutor(CLIENTS) as clients:
        for sent in [clients.submit(send) for _ in range(CLIENTS)]:
            sent.result()
    taken = time.perf_counter() - began
    return Load(taken, times, locked, (cpu_of(processes()) - used) / max(len(times), 1))


def wait_for(port: int) -> None:
    """Wait until a server listens."""
    for _ in range(600):
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("gunicorn did not start.")


def children_of(parent: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def cpu_of(processes: list[int]) -> float:
    """Return the seconds of processor time that processes have used."""
    fields = (Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split() for pid in processes)
    return sum(int(each[11]) + int(each[12]) for each in fields) / TICKS


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 5)
