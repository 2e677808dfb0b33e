"""A saved page as the source of an article."""

from dataclasses import dataclass, field

from ...archives import Capture
from ...fields import page_key
from ...records import ArticleRecord, Ledger
from ...source import Source
from . import dom
from .page_group import GroupReading, PageBytes, sha256_of
from .site import PageGroup, Site, page_bytes


@dataclass
class SavedPage(Source):
    """A saved page and the article read from it. `lines` are its text nodes, in document order."""

    reading: GroupReading | None = field(default=None, repr=False)

    def read(self, ledger: Ledger) -> ArticleRecord:
        """Return the article. The use of each text node is added to the ledger."""
        assert self.reading
        for number, (use, owner, reason) in enumerate(self.reading.uses, 1):
            ledger.add(number, use, owner, reason)
        return self.reading.record


def source_of(capture: Capture) -> Source:
    """Return a page without an article, for storing its bytes. Raises SourceError if it is unreadable."""
    page = page_bytes(capture)
    encoding = dom.decode(page.data, page.charset).encoding
    return Source(
        page.name, page.data[:4_000], len(page.data), sha256_of(page), encoding, data=page.data
    )


def saved_page(site: Site, group: PageGroup, reading: GroupReading) -> SavedPage:
    """Return the main page of a group with its article. Raises SourceError if it is unreadable."""
    capture = site.capture(group.main)
    page: PageBytes = page_bytes(capture)
    record, sha256 = reading.record, sha256_of(page)
    record.url = group.main.url or group.main.address
    record.key = f"page {page_key(record.url).strip()}" if record.url else f"page {sha256}"
    record.old_addresses = group.addresses
    record.find_file = lambda address: site.archive.find(address, capture)
    return SavedPage(
        name=page.name,
        head=page.data[:4_000],
        size=len(page.data),
        sha256=sha256,
        encoding=reading.encoding,
        lines=reading.texts,
        stray_bytes=reading.stray,
        data=page.data,
        reading=reading,
    )
