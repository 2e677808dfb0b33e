"""The search index, and the triggers that keep it: no way of changing a text can forget it.

Beside its words each text is indexed under marks, which no reader can type: `_pending` or another
status, `_comment` or `_article`, `_on_7` the article, `_by_ann` and `_title_bees` each word of the
name or the title. PostgreSQL keeps them all in one tsvector under a GIN index, SQLite in a
contentless FTS5 table.

SQLite drops triggers when Django makes a table anew: a later migration that alters comments or
articles there has to make them again.
"""

from django.db import migrations

# The minute since the year 1 times 2**30, plus the key; see models/search.py.
MINUTE = "({seconds} + 62135596800) / 60"
MOMENT = "(coalesce({minute}, 0) * 1073741824 + {row}.id % 536870912 * 2 + {kind})"
SECONDS = {
    "postgresql": "floor(extract(epoch from {row}.{date}))::bigint",
    "sqlite": "CAST(strftime('%s', {row}.{date}) AS INTEGER)",
}
HEAD = {
    "postgresql": "split_part({row}.search_text, E'\\n', 1)",
    "sqlite": "substr({row}.search_text, 1, instr({row}.search_text, char(10)) - 1)",
}
BODY = "substr({row}.search_text, instr({row}.search_text, char(10)) + 1)"  # SQLite
MARKS = {
    "article": "replace(rtrim({head}), ' ', ' _title_') || ' _on_' || {row}.id"
    " || ' _approved _article'",
    "comment": "replace(rtrim({head}), ' ', ' _by_') || ' _on_' || {row}.discussion_id"
    " || ' _' || {row}.status || ' _comment'",
}
TEXTS = {  # table: its date, what a change of which columns makes it indexed anew
    "article": ("timeline_at", "search_text, timeline_at", 1, "{row}.id, NULL, true"),
    "comment": (
        "timeline_at",
        "search_text, status, timeline_at, discussion_id",
        0,
        "{row}.discussion_id, {row}.id, {row}.status = 'approved'",
    ),
}


def parts(vendor, table, row):
    """The expressions of one kind of text, for the row NEW or OLD of a trigger."""
    date, columns, kind, whose = TEXTS[table]
    seconds = SECONDS[vendor].format(row=row, date=date)
    head = HEAD[vendor].format(row=row)
    return {
        "moment": MOMENT.format(minute=MINUTE.format(seconds=seconds), row=row, kind=kind),
        "whose": whose.format(row=row),
        "head": head,
        "body": BODY.format(row=row),
        "marks": (marks := MARKS[table].format(head=head, row=row)),
        "vector": VECTOR.format(row=row, marks=marks),  # PostgreSQL
        "columns": columns,
        "row": row,
        "table": table,
    }


# Rows that are added, by the thousand when an archive comes in, are indexed by one statement.
POSTGRESQL = """
CREATE FUNCTION commentary_index_added_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO commentary_searchrow (moment, article_id, comment_id, is_approved, vector)
        SELECT {added[moment]}, {added[whose]}, {added[vector]} FROM added;
    RETURN NULL;
END $$;
CREATE FUNCTION commentary_index_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM commentary_searchrow WHERE moment = {old[moment]};
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO commentary_searchrow (moment, article_id, comment_id, is_approved, vector)
            VALUES ({new[moment]}, {new[whose]}, {new[vector]});
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER search_added_{table} AFTER INSERT ON commentary_{table}
REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION commentary_index_added_{table}();
CREATE TRIGGER search_{table} AFTER DELETE OR UPDATE OF {new[columns]}
ON commentary_{table} FOR EACH ROW EXECUTE FUNCTION commentary_index_{table}();
"""
VECTOR = """array_to_tsvector(array_remove(
    string_to_array(replace({row}.search_text, E'\\n', '') || {marks}, ' '), ''))"""
SQLITE_ADD = """
INSERT INTO commentary_searchrow (moment, article_id, comment_id, is_approved)
    VALUES ({moment}, {whose});
INSERT INTO commentary_words (rowid, head, body, marks)
    VALUES ({moment}, {head}, {body}, {marks});
"""
SQLITE_DROP = """
DELETE FROM commentary_searchrow WHERE moment = {moment};
INSERT INTO commentary_words (commentary_words, rowid, head, body, marks)
    VALUES ('delete', {moment}, {head}, {body}, {marks});
"""
SQLITE_TABLE = """
CREATE VIRTUAL TABLE commentary_words USING fts5 (
    head, body, marks, content='', columnsize=0, tokenize="ascii tokenchars '_'")
"""


# PostgreSQL notes how common ten thousand words are, instead of one thousand. A word is searched for
# under all that it may be indexed as; each of these that PostgreSQL does not know counts as half as
# common as the rarest that it does. So it took rare words for common ones, and read the dates of all
# texts where the index names the few that have the word.
VECTORS = """
ALTER TABLE commentary_searchrow ADD COLUMN vector tsvector;
ALTER TABLE commentary_searchrow ALTER COLUMN vector SET STATISTICS 1000;
CREATE INDEX search_words ON commentary_searchrow USING gin (vector);
"""


def index(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(VECTORS)
    else:
        schema_editor.execute(SQLITE_TABLE, params=None)
    for table in TEXTS:
        new, old = parts(vendor, table, "NEW"), parts(vendor, table, "OLD")
        if vendor == "postgresql":
            added = parts(vendor, table, "added")
            statement = POSTGRESQL.format(table=table, new=new, old=old, added=added)
            schema_editor.execute(statement, params=None)
            continue
        add, drop = SQLITE_ADD.format(**new), SQLITE_DROP.format(**old)
        for event, body in {
            "INSERT": add,
            "DELETE": drop,
            f"UPDATE OF {new['columns']}": drop + add,
        }.items():
            name = f"search_{table}_{event[:6].lower()}"
            schema_editor.execute(
                f"CREATE TRIGGER {name} AFTER {event} ON commentary_{table} BEGIN {body} END",
                params=None,
            )


def forget(apps, schema_editor):
    for table in TEXTS:
        if schema_editor.connection.vendor == "postgresql":
            for kind in ("", "added_"):
                schema_editor.execute(f"DROP TRIGGER search_{kind}{table} ON commentary_{table}")
                schema_editor.execute(f"DROP FUNCTION commentary_index_{kind}{table}()")
        else:
            for event in ("insert", "delete", "update"):
                schema_editor.execute(f"DROP TRIGGER search_{table}_{event}")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE commentary_searchrow DROP COLUMN vector")
    else:
        schema_editor.execute("DROP TABLE commentary_words")


class Migration(migrations.Migration):
    dependencies = [("commentary", "0005_first_rules")]

    operations = [migrations.RunPython(index, forget)]
