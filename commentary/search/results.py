"""What was found, as pages show it: the best first, with what matches marked in an excerpt."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..models import Article, Comment
from ..words import FOLDING, spans
from .language import Query, Term
from .matching import CAP, Hit

BEFORE, AROUND = 80, 320  # characters of an excerpt: before the first match, and in all


def rank(query: Query, newest: Sequence[Hit]) -> list[tuple[int, Hit]]:
    """The first CAP of `newest`, best first, each with its score.

    A score depends on its own text alone, so that it is the same on every page, and no text tells
    of others. A word in a title or a name counts most, then how much of the text it is.
    """
    hits = newest[:CAP]
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


class Piece(NamedTuple):
    """A part of a text: matched, or between matches."""

    text: str
    is_match: bool = False


def matches(text: str, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """From where to where in `text` stands what `terms` ask for, none inside another."""
    found: list[tuple[int, int]] = []
    firsts = {term.words[0] for term in terms}
    if not any(map(text.translate(FOLDING).__contains__, firsts)):
        return found  # to know where each word stands takes longer
    beginnings = tuple(term.words[0] for term in terms if term.is_prefix)
    places = list(spans(text))
    folded = [word for word, _first, _last in places]
    at = 0
    while at < len(places):
        length = 0
        if folded[at] in firsts or folded[at].startswith(beginnings):
            length = max(_length(term, folded, at) for term in terms)
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
    return _cut(text, matches(text, terms))


def _cut(text: str, found: Sequence[tuple[int, int]]) -> list[Piece]:
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
    blocks = []
    for block in article.blocks:
        text = " ".join(block.words.split())
        blocks.append((block, text, matches(text, terms)))
    matched = [part for part in blocks if part[2]]
    shown = (part[1:] for part in [*matched, *blocks] if part[0].kind != "heading")
    points = dict.fromkeys(block.number for block, *_ in matched if block.number is not None)
    title = mark(str(article), terms)
    is_titled = any(piece.is_match for piece in title)
    return Result(article, None, title, _cut(*next(shown, ("", []))), is_titled, tuple(points))
