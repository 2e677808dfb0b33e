"""Every statement about rows of a discussion names the discussion.

The database can then be distributed by discussion, with each statement answered by one node. See
docs/decisions for what else that takes.
"""

import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commentary import discussions
from commentary.discussions import Sender, tree
from commentary.models import (
    Author,
    Comment,
    OutboxMessage,
    PointLink,
    Subscription,
    Webhook,
)
from commentary.models.discussion import locked_discussion
from commentary.urls import urlpatterns
from tests.conftest import keys

pytestmark = pytest.mark.django_db

CHILDREN = re.compile(
    r"\bcommentary_(comment|auditentry|submission|report|revision|pointlink|importconflict|gonecomment|subscription)\b(?!_id_seq)"
)
# A discussion is named by its key or by the slug of its article. A JOIN that only compares the
# discussions of two rows doesn't name one.
NAMED = re.compile(
    r"""
    \bdiscussion_id"?\s*(=\s*%s | IN\s*\(%s | =\s*\(SELECT\s+U0\."id"\s+AS\s+"pk"\s+FROM\s+"commentary_article")
    | "commentary_article"\."id"\s*=\s*%s
    | "commentary_discussion"\."article_id"\s*=\s*%s
    | ^UPDATE\ "commentary_discussion"\ SET\ .*\bWHERE\ article_id\ =\ %s  # takes the lock
    | ^(INSERT|COPY)\b
    """,
    re.VERBOSE,
)
# Limits count rows of the whole site, as a commenter's name is remembered, new keys come from one
# sequence, and a search uses the languages of the whole site.
WHOLE_SITE = ("discussions/limits.py", "_take_keys", "in last_signature", "in stemmers")
# django-mptt moves a branch by the ids of its trees, which belong to one discussion.
BY_TREE = ("mptt/managers.py",)


@contextmanager
def unnamed(only_locked: bool = False) -> Iterator[list[str]]:
    """Collects statements that touch rows of discussions without naming one."""
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


def test_the_guard_finds_a_statement_without_the_discussion(comment):
    comment("Words")
    with unnamed() as found:
        assert Comment.objects.filter(number=1).exists()
    assert len(found) == 1


def test_every_statement_under_the_lock_names_its_discussion(article, comment, ed, settings):
    author = Author.objects.create(name="Ann", slug="ann")
    first, second = comment("About point 2"), comment("More")
    settings.EMAIL_TRANSPORT = {"backend": "django.core.mail.backends.locmem.EmailBackend"}
    Webhook.objects.create(url="https://hooks.example.org/")
    Subscription.objects.create(
        comment=first, discussion_id=article.pk, email="a@example.org", mailbox="a@example.org"
    )
    with unnamed(only_locked=True) as found:
        sent = discussions.submit(article.pk, first.pk, "Point 1", sender(), "key", "Bo", about=2)
        sent = Comment.objects.get(pk=sent.pk)
        discussions.edit_comment(sent, sender(), "Other words", "Bo")
        entry = discussions.approve(sent, by=ed)
        discussions.undo(entry, by=ed)
        done = discussions.decide("approve", [sent.key], ed)
        discussions.undo_many(keys(done.entries), ed)
        discussions.approve(sent, by=ed)
        discussions.report_comment(sent, sender("b"), "spam")
        discussions.withdraw_report(sent, sender("b"))
        discussions.report_comment(sent, sender("b"), "spam")
        discussions.keep(sent, by=ed)
        for place in (first, article.discussion):
            closed = discussions.close(place, by=ed, until=timezone.now() + timedelta(days=1))
            discussions.undo(closed, by=ed)
            discussions.close(place, by=ed)
            discussions.reopen(place, by=ed)
        for place in (first, article):
            corrected = discussions.correct(place, ed, "Ann", "Point 2, corrected")
            discussions.undo(corrected, by=ed)
        discussions.undo(discussions.set_language(first, "fr", ed), by=ed)
        discussions.undo(discussions.confirm(first, author, ed), by=ed)
        discussions.link(first, 1, by=ed)
        discussions.unlink(first, 1, by=ed)
        links = keys(PointLink.objects.all())
        discussions.undo_many(keys(discussions.decide_point_links("link", links, ed).entries), ed)
        discussions.import_comments(article.pk, [Comment(body="x"), Comment(body="y")], [second, 0])
        tree.move(article.pk, second.pk, first.pk)
        tree.repair(article.pk)
        mine = discussions.submit(article.pk, None, "Point 1?", sender(), "another", "Ann")
        discussions.reject(mine, by=ed)
        discussions.ask_again(Comment.objects.get(pk=mine.pk), sender(), "Please")
        discussions.withdraw_comment(Comment.objects.get(pk=sent.pk), sender())
    assert found == [], "\n".join(found)
    assert OutboxMessage.objects.count() > 20  # who is told is found later


def test_one_statement_queues_what_is_told_about_any_number_of_decisions(article, comment, ed):
    """None if nobody is to be told."""
    queued = []
    for count in (1, 3):
        made = [comment(f"Words {n}") for n in range(count)]
        for is_told in (False, True):
            Webhook.objects.all().delete()
            if is_told:
                Webhook.objects.create(url="https://hooks.example.org/")
            with CaptureQueriesContext(
                connection,
            ) as captured:
                discussions.decide("hold" if is_told else "keep", keys(made), ed)
            queued.append(sum("outboxmessage" in query["sql"] for query in captured))
    assert queued == [0, 1, 0, 1]


def test_the_guard_finds_a_join_without_the_discussion(comment):
    comment("Words")
    with unnamed() as found:
        assert not Comment.objects.filter(pk=1, closed_entry__verb="close").exists()
    assert len(found) == 1


A = "/articles/why-bees-dance"
# For each route about one article: URLs that answer with a page or redirect to one.
PAGES = {
    "article": [f"{A}/", f"{A}/?sort=newest", f"{A}/?sort=replies", f"{A}/?since=2026-01-01"]
    + [f"{A}/?after=1", f"{A}/?sort=active", f"{A}/?view=roots"],
    "branch": [f"{A}/branches/{n}/" for n in (1, 2, 3, 10)] + [f"{A}/branches/1/?after=9"],
    "reply": [f"{A}/reply/4/", f"{A}/reply/10/"],
    "respond": [f"{A}/respond/"],
    "respond_to_point": [f"{A}/points/2/respond/"],
    "point": [f"{A}/points/2/", f"{A}/points/2/?after=1"],
    "history": [f"{A}/on/2026-01-05/", f"{A}/on/2026-01-05/?after=1"],
    "permalink": [f"{A}/comments/{n}/" for n in (1, 3, 10, 11, 12, 13)]
    + [f"{A}/comments/5/?sort=replies"],
    "cite": [f"{A}/cite/", f"{A}/comments/1/cite/", f"{A}/points/1/cite/", f"{A}/cite.bib"],
    "time_gate": [f"{A}/timegate/"],
    "time_map": [f"{A}/timemap/", f"{A}/timemap/2026/"],
    "former": [f"{A}/former/"],
    "former_comment": [f"{A}/former/comment/?id=comment-1", f"{A}/former/comment/?id=c3&ours=1"],
    "new_comments": [f"{A}/new/?since=2026-01-01", f"{A}/new/?since=2026-01-01&from=1"]
    + [f"{A}/new/?seen=1"],
    "jump": [f"{A}/jump/?to=2020-01-01", f"{A}/jump/?to=2030-01-01&sort=active"],
    "edit": [f"{A}/comments/14/edit/"],
    "withdraw": [f"{A}/comments/14/withdraw/"],
    "second_look": [f"{A}/comments/14/ask/"],
    "report": [f"{A}/comments/1/report/"],
    "more": [f"{A}/comments/{n}/more/" for n in (1, 3, 10, 14)],
    "moderate": [f"{A}/comments/1/moderate/"],
    "wordings": [f"{A}/comments/1/history/"],
    "article_feed": [f"{A}.atom"],
    "branch_feed": [f"{A}/branches/1.atom"],
    "article_json": [f"{A}.json"],
    "comment_json": [f"{A}/comments/1.json"],
    "search": ["/search/?q=words&on=why-bees-dance"],
    "search_feed": ["/search.atom?q=words+on:why-bees-dance"],
    "search_json": ["/search.json?q=words+on:why-bees-dance"],
}


LEADING = {"permalink", "jump", "former_comment", "new_comments", "time_gate"}
GONE = {f"{A}/comments/11/", f"{A}/comments/13/"}


def test_every_route_of_an_article_is_guarded():
    of_articles = {r.name for r in urlpatterns if "articles/<str:slug>" in str(r.pattern)}
    assert of_articles | {"search", "search_feed", "search_json"} == PAGES.keys()


@pytest.fixture
def reader(article, comment, respond, ed, settings, client):
    """A client who wrote the latest comment of an article with several pages of threads, branches
    and points.

    It has a chain of ten replies, a removed comment with a reply, one without, and a pending one.
    All others existed on 5 January, with another text.
    """
    settings.COMMENTS_PER_PAGE = 2
    chain = [comment("About words")]
    while len(chain) < 10:
        chain.append(comment("More words", parent=chain[-1]))
    for place in chain[:3]:
        discussions.link(place, 2, by=ed)
    discussions.close(chain[1], by=ed)
    removed = comment("Removed words")
    comment("Words about them", parent=removed)
    discussions.remove(removed, by=ed)
    discussions.remove(comment("More removed words"), by=ed)
    then = datetime(2026, 1, 2, tzinfo=UTC)
    Comment.objects.update(created_at=then)
    article.published_at = then
    article.save()
    discussions.correct(chain[0], ed, "Ann", "About other words")
    assert respond(client).status_code == 303
    assert Comment.objects.get(number=14).status == Comment.Status.PENDING
    return client


@pytest.mark.parametrize("route", PAGES)
def test_every_statement_of_an_articles_pages_names_its_discussion(reader, ed, route):
    if route == "moderate":
        reader.force_login(ed)
    if route == "second_look":
        discussions.reject(Comment.objects.get(number=14), by=ed)
    for address in PAGES[route]:
        cache.clear()
        with unnamed() as found:
            status = reader.get(address).status_code
        assert status == (410 if address in GONE else 200 if route not in LEADING else 302), address
        assert found == [], f"{address}\n" + "\n".join(found)
