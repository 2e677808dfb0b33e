"""The totals of many imported files, in one sentence."""

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..text.counts import counted
from .report import ImportReport

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
            declared_before, _preserved = self.tallies.get(slug, (None, 0))
            declared = declared_before if declared is None else declared
            self.tallies[slug] = (declared, preserved)

    def sentence(self) -> str:
        """Return what was imported."""
        counts, outcomes = self.counts, self.outcomes
        articles, comments = counts["articles"], counts["comments"]
        added = _("%(articles)s and %(comments)s added") % {
            "articles": counted(ngettext("%(n)s article", "%(n)s articles", articles), articles),
            "comments": counted(ngettext("%(n)s comment", "%(n)s comments", comments), comments),
        }
        parts = [f"{added}{self._declared()}"]
        if "lines left over" in counts:
            n = counts["lines left over"]
            text = ngettext("%(n)s unrecognised line", "%(n)s unrecognised lines", n)
            parts.append(counted(text, n))
        if "items left over" in counts:
            n = counts["items left over"]
            text = ngettext("%(n)s item not imported", "%(n)s items not imported", n)
            parts.append(counted(text, n))
        if n := counts["updated"]:
            parts.append(counted(ngettext("%(n)s item updated", "%(n)s items updated", n), n))
        if n := counts["differing"]:
            text = ngettext(
                "%(n)s item differs from what is stored",
                "%(n)s items differ from what is stored",
                n,
            )
            parts.append(counted(text, n))
        n = outcomes["unchanged"]
        parts.append(counted(ngettext("%(n)s file unchanged", "%(n)s files unchanged", n), n))
        n = outcomes["refused"]
        parts.append(counted(ngettext("%(n)s refused", "%(n)s refused", n), n))
        parts += self._other_pages()
        text = ngettext("%(n)s file: %(parts)s.", "%(n)s files: %(parts)s.", self.files)
        return counted(text, self.files, parts=", ".join(parts))

    def _other_pages(self) -> Iterator[str]:
        """Yield the numbers of saved pages without an article of their own."""
        if n := self.outcomes["copy"]:
            text = ngettext(
                "%(n)s further copy of an article", "%(n)s further copies of articles", n
            )
            yield counted(text, n)
        if n := self.outcomes["no article"]:
            text = ngettext("%(n)s page without an article", "%(n)s pages without an article", n)
            yield counted(text, n)

    def _declared(self) -> str:
        """Return, in brackets, the number of comments declared by the sources and the number found.

        "" if there are no articles.
        """
        with_number = [(said, kept) for said, kept in self.tallies.values() if said is not None]
        without = sum(kept for said, kept in self.tallies.values() if said is None)
        parts = []
        if with_number:
            said, kept = (sum(column) for column in zip(*with_number, strict=True))
            text = _("expected %(declared)s, found %(found)s")
            parts.append(text % {"declared": f"{said:,}", "found": f"{kept:,}"})
        if len(with_number) < len(self.tallies):
            text = (
                ngettext(
                    "%(n)s more found where no number was declared",
                    "%(n)s more found where no number was declared",
                    without,
                )
                if parts
                else ngettext(
                    "%(n)s found where no number was declared",
                    "%(n)s found where no number was declared",
                    without,
                )
            )
            parts.append(counted(text, without))
        return f" ({'; '.join(parts)})" if parts else ""
