"""Stored sources: complete, in chunks, and shown line by line."""

import gzip

import pytest

from commentary.importing import stored_source
from commentary.importing.records import SourceError
from commentary.importing.source import SourceFile
from commentary.models import SourceChunk, provenance
from tests.importing.exports import isso, remark42, remark42_comment, wxr, wxr_comment, wxr_item

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch):
    """Use chunks of sixteen bytes, so that a few lines make many."""
    monkeypatch.setattr(stored_source, "CHUNK", 16)


def stored(data: bytes, **options):
    return stored_source.store_source(SourceFile.from_bytes("a.txt", data, **options), "text")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-be", "utf-32"]
)
def test_an_excerpt_has_the_line_numbers_of_the_importer(end, encoding):
    text = end.join(f"Zeile {n} – größer" if n % 3 else "" for n in range(1, 60))
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    source = SourceFile.from_bytes("a.txt", mark + text.encode(encoding))
    kept = stored_source.store_source(source, "text")
    assert SourceChunk.objects.count() > 20
    numbered = list(enumerate(source.lines, 1))
    for first, last in [(1, 1), (2, 2), (17, 23), (59, 59), (58, 70), (1, 59)]:
        shown = kept.excerpt(first, last)
        # A byte order mark is a zero-width character before the first line.
        assert [(n, t.lstrip("\ufeff")) for n, t in shown] == numbered[first - 1 : last]


def test_an_excerpt_reads_only_the_chunks_it_needs(django_assert_num_queries):
    kept = stored("".join(f"Line {n}\n" for n in range(1, 1_000)).encode())
    with django_assert_num_queries(2) as queries:
        assert kept.excerpt(500, 501) == [(500, "Line 500"), (501, "Line 501")]
    assert "position" in queries[1]["sql"]


def test_an_excerpt_truncates_a_very_long_line(monkeypatch):
    monkeypatch.setattr(provenance, "LONGEST", 100)
    assert stored(b"x" * 10_000).excerpt(1, 1) == [(1, "x" * 100 + "…")]


def test_a_gzipped_source_is_shown_unpacked():
    data = gzip.compress(remark42(remark42_comment("a"), remark42_comment("b")))
    kept = stored(data)
    assert kept.encoding == "gzip"
    assert b"".join(kept.read()) == data
    assert '"id": "b"' in kept.excerpt(3, 3)[0][1]


def test_a_database_has_no_lines(tmp_path):
    kept = stored(isso(tmp_path, [(1, "/a/", "A")], []))
    assert kept.excerpt(1, 9) == kept.lines == []


def test_an_export_is_read_in_the_encoding_it_declares():
    data = wxr(wxr_item(wxr_comment(1, "Größe"))).replace(b"UTF-8", b"iso-8859-1")
    kept = stored(data.decode().encode("latin-1"))
    assert any("Größe" in text for _, text in kept.excerpt(1, 99))


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path):
    path = tmp_path / "a.xml"
    path.write_bytes(wxr(wxr_item()))
    source = SourceFile.from_path("a.xml", path)
    path.write_bytes(wxr(wxr_item(number=11)))
    with pytest.raises(SourceError, match="changed while it was read"):
        stored_source.store_source(source, "wordpress")
    assert not SourceChunk.objects.exists()
