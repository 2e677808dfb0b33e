from typing import Self

from django.db import models
from django.db.models import OuterRef, Window
from django.db.models.functions import RowNumber

from .dated import M, ModelClass


class PointLinkQuerySet(models.QuerySet[M]):
    """Links from comments to points."""

    model: ModelClass

    def accepted(self) -> Self:
        """Return accepted links, which readers see if the comment is public."""
        return self.filter(state=self.model.State.ACCEPTED)

    def of_public(self) -> Self:
        """Return links of approved comments."""
        comment = self.model._meta.get_field("comment").related_model
        return self.filter(comment__status=comment.Status.APPROVED)

    def first_of_each(self, most: int) -> list[tuple[int, int, int]]:
        """Return (point, comment, number of comments on the point) for the `most` oldest comments
        of each point, ordered by point. One query.
        """
        ranked = self.annotate(
            place=Window(RowNumber(), partition_by="point", order_by="comment__number"),
            count=Window(models.Count("pk"), partition_by="point"),
        )
        first = ranked.filter(place__lte=most).order_by("point", "place")
        return list(first.values_list("point", "comment", "count"))

    def with_last_decision(self) -> Self:
        """Annotate `decided_by` and `decided_at`, None if nobody has decided yet."""
        entries = self.model._meta.get_field("audit_entries").related_model
        entry = entries
        last = entry.objects.filter(
            discussion=OuterRef("discussion"), point_link=OuterRef("pk")
        ).order_by("-pk")
        return self.annotate(
            decided_by=models.Subquery(last.values("actor_name")[:1]),
            decided_at=models.Subquery(last.values("created_at")[:1]),
        )
