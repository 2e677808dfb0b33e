#!/usr/bin/env python
"""Django's command line for this site."""

import os
import sys
from pathlib import Path

from config.start import load_settings


def use_local_defaults() -> None:
    """Apply the settings of `make run` if it has set up a site here.

    That is the case if its key is in var/ and neither SECRET_KEY nor ALLOWED_HOSTS is set.
    """
    if {"SECRET_KEY", "ALLOWED_HOSTS"} & os.environ.keys():
        return
    var = Path(os.environ.get("VAR_DIR") or Path(__file__).resolve().parent / "var")
    try:
        key = (var / "secret-key").read_text().strip()
    except OSError:
        return
    os.environ |= {"SECRET_KEY": key, "ALLOWED_HOSTS": "127.0.0.1,localhost,[::1]"}
    os.environ.setdefault("HTTPS", "0")
    os.environ.setdefault("REQUIRE_SECOND_FACTOR", "0")


def main() -> None:
    # The limits in the settings are for pages; commands wait up to a minute for a lock.
    os.environ.setdefault("DATABASE_LIMITS", "lock_timeout=60000")
    use_local_defaults()
    load_settings()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
