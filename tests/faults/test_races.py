"""Races between editors, and between commenters and closures: exactly one winner each.

``make faults`` runs more rounds: RACES=500 for editors, a fifth of that for closures.
"""

import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from time import sleep

import pytest
from django.db import connection

from commentary import discussions
from commentary.discussions import tree
from commentary.importing.source import SourceFile
from commentary.importing.store import import_source
from commentary.importing.undo_run import undo_run
from commentary.models import (
    Article,
    AuditEntry,
    Author,
    Byline,
    Comment,
    Discussion,
    ImportRun,
    Report,
    Revision,
    Rule,
    Submission,
    tallies,
)
from commentary.models.site import state
from commentary.reading.comment_form import CommentForm
from tests.conftest import make_article, member
from tests.form_client import FormClient
from tests.importing.exports import wxr, wxr_comment, wxr_item

ROUNDS = int(os.environ.get("RACES", "20"))
EDITORS = 8
S = Comment.Status

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(acts):
    """Run each function in its own thread and connection, starting at the same time."""
    barrier = Barrier(len(acts))

    def run(act):
        try:
            barrier.wait()
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def test_eight_editors_on_one_comment_make_one_decision(counted):
    article = make_article("Contested")
    editors = [member(f"ed{i}", "Editor") for i in range(EDITORS)]
    for _ in range(ROUNDS):
        comment = discussions.import_comments(article.pk, [Comment(body="x")], [None], [S.PENDING])[
            0
        ]
        last = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

        def act(i, comment=comment):
            verb = ("approve", "reject", "mark_spam")[i % 3]
            return lambda: discussions.decide(
                verb, [comment.key], editors[i], versions={comment.key: comment.version}
            )

        outcomes = at_once([act(i) for i in range(EDITORS)])
        won = [o for o in outcomes if o.entries]
        assert len(won) == 1
        winner = won[0].entries[0].actor_name
        for outcome in outcomes:
            if outcome.refused:
                assert f"by {winner}." in outcome.refused[comment.key]
        comment.refresh_from_db()
        entry = AuditEntry.objects.get(pk__gt=last)
        assert (entry.after, entry.actor_name) == (comment.status, winner)
    assert tree.check() == []
    counted(f"{EDITORS} editors x {ROUNDS} rounds: one winner each")


def test_no_comment_started_after_the_closure_is_accepted(settings, counted):
    settings.SITE_POSTS_PER_MINUTE = 100_000
    Rule.objects.all().delete()
    ed = member("ed", "Editor")
    rounds, taken, refused = max(ROUNDS // 5, 4), 0, 0
    for i in range(rounds):
        article = make_article(f"Closing {i}")
        root = discussions.import_comments(article.pk, [Comment(body="Root")], [None])[0]
        place = article.discussion if i % 2 else root
        closed_at: list[datetime] = []

        def close(i=i, place=place, closed_at=closed_at):
            sleep(i % 5 / 50)  # varies when the closure comes
            discussions.close(place, by=ed)
            closed_at.append(datetime.now(UTC))

        def write(n, article=article, root=root):
            sender = discussions.Sender(writer=f"w{n}")
            took = []
            for _ in range(6):
                began = datetime.now(UTC)
                key = uuid.uuid4().hex
                try:
                    made = discussions.submit(article.pk, root.pk, key, sender, key)
                except (discussions.NotOpen, discussions.TooMany):
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
    counted(f"{rounds} closings: {taken} comments taken before, {refused} refused")


def test_eight_identical_posts_at_once_are_one_comment(settings):
    settings.ARTICLE_POSTS_PER_MINUTE = settings.SITE_POSTS_PER_MINUTE = 10_000
    article = make_article("Double click")
    for i in range(max(ROUNDS // 5, 4)):
        sender = discussions.Sender(writer="ann")

        def post(i=i, sender=sender):
            return discussions.submit(article.pk, None, f"Text {i}", sender, f"key {i}").pk

        assert len(set(at_once([post] * 8))) == 1
    assert Comment.objects.count() == Submission.objects.count()
    assert Discussion.objects.get().last_number == Comment.objects.count()
    assert tree.check() == []


class TestLimits:
    """Of sixteen simultaneous posts to sixteen articles with a limit of five, five are accepted."""

    POSTS = 16

    @pytest.fixture(autouse=True)
    def _open(self, settings):
        settings.POSTS_PER_MINUTE = settings.POSTS_PER_HOUR = 1_000
        settings.ARTICLE_POSTS_PER_MINUTE = settings.SITE_POSTS_PER_MINUTE = 1_000
        Rule.objects.all().delete()

    def post_to_all(self, network="one", round=0):
        articles = [make_article(f"Article {round}-{i}") for i in range(self.POSTS)]

        def post(i):
            sender = discussions.Sender(
                writer=f"{round} {i}", network=network and network.format(i)
            )
            try:
                return discussions.submit(articles[i].pk, None, f"{i}", sender, f"{round} {i}")
            except discussions.TooMany:
                return None

        made = at_once([lambda i=i: post(i) for i in range(self.POSTS)])
        taken = sum(comment is not None for comment in made)
        assert Comment.objects.count() == Submission.objects.count()
        return taken

    @pytest.mark.parametrize("limit", ["POSTS_PER_MINUTE", "POSTS_PER_HOUR"])
    def test_the_limit_of_one_network_holds(self, settings, limit):
        setattr(settings, limit, 5)
        for round in range(max(ROUNDS // 5, 3)):
            assert self.post_to_all(f"network {round}", round) == 5

    def test_the_limit_of_the_site_holds(self, settings):
        settings.SITE_POSTS_PER_MINUTE = 5
        assert self.post_to_all("network {}") == 5

    def test_the_limit_of_the_queue_holds(self, settings):
        settings.QUEUE_MAX = 5
        Rule.objects.create(kind=Rule.Kind.EVERYTHING)
        assert self.post_to_all("network {}") == 5
        assert Comment.objects.filter(status=S.PENDING).count() == 5

    def test_networks_do_not_share_a_limit(self, settings):
        settings.POSTS_PER_MINUTE = 1
        assert self.post_to_all("network {}") == self.POSTS

    def test_the_limit_of_reports_holds(self, settings):
        settings.POSTS_PER_HOUR = 5
        places = [
            discussions.import_comments(
                make_article(f"Reported {i}").pk, [Comment(body="x")], [None]
            )[0]
            for i in range(self.POSTS)
        ]

        def report(i):
            try:
                return discussions.report_comment(
                    places[i], discussions.Sender(f"{i}", "one"), "spam"
                )
            except discussions.TooMany:
                return None

        made = at_once([lambda i=i: report(i) for i in range(self.POSTS)])
        assert sum(found is not None for found in made) == Report.objects.count() == 5

    def test_the_limit_of_edits_holds(self, settings):
        sender = discussions.Sender("ann", "one")
        own = [
            discussions.submit(make_article(f"Own {i}").pk, None, "Words", sender, f"{i}")
            for i in range(self.POSTS)
        ]
        settings.POSTS_PER_HOUR = 5

        def edit(i):
            try:
                return discussions.edit_comment(own[i], sender, "Other words", "")
            except discussions.TooMany:
                return None

        made = at_once([lambda i=i: edit(i) for i in range(self.POSTS)])
        assert sum(found is not None for found in made) == Revision.objects.count() == 5


def test_a_rule_added_while_a_comment_waits_for_the_lock_applies(settings):
    article, other = make_article("Busy"), make_article("Elsewhere")
    Rule.objects.all().delete()
    if connection.vendor == "sqlite":
        return  # SQLite has a single writer
    sender = discussions.Sender("ann")
    submitted, locked = Barrier(2), Barrier(2)

    def hold():
        with tree.lock_discussion(article.pk):
            locked.wait()
            submitted.wait()
            sleep(0.5)  # by now the comment is screened and blocked by the lock

    def rule():
        sleep(0.2)
        Rule.objects.create(kind=Rule.Kind.EVERYTHING)

    def post():
        locked.wait()
        submitted.wait()
        return discussions.submit(article.pk, None, "Words", sender, "key")

    _held, _ruled, comment = at_once([hold, rule, post])
    assert comment.status == S.PENDING
    assert comment.number == Discussion.objects.get(pk=article.pk).last_number == 1
    assert discussions.submit(other.pk, None, "Words", sender, "key 2").status == S.PENDING


def test_lists_are_never_cached_under_a_version_that_repeats(settings):
    """Every commit changes the version, in whatever order writers of many articles commit, and none
    waits for a writer of another article.
    """
    articles = [make_article(f"Article {i}") for i in range(8)]
    seen = []

    def write(article):
        for i in range(10):
            discussions.import_comments(article.pk, [Comment(body=f"{i}")], [None])

    def read():
        for _ in range(200):
            before = state().version
            count = Comment.objects.count()
            if state().version == before:
                seen.append((before, count))

    at_once([*[lambda a=a: write(a) for a in articles], read, read])
    by_version = {}
    for version, count in seen:
        assert by_version.setdefault(version, count) == count
    if connection.vendor == "postgresql":
        with tree.lock_discussion(articles[0].pk) as held:
            held.mark_visible()
            Discussion.objects.filter(pk=held.pk).touch()  # holds one token until it commits
            at_once([lambda: write(articles[1])])


def test_a_correction_and_a_publication_of_one_article_do_not_deadlock():
    """Both lock the discussion before the article."""
    if connection.vendor == "sqlite":
        return  # one writer at a time
    article = make_article("Contested")
    ed = member("ed", "Editor")

    def correct():
        for i in range(ROUNDS):
            discussions.correct(article, ed, f"Title {i}", "Words")

    def publish():
        for _ in range(ROUNDS):
            Article.objects.get(pk=article.pk).save(update_fields=["is_published"])
            Article.objects.get(pk=article.pk).save()

    at_once([correct, publish, publish])
    assert tree.check() == []


def test_changes_of_two_authors_of_the_same_articles_do_not_deadlock():
    """Their discussions are locked in one order, so the two cannot deadlock."""
    articles = [make_article(f"Shared {i}") for i in range(200)]
    ann, bo = (Author.objects.create(name=name, slug=name.lower()) for name in ("Ann", "Bo"))
    for author, theirs in ((ann, articles), (bo, reversed(articles))):
        Byline.objects.bulk_create(Byline(article=a, author=author) for a in theirs)

    def rename(author):
        for i in range(ROUNDS):
            author.name = f"{author.slug} {i}"
            author.save()

    at_once([lambda: rename(ann), lambda: rename(bo)])
    assert tree.check() == []


def test_a_comment_sent_during_the_undo_of_an_import_is_refused_or_keeps_its_article(
    settings, counted
):
    settings.SITE_POSTS_PER_MINUTE = settings.POSTS_PER_MINUTE = 100_000
    settings.FORM_LEAST_AGE = 0
    Rule.objects.all().delete()
    taken = 0
    for i in range(max(ROUNDS // 5, 4)):
        number = str(i + 1)
        data = wxr(wxr_item(*(wxr_comment(n) for n in range(1, 30)), number=int(number)))
        import_source(SourceFile.from_bytes(f"{number}.xml", data))
        run, article = ImportRun.objects.latest("pk"), Article.objects.latest("pk")

        def undo(i=i, run=run):
            sleep(i % 4 / 50)
            undo_run(run, "test")
            return None

        def write(n, article=article):
            client = FormClient()
            form = {"reply": "article", "body": f"Words {n}"}
            form["stamp"] = CommentForm(article=article).stamp
            return client.post(f"{article.get_absolute_url()}respond/", form).status_code

        answers = at_once([undo, *(lambda n=n: write(n) for n in range(4))])[1:]
        assert set(answers) <= {303, 404}, answers
        stored = Comment.objects.filter(discussion=article.pk)
        assert stored.filter(import_run=None).count() == answers.count(303)
        assert not stored.exclude(import_run=None).exists()
        assert Article.objects.filter(pk=article.pk).exists() == (303 in answers)
        taken += answers.count(303)
    assert tree.check() == []
    assert tallies.wrong() == []
    counted(f"{taken} comments during the undo of imports: none lost")
