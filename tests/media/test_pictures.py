"""Pictures of unknown origin: how copies are made, and which are refused."""

import io
import random
import struct
import zlib

import pytest
from PIL import Image

from commentary.media import pictures
from commentary.media.pictures import Unsafe, read_picture

FORMATS = ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF"]


def encoded(format: str, size=(700, 300), mode="RGB", **options) -> bytes:
    out = io.BytesIO()
    image = Image.effect_noise(size, 60).convert(mode) if size[0] > 50 else Image.new(mode, size)
    image.save(out, format, **options)
    return out.getvalue()


def copy_of(data: bytes, width: int) -> Image.Image:
    return Image.open(io.BytesIO(read_picture(data).copies[width]))


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_served_as_webp_in_several_widths(format):
    picture = read_picture(encoded(format))
    assert (picture.kind, picture.width, picture.height) == (format.lower(), 700, 300)
    assert list(picture.copies) == [480, 700]
    for width, data in picture.copies.items():
        copy = Image.open(io.BytesIO(data))
        assert (copy.format, copy.width) == ("WEBP", width)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_colour_mode_is_read(mode):
    format = "TIFF" if mode == "CMYK" else "PNG"
    out = io.BytesIO()
    Image.new(mode, (30, 20)).save(out, format)
    assert list(read_picture(out.getvalue()).copies) == [30]


def test_camera_metadata_is_removed():
    exif = Image.Exif()
    exif[0x010F] = "Maker of the camera"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    data = encoded("JPEG", exif=exif, comment=b"secret words")
    assert b"Maker" in data
    for copy in read_picture(data).copies.values():
        assert b"Maker" not in copy and b"secret" not in copy and b"EXIF" not in copy


def test_a_rotated_picture_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # rotated by 90 degrees
    picture = read_picture(encoded("JPEG", exif=exif))
    assert (picture.width, picture.height) == (300, 700)


def test_an_animation_keeps_its_frames():
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=80)
    assert copy_of(out.getvalue(), 40).n_frames == 3


def test_copies_are_at_most_as_wide_as_a_large_screen():
    assert list(read_picture(encoded("JPEG", (2400, 60))).copies) == [480, 960, 1600]


def bomb(width: int, height: int) -> bytes:
    """Return a small file that declares very large dimensions."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"hello", "unknown picture format"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "SVG"),
        (b"<?xml version='1.0'?><!DOCTYPE svg><svg/>", "SVG"),
        (b"<!DOCTYPE html><p>404", "HTML"),
        (b"GIF89a" + b"\0" * 20, "empty picture|damaged|unknown picture format"),
        (bomb(20_000, 20_000), "million pixels"),
        (bomb(9_000, 9_000), "million pixels"),
        (b"%PDF-1.4", "unknown picture format"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "unknown picture format"),
    ],
)
def test_an_unsafe_picture_is_refused(data, reason):
    with pytest.raises(Unsafe, match=reason):
        read_picture(data)


def icon_around(picture: bytes) -> bytes:
    """Return an icon that declares 16 × 16 pixels and contains this picture."""
    return (
        b"\0\0\1\0\1\0" + struct.pack("<BBBBHHII", 16, 16, 0, 0, 1, 32, len(picture), 22) + picture
    )


def test_a_large_picture_inside_a_small_icon_is_refused():
    with pytest.raises(Unsafe, match="million pixels"):
        read_picture(icon_around(bomb(13_000, 13_000)))


def test_frames_of_an_animation_are_not_counted_to_the_end():
    data = encoded("GIF", (2, 2), "P")
    first = data.index(b",")
    with pytest.raises(Unsafe, match="animation too large"):
        read_picture(data[:first] + data[first:-1] * 300_000 + b";")


@pytest.mark.slow
def test_a_large_photograph_keeps_its_size_and_is_decoded_smaller():
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = read_picture(encoded("JPEG", (6_600, 6_500), exif=exif))
    assert (picture.width, picture.height) == (6_500, 6_600)
    copy = Image.open(io.BytesIO(picture.copies[1600]))
    assert copy.size == (1600, 1625)


def test_an_animation_that_would_exhaust_memory_is_refused(monkeypatch):
    monkeypatch.setattr(pictures, "MAX_MOVING_PIXELS", 1_000)
    frames = [Image.new("L", (40, 30), shade) for shade in (0, 99, 200)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(Unsafe, match="animation"):
        read_picture(out.getvalue())


@pytest.mark.parametrize("format", FORMATS)
def test_a_damaged_picture_is_refused_with_a_reason(format):
    whole = encoded(format, (60, 40))
    draw = random.Random(format)
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(draw.randint(1, 12)):
            data[draw.randrange(len(data))] = draw.randrange(256)
        try:
            read_picture(bytes(data[: draw.randint(1, len(data))]))
        except Unsafe as refusal:
            assert str(refusal)


def test_data_after_a_picture_is_not_served():
    data = encoded("GIF", (30, 20)) + b"<script>alert(1)</script>"
    assert b"script" not in read_picture(data).copies[30]
