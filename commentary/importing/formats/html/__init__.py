"""Saved HTML pages. All pages of a folder, a mirror or a WARC file are read as one site (`site`):
first all pages are surveyed, then the page of each article is read (`saved_page`).
"""

from collections.abc import Iterator

from ...messages import gettext as _
from ...messages import gettext_noop
from ...records import ArticleRecord, Ledger
from ...source import SourceFile
from .saved_page import SavedPage

SUFFIXES = {".html", ".htm", ".xhtml", ".shtml"}
SIGN = gettext_noop("a saved web page")


def detect(source: SourceFile) -> bool:
    """Return whether a source is a page of a site. Pages are opened by `site`, never as single
    files.
    """
    return isinstance(source, SavedPage)


def read(source: SourceFile, ledger: Ledger) -> Iterator[ArticleRecord]:
    """Read the article of a page, or the articles of a list."""
    if not isinstance(source, SavedPage):
        raise TypeError(_("a saved page is read as part of its site"))
    yield from source.read(ledger)
