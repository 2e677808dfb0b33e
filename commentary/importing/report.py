"""What became of one file, as the command prints it and `--report json` writes it."""

from dataclasses import asdict, dataclass, field
from typing import Any

Counts = dict[str, Any]  # a number each; `declared` may be None


@dataclass
class Report:
    """What became of one file. `outcome` is ok, uncertain (a text whose comments may have been told
    wrongly; the article is a draft), partial (lines were left over), differs (of what an export
    holds something is stored otherwise, and was not changed), unchanged (these bytes were imported
    before) or refused (`error` says why, and nothing was stored).

    `counts["declared"]` is None where nothing declares a number. `tallies` has for each article,
    by its slug, the number of comments that it declares or None, and how many are stored.
    """

    file: str
    outcome: str = "ok"
    articles: list[str] = field(default_factory=list)
    counts: Counts = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    error: str | None = None
    tallies: dict[str, tuple[int | None, int]] = field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        """The report as it is printed for machines."""
        return {key: value for key, value in asdict(self).items() if key != "tallies"}

    def add(self, slug: str, declared: int | None, preserved: int) -> None:
        """Count an article; one that was counted before, as it is now."""
        before = self.tallies.get(slug)
        if before is None:
            self.articles.append(slug)
            before = (None, 0)
        declared = before[0] if declared is None else declared
        self.tallies[slug] = (declared, preserved)
        if declared is not None:
            said = self.counts["declared"] or 0
            self.counts["declared"] = said + declared - (before[0] or 0)
        self.counts["preserved"] += preserved - before[1]


def counted(number: int, noun: str) -> str:
    """The number with its noun: “1 article”, “2 articles”."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
