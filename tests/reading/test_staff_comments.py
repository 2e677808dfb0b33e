"""Comments that editors write are marked, and listed in the moderation log."""

import pytest
from django.test import Client

from commentary import discussions
from commentary.discussions import Sender
from commentary.models import Author, Byline, Comment
from tests.conftest import make_article

pytestmark = pytest.mark.django_db
ARTICLE = "/articles/why-bees-dance/"
BADGE = '<span class="badge badge-author">Editor</span>'
LOG = "/moderation/"


def text(address: str) -> str:
    return Client().get(address).content.decode()


def say(article, body, editor=None, parent=None) -> Comment:
    sender = Sender(writer="w", network="n", editor=editor, account=editor)
    pk = parent.pk if parent else None
    return discussions.submit(article.pk, pk, body, sender, f"key {body}", "Zed")


def test_a_comment_by_an_editor_is_marked_and_others_are_not(article, no_rules, ed):
    say(article, "By a reader")
    assert BADGE not in text(ARTICLE)
    mine = say(article, "By an editor", ed)
    assert text(ARTICLE).count(BADGE) == 1
    assert BADGE in text(f"{ARTICLE}branches/{mine.number}/")
    assert Client().get(f"{ARTICLE}comments/{mine.number}.json").json()["by_staff"] is True
    assert Client().get(f"{ARTICLE}comments/1.json").json()["by_staff"] is False


def test_a_reply_from_the_queue_is_marked(as_ed, article, no_rules):
    asked = say(article, "A question?")
    asked.refresh_from_db()
    form = {"one": f"reply:{asked.key}:{asked.version}", f"reply-{asked.key}": "Yes.", "nonce": "n"}
    as_ed.post("/admin/moderation/?state=approved", form)
    assert asked.replies.get().by_staff
    assert text(ARTICLE).count(BADGE) == 1


def test_an_author_who_is_an_editor_has_both_badges(article, no_rules, ed):
    ada = Author.objects.create(name="Ada", slug="ada")
    Byline.objects.create(article=article, author=ada)
    discussions.confirm(say(article, "By both", ed), ada, ed)
    page = text(ARTICLE)
    assert page.count(BADGE) == 1 and page.count(">Article author</span>") == 1


def test_the_moderation_log_lists_public_comments_of_editors(article, no_rules, ed):
    assert "No closed discussions, removed comments or comments by editors." in text(LOG)
    say(article, "By a reader")
    mine = say(article, "CANARY", ed)
    page = text(LOG)
    assert f"Comment #{mine.number} by an editor" in page
    assert "Comment #1 by an editor" not in page
    assert "CANARY" not in page and "No reason was given." not in page
    discussions.hold(Comment.objects.get(pk=mine.pk), by=ed)
    assert "by an editor</a>" not in text(LOG)


def test_a_draft_is_not_listed(no_rules, ed):
    draft = make_article("Draft", is_published=False)
    say(draft, "CANARY", ed)
    assert "by an editor</a>" not in text(LOG)


def test_the_mark_stays_when_the_comment_is_moved(article, no_rules, ed):
    mine = say(article, "By an editor", ed)
    other = make_article("Another")
    discussions.transfer(Comment.objects.get(pk=mine.pk), other, None, ed)
    assert BADGE in text(other.get_absolute_url())


def test_a_removed_comment_shows_no_mark(article, no_rules, ed):
    mine = say(article, "By an editor", ed)
    say(article, "A reply", parent=mine)
    discussions.remove(Comment.objects.get(pk=mine.pk), by=ed)
    assert BADGE not in text(ARTICLE)
