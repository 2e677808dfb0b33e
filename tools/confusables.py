"""Write commentary/text/confusables.txt from Unicode's table of confusable characters (UTS #39).

Run ``python tools/confusables.py confusables.txt`` with a copy of
https://www.unicode.org/Public/security/latest/confusables.txt.
"""

import re
import sys
from collections import defaultdict
from pathlib import Path

OUT = Path(__file__).parents[1] / "commentary" / "text" / "confusables.txt"
HEADER = """\
# Characters that look alike: the prototype, then all that are taken for it, as hexadecimal numbers.
# Made by tools/confusables.py from confusables.txt of Unicode Security Mechanisms (UTS #39),
# version {version}. Do not edit.
#
# {copyright}
# Unicode and the Unicode Logo are registered trademarks of Unicode, Inc. in the U.S. and other
# countries. Terms of use and license: https://www.unicode.org/terms_of_use.html
"""


def compact(table: str) -> str:
    """Return the same mappings with one line per prototype."""
    sources = defaultdict(list)
    for line in table.splitlines():
        source, *rest = line.partition("#")[0].split(";")
        if rest:
            sources[rest[0].strip()].append(source.strip())
    version = re.search(r"Version: ([\d.]+)", table)
    owner = re.search(r"# (©.*)", table)
    assert version and owner, "not the table of Unicode"
    lines = (f"{prototype}; {' '.join(sources[prototype])}\n" for prototype in sorted(sources))
    return HEADER.format(version=version[1], copyright=owner[1]) + "".join(lines)


if __name__ == "__main__":
    OUT.write_text(compact(Path(sys.argv[1]).read_text("utf-8-sig")))
