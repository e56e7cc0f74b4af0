-- The workbench: people and vendors.
SET LOCAL search_path = pg_catalog, pg_temp;

CREATE TYPE annoqa.annotator_scorecard_row AS (
    annotator text, annotator_kind text, vendor text, n_vendors bigint, phase text,
    open_flags bigint, exempt boolean, labels bigint, items bigint,
    active_days bigint, first_labeled_at timestamp with time zone,
    last_labeled_at timestamp with time zone, tenure_days double precision,
    recent_labels bigint, skip_rate double precision, skip_rate_n bigint,
    skip_rate_lower double precision, skip_rate_upper double precision,
    gold_accuracy double precision, gold_accuracy_n bigint,
    gold_accuracy_lower double precision, gold_accuracy_upper double precision,
    shrunken_accuracy double precision, meets_floor boolean,
    agreement double precision, agreement_n bigint,
    agreement_lower double precision, agreement_upper double precision,
    kappa double precision, consensus_agreement double precision,
    consensus_agreement_n bigint, consensus_agreement_lower double precision,
    consensus_agreement_upper double precision, self_agreement double precision,
    self_agreement_n bigint, self_agreement_lower double precision,
    self_agreement_upper double precision, edge_case_accuracy double precision,
    edge_case_accuracy_n bigint, edge_case_accuracy_lower double precision,
    edge_case_accuracy_upper double precision, edge_case_signals bigint,
    edge_cases_confirmed bigint, edge_case_discovery_rate double precision,
    lone_dissents bigint, dissent_upheld_rate double precision,
    dissent_upheld_rate_n bigint, dissent_upheld_rate_lower double precision,
    dissent_upheld_rate_upper double precision,
    adjudicated_agreement double precision, adjudicated_agreement_n bigint,
    adjudicated_agreement_lower double precision,
    adjudicated_agreement_upper double precision, mean_confidence double precision,
    brier_score double precision, overconfidence double precision,
    seconds_median double precision, labels_per_hour double precision,
    correct_labels_per_hour double precision, fast_rate double precision,
    fast_rate_n bigint, fast_rate_lower double precision,
    fast_rate_upper double precision, label_entropy double precision,
    top_confusion text, rework_rate double precision, rework_rate_n bigint,
    rework_rate_lower double precision, rework_rate_upper double precision,
    first_pass_acceptance double precision, first_pass_acceptance_n bigint,
    first_pass_acceptance_lower double precision,
    first_pass_acceptance_upper double precision, acceptance_rate double precision,
    acceptance_rate_n bigint, acceptance_rate_lower double precision,
    acceptance_rate_upper double precision, seconds_total double precision,
    cost double precision, cost_per_label double precision,
    cost_per_correct_label double precision, coinciding_annotators bigint,
    stale_guideline_labels bigint
);
COMMENT ON TYPE annoqa.annotator_scorecard_row IS 'internal: a row of annotator_scorecard, but for source';

CREATE FUNCTION annoqa.annotator_scorecard(source text, since timestamp with time zone DEFAULT NULL,
    until timestamp with time zone DEFAULT NULL, vendor text DEFAULT NULL,
    annotator text DEFAULT NULL)
    RETURNS SETOF annoqa.annotator_scorecard_row
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 100
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    -- shrunken towards all annotators, whoever is asked for
    r annoqa.source_reading := annoqa.reading(source, since, until, vendor,
        more => '{"coinciding": true}');
    s annoqa.source := r.registered;
BEGIN
    r.rows_query := annoqa.rows_query(r, 'available_at', 'batch', 'stratum', 'suggestion');
    RETURN QUERY
    WITH g AS MATERIALIZED (
        SELECT f.* FROM annoqa.facts_groups(r.rows_query, r.gold_query, r.settings,
                                            ARRAY['annotator']) AS f
    ), j AS MATERIALIZED (
        SELECT a.* FROM (SELECT array_agg(g.annotator) AS annotators,
                                array_agg(coalesce(g.correct, 0)) AS correct,
                                array_agg(coalesce(g.scored, 0)) AS scored FROM g) AS c,
             annoqa.judge_accuracy(c.annotators, c.correct, c.scored, s.quality_floor) AS a
    )
    SELECT g.annotator, g.last_kind, coalesce(g.last_vendor, '(none)'),
           CASE WHEN s.vendor IS NOT NULL THEN g.vendors END,
           coalesce(p.phase, 'production'),
           CASE WHEN EXISTS (SELECT FROM annoqa.source_stored AS v WHERE v.name = s.name)
                THEN coalesce(w.flags, 0) END,
           e.annotator IS NOT NULL,
           g.labels, g.items, CASE WHEN s.labeled_at IS NOT NULL THEN g.active_days END,
           g.first_labeled_at, g.last_labeled_at,
           annoqa.hours(g.first_labeled_at, g.last_labeled_at) / 24, g.recent,
           skip_rate.*, gold_accuracy.*,
           CASE WHEN g.scored > 0 THEN j.shrunken END, j.meets_floor,
           g.agreement, g.pair_items, g.agreement_lower, g.agreement_upper, g.kappa,
           consensus_agreement.*, self_agreement.*, edge_case_accuracy.*,
           g.signals, g.confirmed, g.confirmed::double precision / nullif(g.items, 0),
           g.dissents, dissent_upheld_rate.*, adjudicated_agreement.*,
           g.confidence_sum / nullif(g.stated, 0), g.brier_sum / nullif(g.stated_scored, 0),
           (g.confidence_scored_sum - g.stated_correct) / nullif(g.stated_scored, 0),
           g.seconds_median, 3600 / nullif(g.seconds_median, 0),
           3600 / nullif(g.seconds_median, 0) * gold_accuracy.x, fast_rate.*,
           g.label_entropy, g.top_expected || ' > ' || g.top_given,
           rework_rate.*, first_pass_acceptance.*, acceptance_rate.*,
           CASE WHEN g.seconds_total > 0 OR g.timed > 0 THEN g.seconds_total END,
           CASE WHEN g.priced > 0 THEN g.price_sum END,
           CASE WHEN g.priced > 0 THEN g.price_sum END / nullif(g.labels, 0),
           CASE WHEN g.priced > 0 THEN g.price_sum END / nullif(g.labels * gold_accuracy.x, 0),
           g.coinciding, g.stale
    FROM g JOIN j ON j.annotator = g.annotator
         LEFT JOIN annoqa.reading_annotators(r) AS p ON p.annotator = g.annotator
         LEFT JOIN annoqa.exempt_annotators(s.name) AS e ON e.annotator = g.annotator
         LEFT JOIN (SELECT o.annotator, count(*) AS flags
                    FROM annoqa.open_flags(s.name) AS o GROUP BY o.annotator) AS w
         ON w.annotator = g.annotator,
         annoqa.rate(g.skipped, g.tasks) AS skip_rate,
         annoqa.rate(g.correct, g.scored) AS gold_accuracy,
         annoqa.rate(g.others_equal, g.others) AS consensus_agreement,
         annoqa.rate(g.repeats_equal, g.repeats) AS self_agreement,
         annoqa.rate(g.edge_correct, g.edge_scored) AS edge_case_accuracy,
         annoqa.rate(g.upheld, g.upheld + g.overruled + g.neither) AS dissent_upheld_rate,
         annoqa.rate(g.adjudicated_equal, g.adjudicated) AS adjudicated_agreement,
         annoqa.rate(g.fast, g.paced) AS fast_rate,
         annoqa.rate(g.rework, g.labels) AS rework_rate,
         annoqa.rate(g.first_accepted, g.reviewed) AS first_pass_acceptance,
         annoqa.rate(g.accepted, g.reviewed) AS acceptance_rate
    WHERE annotator_scorecard.annotator IS NULL OR g.annotator = annotator_scorecard.annotator;
END
$$;
COMMENT ON FUNCTION annoqa.annotator_scorecard(text, timestamp with time zone, timestamp with time zone, text, text) IS 'The rows of the view annotator_scorecard for one source.';

CREATE VIEW annoqa.annotator_scorecard WITH (security_invoker) AS
    SELECT s.name AS source, v.*
    FROM annoqa.source_shown AS s CROSS JOIN LATERAL
         annoqa.rows_or_warning(NULL::annoqa.annotator_scorecard_row, 'annotator_scorecard', s.name) AS v;
GRANT SELECT ON annoqa.annotator_scorecard TO PUBLIC;
COMMENT ON VIEW annoqa.annotator_scorecard IS 'One row an annotator.';
COMMENT ON COLUMN annoqa.annotator_scorecard.source IS 'Name of the source.';
COMMENT ON COLUMN annoqa.annotator_scorecard.annotator IS 'Who labeled.';
COMMENT ON COLUMN annoqa.annotator_scorecard.annotator_kind IS 'Kind in their last label: human, expert or model.';
COMMENT ON COLUMN annoqa.annotator_scorecard.vendor IS 'Vendor of their last label; (none) where it names none.';
COMMENT ON COLUMN annoqa.annotator_scorecard.n_vendors IS 'Vendors that they labeled for.';
COMMENT ON COLUMN annoqa.annotator_scorecard.phase IS 'removed, or any phase that was set; else calibrating while the gate is not passed, else probation while a critical flag is open, else production.';
COMMENT ON COLUMN annoqa.annotator_scorecard.open_flags IS 'Flags that are not cleared; NULL for callers who may not see what is stored of the source.';
COMMENT ON COLUMN annoqa.annotator_scorecard.exempt IS 'Whether rules do not flag them.';
COMMENT ON COLUMN annoqa.annotator_scorecard.labels IS 'Labels, one an item.';
COMMENT ON COLUMN annoqa.annotator_scorecard.items IS 'Items labeled or skipped.';
COMMENT ON COLUMN annoqa.annotator_scorecard.active_days IS 'Days with a label.';
COMMENT ON COLUMN annoqa.annotator_scorecard.first_labeled_at IS 'Time of their first label.';
COMMENT ON COLUMN annoqa.annotator_scorecard.last_labeled_at IS 'Time of their newest label.';
COMMENT ON COLUMN annoqa.annotator_scorecard.tenure_days IS 'Days from the first to the newest label.';
COMMENT ON COLUMN annoqa.annotator_scorecard.recent_labels IS 'Labels within the last period.';
COMMENT ON COLUMN annoqa.annotator_scorecard.skip_rate IS 'Items skipped over items labeled or skipped.';
COMMENT ON COLUMN annoqa.annotator_scorecard.skip_rate_n IS 'Denominator of skip_rate.';
COMMENT ON COLUMN annoqa.annotator_scorecard.skip_rate_lower IS 'Lower 95% bound of skip_rate (Wilson).';
COMMENT ON COLUMN annoqa.annotator_scorecard.skip_rate_upper IS 'Upper 95% bound of skip_rate (Wilson).';
COMMENT ON COLUMN annoqa.annotator_scorecard.gold_accuracy IS 'Scored labels that equal a gold answer, over scored labels.';
COMMENT ON COLUMN annoqa.annotator_scorecard.gold_accuracy_n IS 'Denominator of gold_accuracy.';
COMMENT ON COLUMN annoqa.annotator_scorecard.gold_accuracy_lower IS 'Lower 95% bound of gold_accuracy (Wilson).';
COMMENT ON COLUMN annoqa.annotator_scorecard.gold_accuracy_upper IS 'Upper 95% bound of gold_accuracy (Wilson).';
COMMENT ON COLUMN annoqa.annotator_scorecard.shrunken_accuracy IS 'Gold accuracy drawn towards the mean of all annotators, the more the thinner the evidence: rank by this one.';
COMMENT ON COLUMN annoqa.annotator_scorecard.meets_floor IS 'True when the anytime interval of gold accuracy is above quality_floor, false when below, NULL while it straddles it.';
COMMENT ON COLUMN annoqa.annotator_scorecard.agreement IS 'Share of pairs (own label, another''s label on the item) that are equal.';
COMMENT ON COLUMN annoqa.annotator_scorecard.agreement_n IS 'Items with a pair, on which agreement rests.';
COMMENT ON COLUMN annoqa.annotator_scorecard.agreement_lower IS 'Lower 95% bound of agreement (linearised over items).';
COMMENT ON COLUMN annoqa.annotator_scorecard.agreement_upper IS 'Upper 95% bound of agreement (linearised over items).';
COMMENT ON COLUMN annoqa.annotator_scorecard.kappa IS 'Cohen''s kappa over the same pairs, pooled.';
COMMENT ON COLUMN annoqa.annotator_scorecard.consensus_agreement IS 'Labels equal to the consensus of the others (own vote left out), over labels where the others have one.';
COMMENT ON COLUMN annoqa.annotator_scorecard.consensus_agreement_n IS 'Denominator of consensus_agreement.';
COMMENT ON COLUMN annoqa.annotator_scorecard.consensus_agreement_lower IS 'Lower 95% bound of consensus_agreement (Wilson).';
COMMENT ON COLUMN annoqa.annotator_scorecard.consensus_agreement_upper IS 'Upper 95% bound of consensus_agreement (Wilson).';
COMMENT ON COLUMN annoqa.annotator_scorecard.self_agreement IS 'Repeats equal to the first label, over repeats.';
COMMENT ON COLUMN annoqa.annotator_scorecard.self_agreement_n IS 'Denominator of self_agreement.';
COMMENT ON COLUMN annoqa.annotator_scorecard.self_agreement_lower IS 'Lower 95% bound of self_agreement (Wilson).';
COMMENT ON COLUMN annoqa.annotator_scorecard.self_agreement_upper IS 'Upper 95% bound of self_agreement (Wilson).';
COMMENT ON COLUMN annoqa.annotator_scorecard.edge_case_accuracy IS 'Gold accuracy on edge cases.';
COMMENT ON COLUMN annoqa.annotator_scorecard.edge_case_accuracy_n IS 'Denominator of edge_case_accuracy.';
COMMENT ON COLUMN annoqa.annotator_scorecard.edge_case_accuracy_lower IS 'Lower 95% bound of edge_case_accuracy (Wilson).';
COMMENT ON COLUMN annoqa.annotator_scorecard.edge_case_accuracy_upper IS 'Upper 95% bound of edge_case_accuracy (Wilson).';
COMMENT ON COLUMN annoqa.annotator_scorecard.edge_case_signals IS 'Skips, labels stated with a confidence below 0.5, and lone dissents.';
COMMENT ON COLUMN annoqa.annotator_scorecard.edge_cases_confirmed IS 'Of these, on items that an adjudicator marked as an edge case, or where the dissent was upheld.';
COMMENT ON COLUMN annoqa.annotator_scorecard.edge_case_discovery_rate IS 'Confirmed over items labeled or skipped.';
COMMENT ON COLUMN annoqa.annotator_scorecard.lone_dissents IS 'Votes that were the one against otherwise unanimous ones, of three or more.';
COMMENT ON COLUMN annoqa.annotator_scorecard.dissent_upheld_rate IS 'Upheld over upheld, overruled and neither.';
COMMENT ON COLUMN annoqa.annotator_scorecard.dissent_upheld_rate_n IS 'Denominator of dissent_upheld_rate.';
COMMENT ON COLUMN annoqa.annotator_scorecard.dissent_upheld_rate_lower IS 'Lower 95% bound of dissent_upheld_rate (Wilson).';
COMMENT ON COLUMN annoqa.annotator_scorecard.dissent_upheld_rate_upper IS 'Upper 95% bound of dissent_upheld_rate (Wilson).';
COMMENT ON COLUMN annoqa.annotator_scorecard.adjudicated_agreement IS 'Labels on adjudicated items that equal the decision, over these labels.';
COMMENT ON COLUMN annoqa.annotator_scorecard.adjudicated_agreement_n IS 'Denominator of adjudicated_agreement.';
COMMENT ON COLUMN annoqa.annotator_scorecard.adjudicated_agreement_lower IS 'Lower 95% bound of adjudicated_agreement (Wilson).';
COMMENT ON COLUMN annoqa.annotator_scorecard.adjudicated_agreement_upper IS 'Upper 95% bound of adjudicated_agreement (Wilson).';
COMMENT ON COLUMN annoqa.annotator_scorecard.mean_confidence IS 'Mean of the confidence stated with labels.';
COMMENT ON COLUMN annoqa.annotator_scorecard.brier_score IS 'Mean squared distance of stated confidence from right (1) and wrong (0), on scored labels that state one.';
COMMENT ON COLUMN annoqa.annotator_scorecard.overconfidence IS 'Mean stated confidence minus accuracy, on scored labels that state one.';
COMMENT ON COLUMN annoqa.annotator_scorecard.seconds_median IS 'Median seconds of a label.';
COMMENT ON COLUMN annoqa.annotator_scorecard.labels_per_hour IS 'Pace: 3600 over the median seconds; a tab left open does not move it.';
COMMENT ON COLUMN annoqa.annotator_scorecard.correct_labels_per_hour IS 'Pace times gold accuracy.';
COMMENT ON COLUMN annoqa.annotator_scorecard.fast_rate IS 'Labels faster than a tenth of the median of people''s labels in the source, over labels with seconds; NULL for models.';
COMMENT ON COLUMN annoqa.annotator_scorecard.fast_rate_n IS 'Denominator of fast_rate.';
COMMENT ON COLUMN annoqa.annotator_scorecard.fast_rate_lower IS 'Lower 95% bound of fast_rate (Wilson).';
COMMENT ON COLUMN annoqa.annotator_scorecard.fast_rate_upper IS 'Upper 95% bound of fast_rate (Wilson).';
COMMENT ON COLUMN annoqa.annotator_scorecard.label_entropy IS 'Entropy of the labels that they use, in nats; near 0 they always press the same key.';
COMMENT ON COLUMN annoqa.annotator_scorecard.top_confusion IS 'Commonest error, as gold > given.';
COMMENT ON COLUMN annoqa.annotator_scorecard.rework_rate IS 'Labels that had to be done again (review fixed or rejected, adjudicated otherwise, repeated otherwise), over labels.';
COMMENT ON COLUMN annoqa.annotator_scorecard.rework_rate_n IS 'Denominator of rework_rate.';
COMMENT ON COLUMN annoqa.annotator_scorecard.rework_rate_lower IS 'Lower 95% bound of rework_rate (Wilson).';
COMMENT ON COLUMN annoqa.annotator_scorecard.rework_rate_upper IS 'Upper 95% bound of rework_rate (Wilson).';
COMMENT ON COLUMN annoqa.annotator_scorecard.first_pass_acceptance IS 'Reviewed labels whose first row was accepted, over reviewed labels.';
COMMENT ON COLUMN annoqa.annotator_scorecard.first_pass_acceptance_n IS 'Denominator of first_pass_acceptance.';
COMMENT ON COLUMN annoqa.annotator_scorecard.first_pass_acceptance_lower IS 'Lower 95% bound of first_pass_acceptance (Wilson).';
COMMENT ON COLUMN annoqa.annotator_scorecard.first_pass_acceptance_upper IS 'Upper 95% bound of first_pass_acceptance (Wilson).';
COMMENT ON COLUMN annoqa.annotator_scorecard.acceptance_rate IS 'Reviewed labels whose last review is accepted or fixed, over reviewed labels.';
COMMENT ON COLUMN annoqa.annotator_scorecard.acceptance_rate_n IS 'Denominator of acceptance_rate.';
COMMENT ON COLUMN annoqa.annotator_scorecard.acceptance_rate_lower IS 'Lower 95% bound of acceptance_rate (Wilson).';
COMMENT ON COLUMN annoqa.annotator_scorecard.acceptance_rate_upper IS 'Upper 95% bound of acceptance_rate (Wilson).';
COMMENT ON COLUMN annoqa.annotator_scorecard.seconds_total IS 'Seconds of all rows: skips, repeats and what is not valid, too.';
COMMENT ON COLUMN annoqa.annotator_scorecard.cost IS 'Price of all rows: skips, repeats and what is not valid, too.';
COMMENT ON COLUMN annoqa.annotator_scorecard.cost_per_label IS 'Cost over labels.';
COMMENT ON COLUMN annoqa.annotator_scorecard.cost_per_correct_label IS 'Cost over labels times gold accuracy.';
COMMENT ON COLUMN annoqa.annotator_scorecard.coinciding_annotators IS 'Others whose errors coincide with theirs beyond chance, as in agreement_matrix; NULL when none could be tested.';
COMMENT ON COLUMN annoqa.annotator_scorecard.stale_guideline_labels IS 'Labels given under an older guideline after the newest came into use.';

CREATE TYPE annoqa.vendor_scorecard_row AS (
    vendor text, annotators bigint, annotators_active bigint,
    annotators_new bigint, annotators_gone bigint, continuity double precision,
    retention double precision, tenure_days_median double precision, labels bigint,
    items bigint, recent_labels bigint, label_share double precision,
    skip_rate double precision, skip_rate_n bigint,
    skip_rate_lower double precision, skip_rate_upper double precision,
    gold_accuracy double precision, gold_accuracy_n bigint,
    gold_accuracy_lower double precision, gold_accuracy_upper double precision,
    gold_accuracy_worst double precision, gold_accuracy_median double precision,
    annotators_below_floor bigint, alpha double precision, alpha_n bigint,
    alpha_lower double precision, alpha_upper double precision,
    other_vendor_agreement double precision, other_vendor_agreement_n bigint,
    other_vendor_agreement_lower double precision,
    other_vendor_agreement_upper double precision,
    consensus_agreement double precision, consensus_agreement_n bigint,
    consensus_agreement_lower double precision,
    consensus_agreement_upper double precision,
    edge_case_accuracy double precision, edge_case_accuracy_n bigint,
    edge_case_accuracy_lower double precision,
    edge_case_accuracy_upper double precision, rework_rate double precision,
    rework_rate_n bigint, rework_rate_lower double precision,
    rework_rate_upper double precision, first_pass_acceptance double precision,
    first_pass_acceptance_n bigint, first_pass_acceptance_lower double precision,
    first_pass_acceptance_upper double precision, acceptance_rate double precision,
    acceptance_rate_n bigint, acceptance_rate_lower double precision,
    acceptance_rate_upper double precision, revisited_rate double precision,
    revisited_rate_n bigint, revisited_rate_lower double precision,
    revisited_rate_upper double precision, adjudication_rate double precision,
    adjudication_rate_n bigint, adjudication_rate_lower double precision,
    adjudication_rate_upper double precision, seconds_median double precision,
    labels_per_hour double precision, correct_labels_per_hour double precision,
    turnaround_hours_median double precision,
    turnaround_hours_p90 double precision, open_flags bigint,
    cost double precision, cost_per_label double precision,
    cost_per_correct_label double precision, rework_cost double precision,
    cost_index double precision
);
COMMENT ON TYPE annoqa.vendor_scorecard_row IS 'internal: a row of vendor_scorecard, but for source';

CREATE FUNCTION annoqa.vendor_scorecard(source text, since timestamp with time zone DEFAULT NULL,
    until timestamp with time zone DEFAULT NULL, vendor text DEFAULT NULL,
    annotator text DEFAULT NULL)
    RETURNS SETOF annoqa.vendor_scorecard_row
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 20
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    -- shares are of the source, whichever vendor is asked for
    r annoqa.source_reading := annoqa.reading(source, since, until, NULL, annotator,
        '{"alpha": true}');
    s annoqa.source := r.registered;
    has_time boolean := s.labeled_at IS NOT NULL;
BEGIN
    r.rows_query := annoqa.rows_query(r, 'confidence', 'guideline', 'batch', 'stratum',
        'suggestion');
    RETURN QUERY
    WITH f AS MATERIALIZED (
        SELECT f.* FROM annoqa.facts_groups(r.rows_query, r.gold_query, r.settings,
                                            '{vendor,"vendor,annotator:extent"}') AS f
    ), person AS (
        SELECT c.*, i.upper < s.quality_floor AS below_floor
        FROM (SELECT f.annotator, sum(f.correct)::bigint AS correct,
                     sum(f.scored)::bigint AS scored,
                     annoqa.hours(min(f.first_labeled_at), max(f.last_labeled_at)) / 24 AS tenure
              FROM f WHERE f.grouping = 'vendor,annotator:extent' GROUP BY f.annotator) AS c
             LEFT JOIN annoqa.anytime_interval(c.correct, c.scored) AS i ON true
    ), people AS (
        SELECT f.vendor, count(*) AS annotators,
               count(*) FILTER (WHERE f.recent > 0) AS active,
               count(*) FILTER (WHERE f.recent > 0 AND f.recent = f.labels - f.untimed) AS fresh,
               count(*) FILTER (WHERE f.recent = 0 AND f.before_recent > 0) AS gone,
               sum(f.recent) FILTER (WHERE f.before_recent > 0)::double precision AS continued,
               count(*) FILTER (WHERE f.recent > 0 AND f.before_recent > 0) AS retained,
               count(*) FILTER (WHERE f.before_recent > 0) AS before,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY p.tenure) AS tenure,
               min(f.correct::double precision / f.scored) FILTER (WHERE f.scored >= 20) AS worst,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY f.correct::double precision / nullif(f.scored, 0))
                   FILTER (WHERE f.scored >= 20) AS median,
               count(*) FILTER (WHERE p.below_floor) AS below_floor
        FROM f JOIN person AS p ON p.annotator = f.annotator
        WHERE f.grouping = 'vendor,annotator:extent' AND f.labels > 0
        GROUP BY f.vendor
    )
    SELECT g.vendor, coalesce(p.annotators, 0), CASE WHEN has_time THEN coalesce(p.active, 0) END,
           CASE WHEN has_time THEN coalesce(p.fresh, 0) END,
           CASE WHEN has_time THEN coalesce(p.gone, 0) END,
           coalesce(p.continued, 0) / nullif(g.recent, 0),
           p.retained::double precision / nullif(p.before, 0), p.tenure,
           g.labels, g.items, g.recent,
           g.labels / nullif((SELECT sum(v.labels) FROM f AS v WHERE v.grouping = 'vendor'), 0)::double precision,
           skip_rate.*, gold_accuracy.*,
           p.worst, p.median, CASE WHEN g.scored IS NOT NULL THEN coalesce(p.below_floor, 0) END,
           g.alpha, g.alpha_items, g.alpha_lower, g.alpha_upper,
           g.other_vendor_agreement, CASE WHEN s.vendor IS NOT NULL THEN g.other_vendor_pair_items END,
           g.other_vendor_agreement_lower,
           g.other_vendor_agreement_upper, consensus_agreement.*, edge_case_accuracy.*,
           rework_rate.*, first_pass_acceptance.*, acceptance_rate.*, revisited_rate.*,
           adjudication_rate.*, g.seconds_median, 3600 / nullif(g.seconds_median, 0),
           3600 / nullif(g.seconds_median, 0) * gold_accuracy.x,
           g.turnaround_hours_median, g.turnaround_hours_p90,
           CASE WHEN EXISTS (SELECT FROM annoqa.source_stored AS v WHERE v.name = s.name)
                THEN coalesce(w.flags, 0) END,
           CASE WHEN g.priced > 0 THEN g.price_sum END,
           CASE WHEN g.priced > 0 THEN g.price_sum END / nullif(g.labels, 0),
           CASE WHEN g.priced > 0 THEN g.price_sum END / nullif(g.labels * gold_accuracy.x, 0),
           CASE WHEN g.priced > 0 THEN g.rework_price END,
           annoqa.cost_per_correct(g.recent_price, g.recent, g.recent_correct, g.recent_scored)
               / nullif(annoqa.cost_per_correct(g.initial_price, g.initial, g.initial_correct,
                                                g.initial_scored), 0)
    FROM f AS g
         LEFT JOIN people AS p ON p.vendor = g.vendor
         LEFT JOIN (SELECT coalesce(o.vendor, '(none)') AS vendor, count(*) AS flags
                    FROM annoqa.open_flags(s.name) AS o GROUP BY 1) AS w
         ON w.vendor = g.vendor,
         annoqa.rate(g.skipped, g.tasks) AS skip_rate,
         annoqa.rate(g.correct, g.scored) AS gold_accuracy,
         annoqa.rate(g.other_vendors_equal, g.other_vendors) AS consensus_agreement,
         annoqa.rate(g.edge_correct, g.edge_scored) AS edge_case_accuracy,
         annoqa.rate(g.rework, g.labels) AS rework_rate,
         annoqa.rate(g.first_accepted, g.reviewed) AS first_pass_acceptance,
         annoqa.rate(g.accepted, g.reviewed) AS acceptance_rate,
         annoqa.rate(g.revisited_items, g.labeled_items) AS revisited_rate,
         annoqa.rate(g.disputed_items, g.completed_items) AS adjudication_rate
    WHERE g.grouping = 'vendor'
          AND (vendor_scorecard.vendor IS NULL OR g.vendor = vendor_scorecard.vendor);
END
$$;
COMMENT ON FUNCTION annoqa.vendor_scorecard(text, timestamp with time zone, timestamp with time zone, text, text) IS 'The rows of the view vendor_scorecard for one source.';

CREATE VIEW annoqa.vendor_scorecard WITH (security_invoker) AS
    SELECT s.name AS source, v.*
    FROM annoqa.source_shown AS s CROSS JOIN LATERAL
         annoqa.rows_or_warning(NULL::annoqa.vendor_scorecard_row, 'vendor_scorecard', s.name) AS v;
GRANT SELECT ON annoqa.vendor_scorecard TO PUBLIC;
COMMENT ON VIEW annoqa.vendor_scorecard IS 'One row a vendor; a label belongs to the vendor of its row, so a person who works for two counts in both.';
COMMENT ON COLUMN annoqa.vendor_scorecard.source IS 'Name of the source.';
COMMENT ON COLUMN annoqa.vendor_scorecard.vendor IS 'Vendor; (none) for labels that name none.';
COMMENT ON COLUMN annoqa.vendor_scorecard.annotators IS 'Annotators with a label, ever.';
COMMENT ON COLUMN annoqa.vendor_scorecard.annotators_active IS 'Annotators with a label within the last period.';
COMMENT ON COLUMN annoqa.vendor_scorecard.annotators_new IS 'Of these, those whose first label is within it.';
COMMENT ON COLUMN annoqa.vendor_scorecard.annotators_gone IS 'Annotators with a label in the period before, and none since.';
COMMENT ON COLUMN annoqa.vendor_scorecard.continuity IS 'Share of recent labels given by people who also labeled in the period before.';
COMMENT ON COLUMN annoqa.vendor_scorecard.retention IS 'Share of those active in the period before who still are.';
COMMENT ON COLUMN annoqa.vendor_scorecard.tenure_days_median IS 'Median over its annotators of the days from first to newest label in the source.';
COMMENT ON COLUMN annoqa.vendor_scorecard.labels IS 'Labels.';
COMMENT ON COLUMN annoqa.vendor_scorecard.items IS 'Items labeled or skipped.';
COMMENT ON COLUMN annoqa.vendor_scorecard.recent_labels IS 'Labels within the last period.';
COMMENT ON COLUMN annoqa.vendor_scorecard.label_share IS 'Share of the source''s labels.';
COMMENT ON COLUMN annoqa.vendor_scorecard.skip_rate IS 'Skips over items labeled or skipped, one an annotator and item.';
COMMENT ON COLUMN annoqa.vendor_scorecard.skip_rate_n IS 'Denominator of skip_rate.';
COMMENT ON COLUMN annoqa.vendor_scorecard.skip_rate_lower IS 'Lower 95% bound of skip_rate (Wilson).';
COMMENT ON COLUMN annoqa.vendor_scorecard.skip_rate_upper IS 'Upper 95% bound of skip_rate (Wilson).';
COMMENT ON COLUMN annoqa.vendor_scorecard.gold_accuracy IS 'Scored labels that equal a gold answer, over scored labels.';
COMMENT ON COLUMN annoqa.vendor_scorecard.gold_accuracy_n IS 'Denominator of gold_accuracy.';
COMMENT ON COLUMN annoqa.vendor_scorecard.gold_accuracy_lower IS 'Lower 95% bound of gold_accuracy (Wilson).';
COMMENT ON COLUMN annoqa.vendor_scorecard.gold_accuracy_upper IS 'Upper 95% bound of gold_accuracy (Wilson).';
COMMENT ON COLUMN annoqa.vendor_scorecard.gold_accuracy_worst IS 'Lowest gold accuracy of an annotator here, of those with 20 or more scored labels here.';
COMMENT ON COLUMN annoqa.vendor_scorecard.gold_accuracy_median IS 'Median gold accuracy of annotators here, of those with 20 or more scored labels here.';
COMMENT ON COLUMN annoqa.vendor_scorecard.annotators_below_floor IS 'Its annotators with meets_floor false, by all their labels.';
COMMENT ON COLUMN annoqa.vendor_scorecard.alpha IS 'Krippendorff''s alpha among this vendor''s labels only.';
COMMENT ON COLUMN annoqa.vendor_scorecard.alpha_n IS 'Items with a pair, on which alpha rests.';
COMMENT ON COLUMN annoqa.vendor_scorecard.alpha_lower IS 'Lower 95% bound of alpha (linearised over items).';
COMMENT ON COLUMN annoqa.vendor_scorecard.alpha_upper IS 'Upper 95% bound of alpha (linearised over items).';
COMMENT ON COLUMN annoqa.vendor_scorecard.other_vendor_agreement IS 'Share of pairs (label of this vendor, label of another on the item) that are equal.';
COMMENT ON COLUMN annoqa.vendor_scorecard.other_vendor_agreement_n IS 'Items with a pair, on which other_vendor_agreement rests.';
COMMENT ON COLUMN annoqa.vendor_scorecard.other_vendor_agreement_lower IS 'Lower 95% bound of other_vendor_agreement (linearised over items).';
COMMENT ON COLUMN annoqa.vendor_scorecard.other_vendor_agreement_upper IS 'Upper 95% bound of other_vendor_agreement (linearised over items).';
COMMENT ON COLUMN annoqa.vendor_scorecard.consensus_agreement IS 'Labels equal to the consensus of the other vendors'' votes, over labels where these have one.';
COMMENT ON COLUMN annoqa.vendor_scorecard.consensus_agreement_n IS 'Denominator of consensus_agreement.';
COMMENT ON COLUMN annoqa.vendor_scorecard.consensus_agreement_lower IS 'Lower 95% bound of consensus_agreement (Wilson).';
COMMENT ON COLUMN annoqa.vendor_scorecard.consensus_agreement_upper IS 'Upper 95% bound of consensus_agreement (Wilson).';
COMMENT ON COLUMN annoqa.vendor_scorecard.edge_case_accuracy IS 'Gold accuracy on edge cases.';
COMMENT ON COLUMN annoqa.vendor_scorecard.edge_case_accuracy_n IS 'Denominator of edge_case_accuracy.';
COMMENT ON COLUMN annoqa.vendor_scorecard.edge_case_accuracy_lower IS 'Lower 95% bound of edge_case_accuracy (Wilson).';
COMMENT ON COLUMN annoqa.vendor_scorecard.edge_case_accuracy_upper IS 'Upper 95% bound of edge_case_accuracy (Wilson).';
COMMENT ON COLUMN annoqa.vendor_scorecard.rework_rate IS 'Labels that had to be done again, over labels.';
COMMENT ON COLUMN annoqa.vendor_scorecard.rework_rate_n IS 'Denominator of rework_rate.';
COMMENT ON COLUMN annoqa.vendor_scorecard.rework_rate_lower IS 'Lower 95% bound of rework_rate (Wilson).';
COMMENT ON COLUMN annoqa.vendor_scorecard.rework_rate_upper IS 'Upper 95% bound of rework_rate (Wilson).';
COMMENT ON COLUMN annoqa.vendor_scorecard.first_pass_acceptance IS 'Reviewed labels whose first row was accepted, over reviewed labels.';
COMMENT ON COLUMN annoqa.vendor_scorecard.first_pass_acceptance_n IS 'Denominator of first_pass_acceptance.';
COMMENT ON COLUMN annoqa.vendor_scorecard.first_pass_acceptance_lower IS 'Lower 95% bound of first_pass_acceptance (Wilson).';
COMMENT ON COLUMN annoqa.vendor_scorecard.first_pass_acceptance_upper IS 'Upper 95% bound of first_pass_acceptance (Wilson).';
COMMENT ON COLUMN annoqa.vendor_scorecard.acceptance_rate IS 'Reviewed labels whose last review is accepted or fixed, over reviewed labels.';
COMMENT ON COLUMN annoqa.vendor_scorecard.acceptance_rate_n IS 'Denominator of acceptance_rate.';
COMMENT ON COLUMN annoqa.vendor_scorecard.acceptance_rate_lower IS 'Lower 95% bound of acceptance_rate (Wilson).';
COMMENT ON COLUMN annoqa.vendor_scorecard.acceptance_rate_upper IS 'Upper 95% bound of acceptance_rate (Wilson).';
COMMENT ON COLUMN annoqa.vendor_scorecard.revisited_rate IS 'Items of theirs that anyone labeled, reviewed or adjudicated a second time: the iteration of the work.';
COMMENT ON COLUMN annoqa.vendor_scorecard.revisited_rate_n IS 'Denominator of revisited_rate.';
COMMENT ON COLUMN annoqa.vendor_scorecard.revisited_rate_lower IS 'Lower 95% bound of revisited_rate (Wilson).';
COMMENT ON COLUMN annoqa.vendor_scorecard.revisited_rate_upper IS 'Upper 95% bound of revisited_rate (Wilson).';
COMMENT ON COLUMN annoqa.vendor_scorecard.adjudication_rate IS 'Items of theirs that needed adjudication.';
COMMENT ON COLUMN annoqa.vendor_scorecard.adjudication_rate_n IS 'Denominator of adjudication_rate.';
COMMENT ON COLUMN annoqa.vendor_scorecard.adjudication_rate_lower IS 'Lower 95% bound of adjudication_rate (Wilson).';
COMMENT ON COLUMN annoqa.vendor_scorecard.adjudication_rate_upper IS 'Upper 95% bound of adjudication_rate (Wilson).';
COMMENT ON COLUMN annoqa.vendor_scorecard.seconds_median IS 'Median seconds of a label.';
COMMENT ON COLUMN annoqa.vendor_scorecard.labels_per_hour IS 'Pace: 3600 over the median seconds.';
COMMENT ON COLUMN annoqa.vendor_scorecard.correct_labels_per_hour IS 'Pace times gold accuracy.';
COMMENT ON COLUMN annoqa.vendor_scorecard.turnaround_hours_median IS 'Median hours from available_at to the label.';
COMMENT ON COLUMN annoqa.vendor_scorecard.turnaround_hours_p90 IS 'Hours from available_at to the label within which 90% came.';
COMMENT ON COLUMN annoqa.vendor_scorecard.open_flags IS 'Flags that are not cleared, by the vendor at the time of the flag; NULL for callers who may not see what is stored of the source.';
COMMENT ON COLUMN annoqa.vendor_scorecard.cost IS 'Price of all rows: skips, repeats and what is not valid, too.';
COMMENT ON COLUMN annoqa.vendor_scorecard.cost_per_label IS 'Cost over labels.';
COMMENT ON COLUMN annoqa.vendor_scorecard.cost_per_correct_label IS 'Cost over labels times gold accuracy.';
COMMENT ON COLUMN annoqa.vendor_scorecard.rework_cost IS 'Price of the labels that were reworked.';
COMMENT ON COLUMN annoqa.vendor_scorecard.cost_index IS 'Recent cost per correct label over that of the vendor''s first period: 0.1 is a fall to a tenth.';

CREATE TYPE annoqa.stratum_skill_row AS (
    stratum text, annotator text, annotator_kind text, labels bigint,
    gold_accuracy double precision, gold_accuracy_n bigint,
    gold_accuracy_lower double precision, gold_accuracy_upper double precision,
    shrunken_accuracy double precision, rank bigint,
    gain_over_humans double precision, gain_lower double precision,
    gain_upper double precision
);
COMMENT ON TYPE annoqa.stratum_skill_row IS 'internal: a row of stratum_skill, but for source';

CREATE FUNCTION annoqa.stratum_skill(source text, since timestamp with time zone DEFAULT NULL,
    until timestamp with time zone DEFAULT NULL, vendor text DEFAULT NULL,
    annotator text DEFAULT NULL)
    RETURNS SETOF annoqa.stratum_skill_row
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 100
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    r annoqa.source_reading := annoqa.reading(source, since, until, vendor, annotator);
BEGIN
    r.rows_query := annoqa.rows_query(r, 'available_at', 'seconds', 'confidence',
        'guideline', 'batch', 'price', 'review', 'suggestion');
    RETURN QUERY
    WITH f AS MATERIALIZED (
        SELECT CASE WHEN f.edge_case THEN '(edge cases)' ELSE f.stratum END AS stratum,
               f.annotator, f.edge_case IS NOT NULL AS edge,
               CASE f.annotator WHEN '(all)' THEN f.annotator_kind ELSE f.last_kind END AS kind,
               f.labels, f.correct, f.scored, f.scored_items,
               f.gold_accuracy_std_error AS std_error,
               f.correct::double precision / nullif(f.scored, 0) AS accuracy
        FROM annoqa.facts_groups(r.rows_query, r.gold_query, r.settings,
            '{"stratum,annotator:extent", "stratum,annotator_kind:extent", "edge_case,annotator:extent", "edge_case,annotator_kind:extent"}') AS f
        WHERE f.labels > 0 AND f.edge_case IS NOT FALSE
    ), skill AS MATERIALIZED (
        SELECT k.*
        FROM (SELECT array_agg(f.annotator) AS annotators, array_agg(f.stratum) AS strata,
                     array_agg(coalesce(f.correct, 0)) AS correct,
                     array_agg(coalesce(f.scored, 0)) AS scored
              FROM f WHERE NOT f.edge AND f.annotator <> '(all)') AS c,
             annoqa.shrunken_accuracy_by_stratum(c.annotators, c.strata, c.correct, c.scored) AS k
    ), shrunk AS MATERIALIZED (
        SELECT f.*, CASE WHEN f.edge THEN e.shrunken ELSE k.shrunken END AS shrunken
        FROM f LEFT JOIN skill AS k ON k.annotator = f.annotator AND k.stratum = f.stratum
             LEFT JOIN (SELECT DISTINCT ON (k.annotator) k.annotator, k.annotator_mean, k.strength
                        FROM skill AS k ORDER BY k.annotator) AS own
             ON own.annotator = f.annotator AND f.edge
             LEFT JOIN LATERAL annoqa.shrink_accuracy(f.correct, f.scored, own.annotator_mean,
                                                      own.strength) AS e ON f.edge
    )
    SELECT g.stratum, g.annotator, g.kind, g.labels, gold_accuracy.*,
           CASE WHEN g.scored > 0 AND g.annotator <> '(all)' THEN g.shrunken END,
           CASE WHEN g.scored >= 10 AND g.annotator <> '(all)'
                THEN rank() OVER (PARTITION BY g.stratum, g.scored >= 10 AND g.annotator <> '(all)'
                                  ORDER BY g.shrunken DESC) END,
           gain.*
    FROM shrunk AS g
         LEFT JOIN shrunk AS h
         ON h.stratum = g.stratum AND h.edge = g.edge AND h.annotator = '(all)' AND h.kind = 'human'
            AND g.annotator = '(all)' AND g.kind = 'expert',
         annoqa.rate(g.correct, g.scored) AS gold_accuracy,
         annoqa.share_interval(g.accuracy, g.std_error, g.scored_items, 0.95) AS own,
         annoqa.share_interval(h.accuracy, h.std_error, h.scored_items, 0.95) AS other,
         annoqa.bounded_difference(g.accuracy, own.lower, own.upper,
                                   h.accuracy, other.lower, other.upper) AS gain;
END
$$;
COMMENT ON FUNCTION annoqa.stratum_skill(text, timestamp with time zone, timestamp with time zone, text, text) IS 'The rows of the view stratum_skill for one source.';

CREATE VIEW annoqa.stratum_skill WITH (security_invoker) AS
    SELECT s.name AS source, v.*
    FROM annoqa.source_shown AS s CROSS JOIN LATERAL
         annoqa.rows_or_warning(NULL::annoqa.stratum_skill_row, 'stratum_skill', s.name) AS v;
GRANT SELECT ON annoqa.stratum_skill TO PUBLIC;
COMMENT ON VIEW annoqa.stratum_skill IS 'One row a stratum and annotator, and one for each kind of annotator: who is best at what.';
COMMENT ON COLUMN annoqa.stratum_skill.source IS 'Name of the source.';
COMMENT ON COLUMN annoqa.stratum_skill.stratum IS 'Stratum; (edge cases) for the edge cases of all, (none) for labels that name none.';
COMMENT ON COLUMN annoqa.stratum_skill.annotator IS 'Who labeled; (all) for a kind of annotator.';
COMMENT ON COLUMN annoqa.stratum_skill.annotator_kind IS 'Kind in their last label here: human, expert or model.';
COMMENT ON COLUMN annoqa.stratum_skill.labels IS 'Labels.';
COMMENT ON COLUMN annoqa.stratum_skill.gold_accuracy IS 'Scored labels that equal a gold answer, over scored labels.';
COMMENT ON COLUMN annoqa.stratum_skill.gold_accuracy_n IS 'Denominator of gold_accuracy.';
COMMENT ON COLUMN annoqa.stratum_skill.gold_accuracy_lower IS 'Lower 95% bound of gold_accuracy (Wilson).';
COMMENT ON COLUMN annoqa.stratum_skill.gold_accuracy_upper IS 'Upper 95% bound of gold_accuracy (Wilson).';
COMMENT ON COLUMN annoqa.stratum_skill.shrunken_accuracy IS 'Gold accuracy here drawn towards the annotator''s own over all strata; NULL for kinds.';
COMMENT ON COLUMN annoqa.stratum_skill.rank IS 'Place by shrunken accuracy within the stratum, among those with 10 or more scored labels here.';
COMMENT ON COLUMN annoqa.stratum_skill.gain_over_humans IS 'For the row of experts: their pooled accuracy minus that of other humans here, where expertise pays.';
COMMENT ON COLUMN annoqa.stratum_skill.gain_lower IS 'Lower 95% bound of the gain (Newcombe 1998, by items).';
COMMENT ON COLUMN annoqa.stratum_skill.gain_upper IS 'Upper 95% bound of the gain (Newcombe 1998, by items).';

CREATE TYPE annoqa.feedback_row AS (
    annotator text, vendor text, item text, stratum text, label text,
    settled_label text, settled_by text, reasoning text, guideline text,
    confidence double precision, labeled_at timestamp with time zone,
    settled_at timestamp with time zone
);
COMMENT ON TYPE annoqa.feedback_row IS 'internal: a row of feedback, but for source';

CREATE FUNCTION annoqa.feedback(source text, since timestamp with time zone DEFAULT NULL,
    until timestamp with time zone DEFAULT NULL, vendor text DEFAULT NULL,
    annotator text DEFAULT NULL)
    RETURNS SETOF annoqa.feedback_row
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 1000
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    r annoqa.source_reading := annoqa.reading(source, since, until, vendor, annotator);
BEGIN
    r.rows_query := annoqa.rows_query(r, 'available_at', 'seconds', 'guideline', 'batch',
        'price', 'review', 'suggestion');
    RETURN QUERY
    SELECT l.annotator, l.vendor, l.item, l.stratum, l.label, l.settled_label, l.settled_by,
           c.reasoning, c.guideline, l.confidence, l.labeled_at, l.settled_at
    FROM annoqa.facts_labels(r.rows_query, r.gold_query, r.settings, 'settled_differently') AS l
         LEFT JOIN annoqa.current_cases((r.registered).name) AS c
         ON c.item = l.item AND l.settled_by = 'adjudication';
END
$$;
COMMENT ON FUNCTION annoqa.feedback(text, timestamp with time zone, timestamp with time zone, text, text) IS 'The rows of the view feedback for one source.';

CREATE VIEW annoqa.feedback WITH (security_invoker) AS
    SELECT s.name AS source, v.*
    FROM annoqa.source_shown AS s CROSS JOIN LATERAL
         annoqa.rows_or_warning(NULL::annoqa.feedback_row, 'feedback', s.name) AS v;
GRANT SELECT ON annoqa.feedback TO PUBLIC;
COMMENT ON VIEW annoqa.feedback IS 'One row a label that was settled differently: what to go through with its author. Gold answers show here: grant it apart.';
COMMENT ON COLUMN annoqa.feedback.source IS 'Name of the source.';
COMMENT ON COLUMN annoqa.feedback.annotator IS 'Who labeled.';
COMMENT ON COLUMN annoqa.feedback.vendor IS 'Vendor of the label.';
COMMENT ON COLUMN annoqa.feedback.item IS 'Key of the item.';
COMMENT ON COLUMN annoqa.feedback.stratum IS 'Stratum of the label.';
COMMENT ON COLUMN annoqa.feedback.label IS 'Label that they gave.';
COMMENT ON COLUMN annoqa.feedback.settled_label IS 'What it was settled as; a JSON array where gold accepts several.';
COMMENT ON COLUMN annoqa.feedback.settled_by IS 'gold or adjudication.';
COMMENT ON COLUMN annoqa.feedback.reasoning IS 'Why, in the words of the adjudicator.';
COMMENT ON COLUMN annoqa.feedback.guideline IS 'Guideline that the adjudicator went by.';
COMMENT ON COLUMN annoqa.feedback.confidence IS 'Confidence that they stated.';
COMMENT ON COLUMN annoqa.feedback.labeled_at IS 'When they gave it.';
COMMENT ON COLUMN annoqa.feedback.settled_at IS 'When it was settled; NULL for gold that names no time.';

SET LOCAL search_path = annoqa, pg_temp;
