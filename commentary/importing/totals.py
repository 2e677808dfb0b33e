"""The totals of many imported files, in one sentence."""

from collections import Counter

from .report import ImportReport, counted

# Saved pages without an article of their own.
OTHER_PAGES = (
    ("copy", "further copy of an article", "further copies of articles"),
    ("no article", "page without an article", "pages without an article"),
)
SUMMED = ("articles", "comments", "lines left over", "items left over", "updated", "differing")


class ImportTotals:
    """Totals of reports. The reports themselves are not kept, since an archive has one for each page.

    `tallies` has for each article the number of comments it declares (or None) and the number
    stored. An article found in several files counts once.
    """

    def __init__(self) -> None:
        self.files = 0
        self.counts: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.tallies: dict[str, tuple[int | None, int]] = {}

    def add(self, report: ImportReport) -> None:
        self.files += 1
        self.outcomes[report.outcome] += 1
        for name in SUMMED:
            if name in report.counts:
                self.counts[name] += report.counts[name]
        for slug, (declared, preserved) in report.tallies.items():
            declared_before, _ = self.tallies.get(slug, (None, 0))
            declared = declared_before if declared is None else declared
            self.tallies[slug] = (declared, preserved)

    def sentence(self) -> str:
        """Return what was imported."""
        counts, outcomes = self.counts, self.outcomes
        left_over = [
            text
            for name, text in (
                ("lines left over", counted(counts["lines left over"], "unrecognised line")),
                ("items left over", counted(counts["items left over"], "item") + " not imported"),
            )
            if name in counts
        ]
        differing = counts["differing"]
        differ = "items differ" if differing != 1 else "item differs"
        parts = [
            f"{counted(counts['articles'], 'article')} and {counted(counts['comments'], 'comment')} "
            f"added{self._declared()}",
            *left_over,
            *([f"{counted(counts['updated'], 'item')} updated"] if counts["updated"] else []),
            *([f"{differing:,} {differ} from what is stored"] if differing else []),
            f"{counted(outcomes['unchanged'], 'file')} unchanged",
            f"{outcomes['refused']} refused",
            *(
                f"{number:,} {one if number == 1 else more}"
                for outcome, one, more in OTHER_PAGES
                if (number := outcomes[outcome])
            ),
        ]
        return f"{counted(self.files, 'file')}: {', '.join(parts)}."

    def _declared(self) -> str:
        """Return, in brackets, the number of comments declared by the sources and the number found.

        "" if there are no articles.
        """
        with_number = [(said, kept) for said, kept in self.tallies.values() if said is not None]
        without = sum(kept for said, kept in self.tallies.values() if said is None)
        parts = []
        if with_number:
            said, kept = (sum(column) for column in zip(*with_number, strict=True))
            parts.append(f"expected {said:,}, found {kept:,}")
        if len(with_number) < len(self.tallies):
            more = "more " if parts else ""
            parts.append(f"{without:,} {more}found where no number was declared")
        return f" ({'; '.join(parts)})" if parts else ""
