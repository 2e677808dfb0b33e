"""What is logged of requests that are refused: one line each, without a traceback."""

import logging


def brief(record: logging.LogRecord) -> bool:
    """Whether to log this; Django would say the same refusal twice, once with a traceback."""
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
