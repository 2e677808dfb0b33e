"""Write docs/import/commentary.schema.json, the JSON Schema of the JSON Lines format.

Run it after a change of commentary/importing/formats/json/lines.py:
python tools/import_schema.py
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from commentary.importing.formats.json.lines import schema  # noqa: E402

if __name__ == "__main__":
    path = ROOT / "docs" / "import" / "commentary.schema.json"
    path.write_text(json.dumps(schema(), indent=2, ensure_ascii=False) + "\n")
