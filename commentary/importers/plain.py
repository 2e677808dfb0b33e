"""What the exports of all systems have in common below their elements: words and moments."""

import html
import re
from datetime import UTC, datetime, tzinfo

# Markup that systems let into titles and names; anything else in angle brackets is words.
TAG = re.compile(
    r"</?(?:a|abbr|acronym|b|big|br|cite|code|del|em|font|h[1-6]|i|img|ins|mark|p|q|s|small|span|"
    r"strike|strong|sub|sup|tt|u|wbr)\b[^<>]{0,2000}>",
    re.IGNORECASE,
)
UNSEEN = re.compile("[\0\u200b\ufeff\u202a-\u202e\u2066-\u2069]")
LONG_FRACTION = re.compile(r"(\.\d{6})\d+")


def words(text: str) -> str:
    """A title or a name on one line, without the tags and entities systems write into them."""
    if "<" in text:
        text = TAG.sub("", text)
    return " ".join(UNSEEN.sub("", html.unescape(text)).split())


def moment(text: str, zone: tzinfo | None = None) -> datetime | None:
    """A moment as systems write it, or None, also for the year 1, which means none; `zone` is meant
    where the text names none."""
    try:
        text = text[:64].strip()
        if "." in text:
            text = LONG_FRACTION.sub(r"\1", text)  # some write nanoseconds
        date = datetime.fromisoformat(text)
        date = date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=zone)
    except (ValueError, OverflowError):
        return None
    return date if date.year > 1 else None
