"""The report of the comparison: what it says of known results, and where it is written."""

from xml.etree import ElementTree

import pytest

from benchmarks.peers import report
from benchmarks.peers.cold import Cold
from benchmarks.peers.load import Measure
from benchmarks.peers.measure import Results

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def results() -> Results:
    def page(per_second: float, cpu_ms: float) -> Measure:
        return Measure(per_second=per_second, cpu_ms=cpu_ms, p95_ms=5.0, kilobytes=250.0)

    return Results(
        cases={
            "article7": {"whole": page(700, 1.0), "floor": page(1_000, 0.9)},
            "article1000": {
                "whole": page(900, 1.1),
                "floor": page(1_000, 1.0),
                "wordpress": page(4, 200.0),
            },
            "article100": {"whole": Measure(cpu_ms=1.0), "wordpress": Measure(cpu_ms=60.0)},
            "post": {
                "commentary": Measure(per_second=300, cpu_ms=4.0, p95_ms=30.0, lost=0),
                "wordpress": Measure(per_second=100, cpu_ms=12.0, p95_ms=90.0),
            },
        },
        cold={"1000": Cold(page_ms=9.0, page_kilobytes=90.0, whole_ms=21.0, floor_ms=7.0)},
        labels={"whole": "Commentary", "floor": "floor", "wordpress": "WordPress <6>"},
        about={"Date": "1 May 2026"},
    )


def row(results: Results, work: str, other: str) -> list[str]:
    """Return the value, target and verdict of the target with this work and comparison."""
    lines = report.targets_table(results).splitlines()
    (line,) = [line for line in lines if line.startswith(f"| {work} |") and other in line]
    return [cell.strip() for cell in line.split("|")[4:7]]


def test_a_target_is_met_by_requests_a_second(results):
    work = "Article of 1,000 comments on one page, stored"
    assert row(results, work, "the floor") == ["0.90 (0.91)", "at least 0.8", "yes"]
    assert row(results, work, "WordPress: 4.00/s") == ["225 (182)", "at least 300", "no"]


def test_a_target_met_only_by_processor_time_says_so(results):
    expected = ["0.70 (0.90)", "at least 0.8", "by processor time only"]
    assert row(results, "Article of 7 comments, stored", "the floor") == expected


def test_a_target_at_most_is_met_below_it(results):
    assert row(results, "Article of 1,000 comments on one page, changed", "gzip") == [
        "3.00",
        "at most 1.7",
        "no",
    ]
    post = "Post into an article of 1,000 comments, 8 clients"
    assert row(results, f"{post}: 95th percentile", "WordPress") == ["0.33", "at most 1", "yes"]
    assert row(results, f"{post}: comments lost", "") == ["0.00", "at most 0", "yes"]


def test_what_was_not_measured_says_so(results):
    assert row(results, "Import of 100,000 comments", "")[2] == "not measured"


def test_the_report_replaces_only_the_part_between_the_markers(results, tmp_path):
    page = tmp_path / "performance.md"
    page.write_text(f"Before\n{report.BEGIN}\nold\n{report.END}\nAfter\n")
    report.write(results, tmp_path)
    first = page.read_text()
    assert first.startswith(f"Before\n{report.BEGIN}\n- Date: 1 May 2026\n")
    assert first.endswith(f"{report.END}\nAfter\n")
    assert "old" not in first
    report.write(results, tmp_path)
    assert page.read_text() == first


@pytest.mark.parametrize("name", ["sizes", "peers"])
def test_plots_are_valid_pictures_that_name_the_products(name, results, tmp_path):
    (tmp_path / "performance.md").write_text(f"{report.BEGIN}\n{report.END}\n")
    report.write(results, tmp_path)
    picture = ElementTree.parse(tmp_path / "performance" / f"{name}.svg").getroot()
    texts = [node.text or "" for node in picture.iter(f"{SVG}text")]
    assert any("WordPress" in text for text in texts)
    assert any("Commentary" in text for text in texts)


def test_plots_are_drawn_without_results(tmp_path):
    (tmp_path / "performance.md").write_text(f"{report.BEGIN}\n{report.END}\n")
    report.write(Results(), tmp_path)
    assert (tmp_path / "performance" / "sizes.svg").exists()
