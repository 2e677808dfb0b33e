import gzip
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db.models.sql.compiler import SQLCompiler
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commentary import discussions
from commentary.models import (
    Article,
    Author,
    Byline,
    Comment,
    Discussion,
    ImportRun,
    RelatedLink,
    Source,
)
from tests.conftest import Status, local, make_article

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>"
ROOT = Path(__file__).parents[2]
STATIC = ROOT / "static" / "commentary"
SAVED = [
    ROOT / "fixtures" / "top-5-reasons-the-ferry-still-beats-the-bridge.txt",
    *(ROOT.parent / "shared" / "sources").glob("top-5-signs.txt"),
]


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def address(article) -> str:
    return article.get_absolute_url()


def text(response) -> str:
    return response.content.decode()


def test_it_shows_the_article_and_its_comments_in_reading_order(client, address, threads):
    page = text(client.get(address))
    assert "Why bees dance" in page
    order = [page.index(f'id="comment-{comment.number}"') for comment in threads]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("language", "code", "of_article", "of_site"),
    [("fa", "en", "rtl", "ltr"), ("en", "fa", "ltr", "rtl"), ("ar", "fa", "rtl", "rtl")],
)
def test_an_article_has_its_own_direction_and_responses_have_the_direction_of_the_site(
    client, article, settings, language, code, of_article, of_site
):
    settings.LANGUAGE_CODE = code
    article.language, article.body = language, "1. Words"
    article.save()
    for path in ("", "points/1/"):
        page = text(client.get(f"{article.get_absolute_url()}{path}"))
        assert f'class="reading" dir="{of_article}"' in page
        assert f'id="responses" lang="{code}" dir="{of_site}"' in page


def test_an_article_without_a_language_has_no_direction(client, article):
    assert 'class="reading">' in text(client.get(article.get_absolute_url()))


def test_post_is_refused(client, address):
    assert client.post(address).status_code == 405


def test_an_unknown_slug_is_a_404(client, article):
    assert client.get("/articles/why-cats-dance/").status_code == 404
    assert client.get(f"/articles/{'a' * 3000}/").status_code == 404


def test_a_slug_may_be_in_any_script(client, db):
    article = make_article("لماذا نقرأ", slug="لماذا-نقرأ")
    assert client.get(article.get_absolute_url()).status_code == 200


def test_unpublished_comments_are_never_shown(client, address, comment):
    comment("CANARY pending", status=Status.PENDING)
    discussions.reject(comment("CANARY rejected", status=Status.PENDING), by="test")
    discussions.mark_spam(comment("CANARY spam", status=Status.PENDING), by="test")
    removed = comment("CANARY removed", status=Status.REMOVED, name="CANARY name")
    comment("A reply that stays", parent=removed)
    page = text(client.get(address))
    assert "A reply that stays" in page
    assert "CANARY" not in page


def test_a_draft_is_a_404_like_any_other(client, stella, db):
    make_article("Another draft")
    member = Client()
    member.force_login(stella)
    missing = [reader.get("/articles/draft/") for reader in (client, member)]
    assert "/articles/another-draft/" in text(missing[0])
    make_article("A draft", slug="draft", body="CANARY", is_published=False)
    hidden = [reader.get("/articles/draft/") for reader in (client, member)]
    assert [answer.status_code for answer in missing + hidden] == [404] * 4
    assert [answer.content for answer in hidden] == [answer.content for answer in missing]


def test_editors_see_a_draft_marked_as_such(client, mo, db):
    make_article("A draft", slug="draft", body="Early words", is_published=False)
    client.force_login(mo)
    response = client.get("/articles/draft/")
    assert "Early words" in text(response)
    assert "Draft – only editors can see this." in text(response)
    assert response["Cache-Control"] == "private, no-store"


def test_comments_on_a_draft_reveal_nothing_about_it(client, comment, db):
    draft = make_article("A draft", slug="draft", is_published=False)
    assert client.get(f"{draft.get_absolute_url()}comments/1/").status_code == 404


# --- caching


def test_it_is_the_same_for_everyone_and_sets_no_cookie(address, threads):
    one, two = Client().get(address), Client(HTTP_USER_AGENT="another").get(address)
    assert one.content == two.content
    for response in (one, two):
        assert not response.cookies
        assert "csrf" not in text(response).lower()
        assert response["Cache-Control"] == "public, no-cache"
        assert response["Vary"] == "Accept-Encoding"


def test_it_answers_304_if_the_client_has_it(client, address, threads):
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]


def test_every_visible_change_changes_the_page(client, address, threads, article):
    first = client.get(address)
    discussions.remove(threads[-1], by="test")
    second = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert second.status_code == 200
    assert "And a last word." in text(first)
    assert "And a last word." not in text(second)
    article.title = "Why bees hum"
    article.save()
    assert "Why bees hum" in text(client.get(address))


def test_it_is_compressed_if_the_client_accepts_gzip(client, address, threads):
    plain = client.get(address)
    small = client.get(address, headers={"Accept-Encoding": "br, gzip"})
    assert small["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.content) == plain.content
    assert small["ETag"] == plain["ETag"]


def test_head_has_no_body(client, address, threads):
    head, get = client.head(address), client.get(address)
    assert head.content == b""
    assert head["Content-Length"] == get["Content-Length"]
    assert head["ETag"] == get["ETag"]


def test_a_page_for_a_session_is_not_cached(client, address, mo):
    client.force_login(mo)
    response = client.get(address)
    assert response["Cache-Control"] == "private, no-store"
    assert "ETag" not in response


# --- cost


def test_a_cached_page_takes_one_query(client, address, threads, django_assert_num_queries):
    tag = client.get(address)["ETag"]
    with django_assert_num_queries(1):
        client.get(address)
    with django_assert_num_queries(1):
        client.get(address, headers={"If-None-Match": tag})


def test_a_cached_page_compiles_no_query(client, address, threads, monkeypatch):
    """Compiling a query takes longer than the rest of the response."""
    tag, made, as_sql = client.get(address)["ETag"], [], SQLCompiler.as_sql

    def noted(compiler, *args, **kwargs):
        made.append(compiler.query.model)
        return as_sql(compiler, *args, **kwargs)

    monkeypatch.setattr(SQLCompiler, "as_sql", noted)
    client.get(address)
    client.get(address, headers={"If-None-Match": tag})
    assert made == []


@pytest.mark.parametrize("count", [3, 30])
def test_the_number_of_queries_is_the_same_for_many_comments(
    client, address, comment, count, django_assert_num_queries
):
    gone = comment("Gone", status=Status.REMOVED)
    for i in range(count):
        discussions.close(comment(f"Reply {i}", parent=gone), by="test")
    with django_assert_num_queries(9):
        client.get(address)


@pytest.mark.parametrize("count", [3, 300])
@pytest.mark.parametrize(
    ("asked", "most"),
    [
        ("", 9),  # one of which counts the threads, if there are more
        ("?sort=newest", 9),
        ("?sort=replies", 9),
        ("?after=1", 11),
        ("?sort=replies&after=0-1", 13),
        ("reply/2/", 14),
        ("respond/", 10),
    ],
)
def test_every_page_takes_the_same_number_of_queries_for_many_threads(
    client, article, address, count, asked, most, django_assert_max_num_queries
):
    discussions.import_comments(
        article.pk, [Comment(body="x") for _ in range(count)], [None] * count
    )
    discussions.import_comments(article.pk, [Comment(body="x")], [Comment.objects.get(number=1)])
    with django_assert_max_num_queries(most):
        assert client.get(address + asked).status_code == 200


@pytest.mark.parametrize("source", SAVED, ids=lambda path: path.stem)
def test_a_saved_article_with_style_and_script_is_small(client, db, source):
    call_command("import_commentary", source, verbosity=0)
    address = Article.objects.get().get_absolute_url()
    response = client.get(address, headers={"Accept-Encoding": "gzip"})
    page = gzip.decompress(response.content).decode()
    assert (page.count('rel="stylesheet"'), page.count("<script src=")) == (1, 1)
    files = [(STATIC / f"commentary.{kind}").read_bytes() for kind in ("css", "js")]
    assert len(response.content) + sum(len(gzip.compress(file)) for file in files) < 25_000


def test_it_shows_the_first_threads_and_their_total_number(client, article, address, settings):
    settings.COMMENTS_PER_PAGE = 20
    shape = [None] * 25 + [0] * 15
    discussions.import_comments(article.pk, [Comment(body="x") for _ in shape], shape)
    page = text(client.get(address))
    assert "40 responses in 25 threads" in page
    assert "This page shows 20 of them, in the first 5 threads." in page
    assert "Next 20 threads" in page
    assert f'<link rel="next" href="{address}?after=5">' in page
    assert "<title>Why bees dance - Commentary</title>" in page


def test_a_later_page_omits_the_text_and_says_which_it_is(client, article, address):
    article.body = "The text of the article."
    article.save()
    discussions.import_comments(article.pk, [Comment(body="x") for _ in range(25)], [None] * 25)
    page = text(client.get(address, {"after": "20"}))
    assert 'class="prose"' not in page
    assert f'<a href="{address}">Read the article</a>' in page
    assert "<title>Responses to Why bees dance, Threads 21 to 25 of 25 - Commentary</title>" in page
    assert f'<link rel="canonical" href="http://testserver{address}?after=20">' in page
    assert f'<link rel="prev" href="{address}">' in page
    assert "This page shows 5 of them, in 5 threads." in page


def test_a_later_page_is_public_and_cached(client, article, address, django_assert_num_queries):
    discussions.import_comments(article.pk, [Comment(body="x") for _ in range(25)], [None] * 25)
    first = client.get(address, {"after": "20"})
    with django_assert_num_queries(1):
        assert client.get(address, {"after": "20"}).content == first.content
    assert first["Cache-Control"] == "public, no-cache"
    discussions.remove(Comment.objects.get(number=25), by="test")
    again = client.get(address, {"after": "20"}, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200


# --- content


def test_text_by_users_is_escaped(client, db):
    article = make_article(
        HOSTILE, slug="hostile", body=f"{HOSTILE}\n\n## {HOSTILE}\n\n1. {HOSTILE}"
    )
    author = Author.objects.create(name=HOSTILE, slug="hostile")
    Byline.objects.create(article=article, author=author)
    RelatedLink.objects.create(article=article, label=HOSTILE, caption=HOSTILE, url="javascript:1")
    Discussion.objects.filter(pk=article.pk).update(declared_count=7, declared_heading=HOSTILE)
    (made,) = discussions.import_comments(article.pk, [Comment(name=HOSTILE, body=HOSTILE)], [None])
    discussions.import_comments(article.pk, [Comment(body="A reply")], [made])
    discussions.close(made, by="test", reason=HOSTILE)
    discussions.close(article.discussion, by="test", reason=HOSTILE)
    for address in (article.get_absolute_url(), "/", author.get_absolute_url(), "/authors/"):
        page = text(client.get(address))
        assert "alert(1)" in page
        assert "<script>" not in page
        assert "javascript:1" not in page


def test_a_removed_comment_is_a_placeholder_with_the_reason(client, address, comment):
    removed = comment("Rude", status=Status.REMOVED)
    comment("An answer to it", parent=removed)
    page = text(client.get(address))
    assert "Removed by an editor on" in page
    assert "Reason: personal remark." in page


def test_a_hidden_comment_with_replies_is_a_placeholder_without_text(client, address, comment):
    spam = comment("CANARY", name="CANARY")
    comment("A reply that stays", parent=spam)
    discussions.mark_spam(spam, by="test", reason="CANARY")
    page = text(client.get(address))
    assert "This comment is not public. Its replies are." in page
    assert "A reply that stays" in page
    assert "CANARY" not in page


def test_a_comment_imported_without_text_is_not_shown_as_hidden(client, address, comment):
    ping = comment("", name="A blog", kind=Comment.Kind.PINGBACK)
    comment("A reply", parent=ping)
    for page in (text(client.get(address)), text(client.get(f"{address}branches/2/"))):
        assert "A blog" in page
        assert "(no text)" in page
        assert "is not shown" not in page


def test_a_closed_thread_shows_why_and_since_when(client, address, comment):
    discussions.close(comment("Heated"), by="test", reason="off the subject")
    page = text(client.get(address))
    assert "An editor closed this thread on" in page
    assert "Reason: off the subject." in page


def test_a_closed_thread_has_no_reply_links_and_shows_until_when(client, address, threads):
    until = timezone.now() + timedelta(days=3)
    discussions.close(threads[0], by="test", until=until)
    page = text(client.get(address))
    assert "It will reopen on" in page
    for number in (1, 2, 3, 4):
        assert f"reply/{number}/#" not in page
    assert "reply/5/#" in page
    asked = text(client.get(f"{address}reply/4/"))
    assert "reply-form" not in asked
    assert asked.count("An editor closed this thread on") == 2


def test_a_page_changes_with_time_and_still_takes_one_query(
    client, address, article, threads, django_assert_num_queries, monkeypatch
):
    now = timezone.now()
    start, until = now + timedelta(days=1), now + timedelta(days=2)
    discussions.close(article.discussion, by="test", start=start, until=until)
    for days, is_closed in ((0, False), (1.5, True), (2.5, False)):
        moment = now + timedelta(days=days)
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        assert ("Comments are closed." in text(client.get(address))) is is_closed
        assert ("Write a response" in text(client.get(address))) is not is_closed
        with django_assert_num_queries(1):
            client.get(address)


def test_a_closed_discussion_says_so_above_and_below(client, address, article, threads):
    discussions.close(article.discussion, by="test", reason="Settled")
    page = text(client.get(address))
    assert page.count("Comments are closed.") == 2
    assert "Reason: Settled." in page


def test_a_closure_at_the_source_is_not_attributed_to_an_editor(client, address, article):
    discussions.close(article.discussion, by="source", reason="Comments are closed.")
    page = text(client.get(address))
    assert "by an editor" not in page
    assert "There were no responses." in page


@pytest.mark.slow
def test_a_closure_with_an_end_shows_it_and_then_ends(client, address, article, comment):
    until = timezone.now() + timedelta(seconds=2)
    discussions.close(comment("Heated"), by="test", until=until)
    discussions.close(article.discussion, by="test", until=until)
    page = text(client.get(address))
    assert "It will reopen on" in page
    assert "They will reopen on" in page
    sleep(2)
    page = text(client.get(address))
    assert "Write a response" in page
    assert "closed" not in page


def test_a_discussion_closed_automatically_says_so(client, address, article):
    Discussion.objects.filter(pk=article.pk).update(auto_close_days=30)
    article.published_at = local("2011-03-05")
    article.save()
    page = text(client.get(address))
    assert "They closed automatically on" in page
    assert "4 Apr 2011" in page


def test_an_edited_comment_is_marked(client, address, comment):
    edited_at = local("2026-03-05T07:05")
    comment("Words", edited_at=edited_at)
    marked = f'edited <time datetime="{edited_at.isoformat("T", "minutes")}">'
    assert marked in text(client.get(address))


def test_an_open_discussion_without_comments_says_so(client, address):
    assert "No responses yet." in text(client.get(address))


def test_unknown_dates_are_not_guessed(client, address, comment):
    comment("When?")
    page = text(client.get(address))
    assert "Date not preserved" in page
    assert "<time" not in page


def test_a_local_time_of_the_source_is_printed_without_a_zone(client, address, comment):
    known = local("2011-03-05T07:05")
    comment("Late", dated_at=datetime(2011, 3, 5, 7, 5, tzinfo=UTC), date_is_local=True)
    comment("Known", dated_at=known)
    page = text(client.get(address))
    words = '5 Mar 2011<span class="time-of-day">, 07:05</span></time>'
    assert f'<time datetime="2011-03-05T07:05">{words}' in page
    with_zone = known.isoformat("T", "minutes")
    assert f'<time datetime="{with_zone}">{words}' in page


def test_a_pingback_is_not_shown_as_a_person(client, address, comment):
    comment("[…] the bees […]", name="Bee blog", kind=Comment.Kind.PINGBACK)
    assert '<span class="badge">Pingback</span>' in text(client.get(address))


def test_the_author_of_the_article_has_a_badge(client, article, address, comment):
    author = Author.objects.create(name="Ada", slug="ada")
    Byline.objects.create(article=article, author=author)
    comment("I wrote this.", name="Ada", author=author)
    assert "Article author" in text(client.get(address))


def test_points_have_their_own_anchors(client, db):
    article = make_article("Points", body="1. One\n\nBetween\n\n2. Two\n\n2. Two again")
    page = text(client.get(article.get_absolute_url()))
    for anchor in ("point-1", "point-2", "point-2-2"):
        assert page.count(f'id="{anchor}"') == 1
    assert page.index("One") < page.index("Between") < page.index("Two")


@pytest.mark.parametrize(
    ("label", "url", "kind"),
    [
        ("related video:", "", "Related video</bdi></p>"),
        ("", "", "Related</bdi></p>"),
        ("See also", "https://www.example.org/a", "See also</bdi>, opens example.org</p>"),
    ],
)
def test_a_related_link_shows_its_host(client, article, address, label, url, kind):
    RelatedLink.objects.create(article=article, label=label, caption="Bees", url=url)
    article.save()
    page = text(client.get(address))
    assert kind in page
    assert ("the link was lost" in page) is (not url)


# --- counts


def declare(article, comments: int, replies: int, declared: int | None) -> list[Comment]:
    source = Source.objects.create(name="a.txt", sha256="0", size=1, format="t", encoding="utf-8")
    run = ImportRun.objects.create(source=source, outcome="ok")
    Discussion.objects.filter(pk=article.pk).update(
        declared_count=declared, declared_heading=f"{declared} Responses"
    )
    rows = [Comment(body="Words", import_run=run) for _ in range(comments + replies)]
    return discussions.import_comments(article.pk, rows, [None] * comments + [0] * replies)


def test_the_counts_of_the_source_and_of_this_site_are_both_shown(client, article, address):
    declare(article, 5, 1, 7)
    page = text(client.get(address))
    assert "The original page counted 7 responses; the imported copy contains 6." in page
    assert "6 of 7 responses" in page
    assert "The original page said “7 Responses”." in page
    assert "The imported copy contained 6: 5 comments and 1 reply." in page
    assert "1 was missing from the imported copy." in page


def test_comments_added_here_are_counted_separately(client, article, address, comment):
    declare(article, 5, 1, 7)
    comment("New")
    comment("Newer")
    page = text(client.get(address))
    assert "6 of 7 came with the original page, 2 added here." in page
    assert "8 responses" in page


def test_equal_counts_need_no_explanation(client, article, address):
    declare(article, 6, 1, 7)
    page = text(client.get(address))
    assert "7 responses" in page
    assert "declared" not in page


def test_a_source_without_imported_comments_says_so(client, article, address):
    Discussion.objects.filter(pk=article.pk).update(declared_count=7)
    assert "The original page counted 7 responses; the imported copy contains none." in text(
        client.get(address)
    )


def test_a_removed_imported_comment_is_reported_as_removed(client, article, address):
    discussions.remove(declare(article, 6, 0, 6)[-1], by="test")
    page = text(client.get(address))
    assert "The original page counted 6 responses; the imported copy contains 5." in page
    assert "1 more was imported and later removed by an editor." in page


def test_an_imported_comment_marked_as_spam_is_not_called_missing(client, article, address):
    discussions.mark_spam(declare(article, 6, 0, 6)[-1], by="test")
    page = text(client.get(address))
    assert "1 is not shown here." in page
    assert "missing" not in page


# --- sorting


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", [1, 2, 3, 4, 5, 6]),
        ("oldest", [1, 2, 3, 4, 5, 6]),
        ("newest", [6, 5, 1, 2, 3, 4]),
        ("replies", [1, 2, 3, 4, 5, 6]),
        ("nonsense", [1, 2, 3, 4, 5, 6]),
    ],
)
def test_threads_are_sorted_as_requested_and_replies_oldest_first(
    client, address, threads, sort, order
):
    page = text(client.get(address, {"sort": sort}))
    places = [page.index(f'id="comment-{number}"') for number in order]
    assert places == sorted(places)
    assert f'<link rel="canonical" href="http://testserver{address}">' in page


# --- editors


def test_editors_see_their_links_to_the_admin(client, ed, article, address, comment):
    made = comment("Words")
    client.force_login(ed)
    page = text(client.get(address))
    assert f"/admin/commentary/article/{article.pk}/change/" in page
    assert f"/admin/commentary/discussion/{article.pk}/close/" in page
    assert f'href="{address}comments/{made.number}/moderate/?next=' in page


def test_moderators_see_only_their_own_actions(client, mo, article, address, comment):
    made = comment("Words")
    client.force_login(mo)
    page = text(client.get(address))
    assert f"{address}comments/{made.number}/moderate/" in page
    assert "Edit article" not in page


def test_moderators_see_pending_comments_in_place_with_actions(
    client, mo, ed, stella, article, address, comment
):
    one = comment("Words")
    pending = comment("Waiting words", parent=one, name="Ann", status=Status.PENDING)
    comment("Refused words", parent=one, status=Status.REJECTED)
    public = text(client.get(address))
    assert "Waiting words" not in public
    client.force_login(mo)
    page = text(client.get(address))
    assert page.index("Words") < page.index("Waiting words")
    assert "Refused words" not in page
    assert "Awaiting moderation</span>" in page
    assert f'<a href="/admin/moderation/?article={article.pk}">1 awaiting moderation</a>' in page
    assert re.findall(r"comments/(\d+)/moderate/", page) == ["1", "2"]
    assert client.get(pending.get_absolute_url())["Location"] == f"{address}#comment-2"
    client.force_login(stella)
    assert text(client.get(address)) == public


def test_an_action_is_confirmed_on_the_page_it_was_started_from(client, mo, address, comment):
    made = comment("Words", status=Status.PENDING)
    client.force_login(mo)
    act = f"{reverse('admin:commentary_comment_approve', args=[made.pk])}?next={address}"
    edition = re.search(r'name="edition" value="([^"]+)"', text(client.get(act)))[1]
    page = text(client.post(act, {"edition": edition}, follow=True))
    assert 'id="comment-1"' in page
    assert "1 comment approved." in page
    assert reverse("admin:commentary_auditentry_changelist") in page
    assert "1 comment approved." not in text(client.get(address))


def test_an_account_without_permissions_sees_the_public_page(client, stella, address, threads):
    public = text(client.get(address))
    client.force_login(stella)
    assert text(client.get(address)) == public


def test_an_invalid_session_gets_the_cached_page(address, threads, django_assert_num_queries):
    public = Client().get(address)
    stranger = Client()
    stranger.cookies["sessionid"] = "made-up-by-somebody-1234567890ab"
    with django_assert_num_queries(2):  # the page's version, and the missing session
        response = stranger.get(address)
    assert response.content == public.content
    assert response["Cache-Control"] == "private, no-store"


def test_a_change_of_imported_text_is_shown(client, ed):
    with_source = Source.objects.create(name="old.txt", sha256="0" * 64, size=1)
    article = make_article("Why bees dance", body="They tell the way.", source=with_source)
    address = article.get_absolute_url()
    assert "Edited" not in text(client.get(address))
    discussions.correct(article, ed, "Why bees dance", "They show the way.")
    changed = text(client.get(address))
    assert re.search(r'Edited <time datetime="\d{4}-\d\d-\d\d">', changed)
    discussions.restore(article, ed)
    assert "Edited" not in text(client.get(address))


def test_changes_of_text_written_here_are_not_shown(client, article, ed):
    discussions.correct(article, ed, "Why bees dance", "They show the way.")
    assert "Edited" not in text(client.get(article.get_absolute_url()))


def test_it_links_to_the_page_as_of_a_day(client, address):
    page = text(client.get(address))
    assert f'action="{address}"' in page
    assert '<input id="at" name="at" type="date" required>' in page


def read_in(client, language: str, title: str, address: str) -> str:
    """Return the page at `address` ("…" stands for the article's URL), with an article in a
    language.
    """
    past = local("2020-01-01")
    body = "1. Die alten Häuser.\n\nEin Absatz."
    article = make_article(title, body=body, language=language, slug="haus", published_at=past)
    comment = Comment(body="Schön", dated_at=past + timedelta(days=1))
    made = discussions.import_comments(article.pk, [comment], [None], [Status.APPROVED])[0]
    discussions.close(made, by="test", reason="settled")
    return text(client.get(address.replace("…", "/articles/haus/")))


@pytest.mark.parametrize(
    ("address", "titles", "texts"),
    [
        ("…", 1, 3),
        ("…on/2026-01-01/", 2, 2),
        ("…branches/1/", 2, 1),
        ("…points/1/", 2, 1),
        ("…on/never/", 1, 0),
        ("/", 3, 2),
        ("/responses/", 1, 1),
        ("/moderation/", 1, 0),
        ("/archive/2020/", 1, 0),
        ("/search/?q=Ruhe", 1, 1),
        ("/search/?q=schön", 1, 1),
    ],
)
def test_a_known_language_is_declared_wherever_its_text_is_shown(
    client, address, titles, texts, db
):
    page = read_in(client, "de-AT", "Ruhe", address)
    assert page.count('<bdi lang="de-AT">') == titles
    assert page.count('lang="de-AT"') == titles + texts
    assert "<bdi>Ruhe</bdi>" not in page


@pytest.mark.parametrize(("language", "title"), [("", "Ruhe"), ("de", "")])
def test_an_unknown_language_is_not_declared(client, language, title, db):
    """“Untitled” is in the language of the site."""
    page = read_in(client, language, title, "…")
    assert "<bdi lang" not in page
    assert ('lang="de"' in page) == (language == "de")
