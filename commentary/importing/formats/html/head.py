"""The metadata of a page by name, and its links by relation."""

import re
from dataclasses import dataclass, field

from .outline import PageOutline


@dataclass(slots=True)
class LinkElement:
    """A `link` element; `relations` and `type` are in lower case."""

    href: str
    relations: frozenset[str]
    type: str = ""
    media: str = ""
    title: str = ""
    language: str = ""


@dataclass(slots=True)
class Head:
    """The metadata of a page. Names are in lower case and map to all their values, in page order."""

    title: str = ""
    base: str = ""
    meta: dict[str, list[str]] = field(default_factory=dict)
    links: list[LinkElement] = field(default_factory=list)
    refreshes: bool = False

    def first(self, *names: str) -> str:
        """Return the first value of the first name that has one."""
        for name in names:
            for value in self.meta.get(name, ()):
                if value:
                    return value
        return ""

    def linked(self, relation: str) -> list[LinkElement]:
        """Return the links with a relation."""
        return [link for link in self.links if relation in link.relations]


def read_head(outline: PageOutline) -> Head:
    """Read the metadata and links from anywhere on a page, because a broken head ends early."""
    head = Head()
    for number, tag in enumerate(outline.tags):
        if tag == "meta":
            _read_meta(outline, number, head)
        elif tag == "link":
            _read_link(outline, number, head)
        elif tag == "base" and not head.base:
            head.base = outline.value(number, "href").strip()
        elif tag == "title" and not head.title and not _is_in_picture(outline, number):
            head.title = outline.all_text(number)
    return head


def _is_in_picture(outline: PageOutline, number: int) -> bool:
    return any(outline.tags[up] == "svg" for up in outline.above(number))


def _read_meta(outline: PageOutline, number: int, head: Head) -> None:
    attributes = outline.attributes[number]
    content = attributes.get("content")
    if content is None:
        return
    content = " ".join(content.split())
    for key in ("name", "property", "itemprop", "http-equiv"):
        for name in (attributes.get(key) or "").lower().split():
            if key == "itemprop":
                continue
            head.meta.setdefault(name, []).append(content)
    if (attributes.get("http-equiv") or "").lower() == "refresh" and re.search(
        r"url\s*=", content, re.I
    ):
        head.refreshes = True


def _read_link(outline: PageOutline, number: int, head: Head) -> None:
    attributes = outline.attributes[number]
    href = (attributes.get("href") or "").strip()
    relations = frozenset((attributes.get("rel") or "").lower().split())
    if href and relations:
        head.links.append(
            LinkElement(
                href,
                relations,
                (attributes.get("type") or "").lower(),
                (attributes.get("media") or "").lower(),
                attributes.get("title") or "",
                attributes.get("hreflang") or "",
            )
        )
