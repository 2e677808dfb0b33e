"""The worker: sends what is in the outbox, and begins the periodic tasks."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from django.db import Error, close_old_connections, connection, transaction
from django.utils.translation import gettext as _

from ..models import OutboxMessage, Schedule
from ..models.outbox import is_mail_configured
from ..privacy.purging import purge_expired
from ..resilience.read_only import is_read_only
from . import audit_head, digests
from .kinds import DELIVERIES, RENDERERS, STEPS
from .transport import Deferred, MailTransport, ServerUnavailable, Undeliverable

POLL = 2.0  # seconds between two looks at an empty outbox
TICK = 60.0  # seconds between two looks at the periodic tasks
MAX_REST = 60.0  # seconds without attempts while the mail server is unavailable

log = logging.getLogger("commentary.worker")


class Worker:
    """Sends messages until it is told to stop. Any number may run at once, also on several
    machines.

    It may be killed at any time: a message that it was sending is sent again after
    `outbox.LEASE`, with the same Message-ID.
    """

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self.transport = MailTransport()
        self.rest = 0.0  # seconds to wait because the mail server is unavailable
        self.is_failing = False  # whether the database is known to be unavailable

    def stop(self) -> None:
        """Stop after the message that is being sent."""
        self.stopping.set()

    def run(self) -> None:
        """Work until `stop` is called."""
        since_tick = TICK
        while not self.stopping.is_set():
            try:
                if is_read_only():
                    self.stopping.wait(POLL)
                    continue
                close_old_connections()
                if since_tick >= TICK:
                    since_tick = 0.0
                    tick(self.stopping.is_set)
                self.drain()
                self.is_failing = False
            except Error as error:  # the database is down, or no table is there yet
                if not self.is_failing:
                    log.warning(
                        "The worker waits for the database: %s", " ".join(str(error).split())
                    )
                self.is_failing = True
                connection.close()
            pause = max(POLL, self.rest)
            since_tick += pause
            self.stopping.wait(pause)
        self.transport.close()

    def drain(self) -> int:
        """Send everything that is due, until the mail server is unavailable. Returns how many
        messages were handled.
        """
        count = 0
        while not self.stopping.is_set() and (message := OutboxMessage.objects.claim()):
            self.rest = 0.0 if self._handle(message) else min(self.rest * 2 or 5.0, MAX_REST)
            count += 1
            if self.rest:
                break
        self.transport.close()
        return count

    def _handle(self, message: OutboxMessage) -> bool:
        """Send one message. Returns False if the mail server is unavailable."""
        try:
            self._send(message)
        except ServerUnavailable as error:
            self._postpone(message, str(error))
            return False
        except Undeliverable as error:
            log.warning("%s was refused and is not sent again.", message)
            message.give_up(str(error))
        except Deferred as error:
            self._postpone(message, str(error))
        except Error:
            raise
        except Exception as error:  # one message must not stop the others
            log.exception("%s could not be sent.", message)
            self._postpone(message, f"{type(error).__name__}: {error}")
        return True

    def _send(self, message: OutboxMessage) -> None:
        row = OutboxMessage.objects.filter(pk=message.pk)
        if step := STEPS.get(message.kind):
            more = step(message)
            with transaction.atomic():
                if row.delete()[0]:  # otherwise another worker was faster
                    OutboxMessage.objects.bulk_create(more)
            return
        if delivery := DELIVERIES.get(message.kind):
            delivery(message)
            message.finish()
            return
        if not is_mail_configured():
            raise ServerUnavailable(_("EMAIL_URL is not set."))
        mail = RENDERERS[message.kind](message)
        if mail is not None:
            self.transport.send(message, mail)
        # Right after the server has accepted it: if this is killed in between, it is sent twice.
        row.delete()

    def _postpone(self, message: OutboxMessage, why: str) -> None:
        message.postpone(why)
        until = message.next_attempt_at
        log.warning("%s was not sent. Next attempt: %s.", message, until and until.isoformat())


def tick(is_stopping: Callable[[], bool] = lambda: False) -> None:
    """Begin the periodic tasks that are due."""
    with transaction.atomic():
        if is_mail_configured():
            audit_head.queue_verification()
            digests.queue_digests()
        is_due = Schedule.objects.take_turn("delete what is not needed", timedelta(days=1))
    if is_due:
        for _what, _count in purge_expired():
            if is_stopping():
                break


def start_thread() -> Worker:
    """Start a worker in a thread of this process, which ends with it."""
    worker = Worker()
    threading.Thread(target=worker.run, name="worker", daemon=True).start()
    return worker
