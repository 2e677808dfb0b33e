"""What must hold before anything starts; ``python -m config.start`` says so, or why not, in a line."""

import os
import sys


def load_settings() -> None:
    """Load the settings, or end the process with one line that says what to set."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    try:
        settings.INSTALLED_APPS  # noqa: B018
    except ImproperlyConfigured as error:
        sys.exit(f"Settings: {error}")


def check_database() -> None:
    """End the process with one line if the database is one that only looks up to date. If it
    cannot be reached, pages say so until it can."""
    import django
    from django.db import Error, connection

    django.setup()
    from commentary import schema

    try:
        problem = schema.problem(connection)
    except Error:
        return
    if problem:
        sys.exit(problem)


if __name__ == "__main__":
    load_settings()
    check_database()
