"""How well replies are recognised in flattened threads: precision and recall of the proposals.

Flattens the threads of the demo and generated ones, in which only some comments say what they
answer, and many mislead: people with the same name, quotations of quotations, of the article and of
proverbs, numbers of points and ranks, names that are words, signatures and greetings.

Real threads are measured as a second figure if folders with expected results are given, whose
comments have the parents that their pages show:

    python -m benchmarks.replies FOLDER...
"""

import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from commentary.importing.formats import detect, reader
from commentary.importing.records import ItemLedger, Ledger
from commentary.importing.source import SourceFile
from commentary.text.folding import words
from commentary.text.reply_evidence import THRESHOLD, FoundParent, Utterance, find_answers

FIXTURES = Path(__file__).parent.parent / "fixtures"
THREADS = 400
NAMES = (
    "Maren Vogel", "Maren", "Jonas", "Will", "Mark Bell", "Grace", "Ines Anker", "Tove", "Ada Lind",
    "Ada Moor", "Karl", "Bo", "Piet", "Lotte", "Élodie Roux", "Søren", "Nadia", "Omar Haddad",
    "river_rat", "Tom", "Tom", "Anna B.", "May", "Old Sailor", "José", "Yuki", "Marta",
)  # fmt: skip
NOUNS = words(
    "river ferry harbour bridge lantern workshop ladder kettle orchard signal timetable hedge window "
    "mill boat engine ledger festival market garden rope lighthouse library bakery carriage chimney "
    "roof swallow meadow canal station platform bench compass anchor candle quilt wheel barrow"
)
VERBS = words(
    "floods freezes opens closes breaks creaks shines leaks turns fails returns moves burns drifts "
    "sinks rattles improves disappears matters stops"
)
RESTS = (
    "every spring since the dam was built",
    "whenever the wind comes from the east",
    "long before anybody wakes up here",
    "although nobody has paid for repairs",
    "because the council changed the rules",
    "on Sundays and in the holidays",
    "which my grandfather always predicted",
    "and the neighbours complain about it",
    "unless somebody oils the hinges first",
    "more often than the papers admit",
)
OPENERS = (
    "I think",
    "As far as I know,",
    "In our village",
    "Honestly,",
    "To be fair,",
    "Still,",
    "",
)
PROVERBS = (
    "the road to hell is paved with good intentions as they say",
    "a bird in the hand is worth two in the bush",
)


@dataclass
class Thread:
    """A discussion with the parents it had before it was flattened."""

    comments: list[Utterance]
    parents: list[int | None]
    article: str = ""
    authors: list[str] = field(default_factory=list)
    points: list[int] = field(default_factory=list)

    def answers(self) -> list[FoundParent]:
        return find_answers(self.comments, words(self.article), self.authors, self.points)


def sentence(dice: random.Random) -> str:
    noun, other = dice.sample(NOUNS, 2)
    said = f"{dice.choice(OPENERS)} the {noun} near the {other} {dice.choice(VERBS)} {dice.choice(RESTS)}."
    return said.strip()[0].upper() + said.strip()[1:]


def generated(seed: int) -> Thread:
    """Return a thread in which about two of three replies give a sign of their parent."""
    dice = random.Random(seed)
    article = " ".join(sentence(dice) for _ in range(12))
    author = dice.choice(("Ines Anker", "Ada Lind", "Rosa Mann"))
    points = list(range(1, dice.choice((0, 0, 6, 9)) + 1))
    people = dice.sample(range(len(NAMES)), dice.randint(4, 12))
    thread = Thread([], [], article, [author], points)
    speakers: list[int] = []
    own: list[list[str]] = []
    for place in range(dice.randint(6, 60)):
        speaker = dice.choice(people)
        parent = None
        if place and dice.random() < 0.65:
            back = min(int(dice.expovariate(0.25)) + 1, place)
            parent = place - back
            if speakers[parent] == speaker:
                parent = None
        said = [sentence(dice) for _ in range(dice.randint(1, 4))]
        text = " ".join(said)
        if parent is None:
            text = _decoy(dice, text, thread, article, author)
        else:
            text = _reply(dice, text, parent, thread, own)
        thread.comments.append(Utterance(place + 1, NAMES[speaker], text))
        thread.parents.append(parent)
        speakers.append(speaker)
        own.append(said)
    return thread


def _reply(
    dice: random.Random, text: str, parent: int, thread: Thread, own: list[list[str]]
) -> str:
    """Return the text of a reply, perhaps with a sign of its parent, or with something misleading."""
    answered = thread.comments[parent]
    name, first = answered.name, answered.name.split(" ")[0]
    quoted = dice.choice(own[parent])
    grand = thread.parents[parent]
    style = dice.randrange(22)
    if style < 3:
        return f"@{name} {text}"
    if style < 5:
        return f"{first}, {text[0].lower()}{text[1:]}"
    if style == 5:
        return f"{dice.choice(('Hi', 'Dear', 'Hallo'))} {first},\n\n{text}"
    if style == 6:
        return f"@{first}: {text}"
    if style < 10:
        return f"> {quoted}\n\n{text}"
    if style == 10:
        return f"“{quoted.rstrip('.')}” – {text}"
    if style == 11:
        return f"{quoted}\n\n{text}"
    if style == 12:
        return f"#{answered.number}: {text}"
    if style == 13:
        return f"Comment {answered.number} is wrong. {text}"
    if style == 14:
        return f"@{answered.number} {text}"
    if style == 15:
        return f"{name} wrote:\n> {quoted}\n\n{text}"
    if style == 16 and grand is not None:  # a quotation with the quotation it contains
        return f"> > {dice.choice(own[grand])}\n> {quoted}\n\n{text}"
    if style == 17:  # somebody else is mentioned
        other = dice.choice(thread.comments).name
        return f"{text} I liked what @{other} said, too."
    return text


def _decoy(dice: random.Random, text: str, thread: Thread, article: str, author: str) -> str:
    """Return the text of a comment on the article that may look like a reply."""
    style = dice.randrange(14)
    if style == 0:
        return f"{author}, {text[0].lower()}{text[1:]}"
    if style == 1:
        return f"@{author} {text}"
    if style == 2:
        quoted = dice.choice(article.split(". ")).rstrip(".")
        return f"> {quoted}.\n\n{text}"
    if style == 3:
        return f"“{dice.choice(PROVERBS)}” – {text}"
    if style == 4 and thread.points:
        return f"#{dice.choice(thread.points)}: {text}"
    if style == 5:
        return f"#{dice.randint(1, 3)} reason to read this: {text}"
    if style == 6 and thread.comments:  # a signature
        return f"{text}\n\n{dice.choice(thread.comments).name}"
    if style == 7:
        return f"Hello everyone, {text}"
    if style == 8:
        return f"Will that help? May be. Mark my words, will you: {text}"
    if style == 9 and len(thread.comments) > 2:
        one, other = dice.sample(thread.comments, 2)
        return f"@{one.name} and @{other.name}: {text}"
    return text


def demo() -> Iterator[Thread]:
    """Yield the discussions of the demo."""
    for path in sorted(FIXTURES.rglob("*")):
        if not path.is_file():
            continue
        source = SourceFile.from_path(path.name, path)
        format = detect(source)
        ledger = Ledger(len(source.lines)) if format == "text" else ItemLedger()
        for record in reader(format).read(source, ledger):
            comments = [c for c in record.comments if c.kind == "comment"]
            places = {comment.key: place for place, comment in enumerate(comments)}
            body = " ".join(block.text for block in record.blocks)
            yield Thread(
                [Utterance(n, c.author, c.text) for n, c in enumerate(comments, 1)],
                [places.get(c.parent or "") for c in comments],
                body,
                record.authors,
                [block.number for block in record.blocks if block.number],
            )


def expected(folder: Path) -> Iterator[Thread]:
    """Yield the discussions of the expected results of sources in a folder, in the formats of
    `tests/importing/samples` and `tests/importing/saved_pages`.
    """
    for path in sorted(folder.rglob("*.json")):
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            continue
        if isinstance(found, dict):
            for article in found.get("articles", [found]):
                if isinstance(article, dict) and article.get("comments"):
                    yield _expected(article)


def _expected(article: dict[str, Any]) -> Thread:
    rows = [row for row in article["comments"] if row.get("kind", "comment") == "comment"]
    places = {id(row): place for place, row in enumerate(rows)}
    by_key = {row["id"]: place for place, row in enumerate(rows) if row.get("id")}
    thread = Thread([], [], article.get("body_text") or "", article.get("authors") or [])
    for number, row in enumerate(rows, 1):
        text = row.get("text") or ""
        said = text if isinstance(text, str) else "\n\n".join(text)
        thread.comments.append(Utterance(number, row.get("author") or "", said))
        above = row.get("parent_index")
        parent = by_key.get(row.get("parent_id"))
        if above is not None:
            parent = places.get(id(article["comments"][above]))
        thread.parents.append(parent)
    for block in article.get("body_blocks") or []:
        thread.article += f" {block['text']}"
        if block.get("n"):
            thread.points.append(block["n"])
    return thread


@dataclass
class Score:
    """Proposals at a threshold: how many are right, of how many, and how many replies there are."""

    right: int = 0
    proposed: int = 0
    replies: int = 0

    def add(self, thread: Thread, threshold: float) -> None:
        self.replies += sum(parent is not None for parent in thread.parents)
        for answer in thread.answers():
            if answer.confidence >= threshold:
                self.proposed += 1
                self.right += thread.parents[answer.place] == answer.parent

    @property
    def precision(self) -> float:
        return self.right / self.proposed if self.proposed else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.replies if self.replies else 1.0


def scored(threads: Sequence[Thread], threshold: float = THRESHOLD) -> Score:
    score = Score()
    for thread in threads:
        score.add(thread, threshold)
    return score


def main(folders: Sequence[str] = ()) -> None:
    measured = {
        "demo": list(demo()),
        "generated": [generated(seed) for seed in range(THREADS)],
    }
    if folders:
        measured["real"] = [thread for folder in folders for thread in expected(Path(folder))]
    for name, threads in measured.items():
        for threshold in (0.99, THRESHOLD, 0.9, 0.75):
            score = scored(threads, threshold)
            print(  # noqa: T201
                f"replies, {name}, at {threshold:.2f}: precision {score.precision:.3f}, "
                f"recall {score.recall:.3f} ({score.proposed:,} proposed of {score.replies:,})"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
