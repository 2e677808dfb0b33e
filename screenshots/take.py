"""Takes the pictures of README.md and docs/translating.md: ``make screenshots``.

Serves the demo from a temporary database, with the clock at a fixed time.
"""

import os
import secrets
import shutil
import sys
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import NamedTuple
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
NOW = datetime(2026, 11, 12, 16, 40, tzinfo=UTC)
LIBRARY = "/articles/seven-things-we-learned-from-a-year-without-library-fines/"
MAIL = "mail"  # instead of a path
QUALITY = 85  # of WebP; keeps the edges of letters sharp


class Shot(NamedTuple):
    """One picture: the page, window size, colour scheme, and the area shown in CSS pixels.

    The area is `height` tall and starts `above` pixels over the first element that matches `top`. Admin pages are opened as an editor. `{…}` in a path is
    filled in from `keys`.
    """

    name: str
    path: str
    window: tuple[int, int]
    height: int
    scheme: str = "light"
    top: str = "body"
    above: int = 0
    language: str = "en"
    scale: int = 2

    @property
    def file(self) -> Path:
        folder = ROOT / "screenshots" if self.language == "en" else ROOT / "docs" / "languages"
        return folder / f"{self.name}.webp"


ROOM = {"top": "h1", "above": 12}  # below the tabs of admin pages
SHOTS = [
    Shot("points", LIBRARY, (1120, 900), 1010),
    Shot("source", "/admin/commentary/comment/{corrected}/source/", (1120, 900), 670, **ROOM),
    Shot(
        "queue",
        "/admin/moderation/?article={article}&item={pending}",
        (1120, 900),
        900,
        "dark",
        **ROOM,
    ),
    Shot("undo", "/admin/commentary/auditentry/undo/?actor_name=jasper", (1120, 900), 510, **ROOM),
    Shot("past", "/articles/a-bakery-without-a-sign/on/2010-10-02/", (1120, 900), 990),
    Shot("article-phone", LIBRARY, (360, 740), 740),
    Shot("thread-phone", f"{LIBRARY}#comment-126", (360, 740), 740, "dark", "#comment-126", 8),
    Shot(
        "queue-phone",
        "/admin/moderation/?article={article}",
        (360, 740),
        740,
        "light",
        ".queue-item",
    ),
]
# The same pages in these languages, each with an article in it where the demo has one.
OWN_ARTICLE = {"de": "sechs-uhr-am-nordufer", "fa": "کتابفروشی-کوچه-ما"}
IN_LANGUAGES = [
    Shot(f"{language}-{name}", path, (390, 720), 720, "light", top, 16, language, 1)
    for language in ("ar", "de", "fa", "ja")
    for name, path, top in (
        ("home", "/", "body"),
        (
            "article",
            f"/articles/{OWN_ARTICLE[language]}/" if language in OWN_ARTICLE else LIBRARY,
            "body",
        ),
        ("form", f"{LIBRARY}respond/", "form:has(textarea)"),
        ("queue", "/admin/moderation/", ".queue-item"),
        ("mail", MAIL, "body"),
    )
]


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def served() -> Iterator[str]:
    """Serve the site on a free port and yield its URL."""
    from config.wsgi import application

    with make_server("127.0.0.1", 0, application, handler_class=Quiet) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def editor_session() -> dict[str, str]:
    """Return the session cookie of a signed-in editor."""
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client()
    client.force_login(User.objects.get(username="noor"))
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value}


def fill() -> None:
    """Create the site shown in the pictures."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    with open(os.devnull, "w") as nowhere:
        call_command("load_demo", stdout=nowhere, stderr=nowhere)


def keys() -> dict[str, object]:
    """Return the keys of rows named in admin paths."""
    from commentary.models import Article, AuditEntry, Comment

    article = Article.objects.get(slug=LIBRARY.split("/")[2])
    pending = Comment.objects.in_discussion(article.pk).pending().order_by("number")[0]
    corrected = AuditEntry.objects.filter(verb="correct", comment__isnull=False)[0].comment_id
    return {"article": article.pk, "pending": pending.key, "corrected": corrected}


def mail_page() -> str:
    """Return a page that shows the digest of pending comments as mail programs do."""
    from django.contrib.auth.models import User

    from commentary.models import DigestPreference, OutboxMessage
    from commentary.notifications.digests import digest_mail

    noor = User.objects.get(username="noor")
    noor.email = "noor@example.org"
    noor.save(update_fields=["email"])
    DigestPreference.objects.update_or_create(user=noor, defaults={"interval": "daily"})
    mail = digest_mail(OutboxMessage(recipient=noor.email, details={"user": noor.pk}))
    style = "font: 15px/1.5 'Noto Sans', sans-serif; white-space: pre-wrap; margin: 1rem"
    return (
        f'<body style="{style}"><h1 dir="auto" style="font-size: 1.1rem">{escape(mail.subject)}</h1>'
        f'<div dir="auto" style="unicode-bidi: plaintext">{escape(mail.body)}</div>'
    )


def take(browser: Browser, site: str, shot: Shot, cookie: dict[str, str]) -> None:
    width, height = shot.window
    context = browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=shot.scale,
        color_scheme=shot.scheme,
        reduced_motion="reduce",
    )
    if shot.path.startswith("/admin/"):
        context.add_cookies([{**cookie, "url": site}])
    page = context.new_page()
    if shot.path == MAIL:
        page.set_content(mail_page())
    else:
        page.goto(site + shot.path.format(**keys()), wait_until="networkidle")
    box = page.locator(shot.top).first.bounding_box()
    scrolled = page.evaluate("scrollY")
    clip = {
        "x": 0,
        "y": max(box["y"] + scrolled - shot.above, 0),
        "width": width,
        "height": shot.height,
        "scale": shot.scale,
    }
    how = {"format": "webp", "quality": QUALITY, "clip": clip, "captureBeyondViewport": True}
    picture = context.new_cdp_session(page).send("Page.captureScreenshot", how)
    shot.file.write_bytes(b64decode(picture["data"]))
    context.close()


def main() -> None:
    with TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # Playwright runs an event loop in this thread
            "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3",
            "VAR_DIR": folder,
            "SECRET_KEY": secrets.token_urlsafe(50),
            "ALLOWED_HOSTS": "127.0.0.1,testserver",
            "HTTPS": "0",
            "LOG_LEVEL": "ERROR",
            "SITE_URL": "https://comments.example.org",
        }
        os.chdir(ROOT)
        django.setup()
        from django.test import override_settings

        from commentary.management.demo.clock import clock_at

        with clock_at(NOW):
            fill()
            cookie = editor_session()
            with served() as site, sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=next(filter(None, map(shutil.which, CHROMIUM))),
                    # The sandbox does not work as root.
                    args=["--no-sandbox"] if os.geteuid() == 0 else [],
                )
                for shot in [*SHOTS, *IN_LANGUAGES]:
                    with override_settings(LANGUAGE_CODE=shot.language):
                        take(browser, site, shot, cookie)
                browser.close()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
