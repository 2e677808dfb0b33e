"""The named reads of the project: what a view may ask for.

A filter on status or publication stands here and nowhere else.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from random import randint
from typing import Any

from django.db import models
from django.db.models import CharField, OuterRef, Q, Window
from django.db.models.functions import Cast, Coalesce, ExtractYear, Left, RowNumber, TruncMonth
from django.utils import timezone
from mptt.querysets import TreeQuerySet

from .dates import DatedQuerySet, begin_of

# How long a writer is shown that a comment was not published, and why.
KEPT = timedelta(days=30)
DATES = ("dated_at", "date_is_local", "timeline_at")
BEGINNING = 3_000  # characters of a comment, of which a list shows the first words


def text_columns(*lookups: str) -> list[str]:
    """The columns with the texts of the articles and comments that `lookups` lead to, for
    `defer()`: they may be long, and lists show none of them."""
    columns = {"article": ("body", "words")}
    return [
        f"{lookup}__{column}"
        for lookup in lookups
        for column in columns.get(lookup.rpartition("__")[2], ("body", "body_html", "words"))
    ]


class ArticleQuerySet(DatedQuerySet):
    """Articles, drafts included, until `published` is asked for."""

    def published(self) -> "ArticleQuerySet":
        """What everybody may read."""
        return self.filter(is_published=True)

    def at(self, slug: str) -> "ArticleQuerySet":
        """The one that has this slug now, or had it before."""
        former: Any = self.model._meta.get_field("former_slugs").related_model
        had = former.objects.filter(slug=slug).values("page")
        return self.filter(Q(slug=slug) | Q(pk__in=had))

    def any_one(self) -> Any:
        """One of them by chance, or None: the first from a key on that is drawn. Two queries;
        counting them, or an order by chance, would read them all."""
        first = models.Subquery(self.order_by("pk").values("pk")[:1])
        ends = self.order_by("-pk").annotate(first=first).values_list("first", "pk").first()
        return ends and self.filter(pk__gte=randint(*ends)).order_by("pk").first()

    def newest_first(self) -> "ArticleQuerySet":
        """By date, the undated last, then by the order in which they came."""
        return self.order_by(models.F("timeline_at").desc(nulls_last=True), "-pk")

    def for_list(self) -> "ArticleQuerySet":
        """With all that a line of a list shows, in two queries."""
        return self.select_related("discussion").with_authors().defer("body")

    def for_page(self) -> "ArticleQuerySet":
        """With all that the page of an article shows beside its comments, in three queries."""
        pages = self.select_related("discussion__closed_entry").with_authors("related")
        return pages.annotate(edited_at=self._edited_at(), newest=self._newest())

    def _newest(self) -> Any:
        """When the last of the comments that everybody may read became public."""
        discussion: Any = self.model._meta.get_field("discussion").related_model
        comment: Any = discussion._meta.get_field("comments").related_model
        public = comment.objects.approved().filter(
            discussion_id=OuterRef("pk"), public_at__isnull=False
        )
        return models.Subquery(public.order_by("-public_at").values("public_at")[:1])

    def _edited_at(self) -> Any:
        """When the words that a source brought were changed last; None if they stand, or stand
        again, or nobody brought them."""
        kept: Any = self.model._meta.get_field("revisions").related_model
        mine = kept.objects.filter(article=OuterRef("pk"))
        first, last = mine.order_by("pk"), mine.order_by("-pk")
        brought = Q(title=first.values("name")[:1], body=first.values("body")[:1])
        is_ours = Q(source=None)
        return models.Case(
            models.When(is_ours | brought, then=None),
            default=models.Subquery(last.values("created_at")[:1]),
        )

    def for_feed(self) -> "ArticleQuerySet":
        """With all that an entry of a feed shows, in three queries."""
        return self.select_related("discussion").with_authors("related")

    def with_authors(self, *lookups: str) -> "ArticleQuerySet":
        """With their authors in the order of the byline, and with `lookups`."""
        author: Any = self.model._meta.get_field("authors").related_model
        in_order = author.objects.order_by("bylines__position", "bylines__pk")
        return self.prefetch_related(models.Prefetch("authors", in_order), *lookups)

    def for_results(self) -> "ArticleQuerySet":
        """The public ones with all that a result of a search shows, in two queries."""
        return self.published().select_related("discussion").with_authors()

    def for_version(self) -> "ArticleQuerySet":
        """With what tells whether a kept page is still right, and its name, in one query."""
        return self.select_related("discussion").only(
            "title",
            "slug",
            "is_published",
            "timeline_at",
            "created_at",
            "discussion__version",
            "discussion__schedule",
            "discussion__auto_close_days",
            "discussion__is_set_by_hand",
        )

    def in_year(self, year: int | None) -> "ArticleQuerySet":
        """Those dated in `year`; None asks for those whose date is unknown."""
        if year is None:
            return self.filter(timeline_at=None)
        return self.filter(timeline_at__year=year)

    def in_month(self, year: int, month: int) -> "ArticleQuerySet":
        """Those dated in one month."""
        return self.in_year(year).filter(timeline_at__month=month)

    def count_by_month(self, year: int) -> list[dict[str, Any]]:
        """``[{"month": datetime(2011, 3, 1), "count": 3}, …]`` of one year, from January on."""
        return list(
            self.in_year(year)
            .order_by()
            .annotate(month=TruncMonth("timeline_at"))
            .values("month")
            .annotate(count=models.Count("pk"))
            .order_by("month")
        )

    def count_by_year(self) -> list[dict[str, Any]]:
        """``[{"year": 2011, "count": 3}, …]``, newest first, the undated (None) last."""
        return list(
            self.order_by()
            .annotate(year=ExtractYear("timeline_at"))
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


class AuditQuerySet(models.QuerySet):
    """Audit entries, newest first."""

    def public(self) -> "AuditQuerySet":
        """Closings and removals by editors that stand, on published articles: what readers may
        see. Of a comment that is not public itself nothing is said."""
        comment: Any = self.model._meta.get_field("comment").related_model
        return (
            self.filter(
                Q(verb="remove", comment__status=comment.Status.REMOVED)
                | Q(verb="close", comment=None, discussion__closed_entry=models.F("pk"))
                | Q(
                    verb="close",
                    comment__closed_entry=models.F("pk"),
                    comment__status__in=(comment.Status.APPROVED, comment.Status.REMOVED),
                ),
                ~Q(actor_name="source", actor=None),
                discussion__article__is_published=True,
            )
            .select_related("discussion__article", "comment")
            .defer(*text_columns("discussion__article", "comment"))
        )

    def changes(self, comments: Iterable[int]) -> dict[int, datetime]:
        """When each of the comments became public or got other words last, by its id; without
        those that are as they came from a source. One query."""
        comment: Any = self.model._meta.get_field("comment").related_model
        entry: Any = self.model
        approved, rewordings = comment.Status.APPROVED, ("edit", *entry.REWORDINGS)
        acts = self.filter(
            Q(after=approved) & ~Q(before=approved)
            | Q(verb__in=rewordings)
            | Q(undoes__verb__in=rewordings),
            comment__in=comments,
        )
        return dict(acts.order_by().values_list("comment").annotate(models.Max("created_at")))

    def standing(self) -> "AuditQuerySet":
        """Those that nobody has taken back."""
        return self.filter(undone_by=None)

    def with_places(self) -> "AuditQuerySet":
        """With all that a line of the trail shows, in one query."""
        return self.select_related(
            "discussion__article", "comment__discussion", "undone_by", "undoes"
        ).defer(*text_columns("discussion__article", "comment"))


class ReportQuerySet(models.QuerySet):
    """Readers' complaints."""

    def open(self) -> "ReportQuerySet":
        """Neither decided upon nor taken back."""
        return self.filter(closed_entry=None, withdrawn_at=None)


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


class RuleQuerySet(models.QuerySet):
    """Rules of screening."""

    def in_force(self, article_id: int) -> "RuleQuerySet":
        """Those that a comment on this article is screened by now."""
        return self.filter(
            Q(article=None) | Q(article=article_id),
            Q(ends_at=None) | Q(ends_at__gt=timezone.now()),
            is_active=True,
        ).order_by("pk")

    def state(self) -> list[Any]:
        """Expressions that are others after any of these rules was added or changed."""
        rules = self.order_by().annotate(all=models.Value(1)).values("all")
        return [
            models.Subquery(rules.annotate(state=aggregate).values("state"))
            for aggregate in (models.Count("pk"), models.Max("pk"), models.Max("changed_at"))
        ]


class CommentQuerySet(DatedQuerySet, TreeQuerySet):
    """Comments of every status, with the writes refused that would break a tree."""

    READING = (
        "id",
        "number",
        "voice",
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
        return self.approved().filter(models.Exists(reports.open().filter(comment=OuterRef("pk"))))

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
            *text_columns("discussion__article"), "parent__words"
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
            tree_id=OuterRef("tree_id"), lft__lte=OuterRef("lft"), rght__gte=OuterRef("rght")
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
        return self.filter(seen, name="", voice__isnull=False)

    def signed(self, signature: str) -> "CommentQuerySet":
        """What everybody may read and is signed with one name; see `names.signature`."""
        return self.approved().of_published().filter(signature=signature)

    def for_list(self) -> "CommentQuerySet":
        """With all that a list of comments on several articles shows, and the `beginning` of what
        each says. One query."""
        beginning = Left("body_html", BEGINNING)
        shown = ("number", "name", "kind", "signature", "reply_count", *DATES)
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
        tie: Any = self.model._meta.get_field("ties").related_model
        found = self.select_related("parent").prefetch_related(
            models.Prefetch("ties", tie.objects.confirmed())
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
        last = entries.filter(comment=OuterRef("pk"), after=OuterRef("status")).order_by("-pk")
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
        status, decided = self.model.Status, entries.objects.filter(comment=OuterRef("pk"))
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
