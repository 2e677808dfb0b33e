"""The page with all links and actions of one comment."""

import re

from django.test import Client

from commentary import discussions
from commentary.models import Comment
from tests.conftest import Status

A = "/articles/why-bees-dance/"


def ways(client, number: int) -> list[tuple[str, str]]:
    """Return the address and the words of each link in the list."""
    page = client.get(f"{A}comments/{number}/more/").content.decode()
    listed = page.partition(" data-more>")[2].partition("</ul>")[0]
    links = re.findall(r'<a href="([^"]*)"[^>]*>(.*?)</a>', listed)
    return [(href.removeprefix(A), re.sub("<[^>]*>", "", words)) for href, words in links]


def test_a_thread_leads_to_the_threads_beside_it(client, threads):
    assert ways(client, 5) == [
        ("comments/1/", "Previous thread"),
        ("comments/6/", "Next thread"),
        ("branches/5/", "Open alone: #5"),
        ("comments/5/cite/", "Cite #5"),
        ("comments/5/report/", "Report #5"),
    ]


def test_a_reply_leads_to_its_parent_and_the_replies_beside_it(client, threads):
    assert ways(client, 2)[:2] == [
        ("comments/1/", "Parent #1 Ann"),
        ("comments/3/", "Next reply"),
    ]


def test_from_the_third_level_on_it_leads_to_the_top(client, threads):
    assert ways(client, 4)[:2] == [
        ("comments/3/", "Parent #3 Anonymous"),
        ("comments/1/", "Top of thread"),
    ]


def test_the_name_of_a_removed_parent_is_not_shown(client, threads):
    discussions.remove(threads[0], by="test")
    assert ways(client, 2)[0] == ("comments/1/", "Parent #1")


def test_its_writer_can_edit_and_withdraw(client, respond, threads):
    respond(client, name="Dora")
    made = Comment.objects.latest("pk")
    assert [words for _, words in ways(client, made.number)][-2:] == ["Edit #7", "Withdraw #7"]
    if made.status == Status.PENDING:
        discussions.approve(made, by="test")
    assert [words for _, words in ways(client, made.number)][-2:] == ["Edit #7", "Withdraw #7"]
    assert "Withdraw" not in str(ways(Client(), made.number))


def test_it_is_the_same_for_everyone_else_and_may_be_cached(client, threads, ed):
    page = client.get(f"{A}comments/2/more/")
    assert page["Cache-Control"] == "public, no-cache"
    assert page["X-Robots-Tag"] == "noindex"
    client.force_login(ed)
    assert client.get(f"{A}comments/2/more/").content == page.content


def test_hidden_and_removed_comments_have_none(client, comment, threads):
    comment("CANARY", status=Status.PENDING)
    assert client.get(f"{A}comments/7/more/").status_code == 404
    discussions.remove(threads[-1], by="test")
    assert client.get(f"{A}comments/6/more/").status_code == 410
