"""nginx with the shipped configuration, in front of the site."""

import gzip
import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from commentary import discussions
from commentary.models import Article, Comment
from tests.conftest import make_article
from tests.deploy.site import DEPLOY, HOST, nginx, program

pytestmark = pytest.mark.slow  # needs nginx, which make test-fast does without
stored = pytest.mark.django_db(transaction=True)  # the site reads what a test stores

STYLES = "/static/commentary/commentary"
FRESH = ("MISS", "EXPIRED")  # nothing was stored, or the page of an earlier test
RELOADS, REQUESTS = (int(n) for n in os.environ.get("RELOADS", "1x120").split("x"))
PICTURE = "ab" + "0" * 62


@pytest.fixture
def discussion(db) -> Article:
    article = make_article("Why bees dance")
    rows = [Comment(body=f"Words {n}.", name="Ann") for n in range(3)]
    discussions.import_comments(article.pk, rows, [None] * 3)
    return article


# --- TLS and hosts


def test_plain_http_is_redirected(site):
    connection = http.client.HTTPConnection("127.0.0.1", site.ports.http, timeout=10)
    connection.request("GET", "/search/?q=a%20b", headers={"Host": HOST})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (308, f"https://{HOST}/search/?q=a%20b")
    connection.close()


def test_other_host_names_get_no_answer(site):
    connection = http.client.HTTPConnection("127.0.0.1", site.ports.http, timeout=10)
    connection.request("GET", "/", headers={"Host": "other.example"})
    with pytest.raises(http.client.RemoteDisconnected):
        connection.getresponse()
    anybody = ssl.create_default_context()
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    with pytest.raises(ssl.SSLError):
        anybody.wrap_socket(site.socket(), server_hostname="other.example")


def test_old_versions_of_tls_are_refused(site):
    old = ssl.create_default_context(cafile=str(site.folder / "fullchain.pem"))
    old.set_ciphers("DEFAULT@SECLEVEL=0")
    with pytest.warns(DeprecationWarning):
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, ConnectionError)):
        old.wrap_socket(site.socket(), server_hostname=HOST)


# --- pages


@stored
def test_headers_of_the_application_arrive_once(site, discussion):
    page = site.ask(discussion.get_absolute_url())
    assert page.status == 200
    for name in (
        "Content-Security-Policy",
        "Strict-Transport-Security",
        "X-Content-Type-Options",
        "X-Frame-Options",
        "Referrer-Policy",
        "Permissions-Policy",
        "Cache-Control",
        "Vary",
        "ETag",
    ):
        assert len(page.headers.get_all(name, [])) == 1, name
    assert page.headers["Server"] == "nginx"  # without its version
    assert page.headers["X-Accel-Expires"] is None
    ids = {site.ask(discussion.get_absolute_url()).headers["X-Request-ID"] for _ in range(3)}
    assert len(ids) == 3  # also of a stored page


@stored
def test_a_stored_page_is_checked_at_each_request(site, discussion):
    url = discussion.get_absolute_url()
    pages, lines = zip(*(site.logged(url) for _ in range(3)), strict=True)
    first, *others = map(state_of, lines)
    assert first in FRESH and others == ["REVALIDATED"] * 2
    assert len({page.body for page in pages}) == 1
    tag = pages[0].headers["ETag"]
    assert site.ask(url, If_None_Match=tag).status == 304
    zipped, line = site.logged(url, Accept_Encoding="gzip")
    assert gzip.decompress(zipped.body) == pages[0].body and state_of(line) in FRESH
    zipped, line = site.logged(url, Accept_Encoding="br, gzip;q=0.8")
    assert gzip.decompress(zipped.body) == pages[0].body and state_of(line) == "REVALIDATED"
    assert site.ask(url, Accept_Encoding="gzip;q=0").body == pages[0].body


@stored
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_removed_comment_is_gone_at_the_next_request(site, discussion, encoding):
    url = discussion.get_absolute_url()
    urls = [url, f"{url[:-1]}.json", f"{url[:-1]}.atom", f"{url}branches/2/", "/responses/"]

    def texts():
        pages = [site.ask(u, Accept_Encoding=encoding) for u in urls]
        zipped = [page.headers["Content-Encoding"] == "gzip" for page in pages]
        bodies = [page.body for page in pages]
        return [gzip.decompress(b) if z else b for b, z in zip(bodies, zipped, strict=True)]

    assert texts() == texts()  # now they are stored
    assert all(b"Words 1." in text for text in texts())
    comment = Comment.objects.get(discussion_id=discussion.pk, number=2)
    discussions.remove(comment, by="test", reason="personal remark")
    assert all(b"Words 1." not in text for text in texts())
    discussion.is_published = False
    discussion.save()
    assert site.ask(url, Accept_Encoding=encoding).status == 404


@stored
def test_a_page_for_one_person_is_never_stored(site, discussion):
    url = discussion.get_absolute_url()
    for cookie in ("__Host-writer=x", "a=b; __Host-sessionid=y", "__Host-writer=x"):
        page, line = site.logged(url, Cookie=cookie)
        assert page.headers["Cache-Control"] == "private, no-store"
        assert state_of(line) == "BYPASS"
    page, line = site.logged(url)
    assert page.headers["Cache-Control"] == "public, no-cache"
    assert state_of(line) in FRESH


def state_of(line: str) -> str:
    """Return what the log says about the stored page."""
    return line.partition("cache=")[2].split()[0]


# --- files


def test_static_files_are_served_by_nginx(site, var):
    name = next(path.name for path in (var / "static/commentary").glob("commentary.*.css"))
    styles, line = site.logged(f"/static/commentary/{name}", Accept_Encoding="gzip")
    assert state_of(line) == "-"  # the application was not asked
    assert styles.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert styles.headers["Content-Type"] == "text/css; charset=utf-8"
    assert styles.headers["X-Content-Type-Options"] == "nosniff"
    assert styles.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(styles.body) == (var / "static/commentary" / name).read_bytes()
    assert site.ask(f"{STYLES}.css").headers["Cache-Control"] == "max-age=60, public"


def test_copies_of_pictures_are_served_by_nginx_and_originals_by_nobody(site, var):
    for path in (f"copies/ab/{PICTURE}-480.webp", f"originals/ab/{PICTURE}"):
        (var / "media" / path).parent.mkdir(parents=True)
        (var / "media" / path).write_bytes(b"picture")
    picture, line = site.logged(f"/media/{PICTURE}-480.webp")
    assert (picture.status, picture.body, state_of(line)) == (200, b"picture", "-")
    assert picture.headers["Content-Type"] == "image/webp"
    assert picture.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert picture.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for path in (
        f"{PICTURE}",
        f"{PICTURE}-960.webp",
        f"originals/ab/{PICTURE}",
        f"..%2Foriginals/ab/{PICTURE}",
        f"copies/ab/{PICTURE}-480.webp",
    ):
        assert site.ask(f"/media/{path}").status == 404


@pytest.mark.parametrize("path", ["/static/../pages.sqlite3", "/static/%2e%2e/pages.sqlite3"])
def test_other_files_of_the_site_are_not_served(site, path):
    assert site.ask(path).status in (400, 404)


# --- limits


@stored
def test_readers_are_served_while_many_clients_are_slow(site, counted):
    """Without nginx, the eight bodies would take all threads of the application."""

    def seconds(network: int) -> float:
        """Return the time within which 19 of 20 requests are answered, of as many clients."""
        waited = []
        for number in range(1, 21):
            began = time.monotonic()
            assert site.ask("/", client=f"127.0.{network}.{number}").status == 200
            waited.append(time.monotonic() - began)
        return sorted(waited)[18]

    before = seconds(20)
    slow = []
    for _body in range(8):
        connection = site.connect(client="127.0.0.8")
        connection.putrequest("POST", "/articles/x/respond/")
        connection.putheader("Content-Type", "application/x-www-form-urlencoded")
        connection.putheader("Content-Length", "1000")
        connection.endheaders(b"body=")
        slow.append(connection)
    idle = [site.socket(client="127.0.0.9") for _ in range(200)]
    try:
        counted(
            f"8 unfinished bodies and 200 idle connections: 20 of 20 pages answered, 95% within "
            f"{1000 * seconds(21):.0f} ms, before that within {1000 * before:.0f} ms"
        )
    finally:
        for connection in slow:
            connection.close()
        for client in idle:
            client.close()


def test_a_client_that_sends_too_many_requests_gets_429(site, counted):
    statuses, refused = [], []
    with ThreadPoolExecutor(4) as threads:

        def ask(_n):
            began = time.monotonic()
            return site.ask("/robots.txt", client="127.0.0.10"), time.monotonic() - began

        for answer, seconds in threads.map(ask, range(120)):
            statuses.append(answer.status)
            if answer.status == 429:
                assert answer.headers["Retry-After"] == "60"
                assert "too fast" in answer.text
                refused.append(seconds)
    assert set(statuses) == {200, 429}
    assert statuses.count(200) >= 50
    counted(
        f"120 requests of one client at once: {statuses.count(200)} answered, {len(refused)} refused with "
        f"429, the slowest after {1000 * max(refused):.0f} ms"
    )
    assert site.ask("/robots.txt", client="127.0.0.11").status == 200
    assert site.ask(f"{STYLES}.css", client="127.0.0.10").status == 200


def test_bodies_are_limited(site):
    form = {"Content_Type": "application/x-www-form-urlencoded"}

    def status(path: str, size: int) -> int:
        return site.ask(path, "POST", b"body=" + b"x" * size, client="127.0.0.12", **form).status

    assert status("/articles/x/respond/", 310_000) == 413
    assert status("/articles/x/respond/", 250_000) == 403  # the application answered
    assert status("/admin/login/", 310_000) == 413
    assert status("/admin/commentary/article/add/", 310_000) == 403  # pictures


def test_a_form_that_is_refused_unread_can_be_sent_to_its_end(site, listen):
    """Otherwise nginx finds the connection closed while it sends, and answers 502."""
    body = b"x" * 5_000_000
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(30)
        connection.connect(str(listen))
        connection.sendall(
            b"POST /admin/commentary/article/add/ HTTP/1.0\r\n"
            b"Host: %b\r\nX-Forwarded-Proto: https\r\nContent-Length: %d\r\n\r\n"
            % (HOST.encode(), len(body))
        )
        answer = connection.recv(4096)
        assert answer.startswith(b"HTTP/1.0 403")
        connection.sendall(body)


# --- what the application learns


@pytest.fixture
def echo(tmp_path, var):
    """nginx in front of a server that answers with the request it got. Tests say in X-Test-Client
    which address a client has.
    """

    class Echo(BaseHTTPRequestHandler):
        def do_GET(self):
            body = json.dumps([[name.lower(), value] for name, value in self.headers.items()])
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *args):
            pass

    upstream = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    Thread(target=upstream.serve_forever, daemon=True).start()
    play = "set_real_ip_from 127.0.0.0/8; real_ip_header X-Test-Client;"
    with nginx(tmp_path / "nginx", var, f"127.0.0.1:{upstream.server_port}", more=play) as server:
        yield server
    upstream.shutdown()
    upstream.server_close()


FORGED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Protocol": "http",
    "X-Forwarded-Ssl": "off",
    "X-Forwarded-Host": "evil.example",
    "X-Request-ID": "forged",
    "Forwarded": "for=203.0.113.9;host=evil.example",
    "SCRIPT_NAME": "/evil",
    "X_FORWARDED_FOR": "203.0.113.9",
    "REMOTE_ADDR": "203.0.113.9",
}


def test_no_client_can_forge_what_the_proxy_says(echo):
    connection = echo.connect()
    connection.request("GET", "/", headers={"Host": HOST, **FORGED})
    got = json.loads(connection.getresponse().read())
    connection.close()
    names = [name for name, _value in got]
    assert len(names) == len(set(names))
    about = dict(got)
    assert about["host"] == HOST
    assert about["x-forwarded-for"] == "127.0.0.2"
    assert about["x-forwarded-proto"] == "https"
    assert about["x-request-id"] not in ("", "forged")
    assert set(about) <= {
        "host", "x-forwarded-for", "x-forwarded-proto", "x-request-id", "connection",
        "accept-encoding",
    }  # fmt: skip


def test_one_customer_of_a_provider_is_one_client(echo):
    def status(address: str) -> int:
        return echo.ask("/", X_Test_Client=address).status

    # Each of these addresses asks once, so one is refused only if they count together.
    assert 429 in (status(f"2001:db8::{n:x}") for n in range(1, 500))
    assert status("2001:db8:0:1::1") == status("198.51.100.7") == 200


def test_the_log_has_no_addresses_searches_or_secret_links(echo):
    asked = {
        "203.0.113.77": ("/search/?q=secret", "/search/"),
        "2001:db8:1:2::77": ("/account/join/secret/", "/account/join/-"),
        "198.51.100.77": ("/account/reset/secret/secret/", "/account/reset/-"),
        "198.51.100.76": ("/waiting/secret.atom", "/waiting/-"),
        "198.51.100.75": ("/unsubscribe/secret/?x=1", "/unsubscribe/-"),
        "198.51.100.74": ("/commenters/secret/", "/commenters/-"),
    }
    for address, (path, _logged) in asked.items():
        assert echo.ask(path, X_Test_Client=address).status == 200
    echo.logged("/x", X_Test_Client="198.51.100.77")  # the log is complete up to here
    lines = [line.split() for line in echo.access_log()[:-1]]
    assert [line[1] for line in lines] == ["203.0.113.x", "2001:db8:x", *["198.51.100.x"] * 4]
    assert [line[3].rstrip('"') for line in lines] == [logged for _path, logged in asked.values()]
    everything = "".join(path.read_text() for path in echo.folder.glob("*.log"))
    assert not {word for word in ("secret", "113.77", "::77", "100.7") if word in everything}


def test_logs_are_rotated_while_nginx_runs(echo, tmp_path):
    echo.logged("/before")
    rules = (DEPLOY / "logrotate").read_text()
    for old, new in (
        ("/var/log/commentary", echo.folder),
        ("/run/nginx.pid", echo.folder / "pid"),
        (" 0640 root adm", ""),  # only root can change the owner
        ("notifempty", f"notifempty\n    su {owner_of(echo.folder)}"),
    ):
        assert old in rules
        rules = rules.replace(old, str(new))
    (tmp_path / "rules").write_text(rules)
    subprocess.run(
        [program("logrotate"), "--force", "--state", tmp_path / "state", tmp_path / "rules"],
        check=True,
    )
    for _ in range(100):
        echo.ask("/after")
        if echo.access_log():
            break
        time.sleep(0.05)
    assert "/after" in echo.access_log()[-1]
    assert "/before" in (echo.folder / "access.log.1").read_text()


def owner_of(folder: Path) -> str:
    return f"{folder.owner()} {folder.group()}"


# --- monitoring and outages


def test_monitoring_of_the_machine_is_not_public(site):
    assert site.ask("/healthz").text == "ok\n"
    assert site.ask("/readyz").status == site.ask("/metrics").status == 404
    connection = http.client.HTTPConnection("127.0.0.1", site.ports.monitor, timeout=10)
    connection.request("GET", "/readyz")
    answer = connection.getresponse()
    assert answer.status == 200 and b"database: ok" in answer.read()
    connection.close()


@pytest.mark.parametrize(
    ("path", "size"),
    [("/articles/x/", None), ("/articles/x/", 0), ("/admin/commentary/article/add/", 400_000)],
)
def test_there_is_a_page_while_the_application_is_down(var, tmp_path, path, size):
    page = (var / "static/commentary/maintenance.html").read_bytes()
    with nginx(tmp_path / "nginx", var, f"unix:{tmp_path}/nobody.sock") as server:
        method, body = ("GET", None) if size is None else ("POST", b"x" * size)
        answer = server.ask(path, method, body)
        assert (answer.status, answer.body) == (503, page)
        assert answer.headers["Retry-After"] == "60"
        assert answer.headers["Cache-Control"] == "no-store"
        assert server.ask("/static/commentary/maintenance.html").status == 200


@stored
def test_reloads_fail_no_request(site, application_process, discussion, counted):
    """``make faults`` makes more: RELOADS=20x10000."""
    done: list[int | str] = []

    def ask(n: int) -> None:
        """Send one request, from an address that has sent none yet."""
        try:
            path = ("/robots.txt", "/", discussion.get_absolute_url())[n % 3]
            done.append(site.ask(path, client=f"127.1.{n // 200}.{n % 200 + 1}").status)
        except (OSError, http.client.HTTPException) as error:
            done.append(type(error).__name__)

    with ThreadPoolExecutor(2) as threads:
        requests = [threads.submit(ask, n) for n in range(REQUESTS)]
        for reload in range(RELOADS):
            while len(done) < (reload + 0.5) * REQUESTS / RELOADS:
                time.sleep(0.02)
            application_process.send_signal(signal.SIGHUP)
        for request in requests:
            request.result()
    failed = len(done) - done.count(200)
    counted(f"{RELOADS} reloads during {len(done)} requests: {failed} failed")
    assert set(done) == {200}
