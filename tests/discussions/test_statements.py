"""What is asked about the rows of a discussion names the discussion.

So a database can be distributed by discussion: each statement is answered in one place. See
docs/decisions for what that takes beside it.
"""

import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from commentary import discussions
from commentary.discussions import Sender, tree
from commentary.models import Author, Comment, PointLink
from commentary.models.discussion import locked_discussion

pytestmark = pytest.mark.django_db

CHILDREN = re.compile(
    r"\bcommentary_(comment|auditentry|submission|report|revision|pointlink)\b(?!_id_seq)"
)
NAMED = re.compile(r'\bdiscussion_id"?\s*(=|IN\b)|^(INSERT|COPY)\b')
# Limits count what was sent to the whole site; new keys come from one sequence.
WHOLE_SITE = ("discussions/limits.py", "_take_keys")
# django-mptt moves a branch by the ids of its trees, which belong to one discussion.
BY_TREE = ("mptt/managers.py",)


@contextmanager
def unnamed(only_locked: bool = False) -> Iterator[list[str]]:
    """Collects the statements that touch rows of discussions and do not name one."""
    found: list[str] = []

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        is_watched = not only_locked or locked_discussion.get() is not None
        if is_watched and CHILDREN.search(sql) and not NAMED.search(sql):
            stack = traceback.format_list(traceback.extract_stack())
            if not any(place in frame for frame in stack for place in WHOLE_SITE + BY_TREE):
                ours = [f.splitlines()[0] for f in stack if "/commentary/" in f]
                found.append(f"{sql[:300]} … {ours[-1:]}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield found


def sender(writer: str = "a") -> Sender:
    return Sender(writer=writer, network="n")


@pytest.fixture
def article(article):
    article.body = "1. Bees dance\n\n2. Bees sting"
    article.save()
    return article


def test_the_guard_sees_a_statement_that_names_no_discussion(comment):
    comment("Words")
    with unnamed() as found:
        assert Comment.objects.filter(number=1).exists()
    assert len(found) == 1


def test_every_statement_inside_a_lock_names_its_discussion(article, comment, ed):
    author = Author.objects.create(name="Ann", slug="ann")
    first, second = comment("About point 2"), comment("More")
    with unnamed(only_locked=True) as found:
        sent = discussions.submit(article.pk, first.pk, "Point 1", sender(), "key", "Bo", about=2)
        sent = Comment.objects.get(pk=sent.pk)
        discussions.edit(sent, sender(), "Other words", "Bo")
        entry = discussions.approve(sent, by=ed)
        discussions.undo(entry, by=ed)
        done = discussions.decide("approve", [sent.pk], ed)
        discussions.undo_many(done.entries, ed)
        discussions.approve(sent, by=ed)
        discussions.report(sent, sender("b"), "spam")
        discussions.withdraw_report(sent, sender("b"))
        discussions.report(sent, sender("b"), "spam")
        discussions.keep(sent, by=ed)
        for place in (first, article.discussion):
            closed = discussions.close(place, by=ed, until=timezone.now() + timedelta(days=1))
            discussions.undo(closed, by=ed)
            discussions.close(place, by=ed)
            discussions.reopen(place, by=ed)
        for place in (first, article):
            corrected = discussions.correct(place, ed, "Ann", "Point 2, corrected")
            discussions.undo(corrected, by=ed)
        discussions.undo(discussions.confirm(first, author, ed), by=ed)
        discussions.link(first, 1, by=ed)
        discussions.unlink(first, 1, by=ed)
        links = list(PointLink.objects.values_list("pk", flat=True))
        discussions.undo_many(discussions.decide_point_links("link", links, ed).entries, ed)
        discussions.import_comments(article.pk, [Comment(body="x"), Comment(body="y")], [second, 0])
        tree.move(article.pk, second.pk, first.pk)
        tree.repair(article.pk)
        discussions.withdraw(Comment.objects.get(pk=sent.pk), sender())
    assert found == [], "\n".join(found)


def test_every_statement_of_an_article_s_page_names_its_discussion(client, article, comment, ed):
    first = comment("About point 2")
    comment("An answer", parent=first)
    discussions.link(first, 2, by=ed)
    discussions.close(first, by=ed)
    address = article.get_absolute_url()
    with unnamed() as found:
        for page in (address, f"{address}?sort=newest", f"{address}branches/1/"):
            assert client.get(page).status_code == 200
    assert found == [], "\n".join(found)
