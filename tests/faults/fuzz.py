"""Imports damaged files in one process, with limited memory and time for each.

``python -m tests.faults.fuzz WHAT FIRST LAST STEP`` prints a JSON line before and after each case;
the last case that started and did not end is the one that killed the process. WHAT is "exports" or
"archives".
"""

import faulthandler
import json
import re
import resource
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

from tests.faults import damaged_archives, mutations

MEMORY = 512 << 20  # bytes of address space
SECONDS = 10  # of processor time per file, however busy the machine is
PATIENCE = 120  # seconds of real time, for code that waits


class TooLong(BaseException):
    """A case takes too long. Not an Exception, so that no code that expects errors hides it."""


def main(what: str, first: int, last: int, step: int) -> None:
    django.setup()
    from commentary.importing.formats import suffixes

    suffixes()  # loads all format modules, whose tables take a second
    damaged_archives.picture_samples()
    attempt = {"exports": import_export, "archives": import_archive}[what]
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGPROF, _too_long)
    signal.signal(signal.SIGALRM, _too_long)
    for number in range(first, last, step):
        say(case=number)
        outcome = attempted(attempt, number)
        say(case=number, outcome=outcome)


def attempted(attempt: Callable[[int], str], number: int) -> str:
    """Return the outcome of a case, or the traceback of an unexpected exception."""
    # Ends the process if a library doesn't return, so that no signal is handled.
    faulthandler.dump_traceback_later(PATIENCE + 30, exit=True)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    signal.alarm(PATIENCE)
    try:
        return attempt(number)
    except (Exception, TooLong):
        return traceback.format_exc(limit=-8)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)
        faulthandler.cancel_dump_traceback_later()


def import_export(number: int) -> str:
    """Return ok, uncertain, partial or refused; anything else is a finding."""
    from commentary.importing.records import SourceError
    from commentary.importing.source import SourceFile
    from commentary.importing.store import import_source

    name, data = mutations.case(number)
    try:
        report = import_source(SourceFile.from_bytes(name, data), dry_run=True)
    except SourceError as refusal:
        if not re.match(re.escape(name) + r":\d+: \w", str(refusal)):
            return f"a refusal without its place: {refusal}"
        if "missing from the report" in str(refusal):
            return str(refusal)
        return "refused"
    return report.outcome


def import_archive(number: int) -> str:
    """Return the best outcome of the pages, or what became of the picture."""
    name, data = damaged_archives.case(number)
    if name.rpartition(".")[2].upper() in damaged_archives.PICTURES or name.endswith(".jpg"):
        return read_picture(data)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(data)
        return import_pages(path)


def read_picture(data: bytes) -> str:
    from commentary.media import pictures

    try:
        copies = pictures.read_picture(data).copies
    except pictures.Unsafe as refusal:
        return "refused" if str(refusal).isprintable() else f"unprintable: {refusal!r}"
    return "ok" if all(copies.values()) else "an empty copy"


OUTCOMES = ("ok", "differs", "partial", "uncertain", "unchanged", "copy", "no article", "refused")


def import_pages(path: Path) -> str:
    from commentary.importing.fields import printable
    from commentary.importing.inputs import open_input
    from commentary.importing.store_site import import_site

    skipped: list[str] = []
    found = open_input(str(path), lambda _path, why: skipped.append(why))
    if found.files:
        return "refused"  # not a page any more
    with found.archive:
        reports = list(import_site(found.archive, dry_run=True))
    for report in reports:
        lines = [report.file, report.error or "", *report.warnings]
        if report.outcome not in OUTCOMES or any(line != printable(line) for line in lines):
            return f"{report.outcome}: {lines!r}"[:2_000]
        if report.error and "missing from the report" in report.error:
            return report.error
    return min((r.outcome for r in reports), key=OUTCOMES.index, default="no article")


def say(**line: Any) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _too_long(*_: Any) -> None:
    raise TooLong(f"over {SECONDS} seconds of work or {PATIENCE} of waiting")


if __name__ == "__main__":
    main(sys.argv[1], *(int(argument) for argument in sys.argv[2:5]))
