"""``python config/port.py 8000`` exits with an error if that port can't be used.

`make run` calls it before installing anything, so it needs only the standard library.
"""

import socket
import sys


def problem(port: str) -> str | None:
    """Return why a server can't listen on this port of 127.0.0.1, or None if it can."""
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
        return f"PORT={port} is not valid: use a number from 1 to 65535."
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # like gunicorn
        try:
            probe.bind(("127.0.0.1", int(port)))
        except PermissionError:
            return f"You don't have permission to use port {port}. Choose one above 1023, for example PORT=8000."
        except OSError:
            return f"Port {port} is in use. Stop the other program or choose another port, for example PORT=8001."
    return None


if __name__ == "__main__":
    sys.exit(problem(sys.argv[1]))
