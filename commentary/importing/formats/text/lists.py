"""Comments in a list, separated by numbers, bullets and indentation.

There is no recursion, and each row is examined a limited number of times however deeply replies are
nested.
"""

from dataclasses import dataclass, field

from ...messages import gettext_noop
from ...records import CommentKind
from . import phrases
from .entries import OF_COMMENTS, TextEntry, filled, warn_of_numbers
from .lines import DRAWING, SHORT, STRONG_BULLETS, WEAK_BULLETS, CaptureRows, Row
from .names import header_at, looks_like_name


@dataclass
class Layout:
    """Properties of a whole list.

    The column and bullet of its first entry; whether it has blank lines; whether replies without a
    name are numbered; whether dashes or asterisks start replies; whether comments have no names. By
    row: whether it can only start a reply, how many consecutive entries without a blank line start
    with it, the row after them, the row after its siblings, and the number with which the list
    continues.
    """

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
    is_flat: bool = False  # the text is at the margin, like the numbers above it


def layout_of(page: CaptureRows, first: int) -> Layout:
    """Analyse the list that starts in row `first`, in one pass from the end."""
    rows, end = page.rows, len(page.rows)
    layout = Layout(rows[first].column, rows[first].bullet)
    layout.is_flat = layout.base == 0 and not any(r.column for r in rows[first + 1 : first + 3])
    layout.run = [1] * (end + 1)
    layout.after_run = [end] * (end + 1)
    layout.after_siblings = [end] * (end + 1)
    layout.returns = [None] * (end + 1)
    next_gap = end  # the nearest row below with a blank line above it
    gap_after = [end] * (end + 1)
    layout.shows_reply = [False] * (end + 1)
    nearer: list[int] = []  # rows below, each closer to the margin than those in between
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


def shows_a_reply(page: CaptureRows, i: int) -> bool:
    """Return whether a marked row inside a comment can only start a reply.

    It has a name with a date, or text is indented deeper below it.
    """
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


def read_numbered_list(page: CaptureRows, first: int) -> tuple[list[TextEntry], int]:
    """Read entries by numbers and bullets, with replies by indentation. Returns them and the row
    after the last.
    """
    rows, layout = page.rows, layout_of(page, first)
    entries: list[TextEntry] = []
    stack: list[TextEntry] = []  # the current entry and its ancestors
    numbers: list[int] = []
    kind: CommentKind = "comment"
    i = first
    while i < len(rows) and not rows[i].is_notice:
        row = rows[i]
        if stack and is_marked_button(row, layout):
            page.assign(row, "furniture", gettext_noop("button"))
        elif row.is_marked and begins_entry(page, i, layout, stack, numbers):
            while stack and stack[-1].column > row.column - 2:
                stack.pop()
            entry = TextEntry(
                row.column, stack[-1] if stack else None, [(row, row.rest)], kind=kind
            )
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
            # A list inside a comment: the whole run belongs to it, but not a deeper reply.
            stop = layout.after_run[i] if layout.run[i] > 1 else i + 1
            stop = next((k for k in range(i + 1, stop) if rows[k].gap), stop)
            owner_of(stack, row.column).rows.extend((r, r.text) for r in rows[i:stop])
            i = stop - 1
        elif owner := owner_of_text(row, stack, layout):
            owner.rows.append((row, row.text))
            owner.has_button = owner.has_button or row.role == "button"
        elif row.role == "pingbacks":
            kind = "pingback"
            page.assign(row, "furniture", gettext_noop("pingbacks heading"))
        elif row.role or DRAWING.fullmatch(row.text[:SHORT]):
            page.assign(row, "furniture", gettext_noop("between the comments"))
        elif (layout.returns[i] or 0) > (numbers[-1] if numbers else 0):
            page.assign(row, "left over", gettext_noop("between comments, part of none"))
        else:
            break
        i += 1
    warn_of_numbers(page, numbers, OF_COMMENTS)
    return filled(page, entries), i


def is_marked_button(row: Row, layout: Layout) -> bool:
    """Return whether a row is Blogger's reply link, which is the last item of a list of replies."""
    is_reply = row.is_marked and (row.column >= layout.base + 2 or bool(row.bullet))
    return is_reply and len(row.rest) <= 60 and bool(phrases.BUTTON.fullmatch(row.rest))


def begins_entry(
    page: CaptureRows, i: int, layout: Layout, stack: list[TextEntry], numbers: list[int]
) -> bool:
    """Return whether a marked row starts a comment or reply, and isn't text of the previous one."""
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


def goes_on_below(page: CaptureRows, after: int, column: int) -> bool:
    """Return whether the surrounding comment continues below a run of bullets, which is then a list
    in it.
    """
    if after >= len(page.rows):
        return False
    row = page.rows[after]
    return row.column == column and not row.is_marked


def begins_numbered_reply(page: CaptureRows, i: int, layout: Layout, owner: TextEntry) -> bool:
    """Return whether a number starts a reply, rather than a paragraph.

    It does below the button of its comment. Otherwise it must continue the numbering, and either
    other replies are numbered, or none have bullets, the comment has no “says” that replies would
    have too (unless other names were lost), and nothing introduces a list.
    """
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


def begins_weak_reply(page: CaptureRows, i: int, layout: Layout, owner: TextEntry) -> bool:
    """Return whether a dash or asterisk starts a reply; commenters type them too.

    It doesn't if replies have other bullets, below a comment without text, or before a signature.
    """
    row = page.rows[i]
    is_empty = len(owner.rows) <= owner.header_lines or not owner.says_something()
    if is_empty or page.has_strong_bullets and not layout.has_weak_replies:
        return False
    if layout.shows_reply[i] or row.bullet == layout.bullet:
        return True
    return row.bullet in "-*+" and row.gap > 0 and not looks_like_name(row.rest)


def owner_of_text(row: Row, stack: list[TextEntry], layout: Layout) -> TextEntry | None:
    """Return the entry that text belongs to: by its column, or as a line that lost its indentation.

    None for lines at the left margin that belong to no entry.
    """
    if row.role not in ("", "button") and row.column <= layout.base:
        return None
    if row.column > layout.base:
        is_lost = not row.gap and row.column <= stack[-1].column and not row.role
        return stack[-1] if is_lost else owner_of(stack, row.column)
    if row.role:
        return None
    return stack[-1] if layout.is_flat or row.column or not row.gap else None


def owner_of(stack: list[TextEntry], column: int) -> TextEntry:
    """Return the entry that text in this column belongs to, and end deeper entries."""
    while len(stack) > 1 and stack[-1].column >= column:
        stack.pop()
    return stack[-1]
