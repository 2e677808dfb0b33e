"""Writing and publishing articles."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from commentary import discussions
from commentary.models import Article, Author, Byline, Comment
from commentary.search import find, parse_query
from tests.conftest import local, make_article

pytestmark = pytest.mark.django_db


def form(**fields) -> dict[str, str]:
    """The data that the admin's form submits."""
    empty = {
        f"{prefix}-{key}": value
        for prefix in ("bylines", "related")
        for key, value in {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0"}.items()
    }
    return empty | {"title": "", "slug": "", "body": "", "source_url": ""} | fields


def test_an_article_can_be_written_with_points_and_a_byline(as_ed):
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
def test_an_article_is_found_by_part_of_its_title_or_with_search_operators(as_ed, term, found):
    make_article("A draft", body="Of a Café.", is_published=False, published_at=local("2012-01-01"))
    bees = make_article(
        "Bees", body="All dance.", slug="bee-address", published_at="2013-01-01T00:00Z"
    )
    make_article("Wasps", body="Even wasps dance.", published_at="2014-01-01T00:00Z")
    author = Author.objects.create(name="Ines Falk", slug="ines-falk")
    Byline.objects.create(article=bees, author=author)
    page = as_ed.get(reverse("admin:commentary_article_changelist"), {"q": term})
    assert [a.title for a in page.context["cl"].result_list] == found


def test_a_change_gives_the_page_a_new_version(as_ed, article):
    before = article.discussion.version
    as_ed.post(
        reverse("admin:commentary_article_change", args=[article.pk]),
        form(title="Why bees dance again", slug=article.slug, is_published="on"),
    )
    article.refresh_from_db()
    assert article.title == "Why bees dance again"
    article.discussion.refresh_from_db()
    assert article.discussion.version != before


def test_publishing_and_unpublishing_from_the_list(as_ed, article):
    address = reverse("admin:commentary_article_changelist")
    as_ed.post(address, {"action": "unpublish", "_selected_action": [article.pk]})
    assert not Article.objects.get().is_published
    as_ed.post(address, {"action": "publish", "_selected_action": [article.pk]})
    assert Article.objects.get().is_published


def test_a_moderator_cannot_write_articles(client, mo, article):
    client.force_login(mo)
    assert client.get(reverse("admin:commentary_article_add")).status_code == 403
    address = reverse("admin:commentary_article_change", args=[article.pk])
    assert client.post(address, form(title="Mine", slug="mine")).status_code == 403


@pytest.mark.parametrize("most", [2, 1])
def test_changing_the_language_indexes_the_comments_again(as_ed, monkeypatch, most):
    """Too many comments for one request are left to the command."""
    monkeypatch.setattr("commentary.admin.articles.MAX_INDEXED", most)
    article = make_article("Ruhe", body="Alte Häuser")
    discussions.import_comments(
        article.pk, [Comment(body="alte Häuser"), Comment(body="Ruhe")], [None] * 2
    )
    url = reverse("admin:commentary_article_change", args=[article.pk])
    shown = as_ed.get(url).context["adminform"].form
    kept = {f.html_name: f.value() or "" for f in shown if not f.name.startswith("is_")}
    values = form(**kept | {"is_published": "on", "language": "de"})
    values |= {"published_at_0": "", "published_at_1": ""}
    answer = as_ed.post(url, values, follow=True)
    article.refresh_from_db()
    assert article.language == "de"
    assert len(find(parse_query("Häusern"), "comment").newest) == (most == 2)
    assert ("manage.py index_search" in answer.content.decode()) == (most == 1)
    call_command("index_search", stdout=StringIO())
    assert len(find(parse_query("Häusern")).newest) == 2


@pytest.mark.parametrize("tag", ["German", "de_DE", "d", "de-", '"', "deutsch bitte"])
def test_a_language_must_be_a_tag(as_ed, tag):
    values = form(title="Ruhe", slug="ruhe", body="Words", language=tag)
    answer = as_ed.post(reverse("admin:commentary_article_add"), values)
    is_tag = tag == "German"  # has the form of a tag
    assert Article.objects.exists() == is_tag
    assert is_tag or "Use a language tag such as" in answer.content.decode()
