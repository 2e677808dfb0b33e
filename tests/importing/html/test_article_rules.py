"""Rules for articles that need several pages, or pages written only for the test."""

import random
import re
from datetime import datetime
from pathlib import Path

import pytest

from commentary.importing.formats.html.article import read_article, read_articles
from commentary.importing.formats.html.dom import UnreadablePage, decode, parse, text_nodes
from commentary.importing.formats.html.elements import BLOCK, INLINE
from commentary.importing.formats.html.furniture import furniture_fingerprints
from commentary.importing.formats.html.page_facts import page_facts
from commentary.text.article_html import ATTRIBUTES, ATTRIBUTES_OF_ALL

PAGES = sorted((Path(__file__).parent / "articles").glob("*.html"))
ADDRESS = re.compile(r"(?:https?|ftp|mailto|tel):|(?![a-z][a-z0-9+.-]*:)", re.I)


def read(html, area=None, repeated=frozenset()):
    document = parse(html)
    return read_article(document, page_facts(document), area and document.css(area) or (), repeated)


HOME = """<html><head><title>Hod</title><link rel=canonical href="https://hod.example/">
<meta name=generator content="WordPress 4"></head><body class="home blog">
<div class="post hentry"><h2 class="entry-title"><a href="/kiln/" rel="bookmark">The kiln</a></h2>
<span class="author vcard"><span class="fn">Ada</span></span> <time class="entry-date published" datetime="2013-02-01T10:00:00">1 Feb</time>
<div class="entry-content"><p>It burned for nine days and was finished with us.</p></div></div>
<div class="post hentry"><h2 class="entry-title"><a href="/clay/" rel="bookmark">Clay</a></h2>
<div class="entry-content"><p>There is more of it here than anywhere. <a class="more-link" href="/clay/">Continue reading</a></p></div></div>
</body></html>"""


def test_each_entry_of_a_list_is_an_article_with_its_permalink():
    document = parse(HOME)
    facts = page_facts(document)
    whole, excerpt = read_articles(document, facts)
    assert facts.kind == "list"
    assert facts.canonical == "https://hod.example/"
    assert (whole.title, whole.url) == ("The kiln", "https://hod.example/kiln/")
    assert (whole.authors, whole.date.isoformat()) == (["Ada"], "2013-02-01T10:00:00")
    assert whole.body_html == "<p>It burned for nine days and was finished with us.</p>"
    assert (excerpt.title, excerpt.url) == ("Clay", "https://hod.example/clay/")
    assert [whole.is_excerpt, excerpt.is_excerpt] == [False, True]


@pytest.mark.parametrize(
    ("classes", "kind"),
    [
        ("blog", "article"),
        ("date", "article"),
        ("home blog", "list"),
        ("archive date", "list"),
        ("single blog", "article"),
        ("page page-id-4", "article"),
        ("error404", "error"),
    ],
)
def test_classes_of_the_page_tell_lists_from_articles(classes, kind):
    html = f"""<html><title>Clay</title><body class="{classes}"><article class="post hentry"><h1 class="entry-title">Clay</h1>
    <div class="entry-content"><p>There is more of it here than anywhere.</p></div></article></body></html>"""
    assert page_facts(parse(html)).kind == kind


PLAIN = """<html><head><title>{0}</title></head><body><div class=q1><p>Welcome to the site of the lock keepers of the old canal.</p></div>
<div class=q2><h1>{0}</h1><p>{1}</p><p>Read what the lock keepers wrote before this.</p></div></body></html>"""


def test_blocks_that_most_pages_share_are_furniture():
    one, two = (
        parse(PLAIN.format(title, text))
        for title, text in (
            ("Spring", "The first boat came through on a Sunday with nobody at the tiller."),
            ("Summer", "There was no water for boats, and we planted beans in the lock."),
        )
    )
    shared = furniture_fingerprints(one) & furniture_fingerprints(two)
    article = read_article(one, page_facts(one), repeated=shared)
    assert article.body_html == (
        "<p>The first boat came through on a Sunday with nobody at the tiller.</p>"
    )
    assert "on most pages of the site" in {reason for _, reason in article.furniture}


def test_an_article_repeated_on_lists_of_its_site_is_not_furniture():
    html = PLAIN.format("Spring", "The first boat came through on a Sunday.")
    html = html.replace(
        "</body>",
        "<ol class=commentlist><li>I was at the tiller, whatever they say.</li></ol></body>",
    )
    document = parse(html)
    shared = furniture_fingerprints(document)
    assert "first boat" in read_article(document, page_facts(document), repeated=shared).body_html


def test_nothing_of_the_comment_area_is_in_the_article():
    html = """<body><h1>Locks</h1><div class=a><p>A lock is a staircase for boats, and boats are slow to learn it.</p></div>
    <div class=b><p>I have carried mine up that staircase twice, and would not do it again for money.</p></div></body>"""
    assert "carried" in read(html).body_html
    assert "carried" not in read(html, area=".b").body_html


def test_a_comment_area_around_the_title_is_ignored():
    html = """<body><div class=all><h1>Locks</h1><div class=entry-content><p>A lock is a staircase for boats.</p></div>
    <ol class=commentlist><li>Ours has nine steps.</li></ol></div></body>"""
    assert read(html, area=".all").body_html == "<p>A lock is a staircase for boats.</p>"


def test_every_text_of_a_page_is_accounted_for_once():
    for page in PAGES:
        document = parse(decode(page.read_bytes()).text)
        article = read_article(document, page_facts(document))
        given = [*article.used, *(n for n, _ in article.furniture), *article.unrecognised]
        assert len(given) == len(set(given)), page.name
        left = [
            node.text_content
            for number, node in enumerate(text_nodes(document.root), 1)
            if number not in given and node.text_content.strip() and not is_of_comments(node)
        ]
        assert not left, page.name


def is_of_comments(node):
    names = ""
    while (node := node.parent) is not None and node.is_element_node:
        names += f" {node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
    return bool(
        re.search(r"comment|respond|discussion|trackback|\bp20\d|ljcmt|hidden", names, re.I)
    )


def test_an_article_outlives_its_document():
    document = parse(PLAIN.format("Spring", "The first boat came through on a Sunday."))
    facts = page_facts(document)
    article = read_article(document, facts)
    del document
    assert facts.title == "Spring"
    assert "first boat" in article.body_html


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_only_the_allow_list_comes_out_of_broken_pages(page):
    data = page.read_bytes()
    chance = random.Random(page.stem)
    for _ in range(12):
        document = parse_or_none(broken(data, chance))
        if document is None:
            continue
        for article in read_articles(document, page_facts(document)):
            check(article.body_html)


def parse_or_none(data):
    try:
        return parse(decode(data).text)
    except UnreadablePage:
        return None


def broken(data, chance):
    data = bytearray(data)
    pieces = [
        b"<",
        b'"',
        b"</div>",
        b"<table>",
        b"<b>",
        b"<script>",
        b"<!--",
        b"\0",
        b'href="http://[',
        b"<pre>",
        b"<figure>",
    ]
    for _ in range(chance.choice((1, 4, 20))):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(4):
            case 0:
                del data[at : at + chance.choice((1, 20, 400))]
            case 1:
                data[at:at] = chance.choice(pieces) * chance.choice((1, 1, 50))
            case 2:
                data[at:at] = data[: chance.choice((50, 900))]
            case _:
                data[at : at + 1] = bytes([chance.randrange(256)])
    return bytes(data)


def check(html):
    for node in parse(html).tree.body.css("*"):
        if node.tag == "body":
            continue
        assert node.tag in INLINE | BLOCK, node.tag
        for name, value in node.attributes.items():
            assert name in (*ATTRIBUTES.get(node.tag, ()), *ATTRIBUTES_OF_ALL)
            assert name not in ("href", "src", "cite") or ADDRESS.match(value or ""), value


SENTENCE = "The lock keepers counted the barges, and the barges did not count the lock keepers. "


@pytest.mark.parametrize(
    "counter",
    [
        '<ul><li class="comments">12</li><li class="share">Share</li></ul>',
        '<div class="comments"><a href="#comments">Comments (3)</a></div>',
        '<a class="bubble comments" href="#c">7</a>',
    ],
)
def test_a_counter_of_comments_above_the_text_does_not_end_it(counter):
    paragraphs = f"<p>{SENTENCE * 3}</p>" * 4
    html = f"<html><title>Locks</title><body><div class=x><h1>Locks</h1>{counter}{paragraphs}</div></body></html>"
    assert read(html).body_html.count("<p>") == 4


@pytest.mark.parametrize(
    ("html", "is_certain"),
    [
        (f"<div class=x><h1>Locks</h1><p>{SENTENCE * 9}</p></div>", True),
        (f"<h1>Locks</h1><div class=x><p>{SENTENCE * 9}</p></div>", True),
        (f"<div class=x><p>{SENTENCE * 9}</p></div>", False),
        (f"<div class=x><h1>Locks</h1><p>{SENTENCE}</p></div>", False),
    ],
)
def test_a_text_is_certain_with_its_title_and_most_prose_of_the_page(html, is_certain):
    article = read(f"<html><title>Locks</title><body>{html}</body></html>")
    assert article.is_certain == is_certain


def test_the_url_of_an_article_may_be_in_its_trackback_data():
    html = f"""<html><title>Locks</title><body><!-- <rdf:RDF><rdf:Description
    rdf:about="http://lock.example/archives/12.html" dc:title="Locks" /></rdf:RDF> --><h1>Locks</h1><p>{SENTENCE}</p></body></html>"""
    assert page_facts(parse(html)).canonical == "http://lock.example/archives/12.html"


def test_a_relative_canonical_url_is_on_the_host_of_the_short_link():
    html = """<html><head><title>Locks</title><link rel=canonical href="/en/locks">
    <link rel=shortlink href="http://lock.example/node/5"></head><body><h1>Locks</h1><p>Text.</p></body></html>"""
    facts = page_facts(parse(html))
    assert facts.canonical == "http://lock.example/en/locks"
    assert facts.old_addresses == ["http://lock.example/node/5"]


def test_a_label_of_the_page_is_not_its_title():
    html = f"<html><title>Barges in winter</title><body><div><h1>Detailansicht</h1><p>{SENTENCE * 3}</p></div></body></html>"
    assert page_facts(parse(html)).title == "Barges in winter"


def test_a_picture_with_the_title_as_its_caption_stays_in_the_article():
    html = f"""<html><title>Locks</title><body><h1>Locks</h1><div class=entry-content><p><img src="/locks.jpg" alt="A lock"><br>
    <em>Locks</em></p><p>{SENTENCE * 3}</p></div></body></html>"""
    assert "/locks.jpg" in read(html).body_html


def test_a_date_beside_a_name_without_a_space_between_them_is_read():
    html = f"""<html><title>Locks</title><body><div><h1>Locks</h1><header><span>ann_k</span><span>5 June 2019, 12:30</span></header>
    <p>{SENTENCE * 3}</p></div></body></html>"""
    assert page_facts(parse(html)).date == datetime(2019, 6, 5, 12, 30)


@pytest.mark.parametrize(
    ("address", "kind"),
    [("/archives/77", "article"), ("/archives/12345/", "article"), ("/archives/00000087.html", "article"), ("/archives/200405.html", "list"), ("/archives/2009", "list"), ("/archives/locks/", "list")],
)  # fmt: skip
def test_an_article_may_have_its_number_below_archives(address, kind):
    html = f"<link rel=canonical href=http://locks.example{address}><div><h2>The lock</h2>{'<p>The keepers counted the barges.</p>' * 9}</div>"
    assert page_facts(parse(html)).kind == kind


KILN = """<html><head><title>The kiln</title></head><body><h1>The kiln</h1><p>It burned for nine days and was finished
with us before the river rose again.</p><p>Nobody has been up there since the road was closed for good.</p>%s</body></html>"""


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("<address>Ada Fenn, last changed 1 December 1999</address>", None),
        ("<address>Ada Fenn, sist endret 1. desember 1999</address>", None),
        (
            "<p><small>Posted by Ada Fenn on 3 May 1999, updated 9 May 1999</small></p>",
            "1999-05-03",
        ),
    ],
)
def test_the_date_of_a_change_is_not_that_of_the_article(line, date):
    found = read(KILN % line).date
    assert (found and found.date().isoformat()) == date


@pytest.mark.parametrize(
    "picture",
    [
        '<div class="blog-post-avatar"><img src="/upload/ada.png" alt=""></div>',
        '<p><span class="user-pic"><a href="/ada"><img src="/files/ada.jpg" alt="Ada"></a></span> Old as it is.</p>',
        '<p><img src="http://userpic.hod.example/1/2" alt=""> Old as it is.</p>',
        '<p><img src="/cgi-bin/counter?kiln" alt="visitors"> Old as it is.</p>',
    ],
)
def test_portraits_and_counters_are_no_pictures_of_an_article(picture):
    article = read(KILN.replace("<p>Nobody", picture + "<p>Nobody") % "")
    assert not article.pictures


@pytest.mark.parametrize(
    "tail",
    ["Share", "See also:", "Was this article helpful?", "© 1999 Hod Press", "Lire la suite&nbsp;:"],
)
def test_buttons_and_labels_at_the_end_of_the_text_are_furniture(tail):
    body = read(KILN % f"<p>{tail}</p>").body_html
    assert body.endswith("closed for good.</p>")


def test_a_label_before_a_picture_or_code_is_kept():
    body = read(
        KILN % '<p>As it was:</p><p><img src="/files/kiln.jpg" alt="The kiln"></p>'
    ).body_html
    assert "As it was:" in body
    assert "/files/kiln.jpg" in body


@pytest.mark.parametrize(
    "line",
    [
        "(<b>5 comments</b>) (<a href='?mode=reply'>Reply</a>)",
        "<small>Technorati Tags: <a href='/kiln'>kiln</a></small>",
    ],
)
def test_counts_and_tags_at_the_end_of_the_text_are_furniture(line):
    assert "Tags" not in (body := read(KILN % f"<p>{line}</p>").body_html)
    assert "5 comments" not in body


def test_a_nickname_of_several_words_in_lower_case_is_an_author():
    line = "<p><em>posted by the hedge clerk at 7:15 AM</em></p>"
    assert read(KILN % line).authors == ["the hedge clerk"]


@pytest.mark.parametrize(
    ("picture", "is_kept"),
    [
        (
            '<figure><img src="/files/kiln.jpg" alt=""><figcaption>The kiln, 1902</figcaption></figure>',
            True,
        ),
        ('<div class="featured-image"><img src="/files/kiln.jpg" alt="The kiln"></div>', True),
        ('<div class="featured-image"><img src="/files/kiln.jpg" alt=""></div>', False),
        (
            '<figure><img src="/files/kiln.jpg" alt="x"><a href="/other">Read about another kiln</a></figure>',
            False,
        ),
    ],
)
def test_a_picture_between_title_and_text_belongs_to_the_article_if_it_has_words(picture, is_kept):
    text = KILN.partition("</h1>")[2].partition("%s")[0]
    html = f"<title>The kiln</title><article><h1>The kiln</h1>{picture}<div class=entry-content>{text}</div></article>"
    assert ("/files/kiln.jpg" in read(html).body_html) == is_kept
