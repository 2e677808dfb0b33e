"""Databases of other versions: those that can be upgraded keep everything, others are refused.

`site.*` were created with `make upgrade-data` by the first version whose migrations are kept,
`earlier.*` by an older one.
"""

import gzip
import itertools
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from commentary.text.former_addresses import key_of
from tests.upgrade.make import BIN, HERE, ROOT, run

ON_POSTGRESQL = os.environ.get("DATABASE_URL", "").startswith("postgres")
DATABASES = ["sqlite", "postgresql"] if ON_POSTGRESQL else ["sqlite"]
on_each_database = pytest.fixture(params=DATABASES)
numbers = itertools.count()


@contextmanager
def created(template: str) -> Iterator[str]:
    """Return the URL of a new database on the test server, a copy of another one."""
    server = os.environ.get("DIRECT_DATABASE_URL", os.environ["DATABASE_URL"])
    name = f"upgrade_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}_{os.getpid()}_{next(numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def opened(database: str, name: str, folder: Path) -> Iterator[str]:
    """Return the URL of a copy of a stored database: an SQLite file in `folder`, or a database on
    the test server.
    """
    if database == "sqlite":
        file = folder / "site.sqlite3"
        file.write_bytes(gzip.decompress((HERE / f"{name}.sqlite3.gz").read_bytes()))
        yield f"sqlite:///{file}"
        return
    with created("template0") as url:
        dump = gzip.decompress((HERE / f"{name}.sql.gz").read_bytes())
        subprocess.run([BIN / "psql", "-q", "-o", os.devnull, url], input=dump, check=True)
        yield url


@on_each_database
def stored(request, tmp_path) -> Iterator[str]:
    """A site of the first version whose migrations are kept."""
    with opened(request.param, "site", tmp_path) as url:
        yield url


@pytest.fixture(scope="module", params=DATABASES)
def migrated(request, tmp_path_factory) -> Iterator[str]:
    """The stored site after all migrations, for `upgraded`."""
    with opened(request.param, "site", tmp_path_factory.mktemp("migrated")) as url:
        run(url, "migrate", "--verbosity", "0")
        yield url


@pytest.fixture
def upgraded(migrated, tmp_path) -> Iterator[str]:
    """A site of the first version whose migrations are kept, after an upgrade."""
    if migrated.startswith("sqlite"):
        file = shutil.copy(migrated.removeprefix("sqlite:///"), tmp_path)
        yield f"sqlite:///{file}"
        return
    with created(urlsplit(migrated).path.lstrip("/")) as url:
        yield url


@on_each_database
def earlier(request, tmp_path) -> Iterator[str]:
    """A site of an older version."""
    with opened(request.param, "earlier", tmp_path) as url:
        yield url


def execute(url: str, statement: str) -> list:
    """Run SQL, before any other change that a test makes to a database."""
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
            return database.execute(statement).fetchall()
    with psycopg.connect(url) as database:
        found = database.execute(statement)
        return found.fetchall() if found.description else []


def refused(url: str, *command: str) -> str:
    """Return the error message of a command that must fail."""
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True,
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"},
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    return done.stderr


APPLIED = "SELECT app, name FROM django_migrations ORDER BY id"


def without_new_fields(exported, expected):
    """Return an export with only the fields that the expected one has."""
    if isinstance(expected, dict):
        return {key: without_new_fields(exported[key], expected[key]) for key in expected}
    if isinstance(expected, list):
        pairs = zip(exported, expected, strict=True)
        return [without_new_fields(now, then) for now, then in pairs]
    return exported


def test_an_upgraded_site_has_the_same_content(upgraded):
    expected = json.loads((HERE / "exported.json").read_text(encoding="utf-8"))
    exported = json.loads(run(upgraded, "export_commentary", "--all"))
    assert without_new_fields(exported, expected) == expected
    run(upgraded, "check_tree")
    assert run(upgraded, "migrate", "--plan").count("No planned migration operations") == 1


# What a database consists of, in any order of columns: SQLite gives the statements by which it was
# made, PostgreSQL the definitions.
MADE_BY = ["SELECT type, name, sql FROM sqlite_master"]
DEFINED_BY = [
    "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, "
    "column_default, is_identity FROM information_schema.columns WHERE table_schema = 'public'",
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT conrelid::regclass::text, contype::text, pg_get_constraintdef(oid), condeferrable "
    "FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "SELECT attrelid::regclass::text, attname, attstattarget, attstorage::text FROM pg_attribute "
    "WHERE attnum > 0 AND NOT attisdropped AND attrelid::regclass::text LIKE 'commentary_%'",
    "SELECT relname, reloptions::text FROM pg_class WHERE relname LIKE 'commentary_%'",
]
ROWS = [
    "SELECT g.name, p.codename FROM auth_group g LEFT JOIN auth_group_permissions gp "
    "ON gp.group_id = g.id LEFT JOIN auth_permission p ON p.id = gp.permission_id",
    "SELECT kind, pattern, least, action FROM commentary_rule",
]


def schema(url: str) -> set[tuple]:
    """Return everything that a database consists of but its rows, and the rows of migrations."""
    is_sqlite = url.startswith("sqlite")
    found = {
        (number, *row)
        for number, statement in enumerate((MADE_BY if is_sqlite else DEFINED_BY) + ROWS)
        for row in execute(url, statement)
    }
    if not is_sqlite:
        return found
    # The definitions of columns and constraints, without their order.
    return {
        tuple(
            " ".join(sorted(re.split(r", |[()]", " ".join(part.split())))) if part else ""
            for part in map(str, row)
        )
        for row in found
    }


def test_a_new_database_is_like_one_that_was_upgraded(upgraded, tmp_path):
    if upgraded.startswith("sqlite"):
        new = f"sqlite:///{tmp_path}/new.sqlite3"
        run(new, "migrate", "--verbosity", "0")
        assert schema(new) ^ schema(upgraded) == set()
        return
    with created("template0") as new:
        run(new, "migrate", "--verbosity", "0")
        assert schema(new) ^ schema(upgraded) == set()


def test_comments_of_an_upgraded_site_are_found_by_their_former_ids(upgraded):
    found = execute(
        upgraded,
        "SELECT a.name, c.source_key FROM commentary_formeranchor a JOIN commentary_comment c "
        "ON c.discussion_id = a.article_id AND c.number = a.number",
    )
    # Nine comments of WordPress and six of Remark42; those of a text have no ids.
    assert len(found) == 15
    assert all(name == (f"comment-{key}" if key.isdecimal() else key) for name, key in found)


def test_import_runs_of_an_upgraded_site_have_no_record_for_an_undo(upgraded):
    found = execute(upgraded, "SELECT DISTINCT undo_state FROM commentary_importrun")
    assert found == [("unrecorded",)]
    assert "earlier version" in refused(upgraded, "manage.py", "undo_import", "1")


def test_editors_of_an_upgraded_site_may_write_pages_and_moderators_read_them(upgraded):
    found = execute(
        upgraded,
        "SELECT g.name, p.codename FROM auth_group g "
        "JOIN auth_group_permissions gp ON gp.group_id = g.id "
        "JOIN auth_permission p ON p.id = gp.permission_id "
        "WHERE p.codename IN ('change_sitesettings', 'change_textpage', 'view_textpage')",
    )
    assert sorted(found) == [
        ("Editor", "change_sitesettings"),
        ("Editor", "change_textpage"),
        ("Editor", "view_textpage"),
        ("Moderator", "view_textpage"),
    ]


def test_the_audit_log_of_an_upgraded_site_is_chained(upgraded):
    """Entries that the previous version still writes during the upgrade are adopted on request."""
    entries = execute(upgraded, "SELECT count(*) FROM commentary_auditentry")[0][0]
    verified = run(upgraded, "verify_audit_log")
    assert f"{entries} entries" in verified
    heads = execute(
        upgraded,
        "SELECT sum(log_length), count(*) FROM commentary_discussion d WHERE log_head = ("
        "SELECT digest FROM commentary_auditentry e WHERE e.discussion_id = d.article_id "
        "ORDER BY position DESC LIMIT 1)",
    )
    assert heads[0][0] == entries > 1
    columns = "created_at, actor_name, verb, discussion_id, reason, before, after, kept"
    execute(
        upgraded,
        f"INSERT INTO commentary_auditentry ({columns}) SELECT {columns} FROM commentary_auditentry "
        "WHERE comment_id IS NULL OR verb = 'remove' ORDER BY id LIMIT 1",
    )
    assert "1 entry has no digest" in refused(upgraded, "manage.py", "verify_audit_log")
    head = verified.split()[-1]
    assert "Added to the log" in run(upgraded, "verify_audit_log", "--adopt", "--expect", head)
    viewers = execute(
        upgraded,
        "SELECT count(*) FROM auth_group_permissions gp JOIN auth_permission p "
        "ON p.id = gp.permission_id WHERE p.codename = 'view_siteauditentry'",
    )
    assert viewers == [(3,)]


def test_the_stored_site_contains_what_an_upgrade_could_lose(stored):
    def count(table: str, where: str = "1 = 1") -> int:
        return execute(stored, f"SELECT count(*) FROM commentary_{table} WHERE {where}")[0][0]

    assert count("comment", "status = 'removed'")
    assert count("auditentry", "verb = 'close'")
    assert count("comment", "level > 0")
    assert count("sourcechunk")


@pytest.mark.parametrize(
    "edit",
    [
        "ALTER TABLE commentary_revision RENAME COLUMN body TO words",
        "ALTER TABLE commentary_rule DROP COLUMN least",
        "ALTER TABLE commentary_report RENAME COLUMN withdrawn_at TO taken_at",
        "DROP TABLE commentary_relatedlink",
        "UPDATE django_migrations SET name = name || '_before' WHERE app = 'commentary'",
    ],
)
def test_a_database_that_does_not_match_its_migrations_is_refused(stored, edit):
    execute(stored, edit)
    assert_migrate_is_refused(stored)


def test_a_database_from_before_the_kept_migrations_is_refused(earlier):
    assert_migrate_is_refused(earlier)


def assert_migrate_is_refused(url: str) -> None:
    """Assert that `migrate` explains the reason in one sentence, and changes nothing."""
    before = execute(url, APPLIED)
    message = refused(url, "manage.py", "migrate")
    assert message.count("\n") == 1
    assert "cannot be upgraded" in message
    assert "Traceback" not in message
    assert execute(url, APPLIED) == before


def test_a_site_does_not_start_on_a_refused_database(stored):
    execute(stored, "ALTER TABLE commentary_rule DROP COLUMN least")
    message = refused(stored, "-m", "config.start")
    assert message.count("\n") == 1
    assert "cannot be upgraded (commentary_rule differs in least)" in message


def test_a_database_of_a_later_version_is_not_refused(stored):
    """The previous version keeps running while a new one is rolled out."""
    execute(stored, "ALTER TABLE commentary_report ADD COLUMN shown integer")
    execute(
        stored,
        "INSERT INTO django_migrations (app, name, applied) "
        "VALUES ('commentary', '9999_later', CURRENT_TIMESTAMP)",
    )
    run(stored, "migrate", "--verbosity", "0")


def test_an_unreachable_database_does_not_prevent_the_start():
    env = os.environ | {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    subprocess.run([sys.executable, "-m", "config.start"], cwd=ROOT, env=env, check=True)


def test_the_sources_of_an_upgraded_site_can_be_repaired(upgraded):
    assert execute(upgraded, "SELECT count(*) FROM commentary_repair")[0][0] == 0
    execute(
        upgraded,
        "INSERT INTO commentary_repair (source_id, marks, edition, kept, created_at, changed_at) "
        "SELECT min(id), '[]', 1, '{}', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP FROM commentary_source",
    )
    assert run(upgraded, "migrate", "--plan").count("No planned migration operations") == 1


# --- rows that a site wrote between the migrations


def write_former_addresses(url: str) -> None:
    for address in ("http://a.example/m%FChle/", "http://a.example/plain/"):
        execute(
            url,
            "INSERT INTO commentary_formeraddress (article_id, address, key) "
            f"SELECT min(id), '{address}', '{'0' * 64}' FROM commentary_article",
        )


def write_uncertain_run(url: str) -> None:
    """The articles of the first run are drafts, as its report said."""
    doubt = "uncertain: the start is unclear; new articles are imported as drafts"
    execute(
        url,
        f"UPDATE commentary_importrun SET outcome = 'uncertain', warnings = '[\"{doubt}\"]' "
        "WHERE id = (SELECT min(id) FROM commentary_importrun)",
    )
    execute(
        url,
        "UPDATE commentary_article SET is_published = (1 = 0) WHERE source_id = (SELECT source_id "
        "FROM commentary_importrun WHERE id = (SELECT min(id) FROM commentary_importrun))",
    )


TIMES = """
    SELECT c.id, c.import_run_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM commentary_auditentry e WHERE e.comment_id = c.id
        AND e.after = 'approved' AND e.before <> 'approved'
    ), c.public_at FROM commentary_comment c WHERE c.status = 'approved' ORDER BY c.id
"""


def write_comment_of_a_reader(url: str) -> list:
    """One approved comment wasn't imported. Returns the times of all."""
    one = "SELECT min(id) FROM commentary_comment WHERE status = 'approved'"
    execute(url, f"UPDATE commentary_comment SET import_run_id = NULL WHERE id = ({one})")
    return execute(url, TIMES)


def write_entries_of_editors(url: str) -> list[int]:
    """An editor changed the first of four comments, its writer the second; an editor wrote the
    third, a reader the fourth. Returns their ids.
    """
    found = execute(url, "SELECT id FROM commentary_comment ORDER BY id LIMIT 4")
    keys = [row[0] for row in found]
    for key in keys[:2]:
        execute(
            url, f"UPDATE commentary_comment SET edited_at = CURRENT_TIMESTAMP WHERE id = {key}"
        )
    editor = "(SELECT min(id) FROM auth_user)"
    for key, actor, verb in (
        (keys[0], editor, "correct"),
        (keys[2], editor, "submit"),
        (keys[3], "NULL", "submit"),
    ):
        execute(
            url,
            "INSERT INTO commentary_auditentry (created_at, actor_id, actor_name, verb, discussion_id, "
            f"comment_id, reason, before, after, kept) SELECT created_at, {actor}, 'mo', '{verb}', "
            f"discussion_id, id, '', '', '', '{{}}' FROM commentary_comment WHERE id = {key}",
        )
    return keys


# Up to which migration the site was upgraded before it wrote the rows.
WRITTEN = [
    ("0019", write_former_addresses),
    ("0021", write_uncertain_run),
    ("0029", write_comment_of_a_reader),
    ("0036", write_entries_of_editors),
]


@pytest.fixture(scope="module", params=DATABASES)
def in_steps(request, tmp_path_factory) -> Iterator[tuple[str, dict[Callable, Any]]]:
    """The stored site after all migrations, between which it wrote rows, and what each function that
    wrote them returned. Tests only read it.
    """
    with opened(request.param, "site", tmp_path_factory.mktemp("steps")) as url:
        written = {}
        for migration, write in WRITTEN:
            run(url, "migrate", "commentary", migration, "--verbosity", "0")
            written[write] = write(url)
        run(url, "migrate", "--verbosity", "0")
        yield url, written


def test_former_urls_get_their_present_keys(in_steps):
    url, _written = in_steps
    found = execute(url, "SELECT address, key FROM commentary_formeraddress ORDER BY id")
    assert [key for _address, key in found] == [key_of(address) for address, _key in found]
    assert key_of("http://b.example/M%C3%BChle") == found[0][1]


def test_imported_comments_count_by_their_own_date(in_steps):
    """Those approved here count from their approval, as do those written here."""
    url, written = in_steps
    before = written[write_comment_of_a_reader]
    assert {bool(is_imported) for _pk, is_imported, at in before if at} == {True, False}
    expected = [(pk, imported, None if imported else at) for pk, imported, at in before]
    assert execute(url, TIMES) == expected


def test_comments_that_editors_changed_or_wrote_are_marked(in_steps):
    url, written = in_steps
    keys = written[write_entries_of_editors]
    changed = "SELECT id FROM commentary_comment WHERE edited_by_editor IS NOT NULL"
    assert execute(url, changed) == [(keys[0],)]
    by_staff = "SELECT id FROM commentary_comment WHERE by_staff IS NOT NULL"
    assert execute(url, by_staff) == [(keys[2],)]


def test_articles_of_earlier_imports_get_the_confidence_that_their_run_reported(in_steps):
    url, _written = in_steps
    found = execute(
        url,
        "SELECT i.confidence, i.kinds, i.comments, i.run_id, i.is_held_back "
        "FROM commentary_importedarticle i ORDER BY i.confidence, i.id",
    )
    articles = execute(url, "SELECT count(*) FROM commentary_article WHERE source_id IS NOT NULL")
    assert len(found) == articles[0][0] > 1
    assert found[0][:2] == (60, "|other|")
    assert all(row[:2] == (100, "") for row in found if row[3] != found[0][3])
    # It stays a draft when a corrected file is imported.
    assert [bool(row[4]) for row in found] == [row[0] == 60 for row in found]
    assert sum(row[2] for row in found) > 0
