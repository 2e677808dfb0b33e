"""Find the texts that match a query, newest first, on PostgreSQL and SQLite.

Triggers maintain the index, see models/search.py. Words reach the database folded, so they contain
only letters and digits.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from time import monotonic
from typing import Any, NamedTuple

from django.conf import settings
from django.db import OperationalError, transaction

from ..models import Article
from ..models.distribution import is_distributed
from ..resilience.replica import reading_connection
from ..text.folding import words
from ..text.stems import CUT, MARK, cuts, stemmer_of
from .language import END, Query, Term

CAP = 200  # matches that are counted and ranked
FEW = 20  # longer words match only if at most this many texts contain the word itself
WINDOW = 500  # texts containing all words of a phrase in which their order is checked
RECENT = 10_000  # newest texts that are searched first
SAMPLE = 1_000  # of these, searched before the others
RARE = 50  # if at most one in this many texts of the sample matches, the index is used next
SECONDS = 2.0  # timeout of a search
LANGUAGES = 8  # the most languages whose word forms one search uses
NAMED = 50  # maximum number of articles or authors that match one name
KINDS = ("_article", "_comment")  # every text is marked with one of these


class TooBroad(Exception):
    """The database did not find the matches within the timeout."""


class Hit(NamedTuple):
    """A matching text: its moment in the index, and its comment, or None for an article."""

    moment: int
    article_id: int
    comment_id: int | None


class Matches(NamedTuple):
    """The newest matches: up to `most`, plus one if there are more.

    `until` is the moment at which an incomplete search ended, otherwise None.
    """

    newest: Sequence[Hit] = ()
    most: int = CAP
    until: int | None = None

    @property
    def total(self) -> int:
        return len(self.newest)

    @property
    def comments(self) -> int:
        return sum(1 for hit in self.newest if hit.comment_id)

    @property
    def articles(self) -> int:
        return self.total - self.comments

    @property
    def is_capped(self) -> bool:
        """Whether there are more than were asked for."""
        return self.total > self.most

    def of(self, kind: str) -> "Matches":
        """Return only the matches of one kind."""
        is_comment = kind == "comment"
        return self._replace(newest=[h for h in self.newest if bool(h.comment_id) == is_comment])


class _Tsquery:
    """Writes conditions as PostgreSQL's tsquery. The marks come from the migration "search"."""

    AND, OR, NOT = " & ", " | ", " & !"

    def __init__(self, codes: Sequence[str], with_beginnings: bool) -> None:
        self.codes, self.with_beginnings = codes, with_beginnings

    def word(self, text: str, is_prefix: bool = False) -> str:
        return f"'{text}':*" if is_prefix else f"'{text}'"

    def every(self, parts: Iterable[str]) -> str:
        return f"({self.AND.join(parts)})"

    def some(self, parts: Iterable[str]) -> str:
        return f"({self.OR.join(dict.fromkeys(parts))})"

    def whole(self, word: str, mark: str = "", is_prefix: bool = False) -> str:
        """Match the folded word itself in any language, or with `is_prefix` words that start with
        it.
        """
        return self.some(self.word(mark + cut, is_prefix) for cut in cuts(word))

    def forms(self, term: Term) -> str:
        """Match the word of a term or its other forms, in the language of the text."""
        parts = [self.whole(term.words[0])]
        if self.with_beginnings and term.may_begin:
            parts = [self.whole(term.words[0], is_prefix=True)]
        for code, stems in term.stems(self.codes).items():
            forms = self.some(
                form
                for stem in stems
                for form in (self.word(stem), self.word(stem + CUT, is_prefix=True))
            )
            is_only = len(self.codes) == 1
            parts.append(forms if is_only else self.every([forms, self.word(MARK + code)]))
        return self.some(parts)

    def in_row(self, term: Term) -> str | None:
        """Match consecutive words, or return None if the index can't."""
        return None

    def part(self, term: Term) -> str | None:
        """Return the condition for one term, or None if the index can't check any of it."""
        if term.is_name:
            return self.every(self.word(f"_by_{word}") for word in term.words)
        if len(term.words) > 1:
            if row := self.in_row(term):
                return row
            return None if term.is_not else self.every(map(self.whole, term.words))
        if term.has_forms:
            return self.forms(term)
        return self.whole(term.words[0], is_prefix=term.is_prefix)

    def phrases_to_check(self, query: Query) -> list[Term]:
        """Return the terms that must be checked in the texts themselves."""
        return [
            term
            for term in query.terms
            if len(term.words) > 1 and not term.is_name and not self.in_row(term)
        ]

    def expression(self, query: Query, marks: Sequence[Sequence[str]]) -> str:
        """Combine all terms of a query, and at least one of each of `marks`.

        The mark of a title is the word it is for, in any language.
        """
        wanted = [self.some(map(self.word, either)) for either in marks]
        refused: list[str] = []
        for term in query.terms:
            if part := self.part(term):
                (refused if term.is_not else wanted).append(part)
        every = self.every(wanted or [f"({self.OR.join(map(self.word, KINDS))})"])
        return every + "".join(f"{self.NOT}{part}" for part in refused)


class _Fts5(_Tsquery):
    """Writes conditions for SQLite's FTS5."""

    AND, OR, NOT = " AND ", " OR ", " NOT "

    def word(self, text: str, is_prefix: bool = False) -> str:
        return f'"{text}"*' if is_prefix else f'"{text}"'

    def in_row(self, term: Term) -> str | None:
        """Match words that have no stem mark, such as single letters; FTS5 stores their positions."""
        if all(cuts(word) == [word] for word in term.words):
            return self.word(" ".join(term.words))
        return None


def find(
    query: Query, kind: str = "", before: int | None = None, is_public: bool = True, most: int = CAP
) -> Matches:
    """Return the newest matches, optionally of one `kind` ("article", "comment"), `before` a
    moment.

    A word matches its forms and, if at most FEW texts contain those, longer words that start with
    it. Without `is_public`, drafts and unapproved comments are included. An empty query matches
    nothing. Raises TooBroad.
    """
    if query.is_empty or query.author and kind == "comment":
        return Matches()  # an author's comments are found by name, with `by:`
    asked = query
    if before is not None:
        query = replace(query, ceiling=min(before, query.ceiling))
    kind = "article" if query.author else kind
    marks = [["_article"]] if kind == "article" else []
    if query.statuses:
        marks.append([f"_{word}" for status in query.statuses for word in words(status)])
    with _limited():
        if query.on:
            ids = _articles_named(query.on, is_public)
            if not ids:
                return Matches()
            marks.append([f"_on_{pk}" for pk in ids])
        codes = stemmers() if any(term.has_forms for term in query.terms) else []
        hits = _newest(query, marks, most, is_public, kind, codes)
        if hits.until is not None or not any(term.may_begin for term in query.terms):
            return hits
        # All pages must agree on this, wherever they start.
        counted = hits
        if before is not None or most < FEW:
            counted = _newest(asked, marks, FEW, is_public, kind, codes)
        if counted.total > FEW:
            return hits
        return _newest(query, marks, most, is_public, kind, codes, with_beginnings=True)


def find_first(queries: Sequence[Query], most: int = CAP) -> tuple[Query, Matches]:
    """Return the first query that published articles match, with the newest of them, or the last
    query and no matches.

    One statement for all. Unlike in `find`, any number of texts may match longer words. Only the
    words of the queries count. Raises TooBroad.
    """
    is_postgresql = reading_connection().vendor == "postgresql"
    joins, wheres, _ = _conditions(Query(""), True, "article")
    every = BY_INDEX if is_postgresql else SQLITE
    if is_distributed():
        every = POSTGRESQL
    newest = every.format(rows=EVERY, joins=joins, wheres=wheres)
    values: dict[str, str | int] = {"floor": 0, "ceiling": END, "most": most + 1}
    parts: list[str] = []
    hits: list[list[Hit]] = [[] for _ in queries]
    with _limited():
        language = (_Tsquery if is_postgresql else _Fts5)(stemmers(), True)
        for place, query in enumerate(queries):
            values[f"match{place}"] = language.expression(query, [["_article"]])
            own = newest.replace("%(match)s", f"%(match{place})s")
            parts.append(f"SELECT {place}, q.* FROM ({own}) q")
        with reading_connection().cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), values)
            for place, *row in cursor.fetchall():
                hits[place].append(Hit(*row))
    for query, found in zip(queries, hits, strict=True):
        if found:
            return query, Matches(found, most)
    return query, Matches()


def with_results(queries: Mapping[str, Query]) -> list[str]:
    """Return the keys of the queries that have results.

    Queries that time out count as empty. All together take little longer than one search may.
    """
    found, stop = [], monotonic() + SECONDS
    for key, query in queries.items():
        try:
            if monotonic() < stop and find(query, most=1).total:
                found.append(key)
        except TooBroad:
            break
    return found


def _articles_named(names: Iterable[str], is_public: bool) -> list[int]:
    """Return the ids of articles with these slugs, or with these words in their titles."""
    articles = Article.objects.published() if is_public else Article.objects.all()
    by_slug = dict(articles.filter(slug__in=names).values_list("slug", "pk"))
    if former := set(names) - by_slug.keys():
        had = articles.filter(former_slugs__slug__in=former)
        by_slug |= had.values_list("former_slugs__slug", "pk")
    found = list(by_slug.values())
    for name in names:
        if name not in by_slug:
            titled = ([f"_title_{cut}" for cut in cuts(word)] for word in words(name))
            marks = [["_article"], *titled]
            found += [hit.article_id for hit in _newest(Query(""), marks, NAMED, is_public).newest]
    return found


def _newest(
    query: Query,
    marks: Sequence[Sequence[str]],
    most: int,
    is_public: bool,
    kind: str = "",
    codes: Sequence[str] = (),
    with_beginnings: bool = False,
) -> Matches:
    """Return the newest texts that match the terms and marks, within the dates of `query`."""
    joins, wheres, values = _conditions(query, is_public, kind)
    is_postgresql = reading_connection().vendor == "postgresql"
    language = (_Tsquery if is_postgresql else _Fts5)(codes, with_beginnings)
    values |= {
        "match": language.expression(query, marks),
        "floor": query.floor,
        "ceiling": query.ceiling,
        "most": most + 1,
    }

    def ask(statement: str, **parts: str) -> list[Any]:
        with reading_connection().cursor() as cursor:
            cursor.execute(statement.format(joins=joins, wheres=wheres, **parts), values)
            return cursor.fetchall()

    every = POSTGRESQL if is_postgresql else SQLITE
    if phrases := language.phrases_to_check(query):
        tests: list[str] = []
        for term in phrases:
            values[name := f"phrase{len(tests)}"] = f"% {' '.join(term.words)} %"
            tests.append(f"{TEXT} {'NOT ' * term.is_not}LIKE %({name})s")
        values["most"] = WINDOW
        statement = IN_ORDER_DISTRIBUTED if is_distributed() else IN_ORDER
        rows = ask(
            statement.format(tests=" AND ".join(tests), newest=every, wheres="{wheres}"), rows=EVERY
        )
        found = [Hit(*row) for *row, is_found in rows if is_found]
        return Matches(found[: most + 1], most, rows[-1][0] if len(rows) == WINDOW else None)
    if is_postgresql and query.sought and not is_distributed():
        every = BY_INDEX
        for recent in (SAMPLE, RECENT):
            values["recent"] = recent
            rows = ask(POSTGRESQL, rows=NEWEST)
            if len(rows) > most:
                return Matches([Hit(*row) for row in rows], most)
            if len(rows) * RARE <= recent:
                break
    return Matches([Hit(*row) for row in ask(every, rows=EVERY)], most)


def stemmers() -> list[str]:
    """Return the codes of the stemmers for the languages of the site, of articles and of comments
    that have one of their own, in this order.

    At most LANGUAGES. One query, whose cost doesn't depend on the number of texts.
    """
    with reading_connection().cursor() as cursor:
        cursor.execute(DISTRIBUTED if is_distributed() else OCCURRING, {"most": 4 * LANGUAGES})
        tags = [tag for _part, tag in sorted(row for row in cursor.fetchall() if row[1])]
    codes = dict.fromkeys(map(stemmer_of, [settings.TEXT_LANGUAGE, *tags]))
    return [code for code in codes if code][:LANGUAGES]


# Index skip scans for the distinct languages; DISTINCT would read every text. Few comments have a
# language of their own, and only those are in the index.
OCCURRING = """
WITH RECURSIVE of_articles(tag) AS (
    SELECT min(language) FROM commentary_article
    UNION ALL
    SELECT (SELECT min(language) FROM commentary_article WHERE language > tag)
    FROM of_articles WHERE tag IS NOT NULL
), of_comments(tag) AS (
    SELECT min(language) FROM commentary_comment WHERE language IS NOT NULL
    UNION ALL
    SELECT (SELECT min(language) FROM commentary_comment WHERE language > tag)
    FROM of_comments WHERE tag IS NOT NULL
)
SELECT * FROM (SELECT 1, tag FROM of_articles LIMIT %(most)s) AS a
UNION ALL SELECT * FROM (SELECT 2, tag FROM of_comments LIMIT %(most)s) AS c
"""
# Citus can't answer a recursive query on rows of several nodes.
DISTRIBUTED = """
SELECT * FROM (SELECT DISTINCT 1, language FROM commentary_article LIMIT %(most)s) AS a
UNION ALL SELECT * FROM (
    SELECT DISTINCT 2, language FROM commentary_comment WHERE language IS NOT NULL LIMIT %(most)s
) AS c
"""
TEXT = f"replace(coalesce(c.search_text, a.search_text), '{CUT}', '')"


def _conditions(query: Query, is_public: bool, kind: str) -> tuple[str, str, dict[str, str | int]]:
    """Return joins and conditions that the full-text index can't check efficiently: publication,
    kind and authors.
    """
    joins = ""
    wheres = " AND r.comment_id IS NOT NULL" * (kind == "comment")
    values: dict[str, str | int] = {}
    if is_public:
        joins = JOINED["sqlite" if is_distributed() else reading_connection().vendor]
        wheres += " AND r.is_approved AND a.is_published"
    for name in query.author:
        likes = ""
        for word in words(name):
            values[key := f"like{len(values)}"] = f"% {word} %"
            likes += f" AND u.search_text LIKE %({key})s"
        wheres += AUTHORED.format(likes=likes)
    return joins, wheres, values


AUTHORED = """ AND r.comment_id IS NULL AND EXISTS (
    SELECT 1 FROM commentary_byline b JOIN commentary_author u ON u.id = b.author_id
    WHERE b.article_id = r.article_id{likes})"""
# PostgreSQL would read the keys of all articles for a few hundred matches. OFFSET prevents it.
JOINED = {
    "postgresql": """ CROSS JOIN LATERAL (
    SELECT id, is_published FROM commentary_article WHERE id = r.article_id OFFSET 0
) a""",
    "sqlite": " JOIN commentary_article a ON a.id = r.article_id",
}
# FTS5 scans its lists from the newest entry and stops early.
SQLITE = """
SELECT r.moment, r.article_id, r.comment_id FROM commentary_words
CROSS JOIN commentary_searchrow r ON r.moment = commentary_words.rowid {joins}
WHERE commentary_words MATCH %(match)s
  AND commentary_words.rowid >= %(floor)s AND commentary_words.rowid < %(ceiling)s {wheres}
ORDER BY commentary_words.rowid DESC LIMIT %(most)s
"""
# PostgreSQL scans by date if it knows the words to be common, and otherwise uses the GIN index.
# With default costs it would scan a million rows for a word that occurs in a hundred. A search uses
# a single process, so that a few searches don't slow down every page.
LIMITS = {
    "random_page_cost": "1.1",
    "cpu_operator_cost": "0.06",
    "max_parallel_workers_per_gather": "0",
}
POSTGRESQL = """
SELECT r.moment, r.article_id, r.comment_id FROM {rows} r {joins}
WHERE r.vector @@ %(match)s::tsquery AND r.moment >= %(floor)s AND r.moment < %(ceiling)s {wheres}
ORDER BY r.moment DESC LIMIT %(most)s
"""
EVERY = "commentary_searchrow"
# PostgreSQL assumes that matches are spread evenly over time. For a word that only old texts contain,
# it would read all texts by date; for a prefix, it underestimates the matches. So the newest texts are
# searched first, and if few of them match, the index of words is used for the others.
BY_INDEX = """
WITH found AS MATERIALIZED (
    SELECT moment, article_id, comment_id, is_approved FROM {rows}
    WHERE vector @@ %(match)s::tsquery AND moment >= %(floor)s AND moment < %(ceiling)s
) SELECT r.moment, r.article_id, r.comment_id
FROM (SELECT * FROM found ORDER BY moment DESC) r {joins}
WHERE true {wheres} ORDER BY r.moment DESC LIMIT %(most)s
"""
NEWEST = """(SELECT * FROM commentary_searchrow WHERE moment >= %(floor)s AND moment < %(ceiling)s
    ORDER BY moment DESC LIMIT %(recent)s)"""
# Reading the texts is slow if the words of a phrase are common but rarely adjacent.
IN_ORDER = """
SELECT r.*, {tests} FROM ({newest}) r JOIN commentary_article a ON a.id = r.article_id
LEFT JOIN commentary_comment c ON c.discussion_id = r.article_id AND c.id = r.comment_id
ORDER BY r.moment DESC
"""
# Each node joins and checks its own rows, instead of sending them to the coordinator first.
IN_ORDER_DISTRIBUTED = """
SELECT r.moment, r.article_id, r.comment_id, {tests}
FROM commentary_searchrow r JOIN commentary_article a ON a.id = r.article_id
LEFT JOIN commentary_comment c ON c.discussion_id = r.article_id AND c.id = r.comment_id
WHERE r.vector @@ %(match)s::tsquery AND r.moment >= %(floor)s AND r.moment < %(ceiling)s {wheres}
ORDER BY r.moment DESC LIMIT %(most)s
"""


@contextmanager
def _limited() -> Iterator[None]:
    """Limit each statement in the block to the timeout of a search. Raises TooBroad."""
    connection = reading_connection()
    try:
        if connection.vendor == "postgresql":
            is_nested = connection.in_atomic_block
            with transaction.atomic(connection.alias), connection.cursor() as cursor:
                limits = LIMITS | {"statement_timeout": str(int(SECONDS * 1000))}
                cursor.execute(_set(limits))
                yield
                if is_nested:  # restore the limits for the rest of the caller's transaction
                    usual = connection.limits_sql  # type: ignore[attr-defined]
                    cursor.execute(_set(dict.fromkeys(limits, "DEFAULT")) + usual)
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


def _set(settings: Mapping[str, str]) -> str:
    return "".join(f"SET LOCAL {name} = {value};" for name, value in settings.items())


def _is_timeout(error: OperationalError) -> bool:
    cause = error.__cause__
    return type(cause).__name__ == "QueryCanceled" or str(cause) == "interrupted"
