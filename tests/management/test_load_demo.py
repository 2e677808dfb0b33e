"""`load_demo` fills an empty site through the same functions that pages and the admin call."""

from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone

from commentary import discussions
from commentary.discussions import tree
from commentary.management.demo.acts import CARRIAGE, LIBRARY, WORKSHOP
from commentary.management.demo.clock import clock_at
from commentary.models import (
    Article,
    AuditEntry,
    Comment,
    ImportRun,
    PointLink,
    Report,
    Revision,
    Submission,
)
from tests.conftest import make_article, rows_for_many_tests

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 12, 12, tzinfo=UTC)
TABLES = (Article, AuditEntry, Comment, ImportRun, PointLink, Report, Revision, Submission, User)


def load(capsys) -> tuple[str, str]:
    """Run the command; return its standard output and standard error."""
    call_command("load_demo")
    return capsys.readouterr()


def rows() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in TABLES}


def on(slug: str):
    return Comment.objects.filter(discussion__article__slug=slug)


@pytest.fixture(scope="class")
def demo(django_db_setup, django_db_blocker) -> Iterator[tuple[str, str]]:
    """The demo as it is at noon, and what the command said and warned of."""
    said, warned = StringIO(), StringIO()
    with rows_for_many_tests(django_db_blocker):
        with clock_at(NOON), redirect_stdout(said), redirect_stderr(warned):
            call_command("load_demo")
        yield said.getvalue(), warned.getvalue()


class TestDemo:
    def test_the_demo_has_an_example_of_each_feature(self, demo, client):
        said, warned = demo
        assert "Demo loaded: 24 articles, 511 public comments, 10 pending, 3 reported" in said

        # Accepted links to each point, and some that are still suggested.
        accepted = PointLink.objects.filter(state="accepted")
        assert set(accepted.filter(discussion__article__slug=LIBRARY).values_list("point", flat=True)) == {
            1, 2, 3, 4, 5, 6, 7
        }  # fmt: skip
        assert accepted.filter(discussion__article__slug=WORKSHOP).count() >= 9
        assert Counter(PointLink.objects.values_list("state", flat=True)) == {
            "accepted": accepted.count(),
            "suggested": 2,
            "dismissed": 1,
        }
        page = client.get(f"/articles/{LIBRARY}/").content.decode()
        assert "#45 <bdi>Amal Haddad</bdi>" in page

        # A long discussion with several threads, languages and author badges.
        public = on(LIBRARY).approved()
        assert public.count() == 408
        assert public.filter(parent=None).count() >= 30
        assert public.filter(level__gte=8).exists()
        assert public.filter(author__name="Maren Oduya").count() == 62
        assert len(set(public.values_list("body", flat=True))) > 400

        # A branch closed with a reason, and a scheduled closure.
        branch = on(LIBRARY).get(number=263)
        assert branch.is_closed
        assert branch.closed_entry.reason.startswith("This branch had become a quarrel")
        assert not branch.discussion.is_closed_by_act
        carriage = Article.objects.get(slug=CARRIAGE).discussion
        assert carriage.closed_from > NOON

        # The moderation queue, each kind of decision, and one that was undone.
        states = Counter(Submission.objects.values_list("comment__status", flat=True))
        assert states == {"pending": 7, "approved": 5, "rejected": 3, "spam": 1, "removed": 1}
        assert Report.objects.open().count() == 4
        assert Submission.objects.filter(is_reviewed=False, comment__status="approved").count() == 3
        verbs = Counter(AuditEntry.objects.exclude(actor=None).values_list("verb", flat=True))
        assert verbs["reject"] == 2
        assert verbs["approve"] == verbs["correct"] == verbs["close"] == 2
        assert verbs["mark_spam"] == verbs["undo"] == 1
        assert on(LIBRARY).get(number=266).status == "removed"

        # Edited comments with their edit history, and an article with an earlier version.
        edited = on(LIBRARY).filter(edited_at__isnull=False).order_by("number")
        assert [c.name for c in edited] == ["Maren Oduya", "Hedda Lorenz"]
        assert all(comment.revisions.count() == 1 for comment in edited)
        library = Article.objects.get(slug=LIBRARY)
        assert "2,130" in library.body
        assert "2,310" in library.revisions.get().body

        # Import runs with warnings.
        warnings = [run.warnings for run in ImportRun.objects.all() if run.warnings]
        assert ["expected 407 comments, found 405"] in warnings
        assert "expected 118 comments, found 5" in warned
        assert tree.check() == []

    def test_content_of_the_demo_is_dated_within_the_last_week(self, demo):
        dates = Submission.objects.order_by("created_at").values_list("created_at", flat=True)
        assert (NOON - dates[0]).days == 3
        assert dates.last() <= NOON
        acts = AuditEntry.objects.exclude(actor_name="source").order_by("pk")
        moments = list(acts.values_list("created_at", flat=True))
        assert (NOON - moments[0]).days == 6
        assert moments == sorted(moments)
        assert [*dates] == [*Submission.objects.order_by("pk").values_list("created_at", flat=True)]

    def test_a_second_run_changes_nothing(self, demo, capsys):
        before = rows()
        said, warned = load(capsys)
        assert said == "The demo is already loaded.\n"
        assert warned == ""
        assert rows() == before

    def test_demo_accounts_cannot_sign_in(self, demo):
        assert {user.username: user.has_usable_password() for user in User.objects.all()} == {
            "noor": False,
            "jasper": False,
        }


@pytest.mark.slow
def test_an_interrupted_import_is_completed(capsys):
    call_command("import_commentary", "fixtures/the-quiet-carriage.txt")
    said, _ = load(capsys)
    assert "Demo loaded: 24 articles" in said


@pytest.mark.parametrize("other", ["article", "comment"])
def test_a_site_with_other_content_is_refused(other, capsys, no_rules):
    if other == "article":
        make_article("Why bees dance")
    else:
        call_command("import_commentary", "fixtures/the-quiet-carriage.txt")
        carriage = Article.objects.get()
        discussions.submit(carriage.pk, None, "My own words", discussions.Sender("me"), "key")
    before = rows()
    with pytest.raises(CommandError, match="content of its own"):
        load(capsys)
    assert rows() == before


def test_the_clock_is_restored_afterwards(capsys):
    before = timezone.now()
    with clock_at(NOON):
        assert timezone.now() == NOON
        assert isinstance(before, timezone.datetime)
    assert timezone.now() >= before
