"""Formatted text of articles: which HTML is kept, and how pictures are shown."""

import pytest

from commentary.text import article_html
from commentary.text.article_display import for_page
from commentary.text.article_html import Preserved

SHA = "ab" * 32

EVIL = [
    "<script>alert(1)</script>",
    "<p onclick=alert(1)>x</p>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="data:text/html,x">x</a>',
    '<a href="/etc/passwd">x</a>',
    "<img src=x onerror=alert(1)>",
    '<img src="data:image/png;base64,AAAA">',
    "<iframe src=http://a.example></iframe>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    '<p style="position:fixed">x</p>',
    "<form action=http://a.example><input name=q></form>",
    '<base href="http://a.example">',
    '<figure class="modal">x</figure>',
    '<img src="http://a.example/pixel.gif">',
    '<img src="//a.example/pixel.gif">',
    f'<img src="media:{SHA}" width="10" height="10" srcset="http://a.example/x 2x">',
    '<p id="x" class="modal">x</p>',
    '<a href="http://a.example/" ping="http://b.example" target=_top>x</a>',
    '<img alt="&quot; onerror=alert(1) x=&quot;" src="http://a.example/x.png">',
]


@pytest.mark.parametrize("fragment", EVIL)
def test_active_content_and_outside_resources_are_removed(fragment):
    rendered = for_page(fragment)
    for word in (
        "script",
        "onclick",
        'onerror="',
        "javascript:",
        "<iframe",
        "style",
        "<form",
        "<base",
    ):
        assert word not in rendered.replace("onerror=alert(1) x=", "")
    for word in ('src="http', 'src="//', 'srcset="http', "data:", "modal", "ping=", "target"):
        assert word not in rendered


def test_the_formatting_of_an_article_is_kept():
    fragment = (
        '<h2>A</h2><p lang="de">B <em>c</em> <a href="#fn-1" id="ref-1">1</a></p><ol start="3"><li value="5">d</li>'
        '</ol><dl><dt>e</dt><dd>f</dd></dl><table><caption>g</caption><thead><tr><th scope="col">h</th></tr></thead>'
        '<tbody><tr><td colspan="2">i</td></tr></tbody></table><figure class="gallery"><figure><figcaption>j'
        "</figcaption></figure></figure><pre><code>k\n l</code></pre>"
    )
    assert article_html.clean(fragment).replace(' rel="nofollow noopener"', "") == fragment


def test_a_picture_is_offered_in_its_available_sizes():
    fragment = '<p><img src="http://a.example/x.jpg" alt="A &quot;wall&quot;"></p>'
    stored = article_html.with_pictures(
        fragment, {"http://a.example/x.jpg": Preserved(SHA, 1200, 600)}
    )
    assert article_html.pictures_in(stored) == [(SHA, "", 'A "wall"', 1200, 600)]
    rendered = for_page(stored)
    assert (
        f'srcset="/media/{SHA}-480.webp 480w, /media/{SHA}-960.webp 960w, /media/{SHA}-1200.webp 1200w"'
        in rendered
    )
    assert 'width="1200" height="600"' in rendered
    assert 'alt="A &quot;wall&quot;"' in rendered


def test_all_pictures_except_the_first_are_loaded_lazily():
    one = f'<img src="media:{SHA}" alt="" width="10" height="10">'
    first, second = for_page(one + one).split("<img")[1:]
    assert "lazy" not in first and 'loading="lazy"' in second


def test_a_missing_picture_is_shown_as_its_description_and_original_url():
    rendered = for_page(
        '<p><a href="http://a.example/"><img src="http://a.example/x.jpg" alt="A <b>wall</b>"></a></p>'
    )
    assert "This picture was not preserved" in rendered
    assert "<bdi>“A &lt;b&gt;wall&lt;/b&gt;”</bdi>" in rendered
    assert "Original URL: http://a.example/x.jpg" in rendered
    assert "<img" not in rendered and rendered.count("<a ") == 1


def test_plain_text_keeps_the_text_and_separates_blocks():
    fragment = (
        '<h2>A</h2><p>B<br>c &amp; d</p><ul><li>e</li><li>f</li></ul><p title="&lt;p&gt;">g</p>'
    )
    assert article_html.plain(article_html.clean(fragment)).split("\n") == [
        "A",
        "",
        "B",
        "c & d",
        "",
        "e",
        "",
        "f",
        "",
        "g",
    ]
