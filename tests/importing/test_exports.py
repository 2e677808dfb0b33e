"""Formats of other systems: how they are read, and which errors are repaired."""

import gzip
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentary.importing import xml_stream
from commentary.importing.formats import detect, reader
from commentary.importing.records import CommentRecord, ItemLedger, SourceError
from commentary.importing.source import SourceFile
from commentary.importing.spool import parents_first
from tests.importing.exports import (
    disqus,
    disqus_post,
    disqus_thread,
    isso,
    remark42,
    remark42_comment,
    wxr,
    wxr_comment,
    wxr_item,
)


def read(data: bytes):
    """Return (format, articles, ledger) of an export."""
    source, ledger = SourceFile.from_bytes("export", data), ItemLedger()
    name = detect(source)
    return name, list(reader(name).read(source, ledger)), ledger


CASES = Path(__file__).parent / "cases"
FIXTURES = Path(__file__).parents[2] / "fixtures"

# Expected content of the fixtures: title, closed, and for each comment key, parent, author, kind or
# status.
PLOT = [
    (
        "Why We Dig Less Every Year",
        False,
        [
            ("101", None, "Ines", "approved"),
            ("102", "101", "Maren Holt", "approved"),
            ("105", "102", "Ines", "approved"),
            ("103", None, "Sunday reading « Rows and Rain", "pingback"),
            ("104", None, "", "approved"),
            ("106", None, "Piotr", "pending"),
        ],
    ),
    (
        "The Frost Ledger",
        True,
        [
            ("111", None, "Corner House", "removed"),
            ("112", "111", "Yusuf Demir", "approved"),
            ("113", None, "Odile", "approved"),
        ],
    ),
    ("What the Nettles Are For", False, []),
]
WALKS = [
    (
        "The Long Way Round the Reservoir",
        False,
        [
            ("9001", None, "Wim", "approved"),
            ("9002", "9001", "Asta Ruud", "approved"),
            ("9003", "9002", "Wim", "approved"),
            ("9004", None, "Best Price", "spam"),
            ("9051", None, "northgate", "approved"),
        ],
    ),
    (
        "A Bridge with No Name",
        True,
        [
            ("9020", None, "Old Ferryman", "removed"),
            ("9021", "9020", "Asta Ruud", "approved"),
            ("9022", None, "", "pending"),
        ],
    ),
]
ROOM = [
    (
        "Letters We Kept",
        None,
        [
            ("1", None, "Florian", "approved"),
            ("2", "1", "The Reading Room", "approved"),
            ("3", "2", "Florian", "approved"),
            ("4", None, "", "approved"),
            ("5", None, "Hatice", "pending"),
        ],
    ),
    (
        "The Third Shelf",
        None,
        [
            ("6", None, "", "removed"),
            ("7", "6", "Bente", "approved"),
            ("8", None, "Aurel", "approved"),
        ],
    ),
]
KITES = [
    (
        "Nine Knots Is Enough",
        False,
        [
            ("c7a1f0e2-0001", None, "Tamsin", "approved"),
            ("c7a1f0e2-0002", "c7a1f0e2-0001", "Jory", "approved"),
            ("c7a1f0e2-0003", "c7a1f0e2-0002", "Tamsin", "approved"),
        ],
    ),
    (
        "The Broken Spar",
        True,
        [
            ("c7a1f0e2-0011", None, "", "removed"),
            ("c7a1f0e2-0012", "c7a1f0e2-0011", "Jory", "approved"),
            ("c7a1f0e2-0013", None, "anonymous gull", "approved"),
        ],
    ),
]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("wordpress/the-patient-plot.xml", PLOT),
        ("disqus/lantern-walks.xml", WALKS),
        ("isso/the-reading-room.db", ROOM),
        ("remark42/kite-weather.jsonl", KITES),
    ],
)
def test_a_fixture_gives_the_expected_articles(file, expected):
    name, articles, ledger = read((FIXTURES / file).read_bytes())
    assert name == file.partition("/")[0]
    found = [
        (
            article.title,
            article.closed,
            [
                (c.key, c.parent, c.author, c.status if c.kind == "comment" else c.kind)
                for c in article.comments
            ],
        )
        for article in articles
    ]
    assert found == expected
    assert not ledger.warnings
    assert not any(article.warnings for article in articles)
    assert ledger.counts()["left over"] == 0
    assert all(c.date for article in articles for c in article.comments)


def shape(article) -> list[tuple]:
    return [(c.key, c.parent) for c in article.comments]


class TestWordPress:
    def test_a_post_is_read_with_its_comments(self):
        name, articles, ledger = read(
            wxr(wxr_item(wxr_comment(1), wxr_comment(2, "<p>No</p>", comment_parent=1)))
        )
        article = articles[0]
        assert name == "wordpress"
        assert (article.title, article.authors, article.url) == (
            "Ropes & knots",
            ["Tove Lind"],
            "https://quay.example/10/",
        )
        assert (article.body_html, article.closed, article.is_published) == (
            "<p>On ropes.</p>",
            False,
            True,
        )
        assert shape(article) == [("1", None), ("2", "1")]
        assert article.comments[0].date == datetime(2011, 6, 3, 15, 5, tzinfo=UTC)
        assert ledger.counts() == {"read": 3, "left over": 0, "article": 1, "comment": 2}

    @pytest.mark.parametrize(
        ("written", "status"),
        [
            ("1", "approved"),
            ("0", "pending"),
            ("hold", "pending"),
            ("spam", "spam"),
            ("trash", "removed"),
            ("post-trashed", "removed"),
            ("who knows", "pending"),
        ],
    )
    def test_wordpress_statuses_are_mapped(self, written, status):
        _, articles, _ = read(wxr(wxr_item(wxr_comment(1, comment_approved=written))))
        assert articles[0].comments[0].status == status
        assert bool(articles[0].warnings) == (written == "who knows")

    @pytest.mark.parametrize("kind", ["pingback", "trackback", "comment", ""])
    def test_pingbacks_and_trackbacks_have_their_kind(self, kind):
        _, articles, _ = read(wxr(wxr_item(wxr_comment(1, comment_type=kind))))
        assert articles[0].comments[0].kind == (kind or "comment")

    @pytest.mark.parametrize(
        "written", ["2011-06-03 15:05:00", "2011-06-03T15:05:00Z", "2011-06-03T17:05:00+02:00"]
    )
    def test_dates_are_read_in_utc(self, written):
        _, articles, _ = read(wxr(wxr_item(wxr_comment(1, comment_date_gmt=written))))
        assert articles[0].comments[0].date == datetime(2011, 6, 3, 15, 5, tzinfo=UTC)

    def test_without_utc_the_local_time_is_kept(self):
        item = wxr_item(wxr_comment(1, comment_date_gmt="0000-00-00 00:00:00"))
        _, articles, _ = read(wxr(item))
        assert articles[0].comments[0].date == datetime(2011, 6, 3, 16, 5)

    def test_an_invalid_date_is_unknown_and_reported(self):
        item = wxr_item(wxr_comment(1, comment_date_gmt="soon", comment_date=""))
        _, articles, _ = read(wxr(item))
        assert articles[0].comments[0].date is None
        assert "“soon”" in articles[0].warnings[0]

    def test_page_furniture_is_in_the_ledger(self):
        _, articles, ledger = read(wxr(wxr_item(post_type="attachment"), wxr_item(number=11)))
        assert [a.url for a in articles] == ["https://quay.example/11/"]
        assert ledger.as_json()[0]["reason"] == "attachment without comments"

    @pytest.mark.parametrize(
        "fields", [{"status": "draft"}, {"status": "private"}, {"post_password": "x"}]
    )
    def test_a_draft_stays_a_draft_and_the_ledger_says_why(self, fields):
        _, articles, ledger = read(wxr(wxr_item(**fields)))
        assert not articles[0].is_published
        assert articles[0].warnings == []
        assert "at its source; imported as a draft" in str(ledger.as_json()[0]["reason"])

    def test_an_attachment_with_comments_is_an_article(self):
        _, articles, _ = read(
            wxr(wxr_item(wxr_comment(1), post_type="attachment", status="inherit"))
        )
        assert articles[0].is_published

    def test_a_date_with_an_impossible_time_zone_is_unknown(self):
        zone = "Fri, 03 Jun 2011 09:00:00 +99999999999999"
        item = wxr_item(post_date_gmt="").replace("<title>", f"<pubDate>{zone}</pubDate><title>", 1)
        _, articles, _ = read(wxr(item))
        assert articles[0].date is None

    def test_two_posts_with_the_same_id_are_both_kept(self):
        second = wxr_item(wxr_comment(2)).replace("Ropes &amp; knots", "Sails")
        _, articles, _ = read(wxr(wxr_item(wxr_comment(1)), second, wxr_item(wxr_comment(3))))
        assert [a.title for a in articles] == ["Ropes & knots", "Sails", "Ropes & knots"]
        keys = [a.key for a in articles]
        assert keys[0] == keys[2] != keys[1]
        assert "another item has the ID 10" in articles[1].warnings[0]

    def test_ids_of_exports_without_a_site_do_not_collide(self):
        def key(title: str) -> str:
            item = wxr_item().replace("Ropes &amp; knots", title)
            item = item.replace("<link>https://quay.example/10/</link>", "")
            site = b"<wp:base_blog_url>https://quay.example</wp:base_blog_url>"
            _, articles, _ = read(wxr(item).replace(site, b""))
            return articles[0].key

        assert key("Ropes") == key("Ropes") != key("Sails")

    def test_comments_of_internal_types_are_held(self):
        item = wxr_item(wxr_comment(1, comment_type="note"), wxr_comment(2, comment_type="review"))
        _, articles, _ = read(wxr(item))
        assert [c.status for c in articles[0].comments] == ["pending", "approved"]
        assert articles[0].warnings == [
            "comment 1: is a “note”, which is never public; imported as pending"
        ]

    @pytest.mark.parametrize(
        ("written", "name"),
        [
            ("Bo &amp; Co", "Bo & Co"),
            ("<b>Bo</b>", "Bo"),
            ("Bo <bo@quay.example>", "Bo <bo@quay.example>"),
            ("B\u202eo\u200b", "Bo"),
            ("  Bo\n  Lind ", "Bo Lind"),
            ("<3", "<3"),
        ],
    )
    def test_names_lose_only_their_markup(self, written, name):
        _, articles, _ = read(wxr(wxr_item(wxr_comment(1, comment_author=written))))
        assert articles[0].comments[0].author == name

    @pytest.mark.parametrize("number", ["", "0", "-3", "c-12"])
    def test_odd_ids_lose_no_comment(self, number):
        item = wxr_item(wxr_comment(number), wxr_comment(7, comment_parent=number))
        _, articles, _ = read(wxr(item))
        assert len(articles[0].comments) == 2

    def test_a_comment_outside_the_items_is_not_imported(self):
        _, articles, ledger = read(wxr(wxr_comment(5), wxr_item(wxr_comment(1))))
        assert [shape(a) for a in articles] == [[("1", None)]]
        assert [w.partition(": ")[2] for w in ledger.warnings] == ["comment 5: outside any item"]

    def test_a_comment_without_id_and_text_is_not_imported(self):
        data = wxr(wxr_item(wxr_comment(1), wxr_comment(2)))
        _, articles, ledger = read(data[: data.rindex(b"<wp:comment_id>") + 5])
        assert shape(articles[0]) == [("1", None)]
        assert (ledger.unaccounted(), ledger.counts()["left over"]) == (0, 2)

    def test_a_file_that_only_resembles_an_export_is_refused(self):
        data = wxr().replace(b"<wp:wxr_version>1.2<", b"<wp:wxr_version>abc<")
        with pytest.raises(SourceError, match="no WordPress export version"):
            read(data)
        assert read(wxr())[1] == []

    def test_a_channel_without_its_root_element_is_read(self):
        data = wxr(wxr_item(wxr_comment(1)))
        inner = data[data.index(b"<channel>") : data.index(b"</rss>")]
        _, articles, ledger = read(b"\n" + inner + b"</rss>")
        assert shape(articles[0]) == [("1", None)]
        assert "continues after its end" in ledger.warnings[0]

    @pytest.mark.parametrize("name", ["wp-author-element.xml", "author-answers.xml"])
    def test_the_byline_is_the_display_name(self, name):
        _, articles, ledger = read((CASES / name).read_bytes())
        assert (articles[0].authors, ledger.warnings) == (["Oskar Brandl"], [])

    def test_without_a_display_name_the_full_name_is_used(self):
        names = b"<wp:author_first_name>Tove</wp:author_first_name>"
        names += b"<wp:author_last_name>Lind</wp:author_last_name>"
        data = wxr(wxr_item())
        data = re.sub(rb"<wp:author_display_name>.*?</wp:author_display_name>", names, data)
        assert read(data)[1][0].authors == ["Tove Lind"]

    def test_a_login_used_instead_of_a_missing_name_is_reported_once(self):
        data = re.sub(rb"<wp:author>.*?</wp:author>", b"", wxr(wxr_item(), wxr_item()), flags=re.S)
        _, articles, ledger = read(data)
        assert [a.authors for a in articles] == [["tove"], ["tove"]]
        assert [w.partition(": ")[2] for w in ledger.warnings] == [
            "no display name for the account “tove”; its login name is used as the author"
        ]

    def test_values_that_are_not_imported_are_counted(self):
        _, _, ledger = read((CASES / "review-with-rating.xml").read_bytes())
        assert dict(ledger.dropped) == {"ratings": 1}
        meta = "<wp:commentmeta><wp:meta_key>akismet_result</wp:meta_key>"
        meta += "<wp:meta_value>true</wp:meta_value></wp:commentmeta>"
        comment = wxr_comment(1, comment_author_url="https://ada.example")
        comment = comment.replace("</wp:comment>", f"{meta}</wp:comment>")
        _, _, ledger = read(wxr(wxr_item(comment)))
        assert dict(ledger.dropped) == {
            "“akismet_result” (plugin data)": 1,
        }

    def test_namespace_prefixes_and_urls_do_not_matter(self):
        data = wxr(wxr_item(wxr_comment(1))).replace(b"wp:", b"w:")
        _, articles, _ = read(data.replace(b"http://wordpress.org", b"https://wordpress.org"))
        assert shape(articles[0]) == [("1", None)]


class TestHostileXml:
    @pytest.mark.parametrize(
        ("old", "new", "repaired"),
        [
            (b"On ropes.", b"On \x0b ropes\x01.", "repaired: characters not allowed in XML (2)"),
            (b"Ropes &amp; knots", b"Ropes & knots", "repaired: bare ampersands (1)"),
            (b"Ropes &amp; knots", b"Ropes &copy& knots", "repaired: bare ampersands (2)"),
            (
                b"Ropes &amp;",
                b"Ropes&nbsp;&amp;",
                "repaired: HTML entities (1)",
            ),
            (b"Ropes &amp; knots", b"Ropes <3 < knots", "repaired: bare < (2)"),
            (b"Ropes &amp; knots", b"<tove@quay.example>", "repaired: bare < (1)"),
            (b"Ropes &amp; knots", b"Ropes ]]> knots", "repaired: bare ]]> (1)"),
            (b"<?xml", b"x<?xml", "repaired: characters before the first tag (1)"),
            (b"On ropes.", b"On r\xf6pes.", "repaired: bytes not valid in its encoding (1)"),
        ],
    )
    def test_common_errors_of_exports_are_repaired_with_a_warning(self, old, new, repaired):
        _, articles, ledger = read(wxr(wxr_item(wxr_comment(1))).replace(old, new))
        assert shape(articles[0]) == [("1", None)]
        assert repaired in ledger.warnings

    @pytest.mark.parametrize("times", [1, 100])
    def test_output_before_an_export_is_ignored(self, times):
        notice = b"<br />\n<b>Notice</b>: x & y in <b>/srv/a.php</b> on line <b>3</b><br />\n"
        data = notice * times + wxr(wxr_item(wxr_comment(1)), wxr_item(wxr_comment(2), number=11))
        _, articles, ledger = read(data)
        assert [shape(a) for a in articles] == [[("1", None)], [("2", None)]]
        assert ledger.is_whole
        first = next(n for n, line in enumerate(data.splitlines(), 1) if b"<item>" in line)
        assert articles[0].lines[0] == first

    def test_content_after_the_end_of_an_export_is_read(self):
        items = [wxr_item(wxr_comment(n), number=n) for n in (1, 2, 3)]
        _, articles, ledger = read(wxr(items[0]) + "".join(items[1:]).encode())
        assert [shape(a) for a in articles] == [[("1", None)], [("2", None)], [("3", None)]]
        assert not ledger.is_whole
        assert len(read(wxr(items[0]) + wxr(*items[1:]))[1]) == 3

    @pytest.mark.parametrize("declared", [b"UTF-8", b"ISO-8859-1", b"latin1", b"Windows-1252"])
    def test_windows_bytes_are_read_regardless_of_the_declaration(self, declared):
        data = wxr(wxr_item(wxr_comment(1, "“Zoë’s” – 5 €"))).decode().encode("cp1252")
        _, articles, _ = read(data.replace(b"UTF-8", declared))
        assert articles[0].comments[0].text == "“Zoë’s” – 5 €"

    def test_utf_8_with_an_outdated_declaration_is_read_as_utf_8(self):
        data = wxr(wxr_item(wxr_comment(1, "Größe"))).replace(b"UTF-8", b"ISO-8859-1")
        _, articles, ledger = read(data)
        assert (articles[0].comments[0].text, ledger.warnings) == ("Größe", [])

    def test_a_truncated_character_is_dropped(self):
        data = wxr(wxr_item(wxr_comment(1, "Größe")))
        _, articles, ledger = read(data[: data.index("ö".encode()) + 1])
        assert articles[0].comments[0].text == "Gr"
        assert "repaired: bytes not valid in its encoding (1)" in ledger.warnings

    def test_comments_and_instructions_are_not_repaired_as_text(self):
        data = wxr(wxr_item(wxr_comment(1)))
        data = data.replace(
            b"<channel>", b"<!-- a & b -- <![CDATA[ \x01 --><?php echo & ?><channel>"
        )
        _, articles, ledger = read(data)
        assert shape(articles[0]) == [("1", None)]
        assert ledger.warnings == ["repaired: characters not allowed in XML (1)"]

    @pytest.mark.parametrize("size", range(60, 190, 7))
    def test_no_token_is_split_at_the_end_of_a_chunk(self, size, monkeypatch):
        data = wxr(wxr_item(wxr_comment(1, "a ]]]]><![CDATA[> b")), wxr_item(number=11)).replace(
            b"</item>", b"<!-- & ]]> -- <b> --><a>&eacute;&amp;&#233;< & ]]></a></item>"
        )
        monkeypatch.setattr(xml_stream, "CHUNK", size)
        _, articles, ledger = read(data)
        assert [a.comments[0].text for a in articles if a.comments] == ["a ]]> b"]
        assert len(articles) == 2
        assert sorted(ledger.warnings) == [
            "repaired: HTML entities (2)",
            "repaired: bare < (2)",
            "repaired: bare ]]> (2)",
            "repaired: bare ampersands (2)",
        ]

    def test_unescaped_markup_stays_in_its_text(self):
        item = wxr_item(wxr_comment(1, "Me ]]>and <b>you</b><br/>!<![CDATA["))
        _, articles, _ = read(wxr(item))
        assert articles[0].comments[0].text == "Me and <b>you</b><br/>!"

    def test_reading_continues_after_an_unreadable_part(self):
        broken = wxr_comment(2).replace("</wp:comment_author>", "</wp:oops>")
        data = wxr(
            wxr_item(wxr_comment(1), broken, wxr_comment(3, "<wp:comment>")),
            wxr_item(wxr_comment(4), number=11),
        )
        _, articles, ledger = read(data)
        assert [shape(a) for a in articles] == [
            [("1", None), ("2", None), ("3", None)],
            [("4", None)],
        ]
        assert articles[0].comments[1].status == "pending"
        assert (ledger.is_whole, ledger.counts()["left over"]) == (False, 1)
        line = data.decode().splitlines().index(broken.splitlines()[0]) + 1
        assert ledger.warnings == [f"line {line}: the rest cannot be read: mismatched tag"]
        assert articles[1].lines[0] == line + 3

    def test_a_forged_comment_in_an_unreadable_part_is_ignored(self):
        forged = "<![CDATA[" + wxr_comment(9).replace("]]>", "") + "]]>"
        data = wxr(wxr_item("<a></b>" + f"<c>{forged}</c>" + wxr_comment(1)))
        _, articles, _ = read(data)
        assert shape(articles[0]) == [("1", None)]

    def test_character_references_forbidden_in_xml_are_dropped(self):
        _, articles, _ = read(wxr(wxr_item()).replace(b"Ropes", b"R&#0;o&#x1F;p&#111;s"))
        assert articles[0].title == "Ropos & knots"

    def test_cdata_inside_cdata_is_text(self):
        text = "a ]]]]><![CDATA[> b & <c> <![CDATA[ d"
        _, articles, _ = read(wxr(wxr_item(wxr_comment(1, text))))
        assert articles[0].comments[0].text == "a ]]> b & <c> <![CDATA[ d"

    @pytest.mark.parametrize(
        "doctype",
        [
            '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
            '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]>',
            '<!DOCTYPE rss SYSTEM "http://outside.example/x.dtd">',
        ],
    )
    def test_a_doctype_is_refused_with_its_line(self, doctype):
        with pytest.raises(SourceError, match=r"export:2: DOCTYPE is not allowed; remove it"):
            read(wxr(wxr_item(), head=doctype))

    @pytest.mark.parametrize("share", [0.5, 0.8, 0.97])
    def test_a_truncated_file_is_reported_and_its_content_kept(self, share):
        data = wxr(*(wxr_item(wxr_comment(n), number=n) for n in range(1, 20)))
        _, articles, ledger = read(data[: int(len(data) * share)])
        assert articles
        assert not ledger.is_whole
        assert ledger.counts()["left over"] == 1

    def test_a_file_truncated_in_its_head_is_refused(self):
        with pytest.raises(SourceError):
            read(wxr(wxr_item())[:300])

    def test_elements_nested_without_limit_are_refused(self):
        with pytest.raises(SourceError, match="nested too deeply"):
            read(wxr("<item>" + "<b>" * 1_000))

    def test_line_numbers_match_the_file(self):
        data = wxr(wxr_item(wxr_comment(1), wxr_comment(2)))
        _, articles, _ = read(data)
        line = data.decode().splitlines()[articles[0].comments[1].lines[0] - 1]
        assert "<wp:comment_id><![CDATA[2]]>" in line

    def test_utf_16_with_a_byte_order_mark_is_read(self):
        text = wxr(wxr_item(wxr_comment(1, "Größe"))).decode().replace("UTF-8", "UTF-16")
        _, articles, _ = read(text.encode("utf-16"))
        assert articles[0].comments[0].text == "Größe"

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
    def test_a_gallery_shows_the_attachments_of_its_post_in_any_encoding(self, encoding):
        post = wxr_item(wxr_comment(1)).replace("<p>On ropes.</p>", "[gallery]")
        address = "https://quay.example/uploads/knot.jpg"
        picture = wxr_item(
            number=11, post_type="attachment", post_parent="10", attachment_url=address
        )
        text = wxr(post, picture).decode().replace("UTF-8", encoding)
        _, articles, _ = read(text.encode(encoding))
        assert f'<img src="{address}"' in articles[0].body_html

    def test_the_pages_of_attachments_are_former_urls_of_their_post(self):
        picture = wxr_item(
            number=11,
            post_type="attachment",
            post_parent="10",
            attachment_url="https://x.example/a.jpg",
        )
        loose = wxr_item(
            number=12,
            post_type="attachment",
            post_parent="0",
            attachment_url="https://x.example/b.jpg",
        )
        _, articles, _ = read(wxr(wxr_item(wxr_comment(1)), picture, loose))
        pages = {"https://quay.example/11/", "https://quay.example/?attachment_id=11"}
        assert pages <= set(articles[0].old_addresses)
        assert not any("12" in address for address in articles[0].old_addresses)


class TestDisqus:
    def test_disqus_threads_and_posts_are_read(self):
        name, articles, ledger = read(
            disqus(disqus_thread(2), disqus_post(11, 2), disqus_post(12, 2, 11))
        )
        assert name == "disqus"
        assert (articles[0].title, shape(articles[0])) == ("Ropes", [("11", None), ("12", "11")])
        assert ledger.counts()["comment"] == 2

    @pytest.mark.parametrize(
        ("fields", "status"),
        [
            ({}, "approved"),
            ({"isSpam": "true"}, "spam"),
            ({"isDeleted": "true"}, "removed"),
            ({"isApproved": "false"}, "pending"),
        ],
    )
    def test_disqus_statuses_are_mapped(self, fields, status):
        _, articles, _ = read(disqus(disqus_thread(2), disqus_post(11, 2, **fields)))
        assert articles[0].comments[0].status == status

    def test_a_page_under_http_and_https_is_one_article(self):
        _, articles, _ = read(
            disqus(
                disqus_thread(2, "http://quay.example/ropes/"),
                disqus_thread(3, "https://quay.example/ropes"),
                disqus_post(11, 2),
                disqus_post(12, 3),
            )
        )
        assert [len(a.comments) for a in articles] == [2]

    @pytest.mark.parametrize(
        "address",
        [
            "https://quay.example/ropes/?utm_source=feedburner&amp;utm_medium=feed",
            "https://quay.example/ropes/?fbclid=IwAR0abc",
            "https://quay.example/ropes/?gclid=x&amp;mc_cid=1",
            "https://quay.example/ropes/?replytocom=12#respond",
            "https://quay.example/ropes/#comments",
            "https://www.quay.example/ropes/",
            "https://quay.example/ropes/index.html",
            "https://quay.example/ropes/index.php",
            "https://QUAY.example/ropes",
            "http://quay.example:80/ropes//",
            "  https://quay.example/ropes/\n",
        ],
    )
    def test_a_page_under_several_urls_is_one_article(self, address):
        for threads in (
            [disqus_thread(2), disqus_thread(3, address, title="")],
            [disqus_thread(2, address, title=""), disqus_thread(3)],
        ):
            _, articles, ledger = read(disqus(*threads, disqus_post(11, 2), disqus_post(12, 3, 11)))
            assert [(a.title, shape(a)) for a in articles] == [
                ("Ropes", [("11", None), ("12", "11")])
            ]
            assert "utm_" not in articles[0].url
            assert ledger.unaccounted() == 0

    @pytest.mark.parametrize(
        "address",
        [
            "https://quay.example/ropes/?p=2",
            "https://quay.example/Ropes/",
            "https://other.example/ropes/",
            "https://quay.example:8000/ropes/",
            "https://quay.example/ropes/#!/page/2",
            "https://quay.example/ropes/index/",
        ],
    )
    def test_urls_that_may_be_different_pages_stay_separate(self, address):
        data = disqus(
            *(disqus_thread(2), disqus_thread(3, address)),
            *(disqus_post(11, 2), disqus_post(12, 3)),
        )
        assert [shape(a) for a in read(data)[1]] == [[("11", None)], [("12", None)]]

    def test_seven_threads_of_one_page_are_one_article(self):
        _, articles, _ = read((CASES / "disqus-split-threads.xml").read_bytes())
        assert [(a.title, a.url) for a in articles] == [
            ("The Wheel", "https://mill.example/wheel/")
        ]

    def test_threads_without_posts_are_counted_but_not_imported(self):
        _, articles, ledger = read((CASES / "disqus-empty-threads.xml").read_bytes())
        assert [a.title for a in articles] == ["The Wheel"]
        assert ledger.counts()["ignored"] == 2
        assert ledger.warnings == [
            "2 threads without posts not imported: https://mill.example/a/, "
            "http://localhost:4000/draft/"
        ]

    def test_an_empty_thread_is_ignored_and_a_post_without_thread_not_imported(self):
        _, articles, ledger = read(
            disqus(
                *(disqus_thread(2, "", title=""), disqus_thread(3)),
                *(disqus_post(11, 99), disqus_post(12, 3)),
            )
        )
        assert len(articles) == 1
        assert ledger.counts()["ignored"] == ledger.counts()["left over"] == 1

    def test_disqus_elements_may_have_a_prefix(self):
        data = disqus(disqus_thread(2), disqus_post(11, 2, message="Text")).decode()
        data = re.sub("<(/?)(?=[a-z])", r"<\1d:", data).replace("xmlns=", "xmlns:d=")
        name, articles, _ = read(data.encode())
        assert (name, shape(articles[0])) == ("disqus", [("11", None)])

    def test_white_space_around_an_id_is_ignored(self):
        data = disqus(disqus_thread(2), disqus_post(11, 2), disqus_post(12, 2, 11))
        data = re.sub(rb'(<(?:thread|parent) dsq:id=")', rb"\1 ", data)
        _, articles, _ = read(data)
        assert shape(articles[0]) == [("11", None), ("12", "11")]

    def test_a_post_may_come_before_its_thread(self):
        _, articles, ledger = read(disqus(disqus_post(11, 2), disqus_thread(2), disqus_post(12, 2)))
        assert {c.key for c in articles[0].comments} == {"11", "12"}
        assert ledger.counts()["left over"] == 0

    def test_an_empty_repetition_does_not_hide_its_thread(self):
        shell = '<thread dsq:id="2"><id/></thread>'
        _, articles, _ = read(disqus(disqus_thread(2), shell, disqus_post(11, 2)))
        assert [(a.title, len(a.comments)) for a in articles] == [("Ropes", 1)]

    def test_a_post_without_an_id_uses_the_id_of_its_origin(self):
        post = disqus_post(11, 2).replace('<post dsq:id="11">', "<post><id>wp_id=4</id>")
        _, articles, _ = read(disqus(disqus_thread(2), post))
        assert shape(articles[0]) == [("wp_id=4", None)]

    def test_an_attribute_may_lack_its_quotation_marks(self):
        bare = disqus_post(12, 2, 11).replace('dsq:id="2"', "dsq:id=2").replace('"11"', "11")
        _, articles, ledger = read(disqus(disqus_thread(2), disqus_post(11, 2), bare))
        assert shape(articles[0]) == [("11", None), ("12", "11")]
        assert ledger.warnings == ["repaired: attributes without quotes (2)"]

    def test_a_repeated_attribute_costs_only_its_post(self):
        bad = disqus_post(11, 2).replace('<thread dsq:id="2"/>', '<thread dsq:id="2" dsq:id="2"/>')
        _, articles, ledger = read(disqus(disqus_thread(2), bad, disqus_post(12, 2)))
        assert shape(articles[0]) == [("12", None)]
        assert [e["owner"] for e in ledger.as_json() if e["use"] == "left over"] == ["11", ""]

    @pytest.mark.parametrize(
        ("author", "name"),
        [
            ("<name>A &amp;amp; B</name>", "A & B"),
            ("<username>ada</username>", "ada"),
            ("<name/>", ""),
        ],
    )
    def test_disqus_names_are_read(self, author, name):
        _, articles, _ = read(disqus(disqus_thread(2), disqus_post(11, 2, author=author)))
        assert articles[0].comments[0].author == name

    def test_the_creator_of_a_thread_is_not_the_author_of_the_page(self):
        thread = disqus_thread(2, author="<name>Owner</name>")
        assert read(disqus(thread, disqus_post(11, 2)))[1][0].authors == []

    def test_a_name_may_be_missing(self):
        _, articles, _ = read(disqus(disqus_thread(2), disqus_post(11, 2, author="")))
        assert articles[0].comments[0].author == ""


class TestIsso:
    def test_isso_threads_and_comments_are_read(self, tmp_path):
        name, articles, ledger = read(
            isso(
                tmp_path,
                [(1, "/ropes/", "Ropes"), (2, "/empty/", None)],
                [
                    (1, 1, None, 1307113500.5, 1, "*Which*?", "Ada"),
                    (1, 2, 1, 1307113600, 2, "This.", None),
                    (1, 3, 9, "soon", 4, "", ""),
                    (7, 4, None, 0, 1, "Lost", "Bo"),
                ],
            )
        )
        article = articles[0]
        assert name == "isso"
        assert shape(article) == [("1", None), ("2", "1"), ("3", "9")]
        assert [c.status for c in article.comments] == ["approved", "pending", "removed"]
        assert article.comments[0].date == datetime(2011, 6, 3, 15, 5, tzinfo=UTC)
        assert (ledger.counts()["ignored"], ledger.counts()["left over"]) == (1, 1)

    @pytest.mark.parametrize(
        ("mode", "status"),
        [
            (1, "approved"),
            (2, "pending"),
            (4, "removed"),
            (5, "removed"),
            (3, "pending"),
            (0, "pending"),
        ]
        + [(None, "approved"), ("x", "pending")],
    )
    def test_isso_modes_are_mapped(self, mode, status, tmp_path):
        data = isso(tmp_path, [(1, "/a/", "A")], [(1, 1, None, 0, mode, "Text", "Ada")])
        assert read(data)[1][0].comments[0].status == status

    def test_columns_missing_in_older_versions_are_accepted(self, tmp_path):
        data = isso(
            tmp_path,
            [(1, "/ropes/", "Ropes")],
            [(1, 1, None, 0, 1, "Text", "Ada")],
            then="ALTER TABLE threads DROP COLUMN title; ALTER TABLE comments DROP COLUMN mode",
        )
        article = read(data)[1][0]
        assert (article.title, article.comments[0].status) == ("/ropes/", "approved")

    def test_a_wal_file_next_to_the_database_is_reported(self, tmp_path):
        data = isso(
            tmp_path,
            [(1, "/a/", "A")],
            [(1, 1, None, 0, 1, "Text", "Ada")],
            then="PRAGMA journal_mode = WAL",
        )
        _, articles, ledger = read(data)
        assert len(articles[0].comments) == 1
        assert "-wal file beside it" in ledger.warnings[0]

    def test_a_gzipped_database_is_read_and_refused_if_truncated(self, tmp_path):
        data = gzip.compress(isso(tmp_path, [(1, "/a/", "A")], [(1, 1, None, 0, 1, "Text", "Ada")]))
        name, articles, ledger = read(data)
        assert (name, shape(articles[0]), ledger.unaccounted()) == ("isso", [("1", None)], 0)
        with pytest.raises(SourceError, match="cut off"):
            read(data[:-10])

    def test_another_database_is_refused(self, tmp_path):
        import sqlite3

        sqlite3.connect(tmp_path / "x.db").execute("CREATE TABLE threads (id)").connection.close()
        with pytest.raises(SourceError, match="not an Isso one"):
            read((tmp_path / "x.db").read_bytes())

    def test_a_damaged_table_is_refused_regardless_of_its_bytes(self, tmp_path):
        data = isso(tmp_path, [(1, "/a/", "A")], [(1, 1, None, 0, 1, "Text", "Ada")])
        with pytest.raises(SourceError, match="cannot be read as SQLite"):
            read(data.replace(b"CREATE TABLE threads", b"CREATE TA\xdbLE threads"))

    def test_comments_of_threads_without_keys_are_not_imported(self, tmp_path):
        data = isso(tmp_path, [(1, "/a/", "A")], [(1, 1, None, 0, 1, "Text", "Ada")])
        schema = b"threads (id INTEGER PRIMARY KEY"
        assert schema in data
        _, articles, ledger = read(data.replace(schema, schema.replace(b"PRIMARY", b"PRIMAPY")))
        assert (articles, ledger.unaccounted()) == ([], 0)
        assert [s["reason"] for s in ledger.as_json() if s["use"] == "left over"] == [
            "its thread was not found"
        ]

    def test_a_damaged_database_is_refused(self, tmp_path):
        data = isso(tmp_path, [(1, "/a/", "A")], [(1, 1, None, 0, 1, "Text", "Ada")])
        with pytest.raises(SourceError):
            read(data[:20] + b"\xff" * (len(data) - 20))

    def test_a_page_under_several_uris_is_one_article(self, tmp_path):
        uris = ["/a/?utm_source=x", "/a/", "/a/index.html", "/a/#comments", "/b/"]
        threads = [(n, uri, "A" if n > 1 else None) for n, uri in enumerate(uris, 1)]
        comments = [(n, n, n - 1 or None, 0, 1, "Text", "Ada") for n in range(1, 6)]
        _, articles, ledger = read(isso(tmp_path, threads, comments))
        assert [(a.title, a.url) for a in articles] == [("A", "/a/"), ("A", "/b/")]
        assert shape(articles[0]) == [("1", None), ("2", "1"), ("3", "2"), ("4", "3")]
        assert ledger.unaccounted() == 0

    def test_values_that_are_not_imported_are_counted(self, tmp_path):
        then = "UPDATE comments SET website = 'https://ada.example', likes = 2"
        data = isso(tmp_path, [(1, "/a/", "A")], [(1, 1, None, 0, 1, "Text", "Ada")], then)
        ledger = read(data)[2]
        assert dict(ledger.dropped) == {"votes": 1}


class TestRemark42:
    def test_a_page_under_several_urls_is_one_article(self):
        comments = [
            remark42_comment(str(n), locator={"url": f"https://{address}"}, score=n)
            for n, address in enumerate(
                ["q.example/a/?utm_source=x", "www.q.example/a", "q.example/"]
            )
        ]
        posts = [{"url": "http://q.example/a/", "read_only": True}]
        _, articles, ledger = read(remark42(*comments, posts=posts))
        assert [(a.url, a.closed, len(a.comments)) for a in articles] == [
            ("https://q.example/a/", True, 2),
            ("https://q.example/", False, 1),
        ]
        assert ledger.dropped["votes"] == 2

    @pytest.mark.parametrize("pack", [bytes, gzip.compress])
    def test_remark42_pages_and_comments_are_read(self, pack):
        url = "https://quay.example/ropes/"
        name, articles, _ = read(
            pack(
                remark42(
                    remark42_comment("b", "a"),
                    remark42_comment("a"),
                    remark42_comment("c", delete=True),
                    posts=[{"url": url, "read_only": True}],
                )
            )
        )
        article = articles[0]
        assert (name, article.url, article.closed) == ("remark42", url, True)
        assert sorted(shape(article)) == [("a", None), ("b", "a"), ("c", None)]
        assert {c.key: c.status for c in article.comments}["c"] == "removed"
        assert article.comments[0].date == datetime(2018, 5, 12, 10, 11, 12, 123456, UTC)

    @pytest.mark.parametrize("between", [b",", b",\n", b"\n\t"])
    def test_an_array_or_a_single_line_is_accepted(self, between):
        lines = remark42(remark42_comment("a"), remark42_comment("b", "a")).splitlines()
        _, articles, ledger = read(b"[" + between.join(lines) + b"]")
        assert shape(articles[0]) == [("a", None), ("b", "a")]
        assert ledger.counts()["left over"] == 0

    def test_a_byte_order_mark_is_accepted(self):
        name, articles, _ = read(b"\xef\xbb\xbf" + remark42(remark42_comment("a")))
        assert (name, shape(articles[0])) == ("remark42", [("a", None)])

    def test_indented_json_is_refused(self):
        data = b"\n".join(
            json.dumps(json.loads(line), indent=1).encode()
            for line in remark42(remark42_comment("a")).splitlines()
        )
        with pytest.raises(SourceError, match="contains no Remark42 comments"):
            read(data)

    def test_the_title_may_come_with_a_later_comment(self):
        untitled = remark42_comment("a", title="")
        _, articles, _ = read(remark42(untitled, remark42_comment("b")))
        assert articles[0].title == "Ropes"
        _, articles, _ = read(remark42(untitled))
        assert articles[0].title == "https://quay.example/ropes/"

    def test_characters_that_databases_cannot_store_are_dropped(self):
        comment = remark42_comment("a", text="a\0b\ud800c\U0001f33f", user={"name": "A\0da\udfff"})
        _, articles, _ = read(remark42(comment))
        assert articles[0].comments[0].text == "abc\U0001f33f"
        assert articles[0].comments[0].author == "Ada"

    @pytest.mark.parametrize("time", ["0001-01-01T00:00:00Z", "", "0001-01-01T00:00:00+14:00"])
    def test_an_invalid_time_is_unknown(self, time):
        assert read(remark42(remark42_comment("a", time=time)))[1][0].comments[0].date is None

    def test_a_line_that_is_not_json_is_not_imported(self):
        _, articles, ledger = read(remark42(remark42_comment("a")) + b"{oops\n[1]\n")
        assert len(articles[0].comments) == 1
        assert ledger.counts()["left over"] == 2

    def test_a_truncated_backup_is_reported(self):
        data = gzip.compress(remark42(*(remark42_comment(str(n)) for n in range(2_000))))
        _, articles, ledger = read(data[: len(data) * 2 // 3])
        assert articles
        assert not ledger.is_whole

    def test_a_decompression_bomb_is_refused(self):
        head = remark42(remark42_comment("a"))
        with pytest.raises(SourceError, match="unpacks to more than"):
            read(gzip.compress(head + b" " * 50_000_000))


def records(parents: list[int]) -> list[CommentRecord]:
    """Return comments 0, 1, 2…; a parent below zero means none, one that is too high doesn't exist."""
    return [
        CommentRecord(key=str(i), text="x", parent=None if p < 0 else str(p))
        for i, p in enumerate(parents)
    ]


class TestParentsFirst:
    def test_the_order_of_the_file_is_kept_where_parents_allow(self):
        warnings: list[str] = []
        made = parents_first(records([-1, 3, 0, -1]), warnings)
        assert [c.key for c in made] == ["0", "2", "3", "1"]
        assert warnings == []

    @pytest.mark.parametrize(
        ("parents", "said"),
        [
            ([0], "comment 0: circular reply chain"),
            ([1, 2, 0], "comment 0: circular reply chain"),
        ],
    )
    def test_impossible_parents_are_reported_by_id_and_nothing_is_lost(self, parents, said):
        warnings: list[str] = []
        made = parents_first(records(parents), warnings)
        assert len(made) == len(parents)
        assert said in warnings

    def test_comments_with_the_same_id_are_both_kept(self):
        warnings: list[str] = []
        twice = [CommentRecord(key="7", text="a"), CommentRecord(key="7", text="b")]
        assert [c.key for c in parents_first(twice, warnings)] == ["7", "7 (2)"]
        assert warnings == ["comment 7 appears more than once; stored as 7 (2)"]

    def test_a_reversed_chain_five_thousand_deep_is_read(self):
        count = 5_000
        made = parents_first(records([*range(1, count), -1]), [])
        assert [c.key for c in made[:2]] == [str(count - 1), str(count - 2)]

    @given(st.lists(st.integers(min_value=-1, max_value=30), max_size=25))
    def test_nothing_is_lost_and_parents_come_first(self, parents):
        made = parents_first(records(parents), [])
        assert sorted(c.key for c in made) == sorted(str(i) for i in range(len(parents)))
        seen: set[str] = set()
        here = {comment.key for comment in made}
        for comment in made:
            assert comment.parent is None or comment.parent in seen or comment.parent not in here
            seen.add(comment.key)
