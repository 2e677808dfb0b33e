import time

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.utils.translation import gettext as _

from ...resilience.outages import BUSY, outage_of
from .. import schema

# Everyone who comes later waits behind a migration that waits for a table. So it gives up soon, and
# tries again when those who use the table may be done.
LOCK_MILLISECONDS = 2_000
ATTEMPTS = 60
PAUSE = 3.0  # seconds


class Command(migrate.Command):
    """Django's migrate, which refuses a database that can't be upgraded, and which never makes the
    running site wait for long.
    """

    def handle(self, *args: object, **options: object) -> None:
        connection = connections[str(options["database"])]
        if problem := schema.problem(connection):
            raise CommandError(problem)
        if connection.vendor == "postgresql":
            connection.close()
            limits = connection.settings_dict["OPTIONS"].get("limits", {})
            shorter = min(limits.get("lock_timeout") or LOCK_MILLISECONDS, LOCK_MILLISECONDS)
            new = {"limits": {**limits, "lock_timeout": shorter}}
            connection.settings_dict["OPTIONS"] = connection.settings_dict["OPTIONS"] | new
        for left in reversed(range(ATTEMPTS)):
            try:
                super().handle(*args, **options)
                return
            except OperationalError as error:
                outage = outage_of(error)
                if outage is None or outage.retry_after != BUSY or not left:
                    raise
                self.stderr.write(
                    _("A table is in use (%(reason)s). Trying again…") % {"reason": _(outage.cause)}
                )
                connection.close()
                # If a statement fails that Django deferred to the end of a migration, this connection
                # still counts as inside the transaction.
                del connections[connection.alias]
                time.sleep(PAUSE)
