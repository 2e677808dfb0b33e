"""The formats that can be imported.

Each is a module or package with `detect` and `read`; a new one is added by such a module and its
name in FORMATS.
"""

from importlib import import_module
from types import ModuleType

from ..foreign import UNSUPPORTED, foreign_text
from ..records import SourceError
from ..source import SourceFile

# In the order in which they are tried. Modules are loaded when needed, since the tables of text
# captures take a second.
FORMATS = ("html", "wordpress", "disqus", "isso", "remark42", "movable_type", "text")


def reader(format: str) -> ModuleType:
    """Return the module that detects and reads a format."""
    return import_module(f".{format}", __name__)


def detect(source: SourceFile) -> str:
    """Return the name of a source's format.

    Raises SourceError if it is unrecognised, naming what it looks like.
    """
    head = "\n".join(source.lines) if source.lines else source.head.decode("utf-8", "replace")
    found = foreign_text(head.replace("\0", ""))
    for name in FORMATS:
        if (name != "text" or not found) and reader(name).detect(source):
            return name
    if found:
        raise SourceError(source.name, 0, UNSUPPORTED.format(found))
    raise SourceError(source.name, 0, f"unrecognised format (supported: {', '.join(FORMATS)})")


def suffixes() -> set[str]:
    """Return the file name extensions that are imported from a folder."""
    return set().union(*(reader(name).SUFFIXES for name in FORMATS))
