"""Signs that a page was read incorrectly make its article uncertain."""

import pytest

from commentary.importing.doubts import OF_COMMENTS, confidence, doubted_parts, kind_of, level
from commentary.importing.formats.html.list_pages import entry_key
from commentary.importing.formats.html.page_group import Knowledge, PageBytes, read_list, read_pages

TEXT = "<p>The ferry ran until the ice took its landing stage, and nobody on the council would sign for another.</p>"
HEAD = "<title>The ferry - Towpath</title>"
DATA = '<script type="application/ld+json">{"@type": "Article", "headline": "The ferry", "author": {"name": "Cordelia Finch"}}</script>'
BYLINE = '<p class="byline">By <span class="author">Agnes Tull</span>, <time datetime="2013-04-09">9 April 2013</time></p>'


def comment(name="Ann", day=10, text="I saw it once.", tail=""):
    return (
        f'<li class="comment" id="comment-{day}"><cite class="fn">{name}</cite> <a class="commentmetadata">'
        f"April {day}, 2013 at 8:15 am</a><div class='comment-text'><p>{text}</p>{tail}</div></li>"
    )


def page(head=HEAD, byline=BYLINE, text=TEXT, below="", comments=()):
    listed = f'<h2>{len(comments)} Comments</h2><ol class="commentlist">{"".join(comments)}</ol>'
    return (
        f'<html lang="en"><head>{head}</head><body><article class="post"><h1>The ferry</h1>{byline}'
        f'<div class="entry-content">{text * 3}</div></article>{below or listed}</body></html>'
    )


def doubts(html):
    return read_pages(PageBytes("p.html", "", "", html.encode()), [], Knowledge()).record.doubts


def kinds(html):
    return [kind_of(doubt) for doubt in doubts(html)]


def test_a_page_whose_facts_agree_is_sure():
    assert doubts(page(comments=[comment(), comment("Bo", 11)])) == []
    assert doubts(page(below="<p>Read on.</p>")) == []


@pytest.mark.parametrize(
    ("kind", "html"),
    [
        ("title", page(head="<title>Hats in boxes</title>").replace("The ferry<", "The ferry until the ice<")),
        ("names", page(head=f"{HEAD}{DATA}")),
        ("article", page(comments=[comment(day=2), comment("Bo", 3)])),
        ("count", page(comments=[comment(), comment("Bo", 11)]).replace("2 Comments", "5 Comments")),
        ("names", page(comments=[comment("No title"), comment("Re: No title", 11)])),
        ("names", page(comments=[comment(name, day, tail="<p>Melden</p>") for name, day in (("A", 10), ("B", 11), ("C", 12))])),
        ("end", page(text=f"{TEXT}<p>Bo, April 11, 2013 at 8:15 am</p><p>Yes.</p>")),
        ("end", page(text=f'{TEXT}<p><img src="offline.gif" alt="Offline"></p>')),
        ("names", page(byline=BYLINE.replace("</span>, ", "</span><i>Editor</i>, ").replace('class="author"', ""))),
        ("names", page(byline='<p>Agnes Tull</p><p>Head of Ferries</p><p>9 April 2013</p>')),
        ("names", page(byline=f"{BYLINE}<p>Written by Bo Lund</p>")),
        ("article", page(byline="<p>By Agnes Tull, 9 April 2013</p><p>Filed under: Boats — Agnes Tull @ 9:15 am</p>")),
        ("article", page(byline=f"{BYLINE}<p>3 March 2009</p>")),
        ("end", page(text=f"{TEXT}<p>This entry was posted by Agnes Tull on April 9, 2013 and is filed under Boats</p>")),
        ("end", page(text=f"{TEXT}<p>Filed under Boats</p>")),
        ("end", page(text=f"{TEXT}<p>Join us on Telegram and never miss a ferry again.</p>")),
        ("end", page(text=f"{TEXT}<p>Pictures (c) 2013 Towpath.</p>")),
        ("end", page(text=f"{TEXT}<p>Agnes Tull keeps the lock above the town, and writes about boats, ice and what the weather does to both of them.</p>")),
        ("names", page(byline=BYLINE.replace("Agnes Tull", "Agnes Tull and"))),
        ("names", page(comments=[comment("Apr 10"), comment("Bo", 11)])),
        ("empty", page(text="").replace('<div class="entry-content"></div>', '<div class="entry-content"><p>Posts</p></div>')),
        ("end", page(text=f"{TEXT}<p><a href='/a'>A museum of string and wax</a></p><h3><a href='/b'>Bells of the north</a></h3>")),
        ("names", page(byline=BYLINE.replace("Agnes Tull", "Towpath Towpath Agnes"))),
        ("end", page(text=f"{TEXT}<p>Press office</p><p>Phone: 0123 456 789</p>")),
        ("end", page(text=f"{TEXT}<p>The author is a keeper of locks and of bees, and lives above both.</p>")),
        ("end", page(text=f"{TEXT}<p>Zur Autorin</p><p>Sie hütet Schleusen.</p>")),
        ("end", page(text=f"{TEXT}<p>Mit Kanal+ weiterlesen</p><p>Das ganze Wissen über Boote.</p>")),
        ("end", page(text=f"{TEXT}<p>Bo</p><p>Jan 30</p><p>I saw it once.</p>", below=" ")),
        ("title", page(head="<title>3 May 2013 The ferry - Towpath</title>").replace("<h1>The", "<h1>3 May 2013 The")),
        ("end", page(text=f"{TEXT}<p>Ann Lee</p><p>I saw it once, I think.</p><p>mudlark</p><p>No, that was another.</p>", below=" ")),
        ("end", page(comments=[comment(), comment("Bo", 11, tail="<p>Last changed 2 May 2013</p>")])),
        ("names", page(comments=[comment("Ann Apr 10"), comment("Bo Apr 11", 11)])),
        ("names", page(comments=[comment(f"{name} Visitor", day) for name, day in (("A", 10), ("B", 11), ("C", 12))])),
        ("names", page(comments=[comment(text=f"{n} once.", day=n, tail=f"<p>{n} people agree</p>") for n in (10, 11, 12)])),
        ("layout", page(comments=[f"<section>{comment()}</section>", comment("Bo", 11)])),
        ("missed", page(comments=[comment(), comment("Bo", 11)]).replace("</body>", '<p>3 April 2013</p><p>It ran until the ice came, I think.</p><p>4 April 2013</p><p>No, longer, until the year of the flood.</p></body>')),
    ],
)  # fmt: skip
def test_a_contradiction_or_a_stray_text_is_a_doubt(kind, html):
    assert kind in kinds(html)
    assert level(confidence(doubts(html))) != "sure"


def test_the_stated_number_is_compared_with_the_comments_of_all_pages():
    def of_pages(*shown):
        first, *more = (
            page(comments=[comment()]).replace("1 Comments", "2 Comments").replace("-10", f"-{n}")
            for n in shown
        )
        parts = [PageBytes("q.html", "", "", html.encode()) for html in more]
        return read_pages(PageBytes("p.html", "", "", first.encode()), parts, Knowledge()).record

    assert (len(of_pages(10, 11).comments), of_pages(10, 11).doubts) == (2, [])
    assert of_pages(10).doubts == of_pages(10, 10).doubts == ["expected 2 comments, found 1"]


def test_fewer_comments_than_stated_are_no_doubt_about_those_of_a_known_layout():
    said = "<h2>9 Comments</h2>"
    rows = "".join(
        f'<div class="say"><b>{name}</b> <time datetime="2013-04-1{n}">1{n} April 2013</time><p>A text of {name}.</p></div>'
        for n, name in enumerate(("Ann", "Bo", "Cy"))
    )
    known = "".join([comment(), comment("Bo", 11)])
    fewer = doubts(page(below=f'{said}<ol class="commentlist">{known}</ol>'))
    assert (list(map(kind_of, fewer)), doubted_parts(fewer)) == (["count"], set())
    unknown = doubts(page(below=f"{said}<div>{rows}</div>"))
    more = doubts(page(below=f'<h2>1 Comment</h2><ol class="commentlist">{known}</ol>'))
    assert list(map(kind_of, unknown)) == list(map(kind_of, more)) == ["count"]
    assert doubted_parts(unknown) == doubted_parts(more) == OF_COMMENTS


def test_elements_with_ids_of_comments_that_were_not_read_are_a_doubt():
    rows = "".join(
        f'<div class="row{n}" id="reply-10{n}"><i>{n} April 2013</i><p>A text of reply {n}.</p></div><hr class="x{n}">'
        for n in (1, 2, 3)
    )
    found = read_pages(
        PageBytes("p.html", "", "", page(below=f"<div>{rows}</div>").encode()), [], Knowledge()
    ).record
    assert found.comments or "missed" in map(kind_of, found.doubts)


def test_comments_of_an_unknown_layout_are_sure_if_they_are_complete():
    rows = "".join(
        f'<div class="say"><b>{name}</b> <time datetime="2013-04-1{n}">1{n} April 2013</time><p>A text of {name}.</p></div>'
        for n, name in enumerate(("Ann", "Bo", "Cy"))
    )
    assert doubts(page(below=f"<h2>Comments</h2><div>{rows}</div>")) == []
    assert doubts(
        page(
            below=f"<h2>Comments</h2><div>{rows.replace('<b>Bo</b>', '').replace('<b>Cy</b>', '')}</div>"
        )
    )


def entry(name, text, author="Agnes Tull"):
    return (
        f'<div class="post hentry"><h2 class="entry-title"><a href="https://towpath.example/{name}/" rel="bookmark">On {name}</a></h2>'
        f'<span class="author vcard"><span class="fn">{author}</span></span> <time class="entry-date published" datetime="2013-04-09">'
        f'9 April</time><div class="entry-content">{TEXT * 2}{text}</div></div>'
    )


@pytest.mark.parametrize(
    ("odd", "kinds_found"),
    [
        ({"text": "<p>Ice came.</p>"}, []),
        (
            {"text": "<p>Bo, 11 April 2013</p><p>I saw it.</p><p>Al, 12 April 2013</p><p>Yes.</p>"},
            ["end"],
        ),
        ({"text": "<p>Ice came.</p>", "author": "Agnes Tull and"}, ["names"]),
    ],
)
def test_articles_that_were_read_from_a_list_have_doubts_too(odd, kinds_found):
    names = ("ferries", "locks")
    html = f'<title>Towpath</title><body class="home blog">{entry("ferries", **odd)}{entry("locks", "<p>Ice came.</p>")}</body>'
    keys = {entry_key(f"https://towpath.example/{name}/") for name in names}
    page = PageBytes("index.html", "https://towpath.example/", "", html.encode())
    found = {r.record.title: r.record.doubts for r in read_list(page, keys, Knowledge())}
    assert [kind_of(doubt) for doubt in found["On ferries"]] == kinds_found
    assert found["On locks"] == []


def test_teasers_with_dates_are_not_taken_for_comments():
    teasers = "".join(
        f"<div><p><a href='/{n}'>The house at the lower end of the {n} quays</a></p><p>{n} April 2013</p><p>It was sold twice and has stood empty since the flood of that year.</p></div>"
        for n in (3, 4, 5)
    )
    assert doubts(page(below=f"<section><h3>From the archive</h3>{teasers}</section>")) == []
