"""What one repaired file teaches about a site, and what that makes of its other files."""

import pytest

from commentary.importing.records import SourceError
from commentary.importing.repair import Mark, rebuild
from commentary.importing.site_profile import LayoutRules, learn
from tests.importing.test_repair import HARBOUR, RIGHT, drawn, line_of, read

MARKS = [
    Mark("furniture", ((1, 2), (8, 8), (11, 11), (17, 18))),
    Mark("title", ((3, 3),)),
    Mark("author", ((4, 4),)),
    Mark("comment", ((9, 9), (15, 15))),
    Mark("comment", ((12, 12),), name="keeper", date="2009-03-10T23:00", parent=9),
]
OTHER = """\
The Harbour Notes
Home | About | Archive | Subscribe
The crane that would not turn
Posted by J. Aalto on 2 June 2010
It stood still for a month.

42 people have something to say
Vera said on 3 June 2010
Oil it.
reply · share · flag
Old Hand >> Vera
It is the wind, not the oil.
Jun 3, 10pm
Vera said on 4 June 2010
Then turn the harbour.
reply · share · flag
Show 39 more
"""


def taught(text: str = HARBOUR, marks=MARKS) -> LayoutRules:
    lines, reading = read(text)
    rebuilt = rebuild(lines, reading, marks)
    return learn("Harbour", "harbour.example.org", "text", lines, rebuilt)


def applied(profile: LayoutRules, text: str):
    lines, reading = read(text)
    return rebuild(lines, reading, profile.marks_for(lines, reading))


def test_a_profile_names_what_varies():
    profile = taught()
    assert sorted(profile.starts) == ["NAME >> PARENT", "NAME said on DATE"]
    assert profile.bylines == ["DATE"]
    assert profile.authors == "Posted by NAME on DATE"
    assert profile.heading == "NUMBER people have something to say"
    assert profile.title_line == 3
    assert "Show NUMBER more" in profile.furniture


def test_another_file_of_the_site_is_read_with_the_profile():
    rebuilt = applied(taught(), OTHER)
    assert (rebuilt.title, rebuilt.authors) == ("The crane that would not turn", ["J. Aalto"])
    assert drawn(rebuilt) == [
        ("Vera", "Oil it.", 0),
        ("Old Hand", "It is the wind, not the oil.", 1),
        ("Vera", "Then turn the harbour.", 0),
    ]
    assert [block.text for block in rebuilt.blocks] == ["It stood still for a month."]
    assert taught().declared_in(read(OTHER)[0]) == 42


def test_the_file_it_was_learned_from_is_read_alike():
    assert drawn(applied(taught(), HARBOUR)) == [
        ("T. Brandvik", "It was not dry. The pole was moved.", 0),
        ("keeper", "Moved by whom? I painted it myself.", 1),
        ("Old Hand", "By the ice of 1963, I should think.", 0),
    ]


def test_a_file_of_another_site_is_left_alone():
    lines, reading = read(RIGHT)
    assert taught().marks_for(lines, reading) == []


def test_comments_that_were_read_correctly_keep_their_keys():
    marks = [Mark("comment", ((line_of(RIGHT, "The pole"),) * 2,), name="Dora")]
    lines, reading = read(RIGHT)
    profile = taught(RIGHT, marks)
    assert "NAME said..." in profile.starts
    rebuilt = rebuild(lines, reading, profile.marks_for(lines, reading))
    assert {one.record.key for one in rebuilt.comments} == set(reading.comments)


def test_a_name_with_the_date_in_the_next_line_is_a_start():
    text = "A title\n\nA body that says something at length.\n\n" + "\n\n".join(
        f"{name}\nMarch {n}, 2011 at 10:{n} pm\nText of {name} goes here."
        for n, name in ((11, "Ann Lee"), (12, "Bo"), (13, "Cleo"))
    )
    first = line_of(text, "Ann Lee")
    marks = [Mark("comment", tuple((first + 4 * n, first + 4 * n) for n in range(3)))]
    profile = taught(text, marks)
    assert profile.starts == ["NAME / DATE"]
    other = text.replace("Bo\n", "Zoe of the Quay\n")
    assert [name for name, *_ in drawn(applied(profile, other))] == [
        "Ann Lee",
        "Zoe of the Quay",
        "Cleo",
    ]


def test_a_line_that_could_be_anything_teaches_nothing():
    lines, reading = read(HARBOUR)
    rebuilt = rebuild(lines, reading, [Mark("comment", ((5, 5),))])
    assert learn("x", "x", "text", lines, rebuilt).starts == []


def test_adjacent_comments_of_one_line_each_are_told_apart():
    text = "Title\n\nA body of some words here.\n\n" + "\n".join(
        f"[{n}] Guest {n} wrote: word {n} and more" for n in range(1, 6)
    )
    profile = LayoutRules("x", "x", "text", starts=["[NUMBER] Guest NUMBER wrote: NAME"])
    lines, reading = read(text)
    rebuilt = rebuild(lines, reading, profile.marks_for(lines, reading))
    assert len(rebuilt.comments) == 5


def test_a_profile_survives_toml():
    profile = taught()
    profile.furniture.append('A "quoted" \\ line\twith a tab')
    assert LayoutRules.from_toml(profile.as_toml()) == profile


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("name = ", "is not valid TOML"),
        ('format = "pdf"\n[comments]\nstarts = ["NAME:"]', "format must be"),
        ('format = "text"', "starts must list at least one"),
        ('format = "text"\n[comments]\nstarts = [1]', "starts must be a list of texts"),
        ('format = "text"\n[article]\ntitle_line = -1', "title_line must be a number"),
        ('format = "text"\ncomments = 3', "comments must be a table"),
    ],
)
def test_a_profile_that_can_not_be_used_says_why(text, why):
    with pytest.raises(SourceError, match=why):
        LayoutRules.from_toml(text, "x.toml")


def test_hostile_patterns_take_little_time():
    """A pattern is a line with places, never a regular expression of its own."""
    profile = LayoutRules("x", "x", "text", starts=["NAME PARENT DATE!", "(a+)+$ NAME"])
    lines, reading = read(HARBOUR.replace("T. Brandvik", "1 a" * 60) * 50)
    assert profile.marks_for(lines, reading) == []
    many = 'format = "text"\n[comments]\nstarts = ["' + "NAME " * 9 + '!"]'
    with pytest.raises(SourceError, match="too many places"):
        LayoutRules.from_toml(many)
