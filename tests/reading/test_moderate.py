"""The page with all actions of editors on one comment."""

import re

from commentary import discussions
from tests.conftest import Status

A = "/articles/why-bees-dance/"
THREADS = f"{A}?sort=newest"


def acts(client, number: int, back: str = THREADS) -> list[tuple[str, str]]:
    """Return the name of each action of the admin, and the page it returns to."""
    page = client.get(f"{A}comments/{number}/moderate/", {"next": back})
    assert page["Cache-Control"] == "private, no-store"
    found = re.findall(r"/comment/[\d-]+/([a-z-]+)/(?:\?next=([^\"]+))?\"", page.content.decode())
    return [(verb, back.replace("%2F", "/").replace("%3F", "?")) for verb, back in found]


def test_an_approved_comment_can_be_removed_and_its_thread_closed(client, mo, threads):
    client.force_login(mo)
    here = THREADS.replace("=", "%3D")
    assert acts(client, 2) == [
        ("hold", f"{here}%23comment-2"),
        ("mark-spam", f"{here}%23responses"),
        ("remove", f"{here}%23responses"),
        ("close", f"{here}%23comment-2"),
    ]
    discussions.close(threads[1], by=mo)
    assert acts(client, 2)[-1] == ("reopen", f"{here}%23comment-2")


def test_a_pending_comment_can_be_decided(client, mo, comment):
    comment("Waits", status=Status.PENDING)
    client.force_login(mo)
    assert [verb for verb, _ in acts(client, 1)] == ["approve", "reject", "mark-spam"]


def test_it_never_returns_to_another_site(client, mo, threads):
    client.force_login(mo)
    for back in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"):
        assert acts(client, 2, back)[0] == ("hold", f"{A}%23comment-2")


def test_editors_can_also_edit_the_text(client, ed, threads):
    client.force_login(ed)
    assert "change" in [verb for verb, _ in acts(client, 2)]


def test_others_are_refused(client, stella, threads):
    assert client.get(f"{A}comments/2/moderate/").status_code == 403
    client.force_login(stella)
    assert client.get(f"{A}comments/2/moderate/").status_code == 403
