"""Gunicorn configuration: ``gunicorn -c config/gunicorn.py``.

Requires a proxy that handles TLS and slow clients; see docs/operators/deployment.md.
"""

import os
import runpy
import subprocess
import sys
from pathlib import Path

from gunicorn.glogging import Logger


def whole(name: str, value: str) -> int:
    """Parse a positive number from a variable, or exit with a one-line error."""
    if not (value.isascii() and value.isdigit() and int(value)):
        sys.exit(f"Settings: {name} is not valid: use a whole number above 0.")
    return int(value)


wsgi_app = "config.wsgi:application"
chdir = str(Path(__file__).resolve().parent.parent)
bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8000}"

worker_class = "config.worker.Worker"  # gthread with separate threads for probes and static files
workers = whole(
    "WEB_CONCURRENCY", os.environ.get("WEB_CONCURRENCY") or str(2 * (os.cpu_count() or 1))
)
threads = 4  # for pages
if Path("/dev/shm").is_dir():
    worker_tmp_dir = "/dev/shm"  # a heartbeat on a busy disk can look like a dead worker

timeout = 30  # seconds, like the next two
graceful_timeout = 30
keepalive = 5

limit_request_line = 4094  # bytes
limit_request_fields = 60
limit_request_field_size = 8190

# Only these proxies may say that a request was made over HTTPS.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS") or "127.0.0.1"
header_map = "drop"

# The socket would be in the home folder, which several sites of one account may share.
control_socket_disable = True


class OneFormat(Logger):
    """Writes gunicorn's own messages in the format of the site's log."""

    def setup(self, cfg: object) -> None:
        super().setup(cfg)
        if os.environ.get("LOG_FORMAT", "json") == "json":
            # Run as a file, so that workers import the new module after an upgrade.
            formats = runpy.run_path(f"{chdir}/config/logs.py")
            for handler in self.error_log.handlers:
                handler.setFormatter(formats["JsonLines"]())


logger_class = OneFormat


def on_starting(server: object) -> None:
    """Exit with a one-line error if no worker could start.

    Runs in a separate process: modules loaded in this one would be reused by workers after an
    upgrade and reload.
    """
    check = subprocess.run([sys.executable, "-m", "config.start"], cwd=chdir, check=False)
    if check.returncode:
        sys.exit(check.returncode)


def post_worker_init(worker: object) -> None:
    """With EMBEDDED_WORKER=1, send e-mails in a thread of each process instead of a service."""
    if os.environ.get("EMBEDDED_WORKER", "0").strip().lower() in ("1", "true", "yes", "on"):
        from commentary.notifications.worker import start_thread

        start_thread()
