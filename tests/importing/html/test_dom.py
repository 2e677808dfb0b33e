"""Decoding pages, parsing them, and extracting text from nodes."""

import pytest

from commentary.importing.formats.html.dom import (
    UnreadablePage,
    decode,
    one_line,
    paragraphs_of_node,
    parse,
    text_nodes,
)


def shown(html):
    return paragraphs_of_node(parse(f"<div id=here>{html}</div>").css_first("#here"))


@pytest.mark.parametrize(
    ("data", "declared", "text", "encoding"),
    [
        (b"\xef\xbb\xbf<p>\xc3\xa9", "iso-8859-1", "<p>é", "utf-8"),
        ("<meta charset=iso-8859-1><p>é".encode(), "", "<meta charset=iso-8859-1><p>é", "utf-8"),
        (
            b"<meta charset=iso-8859-1>\x93x\x94\x81",
            "",
            "<meta charset=iso-8859-1>“x”\x81",
            "cp1252",
        ),
        ("привет".encode("koi8-r"), "KOI8-R", "привет", "koi8-r"),
        (b"<meta charset=utf-8>" + b"\x80", "windows-1252", "<meta charset=utf-8>€", "cp1252"),
        ("<html lang='ja'>日本語".encode("cp932"), "", "<html lang='ja'>日本語", "cp932"),
        ("<html lang='ja'>日本語".encode("euc-jp"), "", "<html lang='ja'>日本語", "euc-jp"),
        ("<html lang=ru-RU>Да".encode("cp1251"), "", "<html lang=ru-RU>Да", "cp1251"),
        ("<p>page 日".encode("utf-16-le"), "", "<p>page 日", "utf-16-le"),
        ("日本語".encode("iso-2022-jp"), "iso-2022-jp", "日本語", "iso-2022-jp"),
        (b"<meta charset=rot13>caf\xe9", "punycode", "<meta charset=rot13>café", "cp1252"),
    ],
)
def test_a_page_is_decoded_by_its_bytes_and_labels(data, declared, text, encoding):
    found = decode(data, declared)
    assert (found.text, found.encoding, found.stray) == (text, encoding, 0)


def test_invalid_bytes_in_a_utf_8_page_are_replaced_and_counted():
    found = decode("<meta charset=utf-8>é ö ü ".encode() + b"\xff!")
    assert (found.text[-2:], found.encoding, found.stray) == ("\ufffd!", "utf-8", 1)


def test_text_encoded_twice_is_repaired_only_as_a_whole():
    assert decode("Ã©tÃ© â€™".encode()).text == "été ’"
    assert decode("Ã©tÃ© 日".encode()).text == "Ã©tÃ© 日"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a  b<br>c<br><br>d<p>e <b>f</b>\ng</p>", "a b\nc\n\nd\n\ne f g"),
        ("<pre>x\n  y\n\nz</pre>after", "x\n  y\n\nz\n\nafter"),
        ("<p>a<br></p><p><br></p><p>b</p>", "a\n\nb"),
        ("a<script>b</script><style>c</style><p hidden>d</p><i style='display: none'>e</i>", "a"),
        ("<noscript>a</noscript><template>b</template><!-- c -->d", "d"),
        ("ha <img class='wp-smiley' alt=':-)'><img src=x alt=picture>", "ha :-)"),
        ("<ul><li>a</li><li>b</li></ul>", "a\n\nb"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\n\nc"),
        ("&lt;img onerror=x&gt; \u200cی", "<img onerror=x> \u200cی"),
        ("e\u0301", "é"),
    ],
)
def test_the_text_is_what_a_browser_shows(html, text):
    assert shown(html) == text


def test_one_line_has_no_line_breaks():
    node = parse("<h1>The<br>two \n <i>maps</i><pre>a\nb</pre></h1>").css_first("h1")
    assert one_line(node) == "The two maps a b"


def test_skipped_and_hidden_nodes_have_no_text():
    page = parse("<div>a<p id=x>b</p><p>c</p><p hidden>d</p> \n </div>")
    skip = {page.css_first("#x").mem_id}
    node = page.css_first("div")
    assert [n.text_content for n in text_nodes(node, skip)] == ["a", "c"]
    assert paragraphs_of_node(node, skip) == "a\n\nc"


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000,
        "<p>" + "".join(f"<font size={i}>" for i in range(3_000)) + "<p>x" * 3_000,
        "<p " + " ".join(f"a{i}='>'" for i in range(40_000)) + ">",
        "<p>" * 7_000_000,
    ],
    ids=["nested", "never closed", "attributes", "long"],
)
def test_a_page_that_would_take_too_long_is_refused(html):
    with pytest.raises(UnreadablePage):
        parse(html)


def test_deep_pages_are_read():
    assert parse("<div>" * 1_500 + "x" + "<p>" * 10_000).css_first("div div div") is not None
