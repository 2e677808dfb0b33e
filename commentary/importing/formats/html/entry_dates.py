"""Finds the date of a comment in attributes and text."""

import re
from datetime import datetime, timedelta

from ..text.phrases.patterns import lazy_re_compile
from . import comment_dates as dates
from .entries import EntryPart
from .entry_view import EntryView, Stamp
from .field_patterns import DATE_CLASS

TIME_FIRST = lazy_re_compile(
    r"\W{0,2}(?:at|um|à|a las|alle|às|om|kl\.?|в)\s+(\d{1,2})[:.h]([0-5]\d)(?:\s*([ap])\.?m)?\b",
    re.I,
)


# A line with only a time.
ALONE = lazy_re_compile(
    r"\W{0,2}(?:at|um|à|a las|alle|às|om|kl\.?|в)?\s*\d{1,2}[:.h]\s?\d\d(?::\d\d)?\s?(?:[ap]\.?m\.?|uhr)?\W{0,2}",
    re.I,
)


def find_date(view: EntryView) -> None:
    """Find the date, and complete a day by the time above the text."""
    _find_date(view)
    _complete_time(view)


def _find_date(view: EntryView) -> None:
    for number in [*view.hits.date, *_date_parts(view)]:
        if number in view.quoted:
            continue
        if _date_of_part(view, number):
            return
    if not view.reading.has_date:
        _date_of_lines(view)


def _complete_time(view: EntryView) -> None:
    """Add the time above the text to a day below it: "At 3:05 PM, Ann said…"."""
    date, entry = view.reading.date, view.entry
    if date is None or date.hour or date.minute or date.tzinfo or not entry.pieces:
        return
    first, last = next(entry.lines())
    if _time_below(view, date) or "date" in view.reading.uses[first:last]:
        return
    found = TIME_FIRST.match(entry.text(first, last))
    if found is None:
        return
    hour, minute, half = int(found[1]), int(found[2]), (found[3] or "").lower()
    hour = hour % 12 + 12 * (half == "p") if half and hour <= 12 else hour
    if hour < 24:
        view.reading.date = date.replace(hour=hour, minute=minute)


def _time_below(view: EntryView, date: datetime) -> bool:
    """Add the time from a line of its own below the day. Return whether there is one."""
    lines = list(view.entry.lines())
    uses = view.reading.uses
    dated = next((at for at, line in enumerate(lines) if "date" in uses[slice(*line)]), -1)
    if not 0 <= dated < len(lines) - 1:
        return False
    first, last = lines[dated + 1]
    words = view.entry.text(first, last)
    if ALONE.fullmatch(words) and not any(uses[first:last]):
        clock = dates.find_stamp(f"1 May 2000 {words}")
        if clock and clock[0]:
            view.reading.date = date.replace(hour=clock[0].hour, minute=clock[0].minute)
            view.mark(first, last, "date")
            return True
    return False


def _date_parts(view: EntryView) -> list[int]:
    """Return the parts that may contain the date, by their element and then by their classes."""
    exact: list[int] = []
    named: list[int] = []
    titled: list[int] = []
    for number, part in enumerate(view.entry.parts):
        attributes = part.attributes
        href = attributes.get("href") or ""
        if part.tag in ("time", "abbr") or "showComment=" in href or "data-timestamp" in attributes:
            exact.append(number)
        elif number and DATE_CLASS.search(part.names) and "update" not in part.names:
            named.append(number)
        elif number and "title" in attributes and part.last - part.first == 1:
            titled.append(number)
    return exact + named + titled


def _date_of_part(view: EntryView, number: int) -> bool:
    """Read the date from a part. A relative date is marked as the date of the comment, without a
    value.
    """
    entry, reading = view.entry, view.reading
    part = entry.parts[number]
    machine = _machine_date(view, part)
    if part.last - part.first > 12:
        found = None
    else:
        found = _stamp_near(view, part)
    if machine is None and found is None:
        if dates.is_relative(entry.text(part.first, part.last)):
            reading.has_date = True
            view.mark(part.first, part.last, "date")
        return False
    clock = found[0] if found else None
    date = _instant_near(view, part, clock) or _local(view, dates.closer(machine, clock))
    if found:
        view.mark(found[1], found[2], "date")
    elif part.last - part.first <= 3:
        view.mark(part.first, part.last, "date")
    reading.has_date = reading.has_date or date is not None or found is not None
    reading.date = reading.date or date
    return reading.date is not None


def _local(view: EntryView, date: datetime | None) -> datetime | None:
    """Remove a zone that the page added wrongly."""
    is_made_up = date is not None and date.utcoffset() == timedelta(0) and view.page.is_local
    return date.replace(tzinfo=None) if date is not None and is_made_up else date


def _machine_date(view: EntryView, part: EntryPart) -> datetime | None:
    attributes = part.attributes
    for key in (
        "datetime",
        "content",
        "title",
        "data-timestamp",
        "data-time",
        "data-date",
        "data-datetime",
    ):
        value = attributes.get(key)
        if not value:
            continue
        date = dates.machine_date(value)
        if date is None and key in ("datetime", "title") and (shown := dates.find_stamp(value)):
            date = shown[0]
        if date is not None:
            return date
    inner = range(part.first, part.last) if part.last - part.first < 4 else ()
    for at in inner:
        holder = view.entry.parts[view.entry.pieces[at].part]
        if holder is not part and (value := holder.attributes.get("title")):
            date = dates.machine_date(value)
            if date is None and (shown := dates.find_stamp(value)):
                date = shown[0]
            if date is not None:
                return date
    return None


def _instant_near(view: EntryView, part: EntryPart, clock: datetime | None) -> datetime | None:
    """Return the exact time from a Blogger link at the date."""
    number: int = view.entry.by_id[part.node.mem_id]
    while number >= 0:
        here = view.entry.parts[number]
        if date := dates.date_of_link(here.attributes.get("href") or "", clock):
            return date
        number = here.parent
    return None


def _stamp_near(view: EntryView, part: EntryPart) -> Stamp | None:
    """Return the date in a part with its pieces, or in the whole line if that is more exact."""
    if part.first == part.last:
        return None
    own = view.stamp_in(part.first, part.last)
    first, last = view.entry.line_of(part.first)
    if (first, last) == (part.first, part.last) or last - first > 12:
        return own
    whole = view.stamp_in(first, last)
    if whole and whole[0] and not _is_inside(whole, part):
        return own
    if whole and whole[0] and (not own or not own[0] or own[0].time() < whole[0].time()):
        return whole
    return own


def _is_inside(stamp: Stamp, part: EntryPart) -> bool:
    """Return whether a date in the line is inside a part or touches it."""
    return stamp[1] <= part.last and stamp[2] >= part.first


def _date_of_lines(view: EntryView) -> None:
    """Return the date of the line with the least other text."""
    best: tuple[int, datetime | None, int, int] | None = None
    for first, last in view.entry.lines():
        if view.entry.pieces[first].part in view.quoted or last - first > 12:
            continue
        found = view.stamp_in(first, last)
        if found is None or found[0] is None and best:
            continue
        rest = len(view.entry.text(first, last)) - 16
        if found[0] is not None and (found[0].hour or found[0].minute):
            rest -= 20  # with a time, it is probably not a day mentioned in the text
        if rest <= 100 and (best is None or best[1] is None or rest < best[0]):
            best = (rest, *found)
    if best and (best[1] or best[0] < 30):
        view.reading.date, view.reading.has_date = best[1], True
        view.mark(best[2], best[3], "date")
