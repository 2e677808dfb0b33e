"""Pages of forums, whose first post is the article and whose other posts are its comments."""

from ....messages import gettext_noop
from ....records import ArticleRecord
from ..lines import CaptureRows, is_sentence
from .headers import HeaderRows
from .knowledge import SiteKnowledge
from .layouts import CommentLayout, is_comments_heading
from .shapes import line_shape
from .stamps import said, stamps_of


def take_opening(
    page: CaptureRows, layout: CommentLayout, site: SiteKnowledge
) -> HeaderRows | None:
    """Remove the first header of a layout and return it if it belongs to the article.

    It does if nothing above it is text, the heading of comments or the byline of an article.
    """
    opening = layout.headers[0]
    if layout.key.is_below or layout.key.place in ("said", "around"):
        return None
    if any(stamp.is_byline and stamp.row < opening.first for stamp in stamps_of(page)):
        return None
    for i in range(opening.first):
        if is_comments_heading(page, i):
            return None
        if is_sentence(page.rows[i]) and not site.is_repeated(page, i):
            return None
    del layout.headers[0]
    for row in page.rows[opening.first : opening.end]:
        page.assign(row, "article")
    return opening


def read_opening(
    page: CaptureRows, opening: HeaderRows, first: int, end: int, record: ArticleRecord
) -> tuple[int, int]:
    """Read the author and date of the first post, and return the rows of its text."""
    if opening.name and not record.authors:
        record.authors = [opening.name]
    record.date = record.date or opening.date
    for row in page.rows[first : opening.end]:
        if not page.is_assigned(row):
            page.assign(row, "furniture", gettext_noop("above the text"))
    return max(first, opening.end), end


def without_profile(
    page: CaptureRows, first: int, end: int, name: str, edges: set[str]
) -> tuple[int, int]:
    """Return the rows of the first post without what all posts have around their text, such as the
    number of an author's posts.
    """

    def is_around_post(i: int) -> bool:
        text = said(page.rows[i])
        return text == name or line_shape(text) in edges

    while first < end and is_around_post(first):
        page.assign(page.rows[first], "furniture", gettext_noop("around a post"))
        first += 1
    while end > first and is_around_post(end - 1):
        end -= 1
        page.assign(page.rows[end], "furniture", gettext_noop("around a post"))
    return first, end
