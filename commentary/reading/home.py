"""The home page: what the site is, its articles, newest first, and the latest responses."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..models import Comment, site_frame
from ..models.tallies import Tally, add_up, busiest_authors, count_by_year
from ..text.article_display import for_page
from ..text.article_markdown import from_markdown
from .comment_lists import comment_list
from .lists import article_list_page
from .site_page import Context

AUTHORS_BESIDE = 6  # next to the list of articles; the others are on the page of authors
RESPONSES_BESIDE = 5


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Home: name, tagline and introduction of the site, and its articles, newest first, with the
    latest responses, the archive and some authors.
    """

    def beside() -> tuple[Tally, Context]:
        years, (authors, author_count) = count_by_year(), busiest_authors(0, AUTHORS_BESIDE)
        comments = Comment.objects.approved().of_published().for_list()
        frame = site_frame()
        return add_up(years.values()), {
            "introduction": for_page(from_markdown(frame.introduction)),
            "site": frame,
            "site_name": frame.name,
            "latest": comment_list(comments).comments[:RESPONSES_BESIDE],
            "years": years.items(),
            "authors": authors,
            "author_count": author_count,
        }

    return article_list_page(request, "home", None, beside, here="articles")
