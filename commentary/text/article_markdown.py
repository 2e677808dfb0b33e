"""Markdown in which editors may write articles, as formatted text (see `article_html`).

CommonMark with tables and strikethrough; HTML in it is kept as far as the normal form allows. A
picture alone in a paragraph is a figure, with its title as the caption:
``![A pole at ebb](media:pole.jpg "The old gauge")``.
"""

import re

from markdown_it import MarkdownIt

from .article_html import clean

PARSER = MarkdownIt("commonmark", {"html": True, "maxNesting": 30}).enable(
    ["table", "strikethrough"]
)
FIGURE = re.compile(r"<p>(<img src=\"[^\"]*\" alt=\"[^\"]*\")(?: title=\"([^\"]*)\")? />\s*</p>")
HEADING = re.compile(r"(</?h)1>")


def from_markdown(text: str) -> str:
    """Return Markdown as a fragment in normal form. A first-level heading becomes one of level 2, because
    the title of the article is above it.
    """
    rendered = HEADING.sub(r"\g<1>2>", str(PARSER.render(text)))
    return clean(FIGURE.sub(_figure, rendered)).strip()


def _figure(found: re.Match[str]) -> str:
    caption = f"<figcaption>{found[2]}</figcaption>" if found[2] else ""
    return f"<figure>{found[1]}>{caption}</figure>"
