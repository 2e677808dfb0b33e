"""Plain-text captures: each test is one observation about pages, and the rule that follows from it."""

import json
import sys
from datetime import datetime
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commentary.importing.formats.text import reader
from commentary.importing.records import ArticleRecord, Ledger, SourceError
from commentary.importing.source import SourceFile

FIXTURES = Path(__file__).parents[2] / "fixtures"
# Captures, each with the expected result.
GOLDENS = sorted((Path(__file__).parent / "captures").glob("*.json"))


def read_source(source: SourceFile) -> tuple[ArticleRecord, Ledger]:
    ledger = Ledger(len(source.lines))
    [record] = reader.read(source, ledger)
    assert ledger.unaccounted() == []
    return record, ledger


def uses(ledger: Ledger) -> list[str]:
    return [line.use for line in ledger.lines if line]


def read(text: str) -> ArticleRecord:
    return read_source(SourceFile.from_bytes("page.txt", dedent(text).encode()))[0]


def comments(text: str) -> str:
    """Return the comments of an article that has `text` below its body, as drawn by `drawn`."""
    return drawn(read(f"A Title\n\nA paragraph of the article itself.\n\n{dedent(text)}"))


def drawn(record: ArticleRecord) -> str:
    """Draw one line per comment, two spaces per level: “Name: paragraph ¶ paragraph / line”."""
    depths: dict[str | None, int] = {None: -1}
    lines = []
    for comment in record.comments:
        depths[comment.key] = depths[comment.parent] + 1
        text = comment.text.replace("\n\n", " ¶ ").replace("\n", " / ")
        kind = "" if comment.kind == "comment" else f"({comment.kind}) "
        lines.append(f"{'  ' * depths[comment.key]}{kind}{comment.author or '?'}: {text}")
    return "\n".join(lines)


def drawing(text: str) -> str:
    return dedent(text).strip("\n")


def body(record: ArticleRecord) -> list[tuple]:
    return [
        (b.kind, b.number, b.text) if b.kind == "point" else (b.kind, b.text) for b in record.blocks
    ]


class TestHead:
    def test_the_first_line_is_the_title_and_the_next_names_the_author(self):
        record = read("A Title\n\nBy Ann Lee\n\nText of the article.\n")
        assert (record.title, record.authors) == ("A Title", ["Ann Lee"])
        assert body(record) == [("paragraph", "Text of the article.")]

    @pytest.mark.parametrize(
        "above",
        ["Thursday, May 5, 2011", "« Older post | Main | Newer post »", "Pages", "Skip to content"],
    )
    def test_lines_above_the_title_are_not_the_title(self, above):
        record = read(f"{above}\n\nA Title\n\nText of the article.\n")
        assert record.title == "A Title"

    @pytest.mark.parametrize(
        "title",
        [
            "7 Responses to a Bad Review",
            "12 Comments on Our Winter Hours",
            "“Nobody Reads This”",
            "Comments",
            "« Le vélo »",
            "1,000 Small Lamps",
            "Why I Write: By Hand",
            "3.14 and Other Numbers.",
        ],
    )
    def test_a_title_may_look_like_something_else(self, title):
        record = read(f"{title}\n\nBy Ann Lee\n\nText of the article.\n\n2 Responses\n\n  1. Hm.\n")
        assert (record.title, record.authors, record.declared_count) == (title, ["Ann Lee"], 2)

    def test_a_date_above_the_title_is_the_date_of_the_article(self):
        assert read("Thursday, May 5, 2011\n\nA Title\n\nText.\n").date == datetime(2011, 5, 5)

    def test_two_blank_lines_below_the_date_mean_that_the_title_was_lost(self):
        record = read("Thursday, May 5, 2011\n\n\nIt rained.\n\nThen it stopped.\n")
        assert (record.title, len(record.blocks)) == ("", 2)

    @pytest.mark.parametrize(
        "filed", ["Posted in Soup | 2 Comments", "Leave a comment", "3 Comments"]
    )
    def test_a_date_with_categories_below_the_title_is_the_date(self, filed):
        record = read(f"A Title\n\nJune 3, 2011 at 5:12 am | {filed}\n\nText of it.\n")
        assert (record.date, len(record.blocks)) == (datetime(2011, 6, 3, 5, 12), 1)

    def test_without_blank_lines_each_long_line_is_a_paragraph(self):
        long = "This line of the article is longer than any line that somebody broke by hand, as they do."
        record = read(
            f"A Title\n{long} {long}\nA short one.\nAnn said...\nLovely lamp.\nMine is green.\n"
        )
        assert (record.title, len(record.blocks)) == ("A Title", 2)
        assert drawn(record) == "Ann: Lovely lamp. ¶ Mine is green."
        assert read(f"{long} {long}\n{long}\n").title == ""

    def test_lines_of_a_poem_below_a_date_are_not_a_title(self):
        record = read("Thursday, May 5, 2011\n\n\nrain\non the roof\n\n\n  1. I hear it.\n")
        assert (record.title, body(record)) == ("", [("paragraph", "rain\non the roof")])

    def test_a_byline_right_below_leaves_a_title_a_title(self):
        record = read("Thursday, May 5, 2011\n\n\nA Title\nPosted by Ann Lee\n\nText.\n")
        assert (record.title, record.authors) == ("A Title", ["Ann Lee"])

    def test_a_sentence_that_starts_a_paragraph_is_not_a_title(self):
        record = read("It rained today.\nWe stayed in.\n\nThen it stopped.\n")
        assert (record.title, len(record.blocks)) == ("", 2)

    def test_a_page_may_lack_its_title(self):
        record = read("By Ann Lee\n\n1. The first point.\n\n2. The second point.\n")
        assert (record.title, record.authors) == ("", ["Ann Lee"])
        assert body(record) == [
            ("point", 1, "The first point."),
            ("point", 2, "The second point."),
        ]
        assert "no title found" in record.warnings

    def test_a_point_is_not_a_title(self):
        record = read("1. The first point.\n\n2. The second point.\n")
        assert record.title == ""
        assert len(record.blocks) == 2

    @pytest.mark.parametrize(
        ("byline", "authors"),
        [
            ("By Ann Lee", ["Ann Lee"]),
            ("BY ANN LEE", ["ANN LEE"]),
            ("by admin", ["admin"]),
            ("By Ann Lee and Bob Ode", ["Ann Lee", "Bob Ode"]),
            ("By Ann Lee, Bob Ode, and Cy Fox", ["Ann Lee", "Bob Ode", "Cy Fox"]),
            ("By Ann Lee & Bob Ode", ["Ann Lee", "Bob Ode"]),
            ("By Ann Lee, Jr.", ["Ann Lee, Jr."]),
            ("By Ann Lee | (The Outlet) | – –", ["Ann Lee"]),
            ("By | (The Outlet) | – –", []),
            ("By Ann Lee on June 2, 2011", ["Ann Lee"]),
            ("Posted by Ann Lee at 9:15 AM", ["Ann Lee"]),
            ("Written by Ann Lee", ["Ann Lee"]),
            ("By in Gardening on July 31, 2016", []),
            ("Posted on June 2, 2011 by Ann Lee", ["Ann Lee"]),
            ("Par Aline Dupré et Luc Roy", ["Aline Dupré", "Luc Roy"]),
            ("Von Ute Maß und Jan Ort am 3. Juni 2011", ["Ute Maß", "Jan Ort"]),
            ("Por Ana Gil", ["Ana Gil"]),
            ("Автор: Анна Ким", ["Анна Ким"]),
            ("By Ludwig van der Rohe", ["Ludwig van der Rohe"]),
            ("BY ANN B. LEE, JR. AND BOB ODE", ["ANN B. LEE, JR.", "BOB ODE"]),
            ("Eingestellt von Ute Maß um 09:15", ["Ute Maß"]),
            ("Publicado por Ana Gil a las 9:15", ["Ana Gil"]),
            ("Από Άννα Γκιλ και Λίνα Ρη", ["Άννα Γκιλ", "Λίνα Ρη"]),
            ("投稿者：森田はる", ["森田はる"]),
            ("글쓴이: 한서윤", ["한서윤"]),
        ],
    )
    def test_the_byline_names_people_but_neither_publication_nor_date(self, byline, authors):
        record = read(f"A Title\n\n{byline}\n\nText of the article.\n")
        assert record.authors == authors
        assert body(record) == [("paragraph", "Text of the article.")]

    @pytest.mark.parametrize(
        "sentence",
        ["By midnight the tea was gone.", "By the time we came home it was late. Nobody was up"],
    )
    def test_a_sentence_that_starts_with_by_is_not_a_byline(self, sentence):
        record = read(f"A Title\n\n{sentence}\n\nText of the article.\n")
        assert record.authors == []
        assert ("paragraph", sentence) in body(record)

    @pytest.mark.parametrize("title", ["By Candlelight", "By the Canal", "By Land and by Sea"])
    def test_a_title_may_start_with_by(self, title):
        assert read(f"{title}\n\nText of the article.\n\nNo Comments\n").title == title

    def test_a_line_may_be_between_title_and_byline(self):
        record = read("A Title\n\nA line about it\n\nBy Ann Lee\n\nText of the article.\n")
        assert record.authors == ["Ann Lee"]
        assert body(record) == [
            ("heading", "A line about it"),
            ("paragraph", "Text of the article."),
        ]

    def test_links_below_the_title_are_furniture(self):
        record = read("A Title\n\nJune 3, 2011 by Ann Lee\n\nLeave a comment\n\nText of it.\n")
        assert (record.authors, record.date) == (["Ann Lee"], datetime(2011, 6, 3))
        assert body(record) == [("paragraph", "Text of it.")]

    def test_the_byline_may_follow_without_a_blank_line(self):
        record = read("A Title\nBy Ann Lee\n\nText of the article.\n")
        assert (record.title, record.authors) == ("A Title", ["Ann Lee"])

    def test_blogger_names_the_author_below_the_text(self):
        record = read(
            "A Title\n\nText of the article.\nPosted by Ann at 9:15 AM\nLabels: canal\n\nNo comments:\n"
        )
        assert record.authors == ["Ann"]
        assert body(record) == [("paragraph", "Text of the article.")]


class TestBylines:
    @pytest.mark.parametrize(
        "line",
        [
            "Posted on June 3, 2011 by Ann Lee",
            "Publié le 3 juin 2011 par Ann Lee",
            "Le 3 juin 2011, par Ann Lee",
            "Veröffentlicht am 3. Juni 2011 von Ann Lee",
            "3. Juni 2011 von Ann Lee",
            "Publicado el 3 junio, 2011 por Ann Lee",
            "Publicado em 3 de junho de 2011 por Ann Lee",
            "Pubblicato il 3 giugno 2011 da Ann Lee",
            "Geplaatst op 3 juni 2011 door Ann Lee",
            "Publicerat den 3 juni, 2011 av Ann Lee",
            "Opublikowano 3 czerwca 2011 przez Ann Lee",
            "Опубликовано 3 июня 2011 автором Ann Lee",
            "نوشته شده در ۱۳ خرداد ۱۳۹۰ توسط Ann Lee",
            "投稿日: 2011年6月3日 作成者: Ann Lee",
        ],
    )
    def test_the_date_may_come_before_the_name(self, line):
        record = read(f"A Title\n\n{line}\n\nText of it.\n")
        assert (record.authors, record.date) == (["Ann Lee"], datetime(2011, 6, 3))
        assert body(record) == [("paragraph", "Text of it.")]

    @pytest.mark.parametrize(
        "line",
        [
            "Postad av Ann Lee",
            "Napsal Ann Lee",
            "Írta: Ann Lee",
            "Scris de Ann Lee",
            "توسط Ann Lee",
        ],
    )
    def test_bylines_have_various_wordings(self, line):
        assert read(f"A Title\n\n{line}\n\nText of it.\n").authors == ["Ann Lee"]


class TestBody:
    def test_a_number_at_the_margin_is_a_point_and_text_after_it_a_paragraph(self):
        record = read("A Title\n\nLead.\n\n1. One.\n\nMore of one.\n\n3. Three.\n")
        assert body(record) == [
            ("paragraph", "Lead."),
            ("point", 1, "One."),
            ("paragraph", "More of one."),
            ("point", 3, "Three."),
        ]
        assert "point numbers missing: 2" in record.warnings

    @pytest.mark.parametrize("text", ["3.5 million came.", "1987 was dry.", "1914. The war began."])
    def test_a_number_without_a_list_is_text(self, text):
        assert body(read(f"A Title\n\n{text}\n\nMore text.\n"))[0] == ("paragraph", text)

    def test_points_in_other_digits_keep_their_numbers(self):
        record = read("عنوان\n\n۱. یک نکته.\n\n۲. نکتهٔ دیگر.\n")
        assert [b.number for b in record.blocks] == [1, 2]

    def test_a_short_line_without_a_full_stop_is_a_heading(self):
        record = read("A Title\n\nText.\n\nWhat we did\n\nMore text.\n\nThe end\n")
        assert body(record) == [
            ("paragraph", "Text."),
            ("heading", "What we did"),
            ("paragraph", "More text."),
            ("paragraph", "The end"),
        ]

    def test_related_captions_keep_their_label(self):
        record = read(
            """\
            A Title

            Text of the article.

            related videos:

            One: “A film”

            Two: “Another”

            No Responses
            """
        )
        assert [(b.kind, b.label, b.text) for b in record.blocks[1:]] == [
            ("related", "related videos:", "One: “A film”"),
            ("related", "related videos:", "Two: “Another”"),
        ]

    def test_categories_and_share_buttons_below_the_text_are_furniture(self):
        record = read(
            "A Title\n\nText.\n\nWhat do you think?\n\nFiled under: Soup, Bread\n\nTags: a, b\n\n"
            "Share this:\n\nTwitter\n\nLike Loading...\n\n1 Comment\n\n  1. Hm.\n"
        )
        assert body(record) == [("paragraph", "Text."), ("paragraph", "What do you think?")]

    def test_sentences_by_site_software_are_furniture(self):
        record = read(
            "A Title\n\nText.\n\nAbout Ann\n\nShe writes here.\n"
            "This entry was posted in Soup by Ann. Bookmark the permalink.\n\n3 Comments\n\n"
            "Filed under Soup\n\nOne response to “A Title\n\n  1. Hm.\n\nLeave a Reply\n"
        )
        assert [text for _, text in body(record)] == ["Text.", "About Ann", "She writes here."]
        assert (record.declared_count, len(record.comments)) == (1, 1)

    @pytest.mark.parametrize(
        "line",
        [
            "View all posts by Ann →",
            "This site uses Akismet to reduce spam. Learn how your comment data is processed.",
            "Please enable JavaScript to view the comments powered by Disqus.",
            "Related Posts Plugin for WordPress, Blogger...",
        ],
    )
    def test_a_sentence_by_site_software_ends_the_text(self, line):
        assert body(read(f"A Title\n\nText.\n\n{line}\n")) == [("paragraph", "Text.")]

    def test_the_sentence_with_categories_may_close_the_discussion(self):
        record = read(
            "A Title\n\nText.\n\nThis entry was posted on Friday, June 3rd, 2011 at 4:05 pm. You can "
            "follow any responses. Both comments and pings are currently closed.\n"
        )
        assert (body(record), record.closed) == ([("paragraph", "Text.")], True)

    def test_short_lines_below_share_buttons_are_furniture(self):
        record = read(
            "A Title\n\nText.\n\nAdvertisements\n\nReport this ad\n\nShare this:\n\n  • Twitter\n"
            "  • Facebook\n\nLike this:\n\nLike Loading...\n\nRelated\n\nAnother Title\n\n"
            'June 3, 2011\n\nIn "Soup"\n\n1 thought on “A Title”\n\n  1. Hm.\n'
        )
        assert body(record) == [("paragraph", "Text.")]
        record = read(
            "A Title\n\nShare this:\n\nMail\n\nWhere the text begins, as long as it is.\n"
        )
        assert len(record.blocks) == 3

    def test_linking_pages_may_be_listed_above_the_comments(self):
        record = read(
            "A Title\n\nText.\n\nTrackbacks\n\n  1. Another Site\n\nComments\n\n  1. Ann\n\n    Hm.\n"
        )
        assert (body(record), drawn(record)) == ([("paragraph", "Text.")], "Ann: Hm.")
        record = read(
            "A Title\n\nText.\n\nTrackbacks\n\nThey were sent by hand, and are seldom seen by now.\n\n"
            "Comments\n\n  1. Ann\n\n    Hm.\n"
        )
        assert len(record.blocks) == 3

    def test_other_articles_of_the_blog_end_the_page(self):
        record = read(
            "A Title\n\nText.\n\nComments\n\nPost a Comment\n\nPopular posts from this blog\n\n"
            "Another Title\n\nThe beginning of another article, which is long enough to be one.\n"
        )
        assert (body(record), record.comments) == ([("paragraph", "Text.")], [])

    def test_an_anonymous_byline_names_no_author(self):
        assert read("A Title\n\nText of it.\n\nPosted by admin at 9:15 AM\n").authors == ["admin"]
        assert read("A Title\n\nText of it.\n\nPosted by Anonymous at 9:15 AM\n").authors == []

    def test_a_sentence_that_starts_like_categories_is_text(self):
        record = read("A Title\n\nPosted in the hallway was a note.\n\n1 Comment\n\n  1. Hm.\n")
        assert len(record.blocks) == 1

    def test_a_form_above_the_comments_is_furniture(self):
        record = read(
            "A Title\n\nText.\n\nLeave a Reply\n\nYour email address will not be published.\n\n"
            "Name *\n\nEmail *\n\n2 Responses\n\n  1. Hm.\n"
        )
        assert body(record) == [("paragraph", "Text.")]

    def test_every_block_knows_its_lines(self):
        record = read("A Title\n\nOne\ntwo.\n\n1. Point.\n")
        assert [b.lines for b in record.blocks] == [(3, 4), (6, 6)]


class TestHeading:
    @pytest.mark.parametrize(
        ("heading", "declared"),
        [
            ("5 Responses", 5),
            ("7 Responses to “A Title”", 7),
            ("7 Responses to “A Title", 7),
            ("2 responses to A Title", 2),
            ("One Response", 1),
            ("22 thoughts on “A Title”", 22),
            ("One thought on “A Title”", 1),
            ("9 comments:", 9),
            ("1 comment:", 1),
            ("2 Comments", 2),
            ("Comments (2)", 2),
            ("This article has 4 comments", 4),
            ("Comments on “A Title”", None),
            ("Comments", None),
            ("1,204 Responses", 1204),
            ("1.204 Kommentare", 1204),
            ("1\u202f204 commentaires", 1204),
            ("3 réponses à « A Title »", 3),
            ("2 réflexions au sujet de « A Title »", 2),
            ("Voir les Commentaires (33)", 33),
            ("3 Gedanken zu „A Title“", 3),
            ("Ein Gedanke zu „A Title“", 1),
            ("3 comentarios:", 3),
            ("Una respuesta a «A Title»", 1),
            ("4 pensieri su “A Title”", 4),
            ("2 reacties op “A Title”", 2),
            ("5 kommentarer", 5),
            ("3 комментария", 3),
            ("2 komentarze", 2),
            ("۳ دیدگاه برای «…»", 3),
            ("٤ تعليقات", 4),
            ("「A Title」への3件のフィードバック", 3),
            ("《A Title》上有 3 条评论", 3),
            ("댓글 3개", 3),
            ("3 Comments and 2 Trackbacks", 3),
            ("3 Responses to “A Day Without the Letter E.", 3),
            ("(3) Comments", 3),
            ("Discussion (3)", 3),
            ("3 Comments, add yours", 3),
            ("3 respostas para A Title", 3),
            ("3 opmerkingen:", 3),
            ("Eén reactie op A Title", 1),
            ("A Title: 3 комментария", 3),
            ("Комментарии (3)", 3),
            ("3 myśli nt. „A Title”", 3),
            ("A Title için 3 yanıt", 3),
            ("3 kommenttia artikkeliin ”A Title”", 3),
            ("3 komentáře u „A Title“", 3),
            ("3 gânduri despre „A Title”", 3),
            ("3 σκέψεις για το “A Title”", 3),
            ("تعليق واحد", 1),
            ("תגובה אחת ל-A Title", 1),
            ("A Title への3件のフィードバック", 3),
            ("评论（3）", 3),
            ("在「A Title」中有 3 則留言", 3),
            ("“A Title”에 대한 3개의 댓글", 3),
        ],
    )
    def test_a_heading_declares_a_number(self, heading, declared):
        record = read(f"A Title\n\nText of the article.\n\n{heading}\n\n  1. A comment.\n")
        assert (record.declared_heading, record.declared_count) == (heading, declared)
        assert drawn(record) == "?: A comment."

    @pytest.mark.parametrize(
        "heading",
        [
            "No Responses",
            "No comments:",
            "0 Comments:",
            "Keine Kommentare",
            "No hay comentarios:",
            "Pas encore de commentaires",
            "Hiç yorum yok:",
            "没有评论:",
        ],
    )
    def test_a_heading_may_declare_no_comments(self, heading):
        record = read(f"A Title\n\nText of the article.\n\n{heading}\n\nLeave a Reply\n")
        assert (record.declared_count, record.comments, record.closed) == (0, [], False)
        assert len(record.blocks) == 1

    def test_a_list_below_no_comments_and_the_form_is_furniture(self):
        record = read(
            "A Title\n\nText of it.\n\nNo Responses\n\nLeave a Reply\n\nPopular posts\n\n"
            "  1. The Harbour\n  2. The Gate\n"
        )
        assert (record.declared_count, record.comments) == (0, [])

    def test_the_last_heading_with_comments_below_it_counts(self):
        record = read(
            """\
            A Title

            The page of our rival says:

            12 Responses

            We counted them, and there were three of them only, all by the same hand.

            1 Response

              1. Four, I think.
            """
        )
        assert record.declared_count == 1
        assert ("heading", "12 Responses") in body(record) or ("paragraph", "12 Responses") in body(
            record
        )

    def test_a_heading_quoted_in_a_comment_is_text(self):
        assert comments(
            """\
            2 Responses

              1. Ann

                The other page has

                12 Responses

                Comments are closed.

              2. By Jove.
            """
        ) == drawing(
            """
            Ann: The other page has ¶ 12 Responses ¶ Comments are closed.
            ?: By Jove.
            """
        )

    def test_an_article_may_end_with_an_empty_discussion_below_a_quoted_one(self):
        record = read(
            """\
            A Title

            This is how our first page looked:

            5 Responses

              1. Well done.

              2. Go on.

            It was a proud day, and we have never again had so many of them on one page.

            No Responses

            Leave a Reply
            """
        )
        assert (record.declared_count, record.comments) == (0, [])

    def test_a_title_with_its_byline_is_not_a_comment_heading(self):
        record = read(
            "Comments on a Clock\n\nPosted by Ann Lee on June 2, 2011\n\nIt is late, they say.\n\n"
            "Comments (5)\n\nHm.\n\nPosted by: Bob | June 3, 2011 at 5:05 pm\n"
        )
        assert (record.title, record.authors) == ("Comments on a Clock", ["Ann Lee"])
        assert (record.declared_count, drawn(record)) == (5, "Bob: Hm.")

    def test_a_sentence_about_responses_is_not_a_heading(self):
        record = read(
            "A Title\n\nText.\n\nTwo responses to this are possible.\n\n1 Response\n\n  1. Hm.\n"
        )
        assert (len(record.blocks), record.declared_count) == (2, 1)

    def test_a_list_in_a_sidebar_has_no_comment_heading(self):
        record = read(
            "A Title\n\nText of it.\n\n1 Response\n\n  1. Hm.\n\nLeave a Reply\n\n"
            "Comments\n\n  • Ann on A Title\n"
        )
        assert (record.declared_count, drawn(record)) == (1, "?: Hm.")

    def test_a_heading_with_unrecognisable_comments_is_reported(self):
        record = read(
            "A Title\n\nText of it.\n\nComments\n\nA comment that lost its name and its date.\n\n"
            "Another one, or the same one, which nobody can tell.\n"
        )
        assert record.comments == []
        assert any("line 5 looks like a comment heading" in warning for warning in record.warnings)

    def test_the_declared_number_counts_even_without_recognisable_comments(self):
        record = read(
            "A Title\n\nText of it.\n\n2 Comments\n\nA comment that lost its name and its date.\n\n"
            "Another one, or the same one, which nobody can tell.\n\nMore of it.\n\n"
            "Post a comment\n"
        )
        assert (record.declared_count, record.comments, len(record.blocks)) == (2, [], 4)

    def test_buttons_separate_comments_that_lost_their_names(self):
        assert comments(
            """\
            2 comments:

            Lovely lamp.

            Mine was green.

            ReplyDelete

            Where is it from?

            ReplyDelete

            Post a Comment
            """
        ) == drawing(
            """
            ?: Lovely lamp. ¶ Mine was green.
            ?: Where is it from?
            """
        )

    def test_bloggers_buttons_may_be_joined_to_the_next_line(self):
        """Its buttons come after the first line of a comment; the other lines follow them."""
        source = SourceFile.from_bytes(
            "page.txt",
            b"A Title\nA sentence of the article, so long that nobody broke it by hand: it goes on "
            b"to the very end of the line.\nLovely lamp.\n"
            b"ReplyDeleteWhere is it from?\nReplyDeleteI need one.\nFrom here.\nReplyDelete\n",
        )
        record, ledger = read_source(source)
        assert len(record.blocks) == 1
        assert drawn(record) == drawing(
            """
            ?: Lovely lamp.
            ?: Where is it from? ¶ I need one.
            ?: From here.
            """
        )
        assert uses(ledger) == ["article"] * 2 + ["comment"] * 4 + ["furniture"]

    @pytest.mark.parametrize("blank", ["\n\n", "\n"])
    def test_as_many_paragraphs_as_declared_are_the_comments(self, blank):
        text = "A sentence of the article that is long enough not to be its title, and goes on. "
        lines = [text * 2, "2 comments:", "Lovely lamp.", "Where is it from?", "Post a Comment"]
        assert drawn(read(blank.join(lines))) == "?: Lovely lamp.\n?: Where is it from?"

    @pytest.mark.parametrize("button", ["Share", "Reply"])
    def test_a_number_of_comments_above_the_article_separates_none(self, button):
        record = read(
            f"A Title\n\nBy Ann Lee\n\n1 Comment\n\nText of it.\n\n{button}\n\nLeave a Reply\n"
        )
        assert (record.blocks[0].text, record.comments) == ("Text of it.", [])

    def test_other_buttons_separate_no_comments(self):
        text = "Discussion\n\nIt is green.\n\nLike\n\nIt is red.\n\nShare\n\nLeave a Reply\n"
        assert comments(text) == ""

    def test_articles_of_other_days_are_not_comments(self):
        record = read(
            "Friday, June 3, 2011\n\nA Title\n\nText of it.\n\n2 comments:\n\nThursday, June 2, 2011\n\n"
            "Another Title\n\nText of that.\n\n1 comment:\n\nOlder Posts\n"
        )
        assert record.comments == []

    def test_two_blank_lines_separate_the_declared_number_of_comments(self):
        text = (
            "2 comments:\n\nLovely lamp.\n\nIt is green.\n\n\nWhere is it from?\n\nPost a Comment\n"
        )
        assert comments(text) == "?: Lovely lamp. ¶ It is green.\n?: Where is it from?"

    def test_a_line_like_a_heading_above_an_empty_discussion_is_body_text(self):
        record = read(
            "A Title\n\nText of it.\n\nTwo thoughts on rain\n\nIt is wet.\n\nNo Responses\n"
        )
        assert (record.declared_count, len(record.blocks)) == (0, 3)

    def test_a_section_of_points_called_discussion_is_body_text(self):
        record = read("A Title\n\nText.\n\nDiscussion\n\n1. First point.\n\n2. Second point.\n")
        assert (len(record.blocks), record.comments) == (4, [])

    def test_links_to_other_pages_of_the_thread_are_furniture(self):
        assert (
            comments("120 Responses\n\n← Older Comments\n\n  51. Late.\n\n← Older Comments\n")
            == "?: Late."
        )

    def test_the_declared_number_may_differ_from_the_number_found(self):
        record = read("A Title\n\nText of the article.\n\n7 Responses\n\n  1. One.\n")
        assert "expected 7 comments, found 1" in record.warnings

    def test_without_a_heading_comments_may_start_with_two_blank_lines_and_a_list(self):
        record = read("A Title\n\nText of the article.\n\n\n  1. First.\n\n  2. Second.\n")
        assert drawn(record) == "?: First.\n?: Second."

    def test_without_a_heading_a_final_list_of_sentences_is_comments(self):
        record = read("A Title\n\nText of the article.\n\n  1. It is not, I think.\n")
        assert drawn(record) == "?: It is not, I think."

    def test_without_a_heading_one_comment_may_have_line_breaks(self):
        record = read("A Title\n\nText of it.\n\n\n  1. It was 1987.\n    I was there.\n")
        assert drawn(record) == "?: It was 1987. / I was there."

    def test_without_a_heading_an_introduced_list_is_body_text(self):
        record = read("A Title\n\nText of the article:\n\n  1. It is not.\n\n  2. Or is it.\n")
        assert record.comments == []

    def test_without_a_heading_a_second_list_starting_with_1_is_comments(self):
        record = read("A Title\n\nSteps:\n\n  1. Mix.\n  2. Wait.\n\n\n  1. How long?\n")
        assert drawn(record) == "?: How long?"
        assert len(record.blocks) == 2

    def test_without_a_heading_a_list_with_text_below_it_is_body_text(self):
        record = read(
            "A Title\n\nWe need:\n\n  1. Flour.\n\n  2. Water.\n\nThen wait a day or two, and bake it.\n"
        )
        assert record.comments == []
        assert len(record.blocks) == 4


class TestComments:
    def test_names_replies_and_lost_names(self):
        assert comments(
            """\
            7 Responses

              1. Ann Lee

                First paragraph.
                With a line break.

                Second paragraph.

                • A reply without a name.

                  Its second paragraph.

                • Bob says:

                  A reply with a name.

                  • A reply to that reply.

              2. Only text.
            """
        ) == drawing(
            """
            Ann Lee: First paragraph. / With a line break. ¶ Second paragraph.
              ?: A reply without a name. ¶ Its second paragraph.
              Bob: A reply with a name.
                ?: A reply to that reply.
            ?: Only text.
            """
        )

    def test_a_reply_may_have_lost_its_name_if_other_comments_did(self):
        assert comments(
            """\
            3 Comments Add yours

              1. Ann says:

                Lovely lamp.

                1. Thank you.

              2. Where is it from?
            """
        ) == drawing(
            """
            Ann: Lovely lamp.
              ?: Thank you.
            ?: Where is it from?
            """
        )

    def test_a_date_after_a_verb_is_not_a_name(self):
        assert comments(
            """\
            2 Comments

              1. Ann
                Posted June 3, 2011 at 4:05 pm | Permalink

                Lovely lamp.

              2. Posted June 3, 2011 at 5:05 pm | Permalink

                Where is it from?
            """
        ) == drawing(
            """
            Ann: Lovely lamp.
            ?: Where is it from?
            """
        )

    def test_a_number_repeated_above_the_name_is_furniture(self):
        assert comments(
            """\
            3 replies
              1. 1
                Ann says:

                Lovely lamp.

              2. 2

                Where is it from?

              3. #3
                Bob says:

                3
            """
        ) == drawing(
            """
            Ann: Lovely lamp.
            ?: Where is it from?
            Bob: 3
            """
        )

    @pytest.mark.parametrize("below", ["Thanks for taking the time.", "I love all your comments!"])
    def test_a_bloggers_text_may_follow_comments_without_a_heading(self, below):
        assert comments(
            f"""\


              1. Lovely lamp.

              2. Where is it from? I could not find one like it in our town.


            {below}
            """
        ) == drawing(
            """
            ?: Lovely lamp.
            ?: Where is it from? I could not find one like it in our town.
            """
        )

    @pytest.mark.parametrize(
        "below", ["Any more? All comments are read.", "Thanks, and tell us more of what you eat."]
    )
    def test_an_article_may_end_by_asking_for_comments(self, below):
        assert (
            comments(
                f"\n\n  1. Cut the bread.\n\n  2. Eat it with salt.\n\n\n{below} Many of us do."
            )
            == ""
        )

    def test_a_list_above_the_end_of_the_article_is_body_text(self):
        assert (
            comments(
                "\n\n  1. Bread.\n\n  2. Salt.\n\n\nThat was all that we had to eat in the mountains.\n"
            )
            == ""
        )

    @pytest.mark.parametrize("label", ["Directions:", "Ingredients", "References", "Zubereitung:"])
    def test_a_list_below_its_label_is_body_text(self, label):
        assert (
            comments(f"{label}\n\n\n  1. Cut the bread.\n\n  2. Eat it, as long as it is warm.\n")
            == ""
        )

    def test_a_list_with_as_many_items_as_the_title_says_is_body_text(self):
        items = "".join(f"\n\n  {n}. Item number {n}, a sentence about lamps." for n in (1, 2, 3))
        assert read(f"3 Rules for Lamps{items}\n").comments == []
        assert len(read(f"Rules for Lamps{items}\n").comments) == 3
        text = "\n\nOne.\n\nTwo.\n\nThree."
        assert len(read(f"3 Rules for Lamps{text}{items}\n").comments) == 3

    @pytest.mark.parametrize("indent", [b"  ", b""])
    def test_a_page_may_consist_of_its_thread(self, indent):
        text = "1. Lovely lamp.\n\n    It is green.\n\n    • Thank you.\n\n  2. From where?\n"
        record, _ = read_source(SourceFile.from_bytes("page.txt", indent + text.encode()))
        assert (record.title, record.blocks) == ("", [])
        assert drawn(record) == drawing(
            """
            ?: Lovely lamp. ¶ It is green.
              ?: Thank you.
            ?: From where?
            """
        )

    @pytest.mark.parametrize(
        ("line", "name"),
        [
            ("Ann Lee says:", "Ann Lee"),
            ("Ann Lee says", "Ann Lee"),
            ("Ann Lee said...", "Ann Lee"),
            ("Ann Lee said…", "Ann Lee"),
            ("Ann Lee wrote:", "Ann Lee"),
            ("Blogger Ann said...", "Ann"),
            ("Ann dit :", "Ann"),
            ("Ann sagt:", "Ann"),
            ("Ann dijo...", "Ann"),
            ("Ann ha detto:", "Ann"),
            ("Ann zegt:", "Ann"),
            ("Анна пишет:", "Анна"),
            ("بهرام گفت:", "بهرام"),
            ("Ann Lee on June 3, 2011 at 4:05 pm said:", "Ann Lee"),
            ("Ann Lee June 3, 2011 at 4:05 pm", "Ann Lee"),
            ("Ann Lee | June 3, 2011 at 4:05 pm | Reply", "Ann Lee"),
            ("Ann Lee (June 3, 2011)", "Ann Lee"),
            ("Ann10:41 AM", "Ann"),
            ("AnnJune 3, 2011 at 4:05 PM", "Ann"),
            ("AnnPost authorJune 3, 2011 at 4:05 PM", "Ann"),
            ("Guard No. 7 on March 10, 2013 at 11:59 pm said:", "Guard No. 7"),
            ("Ann L.", "Ann L."),
            ("Dr. Ann Lee Jr.", "Dr. Ann Lee Jr."),
            ("ann_77", "ann_77"),
            ("The Librarian", "The Librarian"),
            ("concerned citizen", "concerned citizen"),
            ("Jan van der Meer", "Jan van der Meer"),
            ("Will", "Will"),
            ("李雷", "李雷"),
            ("e. e. c.", "e. e. c."),
            ("Prof. Dr. Ing. Ute Maß", "Prof. Dr. Ing. Ute Maß"),
            ("Ann in reply to Bob says:", "Ann"),
            ("Ann // June 3, 2011 at 4:05 pm // Reply", "Ann"),
            ("#2 by Ann on June 3, 2011 - 4:05 pm", "Ann"),
            ("Reply Ann June 3, 2011", "Ann"),
            ("On June 3, 2011 at 4:05 pm, Ann wrote:", "Ann"),
            ("le 3 juin 2011 à 9:05, Ann a écrit :", "Ann"),
            ("Posted on June 3, 2011 by Ann", "Ann"),
            ("Am 3. Juni 2011 um 16:05 Uhr von Ann", "Ann"),
            ("Von Ann am 3. Juni 2011", "Ann"),
            ("Kommentar von Ann — 3. Juni 2011 @ 16:05", "Ann"),
            ("Ann on\n    June 3, 2011 at 4:05 pm", "Ann"),
            ("Ann\n\n\n    June 3, 2011 at 4:05 pm", "Ann"),
            ("Ann •\n    June 3, 2011", "Ann"),
            ("Ann said,\n\n    June 3, 2011 @ 4:05 pm", "Ann"),
            ("Jan van der Meer said,\n\n    June 3, 2011 @ 4:05 pm", "Jan van der Meer"),
            ("Just Me says:", "Just Me"),
            ("Not Ann2:37 PM", "Not Ann"),
            ("May", "May"),
            ("May said,\n\n    June 3, 2011 @ 4:05 pm", "May"),
            ("Ann hat gesagt…", "Ann"),
            ("ليلى قالت:", "ليلى"),
            ("佐野さんのコメント...", "佐野"),
            ("Анна сказал(а)...", "Анна"),
            ("Ann sa...", "Ann"),
            ("Ann comentó:", "Ann"),
            ("李雷表示：", "李雷"),
            ("민준 댓글:", "민준"),
            ("Rui em 3 de junho de 2011 às 17:05 disse:", "Rui"),
            ("June 3, 2011 at 4:05 pm Ann says:", "Ann"),
            ("Аноним:", "?"),
            ("Anonymous", "?"),
            ("(Anonymous)", "?"),
            ("Anonyme dit :", "?"),
            ("Anónimo dijo...", "?"),
            ("ناشناس گفت:", "?"),
            ("says:", "?"),
            ("says", "?"),
            ("\u202bبهرام\u202c گفت:", "بهرام"),
        ],
    )
    def test_only_the_name_is_the_name(self, line, name):
        assert comments(
            f"2 Responses\n\n  1. {line}\n\n    What I wrote.\n\n  2. Hm.\n"
        ) == drawing(
            f"""
            {name}: What I wrote.
            ?: Hm.
            """
        )

    @pytest.mark.parametrize(
        "line",
        [
            "Thanks for this.",
            "What a list!",
            "Really?",
            "Thank you",
            "Hi Ann,",
            "Dear editor",
            "I agree with this",
            "This is it",
            "Great post",
            "Point 2 leaves out the season ticket",
            "As my father always said:",
            "What Ann said:",
            "But Ann Lee says:",
            "No.",
            "1. Open earlier.",
            "2 hives here",
            "“Quoted”",
            "– as they say",
            "http://example.org/a",
            "Enough, he said.",
            "I was born on June 3, 2011",
            "So am I",
            "Brilliant",
            "So true",
            "Happy Birthday",
            "Greetings from Bonn",
            "From the article",
            "By Ann Lee",
            "Point three",
            "Well said",
            "1987",
            "@Ann",
            "Leave a Reply",
            "12 Responses",
            "Comments are closed",
            "Schöne Bilder",
            "Bonne année",
            "Muy bueno",
            "Спасибо большое",
            "خیلی زیبا",
            "A" * 2001,
        ],
    )
    def test_a_first_line_that_is_a_sentence_is_not_a_name(self, line):
        drawn = comments(f"1 Response\n\n  1. {line}\n\n    More text of it.\n")
        assert drawn == f"?: {line} ¶ More text of it."

    @pytest.mark.parametrize("line", ["Ann Lee", "Agreed", "Well said", "Enough said", "Reply"])
    def test_a_single_short_line_is_a_comment(self, line):
        assert comments(f"1 Response\n\n  1. {line}\n") == f"?: {line}"

    def test_a_single_short_line_with_a_reply_is_a_comment(self):
        assert (
            comments(
                """\
            2 Responses

              1. Agreed

                • With what?
            """
            )
            == "?: Agreed\n  ?: With what?"
        )

    @pytest.mark.parametrize(
        ("stamp", "date"),
        [
            ("June 3, 2011 at 4:05 pm", datetime(2011, 6, 3, 16, 5)),
            ("June 3, 2011 at 12:10 am", datetime(2011, 6, 3, 0, 10)),
            ("June 3, 2011 at 12:10 pm", datetime(2011, 6, 3, 12, 10)),
            ("June 3rd, 2011 @ 4.05 pm", datetime(2011, 6, 3, 16, 5)),
            ("June 3, 2011at4:05 pm", datetime(2011, 6, 3, 16, 5)),
            ("Fri, 3 Jun 2011 16:05", datetime(2011, 6, 3, 16, 5)),
            ("3 juin 2011 à 16 h 05 min", datetime(2011, 6, 3, 16, 5)),
            ("3. Juni 2011 um 16:05 Uhr", datetime(2011, 6, 3, 16, 5)),
            ("3 de junio de 2011, 16:05", datetime(2011, 6, 3, 16, 5)),
            ("3 июня 2011 в 16:05", datetime(2011, 6, 3, 16, 5)),
            ("2011-06-03 16:05", datetime(2011, 6, 3, 16, 5)),
            ("03.06.2011 um 16:05", datetime(2011, 6, 3, 16, 5)),
            ("6/13/2011 4:05 PM", datetime(2011, 6, 13, 16, 5)),
            ("2011年6月3日 下午4:05", datetime(2011, 6, 3, 16, 5)),
            ("٣ يونيو 2011", datetime(2011, 6, 3)),
            ("June 3, 2011 at 4:05 pm | Permalink", datetime(2011, 6, 3, 16, 5)),
            ("June 3, 2011 at 4:05 pm (Edit)", datetime(2011, 6, 3, 16, 5)),
            ("2011-06-03T16:05:12Z", datetime(2011, 6, 3, 16, 5)),
            ("03 Jun 2011 16:05:12 +0100", datetime(2011, 6, 3, 16, 5)),
            ("June 3, 2011 (4:05 pm)", datetime(2011, 6, 3, 16, 5)),
            ("3. kesäkuuta 2011 klo 16.05", datetime(2011, 6, 3, 16, 5)),
            ("3 czerwca 2011 o godz. 16:05", datetime(2011, 6, 3, 16, 5)),
            ("3 июня 2011 г. в 16:05", datetime(2011, 6, 3, 16, 5)),
            ("3 juni, 2011 kl. 4:05 e m", datetime(2011, 6, 3, 16, 5)),
            ("3 يونيو، 2011 الساعة 4:05 م", datetime(2011, 6, 3, 16, 5)),
            ("2011. június 3. 16:05", datetime(2011, 6, 3, 16, 5)),
            ("2011. 6. 3. 오후 4:05", datetime(2011, 6, 3, 16, 5)),
            ("2011년 6월 3일 4:05 오후", datetime(2011, 6, 3, 16, 5)),
            ("2011 年 6 月 3 日下午 4:05", datetime(2011, 6, 3, 16, 5)),
            ("2011年6月3日16時05分", datetime(2011, 6, 3, 16, 5)),
            ("3 kesäkuun, 2011 klo 16:05", datetime(2011, 6, 3, 16, 5)),
            ("3 Ιουνίου, 2011 στο 4:05 μμ", datetime(2011, 6, 3, 16, 5)),
            ("3 червня 2011 о 16:05", datetime(2011, 6, 3, 16, 5)),
            ("3 ביוני 2011 בשעה 16:05", datetime(2011, 6, 3, 16, 5)),
            ("16:05 am 3. Juni 2011", datetime(2011, 6, 3, 16, 5)),
            ("۱۳ خرداد ۱۳۹۰ ساعت ۴:۰۵ ب.ظ", datetime(2011, 6, 3, 16, 5)),
            ("خرداد ۱۳, ۱۳۹۰ در ۱۶:۰۵", datetime(2011, 6, 3, 16, 5)),
            ("۱۳۹۰/۳/۱۳", datetime(2011, 6, 3)),
            ("۳۰ اسفند ۱۳۹۹", datetime(2021, 3, 20)),
            ("۱ فروردین ۱۴۰۰", datetime(2021, 3, 21)),
            ("۳۰ اسفند ۱۴۰۰", None),
            ("3 jaar geleden", None),
            ("03-Jun-11 4:05 PM", None),
            ("4:05 PM", None),
            ("3 years ago", None),
            ("6/3/2011", None),
            ("June 31, 2011 at 4:05 pm", None),
        ],
    )
    @pytest.mark.parametrize("place", ["below the name", "for the name", "below the text"])
    def test_a_date_may_be_below_or_instead_of_the_name_or_below_the_text(self, stamp, date, place):
        lines = {
            "below the name": f"Ann says:\n    {stamp}\n\n    What I wrote.",
            "for the name": f"{stamp}\n\n    What I wrote.",
            "below the text": f"What I wrote.\n\n    {stamp}",
        }[place]
        record = read(f"A Title\n\nText of the article.\n\n1 Response\n\n  1. {lines}\n")
        assert (
            drawn(record)
            == ("Ann" if "name:" in place or "Ann" in lines else "?") + ": What I wrote."
        )
        assert record.comments[0].date == date

    @pytest.mark.parametrize(
        "button",
        [
            "Reply",
            "Reply ↓",
            "Log in to Reply",
            "ReplyDelete",
            "Répondre",
            "Antworten",
            "Responder",
            "Ответить",
            "پاسخ",
            "返信",
        ],
    )
    def test_buttons_are_furniture(self, button):
        assert comments(
            f"""\
            3 Responses

              1. What I wrote.

                {button}

                • An answer.

                  {button}
              2. Another.

                {button}
            """
        ) == drawing(
            """
            ?: What I wrote.
              ?: An answer.
            ?: Another.
            """
        )

    @pytest.mark.parametrize("bullet", ["•", "1."])
    def test_a_button_word_with_a_full_stop_is_a_comment(self, bullet):
        assert (
            comments(f"2 Responses\n\n  1. What I wrote.\n\n    {bullet} Reply.\n")
            == "?: What I wrote.\n  ?: Reply."
        )

    def test_a_line_of_a_comment_may_be_a_button_word(self):
        assert comments("1 Response\n\n  1. Two words:\n    Reply\n    slowly.\n") == (
            "?: Two words: / Reply / slowly."
        )

    def test_a_paragraph_that_starts_with_a_number_is_not_a_comment(self):
        assert comments(
            """\
            4 Responses

              1. Ann

                1. Open earlier.

                2. Close later.
                3. Lend longer.

                • Bob

                  And the fourth?

              3. 4 is enough.

                5. Is not.
            """
        ) == drawing(
            """
            Ann: 1. Open earlier. ¶ 2. Close later. / 3. Lend longer.
              Bob: And the fourth?
            ?: 4 is enough. ¶ 5. Is not.
            """
        )

    def test_replies_may_be_numbered(self):
        assert comments(
            """\
            5 Responses

              1. Ann

                What I wrote.

                1. Bob

                  An answer.

                  1. Ann

                    Thanks!

                2. An answer without a name.

              2. Cy

                3. That is where I live.
            """
        ) == drawing(
            """
            Ann: What I wrote.
              Bob: An answer.
                Ann: Thanks!
              ?: An answer without a name.
            Cy: 3. That is where I live.
            """
        )

    @pytest.mark.parametrize("bullet", "•◦‣-*·–")
    def test_replies_may_have_any_bullet(self, bullet):
        assert (
            comments(
                f"""\
            3 Responses

              1. Ann

                What I wrote.

                {bullet} Bob says:

                  An answer.

                {bullet} Cy

                  Another.
            """
            )
            == "Ann: What I wrote.\n  Bob: An answer.\n  Cy: Another."
        )

    @pytest.mark.parametrize("width", [2, 3, 4, 8])
    def test_replies_may_be_indented_by_any_amount(self, width):
        step = " " * width
        text = f"{step}1. Ann\n\n{step * 2}One.\n\n{step * 2}• Two.\n\n{step * 3}• Three.\n\n{step * 2}• Four.\n"
        assert (
            comments(f"4 Responses\n\n{text}") == "Ann: One.\n  ?: Two.\n    ?: Three.\n  ?: Four."
        )

    @pytest.mark.parametrize("indent", ["\t", "\u00a0\u00a0", "\u2003\u2003", " \t"])
    def test_tabs_and_other_spaces_indent(self, indent):
        text = f"{indent}1. Ann\n\n{indent * 2}One.\n\n{indent * 2}• Two.\n\n{indent * 3}More of two.\n"
        assert comments(f"2 Responses\n\n{text}") == "Ann: One.\n  ?: Two. ¶ More of two."

    def test_direction_characters_have_no_width(self):
        assert comments(
            "2 Responses\n\n\u200f  1. Ann says:\n\n\u200f    Hm.\n\n\u200f    • Hm?\n"
        ) == ("Ann: Hm.\n  ?: Hm?")

    def test_bullets_without_blank_lines_are_a_list_inside_the_comment(self):
        assert comments(
            """\
            3 Responses

              1. Ann

                It needs three things:

                • flour
                • water
                • patience

                • And salt!

              2. Bob

                • flour
                • water

                That is all.
            """
        ) == drawing(
            """
            Ann: It needs three things: ¶ • flour / • water / • patience
              ?: And salt!
            Bob: • flour / • water ¶ That is all.
            """
        )

    def test_a_list_after_which_its_comment_continues_is_not_a_reply(self):
        assert (
            comments(
                """\
            1 Response

              1. Ann

                It needs

                • flour

                • water

                and that is all.
            """
            )
            == "Ann: It needs ¶ • flour ¶ • water ¶ and that is all."
        )

    def test_without_blank_lines_every_bullet_is_a_reply(self):
        assert (
            comments(
                """\
            5 Responses
              1. Ann says:
                One.
                • Bob says:
                  Two.
                • Three.
                • Four.
              2. Five.
            """
            )
            == "Ann: One.\n  Bob: Two.\n  ?: Three.\n  ?: Four.\n?: Five."
        )

    @pytest.mark.parametrize("dash", "–-*")
    def test_a_comment_may_start_with_a_dash(self, dash):
        page = f"""\
            2 Responses

              1. Ann says:
                 June 3, 2011 at 4:05 pm

                 {dash} as I always said.

                 * Bob says:
                   June 3, 2011 at 5:05 pm

                   {dash} never.
            """
        assert comments(page) == f"Ann: {dash} as I always said.\n  Bob: {dash} never."

    def test_a_reply_indented_deeper_than_the_text_follows_a_list(self):
        assert (
            comments(
                """\
            3 Responses

              1. Ann

                Two things.

                1. Open earlier.
                2. Close later.

                    * Bob says:

                      – as I always said.
            """
            )
            == "Ann: Two things. ¶ 1. Open earlier. / 2. Close later.\n  Bob: – as I always said."
        )

    def test_a_sentence_that_starts_like_a_button_is_text(self):
        assert comments("1 Response\n\n  1. Ann says:\n\n    Hm.\n\n    Reply to Bob: no.\n") == (
            "Ann: Hm. ¶ Reply to Bob: no."
        )

    def test_a_dash_in_a_page_with_bullets_is_text(self):
        assert (
            comments(
                """\
            3 Responses

              1. Ann

                – as I said before.

                - and again

                • An answer.
            """
            )
            == "Ann: – as I said before. ¶ - and again\n  ?: An answer."
        )

    def test_a_dash_with_deeper_text_below_it_is_a_reply(self):
        assert (
            comments(
                """\
            3 Responses

              1. Ann

                Why?

                - Bob

                  Why not?

                  ◦ Indeed.
            """
            )
            == "Ann: Why?\n  Bob: Why not?\n    ?: Indeed."
        )

    def test_a_signature_is_not_a_reply(self):
        assert (
            comments("1 Response\n\n  1. What I wrote.\n\n    - Ann\n")
            == "?: What I wrote. ¶ - Ann"
        )

    def test_comments_may_have_bullets(self):
        assert (
            comments(
                """\
            3 Comments

              • Ann says:

                One.

                • Two.

              • Three.
            """
            )
            == "Ann: One.\n  ?: Two.\n?: Three."
        )

    def test_comments_may_be_at_the_margin(self):
        assert (
            comments(
                "3 Comments\n\n1. Ann\n\n  One.\n\n  • Two.\n\n2. Three.\n\nComments are closed.\n"
            )
            == "Ann: One.\n  ?: Two.\n?: Three."
        )

    def test_text_may_have_lost_its_indentation(self):
        assert (
            comments(
                "2 Comments\n\n1. Ann\n\nOne.\n\nMore of one.\n\n2. Bob\n\nTwo.\n\nComments are closed.\n"
            )
            == "Ann: One. ¶ More of one.\nBob: Two."
        )

    def test_numbers_may_start_anywhere_and_have_gaps(self):
        record = read("A Title\n\nText of it.\n\n9 Responses\n\n  51. One.\n\n  54. Two.\n")
        assert drawn(record) == "?: One.\n?: Two."
        assert "comment numbers missing: 52, 53" in record.warnings
        assert "comment numbers start at 51" in record.warnings

    def test_numbers_may_be_right_aligned(self):
        text = "   9. Nine.\n\n      • Yes.\n\n  10. Ten.\n\n      • Yes.\n\n 100. Hundred.\n"
        assert comments(f"5 Responses\n\n{text}") == (
            "?: Nine.\n  ?: Yes.\n?: Ten.\n  ?: Yes.\n?: Hundred."
        )

    def test_numbers_in_other_digits_count(self):
        assert (
            comments("۲ دیدگاه برای «…»\n\n  ۱. بهرام گفت:\n\n    بله.\n\n  ۲. نه.\n")
            == "بهرام: بله.\n?: نه."
        )

    def test_numbers_may_count_down(self):
        assert comments("2 Comments\n\n2. Ann\n\n  Two.\n\n1. Bob\n\n  One.\n") == (
            "Ann: Two.\nBob: One."
        )

    def test_a_date_that_starts_with_a_number_is_not_a_reply(self):
        assert (
            comments("2 Kommentare\n\n  1. Ute sagt:\n    3. Juni 2011 um 16:05 Uhr\n\n    Ja.\n")
            == "Ute: Ja."
        )

    @pytest.mark.parametrize(
        ("name", "stamp"),
        [("Simon", "June 3, 2011 at 4:05 pm"), ("Lisa", "3 June 2011"), ("Émile", "June 3, 2011")],
    )
    def test_the_end_of_a_name_is_neither_a_weekday_nor_an_article(self, name, stamp):
        assert comments(f"1 Response\n\n  1. {name} {stamp}\n\n    Hm.\n") == f"{name}: Hm."

    def test_a_colon_ends_a_name_if_it_does_in_most_entries(self):
        text = "3 Responses\n\n  1. Ann:\n\n    One.\n\n  2. {}:\n\n    Two.\n\n  3. Three.\n"
        assert comments(text.format("Bob (Bonn)")) == "Ann: One.\nBob (Bonn): Two.\n?: Three."
        assert comments(text.format("In short")).startswith("?: Ann: ¶ One.")

    def test_a_marker_may_be_alone_on_its_line(self):
        assert (
            comments(
                """\
            2 Responses

              1.
                Ann says:

                One.

                •
                  Bob says:

                  Two.
            """
            )
            == "Ann: One.\n  Bob: Two."
        )

    def test_the_name_may_be_above_says(self):
        assert comments("1 Response\n\n  1. Ann\n    says:\n\n    One.\n") == "Ann: One."

    def test_a_name_may_start_with_the_text_of_an_image(self):
        assert comments("2 Responses\n\n  1. 🐝 Bea\n\n    Buzz.\n\n  2. 👍\n\n    Yes.\n") == (
            "🐝 Bea: Buzz.\n?: 👍 ¶ Yes."
        )

    def test_first_words_are_not_a_name_if_most_names_are_lost(self):
        few = (
            "  1. Only text.\n\n  2. Only text again.\n\n  3. Lovely pictures\n\n    More of it.\n"
        )
        many = "  1. Ann\n\n    Text.\n\n  2. Bob\n\n    Text.\n\n  3. Quiet reader\n\n    More.\n"
        assert comments(f"3 Responses\n\n{few}").endswith("?: Lovely pictures ¶ More of it.")
        assert comments(f"3 Responses\n\n{many}").endswith("Quiet reader: More.")

    def test_numbers_below_a_button_are_replies(self):
        assert (
            comments(
                """\
            5 Responses

              1. One.

                1. is a point

                2. is a point

                Reply
                2. Two.

                  Reply
                3. Three.
              2. Four.
            """
            )
            == "?: One. ¶ 1. is a point ¶ 2. is a point\n  ?: Two.\n  ?: Three.\n?: Four."
        )

    def test_bullets_above_a_button_are_a_list(self):
        assert (
            comments(
                "2 Responses\n\n  1. One.\n\n    • flour\n\n    • salt\n\n    Reply\n    • Two.\n"
            )
            == "?: One. ¶ • flour ¶ • salt\n  ?: Two."
        )

    def test_the_link_below_the_replies_is_a_button(self):
        assert (
            comments(
                """\
            2 comments:

              1. AnnMay 5, 2011 at 10:41 AM

                One.

                ReplyDelete
                Replies
                1. BobMay 5, 2011 at 11:15 AM

                  Two.

                  Delete
                  2. Reply

            Add comment
            """
            )
            == "Ann: One.\n  Bob: Two."
        )

    def test_an_unreadable_date_is_reported(self):
        record = read("A Title\n\nText.\n\n1 Response\n\n  1. Ann says:\n    6/3/2011\n\n    Hm.\n")
        assert "1 comment date could only be partly parsed" in record.warnings

    def test_a_page_may_consist_of_comments(self):
        record = read("  1. Ann says:\n\n    One.\n\n  2. Two.\n")
        assert (record.title, record.blocks, drawn(record)) == ("", [], "Ann: One.\n?: Two.")

    def test_the_name_may_be_below_the_text_of_an_entry(self):
        assert (
            comments(
                "1 Comment »\n\n  1. Hm.\n\n    Comment by Ann — June 3, 2011 @ 4:05 pm | Reply\n"
            )
            == "Ann: Hm."
        )

    def test_identical_comments_are_separate(self):
        record = read("A Title\n\nText of it.\n\n2 Responses\n\n  1. Hm.\n\n  2. Hm.\n")
        first, second = (comment.key for comment in record.comments)
        assert second == f"{first}-2"

    @pytest.mark.parametrize(
        ("line", "drawn"),
        [
            ("Pingback: Links « Site", "(pingback) Links « Site: "),
            ("Ping : Liens", "(pingback) Liens: "),
            ("Trackback: Links | Site", "(trackback) Links | Site: "),
            (
                "[…] as they say in A Title, it floods […]",
                "(pingback) ?: […] as they say in A Title, it floods […]",
            ),
            ("[...] it floods [...]", "(pingback) ?: [...] it floods [...]"),
        ],
    )
    def test_pingbacks_are_not_comments(self, line, drawn):
        assert comments(f"2 Responses\n\n  1. {line}\n\n  2. Hm.\n") == f"{drawn}\n?: Hm."

    def test_pingbacks_may_have_their_own_heading(self):
        assert (
            comments(
                "2 Responses\n\n  1. Hm.\n\n1 Trackback\n\n  1. Links | Site\n\nComments are closed.\n"
            )
            == "?: Hm.\n(pingback) ?: Links | Site"
        )

    def test_a_number_without_text_is_unrecognised(self):
        record, ledger = read_source(
            SourceFile.from_bytes(
                "p", b"A Title\n\nText of it.\n\n2 Responses\n\n  1.\n\n  2. Hm.\n"
            )
        )
        assert drawn(record) == "?: Hm."
        assert uses(ledger)[6] == "left over"

    def test_a_comment_without_text_keeps_its_replies(self):
        assert comments("2 Responses\n\n  1.\n\n    • An answer.\n") == "?: \n  ?: An answer."

    def test_a_stray_line_between_comments_is_unrecognised(self):
        text = "A Title\n\nText of it.\n\n2 Responses\n\n  1. One.\n\nAdvertisement for soap\n\n  2. Two.\n"
        record, ledger = read_source(SourceFile.from_bytes("p", text.encode()))
        assert drawn(record) == "?: One.\n?: Two."
        assert uses(ledger).count("left over") == 1

    def test_a_line_without_indentation_belongs_to_the_comment(self):
        assert comments("2 Responses\n\n  1. One\nand more of it.\n\n  2. Two.\n") == (
            "?: One / and more of it.\n?: Two."
        )

    @pytest.mark.slow
    def test_five_thousand_levels_are_read(self):
        text = "".join(f"{'  ' * depth}• Reply {depth}.\n\n" for depth in range(1, 5001))
        record = read(f"A Title\n\nText of it.\n\n5000 Responses\n\n{text}")
        assert len(record.comments) == 5000
        assert [c.parent for c in record.comments[1:]] == [c.key for c in record.comments[:-1]]

    def test_a_line_of_a_megabyte_is_text(self):
        line = "word " * 200_000
        record = read(f"{line}\n\nText of it.\n\n1 Response\n\n  1. {line}\n\n    {line}\n")
        assert record.title == ""
        assert len(record.comments) == 1


class TestBlocks:
    @pytest.mark.parametrize("heading", ["2 comments:", ""])
    def test_blocks_may_be_indented(self, heading):
        assert comments(
            f"""\
            {heading}

                Ann says

                Lovely lamp.

                My aunt had one.

                Bob says

                Where is it from?

            Copyright of this page
            """
        ) == drawing(
            """
            Ann: Lovely lamp. ¶ My aunt had one.
            Bob: Where is it from?
            """
        )

    def test_anonymous_before_a_name_is_a_kind_of_account_on_blogger(self):
        assert comments(
            """\
            Anonymous Ann said...

            Lovely lamp.

            5:50 AM
            Blogger Anonymous Poet said...

            Where is it from?

            6:50 AM
            Anonymous Anonymous said...

            From here.
            """
        ) == drawing(
            """
            Ann: Lovely lamp.
            Anonymous Poet: Where is it from?
            ?: From here.
            """
        )

    def test_a_nickname_may_consist_of_sentence_words(self):
        assert comments(
            """\
            2 comments:

            you can call me Al said...

            Lovely lamp.

            And then she said...

            Nothing.

            so lovely said...

            Where is it from?
            """
        ) == drawing(
            """
            you can call me Al: Lovely lamp. ¶ And then she said... ¶ Nothing.
            so lovely: Where is it from?
            """
        )

    @pytest.mark.parametrize("names", [("1 Ann ", "2 Bob "), ("#1 Ann ", "#2 Bob "), ("1 ", "2 ")])
    def test_numbers_of_comments_are_not_names(self, names):
        first, second = names
        drawing = comments(
            f"""\
            {{ 2 comments… read them below or add one }}

            {first}June 3, 2011 at 4:05 pm

            Lovely lamp.

            {second}June 4, 2011 at 5:05 pm

            Where is it from?

            Leave a Comment
            """
        )
        ann, bob = (name.strip(" #12") or "?" for name in names)
        assert drawing == f"{ann}: Lovely lamp.\n{bob}: Where is it from?"

    @pytest.mark.parametrize("end", ["said...", "said…", "says:", "dijo...", "said:"])
    def test_text_continues_until_the_next_name(self, end):
        assert comments(
            f"""\
            3 comments:

            Ann {end}

            What I wrote:

            1. One.
            2. Two.

            bob_77 {end}

            Comments are closed.

            12 Responses

            Anonymous {end}

            Both!

            Post a Comment
            """
        ) == drawing(
            """
            Ann: What I wrote: ¶ 1. One. / 2. Two.
            bob_77: Comments are closed. ¶ 12 Responses
            ?: Both!
            """
        )

    def test_a_comment_may_mention_closed_comments(self):
        assert comments(
            "2 comments:\n\nAnn said...\n\nComments are closed on the other page, so I ask here.\n\n"
            "Bob said...\n\nAsk.\n\nPost a Comment\n"
        ) == drawing(
            """
            Ann: Comments are closed on the other page, so I ask here.
            Bob: Ask.
            """
        )

    def test_blogger_shows_the_date_below_the_text(self):
        record = read(
            """\
            A Title

            Text of the article.

            2 comments:

            Ann said...

            What I wrote.

            May 5, 2011 at 9:46 AM
            Bob said...

            Both!

            May 6, 2011 at 9:46 AM

            Post a Comment

            Newer PostOlder PostHome
            """
        )
        assert drawn(record) == "Ann: What I wrote.\nBob: Both!"
        assert [c.date and c.date.day for c in record.comments] == [5, 6]

    @pytest.mark.parametrize(
        ("line", "name"),
        [
            ("At 9:46 AM, Blogger Ann said...", "Ann"),
            ("At 9:46 AM, Anonymous Ann said...", "Ann"),
            ("At 9:46 AM, Anonymous Anonymous said...", "?"),
            ("At May 5, 2011 9:46 AM, Ann said...", "Ann"),
            ("Blogger Ann said ... (4:17 PM) :", "Ann"),
            ("Ann on May 5, 2011 at 9:46 AM said:", "Ann"),
        ],
    )
    @pytest.mark.parametrize("heading", ["1 comment:\n\n", ""])
    def test_older_name_formats_are_recognised(self, line, name, heading):
        assert comments(f"{heading}\n{line}\n\nWhat I wrote.\n") == f"{name}: What I wrote."

    def test_a_name_may_have_its_date_below(self):
        assert (
            comments(
                "2 Comments\n\nAnn Lee\nJune 3, 2011 at 4:05 pm\n\nOne.\n\nBob\nJune 4, 2011 at 4:05 pm\n\nTwo.\n"
            )
            == "Ann Lee: One.\nBob: Two."
        )

    def test_the_name_may_be_below_the_text(self):
        assert (
            comments(
                """\
            Comments

            What I wrote.

            More of it.

            Posted by: Ann | May 05, 2011 at 10:46 AM

            Both!

            Posted by: Bob | May 06, 2011 at 10:46 AM

            The comments to this entry are closed.
            """
            )
            == "Ann: What I wrote. ¶ More of it.\nBob: Both!"
        )

    def test_names_above_text_below_a_heading_are_comments(self):
        record = read(
            "A Title\n\nText of it.\n\n2 Comments\n\nAnn Lee\n\nWhat I wrote.\n\nBob\n\nBoth of them.\n"
        )
        assert drawn(record) == "Ann Lee: What I wrote.\nBob: Both of them."
        assert any("look like names" in warning for warning in record.warnings)

    def test_names_below_the_notice_are_furniture(self):
        assert comments(
            "1 Comment\n\nAnn Lee\n\nI wonder whether it is true.\n\nComments are closed.\n\n"
            "June 2011\n\nCopyright 2011 The Slow Post. All rights reserved.\n"
        ) == ("Ann Lee: I wonder whether it is true.")

    def test_typepad_leaves_two_blank_lines_for_a_lost_name(self):
        link = "You can follow this conversation by subscribing to the comment feed for this post."
        assert comments(
            f"""\
            Feed {link}

            Ann Lee

            It was a lovely lamp, and I had one like it myself.

            Mine was green, and it came from my aunt.


            I have always heard that they were never sold at all.

            Bob Stein

            They were sold in every shop that was near the river.

            The comments to this entry are closed.
            """
        ) == drawing(
            """
            Ann Lee: It was a lovely lamp, and I had one like it myself. ¶ Mine was green, and it came from my aunt.
            ?: I have always heard that they were never sold at all.
            Bob Stein: They were sold in every shop that was near the river.
            """
        )
        assert comments(
            f"{link}\n\n\nA comment that lost its name.\n\n\nAnother one, which is much longer than that one was.\n"
        ) == (
            "?: A comment that lost its name.\n?: Another one, which is much longer than that one was."
        )

    def test_names_above_text_without_a_heading_are_body_text(self):
        record = read("A Title\n\nText of it.\n\nAnn Lee\n\nWhat I wrote.\n\nBob\n\nBoth.\n")
        assert record.comments == []

    def test_names_above_text_that_may_be_subheadings_are_reported(self):
        record = read(
            "A Title\n\nText of it.\n\n\nAnn Lee\n\nWhat I wrote.\n\nBob\n\nBoth of them.\n"
        )
        assert record.comments == []
        assert any("lines 6, 10 look like names" in warning for warning in record.warnings)

    @pytest.mark.parametrize(
        "below", ["", "Post a Comment\n\nTags: boats\n\nRecent Comments\n\n  • Ann on A Title\n"]
    )
    def test_names_below_the_text_need_no_heading_after_two_blank_lines(self, below):
        assert comments(
            "\nWhy?\n\nMore of it.\n\nPosted by: Ann | June 3, 2011 at 4:05 pm\n\n"
            f"Hm.\n\nPosted by: Bob | June 3, 2011 at 5:05 pm\n\n{below}"
        ) == drawing(
            """
            Ann: Why? ¶ More of it.
            Bob: Hm.
            """
        )

    def test_a_single_name_below_the_text_may_be_the_author(self):
        record = read(
            "A Title\n\n\nText of the article.\n\nPosted by: Ann | June 3, 2011 at 4:05 pm\n"
        )
        assert (record.comments, len(record.blocks)) == ([], 1)

    @pytest.mark.parametrize("first", ["No.", "Lovely pictures", "– as my aunt used to say."])
    def test_with_names_below_the_text_the_first_line_is_text(self, first):
        assert comments(
            f"2 Comments\n\n{first}\n\nMore of it.\n\nPosted by: Ann | June 3, 2011 at 4:05 pm\n\n"
            "Hm.\n\nPosted by: Bob | June 3, 2011 at 5:05 pm\n"
        ) == drawing(
            f"""
            Ann: {first} ¶ More of it.
            Bob: Hm.
            """
        )

    def test_a_name_below_the_text_may_have_a_bar(self):
        assert comments(
            """\
            Comments

            What I wrote.

            Ann | May 05, 2011 at 10:46 AM

            Both!

            Bob | May 06, 2011 at 10:46 AM

            Comments are closed.
            """
        ) == ("Ann: What I wrote.\nBob: Both!")

    def test_names_with_times_and_a_form_below_need_no_heading(self):
        assert (
            comments(
                """\
            Ann Lee
            June 3, 2011 at 4:05 pm

            One.

            Bob
            June 3, 2011 at 5:05 pm

            Two.

            Leave a Reply
            """
            )
            == "Ann Lee: One.\nBob: Two."
        )

    def test_dates_between_paragraphs_of_a_diary_start_no_comments(self):
        record = read(
            "A Title\n\nJune 3, 2011\n\nWe left the harbour at ten, in a light wind.\n\n"
            "June 4, 2011\n\nWe came back for the kettle.\n\nPost a Comment\n"
        )
        assert record.comments == []

    @pytest.mark.parametrize(
        "line",
        [
            "On June 3, 2011, Darwin wrote:",
            "At 4:05 PM, the mayor said:",
            "Le 3 juin 2011, Anne a écrit :",
            "— Ann Lee, June 3, 2011",
            "Updated June 3, 2011 at 4:05 pm",
        ],
    )
    def test_introductions_and_dates_in_the_article_start_no_comments(self, line):
        record = read(
            f"A Title\n\nThere was a boat.\n\n{line}\n\n“It sank, and nobody was surprised.”\n\n"
            "Then it was raised again.\n\nComments are closed.\n"
        )
        assert (record.comments, len(record.blocks), record.closed) == ([], 4, True)

    def test_a_list_of_events_is_body_text(self):
        record = read(
            "A Title\n\nConcert in the Park – June 3, 2011 at 4:05 pm\n\nBring a chair.\n\n"
            "Library Night – June 4, 2011 at 6:00 pm\n\nBring a book.\n"
        )
        assert record.comments == []

    def test_quotations_in_an_article_start_no_comments(self):
        record = read(
            "A Title\n\nMy mother said:\n\nNever mind.\n\nThe guard says:\n\nMind the gap.\n"
        )
        assert record.comments == []


class TestSystems:
    """Threads as rendered by other systems and text extractors."""

    ONE = "What a light that must have been above the river."
    TWO = "I was there as well, with a camera, I am afraid."
    BOTH = f"Ann Berg: {ONE}\nBob Stein: {TWO}"

    def pair(self, shape: str, heading="2 Comments", below="") -> ArticleRecord:
        """A page with two comments in the given layout: <n> for the name, <t> for the text, <k> for
        the number.
        """
        parts = [
            shape.replace("<n>", name).replace("<k>", number).replace("<t>", text)
            for name, number, text in (("Ann Berg", "1", self.ONE), ("Bob Stein", "2", self.TWO))
        ]
        body = "I went along the river this morning, and on every bridge stood a camera."
        return read("\n\n".join(["A Title", body, heading, *parts, below]))

    @pytest.mark.parametrize(
        ("below", "heading"),
        [
            ("Posted by: <n> | June 3, 2011 at 4:05 PM", "Comments"),
            ("Posted by <n> on 06/03 at 04:05 PM", "Comments"),
            ("Rédigé par : <n> | 03 juin 2011 à 16:05", "Commentaires"),
            ("Posté par <n>, 03 juin 2011 à 16:05 | | Répondre", "Commentaires"),
            ("Kommentiert von: <n> | 03. Juni 2011 um 16:05", "Kommentare"),
            ("Publicado por: <n> | 03/06/2011 en 16:05", "Comentarios"),
            ("Scritto da: <n> | 03 giugno 2011 alle 16:05", "Commenti"),
            ("Geplaatst door: <n> | 3 juni 2011 om 16:05", "Reacties"),
            ("投稿: <n> | 2011年6月 3日 (金) 16時05分", "コメント"),
            ("June 3, 2011 | Unregistered Commenter<n>", "Reader Comments (2)"),
        ],
    )
    def test_names_below_the_text_are_recognised(self, below, heading):
        assert drawn(self.pair(f"<t>\n\n{below}", heading)) == self.BOTH

    @pytest.mark.parametrize(
        "shape",
        [
            "<k>\n\n<t>\n\nPosted by: <n> | June 3, 2011 4:05 PM",
            "<k>. At 4:05pm on 3 June 2011, <n> wrote:\n\n<t>\n\nComplain about this comment",
            "#<k> <n> am 03.06.2011 16:05 (Antwort)\n\n<t>",
            "Submitted by <n> (not verified) on Fri, 06/03/2011 - 16:05.\n\n<t>\n\nreply",
            "Comment from: <n> [Visitor]\n<t>\n06/03/11 @ 16:05",
            "Postat av: <n>\n\n<t>\n\n2011-06-03 @ 16:05:12",
            "From: <n>\nDate: 2011-06-03 04:05 pm (UTC)\n\n<t>\n\nReply",
            "<n> said...\n\n<t>\n\nReply June 3, 2011 at 4:05 PM",
            "Am/um 4:05 PM , <n> meinte...\n\n<t>",
            "A las 4:05 PM , <n> ha dicho...\n\n<t>",
            "Às 4:05 PM, <n> disse...\n\n<t>",
        ],
    )
    def test_names_above_the_text_are_recognised(self, shape):
        assert drawn(self.pair(shape, below="Post new comment\n")) == self.BOTH

    @pytest.mark.parametrize(
        "line",
        [
            "Posté par Ann Lee le 3 juin 2011 à 16:05",
            "Am 3. Juni 2011 um 16:05 schrieb Ann Lee:",
            "Op 3 juni 2011 om 16:05 zei Ann Lee",
            "Comentario por Ann Lee — 3 junio 2011 @ 4:05 pm",
            "De Ann Lee a 3 de Junho de 2011 às 16:05",
            "Scritto da Ann Lee il 3 giugno 2011 alle 16:05",
            "Reactie door Ann Lee op 3 juni 2011 om 16:05",
            "Skrivet av Ann Lee 3 juni 2011 kl. 16:05",
            "Ann Lee dnia 3 czerwca 2011 o 16:05",
            "3. 6. 2011 v 16:05 | Ann Lee",
            "Ann Lee 于 2011-06-03 16:05:12 说道：",
            "Ann Lee より: 2011年6月3日 16:05",
        ],
    )
    def test_names_next_to_the_time_are_recognised_in_every_language(self, line):
        record = read(f"A Title\n\nText of it.\n\n2 comments\n\n{line}\n\nOne.\n\n{line}\n\nTwo.\n")
        assert drawn(record) == "Ann Lee: One.\nAnn Lee: Two."
        assert record.comments[0].date == datetime(2011, 6, 3, 16, 5)

    @pytest.mark.parametrize(
        "line",
        ["Submitted by <n> on Fri, 06/03/2011 - 16:05.", "by <n> on Friday June 03, 2011 @04:05PM"],
    )
    def test_a_subject_may_be_above_the_name(self, line):
        record = self.pair(f"Re: A walk\n\n{line}\n\n<t>", "Comments")
        assert drawn(record) == (
            f"Ann Berg: Re: A walk ¶ {self.ONE}\nBob Stein: Re: A walk ¶ {self.TWO}"
        )

    def test_alternative_text_of_an_image_is_not_part_of_the_name(self):
        assert (
            drawn(
                read(
                    "A Title\n\n<t>ext of it.\n\n2 Comments\n\n"
                    "  1. Avatar de Inconnu Ann dit :\n\n    One.\n\n"
                    "  2. Bob Stein’s avatar Bob Stein says:\n\n    Two.\n"
                )
            )
            == "Ann: One.\nBob Stein: Two."
        )

    @pytest.mark.parametrize(
        "ending", ["<t>", "<t>\n\nReply", "<t>\n\nMe gustaMe gusta\n\nResponder"]
    )
    def test_comments_that_lost_their_names_are_as_many_as_declared(self, ending):
        record = self.pair(ending, below="Post a Comment\n")
        assert drawn(record) == f"?: {self.ONE}\n?: {self.TWO}"

    def test_the_one_comment_declared_is_everything_above_the_form(self):
        text = "A Title\nA paragraph of the article that is long enough to be nothing but a paragraph.\n"
        record = read(f"{text}1 kommentar:\nSå fint!\nHa en bra dag.\nSkicka en kommentar\n")
        assert drawn(record) == "?: Så fint! / Ha en bra dag."

    def test_a_different_number_of_paragraphs_is_body_text(self):
        record = self.pair("<t>", heading="3 Comments", below="Post a Comment\n")
        assert (drawn(record), record.declared_count) == ("", 3)

    def test_a_number_of_comments_above_the_article_declares_none_of_its_text(self):
        record = read(
            "A Title\n\n1 Comment\n\nA paragraph of the article that is long enough to be one.\n\n"
            "Post a Comment\n"
        )
        assert (drawn(record), len(record.blocks)) == ("", 1)

    def test_buttons_may_be_joined_to_the_following_text(self):
        """They come after the first line of a comment; the other lines follow."""
        assert (
            drawn(
                read(
                    "A Title\n<t>he article in one line.\nWhat a light!\nReplyDeleteLovely pictures.\n"
                    "ReplyDeleteAs always.\nAnn\nAnd the river?\nReplyDelete\n"
                )
            )
            == "?: What a light!\n?: Lovely pictures. / As always. / Ann\n?: And the river?"
        )

    def test_a_doubled_like_ends_a_comment(self):
        assert (
            drawn(
                read(
                    "A Title\nThe article in one line.\nWhat a light!\nLikeLike\n"
                    "Lovely pictures.\nAs always.\nLikeLike\nLikeLike\n"
                )
            )
            == "?: What a light!\n?: Lovely pictures. / As always."
        )

    def test_a_heading_with_the_title_needs_no_form_below(self):
        text = "A Title\nA paragraph of the article that is long enough to be nothing but a paragraph.\n"
        assert drawn(read(f"{text}One thought on “A Title”\nWhat a light!\n")) == "?: What a light!"
        assert drawn(read(f"{text}1 comment\nWhat a light!\n")) == ""

    def test_names_with_says_and_a_colon_may_be_followed_by_text_at_once(self):
        assert comments("\nAnn says:\nOne.\nBob says:\nTwo.\nSaid twice.\nLeave a comment\n") == (
            "Ann: One.\nBob: Two. / Said twice."
        )

    def test_a_name_with_livejournals_time_needs_no_heading(self):
        text = "ann_lee on March 4th, 2009 06:09 am (UTC)\nOne.\n\nbob on March 5th, 2009 07:10 am (UTC)\nTwo.\n"
        assert comments(text) == "ann_lee: One.\nbob: Two."

    @pytest.mark.parametrize(
        "greeting", ["Olá, Ann", "Oi Ann", "Liebe Ann", "Chère Ann", "Hej Ann"]
    )
    def test_a_greeting_is_not_a_name(self, greeting):
        assert comments(f"1 comment:\n\n  1. {greeting}\n\n    Hm.\n") == f"?: {greeting} ¶ Hm."

    @pytest.mark.parametrize(
        "stamp", ["Mittwoch, 22 Februar 2023 20:36", "水曜日, 22 2月 2023 20:36"]
    )
    def test_a_number_with_a_hash_may_be_above_the_name(self, stamp):
        record = read(
            f"A Title\n\nText of it.\n\nKommentar schreiben\n\nKommentare: 2\n  • #1\n\n    Ann ({stamp})\n\n"
            f"    One.\n\n  • #2\n\n    Bob ({stamp})\n\n    Two.\n"
        )
        assert (record.declared_count, drawn(record)) == (2, "Ann: One.\nBob: Two.")
        assert record.comments[0].date == datetime(2023, 2, 22, 20, 36)

    @pytest.mark.parametrize(
        "line",
        [
            "Lo siento, debes estar conectado para publicar un comentario.",
            "Je moet inloggen om een reactie te kunnen plaatsen.",
            "Musisz się zalogować, aby móc dodać komentarz.",
            "コメントを投稿するにはログインしてください。",
            "Vaše e-mailová adresa nebude zveřejněna.",
            "Escribir comentario",
            "This site uses Akismet to reduce spam. Learn how your comment data is processed, in full and at some length.",
        ],
    )
    def test_prompts_of_a_form_are_not_text(self, line):
        assert body(read(f"A Title\n\nText of it.\n\n{line}\n")) == [("paragraph", "Text of it.")]

    def test_the_author_may_be_named_below_the_article(self):
        record = read("A Title\n\nText of it.\n\nSubmitted by Ann Lee on Wed, 2006-03-01 19:59\n")
        assert (record.authors, drawn(record)) == (["Ann Lee"], "")

    def test_from_a_place_is_text(self):
        assert comments(
            "2 comments\n\n  1. From: the town hall\n\n    Hm.\n\n  2. Ha.\n"
        ).startswith("?: From: the town hall")

    def test_links_to_feeds_may_be_above_the_title(self):
        record = read(
            "Feeds:\nPosts\nComments\n\nA Title\n\n<t>ext of it.\n\n1 Response\n\n  1. Hm.\n"
        )
        assert (record.title, drawn(record)) == ("A Title", "?: Hm.")

    @pytest.mark.parametrize(
        "line",
        [
            "Please enable JavaScript to view the comments powered by Disqus.",
            "blog comments powered by Disqus",
            "Comments: Post a Comment",
        ],
    )
    def test_a_notice_about_a_thread_on_another_page_is_not_text(self, line):
        record = read(f"A Title\n\n<t>ext of the article.\n\n{line}\n")
        assert body(record) == [("paragraph", "<t>ext of the article.")]


class TestSignatures:
    def test_movable_type_signs_comments_with_a_colon_and_articles_without(self):
        record = read(
            "A Title\n\nText of it.\n\nPosted by Ann at June 3, 2011 6:30 AM\n\nLovely lamp.\n\n"
            "Posted by: Bob at June 3, 2011 6:41 AM\n\nMine is green.\n\nFrom my aunt.\n\n"
            "Posted by: Cy at June 3, 2011 6:43 AM\n\nThis one broke off, where the capture ended.\n"
        )
        assert (record.authors, body(record)) == (["Ann"], [("paragraph", "Text of it.")])
        assert drawn(record) == "Bob: Lovely lamp.\nCy: Mine is green. ¶ From my aunt."

    def test_a_name_and_date_below_the_text_may_have_a_comma(self):
        assert comments(
            """\
            Comments

            Lovely lamp.

            Ann Lee, 2012-10-15

            Mine is green.

            Bob, 2012-10-16
            """
        ) == drawing(
            """
            Ann Lee: Lovely lamp.
            Bob: Mine is green.
            """
        )

    def test_a_place_and_a_date_do_not_sign_a_comment(self):
        record = read(
            "A Title\n\nBy Ann Lee\n\nText of it.\n\n\nMore of it.\n\nLeeds, June 3, 2011\n"
        )
        assert record.comments == []
        text = "1 Comment\n\n  1. Lovely lamp.\n\n    Leeds, June 3, 2011\n"
        assert comments(text) == "?: Lovely lamp. ¶ Leeds, June 3, 2011"

    def test_one_line_may_have_the_name_and_the_next_the_time(self):
        assert comments(
            """

            Comment from Ann Lee
            Time: June 3, 2011, 9:27 am

            Lovely lamp.

            Comment from Bob
            Time: June 3, 2011, 9:43 am

            Mine is green.
            """
        ) == drawing(
            """
            Ann Lee: Lovely lamp.
            Bob: Mine is green.
            """
        )

    def test_a_tilde_signs_the_article(self):
        record = read("A Title\n\nText of it.\n\n~ by Ann Lee on June 3, 2011.\n\nNo Responses\n")
        assert (record.authors, len(record.blocks)) == (["Ann Lee"], 1)


class TestEnd:
    @pytest.mark.parametrize(
        "notice",
        [
            "Comments are closed.",
            "Comments are closed",
            "Comments are now closed for this entry.",
            "The comments to this entry are closed.",
            "Comments have been disabled.",
            "Comments are closed on this story.",
            "Sorry, the comment form is closed at this time.",
            "Comments on this entry are closed.",
            "Comments Off",
            "Comments are off for this post.",
            "Both comments and pings are currently closed.",
            "Les commentaires sont fermés.",
            "Kommentare sind geschlossen.",
            "Die Kommentarfunktion ist deaktiviert.",
            "Los comentarios están cerrados.",
            "I commenti sono chiusi.",
            "Комментарии закрыты.",
            "Komentowanie wyłączone.",
            "Kommentointi ei ole käytössä.",
            "Τα σχόλια είναι απενεργοποιημένα.",
            "دیدگاه‌ها بسته شده‌اند.",
            "التعليقات مغلقة.",
            "コメントは受け付けていません。",
        ],
    )
    @pytest.mark.parametrize("end", ["", "\n", "\n\nPopular posts\n\nA Drawer\n\n2 Comments\n"])
    def test_a_closing_notice_closes_the_discussion(self, notice, end):
        record = read(f"A Title\n\nText of it.\n\n1 Response\n\n  1. Hm.\n\n{notice}{end}")
        assert (record.closed, record.closing_notice, drawn(record)) == (True, notice, "?: Hm.")

    @pytest.mark.parametrize(
        "form",
        [
            "Leave a Reply",
            "Leave a Reply Cancel reply",
            "Post a Comment",
            "Share your thoughts",
            "Leave a comment",
            "You must be logged in to post a comment.",
            "Laisser un commentaire",
            "Schreibe einen Kommentar",
            "Deja un comentario",
            "Dodaj komentarz",
            "Prześlij komentarz",
            "Okomentovat",
            "張貼留言",
            "Добавить комментарий",
            "コメントを残す",
        ],
    )
    def test_a_form_means_an_open_discussion(self, form):
        record = read(f"A Title\n\nText of it.\n\n1 Response\n\n  1. Hm.\n\n{form}\n\nYour name\n")
        assert (record.closed, drawn(record)) == (False, "?: Hm.")

    def test_a_truncated_capture_does_not_say_whether_it_is_open(self):
        record = read("A Title\n\nText of it.\n\n1 Response\n\n  1. Hm")
        assert record.closed is None
        assert any("does not say" in warning for warning in record.warnings)

    def test_a_closing_notice_may_directly_follow_the_article(self):
        record = read("A Title\n\nText of the article.\n\nComments are closed.\n")
        assert (record.closed, len(record.blocks)) == (True, 1)

    def test_a_copyright_line_below_the_notice_is_furniture(self):
        record = read(
            "A Title\n\nText of the article.\n\nComments are closed.\n\n"
            "Copyright 2011 The Slow Post. All rights reserved.\n"
        )
        assert (record.closed, len(record.blocks)) == (True, 1)

    def test_an_article_may_quote_a_closing_notice(self):
        record = read(
            "A Title\n\nThe page said:\n\nComments are closed.\n\n"
            "I have thought about this line for a whole evening, and it is still there.\n\n"
            "1 Response\n\n  1. Hm.\n\nLeave a Reply\n"
        )
        assert (record.closed, len(record.blocks)) == (False, 3)


LANGUAGES = {
    "fr": "Par Ann|2 réponses à « Titre »|Bob dit :|3 juin 2011 à 16 h 05 min|Répondre|"
    "Les commentaires sont fermés.",
    "de": "Von Ann|2 Gedanken zu „Titel“|Bob sagt:|3. Juni 2011 um 16:05 Uhr|Antworten|"
    "Kommentare sind geschlossen.",
    "es": "Por Ann|2 comentarios en “Título”|Bob dice:|3 junio, 2011 a las 4:05 pm|Responder|"
    "Los comentarios están cerrados.",
    "it": "Di Ann|2 pensieri su “Titolo”|Bob scrive:|3 giugno 2011 alle 16:05|Rispondi|"
    "I commenti sono chiusi.",
    "pt": "Por Ann|2 comentários em “Título”|Bob disse:|3 de junho de 2011 às 16:05|Responder|"
    "Os comentários estão encerrados.",
    "nl": "Door Ann|2 gedachten over “Titel”|Bob schreef:|3 juni 2011 om 16:05|Beantwoorden|"
    "De reacties zijn gesloten.",
    "sv": "Av Ann|2 svar på ”Titel”|Bob skriver:|3 juni, 2011 kl. 16:05|Svara|Kommentarer är stängda.",
    "pl": "Autor: Ann|2 komentarze do „Tytuł”|Bob pisze:|3 czerwca 2011 o 16:05|Odpowiedz|"
    "Możliwość komentowania jest wyłączona.",
    "ru": "Автор: Ann|2 комментария: Заголовок|Bob пишет:|3 июня 2011 в 16:05|Ответить|"
    "Комментарии закрыты.",
    "he": "מאת Ann|2 תגובות|Bob הגיב:|3/6/2011 16:05|הגב|התגובות סגורות.",
    "ar": "بقلم Ann|٢ تعليقات|يقول Bob:|٣ يونيو ٢٠١١ في ٤:٠٥ م|رد|التعليقات مغلقة.",
    "ja": "著者: Ann|「題名」への2件のフィードバック|Bob より:|2011年6月3日 4:05 PM|返信|"
    "コメントは受け付けていません。",
    "da": "Af Ann|2 meninger om “Titel”|Bob siger:|3. juni 2011 kl. 16:05|Besvar|Der er lukket for kommentarer.",
    "no": "Av Ann|2 tanker om “Tittel”|Bob sier:|3. juni 2011 kl. 16:05|Svar|Stengt for kommentarer.",
    "fi": "Kirjoittanut Ann|2 vastausta artikkeliin “Otsikko”|Bob sanoo:|3. kesäkuuta 2011 klo 16:05|Vastaa|"
    "Kommentointi on suljettu.",
    "cs": "Autor: Ann|2 komentáře: „Název“|Bob napsal:|3. června 2011 v 16:05|Odpovědět|Komentáře nejsou povoleny.",
    "hu": "Szerző: Ann|2 megjegyzés|Bob szerint:|2011. június 3. 16:05|Válasz|Hozzászólás jelenleg nem lehetséges.",
    "ro": "Autor: Ann|2 de gânduri despre „Titlu”|Bob spune:|3 iunie 2011 la 16:05|Răspunde|Comentariile sunt închise.",
    "tr": "Yazar: Ann|“Başlık” üzerine 2 yorum|Bob diyor ki:|3 Haziran 2011 saat 16:05|Yanıtla|Yorumlar kapalı.",
    "bg": "от Ann|2 коментара към “Заглавие”|Bob казва:|3 юни 2011 в 16:05|Отговор|Коментарите са изключени.",
    "uk": "Автор: Ann|2 коментарі|Bob пише:|3 червня 2011 о 16:05|Відповісти|Коментарі закриті.",
    "el": "Από Ann|2 σκέψεις σχετικά με το “Τίτλος”|Ο/Η Bob λέει:|3 Ιουνίου 2011 στις 16:05|Απάντηση|Τα σχόλια είναι κλειστά.",
    "ca": "Autor: Ann|2 pensaments sobre “Títol”|Bob diu:|3 juny 2011 a les 16:05|Respon|Els comentaris estan tancats.",
    "id": "Oleh Ann|2 tanggapan untuk “Judul”|Bob berkata:|3 Juni 2011 pukul 16:05|Balas|Komentar ditutup.",
    "zh": "作者：Ann|“题”的2个回复|Bob说道：|2011年6月3日 下午4:05|回复|评论功能被关闭。",
}
# Blogger: heading, name, date, buttons, form, and the last link of the page.
BLOGGER = {
    "fr": "1 commentaire:|Bob a dit…|3 juin 2011 à 16:05|RépondreSupprimer|Enregistrer un commentaire|Article plus ancien Accueil",
    "de": "1 Kommentar:|Bob hat gesagt…|3. Juni 2011 um 16:05|AntwortenLöschen|Kommentar veröffentlichen|Älterer Post Startseite",
    "es": "1 comentario:|Bob dijo...|3 de junio de 2011, 16:05|ResponderBorrar|Publicar un comentario|Entrada antigua Inicio",
    "pt": "1 comentário:|Bob disse...|3 de junho de 2011 às 16:05|ResponderExcluir|Postar um comentário|Página inicial",
    "it": "1 commento:|Bob ha detto...|3 giugno 2011 alle ore 16:05|RispondiElimina|Posta un commento|Post più vecchio Home page",
    "nl": "1 opmerking:|Bob zei...|3 juni 2011 om 16:05|BeantwoordenVerwijderen|Een reactie posten|Oudere post Homepage",
    "sv": "1 kommentar:|Bob sa...|3 juni 2011 kl. 16:05|SvaraRadera|Skicka en kommentar|Äldre inlägg Startsida",
    "da": "1 kommentar:|Bob sagde ...|3. juni 2011 kl. 16.05|SvarSlet|Send en kommentar|Ældre opslag Start",
    "fi": "1 kommentti:|Bob kirjoitti...|3. kesäkuuta 2011 klo 16.05|VastaaPoista|Lähetä kommentti|Etusivu",
    "pl": "1 komentarz:|Bob pisze...|3 czerwca 2011 16:05|OdpowiedzUsuń|Prześlij komentarz|Starszy post Strona główna",
    "ru": "1 комментарий:|Bob комментирует...|3 июня 2011 г. в 16:05|ОтветитьУдалить|Отправить комментарий|Главная страница",
    "tr": "1 yorum:|Bob dedi ki...|3 Haziran 2011 16:05|YanıtlaSil|Yorum Gönder|Önceki Kayıt Ana Sayfa",
    "el": "1 σχόλιο:|Bob είπε...|3 Ιουνίου 2011 στις 4:05 μ.μ.|ΑπάντησηΔιαγραφή|Δημοσίευση σχολίου|Αρχική",
    "ar": "هناك تعليق واحد:|Bob يقول...|3 يونيو 2011 في 4:05 م|ردحذف|إرسال تعليق|الصفحة الرئيسية",
    "fa": "۱ نظر:|Bob گفت...|۳ ژوئن ۲۰۱۱ در ۱۶:۰۵|پاسخ دادنحذف|ارسال یک نظر|صفحهٔ اصلی",
    "ja": "1 件のコメント:|Bob さんのコメント...|2011年6月3日 16:05|返信削除|コメントを投稿|前の投稿 ホーム",
    "zh": "1 则评论:|Bob 说...|2011年6月3日 16:05|回复删除|发表评论|较早的博文 主页",
}


@pytest.mark.parametrize("language", BLOGGER)
def test_blogger_pages_are_read_the_same_way_in_every_language(language):
    heading, name, stamp, buttons, form, link = BLOGGER[language].split("|")
    blocks = read(f"A Title\n\nText of it.\n\n{heading}\n\n{name}\n\nOne.\n\n{form}\n\n{link}\n")
    numbers = read(
        f"A Title\n\nText of it.\n\n{heading}\n\n  1. Bob{stamp}\n\n    One.\n\n    {buttons}\n\n{form}\n"
    )
    assert (blocks.declared_count, blocks.closed, drawn(blocks)) == (1, False, "Bob: One.")
    assert (numbers.declared_count, drawn(numbers)) == (1, "Bob: One.")
    assert numbers.comments[0].date == datetime(2011, 6, 3, 16, 5)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_read_the_same_way_in_every_language(language):
    byline, heading, name, stamp, button, notice = LANGUAGES[language].split("|")
    record = read(
        f"A Title\n\n{byline}\n\nText of it.\n\n{heading}\n\n  1. {name}\n    {stamp}\n\n    One.\n\n"
        f"    {button}\n    • Two.\n\n      {button}\n\n{notice}\n"
    )
    assert (record.authors, record.declared_count, record.closed) == (["Ann"], 2, True)
    assert drawn(record) == "Bob: One.\n  ?: Two."
    assert record.comments[0].date in (datetime(2011, 6, 3, 16, 5), None)


class TestKeys:
    TEXT = "A Title\n\nText of it.\n\n3 Responses\n\n  1. Ann\n\n    One.\n\n    • Two.\n\n  2. Three.\n"

    def test_keys_are_not_affected_by_edits_elsewhere(self):
        before = {c.text: c.key for c in read(self.TEXT).comments}
        edited = self.TEXT.replace("  2. Three", "  2. Between.\n\n  7.  Three")
        after = {c.text: c.key for c in read(edited).comments}
        assert before.items() <= after.items()

    def test_keys_depend_on_the_parent(self):
        one, two = read(self.TEXT), read(self.TEXT.replace("One.", "Uno."))
        assert one.comments[1].key != two.comments[1].key
        assert one.comments[2].key == two.comments[2].key

    def test_the_articles_key_depends_on_its_content(self):
        assert read(self.TEXT).key == read(self.TEXT.replace("Two.", "Zwei.")).key
        assert read(self.TEXT).key != read(self.TEXT.replace("Text of it", "Texts of it")).key
        assert len(read(self.TEXT).key) == 32


WORDS = st.sampled_from(
    [
        "A Title",
        "By Ann Lee",
        "Text of the article.",
        "1. A point.",
        "2. Another.",
        "related video:",
        "7 Responses",
        "3 comments:",
        "Comments",
        "1. Ann",
        "2. Bob says:",
        "June 3, 2011 at 4:05 pm",
        "3. Juni 2011",
        "• A reply",
        "- Ann",
        "* * *",
        "–",
        "•",
        "1.",
        "999999. Far.",
        "Reply",
        "Ann said...",
        "Pingback: Site",
        "[…] x […]",
        "Leave a Reply",
        "Comments are closed.",
        "« Older ",
        " Main",
        "Posted by: Ann ",
        " May 05, 2011 at 10:46 AM",
        "says",
        "۱. بله",
        "\u202bبهرام\u202c",
        "\u2028",
        "\x0b",
        "x\x0cy",
        "1 Trackback",
        "Older Comments",
    ]
)
LINES = st.tuples(
    st.sampled_from(["", " ", "  ", "    ", "      ", "\t", "\u00a0\u00a0"]),
    WORDS | st.text(max_size=30),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.just(("", "")), LINES), min_size=1, max_size=40))
def test_every_line_of_any_text_is_accounted_for(soup):
    data = "\n".join(indent + text for indent, text in soup).encode("utf-8", "replace")
    try:
        source = SourceFile.from_bytes("soup", data)
    except SourceError:
        return
    record, ledger = read_source(source)
    counts = ledger.counts()
    assert counts.pop("read") == sum(counts.values())
    keys = [comment.key for comment in record.comments]
    assert len(set(keys)) == len(keys)
    for i, comment in enumerate(record.comments):
        assert comment.parent is None or comment.parent in keys[:i]
    assert {line.owner for line in ledger.lines if line and line.use == "comment"} <= set(keys)


HOSTILE = {
    "headings": lambda n: "5 Responses\n\n" * n,
    "headings above names": lambda n: "2 Comments\n\nAnn Lee\n\nWhat I wrote.\n\n" * n,
    "headings above text": lambda n: (
        "2 Comments\n\nWhat I wrote of it.\n\n" * n + "Post a comment\n"
    ),
    "indented names": lambda n: (
        "A Title\n\n" + "    Ann says\n\n    What I wrote.\n\nText.\n\n" * n
    ),
    "two buttons": lambda n: "A Title\n\nText.\n\n" + "What I wrote.\nReplyDelete" * n,
    "headings above forms": lambda n: "2 Comments\n\nOne.\n\nTwo.\n\nPost a comment\n\n" * n,
    "buttons": lambda n: "2 Comments\n\n" + "What I wrote of it.\n\nReply\n\n" * n,
    "headings above lists": lambda n: "2 Comments\n\n  1. One.\n\nComments are closed.\n\n" * n,
    "names": lambda n: "Ann Lee\n\nA sentence of it that is long enough to be one.\n\n" * n,
    "signatures": lambda n: "What.\n\nAnn | May 05, 2011\n\n" * n + "Name *\n\n" * n,
    "blocks": lambda n: "Ann said...\n\nWhat I wrote.\n\nComments are closed.\n\n" * n,
    "lists": lambda n: "  1. x\n\n\n" * n,
    "tight bullets": lambda n: "5 Responses\n\n  1. Ann\n\n" + "    • x\n" * n,
    "spaced bullets": lambda n: "5 Responses\n\n  1. Ann\n\n" + "    • x\n\n" * n,
    "numbers": lambda n: "5 Responses\n\n  1. Ann\n\n    x\n\n" + "    1. x\n\n" * n,
    "to and fro": lambda n: (
        "5 Responses\n\n" + "".join(f"{' ' * (2 + i % 60)}• x\n\n" for i in range(n))
    ),
    "points": lambda n: "".join(f"{n - i}. x\n" for i in range(n)),
    "dates": lambda n: "June 3, 2011\n\n" * n,
    "furniture": lambda n: "A Title\n\nText.\n\n" + "Name *\n\n" * n + "5 Responses\n",
}


def calls_of(text: str) -> int:
    """Return the number of function calls while reading `text`, a measure independent of the
    machine.
    """
    source, calls = SourceFile.from_bytes("p", text.encode()), 0

    def count(frame, event, arg):
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        list(reader.read(source, Ledger(len(source.lines))))
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.slow
@pytest.mark.parametrize("shape", HOSTILE)
def test_twice_the_text_takes_twice_the_steps(shape):
    calls_of(HOSTILE[shape](200))  # loads what is loaded once, for example languages
    assert calls_of(HOSTILE[shape](400)) < 2.3 * calls_of(HOSTILE[shape](200))


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.txt")), ids=lambda path: path.stem)
def test_a_fixture_has_no_unrecognised_lines(path):
    record, ledger = read_source(SourceFile.from_bytes(path.name, path.read_bytes()))
    assert record.title
    assert record.blocks
    assert ledger.counts()["left over"] == 0


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda golden: golden.stem)
def test_a_known_capture_gives_the_expected_result(golden):
    path = golden.with_suffix(".txt")
    record, _ = read_source(SourceFile.from_bytes(path.name, path.read_bytes()))
    keys = [comment.key for comment in record.comments]
    expected = json.loads(golden.read_text(encoding="utf-8"))
    assert (record.title or None) == expected["title"]
    assert record.authors == expected["authors"]
    assert record.declared_count == expected["declared_count"]
    assert bool(record.closed) == expected["closed"]
    assert [(b.kind, b.number, b.label, b.text) for b in record.blocks] == [
        (b["kind"], b.get("n"), b.get("label", ""), b["text"]) for b in expected["body_blocks"]
    ]
    assert [
        (
            c.author or None,
            keys.index(c.parent) if c.parent else None,
            c.text.split("\n\n") if c.text else [],
            c.kind,
            c.date.isoformat(timespec="minutes") if c.date else None,
        )
        for c in record.comments
    ] == [
        (c["author"], c["parent_index"], c["text"], c.get("type", "comment"), c.get("date"))
        for c in expected["comments"]
    ]
