from collections.abc import Sequence
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from .. import search as engine
from ..models import Article, Comment
from ..reading.machine_page import site_of
from ..reading.search_documents import ResultDocument, search_document
from .atom import Feed
from .feeds import FEED, PER_FEED, feed_of


@require_safe
def search_feed(request: HttpRequest) -> HttpResponse:
    """Search results for `?q=`, optionally one kind (`in`), as a feed; `before` continues."""

    def write(part: ResultDocument) -> str:
        site = site_of(request)
        page = f"{site}{reverse('commentary:search')}?{urlencode({**part.asked, 'sort': 'date'})}"
        title = _("Search: %(query)s") % {"query": part.query.text}
        return feed_of(
            Feed(title, site, page, part.first, part.here, part.older), _entries(part.hits)
        )

    return search_document(request, FEED, PER_FEED, write)


def _entries(hits: Sequence[engine.Hit]) -> list[Article | Comment]:
    comments = Comment.objects.approved().of_published().for_feed()
    articles = Article.objects.published().for_feed()
    said = comments.among(engine.places_of(hits)).in_bulk()
    written = articles.in_bulk([hit.article_id for hit in hits if not hit.comment_id])
    rows = [said.get(h.comment_id) if h.comment_id else written.get(h.article_id) for h in hits]
    return [row for row in rows if row]
