"""Finds the canonical URL of an article and its other URLs."""

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from ..text.phrases.patterns import lazy_re_compile
from .head import Head
from .links import cleaned, host_without_www, is_of_site, resolved, split_address
from .outline import PageOutline

SAVED_FROM = lazy_re_compile(r"^\s*saved from url=\(\d+\)\s*(\S+)", re.I)
HTTRACK = lazy_re_compile(r"^\s*Mirrored from (\S+) by HTTrack Website Copier", re.I)
SINGLE_FILE = lazy_re_compile(r"Page saved with SingleFile\s+url:\s*(\S+)", re.I)
WAYBACK = lazy_re_compile(r"FILE ARCHIVED ON .{0,200} AND RETRIEVED FROM THE", re.S)
_POST_ID = lazy_re_compile(r"(?:^|\s)(?:postid|page-id)-(\d{1,12})(?=$|\s)")
_ARTICLE_ID = lazy_re_compile(r"post-(\d{1,12})")
# What follows the URL of an article in the URLs of its feed, its trackbacks and its comment pages.
_BELOW_ARTICLE = lazy_re_compile(r"/(?:feed|trackback|comment-page-\d{1,4})/?", re.I)
MAX_LINKS = 5_000  # number of links that are searched for other URLs of the article
_FEED = lazy_re_compile(r"(?:rss|atom|rdf)\+?(?:xml)?|^text/xml$|^application/xml$")
# What precedes the path of an article in the URL of its feed (Typecho).
_FEED_OF_PATH = lazy_re_compile(r"(?:/index\.php)?/(?:feed|rss|atom)(?:/(?:rss|atom))?", re.I)
_INDEX = lazy_re_compile(r"(?<=/)index\.html?$")
_DISCOURSE = lazy_re_compile(r"(https?://[^/]+(?:/[^/]+)*?/t/)[^/]+/(\d+)(?:/\d+)?/?$")
# Query parameters that don't identify a page.
# Links of WordPress to its own services, and the end of their URLs.
_SERVICES = (
    ("https://api.w.org/", "wp-json"),
    ("edituri", "xmlrpc.php"),
    ("pingback", "xmlrpc.php"),
)
# The description of an article for trackbacks, in a comment (Movable Type).
_TRACKBACK_DATA = lazy_re_compile(
    r"<rdf:Description\s+rdf:about=[\"'](https?://[^\"'\s]{1,500})[\"']"
)
NOISE = lazy_re_compile(
    r"utm_\w+|fbclid|gclid|igshid|mc_[ce]id|share|replytocom|showcomment|commentpage|cpage|ref|_ga|print|nocache|"
    r"noamp|amp|m|s_cid|cid|mode|replyto|thread|view|nc|format|sid|phpsessid|highlight",
    re.I,
)


@dataclass(slots=True)
class Addresses:
    """`own` is the URL from which the page was saved, "" if unknown. `base` resolves its links and
    pictures. `canonical` is the URL of the article; `old` contains all other URLs.
    """

    own: str = ""
    base: str = ""
    canonical: str = ""
    old: list[str] = field(default_factory=list)
    post_id: str = ""
    links: list[str] = field(default_factory=list)
    root: str = "/"
    saved_by: str = ""


def read_addresses(outline: PageOutline, head: Head, given: str) -> Addresses:
    """Read the URLs that a page states. `given` is its URL according to its archive."""
    found = Addresses()
    saved, found.saved_by = _saved_from(outline)
    # HTTrack shortens names; its comment has the URL.
    is_renamed = found.saved_by == "HTTrack"
    found.own = saved if is_renamed else given or saved
    stated = [link.href for link in head.linked("canonical")] + [head.first("og:url")]
    stated += [about[1] for c in outline.comments if (about := _TRACKBACK_DATA.search(c))][:1]
    if is_renamed:
        stated = [a for a in stated if "://" in a]
    short = [link.href for link in head.linked("shortlink")]
    absolute = next((a for a in [*stated, *short] if a.startswith(("http://", "https://"))), "")
    start = found.own or absolute
    found.base = _base(head.base, start)
    candidates = [_of_page(resolved(a, start or found.base), found.own) for a in stated if a]
    whole = [a for a in candidates if a.startswith(("http://", "https://")) and host_without_www(a)]
    found.canonical = _canonical(whole, found.own)
    found.post_id = _post_id(outline, head)
    found.root = _root_of_site(head)
    root = found.canonical or found.own or found.base
    found.old = [a for a in _others(head, root, found) if a]
    found.links = _links(outline)
    if saved and not given:
        found.old.append(saved)
    found.old += whole
    return found


def finish(found: Addresses, permalink: str) -> None:
    """Determine the canonical URL after the article is read; `permalink` is the URL in the article
    itself.
    """
    link = _of_page(without_noise(resolved(permalink, found.base or found.own)), found.own)
    if found.saved_by == "HTTrack" and "://" not in permalink:
        link = ""
    if not link.startswith(("http://", "https://")):
        link = ""
    if not found.canonical or (
        link and is_home(found.canonical) and is_of_site(link, found.canonical)
    ):
        if found.canonical and not is_home(found.canonical):
            found.old.append(found.canonical)
        found.canonical = (
            link or found.canonical or without_noise(found.own or _page_of(found.base))
        )
    elif link:
        found.old.append(link)
    if found.own:
        found.old.append(found.own)
    match = _DISCOURSE.match(found.canonical)
    if match:
        found.old.append(f"{match[1]}{match[2]}")
    if (
        found.post_id
        and found.canonical.startswith("http")
        and not any("?p=" in a for a in found.old)
    ):
        found.old.append(resolved(f"{found.root}?p={found.post_id}", found.canonical))
    found.old += _linked(found)
    seen = {_key(found.canonical)}
    kept = []
    for address in found.old:
        address = address.partition("#")[0]
        if (
            address.startswith(("http://", "https://"))
            and _key(address) not in seen
            and not is_home(address)
        ):
            seen.add(_key(address))
            kept.append(address)
    found.old = kept


def _links(outline: PageOutline) -> list[str]:
    """Return the links that may lead to feed, trackbacks or comment pages of the article."""
    links = (outline.value(n, "href").partition("#")[0] for n in outline.css("a[href]")[:MAX_LINKS])
    return list(dict.fromkeys(a for a in links if _BELOW_ARTICLE.search(a) or "feed=" in a))


def _linked(found: Addresses) -> list[str]:
    """Return the other URLs of the article that the page links to."""
    article = found.canonical.rstrip("/")
    if not article.startswith("http") or is_home(article):
        return []
    addresses = [resolved(link, found.base or found.own or found.canonical) for link in found.links]
    path = split_address(article).path.rstrip("/")
    return [
        address
        for address in addresses
        if is_of_site(address, article)
        and (
            path
            and split_address(address).path.startswith(f"{path}/")
            and _BELOW_ARTICLE.fullmatch(split_address(address).path[len(path) :])
            or _is_query_feed(split_address(address).query, found.post_id)
        )
    ]


def _is_query_feed(query: str, post_id: str) -> bool:
    """Return whether a query asks for the feed of a post by its id."""
    pairs = dict(parse_qsl(query, max_num_fields=50)) if query.count("&") < 50 else {}
    return bool(post_id) and "feed" in pairs and pairs.get("p") == post_id


def _of_page(address: str, own: str) -> str:
    """Return the URL of the page for a link to its own file name, as wget rewrites links."""
    return own if own.endswith("/") and _INDEX.sub("", address) == own else address


def _page_of(base: str) -> str:
    """Return the URL of a page given as its base URL (Joomla); "" for a folder."""
    return "" if is_home(base) or base.endswith("/") else base


def _saved_from(outline: PageOutline) -> tuple[str, str]:
    for comment in outline.comments:
        if found := SAVED_FROM.match(comment):
            return cleaned(found[1]), "browser"
        if found := HTTRACK.match(comment):
            address = cleaned(found[1])
            return address if "://" in address else f"http://{address}", "HTTrack"
        if found := SINGLE_FILE.search(comment):
            return cleaned(found[1]), "SingleFile"
    return "", ""


def _base(declared: str, start: str) -> str:
    """Return the base for relative URLs: the page's base element, unless it is on another site."""
    if not declared:
        return start
    declared = resolved(declared, start)
    if not declared.startswith(("http://", "https://")):
        return start
    return declared if not start or is_of_site(declared, start) else start


def _canonical(stated: list[str], own: str) -> str:
    """Return the first URL that the page states, unless it is a home page and another one is not."""
    stated = [a.partition("#")[0] for a in stated]
    inner = [a for a in stated if not is_home(a)]
    if inner:
        return inner[0]
    if stated and (not own or is_home(own)):
        return stated[0]
    return "" if own and not is_home(own) else (stated[0] if stated else "")


def is_home(address: str) -> bool:
    """Return whether a URL is the home page of a site."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.path.strip("/") in ("", "index.html", "index.php", "index.htm") and not parts.query


def without_noise(address: str) -> str:
    """Remove the fragment, and query parameters that don't identify a page."""
    try:
        parts = urlsplit(address)
        pairs = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=50)
    except ValueError:
        return address
    kept = [(n, v) for n, v in pairs if not NOISE.fullmatch(n) and (n, v) != ("start", "0")]
    if len(kept) == len(pairs):
        return address.partition("#")[0]
    query = urlencode(kept)
    return urlunsplit(parts._replace(query=query, fragment=""))


def _post_id(outline: PageOutline, head: Head) -> str:
    """Return the id of a WordPress post or page from anywhere on the page."""
    body = next((n for n, tag in enumerate(outline.tags) if tag == "body"), -1)
    if body >= 0 and (found := _POST_ID.search(outline.value(body, "class"))):
        return found[1]
    for number, tag in enumerate(outline.tags):
        if tag == "input" and outline.value(number, "name") == "comment_post_ID":
            value = outline.value(number, "value")
            return value if value.isdecimal() and len(value) < 13 else ""
    is_wordpress = head.first("generator").lower().startswith("wordpress") or any(
        relation in link.relations and end in link.href
        for link in head.links
        for relation, end in _SERVICES
    )
    ids = {
        found[1]
        for number, tag in enumerate(outline.tags)
        if tag in ("article", "div", "section", "main")
        and (found := _ARTICLE_ID.fullmatch(outline.value(number, "id")))
        and (is_wordpress or _has_post_class(outline.value(number, "class"), found[0]))
    }
    return ids.pop() if len(ids) == 1 else ""


def _has_post_class(classes: str, name: str) -> bool:
    """Return whether an element has the classes that WordPress gives to posts."""
    return not {name, "hentry", "type-post", "status-publish"}.isdisjoint(classes.split())


def _root_of_site(head: Head) -> str:
    """Return where WordPress is installed, from its links to its own services."""
    for link in head.links:
        for relation, end in _SERVICES:
            if relation in link.relations and end in link.href:
                return link.href.partition(end)[0]
    return "/"


def _others(head: Head, root: str, found: Addresses) -> list[str]:
    """Yield other URLs in the head: short links, feeds and mobile versions."""
    others = [
        resolved(link.href, root)
        for link in head.linked("shortlink") + head.linked("shorturl")
        if found.saved_by != "HTTrack" or "://" in link.href
    ]
    others += [resolved(link.href, root) for link in head.linked("amphtml")]
    for link in head.linked("alternate"):
        address = resolved(link.href, root)
        if (
            "handheld" in link.media
            or "max-width" in link.media
            or _FEED.search(link.type)
            and _is_own_feed(address, root, found.post_id)
        ):
            others.append(address)
    return others


def _is_own_feed(address: str, root: str, post_id: str) -> bool:
    """Return whether a feed belongs to this article, and not to the whole site."""
    path = split_address(root).path.rstrip("/") if root else ""
    feed = split_address(address)
    if len(path) > 1 and feed.path.startswith(path) and feed.path.rstrip("/") != path:
        return True
    if path.count("/") > 1 and _FEED_OF_PATH.fullmatch(
        feed.path.removesuffix("/").removesuffix(path)
    ):
        return True
    return bool(re.search(r"/feeds/\d+/comments/default", feed.path)) or (
        bool(post_id) and f"p={post_id}" in feed.query
    )


def _key(address: str) -> str:
    """Return the same value for URLs that differ only in scheme or a trailing slash."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return address
    return f"{host}{parts.path.rstrip('/')}?{parts.query}"
