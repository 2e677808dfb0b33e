"""Month and day names in the languages of CLDR, from calendar.json, which tools/calendar_names.py
generates.
"""

import json
from pathlib import Path

_DATA = json.loads((Path(__file__).parent / "calendar.json").read_text(encoding="utf-8"))
# By month, in lower case without a final full stop.
MONTHS: list[list[str]] = _DATA["months"]
# Names that mean different months: by month, the languages.
UNCLEAR: dict[str, dict[int, list[str]]] = {
    name: {int(month): languages for month, languages in months.items()}
    for name, months in _DATA["unclear"].items()
}
DAYS: list[str] = _DATA["days"]
