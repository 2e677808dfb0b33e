"""Finds comments by shape: similar elements in a comment area of the page, each with a short name,
a date and a text.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from ..text import phrases
from ..text.phrases.patterns import lazy_re_compile
from . import comment_dates as dates
from .comment_area import READERS, declared_count
from .dated_rows import are_announcements, dated_lists
from .dom import Document, Node
from .entries import Entry, names_of, numbers_in
from .items import Excluded, lifted, with_tails, without_doubles

AREA = (
    "[id*=comment i], [class*=comment i], [id*=kommentar i], [class*=kommentar i], [id*=comentario i], "
    "[class*=comentario i], [id*=commentaire i], [class*=commentaire i], [id*=reactie i], [class*=reactie i], "
    "[id*=discussion i], [class*=discussion i], [id*=response i], [class*=responses i], [id*=replies i], "
    "[class*=replies i], [id*=feedback i], [id*=guestbook i], [id*=opinion i], [class*=opiniones i], "
    "[id=forum], [class~=forum], [id*=commenti], [class*=commenti], [id*=koment], [class*=koment], [id*=yorum], [class*=yorum]"
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
_STATE = lazy_re_compile(
    r"\d|^(?:even|odd|alt|first|last|parent|byuser|bypostauthor|active|new|clearfix|cf|depth|thread|level|reply|root|"
    r"left|right|author|owner|admin|highlight|hidden|show|open|collapsed|expanded|has-\S*|is-\S*|comment-author-\S*|"
    r"thread-\S*|by\S*)$"
)
# Classes that build tools make: "CommentItem_root__3kX9a", "css-1q2w3e".
_HASHED = lazy_re_compile(r"[A-Za-z][\w-]*__[\w-]{2,8}|(?:css|sc|jss|svelte|astro)-\w{5,12}")
# "comments_odd" and "comments_even" are alike.
_ALTERNATING = lazy_re_compile(r"(?<=\w)[-_]{1,2}(?:even|odd|alt|alternate|first|last)$", re.I)
# Ids that end with a number, and ids that end with letters and digits in its place.
NUMBERED = lazy_re_compile(r"\D*[\d_.:-]+|\D*\d[0-9a-f]{15,}")
LETTERED = lazy_re_compile(r"((?:[A-Za-z]+[-_:.])+)(?=\w*[\dA-Z])\w+(?:-\w+)*$")
MAX_ELEMENTS = 200_000  # number of elements searched on one page
MAX_HEADED = 10  # number of headings whose surroundings are searched
MAX_GROUPS = 8
MAX_LOOSE = 3  # groups without a heading that are read
MOST_OF_THREAD = 0.6  # of the text of a page is in its posts
MAX_LISTS = 12
CONTAINERS = frozenset(("dl", "tbody", "div", "section", "td", "article"))
MAX_AREAS = 40
NO_AREA = frozenset(
    (
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
    )
)


@dataclass(frozen=True, slots=True)
class Group:
    """Similar elements that may be comments: `key` describes their shape, `declared` is the number
    in the heading above them. Without a heading or a name for comments, they are `is_loose`.
    """

    key: tuple[str, ...]
    entries: list[Entry]
    declared: int | None = None
    has_heading: bool = False
    is_loose: bool = False


@dataclass(slots=True)
class _Area:
    """A part of the page that may contain comments, and the number in the heading above it."""

    nodes: list[Node]
    declared: int | None = None
    has_heading: bool = False


def find_groups(
    document: Document, excluded: Excluded, wanted: tuple[str, ...] = ()
) -> list[Group]:
    """Return groups of similar elements in the possible comment areas of a page, most likely first.
    `wanted` is the key of the site's group, which is returned even with a single element.
    """
    areas = [*_headed_areas(document, excluded), *_named_areas(document, excluded)]
    return _groups_in(areas, excluded, wanted)


def find_rows(document: Document, excluded: Excluded, wanted: tuple[str, ...] = ()) -> list[Group]:
    """Like `find_groups`, anywhere on a page where several texts are dated."""
    areas = [_Area(nodes) for nodes in dated_lists(document, excluded)]
    groups = [g for g in _groups_in(areas, excluded, wanted) if not are_announcements(g.entries)]
    return [replace(group, is_loose=True) for group in groups[:MAX_LOOSE]]


def _groups_in(areas: list[_Area], excluded: Excluded, wanted: tuple[str, ...]) -> list[Group]:
    groups: dict[tuple[str, ...], Group] = {}
    budget = MAX_ELEMENTS
    for area in areas:
        least = 1 if area.declared == 1 else 2
        found: dict[tuple[str, ...], list[Entry]] = {}
        signatures, budget = _signatures(area.nodes, excluded, budget)
        for key, members in signatures.items():
            is_enough = key == wanted or len(members) >= least
            if is_enough and _look_like_comments(members):
                found[key] = [Entry([node]) for node in lifted(without_doubles(members))]
        for siblings in _sibling_lists(area.nodes):
            for key, entries in _sequences(siblings).items():
                if key not in found or len(found[key]) < len(entries):
                    found[key] = entries
        for key, entries in found.items():
            known = groups.get(key)
            if known is None or len(known.entries) < len(entries):
                groups[key] = Group(key, entries, area.declared, area.has_heading)
        if budget <= 0:
            break
    ranked = sorted(groups.values(), key=lambda group: (-group.has_heading, -len(group.entries)))
    return ranked[:MAX_GROUPS]


def find_threads(document: Document, excluded: Excluded) -> list[Group]:
    """Return groups of similar elements that have most of the text of a page, each with a date, as
    the posts of a thread have, largest first."""
    body = document.tree.body
    if body is None:
        return []
    size = len(body.text())
    groups, _budget = _signatures([body], excluded, MAX_ELEMENTS)
    found: list[Group] = []
    for key, members in groups.items():
        posts = without_doubles(members) if len(members) > 1 and key[2] else []
        is_most = sum(len(post.text()) for post in posts) > MOST_OF_THREAD * size
        if is_most and all(map(has_date_and_text, posts[:MAX_HEADED])):
            found.append(Group(key, [Entry([node]) for node in posts]))
    return sorted(found, key=lambda group: -len(group.entries))[:MAX_GROUPS]


def is_headed(document: Document, excluded: Excluded) -> bool:
    """Return whether dated texts follow a heading for comments."""
    return any(
        node.is_element_node and has_date_and_text(node)
        for area in _headed_areas(document, excluded)
        for node in area.nodes[:MAX_GROUPS]
    )


# Areas are stored with their documents.
_HEADED: WeakKeyDictionary[Document, list[_Area]] = WeakKeyDictionary()


def _headed_areas(document: Document, excluded: Excluded) -> list[_Area]:
    """Return the area after each comment heading. Headings with the same parent share the first one."""
    if document not in _HEADED:
        _HEADED[document] = _find_headed_areas(document, excluded)
    return _HEADED[document]


def _find_headed_areas(document: Document, excluded: Excluded) -> list[_Area]:
    found: dict[int, _Area] = {}
    for heading in [*document.css(HEADINGS), *_plain_counts(document)]:
        text = heading.text()
        if len(text) > 300:
            continue
        text = " ".join(text.split())
        if not 3 < len(text) <= 200 or excluded.holds(heading):
            continue
        declared = declared_count(text)
        is_heading = phrases.HEADING_BARE.fullmatch(text) or READERS.fullmatch(text)
        if declared is None and not is_heading or declared == 0:
            continue
        parent = heading.parent
        known = found.get(parent.mem_id) if parent is not None else None
        if known is not None:
            known.declared = declared if known.declared is None else known.declared
        elif parent is not None and len(found) < MAX_HEADED:
            found[parent.mem_id] = _Area(_behind(heading), declared, True)
    return list(found.values())


def _plain_counts(document: Document) -> list[Node]:
    """Return boxes that have only the number of comments as text, where a theme has no heading."""
    found: list[Node] = []
    for inner in document.texts:
        text = (inner.text_content or "").strip()
        node = inner.parent
        if not (3 < len(text) <= 40 and text[0].isdigit()) or node is None:
            continue
        is_plain = node.tag in ("div", "p", "span") and inner.prev is None and inner.next is None
        if is_plain and declared_count(text) is not None:
            found.append(node)
            if len(found) > MAX_HEADED:
                break
    return found


def _named_areas(document: Document, excluded: Excluded) -> list[_Area]:
    """Return the outermost elements whose names contain a word for comments."""
    found: list[_Area] = []
    seen: set[int] = set()
    for node in document.css(AREA):
        if node.tag in NO_AREA or excluded.holds(node):
            continue
        if any(above.mem_id in seen for above in _up(node, 30)):
            continue
        seen.add(node.mem_id)
        found.append(_Area([node]))
        if len(found) > MAX_AREAS:
            break
    return _joined(found)


def _joined(areas: list[_Area]) -> list[_Area]:
    """Join elements with the same parent and shape: each of them is a comment, not an area."""
    found: dict[tuple[object, ...], _Area] = {}
    for area in areas:
        parent = area.nodes[0].parent
        key = (parent.mem_id if parent is not None else 0, *signature(area.nodes[0]))
        if key in found:
            found[key].nodes += area.nodes
        else:
            found[key] = area
    return list(found.values())


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
    nearest: list[Node] = []  # siblings with a text, but without a date
    for _step in range(4):
        if here is None or here.tag in ("body", "main", "article"):
            break
        siblings: list[Node] = []
        after = here.next
        while after is not None:
            if after.is_element_node or after.is_text_node and not after.is_empty_text_node:
                siblings.append(after)
            after = after.next
        texts = [node for node in siblings if node.is_element_node and node.text().strip()]
        if any(map(has_date_and_text, texts[:MAX_GROUPS])):
            return siblings
        nearest = nearest or (siblings if texts else [])
        here = here.parent
    return nearest


def signature(node: Node) -> tuple[str, ...]:
    """Return what similar elements share: the tag, the class, and the id without its number."""
    attributes = node.attributes
    names = (attributes.get("class") or "").split()
    kept = [name for name in names if not _STATE.search(name) or _HASHED.fullmatch(name)]
    classes = sorted({_ALTERNATING.sub("", name) for name in kept})
    prefix = ""
    for name in names_of(attributes):
        if numbers := numbers_in(name):
            prefix = name.partition(numbers[0])[0]
        if not NUMBERED.fullmatch(name) and (lettered := LETTERED.match(name)):
            prefix = lettered[1]
    # With an id, classes tell apart only the states of similar elements.
    return (node.tag or "", "" if len(prefix) > 1 else " ".join(classes), prefix)


def _signatures(
    nodes: list[Node], excluded: Excluded, budget: int
) -> tuple[dict[tuple[str, ...], list[Node]], int]:
    """Return the elements in some nodes by their signature, and the remaining budget of elements."""
    groups: dict[tuple[str, ...], list[Node]] = defaultdict(list)
    for top in nodes:
        if not top.is_element_node:
            continue
        for node in top.traverse():
            budget -= 1
            if budget <= 0:
                return groups, budget
            if node.tag in TAGS and not excluded.holds(node):
                groups[signature(node)].append(node)
    return groups, budget


def _look_like_comments(nodes: list[Node]) -> bool:
    """Return whether most of the elements contain a date and a text, judged by the first ones."""
    samples = nodes[:3] + nodes[-3:]
    return sum(map(has_date_and_text, samples)) * 5 >= len(samples) * 3


def has_date_and_text(node: Node) -> bool:
    text = node.text(separator="\n")
    if not len(text.strip()) > 15:
        return False
    if node.css_first("time[datetime], abbr[title], [itemprop=dateCreated]") is not None:
        return True
    lines = [line.strip() for line in text[:6000].split("\n")]
    return any(0 < len(line) <= 120 and _shows_time(line) for line in lines[:60])


def _shows_time(line: str) -> bool:
    return dates.is_relative(line) or dates.find_stamp(line) is not None


def _sibling_lists(nodes: list[Node]) -> list[list[Node]]:
    """Return the lists of siblings that may contain comments of several elements: the given nodes,
    and the children of the larger elements in them.
    """
    found = [nodes]
    for top in nodes:
        if not top.is_element_node:
            continue
        for node in top.traverse():
            if node.tag in CONTAINERS:
                children = list(node.iter())
                if len(children) > 3:
                    found.append(children)
            if len(found) > MAX_LISTS:
                return found
    return found


def _sequences(nodes: list[Node]) -> dict[tuple[str, ...], list[Entry]]:
    """Return comments that consist of several siblings, each comment starting with a similar one."""
    siblings = [node for node in nodes if node.is_element_node]
    if not 3 < len(siblings) <= MAX_ELEMENTS:
        return {}
    ruled = _between_rules(nodes)
    heads: dict[tuple[str, ...], list[Node]] = defaultdict(list)
    for node in siblings:
        heads[(*signature(node), *_cells(node))].append(node)
    found: dict[tuple[str, ...], list[Entry]] = {}
    counts: set[int] = set()
    for key, members in list(heads.items())[:MAX_GROUPS]:
        if len(members) < 2 or members[0].tag in ("br", "hr", "script"):
            continue
        if len(members) in counts:
            continue  # a later part of the same comments
        entries = with_tails(members, only_dd=False)
        if all(len(entry.roots) == 1 for entry in entries):
            continue  # separate elements, which are groups already
        samples = entries[:4] + entries[-3:]
        if sum(map(_is_dated, samples)) * 5 >= len(samples) * 4:
            found["siblings", *key] = entries
            counts.add(len(entries))
    if not found and len(ruled) > 1:
        found["siblings", "hr"] = ruled
    return found


def _between_rules(nodes: list[Node]) -> list[Entry]:
    """Return what stands between horizontal rules and begins alike, as on pages made by hand."""
    pieces: list[list[Node]] = []
    for node in nodes:
        if node.tag == "hr":
            pieces.append([])
        elif pieces:
            pieces[-1].append(node)
    entries = [Entry(piece) for piece in pieces if any(n.is_element_node for n in piece)]
    starts = [signature(next(n for n in e.roots if n.is_element_node)) for e in entries]
    if not entries or not all(map(_is_dated, entries[:2])):
        return []
    alike = [e for e, start in zip(entries, starts, strict=True) if start == starts[0]]
    return alike if len(alike) >= len(entries) - 1 else []


def _cells(node: Node) -> tuple[str, ...]:
    """Return what rows of one kind share: the numbers of columns of their cells."""
    if node.tag != "tr":
        return ()
    return tuple(cell.attributes.get("colspan") or "1" for cell in node.iter())[:9]


def _is_dated(entry: Entry) -> bool:
    """Return whether one of the first short lines of an entry shows a date."""
    text = "\n".join(root.text(separator="\n") for root in entry.roots)[:4000]
    lines = (line.strip() for line in text.split("\n")[:40])
    return any(0 < len(line) <= 120 and dates.find_stamp(line) for line in lines)
