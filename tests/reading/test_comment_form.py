"""The comment form: what may be typed, how it is stored, and the error messages."""

import pytest
from django.core.signing import TimestampSigner

from commentary.models import Author, Comment
from commentary.posting.forms import EditForm, ReportForm
from commentary.reading.comment_form import CommentForm
from commentary.text.names import clean_name, skeleton
from tests.conftest import make_article

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_hurry(settings):
    settings.FORM_LEAST_AGE = 0


@pytest.fixture
def fill(article):
    """`fill(body="Words")` is a validated comment form as submitted by a reader."""

    def send(on=article, is_editor=False, answers=None, **data) -> CommentForm:
        data = {"body": "Words", "stamp": CommentForm(article=on).stamp} | data
        form = CommentForm(data, article=on, is_editor=is_editor, answers=answers)
        form.is_valid()
        return form

    return send


# --- the text


def test_a_text_is_enough(fill):
    form = fill()
    assert form.errors == {}
    assert (form.cleaned_data["name"], form.cleaned_data["email"]) == ("", "")


@pytest.mark.parametrize(
    "nothing",
    [
        "",
        "  \n\t ",
        "\u200b\u200d",
        "\u2800",
        "\u3164\n\u00ad",
        ">",
        "> \n>",
        "&#8203;",
        "[](https://a.org)",
    ],
)
def test_a_comment_without_visible_text_is_refused(fill, nothing):
    assert fill(body=nothing).errors["body"] == ["Write a response before posting"]


@pytest.mark.parametrize("text", ["ž", "نعم", "👍", "3", "-1", "<b>"])
def test_a_comment_may_be_short_and_in_any_script(fill, text):
    assert "body" not in fill(body=text).errors


def test_line_ends_and_letters_are_normalised(fill):
    assert fill(body="one\r\ntwo\rthree e\u0301").cleaned_data["body"] == "one\ntwo\nthree é"


def test_control_characters_are_dropped_and_indentation_kept(fill):
    assert fill(body="\n    code\x1b\x07\n").cleaned_data["body"] == "    code"


def test_the_length_is_limited_in_characters(fill):
    assert "body" not in fill(body="é" * 10_000).errors
    assert "body" not in fill(body="a\r\n" * 5_000).errors
    assert fill(body="é" * 10_001).errors["body"] == [
        "Comments can have up to 10,000 characters. Shorten yours by 1."
    ]


def test_a_text_that_is_too_long_is_not_parsed(fill, monkeypatch):
    monkeypatch.setattr("commentary.reading.comment_form.render_markdown", None)
    assert "Shorten" in fill(body="*" * 200_000).errors["body"][0]


def test_browsers_do_not_truncate_pasted_text(article):
    assert "maxlength" not in str(CommentForm(article=article)["body"])


# --- the name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Hal   Verne ", "Hal Verne"),
        ("Jose\u0301", "José"),
        ("Ann\u202e\u2066 Bo\u200b", "Ann Bo"),
        ("A\tB\nC", "A B C"),
        ("\u3164", ""),
        ("سلمى", "سلمى"),
        ("Anonymous", ""),
        ("aNоnymous", ""),
    ],
)
def test_a_name_is_stored_without_invisible_characters(fill, typed, kept):
    assert fill(name=typed).cleaned_data["name"] == kept


@pytest.mark.parametrize(
    "name",
    [
        "admin", "ADMIN", "Αdmin", "аdmin", "ａｄｍｉｎ", "adm1n", "a d m i n", "adrnin",
        "Administrator", "Moderator", "m0derator", "Editor", "Commentary", "Cоmmentary",
        "ᴀᴅᴍɪɴ", "ꓮꓓꓟꓲꓠ", "ᎪᎠᎷᏆΝ", "𝓪𝓭𝓶𝓲𝓷", "🅰🅳🅼🅸🅽", "🇦🇩🇲🇮🇳", "ⓐⓓⓜⓘⓝ", "а̶dmin", "a.d.m.i.n",
        "ᎬᎠᏆᎢᎾᏒ", "ЅТΑҒҒ", "ѕтаff", "ꜱᴛᴀꜰꜰ", "Ɛditor", "ᴍᴏᴅᴇʀᴀᴛᴏʀ",
        "Admin Team", "Moderator (staff)", "The Editors", "AdminTeam", "admin_2", "Admin7",
        "Ann, moderator", "a d m i n team", "The Commentary Team", "Commentary official", "System",
    ],
)  # fmt: skip
def test_a_name_that_claims_to_run_the_site_is_refused(fill, name):
    assert fill(name=name).errors["name"] == ["That name is reserved. Please choose another."]
    assert "name" not in fill(name=name, is_editor=True).errors


@pytest.mark.parametrize(
    "name",
    ["Edna", "Adminah", "Adminda", "Mo", "Ilya", "Билл", "Modesto", "Moderato", "Stafford",
     "Falstaff", "Systematic Sue", "Commentary reader", "Édith", "Teamster", "管理者"],
)  # fmt: skip
def test_other_names_are_accepted(fill, name):
    assert "name" not in fill(name=name).errors


@pytest.mark.parametrize("do", ["preview", "post"])
def test_the_form_does_not_reveal_which_names_exist(fill, ed, do):
    Author.objects.create(name="Maren Oduya", slug="maren-oduya")
    for name in ("ed", "Maren Oduya", "nobody"):
        form = fill(name=name, do=do)
        assert form.is_valid() and form.cleaned_data["name"] == name


def test_a_name_is_limited_to_eighty_characters(fill):
    assert "name" not in fill(name="n" * 80).errors
    assert fill(name="n" * 81).errors["name"] == ["Enter a name of 80 characters or fewer"]


def test_names_that_look_different_have_different_skeletons():
    assert skeleton("Bill") == skeleton("bi11") == skeleton("ВіΙӏ")
    assert len({skeleton(name) for name in ("Ann", "Hanna", "Anton", "Ане", "سلمى")}) == 5
    assert clean_name("") == skeleton("") == ""


# --- e-mail and point


@pytest.mark.parametrize(
    "address", ["hal.verne@example", "hal", "a@b@example.org", "a" * 300 + "@example.org"]
)
def test_an_invalid_email_address_is_refused_with_advice(fill, address):
    assert fill(email=address).errors["email"] == [
        "Enter an e-mail address like name@example.org, or leave it blank"
    ]


def test_a_response_can_be_about_an_existing_point(fill):
    on = make_article("Points", body="1. One\n\n2. Two\n\n2. Again")
    assert fill(on, about="2").cleaned_data["about"] == 2
    assert fill(on, about="").cleaned_data["about"] is None
    assert fill(on, about="3").errors["about"] == ["Choose one of the points"]
    choices = CommentForm(article=on).fields["about"].choices
    assert [str(words) for _, words in choices] == ["The whole article", "Point 1", "Point 2"]


def test_a_reply_offers_no_points(fill, article):
    on = make_article("Points", body="1. One")
    assert "about" not in fill(on, answers=7, about="1").cleaned_data
    assert "about" not in fill(article, about="1").cleaned_data


# --- the stamp


def test_a_form_has_its_own_key_that_is_submitted_back(fill, article):
    first = CommentForm(article=article)
    assert fill(stamp=first.stamp).key == first.key != CommentForm(article=article).key


def test_a_form_sent_too_fast_is_refused_and_accepted_a_moment_later(fill, settings):
    settings.FORM_LEAST_AGE = 2
    form = fill()
    assert form.non_field_errors() == ["Please wait a couple of seconds, then submit again."]
    assert form.stamp == form.data["stamp"]
    assert not fill(do="preview").errors


def test_an_expired_form_is_shown_again_with_its_key_and_a_new_stamp(fill, article, monkeypatch):
    with monkeypatch.context() as earlier:
        earlier.setattr("django.core.signing.time.time", lambda: 1_000_000_000)
        stamp = CommentForm(article=article).stamp
    form = fill(stamp=stamp)
    assert form.non_field_errors() == ["This form has expired. Please submit it again."]
    assert form.stamp != form.data["stamp"]
    assert fill(stamp=form.stamp).key == form.key


@pytest.mark.parametrize("stamp", ["", "nonsense", "key:1vabcd:name_key"])
def test_a_stamp_with_a_foreign_signature_is_refused(fill, stamp):
    assert fill(stamp=stamp).non_field_errors() == [
        "Part of this form was missing. Please submit it again."
    ]


def test_a_stamp_is_valid_only_for_its_own_form(fill, article, comment):
    other = make_article("Another")
    assert fill(stamp=CommentForm(article=other).stamp).non_field_errors()
    assert fill(stamp=ReportForm(comment=comment("x")).stamp).non_field_errors()
    assert fill(stamp=TimestampSigner().sign("key")).non_field_errors()


def test_a_filled_hidden_field_identifies_a_bot(fill):
    assert fill(website="https://example.org").is_from_machine
    assert not fill().is_from_machine


# test_an_edit_follows_the_rules_of_a_comment_and_may_keep_its_name


def test_an_edit_follows_the_rules_of_a_comment_and_may_keep_its_name():
    comment = Comment(body="Words", name="Commentary")
    assert not EditForm({"body": "Words", "name": "Commentary"}, comment=comment).errors
    errors = EditForm({"body": " ", "name": "admin"}, comment=comment).errors
    assert set(errors) == {"body", "name"}


def test_a_report_needs_a_reason(comment):
    made = comment("Words")
    stamp = ReportForm(comment=made).stamp
    assert not ReportForm({"why": "attack", "note": "", "stamp": stamp}, comment=made).errors
    for why in ("", "nonsense"):
        errors = ReportForm({"why": why, "stamp": stamp}, comment=made).errors
        assert errors["why"] == ["Choose what is wrong with the comment"]
    assert (
        "note"
        in ReportForm({"why": "spam", "note": "n" * 201, "stamp": stamp}, comment=made).errors
    )
