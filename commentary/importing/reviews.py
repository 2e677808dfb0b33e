"""How sure an article is after an editor has repaired it: the editor has seen what it is."""

from typing import Any

from ..models import Article, ImportedArticle, Source
from .messages import gettext as _

Review = list[Any]  # the key of a row, its confidence, doubts and kinds
COLUMNS = ("pk", "confidence", "doubts", "kinds")
REPAIRED = "repaired"  # the kind of reason, which is no doubt


def mark_as_sure(source: Source, article: Article, name: str) -> list[Review]:
    """Make the article of a source sure in all runs, because it was repaired by `name`. Returns what
    the rows were.
    """
    rows = ImportedArticle.objects.filter(run__source=source, article=article)
    before = [list(row) for row in rows.order_by("pk").values_list(*COLUMNS)]
    rows.update(
        confidence=100, doubts=[[REPAIRED, _("repaired by %(name)s") % {"name": name}]], kinds=""
    )
    return before


def restore_reviews(before: list[Review]) -> None:
    """Restore what `mark_as_sure` changed, unless the article was imported anew since."""
    for pk, confidence, doubts, kinds in before:
        rows = ImportedArticle.objects.filter(pk=pk, confidence=100, doubts__0__0=REPAIRED)
        rows.update(confidence=confidence, doubts=doubts, kinds=kinds)
