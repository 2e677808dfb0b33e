"""The named reads of the project: what a view may ask for.

A filter on status or publication stands here and nowhere else.
"""

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import ExtractYear
from mptt.querysets import TreeQuerySet


class ArticleQuerySet(models.QuerySet):
    """Articles, drafts included, until `published` is asked for."""

    def published(self) -> "ArticleQuerySet":
        """What everybody may read."""
        return self.filter(is_published=True)

    def newest_first(self) -> "ArticleQuerySet":
        """By date, the undated last, then by the order in which they came."""
        return self.order_by(models.F("published_at").desc(nulls_last=True), "-pk")

    def for_list(self) -> "ArticleQuerySet":
        """With all that a line of a list shows, in three queries."""
        return self.select_related("discussion").prefetch_related("authors").defer("body")

    def in_year(self, year: int | None) -> "ArticleQuerySet":
        """Those dated in `year`; None asks for those whose date is unknown."""
        if year is None:
            return self.filter(published_at=None)
        return self.filter(published_at__year=year)

    def count_by_year(self) -> list[dict[str, Any]]:
        """``[{"year": 2011, "count": 3}, …]``, newest first, the undated (None) last."""
        return list(
            self.order_by()
            .annotate(year=ExtractYear("published_at"))
            .values("year")
            .annotate(count=models.Count("pk"))
            .order_by(models.F("year").desc(nulls_last=True))
        )


class AuthorQuerySet(models.QuerySet):
    """Authors of articles."""

    def with_counts(self) -> "AuthorQuerySet":
        """Those with published articles, `article_count` on each, most articles first."""
        return (
            self.annotate(
                article_count=models.Count("articles", filter=Q(articles__is_published=True))
            )
            .filter(article_count__gt=0)
            .order_by("-article_count", "name", "pk")
        )


class CommentQuerySet(TreeQuerySet):
    """Comments of every status, with the writes refused that would break a tree."""

    READING = (
        "id",
        "number",
        "parent_id",
        "level",
        "tree_id",
        "status",
        "kind",
        "name",
        "body_html",
        "dated_at",
        "date_is_local",
        "closed_entry_id",
    )

    def approved(self) -> "CommentQuerySet":
        """What everybody may read."""
        return self.filter(status=self.model.Status.APPROVED)

    def in_reading_order(self) -> "CommentQuerySet":
        """Threads in the order they began, parents before replies, older reply first."""
        return self.order_by("tree_id", "lft")

    def for_reading(self) -> list[tuple[Any, ...]]:
        """Tuples of `READING` in reading order: the approved, and the removed that may stand as
        placeholders for their replies. One query."""
        status = self.model.Status
        return list(
            self.filter(status__in=(status.APPROVED, status.REMOVED))
            .in_reading_order()
            .values_list(*self.READING)
        )

    # --- guards: see models/comment.py

    def update(self, **kwargs: Any) -> int:
        """As Django's, but columns of structure change under a claim alone."""
        if self.model.STRUCTURE & kwargs.keys():
            self.model.require_claim()
        return super().update(**kwargs)

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> Any:
        """Refused: a comment leaves the page by `moderation.remove`, never the database."""
        self.model.refuse("delete comments; remove them with moderation.remove()")

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        """Refused: `tree.graft` stores many comments at once."""
        self.model.refuse("bulk_create comments; use tree.graft()")
