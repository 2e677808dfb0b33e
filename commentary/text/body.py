from collections.abc import Iterable
from typing import NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString

from . import article_html
from .markup import NOTATION, POINT, paragraphs, plain_text, render_article_html, render_text


class BodyBlock(NamedTuple):
    """One block of an article's body. `number` is set for points."""

    kind: str  # "paragraph", "point" or "heading"; or "html" or "rich" for a whole body
    text: str
    number: int | None = None

    @property
    def words(self) -> str:
        """The text of the block without markup."""
        if self.kind == "rich":
            return article_html.plain(self.text)
        return plain_text(self.text) if self.kind == "html" else self.text

    @property
    def html(self) -> SafeString:
        """The block as HTML."""
        if self.kind == "rich":
            return article_html.render(self.text)
        return render_article_html(self.text) if self.kind == "html" else render_text(self.text)


def body_html(blocks: Iterable[BodyBlock]) -> SafeString:
    """Return a whole body as one HTML fragment, for feeds and other places outside our pages."""
    parts = SafeString()
    for block in blocks:
        if block.kind == "point":
            parts += format_html('<ol><li value="{}">{}</li></ol>', block.number, block.html)
        elif block.kind == "heading":
            parts += format_html("<h2>{}</h2>", block.text)
        else:
            parts += block.html
    return parts


def read_body(body: str) -> list[BodyBlock]:
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
    """Write `blocks` in the notation that `read_body` parses."""
    parts = []
    for block in blocks:
        if block.kind == "point":
            parts.append(f"{block.number}. {block.text}")
        elif block.kind == "heading":
            parts.append(f"## {block.text}")
        else:
            parts.append("\\" + block.text if NOTATION.match(block.text) else block.text)
    return "\n\n".join(parts)
