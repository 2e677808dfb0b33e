import pytest

from tests.conftest import make_article

pytestmark = pytest.mark.django_db


def test_it_redirects_to_an_article(client):
    places = {make_article(f"Article {i}").get_absolute_url() for i in range(3)}
    seen = {client.get("/random/")["Location"] for _ in range(100)}
    assert seen == places


def test_the_redirect_is_not_cached(client, article):
    answer = client.get("/random/")
    assert answer.status_code == 302
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    assert client.post("/random/").status_code == 405


def test_it_never_redirects_to_a_draft(client):
    public = make_article("Public").get_absolute_url()
    for i in range(5):
        make_article(f"Draft {i}", is_published=False)
    assert {client.get("/random/")["Location"] for _ in range(50)} == {public}


def test_without_articles_it_redirects_home(client):
    make_article("Draft", is_published=False)
    assert client.get("/random/")["Location"] == "/"


@pytest.mark.parametrize("count", [3, 300])
def test_it_takes_two_queries(client, count, django_assert_num_queries):
    for i in range(count):
        make_article(f"Article {i}")
    with django_assert_num_queries(2):
        client.get("/random/")
