"""Rendering text as safe HTML, and the notation of article bodies."""

import re

import pytest
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from commentary.text.body import BodyBlock, parse_body, write_body
from commentary.text.markup import (
    plain_text,
    render_article_html,
    render_html,
    render_markdown,
    render_text,
    rendered_text,
    sanitise,
)

LINK = '<a href="{0}" rel="nofollow ugc noopener">{0}</a>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("One\n\nTwo", "<p>One</p><p>Two</p>"),
        ("One\n \t\n\n\nTwo\n", "<p>One</p><p>Two</p>"),
        ("A line\nand another", "<p>A line<br>and another</p>"),
        ("1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("https://example.org/a", f"<p>{LINK.format('https://example.org/a')}</p>"),
        ("See https://example.org/a.", f"<p>See {LINK.format('https://example.org/a')}.</p>"),
        ("(https://example.org)", f"<p>({LINK.format('https://example.org')})</p>"),
        ("http://", "<p>http://</p>"),
        ("javascript://example.org", "<p>javascript://example.org</p>"),
    ],
)
def test_markup_is_rendered_as_expected(text, html):
    assert render_text(text) == html


def test_a_url_keeps_its_balanced_brackets():
    assert "Bee_(insect)</a>)" in render_text("(https://example.org/Bee_(insect))")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://a.example/x?y[]=1&z=[2].", "https://a.example/x?y[]=1&z=[2]"),
        ("see {https://a.example/{id}}!", "https://a.example/{id}"),
        ("((https://a.example/Bee_(insect)))", "https://a.example/Bee_(insect)"),
        ("https://a.example/(a)(b))", "https://a.example/(a)(b)"),
        ("https://a.example/x)].", "https://a.example/x"),
        ("https://a.example/x(", "https://a.example/x("),
        ("见https://a.example/x。", "https://a.example/x"),
        ("日本語https://a.example/x", "https://a.example/x"),
        ("“https://a.example/x”", "https://a.example/x"),
        ("«https://a.example/x»", "https://a.example/x"),
        ("https://münchen.example/ü,", "https://münchen.example/ü"),
        ("https://a_b.example/-", "https://a_b.example/-"),
    ],
)
def test_a_url_ends_before_the_punctuation_of_its_sentence(text, address):
    for rendered in (render_text(text), render_html(text)):
        assert re.findall(r'href="([^"]*)"', rendered) == [address.replace("&", "&amp;")]


def test_a_url_cannot_break_out_of_its_attribute():
    html = render_text('https://example.org/"onmouseover="alert(1)')
    assert html.startswith('<p><a href="https://example.org/" rel="nofollow ugc noopener">')


@given(st.text())
def test_text_contributes_no_elements(text):
    html = render_text(text)
    for tag in ("<p>", "</p>", "<br>", "</a>"):
        html = html.replace(tag, "")
    assert "<" not in html.replace('<a href="http', "")


@given(st.text(alphabet=st.sampled_from("<>/=\"' abcdefghijpsx:&;#1\n")))
def test_sanitising_again_changes_nothing(fragment):
    once = sanitise(fragment)
    assert sanitise(once) == once


@pytest.mark.parametrize(
    "fragment",
    [
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<a href=javascript:alert(1)>x</a>",
        "<a href='data:text/html,x'>x</a>",
        "<p style='color:red' onclick=x>x</p>",
        "<iframe src=//example.org></iframe>",
        "<math><mi//xlink:href='data:x,<script>alert(4)</script>'>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
    ],
)
def test_nothing_executable_remains(fragment):
    clean = sanitise(fragment).lower()
    for bad in ("<img", "<svg", "<script", "<iframe", "onerror", "onclick", "style=", "href="):
        assert bad not in clean


class TestBody:
    def test_points_headings_and_paragraphs_are_parsed(self):
        body = "A start.\n\n1. First\nline two\n\n## A heading\n\n22. Later"
        assert parse_body(body) == [
            BodyBlock("paragraph", "A start."),
            BodyBlock("point", "First\nline two", 1),
            BodyBlock("heading", "A heading"),
            BodyBlock("point", "Later", 22),
        ]

    def test_a_backslash_keeps_a_paragraph_ordinary(self):
        assert parse_body("\\1. April was cold.") == [BodyBlock("paragraph", "1. April was cold.")]

    def test_a_year_with_a_full_stop_is_not_a_point(self):
        assert parse_body("It was 1998. Nobody knew.")[0].kind == "paragraph"

    @given(
        st.lists(
            st.one_of(
                st.builds(
                    BodyBlock, st.just("paragraph"), st.text(min_size=1), st.none(), st.none()
                ),
                st.builds(
                    BodyBlock,
                    st.just("point"),
                    st.text(min_size=1),
                    st.integers(min_value=0, max_value=999_999),
                    st.none(),
                ),
                st.builds(BodyBlock, st.just("heading"), st.text(min_size=1), st.none(), st.none()),
                st.sampled_from(["1. x", "\\1. x", "\\\\## x", "## x", "\\x"]).map(
                    lambda text: BodyBlock("paragraph", text)
                ),
            )
        )
    )
    def test_a_written_body_is_parsed_to_the_same_blocks(self, blocks):
        # Blocks as importers create them: no line is empty or starts with a space.
        def plain(block):
            text = "\n".join(line.strip() for line in block.text.splitlines() if line.strip())
            if block.kind == "heading":
                text = text.replace("\n", " ")
            return block._replace(text=text)

        blocks = [b for b in map(plain, blocks) if b.text]
        assert parse_body(write_body(blocks)) == blocks


@pytest.mark.parametrize(
    ("written", "html"),
    [
        # Lines and empty lines, as shown on the original pages.
        ("one", "<p>one</p>"),
        ("a\nb\n\nc", "<p>a<br>b</p><p>c</p>"),
        ("a\r\nb\rc", "<p>a<br>b<br>c</p>"),
        ("a<br />\nb", "<p>a<br>b</p>"),
        ("<b>a\n\nb</b>", "<p><b>a</b></p><p><b>b</b></p>"),
        (
            "<blockquote>q\nr\n\ns</blockquote>t",
            "<blockquote><p>q<br>r</p><p>s</p></blockquote><p>t</p>",
        ),
        (
            "in\n\n<ul>\n<li>x</li>\n</ul>\nout\nend",
            "<p>in</p><ul><li>x</li></ul><p>out<br>end</p>",
        ),
        # In paragraphs, list items and preformatted text, newlines have their HTML meaning.
        ("<p>a\nb</p>\n\n<p>c</p>", "<p>a\nb</p><p>c</p>"),
        ("<pre>a\n\n  <p>b\n</pre>c\nd", "<pre>a\n\n  <p>b\n</p></pre><p>c<br>d</p>"),
        ("<li>a\n\nb</li>", "<li>a\n\nb</li>"),
        # Elements that we don't keep.
        ("<h2>Head</h2>\na\nb", "<p>Head</p><p>a<br>b</p>"),
        ("<table><tr><td>a</td><td>b</td></tr></table>c", "<p>a b</p><p>c</p>"),
        ("<!-- wp:paragraph -->\n<p>a</p>\n<!-- /wp:paragraph -->", "<p>a</p>"),
        ("a\n\n<img src='x'>\n\nb<script>c\n\nd</script>", "<p>a</p><p>b</p>"),
        ("<p>&nbsp;</p>a", "<p>a</p>"),
        ("<a href='javascript:x' onclick='y'>a</a>", '<p><a rel="nofollow ugc noopener">a</a></p>'),
        # Text that only looks like a tag.
        ("if a<b then <3", "<p>if a&lt;b then &lt;3</p>"),
        ("a <!-- open", "<p>a &lt;!-- open</p>"),
        ("a <![CDATA[b]]>", "<p>a &lt;![CDATA[b]]&gt;</p>"),
    ],
)
def test_html_of_exports_is_laid_out_as_on_the_original_pages(written, html):
    assert render_html(written) == html


@given(
    st.lists(
        st.sampled_from(["word", " ", "\n", "\n\n", "\r\n", ">", "\xa0", "\x0c", "\t", "é", "'"])
    )
)
def test_text_without_markup_has_the_same_result_on_the_fast_path(pieces):
    text = "".join(pieces)
    assert render_html(text) == render_html(f"{text}<!-- goes the long way -->")


@pytest.mark.parametrize("sign", ["<", "<!--", "<p", "<b>", "<li>", "\n", "<br>\n", "<pre>", "&"])
def test_unclosed_html_is_laid_out(sign):
    assert isinstance(render_html(sign * 2_000), SafeString)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("<p>a</p><p>b &amp; c</p>", "a\n\nb & c"),
        (
            "a<blockquote>b</blockquote>c<ul><li>d</li><li>e</li></ul><p>f<p>g",
            "a\nb\nc\nd\ne\n\nf\ng",
        ),
        ("a<br>b", "a\nb"),
        ("<!--more-->a<script>b</script>", "a"),
        ("if a<b then <3", "if a<b then <3"),
    ],
)
def test_plain_text_of_html(written, words):
    assert plain_text(written) == words


PIECES = (
    "<b> </b> <p> </p> <br> &lt; &amp; &nbsp; < > \" ' <pre> </pre> <li> </ul> & <h2> x<y <!-- 3"
)


@given(st.lists(st.sampled_from([*PIECES.split(" "), "\n", '<a href="https://a.example/<b>">'])))
def test_plain_text_of_rendered_html_needs_no_parser(pieces):
    for render in (render_html, render_article_html, render_text, render_markdown):
        fragment = render("".join(pieces))
        assert rendered_text(fragment).split() == plain_text(fragment).split()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<h1>One</h1>\nText", "<h2>One</h2><p>Text</p>"),
        ("<h3>Two</h3><H6 class=x>Six</H6>", "<h3>Two</h3><h4>Six</h4>"),
        ("<h2>Half", "<h2>Half</h2>"),
    ],
)
def test_an_article_of_an_export_keeps_its_headings(body, expected):
    assert re.sub(r"\s+(?=<)", "", render_article_html(body)) == expected
    assert "<h" not in render_html(body)


def test_an_image_in_an_article_is_a_link():
    html = render_article_html('<p><img alt="The pier" src="https://quay.example/pier.jpg"></p>')
    assert 'href="https://quay.example/pier.jpg"' in html
    assert ">[The pier]</a>" in html
    assert "<img" not in html


def test_an_image_without_a_url_is_its_text():
    assert render_article_html('<img src="/pier.jpg">') == "<p>[pier.jpg]</p>"


def test_a_linked_image_stays_a_link():
    html = render_article_html('<a href="https://quay.example/big"><img src="/s.jpg"></a>')
    assert html.count("<a ") == 1
    assert ">[s.jpg]</a>" in html


def test_a_link_without_text_is_removed():
    assert render_html('<a href="https://quay.example/"><img src="x"></a>Pier') == "<p>Pier</p>"


def test_an_image_links_only_to_valid_urls():
    html = render_article_html('<img src="javascript:alert(1)" alt=\'"><script>x</script>\'>')
    assert "href" not in html and "<script" not in html


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "/admin/", "x", "?q", "https:evil.example", "https:/evil.example", "http://",
     "https:\\\\evil.example", "https://good.example@evil.example",
     "https://ev%69l.example", "mailto:a@example.org", "javascript:alert(1)", "data:text/html,x"],
)  # fmt: skip
def test_links_in_comments_are_plain_web_addresses(address):
    html = render_html(f'<p>See <a href="{address}" title="t">this</a></p>')
    assert html == '<p>See <a rel="nofollow ugc noopener">this</a></p>'
    assert "<a" not in render_markdown(f"[this]({address})")


def test_attributes_are_removed():
    html = '<p title="t" lang="en" class="c"><b title="t">a</b></p>'
    for render in (render_html, render_article_html):
        assert render(html) == "<p><b>a</b></p>"
    assert sanitise(html) == "<p>a</p>"
    assert 'title="' not in render_markdown('[a](https://example.org "t")')


def test_links_in_articles_may_be_mail_addresses():
    html = render_article_html(
        '<a href="mailto:a@example.org">a</a> <a href="//evil.example">b</a> <a href="/c">c</a> '
        '<a href="HTTPS://example.org/d?e=1&amp;f#g" title="t">d</a>'
    )
    assert re.findall('href="([^"]*)"', html) == [
        "mailto:a@example.org",
        "HTTPS://example.org/d?e=1&amp;f#g",
    ]


def test_invalid_links_stay_as_typed():
    assert render_markdown("a[i](x)").strip() == "<p>a[i](x)</p>"


class TestBareAddressesOfExports:
    """As on the pages that the comments come from."""

    @pytest.mark.parametrize(
        ("text", "links"),
        [
            ("See https://a.example/x.", ["https://a.example/x"]),
            ("See https://a.example/?a=1&amp;b=2 now", ["https://a.example/?a=1&amp;b=2"]),
            ("See https://a.example/?a=1&b=2", ["https://a.example/?a=1&amp;b=2"]),
            ("(www.a.example)", ["http://www.a.example"]),
            ("<em>https://a.example</em>", ["https://a.example"]),
            ("<blockquote>https://a.example\n\nx</blockquote>", ["https://a.example"]),
            ("&quot;https://a.example&quot;", ["https://a.example"]),
            ("https://a.example&lt;b", ["https://a.example"]),
            ('<a href="https://a.example">https://b.example</a>', ["https://a.example"]),
            ('<a href="/x">https://b.example</a>', []),
            ("<code>https://a.example</code>", []),
            ("<pre>https://a.example</pre>", []),
            ("ftp://www.a.example", []),
            ("me@www.a.example", []),
            ("www. is short", []),
            ("https://user@a.example", []),
            ("javascript:https", []),
        ],
    )
    def test_bare_urls_become_links(self, text, links):
        rendered = render_html(text)
        assert re.findall(r'href="([^"]*)"', rendered) == links
        assert rendered.count('" rel="nofollow ugc noopener">') == len(links)

    def test_other_text_is_unchanged(self):
        text = "A &amp; B &lt;3 \xa0<b>x</b>\n\nhttps://a.example \"q\" 'q'"
        link = '<a href="https://a.example" rel="nofollow ugc noopener">https://a.example</a>'
        assert render_html(text) == (
            f"<p>A &amp; B &lt;3 &nbsp;<b>x</b></p><p>{link} \"q\" 'q'</p>"
        )


def test_pictures_in_comments_become_links():
    html = render_html('See<br><img src="https://quay.example/pier.jpg?w=300" alt="The pier">')
    link = (
        '<a href="https://quay.example/pier.jpg?w=300" rel="nofollow ugc noopener">[The pier]</a>'
    )
    assert html == f"<p>See<br>{link}</p>"
    assert "[pier.jpg]" in render_html('<img src="https://quay.example/pier.jpg">')
    assert render_html('Ha <img class="wp-smiley" src="https://s.example/1.gif" alt=":)">') == (
        "<p>Ha :)</p>"
    )
