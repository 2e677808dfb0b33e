"""Finding and correcting comments."""

import pytest
from django.urls import reverse

from commentary import moderation
from commentary.models import Comment, Discussion

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_ed(client, ed):
    client.force_login(ed)
    return client


@pytest.mark.parametrize(
    ("term", "numbers"),
    [
        ("#4", [4]),
        ("2", [2]),
        ("lovely", [5]),
        ("Cleo", [6]),
        ("ann point", [1]),
        ("https://example.org/articles/why-bees-dance/comments/3/", [3]),
        ("/articles/why-bees-dance/#comment-6", [6]),
        ("/articles/why-bees-dance/?sort=newest#comment-6", [6]),
        ("/articles/another/comments/3/", []),
        ("9" * 40, []),
    ],
)
def test_it_finds_by_number_name_text_or_permalink(as_ed, threads, term, numbers):
    page = as_ed.get(reverse("admin:commentary_comment_changelist"), {"q": term})
    assert [c.number for c in page.context["cl"].queryset] == numbers


@pytest.mark.parametrize("size", [3, 30])
def test_the_list_costs_the_same_for_few_and_many(
    as_ed, comment, size, django_assert_max_num_queries
):
    for i in range(size):
        comment(f"Text {i}")
    with django_assert_max_num_queries(8):
        as_ed.get(reverse("admin:commentary_comment_changelist"))


def test_a_correction_is_shown_and_changes_nothing_else(as_ed, threads):
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
    assert Discussion.objects.get().version > before


def test_a_moderator_may_look_and_not_correct(client, mo, threads):
    client.force_login(mo)
    address = reverse("admin:commentary_comment_change", args=[threads[0].pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"body": "Mine"}).status_code == 403


def test_the_writers_address_is_for_editors_alone(as_ed, client, article):
    sender = moderation.Sender(writer="ann")
    comment = moderation.submit(article.pk, None, "Words", sender, "key", email="ann@example.org")
    moderation.approve(comment, by="test")
    page = as_ed.get(reverse("admin:commentary_comment_change", args=[comment.pk]))
    assert "ann@example.org" in page.content.decode()
    client.logout()
    assert "ann@example.org" not in client.get(article.get_absolute_url()).content.decode()
