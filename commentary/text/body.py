"""Bodies of articles as blocks: the notation of plain text, imported HTML, and formatted text."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString

from .article_blocks import split
from .article_display import Seen, for_elsewhere, for_page
from .article_html import plain
from .markup import NOTATION, POINT, paragraphs, plain_text, render_article_html, render_text


class BodyBlock(NamedTuple):
    """One block of an article's body. `number` is set for points, and `seen` for formatted text
    (see `article_display`).
    """

    kind: str  # "paragraph", "point" or "heading"; "html" for a whole body, "rich" between points
    text: str
    number: int | None = None
    seen: Seen | None = None

    @property
    def words(self) -> str:
        """The text of the block without markup."""
        if self.seen is not None:
            return plain(self.text)
        return plain_text(self.text) if self.kind == "html" else self.text

    @property
    def html(self) -> SafeString:
        """The block as HTML."""
        if self.seen is not None:
            return for_page(self.text, self.seen)
        return render_article_html(self.text) if self.kind == "html" else render_text(self.text)

    def html_elsewhere(self, site: str) -> SafeString:
        """The block as HTML outside our pages, with absolute URLs of pictures on `site`."""
        return self.html if self.seen is None else for_elsewhere(self.text, site)


def body_blocks(markup: str, body: str) -> list[BodyBlock]:
    """Return the blocks of a body: `markup` is "text", "html" or "rich"."""
    if markup == "rich":
        return [
            BodyBlock("rich" if number is None else "point", text, number, seen)
            for text, number, seen in split(body)
        ]
    return [BodyBlock(markup, body)] if markup == "html" else parse_body(body)


def body_html(blocks: Iterable[BodyBlock], site: str) -> SafeString:
    """Return a whole body as one HTML fragment, for feeds and other places outside our pages.
    `site` is the URL of the site without a slash at the end.
    """
    parts = SafeString()
    for block in blocks:
        words = block.html_elsewhere(site)
        if block.kind == "point":
            parts += format_html('<ol><li value="{}">{}</li></ol>', block.number, words)
        elif block.kind == "heading":
            parts += format_html("<h2>{}</h2>", block.text)
        else:
            parts += words
    return parts


def parse_body(body: str) -> list[BodyBlock]:
    """Parse the notation of article bodies.

    Blocks are separated by empty lines. ``## Words`` is a heading, ``3. Words`` is point 3, and
    anything else is a paragraph; a backslash before either keeps it a paragraph.
    """
    blocks = []
    for text in paragraphs(body.replace("\r\n", "\n")):
        text = text.strip("\n")
        if point := POINT.match(text):
            blocks.append(BodyBlock("point", text[point.end() :], int(point.group(1))))
        elif text.startswith("## "):
            blocks.append(BodyBlock("heading", text[3:].strip()))
        else:
            escaped = text.startswith("\\") and NOTATION.match(text)
            blocks.append(BodyBlock("paragraph", text[1:] if escaped else text))
    return blocks


def write_body(blocks: list[BodyBlock]) -> str:
    """Write `blocks` in the notation that `parse_body` parses."""
    parts = []
    for block in blocks:
        if block.kind == "point":
            parts.append(f"{block.number}. {block.text}")
        elif block.kind == "heading":
            parts.append(f"## {block.text}")
        else:
            parts.append("\\" + block.text if NOTATION.match(block.text) else block.text)
    return "\n\n".join(parts)
