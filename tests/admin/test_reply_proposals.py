"""Accept proposals of who answers whom in a flat discussion."""

import re

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from commentary import discussions
from commentary.discussions import tree
from commentary.models import AuditEntry, Comment
from tests.admin import FRAME
from tests.conftest import make_article

pytestmark = pytest.mark.django_db

WATER = "The river floods the lower meadow every spring since they built the dam."


@pytest.fixture
def flat(article) -> dict[int, Comment]:
    """Return the comments of a discussion that lost its threads, by number."""
    said = [
        ("Maren Vogel", WATER),
        ("Jonas", "Our roof leaks."),
        ("Piet", "@Maren Vogel I agree."),
        ("Lotte", f"> {WATER}\n\nNo. Not every spring."),
        ("Bo", "I read what @Jonas said."),
    ]
    rows = [Comment(name=name, body=body) for name, body in said]
    discussions.import_comments(article.pk, rows, [None] * 5, ["approved"] * 5)
    return {row.number: row for row in Comment.objects.filter(discussion=article.pk)}


def page_of(article, **query) -> str:
    return reverse("admin:commentary_reply_proposals", query={"article": article.pk, **query})


def picks(page) -> list[str]:
    return re.findall(r'name="one" value="(move:[^"]+)"', page.content.decode())


def parents(article) -> dict[int, int | None]:
    rows = Comment.objects.filter(discussion=article.pk)
    return dict(rows.order_by("number").values_list("number", "parent__number"))


def test_proposals_are_listed_with_their_reasons_and_both_texts(as_mo, article, flat):
    text = as_mo.get(page_of(article)).content.decode()
    assert "begins with “@Maren Vogel”" in text
    assert "quotes 13 words of #1" in text
    assert "mentions “@Jonas”" in text
    assert len(picks(as_mo.get(page_of(article)))) == 3


def test_one_proposal_is_accepted_by_its_button_and_undone(as_mo, article, flat):
    first = picks(as_mo.get(page_of(article)))[0]
    answer = as_mo.post(page_of(article), {"one": first})
    assert answer.status_code == 303
    assert parents(article) == {1: None, 2: None, 3: 1, 4: None, 5: None}
    entry = AuditEntry.objects.get(verb="move")
    assert (entry.actor_name, entry.comment_id, entry.kept["parent"]) == ("mo", flat[3].pk, None)
    assert entry.reason == "proposed: begins with “@Maren Vogel”"
    page = as_mo.get(answer["Location"])
    assert "Moved" in page.content.decode()
    undo = re.search(r'name="undo" value="([^"]+)"', page.content.decode())
    as_mo.post(page_of(article), {"undo": undo[1]})
    assert set(parents(article).values()) == {None}
    assert tree.check() == []


def test_all_above_a_confidence_are_accepted_together_and_undone_together(as_mo, article, flat):
    answer = as_mo.post(page_of(article), {"all": "move", "least": "95"})
    assert parents(article) == {1: None, 2: None, 3: 1, 4: 1, 5: None}
    assert tree.check() == []
    assert len(set(AuditEntry.objects.filter(verb="move").values_list("batch", flat=True))) == 1
    page = as_mo.get(answer["Location"]).content.decode()
    as_mo.post(page_of(article), {"undo": re.search(r'name="undo" value="([^"]+)"', page)[1]})
    assert set(parents(article).values()) == {None}
    assert tree.check() == []


def test_a_lower_confidence_accepts_more(as_mo, article, flat):
    as_mo.post(page_of(article), {"all": "move", "least": "75"})
    assert parents(article) == {1: None, 2: None, 3: 1, 4: 1, 5: 2}


def test_selected_proposals_are_accepted(as_mo, article, flat):
    chosen = [pick.removeprefix("move:") for pick in picks(as_mo.get(page_of(article)))[1:]]
    as_mo.post(page_of(article), {"bulk": "move", "pick": chosen})
    assert parents(article) == {1: None, 2: None, 3: None, 4: 1, 5: 2}


def test_a_dismissed_proposal_is_on_record_and_not_made_again_until_that_is_undone(
    as_mo, article, flat
):
    first = picks(as_mo.get(page_of(article)))[0]
    answer = as_mo.post(page_of(article), {"one": first.replace("move:", "dismiss_parent:")})
    page = as_mo.get(answer["Location"])
    assert len(picks(page)) == 2
    assert set(parents(article).values()) == {None}
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor_name, entry.comment_id) == ("dismiss_parent", "mo", flat[3].pk)
    assert entry.kept == {"parent": flat[1].pk}
    assert entry.reason == "proposed: begins with “@Maren Vogel”"
    as_mo.post(page_of(article), {"one": first})
    as_mo.post(page_of(article), {"all": "move", "least": "75"})
    assert parents(article) == {1: None, 2: None, 3: None, 4: 1, 5: 2}
    discussions.undo(entry, User.objects.get(username="mo"))
    assert len(picks(as_mo.get(page_of(article)))) == 1


def test_selected_proposals_and_all_on_a_page_are_dismissed_and_undone_together(
    as_mo, article, flat
):
    shown = [pick.removeprefix("move:") for pick in picks(as_mo.get(page_of(article)))]
    as_mo.post(page_of(article), {"bulk": "dismiss_parent", "pick": shown[:1]})
    assert len(picks(as_mo.get(page_of(article)))) == 2
    answer = as_mo.post(page_of(article), {"dismiss_all": "dismiss_parent", "shown": shown[1:]})
    page = as_mo.get(answer["Location"]).content.decode()
    assert "No proposals for these comments." in page
    undo = re.search(r'name="undo" value="(batch:[^"]+)"', page)
    as_mo.post(page_of(article), {"undo": undo[1]})
    assert len(picks(as_mo.get(page_of(article)))) == 2
    assert set(parents(article).values()) == {None}


def test_a_proposal_that_is_no_longer_made_is_refused(as_mo, article, flat, mo):
    first = picks(as_mo.get(page_of(article)))[0]
    discussions.move_comment(flat[3], flat[2].pk, mo)
    answer = as_mo.post(page_of(article), {"one": first}, follow=True)
    assert "#3: It was changed after you opened the page." in answer.content.decode()
    assert parents(article)[3] == 2


def test_a_comment_of_another_article_is_refused(as_mo, article, flat):
    first = picks(as_mo.get(page_of(article)))[0]
    as_mo.post(page_of(make_article("Another")), {"one": first})
    assert set(parents(article).values()) == {None}


def test_what_an_editor_undid_is_not_accepted_again_with_all_others(as_mo, article, flat, mo):
    entry = discussions.move_comment(flat[3], flat[1].pk, mo)
    discussions.undo(entry, mo)
    as_mo.post(page_of(article), {"all": "move", "least": "95"})
    assert parents(article) == {1: None, 2: None, 3: None, 4: 1, 5: None}


def test_replies_in_their_place_are_not_proposed(as_mo, article, flat, mo):
    discussions.move_comment(flat[3], flat[1].pk, mo)
    discussions.move_comment(flat[4], flat[1].pk, mo)
    assert [p.comment.number for p in discussions.propose_parents(article).proposals] == [5]


def test_a_moved_comment_takes_its_replies_along_in_the_order_of_numbers(article, flat, mo):
    discussions.move_comment(flat[4], flat[1].pk, mo)
    discussions.move_comment(flat[5], flat[3].pk, mo)
    window = discussions.propose_parents(article)
    chosen = discussions.surest(window.proposals)
    discussions.decide_proposals("move", article, chosen, 0, mo)
    assert parents(article) == {1: None, 2: None, 3: 1, 4: 1, 5: 3}
    rows = Comment.objects.filter(discussion=article.pk).order_by("tree_id", "lft")
    assert list(rows.values_list("number", flat=True)) == [1, 3, 5, 4, 2]


def test_a_comment_is_not_proposed_below_its_own_replies(article, flat, mo):
    discussions.move_comment(flat[1], flat[3].pk, mo)
    proposed = discussions.propose_parents(article).proposals
    assert (3, 1) not in {(p.comment.number, p.parent.number) for p in proposed}


def test_comments_of_a_long_discussion_are_read_in_windows(
    as_mo, article, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr("commentary.discussions.proposals.WINDOW", 20)
    monkeypatch.setattr("commentary.discussions.proposals.BEFORE", 30)
    rows = [
        Comment(name=f"Person {n}x", body=f"@Person {n - 1}x Yes, and {n}.") for n in range(100)
    ]
    discussions.import_comments(article.pk, rows, [None] * 100, ["approved"] * 100)
    address, found = page_of(article), []
    while address:
        with django_assert_max_num_queries(14 + FRAME):
            page = as_mo.get(address)
        found += picks(page)
        following = re.search(r'href="([^"]*)" rel="next"', page.content.decode())
        address = following[1].replace("&amp;", "&") if following else ""
    assert len(found) == len(set(found)) == 99


def test_the_page_is_for_moderators(client, stella, article):
    client.force_login(stella)
    assert client.get(page_of(article)).status_code == 403


def test_the_page_needs_an_article(as_mo):
    assert as_mo.get(reverse("admin:commentary_reply_proposals")).status_code == 404


def test_the_page_is_not_listed_without_an_article(as_mo):
    assert "replies/" not in as_mo.get(reverse("admin:index")).content.decode()


def test_the_page_is_reached_from_its_article(admin_client, article):
    change = reverse("admin:commentary_article_change", args=[article.pk])
    assert page_of(article) in admin_client.get(change).content.decode()
