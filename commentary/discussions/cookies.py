from django.conf import settings
from django.http import HttpRequest


def has_session(request: HttpRequest) -> bool:
    """Whether the request carries our session cookie. Asking does not open the session."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def is_personal(request: HttpRequest) -> bool:
    """Whether the request carries a cookie by which we could know somebody."""
    return has_session(request) or settings.WRITER_COOKIE_NAME in request.COOKIES
