"""Measure a page of a very long discussion, compared with one of a short discussion.

``python -m benchmarks.reading [COMMENTS]`` fills the empty database in DATABASE_URL. The two pages
are requested in turn, so that both see the same load; the result is the ratio of the fastest
responses.
"""

import sys
from collections.abc import Iterable
from time import perf_counter

from benchmarks import start_django

WORDS = "A comment of some length, as people write them, with one more clause. " * 4
ROUNDS = 30


def main(count: int) -> None:
    start_django()
    from django.core.cache import cache
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from commentary import discussions
    from commentary.models import Article, Comment

    call_command("migrate", verbosity=0)
    client = Client(SERVER_NAME="127.0.0.1")

    def article(slug: str, parents: Iterable[int | None]) -> str:
        made = Article.objects.create(title=slug, slug=slug, body="1. A point.", is_published=True)
        shape = list(parents)
        discussions.import_comments(made.pk, [Comment(body=WORDS) for _ in shape], shape)
        return made.get_absolute_url()

    def threads(many: int) -> str:
        """Create threads of ten comments."""
        shape = (None if i % 10 == 0 else i - 1 - i % 3 * (i % 10 > 3) for i in range(many))
        return article(f"threads-{many}", shape)

    def cost(address: str, warm: bool) -> float:
        if not warm:
            cache.clear()
        started = perf_counter()
        response = client.get(address)
        taken = perf_counter() - started
        if response.status_code != 200:
            raise SystemExit(f"{address} answers {response.status_code}")
        return taken

    def compare(what: str, large: str, small: str, warm: bool = False) -> None:
        pairs = [(cost(large, warm), cost(small, warm)) for _ in range(ROUNDS + 3)][3:]
        one, other = (min(times) * 1000 for times in zip(*pairs, strict=True))
        sys.stdout.write(
            f"{connection.vendor}: {what}: {one / other:.2f} times ({one:.1f} ms, {other:.1f} ms)\n"
        )

    small, large = threads(1_000), threads(count)
    short = article("short", [None, *[0] * 999])
    wide = article("wide", [None, *[0] * 20_000])
    deep = article("deep", [None, *range(4_999)])
    low = article("low", [None, *range(99)])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    middle = count // 20 * 10
    versus = f"{count:,} comments against 1,000"
    compare(f"article, {versus}", large, small)
    compare(f"article kept ready, {versus}", large, small, warm=True)
    compare(f"a page in the middle, {versus}", f"{large}?after={middle + 1}", f"{small}?after=501")
    for sort in ("newest", "replies"):
        compare(f"article by {sort}, {versus}", f"{large}?sort={sort}", f"{small}?sort={sort}")
    compare(f"a form in place, {versus}", f"{large}reply/{middle + 1}/", f"{small}reply/501/")
    compare("20,000 replies to one, against 1,000", f"{wide}branches/1/", f"{short}branches/1/")
    compare(
        "a page in their middle", f"{wide}branches/1/?after=10000", f"{short}branches/1/?after=500"
    )
    compare("one of them", f"{wide}branches/10000/", f"{short}branches/500/")
    compare("a chain of 5,000, against 100", f"{deep}branches/1/", f"{low}branches/1/")
    compare("in its middle", f"{deep}branches/2500/", f"{low}branches/50/")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
