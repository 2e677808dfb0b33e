"""Triggers count the published articles of each month, author and part of the sitemap.

A list can say how many articles it has without reading them, however many there are. Each row of
`commentary_tally` says by how much a count moved: how many articles (`articles`), how many approved
comments on them (`responses`), and when a reader could last see a change of any of them. Several
rows may have one key: a transaction adds to a row that no other one holds, and makes one if there is
none, so nobody waits. A count is the sum of its rows, exact at every commit.

Months are those of UTC, so that they do not depend on TIME_ZONE: see `models.tallies`, which reads
the table.

SQLite drops triggers when Django makes a table anew: a later migration that alters articles, bylines
or discussions there has to make them again. PostgreSQL gives up the rows when articles are truncated.

Lists of the admin, where drafts are listed too, get an index of the order of their articles.
"""

from django.db import migrations

MONTH, AUTHOR, PART = 1, 2, 3  # kinds
PER_PART = 1_000
MONTH_KEY = {  # months since the year 0; -1 for no date
    "postgresql": "coalesce(extract(year FROM {at} AT TIME ZONE 'UTC') * 12"
    " + extract(month FROM {at} AT TIME ZONE 'UTC') - 1, -1)::bigint",
    "sqlite": "coalesce(CAST(strftime('%Y', {at}) AS integer) * 12"
    " + CAST(strftime('%m', {at}) AS integer) - 1, -1)",
}
# The counts that an article belongs to. Its authors are those of its bylines.
KEYS = (
    f"SELECT {MONTH} AS kind, {{month}} AS key"
    f" UNION ALL SELECT {PART}, {{article}} / {PER_PART}"
    f" UNION ALL SELECT {AUTHOR}, author_id FROM commentary_byline WHERE article_id = {{article}}"
)

TABLE = {
    "postgresql": """
CREATE TABLE commentary_tally (
    id bigserial PRIMARY KEY,
    kind smallint NOT NULL,
    key bigint NOT NULL,
    articles bigint NOT NULL,
    responses bigint NOT NULL,
    changed_at timestamptz
) WITH (fillfactor = 50)""",
    "sqlite": """
CREATE TABLE commentary_tally (
    id integer PRIMARY KEY,
    kind integer NOT NULL,
    key integer NOT NULL,
    articles integer NOT NULL,
    responses integer NOT NULL,
    changed_at datetime
)""",
}

# What is stored already.
FILL = """
INSERT INTO commentary_tally (kind, key, articles, responses, changed_at)
SELECT kind, key, count(*), coalesce(sum(approved_count), 0), max(changed_at) FROM (
    SELECT {month_kind} AS kind, {month} AS key, id FROM commentary_article WHERE is_published
    UNION ALL SELECT {part_kind}, id / {per_part}, id FROM commentary_article WHERE is_published
    UNION ALL SELECT {author_kind}, author_id, commentary_article.id FROM commentary_byline
        JOIN commentary_article ON commentary_article.id = article_id WHERE is_published
) AS counted LEFT JOIN commentary_discussion ON article_id = counted.id GROUP BY kind, key
"""

COUNT = """
CREATE FUNCTION commentary_count(
    of_kind integer, of_key bigint, more_articles bigint, more_responses bigint, at timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE commentary_tally SET articles = articles + more_articles,
        responses = responses + more_responses, changed_at = greatest(changed_at, at)
    WHERE id = (
        SELECT id FROM commentary_tally WHERE kind = of_kind AND key = of_key
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
    );
    IF NOT FOUND THEN
        INSERT INTO commentary_tally (kind, key, articles, responses, changed_at)
            VALUES (of_kind, of_key, more_articles, more_responses, at);
    END IF;
END $$
"""
# A statement adds up its rows first, so that thousands of them change a count once.
FUNCTION = """
CREATE FUNCTION commentary_count_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM commentary_count(kind, key, articles, responses, at) FROM (
        SELECT kind, key, sum(sign)::bigint AS articles, sum(more)::bigint AS responses,
            max(changed) AS at
        FROM ({rows}) AS moved GROUP BY kind, key ORDER BY kind, key
    ) AS counted WHERE {matters};
    RETURN NULL;
END $$
"""
TRIGGER = """
CREATE TRIGGER tally_{name} AFTER {event} ON commentary_{table} REFERENCING {transitions}
FOR EACH STATEMENT EXECUTE FUNCTION commentary_count_{name}()
"""
MOVED = "articles <> 0 OR responses <> 0"
OF_ARTICLES = """
SELECT k.kind, k.key, c.sign, c.sign * coalesce(d.approved_count, 0) AS more,
    d.changed_at AS changed
FROM ({changes}) AS c LEFT JOIN commentary_discussion d ON d.article_id = c.id
CROSS JOIN LATERAL ({keys}) AS k WHERE c.is_published
"""
OF_BYLINES = """
SELECT {author} AS kind, c.author_id AS key, c.sign, c.sign * coalesce(d.approved_count, 0) AS more,
    d.changed_at AS changed
FROM ({changes}) AS c JOIN commentary_article a ON a.id = c.article_id
LEFT JOIN commentary_discussion d ON d.article_id = c.article_id WHERE a.is_published
"""
OF_DISCUSSIONS = """
SELECT k.kind, k.key, 0 AS sign, c.more, c.changed
FROM ({changes}) AS c JOIN commentary_article a ON a.id = c.article_id
CROSS JOIN LATERAL ({keys}) AS k WHERE a.is_published
"""
BEFORE, AFTER = "OLD TABLE AS before", "NEW TABLE AS after"
EVENTS = {
    "insert": ("INSERT", AFTER),
    "update": ("UPDATE", f"{BEFORE} {AFTER}"),
    "delete": ("DELETE", BEFORE),
}


def both(columns, differ=""):
    """The rows of a statement with their signs, by event; of an update those that differ."""
    old = f"SELECT {columns}, -1 AS sign FROM before AS b"
    new = f"SELECT {columns}, 1 AS sign FROM after AS b"
    other = " WHERE EXISTS (SELECT FROM {0} AS o WHERE o.id = b.id AND ({1}))"
    changed = (
        f"{old}{other.format('after', differ)} UNION ALL {new}{other.format('before', differ)}"
    )
    return {"insert": new, "update": changed, "delete": old}


def on_postgresql():
    keys = KEYS.format(month=MONTH_KEY["postgresql"].format(at="{0}.timeline_at"), article="{0}.{1}")
    articles = both(
        "b.id, b.is_published, b.timeline_at",
        "(o.is_published, o.timeline_at) IS DISTINCT FROM (b.is_published, b.timeline_at)",
    )
    bylines = both(
        "b.article_id, b.author_id",
        "(o.article_id, o.author_id) IS DISTINCT FROM (b.article_id, b.author_id)",
    )
    discussions = {
        "insert": "SELECT article_id, approved_count AS more, changed_at AS changed FROM after",
        "update": "SELECT article_id, after.approved_count - before.approved_count AS more,"
        " after.changed_at AS changed FROM after JOIN before USING (article_id)"
        " WHERE (after.approved_count, after.changed_at)"
        " IS DISTINCT FROM (before.approved_count, before.changed_at)",
        "delete": "SELECT article_id, -approved_count AS more, changed_at AS changed FROM before",
    }
    yield COUNT
    for event, (sql, transitions) in EVENTS.items():
        for table, rows, matters in (
            ("article", OF_ARTICLES.format(changes=articles[event], keys=keys.format("c", "id")), MOVED),
            ("byline", OF_BYLINES.format(changes=bylines[event], author=AUTHOR), MOVED),
            (
                "discussion",
                OF_DISCUSSIONS.format(changes=discussions[event], keys=keys.format("a", "id")),
                "true",
            ),
        ):
            name = f"{table}_{event}"
            yield FUNCTION.format(name=name, rows=rows, matters=matters)
            yield TRIGGER.format(name=name, event=sql, table=table, transitions=transitions)
    yield """
CREATE FUNCTION commentary_count_nothing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM commentary_tally;
    RETURN NULL;
END $$"""
    yield """
CREATE TRIGGER tally_article_truncate AFTER TRUNCATE ON commentary_article
FOR EACH STATEMENT EXECUTE FUNCTION commentary_count_nothing()"""


ADD = """
INSERT INTO commentary_tally (kind, key, articles, responses) SELECT k.kind, k.key, 0, 0
FROM ({keys}) AS k WHERE {public} AND NOT EXISTS (
    SELECT 1 FROM commentary_tally AS t WHERE t.kind = k.kind AND t.key = k.key
);
UPDATE commentary_tally SET articles = articles + {sign}, responses = responses + {more},
    changed_at = nullif(max(coalesce(changed_at, ''), coalesce({changed}, '')), '')
WHERE {public} AND (kind, key) IN ({keys});
"""


def on_sqlite():
    month = MONTH_KEY["sqlite"]

    def of_article(row, sign):
        of_discussion = f"(SELECT {{}} FROM commentary_discussion WHERE article_id = {row}.id)"
        return ADD.format(
            keys=KEYS.format(month=month.format(at=f"{row}.timeline_at"), article=f"{row}.id"),
            public=f"{row}.is_published",
            sign=sign,
            more=f"{sign} * coalesce({of_discussion.format('approved_count')}, 0)",
            changed=of_discussion.format("changed_at"),
        )

    def of_article_of(row, column):
        return f"(SELECT {column} FROM commentary_article WHERE id = {row}.article_id)"

    def of_byline(row, sign):
        of_discussion = (
            f"(SELECT {{}} FROM commentary_discussion WHERE article_id = {row}.article_id)"
        )
        return ADD.format(
            keys=f"SELECT {AUTHOR} AS kind, {row}.author_id AS key",
            public=of_article_of(row, "is_published"),
            sign=sign,
            more=f"{sign} * coalesce({of_discussion.format('approved_count')}, 0)",
            changed=of_discussion.format("changed_at"),
        )

    def of_discussion(row, more):
        at = of_article_of(row, "timeline_at")
        return ADD.format(
            keys=KEYS.format(month=month.format(at=at), article=f"{row}.article_id"),
            public=of_article_of(row, "is_published"),
            sign=0,
            more=more,
            changed=f"{row}.changed_at",
        )

    for table, event, when, body in (
        ("article", "INSERT", "NEW.is_published", of_article("NEW", 1)),
        ("article", "DELETE", "OLD.is_published", of_article("OLD", -1)),
        (
            "article",
            "UPDATE OF is_published, timeline_at",
            "NEW.is_published IS NOT OLD.is_published OR NEW.timeline_at IS NOT OLD.timeline_at",
            of_article("OLD", -1) + of_article("NEW", 1),
        ),
        ("byline", "INSERT", "1", of_byline("NEW", 1)),
        ("byline", "DELETE", "1", of_byline("OLD", -1)),
        (
            "byline",
            "UPDATE OF article_id, author_id",
            "NEW.article_id IS NOT OLD.article_id OR NEW.author_id IS NOT OLD.author_id",
            of_byline("OLD", -1) + of_byline("NEW", 1),
        ),
        ("discussion", "INSERT", "1", of_discussion("NEW", "NEW.approved_count")),
        ("discussion", "DELETE", "1", of_discussion("OLD", "-OLD.approved_count")),
        (
            "discussion",
            "UPDATE OF approved_count, changed_at",
            "NEW.approved_count IS NOT OLD.approved_count OR NEW.changed_at IS NOT OLD.changed_at",
            of_discussion("NEW", "NEW.approved_count - OLD.approved_count"),
        ),
    ):
        yield (
            f"CREATE TRIGGER tally_{table}_{event[:6].lower()} AFTER {event}"
            f" ON commentary_{table} WHEN {when} BEGIN {body} END"
        )


INDEX = """
CREATE INDEX article_newest_of_all ON commentary_article (timeline_at DESC{nulls}, id DESC)
"""
NULLS = {"postgresql": " NULLS LAST", "sqlite": ""}


def add(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    month = MONTH_KEY[vendor].format(at="timeline_at")
    fill = FILL.format(
        month_kind=MONTH, author_kind=AUTHOR, part_kind=PART, per_part=PER_PART, month=month
    )
    triggers = on_postgresql() if vendor == "postgresql" else on_sqlite()
    index = "CREATE INDEX tally_key ON commentary_tally (kind, key)"
    newest = INDEX.format(nulls=NULLS[vendor])
    for statement in (TABLE[vendor], index, fill, *triggers, newest):
        schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    schema_editor.execute("DROP INDEX article_newest_of_all")
    for table in ("article", "byline", "discussion"):
        for event in EVENTS:
            on = f" ON commentary_{table}" if is_postgresql else ""
            schema_editor.execute(f"DROP TRIGGER tally_{table}_{event}{on}")
            if is_postgresql:
                schema_editor.execute(f"DROP FUNCTION commentary_count_{table}_{event}()")
    if is_postgresql:
        schema_editor.execute("DROP TRIGGER tally_article_truncate ON commentary_article")
        schema_editor.execute("DROP FUNCTION commentary_count_nothing()")
        schema_editor.execute(
            "DROP FUNCTION commentary_count(integer, bigint, bigint, bigint, timestamptz)"
        )
    schema_editor.execute("DROP TABLE commentary_tally")


class Migration(migrations.Migration):
    dependencies = [("commentary", "0010_media")]

    operations = [migrations.RunPython(add, drop)]
