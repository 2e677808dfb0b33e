from django.conf import settings
from django.http import HttpRequest


def has_session(request: HttpRequest) -> bool:
    """Return whether the request has our session cookie, without opening the session."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def is_personal(request: HttpRequest) -> bool:
    """Return whether the request has a cookie that could identify someone."""
    return has_session(request) or settings.WRITER_COOKIE_NAME in request.COOKIES
