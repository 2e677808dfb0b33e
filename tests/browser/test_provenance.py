"""The pages about imports in a real browser."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from commentary import discussions
from commentary.importing.source import SourceFile
from commentary.importing.store import import_source
from commentary.models import Article, AuditEntry, Comment, ImportRun
from tests.browser.checks import assert_accessible

FIXTURES = Path(__file__).parents[2] / "fixtures"
PAGES = ["article", "comment", "edited", "run", "going on", "stopped", "lines"]


@pytest.fixture
def archive(transactional_db, ines) -> dict[str, str]:
    """An imported article with one edited comment; returns the pages' URLs by kind."""
    capture = (FIXTURES / "a-bakery-without-a-sign.txt").read_bytes()
    import_source(
        SourceFile.from_bytes("a-bakery-without-a-sign.txt", capture + b"\n" + b"w" * 3_000 + b"\n")
    )
    article = Article.objects.get()
    first, second = Comment.objects.order_by("number")[:2]
    discussions.correct(second, ines, "Tobias", second.body.replace("if there", "should there"))
    run = ImportRun.objects.get()
    run.ledger += [{"first": 3, "last": 5, "use": "left over", "owner": "", "reason": "no header"}]
    run.warnings = [*run.warnings, "bytes that are not UTF-8"]
    run.save()
    going = ImportRun.objects.create(
        source=run.source, bytes_read=run.source.size // 3, counts={"comments": 1234}
    )
    stopped = ImportRun.objects.create(source=run.source, bytes_read=run.source.size // 2)
    then = timezone.now() - timedelta(minutes=7)
    ImportRun.objects.filter(pk=stopped.pk).update(updated_at=then)
    runs = "/admin/commentary/importrun"
    return {
        "article": f"/admin/commentary/article/{article.pk}/source/",
        "comment": f"/admin/commentary/comment/{first.pk}/source/",
        "edited": f"/admin/commentary/comment/{second.pk}/source/",
        "run": f"{runs}/{run.pk}/change/",
        "going on": f"{runs}/{going.pk}/change/?pause",
        "stopped": f"{runs}/{stopped.pk}/change/",
        "lines": f"/admin/commentary/source/{run.source_id}/lines/?first=10&last=12",
    }


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_violation_on_any_page(archive, ines, enter, name):
    page = enter(ines, archive[name])
    assert_accessible(page)


@pytest.fixture
def saved_page(transactional_db, settings, tmp_path) -> str:
    """The source page of a comment of a saved page."""
    settings.MEDIA_ROOT = tmp_path / "media"
    page = Path(__file__).parents[1] / "importing" / "saved_pages" / "01-wordpress-html5.html"
    call_command("import_commentary", str(page), stdout=io.StringIO())
    last = Comment.objects.latest("number")
    return f"/admin/commentary/comment/{last.pk}/source/"


def test_a_saved_page_is_scrolled_to_the_comment(saved_page, ines, enter):
    """The frame is loaded from our own host only; `enter` fails if anything else is asked for."""
    page = enter(ines, saved_page)
    assert_accessible(page, (1440, 360))
    frame = page.frame_locator("iframe")
    name = Comment.objects.latest("number").name
    expect(frame.locator("#marked")).to_have_text(name)
    expect(frame.locator("#marked")).to_be_in_viewport()


def test_the_source_is_next_to_the_item_on_wide_screens_and_above_it_on_phones(
    archive, ines, enter
):
    page = enter(ines, archive["edited"])

    def places() -> list[dict[str, float]]:
        return [
            section.bounding_box() for section in page.locator(".source-layout > section").all()
        ]

    source, shown = places()
    assert source["y"] == shown["y"]
    assert source["x"] + source["width"] < shown["x"]
    page.set_viewport_size({"width": 360, "height": 900})
    source, shown = places()
    assert source["y"] + source["height"] < shown["y"]


def test_the_source_text_is_restored_and_undone_without_javascript(archive, ines, enter):
    page = enter(ines, archive["edited"], script=False)
    page.get_by_role("button", name="Restore the source text").click()
    expect(page.get_by_text("The name and text match the source.")).to_be_visible()
    assert Comment.objects.get(number=2).name == "tobias_w"
    restored = AuditEntry.objects.get(verb="restore")
    page.get_by_role("button", name=f"Undo entry {restored.pk}").click()
    expect(page.get_by_text("Change undone.")).to_be_visible()
    assert Comment.objects.get(number=2).name == "Tobias"


def test_the_page_of_a_running_import_reloads_automatically(archive, ines, enter):
    page = enter(ines, archive["going on"].removesuffix("?pause"), script=False)
    expect(page.get_by_text("1,234 comments so far.")).to_be_visible()
    ImportRun.objects.filter(finished_at=None).update(finished_at=timezone.now())
    expect(page.get_by_text("comments so far.")).to_have_count(0, timeout=20_000)
