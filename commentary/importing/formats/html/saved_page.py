"""A saved page as the source of an article."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ...archives import Capture
from ...fields import page_key
from ...records import ArticleRecord, Ledger
from ...source import SourceFile
from . import dom
from .page_group import GroupReading, PageBytes, sha256_of
from .site import PageGroup, Site, page_bytes
from .survey import Summary


@dataclass
class SavedPage(SourceFile):
    """A saved page and the articles read from it. `lines` are its text nodes, in document order; the
    first reading has their uses.
    """

    readings: list[GroupReading] = field(default_factory=list, repr=False)

    def read(self, ledger: Ledger) -> Iterator[ArticleRecord]:
        """Yield the articles. The use of each text node is added to the ledger."""
        for number, (use, owner, reason) in enumerate(self.readings[0].uses, 1):
            ledger.add(number, use, owner, reason)
        yield from (reading.record for reading in self.readings)


def source_of(capture: Capture) -> SourceFile:
    """Return a page without an article, for storing its bytes. Raises SourceError if it is unreadable."""
    page = page_bytes(capture)
    encoding = dom.decode(page.data, page.charset).encoding
    return SourceFile(
        page.name, page.data[:4_000], len(page.data), sha256_of(page), encoding, data=page.data
    )


def saved_page(site: Site, group: PageGroup, reading: GroupReading) -> SavedPage:
    """Return the main page of a group with its article. Raises SourceError if it is unreadable."""
    capture = site.capture(group.main)
    page = page_bytes(capture)
    record = reading.record
    record.url = group.main.url or group.main.address
    record.key = f"page {page_key(record.url).strip()}" if record.url else f"page {sha256_of(page)}"
    record.old_addresses = group.addresses
    return _opened(site, capture, page, [reading])


def saved_list(site: Site, summary: Summary, readings: list[GroupReading]) -> SavedPage:
    """Return a list with the articles that were read from it. Raises SourceError if it is
    unreadable."""
    capture = site.capture(summary)
    for reading in readings:
        record = reading.record
        fragment = record.url.partition("#")[2]
        record.key = f"page {page_key(record.url).strip()}" + (f" #{fragment}" if fragment else "")
    return _opened(site, capture, page_bytes(capture), readings)


def _opened(
    site: Site, capture: Capture, page: PageBytes, readings: list[GroupReading]
) -> SavedPage:
    for reading in readings:
        reading.record.find_file = lambda address: site.archive.find(address, capture)
    first = readings[0]
    return SavedPage(
        name=page.name,
        head=page.data[:4_000],
        size=len(page.data),
        sha256=sha256_of(page),
        encoding=first.encoding,
        lines=first.texts,
        stray_bytes=first.stray,
        data=page.data,
        readings=readings,
    )
