"""Searching and correcting comments."""

import pytest
from django.urls import reverse

from commentary import discussions
from commentary.admin import search
from commentary.models import Comment, Discussion
from commentary.search import TooBroad
from tests.admin import FRAME
from tests.conftest import Status

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("term", "numbers"),
    [
        ("#4", [4]),
        ("2", [2]),
        ("lovely", [5]),
        ("Cleo", [6]),
        ("ann point", [1]),
        ("/articles/another/comments/3/", []),
        ("9" * 40, []),
    ],
)
def test_comments_are_found_by_number_name_or_text(as_ed, threads, term, numbers):
    page = as_ed.get(reverse("admin:commentary_comment_changelist"), {"q": term})
    assert [c.number for c in page.context["cl"].queryset] == numbers


@pytest.mark.parametrize(
    ("term", "number"),
    [
        ("https://example.org/articles/why-bees-dance/comments/3/", 3),
        ("/articles/why-bees-dance/#comment-6", 6),
        ("/articles/why-bees-dance/?sort=newest#comment-6", 6),
    ],
)
def test_the_url_of_a_comment_leads_to_it(as_ed, threads, term, number):
    answer = as_ed.get(reverse("admin:commentary_comment_changelist"), {"q": term})
    made = Comment.objects.get(number=number)
    assert answer["Location"] == reverse("admin:commentary_comment_change", args=[made.key])
    popup = as_ed.get(reverse("admin:commentary_comment_changelist"), {"q": term, "_popup": "1"})
    assert [c.number for c in popup.context["cl"].queryset] == [number]


def found(client, q: str, **more):
    """The comments in the list for a search."""
    page = client.get(reverse("admin:commentary_comment_changelist"), {"q": q, **more})
    assert page.status_code == 200
    return page


def numbers(page) -> list[int]:
    return [comment.number for comment in page.context["cl"].result_list]


def told(page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def test_a_search_finds_every_status_and_can_be_limited_to_one(as_ed, comment):
    for status in Status:
        comment(f"Words {status}", status=status)
    statuses = list(Status)
    assert numbers(found(as_ed, "words")) == [5, 4, 3, 2, 1]
    for i, status in enumerate(statuses, start=1):
        assert numbers(found(as_ed, f"status:{status}")) == [i]
        assert numbers(found(as_ed, f"words status:{status}")) == [i]
        assert numbers(found(as_ed, "words", status__exact=status)) == [i]
    assert numbers(found(as_ed, "status:spam status:pending")) == [4, 1]
    assert numbers(found(as_ed, "status:nothing")) == []
    assert numbers(found(as_ed, "!")) == []


def test_a_search_by_status_has_pages_and_keeps_the_status(as_ed, article, comment):
    rows = [Comment(body="Words") for _ in range(130)]
    discussions.import_comments(article.pk, rows, [None] * 130, [Status.PENDING] * 130)
    comment("Words")
    first, second = (found(as_ed, "words status:pending", p=page) for page in (1, 2))
    assert numbers(first) == list(range(130, 30, -1))
    assert numbers(second) == list(range(30, 0, -1))
    assert first.context["cl"].result_count == 130
    assert 'href="?p=2&amp;q=words+status%3Apending"' in first.content.decode()


def test_a_truncated_list_is_reported(as_ed, threads, monkeypatch):
    monkeypatch.setattr(search, "MAX_MATCHES", 2)
    page = found(as_ed, "status:approved")
    assert numbers(page) == [6, 5]
    assert told(page) == ["Only the newest 2 matches are listed."]


def test_ignored_terms_and_timeouts_are_reported(as_ed, threads, monkeypatch):
    page = found(as_ed, "lovely after:2026-99-99")
    assert numbers(page) == [5]
    assert "is not a valid date" in told(page)[0]

    def never(*args, **kwargs):
        raise TooBroad

    monkeypatch.setattr(search.search, "find", never)
    page = found(as_ed, "lovely")
    assert numbers(page) == []
    assert told(page) == [
        "This search timed out. Add a word or an operator, such as before:2026-01-31."
    ]


# If few texts have the word, its longer forms are searched too: on PostgreSQL each in the newest
# texts and in all.
@pytest.mark.parametrize(("count", "more"), [(3, 1), (99, 0)])
def test_a_search_takes_the_same_number_of_queries_for_many_comments(
    as_ed, article, count, more, django_assert_max_num_queries
):
    discussions.import_comments(
        article.pk, [Comment(body="Words") for _ in range(count)], [None] * count
    )
    with django_assert_max_num_queries(14 + more + FRAME):
        assert len(numbers(found(as_ed, "words status:approved"))) == count


@pytest.mark.parametrize("size", [3, 30])
def test_the_list_takes_the_same_number_of_queries_for_many_comments(
    as_ed, comment, size, django_assert_max_num_queries
):
    for i in range(size):
        comment(f"Text {i}")
    with django_assert_max_num_queries(8 + FRAME):
        as_ed.get(reverse("admin:commentary_comment_changelist"))


def test_a_correction_changes_only_the_text_and_is_shown(as_ed, threads):
    before = Discussion.objects.get().version
    target = threads[1]
    as_ed.post(
        reverse("admin:commentary_comment_change", args=[target.pk]),
        {
            "name": "Bo",
            "body": "How so, please?",
            "author": "",
            "point": "",
            "dated_at_0": "",
            "dated_at_1": "",
            "status": "spam",
            "parent": threads[4].pk,
            "lft": 9,
            "number": 99,
        },
    )
    stored = Comment.objects.get(pk=target.pk)
    assert stored.body_html == "<p>How so, please?</p>"
    assert (stored.status, stored.parent_id, stored.number) == (
        target.status,
        target.parent_id,
        target.number,
    )
    assert Discussion.objects.get().version != before


def test_a_moderator_can_view_but_not_correct(client, mo, threads):
    client.force_login(mo)
    address = reverse("admin:commentary_comment_change", args=[threads[0].pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"body": "Mine"}).status_code == 403


def test_only_editors_see_the_commenters_email(as_ed, client, article):
    sender = discussions.Sender(writer="ann")
    comment = discussions.submit(article.pk, None, "Words", sender, "key", email="ann@example.org")
    discussions.approve(comment, by="test")
    page = as_ed.get(reverse("admin:commentary_comment_change", args=[comment.pk]))
    assert "ann@example.org" in page.content.decode()
    client.logout()
    assert "ann@example.org" not in client.get(article.get_absolute_url()).content.decode()
