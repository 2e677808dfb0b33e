"""Convert values of records for the columns of the database: keys, names, dates, statuses."""

import hashlib
from datetime import UTC, datetime, timedelta
from functools import cache
from sys import intern

from django.db.models import Model
from django.utils import timezone

from ..models import Article, ImportRun
from ..text.body import BodyBlock, write_body
from .records import ArticleRecord, CommentRecord

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@cache
def _limit(model: type[Model], column: str) -> int:
    return getattr(model._meta.get_field(column), "max_length")  # noqa: B009


def fitted(value: str, model: type[Model], column: str, warnings: list[str]) -> str:
    """`value`, cut with a warning if it is longer than the column takes."""
    limit = _limit(model, column)
    if len(value) <= limit:
        return value
    warnings.append(f"{column} of {len(value)} characters was cut to {limit}: {value[:60]}…")
    return value[: limit - 1] + "…"


def stored_key(key: str) -> str:
    """A source's key as stored: what is longer than the column takes is known by its digest."""
    return key if len(key) <= 64 else hashlib.sha256(key.encode()).hexdigest()


def is_in_future(date: datetime | None) -> bool:
    """Whether a date has not come yet in any time zone: no comment was written then."""
    return date is not None and (stored_date(date)[0] or EPOCH) > timezone.now() + timedelta(days=1)


def comment_date(record: CommentRecord) -> tuple[datetime | None, bool]:
    """The date of a comment as stored, and whether it is a wall clock; none for the future."""
    return (None, False) if is_in_future(record.date) else stored_date(record.date)


def are_held(record: ArticleRecord, article: Article, run: ImportRun) -> bool:
    """Whether to hold the comments of a record as pending, since they may belong to another article
    than the stored one."""
    return not record.names_site and article.source_id != run.source_id


def stored_status(record: CommentRecord, is_held: bool) -> str:
    """The status a comment is stored in. Approval is not taken from a file that is not sure whose
    article it is about, nor for a comment of the future."""
    if record.status == "approved" and (is_held or is_in_future(record.date)):
        return "pending"
    return intern(record.status)  # each from the disk is a string of its own


def stored_date(date: datetime | None) -> tuple[datetime | None, bool]:
    """A source's date as stored, and whether it is a wall clock without a time zone."""
    if date is None or date.tzinfo:
        return date, False
    return date.replace(tzinfo=UTC), True


def body_text(record: ArticleRecord) -> str:
    """The blocks of an article as the text of its body."""
    blocks = [BodyBlock(b.kind, b.text, b.number) for b in record.blocks if b.kind != "related"]
    return write_body(blocks)
