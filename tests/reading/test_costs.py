"""No public page takes more queries for many comments than for few.

The cost of cached pages, and access to pages, are tested with each page.
"""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commentary import discussions, urls
from commentary.models import Article, Author, Byline, Comment, Discussion, PointLink, TextPage
from commentary.models.tallies import PER_PART
from tests.conftest import keys, make_article

A = "/articles/why-bees-dance"
NEW = f"{A}/new/?since=2026-01-01"
# For each route: URLs that answer with a page or redirect to one.
ADDRESSES = {
    "home": ["/"],
    "article": [
        f"{A}/",
        f"{A}/?sort=newest",
        f"{A}/?sort=replies",
        f"{A}/?sort=active",
        f"{A}/?view=roots",
        f"{A}/?since=2026-01-01",
    ],
    "history": [f"{A}/on/2026-01-05/"],
    "point": [f"{A}/points/1/"],
    "respond": [f"{A}/respond/"],
    "respond_to_point": [f"{A}/points/1/respond/"],
    "reply": [f"{A}/reply/2/"],
    "permalink": [f"{A}/comments/2/", f"{A}/comments/3/"],
    "cite": [f"{A}/cite/", f"{A}/points/1/cite/", f"{A}/comments/2/cite/", f"{A}/cite.bib"],
    "time_gate": [f"{A}/timegate/"],
    "time_map": [f"{A}/timemap/", f"{A}/timemap/2026/"],
    "former": [f"{A}/former/"],
    "former_comment": [f"{A}/former/comment/?id=comment-2&ours=1"],
    "more": [f"{A}/comments/1/more/", f"{A}/comments/2/more/"],
    "keys": ["/keys/"],
    "wordings": [f"{A}/comments/2/history/"],
    "branch": [f"{A}/branches/1/", f"{A}/branches/2/"],
    "jump": [f"{A}/jump/?to=2026-01-01"],
    "new_comments": [NEW, f"{NEW}&from=1", f"{A}/new/?seen=1"],
    "report": [f"{A}/comments/2/report/"],
    "moderation_log": ["/moderation/"],
    "search": ["/search/", "/search/?q=words", "/search/?q=words&sort=date", "/search/?q=by:ann"],
    "search_feed": ["/search.atom?q=words"],
    "search_json": ["/search.json?q=words"],
    "authors": ["/authors/"],
    "author": ["/authors/ada/"],
    "commenter": [f"/commenters/ann/{end}" for end in ("", "?sort=oldest", "?sort=replies")],
    "commenter_feed": ["/commenters/ann.atom"],
    "responses": ["/responses/"],
    "random_article": ["/random/"],
    "text_page": ["/pages/imprint/"],
    "years": ["/archive/"],
    "archive": ["/archive/undated/", "/archive/2026/", "/archive/2026/01/"],
    "article_list_feed": ["/articles.atom"],
    "comment_list_feed": ["/comments.atom"],
    "article_feed": [f"{A}.atom"],
    "branch_feed": [f"{A}/branches/1.atom"],
    "author_feed": ["/authors/ada.atom"],
    "api": ["/api/"],
    "openapi": ["/openapi.json"],
    "article_list_json": ["/articles.json"],
    "article_json": [f"{A}.json"],
    "comment_json": [f"{A}/comments/2.json"],
    "sitemap": ["/sitemap.xml"],
    "sitemap_pages": ["/sitemaps/pages.xml"],
    "sitemap_part": ["/sitemaps/articles-{part}.xml"],
    "robots": ["/robots.txt"],
}
# Only for the commenter, and for editors.
OF_WRITERS = {"edit", "second_look", "withdraw"}
OF_EDITORS = {"moderate"}
# For whoever has a link from an e-mail; see tests/notifications.
OF_TOKENS = {"confirm_subscription", "unsubscribe", "waiting_feed"}
# Files; see tests/media and tests/reading/test_site_file.py.
NO_PAGES = {"media", "site_file", "theme"}
# If a page can't show everything, one more query counts the total.
COUNTING = {
    address
    for name in (
        "article",
        "branch",
        "former",
        "history",
        "point",
        "reply",
        "respond",
        "respond_to_point",
    )
    for address in ADDRESSES[name]
}


def test_every_public_url_is_covered():
    assert ADDRESSES.keys() | OF_WRITERS | OF_EDITORS | OF_TOKENS | NO_PAGES == {
        route.name for route in urls.urlpatterns
    }


def add_threads(article, count: int) -> None:
    """Add threads of three comments: one closed, with a reply and a removed reply, two of them
    linked to a point.
    """
    words = ("Words to open", "Words to answer", "Words too many")
    rows = [
        Comment(body=body, name=name, dated_at="2026-01-02T09:00Z")
        for _ in range(count)
        for body, name in zip(words, ("", "Ann", "Bo"), strict=True)
    ]
    shape = [None if i % 3 == 0 else i - i % 3 for i in range(len(rows))]
    made = discussions.import_comments(article.pk, rows, shape)
    links = PointLink.objects.bulk_create(
        PointLink(
            comment=comment,
            discussion_id=article.pk,
            point=1,
            origin=PointLink.Origin.EDITOR,
            state=PointLink.State.DISMISSED,
        )
        for comment in made
    )
    linked = discussions.decide_point_links("link", keys(links), by="test")
    removed = discussions.decide("remove", keys(made[2::3]), "test", "personal remark")
    assert len(linked.entries) == len(made) == 3 * len(removed.entries)
    discussions.correct(made[1], "test", "Ann", "Words to answer, corrected")
    for first in made[::3]:
        discussions.close(first, by="test")


def costs(client) -> dict[str, int]:
    """Return the number of queries for each URL with an empty cache."""
    taken = {}
    for address in sum(ADDRESSES.values(), []):
        cache.clear()
        path = address.format(part=Article.objects.earliest("pk").pk // PER_PART)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(path)
        assert response.status_code in (200, 302, 410), address
        taken[address] = len(queries)
    return taken


def test_every_page_takes_the_same_number_of_queries_for_300_comments_as_for_3(client, db):
    article = make_article("Why bees dance", body="1. A point.", published_at="2026-01-01T09:00Z")
    make_article("Undated")
    TextPage.objects.create(title="Imprint", slug="imprint", is_published=True)
    Byline.objects.create(article=article, author=Author.objects.create(name="Ada", slug="ada"))
    add_threads(article, 1)
    few = costs(client)
    add_threads(article, 99)
    many = costs(client)
    assert [path for path in few if many[path] > few[path] + (path in COUNTING)] == []


@pytest.mark.slow
def test_every_page_takes_the_same_number_of_queries_for_3000_articles_as_for_3(client, db):
    """Every list has a single page for few articles and a first page for many; counting takes one
    query in both cases.
    """
    article = make_article("Why bees dance", body="1. A point.", published_at="2026-01-01T09:00Z")
    ada = Author.objects.create(name="Ada", slug="ada")
    Byline.objects.create(article=article, author=ada)
    TextPage.objects.create(title="Imprint", slug="imprint", is_published=True)
    make_article("Undated")
    make_article("Words", published_at="2026-01-03T09:00Z")
    add_threads(article, 1)
    few = costs(client)
    more = Article.objects.bulk_create(
        Article(
            title=f"Words {i}",
            slug=f"more-{i}",
            is_published=True,
            published_at=f"20{i % 27:02}-01-02T09:00Z" if i % 9 else None,
        )
        for i in range(3_000)
    )
    Discussion.objects.bulk_create(Discussion(article=one) for one in more)
    Byline.objects.bulk_create(Byline(article=one, author=ada) for one in more)
    many = costs(client)
    assert {path: (few[path], many[path]) for path in few if many[path] > few[path]} == {}
