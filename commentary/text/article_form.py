"""Analyses the formatted text of an article: the number of its parts, and its plain text."""

import re
from html.parser import HTMLParser
from typing import TypedDict

HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
INSIDE = {"li", "blockquote", "figcaption"}  # paragraphs inside these are not counted
ON_OWN_LINES = "p ul ol li dl dt dd blockquote pre hr figure figcaption table caption tr br summary"
EDGES = HEADINGS | set(ON_OWN_LINES.split())
SPACED = {"td", "th"}
PRE = "\x01"  # marks the lines of preformatted text
EMPTY_LINES = re.compile(r"\n{3,}")


class PartCounts(TypedDict):
    """The number of parts of each kind. Paragraphs in lists and quotations are not counted."""

    headings: int
    paragraphs: int
    pictures: int
    tables: int
    quotes: int
    code: int
    embeds: int


class Form(HTMLParser):
    """Parses a text in normal form: `counts` are the numbers of its parts, `words` its text without
    captions and embeds.
    """

    def __init__(self, fragment: str) -> None:
        super().__init__(convert_charrefs=True)
        self.counts = PartCounts(
            headings=0, paragraphs=0, pictures=0, tables=0, quotes=0, code=0, embeds=0
        )
        self._inside: list[str] = []
        self._pieces: list[str] = []
        self.feed(fragment)
        self.close()

    @property
    def words(self) -> str:
        """Return the text, with blocks separated by empty lines."""
        lines = [
            line.replace(PRE, "").rstrip() if PRE in line else " ".join(line.split())
            for line in "".join(self._pieces).split("\n")
        ]
        return EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in HEADINGS:
            self.counts["headings"] += 1
        elif tag == "p" and not INSIDE.intersection(self._inside):
            self.counts["paragraphs"] += 1
        elif tag == "img":
            self.counts["pictures"] += 1
        elif tag == "table":
            self.counts["tables"] += 1
        elif tag == "blockquote":
            self.counts["quotes"] += 1
        elif tag == "pre":
            self.counts["code"] += 1
        elif tag == "figure" and values.get("class") == "embed":
            self.counts["embeds"] += 1
        if tag not in ("img", "br", "hr"):
            self._inside.append("embed" if values.get("class") == "embed" else tag)
        self._edge(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside:
            self._inside.pop()  # the normal form is always well-formed
        self._edge(tag)

    def _edge(self, tag: str) -> None:
        if tag == "br":
            self._pieces.append("\n")
        elif tag in EDGES:
            self._pieces.append("\n\n")
        elif tag in SPACED:
            self._pieces.append(" ")

    def handle_data(self, data: str) -> None:
        if "figcaption" in self._inside or "embed" in self._inside:
            return
        if "pre" in self._inside:
            data = PRE + data.replace("\n", f"\n{PRE}")
        else:
            data = " ".join(data.split("\n"))
        self._pieces.append(data)
