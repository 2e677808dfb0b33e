"""Comments: search, correct and decide."""

import re
from typing import Any
from urllib.parse import unquote

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.views.main import SEARCH_VAR
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from .. import discussions
from ..discussions import DECISIONS
from ..models import Article, Claim, Comment, GoneComment, ImportRun, text_columns
from ..models.queries.arrival import NEWEST_FIRST
from ..templatetags.commentary import timestamp
from ..text.phrases import colon, comma
from . import search
from .access import actor
from .actions import ActionsAdmin, Link
from .closures import describe_closure
from .dated import DatedAdmin
from .imports import SourcedAdmin, typed
from .moving import MovableAdmin
from .point_links import PointLinkFilters
from .queue import people
from .row_keys import RowKeyAdmin
from .source_lines import source_place_of
from .versions import VersionedAdmin

PERMALINK = re.compile(r"/articles/(?P<slug>[^/\s]+)/(?:comments/|\S*#comment-)(?P<number>\d{1,9})")
NUMBER = re.compile(r"#?(\d{1,9})")


@admin.register(Comment)
class CommentAdmin(
    RowKeyAdmin, DatedAdmin, SourcedAdmin, MovableAdmin, VersionedAdmin, ActionsAdmin
):
    """Comments. Status and structure are read-only; only actions change them."""

    verbs = ("approve", "keep", "reject", "hold", "mark_spam", "remove", "close", "reopen")
    date_field = "dated_at"
    list_display = ["__str__", "excerpt", "article", "status", "is_open", "shown_date"]
    list_filter = ["status", "kind"]
    list_select_related = ["discussion__article"]
    search_fields = ["body"]
    search_help_text = _(
        "Search by number, URL or text. Search operators (“phrase”, -word, by:, on:, before:, after:, "
        "status:) also work."
    )
    ordering = NEWEST_FIRST
    autocomplete_fields = ["author"]
    fields = [
        "article",
        ("number", "parent", "level"),
        "status",
        "state",
        "name",
        "email",
        "author",
        "body",
        "language",
        "dated_at",
        "lines",
        "at_source",
        "notes",
    ]
    readonly_fields = [
        *("article", "number", "parent", "level", "status", "state", "email", "lines", "at_source"),
        "notes",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        return super().get_queryset(request).defer(*text_columns("discussion__article"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: Comment, form: forms.ModelForm, change: bool
    ) -> None:
        """Correct the text, its language, the author badge and the date; save the rest."""
        obj.name = typed(obj.name, form.initial["name"])
        obj.body = typed(obj.body, form.initial["body"])
        discussions.correct(obj, actor(request), obj.name, obj.body)
        discussions.confirm(obj, obj.author, actor(request))
        if "language" in form.changed_data:
            discussions.set_language(obj, obj.language, actor(request))
        if "dated_at" in form.changed_data:
            discussions.redate(obj, obj.dated_at, obj.date_is_local, actor(request))
        if others := set(form.changed_data) - {"name", "body", "language", "author", "dated_at"}:
            obj.save(update_fields=others)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead from the URL of a comment, typed into the box above every page, to the comment."""
        term = request.GET.get(SEARCH_VAR, "").strip()
        if (
            PERMALINK.search(term)
            and IS_POPUP_VAR not in request.GET
            and self.has_view_permission(request)
        ):
            found = self.get_search_results(request, self.get_queryset(request), term)[0]
            keys = [comment.key for comment in found.only("discussion_id")[:2]]
            if len(keys) == 1:
                return redirect("admin:commentary_comment_change", keys[0])
        return super().changelist_view(request, extra_context)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Comment | None = None,
    ) -> HttpResponse:
        """Show others that this user is looking at the comment, and this user who else is."""
        if obj is not None:
            Claim.make(actor(request), obj.key)
            context["claim"] = Claim.of_others(actor(request)).get(obj.key, "")
        return super().render_change_form(request, context, add, change, form_url, obj)

    def with_related(self, rows: QuerySet) -> QuerySet:
        return rows.select_related("discussion")

    def allowed_actions(self, obj: Comment) -> list[str]:
        verbs = [verb for verb, (allowed, _to) in DECISIONS.items() if obj.status in allowed]
        return [*verbs, "reopen" if obj.is_closed else "close"]

    def related_pages(self, obj: Comment) -> list[Link]:
        pages: list[Link] = []
        if obj.discussion.article.points:
            pages.append((PointLinkFilters(comment=obj.key).url(), _("Links to points")))
        if obj.revisions.filter(discussion=obj.discussion_id).exists():
            address = reverse("admin:commentary_comment_versions", args=[obj.key])
            pages.append((address, _("Versions")))
        return pages

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        term = search_term.strip()
        if link := PERMALINK.search(term):
            articles = Article.objects.at(unquote(link["slug"]))
            return queryset.filter(discussion__article__in=articles, number=link["number"]), False
        if number := NUMBER.fullmatch(term):
            return queryset.filter(number=number[1]), False
        if not term:
            return queryset, False
        found = search.matching_keys(request, term, "comment", request.GET.get("status__exact", ""))
        return queryset.filter(pk__in=found), False

    @admin.display(description=_("text"))
    def excerpt(self, comment: Comment) -> str:
        return Truncator(comment.body[:500]).chars(90)

    @admin.display(description=_("article"))
    def article(self, comment: Comment) -> str:
        return str(comment.discussion.article)

    @admin.display(description=pgettext_lazy("thread", "open"), boolean=True)
    def is_open(self, comment: Comment) -> bool:
        return not comment.is_closed

    @admin.display(description=_("replies"))
    def state(self, comment: Comment) -> str:
        return describe_closure(comment)

    @admin.display(description=_("e-mail (never published)"))
    def email(self, comment: Comment) -> str:
        submission = getattr(comment, "submission", None)
        return (submission.email if submission else "") or "-"

    @admin.display(description=_("at the source"))
    def at_source(self, comment: Comment) -> str:
        """Whether the source still has an imported comment."""
        if comment.import_run_id is None:
            return "-"
        gone = GoneComment.objects.filter(discussion=comment.discussion_id, comment=comment.pk)
        run = ImportRun.objects.filter(gone_comments__in=gone).defer("ledger", "warnings").first()
        if run is None:
            return gettext("found")
        return gettext("missing since %(date)s") % {"date": timestamp(run.created_at)}

    @admin.display(description=_("notes for editors"))
    def notes(self, comment: Comment) -> str:
        """The notes on this comment and on others of the same person, or "-"."""
        notes = people.notes_about(comment, people.writer_of(comment))[: people.MAX_NOTES]
        lines = (
            (note.author_name, comma(), timestamp(note.created_at), colon(), note.body)
            for note in notes
        )
        return format_html_join("", "<p><strong>{}</strong>{}{}{}{}</p>", lines) or "-"

    @admin.display(description=_("source lines"))
    def lines(self, comment: Comment) -> str:
        place = source_place_of(comment)
        span = f"{comment.first_line}–{comment.last_line}"
        return f"{place.source}{colon()}{span}" if place else "-"
