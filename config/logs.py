"""The format of the log: one line of JSON for each record, or text for people.

Uses only the standard library, because gunicorn loads this file before the application.
"""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

MAX_REASON = 200  # characters
# Lines in which PostgreSQL repeats values of a statement that failed.
VALUES = re.compile(r"^(DETAIL|LINE \d+|CONTEXT): .*$", re.MULTILINE)
# Addresses in gunicorn's messages about requests that it can't read.
ADDRESS = re.compile(r"(?<=from ip=)\S+(?=:)")

ENCODER = json.JSONEncoder(default=str)

ExceptionInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


class _Lines(logging.Formatter):
    """What both formats have in common."""

    def formatException(self, ei: ExceptionInfo) -> str:
        text = "".join(traceback.format_exception(*ei)).rstrip("\n")
        return VALUES.sub(r"\1: (left out)", text)

    def _message(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        return ADDRESS.sub("(left out)", message) if record.name.startswith("gunicorn") else message

    def _traceback(self, record: logging.LogRecord) -> str:
        return self.formatException(record.exc_info) if record.exc_info else ""


class JsonLines(_Lines):
    """A JSON object per record. Everything outside of ASCII is escaped, so nothing that a client
    sends can end the line.
    """

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {
            "time": moment.replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": self._message(record),
        }
        if request_id := getattr(record, "request_id", ""):
            line["request_id"] = request_id
        line |= getattr(record, "fields", {})
        if exception := self._traceback(record):
            line["exception"] = exception
        return ENCODER.encode(line)


class TextLines(_Lines):
    """A line of text per record, and the traceback of an exception below it."""

    def format(self, record: logging.LogRecord) -> str:
        clock = self.formatTime(record)
        fields = {**getattr(record, "fields", {})}
        if record.name == "commentary.requests":
            for name in ("method", "route", "status", "path"):  # in the message
                fields.pop(name, None)
        words = [clock, record.levelname, f"{record.name}:", self._message(record)]
        words += [f"{name}={value}" for name, value in fields.items() if value not in ("", [])]
        exception = self._traceback(record)
        return _printable(" ".join(words)) + (f"\n{exception}" if exception else "")


def _printable(text: str) -> str:
    """Escape what would end the line or change how the rest of it is shown."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text
    )


def brief(record: logging.LogRecord) -> bool:
    """Return whether to log a record of its own. The record of a request has its refusal: Django
    would log that twice, once with a traceback.
    """
    if not record.name.startswith(("django.request", "django.security")):
        return True
    about = getattr(getattr(record, "request", None), "log_record", None)
    record.msg, record.args = _without_path(record), ()
    if getattr(record, "status_code", 500) >= 500:
        return True
    if about is not None:
        about.reason = about.reason or str(record.msg)[:MAX_REASON]
        return False
    record.exc_info = record.exc_text = None
    return True


def _without_path(record: logging.LogRecord) -> str:
    """Return Django's message without the path at its end, which may have a token."""
    message = record.getMessage()
    if isinstance(record.args, tuple) and record.args:
        message = message.removesuffix(str(record.args[-1])).rstrip(": ")
    return message
