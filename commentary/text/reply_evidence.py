"""Find out from their words which comments answer which others.

Evidence is a name, a number or a quotation. Each kind has a confidence; several that agree add up,
and any that disagree count against each other. What is ambiguous (two people with one name, words
that several comments contain, a number that may be a point of the article) stays below the
threshold at which proposals are offered by default. Pure functions, in time linear in the text.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Literal, NamedTuple

from .folding import words

LONGEST_TEXT = 2_000  # characters of a comment that are read
SHINGLE = 5  # words in a row by which quotations are found
SEVERAL = -1  # comments have the same words
HEAD = 200  # characters at the start of a comment in which it says what it answers

EvidenceKind = Literal["name", "mention", "number", "quote"]


@dataclass(slots=True)
class Utterance:
    """A comment as the rules see it.

    `text` has quoted lines marked with ">". `person` tells people with the same name apart, if
    anything is known about them. Comments that are no possible parents, such as pending ones, have
    `may_be_answered` False.
    """

    number: int
    name: str
    text: str
    person: str = ""
    may_be_answered: bool = True


class Evidence(NamedTuple):
    """One sign that a comment answers the comment at `place`.

    `found` is the name or the words that were found, or for a quotation the number of words.
    """

    kind: EvidenceKind
    place: int
    confidence: float
    found: str


@dataclass(frozen=True, slots=True)
class FoundParent:
    """The comment at `place` answers the one at `parent`."""

    place: int
    parent: int
    confidence: float
    evidence: tuple[Evidence, ...]


# --- what a comment quotes

QUOTED_LINE = re.compile(r"\s{0,3}((?:>[^\S\n]?)+)(.*)")
# No mark may be within the marks, so that a text of many marks is read once.
IN_MARKS = re.compile(
    r"“([^“”]{20,600})”|„([^„“”]{20,600})[“”]|«([^«»]{20,600})»|\"([^\"\n]{20,600})\""
)


def with_marked_quotes(html: str) -> str:
    """Return the text of a comment's HTML, with the lines of block quotes marked with ">"."""
    reader = _QuoteReader()
    reader.feed(html)
    reader.close()
    return "".join(reader.pieces)


class _QuoteReader(HTMLParser):
    BLOCKS = frozenset({"p", "div", "br", "li", "ul", "ol", "blockquote", "pre", "tr"})

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.depth += tag == "blockquote"
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        self.depth = max(self.depth - (tag == "blockquote"), 0)
        self._break(tag)

    def _break(self, tag: str) -> None:
        if tag in self.BLOCKS:
            self.pieces.append("\n" + ">" * min(self.depth, 2) + " " * bool(self.depth))

    def handle_data(self, data: str) -> None:
        self.pieces.append(data.replace("\n", " "))


@dataclass(slots=True)
class _Parts:
    """A comment in parts: its own text, with and without what it quotes between marks, the quoted
    blocks, and the quotations in marks. Quotations within quotations are left out.
    """

    own: str
    own_words: list[str]
    blocks: list[list[str]] = field(default_factory=list)
    in_marks: list[list[str]] = field(default_factory=list)


def _parts_of(text: str) -> _Parts:
    own: list[str] = []
    blocks: list[list[str]] = []
    is_open = False  # whether a quoted block goes on
    for line in text[:LONGEST_TEXT].splitlines():
        found = QUOTED_LINE.fullmatch(line)
        depth = found[1].count(">") if found else 0
        if found and depth == 1:
            if not is_open:
                blocks.append([])
            blocks[-1].append(found[2])
            is_open = True
        elif not found:
            own.append(line)
            is_open = False
    whole = "\n".join(own)
    in_marks = [words(next(filter(None, found.groups()))) for found in IN_MARKS.finditer(whole)]
    rest = IN_MARKS.sub(" ", whole)
    return _Parts(
        whole.lstrip(),
        words(rest),
        [words("\n".join(lines)) for lines in blocks],
        [quoted for quoted in in_marks if len(quoted) >= SHINGLE],
    )


def _shingles(text: Sequence[str]) -> list[int]:
    """Return the hashes of all words in a row; the words themselves would need much memory."""
    return [hash(tuple(text[i : i + SHINGLE])) for i in range(len(text) - SHINGLE + 1)]


# --- what a comment says

GREETING = re.compile(
    r"(?:(?:hi|hello|hey|dear|hallo|lieber?|liebes|salut|bonjour|cher|chère|hola|querid[oa]|ciao|"
    r"car[oa]|beste|hej|to|an|à|para|re|reply to|in reply to|in response to|response to|antwort an|"
    r"en réponse à|en respuesta a|in risposta a|aan)\b[:\s]\s*)",
    re.I,
)
TOKEN = re.compile(r"[^\W_][\w'’.-]*")
MAX_TOKENS = 5  # words of a name
AFTER_NAME = re.compile(r"\s*(?:[,:;!–—،：、]|-\s|\n|$)|\s+[-–—]\s|\s*\(#?\d+\)")
SAID = re.compile(
    r"[\s,]+(?:wrote|writes|said|says|schrieb|schreibt|sagt|sagte|a écrit|écrit|a dit|dit|escribió|"
    r"dijo|dice|ha scritto|scrive|schreef|zegt|skrev|napisał|написал)\b",
    re.I,
)
MENTION = re.compile(r"(?<!\w)@")
MORE_NAMES = re.compile(r"\.?\s*(?:,|&|\+|and|und|et|y|e)?\s*(@?)", re.I)
NOUN = (
    r"comments?|post|reply|replies|response|kommentare?|beitrag|commentaires?|coment[aá]rios?|"
    r"commento|commenti|reactie|resposta|n[uú]mero|nr\.?|no\.?|n[°º]|№"
)
BY = (
    r"@|re:?\s*|to\s+|in reply to\s+|reply to\s+|zu\s+|an\s+|à\s+|ad\s+|see\s+|see also\s+|"
    r"em resposta ao?\s+|ao\s+"
)
# Arabic, Persian, and Chinese or Japanese, which are written without spaces. Only texts with such
# letters are searched for these.
EAST_ASIAN = r"[\u3040-\u30ff\u3400-\u9fff]"
FAR_LETTER = re.compile(r"[\u0600-\u06ff\u3040-\u30ff\u3400-\u9fff]")
FAR_NOUN = (
    r"[وف]?(?:ال|بال|لل)?(?:تعليق|رد|مشاركة)(?:\s+رقم)?|رقم|"
    r"(?:د[یي]دگاه|[کك]امنت|نظر|پاسخ)(?:\s+شمار(?:ه\u0654?|ۀ))?|شمار(?:ه\u0654?|ۀ)|"
    r"コメント(?:番号)?|返信|评论|評論|回复|回覆|留言"
)
FAR_BY = r"(?:رد[اً]{0,2}\s+)?على\s+|انظر\s+|(?:در\s+)?پاسخ به\s+|به\s+|回复\s?|回覆\s?|[见見]\s?"
N = r"(?P<n>\d{1,6})"
NOT_LONGER = r"(?!\w|[.,]\d)"
# Neither a longer number or word, nor the number of what it counts.
NAMES_ONE = rf"(?!(?!{EAST_ASIAN})\w|[.,]\d|\s?[件条條个個人回年月日時时分つ万])"


def _number_first(by: str, noun: str, after: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?:{by})?(?:(?P<noun>(?:{noun})\s*[#№]?\s*)|(?P<mark>[#№])){N}{after}", re.I
    )


def _number_later(start: str, noun: str, after: str) -> re.Pattern[str]:
    return re.compile(rf"{start}(?:{noun})\s*[#№]?\s*{N}{after}", re.I)


NUMBER = re.compile(r"\d")
NUMBER_FIRST = _number_first(BY, NOUN, NOT_LONGER)
FAR_NUMBER_FIRST = _number_first(f"{BY}|{FAR_BY}", f"{NOUN}|{FAR_NOUN}", NAMES_ONE)
AT_NUMBER = re.compile(rf"@\s?#?{N}{NOT_LONGER}")
NUMBER_LATER = _number_later(r"\b", NOUN, NOT_LONGER)
FAR_NUMBER_LATER = _number_later(rf"(?:\b|(?<={EAST_ASIAN}))", f"{NOUN}|{FAR_NOUN}", NAMES_ONE)
# "14番のコメント", "第14条评论", "14楼": the noun follows.
NOUN_LAST = re.compile(
    rf"(?:{FAR_BY})?第?\s?{N}\s?(?P<noun>番目?の(?:コメント|投稿|方)|番(?=さん|へ)|"
    r"[条條](?:评论|評論|回复|回覆|留言)|[楼樓])"
)
ENDS_REFERENCE = re.compile(r"\s*(?:[,:;.!?)\]–—،؛؟、。，：；！？）」-]|さん|[へに]|\n|$)")
ELSEWHERE = re.compile(
    r"\s*(?:(?:of|on|in|under|from|at|to)\s+(?:the|your|his|her|their|my|our|an?)\b"
    r"|(?:von|im|in|unter|aus)\s+(?:der|dem|deinem|ihrem|einem)\b|words|people|years|times|of\s+\d"
    r"|(?:do|no|na|deste|desse)\s+(?:seu|outro|outra)\b|من\s+مقال|في\s+مقال|نفر|در\s+مقاله)",
    re.I,
)

# --- how sure each kind of evidence is

THRESHOLD = 0.95  # from which on an answer is proposed by default
AT_NAME, FULL_NAME, FIRST_NAME = 0.985, 0.97, 0.955
MENTIONED = 0.8  # with @, but not at the start
NEXT_TO, IN_CONVERSATION, ONE_OF_SEVERAL = 0.9, 0.93, 0.75
AMBIGUOUS, ARTICLE_AUTHOR, ORDINARY_WORD = 0.5, 0.6, 0.7
WITH_NOUN, WITH_AT, WITH_MARK, ABOUT, IN_PASSING = 0.97, 0.97, 0.96, 0.93, 0.85
DISAGREES = 0.7  # of the confidence in another parent that is taken off


def find_answers(
    comments: Sequence[Utterance],
    article_words: Sequence[str] = (),
    article_authors: Iterable[str] = (),
    points: Iterable[int] = (),
    first: int = 0,
) -> list[FoundParent]:
    """Return the comments, from the one at `first` on, that say what they answer. `comments` are
    sorted by time; parents are always earlier.

    `points` are the numbers of the article's points, with which the numbers of comments may be
    confused.
    """
    finder = _Finder(comments, article_words, article_authors, points)
    found = [answer for place in range(len(comments)) if (answer := finder.read(place))]
    if finder.disagreeing > finder.agreeing:
        found = [_without_numbers(answer) for answer in found]
    return [answer for answer in found if answer.place >= first]


def _without_numbers(answer: FoundParent) -> FoundParent:
    """Return an answer of a discussion whose comments had other numbers at the source."""
    if any(one.kind != "number" for one in answer.evidence):
        return answer
    return replace(answer, confidence=min(answer.confidence, AMBIGUOUS))


class _Finder:
    """Reads comments in order and remembers who said what."""

    def __init__(
        self,
        comments: Sequence[Utterance],
        article_words: Sequence[str],
        article_authors: Iterable[str],
        points: Iterable[int],
    ) -> None:
        self.comments = comments
        self.parts = [_parts_of(comment.text) for comment in comments]
        self.in_article = set(_shingles(article_words))
        self.points = set(points)
        self.authors = {_name_of(name) for name in article_authors}
        self.authors |= {name.split(" ")[0] for name in self.authors if name}
        self.ordinary = {
            folded
            for parts in self.parts
            for token in TOKEN.findall(parts.own)
            if token.islower()
            for folded in words(token)
        }
        # Of the comments read so far:
        self.by_name: defaultdict[str, list[int]] = defaultdict(list)
        self.by_first: defaultdict[str, set[str]] = defaultdict(set)
        self.by_number: dict[int, int] = {}
        self.said: dict[int, int] = {}  # shingle: the only comment with it, or SEVERAL
        self.parents: dict[int, int] = {}
        # How often a number leads to the same comment as a name or quotation, or to another one.
        self.agreeing = self.disagreeing = 0

    def read(self, place: int) -> FoundParent | None:
        evidence = [*self._quotes(place), *self._numbers(place)]
        evidence += self._of_the_same(evidence, self._names(place))
        answer = _weigh(place, evidence)
        self._compare_numbers(evidence)
        self._remember(place)
        if answer and answer.confidence >= NEXT_TO:
            self.parents[place] = answer.parent
        return answer

    def _remember(self, place: int) -> None:
        comment, parts = self.comments[place], self.parts[place]
        if not comment.may_be_answered:
            return
        if name := _name_of(comment.name):
            self.by_name[name].append(place)
            self.by_first[name.split(" ")[0]].add(name)
        self.by_number[comment.number] = place
        for shingle in _shingles(parts.own_words):
            if self.said.setdefault(shingle, place) != place:
                self.said[shingle] = SEVERAL

    def _of_the_same(self, evidence: list[Evidence], names: list[Evidence]) -> list[Evidence]:
        """Return the evidence of names, for the comment by the same person that is quoted or whose
        number is given. Which of that person's comments is meant is known then.
        """
        authors = {_name_of(self.comments[one.place].name): one.place for one in evidence}
        return [
            one._replace(place=authors.get(_name_of(self.comments[one.place].name), one.place))
            for one in names
        ]

    def _compare_numbers(self, evidence: Sequence[Evidence]) -> None:
        numbers = {one.place for one in evidence if one.kind == "number"}
        for one in evidence:
            if numbers and one.kind != "number" and one.confidence >= NEXT_TO:
                self.agreeing += one.place in numbers
                self.disagreeing += one.place not in numbers

    # --- quotations

    def _quotes(self, place: int) -> list[Evidence]:
        parts = self.parts[place]
        found: dict[int, Evidence] = {}
        for quoted in parts.blocks:
            sure = ((12, 0.99), (8, 0.985), (6, 0.97), (SHINGLE, 0.9))
            self._quote(quoted, sure, 0.6, found)
        for quoted in parts.in_marks:
            self._quote(quoted, ((8, 0.96), (6, 0.93), (SHINGLE, 0.85)), 0.9, found)
        if not found:
            self._pasted(parts, found)
        if len(found) > 1:
            return [one._replace(confidence=min(one.confidence, 0.6)) for one in found.values()]
        return list(found.values())

    def _quote(
        self,
        quoted: list[str],
        sure: tuple[tuple[int, float], ...],
        least_part: float,
        found: dict[int, Evidence],
    ) -> None:
        """Add the comment whose own words are quoted, if it is the only one that has them."""
        place, run = self._longest_run(quoted)
        if place is None or run < min(12, least_part * len(quoted)):
            return
        confidence = next((c for length, c in sure if run >= length), 0.0)
        if confidence and (place not in found or found[place].confidence < confidence):
            found[place] = Evidence("quote", place, confidence, str(run))

    def _pasted(self, parts: _Parts, found: dict[int, Evidence]) -> None:
        """Add the comment whose words are the first paragraph, as copies of pages show a quotation.

        The copied words are not its own then.
        """
        start, _break, rest = parts.own.partition("\n")
        copied = words(start)
        place, run = self._longest_run(copied)
        if place is not None and len(copied) == run >= 8 and rest.strip():
            found[place] = Evidence("quote", place, 0.96 if run >= 10 else 0.9, str(run))
            del parts.own_words[:run]

    def _longest_run(self, quoted: list[str]) -> tuple[int | None, int]:
        """Return the comment with the most words of a quotation in a row, and how many; None if
        several comments or the article have the same words.
        """
        best, longest, others = None, 0, 0
        at, run = -1, 0
        for shingle in _shingles(quoted):
            place = self.said.get(shingle)
            if place is None or place == SEVERAL or shingle in self.in_article:
                others = others if place is None else SHINGLE
                at, run = -1, 0
            elif place == at:
                run += 1
            else:
                at, run = place, SHINGLE
            if run > longest:
                best, longest = at, run
        return (best, longest) if best is not None and best >= 0 and longest > others else (None, 0)

    # --- names

    def _names(self, place: int) -> list[Evidence]:
        own = self.parts[place].own
        start = 0
        if greeting := GREETING.match(own):
            start = greeting.end()
        at = own[start : start + 1] == "@"
        found = self._name_at(place, own, start + at, at, bool(greeting))
        if found:
            evidence, end = found
            more = MORE_NAMES.match(own, end)
            if more and more.end() > end:
                second = self._name_at(place, own, more.end(), bool(more[1]), False)
                if more[1] or second and second.evidence.place != evidence.place:
                    return [evidence._replace(confidence=min(evidence.confidence, AMBIGUOUS))]
            return [evidence]
        mentions = [
            one.evidence
            for mark in MENTION.finditer(own[:HEAD])
            if (one := self._name_at(place, own, mark.end(), True, False))
        ]
        if len({one.place for one in mentions}) == 1:
            sure = min(MENTIONED, mentions[0].confidence)
            return [mentions[0]._replace(kind="mention", confidence=sure)]
        return []

    def _name_at(
        self, place: int, own: str, start: int, at: bool, greeted: bool
    ) -> "_FoundName | None":
        """Return whom the comment addresses with the name that starts here."""
        tokens: list[re.Match[str]] = []
        end = start
        for token in TOKEN.finditer(own, start, start + 120):
            if token.start() - end > 1 or len(tokens) == MAX_TOKENS:
                break
            tokens.append(token)
            end = token.end()
        if not tokens or tokens[0].start() != start:
            return None
        for count in range(len(tokens), 0, -1):
            end = tokens[count - 1].end()
            text = own[start:end].rstrip(".-'’")
            end = start + len(text)
            name = _name_of(text)
            people = {name} if name in self.by_name else set()
            is_full = bool(people)
            namesakes = self.by_first.get(name, set()) if count == 1 else set()
            if not people and not namesakes:
                continue
            if not at and not self._is_address(own, start, end, greeted):
                continue
            is_ambiguous = len(people | namesakes) > 1
            person = name if is_full else sorted(namesakes)[0]
            mine = _name_of(self.comments[place].name)
            if person == mine or name == mine:
                return None  # a signature
            base = AT_NAME if at and is_full else FULL_NAME if at or is_full else FIRST_NAME
            if name in self.authors or person in self.authors:
                base = min(base, ARTICLE_AUTHOR)
            if not at and not greeted and count == 1 and name in self.ordinary:
                base = min(base, ORDINARY_WORD)
            if is_ambiguous:
                base = min(base, AMBIGUOUS)
            target, sure = self._of_person(place, person)
            return _FoundName(
                Evidence("name", target, min(base, sure), ("@" if at else "") + text), end
            )
        return None

    def _is_address(self, own: str, start: int, end: int, greeted: bool) -> bool:
        """Return whether a name is set off from what follows."""
        if own[start].islower() and not greeted or not own[end:].strip(" .,:!-\n"):
            return False
        return bool(AFTER_NAME.match(own, end) or SAID.match(own, end))

    def _of_person(self, place: int, person: str) -> tuple[int, float]:
        """Return the comment of a person that another one most likely answers, and how sure it is."""
        theirs = self.by_name[person]
        latest = theirs[-1]
        if len({self.comments[p].person for p in theirs if self.comments[p].person}) > 1:
            return latest, AMBIGUOUS
        if len(theirs) == 1:
            return latest, 1.0
        answered = self.parents.get(latest)
        mine = _name_of(self.comments[place].name)
        if mine and answered is not None and _name_of(self.comments[answered].name) == mine:
            return latest, IN_CONVERSATION
        return latest, NEXT_TO if latest == place - 1 else ONE_OF_SEVERAL

    # --- numbers

    def _numbers(self, place: int) -> list[Evidence]:
        own = self.parts[place].own
        head = own[:HEAD]
        if not NUMBER.search(head):
            return []
        start = GREETING.match(own)
        begin = start.end() if start else 0
        is_far = FAR_LETTER.search(head)
        first = FAR_NUMBER_FIRST if is_far else NUMBER_FIRST
        match = (
            (is_far and NOUN_LAST.match(own, begin))
            or first.match(own)
            or first.match(own, begin)
            or AT_NUMBER.match(own, begin)
        )
        if match:
            groups = match.groupdict()
            with_at = match[0].startswith("@")
            is_bare = not groups.get("noun") and not with_at
            sure = WITH_NOUN if groups.get("noun") else WITH_MARK if is_bare else WITH_AT
            if not ENDS_REFERENCE.match(own, match.end()):
                sure = ORDINARY_WORD if is_bare else sure if with_at else ABOUT
        else:
            later = [*(FAR_NUMBER_LATER if is_far else NUMBER_LATER).finditer(head)]
            if is_far:
                later += NOUN_LAST.finditer(head)
            if len({found["n"] for found in later}) != 1:
                return []
            match, sure, is_bare = later[0], IN_PASSING, False
        number = int(match["n"])
        target = self.by_number.get(number)
        if target is None or ELSEWHERE.match(own, match.end()):
            return []
        if is_bare and number in self.points:
            sure = AMBIGUOUS
        return [Evidence("number", target, sure, match[0].strip())]


class _FoundName(NamedTuple):
    evidence: Evidence
    end: int


def _name_of(name: str) -> str:
    """Return a name by which people are recognised."""
    return " ".join(words(name))


def _weigh(place: int, evidence: Sequence[Evidence]) -> FoundParent | None:
    """Return the parent for which the evidence is best."""
    by_parent: defaultdict[int, list[Evidence]] = defaultdict(list)
    for one in evidence:
        by_parent[one.place].append(one)
    if not by_parent:
        return None
    sums = {}
    for parent, signs in by_parent.items():
        doubt = 1.0
        for one in signs:
            doubt *= 1 - one.confidence
        sums[parent] = 1 - doubt
    best = max(sums, key=lambda parent: (sums[parent], parent))
    other = max((sure for parent, sure in sums.items() if parent != best), default=0.0)
    confidence = round(sums[best] * (1 - DISAGREES * other), 4)
    return FoundParent(place, best, confidence, tuple(by_parent[best]))
