-- The workbench: what rules find of annotators.
SET LOCAL search_path = pg_catalog, pg_temp;

-- Outcomes.  Items, annotators and labels are told apart by grouping and by our own
-- functions, never by an operator between two values of the user's.  The first row
-- of an annotator on an item counts, by time, else by arrival, so that an outcome
-- once seen stays what it is.  Where there are times the engine finds them; these
-- queries read one annotator, or rows whose only order is that of arrival.
CREATE FUNCTION annoqa.answers_query(s annoqa.source, gold_query text, as_text boolean)
    RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    resolve text := annoqa.resolve_rule(s);
    label_type oid := annoqa.column_type(s.relation_schema, s.relation_name, s.label);
    gold_type oid := CASE WHEN s.gold_name IS NOT NULL
        THEN annoqa.column_type(s.gold_schema, s.gold_name, s.gold_label)
        ELSE annoqa.column_type(s.relation_schema, s.relation_name, coalesce(s.gold, s.label)) END;
    several boolean := NOT annoqa.converts(gold_type, label_type);
    is_set boolean := (SELECT t.typcategory = 'A' FROM pg_type AS t WHERE t.oid = label_type);
    golds text;
    answers text;
BEGIN
    golds := CASE
        WHEN s.gold_name IS NOT NULL THEN
            format('SELECT g.item, g.gold FROM (%s) AS g WHERE g.item IS NOT NULL AND g.gold IS NOT NULL', gold_query)
        WHEN s.gold IS NULL THEN
            -- of several rows of one author those count that stand
            format('SELECT g.item, g.gold FROM (SELECT b.item, b.gold, b.annotator, rank() OVER (PARTITION BY b.item, b.annotator ORDER BY b.at %s NULLS LAST) AS nth FROM base AS b WHERE b.gold_flag AND b.gold IS NOT NULL) AS g WHERE %s',
                   CASE resolve WHEN 'first' THEN 'ASC' ELSE 'DESC' END,
                   CASE WHEN resolve IN ('latest', 'first') THEN 'g.nth = 1 OR g.annotator IS NULL' ELSE 'true' END)
        ELSE
            -- an item whose rows disagree about gold has none
            format('SELECT d.item, d.gold FROM (SELECT e.item, e.gold, count(*) OVER (PARTITION BY e.item) AS n FROM (SELECT DISTINCT ON (b.item, %1$s) b.item, b.gold FROM base AS b WHERE b.gold IS NOT NULL ORDER BY b.item, %1$s) AS e) AS d%2$s',
                   annoqa.grouping_expression('b.gold', gold_type),
                   CASE resolve WHEN 'collect' THEN '' ELSE ' WHERE d.n = 1' END)
        END;
    answers := CASE WHEN several OR is_set AND resolve = 'collect'
        THEN format('SELECT g.item, e.answer FROM (%s) AS g CROSS JOIN LATERAL unnest(g.gold) AS e (answer) WHERE e.answer IS NOT NULL', golds)
        ELSE format('SELECT g.item, g.gold AS answer FROM (%s) AS g', golds) END;
    IF resolve = 'collect' THEN
        RETURN format('SELECT a.item, ARRAY[array_agg(DISTINCT format(''%%s'', a.answer) COLLATE "C")::text] AS answers FROM (%s) AS a GROUP BY a.item', answers);
    ELSIF as_text THEN
        RETURN format('SELECT a.item, array_agg(ARRAY(SELECT DISTINCT format(''%%s'', e) COLLATE "C" FROM unnest(a.answer) AS e ORDER BY 1)::text) AS answers FROM (%s) AS a GROUP BY a.item', answers);
    END IF;
    RETURN format('SELECT a.item, array_agg(a.answer) AS answers FROM (%s) AS a GROUP BY a.item', answers);
END $$;
COMMENT ON FUNCTION annoqa.answers_query(annoqa.source, text, boolean) IS 'internal: the query that gives the answers that are right on each item, from rows called base';

CREATE FUNCTION annoqa.outcomes_query(s annoqa.source, rows_query text, gold_query text,
    metric text, by_guideline boolean, condition text)
    RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    collect boolean := annoqa.resolve_rule(s) = 'collect';
    is_set boolean := (SELECT t.typcategory = 'A' FROM pg_type AS t
        WHERE t.oid = annoqa.column_type(s.relation_schema, s.relation_name, s.label));
    with_base text := format($q$
        WITH base AS (
            SELECT r.item, r.annotator, r.label, r.gold, r.gold_flag, r.labeled_at AS at,
                   r.seconds, r.vendor, r.annotator_kind, r.guideline, r.skipped IS TRUE AS skipped,
                   row_number() OVER () AS arrival
            FROM (%s) AS r
            WHERE r.item IS NOT NULL AND r.valid IS NOT FALSE AND %s),
        task AS (
            SELECT b.*, %s AS author,
                   row_number() OVER (PARTITION BY b.item, b.annotator, b.gold_flag%s
                                      ORDER BY b.at NULLS LAST, b.arrival) AS nth
            FROM base AS b
            WHERE b.annotator IS NOT NULL AND (b.label IS NOT NULL OR b.skipped OR b.gold_flag))$q$,
        rows_query, condition,
        CASE WHEN s.gold_flag IS NULL THEN 'false'
             ELSE 'bool_or(b.gold_flag) OVER (PARTITION BY b.item, b.annotator)' END,
        CASE WHEN metric IN ('skip_rate', 'skips_in_row') THEN '' ELSE ', b.skipped' END);
    labels text := 'NOT t.gold_flag AND NOT t.skipped AND t.label IS NOT NULL';
    outcomes text;
BEGIN
    CASE metric
        WHEN 'skip_rate', 'skips_in_row' THEN
            outcomes := 'SELECT t.*, t.skipped AS hit FROM task AS t WHERE NOT t.gold_flag AND t.nth = 1';
        WHEN 'fast_rate' THEN
            -- models have no pace
            labels := labels || ' AND t.nth = 1 AND t.seconds IS NOT NULL AND t.annotator_kind IS DISTINCT FROM ''model''';
            outcomes := format('SELECT t.*, t.seconds < (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY t.seconds) FROM task AS t WHERE %1$s) / 10 AS hit FROM task AS t WHERE %1$s', labels);
        WHEN 'self_agreement' THEN
            outcomes := format('SELECT f.*, (annoqa.gold_accuracy_add(NULL, f.label, f.first_label))[1] > 0 AS hit FROM (SELECT t.*, first_value(t.label) OVER (PARTITION BY t.item, t.annotator ORDER BY t.nth) AS first_label FROM task AS t WHERE %s) AS f WHERE f.nth = 2', labels);
        ELSE
            IF collect THEN
                -- all rows of an annotator on an item are one answer, given with the first
                with_base := with_base || format(', given AS (SELECT t.item, t.annotator, array_agg(DISTINCT format(''%%s'', e.label) COLLATE "C")::text AS label, min(t.at) AS at, min(t.arrival) AS arrival, (array_agg(t.vendor ORDER BY t.nth DESC))[1] AS vendor, (array_agg(t.guideline ORDER BY t.nth DESC))[1] AS guideline FROM task AS t CROSS JOIN LATERAL (SELECT %s AS label) AS e WHERE %s AND NOT t.author GROUP BY t.item, t.annotator)',
                    CASE WHEN is_set THEN 'unnest(t.label)' ELSE 't.label' END, labels);
            ELSE
                with_base := with_base || format(', given AS (SELECT t.item, t.annotator, %s AS label, t.at, t.arrival, t.vendor, t.guideline FROM task AS t WHERE %s AND t.nth = 1 AND NOT t.author)',
                    CASE WHEN is_set THEN 'ARRAY(SELECT DISTINCT format(''%s'', e) COLLATE "C" FROM unnest(t.label) AS e ORDER BY 1)::text'
                         ELSE 't.label' END, labels);
            END IF;
            outcomes := format($q$
                SELECT u.*, (annoqa.gold_accuracy_add(NULL, u.label, u.known))[1] > 0 AS hit
                FROM (SELECT f.*, first_value(f.answers) OVER (PARTITION BY f.item ORDER BY f.is_label) AS known
                      FROM (SELECT g.*, NULL AS answers, true AS is_label FROM given AS g
                            UNION ALL
                            SELECT a.item, NULL, NULL, NULL, NULL, NULL, NULL, a.answers, false
                            FROM (%s) AS a) AS f) AS u
                WHERE u.is_label AND u.known IS NOT NULL$q$,
                annoqa.answers_query(s, gold_query, is_set OR collect));
    END CASE;
    RETURN with_base || format($q$, outcome AS (%s)
        SELECT min(format('%%s', o.annotator) COLLATE "C"),
               (array_agg(o.vendor ORDER BY o.at DESC NULLS LAST, o.arrival DESC))[1],
               array_agg(o.hit ORDER BY o.at NULLS LAST, o.arrival),
               array_agg(o.at ORDER BY o.at NULLS LAST, o.arrival), %s
        FROM outcome AS o %s GROUP BY o.annotator$q$, outcomes,
        CASE WHEN by_guideline THEN 'max(v.n)::integer' ELSE '1' END,
        CASE WHEN by_guideline THEN 'JOIN (SELECT w.guideline, row_number() OVER (ORDER BY w.since) AS n, row_number() OVER (ORDER BY w.since DESC) AS age FROM (SELECT b.guideline, min(b.at) AS since FROM base AS b WHERE b.guideline IS NOT NULL GROUP BY b.guideline) AS w WHERE w.since IS NOT NULL) AS v ON v.age = 1 AND o.guideline = v.guideline'
             ELSE '' END);
END $$;
COMMENT ON FUNCTION annoqa.outcomes_query(annoqa.source, text, text, text, boolean, text) IS 'internal: the query that gives the outcomes of each annotator, in their order';

CREATE FUNCTION annoqa.facts_outcomes(rows_query text, gold_query text, settings jsonb,
    metric text, by_guideline boolean)
    RETURNS TABLE (annotator text, vendor text, hits boolean[],
                   times timestamp with time zone[], run bigint)
    LANGUAGE C STABLE PARALLEL UNSAFE ROWS 100
    SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION annoqa.facts_outcomes(text, text, jsonb, text, boolean) IS 'internal: the outcomes of each annotator, by the engine, which needs times';

CREATE FUNCTION annoqa.rule_outcomes(source text, metric text, by_guideline boolean,
    OUT annotator text, OUT vendor text, OUT hits boolean[],
    OUT times timestamp with time zone[], OUT run integer)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 100
    SET search_path = pg_catalog, pg_temp
    SET DateStyle = 'ISO, YMD' SET IntervalStyle = postgres
    SET extra_float_digits = 3 SET TimeZone = 'UTC' SET bytea_output = hex
    AS $$
DECLARE
    s annoqa.source := (annoqa.visible_source(source)).registered;
    q record := annoqa.readable_source(source);
    of_metric text := CASE metric WHEN 'skips_in_row' THEN 'skip_rate' ELSE metric END;
    unread text[] := '{available_at,confidence,batch,stratum,price,review,suggestion}'::text[]
        || CASE WHEN of_metric = 'fast_rate' THEN '{}' ELSE '{seconds}'::text[] END
        || CASE WHEN by_guideline THEN '{}' ELSE '{guideline}'::text[] END;
BEGIN
    IF s.labeled_at IS NULL THEN
        RETURN QUERY EXECUTE annoqa.outcomes_query(s, q.rows_query, q.gold_query, of_metric,
                                                   by_guideline, 'true');
    ELSE
        RETURN QUERY
        SELECT f.annotator, f.vendor, f.hits, f.times, f.run::integer
        FROM annoqa.facts_outcomes((annoqa.source_queries(s, true, unread)).rows_query,
            q.gold_query, annoqa.facts_settings(source) || '{"gold_from_adjudication": false, "other_vendors": false}', of_metric, by_guideline) AS f;
    END IF;
END $$;
COMMENT ON FUNCTION annoqa.rule_outcomes(text, text, boolean) IS 'internal: one row an annotator: the outcomes of a metric in the order of time, true where it counts the answer, their times, and which run of the rule a newer guideline makes it';

-- Charts start again when what they found is over: after the alarm the answers
-- since then must be good again.
CREATE FUNCTION annoqa.chart_alarm(r annoqa.rule, good boolean[], OUT alarm_at bigint,
    OUT statistic double precision)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    below boolean := annoqa.looks_below(r.operator);
    enough double precision := CASE WHEN below THEN coalesce(r.clear_at, r.in_control, r.threshold)
                               ELSE 1 - coalesce(r.clear_at, r.in_control, r.threshold) END;
    begins bigint := 1;
    ok boolean;
    n bigint;
    s bigint;
    c record;
BEGIN
    LOOP
        alarm_at := NULL;
        CASE r.method
            WHEN 'e_detector' THEN
                SELECT * INTO c FROM annoqa.e_detector(good[begins:],
                    CASE WHEN below THEN r.threshold ELSE 1 - r.threshold END, r.run_length);
            WHEN 'cusum' THEN
                SELECT * INTO c FROM annoqa.cusum(good[begins:],
                    CASE WHEN below THEN r.in_control ELSE 1 - r.in_control END,
                    CASE WHEN below THEN r.out_of_control ELSE 1 - r.out_of_control END, r.run_length);
            ELSE
                SELECT * INTO c FROM annoqa.ewma(good[begins:],
                    CASE WHEN below THEN r.in_control ELSE 1 - r.in_control END,
                    CASE WHEN below THEN r.out_of_control ELSE 1 - r.out_of_control END, r.run_length);
        END CASE;
        statistic := c.statistic;
        EXIT WHEN c.alarm_at IS NULL;
        alarm_at := begins + c.alarm_at - 1;
        begins := NULL;
        n := 0;
        s := 0;
        FOREACH ok IN ARRAY good[alarm_at + 1:] LOOP
            n := n + 1;
            s := s + ok::integer;
            IF n >= r.min_n AND s >= enough * n THEN
                begins := alarm_at + n + 1;
                EXIT;
            END IF;
        END LOOP;
        EXIT WHEN begins IS NULL;
    END LOOP;
END $$;
COMMENT ON FUNCTION annoqa.chart_alarm(annoqa.rule, boolean[]) IS 'internal: the answer at which a chart raised an alarm that is not over, NULL if none';

CREATE TYPE annoqa.rule_evidence AS (
    annotator text,
    vendor text,
    value double precision,
    n bigint,
    value_lower double precision,
    value_upper double precision,
    e_value double precision,
    threshold double precision,
    evidence_window text,
    evidence_from timestamp with time zone,
    evidence_until timestamp with time zone,
    raises boolean,
    clears boolean,
    answers bigint
);
COMMENT ON TYPE annoqa.rule_evidence IS 'internal: what a rule finds of an annotator';

-- Of counts: all outcomes since the start, or those of a window.
CREATE FUNCTION annoqa.weigh_counts(r annoqa.rule, s bigint, n bigint, run integer,
    INOUT e annoqa.rule_evidence)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    below boolean := annoqa.looks_below(r.operator);
    calm double precision := coalesce(r.clear_at,
        CASE WHEN r.method <> 'raw' THEN r.threshold
             WHEN below THEN r.threshold + 0.1 * (1 - r.threshold)
             ELSE 0.9 * r.threshold END);
BEGIN
    e.n := n;
    e.value := s / nullif(n, 0)::float8;
    e.threshold := r.threshold;
    CASE r.method
        WHEN 'anytime' THEN
            -- the k-th run may spend 6 / (pi k)^2 of the error
            e.e_value := 6 / (pi() * run) ^ 2 * CASE WHEN below
                THEN annoqa.accuracy_below(s, n, r.threshold)
                ELSE annoqa.accuracy_above(s, n, r.threshold) END;
            SELECT lower, upper INTO e.value_lower, e.value_upper
            FROM annoqa.anytime_interval(s, n, r.confidence);
            e.raises := e.e_value >= 1 / r.error;
        WHEN 'wilson' THEN
            SELECT lower, upper INTO e.value_lower, e.value_upper
            FROM annoqa.wilson_interval(s, n, 2 * r.confidence - 1);
            e.raises := annoqa.holds(CASE WHEN below THEN e.value_upper ELSE e.value_lower END,
                                     r.operator, r.threshold);
        ELSE
            e.raises := annoqa.holds(e.value, r.operator, r.threshold);
    END CASE;
    e.raises := coalesce(e.raises, false) AND n >= r.min_n;
    e.clears := NOT e.raises AND (n = 0 OR CASE WHEN below THEN e.value >= calm ELSE e.value <= calm END);
END $$;
COMMENT ON FUNCTION annoqa.weigh_counts(annoqa.rule, bigint, bigint, integer, annoqa.rule_evidence) IS 'internal: what counts say for a rule';

CREATE FUNCTION annoqa.window_words(r annoqa.rule, n bigint, since timestamp with time zone,
    alarm_at bigint)
    RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE
            WHEN r.metric = 'skips_in_row' THEN format('the last of %s answers', n)
            WHEN alarm_at IS NOT NULL THEN format('the %s answers up to the alarm at answer %s', n, alarm_at)
            WHEN r.method IN ('e_detector', 'cusum', 'ewma') THEN format('the newest %s answers', n)
            WHEN r.last_n IS NOT NULL THEN format('the last %s answers', n)
            WHEN r.period IS NOT NULL THEN format('%s answers of the last %s', n, annoqa.interval_text(r.period))
            WHEN r.method = 'interval' THEN format('all %s that count', n)
            WHEN r.metric IN (SELECT m.metric FROM annoqa.rule_metrics() AS m WHERE m.kind = 'figure')
                THEN format('all %s labels', n)
            ELSE format('all %s answers%s', n, CASE WHEN r.by_guideline THEN ' under the newest guideline' ELSE '' END) END
            || coalesce(' since ' || to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'), '')
            || CASE WHEN r.method IN ('raw', 'wilson') THEN ' (not error-controlled)' ELSE '' END;
    $$;
COMMENT ON FUNCTION annoqa.window_words(annoqa.rule, bigint, timestamp with time zone, bigint) IS 'internal: what answers the evidence rests on, in words';

-- Of outcomes in their order.
CREATE FUNCTION annoqa.weigh_outcomes(r annoqa.rule, hits boolean[],
    times timestamp with time zone[], newest timestamp with time zone, run integer,
    since timestamp with time zone, after bigint, INOUT e annoqa.rule_evidence)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    begins bigint := 1;
    alarm bigint;
    good boolean[];
    silent boolean;
BEGIN
    -- those without a time stand last
    IF r.period IS NOT NULL OR since IS NOT NULL THEN
        SELECT min(u.i) INTO begins FROM unnest(times) WITH ORDINALITY AS u (at, i)
        WHERE u.at > greatest(newest - r.period, since);
    ELSIF after IS NOT NULL THEN
        begins := after + 1;
    END IF;
    -- who gave no answer of late has turned nothing
    silent := begins IS NULL
        AND EXISTS (SELECT FROM unnest(times) AS u (at) WHERE since IS NULL OR u.at > since);
    begins := greatest(coalesce(begins, cardinality(hits) + 1), cardinality(hits) - r.last_n + 1);
    hits := hits[begins:];
    times := times[begins:];
    e.answers := cardinality(hits);
    IF r.method IN ('e_detector', 'cusum', 'ewma') THEN
        good := CASE WHEN annoqa.looks_below(r.operator) THEN hits
                     ELSE ARRAY(SELECT NOT u.hit FROM unnest(hits) WITH ORDINALITY AS u (hit, i) ORDER BY u.i) END;
        alarm := (annoqa.chart_alarm(r, good)).alarm_at;
        hits := hits[greatest(1, coalesce(alarm, cardinality(hits)) - 49):coalesce(alarm, cardinality(hits))];
        times := times[greatest(1, coalesce(alarm, cardinality(times)) - 49):coalesce(alarm, cardinality(times))];
        e.raises := alarm IS NOT NULL;
        e.clears := alarm IS NULL;
        e.n := cardinality(hits);
        e.threshold := r.threshold;
        e.value := cardinality(array_positions(hits, true)) / nullif(e.n, 0)::float8;
    ELSIF r.metric = 'skips_in_row' THEN
        e.n := cardinality(hits);
        e.threshold := r.threshold;
        e.value := e.n - coalesce((SELECT max(u.i) FROM unnest(hits) WITH ORDINALITY AS u (hit, i)
                                   WHERE NOT u.hit), 0);
        e.raises := e.n >= r.min_n AND annoqa.holds(e.value, r.operator, r.threshold);
        e.clears := NOT e.raises;
    ELSE
        e := annoqa.weigh_counts(r, cardinality(array_positions(hits, true)), cardinality(hits), run, e);
    END IF;
    e.clears := e.clears AND NOT silent;
    e.evidence_window := annoqa.window_words(r, e.n, since, alarm + begins - 1);
    e.evidence_from := (SELECT min(u.at) FROM unnest(times) AS u (at));
    e.evidence_until := (SELECT max(u.at) FROM unnest(times) AS u (at));
END $$;
COMMENT ON FUNCTION annoqa.weigh_outcomes(annoqa.rule, boolean[], timestamp with time zone[], timestamp with time zone, integer, timestamp with time zone, bigint, annoqa.rule_evidence) IS 'internal: what outcomes say for a rule';

-- What is revised as labels and reviews arrive, and what is no count, as the scorecard
-- has it.
CREATE FUNCTION annoqa.rule_figures(source text, metric text, confidence double precision,
    OUT annotator text, OUT vendor text, OUT value double precision, OUT n bigint,
    OUT value_lower double precision, OUT value_upper double precision)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 100
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    rate boolean := EXISTS (SELECT FROM annoqa.rule_metrics() AS m
                            WHERE m.metric = rule_figures.metric AND m.kind = 'interval');
    r annoqa.source_reading;
BEGIN
    -- its error is that of pairs on items: bounds of this confidence, which exist where
    -- nothing varies, too
    IF metric = 'agreement' THEN
        r := annoqa.reading(source);
        RETURN QUERY
        SELECT g.annotator, nullif(g.last_vendor, '(none)'), g.agreement, g.pair_items, w.*
        FROM annoqa.facts_groups(annoqa.rows_query(r, 'available_at', 'seconds', 'confidence',
                 'guideline', 'batch', 'stratum', 'price', 'review', 'suggestion'),
                 r.gold_query, r.settings, '{annotator}') AS g,
             annoqa.share_interval(g.agreement, g.agreement_std_error, g.pair_items,
                                   2 * rule_figures.confidence - 1) AS w
        WHERE g.agreement IS NOT NULL;
        RETURN;
    END IF;
    RETURN QUERY EXECUTE format($q$
        SELECT c.annotator, nullif(c.vendor, '(none)'), c.%1$I, c.%2$I, %3$s
        FROM annoqa.annotator_scorecard(%4$L) AS c%5$s WHERE c.%1$I IS NOT NULL$q$,
        metric, CASE WHEN rate THEN metric || '_n' ELSE 'labels' END,
        CASE WHEN rate THEN 'w.lower, w.upper' ELSE 'NULL::float8, NULL::float8' END,
        source,
        CASE WHEN rate
             THEN format(' CROSS JOIN LATERAL annoqa.wilson_interval(round(c.%I * c.%I)::bigint, c.%2$I, %s) AS w',
                         metric, metric || '_n', 2 * confidence - 1)
             ELSE '' END);
END $$;
COMMENT ON FUNCTION annoqa.rule_figures(text, text, double precision) IS 'internal: one row an annotator: a metric that is revised or is no count, with its interval, of which one bound has this confidence';

-- What was cleared by someone is forgotten: the rule starts anew with the next answer.
CREATE FUNCTION annoqa.rule_restarts(r annoqa.rule, annotator text,
    OUT restarts bigint, OUT since timestamp with time zone, OUT after bigint)
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT count(*), max(f.cleared_at), max(f.restart_after)
        FROM annoqa.flag_stored AS f
        WHERE f.source = r.source AND f.rule = r.name AND f.metric = r.metric
              AND f.raised_at >= r.created_at
              AND hashtextextended(f.annotator, 0) = hashtextextended(rule_restarts.annotator, 0)
              AND f.annotator = rule_restarts.annotator AND f.restart;
    $$;
COMMENT ON FUNCTION annoqa.rule_restarts(annoqa.rule, text) IS 'internal: how often a rule started anew for an annotator, and from where; not what an earlier one of its name did, or it by another metric';

-- What a rule finds of each annotator.
CREATE FUNCTION annoqa.rule_evidence(r annoqa.rule) RETURNS SETOF annoqa.rule_evidence
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 100
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    e annoqa.rule_evidence;
    found_one record;
    calm double precision;
    timed boolean := (annoqa.visible_source(r.source)).labeled_at IS NOT NULL;
    below boolean := annoqa.looks_below(r.operator);
BEGIN
    IF (SELECT m.kind FROM annoqa.rule_metrics() AS m WHERE m.metric = r.metric) IN ('interval', 'figure') THEN
        FOR found_one IN
            WITH f AS MATERIALIZED (SELECT * FROM annoqa.rule_figures(r.source, r.metric, r.confidence))
            SELECT f.*, (SELECT max(g.value_n) FROM annoqa.flag_stored AS g
                         WHERE g.source = r.source AND g.rule = r.name AND g.metric = r.metric
                               AND g.raised_at >= r.created_at
                               AND g.annotator = f.annotator AND g.restart) AS before,
                   coalesce(r.threshold, greatest(0, least(1, median.value
                       + CASE WHEN below THEN -r.margin ELSE r.margin END))) AS threshold
            FROM f CROSS JOIN (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY f.value)
                                   FILTER (WHERE f.n >= r.min_n) AS value FROM f) AS median
            WHERE f.annotator NOT IN (SELECT x.annotator FROM annoqa.exempt_annotators(r.source) AS x)
        LOOP
            e := (found_one.annotator, found_one.vendor, found_one.value, found_one.n,
                  found_one.value_lower, found_one.value_upper, NULL, found_one.threshold,
                  annoqa.window_words(r, found_one.n, NULL, NULL), NULL, NULL, NULL, NULL, found_one.n);
            e.raises := coalesce(annoqa.holds(CASE WHEN r.method = 'raw' THEN e.value WHEN below THEN e.value_upper
                                                   ELSE e.value_lower END, r.operator, e.threshold), false)
                AND e.n >= r.min_n + coalesce(found_one.before, 0);
            calm := coalesce(r.clear_at, e.threshold + CASE WHEN r.method <> 'raw' THEN 0
                WHEN below THEN 0.1 * abs(e.threshold) ELSE -0.1 * abs(e.threshold) END);
            e.clears := NOT e.raises AND CASE WHEN below THEN e.value >= calm ELSE e.value <= calm END;
            RETURN NEXT e;
        END LOOP;
        RETURN;
    END IF;
    RETURN QUERY
    SELECT v.annotator, v.vendor, v.value, v.n, v.value_lower, v.value_upper, v.e_value,
           v.threshold, v.evidence_window, v.evidence_from, v.evidence_until,
           -- e-Benjamini-Hochberg: the k-th largest reaches m / (k error)
           CASE WHEN r.per = 'source' THEN v.rank <= max(v.rank) FILTER (
                    WHERE v.n >= r.min_n AND v.e_value >= v.m / (v.rank * r.error)) OVER ()
                ELSE v.raises END,
           v.clears, v.answers
    FROM (SELECT w.*, count(*) OVER () AS m,
                 row_number() OVER (ORDER BY w.n >= r.min_n DESC, w.e_value DESC NULLS LAST, w.annotator COLLATE "C") AS rank
          FROM (SELECT a.*, max(t.newest) OVER () AS newest
                FROM annoqa.rule_outcomes(r.source, r.metric, r.by_guideline) AS a
                     CROSS JOIN LATERAL (SELECT max(u.at) AS newest FROM unnest(a.times) AS u (at)) AS t
                WHERE a.annotator NOT IN (SELECT x.annotator FROM annoqa.exempt_annotators(r.source) AS x)) AS o
               CROSS JOIN LATERAL annoqa.rule_restarts(r, o.annotator) AS x
               CROSS JOIN LATERAL annoqa.weigh_outcomes(r, o.hits, o.times, o.newest,
                   (o.run + x.restarts)::integer, CASE WHEN timed THEN x.since END,
                   CASE WHEN NOT timed THEN x.after END,
                   (o.annotator, o.vendor, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                    NULL, NULL, NULL)::annoqa.rule_evidence) AS w) AS v;
END $$;
COMMENT ON FUNCTION annoqa.rule_evidence(annoqa.rule) IS 'internal: what a rule finds of each annotator that it watches';

SET LOCAL search_path = annoqa, pg_temp;
