"""ZIP files: parts of a WordPress export, Takeout, and hostile ones."""

import gzip
import io
import stat
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from commentary.importing import packed
from commentary.importing.inputs import open_input
from commentary.models import Article, Comment
from tests.importing.exports import wxr, wxr_comment, wxr_item

SAMPLES = Path(__file__).parent / "samples"
PART_1 = wxr(wxr_item(wxr_comment(1), number=10))
PART_2 = wxr(wxr_item(wxr_comment(2, comment_parent=1), number=10), wxr_item(number=11))
PART_10 = wxr(wxr_item(wxr_comment(3, comment_parent=2), number=10))


def zip_of(path: Path, *members: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members:
            made.writestr(name, data)
    return path


def run(path: Path, capsys) -> tuple[str, str]:
    call_command("import_commentary", str(path))
    told = capsys.readouterr()
    return told.out, told.err


def tree() -> list[tuple]:
    return list(
        Comment.objects.order_by("source_key").values_list("source_key", "parent__source_key")
    )


@pytest.mark.django_db
def test_the_parts_of_a_wordpress_export_in_a_zip_are_one_site(tmp_path, capsys):
    path = zip_of(
        tmp_path / "site.zip",
        ("site.10.xml", PART_10),
        ("site.1.xml", PART_1),
        ("site.2.xml", PART_2),
    )
    out, _ = run(path, capsys)
    assert tree() == [("1", None), ("2", "1"), ("3", "2")]
    assert Article.objects.count() == 2
    names = [line.partition(": ")[0] for line in out.splitlines()[:3]]
    assert names == [f"{path}/site.{n}.xml" for n in (1, 2, 10)]


@pytest.mark.django_db
def test_parents_in_a_later_part_are_found(tmp_path, capsys):
    path = zip_of(tmp_path / "a.zip", ("1.xml", PART_10), ("2.xml", PART_2), ("3.xml", PART_1))
    run(path, capsys)
    assert tree() == [("1", None), ("2", "1"), ("3", "2")]


@pytest.mark.django_db
def test_parts_may_be_packed_again(tmp_path, capsys):
    path = zip_of(tmp_path / "a.zip", ("1.json.gz", gzip.compress(b'{"a": 1}')), ("1.xml", PART_1))
    run(path, capsys)
    assert tree() == [("1", None)]


@pytest.mark.django_db
def test_takeout_is_imported_from_its_zip(tmp_path, capsys):
    takeout = SAMPLES / "blogger" / "takeout"
    files = [entry for entry in takeout.rglob("*") if entry.is_file()]
    members = [(str(entry.relative_to(takeout)), entry.read_bytes()) for entry in files]
    members += [("__MACOSX/Takeout/._feed.atom", b"x"), ("Takeout/.DS_Store", b"x")]
    _, err = run(zip_of(tmp_path / "takeout-1.zip", *members), capsys)
    assert Article.objects.count() == 3
    assert "__MACOSX" not in err and "takeout-1.zip/Takeout/.DS_Store: skipped: hidden" in err


@pytest.mark.django_db
def test_zip_files_in_a_folder_are_unpacked_and_importing_again_changes_nothing(tmp_path, capsys):
    zip_of(tmp_path / "takeout-001.zip", ("a/1.xml", PART_1))
    zip_of(tmp_path / "takeout-002.zip", ("a/2.xml", PART_2), ("more.zip", b"PK\x03\x04"))
    _, err = run(tmp_path, capsys)
    assert tree() == [("1", None), ("2", "1")]
    assert "more.zip: skipped: a ZIP file in a ZIP file" in err
    out, _ = run(tmp_path, capsys)
    assert out.count("unchanged,") >= 2


@pytest.mark.parametrize(
    "name",
    ["../evil.xml", "/etc/evil.xml", "a/../../evil.xml", "..\\evil.xml", "a//b.xml", "./a.xml"],
)
@pytest.mark.django_db
def test_paths_outside_are_never_written(tmp_path, capsys, name):
    folder = tmp_path / "in"
    folder.mkdir()
    path = zip_of(folder / "a.zip", (name, PART_1), ("ok.xml", PART_2))
    _, err = run(path, capsys)
    assert "skipped: its path is not inside the ZIP file" in err
    assert [*tmp_path.rglob("*evil*")] == []
    assert Article.objects.count() == 2


@pytest.mark.django_db
def test_symbolic_links_are_not_followed(tmp_path, capsys):
    link = zipfile.ZipInfo("link.xml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    _, err = run(zip_of(tmp_path / "a.zip", (link, b"/etc/passwd"), ("ok.xml", PART_1)), capsys)
    assert "link.xml: skipped: symbolic link" in err


@pytest.mark.django_db
def test_two_members_of_one_name_and_a_file_in_place_of_a_folder_are_reported(tmp_path, capsys):
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = zip_of(tmp_path / "a.zip", ("a.xml", PART_1), ("a.xml", PART_2), ("a.xml/b", b"x"))
    _, err = run(path, capsys)
    assert "a.xml: skipped: another file has the same name" in err
    assert "a.xml/b: skipped: " in err
    assert tree() == [("1", None)]


def refused(path: Path, capsys) -> str:
    with pytest.raises(CommandError, match="1 of 1 file was refused"):
        call_command("import_commentary", str(path))
    return capsys.readouterr().err


@pytest.mark.django_db
def test_a_bomb_is_refused(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(packed, "SPARE", 0)
    path = zip_of(tmp_path / "a.zip", ("a.xml", PART_1), ("b.xml", b" " * 50_000_000))
    assert "unpacks to more than 100 times its size" in refused(path, capsys)
    assert not Article.objects.exists()


@pytest.mark.django_db
def test_too_many_files_are_refused(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(packed, "MAX_FILES", 2)
    path = zip_of(tmp_path / "a.zip", *((f"{n}.xml", PART_1) for n in range(3)))
    assert "contains more than 2 files" in refused(path, capsys)


@pytest.mark.django_db
def test_damaged_zip_files_are_refused(tmp_path, capsys):
    data = zip_of(tmp_path / "a.zip", ("a.xml", PART_1)).read_bytes()
    for number, made in enumerate((data[:-30], data[:60], b"PK\x03\x04", data.replace(b"<", b">"))):
        path = tmp_path / f"{number}.zip"
        path.write_bytes(made)
        if made != data:
            assert "cannot be unpacked" in refused(path, capsys)
    damaged = bytearray(data)
    damaged[60:80] = b"\xff" * 20
    (tmp_path / "b.zip").write_bytes(damaged)
    assert "cannot be unpacked" in refused(tmp_path / "b.zip", capsys)


@pytest.mark.django_db
def test_a_zip_without_exports_is_refused(tmp_path, capsys):
    path = zip_of(tmp_path / "a.zip", ("a.odt", b"x"))
    assert "contains no file of a supported format" in refused(path, capsys)


def test_unpacked_files_are_deleted_afterwards(tmp_path):
    found = open_input(str(zip_of(tmp_path / "a.zip", ("a.xml", PART_1))), lambda path, why: None)
    with found.archive:
        (file,) = found.files
        assert Path(file.path).exists()
    assert not Path(file.path).exists()


def test_a_file_that_is_only_named_zip_is_no_zip(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(io.BytesIO(PART_1).getvalue())
    with open_input(str(path), lambda path, why: None).archive:
        assert not packed.is_zip(str(path))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.django_db
def test_members_compressed_in_an_unusual_way_are_skipped(tmp_path, capsys, method):
    path = zip_of(tmp_path / "a.zip", ("ok.xml", PART_1))
    with zipfile.ZipFile(path, "a", method) as made:
        made.writestr("b.xml", PART_2)
    _, err = run(path, capsys)
    assert "b.xml: skipped: compressed by another method" in err
    assert tree() == [("1", None)]
