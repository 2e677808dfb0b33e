"""Lists of several discussions are in the order of arrival, whatever the ids of their rows are."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commentary import discussions
from commentary.models import Article, AuditEntry, Comment, PointLink, Submission
from commentary.reading.parameters import ArrivalCursor
from tests.conftest import make_article

pytestmark = pytest.mark.django_db
START = datetime(2026, 1, 1, tzinfo=UTC)
S = Comment.Status


def arrive_in_reverse(model, at=lambda i: START + timedelta(hours=i)) -> list[int]:
    """Change the times of rows so that they arrived in the reverse order of their ids. Return the
    ids, first arrival first.
    """
    ids = list(model.objects.order_by("-pk").values_list("pk", flat=True))
    for i, pk in enumerate(ids):
        model._base_manager.filter(pk=pk).update(created_at=at(i))
    return ids


@pytest.fixture
def pending(db):
    """Return a pending comment on each of three articles."""
    for i in range(3):
        article = make_article(f"Article {i}")
        discussions.import_comments(article.pk, [Comment(body=f"x {i}")], [None], [S.PENDING])


def publish_unreviewed() -> None:
    """Publish all comments, as if no rule had held them."""
    Comment.objects.update(status=S.APPROVED)
    Submission.objects.update(is_reviewed=False)


def comments_in(page) -> list[int]:
    return [item.comment.pk for item in page.context["items"]]


class TestQueue:
    def test_pending_comments_are_listed_in_order_of_arrival(self, as_mo, pending):
        ids = arrive_in_reverse(Comment)
        assert comments_in(as_mo.get("/admin/moderation/")) == ids

    def test_unreviewed_comments_are_listed_in_order_of_arrival(self, as_mo, article):
        for i in range(3):
            sender = discussions.Sender(writer=f"w{i}")
            discussions.submit(article.pk, None, f"Words {i}", sender, f"key {i}")
        publish_unreviewed()
        ids = arrive_in_reverse(Submission)
        assert comments_in(as_mo.get("/admin/moderation/?state=unreviewed")) == ids

    @pytest.mark.parametrize("hours", [0, 1])
    def test_a_decision_leads_to_the_next_comment_in_order_of_arrival(self, as_mo, pending, hours):
        """If all arrived at the same time, they are sorted by id."""
        ids = arrive_in_reverse(Comment, lambda i: START + timedelta(hours=i * hours))
        first, second = (ids if hours else ids[::-1])[:2]
        made = Comment.objects.get(pk=first)
        answer = as_mo.post("/admin/moderation/", {"one": f"approve:{made.key}:1"})
        assert answer["Location"].endswith(f"?item={Comment.objects.get(pk=second).key}")


@pytest.mark.slow
@pytest.mark.parametrize("hours", [0, 1])
@pytest.mark.parametrize(("state", "size"), [("pending", 30), ("unreviewed", 30), ("decided", 30)])
def test_pages_of_the_queue_contain_each_row_once(as_mo, article, state, size, hours):
    """Even if all of them arrived in the same microsecond."""
    for i in range(size):
        sender = discussions.Sender(writer=f"w{i}")
        discussions.submit(article.pk, None, f"Words {i}", sender, f"key {i}")
    if state == "unreviewed":
        publish_unreviewed()
    for model in (Comment, Submission):
        arrive_in_reverse(model, lambda i: START + timedelta(hours=i * hours))
    AuditEntry.objects.bulk_create(
        AuditEntry(
            verb="approve",
            discussion_id=article.pk,
            comment_id=comment.pk,
            actor_name="mo",
            created_at=START - timedelta(hours=i * hours),
        )
        for i, comment in enumerate(Comment.objects.all())
    )
    address, seen = f"/admin/moderation/?state={state}", []
    while address:
        page = as_mo.get(address)
        seen += comments_in(page)
        address = page.context["next_page"]
    assert len(seen) == len(set(seen)) == size


def test_suggested_point_links_are_listed_in_order_of_arrival(as_mo, article, ed):
    article.body = "1. Bees dance\n\n2. Bees sting"
    article.save()
    discussions.import_comments(article.pk, [Comment(body="Points 1 and 2")], [None])
    discussions.suggest_point_links(article.pk)
    links = arrive_in_reverse(PointLink)
    assert len(links) == 2
    page = as_mo.get("/admin/points/")
    assert [item.link.pk for item in page.context["items"]] == links


class TestFeeds:
    def test_articles_are_listed_in_order_of_arrival(self, client, db):
        for i in range(3):
            make_article(f"Article {i}")
        ids = arrive_in_reverse(Article)
        titles = [Article.objects.get(pk=pk).title for pk in reversed(ids)]
        feed = client.get("/articles.atom").content.decode()
        assert titles == sorted(titles, key=feed.index)
        found = client.get("/articles.json").json()["articles"]
        assert [article["id"] for article in found] == ids[::-1]

    def test_comments_are_listed_in_order_of_arrival(self, client, pending):
        Comment.objects.update(status=S.APPROVED)
        ids = arrive_in_reverse(Comment)
        bodies = [Comment.objects.get(pk=pk).body for pk in reversed(ids)]
        feed = client.get("/comments.atom").content.decode()
        assert bodies == sorted(bodies, key=feed.index)

    def test_pages_of_the_api_contain_each_article_once_if_all_arrived_at_once(self, client, db):
        for i in range(101):
            make_article(f"Article {i}")
        Article.objects.update(created_at=START)
        seen, address = [], "/articles.json"
        while address:
            page = client.get(address).json()
            seen += [article["id"] for article in page["articles"]]
            following = urlsplit(page["next"] or "")
            address = following.path and f"{following.path}?{following.query}"
        assert len(seen) == len(set(seen)) == 101

    def test_a_cursor_of_an_earlier_release_leads_to_the_same_page(self, client, db):
        made = [make_article(f"Article {i}") for i in range(3)]
        cursor = ArrivalCursor(made[1].created_at, made[1].pk)
        pages = [client.get(f"/articles.json?before={c}").json() for c in (cursor, made[1].pk)]
        assert pages[0] == pages[1]
        assert [article["id"] for article in pages[0]["articles"]] == [made[0].pk]

    @pytest.mark.parametrize("before", ["4711", "undated-1", "1-x", "-1", "9" * 19 + "-1"])
    def test_an_invalid_cursor_is_a_bad_request(self, client, db, before):
        assert client.get("/articles.json", {"before": before}).status_code == 400


@pytest.mark.slow
@pytest.mark.parametrize(
    ("address", "index"),
    [
        ("/admin/commentary/auditentry/", "entry_arrival"),
        ("/admin/commentary/comment/", "comment_arrival"),
        ("/articles.json", "article_arrival"),
        ("/comments.atom", "comment_arrival"),
        ("/admin/moderation/", "comment_pending_arrival"),
        ("/admin/points/", "point_link_arrival"),
    ],
)
def test_lists_by_arrival_are_sorted_by_an_index(client, ed, article, address, index):
    """Neither the first page nor a later one is sorted without an index."""
    client.force_login(ed)
    made = discussions.import_comments(
        article.pk, [Comment(body="x") for _ in range(200)], [None] * 200, [S.PENDING] * 200
    )
    discussions.decide("approve", [c.key for c in made[:100]], ed)
    for comment in made[:60]:
        discussions.link(comment, 1, ed)
    PointLink.objects.update(state=PointLink.State.SUGGESTED)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    ordered = [
        q["sql"] for q in queries if "created_at" in q["sql"].rpartition("ORDER BY")[2].partition(" LIMIT")[0]
        and "ORDER BY" in q["sql"]
    ]  # fmt: skip
    assert ordered
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off")
        plans = []
        for sql in ordered:
            explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
            cursor.execute(f"{explain} {sql}")
            plans.append("\n".join(str(row) for row in cursor.fetchall()))
    assert any(index in plan for plan in plans), "\n".join(plans)
