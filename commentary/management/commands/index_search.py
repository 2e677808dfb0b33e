from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from ...models import Article, Comment
from ...search.indexing import index_everything


class Command(BaseCommand):
    """Can be stopped at any time and started again."""

    help = (
        "Indexes articles and comments for search again: after LANGUAGE_CODE has changed, or after "
        "rows were written past the application."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--detect-languages",
            action="store_true",
            help="set the language of imported articles that have none, if it is certain",
        )

    def handle(self, *args: Any, detect_languages: bool, **options: Any) -> None:
        written = index_everything(Article, Comment, with_languages=detect_languages)
        self.stdout.write(f"Texts indexed again: {written}.")
        if written and connection.vendor == "postgresql":
            self.stdout.write(
                "Autovacuum frees the space of the old index entries; to free it now, run "
                "VACUUM commentary_searchrow."
            )
