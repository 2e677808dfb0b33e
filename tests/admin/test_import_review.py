"""The table of imported articles, the least certain first."""

import re
import uuid

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from commentary.admin.import_review import PAGE_SIZE
from commentary.importing.source import SourceFile
from commentary.importing.store import import_source
from commentary.models import Article, ImportedArticle, ImportRun
from tests.admin import FRAME
from tests.importing.test_doubts import MENU
from tests.importing.test_store import CAPTURE

pytestmark = pytest.mark.django_db

REVIEW = "/admin/commentary/importrun/review/"


def imported(*texts: str) -> uuid.UUID:
    """Import texts with one command, and return its batch."""
    batch = uuid.uuid4()
    for place, text in enumerate(texts):
        import_source(SourceFile.from_bytes(f"{place}.txt", text.encode()), batch=batch)
    return batch


def many(count: int) -> ImportRun:
    """Add articles to the only run, with confidences that repeat."""
    run = ImportRun.objects.get()
    articles = Article.objects.bulk_create(
        Article(title=f"Page {n}", slug=f"page-{n}", source=run.source) for n in range(count)
    )
    ImportedArticle.objects.bulk_create(
        ImportedArticle(
            run=run,
            article=article,
            confidence=n % 3 * 40,
            kinds="|names|",
            doubts=[["names", "?"]],
        )
        for n, article in enumerate(articles)
    )
    return run


def shown(page) -> list[str]:
    """Return the titles in the table."""
    return re.findall(r'<th scope="row"><a [^>]*><bdi>(.*?)</bdi>', page.content.decode())


def count_of(page, label: str) -> str:
    found = re.search(rf'{label} <span class="count">([\d,]+)<', page.content.decode())
    return found[1] if found else ""


@pytest.fixture
def as_ines(client, django_user_model):
    ines = django_user_model.objects.create_user("ines", is_staff=True)
    ines.user_permissions.add(Permission.objects.get(codename="view_importrun"))
    client.force_login(ines)
    return client


def test_the_least_certain_article_comes_first_with_its_reasons(as_ines):
    imported(CAPTURE, MENU)
    page = as_ines.get(REVIEW)
    assert shown(page) == ["A Door", "Four Notes on Rain"]
    text = page.content.decode()
    assert "uncertain, 60 %" in text
    assert "the comments are as short as menu items" in text
    assert "sure, 100 %" in text
    assert "4 of 5" in text


def test_a_row_links_to_the_source_beside_the_result_and_to_its_run(as_ines):
    imported(MENU)
    text = as_ines.get(REVIEW).content.decode()
    assert reverse("admin:commentary_article_source", args=[Article.objects.get().pk]) in text
    run = ImportRun.objects.get()
    assert reverse("admin:commentary_importrun_change", args=[run.pk]) in text


def test_articles_are_filtered_by_kind_of_doubt_and_those_with_other_warnings_apart(as_ines):
    imported(CAPTURE, MENU)
    assert shown(as_ines.get(REVIEW, {"kind": "unsure"})) == ["A Door"]
    assert shown(as_ines.get(REVIEW, {"kind": "layout"})) == ["A Door"]
    assert shown(as_ines.get(REVIEW, {"kind": "harmless"})) == ["Four Notes on Rain"]
    assert shown(as_ines.get(REVIEW, {"kind": "title"})) == []
    page = as_ines.get(REVIEW, {"kind": "unknown"})
    assert len(shown(page)) == 2
    assert [count_of(page, label) for label in ("All", "To check", "Layout only")] == [
        "2",
        "1",
        "1",
    ]


def test_only_the_files_of_one_command_are_in_its_table(as_ines):
    first = imported(MENU)
    imported(CAPTURE)
    assert shown(as_ines.get(REVIEW)) == ["Four Notes on Rain"]
    assert shown(as_ines.get(REVIEW, {"batch": first})) == ["A Door"]


@pytest.mark.parametrize("batch", ["x", "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_import_is_not_found(as_ines, batch):
    assert as_ines.get(REVIEW, {"batch": batch}).status_code == 404


def test_the_table_of_an_empty_site_is_empty(as_ines):
    assert shown(as_ines.get(REVIEW)) == []


def test_a_run_of_an_earlier_version_is_shown_on_its_own(as_ines):
    imported(CAPTURE)
    imported(MENU)
    ImportRun.objects.update(batch=None)
    assert shown(as_ines.get(REVIEW)) == ["A Door"]


def test_pages_of_the_table_have_every_article_once_in_order(as_ines):
    imported(CAPTURE)
    run = many(2 * PAGE_SIZE + 10)
    address = reverse("admin:commentary_importrun_change", args=[run.pk])
    titles: list[str] = []
    while address:
        page = as_ines.get(address)
        titles += shown(page)
        assert len(shown(page)) <= PAGE_SIZE
        found = re.search(r'href="([^"]*)#articles" rel="next"', page.content.decode())
        address = found[1].replace("&amp;", "&") if found else ""
    rows = run.imported_articles.order_by("confidence", "pk").select_related("article")
    assert titles == [row.article.title for row in rows]


def test_a_filter_stays_on_the_next_page(as_ines):
    imported(CAPTURE)
    many(PAGE_SIZE + 10)
    text = as_ines.get(REVIEW, {"kind": "names"}).content.decode()
    following = re.search(r'href="([^"]*)#articles" rel="next"', text)
    assert len(shown(as_ines.get(following[1].replace("&amp;", "&")))) == 10


@pytest.mark.parametrize("size", [3, 300])
def test_many_articles_take_the_same_number_of_queries(
    as_ines, size, django_assert_max_num_queries
):
    imported(CAPTURE)
    many(size)
    with django_assert_max_num_queries(9 + FRAME):
        assert len(shown(as_ines.get(REVIEW))) == min(size + 1, PAGE_SIZE)


def test_the_page_of_a_run_leads_to_the_files_imported_with_it(as_ines):
    batch = imported(CAPTURE, MENU)
    run = ImportRun.objects.order_by("pk").first()
    page = as_ines.get(reverse("admin:commentary_importrun_change", args=[run.pk]))
    assert shown(page) == ["Four Notes on Rain"]
    assert f"{REVIEW}?batch={batch}" in page.content.decode()


def test_the_table_is_shown_only_to_those_who_may_view_import_runs(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("stella", is_staff=True))
    assert client.get(REVIEW).status_code == 403
