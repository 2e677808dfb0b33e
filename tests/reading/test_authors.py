import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commentary.reading import authors
from tests.reading.test_home import text, write

pytestmark = pytest.mark.django_db


def test_it_lists_the_authors_of_published_articles(client):
    write("By Ann", "Ann")
    write("Draft", "Bo", is_published=False)
    page = text(client.get("/authors/"))
    assert "Ann" in page
    assert "Bo" not in page


@pytest.mark.parametrize("count", [3, 30])
def test_the_list_of_authors_takes_three_queries(client, count, django_assert_num_queries):
    for i in range(count):
        write(f"Article {i}", f"Author{i}")
    with django_assert_num_queries(3):
        page = text(client.get("/authors/"))
    assert page.count("1 article<") == count


def test_a_long_list_of_authors_has_pages(client, monkeypatch):
    monkeypatch.setattr(authors, "AUTHORS_PER_PAGE", 2)
    for name in ("Ann", "Bo", "Cy", "Di", "Ed"):
        write(f"By {name}", name)
    write("Another by Cy", "Cy")
    names = re.compile(r'<a href="/authors/[^"?]+/"><bdi>(\w+)')
    pages = [text(client.get("/authors/", {"page": n})) for n in (1, 2, 3)]
    assert [names.findall(page) for page in pages] == [["Cy", "Ann"], ["Bo", "Di"], ["Ed"]]
    assert "Authors 3 to 4 of 5" in pages[1]
    assert 'href="?page=3" rel="next"' in pages[1]
    assert 'rel="next"' not in pages[2]
    assert '<link rel="canonical" href="http://testserver/authors/?page=2"' in pages[1]


@pytest.mark.parametrize("page", ["0", "2", "-1", "x", "", "99999999999"])
def test_a_page_that_does_not_exist_is_a_404(client, page):
    write("By Ann", "Ann")
    assert client.get("/authors/", {"page": page}).status_code == 404


def test_the_first_page_exists_without_authors(client):
    assert client.get("/authors/?page=1").status_code == 200
    assert client.get("/authors/?page=2").status_code == 404


@pytest.mark.parametrize("path", ["/", "/authors/"])
def test_no_author_is_counted_separately(client, path):
    """One statement counts for all authors; a subquery for each takes 25 times as long."""
    write("By Ann", "Ann")
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    of_authors = [q["sql"] for q in queries if "kind = 2" in q["sql"]]
    assert len(of_authors) == 1
    assert of_authors[0].count("commentary_tally") == 1
    assert "GROUP BY" in of_authors[0]
