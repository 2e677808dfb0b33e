"""A WSGI application for `test_worker` in which pages wait until a file exists, and other requests
don't.
"""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    while path.startswith("/page") and not Path(os.environ["GO_ON"]).exists():
        time.sleep(0.02)
    body = path.encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
