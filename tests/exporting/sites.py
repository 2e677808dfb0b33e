"""A site with something in every table that is exported."""

import io
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db.models import Model
from django.utils import timezone
from PIL import Image

from commentary import discussions
from commentary.discussions import tree
from commentary.discussions.audit import append_to_site
from commentary.discussions.verification import verify
from commentary.importing.site_lines import EXPORTED, TABLES
from commentary.media import store_picture
from commentary.models import (
    Article,
    AuditHead,
    Author,
    Comment,
    GoneComment,
    ImportConflict,
    MissedAddress,
    PageVersion,
    Repair,
    Rule,
    SavedText,
    SiteAuditEntry,
    SiteProfile,
    SiteSettings,
    Source,
    SourceChunk,
    StaffNote,
    Subscription,
    TextPage,
)
from tests.conftest import make_article, staff

LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 28"><path d="M0 0h48v28"/></svg>'
SAMPLES = Path(__file__).parents[1] / "importing" / "samples"
FIXTURES = Path(__file__).parents[2] / "fixtures"


def picture_bytes(color: str = "red") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), color).save(made, "PNG")
    return made.getvalue()


def make_site(ed, article, threads, tmp_path) -> None:
    """Fill the site. `threads` are comments of `article`."""
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "seeds.jsonl").write_text((SAMPLES / "json" / "seeds.jsonl").read_text())
    (folder / "media").mkdir()
    call_command("import_commentary", str(folder), verbosity=0)
    names = ("wordpress", "disqus", "eight-small-repairs.txt")
    call_command("import_commentary", *(str(FIXTURES / name) for name in names), verbosity=0)
    sender = discussions.Sender(writer="ann", network="net")
    held = discussions.submit(
        article.pk, threads[0].pk, "Held <b>\u2028", sender, "key", "Ann", "ann@example.org"
    )
    discussions.edit_comment(held, sender, "Held, edited", "Ann")
    discussions.correct(threads[1], ed, "Bo", "Corrected")
    discussions.set_language(threads[1], "fr", ed)
    discussions.remove(threads[2], by=ed, reason="Personal")
    discussions.mark_spam(threads[4], by=ed)
    discussions.report_comment(threads[0], sender, "spam")
    discussions.link(threads[0], 1, ed)
    discussions.close(article.discussion, by=ed, reason="Done")
    discussions.close(threads[0], by=ed, reason="Enough")
    tree.move(article.pk, threads[3].pk, threads[5].pk)
    article.refresh_from_db()
    article.slug = "bees"
    article.save()
    author = Author.objects.create(name="Ada Örn", slug="ada")
    author.slug = "ada-oern"
    author.biography = "Keeps bees."
    author.picture = store_picture(picture_bytes("blue"), "ada.png")
    author.save()
    picture = store_picture(picture_bytes(), "red.png")
    damaged = store_picture(b"GIF89a no picture", "bad.gif")
    pictured = make_article(
        "With a picture",
        markup="rich",
        body=f'<p>See</p><p><img src="media:{picture.sha256}" alt="Red" width="40" height="30"></p>',
    )
    pictured.pictures.create(file=picture, position=0, address="https://old.example/red.png")
    pictured.pictures.create(file=damaged, position=1, address="https://old.example/bad.gif")
    pictured.related.create(label="video:", caption="Bees", url="https://video.example/1")
    source = Source.objects.order_by("pk").last()
    assert source
    run = source.runs.get()
    ImportConflict.objects.create(
        discussion=article.discussion, comment=threads[1], field="text", run=run, now="Newer"
    )
    GoneComment.objects.create(discussion=article.discussion, comment=threads[3], run=run)
    writer = staff("repairer")
    Repair.objects.create(source=source, editor=writer, marks=[{"line": 1}], run=run)
    SiteProfile.objects.create(name="old", site="old.example", rules="[a]", editor=ed)
    look = SiteSettings.load()
    look.name, look.tagline, look.accent = "The Quay", "Notes", "#2f6b3a, #93d3a0"
    look.set_file("logo", LOGO)
    look.save()
    page = TextPage.objects.create(title="Imprint", slug="imprint", text="*Me*", is_published=True)
    PageVersion.objects.create(page=page, title="Imprint", text="Me", editor=ed)
    make_article("A draft", is_published=False)
    make_article("", slug="untitled")
    Rule.objects.create(kind="words", pattern="casino")
    noted = Comment.objects.order_by("pk")[0]
    Subscription.objects.create(
        comment=threads[0],
        discussion_id=article.pk,
        email="ann@example.org",
        mailbox="ann@example.org",
        confirmed_at=timezone.now(),
    )
    StaffNote.objects.create(
        discussion_id=noted.discussion_id,
        comment=noted,
        writer="w" * 64,
        author=User.objects.order_by("pk").first(),
        author_name="ed",
        body="Checked the links.",
    )
    SavedText.objects.create(kind="reason", text="Off topic", position=1)
    MissedAddress.objects.count_one("https://old.example/gone", "0" * 64)
    append_to_site(SiteAuditEntry.REMOVE, {"article": 10**6, "run": run.pk}, ed)
    AuditHead.keep(verify().heads)


def empty_tables() -> list[str]:
    """Return the exported tables without a row."""
    return [t.name for t in TABLES.values() if not t.model._base_manager.exists()]


def export(path: Path, *arguments: str, **options) -> bytes:
    """Export the site and return the bytes."""
    call_command("export_commentary", *arguments, output=str(path), **options)
    return path.read_bytes()


def empty_site() -> None:
    """Remove all rows, as in a new database."""
    call_command("flush", interactive=False, verbosity=0)
    assert not Article.objects.exists()


def rows() -> dict[str, list[dict]]:
    """Return all rows, without the random versions of pages and the keys of accounts and of chunks."""
    models: list[type[Model]] = [*EXPORTED, SourceChunk]
    return {
        model.__name__: [
            {
                name: value
                for name, value in row.items()
                if name not in ("actor_id", "editor_id")
                and (model, name) not in ((SourceChunk, "id"), (StaffNote, "author_id"))
            }
            | ({"version": None} if model.__name__ in ("Discussion", "SiteSettings") else {})
            for row in model._base_manager.order_by("pk").values()
        ]
        for model in models
    }


@pytest.fixture
def archived_site(ed, article, threads, tmp_path, settings):
    """A site with hidden comments, deep threads, points and more than one page of a discussion."""
    settings.MEDIA_ROOT = str(tmp_path / "stored")
    settings.COMMENTS_PER_PAGE, settings.ARTICLES_PER_PAGE = 4, 5
    make_site(ed, article, threads, tmp_path)
    discussions.import_comments(
        article.pk,
        [Comment(body="Pendingword"), Comment(body="Spamword"), Comment(body="Rejectedword")],
        [None] * 3,
        [Comment.Status.PENDING, Comment.Status.SPAM, Comment.Status.REJECTED],
    )
    gone = discussions.import_comments(
        article.pk, [Comment(body="Removedword", name="Gonename")], [None]
    )
    discussions.import_comments(article.pk, [Comment(body="A reply that stays")], gone)
    discussions.remove(gone[0], by=ed, reason="Personal")
    make_article("Draftword", is_published=False, body="Draftword")
    discussions.import_comments(
        Article.objects.get(slug="with-a-picture").pk,
        [Comment(body=f"Level {n}", name="Deep") for n in range(30)],
        [None, *range(29)],
    )
    repairs = Article.objects.get(slug__startswith="eight-small")
    for comment in Comment.objects.filter(discussion=repairs.pk)[:2]:
        discussions.link(comment, 1, ed)


@pytest.fixture
def own_archive(archived_site, tmp_path) -> Path:
    """The exported archive of the site in the database, for tests that compare or change them."""
    return export_archive(tmp_path / "archive")


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("shared") / "archive"


@pytest.fixture
def archive(request, shared_folder) -> Path:
    """An exported archive, made once for all tests that only read it. The database may be empty."""
    if not shared_folder.exists():
        request.getfixturevalue("archived_site")
        export_archive(shared_folder)
    return shared_folder


def export_archive(folder: Path) -> Path:
    call_command("export_archive", str(folder), verbosity=0)
    return folder
