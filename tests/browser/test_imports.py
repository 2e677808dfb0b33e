"""The pages about imports in a real browser: review, undo, conflicts, proposals and repair."""

import io
import re

import pytest
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Page, expect

from commentary import discussions
from commentary.admin.import_review import review_address
from commentary.importing.source import SourceFile
from commentary.importing.store import import_source
from commentary.models import Article, Comment, ImportConflict, ImportRun, Source
from tests.browser.checks import assert_accessible
from tests.browser.test_moderation import focused
from tests.browser.test_moderation import press as press_key
from tests.browser.test_repairs import quay
from tests.importing.exports import wxr, wxr_comment, wxr_item

WATER = "The river floods the lower meadow every spring since they built the dam."
CONFLICTS = "/admin/import-conflicts/"


@pytest.fixture
def doubtful(transactional_db, tmp_path) -> list[Source]:
    """Files that were imported together, and whose comments were not recognised."""
    folder = tmp_path / "harbour"
    folder.mkdir()
    for n in (1, 2, 3):
        (folder / f"quay-{n}.txt").write_text(quay(n), encoding="utf-8")
    options = {"format": "text", "stdout": io.StringIO(), "stderr": io.StringIO()}
    call_command("import_commentary", str(folder), **options)
    return list(Source.objects.filter(name__contains="quay-").order_by("name"))


def bring(*comments: str) -> ImportRun:
    import_source(SourceFile.from_bytes("export.xml", wxr(wxr_item(*comments))))
    return ImportRun.objects.latest("pk")


@pytest.fixture
def merged(transactional_db, ines) -> ImportRun:
    """An import that found two conflicts, in an article in which something was decided since."""
    bring(*(wxr_comment(n, f"The rope {n} is old") for n in (1, 2, 3)))
    for found in Comment.objects.filter(source_key__in=("1", "2")):
        discussions.correct(found, ines, found.name, f"{found.body}, we think")
    run = bring(*(wxr_comment(n, f"The rope {n} is very old") for n in (1, 2, 3)))
    discussions.remove(Comment.objects.get(source_key="3"), by=ines)
    return run


@pytest.fixture
def flat(transactional_db) -> Article:
    """An article with a discussion that lost its threads."""
    article = Article.objects.create(
        title="The dam", slug="dam", body="On a dam.", is_published=True
    )
    said = [
        ("Maren Vogel", WATER),
        ("Jonas", "Our roof leaks."),
        ("Piet", "@Maren Vogel I agree."),
        ("Lotte", f"> {WATER}\n\nNo. Not every spring."),
        ("Bo", "I read what @Jonas said."),
    ]
    rows = [Comment(name=name, body=body) for name, body in said]
    discussions.import_comments(article.pk, rows, [None] * 5, ["approved"] * 5)
    return article


def replies_of(article: Article) -> str:
    return reverse("admin:commentary_reply_proposals", query={"article": article.pk})


def parents(article: Article) -> list[int | None]:
    rows = Comment.objects.filter(discussion=article.pk).order_by("number")
    return list(rows.values_list("parent__number", flat=True))


def click(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile(name)).first.click()


@pytest.mark.parametrize("name", ["review", "run", "undo", "conflicts", "replies", "repair"])
def test_axe_finds_no_violation_and_nothing_is_cut_off(enter, ines, request, name):
    if name in ("review", "repair"):
        source = request.getfixturevalue("doubtful")[0]
        repair = reverse("admin:commentary_repair_source", args=[source.pk])
        path = review_address(source.runs.get().batch) if name == "review" else repair
    elif name == "replies":
        path = replies_of(request.getfixturevalue("flat"))
    else:
        run = request.getfixturevalue("merged")
        route = "undo" if name == "undo" else "change"
        page_of_run = reverse(f"admin:commentary_importrun_{route}", args=[run.pk])
        path = CONFLICTS if name == "conflicts" else page_of_run
    page = enter(ines, path)
    page.evaluate("document.querySelectorAll('#content details').forEach(d => { d.open = true; })")
    assert_accessible(page)


@pytest.mark.parametrize("script", [True, False])
def test_conflicts_are_decided_one_by_one_and_together(enter, ines, merged, script):
    page = enter(ines, CONFLICTS, script=script)
    click(page, "Keep ours #1 text")
    expect(page.locator(".undo-bar")).to_contain_text("Kept ours")
    click(page, "Undo")
    assert ImportConflict.objects.filter(state="open").count() == 2
    click(page, "Use the source’s all in this filter")
    expect(page.get_by_text("No import conflicts are waiting for a decision.")).to_be_visible()
    texts = Comment.objects.order_by("number").values_list("body", flat=True)
    assert list(texts) == [f"The rope {n} is very old" for n in (1, 2, 3)]


@pytest.mark.parametrize("script", [True, False])
def test_a_run_is_undone_and_redone_after_the_exceptions_were_shown(enter, ines, merged, script):
    page = enter(
        ines, reverse("admin:commentary_importrun_change", args=[merged.pk]), script=script
    )
    page.get_by_role("link", name="Undo this import").first.click()
    expect(page.get_by_text("#3").first).to_be_visible()
    click(page, "Undo this import")
    expect(page.get_by_text("Import undone.")).to_be_visible()
    assert not ImportConflict.objects.exists()
    page.get_by_role("link", name="Redo this import").first.click()
    click(page, "Redo this import")
    expect(page.get_by_text("Import redone.")).to_be_visible()
    assert ImportConflict.objects.count() == 2


@pytest.mark.parametrize("script", [True, False])
def test_proposals_are_accepted_dismissed_and_undone(enter, ines, flat, script):
    page = enter(ines, replies_of(flat), script=script)
    click(page, r"Dismiss\s*: #3 answers #1")
    expect(page.locator(".undo-bar")).to_contain_text("Dismissed")
    assert page.locator(".queue-item").count() == 2
    click(page, "Undo")
    assert page.locator(".queue-item").count() == 3
    click(page, r"Accept\s*: #3 answers #1")
    assert parents(flat) == [None, None, 1, None, None]
    click(page, "Dismiss all 2 on this page")
    expect(page.get_by_text("No proposals for these comments.")).to_be_visible()
    assert parents(flat) == [None, None, 1, None, None]


def test_proposals_are_decided_by_one_key_each(enter, ines, flat):
    page = enter(ines, replies_of(flat))
    page.get_by_label("Single-key shortcuts").check()
    page.locator(".queue-title a").first.focus()
    press_key(page, "r")
    assert "#4" in focused(page)
    press_key(page, "a")
    assert parents(flat) == [None, None, None, 1, None]
    press_key(page, "u")
    assert parents(flat) == [None, None, None, None, None]


def test_a_doubtful_file_leads_to_its_repair_without_script(enter, ines, doubtful: list[Source]):
    batch = doubtful[0].runs.get().batch
    assert batch
    page = enter(ines, review_address(batch), script=False)
    page.get_by_role("link", name="Repair").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Repair")
    assert page.locator(".repair-line").count() > 5
