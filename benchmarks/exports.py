"""Generate exports of any size, line by line. The same arguments give the same file."""

import gzip
import json
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

WORDS = [
    "the",
    "a",
    "bridge",
    "river",
    "harbour",
    "rope",
    "knot",
    "rain",
    "tide",
    "mill",
    "garden",
    "wall",
    "stone",
    "bread",
    "oven",
    "morning",
    "street",
    "lamp",
    "winter",
    "paper",
    "boat",
    "map",
    "wind",
    "letter",
    "school",
    "bicycle",
    "market",
    "apple",
    "bell",
    "window",
    "keeper",
    "found",
    "thought",
    "said",
    "never",
    "always",
    "perhaps",
    "because",
    "although",
    "between",
    "under",
    "over",
    "again",
    "slowly",
    "quite",
    "indeed",
]
NAMES = ["Ada Lind", "Bo Ek", "Cleo Marsh", "Dov Hale", "Ebba Ray", "Finn Ost", "", "Gus Weld"]


class Comment:
    """One generated comment: `number` from 1; `parent` is an earlier one of the same article, or 0."""

    def __init__(self, number: int, first: int, dice: random.Random) -> None:
        self.number = number
        within = number - first
        self.parent = dice.randrange(max(first, number - 40), number) if within % 3 else 0
        self.author = dice.choice(NAMES)
        start = dice.randrange(len(WORDS))
        self.text = " ".join((WORDS[start:] + WORDS) * 2)[: dice.randrange(60, 620)]
        self.second = number % 60
        self.minute = number // 60 % 60


def articles(comments: int, each: int, biggest: int = 0) -> Iterator[tuple[int, Iterator[Comment]]]:
    """Yield articles (numbered from 1) of `each` comments; the second has `biggest` if that is
    more.
    """
    dice, made, article = random.Random(20260101), 0, 0
    while made < comments:
        article += 1
        size = min(biggest if article == 2 and biggest else each, comments - made)
        first = made + 1
        yield article, (Comment(n, first, dice) for n in range(first, first + size))
        made += size


def wordpress(path: Path, *shape: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.write(
            '<?xml version="1.0" encoding="UTF-8" ?>\n<rss version="2.0"\n'
            ' xmlns:content="http://purl.org/rss/1.0/modules/content/"\n'
            ' xmlns:dc="http://purl.org/dc/elements/1.1/"\n'
            ' xmlns:wp="http://wordpress.org/export/1.2/">\n<channel><title>Quay</title>\n'
            "<wp:wxr_version>1.2</wp:wxr_version>\n"
            "<wp:base_blog_url>https://quay.example</wp:base_blog_url>\n"
        )
        for article, comments in articles(*shape):
            out.write(
                f"<item><title>Notes {article} on tides</title>\n"
                f"<link>https://quay.example/{article}/</link>\n<dc:creator>tove</dc:creator>\n"
                f"<content:encoded><![CDATA[<p>On tides.</p>]]></content:encoded>\n"
                f"<wp:post_id>{article}</wp:post_id><wp:post_type>post</wp:post_type>\n"
                "<wp:status>publish</wp:status><wp:comment_status>open</wp:comment_status>\n"
                "<wp:post_date_gmt>2011-06-01 09:00:00</wp:post_date_gmt>\n"
            )
            for c in comments:
                out.write(
                    f"\t\t<wp:comment>\n\t\t\t<wp:comment_id>{c.number}</wp:comment_id>\n"
                    f"\t\t\t<wp:comment_author><![CDATA[{c.author}]]></wp:comment_author>\n"
                    "\t\t\t<wp:comment_author_email>a@quay.example</wp:comment_author_email>\n"
                    "\t\t\t<wp:comment_author_url></wp:comment_author_url>\n"
                    "\t\t\t<wp:comment_author_IP>192.0.2.1</wp:comment_author_IP>\n"
                    f"\t\t\t<wp:comment_date>2011-06-03 16:{c.minute:02}:{c.second:02}"
                    "</wp:comment_date>\n"
                    f"\t\t\t<wp:comment_date_gmt>2011-06-03 15:{c.minute:02}:{c.second:02}"
                    "</wp:comment_date_gmt>\n"
                    f"\t\t\t<wp:comment_content><![CDATA[<em>No</em>, {c.text}]]>"
                    "</wp:comment_content>\n\t\t\t<wp:comment_approved>1</wp:comment_approved>\n"
                    "\t\t\t<wp:comment_type>comment</wp:comment_type>\n"
                    f"\t\t\t<wp:comment_parent>{c.parent}</wp:comment_parent>\n"
                    "\t\t\t<wp:comment_user_id>0</wp:comment_user_id>\n\t\t</wp:comment>\n"
                )
            out.write("</item>\n")
        out.write("</channel></rss>\n")


def disqus(path: Path, *shape: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.write(
            '<?xml version="1.0" encoding="utf-8"?>\n<disqus xmlns="http://disqus.com"\n'
            ' xmlns:dsq="http://disqus.com/disqus-internals">\n'
        )
        for article, _ in articles(*shape):
            out.write(
                f'<thread dsq:id="{article}"><link>https://quay.example/{article}/</link>\n'
                f"<title>Notes {article} on tides</title>\n"
                "<createdAt>2011-06-01T09:00:00Z</createdAt><isClosed>false</isClosed>\n"
                "<isDeleted>false</isDeleted></thread>\n"
            )
        for article, comments in articles(*shape):
            for c in comments:
                parent = f'<parent dsq:id="{c.parent}"/>' if c.parent else ""
                out.write(
                    f'<post dsq:id="{c.number}">\n<message><![CDATA[<p>No, {c.text}</p>]]></message>'
                    f"\n<createdAt>2011-06-03T15:{c.minute:02}:{c.second:02}Z</createdAt>\n"
                    "<isDeleted>false</isDeleted><isSpam>false</isSpam>\n"
                    f"<author><name>{c.author}</name></author>\n"
                    f'<thread dsq:id="{article}"/>{parent}</post>\n'
                )
        out.write("</disqus>\n")


def isso(path: Path, *shape: int) -> None:
    path.unlink(missing_ok=True)
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE threads (id INTEGER PRIMARY KEY, uri UNIQUE, title)")
    database.execute(
        "CREATE TABLE comments (tid REFERENCES threads(id), id INTEGER PRIMARY KEY, parent INTEGER,"
        " created FLOAT NOT NULL, modified FLOAT, mode INTEGER, remote_addr, text, author)"
    )
    for article, comments in articles(*shape):
        title = f"Notes {article} on tides"
        database.execute("INSERT INTO threads VALUES (?, ?, ?)", (article, f"/{article}/", title))
        database.executemany(
            "INSERT INTO comments VALUES (?, ?, ?, ?, NULL, 1, '192.0.2.0', ?, ?)",
            (
                (article, c.number, c.parent or None, 1307113500.0 + c.number, c.text, c.author)
                for c in comments
            ),
        )
    database.commit()
    database.close()


def remark42(path: Path, *shape: int) -> None:
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as out:
        out.write('{"version": 1, "users": [], "posts": []}\n')
        for article, comments in articles(*shape):
            for c in comments:
                item = {
                    "id": str(c.number),
                    "pid": str(c.parent or ""),
                    "text": f"<p>No, {c.text}</p>",
                    "user": {"name": c.author},
                    "locator": {"site": "quay", "url": f"https://quay.example/{article}/"},
                    "time": f"2018-05-12T10:{c.minute:02}:{c.second:02}Z",
                    "title": f"Notes {article} on tides",
                }
                out.write(json.dumps(item) + "\n")


def text(path: Path, *shape: int) -> None:
    """Write a folder of captures, one per article."""
    path.mkdir(exist_ok=True)
    for article, made in articles(*shape):
        comments = list(made)
        lines = [f"Notes {article} on tides", "", "By Tove Lind", "", f"Tide {article} came.", ""]
        lines += [f"{len(comments)} Responses", ""]
        for n, c in enumerate(comments, 1):
            lines += [f"  {n}. {c.author or 'Gast Ohm'}", "    June 3, 2011 at 4:05 pm", ""]
            lines += [f"    No {c.number}, {c.text}.", ""]
        (path / f"{article}.txt").write_text("\n".join(lines), encoding="utf-8")


FORMATS = {
    "text": (text, "captures"),
    "wordpress": (wordpress, "wordpress.xml"),
    "disqus": (disqus, "disqus.xml"),
    "isso": (isso, "isso.db"),
    "remark42": (remark42, "remark42.gz"),
}


def make(format: str, folder: Path, comments: int, each: int, biggest: int = 0) -> Path:
    """Write an export into `folder` and return its path."""
    write, name = FORMATS[format]
    write(folder / name, comments, each, biggest)
    return folder / name
