"""Writes during a database outage: 503 with Retry-After, and all input is kept."""

import gzip
import html
import re
import sqlite3

import lxml.html
import psycopg
import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection, connections
from django.db.utils import load_backend
from django.test import Client
from django.urls import reverse

from commentary import discussions
from commentary.models import AuditEntry, Comment, Rule
from commentary.reading.comment_form import CommentForm
from commentary.resilience.outages import Breaker, outage_of, within
from tests.conftest import member

WORDS = 'A <long> & "thoughtful" answer\nof two lines.'
QUEUE = "/admin/moderation/"


@pytest.fixture(autouse=True)
def _no_stored_pages(settings, tmp_path):
    """Use a separate cache for each test: a page cached by an earlier one is a valid response in an
    outage.
    """
    location = str(tmp_path / "pages.sqlite3")
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": location}}


def caused(kind: type[Exception], cause: Exception) -> Exception:
    """Return an error as Django raises it for an error of the driver."""
    error = kind(str(cause))
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (psycopg.errors.LockNotAvailable(), "lock not available"),
        (psycopg.errors.QueryCanceled(), "query took too long"),
        (psycopg.errors.DeadlockDetected(), "conflict with another transaction"),
        (psycopg.errors.SerializationFailure(), "conflict with another transaction"),
        (psycopg.errors.DiskFull(), "disk full"),
        (psycopg.errors.TooManyConnections(), "too many database connections"),
        (psycopg.errors.OutOfMemory(), "database out of resources"),
        (psycopg.errors.AdminShutdown(), "database is shutting down"),
        (psycopg.errors.CrashShutdown(), "database is shutting down"),
        (psycopg.errors.CannotConnectNow(), "database is shutting down"),
        (psycopg.errors.ConnectionFailure(), "connection to the database lost"),
        (psycopg.errors.ReadOnlySqlTransaction(), "database is read-only"),
        (psycopg.errors.IdleInTransactionSessionTimeout(), "transaction was idle for too long"),
        (psycopg.errors.IoError(), "database cannot read or write its files"),
        (psycopg.OperationalError("the connection is closed"), "no connection to the database"),
        (psycopg.InterfaceError("connection already closed"), "no connection to the database"),
    ],
)
def test_postgresql_errors_are_recognised_as_outages(error, cause):
    kind = InterfaceError if isinstance(error, psycopg.InterfaceError) else OperationalError
    outage = outage_of(caused(kind, error))
    assert outage is not None
    assert outage.cause == cause


@pytest.mark.parametrize(
    ("code", "is_outage"),
    [
        (sqlite3.SQLITE_BUSY, True),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, True),
        (sqlite3.SQLITE_FULL, True),
        (sqlite3.SQLITE_IOERR_WRITE, True),
        (sqlite3.SQLITE_READONLY, True),
        (sqlite3.SQLITE_CANTOPEN, True),
        (sqlite3.SQLITE_ERROR, False),
        (sqlite3.SQLITE_CONSTRAINT, False),
    ],
)
def test_sqlite_errors_are_recognised_as_outages(code, is_outage):
    cause = sqlite3.OperationalError("as it says it")
    cause.sqlite_errorcode = code
    assert (outage_of(caused(OperationalError, cause)) is not None) is is_outage


def test_a_full_disk_is_an_outage_wherever_it_is_noticed():
    assert outage_of(OSError(28, "No space left on device")) is not None


@pytest.mark.parametrize(
    "error",
    [
        caused(DatabaseError, psycopg.errors.UndefinedTable()),
        caused(DatabaseError, psycopg.errors.UniqueViolation()),
        caused(DatabaseError, psycopg.errors.SyntaxError()),
        OSError(2, "No such file"),
        ValueError("locked"),
        None,
    ],
)
def test_a_bug_is_not_an_outage(error):
    assert outage_of(error) is None


class TestBreaker:
    def test_callers_skip_a_failed_part_until_it_answers(self):
        breaker = Breaker(rest=3600)
        assert not breaker.is_open()
        breaker.failed()
        assert breaker.is_open()
        breaker.answered()
        assert not breaker.is_open()

    def test_after_a_rest_one_caller_tries_while_others_skip_the_part(self):
        breaker = Breaker(rest=3600)
        breaker.failed()
        breaker._until = 0.0
        assert [breaker.is_open() for _ in range(3)] == [False, True, True]


# --- responses


def fields(response) -> dict[str, list[str]]:
    """Return every field of the form that submits everything again."""
    page = response.content.decode()
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page):
        found.setdefault(html.unescape(name), []).append(html.unescape(value))
    for name, value in re.findall(
        r'<textarea [^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.S
    ):
        found.setdefault(html.unescape(name), []).append(html.unescape(value))
    return found


@pytest.fixture
def locked(transactional_db, article, monkeypatch):
    """`locked()` locks the article's discussion in another session until the test ends."""
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "limits", {"lock_timeout": 50})
    connection.close()
    params = connection.get_connection_params()
    names = ("dbname", "host", "port", "user", "password")
    other = psycopg.connect(**{name: params[name] for name in names if name in params})

    def hold():
        other.execute(
            "SELECT 1 FROM commentary_discussion WHERE article_id = %s FOR UPDATE", [article.pk]
        )

    yield hold
    other.close()
    connection.close()


@pytest.fixture
def full(transactional_db, article):
    """`full()`: from now on writing a row fails because the database's disk is full."""
    tables = ("discussion", "comment", "rule", "article", "auditentry", "pointlink", "report")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$"
        )

    def fill():
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute(
                    f"CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE OR DELETE ON commentary_{table} "
                    "FOR EACH STATEMENT EXECUTE FUNCTION disk_is_full()"
                )

    yield fill
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION disk_is_full() CASCADE")


def is_kept(response, sent: dict[str, object]) -> None:
    """Assert that the response is 503 and its form has everything that was submitted."""
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert "no-store" in response["Cache-Control"]
    kept = fields(response)
    for name, value in sent.items():
        values = value if isinstance(value, list) else [value]
        assert [v.replace("\r\n", "\n") for v in kept[name]] == [str(v) for v in values], name


@pytest.mark.django_db(transaction=True)
class TestWhatReadersSend:
    def post(self, client, article) -> tuple[str, dict[str, object]]:
        form: dict[str, object] = {"reply": "article", "body": WORDS, "name": "Ann", "do": "post"}
        return f"{article.get_absolute_url()}respond/", form | {
            "stamp": CommentForm(article=article).stamp
        }

    def test_a_comment_to_a_locked_article_is_kept_and_accepted_when_sent_again(
        self, client, article, locked, settings
    ):
        settings.FORM_LEAST_AGE = 0
        address, form = self.post(client, article)
        locked()
        response = client.post(address, form)
        is_kept(response, form)
        assert f'action="{address}"' in response.content.decode()
        assert not Comment.objects.exists()

    def test_the_503_page_submits_the_same_comment(self, client, article, full, settings):
        settings.FORM_LEAST_AGE = 0
        address, form = self.post(client, article)
        full()
        again = fields(client.post(address, form))
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION disk_is_full() CASCADE")
            cursor.execute("CREATE FUNCTION disk_is_full() RETURNS int LANGUAGE sql AS 'SELECT 1'")
        for _twice in range(2):
            assert client.post(address, again).status_code == 303
        assert [c.body for c in Comment.objects.all()] == [WORDS]

    @pytest.mark.parametrize("how", ["locked", "full"])
    @pytest.mark.parametrize("act", ["edit", "withdraw", "report"])
    def test_an_edit_a_withdrawal_and_a_report_are_kept(
        self, client, article, settings, act, how, request
    ):
        settings.FORM_LEAST_AGE = 0
        out = request.getfixturevalue(how)
        Rule.objects.update(is_active=False)
        address, form = self.post(client, article)
        assert client.post(address, form).status_code == 303
        comment = Comment.objects.get()
        here = f"{article.get_absolute_url()}comments/{comment.number}/{act}/"
        page = client.get(here).content.decode()
        stamp = re.search(r'name="stamp" value="([^"]+)"', page)
        sent = {"body": WORDS + "!", "name": "Ann", "why": "attack", "note": "It is rude"}
        sent |= {"stamp": html.unescape(stamp[1])} if stamp else {}
        out()
        is_kept(client.post(here, sent), sent)
        comment.refresh_from_db()
        assert (comment.body, comment.status) == (WORDS, "approved")

    def test_text_sent_by_another_site_is_not_repeated(self, article, full):
        client = Client(enforce_csrf_checks=True)
        address, form = self.post(client, article)
        full()
        response = client.post(address, form, headers={"origin": "https://evil.example"})
        assert response.status_code == 403
        assert "thoughtful" not in response.content.decode()


def test_an_expired_form_is_kept_in_an_outage(article, monkeypatch):
    def down(*_, **__):
        raise OperationalError("the connection is closed")

    monkeypatch.setattr("commentary.posting.respond._article_with_parent", down)
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    sent = {"reply": "article", "body": WORDS}
    is_kept(client.post(f"{article.get_absolute_url()}respond/", sent), sent)


@pytest.mark.django_db(transaction=True)
class TestWhatEditorsSend:
    @pytest.fixture
    def as_ed(self, client, transactional_db):
        client.force_login(member("ed", "Editor"))
        return client

    def form_of(self, client, address: str, **changes) -> dict[str, object]:
        """Return the data of an admin page's form, with some values changed."""
        page = lxml.html.fromstring(client.get(address).content.decode())
        (form,) = [form for form in page.forms if form.get("id", "").endswith("_form")]
        sent = {name: value or "" for name, value in form.form_values() if "csrf" not in name}
        return sent | changes | {"_save": "Save"}

    def editions(self, page) -> dict[str, object]:
        """Return the editions that the page of an action sends along."""
        found = re.findall(r'name="edition" value="([^"]+)"', page.content.decode())
        return {"edition": found if len(found) > 1 else found[0]}

    @pytest.mark.slow
    @pytest.mark.parametrize("how", ["locked", "full"])
    @pytest.mark.parametrize(
        "name",
        ["decision", "closing", "removal", "correction", "article", "discussion", "undo", "list"],
    )
    def test_every_write_in_the_admin_is_kept(self, as_ed, article, request, name, how):
        out = request.getfixturevalue(how)
        kinds: list = ["pending", "approved", "approved"]
        rows = [Comment(body=body) for body in ("One", "Two", "Three")]
        held, public, gone = discussions.import_comments(article.pk, rows, [None] * 3, kinds)
        discussions.remove(gone, by="test", reason="rude")
        entry = AuditEntry.objects.latest("pk")
        change = "/admin/commentary/{}/{}/change/".format
        address = {
            "decision": QUEUE,
            "closing": reverse("admin:commentary_discussion_close", args=[article.pk]),
            "removal": reverse("admin:commentary_comment_remove", args=[public.pk]),
            "correction": change("comment", public.pk),
            "article": change("article", article.pk),
            "discussion": change("discussion", article.pk),
            "undo": reverse("admin:commentary_auditentry_undo", args=[entry.pk]),
            "list": "/admin/commentary/comment/",
        }[name]
        chosen = {"action": "remove", "_selected_action": [held.key, public.key]}
        sent: dict[str, object] = {
            "decision": lambda: {"one": f"approve:{held.key}:{held.version}", "reason": WORDS},
            "closing": lambda: {"reason": "Cooling down", **self.editions(as_ed.get(address))},
            "removal": lambda: {"reason": "Cooling down", **self.editions(as_ed.get(address))},
            "correction": lambda: self.form_of(as_ed, address, body=WORDS),
            "article": lambda: self.form_of(as_ed, address, body=WORDS, title="Other words"),
            "discussion": lambda: self.form_of(as_ed, address, auto_close_days="5"),
            "undo": lambda: {"confirmed": "1"},
            "list": lambda: {
                **chosen,
                "confirmed": "1",
                "reason": "Old",
                **self.editions(as_ed.post(address, chosen)),
            },
        }[name]()
        out()
        is_kept(as_ed.post(address, sent), sent)
        assert not AuditEntry.objects.filter(pk__gt=entry.pk).exists()

    def test_a_rule_is_kept(self, as_ed, full):
        sent = {"kind": "words", "pattern": "one two\nthree", "least": "1", "action": "hold"}
        sent |= {"is_active": "on", "article": "", "ends_at": ""}
        page = as_ed.post("/admin/commentary/rule/add/", sent)
        sent |= {"previewed": page.context["previewed"], "_save": "1"}
        full()
        is_kept(as_ed.post("/admin/commentary/rule/add/", sent), sent)


def test_the_503_page_of_a_sign_in_repeats_no_password(client, transactional_db, full):
    member("ed", "Editor")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON commentary_staffsession "
            "FOR EACH STATEMENT EXECUTE FUNCTION disk_is_full()"
        )
    client.raise_request_exception = False
    sent = {"username": "ed", "password": "correct horse battery"}
    response = client.post("/admin/login/", sent)
    assert response.status_code == 503
    assert "correct horse" not in response.content.decode()


def test_one_line_is_logged_without_traceback(client, article, full, settings, caplog):
    settings.FORM_LEAST_AGE = 0
    full()
    address, form = TestWhatReadersSend().post(client, article)
    client.post(address, form)
    assert [record.getMessage() for record in caplog.records] == [f"POST {address} 503"]
    assert caplog.records[0].fields["reason"] == "disk full"
    assert caplog.records[0].exc_info is None


def test_an_outage_in_middleware_is_answered_too(client, db, monkeypatch):
    def down(*_):
        raise OperationalError("the connection is closed")

    monkeypatch.setattr("django.middleware.common.CommonMiddleware.process_request", down)
    client.raise_request_exception = False
    response = client.get("/")
    assert response.status_code == 503
    assert response["Retry-After"]


def test_a_bug_is_still_a_500(client, db, monkeypatch):
    monkeypatch.setattr("commentary.reading.home.home", None)
    client.raise_request_exception = False
    monkeypatch.setattr("commentary.reading.site_page.site_version", lambda: 1 / 0)
    assert client.get("/").status_code == 500


def test_responses_to_programs_say_when_to_retry(client, article, monkeypatch):
    def down(*_args, **_kwargs):
        raise OperationalError("the connection is closed")

    monkeypatch.setattr("commentary.api.routes.find_published", down)
    response = client.get(f"{article.get_absolute_url().rstrip('/')}.json")
    assert response.status_code == 503
    assert response["Content-Type"] == "application/problem+json"
    assert response["Retry-After"]


def test_a_problem_document_is_not_declared_as_compressed(client, db):
    response = client.get("/articles/none.json", headers={"accept-encoding": "gzip"})
    assert response.status_code == 404
    assert response.json()["status"] == 404
    assert not response.has_header("Content-Encoding")


@pytest.mark.django_db
def test_a_page_waits_less_for_a_locked_sqlite_than_a_command(tmp_path, settings):
    settings.QUERY_SECONDS = 0.05
    configured = {
        **connections.settings["default"],
        "ENGINE": "config.sqlite3",
        "NAME": str(tmp_path / "one.sqlite3"),
        "OPTIONS": {"timeout": 3600},
    }
    holder = sqlite3.connect(configured["NAME"], isolation_level=None)
    holder.execute("CREATE TABLE t (n)")
    holder.execute("BEGIN IMMEDIATE")
    wrapper = load_backend("config.sqlite3").DatabaseWrapper(configured)
    wrapper.inc_thread_sharing()
    with within(60), pytest.raises(OperationalError) as locked, wrapper.cursor() as cursor:
        cursor.execute("INSERT INTO t VALUES (1)")
    wrapper.close()
    holder.close()
    outage = outage_of(locked.value)
    assert outage is not None
    assert outage.cause == "database is locked"


class TestCompression:
    def test_a_private_page_is_compressed_with_a_random_length(self, client, article):
        lengths = set()
        for _ in range(10):
            response = client.get(
                f"{article.get_absolute_url()}respond/", headers={"accept-encoding": "gzip"}
            )
            assert response["Content-Encoding"] == "gzip"
            assert response["Cache-Control"] == "private, no-store"
            assert b"<textarea" in gzip.decompress(response.content)
            lengths.add(len(response.content))
        assert len(lengths) > 1

    def test_the_admin_is_compressed(self, client, ed):
        client.force_login(ed)
        response = client.get("/admin/", headers={"accept-encoding": "gzip"})
        assert response["Content-Encoding"] == "gzip"
