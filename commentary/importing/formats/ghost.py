"""Ghost exports (JSON): the tables of its database, in ``db[0].data`` or ``data``.

Posts have their HTML, except drafts in some versions; then it is made from Lexical, Mobiledoc or
Markdown, see `ghost_editor`. Ghost's documentation describes the tables for importers.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..json_stream import JsonItems, as_date, as_line, as_object, as_text, date_of_comment
from ..messages import gettext as _
from ..messages import gettext_noop
from ..records import ArticleRecord, CommentRecord, ItemLedger, SourceError, Status
from ..source import SourceFile
from ..spool import Spool
from . import ghost_editor
from .html.fragment import normal_form

SUFFIXES = {".json", ".gz"}
SIGN = gettext_noop('"db" or "meta" and "data" with "posts"')
BEGINNING = re.compile(
    rb'\A[\xef\xbb\xbf\xff\xfe\s]{0,10}\{\s*(?:"db"\s*:\s*\[\s*\{|"meta"\s*:\s*\{[^{}]{0,500}\}\s*,\s*"data"\s*:'
    rb'|"data"\s*:\s*\{\s*"(?:posts|users|tags|actions|api_keys|benefits)"\s*:)'
)
REFERRING = ("posts_meta", "posts_authors", "posts_tags", "comments")  # to posts and members
PLACEHOLDER = re.compile(r"__GHOST_URL__|https?://__GHOST_URL__")
STATUSES: dict[str, Status] = {
    "": "approved",
    "published": "approved",
    "hidden": "rejected",
    "deleted": "removed",
}


def detect(source: SourceFile) -> bool:
    """Return whether a file starts like an export of Ghost."""
    return BEGINNING.match(source.ascii_head) is not None


@dataclass
class Tables:
    """The rows that posts refer to, by their ids."""

    users: dict[str, str] = field(default_factory=dict)  # names
    members: dict[str, str] = field(default_factory=dict)
    authors: dict[str, list[tuple[int, str]]] = field(default_factory=dict)  # of each post
    canonical: dict[str, str] = field(default_factory=dict)
    captions: dict[str, str] = field(default_factory=dict)  # of feature images
    spool: Spool = field(default_factory=Spool)  # comments
    warnings: dict[str, list[str]] = field(default_factory=dict)


def read(source: SourceFile, ledger: ItemLedger) -> Iterator[ArticleRecord]:
    """Yield the posts and pages. What they refer to may come later, so it is read first."""
    tables = Tables()
    # Members before comments: the tables are in alphabetical order, so they are read first.
    for table, row, first, last in _rows(source, ("users", "members"))[1]:
        _take(table, row, first, last, tables, ledger)
    for table, row, first, last in _rows(source, REFERRING)[1]:
        _take(table, row, first, last, tables, ledger)
    items, posts = _rows(source, ("posts",))
    done: set[str] = set()
    for _table, row, first, last in posts:
        ledger.seen += 1
        number = as_text(row.get("id"))
        if not row or number in done:
            why = _("another post has the same ID") if row else _("is not an object")
            ledger.add("post", first, "left over", number, why)
            continue
        done.add(number)
        record = _article(row, (first, last), tables)
        record.comments = tables.spool.comments_of(number, warnings=record.warnings)
        record.warnings += tables.warnings.get(number, [])
        ledger.add("post", first, "article", number, _private(row))
        for comment in record.comments:
            ledger.add("comment", comment.lines[0], "comment", comment.key)
        yield record
    for number in tables.spool.names - done:
        for comment in tables.spool.comments_of(number, warnings=[]):
            why = _("post %(number)s not found") % {"number": number[:60]}
            ledger.add("comment", comment.lines[0], "left over", comment.key, why)
    items.report_damage(ledger)
    if not ledger.seen:
        raise SourceError(source.name, 1, _("contains no posts of Ghost"))


def _rows(
    source: SourceFile, tables: tuple[str, ...]
) -> tuple[JsonItems, Iterator[tuple[str, dict, int, int]]]:
    """Return the reader, and the rows of tables with their lines."""
    paths = {f"{above}data.{table}" for above in ("db.", "") for table in tables}
    items = JsonItems(source, paths)
    return items, (
        (item.path.rpartition(".")[2], as_object(item.value), item.first, item.last)
        for item in items
    )


def _take(table: str, row: dict, first: int, last: int, tables: Tables, ledger: ItemLedger) -> None:
    """Keep a row of a table that posts refer to."""
    number, post = as_text(row.get("id")), as_text(row.get("post_id"))
    if table == "users":
        tables.users[number] = as_line(row.get("name"))
    elif table == "members":
        tables.members[number] = as_line(row.get("name"))
    elif table == "posts_authors":
        place = row.get("sort_order")
        order = place if isinstance(place, int) else 0
        tables.authors.setdefault(post, []).append((order, as_text(row.get("author_id"))))
    elif table == "posts_meta":
        tables.canonical[post] = as_text(row.get("canonical_url"))
        tables.captions[post] = as_text(row.get("feature_image_caption"))
    elif table == "posts_tags":
        ledger.dropped[gettext_noop("tags")] += 1
    else:
        ledger.seen += 1
        said = tables.warnings.setdefault(post, [])
        status = STATUSES.get(as_text(row.get("status")))
        if status is None:
            said.append(
                _("comment %(number)s: unknown status; imported as pending") % {"number": number}
            )
        date = date_of_comment(row.get("created_at"), number, said)
        above = as_text(row.get("in_reply_to_id")) or as_text(row.get("parent_id"))
        tables.spool.add(
            post,
            CommentRecord(
                key=number,
                text=as_text(row.get("html")),
                markup="html",
                author=tables.members.get(as_text(row.get("member_id")), ""),
                account=as_text(row.get("member_id")),
                parent=above or None,
                date=date,
                status=status or "pending",
                lines=(first, last),
            ),
        )


def _private(row: dict) -> str:
    """Return why a post isn't public at its source, "" if it is."""
    status, visibility = as_text(row.get("status")), as_text(row.get("visibility"))
    if status not in ("", "published"):
        return _("%(status)s at its source; imported as a draft") % {"status": status[:40]}
    if visibility not in ("", "public"):
        return _("for %(visibility)s only at its source; imported as a draft") % {
            "visibility": visibility[:40]
        }
    return ""


def _article(row: dict, lines: tuple[int, int], tables: Tables) -> ArticleRecord:
    number, slug = as_text(row.get("id")), as_text(row.get("slug")).strip("/ ")
    warnings: list[str] = []
    content = as_text(row.get("html"))
    if not content.strip():
        content = ghost_editor.html_of(row, warnings)
    image = as_text(row.get("feature_image") or row.get("image"))
    if image:
        caption = tables.captions.get(number) or as_text(row.get("feature_image_caption"))
        below = f"<figcaption>{caption}</figcaption>" if caption else ""
        content = f'<figure><img src="{html.escape(image)}">{below}</figure>{content}'
    content = PLACEHOLDER.sub("", content)
    url = PLACEHOLDER.sub("", tables.canonical.get(number) or as_text(row.get("canonical_url")))
    path = f"/{slug}/" if slug else ""
    body, pictures = normal_form(content, "")
    by = [name for _, name in sorted(tables.authors.get(number, []))]
    names = [tables.users.get(user, "") for user in by or [as_text(row.get("author_id"))]]
    written = row.get("published_at") or row.get("created_at")
    date = as_date(written)
    if date is None and written:
        warnings.append(_("line %(line)s: invalid date") % {"line": lines[0]})
    identity = as_text(row.get("uuid")) or f"{number} {slug}"
    return ArticleRecord(
        key=f"ghost {identity}",
        title=as_line(row.get("title")),
        authors=[name for name in dict.fromkeys(names) if name],
        date=date,
        url=path or url,
        old_addresses=[url] if url and path else [],
        body_html=body,
        source_html=content,
        markup="rich",
        pictures=pictures,
        language=as_text(row.get("locale") or row.get("language")).replace("_", "-")[:10],
        is_published=not _private(row),
        lines=lines,
        warnings=warnings,
    )
