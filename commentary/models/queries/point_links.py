from typing import Any

from django.db import models
from django.db.models import OuterRef, Window
from django.db.models.functions import RowNumber


class TieQuerySet(models.QuerySet):
    """Ties of comments to points."""

    def confirmed(self) -> "TieQuerySet":
        """What readers may see, where the comment is public."""
        tie: Any = self.model
        return self.filter(state=tie.State.CONFIRMED)

    def of_public(self) -> "TieQuerySet":
        """Those of comments that everybody may read."""
        comment: Any = self.model._meta.get_field("comment").related_model
        return self.filter(comment__status=comment.Status.APPROVED)

    def first_of_each(self, most: int) -> list[tuple[int, int, int]]:
        """Of each point, in their order, the `most` oldest comments: point, comment, and how many
        the point has in all. One query."""
        ranked = self.annotate(
            place=Window(RowNumber(), partition_by="point", order_by="comment__number"),
            count=Window(models.Count("pk"), partition_by="point"),
        )
        first = ranked.filter(place__lte=most).order_by("point", "place")
        return list(first.values_list("point", "comment", "count"))

    def with_last_decision(self) -> "TieQuerySet":
        """With `decided_by` and `decided_at`, None where nobody decided yet."""
        entry: Any = self.model._meta.get_field("audit_entries").related_model
        last = entry.objects.filter(tie=OuterRef("pk")).order_by("-pk")
        return self.annotate(
            decided_by=models.Subquery(last.values("actor_name")[:1]),
            decided_at=models.Subquery(last.values("created_at")[:1]),
        )
