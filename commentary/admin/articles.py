"""Articles and authors: write, edit and publish."""

from collections.abc import Iterable

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from .. import discussions
from ..models import (
    Article,
    Author,
    Byline,
    Comment,
    Discussion,
    FormerArticleSlug,
    FormerAuthorSlug,
    PointLink,
    RelatedLink,
)
from ..search.indexing import index_comments
from ..text.phrases import listed_names
from . import search
from .access import actor
from .actions import ActionsAdmin, Link
from .article_form import ArticleForm
from .author_form import AuthorForm
from .closures import describe_closure
from .dated import DatedAdmin
from .editing import LabelledFields, PermanentAdmin
from .imports import SourcedAdmin, typed
from .labels import DISCUSSION_ACTIONS
from .paging import LimitedAdmin
from .point_links import PointLinkFilters
from .reply_proposals import ProposalFilters

MAX_INDEXED = 5_000  # comments indexed within a request


@admin.register(Author)
class AuthorAdmin(PermanentAdmin):
    """People who wrote articles."""

    form = AuthorForm
    fields = ["name", "slug", "biography", "new_picture", "remove_picture"]
    list_display = ["name", "slug"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(FormerArticleSlug, FormerAuthorSlug)
class FormerSlugAdmin(LimitedAdmin):
    """Former URLs and the pages they redirect to. Deleting one frees it for another page."""

    list_display = ["slug", "page"]
    list_select_related = ["page"]
    search_fields = ["slug"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm("commentary.change_article")

    has_delete_permission = has_view_permission


class BylineInline(LabelledFields, admin.TabularInline):
    """The authors of an article, in order. Removing one from the byline does not delete the author."""

    model = Byline
    fields = ["author", "position"]
    autocomplete_fields = ["author"]
    extra = 1
    formfield_overrides = PermanentAdmin.formfield_overrides

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_change_permission(request, obj)


class RelatedLinkInline(BylineInline):
    """The related links at the end of an article."""

    model = RelatedLink
    fields = ["label", "caption", "url", "position"]
    autocomplete_fields = ()
    extra = 0


@admin.register(Article)
class ArticleAdmin(DatedAdmin, SourcedAdmin, ActionsAdmin):
    """Articles. Their discussions can be closed and reopened here too."""

    verbs = ("close", "reopen")
    labels = DISCUSSION_ACTIONS
    date_field = "published_at"
    list_display = ["__str__", "byline", "shown_date", "is_published", "is_open", "responses"]
    list_filter = ["is_published", "timeline_at"]
    search_fields = ["title", "slug", "authors__name"]
    search_help_text = _(
        "Search by title, URL or author. Search operators (“phrase”, -word, author:, before:) also work."
    )
    form = ArticleForm
    change_form_template = "admin/commentary/article_change_form.html"
    fields = [
        "title",
        "slug",
        "written_in",
        "body",
        ("picture", "picture_alt", "picture_caption"),
        "language",
        ("is_published", "published_at"),
        "source_url",
        "state",
    ]
    readonly_fields = ["state"]
    inlines = [BylineInline, RelatedLinkInline]
    actions = ["publish", "unpublish"]
    listed_fields = ("title", "slug", "is_published", "published_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        return super().get_queryset(request).newest_first().for_list()  # type: ignore[attr-defined]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        named, _is_many = super().get_search_results(request, Article.objects.all(), term)
        found = Q(pk__in=named.values("pk")) | Q(
            pk__in=search.matching_keys(request, term, "article")
        )
        return queryset.filter(found), False

    def related_pages(self, obj: Article) -> list[Link]:
        pages: list[Link] = [(ProposalFilters(article=obj.pk).url(), _("Who answers whom"))]
        if obj.points:
            pages.append((PointLinkFilters(article=obj.pk).url(), _("Links to points")))
        pages.append((f"{reverse('admin:commentary_join')}?of={obj.pk}", _("Join discussions")))
        return pages

    def edited_values(self, obj: Article) -> dict[str, str]:
        """Include the authors and related links below the form."""
        authors = (f"{line.author} ({line.position})" for line in obj.bylines.all())
        links = (f"{r.label} {r.caption} {r.url} ({r.position})" for r in obj.related.all())
        return super().edited_values(obj) | {
            str(_("authors")): "\n".join(authors),
            str(_("related links")): "\n".join(links),
        }

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Article | None = None
    ) -> dict[str, list[str]]:
        # Other sites link to the URL of an existing article.
        return {} if obj else {"slug": ["title"]}

    def save_model(
        self, request: HttpRequest, obj: Article, form: forms.ModelForm, change: bool
    ) -> None:
        """Correct the title and text of an existing article, keeping the edit history; save the
        rest.
        """
        if change:
            obj.title = typed(obj.title, form.initial["title"])
            discussions.correct(obj, actor(request), obj.title, obj.body)
            if "published_at" in form.changed_data:
                discussions.redate(obj, obj.published_at, obj.date_is_local, actor(request))
            discussions.publish(obj, obj.is_published, actor(request))
            self._warn_of_missing_points(request, obj)
        super().save_model(request, obj, form, change)
        if change and "language" in form.changed_data:
            self._index_comments(request, obj)

    def _index_comments(self, request: HttpRequest, article: Article) -> None:
        """Index the comments in the article's new language, or tell the editor how if there are too
        many.
        """
        if Comment.objects.in_discussion(article.pk).count() <= MAX_INDEXED:
            index_comments(article.pk)
            return
        text = _(
            "Run “manage.py index_search” to index the comments of this article for search in the "
            "new language."
        )
        messages.warning(request, text)

    def _warn_of_missing_points(self, request: HttpRequest, article: Article) -> None:
        """Warn about accepted links to points that the article no longer has."""
        links = PointLink.objects.filter(discussion=article.pk)
        if count := links.accepted().exclude(point__in=article.points).count():
            text = ngettext(
                "%(n)d comment refers to a point that no longer exists. The link is kept but hidden.",
                "%(n)d comments refer to points that no longer exist. The links are kept but hidden.",
                count,
            )
            messages.warning(request, text % {"n": count})

    def targets(self, rows: Iterable[Model]) -> list[Discussion]:
        return [row.discussion for row in rows if isinstance(row, Article)]

    def allowed_actions(self, obj: Article) -> list[str]:
        return ["reopen"] if obj.discussion.is_closed else ["close"]

    @admin.display(description=_("authors"))
    def byline(self, article: Article) -> str:
        return listed_names(author.name for author in article.authors.all())

    @admin.display(description=pgettext_lazy("discussion", "open"), boolean=True)
    def is_open(self, article: Article) -> bool:
        return not article.discussion.is_closed

    @admin.display(description=_("responses"))
    def responses(self, article: Article) -> int:
        return article.discussion.approved_count

    @admin.display(description=_("comments"))
    def state(self, article: Article) -> str:
        if article.pk is None:
            return "-"
        return describe_closure(article.discussion)

    @admin.action(description=_("Publish"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        self._set_published(request, queryset, True)

    @admin.action(description=_("Unpublish"), permissions=["change"])
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        self._set_published(request, queryset, False)

    def _set_published(self, request: HttpRequest, chosen: QuerySet[Article], wish: bool) -> None:
        """Publish or unpublish the articles that have not changed since the list was loaded."""
        for article in self.unchanged(request, chosen):
            if article.is_published != wish:
                discussions.publish(article, wish, actor(request))
                self.log_change(request, article, [{"changed": {"fields": ["published"]}}])
