"""Comments of saved pages in the layouts of many programs and themes.

For each page, comments/ contains the expected values: `comments` in page order with author,
author_url, date (as precise as on the page), parent_index, text, kind and old_ids (more may be
found); `declared_count` and `closed`.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from commentary.importing.formats.html.comments import candidates, read_comments
from commentary.importing.formats.html.dom import decode, parse

PAGES = sorted((Path(__file__).parent / "comments").glob("*.html"))


@dataclass(frozen=True)
class Facts:
    address: str = ""
    canonical: str = ""
    language: str = ""


def read(html, address="", **options):
    return read_comments(parse(html), Facts(address, address), **options)


def as_golden(result):
    keys = [comment.key for comment in result.comments]
    assert len(set(keys)) == len(keys)
    return [
        {
            "author": comment.author or None,
            "author_url": comment.author_url or None,
            "date": comment.date and comment.date.isoformat(),
            "parent_index": None if comment.parent is None else keys.index(comment.parent),
            "text": comment.text,
            "kind": {"removed": "deleted", "pending": "pending"}.get(comment.status, comment.kind),
            "old_ids": comment.old_ids,
        }
        for comment in result.comments
    ]


def is_same_date(expected, found):
    """Compare a day, a local time or an exact time, to the minute."""
    if not expected or not found:
        return not expected and not found
    want, have = datetime.fromisoformat(expected), datetime.fromisoformat(found)
    if len(expected) == 10:
        return want.date() == have.date()
    if want.tzinfo and have.tzinfo:
        return abs((want - have).total_seconds()) < 60
    local = have.replace(second=0, microsecond=0, tzinfo=None)
    clocks = {want.replace(second=0, tzinfo=None)}
    if want.tzinfo:
        clocks.add(want.astimezone(UTC).replace(second=0, tzinfo=None))
    return local in clocks


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_comments_of_a_saved_page_are_read_as_expected(page):
    golden = json.loads(page.with_suffix(".json").read_text())
    address = golden["address"]
    result = read(decode(page.read_bytes()).text, address)
    found = as_golden(result)
    assert [(c["author"], c["kind"], c["parent_index"], c["text"]) for c in found] == [
        (c["author"], c["kind"], c["parent_index"], c["text"]) for c in golden["comments"]
    ]
    for expected, have in zip(golden["comments"], found, strict=True):
        assert (expected["author_url"] or "").rstrip("/") == (have["author_url"] or "").rstrip("/")
        assert is_same_date(expected["date"], have["date"]), (expected, have)
        assert set(expected["old_ids"]) <= set(have["old_ids"])
    assert result.declared_count == golden["declared_count"]
    assert bool(result.closed) == golden["closed"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_each_text_node_of_the_comments_has_one_use(page):
    result = read(decode(page.read_bytes()).text)
    used = [use.node.mem_id for use in result.text_uses]
    assert len(used) == len(set(used))
    owners = {use.owner for use in result.text_uses if use.use == "comment"}
    if result.layout != ("data", "json-ld"):
        assert owners == {comment.key for comment in result.comments}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_best_candidate_is_the_layout_that_is_read(page):
    document = parse(decode(page.read_bytes()).text)
    found = candidates(document)
    chosen = read_comments(document).layout
    if chosen is None or chosen[0] == "data":
        assert not found
        return
    assert found[0].key == chosen
    assert read_comments(document, layout=chosen).layout == chosen
