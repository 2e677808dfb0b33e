"""Classifies the text nodes of comments and their surroundings, for the ledger of a page."""

from dataclasses import dataclass

from ...messages import gettext_noop
from ...records import CommentRecord, Use
from .comment_area import Surroundings, is_furniture_around
from .dom import Node, text_nodes
from .entries import Entry
from .entry_view import Reading


@dataclass(frozen=True, slots=True)
class TextUse:
    """The use of one text node; `owner` is the key of the comment that uses it."""

    node: Node
    use: Use
    owner: str = ""
    reason: str = ""


def uses_of_entries(
    entries: list[Entry], readings: list[Reading], records: list[CommentRecord], kept: list[bool]
) -> list[TextUse]:
    found: list[TextUse] = []
    seen: set[int] = set()  # in broken pages one comment may reach into another
    for entry, reading, record, is_kept in zip(entries, readings, records, kept, strict=True):
        if entry.is_opening:
            continue  # the article
        for piece, use in zip(entry.pieces, reading.uses, strict=True):
            if piece.node.mem_id in seen:
                continue
            seen.add(piece.node.mem_id)
            if use in ("name", "date", "body") and is_kept:
                found.append(TextUse(piece.node, "comment", record.key))
            elif use in ("furniture", "subject"):
                reason = (
                    gettext_noop("comment title")
                    if use == "subject"
                    else gettext_noop("comment button or label")
                )
                found.append(TextUse(piece.node, "furniture", record.key, reason))
            else:
                found.append(
                    TextUse(
                        piece.node,
                        "left over",
                        record.key,
                        gettext_noop("unrecognised part of a comment"),
                    )
                )
    return found


def uses_around(around: Surroundings, inside: set[int], used: set[int]) -> list[TextUse]:
    """Return the use of each text node around the comments. `used` contains the nodes that already
    have one.
    """
    found: list[TextUse] = []
    for area in around.nodes:
        for node in text_nodes(area, inside):
            if node.mem_id in used:
                continue
            used.add(node.mem_id)
            chain = _chain(node)
            told = next((around.used[n.mem_id] for n in chain if n.mem_id in around.used), "")
            if told:
                found.append(TextUse(node, "article", reason=told))
            elif is_furniture_around(node, chain):
                found.append(TextUse(node, "furniture", reason=gettext_noop("around the comments")))
            else:
                found.append(
                    TextUse(
                        node, "left over", reason=gettext_noop("around the comments, unrecognised")
                    )
                )
    return found


def _chain(node: Node) -> list[Node]:
    found = [node]
    while len(found) < 8 and (parent := found[-1].parent) is not None:
        found.append(parent)
    return found
