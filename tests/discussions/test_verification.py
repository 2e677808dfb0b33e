"""Every changed, removed, added or reordered entry of the audit log is found."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from commentary import discussions
from commentary.discussions.audit import append_to_site, erase_reason
from commentary.discussions.verification import (
    UnknownHead,
    Verification,
    expected_heads,
    verify,
)
from commentary.models import (
    AuditEntry,
    AuditHead,
    Author,
    Comment,
    Discussion,
    SiteAuditEntry,
)
from commentary.models.audit_chain import START, chain, chain_unchained, digest_of_reason
from tests.conftest import keys, make_article

pytestmark = pytest.mark.django_db
S = Comment.Status


@contextmanager
def tampering(keeps: bool = False) -> Iterator[None]:
    """Allow what PostgreSQL refuses, and roll it back at the end unless it `keeps` it."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA defer_foreign_keys = ON")
        yield
        transaction.set_rollback(not keeps)


@pytest.fixture
def log(article, comment, ed, mo) -> list[AuditEntry]:
    """The entries of two discussions, of every shape."""
    author = Author.objects.create(name="Ann", slug="ann")
    sender = discussions.Sender(writer="a", network="n")
    first = discussions.submit(article.pk, None, "Words about point 1", sender, "key", "Bo")
    discussions.edit_comment(Comment.objects.get(pk=first.pk), sender, "Other words", "Bo")
    more = [comment(f"Text {n}", status=S.PENDING) for n in range(3)]
    batch = discussions.decide("approve", keys(more), mo, "fine, all of them").entries
    discussions.undo_many(keys(batch[:2]), ed)
    discussions.correct(more[2], ed, "Ann", "Corrected", "a typo")
    discussions.confirm(more[2], author, ed)
    discussions.close(article.discussion, by=ed, reason="settled", until=timezone.now() + DAY)
    discussions.close(more[2], by="source")
    other = make_article("Another")
    closed = discussions.close(other.discussion, by=mo)
    assert closed is not None
    discussions.undo(closed, by=ed)
    discussions.close(other.discussion, by=mo, reason="again")
    entries = list(AuditEntry.objects.order_by("discussion_id", "position"))
    assert len(entries) == 14
    return entries


DAY = timedelta(days=1)


def places(found: Verification) -> list[tuple[int, int | None]]:
    return [(problem.discussion_id, problem.entry) for problem in found.problems]


def test_an_unchanged_log_has_no_problems(log):
    found = verify()
    assert found.problems == []
    assert found.notes == []
    assert found.entries == len(log)
    assert [entry.position for entry in log] == [*range(1, 12), 1, 2, 3]
    rows = Discussion.objects.order_by("pk").values_list("log_length", "log_head")
    assert list(rows) == [(11, log[10].digest), (3, log[13].digest)]


def test_any_changed_column_of_any_entry_is_found(log, ed, mo):
    """The changed entry is named, or the one after it if only its digest was changed."""
    other = {entry.discussion_id for entry in log}
    columns = [field.attname for field in AuditEntry._meta.concrete_fields]
    assert len(columns) == 18
    for at, entry in enumerate(log):
        for column in columns:
            rows = AuditEntry.objects.filter(pk=entry.pk)
            now = getattr(entry, column)
            for new in {
                "id": [entry.pk + 1_000],
                "created_at": [entry.created_at + timedelta(microseconds=1)],
                "actor_id": [mo.pk if now == ed.pk else ed.pk, None if now else mo.pk],
                "discussion_id": [(other - {entry.discussion_id}).pop()],
                "comment_id": [None if now else 4711, 4711],
                "point_link_id": [4711],
                "batch": [uuid.uuid4()],
                "undoes_id": [log[0].pk if now != log[0].pk else log[1].pk],
                "kept": [{**entry.kept, "x": 1}, {"x": 1}],
                "position": [None, entry.position + 100, entry.position + 1],
                "salt": ["x"],
                "digest": ["", "x"],
                "reason_digest": ["x", digest_of_reason(entry.salt, entry.reason)],
            }.get(column, ["x"]):
                with tampering():
                    assert rows.update(**{column: new}) == 1
                    found = verify()
                    assert found.problems, (entry.verb, column, new)
                    named = {key for _, key in places(found)}
                    following = log[at + 1].pk if at + 1 < len(log) else None
                    expected = {entry.pk, entry.pk + 1_000, following, None}
                    assert named & expected, (entry.verb, column, new, found.problems)
    assert verify().problems == []


def test_any_removed_entries_are_found_and_named(log):
    for entry in log:
        with tampering():
            AuditEntry.objects.filter(pk=entry.pk)._raw_delete("default")
            (problem,) = verify().problems
            assert f"entry {entry.position} is missing" in problem.why
            assert problem.discussion_id == entry.discussion_id
    with tampering():
        AuditEntry.objects.filter(pk__in=keys_of(log[3:6]))._raw_delete("default")
        (problem,) = verify().problems
        assert (problem.entry, problem.why) == (log[6].pk, "entries 4 to 6 are missing before it")
    with tampering():
        AuditEntry.objects.filter(pk__in=keys_of(log[9:11]))._raw_delete("default")
        assert [p.why for p in verify().problems] == ["entries 10 to 11 are missing"]
    with tampering():
        AuditEntry.objects.filter(discussion=log[-1].discussion_id)._raw_delete("default")
        assert [p.why for p in verify().problems] == ["entries 1 to 3 are missing"]


def keys_of(entries: list[AuditEntry]) -> list[int]:
    return [entry.pk for entry in entries]


def test_any_two_swapped_entries_are_found(log):
    in_order = [*zip(log[:10], log[1:11], strict=True), (log[11], log[12]), (log[12], log[13])]
    columns = [field.attname for field in AuditEntry._meta.concrete_fields if field.attname != "id"]
    rows = AuditEntry.objects.all()
    for first, second in in_order:
        pair = ((first, second), (second, first))
        for swapped in (["position"], ["created_at"], columns):
            with tampering():
                rows.filter(pk__in=keys_of([first, second])).update(undoes=None)
                for entry, other in pair:
                    new = {name: getattr(other, name) for name in swapped}
                    rows.filter(pk=entry.pk).update(**{"undoes_id": entry.undoes_id, **new})
                assert verify().problems, (first.verb, second.verb, swapped)
        with tampering():
            for entry, other in pair:
                rows.filter(pk=entry.pk).update(id=-other.pk)
            for entry in (first, second):
                rows.filter(pk=-entry.pk).update(id=entry.pk)
            assert verify().problems, (first.verb, second.verb)


def test_an_added_entry_is_found(log, article):
    entry = log[2]
    with tampering():
        entry.pk = None
        entry.save(force_insert=True)
        assert places(verify()) == [(article.pk, entry.pk)]
    with tampering():
        AuditEntry.objects.create(verb="keep", discussion=article.discussion, actor_name="mallory")
        assert [p.why for p in verify().problems] == ["it is not part of the chain"]
    with tampering():
        entry.pk, entry.position = None, 12
        entry.save(force_insert=True)
        assert len(verify().problems) == 2


def test_a_chain_that_was_computed_anew_is_found_with_an_earlier_head(log, article):
    head = AuditHead.keep(verify().heads)
    for shortened in (False, True):
        with tampering():
            if shortened:
                AuditEntry.objects.filter(pk=log[10].pk)._raw_delete("default")
            else:
                AuditEntry.objects.filter(pk=log[4].pk).update(actor_name="mallory", actor=None)
            compute_anew(article.pk)
            assert verify().problems == []
            assert verify().head != head
            assert {p.discussion_id for p in verify(expected_heads(head)).problems} == {article.pk}


def compute_anew(discussion_id: int) -> None:
    """Chain the entries of a discussion again, as someone who can write to the database may do."""
    entries = list(AuditEntry.objects.filter(discussion=discussion_id).order_by("position"))
    length, head = chain(entries, 0, START)
    for entry in entries:
        entry.save()
    Discussion.objects.filter(pk=discussion_id).update(log_length=length, log_head=head)


def test_an_earlier_head_is_part_of_a_log_that_has_grown(log, article, mo, ed):
    heads = [AuditHead.keep(verify().heads)]
    for act in (discussions.reopen, discussions.close):
        act(article.discussion, by=ed)
        make_article(f"New {len(heads)}")
        heads.append(AuditHead.keep(verify().heads))
    assert len(set(heads)) == 3
    assert AuditHead.keep(verify().heads) == heads[-1]
    assert AuditHead.objects.count() == 3
    for head in heads:
        assert verify(expected_heads(head)).problems == []
    with pytest.raises(UnknownHead):
        expected_heads("0" * 64)
    row = AuditHead.objects.get(head=heads[1])
    row.changed[str(article.pk)][1] = log[0].digest
    row.save()
    with pytest.raises(UnknownHead):
        expected_heads(heads[1])


def test_a_discussion_that_vanished_is_found_with_an_earlier_head(log):
    head = AuditHead.keep(verify().heads)
    gone = log[-1].discussion_id
    with tampering():
        AuditEntry.objects.filter(discussion=gone)._raw_delete("default")
        Discussion.objects.filter(pk=gone)._raw_delete("default")
        assert verify().problems == []
        assert places(verify(expected_heads(head))) == [(gone, None)]


def test_the_last_entries_are_missed_with_an_earlier_head_even_if_the_discussion_agrees(log):
    head = AuditHead.keep(verify().heads)
    with tampering():
        AuditEntry.objects.filter(pk=log[-1].pk)._raw_delete("default")
        Discussion.objects.filter(pk=log[-1].discussion_id).update(
            log_length=2, log_head=log[-2].digest
        )
        assert verify().problems == []
        (problem,) = verify(expected_heads(head)).problems
        assert problem.why == "the last entries are missing: it had 3, and has 2"


class TestErasedReasons:
    def test_an_erased_reason_leaves_the_chain_intact(self, log, ed):
        head = AuditHead.keep(verify().heads)
        entry = next(entry for entry in log if entry.reason == "fine, all of them")
        assert erase_reason(entry, ed).verb == "erase_reason"
        assert erase_reason(entry, ed) is None
        entry.refresh_from_db()
        assert (entry.reason, entry.salt) == ("", "")
        assert verify(expected_heads(head)).problems == []

    def test_one_that_no_entry_mentions_is_found(self, log):
        entry = next(entry for entry in log if entry.reason == "fine, all of them")
        digest = digest_of_reason(entry.salt, entry.reason)
        with tampering():
            rows = AuditEntry.objects.filter(pk=entry.pk)
            rows.update(reason="", salt="", reason_digest=digest)
            assert places(verify()) == [(entry.discussion_id, entry.pk)]

    def test_another_reason_in_its_place_is_found(self, log, ed):
        entry = next(entry for entry in log if entry.reason == "fine, all of them")
        erase_reason(entry, ed)
        with tampering():
            AuditEntry.objects.filter(pk=entry.pk).update(reason="spam")
            assert places(verify()) == [(entry.discussion_id, entry.pk)]

    def test_equal_reasons_have_different_digests(self, log):
        same = [entry for entry in log if entry.reason == "fine, all of them"]
        assert len({digest_of_reason(entry.salt, entry.reason) for entry in same}) == 3


class TestAccounts:
    def test_another_account_is_found_and_a_renamed_one_is_noted(self, log, ed, mo):
        ed.username = "edith"
        ed.save()
        found = verify()
        assert found.problems == []
        assert found.notes == ["the account “edith” has 6 entries of “ed”: was it renamed?"]


class TestSite:
    def test_changed_or_removed_entries_are_found(self, log, ed):
        for n in range(3):
            append_to_site(SiteAuditEntry.REMOVE, {"article": 1_000 + n}, ed)
        head = AuditHead.keep(verify().heads)
        assert verify(expected_heads(head)).problems == []
        rows = SiteAuditEntry.objects.order_by("position")
        for row in rows:
            for change in (
                {"actor_name": "x"},
                {"verb": "x"},
                {"details": {}},
                {"digest": "x"},
                {"created_at": row.created_at + DAY},
                {"position": 9},
            ):
                with tampering():
                    rows.filter(pk=row.pk).update(**change)
                    assert verify(expected_heads(head)).problems, change
            with tampering():
                rows.filter(pk=row.pk)._raw_delete("default")
                assert verify(expected_heads(head)).problems


class TestUnchained:
    """Entries that the previous version writes during an upgrade."""

    def test_they_are_reported_until_they_are_adopted(self, log, article, mo):
        row = AuditEntry.objects.create(
            verb="keep", discussion=article.discussion, actor_name="mo", actor=mo
        )
        found = verify()
        assert found.unchained == len(found.problems) == 1
        assert chain_unchained(Discussion, AuditEntry) == [(article.pk, row.pk)]
        assert chain_unchained(Discussion, AuditEntry) == []
        assert verify().problems == []
        discussions.reopen(article.discussion, by=mo)
        assert verify().problems == []

    def test_a_whole_log_can_be_chained(self, log, monkeypatch):
        monkeypatch.setattr("commentary.models.audit_chain.ROWS_AT_ONCE", 2)
        monkeypatch.setattr("commentary.models.audit_chain.DISCUSSIONS_AT_ONCE", 1)
        with tampering():
            AuditEntry.objects.update(position=None, salt="", digest="")
            Discussion.objects.update(log_length=None, log_head=None)
            assert len(chain_unchained(Discussion, AuditEntry)) == len(log)
            assert verify().problems == []
            chained = AuditEntry.objects.order_by("discussion_id", "position")
            assert keys_of(list(chained)) == keys_of(log)


def test_the_log_is_read_with_a_fixed_number_of_statements(log, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        verify()


def test_entries_are_ordered_by_their_keys_too(log):
    for discussion_id in {entry.discussion_id for entry in log}:
        rows = AuditEntry.objects.filter(discussion=discussion_id)
        by_position = rows.order_by("position").values_list("pk", flat=True)
        assert list(by_position) == sorted(by_position)
