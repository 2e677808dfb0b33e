"""Writing and publishing articles."""

import pytest
from django.urls import reverse

from commentary.models import Article, Author, Byline
from tests.conftest import make_article

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_ed(client, ed):
    client.force_login(ed)
    return client


def form(**fields) -> dict[str, str]:
    """What the admin's form sends."""
    empty = {
        f"{prefix}-{key}": value
        for prefix in ("bylines", "related")
        for key, value in {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0"}.items()
    }
    return empty | {"title": "", "slug": "", "body": "", "source_url": ""} | fields


def test_an_article_is_written_with_points_and_a_byline(as_ed):
    author = Author.objects.create(name="Ines Falk", slug="ines-falk")
    answer = as_ed.post(
        reverse("admin:commentary_article_add"),
        form(
            title="Two points",
            slug="two-points",
            body="1. First.\n\n2. Second.\n\nAnd an end.",
            is_published="on",
            **{"bylines-TOTAL_FORMS": "1", "bylines-0-author": author.pk, "bylines-0-position": 0},
        ),
    )
    assert answer.status_code == 302
    article = Article.objects.get()
    assert [(b.kind, b.number) for b in article.blocks] == [
        ("point", 1),
        ("point", 2),
        ("paragraph", None),
    ]
    assert list(article.authors.all()) == [author]
    assert article.discussion.version >= 1


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("", ["Wasps", "Bees", "A draft"]),
        ("dance", ["Wasps", "Bees"]),
        ('"wasps dance"', ["Wasps"]),
        ("dance -wasps", ["Bees"]),
        ("café", ["A draft"]),
        ("CAFE after:2011", ["A draft"]),
        ("author:falk", ["Bees"]),
        ("falk", ["Bees"]),
        ("alk", ["Bees"]),
        ("ee-addr", ["Bees"]),
        ("nothing", []),
        ("!", []),
    ],
)
def test_an_article_is_found_by_part_of_its_name_or_as_readers_search(as_ed, term, found):
    make_article("A draft", body="Of a Café.", is_published=False, published_at="2012-01-01T00:00Z")
    bees = make_article(
        "Bees", body="All dance.", slug="bee-address", published_at="2013-01-01T00:00Z"
    )
    make_article("Wasps", body="Even wasps dance.", published_at="2014-01-01T00:00Z")
    author = Author.objects.create(name="Ines Falk", slug="ines-falk")
    Byline.objects.create(article=bees, author=author)
    page = as_ed.get(reverse("admin:commentary_article_changelist"), {"q": term})
    assert [a.title for a in page.context["cl"].result_list] == found


def test_a_change_moves_the_version(as_ed, article):
    before = article.discussion.version
    as_ed.post(
        reverse("admin:commentary_article_change", args=[article.pk]),
        form(title="Why bees dance again", slug=article.slug, is_published="on"),
    )
    article.refresh_from_db()
    assert article.title == "Why bees dance again"
    article.discussion.refresh_from_db()
    assert article.discussion.version != before


def test_publishing_and_withdrawing_from_the_list(as_ed, article):
    address = reverse("admin:commentary_article_changelist")
    as_ed.post(address, {"action": "withdraw", "_selected_action": [article.pk]})
    assert not Article.objects.get().is_published
    as_ed.post(address, {"action": "publish", "_selected_action": [article.pk]})
    assert Article.objects.get().is_published


def test_a_moderator_writes_no_articles(client, mo, article):
    client.force_login(mo)
    assert client.get(reverse("admin:commentary_article_add")).status_code == 403
    address = reverse("admin:commentary_article_change", args=[article.pk])
    assert client.post(address, form(title="Mine", slug="mine")).status_code == 403
