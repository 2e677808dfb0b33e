"""The import of any damaged file ends quickly, in little memory, and explains a refusal.

``make fuzz`` tries FUZZ=100000 damaged exports and as many archives and pictures; each is
determined by its number.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from tqdm import tqdm

from commentary.models import Article, Source
from tests.faults.test_storm import database_url

CASES = int(os.environ.get("FUZZ", "400"))
PROCESSES = 2
EXPECTED = {
    "exports": {"ok", "uncertain", "partial", "refused"},
    "archives": {"ok", "uncertain", "partial", "refused", "no article"},
}


def run(what: str, first: int, bar: tqdm) -> dict[int, str]:
    """Run every PROCESSES-th case from `first` on, and return the results.

    A process that dies is reported, and the next one starts after the case that killed it.
    """
    outcomes: dict[int, str] = {}
    while first < CASES:
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.fuzz", what, *map(str, (first, CASES, PROCESSES))],
            env=os.environ | {"DATABASE_URL": database_url()},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert worker.stdout
        for line in map(json.loads, worker.stdout):
            outcomes[line["case"]] = line.get("outcome", "took its process down")
            bar.update("outcome" in line)
        worker.wait()
        if not outcomes:
            raise RuntimeError("the process did not start")
        first = max(outcomes) + PROCESSES
    return outcomes


@pytest.mark.parametrize("what", EXPECTED)
@pytest.mark.django_db(transaction=True)
def test_no_damaged_file_breaks_the_import(what):
    expected = EXPECTED[what]
    with (
        tqdm(total=CASES, unit="file", disable=None) as bar,
        ThreadPoolExecutor(PROCESSES) as pool,
    ):
        ran = pool.map(lambda first: run(what, first, bar), range(PROCESSES))
        outcomes = {number: outcome for part in ran for number, outcome in part.items()}
    findings = {n: outcome for n, outcome in outcomes.items() if outcome not in expected}
    counts = Counter(outcome for outcome in outcomes.values() if outcome in expected)
    sys.stdout.write(
        f"\n{len(outcomes)} damaged {what} on {connection.vendor}: {dict(counts)}, "
        f"{len(findings)} findings\n"
    )
    assert len(outcomes) == CASES
    assert not findings, "\n".join(f"case {n}: {why}" for n, why in sorted(findings.items())[:20])
    assert not Article.objects.exists() and not Source.objects.exists()
    assert all(counts[outcome] for outcome in expected)
