"""Links to points as readers see them: next to the points, above the comments, and by point."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from commentary import discussions
from commentary.models import Comment
from tests.conftest import make_article

pytestmark = pytest.mark.django_db
Status = Comment.Status
BODY = "1. One.\n\n2. Two.\n\nBetween.\n\n2. Two again.\n\n3. Three."
ADDRESS = "/articles/three-points/"
LONG = (
    "A <b> long answer, with *many* words in it, that goes on for longer than there is room beside."
)


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


@pytest.fixture
def article(db):
    return make_article("Three points", body=BODY)


@pytest.fixture
def linked(comment, ed):
    """`linked(3, "text", parent=…)` adds a comment that an editor links to point 3."""

    def add(point: int, body: str = "Words", **fields) -> Comment:
        made = comment(body, **fields)
        discussions.link(made, point, ed)
        return made

    return add


def text(response) -> str:
    return response.content.decode()


def beside(page: str) -> dict[str, str]:
    """Return the note next to each point, by number."""
    points = re.findall(
        r'<li class="point" id="point-([\d-]+)".*?</li>\s*(?=<li|</ol>)', page, re.S
    )
    parts = re.split(r'<li class="point" id="point-', page.split('id="responses"')[0])[1:]
    assert len(parts) == len(points)
    return {part.split('"')[0]: part for part in parts}


class TestBeside:
    def test_the_first_two_responses_and_their_total_are_shown(self, client, linked):
        for name in ("Ann", "Bo", "Cleo"):
            linked(3, f"{name} says so.", name=name)
        margin = beside(text(client.get(ADDRESS)))
        link = (
            f'href="{ADDRESS}points/3/">3 responses<span class="hidden-text"> on point 3</span></a>'
        )
        assert link in margin["3"]
        assert (
            '<a href="#comment-1">#1 <bdi>Ann</bdi></a><p dir="auto">Ann says so.</p>'
            in margin["3"]
        )
        assert "Bo says so." in margin["3"] and "Cleo" not in margin["3"]
        assert "response" not in margin["1"]

    def test_a_long_response_is_cut_between_words_and_escaped(self, client, linked):
        linked(1, LONG)
        assert (
            "A &lt;b&gt; long answer, with *many* words in it, that goes on for longer than there is room…"
            in (beside(text(client.get(ADDRESS)))["1"])
        )

    def test_the_first_of_two_points_with_one_number_has_the_note(self, client, linked):
        linked(2)
        margin = beside(text(client.get(ADDRESS)))
        assert "1 response<" in margin["2"]
        assert "1 response<" not in margin["2-2"]

    def test_a_response_on_another_page_is_linked_by_its_permalink(self, client, linked, settings):
        settings.COMMENTS_PER_PAGE = 1
        linked(1)
        linked(3)
        page = text(client.get(ADDRESS))
        assert f'<a href="{ADDRESS}comments/2/">#2' in beside(page)["3"]
        assert '<a href="#comment-1">#1' in beside(page)["1"]

    @pytest.mark.parametrize("status", [Status.PENDING, Status.SPAM, Status.REMOVED])
    def test_unpublished_responses_are_not_counted(self, client, linked, status):
        linked(1, "Secret", status=status)
        page = text(client.get(ADDRESS))
        assert "Secret" not in page and "1 response" not in page and "By point" not in page

    def test_a_point_can_be_responded_to_while_the_discussion_is_open(self, client, article, ed):
        link = f'href="{ADDRESS}points/3/respond/#reply"'
        assert link in beside(text(client.get(ADDRESS)))["3"]
        discussions.close(article.discussion, by=ed)
        assert link not in text(client.get(ADDRESS))

    def test_the_tools_list_responses_by_point(self, client, linked):
        for _ in range(3):
            linked(3)
        page = text(client.get(ADDRESS))
        listed = re.search(r'<li id="on-point-3">(.*?)</li>', page, re.S)[1]
        assert listed == (
            f'<a href="{ADDRESS}points/3/">3<span class="hidden-text">: 3 responses</span></a>'
        )

    @pytest.mark.parametrize("count", [3, 60])
    def test_many_rows_take_the_same_number_of_queries(
        self, client, linked, count, django_assert_num_queries, settings
    ):
        settings.COMMENTS_PER_PAGE = 5
        for i in range(count):
            linked(i % 3 + 1)
        with django_assert_num_queries(QUERIES[count > 5]):
            client.get(ADDRESS)
        with django_assert_num_queries(1):
            client.get(ADDRESS)


QUERIES = {False: 11, True: 12}  # one more that counts threads, as on every page with a next one


class TestOnePoint:
    def test_it_shows_the_point_and_its_responses_with_links_back(self, client, linked, comment):
        root = comment("The root.", name="Ann")
        reply = linked(2, "An answer.", parent=root, name="Bo")
        comment("Below it.", parent=reply)
        linked(3, "Elsewhere.")
        page = text(client.get(f"{ADDRESS}points/2/"))
        assert "1 response on point 2" in page
        assert "Two." in page and "Two again." in page and "Three." not in page
        assert "An answer." in page
        assert not {"The root.", "Below it.", "Elsewhere."} & set(re.findall(r"<p>(.*?)</p>", page))
        assert f'href="{ADDRESS}comments/1/">in reply to #1 <bdi>Ann</bdi></a>' in page
        assert f'href="{ADDRESS}comments/2/">View in thread' in page
        assert f'href="{ADDRESS}branches/2/">Show 1 reply</a>' in page
        assert "point 2</a>: “\u2068Two. Two again.\u2069” (linked by an editor)" in page

    def test_the_page_is_paginated(self, client, linked, settings):
        settings.COMMENTS_PER_PAGE = 2
        for _ in range(5):
            linked(1)
        address, seen = f"{ADDRESS}points/1/", []
        while address:
            page = text(client.get(address))
            seen += re.findall(r'id="comment-(\d+)"', page)
            found = re.search(r'<a class="button" href="([^"#]*)#responses" rel="next"', page)
            address = found and found[1].replace("&amp;", "&")
        assert seen == ["1", "2", "3", "4", "5"]

    def test_a_point_without_responses_says_so(self, client, article):
        page = client.get(f"{ADDRESS}points/3/")
        assert page.status_code == 200
        assert "No responses to this point yet." in text(page)

    @pytest.mark.parametrize(
        "path", ["points/9/", "points/x/", "points/1/?after=x", "points/1/?after=99", "?point=x"]
    )
    def test_a_missing_point_is_a_404(self, client, linked, path):
        linked(1)
        assert client.get(f"{ADDRESS}{path}").status_code == 404

    def test_it_is_public_and_cached_until_something_changes(
        self, client, linked, ed, django_assert_num_queries
    ):
        made = linked(1)
        address = f"{ADDRESS}points/1/"
        first = client.get(address)
        assert first["Cache-Control"] == "public, no-cache" and not first.cookies
        with django_assert_num_queries(1):
            assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
        discussions.unlink(made, 1, ed)
        again = client.get(address, headers={"If-None-Match": first["ETag"]})
        assert again.status_code == 200 and "Words" not in text(again)

    @pytest.mark.parametrize("count", [3, 60])
    def test_many_rows_take_the_same_number_of_queries(
        self, client, linked, comment, count, django_assert_num_queries
    ):
        root = comment("Root")
        for _ in range(count):
            linked(1, parent=root)
        with django_assert_num_queries(10):
            client.get(f"{ADDRESS}points/1/")

    def test_only_editors_see_a_draft(self, client, article, ed):
        article.is_published = False
        article.save()
        assert client.get(f"{ADDRESS}points/1/").status_code == 404
        editor = Client()
        editor.force_login(ed)
        assert editor.get(f"{ADDRESS}points/1/").status_code == 200
