"""Detection of languages."""

import pytest

from commentary.text.languages import direction_of, language_of, named_language

LONG = {
    "de": "Die alten Häuser am Nordufer stehen seit hundert Jahren leer, und niemand weiß, wem sie heute gehören.",
    "fr": "Les pommiers du jardin derrière la gare fleurissent chaque année au mois de mai, et personne ne les taille.",
    "en": "The ferry leaves at six every morning, and those who miss it have to walk round the whole of the bay to the lighthouse.",
    "es": "Las casas viejas del puerto llevan cien años vacías, y nadie sabe de quién son ni quién arreglará los tejados.",
    "nl": "De oude huizen aan de haven staan al honderd jaar leeg, en niemand weet van wie ze zijn of wie ze opknapt.",
    "ru": "Старые дома на северном берегу стоят пустыми уже сто лет, и никто не знает, кому они теперь принадлежат.",
    "ja": "北の岸にある古い家は百年も前から空き家になっていて、今は誰のものなのか誰も知らない。屋根も直されていない。",
}
SHORT = [
    "", "Ruhe", "Information", "Hotel Restaurant Taxi", "Die Hard", "Chat noir", "404", "12:30 – 14:00",
    "Six o'clock on the north shore", "La la la la la", "https://example.org/die/der/das",
    "Ein kurzer Satz.", "Menu\n\nPizza margherita, tiramisù, espresso", "🙂 🙂 🙂", "日本語",
]  # fmt: skip


@pytest.mark.parametrize("language", LONG)
def test_the_language_of_a_long_text_is_detected(language):
    assert language_of(LONG[language]) == language
    assert language_of(LONG[language] * 100) == language


@pytest.mark.parametrize("text", SHORT)
def test_a_short_text_has_no_language(text):
    assert language_of(text) == ""


def test_the_beginning_of_a_text_is_never_detected_as_another_language():
    for language, text in LONG.items():
        wrong = {text[:n]: language_of(text[:n]) for n in range(0, len(text), 4)}
        assert set(wrong.values()) <= {"", language}, wrong


@pytest.mark.parametrize("text", [LONG["de"] + "\n\n" + LONG["fr"], "1234 " * 100])
def test_an_ambiguous_text_has_no_language(text):
    assert language_of(text) == ""


@pytest.mark.parametrize(
    ("tag", "named"),
    [
        ("en", "en"), ("EN-gb", "en-gb"), ("pt_BR", "pt-BR"), (" de-DE-formal ", "de-DE-formal"),
        ("zh-Hant-TW", "zh-Hant-TW"), ("und", ""), ("zxx", ""), ("English", ""), ("e", ""),
        ("x-klingon", ""), ("en-", ""), ("en\n", "en"), ("", ""), ("en/us", ""), ("ёё", ""),
    ],
)  # fmt: skip
def test_tags_that_name_a_language(tag, named):
    assert named_language(tag) == named


@pytest.mark.parametrize(
    ("tag", "direction"),
    [
        ("fa", "rtl"), ("ar-EG", "rtl"), ("HE", "rtl"), ("az-Arab", "rtl"), ("ckb", "rtl"),
        ("en", "ltr"), ("ks-Latn", "ltr"), ("ur-Latn-PK", "ltr"), ("zh-Hans", "ltr"), ("", "ltr"),
    ],
)  # fmt: skip
def test_the_direction_of_a_language_depends_on_its_script(tag, direction):
    assert direction_of(tag) == direction
