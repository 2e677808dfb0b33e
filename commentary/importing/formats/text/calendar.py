"""Names of months and days in the languages of CLDR: calendar.json, which tools/calendar_names.py
writes."""

import json
from pathlib import Path

_DATA = json.loads((Path(__file__).parent / "calendar.json").read_text(encoding="utf-8"))
# By month, each in small letters without the last dot.
MONTHS: list[list[str]] = _DATA["months"]
# Names that stand for different months: the languages, by month.
UNCLEAR: dict[str, dict[int, list[str]]] = {
    name: {int(month): languages for month, languages in months.items()}
    for name, months in _DATA["unclear"].items()
}
DAYS: list[str] = _DATA["days"]
