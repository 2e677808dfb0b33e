"""What a query finds, newest first, on PostgreSQL and SQLite.

What is searched is written by triggers; see models/search.py. A reader's words reach a database
folded, as letters and digits alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from time import monotonic
from typing import Any, NamedTuple

from django.db import OperationalError, connection, transaction

from ..models import Article
from ..words import words
from .language import Query, Term

CAP = 1_000  # matches that are counted
SECONDS = 2.0  # that a search may take
NAMED = 50  # articles or authors that one name may stand for


class TooBroad(Exception):
    """The database did not find it in the time that a search may take."""


class Hit(NamedTuple):
    """One text found: where it stands in time, and the comment it is, or None for an article."""

    moment: int
    article_id: int
    comment_id: int | None


class Hits(NamedTuple):
    """The newest texts found, and how many there are, as far as they are counted."""

    newest: list[Hit]
    articles: int
    comments: int

    @property
    def total(self) -> int:
        return self.articles + self.comments

    def of(self, kind: str) -> "Hits":
        """Those of one kind."""
        return _counted([hit for hit in self.newest if bool(hit.comment_id) == (kind == "comment")])

    @property
    def is_capped(self) -> bool:
        """Whether there are more than were counted."""
        return self.total > CAP


class _Tsquery:
    """How PostgreSQL's tsquery writes words, and the marks of the migration "search"."""

    AND, OR, NOT = " & ", " | ", " & !"
    knows_phrases = False  # our vectors have no places: the text itself is asked

    def word(self, text: str, is_prefix: bool = False) -> str:
        return f"'{text}':*" if is_prefix else f"'{text}'"

    def phrase(self, term: Term) -> str:
        return self.every(self.word(word, term.is_prefix) for word in term.words)

    def every(self, parts: Iterable[str]) -> str:
        return f"({self.AND.join(parts)})"

    def expression(self, query: Query, marks: Sequence[Sequence[str]]) -> str:
        """What every term says, and of each of `marks` at least one."""
        wanted = [f"({self.OR.join(map(self.word, either))})" for either in marks]
        refused: list[str] = []
        for term in query.terms:
            if term.is_name:
                part = self.every(self.word(f"_by_{word}") for word in term.words)
            elif term.is_not and len(term.words) > 1 and not self.knows_phrases:
                continue
            else:
                part = self.phrase(term)
            (refused if term.is_not else wanted).append(part)
        return self.every(wanted) + "".join(f"{self.NOT}{part}" for part in refused)


class _Fts5(_Tsquery):
    """How SQLite's FTS5 writes them."""

    AND, OR, NOT = " AND ", " OR ", " NOT "
    knows_phrases = True

    def word(self, text: str, is_prefix: bool = False) -> str:
        return f'"{text}"*' if is_prefix else f'"{text}"'

    def phrase(self, term: Term) -> str:
        return self.word(" ".join(term.words), term.is_prefix)


def find(query: Query, kind: str = "", before: int | None = None, is_public: bool = True) -> Hits:
    """The newest texts that `query` asks for, one more than are counted: of one `kind` ("article",
    "comment") if that is given, and `before` a moment. What is not public is for editors alone.
    Nothing is found for an empty query. Raises TooBroad."""
    if query.is_empty:
        return Hits([], 0, 0)
    if before is not None:
        query = replace(query, ceiling=min(before, query.ceiling))
    if query.author and kind == "comment":
        return Hits([], 0, 0)  # an author's comments are found by the name they are signed with
    kind = "article" if query.author else kind
    marks = [[f"_{kind}"]] if kind else []
    if is_public:
        marks.append(["_approved"])
    if query.statuses:
        marks.append([f"_{word}" for status in query.statuses for word in words(status)])
    with _limited():
        if query.on:
            ids = _articles_named(query.on, is_public)
            if not ids:
                return Hits([], 0, 0)
            marks.append([f"_on_{pk}" for pk in ids])
        marks = marks or [["_article", "_comment"]]
        return _counted(_newest(query, marks, CAP + 1, is_public))


def _counted(newest: list[Hit]) -> Hits:
    comments = sum(1 for hit in newest if hit.comment_id)
    return Hits(newest, len(newest) - comments, comments)


def _articles_named(names: Iterable[str], is_public: bool) -> list[int]:
    """The articles at these addresses, or else with these words in their titles."""
    articles = Article.objects.published() if is_public else Article.objects.all()
    by_slug = dict(articles.filter(slug__in=names).values_list("slug", "pk"))
    found = list(by_slug.values())
    for name in names:
        if name not in by_slug:
            marks = [["_article"], *([f"_title_{word}"] for word in words(name))]
            found += [hit.article_id for hit in _newest(Query(""), marks, NAMED, is_public)]
    return found


def _newest(query: Query, marks: Sequence[Sequence[str]], most: int, is_public: bool) -> list[Hit]:
    """The newest `most` texts with the terms of `query` and the marks, between its days."""
    is_postgresql = connection.vendor == "postgresql"
    language = _Tsquery() if is_postgresql else _Fts5()
    joins, wheres, values = _conditions(query, is_public, language.knows_phrases)
    statement = POSTGRESQL if is_postgresql else SQLITE
    with connection.cursor() as cursor:
        cursor.execute(
            statement.format(joins=joins, wheres=wheres),
            values
            | {
                "match": language.expression(query, marks),
                "floor": query.floor,
                "ceiling": query.ceiling,
                "most": most,
            },
        )
        return [Hit(*row) for row in cursor.fetchall()]


def _conditions(
    query: Query, is_public: bool, knows_phrases: bool
) -> tuple[str, str, dict[str, Any]]:
    """What is asked of other tables: publication, authors, and words in a row."""
    joins = wheres = ""
    values: dict[str, Any] = {}
    phrases = [t for t in query.terms if len(t.words) > 1 and not t.is_name and not knows_phrases]
    if is_public or phrases:
        joins += " JOIN commentary_article a ON a.id = r.article_id"
    if is_public:
        wheres += " AND a.is_published"
    if phrases:
        joins += " LEFT JOIN commentary_comment c ON c.id = r.comment_id"
    for term in phrases:
        values[name := f"like{len(values)}"] = f"% {' '.join(term.words)} %"
        wheres += f" AND coalesce(c.words, a.words) {'NOT ' * term.is_not}LIKE %({name})s"
    for name in query.author:
        likes = ""
        for word in words(name):
            values[key := f"like{len(values)}"] = f"% {word} %"
            likes += f" AND u.words LIKE %({key})s"
        wheres += AUTHORED.format(likes=likes)
    return joins, wheres, values


AUTHORED = """ AND r.comment_id IS NULL AND EXISTS (
    SELECT 1 FROM commentary_byline b JOIN commentary_author u ON u.id = b.author_id
    WHERE b.article_id = r.article_id{likes})"""
# FTS5 walks its lists from the newest on, and stops.
SQLITE = """
SELECT r.moment, r.article_id, r.comment_id FROM commentary_words
CROSS JOIN commentary_searchrow r ON r.moment = commentary_words.rowid {joins}
WHERE commentary_words MATCH %(match)s
  AND commentary_words.rowid >= %(floor)s AND commentary_words.rowid < %(ceiling)s {wheres}
ORDER BY commentary_words.rowid DESC LIMIT %(most)s
"""
# PostgreSQL walks the dates where it knows the words to be common, and the GIN index where not. By
# its own measure of what rows cost it walks a million of them for a word that stands in a hundred.
COSTS = "SET LOCAL random_page_cost = 1.1; SET LOCAL cpu_operator_cost = 0.02"
POSTGRESQL = """
SELECT r.moment, r.article_id, r.comment_id FROM commentary_searchrow r {joins}
WHERE r.vector @@ %(match)s::tsquery AND r.moment >= %(floor)s AND r.moment < %(ceiling)s {wheres}
ORDER BY r.moment DESC LIMIT %(most)s
"""


@contextmanager
def _limited() -> Iterator[None]:
    """Let no statement of the block take longer than a search may. Raises TooBroad."""
    try:
        if connection.vendor == "postgresql":
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = {int(SECONDS * 1000)}; {COSTS}")
                yield
                return
        stop = monotonic() + SECONDS
        connection.ensure_connection()
        connection.connection.set_progress_handler(lambda: monotonic() > stop, 10_000)
        try:
            yield
        finally:
            connection.connection.set_progress_handler(None, 0)
    except OperationalError as error:
        if _is_timeout(error):
            raise TooBroad from error
        raise


def _is_timeout(error: OperationalError) -> bool:
    cause = error.__cause__
    return type(cause).__name__ == "QueryCanceled" or str(cause) == "interrupted"
