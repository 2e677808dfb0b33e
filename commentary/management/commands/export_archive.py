from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from tqdm import tqdm

from ...exporting.archive import TargetNotEmpty, write_archive
from ...exporting.site import count_rows
from ...models import Article
from ...models.snapshot import database_snapshot
from ...text.counts import counted


class Command(BaseCommand):
    """Writes a folder that appears only when it is complete."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Export the whole site as an archive: HTML pages, JSON Lines, sources and checksums."
        )
        parser.add_argument(
            "folder", metavar="DIR", help=_("a folder that doesn't exist or is empty")
        )

    def handle(self, *args: object, folder: str, **options: object) -> None:
        bars: dict[str, tqdm] = {}
        with database_snapshot():
            articles = Article.objects.published().count()
            totals = {
                gettext_noop("pages"): articles,
                gettext_noop("search index"): articles,
                gettext_noop("rows"): count_rows(),
            }

            def progress(step: str, done: int) -> None:
                if step not in bars:
                    bars[step] = tqdm(total=totals[step], desc=_(step), leave=False, disable=None)
                bars[step].update(done - bars[step].n)

            try:
                write_archive(Path(folder), progress, self.stderr.write)
            except TargetNotEmpty as refusal:
                raise CommandError(
                    _("%(folder)s exists and isn't an empty folder. Name another one.")
                    % {"folder": folder}
                ) from refusal
            except OSError as failure:
                raise CommandError(
                    _("%(path)s: cannot be written: %(reason)s")
                    % {"path": folder, "reason": failure.strerror or failure}
                ) from failure
            finally:
                for bar in bars.values():
                    bar.close()
        text = ngettext(
            "%(folder)s: %(n)s public article and everything stored.",
            "%(folder)s: %(n)s public articles and everything stored.",
            articles,
        )
        self.stdout.write(counted(text, articles, folder=folder))
