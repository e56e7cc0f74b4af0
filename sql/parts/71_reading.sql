-- The workbench: reading a source.
SET LOCAL search_path = pg_catalog, pg_temp;

CREATE FUNCTION annoqa.column_type(schema_name text, relation_name text,
    column_name text)
    RETURNS oid
    LANGUAGE C STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION annoqa.column_type(text, text, text) IS 'internal: the type of a column, domains looked through';

CREATE FUNCTION annoqa.type_name(oid) RETURNS text
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN (
        SELECT format('%I.%I', n.nspname, t.typname)
        FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace
        WHERE t.oid = $1);
END $$;
COMMENT ON FUNCTION annoqa.type_name(oid) IS 'internal: the qualified name of a type, whatever the search path';

CREATE FUNCTION annoqa.converts(source oid, target oid) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT source = target OR EXISTS (
            SELECT FROM pg_cast WHERE castsource = source AND casttarget = target
                                      AND castcontext = 'i'
                                      AND (castmethod = 'b' OR castfunc < 16384));
    $$;
COMMENT ON FUNCTION annoqa.converts(oid, oid) IS 'internal: whether every value of a type is one of another without loss';

-- By the type's own output: a cast to text is a function of whoever owns the type.
CREATE FUNCTION annoqa.text_expression(ref text, type oid) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN (SELECT t.typnamespace FROM pg_type AS t WHERE t.oid = type) = 'pg_catalog'::regnamespace
                    THEN ref || '::pg_catalog.text'
                    ELSE format('CASE WHEN pg_catalog.num_nonnulls(%1$s) OPERATOR(pg_catalog.>) 0 THEN pg_catalog.format(''%%s'', %1$s) END', ref) END;
    $$;
COMMENT ON FUNCTION annoqa.text_expression(text, oid) IS 'internal: how a value is read as text';

-- Every name in an expression is qualified and every operator too, so that the
-- query means the same under any search path.  No operator compares two values
-- of the user's.  What is infinite or no known word is NULL or human; the engine
-- finds that itself, and is given the values as they are.
CREATE FUNCTION annoqa.column_expression(argument text, type oid, ref text,
    timezone text, for_engine boolean, OUT expression text, OUT wanted text)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    name text := CASE WHEN (SELECT t.typnamespace FROM pg_type AS t WHERE t.oid = type)
                           = 'pg_catalog'::regnamespace
                 THEN (SELECT t.typname FROM pg_type AS t WHERE t.oid = type) END;
    as_text text := annoqa.text_expression(ref, type);
    word text := format('pg_catalog.lower((%s) COLLATE pg_catalog."C")', as_text);
    class text := CASE
        WHEN argument IN ('labeled_at', 'available_at', 'gold_at') THEN 'time'
        WHEN argument IN ('seconds', 'confidence', 'price') THEN 'number'
        WHEN argument IN ('skipped', 'valid', 'gold_flag') THEN 'boolean'
        WHEN argument IN ('annotator_kind', 'review') THEN argument
        ELSE 'text' END;
BEGIN
    CASE class
        WHEN 'time' THEN
            wanted := 'timestamp with time zone, timestamp or date';
            expression := CASE name
                WHEN 'timestamptz' THEN ref || '::pg_catalog.timestamptz'
                WHEN 'timestamp' THEN format('(%s::pg_catalog."timestamp" AT TIME ZONE %L)', ref, timezone)
                WHEN 'date' THEN format('(%s::pg_catalog.date::pg_catalog."timestamp" AT TIME ZONE %L)', ref, timezone)
                END;
            -- what no timestamptz can be is no time, as what is infinite
            IF name IN ('timestamp', 'date') THEN
                expression := format('CASE WHEN NOT pg_catalog.isfinite(%1$s) OR %1$s OPERATOR(pg_catalog.>) ''4713-01-02 BC''::pg_catalog.%2$I AND %1$s OPERATOR(pg_catalog.<) ''294276-01-01''::pg_catalog.%2$I THEN %3$s END',
                    ref, name, expression);
            END IF;
            IF NOT for_engine THEN
                expression := 'CASE WHEN pg_catalog.isfinite(' || ref || ') THEN '
                    || expression || ' END';
            END IF;
        WHEN 'number' THEN
            wanted := CASE argument WHEN 'seconds' THEN 'a number or interval'
                                    ELSE 'a number' END;
            expression := CASE
                WHEN name IN ('int2', 'int4', 'int8')
                    OR for_engine AND name IN ('float4', 'float8') THEN ref
                WHEN name IN ('numeric', 'float4', 'float8') THEN
                    format('CASE WHEN %1$s OPERATOR(pg_catalog.>) ''-1e300''::pg_catalog.%2$I AND %1$s OPERATOR(pg_catalog.<) ''1e300''::pg_catalog.%2$I THEN %1$s END',
                           ref, CASE name WHEN 'float4' THEN 'float8' ELSE name END)
                WHEN name = 'interval' AND argument = 'seconds' THEN
                    format('EXTRACT(epoch FROM %s)', ref)
                END;
            expression := '(' || expression || ')::pg_catalog.float8';
        WHEN 'boolean' THEN
            wanted := 'boolean';
            expression := CASE name WHEN 'bool' THEN ref || '::pg_catalog.bool' END;
        WHEN 'review' THEN
            wanted := 'a text of accepted, fixed and rejected, or boolean';
            expression := CASE
                WHEN name = 'bool' THEN format('CASE WHEN %s IS TRUE THEN ''accepted'' WHEN %1$s IS FALSE THEN ''rejected'' END', ref)
                WHEN for_engine THEN as_text
                ELSE format('CASE WHEN %s OPERATOR(pg_catalog.=) ANY (ARRAY[''accepted'', ''fixed'', ''rejected'']) THEN %1$s END', word) END;
            expression := format('(%s)::pg_catalog.text', expression);
        WHEN 'annotator_kind' THEN
            wanted := 'a text of human, expert and model';
            expression := CASE WHEN for_engine THEN as_text
                ELSE format('(CASE WHEN %s OPERATOR(pg_catalog.=) ANY (ARRAY[''expert'', ''model'']) THEN %1$s ELSE ''human'' END)::pg_catalog.text', word) END;
        ELSE
            wanted := 'text';
            expression := as_text;
    END CASE;
END $$;
COMMENT ON FUNCTION annoqa.column_expression(text, oid, text, text, boolean) IS 'internal: how an optional column is read, NULL when its type does not serve, and what type would';

-- One column as it is; several as the JSON array of their texts.
CREATE FUNCTION annoqa.key_expression(alias text, columns text[], type oid,
    schema_name text, relation_name text)
    RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE
            WHEN cardinality(columns) > 1 THEN format(
                'CASE WHEN pg_catalog.num_nonnulls(%s) OPERATOR(pg_catalog.>) 0 THEN pg_catalog.to_json(ARRAY[%s])::pg_catalog.text END',
                string_agg(format('%s.%I', alias, c), ', ' ORDER BY n),
                string_agg(annoqa.text_expression(format('%s.%I', alias, c),
                    annoqa.column_type(schema_name, relation_name, c)), ', ' ORDER BY n))
            ELSE format('%s.%I::%s', alias, columns[1], annoqa.type_name(type)) END
        FROM unnest(columns) WITH ORDINALITY AS u (c, n);
    $$;
COMMENT ON FUNCTION annoqa.key_expression(text, text[], oid, text, text) IS 'internal: how a key of one column or several is read';

CREATE FUNCTION annoqa.source_queries(s annoqa.source,
    for_engine boolean DEFAULT false, unread text[] DEFAULT '{}',
    OUT rows_query text, OUT gold_query text, OUT code text, OUT problem text,
    OUT hint text)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    item_type oid := 'text'::regtype;
    gold_item_type oid := 'text'::regtype;
    label_type oid := annoqa.column_type(s.relation_schema, s.relation_name, s.label);
    answer_type oid;
    parts text[] := '{}';
    column_of record;
    type oid;
    gold_flag text;
    expression record;
BEGIN
    code := '42804';
    IF cardinality(s.item) = 1 THEN
        item_type := annoqa.column_type(s.relation_schema, s.relation_name, s.item[1]);
    END IF;

    -- the type of gold answers: the label's, or an array of it
    IF s.gold IS NOT NULL THEN
        answer_type := annoqa.column_type(s.relation_schema, s.relation_name, s.gold);
    ELSIF s.gold_name IS NOT NULL THEN
        answer_type := annoqa.column_type(s.gold_schema, s.gold_name, s.gold_label);
        IF cardinality(s.gold_item) = 1 THEN
            gold_item_type := annoqa.column_type(s.gold_schema, s.gold_name, s.gold_item[1]);
        END IF;
        -- the wider of two types of item
        IF annoqa.converts(item_type, gold_item_type) THEN
            item_type := gold_item_type;
        ELSIF NOT annoqa.converts(gold_item_type, item_type) THEN
            problem := format('gold_item is of type %s, item of type %s',
                format_type(gold_item_type, NULL), format_type(item_type, NULL));
            hint := 'Register a view that casts one of them.';
            RETURN;
        END IF;
    ELSE
        answer_type := label_type;
    END IF;
    IF annoqa.converts(answer_type, label_type) THEN
        answer_type := label_type;
    ELSIF EXISTS (SELECT FROM pg_type AS t WHERE t.oid = answer_type
                  AND t.typcategory = 'A' AND annoqa.converts(t.typelem, label_type)) THEN
        answer_type := (SELECT t.typarray FROM pg_type AS t WHERE t.oid = label_type);
    ELSE
        problem := format('gold is of type %s, label of type %s',
            format_type(answer_type, NULL), format_type(label_type, NULL));
        hint := 'Gold is one label, or an array of all answers that are right. Register a view that casts one of them.';
        RETURN;
    END IF;

    parts := ARRAY[
        annoqa.key_expression('r', s.item, item_type, s.relation_schema, s.relation_name) || ' AS item',
        format('r.%I::%s AS annotator', s.annotator, annoqa.type_name(
            annoqa.column_type(s.relation_schema, s.relation_name, s.annotator))),
        format('r.%I::%s AS label', s.label, annoqa.type_name(label_type))];

    gold_flag := CASE
        WHEN s.gold_flag IS NOT NULL THEN format('(r.%I IS TRUE)', s.gold_flag)
        WHEN s.gold_annotator IS NOT NULL THEN
            format('((%s) COLLATE pg_catalog."C" OPERATOR(pg_catalog.=) %L)',
                   annoqa.text_expression(format('r.%I', s.annotator),
                       annoqa.column_type(s.relation_schema, s.relation_name, s.annotator)), s.gold_annotator)
        ELSE 'false' END;
    parts := parts || (CASE
        WHEN s.gold IS NOT NULL THEN format('r.%I::%s', s.gold, annoqa.type_name(answer_type))
        WHEN gold_flag <> 'false' THEN format('CASE WHEN %s THEN r.%I::%s END',
            gold_flag, s.label, annoqa.type_name(label_type))
        ELSE 'NULL::' || annoqa.type_name(answer_type) END || ' AS gold');
    parts := parts || (gold_flag || ' AS gold_flag');

    FOR column_of IN
        SELECT v.argument, v.empty, u.column_name AS name,
               annoqa.column_type(s.relation_schema, s.relation_name, u.column_name)
                   AS type
        FROM (VALUES ('labeled_at', 'timestamptz'), ('available_at', 'timestamptz'),
                     ('seconds', 'float8'), ('confidence', 'float8'),
                     ('vendor', 'text'), ('annotator_kind', 'text'),
                     ('guideline', 'text'), ('batch', 'text'), ('stratum', 'text'),
                     ('price', 'float8'), ('skipped', 'bool'), ('valid', 'bool'),
                     ('review', 'text')) AS v (argument, empty)
             LEFT JOIN annoqa.source_columns(s, false) AS u
             ON u.argument = v.argument
                AND (v.argument <> 'stratum' OR u.column_name = s.stratum[1])
    LOOP
        IF column_of.name IS NULL OR column_of.argument = ANY (unread) THEN
            parts := parts || format('NULL::pg_catalog.%s AS %I', column_of.empty,
                column_of.argument);
            CONTINUE;
        END IF;
        IF column_of.argument = 'stratum' AND cardinality(s.stratum) > 1 THEN
            parts := parts || (annoqa.key_expression('r', s.stratum, NULL, s.relation_schema, s.relation_name) || ' AS stratum');
            CONTINUE;
        END IF;
        expression := annoqa.column_expression(column_of.argument, column_of.type,
            format('r.%I', column_of.name), s.timezone, for_engine);
        IF expression.expression IS NULL THEN
            problem := format('column %I (%s) is of type %s, not %s', column_of.name,
                column_of.argument, format_type(column_of.type, NULL), expression.wanted);
            hint := 'Register a view that casts it.';
            RETURN;
        END IF;
        parts := parts || format('%s AS %I', expression.expression, column_of.argument);
    END LOOP;

    IF s.gold_flag IS NOT NULL THEN
        type := annoqa.column_type(s.relation_schema, s.relation_name, s.gold_flag);
        IF type <> 'bool'::regtype THEN
            problem := format('column %I (gold_flag) is of type %s, not boolean',
                s.gold_flag, format_type(type, NULL));
            hint := 'Register a view that casts it.';
            RETURN;
        END IF;
    END IF;

    type := annoqa.column_type(s.relation_schema, s.relation_name, s.suggestion);
    IF s.suggestion IS NOT NULL AND NOT annoqa.converts(type, label_type) THEN
        problem := format('suggestion is of type %s, label of type %s',
            format_type(type, NULL), format_type(label_type, NULL));
        hint := 'Register a view that casts one of them.';
        RETURN;
    END IF;
    parts := parts || (CASE WHEN s.suggestion IS NULL OR 'suggestion' = ANY (unread) THEN 'NULL'
                            ELSE format('r.%I', s.suggestion) END
        || '::' || annoqa.type_name(label_type) || ' AS suggestion');
    rows_query := format('SELECT %s FROM %I.%I AS r', array_to_string(parts, ', '),
        s.relation_schema, s.relation_name);

    IF s.gold_name IS NOT NULL THEN
        type := annoqa.column_type(s.gold_schema, s.gold_name, s.gold_at);
        expression := annoqa.column_expression('gold_at', type,
            'g.' || quote_ident(s.gold_at), s.timezone, false);
        IF s.gold_at IS NOT NULL AND expression.expression IS NULL THEN
            problem := format('column %I (gold_at) is of type %s, not %s', s.gold_at,
                format_type(type, NULL), expression.wanted);
            hint := 'Register a view that casts it.';
            RETURN;
        END IF;
        gold_query := format('SELECT %s AS item, g.%I::%s AS gold, %s AS gold_at FROM %I.%I AS g',
            annoqa.key_expression('g', s.gold_item, item_type, s.gold_schema, s.gold_name), s.gold_label,
            annoqa.type_name(answer_type),
            CASE WHEN s.gold_at IS NULL THEN 'NULL::pg_catalog.timestamptz'
                 ELSE expression.expression END,
            s.gold_schema, s.gold_name);
    END IF;
    code := NULL;
END $$;
COMMENT ON FUNCTION annoqa.source_queries(annoqa.source, boolean, text[]) IS 'internal: the queries that read a source, as SQL or the engine takes its values and with NULL for columns that are not read; or what is wrong with the types of its columns';

CREATE FUNCTION annoqa.hold_relation(schema_name text, relation_name text,
    OUT owner text, OUT kind "char")
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION annoqa.hold_relation(text, text) IS 'internal: locks a relation as its readers do and says whose it is now, and of what kind';

-- The catalogs as a query sees them may be older than the relation that a name
-- stands for, by a whole transaction.  So the last check is made under lock.
CREATE FUNCTION annoqa.hold_source(s annoqa.source) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    v record;
    held record;
BEGIN
    FOR v IN VALUES (s.relation_schema, s.relation_name, s.relation_owner, s.relation_kind),
                    (s.gold_schema, s.gold_name, s.gold_owner, s.gold_kind)
    LOOP
        CONTINUE WHEN v.column1 IS NULL;
        held := annoqa.hold_relation(v.column1, v.column2);
        IF held.owner IS DISTINCT FROM v.column3
            OR annoqa.relation_kind(held.kind) IS DISTINCT FROM v.column4 THEN
            RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
                MESSAGE = format('source "%s" cannot be read: %I.%I is not what was registered any more',
                                 s.name, v.column1, v.column2),
                HINT = 'annoqa.source_status says what changed, once this transaction has ended.';
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION annoqa.hold_source(annoqa.source) IS 'internal: locks the relations of a source as their readers do, and raises unless they are what was registered';

-- What is stored is shown to all who may see it, so that it must rest on all rows.
CREATE FUNCTION annoqa.hides_rows(s annoqa.source) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(bool_or(row_security_active(c.oid)), false)
        FROM (VALUES (s.relation_schema, s.relation_name), (s.gold_schema, s.gold_name)) AS v (schema, name)
             JOIN pg_namespace AS n ON n.nspname = v.schema
             JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = v.name;
    $$;
COMMENT ON FUNCTION annoqa.hides_rows(annoqa.source) IS 'internal: whether row-level security applies to the caller on a relation of a source';

CREATE FUNCTION annoqa.require_all_rows(s annoqa.source) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    IF annoqa.hides_rows(s) THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
            MESSAGE = format('row-level security hides rows of source "%s" from you', s.name),
            HINT = 'What is stored of a source is for all who may see it, so it must rest on all rows: call this as the owner of its relations, or as a role with BYPASSRLS.';
    END IF;
END $$;
COMMENT ON FUNCTION annoqa.require_all_rows(annoqa.source) IS 'internal: an error for a caller from whom row-level security may hide rows of a source';

CREATE FUNCTION annoqa.visible_source(source text) RETURNS annoqa.source_visible
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    v annoqa.source_visible;
BEGIN
    SELECT u.* INTO v FROM annoqa.source_visible AS u WHERE u.name = source;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object',
            MESSAGE = format('source %s does not exist',
                             coalesce('"' || source || '"', 'NULL')),
            HINT = 'The view annoqa.sources lists the sources that you may read: it takes USAGE on the schema and SELECT on every column that a source names, those of its gold relation too.';
    END IF;
    RETURN v;
END $$;
COMMENT ON FUNCTION annoqa.visible_source(text) IS 'internal: a source that the caller may read, or an error as if there were none';

CREATE FUNCTION annoqa.readable_source(source text, OUT rows_query text,
    OUT gold_query text)
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    v annoqa.source_visible := annoqa.visible_source(source);
    q record;
BEGIN
    IF v.problem IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = v.code, HINT = v.hint,
            MESSAGE = format('source "%s" cannot be read: %s', source, v.problem);
    ELSIF NOT v.reads THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
            MESSAGE = format('permission denied for source "%s"', source),
            HINT = 'Whoever reads a source needs SELECT on every column that it names.';
    END IF;
    q := annoqa.source_queries(v.registered);
    IF q.problem IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = q.code, HINT = q.hint,
            MESSAGE = format('source "%s" cannot be read: %s', source, q.problem);
    END IF;
    PERFORM annoqa.hold_source(v.registered);
    rows_query := q.rows_query;
    gold_query := q.gold_query;
END $$;
COMMENT ON FUNCTION annoqa.readable_source(text) IS 'internal: the queries that read a source, for a caller who may; else an error that says why not';

CREATE FUNCTION annoqa.source_select(source text) RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS 'SELECT rows_query FROM annoqa.readable_source(source)';
COMMENT ON FUNCTION annoqa.source_select(text) IS 'internal: the query that reads the rows of a source, in 19 columns of fixed names and order; an error if the caller may not or it is broken';

CREATE FUNCTION annoqa.source_gold_select(source text) RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS 'SELECT gold_query FROM annoqa.readable_source(source)';
COMMENT ON FUNCTION annoqa.source_gold_select(text) IS 'internal: the query that reads the gold relation of a source as item, gold and gold_at; NULL where it has none';

SET LOCAL search_path = annoqa, pg_temp;

-- The engine: a source is read once in columns, and everything that is between
-- labels is found there.  The rows query has the columns of source_select, the
-- gold query those of source_gold_select; settings are those of the source, and
-- annotators_query, cases_query, since, until, vendor, annotator, item_set.

CREATE FUNCTION annoqa.facts_status(
    rows_query text, gold_query text DEFAULT NULL,
    settings jsonb DEFAULT NULL)
RETURNS TABLE (
    rows bigint, items bigint, labeled_items bigint, annotators bigint,
    vendors bigint, labels bigint, votes bigint, skips bigint,
    gold_items bigint, labels_per_item float8, multi_labeled_items bigint,
    distinct_labels bigint, rows_without_item bigint,
    rows_without_annotator bigint, rows_without_label bigint,
    rows_without_time bigint, invalid_rows bigint, conflicting_pairs bigint,
    conflicting_gold_items bigint, values_out_of_range bigint,
    adjudications_without_item bigint, first_labeled_at timestamptz,
    last_labeled_at timestamptz, backlog bigint, seconds_median float8,
    price_median float8, newest_guideline text,
    newest_guideline_at timestamptz, strange_gold_items bigint,
    strange_gold_answer text, early_labels bigint, negative_prices bigint)
    LANGUAGE C STABLE PARALLEL UNSAFE ROWS 1
    SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION annoqa.facts_status(text, text, jsonb) IS
    'internal: counts of a source as a whole, and of what was set aside.';

CREATE FUNCTION annoqa.facts_groups(
    rows_query text, gold_query text DEFAULT NULL,
    settings jsonb DEFAULT NULL,
    "by" text[] DEFAULT ARRAY['']::text[])
RETURNS TABLE (
    "grouping" text, annotator text, vendor text, stratum text,
    guideline text, batch text, bucket timestamptz, annotator_kind text,
    item_set text, edge_case boolean, suggested_labels boolean,
    confidence_bin bigint, complete boolean, rows bigint, items bigint,
    labeled_items bigint, completed_items bigint, disputed_items bigint,
    revisited_items bigint, annotators bigint, vendors bigint,
    active_days bigint, first_labeled_at timestamptz,
    last_labeled_at timestamptz, last_vendor text, last_kind text,
    labelings bigint, skips bigint, gold_rows bigint,
    gold_author_labels bigint, aside_rows bigint, labels bigint,
    repeats bigint, repeats_equal bigint, tasks bigint, skipped bigint,
    votes bigint, scored bigint, correct bigint, edge bigint,
    edge_scored bigint, edge_correct bigint, others bigint,
    others_equal bigint, others_tied bigint, other_vendors bigint,
    other_vendors_equal bigint, dissents bigint, upheld bigint,
    overruled bigint, neither bigint, open_dissents bigint, signals bigint,
    confirmed bigint, adjudicated bigint, adjudicated_equal bigint,
    rework bigint, reviewed bigint, first_accepted bigint, accepted bigint,
    timed bigint, paced bigint, fast bigint, stale bigint, stated bigint,
    stated_scored bigint, stated_correct bigint, model_labels bigint, expert_labels bigint,
    untimed bigint, recent bigint, recent_scored bigint,
    recent_correct bigint, before_recent bigint, suggested bigint,
    suggestion_changed bigint, suggestion_wrong bigint, wrong_kept bigint,
    pair_items bigint, pairs bigint, pairs_equal bigint, agreement float8,
    agreement_lower float8, agreement_upper float8,
    agreement_std_error float8, kappa float8,
    other_vendor_pair_items bigint, other_vendor_pairs bigint,
    other_vendor_pairs_equal bigint, other_vendor_agreement float8,
    other_vendor_agreement_lower float8, other_vendor_agreement_upper float8,
    other_vendor_agreement_std_error float8,
    seconds_median float8, seconds_sum float8, seconds_total float8,
    turnarounds bigint, turnaround_hours_median float8,
    turnaround_hours_p90 float8, priced bigint, price_sum float8,
    rework_price float8, recent_price float8, initial_price float8,
    initial bigint, initial_scored bigint, initial_correct bigint,
    confidence_sum float8, confidence_scored_sum float8, brier_sum float8,
    label_entropy float8, distinct_labels bigint, top_expected text,
    top_given text, top_errors bigint, alpha float8, alpha_std_error float8,
    alpha_lower float8, alpha_upper float8, alpha_reason text,
    alpha_items bigint, alpha_labels bigint, percent_agreement float8,
    percent_agreement_std_error float8, percent_agreement_lower float8,
    percent_agreement_upper float8, percent_agreement_reason text,
    coinciding bigint, seconds_median_error float8, checked bigint,
    check_errors bigint, backlog_opened bigint, backlog_closed bigint,
    newest_labeled_at timestamptz, scored_items bigint,
    gold_accuracy_std_error float8)
    LANGUAGE C STABLE PARALLEL UNSAFE ROWS 1000
    SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION annoqa.facts_groups(text, text, jsonb, text[]) IS
    'internal: one row a group of labels, for each list of keys in by: counts of facts, exact sums, medians and agreement.';

CREATE FUNCTION annoqa.facts_items(
    rows_query text, gold_query text DEFAULT NULL,
    settings jsonb DEFAULT NULL,
    choice text DEFAULT 'all')
RETURNS TABLE (
    item text, stratum text, batch text, consensus text, n_votes bigint,
    n_labels bigint, n_distinct bigint, confidence float8, agreement float8,
    tied boolean, margin float8, entropy float8, votes text, majority text,
    differs_from_majority boolean, edge_case boolean, gold_label text,
    matches_gold boolean, settled_label text, settled_by text,
    settled_at timestamptz, first_labeled_at timestamptz,
    last_labeled_at timestamptz, backlog_reason text, backlog_reasons text,
    top_label text, runner_up text, voters text, lone_dissenter text,
    dissent_label text, dissent_outcome text, dissenter_accuracy float8,
    priority float8, waiting_since timestamptz, disputed_since timestamptz,
    next_reason text, missing_labels bigint, people_votes bigint,
    expert_votes bigint, model_labels bigint, single_voter text,
    single_meets_floor boolean, guideline text, stale_guideline boolean,
    disputed boolean, reopened boolean, revisited boolean,
    marked_edge_case boolean, gold_conflict boolean, labeled boolean,
    probability float8, soft_label text, expected_gain float8,
    price_median float8, similar_cases bigint, dissents_settled bigint,
    dissents_upheld bigint, suggested text[], in_rejected_batch boolean,
    answer text, answer_by_people boolean)
    LANGUAGE C STABLE PARALLEL UNSAFE ROWS 1000
    SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION annoqa.facts_items(text, text, jsonb, text) IS
    'internal: one row an item: its votes, consensus, settlement, and why it waits for a judge or a label.';

CREATE FUNCTION annoqa.facts_labels(
    rows_query text, gold_query text DEFAULT NULL,
    settings jsonb DEFAULT NULL,
    choice text DEFAULT 'all')
RETURNS TABLE (
    item text, annotator text, annotator_kind text, phase text, vendor text,
    stratum text, batch text, guideline text, label text,
    labeled_at timestamptz, seconds float8, confidence float8, price float8,
    suggestion text, is_vote boolean, correct boolean, gold_label text,
    others_consensus text, others_equal boolean, edge_case boolean,
    lone_dissent boolean, dissent_outcome text, settled_label text,
    settled_by text, settled_at timestamptz, adjudicated_equal boolean,
    rework boolean, first_accepted boolean, accepted boolean, fast boolean,
    stale_guideline boolean, edge_case_signal boolean,
    edge_case_confirmed boolean, consensus_with text, consensus_without text,
    n_votes_without bigint, n_votes bigint, accuracy float8)
    LANGUAGE C STABLE PARALLEL UNSAFE ROWS 1000
    SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION annoqa.facts_labels(text, text, jsonb, text) IS
    'internal: one row a label: what it states and what follows for it.';

CREATE FUNCTION annoqa.facts_pairs(
    rows_query text, gold_query text DEFAULT NULL,
    settings jsonb DEFAULT NULL)
RETURNS TABLE (
    annotator_a text, annotator_b text, vendor_a text, vendor_b text,
    n_items bigint, n_gold_items bigint, agreement float8, cohen_kappa float8,
    std_error float8, ci_lower float8, ci_upper float8, n_both_scored bigint,
    n_both_wrong bigint, n_same_wrong bigint, same_expected float8,
    same_p_value float8, coinciding boolean)
    LANGUAGE C STABLE PARALLEL UNSAFE ROWS 1000
    SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION annoqa.facts_pairs(text, text, jsonb) IS
    'internal: one row a pair of annotators with a common item.';

CREATE FUNCTION annoqa.facts_coefficients(
    rows_query text, gold_query text DEFAULT NULL,
    settings jsonb DEFAULT NULL)
RETURNS TABLE (
    scope text, name text, item_set text, coefficient text, estimate float8,
    std_error float8, ci_lower float8, ci_upper float8, reason text,
    n_items bigint, n_pairable_items bigint, n_labels bigint,
    n_annotators bigint, n_categories bigint)
    LANGUAGE C STABLE PARALLEL UNSAFE ROWS 1000
    SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION annoqa.facts_coefficients(text, text, jsonb) IS
    'internal: one row a scope, item set and coefficient of agreement among people.';

CREATE FUNCTION annoqa.facts_confusion(
    rows_query text, gold_query text DEFAULT NULL,
    settings jsonb DEFAULT NULL)
RETURNS TABLE (
    reference text, expected text, given text, labels bigint,
    annotators bigint, adjudications bigint,
    adjudications_since_guideline bigint)
    LANGUAGE C STABLE PARALLEL UNSAFE ROWS 100
    SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION annoqa.facts_confusion(text, text, jsonb) IS
    'internal: one row a reference, expected and given label.';

CREATE FUNCTION annoqa.facts_models(
    rows_query text, gold_query text DEFAULT NULL,
    settings jsonb DEFAULT NULL)
RETURNS TABLE (
    model text, guideline text, stratum text, items bigint, settled bigint,
    correct bigint, people_labels bigint, people_correct bigint,
    difference float8, difference_lower float8, difference_upper float8,
    with_experts_items bigint, with_experts float8,
    with_experts_lower float8, with_experts_upper float8,
    between_experts_items bigint, between_experts float8,
    between_experts_lower float8, between_experts_upper float8,
    positive_label text, unscored_positive bigint, unscored bigint,
    true_positive bigint, gold_positive bigint, true_negative bigint,
    gold_negative bigint, accept_confidence float8, accept_labels bigint,
    suggestions bigint, suggestions_changed bigint,
    suggestions_wrong bigint, wrong_kept bigint, automation_bias float8,
    seconds_median_with float8, seconds_median_without float8)
    LANGUAGE C STABLE PARALLEL UNSAFE ROWS 100
    SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION annoqa.facts_models(text, text, jsonb) IS
    'internal: one row a model, guideline and stratum, and all of each; (none) for suggestions that are no model''s label.';

CREATE FUNCTION annoqa.facts_onboarding(
    rows_query text, gold_query text DEFAULT NULL,
    settings jsonb DEFAULT NULL)
RETURNS TABLE (
    annotator text, vendor text, calibration_set bigint, required bigint,
    done bigint, correct bigint, gate float8, passed boolean, repeats bigint,
    repeats_equal bigint, edge_scored bigint, edge_correct bigint,
    seconds_median float8, started_at timestamptz, finished_at timestamptz,
    first_labeled_at timestamptz)
    LANGUAGE C STABLE PARALLEL UNSAFE ROWS 100
    SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION annoqa.facts_onboarding(text, text, jsonb) IS
    'internal: one row an annotator with a scored label and calibration set, 1 and 2.';

CREATE FUNCTION annoqa.facts_guidelines(
    rows_query text, gold_query text DEFAULT NULL,
    settings jsonb DEFAULT NULL)
RETURNS TABLE (
    guideline text, previous text, in_use_since timestamptz, labels bigint,
    labels_since bigint, labels_following bigint, annotators_active bigint,
    annotators_not_adopted bigint)
    LANGUAGE C STABLE PARALLEL UNSAFE ROWS 10
    SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION annoqa.facts_guidelines(text, text, jsonb) IS
    'internal: one row a version of the guideline, in the order of their first labels, with how far it was adopted.';

CREATE FUNCTION annoqa.source_settings(s annoqa.source) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT jsonb_strip_nulls(jsonb_build_object(
            'columns', (SELECT jsonb_agg(DISTINCT c.argument)
                        FROM (SELECT argument FROM annoqa.source_columns(s, false)
                              UNION ALL SELECT 'gold'
                              WHERE s.gold_from_adjudication OR num_nonnulls(
                                  s.gold_flag, s.gold_annotator, s.gold_name) > 0)
                             AS c),
            'resolve', annoqa.resolve_rule(s), 'consensus', s.consensus,
            'consensus_threshold', s.consensus_threshold,
            'required_labels', s.required_labels, 'max_labels', s.max_labels,
            'release_singles', s.release_singles,
            'models_vote', s.models_vote,
            'gold_from_adjudication', s.gold_from_adjudication,
            'edge_strata', s.edge_strata, 'timezone', s.timezone,
            'period', annoqa.interval_text(s.period),
            'calibration_batches', s.calibration_batches,
            'calibration_size', s.calibration_size,
            'calibration_gate', s.calibration_gate));
    $$;
COMMENT ON FUNCTION annoqa.source_settings(annoqa.source) IS 'internal: the settings of a source as the engine takes them';

CREATE FUNCTION annoqa.facts_settings(source text,
    since timestamptz DEFAULT NULL, until timestamptz DEFAULT NULL,
    vendor text DEFAULT NULL, annotator text DEFAULT NULL)
    RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT annoqa.source_settings(s.registered) || jsonb_strip_nulls(jsonb_build_object(
            'since', facts_settings.since, 'until', facts_settings.until,
            'vendor', facts_settings.vendor, 'annotator', facts_settings.annotator))
        FROM annoqa.visible_source(facts_settings.source) AS s;
    $$;
COMMENT ON FUNCTION annoqa.facts_settings(text, timestamptz, timestamptz, text, text) IS 'internal: the settings of a source as the engine takes them, with filters';
