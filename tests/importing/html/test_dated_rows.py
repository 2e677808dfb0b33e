"""Comments that nothing on the page calls so are found by their names and dates."""

import pytest

from commentary.importing.doubts import kind_of
from commentary.importing.formats.html.page_group import Knowledge, PageBytes, read_pages

TEXT = "<p>The ferry ran until the ice took its landing stage, and nobody on the council would sign for another.</p>"
PEOPLE = (("Ann Lee", 10), ("mudlark", 11), ("Bo", 12))
SAID = "It ran longer than that, says my aunt."


def read(below, above="", text=TEXT * 3):
    html = f"""<html lang=en><head><title>The ferry - Towpath</title></head><body>{above}<h1>The ferry</h1>
    <p>By Agnes Tull, 9 April 2013</p><div class=t>{text}</div>{below}</body></html>"""
    return read_pages(PageBytes("p.html", "", "", html.encode()), [], Knowledge()).record


def rows(form):
    return "".join(form.format(name=name, day=day, said=SAID) for name, day in PEOPLE)


@pytest.mark.parametrize(
    "form",
    [
        "<div class=a><b>{name}</b> {day} April 2013<div>{said}</div></div>",
        "<table class=a><tr><td>#{day} {name}, on {day} April 2013</td></tr><tr><td>{said}</td></tr></table>",
        "<p class=a>{said}<br><i>{name}, {day} April 2013</i></p>",
        "<div class=a><p>{said}</p><span>{name}</span><span>04/{day}/2013</span></div>",
    ],
)
def test_complete_comments_are_read_without_a_heading(form):
    record = read(f"<div>{rows(form)}</div>")
    assert [comment.author.rpartition(" ")[2] for comment in record.comments] == [
        "Lee",
        "mudlark",
        "Bo",
    ]
    assert [comment.text for comment in record.comments] == [SAID] * 3
    assert SAID not in record.body_html
    assert "comments detected only by their names and dates" in record.doubts


def test_comments_without_a_heading_are_sure_if_their_number_is_stated():
    form = "<div class=a><b>{name}</b> {day} April 2013<div>{said}</div></div>"
    assert read(f"<h2>3 musings</h2><div>{rows(form)}</div>").doubts == []
    assert read(f"<h2>4 musings</h2><div>{rows(form)}</div>").doubts


def test_comments_above_the_article_are_no_part_of_it():
    record = read(
        "",
        above=f"<div>{rows('<div class=a><b>{name}</b> {day} April 2013<div>{said}</div></div>')}</div>",
    )
    assert (len(record.comments), record.title, SAID in record.body_html) == (3, "The ferry", False)


@pytest.mark.parametrize(
    "form",
    [
        # announcements of other articles
        "<div class=a><a href=/{day}>The ice in the year of the flood</a> <b>{name}</b> {day} April 2013<p>{said}</p></div>",
        "<div class=a><a href=/{day}><h4>Ice</h4></a> <b>{name}</b> {day} April 2013<p>{said}</p></div>",
        "<div class=a><h4>{name}</h4><i>{day} April 2013</i><p>By Tim Bell</p><p>{said}</p></div>",
        # the latest comments on other articles
        "<li class=a><b>{name}</b> on <a href='/p{day}#c{day}'>Ice</a>, {day} April 2013<p>{said}</p></li>",
        # without names
        "<div class=a><i>{day} April 2013</i><p>{said}</p></div>",
    ],
)
def test_other_dated_texts_are_no_comments(form):
    assert read(f"<div>{rows(form)}</div>").comments == []


def test_posts_of_an_unknown_forum_begin_with_the_article():
    post = "<div class=a id=m{day}><p><b>{name}</b> · {day} April 2013, 10:0{last}</p><p>{said}</p></div>"
    html = "".join(
        post.format(name=name, day=day, last=day % 10, said=f"{SAID} {name}")
        for name, day in PEOPLE
    )
    page = f"<html lang=en><head><title>Ice - Forum</title></head><body><p><a href=/>Forum</a></p><h2>Ice</h2>{html}</body></html>"
    record = read_pages(PageBytes("p.html", "", "", page.encode()), [], Knowledge()).record
    assert (record.title, record.authors) == ("Ice", ["Ann Lee"])
    assert [comment.author for comment in record.comments] == ["mudlark", "Bo"]
    assert {"layout"} <= set(map(kind_of, record.doubts))
