"""Measure time, processor time and memory of importing exports, each format in its own process.

``python -m benchmarks.imports`` fills the empty database in DATABASE_URL. COMMENTS=1000000 measures
an export of about a gigabyte, FORMAT=wordpress only that format, ARTICLE=50 articles of 50 comments
instead of 500. The ratio compares with the floor, in the same run: the same rows copied into a table
without indexes, constraints and triggers. It is comparable between machines, seconds are not.
"""

import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from benchmarks import start_django

TICKS = os.sysconf("SC_CLK_TCK")  # a second, in /proc


def main(comments: int, each: int, format: str | None) -> None:
    os.environ.setdefault("DATABASE_LIMITS", "lock_timeout=60000")
    start_django()
    from django.core.management import call_command
    from django.db import connection

    from benchmarks.exports import FORMATS, make
    from commentary.models import Comment

    call_command("migrate", verbosity=0)
    for format in [format] if format else FORMATS:  # noqa: B020
        last = Comment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        connection.ensure_connection()
        busy = server_clock()
        with tempfile.TemporaryDirectory(prefix="commentary-") as folder:
            before = busy()
            cost = measure(make(format, Path(folder), comments, each))
            server = busy() - before
        floor = copy_bare(last, busy)
        connection.close()
        own, all_of_it = cost.processor_seconds, cost.processor_seconds + server
        sys.stdout.write(
            f"{connection.vendor}: {format}: {comments:,} comments in articles of {each}: "
            f"{comments / cost.seconds:,.0f} a second; processor time of a comment: "
            f"{own / comments * 1e6:.0f} µs in the importer, {server / comments * 1e6:.0f} µs in the "
            f"server, {all_of_it / floor:.1f} times the floor; {cost.megabytes:.0f} MB at most\n"
        )
        sys.stdout.flush()


class Cost(NamedTuple):
    """The cost of one import: the memory is the peak of the importing process, and of the largest
    process that helps it.
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

    started, processor = perf_counter(), _processor_seconds()
    with open(os.devnull, "w") as nowhere:
        call_command("import_commentary", path, stdout=nowhere, stderr=nowhere)
    seconds = perf_counter() - started
    for helper in multiprocessing.active_children():
        helper.join()  # until then its time is not counted
    peaks = [resource.getrusage(who).ru_maxrss / 1024 for who in RESOURCES]
    sys.stdout.write(" ".join(map(str, Cost(seconds, _processor_seconds() - processor, *peaks))))


RESOURCES = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def _processor_seconds() -> float:
    used = map(resource.getrusage, RESOURCES)
    return sum(one.ru_utime + one.ru_stime for one in used)


def server_clock() -> Callable[[], float]:
    """Return a function that returns the seconds of processor time that all processes of PostgreSQL
    have used; 0 for SQLite, or for a server on another machine.
    """
    from django.db import connection

    if connection.vendor != "postgresql":
        return lambda: 0.0
    backend = Path(f"/proc/{connection.connection.info.backend_pid}/stat")
    is_local = backend.exists() and "(postgres)" in backend.read_text()
    main_process = _stat(backend)[1] if is_local else -1

    def seconds() -> float:
        ticks = 0
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                values = _stat(path)
            except OSError:  # it has ended
                continue
            if int(path.parent.name) == main_process:
                ticks += sum(values[11:15])  # with those of processes that ended
            elif values[1] == main_process:
                ticks += sum(values[11:13])
        return ticks / TICKS

    return seconds


def _stat(path: Path) -> list[int]:
    """Return the numbers that Linux has about a process, from the third field on."""
    return [
        int(value) if value.lstrip("-").isdecimal() else 0
        for value in path.read_text().rpartition(")")[2].split()
    ]


def copy_bare(last: int, server: Callable[[], float]) -> float:
    """Copy the comments after a key into a bare table, as many at once as an import does. Returns the
    processor time.
    """
    from django.db import connection

    from commentary.models import Comment
    from commentary.models.insert_rows import insert_rows

    adapted = connection.ops.adapt_datetimefield_value  # changes nothing on PostgreSQL
    rows = [
        [adapted(value) if isinstance(value, datetime) else value for value in row]
        for row in Comment.objects.filter(pk__gt=last).order_by("pk").values_list()
    ]
    columns = [str(field.column) for field in Comment._meta.concrete_fields]

    class Bare:
        class _meta:  # noqa: N801
            db_table = "bare_comments"

    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE bare_comments AS SELECT {', '.join(columns)} "
            "FROM commentary_comment WHERE 1 = 0"
        )
    began, busy = _processor_seconds(), server()
    insert_rows(Bare, columns, rows)  # type: ignore[arg-type]
    used = _processor_seconds() - began + server() - busy
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bare_comments")
    return used


if __name__ == "__main__":
    if len(sys.argv) > 1:
        import_one(sys.argv[1])
    else:
        main(
            int(os.environ.get("COMMENTS", "20000")),
            int(os.environ.get("ARTICLE", "500")),
            os.environ.get("FORMAT"),
        )
