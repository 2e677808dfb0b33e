"""A WSGI application for `test_one_renderer` with one page, which takes some time to render. Each
rendering adds a line to the file RENDERED.
"""

import os
import time
from math import inf
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

application = get_wsgi_application()
settings.ROOT_URLCONF = __name__

from commentary.reading import page_cache  # noqa: E402
from commentary.reading.versions import LOOK, LookedUpVersion  # noqa: E402

page_cache.current_mark = lambda about: "1"  # there is no database


def render() -> str:
    with Path(os.environ["RENDERED"]).open("a") as file:
        file.write("once\n")
    time.sleep(0.5)
    return "Bees " * 1_000


def page(request: HttpRequest) -> HttpResponse:
    version = LookedUpVersion("1", LOOK, "1", inf, time.time())
    return page_cache.public_page(request, request.build_absolute_uri("/"), version, render)


urlpatterns = [path("", page)]
