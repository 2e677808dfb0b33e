"""Records to rows: the one importer that writes.

What is stored of a file is stored in one transaction, together with its bytes and the account of
its lines. Reading the same bytes again stores nothing.
"""

import codecs
import hashlib
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import chain, islice
from sys import intern
from time import monotonic
from typing import Any, NamedTuple

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Model
from django.utils import timezone

from .. import discussions
from ..discussions import tree
from ..discussions.points import Points
from ..models import (
    Article,
    Author,
    Byline,
    Comment,
    Discussion,
    ImportRun,
    RelatedLink,
    SearchRow,
    SourceChunk,
)
from ..models import Source as StoredSource
from ..models.article import unused_slug
from ..text.body import BodyBlock, write_body
from ..text.languages import language_of
from . import earlier_captures
from .foreign import foreign_text
from .formats import detect, reader
from .plain import page_of, printable
from .records import ArticleRecord, CommentRecord, ItemLedger, Ledger, SourceError
from .source import Source
from .stored import Arriving, Known, article_differences, comment_differences
from .stored import known as stored_comments


@dataclass
class Report:
    """What became of one file. `outcome` is ok, uncertain (a text whose comments may have been told
    wrongly; the article is a draft), partial (lines were left over), differs (of what an export
    holds something is stored otherwise, and was not changed), unchanged (these bytes were imported
    before) or refused (`error` says why, and nothing was stored).

    `counts["declared"]` is None where nothing declares a number. `tallies` has for each article,
    by its slug, the number of comments that it declares or None, and how many are stored.
    """

    file: str
    outcome: str = "ok"
    articles: list[str] = field(default_factory=list)
    counts: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    error: str | None = None
    tallies: dict[str, tuple[int | None, int]] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The report as it is printed for machines."""
        return {key: value for key, value in asdict(self).items() if key != "tallies"}

    def add(self, slug: str, declared: int | None, preserved: int) -> None:
        """Count an article; one that was counted before, as it is now."""
        before = self.tallies.get(slug)
        if before is None:
            self.articles.append(slug)
            before = (None, 0)
        declared = before[0] if declared is None else declared
        self.tallies[slug] = (declared, preserved)
        if declared is not None:
            said = self.counts["declared"] or 0
            self.counts["declared"] = said + declared - (before[0] or 0)
        self.counts["preserved"] += preserved - before[1]


class _DryRun(Exception):
    """Takes a finished import back."""


Watch = Callable[[Report], None]
TRIES = 5  # for what another run stores at the same moment
MOST_WARNINGS = 10_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EXAMPLES = 1_000  # articles and comments that differ, each in a warning of its own
LISTED = 20  # comments that one warning names


def load(
    source: Source,
    format: str | None = None,
    dry_run: bool = False,
    watch: Watch = lambda report: None,
) -> Report:
    """Import one source. With `dry_run` everything is done and taken back again.

    A capture is one transaction; an export one for each article, so that a long import that was
    broken off goes on where it stopped when it is started again. `watch` is called with the report
    as it stands after each article. Raises SourceError, and then nothing of a capture is stored,
    and nothing of an export but what was read before.
    """
    is_ordered = format is not None
    format = format or detect(source)
    whole = dry_run or format == "text"
    for attempt in range(1, TRIES + 1):
        report = Report(source.name)
        try:
            with transaction.atomic() if whole else nullcontext():
                if dry_run:
                    _wait_for_other_dry_runs()
                _Import(source, format, report, watch, not whole, is_ordered).run()
                if dry_run:
                    raise _DryRun
        except _DryRun:
            pass
        except (IntegrityError, OperationalError):
            # Another run stored these bytes, this author or this address a moment ago, or each
            # waits for the other. What was stored article by article has been tried again there.
            if attempt == (TRIES if whole else 2):
                raise
            continue
        break
    return report


DRY_RUNS = 0x436F6D6D  # a number that nothing else in the database takes a lock by


def _wait_for_other_dry_runs() -> None:
    """A dry run holds what it stores until its end, many articles of an export: two of them would
    wait for each other. On SQLite there is one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0;"
                f"SELECT pg_advisory_xact_lock({DRY_RUNS});"
                f"{connection.limits_sql}"  # type: ignore[attr-defined]
            )


def analyze() -> None:
    """Let PostgreSQL look at what was added. By itself it does so within a minute or two, and plans
    searches until then as if there were next to nothing to be searched."""
    if connection.vendor != "postgresql":
        return
    tables = (Article, Comment, Discussion, SearchRow)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        # What another run looks at in this moment is skipped.
        cursor.execute(f"ANALYZE (SKIP_LOCKED) {', '.join(t._meta.db_table for t in tables)}")


UNRECOGNISED = (
    "is not recognised as a page with comments: it shows no byline, no date, no comments, no heading "
    "above them and no notice or form below them; --format text imports it as a draft"
)


class _Import:
    """One source on its way into the database."""

    def __init__(
        self,
        source: Source,
        format: str,
        report: Report,
        watch: Watch,
        in_parts: bool,
        is_ordered: bool,
    ) -> None:
        self.source, self.format, self.report, self.watch = source, format, report, watch
        self.in_parts = in_parts
        self.is_ordered = is_ordered
        self.is_uncertain = False
        self.ledger = Ledger(len(source.lines)) if format == "text" else ItemLedger()
        self.more_warnings = 0
        self.told_at = monotonic()

    def run(self) -> None:
        """Read it and store it, or say that it is stored already."""
        source, report = self.source, self.report
        stored = StoredSource.objects.filter(sha256=source.sha256).first()
        report.counts = {"articles": 0, "comments": 0}
        if stored and stored.runs.exclude(finished_at=None).exists():
            report.outcome = "unchanged"
            report.articles = list(stored.articles.order_by("pk").values_list("slug", flat=True))
            return
        with closing(_read_ahead(source, reader(self.format).read(source, self.ledger))) as records:
            first = next(records, None)  # a source that cannot be read leaves no trace
            if first and isinstance(self.ledger, Ledger):
                self._judge(first)
            self._begin(stored)
            for record in chain([first] if first else [], records):
                self._store(record)
                self.watch(report)
                if self.in_parts and monotonic() - self.told_at >= 1:
                    self._note(report.counts | self.totals)
        self._finish()

    def _judge(self, record: ArticleRecord) -> None:
        """Refuse a text that shows no sign of a page, unless it is to be read as one by order;
        make a draft of what is doubtful."""
        found = foreign_text("\n".join(self.source.lines)) if self.is_ordered else None
        if found:
            record.doubts.append(f"it looks like {found}")
        elif not record.is_recognised and self.is_ordered:
            record.doubts.append("nothing shows that this is a page")
        elif not record.is_recognised:
            raise SourceError(self.source.name, 0, UNRECOGNISED)
        if record.doubts:
            record.is_published = False
            self.is_uncertain = True
            self._warn(f"uncertain: {doubt}; a new article is a draft" for doubt in record.doubts)

    def _begin(self, stored: StoredSource | None) -> None:
        """Keep the source, and open the account of the run."""
        source, report = self.source, self.report
        self.stored = stored or _store_source(source, self.format)
        # What was broken off goes on as the same run.
        run = self.stored.runs.filter(finished_at=None).first()
        self.run_row = run or ImportRun.objects.create(source=self.stored)
        # Of the whole run; the report counts what this reading added.
        self.totals = {"articles": 0, "comments": 0}
        report.counts |= {"declared": None, "preserved": 0}
        self.comments_read = 0
        self.differing = 0
        self.addresses: dict[str, str] | None = None  # of articles of other sources
        # For each article that was there before this run, the keys that no record of it has had.
        self.missing: dict[int, tuple[str, set[str]]] = {}

    def _store(self, record: ArticleRecord) -> None:
        """One article with its comments, or nothing of it."""
        for attempt in range(1, TRIES + 1):
            warnings: list[str] = []
            try:
                with transaction.atomic():
                    article, is_new = _store_article(record, self.stored, warnings)
                    kept = record
                    differing: list[CommentRecord] = []
                    moved: dict[str, str] = {}
                    if isinstance(self.ledger, Ledger) and not is_new:
                        kept, differing, moved = earlier_captures.compare(record, article)
                    known, added = _store_comments(kept, article, is_new, self.run_row, warnings)
            except (IntegrityError, OperationalError):
                # Another run stored it, or its author, a moment ago, or each waits for the other.
                if attempt == TRIES or not self.in_parts:
                    raise
                continue
            break
        if isinstance(self.ledger, Ledger) and not is_new:
            warnings.extend(
                earlier_captures.report(record, article, differing, added, _body(record))
            )
            earlier_captures.account(self.ledger, differing, moved)
        record = kept
        counts = self.report.counts
        if article.slug not in self.report.tallies:
            self.totals["articles"] += article.source_id == self.stored.pk
            self._warn_of_same_address(record, article)
        self.report.add(article.slug, record.declared_count, len(known) + added)
        counts["articles"] += is_new
        counts["comments"] += added
        self.comments_read += len(record.comments)
        ours = sum(comment.run == self.run_row.pk for comment in known.values())
        self.totals["comments"] += added + ours
        if not is_new:
            self._compare(record, article, known)
        self._warn(chain(warnings, record.warnings))

    def _compare(self, record: ArticleRecord, article: Article, known: dict[str, Known]) -> None:
        """Tell what of an article is stored otherwise, and note what is stored and not here."""
        keys = {_key(comment.key) for comment in record.comments}
        missing = {k for k, c in known.items() if c.run != self.run_row.pk and k not in keys}
        before = self.missing.get(article.pk)
        self.missing[article.pk] = (article.slug, before[1] & missing if before else missing)
        if isinstance(self.ledger, Ledger):
            return  # what a text says otherwise is told above
        about_article = ", ".join(
            article_differences(
                article,
                _fitted(record.title, Article, "title", []),
                record.body_html,
                record.is_published,
                record.closed,
            )
        )
        if about_article:
            self._differs(f"article {article.slug}", about_article)
        for comment in record.comments:
            if before_this := known.get(_key(comment.key)):
                arriving = Arriving(
                    comment.key,
                    comment.text,
                    _fitted(comment.author, Comment, "name", []),
                    _status(comment, is_held=_is_held(record, article, self.run_row)),
                    _dated(comment)[0],
                    comment.parent and _key(comment.parent),
                )
                if about := ", ".join(comment_differences(before_this, arriving)):
                    self._differs(f"comment {comment.key}", about)

    def _warn_of_same_address(self, record: ArticleRecord, article: Article) -> None:
        """Tell of an article that another source brought from the same address."""
        if article.source_id != self.stored.pk or not record.url or isinstance(self.ledger, Ledger):
            return
        if self.addresses is None:
            others = Article.objects.exclude(source=self.stored).exclude(source_url="")
            rows = others.order_by("-pk").values_list("source_url", "slug")
            self.addresses = {page_of(url): slug for url, slug in rows.iterator()}
        if other := self.addresses.get(page_of(record.url)):
            self._warn(
                [
                    f"article {article.slug}: article {other}, of another source, has the same address"
                ]
            )

    def _differs(self, what: str, how: str) -> None:
        self.differing += 1
        if self.differing <= EXAMPLES:
            self._warn([f"{what} differs from what is stored, which was kept: {how}"])

    def _warn(self, warnings: Iterable[str]) -> None:
        """Keep the first of very many warnings, and count the rest."""
        for warning in map(printable, warnings):
            if len(self.report.warnings) < MOST_WARNINGS:
                self.report.warnings.append(warning)
            else:
                self.more_warnings += 1

    def _note(self, counts: dict[str, Any], **fields: Any) -> None:
        """Let everybody see how far the run is."""
        self.told_at = monotonic()
        fields = {"counts": counts, "bytes_read": self.source.position, **fields}
        ImportRun.objects.filter(pk=self.run_row.pk).update(updated_at=timezone.now(), **fields)

    def _finish(self) -> None:
        """Check that nothing was lost, and close the account."""
        report, ledger = self.report, self.ledger
        if isinstance(ledger, Ledger):
            if lost := ledger.unaccounted():
                raise SourceError(
                    self.source.name, lost[0], "this line was neither used nor left over"
                )
        else:
            self._check_items(ledger)
            self._warn(ledger.warnings)
            if dropped := [f"{what} ({n:,})" for what, n in ledger.dropped.most_common() if n]:
                self._warn([f"not kept: {', '.join(dropped[:LISTED])}"])
            report.counts["differing"] = self.differing
            if self.differing > EXAMPLES:
                more = self.differing - EXAMPLES
                self._warn([f"and {more:,} more articles and comments differ from what is stored"])
        self._warn(self._without_parent())
        self._warn(_not_here(slug, keys) for slug, keys in self.missing.values() if keys)
        if self.more_warnings:
            report.warnings.append(f"and {self.more_warnings:,} more warnings")
        read = ledger.counts()
        unit = "lines" if self.format == "text" else "items"
        report.outcome = "partial" if read["left over"] else "differs" if self.differing else "ok"
        if self.is_uncertain:
            report.outcome = "uncertain"
        report.counts |= {f"{unit} {use}": count for use, count in read.items()}
        self._note(
            report.counts | self.totals,
            bytes_read=self.source.size,
            outcome=report.outcome,
            warnings=report.warnings,
            ledger=ledger.spans(),
            finished_at=timezone.now(),
        )

    def _without_parent(self) -> Iterator[str]:
        """The replies of this run to what is not stored, also those stored before a break."""
        waiting = Comment.objects.filter(import_run=self.run_row, source_parent_key__isnull=False)
        rows = waiting.order_by("pk").values_list("source_key", "source_parent_key")
        for key, parent in rows.iterator():
            yield f"comment {key}: parent {parent} not found; kept as a top-level comment"

    def _check_items(self, ledger: ItemLedger) -> None:
        """What the reader met, what the ledger accounts for and what is stored must agree."""
        stored, used = self.comments_read, ledger.used.get("comment", 0)
        if lost := ledger.unaccounted():
            why = f"{lost:,} of {ledger.seen:,} items were neither used nor left over"
        elif stored != used:
            why = f"{used:,} comments were read and {stored:,} are stored"
        else:
            return
        raise SourceError(self.source.name, 0, f"{why}; the import is not complete")


def _read_ahead(
    source: Source, records: Iterator[ArticleRecord]
) -> Generator[ArticleRecord, None, None]:
    """The records, each read while the one before it is stored: the database works meanwhile."""
    with ThreadPoolExecutor(1) as reader:
        try:
            coming = reader.submit(next, records, None)
            while record := coming.result():
                coming = reader.submit(next, records, None)
                yield record
        finally:
            source.close()  # if storing has failed, or was broken off, reading ends as well


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
    with source.open() as stream:
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


@cache
def _limit(model: type[Model], column: str) -> int:
    return getattr(model._meta.get_field(column), "max_length")  # noqa: B009


def _fitted(value: str, model: type[Model], column: str, warnings: list[str]) -> str:
    """`value`, cut with a warning if it is longer than the column takes."""
    limit = _limit(model, column)
    if len(value) <= limit:
        return value
    warnings.append(f"{column} of {len(value)} characters was cut to {limit}: {value[:60]}…")
    return value[: limit - 1] + "…"


def _key(key: str) -> str:
    """A source's key as stored: what is longer than the column takes is known by its digest."""
    return key if len(key) <= 64 else hashlib.sha256(key.encode()).hexdigest()


def _in_future(date: datetime | None) -> bool:
    """Whether a date has not come yet in any time zone: no comment was written then."""
    return date is not None and (_instant(date)[0] or EPOCH) > timezone.now() + timedelta(days=1)


def _dated(record: CommentRecord) -> tuple[datetime | None, bool]:
    """The date of a comment as stored, and whether it is a wall clock; none for the future."""
    return (None, False) if _in_future(record.date) else _instant(record.date)


def _is_held(record: ArticleRecord, article: Article, run: ImportRun) -> bool:
    """Whether the comments of a record may be meant for another article than the one that another
    file brought."""
    return not record.names_site and article.source_id != run.source_id


def _status(record: CommentRecord, is_held: bool) -> str:
    """The status a comment is stored in. Approval is not taken from a file that is not sure whose
    article it is about, nor for a comment of the future."""
    if record.status == "approved" and (is_held or _in_future(record.date)):
        return "pending"
    return intern(record.status)  # each from the disk is a string of its own


def _instant(date: datetime | None) -> tuple[datetime | None, bool]:
    """A source's date as stored, and whether it is a wall clock without a time zone."""
    if date is None or date.tzinfo:
        return date, False
    return date.replace(tzinfo=UTC), True


def _body(record: ArticleRecord) -> str:
    """The blocks of an article as the text of its body."""
    blocks = [BodyBlock(b.kind, b.text, b.number) for b in record.blocks if b.kind != "related"]
    return write_body(blocks)


def _store_article(
    record: ArticleRecord, stored: StoredSource, warnings: list[str]
) -> tuple[Article, bool]:
    """The article of a record and whether it is new. One that is there already stays as it is."""
    key = _key(record.key)
    if stored.format == "text":
        article = earlier_captures.stored_article(record, stored)
        if not article and Article.objects.filter(source_key=key).exists():
            key = stored.sha256  # another article says the same
    else:
        keys = [key, *map(_key, record.other_keys)]
        article = Article.objects.filter(source_key__in=keys).order_by("pk").first()
    if article:
        return article, False
    published_at, is_local = _instant(record.date)
    if _in_future(record.date) and record.is_published:
        warnings.append(
            f"article dated {record.date:%Y-%m-%d}, in the future: the date is left unknown"
        )
        published_at, is_local = None, False
    title = _fitted(record.title, Article, "title", warnings)
    slug = unused_slug(Article, title, "untitled")
    # Where the source gives addresses, they tell its articles apart. Articles of one title have
    # addresses here of one beginning, which are indexed.
    alike = Article.objects.filter(slug__startswith=slug.rpartition("-")[0], title=title)
    if title and not record.url and slug[-1].isdigit() and alike.exists():
        warnings.append("another article has this title; this one is kept as a separate article")
    article = Article(
        title=title,
        slug=slug,
        body=record.body_html or _body(record),
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
    article.language = language_of(f"{title}\n{article.plain}", record.language)
    article.save()
    names = list(dict.fromkeys(_fitted(name, Author, "name", warnings) for name in record.authors))
    for name in sorted(names):  # two runs that add the same authors never wait for each other
        author = Author.objects.filter(name=name).first() or Author.objects.create(
            name=name, slug=unused_slug(Author, name, "author")
        )
        Byline.objects.create(article=article, author=author, position=names.index(name))
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
    if record.declared_count is not None or record.declared_heading:
        Discussion.objects.filter(pk=article.pk).update(
            declared_count=record.declared_count, declared_heading=record.declared_heading[:300]
        )
    if record.closed:
        discussions.close(
            Discussion.objects.get(pk=article.pk), by="source", reason=record.closing_notice
        )
    return article, True


def _not_here(slug: str, keys: set[str]) -> str:
    """Of comments of an article that are stored and that a file does not have."""
    listed = sorted(keys, key=lambda key: (len(key), key))[:LISTED]
    more = f" and {len(keys) - LISTED:,} more" if len(keys) > LISTED else ""
    return (
        f"article {slug}: not in this file, imported earlier and kept: "
        f"comment{'s' if len(keys) > 1 else ''} {', '.join(listed)}{more}"
    )


def _store_comments(
    record: ArticleRecord, article: Article, is_new: bool, run: ImportRun, warnings: list[str]
) -> tuple[dict[str, Known], int]:
    """Add the comments of a record that the article does not have; those that it had, and how many
    were added."""
    known = {} if is_new else stored_comments(article)
    added = 0
    if any(_key(comment.key) not in known for comment in record.comments):
        # An article that has them all is not touched: nobody waits, and no page is made anew.
        with tree.lock_discussion(article.pk, numbers=len(record.comments) if is_new else 0):
            known = {} if is_new else stored_comments(article)
            is_held = _is_held(record, article, run)
            places = _places(record, known, is_held)
            new = (c for c in record.comments if _key(c.key) not in known)
            arrivals = _rows(new, places.waiting_for, _authors(record, article), run, warnings)
            points = Points(article.points)
            added = discussions.import_many(
                article.pk, arrivals, places.parents, places.statuses, points
            )
            if is_held:
                warnings.append(
                    f"article {article.slug}: only its link says that this file is about it; the "
                    f"comments that were added to it ({added:,}) are pending"
                )
            if not is_new:
                _join_waiting(article, warnings)
    return known, added


def _join_waiting(article: Article, warnings: list[str]) -> None:
    """Move replies that came before what they answer below that, if it is stored now."""
    comments = Comment.objects.in_discussion(article.pk)
    waiting = comments.filter(source_parent_key__isnull=False).order_by("pk")
    for pk, key, parent_key in list(waiting.values_list("pk", "source_key", "source_parent_key")):
        parent = comments.filter(source_key=parent_key).values_list("pk", flat=True).first()
        if parent is None:
            continue
        try:
            tree.move(article.pk, pk, parent)
            warnings.append(f"comment {key}: moved below {parent_key}, which it answers")
        except tree.BadMove:
            warnings.append(f"comment {key}: circular reply chain")
        Comment.objects.filter(pk=pk).update(source_parent_key=None)


class _Places(NamedTuple):
    """Of each new comment: the index of the new one that it answers, or the stored one, or None;
    its status; and the key of what it answers if that is not stored."""

    parents: list[int | Comment | None]
    statuses: list[str]
    waiting_for: list[str | None]


def _places(record: ArticleRecord, known: dict[str, Known], is_held: bool) -> _Places:
    places = _Places([], [], [])
    index: dict[str, int] = {}
    for comment in record.comments:
        key, above = _key(comment.key), comment.parent and _key(comment.parent)
        if key in known:
            continue
        index[key] = len(places.parents)
        places.statuses.append(_status(comment, is_held))
        is_here = above is None or above in index or above in known
        places.waiting_for.append(None if is_here else above)
        if above is not None and above in index:
            places.parents.append(index[above])
        elif above is not None and above in known:
            places.parents.append(Comment(pk=known[above].pk))
        else:
            places.parents.append(None)
    return places


def _authors(record: ArticleRecord, article: Article) -> dict[str, int]:
    """The authors of an article by their accounts at the source."""
    if not record.accounts:
        return {}
    authors = dict(article.authors.values_list("name", "pk"))
    names = {a: _fitted(name, Author, "name", []) for a, name in record.accounts.items()}
    return {account: authors[name] for account, name in names.items() if name in authors}


def _rows(
    records: Iterable[CommentRecord],
    waiting_for: Iterable[str | None],
    authors: dict[str, int],
    run: ImportRun,
    warnings: list[str],
) -> Iterator[Comment]:
    """One comment, filled anew for each record."""
    comment = Comment(import_run=run)
    for record, parent_key in zip(records, waiting_for, strict=True):
        comment.kind = record.kind
        comment.name = _fitted(record.author, Comment, "name", warnings)
        comment.body, comment.markup = record.text, record.markup
        comment.dated_at, comment.date_is_local = _dated(record)
        if _in_future(record.date):
            warnings.append(
                f"comment {record.key}: dated {record.date:%Y-%m-%d}, in the future: the date is left "
                "unknown" + (", and the comment is pending" if record.status == "approved" else "")
            )
        comment.source_key, comment.source_parent_key = _key(record.key), parent_key
        comment.first_line, comment.last_line = record.lines
        comment.author_id = authors.get(record.account)
        yield comment
