"""The languages of comments that readers are shown: their own, or that of the article."""

import json
import re
from xml.etree import ElementTree

import pytest

from commentary import discussions
from commentary.models import Comment, PointLink
from tests.conftest import Status, make_article

ARABIC = "شكرا جزيلا على هذا المقال"
TEXTS = [
    ("Schöne Häuser", None),
    ("Beaucoup de maisons", "fr"),
    (ARABIC, "ar"),
    ("Fine houses", "en"),
]
SHOWN = ["de", "fr", "ar", None]  # on a page in English
LANG = re.compile(r'dir="auto"(?: lang="([^"]+)")?>(?:<p>|#)*(Schöne|Beaucoup|شكرا|Fine)')


@pytest.fixture
def houses(db):
    article = make_article("Häuser", slug="houses", body="1. Ein Haus.", language="de")
    rows = [
        Comment(body=body, language=language, name="Ada Lind", source_key=body)
        for body, language in TEXTS
    ]
    made = discussions.import_comments(article.pk, rows, [None, 0, 1, 2], [Status.APPROVED] * 4)
    for comment in made:
        PointLink.objects.create(
            discussion_id=article.pk,
            comment_id=comment.pk,
            point=1,
            origin=PointLink.Origin.EDITOR,
            state=PointLink.State.ACCEPTED,
        )
    return article


def languages_on(page) -> dict[str, set[str | None]]:
    """Return by the first word of each text the languages with which a page shows it."""
    found: dict[str, set[str | None]] = {}
    for language, word in LANG.findall(page.content.decode()):
        found.setdefault(word, set()).add(language or None)
    return found


@pytest.mark.parametrize(
    "address",
    [
        "/articles/houses/",
        "/articles/houses/branches/1/",
        "/articles/houses/points/1/",
        "/articles/houses/on/2026-11-29/",
        "/responses/",
        "/commenters/ada%20lind/",
    ],
)
def test_every_text_has_its_language_on_every_page(client, houses, address, settings, monkeypatch):
    Comment.objects.update(created_at="2026-11-01T12:00Z", public_at=None)
    houses.created_at = "2026-10-01T12:00Z"
    houses.save()
    words = ["Schöne", "Beaucoup", "شكرا", "Fine"]
    page = client.get(address, follow=True)
    assert languages_on(page) == {w: {s} for w, s in zip(words, SHOWN, strict=True)}


def test_words_of_the_interface_stay_in_its_language(client, houses):
    page = client.get("/articles/houses/").content.decode()
    assert '<section class="responses" id="responses" lang="en"' in page
    assert re.search(r'<article class="comment"[^>]*lang=', page) is None
    assert page.count(' lang="fr"') == 2  # the text, and its beginning next to the point


def test_an_arabic_comment_below_a_german_article_has_its_own_direction(client, houses):
    page = client.get("/articles/houses/").content.decode()
    assert f'<div class="comment-body" dir="auto" lang="ar"><p>{ARABIC}</p></div>' in page
    assert '<article class="reading" dir="ltr">' in page


@pytest.mark.parametrize(
    ("query", "language"), [("Beaucoup", "fr"), ("Schöne", "de"), ("Fine", None)]
)
def test_results_of_a_search_have_the_languages_of_their_texts(client, houses, query, language):
    page = client.get("/search/", {"q": query}).content.decode()
    (found,) = re.findall(r'<div class="result-text" dir="auto"([^>]*)>', page)
    assert found == (f' lang="{language}"' if language else "")


def test_without_a_language_of_the_article_only_comments_with_their_own_state_one(client, houses):
    houses.language = ""
    houses.save()
    found = languages_on(client.get("/articles/houses/"))
    assert found["Schöne"] == found["Fine"] == {None}
    assert found["Beaucoup"] == {"fr"}


def test_pages_in_german_state_only_other_languages(client, houses, settings):
    settings.LANGUAGE_CODE = "de"
    found = languages_on(client.get("/articles/houses/"))
    assert found == {"Schöne": {None}, "Beaucoup": {"fr"}, "شكرا": {"ar"}, "Fine": {"en"}}


def test_a_language_can_state_nothing_but_itself(client, houses):
    Comment.objects.filter(language="fr").update(language='"><script>')
    assert "<script>" not in client.get("/articles/houses/").content.decode().split("</head>")[1]


def test_linked_data_states_the_languages(client, houses):
    page = client.get("/articles/houses/").content.decode()
    data = json.loads(re.search(r'<script type="application/ld\+json">(.+?)</script>', page)[1])
    assert data["inLanguage"] == "de"
    found = []
    while data.get("comment"):
        data = data["comment"][0]
        found.append(data.get("inLanguage"))
    assert found == [None, "fr", "ar", "en"]


def test_the_read_api_states_the_languages(client, houses):
    comments = client.get("/articles/houses.json").json()["comments"]
    assert [comment["language"] for comment in comments] == ["de", "fr", "ar", "en"]
    houses.language = ""
    houses.save()
    comments = client.get("/articles/houses.json").json()["comments"]
    assert [comment["language"] for comment in comments] == [None, "fr", "ar", "en"]


def test_feeds_state_the_languages(client, houses):
    feed = ElementTree.fromstring(client.get(houses.get_feed_url()).content)
    contents = feed.iter("{http://www.w3.org/2005/Atom}content")
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    assert {(c.text[3:9], c.get(lang)) for c in contents} == {
        ("Schöne", "de"), ("Beauco", "fr"), (ARABIC[:6], "ar"), ("Fine h", "en"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "language"), [("Schön.", "de"), ("شكرا جزيلا على هذا المقال", "und-Arab")]
)
def test_a_preview_states_the_language_that_the_comment_will_have(
    client, houses, respond, text, language
):
    page = respond(client, text, on=houses, do="preview").content.decode()
    assert f'<div class="comment-body" dir="auto" lang="{language}"><p>{text}' in page
