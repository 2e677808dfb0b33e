import pytest

from commentary.text.names import name_key


@pytest.mark.parametrize(
    "name", ["Maren Oduya", "MAREN  ODUYA", "\u200bmaren oduya ", "Ｍａｒｅｎ Oduya"]
)
def test_spellings_of_a_name_have_one_key(name):
    assert name_key(name) == "maren oduya"


def test_accents_make_a_different_name():
    assert name_key("Zoë") != name_key("Zoe")


@pytest.mark.parametrize(
    "name", ["", " ", "Anonymous", "anonymous", "Аnonymous", "Anonymous 3", "anonym0us"]
)
def test_an_unnamed_commenter_has_no_key(name):
    assert name_key(name) == ""


def test_the_sites_word_for_anonymous_is_not_a_name():
    assert name_key("Namenlos 2", anonymous="Namenlos") == ""


@pytest.mark.parametrize("name", [".", "..", "a/../b", "/", "a//b", "x" * 201])
def test_a_name_that_fits_in_no_url_has_no_key(name):
    assert name_key(name) == ""


@pytest.mark.parametrize("name", ["AC/DC", "007", "★", "R2-D2", "100%", "who?", "#1", "سلمى"])
def test_unusual_names_are_names(name):
    assert name_key(name)


@pytest.mark.parametrize("name", ["Maren Oduya", "ΐ ǰ", "ﷺ", "İstanbul", "ß", "a\u0345\u0301"])
def test_a_key_is_its_own_key(name):
    assert name_key(name_key(name)) == name_key(name)
