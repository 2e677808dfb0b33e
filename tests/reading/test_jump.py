import pytest

from commentary import discussions
from commentary.models import Comment
from tests.conftest import Status, make_article

A = "/articles/why-bees-dance/"


@pytest.fixture
def dated(comment):
    """Comments of four days, not in reading order; the last ones are undated and pending."""
    one = comment("One", dated_at="2026-01-02T09:00Z")
    comment("A late reply", parent=one, dated_at="2026-03-01T09:00Z")
    comment("Three", dated_at="2026-02-01T09:00Z")
    comment("Four", dated_at="2026-02-01T08:00Z")
    comment("Undated")
    comment("Pending", dated_at="2026-02-10T09:00Z", status=Status.PENDING)


@pytest.mark.parametrize(
    ("day", "number"),
    [
        ("2020-01-01", 1),
        ("2026-01-02", 1),
        ("2026-01-03", 4),
        ("2026-02-02", 2),
        ("2026-03-02", 2),
        ("9999-12-31", 2),
    ],
)
def test_it_leads_to_the_first_comment_of_the_day_or_later_or_else_to_the_last(
    client, dated, day, number
):
    response = client.get(f"{A}jump/", {"to": day})
    assert (response.status_code, response["Location"]) == (302, f"{A}#comment-{number}")


def test_it_leads_to_the_page_in_the_requested_order(client, dated, settings):
    settings.COMMENTS_PER_PAGE = 2
    response = client.get(f"{A}jump/", {"to": "2026-01-01", "sort": "newest"})
    assert response["Location"] == f"{A}?sort=newest&after=4#comment-1"
    assert 'id="comment-1"' in client.get(response["Location"]).content.decode()


def test_without_dated_comments_it_leads_to_the_responses(client, article, comment):
    comment("Undated")
    assert client.get(f"{A}jump/", {"to": "2026-01-01"})["Location"] == f"{A}#responses"


@pytest.mark.parametrize("query", ["", "to=", "to=x", "to=2026-13-01", "to=01/02/2026"])
def test_an_invalid_date_is_reported(client, dated, query):
    response = client.get(f"{A}jump/?{query}")
    assert response.status_code == 400
    assert "Use YYYY-MM-DD" in response.content.decode()


def test_other_articles_and_drafts_are_not_searched(client, dated):
    other = make_article("Draft", is_published=False)
    new = Comment(body="x", dated_at="2026-02-15T09:00Z")
    discussions.import_comments(other.pk, [new], [None])
    assert client.get(f"{A}jump/?to=2026-02-11")["Location"].endswith("#comment-2")
    assert client.get("/articles/draft/jump/?to=2026-02-11").status_code == 404


def test_the_tools_of_a_discussion_have_the_form(client, dated):
    page = client.get(f"{A}?sort=newest").content.decode()
    form = page.partition(f'<form action="{A}jump/">')[2].partition("</form>")[0]
    assert '<input type="hidden" name="sort" value="newest">' in form
    assert 'name="to" type="date"' in form
