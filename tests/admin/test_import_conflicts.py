"""The page where import conflicts are decided."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commentary import discussions
from commentary.importing.source import SourceFile
from commentary.importing.store import import_source
from commentary.models import Article, AuditEntry, Comment, ImportConflict, ImportRun
from tests.importing.exports import wxr, wxr_comment, wxr_item

pytestmark = pytest.mark.django_db
CONFLICTS = "/admin/import-conflicts/"


def bring(*comments: str) -> None:
    import_source(SourceFile.from_bytes("export.xml", wxr(wxr_item(*comments))))


@pytest.fixture
def conflicts(ed):
    """`conflicts(3)` makes that many conflicts and returns them."""

    def make(count: int) -> list[ImportConflict]:
        numbers = range(1, count + 1)
        bring(*(wxr_comment(n, f"The rope {n} is old") for n in numbers))
        for found in Comment.objects.all():
            discussions.correct(found, ed, found.name, f"{found.body}, <i>we</i> think")
        bring(*(wxr_comment(n, f"The rope {n} is very old") for n in numbers))
        return list(ImportConflict.objects.order_by("pk"))

    return make


def text(page) -> str:
    return page.content.decode()


def picks(page) -> list[str]:
    return [item.pick for item in page.context["items"]]


def bodies() -> list[str]:
    return list(Comment.objects.order_by("number").values_list("body", flat=True))


def test_the_three_texts_are_shown_with_their_differences(as_ed, conflicts):
    conflicts(1)
    page = text(as_ed.get(CONFLICTS))
    assert '<div class="differences" dir="auto">The rope 1 is old</div>' in page
    assert ">very </ins>" in page.replace("</span>very", ">very").replace(
        '<span class="hidden-text">]</span>', ""
    )
    assert "we</ins>" not in page and "think" in page


def test_texts_that_differ_only_in_tags_are_shown_with_them(as_ed, ed):
    bring(wxr_comment(1, "An old rope"))
    discussions.correct(Comment.objects.get(), ed, "Ada", "An <b>old</b> rope")
    bring(wxr_comment(1, "An <i>old</i> rope"))
    page = text(as_ed.get(CONFLICTS))
    assert "&lt;" in page and "<i>" not in page and "<b>old" not in page


def test_one_conflict_is_decided_with_an_entry_and_an_undo(as_ed, ed, conflicts):
    conflicts(2)
    (first, _second) = picks(as_ed.get(CONFLICTS))
    answer = as_ed.post(CONFLICTS, {"one": f"use_source:{first}"}, follow=True)
    assert bodies() == ["The rope 1 is very old", "The rope 2 is old, <i>we</i> think"]
    assert AuditEntry.objects.get(verb="update").actor == ed
    bar = answer.context["bar"]
    as_ed.post(CONFLICTS, {"undo": bar.value})
    assert bodies()[0] == "The rope 1 is old, <i>we</i> think"
    assert len(picks(as_ed.get(CONFLICTS))) == 2


def test_the_selected_conflicts_are_decided_together(as_ed, conflicts):
    conflicts(3)
    one, two, _three = picks(as_ed.get(CONFLICTS))
    as_ed.post(CONFLICTS, {"bulk": "keep_ours", "pick": [one, two]})
    assert [c.state for c in ImportConflict.objects.order_by("pk")] == ["ours", "ours", "open"]
    assert AuditEntry.objects.filter(verb="keep_ours").values("batch").distinct().count() == 1
    page = as_ed.get(CONFLICTS)
    assert "2 conflicts" in text(page)
    as_ed.post(CONFLICTS, {"undo": page.context["bar"].value})
    assert not ImportConflict.objects.exclude(state="open").exists()


def test_all_conflicts_of_a_filter_are_decided_at_once(as_ed, conflicts):
    conflicts(12)
    assert len(picks(as_ed.get(CONFLICTS))) == 10
    as_ed.post(CONFLICTS, {"all": "use_source"})
    assert all(body.endswith("very old") for body in bodies())


def test_a_stale_form_overwrites_nothing(as_ed, ed, conflicts):
    conflicts(1)
    (pick,) = picks(as_ed.get(CONFLICTS))
    discussions.correct(Comment.objects.get(), ed, "Ada", "Edited again")
    answer = as_ed.post(CONFLICTS, {"one": f"use_source:{pick}"}, follow=True)
    assert "It was changed after you opened the page." in text(answer)
    assert bodies() == ["Edited again"]
    without = pick.rpartition(":")[0]
    as_ed.post(CONFLICTS, {"one": f"use_source:{without}"})
    assert bodies() == ["Edited again"]


def test_a_conflict_decided_meanwhile_is_skipped(as_ed, ed, conflicts):
    (conflict,) = conflicts(1)
    (pick,) = picks(as_ed.get(CONFLICTS))
    discussions.decide_conflicts("keep_ours", [conflict.key], ed)
    answer = as_ed.post(CONFLICTS, {"one": f"use_source:{pick}"}, follow=True)
    assert "#1, text: Already decided." in text(answer)


def test_the_page_of_a_run_counts_its_open_conflicts(as_ed, ed, conflicts):
    found = conflicts(3)
    discussions.decide_conflicts("keep_ours", [found[0].key], ed)
    run = ImportRun.objects.latest("pk")
    page = as_ed.get(reverse("admin:commentary_importrun_change", args=[run.pk]))
    assert page.context["open_conflicts"] == 2
    listed = as_ed.get(page.context["conflicts_page"])
    assert len(listed.context["items"]) == 2


def test_other_staff_decide_no_conflicts(client, stella):
    client.force_login(stella)
    assert client.get(CONFLICTS).status_code == 403


def test_moderators_decide_about_comments_and_editors_about_articles_too(client, mo, ed, conflicts):
    (about,) = conflicts(1)
    article = Article.objects.get()
    discussions.correct(article, ed, "Ours", article.body)
    data = wxr(wxr_item(wxr_comment(1, "The rope 1 is very old")))
    import_source(
        SourceFile.from_bytes("export.xml", data.replace(b"Ropes &amp; knots", b"Theirs"))
    )
    title = ImportConflict.objects.get(comment=None)
    pick = f"{title.key}:{discussions.conflict_edition(title)}"
    client.force_login(mo)
    page = client.get(CONFLICTS)
    assert [item.conflict for item in page.context["items"]] == [about]
    assert [tab.count for tab in page.context["tabs"]] == [1, 0, 0, 0]
    answer = client.post(CONFLICTS, {"one": f"use_source:{pick}"}, follow=True)
    assert "Only editors decide about articles." in text(answer)
    client.post(CONFLICTS, {"all": "use_source"})
    assert bodies() == ["The rope 1 is very old"]
    title.refresh_from_db()
    assert (title.state, Article.objects.get().title) == ("open", "Ours")
    client.force_login(ed)
    client.post(CONFLICTS, {"one": f"use_source:{pick}"})
    assert Article.objects.get().title == "Theirs"


def test_the_number_of_queries_does_not_depend_on_the_number_of_conflicts(as_ed, conflicts):
    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            as_ed.get(CONFLICTS)
        return len(found)

    conflicts(2)
    few = count()
    conflicts(10)
    assert count() == few


def test_a_comment_gone_from_its_source_is_shown_with_its_last_sighting(as_ed):
    bring(wxr_comment(1, "The first of two comments"), wxr_comment(2, "The second of them"))
    bring(wxr_comment(1, "The first of two comments"))
    first, last = ImportRun.objects.order_by("pk")
    gone = Comment.objects.get(source_key="2")
    run_page = as_ed.get(reverse("admin:commentary_importrun_change", args=[last.pk]))
    assert "Missing from the source" in text(run_page)
    assert [one.comment for one in run_page.context["gone"]] == [gone]
    change = text(as_ed.get(reverse("admin:commentary_comment_change", args=[gone.key])))
    assert "missing since" in change
    sightings = as_ed.get(reverse("admin:commentary_comment_source", args=[gone.key])).context[
        "sightings"
    ]
    assert (sightings.first, sightings.last, sightings.gone_since) == (first, first, last)
    there = Comment.objects.get(source_key="1")
    sightings = as_ed.get(reverse("admin:commentary_comment_source", args=[there.key])).context[
        "sightings"
    ]
    assert (sightings.first, sightings.last, sightings.gone_since) == (first, last, None)
