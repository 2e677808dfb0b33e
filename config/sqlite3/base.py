"""Django's SQLite backend, in which a request does not wait for a lock as long as a command does."""

from typing import Any

from django.conf import settings
from django.db.backends.sqlite3 import base

from commentary.resilience.outages import seconds_left


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's. A connection lasts for one request, so its time to wait is that of the request."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        left = seconds_left()
        if left is not None:
            wait = max(min(left, settings.QUERY_SECONDS), 0)
            conn_params = {**conn_params, "timeout": min(conn_params.get("timeout", wait), wait)}
        return super().get_new_connection(conn_params)
