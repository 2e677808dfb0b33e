"""Reads a source with the profile of its site, instead of with its format only."""

from collections import Counter
from collections.abc import Iterator
from typing import cast

from .formats.html.marked_lines import page_lines, part_of_page
from .formats.text.entries import digest
from .formats.text.reader import content_key
from .messages import gettext as _
from .records import ArticleRecord, CommentRecord, Ledger, comment_key, digest_key
from .repair import FirstReading, Joint, RebuiltComment, SourceLine, name_head, rebuild, uses_of
from .site_profile import LayoutRules
from .source import SourceFile


def lines_of(source: SourceFile, format: str) -> list[SourceLine]:
    """Return the lines of a text, or the text nodes of a saved page."""
    if format == "text":
        return [SourceLine(text) for text in source.lines]
    found = page_lines(source.data, source.encoding)
    return [SourceLine(line.text, cast(Joint, line.joint), line.path) for line in found]


def with_profile(
    profile: LayoutRules, source: SourceFile, format: str, ledger: Ledger, record: ArticleRecord
) -> ArticleRecord:
    """Change a record that was read from a source to what the profile says, and the ledger too.

    If no comment starts as the profile says, only a warning is added.
    """
    lines = lines_of(source, format) if profile.format == format else []
    uses = uses_of(ledger.as_json(), len(lines))
    for use, line in zip(uses, lines, strict=True):
        if line.is_blank:
            use.kind, use.owner = "blank", ""
    known = {comment.key: comment for comment in record.comments}
    reading = FirstReading(format, uses, known)
    name_head(uses, lines, record.title, record.authors)
    marks = profile.marks_for(lines, reading)
    if not marks:
        record.warnings.append(
            _("the profile “%(name)s” doesn’t fit this file: no comment starts as it says")
            % {"name": profile.name}
        )
        return record
    rebuilt = rebuild(lines, reading, marks)
    if rebuilt.title is not None:
        record.title = rebuilt.title
    if rebuilt.authors is not None:
        record.authors = rebuilt.authors
        record.date = rebuilt.date or record.date
    if rebuilt.body is not None and format == "text":
        record.blocks = rebuilt.blocks
    elif rebuilt.body is not None:
        record.body_html, record.pictures = part_of_page(
            source.data, source.encoding, rebuilt.body, record.url
        )
    declared = profile.declared_in(lines)
    record.declared_count = record.declared_count if declared is None else declared
    keys: dict[str, str] = {}
    others = [
        key for key in known if key not in rebuilt.gone and not _is_here(rebuilt.comments, key)
    ]
    record.comments = [
        *(list(_with_keys(rebuilt.comments, keys, format))),
        *(known[key] for key in others),  # on other pages of the discussion
    ]
    record.lines = rebuilt.article_lines
    record.warnings.append(_("read with the profile “%(name)s”") % {"name": profile.name})
    record.warnings += rebuilt.problems
    record.doubts, record.is_recognised = [], True
    if format == "text":
        record.key = content_key(record, source.lines)
    made = rebuilt.ledger()
    for entry in made.lines:
        if entry is not None and entry.owner:
            entry.owner = keys.get(entry.owner, entry.owner)
    ledger.lines = made.lines
    return record


def read_with_profile(
    profile: LayoutRules,
    source: SourceFile,
    format: str,
    ledger: Ledger,
    records: Iterator[ArticleRecord],
) -> Iterator[ArticleRecord]:
    """Yield the records of a source; the article of a source that has only one is changed to what the
    profile says.
    """
    found = list(records)
    if len(found) == 1:
        found = [with_profile(profile, source, format, ledger, found[0])]
    yield from found


def _is_here(comments: list[RebuiltComment], key: str) -> bool:
    return any(one.record.key == key for one in comments)


def _with_keys(
    comments: list[RebuiltComment], keys: dict[str, str], format: str
) -> Iterator[CommentRecord]:
    """Yield records with keys that don’t depend on their place, and note the keys by line."""
    seen: Counter[str] = Counter()
    for one in comments:
        record = one.record
        former, parent = record.key, keys.get(record.parent or "", record.parent)
        if format == "text":
            date = record.date.isoformat() if record.date else ""
            made = digest(parent or "", record.author, date, record.kind, record.text)[:16]
            seen[made] += 1
            record.key = made if seen[made] == 1 else f"{made}-{seen[made]}"
        elif one.is_new:
            made = digest_key(record)
            seen[made] += 1
            record.key = comment_key(made, seen[made])
        keys[former] = record.key
        record.parent = parent
        yield record
