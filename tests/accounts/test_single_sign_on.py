"""Single sign-on with a provider on this machine."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
# What the provider says about each person, by the code with which they come back.
CLAIMS = {
    "ines": {"sub": "1", "email": "ines@example.org", "email_verified": True},
    "moved": {"sub": "1", "email": "elsewhere@example.org", "email_verified": True},
    "unverified": {"sub": "2", "email": "ines@example.org", "email_verified": False},
    "stranger": {"sub": "3", "email": "stranger@example.org", "email_verified": True},
    "off": {"sub": "4", "email": "off@example.org", "email_verified": True},
    "reader": {"sub": "5", "email": "reader@example.org", "email_verified": True},
    "twins": {"sub": "6", "email": "twins@example.org", "email_verified": True},
}


class Provider(BaseHTTPRequestHandler):
    """An OpenID Connect provider without a sign-in page."""

    def do_GET(self) -> None:
        home = f"http://{self.headers['Host']}"
        if self.path == "/.well-known/openid-configuration":
            self.answer(
                {
                    "issuer": home,
                    "authorization_endpoint": f"{home}/authorize",
                    "token_endpoint": f"{home}/token",
                    "userinfo_endpoint": f"{home}/userinfo",
                    "jwks_uri": f"{home}/keys",
                }
            )
        else:
            self.answer(CLAIMS[self.headers["Authorization"].removeprefix("Bearer ")])

    def do_POST(self) -> None:
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        code = sent["code"][0]
        if code not in CLAIMS or sent["client_secret"] != ["secret"]:
            self.answer({"error": "invalid_grant"}, 400)
        else:
            self.answer({"access_token": code, "token_type": "Bearer"})

    def answer(self, data: dict, status: int = 200) -> None:
        body = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The URL of a running provider."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def start(folder: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    env = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "serves-nobody-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789",
        "ALLOWED_HOSTS": "testserver",
        "HTTPS": "0",
        "VAR_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "OIDC_CLIENT_ID": "commentary",
        "OIDC_CLIENT_SECRET": "secret",
        "OIDC_NAME": "Lantern ID",
    }
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, env=env | variables
    )


def walked(folder: Path, provider: str, **variables: str) -> dict:
    done = start(
        folder, "-m", "tests.accounts.single_sign_on_walk", OIDC_URL=f"{provider}/", **variables
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def found(provider, tmp_path_factory) -> dict:
    """What happens on a site whose provider asks for the second factor."""
    return walked(tmp_path_factory.mktemp("site"), provider, OIDC_SECOND_FACTOR="1")


def test_the_sign_in_page_leads_to_the_provider(found):
    assert "Sign in with Lantern ID" in found["page"]
    assert 'href="/account/oidc/?next=%2Fadmin%2Fpages%2F"' in found["page"]
    assert "http" not in found["policy"]


def test_an_editor_with_a_verified_address_is_signed_in(found):
    ines = found["people"]["ines"]
    assert (ines["status"], ines["then"]) == (302, "/admin/pages/")
    assert ines["signed in"] and ines["pkce"]
    assert found["methods"][0] == ["accepted", "oidc"]


def test_the_identity_is_remembered_if_its_address_changes(found):
    assert found["people"]["moved"]["signed in"]


@pytest.mark.parametrize("person", ["unverified", "stranger", "off", "reader", "twins"])
def test_nobody_else_is_signed_in_and_no_account_is_made(found, person):
    assert found["people"][person]["status"] == 403
    assert not found["people"][person]["signed in"]
    assert found["users"] == 5


def test_an_answer_is_taken_once_and_only_to_our_question(found):
    assert found["people"]["ines"]["again"] == 403
    assert found["wrong state"] == 403
    assert found["refused by provider"]["status"] == 403
    assert found["connect"]["status"] == 403


def test_this_site_asks_for_a_second_factor_unless_the_provider_does(provider, tmp_path):
    ines = walked(tmp_path, provider)["people"]["ines"]
    assert ines["then"] == "/account/second-factor/"
    assert not ines["signed in"]


def test_an_unreachable_provider_is_no_error_of_this_site(tmp_path):
    code = (
        "import django; django.setup()\n"
        "from django.core.management import call_command; call_command('migrate', verbosity=0)\n"
        "from django.test import Client\n"
        "print(Client().get('/account/oidc/').status_code)"
    )
    done = start(tmp_path, "-c", code, OIDC_URL="http://127.0.0.1:1")
    assert done.stdout.split()[-1:] == ["503"], done.stderr


@pytest.mark.parametrize(
    ("variables", "problem"),
    [
        ({"OIDC_URL": "http://id.example.org"}, "OIDC_URL is not valid"),
        ({"OIDC_URL": "id.example.org"}, "OIDC_URL is not valid"),
        ({"OIDC_URL": "https://id.example.org", "OIDC_CLIENT_ID": ""}, "Set OIDC_CLIENT_ID"),
        (
            {"OIDC_URL": "https://id.example.org", "OIDC_CLIENT_SECRET": ""},
            "Set OIDC_CLIENT_SECRET",
        ),
    ],
)
def test_wrong_settings_are_refused_with_one_line(tmp_path, variables, problem):
    done = start(tmp_path, "-m", "config.start", **variables)
    assert done.returncode == 1
    assert problem in done.stderr.splitlines()[-1]


def test_without_a_provider_there_is_no_such_page(client, db):
    assert client.get("/account/oidc/").status_code == 404
    assert "oidc" not in client.get("/admin/login/").content.decode()
