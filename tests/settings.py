"""The settings of the test suite: those of the site, without what a run of it leaves behind."""

from config.settings import *  # noqa: F403
from config.settings import STORAGES

# Hashed names need a manifest, which only `collectstatic` writes.
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"

# Hashing that takes its time would take most of the time of the tests of signing in.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
