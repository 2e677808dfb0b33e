"""In read-only mode, everything can be read and nothing is changed."""

import html
import logging
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from commentary.models import AuditEntry, Claim, Comment, MissedAddress, OutboxMessage, StaffSession
from commentary.notifications.worker import Worker
from commentary.reading.comment_form import CommentForm
from commentary.resilience.read_only import is_read_only
from commentary.urls import urlpatterns

pytestmark = pytest.mark.django_db
WORDS = 'A <long> & "thoughtful" answer\nof two lines.'


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = str(tmp_path / "var")


@pytest.fixture
def read_only(own_folder):
    call_command("read_only", "on")


def test_the_command_switches_it_and_prints_the_state(capsys, client):
    for arguments, printed in [
        ([], "off"),
        (["on"], "on"),
        (["on"], "on"),
        ([], "on"),
        (["off"], "off"),
    ]:
        call_command("read_only", *arguments)
        assert capsys.readouterr().out == f"Read-only mode is {printed}.\n"
        assert is_read_only() == (printed == "on")


def test_the_setting_switches_it_on_for_good(settings):
    settings.READ_ONLY = True
    assert is_read_only()
    with pytest.raises(CommandError, match="The setting READ_ONLY is still on"):
        call_command("read_only", "off")


def test_a_comment_is_refused_and_kept_in_a_form(client, article, respond, read_only, caplog):
    caplog.set_level(logging.INFO)
    page = respond(client, WORDS, name="Ann")
    assert page.status_code == 503
    assert page["Retry-After"] == "300"
    assert "no-store" in page["Cache-Control"]
    text = page.content.decode()
    assert "Only reading is possible now" in text
    assert html.escape(WORDS) in text
    assert not Comment.objects.exists()
    [record] = [r for r in caplog.records if "503" in r.getMessage()]
    assert record.getMessage() == f"POST {article.get_absolute_url()}respond/ 503"
    assert (record.levelname, record.fields["reason"]) == ("INFO", "read-only mode")


def test_the_kept_form_can_be_sent_when_it_is_over(client, article, respond, read_only):
    stamp = CommentForm(article=article).stamp
    respond(client, WORDS, stamp=stamp)
    call_command("read_only", "off")
    assert respond(client, WORDS, stamp=stamp).status_code == 303
    assert Comment.objects.get().body == WORDS


def test_readers_read(client, article, comment, read_only):
    comment("Approved words")
    for path in (
        article.get_absolute_url(),
        "/",
        "/search/?q=words",
        "/comments.atom",
        "/moderation/",
    ):
        assert client.get(path).status_code == 200, path


@pytest.mark.parametrize(
    "path", ["/admin/moderation/", "/admin/login/", "/admin/commentary/article/add/"]
)
def test_editors_read_but_change_nothing(as_ed, comment, read_only, path):
    one = comment("Words", status=Comment.Status.PENDING)
    entries = AuditEntry.objects.count()
    assert as_ed.get("/admin/moderation/").status_code == 200
    page = as_ed.post(
        path, {"verb": "approve", "comment": one.pk, "title": "A title of several words"}
    )
    assert page.status_code == 503
    assert Comment.objects.get().status == Comment.Status.PENDING
    assert AuditEntry.objects.count() == entries


def test_a_password_is_not_repeated(client, read_only):
    page = client.post("/admin/login/", {"username": "ed", "password": "correct horse battery"})
    assert page.status_code == 503
    assert "correct horse" not in page.content.decode()


def test_every_address_that_takes_forms_refuses_them(client, article, read_only):
    kwargs = {"slug": article.slug, "number": 1, "token": "x"}
    asked = 0
    for route in urlpatterns:
        names = route.pattern.converters
        if not names.keys() <= kwargs.keys():
            continue
        path = str(route.pattern)
        for name, converter in names.items():
            path = path.replace(f"<{_kind(converter)}{name}>", str(kwargs[name]))
        if "<" in path or "^" in path:
            continue
        asked += 1
        assert client.post(f"/{path}").status_code == 503, path
    assert asked > 30


def _kind(converter) -> str:
    kinds = {"IntConverter": "int:", "SlugConverter": "slug:", "StringConverter": "str:"}
    return kinds.get(type(converter).__name__, "")


def test_reading_stores_nothing(as_ed, comment, read_only, django_assert_num_queries):
    comment("Words", status=Comment.Status.PENDING)
    old = timezone.now() - timedelta(minutes=30)
    session = StaffSession.objects.get()
    data = session.get_decoded() | {"seen": old.timestamp(), "began": old.timestamp()}
    StaffSession.objects.update(session_data=StaffSession.objects.encode(data))
    before = StaffSession.objects.values().get()
    assert as_ed.get("/admin/moderation/").status_code == 200
    assert Client().get("/no-such-page/").status_code == 404
    assert StaffSession.objects.values().get() == before
    assert not Claim.objects.exists()
    assert not MissedAddress.objects.exists()


def test_the_worker_waits(read_only, monkeypatch):
    message = OutboxMessage.objects.create(kind="confirm", recipient="ann@example.org")
    worker = Worker()
    monkeypatch.setattr(worker.stopping, "wait", lambda seconds: worker.stop())
    worker.run()
    message.refresh_from_db()
    assert message.attempts == 0
    with pytest.raises(CommandError, match="Nothing is sent in read-only mode"):
        call_command("run_worker", "--once")


def test_readyz_says_so(client, read_only):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert "mode: read-only\n" in answer.content.decode()
