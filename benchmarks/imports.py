"""Measure time and memory of importing exports, each format in its own process.

``python -m benchmarks.imports`` fills the empty database in DATABASE_URL. COMMENTS=1000000 measures
an export of about a gigabyte, FORMAT=wordpress only that format. The ratio compares with comments
inserted one by one in the same run; it is comparable between machines, seconds are not.
"""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from benchmarks import start_django


def main(comments: int, format: str | None) -> None:
    os.environ.setdefault("DATABASE_LIMITS", "lock_timeout=60000")
    start_django()
    from django.core.management import call_command
    from django.db import connection

    from benchmarks.exports import FORMATS, make
    from commentary.discussions import tree
    from commentary.models import Article, Comment

    call_command("migrate", verbosity=0)
    discussion = Article.objects.create(title="One by one", slug="one-by-one").pk
    started = perf_counter()
    for _ in range(300):
        tree.insert(discussion, Comment(body="A comment as people write them. " * 10))
    one_by_one = 300 / (perf_counter() - started)
    connection.close()
    for format in [format] if format else FORMATS:  # noqa: B020
        with tempfile.TemporaryDirectory(prefix="commentary-") as folder:
            export = make(format, Path(folder), comments, 500)
            cost = measure(export)
            rate = comments / cost.seconds
        sys.stdout.write(
            f"{connection.vendor}: {format}: {comments} comments, {rate:,.0f} a second, "
            f"{rate / one_by_one:.0f} times as fast as one by one, {cost.megabytes:.0f} MB at most\n"
        )
        sys.stdout.flush()


class Cost(NamedTuple):
    """The cost of one import: the memory is the peak of the importing process, and of the largest
    process that reads for it.
    """

    seconds: float
    processor_seconds: float
    megabytes: float
    megabytes_of_reader: float


def measure(path: Path) -> Cost:
    """Import a file in another process."""
    child = [sys.executable, "-m", "benchmarks.imports", str(path)]
    done = subprocess.run(child, check=True, stdout=subprocess.PIPE, text=True)
    return Cost(*map(float, done.stdout.split()))


def import_one(path: str) -> None:
    """Run in the measured process: print the fields of its cost."""
    start_django()
    from django.core.management import call_command

    started = perf_counter()
    with open(os.devnull, "w") as nowhere:
        call_command("import_commentary", path, stdout=nowhere, stderr=nowhere)
    seconds = perf_counter() - started
    own = resource.getrusage(resource.RUSAGE_SELF)
    readers = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = own.ru_utime + own.ru_stime + readers.ru_utime + readers.ru_stime
    cost = Cost(seconds, processor, own.ru_maxrss / 1024, readers.ru_maxrss / 1024)
    sys.stdout.write(" ".join(map(str, cost)))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        import_one(sys.argv[1])
    else:
        main(int(os.environ.get("COMMENTS", "20000")), os.environ.get("FORMAT"))
