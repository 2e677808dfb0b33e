"""The page with the citation of an article, a point or a comment, and the files for reference managers."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from ..models import Article, Comment, site_frame
from ..text.citations import Citation, bibtex, csl_json, ris
from ..text.dates import Dated
from .article_base import find_article, find_comment, gone_page
from .memento import first_day
from .page_cache import HTML, NOINDEX, public_page
from .site_page import Context
from .versions import article_version

# By the extension of the file: its name for readers, how it is written, and its media type.
FILES = {
    "bib": ("BibTeX", bibtex, "application/x-bibtex; charset=utf-8"),
    "ris": ("RIS", ris, "application/x-research-info-systems; charset=utf-8"),
    "json": ("CSL-JSON", csl_json, "application/vnd.citationstyles.csl+json"),
}


@dataclass(frozen=True)
class CitedPlace:
    """What is cited: an article, or one of its comments or points."""

    article: Article
    comment: Comment | None = None
    point: int | None = None

    @property
    def path(self) -> str:
        """The path of its page."""
        if self.comment is not None:
            return reverse("commentary:permalink", args=[self.article.slug, self.comment.number])
        if self.point is not None:
            return reverse("commentary:point", args=[self.article.slug, self.point])
        return self.article.get_absolute_url()

    @property
    def written(self) -> Dated | None:
        """When it was written, if that is known."""
        row = self.comment or self.article
        at = self.comment.dated_at if self.comment else self.article.published_at
        return Dated(at, row.date_is_local) if at else None

    def days(self, today: date) -> list[date]:
        """Return days that are over: yesterday, and the day it was written, if it was here then."""
        yesterday, first = today - timedelta(days=1), first_day(self.article)
        days = [yesterday, self.written.day] if self.written else [yesterday]
        return [day for day in dict.fromkeys(days) if first <= day <= yesterday]


@require_safe
def cite(
    request: HttpRequest,
    slug: str,
    number: int | None = None,
    point: int | None = None,
    extension: str = "",
) -> HttpResponse:
    """Show the citation of an article, of its comment `number` or of its `point`; with an
    `extension`, answer with a file for reference managers.

    A citation contains the day on which it was read, so its page changes every day.
    """
    if extension and extension not in FILES:
        raise Http404
    article = find_article(request, slug)
    comment = None
    if number is not None:
        comment = find_comment(article, number)
        if not comment.is_public:
            return gone_page(request, article, comment)
    today, site = timezone.localdate(), request.build_absolute_uri("/").rstrip("/")

    def place() -> CitedPlace:
        found = Article.objects.for_page(article.pk).get()
        if point is not None and point not in found.points:
            raise Http404
        return CitedPlace(found, comment, point)

    def page() -> str:
        return render_to_string("commentary/cite.html", _context(place(), site, today), request)

    def file() -> str:
        return FILES[extension][1](_citation(place(), site, today))

    return public_page(
        request,
        request.build_absolute_uri(request.path) + f"#{today}",
        article_version(article),
        file if extension else page,
        content_type=FILES[extension][2] if extension else HTML,
        headers=NOINDEX,
    )


def _context(place: CitedPlace, site: str, today: date) -> Context:
    article, comment = place.article, place.comment
    citation = _citation(place, site, today)
    return {
        "article": article,
        "comment": comment,
        "heading": _heading(place),
        "place_name": _name(place),
        "point": place.point,
        "written": place.written,
        "is_local": place.written is not None and place.written.is_local,
        "citation": citation,
        "today": today,
        "files": [(f"{place.path}cite.{name}", words) for name, (words, _, _) in FILES.items()],
        "bibtex": bibtex(citation),
        "days": [(day, f"{article.get_absolute_url()}on/{day}/") for day in place.days(today)],
    }


def _heading(place: CitedPlace) -> str:
    if place.comment is not None:
        return gettext("Cite comment #%(number)s") % {"number": place.comment.number}
    if place.point is not None:
        return gettext("Cite point %(number)s") % {"number": place.point}
    return gettext("Cite this article")


def _name(place: CitedPlace) -> str:
    """Return the name of what is cited in the breadcrumb, "" for the article."""
    if place.comment is not None:
        return f"#{place.comment.number}"
    return "" if place.point is None else gettext("Point %(number)s") % {"number": place.point}


def _citation(place: CitedPlace, site: str, today: date) -> Citation:
    article, comment, point = place.article, place.comment, place.point
    authors = [author.name for author in article.authors.all()]
    title, key, note = str(article), f"article-{article.pk}", ""
    if point is not None:
        title = gettext("Point %(number)s of “%(article)s”") % {"number": point, "article": title}
        key += f"-point-{point}"
    if comment is not None:
        authors = [comment.name] if comment.name else []
        words = gettext("Comment %(number)s on “%(article)s”")
        title, note = words % {"number": comment.number, "article": title}, _note(comment)
        key += f"-comment-{comment.number}"
    return Citation(
        key,
        title,
        tuple(authors),
        site_frame().name,
        site + place.path,
        place.written and place.written.day,
        today,
        article.language,
        note,
        is_comment=comment is not None,
    )


def _note(comment: Comment) -> str:
    """Return what a reader of the citation of a comment must know."""
    unverified = gettext("Names on comments are not verified.")
    if comment.parent is None:
        return unverified
    reply = gettext("Reply to comment %(number)s.") % {"number": comment.parent.number}
    return f"{reply} {unverified}"
