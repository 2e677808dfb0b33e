"""Lists read no text that they don't show: neither search text nor whole bodies of articles."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commentary.models import Article, Author, Byline, Rule
from commentary.models.queries.articles import BEGINNING, PICTURES
from commentary.models.tallies import PER_PART

COPIES = (
    'commentary_article"."search_text"',
    'commentary_comment"."search_text"',
    'author"."search_text"',
)
BODY = 'commentary_article"."body"'
# For an excerpt and a first picture, lists of articles read pieces of limited lengths.
PLACE = re.compile(rf"""(?:STRPOS|INSTR)\("{BODY}, '[^']*'\)""")
PIECE = re.compile(rf"""SUBSTR(?:ING)?\("{BODY}, (?:1|PLACE), (?:{BEGINNING}|{PICTURES})\)""")

LISTS = [
    "/",
    "/archive/2026/",
    "/archive/2026/01/",
    "/archive/undated/",
    "/authors/",
    "/authors/ada/",
    "/commenters/ann/",
    "/responses/",
    "/moderation/",
    "/articles.json",
    "/comments.atom",
    "/articles/why-bees-dance.atom",
    "/articles/why-bees-dance/branches/1.atom",
    "/sitemap.xml",
    "/sitemaps/pages.xml",
    "/sitemaps/articles-{part}.xml",
    "/sitemaps/authors-0.xml",
]
# These show parts of the bodies.
TEXTS = [
    "/articles.atom",
    "/authors/ada.atom",
    "/search/?q=by:ann",
    "/search/?q=on:bees",
    "/search/?q=before:2030",
    "/search.atom?q=words",
    "/search.json?q=words",
    "/articles/why-bees-dance.json",
    "/articles/why-bees-dance/comments/1.json",
    "/articles/why-bees-dance/",
    "/articles/why-bees-dance/branches/1/",
]
ADMIN = [
    "/admin/commentary/article/",
    "/admin/commentary/article/?q=bees",
    "/admin/commentary/comment/",
    "/admin/commentary/comment/?q=words",
    "/admin/commentary/comment/?status__exact=approved",
    "/admin/commentary/discussion/",
    "/admin/commentary/auditentry/",
    "/admin/commentary/author/",
    "/admin/commentary/rule/",
    "/admin/commentary/importrun/",
    "/admin/commentary/source/",
    "/admin/moderation/",
    "/admin/moderation/?state=reported",
    "/admin/moderation/?state=unreviewed",
    "/admin/moderation/?state=decided",
    "/admin/points/",
    "/admin/autocomplete/?app_label=commentary&model_name=comment&field_name=author",
    "/admin/autocomplete/?app_label=commentary&model_name=byline&field_name=author",
]


@pytest.fixture
def archive(article, threads):
    article.body, article.published_at = "1. Words of the body", "2026-01-01T00:00Z"
    article.save()
    Byline.objects.create(article=article, author=Author.objects.create(name="Ada", slug="ada"))
    Rule.objects.create(kind="links", pattern="1", action="hold", article=article)
    cache.clear()


def statements(client, address: str) -> list[str]:
    address = address.format(part=Article.objects.get().pk // PER_PART)
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address)
        b"".join(response.streaming_content) if response.streaming else response.content
    assert response.status_code == 200, address
    return [query["sql"] for query in asked]


def selected(sql: str) -> str:
    """Return the columns that a statement selects."""
    return sql.partition(" FROM ")[0]


@pytest.mark.parametrize("address", [*LISTS, *TEXTS])
def test_no_public_page_reads_search_text(client, archive, address):
    for sql in statements(client, address):
        assert not any(copy in selected(sql) for copy in COPIES), sql


@pytest.mark.parametrize("address", LISTS)
def test_no_list_reads_whole_bodies_of_articles(client, archive, address):
    for sql in statements(client, address):
        assert BODY not in PIECE.sub("", PLACE.sub("PLACE", selected(sql))), sql


@pytest.mark.parametrize("address", ADMIN)
def test_no_admin_list_reads_search_text_or_bodies_of_articles(admin_client, archive, address):
    for sql in statements(admin_client, address):
        assert not any(text in selected(sql) for text in (*COPIES, BODY)), sql
