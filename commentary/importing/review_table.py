"""The articles of an import as a table in CSV, the least certain first."""

import csv
import io
from collections.abc import Iterator

from .report import ArticleReview, ImportReport

COLUMNS = (
    "file",
    "title",
    "article",
    "outcome",
    "comments",
    "declared",
    "confidence",
    "level",
    "kinds",
    "reasons",
    "warnings",
)
FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # starts of a cell that spreadsheets evaluate
Row = tuple[str | int | None, ...]


class CsvTable:
    """One row for each article, and for each file without articles that was refused."""

    def __init__(self) -> None:
        self._rows: list[tuple[int, Row]] = []

    def add(self, report: ImportReport) -> None:
        if report.error:
            row = (report.file, "", "", report.outcome, 0, None, None, "", "", report.error, "")
            self._rows.append((-1, row))
        for review in report.reviews:
            self._rows.append((review.confidence, _row(report, review)))

    def lines(self) -> Iterator[str]:
        """Yield the lines of the table, without their ends."""
        yield _line(COLUMNS)
        for _confidence, row in sorted(self._rows, key=lambda pair: pair[0]):
            yield _line(row)


def _row(report: ImportReport, review: ArticleReview) -> Row:
    return (
        report.file,
        review.title,
        review.article,
        report.outcome,
        review.comments,
        review.declared,
        review.confidence,
        review.level,
        " ".join(dict.fromkeys(reason.kind.replace(" ", "-") for reason in review.reasons)),
        "; ".join(reason.text for reason in review.reasons),
        "; ".join(review.warnings),
    )


def _line(row: Row) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(map(_cell, row))
    return out.getvalue()


def _cell(value: str | int | None) -> str | int | None:
    """Return a value that a spreadsheet shows as it is."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULAS) else value
