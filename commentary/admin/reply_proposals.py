"""Who answers whom: accept or dismiss proposals of parents for the comments of one article."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import discussions
from ..models import Article, AuditEntry, Comment, RowKey, with_keys
from ..text.reply_evidence import THRESHOLD
from . import undo
from .access import actor
from .lists import ListFilters, ModerationList, read_pick
from .parameters import number

# What can be accepted together, in percent; the first is the default.
LEAST = (int(THRESHOLD * 100), 99, 90, 75)
LISTED = 0.5  # proposals with less confidence are not shown


@dataclass(frozen=True)
class ProposalFilters(ListFilters):
    """The comments of an article after number `start`, and the comment decided last."""

    route: ClassVar[str] = "admin:commentary_reply_proposals"
    states: ClassVar = ("",)

    start: int = 0


class ReplyProposals(ModerationList[ProposalFilters]):
    """The proposals for some comments of an article."""

    filters_class = ProposalFilters
    decisions: ClassVar = ("move", discussions.DISMISS)
    selection_error = gettext_lazy("Select between 1 and %(most)s proposals.")

    def show(self, request: HttpRequest, filters: ProposalFilters) -> HttpResponse:
        article = _article(filters)
        window = discussions.propose_parents(article, filters.start, LISTED)
        current = filters.item
        following = [one for one in window.proposals if current and one.key.pk > current.pk]
        return TemplateResponse(
            request,
            "admin/commentary/reply_proposals.html",
            {
                **self.site.each_context(request),
                "title": _("Who answers whom"),
                "article": article,
                "window": window,
                "current": next(iter(following or window.proposals), None) if current else None,
                "least": [
                    (percent, len(discussions.surest(window.proposals, percent / 100)))
                    for percent in LEAST
                ],
                "dismiss": discussions.DISMISS,
                "here": filters.url(item=None),
                "first_page": filters.url(start=0, item=None) if filters.start else "",
                "next_page": filters.url(start=window.last, item=None) if window.following else "",
                "bar": undo.undo_bar(request),
            },
        )

    def actions(self) -> dict:
        return {
            **super().actions(),
            "all": self.accept_surest,
            "dismiss_all": self.dismiss_all,
        }

    def decide(
        self, request: HttpRequest, verb: str, picks: Mapping[RowKey, str], reason: str
    ) -> discussions.Outcome:
        filters = self.filters_class.read(request.GET)
        return discussions.decide_proposals(
            verb, _article(filters), picks, filters.start, actor(request)
        )

    def accept_surest(self, request: HttpRequest, filters: ProposalFilters, value: str) -> str:
        """Handle the button for all proposals of at least the chosen confidence."""
        least = (number(request.POST.get("least", ""), 100) or LEAST[0]) / 100
        window = discussions.propose_parents(_article(filters), filters.start, least)
        picks = discussions.surest(window.proposals, least)
        if not self.may_take(request, picks):
            return filters.url()
        return self.apply(request, filters, "move", picks)

    def dismiss_all(self, request: HttpRequest, filters: ProposalFilters, value: str) -> str:
        """Handle the button that dismisses all proposals on the page, in the versions shown."""
        picks = request.POST.getlist("shown")
        if not self.may_take(request, picks):
            return filters.url()
        return self.apply(request, filters, discussions.DISMISS, dict(map(read_pick, picks)))

    def next_url(self, filters: ProposalFilters, decided: RowKey) -> str:
        return filters.url(item=decided)

    def subject(self, entry: AuditEntry) -> RowKey | None:
        return RowKey(entry.discussion_id, entry.comment_id) if entry.comment_id else None

    def names(self, keys: Iterable[RowKey]) -> dict[RowKey, str]:
        return {comment.key: f"#{comment.number}" for comment in with_keys(_comments(), keys)}


def _comments() -> QuerySet[Comment]:
    return Comment.objects.only("discussion_id", "number")


def _article(filters: ProposalFilters) -> Article:
    """Return the article in the URL. Raises Http404."""
    if not filters.article:
        raise Http404
    return get_object_or_404(Article, pk=filters.article)
