"""`export_commentary --format wxr`, read by WordPress's rules and by our own importer."""

import re
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from lxml import etree

from commentary import discussions
from commentary.models import Article, Author, Comment, Source
from commentary.text.markup import rendered_text
from tests.conftest import make_article
from tests.exporting.sites import empty_site, export, make_site

pytestmark = pytest.mark.django_db(transaction=True)
SITE = "https://archive.example"
WP = "{http://wordpress.org/export/1.2/}"
NEVER = "0000-00-00 00:00:00"
S = Comment.Status


def wxr(path) -> etree._Element:
    return etree.fromstring(export(path, format="wxr", site=SITE)).find("channel")


def text(element: etree._Element, name: str) -> str:
    return element.findtext(f"{WP}{name}") or ""


def in_wordpress(channel: etree._Element) -> dict[str, list[tuple]]:
    """Return the comments of each post as WordPress's importer stores them: by slug, the text,
    status, type and place of the parent of each.

    It skips posts whose title and date another one has (`post_exists`), inserts comments in the
    order of their ids, and finds only parents that are inserted already.
    """
    assert re.fullmatch(r"\d+\.\d+", text(channel, "wxr_version"))
    posts: set[tuple[str, str]] = set()
    ids: set[int] = set()
    found = {}
    for item in channel.iter("item"):
        title, date = item.findtext("title") or "", text(item, "post_date")
        if date != NEVER:  # an undated post gets the time of the import
            assert (title, date) not in posts
        posts |= {(title, date), ("", date)}
        assert text(item, "post_type") == "post"
        content = item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded")
        assert title or content  # else it refuses the post
        assert text(item, "status") in ("publish", "draft")
        comments = sorted(item.iter(f"{WP}comment"), key=lambda c: int(text(c, "comment_id")))
        places: dict[str, int] = {}
        rows = []
        for place, comment in enumerate(comments):
            number, parent = text(comment, "comment_id"), text(comment, "comment_parent")
            assert int(number) not in ids
            ids.add(int(number))
            assert parent == "0" or parent in places
            places[number] = place
            rows.append(
                (
                    text(comment, "comment_content"),
                    text(comment, "comment_approved"),
                    text(comment, "comment_type"),
                    places.get(parent),
                )
            )
        found[text(item, "post_name")] = rows
    return found


def stored() -> dict[tuple[str, bool], list[tuple]]:
    """Return the comments of each article: text, name, status, kind, date and place of the parent."""
    found: dict[tuple[str, bool], list[tuple]] = {}
    for article in Article.objects.order_by("pk"):
        places: dict[int | None, int] = {}
        rows = []
        for place, comment in enumerate(
            Comment.objects.filter(discussion=article.pk).in_reading_order()
        ):
            places[comment.pk] = place
            rows.append(
                (
                    " ".join(rendered_text(comment.body_html).split()),
                    comment.name,
                    comment.status,
                    comment.kind,
                    comment.dated_at and comment.dated_at.replace(microsecond=0),
                    comment.date_is_local,
                    places.get(comment.parent_id),
                )
            )
        found[" ".join(article.title.split()), article.is_published] = rows
    return found


def test_wordpress_finds_equal_counts_parents_and_statuses(ed, article, threads, tmp_path):
    make_site(ed, article, threads, tmp_path)
    found = in_wordpress(wxr(tmp_path / "site.xml"))
    assert len(found) == Article.objects.count() > 8
    shown = {
        S.APPROVED: "1",
        S.PENDING: "0",
        S.SPAM: "spam",
        S.REJECTED: "trash",
        S.REMOVED: "trash",
    }
    for (_title, _published), rows, one in zip(
        stored(), stored().values(), found.values(), strict=True
    ):
        assert [(shown[r[2]], r[3], r[6]) for r in rows] == [(c[1], c[2], c[3]) for c in one]
    statuses = {c[1] for rows in found.values() for c in rows}
    assert statuses == {"1", "0", "spam", "trash"}


@pytest.mark.slow
def test_our_own_importer_reads_it_back(ed, article, threads, tmp_path, capsys):
    make_site(ed, article, threads, tmp_path)
    held = Comment.objects.pending().first()
    assert held
    discussions.reject(held, by=ed)
    before = stored()
    export(tmp_path / "site.xml", format="wxr", site=SITE)
    empty_site()
    capsys.readouterr()
    call_command("import_commentary", str(tmp_path / "site.xml"))
    printed = capsys.readouterr()
    assert "site.xml: ok" in printed.out
    assert "invalid date" not in printed.err
    assert stored() == before


def test_names_of_authors_drafts_and_dates_are_written(article, tmp_path):
    persian = Author.objects.create(name="مریم", slug="مریم")
    article.published_at = datetime(2014, 3, 2, 9, 30, tzinfo=UTC)
    article.save()
    article.bylines.create(author=persian)
    make_article("A draft", is_published=False)
    channel = wxr(tmp_path / "site.xml")
    (author,) = channel.iter(f"{WP}author")
    assert text(author, "author_login").isascii()
    assert text(author, "author_display_name") == "مریم"
    one, draft = channel.iter("item")
    assert one.findtext("{http://purl.org/dc/elements/1.1/}creator") == text(author, "author_login")
    assert text(one, "post_date_gmt") == "2014-03-02 09:30:00"
    assert one.findtext("link") == f"{SITE}/articles/why-bees-dance/"
    assert (text(draft, "status"), text(draft, "post_date")) == ("draft", "0000-00-00 00:00:00")


def test_two_articles_with_one_title_and_date_stay_two(db, tmp_path):
    when = datetime(2014, 3, 2, 9, 30, tzinfo=UTC)
    for number, title in enumerate(["Twin", "Twin", "", "", "Other"]):
        make_article(title, slug=f"a{number}", published_at=when)
    found = in_wordpress(wxr(tmp_path / "site.xml"))
    assert len(found) == 5


def test_text_that_looks_like_markup_stays_text(comment, tmp_path):
    comment("a ]]> b & <b>c</b>\n\nsecond \x0bparagraph\nnext line", name="<i>Ann</i> ]]>")
    (row,) = in_wordpress(wxr(tmp_path / "site.xml"))["why-bees-dance"]
    assert row[0].split("\n") == [
        "a ]]&gt; b &amp; &lt;b&gt;c&lt;/b&gt;", "", "second paragraph", "next line",
    ]  # fmt: skip


def test_the_url_of_the_site_is_required(article):
    for site in (None, "archive.example", "javascript:x"):
        with pytest.raises(CommandError, match="Add --site"):
            call_command("export_commentary", format="wxr", site=site)


def test_the_whole_file_is_kept_as_a_source(article, comment, tmp_path):
    comment("Kept")
    data = export(tmp_path / "site.xml", format="wxr", site=SITE)
    empty_site()
    call_command("import_commentary", str(tmp_path / "site.xml"), verbosity=0)
    assert b"".join(Source.objects.get().read()) == data
