from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...search.indexing import index_everything
from ...text.counts import counted


class Command(BaseCommand):
    """Can be interrupted and run again at any time."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Rebuild the search index, after changing LANGUAGE_CODE or writing to the database directly."
        )
        parser.add_argument(
            "--detect-languages",
            action="store_true",
            help=_(
                "set the language of imported articles that have none, where it can be detected"
            ),
        )

    def handle(self, *args: object, detect_languages: bool, **options: object) -> None:
        written = index_everything(with_languages=detect_languages)
        text = ngettext(
            "Updated the index of %(n)s text.", "Updated the index of %(n)s texts.", written
        )
        self.stdout.write(counted(text, written))
        if written and connection.vendor == "postgresql":
            self.stdout.write(
                _(
                    "Autovacuum will free the space of old index entries; to free it now, run VACUUM "
                    "commentary_searchrow."
                )
            )
