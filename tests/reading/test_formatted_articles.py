"""Articles in formatted text: their points and pictures on pages, in feeds, the API and search."""

import json
import re

import pytest

from commentary import discussions
from commentary.discussions.points import Points
from commentary.models import Comment
from tests.conftest import make_article

pytestmark = pytest.mark.django_db
SHA = "ab" * 32
PICTURE = f'<img src="media:{SHA}" alt="A pole" width="1200" height="800">'
BODY = (
    f"<h2>Places</h2><figure>{PICTURE}<figcaption>Ebb</figcaption></figure>"
    '<p><img src="http://a.example/lost.jpg" alt="Lost"></p>'
    '<ol start="2"><li>At the <em>pole</em>, at the turn of the tide, and not before.</li>'
    "<li><p>At the ropes.</p><ul><li>wet</li></ul></li></ol><p>After.</p>"
)


@pytest.fixture
def tides():
    article = make_article("Tides", body=BODY, markup="rich")
    comments = [Comment(body="On point 3: which ropes?", name="Ann")]
    points = Points(article.points)
    discussions.import_comments(article.pk, comments, [None], points=points)
    return article


def test_the_items_of_a_list_are_points_of_the_page(client, tides):
    assert tides.points == {
        2: "At the pole, at the turn of the tide, and not before.",
        3: "At the ropes.\n\nwet",
    }
    page = client.get("/articles/tides/").content.decode()
    assert re.findall(r'<li class="point" id="([^"]*)" value="(\d)"', page) == [
        ("point-2", "2"),
        ("point-3", "3"),
    ]
    assert "<p>At the <em>pole</em>, at the turn" in page
    assert "<p>At the ropes.</p><ul><li>wet</li></ul>" in page


def test_a_point_has_a_page_and_a_form(client, tides):
    page = client.get("/articles/tides/points/2/").content.decode()
    assert '<meta name="description" content="At the pole, at the turn of the tide' in page
    assert "At the <em>pole</em>" in page
    assert client.get("/articles/tides/points/3/respond/").status_code == 200
    assert client.get("/articles/tides/points/1/respond/").status_code == 404


def test_comments_that_mention_a_point_are_suggested_for_it(tides):
    assert [link.point for link in Comment.objects.get().point_links.all()] == [3]


def test_search_finds_the_point(client, tides):
    found = client.get("/search/", {"q": "turn of the tide"}).content.decode()
    assert 'href="/articles/tides/#point-2"' in found


def test_the_first_picture_is_the_picture_of_the_article(client, tides):
    page = client.get("/articles/tides/").content.decode()
    address = f"http://testserver/media/{SHA}-1200.webp"
    assert f'<meta property="og:image" content="{address}">' in page
    data = json.loads(re.findall(r"ld\+json\">(.*?)</script", page, re.S)[0])
    assert data["image"] == address


def test_an_article_without_pictures_has_none(client):
    make_article(
        "Plain", body=f"<p>{PICTURE.replace('media:', 'http://a.example/')}</p>", markup="rich"
    )
    page = client.get("/articles/plain/").content.decode()
    assert "og:image" not in page and '"image"' not in page


@pytest.mark.parametrize("address", ["/articles.atom", "/articles/tides.json"])
def test_pictures_in_feeds_and_the_api_have_absolute_urls(client, tides, address):
    text = client.get(address).content.decode()
    assert text.count(f"http://testserver/media/{SHA}-1200.webp") == 1
    assert not re.search(r"[\"' ;=\\]/media/", text)
    assert "media:" not in text and "a.example" not in text and "[Lost]" in text
    assert "figcaption" in text
