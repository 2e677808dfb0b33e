"""People and programs that use a site while its processes are killed."""

import json
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from html import unescape
from http.client import HTTPException
from http.cookies import SimpleCookie
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import psycopg

from benchmarks.exports import make
from tests.notifications.smtp_sink import SmtpSink, smtp_sink
from tests.test_run import ROOT

FORMS = 10  # that a commenter loads together, because a form is refused for two seconds
COMMENTERS, ARTICLES, COMMENTS = 3, 4, 40  # ARTICLES with COMMENTS together in each import
PREPARE = """
import json
from datetime import timedelta
from django.contrib.auth.models import Group, User
from django.utils import timezone
from commentary import discussions
from commentary.models import Article, Comment, OutboxMessage, Rule
Rule.objects.update(is_active=False)
editor = User.objects.create_user("ed", password="correct horse battery", is_staff=True)
editor.groups.add(Group.objects.get(name="Editor"))
article = Article.objects.create(title="Waiting", slug="waiting", is_published=True)
count = {count}
rows = [Comment(body=f"Waiting {{n}}") for n in range(count)]
states = [Comment.Status.PENDING] * count
made = discussions.import_comments(article.pk, rows, [None] * count, states)
OutboxMessage.objects.bulk_create(
    OutboxMessage(
        kind="text", recipient=f"reader{{n}}@example.org",
        details={{"subject": "Hello", "body": "Words"}},
        next_attempt_at=timezone.now() + timedelta(seconds=n / 10),
    )
    for n in range(count)
)
print(json.dumps([f"{{comment.key}}:{{comment.version}}" for comment in made]))
"""
FINISH = """
from django.core.management import call_command
call_command("run_worker", "--once")
call_command("check_tree")
call_command("verify_audit_log")
"""
SENT_AT_ONCE = "UPDATE commentary_outboxmessage SET next_attempt_at = now()"


class Storm:
    """What people did on a site, as far as it was acknowledged."""

    sink: SmtpSink
    tasks: list[Future[None]]

    def __init__(self, env: Mapping[str, str], folder: Path, ask: Any, waiting: int) -> None:
        """`ask` sends a request as `Site.send` does; `waiting` comments and mails are prepared."""
        self.folder, self.ask, self.dice = folder, ask, random.Random(20261201)
        self.env = dict(env)
        self.over = Event()
        self.posted: list[str] = []
        self.decided: list[str] = []
        self.imported = self.interrupted = self.workers_killed = 0
        self.statuses: Counter[int | str] = Counter()
        self.mails = waiting
        said = self.run("shell", "--verbosity", "0", "-c", PREPARE.format(count=waiting))
        self.waiting: list[str] = json.loads(said)

    def run(self, *arguments: str) -> str:
        """Run a management command, and return its output."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.env, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Let everybody work meanwhile. What they have begun is completed, the mail that is left is
        sent, and trees and the audit log are checked.
        """
        with smtp_sink() as sink, ThreadPoolExecutor(COMMENTERS + 3) as threads:
            self.sink = sink
            self.env |= {
                "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
                "EMAIL_FROM": "comments@example.org",
                "SITE_URL": "https://comments.example.org",
            }
            tasks: list[Callable[[], None]] = [self.comment] * COMMENTERS
            tasks += [self.moderate, self.import_exports, self.mail]
            self.tasks = [threads.submit(task) for task in tasks]
            try:
                yield
            finally:
                self.over.set()
                for task in self.tasks:
                    task.result()
            with psycopg.connect(self.env["DATABASE_URL"]) as connection:
                connection.execute(SENT_AT_ONCE)  # the leases are over
            self.run("shell", "--verbosity", "0", "-c", FINISH)

    def until(self, status: int, cookies: dict[str, str], path: str, form: Any = None) -> str:
        """Repeat a request until it is answered with this status, and return the page."""
        for _ in range(600):
            try:
                sent = "; ".join(f"{name}={value}" for name, value in cookies.items())
                answer = self.ask(path, form, **({"Cookie": sent} if sent else {}))
            except (OSError, HTTPException) as error:
                self.statuses[type(error).__name__] += 1
                time.sleep(0.1)
                continue
            self.statuses[answer.status] += 1
            for line in answer.headers.get_all("Set-Cookie") or []:
                cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
            if answer.status == status:
                return str(answer.text)
            assert answer.status == 503, f"{path}: {answer.status}\n{answer.text}"
            time.sleep(0.1)
        raise AssertionError(f"{path}: no answer {status}")

    def form(self, cookies: dict[str, str], path: str) -> dict[str, str]:
        """Return the hidden values of a form."""
        page = self.until(200, cookies, path)
        found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
        return {name: unescape(value) for name, value in found}

    def wait_for_comment(self) -> None:
        """Wait until one more comment was acknowledged. Raises what made anybody give up."""
        posted = len(self.posted)
        for _ in range(1_200):
            for task in self.tasks:
                if task.done():
                    task.result()
            if len(self.posted) > posted:
                return
            time.sleep(0.1)
        raise AssertionError(f"not working again: {self.statuses}")

    def comment(self) -> None:
        cookies: dict[str, str] = {}
        path = "/articles/a-bakery-without-a-sign/respond/"
        while not self.over.is_set():
            forms = [self.form(cookies, path) for _ in range(FORMS)]
            time.sleep(2.2)
            for form in forms:
                if self.over.is_set():
                    return
                body = f"Storm {uuid4()}"  # no other test writes such
                self.until(303, cookies, path, form | {"body": body, "name": "Ann", "do": "post"})
                self.posted.append(body)

    def moderate(self) -> None:
        cookies: dict[str, str] = {}
        form = self.form(cookies, "/admin/login/")
        signed = form | {"username": "ed", "password": "correct horse battery"}
        self.until(302, cookies, "/admin/login/", signed)
        form = self.form(cookies, "/admin/moderation/")
        token = {"csrfmiddlewaretoken": form["csrfmiddlewaretoken"]}
        for pick in self.waiting:
            if self.over.is_set():
                return
            self.until(303, cookies, "/admin/moderation/", token | {"one": f"approve:{pick}"})
            self.decided.append(pick)
            time.sleep(0.1)

    def import_exports(self) -> None:
        """Import one export after the other. Each import is started until it succeeds."""
        export = make("wordpress", self.folder, COMMENTS, COMMENTS // ARTICLES)
        text = export.read_text()
        while not self.over.is_set():
            export.write_text(text.replace("quay.example", f"quay{self.imported}.example"))
            patience = 4.0
            while self.ended(patience, "import_commentary", str(export)) != 0:
                self.interrupted += 1
                patience *= 1.5  # on a busy machine, imports take longer
            self.imported += 1

    def mail(self) -> None:
        """Run a worker, which is killed now and then."""
        patience = 4.0
        while not self.over.is_set():
            before = len(self.sink.accepted)
            self.workers_killed += self.ended(patience, "run_worker") == -9
            patience *= 1.5 if len(self.sink.accepted) == before else 1

    def ended(self, patience: float, *command: str) -> int:
        """Run a command, kill it after about `patience` seconds, and return its exit status."""
        process = subprocess.Popen(
            [sys.executable, "manage.py", *command],
            cwd=ROOT, env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        with suppress(subprocess.TimeoutExpired):
            return process.wait(self.dice.uniform(0.5, 2) * patience)
        process.kill()
        return process.wait()


def wrong(storm: Storm) -> list[str]:
    """Return what is lost or doubled after a storm."""
    problems = []
    with psycopg.connect(storm.env["DATABASE_URL"]) as connection:
        bodies = "SELECT body FROM commentary_comment WHERE body LIKE 'Storm %'"
        stored = Counter(body for (body,) in connection.execute(bodies))
        problems += [f"lost: {body}" for body in storm.posted if body not in stored]
        problems += [f"doubled: {body}" for body, count in stored.items() if count > 1]
        for pick in storm.decided:
            [(status, entries)] = connection.execute(
                "SELECT status, (SELECT count(*) FROM commentary_auditentry e"
                " WHERE e.comment_id = c.id AND e.discussion_id = c.discussion_id"
                " AND e.verb = 'approve') FROM commentary_comment c WHERE id = %s",
                [re.split("[-:]", pick)[1]],
            )
            if (status, entries) != ("approved", 1):
                problems.append(f"decision on {pick}: {status}, {entries} entries")
        [imported] = connection.execute(
            "SELECT count(*), count(DISTINCT (discussion_id, source_key)) FROM commentary_comment"
            " WHERE source_key <> '' AND discussion_id IN"
            " (SELECT id FROM commentary_article WHERE source_url LIKE '%quay%')"
        )
        if imported != (storm.imported * COMMENTS,) * 2:
            problems.append(f"imported: {imported}, not {storm.imported * COMMENTS}")
        [(left,)] = connection.execute("SELECT count(*) FROM commentary_outboxmessage")
        if left:
            problems.append(f"{left} mails were not sent")
    reached = {address for address, _mail in storm.sink.accepted}
    if len(reached) < storm.mails:
        problems.append(f"mails: {storm.mails - len(reached)} of {storm.mails} lost")
    return problems
