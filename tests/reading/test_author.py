import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from commentary.exporting.site import site_lines
from commentary.media import store_picture
from commentary.models import Author
from tests.conftest import edition
from tests.reading.test_home import text, write

pytestmark = pytest.mark.django_db


def test_it_lists_the_articles_of_one_author(client):
    write("By Ann", "Ann")
    write("By Bo", "Bo")
    page = text(client.get("/authors/ann/"))
    assert "By Ann" in page
    assert "By Bo" not in page
    assert "1 article, 0 responses" in page


def test_post_is_refused(client):
    assert client.post("/authors/ann/").status_code == 405
    assert client.post("/authors/").status_code == 405


def test_unknown_authors_and_those_with_only_drafts_are_a_404(client):
    write("Draft", "Ann", is_published=False)
    assert client.get("/authors/ann/").status_code == 404
    assert client.get("/authors/nobody/").status_code == 404


def test_drafts_are_never_shown(client):
    write("CANARY", "Ann", is_published=False)
    write("Public", "Ann")
    assert "CANARY" not in text(client.get("/authors/ann/"))


def test_a_slug_may_be_in_any_script(client):
    write("Margins", "سلمى")
    assert client.get(Author.objects.get().get_absolute_url()).status_code == 200


@pytest.mark.parametrize("count", [3, 30])
def test_the_number_of_queries_is_the_same_for_many_articles(
    client, count, django_assert_num_queries
):
    for i in range(count):
        write(f"Article {i}", "Ann")
    with django_assert_num_queries(7):
        client.get("/authors/ann/")


def test_it_answers_304_until_something_changes(client):
    write("One", "Ann")
    tag = client.get("/authors/ann/")["ETag"]
    assert client.get("/authors/ann/", headers={"If-None-Match": tag}).status_code == 304
    write("Two", "Ann")
    assert client.get("/authors/ann/", headers={"If-None-Match": tag}).status_code == 200


def picture_file() -> bytes:
    """Return a small PNG file."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def ann(settings, tmp_path) -> Author:
    """An author with a biography and a picture."""
    settings.MEDIA_ROOT = str(tmp_path)
    write("By Ann", "Ann")
    author = Author.objects.get()
    author.biography = "Keeps <b>bees</b>.\nWrites about them."
    author.picture = store_picture(picture_file(), "ann.png")
    author.save()
    return author


def test_it_shows_the_biography_and_the_picture(client, ann):
    page = text(client.get("/authors/ann/"))
    assert "Keeps &lt;b&gt;bees&lt;/b&gt;." in page
    assert f'<img class="author-picture" src="{ann.picture_path}" width="40" height="30"' in page
    assert 'alt="Picture of Ann"' in page
    assert client.get(ann.picture_path).status_code == 200


def test_the_json_of_an_article_describes_its_authors(client, ann):
    details = client.get("/articles/by-ann.json").json()["author_details"]
    assert details == [
        {
            "name": "Ann",
            "biography": ann.biography,
            "picture": f"http://testserver{ann.picture_path}",
            "permalink": "http://testserver/authors/ann/",
        }
    ]


def test_editors_edit_the_biography_and_the_picture(client, ann, ed):
    client.force_login(ed)
    address = f"/admin/commentary/author/{ann.pk}/change/"

    def save(**data) -> None:
        form = {"name": "Ann", "slug": "ann", "edition": edition(client.get(address))[0]}
        response = client.post(address, form | data)
        assert response.status_code == 302, response.content.decode()
        ann.refresh_from_db()

    save(biography="New words.")
    assert (ann.biography, ann.picture.name) == ("New words.", "ann.png")
    save(biography="New words.", new_picture=SimpleUploadedFile("b.png", picture_file() + b"x"))
    assert ann.picture.name == "b.png"
    save(biography="", remove_picture="on")
    assert (ann.biography or "", ann.picture) == ("", None)


def test_a_file_that_cannot_be_shown_is_refused(client, ann, ed):
    client.force_login(ed)
    address = f"/admin/commentary/author/{ann.pk}/change/"
    form = {"name": "Ann", "slug": "ann", "edition": edition(client.get(address))[0]}
    bad = SimpleUploadedFile("bad.svg", b"<svg onload='alert(1)'/>")
    response = client.post(address, form | {"new_picture": bad})
    assert "This file can’t be shown" in text(response)
    ann.refresh_from_db()
    assert ann.picture.name == "ann.png"


def test_an_export_of_the_site_contains_them(ann):
    lines = [json.loads(line) for line in site_lines()]
    (author,) = [line for line in lines if line.get("type") == "author"]
    assert author["biography"] == ann.biography
    types = [line.get("type") for line in lines]
    assert types.index("media_file") < types.index("author")
