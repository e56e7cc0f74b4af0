-- The workbench: quality over time.
SET LOCAL search_path = pg_catalog, pg_temp;

-- One vocabulary for trends, history, rules and flags; a test holds it against the
-- columns of quality_trend.
CREATE FUNCTION annoqa.metrics(OUT metric text, OUT kind text)
    RETURNS SETOF record
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 30
    SET search_path = pg_catalog, pg_temp
    AS $$
        VALUES ('labels', 'count'), ('items', 'count'), ('annotators', 'count'),
               ('gold_accuracy', 'rate'), ('alpha', 'rate'), ('agreement', 'rate'),
               ('consensus_agreement', 'rate'), ('edge_case_accuracy', 'rate'),
               ('self_agreement', 'rate'), ('dissent_upheld_rate', 'rate'),
               ('skip_rate', 'rate'), ('adjudication_rate', 'rate'),
               ('rework_rate', 'rate'), ('first_pass_acceptance', 'rate'),
               ('acceptance_rate', 'rate'), ('fast_rate', 'rate'),
               ('continuity', 'figure'), ('brier_score', 'figure'),
               ('overconfidence', 'figure'), ('seconds_median', 'figure'),
               ('labels_per_hour', 'figure'), ('correct_labels_per_hour', 'figure'),
               ('turnaround_hours_median', 'figure'), ('cost_per_label', 'figure'),
               ('cost_per_correct_label', 'figure'), ('backlog_opened', 'count'),
               ('backlog_closed', 'count'), ('backlog_open', 'count'),
               ('flags_raised', 'count'), ('flags_open', 'count');
    $$;
COMMENT ON FUNCTION annoqa.metrics() IS 'internal: the figures of quality_trend in their order: a rate has a denominator and bounds, a figure or a count stands alone';

CREATE FUNCTION annoqa.flag_times(source text, OUT annotator text, OUT vendor text,
    OUT raised_at timestamp with time zone, OUT cleared_at timestamp with time zone)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 100
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN QUERY SELECT f.annotator, f.vendor, f.raised_at, f.cleared_at
                 FROM annoqa.flags AS f WHERE f.source = flag_times.source;
END $$;
COMMENT ON FUNCTION annoqa.flag_times(text) IS 'internal: when flags of a source were raised and cleared';

CREATE FUNCTION annoqa.bucket_start(at timestamp with time zone, bucket text, timezone text)
    RETURNS timestamp with time zone
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN date_trunc(bucket, at, timezone);
COMMENT ON FUNCTION annoqa.bucket_start(timestamp with time zone, text, text) IS 'internal: when the day, week or month of a time begins';

CREATE FUNCTION annoqa.bucket_end(start timestamp with time zone, bucket text, timezone text)
    RETURNS timestamp with time zone
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN ((start AT TIME ZONE timezone) + ('1 ' || bucket)::interval) AT TIME ZONE timezone;
COMMENT ON FUNCTION annoqa.bucket_end(timestamp with time zone, text, text) IS 'internal: when a day, week or month that begins then ends';

-- Months have 30 days, as in the engine, whatever the session's time zone.
CREATE FUNCTION annoqa.fixed_length(i interval) RETURNS interval
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN make_interval(secs => ((EXTRACT(year FROM i) * 12 + EXTRACT(month FROM i)) * 30
                                  + EXTRACT(day FROM i)) * 86400
        + EXTRACT(hour FROM i) * 3600 + EXTRACT(minute FROM i) * 60 + EXTRACT(second FROM i));
COMMENT ON FUNCTION annoqa.fixed_length(interval) IS 'internal: an interval in seconds alone';

CREATE TYPE annoqa.quality_trend_row AS (
    "time" timestamp with time zone, scope text, vendor text, annotator text,
    complete boolean, labels bigint, items bigint, annotators bigint,
    gold_accuracy double precision, gold_accuracy_n bigint,
    gold_accuracy_lower double precision, gold_accuracy_upper double precision,
    alpha double precision, alpha_n bigint, alpha_lower double precision,
    alpha_upper double precision, agreement double precision, agreement_n bigint,
    agreement_lower double precision, agreement_upper double precision,
    consensus_agreement double precision, consensus_agreement_n bigint,
    consensus_agreement_lower double precision,
    consensus_agreement_upper double precision, edge_case_accuracy double precision,
    edge_case_accuracy_n bigint, edge_case_accuracy_lower double precision,
    edge_case_accuracy_upper double precision, self_agreement double precision,
    self_agreement_n bigint, self_agreement_lower double precision,
    self_agreement_upper double precision, dissent_upheld_rate double precision,
    dissent_upheld_rate_n bigint, dissent_upheld_rate_lower double precision,
    dissent_upheld_rate_upper double precision, skip_rate double precision,
    skip_rate_n bigint, skip_rate_lower double precision,
    skip_rate_upper double precision, adjudication_rate double precision,
    adjudication_rate_n bigint, adjudication_rate_lower double precision,
    adjudication_rate_upper double precision, rework_rate double precision,
    rework_rate_n bigint, rework_rate_lower double precision,
    rework_rate_upper double precision, first_pass_acceptance double precision,
    first_pass_acceptance_n bigint, first_pass_acceptance_lower double precision,
    first_pass_acceptance_upper double precision, acceptance_rate double precision,
    acceptance_rate_n bigint, acceptance_rate_lower double precision,
    acceptance_rate_upper double precision, fast_rate double precision,
    fast_rate_n bigint, fast_rate_lower double precision,
    fast_rate_upper double precision, continuity double precision,
    brier_score double precision, overconfidence double precision,
    seconds_median double precision, labels_per_hour double precision,
    correct_labels_per_hour double precision,
    turnaround_hours_median double precision, cost_per_label double precision,
    cost_per_correct_label double precision, backlog_opened bigint,
    backlog_closed bigint, backlog_open bigint, flags_raised bigint, flags_open bigint
);
COMMENT ON TYPE annoqa.quality_trend_row IS 'internal: a row of quality_trend, but for source';

CREATE TYPE annoqa.quality_row AS (
    shown annoqa.quality_trend_row,
    since timestamp with time zone,
    until timestamp with time zone
);
COMMENT ON TYPE annoqa.quality_row IS 'internal: figures of a bucket, or of all labels, and the times of the first and last of them';

-- What happened to flags, by bucket: of the source, of vendors, of annotators.
CREATE FUNCTION annoqa.flag_counts(s annoqa.source, bucket text,
    of_vendor text, of_annotator text, OUT at timestamp with time zone,
    OUT scope text, OUT vendor text, OUT annotator text, OUT raised bigint, OUT cleared bigint)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 100
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(annoqa.bucket_start(e.at, bucket, s.timezone), '-infinity'),
               k.scope, k.vendor, k.annotator,
               count(*) FILTER (WHERE e.raised), count(*) FILTER (WHERE NOT e.raised)
        FROM annoqa.flag_times(s.name) AS f
             CROSS JOIN LATERAL (VALUES (f.raised_at, true), (f.cleared_at, false))
                  AS e (at, raised)
             CROSS JOIN LATERAL (VALUES ('source', '(all)', '(all)'),
                  ('vendor', coalesce(f.vendor, '(none)'), '(all)'),
                  ('annotator', '(all)', f.annotator)) AS k (scope, vendor, annotator)
        WHERE e.at IS NOT NULL
              AND (of_vendor IS NULL OR coalesce(f.vendor, '(none)') = of_vendor)
              AND (of_annotator IS NULL OR f.annotator = of_annotator)
        GROUP BY 1, 2, 3, 4;
    $$;
COMMENT ON FUNCTION annoqa.flag_counts(annoqa.source, text, text, text) IS 'internal: flags raised and cleared, by bucket, or of all times without one';

-- Who labeled within the period before a bucket: the last label before it decides.
-- Without buckets recent and before are as the engine has them.
CREATE FUNCTION annoqa.quality_rows(r annoqa.source_reading, width text)
    RETURNS SETOF annoqa.quality_row
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 1000
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    s annoqa.source := r.registered;
    period interval := annoqa.fixed_length(s.period);
    stored boolean := EXISTS (SELECT FROM annoqa.source_stored AS v WHERE v.name = s.name);
    prefix text := CASE WHEN width IS NULL THEN '' ELSE 'bucket,' END;
    whole text := prefix || ':figures';
    by_vendor text := prefix || 'vendor:figures';
    by_annotator text := prefix || 'annotator:figures';
    by_both text := prefix || 'vendor,annotator:extent';
    settings jsonb := r.settings || jsonb_build_object('alpha', true, 'backlog', true,
        'alpha_item_set', 'production', 'bucket', width,
        'other_vendors', false, 'first_labels', s.first_labels);
BEGIN
    r.rows_query := annoqa.rows_query(r, 'guideline', 'batch', 'stratum', 'suggestion');
    RETURN QUERY
    WITH f AS MATERIALIZED (
        SELECT coalesce(f.bucket, '-infinity') AS at,
               CASE f.grouping WHEN whole THEN 'source' WHEN by_vendor THEN 'vendor'
                               ELSE 'annotator' END AS scope,
               f.grouping = by_both AS both_keys, f.*
        FROM annoqa.facts_groups(r.rows_query, r.gold_query, settings,
                                 ARRAY[whole, by_vendor, by_annotator, by_both]) AS f
    ), people AS (
        SELECT f.at, f.scope, f.vendor, f.both_keys,
               CASE WHEN width IS NULL THEN f.recent ELSE f.labels END AS labels,
               CASE WHEN width IS NULL THEN f.before_recent > 0
                    ELSE lag(f.last_labeled_at) OVER (
                        PARTITION BY f.both_keys, f.vendor, f.annotator ORDER BY f.at)
                        >= f.at - period END AS continued, f.annotator
        FROM f WHERE f.scope = 'annotator' AND f.labels > 0
    ), continuity AS (
        SELECT p.at, k.scope, k.vendor, k.annotator,
               coalesce(sum(p.labels) FILTER (WHERE p.continued), 0)::double precision
                   / nullif(sum(p.labels), 0) AS share
        FROM people AS p CROSS JOIN LATERAL (VALUES
                 ('source', '(all)', '(all)', false), ('annotator', '(all)', p.annotator, false),
                 ('vendor', p.vendor, '(all)', true)) AS k (scope, vendor, annotator, both_keys)
        WHERE k.both_keys = p.both_keys
        GROUP BY p.at, k.scope, k.vendor, k.annotator
    ), flags AS MATERIALIZED (
        SELECT c.* FROM annoqa.flag_counts(s, width, r.settings ->> 'vendor',
                                           r.settings ->> 'annotator') AS c WHERE stored
    ), k AS (
        SELECT f.at, f.scope, f.vendor, f.annotator FROM f WHERE NOT f.both_keys
        UNION SELECT c.at, c.scope, c.vendor, c.annotator FROM flags AS c
    ), z AS (
        -- zero where the source names what is counted, for buckets of flags alone
        SELECT f.newest_labeled_at AS newest,
               0 * f.scored AS scored, 0 * f.correct AS correct, 0 * f.others AS others,
               0 * f.others_equal AS others_equal, 0 * f.edge_scored AS edge_scored,
               0 * f.edge_correct AS edge_correct, 0 * f.repeats AS repeats,
               0 * f.repeats_equal AS repeats_equal, 0 * f.upheld AS upheld,
               0 * f.tasks AS tasks, 0 * f.skipped AS skipped,
               0 * f.completed_items AS completed_items,
               0 * f.disputed_items AS disputed_items, 0 * f.labels AS labels,
               0 * f.rework AS rework, 0 * f.reviewed AS reviewed,
               0 * f.first_accepted AS first_accepted, 0 * f.accepted AS accepted,
               0 * f.paced AS paced, 0 * f.fast AS fast
        FROM f WHERE NOT f.both_keys LIMIT 1
    )
    SELECT ROW(nullif(k.at, '-infinity'), k.scope, k.vendor, k.annotator,
           CASE WHEN width IS NOT NULL
                THEN coalesce(g.complete, annoqa.bucket_end(k.at, width, s.timezone) <= z.newest) END,
           n.labels, coalesce(g.items, 0), coalesce(g.annotators, 0), gold_accuracy.*,
           g.alpha, CASE WHEN k.scope <> 'annotator' THEN coalesce(g.alpha_items, 0) END,
           g.alpha_lower, g.alpha_upper,
           g.agreement, coalesce(g.pair_items, 0), g.agreement_lower, g.agreement_upper,
           consensus_agreement.*, edge_case_accuracy.*, self_agreement.*,
           dissent_upheld_rate.*, skip_rate.*, adjudication_rate.*, rework_rate.*,
           first_pass_acceptance.*, acceptance_rate.*, fast_rate.*, c.share,
           g.brier_sum / nullif(g.stated_scored, 0),
           (g.confidence_scored_sum - g.stated_correct) / nullif(g.stated_scored, 0),
           g.seconds_median, 3600 / nullif(g.seconds_median, 0),
           3600 / nullif(g.seconds_median, 0) * gold_accuracy.x, g.turnaround_hours_median,
           p.cost / nullif(g.labels, 0), p.cost / nullif(g.labels * gold_accuracy.x, 0),
           coalesce(g.backlog_opened, 0), coalesce(g.backlog_closed, 0),
           (sum(coalesce(g.backlog_opened, 0) - coalesce(g.backlog_closed, 0)) OVER w)::bigint,
           CASE WHEN stored THEN coalesce(e.raised, 0) END,
           CASE WHEN stored THEN (sum(coalesce(e.raised, 0) - coalesce(e.cleared, 0)) OVER w)::bigint END)
               ::annoqa.quality_trend_row,
           g.first_labeled_at, g.last_labeled_at
    FROM k LEFT JOIN z ON true
         LEFT JOIN f AS g ON g.at = k.at AND g.scope = k.scope AND g.vendor = k.vendor
                             AND g.annotator = k.annotator AND NOT g.both_keys
         LEFT JOIN continuity AS c ON c.at = k.at AND c.scope = k.scope AND c.vendor = k.vendor
                                      AND c.annotator = k.annotator
         LEFT JOIN flags AS e ON e.at = k.at AND e.scope = k.scope AND e.vendor = k.vendor
                                 AND e.annotator = k.annotator
         CROSS JOIN LATERAL (SELECT
             coalesce(g.scored, z.scored) AS scored,
             coalesce(g.correct, z.correct) AS correct,
             coalesce(g.others, z.others) AS others,
             coalesce(g.others_equal, z.others_equal) AS others_equal,
             coalesce(g.edge_scored, z.edge_scored) AS edge_scored,
             coalesce(g.edge_correct, z.edge_correct) AS edge_correct,
             coalesce(g.repeats, z.repeats) AS repeats,
             coalesce(g.repeats_equal, z.repeats_equal) AS repeats_equal,
             coalesce(g.upheld, z.upheld) AS upheld,
             coalesce(g.tasks, z.tasks) AS tasks,
             coalesce(g.skipped, z.skipped) AS skipped,
             coalesce(g.completed_items, z.completed_items) AS completed_items,
             coalesce(g.disputed_items, z.disputed_items) AS disputed_items,
             coalesce(g.labels, z.labels) AS labels,
             coalesce(g.rework, z.rework) AS rework,
             coalesce(g.reviewed, z.reviewed) AS reviewed,
             coalesce(g.first_accepted, z.first_accepted) AS first_accepted,
             coalesce(g.accepted, z.accepted) AS accepted,
             coalesce(g.paced, z.paced) AS paced, coalesce(g.fast, z.fast) AS fast,
             coalesce(g.upheld + g.overruled + g.neither, 0) AS settled) AS n
         CROSS JOIN LATERAL (SELECT CASE WHEN g.priced > 0 THEN g.price_sum END AS cost) AS p,
         annoqa.rate(n.correct, n.scored) AS gold_accuracy,
         annoqa.rate(n.others_equal, n.others) AS consensus_agreement,
         annoqa.rate(n.edge_correct, n.edge_scored) AS edge_case_accuracy,
         annoqa.rate(n.repeats_equal, n.repeats) AS self_agreement,
         annoqa.rate(n.upheld, n.settled) AS dissent_upheld_rate,
         annoqa.rate(n.skipped, n.tasks) AS skip_rate,
         annoqa.rate(n.disputed_items, n.completed_items) AS adjudication_rate,
         annoqa.rate(n.rework, n.labels) AS rework_rate,
         annoqa.rate(n.first_accepted, n.reviewed) AS first_pass_acceptance,
         annoqa.rate(n.accepted, n.reviewed) AS acceptance_rate,
         annoqa.rate(n.fast, n.paced) AS fast_rate
    WINDOW w AS (PARTITION BY k.scope, k.vendor, k.annotator ORDER BY k.at);
END $$;
COMMENT ON FUNCTION annoqa.quality_rows(annoqa.source_reading, text) IS 'internal: all figures of a source, its vendors and annotators, by bucket, or of all labels without one';

CREATE FUNCTION annoqa.check_bucket(bucket text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    IF bucket IN ('day', 'week', 'month') THEN
        RETURN bucket;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
        MESSAGE = format('bucket must be day, week or month, not %s', coalesce('"' || bucket || '"', 'NULL'));
END $$;
COMMENT ON FUNCTION annoqa.check_bucket(text) IS 'internal: the bucket, or an error that says which there are';

CREATE FUNCTION annoqa.quality_trend(source text, since timestamp with time zone DEFAULT NULL,
    until timestamp with time zone DEFAULT NULL, vendor text DEFAULT NULL,
    annotator text DEFAULT NULL, bucket text DEFAULT 'week')
    RETURNS SETOF annoqa.quality_trend_row
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 1000
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    width text := annoqa.check_bucket(bucket);
    r annoqa.source_reading := annoqa.reading(source, NULL, NULL, vendor, annotator);
    zone text := (r.registered).timezone;
    q record;
BEGIN
    PERFORM annoqa.check_dates(since, until);
    -- whole buckets, for what is open at their ends began before
    FOR q IN
        SELECT w.shown FROM annoqa.quality_rows(r, width) AS w
        WHERE (quality_trend.until IS NULL OR (w.shown)."time" < quality_trend.until)
              AND (quality_trend.since IS NULL
                   OR annoqa.bucket_end((w.shown)."time", width, zone) > quality_trend.since)
        ORDER BY (w.shown)."time", (w.shown).scope <> 'source', (w.shown).scope <> 'vendor',
                 (w.shown).vendor COLLATE "C", (w.shown).annotator COLLATE "C"
    LOOP
        RETURN NEXT q.shown;
    END LOOP;
END
$$;
COMMENT ON FUNCTION annoqa.quality_trend(text, timestamp with time zone, timestamp with time zone, text, text, text) IS 'The rows of the view quality_trend for one source, by day, week or month. since and until choose buckets that they touch, each counted whole.';

CREATE VIEW annoqa.quality_trend WITH (security_invoker) AS
    SELECT v."time", s.name AS source, v.scope, v.vendor, v.annotator, v.complete,
           v.labels, v.items, v.annotators, v.gold_accuracy, v.gold_accuracy_n,
           v.gold_accuracy_lower, v.gold_accuracy_upper, v.alpha, v.alpha_n,
           v.alpha_lower, v.alpha_upper, v.agreement, v.agreement_n,
           v.agreement_lower, v.agreement_upper, v.consensus_agreement,
           v.consensus_agreement_n, v.consensus_agreement_lower,
           v.consensus_agreement_upper, v.edge_case_accuracy, v.edge_case_accuracy_n,
           v.edge_case_accuracy_lower, v.edge_case_accuracy_upper, v.self_agreement,
           v.self_agreement_n, v.self_agreement_lower, v.self_agreement_upper,
           v.dissent_upheld_rate, v.dissent_upheld_rate_n,
           v.dissent_upheld_rate_lower, v.dissent_upheld_rate_upper, v.skip_rate,
           v.skip_rate_n, v.skip_rate_lower, v.skip_rate_upper, v.adjudication_rate,
           v.adjudication_rate_n, v.adjudication_rate_lower,
           v.adjudication_rate_upper, v.rework_rate, v.rework_rate_n,
           v.rework_rate_lower, v.rework_rate_upper, v.first_pass_acceptance,
           v.first_pass_acceptance_n, v.first_pass_acceptance_lower,
           v.first_pass_acceptance_upper, v.acceptance_rate, v.acceptance_rate_n,
           v.acceptance_rate_lower, v.acceptance_rate_upper, v.fast_rate,
           v.fast_rate_n, v.fast_rate_lower, v.fast_rate_upper, v.continuity,
           v.brier_score, v.overconfidence, v.seconds_median, v.labels_per_hour,
           v.correct_labels_per_hour, v.turnaround_hours_median, v.cost_per_label,
           v.cost_per_correct_label, v.backlog_opened, v.backlog_closed,
           v.backlog_open, v.flags_raised, v.flags_open
    FROM annoqa.source_shown AS s CROSS JOIN LATERAL
         annoqa.rows_or_warning(NULL::annoqa.quality_trend_row, 'quality_trend', s.name) AS v;
GRANT SELECT ON annoqa.quality_trend TO PUBLIC;
COMMENT ON VIEW annoqa.quality_trend IS 'One row a week, scope and key; filter on scope, or each label is counted three times. Labels count in the week of their own time, agreement, consensus and adjudication of an item in that of its newest label. What has no time is in no week.';
COMMENT ON COLUMN annoqa.quality_trend."time" IS 'Start of the bucket; weeks in the view, in the time zone of the source.';
COMMENT ON COLUMN annoqa.quality_trend.source IS 'Name of the source.';
COMMENT ON COLUMN annoqa.quality_trend.scope IS 'source, vendor or annotator: filter on it, or each label is counted three times.';
COMMENT ON COLUMN annoqa.quality_trend.vendor IS 'The vendor in rows of scope vendor, (none) for labels that name none; else (all).';
COMMENT ON COLUMN annoqa.quality_trend.annotator IS 'The annotator in rows of scope annotator; else (all).';
COMMENT ON COLUMN annoqa.quality_trend.complete IS 'The bucket ended before the newest label.';
COMMENT ON COLUMN annoqa.quality_trend.labels IS 'Labels given in the bucket.';
COMMENT ON COLUMN annoqa.quality_trend.items IS 'Items labeled or skipped in it.';
COMMENT ON COLUMN annoqa.quality_trend.annotators IS 'Annotators who labeled or skipped in it.';
COMMENT ON COLUMN annoqa.quality_trend.gold_accuracy IS 'Scored labels that equal a gold answer, over scored labels.';
COMMENT ON COLUMN annoqa.quality_trend.gold_accuracy_n IS 'Denominator of gold_accuracy.';
COMMENT ON COLUMN annoqa.quality_trend.gold_accuracy_lower IS 'Lower 95% bound of gold_accuracy (Wilson).';
COMMENT ON COLUMN annoqa.quality_trend.gold_accuracy_upper IS 'Upper 95% bound of gold_accuracy (Wilson).';
COMMENT ON COLUMN annoqa.quality_trend.alpha IS 'Krippendorff''s alpha among the labels of people on production items completed in the bucket; NULL for one annotator.';
COMMENT ON COLUMN annoqa.quality_trend.alpha_n IS 'Items with a pair, on which alpha rests.';
COMMENT ON COLUMN annoqa.quality_trend.alpha_lower IS 'Lower 95% bound of alpha (linearised over items).';
COMMENT ON COLUMN annoqa.quality_trend.alpha_upper IS 'Upper 95% bound of alpha (linearised over items).';
COMMENT ON COLUMN annoqa.quality_trend.agreement IS 'Share of pairs of labels of people on one item that are equal, of items completed in the bucket.';
COMMENT ON COLUMN annoqa.quality_trend.agreement_n IS 'Items with a pair, on which agreement rests.';
COMMENT ON COLUMN annoqa.quality_trend.agreement_lower IS 'Lower 95% bound of agreement (linearised over items).';
COMMENT ON COLUMN annoqa.quality_trend.agreement_upper IS 'Upper 95% bound of agreement (linearised over items).';
COMMENT ON COLUMN annoqa.quality_trend.consensus_agreement IS 'Labels equal to the consensus of the others, own vote left out, of items completed in the bucket.';
COMMENT ON COLUMN annoqa.quality_trend.consensus_agreement_n IS 'Denominator of consensus_agreement.';
COMMENT ON COLUMN annoqa.quality_trend.consensus_agreement_lower IS 'Lower 95% bound of consensus_agreement (Wilson).';
COMMENT ON COLUMN annoqa.quality_trend.consensus_agreement_upper IS 'Upper 95% bound of consensus_agreement (Wilson).';
COMMENT ON COLUMN annoqa.quality_trend.edge_case_accuracy IS 'Gold accuracy on edge cases.';
COMMENT ON COLUMN annoqa.quality_trend.edge_case_accuracy_n IS 'Denominator of edge_case_accuracy.';
COMMENT ON COLUMN annoqa.quality_trend.edge_case_accuracy_lower IS 'Lower 95% bound of edge_case_accuracy (Wilson).';
COMMENT ON COLUMN annoqa.quality_trend.edge_case_accuracy_upper IS 'Upper 95% bound of edge_case_accuracy (Wilson).';
COMMENT ON COLUMN annoqa.quality_trend.self_agreement IS 'Repeats equal to the annotator''s first label, over repeats.';
COMMENT ON COLUMN annoqa.quality_trend.self_agreement_n IS 'Denominator of self_agreement.';
COMMENT ON COLUMN annoqa.quality_trend.self_agreement_lower IS 'Lower 95% bound of self_agreement (Wilson).';
COMMENT ON COLUMN annoqa.quality_trend.self_agreement_upper IS 'Upper 95% bound of self_agreement (Wilson).';
COMMENT ON COLUMN annoqa.quality_trend.dissent_upheld_rate IS 'Lone dissents upheld, over those that were settled.';
COMMENT ON COLUMN annoqa.quality_trend.dissent_upheld_rate_n IS 'Denominator of dissent_upheld_rate.';
COMMENT ON COLUMN annoqa.quality_trend.dissent_upheld_rate_lower IS 'Lower 95% bound of dissent_upheld_rate (Wilson).';
COMMENT ON COLUMN annoqa.quality_trend.dissent_upheld_rate_upper IS 'Upper 95% bound of dissent_upheld_rate (Wilson).';
COMMENT ON COLUMN annoqa.quality_trend.skip_rate IS 'Skips over items, counted for each annotator.';
COMMENT ON COLUMN annoqa.quality_trend.skip_rate_n IS 'Denominator of skip_rate.';
COMMENT ON COLUMN annoqa.quality_trend.skip_rate_lower IS 'Lower 95% bound of skip_rate (Wilson).';
COMMENT ON COLUMN annoqa.quality_trend.skip_rate_upper IS 'Upper 95% bound of skip_rate (Wilson).';
COMMENT ON COLUMN annoqa.quality_trend.adjudication_rate IS 'Items completed in the bucket that needed adjudication, over items completed in it.';
COMMENT ON COLUMN annoqa.quality_trend.adjudication_rate_n IS 'Denominator of adjudication_rate.';
COMMENT ON COLUMN annoqa.quality_trend.adjudication_rate_lower IS 'Lower 95% bound of adjudication_rate (Wilson).';
COMMENT ON COLUMN annoqa.quality_trend.adjudication_rate_upper IS 'Upper 95% bound of adjudication_rate (Wilson).';
COMMENT ON COLUMN annoqa.quality_trend.rework_rate IS 'Labels that had to be done again, over labels.';
COMMENT ON COLUMN annoqa.quality_trend.rework_rate_n IS 'Denominator of rework_rate.';
COMMENT ON COLUMN annoqa.quality_trend.rework_rate_lower IS 'Lower 95% bound of rework_rate (Wilson).';
COMMENT ON COLUMN annoqa.quality_trend.rework_rate_upper IS 'Upper 95% bound of rework_rate (Wilson).';
COMMENT ON COLUMN annoqa.quality_trend.first_pass_acceptance IS 'Reviewed labels whose first row was accepted, over reviewed labels.';
COMMENT ON COLUMN annoqa.quality_trend.first_pass_acceptance_n IS 'Denominator of first_pass_acceptance.';
COMMENT ON COLUMN annoqa.quality_trend.first_pass_acceptance_lower IS 'Lower 95% bound of first_pass_acceptance (Wilson).';
COMMENT ON COLUMN annoqa.quality_trend.first_pass_acceptance_upper IS 'Upper 95% bound of first_pass_acceptance (Wilson).';
COMMENT ON COLUMN annoqa.quality_trend.acceptance_rate IS 'Reviewed labels whose last row is accepted or fixed, over reviewed labels.';
COMMENT ON COLUMN annoqa.quality_trend.acceptance_rate_n IS 'Denominator of acceptance_rate.';
COMMENT ON COLUMN annoqa.quality_trend.acceptance_rate_lower IS 'Lower 95% bound of acceptance_rate (Wilson).';
COMMENT ON COLUMN annoqa.quality_trend.acceptance_rate_upper IS 'Upper 95% bound of acceptance_rate (Wilson).';
COMMENT ON COLUMN annoqa.quality_trend.fast_rate IS 'People''s labels faster than a tenth of their median in the source, over people''s labels that state their seconds.';
COMMENT ON COLUMN annoqa.quality_trend.fast_rate_n IS 'Denominator of fast_rate.';
COMMENT ON COLUMN annoqa.quality_trend.fast_rate_lower IS 'Lower 95% bound of fast_rate (Wilson).';
COMMENT ON COLUMN annoqa.quality_trend.fast_rate_upper IS 'Upper 95% bound of fast_rate (Wilson).';
COMMENT ON COLUMN annoqa.quality_trend.continuity IS 'Share of the labels given by people who also labeled within the period before the bucket.';
COMMENT ON COLUMN annoqa.quality_trend.brier_score IS 'Of stated confidence against gold.';
COMMENT ON COLUMN annoqa.quality_trend.overconfidence IS 'Mean stated confidence minus accuracy, on scored labels that state one.';
COMMENT ON COLUMN annoqa.quality_trend.seconds_median IS 'Median seconds of a label.';
COMMENT ON COLUMN annoqa.quality_trend.labels_per_hour IS 'Pace: 3600 over the median seconds.';
COMMENT ON COLUMN annoqa.quality_trend.correct_labels_per_hour IS 'Pace times gold accuracy.';
COMMENT ON COLUMN annoqa.quality_trend.turnaround_hours_median IS 'Median hours from available_at to the label.';
COMMENT ON COLUMN annoqa.quality_trend.cost_per_label IS 'Price of all rows over labels.';
COMMENT ON COLUMN annoqa.quality_trend.cost_per_correct_label IS 'Price of all rows over labels times gold accuracy.';
COMMENT ON COLUMN annoqa.quality_trend.backlog_opened IS 'Items that came to wait for a judge in the bucket: with their newest vote, or reopened; in the rows of a vendor or annotator those that they labeled.';
COMMENT ON COLUMN annoqa.quality_trend.backlog_closed IS 'Items that a judge decided in it.';
COMMENT ON COLUMN annoqa.quality_trend.backlog_open IS 'Items that wait at its end.';
COMMENT ON COLUMN annoqa.quality_trend.flags_raised IS 'Flags raised in it; NULL for callers who may not see what is stored of the source.';
COMMENT ON COLUMN annoqa.quality_trend.flags_open IS 'Flags not cleared at its end; NULL likewise.';

-- Rows of quality_trend, by another name q, as one row a metric.
CREATE FUNCTION annoqa.metric_values() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT 'CROSS JOIN LATERAL (VALUES ' || string_agg(CASE m.kind
                   WHEN 'rate' THEN format('(%1$L, q.%1$I::pg_catalog.float8, q.%2$I, q.%3$I, q.%4$I)',
                       m.metric, m.metric || '_n', m.metric || '_lower', m.metric || '_upper')
                   ELSE format('(%1$L, q.%1$I::pg_catalog.float8, NULL, NULL, NULL)', m.metric)
                   END, ', ') || ') AS m (metric, value, value_n, value_lower, value_upper)'
        FROM annoqa.metrics() AS m;
    $$;
COMMENT ON FUNCTION annoqa.metric_values() IS 'internal: what turns a row q of figures into one row a metric';

CREATE TYPE annoqa.quality_trend_long_row AS (
    "time" timestamp with time zone, scope text, vendor text, annotator text,
    metric text, value double precision, value_n bigint, value_lower double precision,
    value_upper double precision, complete boolean
);
COMMENT ON TYPE annoqa.quality_trend_long_row IS 'internal: a row of quality_trend_long, but for source';

CREATE FUNCTION annoqa.quality_trend_long(source text, since timestamp with time zone DEFAULT NULL,
    until timestamp with time zone DEFAULT NULL, vendor text DEFAULT NULL,
    annotator text DEFAULT NULL, bucket text DEFAULT 'week')
    RETURNS SETOF annoqa.quality_trend_long_row
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 10000
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN QUERY EXECUTE
        'SELECT q."time", q.scope, q.vendor, q.annotator, m.metric, m.value, m.value_n, m.value_lower, m.value_upper, q.complete FROM annoqa.quality_trend($1, $2, $3, $4, $5, $6) AS q '
        || annoqa.metric_values()
    USING source, since, until, vendor, annotator, bucket;
END
$$;
COMMENT ON FUNCTION annoqa.quality_trend_long(text, timestamp with time zone, timestamp with time zone, text, text, text) IS 'The rows of the view quality_trend_long for one source, by day, week or month.';

CREATE VIEW annoqa.quality_trend_long WITH (security_invoker) AS
    SELECT v."time", s.name AS source, v.scope, v.vendor, v.annotator, v.metric,
           v.value, v.value_n, v.value_lower, v.value_upper, v.complete
    FROM annoqa.source_shown AS s CROSS JOIN LATERAL
         annoqa.rows_or_warning(NULL::annoqa.quality_trend_long_row, 'quality_trend_long', s.name) AS v;
GRANT SELECT ON annoqa.quality_trend_long TO PUBLIC;
COMMENT ON VIEW annoqa.quality_trend_long IS 'The same as quality_trend, one row a metric.';
COMMENT ON COLUMN annoqa.quality_trend_long."time" IS 'Start of the week, in the time zone of the source.';
COMMENT ON COLUMN annoqa.quality_trend_long.source IS 'Name of the source.';
COMMENT ON COLUMN annoqa.quality_trend_long.scope IS 'source, vendor or annotator.';
COMMENT ON COLUMN annoqa.quality_trend_long.vendor IS 'The vendor in rows of scope vendor; else (all).';
COMMENT ON COLUMN annoqa.quality_trend_long.annotator IS 'The annotator in rows of scope annotator; else (all).';
COMMENT ON COLUMN annoqa.quality_trend_long.metric IS 'A column of quality_trend by its name.';
COMMENT ON COLUMN annoqa.quality_trend_long.value IS 'Its value.';
COMMENT ON COLUMN annoqa.quality_trend_long.value_n IS 'Its denominator; NULL for what has none.';
COMMENT ON COLUMN annoqa.quality_trend_long.value_lower IS 'Lower 95% bound; NULL for what has none.';
COMMENT ON COLUMN annoqa.quality_trend_long.value_upper IS 'Upper 95% bound; NULL for what has none.';
COMMENT ON COLUMN annoqa.quality_trend_long.complete IS 'The week ended before the newest label.';

CREATE FUNCTION annoqa.guideline_metrics(correct bigint, scored bigint,
    scored_items bigint, accuracy_std_error double precision, alpha double precision, alpha_items bigint, alpha_lower double precision,
    alpha_upper double precision, disputed bigint, completed bigint,
    seconds double precision, timed bigint, seconds_lower double precision,
    seconds_upper double precision, OUT metric text, OUT sign integer,
    OUT value double precision, OUT n bigint, OUT lower double precision,
    OUT upper double precision)
    RETURNS SETOF record
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 4
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT 'gold_accuracy', 1, a.x, scored, w.lower, w.upper
        FROM (SELECT correct::double precision / nullif(scored, 0) AS x) AS a,
             annoqa.share_interval(a.x, accuracy_std_error, scored_items, 0.95) AS w
        UNION ALL SELECT 'alpha', 1, alpha, alpha_items, alpha_lower, alpha_upper
        UNION ALL SELECT 'adjudication_rate', -1, r.x, r.x_n, r.x_lower, r.x_upper
        FROM annoqa.rate(disputed, completed) AS r
        UNION ALL SELECT 'seconds_median', -1, seconds, timed, seconds_lower, seconds_upper;
    $$;
COMMENT ON FUNCTION annoqa.guideline_metrics(bigint, bigint, bigint, double precision, double precision, bigint, double precision, double precision, bigint, bigint, double precision, bigint, double precision, double precision) IS 'internal: the metrics of a version of the guideline with their bounds; sign says which way is better';

CREATE TYPE annoqa.guideline_effect_row AS (
    guideline text, previous text, metric text, before double precision,
    n_before bigint, after double precision, n_after bigint,
    difference double precision, difference_lower double precision,
    difference_upper double precision, verdict text,
    in_use_since timestamp with time zone, adoption double precision,
    annotators_not_adopted bigint, adjusted_difference double precision
);
COMMENT ON TYPE annoqa.guideline_effect_row IS 'internal: a row of guideline_effect, but for source';

CREATE FUNCTION annoqa.guideline_effect(source text, since timestamp with time zone DEFAULT NULL,
    until timestamp with time zone DEFAULT NULL, vendor text DEFAULT NULL,
    annotator text DEFAULT NULL)
    RETURNS SETOF annoqa.guideline_effect_row
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 10
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    r annoqa.source_reading := annoqa.reading(source, since, until, vendor, annotator,
        '{"alpha": true, "alpha_item_set": "production", "other_vendors": false, "people": true}');
    versions_query text := annoqa.rows_query(r, 'available_at', 'seconds', 'confidence',
        'batch', 'stratum', 'price', 'review', 'suggestion');
BEGIN
    r.rows_query := annoqa.rows_query(r, 'available_at', 'confidence', 'batch', 'price',
        'review', 'suggestion');
    -- which versions there are, and in what order, is of all labels of people
    RETURN QUERY
    WITH f AS MATERIALIZED (
        SELECT g.*, g.seconds_median - 1.959963984540054 * g.seconds_median_error AS median_lower,
               g.seconds_median + 1.959963984540054 * g.seconds_median_error AS median_upper
        FROM annoqa.facts_groups(r.rows_query, r.gold_query, r.settings,
            CASE WHEN (r.registered).stratum IS NULL THEN ARRAY['guideline:figures']
                 ELSE ARRAY['guideline:figures', 'guideline,stratum:figures'] END) AS g
    ), v AS (
        SELECT g.*, m.metric, m.sign, m.value, m.n, m.lower, m.upper, b.value AS b_value,
               b.n AS b_n, b.lower AS b_lower, b.upper AS b_upper
        FROM annoqa.facts_guidelines(versions_query, r.gold_query, r.settings - 'vendor'::text - 'annotator'::text) AS g
             LEFT JOIN f AS a ON a.guideline = g.guideline AND a.grouping = 'guideline:figures'
             LEFT JOIN f AS p ON p.guideline = g.previous AND p.grouping = 'guideline:figures'
             CROSS JOIN LATERAL annoqa.guideline_metrics(
                 a.correct, a.scored, a.scored_items, a.gold_accuracy_std_error, a.alpha, a.alpha_items, a.alpha_lower, a.alpha_upper,
                 a.disputed_items, a.completed_items, a.seconds_median, a.timed,
                 a.median_lower, a.median_upper) AS m
             CROSS JOIN LATERAL annoqa.guideline_metrics(
                 p.correct, p.scored, p.scored_items, p.gold_accuracy_std_error, p.alpha, p.alpha_items, p.alpha_lower, p.alpha_upper,
                 p.disputed_items, p.completed_items, p.seconds_median, p.timed,
                 p.median_lower, p.median_upper) AS b
        WHERE b.metric = m.metric
    ), adjusted AS (
        SELECT v.guideline, v.metric,
               sum((m.value - b.value) * (m.n + b.n)) / sum(m.n + b.n) AS difference
        FROM v JOIN f AS a ON a.guideline = v.guideline AND a.grouping = 'guideline,stratum:figures'
             JOIN f AS p ON p.guideline = v.previous AND p.grouping = 'guideline,stratum:figures'
                            AND p.stratum = a.stratum
             CROSS JOIN LATERAL (VALUES
                 ('gold_accuracy', a.correct::double precision / nullif(a.scored, 0), a.scored),
                 ('adjudication_rate', a.disputed_items::double precision / nullif(a.completed_items, 0),
                  a.completed_items)) AS m (metric, value, n)
             CROSS JOIN LATERAL (VALUES
                 ('gold_accuracy', p.correct::double precision / nullif(p.scored, 0), p.scored),
                 ('adjudication_rate', p.disputed_items::double precision / nullif(p.completed_items, 0),
                  p.completed_items)) AS b (metric, value, n)
        WHERE m.metric = v.metric AND b.metric = v.metric
              AND m.value IS NOT NULL AND b.value IS NOT NULL
        GROUP BY v.guideline, v.metric
    )
    SELECT v.guideline, v.previous, v.metric, v.b_value, v.b_n, v.value, v.n,
           d.difference, d.lower, d.upper,
           CASE WHEN d.lower * v.sign > 0 AND d.upper * v.sign > 0 THEN 'better'
                WHEN d.lower * v.sign < 0 AND d.upper * v.sign < 0 THEN 'worse'
                WHEN v.previous IS NOT NULL THEN 'not enough evidence' END,
           v.in_use_since, v.labels_following::double precision / nullif(v.labels_since, 0),
           v.annotators_not_adopted, j.difference
    FROM v CROSS JOIN LATERAL annoqa.bounded_difference(
             v.value, v.lower, v.upper, v.b_value, v.b_lower, v.b_upper) AS d
         LEFT JOIN adjusted AS j ON j.guideline = v.guideline AND j.metric = v.metric
    ORDER BY v.in_use_since, v.guideline COLLATE "C", v.metric;
END
$$;
COMMENT ON FUNCTION annoqa.guideline_effect(text, timestamp with time zone, timestamp with time zone, text, text) IS 'The rows of the view guideline_effect for one source.';

CREATE VIEW annoqa.guideline_effect WITH (security_invoker) AS
    SELECT s.name AS source, v.*
    FROM annoqa.source_shown AS s CROSS JOIN LATERAL
         annoqa.rows_or_warning(NULL::annoqa.guideline_effect_row, 'guideline_effect', s.name) AS v;
GRANT SELECT ON annoqa.guideline_effect TO PUBLIC;
COMMENT ON VIEW annoqa.guideline_effect IS 'One row a guideline version and metric: people''s labels under it against those under the version before. Not a causal effect: items and their mix differ.';
COMMENT ON COLUMN annoqa.guideline_effect.source IS 'Name of the source.';
COMMENT ON COLUMN annoqa.guideline_effect.guideline IS 'The version.';
COMMENT ON COLUMN annoqa.guideline_effect.previous IS 'The version before it; NULL for the first.';
COMMENT ON COLUMN annoqa.guideline_effect.metric IS 'gold_accuracy, alpha (production items), adjudication_rate (items with a label under the version), seconds_median; all of people''s labels.';
COMMENT ON COLUMN annoqa.guideline_effect.before IS 'The metric of labels under the previous version.';
COMMENT ON COLUMN annoqa.guideline_effect.n_before IS 'Scored labels, items with a pair, items, or labels that state their seconds, on which it rests.';
COMMENT ON COLUMN annoqa.guideline_effect.after IS 'The metric of labels under this version.';
COMMENT ON COLUMN annoqa.guideline_effect.n_after IS 'On what that rests.';
COMMENT ON COLUMN annoqa.guideline_effect.difference IS 'after minus before: not a causal effect, for items and their mix differ.';
COMMENT ON COLUMN annoqa.guideline_effect.difference_lower IS 'Lower 95% bound, recovered from the bounds of both (Newcombe 1998; Zou and Donner 2008).';
COMMENT ON COLUMN annoqa.guideline_effect.difference_upper IS 'Upper 95% bound.';
COMMENT ON COLUMN annoqa.guideline_effect.verdict IS 'better or worse when the bounds leave out 0, else not enough evidence; NULL for the first version; not a causal effect.';
COMMENT ON COLUMN annoqa.guideline_effect.in_use_since IS 'Time of its first label.';
COMMENT ON COLUMN annoqa.guideline_effect.adoption IS 'Share of the labels since then that follow it.';
COMMENT ON COLUMN annoqa.guideline_effect.annotators_not_adopted IS 'Annotators active since then whose last label is by an older one.';
COMMENT ON COLUMN annoqa.guideline_effect.adjusted_difference IS 'Of gold_accuracy and adjudication_rate: the mean of the differences within strata, weighted alike by what both versions have there; NULL without a stratum that both have.';

SET LOCAL search_path = annoqa, pg_temp;
