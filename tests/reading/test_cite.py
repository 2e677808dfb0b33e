"""Citations of articles, points and comments: `cite/` and `cite.bib`."""

import json
import re
from datetime import UTC, datetime
from unittest import mock

import pytest
from django.core.cache import cache
from django.utils import timezone

from commentary import discussions
from commentary.models import Author, Byline, Comment
from tests.conftest import keys, make_article

pytestmark = pytest.mark.django_db
A = "/articles/why-bees-dance/"


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def bees():
    article = make_article(
        "Why bees dance", body="1. They tell the way.", published_at="2026-01-05T09:00Z"
    )
    ada = Author.objects.create(name="Ada Bell", slug="ada-bell")
    Byline.objects.create(article=article, author=ada)
    return article


@pytest.fixture
def threads(bees):
    rows = [
        Comment(body="One", name="Mara <b>", dated_at="2026-01-06T10:30Z"),
        Comment(body="Two", name="", dated_at=None),
    ]
    return discussions.import_comments(bees.pk, rows, [None, 0])


def words(response) -> str:
    page = response.content.decode()
    shown = page.partition('class="cite-text">')[2].partition("</p>")[0]
    return " ".join(re.sub(r"<[^>]+>", "", shown).split())


def test_the_citation_of_an_article_names_authors_title_site_url_and_day(client, bees, settings):
    settings.SITE_NAME = "The Quay"
    today = timezone.localdate()
    assert words(client.get(f"{A}cite/")) == (
        "Ada Bell, “Why bees dance” (5 Jan 2026), The Quay, "
        f"http://testserver{A}, read {today.day} {today:%b %Y}."
    )


def test_the_citation_of_a_comment_names_its_commenter_as_signed(client, threads):
    cited = words(client.get(f"{A}comments/1/cite/"))
    assert cited.startswith("Mara &lt;b&gt;, comment #1 (6 Jan 2026, ")
    undated = words(client.get(f"{A}comments/2/cite/"))
    assert undated.startswith("Anonymous, comment #2 (undated) on “Why bees dance”, ")
    assert f"http://testserver{A}comments/2/, read" in undated


def test_the_citation_of_a_point_has_its_number(client, bees):
    assert words(client.get(f"{A}points/1/cite/")).endswith(" Point 1.")
    assert client.get(f"{A}points/2/cite/").status_code == 404


def test_files_are_sent_in_the_types_that_reference_managers_know(client, threads):
    bib = client.get(f"{A}comments/2/cite.bib")
    assert bib["Content-Type"] == "application/x-bibtex; charset=utf-8"
    assert b"Reply to comment 1. Names on comments are not verified." in bib.content
    assert client.get(f"{A}cite.ris").content.startswith(b"TY  - ELEC\r\n")
    item = json.loads(client.get(f"{A}points/1/cite.json").content)[0]
    assert item["title"] == "Point 1 of “Why bees dance”"
    assert item["author"] == [{"literal": "Ada Bell"}]
    assert client.get(f"{A}cite.doc").status_code == 404


def test_only_public_comments_can_be_cited(client, threads):
    discussions.decide("remove", keys(threads[:1]), "test", "personal remark")
    assert client.get(f"{A}comments/1/cite/").status_code == 410
    assert client.get(f"{A}comments/1/cite.bib").status_code == 410
    discussions.decide("mark_spam", keys(threads[1:]), "test")
    assert client.get(f"{A}comments/2/cite/").status_code == 404
    assert client.get(f"{A}comments/3/cite/").status_code == 404


def test_an_unpublished_article_has_no_citation(client, bees):
    bees.is_published = False
    bees.save()
    assert client.get(f"{A}cite/").status_code == 404
    assert client.get(f"{A}cite.bib").status_code == 404


def test_the_page_changes_with_the_day_and_is_otherwise_cached(client, bees):
    def on(day: int):
        class Clock(datetime):
            @classmethod
            def now(cls, tz=None):
                return datetime(2026, 11, day, 12, tzinfo=UTC).astimezone(tz)

        with mock.patch("django.utils.timezone.datetime", Clock):
            return client.get(f"{A}cite/")

    first, again, later = on(28), on(28), on(29)
    assert first.content == again.content and first["ETag"] == again["ETag"]
    assert "read 28 Nov 2026" in words(first) and "read 29 Nov 2026" in words(later)
    assert later["ETag"] != first["ETag"]


def test_a_cached_citation_takes_one_query(client, bees, django_assert_num_queries):
    client.get(f"{A}cite/")
    with django_assert_num_queries(1):
        client.get(f"{A}cite/")


def test_the_page_links_to_the_days_on_which_it_can_be_viewed(client, threads):
    page = client.get(f"{A}comments/1/cite/").content.decode()
    assert f'href="{A}on/2026-01-06/"' in page and "Yesterday, " in page
    for url in re.findall(rf'href="({A}on/[^"]+)"', page):
        assert client.get(url).status_code == 200


def test_an_article_of_today_has_no_former_days(client):
    make_article("News", published_at=timezone.now())
    assert "View as of" not in client.get("/articles/news/cite/").content.decode()


def test_pages_name_their_url_as_the_one_to_cite(client, threads):
    assert f'<http://testserver{A}>; rel="cite-as"' in client.get(f"{A}?sort=newest")["Link"]
    point, comment = client.get(f"{A}points/1/"), client.get(f"{A}comments/1/")
    assert point["Link"] == f'<http://testserver{A}points/1/>; rel="cite-as"'
    assert comment["Link"] == f'<http://testserver{A}comments/1/>; rel="cite-as"'


def test_an_article_has_the_tags_that_reference_managers_read(client, bees):
    page = client.get(A).content.decode()
    tags = dict(re.findall(r'<meta name="citation_(\w+)" content="([^"]*)">', page))
    assert tags == {
        "title": "Why bees dance",
        "author": "Ada Bell",
        "publication_date": "2026/01/05",
        "public_url": f"http://testserver{A}",
    }


def test_an_article_and_each_of_its_comments_link_to_their_citation(client, threads):
    for page, cited in ((A, {f"{A}cite/"}), (f"{A}comments/2/more/", {f"{A}comments/2/cite/"})):
        found = re.findall(r'href="([^"]*cite/)"', client.get(page).content.decode())
        assert set(found) == cited
