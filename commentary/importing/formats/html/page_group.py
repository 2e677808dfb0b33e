"""The second pass over a site: read the pages of one article.

May run in another process, so arguments and results can be pickled and don't refer to the archive.
"""

import gc
import hashlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from ....text.languages import language_of
from ...messages import gettext as _
from ...messages import gettext_noop
from ...records import ArticleRecord, CommentRecord, SourceError, Use
from ...spool import parents_first
from . import dom
from .article import PageArticle, read_article
from .comments import LayoutKey, PageComments, TextUse, read_comments
from .list_pages import entry_key, whole_articles
from .page_doubts import doubts_of_entry, doubts_of_page
from .page_facts import PageFacts, open_thread, page_facts, read_byline_again

ON_LIST = gettext_noop("read from a list of articles, because its own page is missing")
OUTSIDE = gettext_noop("outside the article and its comments")


@dataclass(frozen=True, slots=True)
class PageBytes:
    """A capture of a page: its name, its URL if known, the declared charset, and its bytes."""

    name: str
    address: str
    charset: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the pages of a site have in common: the layout of their comments, whether dates put the
    month first, and the fingerprints of blocks that most pages contain.
    """

    layout: LayoutKey | None = None
    month_first: bool | None = None
    repeated: frozenset[int] = frozenset()


@dataclass(slots=True)
class GroupReading:
    """The content of the pages of an article. `texts` are the text nodes of the main page, `uses` the
    use of each one, with the key of the comment and the reason.
    """

    record: ArticleRecord
    encoding: str
    stray: int
    texts: list[str] = field(default_factory=list)
    uses: list[tuple[Use, str, str]] = field(default_factory=list)


@contextmanager
def no_collection() -> Iterator[None]:
    """Turn off the garbage collection while a page is parsed: none of its many new objects are
    garbage, and on large pages the collection takes half of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def sha256_of(page: PageBytes) -> str:
    return hashlib.sha256(page.data).hexdigest()


def parsed(page: PageBytes) -> tuple[dom.Document, dom.Decoded]:
    """Parse a page. Raises SourceError if it is refused."""
    decoded = dom.decode(page.data, page.charset)
    try:
        # Browsers ignore NUL in text, and databases don't store it.
        return dom.parse(decoded.text.replace("\0", "")), decoded
    except dom.UnreadablePage as refusal:
        raise SourceError(page.name, 0, str(refusal)) from refusal


@no_collection()
def read_pages(main: PageBytes, parts: list[PageBytes], site: Knowledge) -> GroupReading:
    """Read the article from its main page, and its comments from all pages. Raises SourceError if
    the main page is refused.
    """
    document, decoded = parsed(main)
    facts = page_facts(document, main.name, main.address)
    comments = read_comments(document, facts, site.layout, site.month_first)
    read_byline_again(document, facts, comments.area, site.repeated)
    if comments.opening:
        open_thread(document, facts, comments.opening)
    article = read_article(document, facts, comments.area, site.repeated)
    reading = GroupReading(
        _record(article, comments, facts),
        decoded.encoding,
        decoded.stray,
    )
    _account(reading, document, article, comments)
    _detect_language(reading)
    _add_parts(reading.record, comments, parts, facts, site)
    of_all_pages = reading.record.comments
    reading.record.doubts += doubts_of_page(document, facts, article, comments, of_all_pages)
    return reading


@no_collection()
def read_list(page: PageBytes, keys: set[str], site: Knowledge) -> list[GroupReading]:
    """Read the whole articles with these keys from a list, each one once. Only the first has the
    text nodes of the page and their uses. Raises SourceError if the page is refused."""
    document, decoded = parsed(page)
    facts = page_facts(document, page.name, page.address)
    best: dict[str, tuple[PageArticle, int | None]] = {}
    for article, count in whole_articles(document, facts, site.repeated):
        key = entry_key(article.url)
        if key in keys and (key not in best or article.words > best[key][0].words):
            best[key] = article, count
    found: list[GroupReading] = []
    used: dict[int, None] = {}
    for article, count in best.values():
        record = _record(article, PageComments(), facts)
        record.url, record.declared_count = article.url, count
        record.warnings.append(ON_LIST)
        record.doubts += doubts_of_entry(document, article)
        record.lines = (min(article.used, default=1), max(article.used, default=1))
        used |= dict.fromkeys(article.used)
        found.append(GroupReading(record, decoded.encoding, decoded.stray))
    for number, node in enumerate(document.texts if found else (), 1):
        found[0].texts.append(node.text_content or "")
        is_used = number in used
        found[0].uses.append(("article", "", "") if is_used else ("furniture", "", OUTSIDE))
    return found


def _record(article: PageArticle, comments: PageComments, facts: PageFacts) -> ArticleRecord:
    declared = comments.declared_count
    return ArticleRecord(
        key="",
        title=article.title,
        authors=article.authors,
        date=article.date,
        body_html=article.body_html,
        markup="rich",
        declared_count=facts.declared_count if declared is None else declared,
        declared_heading=comments.declared_heading,
        closed=comments.closed,
        closing_notice=comments.closing_notice,
        language=facts.language,
        comments=comments.comments,
        pictures=article.pictures,
        doubts=[],
    )


def _account(
    reading: GroupReading, document: dom.Document, article: PageArticle, comments: PageComments
) -> None:
    """Record the use of each text node, and the lines of the article and of each comment."""
    used, unrecognised = set(article.used), set(article.unrecognised)
    nodes = document.texts
    inside = {nodes[number - 1].mem_id for number in used}
    comments.text_uses = [
        use
        for use in comments.text_uses
        if use.use != "left over" or use.owner or use.node.mem_id not in inside
    ]
    by_node: dict[int, TextUse] = {use.node.mem_id: use for use in comments.text_uses}
    title = " ".join(article.title.split())
    facts = {title, *(" ".join(name.split()) for name in article.authors)} - {""}
    furniture = dict(article.furniture)
    places: defaultdict[str, list[int]] = defaultdict(list)
    for number, node in enumerate(nodes, 1):
        reading.texts.append(node.text_content or "")
        words = " ".join(reading.texts[-1].split())
        if use := by_node.get(node.mem_id):
            reading.uses.append((use.use, use.owner, use.reason))
            if use.use == "comment":
                places[use.owner].append(number)
        elif number in used and words != title:
            reading.uses.append(("article", "", ""))
        elif words in facts:
            reading.uses.append(("article", "", gettext_noop("title or author")))
        elif number in unrecognised:
            reading.uses.append(("left over", "", gettext_noop("unrecognised part of the article")))
        else:
            reading.uses.append(("furniture", "", furniture.get(number, OUTSIDE)))
    for comment in reading.record.comments:
        if found := places.get(comment.key):
            comment.lines = (min(found), max(found))
    in_article = [n for n, use in enumerate(reading.uses, 1) if use[0] == "article"]
    reading.record.lines = (min(in_article, default=1), max(in_article, default=1))


def _detect_language(reading: GroupReading) -> None:
    """Detect the language of the article here, because it is slow, and storing is not parallel."""
    record = reading.record
    pairs = zip(reading.texts, reading.uses, strict=True)
    words = " ".join(text for text, (use, _owner, _reason) in pairs if use == "article")
    record.language = language_of(f"{record.title}\n{' '.join(words.split())}", record.language)
    record.language_is_detected = True


def _add_parts(
    record: ArticleRecord,
    first: PageComments,
    parts: list[PageBytes],
    facts: PageFacts,
    site: Knowledge,
) -> None:
    """Add the comments of the other pages, and warn about missing pages."""
    comments = list(first.comments)
    keys = {comment.key for comment in comments}
    numbers = {first.pages.number}
    for part in parts:
        try:
            document, _decoded = parsed(part)
        except SourceError as refusal:
            record.warnings.append(str(refusal))
            continue
        address = page_facts(document, part.name, part.address).own_address or part.address
        here = replace(facts, address=address or facts.address)
        more = read_comments(document, here, site.layout, site.month_first)
        numbers.add(more.pages.number)
        for comment in more.comments:
            if comment.key not in keys:
                keys.add(comment.key)
                comments.append(replace(comment, lines=(0, 0)))
    if parts:
        record.comments = parents_first(_in_order(comments), record.warnings)
    known = {*first.pages.by_number, *(n for n in numbers if n is not None)}
    if missing := sorted(known - numbers):
        listed = ", ".join(map(str, missing[:20]))
        record.warnings.append(
            _("pages of comments missing from the import: %(listed)s") % {"listed": listed}
        )


def _in_order(comments: list[CommentRecord]) -> list[CommentRecord]:
    """Sort comments of several pages by id or by date, if all of them have one."""
    if all(comment.key.isdigit() for comment in comments):
        return sorted(comments, key=lambda comment: int(comment.key))
    dates = [comment.date for comment in comments if comment.date]
    if len(dates) == len(comments) and len({date.tzinfo is None for date in dates}) == 1:
        return sorted(comments, key=lambda comment: comment.date)  # type: ignore[arg-type,return-value]
    return comments
