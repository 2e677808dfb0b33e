from datetime import UTC, datetime
from random import randint
from typing import Self, TypeAlias

from django.apps import apps
from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import OuterRef, Q
from django.db.models.functions import StrIndex, Substr
from django.db.models.sql.compiler import SQLCompiler

from ...text.excerpts import BEGINNING, PICTURES, STORED_PICTURE
from ..distribution import is_distributed
from .comments import CAME_AT
from .dated import MONTHS, DatedQuerySet, M, ModelClass, month_start

Compiled: TypeAlias = tuple[str, tuple[object, ...]]
LATEST = 20  # times of the latest comments of an article in a list

# The columns of an article that a comment is sent to, and the key of the comment that it answers if
# the sender may know of it. Like `CommentQuerySet.known`.
POSTED_TO = """
SELECT article.id, slug, title, body, markup, article.language, is_published, (
    SELECT comment.id FROM commentary_comment AS comment
    WHERE comment.discussion_id = article.id AND number = %s
        AND (status IN ('approved', 'removed') OR reply_count > 0)
)
FROM commentary_article AS article WHERE slug = %s
"""
# In a distributed database, the key of the article says on which node its comments are.
POSTED_TO_KEY = POSTED_TO.replace("= article.id", "= %s").replace("WHERE slug = ", "WHERE id = ")
SENT_COLUMNS = ("id", "slug", "title", "body", "markup", "language", "is_published")


def _utc(moment: datetime) -> datetime:
    """SQLite returns times without a zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class ArticleCount(models.Func):
    """Return a subquery for the number of published articles of an author, from `models.tallies`."""

    template = (
        "(SELECT coalesce(sum(articles), 0) FROM commentary_tally"
        " WHERE kind = 2 AND key = %(expressions)s)"
    )
    output_field = models.IntegerField()
    # In a distributed database, rows of all nodes are added up first.
    distributed = (
        "(SELECT coalesce(sum(counted.articles), 0) FROM ("
        "SELECT key, sum(articles) AS articles FROM commentary_tally WHERE kind = 2 GROUP BY key"
        ") AS counted WHERE counted.key = %(expressions)s)"
    )

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Compiled:
        template = self.distributed if is_distributed() else self.template
        return self.as_sql(compiler, connection, template=template)


class Times(models.Subquery):
    """Return a subquery for the list of times that a queryset of one column, `at`, has."""

    template = "(SELECT jsonb_agg(q.at) FROM (%(subquery)s) q)"
    output_field = models.JSONField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Compiled:
        template = "(SELECT json_group_array(q.at) FROM (%(subquery)s) q)"
        return self.as_sql(compiler, connection, template=template)


class ArticleQuerySet(DatedQuerySet[M]):
    """Articles, including drafts unless `published` is called."""

    model: ModelClass

    def published(self) -> Self:
        """Return articles that everyone may read."""
        return self.filter(is_published=True)

    def at(self, slug: str) -> Self:
        """Return the article that has this slug now or had it before."""
        slugs = self.model._meta.get_field("former_slugs").related_model
        former = slugs
        had = former.objects.filter(slug=slug).values("page")
        return self.filter(Q(slug=slug) | Q(pk__in=had))

    def any_one(self) -> M | None:
        """Return a random article, or None: the first one from a random key on.

        Two queries. Counting or sorting at random would read all articles.
        """
        first = models.Subquery(self.order_by("pk").values("pk")[:1])
        ends = self.order_by("-pk").annotate(first=first).values_list("first", "pk").first()
        return self.filter(pk__gte=randint(*ends)).order_by("pk").first() if ends else None

    def newest_first(self) -> Self:
        """Order by date, undated last, then by key, newest first.

        An index from a migration covers published articles in this order.
        """
        return self.order_by(models.F("timeline_at").desc(nulls_last=True), "-pk")

    def for_list(self) -> Self:
        """Fetch everything that a list shows, in two queries."""
        return self.select_related("discussion").with_authors().defer("body")

    def with_beginnings(self) -> Self:
        """Add `beginning` and `pictured`, pieces of the body for its excerpt and its first picture.
        No list reads whole texts.
        """
        at = StrIndex("body", models.Value(STORED_PICTURE))
        from_picture = models.When(at__gt=0, then=Substr("body", at, PICTURES))
        return self.annotate(beginning=Substr("body", 1, BEGINNING), at=at).annotate(
            pictured=models.Case(from_picture, default=models.Value(""))
        )

    def for_titles(self) -> Self:
        """Fetch what a list of titles shows, in two queries."""
        shown = ("title", "slug", "language", "published_at", "date_is_local", "timeline_at")
        counts = ("approved_count",)
        return (
            self.select_related("discussion")
            .with_authors()
            .only(*shown, *(f"discussion__{name}" for name in counts))
        )

    def with_newest(self) -> Self:
        """Add `newest`, when the latest approved comment became public."""
        return self.filter(discussion__isnull=False).annotate(newest=self._newest())

    def with_slug(self, slug: str) -> Self:
        """Return the article with this slug.

        In a distributed database, one more query finds its key, which says on which node it is.
        """
        if not is_distributed():
            return self.filter(slug=slug)
        key = self.model._default_manager.filter(slug=slug).values_list("pk", flat=True).first()
        return self.none() if key is None else self.with_discussion(key)

    def with_discussion(self, pk: int) -> Self:
        """Return the article with this key. The key of its discussion, the same, is also named."""
        return self.filter(pk=pk, discussion=pk)

    def for_page(self, pk: int) -> Self:
        """Fetch everything that an article's page shows except its comments, in three queries."""
        pages = (
            self.with_discussion(pk)
            .select_related("discussion__closed_entry")
            .with_authors("related")
        )
        return pages.annotate(edited_at=self._edited_at(pk), newest=self._newest(pk))

    def latest_times(self) -> dict[int, list[datetime]]:
        """Return by key when the latest approved comments of each article became public, newest
        first, at most LATEST of each. One query.
        """
        rows = self.filter(discussion__isnull=False).order_by()
        times = rows.values_list("pk", Times(self._came().values(at=CAME_AT)[:LATEST]))
        return {
            pk: [_utc(datetime.fromisoformat(at)) for at in latest or ()] for pk, latest in times
        }

    def _newest(self, pk: int | None = None) -> models.Subquery:
        """When the latest approved comment became public."""
        return models.Subquery(self._came(pk).values(came_at=CAME_AT)[:1])

    def _came(self, pk: int | None = None) -> models.QuerySet:
        """Return the approved comments of an article, or of that of the outer query, newest first."""
        discussions = self.model._meta.get_field("discussion").related_model
        discussion = discussions
        comment = discussion._meta.get_field("comments").related_model
        public = comment.objects.approved().filter(
            discussion_id=pk or OuterRef("discussion__article")
        )
        return public.order_by(CAME_AT.desc())

    def _edited_at(self, pk: int) -> models.Case:
        """When imported text was last changed; None if it is as imported or was written here."""
        kept = self.model._meta.get_field("revisions").related_model
        mine = kept.objects.filter(discussion=pk, article=pk)
        first, last = mine.order_by("pk"), mine.order_by("-pk")
        brought = Q(title=first.values("name")[:1], body=first.values("body")[:1])
        is_ours = Q(source=None)
        return models.Case(
            models.When(is_ours | brought, then=None),
            default=models.Subquery(last.values("created_at")[:1]),
        )

    def for_feed(self) -> Self:
        """Fetch everything that a feed entry shows, in three queries."""
        return self.select_related("discussion").with_authors("related")

    def with_authors(self, *lookups: str) -> Self:
        """Prefetch the authors in byline order with their pictures, and `lookups`."""
        author = self.model._meta.get_field("authors").related_model
        in_order = author.objects.select_related("picture").order_by(
            "bylines__position", "bylines__pk"
        )
        return self.prefetch_related(models.Prefetch("authors", in_order), *lookups)

    def for_results(self) -> Self:
        """Return published articles with everything that a search result shows, in two queries."""
        return self.published().select_related("discussion").with_authors()

    def for_version(self) -> Self:
        """Fetch only what page versions and names need, in one query. `site_look` is the version of
        the site's settings, which all pages show.
        """
        look = apps.get_model("commentary", "SiteSettings")._default_manager.filter(pk=1)
        rows = self.select_related("discussion").annotate(
            site_look=models.Subquery(look.values("version"))
        )
        return rows.only(
            "title",
            "slug",
            "language",
            "is_published",
            "timeline_at",
            "created_at",
            "discussion__version",
            "discussion__schedule",
            "discussion__auto_close_days",
            "discussion__is_set_by_hand",
            "discussion__last_number",
        )

    def posted_to(self, slug: str, answered: int) -> tuple[M, int | None] | None:
        """Return the article with this slug with only what posting needs, and the key of comment
        number `answered` if the sender may know of it. One query, written in SQL because
        compiling it takes longer than the query.
        """
        with connection.cursor() as cursor:
            if is_distributed():
                cursor.execute("SELECT id FROM commentary_article WHERE slug = %s", [slug])
                found = cursor.fetchone()
                cursor.execute(POSTED_TO_KEY, [*found, answered, *found]) if found else None
            else:
                cursor.execute(POSTED_TO, [answered, slug])
            row = cursor.fetchone()
        return row and (self.model.from_db(self.db, SENT_COLUMNS, row[:-1]), row[-1])

    def in_year(self, year: int | None) -> Self:
        """Return articles of one year; None means undated."""
        if year is None:
            return self.filter(timeline_at=None)
        return self.filter(timeline_at__year=year)

    def in_month(self, year: int, month: int) -> Self:
        """Return articles of one month."""
        first = year * MONTHS + month - 1
        return self.between(month_start(first), month_start(first + 1))


class AuthorQuerySet(models.QuerySet[M]):
    """Authors of articles."""

    def for_page(self) -> Self:
        """Return authors of published articles with their pictures."""
        return self.with_counts().select_related("picture")

    def with_counts(self) -> Self:
        """Return authors of published articles with `article_count`.

        Counts for each author; `tallies.busiest_authors` lists many faster.
        """
        return self.annotate(article_count=ArticleCount("pk")).filter(article_count__gt=0)
