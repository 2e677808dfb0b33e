"""The page about faults names what failed, and what was not run."""

import json
import re
from pathlib import Path

from tests.faults.report import ROWS, table

TESTS = Path(__file__).parents[1]


def test_each_row_names_a_test():
    files = [*TESTS.glob("faults/*.py"), *TESTS.glob("deploy/*.py"), *TESTS.glob("resilience/*.py")]
    names = set(re.findall(r"def (test_\w+)", "".join(path.read_text() for path in files)))
    assert {test for _fault, _promise, test in ROWS} <= names


def test_failures_and_what_was_not_run_are_listed():
    def line(test: str, outcome: str, *counted: str) -> str:
        result = {"test": f"tests/x.py::{test}", "outcome": outcome, "counted": counted}
        return json.dumps(result | {"database": "postgresql"})

    (_fault, promise, first), (_, _, second), *others = ROWS
    lines = [line(first, "failed"), line(second, "failed"), line(second, "passed", "20 reloads: 0")]
    rows = table(lines).splitlines()[2:]
    assert rows[0].endswith(f"| – | – | {promise} | **broken** |")
    assert "| 20 reloads (PostgreSQL) | 0 |" in rows[1] and rows[1].endswith("| kept |")
    assert [row.endswith("| not run |") for row in rows[2:]] == [True] * len(others)
