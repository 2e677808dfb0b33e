"""Decides whether a page is an article, a list of articles, an error page, or something else."""

import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

from ...messages import gettext as _
from ...messages import ngettext
from ..text.phrases.patterns import lazy_re_compile
from .furniture import PageParts
from .head import Head
from .links import split_address
from .main_text import MainText
from .outline import PageOutline
from .page_addresses import Addresses, is_home

Kind = Literal["article", "list", "error", "other"]

_LIST_CLASSES = frozenset(
    [
        "blog",
        "archive",
        "category",
        "tag",
        "tax-post_tag",
        "author",
        "date",
        "search",
        "search-results",
        "paged",
        "month",
        "year",
        "day",
        "archive-page",
        "mt-main-index",
        "mt-archive-index",
        "mt-category-archive",
        "mt-date-based-monthly-archive",
    ]
)
_SURE_LIST_CLASSES = frozenset(
    ("archive", "search-results", "paged", "tax-post_tag", "archive-page")
)
_SINGLE_CLASSES = frozenset(
    ["single", "single-post", "singular", "page-node", "mt-entry-archive", "post-template-default"]
)
_ERROR_CLASSES = frozenset(["error404", "error-404", "page-not-found", "error", "page-404"])
_ERROR_TITLE = lazy_re_compile(
    r"^\W*(?:(?:error\W*)?(?:404|403|410|500|502|503)\b|(?:page|file|document|object|site|post|article|content) (?:is )?not found|not found\b|"
    r"(?:oops|sorry)[,!.]? .{0,30}(?:not|can't|cannot|couldn't) .{0,20}f(?:ound|ind)|nothing found|access denied|forbidden|bad gateway|"
    r"service (?:temporarily )?unavailable|seite nicht gefunden|nicht gefunden|page (?:non|introuvable)|página no encontrada|no encontrad[oa]|"
    r"pagina non trovata|página não encontrada|pagina niet gevonden|страница не найдена|ページが見つかりません|moved permanently|301 moved|"
    r"302 found|object moved|just a moment|attention required|are you a robot|checking your browser|account suspended|error establishing a database)"
    r"|\b404\b.{0,30}(?:not found|nicht gefunden|error|fehler)|(?:page|seite) not found",
    re.I,
)
_LOGIN_TITLE = lazy_re_compile(
    r"(?:^|.{0,60} [›»|–—‹«-] )\W*(?:log ?in|sign ?in|sign ?up|register|anmelden|registrieren|anmeldung|connexion|iniciar sesión|accedi|inloggen|logga in|"
    r"lost password|forgot password|reset password|user account|benutzerkonto)\b.{0,40}$",
    re.I,
)
_HTTRACK_INDEX = lazy_re_compile(r"\bHTTrack(?: Website Copier)?\s*$")
_LIST_PATHS = lazy_re_compile(
    r"/(?:category|categories|tag|tags|author|authors|archives?(?!/0*\d{1,3}/?$|/\d{5,}/?$|/(?!(?:19|20)\d\d(?:0[1-9]|1[0-2])\.)\d+\.\w{3,5}$)|page|search|label|labels|topics?|kategorie|schlagwort|rubrik)/[^/]+/?$|/page/\d+/?$|"
    r"/search/?$|^/(?:\d{4}/)(?:\d{1,2}/){0,2}$|/\d{4}_\d{2}_\d{2}_archive\.html$|/\d{4}_\d{2}_\d{2}_\w+_archive\.html$",
    re.I,
)
_LIST_QUERY = frozenset(("s", "cat", "tag", "author", "paged", "m", "q", "search", "monthnum"))
_EXCERPT_END = lazy_re_compile(
    r"(?:continue reading|read (?:more|the rest|on|full|the full)|more\W*$|weiterlesen|mehr lesen|lire la suite|leer más|seguir leyendo|leggi tutto|"
    r"lees (?:meer|verder)|ler mais|läs mer|les mer|czytaj (?:dalej|więcej)|читать (?:далее|дальше)|続きを読む|ادامه|\[(?:…|\.\.\.|&hellip;)\]|…)\W{0,12}$",
    re.I,
)
MAX_REDIRECT = 100  # characters of a page that only leads to another one
TITLE_LINKS = (
    ".entry-title a[href], .post-title a[href], h1 a[rel~=bookmark], h2 a[rel~=bookmark], h3 a[rel~=bookmark], "
    "article h2 a[href], article h3 a[href], .post h2 a[href], .hentry h3 a[href], .wp-block-post-title a[href], "
    ".entry-header a[href], .asset-name a[href], .node h2 a[href], .bTitle a[href], .serendipity_title a[href]"
)
ENTRIES = (
    "article.hentry, .hentry, article.post, div.post, .h-entry, [itemtype$='/BlogPosting'], .entry-asset, .wp-block-post, "
    "div.entry, .bPost, .serendipity_entry, .node-teaser, .blogbody, article"
)


@dataclass(slots=True)
class PageKind:
    """The kind of a page, and the reason."""

    kind: Kind = "article"
    reasons: list[str] = field(default_factory=list)
    entries: list[int] = field(default_factory=list)


def read_kind(
    around: PageParts, main: MainText, head: Head, addresses: Addresses, title: str
) -> PageKind:
    """Determine the kind of a page."""
    outline = around.outline
    found = PageKind(entries=entries_of(around))
    classes = _body_classes(outline)
    if error := _error(outline, classes, head, title):
        return PageKind("error", [error])
    if head.refreshes and outline.size(0) < MAX_REDIRECT:
        return PageKind("other", [_("the page only redirects")])
    if (
        outline.size(main.bodies[0]) < 2
        and not around.prose.value(0) > 0
        and not _has_media(outline)
    ):
        return PageKind("other", [_("no text")])
    if any(_is_login(outline, around, words) for words in (title, head.title)):
        return PageKind("other", [_("log-in page")])
    if _HTTRACK_INDEX.search(head.title):
        return PageKind("other", [_("index of HTTrack")])
    if "attachment" in classes:
        return PageKind("other", [_("attachment page")])
    reason = _list_reason(outline, around, main, classes, addresses, found.entries)
    if reason:
        found.kind, found.reasons = "list", [reason]
    return found


def _body_classes(outline: PageOutline) -> frozenset[str]:
    body = next((n for n, tag in enumerate(outline.tags) if tag == "body"), -1)
    return frozenset(outline.value(body, "class").lower().split()) if body >= 0 else frozenset()


def _error(outline: PageOutline, classes: frozenset[str], head: Head, title: str) -> str:
    if classes & _ERROR_CLASSES:
        return _("error page")
    is_short = outline.size(0) < 3_000
    for words in (title, head.title):
        if words and len(words) < 120 and _ERROR_TITLE.search(words) and is_short:
            return _("error page: “%(words)s”") % {"words": words}
    return ""


def _has_media(outline: PageOutline) -> bool:
    return any(tag in ("img", "iframe", "video", "object") for tag in outline.tags)


def _is_login(outline: PageOutline, around: PageParts, title: str) -> bool:
    if not _LOGIN_TITLE.match(title):
        return False
    return bool(outline.css("input[type=password]")) or around.prose.value(0) < 300


def entries_of(around: PageParts) -> list[int]:
    """Return the elements that each contain an entry of a list of articles: the outermost ones,
    outside comments and furniture.
    """
    outline = around.outline
    links = outline.css(TITLE_LINKS)
    holders = outline.css(ENTRIES)
    found: list[int] = []
    for number in holders:
        if number in around.comments or outline.tags[number] == "body":
            continue
        if found and number < outline.end[found[-1]]:
            continue
        inner = [n for n in links if number <= n < outline.end[number]]
        addresses = {outline.value(n, "href").partition("#")[0] for n in inner}
        if not addresses or outline.size(number) < 20:
            continue
        if len(addresses) == 1 or _is_entry(outline, number):
            found.append(number)
    return found


def _is_entry(outline: PageOutline, number: int) -> bool:
    return "hentry" in outline.names(number).split()


def _list_reason(
    outline: PageOutline,
    around: PageParts,
    main: MainText,
    classes: frozenset[str],
    addresses: Addresses,
    entries: list[int],
) -> str:
    """Return why a page is a list; "" if it is not."""
    if classes & _SINGLE_CLASSES:
        return ""
    entries = [n for n in entries if n not in around.cut]
    others = [n for n in entries if not _dominates(around, n)]
    marked = classes & _LIST_CLASSES
    if len(marked) == 1 and not marked & _SURE_LIST_CLASSES and "home" not in classes:
        # A single such class can also name a section of the site.
        marked = marked if len(others) > 1 else frozenset()
    if (
        marked
        and (len(entries) != 1 or "page" not in classes)
        and not ("page" in classes and "blog" not in classes)
    ):
        text = ngettext(
            "its body element has the class %(names)s",
            "its body element has the classes %(names)s",
            len(marked),
        )
        return text % {"names": ", ".join(sorted(marked))}
    address = addresses.canonical or addresses.own
    if len(others) > 1 and len(others) == len(entries):
        return _("%(n)s articles on one page") % {"n": len(entries)}
    if address and _is_list_address(address) and (len(entries) > 1 or not main.family):
        return _("address of a list: %(path)s") % {"path": split_address(address).path}
    if address and is_home(address) and len(entries) > 1:
        return _("front page with several articles")
    return ""


def _dominates(around: PageParts, number: int) -> bool:
    """Return whether one entry contains most of the prose of the page."""
    return around.prose.value(number) > 0.66 * around.prose.value(0) > 0


def _is_list_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        names = {name for name, _ in parse_qsl(parts.query, max_num_fields=50)}
    except ValueError:
        return False
    return bool(_LIST_PATHS.search(parts.path)) or bool(names & _LIST_QUERY)


def is_excerpt(words: str, has_more_link: bool) -> bool:
    """Return whether the text of an entry is only an excerpt."""
    return has_more_link or bool(_EXCERPT_END.search(words[-60:]))
