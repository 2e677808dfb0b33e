from collections.abc import Sequence
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .comments import text_columns
from .dated import M, ModelClass, RowOfDiscussion


def closing(place: str) -> Q:
    """Return the condition that an entry closes this place now: started, and not ended."""
    now = timezone.now()
    return Q(
        Q((f"{place}__closed_from", None)) | Q((f"{place}__closed_from__lte", now)),
        Q((f"{place}__closed_until", None)) | Q((f"{place}__closed_until__gt", now)),
        (f"{place}__closed_entry", models.F("pk")),
    )


class AuditQuerySet(models.QuerySet[M]):
    """Audit entries, newest first."""

    model: ModelClass

    def public(self) -> Self:
        """Return entries that readers may see: closures and removals in effect, by editors, on
        published articles.

        Entries about a comment that isn't public itself are excluded.
        """
        comment = self.model._meta.get_field("comment").related_model
        return (
            self.filter(
                Q(verb="remove", comment__status=comment.Status.REMOVED)
                | Q(closing("discussion"), verb="close", comment=None)
                | Q(closing("comment"), verb="close", comment__status__in=comment.PUBLIC),
                ~Q(actor_name=self.model.SOURCE, actor=None),
                discussion__article__is_published=True,
            )
            .select_related("discussion__article", "comment")
            .defer(*text_columns("discussion__article", "comment"))
        )

    def changes(self, comments: Sequence[RowOfDiscussion]) -> dict[int, datetime]:
        """Return the time when each comment last became public or was edited, by comment id. One query.

        Comments that are unchanged since their import are omitted.
        """
        comment = self.model._meta.get_field("comment").related_model
        approved, rewordings = comment.Status.APPROVED, ("edit", *self.model.REWORDINGS)
        acts = self.filter(
            Q(after=approved) & ~Q(before=approved)
            | Q(verb__in=rewordings)
            | Q(undoes__verb__in=rewordings),
            discussion__in={row.discussion_id for row in comments},
            comment__in=[row.pk for row in comments],
        )
        return dict(acts.order_by().values_list("comment").annotate(models.Max("created_at")))

    def with_places(self) -> Self:
        """Fetch everything that the audit log shows, in one query."""
        return self.select_related(
            "discussion__article", "comment__discussion", "undone_by", "undoes"
        ).defer(*text_columns("discussion__article", "comment"))
