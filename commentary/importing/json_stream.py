"""Read the items of a large JSON export one by one, with their line numbers.

Only the lists that a format asks for are taken apart, so memory holds one item at a time. A file
that is cut off or damaged is read up to there.
"""

import codecs
import json
import re
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from .fields import parse_date, plain_line
from .messages import gettext as _
from .messages import gettext_noop
from .records import ItemLedger, SourceError
from .source import SourceFile, encoding_of_export

CHUNK = 1 << 16  # bytes read at once
MAX_ITEM = 50_000_000  # characters of one item
SPACE = re.compile(r"[ \t\r\n\ufeff\0]*")
LINE_END = re.compile(r"\r\n|\r|\n")
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
MAX_DIGITS = 300
CUT_OFF = gettext_noop("the file is cut off")
MILLISECONDS = 100_000_000_000  # Unix times above this are in milliseconds


class Item(NamedTuple):
    """An element of a list, with the keys that lead to it joined by dots, and its lines."""

    path: str
    value: object
    first: int
    last: int


class _Damage(Exception):
    """The rest of the file can't be read."""


def _integer(digits: str) -> int | None:
    return int(digits) if len(digits) <= MAX_DIGITS else None


DECODER = json.JSONDecoder(parse_int=_integer, parse_constant=lambda _: None, strict=False)


class JsonItems:
    """Yields the elements of the lists in `wanted`, and the other values in `wanted`.

    A path has the keys from the outermost object; lists on the way add nothing, so the posts in
    ``{"db": [{"data": {"posts": [...]}}]}`` have the path "db.data.posts". The path of a list that
    is the whole file is "". `broken` has the line and the reason if reading stopped early.
    """

    def __init__(self, source: SourceFile, wanted: Collection[str]) -> None:
        self.source, self.wanted = source, wanted
        self.broken: tuple[int, str] | None = None
        self._inner = {
            ".".join(keys[:n])
            for path in wanted
            for keys in [path.split(".")]
            for n in range(len(keys))
        }
        encoding = encoding_of_export(source.head)
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")

    def __iter__(self) -> Iterator[Item]:
        self._decoder.reset()
        self._text, self._at, self._line, self._counted = "", 0, 1, 0
        self._is_whole = False
        with self.source.stream() as self._stream:
            try:
                if self._next():
                    yield from self._walk("")
                if self._next():
                    raise _Damage(_("the file continues after its end"))
            except _Damage as damage:
                self._count_lines()
                self.broken = (self._line, str(damage))

    def report_damage(self, ledger: ItemLedger) -> None:
        """Report in the ledger what could not be read.

        Raises SourceError for a file of which nothing could be read.
        """
        if self.broken is None:
            return
        line, why = self.broken
        if self.source.broken_off:
            why = _("the file is cut off: %(broken_off)s") % {"broken_off": self.source.broken_off}
        if not ledger.seen:
            raise SourceError(self.source.name, line, why)
        ledger.is_whole = False
        ledger.seen += 1
        ledger.add("rest", line, "left over", reason=why)

    def _walk(self, path: str, is_element: bool = False) -> Iterator[Item]:
        """Yield the items in the value at the current position."""
        sign = self._next()
        is_wanted = path in self.wanted
        if sign == "[" and not is_element:  # also of lists that are not wanted, to save memory
            yield from self._list(path)
        elif sign == "{" and path in self._inner and not (is_wanted and is_element):
            yield from self._object(path)
        else:
            first = self._count_lines()
            value = self._value()
            if is_wanted:
                yield Item(path, value, first, self._count_lines())

    def _list(self, path: str) -> Iterator[Item]:
        self._at += 1
        while (sign := self._next()) != "]":
            if not sign:
                raise self._unexpected()
            yield from self._walk(path, is_element=True)
            if self._next() == ",":
                self._at += 1
            elif self._next() != "]":
                raise self._unexpected()
        self._at += 1

    def _object(self, path: str) -> Iterator[Item]:
        self._at += 1
        while (sign := self._next()) != "}":
            if sign != '"':
                raise self._unexpected()
            key = self._value()
            if self._next() != ":":
                raise self._unexpected()
            self._at += 1
            yield from self._walk(f"{path}.{key}" if path else str(key))
            if self._next() == ",":
                self._at += 1
            elif self._next() != "}":
                raise self._unexpected()
        self._at += 1

    def _unexpected(self) -> _Damage:
        return _Damage(_("is not valid JSON from here on") if self._next() else _(CUT_OFF))

    def _next(self) -> str:
        """Skip white space and return the next character, or "" at the end of the file."""
        while True:
            found = SPACE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _value(self) -> object:
        """Decode the value at the current position."""
        while True:
            try:
                value, end = DECODER.raw_decode(self._text, self._at)
                # A number may continue.
                if end < len(self._text) or not self._more():
                    self._at = end
                    return value
            except RecursionError as failure:
                raise _Damage(_("is nested too deeply")) from failure
            except json.JSONDecodeError as failure:
                is_partial = failure.msg.startswith("Unterminated") or (
                    failure.pos > len(self._text) - 12
                )
                if len(self._text) - self._at > MAX_ITEM:
                    raise _Damage(
                        _("has an item of more than %(limit)s characters")
                        % {"limit": f"{MAX_ITEM:,}"}
                    ) from failure
                if not is_partial:
                    self._at = failure.pos
                    raise _Damage(
                        _("is not valid JSON: %(msg)s") % {"msg": failure.msg}
                    ) from failure
                if not self._more():
                    raise _Damage(_(CUT_OFF)) from failure

    def _more(self) -> bool:
        """Read on, twice as much each time for the same value. Returns False at the end."""
        if self._is_whole:
            return False
        self._count_lines()
        self._text, self._at, self._counted = self._text[self._at :], 0, 0
        data = self._stream.read(max(CHUNK, len(self._text)))
        self._is_whole = not data
        self._text += self._decoder.decode(data, final=not data)
        return True

    def _count_lines(self) -> int:
        """Return the line of the current position."""
        self._line += len(LINE_END.findall(self._text, self._counted, self._at))
        self._counted = self._at
        return self._line


# Values of any type, since a damaged or hostile export may have any type anywhere.


def as_text(value: object) -> str:
    """Return a string or number as text that databases can store; "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return UNSTORABLE.sub("", str(value))


def as_line(value: object) -> str:
    """Return a name or title on one line."""
    return plain_line(as_text(value))


def as_object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def as_flag(value: object) -> bool:
    """Return whether a value means yes: true, 1 or "true"."""
    return value is True or as_text(value).lower() in ("1", "true", "yes")


def as_date(value: object) -> datetime | None:
    """Return a date written as text or as Unix time; None if it is missing or invalid.

    It is in UTC if it names no time zone.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            seconds = value / 1000 if abs(value) > MILLISECONDS else value
            date = datetime.fromtimestamp(seconds, UTC).replace(microsecond=0)
        except (ValueError, OverflowError, OSError):
            return None
        return date if date.year > 1 else None
    return parse_date(as_text(value), UTC)


def date_of_comment(value: object, number: str, warnings: list[str]) -> datetime | None:
    """Return a date like `as_date`, and add a warning if it is invalid."""
    date = as_date(value)
    if date is None and value:
        warnings.append(_("comment %(number)s: invalid date") % {"number": number})
    return date


def web_address(value: object) -> str:
    """Return a URL of the web, or ""."""
    address = "".join(as_text(value).split())
    return address if address[:8].lower().startswith(("http://", "https://")) else ""
