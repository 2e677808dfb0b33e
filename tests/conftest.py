"""Shared fixtures. Comments are created the way the application creates them."""

import gc
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from commentary import discussions
from commentary.models import Article, Comment, RowKey, Rule
from commentary.reading import misses, suggestions
from commentary.reading.comment_form import CommentForm
from tests.form_client import FormClient

Status = Comment.Status


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix, tmp_path_factory
) -> None:
    """Use a file on SQLite, so that tests can start other processes."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("db") / "test.sqlite3")


@pytest.fixture
def client() -> FormClient:
    return FormClient()


@contextmanager
def rows_for_many_tests(blocker) -> Iterator[None]:
    """Keep what a fixture of a class or module stores for all its tests: each runs in a savepoint
    above these rows. `blocker` is the fixture `django_db_blocker`; request `django_db_setup` too.
    """
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def unspent(monkeypatch) -> None:
    """Let no test use up what other tests may search for missing addresses."""
    monkeypatch.setattr(suggestions, "budget", misses.Budget(1_000))


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Let no test find pages that another one stored."""
    cache.clear()


@pytest.fixture
def article(db) -> Article:
    """A published article with an open discussion and no comments."""
    return make_article("Why bees dance")


def keys(rows) -> list[RowKey]:
    """Return the keys of these rows, as forms send them."""
    return [row.key for row in rows]


def edition(page) -> list[str]:
    """Return the editions in the forms of an admin page, which are submitted with them."""
    return re.findall('name="edition" value="([^"]*)"', page.content.decode())


def make_article(title: str, **fields) -> Article:
    """Create a published article the way the admin does."""
    fields.setdefault("slug", title.lower().replace(" ", "-"))
    fields.setdefault("is_published", True)
    return Article.objects.create(title=title, **fields)


def local(clock: str) -> datetime:
    """Return the moment when a clock in TIME_ZONE shows this date and time."""
    return timezone.make_aware(datetime.fromisoformat(clock))


@pytest.fixture
def comment(article):
    """`comment("text", parent=..., name=...)` adds an approved comment to `article`."""

    def add(body: str, parent: Comment | None = None, status=Status.APPROVED, **fields) -> Comment:
        start = Status.APPROVED if status == Status.REMOVED else status
        made = discussions.import_comments(
            article.pk, [Comment(body=body, **fields)], [parent], [start]
        )[0]
        if status == Status.REMOVED:
            discussions.remove(made, by="test", reason="personal remark")
        made.refresh_from_db()
        return made

    return add


@pytest.fixture
def threads(comment):
    """Three threads, as `drawing` shows them: 1 with replies 2 and 3 (and 4 under 3), 5, 6."""
    one = comment("Point 1 is mistaken.", name="Ann")
    comment("How so?", parent=one, name="Bo")
    three = comment("I doubt it too.", parent=one)
    comment("Thank you.", parent=three, name="Ann")
    comment("A lovely piece.")
    comment("And a last word.", name="Cleo")
    return list(Comment.objects.in_reading_order())


@pytest.fixture
def respond(article, settings):
    """`respond(client, "Words", reply="7", name="Ann")` submits the form of `article` and returns
    the response. Uses a new form unless `stamp` is given.
    """
    settings.FORM_LEAST_AGE = 0

    def post(client, body: str = "Words", on: Article = article, **data):
        form = {"reply": "article", "body": body, "stamp": CommentForm(article=on).stamp}
        headers = data.pop("headers", None)
        return client.post(f"{on.get_absolute_url()}respond/", form | data, headers=headers)

    return post


@pytest.fixture
def no_rules(db):
    """Disable all moderation rules, so that comments are published immediately."""
    Rule.objects.update(is_active=False)


def drawing(article: Article) -> str:
    """The article's comments as indented numbers, which show the shape of the tree."""
    rows = Comment.objects.filter(discussion_id=article.pk).in_reading_order()
    return "\n".join("  " * c.level + str(c.number) for c in rows)


@pytest.fixture
def ed(db) -> User:
    """Editor Ed."""
    return member("ed", "Editor")


@pytest.fixture
def mo(db) -> User:
    """Moderator Mo, who decides but may not write articles."""
    return member("mo", "Moderator")


@pytest.fixture
def as_ed(client, ed):
    """The client, signed in as Ed."""
    client.force_login(ed)
    return client


@pytest.fixture
def as_mo(client, mo):
    """The client, signed in as Mo."""
    client.force_login(mo)
    return client


@pytest.fixture
def no_posting_limits(settings) -> None:
    """Accept any number of comments from one person."""
    settings.ARTICLE_POSTS_PER_MINUTE = settings.SITE_POSTS_PER_MINUTE = 10_000
    settings.POSTS_PER_HOUR = 10_000


@pytest.fixture
def stella(db) -> User:
    """Staff user Stella, who may sign in to the admin but has no permissions there."""
    return staff("stella")


def staff(name: str) -> User:
    password = make_password("correct horse battery")
    return User.objects.create(username=name, password=password, is_staff=True)


def member(name: str, group: str) -> User:
    """Create a staff account in one of the groups that the migrations create."""
    user = staff(name)
    if not Group.objects.filter(name=group).exists():
        # A transactional test leaves empty tables, without the rows from migrations.
        import_module("commentary.migrations.0003_groups").make_groups(apps, None)
    user.groups.add(Group.objects.get(name=group))
    return user


@pytest.fixture
def counted(record_property) -> Callable[[str], None]:
    """`counted("100 kills, nothing lost")` prints what a test of faults counted, for the report."""

    def count(text: str) -> None:
        sys.stdout.write(f"\n{text}\n")
        record_property("counted", text)

    return count


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Append the result of a test to the file FAULTS, from which `tests.faults.report` writes
    docs/faults.md.
    """
    if "FAULTS" in os.environ and (report.when == "call" or not report.passed):
        counted = [text for name, text in report.user_properties if name == "counted"]
        line = {
            "test": report.nodeid,
            "outcome": report.outcome,
            "counted": counted,
            "seconds": round(report.duration),
            "database": settings.DATABASES["default"]["ENGINE"].rpartition(".")[2],
        }
        with open(os.environ["FAULTS"], "a") as file:
            file.write(json.dumps(line) + "\n")


def pytest_collection_finish() -> None:
    """Leave what has been imported and collected out of all later garbage collections, which saves
    a tenth of the time of the suite.
    """
    gc.collect()
    gc.freeze()
