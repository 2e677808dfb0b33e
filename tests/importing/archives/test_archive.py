"""Archives: what they list, how resources are found by URL, and how damage is reported."""

import gzip
import io
import plistlib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from commentary.importing.archives import Archive, Capture
from commentary.importing.records import SourceError

SAMPLES = Path(__file__).parents[1] / "saved_pages"
LIMIT = 1_000_000


@pytest.fixture
def archive() -> Iterator[Archive]:
    with Archive() as opened:
        yield opened


def add_folder(archive: Archive, root: Path) -> None:
    for path in sorted(root.rglob("*")):
        if path.is_file():
            archive.add(path.relative_to(root).as_posix(), path)


def named(archive: Archive, name: str) -> Capture:
    return next(capture for capture in archive if capture.name == name)


def found(archive: Archive, address: str, page: Capture) -> str | None:
    capture = archive.find(address, page)
    return capture.name if capture else None


@pytest.fixture
def mirror(archive: Archive) -> tuple[Archive, Capture]:
    add_folder(archive, SAMPLES / "16-wget-mirror")
    return archive, named(archive, "saltmarsh.example/2011/05/two-maps/index.html?replytocom=41")


UPLOADS = "saltmarsh.example/wp-content/uploads/2011/05"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("../../../wp-content/uploads/2011/05/maps-300x225.jpg", "maps-300x225.jpg"),
        ("http://saltmarsh.example/wp-content/uploads/2011/05/maps.jpg", "maps.jpg"),
        ("https://www.saltmarsh.example/wp-content/uploads/2011/05/maps.jpg?w=300", "maps.jpg"),
        ("//saltmarsh.example/wp-content/uploads/2011/05/maps.jpg", "maps.jpg"),
        ("http://i0.wp.com/saltmarsh.example/wp-content/uploads/2011/05/maps.jpg", "maps.jpg"),
        ("/wp-content/uploads/2011/05/lane.gif", "lane.gif"),
        ("http://cdn.example/2011/05/maps-1024x768.jpg", "maps.jpg"),
        ("http://saltmarsh.example/wp-content/uploads/2011/05/MAPS-scaled.jpg", "maps.jpg"),
    ],
)
def test_an_image_is_found_by_every_spelling_of_its_url(
    mirror: tuple[Archive, Capture], address: str, expected: str
) -> None:
    archive, page = mirror
    assert found(archive, address, page) == f"{UPLOADS}/{expected}"


@pytest.mark.parametrize(
    "address",
    [
        "../../../../../../../../etc/passwd",
        "file:///etc/passwd",
        "/etc/passwd",
        "C:\\pagefile.sys",
        "http://[broken/x.png",
        "",
        "data:",
        "data:image/png;base64",
        "cid:nothing",
        "http://saltmarsh.example/wp-content/uploads/2011/05/other.jpg",
    ],
)
def test_nothing_outside_the_archive_is_found(
    mirror: tuple[Archive, Capture], address: str
) -> None:
    archive, page = mirror
    assert archive.find(address, page) is None


def test_a_file_name_shared_by_many_folders_is_not_matched(
    archive: Archive, tmp_path: Path
) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "image.jpg").write_bytes(folder.encode())
    (tmp_path / "page.html").write_text("<html>")
    add_folder(archive, tmp_path)
    page = named(archive, "page.html")
    assert found(archive, "http://elsewhere.example/c/image.jpg", page) is None
    assert found(archive, "http://elsewhere.example/b/image.jpg", page) == "b/image.jpg"


def test_the_largest_variant_is_used_if_the_original_is_missing(
    archive: Archive, tmp_path: Path
) -> None:
    for size in ("150x150", "1024x768", "300x225"):
        (tmp_path / f"wall-{size}.jpg").write_bytes(b"x")
    (tmp_path / "page.html").write_text("<html>")
    add_folder(archive, tmp_path)
    assert found(archive, "wall.jpg", named(archive, "page.html")) == "wall-1024x768.jpg"


def test_composed_and_decomposed_letters_name_the_same_file(
    archive: Archive, tmp_path: Path
) -> None:
    (tmp_path / "Mu\u0308hle 1.jpg").write_bytes(b"x")
    (tmp_path / "page.html").write_text("<html>")
    add_folder(archive, tmp_path)
    page = named(archive, "page.html")
    assert found(archive, "M%C3%BChle%201.jpg", page) == "Mu\u0308hle 1.jpg"


def test_inline_data_is_decoded(mirror: tuple[Archive, Capture]) -> None:
    archive, page = mirror
    inline = archive.find("data:image/gif;base64,R0lG ODlh", page)
    assert inline is not None and inline.read(LIMIT) == b"GIF89a"
    assert inline.entry.media_type == "image/gif"


# WARC files


def warc(records: list[tuple[str, str, str, bytes]], packed: bool = True) -> bytes:
    """Write a file of responses: URL, status line, headers as "Name: value" lines, body."""
    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=packed)
    for address, status, headers, body in records:
        pairs = [tuple(line.split(": ", 1)) for line in headers.splitlines()]
        http = StatusAndHeaders(status, pairs, protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(
                address, "response", payload=io.BytesIO(body), http_headers=http
            )
        )
    return stream.getvalue()


HTML = "Content-Type: text/html; charset=iso-8859-2"
PAGES = [
    ("http://a.example/1", "200 OK", HTML, b"<p>one"),
    ("http://a.example/old", "301 Moved", "Location: /1", b""),
    ("http://a.example/gone", "404 Not Found", HTML, b"<p>gone"),
    (
        "http://a.example/2",
        "200 OK",
        f"{HTML}\nTransfer-Encoding: chunked\nContent-Encoding: gzip",
        b"%x\r\n%s\r\n0\r\n\r\n" % (len(gzip.compress(b"<p>two")), gzip.compress(b"<p>two")),
    ),
    ("http://a.example/3", "200 OK", f"{HTML}\nContent-Encoding: gzip", b"<p>three"),
]


def add_warc(archive: Archive, tmp_path: Path, data: bytes, name: str = "site.warc.gz") -> None:
    path = tmp_path / name
    path.write_bytes(data)
    archive.add(name, path)


@pytest.mark.parametrize("shape", ["members", "plain", "whole", "zip"])
def test_a_warc_file_yields_pages_and_redirects(
    archive: Archive, tmp_path: Path, shape: str
) -> None:
    name, data = "site.warc.gz", warc(PAGES, packed=shape in ("members", "zip"))
    if shape == "whole":
        data = gzip.compress(data)
    elif shape == "plain":
        name = "site.warc"
    elif shape == "zip":
        inside, name = io.BytesIO(), "site.wacz"
        with zipfile.ZipFile(inside, "w") as packed:
            packed.writestr("archive/data.warc.gz", data)
            packed.writestr("pages/pages.jsonl", "{}")
        data = inside.getvalue()
    add_warc(archive, tmp_path, data, name)
    assert archive.problems == []
    assert [(c.address, c.read(LIMIT)) for c in archive if not c.entry.status] == [
        ("http://a.example/1", b"<p>one"),
        ("http://a.example/2", b"<p>two"),
        ("http://a.example/3", b"<p>three"),
    ]
    assert {c.entry.charset for c in archive} == {"iso-8859-2"}
    assert archive.redirects == [("http://a.example/old", "http://a.example/1")]
    assert [(c.address, c.entry.status) for c in archive if c.entry.status] == [
        ("http://a.example/gone", "404")
    ]


def test_an_error_page_is_never_found_as_an_image(archive: Archive, tmp_path: Path) -> None:
    gone = ("http://a.example/x.png", "404 Not Found", HTML, b"<p>gone")
    add_warc(archive, tmp_path, warc([PAGES[0], gone]))
    assert archive.find("x.png", named(archive, "http://a.example/1")) is None


@pytest.mark.parametrize("packed", [True, False])
def test_a_truncated_warc_file_yields_everything_before_the_cut(
    archive: Archive, tmp_path: Path, packed: bool
) -> None:
    whole = warc(PAGES[:1], packed)
    both = warc([PAGES[0], PAGES[4]], packed)
    name = "cut.warc.gz" if packed else "cut.warc"
    for length in range(len(whole) + 8, len(both) - 8, 29):
        with Archive() as cut:
            add_warc(cut, tmp_path, both[:length], name)
            assert [c.read(LIMIT) for c in cut] == [b"<p>one"]
            assert cut.problems == []
            assert cut.damage == [
                (name, "is cut off or damaged after record 1; everything before was read")
            ]


def test_a_revisit_has_the_bytes_of_the_record_it_repeats(archive: Archive, tmp_path: Path) -> None:
    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=True)
    first = writer.create_warc_record(
        "http://a.example/pic.png",
        "response",
        payload=io.BytesIO(b"PNG"),
        http_headers=StatusAndHeaders("200 OK", [("Content-Type", "image/png")], "HTTP/1.1"),
    )
    writer.write_record(first)
    writer.write_record(
        writer.create_revisit_record(
            "http://a.example/again.png",
            first.rec_headers.get_header("WARC-Payload-Digest"),
            "http://a.example/pic.png",
            first.rec_headers.get_header("WARC-Date"),
        )
    )
    writer.write_record(
        writer.create_warc_record(
            "http://a.example/",
            "response",
            payload=io.BytesIO(b"<p>"),
            http_headers=StatusAndHeaders("200 OK", [("Content-Type", "text/html")], "HTTP/1.1"),
        )
    )
    add_warc(archive, tmp_path, stream.getvalue())
    again = archive.find("again.png", named(archive, "http://a.example/"))
    assert again is not None and again.read(LIMIT) == b"PNG"


@pytest.mark.parametrize("data", [b"", b"hello", b"\x1f\x8bnothing", b"WARC/1.0\r\n\r\n"])
def test_a_file_that_is_not_warc_is_reported(archive: Archive, tmp_path: Path, data: bytes) -> None:
    add_warc(archive, tmp_path, data)
    assert len(archive) == 0 and len(archive.problems) == 1


def test_a_capture_over_the_limit_is_refused(archive: Archive, tmp_path: Path) -> None:
    add_warc(archive, tmp_path, warc(PAGES[:1]))
    with pytest.raises(SourceError, match="is larger than 3 bytes"):
        named(archive, "http://a.example/1").read(3)


# Single-page files

MHTML = b"""From: <Saved by Blink>
Snapshot-Content-Location: http://a.example/post/
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="--edge"

----edge
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable
Content-Location: http://a.example/post/

<p>caf=C3=A9 <img src=3D"cid:pic@a"><img src=3D"two.png">
----edge
Content-Type: image/png
Content-ID: <pic@a>
Content-Transfer-Encoding: base64
Content-Location: http://a.example/post/one.png

T05F
----edge
Content-Type: image/png
Content-Transfer-Encoding: base64
Content-Location: http://a.example/post/two.png

VFdP
----edge--
"""


def test_an_mhtml_file_yields_its_page_and_images(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "post.mhtml").write_bytes(MHTML)
    archive.add("post.mhtml", tmp_path / "post.mhtml")
    page = named(archive, "post.mhtml")
    assert (page.address, page.entry.charset) == ("http://a.example/post/", "utf-8")
    assert page.read(LIMIT).startswith("<p>café".encode())
    pictures = [archive.find(address, page) for address in ("cid:pic@a", "two.png")]
    assert [p and p.read(LIMIT) for p in pictures] == [b"ONE", b"TWO"]


def test_a_webarchive_yields_its_page_and_images(archive: Archive, tmp_path: Path) -> None:
    plist = {
        "WebMainResource": {
            "WebResourceData": b"<p>",
            "WebResourceURL": "http://a.example/post/",
            "WebResourceMIMEType": "text/html",
            "WebResourceTextEncodingName": "UTF-8",
        },
        "WebSubresources": [
            {"WebResourceData": b"ONE", "WebResourceURL": "http://a.example/post/one.png"}
        ],
    }
    path = tmp_path / "post.webarchive"
    path.write_bytes(plistlib.dumps(plist, fmt=plistlib.FMT_BINARY))
    archive.add("post.webarchive", path)
    page = named(archive, "post.webarchive")
    picture = archive.find("one.png", page)
    assert picture is not None and picture.read(LIMIT) == b"ONE"


@pytest.mark.parametrize("name", ["x.mhtml", "x.webarchive", "x.wacz"])
@pytest.mark.parametrize("data", [b"", b"bplist00\xff", b"PK\x03\x04", b"Content-Type: text/plain"])
def test_a_damaged_bundle_is_reported(
    archive: Archive, tmp_path: Path, name: str, data: bytes
) -> None:
    (tmp_path / name).write_bytes(data)
    archive.add(name, tmp_path / name)
    for capture in archive:
        capture.read(LIMIT)
    assert len(archive) + len(archive.problems) > 0
