"""Detection of languages."""

import pytest

from commentary.text import languages
from commentary.text.function_words import LETTERS, WORDS
from commentary.text.languages import (
    TOLD_APART,
    direction_of,
    language_of,
    named_language,
    other_language,
)

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


COMMENTS = LONG | {
    "ar": "شكرا جزيلا على هذا المقال، لكن البيت الذي في الصورة كان ملكا لعائلة أخرى من المدينة، وقد سكنت فيه جدتي مع أهلها قبل الحرب.",
    "pt": "Eu também morei nessa rua quando era criança, mas a casa da esquina não existe mais e ninguém sabe quem a comprou.",
    "zh": "我小时候也住在这条街上，可是拐角的那座房子已经没有了，谁也不知道是谁买的，现在那里是一个停车场。",
}


@pytest.mark.parametrize("language", COMMENTS)
@pytest.mark.parametrize("expected", ["de", "en", "fr-CA", "ja", "ru", "pt-BR"])
def test_a_comment_in_another_language_than_its_article_is_recognised(language, expected):
    found = other_language(COMMENTS[language], expected)
    assert (found or expected).partition("-")[0] == language
    assert other_language(COMMENTS[language], language) is None


@pytest.mark.parametrize(
    "text",
    [
        *SHORT,
        "Merci beaucoup !",
        LONG["de"] + "\n\n" + LONG["fr"],
        "> " + LONG["de"] + "\n\nMerci pour cette phrase, je ne la connaissais pas.",
        "git clone https://example.org/die/der/das && make install prefix=/usr/local/share/example/",
        "Beethoven Bruckner Mahler Schubert Brahms Dvořák Sibelius Shostakovich Rachmaninoff Debussy",
    ],
)
def test_a_short_or_ambiguous_comment_is_in_the_language_of_its_article(text):
    assert other_language(text, "de") is None


def test_articles_in_languages_that_are_not_told_apart_have_comments_in_their_language():
    assert other_language(LONG["fr"], "eu") is None
    assert other_language(LONG["fr"], "no") is None


def test_the_detector_is_asked_only_about_comments_in_other_languages(monkeypatch):
    asked = []
    monkeypatch.setattr(languages, "_detected", lambda text: asked.append(text) or "")
    for language, text in COMMENTS.items():
        other_language(text, language)
        assert not asked
    other_language(COMMENTS["fr"], "de")
    assert asked


@pytest.mark.parametrize(
    ("text", "expected", "other"),
    [
        ("شكرًا على المقال", "de", "und-Arab"),
        ("Спасибо за статью!", "de", "und-Cyrl"),
        ("ありがとうございます", "de", "ja"),
        ("感谢分享", "fr", "und-Hani"),
        ("좋은 글입니다", "en", "ko"),
        ("Ωραίο άρθρο", "en", "el"),
        ("Thanks, that helped me", "ru", "und-Latn"),
        ("Thanks, that helped me", "ar", "und-Latn"),
        ("感想です", "ja", None),
        ("感想文", "ja", None),
        ("متن خوبی بود", "ar", None),
        ("Danke, Herr Ωmega", "de", None),
        ("Да!", "de", None),
        ("см. https://www.example.org/a-long-address", "ru", None),
        ("12:30 +1 😀", "de", None),
        ("", "ar", None),
    ],
)
def test_a_short_text_in_another_script_is_not_in_the_language_of_the_article(
    text, expected, other
):
    assert other_language(text, expected) == other


def test_all_languages_that_are_told_apart_have_frequent_words_or_letters():
    assert {*WORDS, *LETTERS} == {code.partition("-")[0] for code in TOLD_APART}


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
