"""Write the JSON Schemas of the JSON Lines formats: docs/import/commentary.schema.json and
docs/export.schema.json.

Run it after a change of commentary/importing/formats/json/lines.py or of a database model:
DEBUG=1 DJANGO_SETTINGS_MODULE=config.settings python tools/import_schema.py
"""

import json
import sys
from pathlib import Path

import django

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
django.setup()

from commentary.importing.formats.json.lines import schema  # noqa: E402
from commentary.importing.site_lines import export_schema  # noqa: E402

if __name__ == "__main__":
    for name, made in (
        ("import/commentary.schema.json", schema()),
        ("export.schema.json", export_schema()),
    ):
        text = json.dumps(made, indent=2, ensure_ascii=False) + "\n"
        (ROOT / "docs" / name).write_text(text)
