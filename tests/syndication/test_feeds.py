import warnings
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import etree

from commentary import discussions
from commentary.models import (
    Article,
    AuditEntry,
    Author,
    Byline,
    Comment,
    ImportRun,
    RelatedLink,
    Source,
)
from commentary.text.dates import iso
from tests.conftest import Status, make_article

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import feedparser

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
XML = "{http://www.w3.org/XML/1998/namespace}"
FEEDS = (
    "/articles.atom",
    "/comments.atom",
    "/articles/why-bees-dance.atom",
    "/articles/why-bees-dance/branches/1.atom",
    "/authors/ada.atom",
    "/commenters/ann.atom",
)


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def ada(article) -> Author:
    """Ada, who wrote `article`."""
    author = Author.objects.create(name="Ada", slug="ada")
    Byline.objects.create(article=article, author=author)
    return author


def read(response) -> etree._Element:
    """Parse a document strictly with two parsers, and assert that every entry has what Atom
    requires.
    """
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    parsed = feedparser.parse(response.content)
    assert not parsed.bozo, parsed.get("bozo_exception")
    root = etree.fromstring(response.content, etree.XMLParser(resolve_entities=False))
    ids = [entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids)) == len(parsed.entries)
    for part in [root, *root.iter(f"{ATOM}entry")]:
        for name in ("id", "title", "updated"):
            assert part.findtext(f"{ATOM}{name}"), name
    return root


def entries(root) -> list[etree._Element]:
    return root.findall(f"{ATOM}entry")


def texts(root, name: str) -> list[str]:
    return [entry.findtext(f"{ATOM}{name}") for entry in entries(root)]


def links(root) -> dict[str, str]:
    return {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}


@pytest.mark.parametrize("path", FEEDS)
def test_each_feed_is_valid_atom(client, ada, threads, path):
    root = read(client.get(path))
    assert entries(root)
    assert links(root)["self"] == links(root)["first"] == f"http://testserver{path}"
    assert root.findtext(f"{ATOM}id") == f"http://testserver{path}"
    assert root.get(f"{XML}lang") == "en"


@pytest.mark.parametrize("path", FEEDS)
def test_post_is_refused(client, ada, threads, path):
    assert client.post(path).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/articles/why-cats-dance.atom",
        "/articles/draft.atom",
        "/articles/draft/branches/1.atom",
        "/articles/why-bees-dance/branches/99.atom",
        "/articles/why-bees-dance/branches/99999999999999999999.atom",
        "/authors/nobody.atom",
        "/commenters/nobody.atom",
        "/commenters/anonymous.atom",
        "/authors/dora.atom",
    ],
)
def test_unpublished_content_has_no_feed_even_for_editors(client, threads, mo, path):
    draft = make_article("A draft", slug="draft", is_published=False)
    Byline.objects.create(article=draft, author=Author.objects.create(name="Dora", slug="dora"))
    assert client.get(path).status_code == 404
    client.force_login(mo)
    assert client.get(path).status_code == 404
    assert "draft" not in client.get("/articles.atom").content.decode()


@pytest.mark.parametrize("path", FEEDS)
@pytest.mark.parametrize("before", ["x", "", "-1", "1.5", "9" * 30, "１"])
def test_an_invalid_cursor_is_a_bad_request(client, ada, threads, path, before):
    assert client.get(path, {"before": before}).status_code == 400


@pytest.mark.parametrize("path", FEEDS)
def test_each_feed_is_the_same_for_everyone_and_304_until_it_changes(
    client, ada, article, threads, mo, path
):
    first = client.get(path, headers={"User-Agent": "one"})
    assert not first.cookies
    assert first["Cache-Control"] == "public, no-cache"
    assert first["X-Robots-Tag"] == "noindex"
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    discussions.remove(threads[3], by=mo)
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 200
    client.force_login(mo)
    assert client.get(path).content == client.__class__().get(path).content


# --- articles


def test_an_article_has_its_complete_text_and_authors(client, ada, article):
    article.body = "Bees dance.\n\n## Why\n\n3. To say <where> & why.\n\nAnd so on."
    article.published_at = "2011-05-05T09:15Z"
    article.save()
    RelatedLink.objects.create(article=article, label="related video:", caption="A film")
    RelatedLink.objects.create(article=article, caption="A site", url="https://example.org/")
    entry = entries(read(client.get("/articles.atom")))[0]
    content = entry.find(f"{ATOM}content")
    assert content.get("type") == "html"
    assert content.get(f"{XML}base") == "http://testserver/articles/why-bees-dance/"
    assert content.text == (
        "<p>Bees dance.</p><h2>Why</h2>"
        '<ol><li value="3"><p>To say &lt;where&gt; &amp; why.</p></li></ol><p>And so on.</p>'
        '<p>related video: A film</p><p> <a href="https://example.org/">A site</a></p>'
    )
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Ada"
    assert entry.findtext(f"{ATOM}author/{ATOM}uri") == "http://testserver/authors/ada/"
    assert entry.findtext(f"{ATOM}published") == "2011-05-05T09:15:00Z"


def test_a_date_without_a_time_zone_is_omitted(client, article, comment):
    Article.objects.update(published_at="2011-05-05T09:15Z", date_is_local=True)
    comment("Well", dated_at="2011-05-06T10:00Z", date_is_local=True)
    comment("Indeed", dated_at="2011-05-06T10:00Z")
    assert texts(read(client.get("/articles.atom")), "published") == [None]
    assert texts(read(client.get("/comments.atom")), "published") == ["2011-05-06T10:00:00Z", None]


def test_an_article_keeps_its_id_when_its_title_and_slug_change(client, article):
    before = texts(read(client.get("/articles.atom")), "id")
    article.title, article.slug = "Why wasps dance", "wasps"
    article.save()
    assert texts(read(client.get("/articles.atom")), "id") == before
    assert before == [f"tag:testserver,{article.created_at:%Y-%m-%d}:article-{article.pk}"]


def test_an_article_is_updated_by_its_text_and_authors_but_not_by_comments(client, ada, article):
    now = timezone.now()
    Article.objects.update(changed_at=now - timedelta(days=9))

    def updated() -> list[str]:
        return texts(read(client.get("/articles.atom")), "updated")

    old = updated()
    discussions.import_comments(article.pk, [Comment(body="Well")], [None])
    assert updated() == old
    ada.save()
    renamed = updated()
    assert renamed > old
    Article.objects.update(changed_at=now - timedelta(days=9))
    article.refresh_from_db()
    article.save()
    assert updated() > old


def test_an_authors_feed_has_only_their_articles(client, ada, article):
    make_article("Somebody else's")
    assert texts(read(client.get("/authors/ada.atom")), "title") == ["Why bees dance"]


# --- comments


def test_comments_are_newest_first_with_names_and_parents(client, article, threads):
    root = read(client.get("/articles/why-bees-dance.atom"))
    assert texts(root, "title")[:2] == [
        "Cleo on Why bees dance",
        "Anonymous on Why bees dance",
    ]
    answered = [
        e.find("{http://purl.org/syndication/thread/1.0}in-reply-to") for e in entries(root)
    ]
    page = "http://testserver/articles/why-bees-dance/"
    assert [a.get("href") for a in answered] == [
        page,
        page,
        f"{page}comments/3/",
        f"{page}comments/1/",
        f"{page}comments/1/",
        page,
    ]
    assert answered[2].get("ref") == texts(root, "id")[3]


def test_a_branchs_feed_has_the_comment_and_its_replies(client, threads):
    root = read(client.get("/articles/why-bees-dance/branches/3.atom"))
    assert texts(root, "content") == ["<p>Thank you.</p>", "<p>I doubt it too.</p>"]


def test_a_branchs_feed_includes_replies_to_a_removed_comment(client, threads, mo):
    discussions.remove(threads[2], by=mo)
    root = read(client.get("/articles/why-bees-dance/branches/3.atom"))
    assert texts(root, "content") == ["<p>Thank you.</p>"]
    assert root.find(".//{*}in-reply-to") is None  # unpublished comments are not mentioned


def test_a_pingback_is_not_called_anonymous(client, comment):
    comment("[…] bees […]", kind=Comment.Kind.PINGBACK)
    assert texts(read(client.get("/comments.atom")), "title") == ["Pingback on Why bees dance"]


def test_a_comment_is_updated_when_published_edited_or_restored(
    client, comment, mo, ed, monkeypatch
):
    # An hour passes with every action.
    times = iter(datetime(2030, 1, 1, hour, tzinfo=UTC) for hour in range(24))
    created_at = AuditEntry._meta.get_field("created_at")
    monkeypatch.setitem(created_at.__dict__, "_get_default", lambda: next(times))

    def updated() -> str:
        return texts(read(client.get("/comments.atom")), "updated")[0]

    source = Source.objects.create(name="old.txt", sha256="0" * 64, size=0, format="text")
    run = ImportRun.objects.create(source=source)
    said = comment("Words", import_run=run, dated_at="2011-05-05T09:15Z")
    assert updated() == iso(said.created_at)
    discussions.correct(said, ed, "", "Other words")
    assert updated() == "2030-01-01T00:00:00Z"
    restored = discussions.restore(said, ed)
    assert updated() == "2030-01-01T01:00:00Z"
    discussions.undo(restored, ed)
    assert updated() == "2030-01-01T02:00:00Z"
    discussions.keep(said, mo)
    discussions.remove(said, mo)
    discussions.approve(said, mo)
    assert updated() == "2030-01-01T05:00:00Z"
    discussions.keep(said, mo)
    assert updated() == "2030-01-01T05:00:00Z"


def test_a_posted_comment_has_the_time_of_posting_as_updated(client, respond, no_rules):
    respond(client, "Words")
    sent = Comment.objects.get()
    Comment.objects.update(created_at=timezone.now() - timedelta(days=9))
    assert texts(read(client.get("/comments.atom")), "updated") == [
        iso(sent.audit_entries.get().created_at)
    ]


def test_characters_forbidden_in_xml_are_dropped_and_markup_is_escaped(client, comment):
    comment("Bell \x07 and <b>bold</b> \ufffe\x1b ]]> & end", name="A\x08nn\x0b <i>")
    root = read(client.get("/comments.atom"))
    assert texts(root, "content") == ["<p>Bell  and &lt;b&gt;bold&lt;/b&gt;  ]]&gt; &amp; end</p>"]
    assert entries(root)[0].findtext(f"{ATOM}author/{ATOM}name") == "Ann <i>"


def test_the_language_of_comments_is_not_declared(client, threads, settings):
    settings.LANGUAGE_CODE = "fr"
    root = read(client.get("/comments.atom"))
    assert root.get(f"{XML}lang") == "fr"
    assert {c.get(f"{XML}lang") for c in root.iter(f"{ATOM}content")} == {""}


@pytest.mark.parametrize("status", [Status.PENDING, Status.REMOVED])
def test_unpublished_content_is_in_no_feed(client, comment, status):
    comment("CANARY", status=status)
    for path in ("/comments.atom", "/articles/why-bees-dance.atom"):
        assert b"CANARY" not in client.get(path).content


# --- pages


@pytest.mark.parametrize("path", FEEDS[:4])
def test_following_next_reads_everything_once(client, ada, article, comment, path):
    comment("The first")
    first = Comment.objects.get()
    more = [Comment(body=f"Comment {i}") for i in range(119)]
    discussions.import_comments(article.pk, more, [first] * 119)
    for i in range(119):
        make_article(f"Article {i}")
    seen: list[str] = []
    address, documents = path, 0
    while address:
        root = read(client.get(address))
        assert links(root)["self"] == f"http://testserver{address}"
        assert root.findtext(f"{ATOM}id") == f"http://testserver{path}"
        seen += texts(root, "id")
        address = links(root).get("next", "").removeprefix("http://testserver")
        documents += 1
    assert (len(seen), len(set(seen)), documents) == (120, 120, 3)


@pytest.mark.parametrize("path", FEEDS)
def test_many_rows_take_the_same_number_of_queries(client, ada, article, comment, path):
    def count() -> int:
        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            read(client.get(path))
        return len(queries)

    first = comment("One", name="Ann")
    comment("Two", parent=first, name="Ann")
    comment("Three", name="Ann")
    few = count()
    discussions.import_comments(
        article.pk, [Comment(body="More", name="Ann") for _ in range(297)], [first] * 297
    )
    for i in range(30):
        more = make_article(f"Article {i}")
        Byline.objects.create(article=more, author=ada)
    assert count() == few <= 6  # one checks that nothing changed meanwhile


def test_an_empty_site_has_feeds_too(client, db):
    for path in ("/articles.atom", "/comments.atom"):
        root = read(client.get(path))
        assert root.findtext(f"{ATOM}updated") == "1970-01-01T00:00:00Z"


# --- discovery


def test_pages_link_to_their_feeds(client, ada, threads):
    def named(path: str) -> set[str]:
        page = client.get(path).content.decode()
        head = page[: page.index("</head>")]
        tags = [line for line in head.splitlines() if "application/atom+xml" in line]
        return {tag.partition('href="')[2].partition('"')[0] for tag in tags}

    site = {"/articles.atom", "/comments.atom"}
    assert named("/") == site
    assert named("/articles/why-bees-dance/") == site | {"/articles/why-bees-dance.atom"}
    branch = "/articles/why-bees-dance/branches/1"
    assert named(f"{branch}/") == site | {f"{branch}.atom"}
    assert named("/authors/ada/") == site | {"/authors/ada.atom"}


def test_a_feed_has_a_url_in_any_script(client, db):
    article = make_article("لماذا نقرأ", slug="لماذا-نقرأ")
    root = read(client.get(article.get_feed_url()))
    ElementTree.fromstring(client.get("/articles.atom").content)
    assert links(root)["alternate"].startswith("http://testserver/articles/%D9%84")
