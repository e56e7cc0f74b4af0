-- The workbench: how views read sources.
--
-- Each view has a type of its own, <view>_row, that names its columns but for
-- source, and a function of its own name that reads one source and raises when
-- it cannot.  The function starts with annoqa.reading() and asks the engine; the
-- view calls it for each source by annoqa.rows_or_warning().
SET LOCAL search_path = pg_catalog, pg_temp;

CREATE FUNCTION annoqa.open_flags(source text, OUT annotator text, OUT vendor text,
    OUT severity text)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 10
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN QUERY SELECT f.annotator, f.vendor, f.severity FROM annoqa.flags AS f
                 WHERE f.source = open_flags.source AND f.status <> 'cleared';
END $$;
COMMENT ON FUNCTION annoqa.open_flags(text) IS 'internal: the flags of a source that are not cleared';

CREATE FUNCTION annoqa.judge_accuracy(annotators text[], correct bigint[],
    scored bigint[], quality_floor double precision,
    OUT annotator text, OUT scored_labels bigint, OUT shrunken double precision,
    OUT meets_floor boolean)
    RETURNS SETOF record
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 100
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT a.annotator, a.n_gold, a.shrunken,
               CASE WHEN i.lower > quality_floor THEN true
                    WHEN i.upper < quality_floor THEN false END
        FROM annoqa.shrunken_accuracy(annotators, correct, scored) AS a,
             annoqa.anytime_interval(a.n_correct, a.n_gold) AS i;
    $$;
COMMENT ON FUNCTION annoqa.judge_accuracy(text[], bigint[], bigint[], double precision) IS 'internal: what right answers among gold say of annotators: accuracy drawn towards their mean, which is that of those without gold, and whether it meets the floor';

CREATE TYPE annoqa.annotator_state AS (
    annotator text,
    phase text,
    weight double precision,
    meets_floor boolean,
    accuracy double precision
);
COMMENT ON TYPE annoqa.annotator_state IS 'internal: an annotator as the engine takes them';

-- A pass of its own over all rows, for accuracies, and for who passed the
-- calibration sets.
CREATE FUNCTION annoqa.judged_annotators(s annoqa.source, rows_query text,
    gold_query text)
    RETURNS SETOF annoqa.annotator_state
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 100
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    settings jsonb := annoqa.facts_settings(s.name);
    g record;
    newcomers text[] := '{}';
BEGIN
    SELECT array_agg(f.annotator) FILTER (WHERE f.grouping <> '') AS annotators,
           array_agg(f.annotator) FILTER (WHERE f.grouping <> '' AND f.last_kind <> 'model') AS people,
           array_agg(coalesce(f.correct, 0)) FILTER (WHERE f.grouping <> '') AS correct,
           array_agg(coalesce(f.scored, 0)) FILTER (WHERE f.grouping <> '') AS scored,
           max(f.distinct_labels) FILTER (WHERE f.grouping = '') AS n_labels
    INTO g
    FROM annoqa.facts_groups(rows_query, gold_query, settings,
        'annotator:extent'::text || CASE WHEN s.consensus = 'weighted' THEN ARRAY[''] ELSE '{}' END) AS f;
    IF s.onboarding THEN
        newcomers := ARRAY(SELECT unnest(g.people) EXCEPT
            SELECT o.annotator
            FROM annoqa.facts_onboarding(rows_query, gold_query, settings) AS o
            WHERE o.calibration_set = 2 AND o.passed);
    END IF;
    RETURN QUERY
    SELECT j.annotator,
           CASE WHEN j.annotator = ANY (newcomers) THEN 'calibrating' END,
           CASE WHEN s.consensus = 'weighted'
                THEN annoqa.vote_weight(j.shrunken, greatest(g.n_labels, 2)::integer) END,
           j.meets_floor, CASE WHEN j.scored_labels > 0 THEN j.shrunken END
    FROM annoqa.judge_accuracy(g.annotators, g.correct, g.scored, s.quality_floor) AS j;
END $$;
COMMENT ON FUNCTION annoqa.judged_annotators(annoqa.source, text, text) IS 'internal: the annotators of a source as gold has them: whether they are calibrating, their weight, whether they meet the floor, their accuracy';

-- A phase that was set holds; else calibrating, else probation, else production.
CREATE FUNCTION annoqa.annotator_states(s annoqa.source, rows_query text,
    gold_query text)
    RETURNS SETOF annoqa.annotator_state
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 100
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    known annoqa.annotator_state[];
BEGIN
    IF s.onboarding OR s.consensus = 'weighted' THEN
        known := ARRAY(SELECT j FROM annoqa.judged_annotators(s, rows_query, gold_query) AS j);
    END IF;
    RETURN QUERY
    SELECT coalesce(k.annotator, p.annotator, w.annotator),
           coalesce(p.phase, k.phase, w.phase), k.weight, k.meets_floor, k.accuracy
    FROM unnest(known) AS k
         FULL JOIN annoqa.current_phases(s.name) AS p ON p.annotator = k.annotator
         FULL JOIN (SELECT DISTINCT f.annotator, 'probation' AS phase
                    FROM annoqa.open_flags(s.name) AS f
                    WHERE f.severity = 'critical') AS w
         ON w.annotator = coalesce(k.annotator, p.annotator);
END $$;
COMMENT ON FUNCTION annoqa.annotator_states(annoqa.source, text, text) IS 'internal: the annotators of a source of whom something is known: their phases, and as gold has them where that decides on votes';

-- Without the gate of onboarding phases that were set say all, and no row is read.
CREATE FUNCTION annoqa.non_voters(s annoqa.source, rows_query text, gold_query text)
    RETURNS text[]
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    IF s.onboarding THEN
        RETURN ARRAY(SELECT a.annotator FROM annoqa.annotator_states(s, rows_query, gold_query) AS a
                     WHERE a.phase IN ('removed', 'calibrating'));
    END IF;
    RETURN ARRAY(SELECT p.annotator FROM annoqa.current_phases(s.name) AS p
                 WHERE p.phase IN ('removed', 'calibrating'));
END $$;
COMMENT ON FUNCTION annoqa.non_voters(annoqa.source, text, text) IS 'internal: the annotators of a source whose labels are no votes: removed, or calibrating';

CREATE TYPE annoqa.source_reading AS (
    rows_query text,
    gold_query text,
    settings jsonb,
    registered annoqa.source
);
COMMENT ON TYPE annoqa.source_reading IS 'internal: what the engine is asked with, and the source as registered';

-- A pass of its own over all rows.
CREATE FUNCTION annoqa.model_answers(source text, OUT item text, OUT label text,
    OUT probability double precision, OUT expected_gain double precision,
    OUT soft_label text)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 1000
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    s annoqa.source := (annoqa.visible_source(source)).registered;
    model annoqa.annotator_model := annoqa.stored_model(source);
    labels annoqa.ratings;
    gains boolean := true;
BEGIN
    IF model IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = format('consensus of source "%s" is by its model, and no model is stored', source),
            HINT = format('Fit one: SELECT annoqa.fit(%L).', source);
    END IF;
    labels := (annoqa.read_ratings(s, false)).labels;
    -- not every method has chances of labels
    BEGIN
        PERFORM FROM annoqa.label_gain(labels, model);
    EXCEPTION WHEN feature_not_supported THEN
        gains := false;
    END;
    RETURN QUERY
    WITH p AS (
        SELECT p.item, json_object_agg(p.label, p.probability ORDER BY p.probability DESC,
                                       p.label COLLATE "C")::text AS soft_label
        FROM annoqa.posterior(labels, model) AS p GROUP BY p.item
    ), g AS MATERIALIZED (
        SELECT g.item, g.expected_gain FROM annoqa.label_gain(labels, model) AS g WHERE gains
    )
    SELECT c.item, c.label, c.probability, g.expected_gain, p.soft_label
    FROM annoqa.consensus(labels, model) AS c JOIN p ON p.item = c.item
         LEFT JOIN g ON g.item = c.item;
END $$;
COMMENT ON FUNCTION annoqa.model_answers(text) IS 'internal: what the stored model of a source says of its items, from their votes: the answer, NULL on a tie, how likely it is, what one more label is expected to bring, and each label''s probability as JSON';

CREATE FUNCTION annoqa.check_dates(since timestamp with time zone,
    until timestamp with time zone) RETURNS void
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    IF until < since THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = 'until must not be before since',
            HINT = 'since is the first moment that counts, until the first that does not.';
    END IF;
END $$;
COMMENT ON FUNCTION annoqa.check_dates(timestamp with time zone, timestamp with time zone) IS 'internal: an error for dates in the wrong order';

-- Consensus and what is known of annotators do not depend on the dates and
-- names that are asked for; those choose what is counted.
CREATE FUNCTION annoqa.reading(source text,
    since timestamp with time zone DEFAULT NULL,
    until timestamp with time zone DEFAULT NULL, vendor text DEFAULT NULL,
    annotator text DEFAULT NULL, more jsonb DEFAULT '{}')
    RETURNS annoqa.source_reading
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    SET extra_float_digits = 1
    AS $$
DECLARE
    q record := annoqa.readable_source(source);
    s annoqa.source := (annoqa.visible_source(source)).registered;
    r annoqa.source_reading;
BEGIN
    PERFORM annoqa.check_dates(since, until);
    r.rows_query := (annoqa.source_queries(s, true)).rows_query;
    r.gold_query := q.gold_query;
    r.registered := s;
    r.settings := annoqa.facts_settings(source, since, until, vendor, annotator)
        || coalesce(more, '{}') || jsonb_build_object(
        'annotators_query', (
            SELECT format('SELECT * FROM unnest(%L::pg_catalog.text[], %L::pg_catalog.text[], %L::pg_catalog.float8[], %L::pg_catalog.bool[], %L::pg_catalog.float8[])',
                array_agg(a.annotator), array_agg(a.phase), array_agg(a.weight),
                array_agg(a.meets_floor), array_agg(a.accuracy))
            FROM annoqa.annotator_states(s, r.rows_query, q.gold_query) AS a),
        'cases_query', format('SELECT * FROM annoqa.source_cases(%L)', source));
    IF s.consensus = 'model' THEN
        r.settings := r.settings || jsonb_build_object(
            'answers_query', format('SELECT * FROM annoqa.model_answers(%L)', source));
    END IF;
    RETURN r;
END $$;
COMMENT ON FUNCTION annoqa.reading(text, timestamp with time zone, timestamp with time zone, text, text, jsonb) IS 'internal: what the engine is asked with to read a source: its queries, and its settings with these and those in more; an error if the caller may not read it or it is broken';

-- Where strata make edge cases, they are read for that.
CREATE FUNCTION annoqa.rows_query(r annoqa.source_reading, VARIADIC unread text[])
    RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT (annoqa.source_queries(r.registered, true,
            CASE WHEN cardinality((r.registered).edge_strata) > 0
                 THEN array_remove(unread, 'stratum') ELSE unread END)).rows_query;
    $$;
COMMENT ON FUNCTION annoqa.rows_query(annoqa.source_reading, text[]) IS 'internal: the query that reads the rows of a source for the engine, without the columns that a view does not use';

CREATE FUNCTION annoqa.reading_annotators(r annoqa.source_reading)
    RETURNS SETOF annoqa.annotator_state
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 100
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN QUERY EXECUTE r.settings ->> 'annotators_query';
END $$;
COMMENT ON FUNCTION annoqa.reading_annotators(annoqa.source_reading) IS 'internal: the annotators that the engine is told of';

-- Those that the caller may read, and those that are broken and the caller may know of.
CREATE VIEW annoqa.source_shown WITH (security_barrier) AS
    SELECT v.name FROM annoqa.source_visible AS v WHERE v.reads OR v.problem IS NOT NULL;
COMMENT ON VIEW annoqa.source_shown IS 'internal: the sources that views show to the caller, or warn of';
GRANT SELECT ON annoqa.source_shown TO PUBLIC;

-- All rows of a source or none: the function has returned all of them before the
-- first is taken.  A cancelled or failed transaction is not for us to go on with.
CREATE FUNCTION annoqa.rows_or_warning(row_type anyelement, view text, source text)
    RETURNS SETOF anyelement
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    message text;
    advice text;
BEGIN
    RETURN QUERY EXECUTE format('SELECT v.* FROM annoqa.%I($1) AS v', view) USING source;
EXCEPTION
    WHEN operator_intervention OR transaction_rollback THEN
        RAISE;
    WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, advice = PG_EXCEPTION_HINT;
        RAISE WARNING USING ERRCODE = SQLSTATE,
            HINT = coalesce(nullif(advice, ''), format('SELECT annoqa.%I(%L) raises the error itself.', view, source)),
            MESSAGE = format('source "%s" is left out of %s: %s', source, view,
                regexp_replace(message, '^source ".*" cannot be read: ', ''));
END $$;
COMMENT ON FUNCTION annoqa.rows_or_warning(anyelement, text, text) IS 'internal: the rows of a view for one source, or a warning that names it';

-- Figures: in C where views ask for many, else in a standard body, for these are
-- inlined.
CREATE TYPE annoqa.rate AS (
    x double precision,
    x_n bigint,
    x_lower double precision,
    x_upper double precision
);
COMMENT ON TYPE annoqa.rate IS 'internal: a proportion, its denominator and its 95% bounds';

CREATE FUNCTION annoqa.rate(hits bigint, total bigint) RETURNS annoqa.rate
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION annoqa.rate(bigint, bigint) IS 'internal: a proportion with Wilson bounds; NULL where nothing is counted';

CREATE FUNCTION annoqa.share_interval(share double precision,
    std_error double precision, items bigint, confidence double precision,
    OUT lower double precision, OUT upper double precision)
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION annoqa.share_interval(double precision, double precision, bigint, double precision) IS 'internal: Wilson''s bounds of a share whose error is known by items, with so many trials as would give that error, at most the items (after Korn and Graubard 1998, Survey Methodology 24:193); without an error, with as many as items';

CREATE FUNCTION annoqa.bounded_difference(x double precision, x_lower double precision,
    x_upper double precision, y double precision, y_lower double precision,
    y_upper double precision, OUT difference double precision, OUT lower double precision,
    OUT upper double precision)
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION annoqa.bounded_difference(double precision, double precision, double precision, double precision, double precision, double precision) IS 'internal: the difference of two independent figures, with bounds recovered from those of both (Zou and Donner 2008, Statistics in Medicine 27:1693)';

CREATE FUNCTION annoqa.rate_difference(hits bigint, total bigint, other_hits bigint,
    other_total bigint, OUT difference double precision, OUT lower double precision,
    OUT upper double precision)
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION annoqa.rate_difference(bigint, bigint, bigint, bigint) IS 'internal: the difference of two independent proportions, with 95% bounds from those of Wilson (Newcombe 1998, Statistics in Medicine 17:873, method 10)';

CREATE FUNCTION annoqa.hours(since timestamp with time zone, until timestamp with time zone)
    RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (EXTRACT(epoch FROM until) - EXTRACT(epoch FROM since))::double precision / 3600;
COMMENT ON FUNCTION annoqa.hours(timestamp with time zone, timestamp with time zone) IS 'internal: the hours between two times';

CREATE FUNCTION annoqa.cost_per_correct(cost double precision, labels bigint,
    correct bigint, scored bigint) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN cost / nullif(labels * (correct::double precision / nullif(scored, 0)), 0);
COMMENT ON FUNCTION annoqa.cost_per_correct(double precision, bigint, bigint, bigint) IS 'internal: cost over labels times their accuracy on gold';

SET LOCAL search_path = annoqa, pg_temp;
