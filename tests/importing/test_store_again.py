"""Articles imported in parts or repeatedly: replies find their parents, nothing is duplicated, and
differences from what is stored are reported.
"""

import itertools
from pathlib import Path

import pytest
from django.core.management import call_command

from commentary import discussions
from commentary.discussions import tree
from commentary.importing import spool
from commentary.importing.source import SourceFile
from commentary.importing.store import import_source
from commentary.models import Article, Comment, ImportRun
from tests.importing.exports import (
    disqus,
    disqus_post,
    disqus_thread,
    isso,
    remark42,
    remark42_comment,
    wxr,
    wxr_comment,
    wxr_item,
)

pytestmark = pytest.mark.django_db

CASES = Path(__file__).parent / "cases"


def case(name: str):
    return import_source(SourceFile.from_bytes(name, (CASES / name).read_bytes()))


def bring(data: bytes, name: str = "export.xml"):
    return import_source(SourceFile.from_bytes(name, data))


def answers() -> dict[str, str | None]:
    """Map each comment's key at the source to the key of its parent."""
    return dict(Comment.objects.values_list("source_key", "parent__source_key"))


def of_site(*comments: str) -> bytes:
    return wxr(wxr_item(*comments))


class TestParts:
    def test_a_reply_finds_its_parent_in_an_earlier_part(self):
        case("part-1.xml")
        report = case("part-2.xml")
        assert answers() == {"11": None, "12": "11"}
        assert report.warnings == [
            "article the-wheel: imported earlier, missing from this file and kept: comment 11"
        ]
        assert tree.check() == []

    def test_a_reply_imported_before_its_parent_is_moved_below_it(self):
        report = case("part-2.xml")
        assert answers() == {"12": None}
        assert report.warnings == [
            "comment 12: parent 11 is not in this file; a top-level comment until it is imported"
        ]
        report = case("part-1.xml")
        assert answers() == {"11": None, "12": "11"}
        assert "comment 12: moved below its parent 11" in report.warnings
        assert not Comment.objects.exclude(source_parent_key=None).exists()
        assert tree.check() == []

    def test_the_parts_of_one_import_miss_no_comments_of_each_other(self, tmp_path, capsys):
        def bring_parts(*parts: bytes) -> str:
            for number, part in enumerate(parts, 1):
                (tmp_path / f"part-{number}.xml").write_bytes(part)
            call_command("import_commentary", str(tmp_path))
            return capsys.readouterr().err

        first, second = of_site(wxr_comment(11)), of_site(wxr_comment(12, comment_parent=11))
        assert "missing" not in bring_parts(first, second)
        assert answers() == {"11": None, "12": "11"}
        changed = of_site(wxr_comment(12, "Another text", comment_parent=11))
        assert "missing" not in bring_parts(first, changed)
        assert Comment.objects.get(source_key="12").body == "Another text"

    @pytest.mark.slow
    @pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
    def test_the_parts_may_come_in_any_order(self, order):
        parts = [of_site(wxr_comment(n, comment_parent=n - 1)) for n in (1, 2, 3, 4)]
        for at in order:
            bring(parts[at])
        assert answers() == {"1": None, "2": "1", "3": "2", "4": "3"}
        assert {c.reply_count for c in Comment.objects.filter(source_key="1")} == {3}
        assert tree.check() == []

    def test_a_branch_moves_with_replies_written_here(self, ed):
        bring(of_site(wxr_comment(2, comment_parent=1), wxr_comment(3, comment_parent=2)))
        written = discussions.submit(
            Article.objects.get().pk,
            Comment.objects.get(source_key="3").pk,
            "Written here.",
            discussions.Sender(writer="w", editor=ed),
            "k",
        )
        bring(of_site(wxr_comment(1)))
        assert answers()["2"] == "1"
        written.refresh_from_db()
        assert (written.level, written.parent.source_key) == (3, "3")
        assert tree.check() == []

    def test_an_article_in_several_items_is_one_tree(self):
        report = case("one-article-in-three-items.xml")
        assert list(answers().values()).count(None) == 2
        assert answers()["3"] == "1"
        assert report.warnings == []
        assert (report.outcome, report.articles) == ("ok", ["the-wheel"])

    def test_the_items_of_an_article_may_come_in_any_order(self):
        data = wxr(
            wxr_item(wxr_comment(3, comment_parent=2)),
            wxr_item(wxr_comment(2, comment_parent=1)),
            wxr_item(wxr_comment(1)),
        )
        report = bring(data)
        assert answers() == {"1": None, "2": "1", "3": "2"}
        assert not any("not in this file" in warning for warning in report.warnings)

    def test_a_circle_across_files_loses_nothing(self):
        bring(of_site(wxr_comment(1, comment_parent=2)))
        report = bring(of_site(wxr_comment(2, comment_parent=1)))
        assert answers() == {"1": None, "2": "1"}
        assert "comment 1: circular reply chain" in report.warnings
        assert tree.check() == []

    def test_parts_of_other_systems_are_joined_too(self, tmp_path):
        thread = disqus_thread(2)
        pairs = [
            (disqus(thread, disqus_post(12, 2, 11)), disqus(thread, disqus_post(11, 2))),
            (remark42(remark42_comment("12", "11")), remark42(remark42_comment("11"))),
            (
                isso(tmp_path, [(1, "/a/", "A")], [(1, 12, 11, 0, 1, "b", "B")]),
                isso(tmp_path, [(1, "/a/", "A")], [(1, 11, None, 0, 1, "a", "A")]),
            ),
        ]
        for reply, answered in pairs:
            bring(reply)
            bring(answered)
        found = Comment.objects.values_list("source_key", "parent__source_key", "level")
        assert sorted(found) == sorted([("11", None, 0), ("12", "11", 1)] * 3)
        assert tree.check() == []

    def test_comments_spooled_to_disk_find_their_parents_too(self, monkeypatch):
        monkeypatch.setattr(spool, "MAX_HELD", 100)
        bring(of_site(*(wxr_comment(n) for n in range(1, 20))))
        bring(of_site(*(wxr_comment(n, comment_parent=n - 20) for n in range(21, 40))))
        assert answers()["39"] == "19"

    def test_a_parent_in_another_article_is_not_used(self):
        bring(wxr(wxr_item(wxr_comment(1)), wxr_item(wxr_comment(2, comment_parent=1), number=11)))
        assert answers() == {"1": None, "2": None}


class TestCorrected:
    def test_a_corrected_export_updates_what_is_stored_and_adds_new_comments(self):
        case("again-1.xml")
        report = case("again-2.xml")
        assert report.warnings == [
            "article the-wheel updated from this file: the text changed",
            "comment 1 updated from this file: the text changed",
            "comment 3 updated from this file: was approved, now spam",
            "article the-wheel: imported earlier, missing from this file and kept: comment 2",
        ]
        assert answers() == {"1": None, "2": "1", "3": None, "4": "2", "5": "1"}
        assert (report.outcome, report.counts["differing"], report.counts["updated"]) == (
            "ok",
            0,
            3,
        )
        assert ImportRun.objects.latest("pk").outcome == "ok"
        assert Article.objects.get().body == "<p>It turns slower.</p>"
        assert dict(Comment.objects.values_list("source_key", "status"))["3"] == "spam"
        assert tree.check() == []

    def test_changes_made_on_this_site_are_not_reported_as_differences(self, ed):
        bring(of_site(wxr_comment(1), wxr_comment(2), wxr_comment(3)))
        first, second, _ = Comment.objects.order_by("pk")
        discussions.correct(first, ed, "Ada L.", "Corrected here")
        discussions.remove(second, by=ed)
        article = Article.objects.get()
        discussions.correct(article, ed, article.title, "<p>Ours.</p>")
        report = bring(of_site(wxr_comment(1), wxr_comment(2), wxr_comment(3), wxr_comment(4)))
        assert (report.outcome, report.warnings) == ("ok", [])

    @pytest.mark.parametrize(
        ("fields", "told"),
        [
            ({"comment_approved": "0"}, "was approved, now pending"),
            (
                {"comment_parent": "9"},
                "was a top-level comment, now a reply to 9, which is not stored",
            ),
        ],
    )
    def test_what_cannot_be_updated_is_named(self, fields, told):
        bring(of_site(wxr_comment(1), wxr_comment(2)))
        report = bring(of_site(wxr_comment(1), wxr_comment(2, **fields)))
        assert report.warnings == [
            f"comment 2 differs from the stored version, which was kept: {told}"
        ]
        assert answers() == {"1": None, "2": None}
        assert report.outcome == "differs"

    def test_a_corrected_disqus_export_updates_comments_too(self):
        bring(disqus(disqus_thread(2), disqus_post(11, 2), disqus_post(12, 2)))
        changed = disqus_post(11, 2, message="<![CDATA[<p>Better</p>]]>")
        spam = disqus_post(12, 2, isSpam="true")
        report = bring(disqus(disqus_thread(2), changed, spam))
        assert report.counts["updated"] == 2
        assert list(Comment.objects.order_by("pk").values_list("body", "status")) == [
            ("<p>Better</p>", "approved"),
            ("<p>Text</p>", "spam"),
        ]

    def test_comments_without_an_id_are_recognised_by_their_content(self):
        comments = [wxr_comment("", "First"), wxr_comment("", "Second"), wxr_comment("", "Second")]
        bring(of_site(*comments))
        report = bring(of_site(wxr_comment(1, "New"), *comments))
        assert (report.counts["comments"], Comment.objects.count()) == (1, 4)


SITE = b"<wp:base_blog_url>https://quay.example</wp:base_blog_url>"


class TestAnotherSite:
    def test_comments_from_a_file_without_a_site_are_held(self):
        bring(of_site(wxr_comment(1)).replace(SITE, b""), "first.xml")
        report = bring(of_site(wxr_comment(2), wxr_comment(3)).replace(SITE, b""), "second.xml")
        assert Article.objects.count() == 1
        states = dict(Comment.objects.values_list("source_key", "status"))
        assert states == {"1": "approved", "2": "pending", "3": "pending"}
        assert report.warnings[0] == (
            "article ropes-knots: matched only by its link; the comments added to it (2) are pending"
        )

    def test_a_file_of_another_site_with_the_same_link_is_a_separate_article(
        self,
    ):
        bring(of_site(wxr_comment(1)))
        other = wxr(wxr_item(wxr_comment(2)), wxr_item(wxr_comment(3)))
        other = other.replace(SITE, SITE.replace(b"quay", b"elsewhere"))
        report = bring(other)
        assert report.articles == ["ropes-knots-2"]
        assert report.warnings == [
            "article ropes-knots-2: article ropes-knots from another source has the same URL"
        ]

    def test_a_site_that_moved_to_https_is_the_same_site(self):
        bring(of_site(wxr_comment(1)))
        moved = of_site(wxr_comment(1), wxr_comment(2)).replace(b"https://quay", b"http://www.quay")
        report = bring(moved)
        assert (report.counts["articles"], Comment.objects.count()) == (0, 2)

    def test_comments_dated_in_the_future_are_held_and_undated(self):
        future = {"comment_date_gmt": "2999-01-01 00:00:00"}
        data = of_site(
            wxr_comment(1),
            wxr_comment(2, **future),
            wxr_comment(3, "x", **future, comment_approved="spam"),
        )
        report = bring(data)
        found = Comment.objects.order_by("number").values_list("status", "dated_at")
        assert list(found)[1:] == [("pending", None), ("spam", None)]
        assert report.warnings == [
            "comment 2: dated in the future (2999-01-01); imported without a date and as pending",
            "comment 3: dated in the future (2999-01-01); imported without a date",
        ]
        again = bring(data.replace(b"</channel>", b" </channel>"))
        assert (again.outcome, again.warnings) == ("ok", [])

    def test_an_article_dated_in_the_future_is_undated(self):
        report = bring(wxr(wxr_item(post_date_gmt="2999-01-01 00:00:00")))
        assert Article.objects.get().published_at is None
        assert "in the future" in report.warnings[0]
