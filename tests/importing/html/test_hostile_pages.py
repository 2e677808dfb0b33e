"""Hostile saved pages: their content becomes harmless text or is removed, and no other files are read."""

import os
import re

import pytest

from commentary.importing.formats.html import dom
from commentary.models import Article, Comment, ImportRun, MediaFile, Source
from commentary.text.markup import plain_text
from tests.importing.html.test_import import imported
from tests.media.test_pictures import encoded

pytestmark = pytest.mark.django_db

SECRET = "words of another file"
PAGE = """<!DOCTYPE html><html><head><title>A &lt;b onclick=alert(1)&gt;bold&lt;/b&gt; title</title>
<base href="http://other.example/"><meta http-equiv="refresh" content="0;url=javascript:alert(1)">
<link rel="canonical" href="http://a.example/2011/05/bold/"></head><body><article class="hentry">
<h1 class="entry-title">A &lt;img src=x onerror=alert(1)&gt; title</h1><div class="entry-content">
<p onclick="alert(1)" style="position:fixed">The first paragraph of this article has enough words.</p>
<p><a href="javascript:alert(1)">one</a> <a href="java&#10;script:alert(1)">two</a>
<a href="data:text/html,<script>alert(1)</script>">three</a> <a href="vbscript:x">four</a></p>
<p><img src="x.jpg" onerror="alert(1)"><img src="../../secret.png"><img src="C:\\secret.png">
<img src="file:///etc/passwd"><img src="page_files/link.png"><img src="page_files/pipe.png">
<img src="page_files/page.jpg"><img src="page_files/both.gif"><img src="page_files/tree.svg"></p>
<svg><script>alert(1)</script></svg><math><mtext><style><img src=x onerror=alert(1)></style></math>
<iframe srcdoc="<script>alert(1)</script>"></iframe><form action="http://other.example/"><input></form>
<object data="x.swf"></object><embed src="x.swf"><template><script>alert(1)</script></template>
<p>The last paragraph of this article has some more words in it.</p></div></article>
<ol class="commentlist"><li class="comment" id="comment-7"><cite class="fn">&lt;img src=x
onerror=alert(1)&gt;</cite> <div class="comment-content"><p>&lt;script&gt;alert(1)&lt;/script&gt; as text
<script>alert(2)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">link</a></p></div>
</li></ol></body></html>"""
ACTIVE = re.compile(
    r"<(?:script|iframe|object|embed|form|svg|style|template|base|meta)\b|<[^>]*\son\w+="
)


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def page(tmp_path):
    """A page with a folder of files that are not what their names say."""
    folder = tmp_path / "in" / "page_files"
    folder.mkdir(parents=True)
    (tmp_path / "secret.png").write_bytes(encoded("PNG", (99, 99)))
    os.symlink(tmp_path / "secret.png", folder / "link.png")
    os.mkfifo(folder / "pipe.png")
    (folder / "page.jpg").write_bytes(b"<html><script>alert(1)</script>" + SECRET.encode())
    (folder / "both.gif").write_bytes(encoded("GIF", (30, 20)) + b"<script>alert(1)</script>")
    (folder / "tree.svg").write_text("<svg xmlns='x'><script>alert(1)</script></svg>")
    page = tmp_path / "in" / "page.html"
    page.write_text(PAGE)
    return page


def test_nothing_active_reaches_a_page_of_the_site(page, client):
    imported(page)
    article, comment = Article.objects.get(), Comment.objects.get()
    assert article.title == "A <img src=x onerror=alert(1)> title"
    assert "<script>alert(1)</script> as text" in plain_text(comment.body)
    for html in (article.body, comment.body_html):
        assert not ACTIVE.search(html)
        assert not re.search(r"(?:javascript|vbscript|data|file):", html, re.I)
    Article.objects.update(is_published=True)
    Comment.objects.update(status="approved")
    shown = client.get(f"/articles/{article.slug}/").content.decode()
    main = shown[shown.index("<main") : shown.index("</main>")]
    assert not re.search(r"alert\(1\)[^<]*</script>|<[^>]*\sonerror=|javascript:", main)
    assert not re.findall(r"<(?:img|source|iframe|video|audio)[^>]*\ssrc=\"(?!/media/)[^\"]*", main)


def test_only_pictures_of_the_archive_are_stored(page, tmp_path):
    said = imported(page)
    stored = {file.name.rpartition("/")[2]: file.problem for file in MediaFile.objects.all()}
    assert stored == {
        "page.jpg": "an HTML page, not a picture",
        "both.gif": "",
        "tree.svg": "SVG, which can contain scripts",
    }
    assert "tree.svg is not shown: SVG, which can contain scripts" in said
    copies = [path for path in (tmp_path / "media" / "copies").rglob("*") if path.is_file()]
    assert copies and not any(b"script" in path.read_bytes() for path in copies)


def test_a_dry_run_leaves_no_rows_and_no_files(page, tmp_path):
    imported(page, dry_run=True)
    imported(page.parent, dry_run=True)
    for model in (Article, Comment, Source, ImportRun, MediaFile):
        assert not model.objects.exists()
    assert not (tmp_path / "media").exists()


def test_links_and_pipes_of_a_folder_are_skipped_with_the_reason(page):
    said = imported(page.parent)
    assert "link.png: skipped: symbolic link" in said
    assert "pipe.png: skipped: not a regular file" in said


def test_a_picture_named_like_a_page_is_not_an_article(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "picture.html").write_bytes(encoded("PNG", (60, 40)))
    (tmp_path / "in" / "page.html").write_text(PAGE)
    imported(tmp_path / "in")
    assert Article.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<div>" * 100_000, "nested elements"),
        ("<p " + "".join(f"a{n}=1 " for n in range(1_000_000)) + ">", "too many attributes"),
        ("<p>word" * 300_000, "more than 200,000 elements"),
        ("<b>" * 3_000 + "<p>x" * 3_000, "nested elements|never closed"),
        (" " * 20_000_001, "more than 20,000,000 characters"),
    ],
    ids=["nested", "attributes", "elements", "reopened", "size"],
)
def test_a_page_that_would_exhaust_the_parser_is_refused(text, reason):
    with pytest.raises(dom.UnreadablePage, match=reason):
        dom.parse(text)


def test_a_million_entities_are_read():
    assert dom.one_line(dom.parse("<p>" + "&amp;" * 1_000_000).root) == "&" * 1_000_000


def test_a_page_of_200_mb_is_refused_with_one_line(tmp_path):
    path = tmp_path / "big.html"
    path.write_text(PAGE)
    os.truncate(path, 200_000_000)
    with pytest.raises(Exception, match="1 of 1 file was refused"):
        imported(path)


def test_an_invalid_link_to_a_comment_is_no_url_of_it(tmp_path):
    item = (
        '<li class=comment id=comment-{n}><cite class=fn>Ada</cite><a href="{link}#comment-{n}">9 March 2011</a>'
        "<div class=comment-content><p>Words {n}.</p></div></li>"
    )
    links = enumerate(["http://[x/show/?comment=1", "http://[::1/", "//[", "/ok/"], 1)
    items = "".join(item.format(n=n, link=link) for n, link in links)
    article = "<article class=hentry><h1 class=entry-title>A</h1><div class=entry-content><p>Words.</p></div></article>"
    text = f"<html><body>{article}<ol class=commentlist>{items}</ol></body></html>"
    (tmp_path / "page.html").write_text(text)
    imported(tmp_path / "page.html")
    assert Comment.objects.filter(source_key__in="1234").count() == 4
