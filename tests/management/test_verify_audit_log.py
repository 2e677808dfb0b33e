import re

import pytest
from django.core.management import CommandError, call_command

from commentary import discussions
from commentary.models import AuditEntry, AuditHead, Discussion
from tests.discussions.test_verification import tampering

pytestmark = pytest.mark.django_db(transaction=True)  # for the snapshot


@pytest.fixture
def log(article, ed, mo):
    discussions.close(article.discussion, by=ed)
    discussions.reopen(article.discussion, by=mo)
    return list(AuditEntry.objects.order_by("position"))


def printed_head(capsys) -> str:
    found = re.search(r"Overall head: ([0-9a-f]{64})\n", capsys.readouterr().out)
    assert found
    return found[1]


def test_an_unchanged_log_prints_its_overall_head(log, capsys):
    call_command("verify_audit_log")
    out = capsys.readouterr().out
    assert "2 entries in 1 log verified.\n" in out
    assert out.endswith(f"Overall head: {AuditHead.objects.get().head}\n")


def test_an_empty_log_has_a_head_too(db, capsys):
    call_command("verify_audit_log")
    assert "0 entries in 0 logs verified.\n" in capsys.readouterr().out


def test_a_changed_entry_is_named_and_the_exit_status_is_1(log, capsys):
    with tampering(keeps=True):
        AuditEntry.objects.filter(pk=log[0].pk).update(reason="other")
    with pytest.raises(CommandError, match="1 problem found in 2 entries.") as failure:
        call_command("verify_audit_log")
    assert failure.value.returncode == 1
    assert f"entry {log[0].key}: number 1: it was changed" in capsys.readouterr().err
    assert not AuditHead.objects.exists()


def test_an_expected_head_is_compared_with_a_log_that_has_grown(log, article, ed, capsys):
    call_command("verify_audit_log")
    head = printed_head(capsys)
    discussions.close(article.discussion, by=ed)
    call_command("verify_audit_log", "--expect", head.upper())
    out = capsys.readouterr().out
    assert "All entries of the expected head are still there." in out
    assert head not in out
    with tampering(keeps=True):
        Discussion.objects.update(
            log_length=1, log_head=log[0].digest, closed_entry=None, closed_from=None
        )
        AuditEntry.objects.filter(pk__gt=log[0].pk)._raw_delete("default")
    call_command("verify_audit_log")
    with pytest.raises(CommandError, match="1 problem found"):
        call_command("verify_audit_log", "--expect", head)
    assert "the last entries are missing: it had 2, and has 1" in capsys.readouterr().err


def test_an_unknown_head_is_refused(log):
    for head in ("0" * 64, "nonsense"):
        with pytest.raises(CommandError, match="no record of that head"):
            call_command("verify_audit_log", "--expect", head)


def test_entries_without_a_digest_are_adopted_only_on_request(log, article, capsys):
    entry = AuditEntry.objects.create(
        verb="keep", discussion=article.discussion, actor_name="a reader"
    )
    with pytest.raises(CommandError, match="1 entry has no digest: .* --adopt"):
        call_command("verify_audit_log")
    call_command("verify_audit_log", "--adopt")
    assert f"Added to the log: entry {entry.key}\n" in capsys.readouterr().out
    call_command("verify_audit_log")
