"""Names of one commenter are merged into one, and separated again."""

import pytest

from commentary import discussions
from commentary.discussions.errors import Refusal
from commentary.models import AuditEntry, Author, Comment, Revision
from tests.conftest import Status, make_article


@pytest.fixture
def signed(article, comment):
    """Comments by one person with several names, and by others."""
    for name in ("J. Smith", "j. smith", "John Smith", "J. Smithson", ""):
        comment(f"Said by {name}.", name=name)
    comment("Not public.", name="J. Smith", status=Status.PENDING)
    comment("With a badge.", name="J. Smith", author=Author.objects.create(name="J", slug="j"))
    far = make_article("Elsewhere")
    discussions.import_comments(far.pk, [Comment(body="Far.", name="J.  Smith")], [None])


def names() -> list[str]:
    return list(Comment.objects.order_by("pk").values_list("name", flat=True))


def test_all_spellings_of_a_name_become_the_other_one(signed, ed):
    before = names()
    renamed = discussions.merge_names("J. Smith", "John Smith", ed, "the same person")
    assert (renamed.comments, renamed.is_complete) == (4, True)
    assert names() == [
        "John Smith", "John Smith", "John Smith", "J. Smithson", "", "John Smith", "J. Smith",
        "John Smith",
    ]  # fmt: skip
    assert Comment.objects.signed("john smith").count() == 4
    entries = AuditEntry.objects.filter(batch=renamed.batch)
    assert {(entry.verb, entry.reason) for entry in entries} == {("correct", "the same person")}
    assert Revision.objects.count() == 4
    outcome = discussions.undo_many([entry.key for entry in entries], ed)
    assert not outcome.refused
    assert names() == before


def test_spellings_of_one_name_are_unified(signed, ed):
    assert discussions.merge_names("j. smith", "J. Smith", ed).comments == 2
    assert discussions.merge_names("j. smith", "J. Smith", ed).comments == 0


def test_a_merge_out_of_time_is_continued(signed, ed, monkeypatch):
    monkeypatch.setattr(discussions.renaming, "AT_ONCE", 1)
    counts = []
    while not (renamed := discussions.merge_names("J. Smith", "J", ed, seconds=0)).is_complete:
        counts.append(renamed.comments)
    assert [*counts, renamed.comments] == [1, 1, 1, 1]


@pytest.mark.parametrize(("old", "new"), [("", "Ann"), ("Ann", ""), ("anonymous", "Ann")])
def test_comments_without_a_name_are_not_merged(signed, ed, old, new):
    with pytest.raises(Refusal, match="two names"):
        discussions.merge_names(old, new, ed)
