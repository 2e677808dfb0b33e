"""Sources are edited at random and imported again: nothing is doubled, and nothing decided, written,
closed or corrected here is lost.

The number of edits is small here. For all: EDITS=2000 python -m pytest tests/importing/test_random_edits.py
"""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from commentary import discussions
from commentary.discussions import tree
from commentary.importing.source import SourceFile
from commentary.importing.store import import_source
from commentary.models import Article, AuditEntry, Comment, PointLink
from tests.importing.exports import (
    disqus,
    disqus_post,
    disqus_thread,
    wxr,
    wxr_comment,
    wxr_item,
)

pytestmark = pytest.mark.django_db

EDITS = int(os.environ.get("EDITS", "32"))
SOURCES = min(40, EDITS // 4)
WORDS = [
    "rope",
    "ferry",
    "harbour",
    "anchor",
    "storm",
    "chain",
    "winter",
    "meadow",
    "lantern",
    "bread",
    "window",
    "bridge",
    "engine",
    "captain",
    "water",
    "letter",
    "garden",
    "stone",
    "signal",
    "morning",
    "market",
    "corner",
    "island",
    "river",
    "ladder",
    "kettle",
    "carries",
    "breaks",
    "waits",
    "sinks",
    "turns",
    "holds",
    "burns",
    "grows",
    "falls",
    "opens",
    "with",
    "under",
    "before",
    "without",
]
NAMES = ("Ada Lind", "Bo Berg", "Cy Moor", "Di Ask", "")
SHORT = ("Thanks", "Well said", "Agreed", "No")


@dataclass
class Item:
    """A comment at the source; `who` is what it is, whatever the source makes of it."""

    who: int
    key: int
    text: str
    name: str
    parent: int = 0  # the `who` of another one
    status: str = "1"


@dataclass
class Source:
    """A source that is edited and exported again and again."""

    chance: random.Random
    kind: str
    items: list[Item] = field(default_factory=list)
    words: str = "On ropes."
    last: int = 0
    is_split: bool = False

    @property
    def has_parents(self) -> bool:
        return self.kind in ("wordpress", "disqus")

    def sentence(self) -> str:
        if self.chance.random() < 0.2:
            return self.chance.choice(SHORT)
        return " ".join(self.chance.choices(WORDS, k=self.chance.randint(6, 16))).capitalize()

    def insert(self) -> None:
        self.last += 1
        key = max((item.key for item in self.items), default=0) + 1
        parent = 0
        if self.has_parents and self.items:
            parent = self.chance.choice([0, *(item.who for item in self.items)])
        text = f"{self.sentence()}, on point {self.chance.randint(1, 3)}"
        item = Item(
            self.last,
            key,
            text,
            self.chance.choice(NAMES[: 4 if self.kind == "text" else 5]),
            parent,
        )
        self.items.insert(self.chance.randint(0, len(self.items)), item)

    def edit(self) -> None:
        edits: dict[str, Callable[[int], None]] = {
            "word": self.change_word,
            "name": self.change_name,
            "insert": lambda at: self.insert(),
            "remove": self.remove,
            "renumber": lambda at: self.renumber(),
            "move": self.move,
            "split": lambda at: setattr(self, "is_split", True),
            "article": lambda at: setattr(self, "words", f"On ropes {self.chance.randint(1, 99)}."),
        }
        if self.kind == "wordpress":
            edits["status"] = self.change_status
        edits[self.chance.choice(list(edits))](self.chance.randrange(len(self.items)))

    def change(self, at: int, **values: Any) -> None:
        self.items[at] = replace(self.items[at], **values)

    def change_word(self, at: int) -> None:
        words = self.items[at].text.split()
        words[self.chance.randrange(len(words))] = self.chance.choice(WORDS)
        self.change(at, text=" ".join(words))

    def change_name(self, at: int) -> None:
        self.change(at, name=self.chance.choice(("Ada L.", "Bo B.", "Cyrus Moor")))

    def change_status(self, at: int) -> None:
        self.change(at, status=self.chance.choice(("1", "spam", "trash", "0")))

    def remove(self, at: int) -> None:
        if len(self.items) > 4:
            del self.items[at]

    def renumber(self) -> None:
        first = self.chance.randint(1, 40)
        self.items = [replace(item, key=first + n) for n, item in enumerate(self.items)]

    def move(self, at: int) -> None:
        """Move a comment in the file and, if they have parents, below another."""
        item = self.items.pop(at)
        self.items.insert(self.chance.randint(0, len(self.items)), item)
        if not self.has_parents:
            return
        above = {each.who: each.parent for each in self.items} | {item.who: item.parent}
        below = self.chance.choice([0, *(each.who for each in self.items)])
        who = below
        while who and who != item.who:
            who = above.get(who, 0)
        if who != item.who:
            self.change(self.items.index(item), parent=below)

    def bring(self) -> None:
        """Import the source, in three parts if it was split."""
        parts = [self.items]
        if self.is_split:
            self.is_split = False
            third = len(self.items) // 3 + 1
            parts = [self.items[n : n + third] for n in range(0, len(self.items), third)]
        for number, items in enumerate(parts, 1):
            name = f"ropes-{number}.txt" if len(parts) > 1 else "ropes.txt"
            data = getattr(self, self.kind)(items)
            import_source(SourceFile.from_bytes(name if self.kind == "text" else "export", data))

    def date(self, item: Item) -> tuple[int, int]:
        return 9 + item.who // 60, item.who % 60

    def body(self) -> str:
        return f"{self.words} The rope of a ferry is longer than the river, and it gets wet."

    def keys(self) -> dict[int, int]:
        return {item.who: item.key for item in self.items}

    def wordpress(self, items: list[Item], has_ids: bool = True) -> bytes:
        keys = self.keys()
        comments = [
            wxr_comment(
                item.key if has_ids else "",
                item.text,
                comment_author=item.name,
                comment_parent=keys.get(item.parent, 0) if has_ids else 0,
                comment_approved=item.status,
                comment_date_gmt="2011-06-03 {:02}:{:02}:00".format(*self.date(item)),
            )
            for item in items
        ]
        points = "</p><ol><li>Hemp.</li><li>Wire.</li><li>Nylon.</li></ol><p>"
        data = wxr(wxr_item(*comments)).replace(b"On ropes.", f"{self.body()}{points}".encode())
        return data.replace(b"</channel>", f"<!-- {self.chance.random()} --></channel>".encode())

    def without_ids(self, items: list[Item]) -> bytes:
        return self.wordpress(items, has_ids=False)

    def disqus(self, items: list[Item]) -> bytes:
        keys = self.keys()
        posts = [
            disqus_post(
                item.key,
                2,
                keys.get(item.parent),
                message=f"<![CDATA[<p>{item.text}</p>]]>",
                author=f"<name>{item.name}</name>",
                createdAt="2011-06-03T{:02}:{:02}:00Z".format(*self.date(item)),
            )
            for item in items
        ]
        return disqus(disqus_thread(2), *posts, f"<!-- {self.chance.random()} -->")

    def text(self, items: list[Item]) -> bytes:
        lines = ["Ropes and knots", "", "By Tove Lind", "", self.body(), ""]
        lines += [f"{len(self.items)} Responses", ""]
        for number, item in enumerate(items, 1):
            hour, minute = self.date(item)
            clock = f"{(hour - 1) % 12 + 1}:{minute:02} {'am' if hour < 12 else 'pm'}"
            lines += [f"  {number}. {item.name or 'Anonymous'}", f"    June 3, 2011 at {clock}", ""]
            lines += [f"    {item.text}.", ""]
        return "\n".join([*lines, "Comments are closed.", ""]).encode()


def act(chance: random.Random, ed) -> None:
    """Decide, close, write, correct or link something here."""
    found = chance.choice(list(Comment.objects.order_by("pk")))
    what = chance.choice(["remove", "close", "reply", "correct", "link"])
    if what == "remove" and found.status == "approved":
        discussions.remove(found, by=ed)
    elif what == "close":
        discussions.close(found, by=ed)
    elif what == "reply":
        sender = discussions.Sender(writer="w", editor=ed)
        text, key = f"Written here {chance.random()}", str(chance.random())
        try:
            discussions.submit(found.discussion_id, found.pk, text, sender, key)
        except discussions.Refusal:
            pass  # a branch closed here, or a parent that isn't public
    elif what == "correct":
        discussions.correct(found, ed, found.name, f"Ours {chance.random()}")
    elif what == "link":
        discussions.link(found, chance.randint(1, 3), ed)


def held_here() -> dict[str, object]:
    """Return what was decided, closed, written, corrected and linked here."""
    by_hand = AuditEntry.objects.exclude(actor=None)
    decided = Comment.objects.filter(pk__in=by_hand.filter(verb="remove").values("comment"))
    corrected = by_hand.filter(verb="correct").exclude(comment=None)
    return {
        "decided": dict(decided.values_list("pk", "status")),
        "closed": set(Comment.objects.exclude(closed_entry=None).values_list("pk", "closed_entry")),
        "written": set(
            Comment.objects.filter(source_key="").values_list("pk", "parent", "body", "status")
        ),
        "corrected": set(
            Comment.objects.filter(pk__in=corrected.values("comment")).values_list("pk", "body")
        ),
        "links": set(
            PointLink.objects.exclude(audit_entries=None).values_list("pk", "comment", "state")
        ),
    }


def plain(comment: Comment) -> str:
    return comment.plain.strip().rstrip(".")


@pytest.mark.parametrize("seed", range(SOURCES))
def test_random_edits_of_a_source_double_nothing_and_lose_nothing_from_here(seed, ed):
    chance = random.Random(seed)
    kind = ("wordpress", "without_ids", "disqus", "text")[seed % 4]
    source = Source(chance, kind)
    for _ in range(8):
        source.insert()
    stored: dict[int, int] = {}  # the keys of rows by what they are
    edits = 0
    source.bring()
    while True:
        rows = {row.pk: row for row in Comment.objects.exclude(source_key="")}
        new = set(rows) - set(stored.values())
        fresh = [item for item in source.items if item.who not in stored]
        assert len(new) == len(fresh), (seed, edits)
        for item in fresh:
            values = (item.text, item.name)
            stored[item.who] = next(
                pk for pk in sorted(new) if (plain(rows[pk]), rows[pk].name) == values
            )
            new.remove(stored[item.who])
        assert Article.objects.count() == 1
        corrected = {pk for pk, _body in held_here()["corrected"]}
        for item in source.items:
            row = rows[stored[item.who]]
            if row.pk not in corrected:
                assert (plain(row), row.name) == (item.text, item.name), (seed, edits)
        assert tree.check() == []
        if edits >= EDITS // SOURCES:
            break
        for _ in range(chance.randint(0, 2)):
            act(chance, ed)
        before = held_here()
        for _ in range(chance.randint(1, 2)):
            source.edit()
            edits += 1
        source.bring()
        assert held_here() == before, (seed, edits)
