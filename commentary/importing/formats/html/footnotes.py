"""Rewrites links within an article. Footnotes get ids that are unique on the site; other targets
keep their ids.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from ..text.phrases.patterns import lazy_re_compile
from .elements import Child, Element, find_all, words_of
from .links import resolved

_NOTE = lazy_re_compile(
    r"_?(?:s?fn|ftn|edn|footnote|endnote|note|cite_note|easy-footnote-bottom|sdfootnote|fussnote|fn:|f|n|nota|anm)[\w:.-]*\d[\w:.-]*",
    re.I,
)
_MARKER = lazy_re_compile(r"\W{0,3}(?:\d{1,4}|[ivxlc]{1,6}|[a-z]|\*{1,4}|[†‡§])\W{0,3}", re.I)
_BACK = lazy_re_compile(r"[↩↑^⏎⤴↵\s\ufe0e\ufe0f]{1,6}|back|zurück|jump up\W*|return", re.I)
_UNSAFE = lazy_re_compile(r"[^\w.:-]+")


def tie_links(blocks: list[Element], page: str) -> list[Element]:
    """Give ids to the targets of links within the article. Links to targets outside it lead to the
    former page, or are removed. `page` is the URL of that page.
    """
    parents = {id(c): e for e in _all(blocks) for c in e.children if isinstance(c, Element)}
    targets = {mark: element for element in _all(blocks) for mark in element.marks}
    links = [(link, target) for link in find_all([*blocks], "a") if (target := _target(link, page))]
    notes = _notes(links, targets, parents)
    for link, mark in links:
        element = targets.get(mark)
        if element is None or _holds(element, link) and mark not in notes:
            _let_go(link, mark, page)
            continue
        element.attributes.setdefault("id", notes.get(mark) or _plain_id(mark))
        link.attributes["href"] = f"#{element.attributes['id']}"
    return _as_list(blocks)


def _all(children: list[Child] | list[Element]) -> Iterator[Element]:
    for child in children:
        if isinstance(child, Element):
            yield child
            yield from _all(child.children)


def _target(link: Element, page: str) -> str:
    """Return the id that a link within the page leads to."""
    address, _, fragment = link.attributes.get("href", "").partition("#")
    if not fragment or address and (not page or address != resolved(page, "").partition("#")[0]):
        return ""
    return unquote(fragment)


def _notes(
    links: list[tuple[Element, str]], targets: dict[str, Element], parents: dict[int, Element]
) -> dict[str, str]:
    """Return the new ids of footnotes and of the places that refer to them."""
    found: dict[str, str] = {}
    count = 0
    for link, mark in links:
        note = targets.get(mark)
        if note is None or mark in found or _holds(note, link) or not _is_reference(link, mark):
            continue
        count += 1
        found[mark] = f"fn-{count}"
        for other in (*note.marks, *(m for e in _all(note.children) for m in e.marks)):
            found.setdefault(other, f"fn-{count}")
        _share(note, targets, found, f"fn-{count}")
        here: Element | None = link
        while here is not None and here.tag in ("a", "sup", "small", "strong", "em", "b", "i", "s"):
            for other in here.marks:
                found.setdefault(other, f"ref-{count}")
            here = parents.get(id(here))
        back = [m for other, m in links if _holds(note, other) and m not in found and m in targets]
        for other in back:
            found[other] = f"ref-{count}"
            if targets[other] is not link:
                targets[other] = link
    return found


def _share(note: Element, targets: dict[str, Element], found: dict[str, str], new: str) -> None:
    """Map all ids within a note to the note itself."""
    for mark, name in found.items():
        if name == new:
            targets[mark] = note


def _is_reference(link: Element, mark: str) -> bool:
    words = words_of(link.children)
    return bool(_MARKER.fullmatch(words)) and (bool(_NOTE.fullmatch(mark)) or mark[-1:].isdigit())


def _holds(element: Element, inner: Element) -> bool:
    return element is inner or any(inner is below for below in _all(element.children))


def _plain_id(mark: str) -> str:
    return _UNSAFE.sub("-", mark).strip("-") or "part"


def _let_go(link: Element, mark: str, page: str) -> None:
    """Link to a missing target on the former page, or remove the link."""
    if page.startswith("http") and not _BACK.fullmatch(words_of(link.children)):
        link.attributes["href"] = f"{page.partition('#')[0]}#{mark}"
    else:
        link.tag = "-gone"


def _as_list(blocks: list[Element]) -> list[Element]:
    """Turn footnote paragraphs at the end into a list."""
    found: list[Element] = []
    alone: Element | None = None  # a footnote whose text is in the next block
    for block in blocks:
        if alone is not None and block.tag == "p":
            alone.children = [*block.children, *alone.children]
            alone = None
            continue
        note = block.attributes.get("id", "") if block.tag == "p" else ""
        if not note.startswith("fn-"):
            note = _note_in(block) if block.tag == "p" else ""
        if not note:
            found.append(block)
            continue
        item = Element("li", {"id": note}, _without_marker(block.children))
        alone = item if _BACK.fullmatch(words_of(item.children) or "↩") else None
        if found and found[-1].tag == "ol" and found[-1].attributes.get("class") == "footnotes":
            found[-1].children.append(item)
        else:
            if found and found[-1].tag == "hr":
                found.pop()
            found.append(Element("ol", {"class": "footnotes"}, [item]))
    for block in found:
        if block.tag == "ol":
            block.attributes.pop("class", None)
    return found


def _note_in(block: Element) -> str:
    """Return the id of the footnote at the start of a paragraph."""
    for child in block.children[:2]:
        if isinstance(child, Element):
            for element in (child, *_all(child.children)):
                note = element.attributes.get("id", "")
                if note.startswith("fn-"):
                    del element.attributes["id"]
                    return note
    return ""


def _without_marker(children: list[Child]) -> list[Child]:
    """Remove the number at the start of a footnote, and move the link back to its end."""
    first = next((c for c in children if not (isinstance(c, str) and not c.strip())), None)
    if not isinstance(first, Element) or not _MARKER.fullmatch(words_of([first])):
        return children
    rest = children[children.index(first) + 1 :]
    if rest and isinstance(rest[0], str):
        rest[0] = rest[0].lstrip(" \xa0.)]:")
    back = next(
        (a for a in find_all([first], "a") if a.attributes["href"].startswith("#ref-")), None
    )
    if back is not None:
        back.children = ["↩"]
        rest += [" ", back]
    return rest
