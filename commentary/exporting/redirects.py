"""Redirects from former URLs, for the web server of the old host."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from django.urls import Resolver404, resolve, reverse

from ..models import Article, AuditEntry, Comment, FormerAddress, FormerAnchor
from ..models.queries.audit import Place
from ..text.picture_sizes import largest_address

BATCH = 500  # rows looked up by one statement
MAX_NGINX = 3_800  # bytes of a string; nginx refuses longer ones than 4,096
UNSAFE_IN_APACHE = re.compile(r"[^A-Za-z0-9/_-]")
UNSAFE_IN_NETLIFY = str.maketrans({"*": "%2A", ":": "%3A"})
TARGETS = frozenset(["article", "former", "media", "permalink"])  # routes that redirects lead to


class Redirect(NamedTuple):
    """A former URL's host, percent-encoded path and query, and the URL it leads to."""

    host: str
    path: str
    query: str
    target: str

    @property
    def asked(self) -> str:
        return self.path + (f"?{self.query}" if self.query else "")


def redirects(base: str) -> Iterator[Redirect]:
    """Yield the redirects of all published articles, their comments and pictures, the first of each
    URL, then those of the permalinks of moved comments. `base` is the URL of this site. Other URLs of
    this host that are pages of this site are omitted, because redirects could go round in a circle.
    """
    moved = _moved_permalinks()
    rows = FormerAddress.objects.filter(article__is_published=True).select_related(
        "article", "file"
    )
    own = _bare_host(urlsplit(base).hostname or "")
    ambiguous = FormerAnchor.objects.ambiguous_articles()
    seen: set[tuple[str, str, str]] = set()
    for row in rows.defer("article__body").order_by("pk").iterator():
        try:
            parts = urlsplit(row.address)
            host = parts.hostname
        except ValueError:
            continue
        if not host:
            continue
        if row.file is not None:
            if not row.file.width:
                continue
            target = largest_address(row.file.sha256, row.file.width)
        elif row.number is not None:
            target = reverse("commentary:permalink", args=[row.article.slug, row.number])
            target = moved.get(target, target)
        elif row.article_id in ambiguous:
            target = reverse("commentary:former", args=[row.article.slug])
        else:
            target = row.article.get_absolute_url()
        path = quote(unquote(parts.path or "/"), safe="/:@!$&'()*+,;=~")
        query = quote(unquote(parts.query), safe="=&+;,/:@!$~")
        if _bare_host(host) == own and not query and _is_target(unquote(path)):
            continue
        key = (host, path, query)
        if key not in seen:
            seen.add(key)
            yield Redirect(host, path, query, base.rstrip("/") + target)
    for path, target in moved.items():
        yield Redirect(urlsplit(base).netloc, path, "", base.rstrip("/") + target)


def _moved_permalinks() -> dict[str, str]:
    """Return the permalinks of comments that were moved, and those of their present places. Redirects
    lead only from hidden comments to readable ones, so never in a circle.
    """
    places = AuditEntry.objects.present_places()
    articles = {article for pair in places.items() for article, _number in pair}
    published = Article.objects.published().only("slug").in_bulk(articles)
    readable: set[Place] = set()
    for article, group in groupby(sorted(set(places.values())), key=itemgetter(0)):
        numbers = [number for _article, number in group]
        for at in range(0, len(numbers), BATCH):
            some = numbers[at : at + BATCH]
            found = Comment.objects.filter(discussion=article, number__in=some).readable()
            readable |= {(article, number) for number in found.values_list("number", flat=True)}

    def permalink(place: Place) -> str:
        return reverse("commentary:permalink", args=[published[place[0]].slug, place[1]])

    return {
        permalink(old): permalink(new)
        for old, new in places.items()
        if new in readable and old[0] in published and new[0] in published
    }


def _bare_host(host: str) -> str:
    return host.lower().removeprefix("www.")


def _is_target(path: str) -> bool:
    """Return whether a redirect may lead to this path."""
    for spelling in (path, f"{path}/"):
        try:
            if resolve(spelling).url_name in TARGETS:
                return True
        except Resolver404:
            continue
    return False


def nginx(found: Iterator[Redirect]) -> Iterator[str]:
    """A map of request URIs. If two former URLs share one, the first target is used; nginx ignores
    their case."""
    yield "# Include this file in http {}, and in the server {} of the old host:"
    yield "#   if ($commentary_target) { return 301 $commentary_target; }"
    yield "# Remove the next two lines if your configuration sets these values."
    yield "map_hash_bucket_size 4096;"
    yield "map_hash_max_size 65536;"
    yield "map $request_uri $commentary_target {"
    yield '    default "";'
    seen: set[str] = set()
    for redirect in found:
        asked, target = _in_nginx(redirect.asked), _in_nginx(redirect.target)
        if asked.lower() not in seen and max(len(asked), len(target)) < MAX_NGINX:
            seen.add(asked.lower())
            yield f'    "{asked}" "{target}";'
    yield "}"


def _in_nginx(text: str) -> str:
    """Escape text for a quoted string, in which $ starts a variable. It starts with a slash or a
    scheme, so it is never taken for a regular expression or a keyword."""
    return quote(text, safe="/:@!&'()*+,;=?%#[]-._")


def apache(found: Iterator[Redirect]) -> Iterator[str]:
    """Rules of mod_rewrite, for the virtual host or .htaccess."""
    yield "RewriteEngine On"
    for redirect in found:
        # Apache matches the decoded path.
        path = unquote(redirect.path).lstrip("/")
        if not path.isprintable():
            continue
        if redirect.query:
            yield f'RewriteCond %{{QUERY_STRING}} "^{_in_apache(redirect.query)}$"'
        elif not path:
            yield 'RewriteCond %{QUERY_STRING} "^$"'
        target = redirect.target.replace("%", r"\%").replace("$", r"\$")
        yield f'RewriteRule "^/?{_in_apache(path)}$" "{target}" [R=301,L,NE,QSD]'


def _in_apache(text: str) -> str:
    r"""Escape text for a regular expression in a quoted argument, in which \\ and \" have another
    meaning: as \x22."""
    return UNSAFE_IN_APACHE.sub(
        lambda sign: "".join(rf"\x{byte:02x}" for byte in sign[0].encode()), text
    )


def netlify(found: Iterator[Redirect]) -> Iterator[str]:
    """A _redirects file. Rules can't have queries that aren't pairs."""
    for redirect in found:
        pairs = redirect.query.translate(UNSAFE_IN_NETLIFY).split("&") if redirect.query else []
        if any(not re.fullmatch(r"[^=]+=[^=]+", pair) for pair in pairs):
            continue
        asked = [redirect.path.translate(UNSAFE_IN_NETLIFY), *pairs]
        yield f"{' '.join(asked)} {redirect.target} 301!"


def as_csv(found: Iterator[Redirect]) -> Iterator[str]:
    """A table of old and new URLs."""
    yield "old,new"
    for redirect in found:
        out = io.StringIO()
        old = f"http://{redirect.host}{redirect.asked}"
        csv.writer(out, lineterminator="").writerow([old, redirect.target])
        yield out.getvalue()


FORMATS: dict[str, Callable[[Iterator[Redirect]], Iterator[str]]] = {
    "nginx": nginx,
    "apache": apache,
    "netlify": netlify,
    "csv": as_csv,
}
