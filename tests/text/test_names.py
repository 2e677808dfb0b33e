import pytest

from commentary.text.names import name_key


@pytest.mark.parametrize(
    "name", ["Maren Oduya", "MAREN  ODUYA", "\u200bmaren oduya ", "Ｍａｒｅｎ Oduya"]
)
def test_however_a_name_is_written_it_is_one_signature(name):
    assert name_key(name) == "maren oduya"


def test_accents_make_another_name():
    assert name_key("Zoë") != name_key("Zoe")


@pytest.mark.parametrize(
    "name", ["", " ", "Anonymous", "anonymous", "Аnonymous", "Anonymous 3", "anonym0us"]
)
def test_who_gave_no_name_has_no_signature(name):
    assert name_key(name) == ""


def test_the_site_s_own_word_for_it_is_no_name_either():
    assert name_key("Namenlos 2", anonymous="Namenlos") == ""


@pytest.mark.parametrize("name", [".", "..", "a/../b", "/", "a//b", "x" * 201])
def test_what_no_address_can_hold_has_no_signature(name):
    assert name_key(name) == ""


@pytest.mark.parametrize("name", ["AC/DC", "007", "★", "R2-D2", "100%", "who?", "#1", "سلمى"])
def test_odd_names_are_names(name):
    assert name_key(name)


@pytest.mark.parametrize("name", ["Maren Oduya", "ΐ ǰ", "ﷺ", "İstanbul", "ß", "a\u0345\u0301"])
def test_a_signature_is_its_own(name):
    assert name_key(name_key(name)) == name_key(name)
