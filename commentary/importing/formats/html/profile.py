"""Describes the comments of one family of pages by selectors."""

from dataclasses import dataclass
from typing import Literal

Tail = Literal["", "dd", "siblings"]


@dataclass(frozen=True, slots=True)
class Profile:
    """One family. Each of its pages contains one of the `signs` in the names of its elements.

    `items` finds the elements where comments start; `item_id` is a pattern for one of their ids, if
    they have any. `tail` says which following siblings belong to an item: the `dd` after a `dt`, or
    all up to the next item. `author`, `url`, `date` and `body` are tried in order. `requires` must
    match on the page. `article_first` is set if the first item is the article itself. The items of a
    thread are its posts, the first of which is the article, with its title at `thread_title`.
    `depth` is an attribute with the depth of an item, `replies` the class of items that reply to one
    without it. `permalink` is what stands between the URL of the article and the id in the URL of a comment.
    """

    name: str
    signs: tuple[str, ...]
    items: str
    item_id: str = ""
    tail: Tail = ""
    requires: str = ""
    author: tuple[str, ...] = ()
    url: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    furniture: str = ""
    pending: str = ""
    deleted: str = ""
    depth: str = ""
    replies: str = ""
    article_first: bool = False
    is_thread: bool = False
    thread_title: str = ""
    permalink: str = ""
