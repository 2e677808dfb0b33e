"""The report about one file, as printed by the command and written by `--report json`."""

from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy

from ..models import ImportedArticle
from .doubts import Reason, level

Counts = dict[str, Any]  # numbers; `declared` may be None
INTERNAL = ("tallies", "items_read", "storing", "stored")  # left out of JSON output

# Outcomes as the command prints them. Reports for programs have them in English.
OUTCOMES = {
    "ok": gettext_lazy("ok"),
    "uncertain": gettext_lazy("uncertain"),
    "partial": gettext_lazy("partial"),
    "differs": gettext_lazy("differs"),
    "unchanged": gettext_lazy("unchanged"),
    "refused": gettext_lazy("refused"),
    "copy": gettext_lazy("copy"),
    "no article": gettext_lazy("no article"),
}


@dataclass(slots=True)
class ArticleReview:
    """One article of a file, with the confidence in it (in percent and in words) and the doubts."""

    title: str
    article: str
    comments: int
    declared: int | None
    confidence: int
    level: str
    reasons: list[Reason]
    warnings: list[str]

    @classmethod
    def of(cls, row: ImportedArticle) -> "ArticleReview":
        article = row.article
        return cls(
            article.title,
            article.slug,
            row.comments,
            row.declared,
            row.confidence,
            level(row.confidence),
            [Reason(*reason) for reason in row.doubts],
            row.warnings,
        )

    def as_dict(self) -> dict[str, object]:
        """Return the review for JSON output."""
        return asdict(self) | {"reasons": [reason._asdict() for reason in self.reasons]}


@dataclass
class ImportReport:
    """The report about one file.

    `outcome` is ok, uncertain (a text whose comments may not be recognised correctly; the article
    is a draft), partial (something was not imported), differs (items are stored differently, and
    were not changed), unchanged (the same file was imported before), refused
    (`error` says why; nothing was stored), copy (a saved page shows an article that was read from
    another page) or no article (a saved page is a list, a feed or an error page).

    `counts["declared"]` is None if no number is declared. `tallies` has by slug the number of
    comments an article declares (or None) and the number stored. While the import is running,
    `items_read` is the number of items of an export read so far, and `storing` the number of
    comments that are stored with the current article, of which `stored` are written. `reviews` has
    the articles of the file.
    """

    file: str
    outcome: str = "ok"
    articles: list[str] = field(default_factory=list)
    counts: Counts = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    error: str | None = None
    tallies: dict[str, tuple[int | None, int]] = field(default_factory=dict)
    items_read: int = 0
    storing: int = 0
    stored: int = 0
    reviews: list[ArticleReview] = field(default_factory=list)

    def as_dict(self) -> dict[str, object]:
        """Return the report for JSON output. Its confidence is that in the least certain article."""
        found = {key: value for key, value in vars(self).items() if key not in INTERNAL}
        least = min((review.confidence for review in self.reviews), default=None)
        return found | {
            "confidence": least,
            "level": None if least is None else level(least),
            "reviews": [review.as_dict() for review in self.reviews],
        }

    def add(self, slug: str, declared: int | None, preserved: int) -> None:
        """Count an article, replacing its earlier count."""
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


def outcome_in_words(report: ImportReport) -> str:
    """Return the outcome of a file for a person."""
    return str(OUTCOMES[report.outcome])
