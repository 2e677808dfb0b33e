"""Requests run through the code as the walks in docs/architecture.md describe."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest

ROOT = Path(__file__).parent.parent
STEP = re.compile(r"^ +\d+  (\S+?\.\w+)(?::(\w+))? ", re.MULTILINE)
MAX_ROOMS, MAX_STEPS = 4, 15

Step = tuple[str, str]  # a file, and a function in it


def walk(first_line: str) -> list[Step]:
    """Return the steps of the walk that starts with this line. A template has no function."""
    text = (ROOT / "docs" / "architecture.md").read_text()
    block = text.partition(f"```\n{first_line}\n")[2].partition("```")[0]
    return STEP.findall(block)


@contextmanager
def entered() -> Iterator[list[Step]]:
    """Collect the functions of the package in the order in which they are first called."""
    found: dict[Step, None] = {}
    steps: list[Step] = []
    home = f"{ROOT / 'commentary'}/"

    def note(frame: FrameType, event: str, _arg: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(home):
            found.setdefault((code.co_filename.removeprefix(home), code.co_name))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield steps
    finally:
        sys.setprofile(before)
        steps += found


@contextmanager
def rooms_entered(view: Step) -> Iterator[list[str]]:
    """Collect the packages that a view calls, until it returns, in the order of the calls: one
    entry for each move from one package to another.
    """
    rooms: list[str] = []
    inside: list[FrameType] = []
    home = f"{ROOT / 'commentary'}/"

    def note(frame: FrameType, event: str, _arg: object) -> None:
        path = frame.f_code.co_filename
        if event == "return" and inside == [frame]:
            inside.clear()
        if event != "call" or not path.startswith(home):
            return
        path = path.removeprefix(home)
        if (path, frame.f_code.co_name) == view:
            inside.append(frame)
        room = path.partition("/")[0]
        if inside and rooms[-1:] != [room]:
            rooms.append(room)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield rooms
    finally:
        sys.setprofile(before)


STORED = walk("GET a stored page")
GET, POST = walk("GET /articles/x/"), walk("POST /articles/x/respond/")
GET_CODE, POST_CODE = ([step for step in steps if step[1]] for steps in (GET, POST))


@pytest.mark.parametrize("steps", [GET, POST], ids=["get", "post"])
def test_a_walk_is_short_and_enters_few_packages(steps):
    assert 5 < len(steps) <= MAX_STEPS
    assert len({path.partition("/")[0] for path, function in steps if function}) <= MAX_ROOMS


def test_a_request_for_an_article_follows_its_walk(client, article, threads):
    with entered() as found:
        assert client.get(article.get_absolute_url()).status_code == 200
    assert [step for step in found if step in GET_CODE] == GET_CODE


@pytest.mark.parametrize("has_it", [False, True])
def test_a_stored_page_is_answered_in_few_moves_between_packages(client, article, threads, has_it):
    stored = client.get(article.get_absolute_url())
    headers = {"If-None-Match": stored["ETag"]} if has_it else {}
    with rooms_entered(STORED[0]) as rooms:
        answer = client.get(article.get_absolute_url(), headers=headers)
    assert answer.status_code == (304 if has_it else 200)
    assert {"reading", "models"} <= set(rooms)
    assert len(set(rooms)) <= MAX_ROOMS and len(rooms) - 1 <= MAX_STEPS


def test_a_request_for_a_stored_page_follows_its_walk(client, article, threads):
    client.get(article.get_absolute_url())
    with entered() as found:
        client.get(article.get_absolute_url())
    assert [step for step in found if step in STORED] == STORED


def test_a_posted_comment_follows_its_walk(client, respond, threads, no_rules):
    with entered() as found:
        assert respond(client, reply="1").status_code == 303
    assert [step for step in found if step in POST_CODE] == POST_CODE
