"""Measure feeds, the API and sitemaps of a large site without cache, compared with a small site.

``python -m benchmarks.machines [COMMENTS] [ARTICLES]`` fills the empty database in DATABASE_URL.
Prints ratios, since seconds aren't comparable between machines.
"""

import sys
from time import perf_counter

from benchmarks import start_django


def main(comments: int, articles: int) -> None:
    start_django()
    from django.core.cache import cache
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from commentary import discussions
    from commentary.models import Article, Comment, Discussion

    call_command("migrate", verbosity=0)
    text = "A comment of some length, as people write them, with one more clause. " * 4
    client = Client(SERVER_NAME="127.0.0.1")

    def discuss(slug: str, many: int) -> None:
        """Create an article with half of its comments in one thread."""
        article = Article.objects.create(title=slug, slug=slug, is_published=True)
        parents = [None if i % 2 or not i else i // 2 - i // 2 % 2 for i in range(many)]
        discussions.import_comments(article.pk, [Comment(body=text) for _ in parents], parents)

    def cost(path: str) -> float:
        """Return the milliseconds for an uncached page, the best of five."""
        best = float("inf")
        for _ in range(5):
            cache.clear()
            started = perf_counter()
            response = client.get(path)
            best = min(best, perf_counter() - started)
            if response.status_code != 200:
                raise SystemExit(f"{path}: {response.status_code}")
        return best * 1e3

    def paths(slug: str, many: int) -> dict[str, str]:
        return {
            "feed of all comments": "/comments.atom",
            "feed of an article": f"/articles/{slug}.atom",
            "its middle": f"/articles/{slug}.atom?before={many // 2}",
            "feed of its first branch": f"/articles/{slug}/branches/1.atom",
            "JSON of an article": f"/articles/{slug}.json",
            "its middle, JSON": f"/articles/{slug}.json?after={many // 2}",
            "JSON of a comment": f"/articles/{slug}/comments/{many // 2}.json",
        }

    discuss("small", 1_000)
    small = {name: cost(path) for name, path in paths("small", 1_000).items()}
    discuss("large", comments)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    for name, path in paths("large", comments).items():
        large = cost(path)
        sys.stdout.write(
            f"{connection.vendor}: {name}, {comments} comments: {large:.0f} ms, "
            f"{large / small[name]:.1f} times that of 1000\n"
        )
    rows = [Article(title=f"{i}", slug=f"a{i}", is_published=True) for i in range(articles)]
    stored = Article.objects.bulk_create(rows, batch_size=5_000)
    Discussion.objects.bulk_create([Discussion(article=a) for a in stored], batch_size=5_000)
    for path in ("/sitemap.xml", "/sitemaps/articles-0.xml", "/articles.atom", "/articles.json"):
        sys.stdout.write(f"{connection.vendor}: {path}, {articles} articles: {cost(path):.0f} ms\n")


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    main(*(given + [100_000, 100_000][len(given) :]))
