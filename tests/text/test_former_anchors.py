"""Fragments of earlier sites, in all their spellings."""

import pytest

from commentary.text.former_anchors import number_in, spellings_of, stored_anchors


@pytest.mark.parametrize(
    "asked",
    ["comment-4711", "c4711", "IDComment4711", "li-comment-4711", "div-comment-4711", "4711"]
    + ["dsq-comment-4711", "comment4711", "cmt-4711", "isso-4711"],
)
def test_every_spelling_of_an_id_finds_the_comment(asked):
    assert spellings_of(asked)[0] == asked
    assert {"comment-4711", "4711"} <= {*spellings_of(asked)}


@pytest.mark.parametrize("asked", ["p3", "t3", "section-3", "point-3", "reply", "", "x" * 300])
def test_fragments_of_other_things_have_no_other_spelling(asked):
    assert spellings_of(asked) == [asked[:100]]


@pytest.mark.parametrize(
    ("ids", "key", "is_numbered", "names"),
    [
        ("#comment-12 #c9 http://old.example/c/12", "12", False, ["comment-12", "c9"]),
        ("#li-comment-5", "12", False, ["li-comment-5", "12"]),
        (None, "12", True, ["comment-12"]),
        (None, "12", False, ["12"]),
        (None, "12 (2)", True, ["comment-12"]),
        ("", "digest 0123456789abcdef", True, []),
        (None, "0123456789abcdef", True, []),
        (None, "0123456789abcdef-2", True, []),
        ("#" + "x" * 200, "", True, []),
    ],
)
def test_a_comment_is_stored_under_its_fragments_and_its_id(ids, key, is_numbered, names):
    assert [*stored_anchors(ids, key, is_numbered)] == names


@pytest.mark.parametrize(
    ("name", "number"),
    [("comment-3", 3), ("comment-0", None), ("comment-03", None), ("c3", None)]
    + [("comment-2147483648", None), ("comment-" + "9" * 30, None), ("comment-3-by", None)],
)
def test_only_a_fragment_like_ours_is_taken_for_a_number(name, number):
    assert number_in(name) == number
