"""Store the records of a source. Commands call only this module of the importer.

A text capture is stored in one transaction, an export in one per article, together with its bytes
and its ledger. Importing the same bytes again stores nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, nullcontext
from itertools import chain, islice
from time import monotonic
from types import MappingProxyType
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from ..models import (
    Article,
    Comment,
    Discussion,
    ImportedArticle,
    ImportRun,
    SearchRow,
    Source,
)
from ..observability.metrics import count_imported
from ..text.former_addresses import key_of
from .archives import Archive, Capture, FoundCapture
from .articles import refuse_part_without_article, store_article
from .columns import stored_key
from .comments import store_comments
from .derived import Deriving
from .doubts import (
    MAX_LENGTH,
    MAX_REASONS,
    SURE,
    Doubt,
    confidence,
    doubt_comments,
    doubt_encoding,
    kinds_text,
    reasons,
)
from .fields import page_key, printable
from .foreign import foreign_text
from .formats import detect, reader
from .former_addresses import store_addresses, store_anchors, store_picture_addresses
from .merging import Merged, merge
from .messages import gettext as _
from .messages import gettext_noop, ngettext
from .pictures import Kept, keep_pictures, store_pictures
from .profiled import read_with_profile
from .read_ahead import SECONDS_BETWEEN, read_ahead
from .records import ArticleRecord, ItemLedger, Ledger, SourceError
from .report import ArticleReview, Counts, ImportReport
from .run_changes import Recording
from .sightings import note_gone
from .site_profile import LayoutRules
from .source import SourceFile
from .stored_comments import Known
from .stored_source import store_bytes, store_source


def is_imported(source: SourceFile) -> bool:
    """Return whether the same bytes were imported completely."""
    runs = ImportRun.objects.filter(source__sha256=source.sha256).not_undone()
    return runs.exclude(finished_at=None).exists()


class _DryRun(Exception):
    """Rolls back a dry run."""


Watch = Callable[[ImportReport], None]
TRIES = 5  # if another import stores the same at the same time
MAX_WARNINGS = 10_000
MANY_COMMENTS = 1_000  # of an article; storing them takes so long that it is reported before
MAX_DIFFERENCES = 1_000  # articles and comments that are reported individually
MAX_LISTED = 20  # comments listed in one warning
UNITS = {"text": "lines", "html": "texts"}  # what the ledger of a format accounts for


def import_source(
    source: SourceFile,
    format: str | None = None,
    dry_run: bool = False,
    watch: Watch = lambda report: None,
    files: Archive | None = None,
    pictures: Mapping[str, Kept] = MappingProxyType({}),
    as_drafts: bool = False,
    batch: UUID | None = None,
    profile: LayoutRules | None = None,
) -> ImportReport:
    """Import one source and return its report; with `dry_run`, roll everything back.

    New articles are published unless their source has them as drafts, the importer is not sure of
    them (see IMPORT_DRAFT_BELOW), or `as_drafts` is true. The sources that are imported together have
    the same `batch`. A text or a saved page is read with `profile`, if it is given.

    A capture or page is one transaction, an export one per article, so an interrupted import
    resumes when it is started again. `watch` is called with the report after each article.
    `pictures` has those stored before, by the key of their article. Raises SourceError; then nothing
    of a capture or page is stored, and of an export only what was read before.
    """
    is_forced = format is not None
    format = format or detect(source)
    whole = dry_run or format in UNITS
    for attempt in range(1, TRIES + 1):
        report = ImportReport(source.name)
        try:
            with transaction.atomic() if whole else nullcontext():
                if dry_run:
                    _wait_for_other_dry_runs()
                one = _Import(source, format, report, watch, not whole, files, pictures)
                one.is_forced, one.is_dry_run = is_forced, dry_run
                one.as_drafts, one.run_batch = as_drafts, batch
                one.profile = profile
                one.run()
                if dry_run:
                    raise _DryRun
        except _DryRun:
            pass
        except (IntegrityError, OperationalError):
            # Another import has just stored this file, author or slug, or there was a deadlock.
            # Exports retry each article themselves.
            if attempt == (TRIES if whole else 2):
                raise
            continue
        break
    return report


DRY_RUNS = 0x436F6D6D  # an advisory lock key that nothing else uses


def _wait_for_other_dry_runs() -> None:
    """Wait until no other dry run is active.

    A dry run keeps its locks until the end, so two of them could deadlock. SQLite has only one
    writer.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0;"
                f"SELECT pg_advisory_xact_lock({DRY_RUNS});"
                f"{connection.limits_sql}"  # type: ignore[attr-defined]
            )


def analyze() -> None:
    """Update PostgreSQL's statistics after an import.

    Autovacuum does so within a minute or two; until then searches would be planned for a nearly
    empty table.
    """
    if connection.vendor != "postgresql":
        return
    tables = (Article, Comment, Discussion, SearchRow)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        # Tables that another import is analysing are skipped.
        cursor.execute(f"ANALYZE (SKIP_LOCKED) {', '.join(t._meta.db_table for t in tables)}")


UNRECOGNISED = gettext_noop(
    "unrecognised as a page: no byline, date, comments, comment heading, closing notice or form found; "
    "use --format text to import it as a draft"
)


class _Import:
    """The import of one source."""

    def __init__(
        self,
        source: SourceFile,
        format: str,
        report: ImportReport,
        watch: Watch,
        per_article: bool,
        files: Archive | None,
        pictures: Mapping[str, Kept],
    ) -> None:
        self.files, self.pictures = files, pictures
        self.source, self.format, self.report, self.watch = source, format, report, watch
        self.per_article = per_article
        self.is_forced = self.is_dry_run = self.as_drafts = False
        self.run_batch: UUID | None = None
        self.profile: LayoutRules | None = None
        self.is_uncertain = False
        self.is_capture = format == "text"
        has_lines = self.is_capture or format == "html"
        self.ledger = Ledger(len(source.lines)) if has_lines else ItemLedger()
        self.more_warnings = 0
        self.noted_at = monotonic()
        self.has_begun = False  # whether there is a run to save the progress in

    def run(self) -> None:
        """Import the source, unless the same bytes were imported before."""
        source, report = self.source, self.report
        stored = Source.objects.filter(sha256=source.sha256).first()
        report.counts = {"articles": 0, "comments": 0}
        if stored and is_imported(source):
            report.outcome = "unchanged"
            report.articles = list(stored.articles.order_by("pk").values_list("slug", flat=True))
            report.reviews = [ArticleReview.of(row) for row in _imports_of(stored)]
            return
        records = reader(self.format).read(source, self.ledger)
        if isinstance(self.ledger, ItemLedger):  # texts and pages are in memory already
            records = read_ahead(source, records, self._tell)
        elif self.profile is not None:
            records = read_with_profile(self.profile, source, self.format, self.ledger, records)
            self.pictures = {}  # those of the body as it is read with the profile
        with closing(records), Deriving() as self.deriving:
            # A source that is refused leaves no rows.
            first = next(records, None)
            if first:
                refuse_part_without_article(first, source.name)
                if isinstance(self.ledger, Ledger):
                    self._check_is_page(first)
            self._begin(stored)
            for record in chain([first] if first else [], records):
                self._store(record)
                self._tell()
        self._finish()

    def _tell(self) -> None:
        """Report the progress, and save it for the admin about once a second."""
        if isinstance(self.ledger, ItemLedger):
            self.report.items_read = self.ledger.seen
        self.watch(self.report)
        may_save = self.has_begun and self.per_article
        if may_save and monotonic() - self.noted_at >= SECONDS_BETWEEN:
            self._save_progress(self._counts_so_far())

    def _counts_so_far(self) -> Counts:
        """Return the counts of an unfinished run."""
        report = self.report
        progress = {"read so far": report.items_read, "being stored": report.storing}
        return report.counts | self.totals | progress

    def _tell_storing(self, stored: int) -> None:
        """Report how many comments of the current article are written."""
        self.report.stored = stored
        self.watch(self.report)

    def _check_is_page(self, record: ArticleRecord) -> None:
        """Refuse a text that doesn't look like a page, unless its format is forced."""
        is_forced = self.is_forced and self.is_capture
        found = foreign_text("\n".join(self.source.lines)) if is_forced else None
        if found:
            record.doubts.append(
                Doubt(_("it looks like %(found)s") % {"found": _(found)}, "no page")
            )
        elif not record.is_recognised and self.is_forced:
            record.doubts.append(Doubt(_("it does not look like a page"), "no page"))
        elif not record.is_recognised:
            raise SourceError(self.source.name, 0, _(UNRECOGNISED))

    def _rate(self, record: ArticleRecord) -> tuple[int, bool]:
        """Return the confidence in an article, and whether it becomes a draft if it is new."""
        if isinstance(self.ledger, Ledger):
            doubt_encoding(record, self.source.stray_bytes, self.source.size)
        if self.is_capture:
            doubt_comments(record)
        sure = confidence(record.doubts)
        self.is_uncertain |= sure < SURE
        is_draft = sure < settings.IMPORT_DRAFT_BELOW
        text = (
            _("uncertain: %(doubt)s; new articles are imported as drafts")
            if is_draft
            else _("uncertain: %(doubt)s")
        )
        self._warn(text % {"doubt": doubt} for doubt in record.doubts)
        return sure, is_draft or self.as_drafts

    def _begin(self, stored: Source | None) -> None:
        """Store the source, and start or resume its import run."""
        source, report = self.source, self.report
        self.stored = stored or store_source(source, self.format)
        store_bytes(source, self.stored)
        # An interrupted import resumes as the same run.
        run = self.stored.runs.not_undone().filter(finished_at=None).first()
        self.run_row = run or ImportRun.objects.create(source=self.stored, batch=self.run_batch)
        # Of the whole run; the report counts what this process added.
        self.totals = {"articles": 0, "comments": 0}
        report.counts |= {"declared": None, "preserved": 0}
        self.read_count = 0
        self.differing = self.updated = 0
        self.batch = uuid4()  # of the audit entries
        # For each article from before this run: the stored keys not found in the file so far.
        self.missing: dict[int, tuple[str, set[str]]] = {}
        self.has_begun = True

    def _store(self, record: ArticleRecord) -> None:
        """Store one article with its comments in one transaction."""
        if (files := self.files) is not None:
            page = Capture(0, FoundCapture(self.source.name, "", address=record.url))
            own = record.find_file or (lambda address: None)
            record.find_file = lambda address: own(address) or files.find(address, page)
        sure, as_draft = self._rate(record)
        self._announce(len(record.comments))
        kept_pictures = self.pictures.get(record.key)
        if kept_pictures is None:
            kept_pictures = [] if self.is_dry_run else keep_pictures(record)
        for attempt in range(1, TRIES + 1):
            warnings: list[str] = []
            try:
                with transaction.atomic(), Recording(self.run_row) as recording:
                    article, is_new = store_article(record, self.stored, warnings, as_draft)
                    recording.begin(article, is_new)
                    if not is_new:  # it may have changed before it was locked
                        article = Article.objects.get(pk=article.pk)
                    else:
                        store_pictures(kept_pictures, article)
                        store_picture_addresses(kept_pictures, article)
                    stored = store_comments(
                        record,
                        article,
                        is_new,
                        self.run_row,
                        warnings,
                        self.deriving,
                        self._tell_storing,
                    )
                    known, added = stored.known, stored.added
                    store_addresses(stored.record, article, is_new)
                    if added:
                        store_anchors(article, is_new)
                    merged = Merged()
                    if not is_new:
                        merged = merge(article, self.run_row, stored, kept_pictures, self.batch)
                        note_gone(stored.record, article, known, self.run_row)
                    if dropped := self._dropped(record, stored.record):
                        text = ngettext(
                            "%(n)s comment was not added: the text is uncertain",
                            "%(n)s comments were not added: the text is uncertain",
                            len(dropped),
                        )
                        warnings.append(text % {"n": len(dropped)})
                    # An export may have the comments of an article in several records.
                    is_whole = isinstance(self.ledger, Ledger)
                    found = len(record.comments) if is_whole else len(known) + added
                    row = self._review(record, article, sure, found, warnings)
                    row.is_held_back = is_new and as_draft and record.is_published
                    self._store_review(row)
            except (IntegrityError, OperationalError):
                # Another import has just stored it or its author, or there was a deadlock.
                if attempt == TRIES or not self.per_article:
                    raise
                continue
            break
        if dropped and isinstance(self.ledger, Ledger):
            self.ledger.give_up(dropped, gettext_noop("not added, because the text is uncertain"))
        record = stored.record
        self.report.storing = self.report.stored = 0
        counts = self.report.counts
        if article.slug not in self.report.tallies:
            self.totals["articles"] += article.source_id == self.stored.pk
            self._warn_of_same_url(record, article)
        self.report.add(article.slug, record.declared_count, len(known) + added)
        self.report.reviews.append(ArticleReview.of(row))
        counts["articles"] += is_new
        counts["comments"] += added
        count_imported(added)
        self.read_count += len(record.comments)
        ours = sum(comment.run == self.run_row.pk for comment in known.values())
        self.totals["comments"] += added + ours
        if not is_new:
            self._compare(record, article, known, merged)
        self._warn(chain(warnings, record.warnings))

    def _review(
        self, record: ArticleRecord, article: Article, sure: int, comments: int, warnings: list[str]
    ) -> ImportedArticle:
        """Return how sure the importer is of an article, and why, as an unsaved row."""
        found = reasons(record.doubts)
        other = dict.fromkeys(map(printable, chain(warnings, record.warnings)))
        return ImportedArticle(
            run=self.run_row,
            article=article,
            confidence=sure,
            comments=comments,
            declared=record.declared_count,
            doubts=found,
            kinds=kinds_text(found),
            warnings=[
                text[:MAX_LENGTH]
                for text in islice(other, MAX_REASONS)
                if text not in record.doubts
            ],
        )

    def _store_review(self, row: ImportedArticle) -> None:
        columns = ["confidence", "comments", "declared", "doubts", "kinds", "warnings"]
        # An export may have an article in several parts.
        ImportedArticle.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["run", "article"], update_fields=columns
        )

    def _dropped(self, record: ArticleRecord, stored: ArticleRecord) -> set[str]:
        """Return the keys of the comments of a record that were not stored."""
        if stored is record:
            return set()
        kept = {comment.key for comment in stored.comments}
        return {comment.key for comment in record.comments} - kept

    def _announce(self, comments: int) -> None:
        """Report the number of comments of an article before they are stored in one transaction,
        in which the progress can't be saved.
        """
        self.report.storing = comments
        if comments >= MANY_COMMENTS:
            self.watch(self.report)
            if self.per_article:
                self._save_progress(self._counts_so_far())

    def _compare(
        self, record: ArticleRecord, article: Article, known: dict[str, Known], merged: Merged
    ) -> None:
        """Report what was updated and what differs, and note stored comments missing here."""
        keys = {stored_key(comment.key) for comment in record.comments}
        missing = {k for k, c in known.items() if c.run != self.run_row.pk and k not in keys}
        before = self.missing.get(article.pk)
        if not record.is_part and not (missing and self._is_in_several_files(known)):
            self.missing[article.pk] = (article.slug, before[1] & missing if before else missing)
        for what, how in merged.updated:
            self.updated += 1
            if self.updated <= MAX_DIFFERENCES:
                self._warn(
                    [_("%(what)s updated from this file: %(how)s") % {"what": what, "how": how}]
                )
        for what, how in merged.kept:
            self._differs(what, how)

    def _is_in_several_files(self, known: dict[str, Known]) -> bool:
        """Return whether the comments of an article came from several files of one import, such as
        the parts of an export. Then none of these files needs to have all of them.
        """
        runs = {comment.run for comment in known.values()} | {self.run_row.pk}
        found = ImportRun.objects.filter(pk__in=runs).exclude(batch=None)
        batches = Counter(found.values_list("batch", flat=True))
        return any(files > 1 for files in batches.values())

    def _warn_of_same_url(self, record: ArticleRecord, article: Article) -> None:
        """Warn if another source has an article with the same URL."""
        if article.source_id != self.stored.pk or not record.url or self.is_capture:
            return
        # URLs of one page have the same key; the reverse is not always true.
        others = Article.objects.exclude(source=self.stored).filter(
            former_addresses__key=key_of(record.url),
            former_addresses__number=None,
            former_addresses__file=None,
        )
        for url, slug in others.order_by("pk").values_list("source_url", "slug").distinct():
            if url and page_key(url) == page_key(record.url):
                self._warn(
                    [
                        _(
                            "article %(slug)s: article %(other)s from another source has the same URL"
                        )
                        % {"slug": article.slug, "other": slug}
                    ]
                )
                return

    def _differs(self, what: str, how: str) -> None:
        self.differing += 1
        if self.differing <= MAX_DIFFERENCES:
            text = _("%(what)s differs from the stored version, which was kept: %(how)s")
            self._warn([text % {"what": what, "how": how}])

    def _warn(self, warnings: Iterable[str]) -> None:
        """Add warnings up to MAX_WARNINGS, and count the rest."""
        for warning in map(printable, warnings):
            if len(self.report.warnings) < MAX_WARNINGS:
                self.report.warnings.append(warning)
            else:
                self.more_warnings += 1

    def _save_progress(self, counts: Counts, **fields: object) -> None:
        """Save the progress of the run for the admin."""
        self.noted_at = monotonic()
        columns = {"counts": counts, "bytes_read": self.source.position, **fields}
        ImportRun.objects.filter(pk=self.run_row.pk).update(updated_at=timezone.now(), **columns)

    def _finish(self) -> None:
        """Check that every line or item is accounted for, and finish the run."""
        report, ledger = self.report, self.ledger
        if isinstance(ledger, Ledger):
            if lost := ledger.unaccounted():
                raise SourceError(
                    self.source.name, lost[0], _("this line is missing from the report")
                )
        else:
            self._check_items(ledger)
            self._warn(ledger.warnings)
            if dropped := [f"{_(what)} ({n:,})" for what, n in ledger.dropped.most_common() if n]:
                self._warn(
                    [_("not imported: %(list)s") % {"list": ", ".join(dropped[:MAX_LISTED])}]
                )
        self._count_differing()
        self._warn(self._replies_without_parent())
        self._warn(_missing_from_file(slug, keys) for slug, keys in self.missing.values() if keys)
        if self.more_warnings:
            report.warnings.append(
                ngettext(
                    "and %(n)s more warning",
                    "and %(n)s more warnings",
                    self.more_warnings,
                )
                % {"n": f"{self.more_warnings:,}"}
            )
        read = ledger.counts()
        unit = UNITS.get(self.format, "items")
        report.outcome = "partial" if read["left over"] else "differs" if self.differing else "ok"
        if self.is_uncertain:
            report.outcome = "uncertain"
        report.counts |= {f"{unit} {use}": count for use, count in read.items()}
        self._save_progress(
            report.counts | self.totals,
            bytes_read=self.source.size,
            outcome=report.outcome,
            warnings=report.warnings,
            ledger=ledger.as_json(),
            finished_at=timezone.now(),
        )

    def _count_differing(self) -> None:
        self.report.counts["differing"] = self.differing
        self.report.counts["updated"] = self.updated
        if self.updated > MAX_DIFFERENCES:
            more = self.updated - MAX_DIFFERENCES
            text = ngettext(
                "and %(n)s more articles and comments updated from this file",
                "and %(n)s more articles and comments updated from this file",
                more,
            )
            self._warn([text % {"n": f"{more:,}"}])
        if self.differing > MAX_DIFFERENCES:
            more = self.differing - MAX_DIFFERENCES
            text = ngettext(
                "and %(n)s more articles and comments differ from the stored versions",
                "and %(n)s more articles and comments differ from the stored versions",
                more,
            )
            self._warn([text % {"n": f"{more:,}"}])

    def _replies_without_parent(self) -> Iterator[str]:
        """Yield warnings about replies of this run whose parent is not stored, including those
        stored before an interruption.
        """
        waiting = Comment.objects.filter(import_run=self.run_row, source_parent_key__isnull=False)
        rows = waiting.order_by("pk").values_list("source_key", "source_parent_key")
        for key, parent in rows.iterator():
            text = _(
                "comment %(key)s: parent %(parent)s is not in this file; a top-level comment until it "
                "is imported"
            )
            yield text % {"key": key, "parent": parent}

    def _check_items(self, ledger: ItemLedger) -> None:
        """Check that the numbers of comments read, in the ledger and stored agree."""
        stored, used = self.read_count, ledger.used.get("comment", 0)
        if lost := ledger.unaccounted():
            text = _(
                "%(lost)s of %(seen)s items are missing from the report; the import is incomplete"
            )
            why = text % {"lost": f"{lost:,}", "seen": f"{ledger.seen:,}"}
        elif stored != used:
            text = _("%(read)s comments were read, %(stored)s stored; the import is incomplete")
            why = text % {"read": f"{used:,}", "stored": f"{stored:,}"}
        else:
            return
        raise SourceError(self.source.name, 0, why)


def _imports_of(source: Source) -> Iterable[ImportedArticle]:
    """Return the articles of the latest complete run of a source."""
    run = source.runs.exclude(finished_at=None).first()
    return run.imported_articles.select_related("article") if run else ()


def _missing_from_file(slug: str, keys: set[str]) -> str:
    """Return the warning about stored comments of an article that are missing from a file."""
    shown = sorted(keys, key=lambda key: (len(key), key))[:MAX_LISTED]
    listed = ", ".join(shown)
    if more := len(keys) - len(shown):
        listed = _("%(list)s and %(n)s more") % {"list": listed, "n": f"{more:,}"}
    text = ngettext(
        "article %(slug)s: imported earlier, missing from this file and kept: comment %(list)s",
        "article %(slug)s: imported earlier, missing from this file and kept: comments %(list)s",
        len(keys),
    )
    return text % {"slug": slug, "list": listed}
