import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q
from django.utils.translation import gettext as _
from tqdm import tqdm

from ...exporting.fixture import write_fixture
from ...exporting.json import article_as_dict, export_as_dict, pages_as_dict
from ...exporting.site import count_rows, site_lines
from ...exporting.wxr import wxr
from ...models import Article
from ...models.snapshot import database_snapshot

WHOLE_SITE = ("jsonl", "fixture", "wxr")  # formats that always contain everything


class Command(BaseCommand):
    """Writes to standard output or a file, which appears only when it is complete."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _("Export an article, all articles, or everything on the site.")
        chosen = parser.add_mutually_exclusive_group()
        chosen.add_argument(
            "slug",
            nargs="?",
            help=_("current or former slug of the article"),
        )
        chosen.add_argument(
            "--all", action="store_true", help=_("export every article, including drafts")
        )
        parser.add_argument(
            "--format",
            choices=["json", *WHOLE_SITE],
            default="json",
            help=_(
                "json: articles with their comments; jsonl: everything on the site, for "
                "import_commentary; fixture: everything but pictures, for loaddata; wxr: articles and "
                "comments, for WordPress"
            ),
        )
        parser.add_argument(
            "--site", metavar="URL", help=_("URL of this site, for links and pictures in wxr")
        )
        parser.add_argument(
            "--output", metavar="FILE", help=_("write to this file instead of standard output")
        )

    def handle(
        self,
        *args: object,
        slug: str | None,
        all: bool,
        format: str,
        output: str | None,
        site: str | None,
        **options: object,
    ) -> None:
        if format in WHOLE_SITE and slug:
            raise CommandError(
                _("--format %(format)s exports the whole site: leave out the slug.")
                % {"format": format}
            )
        if format not in WHOLE_SITE and not (slug or all):
            raise CommandError(_("Name an article by its slug, or add --all."))
        if format == "wxr" and not re.match(r"https?://[^/\s]+", site or ""):
            raise CommandError(_("Add --site with the URL of this site: https://example.org"))
        with self.target(output) as write:
            if format in WHOLE_SITE:
                self.write_site(format, site or "", write)
            elif all:
                self.write_all(write)
            else:
                self.write_article(slug, write)

    @contextmanager
    def target(self, output: str | None) -> Iterator[Callable[[str], object]]:
        """Yield what writes text to standard output or to a file."""
        if output is None:
            yield lambda text: self.stdout.write(text, ending="")
            return
        path = Path(output)
        try:
            with ExitStack() as stack:
                file = stack.enter_context(
                    tempfile.NamedTemporaryFile(
                        "w",
                        encoding="utf-8",
                        newline="",
                        prefix=f".{path.name}.unfinished-",
                        dir=path.parent,
                        delete=False,
                    )
                )
                stack.callback(Path(file.name).unlink, missing_ok=True)
                yield file.write
                file.flush()
                os.fsync(file.fileno())
                os.replace(file.name, path)
        except OSError as failure:
            raise CommandError(
                _("%(path)s: cannot be written: %(reason)s")
                % {"path": output, "reason": failure.strerror}
            ) from failure

    def write_site(self, format: str, site: str, write: Callable[[str], object]) -> None:
        """Write everything, with a progress bar on terminals."""
        with database_snapshot():
            total = Article.objects.count() if format == "wxr" else count_rows()
            with tqdm(total=total, unit=f" {_('rows')}", leave=False, disable=None) as bar:

                def progress(name: str, number: int) -> None:
                    if number == 1:
                        bar.set_description_str(name.replace("_", " "), refresh=False)
                    bar.update()

                if format == "fixture":
                    write_fixture(write, progress)
                    return
                warn = self.stderr.write
                lines = wxr(site, progress) if format == "wxr" else site_lines(progress, warn)
                for line in lines:
                    write(line)

    def write_article(self, slug: str | None, write: Callable[[str], object]) -> None:
        named = Article.objects.filter(Q(slug=slug) | Q(former_slugs__slug=slug))
        article = named.select_related("discussion").first()
        if article is None:
            raise CommandError(_("No article has the slug %(slug)s.") % {"slug": slug})
        write(json.dumps(article_as_dict(article), ensure_ascii=False, indent=1) + "\n")

    def write_all(self, write: Callable[[str], object]) -> None:
        """Write one JSON object, article by article."""
        write('{"articles": [\n')
        between = ""
        for pk in Article.objects.order_by("pk").values_list("pk", flat=True):
            article = Article.objects.select_related("discussion").get(pk=pk)
            made = json.dumps(export_as_dict(article), ensure_ascii=False, indent=1)
            write(f"{between}{made}\n")
            between = ","
        not_articles, duplicates = pages_as_dict()
        rest = json.dumps(
            {"not_articles": not_articles, "duplicates": duplicates}, ensure_ascii=False
        )
        write(f"], {rest[1:]}\n")
