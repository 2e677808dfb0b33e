"""Sources that are edited at random and imported again: texts, exports and saved pages."""

import io
import json
import random
import tempfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from commentary.importing.archives import Archive
from commentary.importing.source import SourceFile
from commentary.importing.store import import_source
from commentary.importing.store_site import import_site
from commentary.text.folding import words
from tests.importing.exports import (
    disqus,
    disqus_post,
    disqus_thread,
    isso,
    remark42,
    remark42_comment,
    wxr,
    wxr_comment,
    wxr_item,
)

WORDS = words(
    "rope ferry harbour anchor storm chain winter meadow lantern bread window bridge engine captain "
    "water letter garden stone signal morning market corner island river ladder kettle carries breaks "
    "waits sinks turns holds burns grows falls opens with under before without"
)
NAMES = ("Ada Lind", "Bo Berg", "Cy Moor", "Di Ask", "")
SHORT = ("Thanks", "Well said", "Agreed", "No")
ADDRESS = "https://quay.example/ropes/"
STATUSES = {
    "wordpress": ("1", "spam", "trash", "0"),
    "commento": ("approved", "flagged", "unapproved"),
}


@dataclass
class Item:
    """A comment at the source; `who` is what it is, whatever the source makes of it."""

    who: int
    key: int
    text: str
    name: str
    parent: int = 0  # the `who` of another one
    status: str = ""

    @property
    def hour(self) -> int:
        return 9 + self.who // 60

    @property
    def minute(self) -> int:
        return self.who % 60

    @property
    def time(self) -> str:
        return f"{self.hour:02}:{self.minute:02}:00"


Part = list[Item]


@dataclass
class EditedSource:
    """A source that is edited and exported again and again."""

    KINDS: ClassVar = (
        *("wordpress", "without_ids", "disqus", "text", "page", "page_without_ids"),
        *("mirror", "warc", "commento", "isso_list", "isso_database", "remark42"),
    )

    chance: random.Random
    kind: str
    items: Part = field(default_factory=list)
    words: str = "On ropes."
    last: int = 0
    is_split: bool = False

    # --- edits

    @property
    def has_parents(self) -> bool:
        return self.kind not in ("text", "without_ids")

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
        name = self.chance.choice(NAMES[: 4 if self.kind == "text" else 5])
        status = STATUSES.get(self.kind, ("",))[0]
        item = Item(self.last, key, text, name, parent, status)
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
        if self.kind in STATUSES:
            edits["status"] = self.change_status
        edits[self.chance.choice(list(edits))](self.chance.randrange(len(self.items)))

    def change(self, at: int, **values: Any) -> None:
        self.items[at] = replace(self.items[at], **values)

    def change_word(self, at: int) -> None:
        text = self.items[at].text.split()
        text[self.chance.randrange(len(text))] = self.chance.choice(WORDS)
        self.change(at, text=" ".join(text))

    def change_name(self, at: int) -> None:
        self.change(at, name=self.chance.choice(("Ada L.", "Bo B.", "Cyrus Moor")))

    def change_status(self, at: int) -> None:
        self.change(at, status=self.chance.choice(STATUSES[self.kind]))

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

    # --- the import

    def bring(self) -> None:
        """Import the source, in three parts if it was split."""
        parts = self.parts() if self.is_split else [self.items]
        self.is_split = False
        if self.kind in ("mirror", "warc"):
            getattr(self, f"bring_{self.kind}")(parts)
            return
        for number, items in enumerate(parts, 1):
            data = getattr(self, self.kind)(items)
            if self.kind.startswith("page"):
                file = f"ropes-{number}.html" if len(parts) > 1 else "ropes.html"
                self.bring_pages({file: data})
                continue
            name = "export"
            if self.kind == "text":
                name = f"ropes-{number}.txt" if len(parts) > 1 else "ropes.txt"
            import_source(SourceFile.from_bytes(name, data))

    def parts(self) -> list[Part]:
        """Return three parts. Pages are split between threads, because a page shows whole ones."""
        units: list[Part] = [[item] for item in self.items]
        if self.kind in ("page", "page_without_ids", "mirror", "warc"):
            units = [[root, *self.below(root)] for root in self.roots(self.items)]
        third = len(units) // 3 + 1
        split = [units[n : n + third] for n in range(0, len(units), third)]
        return [[item for unit in part for item in unit] for part in split]

    def roots(self, items: Part) -> Part:
        there = {item.who for item in items}
        return [item for item in items if item.parent not in there]

    def below(self, above: Item) -> Part:
        found = []
        for item in self.items:
            if item.parent == above.who:
                found += [item, *self.below(item)]
        return found

    def bring_pages(self, files: dict[str, bytes]) -> None:
        """Import files of a folder together."""
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            archive = stack.enter_context(Archive())
            for name, data in files.items():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
                archive.add(name, path)
            for report in import_site(archive):
                assert report.outcome != "refused", report

    def bring_mirror(self, parts: list[Part]) -> None:
        pages = self.site(parts)
        home = "<p>Notes from the quay. <a href='ropes/'>Ropes &amp; knots</a></p>"
        pages[""] = f"<title>Quay</title><body class='home blog'>{home}</body>".encode()
        files = {f"quay.example/{address}index.html": data for address, data in pages.items()}
        self.bring_pages(files)

    def bring_warc(self, parts: list[Part]) -> None:
        file = io.BytesIO()
        writer = WARCWriter(file, gzip=True)
        for address, data in self.site(parts).items():
            fields = [("Content-Type", "text/html; charset=utf-8")]
            head = StatusAndHeaders("200 OK", fields, protocol="HTTP/1.1")
            record = writer.create_warc_record(
                f"https://quay.example/{address}",
                "response",
                payload=io.BytesIO(data),
                http_headers=head,
            )
            writer.write_record(record)
        self.bring_pages({"quay.warc.gz": file.getvalue()})

    def site(self, parts: list[Part]) -> dict[str, bytes]:
        """Return the pages of the article, and of more of its comments, by their paths."""
        pages = {f"ropes/comment-page-{n}/": items for n, items in enumerate(parts, 1) if n > 1}
        return {path: self.page(items) for path, items in {"ropes/": parts[0], **pages}.items()}

    # --- formats

    def body(self) -> str:
        return f"{self.words} The rope of a ferry is longer than the river, and it gets wet."

    def article(self) -> str:
        return f"<p>{self.body()}</p><ol><li>Hemp.</li><li>Wire.</li><li>Nylon.</li></ol>"

    def keys(self) -> dict[int, int]:
        return {item.who: item.key for item in self.items}

    def parent_key(self, item: Item) -> int | None:
        return self.keys().get(item.parent)

    def wordpress(self, items: Part, has_ids: bool = True) -> bytes:
        comments = [
            wxr_comment(
                item.key if has_ids else "",
                item.text,
                comment_author=item.name,
                comment_parent=(self.parent_key(item) or 0) if has_ids else 0,
                comment_approved=item.status or "1",
                comment_date_gmt=f"2011-06-03 {item.time}",
            )
            for item in items
        ]
        data = wxr(wxr_item(*comments)).replace(b"<p>On ropes.</p>", self.article().encode())
        return data.replace(b"</channel>", f"<!-- {self.chance.random()} --></channel>".encode())

    def without_ids(self, items: Part) -> bytes:
        return self.wordpress(items, has_ids=False)

    def disqus(self, items: Part) -> bytes:
        posts = [
            disqus_post(
                item.key,
                2,
                self.parent_key(item),
                message=f"<![CDATA[<p>{item.text}</p>]]>",
                author=f"<name>{item.name}</name>",
                createdAt=f"2011-06-03T{item.time}Z",
            )
            for item in items
        ]
        return disqus(disqus_thread(2), *posts, f"<!-- {self.chance.random()} -->")

    def text(self, items: Part) -> bytes:
        lines = ["Ropes and knots", "", "By Tove Lind", "", self.body(), ""]
        lines += [f"{len(self.items)} Responses", ""]
        for number, item in enumerate(items, 1):
            half = "am" if item.hour < 12 else "pm"
            clock = f"{(item.hour - 1) % 12 + 1}:{item.minute:02} {half}"
            lines += [f"  {number}. {item.name or 'Anonymous'}", f"    June 3, 2011 at {clock}", ""]
            lines += [f"    {item.text}.", ""]
        return "\n".join([*lines, "Comments are closed.", ""]).encode()

    def commento(self, items: Part) -> bytes:
        names = sorted({item.name for item in items} - {""})
        comments = [
            {
                "commentHex": f"{item.key:02x}c",
                "domain": "quay.example",
                "url": "/ropes/",
                "commenterHex": f"k{names.index(item.name)}" if item.name else "anonymous",
                "markdown": item.text,
                "parentHex": f"{above:02x}c" if (above := self.parent_key(item)) else "root",
                "state": item.status,
                "creationDate": f"2011-06-03T{item.time}Z",
                "deleted": False,
            }
            for item in items
        ]
        people = [{"commenterHex": f"k{n}", "name": name} for n, name in enumerate(names)]
        return as_json({"version": 1, "comments": comments, "commenters": people}, self.chance)

    def isso_list(self, items: Part) -> bytes:
        comments = [
            {
                "id": item.key,
                "author": item.name or None,
                "created": f"2011-06-03 {item.time}",
                "text": item.text,
                "parent": self.parent_key(item),
            }
            for item in items
        ]
        return as_json([{"id": "/ropes/", "title": "Ropes", "comments": comments}], self.chance)

    def isso_database(self, items: Part) -> bytes:
        began = 1307091600 - 9 * 3600  # 2011-06-03T00:00:00Z
        comments = [
            (1, item.key, self.parent_key(item), began + item.hour * 3600 + item.minute * 60)
            + (1, item.text, item.name or None)
            for item in items
        ]
        with tempfile.TemporaryDirectory() as folder:
            return isso(Path(folder), [(1, "/ropes/", "Ropes")], comments, self.changed())

    def changed(self) -> str:
        return f"PRAGMA user_version = {self.chance.randint(1, 10**6)}"

    def remark42(self, items: Part) -> bytes:
        comments = [
            remark42_comment(
                f"c{item.key}",
                f"c{above}" if (above := self.parent_key(item)) else "",
                text=f"<p>{item.text}</p>",
                user={"name": item.name},
                time=f"2011-06-03T{item.time}Z",
            )
            for item in items
        ]
        return remark42(*comments) + b" " * self.chance.randint(1, 10**4)

    def page(self, items: Part) -> bytes:
        """Return a page as WordPress shows it."""

        def thread(item: Item) -> str:
            date = f"<time datetime='2011-06-03T{item.time}+00:00'>June 3, 2011</time>"
            return (
                f"<li id='comment-{item.key}' class='comment'><article class='comment-body'>"
                f"<footer class='comment-meta'><div class='comment-author vcard'>"
                f"<b class='fn'>{item.name or 'Anonymous'}</b> <span class='says'>says:</span></div>"
                f"<div class='comment-metadata'><a href='{ADDRESS}#comment-{item.key}'>{date}</a></div>"
                f"</footer><div class='comment-content'><p>{item.text}</p></div></article>"
                f"{nested('<ol class=children>{}</ol>', map(thread, children(item, items)))}</li>"
            )

        comments = "".join(map(thread, self.roots(items)))
        return self.html(
            f"<article class='hentry post'><h1 class='entry-title'>Ropes &amp; knots</h1>"
            f"<div class='entry-content'>{self.article()}</div></article>"
            f"<div id='comments'><h2 class='comments-title'>{len(self.items)} Replies</h2>"
            f"<ol class='comment-list'>{comments}</ol></div>"
        )

    def page_without_ids(self, items: Part) -> bytes:
        """Return a page with microdata, whose comments have no anchors."""

        def thread(item: Item) -> str:
            return (
                "<div itemprop='comment' itemscope itemtype='https://schema.org/Comment'>"
                "<span itemprop='author' itemscope itemtype='https://schema.org/Person'>"
                f"<span itemprop='name'>{item.name or 'Anonymous'}</span></span> "
                f"<meta itemprop='dateCreated' content='2011-06-03T{item.time}+00:00'>"
                f"<div itemprop='text'><p>{item.text}</p></div>"
                f"{''.join(map(thread, children(item, items)))}</div>"
            )

        comments = "".join(map(thread, self.roots(items)))
        return self.html(
            "<div itemscope itemtype='https://schema.org/BlogPosting'>"
            "<h1 itemprop='headline'>Ropes &amp; knots</h1>"
            f"<div itemprop='articleBody'>{self.article()}</div>"
            f"<meta itemprop='commentCount' content='{len(self.items)}'><div>{comments}</div></div>"
        )

    def html(self, body: str) -> bytes:
        return (
            "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>"
            f"<title>Ropes &amp; knots | Quay</title><link rel='canonical' href='{ADDRESS}'></head>"
            f"<body class='single'>{body}<!-- {self.chance.random()} --></body></html>"
        ).encode()


def children(above: Item, items: Part) -> Part:
    return [item for item in items if item.parent == above.who]


def nested(outer: str, inner: Iterable[str]) -> str:
    """Return elements inside another one, "" if there are none."""
    text = "".join(inner)
    return outer.format(text) if text else ""


def as_json(value: object, chance: random.Random) -> bytes:
    return json.dumps(value, indent=1).encode() + b" " * chance.randint(1, 10**4)
