"""Summarises each page in the first pass over a site."""

import hashlib
import re
from dataclasses import dataclass, field

from ...archives import Capture
from ...records import SourceError
from . import dom
from .comment_dates import read_order
from .comments import LayoutKey, candidates, read_comments
from .furniture import furniture_fingerprints
from .page_facts import page_facts

PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.I)
FEED = re.compile(
    rb"\A[\xef\xbb\xbf\s]*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:rss|feed|rdf:RDF)\b",
    re.I | re.S,
)
HTML_TYPES = {"text/html", "application/xhtml+xml"}
HEAD = 20_000  # number of bytes in which a page is recognised
ASSET = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svgz?|ico|bmp|tiff?|css|js|mjs|map|woff2?|ttf|otf|eot|mp[34]|m4a|"
    r"webm|ogg|wav|pdf|zip|gz|swf|json)(?:\?.*)?$",
    re.I,
)


@dataclass(slots=True)
class Summary:
    """The summary of a page. `kind` is that of `PageFacts`, or "feed"."""

    number: int
    name: str
    address: str
    kind: str
    reasons: list[str] = field(default_factory=list)
    url: str = ""
    old_addresses: list[str] = field(default_factory=list)
    title: str = ""
    body_size: int = 0
    body_digest: str = ""
    comment_ids: tuple[str, ...] = ()
    comment_count: int = 0
    layouts: list[tuple[LayoutKey, float]] = field(default_factory=list)
    fingerprints: frozenset[int] = frozenset()
    month_first: bool | None = None


def looks_like_page(capture: Capture, head: bytes) -> bool:
    """Return whether a capture starts like an HTML page."""
    if PAGE.search(head[:HEAD]):
        return True
    return capture.entry.media_type in HTML_TYPES and b"<" in head and b"\0" not in head[:1_000]


def survey_page(capture: Capture) -> Summary | None:
    """Return the summary of a capture; None if it is neither a page nor a feed. Raises SourceError
    if it cannot be read.
    """
    entry = capture.entry
    if entry.media_type not in HTML_TYPES and ASSET.search(entry.name):
        return None
    data = capture.read(dom.MAX_BYTES)
    if entry.status:
        is_page = looks_like_page(capture, data)
        reasons = [f"status {entry.status}"]
        page = Summary(capture.number, capture.name, capture.address, "error", reasons)
        return page if is_page else None
    if FEED.match(data[:HEAD]):
        return Summary(capture.number, capture.name, capture.address, "feed")
    if not looks_like_page(capture, data):
        return None
    document = parsed(capture, data)
    facts = page_facts(document, capture.name, capture.address)
    comments = read_comments(document, facts)
    words = " ".join(dom.paragraphs(document.root).split())
    return Summary(
        number=capture.number,
        name=capture.name,
        address=capture.address or facts.own_address,
        kind=facts.kind,
        reasons=facts.reasons,
        url=facts.canonical,
        old_addresses=facts.old_addresses,
        title=facts.title,
        body_size=len(words),
        body_digest=hashlib.sha256(words.encode(errors="replace")).hexdigest(),
        comment_ids=tuple(comment.key for comment in comments.comments),
        comment_count=len(comments.comments),
        layouts=[(one.key, one.score) for one in candidates(document, facts)],
        fingerprints=frozenset(furniture_fingerprints(document)),
        month_first=read_order(document),
    )


def parsed(capture: Capture, data: bytes) -> dom.Document:
    """Parse a page. Raises SourceError if it is refused."""
    decoded = dom.decode(data, capture.entry.charset)
    try:
        return dom.parse(decoded.text)
    except dom.UnreadablePage as refusal:
        raise SourceError(capture.name, 0, str(refusal)) from refusal
