"""Pages of one site, read together: articles, copies, and text that most pages share."""

from pathlib import Path

import pytest

from commentary.importing.archives import Archive
from commentary.importing.formats.html.site import Site
from commentary.importing.records import ArticleRecord

WORDS = (
    "The ferry stopped calling at the north quay in the winter of the long frost, and nobody in the "
    "harbour office could say who had ordered the lamps to be changed. "
)


def page(title: str, body: str, *comments: str, head: str = "", classes: str = "single") -> str:
    listed = "".join(comments)
    return (
        f"<!DOCTYPE html><html lang=en><head><title>{title} - Quay Notes</title>{head}</head>"
        f'<body class="{classes}"><div id=menu><p>Quay Notes is written by the harbour.</p></div>'
        f'<article class="post hentry"><h1 class=entry-title>{title}</h1>'
        f"<div class=entry-content><p>{body}</p></div></article>"
        f"<div id=comments><h3>{len(comments)} Responses</h3><ol class=commentlist>{listed}</ol></div>"
        "<div id=footer><p>All rights of the herons are reserved here for ever and a day.</p></div></body></html>"
    )


def comment(number: int, text: str, author: str = "Ilse") -> str:
    return (
        f'<li id="comment-{number}" class="comment depth-1"><div class=comment-body><cite class=fn>{author}</cite>'
        f'<div class="comment-meta"><time datetime="2012-03-{number % 28 + 1:02}T10:00:00">x</time></div>'
        f"<div class=comment-content><p>{text}</p></div></div></li>"
    )


def canonical(path: str) -> str:
    return f'<link rel=canonical href="http://quay.example{path}">'


class Read:
    """A site whose pages have been surveyed."""

    def __init__(self, folder: Path, pages: dict[str, str]) -> None:
        for name, text in pages.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        with Archive() as archive:
            for name in sorted(pages):
                archive.add(name, folder / name)
            self.site = Site(archive)
            self.site.survey()
            self.records: dict[str, ArticleRecord] = {}
            for group, reading in self.site.readings():
                assert not isinstance(reading, str)
                self.records[group.main.name] = reading.record


def test_the_copy_at_the_canonical_url_is_read(tmp_path):
    text = page("Lamps", WORDS * 3, head=canonical("/lamps/"))
    found = Read(
        tmp_path,
        {"quay.example/index.html?p=9": text, "quay.example/lamps/index.html": text},
    )
    assert list(found.records) == ["quay.example/lamps/index.html"]
    assert [copy.name for copy in found.site.groups[0].copies] == ["quay.example/index.html?p=9"]
    assert "http://quay.example/?p=9" in found.site.groups[0].addresses


def test_pages_of_one_discussion_are_joined_in_order(tmp_path):
    numbers = {1: range(1, 4), 2: range(4, 7), 3: range(7, 9)}
    pages = {
        f"quay.example/lamps/comment-page-{at}/index.html": page(
            "Lamps",
            WORDS * 3,
            *(comment(n, f"Response number {n} about lamps.") for n in some),
            head=canonical("/lamps/"),
        )
        for at, some in numbers.items()
    }
    found = Read(tmp_path, pages)
    (record,) = found.records.values()
    assert [c.key for c in record.comments] == [str(n) for n in range(1, 9)]


def test_pages_with_the_home_page_as_canonical_url_are_not_joined(tmp_path):
    pages = {
        f"quay.example/{name}/index.html": page(name.title(), WORDS * 3 + name, head=canonical("/"))
        for name in ("lamps", "herons", "bells")
    }
    assert len(Read(tmp_path, pages).records) == 3


def test_text_on_most_pages_is_not_part_of_an_article(tmp_path):
    repeated = "<p>Please support the ferry with a small gift on the first day of each month.</p>"
    pages = {
        f"{name}.html": page(
            name.title(), f"{WORDS} {name} {WORDS}</p>{repeated}<p>", head=canonical(f"/{name}/")
        )
        for name in ("lamps", "herons", "bells", "moss")
    }
    for record in Read(tmp_path, pages).records.values():
        assert "ferry stopped" in record.body_html
        assert "small gift" not in record.body_html


def test_copies_of_one_page_do_not_turn_its_text_into_furniture(tmp_path):
    text = page("Lamps", WORDS * 3, head=canonical("/lamps/"))
    pages = {f"quay.example/lamps/index.html?replytocom={n}": text for n in range(5)}
    (record,) = Read(tmp_path, pages).records.values()
    assert "ferry stopped" in record.body_html


def test_comments_missing_from_the_latest_capture_are_added_from_earlier_ones(tmp_path):
    pages = {
        "a.html": page(
            "Lamps",
            WORDS * 3,
            comment(1, "First words."),
            comment(2, "Then these."),
            head=canonical("/lamps/"),
        ),
        "b.html": page(
            "Lamps",
            WORDS * 3,
            comment(2, "Then these."),
            comment(3, "And more."),
            head=canonical("/lamps/"),
        ),
    }
    (record,) = Read(tmp_path, pages).records.values()
    assert [c.key for c in record.comments] == ["1", "2", "3"]


@pytest.mark.parametrize("name", ["feed.xml", "feed/index.html"])
def test_a_feed_is_not_an_article(tmp_path, name):
    found = Read(
        tmp_path,
        {f"quay.example/{name}": "<?xml version='1.0'?><rss version='2.0'><channel/></rss>"},
    )
    assert not found.records and len(found.site.feeds) == 1


def test_every_comment_has_its_lines_on_the_page(tmp_path):
    text = page("Lamps", WORDS * 3, comment(1, "First words."), comment(2, "Then these."))
    (record,) = Read(tmp_path, {"a.html": text}).records.values()
    first, second = (c.lines for c in record.comments)
    assert 0 < record.lines[1] < first[0] <= first[1] < second[0]


def test_the_text_of_an_article_is_kept_when_lists_repeat_it(tmp_path):
    pages = {f"{n}.html": page(f"Note {n}", f"{WORDS}{n}", head=canonical(f"/{n}/")) for n in "12"}
    whole = "".join(
        f'<article class="post hentry"><h2 class=entry-title><a href="http://quay.example/{n}/">Note {n}'
        f"</a></h2><div class=entry-content><p>{WORDS}{n}</p></div></article>"
        for n in "12"
    )
    for name in ("home", "month", "author"):
        pages[f"{name}.html"] = f"<html><body class=archive>{whole}</body></html>"
    records = Read(tmp_path, pages).records
    assert [WORDS.strip() in records[f"{n}.html"].body_html for n in "12"] == [True, True]


def test_an_article_that_a_list_repeats_is_read_once_with_the_most_text(tmp_path):
    def entry(path: str, text: str) -> str:
        return (
            f'<article class="post hentry"><h2 class=entry-title><a href="http://quay.example{path}">Lamps'
            f"</a></h2><div class=entry-content>{text}</div></article>"
        )

    text = f"<p>{WORDS}</p><p>{WORDS}</p>"
    body = entry("/lamps/", text) + entry("/lamps/", text * 2) + entry("/ferry/", text)
    html = f'<html><body class="home blog"><div id=menu>Quay</div>{body}</body></html>'
    lists = list(Read(tmp_path, {"index.html": html}).site.list_readings())
    assert [page.name for page, _ in lists] == ["index.html"]
    readings = lists[0][1]
    assert not isinstance(readings, str)
    found = [(one.record.url, one.record.body_html.count("<p>")) for one in readings]
    assert found == [("http://quay.example/lamps/", 4), ("http://quay.example/ferry/", 2)]
