"""Moving branches between articles, splitting and merging comments, and the undo of each."""

import pytest

from commentary import discussions
from commentary.discussions import restructuring, tree
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


def test_the_discussions_of_two_articles_are_joined_and_separated_again(
    article, threads, other, ed
):
    discussions.import_comments(other.pk, [Comment(body="A root there.")], [None])
    discussions.remove(threads[0], by=ed)  # the root of four
    before = public(article)
    batch, count = discussions.join_discussions(article.pk, other, ed, "imported twice")
    assert count == 5
    assert public(other) == [
        ("A root there.", 0),
        ("How so?", 0),
        ("I doubt it too.", 0),
        ("Thank you.", 1),
        ("A lovely piece.", 0),
        ("And a last word.", 0),
    ]
    assert public(article) == []
    assert tree.check() == []
    assert not undone(batch, ed).refused
    assert public(article) == before
    assert public(other) == [("A root there.", 0)]
    assert tree.check() == []


def test_long_discussions_are_joined_in_whole_threads(article, threads, other, ed, monkeypatch):
    monkeypatch.setattr(restructuring, "MAX_MOVED", 4)
    moved = [discussions.join_discussions(article.pk, other, ed)[1] for _ in range(2)]
    assert moved == [4, 2]
    assert drawing(other) == "1\n  2\n  3\n    4\n5\n6"
    monkeypatch.setattr(restructuring, "MAX_MOVED", 3)
    with pytest.raises(Refusal, match="At most 3 comments"):
        discussions.join_discussions(other.pk, article, ed)
    with pytest.raises(Refusal, match="on this article already"):
        discussions.join_discussions(other.pk, other, ed)
    with pytest.raises(Refusal, match="no approved comments"):
        discussions.join_discussions(article.pk, other, ed)


def test_replies_to_a_hidden_comment_stay_below_the_nearest_public_one(article, other, comment, ed):
    root = comment("Root.")
    one = comment("One.", parent=root)
    hidden = comment("Hidden.", parent=one)
    comment("Below the hidden one.", parent=hidden)
    discussions.remove(hidden, by=ed)
    discussions.transfer(root, other, None, ed)
    assert public(other) == [("Root.", 0), ("One.", 1), ("Below the hidden one.", 2)]
