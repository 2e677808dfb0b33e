"""A mixed archive of four earlier sites, and the links that other sites have to them."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.importing.exports import disqus, disqus_post, disqus_thread, wxr, wxr_comment, wxr_item
from tests.importing.test_blogger import FEED
from tests.importing.test_blogger import comment as blogger_comment
from tests.importing.test_blogger import post as blogger_post

PAGE = """<!-- saved from url=(0050){url} -->
<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Page {n} | Saltmarsh</title>
<meta name="generator" content="WordPress 4.9"><link rel="canonical" href="{url}">
<link rel="shortlink" href="http://saltmarsh.example/?p={post}"></head>
<body class="single single-post postid-{post}"><div id="page"><main>
<article id="post-{post}" class="post-{post} post hentry"><header><h1 class="entry-title">Page {n}</h1>
<span class="byline">by <span class="author vcard"><a class="url fn n" href="/">Maud Ferrow</a></span></span>
<time class="entry-date published" datetime="2018-03-03T18:20:05+00:00">March 3, 2018</time></header>
<div class="entry-content"><p>The schoolhouse roof number {n} was paid for in herring, and bread baked with the
water of the upper well rises an hour sooner.</p><p>Moss grows on the side of the wall.</p></div></article>
<div id="comments" class="comments-area"><h2 class="comments-title">{count} thoughts on “Page {n}”</h2>
<ol class="comment-list">{comments}</ol></div></main></div></body></html>"""
PAGE_COMMENT = """<li id="comment-{id}" class="comment even depth-1"><article id="div-comment-{id}" class="comment-body">
<footer class="comment-meta"><div class="comment-author vcard"><b class="fn">{name}</b> <span class="says">says:</span></div>
<div class="comment-metadata"><a href="{url}#comment-{id}"><time datetime="2018-03-04T10:00:00+00:00">March 4, 2018 at 10:00 am</time></a></div></footer>
<div class="comment-content"><p>{text}</p></div></article></li>"""
NAMES = ["Ada Quill", "Bo Marsh", "Cleo Tarn"]
SPELLINGS = [
    "{}", "{}?utm_source=feed&fbclid=x", "{}amp/", "{}print/", "{}trackback/", "{}comment-page-2/",
    "{}page/2/", "{}embed/", "{}?replytocom=0", "{}?share=x", "/{}", "{}index.html", "{}?m=1",
]  # fmt: skip


class OldLink(NamedTuple):
    """A link to an earlier site, and the text of the comment or article that it shows."""

    address: str
    text: str


def write(folder: Path, articles: int, comments: int) -> tuple[list[OldLink], list[OldLink]]:
    """Write `articles` articles with `comments` comments on each of four sites. Returns the links to
    articles and those to comments.
    """
    pages: list[OldLink] = []
    anchors: list[OldLink] = []
    items, threads, posts, entries = [], [], [], []
    for n in range(articles):
        ids = [n * comments + i + 1 for i in range(comments)]
        above = dict.fromkeys(ids[len(ids) // 2 :], ids[0])  # half of them in one long thread
        # WordPress numbers the comments of a whole site, so many ids equal other numbers here.
        said = [
            wxr_comment(i, f"WXR comment {i}.", comment_parent=str(above.get(i, 0))) for i in ids
        ]
        items.append(_titled(wxr_item(*said, number=1_000 + n), f"WXR article {n}"))
        address = f"/{1_000 + n}/"
        pages += [OldLink(s.format(address), f"WXR article {n}") for s in SPELLINGS]
        pages.append(OldLink(f"/?p={1_000 + n}", f"WXR article {n}"))
        anchors += [OldLink(f"{address}#comment-{i}", f"WXR comment {i}.") for i in ids]

        address = f"/2018/03/page-{n}/"
        url = f"http://saltmarsh.example{address}"
        shown = [i + 50_000 for i in ids]
        said = [
            PAGE_COMMENT.format(id=i, url=url, name=NAMES[i % 3], text=f"Saved comment {i}.")
            for i in shown
        ]
        fields = {"url": url, "n": n, "post": 5_000 + n, "count": len(shown)}
        text = PAGE.format(comments="".join(said), **fields)
        (folder / f"page-{n}.html").write_text(text)
        pages += [OldLink(s.format(address), f"Page {n}") for s in SPELLINGS]
        pages.append(OldLink(f"/?p={5_000 + n}", f"Page {n}"))
        forms = ("comment-", "div-comment-", "li-comment-", "IDComment")
        for at, i in enumerate(shown):
            anchors.append(OldLink(f"{address}#{forms[at % 4]}{i}", f"Saved comment {i}."))

        address = f"/2011/06/blogger-{n}.html"
        link = f"<link rel='alternate' type='text/html' href='http://mill.example{address}'/>"
        number = 10**9 + n
        entries.append(blogger_post(number, link, title=f"Blogger article {n}"))
        for i in ids:
            text = f"Blogger comment {i}."
            target = 10**12 + above[i] if i in above else ""
            entries.append(blogger_comment(10**12 + i, target, number, content=text))
            anchors.append(OldLink(f"{address}?showComment=1#c{10**12 + i}", text))
        for spelling in ("{}", "{}?m=1", "{}?m=0&utm_source=x", "{}?showComment=5", "{}/"):
            pages.append(OldLink(spelling.format(address), f"Blogger article {n}"))

        address = f"/quay/thread-{n}"
        thread = 7_000 + n
        threads.append(
            disqus_thread(thread, f"https://quay.example{address}", title=f"Disqus article {n}")
        )
        for i in ids:
            text = f"Disqus comment {i}."
            message = f"<![CDATA[<p>{text}</p>]]>"
            parent = above[i] + 90_000 if i in above else None
            posts.append(disqus_post(90_000 + i, thread, parent, message=message))
            anchors.append(OldLink(f"{address}/#comment-{90_000 + i}", text))
        for spelling in ("{}", "{}/", "{}?utm_medium=y", "{}.html", "{}/amp"):
            pages.append(OldLink(spelling.format(address), f"Disqus article {n}"))
    (folder / "export.xml").write_bytes(wxr(*items))
    (folder / "disqus.xml").write_bytes(disqus(*threads, *posts))
    (folder / "feed.atom").write_text(FEED.format("".join(entries)))
    return pages, anchors


def _titled(item: str, title: str) -> str:
    return item.replace("Ropes &amp; knots", title)


def evenly(links: list[OldLink], count: int) -> Iterator[OldLink]:
    """Yield `count` of these links, from all parts of the list."""
    for at in range(count):
        yield links[at * len(links) // count]
