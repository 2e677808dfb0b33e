"""Reasons to doubt that comments were recognised correctly, and whether a text is a page at all."""

from itertools import pairwise

from ...doubts import Doubt, count_differs
from ...messages import gettext as _
from ...messages import ngettext
from ...records import ArticleRecord
from . import phrases
from .blocks import all_names
from .entries import TextEntry
from .head import declare, declared_in
from .lines import ENDS_SENTENCE, SHORT, CaptureRows, Start
from .names import byline_names, signed_header


def warn_of_undetected(page: CaptureRows, first: int, start: Start, record: ArticleRecord) -> None:
    """Warn about lines of the body that may be a comment heading or names of commenters.

    These are headings without recognisable comments, and short lines that are two blank lines below
    the text or repeated.
    """
    end = start.body_end
    for above, row in pairwise(page.rows[first:end]):
        if start.heading is None and row.role == "heading" and not above.text.endswith((":", "：")):
            page.warnings.append(
                _(
                    "line %(number)s looks like a comment heading, but no comments were recognised below "
                    "it; kept as article text"
                )
                % {"number": row.number}
            )
            page.undetected = page.warnings[-1]
            if declared_in(row.text) is not None:
                declare(page, row, record)
            break
    names = [i for i in all_names(page) if first <= i < end]
    texts = [page.rows[i].text for i in names]
    is_thread = len(names) > 1 and (page.rows[names[0]].gap > 1 or len(set(texts)) < len(texts))
    if is_thread:
        shown = ", ".join(str(page.rows[i].number) for i in names[:10])
        page.warnings.append(
            _(
                "lines %(list)s look like names of commenters, but may be subheadings; "
                "kept as article text"
            )
            % {"list": shown + (" …" if len(names) > 10 else "")}
        )
        page.undetected = page.warnings[-1]


def weigh(page: CaptureRows, start: Start, entries: list[TextEntry], record: ArticleRecord) -> None:
    """Collect reasons to doubt the comments, and set whether the text is a page at all."""
    found, declared = len(record.comments), record.declared_count
    signed = [e for e in entries if e.is_signed or e.date or e.has_button or says_who(e)]
    record.is_recognised = bool(
        found
        or record.authors
        or record.date
        or record.url
        or record.declared_heading
        or page.undetected
        or start.heading is not None
        or any(row.role and row.role != "paging" for row in page.rows)
        or any(byline_names(row.text) is not None for row in page.rows[:4])
        or any(block.kind == "related" for block in record.blocks)
    )
    doubt = page.doubts.append
    if not record.title and not record.blocks and not found:
        doubt(Doubt(_("no title, text or comments found"), "no page"))
    if start.style == "none" and page.undetected:
        doubt(Doubt(page.undetected, "missed"))
    agrees = declared == found
    if start.style == "names" and not agrees and not page.lost_names:
        doubt(Doubt(_("comments detected only from short lines that look like names"), "names"))
    if start.style == "nameless" and not agrees and start.heading is None:
        doubt(
            Doubt(
                _("names of commenters are missing, and no heading shows where comments begin"),
                "start",
            )
        )
    if start.style == "list" and start.heading is None and not signed:
        doubt(Doubt(_("comments detected only from layout"), "layout"))
    odd = next((e.author for e in entries if phrases.NO_NAME.search(e.author)), None)
    if odd:
        doubt(Doubt(_("“%(name)s” may not be a name") % {"name": odd}, "names"))
    mute = sum(1 for e in entries if not e.text and e.kind == "comment" and not e.has_replies)
    if mute > 1 and mute * 3 > len(entries):
        doubt(
            Doubt(
                ngettext(
                    "%(n)s comment has no text",
                    "%(n)s comments have no text",
                    mute,
                )
                % {"n": mute},
                "empty",
            )
        )
    is_labels = len(entries) > 2 and not any(len(e.text) > 30 for e in entries)
    is_labels = is_labels and not any(ENDS_SENTENCE.search(e.text) for e in entries)
    if start.style == "list" and not signed and is_labels:
        doubt(Doubt(_("the comments are as short as menu items"), "layout"))
    people = sum(1 for entry in entries if entry.kind == "comment")
    if declared is not None and people > declared + max(2, declared // 2):
        doubt(Doubt(count_differs(declared, people), "count"))
    if declared and not found:
        doubt(Doubt(count_differs(declared, _("none")), "missed"))
    doubt_heads(page, start, entries)


def says_who(entry: TextEntry) -> bool:
    """Return whether “NAME says” is above the text of an entry."""
    return bool(entry.author and phrases.NAME_SAID.fullmatch(entry.rows[0][1][:SHORT]))


def doubt_heads(page: CaptureRows, start: Start, entries: list[TextEntry]) -> None:
    """Doubt lines inside comments or the article that look like another comment's header or button."""
    inside = [
        row
        for entry in entries
        for row, _line in entry.said[1:]
        if row.gap and len(row.text) <= SHORT and shows_name_and_date(row.text)
    ]
    heads_and_ends = {
        row.number for entry in entries for row, _line in entry.said[:2] + entry.said[-1:]
    }
    inside = [row for row in inside if row.number not in heads_and_ends]
    if inside:
        page.doubts.append(
            Doubt(
                _("line %(number)s looks like the name and date of another comment")
                % {"number": inside[0].number},
                "missed",
            )
        )
    body = [row for row in page.rows[: start.body_end] if page.use_of(row) == "article"]
    buttons = [row for row in body if row.role == "button"]
    heads = [row for row in body[2:] if row.gap and shows_name_and_date(row.text)]
    texts = (
        (buttons, _("line %(number)s looks like the button of a comment, but was kept as text")),
        (
            heads,
            _("line %(number)s looks like the name and date of a comment, but was kept as text"),
        ),
    )
    for rows, text in texts:
        if len(rows) > 1:
            page.doubts.append(Doubt(text % {"number": rows[0].number}, "missed"))


def shows_name_and_date(text: str) -> bool:
    """Return whether a line has only a name and a date."""
    header = signed_header(text) if len(text) <= SHORT else None
    return bool(header and header.author)
