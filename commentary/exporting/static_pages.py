"""Plain HTML pages of everything that is public, from the templates of the site.

They work from a folder, without a server: links are relative, and what needs a server (forms, other
orders, feeds) is left out.
"""

import hashlib
import posixpath
import re
import shutil
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.http import Http404, HttpResponseBase, QueryDict
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse
from selectolax.lexbor import LexborHTMLParser, LexborNode

from ..media import open_copy
from ..models import Article, Author, Comment, TextPage, site_frame
from ..models.site_settings import FILE_NAME, file_bytes
from ..reading.article_base import comment_address
from ..reading.page_cache import UncachedRequest

OWN_HOST = f"http://{UncachedRequest.HOST}"
STYLES, THEME = "static/commentary.css", "static/theme.css"
SEARCH = "search.html"
ARCHIVED = frozenset(
    ["home", "article", "branch", "point", "archive", "authors", "author", "text_page", "years"]
)
# Routes whose links keep their words without the link; links to all others are left out.
WORDS_STAY = frozenset(["commenter", "search"])
PARAMETERS = frozenset(["after", "before", "page"])
# What needs a server, or our script.
REMOVED = (
    "script, form, search, noscript, .needs-script, .keys-help, .thread-tools > nav, .tools, .article-foot, .print-only, "
    "meta[property], meta[name^='citation_'], "
    "meta[name='robots'], link:not([rel='icon']):not([rel='stylesheet'])"
)
# What is left without words once its links are gone.
HUSKS = "p, li, ul, ol, nav, footer.comment-links, div.after-thread, div.thread-tools"
NO_WORDS = re.compile(r"[\s·]*")
SAFE_NAME = re.compile(r"[A-Za-z0-9.-]{1,60}")
SRCSET = re.compile(r"(\S+)(\s+[\d.]+[wx])?(,\s*|$)")


class _Target(NamedTuple):
    """The file that a link leads to, and the fragment in it."""

    file: str
    fragment: str = ""


class StaticPages:
    """Writes the pages to a folder. `places` has the file of each public comment, by the keys of
    the article and the numbers of the comments.
    """

    def __init__(
        self, folder: Path, progress: Callable[[int], None] = lambda articles: None
    ) -> None:
        self.folder, self.progress = folder, progress
        self.places: dict[tuple[int, int], str] = {}
        self._articles = dict(Article.objects.published().values_list("slug", "pk"))
        self._authors = dict(Author.objects.values_list("slug", "pk"))
        self._pages = set(TextPage.objects.filter(is_published=True).values_list("slug", flat=True))
        self._frame = site_frame()
        icon = self._frame.icon.name if self._frame.icon else "favicon.svg"
        self._icon = f"static/{icon}"
        self._queue: deque[str] = deque()
        self._files: dict[str, str] = {}  # by URL

    def write(self) -> None:
        """Write all pages and what they use."""
        self._write_frame()
        for route in ("home", "authors"):
            self._file_of(reverse(f"commentary:{route}"))
        self._write_queued()
        for done, slug in enumerate(self._articles, 1):
            self._file_of(reverse("commentary:article", args=[slug]))
            self._write_queued()
            self.progress(done)
        self.write_page(SEARCH, render_to_string("archive/search.html", {}, self._request("/")))
        self._write_queued()

    def _write_frame(self) -> None:
        """Write the stylesheets, the logo and the favicon."""
        (self.folder / "static").mkdir(parents=True, exist_ok=True)
        names = ["commentary.css"]
        if self._frame.icon is None:
            names.append("favicon.svg")
        for name in names:
            found = finders.find(f"commentary/{name}")
            assert isinstance(found, str)
            shutil.copyfile(found, self.folder / "static" / name)
        if self._frame.theme:
            (self.folder / THEME).write_text(self._frame.theme, encoding="utf-8")
        for file in filter(None, {self._frame.logo, self._frame.icon}):
            data = file_bytes(file.name)
            (self.folder / "static" / file.name).write_bytes(data or b"")

    def article_file(self, slug: str) -> str:
        """Return the file of the page of a published article."""
        return self._files[reverse("commentary:article", args=[slug])]

    def _write_queued(self) -> None:
        while self._queue:
            address = self._queue.popleft()
            text = self._rendered(address)
            if text is None:  # such as a link in an article to a page that never was
                text = render_to_string("archive/missing.html", {}, self._request("/"))
            self.write_page(self._files[address], text, address)

    def _request(self, address: str) -> UncachedRequest:
        request = UncachedRequest()
        parts = urlsplit(address)
        request.method = "GET"
        request.path = request.path_info = unquote(parts.path)
        request.META = {"QUERY_STRING": parts.query, "SERVER_NAME": UncachedRequest.HOST}
        request.GET = QueryDict(parts.query)
        request.user = AnonymousUser()
        return request

    def _rendered(self, address: str) -> str | None:
        """Return a page as an anonymous reader gets it, or None if there is none."""
        request = self._request(address)
        view, args, kwargs = resolve(request.path)
        try:
            response: HttpResponseBase = view(request, *args, **kwargs)
        except Http404:
            return None
        return response.content.decode() if response.status_code == 200 else None  # type: ignore[attr-defined]

    # --- pages

    def write_page(self, file: str, text: str, address: str = "/") -> None:
        """Write a page with links that work from its file."""
        page = LexborHTMLParser(text)
        for node in page.css(REMOVED):
            if node.tag != "script" or not (node.attributes.get("src") or "").startswith("search/"):
                node.decompose()
        ids = {node.attributes.get("id") for node in page.css("[id]")}
        for link in page.css("link[href]"):
            is_theme = urlsplit(link.attributes["href"] or "").path == reverse("commentary:theme")
            styles = THEME if is_theme else STYLES
            target = self._icon if link.attributes["rel"] == "icon" else styles
            link.attrs["href"] = _relative(target, file)
        for anchor in page.css("a[href]"):
            self._rewrite(anchor, file, address, ids)
        for image in page.css("img"):
            self._rewrite_picture(image, file)
        while empty := [n for n in page.css(HUSKS) if NO_WORDS.fullmatch(n.text()) and _is_husk(n)]:
            empty[-1].decompose()  # the innermost
        self._note_comments(page, file, address)
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page.html or "", encoding="utf-8")

    def _rewrite(self, anchor: LexborNode, file: str, address: str, ids: set[str | None]) -> None:
        href = anchor.attributes["href"] or ""
        url = urlsplit(urljoin(OWN_HOST + address, href))
        if href.startswith("#"):
            if href[1:] and unquote(href[1:]) not in ids:
                anchor.unwrap()
            return
        if url.netloc != UncachedRequest.HOST:
            return
        route = self._route(url.path)
        if route in ("permalink", "search") or route in ARCHIVED:
            target = self._target(url.path, url.query, url.fragment, ids)
            if target is not None:
                own = target.fragment if target.file == file and target.fragment else None
                here = f"#{quote(own)}" if own else _relative(target.file, file)
                mark = f"#{quote(target.fragment)}" if target.fragment and not own else ""
                anchor.attrs["href"] = here + mark
                return
        # Links in texts have a `rel` too, but no route of ours.
        if route == "" or route in WORDS_STAY or route in ARCHIVED:
            anchor.unwrap()
        else:
            anchor.decompose()

    def _target(self, path: str, query: str, fragment: str, ids: set[str | None]) -> _Target | None:
        """Return where a link to one of our pages leads, or None if that page isn't archived."""
        match = resolve(path)
        if match.url_name == "search":
            return None if query else _Target(SEARCH)
        if match.url_name == "permalink":
            return self._comment(match.kwargs["slug"], match.kwargs["number"])
        given = parse_qsl(query, keep_blank_values=True)
        if any(name not in PARAMETERS for name, _value in given):
            return None
        file = self._file_of(path + (f"?{urlencode(given)}" if given else ""))
        return file and _Target(file, unquote(fragment))  # type: ignore[return-value]

    def _comment(self, slug: str, number: int) -> _Target | None:
        """Return the place of a comment."""
        pk = self._articles.get(slug)
        comments = Comment.objects.filter(discussion=pk, number=number, status="approved")
        found = comments.first() if pk else None
        if found is None:
            return None
        url = urlsplit(comment_address(Article(pk=pk, slug=slug), found))
        file = self._file_of(url.path + (f"?{url.query}" if url.query else ""))
        return _Target(file, url.fragment) if file else None

    def _rewrite_picture(self, image: LexborNode, file: str) -> None:
        source = image.attributes.get("src") or ""
        image.attrs["src"] = self._picture(source, file)
        if srcset := image.attributes.get("srcset"):
            image.attrs["srcset"] = SRCSET.sub(
                lambda one: f"{self._picture(one[1], file)}{one[2] or ''}{one[3]}", srcset
            )

    def _picture(self, source: str, file: str) -> str:
        """Copy a picture into the archive, and return its URL there."""
        name = posixpath.basename(urlsplit(source).path)
        if FILE_NAME.fullmatch(name):
            return _relative(f"static/{name}", file)
        place = f"media/{name}"
        if not (self.folder / place).exists():
            copy = open_copy(name)
            if copy is None:
                return ""
            (self.folder / "media").mkdir(exist_ok=True)
            with copy, (self.folder / place).open("wb") as out:
                shutil.copyfileobj(copy, out)
        return _relative(place, file)

    def _note_comments(self, page: LexborHTMLParser, file: str, address: str) -> None:
        """Remember where the comments of a page of an article are. Its own pages come first."""
        match = resolve(unquote(urlsplit(address).path))
        if match.url_name not in ("article", "branch"):
            return
        pk = self._articles[match.kwargs["slug"]]
        for node in page.css("article.comment[data-number]"):
            number = int(node.attributes["data-number"] or 0)
            if match.url_name == "article":
                self.places[pk, number] = file
            else:
                self.places.setdefault((pk, number), file)

    # --- files

    def _route(self, path: str) -> str:
        """Return the name of the route of a path, "admin" for pages of the admin, or ""."""
        try:
            match = resolve(unquote(path))
        except Resolver404:
            return ""
        return match.url_name if match.app_names == ["commentary"] and match.url_name else "admin"

    def _file_of(self, address: str) -> str | None:
        """Return the file of a page, which is written later, or None if it isn't public."""
        parts = urlsplit(address)
        address = quote(unquote(parts.path), safe="/") + (f"?{parts.query}" if parts.query else "")
        if address in self._files:
            return self._files[address]
        match = resolve(unquote(parts.path))
        stem = self._stem(str(match.url_name), match.kwargs)
        if stem is None:
            return None
        if parts.query:
            stem += "-" + _safe(parts.query.replace("=", "-").replace("&", "-"))
        self._files[address] = f"{stem}.html"
        self._queue.append(address)
        return self._files[address]

    def _stem(self, route: str, kwargs: dict[str, str | int]) -> str | None:
        if route == "home":
            return "index"
        if route == "archive":
            when = "-".join(str(part) for part in kwargs.values()) or "undated"
            return f"archive/{_safe(when)}"
        if route == "years":
            return "archive/index"
        if route == "authors":
            return "authors/index"
        slug = str(kwargs["slug"])
        if route == "text_page":
            return f"pages/{_safe(slug)}" if slug in self._pages else None
        pk = (self._authors if route == "author" else self._articles).get(slug)
        if pk is None:
            return None
        folder = f"{pk}-{slug[:60].strip('-')}" if slug.isascii() else str(pk)
        if route == "author":
            return f"authors/{folder}"
        name = "index" if route == "article" else f"{route}-{kwargs['number']}"
        return f"articles/{folder}/{name}"


def _is_husk(node: LexborNode) -> bool:
    """Return whether an element shows nothing: no picture, and no target of links."""
    return node.css_first("img, hr, [id]") is None and "id" not in node.attributes


def _safe(text: str) -> str:
    """Return a part of a file name."""
    if SAFE_NAME.fullmatch(text):
        return text
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _relative(target: str, file: str) -> str:
    return quote(posixpath.relpath(target, posixpath.dirname(file) or "."))
