"""Lists show the first words and the first picture of an article, from pieces of its body."""

import pytest

from commentary.text.excerpts import BEGINNING, EXCERPT_LENGTH, excerpt_of, first_picture

SHA = "a" * 64
FIGURE = f'<figure><img src="media:{SHA}" alt="Bees" width="800" height="600"><figcaption>In May</figcaption></figure>'


@pytest.mark.parametrize(
    ("markup", "body", "words"),
    [
        ("text", "## Bees\n\nThey dance.\n\n1. In the\nhive", "They dance. In the hive"),
        (
            "rich",
            f"<h2>Bees</h2>{FIGURE}<p>They <em>dance</em> &amp; sting.</p>",
            "They dance & sting.",
        ),
        ("rich", "<table><tr><td>1</td></tr></table><pre>x</pre><p>After</p>", "After"),
        ("rich", "<ol><li>One</li><li>Two</li></ol>", "One Two"),
        ("html", "<h1>Bees</h1><p>They<br>dance.</p>", "They dance."),
        ("rich", "", ""),
        ("text", "", ""),
    ],
)
def test_an_excerpt_has_running_text_only(markup, body, words):
    assert excerpt_of(markup, body) == words


@pytest.mark.parametrize("markup", ["text", "rich", "html"])
def test_an_excerpt_is_short_and_ends_with_a_word(markup):
    made = excerpt_of(markup, "bees dance " * 200)
    assert len(made) <= EXCERPT_LENGTH
    assert made.endswith("…")


@pytest.mark.parametrize("cut", ['<a href="https://a.ex', "&amp", "<", "</", '<img alt="a > b'])
def test_a_piece_that_ends_in_a_tag_shows_nothing_of_it(cut):
    filler = "x" * (BEGINNING - len("<h2></h2><p>Words ") - len(cut))
    assert excerpt_of("rich", f"<h2>{filler}</h2><p>Words {cut}") == "Words"


def test_the_first_picture_that_can_be_shown_is_found():
    lost = '<img src="https://a.example/x.png" alt="">'
    unshown = f'<img src="media:{"b" * 64}" alt="">'
    assert first_picture(lost + unshown + FIGURE).sha256 == SHA
    assert first_picture(lost) is None
    assert first_picture("") is None
    assert first_picture(FIGURE[:40]) is None
