"""Convert values of records to database columns: keys, names, dates, statuses."""

import hashlib
from datetime import UTC, datetime
from functools import cache
from sys import intern

from django.db.models import Model

from ..models import Article, ImportRun
from ..text.body import BodyBlock, write_body
from .fields import is_in_future
from .messages import gettext as _
from .records import ArticleRecord, CommentRecord


@cache
def _limit(model: type[Model], column: str) -> int:
    return getattr(model._meta.get_field(column), "max_length")  # noqa: B009


def fitted(value: str, model: type[Model], column: str, warnings: list[str]) -> str:
    """Return `value`, truncated with a warning if it is too long for the column."""
    limit = _limit(model, column)
    if len(value) <= limit:
        return value
    warnings.append(
        _("%(column)s of %(n)s characters was cut to %(limit)s: %(start)s…")
        % {"column": column, "n": len(value), "limit": limit, "start": value[:60]}
    )
    return value[: limit - 1] + "…"


def stored_key(key: str) -> str:
    """Return the stored form of a source's key: a digest if it is too long for the column."""
    return key if len(key) <= 64 else hashlib.sha256(key.encode()).hexdigest()


def comment_date(record: CommentRecord) -> tuple[datetime | None, bool]:
    """Return the stored date of a comment, and whether it is local; None for a date in the future."""
    return (None, False) if is_in_future(record.date) else stored_date(record.date)


def are_held(record: ArticleRecord, article: Article, run: ImportRun) -> bool:
    """Return whether to hold the comments of a record as pending.

    They may belong to another article than the stored one, since only the link identifies it.
    """
    return not record.names_site and article.source_id != run.source_id


def stored_status(record: CommentRecord, is_held: bool) -> str:
    """Return the status a comment is stored with.

    A comment isn't approved if the file doesn't identify its article reliably, or if it is dated in
    the future.
    """
    if record.status == "approved" and (is_held or is_in_future(record.date)):
        return "pending"
    return intern(record.status)  # shares memory; unpickled strings are all separate


def stored_date(date: datetime | None) -> tuple[datetime | None, bool]:
    """Return the stored form of a source's date, and whether it is local, without a time zone."""
    if date is None or date.tzinfo:
        return date, False
    return date.replace(tzinfo=UTC), True


def body_text(record: ArticleRecord) -> str:
    """Return the blocks of an article as body text."""
    blocks = [BodyBlock(b.kind, b.text, b.number) for b in record.blocks if b.kind != "related"]
    return write_body(blocks)
