"""The rules by which comments of flat discussions are found to answer others."""

import pytest

from benchmarks import replies
from commentary.text.folding import words
from commentary.text.reply_evidence import (
    IN_MARKS,
    THRESHOLD,
    Utterance,
    find_answers,
    with_marked_quotes,
)

WATER = "The river floods the lower meadow every spring since they built the dam."
ROOF = "Our roof leaks whenever the wind comes from the east, as it often does here."


def thread(*comments: tuple[str, str] | tuple[str, str, str]) -> list[Utterance]:
    """Return comments numbered from 1, from names and texts."""
    return [Utterance(n, *comment) for n, comment in enumerate(comments, 1)]


def proposed(
    *comments: tuple[str, str] | tuple[str, str, str], at: float = THRESHOLD, **about
) -> dict[int, int]:
    """Return the number of the parent for each comment with a proposal."""
    found = find_answers(thread(*comments), **about)
    return {one.place + 1: one.parent + 1 for one in found if one.confidence >= at}


TWO = (("Maren Vogel", WATER), ("Jonas", ROOF))


@pytest.mark.parametrize(
    "text",
    [
        "@Maren Vogel I agree.",
        "@Maren I agree.",
        "@maren: I agree.",
        "Maren, I agree.",
        "Dear Maren,\n\nI agree.",
        "Liebe Maren, das stimmt.",
        "Maren Vogel wrote: nonsense",
        "In reply to Maren Vogel: I agree.",
    ],
)
def test_a_comment_that_begins_with_a_name_answers_that_person(text):
    assert proposed(*TWO, ("Piet", text)) == {3: 1}


@pytest.mark.parametrize(
    "text",
    [
        "I agree with the council.\n\nMaren",
        "Maren Vogel",
        "maren is a town on the river.",
        "Marenka, I agree.",
        "@Somebody I agree.",
        "Hello everyone, I agree.",
        "I read what @Maren Vogel said.",
        "@Maren Vogel and @Jonas: I agree.",
        "@Maren Vogel, @Nobody: I agree.",
    ],
)
def test_a_name_elsewhere_or_among_others_is_not_enough(text):
    assert proposed(*TWO, ("Piet", text)) == {}


def test_a_signature_at_the_start_is_no_address():
    assert proposed(("Maren", WATER), ("Maren", "Maren: once more.")) == {}


def test_people_with_the_same_first_name_are_not_told_apart():
    both = ("Maren Vogel", WATER), ("Maren Lind", ROOF)
    assert proposed(*both, ("Piet", "@Maren I agree.")) == {}
    assert proposed(*both, ("Piet", "@Maren Lind I agree.")) == {3: 2}


def test_people_with_the_same_name_are_not_told_apart():
    namesakes = ("Maren", WATER, "a.example"), ("Maren", ROOF, "b.example")
    assert proposed(*namesakes, ("Piet", "@Maren I agree.")) == {}


def test_which_of_several_comments_of_a_person_is_meant_is_not_known_from_the_name():
    assert proposed(("Maren", WATER), ("Maren", ROOF), ("Jo", "Oh."), ("Piet", "@Maren Yes.")) == {}


def test_a_quotation_tells_which_comment_of_a_person_is_meant():
    said = f"@Maren\n> {WATER}\n\nYes."
    assert proposed(("Maren", WATER), ("Maren", ROOF), ("Piet", said)) == {3: 1}


def test_the_name_of_the_author_of_the_article_may_address_the_article():
    comments = ("Ines Anker", WATER), ("Piet", "@Ines Anker Thank you for the article.")
    assert proposed(*comments, article_authors=["Ines Anker"]) == {}
    assert proposed(*comments) == {2: 1}


def test_a_name_that_is_also_a_word_needs_a_mark():
    comments = ("Will", WATER), ("Jonas", "It will rain, I will bet.")
    assert proposed(*comments, ("Piet", "Will, that is a question.")) == {}
    assert proposed(*comments, ("Piet", "@Will I agree.")) == {3: 1}


@pytest.mark.parametrize(
    "text",
    [
        f"> {WATER}\n\nNo.",
        f"Maren wrote:\n> {WATER}\n\nNo.",
        f"“{WATER}” No.",
        f"{WATER}\n\nNo.",
        "> floods the lower meadow every spring\n\nNot every one.",
    ],
)
def test_a_comment_that_quotes_another_answers_it(text):
    assert proposed(*TWO, ("Piet", text)) == {3: 1}


def test_a_quotation_of_a_quotation_answers_the_one_who_quoted():
    second = f"> {WATER}\n\n{ROOF}"
    third = f"> > {WATER}\n>\n> {ROOF}\n\nNo."
    assert proposed(("Maren", WATER), ("Jonas", second), ("Piet", third)) == {2: 1, 3: 2}


def test_what_only_a_quotation_in_a_quotation_shows_is_not_enough():
    second = f"> {WATER}\n\n{ROOF}"
    assert proposed(("Maren", WATER), ("Jonas", second), ("Piet", f">> {WATER}\n\nNo."))[2] == 1
    assert 3 not in proposed(("Maren", WATER), ("Jonas", second), ("Piet", f">> {WATER}\n\nNo."))


def test_a_quotation_of_the_article_answers_no_comment():
    comments = ("Maren", f"> {WATER}\n\nTrue."), ("Jonas", WATER), ("Piet", f"> {WATER}\n\nNo.")
    assert proposed(*comments, article_words=words(WATER)) == {}


def test_words_that_several_comments_have_answer_none_of_them():
    assert proposed(("Maren", WATER), ("Jonas", WATER), ("Piet", f"> {WATER}\n\nNo.")) == {}


def test_quotations_of_two_comments_answer_neither_by_default():
    assert proposed(*TWO, ("Piet", f"> {WATER}\n\nNo.\n\n> {ROOF}\n\nYes.")) == {}


def test_a_stock_phrase_at_the_start_is_no_quotation():
    thanks = "Thank you very much indeed for this wonderful article about the river."
    assert proposed(("Maren", f"{thanks} I agree."), ("Piet", f"{thanks} I do not.")) == {}


@pytest.mark.parametrize(
    "text",
    [
        "#1: No.",
        "@1 No.",
        "Comment 1: no.",
        "Re comment #1, no.",
        "Nr. 1: Nein.",
        "In reply to #1\nNo.",
        "Comentário 1: não.",
        "Em resposta ao comentário 1, não.",
        "Número 1: não.",
        "التعليق ١: لا.",
        "ردًا على التعليق رقم 1، لا.",
        "دیدگاه ۱: نه.",
        "در پاسخ به دیدگاه شمارهٔ ۱، نه.",
        "كامنت 1، نه.",
        "コメント1さん、違います。",
        "コメント１へ：違います。",
        "1番のコメントに反対です。",
        "回复1楼：不对。",
        "评论#1：不对。",
        "第1条评论，不对。",
    ],
)
def test_a_comment_that_begins_with_a_number_answers_that_comment(text):
    assert proposed(*TWO, ("Piet", text)) == {3: 1}


@pytest.mark.parametrize(
    "text",
    [
        "#9: No.",
        "#1 reason to stay at home: rain.",
        "Comment 1 of your other article says so.",
        "1: No.",
        "No. 1.5 is wrong",
        "I have been there with 1 friend.",
        "Comentário 1 do seu outro artigo diz isso.",
        "1 comentário: não.",
        "عندي تعليق 1.5 مرة",
        "۱ دیدگاه، نه.",
        "نظر ۱ نفر: نه.",
        "コメント1件、違います。",
        "评论1条，不对。",
        "我住1楼，很好。",
    ],
)
def test_other_numbers_answer_no_comment(text):
    assert proposed(*TWO, ("Piet", text)) == {}


def test_a_number_that_a_point_of_the_article_has_is_ambiguous():
    assert proposed(*TWO, ("Piet", "#1: No."), points=[1, 2]) == {}
    assert proposed(*TWO, ("Piet", "Comment #1: no."), points=[1, 2]) == {3: 1}


def test_numbers_that_disagree_with_names_are_those_of_the_source():
    comments = (
        ("Maren", WATER),
        ("Jonas", ROOF),
        ("Piet", "@Jonas (#12) is at comment 1, or so."),
        ("Lotte", "Comment 1: @Jonas said it."),
        ("Bo", "#2: No."),
    )
    assert 5 not in proposed(*comments)


def test_signs_that_agree_make_an_answer_surer_and_others_less_sure():
    one = find_answers(thread(*TWO, ("Piet", "@Maren No.")))[0].confidence
    both = find_answers(thread(*TWO, ("Piet", f"@Maren\n> {WATER}\n\nNo.")))[0].confidence
    against = find_answers(thread(*TWO, ("Piet", f"@Maren\n> {ROOF}\n\nNo.")))[0].confidence
    assert against < one < both


def test_a_comment_answers_only_earlier_ones():
    assert proposed(("Piet", "@Maren No."), ("Maren", WATER)) == {}


def test_comments_that_cannot_be_answered_are_no_parents():
    pending = Utterance(1, "Maren", WATER, may_be_answered=False)
    assert find_answers([pending, Utterance(2, "Piet", f"@Maren\n> {WATER}")]) == []


def test_block_quotes_of_html_are_marked():
    html = f"<blockquote><p>{WATER}</p></blockquote><p>No &amp; no.</p>"
    assert proposed(*TWO, ("Piet", with_marked_quotes(html))) == {3: 1}
    assert "No & no." in with_marked_quotes(html)


def test_proposals_for_flattened_threads_are_right():
    threads = [*replies.demo(), *(replies.generated(seed) for seed in range(1_000, 1_060))]
    score = replies.scored(threads)
    assert score.proposed > 300
    assert score.precision >= 0.98


def test_deeply_nested_block_quotes_do_not_grow():
    assert len(with_marked_quotes("<blockquote><p>" * 10_000)) < 100_000


def test_many_opening_quotation_marks_are_read_once():
    assert all(IN_MARKS.match(mark * 2_000) is None for mark in '“„«"')
