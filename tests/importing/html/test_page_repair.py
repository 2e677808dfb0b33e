"""Repairs of saved pages, whose lines are their text nodes."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command

from commentary.importing.profile_repairs import use_profile
from commentary.importing.repair import Mark, MarkKind, rebuild
from commentary.importing.site_profile import learn
from commentary.importing.store_repair import (
    article_of,
    first_reading,
    marks_of,
    stored_lines,
    undo_repair,
)
from commentary.models import Comment, SiteProfile, Source
from tests.importing.test_store_repair import repaired, rows_of, shown

pytestmark = pytest.mark.django_db

PAGE = """<!doctype html><html lang=en><head><title>{title} - The Harbour Notes</title></head><body>
<div class=menu><a href=/>Home</a> <a href=/about>About</a></div>
<h1>{title}</h1><p class=by>By Ines Anker, 9 March 2009</p>
<div class=text><p>The gauge stood dry for a <em>week</em> in March, and <a href="https://example.org/dry">nobody</a>
wrote it down, because nobody looks.</p><p>It is a pole with numbers, and the numbers were above the water all week.</p></div>
<div class=zone>{entries}</div><div class=foot>All rights reserved</div></body></html>"""
ENTRY = "<div class=bit><b class=who>{name}</b> <i class=when>{day} March 2009</i><div class=said>{text}</div></div>\n"
TEXTS = {
    "T. Brandvik": "It was not dry.<br>The pole was <a href='https://example.org/pole'>moved</a>.",
    "keeper": "Moved by whom?<p>I painted it myself.</p>",
    "Old Hand": "By the ice of 1963, I should think.",
}


def page(title: str, texts: dict[str, str] = TEXTS) -> str:
    entries = "".join(
        ENTRY.format(name=name, day=day, text=text)
        for day, (name, text) in enumerate(texts.items(), 10)
    )
    return PAGE.format(title=title, entries=entries)


def saved(folder: Path, **pages: str) -> dict[str, Source]:
    folder.mkdir(exist_ok=True)
    for name, text in pages.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    call_command("import_commentary", str(folder), stdout=io.StringIO(), stderr=io.StringIO())
    return {name: Source.objects.get(name__endswith=f"{name}.html") for name in pages}


@pytest.fixture
def gauge(tmp_path) -> Source:
    return saved(tmp_path / "site", gauge=page("What the gauge remembers"))["gauge"]


def number(source: Source, text: str, after: int = 0) -> int:
    lines = stored_lines(source)
    return next(n for n, line in enumerate(lines, 1) if n > after and line.text.startswith(text))


def at(source: Source, kind: MarkKind, *texts: str, **details) -> Mark:
    return Mark(kind, tuple((number(source, t), number(source, t)) for t in texts), **details)


def split(source: Source) -> list[Mark]:
    """Marks that say everything about the page."""
    first, last = number(source, "The gauge stood"), number(source, "It is a pole")
    return [
        Mark("furniture", ((number(source, "All rights"),) * 2,)),
        Mark("text", ((first, last),)),
        at(source, "comment", "T. Brandvik", "keeper", "Old Hand"),
    ]


def test_text_nodes_are_numbered_as_in_the_ledger(gauge):
    run = gauge.runs.get()
    assert run.counts["texts read"] == len(stored_lines(gauge))


def test_comments_are_read_from_marked_text_nodes(gauge, ed):
    lines = stored_lines(gauge)
    reading = first_reading(gauge, lines)
    reading.comments.clear()  # read all of them from the marks
    rebuilt = rebuild(lines, reading, split(gauge))
    assert [(one.record.author, one.record.text) for one in rebuilt.comments] == [
        ("T. Brandvik", "It was not dry.\nThe pole was moved."),
        ("keeper", "Moved by whom?\n\nI painted it myself."),
        ("Old Hand", "By the ice of 1963, I should think."),
    ]
    assert [one.record.date.day for one in rebuilt.comments] == [10, 11, 12]


def test_a_comment_on_a_saved_page_is_split_and_undone(gauge, ed):
    article = article_of(gauge)
    repaired(gauge, ed, *split(gauge))
    whole = [*rows_of(article)[:2], *rows_of(article)[3:]]
    assert [name for name, _ in shown(article)] == list(TEXTS)
    repaired(gauge, ed, at(gauge, "comment", "I painted", name="Dora"), keep=True)
    assert ("keeper", "Moved by whom?") in shown(article)
    assert ("Dora", "I painted it myself.") in shown(article)
    brandvik = Comment.objects.get(name="T. Brandvik")
    assert '<a href="https://example.org/pole">moved</a>' in brandvik.body
    undo_repair(gauge.repairs.exclude(run=None).first(), ed)
    assert [*rows_of(article)[:2], *rows_of(article)[3:]] == whole


def test_the_body_of_a_saved_page_keeps_its_formatting(gauge, ed):
    article = article_of(gauge)
    lines = stored_lines(gauge)
    first = number(gauge, "The gauge stood")
    last = number(gauge, "wrote it down")
    others = [n for n in range(1, len(lines) + 1) if not first <= n <= last]
    marks = [Mark("furniture", tuple((n, n) for n in others if lines[n - 1].text != article.title))]
    repaired(gauge, ed, *marks, Mark("text", ((first, last),)))
    article.refresh_from_db()
    assert "<em>week</em>" in article.body
    assert '<a href="https://example.org/dry">nobody</a>' in article.body
    assert "a pole with numbers" not in article.body
    assert shown(article) == []


def test_a_profile_of_saved_pages_names_elements(tmp_path, ed):
    sources = saved(
        tmp_path / "site",
        gauge=page("What the gauge remembers"),
        crane=page("The crane that would not turn", {"Vera": "Oil it.", "Wim": "The wind!"}),
    )
    gauge, crane = sources["gauge"], sources["crane"]
    repaired(gauge, ed, *split(gauge))
    lines = stored_lines(gauge)
    rebuilt = rebuild(lines, first_reading(gauge, lines), marks_of(gauge.repairs.first()))
    profile = learn("Harbour", str(tmp_path / "site"), "html", lines, rebuilt)
    assert profile.starts == ["div.zone > div.bit > b.who"]
    reading = first_reading(crane, stored_lines(crane))
    marks = profile.marks_for(stored_lines(crane), reading)
    found = rebuild(stored_lines(crane), reading, marks).comments
    assert [(one.record.author, one.record.text) for one in found] == [
        ("Vera", "Oil it."),
        ("Wim", "The wind!"),
    ]
    row = SiteProfile.objects.create(
        name="Harbour", site=profile.site, rules=profile.as_toml(), learned_from=gauge
    )
    use_profile(crane, row, profile, ed)
    assert [name for name, _ in shown(article_of(crane))] == ["Vera", "Wim"]


def test_a_saved_page_is_imported_with_a_profile(tmp_path):
    rules = tmp_path / "harbour.toml"
    rules.write_text(
        'name = "Harbour"\nformat = "html"\n[comments]\nstarts = ["div.zone > div.bit > b.who"]\n'
        'bylines = ["div.zone > div.bit > i.when :: DATE"]\n',
        encoding="utf-8",
    )
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "gauge.html").write_text(page("What the gauge remembers"), encoding="utf-8")
    call_command(
        "import_commentary",
        str(folder),
        profile=str(rules),
        stdout=io.StringIO(),
        stderr=(err := io.StringIO()),
    )
    assert "read with the profile “Harbour”" in err.getvalue()
    rows = Comment.objects.in_reading_order().values_list("name", "body", "dated_at__day")
    assert list(rows) == [
        ("T. Brandvik", "It was not dry.\nThe pole was moved.", 10),
        ("keeper", "Moved by whom?\n\nI painted it myself.", 11),
        ("Old Hand", "By the ice of 1963, I should think.", 12),
    ]


def test_a_new_comment_keeps_its_links_and_signs_are_escaped(tmp_path, ed):
    text = "One <a href='https://example.org/a'>link</a> &amp; 1 &lt; 2.<p>Zoe wrote <em>this</em> &lt;b&gt;.</p>"
    gauge = saved(tmp_path / "site", gauge=page("The gauge", TEXTS | {"keeper": text}))["gauge"]
    repaired(gauge, ed, *split(gauge), at(gauge, "comment", "Zoe wrote", name="Zoe"))
    zoe, keeper = Comment.objects.get(name="Zoe"), Comment.objects.get(name="keeper")
    assert "<em>this</em> &lt;b&gt;" in zoe.body_html and zoe.markup == "html"
    assert '<a href="https://example.org/a"' in keeper.body_html
    assert "1 &lt; 2" in keeper.body_html
