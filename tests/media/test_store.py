"""Pictures are stored once and served under the digest of their bytes."""

import hashlib
import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from commentary.media import files, open_original, store_picture
from commentary.models import MediaFile

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def png(colour="red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (600, 200), colour).save(out, "PNG")
    return out.getvalue()


def test_the_same_picture_is_stored_once():
    first, second = store_picture(png(), "a.png"), store_picture(png(), "b.png")
    assert first == second and first.name == "a.png"
    with open_original(first.sha256) as original:
        assert original.read() == png()
    assert first.sha256 == hashlib.sha256(png()).hexdigest()


def test_a_picture_that_cannot_be_shown_is_kept_with_the_reason():
    file = store_picture(b"<svg/>", "tree.svg")
    assert (file.width, file.problem) == (None, "SVG, which can contain scripts")
    with open_original(file.sha256) as original:
        assert original.read() == b"<svg/>"


def test_a_copy_is_cached_for_a_year_and_served_only_as_a_picture(client):
    file = store_picture(png(), "a.png")
    response = client.get(f"/media/{file.sha256}-480.webp")
    assert response.status_code == 200
    assert response["Content-Type"] == "image/webp"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in response
    assert Image.open(io.BytesIO(b"".join(response.streaming_content))).size == (480, 160)


def test_serving_a_copy_takes_no_queries(client, django_assert_num_queries):
    file = store_picture(png(), "a.png")
    with django_assert_num_queries(0):
        client.get(f"/media/{file.sha256}-480.webp")


@pytest.mark.parametrize(
    "name",
    [
        "{sha256}-481.webp",
        "{sha256}",
        "{sha256}-480.png",
        "..%2F..%2Foriginals",
        "%2e%2e/settings.py",
        "0" * 64 + "-480.webp",
        "{sha256}-480.webp%00",
        "{sha256}-0480.webp",
        "{sha256}-\u0664\u0668\u0660.webp",
    ],
)
def test_other_names_are_not_found(client, name):
    file = store_picture(png(), "a.png")
    assert client.get(f"/media/{name.format(sha256=file.sha256)}").status_code in (400, 404)
    assert MediaFile.objects.count() == 1


def test_an_incomplete_file_of_an_interrupted_import_is_replaced():
    path = files.original_path(hashlib.sha256(png()).hexdigest())
    default_storage.save(path, ContentFile(png()[:40]))
    stored = store_picture(png(), "a.png")
    with open_original(stored.sha256) as original:
        assert original.read() == png()


def test_two_imports_that_store_one_file_at_once_leave_no_second_file(monkeypatch, tmp_path):
    files.write_bytes("originals/ab/abc", b"bytes")
    before = iter([False])  # what this import sees, before the other one stores the file
    exists = default_storage.exists
    monkeypatch.setattr(default_storage, "exists", lambda path: next(before, exists(path)))
    files.write_bytes("originals/ab/abc", b"bytes")
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["abc"]


def test_a_copy_is_served_to_head_and_range_requests_as_a_whole(client):
    url = f"/media/{store_picture(png(), 'a.png').sha256}-480.webp"
    whole = b"".join(client.get(url).streaming_content)
    head = client.head(url)
    assert (head.status_code, int(head["Content-Length"])) == (200, len(whole))
    part = client.get(url, headers={"Range": "bytes=0-3"})
    assert (part.status_code, b"".join(part.streaming_content)) == (200, whole)
    assert client.post(url).status_code == 405
