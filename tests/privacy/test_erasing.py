"""A person is erased: nothing of them is found anywhere, and everything else stays."""

import json
import zlib
from datetime import timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from commentary import discussions
from commentary.discussions import tree
from commentary.discussions.verification import verify
from commentary.exporting.site import site_lines
from commentary.importing.source import SourceFile
from commentary.importing.store import import_source
from commentary.importing.undo_run import undo_run
from commentary.models import (
    AuditEntry,
    Comment,
    ImportConflict,
    ImportRun,
    OutboxMessage,
    Report,
    Revision,
    Rule,
    StaffNote,
    StaffSession,
    Submission,
    Subscription,
)
from commentary.models.stored_rows import unpacked
from commentary.models.subscription import mailbox_of
from commentary.privacy.erasing import repeat_erasures
from commentary.privacy.erasures import erasure_file, read_erasures
from commentary.privacy.import_records import erase_from_rows
from tests.conftest import drawing
from tests.importing.exports import wxr, wxr_comment, wxr_item

pytestmark = pytest.mark.django_db
EMAIL, NAME = "zzmail@example.org", "Zzname"
TEXT, FORMER, NOTE = "Zztext about the heron", "Zzformer words of theirs", "Zznote of an editor"
CANARIES = (EMAIL, "zzname", "zztext", "zzformer", "zznote", "zzreason")


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = str(tmp_path / "var")


def found_in_tables() -> set[tuple[str, str]]:
    """Return the canaries in any row of any table, with the table."""
    found = set()
    with connection.cursor() as cursor:
        # The index of SQLite can't be read as a table; the tables in which it stores words can.
        tables = set(connection.introspection.table_names(cursor)) - {"commentary_words"}
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                for value in row:
                    text = _readable(table, value).lower()
                    found |= {(table, canary) for canary in CANARIES if canary in text}
    return found


def _readable(table: str, value: object) -> str:
    if isinstance(value, bytes | memoryview):
        data = bytes(value)
        if table == "commentary_undonerows":
            return json.dumps(unpacked(data), ensure_ascii=False)
        if table == "commentary_sourcechunk":
            data = zlib.decompress(data)
        return data.decode("utf-8", "replace")
    return str(value)


@pytest.fixture
def person(client, respond, article, ed, mo, settings):
    """The comment of a person with all traces that one can leave, and a reply to it by Bo."""
    settings.EDIT_WINDOW = 900
    Rule.objects.create(kind=Rule.Kind.EMAIL, pattern=f"{EMAIL}\nother@example.org")
    Rule.objects.filter(kind=Rule.Kind.FIRST).update(is_active=False)
    respond(client, FORMER, name=NAME, email=EMAIL)
    comment = Comment.objects.latest("pk")
    sender = discussions.Sender(writer=comment.submission.writer)
    discussions.approve(comment, by=mo)
    discussions.correct(comment, ed, NAME, TEXT, "zzreason: Zzname asked for it")
    [reply] = discussions.import_comments(
        article.pk, [Comment(body="I saw it too.", name="Bo")], [Comment.objects.get(pk=comment.pk)]
    )
    StaffNote.objects.create(
        discussion_id=article.pk, comment=comment, writer=sender.writer, author=ed,
        author_name="ed", body=NOTE,
    )  # fmt: skip
    Report.objects.create(
        discussion_id=article.pk, comment=comment, reporter="r", why="other", note="Zztext is rude"
    )
    Report.objects.create(
        discussion_id=article.pk, comment=reply, reporter=sender.writer, why="other", note=NOTE
    )
    subscription = Subscription.objects.create(
        discussion_id=article.pk, comment=comment, email=EMAIL, mailbox=mailbox_of(EMAIL)
    )
    OutboxMessage.objects.create(
        kind="confirm", recipient=EMAIL, details={"subscription": subscription.pk}
    )
    kind = ContentType.objects.get_for_model(Comment)
    LogEntry.objects.create(
        user=ed, content_type=kind, object_id=str(comment.pk), object_repr=f"#1 {NAME}",
        action_flag=CHANGE, change_message="[]",
    )  # fmt: skip
    session = StaffSession.get_session_store_class()()
    session["typed"] = f"Your note: {EMAIL}"
    session.save()
    return Comment.objects.get(pk=comment.pk)


def read(path: str) -> str:
    return Client().get(path).content.decode().lower()


PATHS = ["{}", "{}comments/1/", "{}comments/1/history/", "/responses/", "/comments.atom",
         "/articles/why-bees-dance.json", "/articles/why-bees-dance.atom", "/search/?q=zztext",
         "/commenters/zzname/", "/moderation/", "/"]  # fmt: skip


def test_nothing_of_a_person_is_found_after_it(person, article, ed, capsys, settings):
    settings.PUBLIC_HISTORY = True
    paths = [path.format(article.get_absolute_url()) for path in PATHS]
    before = drawing(article)
    assert {canary for _table, canary in found_in_tables()} == set(CANARIES)
    assert any("zztext" in read(path) for path in paths)
    call_command("privacy_erase", "--email", EMAIL.upper(), "--yes")
    assert "Erased: 1 comment.\n" in capsys.readouterr().out
    assert found_in_tables() == set()
    for path in paths:
        page = read(path).replace(path, "")  # a page that is missing repeats its address
        assert not [canary for canary in CANARIES if canary in page and "zz" not in path], path
    assert "about the heron" not in read("/search/?q=zztext")
    assert Client().get("/commenters/zzname/").status_code == 404
    exported = "".join(site_lines(lambda name, number: None, print)).lower()
    assert not [canary for canary in CANARIES if canary in exported]
    assert EMAIL not in erasure_file().read_text()
    assert drawing(article) == before
    assert "i saw it too." in read(article.get_absolute_url())
    assert "withdrawn by its writer" in read(article.get_absolute_url())


def test_the_log_says_that_and_not_what_and_its_chain_is_intact(person, article):
    call_command("privacy_erase", "--email", EMAIL, "--yes")
    entry = AuditEntry.objects.get(verb="erase")
    assert (entry.actor_name, entry.before, entry.after) == ("operator", "approved", "removed")
    assert entry.reason == ""
    assert verify().problems == []
    assert not AuditEntry.objects.filter(comment=person.pk).exclude(reason="").exists()
    assert tree.check() == []


def test_earlier_decisions_cannot_be_undone_afterwards(person, mo):
    approval = AuditEntry.objects.get(comment=person.pk, verb="correct")
    call_command("privacy_erase", "--email", EMAIL, "--yes")
    with pytest.raises(discussions.AlreadyDecided):
        discussions.undo(AuditEntry.objects.get(pk=approval.pk), by=mo)


def test_with_keep_text_the_comment_becomes_anonymous(person, article):
    call_command("privacy_erase", "--email", EMAIL, "--keep-text", "--yes")
    comment = Comment.objects.get(pk=person.pk)
    assert (comment.name, comment.body, comment.status) == ("", TEXT, "approved")
    assert comment.anonymous_number
    left = {canary for _table, canary in found_in_tables()}
    assert left & {EMAIL, "zzname", "zzreason"} == set()
    assert "zzname" not in read(article.get_absolute_url())
    assert "zztext" in read(article.get_absolute_url())
    assert Revision.objects.filter(comment=person.pk, body=FORMER).exists()


def test_without_yes_it_lists_the_comments_and_changes_nothing(person, capsys):
    before = found_in_tables()
    with pytest.raises(CommandError, match="To erase 1 comment for good, add --yes"):
        call_command("privacy_erase", "--email", EMAIL)
    assert f"why-bees-dance#1  approved  {NAME}: {TEXT}" in capsys.readouterr().out
    assert found_in_tables() == before
    assert not erasure_file().exists()


def test_comments_from_the_same_browser_belong_to_the_person(person, client, respond):
    respond(client, "Another text", name="Zzname")
    call_command("privacy_erase", "--email", EMAIL, "--yes")
    assert not Comment.objects.filter(body="Another text").exists()
    assert Comment.objects.filter(name="Bo").exists()


def test_a_person_without_an_address_is_named_by_a_comment(person, client, respond):
    respond(client, "Another text", name="Zzname")
    Submission.objects.update(email="")
    Subscription.objects.all().delete()
    with pytest.raises(CommandError, match="No comment has the address"):
        call_command("privacy_erase", "--email", EMAIL, "--yes")
    call_command("privacy_erase", "--comment", "why-bees-dance#1", "--yes")
    assert Comment.objects.filter(body="Another text").exists()
    other = Comment.objects.get(body="Another text").number
    call_command("privacy_erase", "--comment", f"why-bees-dance#{other}", "--same-browser", "--yes")
    assert not Comment.objects.filter(body="Another text").exists()


@pytest.mark.parametrize(
    ("name", "why"),
    [("bees", "names no comment"), ("no#1", "No article"), ("why-bees-dance#99", "no comment 99")],
)
def test_a_comment_that_does_not_exist_is_refused(person, name, why):
    with pytest.raises(CommandError, match=why):
        call_command("privacy_erase", "--comment", name, "--yes")


def test_it_can_be_repeated(person, capsys):
    call_command("privacy_erase", "--comment", "why-bees-dance#1", "--yes")
    entries = AuditEntry.objects.count()
    call_command("privacy_erase", "--comment", "why-bees-dance#1", "--yes")
    assert "Erased: 0 comments." in capsys.readouterr().out
    assert AuditEntry.objects.count() == entries


def test_a_pending_comment_leaves_the_queue(client, respond, article):
    Rule.objects.create(kind=Rule.Kind.EVERYTHING)
    respond(client, TEXT, name=NAME, email=EMAIL)
    call_command("privacy_erase", "--email", EMAIL, "--yes")
    assert Comment.objects.get().status == "rejected"
    article.discussion.refresh_from_db()
    assert (article.discussion.pending_count, article.discussion.rejected_count) == (0, 1)


def test_an_export_has_everything_that_the_site_knows(person, tmp_path, capsys):
    call_command("privacy_export", "--email", EMAIL)
    data = json.loads(capsys.readouterr().out)
    [comment] = data["comments"]
    assert (comment["name"], comment["email"], comment["text"]) == (NAME, EMAIL, TEXT)
    assert [version["body"] for version in comment["earlier_versions"]] == [FORMER]
    assert "correct" in [entry["verb"] for entry in comment["decisions"]]
    assert data["subscriptions"][0]["email"] == EMAIL
    assert data["notes_of_editors"][0]["body"] == NOTE
    assert {report["note"] for report in data["reports_by_this_person"]} == {NOTE}
    file = tmp_path / "person.json"
    call_command("privacy_export", "--email", EMAIL, "--output", str(file))
    assert json.loads(file.read_text()) == data
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandError, match="File exists"):
        call_command("privacy_export", "--email", EMAIL, "--output", str(file))


def test_erasures_are_repeated_on_a_site_that_has_the_person_again(
    person, article, client, respond
):
    """As after the restore of a backup."""
    call_command("privacy_erase", "--email", EMAIL, "--yes")
    [erasure] = read_erasures(erasure_file())
    Comment.objects.filter(pk=person.pk).update(name=NAME, body=TEXT, body_html=TEXT)
    Submission.objects.filter(pk=person.pk).update(email=EMAIL, writer="w")
    respond(client, "Sent later", name="Ann", email=EMAIL)
    assert repeat_erasures([erasure]) == 1
    assert Comment.objects.get(pk=person.pk).body == ""
    assert Comment.objects.filter(body="Sent later").exists()
    assert repeat_erasures([erasure]) == 0


def test_an_erased_comment_is_recognised_at_another_place(person, article, comment):
    """It may have been moved after the backup was made."""
    call_command("privacy_erase", "--email", EMAIL, "--yes")
    [erasure] = read_erasures(erasure_file())
    elsewhere = comment(TEXT, name=NAME)
    Submission.objects.create(
        comment=elsewhere, discussion_id=article.pk, writer="w", email=EMAIL.upper(),
        client_key="k", digest="d", created_at=timezone.now() - timedelta(days=1),
    )  # fmt: skip
    assert repeat_erasures([erasure]) == 1
    assert Comment.objects.get(pk=elsewhere.pk).body == ""


def bring(*texts: str) -> None:
    """Import an export with comments of the person, and one by Bo below the first."""
    comments = [wxr_comment(i, text, comment_author=NAME) for i, text in enumerate(texts, 1)]
    comments.append(wxr_comment(9, "I saw it too.", comment_parent=1, comment_author="Bo"))
    import_source(SourceFile.from_bytes("herons.xml", wxr(wxr_item(*comments))))


LONG = f"{TEXT}, which stood there for hours."


def test_an_imported_comment_is_erased_everywhere_but_in_its_source(db, capsys):
    bring(FORMER)
    bring(LONG)
    one = Comment.objects.get(source_key="1")
    assert {table for table, canary in found_in_tables() if canary == "zztext"} >= {
        "commentary_comment",
        "commentary_sourcechunk",
    }
    slug = one.discussion.article.slug
    call_command("privacy_erase", "--comment", f"{slug}#{one.number}", "--yes")
    out = capsys.readouterr().out
    assert "Still in an imported source: herons.xml" in out
    assert {table for table, _canary in found_in_tables()} == {"commentary_sourcechunk"}
    assert Comment.objects.get(source_key="9").body == "I saw it too."


@pytest.mark.parametrize("options", [[], ["--keep-text"]])
def test_an_import_does_not_bring_an_erased_comment_back(db, options):
    bring(LONG)
    one = Comment.objects.get(source_key="1")
    slug = one.discussion.article.slug
    call_command("privacy_erase", "--comment", f"{slug}#{one.number}", "--yes", *options)
    bring(LONG)
    bring(f"{LONG} Truly.", "Zztext in another comment")
    one = Comment.objects.get(source_key="1")
    assert (one.name, one.body) == ("", LONG if options else "")
    assert Comment.objects.get(source_key="2").body == "Zztext in another comment"
    assert not ImportConflict.objects.exists()


def test_what_imports_recorded_for_undo_and_redo_loses_the_person_too(db, ed):
    bring(FORMER)
    bring(LONG)
    undo_run(ImportRun.objects.latest("pk"), ed)
    one = Comment.objects.get(source_key="1")
    assert one.body == FORMER
    assert {table for table, canary in found_in_tables() if canary == "zztext"} & {
        "commentary_undonerows",
        "commentary_importchange",
    }
    slug = one.discussion.article.slug
    call_command("privacy_erase", "--comment", f"{slug}#{one.number}", "--yes")
    assert {table for table, _canary in found_in_tables()} == {"commentary_sourcechunk"}


def test_rows_of_a_removed_article_lose_the_person(ed):
    """The comment is in the rows that an undo keeps; a redo brings it back without words."""
    columns = ["id", "discussion_id", "name", "body", "search_text", "status"]
    data = {
        "columns": columns,
        "rows": [[7, 1, NAME, TEXT, TEXT, "approved"], [8, 1, "Bo", "x", "x", ""]],
    }
    assert erase_from_rows("comment", data, {7})
    assert data["rows"] == [[7, 1, "", "", "", "approved"], [8, 1, "Bo", "x", "x", ""]]
    about = {"columns": ["id", "comment_id", "body"], "rows": [[1, 7, TEXT], [2, None, "x"]]}
    assert erase_from_rows("revision", about, {7})
    assert about["rows"] == [[1, 7, ""], [2, None, "x"]]
    assert not erase_from_rows("revision", about, {9})
