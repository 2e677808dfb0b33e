"""Reasons to doubt what was read from a whole page."""

from ....doubts import Doubt
from ....records import ArticleRecord
from .. import phrases
from ..lines import SHORT, CaptureRows, Row
from .knowledge import SiteKnowledge
from .layouts import has_sentences, layouts_of
from .names import spoken
from .stamps import said
from .thread import Thread

LEAST_UNUSED = 4.0  # score of lines with names and times that may be comments


def weigh_page(
    page: CaptureRows,
    record: ArticleRecord,
    thread: Thread | None,
    site: SiteKnowledge,
    has_certain_title: bool,
) -> None:
    """Collect reasons to doubt the title and the comments of a page."""
    doubt = page.doubts.append
    people = [c for c in record.comments if c.kind == "comment"]
    declared = record.declared_count
    if not has_certain_title:
        doubt(Doubt("the title is uncertain", "title"))
    agrees = declared in (len(people), len(record.comments))
    if declared is not None and not agrees:
        doubt(Doubt(f"expected {declared} comments, found {len(record.comments)}", "count"))
    if thread is None:
        if not record.comments and declared != 0 and (sign := sign_of_comments(page)):
            what = f"line {sign.number} looks like part of a comment, but none was recognised"
            doubt(Doubt(what, "missed"))
        elif not record.comments and declared != 0 and (number := line_of_unused_layout(page)):
            what = (
                f"line {number} looks like the name and time of a comment, but none was recognised"
            )
            doubt(Doubt(what, "missed"))
        return
    entries = [entry for entry in thread.entries if entry.kind == "comment"]
    empty = sum(not entry.text and not entry.has_replies for entry in entries)
    if empty:
        doubt(Doubt(f"{empty} comments have no text", "empty"))
    if declared is None:
        if not thread.has_clear_end:
            doubt(Doubt("the end of the last comment is uncertain", "end"))
        ended = sum(entry.has_button for entry in entries)
        if ended * 2 < len(entries) and site.layout is None:
            doubt(Doubt("comments detected only from names and dates", "layout"))


def line_of_unused_layout(page: CaptureRows) -> int | None:
    """Return the first line of several with a name and a time that have texts below them."""
    found = [one for one in layouts_of(page) if one.key.place != "none" and len(one.headers) > 1]
    if not found or found[0].score < LEAST_UNUSED or not has_sentences(page, found[0]):
        return None
    return page.rows[found[0].first].number


def sign_of_comments(page: CaptureRows) -> Row | None:
    """Return a line that is next to comments only: “NAME says:”, a signature, or a button."""
    for row in page.rows:
        text = said(row)
        if len(text) > SHORT:
            continue
        if phrases.TWO_BUTTONS.fullmatch(text) or phrases.COMMENT_SIGNED.fullmatch(text):
            return row
        if text.endswith(":") and spoken(text) and len(text.split()) < 6:
            return row
    replies = [row for row in page.rows if phrases.REPLY.fullmatch(row.text[:SHORT])]
    return replies[0] if len(replies) > 1 else None
