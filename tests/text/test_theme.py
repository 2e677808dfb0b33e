"""Themes keep text and links readable, and load nothing from other hosts."""

import re
from pathlib import Path

import pytest

from commentary.text.theme import (
    DEFAULTS,
    Pair,
    accent_problems,
    contrast,
    font_problem,
    parse_accent,
    stylesheet_problems,
    theme_css,
)

GREEN = Pair("#2f6b3a", "#93d3a0")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000", "#ffffff", 21), ("#fff", "#fff", 1), ("#767676", "#ffffff", 4.54)],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


def test_the_default_colours_hold_the_contract():
    assert stylesheet_problems("") == []
    assert accent_problems(DEFAULTS["pencil"]) == []


@pytest.mark.parametrize(
    "text", ["", "#2f6b3a", "red, blue", "#2f6b3a, #93d3a0, #fff", "#12345, #fff"]
)
def test_an_accent_is_two_hexadecimal_colours(text):
    assert parse_accent(text) is None


def test_an_accent_is_read_with_or_without_spaces():
    assert parse_accent("#2f6b3a,#93d3a0") == parse_accent(" #2f6b3a , #93d3a0 ") == GREEN


def test_too_little_contrast_is_refused_with_both_colours_and_the_ratio():
    [problem] = accent_problems(Pair("#ff0000", "#93d3a0"))
    assert "#ff0000" in problem
    assert DEFAULTS["paper"].day in problem
    assert "3.89:1 by day" in problem
    assert "at least 4.5:1" in problem
    assert len(accent_problems(Pair("#ffff00", "#000000"))) == 2


def test_a_ratio_just_below_the_limit_is_not_rounded_up():
    grey = next(
        f"#{n:02x}{n:02x}{n:02x}"
        for n in range(100, 256)
        if contrast(f"#{n:02x}" + f"{n:02x}" * 2, "#fcfcfb") < 4.5
    )
    [problem] = accent_problems(Pair(grey, "#93d3a0"))
    assert re.search(r"is 4\.4\d:1", problem)


def test_an_accent_is_compared_with_the_page_of_the_extra_stylesheet():
    dark = ":root { --paper: light-dark(#2f6b30, #15171b); }"
    assert accent_problems(GREEN) == []
    assert len(accent_problems(GREEN, dark)) == 1


@pytest.mark.parametrize(
    "rules",
    [
        "@import 'a.css';",
        "@IMPORT url(/a.css);",
        "a { background: url(https://a.example/x.png) }",
        "a { background: url('//a.example/x.png') }",
        "a { background: url(data:image/png;base64,AAAA) }",
        'a { background: URL( "http://a.example/x" ) }',
        "@font-face { src: url(\\\\a.example) }",
        ":root { --paper: papayawhip }",
        ":root { --ink: light-dark(#777, #fff) }",
        ":root { --pencil: #888 }",
        ":root { --mark: light-dark(#3d3100, #57490d) }",
        "a" * 20_001,
    ],
)
def test_a_stylesheet_may_not_break_the_contract(rules):
    assert stylesheet_problems(rules)


@pytest.mark.parametrize(
    "rules",
    [
        "/* url(https://a.example/) */ .site-name { letter-spacing: 0 }",
        ":root { --paper: light-dark(#fffdf8, #16140f); --ink: light-dark(#241f18, #e9e4d8); }",
        ".site-head { background: url(/site/logo-1.svg) }",
        ":root { --paper-edge: red }",
    ],
)
def test_other_stylesheets_are_accepted(rules):
    assert stylesheet_problems(rules) == []


@pytest.mark.parametrize(
    ("families", "is_valid"),
    [
        ("Georgia, serif", True),
        ("'Noto Serif', \"Iowan Old Style\", serif", True),
        ("Georgia; } body { display: none", False),
        ("url(/x)", False),
        ("'Noto", False),
        (",", False),
    ],
)
def test_typefaces_are_a_list_of_names(families, is_valid):
    assert (font_problem(families) == "") == is_valid


def test_the_theme_sets_properties_and_then_adds_the_extra_stylesheet():
    made = theme_css(GREEN, {"serif": "Georgia, serif", "sans": ""}, "a { color: red }\r\n")
    assert made == (
        ":root {\n  --pencil: light-dark(#2f6b3a, #93d3a0);\n  --serif: Georgia, serif;\n}\n"
        "a { color: red }\n"
    )
    assert theme_css(None, {}, "") == ""


def test_the_defaults_are_those_of_the_stylesheet():
    css = (Path(__file__).parents[2] / "static" / "commentary" / "commentary.css").read_text()
    for name, pair in DEFAULTS.items():
        assert f"--{name}: {pair};" in css
