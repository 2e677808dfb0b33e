"""What marks make of the lines of a source."""

from datetime import datetime

from commentary.importing.formats import reader
from commentary.importing.records import Ledger
from commentary.importing.repair import (
    FirstReading,
    Mark,
    SourceLine,
    name_head,
    rebuild,
    uses_of,
)
from commentary.importing.source import SourceFile

HARBOUR = """\
The Harbour Notes
Home | About | Archive | Subscribe
What the gauge remembers
Posted by keeper on 9 March 2009
The gauge stood dry for a week in March, and nobody wrote it down,
because nobody looks at a gauge that shows nothing.

118 people have something to say
T. Brandvik said on 10 March 2009
It was not dry. The pole was moved.
reply · share · flag
keeper >> T. Brandvik
Moved by whom? I painted it myself.
Mar 10, 11pm
Old Hand said on 11 March 2009
By the ice of 1963, I should think.
reply · share · flag
Show 113 more
"""
RIGHT = """\
What the gauge remembers

By the keeper

Nobody looks at a gauge that shows nothing.

3 comments:

Ann said...

It was not dry.
The pole was moved.

October 3, 2010 at 6:30 AM

Bo said...

By whom?

I painted it myself.

October 4, 2010 at 6:30 AM

Cleo said...

By the ice, I think.

October 5, 2010 at 6:30 AM
"""


def read(text: str) -> tuple[list[SourceLine], FirstReading]:
    source = SourceFile.from_bytes("harbour.txt", text.encode())
    ledger = Ledger(len(source.lines))
    record = next(reader("text").read(source, ledger))
    lines = [SourceLine(line) for line in source.lines]
    comments = {comment.key: comment for comment in record.comments}
    reading = FirstReading("text", uses_of(ledger.as_json(), len(lines)), comments)
    name_head(reading.uses, lines, record.title, record.authors)
    return lines, reading


def line_of(text: str, part: str, after: int = 0) -> int:
    return next(n for n, t in enumerate(text.split("\n"), 1) if n > after and part in t)


def drawn(rebuilt) -> list[tuple[str, str, int]]:
    """The comments: name, text, and how many are above them."""
    depth: dict[str, int] = {}
    shown = []
    for one in rebuilt.comments:
        record = one.record
        depth[record.key] = depth.get(record.parent or "", -1) + 1
        shown.append((record.author, record.text, depth[record.key]))
    return shown


def right(*marks: Mark):
    lines, reading = read(RIGHT)
    return rebuild(lines, reading, marks)


def at(part: str, last: str = "") -> tuple[tuple[int, int], ...]:
    first = line_of(RIGHT, part)
    return ((first, line_of(RIGHT, last) if last else first),)


def test_a_page_whose_comments_were_all_read_as_the_article_is_split_by_marks():
    lines, reading = read(HARBOUR)
    assert not reading.comments
    rebuilt = rebuild(
        lines,
        reading,
        [
            Mark("furniture", ((1, 2), (8, 8), (11, 11), (17, 18))),
            Mark("title", ((3, 3),)),
            Mark("author", ((4, 4),)),
            Mark("comment", ((9, 9), (15, 15))),
            Mark("comment", ((12, 13),), name="keeper", date="2009-03-10T23:00", parent=9),
        ],
    )
    assert (rebuilt.title, rebuilt.authors) == ("What the gauge remembers", ["keeper"])
    assert rebuilt.date == datetime(2009, 3, 9)
    assert [block.text[:15] for block in rebuilt.blocks] == ["The gauge stood"]
    assert drawn(rebuilt) == [
        ("T. Brandvik", "It was not dry. The pole was moved.", 0),
        ("keeper", "Moved by whom? I painted it myself.", 1),
        ("Old Hand", "By the ice of 1963, I should think.", 0),
    ]
    assert [one.record.date for one in rebuilt.comments] == [
        datetime(2009, 3, 10),
        datetime(2009, 3, 10, 23),
        datetime(2009, 3, 11),
    ]


def test_every_line_has_one_use_whatever_the_marks_say():
    lines, reading = read(HARBOUR)
    for kind in ("title", "author", "text", "comment", "above", "furniture", "details"):
        rebuilt = rebuild(lines, reading, [Mark(kind, ((1, 99),)), Mark("comment", ((10, 12),))])
        assert rebuilt.ledger().unaccounted() == []


def test_without_marks_everything_is_as_it_was_read():
    rebuilt = right()
    assert [name for name, *_ in drawn(rebuilt)] == ["Ann", "Bo", "Cleo"]
    assert not any(one.is_read or one.is_new for one in rebuilt.comments)
    assert (rebuilt.title, rebuilt.authors, rebuilt.body, rebuilt.gone) == (None, None, None, {})


def test_a_new_comment_takes_the_rest_of_the_comment_it_is_in():
    rebuilt = right(Mark("comment", at("The pole"), name="Dora"))
    assert drawn(rebuilt)[:2] == [("Ann", "It was not dry.", 0), ("Dora", "The pole was moved.", 0)]
    ann, dora, *others = rebuilt.comments
    assert not ann.is_new and ann.is_read and dora.is_new
    assert dora.record.date == datetime(2010, 10, 3, 6, 30), "the date below went with it"
    assert not any(one.is_read for one in others), "comments that the marks don't touch stay"


def test_several_lines_start_several_comments_at_once():
    lines, reading = read(HARBOUR)
    rebuilt = rebuild(lines, reading, [Mark("comment", ((9, 9), (12, 12), (15, 15)))])
    assert [one.numbers[0] for one in rebuilt.comments] == [9, 12, 15]


def test_the_first_line_of_a_comment_joins_all_of_it_to_the_comment_above():
    rebuilt = right(Mark("above", at("Bo said")))
    assert [name for name, *_ in drawn(rebuilt)] == ["Ann", "Cleo"]
    ann = rebuilt.comments[0]
    assert "Bo said...\n\nBy whom?\n\nI painted it myself." in ann.record.text
    assert list(rebuilt.gone.values()) == [ann.record.key]


def test_another_line_joins_the_comment_above_alone():
    lines, reading = read(RIGHT)
    number = line_of(RIGHT, "I painted")
    rebuilt = rebuild(
        lines, reading, [Mark("furniture", ((number, number),)), Mark("above", ((number, number),))]
    )
    assert drawn(rebuilt)[1] == ("Bo", "By whom?\n\nI painted it myself.", 0)


def test_replies_to_a_joined_comment_reply_to_the_one_that_has_its_words():
    bo = line_of(RIGHT, "Bo said")
    rebuilt = right(Mark("details", at("Cleo said"), parent=bo), Mark("above", at("Bo said")))
    assert [(name, depth) for name, _, depth in drawn(rebuilt)] == [("Ann", 0), ("Cleo", 1)]


def test_a_comment_can_not_reply_to_its_own_reply():
    ann, cleo = line_of(RIGHT, "Ann said"), line_of(RIGHT, "Cleo said")
    rebuilt = right(
        Mark("details", at("Cleo said"), parent=ann), Mark("details", at("Ann said"), parent=cleo)
    )
    assert len(rebuilt.problems) == 1
    assert {depth for *_, depth in drawn(rebuilt)} == {0, 1}


def test_names_and_dates_can_be_set_and_lines_named_as_bylines():
    lines, reading = read(RIGHT.replace("Bo said...", "~~ Bo of the Quay ~~"))
    number = line_of(RIGHT, "Bo said")
    start = Mark("comment", ((number, number),))
    byline = Mark("author", ((number, number),))
    bo = rebuild(lines, reading, [start, byline]).comments[1].record
    assert "Bo of the Quay" in bo.author and bo.text == "By whom?\n\nI painted it myself."
    named = Mark("details", ((number, number),), name="Bo", date="2001-02-03T04:05")
    bo = rebuild(lines, reading, [start, byline, named]).comments[1].record
    assert (bo.author, bo.date) == ("Bo", datetime(2001, 2, 3, 4, 5))
    nobody = Mark("details", ((number, number),), name="Anonymous", date="")
    bo = rebuild(lines, reading, [start, byline, nobody]).comments[1].record
    assert (bo.author, bo.date) == ("", None)


def test_lines_marked_as_article_leave_the_comments():
    first, last = line_of(RIGHT, "Ann said"), line_of(RIGHT, "October 3")
    rebuilt = right(Mark("text", ((first, last),)))
    assert [name for name, *_ in drawn(rebuilt)] == ["Bo", "Cleo"]
    assert "The pole was moved." in "".join(block.text for block in rebuilt.blocks)
    assert list(rebuilt.gone.values()) == [None]


def test_a_reading_and_marks_survive_json():
    _, reading = read(RIGHT)
    assert FirstReading.from_json(reading.as_json()) == reading
    mark = Mark("comment", ((1, 2), (4, 4)), name="", date="2001-01-01", parent=0)
    assert Mark.from_json(mark.as_json()) == mark


def test_marks_beyond_the_end_are_ignored():
    lines, reading = read(RIGHT)
    far = [Mark("comment", ((900, 999),)), Mark("details", ((3, 3),), parent=999)]
    assert drawn(rebuild(lines, reading, far)) == drawn(rebuild(lines, reading, []))


def test_another_title_replaces_the_one_that_was_read():
    lines, reading = read(HARBOUR)
    assert reading.uses[0].kind == "title"
    rebuilt = rebuild(lines, reading, [Mark("title", ((3, 3),))])
    assert rebuilt.title == "What the gauge remembers"
    assert rebuilt.uses[0].kind == "furniture"
