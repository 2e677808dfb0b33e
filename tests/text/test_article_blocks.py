"""Which lists and paragraphs of formatted text become points."""

import pytest

from commentary.text.article_blocks import split
from commentary.text.article_html import clean
from commentary.text.body import body_blocks


def drawn(fragment: str) -> list[str]:
    """The blocks of a text: points with their numbers."""
    return [
        f"{block.number}: {' '.join(block.words.split())}"
        if block.number
        else " ".join(block.words.split())
        for block in body_blocks("rich", fragment)
    ]


def test_the_items_of_a_list_are_points():
    assert drawn("<p>Before</p><ol><li>One</li><li>Two</li></ol><p>After</p>") == [
        "Before",
        "1: One",
        "2: Two",
        "After",
    ]


def test_the_start_of_a_list_and_the_values_of_items_are_used():
    assert drawn('<ol start="3"><li>a</li><li value="7">b</li><li>c</li></ol>') == [
        "3: a",
        "7: b",
        "8: c",
    ]


@pytest.mark.parametrize("number", ["3. ", "<b>3.</b> ", "<strong>3.</strong>&nbsp;", "<em>3. "])
def test_a_paragraph_that_begins_with_a_number_is_a_point(number):
    end = "</em>" if number == "<em>3. " else ""
    assert drawn(f"<p>{number}One{end}</p><p>4. Two</p>") == ["3: One", "4: Two"]


@pytest.mark.parametrize(
    "fragment",
    [
        "<p>1984. It was the year.</p>",  # alone
        "<ol><li>Alone</li></ol>",
        "<p>3.14 is a number</p><p>4.2</p>",
        "<p>Since 3. May</p><p>Since 4. May</p>",
        '<ol type="a"><li>a</li><li>b</li></ol>',
        "<ol reversed><li>a</li><li>b</li></ol>",
        '<ol start="0"><li>a</li><li>b</li></ol>',
        '<ol><li value="2">a</li><li value="1">b</li></ol>',
        '<ol><li id="fn-1">a <a href="#ref-1">back</a></li><li id="fn-2">b</li></ol>',
        '<ol><li><a href="#one">a</a></li><li><p><a href="#two">b</a></p></li></ol>',
        "<ul><li>a</li><li>b</li></ul>",
        "<blockquote><ol><li>a</li><li>b</li></ol></blockquote>",
        "<h2>1. One</h2><h2>2. Two</h2>",
        "<p>9999999. One</p><p>10000000. Two</p>",
    ],
)
def test_other_lists_and_paragraphs_are_not_points(fragment):
    assert [part.number for part in split(fragment)] == [None]


def test_the_longest_of_several_lists_becomes_the_points():
    short, long = "<ol><li>a</li><li>b</li></ol>", "<ol><li>c</li><li>d</li><li>e</li></ol>"
    assert drawn(f"{short}<p>x</p>{long}{short}") == ["a b x", "1: c", "2: d", "3: e", "a b"]


def test_the_first_of_equally_long_lists_becomes_the_points():
    assert drawn("<ol><li>a</li><li>b</li></ol><p>x</p><ol><li>c</li><li>d</li></ol>") == [
        "1: a",
        "2: b",
        "x c d",
    ]


def test_lists_and_paragraphs_continue_a_numbering():
    fragment = (
        '<p>1. a</p><p>x</p><p>1984. A year.</p><ol start="2"><li>b</li><li>c</li></ol><h2>y</h2>'
        "<p>5. e</p><ol><li>z</li><li>zz</li></ol><p>40. f</p>"
    )
    assert drawn(fragment) == ["1: a", "x 1984. A year.", "2: b", "3: c", "y", "5: e", "z zz 40. f"]


def test_numbers_never_mean_two_points():
    fragment = "<ol><li>a</li><li>b</li></ol><p>1. c</p><p>2. d</p><p>3. e</p><ol><li>f</li></ol>"
    numbers = [part.number for part in split(fragment) if part.number]
    assert numbers == [1, 2, 3] and len(numbers) == len(set(numbers))


def test_what_is_inside_an_item_is_kept():
    inner = "<p>One</p><ul><li>deep <ol><li>deeper</li><li>x</li></ol></li></ul><figure><figcaption>f</figcaption></figure>"
    first, second = split(
        f"<ol><li>{inner}</li><li>Two<br>lines <em>and</em><blockquote><p>q</p></blockquote></li></ol>"
    )
    assert first.html == inner
    assert second.html == "<p>Two<br>lines <em>and</em></p><blockquote><p>q</p></blockquote>"


def test_an_item_stays_the_target_of_links():
    assert split('<ol><li id="x">a</li><li>b</li></ol>')[0].html == '<p id="x">a</p>'


@pytest.mark.parametrize(
    "fragment",
    ["", "x <b>y</b>", "<p>a", "</p></ol>", "<ol><li>", "<li>a<li>b", "1. a", "<p>1. a</p>1. b"],
)
def test_a_text_that_is_not_well_formed_is_only_divided(fragment):
    assert "".join(part.html for part in split(fragment)) == clean(fragment)


def test_deeply_nested_text_is_divided_in_linear_time():
    deep = "<blockquote>" * 500 + "x" + "</blockquote>" * 500
    assert len(split(f"<ol><li>{deep}</li><li>{deep}</li></ol>" * 20)) == 3
