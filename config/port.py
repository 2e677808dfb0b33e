"""``python config/port.py 8000`` fails with one sentence when that port cannot be had.

`make run` asks before it installs anything, so this needs nothing but Python.
"""

import socket
import sys


def problem(port: str) -> str | None:
    """Why nothing can listen on this port of 127.0.0.1; None when it is free."""
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
        return f"PORT={port} is not a port: give a number from 1 to 65535."
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn binds
        try:
            probe.bind(("127.0.0.1", int(port)))
        except PermissionError:
            return f"Port {port} needs more rights than yours: choose one above 1023 (PORT=8000)."
        except OSError:
            return f"Port {port} is taken: stop what listens there, or choose another (PORT=8001)."
    return None


if __name__ == "__main__":
    sys.exit(problem(sys.argv[1]))
