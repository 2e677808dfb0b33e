"""From exports to rows: statuses, drafts, and a second run that changes nothing."""

import itertools
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction

from commentary import discussions
from commentary.discussions import tree
from commentary.importing import spool, store
from commentary.importing.records import ItemLedger, SourceError
from commentary.importing.source import SourceFile
from commentary.importing.store import import_source
from commentary.models import Article, Comment, Discussion, ImportRun
from tests.conftest import drawing
from tests.importing.exports import disqus, disqus_post, disqus_thread, wxr, wxr_comment, wxr_item
from tests.importing.test_store import everything

CASES = Path(__file__).parent / "cases"
pytestmark = pytest.mark.django_db

EXPORT = wxr(
    wxr_item(
        wxr_comment(1, "<p>First <b>of</b> all</p><script>alert(1)</script>"),
        wxr_comment(3, comment_parent=2, comment_approved="0"),
        wxr_comment(2, comment_parent=1, comment_author=""),
        wxr_comment(4, comment_approved="spam"),
        wxr_comment(5, comment_approved="trash"),
        wxr_comment(6, comment_type="pingback"),
        comment_status="closed",
    ),
    wxr_item(wxr_comment(7), number=11),
    wxr_item(number=12, status="draft"),
)


def source(data: bytes = EXPORT, name: str = "export.xml") -> SourceFile:
    return SourceFile.from_bytes(name, data)


def test_articles_comments_and_statuses_are_stored():
    report = import_source(source())
    assert (report.outcome, report.counts["articles"], report.counts["comments"]) == ("ok", 3, 7)
    article = Article.objects.get(source_url="https://quay.example/10/")
    assert drawing(article) == "1\n  2\n    3\n4\n5\n6"
    states = Comment.objects.filter(discussion_id=article.pk).values_list("source_key", "status")
    assert dict(states) == {
        "1": "approved",
        "2": "approved",
        "3": "pending",
        "4": "spam",
        "5": "removed",
        "6": "approved",
    }
    assert article.discussion.closed_entry.actor_name == "source"
    assert tree.check() == []


GERMAN = (
    "<p>Die alten Häuser am Nordufer stehen seit hundert Jahren leer, und niemand weiß, wem sie "
    "heute gehören und wer die Dächer ausbessern soll.</p>"
)


@pytest.mark.parametrize(
    ("declared", "text", "language"),
    [
        ("de-DE", "<p>Seile.</p>", "de-DE"),
        ("de_DE", "<p>Seile.</p>", "de-DE"),
        ("de-AT", GERMAN, "de-AT"),
        ("en-US", GERMAN, "de"),  # WordPress's default, which many sites left unchanged
        ("lb", GERMAN, "lb"),  # not known to the detector
        ("", GERMAN, "de"),
        ("und", "<p>Seile.</p>", ""),
        ("Deutsch", "<p>Seile.</p>", ""),
        ('x" onload="', "<p>Seile.</p>", ""),
        ("de-" + "a-" * 40 + "a", "<p>Seile.</p>", ""),
    ],
)
def test_an_article_has_the_language_its_site_declares(declared, text, language):
    head = f"<channel><language><![CDATA[{declared}]]></language>".encode()
    data = wxr(wxr_item()).replace(b"<p>On ropes.</p>", text.encode())
    data = data.replace(b"Ropes &amp; knots", b"Seile").replace(b"<channel>", head)
    import_source(source(data))
    article = Article.objects.get()
    assert article.language == language
    article.full_clean(exclude=["body"])


def test_a_language_inside_an_item_does_not_apply_to_the_site():
    item = wxr_item().replace("</item>", "<dc:language>fr</dc:language></item>")
    import_source(source(wxr(item, wxr_item(number=11))))
    assert {a.language for a in Article.objects.all()} == {""}


def test_html_is_sanitised_for_display_and_stored_as_imported():
    import_source(source())
    comment = Comment.objects.get(source_key="1", discussion__article__slug="ropes-knots")
    assert comment.body_html == "<p>First <b>of</b> all</p>"
    assert "<script>" in comment.body


def test_a_draft_at_its_source_is_a_draft_here():
    import_source(source())
    drafts = Article.objects.filter(is_published=False)
    assert [a.source_url for a in drafts] == ["https://quay.example/12/"]


def test_the_same_export_again_changes_nothing():
    import_source(source())
    before = everything()
    assert import_source(source(name="again.xml")).outcome == "unchanged"
    assert everything() == before


def test_a_later_export_adds_new_comments_and_keeps_decisions(ed):
    import_source(source())
    discussions.remove(Comment.objects.get(source_key="7"), by=ed)
    later = EXPORT.replace(b"</item>", wxr_comment(8, comment_parent=1).encode() + b"</item>", 1)
    report = import_source(source(later))
    assert (report.counts["articles"], report.counts["comments"]) == (0, 1)
    assert Comment.objects.get(source_key="7").status == "removed"
    assert Comment.objects.get(source_key="8").parent.source_key == "1"
    assert tree.check() == []


def test_an_interrupted_import_resumes_where_it_stopped(monkeypatch):
    store_comments, calls = store.store_comments, []

    def fail_at_the_second(*args):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return store_comments(*args)

    monkeypatch.setattr(store, "store_comments", fail_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        import_source(source())
    assert Comment.objects.count() == 6
    assert not ImportRun.objects.exclude(finished_at=None).exists()
    monkeypatch.undo()
    report = import_source(source())
    assert report.counts["comments"] == 1
    assert Comment.objects.count() == 7
    assert tree.check() == []
    assert import_source(source()).outcome == "unchanged"


def test_a_truncated_export_is_partial():
    report = import_source(source(EXPORT[:-60]))
    assert report.outcome == "partial"
    assert any("cut off" in warning for warning in report.warnings)


def test_a_dry_run_stores_nothing():
    assert import_source(source(), dry_run=True).counts["comments"] == 7
    assert not any(everything().values())


def test_two_pages_with_one_title_are_two_articles():
    data = disqus(
        disqus_thread(2, "https://a.example/1"),
        disqus_thread(3, "https://a.example/2"),
        disqus_post(11, 2),
        disqus_post(12, 3),
    )
    report = import_source(source(data))
    assert (report.articles, report.warnings) == (["ropes", "ropes-2"], [])


def test_an_export_in_several_files_shares_its_articles():
    first = wxr(wxr_item(wxr_comment(1), wxr_comment(2, comment_parent=1)))
    second = wxr(wxr_item(wxr_comment(3)), wxr_item(wxr_comment(4), number=11))
    assert import_source(source(first, "1-of-2.xml")).counts["articles"] == 1
    report = import_source(source(second, "2-of-2.xml"))
    assert (report.counts["articles"], report.counts["comments"]) == (1, 2)
    article = Article.objects.get(source_url="https://quay.example/10/")
    assert drawing(article) == "1\n  2\n3"
    assert tree.check() == []


def test_a_repeated_item_is_one_article_with_the_comments_of_both():
    data = wxr(wxr_item(wxr_comment(1)), wxr_item(wxr_comment(1), wxr_comment(2, comment_parent=1)))
    import_source(source(data))
    article = Article.objects.get()
    assert drawing(article) == "1\n  2"


def test_everything_is_exported_with_the_ids_of_the_source(capsys):
    import_source(source())
    call_command("export_commentary", "--all")
    articles = json.loads(capsys.readouterr().out)["articles"]
    assert [a["url"] for a in articles] == [f"https://quay.example/{n}/" for n in (10, 11, 12)]
    third = next(c for c in articles[0]["comments"] if c["id"] == "3")
    assert third == {
        "id": "3",
        "parent_id": "2",
        "parent_index": 1,
        "author": "Ada",
        "author_url": None,
        "status": "pending",
        "type": "comment",
        "kind": "pending",
        "date": "2011-06-03T15:05:00Z",
        "text": "Text",
        "old_ids": ["#comment-3"],
    }


def test_repeated_and_missing_ids_are_exported_as_in_the_source(capsys):
    comments = [
        wxr_comment(7, "a"),
        wxr_comment(7, "b"),
        wxr_comment("", "c"),
        wxr_comment("", "d"),
    ]
    import_source(source(wxr(wxr_item(*comments, wxr_comment(8, "e", comment_parent=7)))))
    call_command("export_commentary", "--all")
    exported = json.loads(capsys.readouterr().out)["articles"][0]["comments"]
    ids = {c["text"]: (c["id"], c["parent_id"]) for c in exported}
    assert ids == {
        "a": ("7", None),
        "b": ("7", None),
        "c": (None, None),
        "d": (None, None),
        "e": ("8", "7"),
    }


def test_the_counts_of_a_discussion_include_every_status():
    import_source(source())
    discussion = Discussion.objects.get(article__source_url="https://quay.example/10/")
    assert (
        discussion.approved_count,
        discussion.pending_count,
        discussion.spam_count,
        discussion.removed_count,
    ) == (3, 1, 1, 1)


def test_many_comments_are_spooled_to_disk_with_the_same_result(monkeypatch):
    comments = [wxr_comment(n, f"Text {n}", comment_parent=n % 7) for n in range(1, 60)]
    comments += [wxr_comment(3, "An id again"), wxr_comment("", "No id", comment_parent=99)]
    posts = [disqus_post(n, 2 + n % 2, n + 2 if n % 5 else None) for n in range(1, 40)]
    threads = [disqus_thread(2), disqus_thread(3, "https://quay.example/knots/")]
    exports = [wxr(wxr_item(*comments)), disqus(*threads, *posts)]

    def stored():
        for data in exports:
            import_source(source(data))
        made = Comment.objects.order_by("discussion__article__source_url", "number")
        run = ImportRun.objects.values_list("warnings", "ledger", "counts")
        parents = made.values_list("number", "source_key", "parent__number", "body", "lft", "rght")
        return list(parents), list(run)

    with transaction.atomic():
        in_memory = stored()
        transaction.set_rollback(True)
    monkeypatch.setattr(spool, "MAX_HELD", 2_000)
    monkeypatch.setattr(spool, "BATCH", 7)
    assert stored() == in_memory
    assert len(in_memory[0]) == 100
    assert tree.check() == []


def test_a_comment_read_but_not_stored_fails_the_import(monkeypatch):
    take = spool.Spool.comments_of

    def forget_the_last(*args, **kwargs):
        return list(take(*args, **kwargs))[:-1] or take(*args, **kwargs)

    monkeypatch.setattr(spool.Spool, "comments_of", forget_the_last)
    with pytest.raises(SourceError, match="7 comments were read, 6 stored"):
        import_source(source())
    assert not ImportRun.objects.exclude(finished_at=None).exists()


def test_an_unaccounted_item_fails_the_import(monkeypatch):
    add = ItemLedger.add

    def forget_items(ledger, item, *args, **kwargs):
        if item != "item":
            add(ledger, item, *args, **kwargs)

    monkeypatch.setattr(ItemLedger, "add", forget_items)
    with pytest.raises(SourceError, match="3 of 10 items are missing from the report"):
        import_source(source())


def test_the_first_thousand_unimported_items_are_listed_and_the_rest_counted():
    ledger = ItemLedger()
    for line in range(1, 5_001):
        ledger.seen += 1
        ledger.add("post", line, "left over", str(line), "its thread was not found")
    assert len(ledger.as_json()) == 1_001
    assert ledger.as_json()[-1] == {
        "first": 1_001,
        "last": 5_000,
        "use": "left over",
        "owner": "",
        "reason": "and 4,000 more like these, up to the last line",
    }
    assert ledger.counts() == {"read": 5_000, "left over": 5_000}
    assert ledger.warnings[0] == "line 1: post 1: its thread was not found"
    assert len(ledger.warnings) == 1_000


def test_items_not_imported_are_named_in_the_report():
    report = import_source(
        source(disqus(disqus_thread(2), disqus_post(11, 2), disqus_post(12, 99)))
    )
    assert report.outcome == "partial"
    assert report.warnings == ["line 5: post 12: thread 99 not found"]


def test_the_progress_of_a_running_import_is_visible(monkeypatch):
    ticks = itertools.count()
    monkeypatch.setattr(store, "monotonic", lambda: next(ticks))
    items = [wxr_item(wxr_comment(n, "Words " * 5_000), number=n) for n in range(1, 9)]
    export, seen = source(wxr(*items)), []

    def watch(report):
        run = ImportRun.objects.get()
        seen.append((run.counts.get("comments"), run.bytes_read, run.finished_at))

    import_source(export, watch=watch)
    assert [comments for comments, *_ in seen] == [None, *range(1, 8)]
    assert 0 < seen[1][1] < seen[-1][1] <= export.size
    assert {finished for *_, finished in seen} == {None}
    assert ImportRun.objects.get().bytes_read == export.size


def test_an_authors_comments_are_recognised_by_account_and_not_by_name():
    import_source(source((CASES / "author-answers.xml").read_bytes()))
    author = Article.objects.get().authors.get()
    found = dict(Comment.objects.values_list("source_key", "author"))
    assert found == {"11": None, "12": author.pk, "13": None}


def test_an_account_that_wrote_another_article_gets_no_badge_here():
    other = "<wp:author><wp:author_id>3</wp:author_id><wp:author_login>bo</wp:author_login>"
    other += "<wp:author_display_name>Tove Lind</wp:author_display_name></wp:author>"
    import_source(source(wxr(other, wxr_item(wxr_comment(1, comment_user_id="3")))))
    assert Comment.objects.get().author is None


def test_bare_urls_in_comments_are_links_as_on_the_original_pages():
    import_source(source((CASES / "bare-addresses.xml").read_bytes()))
    plan = '<a href="https://wheel.example/plan" rel="nofollow ugc noopener">'
    assert list(Comment.objects.order_by("number").values_list("body_html", flat=True)) == [
        f'<p>See {plan}https://wheel.example/plan</a> and <a href="http://www.wheel.example" '
        'rel="nofollow ugc noopener">www.wheel.example</a></p>',
        f"<p>See <b>this</b>: {plan}https://wheel.example/plan</a></p>",
    ]


def test_values_that_are_not_imported_are_in_the_report():
    report = import_source(source((CASES / "review-with-rating.xml").read_bytes()))
    assert report.warnings == ["not imported: ratings (1)"]


def test_a_later_export_with_another_title_adds_to_the_same_article():
    tracked = disqus_thread(2, "https://quay.example/ropes/?utm_source=x")
    import_source(source(disqus(tracked, disqus_post(11, 2))))
    both = disqus(disqus_thread(1), tracked, disqus_post(11, 2), disqus_post(12, 1))
    report = import_source(source(both))
    assert (Article.objects.count(), report.counts["comments"]) == (1, 1)


def test_a_date_without_a_time_zone_is_exported_without_one(capsys):
    local = {"comment_date_gmt": "0000-00-00 00:00:00", "comment_date": "2012-01-01 10:00:00"}
    import_source(source(wxr(wxr_item(wxr_comment(1, **local), wxr_comment(2)))))
    call_command("export_commentary", "--all")
    comments = json.loads(capsys.readouterr().out)["articles"][0]["comments"]
    assert [c["date"] for c in comments] == ["2012-01-01T10:00:00", "2011-06-03T15:05:00Z"]
