"""Work on all cores: results are in order, and errors are raised in their place."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from commentary.importing import workers
from commentary.importing.workers import FEW, in_order


def doubled(number: int) -> tuple[int, int]:
    return number * 2, os.getpid()


def refused(number: int) -> int:
    if number == 30:
        raise ValueError("no thirty")
    return number


@pytest.mark.parametrize("count", [0, 1, FEW - 1, FEW, FEW * 5])
def test_results_come_in_the_order_of_the_arguments(count):
    found = list(in_order(doubled, range(count)))
    assert [(n, result[0]) for n, result in found] == [(n, n * 2) for n in range(count)]


def test_many_arguments_are_handled_in_other_processes():
    pids = {result[1] for _, result in in_order(doubled, range(FEW * 3))}
    assert os.getpid() not in pids or os.cpu_count() == 1


def test_only_a_few_arguments_are_read_ahead(monkeypatch):
    monkeypatch.setattr(workers, "CORES", 2)  # each process reads some ahead
    taken = []

    def arguments():
        for number in range(FEW * 10):
            taken.append(number)
            yield number

    results = in_order(doubled, arguments())
    next(results)
    assert len(taken) < FEW * 3
    results.close()


def test_a_failure_is_raised_after_the_results_before_it():
    results = in_order(refused, range(FEW * 2))
    assert [next(results)[1] for _ in range(30)] == list(range(30))
    with pytest.raises(ValueError, match="no thirty"):
        next(results)


def test_the_processes_end_if_their_parent_is_killed():
    code = "from tests.importing import test_workers; test_workers.print_pids()"
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=root, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        pids = [int(parent.stdout.readline()) for _ in range(FEW)]
        parent.kill()
    waiting = {pid for pid in pids if pid != parent.pid}
    deadline = time.monotonic() + 60
    while any(map(is_running, waiting)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not [pid for pid in waiting if is_running(pid)]


def print_pids() -> None:
    for _, (_, pid) in in_order(doubled, range(10**9)):
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"  # ended, but not yet noticed by the init process
