"""Finding links takes work in proportion to the text, whatever the text is."""

import sys

import pytest

from commentary.text.markup import RENDERERS

UNITS = [
    "www.",
    "http://",
    "(http://a.b/",
    "https://a.b/(",
    "https://a.b/).).)",
    "http://a)]}",
    "(((",
]


def calls(render, text: str) -> int:
    """How many functions are called, those of Python and of C."""
    count = 0

    def note(_frame, event, _argument):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        render(text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("name", RENDERERS)
def test_twice_the_text_takes_at_most_about_twice_the_calls(name, unit):
    render, start = RENDERERS[name], "https://a.example/"
    render(start)  # loads what is loaded once
    once, twice = (calls(render, start + unit * n) for n in (500, 1_000))
    assert twice <= 2.3 * once + 50
