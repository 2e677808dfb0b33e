"""Do the same work on many things, on all cores, and get the results in order."""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from typing import TypeVar

Argument = TypeVar("Argument")
Result = TypeVar("Result")

FEW = 24  # things for which starting processes does not pay
AHEAD = 4  # things that wait for each process, in memory


def in_order(
    function: Callable[[Argument], Result], arguments: Iterable[Argument]
) -> Iterator[tuple[Argument, Result]]:
    """Yield each argument with the result of `function`, in order.

    A function of a module, and whatever it takes, returns and raises, must be picklable. Of many
    arguments only a few are taken ahead. Processes start from nothing, so that they share no
    connection or lock; Ctrl-C is for the process that started them.
    """
    remaining = iter(arguments)
    first = list(islice(remaining, FEW))
    cores = os.cpu_count() or 1
    if len(first) < FEW or cores == 1:
        for argument in chain(first, remaining):
            yield argument, function(argument)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(cores, context, _ignore_interrupts) as pool:
        waiting: deque[tuple[Argument, Future[Result]]] = deque()
        try:
            for argument in chain(first, remaining):
                waiting.append((argument, pool.submit(function, argument)))
                if len(waiting) >= cores * AHEAD:
                    done, future = waiting.popleft()
                    yield done, future.result()
            while waiting:
                done, future = waiting.popleft()
                yield done, future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
