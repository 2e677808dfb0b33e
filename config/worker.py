"""A gunicorn worker in which probes and static files don't wait behind pages, and no answer is lost.

All threads of a worker may be waiting for a database that hangs. Requests that need no database are
therefore handled by separate threads. The main loop recognises them by the first bytes of the
request, which it reads with MSG_PEEK so that they stay in the socket buffer.

A form may be refused before its body was read. Closing the connection then would reset it, and the
proxy would lose the answer; so the rest of the body is read first.
"""

import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

# Thread pools by the start of the request.
RESERVED = {
    re.compile(rb"(?:GET|HEAD) /healthz[ ?]"): 1,
    re.compile(rb"(?:GET|HEAD) /static/"): 2,
}
LOOK_AT = 16  # bytes
# Limits on reading the rest of a body: more than deploy/nginx.conf accepts.
REST_SECONDS = 5
REST_BYTES = 64 * 1024**2


class Worker(ThreadWorker):
    """A worker that assigns each request to the threads for its kind."""

    def init_process(self) -> None:
        self.reserved = {
            beginning: ThreadPoolExecutor(max_workers=threads)
            for beginning, threads in RESERVED.items()
        }
        super().init_process()

    def enqueue_req(self, conn: Any) -> None:
        """Submit a connection once the start of its request has arrived."""
        beginning = _beginning(conn)
        if beginning is None and not conn.initialized and self.alive:
            self._wait_for_request(conn)
            return
        submitted = self._threads_for(beginning or b"").submit(self.handle, conn)
        submitted.add_done_callback(
            lambda done: self.method_queue.defer(self.finish_request, conn, done)
        )

    def handle_request(self, req: Any, conn: Any) -> bool:
        """Answer a request, and read what the application left of its body."""
        stays_open: bool = super().handle_request(req, conn)
        conn.parser.finish_body(deadline=time.monotonic() + REST_SECONDS, max_bytes=REST_BYTES)
        return stays_open

    def _threads_for(self, beginning: bytes) -> ThreadPoolExecutor:
        for pattern, threads in self.reserved.items():
            if pattern.match(beginning):
                return threads
        pool: ThreadPoolExecutor = self.tpool
        return pool

    def _wait_for_request(self, conn: Any) -> None:
        """Wait for the first bytes in the main loop; gunicorn would block a thread instead."""
        conn.timeout = time.monotonic() + self.cfg.keepalive
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))


def _beginning(conn: Any) -> bytes | None:
    """Return the first bytes of the next request on a connection: b"" if it was closed, None if
    nothing has arrived. Bytes that were already read come first.
    """
    if conn.initialized and (ahead := conn.parser.unreader.buf.getvalue()):
        return bytes(ahead[:LOOK_AT])
    try:
        return bytes(conn.sock.recv(LOOK_AT, socket.MSG_PEEK | socket.MSG_DONTWAIT))
    except BlockingIOError:
        return None
    except OSError:  # the thread that handles it gets the same error
        return b""
