"""Formatted text of articles on pages: accessible, and without anything from other hosts."""

import re

import pytest

from commentary.text.article_display import Seen, for_elsewhere, for_page
from commentary.text.body import body_blocks, body_html

SHA = "ab" * 32
PICTURE = f'<img src="media:{SHA}" alt="{{}}" width="{{}}" height="600">'
VIDEO = (
    '<figure class="embed"><a href="https://www.youtube.com/watch?v=abc">YouTube: abc</a></figure>'
)


def page(fragment: str) -> str:
    """A whole article as its page shows it."""
    return "".join(block.html for block in body_blocks("rich", fragment))


def test_tables_and_code_scroll_in_labelled_boxes():
    table = "<table><caption>Tides &amp; <em>winds</em></caption><tbody><tr><td>1</td></tr></tbody></table>"
    shown = page(table + "<pre>a</pre>" + table.replace("Tides", "Moons") + "<pre>b</pre>")
    assert re.findall(r'role="region" aria-label="([^"]*)" tabindex="0"', shown) == [
        "Table 1: Tides &amp; winds",
        "Code 1",
        "Table 2: Moons &amp; winds",
        "Code 2",
    ]
    assert shown.count("</table></div>") == 2


def test_labels_and_the_first_picture_are_counted_over_all_blocks():
    picture = PICTURE.format("", 10)
    shown = page(
        f"<pre>a</pre>{picture}<ol><li>One<pre>b</pre></li><li>{picture}</li></ol>{picture}<pre>c</pre>"
    )
    assert re.findall(r"Code \d", shown) == ["Code 1", "Code 2", "Code 3"]
    assert [("lazy" in tag, "high" in tag) for tag in re.findall("<img[^>]*>", shown)] == [
        (False, True),
        (True, False),
        (True, False),
    ]


@pytest.mark.parametrize(
    ("levels", "shown"),
    [
        ("2 3 4 2", "2 3 4 2"),
        ("3 3 4 3", "2 2 3 2"),
        ("2 5 5 4", "2 3 3 3"),
        ("6 4 2 4", "2 2 2 3"),
        ("2 3 4 5 6", "2 3 4 5 6"),
    ],
)
def test_heading_levels_have_no_gaps(levels, shown):
    fragment = "".join(f"<h{n}>x</h{n}><ol><li>y</li></ol>" for n in levels.split())
    assert re.findall(r"<h(\d)>x</h\1>", page(fragment)) == shown.split()


def test_empty_headings_links_and_head_cells_are_not_announced():
    shown = page(
        '<h2> <br></h2><p>a<a href="https://a.example/"></a></p><table><tbody><tr><th scope="col"></th>'
        '<th scope="col">b</th></tr></tbody></table>'
    )
    assert "<h2" not in shown and "<a" not in shown
    assert '<tr><td></td><th scope="col">b</th></tr>' in shown


def test_a_video_is_a_card_with_a_link():
    shown = page(VIDEO)
    assert "A YouTube video was embedded here" in shown
    assert "Opens youtube.com. Nothing is loaded from there until you follow the link." in shown
    assert (
        '<a href="https://www.youtube.com/watch?v=abc" rel="nofollow noopener external">YouTube: abc</a>'
        in shown
    )
    assert "Other content was embedded here" in page(VIDEO.replace("youtube", "notyoutube"))


def test_html_in_the_title_of_a_card_is_removed_or_escaped():
    shown = page(
        VIDEO.replace("YouTube: abc", "<img src=x onerror=alert(1)><script>x</script>&lt;b&gt;")
    )
    assert "<script" not in shown and "onerror" not in shown and "&lt;b&gt;" in shown


def test_ids_are_unique_and_never_those_of_the_page():
    shown = page(
        '<p id="responses"><a href="#main">a</a></p><p id="responses">b</p><p><a href="#fn-1" id="ref-1">1</a></p>'
        '<ol><li id="fn-1">c <a href="#ref-1">back</a></li><li id="fn-2">d</li></ol>'
    )
    assert re.findall(r' id="([^"]*)"', shown) == ["in-responses", "ref-1", "fn-1", "fn-2"]
    assert re.findall(r' href="([^"]*)"', shown) == ["#in-main", "#fn-1", "#ref-1"]


def test_a_picture_is_loaded_in_the_size_of_its_column():
    alone, small = page(PICTURE.format("a", 2000)), PICTURE.format("b", 2000)
    gallery = page(f'<figure class="gallery"><figure>{small}</figure></figure>{small}')
    assert 'sizes="(min-width: 78.8rem) 40rem, ' in alone
    assert re.findall(r'sizes="\(min-width: 78.8rem\) ([\d.]+)rem', gallery) == ["12.83", "40"]


def test_a_picture_that_is_a_link_has_a_name():
    shown = page(f'<p><a href="https://a.example/">{PICTURE.format("", 10)}</a></p>')
    assert 'alt="Linked picture"' in shown


def test_a_disclosure_has_a_label_and_no_link_in_it():
    assert "<details><summary>Details</summary>" in page("<details><p>a</p></details>")
    shown = page('<details><summary><a href="https://a.example/">b</a></summary><p>c</p></details>')
    assert "<summary>b</summary>" in shown


def test_pictures_in_feeds_and_the_api_have_absolute_urls():
    fragment = f"<figure>{PICTURE.format('a', 2000)}<figcaption>b</figcaption></figure><pre>c</pre>"
    html = for_elsewhere(fragment, "https://c.example")
    assert f'src="https://c.example/media/{SHA}-1600.webp"' in html
    assert "<figcaption>b</figcaption></figure><pre>c</pre>" in html and "srcset" not in html
    lost = body_html(
        body_blocks("rich", '<p><img src="http://a.example/x.jpg" alt="d"></p>'),
        "https://c.example",
    )
    assert lost == "<p>[d]</p>"


def test_text_that_looks_like_a_tag_stays_text():
    text = "<p>&lt;table&gt; &lt;img src=x&gt;</p>"
    assert for_page(text, Seen()) == text
