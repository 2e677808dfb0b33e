"""The theme of a site: colours and typefaces that replace those of commentary.css.

A theme may set ten properties, see docs/operators/theme.md. It must keep the contrast of text and
links, and load nothing from other hosts.
"""

import re
from collections.abc import Mapping
from math import floor
from typing import NamedTuple

from django.utils.translation import gettext as _

COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
PAIR = re.compile(rf"light-dark\(\s*({COLOUR.pattern})\s*,\s*({COLOUR.pattern})\s*\)", re.I)
DECLARED = re.compile(r"(?<![\w-])--(paper|ink|pencil|mark|mark-ink)\s*:\s*([^;}]*)", re.I)
COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.S)
IMPORT = re.compile(r"@import|@charset|@namespace", re.I)
URL = re.compile(r"(?:url|src|image-set|-webkit-image-set)\(\s*[\"']?([^\"')]*)", re.I)
_FAMILY = r"(?:\"[\w -]+\"|'[\w -]+'|-?[A-Za-z][\w-]*(?: [\w-]+)*)"
FAMILIES = re.compile(rf"{_FAMILY}(?: ?, ?{_FAMILY})*")
LEAST = 4.5  # contrast of links, and of matched text
LEAST_OF_INK = 10.0  # contrast of text
MAX_STYLESHEET = 20_000  # characters


class Pair(NamedTuple):
    """A colour by day and by night."""

    day: str
    night: str

    def __str__(self) -> str:
        return f"light-dark({self.day}, {self.night})"


# As in static/commentary/commentary.css.
DEFAULTS = {
    "paper": Pair("#fcfcfb", "#15171b"),
    "ink": Pair("#1b1d22", "#e3e3df"),
    "pencil": Pair("#27479a", "#a3bcff"),
    "mark": Pair("#ffec99", "#57490d"),
    "mark-ink": Pair("#3d3100", "#fff3bd"),
}
# Properties that are read against each other, and the least contrast.
READ_ON = (
    ("ink", "paper", LEAST_OF_INK),
    ("pencil", "paper", LEAST),
    ("mark-ink", "mark", LEAST),
)


def parse_accent(text: str) -> Pair | None:
    """Parse the two colours of an accent, "#2f6b3a, #93d3a0"; None if it is something else."""
    colours = [part.strip() for part in text.split(",")]
    if len(colours) != 2 or not all(map(COLOUR.fullmatch, colours)):
        return None
    return Pair(*colours)


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours as in WCAG 2.2, from 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def accent_problems(accent: Pair, stylesheet: str = "") -> list[str]:
    """Return why an accent can't be used with a stylesheet, in sentences."""
    return _contrast_problems(_colours(stylesheet) | {"pencil": accent}, ("pencil",))


def stylesheet_problems(stylesheet: str) -> list[str]:
    """Return why an extra stylesheet can't be used, in sentences."""
    problems = []
    if len(stylesheet) > MAX_STYLESHEET:
        words = _("The stylesheet is longer than %(most)s characters.")
        problems.append(words % {"most": f"{MAX_STYLESHEET:,}"})
    rules = COMMENT.sub("", stylesheet)
    if found := IMPORT.search(rules):
        problems.append(_("The stylesheet may not contain %(rule)s.") % {"rule": found[0]})
    for address in URL.findall(rules):
        if not address.startswith("/") or address.startswith(("//", "/\\")):
            words = _("The stylesheet may only load files of this site, not “%(address)s”.")
            problems.append(words % {"address": address[:100]})
    for name, value in DECLARED.findall(rules):
        if _pair(value) is None:
            words = _("Write --%(name)s as light-dark(#day, #night), with hexadecimal colours.")
            problems.append(words % {"name": name.lower()})
    return problems or _contrast_problems(_colours(stylesheet))


def font_problem(families: str) -> str:
    """Return why a list of typefaces can't be used, or ""."""
    if FAMILIES.fullmatch(families):
        return ""
    return _("List the names of typefaces, separated by commas, such as: Georgia, serif")


def theme_css(accent: Pair | None, fonts: Mapping[str, str], stylesheet: str) -> str:
    """Return the stylesheet that a site serves, "" if it sets nothing. `fonts` has the typefaces by
    property: "serif", "sans".
    """
    lines = [f"  --pencil: {accent};\n"] if accent else []
    lines += [f"  --{name}: {families};\n" for name, families in fonts.items() if families]
    rules = f":root {{\n{''.join(lines)}}}\n" if lines else ""
    extra = stylesheet.replace("\r\n", "\n").strip()
    return f"{rules}{extra}\n" if extra else rules


def _pair(value: str) -> Pair | None:
    value = value.strip().removesuffix("!important").rstrip()
    if found := PAIR.fullmatch(value):
        return Pair(found[1], found[2])
    return Pair(value, value) if COLOUR.fullmatch(value) else None


def _colours(stylesheet: str) -> dict[str, Pair]:
    """Return the colours of a site with an extra stylesheet, by property."""
    colours = dict(DEFAULTS)
    for name, value in DECLARED.findall(COMMENT.sub("", stylesheet)):
        if (pair := _pair(value)) is not None:
            colours[name.lower()] = pair
    return colours


def _contrast_problems(colours: Mapping[str, Pair], names: tuple[str, ...] = ()) -> list[str]:
    problems = []
    for name, behind, least in READ_ON:
        if names and name not in names:
            continue
        times = ((_("by day"), 0), (_("by night"), 1))
        for time, at in times:
            colour, other = colours[name][at], colours[behind][at]
            ratio = contrast(colour, other)
            if ratio < least:
                words = _(
                    "The contrast of %(colour)s (--%(name)s) on %(other)s (--%(behind)s) is "
                    "%(ratio)s:1 %(time)s. It must be at least %(least)s:1."
                )
                problems.append(
                    words
                    % {
                        "colour": colour,
                        "name": name,
                        "other": other,
                        "behind": behind,
                        "ratio": f"{floor(ratio * 100) / 100:.2f}",  # 4.499 is not 4.50
                        "time": time,
                        "least": f"{least:g}",
                    }
                )
    return problems
