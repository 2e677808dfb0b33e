"""The page of an edited comment's earlier wordings."""

import re

import pytest

from commentary import discussions
from tests.conftest import Status

A = "/articles/why-bees-dance/comments/1/"


def texts(client) -> list[str]:
    page = client.get(f"{A}history/").content.decode()
    return re.findall(r"<p>(CANARY \w+|Said \w+)</p>", page)


@pytest.fixture
def said(comment):
    return comment("Said first", name="Ann")


def test_it_shows_every_wording_latest_first(client, said, ed):
    assert client.get(f"{A}history/").status_code == 404
    assert "/history/" not in client.get(f"{A}more/").content.decode()
    discussions.correct(said, ed, "Bo", "Said <b>then</b>")
    said.refresh_from_db()
    discussions.correct(said, ed, "Bo", "Said now")
    page = client.get(f"{A}history/")
    assert texts(client) == ["Said now", "Said first"]
    assert b"Said &lt;b&gt;then&lt;/b&gt;" in page.content
    assert b"<bdi>Ann</bdi>" in page.content
    assert page["Cache-Control"] == "public, no-cache"
    assert page["X-Robots-Tag"] == "noindex"
    assert f'href="{A}history/"' in client.get(f"{A}more/").content.decode()


def test_a_wording_that_was_never_public_stays_hidden(client, comment, ed):
    waiting = comment("CANARY insult", status=Status.PENDING)
    discussions.correct(waiting, ed, "", "Said politely")
    waiting.refresh_from_db()
    discussions.approve(waiting, by=ed)
    waiting.refresh_from_db()
    discussions.correct(waiting, ed, "", "Said again")
    assert texts(client) == ["Said again", "Said politely"]


def test_a_removed_comment_has_no_history(client, said, ed):
    discussions.correct(said, ed, "Ann", "Said again")
    said.refresh_from_db()
    discussions.remove(said, by=ed)
    page = client.get(f"{A}history/")
    assert page.status_code == 410
    assert b"Said" not in page.content


def test_many_wordings_take_the_same_number_of_queries(
    client, said, ed, django_assert_max_num_queries
):
    for i in range(25):
        said.refresh_from_db()
        discussions.correct(said, ed, "Ann", f"Said {i}x")
    with django_assert_max_num_queries(12):
        assert len(texts(client)) == 21  # the present one and the latest 20


def test_it_shows_what_changed(client, said, ed):
    discussions.correct(said, ed, "Ann", "Said second")
    page = client.get(f"{A}history/").content.decode()
    assert "What changed" in page
    assert '<del><span class="hidden-text">[removed: </span>first' in page
    assert '<ins><span class="hidden-text">[added: </span>second' in page


def test_a_wording_that_was_never_public_is_not_compared(client, comment, ed):
    waiting = comment("CANARY insult", status=Status.PENDING)
    discussions.correct(waiting, ed, "", "Said politely")
    waiting.refresh_from_db()
    discussions.approve(waiting, by=ed)
    assert "CANARY" not in client.get(f"{A}history/").content.decode()


def test_readers_see_no_history_if_it_is_turned_off(client, said, ed, settings):
    discussions.correct(said, ed, "Ann", "Said again")
    assert client.get(f"{A}history/").status_code == 200
    settings.PUBLIC_HISTORY = False
    assert client.get(f"{A}history/").status_code == 404
    assert "/history/" not in client.get(f"{A}more/").content.decode()
    assert "edited by an editor" in client.get("/articles/why-bees-dance/").content.decode()
