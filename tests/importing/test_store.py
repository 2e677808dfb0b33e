"""From records to rows, and back through the export."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from commentary.discussions import tree
from commentary.importing.records import SourceError
from commentary.importing.source import SourceFile
from commentary.importing.store import import_source
from commentary.models import (
    Article,
    AuditEntry,
    Author,
    Comment,
    Discussion,
    ImportRun,
    PointLink,
    Source,
)
from tests.conftest import drawing

pytestmark = pytest.mark.django_db

CAPTURE = """Four Notes on Rain

By Tilde Moor and Karl Ask

1. It falls.

2. It stops.

related video:

Harbour TV: “Rain”

5 Responses

  1. Ada Lind
    June 3, 2011 at 4:05 pm

    It also floods.

    • Not here.

  2. And it snows.

  3. And it snows.

Comments are closed.
"""


def capture(text: str = CAPTURE, name: str = "rain.txt") -> SourceFile:
    return SourceFile.from_bytes(name, text.encode())


def everything() -> dict[str, list[dict]]:
    """Return all rows of all our tables."""
    models: list[Any] = [Article, AuditEntry, Author, Comment, Discussion, ImportRun, Source]
    return {m.__name__: list(m.objects.order_by("pk").values()) for m in models}


def test_references_to_points_are_suggested_in_imported_comments():
    import_source(capture(CAPTURE.replace("It also floods.", "Point 2 is wrong.")))
    assert list(PointLink.objects.values_list("comment__number", "point", "state")) == [
        (1, 2, "suggested")
    ]


def test_a_capture_becomes_an_article_with_its_threads():
    report = import_source(capture())
    assert (report.outcome, report.articles) == ("ok", ["four-notes-on-rain"])
    article = Article.objects.get()
    assert [a.name for a in article.authors.order_by("bylines__position")] == [
        "Tilde Moor",
        "Karl Ask",
    ]
    assert [(b.kind, b.number, b.text) for b in article.blocks] == [
        ("point", 1, "It falls."),
        ("point", 2, "It stops."),
    ]
    assert article.related.get().label == "related video:"
    assert drawing(article) == "1\n  2\n3\n4"
    first = Comment.objects.get(number=1)
    assert (first.name, first.body, first.status) == ("Ada Lind", "It also floods.", "approved")
    assert (first.dated_at.isoformat(), first.date_is_local) == ("2011-06-03T16:05:00+00:00", True)
    assert tree.check() == []


def test_a_discussion_closed_at_the_source_is_closed_with_its_notice():
    import_source(capture())
    entry = Discussion.objects.get().closed_entry
    assert (entry.actor, entry.actor_name, entry.verb) == (None, "source", "close")
    assert entry.reason == "Comments are closed."


def test_declared_and_found_counts_are_stored_separately():
    report = import_source(capture())
    assert (report.counts["declared"], report.counts["preserved"]) == (5, 4)
    discussion = Discussion.objects.get()
    assert (discussion.declared_count, discussion.source_count) == (5, 4)
    assert discussion.declared_heading == "5 Responses"
    assert discussion.counts_differ


def test_bytes_digest_and_lines_are_stored():
    import_source(capture())
    stored = Source.objects.get()
    assert b"".join(stored.read()) == CAPTURE.encode()
    comment = Comment.objects.get(number=2)
    lines = stored.lines[comment.first_line - 1 : comment.last_line]
    assert "• Not here." in "\n".join(lines)


def test_every_line_has_exactly_one_use():
    import_source(capture())
    run = ImportRun.objects.get()
    lines = [n for span in run.ledger for n in range(span["first"], span["last"] + 1)]
    assert lines == list(range(1, run.counts["lines read"] + 1))


def test_the_same_bytes_again_change_nothing_regardless_of_their_name():
    import_source(capture())
    before = everything()
    report = import_source(capture(name="copy.txt"))
    assert (report.outcome, report.articles) == ("unchanged", ["four-notes-on-rain"])
    assert everything() == before


def test_a_fuller_capture_of_the_same_article_adds_new_comments():
    import_source(capture())
    fuller = CAPTURE.replace("    • Not here.\n", "    • Not here.\n\n    • Nor there.\n").replace(
        "  3. And it snows.\n", "  3. And it snows.\n\n  4. And it hails.\n"
    )
    report = import_source(capture(fuller))
    assert (report.counts["articles"], report.counts["comments"]) == (0, 2)
    assert Article.objects.count() == 1
    assert drawing(Article.objects.get()) == "1\n  2\n  5\n3\n4\n6"
    assert tree.check() == []


def test_another_article_with_the_same_title_gets_its_own_slug():
    import_source(capture())
    other = CAPTURE.replace("It falls.", "It pours.").replace("It stops.", "It ends.")
    report = import_source(capture(other, "pours.txt"))
    assert report.articles == ["four-notes-on-rain-2"]
    assert any("separate article" in w for w in report.warnings)


def bodies() -> list[str]:
    return list(Comment.objects.order_by("number").values_list("body", flat=True))


class TestCapturedAgain:
    """A capture of an article imported before adds only what is certainly new."""

    THREAD = (
        "Four Notes on Rain\n\nBy Tilde Moor\n\nIt rained on the harbour for the whole of the week, "
        "and then for another one.\n\n5 Responses\n\n"
        + "".join(
            f"  {n}. {name} says:\n\n    {text}\n\n"
            for n, (name, text) in enumerate(
                [
                    ("Ada", "It also floods the lower road when the tide is high."),
                    ("Bo", "Nobody has repaired the drain since the last harbour master left."),
                    ("Cy", "Rain is what keeps the meadow green, so let it rain."),
                    ("Di", "The ferry was late again, as it is whenever the wind turns."),
                    ("Ed", "Agreed."),
                ],
                1,
            )
        )
        + "Comments are closed.\n"
    )

    @pytest.mark.parametrize("name", ["rain.txt", "elsewhere/rain.txt"])
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("the last harbour master", "the first harbour master"),
            ("It also floods", "It floods"),
            ("Agreed.", "I agree with all of that."),
            ("Cy says:", "Cyrus says:"),
            ("Bo says:\n\n", "Bo says:\n\n    June 3, 2011 at 4:05 pm\n\n"),
            ("The ferry was late again, as it is", "The ferry was late, as always"),
        ],
    )
    def test_a_corrected_comment_is_updated_and_not_duplicated(self, before, after, name):
        import_source(capture(self.THREAD))
        keys = list(Comment.objects.order_by("number").values_list("pk", flat=True))
        corrected = self.THREAD.replace(before, after)
        report = import_source(capture(corrected, name))
        assert report.counts["updated"] == 1
        assert list(Comment.objects.order_by("number").values_list("pk", flat=True)) == keys
        assert Article.objects.count() == 1
        shown = "\n".join(f"{c.name}: {c.body}" for c in Comment.objects.order_by("number"))
        assert after.split(" says:")[0].strip() in shown
        assert tree.check() == []

    def test_a_text_that_may_be_an_excerpt_is_kept(self):
        import_source(capture(self.THREAD))
        stored = bodies()
        text = "Rain is what keeps the meadow green, so let it rain."
        report = import_source(capture(self.THREAD.replace(text, "Spam.")))
        assert (bodies(), report.counts["differing"]) == (stored, 1)

    def test_the_same_words_in_another_file_are_another_article(self):
        import_source(capture(self.THREAD))
        report = import_source(capture(self.THREAD.replace("Agreed.", "I agree."), "copy.txt"))
        assert Article.objects.count() == 2
        assert any("another article has this title" in warning for warning in report.warnings)

    def test_a_corrected_comment_keeps_its_replies(self):
        import_source(capture())
        report = import_source(capture(CAPTURE.replace("It also floods.", "It floods as well.")))
        assert drawing(Article.objects.get()) == "1\n  2\n3\n4"
        assert Comment.objects.get(number=1).body == "It floods as well."
        assert report.counts["updated"] == 1
        kept = {span["owner"] for span in ImportRun.objects.first().ledger if span["owner"]}
        assert kept <= set(Comment.objects.values_list("source_key", flat=True))

    def test_a_new_reply_is_placed_below_the_corrected_comment(self):
        import_source(capture())
        text = CAPTURE.replace("It also floods.", "It floods as well.")
        report = import_source(
            capture(text.replace("    • Not here.\n", "    • Not here.\n\n    • Nor there.\n"))
        )
        assert report.counts["comments"] == 1
        assert drawing(Article.objects.get()) == "1\n  2\n  5\n3\n4"

    @pytest.mark.parametrize(
        ("before", "after"),
        [("for another one", "for one more"), ("Four Notes", "Five Notes"), ("Tilde", "Matilda")],
    )
    def test_a_corrected_article_is_updated_and_not_duplicated(self, before, after):
        import_source(capture(self.THREAD))
        report = import_source(capture(self.THREAD.replace(before, after)))
        assert (Article.objects.count(), len(bodies())) == (1, 5)
        assert report.articles == ["four-notes-on-rain"]
        article = Article.objects.get()
        assert after in f"{article.title} {article.body}" or after == "Matilda"

    def test_another_page_of_the_thread_is_added(self):
        import_source(capture(self.THREAD))
        head, _ = self.THREAD.split("  1. Ada")
        page = "  6. Flo says:\n\n    Mine is dry.\n\n  7. Ed says:\n\n    Agreed, and well said.\n"
        report = import_source(capture(head + page, "rain-2.txt"))
        assert (Article.objects.count(), report.counts["comments"]) == (1, 2)

    def test_a_file_replaced_by_another_page_is_another_article(self):
        import_source(capture(self.THREAD))
        import_source(
            capture("A Lamp\n\nIt is green.\n\n1 Response\n\n  1. Ada says:\n\n    I like it.\n")
        )
        assert Article.objects.count() == 2

    @pytest.mark.parametrize("names", [("a.txt", "b.txt"), ("page.txt", "page.txt")])
    def test_pages_without_title_and_body_are_separate_articles(self, names):
        pages = [
            "  1. Mano says:\n\n    There is plenty to write about this bridge.\n",
            "  1. Rolf says:\n\n    The soup was cold on Tuesday and warm on Friday.\n",
        ]
        for name, page in zip(names, pages, strict=True):
            import_source(capture(page, name))
        assert Article.objects.count() == 2

    def test_the_url_on_the_page_identifies_its_article(self):
        page = (
            "{}\n\nA Lamp\n\nBy Ann Lee\n\nIt is green.\n\n1 Response\n\n  1. Bo says:\n\n    Hm.\n"
        )
        import_source(capture(page.format("https://example.org/a/"), "1.txt"))
        import_source(
            capture(
                page.format("URL: https://example.org/a/#comments").replace("green", "blue"),
                "2.txt",
            )
        )
        import_source(capture(page.format("https://example.org/b/"), "3.txt"))
        urls = list(Article.objects.order_by("pk").values_list("source_url", "title"))
        assert urls == [("https://example.org/a/", "A Lamp"), ("https://example.org/b/", "A Lamp")]

    def test_an_uncertain_capture_adds_nothing_to_a_public_article(self):
        import_source(capture(self.THREAD))
        text = self.THREAD.replace("5 Responses\n\n", "").replace("Comments are closed.\n", "")
        text = text.replace(" says:\n\n   ", "")
        report = import_source(capture(text))
        assert (report.outcome, len(bodies()), Article.objects.count()) == ("uncertain", 5, 1)

    def test_a_short_weekly_column_is_another_article_each_week(self):
        page = "Open Thread\n\nHave at it.\n\n1 Response\n\n  1. {} says:\n\n    {}\n"
        import_source(capture(page.format("Ann", "The bridge is open again."), "1.txt"))
        import_source(capture(page.format("Bob", "My bread did not rise."), "2.txt"))
        assert Article.objects.count() == 2

    def test_files_with_one_name_in_two_folders_are_separate_articles(self):
        page = "{0}\n\n{0} is what this is about, and about nothing else.\n\n1 Response\n\n  1. Ann says:\n\n    Good.\n"
        for word in ("Rain", "Snow"):
            import_source(capture(page.format(word), f"{word}/index.txt"))
        assert Article.objects.count() == 2


def test_authors_with_the_same_name_are_one_author():
    import_source(capture())
    import_source(capture(CAPTURE.replace("Four Notes", "Five Notes")))
    assert Author.objects.count() == 2


def test_a_dry_run_reports_and_stores_nothing():
    report = import_source(capture(), dry_run=True)
    assert report.counts["comments"] == 4
    assert not any(everything().values())


def test_an_article_without_a_title_is_imported():
    report = import_source(
        capture("By Tilde Moor\n\nIt rained.\n\n2 Responses\n\n  1. Yes.\n\n  2. No.\n")
    )
    assert report.articles
    assert Comment.objects.count() == 2


@pytest.mark.slow
def test_a_chain_five_thousand_deep_is_imported():
    lines = ["Deep", "", "Text of the article, one sentence.", "", "1 Response", ""]
    for depth in range(5_000):
        lines += [" " * (2 + 2 * depth) + ("1. " if depth == 0 else "• ") + f"Comment {depth}", ""]
    import_source(capture("\n".join(lines)))
    assert Comment.objects.count() == 5_000
    assert Comment.objects.get(number=5_000).level == 4_999
    assert tree.check() == []


def test_a_failed_import_stores_nothing(monkeypatch):
    def fail(*args, **kwargs):
        raise SourceError("rain.txt", 3, "no")

    monkeypatch.setattr("commentary.importing.store.store_comments", fail)
    with pytest.raises(SourceError):
        import_source(capture())
    assert not any(everything().values())


CAPTURES = sorted((Path(__file__).parent / "captures").glob("*.txt"))


@pytest.mark.parametrize("text", CAPTURES, ids=lambda p: p.stem)
def test_an_export_equals_what_is_read_from_the_text(text, capsys):
    golden = json.loads(text.with_suffix(".json").read_text(encoding="utf-8"))
    report = import_source(SourceFile.from_bytes(text.name, text.read_bytes()), "text")
    call_command("export_commentary", report.articles[0])
    made = json.loads(capsys.readouterr().out)
    for key in ("title", "authors", "declared_count", "closed", "body_blocks"):
        assert made[key] == golden[key], key
    assert made["comments"] == golden["comments"]
