from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from ...exporting.redirects import FORMATS, redirects


class Command(BaseCommand):
    """Writes redirects from the former URLs of imported pages to standard output."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Export redirects from former URLs, for the web server of the old site."
        )
        parser.add_argument("--format", choices=sorted(FORMATS), default="nginx")
        parser.add_argument(
            "--to",
            required=True,
            metavar="URL",
            help=_("URL of this site, such as https://new.example"),
        )

    def handle(self, *args: object, format: str, to: str, **options: object) -> None:
        parts = urlsplit(to)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/"):
            raise CommandError(_("--to must be a scheme and a host, such as https://new.example"))
        for line in FORMATS[format](redirects(to)):
            self.stdout.write(line)
