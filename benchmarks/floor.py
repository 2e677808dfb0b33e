"""The least that a page in Django with a version can cost: one look-up, and stored bytes.

A WSGI application without middleware, for `benchmarks.serving`. PAGES is a folder with a file for
each page, named like the row of the table `floor` that has its version.
"""

import os
from pathlib import Path

import django
import environ
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(
    SECRET_KEY="benchmarks-only-" + "0" * 50,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {**environ.Env().db("DATABASE_URL"), "CONN_MAX_AGE": None}},
)
django.setup()

STORED = {file.name: file.read_bytes() for file in Path(os.environ["PAGES"]).iterdir()}


def page(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with the stored bytes of a page, or 304 if the client has them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT version FROM floor WHERE name = %s", [name])
        tag = f'"{name}-{cursor.fetchone()[0]}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    body = STORED[name]
    return HttpResponse(
        body,
        headers={
            "Content-Length": str(len(body)),
            "Content-Encoding": "gzip",
            "ETag": tag,
            "Vary": "Accept-Encoding",
        },
    )


urlpatterns = [path("<name>", page)]
application = get_wsgi_application()
