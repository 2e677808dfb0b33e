"""Checks before anything starts: ``python -m config.start`` exits with a one-line error if one
fails.
"""

import os
import sys


def load_settings() -> None:
    """Load the settings, or exit with a one-line error that says what to set."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    try:
        settings.INSTALLED_APPS  # noqa: B018
    except ImproperlyConfigured as error:
        sys.exit(f"Settings: {error}")


def check_database() -> None:
    """Exit with a one-line error if the database only claims to be up to date.

    If it can't be reached, the site starts and answers 503 until it can.
    """
    import django
    from django.db import Error, connection

    django.setup()
    from commentary.management import schema

    try:
        problem = schema.problem(connection)
    except Error:
        return
    if problem:
        sys.exit(problem)


def check_theme() -> None:
    """Exit with a one-line error if the look that the settings describe can't be read or served."""
    from django.core.checks import run_checks

    from commentary.checks import TAG

    problems = run_checks(tags=[TAG])
    if problems:
        sys.exit("\n".join(f"Settings: {problem.msg}" for problem in problems))


def start_metrics() -> None:
    """Start counting at zero."""
    from django.conf import settings

    if settings.METRICS_TOKEN:
        from commentary.observability import metrics

        metrics.start_again()


if __name__ == "__main__":
    load_settings()
    check_database()
    check_theme()
    start_metrics()
