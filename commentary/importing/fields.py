"""Parse values that occur in sources of all kinds: names, titles, dates, URLs; and make text
printable.
"""

import html
import re
import unicodedata
from datetime import UTC, datetime, timedelta, tzinfo
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from ..text.former_addresses import INDEX_FILE

# Markup that systems allow in titles and names; anything else in angle brackets is text.
TAG = re.compile(
    r"</?(?:a|abbr|acronym|b|big|br|cite|code|del|em|font|h[1-6]|i|img|ins|mark|p|q|s|small|span|"
    r"strike|strong|sub|sup|tt|u|wbr)\b[^<>]{0,2000}>",
    re.IGNORECASE,
)
UNSEEN = re.compile("[\0\u200b\ufeff\u202a-\u202e\u2066-\u2069]")
# Categories of characters that are invisible but affect a terminal or page: control characters,
# line and paragraph separators, directional and other invisible marks, and bytes that aren't UTF-8.
UNPRINTABLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
JOINERS = "\u200c\u200d"  # part of the spelling of Persian and of emoji
# Parameters added to links by feeds, mail and social networks, which don't change the page.
TRACKING = re.compile(
    r"utm_\w+|(?:fb|g|d|tw|tt|y|li_fat_)clid|msclkid|wbraid|gbraid|gclsrc|_ga|_gl|mc_[ce]id|igshi?d|"
    r"_hs(?:enc|mi)|mkt_tok|ref_src|ref_url|replytocom|doing_wp_cron",
    re.IGNORECASE,
)
THIS_YEAR = datetime.now(UTC).year  # or an earlier one, in a process that runs for long
LONG_FRACTION = re.compile(r"(\.\d{6})\d+")


def plain_line(text: str) -> str:
    """Return a title or name on one line, without the tags and entities that systems insert."""
    if "<" in text:
        text = TAG.sub("", text)
    return " ".join(UNSEEN.sub("", html.unescape(text)).split())


def parse_date(text: str, zone: tzinfo | None = None) -> datetime | None:
    """Parse a date and time as systems write it.

    None if it is invalid, or in the year 1, which means no date. `zone` is assumed if the text has
    no time zone.
    """
    try:
        text = text[:64].strip()
        if "." in text:
            text = LONG_FRACTION.sub(r"\1", text)  # some systems write nanoseconds
        date = datetime.fromisoformat(text)
        date = date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=zone)
    except (ValueError, OverflowError):
        return None
    return date if date.year > 1 else None


def is_in_future(date: datetime | None) -> bool:
    """Return whether a date is in the future in every time zone."""
    if date is None or date.year < THIS_YEAR:
        return False
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    return (date if date.tzinfo else date.replace(tzinfo=UTC)) > tomorrow


def printable(text: str) -> str:
    """Return `text` on one line, safe to print and to store.

    Characters of UNPRINTABLE categories are escaped, bytes of a file name that aren't UTF-8 as
    ``\\xff``.
    """
    if text.isprintable():
        return text
    return "".join(
        _escaped(c) if unicodedata.category(c) in UNPRINTABLE and c not in JOINERS else c
        for c in text
    )


def _escaped(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # Python's representation of such a byte
        code -= 0xDC00
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def page_key(address: str) -> str:
    """Return a key shared by all URLs of one page.

    It has no scheme, ``www.``, standard port, index file, trailing slash, tracking parameters or
    fragment, and the host is in lower case. Not a URL itself.
    """
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").rstrip(".").removeprefix("www.")
        if parts.port not in (None, 80, 443):
            host += f":{parts.port}"
    except ValueError:  # not a valid URL
        return address.strip()
    path = INDEX_FILE.sub("/", unquote(parts.path)).rstrip("/")
    query = sorted(pair for pair in _query(parts.query) if not TRACKING.fullmatch(pair[0]))
    # Some sites distinguish pages only by this.
    fragment = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    return " ".join((host, path, repr(query) if query else "", fragment))


def _query(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, keep_blank_values=True)
    except ValueError:  # too many parameters
        return [(query, "")]


def without_tracking(address: str) -> str:
    """Return a URL without tracking parameters and fragment; unchanged if it is invalid."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    kept = [p for p in parts.query.split("&") if not TRACKING.fullmatch(p.partition("=")[0])]
    fragment = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    return urlunsplit(parts._replace(query="&".join(kept), fragment=fragment))
