"""Editors against editors, writers against a closing: one winner each, and nothing in between.

``make storm`` runs more rounds: RACES=500 for editors, a fifth of that for closings.
"""

import os
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from time import sleep

import pytest
from django.db import connection

from commentary import moderation, tree
from commentary.models import AuditEntry, Comment, Discussion, Rule, Submission

from ..conftest import make_article, member

ROUNDS = int(os.environ.get("RACES", "20"))
EDITORS = 8
S = Comment.Status

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(acts):
    """Run each act in a thread with a connection of its own, all from one moment on."""
    barrier = Barrier(len(acts))

    def run(act):
        try:
            barrier.wait()
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def test_eight_editors_on_one_comment_make_one_decision():
    article = make_article("Contested")
    editors = [member(f"ed{i}", "Editor") for i in range(EDITORS)]
    for _ in range(ROUNDS):
        comment = moderation.admit(article.pk, [Comment(body="x")], [None], [S.PENDING])[0]
        last = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

        def act(i, comment=comment):
            verb = ("approve", "reject", "mark_spam")[i % 3]
            return lambda: moderation.decide(
                verb, [comment.pk], editors[i], versions={comment.pk: comment.version}
            )

        outcomes = at_once([act(i) for i in range(EDITORS)])
        won = [o for o in outcomes if o.entries]
        assert len(won) == 1
        winner = won[0].entries[0].actor_name
        for outcome in outcomes:
            if outcome.refused:
                assert f"{winner} decided" in outcome.refused[comment.pk]
        comment.refresh_from_db()
        entry = AuditEntry.objects.get(pk__gt=last)
        assert (entry.after, entry.actor_name) == (comment.status, winner)
    assert tree.check() == []
    sys.stdout.write(f"\n{EDITORS} editors x {ROUNDS} rounds: one winner each\n")


def test_nothing_is_taken_that_began_after_the_closing_was_answered(settings):
    settings.SITE_POSTS_PER_MINUTE = 100_000
    Rule.objects.all().delete()
    ed = member("ed", "Editor")
    rounds, taken, refused = max(ROUNDS // 5, 4), 0, 0
    for i in range(rounds):
        article = make_article(f"Closing {i}")
        root = moderation.admit(article.pk, [Comment(body="Root")], [None])[0]
        place = article.discussion if i % 2 else root
        closed_at: list[datetime] = []

        def close(i=i, place=place, closed_at=closed_at):
            sleep(i % 5 / 50)  # now early, now late among the writers
            moderation.close(place, by=ed)
            closed_at.append(datetime.now(UTC))

        def write(n, article=article, root=root):
            sender = moderation.Sender(writer=f"w{n}")
            took = []
            for _ in range(6):
                began = datetime.now(UTC)
                key = uuid.uuid4().hex
                try:
                    made = moderation.submit(article.pk, root.pk, key, sender, key)
                except (moderation.NotOpen, moderation.TooMany):
                    continue
                took.append((began, made.pk))
            return took

        acts = [lambda n=n: write(n) for n in range(7)]
        answers = at_once([*acts, close])
        for began, _pk in [pair for took in answers[:-1] for pair in took]:
            taken += 1
            assert began <= closed_at[0]
        stored = Comment.objects.filter(discussion_id=article.pk).count() - 1
        assert stored == sum(len(took) for took in answers[:-1])
        refused += 7 * 6 - stored
    assert tree.check() == []
    sys.stdout.write(f"\n{rounds} closings: {taken} comments taken before, {refused} refused\n")


def test_eight_equal_posts_at_once_are_one_comment(settings):
    settings.ARTICLE_POSTS_PER_MINUTE = settings.SITE_POSTS_PER_MINUTE = 10_000
    article = make_article("Double click")
    for i in range(max(ROUNDS // 5, 4)):
        sender = moderation.Sender(writer="ann")

        def post(i=i, sender=sender):
            return moderation.submit(article.pk, None, f"Text {i}", sender, f"key {i}").pk

        assert len(set(at_once([post] * 8))) == 1
    assert Comment.objects.count() == Submission.objects.count()
    assert Discussion.objects.get().last_number == Comment.objects.count()
    assert tree.check() == []
