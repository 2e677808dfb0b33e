"""Commentary's own JSON Lines format: one article, comment or picture in each line.

It is for systems whose exports can't be imported directly, so it is strict: the whole file is
checked first, and one invalid line refuses it. `lines` describes the lines.
"""

import html
import json
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from ....text.article_markdown import from_markdown
from ....text.languages import named_language
from ...messages import gettext as _
from ...messages import gettext_noop
from ...records import ArticleRecord, CommentRecord, FoundFile, ItemLedger, SourceError
from ...source import SourceFile
from ...spool import Spool
from ..html.fragment import normal_form
from ..wordpress_content import paragraphs_as_typed
from .lines import AnyJsonLine, JsonArticle, JsonComment, JsonHeader, JsonMedia, checked_line

SUFFIXES = {".jsonl", ".json", ".ndjson", ".gz"}
SIGN = gettext_noop('a first line with "type": "commentary"')
MAX_LINE = 70_000_000  # bytes; a picture in base64 is the longest


def detect(source: SourceFile) -> bool:
    """Return whether the first line is the header."""
    first = source.head.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0]
    try:
        header = json.loads(first)
    except (ValueError, RecursionError):
        return False
    return isinstance(header, dict) and header.get("type") == "commentary"


def read(source: SourceFile, ledger: ItemLedger) -> Iterator[ArticleRecord]:
    """Yield the articles, each as soon as its last line is read.

    Raises SourceError with the line and field of the first error before it yields anything.
    """
    yield from _articles(source, _checked(source), ledger)


@dataclass
class StoredPicture:
    """A picture in the file of pictures."""

    name: str
    file: IO[bytes]
    start: int
    size: int

    def read(self, limit: int) -> bytes:
        """Return the bytes. Raises SourceError if there are more than `limit`."""
        if self.size > limit:
            raise SourceError(
                self.name, 0, _("is larger than %(limit)s bytes") % {"limit": f"{limit:,}"}
            )
        self.file.seek(self.start)
        return self.file.read(self.size)


class Media:
    """The pictures of a file: the bytes of those in base64, and the paths of others.

    The bytes are in a temporary file as long as anything refers to this object: articles are stored
    after the source is read.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115
        weakref.finalize(self, self._file.close)
        self._pictures: dict[str, StoredPicture] = {}
        self.paths: dict[str, str] = {}

    def add(self, line: JsonMedia) -> None:
        if line.path is not None:
            self.paths[line.url] = line.path
            return
        data = line.base64 or b""
        start = self._file.seek(0, 2)
        self._file.write(data)
        self._pictures[line.url] = StoredPicture(line.url, self._file, start, len(data))

    def find(self, address: str) -> FoundFile | None:
        """Return the picture in base64 with this URL."""
        return self._pictures.get(address)


@dataclass
class Content:
    """What the check of a file found: its site, pictures, and the last line of each article."""

    site: str
    media: Media = field(default_factory=Media)
    last_lines: dict[str, int] = field(default_factory=dict)


def _lines(source: SourceFile) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not empty, with their numbers."""
    with source.stream() as stream:
        number = 0
        while line := stream.readline(MAX_LINE):
            number += 1
            if len(line) == MAX_LINE:
                raise SourceError(
                    source.name,
                    number,
                    _("is longer than %(limit)s bytes") % {"limit": f"{MAX_LINE:,}"},
                )
            line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            if line.strip():
                yield number, line
    if source.broken_off:
        raise SourceError(
            source.name,
            number,
            _("the file is cut off: %(broken_off)s") % {"broken_off": source.broken_off},
        )


def _checked(source: SourceFile) -> Content:
    """Check every line. Raises SourceError for the first error."""
    content = Content("")
    articles: dict[str, int] = {}
    first_mentions: dict[str, int] = {}
    for number, line in _lines(source):
        found = _parsed(source, number, line)
        if not content.site:
            if not isinstance(found, JsonHeader):
                raise SourceError(source.name, number, _("the first line must be the header"))
            content.site = found.site
        elif isinstance(found, JsonHeader):
            raise SourceError(source.name, number, _("type: only the first line is a header"))
        elif isinstance(found, JsonMedia):
            content.media.add(found)
        elif isinstance(found, JsonArticle):
            if found.id in articles:
                why = _("id: “%(id)s” is the article of line %(line)s already") % {
                    "id": found.id[:60],
                    "line": articles[found.id],
                }
                raise SourceError(source.name, number, why)
            articles[found.id] = number
            content.last_lines[found.id] = number
        else:
            first_mentions.setdefault(found.article, number)
            content.last_lines[found.article] = number
    for name, number in first_mentions.items():
        if name not in articles:
            raise SourceError(
                source.name,
                number,
                _("article: “%(name)s” is not the id of an article in this file")
                % {"name": name[:60]},
            )
    return content


def _parsed(source: SourceFile, number: int, line: bytes) -> AnyJsonLine:
    try:
        return checked_line(line)
    except ValueError as failure:
        raise SourceError(source.name, number, str(failure)) from failure


def _articles(source: SourceFile, content: Content, ledger: ItemLedger) -> Iterator[ArticleRecord]:
    waiting: dict[str, ArticleRecord] = {}
    spool = Spool()
    for number, line in _lines(source):
        found = _parsed(source, number, line)
        ledger.seen += 1
        if isinstance(found, JsonHeader):
            ledger.add("header", number, "ignored", reason=_("the header"))
            continue
        if isinstance(found, JsonMedia):
            ledger.add("media", number, "article", found.url, _("a picture"))
            continue
        if isinstance(found, JsonArticle):
            waiting[found.id] = _article(found, number, content)
            ledger.add("article", number, "article", found.id)
            name = found.id
        else:
            spool.add(found.article, _comment(found, number))
            ledger.add("comment", number, "comment", found.id)
            name = found.article
        if content.last_lines[name] == number:
            record = waiting.pop(name)
            record.comments = spool.comments_of(name, warnings=record.warnings)
            yield record


def _article(line: JsonArticle, number: int, content: Content) -> ArticleRecord:
    url = line.url or ""
    typed = line.body
    if line.format == "markdown":
        typed = from_markdown(typed)
    elif line.format == "text":
        typed = "".join(paragraphs_as_typed(html.escape(typed, quote=False)))
    body, pictures = normal_form(typed, url)
    for candidates in pictures.values():
        paths = [content.media.paths[c] for c in candidates if c in content.media.paths]
        candidates[:0] = paths
    return ArticleRecord(
        key=f"json {content.site} {line.id}",
        title=" ".join(line.title.split()),
        authors=line.authors,
        date=line.published_at,
        url=url,
        body_html=body,
        source_html=line.body,
        markup="rich",
        is_published=line.status == "published",
        declared_count=line.declared_count,
        closed=line.closed,
        closing_notice=line.closing_notice,
        language=line.language,
        lines=(number, number),
        accounts=line.accounts,
        old_addresses=line.old_urls,
        pictures=pictures,
        find_file=content.media.find,
    )


def _comment(line: JsonComment, number: int) -> CommentRecord:
    return CommentRecord(
        key=line.id,
        text=line.text.replace("\r\n", "\n").strip("\n"),
        author=" ".join(line.author.split()),
        parent=line.parent,
        date=line.written_at,
        kind=line.kind,
        status=line.status,
        markup=line.format,
        lines=(number, number),
        account=line.account,
        author_url=line.author_url or "",
        old_ids=line.old_ids,
        language=named_language(line.language),
    )
