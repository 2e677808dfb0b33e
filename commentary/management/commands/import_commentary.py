import gc
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, cast
from uuid import uuid4

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _
from tqdm import tqdm

from ...importing.archives import Archive
from ...importing.bags import checked_archive, is_archive_folder
from ...importing.fields import printable
from ...importing.formats import FORMATS, suffixes
from ...importing.inputs import File, Input, add_media, open_input, resource_folders
from ...importing.records import SourceError
from ...importing.report import ImportReport, outcome_in_words
from ...importing.restoring import restore_site
from ...importing.review_table import CsvTable
from ...importing.site_lines import is_site_export
from ...importing.site_profile import LayoutRules
from ...importing.source import SourceFile
from ...importing.store import analyze, import_source
from ...importing.store_site import import_site
from ...importing.text_sites import survey_texts
from ...importing.totals import ImportTotals
from ...text.counts import counted

if TYPE_CHECKING:
    from ...importing.formats.text.copied.knowledge import SiteKnowledge

MIN_TO_ANALYZE = (
    1_000  # after this many new comments, the database's statistics are updated at once
)
MAX_ADDRESSES = 20  # URLs printed for one file


class Command(BaseCommand):
    """Exits with 1 if a file is refused; other files are still imported. Ctrl-C prints what is
    stored.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Import articles with their comments from files, folders or standard input (-)."
        )
        parser.add_argument("paths", nargs="+", metavar="PATH")
        parser.add_argument(
            "--dry-run", action="store_true", help=_("import, report, then roll back")
        )
        parser.add_argument("--encoding", help=_("encoding for files that don't declare one"))
        parser.add_argument(
            "--format",
            choices=sorted({*FORMATS} - {"html"}),
            help=_("force this format instead of detecting it"),
        )
        parser.add_argument(
            "--media",
            metavar="DIR",
            action="append",
            default=[],
            help=_("folder with the pictures that the files refer to, such as WordPress uploads"),
        )
        parser.add_argument(
            "--draft", action="store_true", help=_("import new articles as drafts, not published")
        )
        parser.add_argument(
            "--profile",
            metavar="FILE",
            help=_("read texts and saved pages as this site profile says (exported by the admin)"),
        )
        parser.add_argument(
            "--report",
            choices=["json", "csv"],
            help=_(
                "json: print one line for each file; csv: print one line for each article, the least "
                "certain first"
            ),
        )
        parser.add_argument(
            "--strict",
            action="store_true",
            help=_("also exit with 1 if anything was not imported or differs from what is stored"),
        )

    def handle(
        self,
        *args: object,
        paths: list[str],
        dry_run: bool,
        draft: bool,
        encoding: str | None,
        format: str | None,
        report: str | None,
        media: list[str],
        profile: str | None,
        strict: bool,
        **options: object,
    ) -> None:
        self.profile = read_profile(profile) if profile else None
        self.as_json = report == "json"
        self.table = CsvTable() if report == "csv" else None
        self.as_drafts, self.batch = draft, uuid4()
        self.is_dry_run, self.encoding, self.format = dry_run, encoding, format
        self.totals = ImportTotals()
        gc.freeze()  # an import makes many objects; don't search everything loaded for unused ones
        try:
            with override("en" if report else get_language()):  # reports are for programs
                self.import_paths(paths, media)
        finally:
            if self.table:
                for line in self.table.lines():
                    self.stdout.write(line)
        totals = self.totals
        sentence = totals.sentence()
        if dry_run:
            sentence += f" {_('Dry run: nothing was stored.')}"
        (self.stderr if report else self.stdout).write(sentence)
        if totals.counts["comments"] >= MIN_TO_ANALYZE and not dry_run:
            with suppress(KeyboardInterrupt):  # everything is stored
                analyze()
        refused = totals.outcomes["refused"]
        partial = sum(totals.outcomes[name] for name in ("partial", "differs", "uncertain"))
        files = counted(ngettext("%(n)s file", "%(n)s files", totals.files), totals.files)
        if refused:
            text = ngettext(
                "%(n)s of %(files)s was refused; see above.",
                "%(n)s of %(files)s were refused; see above.",
                refused,
            )
            raise CommandError(counted(text, refused, files=files))
        if partial and strict:
            text = ngettext(
                "%(n)s of %(files)s was not imported completely.",
                "%(n)s of %(files)s were not imported completely.",
                partial,
            )
            raise CommandError(counted(text, partial, files=files))

    def import_paths(self, paths: list[str], media: list[str]) -> None:
        of_pages = resource_folders(paths)
        for path in paths:
            if path in of_pages:
                self._skip(path, _("imported with its page"))
                continue
            if is_archive_folder(path):
                self.import_archive(path)
                continue
            found = open_input(path, self._skip)
            with found.archive:
                for folder in media:
                    add_media(found, folder, self._skip)
                self.import_all(path, found)

    def import_archive(self, path: str) -> None:
        """Import an archive written by `export_archive` by its JSON Lines."""
        self.reading = printable(path)
        try:
            lines = checked_archive(path)
        except SourceError as refusal:
            self.finish(ImportReport(printable(path), "refused", error=str(refusal)))
            return
        self.import_all(path, Input(files=[File(str(lines), follow_links=False)]))

    def import_all(self, path: str, found: Input) -> None:
        """Import everything in a path. After Ctrl-C, what has been stored so far is kept."""
        self.reading = printable(path)
        try:
            self.sites = self.survey(path, found.files)
            for file in found.files:
                self.reading = file.name
                self.finish(self.import_one(file, found.archive))
            if found.has_pages:
                for report in self.import_pages(path, found.archive):
                    self.finish(report)
        except KeyboardInterrupt as stop:
            raise CommandError(self.stopped(self.reading), returncode=130) from stop
        except BrokenProcessPool as failure:
            text = _("A worker process was killed, probably because memory ran out.")
            raise CommandError(f"{text} {self.stopped(self.reading)}") from failure

    def finish(self, report: ImportReport) -> None:
        self.going_on = None
        self.tell(report)
        self.totals.add(report)
        if self.table:
            self.table.add(report)

    def survey(self, path: str, files: list[File]) -> "dict[str, SiteKnowledge]":
        """Find out what the copied pages among the texts of a path have in common."""
        with tqdm(
            total=len(files),
            unit=f" {_('files')}",
            desc=f"{path}: {_('surveyed')}",
            leave=False,
            disable=None,
        ) as bar:
            return survey_texts(
                files,
                self.encoding,
                settings.IMPORT_MAX_BYTES,
                lambda done: cast("None", bar.update(done - bar.n)),
            )

    def import_pages(self, path: str, archive: Archive) -> Iterator[ImportReport]:
        """Import saved pages, with a progress bar for each of the two passes."""
        bars: dict[str, tqdm] = {}

        def progress(step: str, done: int, of: int) -> None:
            if step not in bars:
                bars[step] = tqdm(
                    total=of,
                    unit=f" {_('pages')}",
                    desc=f"{path}: {_(step)}",
                    leave=False,
                    disable=None,
                )
            bars[step].update(done - bars[step].n)

        def watch(report: ImportReport) -> None:
            self.going_on = report

        try:
            reports = import_site(
                archive, self.is_dry_run, watch, progress, self.as_drafts, self.batch, self.profile
            )
            for report in reports:
                self.reading = report.file
                yield report
        finally:
            for bar in bars.values():
                bar.close()

    def stopped(self, name: str) -> str:
        """Return what is stored when the user presses Ctrl-C."""
        if self.is_dry_run:
            text = _("Stopped in %(name)s.") % {"name": name}
            return f"{text} {_('Dry run: nothing was stored.')}"
        if self.going_on:
            self.totals.add(self.going_on)
        articles, comments = self.totals.counts["articles"], self.totals.counts["comments"]
        return _(
            "Stopped in %(name)s. %(articles)s and %(comments)s are stored; no article is incomplete. "
            "Run the same command again to continue."
        ) % {
            "name": name,
            "articles": counted(ngettext("%(n)s article", "%(n)s articles", articles), articles),
            "comments": counted(ngettext("%(n)s comment", "%(n)s comments", comments), comments),
        }

    def _skip(self, path: str, why: str) -> None:
        self.stderr.write(
            _("%(path)s: skipped: %(reason)s") % {"path": printable(path), "reason": why}
        )

    table: CsvTable | None = None
    # What the texts of each site have in common, by path.
    sites: "dict[str, SiteKnowledge]" = {}
    # The latest report of the current file, for what is stored so far.
    going_on: ImportReport | None = None

    def import_one(self, file: File, archive: Archive) -> ImportReport:
        try:
            with opened(file) as path:
                source = SourceFile.from_path(
                    "standard input" if file.path == "-" else file.label or file.path,
                    path,
                    encoding=self.encoding,
                    max_bytes=settings.IMPORT_MAX_BYTES,
                    follow_links=file.follow_links,
                )
                source.site = self.sites.get(file.path)
                # tqdm shows a progress bar on terminals only.
                with tqdm(
                    total=source.size,
                    unit="B",
                    unit_scale=True,
                    desc=file.name,
                    leave=False,
                    disable=None,
                ) as bar:

                    def watch(report: ImportReport) -> None:
                        self.going_on = report
                        bar.set_postfix_str(progress_text(report), refresh=False)
                        bar.update(source.position - bar.n)

                    if is_site_export(source.head):
                        return restore_site(source, path.parent, self.is_dry_run, watch)
                    return import_source(
                        source,
                        self.format,
                        self.is_dry_run,
                        watch,
                        archive,
                        as_drafts=self.as_drafts,
                        batch=self.batch,
                        profile=self.profile,
                    )
        except SourceError as refusal:
            return ImportReport(file.name, "refused", error=str(refusal))
        except OSError as failure:
            unread = SourceError(
                file.name,
                0,
                _("cannot be read: %(reason)s") % {"reason": failure.strerror or failure},
            )
            return ImportReport(file.name, "refused", error=str(unread))

    def tell(self, report: ImportReport) -> None:
        if self.as_json:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False))
        if report.error:
            self.stderr.write(report.error)
        for warning in report.warnings:
            self.stderr.write(f"{report.file}: {warning}")
        if not self.as_json and not self.table and not report.error:
            if report.outcome == "no article" or not report.counts and not report.articles:
                self.stdout.write(f"{report.file}: {outcome_in_words(report)}")
                return
            addresses = ", ".join(f"/articles/{slug}/" for slug in report.articles[:MAX_ADDRESSES])
            if len(report.articles) > MAX_ADDRESSES:
                more = f"{len(report.articles) - MAX_ADDRESSES:,}"
                addresses = _("%(list)s and %(n)s more") % {"list": addresses, "n": more}
            self.stdout.write(
                f"{report.file}: {outcome_in_words(report)}, {addresses or _('no article')}"
            )


def progress_text(report: ImportReport) -> str:
    """Return the numbers of items read and stored so far."""
    articles, comments = (report.counts.get(name, 0) for name in ("articles", "comments"))
    parts = []
    if n := report.items_read:
        parts.append(counted(ngettext("%(n)s item read", "%(n)s items read", n), n))
    parts.append(
        _("%(articles)s and %(comments)s stored")
        % {
            "articles": counted(ngettext("%(n)s article", "%(n)s articles", articles), articles),
            "comments": counted(ngettext("%(n)s comment", "%(n)s comments", comments), comments),
        }
    )
    if n := report.storing:
        text = ngettext(
            "%(stored)s of %(n)s comment of the next article",
            "%(stored)s of %(n)s comments of the next article",
            n,
        )
        parts.append(counted(text, n, stored=f"{report.stored:,}"))
    return ", ".join(parts)


def read_profile(path: str) -> LayoutRules:
    """Return the site profile in a file. Raises CommandError."""
    try:
        return LayoutRules.from_toml(Path(path).read_text(encoding="utf-8"), printable(path))
    except SourceError as refusal:
        raise CommandError(str(refusal)) from refusal
    except (OSError, UnicodeDecodeError) as failure:
        raise CommandError(
            _("%(path)s: can’t be read: %(reason)s") % {"path": printable(path), "reason": failure}
        ) from failure


@contextmanager
def opened(file: File) -> Iterator[Path]:
    """Yield the path of a file that can be read repeatedly. Raises SourceError."""
    if file.problem:
        raise SourceError(file.name, 0, file.problem)
    if file.path == "-":
        with tempfile.NamedTemporaryFile() as copy:
            shutil.copyfileobj(sys.stdin.buffer, copy)
            copy.flush()
            yield Path(copy.name)
        return
    if os.path.isdir(file.path):
        wanted = ", ".join(f"*{suffix}" for suffix in sorted(suffixes()))
        raise SourceError(
            file.name,
            0,
            _("the folder contains no file of a supported format (%(formats)s)")
            % {"formats": wanted},
        )
    yield Path(file.path)
