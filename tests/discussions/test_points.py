"""Finding the points that a text mentions or quotes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentary.discussions.points import MOST_KEPT, Points

POINTS = Points(
    {
        1: "The dance of the bees tells the others where the flowers are, and how far.",
        2: "Of two hives that I kept, one danced at night; the other didn’t.",
        3: "Short.",
        4: "“Bees”, he said, “sind die Künstler unter den Tieren”.",
        5: "蜜蜂用舞蹈告訴同伴花在哪裡。",
        6: "मधुमक्खियाँ नाचकर बताती हैं कि फूल कहाँ हैं और कितनी दूर हैं।",
        12: "The twelfth.",
    }
)


def numbers(text: str, answered: int | None = None) -> list[int]:
    return [found.point for found in POINTS.found_in(text, answered)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I doubt point 3.", [3]),
        ("Point #3 is odd", [3]),
        ("#3 is odd", [3]),
        ("see (#3)", [3]),
        ("Your third point is odd", [3]),
        ("the 3rd point", [3]),
        ("re: 3", [3]),
        ("Hello\nRe 3: no", [3]),
        ("points 2 and 5", [2, 5]),
        ("points 2, 3 & 5", [2, 3, 5]),
        ("Points 1, 2, and 12", [1, 2, 12]),
        ("points 1-3", [1, 2, 3]),
        ("points 1 through 3", [1, 2, 3]),
        ("your second and third points", [2, 3]),
        ("point\n3", [3]),
        ("point number two", [2]),
        ("point no. 2", [2]),
        ("point (2)", [2]),
        ("le point n° 3", [3]),
        ("point trois", [3]),
        ("le troisième point", [3]),
        ("votre 3ème point", [3]),
        ("Punkt 3", [3]),
        ("Punkt Nr. 3", [3]),
        ("die Punkte 2 und 3", [2, 3]),
        ("Dein dritter Punkt", [3]),
        ("im 3. Punkt", [3]),
        ("Zu 3: nein", [3]),
        ("el punto 3", [3]),
        ("tercer punto", [3]),
        ("il terzo punto", [3]),
        ("o ponto três", [3]),
        ("het derde punt", [3]),
        ("din tredje punkt", [3]),
        ("в пункте 3", [3]),
        ("POINT ٣", [3]),
        ("o ponto número 3", [3]),
        ("os pontos 2 e 3", [2, 3]),
        ("النقطة ٣ ضعيفة", [3]),
        ("النقطة رقم 3", [3]),
        ("أوافق على النقطة الثالثة", [3]),
        ("بالنقطة الثانية", [2]),
        ("نقطتك الثالثة", [3]),
        ("النقاط 2 و3 و٥", [2, 3, 5]),
        ("النقطتان الثانية والثالثة", [2, 3]),
        ("البند الثالث", [3]),
        ("بند ۳ درست نیست", [3]),
        ("بند شمارهٔ ۳", [3]),
        ("بند سوم", [3]),
        ("سومین بند", [3]),
        ("بندهای ۲ و ۳", [2, 3]),
        ("بند\u200cهای ۲ تا ۵", [2, 3, 4, 5]),
        ("بند يك", [1]),
        ("بندهای ۱، ۲ و ۳", [1, 2, 3]),
        ("論点３に賛成です", [3]),
        ("論点2と3", [2, 3]),
        ("第三の論点は", [3]),
        ("3番目の論点", [3]),
        ("二つ目のポイント", [2]),
        ("3点目は違うと思います", [3]),
        ("要点三是错的", [3]),
        ("你的第三点不对", [3]),
        ("我同意第2、3点", [2, 3]),
        ("第二和第三点", [2, 3]),
        ("第十二个要点", [12]),
    ],
)
def test_mentions_of_points_are_recognised(text, expected):
    assert numbers(text) == expected
    assert [found.is_quotation for found in POINTS.found_in(text)] == [False] * len(expected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "point",
        "points 7 and 8",  # these don't exist
        "at this point 3 people left",
        "my third point is this",
        "point 3.5",
        "point 3 % of them",
        "2 points 3 times",
        "comment #3",
        "in reply to #3",
        "https://example.org/page#3",
        "&#3;",
        "Re: 3 bees",
        "we are 3, and",
        "a 3 point plan",
        "> point 3, you said\nWhat do you mean?",
        "version 3. Point taken",
        "disappoint 3",
        "في هذه النقطة 3 أشخاص",
        "فاز الفريق بفارق 3 نقاط",
        "تعليق #3",
        "نقطة تفتيش",
        "این بند ۳ نفر را خسته کرد",
        "کفش بندی ۳ جفت",
        "دیدگاه #3",
        "論点3つを挙げる",
        "ポイント3倍の日",
        "ポイント一覧",
        "3点あります",
        "コメント #3",
        "第3点钟",
        "第一点，我不同意。第二点，他错了。",
        "我的第三点是这样",
        "我有3点看法",
        "一点也不",
    ],
)
def test_other_numbers_are_not_mentions(text):
    assert numbers(text) == []


def test_in_a_reply_the_parents_number_means_the_comment():
    assert numbers("#3 is right", answered=3) == []
    assert numbers("#3 is right", answered=2) == [3]
    assert numbers("point 3 is right", answered=3) == [3]


def test_a_bare_number_is_marked_as_such():
    assert [found.is_bare for found in POINTS.found_in("#3, and point 2")] == [False, True]


@pytest.mark.parametrize(
    ("text", "point", "words"),
    [
        (
            "“The dance of the bees tells the others”: so he says.",
            1,
            "The dance of the bees tells the others",
        ),
        (
            "> of two hives that i KEPT, one *danced*\nWhy?",
            2,
            "of two hives that i KEPT, one *danced",
        ),
        (
            "« Bees », he said, sind die Kunstler unter DEN",
            4,
            "Bees », he said, sind die Kunstler unter DEN",
        ),
        ("舞蹈告訴同伴花在哪裡", 5, "舞蹈告訴同伴花在哪裡"),
        ("नाचकर बताती हैं कि फूल कहाँ हैं और", 6, "नाचकर बताती हैं कि फूल कहाँ हैं और"),
    ],
)
def test_eight_consecutive_words_are_a_quotation(text, point, words):
    found = POINTS.found_in(text)
    assert [(f.point, f.words, f.is_quotation) for f in found] == [(point, (words,), True)]


def test_seven_words_are_not_a_quotation():
    assert numbers("The dance of the bees tells the") == []


def test_eight_words_across_two_points_are_not_a_quotation():
    assert numbers("and how far of two hives that I") == []


def test_the_longest_quotation_is_kept_and_shortened():
    long = Points({1: " ".join(f"word{i}" for i in range(200))})
    text = " ".join(f"word{i}" for i in range(9)) + " but " + long.texts[1]
    (found,) = long.found_in(text)
    assert found.words[0].startswith("word0 word1 ")
    assert MOST_KEPT - 10 < len(found.words[0]) <= MOST_KEPT


def test_a_point_both_mentioned_and_quoted_is_found_once():
    (found,) = POINTS.found_in("Point 1: “The dance of the bees tells the others”. Point 1")
    assert (found.words, found.is_quotation) == (("Point 1",), False)


def test_an_article_without_points_has_no_references():
    assert Points({}).found_in("point 3, #3, re: 3") == []


@given(st.text(st.sampled_from("#3 point,and1.-e:r>\n٣é"), max_size=200) | st.text(max_size=200))
def test_no_text_causes_an_error(text):
    for found in POINTS.found_in(text):
        assert found.point in POINTS.texts
        assert all(found.words)


@pytest.mark.parametrize(
    "text",
    ["points 1, ", "third and ", "#3 ", "re: 3\n", "point 1 and ", "1,", "the dance of the bees "],
)
def test_the_time_is_linear_in_the_length_of_a_text(text, monkeypatch):
    """Counts examined words instead of time, which depends on the machine."""
    from commentary.discussions import points

    def looks(times: int) -> int:
        counted = 0
        gap = points._gap

        def count(*args):
            nonlocal counted
            counted += 1
            return gap(*args)

        monkeypatch.setattr(points, "_gap", count)
        POINTS.found_in(text * times)
        monkeypatch.setattr(points, "_gap", gap)
        return counted

    assert looks(2_000) <= 2 * looks(1_000) + 100
