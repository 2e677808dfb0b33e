"""How sure the importer is of an article: its doubts, their kinds, and what follows from them."""

import pickle

import pytest

from commentary.importing.doubts import (
    ALL_PARTS,
    LEVELS,
    SURE,
    Doubt,
    confidence,
    count_differs,
    doubt_comments,
    doubt_encoding,
    doubted_parts,
    kind_of,
    kinds_text,
    level,
    reasons,
)
from commentary.importing.records import ArticleRecord, CommentRecord
from commentary.importing.source import SourceFile
from commentary.importing.store import import_source
from commentary.models import Article, ImportedArticle, ImportRun
from tests.importing.exports import wxr, wxr_comment, wxr_item
from tests.importing.test_foreign import TOP
from tests.importing.test_store import CAPTURE

MENU = TOP + "Comments\n\n  • Home\n\n  • Our boats\n\n  • Contact us\n"


def imported(text: str | bytes, name: str = "page.txt", **options):
    data = text.encode() if isinstance(text, str) else text
    return import_source(SourceFile.from_bytes(name, data), **options)


def record(*texts: str, author: str = "Ann", authors: tuple[str, ...] = ()) -> ArticleRecord:
    comments = [CommentRecord(str(n), text, author) for n, text in enumerate(texts)]
    return ArticleRecord(key="a", comments=comments, authors=list(authors))


def test_an_article_without_doubts_is_sure():
    assert (confidence([]), level(confidence([]))) == (100, "sure")


@pytest.mark.parametrize("kind", LEVELS)
def test_one_doubt_of_any_kind_makes_an_article_less_than_sure(kind):
    assert confidence([Doubt("why", kind)]) < SURE


def test_more_kinds_of_doubt_leave_less_confidence_and_more_of_one_kind_the_same():
    one = confidence([Doubt("a", "names")])
    assert confidence([Doubt("a", "names"), Doubt("b", "names")]) == one
    assert confidence([Doubt("a", "names"), Doubt("b", "start")]) < one


def test_a_plain_text_among_doubts_is_of_another_kind():
    assert (kind_of("odd"), kind_of(Doubt("odd", "end"))) == ("other", "end")


def test_a_doubt_keeps_its_kind_on_the_way_between_processes():
    assert kind_of(pickle.loads(pickle.dumps(Doubt("odd", "end")))) == "end"  # noqa: S301
    of_title = pickle.loads(pickle.dumps(Doubt("odd", "title", ["title"])))  # noqa: S301
    assert doubted_parts([of_title]) == {"title"}


def test_a_doubt_is_about_all_parts_unless_it_names_some():
    of_rest = Doubt("few", "count", ())
    assert doubted_parts([]) == doubted_parts([of_rest]) == set()
    assert doubted_parts([of_rest, Doubt("odd", "names", ["authors"])]) == {"authors"}
    assert doubted_parts([of_rest, "odd"]) == doubted_parts([Doubt("odd")]) == ALL_PARTS


def test_reasons_are_listed_once_and_the_gravest_first():
    found = reasons([Doubt("a", "title"), Doubt("b", "missed"), Doubt("a", "title")])
    assert found == [("missed", "b"), ("title", "a")]
    assert kinds_text(found) == "|missed|title|"


def test_one_name_under_all_comments_is_doubted():
    odd = record("One.", "Two.", "Three.", "Four.", "Five.", author="Reply to this")
    doubt_comments(odd)
    assert [kind_of(doubt) for doubt in odd.doubts] == ["names"]


@pytest.mark.parametrize(
    "thread",
    [
        record("One.", "Two.", "Three.", "Four."),
        record("One.", "Two.", "Three.", "Four.", "Five.", author=""),
        record("One.", "Two.", "Three.", "Four.", "Five.", authors=("Ann",)),
    ],
    ids=["few", "no names", "the author"],
)
def test_comments_of_one_person_may_be_right(thread):
    doubt_comments(thread)
    assert thread.doubts == []


def test_much_text_after_the_last_comment_is_doubted():
    long = record("One.", "Two.", "word " * 1_000)
    doubt_comments(long)
    assert [kind_of(doubt) for doubt in long.doubts] == ["end"]
    even = record("word " * 900, "Two.", "word " * 1_000)
    doubt_comments(even)
    assert even.doubts == []


def test_a_text_with_many_unreadable_characters_is_doubted():
    garbled, readable = record("One."), record("One.")
    doubt_encoding(garbled, 20, 1_000)
    doubt_encoding(readable, 2, 1_000)
    assert [kind_of(doubt) for doubt in garbled.doubts] == ["encoding"]
    assert readable.doubts == []


# --- what is stored


@pytest.mark.django_db
def test_a_sure_article_is_stored_without_reasons_and_with_its_harmless_warnings_apart():
    report = imported(CAPTURE)
    row = ImportedArticle.objects.get()
    assert (row.article, row.run) == (Article.objects.get(), ImportRun.objects.get())
    assert (row.confidence, row.doubts, row.kinds) == (100, [], "")
    assert (row.comments, row.declared) == (4, 5)
    assert row.warnings == ["expected 5 comments, found 4"]
    assert [review.level for review in report.reviews] == ["sure"]


@pytest.mark.django_db
def test_an_uncertain_article_is_stored_with_its_reasons():
    report = imported(MENU)
    row = ImportedArticle.objects.get()
    assert row.confidence < SURE
    assert ["layout", "the comments are as short as menu items"] in row.doubts
    assert "|layout|" in row.kinds
    assert report.as_dict()["confidence"] == row.confidence
    assert report.as_dict()["level"] == "uncertain"


@pytest.mark.django_db
def test_every_article_of_an_export_has_a_row():
    imported(wxr(wxr_item(number=1), wxr_item(number=2)), "export.xml")
    assert list(ImportedArticle.objects.values_list("confidence", flat=True)) == [100, 100]


@pytest.mark.django_db
def test_an_unchanged_file_reports_the_confidence_of_its_import():
    imported(MENU)
    again = imported(MENU)
    assert again.outcome == "unchanged"
    assert [review.level for review in again.reviews] == ["uncertain"]
    assert ImportedArticle.objects.count() == 1


# --- drafts


@pytest.mark.django_db
def test_a_lower_threshold_publishes_uncertain_articles(settings):
    settings.IMPORT_DRAFT_BELOW = 50
    report = imported(MENU)
    assert report.outcome == "uncertain"
    assert Article.objects.get().is_published
    assert not any("draft" in warning for warning in report.warnings)


@pytest.mark.django_db
def test_articles_can_be_imported_as_drafts():
    report = imported(CAPTURE, as_drafts=True)
    assert (report.outcome, Article.objects.get().is_published) == ("ok", False)


@pytest.mark.django_db
def test_importing_as_drafts_does_not_unpublish_stored_articles():
    imported(wxr(wxr_item(number=1)), "export.xml")
    imported(wxr(wxr_item(number=1), wxr_item(number=2)), "export-2.xml", as_drafts=True)
    assert [a.is_published for a in Article.objects.order_by("pk")] == [True, False]


@pytest.mark.django_db
def test_a_corrected_file_does_not_publish_what_was_imported_as_a_draft():
    item = wxr_item(wxr_comment(1), number=1)
    imported(wxr(item), "export.xml", as_drafts=True)
    report = imported(wxr(wxr_item(wxr_comment(1), wxr_comment(2), number=1)), "export-2.xml")
    assert (report.outcome, Article.objects.get().is_published) == ("ok", False)
    assert not any("draft" in warning for warning in report.warnings)


@pytest.mark.django_db
def test_a_corrected_file_does_not_unpublish_what_an_editor_published():
    imported(wxr(wxr_item(wxr_comment(1), number=1)), "export.xml", as_drafts=True)
    Article.objects.update(is_published=True)
    report = imported(
        wxr(wxr_item(wxr_comment(1), wxr_comment(2), number=1)), "export-2.xml", as_drafts=True
    )
    assert (report.outcome, Article.objects.get().is_published) == ("ok", True)


@pytest.mark.django_db
def test_an_article_that_is_a_draft_at_the_source_is_published_with_it():
    imported(wxr(wxr_item(number=1, status="draft")), "export.xml")
    assert not ImportedArticle.objects.get().is_held_back
    imported(wxr(wxr_item(number=1)), "export-2.xml")
    assert Article.objects.get().is_published


@pytest.mark.parametrize(
    ("declared", "found", "words"),
    [(1, "none", "expected 1 comment, found none"), (7, 5, "expected 7 comments, found 5")],
)
def test_a_different_number_of_comments_is_said_in_words(declared, found, words):
    assert count_differs(declared, found) == words
