"""Links of the footer: a label and an address that opens nothing but a page or a mail program."""

import pytest

from commentary.text.footer_links import parse_links


def test_links_are_read_one_a_line():
    text = "Contact = mailto:a@b.example\r\n\nUs = https://b.example/?a=b\nHere = /pages/us/"
    assert parse_links(text) == [
        ("Contact", "mailto:a@b.example"),
        ("Us", "https://b.example/?a=b"),
        ("Here", "/pages/us/"),
    ]


def test_the_environment_divides_them_by_semicolons():
    assert len(parse_links("A = /a/; B = /b/;", ";")) == 2


@pytest.mark.parametrize(
    "line",
    [
        "Contact",
        "= /a/",
        "A =",
        "A = javascript:alert(1)",
        "A = //a.example/",
        "A = /\\a.example/",
        "A = data:text/html,x",
        "A = a.example",
        "A = https://u@a.example/",
        "A = mailto:x",
        "A = mailto:a@b.example?bcc=c@d.example",
        "A" * 61 + " = /a/",
        "A = /" + "a" * 500,
        "\n".join(f"{n} = /{n}/" for n in range(13)),
    ],
)
def test_others_are_refused(line):
    with pytest.raises(ValueError):
        parse_links(line)
