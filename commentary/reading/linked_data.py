"""What search engines and archives read of a page: JSON-LD in the words of schema.org."""

import html
from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString
from django.utils.text import Truncator

from ..models import Article, Author
from ..text.dates import iso
from ..text.markup import data_block, rendered_text

MOST = 100  # comments: a page's whole text twice would be twice as long to load
LETTERS = 160  # of a comment: enough to know it again


def article_data(
    article: Article, authors: Sequence[Author], comments: Sequence[dict[str, Any]], address: str
) -> SafeString:
    """An article and the first comments of its page, replies inside what they answer, as a block of
    data. `comments` are laid out, see `outline`; `address` is complete."""
    site = address.removesuffix(article.get_absolute_url())
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": str(article),
        "url": address,
        "dateModified": iso(article.changed_at),
        "author": [
            {"@type": "Person", "name": author.name, "url": site + author.get_absolute_url()}
            for author in authors
        ],
        "commentCount": article.discussion.approved_count,
    }
    if article.published_at:
        data["datePublished"] = iso(article.published_at, article.date_is_local)
    places = {"": data}
    for comment in comments:
        if len(places) > MOST:
            break
        if comment["html"] and not comment["state"]:  # neither a placeholder nor waiting
            shape = _comment(comment, address)
            above = places.get(comment["parent"], data)
            above.setdefault("comment", []).append(shape)
            places[comment["number"]] = shape
    return data_block(data, "application/ld+json")


def _comment(comment: dict[str, Any], address: str) -> dict[str, Any]:
    """One comment without its replies. Its name was escaped for the page, so that is undone."""
    words = " ".join(rendered_text(comment["html"]).split())
    shape = {
        "@type": "Comment",
        "url": f"{address}comments/{comment['number']}/",
        "author": {"@type": "Person", "name": html.unescape(comment["name"])},
        "text": Truncator(words).chars(LETTERS),
    }
    if comment["dated_at"]:
        shape["dateCreated"] = iso(comment["dated_at"], comment["is_local"])
    return shape
