"""Articles in formatted text in a real browser: nothing is wider than the page, hidden, or loaded from elsewhere."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from commentary.media import store_picture
from tests.browser.checks import assert_accessible
from tests.conftest import make_article

LONG = "x" * 90


def picture(number: int, width: int = 1600, height: int = 1000) -> str:
    file = io.BytesIO()
    Image.new("RGB", (width, height), (number * 7 % 256, 90, 120)).save(file, "JPEG")
    kept = store_picture(file.getvalue(), f"{number}.jpg")
    return (
        f'<img src="media:{kept.sha256}" alt="Picture {number}" width="{width}" height="{height}">'
    )


def figure(number: int) -> str:
    return f"<figure>{picture(number)}<figcaption>Words {number}, {LONG}</figcaption></figure>"


def body() -> str:
    """Everything that formatted text can contain, with 30 pictures."""
    row = (
        "<tr><th scope='row'>9 March</th>"
        + f"<td>4.20</td><td>north-west, {LONG}</td>" * 4
        + "</tr>"
    )
    gallery = "".join(map(figure, range(3, 9)))
    return (
        f'<p>A tide table<sup><a href="#fn-1" id="ref-1">1</a></sup> {LONG}</p>{figure(1)}'
        f"<blockquote><p>The step was wet.</p><ul><li>{LONG}</li></ul></blockquote><h3>Tables {LONG}</h3>"
        f"<table><caption>High water</caption><thead><tr><th></th><th>Wind</th></tr></thead><tbody>{row}</tbody></table>"
        f"<p><code>{LONG}</code> <kbd>Ctrl</kbd> <mark>new</mark></p><pre><code>{LONG}\n  {LONG}</code></pre>"
        f"<dl><dt>Spring tide</dt><dd>Higher {LONG}</dd></dl><h5>Places</h5>"
        f"<ol><li>At the pole{figure(2)}</li><li>At the ropes<ul><li>dry<pre>{LONG}</pre></li></ul></li></ol>"
        f'<figure class="gallery">{gallery}<figcaption>A gallery</figcaption></figure>'
        f'<figure class="embed"><a href="https://www.youtube.com/watch?v=abc">YouTube: {LONG}</a></figure>'
        f'<figure><img src="http://a.example/{LONG}.jpg" alt="The gauge {LONG}"><figcaption>Lost</figcaption></figure>'
        f"<details><summary>More</summary><p>{LONG}</p></details><p>In a line {picture(99, 60, 40)}</p><hr>"
        + "".join(map(figure, range(9, 31)))
        + '<ol><li id="fn-1">It is the wind. <a href="#ref-1">↩</a></li></ol>'
    )


@pytest.fixture
def tides(transactional_db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return make_article("Tides", body=body(), markup="rich", language="en")


def test_axe_finds_no_violation_in_any_formatting(visit, tides):
    page = visit("/articles/tides/")
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert_accessible(page, (320, 360, 768, 1440), mirrored=True)


def test_pictures_are_chosen_by_the_width_they_are_shown_in(visit, tides):
    page = visit("/articles/tides/")
    measured = """[...document.querySelectorAll(".prose img[sizes]")].map((image) => {
        const copy = document.createElement("div");
        const own = image.sizes.split(", ").map((part) => part.match(/^(?:\\((.*)\\) )?([^()]+|calc\\(.*\\))$/));
        copy.style.position = "absolute";
        copy.style.width = own.find(([, query]) => !query || matchMedia(`(${query})`).matches)[2];
        document.body.append(copy);
        const wanted = copy.getBoundingClientRect().width;
        copy.remove();
        return image.getBoundingClientRect().width - wanted;
    })"""
    for width in (320, 360, 500, 700, 768, 1024, 1440, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        differences = page.evaluate(measured)
        assert len(differences) == 30
        # The scroll bar is part of the viewport that `sizes` is about, but not of the page.
        assert all(-18 <= difference <= 1 for difference in differences), (width, differences)


def test_only_the_first_picture_is_loaded_at_once(visit, tides):
    page = visit("/articles/tides/")
    lazy = page.evaluate("[...document.images].map((image) => image.loading === 'lazy')")
    assert lazy == [False] + [True] * 30


def test_footnotes_link_to_the_note_and_back(visit, tides):
    page = visit("/articles/tides/")
    page.get_by_role("link", name="1", exact=True).first.click()
    assert page.locator("#fn-1").evaluate("note => note.matches(':target')")
    page.get_by_role("link", name="↩").click()
    assert page.locator("#ref-1").evaluate("mark => mark.matches(':target')")


def test_tables_and_code_scroll_by_keyboard(visit, tides):
    page = visit("/articles/tides/", width=360)
    box = page.get_by_role("region", name="Table 1: High water")
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")
    box.focus()
    page.keyboard.press("ArrowRight")
    expect(box).to_be_focused()
    page.wait_for_timeout(300)
    assert box.evaluate("box => box.scrollLeft") > 0


def test_print_shows_whole_tables_and_code(visit, tides):
    page = visit("/articles/tides/", width=700)
    page.emulate_media(media="print")
    assert (
        page.locator(".scroller").first.evaluate("box => getComputedStyle(box).overflowX")
        == "visible"
    )
    assert page.locator(".prose pre").first.evaluate(
        "code => code.scrollWidth <= code.clientWidth + 1"
    )
