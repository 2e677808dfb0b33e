"""Measure pages that changed since they were stored, in this process, compared with their floor.

``python -m benchmarks.peers.cold SLUG…`` prints a line of JSON for each article of the database in
DATABASE_URL: milliseconds of processor time, with that of PostgreSQL, of a compressed page as this
site sends it, of the whole discussion on one page, and of the floor; and the kilobytes of each. The
floor reads comments that are stored as HTML, in their order, joins them and compresses the result.
"""

import gzip
import json
import sys
import time
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, TypedDict

import psutil

from benchmarks import start_django
from benchmarks.peers.machine import cpu_seconds

if TYPE_CHECKING:
    from commentary.models import Article

SECONDS = 1.0  # for each figure
AT_MOST = 30  # requests for each figure
WHOLE = {"COMMENTS_PER_PAGE": 20_000, "PAGE_BYTES": 10**9}
CARD = (
    '<article class="c" id="c{number}"><header><b>{name}</b> <a href="#c{number}">'
    '<time datetime="{date}">{date}</time></a></header><p>{text}</p>'
    '<a href="?reply={number}#form">Reply</a></article>'
)


class Cold(TypedDict):
    page_ms: float
    page_kilobytes: float  # before compression
    whole_ms: float | None  # None if it is longer than one page may be
    floor_ms: float | None


def main(slugs: list[str]) -> None:
    start_django()
    from django.conf import settings
    from django.core.cache import cache
    from django.db import connection
    from django.test import Client

    from commentary.models import Article, Discussion

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = psutil.Process(cursor.fetchone()[0])
    client = Client(SERVER_NAME="127.0.0.1", headers={"accept-encoding": "gzip"})

    def cost(act: Callable[[], object], prepare: Callable[[], object]) -> float:
        """Return the least milliseconds of several attempts."""
        taken: list[float] = []
        deadline = time.monotonic() + SECONDS
        while len(taken) < 3 or (time.monotonic() < deadline and len(taken) < AT_MOST):
            prepare()
            before = time.process_time() + cpu_seconds([backend])
            act()
            taken.append(time.process_time() + cpu_seconds([backend]) - before)
        return min(taken) * 1_000

    def measure(article: Article) -> Cold:
        address = article.get_absolute_url()

        def page() -> bytes:
            response = client.get(address)
            if response.status_code != 200:
                raise SystemExit(f"{address} answers {response.status_code}")
            return response.content

        def change() -> None:
            cache.clear()
            Discussion.objects.filter(pk=article.pk).touch()

        as_set = cost(page, change)
        size = len(gzip.decompress(page())) / 1_000
        if article.discussion.last_number > WHOLE["COMMENTS_PER_PAGE"]:
            return Cold(page_ms=as_set, page_kilobytes=size, whole_ms=None, floor_ms=None)
        before = {name: getattr(settings, name) for name in WHOLE}
        set_all(WHOLE)
        whole = cost(page, change)
        set_all(before)
        store_cards(article)
        return Cold(
            page_ms=as_set,
            page_kilobytes=size,
            whole_ms=whole,
            floor_ms=cost(assemble, lambda: None),
        )

    def set_all(values: dict[str, int]) -> None:
        for name, value in values.items():
            setattr(settings, name, value)

    for slug in slugs:
        found = Article.objects.select_related("discussion").get(slug=slug)
        sys.stdout.write(json.dumps(measure(found)) + "\n")


def store_cards(article: "Article") -> None:
    """Store the comments of an article as HTML for `assemble`."""
    from django.db import connection

    shown = article.discussion.comments.order_by("tree_id", "lft")
    rows = [
        (number, CARD.format(number=number, name=escape(name), date=date, text=escape(body)))
        for number, name, date, body in shown.values_list("number", "name", "dated_at", "body")
    ]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS floor_card")
        cursor.execute("CREATE TABLE floor_card (place integer PRIMARY KEY, html text)")
        cursor.executemany("INSERT INTO floor_card VALUES (%s, %s)", rows)
        cursor.execute("ANALYZE floor_card")


def assemble() -> bytes:
    """Return the compressed list of comments. This is the floor of a page that changed."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT html FROM floor_card ORDER BY place")
        html = "".join(row[0] for row in cursor.fetchall())
    return gzip.compress(html.encode(), 1)


if __name__ == "__main__":
    main(sys.argv[1:])
