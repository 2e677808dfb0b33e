"""The log: one record of JSON per request, with what operators need and without personal data."""

import io
import json
import logging
import re
import sys

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from commentary.discussions.identity import network_of
from commentary.models import Comment
from config.logs import JsonLines, TextLines
from tests.conftest import keys

RIGHT = "correct horse battery"


@pytest.fixture
def lines():
    """`lines()` returns what was written to standard error, in the site's format."""
    [handler] = [h for h in logging.getLogger().handlers if h.name == "stderr"]
    stream = io.StringIO()
    before = handler.setStream(stream)
    yield lambda: stream.getvalue().splitlines()
    handler.setStream(before)


@pytest.fixture
def records(lines):
    """`records()` returns the records as dictionaries."""
    return lambda: [json.loads(line) for line in lines()]


# --- one record per request


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["/", "/articles.json?after=x", "/articles.json?limit=-1", "/comments.atom?before=x", "/articles/a%00b/",
     "/search.json?q=%00", "/articles.json?after=99999999999999999999", "/no-such-page", "/admin/",
     "/articles/none/respond/", "/static/none.css"],
)  # fmt: skip
def test_a_request_is_one_record(client, records, path):
    response = client.get(path)
    status = response.status_code
    [record] = records()
    assert record["status"] == status
    assert record["level"] == ("INFO" if status < 400 else "WARNING")
    assert record["logger"] == "commentary.requests"
    assert record["request_id"] == response["X-Request-ID"]
    assert record["milliseconds"] > 0


@pytest.mark.django_db
def test_a_record_names_the_route_and_the_path_without_parameters(client, article, records):
    address = article.get_absolute_url()
    client.get(f"{address}?utm_source=ann@example.org")
    client.get(address)  # stored
    for record in records():
        assert record["route"] == "commentary:article"
        assert record["path"] == address
    assert "ann@" not in json.dumps(records())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["/unsubscribe/secret-token/", "/account/join/secret-token/", "/commenters/Secret/",
     "/account/reset/7/secret-token/", "/waiting/secret-token.atom", "/secret-page/"],
)  # fmt: skip
def test_a_path_that_may_contain_a_token_or_a_name_is_not_logged(client, lines, path):
    client.get(path)
    client.post(path, headers={"origin": "https://evil.example"})
    assert len(lines()) == 2
    assert "secret" not in " ".join(lines()).lower()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_health_checks_are_logged_only_when_they_fail(client, records, settings, path):
    settings.METRICS_TOKEN = "a" * 16
    token = {"authorization": f"Bearer {settings.METRICS_TOKEN}"}
    assert client.get(path, headers=token).status_code == 200
    assert records() == []
    client.post(path)
    assert [record["status"] for record in records()] == [405]


@pytest.mark.django_db
def test_the_client_is_logged_as_the_hash_of_its_network(client, rf, records):
    client.get(
        "/", REMOTE_ADDR="203.0.113.77", HTTP_USER_AGENT="Lynx", HTTP_REFERER="http://x.test"
    )
    client.get("/", REMOTE_ADDR="203.0.113.78")
    client.get("/", REMOTE_ADDR="198.51.100.1")
    first, second, other = (record["network"] for record in records())
    assert first == second != other
    assert first == network_of(rf.get("/", REMOTE_ADDR="203.0.113.1"))[:16]
    assert not re.search(r"203\.0|Lynx|x\.test", json.dumps(records()))


def test_an_account_is_logged_by_its_key(as_mo, mo, records):
    as_mo.get("/admin/")
    [record] = records()
    assert record["account"] == mo.pk
    assert '"mo"' not in json.dumps(record)


# --- ids of requests


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("proxies", "given", "is_kept"),
    [(1, "abc-123.DEF_4", True), (2, "0" * 64, True), (0, "abc-123.DEF_4", False),
     (1, "short", False), (1, "0" * 65, False), (1, "abc 123 456", False), (1, "a" * 8 + "\r\nx", False),
     (1, "aaaa\u0661aaaa", False), (1, '{"a":"b"}', False)],
)  # fmt: skip
def test_an_id_is_taken_only_from_a_trusted_proxy(client, settings, proxies, given, is_kept):
    settings.TRUSTED_PROXIES = proxies
    answered = client.get("/", headers={"x-request-id": given})["X-Request-ID"]
    assert (answered == given) == is_kept
    assert re.fullmatch(r"[\w.-]{8,64}", answered)


@pytest.mark.django_db
def test_ids_differ(client):
    assert len({client.get("/")["X-Request-ID"] for _ in range(20)}) == 20


@pytest.mark.django_db
def test_error_pages_show_the_id(client, article, monkeypatch):
    client.raise_request_exception = False

    def fail(*args, **kwargs):
        raise failure

    refused = Client(enforce_csrf_checks=True)
    for path in ("/account/forgotten/", f"{article.get_absolute_url()}comments/1/report/"):
        answer = refused.post(path, headers={"origin": "https://evil.example"})
        assert answer.status_code == 403
        assert answer["X-Request-ID"] in answer.content.decode()
    monkeypatch.setattr("commentary.reading.site_page.site_version", fail)
    for failure, status in (  # noqa: B007
        (RuntimeError("a fault"), 500),
        (OSError(28, "full"), 503),
    ):
        answer = client.get("/authors/")
        assert answer.status_code == status
        assert answer["X-Request-ID"] in answer.content.decode()


# --- refusals and faults


@pytest.mark.django_db
def test_a_refused_form_says_why(records):
    Client(enforce_csrf_checks=True).post("/account/forgotten/", {"name": "ann"})
    [record] = records()
    assert record["reason"] == "Forbidden (CSRF cookie not set.)"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/articles.json", "/admin/login/", "/no-such-page"])
@pytest.mark.parametrize("host", ["evil.example", "evil.example\r\nX: y", "a b", "127.0.0.1:x"])
def test_an_unknown_host_is_one_record(client, settings, records, path, host):
    settings.ALLOWED_HOSTS = ["example.org"]
    client.get(path, headers={"host": host})
    [record] = records()
    assert record["reason"].startswith("Invalid HTTP_HOST header")


@pytest.mark.parametrize("lookup", ["comments__body", "password__startswith", "no__such__field"])
def test_a_disallowed_admin_lookup_is_one_record(client, ed, lines, lookup):
    client.force_login(ed)
    client.get(reverse("admin:commentary_article_changelist"), {lookup: "("})
    assert len(lines()) == 1


def test_a_missing_permission_is_logged_with_the_account(as_mo, mo, records):
    assert as_mo.get("/account/invite/").status_code == 403
    [record] = records()
    assert (record["reason"], record["account"]) == ("Forbidden (Permission denied)", mo.pk)


@pytest.mark.django_db
def test_a_server_error_keeps_its_traceback(client, records, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("a fault")

    monkeypatch.setattr("commentary.api.routes.site_version", fail)
    client.raise_request_exception = False
    assert client.get("/articles.json?secret=1").status_code == 500
    error, record = records()
    assert error["exception"].endswith("RuntimeError: a fault")
    assert error["message"] == "Internal Server Error"
    assert error["request_id"] == record["request_id"]
    assert (record["status"], record["level"]) == (500, "ERROR")


def test_values_of_a_failed_statement_are_left_out():
    try:
        try:
            raise ValueError(
                "null value in column\nDETAIL:  Failing row contains (7, ann@example.org).\n"
                "LINE 1: ...VALUES ('ann@example.org')\n   ^"
            )
        except ValueError as cause:
            raise IntegrityError(str(cause)) from cause
    except IntegrityError:
        exception = sys.exc_info()
    record = logging.LogRecord("x", 40, "", 0, "failed", (), exception)
    for line in (JsonLines().format(record), TextLines().format(record)):
        assert "null value in column" in line
        assert "ann@" not in line


def test_addresses_in_messages_of_gunicorn_are_left_out():
    message = "Invalid request from ip=203.0.113.7: Invalid HTTP Version"
    record = logging.LogRecord("gunicorn.error", 30, "", 0, message, (), None)
    assert "203.0" not in JsonLines().format(record)
    assert "Invalid HTTP Version" in JsonLines().format(record)


# --- sign-ins and decisions


@pytest.fixture
def sign_in(settings, stella):
    settings.REQUIRE_SECOND_FACTOR = False

    def post(name: str = "stella", password: str = "wrong"):
        return Client().post(
            "/admin/login/", {"username": name, "password": password, "next": "/admin/"}
        )

    return post


def test_sign_ins_are_logged(sign_in, stella, records):
    sign_in()
    sign_in("nobody")
    sign_in(password=RIGHT)
    for _ in range(6):
        sign_in()
    events = [record["events"] for record in records()]
    failed = {"event": "sign-in failed", "account": stella.pk, "method": "password"}
    assert events[:3] == [
        [failed],
        [{"event": "sign-in failed", "method": "password"}],
        [{"event": "signed in", "account": stella.pk, "method": "password"}],
    ]
    assert events[-1] == [{"event": "sign-in refused", "account": stella.pk, "method": "password"}]
    assert [record["level"] for record in records()][:3] == ["WARNING", "WARNING", "INFO"]
    assert not re.search(r"stella|nobody|wrong|horse", json.dumps(records()))


def test_signing_out_is_logged(as_mo, mo, records):
    as_mo.post("/admin/logout/")
    assert records()[-1]["events"] == [{"event": "signed out", "account": mo.pk}]


def test_decisions_are_logged_with_the_account(
    as_mo, mo, comment, records, django_capture_on_commit_callbacks
):
    rows = [comment(f"Comment {n}", status=Comment.Status.PENDING) for n in range(3)]
    before = len(records())
    with django_capture_on_commit_callbacks(execute=True):
        from commentary import discussions

        assert before == 0
        as_mo.get("/admin/")
        discussions.decide("approve", keys(rows), by=mo)
    decisions = [r for r in records() if r.get("event") == "decision"]
    assert [(r["verb"], r["account"]) for r in decisions] == [("approve", mo.pk)] * 3


# --- injection

HOSTILE = [
    *(f"a{c}b" for c in "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\0\t\x1b\x7f\x9b\u202e\u2066\ufeff"),
    "a\r\nb", "a\n\nb", "a%0Ab", "a%0d%0ab", "a\\nb", "a\\u000ab", '"}\n{"level": "INFO"', '","level":"ERROR',
    "\x1b[2J\x1b]0;x\x07", "${jndi:ldap://x.test/a}", "{asctime}", "%(levelname)s", "%s%s%n", "{0.__class__}",
    "<script>alert(1)</script>", "'; DROP TABLE x; --", "\ud800", "é\u0301" * 100, "a" * 3_000,
    "2026-01-01 ERROR commentary: forged\n2026-01-01 ERROR commentary: forged",
]  # fmt: skip


def test_there_are_forty_hostile_values():
    assert len(set(HOSTILE)) >= 38


@pytest.mark.django_db
@pytest.mark.parametrize("text_format", [JsonLines, TextLines])
@pytest.mark.parametrize(
    "field", ["path", "query", "host", "agent", "id", "name", "method", "forwarded"]
)
def test_no_value_of_a_request_adds_a_record(client, lines, settings, text_format, field):
    settings.TRUSTED_PROXIES = 1
    [handler] = [h for h in logging.getLogger().handlers if h.name == "stderr"]
    before, handler.formatter = handler.formatter, text_format()
    try:
        for i, value in enumerate(HOSTILE):
            text = value.encode("utf-8", "surrogatepass").decode("latin-1")
            extra = {"path": {"PATH_INFO": f"/{text}/"}, "query": {"QUERY_STRING": f"q={text}"},
                     "host": {"HTTP_HOST": text}, "agent": {"HTTP_USER_AGENT": text},
                     "id": {"HTTP_X_REQUEST_ID": text}, "forwarded": {"HTTP_X_FORWARDED_FOR": text},
                     "method": {"REQUEST_METHOD": text}}.get(field, {})  # fmt: skip
            if field == "name":
                client.post(
                    "/admin/login/",
                    {"username": value[:500].encode("utf-8", "replace"), "password": "x"},
                )
            else:
                client.get("/search/", **extra)
            assert len(lines()) == i + 1, value
    finally:
        handler.formatter = before
    for line in lines():
        if text_format is JsonLines:
            assert json.loads(line)["logger"] == "commentary.requests"
        assert line.isprintable()
        assert not re.search(r"forged|jndi", line) or field == "host"


def test_text_for_people_is_a_line():
    record = logging.LogRecord("commentary.requests", 20, "", 0, "GET /a\nb/ 200", (), None)
    record.fields = {"status": 200, "milliseconds": 1.5, "network": "abc"}
    line = TextLines().format(record)
    assert line.endswith(r"INFO commentary.requests: GET /a\nb/ 200 milliseconds=1.5 network=abc")
