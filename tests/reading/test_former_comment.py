"""Fragments of an earlier site redirect to their comments."""

import pytest

from commentary.models import FormerAnchor

pytestmark = pytest.mark.django_db
PAGE = "/articles/why-bees-dance/"


def to(client, **asked: str) -> str:
    response = client.get(f"{PAGE}former/comment/", asked)
    assert response.status_code == 302
    return response["Location"]


@pytest.fixture
def anchors(article, comment):
    """Comment 1 was comment-2 and c2, comment 2 was comment-9, comment 3 has no former id."""
    for text in ("first", "second", "new"):
        comment(text)
    for name, number in (("comment-2", 1), ("x77", 1), ("comment-9", 2)):
        FormerAnchor.made(article.pk, name, number).save()


@pytest.mark.parametrize(
    "asked", ["comment-2", "#comment-2", "c2", "IDComment2", "li-comment-2", "2", "x77", " c2 "]
)
def test_a_former_fragment_leads_to_its_comment(client, anchors, asked):
    assert to(client, id=asked) == f"{PAGE}comments/1/"
    assert client.get(f"{PAGE}comments/1/").status_code == 302


def test_our_numbers_come_first_on_our_pages(client, anchors):
    assert to(client, id="comment-2", ours="1") == f"{PAGE}comments/2/"
    assert to(client, id="comment-9", ours="1") == f"{PAGE}comments/2/"
    assert to(client, id="comment-3") == f"{PAGE}#responses"
    assert to(client, id="comment-3", ours="1") == f"{PAGE}comments/3/"


def test_a_spelling_of_two_comments_leads_to_neither(client, article, anchors):
    FormerAnchor.made(article.pk, "c2", 2).save()
    assert to(client, id="c2") == f"{PAGE}comments/2/"
    assert to(client, id="comment-2") == f"{PAGE}comments/1/"
    assert to(client, id="IDComment2") == f"{PAGE}#responses"


@pytest.mark.parametrize(
    "asked", ["", "nothing", "comment-99", "\0", "9" * 5_000, "//evil.example"]
)
def test_an_unknown_fragment_leads_to_the_responses(client, anchors, asked):
    assert to(client, id=asked) == f"{PAGE}#responses"


def test_a_hidden_comment_is_not_revealed(client, article, anchors):
    article.discussion.comments.filter(number=2).update(status="pending")
    assert to(client, id="comment-2", ours="1") == f"{PAGE}#responses"
    assert to(client, id="comment-9") == f"{PAGE}#responses"
    assert client.get(f"{PAGE}comments/2/").status_code == 404  # not the one that had the id 2


def test_the_fragments_of_a_draft_are_not_revealed(client, article, anchors):
    article.is_published = False
    article.save()
    assert client.get(f"{PAGE}former/comment/", {"id": "c2"}).status_code == 404
    assert client.get(f"{PAGE}former/").status_code == 404


@pytest.mark.parametrize("count", [3, 300])
def test_a_long_discussion_takes_the_same_number_of_queries(
    client, article, comment, count, django_assert_num_queries
):
    FormerAnchor.objects.bulk_create(
        FormerAnchor.made(article.pk, f"comment-{n}", n) for n in range(1, count)
    )
    with django_assert_num_queries(3):
        to(client, id="IDComment2")
