"""How the site is served: ``gunicorn -c config/gunicorn.py``.

Made to stand behind a proxy that takes TLS and slow clients; see
docs/operators/deployment.md.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any


def whole(name: str, value: str) -> int:
    """The number in a variable, or the end, with one line."""
    if not (value.isascii() and value.isdigit() and int(value)):
        sys.exit(f"Settings: {name} is not valid: use a whole number above 0.")
    return int(value)


wsgi_app = "config.wsgi:application"
chdir = str(Path(__file__).resolve().parent.parent)
bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8000}"

worker_class = "gthread"
workers = whole(
    "WEB_CONCURRENCY", os.environ.get("WEB_CONCURRENCY") or str(2 * (os.cpu_count() or 1))
)
threads = 4
if Path("/dev/shm").is_dir():
    worker_tmp_dir = "/dev/shm"  # a heartbeat on a busy disk can look like a dead worker

timeout = 30  # seconds, as the next two
graceful_timeout = 30
keepalive = 5

limit_request_line = 4094  # bytes
limit_request_fields = 60
limit_request_field_size = 8190

# Who may say that a request came by https. Nobody else's word is taken.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS") or "127.0.0.1"
header_map = "drop"

# It would stand in the home folder, which several sites of one account share.
control_socket_disable = True


def on_starting(server: Any) -> None:
    """Refuse to start, with one line, what no worker could serve. In a process of its own: what
    this one has loaded, workers would use after an upgrade and a reload."""
    check = subprocess.run([sys.executable, "-m", "config.start"], cwd=chdir, check=False)
    if check.returncode:
        sys.exit(check.returncode)
