"""Measure time and memory of importing a WARC file of saved pages, in its own process.

``python -m benchmarks.archives [ARTICLES]`` fills the empty database in DATABASE_URL. The
processor time is compared with that of only parsing the pages; this ratio is comparable between
machines, seconds are not. MEGABYTES=2000 adds films until the file has that size.
"""

import os
import sys
import tempfile
from pathlib import Path
from time import process_time

from benchmarks import start_django

PARSED = 200  # pages that are only parsed, for comparison


def main(articles: int, megabytes: float) -> None:
    os.environ.setdefault("DATABASE_LIMITS", "lock_timeout=60000")
    start_django()
    from django.core.management import call_command
    from django.db import connection

    from benchmarks.imports import measure
    from benchmarks.warc import make_warc, page
    from commentary.importing.formats.html import dom

    call_command("migrate", verbosity=0)
    connection.close()
    pages = [page(number) for number in range(1, PARSED + 1)]
    started = process_time()
    for data in pages:
        dom.parse(dom.decode(data, "utf-8").text)
    parsing = (process_time() - started) / PARSED
    with tempfile.TemporaryDirectory(prefix="commentary-") as folder:
        path = Path(folder) / "site.warc"
        per_film = max(1, int(3 * articles / megabytes)) if megabytes else 100
        made = make_warc(path, megabytes, articles, per_film)
        size = path.stat().st_size // 1_000_000
        os.environ["MEDIA_ROOT"] = f"{folder}/media"
        cost = measure(path)
    each = cost.processor_seconds / made
    sys.stdout.write(
        f"{connection.vendor}: WARC file of {size} MB: {made} articles, "
        f"{made / cost.seconds:.0f} a second, {1000 * each:.0f} ms of processor time each, "
        f"{each / parsing:.0f} times that of parsing only, {cost.megabytes:.0f} MB at most, "
        f"{cost.megabytes_of_reader:.0f} MB in each process that reads\n"
    )


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    main(count, float(os.environ.get("MEGABYTES", "0")))
