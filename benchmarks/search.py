"""Measure searches among 15,000 comments and, with SEARCH=1000000, among that many more.

``python -m benchmarks.search`` fills the empty database in DATABASE_URL. Prints for each size the
slowest and the median search, and the ratio to a scan of all texts; ratios are comparable between
machines, milliseconds are not. Also prints the size of the index including the rows it refers to.
"""

import os
import random
import sys
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from statistics import median
from time import perf_counter

from benchmarks import start_django

PER_ARTICLE = 1_000
# Words by frequency.
RANKS = {"common": 3, "usual": 5, "known": 60, "familiar": 75, "seldom": 900, "rare": 20_000}
QUERIES = [
    "{common}",
    "{known}",
    "{seldom}",
    "{rare}",
    "{common} {known}",
    "{common} {seldom}",
    '"{common} {known}"',
    '"{common} {usual}"',
    '"{known} {familiar}"',
    '"{seldom} {common}"',
    '"{common} {usual} {known}"',
    '-"{common} {usual}" {known}',
    "{known} -{common}",
    "-{common}",
    "{known} by:Ann",
    "{common} on:article-1",
    "{common} before:2006",
    "{seldom} after:2006",
    "{known} {familiar} -{common}",
    "{known}* {seldom}",
    "had*",
    "bab* fod* gig*",
    "nowhere",
]


def main(more: int) -> None:
    start_django()
    from django.core.management import call_command
    from django.db import connection

    from commentary import discussions, search
    from commentary.models import Article, Comment

    call_command("migrate", verbosity=0)
    dice = random.Random(20260131)
    syllables = [a + b for a in "bcdfghklmnprstvw" for b in "aeiou"]
    words = ["".join(dice.choices(syllables, k=2 + (i > 400) + (i > 8_000))) for i in range(40_000)]
    chances = list(accumulate(1 / (i + 2.7) for i in range(len(words))))
    queries = [q.format(**{name: words[rank] for name, rank in RANKS.items()}) for q in QUERIES]

    def text(length: int) -> str:
        return " ".join(dice.choices(words, cum_weights=chances, k=length))

    def fill(articles: range) -> None:
        for n in articles:
            begun = datetime(2005, 1, 1, tzinfo=UTC) + timedelta(days=7 * n)
            article = Article.objects.create(
                title=f"Article {n}", slug=f"article-{n}", is_published=True, body=text(800)
            )
            comments = [
                Comment(
                    name=dice.choice(("", "Ann", "Bo Lee", "Cleo")),
                    body=text(dice.randint(10, 110)),
                    dated_at=begun + timedelta(minutes=dice.randrange(30_000)),
                )
                for _ in range(PER_ARTICLE)
            ]
            discussions.import_comments(article.pk, comments, [None] * len(comments))
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")

    def milliseconds(act) -> float:
        """Return the best of three."""
        taken = []
        for _ in range(3):
            started = perf_counter()
            act()
            taken.append(perf_counter() - started)
        return min(taken) * 1000

    def index_size() -> int:
        """Return the size in bytes: on PostgreSQL of the rows and their index, on SQLite of the
        index.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_total_relation_size('commentary_searchrow')"
                if connection.vendor == "postgresql"
                else "SELECT sum(length(block)) FROM commentary_words_data"
            )
            return cursor.fetchone()[0]

    def measure(count: int) -> None:
        taken = {}
        for asked in queries:
            query = search.parse_query(asked)

            def page(query=query) -> None:
                hits = search.find(query)
                search.results(query, [hit for _s, hit in search.rank(query, hits.newest)][:20])

            taken[asked] = milliseconds(page)
        scan = milliseconds(lambda: Comment.objects.filter(body__icontains="nowhere").count())
        slowest = max(taken, key=taken.__getitem__)
        sys.stdout.write(
            f"{connection.vendor}: pages of results from {count} comments in "
            f"{median(taken.values()):.0f} ms, the slowest ({slowest}) in {taken[slowest]:.0f} ms; "
            f"a scan takes {scan / median(taken.values()):.0f} times the middle one; "
            f"the index has {index_size():,} bytes\n"
        )

    begun = 15
    fill(range(begun))
    measure(begun * PER_ARTICLE)
    if more > begun * PER_ARTICLE:
        fill(range(begun, more // PER_ARTICLE))
        measure(more // PER_ARTICLE * PER_ARTICLE)


if __name__ == "__main__":
    main(int(os.environ.get("SEARCH") or 0))
