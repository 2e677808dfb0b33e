"""`loaddata` with fixtures written by hand, and with a `dumpdata` of a whole site."""

import json
from datetime import datetime

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.core.serializers.base import DeserializationError

from commentary import discussions
from commentary.discussions import tree
from commentary.models import (
    Article,
    AuditEntry,
    Author,
    Comment,
    Discussion,
    ImportRun,
    PointLink,
    Report,
    Revision,
    Rule,
    Submission,
)
from commentary.models.comment import UnsafeStructure
from tests.conftest import make_article

pytestmark = pytest.mark.django_db(transaction=True)
S = Comment.Status
BY_HAND = [
    {"model": "commentary.author", "pk": 7, "fields": {"name": "Ada", "slug": "ada"}},
    {
        "model": "commentary.article",
        "pk": 9,
        "fields": {
            "title": "On lanterns",
            "slug": "on-lanterns",
            "body": "A paper lantern.",
            "is_published": True,
        },
    },
    {"model": "commentary.byline", "pk": 3, "fields": {"article": 9, "author": 7}},
]


@pytest.fixture
def load(tmp_path):
    def load(rows):
        path = tmp_path / "site.json"
        path.write_text(rows if isinstance(rows, str) else json.dumps(rows))
        call_command("loaddata", str(path), verbosity=0)

    return load


def test_an_article_from_a_fixture_can_be_read_found_and_replied_to(client, load):
    load(BY_HAND)
    article = Article.objects.get()
    for address in (
        "/",
        article.get_absolute_url(),
        article.get_json_url(),
        article.get_feed_url(),
        "/articles.atom",
        "/authors/ada/",
        "/search/?q=lantern",
    ):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "lantern" in answer.content.decode().lower(), address
    assert tree.check() == []
    discussions.import_comments(9, [Comment(body="Well said")], [None])
    assert Discussion.objects.get().approved_count == 1


def test_loading_again_renews_pages_and_keeps_the_comments(client, load):
    load(BY_HAND)
    discussions.import_comments(9, [Comment(body="Well said")], [None])
    tag = client.get("/articles/on-lanterns/")["ETag"]
    rows = json.loads(json.dumps(BY_HAND))
    rows[1]["fields"]["body"] = "A tin lantern."
    load(rows)
    page = client.get("/articles/on-lanterns/", headers={"If-None-Match": tag})
    assert "A tin lantern." in page.content.decode()
    assert "Well said" in page.content.decode()
    assert Discussion.objects.get().approved_count == 1


def everything():
    """Return all rows that a dump must restore, as values."""
    models = [
        Article,
        Author,
        Discussion,
        Comment,
        Submission,
        AuditEntry,
        Revision,
        Report,
        PointLink,
    ]
    models += [Rule, ImportRun]
    return {m.__name__: [whole(row) for row in m.objects.order_by("pk").values()] for m in models}


def whole(row):
    """Return a row with times in milliseconds, as in JSON.

    Omits the version of a discussion, which may change on loading, and keys of accounts, which a
    dump with natural keys reassigns.
    """
    return {
        name: value.replace(microsecond=value.microsecond // 1000 * 1000)
        if isinstance(value, datetime)
        else value
        for name, value in row.items()
        if name != "actor_id" and not (row.get("article_id") and name in ("version", "changed_at"))
    }


def test_a_dump_of_a_whole_site_is_loaded_into_an_empty_database(
    client, load, threads, article, ed, capsys
):
    sender = discussions.Sender(writer="ann", network="net")
    held = discussions.submit(article.pk, threads[0].pk, "Held", sender, "key", name="Ann")
    discussions.edit_comment(held, sender, "Held, edited", "Ann")
    discussions.correct(threads[1], ed, "Bo", "Corrected")
    discussions.remove(threads[2], by=ed, reason="Personal")
    discussions.report_comment(threads[0], sender, "spam")
    discussions.link(threads[0], 1, ed)
    discussions.close(article.discussion, by=ed, reason="Done")
    Author.objects.create(name="Ada", slug="ada")
    make_article("A draft", is_published=False)
    before = everything()
    assert all(before[name] for name in before.keys() - {"Rule", "ImportRun"})
    page = client.get(article.get_absolute_url()).content
    capsys.readouterr()
    call_command(
        "dumpdata",
        natural_foreign=True,
        natural_primary=True,
        exclude=["contenttypes", "auth.permission"],
    )
    dump = capsys.readouterr().out
    call_command("flush", interactive=False, verbosity=0)
    assert not Article.objects.exists()
    load(dump)
    assert everything() == before
    assert tree.check() == []
    assert client.get(article.get_absolute_url()).content == page
    assert client.get("/search/?q=corrected").status_code == 200
    # The site continues from there, with accounts that may have other keys.
    ed = User.objects.get(username=ed.username)
    discussions.undo(AuditEntry.objects.get(verb="remove"), by=ed)
    discussions.import_comments(article.pk, [Comment(body="One more")], [None])
    assert tree.check() == []


def test_a_comment_without_its_place_is_refused(load, article):
    fields = {"discussion": article.pk, "number": 1, "body": "Hello", "tree_id": 0, "lft": 0}
    fields |= {"rght": 0, "level": 0}
    with pytest.raises((UnsafeStructure, DeserializationError)):
        load([{"model": "commentary.comment", "pk": 1, "fields": fields}])
    assert not Comment.objects.exists()


def test_a_comment_in_a_fixture_overwrites_no_other(load, threads, capsys):
    capsys.readouterr()
    call_command("dumpdata", "commentary.comment")
    rows = json.loads(capsys.readouterr().out)
    rows[0]["fields"]["number"] = 99
    with pytest.raises((UnsafeStructure, DeserializationError)):
        load(rows)


def test_rendered_html_in_a_fixture_is_rendered_again(load, threads, capsys):
    capsys.readouterr()
    call_command("dumpdata", "commentary.comment")
    rows = json.loads(capsys.readouterr().out)
    rows[0]["fields"]["body_html"] = "<script>alert(1)</script>"
    load(rows)
    assert "script" not in Comment.objects.get(pk=rows[0]["pk"]).body_html


def test_check_tree_finds_and_repairs_an_article_without_a_discussion(client, capsys):
    article = Article.objects.bulk_create([Article(title="Bulk", slug="bulk", is_published=True)])
    with pytest.raises(CommandError, match="check_tree --repair"):
        call_command("check_tree")
    assert "an article must have a discussion" in capsys.readouterr().err
    call_command("check_tree", "--repair")
    assert tree.check() == []
    assert client.get(article[0].get_absolute_url()).status_code == 200
