"""Reads the articles of one saved page, with their text in normal form."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from ...messages import gettext_noop
from .article_body import BodyCopier
from .byline_dates import Precision
from .bylines import BylineReader
from .dom import Document, Node
from .elements import Element, find_all, words_of, write
from .flow import blocks_of
from .footnotes import tie_links
from .links import resolved
from .main_text import MainText, find_body
from .page_facts import PageFacts, PageReading, reading_of
from .page_kind import TITLE_LINKS, entries_of, is_excerpt
from .trimming import leave_out

MAX_ENTRIES = 200
MIN_EVIDENT = 500  # characters of prose of a page that is more than a notice
MOST_PROSE = 0.8  # of the page, in its article
NEAR_TITLE = 400  # nodes between the title and the text
_MORE = (
    "a.more-link, .more-link a, .read-more a, a.read-more, .entry-summary, .jump-link a, a.readmore"
)


@dataclass(slots=True)
class PageArticle:
    """One article of a page. `body_html` is in normal form. `pictures` maps each `src` in it to the
    URLs where the picture may be found, best first.

    `is_certain` is False if the main text was chosen only by its amount of prose.

    `used`, `furniture` (with reasons) and `unrecognised` are text nodes of the page, by their number
    in `dom.text_nodes`, counted from 1.
    """

    body_html: str = ""
    pictures: dict[str, list[str]] = field(default_factory=dict)
    title: str = ""
    authors: list[str] = field(default_factory=list)
    date: datetime | None = None
    precision: Precision = ""
    url: str = ""
    is_certain: bool = True
    is_excerpt: bool = False
    family: str = ""
    words: int = 0
    used: list[int] = field(default_factory=list)
    furniture: list[tuple[int, str]] = field(default_factory=list)
    unrecognised: list[int] = field(default_factory=list)


def read_article(
    document: Document,
    facts: PageFacts,
    comment_area: Iterable[Node] = (),
    repeated: Collection[int] = frozenset(),
) -> PageArticle:
    """Read the article of a page. `comment_area` contains the elements with comments, `repeated`
    the fingerprints of blocks that most pages of the site share.
    """
    page = reading_of(document)
    page.use(comment_area, repeated, facts.title)
    article = _read(page, page.main, facts)
    article.title, article.authors = facts.title, facts.authors
    article.date, article.precision, article.url = facts.date, facts.precision, facts.canonical
    _account(page, article)
    _count_texts_only(page, document, article)
    return article


def read_articles(
    document: Document,
    facts: PageFacts,
    comment_area: Iterable[Node] = (),
    repeated: Collection[int] = frozenset(),
) -> list[PageArticle]:
    """Read the articles of a page: the main article, or each entry of a list (full text or excerpt)
    with its permalink.
    """
    if facts.kind == "article":
        return [read_article(document, facts, comment_area, repeated)]
    page = reading_of(document)
    page.use(comment_area, repeated, facts.title)
    entries = entries_of(page.around)[:MAX_ENTRIES]
    return [_read_entry(page, entry, facts) for entry in entries]


def _is_evident(page: PageReading, main: MainText, title: str) -> bool:
    """Return whether a text that was chosen by its amount of prose is the article beyond doubt: it
    has nearly all prose of the page, and the title is a heading in it or shortly before it.
    """
    outline, prose = page.outline, page.around.prose
    first, end = main.bodies[0], outline.end[main.bodies[-1]]
    value = sum(map(prose.value, main.bodies))
    if value < MIN_EVIDENT or value < MOST_PROSE * prose.value(0):
        return False
    return any(
        outline.tags[n] in ("h1", "h2", "h3") and outline.words(n) == title
        for n in range(max(0, first - NEAR_TITLE), end)
    )


def _read_entry(page: PageReading, entry: int, facts: PageFacts) -> PageArticle:
    """Read one entry of a list."""
    outline = page.outline
    main = find_body(page.around, entry, facts.generator)
    byline = BylineReader(page.around, main).read()
    links = [n for n in outline.css(TITLE_LINKS) if outline.is_below(n, entry)]
    title = outline.words(links[0]) if links else byline.title
    own = PageFacts(
        title=title,
        authors=byline.authors,
        date=byline.date,
        precision=byline.precision,
        base=facts.base,
        canonical=resolved(outline.value(links[0], "href"), facts.base) if links else "",
    )
    article = _read(page, main, own)
    article.title, article.authors, article.url = own.title, own.authors, own.canonical
    article.date, article.precision = own.date, own.precision
    has_more = any(outline.is_below(n, entry) for n in outline.css(_MORE))
    article.is_excerpt = is_excerpt(outline.words(main.bodies[-1]), has_more)
    return article


def _read(page: PageReading, main: MainText, facts: PageFacts) -> PageArticle:
    skip = leave_out(page.around, main, facts)
    copier = BodyCopier(page.outline, skip, facts.base)
    copied = copier.copy(main.bodies)
    blocks = _without_title(blocks_of(copied.content), facts.title)
    blocks = tie_links(blocks, facts.canonical)
    used = {e.attributes["src"] for e in find_all([*blocks], "img")}
    return PageArticle(
        body_html=write([*blocks]),
        pictures={src: found for src, found in copier.pictures.found.items() if src in used},
        is_certain=main.is_certain or _is_evident(page, main, facts.title),
        family=main.family.name if main.family else "",
        words=len(words_of([*blocks]).split()),
        used=copied.used,
        furniture=copied.furniture,
    )


def _account(page: PageReading, article: PageArticle) -> None:
    """Classify every text node outside the article as furniture or unrecognised, except those in
    the comment area, which the comment reader classifies.
    """
    outline, around = page.outline, page.around
    known = {*article.used, *(number for number, _ in article.furniture)}
    for number, text in enumerate(outline.text):
        if not text or text.isspace() or number in known or outline.silent[number]:
            continue
        if number in around.cut:
            article.furniture.append((number, gettext_noop("page furniture")))
        elif number not in around.comments:
            is_inside = outline.is_below(number, page.main.container)
            if is_inside and not _is_framing(page, number):
                article.unrecognised.append(number)
            else:
                article.furniture.append((number, gettext_noop("outside the article")))


def _count_texts_only(page: PageReading, document: Document, article: PageArticle) -> None:
    """Convert numbers of text nodes in the outline to their numbers among text nodes only."""
    texts = {node.mem_id: number for number, node in enumerate(document.texts, 1)}
    nodes = page.outline.nodes
    known = (*article.used, *article.unrecognised, *(n for n, _why in article.furniture))
    found = {n: texts.get(nodes[n].mem_id, 0) for n in known}
    article.used = [found[n] for n in article.used if found[n]]
    article.unrecognised = [found[n] for n in article.unrecognised if found[n]]
    article.furniture = [(found[n], why) for n, why in article.furniture if found[n]]


def _is_framing(page: PageReading, number: int) -> bool:
    """Return whether a text inside the article's container is its title or only a few words."""
    return page.outline.size(number) < 4 or page.main.container == 0


def _without_title(blocks: list[Element], title: str) -> list[Element]:
    """Return the blocks without the heading that repeats the page's title."""
    plain = title.casefold().strip()
    for at, block in enumerate(blocks[:6]):
        is_title = block.tag in ("h2", "h3", "h4", "p") and not find_all([block], "img")
        if is_title and words_of(block.children).casefold().strip() == plain:
            return blocks[:at] + blocks[at + 1 :]
    return blocks
