"""Links from comments to points: accept or dismiss suggestions, and add links."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import discussions
from ..models import Article, AuditEntry, Comment, PointLink, RowKey, with_keys
from ..models.queries.arrival import OLDEST_FIRST, arrived_after
from ..reading.parameters import ArrivalCursor
from . import parameters, undo
from .access import actor
from .highlight import Segment, highlight
from .labels import Label
from .lists import Action, ListFilters, ModerationList, busiest_articles, tabs_by_state
from .parameters import MAX_BATCH

State = PointLink.State
PAGE_SIZE = 25
TABS: dict[str, Label] = {
    State.SUGGESTED: gettext_lazy("Suggested"),
    State.ACCEPTED: gettext_lazy("Accepted"),
    State.DISMISSED: gettext_lazy("Dismissed"),
}
EMPTY: dict[str, Label] = {
    State.SUGGESTED: gettext_lazy("No suggested links are waiting for a decision."),
    State.ACCEPTED: gettext_lazy("No accepted links yet."),
    State.DISMISSED: gettext_lazy("No dismissed links yet."),
}
BUTTONS: dict[str, tuple[Label, str]] = {  # verb: (label, shortcut)
    "link": (gettext_lazy("Accept"), "a"),
    "unlink": (gettext_lazy("Dismiss"), "r"),
}


@dataclass(frozen=True)
class PointLinkFilters(ListFilters):
    """A position in the list of links, or with `comment` the page of that comment's points."""

    route: ClassVar[str] = "admin:commentary_point_links"
    states: ClassVar = TABS

    state: str = State.SUGGESTED
    comment: RowKey | None = None

    @property
    def verbs(self) -> list[str]:
        """The decisions available on this tab."""
        return [
            verb
            for verb, (allowed, _to) in discussions.LINK_DECISIONS.items()
            if self.state in allowed
        ]


@dataclass
class PointLinkItem:
    """A link in the list: the text of the comment, and that of the point."""

    link: PointLink
    text: list[Segment]
    point_text: str | None
    rival: Comment | None = None  # the comment that "#3" may mean instead

    @property
    def pick(self) -> str:
        return f"{self.link.key}:{self.link.state}"


class PointLinkList(ModerationList[PointLinkFilters]):
    """The list of links to points, and the page of one comment's points."""

    filters_class = PointLinkFilters
    decisions: ClassVar = discussions.LINK_DECISIONS
    selection_error = gettext_lazy("Select between 1 and %(most)s links.")

    def actions(self) -> dict[str, Action[PointLinkFilters]]:
        return {**super().actions(), "all": self.decide_all, "hand": self.link_by_hand}

    def show(self, request: HttpRequest, filters: PointLinkFilters) -> HttpResponse:
        if filters.comment:
            return self.show_comment(request, filters)
        return self.show_list(request, filters)

    def show_list(self, request: HttpRequest, filters: PointLinkFilters) -> HttpResponse:
        """Show the links of one tab. The number of queries doesn't depend on their number."""
        found = links(filters).with_last_decision()  # type: ignore[attr-defined]
        if filters.after:
            found = arrived_after(found, *filters.after)
        rows: list[PointLink] = list(found.select_related("comment__discussion")[: PAGE_SIZE + 1])
        last = rows[PAGE_SIZE - 1] if len(rows) > PAGE_SIZE else None
        after = ArrivalCursor(last.created_at, last.pk) if last else None
        return TemplateResponse(
            request,
            "admin/commentary/point_links.html",
            {
                **self.list_context(request, filters, tabs_by_state(TABS, filters, links), after),
                "title": _("Links to points"),
                "articles": linked_article_choices(filters),
                "items": items(rows[:PAGE_SIZE]),
                "empty": EMPTY[filters.state],
                "buttons": [(verb, *BUTTONS[verb]) for verb in filters.verbs],
            },
        )

    def show_comment(self, request: HttpRequest, filters: PointLinkFilters) -> HttpResponse:
        """Show one comment next to the points of its article, for linking by hand."""
        comment = _comment(filters)
        points = comment.discussion.article.points
        links = comment.point_links.filter(discussion=comment.discussion_id)
        by_point = {link.point: link for link in links.with_last_decision()}
        phrases = [phrase for link in by_point.values() for phrase in link.found]
        numbers = sorted(points.keys() | by_point.keys())
        return TemplateResponse(
            request,
            "admin/commentary/point_links_comment.html",
            {
                **self.site.each_context(request),
                "title": _("Points of #%(number)s") % {"number": comment.number},
                "comment": comment,
                "text": highlight(comment.typed, phrases),
                "lines": [(n, points.get(n), by_point.get(n)) for n in numbers],
                "here": filters.url(),
                "bar": undo.undo_bar(request),
            },
        )

    def rows(self, filters: PointLinkFilters) -> QuerySet[PointLink]:
        return links(filters)

    def decide(
        self, request: HttpRequest, verb: str, picks: Mapping[RowKey, str], reason: str
    ) -> discussions.Outcome:
        return discussions.decide_point_links(verb, picks, actor(request), picks)

    def subject(self, entry: AuditEntry) -> RowKey | None:
        return RowKey(entry.discussion_id, entry.point_link_id) if entry.point_link_id else None

    def names(self, keys: Iterable[RowKey]) -> dict[RowKey, str]:
        name = _("#%(comment)d, point %(point)d")
        return {
            link.key: name % {"comment": link.comment.number, "point": link.point}
            for link in with_keys(PointLink.objects.select_related("comment"), keys)
        }

    def decide_all(self, request: HttpRequest, filters: PointLinkFilters, verb: str) -> str:
        """Handle a button for every link of the tab, not only those on the page."""
        chosen = links(filters).only("discussion_id")[:MAX_BATCH]
        picks = dict.fromkeys((link.key for link in chosen), filters.state)
        if verb in self.decisions and not self.may_take(request, picks):
            return filters.url()
        return self.apply(request, filters, verb, picks)

    def link_by_hand(self, request: HttpRequest, filters: PointLinkFilters, value: str) -> str:
        """Link the comment in the URL to a point, or unlink it: "link:3", "unlink:3"."""
        verb, _colon, number = value.partition(":")
        comment, point = _comment(filters), parameters.key(number)
        if verb == "link" and point in comment.discussion.article.points:
            entry = discussions.link(comment, point, actor(request))
        elif verb == "unlink":
            entry = discussions.unlink(comment, point, actor(request))
        else:
            raise Http404
        undo.offer_undo(request, [entry] if entry else [])
        if entry is None:
            messages.warning(request, _("Nothing changed: this was already done."))
        return filters.url()

    def undo(self, request: HttpRequest, filters: PointLinkFilters, value: str) -> str:
        next_url = super().undo(request, filters, value)
        return filters.url() if filters.comment else next_url


def links(filters: PointLinkFilters) -> QuerySet[PointLink]:
    """Return the links of a tab whose comments are public, oldest first."""
    found = PointLink.objects.filter(state=filters.state).of_public().order_by(*OLDEST_FIRST)
    return found.filter(discussion=filters.article) if filters.article else found


def items(rows: list[PointLink]) -> list[PointLinkItem]:
    """Return links with the texts of their points. Two queries."""
    articles = Article.objects.in_bulk({link.discussion_id for link in rows})
    wanted = Q(pk=None)
    for link in rows:
        if link.is_bare:
            wanted |= Q(discussion_id=link.discussion_id, number=link.point)
    named = Comment.objects.filter(wanted).approved().select_related("discussion")
    rivals = {(comment.discussion_id, comment.number): comment for comment in named}
    found = []
    for link in rows:
        link.comment.discussion.article = article = articles[link.discussion_id]
        item = PointLinkItem(
            link, highlight(link.comment.typed, link.found), article.points.get(link.point)
        )
        if link.is_bare:
            item.rival = rivals.get((link.discussion_id, link.point))
        found.append(item)
    return found


def linked_article_choices(filters: PointLinkFilters) -> list[tuple[int, str]]:
    """Return the articles with the most links in this tab, always including the selected one."""
    rows = PointLink.objects.filter(state=filters.state).of_public()
    return busiest_articles(rows, filters.article)


def _comment(filters: PointLinkFilters) -> Comment:
    """Return the comment in the URL. Raises Http404."""
    comments: QuerySet[Comment] = Comment.objects.select_related("discussion__article")
    discussion_id, pk = filters.comment or (0, 0)
    return get_object_or_404(comments, discussion=discussion_id, pk=pk)
