import pytest

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
