import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from commentary.importers import FORMATS, suffixes
from commentary.importers.load import Report, analyze, load
from commentary.importers.records import SourceError
from commentary.importers.source import Source

MANY = 1_000  # comments that were added, of which the database had better know at once
SHOWN = 20  # addresses of articles that one file made


class Command(BaseCommand):
    """Exits with 1 when a file was refused; the others still load. Ctrl-C says what is stored."""

    help = "Imports articles with their comments from files, folders or standard input (-)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH")
        parser.add_argument("--dry-run", action="store_true", help="do it all and take it back")
        parser.add_argument("--encoding", help="of files that say nothing about theirs")
        parser.add_argument("--format", choices=sorted(FORMATS), help="instead of telling it")
        parser.add_argument("--report", choices=["json"], help="print one JSON line for each file")
        parser.add_argument(
            "--strict", action="store_true", help="exit with 1 also when lines were left over"
        )

    def handle(self, *args: Any, paths: list[str], **options: Any) -> None:
        self.as_json = options["report"] == "json"
        files = [file for path in paths for file in self.files_in(path)]
        reports: list[Report] = []
        for file in files:
            try:
                report = self.import_one(file, options)
            except KeyboardInterrupt as stop:
                raise CommandError(self.stopped(file, reports, options), returncode=130) from stop
            self.tell(report)
            reports.append(report)
        sentence = summary(reports) + (
            " Dry run: nothing was stored." if options["dry_run"] else ""
        )
        (self.stderr if self.as_json else self.stdout).write(sentence)
        added = sum(report.counts.get("comments", 0) for report in reports)
        if added >= MANY and not options["dry_run"]:
            with suppress(KeyboardInterrupt):  # all is stored
                analyze()
        refused = sum(report.outcome == "refused" for report in reports)
        partial = sum(report.outcome == "partial" for report in reports)
        if refused:
            raise CommandError(f"{refused} of {len(reports)} files were refused; see above.")
        if partial and options["strict"]:
            raise CommandError(f"{partial} of {len(reports)} files have lines or items left over.")

    def stopped(self, file: str, reports: list[Report], options: dict[str, Any]) -> str:
        """What is stored when somebody pressed Ctrl-C."""
        if options["dry_run"]:
            return f"Stopped in {file}. Dry run: nothing was stored."
        counts = [
            report.counts for report in [*reports, *([self.going_on] if self.going_on else [])]
        ]
        articles, comments = (sum(c.get(k, 0) for c in counts) for k in ("articles", "comments"))
        return (
            f"Stopped in {file}. {articles} articles and {comments} comments are stored, each "
            "article whole. The same command goes on from here."
        )

    def files_in(self, path: str) -> Iterator[str]:
        """The files a path stands for; what a folder holds besides is named and passed over."""
        if path == "-" or not Path(path).is_dir():
            yield path
            return
        found = False
        for file in sorted(p for p in Path(path).rglob("*") if not p.is_dir()):
            if file.suffix.lower() in suffixes():
                found = True
                yield str(file)
            else:
                self.stderr.write(f"{file}: passed over, no known format")
        if not found:
            yield path  # refused below, with a reason

    # The report of the file that is being read, as far as it is stored.
    going_on: Report | None = None

    def import_one(self, file: str, options: dict[str, Any]) -> Report:
        self.going_on = None
        try:
            with opened(file) as path:
                source = Source.from_path(
                    "standard input" if file == "-" else file,
                    path,
                    encoding=options["encoding"],
                    max_bytes=settings.IMPORT_MAX_BYTES,
                )
                # tqdm draws on a terminal, with rate and time left, and is silent in a pipe.
                with tqdm(
                    total=source.size,
                    unit="B",
                    unit_scale=True,
                    desc=file,
                    leave=False,
                    disable=None,
                ) as bar:

                    def watch(report: Report) -> None:
                        self.going_on = report
                        bar.set_postfix_str(
                            f"{report.counts['comments']:,} comments", refresh=False
                        )
                        bar.update(source.position - bar.n)

                    return load(source, options["format"], options["dry_run"], watch)
        except SourceError as refusal:
            return Report(file, "refused", error=str(refusal))
        except OSError as failure:
            unread = SourceError(file, 0, f"cannot be read: {failure.strerror}")
            return Report(file, "refused", error=str(unread))

    def tell(self, report: Report) -> None:
        if self.as_json:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False))
        if report.error:
            self.stderr.write(report.error)
        for warning in report.warnings:
            self.stderr.write(f"{report.file}: {warning}")
        if not self.as_json and not report.error:
            addresses = ", ".join(f"/articles/{slug}/" for slug in report.articles[:SHOWN])
            if len(report.articles) > SHOWN:
                addresses += f" and {len(report.articles) - SHOWN:,} more"
            self.stdout.write(f"{report.file}: {report.outcome}, {addresses or 'no article'}")


@contextmanager
def opened(file: str) -> Iterator[Path]:
    """The path of a file that can be read more than once. Raises SourceError."""
    if file == "-":
        with tempfile.NamedTemporaryFile() as copy:
            shutil.copyfileobj(sys.stdin.buffer, copy)
            copy.flush()
            yield Path(copy.name)
        return
    if Path(file).is_dir():
        wanted = ", ".join(f"*{suffix}" for suffix in sorted(suffixes()))
        raise SourceError(file, 0, f"the folder holds no file of a known format ({wanted})")
    if Path(file).exists() and not Path(file).is_file():
        raise SourceError(file, 0, "is not a regular file")
    yield Path(file)


def summary(reports: list[Report]) -> str:
    """One sentence of counts over all files."""

    def total(count: str) -> int:
        return sum(report.counts.get(count, 0) for report in reports)

    outcomes = [report.outcome for report in reports]
    return (
        f"{len(reports)} files: {total('articles')} articles and {total('comments')} comments "
        f"added ({total('declared')} declared, {total('preserved')} preserved), "
        f"{total('lines left over')} lines left over, {outcomes.count('unchanged')} files "
        f"unchanged, {outcomes.count('refused')} refused."
    )
