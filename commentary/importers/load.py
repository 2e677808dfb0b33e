"""Records to rows: the one importer that writes.

What is stored of a file is stored in one transaction, together with its bytes and the account of
its lines. Reading the same bytes again stores nothing.
"""

import codecs
import hashlib
import zlib
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import chain, islice
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone

from .. import moderation, tree
from ..markup import BodyBlock, write_body
from ..models import (
    Article,
    Author,
    Byline,
    Comment,
    Discussion,
    ImportRun,
    RelatedLink,
    SourceChunk,
)
from ..models import Source as StoredSource
from ..models.article import unused_slug
from . import FORMATS, detect
from .records import ArticleRecord, CommentRecord, ItemLedger, Ledger, SourceError
from .source import Source


@dataclass
class Report:
    """What became of one file. `outcome` is ok, partial (lines were left over), unchanged (these
    bytes were imported before) or refused (`error` says why, and nothing was stored)."""

    file: str
    outcome: str = "ok"
    articles: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    error: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The report as it is printed for machines."""
        return asdict(self)


class _DryRun(Exception):
    """Takes a finished import back."""


def load(source: Source, format: str | None = None, dry_run: bool = False) -> Report:
    """Import one source. With `dry_run` everything is done and taken back again.

    A capture is one transaction; an export one for each article, so that a long import that was
    broken off goes on where it stopped when it is started again. Raises SourceError, and then
    nothing of a capture is stored, and nothing of an export but what was read before.
    """
    format = format or detect(source)
    for last_try in (False, True):
        report = Report(source.name)
        whole = dry_run or format == "text"
        try:
            with transaction.atomic() if whole else nullcontext():
                _load(source, format, report)
                if dry_run:
                    raise _DryRun
        except _DryRun:
            pass
        except IntegrityError:
            # Another run stored these bytes, this author or this address a moment ago.
            if last_try:
                raise
            continue
        break
    return report


def _load(source: Source, format: str, report: Report) -> None:
    stored = StoredSource.objects.filter(sha256=source.sha256).first()
    if stored and stored.runs.exclude(finished_at=None).exists():
        report.outcome = "unchanged"
        report.articles = list(stored.articles.order_by("pk").values_list("slug", flat=True))
        report.counts = {"articles": 0, "comments": 0}
        return
    ledger = Ledger(len(source.lines)) if format == "text" else ItemLedger()
    records = iter(FORMATS[format].read(source, ledger))
    first = next(records, None)  # a source that cannot be read leaves no trace
    stored = stored or _store_source(source, format)
    run = ImportRun.objects.create(source=stored)
    counts = {"articles": 0, "comments": 0, "declared": 0, "preserved": 0}
    for record in chain([first] if first else [], records):
        with transaction.atomic():
            article, added = _store_article(record, stored, run, report.warnings)
            counts["comments"] += _store_comments(record, article, run, report.warnings)
        report.articles.append(article.slug)
        counts["articles"] += added
        counts["declared"] += record.declared_count or 0
        counts["preserved"] += len(record.comments)
        report.warnings += record.warnings
    if lost := ledger.unaccounted():
        raise SourceError(source.name, lost[0], "this line was neither used nor left over")
    report.warnings += getattr(ledger, "warnings", [])
    read = ledger.counts()
    unit = "lines" if format == "text" else "items"
    report.outcome = run.outcome = "partial" if read["left over"] else "ok"
    report.counts = counts | {f"{unit} {use}": count for use, count in read.items()}
    run.counts, run.warnings, run.ledger = report.counts, report.warnings, ledger.spans()
    run.finished_at = timezone.now()
    run.save(update_fields=["outcome", "counts", "warnings", "ledger", "finished_at"])


CHUNK = 1 << 18  # bytes of a piece of a source: what has to be read to show a line of it


def _store_source(source: Source, format: str) -> StoredSource:
    """Keep the bytes of a source, in pieces, and what tells it from others."""
    with transaction.atomic():
        stored = StoredSource.objects.create(
            name=source.name[-500:],
            sha256=source.sha256,
            size=source.size,
            format=format,
            encoding=source.encoding,
        )
        chunks = _chunks(source, stored)
        while some := list(islice(chunks, 16)):
            SourceChunk.objects.bulk_create(some)
    return stored


def _chunks(source: Source, stored: StoredSource) -> Iterator[SourceChunk]:
    """The bytes, in pieces that know the line they begin in. No piece ends between CR and LF."""
    text = {"gzip": "utf-8", "binary": "latin-1"}.get(source.encoding, source.encoding)
    decoder = codecs.getincrementaldecoder(text)("replace")
    digest, line, position = hashlib.sha256(), 1, 0
    with source.stream() as stream:
        while data := stream.read(CHUNK):
            for _ in range(64):  # a line ends after a few of these, or it is no text
                if not data[-4:].rstrip(b"\0").endswith(b"\r"):
                    break
                data += stream.read(4)  # whole characters of any encoding
            yield SourceChunk(
                source=stored, position=position, first_line=line, data=zlib.compress(data, 1)
            )
            digest.update(data)
            words = decoder.decode(data)
            line += words.count("\n") + words.count("\r") - words.count("\r\n")
            position += 1
    if digest.hexdigest() != source.sha256:
        raise SourceError(source.name, 0, "changed while it was read; import it again")


def _fitted(value: str, model: type[Model], column: str, warnings: list[str]) -> str:
    """`value`, cut with a warning if it is longer than the column takes."""
    limit = getattr(model._meta.get_field(column), "max_length")  # noqa: B009
    if len(value) <= limit:
        return value
    warnings.append(f"{column} of {len(value)} characters was cut to {limit}: {value[:60]}…")
    return value[: limit - 1] + "…"


def _instant(date: datetime | None) -> tuple[datetime | None, bool]:
    """A source's date as stored, and whether it is a wall clock without a time zone."""
    if date is None or date.tzinfo:
        return date, False
    return date.replace(tzinfo=UTC), True


def _store_article(
    record: ArticleRecord, stored: StoredSource, run: ImportRun, warnings: list[str]
) -> tuple[Article, bool]:
    """The article of a record and whether it is new. One that is there already stays as it is."""
    key = record.key if len(record.key) <= 64 else hashlib.sha256(record.key.encode()).hexdigest()
    article = Article.objects.filter(source_key=key).first()
    if article:
        return article, False
    published_at, is_local = _instant(record.date)
    title = _fitted(record.title, Article, "title", warnings)
    if title and Article.objects.filter(title=title).exists():
        warnings.append("another article has this title; this one is kept as a separate article")
    article = Article.objects.create(
        title=title,
        slug=unused_slug(Article, title, "untitled"),
        body=record.body_html
        or write_body(
            [BodyBlock(b.kind, b.text, b.number) for b in record.blocks if b.kind != "related"]
        ),
        markup=Article.Markup.HTML if record.body_html else Article.Markup.TEXT,
        is_published=record.is_published,
        published_at=published_at,
        date_is_local=is_local,
        source_url=record.url if len(record.url) <= 500 else "",
        source_key=key,
        source=stored,
        first_line=record.lines[0],
        last_line=record.lines[1],
    )
    for position, name in enumerate(dict.fromkeys(record.authors)):
        name = _fitted(name, Author, "name", warnings)
        author, _ = Author.objects.get_or_create(
            name=name, defaults={"slug": unused_slug(Author, name, "author")}
        )
        Byline.objects.create(article=article, author=author, position=position)
    RelatedLink.objects.bulk_create(
        RelatedLink(
            article=article,
            label=_fitted(block.label, RelatedLink, "label", warnings),
            caption=block.text,
            url=block.url,
            position=position,
        )
        for position, block in enumerate(b for b in record.blocks if b.kind == "related")
    )
    Discussion.objects.filter(pk=article.pk).update(
        declared_count=record.declared_count, declared_heading=record.declared_heading[:300]
    )
    if record.closed:
        moderation.close(
            Discussion.objects.get(pk=article.pk), by="source", reason=record.closing_notice
        )
    return article, True


def _store_comments(
    record: ArticleRecord, article: Article, run: ImportRun, warnings: list[str]
) -> int:
    """Add the comments of a record that the article does not have; how many there were."""
    with tree.claim(article.pk):
        known = {
            comment.source_key: comment
            for comment in Comment.objects.filter(discussion_id=article.pk).exclude(source_key="")
        }
        new = [c for c in record.comments if c.key not in known]
        index = {c.key: i for i, c in enumerate(new)}
        parents = [
            None if c.parent is None else index.get(c.parent, known.get(c.parent)) for c in new
        ]
        rows = list(_rows(new, run, warnings))
        moderation.admit(article.pk, rows, parents, [c.status for c in new])
    if gone := len(known.keys() - {c.key for c in record.comments}):
        warnings.append(f"{gone} comments imported earlier are not in this source; they were kept")
    return len(new)


def _rows(records: list[CommentRecord], run: ImportRun, warnings: list[str]) -> Iterator[Comment]:
    for record in records:
        dated_at, is_local = _instant(record.date)
        yield Comment(
            kind=record.kind,
            name=_fitted(record.author, Comment, "name", warnings),
            body=record.text,
            markup=record.markup,
            dated_at=dated_at,
            date_is_local=is_local,
            import_run=run,
            source_key=record.key,
            first_line=record.lines[0],
            last_line=record.lines[1],
        )
