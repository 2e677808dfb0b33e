"""Apply a function to many arguments on all cores, with the results in order."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from typing import Self, TypeVar

from .messages import current_language, use_language

Argument = TypeVar("Argument")
Result = TypeVar("Result")

FEW = 24  # arguments; for fewer, starting processes takes longer than the work
CORES = os.cpu_count() or 1
AHEAD = 4  # arguments in memory that wait for each process


def in_order(
    function: Callable[[Argument], Result], arguments: Iterable[Argument]
) -> Iterator[tuple[Argument, Result]]:
    """Yield each argument with the result of `function`, in order; see `Workers.in_order`."""
    remaining = iter(arguments)
    first = list(islice(remaining, FEW))
    if len(first) < FEW or CORES == 1:
        for argument in chain(first, remaining):
            yield argument, function(argument)
        return
    with Workers() as workers:
        yield from workers.in_order(function, chain(first, remaining))


class Workers:
    """A process for each core, started when the first work is given to it.

    Processes are spawned, so they share no connection or lock. Messages that they make are in the
    language of the parent process. They ignore Ctrl-C, which the parent
    process handles, and end if that is killed.
    """

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(CORES, context, _start_process, (current_language(),))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def in_order(
        self, function: Callable[[Argument], Result], arguments: Iterable[Argument]
    ) -> Iterator[tuple[Argument, Result]]:
        """Yield each argument with the result of `function`, in order.

        `function` must be defined in a module; its arguments, results and exceptions must be
        picklable. Only a few arguments are read ahead.
        """
        waiting: deque[tuple[Argument, Future[Result]]] = deque()
        for argument in arguments:
            waiting.append((argument, self._pool.submit(function, argument)))
            if len(waiting) >= CORES * AHEAD:
                done, future = waiting.popleft()
                yield done, future.result()
        while waiting:
            done, future = waiting.popleft()
            yield done, future.result()


def _start_process(language: str) -> None:
    use_language(language)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Wait for the parent process to end. The library's processes would wait for work forever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
