"""Measure how fast comments are stored: tree.bulk_insert compared with inserting them one by one.

``python -m benchmarks.bulk_insert [COMMENTS]`` fills the empty database in DATABASE_URL. Prints one
line. Ratios are comparable between machines, seconds are not.
"""

import random
import sys
from time import perf_counter

from benchmarks import start_django


def main(count: int) -> None:
    start_django()
    from django.core.management import call_command
    from django.db import connection

    from commentary.discussions import tree
    from commentary.models import Article, Comment

    call_command("migrate", verbosity=0)
    dice = random.Random(20260101)
    text = "A comment of some length, as people write them, with one more clause. " * 4

    def article(slug: str) -> int:
        return Article.objects.create(title=slug, slug=slug).pk

    def timed(many: int, slug: str, one_by_one: bool = False) -> float:
        """Return microseconds per comment, in threads of about ten."""
        pk = article(slug)
        parents = [None if i % 10 == 0 else dice.randrange(i - i % 10, i) for i in range(many)]
        started = perf_counter()
        if one_by_one:
            stored: list[int] = []
            for parent in parents:
                above = None if parent is None else stored[parent]
                stored.append(tree.insert(pk, Comment(body=text), above).pk)
        else:
            tree.bulk_insert(pk, [Comment(body=text) for _ in parents], parents)
        return (perf_counter() - started) / many * 1e6

    slow, half, fast = timed(500, "one", True), timed(count // 2, "half"), timed(count, "all")
    sys.stdout.write(
        f"{connection.vendor}: bulk insert of {count} comments {fast * count / 1e6:.1f} s, "
        f"{slow / fast:.0f} times as fast as one by one; per comment {fast / half:.2f} times "
        f"the cost of half as many\n"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
