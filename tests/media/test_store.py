"""Pictures are stored once and served under the digest of their bytes."""

import hashlib
import io

import pytest
from PIL import Image

from commentary.media import open_original, store_picture
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
    ],
)
def test_other_names_are_not_found(client, name):
    file = store_picture(png(), "a.png")
    assert client.get(f"/media/{name.format(sha256=file.sha256)}").status_code in (400, 404)
    assert MediaFile.objects.count() == 1
