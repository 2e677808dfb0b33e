"""Find which points of an article a text refers to. Pure functions without database access.

A reference is a mention ("point 3", "#3", "your third point") or a quotation of at least eight
words. Matches are only suggested to editors, so doubtful ones are included. Time is linear in the
length of the text.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from .screening import fold

LEAST_QUOTED = 8  # consecutive words
MOST_FOUND = 20  # points of one text, and numbers in one mention
MOST_KEPT = 300  # characters of the words shown as evidence

# Combining vowel signs and accents belong to the word. In Chinese and Japanese, written without
# spaces, each character counts as a word.
SIGNS = "\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u0670\u0900-\u0963\u0966-\u109f"
SPACELESS = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
WORD = re.compile(rf"[{SPACELESS}]|(?:[^\W_{SPACELESS}]|[{SIGNS}])+")
QUOTED_LINE = re.compile(r"^[^\S\n]*>.*$", re.MULTILINE)


class PointMention(NamedTuple):
    """A point that a text refers to, and the words that do.

    `is_bare` is set if these are only of the form "#3", which may also mean a comment.
    """

    point: int
    words: tuple[str, ...]
    is_quotation: bool = False
    is_bare: bool = False


class Points:
    """The points of one article, prepared for searching many texts."""

    def __init__(self, texts: Mapping[int, str]) -> None:
        self.texts = texts

    def __bool__(self) -> bool:
        return bool(self.texts)

    def found_in(self, text: str, answered: int | None = None) -> list[PointMention]:
        """Return the points that `text` refers to, each once.

        `answered` is the number of the parent comment: a bare "#3" below comment 3 means that
        comment.
        """
        if not self.texts:
            return []
        found: dict[int, PointMention] = {}
        folded = fold(text)
        has_mentions = HINT.search(folded) or not folded.isascii() and FAR_HINT.search(folded)
        for point, words, is_bare in self._mentions(text) if has_mentions else ():
            if point not in self.texts or (is_bare and point == answered):
                continue
            before = found.get(point)
            kept = before.words if before else ()
            if words not in kept:
                kept += (words[:MOST_KEPT],)
            is_bare = is_bare and (before is None or before.is_bare)
            found[point] = PointMention(point, kept[:3], is_bare=is_bare)
        for point, words in self._quotations(text, folded).items():
            if point not in found:
                found[point] = PointMention(point, (_shortened(words),), is_quotation=True)
        return [found[point] for point in sorted(found)][:MOST_FOUND]

    # --- mentions

    def _mentions(self, text: str) -> Iterator[tuple[int, str, bool]]:
        text = unicodedata.normalize("NFC", QUOTED_LINE.sub("", text))
        words = _words(text)
        last = -1
        for i, (word, start, _end) in enumerate(words):
            if i <= last:
                continue
            if word in NOUNS:
                numbers, first, last = _after(text, words, i)
                if not numbers:
                    numbers, first, last = _before(text, words, i)
                is_bare = False
            elif word.isdecimal() and text[start - 1 : start] == "#":
                numbers, first, last = _bare(text, words, i), i, i
                is_bare = True
            elif word in ABOUT:
                numbers, first, last = _about(text, words, i)
                is_bare = False
            else:
                continue
            if numbers:
                said = text[words[first].start - is_bare : words[last].end]
                yield from ((number, said, is_bare) for number in numbers)
        if not text.isascii():
            yield from ((number, said, False) for number, said in _east_asian(text))

    # --- quotations

    @cached_property
    def _index(self) -> dict[tuple[str, ...], set[int]]:
        """Maps each sequence of eight words to the points that contain it."""
        index: dict[tuple[str, ...], set[int]] = {}
        for point, text in self.texts.items():
            for row in _rows(WORD.findall(fold(text))):
                index.setdefault(row, set()).add(point)
        return index

    def _quotations(self, text: str, folded: str) -> dict[int, str]:
        """Return the longest quotation of each quoted point."""
        if self._index.keys().isdisjoint(_rows(WORD.findall(folded))):
            return {}
        text = unicodedata.normalize("NFC", text)
        words = _words(text)
        longest: dict[int, tuple[int, int]] = {}  # point: (first word, last sequence of eight)
        running: dict[int, tuple[int, int]] = {}
        for i, row in enumerate(_rows([word.folded for word in words])):
            for point in self._index.get(row, ()):
                first, last = running.get(point, (i, i))
                running[point] = first, last = (first if last >= i - 1 else i), i
                best = longest.get(point, (0, -1))
                if last - first > best[1] - best[0]:
                    longest[point] = first, last
        return {
            point: text[words[first].start : words[last + LEAST_QUOTED - 1].end]
            for point, (first, last) in longest.items()
        }


def _rows(words: Sequence[str]) -> Iterable[tuple[str, ...]]:
    """Return every sequence of eight consecutive words."""
    return zip(*(words[i:] for i in range(LEAST_QUOTED)), strict=False)


def _shortened(words: str) -> str:
    """Cut a long quotation at a word boundary."""
    if len(words) <= MOST_KEPT:
        return words
    return words[:MOST_KEPT].rsplit(maxsplit=1)[0]


class Word(NamedTuple):
    """One word of a text: folded, with its start and end."""

    folded: str
    start: int
    end: int


def _words(text: str) -> list[Word]:
    known: dict[str, str] = {}
    words = []
    for match in WORD.finditer(text):
        written = match.group()
        if written not in known:
            known[written] = fold(written)
        words.append(Word(known[written], match.start(), match.end()))
    return words


# --- wording of mentions


def _set(words: str) -> frozenset[str]:
    return frozenset(map(fold, words.split()))


def _declined(words: str) -> str:
    """Return German ordinals with their endings."""
    endings = ("", "n", "r", "s", "m")
    return " ".join("/".join(word + ending for ending in endings) for word in words.split())


def _with_prefixes(words: str) -> str:
    """Return Arabic nouns with the article and the prepositions that are written with it."""
    starts = ("", "ال", "بال", "وال", "فال", "كال", "لل")
    return "/".join(start + word for word in words.split() for start in starts)


def _typed_both_ways(words: str) -> str:
    """Return Persian words also with the letters of Arabic keyboards."""
    return words + " " + words.replace("ی", "ي").replace("ک", "ك")


def _both_forms(words: str) -> str:
    """Return Persian numbers also with the letters of Arabic keyboards."""
    return " ".join("/".join(_typed_both_ways(word).split()) for word in words.split())


# nouns with their plurals; cardinals, and ordinals that follow the noun, from one; ordinals before
# the noun, from first; alternatives after a slash
LANGUAGES = (
    (
        "point/points",
        "one two three four five six seven eight nine ten eleven twelve",
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth",
    ),
    (
        "point/points",
        "un deux trois quatre cinq six sept huit neuf dix onze douze",
        "premier deuxième/second troisième quatrième cinquième sixième septième huitième neuvième "
        "dixième onzième douzième",
    ),
    (
        "punkt/punkte/punkten/punkts",
        "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
        _declined(
            "erste zweite dritte vierte fünfte sechste siebte achte neunte zehnte elfte zwölfte"
        ),
    ),
    (
        "punto/puntos",
        "uno dos tres cuatro cinco seis siete ocho nueve diez once doce",
        "primer/primero segundo tercer/tercero cuarto quinto sexto séptimo octavo noveno décimo",
    ),
    (
        "punto/punti",
        "uno due tre quattro cinque sei sette otto nove dieci undici dodici",
        "primo secondo terzo quarto quinto sesto settimo ottavo nono decimo",
    ),
    (
        "ponto/pontos",
        "um dois três quatro cinco seis sete oito nove dez onze doze",
        "primeiro segundo terceiro quarto quinto sexto sétimo oitavo nono décimo",
    ),
    (
        "punt/punten",
        "een twee drie vier vijf zes zeven acht negen tien elf twaalf",
        "eerste tweede derde vierde vijfde zesde zevende achtste negende tiende elfde twaalfde",
    ),
    (
        "punkt/punkter/punkten",
        "ett/én två/to tre fyra/fire fem sex/seks sju/syv åtta/åtte nio/ni tio/ti",
        "första/første andra/andre/anden tredje fjärde/fjerde femte sjätte/sjette sjunde/syvende "
        "åttonde/ottende nionde/niende tionde/tiende",
    ),
    ("punkt/punkcie/punktu/punkty", "", ""),
    ("пункт/пункте/пункта/пункту/пунктом/пункты/пунктах", "", ""),
    (
        _with_prefixes("نقطة نقطتان نقطتين نقاط") + "/نقطتك/نقطتكم/نقطته/نقطتها",
        "الأولى الثانية الثالثة الرابعة الخامسة السادسة السابعة الثامنة التاسعة العاشرة",
        "أول ثاني/ثانية ثالث/ثالثة رابع/رابعة خامس/خامسة سادس/سادسة سابع/سابعة ثامن/ثامنة "
        "تاسع/تاسعة عاشر/عاشرة",
    ),
    (
        _with_prefixes("بند بنود"),
        "الأول الثاني الثالث الرابع الخامس السادس السابع الثامن التاسع العاشر",
        "",
    ),
    (
        "بند/بندهای/بندهاي",
        _both_forms(
            "یک/یکم/اول دو/دوم سه/سوم چهار/چهارم پنج/پنجم شش/ششم هفت/هفتم هشت/هشتم نه/نهم ده/دهم "
            "یازده/یازدهم دوازده/دوازدهم"
        ),
        _both_forms(
            "اولین/نخستین دومین سومین چهارمین پنجمین ششمین هفتمین هشتمین نهمین دهمین یازدهمین دوازدهمین"
        ),
    ),
)


def _numbered(words: str) -> dict[str, int]:
    """Map each word of one column of LANGUAGES, folded, to its number."""
    return {
        fold(form): number
        for number, forms in enumerate(words.split(), start=1)
        for form in forms.split("/")
    }


NOUNS: dict[str, tuple[dict[str, int], dict[str, int]]] = {}  # noun: (cardinals, ordinals)
for nouns, cardinals, ordinals in LANGUAGES:
    for noun in nouns.split("/"):
        known = NOUNS.setdefault(fold(noun), ({}, {}))
        known[0].update(_numbered(cardinals))
        known[1].update(_numbered(ordinals))
MANY = _set(
    "points punkte punkten puntos punti pontos punten punkter пункты بند بندهای بندهاي النقاط "
    "النقطتان النقطتين البنود"
)
GERMANIC = _set("punkt punkten punkts")  # "3. Punkt"
# The Persian plural may stand apart from its noun, by a joiner or a space.
MARKERS = _set("n no nr nº num number nummer numero رقم شماره شمارۀ های هاي")
AND = "و"  # in Arabic written with the next word
JOINERS = _set("and or et ou und oder sowie y e o en of och og и или و أو یا يا")
UNTIL = _set("to through bis à tot al تا إلى حتى")
LINKS = JOINERS | UNTIL
# Before "point", these give it another meaning: "at this point three people", "match point 1".
NOT_A_PLACE = _set(
    "this that some any every each one what which a an no my our boiling melting turning starting "
    "match decimal percentage diesem diesen dem einem einen mein meinem meinen ce un mon notre este "
    "ese mi questo mio um meu dit dat een mijn هذه هذا تلك این اين آن"
)
OWN = _set("my our mein meine meinen meinem unser mon notre mi nuestro mio meu mijn ons")
COMMENT = _set(
    "comment comments commenter reply replies replying replied response responses responding "
    "answer answering kommentar antwort commentaire réponse comentario respuesta commento risposta "
    "resposta reactie antwoord تعليق التعليق تعليقك رد الرد "
    + _typed_both_ways("دیدگاه کامنت نظر پاسخ")
)
EAST_ASIAN_COMMENT = re.compile(r"(?:コメント|返信|评论|評論|回复|回覆)\s?")
ABOUT = _set("re ad zu")

ORDINAL = re.compile(r"(\d{1,6})(?:st|nd|rd|th|d|e|er|re|ere|eme|me|o|a)")
# Every mention contains one of these, folded. Texts without any, which are most, are skipped.
HINT = re.compile(r"p(?:oin|un|on)[kc]?t|пункт|#\d|(?:re|ad|zu)\b[.:]? ?#?\d")
# The same for Arabic, Persian, Japanese and Chinese.
FAR_HINT = re.compile(
    r"نقط|نقاط|بند|بنود|第\s?[\d一二三四五六七八九十]|[論论要][点點]|ホイント|[点つ番]目"
)
SPACE = re.compile(r"\u200c|[^\S\n]{0,2}\n?[^\S\n]{0,2}")
TO_NUMBER = re.compile(r"\s{1,2}[#(\[№]?\s?|\s?[#(\[№]\s?")
FROM_MARKER = re.compile(r"[.°º:]{0,2}\s?#?")
JOINED = re.compile(r"\s?[&+/]\s?#?")
JOINER = re.compile(r"[,،]?\s{1,2}")
COMMA = re.compile(r"[,،]\s?#?")
RANGE = re.compile(r"\s?[-–—]\s?")
# a decimal, a time or a percentage: not the number of a point
GOES_ON = re.compile(r"[.,:]\d|\s?%|\s?°")
ENDS = re.compile(r"[^\S\n]*(?:[.,:;)\]–—-]|$)", re.MULTILINE)


def _gap(text: str, words: Sequence[Word], i: int) -> str:
    """Return the text between word `i` and the next one, cut so that a long gap never matches."""
    return text[words[i].end : min(words[i + 1].start, words[i].end + 8)]


def _number(text: str, word: Word, cardinals: Mapping[str, int]) -> int | None:
    """Return the number that a word stands for, or None if it is not a whole number."""
    if GOES_ON.match(text, word.end):
        return None
    if word.folded.isdecimal() and len(word.folded) <= 6:
        return int(word.folded)
    return cardinals.get(word.folded)


Mention = tuple[list[int], int, int]  # the numbers, the first and the last word


def _after(text: str, words: Sequence[Word], i: int) -> Mention:
    """ "point 3", "points 2, 4 and 5", "points 2-4", "point n° 3", "Punkt Nr. 3"; word `i` is the
    noun.
    """
    cardinals = NOUNS[words[i].folded][0]
    before = words[i - 1].folded if i else ""
    if before in NOT_A_PLACE or before.isdecimal() or before in cardinals:
        return [], i, i
    at, allowed = i + 1, TO_NUMBER
    if at < len(words) and words[at].folded in MARKERS and SPACE.fullmatch(_gap(text, words, i)):
        at, allowed = at + 1, FROM_MARKER
    if at >= len(words) or not allowed.fullmatch(_gap(text, words, at - 1)):
        return [], i, i
    return _list(text, words, at, cardinals, i, words[i].folded in MANY)


def _list(
    text: str,
    words: Sequence[Word],
    at: int,
    cardinals: Mapping[str, int],
    first: int,
    is_many: bool,
) -> Mention:
    """Return the numbers listed from word `at` on."""
    number = _number(text, words[at], cardinals)
    if number is None:
        return [], first, first
    numbers, last = [number], at
    while len(numbers) < MOST_FOUND and last + 1 < len(words):
        gap, after = _gap(text, words, last), last + 1
        if JOINER.fullmatch(gap) and words[after].folded.startswith(AND):
            joined = words[after]._replace(folded=words[after].folded.removeprefix(AND))
            if (number := _number(text, joined, cardinals)) is not None:
                numbers.append(number)
                last = after
                continue
        if JOINER.fullmatch(gap) and after + 1 < len(words) and words[after].folded in LINKS:
            is_range = words[after].folded in UNTIL
            if not TO_NUMBER.fullmatch(_gap(text, words, after)):
                break
            after += 1
        else:
            is_range = bool(RANGE.fullmatch(gap))
            if not (is_range or JOINED.fullmatch(gap) or (is_many and COMMA.fullmatch(gap))):
                break
        number = _number(text, words[after], cardinals)
        if number is None:
            break
        lowest = numbers[-1] + 1 if is_range else number
        numbers += range(max(lowest, number - MOST_FOUND), number + 1)
        last = after
    return numbers, first, last


def _before(text: str, words: Sequence[Word], i: int) -> Mention:
    """ "your third point", "3rd point", "the second and third points", "3. Punkt"."""
    ordinals = NOUNS[words[i].folded][1]
    numbers: list[int] = []
    first = at = i
    while at > 0 and len(numbers) < MOST_FOUND:
        word, gap = words[at - 1], _gap(text, words, at - 1)
        is_dotted = words[i].folded in GERMANIC and gap == ". " and word.folded.isdecimal()
        if not (is_dotted or SPACE.fullmatch(gap) or (numbers and COMMA.fullmatch(gap))):
            break
        number = ordinals.get(word.folded)
        if number is None and (written := ORDINAL.fullmatch(word.folded)):
            number = int(written[1])
        if is_dotted and len(word.folded) <= 6:
            number = int(word.folded)
        at -= 1
        if number is not None:
            numbers.append(number)
            first = at
        elif not (numbers and word.folded in JOINERS):
            break
    if not numbers or (first and words[first - 1].folded in OWN):
        return [], i, i
    return numbers, first, i


def _bare(text: str, words: Sequence[Word], i: int) -> list[int]:
    """ "#3", unless a word before it shows that a comment is meant."""
    start = words[i].start - 1
    if start and not text[start - 1].isspace() and text[start - 1] not in "([“\"'«,;:":
        return []
    if any(word.folded in COMMENT for word in words[max(i - 2, 0) : i]):
        return []
    if EAST_ASIAN_COMMENT.search(text, max(start - 5, 0), start):
        return []
    number = _number(text, words[i], {})
    return [] if number is None else [number]


def _about(text: str, words: Sequence[Word], i: int) -> Mention:
    """ "re: 3", "Ad 3:", "Zu 3 und 4:", at the start of a line."""
    line = text.rfind("\n", 0, words[i].start) + 1
    at = i + 1
    if at >= len(words) or WORD.search(text[line : min(words[i].start, line + 20)]):
        return [], i, i
    if words[i].start - line > 20 or not FROM_MARKER.fullmatch(_gap(text, words, i)):
        return [], i, i
    numbers, first, last = _list(text, words, at, {}, i, True)
    return (numbers, first, last) if ENDS.match(text, words[last].end) else ([], i, i)


# Chinese and Japanese have no spaces between words. Numbers that count something are no mention:
# "論点3つ" are three points, "第3点钟" is a time, and "ポイント一覧" is a list of points.
NUMERALS = "一二三四五六七八九"
ONE_NUMBER = rf"(?:\d{{1,3}}|[{NUMERALS}十]{{1,3}})"
SEVERAL_NUMBERS = rf"{ONE_NUMBER}(?:\s?(?:[、，,・和与與跟とや及]\s?第?|第)\s?{ONE_NUMBER})*"
POINT = "(?:論点|论点|論點|要点|要點|ポイント)"
PARTICLE = r"(?=[はがをにのもでと是说說有不很、。，,：:；;！？!?）)」\s]|$)"
EAST_ASIAN = re.compile(
    rf"{POINT}\s?(?:第\s?)?(?P<after>{SEVERAL_NUMBERS})"
    rf"(?:(?<=\d)(?!\d|[.,，]\d|\s?[%％°倍つ個个点點年回月日人円万件以])|{PARTICLE})"
    rf"|(?<!我的)(?<!私の)第\s?(?P<before>{SEVERAL_NUMBERS})\s?[个個の]?\s?(?:{POINT}|[点點](?![钟鐘]))"
    rf"|(?P<nth>{ONE_NUMBER})\s?(?:[番つ]目の(?:{POINT}|点)|点目)"
)
CLAUSE_ENDS = re.compile(r"[。！？!?；;\n]\s?$")
CLAUSE_BEGINS = re.compile(r"[，,、：:]")


def _east_asian(text: str) -> Iterator[tuple[int, str]]:
    """ "第3点", "第三个要点", "論点2と3", "３番目の論点", "3点目"."""
    for found in EAST_ASIAN.finditer(text):
        at, end = found.span()
        is_own = not at or CLAUSE_ENDS.search(text, max(at - 2, 0), at)
        if found["before"] and is_own and CLAUSE_BEGINS.match(text, end):
            continue  # "第一点，…": somebody begins to count
        numbers = found["after"] or found["before"] or found["nth"]
        for number in re.findall(ONE_NUMBER, numbers)[:MOST_FOUND]:
            yield _east_asian_number(number), found[0]


def _east_asian_number(written: str) -> int:
    if written.isdecimal():
        return int(written)
    tens, ten, ones = written.rpartition("十")
    return (NUMERALS.find(tens) + 1 or 1) * 10 * bool(ten) + NUMERALS.find(ones or " ") + 1
