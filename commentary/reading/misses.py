"""Count the URLs that were not found, for editors, at a limited rate and without personal data."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic
from urllib.parse import quote

from django.db import Error, connection, transaction
from django.http import HttpRequest

from ..models import MissedAddress
from ..models.missed_address import MAX_ADDRESS
from ..resilience.read_only import is_read_only
from ..text.former_addresses import key_of, naming_url

logger = logging.getLogger(__name__)

MAX_PATH = 300  # characters of a path that is counted
LOCK_MILLISECONDS = 100  # how long counting may wait for another writer
# Requests of browsers and of programs that look for weaknesses.
NOT_OF_READERS = re.compile(
    r"/\.|@|/(?:wp-(?:admin|includes|login|json|config|cron|signup)|xmlrpc|cgi-bin|phpmyadmin|vendor"
    r"|actuator|apple-touch-icon|favicon|ads\.txt|humans\.txt|browserconfig)"
    r"|^/(?:admin|static|media|api)(?:/|$)"
    r"|\.(?:env|sql|zip|t?gz|rar|7z|bak|old|ini|log|ya?ml|conf|key|pem|cgi|exe|dll|sh|map|js|css)$"
    r"|/[^/.-]{32,}(?:/|$)|/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",  # may be tokens
    re.IGNORECASE,
)
PROGRAM = re.compile(r"\.(?:php\d?|aspx?|jsp|cfm)$", re.IGNORECASE)


class Budget:
    """Allows a number of acts at once, and one more every second."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.left, self.at, self.lock = float(most), monotonic(), Lock()

    def take(self) -> bool:
        """Return whether one more act is allowed now."""
        with self.lock:
            now = monotonic()
            self.left = min(self.most, self.left + now - self.at)
            self.at = now
            if self.left < 1:
                return False
            self.left -= 1
            return True


budget = Budget(60)  # of this process


def count_miss(request: HttpRequest) -> None:
    """Count a request for a page that doesn't exist. Never fails, and hardly ever waits."""
    address = _address(request)
    if address is None or is_read_only() or not budget.take():
        return
    try:
        with _impatient(), transaction.atomic():
            MissedAddress.objects.count_one(address, key_of(address))
    except Error as error:
        logger.debug("A missing page was not counted: %s", error)


def is_of_reader(request: HttpRequest) -> bool:
    """Return whether a reader may have asked for this, rather than a browser by itself or a program."""
    path = request.path
    return request.method == "GET" and len(path) <= MAX_PATH and not NOT_OF_READERS.search(path)


def _address(request: HttpRequest) -> str | None:
    """Return the URL to count, None for requests that readers don't make."""
    path, query = request.path, request.META.get("QUERY_STRING", "")
    if not is_of_reader(request):
        return None
    asked = naming_url(quote(path, safe="/:@!$&'()*+,;=~"), query)
    if (path == "/" or PROGRAM.search(path)) and "?" not in asked:
        return None
    address = f"{request.scheme}://{request.get_host()}{asked}"
    return address if len(address) <= MAX_ADDRESS else None


@contextmanager
def _impatient() -> Iterator[None]:
    """Don't wait for another writer: an import may keep SQLite locked for a while."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {LOCK_MILLISECONDS}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {before}")
