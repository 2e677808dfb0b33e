"""Plays a server: the shipped nginx configuration in front of gunicorn as the shipped unit starts it.

Only paths and ports are replaced. Clients come from different addresses of the loopback network.
"""

import configparser
import http.client
import os
import re
import shlex
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.test_run import ROOT, free_port

DEPLOY = ROOT / "deploy"
HOST = "comments.example.org"
METRICS_TOKEN = "token-of-the-tests-0123456789-abcdefghijklmnopqrstuvwxyz"
READER = "127.0.0.2"  # address of a client
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "ALLOWED_HOSTS": HOST,
    "HTTPS": "1",
    "TRUSTED_PROXIES": "1",
    "WEB_CONCURRENCY": "1",
    "CACHE_URL": "",
    "QUERY_SECONDS": "4.5",
    "REQUEST_SECONDS": "10",
    "METRICS_TOKEN": METRICS_TOKEN,
    "SECRET_KEY": "tests-only-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789",
}


def unit_lines(name: str, section: str) -> dict[str, str]:
    """Return the settings of a section of a unit; of those that are repeated, the last."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string((DEPLOY / "systemd" / name).read_text())
    return dict(parser[section])


def program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    assert found, f"make test installs {name}, or says how to"
    return found


def wait_for(is_done: Callable[[], object], process: subprocess.Popen, log: Path) -> None:
    for _ in range(300):
        if is_done():
            return
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError(log.read_text())


def accepts(address: Path | int) -> bool:
    """Return whether a server listens on a Unix socket or on a port."""
    kind = socket.AF_UNIX if isinstance(address, Path) else socket.AF_INET
    with socket.socket(kind) as probe:
        return not probe.connect_ex(
            str(address) if isinstance(address, Path) else ("127.0.0.1", address)
        )


@contextmanager
def stopped(process: subprocess.Popen) -> Iterator[None]:
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def application(
    folder: Path, env: Mapping[str, str], listen: Path | int
) -> Iterator[subprocess.Popen]:
    """Run the service with the command of its unit, on a socket that is passed as systemd does."""
    gunicorn = shlex.split(unit_lines("commentary-web.service", "Service")["ExecStart"])
    assert gunicorn[0] == "/srv/commentary/.venv/bin/gunicorn"
    command = [sys.executable, "-m", "gunicorn", *gunicorn[1:]]
    env = {**os.environ, **env}
    address = str(listen) if isinstance(listen, Path) else f"127.0.0.1:{listen}"
    passed = [f"--setenv={name}" for name in env]
    log = folder / "gunicorn.log"
    with log.open("a") as out:
        process = subprocess.Popen(
            [program("systemd-socket-activate"), f"--listen={address}", *passed, *command],
            cwd=ROOT, env=env, stdout=out, stderr=out,
        )  # fmt: skip
    with stopped(process):
        wait_for(lambda: accepts(listen), process, log)  # the first connection starts it
        wait_for(lambda: "Booting worker" in log.read_text(), process, log)
        yield process


def make_certificate(folder: Path) -> None:
    """Write a self-made certificate and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def shipped_configuration(folder: Path, var: Path, upstreams: Sequence[str], ports: "Ports") -> str:
    """Return deploy/nginx.conf with other paths and ports. Everything replaced must be there."""
    text = (DEPLOY / "nginx.conf").read_text()
    for pattern, new in (
        (r"listen \[::\]:\d+.*\n", "\n"),  # not every machine has IPv6
        (r"listen 443\b", f"listen 127.0.0.1:{ports.https}"),
        (r"listen 80\b", f"listen 127.0.0.1:{ports.http}"),
        (r"listen 127\.0\.0\.1:8001;", f"listen 127.0.0.1:{ports.monitor};"),
        (r"/etc/letsencrypt/live/comments\.example\.org", str(folder)),
        (r"server unix:/run/commentary/http\.sock;", "".join(f"server {u};" for u in upstreams)),
        (r"/var/lib/commentary", str(var)),
        (r"/var/cache/commentary", f"{folder}/cache"),
        (r"/var/log/commentary", str(folder)),
        (r"/var/www/html", f"{folder}/www"),
    ):
        text, count = re.subn(pattern, new, text)
        assert count, pattern
    return text


@dataclass(frozen=True)
class Ports:
    http: int
    https: int
    monitor: int


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(frozen=True)
class Server:
    """nginx, and how clients reach it."""

    folder: Path
    ports: Ports

    def connect(self, client: str = READER) -> http.client.HTTPSConnection:
        """Open a connection with TLS that trusts only our certificate."""
        trusted = ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))
        connection = http.client.HTTPSConnection(
            HOST, self.ports.https, timeout=30, context=trusted
        )
        connection.sock = trusted.wrap_socket(self.socket(client), server_hostname=HOST)
        return connection

    def socket(self, client: str = READER, port: int | None = None) -> socket.socket:
        return socket.create_connection(
            ("127.0.0.1", port or self.ports.https), timeout=30, source_address=(client, 0)
        )

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: bytes | None = None,
        client: str = READER,
        **headers: str,
    ) -> Answer:
        """Send one request. Underscores in names of headers become hyphens."""
        connection = self.connect(client)
        try:
            sent = {"Host": HOST, **{n.replace("_", "-"): v for n, v in headers.items()}}
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            return Answer(response.status, response.msg, response.read())
        finally:
            connection.close()

    def access_log(self) -> list[str]:
        return (self.folder / "access.log").read_text().splitlines()

    def logged(self, path: str, **headers: Any) -> tuple[Answer, str]:
        """Send a request, and return the answer and its line in the log, which is written later."""

        def lines() -> list[str]:
            return [line for line in self.access_log() if f' {path}" ' in line]

        before = len(lines())
        answer = self.ask(path, **headers)
        for _ in range(200):
            if len(found := lines()) > before:
                return answer, found[-1]
            time.sleep(0.02)
        raise AssertionError(f"{path} is not in the log")


@contextmanager
def nginx(folder: Path, var: Path, *upstreams: str, more: str = "") -> Iterator[Server]:
    """Run nginx with the shipped configuration; `more` is added to its http block."""
    folder.mkdir(exist_ok=True)
    (folder / "www").mkdir()
    make_certificate(folder)
    ports = Ports(free_port(), free_port(), free_port())
    (folder / "site.conf").write_text(shipped_configuration(folder, var, upstreams, ports))
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # What Debian's nginx.conf says that matters here.
    (folder / "nginx.conf").write_text(
        f"""pid {folder}/pid; worker_processes 1; daemon off; {"user root;" * (os.geteuid() == 0)}
events {{ worker_connections 768; }}
http {{
  include /etc/nginx/mime.types; default_type application/octet-stream;
  sendfile on; gzip on; {temporary} {more}
  include {folder}/site.conf;
}}
"""
    )
    log = folder / "nginx.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [program("nginx"), "-e", log, "-p", folder, "-c", folder / "nginx.conf"],
            stdout=out, stderr=out,
        )  # fmt: skip
    with stopped(process):
        wait_for(lambda: accepts(ports.https), process, log)
        yield Server(folder, ports)
