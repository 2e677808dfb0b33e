"""A real browser and server. Pages must cause no errors and load nothing from other hosts."""

import os
import shutil
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from commentary import discussions
from commentary.models import Author, Byline, Comment, ImportRun, RelatedLink, Rule, Source
from tests.conftest import make_article, member

# The first of these on the PATH. The one without a window needs a third of the CPU time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BODY = """Bees dance to say where the flowers are.

## The figure of eight

1. The angle is the direction. https://example.org/a-long-address/that/nothing/breaks/anywhere/at/all

2. The length is the distance.

And a word in between.

2. A second point with this number."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, started once."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.fail(
            "The browser tests need Chromium on the PATH, under one of the names "
            f"{', '.join(NAMES)}. On Debian and Ubuntu: sudo apt-get install chromium-headless-shell"
        )
    # Playwright runs an event loop in this thread, in which Django would refuse database access.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """`visit("/", script=False)` opens a page of the site.

    At the end the test fails if a page logged an error to the console, violated the content
    security policy, or requested anything from another host.
    """
    cache.clear()
    contexts, complaints = [], []
    home = urlsplit(live_server.url).netloc

    def heard(message: ConsoleMessage) -> None:
        # Chromium reports the status of an error page as a console error.
        expected = "Failed to load resource: the server responded with a status of 4"
        if message.type == "error" and not message.text.startswith(expected):
            complaints.append(message.text)

    def asked(request: Request) -> None:
        if urlsplit(request.url).netloc != home:
            complaints.append(f"asked for {request.url}")

    def open_page(path: str, width: int = 1440, script: bool = True) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", asked)
        page.goto(live_server.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


@pytest.fixture
def site(transactional_db, settings) -> dict[str, str]:
    """Pages with everything that a page can show, by kind."""
    settings.COMMENTS_PER_PAGE = 24
    ada = Author.objects.create(name="Ada", slug="ada")
    article = make_article("Why bees dance", body=BODY, published_at="2026-11-12T09:00Z")
    Byline.objects.create(article=article, author=ada)
    RelatedLink.objects.create(article=article, label="related video:", caption="A film")
    RelatedLink.objects.create(article=article, caption="A site", url="https://www.example.org/")
    make_article("لماذا ترقص النحلات", slug="نحل", body="نص قصير.")

    def say(body: str, parent: Comment | None = None, **fields) -> Comment:
        made = Comment(body=body, dated_at="2026-11-12T09:02Z", **fields)
        return discussions.import_comments(article.pk, [made], [parent])[0]

    one = say("The first.", name="Ann")
    deepest = one
    for level in range(2, 12):
        deepest = say(f"Level {level}.", deepest, name="" if level % 2 else "Maximiliane Oduya")
    say("Late, to the first.", one, name="سلمى")  # 12
    rude = say("Rude.", one)  # 13
    say("An answer to it.", rude, name="Ada", author=ada)
    discussions.remove(rude, by="test", reason="personal remark")
    heated = say("Heated.", name="Bo")  # 15
    say("More heat: https://example.org/of/it", heated)
    discussions.link(heated, 1, by="test")
    discussions.close(heated, by="test", reason="off the subject")
    say("[…] the bees […]", name="Bee blog", kind=Comment.Kind.PINGBACK)  # 17
    closed = make_article("A closed one")
    discussions.close(closed.discussion, by="test", reason="settled")
    huge = make_article("Why so many")
    new = [Comment(body="One of many.", name="Ann" if i % 3 else "") for i in range(32)]
    discussions.import_comments(huge.pk, new, [None] * 6 + [3] * 26)
    old = make_article("Bees of old", body=BODY, published_at="2011-03-05T09:00Z")
    run = ImportRun.objects.create(
        source=Source.objects.create(name="old.xml", sha256="0" * 64, size=1)
    )
    came = [
        Comment(body="Of that day.", name=name, dated_at="2011-03-05T09:02Z", import_run=run)
        for name in ("Ann", "", "Bo", "Cleo")
    ]
    came[3].dated_at = "2011-03-07T09:02Z"
    discussions.import_comments(old.pk, came, [None, 0, 1, 0])
    discussions.remove(came[1], by="test", reason="personal remark")
    address = article.get_absolute_url()
    return {
        "huge": huge.get_absolute_url(),
        "later": f"{huge.get_absolute_url()}?after=4",
        "since": f"{huge.get_absolute_url()}?since=2026-01-01",
        "branch": f"{address}branches/8/",
        "home": "/",
        "article": address,
        "point": f"{address}points/1/",
        "form": f"{address}reply/1/",
        "report": f"{address}comments/2/report/",
        "more": f"{address}comments/2/more/",
        "deep": f"{address}comments/3/more/",
        "tools": f"{address}#q",
        "keys": "/keys/",
        "closed": closed.get_absolute_url(),
        "author": ada.get_absolute_url(),
        "authors": "/authors/",
        "archive": "/archive/2026/",
        "years": "/archive/",
        "found": "/search/?q=heat*+-nowhere",
        "not found": "/search/?q=ottoman+bees+before:never",
        "month": "/archive/2026/11/",
        "responses": "/responses/",
        "commenter": "/commenters/ann/",
        "past": f"{old.get_absolute_url()}on/2011-03-06/",
        "no day": f"{old.get_absolute_url()}on/2001-01-01/",
        "acts": "/moderation/",
        "api": "/api/",
        "404": "/nowhere/",
        "410": f"{address}comments/13/",
    }


@pytest.fixture
def room(transactional_db, settings):
    """An article with a thread, an empty queue, and a moderator."""
    settings.ARTICLE_POSTS_PER_MINUTE = settings.SITE_POSTS_PER_MINUTE = 10_000
    if not Rule.objects.exists():
        Rule.objects.create(kind="first")
        Rule.objects.create(kind="new_links", least=1)
    article = make_article("Why our library stopped charging fines")
    root = Comment(body="Our branch did the opposite and brought them back.", name="Ann")
    discussions.import_comments(article.pk, [root], [None])
    member("ed", "Editor")
    return article


@pytest.fixture
def enter(visit):
    """`enter("mo", path)` opens an admin page, signed in."""

    def open_page(user, path: str, **kwargs) -> Page:
        page = visit("/robots.txt", **kwargs)
        client = Client()
        client.force_login(user)
        name = django_settings.SESSION_COOKIE_NAME
        home = page.url.removesuffix("/robots.txt")
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": home}])
        page.goto(home + path)
        return page

    return open_page


@pytest.fixture
def ines(transactional_db):
    return member("ines", "Editor")
