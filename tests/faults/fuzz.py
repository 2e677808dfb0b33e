"""Imports damaged files in one process, with limited memory and time for each.

``python -m tests.faults.fuzz FIRST LAST STEP`` prints a JSON line before and after each case; the
last case that started and did not end is the one that killed the process.
"""

import json
import re
import resource
import signal
import sys
import traceback
from typing import Any

import django

from tests.faults.mutations import case

MEMORY = 512 << 20  # bytes of address space
SECONDS = 10  # of processor time per file, however busy the machine is
PATIENCE = 120  # seconds of real time, for code that waits


def main(first: int, last: int, step: int) -> None:
    django.setup()
    from commentary.importing.formats import suffixes

    suffixes()  # loads all format modules, whose tables take a second
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGPROF, _too_long)
    signal.signal(signal.SIGALRM, _too_long)
    for number in range(first, last, step):
        say(case=number)
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        signal.alarm(PATIENCE)
        try:
            outcome = attempt(number)
        except Exception:  # noqa: BLE001 - every other exception is a finding
            outcome = traceback.format_exc(limit=-8)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)
        say(case=number, outcome=outcome)


def attempt(number: int) -> str:
    """Return ok, uncertain, partial or refused; anything else is a finding."""
    from commentary.importing.records import SourceError
    from commentary.importing.source import Source
    from commentary.importing.store import import_source

    name, data = case(number)
    try:
        report = import_source(Source.from_bytes(name, data), dry_run=True)
    except SourceError as refusal:
        if not re.match(re.escape(name) + r":\d+: \w", str(refusal)):
            return f"a refusal without its place: {refusal}"
        if "missing from the report" in str(refusal):
            return str(refusal)
        return "refused"
    return report.outcome


def say(**line: Any) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _too_long(*_: Any) -> None:
    raise TimeoutError(f"over {SECONDS} seconds of work or {PATIENCE} of waiting")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:4]))
