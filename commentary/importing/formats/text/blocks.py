"""Comments at the left margin, recognised by name lines above or below them, or by separators."""

from bisect import bisect_left

from ...messages import gettext as _
from ...messages import gettext_noop
from . import phrases
from .entries import TextEntry, filled
from .lines import (
    SHORT,
    CaptureRows,
    Row,
    bare_signature,
    fits,
    is_around,
    is_date_line,
    match_signature,
)
from .names import header_at, looks_like_name, signed_header, stored_name


def read_blocks(page: CaptureRows, first: int) -> tuple[list[TextEntry], int]:
    """Read unnumbered entries: “NAME said...” and the text up to the next such line.

    The name is at the left margin or, if an item lost its number, at the indentation of all items.
    """
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


def runs_on(page: CaptureRows, i: int) -> bool:
    """Return whether row `i` has a name and a date without a blank line above.

    Text copied from a browser has no blank lines between comments.
    """
    header = header_at(page, i)
    if page.rows[i].gap or not (header.author and header.date or header.has_stamp):
        return False
    text = page.rows[i].text
    return bool(header.author) and (header.lines == 1 or looks_like_name(text))


def begins_deeper(page: CaptureRows, i: int, first: Row, form: str) -> bool:
    """Return whether row `i`, indented more than the first name, has a name and a date.

    It may start a reply, or be at the indentation of the comments' text if the first name is at the
    margin.
    """
    row, header = page.rows[i], header_at(page, i)
    if row.column < first.column or not (header.author and header.has_stamp):
        return False
    if form == "date below":
        return looks_like_name(row.text) and header.lines > 1
    return form == "name and date" == form_of(page, i) and row.gap > 0


def has_subject(page: CaptureRows, i: int) -> bool:
    """Return whether row `i` is the subject of a comment: a short line above “by NAME on DATE”."""
    above, below = page.rows[i], page.rows[i + 1] if i + 1 < len(page.rows) else None
    is_short = len(above.text) <= SHORT and above.is_margin_text and above.gap > 0
    is_signed = (
        below is not None and phrases.BY.match(below.text) and header_at(page, i + 1).has_stamp
    )
    return bool(is_short and is_signed and not header_at(page, i).is_certain)


def begins_block(page: CaptureRows, i: int) -> bool:
    """Return whether row `i` can only be a name above a text, or has “NAME says” on its own line."""
    header = header_at(page, i)
    if header.is_certain:
        return True
    row = page.rows[i]
    said = phrases.NAME_SAID.fullmatch(row.text) if len(row.text) <= SHORT else None
    return bool(said and header.lines)


def form_of(page: CaptureRows, i: int) -> str:
    """Classify the name line in row `i`.

    The result is its ending (the verb and punctuation), "name and date", "date", or "date below".
    """
    text = page.rows[i].text
    if is_date_line(text):
        return "date"
    if signed_header(text):
        return "name and date"
    said = phrases.NAME_SAID.fullmatch(text)
    return text[said.end(1) :].strip().replace("…", "...").casefold() if said else "date below"


def all_names(page: CaptureRows) -> list[int]:
    """Return the rows that may be a name above its text."""
    if page.names is None:
        page.names = [i for i in range(len(page.rows) - 1) if is_name_above(page, i)]
    return page.names


def names_from(page: CaptureRows, first: int) -> list[int]:
    """Return the rows with a name above its text, or where a name was lost, from row `first` to the
    next notice.

    [] unless that text starts with such a pair.
    """
    stop = page.notice_from(first)
    found, lost = (
        rows[bisect_left(rows, first) : bisect_left(rows, stop)]
        for rows in (all_names(page), page.lost_names)
    )
    # A text two blank lines below its name has its name.
    named = {*found, *([first] if looks_like_name(page.rows[first].text) else [])}
    lost = [i for i in lost if i - 1 not in named]
    is_below_link = first > 0 and bool(fits(phrases.TYPEPAD_FEED, page.rows[first - 1]))
    if first < stop and (is_below_link or found and found[0] == first):
        return sorted({first, *found, *lost})
    return []


def is_name_above(page: CaptureRows, i: int) -> bool:
    """Return whether row `i` is a short line followed by a blank line and longer text."""
    row, below = page.rows[i], page.rows[i + 1]
    if not (row.gap and below.gap and row.is_margin_text) or row.role or below.role:
        return False
    if not looks_like_name(row.text):
        return False
    if fits(phrases.FURNITURE, row) or fits(phrases.UNDER_BODY, row):
        return False
    return not looks_like_name(below.text)


def read_names(page: CaptureRows, first: int) -> tuple[list[TextEntry], int]:
    """Read entries made of a name, a blank line and paragraphs."""
    page.warnings.append(_("comments detected from short lines that look like names"))
    return entries_between(page, names_from(page, first))


def nameless_from(page: CaptureRows, first: int, declared: int | None) -> list[int]:
    """Return the rows where comments without names start, up to the notice; [] if unclear.

    They start below the “Reply” of the previous comment. Without such buttons they start after two
    blank lines or at each paragraph, if their number is the declared one.
    """
    rows, stop = page.rows, page.notice_from(first)
    here = range(first, stop)
    if any(rows[i].role == "heading" or rows[i].is_marked and rows[i].column for i in here):
        return []
    starts = below_buttons(page, first, stop)
    replies = sum(1 for i in here if fits(phrases.REPLY, rows[i], 60))
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


def below_buttons(page: CaptureRows, first: int, stop: int) -> list[int]:
    """Return row `first` and the rows below buttons.

    If text follows a button on the same line, the button comes after the first line of a comment,
    so the line above starts it.
    """
    rows = page.rows
    buttons = [i for i in range(first + 1, stop) if rows[i].role == "button"]
    if any(is_glued(page, i) for i in buttons):
        return sorted({first, *(i - 1 for i in buttons if rows[i - 1].role != "button")})
    below = (i for i in range(first + 1, stop) if rows[i - 1].role == "button" != rows[i].role)
    return [first, *below]


def is_glued(page: CaptureRows, button: int) -> bool:
    """Return whether text follows a button on its line."""
    below = page.rows[button + 1 : button + 2]
    return bool(below) and below[0].number == page.rows[button].number


def read_nameless(
    page: CaptureRows, first: int, declared: int | None
) -> tuple[list[TextEntry], int]:
    """Read entries with a button below each, or with one paragraph each."""
    page.warnings.append(
        _("names of commenters are missing; comments detected from what separates them")
    )
    starts = nameless_from(page, first, declared)
    starts = starts or below_buttons(page, first, page.notice_from(first))
    entries, end = entries_between(page, starts)
    nest_deletable(entries)
    return entries, end


def nest_deletable(entries: list[TextEntry]) -> None:
    """Nest replies by Blogger's buttons: comments have “Reply” and “Delete”, replies only “Delete”."""
    endings = [entry.rows[-1][0].text for entry in entries]
    if not any(phrases.TWO_BUTTONS.fullmatch(ending) for ending in endings):
        return
    top: TextEntry | None = None
    for entry, ending in zip(entries, endings, strict=True):
        found = phrases.LONE_DELETE.fullmatch(ending)
        if found and not found[2] and top:
            entry.parent, top.has_replies = top, True
        else:
            top = entry


def read_voted(page: CaptureRows, first: int) -> tuple[list[TextEntry], int]:
    """Read wpDiscuz comments: a rank, a name, the text, votes with the button, and the date."""
    rows, start = page.rows, first
    entries: list[TextEntry] = []
    by_name: dict[str, TextEntry] = {}
    for vote in (i for i in page.votes if i > first):
        parts = [(row, row.text) for row in rows[start:vote]]
        while parts and (fits(phrases.DISCUZ_SORT, parts[0][0]) or parts[0][0].role):
            page.assign(parts.pop(0)[0], "furniture", gettext_noop("above the comments"))
        if len(parts) > 2 and fits(phrases.DISCUZ_RANK, parts[0][0], 40):
            page.assign(parts.pop(0)[0], "furniture", gettext_noop("rank"))
        page.assign(rows[vote], "furniture", gettext_noop("button"))
        entry = TextEntry()
        if len(parts) > 2 and (found := phrases.DISCUZ_REPLY_TO.fullmatch(parts[1][1][:SHORT])):
            page.assign(parts.pop(1)[0], "furniture", gettext_noop("in reply to"))
            entry.parent = by_name.get(stored_name(found[1]))
        entry.rows = [*parts[:1], (rows[vote + 1], rows[vote + 1].text), *parts[1:]]
        if entry.parent:
            entry.parent.has_replies = True
        if parts:
            by_name[stored_name(parts[0][1])] = entry
        entries.append(entry)
        start = vote + 2
    return filled(page, entries), start


def name_above(page: CaptureRows, i: int) -> int | None:
    """Return the row with the same name above a text as in its signature in row `i`, or None."""
    found = match_signature(page.rows[i]) or bare_signature(page.rows[i])
    name = stored_name(found["name"]) if found else ""
    for k in range(i - 1, max(i - 60, -1), -1):
        if name and len(page.rows[k].text) <= SHORT and stored_name(page.rows[k].text) == name:
            return k
        if match_signature(page.rows[k]) or bare_signature(page.rows[k]):
            break
    return None


def read_signed(page: CaptureRows, first: int) -> tuple[list[TextEntry], int]:
    """Read entries with name and date below the text: “Posted by: NAME | DATE”."""
    entries, start = [], first
    for i in page.signed_from(first):
        rows = [(row, row.text) for row in page.rows[start : i + 1]]
        entries.append(TextEntry(rows=rows, is_signed_below=True))
        start = i + 1
    return filled(page, entries), start


def entries_between(page: CaptureRows, starts: list[int]) -> tuple[list[TextEntry], int]:
    """Read one entry from each start to the next; the last ends where the rest of the page begins."""
    end = end_of_blocks(page, starts[-1])
    entries = [
        TextEntry(page.rows[start].column, rows=[(row, row.text) for row in page.rows[start:stop]])
        for start, stop in zip(starts, [*starts[1:], end], strict=True)
    ]
    if len(starts) > 1 and page.rows[starts[0]].gap:
        nest_by_column(page, entries, starts)
    if any(phrases.ACCOUNT.match(page.rows[i].text) for i in starts):
        for entry in entries:
            drop_account(entry)
    return filled(page, entries), end


def nest_by_column(page: CaptureRows, entries: list[TextEntry], starts: list[int]) -> None:
    """Make entries that are indented deeper, below a blank line, replies to the one above."""
    stack: list[TextEntry] = []
    for entry, start in zip(entries, starts, strict=True):
        while stack and stack[-1].column > entry.column - 2:
            stack.pop()
        if stack and page.rows[start].gap:
            entry.parent, stack[-1].has_replies = stack[-1], True
        stack.append(entry)


def drop_account(entry: TextEntry) -> None:
    """Remove the kind of account from a name, including “Anonymous”.

    Blogger's older themes put it before each name, as in “Blogger Bob said...”.
    """
    row, text = entry.rows[0]
    entry.rows[0] = (row, phrases.ACCOUNT_OR_NONE.sub("", text, count=1))


def end_of_blocks(page: CaptureRows, last: int) -> int:
    """Return the row after the text of the last block.

    It ends at the last closing notice before the form, at the form, at a line indented less, or at
    page furniture.
    """
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
