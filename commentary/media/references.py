"""Finds the stored pictures that an edited text refers to: ``media:`` and a digest or file name."""

from urllib.parse import unquote

from ..models import MediaFile
from ..text.article_html import Preserved, pictures_in, with_pictures

SCHEME = "media:"


def with_stored_pictures(fragment: str) -> tuple[str, list[str]]:
    """Return a fragment in normal form with its references as stored pictures, and the references
    that name none. If several pictures have a name, the latest is meant.
    """
    preserved: dict[str, Preserved] = {}
    unknown: list[str] = []
    for picture in pictures_in(fragment):
        reference = f"{SCHEME}{picture.sha256}" if picture.sha256 else picture.source
        if not reference.startswith(SCHEME) or reference in preserved or reference in unknown:
            continue
        file = _named(unquote(reference.removeprefix(SCHEME)))
        if file is None:
            unknown.append(reference)
        else:
            preserved[reference] = Preserved(file.sha256, file.width or 0, file.height or 0)
    return with_pictures(fragment, preserved), unknown


def _named(name: str) -> MediaFile | None:
    found = MediaFile.objects.filter(sha256=name).first()
    return found or MediaFile.objects.filter(name=name, width__isnull=False).order_by("pk").last()
