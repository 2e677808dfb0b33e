"""Articles made from the pages that comments belong to, for systems that only have comments."""

from collections.abc import Iterator

from .fields import page_key, without_tracking
from .messages import gettext as _
from .records import ArticleRecord, CommentRecord, ItemLedger
from .spool import Spool


class Pages:
    """The pages of an export with their comments, in the order in which they are first named.

    `system` begins the keys of the articles.
    """

    def __init__(self, system: str) -> None:
        self.system = system
        self._pages: dict[str, ArticleRecord] = {}
        self._spool = Spool()

    def page(self, address: str, line: int, key: str = "") -> ArticleRecord:
        """Return the article of the page at `address`. URLs of one page have one article."""
        place = key or page_key(address)
        key = f"{self.system} {key or address}"
        record = self._pages.get(place)
        if record is None:
            record = ArticleRecord(key=key, url=without_tracking(address), lines=(line, line))
            self._pages[place] = record
        elif key != record.key and key not in record.other_keys:
            record.other_keys.append(key)
        return record

    def add(self, record: ArticleRecord, comment: CommentRecord) -> None:
        """Add a comment to the article of a page."""
        self._spool.add(record.key, comment)

    def records(self, ledger: ItemLedger) -> Iterator[ArticleRecord]:
        """Yield the articles that have comments."""
        for record in self._pages.values():
            ledger.seen += 1
            if record.key not in self._spool.names:
                why = _("a page without comments: %(url)s") % {"url": record.url or record.title}
                ledger.add("page", record.lines[0], "ignored", reason=why)
                continue
            record.title = record.title or record.url
            record.comments = self._spool.comments_of(record.key, warnings=record.warnings)
            ledger.add("page", record.lines[0], "article")
            yield record
