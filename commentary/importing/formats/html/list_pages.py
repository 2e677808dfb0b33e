"""Whole articles on pages that list several, such as a home page or the page of a month.

They are read from there if the archive has no page of their own for them.
"""

import re
from collections.abc import Collection, Iterator

from ...fields import page_key
from ..text.phrases.patterns import lazy_re_compile
from .article import MAX_ENTRIES, PageArticle, read_articles
from .dom import Document
from .page_facts import PageFacts, reading_of
from .page_kind import entries_of

ENOUGH = 400  # characters; an article with one shorter paragraph may be a summary
_TAG = lazy_re_compile(r"<[^>]*>")
_COUNT_LINKS = (
    "a.comment-link, a.comments-link, .comments-link a, .post-comment-link a, .entry-comments-link a, "
    "a[href$='#comments'], a[href$='#respond'], a[href$='#comment-form']"
)
_COUNT = lazy_re_compile(r"(?<![\w.,:/-])(\d{1,3}(?:[.,]\d{3})+|\d{1,6})(?![\w:/-])")


def entry_key(url: str) -> str:
    """Return a key for the URL of an entry. Old weblogs distinguish entries only by the fragment."""
    return f"{page_key(url)}#{url.partition('#')[2]}"


def whole_articles(
    document: Document, facts: PageFacts, repeated: Collection[int] = frozenset()
) -> Iterator[tuple[PageArticle, int | None]]:
    """Yield the entries of a list that have their whole text and a URL, each with the number of
    comments stated there."""
    articles = read_articles(document, facts, (), repeated)
    page = reading_of(document)
    entries = entries_of(page.around)[:MAX_ENTRIES]
    links = page.outline.css(_COUNT_LINKS)
    for entry, article in zip(entries, articles, strict=True):
        if not article.url.startswith(("http://", "https://")) or article.is_excerpt:
            continue
        if not _is_whole(article.body_html):
            continue
        own = [page.outline.words(n) for n in links if page.outline.is_below(n, entry)]
        numbers = [found[1] for words in own if (found := _COUNT.search(words))]
        yield article, int(re.sub(r"[.,]", "", numbers[0])) if numbers else None


def _is_whole(body: str) -> bool:
    return body.count("</p>") > 1 or len(_TAG.sub("", body).strip()) >= ENOUGH
