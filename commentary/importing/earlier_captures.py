"""Find the stored article that a text capture, or an entry of an export without an address, shows: by
its address, otherwise by its file and place. Words only confirm that it is the same.
"""

import re
from collections.abc import Iterator
from pathlib import PurePath

from ..models import Article, Comment, Source
from ..models.article import unused_slug
from .columns import fitted, stored_key
from .records import ArticleRecord

SHORT_TEXT = 60  # characters; shorter texts may be the same in unrelated articles
MAX_SOURCES = 100  # with similar names
# In names of the pages of one discussion: "rain-2", "rain (3)", "rain page 4".
PAGE_NUMBER = re.compile(r"[\s_.-]*(?:\b(?:page|part|p)[\s_.-]*)?\(?\d{1,3}\)?$", re.IGNORECASE)


def stored_article(record: ArticleRecord, source: Source) -> Article | None:
    """Return the article shown by a capture if it was imported before.

    It is found by the page's URL or the name of its file. The same words in an unrelated file are
    another article.
    """
    if record.url and (named := Article.objects.filter(source_key=record.key).first()):
        return named
    name = PurePath(source.name).name
    for article, found_in in _of_this_file(source):
        if record.url and article.source_url not in ("", record.url):
            continue
        if found_in == source.name:
            is_same = _shows_same(article, record)
        else:  # a file with this name in another folder, or another page of the discussion
            is_same = bool(record.title) and article.title == record.title
            is_same = is_same and _has_same_date(article, record) and _shares_text(article, record)
            if PurePath(found_in).name != name:
                is_same = is_same and len(article.plain) >= SHORT_TEXT
        if is_same:
            return article
    return None


def stored_entry(record: ArticleRecord, source: Source) -> Article | None:
    """Return the article of an entry without an address if it was imported before.

    It is found by its file and its place there. In a file with another name, or at another place, it
    is an article with its title, date and text that wasn't read from this file yet.
    """
    here = Article.objects.filter(source_key=stored_key(record.key)).first()
    if here and _says_same(here, record):
        return here
    title = fitted(record.title, Article, "title", [])
    slug = unused_slug(Article, title, "untitled")
    if not title or not slug[-1].isdigit():
        return None  # no slug is that of this title
    alike = Article.objects.filter(slug__startswith=slug.rpartition("-")[0], title=title)
    alike = alike.filter(source__format=source.format).exclude(imports__run__source=source)
    for article in alike.order_by("pk")[:MAX_SOURCES]:
        if _has_same_date(article, record) and _says_same(article, record):
            return article
    return None


def _says_same(article: Article, record: ArticleRecord) -> bool:
    """Return whether an entry has the text of an article, or if one has none, its comments."""
    if article.plain and _body_of(record):
        return _shares_text(article, record)
    return (
        _shares_comments(article, record) or not record.comments and article.title == record.title
    )


def _of_this_file(source: Source) -> Iterator[tuple[Article, str]]:
    """Yield articles of captures with this file name, those with the same path first, then those of
    other pages, with the names of the files.
    """
    name = PurePath(source.name).name
    if source.name == "standard input" or not name:
        return
    stem = _without_page(name)
    captures = Source.objects.filter(format="text", name__contains=stem or name)
    found = [
        (stored.name != source.name, PurePath(stored.name).name != name, stored)
        for stored in captures.order_by("-pk")[:MAX_SOURCES]
        if PurePath(stored.name).name == name
        or (stem and _without_page(PurePath(stored.name).name) == stem)
    ]
    for *_order, stored in sorted(found, key=lambda each: each[:2]):
        # An article may have been read from several files.
        of_runs = Article.objects.filter(imports__run__source=stored)
        for article in stored.articles.all().union(of_runs):
            yield article, stored.name


def _without_page(name: str) -> str:
    path = PurePath(name)
    return PAGE_NUMBER.sub("", path.stem)


def _shows_same(article: Article, record: ArticleRecord) -> bool:
    """Return whether a file still shows its article, and was not replaced by another page."""
    if record.title and article.title == record.title and _has_same_date(article, record):
        return True
    return _shares_text(article, record) or _shares_comments(article, record)


def _has_same_date(article: Article, record: ArticleRecord) -> bool:
    """Return whether the dates agree, or one is unknown."""
    if not article.published_at or not record.date:
        return True
    return article.published_at.date() == record.date.date()


def _shares_text(article: Article, record: ArticleRecord) -> bool:
    """Return whether half of the lines of the shorter body are in the other one."""
    ours = _lines(article.plain)
    theirs = _lines(_body_of(record))
    fewer = min(len(ours), len(theirs))
    return fewer > 0 and len(ours & theirs) * 2 >= fewer


def _body_of(record: ArticleRecord) -> str:
    if record.body_html:
        return Article(body=record.body_html, markup=record.markup).plain
    return "\n".join(block.text for block in record.blocks if block.kind != "related")


def _lines(text: str) -> set[str]:
    return {" ".join(line.casefold().split()) for line in text.splitlines() if line.strip()}


def _shares_comments(article: Article, record: ArticleRecord) -> bool:
    """Return whether half of the comments in the capture are stored with the same text."""
    if not record.comments:
        return False
    rows = Comment.objects.in_discussion(article.pk).exclude(source_key="").order_by()
    there = {_plain(body) for body in rows.values_list("body", flat=True)}
    return sum(_plain(c.text) in there for c in record.comments) * 2 >= len(record.comments)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
