"""Whole pages copied from a browser, alone and together with other pages of their site."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from commentary.importing.doubts import kind_of
from commentary.importing.formats.text import knowledge_of, read, survey_text
from commentary.importing.formats.text.copied.knowledge import without_copies
from commentary.importing.formats.text.copied.names import name_in
from commentary.importing.formats.text.copied.stamps import stamp_in
from commentary.importing.formats.text.copied.title import MOST_ABOVE, title_candidates
from commentary.importing.formats.text.lines import CaptureRows
from commentary.importing.formats.text.site import sites_in
from commentary.importing.records import ArticleRecord, Ledger
from commentary.importing.source import SourceFile
from commentary.models import Article
from tests.importing.test_text_capture import drawn

TOP = """Skip to content
Harbour Notes
About boats and the people who paint them

Home
About
Moorings
Tide tables
Boat builders
Old charts
Contact
Links"""
BOTTOM = """Recent Posts
The ferry in winter
Rope and how to keep it
A lamp for the pier
Recent Comments
Bob on The ferry in winter
Ida on A lamp for the pier
Archives
June 2011
May 2011
April 2011
© 2011 Harbour Notes
Proudly powered by WordPress"""
FORM = """Leave a Reply

Your email address will not be published. Required fields are marked *

Name *

Email *"""
TEXT = (
    "We gave the old door two coats of green this week, and the weather held until the second was "
    "dry.\n\nNobody minded at all, and the ducks least of anybody."
)
GREEN = "The green suits it, and the hinges look much better than they did in spring."
RED = "I would have chosen red, but nobody ever asks the people who live across the water."
SHORT = "Thank you both"

# The lines of three comments, as browsers and converters copy them.
LAYOUTS = {
    "name says, date, button": (
        f" Piet says:\nJune 3, 2011 at 4:05 pm\n\n{GREEN}\n\nReply\n Lotte Berg says:\n"
        f"June 3, 2011 at 4:15 pm\n\n{RED}\n\nReply\n Maren says:\nJune 4, 2011 at 9:00 am\n\n{SHORT}\n\nReply"
    ),
    "name, date, no blank lines": (
        f"Piet\nJune 3, 2011 at 4:05 pm\n{GREEN}\nLotte Berg\nJune 3, 2011 at 4:15 pm\n{RED}\n"
        f"Maren\nJune 4, 2011 at 9:00 am\n{SHORT}"
    ),
    "name, role, date": (
        f"Piet\n3.6.2011 / 16:05\n\n{GREEN}\n\nReply\nLotte Berg\n3.6.2011 / 16:15\n\n{RED}\n\nReply\n"
        f"Maren\nAuthor\n4.6.2011 / 9:00\n\n{SHORT}\n\nReply"
    ),
    "name and date on a line": (
        f"Piet June 3, 2011 at 4:05 pm - Reply\n\n{GREEN}\n\nLotte Berg June 3, 2011 at 4:15 pm - Reply\n\n"
        f"{RED}\n\nMaren June 4, 2011 at 9:00 am - Reply\n\n{SHORT}"
    ),
    "name glued to a date": (
        f"PietJune 3, 2011 at 4:05 pm\n\n{GREEN}\n\nReplyDelete\nLotte BergJune 3, 2011 at 4:15 pm\n\n"
        f"{RED}\n\nReplyDelete\nMarenJune 4, 2011 at 9:00 am\n\n{SHORT}\n\nReplyDelete"
    ),
    "signed below": (
        f"{GREEN}\n\nComment by Piet — June 3, 2011 @ 4:05 pm\n\n{RED}\n\n"
        f"Comment by Lotte Berg — June 3, 2011 @ 4:15 pm\n\n{SHORT}\n\nComment by Maren — June 4, 2011 @ 9:00 am"
    ),
    "picture, number of posts and name": (
        f"Piet\n5819\n Piet\n03.06.2011, 16:05 Log in to reply #\n\n{GREEN}\n\nLotte Berg\n12\n Lotte Berg\n"
        f"03.06.2011, 16:15 Log in to reply #\n\n{RED}\n\nMaren\n7\n Maren\n04.06.2011, 09:00 Log in to reply #\n\n{SHORT}"
    ),
    "text of a picture above the name": (
        f"Profile picture of Piet\nPiet\n\n5819\n Piet\n\n03.06.2011, 16:05 Log in to reply #\n\n{GREEN}\n\n"
        f"Profile picture of Lotte Berg\nLotte Berg\n\n12\n Lotte Berg\n\n03.06.2011, 16:15 Log in to reply #\n\n{RED}\n\n"
        f"Profile picture of Maren\nMaren\n\n7\n Maren\n\n04.06.2011, 09:00 Log in to reply #\n\n{SHORT}"
    ),
    "text of a picture before the name": (
        f"Avatar Piet\nJune 3, 2011 at 4:05 pm\n\n{GREEN}\n\nReply\nAvatar Lotte Berg\nJune 3, 2011 at 4:15 pm\n\n{RED}\n\n"
        f"Reply\nAvatar Maren\nJune 4, 2011 at 9:00 am\n\n{SHORT}\n\nReply"
    ),
    "name above, time below": (
        f"newest oldest most voted\nGuest\nPiet\nPiet\n{GREEN}\n\nVote Up6Vote Down  Reply\n3 June 2011 16:05\n"
        f"Guest\nLotte Berg\nLotte Berg\n{RED}\n\nVote Up0Vote Down  Reply\n3 June 2011 16:15\n"
        f"Guest\nMaren\nMaren\n{SHORT}\n\nVote Up0Vote Down  Reply\n4 June 2011 9:00"
    ),
    "likes below": (
        f" Piet Jun 3rd at 2:41 am\n\n{GREEN}\n\nLikeLiked by 2 people\n Lotte Berg Jun 3rd at 3:00 am\n\n{RED}\n\n"
        f"LikeLiked by 12 people\n Maren Jun 4th at 1:00 am\n\n{SHORT}\n\nLikeLike"
    ),
    "time that passed": (
        f"Piet • 9 years ago\n\n{GREEN}\n\n3 Reply Share ›\nLotte Berg • 9 years ago\n\n{RED}\n\n0 Reply Share ›\n"
        f"Maren • 8 years ago\n\n{SHORT}\n\n0 Reply Share ›"
    ),
    "numbered and indented": (
        f"           1. Piet says:\n              June 3, 2011 at 4:05 pm\n\n              {GREEN}\n\n              Reply\n"
        f"           2. Lotte Berg says:\n              June 3, 2011 at 4:15 pm\n\n              {RED}\n\n              Reply\n"
        f"           3. Maren says:\n              June 4, 2011 at 9:00 am\n\n              {SHORT}\n\n              Reply"
    ),
    "date above the name": (
        f"June 3, 2011 @ 4:05 pm\n\nPiet said,\n\n{GREEN}\n\nJune 3, 2011 @ 4:15 pm\n\nLotte Berg said,\n\n{RED}\n\n"
        f"June 4, 2011 @ 9:00 am\n\nMaren said,\n\n{SHORT}"
    ),
    "numbered, signed below": (
        f"  1. {GREEN}\n\n     Comment by Piet — June 3, 2011 @ 4:05 pm\n  2. {RED}\n\n"
        f"     Comment by Lotte Berg — June 3, 2011 @ 4:15 pm\n  3. {SHORT}\n\n"
        "     Comment by Maren — June 4, 2011 @ 9:00 am"
    ),
    "no dates": f"Piet says:\n{GREEN}\nLotte Berg says:\n{RED}\nMaren says:\n{SHORT}",
}


def page(title: str, thread: str, heading: str = "", text: str = TEXT) -> str:
    """Return a page as it is copied, with menus and a form around the article."""
    byline = "Posted on June 2, 2011 by Ann Lee"
    parts = [
        TOP,
        title,
        byline,
        "",
        text,
        "",
        "Filed under: Boats",
        heading,
        thread,
        FORM,
        "",
        BOTTOM,
    ]
    return "\n".join(part for part in parts if part or part == "")


def source(text: str, name: str = "page.txt") -> SourceFile:
    return SourceFile.from_bytes(name, text.encode())


def read_all(*texts: str) -> list[ArticleRecord]:
    """Read the texts of one import."""
    sources = [source(text, f"{i}.txt") for i, text in enumerate(texts)]
    for one, known in zip(
        sources, knowledge_of([survey_text(s.lines) for s in sources]), strict=True
    ):
        one.site = known
    found: list[ArticleRecord] = []
    for one in sources:
        ledger = Ledger(len(one.lines))
        found.extend(read(one, ledger))
        assert ledger.unaccounted() == []
    return found


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_copied_page_has_its_title_text_and_comments(layout):
    [record] = read_all(page("Painting the Boathouse Door", LAYOUTS[layout], "3 Comments"))
    assert record.title == "Painting the Boathouse Door"
    assert (record.authors, record.declared_count) == (["Ann Lee"], 3)
    assert [block.text for block in record.blocks] == TEXT.split("\n\n")
    assert drawn(record) == f"Piet: {GREEN}\nLotte Berg: {RED}\nMaren: {SHORT}"
    assert record.doubts == []


def test_the_title_and_date_of_the_article_are_no_comment():
    text = page("Painting the Boathouse Door", f"Piet\nJune 3, 2011\n{GREEN}", "1 Comment")
    text = text.replace("Posted on June 2, 2011 by Ann Lee", "June 2, 2011")
    [record] = read_all(text)
    assert (record.title, drawn(record)) == ("Painting the Boathouse Door", f"Piet: {GREEN}")


def test_a_name_that_is_also_a_weekday_is_a_name():
    thread = LAYOUTS["name and date on a line"].replace("Piet", "Sam")
    [record] = read_all(page("Painting the Boathouse Door", thread, "3 Comments"))
    assert drawn(record) == f"Sam: {GREEN}\nLotte Berg: {RED}\nMaren: {SHORT}"


def test_a_page_with_signs_of_comments_that_are_not_recognised_is_uncertain():
    [record] = read_all(
        page("Painting the Boathouse Door", f"{GREEN}\n\nReplyDelete\n{RED}\n\nReplyDelete")
    )
    assert list(record.comments) == []
    assert "looks like part of a comment, but none was recognised" in record.doubts[0]


def test_a_page_whose_heading_has_another_number_is_uncertain():
    [record] = read_all(page("Painting the Boathouse Door", LAYOUTS["no dates"], "7 Comments"))
    assert record.doubts == ["expected 7 comments, found 3"]


def test_related_articles_with_dates_are_not_comments():
    related = "Related posts\nThe ferry in winter\nMay 3, 2011\nRope and how to keep it\nMay 9, 2011\nA lamp\nMay 10, 2011"
    [record] = read_all(page("Painting the Boathouse Door", related))
    assert list(record.comments) == []


BLUE = "The ferry runs twice a day until the ice comes, and then it waits for the thaw."
ROPE = "Dry it in the shade, and never leave it on the stones where the sun can reach it."
LAMP = "The lamp was lit on Friday, and the boats came in one after the other to see it."
TOLD = "My father sailed on her for nine years, and he never once saw her late."

SITE = [
    page("Painting the Boathouse Door", LAYOUTS["name, date, no blank lines"], "3 Comments"),
    page("Rope and How to Keep It", f"Ida\nJune 9, 2011 at 4:05 pm\n{TOLD}", "1 Comment", ROPE),
    page("A Lamp for the Pier", "", "", LAMP),
    page("The Ferry in Winter", f"Bob\nJune 9, 2011 at 4:05 pm\n{TOLD} Twice.", "1 Comment", BLUE),
]


def test_lines_that_repeat_on_the_pages_of_a_site_are_page_furniture():
    cut = [
        text.replace("Filed under: Boats", "Follow us for more of this\nPrint this page for later")
        for text in SITE
    ]
    records = read_all(*cut)
    assert [record.title for record in records] == [
        "Painting the Boathouse Door",
        "Rope and How to Keep It",
        "A Lamp for the Pier",
        "The Ferry in Winter",
    ]
    texts = [block.text for record in records for block in record.blocks]
    assert "Follow us for more of this" not in "\n".join(texts)
    assert [len(record.comments) for record in records] == [3, 1, 0, 1]


def test_a_single_comment_without_a_heading_has_the_layout_of_the_site():
    alone = page("The Ferry in Winter", f"Piet\nJune 9, 2011 at 4:05 pm\n{TOLD} Twice.", "", BLUE)
    alone = alone.replace(FORM, "")
    *_, record = read_all(*SITE[:3], alone)
    assert drawn(record) == f"Piet: {TOLD} Twice."


def test_copies_of_one_page_are_no_evidence_of_page_furniture():
    thread = LAYOUTS["name, date, no blank lines"]
    copies = [page("Painting the Boathouse Door", thread, "3 Comments")] * 5
    for record in read_all(*copies):
        assert drawn(record) == f"Piet: {GREEN}\nLotte Berg: {RED}\nMaren: {SHORT}"
        assert [block.text for block in record.blocks] == TEXT.split("\n\n")


def test_only_one_of_several_copies_of_a_page_is_evidence():
    first, second, other = (survey_text(text.split("\n")) for text in (SITE[0], SITE[0], SITE[1]))
    assert without_copies([first, other, second]) == [first, other]
    short = page("Painting the Boathouse Door", "", "", f"{LAMP}\n\n" + f"{ROPE}\n\n{BLUE}")
    same_title = survey_text(short.replace(BOTTOM, "").replace(FORM, "").split("\n"))
    assert same_title.title == first.title
    assert without_copies([first, same_title]) == [first, same_title]


def test_lines_on_only_two_pages_of_a_site_are_no_evidence_of_page_furniture():
    said_twice = "The boats are blue, the sails are white."
    texts = [
        page("Rope and How to Keep It", "", "", f"{ROPE}\n\n{said_twice}\n\n{TOLD}"),
        page("A Lamp for the Pier", "", "", f"{LAMP}\n\n{said_twice}\n\n{BLUE}"),
    ]
    summaries = [survey_text(text.split("\n")) for text in texts]
    assert list(sites_in(summaries)) == [[0, 1]]
    assert [record.blocks[1].text for record in read_all(*texts)] == [said_twice] * 2


def test_texts_of_different_sites_are_told_apart():
    other = [text.replace("\n", " of another\n") for text in SITE]
    summaries = [
        survey_text(text.split("\n")) for text in (SITE[0], other[0], *SITE[1:], *other[1:])
    ]
    assert list(sites_in(summaries)) == [[0, 2, 3, 4], [1, 5, 6, 7]]


@pytest.mark.django_db
def test_a_folder_of_copied_pages_is_read_as_one_site(tmp_path: Path, capsys):
    for number, text in enumerate(SITE):
        (tmp_path / f"{number}.txt").write_text(text)
    call_command("import_commentary", str(tmp_path), report="json")
    reports = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [report["outcome"] for report in reports] == ["ok"] * 4
    assert Article.objects.filter(title="The Ferry in Winter").exists()


def test_the_title_is_told_from_a_motto_a_path_and_the_subtitle() -> None:
    told = read_all(
        page("x", LAYOUTS["name, role, date"], "3 Comments").replace(
            "\nx\nPosted on June 2, 2011 by Ann Lee\n",
            "\nWe love boats more than anything else!\nHome\nStart Boats Two Coats for the Old Door\n"
            "Two Coats for the Old Door\nHow a week of good weather and four ducks saved the boathouse\n"
            "Posted on June 2, 2011 by Ann Lee\n",
        )
    )[0]
    assert told.title == "Two Coats for the Old Door"
    assert told.doubts == []


def test_the_name_of_the_file_supports_a_title() -> None:
    lines = (
        f"{TOP}\nOars and Rudders\nFour Ducks in the Rain\nHulls and Keels\n\n{TEXT}\n\n{BOTTOM}"
    )
    one = source(lines, "harbournotes.example.com-four-ducks-rain.txt")
    found = next(read(one, Ledger(len(one.lines))))
    assert found.title == "Four Ducks in the Rain"


def test_a_title_that_looks_like_a_label_is_uncertain() -> None:
    labelled = f"{TOP}\nPublisher: The Harbour Press\nPosted on June 2, 2011 by Ann Lee\n\n{TEXT}\n\n{BOTTOM}"
    assert "the title is uncertain" in read_all(labelled)[0].doubts


def test_signs_before_a_name_belong_to_it() -> None:
    thread = (
        LAYOUTS["name and date on a line"].replace("Piet ", "@piet ").replace("Maren", "-maren")
    )
    found = read_all(page("Two Coats for the Old Door", thread, "3 Comments"))[0]
    assert [c.author for c in found.comments] == ["@piet", "Lotte Berg", "-maren"]


@pytest.mark.parametrize(
    "mark", ["(not verified)", "(niet geverifieerd)", "(utente non verificato)"]
)
def test_the_mark_of_an_unverified_name_is_no_part_of_it(mark: str) -> None:
    thread = LAYOUTS["name, role, date"].replace("Author", mark).replace("Piet", f"Piet {mark} #1")
    found = read_all(page("Two Coats for the Old Door", thread, "3 Comments"))[0]
    assert drawn(found) == f"Piet: {GREEN}\nLotte Berg: {RED}\nMaren: {SHORT}"


def test_a_word_before_all_names_is_no_part_of_them() -> None:
    thread = LAYOUTS["name, role, date"].replace("Piet", "id Piet").replace("Lotte", "id Lotte")
    found = read_all(page("Two Coats", thread.replace("Maren", "id Maren"), "3 Comments"))[0]
    assert [c.author for c in found.comments] == ["Piet", "Lotte Berg", "Maren"]
    found = read_all(page("Two Coats", thread, "3 Comments"))[0]
    assert [c.author for c in found.comments] == ["id Piet", "id Lotte Berg", "Maren"]


@pytest.mark.parametrize(
    "title",
    [
        "Dr.",
        "Prof.",
        "Mr",
        "Mrs.",
        "Herr",
        "Frau",
        "Dipl.-Ing.",
        "Mme",
        "Mlle.",
        "Docteur",
        "Sra.",
        "Don",
        "Dott.ssa",
    ]
    + ["Sig.", "Mevr.", "Fru", "Pani", "Inż.", "Г-н", "Проф.", "دکتر", "الدكتور", "Jan"],
)
@pytest.mark.parametrize("layout", ["name, role, date", "name and date on a line", "no dates"])
def test_titles_before_all_names_belong_to_them(title: str, layout: str) -> None:
    thread = LAYOUTS[layout]
    for name in ("Piet", "Lotte Berg", "Maren"):
        thread = thread.replace(name, f"{title} {name}")
    [found] = read_all(page("Painting the Boathouse Door", thread, "3 Comments"))
    names = [f"{title} Piet", f"{title} Lotte Berg", f"{title} Maren"]
    assert [c.author for c in found.comments] == names


def test_names_may_repeat_a_word_or_be_numbers() -> None:
    thread = LAYOUTS["name says, date, button"].replace("Piet", "Ivar Ivarson")
    found = read_all(page("Two Coats", thread.replace("Maren", "1009"), "3 Comments"))[0]
    assert [c.author for c in found.comments] == ["Ivar Ivarson", "Lotte Berg", "1009"]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("geschrieben von piet78 am 21. Jan. 2015, 19:04", "piet78"),
        ("geschrieben von Lotte am 21. Jan. 2015, 19:04", "Lotte"),
        ("Anna Am, 21 Jan. 2015, 19:04", "Anna Am"),
    ],
)
def test_a_preposition_before_a_time_is_no_part_of_a_name(line: str, name: str) -> None:
    found = stamp_in(line)
    assert found and name_in(found[0]) == name


def test_the_subject_of_a_comment_is_its_first_paragraph() -> None:
    thread = "\n".join(
        f"\n{subject}\nwritten by {name} on 21 Jan. 2015, 19:0{n} [ reply ]\n{text}\n"
        for n, (subject, name, text) in enumerate(
            [
                ("A question of colour", "piet78", GREEN),
                ("Re: A question of colour", "Lotte", RED),
                ("Hinges", "Maren", TOLD),
            ]
        )
    )
    found = read_all(page("Two Coats for the Old Door", thread, "Comments"))[0]
    assert drawn(found).split("\n") == [
        f"piet78: A question of colour ¶ {GREEN}",
        f"Lotte: Re: A question of colour ¶ {RED}",
        f"Maren: Hinges ¶ {TOLD}",
    ]


def test_pingbacks_above_and_below_the_comments_are_counted() -> None:
    thread = LAYOUTS["name says, date, button"]
    around = f"Pingback: Doors | Boats\n{thread}\nPingback: More Doors"
    found = read_all(page("Two Coats for the Old Door", around, "5 Comments"))[0]
    assert [(c.kind, c.author) for c in found.comments] == [
        ("pingback", "Doors | Boats"),
        ("comment", "Piet"),
        ("comment", "Lotte Berg"),
        ("comment", "Maren"),
        ("pingback", "More Doors"),
    ]
    assert found.doubts == []


def test_the_long_name_of_a_page_that_links_here_is_a_name() -> None:
    thread = LAYOUTS["name and date on a line"].replace(
        "Lotte Berg", "After the storm: what is left of the old harbour, and of us – A Boating Life"
    )
    found = read_all(page("Two Coats for the Old Door", thread, "3 Comments"))[0]
    assert [c.author for c in found.comments][1].startswith("After the storm: what is left")


def test_the_title_below_the_number_of_comments_is_no_comment() -> None:
    text = page("x", LAYOUTS["name says, date, button"], "3 Comments").replace(
        "\nx\nPosted on June 2, 2011 by Ann Lee\n",
        "\n3 Comments\nTwo Coats for the Old Door\nJune 2, 2011 at 4:05 pm · by Ann\n",
    )
    found = read_all(text)[0]
    assert found.title == "Two Coats for the Old Door"
    assert drawn(found) == f"Piet: {GREEN}\nLotte Berg: {RED}\nMaren: {SHORT}"


def test_comments_of_other_pages_in_a_sidebar_are_not_comments() -> None:
    thread = LAYOUTS["name says, date, button"].replace("m\n\n", "m Uhr\n\n")
    others = "\n".join(
        f"{name} says:\n{text[:40]}..." for name, text in (("Ida", RED), ("Bob", RED))
    )
    text = page("Two Coats for the Old Door", thread, "3 Comments").replace(
        "Recent Comments", f"Newest Comments\n{others}\nIda says:\n{GREEN[:40]}..."
    )
    assert [c.author for c in read_all(text)[0].comments] == ["Piet", "Lotte Berg", "Maren"]


def test_a_single_comment_above_a_notice_needs_no_heading_and_no_button() -> None:
    thread = f"Piet says:\nJune 3, 2011 at 4:05 pm\n{GREEN}\n\nComments are closed."
    found = read_all(page("Two Coats for the Old Door", thread).replace(FORM, ""))[0]
    assert drawn(found) == f"Piet: {GREEN}"


def test_an_indented_notice_ends_the_only_comment() -> None:
    thread = f"    Piet says:\n    June 3, 2011 at 4:05 pm\n\n    {GREEN}\n\n  Comments are closed."
    text = page("Two Coats for the Old Door", thread, "  1 comment").replace(FORM, "")
    found = read_all(text)[0]
    assert [(c.author, c.text) for c in found.comments] == [("Piet", GREEN)]
    assert found.closed


def test_a_button_ends_the_only_comment() -> None:
    thread = (
        f"Piet sagt:\n3. Juni 2011 um 16:05 Uhr\n\n{GREEN}\n\nAntworten\nKommentieren\nKommentar"
    )
    found = read_all(page("Two Coats for the Old Door", thread, "1 Kommentar"))[0]
    assert [(c.author, c.text) for c in found.comments] == [("Piet", GREEN)]


def test_comments_signed_below_without_a_heading_begin_below_the_text() -> None:
    thread = (
        f"{GREEN}\nPiet  July 27, 2012 at 05:05 PM\nLotte\n{RED}\nLotte  July 27, 2012 at 06:54 PM"
    )
    text = page("Two Coats for the Old Door", thread).replace("\n\n", "\n")
    found = read_all(text.replace("Filed under: Boats\n", ""))[0]
    assert [(c.author, c.text) for c in found.comments] == [("Piet", GREEN), ("Lotte", RED)]
    assert found.title == "Two Coats for the Old Door"


def posts(*lines: tuple[str, str]) -> str:
    """Return a page of a forum, whose posts have no heading, button or notice around them."""
    told = "\n".join(
        f"Post {n}\n{name}\n0{n}/02/2014, 11:30\n\n{text}"
        for n, (name, text) in enumerate(lines, 1)
    )
    return f"{TOP}\nThe Rules of this Forum\n\n{told}\n\n{BOTTOM}"


def test_lines_with_names_and_times_outside_comments_are_a_reason_to_doubt() -> None:
    found = read_all(posts(("Piet Lang", GREEN), ("Lotte", RED), ("Maren", TOLD)))[0]
    assert list(found.comments) == []
    assert (
        "line 16 looks like the name and time of a comment, but none was recognised" in found.doubts
    )


@pytest.mark.parametrize(
    "teasers",
    [
        posts(
            ("Why we paint the doors", GREEN),
            ("9 ropes to keep", RED),
            ("It is winter again", TOLD),
        ),
        posts(("Piet Lang", "Boats"), ("Lotte", "Ropes"), ("Maren", "Lamps")),
        posts(("Piet Lang", GREEN), ("Piet Lang", RED), ("Piet Lang", TOLD)),
    ],
    ids=["titles", "no texts", "one author"],
)
def test_lists_of_other_articles_are_no_reason_to_doubt(teasers: str) -> None:
    found = read_all(teasers)[0]
    assert list(found.comments) == []
    assert not [doubt for doubt in found.doubts if "name and time" in doubt]


def test_a_part_of_the_comments_is_no_reason_to_doubt_if_the_page_links_to_the_others() -> None:
    thread = "← Older Comments\n" + LAYOUTS["name says, date, button"]
    assert read_all(page("Two Coats for the Old Door", thread, "42 Comments"))[0].doubts == []
    assert read_all(page("Two Coats for the Old Door", thread, "2 Comments"))[0].doubts == [
        "expected 2 comments, found 3"
    ]


def test_the_name_of_a_picture_is_no_title() -> None:
    for picture in ("boathouse-door", "door_green_02", "Green door.JPG"):
        lines = f"{TOP}\nTwo Coats for the Old Door\nJune 2, 2011\n{picture}\n\n{TEXT}\n\n{BOTTOM}"
        assert read_all(lines)[0].title == "Two Coats for the Old Door"


def test_a_title_is_uncertain_if_no_line_looks_like_one() -> None:
    thread = LAYOUTS["name says, date, button"]
    certain, unclear = (
        read_all(
            page("x", thread, "3 Comments").replace(
                "\nx\nPosted on June 2, 2011 by Ann Lee\n", lines
            )
        )[0].doubts
        for lines in (
            "\nBoats and Doors\nPosted on June 2, 2011 by Ann Lee\n",
            "\n\n",
        )
    )
    assert (certain, unclear) == ([], ["the title is uncertain"])


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        (
            "Painting the Boathouse Door",
            "The boathouse by the harbour was painted green last week.",
        ),
        (
            "港の壁を建て直す",
            "港の壁は冬のあとに建て直され、それから誰も手をつけていません。古い木材の多くは柔らかくなっていました。",
        ),
    ],
)
def test_a_sentence_below_the_title_is_no_title(title: str, sentence: str) -> None:
    text = f"{TOP}\nAbout boats\n« Nets | Main | Tar »\n{title}\n{sentence}\n{TEXT}"
    [record] = read_all(f"{text}\n\n3 Comments\n{THREAD}\nHarbour Press 2011")
    assert record.title == title


def test_the_title_of_a_page_that_has_only_comments_is_above_them() -> None:
    [record] = read_all(
        f"Boat News new | past | comments | ask | login\nPainting the Boathouse Door\n"
        f"42 points by Ann on June 2, 2011\n3 Comments\n{THREAD}\nHarbour Press 2011"
    )
    assert record.title == "Painting the Boathouse Door"


def test_a_path_to_the_page_is_no_part_of_its_title() -> None:
    path = "Forum » Boats » Painting the Boathouse Door"
    [record] = read_all(f"Register\nSearch\n{path}\n\n3 Comments\n{THREAD}\nHarbour Press 2011")
    assert record.title == "Painting the Boathouse Door"


def test_the_title_is_looked_for_in_a_bounded_number_of_lines():
    menu = "\n".join(f"Some entry of a menu {i}" for i in range(3_000))
    page = CaptureRows(f"{menu}\n\nThe green door\n\n{TEXT}".splitlines())
    found = [i for i, _score in title_candidates(page, len(page.rows), None, [])]
    assert "The green door" in [page.rows[i].text for i in found]
    assert len(found) <= MOST_ABOVE + 1


TITLE, THREAD = "Painting the Boathouse Door", LAYOUTS["name, role, date"]


def small(above: str, thread: str = THREAD, heading: str = "3 Comments") -> ArticleRecord:
    """Read a page with these lines above its text, a thread and no other menus."""
    [record] = read_all(f"{above}\n{TEXT}\n\n{heading}\n{thread}\nHarbour Press 2011")
    return record


@pytest.mark.parametrize(
    "links",
    [
        "Sign in",
        "Log in / Sign up",
        "Anmelden",
        "Se connecter",
        "Suscríbete",
        "Войти",
        "ログイン",
        "Home\nAbout",
    ],
)
def test_a_page_with_few_links_above_its_title_is_a_whole_page(links: str) -> None:
    record = small(f"Harbour Notes\n{links}\n{TITLE}\nJune 2, 2011")
    assert record.title == TITLE
    assert drawn(record) == f"Piet: {GREEN}\nLotte Berg: {RED}\nMaren: {SHORT}"


def test_the_author_and_date_of_the_article_are_no_comment_above_the_heading() -> None:
    head = f"Harbour Notes\nSign in\n{TITLE}\nAnn Lee\n2.6.2011 / 12:00"
    record = small(head, heading="Discussion\nComments")
    assert record.title == TITLE
    assert drawn(record) == f"Piet: {GREEN}\nLotte Berg: {RED}\nMaren: {SHORT}"


def test_the_reading_time_and_buttons_do_not_separate_a_title_from_its_date() -> None:
    record = small(f"Harbour Notes\nSign in\n{TITLE}\nFollow\n4 min read\n12K\nJune 2, 2011")
    assert (record.title, record.doubts) == (TITLE, [])


def test_the_host_of_a_link_is_no_part_of_its_title() -> None:
    assert small(f"Harbour Notes\nSign in\n{TITLE} (harbour.example)\nJune 2, 2011").title == TITLE


@pytest.mark.parametrize(
    "around",
    [
        "[–]{} 7 points",
        "[-]{} -3 points",
        "#4 {}",
        "{} ( 31570 )",
        "{} 12 likes",
        "{} [score hidden]",
    ],
)
def test_signs_around_names_are_no_part_of_them(around: str) -> None:
    thread = LAYOUTS["name and date on a line"]
    for name in ("Piet", "Lotte Berg", "Maren"):
        thread = thread.replace(f"{name} June", f"{around.format(name)} June")
    [record] = read_all(page(TITLE, thread, "3 Comments"))
    assert [comment.author for comment in record.comments] == ["Piet", "Lotte Berg", "Maren"]


def test_buttons_above_the_last_one_are_no_text() -> None:
    record = small(
        f"Harbour Notes\nSign in\n{TITLE}\nJune 2, 2011",
        THREAD.replace("Reply", "permalink\nembed\nsave\nReply"),
    )
    assert drawn(record) == f"Piet: {GREEN}\nLotte Berg: {RED}\nMaren: {SHORT}"


def test_a_line_that_several_comments_have_makes_them_uncertain() -> None:
    badge = "Brass badge for rope work"
    thread = THREAD.replace(GREEN, f"{GREEN}\n\n{badge}\n\nSo there.")
    thread = thread.replace(RED, f"{RED}\n\n{badge}\n\nIt would have been cheaper, too.")
    [record] = read_all(page(TITLE, thread, "3 Comments"))
    assert [kind_of(doubt) for doubt in record.doubts] == ["layout"]
    assert "“brass badge for rope work” is in several comments" in record.doubts[0]


def test_a_name_and_a_time_inside_a_comment_make_it_uncertain() -> None:
    inside = f"{GREEN}\n\nOle\n3 June 2011, 9:00 pm\nWhat a door."
    [record] = read_all(page(TITLE, THREAD.replace(GREEN, inside), "3 Comments"))
    assert [kind_of(doubt) for doubt in record.doubts] == ["missed"]


def test_the_line_above_a_subtitle_is_the_title() -> None:
    title = "Two Coats for the Old Boathouse Door\nFour ducks saved it"
    record = small(f"Harbour Notes\nSign in\n{title}\nJune 2, 2011")
    assert record.title == "Two Coats for the Old Boathouse Door"
