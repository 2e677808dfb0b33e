"""A gunicorn worker in which probes and static files never wait behind pages.

All threads of a worker may wait for a database that hangs. What needs no database has threads of its
own, so it is answered meanwhile. The main loop tells it by the first bytes of a request, which it
looks at without taking them.
"""

import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

# Threads, by what a request begins with.
RESERVED = {
    re.compile(rb"(?:GET|HEAD) /healthz[ ?]"): 1,
    re.compile(rb"(?:GET|HEAD) /static/"): 2,
}
LOOK_AT = 16  # bytes


class Worker(ThreadWorker):
    """Takes requests to the threads for their kind."""

    def init_process(self) -> None:
        self.reserved = {
            beginning: ThreadPoolExecutor(max_workers=threads)
            for beginning, threads in RESERVED.items()
        }
        super().init_process()

    def enqueue_req(self, conn: Any) -> None:
        """Submit a connection, as soon as its request has begun to arrive."""
        beginning = _beginning(conn)
        if beginning is None and not conn.initialized and self.alive:
            self._wait_for_request(conn)
            return
        submitted = self._threads_for(beginning or b"").submit(self.handle, conn)
        submitted.add_done_callback(
            lambda done: self.method_queue.defer(self.finish_request, conn, done)
        )

    def _threads_for(self, beginning: bytes) -> ThreadPoolExecutor:
        for pattern, threads in self.reserved.items():
            if pattern.match(beginning):
                return threads
        pool: ThreadPoolExecutor = self.tpool
        return pool

    def _wait_for_request(self, conn: Any) -> None:
        """Let the main loop wait for the first bytes, where gunicorn would let a thread wait."""
        conn.timeout = time.monotonic() + self.cfg.keepalive
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))


def _beginning(conn: Any) -> bytes | None:
    """The first bytes of the next request of a connection; b"" if it ends, None if there are none
    yet. What was read ahead of it comes first."""
    if conn.initialized and (ahead := conn.parser.unreader.buf.getvalue()):
        return bytes(ahead[:LOOK_AT])
    try:
        return bytes(conn.sock.recv(LOOK_AT, socket.MSG_PEEK | socket.MSG_DONTWAIT))
    except BlockingIOError:
        return None
    except OSError:  # the thread that takes it will find the same
        return b""
