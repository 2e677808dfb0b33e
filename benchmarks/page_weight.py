"""Measure how heavy the pages of a long discussion are, compressed as they are sent.

``python -m benchmarks.page_weight [COMMENTS] [WORDS]`` fills the empty database in DATABASE_URL with
a discussion of many comments, each of this many words on average, and follows its pages. The words
are those of the guides in random order, which compress less than sentences do.
"""

import gzip
import re
import sys
from pathlib import Path
from random import Random

from benchmarks import start_django

GUIDES = Path(__file__).parent.parent / "docs"


def main(count: int, words: int) -> None:
    start_django()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from commentary import discussions
    from commentary.models import Article, Comment

    call_command("migrate", verbosity=0)
    client, dice = Client(SERVER_NAME="127.0.0.1"), Random(1)
    vocabulary = re.findall(r"\w+", " ".join(p.read_text() for p in sorted(GUIDES.rglob("*.md"))))
    article = Article.objects.create(title="Weight", slug="weight", is_published=True)
    bodies = [
        " ".join(dice.choices(vocabulary, k=dice.randint(1, 2 * words - 1))) for _ in range(count)
    ]
    shape = [None if i % 8 == 0 else dice.randrange(i - i % 8, i) for i in range(count)]
    rows = [Comment(body=body, name=dice.choice(vocabulary)) for body in bodies]
    discussions.import_comments(article.pk, rows, shape)
    address = article.get_absolute_url()
    while address:
        html = client.get(address).content
        shown = html.count(b"data-number=")
        sys.stdout.write(
            f"{connection.vendor}: {count} comments of {words} words: {shown} on a page of "
            f"{len(html) / 1000:.0f} kB, {len(gzip.compress(html, 6)) / 1000:.1f} kB compressed\n"
        )
        following = re.search(rb'<link rel="next" href="([^"]+)"', html)
        address = following[1].decode().replace("&amp;", "&") if following else ""


if __name__ == "__main__":
    main(*(int(number) for number in (sys.argv[1:] + ["410", "60"][len(sys.argv) - 1 :])))
