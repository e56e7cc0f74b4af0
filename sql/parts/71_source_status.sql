-- The workbench: what a source holds, and what is wrong with it.
SET LOCAL search_path = pg_catalog, pg_temp;

-- A set has no order, and box and point no class to group by.
CREATE FUNCTION annoqa.grouping_expression(ref text, type oid) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE t.typcategory
            WHEN 'A' THEN format('CASE WHEN %s IS NOT NULL THEN ARRAY(SELECT DISTINCT e FROM unnest(%1$s) AS e ORDER BY e) END', ref)
            WHEN 'G' THEN ref || '::text'
            ELSE ref END
        FROM pg_type AS t WHERE t.oid = type;
    $$;
COMMENT ON FUNCTION annoqa.grouping_expression(text, oid) IS 'internal: by what labels of a type are grouped';

CREATE TYPE annoqa.source_count AS (
    rows bigint,
    items bigint,
    annotators bigint,
    vendors bigint,
    labels bigint,
    skips bigint,
    gold_items bigint,
    votes bigint,
    multi_labeled_items bigint,
    distinct_labels bigint,
    rows_without_annotator bigint,
    rows_without_label bigint,
    rows_without_time bigint,
    invalid_rows bigint,
    conflicting_pairs bigint,
    conflicting_gold_items bigint,
    adjudications_without_item bigint,
    first_labeled_at timestamp with time zone,
    last_labeled_at timestamp with time zone,
    strange_gold_items bigint,
    strange_gold_answer text,
    values_out_of_range bigint,
    early_labels bigint,
    negative_prices bigint
);
COMMENT ON TYPE annoqa.source_count IS 'internal: what a source holds';

-- Counts of what the source does not name are unknown, not zero.
CREATE FUNCTION annoqa.count_source(rows_query text, gold_query text, settings jsonb)
    RETURNS annoqa.source_count
    LANGUAGE sql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT f.rows, f.labeled_items, f.annotators, f.vendors, f.labels, f.skips, f.gold_items,
               f.votes, f.multi_labeled_items, f.distinct_labels, f.rows_without_annotator,
               f.rows_without_label, f.rows_without_time, f.invalid_rows, f.conflicting_pairs,
               f.conflicting_gold_items, f.adjudications_without_item, f.first_labeled_at,
               f.last_labeled_at, f.strange_gold_items, f.strange_gold_answer,
               f.values_out_of_range, f.early_labels, f.negative_prices
        FROM annoqa.facts_status(rows_query, gold_query,
                                 settings || '{"conflicts": "count"}') AS f;
    $$;
COMMENT ON FUNCTION annoqa.count_source(text, text, jsonb) IS 'internal: what a source holds, counted from its rows';

-- Words that a column may hold besides those that it is read for.
CREATE FUNCTION annoqa.unknown_words(s annoqa.source, argument text, column_name text,
    known text[])
    RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    words text;
BEGIN
    IF column_name IS NULL OR annoqa.column_type(s.relation_schema, s.relation_name,
                                                 column_name) = 'bool'::regtype THEN
        RETURN NULL;
    END IF;
    EXECUTE format('SELECT string_agg(w.word, '', '' ORDER BY w.word) FROM (SELECT DISTINCT r.%1$I::text COLLATE "C" AS word FROM %2$I.%3$I AS r WHERE lower(r.%1$I::text COLLATE "C") <> ALL (%4$L::text[]) ORDER BY 1 LIMIT 5) AS w',
        column_name, s.relation_schema, s.relation_name, known)
    INTO words;
    RETURN words;
END $$;
COMMENT ON FUNCTION annoqa.unknown_words(annoqa.source, text, text, text[]) IS 'internal: words in a column that it is not read for, five at most';

-- A model that the labels do not say all of was warned of when it was fitted.
CREATE FUNCTION annoqa.model_finding(source text) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN (SELECT 'the labels do not say all of the stored model: ' || f.reason
            FROM annoqa.fit(annoqa.stored_model(source)) AS f WHERE NOT f.identified);
END $$;
COMMENT ON FUNCTION annoqa.model_finding(text) IS 'internal: that the stored model of a source is not identified, and why; NULL where it is, or there is none';

-- What does not need the rows.
CREATE FUNCTION annoqa.settings_findings(s annoqa.source,
    OUT level text, OUT what text, OUT hint text)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT v.level, v.what, v.hint
        FROM (VALUES
            (s.resolve IN ('latest', 'first') AND s.labeled_at IS NULL, 'error',
             format('resolve "%s" needs labeled_at', s.resolve),
             'Name the column that says when a label was given, or resolve by collect or error.'),
            (EXISTS (SELECT FROM annoqa.source_columns(s, false) AS c
                     WHERE c.argument IN ('item', 'annotator', 'label')
                           AND annoqa.column_type(s.relation_schema, s.relation_name,
                               c.column_name) IN ('json'::regtype, 'xml'::regtype,
                               'polygon'::regtype, 'path'::regtype, 'line'::regtype,
                               'lseg'::regtype, 'circle'::regtype)), 'error',
             'item, annotator or label is of a type whose values cannot be compared',
             'Register a view that casts it: json to jsonb, others to text.'),
            (s.calibration_batches IS NOT NULL AND s.batch IS NULL, 'error',
             'calibration_batches needs batch', 'Name the column that holds the batch.'),
            (s.edge_strata IS NOT NULL AND s.stratum IS NULL, 'error',
             'edge_strata needs stratum', 'Name the column that holds the stratum.'),
            (NOT EXISTS (SELECT FROM pg_timezone_names AS z WHERE lower(z.name) = lower(s.timezone)),
             'error', format('time zone "%s" does not exist', s.timezone),
             'Names are listed in pg_timezone_names: Europe/Berlin, UTC.'),
            (s.consensus = 'median' AND annoqa.column_type(s.relation_schema,
                 s.relation_name, s.label) NOT IN ('int2'::regtype, 'int4'::regtype,
                 'int8'::regtype, 'numeric'::regtype, 'float4'::regtype, 'float8'::regtype),
             'error', 'consensus "median" needs numbers as labels',
             'Choose majority, weighted, model or none.'),
            (s.consensus = 'weighted'
                 AND num_nonnulls(s.gold, s.gold_flag, s.gold_annotator, s.gold_name) = 0,
             'warning', 'consensus "weighted" has no gold to weigh by',
             'Name where gold is, or choose majority.'),
            (s.relation_kind IN ('view', 'materialized view', 'foreign table'), 'warning',
             format('%I.%I is a %s: no trigger can watch it', s.relation_schema,
                    s.relation_name, s.relation_kind),
             'Evaluate rules from cron instead.'),
            (coalesce(cardinality(s.readers), 0) = 0
                 AND (s.relation_kind IN ('view', 'foreign table') OR s.gold_kind IN ('view', 'foreign table')),
             'warning', 'what annoqa stores of this source is shown to its readers only',
             'Name roles in readers, or register a table.'),
            (annoqa.model_finding(s.name) IS NOT NULL, 'warning', annoqa.model_finding(s.name),
             'Give it gold, or fit another method: docs/dawid_skene.md, what is identified.'),
            ((SELECT n.nspowner NOT IN (SELECT e.extowner FROM pg_extension AS e
                                        WHERE e.extname = 'annoqa')
                     AND NOT (SELECT r.rolsuper FROM pg_roles AS r WHERE r.oid = n.nspowner)
              FROM pg_namespace AS n WHERE n.nspname = 'annoqa'), 'warning',
             'schema annoqa belongs to a role that neither owns the extension nor is a superuser',
             'Such a role can plant functions in it. ALTER SCHEMA annoqa OWNER TO the owner of the extension.'),
            (EXISTS (SELECT FROM unnest(s.readers) AS u (name)
                     WHERE u.name NOT IN (SELECT r.rolname FROM pg_roles AS r)), 'warning',
             'readers names a role that does not exist', 'Create the role, or name another.'))
             AS v (holds, level, what, hint)
        WHERE v.holds;
    $$;
COMMENT ON FUNCTION annoqa.settings_findings(annoqa.source) IS 'internal: what is wrong with the settings of a source';

CREATE FUNCTION annoqa.count_findings(s annoqa.source, n annoqa.source_count,
    OUT level text, OUT what text, OUT hint text)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT v.level, v.what, v.hint
        FROM (VALUES
            (n.conflicting_pairs > 0 AND annoqa.resolve_rule(s) = 'error',
             'error',
             format('annotators who labeled an item more than once, not always alike: %s',
                    n.conflicting_pairs),
             'Name labeled_at, so that the latest counts, or say resolve => ''collect'' where the rows are one set of labels.'),
            (n.conflicting_pairs > 0 AND annoqa.resolve_rule(s) <> 'error',
             'warning',
             format('annotators who labeled an item more than once at one time, not alike, which sets these labels aside: %s',
                    n.conflicting_pairs),
             'Make the times differ, or mark all rows but one as not valid.'),
            (n.rows = 0, 'warning', 'there are no rows that you may see',
             'Is it the right relation, and does a policy hide its rows?'),
            (n.rows > 0 AND n.labels = 0, 'warning', 'there are no labels',
             'A label is a row with item, annotator and label that is valid, not skipped and no gold row.'),
            (n.gold_items = 0, 'warning', 'there is no gold',
             'Does the source name the right column for it?'),
            (n.conflicting_gold_items > 0, 'warning',
             format('items whose rows disagree about gold and that count as without: %s',
                    n.conflicting_gold_items),
             'Where several answers are right, every row holds them all in an array.'),
            (n.strange_gold_items >= 0.5 * n.gold_items AND n.strange_gold_items > 0
                 AND s.consensus NOT IN ('none', 'median'), 'warning',
             format('labeled items whose gold answer nobody gave to any item: %s of %s, such as "%s"',
                    n.strange_gold_items, n.gold_items, left(n.strange_gold_answer, 50)),
             'Is gold spelled as the labels are? All labels of these items count as wrong.'),
            (n.labels >= 20 AND n.distinct_labels > 0.9 * n.labels
                 AND s.consensus NOT IN ('none', 'median'), 'warning',
             format('nearly every label is different: %s of %s', least(n.distinct_labels, n.labels),
                    n.labels),
             'Free text, or JSON with ids, cannot agree. Register a view that takes out what can be compared, or say consensus => ''none''.'),
            (n.items > 0 AND n.multi_labeled_items = 0, 'warning',
             'no item has two votes, so there is no agreement to measure',
             'Agreement and consensus need items that several people labeled.'),
            (n.rows_without_time > 0, 'warning',
             format('labels without time, which are in no trend: %s', n.rows_without_time),
             'Fill in when they were given.'),
            (n.last_labeled_at > now() + interval '1 day', 'warning',
             format('the newest label is dated %s, which is to come: what is recent is counted back from it',
                    to_char(n.last_labeled_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')),
             'Correct the time, or mark the row as not valid.'),
            (n.values_out_of_range > 0, 'warning',
             format('values that count as missing, for they are out of range: %s',
                    n.values_out_of_range),
             'Confidence is a share, 0 to 1, seconds are no less than 0, and no number is NaN or beyond 1e12: register a view that converts them.'),
            (n.early_labels > 0, 'warning',
             format('labels given before their item was available, which make turnaround negative: %s',
                    n.early_labels),
             'Does available_at name the right column, and is timezone right for times without zone?'),
            (n.negative_prices > 0, 'warning',
             format('rows with a negative price, which lower what the work costs: %s', n.negative_prices),
             'Prices are what a row costs: if these are no refunds, correct them.'))
             AS v (holds, level, what, hint)
        WHERE v.holds;
    $$;
COMMENT ON FUNCTION annoqa.count_findings(annoqa.source, annoqa.source_count) IS 'internal: what the counts of a source say is wrong with it';

CREATE FUNCTION annoqa.word_findings(s annoqa.source,
    OUT level text, OUT what text, OUT hint text)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT 'warning', format(v.what, u.words), 'Register a view that translates them.'
        FROM (VALUES
            ('annotator_kind', s.annotator_kind, '{human,expert,model}'::text[],
             'annotator_kind holds other words than human, expert and model, which are read as human: %s'),
            ('review', s.review, '{accepted,fixed,rejected}',
             'review holds other words than accepted, fixed and rejected, which are not read: %s'))
             AS v (argument, name, known, what),
             LATERAL annoqa.unknown_words(s, v.argument, v.name, v.known) AS u (words)
        WHERE u.words IS NOT NULL;
    $$;
COMMENT ON FUNCTION annoqa.word_findings(annoqa.source) IS 'internal: words in the rows of a source that it is not read for';

CREATE FUNCTION annoqa.counted(n bigint, noun text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT n || ' ' || noun || CASE WHEN n = 1 THEN '' ELSE 's' END;
    $$;
COMMENT ON FUNCTION annoqa.counted(bigint, text) IS 'internal: a number and what it counts';

CREATE FUNCTION annoqa.source_findings(s annoqa.source,
    OUT level text, OUT what text, OUT hint text)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    r record;
    q record;
    n annoqa.source_count;
BEGIN
    r := annoqa.source_rights(s);
    level := 'error';
    what := r.problem;
    hint := r.hint;
    IF what IS NULL AND NOT r.reads THEN
        what := 'permission denied for its relations';
        hint := 'Whoever registers or reads a source needs SELECT on every column that it names.';
    END IF;
    IF what IS NULL THEN
        q := annoqa.source_queries(s);
        what := q.problem;
        hint := q.hint;
    END IF;
    IF what IS NOT NULL THEN
        RETURN NEXT;
        RETURN;
    END IF;
    RETURN QUERY SELECT f.* FROM annoqa.settings_findings(s) AS f;
    IF EXISTS (SELECT FROM annoqa.settings_findings(s) AS f WHERE f.level = 'error') THEN
        RETURN;
    END IF;
    PERFORM annoqa.hold_source(s);

    -- whether the types serve is for the aggregates to say
    EXECUTE format('SELECT annoqa.ratings_agg(p.item, p.annotator, p.label) FROM (SELECT r.* FROM (%s) AS r WHERE num_nonnulls(r.item, r.annotator, r.label) = 3 LIMIT 1) AS p',
                   q.rows_query);
    n := annoqa.count_source(q.rows_query, q.gold_query, annoqa.source_settings(s));
    RETURN QUERY SELECT f.* FROM annoqa.count_findings(s, n) AS f;
    RETURN QUERY SELECT f.* FROM annoqa.word_findings(s) AS f;
    level := 'ok';
    what := format('%s by %s on %s', annoqa.counted(n.labels, 'label'),
                   annoqa.counted(n.annotators, 'annotator'), annoqa.counted(n.items, 'item'))
            || coalesce(', ' || n.gold_items || ' with gold', '')
            || format(', in %s of %I.%I', annoqa.counted(n.rows, 'row'), s.relation_schema,
                      s.relation_name);
    hint := NULL;
    RETURN NEXT;
END $$;
COMMENT ON FUNCTION annoqa.source_findings(annoqa.source) IS 'internal: all that can be said of a source; raises what reading it raises';

CREATE FUNCTION annoqa.check_source(name text,
    OUT level text, OUT what text, OUT hint text)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    s annoqa.source := (annoqa.visible_source(name)).registered;
    found_what text;
    found_hint text;
BEGIN
    RETURN QUERY SELECT f.* FROM annoqa.source_findings(s) AS f;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS found_what = MESSAGE_TEXT, found_hint = PG_EXCEPTION_HINT;
    RETURN QUERY SELECT 'error', found_what, nullif(found_hint, '');
END $$;
COMMENT ON FUNCTION annoqa.check_source(text) IS 'What is wrong with a source, a row each: level error (it cannot be read, or would not be registered) or warning, what, and what to do; level ok says what there is.';

CREATE FUNCTION annoqa.is_watched(s annoqa.source) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT EXISTS (
            SELECT FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
                 JOIN pg_namespace AS n ON n.oid = c.relnamespace
                 JOIN pg_proc AS p ON p.oid = t.tgfoid
                 JOIN pg_namespace AS f ON f.oid = p.pronamespace AND f.nspname = 'annoqa'
            WHERE n.nspname = s.relation_schema AND c.relname = s.relation_name
                  AND t.tgenabled <> 'D'
                  -- its first argument is the source
                  AND position(convert_to(s.name, getdatabaseencoding()) || '\x00'::bytea
                               IN t.tgargs) = 1);
    $$;
COMMENT ON FUNCTION annoqa.is_watched(annoqa.source) IS 'internal: whether a trigger of annoqa stands on the relation for this source';

CREATE FUNCTION annoqa.source_status(source text, OUT status text, OUT reason text,
    OUT relation text, OUT rows bigint, OUT items bigint, OUT annotators bigint,
    OUT vendors bigint, OUT labels bigint, OUT skips bigint, OUT gold_items bigint,
    OUT labels_per_item double precision, OUT multi_labeled_items bigint,
    OUT distinct_labels bigint, OUT rows_without_annotator bigint,
    OUT rows_without_label bigint, OUT rows_without_time bigint,
    OUT invalid_rows bigint, OUT conflicting_pairs bigint,
    OUT conflicting_gold_items bigint, OUT adjudications_without_item bigint,
    OUT first_labeled_at timestamp with time zone,
    OUT last_labeled_at timestamp with time zone, OUT watched boolean,
    OUT rollup_fresh boolean, OUT rolled_up_at timestamp with time zone,
    OUT last_error text, OUT last_error_at timestamp with time zone)
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    s annoqa.source := (annoqa.visible_source(source)).registered;
    r annoqa.source_reading;
    n annoqa.source_count;
    message text;
    advice text;
BEGIN
    relation := format('%I.%I', s.relation_schema, s.relation_name);
    watched := annoqa.is_watched(s);
    SELECT e.message, e.at INTO last_error, last_error_at
    FROM annoqa.source_errors AS e WHERE e.source = s.name;
    BEGIN
        r := annoqa.reading(source);
        n := annoqa.count_source(r.rows_query, r.gold_query, r.settings);
    EXCEPTION
    WHEN operator_intervention OR transaction_rollback THEN
        RAISE;
    WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, advice = PG_EXCEPTION_HINT;
        status := 'broken';
        reason := concat_ws('. ', regexp_replace(message, '^source ".*" cannot be read: ', ''),
                            nullif(advice, ''));
        RETURN;
    END;
    rows := n.rows;
    items := n.items;
    annotators := n.annotators;
    vendors := n.vendors;
    labels := n.labels;
    skips := n.skips;
    gold_items := n.gold_items;
    labels_per_item := n.votes / nullif(n.items, 0)::float8;
    multi_labeled_items := n.multi_labeled_items;
    distinct_labels := n.distinct_labels;
    rows_without_annotator := n.rows_without_annotator;
    rows_without_label := n.rows_without_label;
    rows_without_time := n.rows_without_time;
    invalid_rows := n.invalid_rows;
    conflicting_pairs := n.conflicting_pairs;
    conflicting_gold_items := n.conflicting_gold_items;
    adjudications_without_item := n.adjudications_without_item;
    first_labeled_at := n.first_labeled_at;
    last_labeled_at := n.last_labeled_at;
    SELECT string_agg(f.what, '; ') INTO reason
    FROM (SELECT c.what FROM annoqa.count_findings(s, n) AS c
          UNION ALL SELECT annoqa.model_finding(s.name)) AS f;
    status := CASE WHEN reason IS NULL THEN 'ok' ELSE 'warning' END;
END $$;
COMMENT ON FUNCTION annoqa.source_status(text) IS 'Whether a source can be read, and is what you think it is: its counts, computed now.';

CREATE VIEW annoqa.source_status WITH (security_invoker) AS
    SELECT v.name AS source, s.*
    FROM annoqa.source_visible AS v CROSS JOIN LATERAL annoqa.source_status(v.name) AS s
    WHERE v.reads OR v.problem IS NOT NULL;
GRANT SELECT ON annoqa.source_status TO PUBLIC;

COMMENT ON VIEW annoqa.source_status IS 'One row a source: is it readable, and is it what you think it is. Computed when read.';
COMMENT ON COLUMN annoqa.source_status.source IS 'Name of the source.';
COMMENT ON COLUMN annoqa.source_status.status IS '''ok'', ''warning'' or ''broken''.';
COMMENT ON COLUMN annoqa.source_status.reason IS 'What is wrong and what to do; NULL when ok.';
COMMENT ON COLUMN annoqa.source_status.relation IS 'Name of the relation as registered.';
COMMENT ON COLUMN annoqa.source_status.rows IS 'Rows read.';
COMMENT ON COLUMN annoqa.source_status.items IS 'Items with a label.';
COMMENT ON COLUMN annoqa.source_status.annotators IS 'Annotators with a label.';
COMMENT ON COLUMN annoqa.source_status.vendors IS 'Vendors that labels and skips name.';
COMMENT ON COLUMN annoqa.source_status.labels IS 'Labels: rows with item, annotator and label, valid, neither skipped nor a gold row, one for each annotator and item.';
COMMENT ON COLUMN annoqa.source_status.skips IS 'Rows that say the annotator skipped the item.';
COMMENT ON COLUMN annoqa.source_status.gold_items IS 'Items with a gold answer.';
COMMENT ON COLUMN annoqa.source_status.labels_per_item IS 'Mean votes an item.';
COMMENT ON COLUMN annoqa.source_status.multi_labeled_items IS 'Items with two or more votes: agreement rests on these alone.';
COMMENT ON COLUMN annoqa.source_status.distinct_labels IS 'Different labels. Near labels, they are free text or JSON with ids and cannot agree.';
COMMENT ON COLUMN annoqa.source_status.rows_without_annotator IS 'Rows set aside, for they have no annotator.';
COMMENT ON COLUMN annoqa.source_status.rows_without_label IS 'Rows set aside, for they have no label and are no skips.';
COMMENT ON COLUMN annoqa.source_status.rows_without_time IS 'Labels without time: they are in no trend.';
COMMENT ON COLUMN annoqa.source_status.invalid_rows IS 'Rows set aside, for they are marked as not valid.';
COMMENT ON COLUMN annoqa.source_status.conflicting_pairs IS 'Pairs of item and annotator set aside, for their rows differ beyond what resolve can settle.';
COMMENT ON COLUMN annoqa.source_status.conflicting_gold_items IS 'Items whose rows disagree about gold: they count as without.';
COMMENT ON COLUMN annoqa.source_status.adjudications_without_item IS 'Settled items that are no longer in the relation.';
COMMENT ON COLUMN annoqa.source_status.first_labeled_at IS 'Time of the first label.';
COMMENT ON COLUMN annoqa.source_status.last_labeled_at IS 'Time of the newest label.';
COMMENT ON COLUMN annoqa.source_status.watched IS 'Whether a trigger of annoqa stands on the relation.';
COMMENT ON COLUMN annoqa.source_status.rollup_fresh IS 'Whether the rollup equals the rows.';
COMMENT ON COLUMN annoqa.source_status.rolled_up_at IS 'When the rollup was made.';
COMMENT ON COLUMN annoqa.source_status.last_error IS 'Last error of a trigger or a scheduled call.';
COMMENT ON COLUMN annoqa.source_status.last_error_at IS 'When that was.';

SET LOCAL search_path = annoqa, pg_temp;
