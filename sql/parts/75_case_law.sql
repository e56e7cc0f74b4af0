-- The workbench: what was decided, and drawing items to check.
SET LOCAL search_path = pg_catalog, pg_temp;

-- Items as the rows have them now; an item that is not there has no row.
CREATE FUNCTION annoqa.item_strata(source text, items text[], OUT item text, OUT stratum text)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 1000
    SET search_path = pg_catalog, pg_temp
    SET DateStyle = 'ISO, YMD' SET IntervalStyle = postgres
    SET extra_float_digits = 3 SET TimeZone = 'UTC' SET bytea_output = hex
    AS $$
DECLARE
    q record := annoqa.readable_source(source);
    s annoqa.source := (annoqa.visible_source(source)).registered;
BEGIN
    -- the stratum of an item is that of its newest label
    RETURN QUERY EXECUTE format($q$
        SELECT %s,
               (array_agg(r.stratum ORDER BY r.is_label DESC, r.labeled_at DESC NULLS LAST,
                                             r.stratum COLLATE "C"))[1]
        FROM (SELECT r.item, r.stratum, r.labeled_at, %s AS is_label FROM (%s) AS r) AS r
        GROUP BY r.item$q$,
        annoqa.item_text_expression(s, 'r.item'), annoqa.label_filter(),
        annoqa.item_rows_query(s, q.rows_query, items));
END $$;
COMMENT ON FUNCTION annoqa.item_strata(text, text[]) IS 'internal: those of the items that are in the rows of a source, and their strata';

CREATE FUNCTION annoqa.case_law(source text, since timestamp with time zone DEFAULT NULL,
    until timestamp with time zone DEFAULT NULL,
    OUT case_id bigint, OUT item text, OUT stratum text, OUT label text,
    OUT overruled text, OUT edge_case boolean, OUT adjudicator text, OUT reasoning text,
    OUT guideline text, OUT supersedes bigint, OUT current boolean,
    OUT adjudicated_at timestamp with time zone, OUT waited_hours double precision,
    OUT item_exists boolean, OUT reopened_at timestamp with time zone,
    OUT reopened_by text, OUT reopen_reason text, OUT blind boolean, OUT saw text)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 1000
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    reads boolean;
    items jsonb;
    why text;
BEGIN
    PERFORM annoqa.require_stored(source);
    SELECT v.reads INTO reads FROM annoqa.source_visible AS v WHERE v.name = case_law.source;
    -- cases are there even where the rows are not to be read
    IF reads THEN
        BEGIN
            SELECT coalesce(jsonb_object_agg(i.item, i.stratum), '{}') INTO items
            FROM annoqa.item_strata(case_law.source,
                ARRAY(SELECT DISTINCT c.item FROM annoqa.stored_cases AS c
                      WHERE c.source = case_law.source)) AS i;
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS why = MESSAGE_TEXT;
            RAISE WARNING USING MESSAGE = format('the items of source "%s" cannot be read: %s', source, why);
        END;
    END IF;
    RETURN QUERY
    SELECT c.case_id, c.item, items ->> c.item, c.label, c.overruled, c.edge_case,
           c.adjudicator, c.reasoning, c.guideline, c.supersedes, c.current, c.adjudicated_at,
           extract(epoch FROM c.adjudicated_at - c.waiting_since)::double precision / 3600,
           items ? c.item, c.reopened_at, c.reopened_by, c.reopen_reason, c.blind, c.saw
    FROM annoqa.stored_cases AS c
    WHERE c.source = case_law.source AND (since IS NULL OR c.adjudicated_at >= since)
          AND (until IS NULL OR c.adjudicated_at < until)
    ORDER BY c.case_id;
END $$;
COMMENT ON FUNCTION annoqa.case_law(text, timestamp with time zone, timestamp with time zone) IS 'The cases of a source, decided from since up to until.';

CREATE VIEW annoqa.case_law WITH (security_invoker) AS
    SELECT s.name AS source, c.*
    FROM annoqa.source_stored AS s CROSS JOIN LATERAL annoqa.case_law(s.name) AS c;
GRANT SELECT ON annoqa.case_law TO PUBLIC;
COMMENT ON VIEW annoqa.case_law IS 'One row an adjudication, never overwritten.';
COMMENT ON COLUMN annoqa.case_law.source IS 'Name of the source.';
COMMENT ON COLUMN annoqa.case_law.case_id IS 'Number of the case.';
COMMENT ON COLUMN annoqa.case_law.item IS 'Key of the item; of several columns the JSON array of their texts.';
COMMENT ON COLUMN annoqa.case_law.stratum IS 'Stratum of the item now; NULL when its rows are gone or not yours to read.';
COMMENT ON COLUMN annoqa.case_law.label IS 'Label that was decided.';
COMMENT ON COLUMN annoqa.case_law.overruled IS 'JSON object of the other labels and their votes, as they stood.';
COMMENT ON COLUMN annoqa.case_law.edge_case IS 'Whether the adjudicator marked the item as an edge case.';
COMMENT ON COLUMN annoqa.case_law.adjudicator IS 'Who decided.';
COMMENT ON COLUMN annoqa.case_law.reasoning IS 'Why, in their words.';
COMMENT ON COLUMN annoqa.case_law.guideline IS 'Guideline that they went by.';
COMMENT ON COLUMN annoqa.case_law.supersedes IS 'Case on the same item that this one follows.';
COMMENT ON COLUMN annoqa.case_law.current IS 'Whether the case stands: neither reopened nor superseded.';
COMMENT ON COLUMN annoqa.case_law.adjudicated_at IS 'When it was decided.';
COMMENT ON COLUMN annoqa.case_law.waited_hours IS 'Hours from the newest label before, or from the reopening, whichever was later; NULL when no time is known, or when the item was settled and nobody waited.';
COMMENT ON COLUMN annoqa.case_law.item_exists IS 'Whether the item is still in the relation; NULL when its rows are not yours to read.';
COMMENT ON COLUMN annoqa.case_law.reopened_at IS 'When the case was reopened.';
COMMENT ON COLUMN annoqa.case_law.reopened_by IS 'Who reopened it.';
COMMENT ON COLUMN annoqa.case_law.reopen_reason IS 'Why it was reopened.';
COMMENT ON COLUMN annoqa.case_law.blind IS 'Whether the adjudicator saw labels without names and votes.';
COMMENT ON COLUMN annoqa.case_law.saw IS 'What they saw: a JSON array of labels, or an object of label to annotators.';

CREATE FUNCTION annoqa.dump_adjudications(source text DEFAULT NULL) RETURNS SETOF text
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC' SET DateStyle = 'ISO, YMD'
    AS $$
BEGIN
    IF source IS NOT NULL THEN
        PERFORM annoqa.require_stored(source);
    END IF;
    RETURN QUERY
    SELECT d.call
    FROM annoqa.stored_cases AS c CROSS JOIN LATERAL (VALUES
        (1, c.adjudicated_at, format(
            'SELECT annoqa.adjudicate(%L, %L, %L, %L, %L, %L, edge_case => %s, blind => %s, at => %L, record => %L);',
            c.source, c.item, c.label, c.adjudicator, c.reasoning, c.guideline,
            c.edge_case::text, c.blind::text, c.adjudicated_at, jsonb_build_object('overruled', c.overruled::jsonb,
                'saw', c.saw::jsonb, 'waiting_since', c.waiting_since))),
        (2, c.reopened_at, format('SELECT annoqa.reopen(%L, %L, %L, %L, at => %L);',
            c.source, c.item, c.reopen_reason, c.reopened_by, c.reopened_at)))
        AS d (step, at, call)
    WHERE d.at IS NOT NULL
          AND (dump_adjudications.source IS NULL OR c.source = dump_adjudications.source)
    ORDER BY c.source COLLATE "C", d.at, c.case_id, d.step;
END $$;
COMMENT ON FUNCTION annoqa.dump_adjudications(text) IS 'The calls of adjudicate and reopen that bring the cases of a source back, or of all, with their times; one a row.';

-- The draw depends on the items alone, not on the order of rows.
CREATE FUNCTION annoqa.audit_sample(source text, n integer, seed bigint DEFAULT 1,
    OUT item text, OUT stratum text, OUT n_votes bigint)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 100
    SET search_path = pg_catalog, pg_temp
    SET DateStyle = 'ISO, YMD' SET IntervalStyle = postgres
    SET extra_float_digits = 3 SET TimeZone = 'UTC' SET bytea_output = hex
    AS $$
DECLARE
    q record := annoqa.readable_source(source);
    s annoqa.source := (annoqa.visible_source(source)).registered;
    non_voters text[] := annoqa.non_voters(s, q.rows_query, q.gold_query);
    items text[];
    votes bigint[];
BEGIN
    IF n IS NULL OR n < 0 THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('n must be a number of items, not %s', coalesce(n::text, 'NULL'));
    ELSIF seed IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'seed must not be NULL';
    END IF;
    EXECUTE format($q$
        SELECT array_agg(d.item), array_agg(d.votes)
        FROM (
            SELECT i.item, i.votes
            FROM (
                SELECT %s AS item, count(*) FILTER (WHERE p.is_vote) AS votes
                FROM (
                    SELECT r.item, bool_or(r.is_gold) AS is_gold, bool_or(r.is_vote) AS is_vote
                    FROM (
                        SELECT r.item, r.annotator, r.valid IS NOT FALSE AND r.gold IS NOT NULL AS is_gold,
                               %s AND (r.annotator_kind IS DISTINCT FROM 'model' OR %L) %s AS is_vote
                        FROM (%s) AS r WHERE r.item IS NOT NULL) AS r
                    GROUP BY r.item, r.annotator
                    %s) AS p
                GROUP BY p.item
                HAVING NOT bool_or(p.is_gold) AND count(*) FILTER (WHERE p.is_vote) >= %s) AS i
            ORDER BY sha256(convert_to(%s || ' ' || i.item, 'UTF8')), i.item COLLATE "C" LIMIT %s) AS d$q$,
        annoqa.item_text_expression(s, 'p.item'), annoqa.label_filter(), s.models_vote,
        'AND format(''%s'', r.annotator) COLLATE "C" <> ALL (' || quote_literal(non_voters) || '::text[])',
        q.rows_query,
        'UNION ALL SELECT g.item, true, false FROM (' || q.gold_query || ') AS g WHERE g.gold IS NOT NULL',
        s.required_labels, quote_literal(seed), n)
    INTO items, votes;
    RETURN QUERY
    SELECT u.i, t.stratum, u.v
    FROM unnest(items, votes) WITH ORDINALITY AS u (i, v, k)
         LEFT JOIN annoqa.item_strata(audit_sample.source, items) AS t ON t.item = u.i
    ORDER BY u.k;
END $$;
COMMENT ON FUNCTION annoqa.audit_sample(text, integer, bigint) IS 'Items drawn at random among those that have the votes they need and no gold answer, for somebody to label again: gold of this origin stands for the whole work. The same seed draws the same items, and a larger n draws more behind them.';

SET LOCAL search_path = annoqa, pg_temp;
