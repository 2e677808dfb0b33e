"""Write commentary/importing/formats/text/calendar.json: month and day names from CLDR, using
Babel.

Run after updating Babel: ``python tools/calendar_names.py``.
"""

import json
import unicodedata
from collections import defaultdict
from pathlib import Path

from babel import Locale
from babel import __version__ as version

OUT = Path(__file__).parents[1] / "commentary" / "importing" / "formats" / "text" / "calendar.json"
LOCALES = [
    "af",
    "am",
    "ar",
    "ar_DZ",
    "ar_MA",
    "ar_SY",
    "az",
    "be",
    "bg",
    "bn",
    "bs",
    "bs_Cyrl",
    "ca",
    "cs",
    "cy",
    "da",
    "de",
    "de_AT",
    "el",
    "en",
    "en_AU",
    "es",
    "et",
    "eu",
    "fa",
    "fi",
    "fil",
    "fo",
    "fr",
    "fr_CA",
    "fy",
    "ga",
    "gd",
    "gl",
    "gu",
    "he",
    "hi",
    "hr",
    "hu",
    "hy",
    "id",
    "is",
    "it",
    "ka",
    "kk",
    "km",
    "kn",
    "ko",
    "ky",
    "lb",
    "lo",
    "lt",
    "lv",
    "mk",
    "ml",
    "mn",
    "mr",
    "ms",
    "mt",
    "my",
    "nb",
    "ne",
    "nl",
    "nn",
    "pa",
    "pl",
    "ps",
    "pt",
    "pt_PT",
    "ro",
    "ru",
    "rm",
    "si",
    "sk",
    "sl",
    "sq",
    "sr",
    "sr_Latn",
    "sv",
    "sw",
    "ta",
    "te",
    "th",
    "tr",
    "uk",
    "ur",
    "uz",
    "uz_Cyrl",
    "vi",
    "zu",
]
WIDTHS = ("wide", "abbreviated")
FORMS = ("format", "stand-alone")
MARKED = ("LATIN", "GREEK")  # scripts that are also written without their accents


def spellings(name: str) -> set[str]:
    """Return the spellings of a name on pages: in lower case, with and without accents and final
    full stop.
    """
    name = unicodedata.normalize("NFC", " ".join(name.casefold().split())).strip(".")
    name = unicodedata.normalize("NFC", name)
    found = {name}
    if unicodedata.name(name[:1] or " ", "").startswith(MARKED):
        bare = "".join(
            c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c)
        )
        found |= {
            bare,
            bare.replace("ı", "i").replace("ł", "l").replace("đ", "d").replace("ø", "o"),
        }
        found.add(name.replace("ğ", "g").replace("ı", "i"))
    if "ё" in name:
        found.add(name.replace("ё", "е"))
    return {spelling for spelling in found if is_name(spelling)}


def is_name(name: str) -> bool:
    """Return whether a name is more than a single letter or a number with a sign, as in Chinese."""
    return len(name) > 1 and any(map(str.isalpha, name)) and not name[:1].isdigit()


def collected() -> tuple[dict[str, dict[int, set[str]]], set[str]]:
    """Return the months that each name stands for, with their languages; and the day names."""
    months: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    days: set[str] = set()
    for code in LOCALES:
        locale = Locale.parse(code)
        for form in FORMS:
            for width in WIDTHS:
                for number, name in locale.months[form].get(width, {}).items():
                    for spelling in spellings(name):
                        months[spelling][number].add(locale.language)
                for name in locale.days[form].get(width, {}).values():
                    days |= spellings(name)
    return months, days


def main() -> None:
    months, days = collected()
    of_month = [
        {name for name, numbers in months.items() if set(numbers) == {number}}
        for number in range(1, 13)
    ]
    unclear = {
        name: {number: sorted(months[name][number]) for number in sorted(months[name])}
        for name in sorted(months)
        if len(months[name]) > 1
    }
    data = {
        "source": f"CLDR, by Babel {version}; written by tools/calendar_names.py",
        "months": [sorted(names) for names in of_month],
        "unclear": unclear,
        "days": sorted(days),
    }
    OUT.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
