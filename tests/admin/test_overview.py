"""The overview of the editors' room, and the tabs above every page."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from commentary import discussions
from commentary.admin import overview, room
from commentary.models import (
    Article,
    AuditEntry,
    Comment,
    Discussion,
    ImportedArticle,
    ImportRun,
    Source,
    Submission,
    site,
)
from tests.conftest import make_article, member, staff
from tests.models.test_tallies import most_rows, plan_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_posting_limits")]
S = Comment.Status
INDEX = "/admin/"
QUEUE = "/admin/moderation/"


@pytest.fixture
def send(article):
    """`send(n)` sends a comment that the default rules hold."""

    def sent(number: int, **fields) -> Comment:
        sender = discussions.Sender(writer=f"writer {number}")
        made = discussions.submit(article.pk, None, f"Text {number}", sender, f"key {number}")
        Comment.objects.filter(pk=made.pk).update(**fields)
        return Comment.objects.get(pk=made.pk)

    return sent


def doubtful(count: int, confidence: int = 40) -> ImportRun:
    """Store an import with this many articles of which the importer is unsure."""
    source = Source.objects.create(name="old.txt", sha256=f"{Source.objects.count():064}", size=1)
    run = ImportRun.objects.create(source=source)
    for i in range(count):
        made = make_article(f"Doubtful {run.pk} {i}")
        ImportedArticle.objects.create(
            run=run, article=made, confidence=confidence, doubts=[["names", "no name found"]]
        )
    return run


def figures(page) -> dict[str, str]:
    return {str(figure.label): figure.count for figure in page.context["figures"]}


def test_it_counts_what_waits_and_links_to_it(as_ed, ed, send):
    for number in range(3):
        send(number)
    old = send(4, created_at=timezone.now() - timedelta(days=3))
    public = send(5)
    discussions.approve(public, by=ed)
    for reader in ("one", "two"):
        discussions.report_comment(public, discussions.Sender(writer=reader), "spam")
    unread = send(6)
    discussions.approve(unread, by=ed)
    Submission.objects.filter(comment=unread).update(is_reviewed=False)
    doubtful(2)
    make_article("Draft", is_published=False)
    page = as_ed.get(INDEX)
    assert figures(page) == {
        "waiting": "4",
        "reported": "1",
        "published, not yet read": "1",
        "drafts": "1",
        "imported articles to check": "2",
    }
    first = page.context["figures"][0]
    assert first.is_late and "3" in first.detail
    assert page.context["figures"][1].detail == "2 reports"
    assert [item.comment for item in page.context["waiting"]][0] == old
    for figure in page.context["figures"]:
        assert as_ed.get(figure.address).status_code == 200
    assert "old.txt" in page.content.decode()


def test_an_empty_site_says_that_nothing_waits(as_ed):
    page = as_ed.get(INDEX)
    text = page.content.decode()
    for words in (
        "No comments are waiting for review.",
        "No decisions in the last seven days.",
        "The latest import has no article to check.",
        "No comments close within two weeks.",
        "No actions yet.",
    ):
        assert words in text, words
    assert set(figures(page).values()) == {"0"}


def test_a_comment_is_decided_there_and_the_decision_undone(as_ed, send):
    made = send(1)
    page = as_ed.get(INDEX).content.decode()
    button = re.search(r'name="one" value="(approve:[^"]+)"', page)[1]
    answer = as_ed.post(QUEUE, {"one": button, "back": "overview"})
    assert (answer.status_code, answer["Location"]) == (303, INDEX)
    made.refresh_from_db()
    assert made.status == S.APPROVED
    page = as_ed.get(INDEX).content.decode()
    assert 'role="status"' in page
    undo = re.search(r'name="undo" value="([^"]+)"', page)[1]
    assert as_ed.post(QUEUE, {"undo": undo, "back": "overview"})["Location"] == INDEX
    made.refresh_from_db()
    assert made.status == S.PENDING


def test_the_chart_counts_the_decisions_of_seven_days(as_ed, ed, send):
    made = [send(number) for number in range(5)]
    discussions.approve(made[0], by=ed)
    discussions.approve(made[1], by=ed)
    discussions.reject(made[2], by=ed)
    discussions.mark_spam(made[3], by=ed)
    discussions.remove(made[1], by=ed)
    page = as_ed.get(INDEX)
    chart = page.context["chart"]
    assert chart.sums == {"approved": 2, "rejected": 1, "spam": 1, "removed": 1}
    assert len(chart.days) == 7
    assert chart.days[-1].day == timezone.localdate()
    assert sum(bar.height for bar in chart.days[-1].bars) == pytest.approx(overview.HEIGHT, abs=1)
    text = page.content.decode()
    assert 'role="img"' in text and "2 approved, 1 rejected, 1 spam, 1 removed" in text


def test_decisions_before_the_seven_days_are_not_in_the_chart(as_ed, ed, send, monkeypatch):
    discussions.approve(send(1), by=ed)
    later = timezone.localdate() + timedelta(days=6)
    monkeypatch.setattr(overview.timezone, "localdate", lambda: later)
    assert overview.decision_chart().total == 1
    monkeypatch.setattr(overview.timezone, "localdate", lambda: later + timedelta(days=1))
    assert overview.decision_chart().total == 0


def test_the_chart_says_when_it_counts_only_the_latest_decisions(as_ed, ed, send, monkeypatch):
    monkeypatch.setattr(overview, "MAX_COUNTED", 2)
    for number in range(3):
        discussions.approve(send(number), by=ed)
    assert as_ed.get(INDEX).context["chart"].is_cut


def test_a_batch_is_one_recent_action(as_ed, ed, send):
    made = [send(number) for number in range(3)]
    discussions.decide("reject", [comment.key for comment in made], ed)
    discussions.approve(send(9), by=ed)
    acts = as_ed.get(INDEX).context["acts"]
    assert [act.count for act in acts] == [1, 3]


class TestClosingSoon:
    @pytest.fixture(autouse=True)
    def _ages(self, settings):
        settings.AUTO_CLOSE_DAYS = 30

    def published(self, title: str, days_ago: int, **fields):
        at = timezone.now() - timedelta(days=days_ago)
        made = make_article(title, published_at=at)
        Discussion.objects.filter(pk=made.pk).update(**fields)
        return made

    def test_it_lists_what_closes_within_two_weeks_the_first_first(self, ed):
        self.published("Closed already", 31)
        self.published("Later", 10)
        by_default = self.published("By default", 25)
        own_age = self.published("Own age", 58, auto_close_days=60)
        self.published("Never", 25, auto_close_days=0)
        self.published("By hand", 25, is_set_by_hand=True)
        undated = make_article("Undated")
        discussions.close(undated.discussion, by=ed, start=timezone.now() + timedelta(days=3))
        closures = overview.closing_soon()
        assert [closure.discussion.pk for closure in closures] == [
            own_age.pk,
            undated.pk,
            by_default.pk,
        ]
        assert closures[0].detail == "Automatically, 60 days after publication"
        assert closures[1].detail == "Closed by ed"

    def test_a_branch_that_will_close_is_listed(self, ed, comment):
        branch = comment("A thread")
        discussions.close(branch, by=ed, start=timezone.now() + timedelta(days=3))
        (closure,) = overview.closing_soon()
        assert closure.branch == branch

    def test_drafts_and_sites_without_an_age_are_left_out(self, settings):
        draft = self.published("Draft", 25)
        type(draft).objects.filter(pk=draft.pk).update(is_published=False)
        assert overview.closing_soon() == []
        settings.AUTO_CLOSE_DAYS = 0
        self.published("Open for ever", 25)
        assert overview.closing_soon() == []

    def test_no_more_than_asked_for_are_read(self):
        for i in range(4):
            self.published(f"Article {i}", 25)
        assert len(site.closing_by_age(timedelta(days=14), 3)) == 3


def test_the_number_of_queries_is_the_same_for_few_and_many_rows(as_ed, ed, send, settings):
    settings.AUTO_CLOSE_DAYS = 30

    def cost(count: int) -> int:
        for number in range(count):
            send(f"waiting {count} {number}")
            made = send(f"decided {count} {number}")
            discussions.approve(made, by=ed)
            discussions.report_comment(made, discussions.Sender(writer=f"r {number}"), "spam")
            at = timezone.now() - timedelta(days=25)
            make_article(f"Closing {count} {number}", published_at=at)
        doubtful(count)
        as_ed.get(INDEX)
        with CaptureQueriesContext(connection) as queries:
            assert as_ed.get(INDEX).status_code == 200
        return len(queries)

    assert cost(3) == cost(30) <= 24


def test_a_batch_of_a_colleague_is_undone_from_the_overview(as_ed, mo, client, send):
    made = [send(n) for n in range(3)]
    discussions.decide("reject", [one.key for one in made], mo)
    page = as_ed.get(INDEX).content.decode()
    (address,) = re.findall(r'<a href="(/admin/commentary/auditentry/[^"]+/undo/\?batch)"', page)
    assert "3" in as_ed.get(address).content.decode()
    discussions.undo_many([e.key for e in AuditEntry.objects.filter(verb="reject")], mo)
    assert "/undo/" not in as_ed.get(INDEX).content.decode()
    client.force_login(member("auditor", "Auditor"))
    discussions.reject(Comment.objects.get(pk=made[0].pk), by=mo)
    assert "/undo/" not in client.get(INDEX).content.decode()


@pytest.mark.parametrize("address", [INDEX, QUEUE])
def test_the_pending_comments_are_counted_once_a_request(as_ed, send, address):
    send(1)
    with CaptureQueriesContext(connection) as queries:
        as_ed.get(address)
    assert len([q for q in queries if "sum(pending_count)" in q["sql"]]) == 1


MANY, MOST_ROWS = 4_000, 400  # rows of each table, and those that a step of a plan may read


@pytest.fixture
def archive(article, ed, settings):
    """Many articles, discussions, public comments, submissions, audit entries and imported articles."""
    settings.AUTO_CLOSE_DAYS = 30
    then = timezone.now() - timedelta(days=400)
    others = Article.objects.bulk_create(
        Article(title=f"A {i}", slug=f"a{i}", is_published=True, published_at=then)
        for i in range(MANY)
    )
    Discussion.objects.bulk_create(Discussion(article=one) for one in others)
    public = [Comment(body="Words", name="Ann") for _ in range(MANY)]
    made = discussions.import_comments(article.pk, public, [None] * MANY)
    Comment.objects.update(created_at=then)
    Submission.objects.bulk_create(
        Submission(
            comment=one,
            discussion=article.discussion,
            writer=f"w{i}",
            client_key=f"k{i}",
            is_reviewed=True,
            created_at=then,
        )
        for i, one in enumerate(made)
    )
    AuditEntry.objects.bulk_create(
        AuditEntry(
            verb="approve", actor=ed, actor_name="ed", discussion_id=article.pk, created_at=then
        )
        for _ in range(MANY)
    )
    source = Source.objects.create(name="old.txt", sha256="0" * 64, size=1)
    run = ImportRun.objects.create(source=source)
    ImportedArticle.objects.bulk_create(
        ImportedArticle(run=run, article=one, confidence=100) for one in others
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def test_no_statement_reads_a_table_that_grows_with_the_archive(as_ed, archive, send):
    """Every step of every query plan reads a limited number of rows."""
    for number in range(3):
        send(number)
    as_ed.get(INDEX)
    with CaptureQueriesContext(connection) as queries:
        assert as_ed.get(INDEX).status_code == 200
    ours = [q["sql"] for q in queries if q["sql"].startswith(("SELECT", "WITH", "("))]
    assert len(ours) > 15
    with connection.cursor() as cursor:
        for sql in ours:
            if connection.vendor == "postgresql":
                plan = plan_of(cursor, sql)
                if most_rows(plan) > MOST_ROWS:
                    # Reading all rows of a small table may cost less than a few look-ups.
                    cursor.execute("SET enable_hashjoin = off; SET enable_mergejoin = off")
                    plan = plan_of(cursor, sql)
                    cursor.execute("RESET enable_hashjoin; RESET enable_mergejoin")
                assert most_rows(plan) <= MOST_ROWS, (most_rows(plan), sql)
                continue
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            steps = [row[3] for row in cursor.fetchall()]
            grown = [
                f"SCAN commentary_{name}"
                for name in ("article", "discussion", "comment", "submission", "auditentry")
            ]
            assert not set(steps) & set(grown), sql


def test_every_count_is_cut_off(as_ed, send, monkeypatch):
    for module in (overview, room):
        monkeypatch.setattr(module, "MAX_COUNTED", 2)
    for number in range(4):
        send(number)
    doubtful(4)
    page = as_ed.get(INDEX)
    assert figures(page)["waiting"] == figures(page)["imported articles to check"] == "2+"
    assert "2+" in str(page.context["room"].tabs[1].words)


class TestWho:
    def test_staff_without_permissions_see_no_numbers(self, client, stella, send):
        send(1)
        client.force_login(stella)
        page = client.get(INDEX)
        assert page.context["figures"] == []
        text = page.content.decode()
        assert "Text 1" not in text and QUEUE not in text
        assert "You don’t have permission to view or edit anything." in text
        assert [str(tab.label) for tab in page.context["room"].tabs] == ["Overview", "All pages"]

    def test_an_auditor_sees_the_record_but_not_the_queue(self, client, ed, send):
        discussions.reject(send(1), by=ed)
        send(2)
        client.force_login(member("auditor", "Auditor"))
        page = client.get(INDEX)
        assert page.context["chart"].total == 1
        assert "Text 2" not in page.content.decode() and QUEUE not in page.content.decode()

    def test_a_moderator_has_no_button_for_an_article(self, client, mo):
        client.force_login(mo)
        assert "article/add" not in client.get(INDEX).content.decode()

    def test_all_pages_lists_what_the_user_may_open(self, client, ed, stella):
        client.force_login(ed)
        page = client.get(reverse("admin:commentary_pages"))
        links = [link for section in page.context["sections"] for link in section.pages]
        assert len(links) > 10
        for _name, address, add in links:
            assert client.get(address, follow=True).status_code == 200, address
            if add:
                assert client.get(add).status_code == 200, add
        client.force_login(stella)
        assert client.get(reverse("admin:commentary_pages")).context["sections"] == []

    def test_a_visitor_is_asked_to_sign_in(self, client):
        for address in (INDEX, reverse("admin:commentary_pages")):
            assert client.get(address)["Location"].startswith(reverse("admin:login"))

    def test_a_superuser_has_a_tab_for_people(self, client, db):
        root = staff("root")
        root.is_superuser = True
        root.save()
        client.force_login(root)
        tabs = client.get(INDEX).context["room"].tabs
        assert "People" in [str(tab.label) for tab in tabs]
        for tab in tabs:
            assert client.get(tab.address).status_code == 200


@pytest.mark.parametrize(
    ("address", "label", "current"),
    [
        (INDEX, "Overview", "page"),
        (QUEUE, "Moderation", "page"),
        ("/admin/commentary/article/add/", "Articles", "true"),
        ("/admin/pages/", "All pages", "page"),
    ],
)
def test_the_tab_of_the_page_is_marked(as_ed, address, label, current):
    tabs = as_ed.get(address).context["room"].tabs
    assert {str(tab.label): tab.current for tab in tabs if tab.current} == {label: current}


def test_the_box_above_every_page_finds_a_comment(as_ed, send):
    made = send(1)
    page = as_ed.get(INDEX).content.decode()
    action = re.search(r'class="jump" action="([^"]+)"', page)[1]
    address = (
        f"https://example.org{made.discussion.article.get_absolute_url()}comments/{made.number}/"
    )
    for words in (f"#{made.number}", "Text"):
        found = as_ed.get(action, {"q": words})
        assert [row.pk for row in found.context["cl"].result_list] == [made.pk], words
    change = f"/admin/commentary/comment/{made.key}/change/"
    assert as_ed.get(action, {"q": address})["Location"] == change
    nowhere = as_ed.get(action, {"q": address.replace("comments/", "comments/9")})
    assert list(nowhere.context["cl"].result_list) == []


def test_sign_in_and_lists_show_the_name_of_the_site(client, ed, settings):
    settings.SITE_NAME = "The Lantern"
    assert "The Lantern" in client.get(reverse("admin:login")).content.decode()
    client.force_login(ed)
    page = client.get("/admin/commentary/article/").content.decode()
    assert "<title>\n  " not in page and "Articles | The Lantern" in page


def test_dates_in_lists_look_as_on_the_pages(as_ed):
    make_article("Dated", published_at="2024-09-12T09:02Z")
    page = as_ed.get("/admin/commentary/article/").content.decode()
    assert "12 Sep 2024, 09:02" in page
