"""Measure time and memory of importing a WARC file of saved pages, in its own process.

``python -m benchmarks.archives [ARTICLES]`` fills the empty database in DATABASE_URL. The
processor time is compared with that of only parsing the pages; this ratio is comparable between
machines, seconds are not. MEGABYTES=2000 adds films until the file has that size.
"""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

import django

PARSED = 200  # pages that are only parsed, for comparison


def main(articles: int, megabytes: float) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("DATABASE_LIMITS", "lock_timeout=60000")
    django.setup()
    from django.core.management import call_command
    from django.db import connection

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
        child = [sys.executable, __file__, str(path)]
        environment = os.environ | {"MEDIA_ROOT": f"{folder}/media"}
        done = subprocess.run(child, check=True, stdout=subprocess.PIPE, text=True, env=environment)
        seconds, processor, own, of_worker = map(float, done.stdout.split())
    sys.stdout.write(
        f"{connection.vendor}: WARC file of {size} MB: {made} articles, {made / seconds:.0f} a second, "
        f"{1000 * processor / made:.0f} ms of processor time each, {processor / made / parsing:.0f} times that "
        f"of parsing only, {own / 1024:.0f} MB at most, {of_worker / 1024:.0f} MB in each process that reads\n"
    )


def import_one(path: str) -> None:
    """Run in the measured process: print seconds, processor time, and peak memory of this and the
    largest other process in kilobytes.
    """
    sys.path.insert(0, str(Path(__file__).parent.parent))
    django.setup()
    from django.core.management import call_command

    started = perf_counter()
    with open(os.devnull, "w") as nowhere:
        call_command("import_commentary", path, stdout=nowhere, stderr=nowhere)
    own = resource.getrusage(resource.RUSAGE_SELF)
    workers = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = own.ru_utime + own.ru_stime + workers.ru_utime + workers.ru_stime
    sys.stdout.write(
        f"{perf_counter() - started} {processor} {own.ru_maxrss} {workers.ru_maxrss}\n"
    )


if __name__ == "__main__":
    if __package__:
        count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
        main(count, float(os.environ.get("MEGABYTES", "0")))
    else:
        import_one(sys.argv[1])
