"""A mail server for tests, which keeps what it accepts."""

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class SmtpSink:
    """What the server has accepted, by recipient and message. `refusals` maps a recipient to the
    answer that refuses it, and `data_refusals` to the answer that refuses its text.
    """

    port: int
    accepted: list[tuple[str, bytes]] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    data_refusals: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(  # noqa: N802 # a name of aiosmtpd
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if answer := self.refusals.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        for address in envelope.rcpt_tos:
            if answer := self.data_refusals.get(address):
                return answer
            self.accepted.append((address, envelope.content))
        return "250 OK"

    @property
    def mails(self) -> list[EmailMessage]:
        """The accepted mails, parsed."""
        parsed = [message_from_bytes(data, policy=policy.default) for _to, data in self.accepted]
        return [mail for mail in parsed if isinstance(mail, EmailMessage)]

    @property
    def transport(self) -> dict[str, object]:
        """The value of EMAIL_TRANSPORT for this server."""
        backend = "django.core.mail.backends.smtp.EmailBackend"
        return {"backend": backend, "host": "127.0.0.1", "port": self.port}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def smtp_sink() -> Iterator[SmtpSink]:
    """Run a mail server on loopback."""
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # it logs addresses
    sink = SmtpSink(free_port())
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()
