"""Blogger's exports: blog-*.xml, Takeout's feed.atom, and damaged or hostile variants."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command

from commentary.importing.formats import blogger, detect
from commentary.importing.records import ArticleRecord, ItemLedger, SourceError
from commentary.importing.source import SourceFile
from commentary.importing.store import import_source
from commentary.models import Article, Comment

SAMPLE = Path(__file__).parent / "samples" / "blogger" / "mill-notes.xml"
FEED = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns='http://www.w3.org/2005/Atom' xmlns:thr='http://purl.org/syndication/thread/1.0'
 xmlns:blogger='http://schemas.google.com/blogger/2018' xmlns:gd='http://schemas.google.com/g/2005'>
<id>tag:blogger.com,1999:blog-7</id>
{}</feed>
"""


def entry(number: object, kind: str, inside: str = "", **fields: object) -> str:
    values: dict[str, object] = {
        "id": f"tag:blogger.com,1999:blog-7.post-{number}",
        "blogger:type": kind,
        "published": "2011-06-03T10:00:00.000+02:00",
        "title": "Ropes",
        "content": f"Text {number}",
        **fields,
    }
    made = "".join(f"<{name}>{value}</{name}>" for name, value in values.items())
    return f"<entry>{made}{inside}</entry>\n"


def post(number: object = 1, inside: str = "", **fields: object) -> str:
    return entry(number, "POST", inside, **fields)


def comment(number: object, parent: object = "", of: object = 1, inside: str = "", **fields) -> str:
    ids = f"<blogger:parent>tag:blogger.com,1999:blog-7.post-{of}</blogger:parent>"
    if parent:
        ids += f"<blogger:inReplyTo>tag:blogger.com,1999:blog-7.post-{parent}</blogger:inReplyTo>"
    return entry(number, "COMMENT", ids + inside, **fields)


def source(*entries: str) -> SourceFile:
    return SourceFile.from_bytes("feed.atom", FEED.format("".join(entries)).encode())


def read(*entries: str) -> tuple[list[ArticleRecord], ItemLedger]:
    made, ledger = source(*entries), ItemLedger()
    assert detect(made) == "blogger"
    records = list(blogger.read(made, ledger))
    assert ledger.unaccounted() == 0
    return records, ledger


def shape(record: ArticleRecord) -> list[tuple]:
    return [(c.key, c.parent) for c in record.comments]


def test_comments_may_come_before_their_post_and_replies_before_their_parents():
    (record,), _ = read(comment(5, 4), comment(4), post())
    assert shape(record) == [("4", None), ("5", "4")]


@pytest.mark.parametrize("form", [bytes, gzip.compress, lambda data: b"\xef\xbb\xbf" + data])
def test_every_form_of_the_file_is_read(form):
    made = SourceFile.from_bytes("export", form(SAMPLE.read_bytes()))
    assert detect(made) == "blogger"
    assert len(list(blogger.read(made, ItemLedger()))) == 3


def test_a_feed_in_utf_16_is_read():
    text = SAMPLE.read_text().replace("UTF-8", "UTF-16")
    made = SourceFile.from_bytes("export", text.encode("utf-16"))
    assert detect(made) == "blogger"
    assert len(list(blogger.read(made, ItemLedger()))) == 3


def test_entries_of_a_public_feed_are_told_by_their_ids():
    reply = "<thr:in-reply-to ref='tag:blogger.com,1999:blog-7.post-1'/>"
    text = post() + entry(2, "COMMENT", reply)
    made = text.replace("<blogger:type>POST</blogger:type>", "").replace(
        "<blogger:type>COMMENT</blogger:type>", ""
    )
    (record,), _ = read(made)
    assert shape(record) == [("2", None)]


def test_a_comment_may_name_a_comment_as_what_it_replies_to():
    (record,), _ = read(post(), comment(4), comment(5, of=4))
    assert shape(record) == [("4", None), ("5", "4")]


def test_a_comment_without_its_post_is_reported():
    (record,), ledger = read(post(), comment(4, of=99), comment(5))
    assert shape(record) == [("5", None)]
    assert [w for w in ledger.warnings if "post 99 not found" in w]


def test_circles_and_repeated_ids_lose_nothing():
    (record,), _ = read(post(), comment(4, 5), comment(5, 4), comment(5))
    assert len(record.comments) == 3
    assert "comment 4: circular reply chain" in record.warnings
    _, ledger = read(post(), post())
    assert ledger.counts()["left over"] == 1


@pytest.mark.parametrize(
    ("status", "stored"),
    [
        ("LIVE", "approved"),
        ("PENDING", "pending"),
        ("SPAM", "spam"),
        ("EMPTIED", "removed"),
        ("GHOSTED", "spam"),
        ("SOMETHING", "pending"),
    ],
)
def test_the_status_of_a_comment_is_kept(status, stored):
    inside = f"<blogger:status>{status}</blogger:status>"
    (record,), _ = read(post(), comment(4, inside=inside))
    assert [c.status for c in record.comments] == [stored]
    assert any("unknown status" in w for w in record.warnings) is (status == "SOMETHING")


def test_a_post_in_the_trash_is_kept_as_a_draft_only_for_its_comments():
    trashed = "<blogger:trashed>2021-06-02T20:00:00Z</blogger:trashed>"
    records, ledger = read(post(1, trashed), comment(4), post(2, trashed))
    assert [(r.is_published, len(r.comments)) for r in records] == [(False, 1)]
    assert ledger.counts()["ignored"] == 1


@pytest.mark.parametrize("date", ["yesterday", "2011-13-45T00:00:00Z", "9" * 5_000, ""])
def test_an_invalid_date_is_unknown(date):
    (record,), _ = read(post(published=date), comment(4, published=date))
    assert record.date is None
    assert [c.date for c in record.comments] == [None]
    assert len(record.warnings) == (2 if date else 0)


def test_dates_are_read_with_their_time_zone():
    (record,), _ = read(post())
    assert record.date == datetime(2011, 6, 3, 8, tzinfo=UTC)


def test_an_entry_without_anything_is_reported():
    records, ledger = read(post(), "<entry/>", "<entry><id/><title/></entry>")
    assert len(records) == 1
    assert ledger.counts()["left over"] == 2


@pytest.mark.parametrize("total", ["-1", "9" * 400, "0" * 20 + "9" * 20, "²", "many", ""])
def test_a_count_that_is_none_is_unknown(total):
    (record,), _ = read(post(inside=f"<thr:total>{total}</thr:total>"))
    assert record.declared_count is None


def test_only_web_addresses_are_links_of_commenters():
    author = "<author><name>Ida</name><uri>javascript:alert(1)</uri></author>"
    (record,), _ = read(post(), comment(4, inside=author))
    assert [(c.author, c.author_url) for c in record.comments] == [("Ida", "")]


def test_a_feed_that_is_cut_off_is_reported():
    text = FEED.format(post() + comment(4) + comment(5))
    made = SourceFile.from_bytes("feed.atom", text[: text.index("Text 5") + 3].encode())
    ledger = ItemLedger()
    (record,) = blogger.read(made, ledger)
    assert shape(record) == [("4", None)]
    assert any("comment 5: no post given" in warning for warning in ledger.warnings)
    assert not ledger.is_whole


def test_entities_are_refused():
    bomb = '<!DOCTYPE feed [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    text = FEED.format(post()).replace("<feed", f"{bomb}\n<feed", 1).replace("Ropes", "&b;")
    made = SourceFile.from_bytes("feed.atom", text.encode())
    assert detect(made) == "blogger"
    with pytest.raises(SourceError, match="DOCTYPE is not allowed"):
        list(blogger.read(made, ItemLedger()))


def test_a_feed_without_posts_is_refused():
    with pytest.raises(SourceError, match="contains no posts of Blogger"):
        list(blogger.read(source(), ItemLedger()))


def test_another_feed_is_refused():
    with pytest.raises(SourceError, match="is an Atom feed"):
        SourceFile.from_bytes("feed.atom", b"<feed xmlns='http://www.w3.org/2005/Atom'></feed>")


@pytest.mark.django_db
def test_other_feeds_and_json_in_a_folder_are_skipped(tmp_path, capsys):
    (tmp_path / "feed.atom").write_bytes(SAMPLE.read_bytes())
    (tmp_path / "other.atom").write_text("<feed xmlns='http://www.w3.org/2005/Atom'></feed>")
    (tmp_path / "theme.json").write_text('{"colour": "green"}')
    call_command("import_commentary", str(tmp_path))
    told = capsys.readouterr().err
    assert Article.objects.count() == 3
    assert "other.atom: skipped" in told and "theme.json: skipped" in told


@pytest.mark.django_db
def test_the_export_and_takeout_of_a_blog_have_the_same_articles():
    import_source(source(post(), comment(4)))
    report = import_source(source(post(), comment(4), comment(5, 4)))
    assert report.counts["comments"] == 1
    assert Article.objects.count() == 1
    assert Comment.objects.filter(status="approved").count() == 2


@pytest.mark.django_db
def test_comments_from_the_authors_profile_get_the_author_badge():
    import_source(SourceFile.from_path("mill-notes.xml", SAMPLE))
    assert list(Comment.objects.exclude(author=None).values_list("name", flat=True)) == [
        "Oskar Brandl"
    ]
