"""Exports a whole site as an archive that outlives its server: a BagIt folder (RFC 8493) with plain
HTML pages, JSON Lines, the original sources and pictures, and checksums.
"""

import logging
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import bagit
from django.contrib.staticfiles import finders
from django.utils import timezone

from ..importing.bags import LINES
from ..models import Article, Comment, MediaFile, Source, site_frame
from ..text.markup import rendered_text
from .search_index import SearchEntry, write_index
from .site import site_lines
from .static_pages import StaticPages

README = "README.txt"
EXCERPT = 200  # characters shown with a search result
SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")
COMMENTS_AT_ONCE = 1_000
# Called with the step, and the number of its items done so far.
Progress = Callable[[str, int], None]


class TargetNotEmpty(Exception):
    """The folder to write exists and has content."""


def write_archive(
    target: Path,
    progress: Progress = lambda step, done: None,
    warn: Callable[[str], None] = lambda warning: None,
) -> None:
    """Write an archive to `target`, which may be an empty folder. Call it inside a
    `database_snapshot`.

    Everything is written to a temporary folder beside the target, and renamed at the end. Raises
    TargetNotEmpty, or OSError.
    """
    target = Path(os.path.abspath(target))
    if target.is_symlink() or target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise TargetNotEmpty(str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.unfinished-", dir=target.parent))
    try:
        _write_contents(folder, progress, warn)
        _make_bag(folder)
        os.rename(folder, target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write_contents(folder: Path, progress: Progress, warn: Callable[[str], None]) -> None:
    pages = StaticPages(folder / "html", lambda done: progress("pages", done))
    pages.write()
    write_index(folder / "html" / "search", _entries(pages, progress))
    script = finders.find("commentary/archive-search.js")
    assert isinstance(script, str)
    shutil.copyfile(script, folder / "html" / "search" / "search.js")

    def keep(row: Source | MediaFile, parts: Iterator[bytes]) -> str:
        """Write the bytes of a source or picture, and return their path."""
        kind = "sources" if isinstance(row, Source) else "pictures"
        name = str(row.pk) if isinstance(row, Source) else row.sha256
        suffix = Path(row.name).suffix
        path = f"{kind}/{name}{suffix if SUFFIX.fullmatch(suffix) else ''}"
        (folder / kind).mkdir(exist_ok=True)
        with (folder / path).open("wb") as file:
            file.writelines(parts)
        return path

    rows = 0
    with (folder / LINES).open("w", encoding="utf-8", newline="") as file:
        for rows, line in enumerate(site_lines(warn=warn, keep=keep), 1):
            file.write(line)
            progress("rows", rows)


def _entries(pages: StaticPages, progress: Progress) -> Iterator[SearchEntry]:
    """Yield the articles and the public comments."""
    done = 0
    for article in Article.objects.published().order_by("pk").iterator(100):
        title = str(article)
        file = pages.article_file(article.slug)
        yield SearchEntry(file, title, "", _excerpt(article.plain), article.plain)
        comments = Comment.objects.filter(discussion=article.pk).approved().in_reading_order()
        for comment in comments.iterator(COMMENTS_AT_ONCE):
            place = pages.places.get((article.pk, comment.number))
            if place is None:
                continue
            text = rendered_text(comment.body_html)
            who = f"{comment.name} #{comment.number}".strip()
            href = f"{place}#comment-{comment.number}"
            yield SearchEntry(href, title, who, _excerpt(text), text)
        done += 1
        progress("search index", done)


def _excerpt(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= EXCERPT else f"{words[:EXCERPT]}…"


def _make_bag(folder: Path) -> None:
    """Turn a folder into a bag: its content is moved to `data`, and gets checksums."""
    logging.getLogger("bagit").setLevel(logging.WARNING)
    bag = bagit.make_bag(
        str(folder),
        bag_info={
            "Source-Organization": site_frame().name,
            "External-Description": "Articles and their discussions, exported from Commentary",
            "Bagging-Date": timezone.now().date().isoformat(),
        },
        checksums=["sha256", "sha512"],
    )
    (folder / README).write_text(_readme(), encoding="utf-8")
    bag.save()


def _readme() -> str:
    published = Article.objects.published().count()
    comments = Comment.objects.approved().of_published().count()
    name = site_frame().name
    return f"""{name}
{"=" * len(name)}

This folder is an archive of a web site with articles and the discussions about them. It was written
on {timezone.now().date().isoformat()} by a program called Commentary, and needs neither that program nor the Internet.
It has {_number(published, "public article")} and {_number(comments, "public comment")}.

To read it
----------
Open data/html/index.html in a web browser. Articles are listed by year and by author. Each article
is followed by its comments; replies are indented below the comment that they answer, and can be
folded. data/html/{"search.html"} searches all texts, if the browser runs JavaScript.

If web browsers no longer exist: the pages are text files in UTF-8 with HTML marks in angle
brackets. <p> starts a paragraph, and <article class="comment" id="comment-7"> starts comment 7.

What is where
-------------
data/html/           The public pages. articles/12-some-title/index.html is article 12, and
                     #comment-7 at the end of its address is comment 7 on that page.
data/{LINES}   Everything that was stored, one row in each line, as JSON in UTF-8: also edit
                     history, decisions of moderators, former addresses. Each line has a type.
                     "article" has the text of an article in "body". "comment" has the text in
                     "body", the article in "discussion", the comment that it answers in "parent",
                     and "status". Times end with Z and are in UTC.
data/sources/        The files that articles and comments were imported from, byte for byte. Their
                     names and ids are in the lines of the type "source".
data/pictures/       The original pictures, named by their SHA-256.
manifest-sha512.txt  Checksums of all files, in the BagIt format (RFC 8493). "sha512sum -c" and any
                     BagIt program check that nothing has changed.

Please note
-----------
Only data/html/ is public. data/{LINES} also has what was never published or was removed,
and e-mail addresses of commenters. Respect the people who wrote here.

To bring the site back, import this folder with Commentary: manage.py import_commentary FOLDER
"""


def _number(number: int, noun: str) -> str:
    """Return a number with its noun, in English like the rest of the text."""
    return f"{number:,} {noun if number == 1 else f'{noun}s'}"
