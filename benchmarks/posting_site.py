"""The site as `benchmarks.posting` serves it with gunicorn, with two additions.

``/floor/`` is what Django needs at least to store a text: a view without middleware, with one INSERT.
Every other answer says in a header how long its discussion was locked.
"""

from collections.abc import Callable, Iterable
from threading import local
from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.db.backends.signals import connection_created
from django.http import HttpRequest, HttpResponse
from django.urls import path

from benchmarks import start_django
from benchmarks.posting import LOCKED

start_django()
site = get_wsgi_application()
times = local()


def store(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO benchmark_floor (body) VALUES (%s)", [request.POST["body"]])
    return HttpResponse(status=303)


urlpatterns = [path("floor/", store)]
middleware, settings.MIDDLEWARE = settings.MIDDLEWARE, []
floor = WSGIHandler()
settings.MIDDLEWARE = middleware


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    is_floor = environ["PATH_INFO"] == "/floor/"
    settings.ROOT_URLCONF = "benchmarks.posting_site" if is_floor else "config.urls"
    times.locked = 0.0

    def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        return start_response(status, [*headers, (LOCKED, f"{times.locked:.6f}")], *more)

    return (floor if is_floor else site)(environ, start)


def watch(connection: Any, **kwargs: object) -> None:
    """Measure how long each transaction on a new connection holds its discussion."""

    def look(execute: Callable[..., Any], sql: Any, *args: Any) -> Any:
        result = execute(sql, *args)
        if "SET last_number = last_number" in sql:
            times.began = perf_counter()
        return result

    def committed() -> None:
        commit()
        times.locked = perf_counter() - times.began

    commit, connection._commit = connection._commit, committed
    connection.execute_wrappers.append(look)


connection_created.connect(watch)
