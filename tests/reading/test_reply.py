import pytest

from tests.conftest import Status

pytestmark = pytest.mark.django_db
ADDRESS = "/articles/why-bees-dance/"


def text(response) -> str:
    return response.content.decode()


def test_the_reply_form_is_below_its_comment_on_a_private_page(client, threads):
    response = client.get(f"{ADDRESS}reply/2/")
    page = text(response)
    assert page.index('id="comment-2"') < page.index('id="reply-2"') < page.index('id="comment-3"')
    assert "csrfmiddlewaretoken" in page
    assert "Respond to the article instead" in page
    assert response["Cache-Control"] == "private, no-store"
    assert "ETag" not in response
    assert "commentary_writer" not in response.cookies


@pytest.mark.parametrize("reply", ["99", "0", "-1", "", "nonsense", "٣", "9" * 30, "1'--"])
def test_a_form_for_a_missing_comment_is_a_404(client, threads, reply):
    assert client.get(f"{ADDRESS}reply/{reply}/").status_code == 404


@pytest.mark.parametrize("status", [s for s in Status if s != Status.APPROVED])
def test_an_unpublished_comment_has_no_form(client, comment, status):
    hidden = comment("CANARY", status=status)
    if status == Status.REMOVED:
        comment("A reply that stays", parent=hidden)
    response = client.get(f"{ADDRESS}reply/1/")
    assert response.status_code == 404
    assert "CANARY" not in text(response)
