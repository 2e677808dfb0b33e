"""The pages of a comment that an editor moved elsewhere redirect to its present place."""

import csv
import io

import pytest
from django.core.management import call_command

from commentary import discussions
from commentary.models import AuditEntry, Comment, FormerAddress, FormerAnchor
from tests.conftest import make_article

pytestmark = pytest.mark.django_db
BEES, WASPS, ANTS = (f"/articles/{slug}" for slug in ("why-bees-dance", "wasps", "ants"))
PAGES = [
    "/comments/1/",
    "/comments/1/cite/",
    "/comments/1/cite.bib",
    "/comments/1/report/",
    "/branches/1/",
    "/branches/1/?after=2",
    "/branches/1.atom",
    "/comments/1.json",
]


@pytest.fixture
def wasps(db):
    return make_article("Why wasps don’t", slug="wasps")


@pytest.fixture
def ants(db):
    return make_article("What ants do", slug="ants")


def transfer(comment: Comment, article, by) -> tuple:
    """Move a comment, and return its copy there and the batch."""
    batch = discussions.transfer(comment, article, None, by)
    made = Comment.objects.get(discussion=article.pk, parent=None, status="approved")
    return made, batch


def undo(batch, by) -> None:
    entries = AuditEntry.objects.filter(batch=batch).exclude(verb="undo")
    assert not discussions.undo_many([entry.key for entry in entries], by).refused


def trail(client, address: str) -> list[str]:
    """Return where a URL leads by permanent redirects; no URL occurs twice."""
    passed = [address]
    while (answer := client.get(passed[-1])).status_code in (301, 308):
        assert answer["Location"] not in passed
        passed.append(answer["Location"])
    return passed[1:]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_a_moved_comment_redirects_permanently(client, threads, wasps, ed, page):
    transfer(threads[0], wasps, ed)
    answer = client.get(BEES + page)
    assert (answer.status_code, answer["Location"]) == (301, WASPS + page)
    assert answer["Cache-Control"] == "no-cache"
    assert client.get(WASPS + page).status_code in (200, 302)


def test_replies_that_moved_along_redirect_to_their_own_new_numbers(client, threads, wasps, ed):
    discussions.import_comments(wasps.pk, [Comment(body="A root there.")], [None])
    discussions.transfer(threads[0], wasps, None, ed)
    for old, new in ((1, 2), (2, 3), (3, 4), (4, 5)):
        assert trail(client, f"{BEES}/comments/{old}/") == [f"{WASPS}/comments/{new}/"]
    assert trail(client, f"{BEES}/comments/5/") == []


def test_a_comment_that_moved_twice_is_one_redirect_away(client, threads, wasps, ants, ed):
    there, _batch = transfer(threads[4], wasps, ed)
    transfer(there, ants, ed)
    assert trail(client, f"{BEES}/comments/5/") == [f"{ANTS}/comments/1/"]
    assert trail(client, f"{WASPS}/comments/1/") == [f"{ANTS}/comments/1/"]


def test_a_comment_that_moved_back_leaves_no_loop(client, article, threads, wasps, ed):
    there, _batch = transfer(threads[4], wasps, ed)
    discussions.transfer(there, article, None, ed)
    assert trail(client, f"{BEES}/comments/5/") == [f"{BEES}/comments/7/"]
    assert trail(client, f"{WASPS}/comments/1/") == [f"{BEES}/comments/7/"]
    assert client.get(f"{BEES}/comments/7/").status_code == 302


def test_after_an_undo_the_other_permalink_leads_back(client, threads, wasps, ed):
    _there, batch = transfer(threads[4], wasps, ed)
    undo(batch, ed)
    assert client.get(f"{BEES}/comments/5/").status_code == 302
    assert trail(client, f"{WASPS}/comments/1/") == [f"{BEES}/comments/5/"]


def test_a_move_of_which_only_half_was_undone_is_no_loop(client, threads, wasps, ed):
    there, batch = transfer(threads[4], wasps, ed)
    entry = AuditEntry.objects.get(batch=batch, verb="approve")
    discussions.undo(entry, ed)
    for address in (f"{BEES}/comments/5/", f"{WASPS}/comments/1/"):
        assert client.get(address).status_code == 404
    assert there.number == 1


def test_a_merged_comment_redirects_to_the_one_that_has_its_text(client, threads, ed):
    discussions.merge_comment(threads[2], threads[1], ed)
    assert trail(client, f"{BEES}/comments/3/") == [f"{BEES}/comments/2/"]


def test_a_former_slug_and_a_move_lead_on_together(client, article, threads, wasps, ed):
    transfer(threads[4], wasps, ed)
    article.slug, wasps.slug = "bees", "hornets"
    article.save()
    wasps.save()
    assert trail(client, f"{BEES}/comments/5/")[-1] == "/articles/hornets/comments/1/"


@pytest.mark.parametrize("hide", ["draft", "spam", "draft of the old article"])
def test_nobody_learns_where_a_hidden_comment_is(client, article, threads, wasps, ed, hide):
    there, _batch = transfer(threads[4], wasps, ed)
    if hide == "spam":
        discussions.mark_spam(there, ed)
    else:
        draft = wasps if hide == "draft" else article
        draft.is_published = False
        draft.save()
    answer = client.get(f"{BEES}/comments/5/")
    assert answer.status_code == 404
    assert answer.content == client.get(f"{BEES}/comments/99/").content


def test_a_moved_comment_that_was_removed_leads_to_the_reason(client, threads, wasps, ed):
    there, _batch = transfer(threads[4], wasps, ed)
    discussions.remove(there, ed, "off topic")
    [last] = trail(client, f"{BEES}/comments/5/")
    assert client.get(last).status_code == 410


def test_a_hidden_comment_that_was_not_moved_stays_a_404(client, threads, ed):
    discussions.mark_spam(threads[4], ed)
    for number in (5, 99, 2**40):
        assert client.get(f"{BEES}/comments/{number}/").status_code == 404


def test_former_fragments_lead_to_the_present_place(client, article, threads, wasps, ed):
    FormerAnchor.made(article.pk, "comment-4711", 5).save()
    transfer(threads[4], wasps, ed)
    for asked in ("id=comment-4711", "ours=1&id=comment-5"):
        answer = client.get(f"{BEES}/former/comment/?{asked}")
        assert answer["Location"] == f"{WASPS}/comments/1/"


@pytest.mark.parametrize("format", ["nginx", "apache", "netlify", "csv"])
def test_exported_redirects_lead_to_the_present_place(
    article, threads, wasps, ants, ed, capsys, format
):
    FormerAddress.objects.create(
        article=article, address="http://old.example/c/12", number=5, key="x"
    )
    there, _batch = transfer(threads[4], wasps, ed)
    transfer(there, ants, ed)
    call_command("export_redirects", "--format", format, "--to", "https://new.example")
    written = capsys.readouterr().out
    target = f"https://new.example{ANTS}/comments/1/"
    assert written.count(target) == 3
    assert f"{BEES}/comments/5/".lstrip("/") in written and "c/12" in written
    if format == "csv":
        rows = [tuple(row) for row in csv.reader(io.StringIO(written))][1:]
        assert rows[1:] == [
            (f"http://new.example{BEES}/comments/5/", target),
            (f"http://new.example{WASPS}/comments/1/", target),
        ]
        assert not {old.partition("://")[2] for old, _new in rows} & {
            new.partition("://")[2] for _old, new in rows
        }


def test_exported_redirects_omit_comments_that_nobody_can_read(threads, wasps, ed, capsys):
    there, batch = transfer(threads[4], wasps, ed)
    discussions.mark_spam(there, ed)
    call_command("export_redirects", "--format", "csv", "--to", "https://new.example")
    assert capsys.readouterr().out == "old,new\n"


def test_a_404_takes_as_many_queries_for_hidden_as_for_missing_comments(
    client, threads, ed, django_assert_max_num_queries
):
    discussions.mark_spam(threads[3], ed)
    counts = set()
    for number in (99, 4, 98):
        # seven, and those that search for the words of the address
        with django_assert_max_num_queries(20) as queries:
            client.get(f"{BEES}/comments/{number}/")
        counts.add(len(queries))
    assert len(counts) == 1
