"""The named queries on comments.

Filters on status and publication belong here, not in views.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import starmap
from typing import NamedTuple, Self

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, OuterRef, Q
from django.db.models.functions import Cast, Coalesce, Left
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone
from mptt.querysets import TreeQuerySet

from ...text.dates import begin_of, earlier
from ..row_key import RowKey
from ..timeline import Value
from .closures import closed_now
from .comment_statements import CommentStatements, ThreadSize
from .dated import DatedQuerySet, M, ModelClass, Place

# How long commenters see that their comment was not published, and why.
KEPT = timedelta(days=30)
DATES = ("dated_at", "date_is_local", "timeline_at")
# When a comment became public here. A comment that was public when it was imported counts by its own
# date, or from the import if it is undated.
CAME_AT = Coalesce("public_at", "timeline_at", "created_at", output_field=models.DateTimeField())
# The time of a decision and that of the entry about it are taken one after the other.
SAME_DECISION = timedelta(minutes=1)
BEGINNING = 3_000  # characters of a comment from which a list takes its excerpt


def text_columns(*lookups: str) -> list[str]:
    """Return the text columns of the articles and comments in `lookups`, for `defer()`.

    They may be long, and lists don't show them.
    """
    columns = {"article": ("body", "search_text")}
    return [
        f"{lookup}__{column}"
        for lookup in lookups
        for column in columns.get(lookup.rpartition("__")[2], ("body", "body_html", "search_text"))
    ]


class CommentRow(NamedTuple):
    """The columns of a comment that pages show, in the order of `for_reading`.

    `was` is the status at a past time, see `with_status_at`; "" on current pages.
    """

    id: int
    number: int
    anonymous_number: int | None
    parent_id: int | None
    tree_id: int
    lft: int
    rght: int
    level: int
    reply_count: int
    status: str
    kind: str
    name: str
    name_key: str | None
    author_id: int | None
    body_html: str
    dated_at: datetime | None
    date_is_local: bool
    timeline_at: datetime | None
    created_at: datetime
    edited_at: datetime | None
    public_at: datetime | None
    import_run_id: int | None
    closed_entry_id: int | None
    closed_from: datetime | None
    closed_until: datetime | None
    closed_entry__actor_name: str | None
    closed_entry__created_at: datetime | None
    closed_entry__reason: str | None
    source_ids: str | None
    edited_by_editor: bool | None = None
    by_staff: bool | None = None
    language: str | None = None
    was: str = ""

    @property
    def came_at(self) -> datetime:
        """When an approved comment became public here, see `CAME_AT`."""
        return self.public_at or self.timeline_at or self.created_at


class Octets(models.Func):
    """The length of a text in bytes."""

    function = "OCTET_LENGTH"
    output_field = models.IntegerField()

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: str
    ) -> tuple[str, tuple[str | int, ...]]:
        """SQLite has no such function before 3.43."""
        octets = "LENGTH(CAST(%(expressions)s AS BLOB))"
        return self.as_sql(compiler, connection, template=octets, **context)


@dataclass(frozen=True, slots=True)
class Extent:
    """The number of comments, of their articles, and the first and last dates."""

    count: int
    articles: int
    first: datetime | None
    last: datetime | None


class CommentQuerySet(  # type: ignore[override] # as_manager, which nobody calls
    DatedQuerySet[M], CommentStatements[M], TreeQuerySet[M]
):
    """Comments of every status. Refuses writes that would break a tree."""

    model: ModelClass

    READING = CommentRow._fields[:-1]

    def approved(self) -> Self:
        """Return comments that everyone may read."""
        return self.filter(status=self.model.Status.APPROVED)

    def removed(self) -> Self:
        """Return removed comments."""
        return self.filter(status=self.model.Status.REMOVED)

    def of_published(self) -> Self:
        """Return comments on published articles."""
        return self.filter(discussion__article__is_published=True)

    def pending(self) -> Self:
        """Return pending comments."""
        return self.filter(status=self.model.Status.PENDING)

    def reported(self) -> Self:
        """Return approved comments with an open report."""
        report = self.model._meta.get_field("reports").related_model
        open_reports = report.objects.open().filter(
            discussion=OuterRef("discussion"), comment=OuterRef("pk")
        )
        return self.approved().filter(models.Exists(open_reports))

    def _entries(self) -> models.Manager:
        entry = self.model._meta.get_field("audit_entries").related_model
        return entry.objects

    def unreviewed(self) -> Self:
        """Return comments published automatically that no moderator has reviewed."""
        return self.approved().filter(submission__is_reviewed=False)

    def in_discussion(self, discussion_id: int) -> Self:
        """Return the comments of one discussion, by their indexed range of tree ids."""
        first = discussion_id * self.model.TREES
        end = first + self.model.TREES
        return self.filter(discussion_id=discussion_id, tree_id__gte=first, tree_id__lt=end)

    def on_published(self, slug: str) -> Self:
        """Return the comments on the published article with this slug.

        A subquery names their discussion.
        """
        discussion = self.model._meta.get_field("discussion").related_model
        article = discussion._meta.get_field("article").related_model
        pages = article.objects.published().filter(slug=slug)
        return self.filter(discussion_id=models.Subquery(pages.values("pk")))

    def among(self, places: Iterable[tuple[int, int]]) -> Self:
        """Return the comments with these keys, each given as (discussion, key)."""
        places = list(places)
        return self.filter(
            discussion_id__in={discussion for discussion, _key in places},
            pk__in=[key for _discussion, key in places],
        )

    def held_by(self, rule_id: int) -> Self:
        """Return comments held by this rule."""
        held = Cast("submission__held", models.TextField())
        return self.annotate(held_text=held).filter(held_text__contains=f'"rule": {int(rule_id)},')

    def by_writer_of(self, key: RowKey) -> Self:
        """Return all comments of the commenter who sent this one."""
        one = self.model._default_manager.filter(discussion=key.discussion_id, pk=key.pk)
        sent = one.values("submission__writer")
        return self.filter(submission__writer=models.Subquery(sent))

    def with_words(self, words: str) -> Self:
        """Return comments with every one of these words in their text or name."""
        found = self
        for word in words.split()[:10]:
            found = found.filter(Q(name__icontains=word) | Q(body__icontains=word))
        return found

    def for_queue(self) -> Self:
        """Fetch everything that the moderation queue shows, in one query."""
        return self.select_related("submission", "discussion__article", "parent__discussion").defer(
            *text_columns("discussion__article"), "parent__search_text"
        )

    def closed(self) -> Self:
        """Return the branches that are themselves closed now."""
        return self.filter(closed_now())

    def closing_or_opening_later(self) -> Self:
        """Return branches with a scheduled closure that has not started or not ended."""
        now = timezone.now()
        return self.filter(
            Q(closed_from__gt=now) | Q(closed_until__gt=now), closed_entry__isnull=False
        )

    def with_closings(self) -> Self:
        """Return the branches that are themselves closed, now or from a future time."""
        return self.filter(
            Q(closed_until=None) | Q(closed_until__gt=timezone.now()), closed_entry__isnull=False
        )

    def for_results(self) -> Self:
        """Return public comments with everything that a search result shows, in one query."""
        return (
            self.approved()
            .filter(discussion__article__is_published=True)
            .select_related("discussion__article", "parent")
            .defer(*text_columns("discussion__article", "parent"))
        )

    def in_reading_order(self) -> Self:
        """Order for reading: threads oldest first, parents before their replies, replies oldest
        first.
        """
        return self.order_by("tree_id", "lft")

    def came_as_replies(self) -> Self:
        """Return approved replies that were imported."""
        return self.approved().filter(import_run__isnull=False, parent__isnull=False)

    def threads(self, discussion_id: int) -> Self:
        """Return the roots of a discussion."""
        return self.filter(discussion_id=discussion_id, parent=None)

    def shown(self, also: Iterable[int] = ()) -> Self:
        """Return comments that appear on a page.

        These are approved comments, comments with approved replies (shown as placeholders), and
        `also`, the keys of the reader's own.
        """
        shown = Q(status=self.model.Status.APPROVED) | Q(reply_count__gt=0)
        if own := list(also):
            shown |= Q(pk__in=own)
        return self.filter(shown)

    def known(self, also: Iterable[int] = ()) -> Self:
        """Return comments whose existence is public.

        These are comments that are or were public, placeholders, and `also`, the keys of the
        reader's own.
        """
        found = self._was_public() | Q(reply_count__gt=0)
        if own := list(also):
            found |= Q(pk__in=own)
        return self.filter(found)

    def unnamed(self, also: Iterable[int] = ()) -> Self:
        """Return unnamed comments that a reader sees, or could see before they were removed."""
        seen = self._was_public() | Q(pk__in=list(also))
        return self.filter(seen, name="", anonymous_number__isnull=False)

    def signed(self, name_key: str) -> Self:
        """Return public comments signed with this name; see `names.name_key`."""
        return self.approved().of_published().filter(name_key=name_key)

    def for_list(self) -> Self:
        """Fetch everything that a list across articles shows, with the `beginning` of each text.
        One query.
        """
        beginning = Left("body_html", BEGINNING)
        shown = ("number", "name", "kind", "name_key", "language", "reply_count", *DATES)
        places = tuple(f"discussion__article__{name}" for name in ("title", "slug", "language"))
        above = ("number", "name", "kind", "status")
        return (
            self.select_related("discussion__article", "parent")
            .annotate(beginning=beginning)
            .only(*shown, *places, *(f"parent__{name}" for name in above))
        )

    def extent(self, most: int) -> Extent:
        """Return the number of comments and of articles, and the first and last date.

        The count stops after `most` + 1 comments.
        """
        found = self.order_by()[: most + 1].aggregate(
            count=models.Count("pk"),
            articles=models.Count("discussion", distinct=True),
            first=models.Min("timeline_at"),
            last=models.Max("timeline_at"),
        )
        return Extent(**found)

    def came_since(self, discussion_id: int, day: date) -> Self:
        """Return approved comments of a discussion that were not public when `day` began: those that
        the page as of the day before doesn't show.
        """
        start = begin_of(day)
        found = self._came(discussion_id, earlier(start, SAME_DECISION))
        return found.with_status_at(start).exclude(was=self.model.Status.APPROVED)

    def nearest_to(self, discussion_id: int, day: date) -> M | None:
        """Return the first approved comment of a discussion written on `day` or later, or else the
        last one before. None if none has a date.
        """
        dated = self.in_discussion(discussion_id).approved().filter(timeline_at__isnull=False)
        start = begin_of(day)
        later = dated.filter(timeline_at__gte=start).order_by("timeline_at", "number").first()
        if later is not None:
            return later
        return dated.filter(timeline_at__lt=start).order_by("-timeline_at", "-number").first()

    def public_after(self, discussion_id: int, moment: datetime) -> Self:
        """Return approved comments of a discussion that became public after `moment`, a time in
        whole milliseconds.
        """
        return self._came(discussion_id, moment + timedelta(milliseconds=1))

    def _came(self, discussion_id: int, moment: datetime) -> Self:
        """Return approved comments of a discussion that became public at or after `moment`."""
        found = self.approved().filter(discussion_id=discussion_id)
        return found.alias(came_at=CAME_AT).filter(came_at__gte=moment)

    def behind(self, place: Place) -> Self:
        """Return the comments after `place` in reading order."""
        return self.filter(tree_id__gte=place.tree_id).exclude(
            tree_id=place.tree_id, lft__lte=place.lft
        )

    def for_reading(self) -> list[CommentRow]:
        """Return named tuples of `READING` in reading order. One query."""
        return list(starmap(CommentRow, self.in_reading_order().values_list(*self.READING)))

    def with_weight(self, also: Iterable[int] = ()) -> Self:
        """Annotate `weight`: how much of a page a comment takes; see `reading.pagination`.

        The text of a placeholder is not shown, so it weighs nothing.
        """
        shown = Q(status=self.model.Status.APPROVED)
        if own := list(also):
            shown |= Q(pk__in=own)
        text = models.Case(models.When(shown, then=Octets("body_html")), default=0)
        return self.annotate(weight=text + self.model.WEIGHT)

    def thread_sizes(self, also: Iterable[int] = ()) -> dict[int, ThreadSize]:
        """Return the sizes of threads by tree id, as far as these comments are in them. One query."""
        approved = Q(status=self.model.Status.APPROVED)
        sums = (
            self.with_weight(also)
            .order_by()
            .values("tree_id")
            .annotate(
                comments=models.Count("pk"),
                page_weight=models.Sum("weight"),
                active_at=models.Max("timeline_at", filter=approved),
                first=models.Min("lft"),
            )
            .values_list("tree_id", "comments", "page_weight", "active_at", "first")
        )
        return {
            tree: ThreadSize(comments, weight, active_at, first == 1)
            for tree, comments, weight, active_at, first in sums
        }

    def closing(self, place: Place) -> CommentRow | None:
        """Return the nearest ancestor of `place` that is itself closed now, or None."""
        above = self.filter(tree_id=place.tree_id, lft__lt=place.lft, rght__gt=place.rght)
        nearest = above.closed().order_by("-lft").values_list(*self.READING).first()
        return CommentRow(*nearest) if nearest else None

    def for_feed(self) -> Self:
        """Fetch everything that a feed entry shows, in one query."""
        return self.select_related("discussion__article", "parent").only(
            "kind",
            "name",
            "number",
            "body_html",
            "language",
            "dated_at",
            "date_is_local",
            "created_at",
            "discussion__article__title",
            "discussion__article__slug",
            "discussion__article__language",
            "discussion__article__created_at",
            "parent__number",
            "parent__status",
            "parent__created_at",
        )

    def for_api(self, discussions: Iterable[int]) -> Self:
        """Fetch everything that the read API returns about a comment, in two queries."""
        link = self.model._meta.get_field("point_links").related_model
        links = link.objects.accepted().filter(discussion__in=discussions)
        found = self.select_related("parent").prefetch_related(
            models.Prefetch("point_links", links)
        )
        return found.only(
            *(name for name in self.READING if "closed" not in name),
            "body",
            "markup",
            "discussion_id",
            "parent__number",
        )

    def in_branch(self, comment: Place) -> Self:
        """Return a comment and its branch."""
        return self.filter(tree_id=comment.tree_id, lft__gte=comment.lft, rght__lte=comment.rght)

    def readable(self) -> Self:
        """Return comments that are or were public: approved and removed ones."""
        return self.filter(self._was_public())

    def _was_public(self) -> Q:
        return Q(status__in=(self.model.Status.APPROVED, self.model.Status.REMOVED))

    def removals(self) -> dict[int, tuple[datetime, str, bool]]:
        """Return by id when and why each removed comment was last removed, and whether the
        commenter did it. One query.
        """
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
        own = ("withdraw", "erase")
        return {pk: (when, why, verb in own) for pk, when, why, verb in acts}

    def of_writer(self, writer: str) -> Self:
        """Return the comments of one writer, each with its submission and latest decision.

        Annotates `last_verb`, `last_reason` and `last_at`.
        """
        last = (
            self._entries()
            .filter(
                discussion=OuterRef("discussion"), comment=OuterRef("pk"), after=OuterRef("status")
            )
            .order_by("-pk")
        )
        return (
            self.filter(submission__writer=writer)
            .select_related("submission")
            .annotate(
                last_verb=models.Subquery(last.values("verb")[:1]),
                last_reason=models.Subquery(last.values("reason")[:1]),
                last_at=models.Subquery(last.values("created_at")[:1]),
            )
        )

    def shown_to_writer(self, writer: str, window: timedelta) -> Self:
        """Return the comments of one writer whose state is shown only to that writer.

        These are pending comments, those refused within the last 30 days, and those that can still
        be changed, for `window` after they were sent.
        """
        status, now = self.model.Status, timezone.now()
        refused = Q(status__in=(status.REJECTED, status.SPAM), last_at__gte=now - KEPT)
        return self.of_writer(writer).filter(
            Q(status=status.PENDING)
            | refused & ~Q(last_verb="withdraw")
            | Q(status=status.APPROVED, submission__created_at__gte=now - window)
        )

    def come_by(self, moment: datetime) -> Self:
        """Return comments that existed, in any status, before `moment` in the past.

        Imported comments count from their own date, or from the import if they have none; others
        from when they were sent.
        """
        return self.filter(self._come_by(moment))

    def _come_by(self, moment: datetime) -> Q:
        stored = Q(created_at__lt=moment)
        dated = Q(timeline_at__lt=moment) | Q(timeline_at=None) & stored
        imported = Q(import_run__isnull=False) & dated
        return Q(import_run=None) & stored | imported

    def with_status_at(self, moment: datetime) -> Self:
        """Annotate `was`: the status just before `moment`, "" if the comment didn't exist yet."""
        return self.annotate(was=self._status_at(moment))

    def statuses_at(self, moments: Sequence[datetime]) -> list[str]:
        """Return the status of a single comment just before each moment, see `with_status_at`, with one
        query.
        """
        if not moments:
            return []
        return list(self.values_list(*map(self._status_at, moments)).get())

    def _status_at(self, moment: datetime) -> models.Case:
        """The audit log has the status after each decision, and the `before` of the first one gives
        the initial status.
        """
        entries = self._entries()
        status = self.model.Status
        decided = entries.filter(discussion=OuterRef("discussion"), comment=OuterRef("pk"))
        last = decided.filter(after__in=status.values, created_at__lt=moment).order_by("-pk")
        first = decided.filter(before__in=status.values).order_by("pk")
        then = Coalesce(
            models.Subquery(last.values("after")[:1]),
            models.Subquery(first.values("before")[:1]),
            "status",
        )
        here = models.When(self._come_by(moment), then=then)
        return models.Case(here, default=models.Value(""), output_field=CharField())

    def filter(self, *args: Q | models.Exists, **kwargs: object) -> Self:
        """Filter like Django. A `tree_id` implies the discussion, which is added to the query."""
        tree_id = kwargs.get("tree_id")
        if isinstance(tree_id, int):
            kwargs.setdefault("discussion_id", tree_id // self.model.TREES)
        return super().filter(*args, **kwargs)

    # --- guards: see models/comment.py

    def update(self, **kwargs: Value) -> int:
        """Update like Django, but columns of structure only under the lock."""
        if self.model.STRUCTURE & kwargs.keys():
            self.model.require_lock()
        return super().update(**kwargs)

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        """Raise UnsafeStructure. Use `discussions.remove`, which keeps the rows."""
        return self.model.refuse("delete comments; remove them with discussions.remove()")

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def bulk_create(self, *args: object, **kwargs: object) -> list[M]:
        """Raise UnsafeStructure. Use `tree.bulk_insert`."""
        return self.model.refuse("bulk_create comments; use tree.bulk_insert()")
