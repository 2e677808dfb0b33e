import json

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from ...exporting.json import article_as_dict, export_as_dict, pages_as_dict
from ...models import Article


class Command(BaseCommand):
    """Writes articles with their comments to standard output as JSON."""

    help = "Export an article, or all articles, with all comments as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        chosen = parser.add_mutually_exclusive_group(required=True)
        chosen.add_argument(
            "slug",
            nargs="?",
            help="current or former slug of the article",
        )
        chosen.add_argument(
            "--all", action="store_true", help="export every article, including drafts"
        )
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *args: object, slug: str | None, all: bool, **options: object) -> None:
        if all:
            self.write_all()
            return
        named = Article.objects.filter(Q(slug=slug) | Q(former_slugs__slug=slug))
        article = named.select_related("discussion").first()
        if article is None:
            raise CommandError(f"No article has the slug {slug}.")
        self.stdout.write(json.dumps(article_as_dict(article), ensure_ascii=False, indent=1))

    def write_all(self) -> None:
        """Write one JSON object, article by article."""
        self.stdout.write('{"articles": [')
        between = ""
        for pk in Article.objects.order_by("pk").values_list("pk", flat=True):
            article = Article.objects.select_related("discussion").get(pk=pk)
            made = json.dumps(export_as_dict(article), ensure_ascii=False, indent=1)
            self.stdout.write(between + made)
            between = ","
        not_articles, duplicates = pages_as_dict()
        rest = json.dumps(
            {"not_articles": not_articles, "duplicates": duplicates}, ensure_ascii=False
        )
        self.stdout.write(f"], {rest[1:]}")
