"""Reading XML directly and with repair gives the same elements, wherever an error is."""

import io
from collections.abc import Iterable
from typing import Any
from xml.parsers import expat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentary.importing import xml_stream
from commentary.importing.records import SourceError
from commentary.importing.xml_stream import Elements, XmlElement
from tests.faults.mutations import case, samples
from tests.importing.exports import wxr, wxr_comment, wxr_item

# For each kind of export: wanted elements, restart points, and inner elements.
KINDS: dict[str, tuple] = {
    "wordpress": ({"item", "author", "wxr_version"}, {"item", "comment"}, {"comment"}),
    "disqus": ({"thread", "post"}, {"thread", "post"}),
}


def reader(data: bytes, kind: str) -> Elements:
    return Elements("export", lambda: io.BytesIO(data), *KINDS[kind])


def said(elements: Elements, found: Iterable[XmlElement]) -> Any:
    """Return everything that was read, and what was repaired or lost; or the reason for a refusal."""
    try:
        return [written(element) for element in found], elements.repairs.counts, elements.breaks
    except SourceError as refusal:
        return str(refusal)


def written(element: XmlElement) -> tuple:
    inside = [written(child) for child in element.children]
    lines = element.first, element.last
    return element.name, element.tag, element.attributes, element.text, lines, inside


def with_care(data: bytes, kind: str) -> Any:
    elements = reader(data, kind)
    return said(elements, elements._with_care())


def as_it_is(data: bytes, kind: str) -> Any:
    elements = reader(data, kind)
    return said(elements, elements._as_it_is())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [61, 1_000, 1 << 16])
@pytest.mark.parametrize(
    "data", [pytest.param(data, id=name) for name, data in samples() if name.endswith(".xml")]
)
def test_a_well_formed_export_is_read_unchanged(data, size, kind, monkeypatch):
    monkeypatch.setattr(xml_stream, "CHUNK", size)
    assert as_it_is(data, kind) == with_care(data, kind)


def test_a_well_formed_export_is_parsed_once():
    data, opened = wxr(wxr_item(wxr_comment(1))), []

    def stream() -> io.BytesIO:
        opened.append(io.BytesIO(data))
        return opened[-1]

    assert list(Elements("export", stream, *KINDS["wordpress"]))
    assert len(opened) == 1
    assert opened[0].closed


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b""])
@pytest.mark.parametrize("named", [b"UTF-8", b"utf8", b"UTF-16", b"utf-32", b"cp1252"])
def test_nothing_is_lost_whatever_encoding_is_declared(mark, named):
    data = mark + wxr(wxr_item(wxr_comment(1, "Größe"))).replace(b"UTF-8", named)
    found, _, breaks = said(elements := reader(data, "wordpress"), elements)
    assert (found, breaks) == with_care(data, "wordpress")[::2]
    assert {child[0]: child[3] for child in found[2][-1]}["comment_content"] == "Größe"


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-16"])
def test_utf_16_and_32_are_recognised_without_a_mark(name):
    data = wxr(wxr_item(wxr_comment(1, "Größe"))).decode().encode(name)
    assert said(elements := reader(data, "wordpress"), elements) == with_care(data, "wordpress")
    assert "Größe" in str([written(element) for element in elements])
    assert not elements.repairs.counts


@pytest.mark.parametrize("named", [b"hex", b"idna", b"undefined", b"rot13", b"x-unknown"])
def test_a_codec_that_is_not_for_text_is_refused(named):
    data = wxr(wxr_item(wxr_comment(1))).replace(b"UTF-8", named)
    with pytest.raises(SourceError, match="declares an unknown encoding"):
        list(reader(data, "wordpress"))


@pytest.mark.parametrize("size", [257, 1 << 16])
def test_after_an_error_the_result_is_that_of_reading_with_repair(size, monkeypatch):
    monkeypatch.setattr(xml_stream, "CHUNK", size)
    spoiled = [case(number) for number in range(600)]
    for name, data in spoiled:
        if not name.endswith(".xml"):
            continue
        for kind in KINDS:
            assert said(elements := reader(data, kind), elements) == with_care(data, kind), name


TAGS = ["item", "wp:comment", "post", "thread", "author", "b", "content:encoded", "wp:ä"]
ATTRIBUTES = ["", ' dsq:id="1"', "\n  id='2>3'", ' a="&lt;&amp;"\r\n b=""', ' x="]]>"']
SIGNS = [
    *["&amp;", "&#60;", "&#x0000041;", "&#000000000065;", "]", "]]", ">", "\r\n", "\r", "\n\t"],
    *["<!-- a & <b> -->", "<?php & <b ?>", "<![CDATA[a]] & <b>\n&nbsp;]]>", "<![CDATA[]]>"],
]
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=9)
TEXT = st.sampled_from(SIGNS) | WORDS.map(lambda text: text.replace("&", "").replace("<", ""))


def element(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def write(tag: str, attributes: str, pieces: list[str]) -> str:
        return (
            f"<{tag}{attributes}>{''.join(pieces)}</{tag}>" if pieces else f"<{tag}{attributes}/>"
        )

    return st.builds(
        write, st.sampled_from(TAGS), st.sampled_from(ATTRIBUTES), st.lists(inside, max_size=5)
    )


@given(
    element(st.recursive(TEXT, lambda inside: element(TEXT | inside))), st.sampled_from([*KINDS])
)
def test_well_formed_input_gives_the_same_result_both_ways(text, kind):
    data = text.encode()
    try:
        expat.ParserCreate("utf-8").Parse(data, True)
    except expat.ExpatError:
        return  # two adjacent pieces formed a token
    assert as_it_is(data, kind)[0] == with_care(data, kind)[0]
