import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commentary import discussions
from commentary.discussions import tree
from commentary.models import Comment, Discussion, Rule, Submission
from commentary.models.queries import comments
from commentary.reading.comment_form import CommentForm
from tests.conftest import Status, local, make_article

pytestmark = pytest.mark.django_db
ADDRESS = "/articles/why-bees-dance/"


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def text(response) -> str:
    return response.content.decode()


# --- links to the form


def test_the_public_page_links_to_the_forms_and_contains_none(client, threads):
    page = text(client.get(ADDRESS))
    assert f'href="{ADDRESS}respond/#reply"' in page
    for comment in threads:
        assert f'href="{ADDRESS}reply/{comment.number}/#reply-{comment.number}"' in page
        here = f"{ADDRESS}comments/{comment.number}/"
        assert f'href="{here}more/"' in page
        more = text(client.get(f"{here}more/"))
        assert f'href="{here}report/"' in more
        assert "method=" not in more
    assert "method=" not in page


def test_the_response_form_is_at_the_end(client, threads):
    page = text(client.get(f"{ADDRESS}respond/"))
    assert page.index('id="comment-6"') < page.index('id="reply"')
    assert "Write a response" not in page


def test_the_form_offers_the_points_of_the_article(client, db):
    make_article("Points", body="1. One\n\n2. Two")
    assert "Point 2</option>" in text(client.get("/articles/points/respond/"))


# --- accepted comments


def test_a_response_is_stored_and_its_commenter_sees_it_pending(client, respond):
    response = respond(client, "What *about* wasps?", name="Ann", email="ann@example.org")
    assert (response.status_code, response["Location"]) == (303, f"{ADDRESS}?sent=1#comment-1")
    comment = Comment.objects.get()
    assert (comment.status, comment.name, comment.parent) == (Status.PENDING, "Ann", None)
    assert comment.submission.email == "ann@example.org"
    page = text(client.get(response["Location"]))
    assert "Your comment is awaiting moderation." in page
    assert "Only you can see this comment until an editor approves it." in page
    assert "What <em>about</em> wasps?" in page
    assert '<a href="#comment-1">See your comment</a>' in page
    assert f"{ADDRESS}comments/1/edit/" in page
    assert "ann@example.org" not in page


def test_a_reply_is_placed_below_its_parent(client, respond, threads, no_rules):
    respond(client, "Indeed.", reply="3")
    made = Comment.objects.get(body="Indeed.")
    assert (made.parent, made.level, made.status) == (threads[2], 2, Status.APPROVED)
    page = text(client.get(f"{ADDRESS}?sent=7"))
    assert "Your comment has been posted." in page
    assert "Indeed." in text(Client().get(ADDRESS))
    assert tree.check() == []


def test_the_commenter_lands_on_the_page_with_their_comment(client, respond, threads, settings):
    """Threads, also the pending ones of the commenter, are counted like those of the page."""
    settings.COMMENTS_PER_PAGE = 4
    places = [respond(client, f"Words {i}")["Location"] for i in range(3)]
    assert [place.partition("?")[2] for place in places] == [
        "after=1&sent=7#comment-7",
        "after=1&sent=8#comment-8",
        "after=8&sent=9#comment-9",
    ]
    for i, place in enumerate(places):
        page = text(client.get(place))
        number = place.rpartition("-")[2]
        assert f'id="comment-{number}"' in page
        assert f"Words {i}" in page
        assert f'<a href="#comment-{number}">See your comment</a>' in page


@pytest.mark.parametrize("state", ["pending", "approved"])
def test_a_reply_that_does_not_fit_is_shown_on_the_page_of_its_branch(
    client, respond, comment, settings, state
):
    Rule.objects.update(is_active=state == "pending")
    settings.COMMENTS_PER_PAGE = 8
    above = None
    for i in range(8):
        above = comment(f"Words {i}", parent=above)
    place = respond(client, "Deepest", reply=str(above.number))["Location"]
    assert place == f"{ADDRESS}branches/9/?sent=9#comment-9"
    page = text(client.get(place))
    assert 'id="comment-9"' in page
    assert '<a href="#comment-9">See your comment</a>' in page
    assert "See your comment" not in text(Client().get(f"{ADDRESS}branches/1/?sent=9"))


def test_the_name_and_address_are_filled_in_again_on_every_article(client, respond, threads):
    other = make_article("Wasps")
    respond(client, "First", name="Ann", email="ann@example.org")
    for path in (f"{ADDRESS}respond/", f"{ADDRESS}reply/2/", "/articles/wasps/respond/"):
        page = client.get(path)
        assert 'value="Ann"' in text(page)
        assert 'value="ann@example.org"' in text(page)
        assert page["Cache-Control"] == "private, no-store"
        assert "ann@example.org" not in text(Client().get(path))
    assert "ann@example.org" not in text(client.get(ADDRESS))
    respond(client, "Second", on=other, name="", email="")
    assert "ann@example.org" not in text(client.get(f"{ADDRESS}respond/"))
    assert 'value="Ann"' not in text(client.get(f"{ADDRESS}respond/"))


def test_what_is_typed_is_kept_before_what_is_remembered(client, respond):
    respond(client, "First", name="Ann", email="ann@example.org")
    page = text(respond(client, "", name="Bo", email=""))
    assert 'value="Bo"' in page
    assert "ann@example.org" not in page


@pytest.mark.parametrize("do", ["", "preview"])
def test_the_comment_answered_stands_above_the_box(client, respond, comment, do):
    comment("First paragraph.\n\nSecond paragraph.", name="Ann")
    quoted = '<blockquote class="answered" dir="auto"><p>First paragraph.</p>'
    page = text(client.get(f"{ADDRESS}reply/1/"))
    refused = text(respond(client, "My words" if do else "", reply="1", do=do))
    for shown in (page, refused):
        words = shown.index(quoted)
        assert shown.index('id="reply-1"') < words < shown.index('name="body"')
        assert "<p>Second paragraph.</p></blockquote>" in shown
    assert "answered" not in text(client.get(f"{ADDRESS}respond/"))


def test_a_long_comment_answered_is_shortened_above_the_box(client, comment):
    comment("Word " * 2_000)
    page = text(client.get(f"{ADDRESS}reply/1/"))
    assert page.count("Word ") < 2_200


def test_a_response_can_be_about_a_point(client, respond, no_rules):
    on = make_article("Points", body="1. One\n\n2. Two")
    respond(client, on=on, about="2")
    page = text(Client().get("/articles/points/"))
    assert 'On <a href="/articles/points/#point-2">point 2</a>: “\u2068Two\u2069”</p>' in page


def test_a_rejected_comment_is_reported_without_naming_the_rule(client, respond):
    Rule.objects.create(kind=Rule.Kind.WORDS, pattern="wasps", action=Rule.Action.REJECT)
    page = text(client.get(respond(client, "Wasps!")["Location"]))
    assert "Your comment was not published." in page
    assert "Only you can see this. No reason was given." in page
    assert "Words or phrases" not in page


def test_a_form_sent_twice_is_one_comment_with_the_same_response(client, article, respond):
    stamp = CommentForm(article=article).stamp
    answers = [respond(client, stamp=stamp) for _ in range(2)]
    answers.append(respond(Client(), stamp=stamp))  # before its first response arrived
    assert {response["Location"] for response in answers} == {f"{ADDRESS}?sent=1#comment-1"}
    assert len({response.cookies["commentary_writer"].value[:40] for response in answers}) == 1
    assert Comment.objects.count() == 1


def test_editors_post_in_closed_places_and_are_published_at_once(
    client, article, respond, threads, mo
):
    discussions.close(threads[0], by="test")
    discussions.close(article.discussion, by="test")
    client.force_login(mo)
    assert "reply-form" in text(client.get(f"{ADDRESS}reply/2/"))
    assert respond(client, "A word on this.", reply="2", name="Moderator").status_code == 303
    assert Comment.objects.get(number=7).status == Status.APPROVED


# --- a preview


def test_a_preview_shows_the_comment_and_keeps_the_typed_text(client, respond):
    typed = {"name": "Ann <b>", "email": "ann@example.org"}
    response = respond(client, "*Wasps* <script>", do="preview", **typed)
    page = text(response)
    assert response.status_code == 200
    assert "<title>Preview: " in page
    assert "<p><em>Wasps</em> &lt;script&gt;</p>" in page
    assert "*Wasps* &lt;script&gt;</textarea>" in page
    assert 'value="Ann &lt;b&gt;"' in page
    assert 'value="ann@example.org"' in page
    assert not Comment.objects.exists()
    assert "commentary_writer" not in response.cookies


# --- refusals that keep the text


def test_errors_are_shown_at_their_fields_and_everything_typed_is_kept(client, respond, threads):
    response = respond(client, " ", reply="2", name="Hal Verne", email="hal.verne@example")
    page = text(response)
    assert response.status_code == 422
    assert response["Cache-Control"] == "private, no-store"
    assert "<title>Error: " in page
    assert '<a href="#reply-2-body">Write a response before posting</a>' in page
    assert 'aria-describedby="reply-2-email_helptext reply-2-email_error"' in page
    assert page.count('aria-invalid="true"') == 2
    assert 'value="Hal Verne"' in page
    assert 'value="hal.verne@example"' in page
    assert page.index('id="comment-2"') < page.index('id="reply-2"') < page.index('id="comment-3"')
    assert Comment.objects.count() == 6


def test_a_thread_closed_meanwhile_refuses_with_the_text_kept(client, respond, threads):
    discussions.close(threads[0], by="test", reason="off the subject")
    response = respond(client, "Typed for an hour", reply="2")
    page = text(response)
    assert response.status_code == 409
    assert "This thread is closed." in page
    assert "Reason: off the subject." in page
    assert re.search(r"readonly>\s*Typed for an hour</textarea>", page)
    assert "Post" not in page


def test_a_discussion_closed_meanwhile_refuses_with_the_text_kept(client, article, respond):
    discussions.close(article.discussion, by="test", reason="Settled")
    for reply in ("article", "1"):
        response = respond(client, "Typed for an hour", reply=reply)
        assert response.status_code == 409
        assert "Typed for an hour</textarea>" in text(response)
    assert not Comment.objects.exists()


def test_an_article_closes_automatically(client, article, respond, settings):
    settings.AUTO_CLOSE_DAYS = 5
    article.published_at = local("2011-03-05T07:05")
    article.save()
    assert respond(client, "Late").status_code == 409
    page = text(client.get(ADDRESS))
    assert 'They closed automatically on <time datetime="2011-03-10">' in page
    assert "Write a response" not in page


@pytest.mark.parametrize("status", [s for s in Status if s != Status.APPROVED])
@pytest.mark.parametrize("where", ["here", "elsewhere"])
def test_an_unpublished_comment_accepts_no_replies(client, comment, respond, status, where):
    comment("CANARY", status=status if where == "here" else Status.APPROVED)
    on = {} if where == "here" else {"on": make_article("Another")}
    response = respond(client, "Typed", reply="1", **on)
    page = text(response)
    assert response.status_code == 409
    assert "That comment no longer exists." in page
    assert "Typed</textarea>" in page
    assert "CANARY" not in page
    assert Comment.objects.count() == 1
    assert "Post again to respond to the article instead." in page
    assert 'name="reply" value="article"' in page


def test_the_sixth_comment_within_a_minute_is_refused_with_its_text_kept(respond, comment):
    for i in range(5):
        assert respond(Client(), f"Words {i}").status_code == 303
    response = respond(Client(), "The sixth", headers={"X-Forwarded-For": "203.0.113.9"})
    assert response.status_code == 429
    assert response["Retry-After"] == "60"
    assert "The sixth</textarea>" in text(response)
    assert "Post" in text(response)
    assert Comment.objects.count() == 5


def test_behind_a_trusted_proxy_networks_are_distinguished(respond, settings):
    settings.TRUSTED_PROXIES = 1
    answers = [
        respond(Client(), f"Words {i}", headers={"X-Forwarded-For": f"192.0.2.1, 203.0.{i}.9"})
        for i in range(6)
    ]
    assert {response.status_code for response in answers} == {303}


def test_repeating_the_same_text_is_refused(client, respond):
    respond(client, "Twice")
    response = respond(client, "Twice")
    assert response.status_code == 409
    assert "You’ve already posted this comment." in text(response)
    assert "Twice</textarea>" in text(response)


def test_a_reply_below_the_depth_limit_is_refused(client, comment, respond, settings):
    settings.COMMENT_MAX_DEPTH = 1
    comment("Two", parent=comment("One"))
    response = respond(client, "Three", reply="2")
    assert response.status_code == 409
    assert "Three</textarea>" in text(response)


def test_an_expired_form_is_shown_again_with_its_text(client, respond, settings):
    settings.FORM_MOST_AGE = -1
    response = respond(client, "Typed")
    assert response.status_code == 422
    assert "This form has expired." in text(response)
    assert "Typed</textarea>" in text(response)


def test_a_form_without_its_token_is_shown_again_with_its_text(respond, article):
    strict = Client(enforce_csrf_checks=True)
    response = respond(strict, "Typed")
    page = text(response)
    assert response.status_code == 403
    assert "This form has expired." in page
    assert "Typed</textarea>" in page
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)', page)[1]
    stamp = re.search(r'name="stamp" value="([^"]+)', page)[1]
    answer = respond(strict, "Typed", csrfmiddlewaretoken=token, stamp=stamp)
    assert answer.status_code == 303


def test_text_sent_by_another_site_is_not_repeated(respond):
    strict = Client(enforce_csrf_checks=True)
    response = respond(strict, "Typed", headers={"Origin": "https://evil.example"})
    assert response.status_code == 403
    assert "Typed" not in text(response)


# --- bots, and manipulated requests


@pytest.mark.parametrize(
    ("reply", "per_page"), [("article", 100), ("article", 4), ("1", 100), ("3", 100)]
)
def test_a_bot_gets_the_usual_response_and_nothing_is_stored(
    client, respond, threads, settings, reply, per_page
):
    settings.COMMENTS_PER_PAGE = per_page
    machine = respond(client, "Buy", website="https://example.org", reply=reply)
    reader = respond(Client(), "Words", reply=reply)
    assert machine.status_code == reader.status_code == 303
    assert machine["Location"] == reader["Location"]
    assert set(machine.cookies) == set(reader.cookies)
    assert Comment.objects.count() == len(threads) + 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "field",
    [
        "status", "number", "parent", "parent_id", "discussion", "discussion_id", "author",
        "author_id", "tree_id", "lft", "rght", "level", "version", "kind", "markup", "body_html",
        "closed_entry", "closed_entry_id", "created_at", "dated_at", "edited_at", "id", "pk",
        "import_run", "import_run_id", "is_reviewed", "writer", "network", "held", "client_key",
        "point", "editor", "by", "is_editor", "next", "csrf", "_method", "batch",
    ],
)  # fmt: skip
@pytest.mark.parametrize("value", ["approved", "1"])
def test_additional_fields_change_nothing(client, comment, respond, field, value):
    other = comment("There before")
    respond(client, **{field: value})
    made = Comment.objects.exclude(pk=other.pk).get()
    assert (made.status, made.number, made.parent_id, made.level) == (Status.PENDING, 2, None, 0)
    assert (made.author_id, made.import_run_id, made.kind) == (None, None, "comment")
    assert (made.edited_at, made.closed_entry_id, made.point_links.count()) == (None, None, 0)
    assert made.discussion_id == other.discussion_id
    assert tree.check() == []


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
@pytest.mark.parametrize("field", ["next", "redirect", "return_to", "reply", "sent"])
def test_nobody_is_redirected_to_another_site(client, respond, field, target):
    response = respond(client, **{field: target})
    assert response.get("Location", ADDRESS).startswith(ADDRESS)


def test_post_stores_a_comment_and_get_shows_the_form(client, article):
    assert client.get(f"{ADDRESS}respond/").status_code == 200
    assert client.head(f"{ADDRESS}respond/").status_code == 200
    for ask in (client.put, client.delete, client.patch):
        assert ask(f"{ADDRESS}respond/").status_code == 405


def test_a_missing_article_is_a_404(client, article, respond):
    article.is_published = False
    article.save()
    assert respond(client).status_code == 404
    assert client.post("/articles/nowhere/respond/").status_code == 404
    assert client.get(f"{ADDRESS}respond/").status_code == 404


@pytest.mark.parametrize(("permission", "status"), [("view_article", 303), ("moderate", 404)])
def test_anyone_who_can_view_a_draft_can_comment_on_it(
    client, article, respond, permission, status
):
    article.is_published = False
    article.save()
    reader = User.objects.create(username="reader")
    reader.user_permissions.add(Permission.objects.get(codename=permission))
    client.force_login(reader)
    shown = client.get(f"{ADDRESS}respond/").status_code
    assert (shown, respond(client).status_code) == (200 if status == 303 else 404, status)


# --- privacy


def test_a_reader_gets_no_cookie(client, article, threads):
    for path in (ADDRESS, "/", f"{ADDRESS}comments/1/", "/moderation/", "/authors/"):
        assert not client.get(path).cookies
    for path in (f"{ADDRESS}reply/1/", f"{ADDRESS}comments/1/report/"):
        assert set(client.get(path).cookies) == {"csrftoken"}


def test_a_pending_comment_changes_nothing_for_others(client, respond, threads):
    reader = Client()
    paths = ["/", ADDRESS, f"{ADDRESS}?sort=newest", f"{ADDRESS}?sort=replies", f"{ADDRESS}?sent=7"]
    before = [reader.get(path) for path in paths]
    respond(client, "CANARY", reply="3", name="CANARY")
    after = [reader.get(path) for path in paths]
    assert [r.content for r in after] == [r.content for r in before]
    assert [r["ETag"] for r in after] == [r["ETag"] for r in before]
    assert "CANARY" in text(client.get(ADDRESS))


def test_a_rejected_comment_changes_nothing_for_others(client, respond, threads, mo):
    before = Client().get(ADDRESS)
    respond(client, "CANARY", reply="3")
    discussions.reject(Comment.objects.get(number=7), by=mo, reason="CANARY reason")
    after = Client().get(ADDRESS)
    assert (after.content, after["ETag"]) == (before.content, before["ETag"])


def test_a_commenter_sees_the_reason_of_a_rejection_for_thirty_days(
    client, respond, threads, mo, monkeypatch
):
    respond(client, "CANARY", reply="3")
    discussions.reject(Comment.objects.get(number=7), by=mo, reason="off the subject")
    page = text(client.get(ADDRESS))
    assert "Not published" in page
    assert "Only you can see this. Reason: off the subject" in page
    assert timedelta(days=30) == comments.KEPT
    monkeypatch.setattr(comments, "KEPT", timedelta(0))
    assert client.get(ADDRESS).content == Client().get(ADDRESS).content


def test_another_commenter_sees_only_their_own(client, respond):
    other = Client()
    respond(client, "CANARY one")
    respond(other, "CANARY two")
    assert "CANARY one" in text(client.get(ADDRESS))
    assert "CANARY one" not in text(other.get(ADDRESS))
    assert "CANARY two" in text(other.get(ADDRESS))
    assert "Your comment" not in text(other.get(f"{ADDRESS}?sent=1"))


def test_a_page_for_a_commenter_is_not_cached(client, respond, threads):
    respond(client, "CANARY")
    for path in (ADDRESS, f"{ADDRESS}?sent=7"):
        response = client.get(path)
        assert response["Cache-Control"] == "private, no-store"
        assert "ETag" not in response
    assert "CANARY" not in text(Client().get(ADDRESS))


def test_a_forged_cookie_gets_the_public_page_at_the_same_cost(threads, django_assert_num_queries):
    public = Client().get(ADDRESS)
    forger = Client()
    forger.cookies["commentary_writer"] = "made-up:1vabcd:signature"
    with django_assert_num_queries(1):
        response = forger.get(ADDRESS)
    assert response.content == public.content


@pytest.mark.parametrize("state", ["pending", "rejected", "spam", "removed", "withdrawn"])
def test_no_public_url_shows_unpublished_comments(client, article, respond, no_rules, state):
    respond(client, "Before it", name="Ann")
    if state in ("pending", "rejected"):
        Rule.objects.create(kind=Rule.Kind.EVERYTHING)
    respond(client, "CANARY", reply="1", name="CANARYNAME", email="canary@example.org")
    hidden = Comment.objects.get(body="CANARY")
    if state == "withdrawn":
        client.post(f"{ADDRESS}comments/2/withdraw/")
    elif state != "pending":
        verb = {"rejected": "reject", "spam": "mark_spam", "removed": "remove"}[state]
        getattr(discussions, verb)(hidden, by="test")
    reader = Client()
    for path in (
        "/", ADDRESS, f"{ADDRESS}?sort=newest", f"{ADDRESS}?sort=replies", f"{ADDRESS}?sent=2",
        f"{ADDRESS}respond/", f"{ADDRESS}reply/1/", f"{ADDRESS}reply/2/",
        f"{ADDRESS}comments/1/", f"{ADDRESS}comments/2/", f"{ADDRESS}comments/2/edit/",
        f"{ADDRESS}comments/2/withdraw/", f"{ADDRESS}comments/2/report/",
        f"{ADDRESS}comments/1/report/", "/moderation/", "/authors/", "/archive/undated/",
        "/robots.txt", "/nowhere/",
    ):  # fmt: skip
        page = text(reader.get(path)).lower()
        assert "canary" not in page, path
        assert "2 responses" not in page
        assert "1 reply" not in page


# --- cost


@pytest.mark.parametrize("count", [7, 1_000, 10_000])
def test_posting_takes_eighteen_statements_regardless_of_the_discussions_length(
    client, article, respond, count, settings
):
    settings.AUTO_CLOSE_DAYS = 1_000
    rows = [Comment(body="Words") for _ in range(count)]
    discussions.import_comments(
        article.pk, rows, [None if i % 10 == 0 else i - i % 10 for i in range(count)]
    )
    for reply in ("article", "1", str(count)):
        with CaptureQueriesContext(connection) as captured:
            response = respond(
                client, f"To {reply}", reply=reply, name="Ann", email="a@example.org"
            )
        assert response.status_code == 303
        statements = [q["sql"] for q in captured if "SAVEPOINT" not in q["sql"]]
        assert len(statements) <= 18, statements
    assert Discussion.objects.get().pending_count == 3
    assert Submission.objects.count() == 3
