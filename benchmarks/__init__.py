"""Benchmarks: see docs/performance.md. The only setting they need is DATABASE_URL."""

import os
import warnings

import django

os.environ |= {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "SECRET_KEY": "benchmarks-only-" + "0" * 50,
    "ALLOWED_HOSTS": "127.0.0.1",
    "HTTPS": "0",
}


def start_django() -> None:
    """Set up Django so that pages can be rendered without ``collectstatic``."""
    django.setup()
    from django.conf import settings

    storage = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES["staticfiles"]["BACKEND"] = storage
    warnings.filterwarnings("ignore", "No directory at")
