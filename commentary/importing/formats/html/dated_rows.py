"""Finds dated texts on a page that may be comments although nothing calls them so, and tells them
apart from lists of other articles.
"""

import re
from collections import defaultdict, deque
from collections.abc import Sequence

from . import comment_dates as dates
from .byline_names import LEAD
from .dom import Document, Node, text_nodes
from .entries import Entry
from .entry_view import Reading
from .field_patterns import HEADINGS
from .items import Excluded

LONGEST_LINE = 120  # characters of a text with a date
MAX_DATED = 3_000  # texts with a date that are used
MAX_UP = 14  # levels above a date
MAX_LISTS = 3
LONG_LINK = 25  # characters of a link that may be a title
SAMPLE = 12  # entries that are looked at before they are read
_TITLE_LINK = "h1 a, h2 a, h3 a, h4 a, a h1, a h2, a h3, a h4"
MOST_COMPLETE = 0.8  # of the entries have an author, a date and a text
MOST_OF_THREAD = 0.6  # of the text of a page is in its posts
MANY_ABOVE = 4  # texts above the first comment that may state how many there are
LONG_TEXT, MIN_ARTICLE = 60, 120  # characters of a sentence, and of all above the first comment


def dated_lists(document: Document, excluded: Excluded) -> list[list[Node]]:
    """Return the children of the elements with several dated children, those with most first."""
    dated: dict[int, set[int]] = defaultdict(set)
    nodes: dict[int, Node] = {}
    count = 0
    for text in document.texts:
        if not _is_dated(text) or excluded.holds(text):
            continue
        here, above = text, text.parent
        for _level in range(MAX_UP):
            if above is None:
                break
            dated[above.mem_id].add(here.mem_id)
            nodes[above.mem_id] = above
            here, above = above, above.parent
        count += 1
        if count >= MAX_DATED:
            break
    found = [mem_id for mem_id, children in dated.items() if len(children) > 1]
    found.sort(key=lambda mem_id: -len(dated[mem_id]))
    return [list(nodes[mem_id].iter(include_text=True)) for mem_id in found[:MAX_LISTS]]


def _is_dated(text: Node) -> bool:
    words = (text.text_content or "").strip()
    if not 3 < len(words) <= LONGEST_LINE:
        return False
    return dates.find_stamp(words) is not None or dates.is_relative(words)


def are_announcements(entries: Sequence[Entry]) -> bool:
    """Return whether many entries have a heading that is a link, before they are read."""
    titled = sum(any(root.css_first(_TITLE_LINK) for root in e.roots) for e in entries[:SAMPLE])
    return titled * 4 >= len(entries[:SAMPLE])


def are_comments(entries: Sequence[Entry], readings: Sequence[Reading]) -> bool:
    """Return whether dated texts are comments: several people sign them, nearly all are complete, and
    they don't lead to other pages, as announcements of articles do.
    """
    complete = [r.has_author and r.has_date and bool(r.text) and not r.is_link for r in readings]
    names = {reading.author for reading in readings}
    if len(entries) < 2 or sum(complete) < MOST_COMPLETE * len(entries) or len(names) < 2:
        return False
    targets = set().union(*map(_targets, entries))
    bylines = sum(bool(LEAD.match(reading.text)) for reading in readings)
    announced = max(bylines, sum(map(_has_title, entries)))
    return len(targets) < 2 and announced * 4 < len(entries)


def _targets(entry: Entry) -> set[str]:
    """Return the pages to places in which an entry leads."""
    found = set()
    for part in entry.parts:
        page, _hash, fragment = (part.attributes.get("href") or "").partition("#")
        if part.tag == "a" and page and fragment:
            found.add(page)
    return found


def _has_title(entry: Entry) -> bool:
    """Return whether an entry begins with a link that is as long as a title, or with a heading and a
    link inside each other.
    """
    begin = [p for p in entry.parts if p.first <= 2 and p.first < p.last]
    links = [p for p in begin if p.tag == "a"]
    if any(len(entry.text(p.first, p.last)) > LONG_LINK for p in links):
        return True
    headings = [p for p in begin if p.tag in HEADINGS]
    return any(a.first < b.last and b.first < a.last for a in links for b in headings)


def are_all_posts(document: Document, entries: Sequence[Entry]) -> bool:
    """Return whether entries are all posts of a page, without an article above them."""
    body = document.tree.body
    if body is None:
        return False
    size = sum(len(root.text()) for entry in entries for root in entry.roots)
    if size < MOST_OF_THREAD * len(body.text()):
        return False
    first = entries[0].pieces[0].node.mem_id if entries[0].pieces else 0
    above = 0
    for text in text_nodes(body):
        if text.mem_id == first:
            break
        length = len((text.text_content or "").strip())
        above += length if length > LONG_TEXT else 0
    return above < MIN_ARTICLE


def is_counted(document: Document, entries: Sequence[Entry]) -> bool:
    """Return whether one of the short texts just above the entries states their number."""
    first = entries[0].pieces[0].node.mem_id if entries[0].pieces else 0
    above: deque[str] = deque(maxlen=MANY_ABOVE)
    for text in document.texts:
        if text.mem_id == first:
            break
        above.append((text.text_content or "").strip())
    numbers = (re.findall(r"\d+", text) for text in above if len(text) <= LONG_TEXT)
    return [str(len(entries))] in numbers
