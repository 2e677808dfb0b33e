"""Finds the name of a commenter and its link."""

from ..text import phrases
from .entry_view import EntryView
from .field_patterns import (
    AUTHOR_CLASS,
    BESIDE_DATE,
    BUTTONS_BEHIND,
    COUNTER,
    DELETED,
    NAME_CLASS,
    NAME_LABEL,
    NO_NAME_CLASS,
    SIGNED_NAME,
    STRONG,
    WEB_LABEL,
    may_be_name,
    tidy_name,
    without_stamp,
)


def find_author(view: EntryView) -> None:
    for number in view.hits.author:
        if number not in view.quoted and _name_of_part(view, number, True):
            return
    if _name_of_label(view) or _signed_name(view):
        return
    for rank in _ranked_names(view):
        for number in rank:
            if _name_of_part(view, number, False):
                return
    _name_of_lines(view)


def _name_of_label(view: EntryView) -> bool:
    """Read the name from one of the first lines if it has the label "Name:"."""
    for first, last in list(view.entry.lines())[:4]:
        found = NAME_LABEL.fullmatch(view.entry.text(first, last))
        name = tidy_name(found[1], True) if found else ""
        if name and not any(view.reading.uses[first:last]):
            view.reading.author, view.reading.has_author = name, True
            links = (
                view.address(view.entry.parts[view.entry.pieces[at].part].attributes.get("href"))
                for at in range(first, last)
            )
            view.reading.author_url = next(filter(None, links), "")
            view.mark(first, last, "name")
            return True
    return False


def _signed_name(view: EntryView) -> bool:
    """Read a name with a sign behind it from a line at or after that of the date, among buttons."""
    entry, uses = view.entry, view.reading.uses
    lines = list(entry.lines())
    dated = next((at for at, line in enumerate(lines) if "date" in uses[slice(*line)]), len(lines))
    for first, last in lines[dated:]:
        text = without_stamp(entry.text(first, last)).strip(" |")
        for words in [text, *text.split("|")]:
            found = SIGNED_NAME.fullmatch(words)
            name = tidy_name(found[1], True) if found else ""
            if name and may_be_name(words, name):
                view.reading.author, view.reading.has_author = name, True
                view.reading.author_url = _url_after(view, lines[dated:])
                view.mark(first, last, "name")
                return True
    return False


def _url_after(view: EntryView, lines: list[tuple[int, int]]) -> str:
    """Return the URL of the first link in some lines; labels of links are furniture."""
    url = ""
    for first, last in lines:
        for at in range(first, last):
            holder = view.entry.parts[view.entry.pieces[at].part]
            href = holder.attributes.get("href") or ""
            is_link = holder.tag == "a" and "edit" not in href
            url = url or (view.address(href) if is_link else "")
            if WEB_LABEL.fullmatch(view.entry.pieces[at].text):
                view.mark(at, at + 1, "furniture")
    return url


def _ranked_names(view: EntryView) -> list[list[int]]:
    ranks: list[list[int]] = [[], [], [], []]
    for number, part in enumerate(view.entry.parts):
        if not number or number in view.quoted or part.first == part.last:
            continue
        if NO_NAME_CLASS.search(part.names) and "fn" not in part.names.split():
            continue
        if "fn" in part.names.split() or "p-author" in part.names.split():
            ranks[0].append(number)
        elif part.names and AUTHOR_CLASS.search(part.names):
            ranks[1].append(number)
        elif part.tag == "cite" or "data-username" in part.attributes:
            ranks[2].append(number)
        elif part.names and NAME_CLASS.search(part.names):
            ranks[3].append(number)
    return ranks


def _name_of_part(view: EntryView, number: int, is_exact: bool) -> bool:
    """Read the name from a part, unless the part contains the whole comment."""
    entry = view.entry
    part = entry.parts[number]
    if part.last - part.first > 14 or view.is_long(part):
        return False
    for first, last in view.lines_between(part.first, part.last):
        date = view.stamp_in(first, last)
        texts = view.free_text(first, last)
        text = " ".join(texts)
        if date and text:
            text = without_stamp(text)
        is_fn = is_exact or "fn" in part.names.split()
        name = tidy_name(text, is_fn and not date, is_apart=not date)
        if DELETED.fullmatch(text):
            view.mark(first, last, "furniture")
            return True
        is_marked = is_exact or AUTHOR_CLASS.search(part.names) or part.tag == "cite"
        if not may_be_name(text, name) or COUNTER.fullmatch(name) and not (is_fn or is_marked):
            continue
        view.reading.author, view.reading.has_author = name, True
        view.reading.author_url = _url_of(view, number)
        view.mark(first, last, "name")
        return True
    return False


def _url_of(view: EntryView, number: int) -> str:
    """Return the URL that the name in a part is linked to."""
    entry = view.entry
    links = sorted(view.hits.url, key=lambda hit: entry.parts[hit].first == entry.parts[hit].last)
    for hit in links:
        if address := view.address(entry.parts[hit].attributes.get("href")):
            return address
    here = number
    while here >= 0:
        if entry.parts[here].tag == "a":
            return view.address(entry.parts[here].attributes.get("href"))
        here = entry.parts[here].parent
    for inner in range(number + 1, len(entry.parts)):
        found = entry.parts[inner]
        if not entry.is_in(inner, number):
            break
        is_empty = found.tag == "a" and found.first == found.last
        if found.tag not in ("a", "link") or is_empty:
            continue
        if address := view.address(found.attributes.get("href")):
            return address
    return _url_beside(view, number) or _url_labelled(view, number)


def _url_labelled(view: EntryView, number: int) -> str:
    """Return the URL of a link labelled "website" on the line of the name."""
    entry = view.entry
    part = entry.parts[number]
    if part.first == part.last:
        return ""
    first, last = entry.line_of(part.first)
    for at in range(first, last):
        holder = entry.parts[entry.pieces[at].part]
        if holder.tag == "a" and WEB_LABEL.fullmatch(entry.pieces[at].text):
            view.mark(at, at + 1, "furniture")
            return view.address(holder.attributes.get("href"))
    return ""


def _url_beside(view: EntryView, number: int) -> str:
    """Return the URL from microdata next to the name, inside the author's element."""
    entry = view.entry
    outer = entry.parts[number].parent
    if (
        outer < 0
        or "author" not in entry.parts[outer].names
        and "creator" not in entry.parts[outer].names
    ):
        return ""
    for part in entry.parts:
        if part.parent == outer and part.tag in ("link", "a") and "url" in part.names.split():
            return view.address(part.attributes.get("href"))
    return ""


def _name_of_lines(view: EntryView) -> None:
    """Return the name from the date's line, or from emphasised text at the start."""
    entry, uses = view.entry, view.reading.uses
    lines = list(entry.lines())
    for first, last in lines:
        is_dated = "date" in uses[first:last] and entry.pieces[first].part not in view.quoted
        if is_dated and _take_name(view, first, last):
            return
    for index, (first, last) in enumerate(lines[:3]):
        if entry.pieces[first].part in view.quoted or all(uses[first:last]):
            continue
        holder = _strong_part(view, first)
        if holder is None:
            if index + 1 < len(lines) and "date" in uses[slice(*lines[index + 1])]:
                _take_name(view, first, last)
            return
        part = entry.parts[holder]
        if not view.is_long(part) and _name_of_part(view, holder, False):
            return


def _strong_part(view: EntryView, at: int) -> int | None:
    """Return the element that emphasises a piece: bold text, a heading, a link."""
    number = view.entry.pieces[at].part
    found = None
    while number > 0:
        part = view.entry.parts[number]
        if part.first != at and part.first < at:
            break
        if part.tag in STRONG:
            found = number
        number = part.parent
    return found


def _part_after_label(view: EntryView, first: int, last: int) -> int | None:
    """Return the linked or emphasised element that directly follows "posted by" in a line."""
    before = " ".join(view.entry.pieces[first].text.split()) if first + 1 < last else ""
    label = phrases.BEFORE_NAME.match(f"{before} x")
    is_label = label is not None and label.end() == len(before) + 1
    return _strong_part(view, first + 1) if is_label else None


def _take_name(view: EntryView, first: int, last: int) -> bool:
    holder = _part_after_label(view, first, last) or _strong_part(view, first)
    part = view.entry.parts[holder] if holder is not None else None
    if part is not None and part.last < last and not any(view.reading.uses[part.first : part.last]):
        text = view.entry.text(part.first, part.last)
        if may_be_name(text, tidy_name(text, False)) and _name_of_part(
            view, view.entry.by_id[part.node.mem_id], False
        ):
            return True
    text = BUTTONS_BEHIND.sub("", " ".join(view.free_text(first, last)))
    is_first = view.reading.uses[first] != "date" and without_stamp(text) == text
    name = tidy_name(BESIDE_DATE.sub("", without_stamp(text)), False, is_apart=is_first)
    if len(text) > 120 or not may_be_name(text, name) or COUNTER.fullmatch(name):
        return False
    view.reading.author, view.reading.has_author = name, True
    for at in range(first, last):
        if not view.reading.uses[at]:
            link = view.entry.pieces[at].part
            view.reading.author_url = view.reading.author_url or _url_of(view, link)
    view.mark(first, last, "name")
    return True
