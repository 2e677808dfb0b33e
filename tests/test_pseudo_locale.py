"""Every message on every page comes from the catalogue.

The site is shown in a language whose messages are those of the source with other letters, and its
texts are Greek. So each English word on a page is a message that isn't marked for translation, or
one that is glued together from parts outside the catalogue.
"""

import re
import sys
from collections import Counter, deque
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command, get_commands, load_command_class
from django.core.management.base import BaseCommand, CommandError
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import translation

from commentary import discussions
from commentary.models import (
    Author,
    Byline,
    Comment,
    RelatedLink,
    Report,
    Rule,
    StaffNote,
    StaffSession,
    TextPage,
    Webhook,
)
from tests.conftest import Status, make_article
from tests.discussions.test_tree import corrupt
from tests.pseudo_locale import ENGLISH, english_in_output, pseudo_language, with_other_letters

PER_ROUTE = 5  # pages looked at, with different parameters
# Django's own pages, with texts that it doesn't translate, and names that are stored.
SKIPPED_ROUTES = re.compile(r"logout|password/|auth/group/|/delete/|/history/")
# Secrets, hashes, and data of scripts.
NO_WORDS = re.compile(
    r"%\(\w+\)s|whsec_\S+|\w+\*{4,}|md5|^\{(?!.*%\().*\}$|\S+@\S+|https?:\S+|[\w-]+\.[a-z]{2,4}\b|de-xa|ar-xa"
)
PARAMETER = re.compile(r"[?&](\w+)=")
SKIPPED = {"script", "style", "code", "pre", "kbd", "samp", "template"}
VOID = {"input", "img", "br", "hr", "meta", "link", "source", "path", "wbr", "col"}
WORDED = ("title", "alt", "placeholder", "aria-label", "aria-description", "label")
# Names and formats, which are the same in all languages.
NAMES = {
    "True", "False", "Search",  # Django's, in attributes
    "Commentary", "Markdown", "HTML", "JSON", "CSV", "BibTeX", "RIS", "APA", "MLA", "Chicago", "Atom",
    "RSS", "URL", "API", "OpenAPI", "XML", "IP", "PNG", "SVG", "UTC", "Esc", "Ctrl", "CSL", "WARC",
}  # fmt: skip


class Words(HTMLParser):
    """The texts of a page that people read."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.links: list[str] = []
        self.open: list[bool] = []  # whether the texts of each open element are left out

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        language = given.get("lang", "")
        skip = tag in SKIPPED or (language and not language.startswith(translation.get_language()))
        is_left_out = bool(skip or (self.open and self.open[-1]))
        if tag not in VOID:
            self.open.append(is_left_out)
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if not is_left_out:
            names = list(WORDED)
            if given.get("type") in ("submit", "button"):
                names.append("value")
            names += [name for name in given if name.startswith("data-") and " " in given[name]]
            self.found += [given[name] for name in names if name in given]

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag not in VOID and self.open:
            self.open.pop()

    def handle_data(self, data):
        if not (self.open and self.open[-1]):
            self.found.append(data)


def english_words(page: str) -> list[str]:
    words = Words()
    words.feed(page)
    texts = [NO_WORDS.sub("", text) for text in words.found]
    return [
        f"{word}: {' '.join(text.split())[:90]}"
        for text in texts
        for word in ENGLISH.findall(text)
        if word not in NAMES
    ]


@pytest.fixture(params=["de-xa", "ar-xa"])
def language(request, settings, tmp_path) -> Iterator[str]:
    with pseudo_language(request.param, with_other_letters, settings, tmp_path) as code:
        yield code


@pytest.fixture
def site(db, settings) -> User:
    """A site in Greek with something on every page, and somebody who may do everything."""
    settings.ARTICLES_PER_PAGE = settings.COMMENTS_PER_PAGE = 3
    maria = User.objects.create_superuser("Μαρία", "maria@example.org", "x")
    eleni = Author.objects.create(name="Ελένη", slug="ελένη", biography="Γράφει.")
    for number in range(5):
        article = make_article(f"Κήπος {number}", slug=f"garden-{number}", body="1. Νερό.\n2. Φως.")
        Byline.objects.create(article=article, author=eleni)
    make_article("Σχέδιο", slug="draft", is_published=False)
    RelatedLink.objects.create(article=article, caption="Βιβλίο", url="https://example.org/")
    made: list[Comment] = []
    for number, (parent, status) in enumerate(
        [
            (None, Status.APPROVED),
            (0, Status.APPROVED),
            (1, Status.APPROVED),
            (None, Status.PENDING),
            (None, Status.PENDING),
            (None, Status.APPROVED),
            (None, Status.APPROVED),
            (2, Status.APPROVED),
        ]
    ):
        new = Comment(
            body="Στο 1. Καλό κείμενο.", name=f"Νίκος {number}", dated_at="2025-05-05T10:00Z"
        )
        above = None if parent is None else made[parent]
        made += discussions.import_comments(article.pk, [new], [above], [status])
    discussions.close(made[0], by=maria, reason="αρκετά")
    discussions.reject(made[4], by=maria, reason="όχι")
    discussions.remove(made[1], by=maria, reason="όχι")
    discussions.mark_spam(made[6], by=maria)
    StaffNote.objects.create(
        discussion_id=article.pk, comment=made[0], author=maria, author_name="Μαρία", body="Προσοχή"
    )
    Report.objects.create(
        discussion_id=article.pk, comment=made[0], reporter="x", why=Report.Why.OTHER, note="Γιατί"
    )
    TextPage.objects.create(title="Ταυτότητα", slug="ταυτότητα", text="Εμείς", is_published=True)
    Rule.objects.create(kind=Rule.Kind.WORDS, pattern="κακό")
    Webhook.objects.create(url="https://example.org/")
    return maria


def routes_with(path: str) -> str | None:
    try:
        return resolve(urlsplit(path).path).route
    except Resolver404:
        return None


def english_on_pages(client: Client, *starts: str) -> dict[str, str]:
    """Follow links from these pages, and return the English words with the page that has each."""
    seen: Counter[str] = Counter()
    known, queue = set(starts), deque(starts)
    english: dict[str, str] = {}
    while queue:
        path = queue.popleft()
        response = client.get(path)
        if response.status_code in (301, 302, 303):
            links = [response["Location"]]
        elif "html" in response.get("Content-Type", ""):
            page = response.content.decode()
            for words in english_words(page):
                english.setdefault(words, path)
            parser = Words()
            parser.feed(page)
            links = parser.links
        else:
            continue
        for link in links:
            target = urljoin(path, link).partition("#")[0]
            route = routes_with(target)
            if route is None or SKIPPED_ROUTES.search(route) or not target.startswith("/"):
                continue
            shape = f"{route}?{PARAMETER.findall(target)}"
            if target not in known and seen[route] < PER_ROUTE and not seen[shape]:
                seen.update([route, shape])
                known.add(target)
                queue.append(target)
    return english


def listed(english: dict[str, str]) -> str:
    return "\n".join(f"{path}  {words}" for words, path in sorted(english.items()))


def test_no_page_for_readers_has_english_words(language, site):
    english = english_on_pages(
        Client(), "/", "/search/?q=κήπος", "/nowhere/", "/account/forgotten/"
    )
    assert not english, listed(english)


def test_no_page_for_editors_has_english_words(language, site):
    client = Client()
    client.force_login(site)
    english = english_on_pages(client, "/admin/", "/account/", "/")
    assert not english, listed(english)


def test_no_help_of_a_command_has_english_words(language):
    names = [name for name, app in get_commands().items() if app == "commentary"]
    names.remove("migrate")  # Django's texts
    assert len(names) > 15
    theirs = {action.dest for action in BaseCommand().create_parser("x", "y")._actions}
    for name in names:
        parser = load_command_class("commentary", name).create_parser("manage.py", name)
        texts = [action.help for action in parser._actions if action.dest not in theirs]
        help_text = "\n".join([parser.description, *filter(None, texts)])
        assert english_in_output(help_text) == [], name


@pytest.mark.django_db(transaction=True)  # the audit log is verified in a snapshot
def test_no_output_of_a_command_has_english_words(language, site, tmp_path, capsys):
    def run(name: str, *options: str) -> None:
        try:
            call_command(name, *options)
        except CommandError as error:
            sys.stderr.write(f"{error}\n")

    good, bad = tmp_path / "1.txt", tmp_path / "2.txt"
    good.write_text("Νερό\n\nΤο νερό λείπει.\n\n3 comments:\n\nΆννα said...\n\nΝαι.\n\n5/3/2010\n")
    bad.write_bytes(b"%PDF-1.4 \xff")
    corrupt(Comment.objects.latest("pk"), level=7)
    StaffSession.objects.create(
        session_key="x", session_data="x", expire_date=datetime(2020, 1, 1, tzinfo=UTC)
    )
    run("check_tree")
    run("check_tree", "--repair")
    run("check_tree")
    run("import_commentary", str(good), "--dry-run")
    run("import_commentary", str(good), str(bad), str(tmp_path / "3.txt"))
    run("export_commentary", "πουθενά")
    run("export_commentary", "--format", "wxr")
    run("export_commentary", "--format", "jsonl", "--output", str(tmp_path / "all.jsonl"))
    run("purge_expired")
    run("purge_expired")
    run("verify_audit_log")
    output = "".join(capsys.readouterr())
    assert len(output.splitlines()) >= 15, output
    assert english_in_output(output) == []
