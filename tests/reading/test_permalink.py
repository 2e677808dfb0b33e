import pytest

from commentary import discussions
from commentary.models import Comment, Submission
from tests.conftest import Status

pytestmark = pytest.mark.django_db
ADDRESS = "/articles/why-bees-dance/"


def test_it_redirects_to_the_comment(client, comment):
    made = comment("Words")
    response = client.get(made.get_absolute_url())
    assert response.status_code == 302
    assert response["Location"] == "/articles/why-bees-dance/#comment-1"
    assert not response.cookies


def test_post_is_refused(client, comment):
    assert client.post(comment("Words").get_absolute_url()).status_code == 405


@pytest.mark.parametrize("number", ["2", "0", "2147483648", "9" * 20, "9" * 400])
def test_an_unused_number_is_a_404(client, comment, number):
    comment("Words")
    assert client.get(f"/articles/why-bees-dance/comments/{number}/").status_code == 404


@pytest.mark.parametrize("decide", [None, discussions.reject, discussions.mark_spam])
def test_a_comment_that_was_never_public_is_a_404(client, comment, decide):
    made = comment("CANARY", status=Status.PENDING)
    if decide:
        decide(made, by="test", reason="CANARY")
    response = client.get(made.get_absolute_url())
    assert response.status_code == 404
    assert response.content == client.get("/articles/why-bees-dance/comments/99/").content


def test_a_removed_comment_is_410_with_the_reason(client, comment):
    made = comment("CANARY", status=Status.REMOVED, name="CANARY")
    response = client.get(made.get_absolute_url())
    page = response.content.decode()
    assert response.status_code == 410
    assert "Comment #1 was removed" in page
    assert "An editor removed it on" in page
    assert "Reason: personal remark." in page
    assert "CANARY" not in page
    assert "Its place in the thread" not in page


def test_a_removed_comment_links_to_its_remaining_replies(client, comment):
    made = comment("Rude", status=Status.REMOVED)
    comment("Answer", parent=made)
    comment("Waiting", parent=made, status=Status.PENDING)
    page = client.get(made.get_absolute_url()).content.decode()
    assert "Its 1 reply is still here." in page
    assert 'href="/articles/why-bees-dance/#comment-1"' in page


def test_a_withdrawn_comment_is_not_called_removed_by_an_editor(client, article, comment):
    made = comment("CANARY")
    comment("Answer", parent=made)
    sender = discussions.Sender(writer="somebody")
    Submission.objects.create(
        comment=made, discussion_id=article.pk, writer="somebody", client_key="1", digest="1"
    )
    discussions.withdraw_comment(made, sender)
    page = client.get(made.get_absolute_url()).content.decode()
    assert "Its writer withdrew it on" in page
    assert "editor" not in page
    page = client.get(article.get_absolute_url()).content.decode()
    assert "Withdrawn by its writer on" in page
    assert "CANARY" not in page


def test_it_is_a_404_while_the_article_is_a_draft(client, article, comment, mo):
    made = comment("Words")
    article.is_published = False
    article.save()
    assert client.get(made.get_absolute_url()).status_code == 404
    client.force_login(mo)
    assert client.get(made.get_absolute_url()).status_code == 302


def test_it_redirects_to_the_threads_page_or_to_the_branch(client, article, settings):
    settings.COMMENTS_PER_PAGE = 3
    discussions.import_comments(
        article.pk, [Comment(body="x") for _ in range(9)], [None] * 6 + [4, 4, 4]
    )
    places = {n: client.get(f"{ADDRESS}comments/{n}/")["Location"] for n in range(1, 10)}
    assert places[2] == f"{ADDRESS}#comment-2"
    assert places[4] == f"{ADDRESS}?after=3#comment-4"
    assert places[7] == f"{ADDRESS}?after=3#comment-7"
    assert places[8] == f"{ADDRESS}branches/8/#comment-8"
    assert places[9] == f"{ADDRESS}branches/9/#comment-9"
    newest = client.get(f"{ADDRESS}comments/4/?sort=newest")["Location"]
    assert newest == f"{ADDRESS}?sort=newest&after=5#comment-4"
    most = client.get(f"{ADDRESS}comments/1/?sort=replies")["Location"]
    assert most == f"{ADDRESS}?sort=replies&after=3-5#comment-1"


@pytest.mark.parametrize("count", [3, 300])
def test_a_long_discussion_takes_the_same_number_of_queries(
    client, article, comment, count, django_assert_max_num_queries
):
    removed = comment("Rude", status=Status.REMOVED)
    new = [Comment(body="x") for _ in range(2 * count)]
    discussions.import_comments(article.pk, new, [*([removed] * count), *([None] * count)])
    made = Comment.objects.get(number=2)
    there, gone = made.get_absolute_url(), removed.get_absolute_url()
    with django_assert_max_num_queries(6):
        client.get(there)
    with django_assert_max_num_queries(7):
        client.get(gone)
