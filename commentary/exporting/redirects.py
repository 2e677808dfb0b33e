"""Redirects from former URLs, for the web server of the old host."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from django.urls import reverse

from ..models import FormerAddress
from ..text.picture_sizes import largest_address


class Redirect(NamedTuple):
    """A former URL's host, percent-encoded path and query, and the URL it leads to."""

    host: str
    path: str
    query: str
    target: str


def redirects(base: str) -> Iterator[Redirect]:
    """Yield the redirects of all published articles, their comments and pictures. `base` is the URL of
    this site."""
    rows = FormerAddress.objects.filter(article__is_published=True).select_related(
        "article", "file"
    )
    for row in rows.order_by("pk").iterator():
        try:
            parts = urlsplit(row.address)
        except ValueError:
            continue
        if not parts.hostname:
            continue
        if row.file is not None:
            if not row.file.width:
                continue
            target = largest_address(row.file.sha256, row.file.width)
        elif row.number is not None:
            target = reverse("commentary:permalink", args=[row.article.slug, row.number])
        else:
            target = row.article.get_absolute_url()
        path = quote(unquote(parts.path or "/"), safe="/:@!$&'()*+,;=~")
        query = quote(unquote(parts.query), safe="=&+;,/:@!$~")
        yield Redirect(parts.hostname, path, query, base.rstrip("/") + target)


def nginx(found: Iterator[Redirect]) -> Iterator[str]:
    """A map of request URIs. If two former URLs share one, the first target is used."""
    yield "# Include this file in http {}, and in the server {} of the old host:"
    yield "#   if ($commentary_target) { return 301 $commentary_target; }"
    yield "map $request_uri $commentary_target {"
    yield '    default "";'
    seen: set[str] = set()
    for redirect in found:
        asked = redirect.path + (f"?{redirect.query}" if redirect.query else "")
        if asked not in seen:
            seen.add(asked)
            yield f'    "{_in_nginx(asked)}" "{_in_nginx(redirect.target)}";'
    yield "}"


def _in_nginx(text: str) -> str:
    """Escape text for a quoted string: a leading ~ or \\ has a meaning, and $ starts a variable."""
    text = quote(text, safe="/:@!&'()*+,;=?%#[]-._")
    return f"\\{text}" if text in ("default", "hostnames", "include", "volatile") else text


def apache(found: Iterator[Redirect]) -> Iterator[str]:
    """Rules of mod_rewrite, for the virtual host or .htaccess."""
    yield "RewriteEngine On"
    for redirect in found:
        # Apache matches the decoded path.
        path = re.escape(unquote(redirect.path).lstrip("/")).replace(" ", r"\ ")
        if not path.isprintable():
            continue
        if redirect.query:
            yield f'RewriteCond %{{QUERY_STRING}} "^{re.escape(redirect.query)}$"'
        target = redirect.target.replace("%", r"\%").replace("$", r"\$")
        yield f'RewriteRule "^/?{path}$" "{target}" [R=301,L,NE,QSD]'


def netlify(found: Iterator[Redirect]) -> Iterator[str]:
    """A _redirects file."""
    for redirect in found:
        parameters = "".join(f" {pair}" for pair in redirect.query.split("&") if "=" in pair)
        yield f"{redirect.path}{parameters} {redirect.target} 301!"


def as_csv(found: Iterator[Redirect]) -> Iterator[str]:
    """A table of old and new URLs."""
    yield "old,new"
    for redirect in found:
        out = io.StringIO()
        query = f"?{redirect.query}" if redirect.query else ""
        old = f"http://{redirect.host}{redirect.path}{query}"
        csv.writer(out, lineterminator="").writerow([old, redirect.target])
        yield out.getvalue()


FORMATS: dict[str, Callable[[Iterator[Redirect]], Iterator[str]]] = {
    "nginx": nginx,
    "apache": apache,
    "netlify": netlify,
    "csv": as_csv,
}
