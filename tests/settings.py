"""Settings of the test suite: those of the site, independent of what a running site has left
behind.
"""

from config.settings import *  # noqa: F403
from config.settings import STORAGES

# Hashed names need a manifest, which only `collectstatic` writes.
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"

# Slow password hashing would take most of the time of sign-in tests.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
