"""Repairs are stored like a corrected source: everything that happened here since survives, and all of
it can be undone.
"""

from datetime import UTC, datetime

import pytest

from commentary import discussions
from commentary.discussions import tree
from commentary.importing.draft_repairs import change_draft, current_repair, open_draft
from commentary.importing.repair import Mark
from commentary.importing.source import SourceFile
from commentary.importing.store import import_source
from commentary.importing.store_repair import (
    NotRepairable,
    article_of,
    first_reading,
    marks_of,
    plan_repair,
    store_repair,
    stored_lines,
    undo_repair,
)
from commentary.models import Article, AuditEntry, Comment, ImportedArticle, Repair, Source
from tests.conftest import drawing
from tests.importing.test_repair import HARBOUR, RIGHT, line_of

pytestmark = pytest.mark.django_db


def imported(text: str, name: str = "harbour.txt") -> Source:
    report = import_source(SourceFile.from_bytes(name, text.encode()), "text")
    return Source.objects.get(articles__slug=report.articles[0])


def repaired(source: Source, by, *marks: Mark, keep: bool = False):
    """Store marks as the next version; with `keep`, after those of the version in force."""
    draft = open_draft(source, by)
    change_draft(draft, [*(marks_of(draft) if keep else []), *marks], by)
    plan = store_repair(source, draft, by)
    assert tree.check() == []
    return plan


def at(line: str, text: str = RIGHT, **details) -> Mark:
    number = line_of(text, line)
    return Mark(details.pop("kind", "comment"), ((number, number),), **details)


def shown(article: Article) -> list[tuple[str, str]]:
    rows = Comment.objects.in_discussion(article.pk).approved().in_reading_order()
    return [(row.name, row.body) for row in rows]


def rows_of(article: Article) -> list[tuple]:
    """Everything that readers can see of an article."""
    article = Article.objects.get(pk=article.pk)
    rows = Comment.objects.in_discussion(article.pk).approved().in_reading_order()
    columns = ("number", "name", "body", "dated_at", "level", "parent", "reply_count", "edited_at")
    names = list(article.bylines.values_list("author__name", flat=True))
    about = (article.title, article.body, article.published_at, article.date_is_local, names)
    counts = article.discussion.approved_count
    return [about, counts, drawing(article), *rows.values_list(*columns)]


@pytest.fixture
def right() -> Source:
    return imported(RIGHT)


def named(name: str) -> Comment:
    return Comment.objects.get(name=name)


GAUGE = [
    Mark("furniture", ((1, 2), (8, 8), (11, 11), (17, 18))),
    Mark("title", ((3, 3),)),
    Mark("author", ((4, 4),)),
    Mark("comment", ((9, 9), (15, 15))),
    Mark("comment", ((12, 13),), name="keeper", date="2009-03-10T23:00", parent=9),
]


def test_a_wrongly_read_page_becomes_an_article_with_comments(ed):
    source = imported(HARBOUR)
    article = article_of(source)
    assert shown(article) == []
    repaired(source, ed, *GAUGE)
    article.refresh_from_db()
    assert article.title == "What the gauge remembers"
    assert article.body.startswith("The gauge stood dry") and "Brandvik" not in article.body
    assert [a.author.name for a in article.bylines.all()] == ["keeper"]
    assert article.published_at == datetime(2009, 3, 9, tzinfo=UTC) and article.date_is_local
    assert [name for name, _ in shown(article)] == ["T. Brandvik", "keeper", "Old Hand"]
    assert drawing(article) == "1\n  2\n3"
    assert article.discussion.source_count == 3
    run = source.runs.first()
    assert run.counts["lines comment"] == 7 and run.outcome == "ok"


def test_undo_restores_everything_that_readers_saw(ed):
    source = imported(HARBOUR)
    article = article_of(source)
    before = rows_of(article)
    repaired(source, ed, *GAUGE)
    version = source.repairs.exclude(run=None).get()
    outcome = undo_repair(version, ed)
    assert not outcome.refused
    assert rows_of(article)[:2] == before[:2]
    assert shown(article) == []
    assert tree.check() == []


def test_a_repair_that_was_undone_can_be_stored_again(ed):
    source = imported(HARBOUR)
    article = article_of(source)
    repaired(source, ed, *GAUGE)
    after = rows_of(article)
    undo_repair(source.repairs.exclude(run=None).get(), ed)
    assert current_repair(source).marks == []
    repaired(source, ed, *GAUGE)
    assert rows_of(article) == after
    assert Comment.objects.count() == 3, "the same rows came back"


def test_an_earlier_version_can_be_stored_again(ed):
    source = imported(HARBOUR)
    article = article_of(source)
    before = rows_of(article)
    repaired(source, ed, *GAUGE)
    repaired(source, ed)
    assert rows_of(article)[:2] == before[:2] and shown(article) == []


def test_marks_add_up_from_version_to_version(ed, right):
    article = article_of(right)
    repaired(right, ed, at("The pole", name="Dora"))
    repaired(right, ed, at("I painted", name="Emil"), keep=True)
    assert [name for name, _ in shown(article)] == ["Ann", "Bo", "Cleo", "Dora", "Emil"]


def test_a_split_keeps_the_comment_and_what_was_decided_and_replied_here(ed, right, comment):
    article, ann = article_of(right), named("Ann")
    reply = Comment(body="Says who?", name="Reader")
    discussions.import_comments(article.pk, [reply], [ann])
    plan = repaired(right, ed, at("The pole", name="Dora"))
    assert len(plan.added) == 1
    ann.refresh_from_db()
    assert ann.body == "It was not dry." and ann.edited_at is None
    assert Comment.objects.get(name="Reader").parent == ann
    assert ann.number == 1


def test_a_text_edited_here_is_kept_and_named(ed, right):
    ann = named("Ann")
    discussions.correct(ann, ed, "Ann", "It was dry.\nThe pole was moved.")
    plan = repaired(right, ed, at("The pole", name="Dora"))
    ann.refresh_from_db()
    assert ann.body == "It was dry.\nThe pole was moved."
    assert [comment for comment, _ in plan.edited] == [ann]


def test_an_article_edited_here_is_kept_and_named(ed):
    source = imported(HARBOUR)
    article = article_of(source)
    discussions.correct(article, ed, "Our own title", article.body)
    plan = repaired(source, ed, *GAUGE)
    article.refresh_from_db()
    assert article.title == "Our own title" and plan.article_is_edited
    assert len(shown(article)) == 3


def test_a_comment_that_marks_remove_is_hidden_by_a_decision_and_not_deleted(ed, right):
    article, bo = article_of(right), named("Bo")
    repaired(right, ed, at("Bo said", kind="above"))
    bo.refresh_from_db()
    assert bo.status == "rejected"
    entry = bo.audit_entries.get()
    assert (entry.verb, entry.actor) == ("discard", ed)
    assert [name for name, _ in shown(article)] == ["Ann", "Cleo"]
    assert "painted it myself" in named("Ann").body
    discussions.undo(entry, ed)
    assert [name for name, _ in shown(article)] == ["Ann", "Bo", "Cleo"]


def test_replies_written_here_to_a_removed_comment_move_to_the_one_with_its_words(ed, right):
    article, bo = article_of(right), named("Bo")
    discussions.import_comments(article.pk, [Comment(body="Why?", name="Reader")], [bo])
    repaired(right, ed, at("Bo said", kind="above"))
    assert named("Reader").parent == named("Ann") and named("Reader").status == "approved"
    undo_repair(right.repairs.exclude(run=None).get(), ed)
    assert named("Reader").parent == bo


def test_a_decision_made_here_survives(ed, right):
    discussions.remove(named("Bo"), ed, "personal remark")
    repaired(right, ed, at("Bo said", kind="above"))
    assert named("Bo").status == "removed"


def test_a_later_decision_is_left_when_the_repair_is_undone(ed, right):
    repaired(right, ed, at("The pole", name="Dora"))
    discussions.remove(named("Dora"), ed, "personal remark")
    outcome = undo_repair(right.repairs.exclude(run=None).get(), ed)
    assert len(outcome.refused) == 1
    assert named("Dora").status == "removed"
    assert named("Ann").body == "It was not dry.\nThe pole was moved."


def test_parents_and_dates_are_set_and_undone(ed, right):
    ann = line_of(RIGHT, "Ann said")
    article = article_of(right)
    before = rows_of(article)
    repaired(right, ed, at("Cleo said", kind="details", parent=ann, date="2001-02-03T04:05"))
    cleo = named("Cleo")
    assert cleo.parent == named("Ann")
    assert cleo.dated_at == datetime(2001, 2, 3, 4, 5, tzinfo=UTC) and cleo.date_is_local
    assert drawing(article) == "1\n  3\n2"
    undo_repair(right.repairs.exclude(run=None).get(), ed)
    assert rows_of(article) == before


def test_a_comment_moved_here_by_hand_stays_where_it_is(ed, right):
    discussions.move_comment(named("Cleo"), named("Bo").pk, ed)
    open_draft(right, ed)
    discussions.move_comment(named("Cleo"), named("Ann").pk, ed)
    repaired(right, ed, at("The pole", name="Dora"))
    assert named("Cleo").parent == named("Ann")


def test_a_repaired_article_is_sure_until_the_repair_is_undone(ed):
    source = imported(HARBOUR)
    before = (60, [["start", "a weak start"]], "|start|")
    row = ImportedArticle.objects.get()
    row.confidence, row.doubts, row.kinds = before
    row.save()
    repaired(source, ed, *GAUGE)
    row.refresh_from_db()
    assert (row.confidence, row.doubts, row.kinds) == (100, [["repaired", "repaired by ed"]], "")
    undo_repair(current_repair(source), ed)
    row.refresh_from_db()
    assert (row.confidence, row.doubts, row.kinds) == before


def test_storing_without_marks_changes_nothing(ed, right):
    before = rows_of(article_of(right))
    plan = repaired(right, ed)
    assert not plan
    assert rows_of(article_of(right)) == before
    assert not AuditEntry.objects.exclude(actor=None).exists()


def test_everything_a_repair_changes_has_an_audit_entry_of_its_editor(ed):
    source = imported(HARBOUR)
    repaired(source, ed, *GAUGE)
    version = source.repairs.exclude(run=None).get()
    verbs = AuditEntry.objects.filter(batch=version.batch).values_list("verb", "actor")
    assert sorted(verbs) == [("approve", ed.pk)] * 3 + [("update", ed.pk)]


def test_importing_the_same_file_again_leaves_a_repair_alone(ed):
    source = imported(HARBOUR)
    article = article_of(source)
    repaired(source, ed, *GAUGE)
    before = rows_of(article)
    assert imported(HARBOUR) == source
    assert rows_of(article) == before


def test_a_preview_changes_nothing(ed, right):
    before = rows_of(article_of(right))
    lines = stored_lines(right)
    plan = plan_repair(right, lines, first_reading(right, lines), [at("The pole", name="Dora")])
    assert len(plan.added) == len(plan.updated) == 1
    assert rows_of(article_of(right)) == before
    assert not Repair.objects.exists()


def test_stored_lines_are_numbered_as_the_importer_numbers_them(db):
    text = "\ufeffUn titre\r\n\r\nDeux e\u0301te\u0301s\rtrois\u2028quatre\r\n\r\n"
    source = SourceFile.from_bytes("x.txt", text.encode())
    import_source(source, "text")
    assert [line.text for line in stored_lines(Source.objects.get())] == source.lines


def test_exports_can_not_be_repaired(db):
    source = Source.objects.create(name="x.xml", sha256="0" * 64, size=1, format="wordpress")
    with pytest.raises(NotRepairable, match="Only texts and saved pages"):
        stored_lines(source)
