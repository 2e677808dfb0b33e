from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from ...importing.report import counted
from ...search.indexing import index_everything


class Command(BaseCommand):
    """Can be interrupted and run again at any time."""

    help = "Rebuild the search index, after changing LANGUAGE_CODE or writing to the database directly."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--detect-languages",
            action="store_true",
            help="set the language of imported articles that have none, where it can be detected",
        )

    def handle(self, *args: object, detect_languages: bool, **options: object) -> None:
        written = index_everything(with_languages=detect_languages)
        self.stdout.write(f"Updated the index of {counted(written, 'text')}.")
        if written and connection.vendor == "postgresql":
            self.stdout.write(
                "Autovacuum will free the space of old index entries; to free it now, run "
                "VACUUM commentary_searchrow."
            )
