"""The undo of an import removes the pictures, copies of pages and authors that nothing else uses."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from commentary.importing.redo_run import redo_run
from commentary.importing.undo_run import undo_run
from commentary.media import open_original
from commentary.models import Article, Author, FormerAddress, ImportRun, MediaFile, Source
from tests.exporting.sites import picture_bytes
from tests.importing.html.test_import import SAMPLES
from tests.importing.stored_tables import assert_same, stored_tables

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def mirror(capsys) -> list[ImportRun]:
    """The runs of a mirrored site, oldest first."""
    call_command("import_commentary", str(SAMPLES / "16-wget-mirror"))
    return list(ImportRun.objects.order_by("pk"))


def copies(media_root: Path) -> list[str]:
    return sorted(path.name for path in media_root.rglob("*.webp"))


def test_a_whole_site_is_undone_and_redone(mirror, media_root, client):
    after, files = stored_tables(), copies(media_root)
    shown = f"/media/{files[0]}"
    assert client.get(shown).status_code == 200
    for run in reversed(mirror):
        undo_run(run, "test")
    for model in (Article, Author, MediaFile, FormerAddress):
        assert not model.objects.exists(), model
    # Lists and error pages belong to no run.
    assert not Source.objects.filter(runs=None, no_article="").exists()
    assert copies(media_root) == []
    assert client.get(shown).status_code == 404
    for run in mirror:
        redo_run(run, "test")
    assert_same(stored_tables(), after)
    assert copies(media_root) == files
    assert client.get(shown).status_code == 200


def test_a_picture_in_the_text_of_another_article_is_kept(mirror, media_root):
    file = MediaFile.objects.exclude(width=None).first()
    body = f'<p><img src="media:{file.sha256}" alt=""></p>'
    Article.objects.create(title="Ours", slug="ours", markup="rich", body=body)
    for run in reversed(mirror):
        undo_run(run, "test")
    assert MediaFile.objects.get() == file
    assert copies(media_root)


@pytest.mark.parametrize("is_imported", [False, True])
def test_the_picture_that_an_editor_chose_for_an_author_is_kept(
    mirror, media_root, client, ed, is_imported
):
    """Also if it is a picture of the run itself."""
    author = Author.objects.first()
    file = MediaFile.objects.exclude(width=None).first()
    data = open_original(file.sha256).read() if is_imported else picture_bytes("blue")
    client.force_login(ed)
    form = {"name": author.name, "slug": author.slug, "biography": ""}
    form["new_picture"] = SimpleUploadedFile("chosen.png", data)
    client.post(f"/admin/commentary/author/{author.pk}/change/", form)
    picture = Author.objects.get(pk=author.pk).picture
    assert (picture == file) == is_imported
    for run in reversed(mirror):
        undo_run(run, "test")
    kept = Author.objects.get()
    assert (kept, kept.picture) == (author, picture)
    assert MediaFile.objects.get() == picture
    assert client.get(kept.picture_path).status_code == 200
    for run in mirror:
        redo_run(run, "test")
    assert Author.objects.get(pk=author.pk).picture == picture


def test_an_author_who_wrote_something_else_is_kept(mirror):
    author = Author.objects.first()
    ours = Article.objects.create(title="Ours", slug="ours")
    ours.bylines.create(author=author)
    for run in reversed(mirror):
        undo_run(run, "test")
    assert Author.objects.get() == author
