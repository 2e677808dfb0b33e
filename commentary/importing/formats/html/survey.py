"""The first pass over a site: a summary of each page."""

import hashlib
import re
from array import array
from dataclasses import dataclass, field

from ...records import SourceError
from ..text.phrases.patterns import lazy_re_compile
from . import dom
from .comment_dates import read_order
from .comments import LayoutKey, read_comments
from .furniture import furniture_fingerprints
from .list_pages import entry_key, whole_articles
from .page_facts import PageFacts, page_facts
from .page_group import PageBytes, no_collection, parsed

PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.I)
FEED = re.compile(
    rb"\A[\xef\xbb\xbf\s]*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:rss|feed|rdf:RDF)\b",
    re.I | re.S,
)
HTML_TYPES = {"text/html", "application/xhtml+xml"}
HEAD = 20_000  # bytes examined to recognise a page
ASSET = lazy_re_compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svgz?|ico|bmp|tiff?|css|js|mjs|map|woff2?|ttf|otf|eot|mp[34]|m4a|"
    r"webm|ogg|wav|pdf|zip|gz|swf|json)(?:\?.*)?$",
    re.I,
)


@dataclass(slots=True)
class Summary:
    """A summary of a page. `number` is that of its capture, `kind` that of `PageFacts` or "feed",
    and `fingerprints` those of its blocks; `comment_ids` are digests. `entries` has the keys of the
    whole articles of a list, with their numbers of words.
    """

    name: str
    address: str
    kind: str
    number: int = 0
    reasons: list[str] = field(default_factory=list)
    url: str = ""
    old_addresses: list[str] = field(default_factory=list)
    title: str = ""
    body_size: int = 0
    body_digest: bytes = b""
    comment_ids: "array[int]" = field(default_factory=lambda: array("Q"))
    comment_count: int = 0
    layouts: list[tuple[LayoutKey, float]] = field(default_factory=list)
    fingerprints: "array[int]" = field(default_factory=lambda: array("I"))
    month_first: bool | None = None
    entries: dict[str, int] = field(default_factory=dict)


def may_be_page(name: str, media_type: str) -> bool:
    """Return whether to read a capture: its name is not that of a picture or a script."""
    return media_type in HTML_TYPES or not ASSET.search(name)


@no_collection()
def survey_page(page: PageBytes, media_type: str = "", status: str = "") -> Summary | str | None:
    """Return the summary of a capture, None if it is neither a page nor a feed, or the reason why it
    cannot be read. `status` is that of an error page."""
    if FEED.match(page.data[:HEAD]) and not status:
        return Summary(page.name, page.address, "feed")
    if not _looks_like_page(page.data, media_type):
        return None
    if status:
        return Summary(page.name, page.address, "error", reasons=[f"status {status}"])
    try:
        document, _decoded = parsed(page)
    except SourceError as refusal:
        return str(refusal)
    facts = page_facts(document, page.name, page.address)
    comments = read_comments(document, facts)
    words = " ".join(dom.paragraphs_of_node(document.root).split())
    return Summary(
        name=page.name,
        address=facts.own_address or page.address,
        kind=facts.kind,
        reasons=facts.reasons,
        url=facts.canonical,
        old_addresses=facts.old_addresses,
        title=facts.title,
        body_size=len(words),
        body_digest=hashlib.sha256(words.encode(errors="replace")).digest(),
        comment_ids=array("Q", (_digest(comment.key) for comment in comments.comments)),
        comment_count=len(comments.comments),
        layouts=[(one.key, one.score) for one in comments.candidates],
        fingerprints=array("I", furniture_fingerprints(document)),
        month_first=read_order(document),
        entries=_entries(document, facts) if facts.kind == "list" else {},
    )


def _digest(key: str) -> int:
    """Return a number for a key that takes less memory, and is the same in all processes."""
    return int.from_bytes(hashlib.sha256(key.encode(errors="replace")).digest()[:8])


def _entries(document: dom.Document, facts: PageFacts) -> dict[str, int]:
    return {entry_key(article.url): article.words for article, _ in whole_articles(document, facts)}


def _looks_like_page(data: bytes, media_type: str) -> bool:
    if PAGE.search(data[:HEAD]):
        return True
    return media_type in HTML_TYPES and b"<" in data[:HEAD] and b"\0" not in data[:1_000]
