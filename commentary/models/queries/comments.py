"""The named reads of the project: what a view may ask for.

A filter on status or publication stands here and nowhere else."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import CharField, OuterRef, Q
from django.db.models.functions import Cast, Coalesce, Left
from django.utils import timezone
from mptt.querysets import TreeQuerySet

from ...text.dates import begin_of
from .dated import DatedQuerySet

# How long a writer is shown that a comment was not published, and why.
KEPT = timedelta(days=30)
DATES = ("dated_at", "date_is_local", "timeline_at")
BEGINNING = 3_000  # characters of a comment, of which a list shows the first words


def text_columns(*lookups: str) -> list[str]:
    """The columns with the texts of the articles and comments that `lookups` lead to, for
    `defer()`: they may be long, and lists show none of them."""
    columns = {"article": ("body", "search_text")}
    return [
        f"{lookup}__{column}"
        for lookup in lookups
        for column in columns.get(lookup.rpartition("__")[2], ("body", "body_html", "search_text"))
    ]


class CommentQuerySet(DatedQuerySet, TreeQuerySet):
    """Comments of every status, with the writes refused that would break a tree."""

    READING = (
        "id",
        "number",
        "anonymous_number",
        "parent_id",
        "tree_id",
        "lft",
        "rght",
        "level",
        "reply_count",
        "status",
        "kind",
        "name",
        "author_id",
        "body_html",
        "dated_at",
        "date_is_local",
        "edited_at",
        "public_at",
        "import_run_id",
        "closed_entry_id",
        "closed_from",
        "closed_until",
        "closed_entry__actor_name",
        "closed_entry__created_at",
        "closed_entry__reason",
    )

    def approved(self) -> "CommentQuerySet":
        """What everybody may read."""
        return self.filter(status=self.model.Status.APPROVED)

    def removed(self) -> "CommentQuerySet":
        """What everybody could read until it was taken back."""
        return self.filter(status=self.model.Status.REMOVED)

    def of_published(self) -> "CommentQuerySet":
        """Those whose article everybody may read."""
        return self.filter(discussion__article__is_published=True)

    def pending(self) -> "CommentQuerySet":
        """What waits for a decision."""
        return self.filter(status=self.model.Status.PENDING)

    def reported(self) -> "CommentQuerySet":
        """Public, with a report that nobody has answered."""
        reports = self.model._meta.get_field("reports").related_model.objects
        open_reports = reports.open().filter(
            discussion=OuterRef("discussion"), comment=OuterRef("pk")
        )
        return self.approved().filter(models.Exists(open_reports))

    def unreviewed(self) -> "CommentQuerySet":
        """Public because no rule held it, and never seen by a moderator."""
        return self.approved().filter(submission__is_reviewed=False)

    def in_discussion(self, discussion_id: int) -> "CommentQuerySet":
        """Those of one discussion, by the range of its tree ids, which is indexed."""
        first = discussion_id * self.model.TREES
        return self.filter(tree_id__gte=first, tree_id__lt=first + self.model.TREES)

    def held_by(self, rule_id: int) -> "CommentQuerySet":
        """Those that one rule held when they were sent."""
        held = Cast("submission__held", models.TextField())
        return self.annotate(held_text=held).filter(held_text__contains=f'"rule": {int(rule_id)},')

    def by_writer_of(self, comment_id: int) -> "CommentQuerySet":
        """What the writer of one comment sent, that one included."""
        sent = self.model._default_manager.filter(pk=comment_id).values("submission__writer")
        return self.filter(submission__writer=models.Subquery(sent))

    def with_words(self, words: str) -> "CommentQuerySet":
        """Those with each of the words in the text or the name."""
        found = self
        for word in words.split()[:10]:
            found = found.filter(Q(name__icontains=word) | Q(body__icontains=word))
        return found

    def for_queue(self) -> "CommentQuerySet":
        """With all that the queue shows of a comment, in one query."""
        return self.select_related("submission", "discussion__article", "parent__discussion").defer(
            *text_columns("discussion__article"), "parent__search_text"
        )

    def closed(self) -> "CommentQuerySet":
        """Branches that an act of their own closes now."""
        now = timezone.now()
        return self.filter(
            Q(closed_from=None) | Q(closed_from__lte=now),
            Q(closed_until=None) | Q(closed_until__gt=now),
            closed_entry__isnull=False,
        )

    def with_closings(self) -> "CommentQuerySet":
        """Branches that an act of their own closes, now or at a time to come."""
        return self.filter(
            Q(closed_until=None) | Q(closed_until__gt=timezone.now()), closed_entry__isnull=False
        )

    def with_branch_closed(self) -> "CommentQuerySet":
        """With `branch_closed`: whether this comment or one above it is closed."""
        above = self.model._default_manager.filter(
            discussion=OuterRef("discussion"),
            tree_id=OuterRef("tree_id"),
            lft__lte=OuterRef("lft"),
            rght__gte=OuterRef("rght"),
        )
        return self.annotate(branch_closed=models.Exists(above.closed()))

    def for_results(self) -> "CommentQuerySet":
        """The public ones with all that a result of a search shows, in one query."""
        return (
            self.approved()
            .filter(discussion__article__is_published=True)
            .select_related("discussion__article", "parent")
            .defer(*text_columns("discussion__article", "parent"))
        )

    def in_reading_order(self) -> "CommentQuerySet":
        """Threads in the order they began, parents before replies, older reply first."""
        return self.order_by("tree_id", "lft")

    def came_as_replies(self) -> "CommentQuerySet":
        """Replies that came with a source and are public."""
        return self.approved().filter(import_run__isnull=False, parent__isnull=False)

    def threads(self, discussion_id: int) -> "CommentQuerySet":
        """The comments of one discussion that answer no other."""
        return self.filter(discussion_id=discussion_id, parent=None)

    def shown(self, also: Iterable[int] = ()) -> "CommentQuerySet":
        """What has a place on a page: the approved, whatever has approved replies, for which a
        placeholder stands, and `also`, what the reader wrote."""
        shown = Q(status=self.model.Status.APPROVED) | Q(reply_count__gt=0)
        if own := list(also):
            shown |= Q(pk__in=own)
        return self.filter(shown)

    def known(self, also: Iterable[int] = ()) -> "CommentQuerySet":
        """Those whose existence is no secret: what is or was public, what has a place on a page, and
        `also`, what the asker wrote."""
        found = self._was_public() | Q(reply_count__gt=0)
        if own := list(also):
            found |= Q(pk__in=own)
        return self.filter(found)

    def unnamed(self, also: Iterable[int] = ()) -> "CommentQuerySet":
        """Those without a name that a reader sees, or saw before they were removed."""
        seen = self._was_public() | Q(pk__in=list(also))
        return self.filter(seen, name="", anonymous_number__isnull=False)

    def signed(self, name_key: str) -> "CommentQuerySet":
        """What everybody may read and is signed with one name; see `names.name_key`."""
        return self.approved().of_published().filter(name_key=name_key)

    def for_list(self) -> "CommentQuerySet":
        """With all that a list of comments on several articles shows, and the `beginning` of what
        each says. One query."""
        beginning = Left("body_html", BEGINNING)
        shown = ("number", "name", "kind", "name_key", "reply_count", *DATES)
        places = tuple(f"discussion__article__{name}" for name in ("title", "slug", "language"))
        above = ("number", "name", "kind", "status")
        return (
            self.select_related("discussion__article", "parent")
            .annotate(beginning=beginning)
            .only(*shown, *places, *(f"parent__{name}" for name in above))
        )

    def extent(self, most: int) -> dict[str, Any]:
        """How many they are, on how many articles, and from when to when. Beyond `most` they are
        not counted to the end."""
        return self.order_by()[: most + 1].aggregate(
            count=models.Count("pk"),
            articles=models.Count("discussion", distinct=True),
            first=models.Min("timeline_at"),
            last=models.Max("timeline_at"),
        )

    def came_since(self, discussion_id: int, day: date) -> "CommentQuerySet":
        """The approved of one discussion that became public from the beginning of a day on: when a
        moderator approved them, or else when they were there, as `come_by` has it."""
        start = begin_of(day)
        entries: Any = self.model._meta.get_field("audit_entries").related_model
        status = self.model.Status
        approvals = entries.objects.filter(
            ~Q(before=status.APPROVED),
            discussion_id=discussion_id,
            after=status.APPROVED,
            comment__isnull=False,
            created_at__gte=start,
        )
        since = ~self._come_by(start) | Q(pk__in=approvals.values("comment"))
        return self.in_discussion(discussion_id).approved().filter(since)

    def public_after(self, discussion_id: int, moment: datetime) -> "CommentQuerySet":
        """The approved of one discussion that became public on this site after a moment, which is
        given in whole milliseconds."""
        return self.approved().filter(
            discussion_id=discussion_id, public_at__gte=moment + timedelta(milliseconds=1)
        )

    def behind(self, place: Any) -> "CommentQuerySet":
        """Those that stand behind a comment in reading order."""
        return self.filter(tree_id__gte=place.tree_id).exclude(
            tree_id=place.tree_id, lft__lte=place.lft
        )

    def for_reading(self) -> list[Any]:
        """Named tuples of `READING` in reading order: one query."""
        return list(self.in_reading_order().values_list(*self.READING, named=True))

    def closing(self, place: Any) -> Any:
        """What closes a branch from above: the nearest comment above `place` that an act of its own
        closes now, or None."""
        above = self.filter(tree_id=place.tree_id, lft__lt=place.lft, rght__gt=place.rght)
        return next(
            iter(above.closed().order_by("-lft").values_list(*self.READING, named=True)[:1]), None
        )

    def for_feed(self) -> "CommentQuerySet":
        """With all that an entry of a feed shows, in one query."""
        return self.select_related("discussion__article", "parent").only(
            "kind",
            "name",
            "number",
            "body_html",
            "dated_at",
            "date_is_local",
            "created_at",
            "discussion__article__title",
            "discussion__article__slug",
            "discussion__article__created_at",
            "parent__number",
            "parent__status",
            "parent__created_at",
        )

    def for_api(self) -> "CommentQuerySet":
        """With all that the read API says of a comment, in two queries."""
        link: Any = self.model._meta.get_field("point_links").related_model
        found = self.select_related("parent").prefetch_related(
            models.Prefetch("point_links", link.objects.accepted())
        )
        return found.only(
            *(name for name in self.READING if "closed" not in name),
            "body",
            "markup",
            "discussion_id",
            "parent__number",
        )

    def in_branch(self, comment: Any) -> "CommentQuerySet":
        """One comment and all below it."""
        return self.filter(tree_id=comment.tree_id, lft__gte=comment.lft, rght__lte=comment.rght)

    def readable(self) -> "CommentQuerySet":
        """What is or was public: the approved and the removed."""
        return self.filter(self._was_public())

    def _was_public(self) -> Q:
        return Q(status__in=(self.model.Status.APPROVED, self.model.Status.REMOVED))

    def removals(self) -> dict[int, tuple[datetime, str, bool]]:
        """When and why each of the removed was removed last, and whether its own writer did it, by
        its id. One query."""
        removed = self.model.Status.REMOVED
        acts = (
            self.filter(status=removed, audit_entries__after=removed)
            .order_by("audit_entries__pk")
            .values_list(
                "pk",
                "audit_entries__created_at",
                "audit_entries__reason",
                "audit_entries__verb",
            )
        )
        return {pk: (when, why, verb == "withdraw") for pk, when, why, verb in acts}

    def of_writer(self, writer: str) -> "CommentQuerySet":
        """What one writer sent, each with its submission and the decision that its status comes
        from: `last_verb`, `last_reason`, `last_at`."""
        entries = self.model._meta.get_field("audit_entries").related_model.objects
        last = entries.filter(
            discussion=OuterRef("discussion"), comment=OuterRef("pk"), after=OuterRef("status")
        ).order_by("-pk")
        return (
            self.filter(submission__writer=writer)
            .select_related("submission")
            .annotate(
                last_verb=models.Subquery(last.values("verb")[:1]),
                last_reason=models.Subquery(last.values("reason")[:1]),
                last_at=models.Subquery(last.values("created_at")[:1]),
            )
        )

    def shown_to_writer(self, writer: str, window: timedelta) -> "CommentQuerySet":
        """What its writer alone is shown: what waits, what was refused in the last 30 days, and
        what may still be changed for `window` after it was sent."""
        status, now = self.model.Status, timezone.now()
        refused = Q(status__in=(status.REJECTED, status.SPAM), last_at__gte=now - KEPT)
        return self.of_writer(writer).filter(
            Q(status=status.PENDING)
            | refused & ~Q(last_verb="withdraw")
            | Q(status=status.APPROVED, submission__created_at__gte=now - window)
        )

    def come_by(self, moment: datetime) -> "CommentQuerySet":
        """Those that were here, in whatever state, at a moment that has passed. What came with a
        source counts from its own date on, or if that is not known from the import; what was written
        here from when it was sent."""
        return self.filter(self._come_by(moment))

    def _come_by(self, moment: datetime) -> Q:
        stored = Q(created_at__lt=moment)
        dated = Q(timeline_at__lt=moment) | Q(timeline_at=None) & stored
        imported = Q(import_run__isnull=False) & dated
        return Q(import_run=None) & stored | imported

    def with_status_at(self, moment: datetime) -> "CommentQuerySet":
        """With `was`: the status of each at a moment that has passed, "" before it was there. The
        audit trail says it from the first decision on, and what that began with says it before."""
        entries: Any = self.model._meta.get_field("audit_entries").related_model
        status = self.model.Status
        decided = entries.objects.filter(discussion=OuterRef("discussion"), comment=OuterRef("pk"))
        last = decided.filter(after__in=status.values, created_at__lt=moment).order_by("-pk")
        first = decided.filter(before__in=status.values).order_by("pk")
        then = Coalesce(
            models.Subquery(last.values("after")[:1]),
            models.Subquery(first.values("before")[:1]),
            "status",
        )
        here = models.When(self._come_by(moment), then=then)
        was = models.Case(here, default=models.Value(""), output_field=CharField())
        return self.annotate(was=was)

    def filter(self, *args: Any, **kwargs: Any) -> "CommentQuerySet":
        """As Django's. The id of a tree implies its discussion, which is named too."""
        tree_id = kwargs.get("tree_id")
        if isinstance(tree_id, int):
            kwargs.setdefault("discussion_id", tree_id // self.model.TREES)
        return super().filter(*args, **kwargs)

    # --- guards: see models/comment.py

    def update(self, **kwargs: Any) -> int:
        """As Django's, but columns of structure change only under a lock."""
        if self.model.STRUCTURE & kwargs.keys():
            self.model.require_lock()
        return super().update(**kwargs)

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> Any:
        """Refused: remove comments with `discussions.remove`; their rows stay."""
        self.model.refuse("delete comments; remove them with discussions.remove()")

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        """Refused: `tree.bulk_insert` stores many comments at once."""
        self.model.refuse("bulk_create comments; use tree.bulk_insert()")
