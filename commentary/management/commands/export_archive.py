from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from ...exporting.archive import TargetNotEmpty, write_archive
from ...exporting.site import count_rows
from ...importing.report import counted
from ...models import Article
from ...models.snapshot import database_snapshot


class Command(BaseCommand):
    """Writes a folder that appears only when it is complete."""

    help = "Export the whole site as an archive: HTML pages, JSON Lines, sources and checksums."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR", help="a folder that doesn't exist or is empty")

    def handle(self, *args: object, folder: str, **options: object) -> None:
        bars: dict[str, tqdm] = {}
        with database_snapshot():
            articles = Article.objects.published().count()
            totals = {"pages": articles, "search index": articles, "rows": count_rows()}

            def progress(step: str, done: int) -> None:
                if step not in bars:
                    bars[step] = tqdm(total=totals[step], desc=step, leave=False, disable=None)
                bars[step].update(done - bars[step].n)

            try:
                write_archive(Path(folder), progress, self.stderr.write)
            except TargetNotEmpty as refusal:
                raise CommandError(
                    f"{folder} exists and isn't an empty folder. Name another one."
                ) from refusal
            except OSError as failure:
                raise CommandError(
                    f"{folder}: cannot be written: {failure.strerror or failure}"
                ) from failure
            finally:
                for bar in bars.values():
                    bar.close()
        self.stdout.write(f"{folder}: {counted(articles, 'public article')} and everything stored.")
