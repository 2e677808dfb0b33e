"""The formats that can be read, by name. A new one is a module and a line here."""

from types import ModuleType

from . import disqus, isso, remark42, text_capture, wordpress
from .records import SourceError
from .source import Source

FORMATS: dict[str, ModuleType] = {
    "wordpress": wordpress,
    "disqus": disqus,
    "isso": isso,
    "remark42": remark42,
    "text": text_capture,
}


def detect(source: Source) -> str:
    """The name of the format of a source. Raises SourceError when none fits."""
    for name, module in FORMATS.items():
        if module.detect(source):
            return name
    raise SourceError(source.name, 0, f"no known format fits ({', '.join(FORMATS)})")


def suffixes() -> set[str]:
    """The endings of file names that are looked at in a folder."""
    return set().union(*(module.SUFFIXES for module in FORMATS.values()))
