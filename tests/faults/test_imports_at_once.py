"""Simultaneous imports, also while readers post: nothing is lost and nothing is stored twice."""

import gzip
import uuid

import pytest

from benchmarks.exports import make
from commentary import discussions
from commentary.discussions import tree
from commentary.models import Article, Comment, Rule
from tests.faults.imports import dump, empty, finish, start

pytestmark = pytest.mark.django_db(transaction=True)

KEYS = ("articles", "comments", "authors", "sources", "chunks")


def test_two_imports_of_one_file_at_once_store_it_once(tmp_path):
    export = make("wordpress", tmp_path, 1_500, 30, 500)
    finish(start(export))
    alone = dump()
    empty()
    for process in [start(export), start(export)]:
        finish(process)
    together = dump()
    for table in KEYS:
        assert together[table] == alone[table], table
    assert tree.check() == []


def test_two_exports_of_the_same_articles_at_once_add_each_comment_once(tmp_path):
    (tmp_path / "later").mkdir()
    earlier = make("remark42", tmp_path, 900, 30)
    # The same pages, with more comments each.
    later = make("remark42", tmp_path / "later", 1_500, 50)
    for process in [start(earlier), start(later)]:
        finish(process)
    ids = list(Comment.objects.values_list("discussion__article__source_key", "source_key"))
    assert len(ids) == len(set(ids))
    with gzip.open(later, "rt") as lines:
        assert Article.objects.count() == 30
        assert Comment.objects.count() >= sum(1 for _ in lines) - 1
    assert tree.check() == []


def test_two_simultaneous_dry_runs_both_finish(tmp_path):
    (tmp_path / "backwards").mkdir()
    export = make("remark42", tmp_path, 3_000, 30)
    backwards = tmp_path / "backwards" / export.name
    with gzip.open(export, "rt") as lines, gzip.open(backwards, "wt") as turned:
        head, *comments = lines
        turned.writelines([head, *reversed(comments)])
    for process in [start(export, "--dry-run"), start(backwards, "--dry-run")]:
        assert "Dry run" in finish(process)
    assert not Article.objects.exists()


def test_readers_can_post_while_a_later_export_is_imported(tmp_path, settings):
    settings.SITE_POSTS_PER_MINUTE = settings.ARTICLE_POSTS_PER_MINUTE = 100_000
    (tmp_path / "later").mkdir()
    finish(start(make("isso", tmp_path, 200, 200)))
    Rule.objects.all().delete()
    article = Article.objects.get()
    process = start(make("isso", tmp_path / "later", 3_000, 3_000))
    roots = list(Comment.objects.filter(parent=None).values_list("pk", flat=True))
    written = []
    while process.poll() is None:
        key = uuid.uuid4().hex
        sender = discussions.Sender(writer=key)
        parent = roots[len(written) % len(roots)]
        written.append(discussions.submit(article.pk, parent, f"Words {key}", sender, key).pk)
    finish(process)
    assert written
    assert Comment.objects.filter(pk__in=written).count() == len(written)
    assert Comment.objects.exclude(source_key="").count() == 3_000
    assert tree.check() == []
