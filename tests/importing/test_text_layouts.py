"""Layouts of threads that are easily misread, with the correct result for each."""

import unicodedata

import pytest
from babel import Locale

from commentary.importing.formats.text import dates
from tests.importing.test_text_capture import body, drawn, read

TOP = """Painting the Boathouse Door

We gave the old door two coats of green this week, and the weather held until the second was dry.

"""
GREEN = "The green suits it, and the hinges look much better than they did in spring."
RED = "I would have chosen red, but nobody ever asks the people who live across the water."

# Text below the body, and the comments in it.
LAYOUTS = {
    "meta after body": ("  • Boats\n\n  • 19 October 2019\n\n  • Leave a comment\n", ""),
    "teaser recent comments": (
        f"Recent posts\n\nThe ferry\n\nPer Aas on 31 May 2019 at 13:26\n\nResponses (2)\n\n  • Piet says:\n    23 June 2016 at 17:21\n\n    {GREEN}\n\n    • Lotte says:\n      23 June 2016 at 18:47\n\n      {RED}\n",
        f"Piet: {GREEN}\n  Lotte: {RED}",
    ),
    "subject submitted by": (
        f"Comments\n\n  • A question of colour\n\n    Submitted by piet78 on Wed, 01/21/2015 - 19:04\n\n    {GREEN}\n\n    reply\n\n  • Re: it\n\n    Submitted by Lotte (not verified) on Wed, 01/21/2015 - 20:02\n\n    {RED}\n\n    reply\n",
        f"piet78: A question of colour ¶ {GREEN}\nLotte: Re: it ¶ {RED}",
    ),
    "subject posted by paren": (
        f"2 Comments\n\n  1. Colour\n\n    Posted by piet78 on 21 Jan 2015, 19:04 (Reply)\n\n    {GREEN}\n\n  2. Re: Colour\n\n    Posted by Lotte on 21 Jan 2015, 20:02 (Reply)\n\n    {RED}\n",
        f"piet78: Colour ¶ {GREEN}\nLotte: Re: Colour ¶ {RED}",
    ),
    "fr comment by": (
        f"2 commentaires »\n\n  1. {GREEN}\n\n    Commentaire par Piet — 17 juillet 2011 @ 13:04 | Répondre\n\n  2. {RED}\n\n    Commentaire par Lotte — 17/07/2011 @ 13:10 | Répondre\n",
        f"Piet: {GREEN}\nLotte: {RED}",
    ),
    "es comment by": (
        f"2 comentarios »\n\n  1. {GREEN}\n\n    Comentario por Piet — 17 julio 2011 @ 13:04\n\n  2. {RED}\n\n    Comentario por Lotte — 17 julio 2011 @ 13:10\n",
        f"Piet: {GREEN}\nLotte: {RED}",
    ),
    "nl": (
        f"2 reacties »\n\n  1. {GREEN}\n\n    Reactie door Piet — 17 juli 2011 @ 13:04\n\n  2. {RED}\n\n    Reactie door Lotte — 17 juli 2011 @ 13:10\n",
        f"Piet: {GREEN}\nLotte: {RED}",
    ),
    "comment by at": (
        f"2 Comments »\n\n  1. {GREEN}\n\n    Comment by Piet | July 17, 2011 | Reply\n\n  2. {RED}\n\n    Comment by Lotte | July 17, 2011 | Reply\n",
        f"Piet: {GREEN}\nLotte: {RED}",
    ),
    "comment by unnumbered": (
        f"2 Comments »\n\n{GREEN}\n\nComment by Piet — July 17, 2011 @ 1:04 pm\n\n{RED}\n\nComment by Lotte — July 17, 2011 @ 1:10 pm\n",
        f"Piet: {GREEN}\nLotte: {RED}",
    ),
    "no heading comment by": (
        f"{GREEN}\n\nComment by Piet — May 22, 2005 @ 9:15 am\n\n{RED}\n\nComment by Lotte — May 23, 2005 @ 8:03 am\n",
        f"Piet: {GREEN}\nLotte: {RED}",
    ),
    "name slashes": (
        f"2 LESERKOMMENTARE\n\n  1. Piet Lang 29.07.2020 / 12:56\n\n    {GREEN}\n\n    Antworten\n\n  2. Lotte 23.07.2020 | 12:59 Uhr\n\n    {RED}\n",
        f"Piet Lang: {GREEN}\nLotte: {RED}",
    ),
    "name slashes2": (
        f"2 Comments Join the discussion\n\n  1. Piet Lang 2020-07-29 // 12:56\n\n    {GREEN}\n\n  2. Lotte 2020-07-29 // 12:59\n\n    {RED}\n",
        f"Piet Lang: {GREEN}\nLotte: {RED}",
    ),
    "wpdiscuz heading": (
        f"2 Comments\n\nnewest oldest most voted\n\nPiet\n\n{GREEN}\n\nVote Up6Vote Down\n\n19 February 2017 20:00\n\nLotte\n\nReply to  Piet\n\n{RED}\n\nVote Up0Vote Down  Reply\n\n20 February 2017 8:15\n\nLeave a Reply\n",
        f"Piet: {GREEN}\n  Lotte: {RED}",
    ),
    "wpdiscuz ago": (
        f"newest oldest most voted\n\nMember\n\nPiet\n\n{GREEN}\n\nA second paragraph.\n\nVote Up6Vote Down  Reply\n\n3 years ago\n\nGuest\n\nLotte\n\n{RED}\n\nVote Up0Vote Down  Reply\n\n3 years ago\n",
        f"Piet: {GREEN} ¶ A second paragraph.\nLotte: {RED}",
    ),
    "tabs nohead": (
        f"  • Comments (2)\n\n  • Trackbacks (0)\n\n  1. Piet says:\n\n    29 March 2020 at 16:45\n\n    {GREEN}\n\n    Reply\n",
        f"Piet: {GREEN}",
    ),
    "tabs sort": (
        f"2 Comments\n\n  • Newest\n  • Oldest\n  • Best\n\n  1. Piet says:\n\n    29 March 2020 at 16:45\n\n    {GREEN}\n\n    Reply\n\n  2. Lotte says:\n\n    29 March 2020 at 17:45\n\n    {RED}\n",
        f"Piet: {GREEN}\nLotte: {RED}",
    ),
    "tabs fb": (
        f"2 Comments\n\n  • WordPress 2\n  • Facebook 0\n\n  • Piet says:\n\n    29 March 2020 at 16:45\n\n    {GREEN}\n\n  • Lotte says:\n\n    29 March 2020 at 17:45\n\n    {RED}\n",
        f"Piet: {GREEN}\nLotte: {RED}",
    ),
    "typepad sig": (
        f"2 Comments\n\nPiet Lang\n\n{GREEN}\n\n Piet Lang  July 27, 2012 at 05:05 PM\n\nLotte\n\n{RED}\n\n Lotte  July 27, 2012 at 06:54 PM\n",
        f"Piet Lang: {GREEN}\nLotte: {RED}",
    ),
    "run on col0": (
        f"3 Comments\n\nPiet Lang on November 12, 2012 8:40 am\n\n{GREEN}\nLotte on November 12, 2012 12:20 pm\n\n{RED}\nIda Holm on November 12, 2012 1:25 pm\n\nThank you both.\n",
        f"Piet Lang: {GREEN}\nLotte: {RED}\nIda Holm: Thank you both.",
    ),
    "run on at": (
        f"2 Comments\n\n    Piet Lang November 12, 2012 at 8:40 am\n    {GREEN}\n    Lotte November 12, 2012 at 12:20 pm\n    {RED}\n",
        f"Piet Lang: {GREEN}\nLotte: {RED}",
    ),
    "run on says": (
        f"2 Comments\n\nPiet says:\nNovember 12, 2012 at 8:40 am\n{GREEN}\nLotte says:\nNovember 12, 2012 at 12:20 pm\n{RED}\n",
        f"Piet: {GREEN}\nLotte: {RED}",
    ),
    "posted col0": (
        f"2 Comments\n\nPiet Lang\nPosted September 11, 2012 at 2:36 pm\n\n{GREEN}\nLotte Berg\nPosted September 15, 2012 at 5:15 pm\n\n{RED}\n",
        f"Piet Lang: {GREEN}\nLotte Berg: {RED}",
    ),
    "thesis named": (
        f"{{ 2 comments… read them below or add one }}\n\nPiet Lang July 21, 2012 at 5:46 pm\n\n    {GREEN}\n\n    Reply\n\nLotte July 22, 2012 at 6:35 pm\n\n    {RED}\n\n    Reply\n",
        f"Piet Lang: {GREEN}\nLotte: {RED}",
    ),
    "thesis amb": (
        f"{{ 2 comments }}\n\nPiet Lang 07.11.12 at 17:46\n\n    {GREEN}\n\nLotte 07.22.12 at 18:35\n\n    {RED}\n",
        f"Piet Lang: {GREEN}\nLotte: {RED}",
    ),
    "date line said colon": (
        f"2 Comments\n\nAugust 9, 2012 @ 8:38 am\n\nPiet Lang said:\n\n{GREEN}\n\nAugust 9, 2012 @ 8:41 am\n\nLotte said:\n\n{RED}\n",
        f"Piet Lang: {GREEN}\nLotte: {RED}",
    ),
    "date line said nohead": (
        f"August 9, 2012 @ 8:38 am\n\nPiet Lang said,\n\n{GREEN}\n\nAugust 9, 2012 @ 8:41 am\n\nLotte said,\n\n{RED}\n",
        f"Piet Lang: {GREEN}\nLotte: {RED}",
    ),
    "name said comma": (
        f"2 Comments\n\nPiet Lang said,\n\nAugust 9, 2012 @ 8:38 am\n\n{GREEN}\n\nLotte said,\n\nAugust 9, 2012 @ 8:41 am\n\n{RED}\n",
        f"Piet Lang: {GREEN}\nLotte: {RED}",
    ),
    "substack below title": (
        f"3 Comments\n\n{GREEN}\n\nExpand full comment\n\n{RED}\n\nExpand full comment\n\nThank you both.\n\nExpand full comment\n",
        f"?: {GREEN}\n?: {RED}\n?: Thank you both.",
    ),
    "cut list": (
        f"2 Responses\n\n  1. Piet says:\n\n    {GREEN}\n\n  2. Lotte says:\n",
        f"Piet: {GREEN}",
    ),
    "cut date": (
        f"Piet said...\n\n{GREEN}\n\nJune 3, 2011 4:05 PM\n\nLotte said...\n",
        f"Piet: {GREEN}",
    ),
    "lj from first": (
        f"From: pietlang\nDate: 2007-06-14 12:36 pm (UTC)\nSubject: Colour\n\n{GREEN}\n\n(Reply) (Thread)\n\nFrom: lotte\nDate: 2007-06-14 01:02 pm (UTC)\n\n{RED}\n\n(Reply) (Parent)\n",
        f"pietlang: Subject: Colour ¶ {GREEN}\nlotte: {RED}",
    ),
    "lj comments heading": (
        f"2 comments\n\nDate: 2007-06-14 12:36 pm (UTC)\nFrom: pietlang\n\n{GREEN}\n\n(Reply) (Thread)\n\nDate: 2007-06-14 01:02 pm (UTC)\nFrom: lotte\n\n{RED}\n\n(Reply) (Parent)\n",
        f"pietlang: {GREEN}\nlotte: {RED}",
    ),
}


@pytest.mark.parametrize(("below", "expected"), LAYOUTS.values(), ids=LAYOUTS.keys())
def test_a_layout_is_read_as_the_page_showed_it(below, expected):
    record = read(TOP + below)
    assert drawn(record) == expected
    assert len(body(record)) <= 1


@pytest.mark.parametrize(
    ("page", "title", "blocks"),
    [
        (
            "June 3, 2011\n\nJune 3, 2011: first picture.\n\nIt held.\n\nNo Comments\n",
            "June 3, 2011",
            2,
        ),
        ("Mar 30\n\nWe painted.\n\n0 Responses to “Mar 30”\n", "Mar 30", 1),
        ("June 3, 2011\n\nA Door\n\nWe painted it.\n\nNo Comments\n", "A Door", 1),
    ],
)
def test_a_date_is_the_title_if_the_page_repeats_it(page, title, blocks):
    record = read(page)
    assert (record.title, len(record.blocks)) == (title, blocks)


def test_a_list_below_the_title_is_about_the_article():
    record = read(
        "A Door\n\n  • by Maren Oduya\n\n  • June 3, 2011 at 4:05 pm\n\n  • 3 Comments\n\nWe painted it.\n"
    )
    assert (record.authors, record.declared_count, len(record.blocks)) == (["Maren Oduya"], 3, 1)
    assert record.date and record.comments == []


def test_the_dates_of_a_page_show_which_number_is_the_month():
    page = (
        TOP + "2 comments\n\nPiet 9/11/2012 at 17:46\n\nGood.\n\nLotte 9/15/2012 at 18:35\n\nBad.\n"
    )
    assert [str(c.date)[:10] for c in read(page).comments] == ["2012-09-11", "2012-09-15"]


SPOKEN = [
    "en",
    "de",
    "fr",
    "es",
    "pt",
    "it",
    "nl",
    "sv",
    "nb",
    "da",
    "fi",
    "pl",
    "cs",
    "sk",
    "hu",
    "ro",
    "bg",
    "sr",
    "hr",
    "sl",
    "uk",
    "ru",
    "el",
    "tr",
    "ca",
    "gl",
    "eu",
    "id",
    "vi",
    "he",
    "ar",
    "fa",
    "hi",
    "bn",
    "th",
    "is",
    "et",
    "lv",
    "lt",
]


@pytest.mark.parametrize("language", SPOKEN)
def test_every_month_and_day_name_of_cldr_is_recognised(language):
    locale = Locale(language)
    words = {
        "hr": "Ovo nije što sam htjela, ali",
        "pl": "Żółta książka jest świetna",
        "cs": "Není to můj příběh",
    }
    dates.look_over([words.get(language, "")] * 3 + ["17 listopad 2011"])
    for form in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for month, name in locale.months[form][width].items():
                for text in (
                    f"17 {name} 2011",
                    f"{name} 17, 2011",
                    f"17 {name.strip('.').title()} 2011",
                ):
                    found = dates.read_stamp(unicodedata.normalize("NFC", text))
                    assert found and found.month == month, (text, found)
            for name in locale.days[form][width].values():
                assert len(name) == 1 or dates.DATE_LINE.fullmatch(f"{name}, 17 June 2011"), name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 fevrier 2011", 2),
        ("5 aout 2011", 8),
        ("5. Marz 2011", 3),
        ("5 agustos 2011", 8),
        ("5 prosince 2011", 12),
    ],
)
def test_a_month_name_may_lack_its_accents(text, expected):
    found = dates.read_stamp(text)
    assert found and found.month == expected


@pytest.mark.parametrize(
    ("page", "month"),
    [
        (
            "2 komentara\n\nAna kaže:\n3. listopada 2011. u 16:05\n\nOvo nije što sam htjela, ali volim.\n",
            10,
        ),
        ("2 komentarze\n\nAna pisze:\n3 listopada 2011 o 16:05\n\nKsiążka jest świetna.\n", 11),
        ("Komentáře\n\nAna napsal:\n3. listopad 2011\n\nPříběh není můj, řekl bych.\n", 11),
        ("2 Comments\n\nAna says:\n3 listopad 2011\n\nGood.\n", None),
    ],
)
def test_listopad_is_the_month_in_the_pages_language(page, month):
    record = read("A Title\n\nText.\n\n" + page)
    date = record.comments[0].date
    assert (date.month if date else None) == month
    assert any("listopad" in warning for warning in record.warnings) == (month is None)
