"""Measure pages that show all comments of an article, and are not stored.

``python -m benchmarks.one_page [COMMENTS …]`` fills the empty database in DATABASE_URL. Each page is
compared with the least that it can take: to fetch the same HTML, stored by comment, to join it and
to compress it at level 1. Times are those of the processor, in this process and in the process of
PostgreSQL that serves it.
"""

import gzip
import re
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time

from benchmarks import start_django

WORDS = "A comment of some length, as people write them, with one more clause. " * 4
TRIES = 5


def main(sizes: list[int]) -> None:
    start_django()
    from django.conf import settings
    from django.core.cache import cache
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from commentary import discussions
    from commentary.models import Article, Comment

    call_command("migrate", verbosity=0)
    settings.COMMENTS_PER_PAGE, settings.PAGE_BYTES = 2 * max(sizes), 10**9
    client = Client(SERVER_NAME="127.0.0.1")

    def server_time() -> float:
        """Return the processor time of PostgreSQL for this connection, in seconds."""
        if connection.vendor != "postgresql":
            return 0.0
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            stat = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
        return int(stat.read_text().split()[0]) / 10**9 if stat.exists() else 0.0

    def cost(act: Callable[[], object]) -> float:
        """Return the least processor time of a few tries, in milliseconds."""
        times = []
        for _ in range(TRIES):
            cache.clear()
            before, began = server_time(), process_time()
            act()
            taken = process_time() - began
            times.append(taken + server_time() - before)
        return 1000 * min(times)

    def measure(count: int) -> None:
        shape = [None if i % 10 == 0 else i - 1 - i % 3 * (i % 10 > 3) for i in range(count)]
        rows = [Comment(body=f"{i} {WORDS}", name=f"Reader {i % 900}") for i in range(count)]
        article = Article.objects.create(title="Page", slug=f"page-{count}", is_published=True)
        discussions.import_comments(article.pk, rows, shape)
        address = article.get_absolute_url()
        page = client.get(address).content
        head, *items = re.split(rb"(?=<li class=.branch.>)", page)
        if len(items) != count:
            raise SystemExit(f"{address} shows {len(items)} of {count} comments")
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE stored_html (place integer PRIMARY KEY, html text)")
            cursor.executemany(
                "INSERT INTO stored_html VALUES (%s, %s)",
                [(i, item.decode()) for i, item in enumerate(items)],
            )

        def join() -> None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT html FROM stored_html ORDER BY place")
                joined = "".join(html for (html,) in cursor.fetchall())
            gzip.compress(head + joined.encode(), 1)

        least = cost(join)
        taken = cost(lambda: client.get(address, headers={"accept-encoding": "gzip"}))
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE stored_html")
        sys.stdout.write(
            f"{connection.vendor}: {count:,} comments on one page: {taken / least:.1f} times joining "
            f"stored HTML ({taken:.0f} ms, {least:.0f} ms), {len(gzip.compress(page, 6)) / 1000:.0f} "
            "kB compressed\n"
        )

    for count in sizes:
        measure(count)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [1_000, 10_000])
