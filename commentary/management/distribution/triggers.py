"""Triggers of a distributed database: the search index, the counts of lists, the site's version.

They run on the node of each shard. A trigger can't query other distributed tables there, so it
writes the shards beside its own, which are stored on the same node and move with it. Articles and
bylines are copied to every node; their triggers run on each of them, and write only for articles
whose discussion is stored there.
"""

from importlib import import_module

search = import_module("commentary.migrations.0006_search")
tallies = import_module("commentary.migrations.0011_tallies")

TRIGGERS_OF = (
    "commentary_article",
    "commentary_byline",
    "commentary_discussion",
    "commentary_comment",
    "commentary_auditentry",
)
DROPPED = """
SELECT format('DROP TRIGGER %%I ON %%I', tgname, relname)
FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace AND relname = ANY(%s)
UNION ALL
SELECT format('DROP FUNCTION %%s', oid::regprocedure) FROM pg_proc
WHERE pronamespace = current_schema()::regnamespace AND proname ~ '^commentary_(count|index|site_changed)'
"""

# The shards of a table on this node. The first returns NULL for a discussion stored elsewhere.
PLACES = """
CREATE FUNCTION commentary_shard(of_table text, article bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT of_table || '_' || s.shardid FROM pg_dist_shard s
    JOIN pg_dist_placement p ON p.shardid = s.shardid
    JOIN pg_dist_local_group g ON g.groupid = p.groupid
    WHERE s.logicalrelid = of_table::regclass
        AND s.shardid = get_shard_id_for_distribution_column(of_table::regclass, article)
$$;
CREATE FUNCTION commentary_copy(of_table text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT of_table || '_' || shardid FROM pg_dist_shard WHERE logicalrelid = of_table::regclass
$$;
"""

# One for comments (rows added, and rows changed), one for articles.
INDEX = """
CREATE FUNCTION commentary_index_added_comment() RETURNS trigger LANGUAGE plpgsql AS $f$
DECLARE article bigint;
BEGIN
    FOR article IN SELECT DISTINCT discussion_id FROM added LOOP
        EXECUTE format($q$
            INSERT INTO %I (moment, article_id, comment_id, is_approved, vector)
            SELECT {comment_added[moment]}, {comment_added[whose]}, {comment_added[vector]}
            FROM added WHERE discussion_id = $1
        $q$, commentary_shard('commentary_searchrow', article)) USING article;
    END LOOP;
    RETURN NULL;
END $f$;
CREATE FUNCTION commentary_index_comment() RETURNS trigger LANGUAGE plpgsql AS $f$
DECLARE shard text := commentary_shard('commentary_searchrow', OLD.discussion_id);
BEGIN
    EXECUTE format('DELETE FROM %I WHERE article_id = $1 AND moment = $2', shard)
        USING OLD.discussion_id, {comment_old[moment]};
    IF TG_OP = 'UPDATE' THEN
        EXECUTE format('INSERT INTO %I (moment, article_id, comment_id, is_approved, vector)
            VALUES ($1, $2, $3, $4, $5)', shard)
            USING {comment_new[moment]}, {comment_new[whose]}, {comment_new[vector]};
    END IF;
    RETURN NULL;
END $f$;
CREATE FUNCTION commentary_index_article() RETURNS trigger LANGUAGE plpgsql AS $f$
DECLARE shard text := commentary_shard('commentary_searchrow', coalesce(NEW.id, OLD.id));
BEGIN
    IF shard IS NULL THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        EXECUTE format('DELETE FROM %I WHERE article_id = $1 AND moment = $2', shard)
            USING OLD.id, {article_old[moment]};
    END IF;
    IF TG_OP <> 'DELETE' THEN
        EXECUTE format('INSERT INTO %I (moment, article_id, comment_id, is_approved, vector)
            VALUES ($1, $2, $3, $4, $5)', shard)
            USING {article_new[moment]}, {article_new[id]}, NULL::bigint, true, {article_new[vector]};
    END IF;
    RETURN NULL;
END $f$;
CREATE TRIGGER search_added_comment AFTER INSERT ON commentary_comment
REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION commentary_index_added_comment();
CREATE TRIGGER search_comment AFTER DELETE OR UPDATE OF {comment_new[columns]}
ON commentary_comment FOR EACH ROW EXECUTE FUNCTION commentary_index_comment();
CREATE TRIGGER search_article AFTER INSERT OR DELETE OR UPDATE OF {article_new[columns]}
ON commentary_article FOR EACH ROW EXECUTE FUNCTION commentary_index_article();
"""

# A row is used only by transactions that don't wait for it, as on one server. The key of a new row
# is random, since the sequence is on the coordinator.
COUNTS = """
CREATE FUNCTION commentary_count(
    article bigint, of_kind integer, of_key bigint, more_articles bigint, more_responses bigint,
    at timestamptz
) RETURNS void LANGUAGE plpgsql AS $f$
DECLARE shard text := commentary_shard('commentary_tally', article); changed bigint;
BEGIN
    EXECUTE format('UPDATE %1$I SET articles = articles + $1, responses = responses + $2,
        changed_at = greatest(changed_at, $3)
        WHERE id = (
            SELECT id FROM %1$I WHERE kind = $4 AND key = $5
            ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
        )', shard) USING more_articles, more_responses, at, of_kind, of_key;
    GET DIAGNOSTICS changed = ROW_COUNT;
    IF changed = 0 THEN
        EXECUTE format('INSERT INTO %I (article_id, id, kind, key, articles, responses, changed_at)
            VALUES ($1, commentary_random_key(), $2, $3, $4, $5, $6)', shard)
            USING article, of_kind, of_key, more_articles, more_responses, at;
    END IF;
END $f$;
CREATE FUNCTION commentary_random_key() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT ('x0' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 15))::bit(64)::bigint
$$;
CREATE FUNCTION commentary_count_keys(article bigint, timeline_at timestamptz)
RETURNS TABLE (kind integer, key bigint) LANGUAGE plpgsql AS $f$
BEGIN
    RETURN QUERY SELECT {month}, {month_key};
    RETURN QUERY SELECT {part}, article / {per_part};
    RETURN QUERY EXECUTE format('SELECT {author}, author_id FROM %I WHERE article_id = $1
        ORDER BY author_id', commentary_copy('commentary_byline')) USING article;
END $f$;
CREATE FUNCTION commentary_count_one(article bigint, timeline_at timestamptz, sign integer)
RETURNS void LANGUAGE plpgsql AS $f$
DECLARE responses bigint; at timestamptz;
BEGIN
    EXECUTE format('SELECT approved_count, changed_at FROM %I WHERE article_id = $1',
        commentary_shard('commentary_discussion', article)) INTO responses, at USING article;
    PERFORM commentary_count(article, k.kind, k.key, sign, sign * coalesce(responses, 0), at)
        FROM commentary_count_keys(article, timeline_at) AS k;
END $f$;
CREATE FUNCTION commentary_count_article() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
    IF commentary_shard('commentary_tally', coalesce(NEW.id, OLD.id)) IS NULL THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' AND OLD.is_published THEN
        PERFORM commentary_count_one(OLD.id, OLD.timeline_at, -1);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.is_published THEN
        PERFORM commentary_count_one(NEW.id, NEW.timeline_at, 1);
    END IF;
    RETURN NULL;
END $f$;
CREATE FUNCTION commentary_count_byline_of(article bigint, author bigint, sign integer)
RETURNS void LANGUAGE plpgsql AS $f$
DECLARE published boolean; responses bigint; at timestamptz;
BEGIN
    IF commentary_shard('commentary_tally', article) IS NULL THEN
        RETURN;
    END IF;
    EXECUTE format('SELECT is_published FROM %I WHERE id = $1 FOR NO KEY UPDATE',
        commentary_copy('commentary_article')) INTO published USING article;
    IF published THEN
        EXECUTE format('SELECT approved_count, changed_at FROM %I WHERE article_id = $1',
            commentary_shard('commentary_discussion', article)) INTO responses, at USING article;
        PERFORM commentary_count(article, {author}, author, sign, sign * coalesce(responses, 0), at);
    END IF;
END $f$;
CREATE FUNCTION commentary_count_byline() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM commentary_count_byline_of(OLD.article_id, OLD.author_id, -1);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM commentary_count_byline_of(NEW.article_id, NEW.author_id, 1);
    END IF;
    RETURN NULL;
END $f$;
CREATE FUNCTION commentary_count_discussion() RETURNS trigger LANGUAGE plpgsql AS $f$
DECLARE
    article bigint := coalesce(NEW.article_id, OLD.article_id);
    more bigint := coalesce(NEW.approved_count, 0) - coalesce(OLD.approved_count, 0);
    published boolean; timeline_at timestamptz;
BEGIN
    IF TG_OP = 'UPDATE' AND more = 0 AND NEW.changed_at IS NOT DISTINCT FROM OLD.changed_at THEN
        RETURN NULL;
    END IF;
    EXECUTE format('SELECT is_published, timeline_at FROM %I WHERE id = $1 FOR NO KEY UPDATE',
        commentary_copy('commentary_article')) INTO published, timeline_at USING article;
    IF published THEN
        PERFORM commentary_count(
            article, k.kind, k.key, 0, more, coalesce(NEW.changed_at, OLD.changed_at)
        ) FROM commentary_count_keys(article, timeline_at) AS k;
    END IF;
    RETURN NULL;
END $f$;
CREATE FUNCTION commentary_count_nothing() RETURNS trigger LANGUAGE plpgsql AS $f$
DECLARE shard text;
BEGIN
    FOR shard IN SELECT 'commentary_tally_' || s.shardid FROM pg_dist_shard s
        JOIN pg_dist_placement p ON p.shardid = s.shardid
        JOIN pg_dist_local_group g ON g.groupid = p.groupid
        WHERE s.logicalrelid = 'commentary_tally'::regclass
    LOOP
        EXECUTE format('DELETE FROM %I', shard);
    END LOOP;
    RETURN NULL;
END $f$;
CREATE TRIGGER tally_article AFTER INSERT OR DELETE OR UPDATE OF is_published, timeline_at
ON commentary_article FOR EACH ROW EXECUTE FUNCTION commentary_count_article();
CREATE TRIGGER tally_article_truncate AFTER TRUNCATE ON commentary_article
FOR EACH STATEMENT EXECUTE FUNCTION commentary_count_nothing();
CREATE TRIGGER tally_byline AFTER INSERT OR DELETE OR UPDATE OF article_id, author_id
ON commentary_byline FOR EACH ROW EXECUTE FUNCTION commentary_count_byline();
CREATE TRIGGER tally_discussion AFTER INSERT OR DELETE OR UPDATE OF approved_count, changed_at
ON commentary_discussion FOR EACH ROW EXECUTE FUNCTION commentary_count_discussion();
"""

CHANGES = """
CREATE FUNCTION commentary_site_changed() RETURNS trigger LANGUAGE plpgsql AS $f$
DECLARE shard text := commentary_shard('commentary_site_change', NEW.article_id); changed bigint;
BEGIN
    EXECUTE format('UPDATE %1$I SET token = $1 WHERE id = (
        SELECT id FROM %1$I ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)', shard) USING NEW.version;
    GET DIAGNOSTICS changed = ROW_COUNT;
    IF changed = 0 THEN
        EXECUTE format('INSERT INTO %I (article_id, id, token)
            VALUES ($1, commentary_random_key(), $2)', shard) USING NEW.article_id, NEW.version;
    END IF;
    RETURN NULL;
END $f$;
CREATE TRIGGER site_change_insert AFTER INSERT ON commentary_discussion
FOR EACH ROW EXECUTE FUNCTION commentary_site_changed();
CREATE TRIGGER site_change_update AFTER UPDATE OF version ON commentary_discussion
FOR EACH ROW WHEN (NEW.version <> OLD.version) EXECUTE FUNCTION commentary_site_changed();
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON commentary_auditentry
FOR EACH ROW EXECUTE FUNCTION commentary_refuse();
"""


def statements() -> list[str]:
    """Return the statements that create all functions and triggers."""
    parts = {
        f"{table}_{row.lower()}": search.parts("postgresql", table, row)
        for table in ("comment", "article")
        for row in ("NEW", "OLD", "added")
    }
    parts["article_new"]["id"] = "NEW.id"
    index = INDEX.format(**{name: _escaped(name, values) for name, values in parts.items()})
    counts = COUNTS.replace("{month_key}", tallies.MONTH_KEY["postgresql"].format(at="timeline_at"))
    for name, value in (
        ("month", tallies.MONTH),
        ("author", tallies.AUTHOR),
        ("part", tallies.PART),
        ("per_part", tallies.PER_PART),
    ):
        counts = counts.replace(f"{{{name}}}", str(value))
    script = PLACES + index + counts + CHANGES
    return [f"CREATE {part.strip()}" for part in script.split("\nCREATE ")[1:]]


def _escaped(name: str, values: dict[str, str]) -> dict[str, str]:
    """Return expressions for `format`, where a percent sign begins a placeholder."""
    if not name.endswith("_added"):
        return values
    return {key: str(value).replace("%", "%%") for key, value in values.items()}
