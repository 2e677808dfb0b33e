"""Events of a request, such as a failed sign-in. They are written with the record of the request.

One request has one record in the log, whatever happens during it.
"""

import logging
from collections import Counter
from contextvars import ContextVar
from dataclasses import dataclass, field

logger = logging.getLogger("commentary.events")

Fields = dict[str, str | int]
MAX_KINDS = 50  # different events in the record of a request


@dataclass
class CurrentRequest:
    """What is known about the request that this thread handles."""

    id: str
    reason: str = ""  # why it was refused
    events: Counter[tuple[tuple[str, str | int], ...]] = field(default_factory=Counter)
    has_warning: bool = False
    is_expected: bool = False  # an outage that the operator wants


current_request: ContextVar[CurrentRequest | None] = ContextVar("current_request", default=None)


def request_id() -> str:
    """Return the id of the request that this thread handles; "" outside of requests."""
    request = current_request.get()
    return "" if request is None else request.id


def log_event(name: str, is_warning: bool = False, **fields: str | int | None) -> None:
    """Add an event to the record of this request; equal ones are counted. Outside of a request, it
    is a record of its own.

    `fields` must not have personal data. Accounts are named by their key.
    """
    known: Fields = {key: value for key, value in fields.items() if value is not None}
    request = current_request.get()
    if request is None:
        level = logging.WARNING if is_warning else logging.INFO
        logger.log(level, name, extra={"fields": {"event": name, **known}})
        return
    key = (("event", name), *known.items())
    if key in request.events or len(request.events) < MAX_KINDS:
        request.events[key] += 1
    request.has_warning = request.has_warning or is_warning


def log_reason(reason: str, is_expected: bool = False) -> None:
    """Record why this request was refused. Outside of a request, nothing is recorded."""
    request = current_request.get()
    if request is not None:
        request.reason, request.is_expected = reason, is_expected


def events_of(request: CurrentRequest) -> list[Fields]:
    """Return the events of a request as they are logged."""
    return [
        {**dict(key), "count": count} if count > 1 else dict(key)
        for key, count in request.events.items()
    ]


class InRequest(logging.Filter):
    """Adds the id of the request to all records that are written during it."""

    def filter(self, record: logging.LogRecord) -> bool:
        about = current_request.get()
        if about is not None:
            record.request_id = about.id
        return True
