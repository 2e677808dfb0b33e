"""Finds the elements where comments start, by the selectors of a profile."""

import re
from collections.abc import Iterable

from ..text import phrases
from .dom import Document, Node
from .entries import PAIR, Entry, names_of, numbers_in, own_number
from .notices import closing_notice
from .profile import Profile
from .profiles import FORM_NAMES, NEVER_WITHIN
from .threads import is_later_page

MAX_ENTRIES = 20_000
MOST_OF_PAGE = 0.4  # of its text; a form with more is not for writing comments
TEXT_TAGS = frozenset(
    ("p", "blockquote", "ul", "ol", "pre", "br", "i", "b", "em", "strong", "a", "img")
)


class Excluded:
    """The parts of a page that contain no comments."""

    def __init__(self, document: Document) -> None:
        self.inside: dict[int, bool] = {}
        size = len(document.root.text()) if document.css_first("form") else 0
        for node in document.css(NEVER_WITHIN):
            # Some forums put all posts into one form, for moderators.
            is_page = node.tag == "form" and len(node.text()) > MOST_OF_PAGE * size
            if node.tag not in ("html", "body", "main") and not is_page:
                self.inside[node.mem_id] = True

    def holds(self, node: Node) -> bool:
        """Return whether a node is in one of these parts."""
        path: list[int] = []
        here: Node | None = node
        answer = False
        while here is not None:
            known = self.inside.get(here.mem_id)
            if known is not None:
                answer = known
                break
            path.append(here.mem_id)
            here = here.parent
        for mem_id in path:
            self.inside[mem_id] = answer
        return answer


def find_entries(
    document: Document, profile: Profile, excluded: Excluded, address: str = ""
) -> list[Entry]:
    """Return the comments of a page as entries with only their roots, if the page matches the
    profile.
    """
    if not any(sign in document.names for sign in profile.signs):
        return []
    if profile.requires and document.css_first(profile.requires) is None:
        return []
    nodes = _items(document.css(profile.items), profile)
    nodes = [node for node in nodes[:MAX_ENTRIES] if not excluded.holds(node)]
    if not nodes:
        return []
    if profile.article_first:
        nodes = _without_article(document, nodes, profile, address)
    if profile.tail:
        entries = with_tails(nodes, profile.tail == "dd")
    else:
        entries = [Entry([node]) for node in lifted(without_doubles(nodes))]
    if entries and profile.is_thread:
        entries[0].is_opening = not is_later_page(document, address)
    return entries


def _items(nodes: list[Node], profile: Profile) -> list[Node]:
    """Return the elements that are items, and those with the same classes that only differ in their
    ids.
    """
    found = {node.mem_id: node for node in nodes if _is_item(node, profile)}
    if len(found) == len(nodes) or not profile.item_id:
        return list(found.values())
    names = [next(iter(names_of(node.attributes)), "") for node in found.values()]
    prefixes = {name[: name.rfind("-") + 1] for name in names} - {""}
    shapes = {_kind(node) for node in found.values() if _kind(node)[1]}
    return [
        node
        for node in nodes
        if node.mem_id in found or _kind(node) in shapes and _has_id_like(node, prefixes)
    ]


def _has_id_like(node: Node, prefixes: set[str]) -> bool:
    """Return whether an element has text, and an id with one of these prefixes."""
    names = names_of(node.attributes)
    is_like = bool(names) and names[0][: names[0].rfind("-") + 1] in prefixes
    return is_like and bool(node.text().strip())


def _is_item(node: Node, profile: Profile) -> bool:
    names = names_of(node.attributes)
    if profile.item_id and names and not any(re.fullmatch(profile.item_id, name) for name in names):
        is_listed = node.tag == "li" and not names[0].startswith(("comment-", "li-comment-"))
        if not is_listed:
            return False
    return bool(profile.tail) or node.first_child is not None and bool(node.text().strip())


def _without_article(
    document: Document, nodes: list[Node], profile: Profile, address: str
) -> list[Node]:
    """Leave out an article that looks like a comment."""
    if profile.name == "discourse":
        return [node for node in nodes if node.id != "post_1"]
    if profile.name.startswith("phpbb"):
        return nodes if is_later_page(document, address) else nodes[1:]
    first = nodes[0]
    boxes = document.css(".hfeed, #comments, .comments, .comments-area")
    boxes = [box for box in boxes if not contains(box, first) and not contains(first, box)]
    ids = {box.mem_id for box in boxes}
    if not ids:
        return []
    return [
        node
        for node in nodes[1:]
        if any(above.mem_id in ids for above in ancestors(node))
        and node.css_first(".entry-title") is None
        and node.css_first(".author, .fn, .vcard") is not None
    ]


def ancestors(node: Node) -> Iterable[Node]:
    """Yield the elements around a node, innermost first."""
    here = node.parent
    while here is not None:
        yield here
        here = here.parent


def contains(outer: Node, inner: Node) -> bool:
    """Return whether a node is inside another one, or the same."""
    wanted = outer.mem_id  # comparing nodes is slow because it compares their HTML
    return inner.mem_id == wanted or any(node.mem_id == wanted for node in ancestors(inner))


def without_doubles(nodes: list[Node]) -> list[Node]:
    """Leave out nodes inside an element that already represents the same comment."""
    kept: dict[int, tuple[object, str]] = {}
    found: list[Node] = []
    for node in nodes:
        number, tag = _numbers(node), node.tag or ""
        outer = next((kept[a.mem_id] for a in ancestors(node) if a.mem_id in kept), None)
        if outer is not None:
            is_same = bool(number) and outer[0] == number
            is_inner = not outer[0] and (outer[1] != tag or _is_first_in(node, kept))
            if is_same or is_inner or not number and outer[1] != tag:
                continue
        kept[node.mem_id] = (number, tag)
        found.append(node)
    return found


def _numbers(node: Node) -> object:
    """Return all numbers in the id of an element, or what else numbers it."""
    names = names_of(node.attributes)
    numbers = numbers_in(names[0]) if names else []
    return numbers if len(numbers) > 1 and not PAIR.search(names[0]) else own_number(node)


def _is_first_in(node: Node, kept: dict[int, tuple[object, str]]) -> bool:
    """Return whether a node is the first element directly inside a node that is kept."""
    before = node.prev
    while before is not None and not before.is_element_node:
        before = before.prev
    return before is None and node.parent is not None and node.parent.mem_id in kept


def lifted(nodes: list[Node]) -> list[Node]:
    """Replace nodes by the list item around them if their replies are next to them in it."""
    ids = {node.mem_id for node in nodes}
    found: list[Node] = []
    for node in nodes:
        parent = node.parent
        is_alone = (
            parent is not None
            and parent.tag == "li"
            and parent.mem_id not in ids
            and (sum(child.mem_id in ids for child in parent.iter()) == 1)
        )
        found.append(parent if is_alone and parent is not None else node)
    return found


def with_tails(nodes: list[Node], only_dd: bool) -> list[Entry]:
    """Return entries of items and what follows each of them up to the next."""
    tops = _tops(nodes)
    starts = {node.mem_id for node in tops}
    parents = {top.parent.mem_id for top in tops if top.parent is not None}
    entries: list[Entry] = []
    for number, top in enumerate(tops):
        is_last = number == len(tops) - 1
        roots = [top]
        here = top.next
        while here is not None and here.mem_id not in starts:
            if here.is_element_node:
                if only_dd and here.tag != "dd" or _ends_comments(here):
                    break
                if not only_dd and len(parents) > 1 and _holds_start(here, starts):
                    break
                if not only_dd and is_last and _is_notice(here):
                    break
                roots.append(here)
            elif here.is_text_node and not only_dd and not here.is_empty_text_node:
                roots.append(here)
            here = here.next
        entries.append(Entry(roots))
    if not only_dd:
        _cut_last(entries)
    return entries


def _ends_comments(node: Node) -> bool:
    """Return whether an element is a form or a heading of the page, or contains the form."""
    if node.tag in ("form", "h1", "h2"):
        return True
    attributes = node.attributes
    names = {attributes.get("id") or "", *(attributes.get("class") or "").split()}
    return not names.isdisjoint(FORM_NAMES)


def _cut_last(entries: list[Entry]) -> None:
    """End the last entry before the first element of a kind that the other entries don't contain."""
    known = {_kind(root) for entry in entries[:-1] for root in entry.roots[1:]}
    last = entries[-1].roots if len(entries) > 1 else []
    for at in range(1, len(last)):
        tag, name = _kind(last[at])
        is_text = tag in TEXT_TAGS and not name
        if last[at].is_element_node and not is_text and (tag, name) not in known:
            del last[at:]
            return


def _kind(node: Node) -> tuple[str, str]:
    return node.tag or "", (node.attributes or {}).get("class") or ""


def _holds_start(node: Node, starts: set[int]) -> bool:
    return any(inner.mem_id in starts for inner in node.css("a[name], a[id]"))


def _is_notice(node: Node) -> bool:
    """Return whether an element is a closing notice or an invitation to comment."""
    text = node.text()
    if len(text) > 250:
        return False
    text = " ".join(text.split())
    return bool(text and (closing_notice(text) or phrases.OPEN.fullmatch(text)))


def _tops(nodes: list[Node]) -> list[Node]:
    """Return for each item the outermost element around it that contains no other item."""
    ids = {node.mem_id for node in nodes}
    if nodes[0].tag == "dt":
        return nodes
    counts: dict[int, int] = {}
    for node in nodes:
        for above in ancestors(node):
            counts[above.mem_id] = counts.get(above.mem_id, 0) + 1
    found: list[Node] = []
    seen: set[int] = set()
    for node in nodes:
        top = node
        while len(ids) > 1 and top.parent is not None and counts.get(top.parent.mem_id, 0) == 1:
            top = top.parent
        if top.mem_id not in seen:
            seen.add(top.mem_id)
            found.append(top)
    return found


def nest_by_lists(entries: list[Entry]) -> None:
    """Set the parent entry where a list or box of replies follows a comment instead of being inside
    it.
    """
    owners = {root.mem_id: i for i, entry in enumerate(entries) for root in entry.roots}
    memo: dict[int, int | None] = {}
    for i, entry in enumerate(entries):
        if entry.above is None:
            above = _above_list(entry.roots[0], owners, memo)
            entry.above = above if above is not None and above < i else None


def _above_list(node: Node, owners: dict[int, int], memo: dict[int, int | None]) -> int | None:
    path: list[int] = []
    answer: int | None = None
    for here in ancestors(node):
        if here.mem_id in memo:
            answer = memo[here.mem_id]
            break
        if here.mem_id in owners:
            break
        path.append(here.mem_id)
        before = here.prev
        while before is not None and not before.is_element_node:
            before = before.prev
        if before is not None and before.mem_id in owners:
            answer = owners[before.mem_id]
            break
    for mem_id in path:
        memo[mem_id] = answer
    return answer
