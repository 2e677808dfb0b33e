"""Hostile archives take little time, memory and disk space, and are reported in one line."""

import gzip
import os
import resource
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest

from commentary.importing.archives import Archive, bundle, http_body, warc
from commentary.importing.records import SourceError
from tests.importing.archives.test_archive import HTML
from tests.importing.archives.test_archive import warc as warc_of

LIMIT = 100_000
PAGE = b"<html><p>page"


@pytest.fixture
def archive() -> Iterator[Archive]:
    with Archive() as opened:
        yield opened


def added(archive: Archive, path: Path, data: bytes | None = None) -> list[str]:
    if data is not None:
        path.write_bytes(data)
    archive.add(path.name, path)
    return [capture.name for capture in archive]


def plain_record(body: bytes, length: int | None = None, name: str = "1") -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    return (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/%b\r\n"
        b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%b\r\n\r\n"
    ) % (name.encode(), len(http) if length is None else length, http)


BOMBS = {
    "gzip": gzip.compress(bytes(50_000_000)),
    "deflate": zlib.compress(bytes(50_000_000)),
    "br": brotli.compress(bytes(50_000_000)),
}


@pytest.mark.parametrize("encoding", BOMBS)
def test_a_body_that_decompresses_to_more_than_a_page_is_refused(archive, tmp_path, encoding):
    headers = f"{HTML}\nContent-Encoding: {encoding}"
    data = warc_of([("http://a.example/1", "200 OK", headers, BOMBS[encoding])])
    added(archive, tmp_path / "a.warc.gz", data)
    with pytest.raises(SourceError, match="larger than 100,000 bytes"):
        next(iter(archive)).read(LIMIT)
    assert len(http_body.decoded(BOMBS[encoding], encoding, LIMIT)) == LIMIT + 1


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "x-unknown"])
def test_a_body_that_was_stored_decompressed_is_read_unchanged(encoding):
    assert http_body.decoded(PAGE, encoding, LIMIT) == PAGE


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", b"abcde"),
        (b"3\nabc\n0\n\n", b"abc"),
        (b"7fffffff\r\nabc", b"abc"),
        (b"3\r\nabc", b"abc"),
        (b"0\r\n\r\n", b""),
        (PAGE, PAGE),
        (b"", b""),
    ],
)
def test_chunks_are_joined_whatever_length_they_declare(body, expected):
    assert http_body.unchunked(body) == expected


def test_a_record_that_declares_fewer_bytes_than_it_has_is_skipped(archive, tmp_path):
    data = plain_record(PAGE) + plain_record(PAGE * 9, 60, "2") + plain_record(PAGE, name="3")
    names = added(archive, tmp_path / "a.warc", data)
    assert names == ["http://a.example/1", "http://a.example/3"]
    assert archive.damage == [("a.warc", "1 record is longer than declared, and skipped")]


@pytest.mark.parametrize("length", [10**6, 10**18, 10**30])
def test_a_record_that_declares_more_bytes_than_it_has_is_reported(archive, tmp_path, length):
    data = plain_record(PAGE) + plain_record(PAGE, length, "2")
    assert added(archive, tmp_path / "a.warc", data) == ["http://a.example/1"]
    assert len(archive.damage) == 1 and "is cut off or damaged" in archive.damage[0][1]


@pytest.mark.slow
@pytest.mark.parametrize("headers", [b"X: " + b"y" * 6_000_000, b"X: y\r\n" * 1_000_000])
def test_endless_headers_are_refused(archive, tmp_path, headers):
    data = plain_record(PAGE) + b"WARC/1.0\r\n" + headers
    assert added(archive, tmp_path / "a.warc", data) == ["http://a.example/1"]
    assert len(archive.damage) == 1 and "is cut off or damaged" in archive.damage[0][1]


def test_a_damaged_record_prints_nothing(archive, tmp_path, capsys):
    packed = bytearray(warc_of([(f"http://a.example/{n}", "200 OK", HTML, PAGE) for n in "12"]))
    packed[-6] ^= 255
    added(archive, tmp_path / "a.warc.gz", bytes(packed))
    added(archive, tmp_path / "b.warc", plain_record(PAGE * 9, 60))
    assert len(archive.problems + archive.damage) >= 2
    assert capsys.readouterr() == ("", "")


def wacz(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return path


NAMES = [
    "../../escaped.warc",
    "/tmp/escaped.warc",
    "C:\\escaped.warc",
    "archive/../../../escaped.warc",
    "a\r\n\x1b[2J\u202eb.warc",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_a_zip_file_writes_nothing_outside(archive, tmp_path, name):
    folder = tmp_path / "in" / "here"
    folder.mkdir(parents=True)
    path = wacz(folder / "a.wacz", {name: plain_record(PAGE), "b.warc": b"damaged"})
    assert added(archive, path) == ["http://a.example/1"]
    assert not [found for found in tmp_path.rglob("*") if found.is_file() and found != path]
    assert all(problem.isprintable() for problem in archive.problems)


def test_a_zip_file_that_unpacks_to_far_more_than_its_size_is_not_unpacked(archive, tmp_path):
    bomb = wacz(tmp_path / "a.wacz", {f"{n}.warc": bytes(3_000_000) for n in range(5)})
    added(archive, bomb)
    assert any("too large when unpacked" in problem for problem in archive.problems)
    unpacked = sum(p.stat().st_size for p in Path(archive._unpacked.name).rglob("*"))
    assert unpacked <= bomb.stat().st_size * warc.MAX_UNPACKED


@pytest.mark.parametrize("name", ["a.wacz", "a.warc", "a.warc.gz", "a.mhtml", "a.webarchive"])
def test_a_pipe_named_like_an_archive_is_refused_without_waiting(archive, tmp_path, name):
    os.mkfifo(tmp_path / name)
    assert added(archive, tmp_path / name) == []
    assert len(archive.problems) == 1 and "cannot be read" in archive.problems[0]


@pytest.mark.parametrize("name", ["a.wacz", "a.warc.gz", "a.mhtml", "page.html"])
def test_a_file_that_disappears_is_reported(archive, tmp_path, name):
    assert added(archive, tmp_path / name) == []
    assert len(archive.problems) == 1 and "cannot be read" in archive.problems[0]


def test_a_capture_of_an_archive_that_changed_is_refused(archive, tmp_path):
    path = tmp_path / "a.warc"
    added(archive, path, plain_record(PAGE))
    capture = next(iter(archive))
    for data in (plain_record(PAGE, name="2"), b"", b"<html>"):
        path.write_bytes(data)
        with pytest.raises(SourceError, match="import the file again"):
            capture.read(LIMIT)


def test_a_part_of_a_bundle_that_changed_is_refused(archive, tmp_path):
    path = tmp_path / "a.mhtml"
    added(archive, path, mhtml([PAGE, PAGE]))
    last = list(archive)[-1]
    path.write_bytes(mhtml([PAGE]))
    archive._bundles._path = ""  # as when another bundle was read in between
    with pytest.raises(SourceError, match="import the file again"):
        last.read(LIMIT)


def mhtml(pages: list[bytes]) -> bytes:
    head = b"Content-Type: multipart/related; boundary=b\r\n\r\n"
    parts = b"".join(b"--b\r\nContent-Type: text/html\r\n\r\n%b\r\n" % page for page in pages)
    return head + parts + b"--b--\r\n"


def test_parts_of_a_bundle_end_before_the_boundary(archive, tmp_path):
    added(archive, tmp_path / "a.mhtml", mhtml([PAGE, b"two\r\n", b""]))
    assert [capture.read(LIMIT) for capture in archive] == [PAGE, b"two\r\n", b""]


@pytest.mark.parametrize(
    "data",
    [
        b"".join(
            b"Content-Type: multipart/related; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
            for n in range(3_000)
        ),
        b"Content-Type: multipart/related; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 200_000,
        b"A: b\r\n" * 500_000,
        b"Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\n\r\n" + b"\n" * 3_000_000,
    ],
    ids=["nested", "parts", "headers", "lines"],
)
def test_a_bundle_made_to_exhaust_a_parser_is_read_in_one_pass(archive, tmp_path, data):
    assert len(added(archive, tmp_path / "a.mhtml", data)) <= bundle.MAX_PARTS


def test_a_full_disk_is_not_reported_as_a_truncated_file(archive, tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(plain_record(PAGE * 500) * 2))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, before[1]))
    try:
        archive.add("a.warc.gz", tmp_path / "a.warc.gz")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert archive.problems == ["a.warc.gz:0: cannot be unpacked: File too large"]
