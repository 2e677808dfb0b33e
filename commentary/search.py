"""One query language on PostgreSQL and SQLite: words, "phrases", -not, and a few fields.

`parse` reads what somebody typed and never fails: what it cannot use it says in a note. What is
searched is written by triggers; see models/search.py. A reader's words reach a database folded, as
letters and digits alone.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from time import monotonic
from typing import Any, NamedTuple

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .models import Article, Comment
from .words import spans, words

LONGEST = 500  # characters of a query
MOST_TERMS = 20
LEAST_PREFIX = 3  # letters before the star: fewer would be half of all words
CAP = 1_000  # matches that are counted
RANKED = 200  # the newest matches, of which the best come first
SECONDS = 2.0  # that a search may take
NAMED = 50  # articles or authors that one name may stand for

MINUTE = 2**30  # see models/search.py
FIRST_MINUTE = datetime(1, 1, 1, tzinfo=UTC)
END = 2**63 - 1

TERM = re.compile(r'(-?)(?:(by|author|on|before|after|status):)?("[^"]*"?|[^\s"]+)', re.IGNORECASE)
QUOTES = str.maketrans("“”„«»＂", '""""""')


class TooBroad(Exception):
    """The database did not find it in the time that a search may take."""


@dataclass(frozen=True)
class Term:
    """What a text has to have, or must not: words in a row, or (`by`) the words of a name."""

    words: tuple[str, ...]
    is_not: bool = False
    is_prefix: bool = False
    is_name: bool = False


@dataclass(frozen=True)
class Query:
    """What somebody asked for. `on` and `author` are as typed; days stand in moments."""

    text: str
    terms: tuple[Term, ...] = ()
    on: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    floor: int = 0
    ceiling: int = END
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it asks for nothing."""
        asks = self.terms or self.on or self.author or self.statuses
        return not asks and (self.floor, self.ceiling) == (0, END)

    @property
    def sought(self) -> list[Term]:
        """What is marked in a text, and what makes it a good match."""
        return [term for term in self.terms if not term.is_not and not term.is_name]


# --- reading what was typed


def clean(text: str) -> str:
    """`text` as it may be shown again: one line, no longer than a query may be."""
    printable = text.encode(errors="ignore").decode().replace("\0", " ")
    return " ".join(printable[:LONGEST].split())


def parse(text: str, with_status: bool = False) -> Query:
    """What `text` asks for. `status:` is for editors, and a word like any other without them."""
    asked: dict[str, Any] = {"terms": [], "on": [], "author": [], "statuses": [], "notes": []}
    if len(" ".join(text.split())) > LONGEST:
        asked["notes"].append(_("Only the first %(n)d characters were searched.") % {"n": LONGEST})
    query = clean(text)
    found = list(TERM.finditer(query.translate(QUOTES)))
    if len(found) > MOST_TERMS:
        asked["notes"].append(_("Only the first %(n)d words were searched.") % {"n": MOST_TERMS})
    for minus, name, value in (match.groups("") for match in found[:MOST_TERMS]):
        name = name.lower()
        if name == "status" and not with_status:
            name, value = "", f"status {value}"
        if name in ("before", "after"):
            _bound(asked, name, value.strip('"'))
        elif name in ("on", "author", "status") and words(value):
            asked["statuses" if name == "status" else name].append(value.strip('"'))
        else:
            _add_term(asked, minus == "-", name == "by", value)
    lists: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in asked.items()
    }
    return Query(query, **lists)


def _add_term(asked: dict[str, Any], is_not: bool, is_name: bool, value: str) -> None:
    wanted = tuple(words(value))
    if not wanted:
        return
    is_prefix = value.endswith("*") and len(wanted) == 1 and not is_name
    if is_prefix and len(wanted[0]) < LEAST_PREFIX:
        note = _(
            "A star needs at least %(n)d letters before it: “%(word)s” was searched as a word."
        )
        asked["notes"].append(note % {"n": LEAST_PREFIX, "word": wanted[0]})
        is_prefix = False
    asked["terms"].append(Term(wanted, is_not, is_prefix, is_name))


DAY = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")


def _bound(asked: dict[str, Any], name: str, value: str) -> None:
    """Keep to what came before the year, month or day in `value`, or after its end."""
    try:
        numbers = [int(n) for n in DAY.fullmatch(value).groups() if n]  # type: ignore[union-attr]
        first = date(*(numbers + [1, 1])[:3])
        if len(numbers) == 1:
            end = date(first.year + 1, 1, 1)
        elif len(numbers) == 2:
            end = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
        else:
            end = first + timedelta(days=1)
        moment = _moment(first if name == "before" else end)
    except (AttributeError, ValueError, OverflowError):
        note = _("“%(value)s” is no date: write %(name)s:2026-01-31, or a month or a year.")
        asked["notes"].append(note % {"value": value, "name": name})
        return
    if name == "before":  # what has no date is neither before nor after one
        asked["ceiling"] = min(moment, asked.get("ceiling", END))
        asked["floor"] = max(MINUTE, asked.get("floor", 0))
    else:
        asked["floor"] = max(moment, asked.get("floor", 0))


def _moment(day: date) -> int:
    """Where `day` begins in the order of search rows."""
    begin = datetime.combine(day, time(), timezone.get_default_timezone())
    return (begin - FIRST_MINUTE) // timedelta(minutes=1) * MINUTE


# --- finding


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


# --- best first


def rank(query: Query, newest: Sequence[Hit]) -> list[tuple[int, Hit]]:
    """The first RANKED of `newest`, best first, each with its score.

    A score depends on its own text alone, so that it is the same on every page, and no text tells
    of others. A word in a title or a name counts most, then how much of the text it is.
    """
    hits = newest[:RANKED]
    comments = {hit.comment_id for hit in hits if hit.comment_id}
    articles = {hit.article_id for hit in hits if not hit.comment_id}
    texts = {
        **dict(Comment.objects.filter(pk__in=comments).values_list("pk", "words")),
        **{-pk: w for pk, w in Article.objects.filter(pk__in=articles).values_list("pk", "words")},
    }
    phrases = [f" {' '.join(term.words)}{' ' * (not term.is_prefix)}" for term in query.sought]

    def score(hit: Hit) -> int:
        head, _line, body = texts.get(hit.comment_id or -hit.article_id, "").partition("\n")
        points = 0.0
        for phrase in phrases:
            times = body.count(phrase)
            points += 400 * (phrase in head) + 100 * times / (times + 1 + len(body) / 1000)
        return int(points)

    return sorted(((score(hit), hit) for hit in hits), key=lambda pair: (-pair[0], -pair[1].moment))


# --- showing

BEFORE, AROUND = 80, 320  # characters of an excerpt: before the first match, and in all


class Piece(NamedTuple):
    """A part of a text: matched, or between matches."""

    text: str
    is_match: bool = False


def matches(text: str, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """From where to where in `text` stands what `terms` ask for, none inside another."""
    found: list[tuple[int, int]] = []
    places = list(spans(text)) if terms else []
    folded = [word for word, _first, _last in places]
    at = 0
    while at < len(places):
        length = max((_length(term, folded, at) for term in terms), default=0)
        if length:
            found.append((places[at][1], places[at + length - 1][2]))
        at += length or 1
    return found


def _length(term: Term, folded: Sequence[str], at: int) -> int:
    """How many words from the place `at` are those of `term`; 0 if they are others."""
    if term.is_prefix:
        return int(folded[at].startswith(term.words[0]))
    many = len(term.words)
    return many if tuple(folded[at : at + many]) == term.words else 0


def mark(text: str, terms: Sequence[Term]) -> list[Piece]:
    """The whole of `text`, in pieces."""
    return _pieces(text, matches(text, terms), 0, len(text))


def excerpt(text: str, terms: Sequence[Term]) -> list[Piece]:
    """The part of `text` round the first match, or its beginning, with "…" where it is cut."""
    found = matches(text, terms)
    start = max(0, found[0][0] - BEFORE) if found else 0
    end = min(len(text), start + AROUND)
    if start:  # to the next word, if there is one
        start = (text.find(" ", start, found[0][0]) + 1) or start
    if end < len(text):
        least = found[0][1] if found else start
        end = max(text.rfind(" ", least, end), least) if " " in text[least:end] else max(end, least)
    pieces = _pieces(text, [(a, z) for a, z in found if z <= end], start, end)
    return [Piece("…")] * bool(start) + pieces + [Piece("…")] * (end < len(text))


def _pieces(text: str, found: Sequence[tuple[int, int]], start: int, end: int) -> list[Piece]:
    pieces = []
    for first, last in found:
        pieces += [Piece(text[start:first]), Piece(text[first:last], True)]
        start = last
    return [piece for piece in [*pieces, Piece(text[start:end])] if piece.text]


@dataclass(frozen=True)
class Result:
    """One text found, as a page shows it. `title` is the article's, or the name of a commenter."""

    article: Article
    comment: Comment | None
    title: list[Piece]
    text: list[Piece]
    in_title: bool = False
    points: tuple[int, ...] = ()

    @property
    def number(self) -> str:
        """The number of the comment."""
        return str(self.comment.number) if self.comment else ""

    @property
    def is_link(self) -> bool:
        """Whether it is a page that links here, and nobody's comment."""
        return self.comment is not None and self.comment.kind != Comment.Kind.COMMENT

    @property
    def parent(self) -> Comment | None:
        """What the comment answers, if that is public as well."""
        parent = self.comment.parent if self.comment else None
        return parent if parent and parent.status == Comment.Status.APPROVED else None

    @property
    def authors(self) -> str:
        """Who wrote the article."""
        return ", ".join(author.name for author in self.article.authors.all())


def results(query: Query, hits: Sequence[Hit]) -> list[Result]:
    """`hits` as a page shows them; what is not public any more is left out. Three queries."""
    ids = [hit.comment_id for hit in hits if hit.comment_id]
    comments = {c.pk: c for c in Comment.objects.for_results().filter(pk__in=ids)}
    ids = [hit.article_id for hit in hits if not hit.comment_id]
    articles = {a.pk: a for a in Article.objects.for_results().filter(pk__in=ids)}
    shown = []
    for hit in hits:
        if comment := comments.get(hit.comment_id or 0):
            shown.append(_comment_result(comment, query.sought))
        elif not hit.comment_id and hit.article_id in articles:
            shown.append(_article_result(articles[hit.article_id], query.sought))
    return shown


def _comment_result(comment: Comment, terms: Sequence[Term]) -> Result:
    text = excerpt(" ".join(comment.plain.split()), terms)
    return Result(comment.discussion.article, comment, mark(comment.name, terms), text)


def _article_result(article: Article, terms: Sequence[Term]) -> Result:
    blocks = [(block, " ".join(block.words.split())) for block in article.blocks]
    found = [(block, text) for block, text in blocks if matches(text, terms)]
    first = next((text for block, text in [*found, *blocks] if block.kind != "heading"), "")
    points = dict.fromkeys(block.number for block, _text in found if block.number is not None)
    title = mark(str(article), terms)
    is_titled = any(piece.is_match for piece in title)
    return Result(article, None, title, excerpt(first, terms), is_titled, tuple(points))
