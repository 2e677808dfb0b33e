"""Read-only mode: everything can be read and nothing is changed, while an operator maintains the site.

It is switched with a file in VAR_DIR, so that it takes effect at once in all processes of a machine,
and without the database. Imports nothing from the project.
"""

from pathlib import Path

from django.conf import settings

from .outages import Outage

RETRY_AFTER = 300  # seconds
MAINTENANCE = Outage("read-only mode", RETRY_AFTER, is_read_only=True)


def switch() -> Path:
    """Return the path of the file that exists in read-only mode."""
    return Path(settings.VAR_DIR) / "read-only"


def is_read_only() -> bool:
    """Return whether the site is in read-only mode."""
    return settings.READ_ONLY or switch().exists()
