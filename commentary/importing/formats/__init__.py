"""The formats that can be imported.

Each is a module or package with `detect`, `read`, SUFFIXES and SIGN, which says what `detect` looks
for; a new one is added by such a module and its name in FORMATS.
"""

from importlib import import_module
from types import ModuleType

from ..foreign import UNSUPPORTED, foreign_json, foreign_text
from ..messages import gettext as _
from ..records import SourceError
from ..source import JSON, SourceFile

# In the order in which they are tried. Modules are loaded when needed, since the tables of text
# captures take a second.
FORMATS = (
    "html",
    "wordpress",
    "disqus",
    "blogger",
    "isso",
    "json",
    "commento",
    "comentario",
    "isso_generic",
    "ghost",
    "discourse",
    "jekyll",
    "remark42",
    "movable_type",
    "text",
)


def reader(format: str) -> ModuleType:
    """Return the module that detects and reads a format."""
    return import_module(f".{format}", __name__)


def detect(source: SourceFile) -> str:
    """Return the name of a source's format.

    Raises SourceError if it is unrecognised, naming what it looks like.
    """
    head = "\n".join(source.lines) if source.lines else source.head.decode("utf-8", "replace")
    head = head.replace("\0", "")
    is_json = JSON.match(source.ascii_head) is not None
    found = foreign_json(head) if is_json else foreign_text(head)
    for name in FORMATS:
        if (name != "text" or not (found or is_json)) and reader(name).detect(source):
            return name
    if found:
        raise SourceError(source.name, 0, _(UNSUPPORTED) % {"kind": _(found)})
    formats = [name for name in FORMATS if not is_json or ".json" in reader(name).SUFFIXES]
    wanted = "; ".join(f"{_(reader(name).SIGN)} ({name})" for name in formats)
    text = (
        _("is JSON in an unrecognised format; looked for: %(formats)s")
        if is_json
        else _("unrecognised format; looked for: %(formats)s")
    )
    raise SourceError(
        source.name,
        1 if is_json else 0,
        text % {"formats": wanted},
    )


def suffixes() -> set[str]:
    """Return the file name extensions that are imported from a folder."""
    return set().union(*(reader(name).SUFFIXES for name in FORMATS))
