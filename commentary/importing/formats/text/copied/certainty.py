"""Reasons to doubt what was read from a whole page."""

from ....records import ArticleRecord
from .. import phrases
from ..lines import CaptureRows
from .knowledge import SiteKnowledge
from .thread import Thread


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
        doubt("the title is uncertain")
    agrees = declared in (len(people), len(record.comments))
    if declared is not None and not agrees:
        doubt(f"expected {declared} comments, found {len(record.comments)}")
    if thread is None:
        buttons = [
            row for row in page.rows if row.role == "button" and phrases.REPLY.fullmatch(row.text)
        ]
        if len(buttons) > 1:
            doubt(
                f"line {buttons[0].number} looks like the button of a comment, but no comments were recognised"
            )
        return
    entries = [entry for entry in thread.entries if entry.kind == "comment"]
    empty = sum(not entry.text and not entry.has_replies for entry in entries)
    if empty:
        doubt(f"{empty} comments have no text")
    if declared is None:
        if not thread.has_clear_end:
            doubt("the end of the last comment is uncertain")
        ended = sum(entry.has_button for entry in entries)
        if ended * 2 < len(entries) and site.layout is None:
            doubt("comments detected only from names and dates")
