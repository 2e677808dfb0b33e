"""JSON exports: every value of every sample may be missing or have any type."""

import copy
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from commentary.importing import json_stream
from commentary.importing.formats import detect, reader
from commentary.importing.json_stream import JsonItems
from commentary.importing.records import ArticleRecord, ItemLedger, SourceError
from commentary.importing.source import SourceFile
from commentary.importing.store import import_source
from commentary.models import Article, Comment

SAMPLES = Path(__file__).parent / "samples"
FORMATS = [
    path
    for name in ("commento", "comentario", "isso_generic", "ghost", "discourse")
    for path in sorted((SAMPLES / name).glob("*.json"))
    if ".expected" not in path.name
]
by_sample = pytest.mark.parametrize("path", FORMATS, ids=lambda path: path.parent.name)
HOSTILE: list[Any] = [
    *(None, True, 0, -1, 10**400, 1.5e308, "", "\0", "a\0b\ud800", "9" * 5_000, "x" * 100_000),
    *([], {}, [[]], [None, 1, "a", {}], {"id": {}}, "2011-13-45T99:00:00Z", "javascript:alert(1)"),
]


def read(data: bytes, format: str) -> tuple[list[ArticleRecord], ItemLedger]:
    """Read an export. Every item must be in the ledger, and every comment in a record."""
    source, ledger = SourceFile.from_bytes("export.json", data), ItemLedger()
    records = [*reader(format).read(source, ledger)]
    assert ledger.unaccounted() == 0, ledger.used
    assert ledger.used.get("comment", 0) == sum(len(record.comments) for record in records)
    for record in records:
        assert record.key and "\0" not in record.title + record.body_html + record.url
        for comment in record.comments:
            assert comment.key and "\0" not in comment.text + comment.author + comment.author_url
            assert comment.author_url[:4] in ("", "http")
    return records, ledger


def places(value: Any, above: tuple = ()) -> Iterator[tuple]:
    """Yield the paths of all values inside a value."""
    children = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, child in children:
        yield (*above, key)
        yield from places(child, (*above, key))


def changed(value: Any, place: tuple, put: Any) -> Any:
    """Return a copy with another value at a place; ... removes it."""
    made = copy.deepcopy(value)
    at = made
    for key in place[:-1]:
        at = at[key]
    if put is ...:
        del at[place[-1]]
    else:
        at[place[-1]] = put
    return made


@by_sample
def test_a_sample_is_detected(path):
    assert detect(SourceFile.from_path(path.name, path)) == path.parent.name


@pytest.mark.parametrize(
    "line",
    ['The key is "commentHex": "a".', 'They send {"post_stream": {"posts": []}}.', "{ no JSON }"],
)
def test_a_text_that_mentions_an_export_is_none(line):
    text = f"On Exports\n\nBy Ada\n\n{line}\n\n1 Response\n\n  1. Bo\n\n    Indeed, indeed.\n"
    assert detect(SourceFile.from_bytes("a.txt", text.encode())) == "text"


@by_sample
@pytest.mark.parametrize("form", [bytes, gzip.compress, lambda data: b"\xef\xbb\xbf" + data])
def test_every_form_of_a_sample_is_read(path, form):
    made = form(path.read_bytes())
    assert detect(SourceFile.from_bytes("export", made)) == path.parent.name
    assert read(made, path.parent.name)[0]


@by_sample
def test_indentation_makes_no_difference(path):
    value = json.loads(path.read_text())
    for made in (json.dumps(value), json.dumps(value, indent=3), json.dumps(value, indent="\t")):
        assert detect(SourceFile.from_bytes("export", made.encode())) == path.parent.name
        records, _ = read(made.encode(), path.parent.name)
        assert [r.key for r in records] == [
            r.key for r in read(path.read_bytes(), path.parent.name)[0]
        ]


@pytest.mark.slow
@by_sample
def test_a_value_of_any_type_loses_no_item_and_raises_nothing_else(path):
    value = json.loads(path.read_text())
    tried = 0
    for place in places(value):
        for put in (..., *HOSTILE):
            data = json.dumps(changed(value, place, put)).encode()
            try:
                read(data, path.parent.name)
            except SourceError as refused:
                assert refused.reason
            tried += 1
    assert tried > 500


@by_sample
def test_a_file_that_is_cut_off_is_reported(path):
    data = path.read_bytes().rstrip()
    for end in range(30, len(data), 211):
        try:
            _, ledger = read(data[:end], path.parent.name)
        except SourceError:
            continue
        assert not ledger.is_whole, end


@by_sample
def test_a_packed_file_that_is_cut_off_is_reported(path):
    data = gzip.compress(path.read_bytes(), 0)
    try:
        _, ledger = read(data[: len(data) * 3 // 4], path.parent.name)
    except SourceError:
        return
    assert not ledger.is_whole


@pytest.mark.slow
@by_sample
def test_bombs_are_refused(path):
    data = gzip.compress(path.read_bytes().rstrip()[:-1] + b" " * 80_000_000)
    with pytest.raises(SourceError, match="times its size"):
        read(data, path.parent.name)


@by_sample
@pytest.mark.django_db
def test_a_later_export_adds_nothing_twice(path):
    import_source(SourceFile.from_path(path.name, path))
    count, articles = Comment.objects.count(), Article.objects.count()
    again = SourceFile.from_bytes(path.name, path.read_bytes() + b"\n\n")
    report = import_source(again)
    assert (Comment.objects.count(), Article.objects.count()) == (count, articles)
    assert report.counts["differing"] == 0


# --- items


def items(data: bytes, *wanted: str) -> tuple[list[tuple], JsonItems]:
    source = SourceFile.from_bytes("a.json", data)
    found = JsonItems(source, set(wanted))
    return [tuple(item) for item in found], found


def test_items_have_their_paths_and_lines():
    data = b'{"a": [\n1,\n{"x": [2]}\n],\n"b": {"c": [3, 4]}, "d": "e"}'
    assert items(data, "a", "b.c", "d")[0] == [
        ("a", 1, 2, 2),
        ("a", {"x": [2]}, 3, 3),
        ("b.c", 3, 5, 5),
        ("b.c", 4, 5, 5),
        ("d", "e", 5, 5),
    ]


def test_values_that_are_not_wanted_are_passed_over():
    data = b'{"a": [{"b": [1]}, [2]], "b": [3]}'
    assert items(data, "b")[0] == [("b", 3, 1, 1)]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_items_are_read_in_pieces_of_any_size(monkeypatch, size):
    monkeypatch.setattr(json_stream, "CHUNK", size)
    data = '{"a": [12345, "é\\u00e9\\n\u3042", {"x": true}], "b": null}'.encode()
    found = [(path, value) for path, value, *_ in items(data, "a", "b")[0]]
    assert found == [("a", 12345), ("a", "éé\nあ"), ("a", {"x": True}), ("b", None)]


@pytest.mark.parametrize(
    ("data", "values", "why"),
    [
        (b'{"a": [1, 2', [1, 2], "cut off"),
        (b'{"a": [1, {"b": 2', [1], "cut off"),
        (b'{"a": ["b', [], "cut off"),
        (b'{"a": [1 2]}', [1], "not valid JSON"),
        (b'{"a": [1, oops, 3, 4, 5, 6]}', [1], "not valid JSON"),
        (b'{"a" 1}', [], "not valid JSON"),
        (b'{"a": [1]} {"b": 2}', [1], "continues after its end"),
        (b'{"a": [1, ' + b"[" * 200_000 + b"]" * 200_000 + b"]}", [1], "nested too deeply"),
    ],
)
def test_what_is_damaged_is_reported_after_what_was_read(data, values, why):
    found, reading = items(data, "a")
    assert [item[1] for item in found] == values
    assert reading.broken and why in reading.broken[1]


def test_an_item_of_any_size_is_limited(monkeypatch):
    monkeypatch.setattr(json_stream, "MAX_ITEM", 200_000)
    _, reading = items(b'{"a": ["' + b"x" * 1_000_000 + b'"]}', "a")
    assert reading.broken and "more than 200,000" in reading.broken[1]


def topic(*posts: dict, **fields: Any) -> ArticleRecord:
    made = [{"id": n, "post_number": n, "username": "ann"} | p for n, p in enumerate(posts, 1)]
    data = {"post_stream": {"posts": made}, "id": 42, "slug": "rope", "title": "Rope"} | fields
    return read(json.dumps(data).encode(), "discourse")[0][0]


@pytest.mark.parametrize(
    ("fields", "is_published"),
    [
        ({}, True),
        ({"archetype": "regular"}, True),
        ({"archetype": "banner"}, True),
        ({"archetype": "private_message"}, False),
        ({"deleted_at": "2020-01-01T00:00:00.000Z"}, False),
        ({"visible": False}, False),
    ],
)
def test_a_topic_that_few_could_read_is_a_draft(fields, is_published):
    assert topic({"cooked": "<p>Hello.</p>"}, **fields).is_published is is_published


def test_quotes_within_quotes_are_nested():
    raw = (
        '[quote="bo, post:2, topic:42"]\n[quote="cy"]\nFirst.\n[/quote]\nSecond.\n[/quote]\nThird.'
    )
    text = topic({}, {"raw": raw}).comments[0].text
    lines = [line.rstrip() for line in text.split("\n") if line.strip(" >")]
    assert lines == ["> bo:", "> > cy:", "> > First.", "> Second.", "Third."]


@pytest.mark.parametrize(
    ("field", "hostile"),
    [
        *(("raw", text) for text in ("[quote]", "[quote=", '[quote="a,b', "[quote]\n[/quote")),
        *(("cooked", f"<img {text}") for text in ('class="emoji ', 'alt="a" ', "")),
        *(("cooked", f'<div class="{name}">') for name in ("meta", "title", "quote-controls")),
    ],
)
def test_openings_without_an_end_take_no_time(field, hostile):
    begin, again = (hostile[:5], hostile[5:]) if hostile.startswith("<img ") else ("", hostile)
    text = begin + (again or hostile) * (400_000 // len(again or hostile))
    assert topic({}, {field: text}).comments


def threads(*texts: str) -> bytes:
    """Return an export of Isso's generic format whose threads have only a title."""
    made = [{"author": "Ida", "text": text, "created": "2011-06-03 16:05:00"} for text in texts]
    return json.dumps([{"title": "Welcome", "comments": [comment]} for comment in made]).encode()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["export.json", "other/export-2.json"])
def test_threads_with_only_the_same_title_are_separate_articles(name):
    import_source(SourceFile.from_bytes("export.json", threads("Yes, it is.", "No, it isn’t.")))
    assert Article.objects.filter(title="Welcome").count() == 2
    import_source(SourceFile.from_bytes(name, threads("Unrelated.", "Yes, it is.")))
    assert Article.objects.filter(title="Welcome").count() == 3
    assert Comment.objects.count() == 3
