"""The cast and a few helpers. Comments are made as the application makes them."""

from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User

from commentary import discussions
from commentary.models import Article, Comment, Rule
from commentary.reading.comment_form import CommentForm

Status = Comment.Status


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix, tmp_path_factory
) -> None:
    """On SQLite a file instead of memory, so that tests can start processes of their own."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("db") / "test.sqlite3")


@pytest.fixture
def article(db) -> Article:
    """A published article with an open discussion and no comments."""
    return make_article("Why bees dance")


def make_article(title: str, **fields) -> Article:
    """A published article, made as the admin makes one."""
    fields.setdefault("slug", title.lower().replace(" ", "-"))
    fields.setdefault("is_published", True)
    return Article.objects.create(title=title, **fields)


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
    """`respond(client, "Words", reply="7", name="Ann")` posts the form of `article` and returns the
    answer. Without a form of its own (`stamp`), a new one is sent."""
    settings.FORM_LEAST_AGE = 0

    def post(client, body: str = "Words", on: Article = article, **data):
        form = {"reply": "article", "body": body, "stamp": CommentForm(article=on).stamp}
        headers = data.pop("headers", None)
        return client.post(f"{on.get_absolute_url()}respond/", form | data, headers=headers)

    return post


@pytest.fixture
def no_rules(db):
    """No rule of screening is in force: comments appear at once."""
    Rule.objects.update(is_active=False)


def drawing(article: Article) -> str:
    """The article's tree as indented numbers, so that its shape is seen."""
    rows = Comment.objects.filter(discussion_id=article.pk).in_reading_order()
    return "\n".join("  " * c.level + str(c.number) for c in rows)


@pytest.fixture
def ed(db) -> User:
    """Editor Ed."""
    return member("ed", "Editor")


@pytest.fixture
def mo(db) -> User:
    """Moderator Mo: decides, and may not write articles."""
    return member("mo", "Moderator")


@pytest.fixture
def stella(db) -> User:
    """Staff Stella, who may sign in to the admin and has no permission there."""
    return staff("stella")


def staff(name: str) -> User:
    password = make_password("correct horse battery")
    return User.objects.create(username=name, password=password, is_staff=True)


def member(name: str, group: str) -> User:
    """A staff account in one of the groups that the migrations make."""
    user = staff(name)
    if not Group.objects.filter(name=group).exists():
        # A test with transactions of its own leaves empty tables, without what migrations made.
        import_module("commentary.migrations.0003_groups").make_groups(apps, None)
    user.groups.add(Group.objects.get(name=group))
    return user
