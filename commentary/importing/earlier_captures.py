"""Compare a text capture with earlier imports: which article it shows, and which comments are new.

A capture gives its comments no ids, so a corrected comment looks like a new one. Only comments that
are certainly new are added; everything else is kept and reported.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath

from ..models import Article, Comment, Source
from .records import ArticleRecord, CommentRecord, Ledger

SHORT_TEXT = 60  # characters; shorter texts may be the same in unrelated articles and comments
MAX_LISTED_LINES = 10  # lines of comments listed in a warning


# ---------------------------------------------------------------- the article


def stored_article(record: ArticleRecord, source: Source) -> Article | None:
    """Return the article shown by a capture if it was imported before.

    It is found by the page's URL, the file name, or the content.
    """
    if record.url and (named := Article.objects.filter(source_key=record.key).first()):
        return named
    for article in _of_this_file(source):
        if record.url and article.source_url not in ("", record.url):
            continue
        if article.source and article.source.name == source.name:
            is_same = _shows_same(article, record)
        else:  # a file with this name in another folder
            is_same = bool(record.title) and article.title == record.title
            is_same = is_same and _has_same_date(article, record) and _shares_text(article, record)
        if is_same:
            return article
    found = Article.objects.filter(source_key=record.key).first()
    if found and _has_same_date(found, record) and _is_distinctive(found, record):
        return found
    return None


def _of_this_file(source: Source) -> Iterator[Article]:
    """Yield articles of captures with this file name, those with the same path first."""
    name = PurePath(source.name).name
    if source.name == "standard input" or not name:
        return
    captures = Source.objects.filter(format="text", name__endswith=name)
    same = [s for s in captures.order_by("-pk")[:100] if PurePath(s.name).name == name]
    for stored in sorted(same, key=lambda s: s.name != source.name):
        yield from stored.articles.select_related("source")


def _shows_same(article: Article, record: ArticleRecord) -> bool:
    """Return whether a file still shows its article, and was not replaced by another page."""
    if record.title and article.title == record.title and _has_same_date(article, record):
        return True
    return _shares_text(article, record) or _shares_comments(article, record)


def _has_same_date(article: Article, record: ArticleRecord) -> bool:
    """Return whether the dates agree, or one is unknown."""
    if not article.published_at or not record.date:
        return True
    return article.published_at.date() == record.date.date()


def _shares_text(article: Article, record: ArticleRecord) -> bool:
    """Return whether half of the lines of the shorter body are in the other one."""
    ours = _lines(article.plain)
    theirs = _lines("\n".join(block.text for block in record.blocks if block.kind != "related"))
    fewer = min(len(ours), len(theirs))
    return fewer > 0 and len(ours & theirs) * 2 >= fewer


def _lines(text: str) -> set[str]:
    return {" ".join(line.casefold().split()) for line in text.splitlines() if line.strip()}


def _shares_comments(article: Article, record: ArticleRecord) -> bool:
    """Return whether half of the comments in the capture are stored with the same text."""
    if not record.comments:
        return False
    there = {_plain(row.body) for row in _stored(article)}
    return sum(_plain(c.text) in there for c in record.comments) * 2 >= len(record.comments)


def _is_distinctive(article: Article, record: ArticleRecord) -> bool:
    """Return whether equal title and body mean the same article.

    Short ones don't: “Open Thread”, “Have at it.” may be published every week, with other comments.
    """
    texts = [record.title, *record.authors, *(block.text for block in record.blocks)]
    if sum(map(len, texts)) >= SHORT_TEXT:
        return True
    keys = {comment.key for comment in record.comments}
    there = Comment.objects.in_discussion(article.pk).exclude(source_key="").order_by()
    known = set(there.values_list("source_key", flat=True))
    return not keys or not known or bool(keys & known)


# ---------------------------------------------------------------- its comments


@dataclass(slots=True)
class _Row:
    """An imported comment as it is stored."""

    key: str
    name: str
    date: object
    body: str


def _stored(article: Article) -> list[_Row]:
    """Return the imported comments of an article in reading order."""
    there = Comment.objects.in_discussion(article.pk).exclude(source_key="")
    rows = there.order_by("tree_id", "lft").values_list("source_key", "name", "dated_at", "body")
    return [
        _Row(key, name, date and date.replace(tzinfo=None), body) for key, name, date, body in rows
    ]


def compare(
    record: ArticleRecord, article: Article
) -> tuple[ArticleRecord, list[CommentRecord], dict[str, str]]:
    """Compare the comments of a capture with the stored ones.

    Returns the record with only the comments that are stored already or certainly new; the comments
    that may be versions of stored ones, by name and date, by text or by position; and, for comments
    stored under another key, a mapping to that key.
    """
    rows = _stored(article)
    place = {row.key: i for i, row in enumerate(rows)}
    comments = list(record.comments)
    keys = {comment.key for comment in comments}
    if record.doubts and article.is_published:  # a new article would be imported as a draft
        kept = [comment for comment in comments if comment.key in place]
        return replace(record, comments=kept), [c for c in comments if c.key not in place], {}
    missing = [i for i, row in enumerate(rows) if row.key not in keys]
    if not missing or keys <= place.keys():
        return record, [], {}
    pairs = _paired([c for c in comments if c.key not in place], rows, missing)
    places = [place.get(c.key, pairs.get(c.key)) for c in comments]
    unpaired = sorted(set(missing) - set(pairs.values()))
    nearest_above = _nearest(places)
    nearest_below = _nearest(places[::-1])[::-1]
    kept = []
    differing: list[CommentRecord] = []
    moved: dict[str, str] = {}  # keys of differing comments, and the keys they are stored with
    unknown: set[str] = set()
    for i, comment in enumerate(comments):
        if comment.parent in moved:
            comment = replace(comment, parent=moved[comment.parent])
        if comment.key in place:
            kept.append(comment)
        elif comment.key in pairs:
            row = rows[pairs[comment.key]]
            moved[comment.key] = row.key
            kept.append(replace(comment, key=row.key))
            if not _is_same(comment, row):
                differing.append(comment)
        elif comment.parent in unknown or _may_replace(
            nearest_above[i], nearest_below[i], unpaired, len(rows)
        ):
            unknown.add(comment.key)
            differing.append(comment)
        else:
            kept.append(comment)
    return replace(record, comments=kept), differing, moved


def _nearest(places: list[int | None]) -> list[int | None]:
    """Return for each comment the position of the nearest stored one before it."""
    found: list[int | None] = []
    last: int | None = None
    for at in places:
        found.append(last)
        last = last if at is None else at
    return found


def _may_replace(above: int | None, below: int | None, unpaired: list[int], end: int) -> bool:
    """Return whether a comment is where the capture lacks a stored one.

    If the capture has no stored comments around it, it shows another page of the thread.
    """
    if above is None and below is None:
        return False
    first = -1 if above is None else above
    last = end if below is None else below
    first, last = min(first, last), max(first, last)
    k = bisect_right(unpaired, first)
    return k < len(unpaired) and unpaired[k] < last


def _paired(fresh: list[CommentRecord], rows: list[_Row], missing: list[int]) -> dict[str, int]:
    """Return for comments that are not stored unchanged the index of the version that is stored.

    It is the one with the same text, otherwise with the same name and date, otherwise with mostly
    the same words.
    """
    pairs: dict[str, int] = {}
    free = set(missing)

    def match(
        candidates: dict[Hashable, list[int]], key_of: Callable[[CommentRecord], Hashable]
    ) -> None:
        for comment in fresh:
            if comment.key in pairs:
                continue
            for i in candidates.get(key_of(comment), []):
                if i in free and _may_be_same(comment, rows[i]):
                    pairs[comment.key] = i
                    free.discard(i)
                    break

    by_text: dict[Hashable, list[int]] = defaultdict(list)
    by_stamp: dict[Hashable, list[int]] = defaultdict(list)
    for i in missing:
        by_text[rows[i].name, _plain(rows[i].body)].append(i)
        by_text[_plain(rows[i].body)].append(i)
        if rows[i].date:
            by_stamp[rows[i].name, rows[i].date].append(i)
    match(by_text, lambda c: (c.author, _plain(c.text)))
    match(by_text, lambda c: _plain(c.text))
    match(by_stamp, lambda c: (c.author, c.date and c.date.replace(tzinfo=None)))
    by_words: dict[str, list[int]] = defaultdict(list)
    for i in sorted(free):
        for run in _runs(rows[i].body):
            by_words[run].append(i)
    for comment in fresh:
        runs = set() if comment.key in pairs else _runs(comment.text)
        # Words that occur in very many comments identify none.
        shared = Counter(i for run in runs for i in by_words.get(run, ())[:50] if i in free)
        for i, count in shared.most_common(5):
            if count * 3 >= len(runs) and _may_be_same(comment, rows[i]):
                pairs[comment.key] = i
                free.discard(i)
                break
    return pairs


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _runs(text: str) -> set[str]:
    """Return all sequences of three words in a text."""
    parts = text.casefold().split()
    return {" ".join(parts[i : i + 3]) for i in range(max(1, len(parts) - 2))} if parts else set()


def _may_be_same(comment: CommentRecord, row: _Row) -> bool:
    """Return whether a comment may be a version of a stored one.

    Two people may write the same few words, and one person may repeat them.
    """
    date = comment.date and comment.date.replace(tzinfo=None)
    differs = bool(comment.author and row.name and comment.author != row.name)
    is_other_time = bool(date and row.date and date != row.date)
    if differs and is_other_time:
        return False
    return not (differs or is_other_time) or len(comment.text) >= SHORT_TEXT


def _is_same(comment: CommentRecord, row: _Row) -> bool:
    """Return whether a comment is stored unchanged, below another parent."""
    date = comment.date and comment.date.replace(tzinfo=None)
    return (comment.author, date, _plain(comment.text)) == (row.name, row.date, _plain(row.body))


# ---------------------------------------------------------------- the report


def warnings_of(
    record: ArticleRecord, article: Article, differing: list[CommentRecord], added: int, body: str
) -> Iterator[str]:
    """Yield warnings about what a capture of a stored article says but was not stored.

    `body` is the article's text in the stored form.
    """
    if differing:
        shown = ", ".join(str(comment.lines[0]) for comment in differing[:MAX_LISTED_LINES])
        more = " …" if len(differing) > MAX_LISTED_LINES else ""
        noun = "comment differs" if len(differing) == 1 else "comments differ"
        yield (
            f"this article was imported earlier with different content: {len(differing)} {noun} "
            f"(line {shown}{more}); "
            + (f"only new comments were added ({added})" if added else "nothing was changed")
        )
    if _plain(record.title) != _plain(article.title):
        yield "the title differs from the stored one, which was kept"
    if _plain(body) != _plain(article.body):
        yield "the article text differs from the stored one, which was kept"


def reassign_lines(
    ledger: Ledger, differing: Iterable[CommentRecord], moved: dict[str, str]
) -> None:
    """Assign the lines of comments to the keys they are stored with; lines of differing ones become
    unrecognised.
    """
    keys = {comment.key for comment in differing}
    for line in ledger.lines:
        if not line or line.use != "comment":
            continue
        if line.owner in keys:
            line.use, line.owner = "left over", ""
            line.reason = "differs from what was imported earlier"
        else:
            line.owner = moved.get(line.owner, line.owner)
