"""Saved pages next to the imported item, in a sandboxed frame."""

import io
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse

from commentary.importing.formats.html.marked_page import marked_page
from commentary.models import Article, Comment, ImportRun, Source

pytestmark = pytest.mark.django_db
PAGES = Path(__file__).parents[1] / "importing" / "saved_pages"
EVIL = """<!doctype html><html lang="en"><head><title>x</title><meta http-equiv=refresh content="0;url=//a.example">
<base href="//a.example"><link rel=stylesheet href="//a.example/x.css"><style>@import "//a.example/y.css";</style>
<script>alert(1)</script></head><body onload="alert(1)" style="background:url(//a.example/z.png)">
<p onclick="alert(1)" class="x" id="marked">One &lt;script&gt; two</p><img src="//a.example/p.png" onerror="alert(1)" alt='"><script>x</script>'>
<a href="javascript:alert(1)" ping="//a.example">Three</a><form action="//a.example"><input name=q><button>Four</button></form>
<iframe src="//a.example"></iframe><object data="//a.example"></object><svg><a xlink:href="//a.example">five</a></svg>
<video src="//a.example/v.mp4" poster="//a.example/p.png"></video><div hidden>six</div><template>seven</template>
<noscript><img src="//a.example/n.png"></noscript><details><summary>Eight</summary>Nine</details>
<p dir="rtl&quot; onclick=alert(1)">Ten</p></body></html>"""


@pytest.fixture
def run(settings, tmp_path) -> ImportRun:
    settings.MEDIA_ROOT = tmp_path / "media"
    call_command("import_commentary", str(PAGES / "01-wordpress-html5.html"), stdout=io.StringIO())
    return ImportRun.objects.get()


def marked_in(page: str) -> list[str]:
    return re.findall(r"<mark[^>]*>(.*?)</mark>", page, re.S)


def test_a_hostile_page_runs_and_loads_nothing():
    shown = marked_page(EVIL.encode(), "utf-8", {1, 3})
    assert "a.example" not in shown and "javascript" not in shown
    tags = set(re.findall(r"<(\w+)", shown))
    assert tags == {"html", "head", "meta", "title", "style", "body", "p", "mark", "span"} | (
        tags & {"div"}
    )
    assert not re.search(r"<[^>]*\son\w+=", re.sub(r'"[^"]*"', '""', shown))
    assert "One &lt;script&gt; two" in shown and "&lt;script&gt;x" in shown
    for words in ("Three", "Four", "Eight", "Nine", "Ten"):
        assert words in shown
    for words in ("five", "six", "seven"):
        assert words not in shown


def test_the_first_marked_text_is_where_the_frame_scrolls_to():
    shown = marked_page(b"<p>a</p><p>b</p> <p>c<br>d</p>", "utf-8", {2, 4})
    assert re.findall(r"<mark.*?</mark>", shown) == ['<mark id="marked">b</mark>', "<mark>d</mark>"]


def test_a_comment_is_marked_in_its_page(as_ed, run):
    comment = Comment.objects.get(name="Zofia Wrona")
    address = reverse("admin:commentary_comment_source", args=[comment.key])
    page = as_ed.get(address)
    assert f'sandbox src="{address}page/#marked" title="Saved page"' in page.content.decode()
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    marked = marked_in(as_ed.get(f"{address}page/").content.decode())
    assert marked[0] == "Zofia Wrona"
    assert " ".join(comment.plain.split())[:30] in " ".join(" ".join(marked).split())
    assert "Sandor Vitez" not in marked and "says:" not in marked


def test_an_article_is_marked_in_its_page(as_ed, run):
    address = reverse("admin:commentary_article_source", args=[Article.objects.get().pk])
    marked = marked_in(as_ed.get(f"{address}page/").content.decode())
    assert "The Lamps of the North Quay" in marked and "What the ledger says" in marked
    assert "Zofia Wrona" not in marked and "Share this:" not in marked


def test_the_document_is_sandboxed_and_framed_only_by_this_site(as_ed, run):
    address = reverse("admin:commentary_source_page", args=[run.source.pk])
    response = as_ed.get(f"{address}?first=7&last=8")
    policy = response["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert policy.endswith("frame-ancestors 'self'; sandbox") and "unsafe" not in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in response["Cache-Control"]
    assert len(marked_in(response.content.decode())) == 2


@pytest.mark.parametrize("kind", ["source", "article", "comment"])
def test_saved_pages_are_shown_only_to_those_who_may_view_the_source(client, run, kind):
    address = {
        "source": reverse("admin:commentary_source_page", args=[run.source.pk]),
        "article": reverse("admin:commentary_article_source_page", args=[Article.objects.get().pk]),
        "comment": reverse(
            "admin:commentary_comment_source_page", args=[Comment.objects.first().key]
        ),
    }[kind]
    response = client.get(address)
    assert response.status_code == 302 and "/login/" in response["Location"]


def test_the_run_lists_unrecognised_texts_with_links_to_the_page(as_ed, run):
    run.ledger = [
        {"first": 7, "last": 8, "use": "left over", "owner": "", "reason": "why"},
        *run.ledger,
    ]
    run.save()
    page = as_ed.get(reverse("admin:commentary_importrun_change", args=[run.pk])).content.decode()
    assert "Unrecognised (1)" in page
    assert "The schoolhouse roof was paid for in herring" in page
    lines = reverse("admin:commentary_source_lines", args=[run.source.pk])
    assert f'href="{lines}?first=7&amp;last=8"' in page
    assert "texts of the page accounted for" in page
    shown = as_ed.get(f"{lines}?first=7&last=8").content.decode()
    assert "page/?first=7&amp;last=8#marked" in shown


def test_other_sources_have_no_page(as_ed):
    source = Source.objects.create(
        name="x", sha256="0" * 64, size=0, format="text", encoding="utf-8"
    )
    assert as_ed.get(reverse("admin:commentary_source_page", args=[source.pk])).status_code == 404


def test_a_refused_page_shows_the_reason(as_ed, run, monkeypatch):
    monkeypatch.setattr("commentary.importing.formats.html.dom.MAX_DEPTH", 1)
    monkeypatch.setattr("commentary.importing.formats.html.dom.FEW_TAGS", 0)
    response = as_ed.get(reverse("admin:commentary_source_page", args=[run.source.pk]))
    assert response.status_code == 200 and response["Content-Type"].startswith("text/plain")
    assert "sandbox" in response["Content-Security-Policy"]
