"""Comments of an export put in an order in which every parent comes before its replies.

Exports name parents that come later, are missing, are of another page, are the comment itself, or
go round in a circle, and give one id to two comments. Nothing of it loses a comment.
"""

from collections.abc import Iterable

from .records import CommentRecord


def parents_first(comments: Iterable[CommentRecord], warnings: list[str]) -> list[CommentRecord]:
    """The comments, parents before their replies, else in their order; what was wrong is said in
    `warnings`. A parent that cannot be is taken as none. In time linear in their number."""
    by_key: dict[str, CommentRecord] = {}
    for comment in comments:
        key, number = comment.key or f"line-{comment.lines[0]}", 1
        while key in by_key:
            number += 1
            key = f"{comment.key}-{number}"
        if comment.key and key != comment.key:
            warnings.append(f"comment {comment.key} is there more than once: kept as {key}")
        elif not comment.key:
            warnings.append(f"line {comment.lines[0]}: a comment without an id: kept as {key}")
        comment.key = key
        by_key[key] = comment
    for comment in by_key.values():
        if comment.parent is not None and comment.parent not in by_key:
            warnings.append(f"comment {comment.key}: its parent {comment.parent} is not here")
            comment.parent = None
    place_of = {key: i for i, key in enumerate(by_key)}
    _cut_circles(by_key, place_of, warnings)
    replies: dict[str | None, list[CommentRecord]] = {}
    for comment in by_key.values():
        replies.setdefault(comment.parent, []).append(comment)
    placed: list[CommentRecord] = []
    waiting = list(reversed(replies.get(None, [])))
    while waiting:
        comment = waiting.pop()
        placed.append(comment)
        waiting.extend(reversed(replies.get(comment.key, ())))
    # Numbers are given in this order, so it stays that of the file wherever parents allow.
    latest: dict[str, int] = {}
    for comment in placed:
        above = latest.get(comment.parent, -1) if comment.parent is not None else -1
        latest[comment.key] = max(place_of[comment.key], above)
    return [c for _, _, c in sorted((latest[c.key], i, c) for i, c in enumerate(placed))]


def _cut_circles(
    by_key: dict[str, CommentRecord], place_of: dict[str, int], warnings: list[str]
) -> None:
    """Take the parent from the first comment of each circle."""
    settled: set[str] = set()
    for start in by_key:
        path: dict[str, None] = {}
        key: str | None = start
        while key is not None and key not in settled and key not in path:
            path[key] = None
            key = by_key[key].parent
        if key is not None and key in path:
            keys = list(path)
            first = min(keys[keys.index(key) :], key=place_of.__getitem__)
            warnings.append(f"comment {first}: its parents go round in a circle")
            by_key[first].parent = None
        settled.update(path)
