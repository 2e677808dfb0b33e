"""An import of an archive that is killed, or runs twice at once, stores everything exactly once.

``make faults`` kills a hundred: KILLS=100.
"""

import os
import random
import time
from pathlib import Path
from subprocess import TimeoutExpired

import pytest
from django.conf import settings
from django.core.files.storage import default_storage

from commentary.discussions import tree
from commentary.media import files
from commentary.models import Article, ArticlePicture, MediaFile, Source
from tests.faults.imports import dump, empty, finish, start
from tests.faults.test_kill import KILLS
from tests.importing.archives.test_archive import HTML, warc
from tests.media.test_pictures import encoded

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = 12
COMMENT = (
    '<li class="comment" id="comment-{n}"><cite class="fn">Ada {n}</cite><div class="comment-content">'
    "<p>What reader {n} says about this.</p></div></li>"
)
PAGE = (
    '<html><head><title>Page {n}</title><link rel="canonical" href="http://a.example/2011/page-{n}/">'
    '</head><body><article class="hentry"><h1 class="entry-title">Page {n}</h1><div class="entry-content">'
    "<p>The text of page {n}, which has a few words.</p><p><img src='/{n}.png' alt='x'></p></div></article>"
    '<ol class="commentlist">{comments}</ol></body></html>'
)
KEYS = ("articles", "comments", "discussions", "authors", "sources", "chunks", "found")


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    monkeypatch.setitem(os.environ, "MEDIA_ROOT", settings.MEDIA_ROOT)


@pytest.fixture
def archive(tmp_path) -> Path:
    """A WARC file of articles with pictures and comments, a copy of each, and lists."""
    records = []
    for n in range(PAGES):
        comments = "".join(COMMENT.format(n=n * 10 + i) for i in range(3))
        page = PAGE.format(n=n, comments=comments).encode()
        picture = encoded("PNG", (60 + n, 40))
        records += [
            (f"http://a.example/2011/page-{n}/", "200 OK", HTML, page),
            (f"http://a.example/?p={n}", "200 OK", HTML, page + b"<!-- copy -->"),
            (f"http://a.example/{n}.png", "200 OK", "Content-Type: image/png", picture),
            (f"http://a.example/tag/{n}/", "200 OK", HTML, b"<html><body class='archive tag'>x"),
        ]
    path = tmp_path / "site.warc.gz"
    path.write_bytes(warc(records))
    return path


def everything() -> dict[str, list]:
    rows = {key: dump()[key] for key in KEYS}
    rows["pages"] = list(
        Source.objects.order_by("sha256").values_list("sha256", "copy_of__slug", "no_article")
    )
    columns = ("article__title", "position", "address", "file__sha256")
    rows["pictures"] = list(ArticlePicture.objects.order_by(*columns).values_list(*columns))
    return rows


def remove_everything() -> None:
    ArticlePicture.objects.all().delete()
    empty()
    MediaFile.objects.all().delete()


def check_files() -> None:
    assert MediaFile.objects.count() == PAGES
    for file in MediaFile.objects.all():
        assert default_storage.size(files.original_path(file.sha256)) == file.size
    stored = [p for p in Path(settings.MEDIA_ROOT).rglob("*") if p.is_file()]
    assert len(stored) == 2 * PAGES  # each with one copy


def test_an_import_of_an_archive_that_is_killed_is_completed_by_the_same_command(archive, counted):
    began = time.monotonic()
    finish(start(archive))
    lasts = time.monotonic() - began
    undisturbed = everything()
    assert Article.objects.count() == PAGES
    check_files()
    dice = random.Random(20260101)
    killed = 0
    for _ in range(KILLS):
        remove_everything()
        process = start(archive)
        try:
            process.wait(dice.uniform(0.3, 1) * lasts)
        except TimeoutExpired:
            process.kill()
            killed += 1
        process.communicate()
        finish(start(archive))
        again = everything()
        for table, rows in undisturbed.items():
            assert again[table] == rows, table
        check_files()
    assert tree.check() == []
    counted(
        f"{KILLS} imports of an archive with {PAGES} pages: {killed} killed; all ended as the undisturbed one"
    )


def test_two_imports_of_one_archive_at_once_store_it_once(archive):
    finish(start(archive))
    alone = everything()
    remove_everything()
    for process in [start(archive), start(archive)]:
        finish(process)
    together = everything()
    for table in ("articles", "comments", "sources", "chunks", "pages", "pictures"):
        assert together[table] == alone[table], table
    check_files()
