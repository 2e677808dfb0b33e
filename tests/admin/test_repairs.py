"""The page on which an imported source is repaired."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commentary import discussions
from commentary.importing.store_repair import article_of
from commentary.models import Comment, Repair, Source
from tests.conftest import edition, member
from tests.importing.test_repair import HARBOUR, RIGHT, line_of
from tests.importing.test_store_repair import imported, shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def right() -> Source:
    return imported(RIGHT)


def page_of(source: Source) -> str:
    return reverse("admin:commentary_repair_source", args=[source.pk])


def send(client, source: Source, **data):
    """Send the form of the page as it is now."""
    page = client.get(page_of(source))
    seen = edition(page)[0]
    return client.post(page_of(source), {"edition": seen, "window": 1} | data)


def mark(client, source: Source, kind: str, *lines: int, **data):
    return send(client, source, **{"is": kind, "line": lines} | data)


def text_of(response) -> str:
    return response.content.decode()


def test_the_source_is_shown_beside_the_result(as_ed, right):
    page = text_of(as_ed.get(page_of(right)))
    assert "It was not dry." in page
    assert page.count('id="line-') == len(RIGHT.splitlines())
    assert "Comment 2" in page and "Article text" in page
    assert "3 of 3 comments" in page
    assert "Store this version" not in page, "there is nothing to store yet"


def test_a_wrong_page_is_repaired_with_seven_forms(as_ed, ed):
    source = imported(HARBOUR)
    article = article_of(source)
    for kind, *lines in (
        ("furniture", 1, 2, 8, 11, 17, 18),
        ("title", 3),
        ("author", 4),
        ("comment", 9, 15),
    ):
        assert mark(as_ed, source, kind, *lines).status_code == 303
    details = {"name": "keeper", "date": "10 Mar 2009, 23:00", "parent": 9}
    assert mark(as_ed, source, "comment", 12, 13, **details).status_code == 303
    assert shown(article) == [], "a draft changes nothing"
    preview = as_ed.get(send(as_ed, source, do="preview")["Location"].partition("#")[0])
    assert "Preview. Nothing is stored yet." in text_of(preview)
    assert "3 comments added" in text_of(preview)
    stored = as_ed.get(send(as_ed, source, do="store")["Location"])
    assert "Stored: 3 comments added; article changed." in text_of(stored)
    assert [name for name, _ in shown(article)] == ["T. Brandvik", "keeper", "Old Hand"]
    assert Comment.objects.get(name="keeper").parent.name == "T. Brandvik"


def test_the_last_mark_can_be_undone(as_ed, right):
    mark(as_ed, right, "comment", line_of(RIGHT, "The pole"), name="Dora")
    assert "Dora" in text_of(as_ed.get(page_of(right)))
    send(as_ed, right, do="undo")
    assert "Dora" not in text_of(as_ed.get(page_of(right)))
    assert "There is no mark to undo." in text_of(send(as_ed, right, do="undo"))


def test_a_stored_repair_is_undone_and_an_earlier_version_restored(as_ed, right):
    article = article_of(right)
    mark(as_ed, right, "comment", line_of(RIGHT, "The pole"), name="Dora")
    send(as_ed, right, do="store")
    version = right.repairs.exclude(run=None).get()
    assert "Dora" in dict(shown(article))
    undone = as_ed.get(send(as_ed, right, do="undo-version", version=version.pk)["Location"])
    assert "Repair undone." in text_of(undone)
    assert "Dora" not in dict(shown(article))
    mark(as_ed, right, "comment", line_of(RIGHT, "I painted"), name="Emil")
    send(as_ed, right, do="store")
    first = right.repairs.order_by("pk").first()
    send(as_ed, right, do="restore", version=first.pk)
    send(as_ed, right, do="store")
    assert [name for name, _ in shown(article)] == ["Ann", "Bo", "Cleo"]


def test_a_form_from_before_another_mark_changes_nothing_and_keeps_the_selection(as_ed, right):
    seen = edition(as_ed.get(page_of(right)))[0]
    mark(as_ed, right, "comment", line_of(RIGHT, "The pole"), name="Dora")
    number = line_of(RIGHT, "I painted")
    form = {"edition": seen, "window": 1, "is": "furniture", "line": [number], "name": "Zoe"}
    late = as_ed.post(page_of(right), form)
    assert "Ed changed this repair after you opened the page." in text_of(late)
    assert re.search(rf'value="{number}" checked', text_of(late))
    assert 'name="name" value="Zoe"' in text_of(late)
    assert len(Repair.objects.get(stored_at=None).marks) == 1


def test_a_form_from_before_another_version_stores_nothing(as_ed, right):
    mark(as_ed, right, "comment", line_of(RIGHT, "The pole"), name="Dora")
    seen = edition(as_ed.get(page_of(right)))[0]
    send(as_ed, right, do="store")
    late = as_ed.post(page_of(right), {"edition": seen, "do": "store"})
    assert "changed this repair" in text_of(late)
    assert right.repairs.exclude(run=None).count() == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"is": "title"}, "Select at least one line"),
        ({"is": "details", "line": [3]}, "Enter a name, a date or what it replies to."),
        ({"is": "comment", "line": [3], "date": "soon"}, "Invalid date."),
        ({"is": "title", "first": "9", "last": "3"}, "Enter a range of lines"),
        ({"do": "store"}, "There is nothing to store."),
    ],
)
def test_a_form_that_can_not_be_used_says_what_to_do(as_ed, right, data, message):
    assert message in text_of(send(as_ed, right, **data))
    assert not right.repairs.filter(stored_at=None).exists() or data == {"do": "store"}


def test_a_range_of_lines_can_be_marked_across_pages(as_ed, right):
    mark(as_ed, right, "furniture", first=1, last=len(RIGHT.splitlines()))
    assert "No comments here." in text_of(as_ed.get(page_of(right)))


def test_a_date_can_be_removed_and_a_parent_too(as_ed, right):
    mark(as_ed, right, "details", line_of(RIGHT, "Bo said"), date="unknown", parent=0)
    send(as_ed, right, do="store")
    assert Comment.objects.get(name="Bo").dated_at is None


def test_long_sources_are_shown_page_by_page(as_ed):
    text = RIGHT.replace("Nobody looks", "Filler.\n\n" * 300 + "Nobody looks")
    source = imported(text)
    first = text_of(as_ed.get(page_of(source)))
    assert first.count('id="line-') == 200 and "?at=201" in first
    later = text_of(as_ed.get(f"{page_of(source)}?at=601"))
    assert "Bo" in later and 'id="line-601"' in later
    for wrong in ("x", "-3", "99999999999", "٣"):
        assert as_ed.get(page_of(source), {"at": wrong}).status_code == 200


def test_hostile_text_is_escaped(as_ed):
    source = imported(RIGHT.replace("By whom?", "<script>alert(1)</script>"))
    mark(as_ed, source, "comment", line_of(RIGHT, "The pole"), name="<b>Dora</b>")
    page = text_of(as_ed.get(f"{page_of(source)}?preview=1"))
    assert "<script>alert(1)" not in page and "<b>Dora" not in page


def test_only_editors_repair(client, mo, stella, right):
    for user in (mo, stella):
        client.force_login(user)
        assert client.get(page_of(right)).status_code == 403
        assert client.post(page_of(right), {"do": "store"}).status_code == 403


def test_two_editors_take_turns(client, ed, right):
    other = member("kim", "Editor")
    client.force_login(ed)
    mark(client, right, "comment", line_of(RIGHT, "The pole"), name="Dora")
    client.force_login(other)
    mark(client, right, "comment", line_of(RIGHT, "I painted"), name="Emil")
    assert len(Repair.objects.get(stored_at=None).marks) == 2


def test_a_draft_can_be_deleted(as_ed, right):
    mark(as_ed, right, "comment", line_of(RIGHT, "The pole"), name="Dora")
    send(as_ed, right, do="drop")
    assert not Repair.objects.filter(stored_at=None).exists()


def test_what_can_not_be_repaired_says_why(as_ed):
    source = Source.objects.create(name="x.xml", sha256="0" * 64, size=1, format="wordpress")
    assert "Only texts and saved pages can be repaired." in text_of(as_ed.get(page_of(source)))
    assert as_ed.get(reverse("admin:commentary_repair_source", args=[999])).status_code == 404


def test_pages_about_a_source_lead_to_its_repair(as_ed, right):
    bo = Comment.objects.get(name="Bo")
    for page in (
        reverse("admin:commentary_importrun_change", args=[right.runs.get().pk]),
        reverse("admin:commentary_source_lines", args=[right.pk]),
        reverse("admin:commentary_comment_source", args=[bo.key]),
    ):
        assert page_of(right) in text_of(as_ed.get(page)), page


def test_the_preview_lists_what_was_edited_here(as_ed, ed, right):
    discussions.correct(Comment.objects.get(name="Ann"), ed, "Ann", "Other words.")
    mark(as_ed, right, "comment", line_of(RIGHT, "The pole"), name="Dora")
    page = text_of(as_ed.get(f"{page_of(right)}?preview=1"))
    assert "Kept, because it was edited here (1)" in page


def test_the_number_of_queries_does_not_grow_with_the_comments(
    as_ed, django_assert_num_queries, right
):
    with CaptureQueriesContext(connection) as few:
        as_ed.get(page_of(right))
    more = "".join(
        f"Guest {n} said...\n\nWord {n}.\n\nOctober 6, 2010 at 6:30 AM\n\n" for n in range(90)
    )
    long = imported(f"{RIGHT}\n{more}".replace("What the gauge remembers", "Other title"), "b.txt")
    assert article_of(long).discussion.approved_count == 93
    with django_assert_num_queries(len(few)):
        as_ed.get(page_of(long))
