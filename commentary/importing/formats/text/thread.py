"""The comments of a text capture: rows to entries with parents, in page order.

Entries are told by numbers, bullets and indentation, or by name lines at the margin. Nothing
recurses and each row is looked at a bounded number of times, however deep the replies go.
"""

import hashlib
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from ...records import CommentKind, CommentRecord
from . import dates, words
from .lines import (
    DRAWING,
    ENDS_SENTENCE,
    LONGEST,
    MARKER,
    SHORT,
    STRONG_BULLETS,
    WEAK_BULLETS,
    Page,
    Row,
    bare_signature,
    fits,
    is_around,
    is_date_line,
    signature,
)
from .names import Header, clean_name, header_at, looks_like_name, read_header, signed_header


@dataclass(slots=True, eq=False)
class Entry:
    """One contribution while it is read. `rows` are its lines in page order, each with the text
    it adds."""

    column: int = 0
    parent: "Entry | None" = None
    rows: list[tuple[Row, str]] = field(default_factory=list)
    said: list[tuple[Row, str]] = field(default_factory=list)  # of these, what are not buttons
    author: str = ""
    date: datetime | None = None
    kind: CommentKind = "comment"
    text: str = ""
    key: str = ""
    header_lines: int = 0  # of its name and date, where they are certain
    is_signed: bool = False  # shows a name with a “says” or a date
    is_signed_below: bool = False  # its name stands below its text
    has_replies: bool = False
    has_button: bool = False
    last_number: int = 0  # of its numbered replies

    def says_something(self) -> bool:
        """Whether more was read of it than what may be its name."""
        return len(self.rows) > 1 or bool(self.rows) and not looks_like_name(self.rows[0][1])

    def introduces(self) -> bool:
        """Whether what stands below it may be a list of its own: it has said no more than a name,
        ended in a colon, or begun with a number itself."""
        last = self.rows[-1][1]
        return not self.says_something() or last.endswith((":", "：")) or bool(MARKER.match(last))


# ---------------------------------------------------------------- lists


@dataclass
class Layout:
    """What holds for a whole list: the column and bullet of its first entry, whether blank lines
    occur in it, whether replies without a name are numbered in it, whether dashes or asterisks
    begin replies in it, whether comments show no name. For each row: whether it can only begin a reply, how many entries without
    a blank line between them begin with it, where its siblings lead, and with which number the
    list goes on below it."""

    base: int
    bullet: str
    is_spaced: bool = False
    has_numbered_replies: bool = False
    has_weak_replies: bool = False
    lost_names: bool = False
    shows_reply: list[bool] = field(default_factory=list)
    run: list[int] = field(default_factory=list)
    after_run: list[int] = field(default_factory=list)
    after_siblings: list[int] = field(default_factory=list)
    returns: list[int | None] = field(default_factory=list)
    is_flat: bool = False  # text stands at the margin, like the numbers above it


def layout_of(page: Page, first: int) -> Layout:
    """Look over the list that begins in row `first` once, from its end to its beginning."""
    rows, end = page.rows, len(page.rows)
    layout = Layout(rows[first].column, rows[first].bullet)
    layout.is_flat = layout.base == 0 and not any(r.column for r in rows[first + 1 : first + 3])
    layout.run = [1] * (end + 1)
    layout.after_run = [end] * (end + 1)
    layout.after_siblings = [end] * (end + 1)
    layout.returns = [None] * (end + 1)
    next_gap = end  # the nearest row below that has a blank line above it
    gap_after = [end] * (end + 1)
    layout.shows_reply = [False] * (end + 1)
    nearer: list[int] = []  # rows below, each nearer to the margin than those between
    for i in range(end - 1, first - 1, -1):
        row = rows[i]
        gap_after[i] = next_gap
        next_gap = i if row.gap else next_gap
        while nearer and rows[nearer[-1]].column > row.column:
            nearer.pop()
        follower = nearer[-1] if nearer else end
        nearer.append(i)
        layout.after_run[i] = layout.after_siblings[i] = follower
        layout.returns[i] = layout.returns[i + 1]
        if row.is_notice:
            layout.returns[i] = None
        layout.is_spaced |= i > first and row.gap > 0
        if not row.is_marked:
            continue
        if row.column < layout.base + 2:
            layout.returns[i] = row.value or layout.returns[i]
            layout.lost_names |= not header_at(page, i).lines
        elif shows_a_reply(page, i):
            layout.shows_reply[i] = True
            layout.has_weak_replies |= row.value is None and row.bullet in WEAK_BULLETS
            if row.value is not None and not header_at(page, i).is_certain:
                layout.has_numbered_replies = True
        if follower < end and are_siblings(row, rows[follower]):
            layout.after_siblings[i] = layout.after_siblings[follower]
            if gap_after[i] > follower and not (
                layout.shows_reply[i] or layout.shows_reply[follower]
            ):
                layout.run[i] = layout.run[follower] + 1
                layout.after_run[i] = layout.after_run[follower]
    return layout


def are_siblings(one: Row, other: Row) -> bool:
    return other.is_marked and (other.column, other.bullet) == (one.column, one.bullet)


def shows_a_reply(page: Page, i: int) -> bool:
    """Whether a marked row inside a comment can only begin a reply: it shows a name with a date,
    or text stands deeper below it."""
    row = page.rows[i]
    if header_at(page, i).is_certain:
        return True
    below = page.rows[i + 1] if i + 1 < len(page.rows) else None
    if not below or not below.gap or below.column < row.column + 2:
        return False
    is_tight_number = row.value is not None and not row.gap
    is_speech = below.bullet in tuple(WEAK_BULLETS) and below.bullet != row.bullet
    is_speech = is_speech and not header_at(page, i + 1).is_certain
    return not below.is_marked or is_speech and not is_tight_number


def read_list(page: Page, first: int) -> tuple[list[Entry], int]:
    """Entries by numbers and bullets, replies by indentation; and the row after the last."""
    rows, layout = page.rows, layout_of(page, first)
    entries: list[Entry] = []
    stack: list[Entry] = []  # the entry being read, and those it answers
    numbers: list[int] = []
    kind: CommentKind = "comment"
    i = first
    while i < len(rows) and not rows[i].is_notice:
        row = rows[i]
        if stack and is_marked_button(row, layout):
            page.assign(row, "furniture", "button")
        elif row.is_marked and begins_entry(page, i, layout, stack, numbers):
            while stack and stack[-1].column > row.column - 2:
                stack.pop()
            entry = Entry(row.column, stack[-1] if stack else None, [(row, row.rest)], kind=kind)
            if header_at(page, i).is_certain:
                entry.is_signed, entry.header_lines = True, header_at(page, i).lines
            if entry.parent:
                entry.parent.has_replies = True
                entry.parent.last_number = row.value or 0
            elif row.value is not None:
                numbers.append(row.value)
            entries.append(entry)
            stack.append(entry)
        elif row.is_marked and row.column > stack[0].column:
            # A list inside a comment: all of its run belongs to it, but no reply deeper than it.
            stop = layout.after_run[i] if layout.run[i] > 1 else i + 1
            stop = next((k for k in range(i + 1, stop) if rows[k].gap), stop)
            owner_of(stack, row.column).rows.extend((r, r.text) for r in rows[i:stop])
            i = stop - 1
        elif owner := owner_of_text(row, stack, layout):
            owner.rows.append((row, row.text))
            owner.has_button = owner.has_button or row.role == "button"
        elif row.role == "pingbacks":
            kind = "pingback"
            page.assign(row, "furniture", "heading of the pingbacks")
        elif row.role or DRAWING.fullmatch(row.text[:SHORT]):
            page.assign(row, "furniture", "between the comments")
        elif (layout.returns[i] or 0) > (numbers[-1] if numbers else 0):
            page.assign(row, "left over", "between comments; belongs to none of them")
        else:
            break
        i += 1
    warn_of_numbers(page, numbers, "comment")
    return filled(page, entries), i


def is_marked_button(row: Row, layout: Layout) -> bool:
    """Blogger's reply link is the last item of the list of replies."""
    is_reply = row.is_marked and (row.column >= layout.base + 2 or bool(row.bullet))
    return is_reply and len(row.rest) <= 60 and bool(words.BUTTON.fullmatch(row.rest))


def begins_entry(
    page: Page, i: int, layout: Layout, stack: list[Entry], numbers: list[int]
) -> bool:
    """Whether a marked row begins a comment or a reply, and is not text of the one above."""
    row = page.rows[i]
    if not stack:
        return True
    if row.column < layout.base + 2:
        if row.value is not None:
            return not layout.is_flat or row.value > (numbers[-1] if numbers else 0)
        return row.bullet in STRONG_BULLETS or row.bullet == layout.bullet or shows_a_reply(page, i)
    if header_at(page, i).is_certain:
        return True
    owner = next(e for e in reversed(stack) if e is stack[0] or e.column <= row.column - 2)
    if not owner.has_button and goes_on_below(page, layout.after_siblings[i], row.column):
        return False
    if row.value is not None:
        return begins_numbered_reply(page, i, layout, owner)
    if layout.is_spaced and layout.run[i] > 1 and owner.says_something():
        return False
    return row.bullet in STRONG_BULLETS or begins_weak_reply(page, i, layout, owner)


def goes_on_below(page: Page, after: int, column: int) -> bool:
    """Whether below a row of bullets the comment around them goes on, with text or its button:
    they are a list inside it."""
    if after >= len(page.rows):
        return False
    row = page.rows[after]
    return row.column == column and not row.is_marked


def begins_numbered_reply(page: Page, i: int, layout: Layout, owner: Entry) -> bool:
    """A paragraph of a comment may begin with a number. A number begins a reply below the button
    of its comment; or where it counts on, and other replies are numbered, or none have bullets,
    the comment shows no “says” that its replies would show too (other names may be lost), and
    nothing introduces a list."""
    row = page.rows[i]
    if owner.has_button or layout.shows_reply[i]:
        return True
    is_parted = row.gap > 0 or not layout.is_spaced
    counts = row.value == 1 or 0 < owner.last_number < (row.value or 0)
    if not (is_parted and counts and layout.run[i] < 2):
        return False
    if layout.has_numbered_replies:
        return True
    shows_names = owner.is_signed and not layout.lost_names
    return not (page.has_strong_bullets or shows_names or owner.introduces())


def begins_weak_reply(page: Page, i: int, layout: Layout, owner: Entry) -> bool:
    """Dashes and asterisks: commenters type them as well. Where other bullets alone begin replies,
    below a comment without text, or as a signature, they begin none."""
    row = page.rows[i]
    is_empty = len(owner.rows) <= owner.header_lines or not owner.says_something()
    if is_empty or page.has_strong_bullets and not layout.has_weak_replies:
        return False
    if layout.shows_reply[i] or row.bullet == layout.bullet:
        return True
    return row.bullet in "-*+" and row.gap > 0 and not looks_like_name(row.rest)


def owner_of_text(row: Row, stack: list[Entry], layout: Layout) -> Entry | None:
    """The entry that text belongs to: by its column, or as a line that lost its indentation. None
    for what stands at the left margin and is text of nobody."""
    if row.role not in ("", "button") and row.column <= layout.base:
        return None
    if row.column > layout.base:
        is_lost = not row.gap and row.column <= stack[-1].column and not row.role
        return stack[-1] if is_lost else owner_of(stack, row.column)
    if row.role:
        return None
    return stack[-1] if layout.is_flat or row.column or not row.gap else None


def owner_of(stack: list[Entry], column: int) -> Entry:
    """The entry that text in this column belongs to; those deeper are over."""
    while len(stack) > 1 and stack[-1].column >= column:
        stack.pop()
    return stack[-1]


# ---------------------------------------------------------------- blocks at the margin


def read_blocks(page: Page, first: int) -> tuple[list[Entry], int]:
    """Unnumbered entries: “NAME said...” at the left margin or, where an item lost its number, at
    the indentation of all; text until the next such line."""
    rows = page.rows
    subject = has_subject(page, first)
    form = form_of(page, first + subject)
    is_tight = form.endswith(":") and first + 1 < len(rows) and not rows[first + 1].gap
    starts = [first]
    for i in range(first + subject + 1, len(rows)):
        row = rows[i]
        if row.is_marked or row.is_notice or len(row.text) > SHORT * 2:
            continue
        if row.column != rows[first].column:
            if begins_deeper(page, i, rows[first], form):
                starts.append(i)
            continue
        if runs_on(page, i) and form_of(page, i) == form:
            starts.append(i)
            continue
        is_parted = row.gap or is_tight or form.endswith("...") or is_date_line(rows[i - 1].text)
        if is_parted and form_of(page, i) in (form, "name and date") and begins_block(page, i):
            starts.append(i - has_subject(page, i - 1) if subject else i)
    return entries_between(page, starts)


def runs_on(page: Page, i: int) -> bool:
    """Whether row `i` shows a name and a moment, with no blank line above it: what was copied from
    a browser has none between comments."""
    header = header_at(page, i)
    if page.rows[i].gap or not (header.author and header.date or header.has_stamp):
        return False
    text = page.rows[i].text
    return bool(header.author) and (header.lines == 1 or looks_like_name(text))


def begins_deeper(page: Page, i: int, first: Row, form: str) -> bool:
    """Whether row `i`, indented more than the first name, is a name with its moment: of a reply,
    or at the indentation of the text of comments whose first name is at the margin."""
    row, header = page.rows[i], header_at(page, i)
    if row.column < first.column or not (header.author and header.has_stamp):
        return False
    if form == "date below":
        return looks_like_name(row.text) and header.lines > 1
    return form == "name and date" == form_of(page, i) and row.gap > 0


def has_subject(page: Page, i: int) -> bool:
    """Whether row `i` is the subject of a comment: a short line above “by NAME on DATE”."""
    above, below = page.rows[i], page.rows[i + 1] if i + 1 < len(page.rows) else None
    is_short = len(above.text) <= SHORT and above.is_margin_text and above.gap > 0
    is_signed = (
        below is not None and words.BY.match(below.text) and header_at(page, i + 1).has_stamp
    )
    return bool(is_short and is_signed and not header_at(page, i).is_certain)


def begins_block(page: Page, i: int) -> bool:
    """Whether row `i` can only be the name above a text, or says “NAME says” and stands alone."""
    header = header_at(page, i)
    if header.is_certain:
        return True
    row = page.rows[i]
    said = words.NAME_SAID.fullmatch(row.text) if len(row.text) <= SHORT else None
    return bool(said and header.lines)


def form_of(page: Page, i: int) -> str:
    """How the name line in row `i` ends: with which word and sign, or with a date; or that it is
    a date, or has one below it."""
    text = page.rows[i].text
    if is_date_line(text):
        return "date"
    if signed_header(text):
        return "name and date"
    said = words.NAME_SAID.fullmatch(text)
    return text[said.end(1) :].strip().replace("…", "...").casefold() if said else "date below"


def all_names(page: Page) -> list[int]:
    """The rows that may hold a name above its text."""
    if page.names is None:
        page.names = [i for i in range(len(page.rows) - 1) if is_name_above(page, i)]
    return page.names


def names_from(page: Page, first: int) -> list[int]:
    """The rows that hold a name above its text, or lost it, if the text from row `first` to the
    next notice is made of such pairs; [] if it cannot be told."""
    stop = page.notice_from(first)
    found, lost = (
        rows[bisect_left(rows, first) : bisect_left(rows, stop)]
        for rows in (all_names(page), page.lost_names)
    )
    # A text two blank lines below its name has lost none.
    named = {*found, *([first] if looks_like_name(page.rows[first].text) else [])}
    lost = [i for i in lost if i - 1 not in named]
    is_below_link = first > 0 and bool(fits(words.TYPEPAD_FEED, page.rows[first - 1]))
    if first < stop and (is_below_link or found and found[0] == first):
        return sorted({first, *found, *lost})
    return []


def is_name_above(page: Page, i: int) -> bool:
    """A short line, a blank line, and text that is not short."""
    row, below = page.rows[i], page.rows[i + 1]
    if not (row.gap and below.gap and row.is_margin_text) or row.role or below.role:
        return False
    if not looks_like_name(row.text):
        return False
    if fits(words.FURNITURE, row) or fits(words.UNDER_BODY, row):
        return False
    return not looks_like_name(below.text)


def read_names(page: Page, first: int) -> tuple[list[Entry], int]:
    """A name, a blank line, paragraphs."""
    page.warnings.append("comments detected from short lines that look like names")
    return entries_between(page, names_from(page, first))


def nameless_from(page: Page, first: int, declared: int | None) -> list[int]:
    """The rows where comments begin whose names were lost, up to the notice: below the “Reply” of
    the one above or, without buttons, two blank lines below it or at each paragraph, if there are
    as many as were declared by a heading above the form or one that names the title; [] if it
    cannot be told."""
    rows, stop = page.rows, page.notice_from(first)
    here = range(first, stop)
    if any(rows[i].role == "heading" or rows[i].is_marked and rows[i].column for i in here):
        return []
    starts = below_buttons(page, first, stop)
    replies = sum(1 for i in here if fits(words.REPLY, rows[i], 60))
    if replies and replies >= len(starts) - 1:
        return starts if replies > 1 or declared == 1 else []
    heading = rows[first - 1]
    names_title = heading.role == "heading" and len(heading.text.split()) > 3
    if len(starts) > 1 or stop == len(rows) and not names_title:
        return []
    for gap in (2, 1):
        starts = [i for i in here if i == first or rows[i].gap >= gap]
        if len(starts) == declared and not any(looks_like_name(rows[i].text) for i in starts):
            return starts
    return []


def below_buttons(page: Page, first: int, stop: int) -> list[int]:
    """Row `first` and those below buttons. Where text is glued to buttons, they stand behind the
    first line of a comment, and the line above them begins it."""
    rows = page.rows
    buttons = [i for i in range(first + 1, stop) if rows[i].role == "button"]
    if any(is_glued(page, i) for i in buttons):
        return sorted({first, *(i - 1 for i in buttons if rows[i - 1].role != "button")})
    below = (i for i in range(first + 1, stop) if rows[i - 1].role == "button" != rows[i].role)
    return [first, *below]


def is_glued(page: Page, button: int) -> bool:
    """Whether text follows a button on its line."""
    below = page.rows[button + 1 : button + 2]
    return bool(below) and below[0].number == page.rows[button].number


def read_nameless(page: Page, first: int, declared: int | None) -> tuple[list[Entry], int]:
    """Entries with a button below each, or one a paragraph."""
    page.warnings.append(
        "names of commenters are missing; comments detected from what separates them"
    )
    starts = nameless_from(page, first, declared)
    starts = starts or below_buttons(page, first, page.notice_from(first))
    entries, end = entries_between(page, starts)
    nest_deletable(entries)
    return entries, end


def nest_deletable(entries: list[Entry]) -> None:
    """Blogger offers “Reply” and “Delete” below a comment, and “Delete” alone below a reply."""
    endings = [entry.rows[-1][0].text for entry in entries]
    if not any(words.TWO_BUTTONS.fullmatch(ending) for ending in endings):
        return
    top: Entry | None = None
    for entry, ending in zip(entries, endings, strict=True):
        found = words.LONE_DELETE.fullmatch(ending)
        if found and not found[2] and top:
            entry.parent, top.has_replies = top, True
        else:
            top = entry


def read_voted(page: Page, first: int) -> tuple[list[Entry], int]:
    """wpDiscuz: a rank, a name, the text, votes with the button, and the date."""
    rows, start = page.rows, first
    entries: list[Entry] = []
    by_name: dict[str, Entry] = {}
    for vote in (i for i in page.votes if i > first):
        parts = [(row, row.text) for row in rows[start:vote]]
        while parts and (fits(words.DISCUZ_SORT, parts[0][0]) or parts[0][0].role):
            page.assign(parts.pop(0)[0], "furniture", "above the comments")
        if len(parts) > 2 and fits(words.DISCUZ_RANK, parts[0][0], 40):
            page.assign(parts.pop(0)[0], "furniture", "rank")
        page.assign(rows[vote], "furniture", "button")
        entry = Entry()
        if len(parts) > 2 and (found := words.DISCUZ_REPLY_TO.fullmatch(parts[1][1][:SHORT])):
            page.assign(parts.pop(1)[0], "furniture", "whom it answers")
            entry.parent = by_name.get(clean_name(found[1]))
        entry.rows = [*parts[:1], (rows[vote + 1], rows[vote + 1].text), *parts[1:]]
        if entry.parent:
            entry.parent.has_replies = True
        if parts:
            by_name[clean_name(parts[0][1])] = entry
        entries.append(entry)
        start = vote + 2
    return filled(page, entries), start


def name_above(page: Page, i: int) -> int | None:
    """The row above a text that shows the name that signs it in row `i`, if one does."""
    found = signature(page.rows[i]) or bare_signature(page.rows[i])
    name = clean_name(found["name"]) if found else ""
    for k in range(i - 1, max(i - 60, -1), -1):
        if name and len(page.rows[k].text) <= SHORT and clean_name(page.rows[k].text) == name:
            return k
        if signature(page.rows[k]) or bare_signature(page.rows[k]):
            break
    return None


def read_signed(page: Page, first: int) -> tuple[list[Entry], int]:
    """Entries with name and date below their text: “Posted by: NAME | DATE”."""
    entries, start = [], first
    for i in page.signed_from(first):
        rows = [(row, row.text) for row in page.rows[start : i + 1]]
        entries.append(Entry(rows=rows, is_signed_below=True))
        start = i + 1
    return filled(page, entries), start


def entries_between(page: Page, starts: list[int]) -> tuple[list[Entry], int]:
    """One entry from each start to the next; the last ends where the page around it begins."""
    end = end_of_blocks(page, starts[-1])
    entries = [
        Entry(page.rows[start].column, rows=[(row, row.text) for row in page.rows[start:stop]])
        for start, stop in zip(starts, [*starts[1:], end], strict=True)
    ]
    if len(starts) > 1 and page.rows[starts[0]].gap:
        nest_by_column(page, entries, starts)
    if any(words.ACCOUNT.match(page.rows[i].text) for i in starts):
        for entry in entries:
            drop_account(entry)
    return filled(page, entries), end


def nest_by_column(page: Page, entries: list[Entry], starts: list[int]) -> None:
    """Give replies that stand deeper, below a blank line, to the comment above them."""
    stack: list[Entry] = []
    for entry, start in zip(entries, starts, strict=True):
        while stack and stack[-1].column > entry.column - 2:
            stack.pop()
        if stack and page.rows[start].gap:
            entry.parent, stack[-1].has_replies = stack[-1], True
        stack.append(entry)


def drop_account(entry: Entry) -> None:
    """Blogger's older themes say of each name where it comes from: “Anonymous Ann said...” as
    well, where “Blogger Bob said...” stands beside it."""
    row, text = entry.rows[0]
    entry.rows[0] = (row, words.ACCOUNT_OR_NONE.sub("", text, count=1))


def end_of_blocks(page: Page, last: int) -> int:
    """The row where the text of the last block ends: at the last closing notice before the form,
    at the form, at what is indented less, or at what stands around the page."""
    rows, end = page.rows, len(page.rows)
    for i in range(last + 1, len(rows)):
        if rows[i].role == "open" or rows[i].column < rows[last].column:
            end = min(end, i)
            break
        if rows[i].role == "closed":
            end = i
    while end - 1 > last and is_around(rows[end - 1]):
        end -= 1
    return end


# ---------------------------------------------------------------- one comment


def filled(page: Page, entries: list[Entry]) -> list[Entry]:
    """The entries with name, date and text; those that hold nothing are left over. Where most
    names were lost, a doubtful one is text."""
    for entry in entries:
        drop_buttons(page, entry)
    headers = headers_of(entries)
    named = sum(1 for header in headers if header.author and not header.is_doubtful)
    for i, header in enumerate(headers):
        if header.is_doubtful and named * 2 < len(entries):
            headers[i] = Header()
    undated = sum(1 for header in headers if header.has_stamp and not header.date)
    if undated:
        page.warnings.append(
            f"{undated} comment date{'s' * (undated != 1)} could only be partly parsed"
        )
    return [e for e, header in zip(entries, headers, strict=True) if fill(page, e, header)]


def headers_of(entries: list[Entry]) -> list[Header]:
    """The header of each entry. “NAME:” above a text is one where more than half begin like it."""
    headers = [header_of(entry) for entry in entries]
    with_colon = {}
    for i, entry in enumerate(entries):
        first = entry.said[0][1] if len(entry.said) > 1 and not headers[i].lines else ""
        if first.endswith(":") and looks_like_name(first[:-1]):
            with_colon[i] = Header(clean_name(first), lines=1)
    if len(with_colon) > 1 and len(with_colon) * 2 > len(entries):
        headers = [with_colon.get(i, header) for i, header in enumerate(headers)]
    return without_numbers(headers)


def without_numbers(headers: list[Header]) -> list[Header]:
    """The headers without the numbers before all of their names: “1 Ann”, “2 Bob”."""
    named = [header for header in headers if header.author]
    counted = [words.COUNTED_NAME.fullmatch(header.author) for header in named]
    numbers = [int(found[1]) for found in counted if found]
    is_first = numbers == [1] and named[0].has_stamp
    counts_up = len(numbers) > 1 and numbers == sorted(set(numbers))
    if len(numbers) == len(named) and (is_first or counts_up):
        for header, found in zip(named, counted, strict=True):
            header.author = clean_name(found[2]) if found else ""
    return headers


def drop_buttons(page: Page, entry: Entry) -> None:
    """Take `Reply` and the like off the end of an entry."""
    within, last = entry.rows[:-1], entry.rows[-1:]
    entry.said = [part for part in within if not words.TWO_BUTTONS.fullmatch(part[1])] + last
    entry.said = [(row, text) for row, text in entry.said if text]
    if len(entry.said) > 1 and is_own_number(*entry.said[0]):
        page.assign(entry.said.pop(0)[0], "furniture", "number")
    for k in (2, 1):
        if k < len(entry.said) and words.POST_AUTHOR.fullmatch(entry.said[k][1][:SHORT]):
            page.assign(entry.said.pop(k)[0], "furniture", "sign of the author of the article")
    while len(entry.said) > 1 and is_button(entry.said[-1][1]):
        page.assign(entry.said.pop()[0], "furniture", "button")


def is_own_number(row: Row, text: str) -> bool:
    """“#3”, or “3” behind the marker “3.”, on a line of its own above a comment."""
    return text.lstrip("#") == str(row.value) or bool(words.OWN_NUMBER.fullmatch(text[:SHORT]))


def header_of(entry: Entry) -> Header:
    """Name and date of an entry from its first rows."""
    if entry.is_signed_below:
        last = entry.said[-1][0]
        found = signature(last) or bare_signature(last)
        if (
            found
            and len(entry.said) > 2
            and clean_name(entry.said[0][1]) == clean_name(found["name"])
        ):
            return Header(lines=1)  # the name above the text is the same
        # “#1” above the text counts the comments.
        return Header(lines=1) if words.COUNTER.fullmatch(entry.said[0][1][:SHORT]) else Header()
    below = entry.said[1][1] if len(entry.said) > 1 else ""
    if len(below) <= SHORT and words.BY.match(below) and signed_header(below):
        entry.said[:2] = reversed(entry.said[:2])  # a subject above the name
    first = entry.said[:4]
    return read_header([text for _, text in first], [row.gap for row, _ in first])


def fill(page: Page, entry: Entry, header: Header) -> bool:
    """Name, date and text of an entry from its rows. False for one that holds nothing."""
    rows = entry.said
    entry.author, entry.date = header.author, header.date
    if header.kind != "comment":
        entry.kind = header.kind
    rows = rows[header.lines :]
    while rows and header.lines and is_button(rows[0][1]):
        page.assign(rows.pop(0)[0], "furniture", "button")
    rows = read_footer(entry, rows)
    entry.text = joined(rows)
    text_rows = {id(row) for row, _ in rows}  # a button may stand in the same line
    if entry.kind == "comment":
        read_excerpt(entry)
    is_cut = entry.rows[-1][0] is page.rows[-1] and header.lines > 0 and not entry.has_replies
    if is_cut and not entry.text and entry.kind == "comment":
        page.warnings.append(
            f"line {entry.rows[0][0].number}: the page ends with a name and no text"
        )
        entry.author, entry.date = "", None
    is_empty = not (entry.text or entry.author or entry.date or entry.has_replies)
    for row, _ in entry.rows:
        if is_empty:
            page.assign(row, "left over", "list item without text")
        elif id(row) in text_rows or not page.is_assigned(row):
            page.assign(row, "comment", owner=entry)
    return not is_empty


def read_excerpt(entry: Entry) -> None:
    """“[…] … […]”, alone or below the title of the page that links here."""
    if words.EXCERPT.fullmatch(entry.text[:LONGEST]):
        entry.kind = "pingback"
        return
    title, _, excerpt = entry.text.partition("\n\n")
    is_title = not entry.author and len(title) <= 200 and not ENDS_SENTENCE.search(title)
    if is_title and excerpt and words.EXCERPT.fullmatch(excerpt[:LONGEST]):
        entry.kind, entry.author, entry.text = "pingback", clean_name(title), excerpt


def is_button(text: str) -> bool:
    """`Reply` and the like, on a line of their own."""
    return len(text) <= 60 and bool(words.BUTTON.fullmatch(text))


def read_footer(entry: Entry, rows: list[tuple[Row, str]]) -> list[tuple[Row, str]]:
    """A date, or who wrote it and when, below the text; the rows without it."""
    if len(rows) < 2 or len(rows[-1][1]) > SHORT * 2:
        return rows
    last, text = rows[-1]
    found = signature(last)
    if entry.is_signed_below or "|" in text:  # “Leeds, June 3, 2011” may be text
        found = found or bare_signature(last)
    if not entry.author and found:
        entry.author = clean_name(found["name"])
        entry.date = dates.read_stamp(found["stamp"])
        return rows[:-1]
    if entry.date is None and is_date_line(text) and (last.gap or ":" in text):
        entry.date = dates.read_stamp(text)
        return rows[:-1]
    return rows


def joined(rows: list[tuple[Row, str]]) -> str:
    """Paragraphs parted by an empty line, with their line breaks. Rows that are not neighbours
    in the source are paragraphs too."""
    parts: list[str] = []
    last = 0
    for row, text in rows:
        if parts:
            parts.append("\n" if not row.gap and row.number == last + 1 else "\n\n")
        parts.append(text)
        last = row.number
    return "".join(parts)


def warn_of_numbers(page: Page, numbers: list[int], what: str) -> None:
    """Say which numbers are missing or come twice, and where they start."""
    if not numbers:
        return
    counted, start = Counter(numbers), min(numbers)
    if start > 1:
        page.warnings.append(f"{what} numbers start at {start}")
    missing = [n for n in range(start, min(max(numbers), start + 5000)) if n not in counted]
    twice = [n for n in counted if counted[n] > 1]
    for found, how in ((missing, "missing"), (twice, "repeated")):
        if found:
            shown = ", ".join(map(str, found[:10])) + (" …" if len(found) > 10 else "")
            page.warnings.append(f"{what} numbers {how}: {shown}")


# ---------------------------------------------------------------- records


def digest(*parts: str) -> str:
    """A name for content: the same for the same parts, whatever their case and white space."""
    told = "\0".join(" ".join(part.casefold().split()) for part in parts)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def comment_records(entries: list[Entry]) -> Iterator[CommentRecord]:
    """The entries as records, with keys that do not depend on where on the page they stand."""
    seen: Counter[str] = Counter()
    for entry in entries:
        parent = entry.parent.key if entry.parent else ""
        date = entry.date.isoformat() if entry.date else ""
        key = digest(parent, entry.author, date, entry.kind, entry.text)[:16]
        seen[key] += 1
        entry.key = key if seen[key] == 1 else f"{key}-{seen[key]}"
        numbers = [row.number for row, _ in entry.rows]
        yield CommentRecord(
            key=entry.key,
            text=entry.text,
            author=entry.author,
            parent=parent or None,
            date=entry.date,
            kind=entry.kind,
            lines=(min(numbers), max(numbers)),
        )
