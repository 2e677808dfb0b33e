"""Archives from end to end: the export after an import has the expected content."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command

from commentary.models import Article, Comment, FormerAddress, ImportRun, MediaFile, Source

pytestmark = pytest.mark.django_db

SAMPLES = Path(__file__).parents[1] / "saved_pages"
ARCHIVES = Path(__file__).parent / "archives"
EXPECTED = sorted([*SAMPLES.glob("*.json"), *ARCHIVES.glob("*.json")])


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def input_of(expected: Path) -> Path:
    """Return the page, file or folder for an expected result."""
    return next(
        path
        for path in sorted(expected.parent.iterdir())
        if path.suffix != ".json"
        and path.name.removesuffix(".warc.gz").removesuffix(".html") == expected.stem
    )


def imported(*paths: Path, **options) -> str:
    out, errors = io.StringIO(), io.StringIO()
    call_command("import_commentary", *map(str, paths), stdout=out, stderr=errors, **options)
    return out.getvalue() + errors.getvalue()


def exported() -> dict:
    out = io.StringIO()
    call_command("export_commentary", "--all", stdout=out)
    return json.loads(out.getvalue())


def one_line(value: object) -> str:
    return " ".join(str(value or "").split())


def address(url: object) -> str:
    return str(url or "").removeprefix("https://").removeprefix("http://").rstrip("/")


def day_or_minute(value: str | None) -> object:
    if not value:
        return None
    date = datetime.fromisoformat(value)
    if len(value) == 10:
        return date.date()
    return (date.astimezone(UTC) if date.tzinfo else date).replace(second=0, tzinfo=None)


def assert_same_date(expected: str | None, found: str | None) -> None:
    made = day_or_minute(found)
    if expected and len(expected) == 10 and isinstance(made, datetime):
        made = made.date()
    assert day_or_minute(expected) == made


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.stem)
def test_an_archive_is_imported_as_expected(expected):
    golden = json.loads(expected.read_text())
    imported(input_of(expected))
    found = exported()
    assert sorted(found["not_articles"]) == sorted(golden["not_articles"])
    assert {(c["name"], address(c["of"])) for c in found["duplicates"]} == {
        (c["name"], address(c["of"])) for c in golden["duplicates"]
    }
    assert len(found["articles"]) == len(golden["articles"])
    articles = {one_line(article["title"]): article for article in found["articles"]}
    for wanted in golden["articles"]:
        assert_article(wanted, articles[one_line(wanted["title"])])


def assert_article(wanted: dict, found: dict) -> None:
    assert found["authors"] == wanted["authors"]
    assert_same_date(wanted["date"], found["date"])
    assert address(found["url"]) == address(wanted["url"])
    assert set(map(address, wanted["old_addresses"])) <= set(
        map(address, [*found["old_addresses"], found["url"]])
    )
    texts = [wanted["body_text"], *wanted.get("body_ok", [])]
    assert one_line(found["body_text"]) in map(one_line, texts)
    assert found["blocks"] == wanted["blocks"]
    assert found["declared_count"] == wanted["declared_count"]
    assert found["closed"] == bool(wanted["closed"])
    assert_pictures(wanted["pictures"], found["pictures"])
    people = [c for c in wanted["comments"] if c["kind"] not in ("pingback", "trackback")]
    assert len(people) == sum(c["kind"] not in ("pingback", "trackback") for c in found["comments"])
    by_text = {one_line(comment["text"]): comment for comment in found["comments"]}
    for comment in people:
        assert_comment(comment, by_text, wanted["comments"], found["comments"])


def assert_pictures(wanted: list[dict], found: list[dict]) -> None:
    assert len(found) == len(wanted)
    for golden, picture in zip(wanted, found, strict=True):
        assert picture["sha256"] in {golden["sha256"], *golden.get("sha256_ok", [])}
        assert (picture["alt"], picture["caption"]) == (golden["alt"] or "", golden["caption"])


def assert_comment(wanted: dict, by_text: dict, goldens: list[dict], all_found: list[dict]) -> None:
    found = next(
        by_text[one_line(text)]
        for text in [wanted["text"], *wanted.get("text_ok", [])]
        if one_line(text) in by_text
    )
    assert found["kind"] == wanted["kind"]
    assert set(wanted["old_ids"]) <= set(found["old_ids"])
    if wanted["kind"] != "deleted":
        named = None if wanted["author"] == "Anonymous" else wanted["author"]
        assert (found["author"], found["author_url"]) == (named, wanted["author_url"])
        assert_same_date(wanted["date"], found["date"])
    parent = wanted["parent_index"]
    above = found["parent_index"]
    assert (parent is None) == (above is None)
    if parent is not None:
        assert one_line(all_found[above]["text"]) == one_line(goldens[parent]["text"])


def test_importing_an_archive_again_stores_nothing():
    mirror = SAMPLES / "16-wget-mirror"
    imported(mirror)
    counts = [
        model.objects.count() for model in (Article, Source, ImportRun, MediaFile, FormerAddress)
    ]
    assert "0 articles and 0 comments added" in imported(mirror)
    assert counts == [
        model.objects.count() for model in (Article, Source, ImportRun, MediaFile, FormerAddress)
    ]


def test_a_corrected_page_updates_its_comments_and_keeps_pictures_that_it_lacks(tmp_path):
    page = SAMPLES / "01-wordpress-html5.html"
    imported(page)
    before = Article.objects.get().body
    assert before.count('src="media:') == 2
    corrected = tmp_path / page.name  # without the folder of its pictures
    corrected.write_text(page.read_text().replace("my birthday", "my last birthday"))
    told = imported(corrected)
    assert "1 item updated" in told
    assert "differ" not in told
    comments = Comment.objects.filter(body__contains="my last birthday")
    assert [entry.verb for entry in comments.get().audit_entries.all()] == ["update"]
    assert Article.objects.get().body == before
    corrected.write_text(page.read_text().replace("two herons", "three herons"))
    assert "updated from this file: the text changed" in imported(corrected)
    assert Article.objects.get().body == before.replace("two herons", "three herons")
    assert Article.objects.get().pictures.count() == 2


def test_a_saved_page_that_shows_fewer_comments_than_it_states_updates_those(tmp_path):
    page = SAMPLES / "01-wordpress-html5.html"
    imported(page)
    corrected = tmp_path / page.name
    text = page.read_text().replace("my birthday", "my last birthday")
    corrected.write_text(text.replace("7 Replies", "12 Replies"))
    told = imported(corrected)
    assert "expected 12 comments, found" in told
    assert "1 item updated" in told
    assert Comment.objects.filter(body__contains="my last birthday").exists()


@pytest.mark.parametrize(
    ("old", "new", "reason", "kept"),
    [
        (
            "<title>The Lamps of the North Quay |",
            "<title>Bread and Herring |",
            "the title differs from that in the page's metadata",
            None,
        ),
        (
            '<h1 class="entry-title">The Lamps of the North Quay',
            '<h1 class="entry-title">The Lamps of the North Quay at 9:15 on 3 May 2011',
            "the title contains a time",
            "title",
        ),
        (
            "<p>The schoolhouse roof",
            "<p>3 May 2011</p><p>Bread.</p><p>4 May 2011</p><p>The schoolhouse attic",
            "the article contains several dated lines, which may be comments",
            "body",
        ),
    ],
)
def test_a_doubt_blocks_only_updates_of_what_it_is_about(tmp_path, old, new, reason, kept):
    page = SAMPLES / "01-wordpress-html5.html"
    imported(page)
    before = Article.objects.get()
    corrected = tmp_path / page.name
    text = page.read_text().replace("my birthday", "my last birthday")
    assert old in text
    corrected.write_text(text.replace(old, new))
    assert reason in imported(corrected)
    assert Comment.objects.filter(body__contains="my last birthday").exists()
    after = Article.objects.get()
    assert kept is None or getattr(after, kept) == getattr(before, kept)


def test_an_excerpt_of_a_saved_article_changes_nothing(tmp_path):
    page = SAMPLES / "01-wordpress-html5.html"
    imported(page)
    before = Article.objects.get().body
    text = page.read_text()
    start, end = text.index("<p>The second bridge"), text.index("<p>I walked the old towpath")
    excerpt = tmp_path / page.name
    excerpt.write_text(text[:start] + text[end:])
    imported(excerpt)
    assert Article.objects.get().body == before


def test_a_dry_run_of_an_archive_stores_nothing(tmp_path):
    told = imported(SAMPLES / "16-wget-mirror", dry_run=True)
    assert "2 articles and 4 comments added" in told and "nothing was stored" in told
    for model in (Article, Source, ImportRun, MediaFile, FormerAddress):
        assert not model.objects.exists()
    assert not (tmp_path / "media").exists()


def test_every_text_of_a_page_has_exactly_one_use():
    imported(SAMPLES / "01-wordpress-html5.html")
    run = ImportRun.objects.get()
    numbers = [n for span in run.ledger for n in range(span["first"], span["last"] + 1)]
    assert numbers == list(range(1, run.counts["texts read"] + 1))
    assert run.counts["texts left over"] == 0


def test_an_article_shows_its_pictures_from_our_site(client):
    imported(SAMPLES / "01-wordpress-html5.html")
    page = client.get(Article.objects.get().get_absolute_url()).content.decode()
    for file in MediaFile.objects.exclude(width=None):
        assert f"/media/{file.sha256}-" in page
    assert 'src="http' not in page
