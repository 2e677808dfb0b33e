"""``make bench-check``: compare our speed with that of the version in benchmarks/ratios.json.

Each ratio is the processor time of some work, that of PostgreSQL included, divided by that of its
floor: the least that the same work can cost, measured in turn with it. So ratios can be compared
between machines. The check fails if one has grown by more than a tenth; it is measured again before.

``python -m benchmarks.check --store`` stores the ratios, after a change that is meant to cost more,
or that costs less.
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import psutil

from benchmarks import start_django
from benchmarks.peers import data
from benchmarks.peers.cold import WHOLE, assemble, store_cards
from benchmarks.peers.commentary import LIMITS, MANY
from benchmarks.peers.machine import Folder, cpu_seconds
from benchmarks.peers.postgres import Postgres

STORED = Path(__file__).with_name("ratios.json")
TOLERANCE = 1.10
ATTEMPTS = 3
SIZES = {1: 7, 2: 1_000}
IMPORTED = 4_000  # comments
SAMPLE = 0.04  # seconds of repeated work


@dataclass(frozen=True)
class Work:
    """`prepare` makes each call do all of its work."""

    name: str
    act: Callable[[], object]
    floor: Callable[[], object]
    processes: Sequence[psutil.Process]  # besides this one
    prepare: Callable[[], object] | None = None
    rounds: int = 15


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.check", description=__doc__)
    parser.add_argument("--store", action="store_true", help="store the ratios of this version")
    options = parser.parse_args()
    stored = {} if options.store else read()
    with tempfile.TemporaryDirectory(prefix="commentary-") as name:
        folder = Folder(Path(name))
        postgres = Postgres(folder)
        try:
            ratios = measure_all(works(folder, postgres), stored)
        finally:
            postgres.stop()
    if options.store:
        STORED.write_text(json.dumps(ratios, indent=1) + "\n")
    elif slower := regressions(ratios, stored):
        hint = "Find the cause, or store the new ratios: python -m benchmarks.check --store"
        raise SystemExit("\n".join([*slower, hint]))


def read() -> dict[str, float]:
    ratios: dict[str, float] = json.loads(STORED.read_text())
    return ratios


def regressions(measured: Mapping[str, float], stored: Mapping[str, float]) -> list[str]:
    """Return a sentence for each ratio that has grown too much, or is not stored."""
    lines = []
    for name, ratio in measured.items():
        if name not in stored:
            lines.append(f"{name}: {ratio:.2f} times the floor, but no ratio is stored.")
        elif ratio > stored[name] * TOLERANCE:
            growth = f"{ratio / stored[name] - 1:.0%} more than {stored[name]:.2f}"
            lines.append(f"{name}: {ratio:.2f} times the floor, {growth}.")
    return lines


def measure_all(listed: Iterable[Work], stored: Mapping[str, float]) -> dict[str, float]:
    """Return the ratio of each work, the least of several attempts if it seems to have grown."""
    ratios = {}
    for work in listed:
        ratio = measure(work)
        for _ in range(ATTEMPTS - 1):
            if work.name in stored and regressions({work.name: ratio}, stored):
                ratio = min(ratio, measure(work))
        ratios[work.name] = round(ratio, 3)
        before = f", stored: {stored[work.name]:.2f}" if work.name in stored else ""
        sys.stdout.write(f"{work.name}: {ratio:.2f} times the floor{before}\n")
        sys.stdout.flush()
    return ratios


def measure(work: Work) -> float:
    """Return the least processor time of some work, divided by the least of its floor."""

    def clock() -> float:
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        children = ended.ru_utime + ended.ru_stime
        return time.process_time() + children + cpu_seconds(work.processes)

    def cost(act: Callable[[], object], prepare: Callable[[], object] | None) -> float:
        spent, count = 0.0, 0
        while spent < SAMPLE:
            if prepare:
                prepare()
            before, deadline = clock(), time.process_time() + SAMPLE
            act()
            count += 1
            while not prepare and time.process_time() < deadline:  # the clock itself costs time
                act()
                count += 1
            spent += clock() - before
        return spent / count

    pairs = [(cost(work.act, work.prepare), cost(work.floor, None)) for _ in range(work.rounds)]
    ours, least = (min(costs) for costs in zip(*pairs, strict=True))
    return ours / least


def works(folder: Folder, postgres: Postgres) -> Iterator[Work]:
    """Fill a database, and yield what is measured in it."""
    os.environ |= {"DATABASE_URL": postgres.url("site"), "VAR_DIR": str(folder.path)}
    os.environ |= dict.fromkeys(LIMITS, MANY) | {n: str(most) for n, most in WHOLE.items()}
    postgres.create("site")
    start_django()
    from django.conf import settings
    from django.core.cache import cache
    from django.core.management import call_command
    from django.db import connection
    from django.http import HttpResponse
    from django.test import Client, RequestFactory

    from commentary.models import Article, Discussion
    from commentary.reading.comment_form import CommentForm

    call_command("migrate", verbosity=0)
    connection.close()
    postgres.create("empty", "site")
    exported = folder / "data.xml"
    data.write_wordpress(data.make_archive(60, SIZES), exported)
    with open(os.devnull, "w") as nowhere:
        call_command("import_commentary", exported, stdout=nowhere, stderr=nowhere)
    settings.FORM_LEAST_AGE = 0
    article = Article.objects.select_related("discussion").get(slug="article-2")
    address = article.get_absolute_url()
    store_cards(article)
    cursor = connection.cursor()
    cursor.execute("VACUUM ANALYZE")

    def get(path: str, status: int = 200, **headers: str) -> Any:
        client = Client(SERVER_NAME="127.0.0.1")
        response = client.get(path, headers={"accept-encoding": "gzip", **headers})
        if response.status_code != status:
            raise SystemExit(f"{path} answers {response.status_code}, not {status}.")
        return response

    def change() -> None:
        cache.clear()
        Discussion.objects.filter(pk=article.pk).touch()

    kept = get(address)

    def send_kept() -> HttpResponse:
        """Look up a version, and answer with stored bytes."""
        RequestFactory().get(address)
        cursor.execute("SELECT place FROM floor_card WHERE place = 1")
        return HttpResponse(kept.content, headers={"ETag": f'"{cursor.fetchone()[0]}"'})

    def post(reply: str) -> None:
        stamp = CommentForm(article=article).stamp
        fields = {"reply": reply, "body": data.new_texts(1)[0], "stamp": stamp, "name": "Bench"}
        response = Client(SERVER_NAME="127.0.0.1").post(f"{address}respond/", fields)
        if response.status_code != 303:
            raise SystemExit(f"A comment is answered with {response.status_code}.")

    def insert() -> None:
        sql = "INSERT INTO floor_card SELECT max(place) + 1, %s FROM floor_card"
        cursor.execute(sql, data.new_texts(1))

    def search() -> None:
        get("/search/?q=" + data.new_queries(1)[0].replace(" ", "+"))

    def scan() -> None:
        cursor.execute("SELECT count(*) FROM floor_card WHERE html ILIKE '%nowhere%'")

    cursor.execute("SELECT pg_backend_pid()")
    backend = [psutil.Process(cursor.fetchone()[0])]
    known = {"if-none-match": kept.headers["ETag"]}
    yield Work("stored page", lambda: get(address), send_kept, backend)
    yield Work("304", lambda: get(address, 304, **known), send_kept, backend)
    yield Work("changed page of 1,000", lambda: get(address), assemble, backend, change)
    yield Work("changed home page", lambda: get("/"), assemble, backend, change)
    yield Work("search", search, scan, backend, rounds=30)
    yield Work("post", lambda: post("article"), insert, backend, rounds=25)
    yield Work("reply", lambda: post("5"), insert, backend, rounds=25)
    connection.close()
    yield importing(folder, postgres)


def importing(folder: Folder, postgres: Postgres) -> Work:
    """Import an export into an empty database; the floor parses it and copies its texts."""
    import psycopg

    from benchmarks.imports import measure as import_file

    export = folder / "import.xml"
    sizes = dict.fromkeys(range(1, 41), IMPORTED // 40)
    data.write_wordpress(data.make_archive(40, sizes, 120), export)
    os.environ["DATABASE_URL"] = postgres.url("imported")

    def copy() -> None:
        texts = (node.text for node in ElementTree.parse(export).iter() if node.text)
        with psycopg.connect(postgres.url("site")) as connection:
            connection.execute("CREATE TEMPORARY TABLE copied (line text)")
            with connection.cursor().copy("COPY copied FROM STDIN") as out:
                for text in texts:
                    out.write_row([text])

    def prepare() -> None:
        postgres.create("imported", "empty")

    server = [psutil.Process(postgres.server.get_pid())]  # with its ended children
    return Work("import", lambda: import_file(export), copy, server, prepare, rounds=3)


if __name__ == "__main__":
    main()
