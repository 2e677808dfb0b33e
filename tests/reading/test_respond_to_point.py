import pytest

from tests.conftest import make_article

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return response.content.decode()


def test_a_points_link_opens_the_form_with_that_point_selected(client, db):
    make_article("Points", body="1. One\n\n2. Two")
    page = text(client.get("/articles/points/points/2/respond/"))
    assert '<option value="2" selected>Point 2</option>' in page
    assert client.get("/articles/points/points/9/respond/").status_code == 404


def test_a_missing_point_is_a_404(client, db):
    make_article("Points", body="1. One")
    for number in ("2", "0", "9" * 30, "nonsense"):
        assert client.get(f"/articles/points/points/{number}/respond/").status_code == 404
