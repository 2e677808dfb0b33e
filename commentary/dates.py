"""Times as programs read them. Imports nothing of ours."""

from datetime import UTC, datetime


def iso(when: datetime, is_local: bool = False) -> str:
    """In UTC, to the second; without a zone where it is the wall clock of a source that named
    none, which is stored as if it were UTC."""
    text = when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
    return text if is_local else f"{text}Z"
