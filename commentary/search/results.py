"""Rank search results, and highlight matches in titles and excerpts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..models import Article, Comment
from ..text.folding import FOLDING, spans
from ..text.phrases import listed_names
from ..text.stems import CUT, MARK, stem, stemmer_of
from .language import Query, Term
from .matching import CAP, Hit

BEFORE, AROUND = 80, 320  # characters of an excerpt: before the first match, and in total


def rank(query: Query, newest: Sequence[Hit]) -> list[tuple[int, Hit]]:
    """Return the first CAP of `newest` with their scores, best first.

    A score depends only on its own text, so it is the same on every page and reveals nothing about
    other texts. A word in a title or name counts most, then its share of the text.
    """
    hits = newest[:CAP]
    comments = Comment.objects.among(places_of(hits))
    articles = {hit.article_id for hit in hits if not hit.comment_id}
    texts = {
        **dict(comments.values_list("pk", "search_text")),
        **{
            -pk: w
            for pk, w in Article.objects.filter(pk__in=articles).values_list("pk", "search_text")
        },
    }
    terms = query.sought
    stems_in: dict[str, list[list[str]]] = {}  # by language code: the stems of each term

    def score(hit: Hit) -> int:
        head, body, beside = (*texts.get(hit.comment_id or -hit.article_id, "").split("\n"), "")[:3]
        code = beside.strip().partition(" ")[0].removeprefix(MARK)
        if code not in stems_in:
            stems_in[code] = [_stems(term, code) for term in terms]
        lines = ((head, head.replace(CUT, ""), IN_HEAD), (body, body.replace(CUT, ""), IN_BODY))
        points = 0.0
        for term, stems in zip(terms, stems_in[code], strict=True):
            for line, whole, worth in lines:
                points += _points(line, whole, term, stems, code, beside, *worth)
        return int(points)

    return sorted(((score(hit), hit) for hit in hits), key=lambda pair: (-pair[0], -pair[1].moment))


def places_of(hits: Sequence[Hit]) -> list[tuple[int, int]]:
    """Return (discussion id, comment id) of the comments among `hits`."""
    return [(hit.article_id, hit.comment_id) for hit in hits if hit.comment_id]


def _stems(term: Term, code: str) -> list[str]:
    """Return the stems of a term in the language of a text, [] if only the word itself matches."""
    return term.stems([code])[code] if code and term.has_forms else []


# Scores for the word itself, for another form and for a longer word, and the maximum bonus for
# frequency. The exact word once counts more than any number of other forms.
IN_HEAD = (400, 300, 200, 0)
IN_BODY = (60, 30, 10, 20)


def _points(
    line: str,
    whole: str,
    term: Term,
    stems: Sequence[str],
    code: str,
    beside: str,
    exact: int,
    form: int,
    longer: int,
    often: int,
) -> float:
    """Return the score of a line of an index text for a term with these `stems`.

    `whole` is the line without stem marks, `beside` the additional entries of the text, and `code`
    its stemmer.
    """

    def share(times: int) -> float:
        return often * times / (times + 1 + len(line) / 1000)

    phrase = f" {' '.join(term.words)}"
    if times := whole.count(phrase if term.is_prefix else f"{phrase} "):
        return exact + share(times)
    if not term.has_forms:
        return 0
    for stem_ in stems:
        times = line.count(f" {stem_}{CUT}") + line.count(f" {stem_} ")
        if times:
            return form + share(times)
        if f" {stem_}{CUT} " in beside and _is_formed(line, stem_, code):
            return form + share(1)
    if term.may_begin and (times := whole.count(phrase)):
        return longer + share(times)
    return 0


def _is_formed(line: str, stem_: str, code: str) -> bool:
    """Return whether a word of the line has this stem without starting with it."""
    return any(stem(word, code) == stem_ for word in line.split())


class Piece(NamedTuple):
    """A part of a text, either matching or between matches."""

    text: str
    is_match: bool = False


def matches(text: str, terms: Sequence[Term], code: str = "") -> list[tuple[int, int]]:
    """Return (start, end) of the matches of `terms` in `text`, without overlaps.

    `code` is the stemmer of the text's language.
    """
    found: list[tuple[int, int]] = []
    wanted = [_Wanted(term, code) for term in terms]
    folded_text = text.translate(FOLDING)
    if not any(part in folded_text for want in wanted for part in want.parts):
        return found  # skips the slower search for the position of each word
    places = list(spans(text))
    folded = [word for word, _first, _last in places]
    wholes = {want.first for want in wanted if not want.is_phrase}
    beginnings = tuple(want.first for want in wanted if want.begins)
    stems = {stem_ for want in wanted for stem_ in want.stems}
    phrases = [want.term.words for want in wanted if want.is_phrase]
    at = 0
    while at < len(places):
        word, first, last = places[at]
        length = 0
        for phrase in phrases:
            if word == phrase[0] and tuple(folded[at : at + len(phrase)]) == phrase:
                length = max(length, len(phrase))
        if not length and (
            word in wholes
            or word.startswith(beginnings)
            or (stems and stem(text[first:last].lower(), code) in stems)
        ):
            length = 1
        if length:
            found.append((first, places[at + length - 1][2]))
        at += length or 1
    return found


class _Wanted:
    """A term prepared for texts of one language."""

    def __init__(self, term: Term, code: str) -> None:
        self.term, self.first = term, term.words[0]
        self.is_phrase = len(term.words) > 1
        self.stems = _stems(term, code)
        self.begins = not self.is_phrase and (term.is_prefix or term.may_begin)
        # Every matching text contains one of these. Stems are shortened, because other forms of a
        # word may not contain the whole stem.
        self.parts = {self.first, *(s[:-1] if len(s) > 3 else s[:1] for s in self.stems)}


def mark(text: str, terms: Sequence[Term], code: str = "") -> list[Piece]:
    """Return the whole of `text` in pieces."""
    return _pieces(text, matches(text, terms, code), 0, len(text))


def matching_excerpt(text: str, terms: Sequence[Term], code: str = "") -> list[Piece]:
    """Return the part of `text` around the first match, or its beginning, with "…" where it is cut."""
    return _cut(text, matches(text, terms, code))


def _cut(text: str, found: Sequence[tuple[int, int]]) -> list[Piece]:
    start = max(0, found[0][0] - BEFORE) if found else 0
    end = min(len(text), start + AROUND)
    if start:  # up to the next word
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
    """One search result. `title` is the article's title or the commenter's name."""

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
        """Whether the result is a pingback or trackback."""
        return self.comment is not None and self.comment.kind != Comment.Kind.COMMENT

    @property
    def parent(self) -> Comment | None:
        """The comment's parent, if it is public."""
        parent = self.comment.parent if self.comment else None
        return parent if parent and parent.status == Comment.Status.APPROVED else None

    @property
    def authors(self) -> str:
        """The names of the article's authors."""
        return listed_names(author.name for author in self.article.authors.all())


def results(query: Query, hits: Sequence[Hit]) -> list[Result]:
    """Return `hits` as results, without those that are no longer public. Three queries."""
    comments = {c.pk: c for c in Comment.objects.for_results().among(places_of(hits))}
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
    article = comment.discussion.article
    code = stemmer_of(comment.language or article.text_language)
    text = matching_excerpt(" ".join(comment.plain.split()), terms, code)
    return Result(article, comment, mark(comment.name, terms), text)


def _article_result(article: Article, terms: Sequence[Term]) -> Result:
    blocks = []
    for block in article.blocks:
        text = " ".join(block.words.split())
        blocks.append((block, text, matches(text, terms, article.stemmer)))
    matched = [part for part in blocks if part[2]]
    shown = (part[1:] for part in [*matched, *blocks] if part[0].kind != "heading")
    points = dict.fromkeys(block.number for block, *_ in matched if block.number is not None)
    title = mark(str(article), terms, article.stemmer)
    is_titled = any(piece.is_match for piece in title)
    return Result(article, None, title, _cut(*next(shown, ("", []))), is_titled, tuple(points))
