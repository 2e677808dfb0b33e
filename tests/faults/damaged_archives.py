"""Damaged saved pages, archives and pictures: small valid files, and ways to damage them.

Every case is determined by its number, so a finding can be reproduced. What an archive contains is
damaged before it is packed, the packed file itself, or both.
"""

import gzip
import io
import plistlib
import random
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from PIL import Image
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.faults import mutations

SAVED = Path(__file__).parents[1] / "importing" / "saved_pages"
PICTURES = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF", "ICO")

# Parts of pages that break parsers, or that must have no effect.
TOKENS = [
    b"<div>" * 3_000,
    b"<div>" * 1_500 + b"deep" + b"</div>" * 1_500,
    b"<ul><li>" * 700,
    b"<table><tr><td>" * 400,
    b"<blockquote><p>" * 600,
    b"<b><i>" * 300,
    b"<figure>" * 200,
    b"<a href=//[>x</a><a href='http://[::1'>y</a>",
    b"<a " + b"x=1 " * 2_000 + b">",
    b"&" * 3_000,
    b"&#0;&#xD800;&#x110000;&#99999999999;",
    b"<!--" * 500,
    b"<script>",
    b"<plaintext>",
    b"<textarea><title>",
    b"<svg><script>alert(1)</script><foreignObject><p>",
    b"<math><mtext><style><img src=x onerror=alert(1)>",
    b"<template><div>",
    b"<base href='http://other.example/'>",
    b"<base href='http://[/'>",
    b"<meta charset=utf-7>",
    b"<meta charset=hex><meta charset=idna>",
    b"<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    b"<img src='data:image/png;base64,AAAA'>",
    b"<img src='data:,'>",
    b"<img src='media:" + b"0" * 64 + b"' width=99999999 height=-1>",
    b"<img srcset='" + b"a.jpg 1w, " * 2_000 + b"'>",
    b"<img src='../../../../etc/passwd'>",
    b"<img src=//[x]:99999/y>",
    b"<time datetime=99999-99-99T99:99>",
    b"<li id=comment-" + b"9" * 400 + b">",
    b"<li id='comment-\0'><cite>\0</cite>",
    b"<ol start=99999999999 reversed><li value=-99999999999>x",
    b"<td colspan=99999 rowspan=99999>",
    b'<script type="application/ld+json">{"@graph":' + b"[" * 2_000 + b"</script>",
    b'<script type="application/ld+json">{"@type":"Article","comment":[{"text":1,"author":[[]]}],'
    b'"datePublished":{},"author":7,"headline":[null]}</script>',
    b'<link rel=canonical href="http://a.example/\xff\0\r\n%zz">',
    b"\x1b$B\x1b(B",
]


def pages() -> list[tuple[str, bytes]]:
    return [(path.name, path.read_bytes()) for path in sorted(SAVED.glob("*.html"))]


@cache
def page_samples() -> list[tuple[str, bytes]]:
    mirror = sorted((SAVED / "16-wget-mirror").rglob("index*"))
    return [*pages(), *(("index.html", path.read_bytes()) for path in mirror)]


@cache
def picture_samples() -> list[tuple[str, bytes]]:
    """Return small pictures of every format, animations, and pictures with metadata."""
    made = []
    noise = Image.effect_noise((48, 32), 80)
    exif = Image.Exif()
    exif[0x0112] = 6
    for format in PICTURES:
        for mode in ("RGB", "L", "RGBA", "P", "CMYK", "1", "I;16"):
            out = io.BytesIO()
            try:
                noise.convert(mode).save(out, format, exif=exif)
            except (OSError, ValueError, KeyError):
                continue  # the format has no such mode
            made.append((f"{mode}.{format.lower()}", out.getvalue()))
    frames = [noise.rotate(angle) for angle in (0, 90, 180)]
    for format in ("GIF", "PNG", "WEBP", "TIFF", "AVIF"):
        out = io.BytesIO()
        frames[0].save(out, format, save_all=True, append_images=frames[1:])
        made.append((f"moving.{format.lower()}", out.getvalue()))
    found = sorted(p for p in SAVED.rglob("*") if p.suffix in (".jpg", ".png", ".gif", ".webp"))
    return [*made, *((path.name, path.read_bytes()) for path in found)]


def case(number: int) -> tuple[str, bytes]:
    """Return name and bytes of the case with this number. The name of a picture ends in its format."""
    dice = random.Random(f"archive {number}")
    make = dice.choice(MAKERS)
    name, data = make(dice)
    return f"{number}-{name}", data


def _some_page(dice: random.Random) -> bytes:
    return spoiled(dice, dice.choice(page_samples())[1], [0, 1, 1, 2, 3, 6])


def _some_picture(dice: random.Random) -> bytes:
    return spoiled(dice, dice.choice(picture_samples())[1], [0, 0, 1, 2])


def spoiled(dice: random.Random, data: bytes, times: list[int]) -> bytes:
    for _ in range(dice.choice(times)):
        if dice.random() < 0.3:
            at = dice.randrange(len(data) + 1)
            data = data[:at] + dice.choice(TOKENS) + data[at:]
        else:
            data = dice.choice(mutations.SPOILERS)(dice, data)
    return data


def _page(dice: random.Random) -> tuple[str, bytes]:
    return "page.html", spoiled(dice, dice.choice(page_samples())[1], [1, 1, 2, 3, 6])


def _picture(dice: random.Random) -> tuple[str, bytes]:
    name, data = dice.choice(picture_samples())
    changes = [mutations._flip, mutations._cut, mutations._leave_out, mutations._repeat]
    for _ in range(dice.choice([1, 1, 2, 4])):
        data = dice.choice(changes)(dice, data)
    if dice.random() < 0.1:
        data += dice.choice(page_samples())[1]
    return name, data


def _mhtml(dice: random.Random) -> tuple[str, bytes]:
    parts = [
        (b"text/html; charset=" + dice.choice([b"utf-8", b"", b"x-none", b"cp1252"]), b"page"),
        (b"image/png", b"picture"),
        (b"multipart/alternative; boundary=inner", b"none"),
    ]
    boundary = dice.choice([b"----b", b"b", b"", b"a" * 300])
    lines = [
        b"From: <Saved>",
        b"Snapshot-Content-Location: http://a.example/2011/\xff",
        b'Content-Type: multipart/related; boundary="' + boundary + b'"',
        b"",
    ]
    for kind, what in dice.choices(parts, k=dice.choice([1, 2, 5])):
        body = _some_page(dice) if what == b"page" else _some_picture(dice)
        coding = dice.choice([b"quoted-printable", b"base64", b"binary", b"x-uuencode", b"\xff"])
        if coding == b"base64":
            body = _base64(body)
        lines += [b"--" + boundary, b"Content-Type: " + kind]
        lines += [b"Content-Transfer-Encoding: " + coding, b"Content-ID: <p%d>" % len(lines)]
        lines += [b"Content-Location: http://a.example/" + b"%d" % len(lines), b"", body]
    lines.append(b"--" + boundary + b"--")
    return "page.mhtml", spoiled(dice, b"\r\n".join(lines), [0, 1, 2])


def _base64(data: bytes) -> bytes:
    from base64 import encodebytes

    return encodebytes(data)


def _webarchive(dice: random.Random) -> tuple[str, bytes]:
    main = {
        "WebResourceURL": dice.choice(["http://a.example/2011/x/", "", "\ud7ff\0", "about:blank"]),
        "WebResourceMIMEType": dice.choice(["text/html", "", "image/png"]),
        "WebResourceTextEncodingName": dice.choice(["UTF-8", "x", ""]),
        "WebResourceData": dice.choice([_some_page(dice), _some_page(dice), "text", 3]),
    }
    plist = {
        "WebMainResource": dice.choice([main, main, main, [], "x"]),
        "WebSubresources": dice.choice([[main], {}, [[], 1, main | {"WebResourceURL": 7}]]),
        "WebSubframeArchives": dice.choice([[{"WebSubresources": [main]}], [3], "x"]),
    }
    kinds = [plistlib.FMT_XML, plistlib.FMT_BINARY]
    try:
        data = plistlib.dumps(plist, fmt=dice.choice(kinds))
    except ValueError:  # control characters in XML
        data = plistlib.dumps(plist, fmt=plistlib.FMT_BINARY)
    return "page.webarchive", spoiled(dice, data, [0, 1, 1, 2])


HEADERS = [
    "Content-Type: text/html; charset=utf-8",
    "Content-Type: text/html",
    "Content-Type: image/png",
    "Content-Type: \x01; charset=\x02",
    "Transfer-Encoding: chunked",
    "Content-Encoding: gzip",
    "Content-Encoding: br",
    "Content-Encoding: deflate",
    "Content-Encoding: x",
    "Location: http://[",
    "Location: /a/",
]
STATUS = ["200 OK", "200 OK", "200 OK", "301 Moved", "404 Not found", "", "999", "\x01"]
ADDRESSES = ["http://a.example/1/", "http://a.example/2", "http://[x/", "<http://a.example/3>"]


def warc_of(dice: random.Random, is_packed: bool) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=is_packed)
    for _ in range(dice.choice([1, 2, 4])):
        body = _some_page(dice) if dice.random() < 0.7 else _some_picture(dice)
        headers = dice.choices(HEADERS, k=2)
        if "Content-Encoding: gzip" in headers and dice.random() < 0.7:
            body = gzip.compress(body, 1)
        if "Transfer-Encoding: chunked" in headers and dice.random() < 0.7:
            body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
        pairs = [tuple(line.split(": ", 1)) for line in headers]
        http = StatusAndHeaders(dice.choice(STATUS), pairs, protocol="HTTP/1.1")
        kind = dice.choice(["response", "response", "resource", "revisit", "metadata"])
        record = writer.create_warc_record(
            dice.choice(ADDRESSES),
            kind,
            payload=io.BytesIO(body),
            http_headers=http if kind in ("response", "revisit") else None,
            warc_content_type="text/html" if kind == "resource" else "",
        )
        writer.write_record(record)
    return out.getvalue()


def _warc(dice: random.Random) -> tuple[str, bytes]:
    return "pages.warc", spoiled(dice, warc_of(dice, False), [0, 1, 1, 2, 4])


def _warc_gz(dice: random.Random) -> tuple[str, bytes]:
    data = gzip.compress(warc_of(dice, False)) if dice.random() < 0.3 else warc_of(dice, True)
    return "pages.warc.gz", spoiled(dice, data, [0, 1, 1, 2])


def _wacz(dice: random.Random) -> tuple[str, bytes]:
    out = io.BytesIO()
    names = [
        "archive/a.warc.gz",
        "archive/b.warc",
        "../../c.warc.gz",
        "/d.warc",
        "e\r\n\x1b[2J.warc",
    ]
    with zipfile.ZipFile(out, "w", dice.choice([0, 8])) as packed:
        for name in dice.sample(names, dice.choice([1, 2])):
            is_packed = name.endswith("gz")
            packed.writestr(name, spoiled(dice, warc_of(dice, is_packed), [0, 1]))
    return "pages.wacz", spoiled(dice, out.getvalue(), [0, 1, 1, 2])


MAKERS: list[Callable[[random.Random], tuple[str, bytes]]] = [
    *[_page] * 7,
    *[_mhtml] * 2,
    *[_webarchive] * 2,
    *[_warc] * 2,
    *[_warc_gz] * 2,
    _wacz,
    *[_picture] * 4,
]
