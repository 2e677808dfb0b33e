"""Takes the pictures in README.md: ``make screenshots``. It serves a site of its own, filled with
what is in `fixtures/` and a long discussion that it invents, from a database that is gone after."""

import os
import random
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
ARTICLE = "/articles/top-5-reasons-the-ferry-still-beats-the-bridge/"
LONG = "/articles/why-our-library-stopped-charging-fines/"
QUEUE = "/admin/moderation/?article={article}&item={item}"
DESKTOP, PHONE = (1440, 960), (360, 760)
SHOTS = [  # name, address, where it is looked at, screen, colours
    ("home-desktop", "/", "", DESKTOP, "light"),
    ("home-phone", "/", "", PHONE, "dark"),
    ("article-desktop", ARTICLE, "", DESKTOP, "light"),
    ("article-phone", ARTICLE, "", PHONE, "dark"),
    ("thread-desktop", LONG, "#responses", DESKTOP, "dark"),
    ("thread-phone", LONG, "#comment-1", PHONE, "light"),
    ("branch-desktop", f"{LONG}branches/8/", "", DESKTOP, "light"),
    ("branch-phone", f"{LONG}branches/8/", "", PHONE, "dark"),
    ("moderation-desktop", QUEUE, "", DESKTOP, "dark"),
    ("moderation-phone", QUEUE, ".queue-item", PHONE, "light"),
]
NAMES = ("Maren Oduya", "", "P. Lindqvist", "Tomasz Wilk", "", "Ines Falk", "سلمى", "Dov Abramsky")
TEXT = """1. Fines never paid for themselves. We spent more on reminders than they brought in.

2. They kept away those who had least. A card with a debt on it is a card nobody uses.

3. The books came back. In the first month we carried in four crates of them."""
SAID = (
    "Fines were never about the money. Ours brought in less than the cost of posting the reminders.",
    "Then what were they about? Without a consequence, the popular titles simply never come back.",
    "The consequence is that you cannot borrow anything else until you bring it back. That turned "
    "out to be enough for nearly everyone.",
    "Nearly everyone. What happened to the reference set?",
    "The reference set is not lent, so it is not evidence either way.",
    "It was lent before 2019. I have a stamped slip from volume four.",
    "Then I stand corrected on the date. The argument still holds: volume four came back.",
    "It came back because somebody telephoned me. A telephone call is a consequence, too.",
    "The return figures are in the second table. They rose by a little under a tenth in the first "
    "year, and they have stayed there.",
    "Our branch did the opposite and brought fines back. I would like to see the two compared.",
    "أوافق. الغرامات تُبعد الناس عن المكتبة أكثر مما تُعيد الكتب.",
    "My grandmother kept one book for thirty years because she was ashamed of what she would owe.",
)
WAITING = (
    ("Both branches publish their figures: see https://figures.example.org/north and "
     "https://figures.example.org/south. The southern one counts renewals as returns.", ""),
    ("That is fair. I would still like to see the two lists of dates side by side.", "Hal Verne"),
    ("ما الذي تغيّر في الفروع الصغيرة؟ لا أجد أرقامها في الجدول الثاني.", ""),
    ("Great article! Visit https://cheap-shelving.example.com for library shelving deals.",
     "Best Prices"),
)  # fmt: skip


def fill() -> dict[str, int]:
    """Make what the pictures show; the keys of the article and the comment in the queue."""
    from django.core.management import call_command

    from commentary import discussions
    from commentary.models import Article, Author, Byline, Comment, PointLink, Rule

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("import_commentary", str(ROOT / "fixtures"), verbosity=0)
    discussions.decide_point_links(
        "link", PointLink.objects.values_list("pk", flat=True), "screenshots"
    )
    Rule.objects.create(kind=Rule.Kind.WORDS, pattern="deals")

    published = datetime(2026, 11, 12, 8, tzinfo=UTC)
    article = Article.objects.create(
        title="Why our library stopped charging fines",
        slug=LONG.split("/")[2],
        body=TEXT,
        published_at=published,
        is_published=True,
    )
    author, _ = Author.objects.get_or_create(slug="ines-falk", defaults={"name": "Ines Falk"})
    Byline.objects.create(article=article, author=author)
    chance = random.Random(7)
    # A chain of eleven in the first thread, which most of the others answer somewhere, and 51 more.
    shape = [None, *range(10), *(chance.choice((0, 0, 0, 1, 2, None)) for _ in range(400))]
    comments = [
        Comment(
            body=SAID[i % len(SAID)],
            name=NAMES[i % len(NAMES)],
            dated_at=published + timedelta(minutes=17 * i + chance.randrange(17)),
        )
        for i in range(len(shape))
    ]
    made = discussions.import_comments(article.pk, comments, shape)
    discussions.remove(made[14], by="screenshots", reason="personal remark")
    for i, (words, name) in enumerate(WAITING):
        parent = made[0] if i % 2 else None
        sender = discussions.Sender(writer=f"writer {i}")
        discussions.submit(article.pk, parent and parent.pk, words, sender, str(i), name)
    waiting = Comment.objects.in_discussion(article.pk).pending()
    return {"article": article.pk, "item": waiting.order_by("pk")[0].pk}


def editor_session() -> dict[str, str]:
    """The cookie of an editor who is signed in."""
    from django.conf import settings
    from django.contrib.auth.models import Group, User
    from django.test import Client

    ines = User.objects.create_user("ines", is_staff=True)
    ines.groups.add(Group.objects.get(name="Editor"))
    client = Client()
    client.force_login(ines)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value}


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def served() -> Iterator[str]:
    """The site, on a free port of this machine."""
    from config.wsgi import application

    with make_server("127.0.0.1", 0, application, handler_class=Quiet) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def shoot(browser: Browser, site: str, keys: dict[str, int], cookie: dict[str, str]) -> None:
    for name, path, place, (width, height), scheme in SHOTS:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme
        )
        if path == QUEUE:
            context.add_cookies([{**cookie, "url": site}])
        page = context.new_page()
        page.goto(site + path.format(**keys))
        if place:
            page.locator(place).first.evaluate("el => el.scrollIntoView({ behavior: 'instant' })")
        page.screenshot(path=Path(__file__).with_name(f"{name}.png"))
        context.close()


def main() -> None:
    with TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # Playwright keeps an event loop in this thread
            "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3",
            "VAR_DIR": folder,
            "SECRET_KEY": secrets.token_urlsafe(50),
            "ALLOWED_HOSTS": "127.0.0.1,testserver",
            "HTTPS": "0",
        }
        django.setup()
        keys = fill()
        cookie = editor_session()
        with served() as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=next(filter(None, map(shutil.which, CHROMIUM))),
                args=["--no-sandbox"] if os.geteuid() == 0 else [],  # root has no sandbox
            )
            shoot(browser, site, keys, cookie)
            browser.close()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
