"""Unpublished content is in no response.

URLs come from urls.py, and parameters are those that a view looks up, so additions are tested
without being listed here. Each secret has a word by which a search matches it (`zzfind`) and one that must
never appear in a response (`CANARY`).
"""

import gzip
from itertools import product

import pytest
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIRequest
from django.http import QueryDict
from django.test import Client
from django.urls import URLPattern, reverse

from commentary import discussions, urls
from commentary.models import (
    Author,
    Byline,
    Comment,
    ImportRun,
    PointLink,
    RelatedLink,
    Report,
    Revision,
    Rule,
    Source,
    StaffNote,
    Submission,
    Subscription,
    TextPage,
)
from commentary.notifications.tokens import CONFIRM, UNSUBSCRIBE, make_token
from tests.conftest import Status, make_article, member

SECRET = "zzfind CANARY"
DISCUSSED, MISSING = "why-bees-dance", 99  # the article with many comments, and no number of any
# Values for `<…:name>` in routes: public, not public, and missing objects.
VALUES: dict[str, list[str] | list[int]] = {
    "slug": [DISCUSSED, "draft", "ada", "dora", "nowhere", "imprint", "canary"],
    "number": [1, 2, 3, 4, 5, 6, MISSING],
    "year": [2011, 2026, 1],
    "month": ["05", "11", "13"],
    "name": ["ada", "canary", "nobody", "logo-0.svg"],
    "section": ["articles", "authors"],
    "part": [0, 1],
    "point": [1, 2],
    "extension": ["bib", "json"],
    "token": [make_token(purpose, pk) for purpose in (CONFIRM, UNSUBSCRIBE) for pk in (1, 2)]
    + ["nobody"],
    "day": ["2011-05-05", "2026-01-01", "2099-01-01", "zzfind"],
}
# Values for parameters: places, names, words, times, and the secret ones.
ASKED = [
    "comments",
    "1",
    "3",
    "99",
    "newest",
    "article",
    "zzfind",
    "status:pending",
    "2011-05-05",
    "2099-01-01",
]
HEADERS: list[dict[str, str]] = [
    {"Accept": "application/json", "Accept-Language": "fr, ar;q=0.5", "Accept-Encoding": "gzip"},
    {"Accept": "application/atom+xml", "If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
    {"Accept": "text/csv, */*;q=0", "Range": "bytes=0-9999999", "If-Match": "*"},
    {"X-HTTP-Method-Override": "POST", "X-Requested-With": "XMLHttpRequest"},
    {"X-Forwarded-Host": "zzfind", "X-Forwarded-For": "127.0.0.1", "X-Original-URL": "/admin/"},
    {"Authorization": "Basic ZWQ6eA==", "X-User": "ed", "Referer": "http://testserver/admin/"},
    {"Cookie": "sessionid=zzfind; commentary_writer=zzfind; __Host-writer=zzfind"},
]


def paths_of(pattern: URLPattern) -> list[str]:
    """Return every path of a URL pattern, with every value for its placeholders. Other articles have
    at most one comment, so that one more number is enough for them.
    """
    names = list(pattern.pattern.converters)
    missing = set(names) - VALUES.keys()
    assert not missing, f"{pattern.name}: say in VALUES what {missing} may be"
    return [
        reverse(f"commentary:{pattern.name}", kwargs=dict(zip(names, values, strict=True)))
        for values in product(*[VALUES[name] for name in names])
        if not {"slug", "number"} <= set(names)
        or values[names.index("slug")] == DISCUSSED
        or values[names.index("number")] in (1, MISSING)
    ]


@pytest.fixture
def looked_up(monkeypatch) -> list[str]:
    """The names of the parameters that views looked up in this test, each once. It grows."""
    names: list[str] = []

    class Parameters(QueryDict):
        def __getitem__(self, name):
            note(name)
            return super().__getitem__(name)

        def __contains__(self, name):
            note(name)
            return super().__contains__(name)

        def getlist(self, name, default=None):
            note(name)
            return super().getlist(name, default)

    def note(name: str) -> None:
        if name not in names:
            names.append(name)

    def parameters(request: WSGIRequest) -> QueryDict:
        return Parameters(request.META.get("QUERY_STRING", ""), encoding=request.encoding)

    monkeypatch.setattr(WSGIRequest, "GET", property(parameters))
    return names


@pytest.fixture
def secrets(article, comment, db) -> None:
    """A site with a secret in every possible place."""
    ed = member("CANARY-editor", "Editor")
    article.body, article.published_at = "1. Bees dance.", "2011-05-05T09:15Z"
    article.save()
    ada = Author.objects.create(name="Ada", slug="ada")
    Byline.objects.create(article=article, author=ada)
    dora = Author.objects.create(name=SECRET, slug="dora")
    draft = make_article(SECRET, slug="draft", body=SECRET, is_published=False)
    Byline.objects.create(article=draft, author=dora)
    RelatedLink.objects.create(article=draft, caption=SECRET)
    discussions.import_comments(draft.pk, [Comment(body=SECRET, name=SECRET)], [None])
    discussions.close(draft.discussion, by=ed, reason=SECRET)

    public = comment("Public words", name="Ann")  # 1
    secret = {"name": SECRET, "dated_at": "2011-05-05T10:00Z", "author": dora}
    waiting = comment(SECRET, status=Status.PENDING, **secret)  # 2
    rejected = comment(SECRET, status=Status.PENDING, **secret)  # 3
    discussions.reject(rejected, by=ed, reason=SECRET)
    spam = comment(SECRET, parent=public, **secret)  # 4
    discussions.mark_spam(spam, by=ed, reason=SECRET)
    removed = comment(SECRET, parent=public, **secret)  # 5
    discussions.remove(removed, by=ed, reason="personal remark")
    comment("A reply that stays", parent=removed, name="Bo")  # 6
    comment("A reply to a pending comment", parent=waiting)  # 7
    discussions.close(waiting, by=ed, reason="off the subject")  # shown: it closes 7 as well
    Revision.objects.create(
        discussion_id=removed.discussion_id, comment=removed, name=SECRET, body=SECRET
    )
    for sent in (public, waiting, spam):
        Submission.objects.create(
            comment=sent,
            discussion=sent.discussion,
            writer=f"CANARY writer {sent.pk}",
            network="CANARY network",
            email="canary@example.org",
            client_key=f"CANARY {sent.pk}",
            digest="CANARY digest",
            held=[{"rule": 1, "label": SECRET, "why": SECRET, "found": [SECRET]}],
        )
        Subscription.objects.create(
            comment=sent,
            discussion=sent.discussion,
            email="canary@example.org",
            mailbox="canary@example.org",
        )
    StaffNote.objects.create(
        discussion_id=public.discussion_id,
        comment=public,
        writer=f"CANARY writer {public.pk}",
        author=ed,
        author_name="CANARY",
        body=SECRET,
    )
    Report.objects.create(
        discussion_id=public.discussion_id,
        comment=public,
        reporter="CANARY",
        why=Report.Why.OTHER,
        note=SECRET,
    )
    for sent in (public, waiting, removed):
        PointLink.objects.create(
            discussion=sent.discussion,
            comment=sent,
            point=1,
            origin=PointLink.Origin.MENTION,
            found=[SECRET],
            state=PointLink.State.SUGGESTED if sent == public else PointLink.State.ACCEPTED,
        )
    TextPage.objects.create(title="Imprint", slug="imprint", is_published=True)
    TextPage.objects.create(title=SECRET, slug="canary", text=SECRET, is_comment_policy=True)
    Rule.objects.create(kind=Rule.Kind.WORDS, pattern=SECRET)
    source = Source.objects.create(name=SECRET, sha256="CANARY", size=0, format="text")
    run = ImportRun.objects.create(source=source, warnings=[SECRET])
    Comment.objects.filter(pk=public.pk).update(import_run=run)


def answered(client: Client, path: str, **kwargs) -> str:
    """Return the whole response: headers and body."""
    response = client.get(path, **kwargs)
    assert response.status_code < 500, path
    body = response.content
    if response.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    text = body.decode()
    if response.status_code == 404 and "/canary" in path:
        # A missing page searches for a word of the address that was asked for.
        text = text.replace('value="canary"', "", 1)
    return f"{response.headers}\n{text}"


def test_urls_come_from_the_sources():
    paths = {path for pattern in urls.urlpatterns for path in paths_of(pattern)}
    assert {"/", "/comments.atom", "/articles/draft.json"} <= paths


def test_parameters_are_those_that_views_look_up(client, secrets, looked_up):
    for path in ("/", "/articles/why-bees-dance/", "/comments.atom", "/search.json"):
        client.get(path)
    assert {"page", "reply", "sent", "sort", "before", "after", "q"} <= set(looked_up)


@pytest.mark.slow
@pytest.mark.parametrize("pattern", urls.urlpatterns, ids=lambda pattern: pattern.name)
def test_no_response_contains_a_secret(client, secrets, looked_up, pattern):
    cache.clear()

    def check(path: str, **variant) -> None:
        assert "canary" not in answered(client, path, **variant).lower(), (path, variant)

    shown = []
    for path in paths_of(pattern):
        client.cookies.clear()
        if client.get(path).status_code in (200, 400):  # 400 without required parameters
            shown.append(path)
        for variant in ({}, *({"headers": headers} for headers in HEADERS)):
            check(path, **variant)
    for name in looked_up:  # one parameter may lead to more
        for path, value in product(shown, ASKED):
            client.cookies.clear()
            check(path, data={name: value})


def test_a_leaked_secret_would_be_found(client, secrets):
    discussions.approve(
        Comment.objects.get(number=2, discussion__article__slug="why-bees-dance"), "x"
    )
    paths = (
        "/articles/why-bees-dance/",
        "/comments.atom",
        "/articles/why-bees-dance.json",
        "/search.atom?q=zzfind",
        "/search.json?q=zzfind",
    )
    for path in paths:
        assert "canary" in answered(client, path).lower()
