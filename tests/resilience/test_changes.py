"""After a visible change, older cached pages are not served while the database is down."""

import time

import pytest
from django.core.cache import cache

from commentary import discussions
from commentary.models import Author, Byline, Comment
from commentary.resilience import changes


@pytest.fixture
def noted(transactional_db, article):
    """`noted(act)`: whether a page made before `act` counts as older than a change of its article."""

    def look(act) -> bool:
        cache.clear()
        before = time.time()
        act()
        seen = changes.came_after(str(article.pk), before)
        assert changes.came_after(changes.SITE, before) is seen
        return seen

    return look


def add(article, status):
    return discussions.import_comments(article.pk, [Comment(body="Words")], [None], [status])[0]


def test_visible_changes_are_noted(noted, article):
    comment = add(article, "approved")
    waiting = add(article, "pending")

    def correct():
        comment.body = "Other words"
        comment.save()

    def retitle():
        article.title = "Other"
        article.save()

    def rename():
        author = Author.objects.create(name="Ada", slug="ada")
        Byline.objects.create(article=article, author=author, position=0)
        author.name = "Ada L."
        author.save()

    for act in (
        correct,
        retitle,
        rename,
        lambda: discussions.approve(waiting, by="test"),
        lambda: discussions.close(article.discussion, by="test"),
        lambda: discussions.remove(comment, by="test", reason="rude"),
    ):
        assert noted(act), act


def test_invisible_changes_are_not_noted(noted, article):
    assert not noted(lambda: add(article, "pending"))
