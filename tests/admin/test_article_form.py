"""Writing and editing formatted articles: as HTML or Markdown, with a preview and pictures."""

import html
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from commentary import discussions
from commentary.discussions import revisions
from commentary.models import Article, AuditEntry, MediaFile, Revision
from commentary.text.article_markdown import from_markdown
from tests.admin.test_articles import form
from tests.conftest import make_article

pytestmark = pytest.mark.django_db
SHA = "ab" * 32
RICH = '<h2>A</h2><p>B <a href="https://a.example/">c</a></p><ol><li>d</li><li>e</li></ol>'


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def rich() -> Article:
    return make_article("Tides", body=RICH, markup="rich")


def address(article: Article) -> str:
    return reverse("admin:commentary_article_change", args=[article.pk])


def shown_in(page: str, name: str = "body") -> str:
    """The text in the form."""
    found = re.search(rf'<textarea name="{name}"[^>]*>\n?(.*?)</textarea>', page, re.S)
    assert found
    return html.unescape(found[1])


def save(client, article: Article, **fields):
    fields = {"title": article.title, "slug": article.slug, "is_published": "on"} | fields
    return client.post(address(article), form(**fields))


def picture(width: int = 600) -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (width, 400), "navy").save(file, "PNG")
    return SimpleUploadedFile("pole.png", file.getvalue())


def test_formatted_text_is_edited_as_html_with_blocks_on_lines(as_ed, rich):
    shown = shown_in(as_ed.get(address(rich)).content.decode())
    assert shown.split("\n\n") == [
        "<h2>A</h2>",
        '<p>B <a href="https://a.example/">c</a></p>',
        "<ol><li>d</li><li>e</li></ol>",
    ]


def test_an_unchanged_text_is_saved_unchanged(as_ed, rich):
    shown = shown_in(as_ed.get(address(rich)).content.decode())
    assert save(as_ed, rich, body=shown.replace("\n", "\r\n"), title="Winds").status_code == 302
    rich.refresh_from_db()
    assert (rich.title, rich.body, rich.markup) == ("Winds", RICH, "rich")


def test_html_is_saved_in_normal_form(as_ed, rich):
    evil = "<p onclick=x>One</p><script>alert(1)</script><h1>Two</h1><table><tr><td>3</td></tr></table>"
    assert save(as_ed, rich, body=evil, written_in="rich").status_code == 302
    rich.refresh_from_db()
    assert rich.body == "<p>One</p>Two<table><tbody><tr><td>3</td></tr></tbody></table>"
    assert AuditEntry.objects.get().verb == "correct"


def test_markdown_becomes_formatted_text(as_ed, rich):
    text = (
        "# Tides\n\nOne *two* [three](https://a.example/)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
        '3. first\n4. second\n\n![A pole](http://a.example/p.jpg "At *ebb*")\n\n```\ncode <b>\n```\n\n<details>'
        "<summary>x</summary>y</details>"
    )
    assert save(as_ed, rich, body=text, written_in="markdown").status_code == 302
    rich.refresh_from_db()
    assert rich.markup == "rich" and rich.points == {3: "first", 4: "second"}
    for part in (
        "<h2>Tides</h2>",
        "One <em>two</em>",
        "<table>",
        '<figure><img src="http://a.example/p.jpg" alt="A pole"><figcaption>At *ebb*</figcaption></figure>',
        "<pre><code>code &lt;b&gt;\n</code></pre>",
        "<details><summary>x</summary>y</details>",
    ):
        assert part in rich.body


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:alert(1))",
        "![x](data:image/png;base64,AAAA)",
        "<img src=x onerror=alert(1)>",
        "<script>alert(1)</script>",
        '![x](http://a.example/" "</figcaption><script>x</script>")',
        "[x](//a.example)",
    ],
)
def test_active_content_is_removed_from_markdown(text):
    html = from_markdown(text)
    assert not re.search(r"<script|onerror=|href=\"(?:javascript|//)|src=\"data", html)


def test_a_preview_saves_nothing(as_ed, rich):
    page = save(
        as_ed, rich, body="One **two**\n\n<script>x</script>", written_in="markdown", _preview=""
    )
    text = page.content.decode()
    assert page.status_code == 200
    assert "This is a preview. Nothing has been saved yet." in text
    assert "<p>One <strong>two</strong></p>" in text
    assert "Error:" not in text and "errornote" not in text
    assert shown_in(text) == "One **two**\n\n<script>x</script>"
    rich.refresh_from_db()
    assert rich.body == RICH and not Revision.objects.exists()


def test_a_new_article_can_be_previewed_and_written_in_markdown(as_ed):
    add = reverse("admin:commentary_article_add")
    sent = form(title="New", slug="new", body="1. a\n2. b", written_in="markdown")
    assert "<p>a</p>" in as_ed.post(add, sent | {"_preview": ""}).content.decode()
    assert not Article.objects.exists()
    assert as_ed.post(add, sent).status_code == 302
    article = Article.objects.get()
    assert (article.markup, article.points) == ("rich", {1: "a", 2: "b"})


def test_a_plain_text_becomes_formatted_text_without_losing_anything(as_ed):
    article = make_article("Plain", body="## A\n\n1. One <b>\n\n2. Two\nlines\n\nEnd")
    assert save(as_ed, article, body=article.body, written_in="rich").status_code == 302
    changed = Article.objects.get()
    assert changed.markup == "rich"
    assert changed.points == {1: "One <b>", 2: "Two\nlines"}
    assert changed.plain == "A\n\nOne <b>\n\nTwo\nlines\n\nEnd"


def test_a_plain_text_stays_plain(as_ed):
    article = make_article("Plain", body="1. One\n\n2. <b>")
    assert save(as_ed, article, body="1. One\n\n2. <i>", written_in="text").status_code == 302
    changed = Article.objects.get()
    assert (changed.markup, changed.body) == ("text", "1. One\n\n2. <i>")


def test_earlier_versions_keep_their_markup(as_ed, client, ed):
    article = make_article("Plain", body="1. One\n\n2. <b>")
    save(as_ed, article, body=article.body, written_in="rich")
    entry = AuditEntry.objects.get()
    before, after = revisions.around(entry)
    assert (before.markup, after.markup) == ("text", "rich")
    discussions.undo(entry, ed)
    changed = Article.objects.get()
    assert (changed.markup, changed.body) == ("text", "1. One\n\n2. <b>")


def test_a_stale_form_overwrites_nothing(as_ed, rich):
    page = as_ed.get(address(rich)).content.decode()
    seen = re.search(r'name="edition" value="([^"]+)"', page)[1]
    Article.objects.filter(pk=rich.pk).update(body="<p>Other</p>")
    answer = save(as_ed, rich, body="<p>Mine</p>", written_in="rich", edition=seen)
    assert "This was changed while you were editing" in answer.content.decode()
    assert Article.objects.get().body == "<p>Other</p>"


class TestPictures:
    def add(self, client, article: Article, **fields):
        sent = {
            "body": article.body,
            "written_in": "rich",
            "picture": picture(),
            "picture_alt": 'A "pole"',
        }
        return save(client, article, **(sent | fields), _add_picture="").content.decode()

    def test_a_picture_is_stored_and_added_at_the_end_of_the_text(self, as_ed, rich):
        page = self.add(as_ed, rich, picture_caption="At <ebb>")
        stored = MediaFile.objects.get()
        figure = (
            f'<figure><img src="media:{stored.sha256}" alt="A &quot;pole&quot;" width="600" height="400">'
            "<figcaption>At &lt;ebb&gt;</figcaption></figure>"
        )
        assert shown_in(page).endswith(figure)
        assert f"/media/{stored.sha256}-480.webp 480w" in page
        assert Article.objects.get().body == RICH  # not saved yet
        assert save(as_ed, rich, body=shown_in(page), written_in="rich").status_code == 302
        assert Article.objects.get().body.endswith(figure)

    def test_a_plain_text_with_a_picture_becomes_html(self, as_ed):
        article = make_article("Plain", body="One\n\n1. Two")
        page = self.add(as_ed, article, written_in="text")
        assert shown_in(page).startswith(
            '<p>One</p>\n\n<ol><li value="1"><p>Two</p></li></ol>\n\n<figure>'
        )
        assert '<option value="rich" selected>' in page

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"picture_alt": " "}, "Describe the picture, then choose it again."),
            ({"picture": ""}, "Choose a picture."),
            (
                {"picture": SimpleUploadedFile("x.svg", b"<svg onload='alert(1)'/>")},
                "This file can’t be shown: SVG",
            ),
            (
                {"picture": SimpleUploadedFile("x.png", b"\x89PNG\r\n\x1a\n" + b"x" * 99)},
                "can’t be shown",
            ),
        ],
    )
    def test_a_picture_that_cannot_be_used_is_not_stored(self, as_ed, rich, fields, words):
        page = self.add(as_ed, rich, **fields)
        assert words in page and not MediaFile.objects.exists()

    def test_a_picture_is_found_by_its_name(self, as_ed, rich):
        self.add(as_ed, rich)
        stored = MediaFile.objects.get()
        text = '![A pole](media:pole.png "Ebb")'
        assert save(as_ed, rich, body=text, written_in="markdown").status_code == 302
        assert Article.objects.get().body == (
            f'<figure><img src="media:{stored.sha256}" alt="A pole" width="600" height="400">'
            "<figcaption>Ebb</figcaption></figure>"
        )

    @pytest.mark.parametrize("name", ["none.png", SHA])
    def test_a_picture_that_is_not_stored_is_refused(self, as_ed, rich, name):
        answer = save(as_ed, rich, body=f'<img src="media:{name}" alt="">', written_in="rich")
        assert f"No picture “{name}” is stored." in answer.content.decode()
        assert Article.objects.get().body == RICH


def test_users_with_view_permission_only_see_no_buttons(client, mo, rich):
    client.force_login(mo)
    page = client.get(address(rich))
    assert page.status_code == 200
    assert "_preview" not in page.content.decode()
