"""The formats that can be read, by name. A new one is a module here and its name in FORMATS."""

from importlib import import_module
from types import ModuleType

from ..foreign import UNSUPPORTED, foreign_text
from ..records import SourceError
from ..source import Source

# Each is a module or package of that name with `detect` and `read`, loaded when it is asked for: the
# tables of texts take a second. They are tried in this order.
FORMATS = ("wordpress", "disqus", "isso", "remark42", "text")


def reader(format: str) -> ModuleType:
    """The module that detects and reads a format."""
    return import_module(f".{format}", __name__)


def detect(source: Source) -> str:
    """The name of the format of a source. Raises SourceError when none fits, with the name of
    what the source looks like."""
    head = "\n".join(source.lines) if source.lines else source.head.decode("utf-8", "replace")
    found = foreign_text(head.replace("\0", ""))
    for name in FORMATS:
        if (name != "text" or not found) and reader(name).detect(source):
            return name
    if found:
        raise SourceError(source.name, 0, UNSUPPORTED.format(found))
    raise SourceError(source.name, 0, f"unrecognised format (supported: {', '.join(FORMATS)})")


def suffixes() -> set[str]:
    """The endings of file names that are looked at in a folder."""
    return set().union(*(reader(name).SUFFIXES for name in FORMATS))
