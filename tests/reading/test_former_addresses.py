"""URLs of earlier sites redirect to what was imported from them, and nowhere else."""

import random
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

import pytest
from django.core.management import call_command
from django.test import override_settings

from commentary.models import Article, Author, Byline, FormerAddress
from commentary.text.former_addresses import key_of
from tests.conftest import rows_for_many_tests
from tests.importing.html.test_import import SAMPLES

pytestmark = pytest.mark.django_db

HOSTILE_TRIES = 300
POST = "http://saltmarsh.example/2011/05/two-maps/"


@pytest.fixture(scope="module", autouse=True)
def imported(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Path]:
    """The media folder of a site that has imported a mirror."""
    folder = tmp_path_factory.mktemp("media")
    with rows_for_many_tests(django_db_blocker), override_settings(MEDIA_ROOT=folder):
        call_command("import_commentary", str(SAMPLES / "16-wget-mirror"))
        yield folder


@pytest.fixture
def mirror() -> Article:
    return Article.objects.get(slug="two-maps")


def location(client, address: str, status: int = 301) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response["Location"]


@pytest.mark.parametrize(
    "address",
    [
        "/2011/05/two-maps/",
        "/2011/05/two-maps",
        "/2011/05/Two-Maps/",
        "/2011/05/two-maps/index.html",
        "/2011/05/two%2Dmaps/",
        "/2011/05/two-maps/?utm_source=feed&fbclid=x",
        "/2011/05/two-maps/?share=twitter",
        "/2011/05/two-maps/amp/",
        "/2011/05/two-maps/print/",
        "/2011/05/two-maps/trackback/",
        "/2011/05/two-maps/comment-page-2/",
        "/?p=31",
        "/?utm_source=x&p=31",
        "/index.php?p=31",
    ],
)
def test_every_spelling_of_a_former_url_leads_to_the_article(client, mirror, address):
    assert location(client, address) == "/articles/two-maps/"


def test_the_feed_of_an_article_leads_to_its_feed(client, mirror):
    assert location(client, "/2011/05/two-maps/feed/") == "/articles/two-maps.atom"


@pytest.mark.parametrize("address", ["/feed/", "/rss.xml", "/atom.xml", "/feeds/posts/default"])
def test_the_feed_of_the_site_leads_to_the_feed(client, address):
    assert location(client, address) == "/articles.atom"


def test_the_url_of_a_comment_redirects_to_it(client, mirror):
    assert location(client, "/2011/05/two-maps/?replytocom=44") == "/articles/two-maps/comments/2/"


def test_a_picture_is_found_at_its_former_url_in_every_size(client, mirror):
    for name in ("maps-300x225.jpg", "maps.jpg", "maps-1024x768.jpg"):
        address = location(client, f"/wp-content/uploads/2011/05/{name}")
        assert address.startswith("/media/")
        assert client.get(address).status_code == 200


def test_the_requested_host_decides_between_equal_paths(client, settings):
    settings.ALLOWED_HOSTS = ["one.example", "two.example"]
    for host in ("one", "two"):
        article = Article.objects.create(title=host, slug=host, is_published=True)
        address = f"http://{host}.example/about/"
        FormerAddress.objects.create(article=article, address=address, key=key_of(address))
    for host in ("one", "two"):
        response = client.get("/about/", HTTP_HOST=f"{host}.example")
        assert response["Location"] == f"/articles/{host}/"


def test_a_draft_is_not_revealed(client, mirror):
    Article.objects.filter(pk=mirror.pk).update(is_published=False)
    assert client.get("/2011/05/two-maps/").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example/",
        "/\\evil.example/",
        "/http://evil.example/",
        "/?p=http://evil.example",
        "/?p=31%0d%0aLocation:%20http://evil.example",
        "/category///evil.example",
        "/category/%2F%2Fevil.example/",
        "/tag/https:evil.example/",
        "/2011/13/",
        "/?p=" + "9" * 3_000,
        "/" + "a/" * 1_500,
    ],
)
def test_no_url_leads_to_another_site(client, mirror, address):
    response = client.get(address)
    assert response.status_code in (200, 301, 302, 400, 404)
    if "Location" in response:
        assert response["Location"].startswith("/") and not response["Location"].startswith("//")


def test_a_redirect_ends_at_a_page(client, mirror):
    addresses = FormerAddress.objects.values_list("address", flat=True)
    for address in addresses:
        path = address.removeprefix("http://saltmarsh.example")
        response = client.get(path, follow=True)
        assert response.status_code == 200
        assert len(response.redirect_chain) <= 2


def test_existing_pages_take_no_extra_query(client, mirror, django_assert_max_num_queries):
    client.get("/")
    with django_assert_max_num_queries(1):
        client.get("/")


def test_a_post_to_a_former_url_is_not_redirected(client, mirror):
    assert client.post("/2011/05/two-maps/").status_code == 404


def test_a_comment_keeps_its_former_fragments(client, mirror):
    page = client.get(mirror.get_absolute_url()).content.decode()
    for number, former in ((1, 41), (2, 44), (3, 52)):
        before, after = page.split(f'<span id="comment-{former}"></span>')
        assert before.rsplit('id="comment-', 1)[1].startswith(f'{number}"')


def test_fragments_are_unique_on_a_page(client, mirror):
    comments = mirror.discussion.comments.order_by("number")
    for comment, ids in zip(
        comments, ("#comment-3 #c9", "#c9 #bad id", "#comment-3 #x<b>"), strict=True
    ):
        type(comment).objects.filter(pk=comment.pk).update(source_ids=ids)
    mirror.save()
    page = client.get(mirror.get_absolute_url()).content.decode()
    found = re.findall(r'id="([^"]*)"', page)
    assert len(found) == len(set(found))
    assert page.count('<span id="c9"></span>') == 1 and "<b>" not in page


def test_a_former_id_leads_to_a_comment_on_another_page(client, mirror, settings):
    address = f"{mirror.get_absolute_url()}comments/"
    assert location(client, f"{address}44/", 302).endswith("#comment-2")
    assert client.get(f"{address}99/").status_code == 404
    mirror.discussion.comments.filter(number=2).update(status="pending")
    assert client.get(f"{address}44/").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/2011//05/two-maps/",
        "/2011/05/two-maps.html",
        "/2011/05/two-maps/amp.html",
        "/2011/05/two-maps/page/2/",
        "/2011/05/two-maps/attachment/a-map/",
        "/2011/05/two-maps/embed/",
        "/amp/2011/05/two-maps/",
        "/2011/05/two-maps/?amp=1",
        "/2011/05/two-maps/?m=1",
        "/2011/05/two-maps/?print=1&gclid=x",
        "/2011/05/two-maps/).",
        "/2011/05/two-maps/%22",
        "/2011/05/two%252Dmaps/",
        "/?amp;p=31",
        "/?P=31",
    ],
)
def test_more_spellings_of_a_former_url_lead_to_the_article(client, mirror, address):
    assert location(client, address) == "/articles/two-maps/"


@pytest.mark.parametrize("stored", ["/m%C3%BChle/", "/m%FChle/", "/mühle/", "/Mu%CC%88hle"])
@pytest.mark.parametrize("asked", ["/m%C3%BChle/", "/m%FChle", "/M%c3%bchle/", "/mu%cc%88hle/"])
def test_every_encoding_of_a_letter_is_the_same(client, article, stored, asked):
    address = f"http://old.example{stored}"
    FormerAddress.objects.create(article=article, address=address, key=key_of(address))
    assert location(client, asked) == article.get_absolute_url()


LISTS = {
    "/category/old-maps/": "/search/?q=old+maps",
    "/category/places/old-maps/page/2/": "/search/?q=old+maps",
    "/category/old-maps/feed/": "/search.atom?q=old+maps",
    "/tag/maps": "/search/?q=maps",
    "/blog/tag/maps/": "/search/?q=maps",
    "/search/label/Old%20Maps?max-results=20": "/search/?q=old+maps",
    "/?tag=old-maps": "/search/?q=old+maps",
    "/?cat=old-maps": "/search/?q=old+maps",
    "/?cat=3": "/",
    "/index.php?cat=3": "/",
    "/?s=old+maps": "/search/?q=old+maps",
    "/author/nobody/": "/authors/",
    "/?author=3": "/authors/",
    "/?author_name=nobody": "/authors/",
    "/2011/": "/archive/2011/",
    "/2011/05/": "/archive/2011/05/",
    "/2011/05/07/": "/archive/2011/05/",
    "/2011/10/page/3/": "/archive/2011/10/",
    "/archives/2011/05": "/archive/2011/05/",
    "/2011_05_01_archive.html": "/archive/2011/05/",
    "/?m=201110": "/archive/2011/10/",
    "/?m=20111003": "/archive/2011/10/",
    "/?year=2011&monthnum=5": "/archive/2011/05/",
    "/page/7/": "/",
    "/?paged=7": "/",
    "/index.html": "/",
    "/index.php": "/",
    "/blog/": "/",
    "/feed/": "/articles.atom",
    "/feed/rss2/": "/articles.atom",
    "/blog/feed/": "/articles.atom",
    "/index.xml": "/articles.atom",
    "/?feed=rss2": "/articles.atom",
    "/?feed=comments-rss2": "/comments.atom",
    "/comments/feed/": "/comments.atom",
    "/2011/05/two-maps/feed/": "/articles/two-maps.atom",
    "/2011/05/two-maps/?feed=rss2": "/articles/two-maps.atom",
    "/?feed=rss2&p=31": "/articles/two-maps.atom",
    "/?p=31&feed=atom": "/articles/two-maps.atom",
}


@pytest.mark.parametrize("address", LISTS)
def test_a_list_or_feed_redirects_to_the_closest_one(client, mirror, address):
    assert location(client, address) == LISTS[address]
    assert client.get(LISTS[address]).status_code == 200


def test_an_author_redirects_to_their_page(client, article):
    ada = Author.objects.create(name="Ada Lovelace", slug="ada")
    Byline.objects.create(article=article, author=ada)
    FormerAddress.objects.create(article=article, address="http://a.example/b", key=key_of("/b"))
    for address in ("/author/ada/", "/author/ada-lovelace/", "/?author_name=ada"):
        assert location(client, address) == "/authors/ada/"
    assert location(client, "/author/ada/feed/") == "/authors/ada.atom"
    ada.slug = "countess"
    ada.save()
    assert location(client, "/author/ada/") == "/authors/countess/"


def test_a_site_without_former_urls_has_no_lists_of_an_earlier_one(client, article):
    FormerAddress.objects.all().delete()
    for address in ("/category/x/", "/author/x/", "/2011/05/", "/index.html", "/page/2/"):
        assert client.get(address).status_code == 404
    assert client.get("/?cat=3").status_code == 200


HOSTILE = [
    "/", "//", "/\\", "%2f", "%5c", "%00", "%0d%0a", "\\", "..", ".", "?p=", "?p=31", "?cat=", "?tag=",
    "?s=", "?author_name=", "?feed=", "?m=", "&", "=", "http:", "https://", "//evil.example", "evil.example",
    "@", ":", ";", "#", "javascript:alert(1)", "data:,", "/category/", "/tag/", "/author/", "/search/label/",
    "/2011/", "05/", "two-maps", "/feed/", "/page/2", "/amp/", "/attachment/", "/index.php", "/articles/",
    "two-maps/", "former/", "comments/", "44/", "%ff", "%e2%80%ae", "%2e%2e/", "\t", "%09", "+", "é", "𝔢",
    "?id=", "comment-44", "&ours=1", "former/comment/", "?replytocom=", "/media/", "/?page_id=",
]  # fmt: skip


def raw(client, address: str):
    """Request a URL as it is, even one that starts with two slashes."""
    path, _mark, query = address.partition("#")[0].partition("?")
    decoded = unquote_to_bytes(path).decode("latin-1")
    return client.get("/", PATH_INFO=decoded, QUERY_STRING=quote(query, safe="=&%/:+"))


@pytest.mark.slow
def test_hostile_urls_end_at_a_page_of_this_site(client, mirror):
    """No redirect leaves the site, and none goes round in a circle."""
    dice = random.Random(15)
    arrived = 0
    for _ in range(HOSTILE_TRIES):
        address = "/" + "".join(dice.choices(HOSTILE, k=dice.randint(1, 6)))
        seen = []
        while address not in seen:
            assert len(seen) < 6, seen
            seen.append(address)
            response = raw(client, address)
            assert response.status_code in (200, 301, 302, 400, 404, 410), address
            if "Location" not in response:
                break
            arrived += 1
            address = response["Location"].partition("#")[0]
            assert address.startswith("/"), seen
            assert not address.startswith(("//", "/\\")), seen
            assert not set(address) & set("\r\n\t\\"), seen
        else:
            pytest.fail(f"a loop: {seen}")
    assert arrived > HOSTILE_TRIES / 20
