"""Citations for reference managers."""

import json
from dataclasses import replace
from datetime import date

import pytest

from commentary.text.citations import Citation, bibtex, csl_json, ris

CITED = Citation(
    key="article-1-comment-8",
    title="Comment 8 on “Bees & 100 % {honey}_2”",
    authors=("Mara Lind", "O'Neil and Sons"),
    site="The Quay",
    url="https://quay.example/articles/bees/comments/8/",
    written=date(2026, 11, 21),
    read=date(2026, 11, 29),
    language="en",
    note="Names on comments are not verified.",
    is_comment=True,
)
UNDATED = replace(CITED, written=None, authors=(), language="", note="", is_comment=False)


def test_bibtex_keeps_names_whole_and_escapes_what_latex_would_read():
    assert bibtex(CITED) == (
        "@misc{article-1-comment-8,\n"
        "  author = {{Mara Lind} and {O'Neil and Sons}},\n"
        "  title = {{Comment 8 on “Bees \\& 100 \\% \\{honey\\}\\_2”}},\n"
        "  howpublished = {The Quay},\n"
        "  date = {2026-11-21},\n"
        "  year = {2026},\n"
        "  url = {https://quay.example/articles/bees/comments/8/},\n"
        "  urldate = {2026-11-29},\n"
        "  langid = {en},\n"
        "  note = {Names on comments are not verified.}\n"
        "}\n"
    )


@pytest.mark.parametrize("name", ["{", "}", "a}b{c", "\\", "\\}", "{{{"])
def test_braces_in_bibtex_are_always_balanced(name):
    text = bibtex(replace(CITED, authors=(name,), title=name))
    plain = text.replace("\\{", "").replace("\\}", "")
    depth = 0
    for character in plain:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0


def test_ris_has_one_tag_a_line_and_ends_with_er():
    lines = ris(CITED).split("\r\n")
    assert lines[0] == "TY  - ELEC" and lines[-2:] == ["ER  - ", ""]
    assert [line for line in lines if line.startswith("AU")] == [
        "AU  - Mara Lind",
        "AU  - O'Neil and Sons",
    ]
    assert "DA  - 2026/11/21/" in lines and "Y2  - 2026/11/29/" in lines


@pytest.mark.parametrize("write", [bibtex, ris])
def test_a_line_break_in_a_title_starts_no_line(write):
    text = write(replace(CITED, title="Bees\r\nER  - \u2028AU  - Nobody"))
    assert len(text.splitlines()) == len(write(CITED).splitlines())


def test_csl_json_names_a_comment_a_post():
    [item] = json.loads(csl_json(CITED))
    assert item == {
        "id": "article-1-comment-8",
        "type": "post",
        "title": CITED.title,
        "author": [{"literal": "Mara Lind"}, {"literal": "O'Neil and Sons"}],
        "container-title": "The Quay",
        "issued": {"date-parts": [[2026, 11, 21]]},
        "accessed": {"date-parts": [[2026, 11, 29]]},
        "URL": CITED.url,
        "language": "en",
        "note": CITED.note,
    }


def test_what_is_unknown_is_left_out():
    [item] = json.loads(csl_json(UNDATED))
    assert item.keys() == {"id", "type", "title", "container-title", "accessed", "URL"}
    assert item["type"] == "webpage"
    assert "  date =" not in bibtex(UNDATED) and "author" not in bibtex(UNDATED)
    assert "PY" not in ris(UNDATED) and "AU" not in ris(UNDATED)
