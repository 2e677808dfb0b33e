"""Keep the pictures that an article shows, and put them into its text."""

from ..media import keep
from ..media.pictures import MAX_BYTES
from ..models import Article, ArticlePicture, MediaFile
from ..text.article_html import Preserved, pictures_in, with_pictures
from .records import ArticleRecord, SourceError

Kept = list[tuple[str, MediaFile | None]]  # address and file of each picture, in order


def keep_pictures(record: ArticleRecord) -> Kept:
    """Store the pictures of a record that the import has, and name them in its text by their digest.

    Pictures are decoded before the article is stored: that takes long, and nobody should wait for it.
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
    """The best of the candidates that is here."""
    if record.find_file is None:
        return None
    for address in candidates:
        found = record.find_file(address)
        if found is None:
            continue
        try:
            data = found.read(MAX_BYTES)
        except SourceError as failure:
            record.warnings.append(f"picture {address[:200]}: {failure.reason}")
            continue
        if not data:
            continue
        file = keep(data, found.name)
        if file.problem:
            record.warnings.append(f"picture {found.name[:200]} is not shown: {file.problem}")
        return file
    return None


def store_pictures(kept: Kept, article: Article) -> None:
    """List the pictures of a new article."""
    ArticlePicture.objects.bulk_create(
        ArticlePicture(article=article, position=position, address=address[:2_000], file=file)
        for position, (address, file) in enumerate(kept)
    )
