"""`export_archive`: a BagIt folder with pages that work without a server."""

import re
import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit

import bagit
import pytest
from django.core.management import CommandError, call_command
from selectolax.lexbor import LexborHTMLParser

from commentary.models import Article, Comment
from tests.exporting.sites import (
    archive,
    archived_site,
    empty_site,
    export,
    own_archive,
    rows,
    shared_folder,
)

__all__ = ["archive", "archived_site", "own_archive", "shared_folder"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def pages(folder: Path) -> dict[str, LexborHTMLParser]:
    html = folder / "data" / "html"
    return {
        str(path.relative_to(html)): LexborHTMLParser(path.read_text())
        for path in sorted(html.rglob("*.html"))
    }


def test_the_bag_is_valid_and_complete(archive):
    bag = bagit.Bag(str(archive))
    bag.validate()
    assert bag.is_valid(completeness_only=False)
    assert {"README.txt", "bagit.txt", "manifest-sha512.txt"} <= {p.name for p in archive.iterdir()}
    assert (archive / "data" / "sources").is_dir()
    assert "data/html/index.html" in (archive / "README.txt").read_text()


def test_every_link_leads_to_a_page_and_a_place_in_it(archive):
    found = pages(archive)
    ids = {name: {n.attributes["id"] for n in page.css("[id]")} for name, page in found.items()}
    html = archive / "data" / "html"
    links = 0
    for name, page in found.items():
        for node in page.css("[href], [src], [srcset], [action]"):
            for attribute in ("href", "src", "action"):
                value = node.attributes.get(attribute)
                if value is None:
                    continue
                url = urlsplit(value)
                if node.tag == "a" and url.scheme in ("http", "https"):
                    assert url.netloc != "archive.invalid"
                    continue
                assert not url.scheme and not url.netloc, (name, value)
                target = (html / name).parent / unquote(url.path) if url.path else html / name
                assert target.is_file(), (name, value)
                if url.fragment and not (url.fragment == "archive" and "index" in value):
                    there = str(target.resolve().relative_to(html.resolve()))
                    assert unquote(url.fragment) in ids[there], (name, value)
                links += 1
            for part in (node.attributes.get("srcset") or "").split(","):
                if part.strip():
                    assert ((html / name).parent / part.split()[0]).is_file()
    assert links > 200


def test_every_public_comment_has_a_place(own_archive):
    shown = {}
    for name, page in pages(own_archive).items():
        if match := re.match(r"articles/(\d+)", name):
            for node in page.css("article.comment[data-number]"):
                shown.setdefault((int(match[1]), int(node.attributes["data-number"])), name)
    public = Comment.objects.approved().of_published()
    for comment in public.select_related("discussion"):
        assert (comment.discussion_id, comment.number) in shown
    assert len(shown) >= public.count() > 50
    names = set(pages(own_archive))
    assert any("index-after-" in name for name in names)  # a second page
    assert any("branch-" in name for name in names)
    assert any("point-" in name for name in names)
    assert any(re.fullmatch(r"archive/\d{4}\.html", name) for name in names)
    assert any(re.fullmatch(r"authors/\d+-[a-z-]+\.html", name) for name in names)


def test_only_public_words_are_on_pages(archive):
    text = "".join(
        path.read_text()
        for path in (archive / "data" / "html").rglob("*")
        if path.is_file() and path.suffix != ".webp"
    ).lower()
    for word in ("Pendingword", "Spamword", "Rejectedword", "Removedword", "Gonename", "Draftword"):
        assert word.lower() not in text
        assert word in (archive / "data" / "commentary.jsonl").read_text()
    assert "a reply that stays" in text
    assert "ann@example.org" not in text


def test_pages_have_no_forms_scripts_or_links_that_need_a_server(archive):
    for name, page in pages(archive).items():
        assert not page.css("form, [action]"), name
        scripts = [node.attributes.get("src") for node in page.css("script")]
        assert scripts == (["search/search.js"] if name == "search.html" else []), name
        assert not page.css(".more, .tools, .keys-help, .article-foot, .print-only"), name
        assert "Sign in" not in page.text() and "Write a response" not in page.text()
        assert page.css_first("link[rel=stylesheet]")
        assert "archive.invalid" not in page.html


def test_the_archive_is_restored_exactly(own_archive, tmp_path, capsys):
    before, lines = rows(), export(tmp_path / "one.jsonl", format="jsonl")
    for path in (tmp_path / "stored").rglob("*"):
        if path.is_file():
            path.unlink()
    empty_site()
    call_command("import_commentary", str(own_archive))
    assert "ok" in capsys.readouterr().out
    assert rows() == before
    assert export(tmp_path / "two.jsonl", format="jsonl") == lines


def test_a_damaged_archive_is_refused(archive, tmp_path, capsys):
    damaged = Path(shutil.copytree(archive, tmp_path / "damaged"))
    empty_site()
    page = next((damaged / "data" / "sources").iterdir())
    page.write_bytes(page.read_bytes() + b" ")
    capsys.readouterr()
    with pytest.raises(CommandError):
        call_command("import_commentary", str(damaged))
    assert "the archive is damaged" in capsys.readouterr().err
    assert not Article.objects.exists()


def test_a_folder_with_content_is_refused(article, tmp_path):
    (tmp_path / "mine.txt").write_text("Mine")
    with pytest.raises(CommandError, match="isn't an empty folder"):
        call_command("export_archive", str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_export_that_fails_leaves_nothing(article, tmp_path, monkeypatch):
    def fail(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("commentary.exporting.archive._make_bag", fail)
    with pytest.raises(CommandError, match="No space left on device"):
        call_command("export_archive", str(tmp_path / "archive"))
    assert list(tmp_path.iterdir()) == []
