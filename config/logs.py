"""Log each refused request in one line, without a traceback."""

import logging


def brief(record: logging.LogRecord) -> bool:
    """Return whether to log a record. Django logs a refusal twice, once with a traceback."""
    if not record.name.startswith(("django.request", "django.security")):
        return True
    if getattr(record, "status_code", 500) >= 500:
        return True
    request = getattr(record, "request", None)
    if getattr(request, "is_refusal_logged", False):
        return False
    if request is not None:
        request.is_refusal_logged = True
    record.exc_info = record.exc_text = None
    return True
