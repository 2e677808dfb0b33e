"""Copied pages of forums and other systems, and lines that people write more than once."""

import pytest

from commentary.importing.formats.text.copied.stamps import stamp_in
from tests.importing.test_copied_pages import (
    BLUE,
    BOTTOM,
    GREEN,
    LAMP,
    RED,
    ROPE,
    TEXT,
    TOLD,
    TOP,
    page,
    read_all,
)
from tests.importing.test_text_capture import drawn

TITLES = ["Painting the Boathouse Door", "Rope and How to Keep It", "A Lamp for the Pier"]
TEXTS = [TEXT, ROPE, LAMP]


def three(*layout: str) -> str:
    """Return three comments with this layout, in which N, D and T stand for name, day and text."""
    people = [("Piet", "3", GREEN), ("Lotte Berg", "4", RED), ("Maren", "5", BLUE)]
    lines = []
    for name, day, text in people:
        for line in layout:
            lines.append(line.replace("NAME", name).replace("DAY", day).replace("TEXT", text))
    return "\n".join(lines)


EXPECTED = f"Piet: {GREEN}\nLotte Berg: {RED}\nMaren: {BLUE}"


@pytest.mark.parametrize(
    "layout",
    [
        ("Soumis par NAME", "lun, DAY/06/2011 - 16:05", "TEXT", "", "répondre"),
        ("NAME Avatar", "NAME", "June DAY, 2011 at 4:05 pm", "TEXT", "", "Reply"),
        ("TEXT", "", "Posted by: NAME | June DAY, 2011 at 04:05 PM", ""),
        ("Re: the door", "TEXT", "", "2011/06/0DAY(日) 16:05:00 | URL | NAME #- [ Edit ]"),
        ("DAY.06.2011 16:05 – NAME", "TEXT", "", "Zitieren"),
        ("#1 0DAY-06-2011 16:05:00", "NAME", "Member", "Registered: 01-02-2003", "TEXT", "Offline"),
        ("Post by NAME » Fri Jun DAY, 2011 4:05 pm", "", "TEXT", "", "NAME", "Posts: 95", "Top"),
        (
            "Post by NAME » Fri Jun DAY, 2011 4:05 pm",
            "TEXT",
            "NAMEPosts: 95Joined: May 4, 2007",
            "Top",
        ),
        ("NAMEJune DAY, 2011", "", "TEXT", "", "Like (4)ReplyShare"),
        ("NAME", "TEXT", "Like · Reply · 2 · 6y"),
        ("Avatar", "NAME", "TEXT", "", "Le 0DAY/06/2011 à 16:05", "Alerter Répondre"),
        ("Log in to see the profile of NAME 0DAY.jun.2011 | 11:26", "#1DAY", "TEXT", "Reply Quote"),
        ("NAME", "122 posts", "June DAY, 2011 at 4:05 pm", "TEXT", "Quote"),
        (
            "0DAY.06.2011, 16:05",
            "#DAY",
            "NAME",
            "Registriert seit",
            "12.03.2006",
            "TEXT",
            "Zitieren",
        ),
        ("NAME", "5 yr. ago", "TEXT", "Vote", "Reply"),
    ],
)
def test_the_name_is_found_before_after_above_or_below_its_time(layout: tuple[str, ...]) -> None:
    [record] = read_all(page("Painting the Boathouse Door", three(*layout), "3 Comments"))
    texts = [comment.text.removeprefix("Re: the door\n") for comment in record.comments]
    assert [comment.author for comment in record.comments] == ["Piet", "Lotte Berg", "Maren"]
    assert texts == [GREEN, RED, BLUE]


@pytest.mark.parametrize("end", ["News of the Harbour", "previousRope and How to Keep It"])
def test_a_line_that_is_also_above_the_comments_is_below_the_last_one(end: str) -> None:
    thread = three("NAME", "June DAY, 2011 at 4:05 pm", "TEXT")
    text = page("Painting the Boathouse Door", f"{thread}\n{end}\nBoat builders", "3 Comments")
    [record] = read_all(text.replace("\nAbout\n", f"\nAbout\n{end}\n"))
    assert [comment.text for comment in record.comments] == [GREEN, RED, BLUE]


def test_a_name_that_is_also_a_weekday_is_kept_next_to_other_names() -> None:
    thread = three("NAME • 3 weeks ago", "TEXT", "Reply").replace("Maren", "Me")
    [record] = read_all(page("Painting the Boathouse Door", thread, "3 Comments"))
    assert [comment.author for comment in record.comments] == ["Piet", "Lotte Berg", "Me"]


@pytest.mark.parametrize(
    ("thread", "doubt"),
    [
        (
            f"Piet\nJune 3, 2011 at 4:05 pm\n{GREEN}\n9\n{RED}\nReply",
            "looks like buttons of the page",
        ),
        (
            f"Piet\nJune 3, 2011 at 4:05 pm\n{GREEN}\nMaren June 4, 2011\n{RED}\nReply",
            "looks like the time of another comment",
        ),
        (f"Posts: 95\nJune 3, 2011 at 4:05 pm\n{GREEN}\nReply", "may not be a name"),
    ],
)
def test_lines_of_other_comments_and_labels_make_comments_uncertain(
    thread: str, doubt: str
) -> None:
    other = f"Lotte Berg\nJune 2, 2011 at 4:05 pm\n{BLUE}\nReply"
    [record] = read_all(page("Painting the Boathouse Door", f"{other}\n{thread}", "Comments"))
    assert any(doubt in one for one in record.doubts)


@pytest.mark.parametrize(
    ("above", "below"),
    [("5 stars\n", ""), ("★★★★☆\n", ""), ("", "\nProfile picture of Piet"), ("", "Report")],
)
def test_ratings_pictures_and_glued_buttons_are_no_text(above: str, below: str) -> None:
    thread = three("NAME", "June DAY, 2011 at 4:05 pm", "TEXT").replace(
        GREEN, f"{above}{GREEN}{below}"
    )
    [record] = read_all(page("Painting the Boathouse Door", thread, "3 Comments"))
    assert next(iter(record.comments)).text == GREEN


def test_lists_of_a_sidebar_are_no_comments_if_the_heading_states_fewer() -> None:
    lists = "\n".join(f"  {i}. {text}" for i, text in enumerate([GREEN, RED, BLUE, ROPE], 1))
    [record] = read_all(page("Painting the Boathouse Door", lists, "2 Comments"))
    assert (len(record.comments), bool(record.doubts)) == (0, True)


def test_the_byline_of_an_article_is_no_comment() -> None:
    byline = "Ann Lee | ann@example.com on June 2, 2011 at 7:50 AM"
    text = page("Painting the Boathouse Door", "", "").replace(
        "Posted on June 2, 2011 by Ann Lee", byline
    )
    assert read_all(text)[0].comments == []


def test_comments_of_a_short_page_without_menus_have_the_layouts_of_whole_pages() -> None:
    thread = three("NAME • 7 years ago", "TEXT", "1 | Reply")
    [record] = read_all(
        f"Painting the Boathouse Door\n2017-10-26\n{TEXT}\n\n3 Comments\nSubmit\n{thread}"
    )
    assert drawn(record) == EXPECTED


def test_a_sentence_that_articles_and_comments_repeat_is_no_page_furniture() -> None:
    thanks = "Thank you, this made my morning."
    thread = f"Piet\nJune 3, 2011 at 4:05 pm\n{TOLD}\nMaren\nJune 4, 2011 at 9:00 am\n{thanks}"
    pages = [
        page(title, thread, "2 Comments", f"{above}\n\n{TOLD}\n\n{below}")
        for title, above, below in zip(TITLES, TEXTS, [BLUE, GREEN, RED], strict=True)
    ]
    for record in read_all(*pages):
        assert drawn(record) == f"Piet: {TOLD}\nMaren: {thanks}"
        assert TOLD in [block.text for block in record.blocks]


def test_what_several_comments_consist_of_is_text() -> None:
    thread = three("NAME", "June DAY, 2011 at 4:05 pm", "TEXT", "", "7", "Reply")
    thread = thread.replace(GREEN, "Thanks for this!").replace(RED, "Thanks for this!")
    [record] = read_all(page("Painting the Boathouse Door", thread, "3 Comments"))
    assert drawn(record) == f"Piet: Thanks for this!\nLotte Berg: Thanks for this!\nMaren: {BLUE}"


@pytest.mark.parametrize(
    "layout",
    [
        ("NAME", "DAY. Juni 2011 um 16:05", "TEXT", "", "3 „Gefällt mir“"),
        ("#1 0DAY-06-2011 16:05:00", "NAME", "Member", "Posts: 95", "TEXT", "", "Offline"),
    ],
)
def test_the_first_post_of_a_forum_is_the_article(layout: tuple[str, ...]) -> None:
    post = "\n".join(layout).replace("DAY", "2").replace("NAME", "Ann Lee").replace("TEXT", TEXT)
    [record] = read_all("\n".join([TOP, TITLES[0], post, three(*layout), BOTTOM]))
    assert record.title == TITLES[0]
    assert record.authors == ["Ann Lee"]
    assert [block.text for block in record.blocks] == TEXT.split("\n\n")
    assert drawn(record) == EXPECTED


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Zeus35 July 14, 2015 at 12:06 pm - Reply", "Zeus35"),
        ("coastie99 July 22, 2013 at 4:40 pm", "coastie99"),
        ("Anna10:41 AM", "Anna"),
        ("Anna3 June 2011 at 10:41", "Anna"),
    ],
)
def test_a_number_at_the_end_of_a_name_starts_no_time(line: str, name: str) -> None:
    found = stamp_in(line)
    assert found
    assert found[0] == name


@pytest.mark.parametrize(
    "layout",
    [
        ("NAME", "TEXT", "Like · Reply · 3 · 5y"),
        ("NAME commented on Jun DAY, 2013", "", "TEXT", "", "👍"),
        ("0DAY.06.2011, 16:05", "#2", "NAME", "Erfahrener Benutzer", "Registriert seit", "12.03.2006",
         "Ort", "Unterstadt", "Beiträge", "196", "AW: Die Tür", "", "TEXT", "", "Zitieren"),
        ("NAME • DAY years ago", "TEXT", "", "2 | Reply"),
    ],
    ids=["time next to buttons", "verb before the time", "profile of a forum", "time that passed"],
)  # fmt: skip
def test_what_surrounds_a_comment_is_no_part_of_it(layout: tuple[str, ...]) -> None:
    [record] = read_all(page("Painting the Boathouse Door", three(*layout), "3 Comments"))
    assert drawn(record) == EXPECTED


def test_the_name_of_the_site_is_not_the_title_of_its_pages() -> None:
    pages = [
        "\n".join(["Harbour Notes", title, "Ann Lee", "June 2, 2011", text, BOTTOM])
        for title, text in zip(TITLES, TEXTS, strict=True)
    ]
    assert [record.title for record in read_all(*pages)] == TITLES


def test_a_line_with_the_number_of_comments_makes_a_page_without_any_uncertain() -> None:
    text = page("Painting the Boathouse Door", "2 Comments - powered by a widget", "")
    [record] = read_all(text)
    assert list(record.comments) == []
    assert any("looks like part of a comment" in doubt for doubt in record.doubts)


def test_lines_about_the_author_above_the_text_make_a_comment_uncertain() -> None:
    profile = "Piet\nJune 3, 2011 at 4:05 pm\nKeen sailor\n12 boats\nUpper village\n" + GREEN
    [record] = read_all(page("Painting the Boathouse Door", profile, "1 Comment"))
    assert any("may be no part of the comment" in doubt for doubt in record.doubts)
    [record] = read_all(
        page(
            "Painting the Boathouse Door",
            three("NAME", "June DAY, 2011 at 4:05 pm", "TEXT"),
            "3 Comments",
        )
    )
    assert not any("may be no part of the comment" in doubt for doubt in record.doubts)


def test_the_title_of_a_trimmed_text_is_uncertain_if_another_line_is_more_likely() -> None:
    comments = f"2 Comments\n\n1. Piet says:\n\n  {GREEN}\n\n2. Maren says:\n\n  {RED}"
    [record] = read_all(
        f"Harbour Notes\nRope and How to Keep It\nby Ann Lee on June 2, 2011\n\n{ROPE} The rope is dry.\n\n{LAMP}\n\n{comments}"
    )
    assert record.title != "Harbour Notes" or "the title is uncertain" in record.doubts
    [record] = read_all(
        f"Rope and How to Keep It\nby Ann Lee on June 2, 2011\n\n{ROPE}\n\n{LAMP}\n\n{comments}"
    )
    assert record.title == "Rope and How to Keep It"
    assert "the title is uncertain" not in record.doubts


def test_a_title_in_the_place_of_the_others_of_its_site_is_certain() -> None:
    pages = [
        "\n".join([TOP, title, "Ann Lee", "June 2, 2011", text, BOTTOM])
        for title, text in zip(TITLES, TEXTS, strict=True)
    ]
    for record in read_all(*pages):
        assert "the title is uncertain" not in record.doubts
