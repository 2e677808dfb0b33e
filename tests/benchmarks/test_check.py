"""`make bench-check` fails if a part has become slower compared with its floor."""

import pytest

from benchmarks import check
from benchmarks.check import Work

STORED = {"stored page": 2.0, "post": 30.0}


def busy(rounds: int) -> int:
    return sum(i * i for i in range(rounds))


def test_a_growth_of_less_than_a_tenth_is_no_regression():
    assert check.regressions({"stored page": 2.19, "post": 25.0}, STORED) == []


def test_a_growth_of_more_than_a_tenth_is_a_regression():
    assert check.regressions({"stored page": 2.5, "post": 30.0}, STORED) == [
        "stored page: 2.50 times the floor, 25% more than 2.00."
    ]


def test_work_without_a_stored_ratio_fails():
    assert check.regressions({"search": 1.0}, STORED) == [
        "search: 1.00 times the floor, but no ratio is stored."
    ]


def test_ratios_of_work_and_floor_are_measured():
    work = Work("sum", lambda: busy(30_000), lambda: busy(10_000), [], rounds=3)
    assert check.measure(work) == pytest.approx(3, rel=0.5)


def test_what_prepares_work_is_not_measured():
    work = Work(
        "sum", lambda: busy(10_000), lambda: busy(10_000), [], lambda: busy(50_000), rounds=3
    )
    assert check.measure(work) < 2


def test_a_ratio_that_seems_to_have_grown_is_measured_again(monkeypatch, capsys):
    measured = iter([2.5, 2.4, 2.1])
    monkeypatch.setattr(check, "measure", lambda work: next(measured))
    work = Work("stored page", int, int, [])
    assert check.measure_all([work], STORED) == {"stored page": 2.1}
    assert capsys.readouterr().out == "stored page: 2.10 times the floor, stored: 2.00\n"


def test_every_work_has_a_stored_ratio():
    names = ["stored page", "304", "changed page of 1,000", "changed home page"]
    assert list(check.read()) == [*names, "search", "post", "reply", "import"]
