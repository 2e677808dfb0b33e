"""A page of a site as a source, for the second pass."""

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ...archives import Capture
from ...fields import page_key
from ...records import ArticleRecord, CommentRecord, Ledger
from ...source import Source
from ...spool import parents_first
from . import dom
from .article import PageArticle, read_article
from .comments import PageComments, TextUse, read_comments
from .page_facts import PageFacts, page_facts
from .survey import parsed

if TYPE_CHECKING:
    from .site import PageGroup, Site

OUTSIDE = "outside the article and its comments"


@dataclass
class SavedPage(Source):
    """The page from which an article is read. `lines` are its text nodes, in document order."""

    document: dom.Document | None = field(default=None, repr=False)
    capture: Capture | None = None
    site: "Site | None" = None
    group: "PageGroup | None" = None

    def read(self, ledger: Ledger) -> ArticleRecord:
        """Read the article with the comments of all its pages. The use of each text node is added
        to the ledger.
        """
        assert self.document and self.capture and self.site and self.group
        site, group, capture = self.site, self.group, self.capture
        facts = page_facts(self.document, capture.name, capture.address)
        comments = read_comments(self.document, facts, site.layout, site.month_first)
        article = read_article(self.document, facts, comments.area, site.repeated)
        warnings: list[str] = []
        found = self._with_parts(comments, facts, warnings)
        _account(ledger, self.document, article, comments)
        doubts = list(comments.uncertain)
        if not article.is_certain:
            doubts.append("the article was told from the rest of the page by its length alone")
        url = group.main.url or group.main.address
        return ArticleRecord(
            key=f"page {page_key(url).strip()}" if url else f"page {self.sha256}",
            title=article.title,
            authors=article.authors,
            date=article.date,
            url=url,
            body_html=article.body_html,
            markup="rich",
            declared_count=comments.declared_count
            if comments.declared_count is not None
            else facts.declared_count,
            declared_heading=comments.declared_heading,
            closed=comments.closed,
            closing_notice=comments.closing_notice,
            language=facts.language,
            comments=found,
            warnings=warnings,
            lines=(1, max(1, len(self.lines))),
            old_addresses=group.addresses,
            pictures=article.pictures,
            find_file=lambda address: site.archive.find(address, capture),
            doubts=doubts,
        )

    def _with_parts(
        self, first: PageComments, facts: PageFacts, warnings: list[str]
    ) -> list[CommentRecord]:
        """Return the comments of the page and of the other pages with comments of the article."""
        assert self.site and self.group
        comments = list(first.comments)
        keys = {comment.key for comment in comments}
        numbers = {first.pages.number}
        for part in self.group.parts:
            capture = self.site.capture(part)
            document = parsed(capture, capture.read(dom.MAX_BYTES))
            more = read_comments(document, facts, self.site.layout, self.site.month_first)
            numbers.add(more.pages.number)
            for comment in more.comments:
                if comment.key not in keys:
                    keys.add(comment.key)
                    comments.append(replace(comment, lines=(0, 0)))
        if self.group.parts:
            comments = parents_first(_in_order(comments), warnings)
        known = {*first.pages.by_number, *filter(None, numbers)}
        if missing := sorted(known - numbers):
            listed = ", ".join(map(str, missing[:20]))
            warnings.append(
                f"pages of comments that are not in the import: {listed}; their comments are missing"
            )
        return comments


def _in_order(comments: list[CommentRecord]) -> list[CommentRecord]:
    """Return comments of several pages in the order in which they were written."""
    if all(comment.key.isdigit() for comment in comments):
        return sorted(comments, key=lambda comment: int(comment.key))
    dates = [comment.date for comment in comments]
    if all(date is not None for date in dates) and len({d.tzinfo is None for d in dates if d}) == 1:
        return sorted(comments, key=lambda comment: comment.date)  # type: ignore[arg-type,return-value]
    return comments


def source_of(capture: Capture) -> Source:
    """Return a page as a source that is only stored. Raises SourceError if it cannot be read."""
    data = capture.read(dom.MAX_BYTES)
    encoding = dom.decode(data, capture.entry.charset).encoding
    digest = hashlib.sha256(data).hexdigest()
    return Source(capture.name, data[:4_000], len(data), digest, encoding, data=data)


def open_page(site: "Site", group: "PageGroup") -> SavedPage:
    """Open the page of an article. Raises SourceError if it can no longer be read."""
    capture = site.capture(group.main)
    data = capture.read(dom.MAX_BYTES)
    decoded = dom.decode(data, capture.entry.charset)
    document = parsed(capture, data)
    return SavedPage(
        name=capture.name,
        head=data[:4_000],
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        encoding=decoded.encoding,
        lines=[node.text_content or "" for node in dom.text_nodes(document.root)],
        stray_bytes=decoded.stray,
        data=data,
        document=document,
        capture=capture,
        site=site,
        group=group,
    )


def _account(
    ledger: Ledger, document: dom.Document, article: PageArticle, comments: PageComments
) -> None:
    """Add the use of each text node of a page to the ledger."""
    by_node: dict[int, TextUse] = {use.node.mem_id: use for use in comments.text_uses}
    used = set(article.used)
    furniture = dict(article.furniture)
    unrecognised = set(article.unrecognised)
    for number, node in enumerate(dom.text_nodes(document.root), 1):
        if use := by_node.get(node.mem_id):
            ledger.add(number, use.use, use.owner, use.reason)
        elif number in used:
            ledger.add(number, "article")
        elif number in unrecognised:
            ledger.add(number, "left over", reason="in the article, not recognised")
        else:
            ledger.add(number, "furniture", reason=furniture.get(number, OUTSIDE))
