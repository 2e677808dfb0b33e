"""This project, as gunicorn and PostgreSQL serve it."""

import hashlib
import os
import re
import secrets
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.peers import data, machine
from benchmarks.peers.load import GZIP, Measure, Request, fetch
from benchmarks.peers.postgres import Postgres
from benchmarks.peers.product import Product, Site
from benchmarks.peers.xtd import hidden_fields

PORT, WHOLE_PORT, LARGE_PORT, SPARE_PORT = 18087, 18088, 18089, 18085
ROOT = Path(__file__).parent.parent.parent
IMPORTED = 100_000  # comments
LARGE = {1: 1_000, 2: 100_000}
MANY = "1000000000"
# The load comes from one address. Everything else is as on a site.
LIMITS = ("POSTS_PER_MINUTE", "POSTS_PER_HOUR", "ARTICLE_POSTS_PER_MINUTE") + (
    "SITE_POSTS_PER_MINUTE",
    "QUEUE_MAX",
)
WHOLE = {"COMMENTS_PER_PAGE": "20000", "PAGE_BYTES": MANY}  # a discussion on one page
POSTED_TO = [f"article-{number}" for number in range(10, 26)]


class Commentary(Product):
    name = "Commentary"

    def __init__(self, folder: machine.Folder, postgres: Postgres) -> None:
        self.folder, self.postgres = folder, postgres
        self.servers: list[machine.Server] = []

    def environment(self, database: str, name: str = "commentary") -> dict[str, str]:
        return {
            "DATABASE_URL": self.postgres.url(database),
            "VAR_DIR": str(self.folder / name),
            "REQUIRE_SECOND_FACTOR": "0",
            "WEB_CONCURRENCY": "2",
            "LOG_LEVEL": "WARNING",
            **dict.fromkeys(LIMITS, MANY),
        }

    def manage(self, database: str, *arguments: str | Path) -> None:
        env = self.environment(database)
        machine.run([sys.executable, ROOT / "manage.py", *arguments], env)

    def set_up(self) -> None:
        """Import the archive and the large discussion, again after each change of the code."""
        for name, export in (("archive", "data.xml"), ("large", "large.xml")):
            source = digest([self.folder / export, *sorted((ROOT / "commentary").rglob("*.py"))])
            if self.postgres.made_from(name) == source:
                continue
            self.postgres.create(name)
            self.manage(name, "migrate", "--verbosity", "0")
            self.manage(name, "import_commentary", self.folder / export)
            self.postgres.execute("VACUUM ANALYZE", name)
            self.postgres.note(name, source)
        collect = (ROOT / "manage.py", "collectstatic", "--no-input", "--verbosity", "0")
        machine.run([sys.executable, *collect], self.environment("archive", "commentary"))

    def start(self) -> list[Site]:
        self.postgres.create("posted_to", "archive")
        paths = {f"article{size}": f"/articles/{slug}/" for size, slug in data.SLUGS.items()}
        thousand = paths["article1000"]
        more = {"home": "/", "feed": "/articles.atom", "search": "/search/?"}
        more |= {"known": thousand, "editor": thousand}
        whole = self._serve("posted_to", WHOLE_PORT, "commentary-whole", WHOLE)
        known = fetch(WHOLE_PORT, thousand, GZIP).headers.get("etag", "")
        site = Site(
            "whole",
            "Commentary, the discussion on one page",
            WHOLE_PORT,
            [whole, self.postgres],
            paths | more,
            headers_by_case={
                "known": {"If-None-Match": known},
                "editor": {"Cookie": self._editor()},
            },
            statuses={"known": 304},
            comment=r'class="comment-number" href="[^"]+',
        )
        return [
            site,
            replace(
                site,
                key="commentary",
                label="Commentary, as it is set",
                port=PORT,
                servers=[self._serve("posted_to", PORT, "commentary"), self.postgres],
                paths=paths,
            ),
            replace(
                site,
                key="large",
                label="Commentary, the first page of 100,000 comments",
                port=LARGE_PORT,
                servers=[self._serve("large", LARGE_PORT, "commentary-large"), self.postgres],
                paths={"article100000": "/articles/article-2/"},
            ),
        ]

    def _serve(
        self, database: str, port: int, name: str, more: Mapping[str, str] | None = None
    ) -> machine.Server:
        bind = {"BIND": f"127.0.0.1:{port}"}
        env = {**self.environment(database, name), **(more or {}), **bind}
        shared, static = self.folder / "commentary/static", self.folder / name / "static"
        static.parent.mkdir(exist_ok=True)
        if not static.exists():
            static.symlink_to(shared)
        command = [sys.executable, "-m", "gunicorn", "-c", ROOT / "config" / "gunicorn.py"]
        server = machine.Server(command, self.folder / f"log/{name}.log", port, env, ROOT)
        self.servers.append(server)
        return server

    def start_worker(self) -> machine.Server:
        """Start one worker without the checks that gunicorn makes before, on a port of its own."""
        env = self.environment("posted_to")
        command = [sys.executable, "-m", "gunicorn", "-w", "1", "-k", "config.worker.Worker"]
        command += ["-b", f"127.0.0.1:{SPARE_PORT}", "--no-control-socket"]
        log = self.folder / "log/worker.log"
        return machine.Server([*command, "config.wsgi"], log, SPARE_PORT, env, ROOT)

    def stop(self) -> None:
        for server in self.servers:
            server.stop()
        self.servers.clear()

    def _editor(self) -> str:
        """Return the cookie of a signed-in editor."""
        code = (
            "from django.contrib.auth.models import User\n"
            "from django.test import Client\n"
            "client = Client()\n"
            "client.force_login(User.objects.create_superuser('bench'))\n"
            "print(client.cookies['sessionid'].value)"
        )
        env = self.environment("posted_to")
        shell = [sys.executable, ROOT / "manage.py", "shell", "--verbosity", "0", "-c", code]
        return "sessionid=" + machine.run(shell, env).split()[-1]

    def post_cases(self) -> Sequence[str]:
        return ("post", "reply", "post16")

    def comments(self, case: str, count: int) -> list[Request]:
        """The stamps of forms are signed here, as if each had been opened by a reader before."""
        slugs = POSTED_TO if case == "post16" else ["article-2"]
        page = fetch(PORT, f"/articles/{slugs[0]}/respond/", {})
        self.cookie = page.headers["set-cookie"].partition(";")[0]
        form = next(f for f in re.findall(r"<form.*?</form>", page.text, re.S) if "stamp" in f)
        fields = {"do": "post", "name": "Bench", "email": "bench@example.org"}
        fields |= hidden_fields(form)
        numbers = self._numbers(slugs)
        stamps = {slug: self._stamps(numbers[slug], count) for slug in slugs}
        requests = []
        for index, text in enumerate(data.new_texts(count)):
            slug = slugs[index % len(slugs)]
            fields |= {"body": text, "stamp": stamps[slug][index]}
            fields["reply"] = str(index % 900 + 1) if case == "reply" else "article"
            requests.append(Request(f"/articles/{slug}/respond/", urlencode(fields)))
        return requests

    def _numbers(self, slugs: Sequence[str]) -> dict[str, int]:
        rows = self.postgres.execute("SELECT slug, id FROM commentary_article", "posted_to")
        keys = dict(rows)
        return {slug: keys[slug] for slug in slugs}

    def _stamps(self, article: int, count: int) -> list[str]:
        """Return stamps that are ten seconds old."""
        from django.core.signing import TimestampSigner, b62_encode

        class Earlier(TimestampSigner):
            def timestamp(self) -> str:
                return b62_encode(int(time.time()) - 10)

        salt = f"commentary.form.{article}"
        signer = Earlier(key=os.environ["SECRET_KEY"], salt=salt, fallback_keys=[])
        return [signer.sign(secrets.token_urlsafe(16)) for _ in range(count)]

    def post_headers(self) -> Mapping[str, str]:
        return {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": self.cookie,
            "Origin": f"http://127.0.0.1:{PORT}",
        }

    def pending(self) -> int:
        pending = "SELECT count(*) FROM commentary_comment WHERE status = 'pending'"
        return int(self.postgres.execute(pending, "posted_to")[0][0])

    def measure_import(self) -> Measure:
        from benchmarks.imports import measure

        self.postgres.create("imported")
        self.manage("imported", "migrate", "--verbosity", "0")
        export = data.wordpress_export(self.folder, IMPORTED)
        os.environ["DATABASE_URL"] = self.postgres.url("imported")
        before = machine.cpu_seconds(self.postgres.tree)
        cost = measure(export)
        cpu = cost.processor_seconds + machine.cpu_seconds(self.postgres.tree) - before
        counted = "SELECT count(*) FROM commentary_comment"
        stored = int(self.postgres.execute(counted, "imported")[0][0])
        self.postgres.execute("DROP DATABASE imported WITH (FORCE)")
        return Measure(
            cpu_ms=1_000 * cpu / stored,
            per_second=stored / cost.seconds,
            comments=stored,
            megabytes=cost.megabytes,
        )


def digest(paths: Iterable[Path]) -> str:
    """Return a digest of the data and of the code that stores it."""
    found = hashlib.sha256()
    for path in paths:
        found.update(path.read_bytes())
    return found.hexdigest()[:16]
