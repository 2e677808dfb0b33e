"""Comments: found, corrected, decided upon."""

import re
from urllib.parse import unquote

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from ..models import Comment
from ..moderation import DECISIONS
from .acts import ActsAdmin, state

PERMALINK = re.compile(r"/articles/(?P<slug>[^/\s]+)/(?:comments/|\S*#comment-)(?P<number>\d{1,9})")
NUMBER = re.compile(r"#?(\d{1,9})")


@admin.register(Comment)
class CommentAdmin(ActsAdmin):
    """Status and structure are shown; they change by the acts alone."""

    verbs = ("approve", "keep", "reject", "mark_spam", "remove", "close", "reopen")
    list_display = ["__str__", "excerpt", "article", "status", "is_open", "dated_at"]
    list_filter = ["status", "kind"]
    list_select_related = ["discussion__article"]
    search_fields = ["body"]
    search_help_text = _("A number, words of the text, a name, or the address of a comment.")
    show_full_result_count = False
    ordering = ["-pk"]
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
        "dated_at",
        "lines",
    ]
    readonly_fields = ["article", "number", "parent", "level", "status", "state", "email", "lines"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def offered(self, obj: Comment) -> list[str]:
        verbs = [verb for verb, (allowed, _to) in DECISIONS.items() if obj.status in allowed]
        return [*verbs, "reopen" if obj.is_closed else "close"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        term = search_term.strip()
        if link := PERMALINK.search(term):
            return queryset.filter(
                discussion__article__slug=unquote(link["slug"]), number=link["number"]
            ), False
        if number := NUMBER.fullmatch(term):
            return queryset.filter(number=number[1]), False
        for word in term.split():
            queryset = queryset.filter(Q(name__icontains=word) | Q(body__icontains=word))
        return queryset, False

    @admin.display(description=_("text"))
    def excerpt(self, comment: Comment) -> str:
        return Truncator(comment.body[:500]).chars(90)

    @admin.display(description=_("article"))
    def article(self, comment: Comment) -> str:
        return str(comment.discussion.article)

    @admin.display(description=_("open"), boolean=True)
    def is_open(self, comment: Comment) -> bool:
        return not comment.is_closed

    @admin.display(description=_("this branch"))
    def state(self, comment: Comment) -> str:
        return state(comment)

    @admin.display(description=_("e-mail, never shown to readers"))
    def email(self, comment: Comment) -> str:
        submission = getattr(comment, "submission", None)
        return (submission.email if submission else "") or "-"

    @admin.display(description=_("lines of the source"))
    def lines(self, comment: Comment) -> str:
        if comment.import_run is None:
            return "-"
        return f"{comment.import_run.source}: {comment.first_line}-{comment.last_line}"
