"""Store the pictures of imported articles, and refer to them in the article's HTML."""

from ..media import store_picture
from ..media.pictures import MAX_BYTES
from ..models import Article, ArticlePicture, MediaFile
from ..text.article_html import Preserved, pictures_in, with_pictures
from .messages import gettext as _
from .records import ArticleRecord, SourceError

Kept = list[tuple[str, MediaFile | None]]  # the URL and the file of each picture, in order


def keep_pictures(record: ArticleRecord) -> Kept:
    """Store the pictures of a record that the import contains, and name them by digest in
    `body_html`.

    Decoding is slow, so it happens before the transaction that stores the article.
    """
    if record.markup != "rich":
        return []
    found: dict[str, MediaFile | None] = {}
    addresses: dict[str, str] = {}
    for picture in pictures_in(record.body_html):
        if picture.source not in found:
            candidates = record.pictures.get(picture.source) or [picture.source]
            addresses[picture.source] = next(
                (c for c in candidates if not c.startswith("data:")), ""
            )
            found[picture.source] = _first(candidates, record)
    shown = {
        source: Preserved(file.sha256, file.width or 0, file.height or 0)
        for source, file in found.items()
        if file
    }
    kept = [(addresses[p.source], found[p.source]) for p in pictures_in(record.body_html)]
    record.body_html = with_pictures(record.body_html, shown)
    return kept


def _first(candidates: list[str], record: ArticleRecord) -> MediaFile | None:
    """Store the first candidate found in the import. Adds a warning if it cannot be read or shown."""
    if record.find_file is None:
        return None
    for address in candidates:
        found = record.find_file(address)
        if found is None:
            continue
        try:
            data = found.read(MAX_BYTES)
        except SourceError as failure:
            record.warnings.append(
                _("picture %(address)s: %(reason)s")
                % {"address": address[:200], "reason": failure.reason}
            )
            continue
        if not data:
            continue
        file = store_picture(data, found.name)
        if file.problem:
            record.warnings.append(
                _("picture %(name)s is not shown: %(problem)s")
                % {"name": found.name[:200], "problem": file.problem}
            )
        return file
    return None


def store_pictures(kept: Kept, article: Article) -> None:
    """Store the list of a new article's pictures."""
    ArticlePicture.objects.bulk_create(
        ArticlePicture(article=article, position=position, address=address[:2_000], file=file)
        for position, (address, file) in enumerate(kept)
    )


def add_pictures(kept: Kept, article: Article) -> None:
    """Add the pictures that a stored article shows now to its list."""
    stored = list(article.pictures.values_list("address", "position"))
    known = {address for address, _position in stored}
    first = max((position for _address, position in stored), default=-1) + 1
    new = {address[:2_000]: file for address, file in kept if address[:2_000] not in known}
    ArticlePicture.objects.bulk_create(
        ArticlePicture(article=article, position=position, address=address, file=file)
        for position, (address, file) in enumerate(new.items(), first)
    )
