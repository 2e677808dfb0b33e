from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Self

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


Place = tuple[int, int]  # the key of an article and the number of a comment
MAX_MOVES = 20  # of one comment that a redirect follows


def place_in(kept: Mapping[str, Any]) -> Place:
    """Return the other place that an entry about a moved comment keeps."""
    article, number = kept.get("moved_to") or kept["moved_from"]
    return article, number


def last_place(place: Place, next_place: Callable[[Place], Place | None]) -> Place | None:
    """Return the last place that a comment moved to from this one, or None if there is none or if
    it would move in a circle.
    """
    passed = {place}
    while len(passed) <= MAX_MOVES and (following := next_place(place)):
        if following in passed:
            return None
        passed.add(following)
        place = following
    return place if len(passed) > 1 else None


class AuditQuerySet(models.QuerySet[M]):
    """Audit entries, newest first."""

    model: ModelClass

    def public(self) -> Self:
        """Return entries that readers may see: closures and removals in effect, by editors, on
        published articles, and the public comments of editors there.

        Entries about a comment that isn't public itself are excluded.
        """
        comment = self.model._meta.get_field("comment").related_model
        return (
            self.filter(
                Q(verb="remove", comment__status=comment.Status.REMOVED)
                | Q(closing("discussion"), verb="close", comment=None)
                | Q(closing("comment"), verb="close", comment__status__in=comment.PUBLIC)
                | Q(
                    verb="submit",
                    actor__isnull=False,
                    comment__by_staff=True,
                    comment__status=comment.Status.APPROVED,
                ),
                ~Q(actor_name=self.model.SOURCE, actor=None),
                discussion__article__is_published=True,
            )
            .select_related("discussion__article", "comment")
            .defer(*text_columns("discussion__article", "comment"))
        )

    def moves(self) -> Self:
        """Return the entries that say where a hidden comment is now: those by which it was moved to
        another article or merged into another comment, and undone ones by which it came from one.
        """
        comment = self.model._meta.get_field("comment").related_model
        went = Q(verb="discard", kept__has_key="moved_to", undone_by=None)
        came_back = Q(verb="approve", kept__has_key="moved_from", undone_by__isnull=False)
        return self.filter(went | came_back, comment__status=comment.Status.REJECTED)

    def present_place(self, place: Place) -> Place | None:
        """Return where the comment that had this place is now, or None if it wasn't moved. One query
        for each move and one more.
        """

        def next_place(place: Place) -> Place | None:
            moves = self.moves().filter(discussion=place[0], comment__number=place[1])
            kept = moves.order_by("-pk").values_list("kept", flat=True).first()
            return place_in(kept) if kept else None

        return last_place(place, next_place)

    def present_places(self) -> dict[Place, Place]:
        """Return the present places of all moved comments by their former ones. One query."""
        moves = self.moves().order_by("pk").values_list("discussion", "comment__number", "kept")
        steps = {(article, number): place_in(kept) for article, number, kept in moves.iterator()}
        found = ((place, last_place(place, steps.get)) for place in steps)
        return {place: last for place, last in found if last is not None}

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
