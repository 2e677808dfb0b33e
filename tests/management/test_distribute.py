"""`distribute` as far as it works without Citus; `make test-citus` runs tests on a cluster."""

from dataclasses import replace

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from commentary.management.distribution import converting, keys, state, triggers
from commentary.management.distribution.keys import Key
from commentary.management.distribution.state import Facts
from commentary.management.distribution.tables import DISTRIBUTED, LOCAL, REFERENCE
from commentary.models.child_key import discussion_field

ONLY_ON_A_CLUSTER = ("SELECT create_", "INSERT INTO commentary_tally")
READY = Facts(version="13.2-1", nodes=2)
DONE = dict.fromkeys(DISTRIBUTED, "distributed") | dict.fromkeys(REFERENCE, "reference")


def test_every_table_is_in_exactly_one_place():
    models = apps.get_models(include_auto_created=True)
    tables = {model._meta.db_table for model in models if model._meta.managed}
    tables |= {"django_migrations", *converting.WITHOUT_MODELS}
    listed = [*DISTRIBUTED, *REFERENCE, *LOCAL]
    assert len(listed) == len(set(listed))
    assert set(listed) == tables


def test_every_row_of_a_discussion_is_distributed_by_it():
    for model in apps.get_models():
        names = {field.name for field in model._meta.concrete_fields}
        if "discussion" in names or model._meta.model_name == "discussion":
            assert DISTRIBUTED[model._meta.db_table] == discussion_field(model).column


@pytest.mark.parametrize(
    "facts, words",
    [
        (Facts(), "doesn't have the extension citus"),
        (replace(READY, version="11.3-1"), "Citus 11.3-1 is too old"),
        (replace(READY, is_coordinator=False), "not the coordinator"),
        (replace(READY, is_listed=False), "citus_set_coordinator_host"),
        (replace(READY, nodes=0), "There are no nodes"),
        (replace(READY, unusable=1), "inactive or out of sync"),
        (replace(READY, is_migrated=False), "Run migrate first"),
        (replace(READY, others=3), "connections: 3"),
        (replace(READY, stored={"commentary_rule": "reference"}), "commentary_rule"),
        (replace(READY, stored={"django_session": "other"}), "django_session"),
    ],
)
def test_a_database_that_is_not_ready_is_refused(facts, words):
    assert words in (state.why_not_ready(facts) or "")
    assert not facts.is_done


def test_a_database_that_is_ready_is_not_refused():
    assert state.why_not_ready(READY) is None
    assert state.why_not_ready(replace(READY, stored={"weather": "distributed"})) is None


def test_a_distributed_database_is_recognised():
    assert replace(READY, stored=DONE).is_done
    assert not replace(READY, stored=DONE | {"auth_user": "reference"}).is_done
    partly = {table: kind for table, kind in DONE.items() if table != "commentary_comment"}
    assert not replace(READY, stored=partly).is_done


def test_a_unique_key_gets_the_discussion():
    found = keys.changed_uniques(
        [
            Key("p", "commentary_comment", "one", "PRIMARY KEY (id)", None, ["id"], []),
            Key(
                "u",
                "commentary_comment",
                "two",
                "UNIQUE (discussion_id, number)",
                None,
                ["discussion_id"],
                [],
            ),
            Key("u", "commentary_article", "three", "UNIQUE (slug)", None, ["slug"], []),
        ]
    )
    assert [change.add for change in found] == [
        'ALTER TABLE commentary_comment ADD CONSTRAINT "one" PRIMARY KEY (discussion_id, id)'
    ]


def test_a_foreign_key_gets_the_discussion_or_is_dropped():
    def key(table: str, column: str, target: str, of: str) -> Key:
        definition = f"FOREIGN KEY ({column}) REFERENCES {target}({of}) DEFERRABLE"
        return Key("f", table, f"{table}_{column}", definition, target, [column], [of])

    found = keys.changed_foreign_keys(
        [
            key("commentary_comment", "parent_id", "commentary_comment", "id"),
            key("commentary_discussion", "closed_entry_id", "commentary_auditentry", "id"),
            key("commentary_comment", "discussion_id", "commentary_discussion", "article_id"),
            key("commentary_comment", "author_id", "commentary_author", "id"),
            key("commentary_auditentry", "actor_id", "auth_user", "id"),
            key("commentary_sourcechunk", "source_id", "commentary_source", "id"),
            key("commentary_claim", "user_id", "auth_user", "id"),
        ]
    )
    assert [change.definition for change in found] == [
        "FOREIGN KEY (discussion_id, parent_id) REFERENCES commentary_comment(discussion_id, id) DEFERRABLE",
        "FOREIGN KEY (article_id, closed_entry_id) REFERENCES commentary_auditentry(discussion_id, id) DEFERRABLE",
        "FOREIGN KEY (discussion_id) REFERENCES commentary_discussion(article_id) DEFERRABLE",
        "FOREIGN KEY (author_id) REFERENCES commentary_author(id) DEFERRABLE",
        None,
        None,
    ]


@pytest.mark.django_db
class TestOnThisDatabase:
    def test_it_is_refused_without_the_extension(self):
        is_postgresql = connection.vendor == "postgresql"
        words = "doesn't have the extension citus" if is_postgresql else "Only a PostgreSQL"
        with pytest.raises(CommandError, match=words):
            call_command("distribute")

    def test_a_dry_run_prints_the_plan_and_what_is_missing(self, comment, capsys):
        comment("Words")
        with pytest.raises(CommandError):
            call_command("distribute", dry_run=True, shards=8)
        if connection.vendor != "postgresql":
            return
        out = capsys.readouterr().out
        assert "commentary_comment: 1 row\n" in out
        assert "commentary_auditentry (actor_id)\n" in out
        assert "SELECT create_distributed_table('commentary_discussion', 'article_id', " in out
        assert "shard_count => 8)" in out
        assert 'ADD CONSTRAINT "comment_number_unique"' not in out  # it has the discussion

    @pytest.mark.parametrize("shards", [0, 100_000])
    def test_a_wrong_number_of_shards_is_refused(self, shards):
        with pytest.raises(CommandError, match="--shards must be between 1 and 1024"):
            call_command("distribute", shards=shards)

    def test_all_statements_that_need_no_cluster_work(self, threads):
        """The keys of both directions, and functions and triggers as far as their syntax."""
        if connection.vendor != "postgresql":
            return
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET LOCAL check_function_bodies = off")  # they name tables of Citus
            for step in converting.plan(4):
                for statement in step.statements:
                    if not statement.lstrip().startswith(ONLY_ON_A_CLUSTER):
                        cursor.execute(statement)
            found = keys.stored_keys()
        assert list(keys.changed_uniques(found)) == []
        # A child can't have a parent in another discussion any more.
        definitions = [key.definition for key in found if key.kind == "f"]
        assert any("(discussion_id, parent_id)" in definition for definition in definitions)


def test_triggers_are_created_for_every_table_that_has_some():
    script = "\n".join(triggers.statements())
    for table in triggers.TRIGGERS_OF:
        assert f"ON {table}\n" in script or f"ON {table} " in script


@pytest.mark.django_db
def test_no_trigger_is_forgotten():
    """A migration that adds a trigger also has to add it to `triggers`."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE NOT tgisinternal AND relname = ANY(%s)",
            [[*DISTRIBUTED, *REFERENCE]],
        )
        found = {name for (name,) in cursor.fetchall()}
    events = ("insert", "update", "delete")
    assert found == {
        *(
            f"tally_{table}_{event}"
            for table in ("article", "byline", "discussion")
            for event in events
        ),
        "tally_article_truncate",
        *("search_added_article", "search_article", "search_added_comment", "search_comment"),
        *("site_change_insert", "site_change_update", "audit_append_only"),
    }
