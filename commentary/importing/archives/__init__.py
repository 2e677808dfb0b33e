"""Archives of web pages: folders, mirrors, WARC files, and web archives of a single page.

An `Archive` lists its captures and finds an image by the URL a page uses for it. One module per
kind of file: `folder`, `warc`, `bundle` (MHTML, Safari's webarchive). Nothing is downloaded,
symbolic links are not followed, and only what was listed when the archive was opened can be found.
"""

from .archive import Archive
from .capture import Capture, FoundCapture

__all__ = ["Archive", "Capture", "FoundCapture"]
