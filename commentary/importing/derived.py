"""Compute the columns of new comments that follow from their texts, on all cores.

Large imports leave it to other processes, which import nothing of Django's models.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from typing import NamedTuple, Self

from ..text.folding import MOST
from ..text.languages import other_language
from ..text.markup import RENDERERS, rendered_text
from ..text.names import name_key
from ..text.stems import index_text, stemmer_of
from .workers import CORES, Workers

TOGETHER = 100  # comments given to a process at once
MANY = 2_000  # comments of an import, from which on other processes are worth their start


class CommentText(NamedTuple):
    """What the columns are computed from. `name` is empty for what isn't a comment by a person,
    `language` if the source doesn't say it.
    """

    author: str
    name: str
    body: str
    markup: str
    language: str = ""


class Language(NamedTuple):
    """The tag of the article's language, and the site's word for an unnamed commenter."""

    tag: str
    anonymous: str


class Derived(NamedTuple):
    """The columns of `Comment` with these names."""

    body_html: str
    search_text: str
    name_key: str | None
    language: str | None


def derive(job: tuple[Language, list[CommentText]]) -> list[Derived]:
    """Return the columns for texts, as the fields of `Comment` compute them, with the language of
    those that aren't in the article's.
    """
    language, texts = job
    return [_derived(text, language) for text in texts]


def _derived(text: CommentText, language: Language) -> Derived:
    rendered = str(RENDERERS[text.markup](text.body))
    plain = text.body if text.markup == "text" else rendered_text(rendered)
    key = name_key(text.name, language.anonymous) if text.name else ""
    own = text.language or other_language(plain, language.tag)
    if own == language.tag:
        own = None
    indexed = index_text(text.author[:MOST], "", plain[:MOST], stemmer_of(own or language.tag))
    return Derived(rendered, indexed, key or None, own)


class Deriving:
    """Derives the columns for the comments of one import, which may have any number of articles.
    Other processes are started once there are MANY comments.
    """

    def __init__(self) -> None:
        self._seen = 0
        self._workers: Workers | None = None
        self._exits = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._exits.close()

    def of(self, texts: Iterable[CommentText], count: int, language: Language) -> Iterator[Derived]:
        """Yield the columns for `count` texts, in order."""
        rest = iter(texts)
        jobs = iter(lambda: (language, list(islice(rest, TOGETHER))), (language, []))
        self._seen += count
        if self._workers is None and self._seen >= MANY and CORES > 1:
            self._workers = self._exits.enter_context(Workers())
        if self._workers is None or count < TOGETHER:
            for job in jobs:
                yield from derive(job)
            return
        for _, derived in self._workers.in_order(derive, jobs):
            yield from derived
