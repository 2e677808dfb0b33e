"""Authors, dates and URLs of articles, in the forms in which themes write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from commentary.importing.formats.html.article import read_article
from commentary.importing.formats.html.comments import read_comments
from commentary.importing.formats.html.dom import parse
from commentary.importing.formats.html.outline import outline_of
from commentary.importing.formats.html.page_facts import page_facts

SENTENCE = "The lock keepers counted the barges, and the barges did not count the lock keepers. "


def page(byline="", head="", after="", language="en"):
    return parse(
        f"<html lang={language}><head><title>Locks</title>{head}</head><body><main><h1>Locks</h1>{byline}"
        f"<p>{SENTENCE * 2}</p><p>{SENTENCE * 2}</p><p>{SENTENCE * 2}</p>{after}</main></body></html>"
    )


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("<p>Zoé Lefèvre, le 10 février 2019 à 18 h 30 — Mis à jour le 1er juin 2021</p>", ["Zoé Lefèvre"]),
        ("<p>Jan. 2, 2019 • Bertram Hale</p>", ["Bertram Hale"]),
        ("<p>Ines de la Cruz | 5 March 2012</p>", ["Ines de la Cruz"]),
        ("<p class=author-line>Words: Ines Varga. Pictures: Caleb Thorne</p>", ["Ines Varga"]),
        ("<p>posted by <a href='/u/caleb'>caleb</a> on <time datetime=2022-08-01>Aug 1</time></p>", ["caleb"]),
        ("<p>by <span><a href=/u>Ines Varga</a></span><span>Published 5 March 2012</span></p>", ["Ines Varga"]),
        ("<p>by <b>Ines Varga</b><i>em 5 de março de 2012</i></p>", ["Ines Varga"]),
        ("<p><i>B</i>y <b>I</b>nes Varga</p>", ["Ines Varga"]),
        ("<p>Harbour, 5 March 2012</p>", []),
        ("<p>The lock opened, 5 March 2012</p>", []),
    ],
)  # fmt: skip
def test_authors_are_read_beside_dates_and_after_labels(byline, authors):
    assert page_facts(page(byline)).authors == authors


def test_a_name_beside_a_date_below_the_text_is_no_author():
    after = (
        "<h3>What visitors wrote</h3><div>Peggy Rowe, 12 February 2009</div><div>I was there.</div>"
    )
    assert page_facts(page(after=after)).authors == []


def test_a_signature_at_the_end_is_not_part_of_the_text():
    document = page(after="<p align=right><i>Peggy Rowe, 14 October 1999</i></p>")
    facts = page_facts(document)
    assert (facts.authors, facts.date) == (["Peggy Rowe"], datetime(1999, 10, 14))
    article = read_article(document, facts, read_comments(document, facts).area)
    assert "Peggy" not in article.body_html


def test_a_signature_above_the_last_line_is_not_part_of_the_text():
    document = page(
        "<p>By Ines Varga, 5 March 2012</p>", after="<p>Author: <b>Ines Varga</b></p><p>Boats</p>"
    )
    assert "Varga" not in read_article(document, page_facts(document)).body_html


@pytest.mark.parametrize(
    ("shown", "date"),
    [
        ("February 10, 2010, 6:05 p.m. EST", datetime(2010, 2, 10, 18, 5, tzinfo=timezone(timedelta(hours=-5)))),
        ("10. Februar 2010, 18:05 MEZ", datetime(2010, 2, 10, 18, 5, tzinfo=timezone(timedelta(hours=1)))),
        ("10 February 2010 18:05 GMT", datetime(2010, 2, 10, 18, 5, tzinfo=UTC)),
        ("Sun, 04/03/2016 - 10:30", datetime(2016, 4, 3, 10, 30)),
        ("Sunday 3/4/2016", datetime(2016, 4, 3)),
    ],
)  # fmt: skip
def test_zones_and_weekdays_of_dates_are_understood(shown, date):
    assert page_facts(page(f"<p>{shown}</p>")).date == date


def test_the_date_may_be_only_in_the_url_of_the_article():
    facts = page_facts(page(head="<link rel=canonical href='http://a.example/2011/07/19/locks/'>"))
    assert (facts.date, facts.precision) == (datetime(2011, 7, 19), "day")
    facts = page_facts(page(head="<link rel=canonical href='http://a.example/2011/07/locks/'>"))
    assert facts.date is None


@pytest.mark.parametrize(
    ("classes", "old"),
    [
        ("post-88 hentry", ["http://a.example/?p=88"]),
        ("type-post", ["http://a.example/?p=88"]),
        ("message", []),
    ],
)
def test_the_id_of_a_post_gives_its_short_url(classes, old):
    document = parse(
        f"<html><head><title>Locks</title><link rel=canonical href='http://a.example/locks/'></head>"
        f"<body><article id=post-88 class='{classes}'><h1>Locks</h1><p>{SENTENCE * 3}</p></article></body></html>"
    )
    assert page_facts(document).old_addresses == old


def test_feeds_trackbacks_and_comment_pages_are_found_in_links():
    links = "".join(
        f"<a href='{href}'>x</a>"
        for href in (
            "/2012/locks/feed/",
            "http://a.example/2012/locks/trackback/",
            "/2012/locks/comment-page-2/#comment-5",
            "/2012/other/feed/",
            "/feed/",
            "http://b.example/2012/locks/feed/",
            "/2012/locks/feed/more/",
        )
    )
    head = "<link rel=canonical href='http://a.example/2012/locks/'>"
    assert page_facts(page(head=head, after=f"<p>{links}</p>")).old_addresses == [
        "http://a.example/2012/locks/feed/",
        "http://a.example/2012/locks/trackback/",
        "http://a.example/2012/locks/comment-page-2/",
    ]


def test_selectors_by_a_value_with_a_dot_match():
    outline = outline_of(parse("<body><a href='viewtopic.php?t=3#p4'>x</a><i class=y>z</i></body>"))
    assert len(outline.css("a[href*='viewtopic.php']")) == 1
    assert len(outline.css("a[href*='#p4'], .none")) == 1
    assert outline.css(".none") == []


def test_the_date_of_publication_is_used_where_a_later_one_stands_first():
    shown = "<p>Aktualisiert: 04.02.2017, 12:00 Uhr | Veröffentlicht: 03.02.2017, 09:30 Uhr</p>"
    assert page_facts(page(shown, language="de")).date == datetime(2017, 2, 3, 9, 30)


def test_a_sentence_with_the_feed_of_the_comments_is_not_part_of_the_text():
    head = "<link rel=canonical href='http://a.example/2012/05/locks/'>"
    after = "<p>Puedes seguir los comentarios con el <a href='/2012/05/locks/feed/'>RSS</a>.</p>"
    document = page(head=head, after=after)
    facts = page_facts(document)
    assert "RSS" not in read_article(document, facts, ()).body_html
    assert facts.old_addresses == ["http://a.example/2012/05/locks/feed/"]
