"""Articles imported from saved pages in a real browser. `visit` fails if a page requests anything from
another host, logs an error or violates the content security policy.
"""

import io

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from commentary.models import Article, ArticlePicture
from tests.browser.checks import is_wider_than_the_screen, violations
from tests.media.test_pictures import encoded

PICTURES = 30
# Everything that would run or be requested, if the page were shown as it is.
ACTIVE = """<script>document.title = "run"; fetch("http://evil.example/script")</script>
<link rel=stylesheet href="http://evil.example/style.css"><base href="http://evil.example/">
<meta http-equiv=refresh content="0;url=http://evil.example/refresh">"""
PAGE = """<!doctype html><html lang=en><head><title>Tides</title>{active}</head>
<body onload="fetch('http://evil.example/load')" style="background: url(http://evil.example/back.png)">
<article class=hentry><h1 class=entry-title>Tides</h1><div class=entry-content><p>The gauge at the quay.</p>{pictures}
<p><img src="http://evil.example/lost.png" alt="Not saved" onerror="fetch('http://evil.example/error')"></p>
<p><iframe src="https://www.youtube.com/embed/abcdefghijk"></iframe></p><p>The last words.</p></div></article>
<ol class=commentlist><li class=comment id=comment-1><cite class=fn>Ada</cite><div class=comment-content>
<p>Seen <a href="javascript:alert(1)">there</a>. <img src="http://evil.example/comment.png" alt=x></p></div></li></ol></body></html>"""
FIGURE = """<figure><a href="http://evil.example/{n}-large.png"><img src="Tides_files/{n}.png" srcset="http://evil.example/{n}.png 2x"
alt="Gauge {n}" width=700 height=300></a><figcaption>Figure {n}</figcaption></figure>"""


@pytest.fixture
def tides(transactional_db, settings, tmp_path) -> Article:
    """A saved page with 30 pictures in its folder, imported."""
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "Tides_files").mkdir()
    for n in range(PICTURES):
        (tmp_path / "Tides_files" / f"{n}.png").write_bytes(encoded("PNG", (700 + n, 300)))
    pictures = "".join(FIGURE.format(n=n) for n in range(PICTURES))
    page = tmp_path / "Tides.html"
    page.write_text(PAGE.format(active=ACTIVE, pictures=pictures), encoding="utf-8")
    call_command("import_commentary", str(page), stdout=io.StringIO())
    assert ArticlePicture.objects.filter(file__isnull=False).count() == PICTURES
    return Article.objects.get()


def test_an_imported_article_with_30_pictures_requests_nothing_from_other_hosts(visit, tides):
    page = visit(tides.get_absolute_url())
    for picture in page.locator(".prose img").all():
        picture.scroll_into_view_if_needed()
    loaded = "[...document.querySelectorAll('.prose img')].filter((i) => i.naturalWidth > 0).length"
    page.wait_for_function(f"{loaded} === {PICTURES}")
    expect(page.get_by_text("The last words.")).to_be_visible()
    assert page.title() != "run"


@pytest.mark.parametrize("width", [1440, 360])
def test_axe_finds_no_violation_in_an_imported_article(visit, tides, width):
    page = visit(tides.get_absolute_url(), width=width)
    assert violations(page) == []
    assert not is_wider_than_the_screen(page)


def test_the_saved_page_is_shown_without_scripts_and_requests(enter, ines, tides):
    page = enter(ines, f"/admin/commentary/article/{tides.pk}/source/")
    frame = page.locator("iframe.saved-page")
    assert frame.get_attribute("sandbox") == ""
    shown = page.frame_locator("iframe.saved-page")
    expect(shown.get_by_text("The last words.")).to_be_visible()
    page.wait_for_timeout(500)
    assert shown.locator("script, img, link, base, iframe").count() == 0
