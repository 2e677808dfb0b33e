"""The site doesn't start with incomplete settings, and every page has the security headers."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GIVEN = {
    "SECRET_KEY": "tests-only-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789",
    "ALLOWED_HOSTS": "example.org",
}


def start(expression: str = "''", **env: str) -> subprocess.CompletedProcess:
    """Load the settings in another process with only `env`, and print an expression."""
    code = f"from config import settings; print({expression})"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, env={"PATH": os.environ["PATH"]} | env, capture_output=True, text=True,
    )  # fmt: skip


@pytest.mark.parametrize("missing", GIVEN)
def test_the_site_does_not_start_without_a_required_setting(missing):
    started = start(**{k: v for k, v in GIVEN.items() if k != missing})
    assert started.returncode == 1
    assert missing in started.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    "name, value",
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "0" * 60),
        ("SECRET_KEY", "django-insecure-" + "0123456789abcdef" * 4),
        ("SECRET_KEY_FALLBACKS", GIVEN["SECRET_KEY"] + ",short"),
        ("ALLOWED_HOSTS", ""),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "mysql://user@127.0.0.1/name"),
        ("DATABASE_URL", "postgres://user@127.0.0.1:port/name"),
        ("DATABASE_REPLICA_URL", "sqlite:////var/replica.sqlite3"),
        ("DATABASE_REPLICA_URL", "nonsense"),
        ("CACHE_URL", "nonsense"),
        ("HTTPS", "of course"),
        ("CONN_MAX_AGE", "long"),
        ("QUEUE_MAX", "-1"),
        ("ARTICLES_PER_PAGE", "0"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("TIME_ZONE", "../secret"),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_FORMAT", "xml"),
        ("METRICS_TOKEN", "short"),
        ("METRICS_TOKEN", "0123456789 abcdef"),
        ("EMAIL_URL", "mail.example.org"),
        ("EMAIL_URL", "http://mail.example.org"),
        ("EMAIL_URL", "smtp://mail.example.org:port"),
        ("EMAIL_URL", "smtp://"),
        ("EMAIL_FROM", "nobody"),
        ("EMAIL_FROM", "Ann <ann@example.org>, bo@example.org"),
        ("AUDIT_HEAD_TO", "archive@example.org"),
        ("AUDIT_HEAD_TO", "archive"),
        ("SITE_URL", "comments.example.org"),
        ("SITE_URL", "https://comments.example.org/below"),
        ("SITE_URL", "https://ann:short@comments.example.org"),
        ("SITE_URL", "ftp://comments.example.org"),
    ],
)
def test_an_invalid_setting_is_one_line_that_names_it(name, value):
    postgres = {"DATABASE_URL": "postgres://user@127.0.0.1/commentary"}
    done = manage("check", **(GIVEN | postgres | {name: value}))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("Settings: ")
    assert name in done.stderr
    assert "short" not in done.stderr  # secrets are never printed


@pytest.mark.parametrize("missing", GIVEN)
def test_gunicorn_refuses_to_start_with_one_line(missing):
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "--log-level", "error"],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
        env={"PATH": os.environ["PATH"]} | {k: v for k, v in GIVEN.items() if k != missing},
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert missing in done.stderr


def manage(*arguments: str, **env: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env={"PATH": os.environ["PATH"]} | env, capture_output=True, text=True,
    )  # fmt: skip


SHOW = (
    "from django.conf import settings;"
    "print(settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT, settings.SECRET_KEY)"
)


@pytest.fixture
def made(tmp_path):
    """The files created by `make run`."""
    (tmp_path / "secret-key").write_text(GIVEN["SECRET_KEY"] + "\n")
    return {"VAR_DIR": str(tmp_path)}


@pytest.mark.slow
def test_manage_works_after_make_run_without_exported_variables(made):
    done = manage("shell", "-v0", "-c", SHOW, **made)
    assert done.stderr == ""
    assert done.stdout == f"['127.0.0.1', 'localhost', '[::1]'] False {GIVEN['SECRET_KEY']}\n"


@pytest.mark.parametrize("given", GIVEN)
def test_a_site_with_its_own_settings_gets_no_local_defaults(made, given):
    [missing] = GIVEN.keys() - {given}
    done = manage("shell", "-v0", "-c", SHOW, **made, **{given: GIVEN[given]})
    assert done.returncode == 1
    assert f"Set {missing}" in done.stderr


def test_the_settings_module_has_no_local_defaults(made):
    assert start(**made).returncode == 1


def test_the_defaults_are_those_of_production():
    started = start(
        "settings.DEBUG, settings.SECURE_SSL_REDIRECT, settings.SESSION_COOKIE_SECURE, "
        "settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.SECURE_HSTS_SECONDS",
        **GIVEN,
    )
    assert started.stdout == "False True True __Host-sessionid __Host-csrftoken 31536000\n"


def test_passwords_are_hashed_with_scrypt():
    expression = "settings.PASSWORD_HASHERS[0]"
    assert start(expression, **GIVEN).stdout == "django.contrib.auth.hashers.ScryptPasswordHasher\n"


def test_a_proxy_is_trusted_about_https_only_if_configured():
    expression = "getattr(settings, 'SECURE_PROXY_SSL_HEADER', None)"
    assert start(expression, **GIVEN).stdout == "None\n"
    trusting = start(expression, **GIVEN, TRUST_X_FORWARDED_PROTO="1")
    assert trusting.stdout == "('HTTP_X_FORWARDED_PROTO', 'https')\n"


def test_on_postgresql_no_query_may_run_or_wait_for_long():
    started = start(
        "settings.DATABASES['default']['OPTIONS']['limits']",
        **GIVEN,
        DATABASE_URL="postgres://user@127.0.0.1/commentary",
    )
    assert "'lock_timeout': 3000" in started.stdout
    assert "'statement_timeout': 4000" in started.stdout


@pytest.mark.parametrize(
    "limits", ["-c lock_timeout=1", "lock_timeout", "work_mem=1", "lock_timeout=1,"]
)
def test_invalid_limits_are_refused(limits):
    url = "postgres://user@127.0.0.1/commentary"
    started = start(**GIVEN, DATABASE_URL=url, DATABASE_LIMITS=limits)
    assert "DATABASE_LIMITS is not valid" in started.stderr.splitlines()[-1]


def test_pages_are_cached_in_a_file_of_limited_size_or_in_redis():
    started = start("settings.CACHES['default']", **GIVEN, CACHE_MAX_BYTES="5000000")
    assert "FileCache" in started.stdout
    assert "'MAX_BYTES': 5000000" in started.stdout
    started = start("settings.CACHES['default']", **GIVEN, CACHE_URL="rediscache://host/0")
    assert "'commentary.resilience.caches.RedisCache'" in started.stdout
    code = "import sys; sys.modules['redis'] = None; from config import settings"
    started = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, env={"PATH": os.environ["PATH"], "CACHE_URL": "redis://host/0"} | GIVEN,
        capture_output=True, text=True,
    )  # fmt: skip
    assert "pip install redis" in started.stderr.splitlines()[-1]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/no-such-page", "/admin/login/"])
def test_every_page_has_the_security_headers(client, path):
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy  # no other hosts
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Permissions-Policy"] == (
        "accelerometer=(), browsing-topics=(), camera=(), geolocation=(), gyroscope=(), "
        "microphone=(), payment=(), usb=()"
    )
    assert "charset=utf-8" in headers["Content-Type"]


@pytest.mark.parametrize("page", ["", "moderation/", "commentary/article/", "password_change/"])
def test_the_admin_sends_no_referrer_to_other_sites(client, mo, page):
    client.force_login(mo)
    response = client.get(f"/admin/{page}")
    assert response.status_code == 200
    assert response.headers["Referrer-Policy"] == "same-origin"


def test_hsts_for_subdomains_and_preloading_can_be_disabled():
    expression = (
        "settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS, "
        "settings.SECURE_HSTS_PRELOAD"
    )
    assert start(expression, **GIVEN).stdout == "31536000 True True\n"
    assert start(expression, **GIVEN, HSTS_SUBDOMAINS="0").stdout == "31536000 False False\n"
    assert start(expression, **GIVEN, HSTS_PRELOAD="0").stdout == "31536000 True False\n"


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "FOO"])
@pytest.mark.parametrize("path", ["/", "/admin/", "/no-such-page"])
def test_unsupported_methods_are_405(client, method, path):
    response = client.generic(method, path)
    assert response.status_code == 405
    assert "GET" in response["Allow"]


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "no-such-charset", "utf8"])
def test_a_form_in_another_charset_is_415(client, charset):
    form = f"application/x-www-form-urlencoded; charset={charset}"
    assert client.generic("POST", "/admin/login/", b"a=b", form).status_code == 415


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ["UTF-8", "utf-8"])
def test_a_form_in_utf_8_is_read(client, charset):
    form = f"application/x-www-form-urlencoded; charset={charset}"
    assert client.generic("POST", "/admin/login/", b"a=b", form).status_code == 200


def test_a_nul_in_the_path_is_400(client):
    assert client.get("/articles/a%00b/").status_code == 400


@pytest.mark.django_db
def test_an_unknown_host_is_400(client, settings):
    settings.ALLOWED_HOSTS = ["example.org"]
    settings.DEBUG = False
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\\\evil.example", ""]
)
def test_signing_in_with_a_foreign_next_redirects_to_the_admin(client, ed, settings, target):
    settings.REQUIRE_SECOND_FACTOR = False
    form = {"username": "ed", "password": "correct horse battery", "next": target}
    response = client.post("/admin/login/", form)
    assert (response.status_code, response.url) == (302, "/admin/")


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("SITE_ACCENT", "#ff0000,#93d3a0", "#ff0000 (--pencil) on #fcfcfb (--paper) is 3.89:1"),
        ("SITE_ACCENT", "red", "two colours"),
        ("SITE_SERIF", "a; }}", "names of typefaces"),
        ("SITE_FOOTER_LINKS", "A = javascript:x", "https://"),
        ("SITE_LOGO", "manage.py", "SVG or PNG"),
        ("SITE_FAVICON", "/nowhere/logo.svg", "No such file"),
        ("SITE_STYLESHEET", "{tmp}/theme.css", "@import"),
    ],
)
def test_a_look_that_cannot_be_read_or_served_stops_the_start(name, value, problem, tmp_path):
    (tmp_path / "theme.css").write_text("@import 'x';")
    env = GIVEN | {"PATH": os.environ["PATH"], "DATABASE_URL": "sqlite://:memory:"}
    for command in (["-m", "config.start"], ["manage.py", "check"]):
        done = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT, env=env | {name: value.format(tmp=tmp_path)}, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 1
        assert name in done.stderr
        assert problem in done.stderr


MAIL = {
    "EMAIL_URL": "smtp+tls://ann%40example.org:short%2F@mail.example.org",
    "EMAIL_FROM": "Comments <comments@example.org>",
    "SITE_URL": "https://comments.example.org/",
}


@pytest.mark.parametrize("missing", ["EMAIL_FROM", "SITE_URL"])
def test_a_mail_server_needs_a_sender_and_the_url_of_the_site(missing):
    started = start(**GIVEN, **{name: value for name, value in MAIL.items() if name != missing})
    assert started.returncode == 1
    assert missing in started.stderr.splitlines()[-1]
    assert "short" not in started.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("scheme", "wanted"),
    [
        ("smtp", (25, None, None)),
        ("smtp+tls", (587, True, None)),
        ("smtps", (465, None, True)),
        ("smtp+ssl", (465, None, True)),
    ],
)
def test_the_scheme_of_a_mail_server_says_how_it_is_encrypted(scheme, wanted):
    url = MAIL["EMAIL_URL"].replace("smtp+tls", scheme)
    names = "'port', 'use_tls', 'use_ssl', 'username', 'password', 'host'"
    printed = f"tuple(settings.EMAIL_TRANSPORT.get(name) for name in ({names}))"
    started = start(printed, **(GIVEN | MAIL | {"EMAIL_URL": url}))
    assert started.stdout.strip() == str((*wanted, "ann@example.org", "short/", "mail.example.org"))


def test_without_a_mail_server_nothing_is_queued():
    started = start("settings.EMAIL_BACKEND", **GIVEN)
    assert started.stdout.strip() == "django.core.mail.backends.dummy.EmailBackend"
