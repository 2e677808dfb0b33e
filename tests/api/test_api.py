import json
import re
from http import HTTPStatus

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openapi_spec_validator import OpenAPIV31SpecValidator

from commentary import discussions, urls
from commentary.api.openapi import OPERATIONS, description
from commentary.api.routes import PER_PAGE
from commentary.models import Article, Author, Byline, Comment, PointLink, RelatedLink
from tests.conftest import Status, make_article

pytestmark = pytest.mark.django_db
SITE = "http://testserver"
ARTICLE = "/articles/why-bees-dance.json"
ADDRESSES = ("/articles.json", ARTICLE, "/articles/why-bees-dance/comments/1.json")


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def ask(client, path: str, **kwargs) -> dict:
    response = client.get(path, **kwargs)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    return response.json()


def refusal(response) -> dict:
    """The problem document of a response (RFC 9457)."""
    assert response["Content-Type"] == "application/problem+json"
    problem = json.loads(response.content)
    assert problem["status"] == response.status_code
    assert problem["title"] == HTTPStatus(response.status_code).phrase
    assert problem["type"] == "about:blank"
    assert problem["detail"]
    return problem


# --- content


def test_the_list_of_articles_has_the_values_shown_in_lists(client, article, comment):
    for name in ("Zoe", "Ada"):
        author = Author.objects.create(name=name, slug=name.lower())
        Byline.objects.create(article=article, author=author)
    Article.objects.update(published_at="2011-05-05T09:15Z", date_is_local=True)
    comment("Well")
    make_article("A draft", is_published=False)
    answer = ask(client, "/articles.json")
    assert answer["next"] is None
    changed = answer["articles"][0].pop("changed")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", changed)
    assert answer["articles"] == [
        {
            "id": article.pk,
            "title": "Why bees dance",
            "authors": ["Zoe", "Ada"],
            "date": "2011-05-05T09:15:00",
            "closed": False,
            "declared_count": None,
            "comment_count": 1,
            "permalink": f"{SITE}/articles/why-bees-dance/",
            "json": f"{SITE}{ARTICLE}",
        }
    ]


def test_an_article_has_its_text_and_its_comments_by_number(client, article, threads):
    Article.objects.update(body="Bees.\n\n3. Dance & sing.")
    RelatedLink.objects.create(article=article, label="related video:", caption="A film")
    answer = ask(client, ARTICLE)
    assert answer["text"] == "Bees.\n\nDance & sing."
    assert answer["html"] == '<p>Bees.</p><ol><li value="3"><p>Dance &amp; sing.</p></li></ol>'
    assert answer["related"] == [{"label": "related video:", "text": "A film", "url": None}]
    places = [(c["number"], c["parent"], c["depth"]) for c in answer["comments"]]
    assert places == [(1, None, 0), (2, 1, 1), (3, 1, 1), (4, 3, 2), (5, None, 0), (6, None, 0)]
    assert answer["comments"][2]["author"] is None
    assert answer["next"] is None


def test_a_comment_has_the_values_shown_on_the_page(client, article, comment):
    Article.objects.update(body="3. Bees.\n\n4. Dance.\n\n5. Well.")
    ada = Author.objects.create(name="Ada", slug="ada")
    Byline.objects.create(article=article, author=ada)
    comment("One", name="Bo")
    comment(
        "<p>Two &amp; <i>three</i></p>",
        markup=Comment.Markup.HTML,
        parent=Comment.objects.get(),
        name="Ada",
        author=ada,
        dated_at="2026-11-12T09:02Z",
    )
    states = (
        PointLink.State.ACCEPTED,
        PointLink.State.SUGGESTED,
        PointLink.State.DISMISSED,
        PointLink.State.ACCEPTED,
    )
    for point, state in enumerate(states, start=3):  # the last one no longer exists in the article
        PointLink.objects.create(
            discussion=article.discussion,
            comment=Comment.objects.get(number=2),
            point=point,
            origin=PointLink.Origin.MENTION,
            state=state,
        )
    answer = ask(client, "/articles/why-bees-dance/comments/2.json")
    assert answer.pop("article")["id"] == article.pk
    assert answer == {
        "number": 2,
        "parent": 1,
        "depth": 1,
        "reply_count": 0,
        "status": "approved",
        "type": "comment",
        "author": "Ada",
        "by_article_author": True,
        "date": "2026-11-12T09:02:00Z",
        "edited": None,
        "edited_by_editor": False,
        "by_staff": False,
        "points": [3],
        "language": None,
        "text": "Two & three",
        "html": "<p>Two &amp; <i>three</i></p>",
        "permalink": f"{SITE}/articles/why-bees-dance/comments/2/",
    }


def test_unpublished_comments_with_public_replies_are_placeholders(client, comment):
    removed = comment("CANARY", status=Status.REMOVED, name="CANARY")
    waiting = comment("CANARY", status=Status.PENDING, name="CANARY")
    comment("CANARY alone", status=Status.REMOVED)
    comment("Stays", parent=removed)
    comment("CANARY", parent=comment("Stays as well", parent=waiting), status=Status.PENDING)
    answer = ask(client, ARTICLE)
    assert [(c["number"], c["status"]) for c in answer["comments"]] == [
        (1, "removed"),
        (2, "hidden"),
        (4, "approved"),
        (5, "approved"),
    ]
    for place in answer["comments"][:2]:
        said = {name for name, value in place.items() if value not in (None, False, [])}
        assert said <= {"number", "depth", "reply_count", "status"}
    assert "CANARY" not in json.dumps(answer)


def test_the_response_is_the_same_for_everyone_and_supports_304(client, threads, mo):
    for path in ADDRESSES:
        first = client.get(path)
        assert not first.cookies
        assert first["Cache-Control"] == "public, no-cache"
        assert first["Access-Control-Allow-Origin"] == "*"
        assert first["X-Robots-Tag"] == "noindex"
        again = client.get(path, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    client.force_login(mo)
    assert client.get(ARTICLE).content == client.__class__().get(ARTICLE).content


@pytest.mark.parametrize("path", ADDRESSES)
def test_no_response_is_stale_after_a_decision(client, threads, mo, path):
    tag = client.get(path)["ETag"]
    discussions.remove(threads[1], by=mo)
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200


# --- pages


def test_following_next_reads_every_article_once(client, db):
    for i in range(PER_PAGE * 2 + 1):
        make_article(f"Article {i}")
    path, seen, pages = "/articles.json", [], 0
    while path:
        answer = ask(client, path)
        seen += [line["id"] for line in answer["articles"]]
        path, pages = answer["next"], pages + 1
    assert seen == sorted(Article.objects.values_list("pk", flat=True), reverse=True)
    assert pages == 3


def test_following_next_reads_every_comment_once_while_more_arrive(client, article, comment):
    comment("One")
    discussions.import_comments(
        article.pk, [Comment(body="More") for _ in range(2 * PER_PAGE)], [None] * 200
    )
    path, seen = ARTICLE, []
    while path:
        answer = ask(client, path)
        seen += [shape["number"] for shape in answer["comments"]]
        path = answer["next"]
        comment("Meanwhile", parent=Comment.objects.get(number=1)) if len(seen) == 100 else None
    assert seen == list(range(1, 203))
    assert ask(client, f"{ARTICLE}?after=201")["comments"][0]["text"] == "Meanwhile"


@pytest.mark.parametrize("path", ADDRESSES)
def test_many_rows_take_the_same_number_of_queries(client, article, comment, path):
    def count() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            ask(client, path)
        return len(queries)

    first = comment("One")
    comment("Two", parent=first)
    comment("Three")
    few = count()
    discussions.import_comments(
        article.pk, [Comment(body="More") for _ in range(297)], [first] * 297
    )
    for i in range(30):
        make_article(f"Article {i}")
    assert count() == few <= 7  # the last query checks that nothing has changed meanwhile


# --- errors


@pytest.mark.parametrize(
    "path",
    [
        "/articles/why-cats-dance.json",
        "/articles/draft.json",
        "/articles/draft/comments/1.json",
        "/articles/why-bees-dance/comments/2.json",
        "/articles/why-bees-dance/comments/99.json",
        "/articles/why-bees-dance/comments/99999999999999999999.json",
        "/articles/why-bees-dance/comments/x.json",
        "/nowhere.json",
    ],
)
def test_unpublished_content_is_a_404_even_for_editors(client, comment, mo, path):
    make_article("A draft", slug="draft", is_published=False)
    comment("Well")
    comment("CANARY", status=Status.PENDING)
    refused = refusal(client.get(path))
    assert refused["status"] == 404
    client.force_login(mo)
    assert refusal(client.get(path)) == refused


def test_a_removed_comment_is_a_410(client, comment):
    comment("CANARY", status=Status.REMOVED)
    assert refusal(client.get("/articles/why-bees-dance/comments/1.json"))["status"] == 410


@pytest.mark.parametrize("cursor", ["x", "", "-1", "1.5", "9" * 30, "１", "1\x00"])
@pytest.mark.parametrize("path", ["/articles.json?before=", f"{ARTICLE}?after="])
def test_an_invalid_cursor_is_refused(client, article, path, cursor):
    name, _, _ = path.partition("?")[2].partition("=")
    refused = refusal(client.get(path.partition("?")[0], {name: cursor}))
    assert refused["status"] == 400


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", [*ADDRESSES, "/openapi.json"])
def test_only_get_and_head_are_allowed(threads, method, path):
    response = Client(enforce_csrf_checks=True).generic(method, path)
    assert refusal(response)["status"] == 405
    assert response["Allow"]


def test_an_unknown_host_is_refused_with_a_problem(client, article):
    assert refusal(client.get("/articles.json", headers={"Host": "evil"}))["status"] == 400


def test_a_server_error_is_a_problem_too(client, article, monkeypatch):
    monkeypatch.setattr("commentary.api.serializers.article_line", lambda *args: 1 / 0)
    client.raise_request_exception = False
    assert refusal(client.get("/articles.json"))["status"] == 500


def test_html_pages_have_html_errors(client, db):
    response = client.get("/nowhere/")
    assert response["Content-Type"].startswith("text/html")
    assert not response.has_header("Access-Control-Allow-Origin")


# --- description


def test_the_description_is_served_and_valid_openapi(client):
    served = ask(client, "/openapi.json")
    OpenAPIV31SpecValidator(served).validate()
    assert served == description()


def test_every_json_url_is_described_and_resolves_to_its_view():
    described = {operation.path for operation in OPERATIONS}
    routes = {
        "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(route.pattern))
        for route in urls.urlpatterns
        if str(route.pattern).endswith(".json")
    }
    assert described == routes - {"/openapi.json"}


def test_the_schemas_allow_no_other_fields():
    for name, schema in description()["components"]["schemas"].items():
        if name != "Problem":  # problem documents may have additional members (RFC 9457)
            assert schema["additionalProperties"] is False
            assert schema["required"] == list(schema["properties"])


def test_the_api_page_shows_every_url_parameter_and_field(client, db):
    page = client.get("/api/").content.decode()
    described = description()
    for path, methods in described["paths"].items():
        assert f"GET {path}" in page
        for parameter in methods["get"]["parameters"]:
            assert parameter["name"] in page
    for name, shape in described["components"]["schemas"].items():
        assert f'id="{name}"' in page
        for field in shape["properties"]:
            assert f"<code>{field}</code>" in page


def test_the_page_is_public(client, db):
    response = client.get("/api/")
    assert response["Cache-Control"] == "public, no-cache"
    assert client.get("/api/", headers={"If-None-Match": response["ETag"]}).status_code == 304
