"""The page on which a comment is moved, split or merged."""

import pytest
from django.urls import reverse

from commentary.discussions import tree
from commentary.models import Comment
from tests.conftest import drawing, edition, make_article

pytestmark = pytest.mark.django_db


def page_of(comment: Comment) -> str:
    return reverse("admin:commentary_comment_move", args=[comment.key])


def ask(client, comment: Comment, **data):
    """Send a form of the page as it is now, for the preview."""
    seen = edition(client.get(page_of(comment)))[0]
    return client.post(page_of(comment), {"edition": seen} | data)


def confirm(client, comment: Comment, **data):
    return ask(client, comment, confirm=1, **data)


def text_of(response) -> str:
    return response.content.decode()


def test_a_move_is_previewed_first(as_ed, article, threads):
    page = text_of(ask(as_ed, threads[5], what="move", parent="#2"))
    assert "#6 Cleo moves below #2 Bo." in page
    assert drawing(article) == "1\n  2\n  3\n    4\n5\n6"
    done = confirm(as_ed, threads[5], what="move", parent="2")
    assert done.status_code == 303
    assert drawing(article) == "1\n  2\n    6\n  3\n    4\n5"
    assert threads[5].audit_entries.get().verb == "move"
    assert "Undo in the audit log" in text_of(as_ed.get(done["Location"]))


def test_a_branch_moves_to_another_article_named_by_url_or_title(as_ed, article, threads):
    other = make_article("Why wasps don’t", slug="wasps")
    page = text_of(ask(as_ed, threads[0], what="move", article="https://x.example/articles/wasps/"))
    assert "#1 Ann moves to the start of a thread. Its 3 replies move too." in page
    assert "The new article is “Why wasps don’t”." in page
    assert confirm(as_ed, threads[0], what="move", article="Why wasps don’t").status_code == 303
    assert drawing(other) == "1\n  2\n  3\n    4"
    assert tree.check() == []


def test_a_comment_is_split_and_merged_again(as_ed, article, comment):
    one = comment("First.\n\nSecond.", name="Ann")
    assert "A new comment by Bo starts with: Second." in text_of(
        ask(as_ed, one, what="split", at=1, name="Bo")
    )
    assert confirm(as_ed, one, what="split", at=1, name="Bo").status_code == 303
    two = Comment.objects.get(name="Bo")
    assert confirm(as_ed, two, what="merge", into="#1").status_code == 303
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.body, two.status) == ("First.\n\nSecond.", "rejected")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"what": "move", "parent": "99"}, "The article has no comment with this number."),
        ({"what": "move", "parent": "3"}, "A comment can’t reply to itself"),
        ({"what": "move", "article": "nowhere"}, "No article has this URL or title."),
        ({"what": "move"}, "The comment is there already."),
        ({"what": "split", "at": "1"}, "Select the paragraph"),
        ({"what": "merge"}, "Enter the number of the comment"),
        ({"what": "merge", "into": "2"}, "not a comment into its reply"),
        ({"what": "x"}, "Select what to do."),
    ],
)
def test_what_can_not_be_done_says_why(as_ed, article, threads, data, message):
    assert message in text_of(confirm(as_ed, threads[0], **data))
    assert drawing(article) == "1\n  2\n  3\n    4\n5\n6"


def test_a_form_from_before_a_change_does_nothing(as_ed, ed, article, threads):
    seen = edition(as_ed.get(page_of(threads[5])))[0]
    confirm(as_ed, threads[5], what="move", parent="2")
    data = {"edition": seen, "what": "move", "parent": "5", "confirm": 1}
    assert "changed after you opened" in text_of(as_ed.post(page_of(threads[5]), data))
    assert Comment.objects.get(pk=threads[5].pk).parent == threads[1]


def test_only_those_who_may_change_comments_see_it(client, mo, threads):
    client.force_login(mo)
    assert client.get(page_of(threads[0])).status_code == 403
    assert client.post(page_of(threads[0]), {"what": "move"}).status_code == 403


def test_the_page_of_a_comment_leads_there(as_ed, threads):
    change = reverse("admin:commentary_comment_change", args=[threads[0].key])
    assert page_of(threads[0]) in text_of(as_ed.get(change))
