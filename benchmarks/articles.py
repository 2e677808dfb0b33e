"""Compare the times of lists, feeds, searches and posts with 100,000 articles and with 1,000.

``python -m benchmarks.articles [ARTICLES]`` fills the database of DATABASE_URL, which must be
empty, and a second one with 1,000 articles next to it. The same page is requested from both in
turn, so that both measure the machine in the same state; it shows the same number of rows from each. Prints
the median time of each page when it is built and when it is stored, and the ratio to 1,000
articles. Only ratios can be compared between machines.
"""

import random
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter

from django.core.cache.backends.locmem import LocMemCache

from benchmarks import start_django

FEW = 1_000
YEARS = 24
LISTED = 200  # articles of one month and of one author, on both sites, for lists of several pages
RARE = 300  # articles with a rare word, on both sites
FEWEST_AUTHORS = 100
PER_AUTHOR = 50
ROUNDS = 21
BATCH = 5_000
ADDRESSES = {
    "home": "/",
    "home, page 2": "/?page=2",
    "home, in the middle": "/?page={middle}",
    "archive of a year": "/archive/2011/",
    "archive of a month": "/archive/2011/03/",
    "articles without a date": "/archive/undated/",
    "authors": "/authors/",
    "an author": "/authors/author-3/",
    "responses": "/responses/",
    "moderation log": "/moderation/",
    "an article": "/articles/article-7/",
    "feed of articles": "/articles.atom",
    "feed of an author": "/authors/author-3.atom",
    "feed of comments": "/comments.atom",
    "articles as JSON": "/articles.json",
    "index of sitemaps": "/sitemap.xml",
    "sitemap of lists": "/sitemaps/pages.xml",
    "sitemap of articles": "/sitemaps/articles-0.xml",
    "sitemap of authors": "/sitemaps/authors-0.xml",
    "search for a common word": "/search/?q=harbour",
    "search for a rare word": "/search/?q=lighthouse",
    "search for nothing": "/search/?q=nowhere",
    "search for a word beginning": "/search/?q=lightho*",
    "search for a phrase": "/search/?q=%22harbour+harbour%22",
    "random article": "/random/",
    "admin: articles": "/admin/commentary/article/",
    "admin: comments": "/admin/commentary/comment/",
    "admin: discussions": "/admin/commentary/discussion/",
    "admin: authors": "/admin/commentary/author/",
    "admin: queue": "/admin/moderation/",
    "admin: overview": "/admin/",
}


def main(many: int) -> None:
    start_django()
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.core.cache import cache
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from commentary import discussions
    from commentary.models import Article, Author, Byline, Comment, Discussion
    from commentary.reading.comment_form import CommentForm

    settings.FORM_LEAST_AGE = 0
    settings.POSTS_PER_MINUTE = settings.POSTS_PER_HOUR = 1_000_000
    settings.ARTICLE_POSTS_PER_MINUTE = settings.SITE_POSTS_PER_MINUTE = 1_000_000
    call_command("migrate", verbosity=0)

    dice = random.Random(20260131)

    def fill(count: int) -> None:
        call_command("migrate", verbosity=0)
        User.objects.create_superuser("ed")
        authors = Author.objects.bulk_create(
            Author(name=f"Author {n}", slug=f"author-{n}")
            for n in range(max(count // PER_AUTHOR, FEWEST_AUTHORS))
        )
        for first in range(0, count, BATCH):
            part = range(first, min(first + BATCH, count))
            articles = Article.objects.bulk_create(article(n, count) for n in part)
            Discussion.objects.bulk_create(Discussion(article=one) for one in articles)
            Byline.objects.bulk_create(
                Byline(article=one, author=authors[3 if n < LISTED else n % len(authors)])
                for n, one in zip(part, articles, strict=True)
            )
        for slug in ("article-0", "article-7"):
            about = Article.objects.get(slug=slug)
            said = [Comment(body=f"A comment, number {i}.", name="Ann") for i in range(200)]
            parents = [None if i % 4 == 0 else i - 1 for i in range(200)]
            discussions.import_comments(about.pk, said, parents)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")

    def article(n: int, count: int) -> Article:
        """Return article `n` of `count`."""
        day = datetime(2002, 1, 1, tzinfo=UTC) + timedelta(minutes=dice.randrange(YEARS * 525_600))
        if n < LISTED:
            day = datetime(2011, 3, 1, tzinfo=UTC) + timedelta(hours=n)
        is_rare = n % (count // RARE) == 0
        words = [f"word{dice.randrange(20_000)}" for _ in range(40)]
        return Article(
            title=f"Article {n}",
            slug=f"article-{n}",
            body=" ".join([*words, *["harbour"] * (n % 2), *["lighthouse"] * is_rare]),
            is_published=n % 50 != 49,
            published_at=None if n % 20 == 19 else day,
        )

    def get(path: str) -> float:
        """Request a page and return the seconds that it took."""
        client = Client(SERVER_NAME="127.0.0.1")
        if path.startswith("/admin/"):
            client.force_login(User.objects.get())
        started = perf_counter()
        response = client.get(path)
        taken = perf_counter() - started
        if response.status_code not in (200, 302):
            raise SystemExit(f"{path} answers {response.status_code}")
        return taken

    def post(_path: str) -> float:
        talked = Article.objects.get(slug="article-0")
        form = CommentForm(article=talked)
        sent = {"reply": "article", "body": f"Words {dice.random()}", "stamp": form.stamp}
        started = perf_counter()
        response = Client(SERVER_NAME="127.0.0.1").post(
            f"{talked.get_absolute_url()}respond/", sent
        )
        if response.status_code != 303:
            raise SystemExit(f"A post is answered with {response.status_code}")
        return perf_counter() - started

    def compare(what: str, act: Callable[[str], float], address: str, kept: bool) -> str:
        times: dict[int, list[float]] = {FEW: [], many: []}
        for _ in range(ROUNDS + 2):
            for count, taken in times.items():
                sites[count].use()
                if not kept:
                    cache.clear()
                middle = count // settings.ARTICLES_PER_PAGE // 2
                taken.append(act(address.format(middle=middle)))
        few, more = (median(taken[2:]) * 1000 for taken in times.values())
        return f"{what} {more:.1f} ms, {more / few:.2f} times"

    sites = {count: Site(count) for count in (FEW, many)}
    for count, site in sites.items():
        site.use()
        fill(count)
    for name, address in ADDRESSES.items():
        cold, warm = (compare(what, get, address, what == "warm") for what in ("cold", "warm"))
        sys.stdout.write(f"{connection.vendor}: {name}: {cold}; {warm} that of {FEW:,} articles\n")
    sys.stdout.write(f"{connection.vendor}: {compare('a post:', post, '', True)}\n")


class Site:
    """A separate database and cache with this number of articles."""

    def __init__(self, count: int) -> None:
        from django.core.cache import caches
        from django.db import connections
        from django.db.utils import load_backend

        database = dict(connections.settings["default"])
        if count == FEW:
            name = f"{database['NAME']}_few"
            if "postgresql" in database["ENGINE"]:
                with connections["default"].cursor() as cursor:
                    cursor.execute(f"CREATE DATABASE {name}")
            database["NAME"] = name
        backend = load_backend(database["ENGINE"])
        self.connection = backend.DatabaseWrapper(database, "default")
        self.cache = LocMemCache(str(count), {})
        self.caches, self.connections = caches, connections

    def use(self) -> None:
        """Make this the current site."""
        self.connections["default"] = self.connection
        self.caches["default"] = self.cache


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
