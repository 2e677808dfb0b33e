"""The threads of forums: which page of a thread this is, and the post that opens it."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from ..text.phrases.patterns import lazy_re_compile
from .dom import Document, Node, one_line

# The number of a page of a thread in its URL.
LATER_PAGE = lazy_re_compile(
    r"[?&;/](?:page|seite)[=/-]?(?:[2-9]|[1-9]\d+)(?:/|$|[?&#.])|[?&;](?:start|st)=[1-9]|"
    r"topic[=,]\d{1,9}\.[1-9]",
    re.I,
)
# Words in the URLs of threads.
THREAD_URL = lazy_re_compile(
    r"forums?(?![a-z])|/boards?/|threads?[/=-]|showthread|viewtopic|topics?[/=]|/discussions?/|[?&]tid=|\bt=\d",
    re.I,
)
CURRENT_PAGE = (
    ".pageNav-page--current, .pagination .current, .pagination .active, .pagination_current, "
    ".pagination strong, .pagelinks strong, .pagenav .alt2 strong, .pagelink strong, "
    ".ipsPagination_active, .PageNav .currentPage, .bbp-pagination-links .current"
)


@dataclass(slots=True)
class Opening:
    """The post that opens a thread, which is the article. `bodies` are the elements with its text,
    if they were recognised."""

    root: Node
    author: str
    date: datetime | None
    bodies: list[Node] = field(default_factory=list)


def is_later_page(document: Document, address: str) -> bool:
    """Return whether a page continues a thread, so that its first post is no article."""
    if LATER_PAGE.search(address):
        return True
    numbers = (one_line(node) for node in document.css(CURRENT_PAGE)[:4])
    return next((int(n) > 1 for n in numbers if n.isdecimal() and len(n) < 6), False)
