"""What people bring their pages in: folders, mirrors, WARC files, web archives of one page.

An `Archive` lists the captures it holds and finds a picture by the address that a page gives it.
Its parts know how each kind of file holds captures: `folder`, `warc`, `bundle` (MHTML, Safari's
webarchive). Nothing is ever fetched, no link of the file system is followed, and only what was
listed when the archive was opened can be found.
"""

from .archive import Archive
from .capture import Capture, Entry

__all__ = ["Archive", "Capture", "Entry"]
