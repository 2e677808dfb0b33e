import pytest

from commentary.models import Author
from tests.reading.test_home import text, write

pytestmark = pytest.mark.django_db


def test_it_lists_the_articles_of_one_author(client):
    write("By Ann", "Ann")
    write("By Bo", "Bo")
    page = text(client.get("/authors/ann/"))
    assert "By Ann" in page
    assert "By Bo" not in page
    assert "1 article, 0 responses" in page


def test_post_is_refused(client):
    assert client.post("/authors/ann/").status_code == 405
    assert client.post("/authors/").status_code == 405


def test_unknown_authors_and_those_with_only_drafts_are_a_404(client):
    write("Draft", "Ann", is_published=False)
    assert client.get("/authors/ann/").status_code == 404
    assert client.get("/authors/nobody/").status_code == 404


def test_drafts_are_never_shown(client):
    write("CANARY", "Ann", is_published=False)
    write("Public", "Ann")
    assert "CANARY" not in text(client.get("/authors/ann/"))


def test_a_slug_may_be_in_any_script(client):
    write("Margins", "سلمى")
    assert client.get(Author.objects.get().get_absolute_url()).status_code == 200


@pytest.mark.parametrize("count", [3, 30])
def test_the_number_of_queries_is_the_same_for_many_articles(
    client, count, django_assert_num_queries
):
    for i in range(count):
        write(f"Article {i}", "Ann")
    with django_assert_num_queries(7):
        client.get("/authors/ann/")


def test_it_answers_304_until_something_changes(client):
    write("One", "Ann")
    tag = client.get("/authors/ann/")["ETag"]
    assert client.get("/authors/ann/", headers={"If-None-Match": tag}).status_code == 304
    write("Two", "Ann")
    assert client.get("/authors/ann/", headers={"If-None-Match": tag}).status_code == 200
