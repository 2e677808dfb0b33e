"""Links to points: editors accept or dismiss suggested links, and link comments by hand.

GET shows one position; POST acts at once and answers with a redirect to it, with the undo bar of
the moderation queue.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from .. import discussions
from ..models import Article, Comment, PointLink
from ..reading.parameters import parse_key
from . import undo
from .actions import MOST, actor
from .queue.filters import Tab
from .queue.items import marked
from .queue.labels import CHOICES, COUNTED

State = PointLink.State
SIZE = 25  # links of a page
TABS = {
    State.SUGGESTED: gettext_lazy("Suggested"),
    State.ACCEPTED: gettext_lazy("Accepted"),
    State.DISMISSED: gettext_lazy("Dismissed"),
}
EMPTY = {
    State.SUGGESTED: gettext_lazy("No suggested links are waiting for a decision."),
    State.ACCEPTED: gettext_lazy("No accepted links yet."),
    State.DISMISSED: gettext_lazy("No dismissed links yet."),
}
BUTTONS = {  # verb: (what it says in a list, its key)
    "link": (gettext_lazy("Accept"), "a"),
    "unlink": (gettext_lazy("Dismiss"), "r"),
}


@dataclass(frozen=True)
class Filters:
    """One position, as its address says it. With `comment`, the points of that one alone."""

    state: str = State.SUGGESTED
    article: int = 0
    comment: int = 0
    after: int = 0
    item: int = 0

    @classmethod
    def read(cls, query: QueryDict) -> "Filters":
        """From an address; what makes no sense there is left out."""

        def number(name: str) -> int:
            return parse_key(query.get(name, "")) or 0

        state = query.get("state", "")
        return cls(
            state if state in TABS else State.SUGGESTED,
            **{name: number(name) for name in ("article", "comment", "after", "item")},
        )

    def address(self, **changes: Any) -> str:
        """The address of this position, or of one beside it."""
        there, plain = replace(self, **changes), Filters()
        asked = {k: v for k, v in vars(there).items() if v != getattr(plain, k)}
        base = reverse("admin:commentary_point_links")
        return f"{base}?{urlencode(asked)}" if asked else base

    @property
    def verbs(self) -> list[str]:
        """What can be done with the links of this tab."""
        return [
            verb
            for verb, (allowed, _to) in discussions.LINK_DECISIONS.items()
            if self.state in allowed
        ]

    def point_links(self) -> Any:
        """The links of this tab whose comments are public, oldest first."""
        found = PointLink.objects.filter(state=self.state).of_public().order_by("pk")
        return found.filter(discussion=self.article) if self.article else found


def page_of(site: AdminSite) -> Callable[..., HttpResponse]:
    """The view, for moderators alone: 403 for others who are signed in, and the page to sign in
    for everybody else."""

    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    def inner(request: HttpRequest) -> HttpResponse:
        filters = Filters.read(request.GET)
        if request.method == "POST":
            return HttpResponseRedirect(act(request, filters), status=303)
        show = show_comment if filters.comment else show_list
        return show(request, filters, site)

    protected = site.admin_view(inner)

    def links(request: HttpRequest) -> HttpResponse:
        # Ahead of the admin's own check, which would answer with the page to sign in.
        if request.user.is_authenticated and not request.user.has_perm("commentary.moderate"):
            raise PermissionDenied
        return protected(request)

    return links


# --- GET


@dataclass
class Item:
    """One link of the list: what the comment says, beside the text of the point."""

    link: PointLink
    text: list[tuple[str, bool]]
    point_text: str | None
    rival: Comment | None = None  # the comment that "#3" may mean instead

    @property
    def pick(self) -> str:
        return f"{self.link.pk}:{self.link.state}"


def show_list(request: HttpRequest, filters: Filters, site: AdminSite) -> HttpResponse:
    """The links of one tab. The same number of queries for few and many."""
    places = filters.point_links().filter(pk__gt=filters.after).with_last_decision()
    rows = list(places.select_related("comment__discussion")[: SIZE + 1])
    after = rows[SIZE - 1].pk if len(rows) > SIZE else 0
    items = _items(rows[:SIZE])
    tabs = _tabs(filters)
    return TemplateResponse(
        request,
        "admin/commentary/point_links.html",
        {
            **site.each_context(request),
            "title": _("Links to points"),
            "filters": filters,
            "tabs": tabs,
            "articles": _articles(filters),
            "items": items,
            "nothing": EMPTY[State(filters.state)],
            "buttons": [(verb, *BUTTONS[verb]) for verb in filters.verbs],
            "all_count": next(min(tab.count, MOST) for tab in tabs if tab.is_current),
            "here": filters.address(),
            "next_page": filters.address(after=after, item=0) if after else "",
            "first_page": filters.address(after=0, item=0) if filters.after else "",
            "bar": undo.bar(request),
        },
    )


def _items(links: list[PointLink]) -> list[Item]:
    articles = Article.objects.in_bulk({link.discussion_id for link in links})
    wanted = Q(pk=None)
    for link in links:
        if link.is_bare:
            wanted |= Q(discussion_id=link.discussion_id, number=link.point)
    rivals = {
        (comment.discussion_id, comment.number): comment
        for comment in Comment.objects.filter(wanted).approved().select_related("discussion")
    }
    items = []
    for link in links:
        link.comment.discussion.article = article = articles[link.discussion_id]
        item = Item(link, marked(link.comment.typed, link.found), article.points.get(link.point))
        if link.is_bare:
            item.rival = rivals.get((link.discussion_id, link.point))
        items.append(item)
    return items


def _tabs(filters: Filters) -> list[Tab]:
    """The tabs with their counts, up to a limit so that none is slow."""
    tabs = []
    for state, label in TABS.items():
        there = replace(filters, state=state, after=0, item=0)
        count = there.point_links().order_by()[: COUNTED + 1].count()
        more = count > COUNTED
        is_current = state == filters.state
        tabs.append(Tab(label, there.address(), is_current, min(count, COUNTED), more))
    return tabs


def _articles(filters: Filters) -> list[tuple[int, str]]:
    """The articles with most to decide; the chosen one always."""
    most = (
        PointLink.objects.filter(state=filters.state)
        .of_public()
        .values("discussion")
        .annotate(count=Count("pk"))
        .order_by("-count", "discussion")
    )
    wanted = [row["discussion"] for row in most[:CHOICES]]
    if filters.article and filters.article not in wanted:
        wanted.append(filters.article)
    found = Article.objects.defer("body").in_bulk(wanted)
    return [(pk, str(found[pk])) for pk in wanted if pk in found]


def show_comment(request: HttpRequest, filters: Filters, site: AdminSite) -> HttpResponse:
    """One comment beside the points of its article, to be linked by hand."""
    comment = get_object_or_404(_with_place(), pk=filters.comment)
    points = comment.discussion.article.points
    links = {link.point: link for link in comment.point_links.with_last_decision()}
    lines = [(n, points.get(n), links.get(n)) for n in sorted(points.keys() | links.keys())]
    return TemplateResponse(
        request,
        "admin/commentary/point_links_comment.html",
        {
            **site.each_context(request),
            "title": _("Points of #%(number)s") % {"number": comment.number},
            "comment": comment,
            "text": marked(
                comment.typed, [words for link in links.values() for words in link.found]
            ),
            "lines": lines,
            "here": filters.address(),
            "bar": undo.bar(request),
        },
    )


def _with_place() -> Any:
    return Comment.objects.select_related("discussion__article")


# --- POST


def act(request: HttpRequest, filters: Filters) -> str:
    """Do the one thing that the pressed button says; returns where to go on."""
    data = request.POST
    if "undo" in data:
        return _undo(request, filters, data["undo"])
    if "hand" in data:
        return _by_hand(request, filters, data["hand"])
    if "one" in data:
        verb, _colon, pick = data["one"].partition(":")
        picks = [pick]
    elif "all" in data:
        verb = data["all"]
        picks = [
            f"{pk}:{filters.state}"
            for pk in filters.point_links().values_list("pk", flat=True)[:MOST]
        ]
    else:
        verb, picks = data.get("bulk", ""), data.getlist("pick")
    if verb not in discussions.LINK_DECISIONS:
        raise BadRequest("No such decision.")
    if not picks or len(picks) > MOST:
        text = _("Select at least one and at most %(most)s.") % {"most": f"{MOST:,}"}
        messages.error(request, text)
        return filters.address()
    states = dict(map(_pick, picks))
    outcome = discussions.decide_point_links(verb, states, actor(request), states)
    undo.remember(request, outcome.entries, outcome.batch)
    _say_refused(request, outcome)
    return _following(filters, min(states))


def _pick(text: str) -> tuple[int, str]:
    """A link's key and the state it was shown in: "12:suggested"."""
    pk, _colon, state = text.partition(":")
    return undo.number(pk), state


def _by_hand(request: HttpRequest, filters: Filters, value: str) -> str:
    """ "link:3" or "unlink:3", for the comment that the address names."""
    verb, _colon, which = value.partition(":")
    comment, point = get_object_or_404(_with_place(), pk=filters.comment), undo.number(which)
    if verb == "link" and point in comment.discussion.article.points:
        entry = discussions.link(comment, point, actor(request))
    elif verb == "unlink":
        entry = discussions.unlink(comment, point, actor(request))
    else:
        raise Http404
    undo.remember(request, [entry] if entry else [], None)
    if entry is None:
        messages.warning(request, _("It is so already."))
    return filters.address()


def _undo(request: HttpRequest, filters: Filters, value: str) -> str:
    _chosen, outcome = undo.take_back(request, undo.entries_of(value))
    _say_refused(request, outcome)
    back = [entry.point_link_id for entry in outcome.entries if entry.point_link_id]
    return filters.address(item=min(back)) if back and not filters.comment else filters.address()


def _say_refused(request: HttpRequest, outcome: discussions.Outcome) -> None:
    """How many were left, and why the first of them."""
    if outcome.refused:
        why, count = next(iter(outcome.refused.values())), len(outcome.refused)
        text = ngettext("%(n)d was left. %(why)s", "%(n)d were left. %(why)s", count)
        messages.warning(request, text % {"n": count, "why": why})


def _following(filters: Filters, pk: int) -> str:
    """Where to go on: the next link of the tab on this page, or the last one before it."""
    left = filters.point_links().values_list("pk", flat=True)
    found = left.filter(pk__gte=pk).first()
    if found is not None:
        return filters.address(item=found)
    found = left.filter(pk__gt=filters.after).last() or left.first() or 0
    return filters.address(item=found, after=filters.after if found > filters.after else 0)
