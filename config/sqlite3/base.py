"""Django's SQLite backend, with a shorter lock timeout for requests than for commands."""

from typing import Any

from django.conf import settings
from django.db.backends.sqlite3 import base

from commentary.resilience.outages import seconds_left


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's wrapper. A connection lasts for one request and gets the time that request has left."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        left = seconds_left()
        if left is not None:
            wait = max(min(left, settings.QUERY_SECONDS), 0)
            conn_params = {**conn_params, "timeout": min(conn_params.get("timeout", wait), wait)}
        return super().get_new_connection(conn_params)
