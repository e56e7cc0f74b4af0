-- The workbench: watching a source by triggers.
SET LOCAL search_path = pg_catalog, pg_temp;

-- What statements did to the counts of annotators.  Rows are only added by those who
-- label; their sum is what the rows of the source give.  A row without annotator
-- tells of rows that belong to nobody, or asks for a recount.  No foreign key, for
-- which those who label would lock the registry.
CREATE TABLE annoqa.change (
    source text NOT NULL,
    annotator text,
    added bigint NOT NULL DEFAULT 0,
    removed bigint NOT NULL DEFAULT 0,
    scored bigint NOT NULL DEFAULT 0,
    correct bigint NOT NULL DEFAULT 0,
    tasks bigint NOT NULL DEFAULT 0,
    skips bigint NOT NULL DEFAULT 0,
    recount boolean NOT NULL DEFAULT false,
    at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE annoqa.change IS 'internal: rows added and removed, and by how much that moved the answers with gold, the right ones, the items and the skips of an annotator';
-- a hash, for a name may be longer than a row of an index
CREATE INDEX change_annotator ON annoqa.change (source, hashtextextended(annotator, 0));
COMMENT ON INDEX annoqa.change_annotator IS 'internal: the changes of an annotator';

-- A restored database counts anew.
SELECT pg_extension_config_dump('annoqa.change', 'WHERE false');

-- No right to set triggers: what the trigger of a labeling table writes here is
-- written as the owner, perhaps a superuser.
DO $$
BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON annoqa.change TO %s WITH GRANT OPTION',
        (SELECT quote_ident(pg_get_userbyid(extowner)) FROM pg_extension
         WHERE extname = 'annoqa'));
END $$;

CREATE VIEW annoqa.change_entry WITH (security_barrier) AS
    SELECT c.* FROM annoqa.change AS c
    WHERE annoqa.may_call('{watch,unwatch,evaluate_rules,create_rule,alter_rule}')
          AND EXISTS (SELECT FROM annoqa.source_stored AS s WHERE s.name = c.source)
    WITH CASCADED CHECK OPTION;
COMMENT ON VIEW annoqa.change_entry IS 'internal: where changes are counted anew';
GRANT SELECT, INSERT, DELETE ON annoqa.change_entry TO PUBLIC;

-- The equality between values of two columns, as an index of theirs has it.
CREATE FUNCTION annoqa.index_equality(left_type oid, right_type oid) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN (
        WITH input AS (
            SELECT u.side, c.opcintype AS type, c.opcfamily AS family
            FROM (VALUES ('left', left_type), ('right', right_type)) AS u (side, type)
                 JOIN pg_type AS t ON t.oid = u.type
                 JOIN pg_opclass AS c ON c.opcdefault
                      AND c.opcintype = CASE WHEN t.typtype = 'e' THEN 'anyenum'::regtype
                                             WHEN u.type = 'varchar'::regtype THEN 'text'::regtype
                                             ELSE u.type END
                 JOIN pg_am AS m ON m.oid = c.opcmethod AND m.amname = 'btree')
        SELECT format('OPERATOR(%I.%s)', n.nspname, o.oprname)
        FROM input AS l JOIN input AS r ON r.side = 'right' AND l.side = 'left' AND r.family = l.family
             JOIN pg_amop AS a ON a.amopfamily = l.family AND a.amopstrategy = 3
                  AND a.amoplefttype = l.type AND a.amoprighttype = r.type
             JOIN pg_operator AS o ON o.oid = a.amopopr
             JOIN pg_namespace AS n ON n.oid = o.oprnamespace
        WHERE l.type <> 'anyenum'::regtype OR left_type = right_type);
END $$;
COMMENT ON FUNCTION annoqa.index_equality(oid, oid) IS 'internal: the equality between two types by their default operator classes, qualified; NULL where they have none in common';

CREATE FUNCTION annoqa.relation_id(schema_name text, relation_name text) RETURNS oid
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN (
        SELECT c.oid FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = schema_name AND c.relname = relation_name);
END $$;
COMMENT ON FUNCTION annoqa.relation_id(text, text) IS 'internal: a relation by its name, whatever the rights of the caller; NULL if there is none';

-- A table with all that inherit from it: a trigger on it sees none of what is
-- written into these by name.
CREATE FUNCTION annoqa.relation_tree(relation oid, OUT id oid, OUT kind "char")
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN QUERY
    WITH RECURSIVE tree AS (
        SELECT relation AS id
        UNION
        SELECT i.inhrelid FROM tree AS t JOIN pg_inherits AS i ON i.inhparent = t.id)
    SELECT t.id, c.relkind FROM tree AS t JOIN pg_class AS c ON c.oid = t.id;
END $$;
COMMENT ON FUNCTION annoqa.relation_tree(oid) IS 'internal: a relation and its partitions and children';

-- Is reading this column by value, or the whole relation, a matter of milliseconds?
CREATE FUNCTION annoqa.reads_fast(relation oid, column_name text, most bigint) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(sum(pg_relation_size(t.id)) FILTER (WHERE NOT v.by_index), 0) <= most
        FROM annoqa.relation_tree(relation) AS t
             CROSS JOIN LATERAL (
                 SELECT t.kind = 'p' OR EXISTS (
                     SELECT FROM pg_index AS i JOIN pg_attribute AS a
                          ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
                     WHERE i.indrelid = t.id AND i.indisvalid AND i.indpred IS NULL
                           AND a.attname = column_name) AS by_index) AS v;
    $$;
COMMENT ON FUNCTION annoqa.reads_fast(oid, text, bigint) IS 'internal: whether a relation, but for what an index on the column leads to, is at most so many bytes';

CREATE FUNCTION annoqa.known_gold_expression(s annoqa.source) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    label_type oid := annoqa.column_type(s.relation_schema, s.relation_name, s.label);
    gold_type oid;
    conditions text;
BEGIN
    IF annoqa.resolve_rule(s) = 'collect' OR s.gold IS NULL AND s.gold_name IS NULL THEN
        RETURN NULL;
    ELSIF s.gold IS NOT NULL THEN
        RETURN 'r.gold';
    END IF;
    -- a relation of the same owner's, where an item is found at once
    SELECT string_agg(format('g.%I %s r.%I', e.g, e.equality, e.i), ' AND ') INTO conditions
    FROM (SELECT u.g, u.i, annoqa.index_equality(
                     annoqa.column_type(s.gold_schema, s.gold_name, u.g),
                     annoqa.column_type(s.relation_schema, s.relation_name, u.i)) AS equality
          FROM unnest(s.gold_item, s.item) AS u (g, i) OFFSET 0) AS e
    HAVING count(e.equality) = cardinality(s.item);
    gold_type := annoqa.column_type(s.gold_schema, s.gold_name, s.gold_label);
    IF conditions IS NULL OR s.gold_owner <> s.relation_owner
        OR s.gold_kind NOT IN ('table', 'partitioned table')
        OR (SELECT t.typcategory = 'A' FROM pg_type AS t WHERE t.oid = label_type)
        OR NOT annoqa.reads_fast(annoqa.relation_id(s.gold_schema, s.gold_name), s.gold_item[1], 65536) THEN
        RETURN NULL;
    END IF;
    RETURN format('NULLIF(ARRAY(SELECT %s FROM %I.%I AS g%s WHERE %s), ''{}'')',
        CASE WHEN annoqa.converts(gold_type, label_type)
             THEN format('g.%I::%s', s.gold_label, annoqa.type_name(label_type)) ELSE 'u.answer' END,
        s.gold_schema, s.gold_name,
        CASE WHEN annoqa.converts(gold_type, label_type) THEN ''
             ELSE format(' CROSS JOIN LATERAL pg_catalog.unnest(g.%I) AS u (answer)', s.gold_label) END,
        conditions);
END $$;
COMMENT ON FUNCTION annoqa.known_gold_expression(annoqa.source) IS 'internal: what a trigger reads as the gold of a row; NULL where only evaluate_rules can know';

-- What a statement did, as its transition tables tell: one row an annotator, those
-- with most wrong answers first.
CREATE FUNCTION annoqa.change_query(s annoqa.source, rows_query text, new_table text, old_table text)
    RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    gold text := annoqa.known_gold_expression(s);
    known text := CASE WHEN gold IS NULL THEN NULL WHEN s.gold IS NULL THEN 'known' ELSE 'gold' END;
    is_set boolean := (SELECT t.typcategory = 'A' FROM pg_type AS t
        WHERE t.oid = annoqa.column_type(s.relation_schema, s.relation_name, s.label));
    as_set text := CASE WHEN is_set AND known IS NOT NULL
        THEN 'CASE WHEN r.%1$I IS NOT NULL THEN ARRAY(SELECT DISTINCT format(''%%s'', e) COLLATE "C" FROM unnest(r.%1$I) AS e ORDER BY 1)::text END'
        ELSE 'r.%1$I' END;
    place text := format(' FROM %I.%I AS r', s.relation_schema, s.relation_name);
    arms text;
    figures text;
BEGIN
    SELECT string_agg(format($q$
        SELECT %L::boolean AS is_new, r.annotator, r.skipped IS TRUE AS skipped, r.label IS NOT NULL AS labeled,
               r.item IS NOT NULL AND r.annotator IS NOT NULL AND r.valid IS NOT FALSE AND NOT r.gold_flag AS counts%s
        FROM (%s) AS r$q$, u.is_new,
        CASE WHEN known IS NOT NULL THEN format(', ' || as_set || ' AS label', 'label')
            || format(', ' || as_set || ' AS known', known) ELSE '' END,
        left(rows_query, -length(place))
            || CASE known WHEN 'known' THEN ', ' || gold || ' AS known' ELSE '' END
            || format(' FROM %I AS r', u.name)
            -- gold is looked up once a row, not wherever it is named
            || CASE known WHEN 'known' THEN ' OFFSET 0' ELSE '' END), ' UNION ALL ')
    INTO arms
    FROM (VALUES (true, new_table), (false, old_table)) AS u (is_new, name) WHERE u.name IS NOT NULL;
    -- what came less what went
    SELECT string_agg(format('%s AS %I', (
               SELECT string_agg(format('%s coalesce(%s FILTER (WHERE %s%s), 0)', v.sign, f.figure, f.condition, v.arm), '')
               FROM (VALUES ('+', ' AND c.is_new', new_table), ('-', ' AND NOT c.is_new', old_table)) AS v (sign, arm, name)
               WHERE v.name IS NOT NULL), f.name), ', ' ORDER BY f.n)
    INTO figures
    FROM (VALUES (1, 'scored', CASE WHEN known IS NULL THEN 'count(*)' ELSE 'annoqa.gold_scored(c.label, c.known)' END,
                  CASE WHEN known IS NULL THEN 'false' ELSE 'c.counts AND c.labeled AND NOT c.skipped' END),
                 (2, 'correct', CASE WHEN known IS NULL THEN 'count(*)' ELSE 'annoqa.gold_correct(c.label, c.known)' END,
                  CASE WHEN known IS NULL THEN 'false' ELSE 'c.counts AND c.labeled AND NOT c.skipped' END),
                 (3, 'tasks', 'count(*)', 'c.counts AND (c.labeled OR c.skipped)'),
                 (4, 'skips', 'count(*)', 'c.counts AND c.skipped')) AS f (n, name, figure, condition);
    RETURN format($q$
        SELECT CASE WHEN x.annotator IS NOT NULL THEN format('%%s', x.annotator) END, x.added, x.removed,
               x.scored, x.correct, x.tasks, x.skips
        FROM (SELECT c.annotator, count(*) FILTER (WHERE c.is_new) AS added,
                     count(*) FILTER (WHERE NOT c.is_new) AS removed, %s
              FROM (%s) AS c GROUP BY c.annotator) AS x
        WHERE (x.added, x.scored, x.correct, x.tasks, x.skips) <> (x.removed, 0, 0, 0, 0)
        ORDER BY x.scored - x.correct + x.skips DESC$q$, figures, arms);
END $$;
COMMENT ON FUNCTION annoqa.change_query(annoqa.source, text, text, text) IS 'internal: the query over transition tables that gives what a statement did to the counts of annotators';

-- For the trigger, as the owner of the labels: which relation it stands for, and how
-- to count.
CREATE FUNCTION annoqa.watch_plan(s annoqa.source, relation oid, new_table text, old_table text,
    OUT relation_read oid, OUT query text, OUT gold_read oid)
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    state record;
    q record;
BEGIN
    state := annoqa.relation_state(s.relation_schema, s.relation_name, s.relation_owner,
        s.relation_kind, s.name, ARRAY(SELECT c.column_name FROM annoqa.source_columns(s, false) AS c));
    IF state.problem IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = state.code, HINT = state.hint,
            MESSAGE = format('source "%s" cannot be read: %s', s.name, state.problem);
    END IF;
    PERFORM annoqa.hold_source(s);
    relation_read := annoqa.relation_id(s.relation_schema, s.relation_name);
    IF relation NOT IN (SELECT t.id FROM annoqa.relation_tree(relation_read) AS t) THEN
        IF relation NOT IN (SELECT t.id FROM annoqa.relation_tree(annoqa.relation_id(s.gold_schema, s.gold_name)) AS t) THEN
            RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
                MESSAGE = format('the trigger stands on %s, but source "%s" reads %I.%I', relation::regclass,
                                 s.name, s.relation_schema, s.relation_name),
                HINT = 'Name the source that reads this table.';
        END IF;
        -- a change of gold asks for a recount
        RETURN;
    END IF;
    q := annoqa.source_queries(s);
    IF q.problem IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = q.code, HINT = q.hint,
            MESSAGE = format('source "%s" cannot be read: %s', s.name, q.problem);
    END IF;
    query := annoqa.change_query(s, q.rows_query, new_table, old_table);
    gold_read := coalesce(annoqa.relation_id(s.gold_schema, s.gold_name), 0);
END $$;
COMMENT ON FUNCTION annoqa.watch_plan(annoqa.source, oid, text, text) IS 'internal: how a trigger counts what a statement did; no query where it can only ask for a recount';

-- For the trigger: the outcomes of one annotator, where that is read fast.
CREATE FUNCTION annoqa.suspect_query(s annoqa.source, metric text) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    q record;
    type oid;
    equality text;
BEGIN
    PERFORM annoqa.hold_source(s);
    type := annoqa.column_type(s.relation_schema, s.relation_name, s.annotator);
    equality := annoqa.equality_operator(type);
    IF equality IS NULL OR num_nonnulls(s.gold_flag, s.gold_annotator) > 0
        OR NOT annoqa.reads_fast(annoqa.relation_id(s.relation_schema, s.relation_name), s.annotator, 33554432)
        OR s.gold_name IS NOT NULL
           AND NOT annoqa.reads_fast(annoqa.relation_id(s.gold_schema, s.gold_name), NULL, 33554432) THEN
        RETURN NULL;
    END IF;
    q := annoqa.source_queries(s);
    RETURN annoqa.outcomes_query(s, q.rows_query, q.gold_query, metric, false,
        format('r.annotator %s $1::%s', equality, annoqa.type_name(type)));
END $$;
COMMENT ON FUNCTION annoqa.suspect_query(annoqa.source, text) IS 'internal: the query for the outcomes of one annotator, NULL where it would take long';

-- For the trigger: what evaluate_rules would say of the outcomes of one annotator.
CREATE FUNCTION annoqa.judge_suspect(r annoqa.rule, timed boolean, who text, vendor text,
    hits boolean[], times timestamp with time zone[], restarts bigint,
    since timestamp with time zone, after bigint, flagged boolean,
    OUT verdict text, OUT vendor_of text, OUT threshold double precision,
    OUT value double precision, OUT n bigint, OUT value_lower double precision,
    OUT value_upper double precision, OUT evidence_window text,
    OUT evidence_from timestamp with time zone,
    OUT evidence_until timestamp with time zone, OUT reason text)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    e annoqa.rule_evidence;
BEGIN
    e.annotator := who;
    e.vendor := vendor;
    e := annoqa.weigh_outcomes(r, hits, times, NULL, (1 + restarts)::integer,
        CASE WHEN timed THEN since END, CASE WHEN NOT timed THEN after END, e);
    verdict := CASE WHEN e.raises AND NOT flagged THEN 'raise' WHEN e.clears AND flagged THEN 'clear' END;
    vendor_of := e.vendor;
    threshold := e.threshold;
    value := e.value;
    n := e.n;
    value_lower := e.value_lower;
    value_upper := e.value_upper;
    evidence_window := e.evidence_window;
    evidence_from := e.evidence_from;
    evidence_until := e.evidence_until;
    reason := annoqa.flag_reason(r, e);
END $$;
COMMENT ON FUNCTION annoqa.judge_suspect(annoqa.rule, boolean, text, text, boolean[], timestamp with time zone[], bigint, timestamp with time zone, bigint, boolean) IS 'internal: whether the flag of an annotator is to be raised or cleared, with its evidence';

-- Counted anew: what was added so far gives way to what the rows say, in one
-- statement, so that nothing is lost or doubled that others add meanwhile.
CREATE FUNCTION annoqa.exact_counts(s annoqa.source, OUT annotator text, OUT n_rows bigint,
    OUT scored bigint, OUT correct bigint, OUT tasks bigint, OUT skips bigint)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 100
    SET search_path = pg_catalog, pg_temp
    SET DateStyle = 'ISO, YMD' SET IntervalStyle = postgres
    SET extra_float_digits = 3 SET TimeZone = 'UTC' SET bytea_output = hex
    AS $$
DECLARE
    rules text[] := ARRAY(SELECT DISTINCT r.metric FROM annoqa.rule_stored AS r
                          WHERE r.source = s.name AND r.method = 'anytime');
    q record := annoqa.readable_source(s.name);
BEGIN
    RETURN QUERY EXECUTE format($q$
        SELECT v.annotator, sum(v.n)::bigint, sum(v.scored)::bigint, sum(v.correct)::bigint,
               sum(v.tasks)::bigint, sum(v.skips)::bigint
        FROM (SELECT min(format('%%s', r.annotator) COLLATE "C") AS annotator, count(*) AS n, 0 AS scored,
                     0 AS correct, 0 AS tasks, 0 AS skips FROM (%s) AS r WHERE r.annotator IS NOT NULL GROUP BY r.annotator
              UNION ALL
              SELECT NULL, count(*), 0, 0, 0, 0 FROM (%1$s) AS r WHERE r.annotator IS NULL HAVING count(*) > 0
              UNION ALL
              SELECT o.annotator, 0, cardinality(o.hits), cardinality(array_positions(o.hits, true)), 0, 0
              FROM annoqa.rule_outcomes(%L, 'gold_accuracy', false) AS o WHERE %L
              UNION ALL
              SELECT o.annotator, 0, 0, 0, cardinality(o.hits), cardinality(array_positions(o.hits, true))
              FROM annoqa.rule_outcomes(%2$L, 'skip_rate', false) AS o WHERE %4$L) AS v
        GROUP BY v.annotator$q$, q.rows_query, s.name,
        'gold_accuracy' = ANY (rules), 'skip_rate' = ANY (rules));
END $$;
COMMENT ON FUNCTION annoqa.exact_counts(annoqa.source) IS 'internal: what the changes of a source add up to, from its rows';

CREATE FUNCTION annoqa.fold_changes(s annoqa.source, OUT missed bigint, OUT folded bigint)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    -- a statement that gathers changes just now is left alone
    IF NOT annoqa.own_lock('fold', s.name, NULL) THEN
        RETURN;
    END IF;
    WITH gone AS (
        DELETE FROM annoqa.change_entry AS c WHERE c.source = s.name
        RETURNING c.added - c.removed AS n, c.recount),
    exact AS MATERIALIZED (SELECT * FROM annoqa.exact_counts(s)),
    kept AS (
        INSERT INTO annoqa.change_entry (source, annotator, added, scored, correct, tasks, skips)
        SELECT s.name, e.annotator, e.n_rows, e.scored, e.correct, e.tasks, e.skips FROM exact AS e)
    SELECT CASE WHEN NOT g.recount THEN x.n - g.n END, g.changes
    INTO missed, folded
    FROM (SELECT sum(gone.n) AS n, bool_or(gone.recount) AS recount, count(*) AS changes FROM gone) AS g
         CROSS JOIN (SELECT coalesce(sum(e.n_rows), 0) AS n FROM exact AS e) AS x;
END $$;
COMMENT ON FUNCTION annoqa.fold_changes(annoqa.source) IS 'internal: counts the changes of a source anew; how many rows came or went that no trigger saw, NULL where that is not known';

CREATE FUNCTION annoqa.flag_low_quality() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION annoqa.flag_low_quality() IS 'Trigger function that counts what a statement did to the answers of each annotator of a source, its argument, and raises flags. AFTER INSERT, UPDATE, DELETE with transition tables, or TRUNCATE, FOR EACH STATEMENT; watch makes such triggers.';

-- What watch calls the triggers of a source; others were written by hand.
CREATE FUNCTION annoqa.trigger_prefix(source text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN 'annoqa_' || left(md5(source), 8) || '_';
COMMENT ON FUNCTION annoqa.trigger_prefix(text) IS 'internal: how the names of the triggers that watch makes for a source begin';

CREATE FUNCTION annoqa.source_tables(s annoqa.source) RETURNS SETOF oid
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT t.id FROM annoqa.relation_tree(annoqa.relation_id(s.relation_schema, s.relation_name)) AS t
        UNION
        SELECT t.id FROM annoqa.relation_tree(annoqa.relation_id(s.gold_schema, s.gold_name)) AS t;
    $$;
COMMENT ON FUNCTION annoqa.source_tables(annoqa.source) IS 'internal: the relations of a source, with their partitions and children';

-- Anybody who may use the trigger function can name a source on a table of their
-- own; such triggers count nothing, and only their owner can drop them.
CREATE FUNCTION annoqa.drop_triggers(s annoqa.source, by_hand boolean) RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    t record;
    n bigint := 0;
BEGIN
    FOR t IN SELECT g.tgname, m.nspname, c.relname
             FROM pg_trigger AS g JOIN pg_class AS c ON c.oid = g.tgrelid
                  JOIN pg_namespace AS m ON m.oid = c.relnamespace
             WHERE g.tgfoid = 'annoqa.flag_low_quality()'::regprocedure AND NOT g.tgisinternal
                   AND position(convert_to(s.name, getdatabaseencoding()) || '\x00'::bytea IN g.tgargs) = 1
                   AND (by_hand OR starts_with(g.tgname, annoqa.trigger_prefix(s.name)))
                   AND (pg_has_role(c.relowner, 'USAGE')
                        OR c.oid IN (SELECT annoqa.source_tables(s)))
             ORDER BY c.oid, g.tgname
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %I.%I', t.tgname, t.nspname, t.relname);
        n := n + 1;
    END LOOP;
    RETURN n;
END $$;
COMMENT ON FUNCTION annoqa.drop_triggers(annoqa.source, boolean) IS 'internal: drops the triggers that watch a source, those written by hand too or not';

CREATE FUNCTION annoqa.make_triggers(s annoqa.source, relation oid) RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    t record;
    event record;
    n bigint := 0;
BEGIN
    FOR t IN SELECT m.nspname, c.relname, r.kind
             FROM annoqa.relation_tree(relation) AS r JOIN pg_class AS c ON c.oid = r.id
                  JOIN pg_namespace AS m ON m.oid = c.relnamespace ORDER BY c.oid
    LOOP
        IF t.kind = 'f' THEN
            RAISE WARNING USING MESSAGE = format('partition %I.%I is a foreign table, which no trigger can watch', t.nspname, t.relname),
                HINT = 'Call annoqa.evaluate_rules from cron: it counts all rows.';
            CONTINUE;
        END IF;
        n := n + 1;
        FOR event IN SELECT * FROM (VALUES
            ('insert', ' REFERENCING NEW TABLE AS new_rows'), ('delete', ' REFERENCING OLD TABLE AS old_rows'),
            ('update', ' REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows'), ('truncate', '')) AS v (name, tables)
        LOOP
            EXECUTE format('CREATE TRIGGER %I AFTER %s ON %I.%I%s FOR EACH STATEMENT EXECUTE FUNCTION annoqa.flag_low_quality(%L)',
                annoqa.trigger_prefix(s.name) || event.name, event.name, t.nspname, t.relname, event.tables, s.name);
        END LOOP;
    END LOOP;
    RETURN n;
END $$;
COMMENT ON FUNCTION annoqa.make_triggers(annoqa.source, oid) IS 'internal: makes the triggers that watch a table and its partitions';

CREATE FUNCTION annoqa.make_all_triggers(s annoqa.source) RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    relation oid := annoqa.relation_id(s.relation_schema, s.relation_name);
    gold oid := annoqa.relation_id(s.gold_schema, s.gold_name);
BEGIN
    RETURN annoqa.make_triggers(s, relation)
        + CASE WHEN gold <> relation THEN annoqa.make_triggers(s, gold) ELSE 0 END;
END $$;
COMMENT ON FUNCTION annoqa.make_all_triggers(annoqa.source) IS 'internal: makes the triggers that watch a source; on how many tables';

CREATE FUNCTION annoqa.check_watchable(s annoqa.source) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    r record;
BEGIN
    FOR r IN SELECT v.* FROM (VALUES (s.relation_schema, s.relation_name, s.relation_kind),
                                     (s.gold_schema, s.gold_name, s.gold_kind)) AS v (schema, name, kind)
             WHERE v.name IS NOT NULL
    LOOP
        IF r.kind NOT IN ('table', 'partitioned table') THEN
            RAISE EXCEPTION USING ERRCODE = 'wrong_object_type',
                MESSAGE = format('%I.%I is a %s, which no trigger can watch', r.schema, r.name, r.kind),
                HINT = format('Call annoqa.evaluate_rules(%L) from cron: it does the same from the rows.', s.name);
        ELSIF NOT pg_has_role((SELECT c.relowner FROM pg_class AS c
                               WHERE c.oid = annoqa.relation_id(r.schema, r.name)), 'USAGE') THEN
            RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
                MESSAGE = format('must be owner of table %I.%I', r.schema, r.name),
                HINT = 'Triggers run as the owner of the table, so only the owner can set them.';
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION annoqa.check_watchable(annoqa.source) IS 'internal: an error unless the caller may watch the relations of a source';

CREATE FUNCTION annoqa.watch(source text) RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    s annoqa.source := annoqa.stored_source(source);
    n bigint;
BEGIN
    PERFORM annoqa.readable_source(source), annoqa.check_watchable(s), annoqa.require_all_rows(s);
    PERFORM annoqa.own_lock('evaluate', s.name, NULL);
    PERFORM annoqa.drop_triggers(s, true);
    -- the lock that this takes lets all writers finish, so that the count is whole
    n := annoqa.make_all_triggers(s);
    PERFORM annoqa.fold_changes(s);
    RETURN format('source "%s" is watched: triggers on %s', s.name, annoqa.counted(n, 'table'))
        || CASE WHEN num_nonnulls(s.gold, s.gold_name) = 0 OR annoqa.known_gold_expression(s) IS NULL
                THEN '; its gold is read by evaluate_rules only'
                WHEN annoqa.suspect_query(s, 'gold_accuracy') IS NULL
                THEN format('; the table is large: an index on %I lets triggers raise flags by themselves', s.annotator)
                ELSE '' END;
END $$;
COMMENT ON FUNCTION annoqa.watch(text) IS 'Sets triggers on the table of a source, its partitions and its gold relation that count each change at once and raise flags. Call it again after a partition was added.';

CREATE FUNCTION annoqa.unwatch(source text) RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    s annoqa.source := annoqa.stored_source(source);
    n bigint := annoqa.drop_triggers(s, true);
BEGIN
    DELETE FROM annoqa.change_entry AS c WHERE c.source = s.name;
    RETURN format('source "%s" is not watched: %s dropped', s.name, annoqa.counted(n, 'trigger'));
END $$;
COMMENT ON FUNCTION annoqa.unwatch(text) IS 'Drops the triggers that watch a source. Flags stay, and evaluate_rules goes on.';

DO $$
DECLARE
    verb regprocedure;
BEGIN
    FOR verb IN SELECT p.oid FROM pg_proc AS p
                WHERE p.pronamespace = 'annoqa'::regnamespace
                      AND p.proname IN ('watch', 'unwatch', 'flag_low_quality')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', verb);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %s WITH GRANT OPTION', verb,
            (SELECT quote_ident(pg_get_userbyid(extowner)) FROM pg_extension
             WHERE extname = 'annoqa'));
    END LOOP;
END $$;

SET LOCAL search_path = annoqa, pg_temp;
