"""Client errors are logged in one line, server errors with their traceback."""

import io
import logging

import pytest
from django.urls import reverse


@pytest.fixture
def lines():
    """`lines()` returns what was written to standard error, in the site's format."""
    [handler] = [h for h in logging.getLogger().handlers if h.name == "stderr"]
    stream = io.StringIO()
    before = handler.setStream(stream)
    yield lambda: stream.getvalue().splitlines()
    handler.setStream(before)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["/articles.json?after=x", "/articles.json?limit=-1", "/comments.atom?before=x", "/articles/a%00b/",
     "/articles.json?after=99999999999999999999", "/search.json?q=%00", "/no-such-page"],
)  # fmt: skip
def test_a_bad_request_is_at_most_one_line(client, lines, path):
    client.get(path)
    assert len(lines()) <= 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/articles.json", "/admin/login/", "/no-such-page"]
)
@pytest.mark.parametrize("host", ["evil.example", "evil.example\r\nX: y", "a b", "127.0.0.1:x"])
def test_an_unknown_host_is_at_most_one_line(client, settings, lines, path, host):
    settings.ALLOWED_HOSTS = ["example.org"]
    client.get(path, headers={"host": host})
    assert len(lines()) <= 1


@pytest.mark.parametrize("lookup", ["comments__body", "password__startswith", "no__such__field"])
def test_a_disallowed_admin_lookup_is_at_most_one_line(client, ed, lines, lookup):
    client.force_login(ed)
    client.get(reverse("admin:commentary_article_changelist"), {lookup: "("})
    assert len(lines()) <= 1


@pytest.mark.django_db
def test_a_server_error_keeps_its_traceback(client, lines, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("a fault")

    monkeypatch.setattr("commentary.models.Discussion.objects.site_version", fail)
    client.raise_request_exception = False
    assert client.get("/articles.json").status_code == 500
    assert "RuntimeError: a fault" in lines()
