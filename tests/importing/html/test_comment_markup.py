"""Links, emphasis, quotations and pictures in the texts of comments."""

import pytest

from commentary.importing.formats.html.comments import read_comments
from commentary.importing.formats.html.dom import parse
from commentary.text.markup import plain_text


def comment_with(text):
    page = parse(
        "<html><head><link rel=canonical href='https://quay.example/a/'></head><body><h1>A</h1>"
        "<ol class=comment-list><li id=comment-1 class=comment><article class=comment-body>"
        "<img class=avatar src=https://quay.example/face.png alt=Ann><b class=fn>Ann</b> "
        f"<time datetime=2016-03-12T09:05:00>x</time><div class=comment-content>{text}</div>"
        "</article></li></ol></body></html>"
    )

    class Page:
        address, canonical, language = "https://quay.example/a/", "https://quay.example/a/", "en"

    (comment,) = read_comments(page, Page).comments
    return comment


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<p>See <a href='/b/?x=1&amp;y=2'>the <em>other</em> one</a>.</p>",
         'See <a href="https://quay.example/b/?x=1&amp;y=2">the <em>other</em> one</a>.'),
        ("<p>Not <b> bold </b>enough &lt;b&gt;</p>", "Not <b>bold</b> enough &lt;b&gt;"),
        ("<blockquote><p>One.</p><p>Two.</p></blockquote><p>Three.</p>",
         "<blockquote>One.\n\nTwo.</blockquote>\n\nThree."),
        ("<p>See:</p><p><img src='/pier.jpg' alt='The &quot;pier&quot;'></p><p>Fine.</p>",
         'See:\n\n<img src="https://quay.example/pier.jpg" alt="The &quot;pier&quot;">\n\nFine.'),
    ],
)  # fmt: skip
def test_a_comment_keeps_its_markup(text, html):
    comment = comment_with(text)
    assert (comment.text, comment.markup) == (html, "html")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<p>See <a href='https://quay.example/b/'>https://quay.example/b/</a>.</p>", "See https://quay.example/b/."),
        ("<p>Nice <img class=wp-smiley src=s.gif alt=':)'></p>", "Nice :)"),
        ("<p>Ha<img width=1 height=1 src='https://stats.example/1.gif'></p>", "Ha"),
        ("<p><a href='javascript:alert(1)'>Press</a> <em></em>here</p>", "Press here"),
    ],
)  # fmt: skip
def test_a_comment_without_markup_is_plain_text(text, plain):
    comment = comment_with(text)
    assert (comment.text, comment.markup) == (plain, "text")


def test_marks_in_a_page_are_no_tags():
    comment = comment_with("<p>A \x02\x030\x03 and <b>\x02/0\x03</b> b</p>")
    assert comment.text == "A 0 and <b>/0</b> b"
    assert plain_text(comment.text) == "A 0 and /0 b"
