"""Exports of Movable Type and TypePad."""

import gzip
from datetime import datetime
from pathlib import Path

import pytest
from django.db.models import Count

from commentary.importing.formats import detect, movable_type
from commentary.importing.records import ArticleRecord, ItemLedger
from commentary.importing.source import SourceFile
from commentary.importing.store import import_source
from commentary.models import Article

FIXTURE = Path(__file__).parent / "movable_type" / "the-mill-race.txt"

ENTRY = """AUTHOR: Oskar
TITLE: The Wheel
STATUS: Publish
ALLOW COMMENTS: 1
CONVERT BREAKS: __default__
DATE: 06/03/2011 10:00:00 AM
-----
BODY:
First line
and its second.

Another paragraph.
-----
EXTENDED BODY:
The rest.
-----
{more}--------
"""
COMMENT = """COMMENT:
AUTHOR: {author}
EMAIL: a@mill.example
IP: 192.0.2.9
URL: http://ida.example/
DATE: 06/03/2011 11:00:00 PM
{text}
-----
"""


def source(text: str | bytes) -> SourceFile:
    return SourceFile.from_bytes("export.txt", text if isinstance(text, bytes) else text.encode())


def read(text: str | bytes) -> tuple[list[ArticleRecord], ItemLedger]:
    ledger, made = ItemLedger(), source(text)
    assert detect(made) == "movable_type"
    return list(movable_type.read(made, ledger)), ledger


def with_comments(*texts: str) -> str:
    return ENTRY.format(more="".join(COMMENT.format(author="Ida", text=text) for text in texts))


def test_an_entry_is_an_article():
    (record,), ledger = read(with_comments("Does it turn?"))
    assert (record.title, record.authors, record.date) == (
        "The Wheel",
        ["Oskar"],
        datetime(2011, 6, 3, 10),
    )
    assert record.body_html.split("\n") == [
        "<p>First line<br>and its second.</p>",
        "<p>Another paragraph.</p>",
        "<p>The rest.</p>",
    ]
    (comment,) = record.comments
    assert (comment.author, comment.text, comment.date) == (
        "Ida",
        "Does it turn?",
        datetime(2011, 6, 3, 23),
    )
    assert comment.author_url == "http://ida.example/"
    assert ledger.unaccounted() == 0 and ledger.counts()["comment"] == 1


@pytest.mark.parametrize("form", [bytes, gzip.compress, lambda data: b"\xef\xbb\xbf" + data])
def test_every_variant_of_the_file_is_read(form):
    (record,), _ = read(form(with_comments("Yes.", "No.").encode()))
    assert len(record.comments) == 2


@pytest.mark.parametrize(("end", "count"), [("\r\n", 1), ("\n", 1)], ids=["windows", "unix"])
def test_both_line_endings_are_read(end, count):
    (record,), _ = read(with_comments("Yes.").replace("\n", end))
    assert len(record.comments) == count
    assert "\r" not in record.body_html


def test_lines_of_another_encoding_are_read():
    (record,), _ = read(with_comments("The café is closed.").encode("cp1252"))
    assert [c.text for c in record.comments] == ["The café is closed."]


def test_the_text_of_a_comment_may_look_like_fields():
    text = "NOTE: this is mine.\nDATE: is a fruit.\n\nURL: nowhere"
    (record,), _ = read(with_comments(text))
    assert [c.text for c in record.comments] == [text]


@pytest.mark.parametrize(
    ("status", "is_published"), [("Publish", True), ("Draft", False), ("Unpublish", False)]
)
def test_only_published_entries_are_public(status, is_published):
    (record,), _ = read(with_comments().replace("STATUS: Publish", f"STATUS: {status}"))
    assert record.is_published is is_published


@pytest.mark.parametrize(("value", "closed"), [("0", True), ("1", False), ("2", True), ("", None)])
def test_closed_comments_are_recognised(value, closed):
    (record,), _ = read(with_comments().replace("ALLOW COMMENTS: 1", f"ALLOW COMMENTS: {value}"))
    assert record.closed is closed


def test_a_ping_is_a_trackback():
    ping = (
        "PING:\nTITLE: Wheels\nURL: http://e.example/w\nIP: 192.0.2.1\nBLOG NAME: Elsewhere\n"
        "DATE: 06/04/2011 09:00:00 AM\nOf a wheel.\n-----\n"
    )
    (record,), _ = read(ENTRY.format(more=ping))
    (comment,) = record.comments
    assert (comment.kind, comment.author, comment.text) == ("trackback", "Elsewhere", "Of a wheel.")


def test_html_bodies_are_kept_as_they_are():
    text = with_comments().replace("__default__", "richtext")
    (record,), _ = read(text.replace("First line\nand its second.", "<ul><li>One</li></ul>"))
    assert record.body_html.startswith("<ul>\n<li>One</li>\n</ul>")


def test_a_truncated_entry_is_read_as_far_as_possible():
    whole = with_comments("Yes.", "And no.")
    (record,), _ = read(whole[: whole.index("And no.") + 3])
    assert [c.text for c in record.comments] == ["Yes.", "And"]


def test_two_entries_with_the_same_name_are_both_kept():
    records, _ = read(with_comments("a") + with_comments("b"))
    assert len({record.key for record in records}) == 2


def imported(text: str, name: str = "export.txt") -> list[str]:
    """Import a file, and return the titles of all articles with their numbers of comments."""
    report = import_source(SourceFile.from_bytes(name, text.encode()))
    assert report.outcome in ("ok", "differs"), report
    counts = Article.objects.order_by("pk").annotate(n=Count("discussion__comments"))
    return [f"{title} {n}" for title, n in counts.values_list("title", "n")]


UNDATED = with_comments("Yes.").replace("DATE: 06/03/2011 10:00:00 AM\n", "")
OTHER = UNDATED.replace("First line", "A wheel").replace("its second", "an axle")
OTHER = OTHER.replace("Another paragraph", "Of a cart").replace("The rest", "No more")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["export.txt", "other/blog.txt"])
def test_entries_of_unrelated_files_with_the_same_title_stay_apart(name):
    assert imported(UNDATED) == ["The Wheel 1"]
    other = OTHER.replace("Yes.", "Unrelated.")
    assert imported(other, name) == ["The Wheel 1"] * 2


@pytest.mark.django_db
def test_entries_of_one_file_with_the_same_title_stay_apart():
    assert imported(UNDATED + OTHER) == ["The Wheel 1"] * 2
    assert imported(UNDATED + UNDATED, "twice.txt") == ["The Wheel 1"] * 3


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["export.txt", "export-2.txt"])
def test_a_later_export_with_another_entry_above_finds_its_articles(name):
    imported(UNDATED + OTHER)
    news = "AUTHOR: Oskar\nTITLE: The Wheel\nSTATUS: Publish\n-----\nBODY:\nIt broke.\n-----\n--------\n"
    assert imported(f"{news}{UNDATED}{OTHER}", name) == [
        "The Wheel 1",
        "The Wheel 1",
        "The Wheel 0",
    ]


@pytest.mark.django_db
def test_an_entry_with_a_corrected_title_is_the_same_article():
    imported(with_comments("Yes."))
    assert len(imported(with_comments("Yes.").replace("The Wheel", "The Mill Wheel"))) == 1


@pytest.mark.django_db
def test_importing_an_export_again_adds_nothing():
    made = SourceFile.from_path("export.txt", FIXTURE)
    report = import_source(made)
    assert report.outcome == "ok", report
    assert Article.objects.count() == report.counts["articles"] > 1
    again = import_source(SourceFile.from_path("export.txt", FIXTURE))
    assert again.outcome == "unchanged"
    assert "@" not in "".join(Article.objects.values_list("body", flat=True))
