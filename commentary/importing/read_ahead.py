"""Read the next record of a source while the previous one is stored."""

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait

from django.utils.translation import activate

from .messages import current_language
from .records import ArticleRecord
from .source import SourceFile

SECONDS_BETWEEN = 1  # updates of the progress


def read_ahead(
    source: SourceFile, records: Iterator[ArticleRecord], tell: Callable[[], None]
) -> Generator[ArticleRecord, None, None]:
    """Yield records, reading each one in a thread while the previous one is stored. `tell` is called
    about once a second while waiting for one.
    """
    # The thread makes messages, and would make them in another language than this one.
    with ThreadPoolExecutor(1, initializer=activate, initargs=(current_language(),)) as reader:
        try:
            coming = reader.submit(next, records, None)
            while record := _awaited(coming, tell):
                coming = reader.submit(next, records, None)
                yield record
        finally:
            source.close()  # if storing fails or is interrupted, reading stops too


def _awaited(
    coming: "Future[ArticleRecord | None]", tell: Callable[[], None]
) -> ArticleRecord | None:
    while not wait([coming], SECONDS_BETWEEN).done:
        tell()
    return coming.result()
