"""Decisions are sent to webhooks: signed, again after failures, and never into private networks."""

import base64
import hashlib
import hmac
import json
import socket
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from commentary import discussions
from commentary.models import OutboxMessage, Webhook
from commentary.notifications import outgoing
from commentary.notifications.outgoing import RefusedUrl, check_url
from commentary.notifications.worker import Worker

pytestmark = pytest.mark.django_db


class Receiver(ThreadingHTTPServer):
    """A server that keeps the requests it gets and answers with `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 204

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook?a=b"


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.requests.append((self.path, headers, body))
        self.send_response(self.server.status)
        if 300 <= self.server.status < 400:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def receiver(settings):
    settings.WEBHOOK_ALLOW_PRIVATE = True
    settings.SITE_URL = "https://comments.example.org"
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def webhook(receiver) -> Webhook:
    return Webhook.objects.create(url=receiver.url)


def work() -> None:
    """Let a worker send everything, as if all pauses were over."""
    for _round in range(2):
        waiting = OutboxMessage.objects.filter(next_attempt_at__isnull=False)
        waiting.update(next_attempt_at=timezone.now())
        Worker().drain()


def test_a_decision_is_sent_with_a_signature(webhook, receiver, comment, ed):
    entry = discussions.remove(comment("CANARY", name="CANARY"), ed, "Off the subject")
    work()
    ((path, headers, body),) = receiver.requests
    assert path == "/hook?a=b"
    assert headers["host"] == f"127.0.0.1:{receiver.server_port}"
    assert headers["content-type"] == "application/json; charset=utf-8"
    key = base64.b64decode(webhook.secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{digest}"
    assert abs(int(headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    sent = json.loads(body)
    assert sent["type"] == "decision.remove"
    assert sent["timestamp"] == entry.created_at.isoformat().replace("+00:00", "Z")
    assert sent["data"] == {
        "id": str(entry.key),
        "verb": "remove",
        "before": "approved",
        "after": "removed",
        "by": "ed",
        "reason": "Off the subject",
        "article": {
            "slug": "why-bees-dance",
            "title": "Why bees dance",
            "url": "https://comments.example.org/articles/why-bees-dance/",
        },
        "comment": {
            "number": 1,
            "url": "https://comments.example.org/articles/why-bees-dance/comments/1/",
        },
    }
    delivered = OutboxMessage.objects.get()
    assert delivered.is_finished
    assert delivered.last_error == ""
    work()
    assert len(receiver.requests) == 1


def test_closures_and_undone_decisions_are_sent(webhook, receiver, comment, ed):
    place = comment("Words")
    closed = discussions.close(place.discussion, by=ed)
    discussions.undo(closed, by=ed)
    work()
    types = {json.loads(body)["type"] for _path, _headers, body in receiver.requests}
    assert types == {"decision.close", "decision.undo"}


@pytest.mark.parametrize("is_active", [True, False])
def test_without_an_active_webhook_nothing_is_queued(receiver, comment, ed, is_active):
    if not is_active:
        Webhook.objects.create(url=receiver.url, is_active=False)
    discussions.remove(comment("Words"), ed)
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("status", [301, 307, 404, 500])
def test_a_failure_is_tried_again_with_the_same_id(webhook, receiver, comment, ed, status):
    receiver.status = status
    discussions.remove(comment("Words"), ed)
    work()
    waiting = OutboxMessage.objects.get()
    assert waiting.last_error == f"HTTP {status}"
    assert waiting.next_attempt_at > timezone.now()
    receiver.status = 200
    work()
    assert OutboxMessage.objects.get().is_finished
    assert len({headers["webhook-id"] for _path, headers, _body in receiver.requests}) == 1
    assert {path for path, *_rest in receiver.requests} == {"/hook?a=b"}


def test_a_receiver_that_is_gone_gets_no_more_attempts(webhook, receiver, comment, ed):
    receiver.status = 410
    discussions.remove(comment("Words"), ed)
    work()
    given_up = OutboxMessage.objects.get()
    assert given_up.is_finished
    assert given_up.last_error == "HTTP 410"


def test_a_receiver_that_does_not_answer_keeps_the_others_waiting_once(
    webhook, receiver, comment, ed, monkeypatch
):
    monkeypatch.setattr(outgoing, "TOTAL_TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        Webhook.objects.filter(pk=webhook.pk).update(
            url=f"http://127.0.0.1:{silent.getsockname()[1]}/"
        )
        for n in range(3):
            discussions.remove(comment(f"Words {n}"), ed)
        Worker().drain()
    rows = OutboxMessage.objects.all()
    assert sorted(rows.values_list("attempts", flat=True)) == [0, 0, 1]
    assert not rows.filter(next_attempt_at__lte=timezone.now() + timedelta(seconds=30)).exists()


def test_a_deleted_webhook_gets_nothing(webhook, receiver, comment, ed):
    discussions.remove(comment("Words"), ed)
    webhook.delete()
    work()
    assert receiver.requests == []


REFUSED = [
    "",
    "example.org",
    "ftp://example.org/",
    "http://example.org/",
    "https://ann:secret@example.org/",
    "https://example.org/#part",
    "https://example.org:port/",
    "https://exa mple.org/",
    "https://example.org/\r\nX-Evil: 1",
    "https://",
    "https://localhost/",
    "https://127.0.0.1/",
    "http://127.0.0.1:8000/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://0.0.0.0/",
    "https://224.0.0.1/",
    "https://[::1]/",
    "https://[fe80::1]/",
    "https://[fd00::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[::127.0.0.1]/",
]


@pytest.mark.parametrize("url", REFUSED)
def test_an_address_that_must_not_be_contacted_is_refused(url):
    with pytest.raises(RefusedUrl):
        check_url(url)


@pytest.mark.parametrize(
    "names", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["::ffff:169.254.169.254"]]
)
def test_a_name_that_resolves_to_a_private_address_is_not_contacted(
    monkeypatch, names, comment, ed, settings
):
    settings.SITE_URL = "https://comments.example.org"
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (name, 443)) for name in names]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: found)
    monkeypatch.setattr(socket, "create_connection", lambda *args: pytest.fail("it connected"))
    Webhook.objects.create(url="https://hooks.example.org/")
    discussions.remove(comment("Words"), ed)
    work()
    assert "private network" in OutboxMessage.objects.get().last_error


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch):
    asked = []

    def resolve(host, port, **more):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", port))]

    def connect(address, *args):
        asked.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(ConnectionRefusedError):
        outgoing.post("https://hooks.example.org/", b"", {})
    assert asked == ["hooks.example.org", ("93.184.216.34", 443)]
