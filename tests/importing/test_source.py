"""Decoding files into numbered lines, and which files are refused."""

import gzip
import hashlib
from pathlib import Path

import pytest

from commentary.importing.formats import detect, suffixes
from commentary.importing.records import SourceError
from commentary.importing.source import SourceFile


def source(data: bytes, **options) -> SourceFile:
    return SourceFile.from_bytes("page.txt", data, **options)


def refusal(data: bytes, **options) -> str:
    with pytest.raises(SourceError) as refused:
        source(data, **options)
    return str(refused.value)


def test_name_bytes_and_digest_are_kept():
    read = source(b"A title\n")
    assert (read.name, read.data, read.lines) == ("page.txt", b"A title\n", ["A title"])
    assert read.sha256 == hashlib.sha256(b"A title\n").hexdigest()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_ends_a_line(end):
    assert source(f"one{end}{end}two{end}".encode()).lines == ["one", "", "two"]


def test_the_last_line_may_lack_a_line_end():
    assert source(b"one\ntwo").lines == ["one", "two"]


@pytest.mark.parametrize("sign", ["\v", "\f", "\x85", "\u2028"])
def test_other_separators_stay_inside_a_line(sign):
    assert source(f"one{sign}two\n".encode()).lines == [f"one{sign}two"]


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("Müller – “so”\n".encode(), "utf-8"),
        (b"\xef\xbb\xbf" + "Müller – “so”\n".encode(), "utf-8-sig"),
        ("Müller – “so”\n".encode("cp1252"), "cp1252"),
        (b"\xff\xfe" + "Müller – “so”\n".encode("utf-16-le"), "utf-16"),
        (b"\xfe\xff" + "Müller – “so”\n".encode("utf-16-be"), "utf-16"),
        ("Müller – “so”\n".encode("utf-32"), "utf-32"),
    ],
)
def test_the_encoding_is_detected(data, encoding):
    read = source(data)
    assert (read.encoding, read.lines) == (encoding, ["Müller – “so”"])
    # Stored bytes are decoded again using only the name of the encoding.
    assert read.data.decode(read.encoding).splitlines() == read.lines


def test_a_given_encoding_is_used_for_bytes_that_are_not_utf8():
    assert source("Łódź".encode("iso-8859-2"), encoding="iso-8859-2").lines == ["Łódź"]
    assert source("Łódź".encode(), encoding="iso-8859-2").lines == ["Łódź"]
    assert source("Lodz".encode("utf-16-le"), encoding="utf-16-le").lines == ["Lodz"]


def test_text_is_normalised_to_nfc():
    assert source("Cafe\u0301".encode()).lines == ["Café"]


def test_a_text_truncated_inside_a_character_is_still_utf8():
    read = source("“Vier” Gärten für Übermütige – “é".encode()[:-1])
    assert read.encoding == "utf-8"
    assert read.stray_bytes == 1
    assert read.lines[0].startswith("“Vier” Gärten")


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b" \t\r\n\xc2\xa0\n", b"\xff\xfe"])
def test_an_empty_file_is_refused(data):
    assert refusal(data) == "page.txt:0: is empty; there is nothing to import"


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"A title\n\nText with a \x00 in it.\n",
        "A title without a mark".encode("utf-16-le"),
        bytes(range(1, 32)) * 20,
        b"PK\x03\x04\x14\x00\x08\x00",
    ],
)
def test_a_binary_file_is_refused(data):
    assert "binary" in refusal(data)


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE html>\n<html><body>A title</body></html>",
        b"\n\n  <html lang=en><p>Text",
        b"<!-- saved from a page -->\n<HTML>",
        b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x">\n<html></html>',
        b"<h1>A title</h1>\n<p>Text.</p>\n<ol>\n<li>One\n</ol>",
        b"<div class='post'>A page in one line, without any line end at all.</div>",
    ],
)
def test_an_html_page_is_refused(data):
    assert (
        refusal(data)
        == "page.txt:0: is HTML, but not a saved page; save the whole page as an .html file"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Which tag?\n\nI always write <p> and never <div>.\n\nYou should not.",
        "Which tag?\n\n<p>\n\nis the one I mean, and it is the only line of its kind.\n\nYes.",
        "a < b and c > d\n",
        "<3 for this list\n\nText.\n",
    ],
)
def test_a_text_that_mentions_a_tag_is_accepted(text):
    assert source(text.encode()).lines


def test_undecodable_bytes_are_refused_with_their_line():
    assert refusal(b"one\ntwo \xff\n", encoding="ascii").startswith(
        "page.txt:2: cannot be decoded as ascii"
    )


def test_an_unknown_encoding_of_bytes_is_refused():
    assert "unknown encoding" in refusal(b"one\n\x81\x8d\x9d\n")


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r"])
def test_another_script_is_refused_rather_than_garbled(encoding):
    data = "Самовар\n\nОн стоит на веранде с весны, by the door.\n".encode(encoding)
    assert "unknown encoding" in refusal(data)
    assert source(data, encoding=encoding).lines[0] == "Самовар"


@pytest.mark.parametrize("encoding", ["klingon", "hex", "rot13", "a\0b", ""])
def test_an_unknown_encoding_name_is_refused(encoding):
    assert "is not a known encoding" in refusal(b"text", encoding=encoding)


def test_a_file_over_the_limit_is_refused():
    assert source(b"12345", max_bytes=5).lines == ["12345"]
    assert "larger than 5 bytes" in refusal(b"123456", max_bytes=5)


def test_the_format_is_detected():
    assert suffixes() >= {".txt"}
    assert detect(source(b"A title\n\nText.\n")) == "text"


def test_every_fixture_is_read():
    for path in (Path(__file__).parents[2] / "fixtures").glob("*.txt"):
        assert detect(SourceFile.from_bytes(path.name, path.read_bytes())) == "text"


class TestPacked:
    DATA = b"<disqus>" + b"<post/>" * 20_000

    def test_a_gzipped_export_is_read_unpacked(self):
        source = SourceFile.from_bytes("all.xml.gz", gzip.compress(self.DATA))
        assert source.head.startswith(b"<disqus>")
        with source.stream() as stream:
            assert stream.read() == self.DATA
        assert source.broken_off == ""

    def test_a_truncated_gzip_file_is_read_as_far_as_possible(self):
        packed = gzip.compress(self.DATA)
        source = SourceFile.from_bytes("all.xml.gz", packed[:-20])
        with source.stream() as stream:
            assert self.DATA.startswith(stream.read())
        assert "ended before" in source.broken_off

    def test_a_decompression_bomb_is_refused(self):
        source = SourceFile.from_bytes("all.xml.gz", gzip.compress(b"<disqus>" + b" " * 50_000_000))
        with pytest.raises(SourceError, match="times its size"):
            source.stream().read()

    def test_a_gzipped_text_matches_no_format(self):
        with pytest.raises(SourceError, match="unrecognised format"):
            detect(SourceFile.from_bytes("essay.gz", gzip.compress(b"A title\n\nA text.\n")))


@pytest.mark.parametrize("data", [b'{"comments": []}', b"\n[1, 2]\n", b"[]", b"{}", b'[{"a": 1}]'])
def test_json_of_an_unknown_kind_is_refused(data):
    with pytest.raises(SourceError, match=r"^data\.txt:1: is JSON"):
        detect(SourceFile.from_bytes("data.txt", data))


def test_a_text_may_start_with_a_bracket():
    assert SourceFile.from_bytes("a.txt", b"[Notes]\n\nA text.\n").lines[0] == "[Notes]"
