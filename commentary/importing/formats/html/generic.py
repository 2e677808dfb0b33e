"""Finds comments by shape: similar elements in a comment area of the page, each with a short name,
a date and a text.
"""

import re
from collections import defaultdict
from dataclasses import dataclass

from ..text import phrases
from ..text.head import declared_in
from . import comment_dates as dates
from .dom import Document, Node
from .entries import Entry, names_of, numbers_in
from .items import Excluded, lifted, with_tails, without_doubles

AREA = (
    "[id*=comment i], [class*=comment i], [id*=kommentar i], [class*=kommentar i], [id*=comentario i], "
    "[class*=comentario i], [id*=commentaire i], [class*=commentaire i], [id*=reactie i], [class*=reactie i], "
    "[id*=discussion i], [class*=discussion i], [id*=response i], [class*=responses i], [id*=replies i], "
    "[class*=replies i], [id*=feedback i], [id*=guestbook i], [id*=opinion i], [class*=opiniones i], "
    "[id*=commenti], [class*=commenti], [id*=koment], [class*=koment], [id*=yorum], [class*=yorum]"
)
HEADINGS = "h1, h2, h3, h4, h5, h6, legend, caption, summary, dt, b, strong, .title"
TAGS = frozenset(
    [
        "li",
        "div",
        "article",
        "section",
        "tr",
        "dt",
        "dl",
        "table",
        "blockquote",
        "p",
        "td",
        "ul",
        "ol",
        "fieldset",
        "details",
    ]
)
_STATE = re.compile(
    r"\d|^(?:even|odd|alt|first|last|parent|byuser|bypostauthor|active|new|clearfix|cf|depth|thread|level|reply|root|"
    r"left|right|author|owner|admin|highlight|hidden|show|open|collapsed|expanded|has-\S*|is-\S*|comment-author-\S*|"
    r"thread-\S*|by\S*)$"
)
MAX_ELEMENTS = 20_000  # number of elements searched in one area
MAX_GROUPS = 8
MAX_AREAS = 40


@dataclass(frozen=True, slots=True)
class Group:
    """Similar elements that may be comments: `key` describes their shape, `declared` is the number
    in the heading above them.
    """

    key: tuple[str, ...]
    entries: list[Entry]
    declared: int | None = None
    has_heading: bool = False


def find_groups(document: Document, excluded: Excluded) -> list[Group]:
    """Return groups of similar elements in the possible comment areas of a page, most likely first."""
    groups: dict[tuple[str, ...], Group] = {}
    for nodes, declared, has_heading in _areas(document, excluded):
        for key, members in _signatures(nodes, excluded).items():
            least = 1 if declared == 1 else 2
            if len(members) < least or not _look_like_comments(members):
                continue
            known = groups.get(key)
            if known is None or len(known.entries) < len(members):
                entries = [Entry([node]) for node in lifted(without_doubles(members))]
                groups[key] = Group(key, entries, declared, has_heading)
        for key, entries in _sequences(nodes, excluded):
            known = groups.get(key)
            if known is None or len(known.entries) < len(entries):
                groups[key] = Group(key, entries, declared, has_heading)
    ranked = sorted(groups.values(), key=lambda group: (-group.has_heading, -len(group.entries)))
    return ranked[:MAX_GROUPS]


def _areas(document: Document, excluded: Excluded) -> list[tuple[list[Node], int | None, bool]]:
    """Yield possible comment areas: the nodes, the number in the heading, and whether there is a
    heading.
    """
    found: list[tuple[list[Node], int | None, bool]] = []
    for heading in document.css(HEADINGS):
        text = heading.text()
        if len(text) > 300:
            continue
        text = " ".join(text.split())
        if not 3 < len(text) <= 200 or excluded.holds(heading):
            continue
        declared = declared_in(text)
        if declared is None and not phrases.HEADING_BARE.fullmatch(text) or declared == 0:
            continue
        found.append((_behind(heading), declared, True))
    seen: set[int] = set()
    for node in document.css(AREA):
        if node.tag in (
            "body",
            "html",
            "a",
            "input",
            "textarea",
            "script",
            "link",
            "meta",
            "label",
            "img",
            "i",
            "button",
            "span",
        ):
            continue
        if any(above.mem_id in seen for above in _up(node, 30)) or excluded.holds(node):
            continue
        seen.add(node.mem_id)
        found.append(([node], None, False))
        if len(found) > MAX_AREAS:
            break
    return found


def _up(node: Node, most: int) -> list[Node]:
    found: list[Node] = []
    here = node.parent
    while here is not None and len(found) < most:
        found.append(here)
        here = here.parent
    return found


def _behind(heading: Node) -> list[Node]:
    """Return the siblings after a heading, or after the element that contains only the heading."""
    here: Node | None = heading
    for _step in range(4):
        if here is None:
            return []
        siblings: list[Node] = []
        after = here.next
        while after is not None:
            if after.is_element_node or after.is_text_node and not after.is_empty_text_node:
                siblings.append(after)
            after = after.next
        if sum(node.is_element_node and bool(node.text().strip()) for node in siblings) > 0:
            return siblings
        here = here.parent
    return []


def signature(node: Node) -> tuple[str, ...]:
    """Return what similar elements share: the tag, the class, and the id without its number."""
    attributes = node.attributes
    classes = sorted(
        {name for name in (attributes.get("class") or "").split() if not _STATE.search(name)}
    )
    prefix = ""
    for name in names_of(attributes):
        if numbers := numbers_in(name):
            prefix = name.partition(numbers[0])[0]
    return (node.tag or "", " ".join(classes), prefix)


def _signatures(nodes: list[Node], excluded: Excluded) -> dict[tuple[str, ...], list[Node]]:
    groups: dict[tuple[str, ...], list[Node]] = defaultdict(list)
    seen = 0
    for top in nodes:
        if not top.is_element_node:
            continue
        for node in top.traverse():
            seen += 1
            if seen > MAX_ELEMENTS:
                return groups
            if node.tag in TAGS and not excluded.holds(node):
                groups[signature(node)].append(node)
    return groups


def _look_like_comments(nodes: list[Node]) -> bool:
    """Return whether most of the elements contain a date and a text, judged by the first ones."""
    samples = nodes[:3] + nodes[-3:]
    return sum(map(_has_date_and_text, samples)) * 5 >= len(samples) * 3


def _has_date_and_text(node: Node) -> bool:
    text = node.text(separator="\n")
    if not len(text.strip()) > 15:
        return False
    if node.css_first("time[datetime], abbr[title], [itemprop=dateCreated]") is not None:
        return True
    lines = [line.strip() for line in text[:6000].split("\n")]
    return any(0 < len(line) <= 120 and dates.find_stamp(line) for line in lines[:60])


def _sequences(nodes: list[Node], excluded: Excluded) -> list[tuple[tuple[str, ...], list[Entry]]]:
    """Find comments without an element around each: sequences of siblings that each start with a
    similar element.
    """
    siblings = [node for node in nodes if node.is_element_node]
    if len(siblings) == 1:
        siblings = list(siblings[0].iter())
    if not 3 < len(siblings) <= MAX_ELEMENTS:
        return []
    heads: dict[tuple[str, ...], list[Node]] = defaultdict(list)
    for node in siblings:
        heads[signature(node)].append(node)
    found = []
    for key, members in heads.items():
        if (
            len(members) < 2
            or len(members) * 2 > len(siblings)
            or members[0].tag in ("br", "hr", "script")
        ):
            continue
        entries = with_tails(members, only_dd=False)
        texts = [" \n".join(root.text(separator="\n") for root in entry.roots) for entry in entries]
        dated = sum(
            any(dates.find_stamp(line) for line in text.split("\n")[:40] if 0 < len(line) <= 120)
            for text in texts
        )
        if dated * 5 >= len(entries) * 4:
            found.append((("siblings", *key), entries))
    return found
