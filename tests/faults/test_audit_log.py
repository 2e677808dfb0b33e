"""In a long audit log, each changed, removed or reordered entry is found.

``make faults`` tries it with ENTRIES=100000.
"""

import os
import random

import pytest

from commentary.discussions.audit import append, new_entry
from commentary.discussions.verification import verify
from commentary.models import AuditEntry
from commentary.models.discussion import lock_discussion
from tests.conftest import make_article
from tests.discussions.test_verification import tampering

ENTRIES = int(os.environ.get("ENTRIES", "2000"))
DISCUSSIONS = 20
AT_ONCE = 500
CHANGES = 12
REASONS = ("settled", "off topic", "")

TAMPERINGS = {
    "changed": lambda one, other: AuditEntry.objects.filter(pk=one.pk).update(verb="reopen"),
    "removed": lambda one, other: AuditEntry.objects.filter(pk=one.pk).delete(),
    "reordered": lambda one, other: exchange(one, other),
}


def exchange(one: AuditEntry, other: AuditEntry) -> None:
    """Let two entries of a discussion change places."""
    rows = AuditEntry.objects.filter(discussion_id=one.discussion_id)
    rows.filter(pk=one.pk).update(position=None)
    rows.filter(pk=other.pk).update(position=one.position)
    rows.filter(pk=one.pk).update(position=other.position)


@pytest.mark.django_db
def test_any_tampering_with_a_long_log_is_found(ed, counted):
    articles = [make_article(f"Article {n}", slug=f"a{n}") for n in range(DISCUSSIONS)]
    for article in articles:
        for first in range(0, ENTRIES // DISCUSSIONS, AT_ONCE):
            size = min(AT_ONCE, ENTRIES // DISCUSSIONS - first)
            with lock_discussion(article.pk, entries=size):
                append(
                    [
                        new_entry("close", article.pk, None, ed, REASONS[n % len(REASONS)])
                        for n in range(size)
                    ]
                )
    whole = verify()
    assert (whole.entries, whole.problems) == (ENTRIES, [])
    dice = random.Random(20261130)
    for number in range(CHANGES):
        kind = list(TAMPERINGS)[number % len(TAMPERINGS)]
        rows = AuditEntry.objects.filter(discussion_id=dice.choice(articles).pk)
        one, other = (rows.get(position=n) for n in dice.sample(range(1, rows.count() + 1), 2))
        with tampering():
            TAMPERINGS[kind](one, other)
            found = verify().problems
            assert {problem.discussion_id for problem in found} == {one.discussion_id}, kind
    assert verify().head == whole.head
    counted(f"{CHANGES} changes in a log of {ENTRIES} entries: all found")
