import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from commentary.exporters.json import article_as_dict
from commentary.models import Article


class Command(BaseCommand):
    """Writes one article with its comments to standard output."""

    help = "Prints an article and all its comments."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the last part of the article's address")
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *args: Any, slug: str, **options: Any) -> None:
        try:
            article = Article.objects.select_related("discussion").get(slug=slug)
        except Article.DoesNotExist as missing:
            raise CommandError(f"No article has the address {slug}.") from missing
        self.stdout.write(json.dumps(article_as_dict(article), ensure_ascii=False, indent=1))
