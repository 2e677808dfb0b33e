"""How the site is served: ``gunicorn -c config/gunicorn.py``.

Made to stand behind a proxy that takes TLS and slow clients; see README.md.
"""

import os
from pathlib import Path

wsgi_app = "config.wsgi:application"
chdir = str(Path(__file__).resolve().parent.parent)
bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8000}"

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2 * (os.cpu_count() or 1))
threads = 4
max_requests = 2000
max_requests_jitter = 200
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
