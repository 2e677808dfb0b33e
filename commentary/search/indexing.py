"""Rebuild the search index of stored texts, after an upgrade or a change of language."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from django.conf import settings
from django.db import connection, models, transaction
from tqdm import tqdm

from ..models import Article, Comment
from ..models.discussion import lock_discussion
from ..models.stored_rows import in_batches
from ..text.body import body_blocks
from ..text.folding import MOST
from ..text.languages import language_of, other_language
from ..text.stems import index_text, stemmer_of

BATCH = 500  # texts read and written in one transaction

M = TypeVar("M", bound=models.Model)
Texts = Iterator[tuple[int, str, str]]  # key, stored index text, and correct index text


def index_everything(with_languages: bool = False) -> int:
    """Index all articles and comments again, in bounded memory, with a progress bar. Returns how
    many texts were written.

    Texts that are indexed correctly are not written, so an interrupted run continues quickly.
    `with_languages` sets the language of imported articles that have none, and of comments in
    another language than their article, if it can be detected reliably.

    On SQLite the index is optimised at the end, since deleted entries would double its size.
    PostgreSQL reuses their space after a vacuum, which can't run in a transaction.
    """
    total = Article.objects.count() + Comment.objects.count()
    written = 0
    with tqdm(total=total, unit=" texts", desc="Indexing for search", disable=None) as progress:
        for articles in _batches(Article, progress.update):
            written += _write(Article, _articles(articles, with_languages))
        for comments in _batches(Comment, progress.update):
            written += _write(Comment, _comments(comments, with_languages))
    drop_deleted_words()
    return written


def drop_deleted_words() -> None:
    """Remove the words of deleted texts from the index of SQLite, which keeps them until then."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO commentary_words(commentary_words) VALUES ('optimize')")


def index_comments(discussion_id: int) -> int:
    """Index the comments of one discussion again after its article's language has changed. Returns
    how many were written.
    """
    keys = Comment.objects.in_discussion(discussion_id).values_list("pk", flat=True)
    return sum(
        _write(Comment, _comments(list(Comment.objects.defer(None).filter(pk__in=some))))
        for some in in_batches(list(keys), BATCH)
    )


def _batches(model: type[M], seen: Callable[[int], object]) -> Iterator[list[M]]:
    """Yield all rows of a model in batches, ordered by key."""
    last = 0
    while rows := list(model._base_manager.defer(None).filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield rows
        last = rows[-1].pk
        seen(len(rows))


def _articles(rows: list[Article], with_languages: bool) -> Texts:
    for row in rows:
        plain = "\n\n".join(block.words for block in body_blocks(row.markup, row.body))
        if with_languages and row.source_id and not row.language:
            row.language = language_of(f"{row.title}\n{plain}")
            Article.objects.filter(pk=row.pk).update(language=row.language)
        code = stemmer_of(row.language or settings.TEXT_LANGUAGE)
        yield row.pk, row.search_text, index_text("", row.title[:MOST], plain[:MOST], code)


def _comments(rows: list[Comment], with_languages: bool = False) -> Texts:
    articles = Article.objects.filter(pk__in={row.discussion_id for row in rows})
    languages = {article.pk: article.text_language for article in articles.only("language")}
    for row in rows:
        of_article = languages[row.discussion_id]
        if with_languages and not row.language:
            _set_language(row, other_language(row.plain, of_article))
        code = stemmer_of(row.language or of_article)
        yield row.pk, row.search_text, index_text(row.name[:MOST], "", row.plain[:MOST], code)


def _set_language(row: Comment, language: str | None) -> None:
    """Store the language of a comment that has none, unless it is that of its article."""
    if language:
        with lock_discussion(row.discussion_id) as discussion:
            here = Comment.objects.filter(pk=row.pk, language=None)
            if here.update(language=language):
                row.language = language
                discussion.mark_visible()


def _write(model: type[models.Model], texts: Texts) -> int:
    """Store index texts, except for rows that have changed since they were read."""
    changed = [(new, pk, old) for pk, old, new in texts if new != old]
    if changed:
        with transaction.atomic(), connection.cursor() as cursor:
            statement = f"UPDATE {model._meta.db_table} SET search_text = %s WHERE id = %s AND search_text = %s"
            cursor.executemany(statement, changed)
    return len(changed)
