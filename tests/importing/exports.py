"""Small exports as text, for the tests of formats."""

import json
import sqlite3
from pathlib import Path


def wxr(*items: str, head: str = "") -> bytes:
    """Return a WordPress export with these items."""
    return f"""<?xml version="1.0" encoding="UTF-8" ?>
{head}<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Quay</title><wp:wxr_version>1.2</wp:wxr_version>
<wp:base_blog_url>https://quay.example</wp:base_blog_url>
<wp:author><wp:author_login>tove</wp:author_login>
<wp:author_display_name><![CDATA[Tove Lind]]></wp:author_display_name></wp:author>
{"".join(items)}
</channel></rss>
""".encode()


def wxr_item(*comments: str, number: int = 10, **fields: str) -> str:
    """Return a post with these comments."""
    values = {
        "post_type": "post",
        "status": "publish",
        "comment_status": "open",
        "post_date_gmt": "2011-06-01 09:00:00",
        **fields,
    }
    inside = "".join(f"<wp:{k}><![CDATA[{v}]]></wp:{k}>" for k, v in values.items())
    return f"""<item><title>Ropes &amp; knots</title><link>https://quay.example/{number}/</link>
<dc:creator>tove</dc:creator><content:encoded><![CDATA[<p>On ropes.</p>]]></content:encoded>
<excerpt:encoded>Not this.</excerpt:encoded><wp:post_id>{number}</wp:post_id>{inside}
{"".join(comments)}</item>
"""


def wxr_comment(number: object, text: str = "Text", **fields: object) -> str:
    """Return a comment; `fields` override its values."""
    values = {
        "comment_id": number,
        "comment_author": "Ada",
        "comment_date": "2011-06-03 16:05:00",
        "comment_date_gmt": "2011-06-03 15:05:00",
        "comment_content": text,
        "comment_approved": "1",
        "comment_type": "comment",
        "comment_parent": "0",
        **fields,
    }
    inside = "".join(f"<wp:{k}><![CDATA[{v}]]></wp:{k}>" for k, v in values.items())
    return f"<wp:comment>{inside}</wp:comment>\n"


def disqus(*elements: str) -> bytes:
    """Return a Disqus export with these threads and posts."""
    return f"""<?xml version="1.0" encoding="utf-8"?>
<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
{"".join(elements)}</disqus>
""".encode()


def disqus_thread(number: int, link: str = "https://quay.example/ropes/", **fields: str) -> str:
    values = {"title": "Ropes", "isClosed": "false", "isDeleted": "false"} | fields
    inside = "".join(f"<{k}>{v}</{k}>" for k, v in values.items())
    return f'<thread dsq:id="{number}"><id/><link>{link}</link>{inside}</thread>\n'


def disqus_post(number: int, thread: int, parent: int | None = None, **fields: str) -> str:
    values = {
        "message": "<![CDATA[<p>Text</p>]]>",
        "createdAt": "2013-10-11T06:51:33Z",
        "isDeleted": "false",
        "isSpam": "false",
        "author": "<name>Ada</name>",
    } | fields
    inside = "".join(f"<{k}>{v}</{k}>" for k, v in values.items())
    above = "" if parent is None else f'<parent dsq:id="{parent}"/>'
    return f'<post dsq:id="{number}">{inside}<thread dsq:id="{thread}"/>{above}</post>\n'


def isso(folder: Path, threads: list[tuple], comments: list[tuple], then: str = "") -> bytes:
    """Write an Isso database. A comment is (tid, id, parent, created, mode, text, author)."""
    path = folder / "isso.db"
    path.unlink(missing_ok=True)
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE threads (id INTEGER PRIMARY KEY, uri UNIQUE, title)")
    database.execute(
        "CREATE TABLE comments (tid, id INTEGER PRIMARY KEY, parent, created, modified, mode, "
        "remote_addr, text, author, email, website, likes, dislikes, voters, notification)"
    )
    database.executemany("INSERT INTO threads VALUES (?, ?, ?)", threads)
    database.executemany(
        "INSERT INTO comments (tid, id, parent, created, mode, text, author) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        comments,
    )
    database.commit()
    database.executescript(then)
    database.close()
    return path.read_bytes()


def remark42(*comments: dict, posts: list[dict] | None = None) -> bytes:
    """Return an uncompressed Remark42 backup."""
    head = {"version": 1, "users": [], "posts": posts or []}
    return b"".join(json.dumps(item).encode() + b"\n" for item in (head, *comments))


def remark42_comment(number: str, parent: str = "", **fields: object) -> dict:
    return {
        "id": number,
        "pid": parent,
        "text": "<p>Text</p>",
        "user": {"name": "Ada"},
        "locator": {"site": "quay", "url": "https://quay.example/ropes/"},
        "time": "2018-05-12T10:11:12.123456789Z",
        "title": "Ropes",
        **fields,
    }
