"""Generate WARC files of any size: a blog with articles, comments, pictures, copies of its pages,
revisits, redirects, lists and downloads. The same arguments give the same content.

``python -m benchmarks.warc FILE MEGABYTES [ARTICLES]`` writes a file with a film of 3 MB after so many
articles (100); if its name ends in .gz, it is compressed.
"""

import io
import random
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from benchmarks.exports import NAMES, WORDS

SITE = "http://quay.example"
HTML = "text/html; charset=utf-8"
PICTURES = 40  # that differ in their pixels; the same one is stored once
MENU = "".join(
    f'<li><a href="{SITE}/{word}/">About the {word}</a></li>' for word in dict.fromkeys(WORDS)
)
ARCHIVES = "".join(
    f'<li><a href="{SITE}/{year}/{month:02}/">{year}-{month:02}</a> ({month * 3})</li>'
    for year in range(2004, 2014)
    for month in range(1, 13)
)
PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} | Quay notes</title>
<link rel="canonical" href="{url}"><link rel="stylesheet" href="/style.css"></head><body class="single">
<div id="header"><h1><a href="/">Quay notes</a></h1><ul class="menu">{menu}</ul></div><div id="main">
<div class="post hentry" id="post-{number}"><h2 class="entry-title">{title}</h2>
<p class="meta">By <span class="vcard author"><span class="fn">Tove Lind</span></span> on
<abbr class="published" title="2011-06-{day:02}T09:00:00Z">June {day}, 2011</abbr></p>
<div class="entry-content">{body}</div></div>
<h3 id="comments">{count} Responses to {title}</h3><ol class="commentlist">{comments}</ol></div>
<div id="sidebar"><h3>Archives</h3><ul>{archives}</ul></div><div id="footer">Powered by a press</div></body></html>"""
COMMENT = """<li class="comment depth-1" id="comment-{number}"><div class="comment-author vcard"><cite class="fn">{author}</cite>
<span class="says">says:</span></div><div class="comment-meta commentmetadata"><a href="{url}#comment-{number}">June {day}, 2011 at
4:{minute:02} pm</a></div><p>{text}</p><div class="reply"><a href="#">Reply</a></div></li>"""


class Record(NamedTuple):
    """A response. A revisit has the body of the response before it, and doesn't store it again."""

    url: str
    body: bytes
    media_type: str = HTML
    status: str = "200 OK"
    location: str = ""
    is_revisit: bool = False


def article_url(number: int) -> str:
    return f"{SITE}/2011/06/notes-{number}-on-tides/"


def page(number: int) -> bytes:
    """Return the page of an article with up to 24 comments, and a picture on every fourth page."""
    dice, url = random.Random(number), article_url(number)
    day = number % 28 + 1
    paragraphs = [f"<p>{words(dice)} <a href='{url}'>{words(dice)[:20]}</a></p>" for _ in range(8)]
    if number % 4 == 0:
        paragraphs.append(f'<p><img src="/files/{number}.jpg" alt="The quay" width="300"></p>')
    comments = [
        COMMENT.format(
            number=number * 100 + i,
            author=dice.choice(NAMES) or "Someone",
            url=url,
            day=day,
            minute=i,
            text=words(dice),
        )
        for i in range(number % 25)
    ]
    return PAGE.format(
        title=f"Notes {number} on tides",
        url=url,
        menu=MENU,
        archives=ARCHIVES,
        number=number,
        day=day,
        body="".join(paragraphs),
        count=len(comments),
        comments="".join(comments),
    ).encode()


def words(dice: random.Random) -> str:
    return " ".join(dice.choice(WORDS) for _ in range(dice.randrange(20, 90)))


@cache
def picture(number: int) -> bytes:
    """Return a JPEG photograph of about 20 kB."""
    image = Image.effect_noise((320, 240), 20 + number)
    file = io.BytesIO()
    image.convert("RGB").save(file, "JPEG", quality=60)
    return file.getvalue()


def records(articles_per_film: int) -> Iterator[Record]:
    """Yield the responses of a crawl without end. Four fifths of the pages are articles."""
    number = 0
    while True:
        number += 1
        url = article_url(number)
        body = page(number)
        yield Record(url, body)
        if number % 4 == 0:
            yield Record(f"{SITE}/files/{number}.jpg", picture(number % PICTURES), "image/jpeg")
        if number % 5 == 0:
            yield Record(f"{SITE}/?p={number}", body, is_revisit=True)
        if number % 7 == 0:
            yield Record(f"{SITE}/print/{number}/", body.replace(b'class="single"', b""))
        if number % 3 == 0:
            old = f"{SITE}/archives/{number}.html"
            yield Record(old, b"", status="301 Moved Permanently", location=url)
        if number % 10 == 0:
            links = "".join(f'<p><a href="{article_url(n)}">{n}</a></p>' for n in range(10))
            listing = f"<html><body class='archive tag'><h1>Tag {number}</h1>{links}</body></html>"
            yield Record(f"{SITE}/tag/{number}/", listing.encode())
        if number % articles_per_film == 0:
            film = random.Random(number).randbytes(3_000_000)
            yield Record(f"{SITE}/films/{number}.mp4", film, "video/mp4")


def make_warc(
    path: Path, megabytes: float = 0, articles: int = 0, articles_per_film: int = 100
) -> int:
    """Write a file of about this size, or of so many articles. Return the number of articles."""
    made = 0
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=path.suffix == ".gz")
        for record in records(articles_per_film):
            if record.url == article_url(made + 1):
                if file.tell() > megabytes * 1_000_000 and made >= articles:
                    break
                made += 1
            writer.write_record(_written(writer, record))
    return made


def _written(writer: WARCWriter, record: Record) -> object:
    headers = [("Content-Type", record.media_type)]
    if record.location:
        headers.append(("Location", record.location))
    http = StatusAndHeaders(record.status, headers, protocol="HTTP/1.1")
    whole = writer.create_warc_record(
        record.url, "response", payload=io.BytesIO(record.body), http_headers=http
    )
    if not record.is_revisit:
        return whole
    writer.ensure_digest(whole)
    digest = whole.rec_headers.get_header("WARC-Payload-Digest")
    date = whole.rec_headers.get_header("WARC-Date")
    return writer.create_revisit_record(record.url, digest, article_url(1), date, http_headers=http)


if __name__ == "__main__":
    per_film = int(sys.argv[3]) if len(sys.argv) > 3 else 100
    count = make_warc(Path(sys.argv[1]), float(sys.argv[2]), articles_per_film=per_film)
    sys.stdout.write(f"{sys.argv[1]}: {count} articles\n")
