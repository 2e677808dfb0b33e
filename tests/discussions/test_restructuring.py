"""Moving branches between articles, splitting and merging comments, and the undo of each."""

import pytest

from commentary import discussions
from commentary.discussions import tree
from commentary.discussions.errors import Refusal
from commentary.models import AuditEntry, Comment
from tests.conftest import drawing, make_article


def undone(batch, by):
    entries = AuditEntry.objects.filter(batch=batch).exclude(verb="undo")
    return discussions.undo_many([entry.key for entry in entries], by)


def public(article) -> list[tuple[str, int]]:
    rows = Comment.objects.in_discussion(article.pk).approved().in_reading_order()
    return list(rows.values_list("body", "level"))


@pytest.fixture
def other(db):
    return make_article("Why wasps don’t")


def test_a_branch_moves_to_another_article_and_back(article, threads, other, ed):
    article.discussion.refresh_from_db()
    before, counts = public(article), article.discussion.approved_count
    batch = discussions.transfer(threads[0], other, None, ed, "posted to the wrong article")
    assert public(other) == [
        ("Point 1 is mistaken.", 0),
        ("How so?", 1),
        ("I doubt it too.", 1),
        ("Thank you.", 2),
    ]
    assert public(article) == before[4:]
    article.discussion.refresh_from_db()
    assert article.discussion.approved_count == counts - 4
    assert tree.check() == []
    assert not undone(batch, ed).refused
    assert public(article) == before and public(other) == []
    assert tree.check() == []


def test_a_moved_branch_can_reply_to_a_comment_there(threads, other, ed):
    made = Comment(body="A root there.")
    discussions.import_comments(other.pk, [made], [None])
    discussions.transfer(threads[4], other, made, ed)
    assert public(other) == [("A root there.", 0), ("A lovely piece.", 1)]


def test_hidden_replies_stay_behind(article, threads, other, ed):
    discussions.remove(threads[2], by=ed)  # 3, with a reply
    discussions.transfer(threads[0], other, None, ed)
    assert public(other) == [("Point 1 is mistaken.", 0), ("How so?", 1), ("Thank you.", 1)]
    assert tree.check() == []


@pytest.mark.parametrize("status", ["pending", "removed", "spam"])
def test_only_approved_comments_move(article, comment, other, ed, status):
    with pytest.raises(Refusal):
        discussions.transfer(comment("Held", status=status), other, None, ed)
    with pytest.raises(Refusal):
        discussions.transfer(comment("Here"), article, None, ed)


def test_a_comment_is_split_between_paragraphs(article, comment, ed):
    one = comment("First.\n\nSecond.\n\nThird.", name="Ann")
    comment("A reply.", parent=one)
    batch = discussions.split_comment(one, 1, "Bo", ed)
    assert public(article) == [("First.", 0), ("A reply.", 1), ("Second.\n\nThird.", 0)]
    assert Comment.objects.get(body__startswith="Second").name == "Bo"
    undone(batch, ed)
    assert public(article) == [("First.\n\nSecond.\n\nThird.", 0), ("A reply.", 1)]
    for at in (0, 3, -1):
        with pytest.raises(Refusal):
            discussions.split_comment(one, at, "", ed)


def test_two_comments_are_merged(article, threads, ed):
    before, shape = public(article), drawing(article)
    batch = discussions.merge_comment(threads[2], threads[1], ed)  # 3, with reply 4, into 2
    assert public(article)[:3] == [
        ("Point 1 is mistaken.", 0),
        ("How so?\n\nI doubt it too.", 1),
        ("Thank you.", 2),
    ]
    assert tree.check() == []
    undone(batch, ed)
    assert (public(article), drawing(article)) == (before, shape)


def test_a_comment_is_not_merged_into_its_own_reply(threads, ed):
    with pytest.raises(Refusal):
        discussions.merge_comment(threads[0], threads[3], ed)
    with pytest.raises(Refusal):
        discussions.merge_comment(threads[0], threads[0], ed)
