"""Decodes a picture from an untrusted source, and encodes it again with only its pixels.

The format is detected from the first bytes, never from the name. The dimensions are checked before
decoding.
"""

import io
import warnings
from dataclasses import dataclass
from typing import cast

from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, ImageSequence, UnidentifiedImageError
from PIL.Image import Resampling

from ..text.picture_sizes import WIDTHS, height_at, widths_of

MAX_BYTES = 50_000_000
MAX_PIXELS = 60_000_000  # per frame; cameras of 2024 take 50 million
MAX_FRAMES = 500
MAX_MOVING_PIXELS = 40_000_000  # of all frames together, which are in memory at the same time
# Pictures inside others, such as those of an icon, are only checked by the library, which raises an
# exception at twice this number.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF", "ICO")
ORIENTATION = 0x0112  # in the metadata of cameras
TURNED = (5, 6, 7, 8)  # by 90 or 270 degrees
QUALITY = 80  # of WebP; the difference is not visible at normal viewing distance
# Exceptions that decoders raise for damaged files.
UNREADABLE = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    ArithmeticError,
    LookupError,
    TypeError,
    RuntimeError,
)


class Unsafe(Exception):
    """A picture cannot be shown. The message is the reason."""


@dataclass(frozen=True)
class CheckedPicture:
    """The properties of a picture and its copies: WebP bytes by width in pixels."""

    kind: str
    width: int
    height: int
    copies: dict[int, bytes]


def read_picture(data: bytes) -> CheckedPicture:
    """Check a picture and make its copies. Raises Unsafe if it cannot be shown."""
    if len(data) > MAX_BYTES:
        raise Unsafe(_("larger than %(n)d MB") % {"n": MAX_BYTES // 1_000_000})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about large images, which are checked here
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                return _copies_of(image)
    except UnidentifiedImageError as failure:
        raise Unsafe(_named(data)) from failure
    except (Image.DecompressionBombError, MemoryError) as failure:
        raise _too_many_pixels() from failure
    except UNREADABLE as failure:
        raise Unsafe((_("damaged: %(error)s") % {"error": failure})[:200]) from failure


def _too_many_pixels() -> Unsafe:
    return Unsafe(_("more than %(n)d million pixels") % {"n": MAX_PIXELS // 1_000_000})


def _copies_of(image: Image.Image) -> CheckedPicture:
    kind = (image.format or "").lower()
    pixels = image.width * image.height
    if not pixels:
        raise Unsafe(_("empty picture"))
    if pixels > MAX_PIXELS:
        raise _too_many_pixels()
    frames = _frames(image) if kind in ("gif", "webp", "png") else 1
    if frames > MAX_FRAMES or frames > 1 and frames * pixels > MAX_MOVING_PIXELS:
        raise Unsafe(_("animation too large"))
    if frames > 1:
        return _moving(image, kind)
    size = image.size
    if image.getexif().get(ORIENTATION) in TURNED:
        size = size[::-1]
    # Decodes a large JPEG at a half, quarter or eighth of its size, which takes far less memory.
    image.draft(None, (2 * WIDTHS[-1], 2 * WIDTHS[-1]))
    upright = _plain(image)
    copies = {}
    for width in widths_of(size[0]):
        wanted, copy = (width, height_at(width, size)), upright
        if wanted != upright.size:
            copy = upright.resize(wanted, Resampling.LANCZOS)
        copies[width] = _webp(copy)
    return CheckedPicture(kind, *size, copies)


def _frames(image: Image.Image) -> int:
    """Count the frames, at most MAX_FRAMES + 1. The library would read millions of GIF frames."""
    if image.format != "GIF":
        return int(getattr(image, "n_frames", 1))
    try:
        for frame in range(1, MAX_FRAMES + 1):
            image.seek(frame)
    except EOFError:
        frame -= 1
    image.seek(0)
    return frame + 1


def _plain(image: Image.Image) -> Image.Image:
    """Return the picture upright, in sRGB."""
    profile = image.info.get("icc_profile")
    image.load()
    upright = ImageOps.exif_transpose(image)
    is_seen_through = "A" in upright.getbands() or "transparency" in upright.info
    if upright.mode in ("I;16", "I;16B", "I", "F"):
        upright = upright.convert("I").point(lambda value: value / 256).convert("L")
    mode = "RGBA" if is_seen_through else "RGB"
    if profile and upright.mode in ("RGB", "RGBA", "CMYK", "L"):
        upright = _in_srgb(upright, profile, mode)
    return upright if upright.mode == mode else upright.convert(mode)


def _in_srgb(image: Image.Image, profile: bytes, mode: str) -> Image.Image:
    """Convert the colours to sRGB. A picture with a damaged profile is returned unchanged."""
    try:
        made = ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode=mode if image.mode != "RGBA" else "RGBA",
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
    return cast(Image.Image, made)


def _moving(image: Image.Image, kind: str) -> CheckedPicture:
    """Return an animation with a single copy, because several sizes would take too much space."""
    width = widths_of(image.width)[-1]
    size = (width, height_at(width, image.size))
    frames, times = [], []
    for frame in ImageSequence.Iterator(image):
        times.append(int(frame.info.get("duration", 100)) or 100)
        shown = frame.convert("RGBA")
        frames.append(shown if shown.size == size else shown.resize(size, Resampling.LANCZOS))
    out = io.BytesIO()
    frames[0].save(
        out,
        "WEBP",
        save_all=True,
        append_images=frames[1:],
        duration=times,
        loop=int(image.info.get("loop", 1)),
        quality=QUALITY,
        method=2,
    )
    return CheckedPicture(kind, *size, {width: out.getvalue()})


def _webp(image: Image.Image) -> bytes:
    out = io.BytesIO()
    # Drawings with few colours are smaller when compressed without loss.
    few = image.getcolors(256) is not None
    image.save(
        out, "WEBP", lossless=few, quality=QUALITY, method=4, exif=b"", icc_profile=None, xmp=b""
    )
    return out.getvalue()


def _named(data: bytes) -> str:
    """Return the reason why a file is not a supported picture."""
    head = data[:1_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in head or head.startswith(b"<?xml") and b"<svg" in data[:4_000].lower():
        return _("SVG, which can contain scripts")
    if head.startswith((b"<!doctype", b"<html", b"<")):
        return _("an HTML page, not a picture")
    return _("unknown picture format") if data else _("empty")
