"""Work on all cores: results are in order, and errors are raised in their place."""

import os

import pytest

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
    monkeypatch.setattr(os, "cpu_count", lambda: 2)  # each process reads some ahead
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
