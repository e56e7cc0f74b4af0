-- The workbench: newcomers, gold, stated confidence and models.
SET LOCAL search_path = pg_catalog, pg_temp;

CREATE TYPE annoqa.onboarding_row AS (
    annotator text, vendor text, calibration_set bigint, required bigint,
    done bigint, accuracy double precision, accuracy_n bigint,
    accuracy_lower double precision, accuracy_upper double precision,
    gate double precision, passed boolean, self_agreement double precision,
    self_agreement_n bigint, self_agreement_lower double precision,
    self_agreement_upper double precision, edge_case_accuracy double precision,
    edge_case_accuracy_n bigint, edge_case_accuracy_lower double precision,
    edge_case_accuracy_upper double precision, seconds_median double precision,
    started_at timestamp with time zone, finished_at timestamp with time zone,
    days_to_production double precision
);
COMMENT ON TYPE annoqa.onboarding_row IS 'internal: a row of onboarding, but for source';

CREATE FUNCTION annoqa.onboarding(source text, since timestamp with time zone DEFAULT NULL,
    until timestamp with time zone DEFAULT NULL, vendor text DEFAULT NULL,
    annotator text DEFAULT NULL)
    RETURNS SETOF annoqa.onboarding_row
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 100
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    r annoqa.source_reading := annoqa.reading(source, since, until, vendor, annotator);
BEGIN
    IF NOT (r.registered).onboarding THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT o.annotator, o.vendor, o.calibration_set, o.required, o.done, accuracy.*, o.gate,
           o.passed, self_agreement.*, edge_case_accuracy.*, o.seconds_median, o.started_at,
           o.finished_at,
           CASE WHEN o.calibration_set = 2 AND o.passed
                THEN annoqa.hours(o.first_labeled_at, o.finished_at) / 24 END
    FROM annoqa.facts_onboarding(r.rows_query, r.gold_query, r.settings) AS o,
         annoqa.rate(o.correct, o.done) AS accuracy,
         annoqa.rate(o.repeats_equal, o.repeats) AS self_agreement,
         annoqa.rate(o.edge_correct, o.edge_scored) AS edge_case_accuracy;
END
$$;
COMMENT ON FUNCTION annoqa.onboarding(text, timestamp with time zone, timestamp with time zone, text, text) IS 'The rows of the view onboarding for one source.';

CREATE VIEW annoqa.onboarding WITH (security_invoker) AS
    SELECT s.name AS source, v.*
    FROM annoqa.source_shown AS s CROSS JOIN LATERAL
         annoqa.rows_or_warning(NULL::annoqa.onboarding_row, 'onboarding', s.name) AS v;
GRANT SELECT ON annoqa.onboarding TO PUBLIC;
COMMENT ON VIEW annoqa.onboarding IS 'One row a newcomer and calibration set, of sources whose onboarding is on.';
COMMENT ON COLUMN annoqa.onboarding.source IS 'Name of the source.';
COMMENT ON COLUMN annoqa.onboarding.annotator IS 'Who is to pass.';
COMMENT ON COLUMN annoqa.onboarding.vendor IS 'Vendor of their newest label in the set.';
COMMENT ON COLUMN annoqa.onboarding.calibration_set IS '1 or 2.';
COMMENT ON COLUMN annoqa.onboarding.required IS 'Gold answers in the set.';
COMMENT ON COLUMN annoqa.onboarding.done IS 'Scored labels given in the set.';
COMMENT ON COLUMN annoqa.onboarding.accuracy IS 'Of these, the share that equal a gold answer.';
COMMENT ON COLUMN annoqa.onboarding.accuracy_n IS 'Denominator of accuracy.';
COMMENT ON COLUMN annoqa.onboarding.accuracy_lower IS 'Lower 95% bound of accuracy (Wilson).';
COMMENT ON COLUMN annoqa.onboarding.accuracy_upper IS 'Upper 95% bound of accuracy (Wilson).';
COMMENT ON COLUMN annoqa.onboarding.gate IS 'Accuracy that passes.';
COMMENT ON COLUMN annoqa.onboarding.passed IS 'Whether the accuracy reaches the gate; NULL until the set is done.';
COMMENT ON COLUMN annoqa.onboarding.self_agreement IS 'Repeats equal to the first label, over repeats, on the items of the set.';
COMMENT ON COLUMN annoqa.onboarding.self_agreement_n IS 'Denominator of self_agreement.';
COMMENT ON COLUMN annoqa.onboarding.self_agreement_lower IS 'Lower 95% bound of self_agreement (Wilson).';
COMMENT ON COLUMN annoqa.onboarding.self_agreement_upper IS 'Upper 95% bound of self_agreement (Wilson).';
COMMENT ON COLUMN annoqa.onboarding.edge_case_accuracy IS 'Accuracy on edge cases of the set.';
COMMENT ON COLUMN annoqa.onboarding.edge_case_accuracy_n IS 'Denominator of edge_case_accuracy.';
COMMENT ON COLUMN annoqa.onboarding.edge_case_accuracy_lower IS 'Lower 95% bound of edge_case_accuracy (Wilson).';
COMMENT ON COLUMN annoqa.onboarding.edge_case_accuracy_upper IS 'Upper 95% bound of edge_case_accuracy (Wilson).';
COMMENT ON COLUMN annoqa.onboarding.seconds_median IS 'Median seconds of a label of the set.';
COMMENT ON COLUMN annoqa.onboarding.started_at IS 'Time of the first label of the set.';
COMMENT ON COLUMN annoqa.onboarding.finished_at IS 'Time of the last label of the set, once it is done.';
COMMENT ON COLUMN annoqa.onboarding.days_to_production IS 'Days from the annotator''s first label to passing set 2; NULL for set 1.';

CREATE TYPE annoqa.gold_health_row AS (
    item text, stratum text, gold_label text, exposures bigint,
    accuracy double precision, accuracy_n bigint, accuracy_lower double precision,
    accuracy_upper double precision, accuracy_of_good double precision,
    accuracy_of_good_n bigint, accuracy_of_good_lower double precision,
    accuracy_of_good_upper double precision, commonest_answer text,
    consensus_differs boolean, accuracy_early double precision,
    accuracy_late double precision, suspicion text,
    first_exposed_at timestamp with time zone,
    last_exposed_at timestamp with time zone
);
COMMENT ON TYPE annoqa.gold_health_row IS 'internal: a row of gold_health, but for source';

CREATE FUNCTION annoqa.gold_health(source text, since timestamp with time zone DEFAULT NULL,
    until timestamp with time zone DEFAULT NULL, vendor text DEFAULT NULL,
    annotator text DEFAULT NULL)
    RETURNS SETOF annoqa.gold_health_row
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 1000
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    -- who is good is judged by all their labels, whichever are asked for
    r annoqa.source_reading := annoqa.reading(source);
BEGIN
    r.rows_query := annoqa.rows_query(r, 'available_at', 'seconds', 'confidence',
        'guideline', 'batch', 'price', 'review', 'suggestion');
    RETURN QUERY
    WITH l AS MATERIALIZED (
        SELECT f.item, f.annotator, f.vendor, f.stratum, f.label, f.gold_label, f.correct,
               f.labeled_at,
               CASE WHEN f.is_vote THEN f.consensus_with ELSE f.consensus_without END AS consensus
        FROM annoqa.facts_labels(r.rows_query, r.gold_query, r.settings, 'scored') AS f
    ), good AS MATERIALIZED (
        -- once their own label on an item is left out: when it was right, and when not
        SELECT a.annotator, if_right.lower > (r.registered).quality_floor AS if_right,
               if_wrong.lower > (r.registered).quality_floor AS if_wrong
        FROM (SELECT l.annotator, count(*) AS scored, count(*) FILTER (WHERE l.correct) AS correct
              FROM l GROUP BY l.annotator) AS a,
             annoqa.anytime_interval(greatest(a.correct - 1, 0), a.scored - 1) AS if_right,
             annoqa.anytime_interval(least(a.correct, a.scored - 1), a.scored - 1) AS if_wrong
    ), e AS (
        SELECT l.*, CASE WHEN l.correct THEN g.if_right ELSE g.if_wrong END AS by_good,
               2 * row_number() OVER (PARTITION BY l.item, l.labeled_at IS NULL
                                      ORDER BY l.labeled_at, l.annotator COLLATE "C")
                   > 1 + count(*) OVER (PARTITION BY l.item, l.labeled_at IS NULL) AS late
        FROM l JOIN good AS g ON g.annotator = l.annotator
        WHERE (since IS NULL OR l.labeled_at >= since) AND (until IS NULL OR l.labeled_at < until)
              AND (gold_health.vendor IS NULL OR l.vendor = gold_health.vendor)
              AND (gold_health.annotator IS NULL OR l.annotator = gold_health.annotator)
    ), i AS MATERIALIZED (
        SELECT e.item,
               (array_agg(e.stratum ORDER BY e.labeled_at DESC NULLS LAST, e.annotator COLLATE "C"))[1] AS stratum,
               min(e.gold_label) AS gold_label, count(*) AS exposures,
               count(*) FILTER (WHERE e.correct) AS correct,
               count(*) FILTER (WHERE e.by_good) AS by_good,
               count(*) FILTER (WHERE e.by_good AND e.correct) AS good_correct,
               mode() WITHIN GROUP (ORDER BY e.label COLLATE "C") AS commonest,
               min(e.consensus) AS consensus,
               bool_or(e.correct) FILTER (WHERE e.label = e.consensus) AS consensus_correct,
               count(*) FILTER (WHERE NOT e.late AND e.labeled_at IS NOT NULL) AS early,
               count(*) FILTER (WHERE NOT e.late AND e.correct AND e.labeled_at IS NOT NULL) AS early_correct,
               count(*) FILTER (WHERE e.late AND e.labeled_at IS NOT NULL) AS late,
               count(*) FILTER (WHERE e.late AND e.correct AND e.labeled_at IS NOT NULL) AS late_correct,
               min(e.labeled_at) AS first_at, max(e.labeled_at) AS last_at
        FROM e GROUP BY e.item
    )
    SELECT i.item, i.stratum, i.gold_label, i.exposures, accuracy.*, of_good.*, i.commonest,
           CASE WHEN i.consensus IS NOT NULL
                THEN NOT coalesce(i.consensus_correct, i.consensus = i.gold_label) END,
           i.early_correct::double precision / nullif(i.early, 0),
           i.late_correct::double precision / nullif(i.late, 0),
           CASE WHEN i.by_good >= 3 AND of_good.x < 0.5 THEN 'wrong_gold'
                WHEN gain.lower >= 0.1 THEN 'leaked'
                WHEN i.correct = i.exposures AND accuracy.x_lower >= 0.9 THEN 'too_easy'
                WHEN i.exposures >= 20 AND i.exposures > 3 * m.exposures THEN 'overexposed' END,
           i.first_at, i.last_at
    FROM i, annoqa.rate(i.correct, i.exposures) AS accuracy,
         annoqa.rate(i.good_correct, i.by_good) AS of_good,
         annoqa.rate_difference(i.late_correct, i.late, i.early_correct, i.early) AS gain,
         (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY i.exposures) AS exposures FROM i) AS m;
END
$$;
COMMENT ON FUNCTION annoqa.gold_health(text, timestamp with time zone, timestamp with time zone, text, text) IS 'The rows of the view gold_health for one source.';

CREATE VIEW annoqa.gold_health WITH (security_invoker) AS
    SELECT s.name AS source, v.*
    FROM annoqa.source_shown AS s CROSS JOIN LATERAL
         annoqa.rows_or_warning(NULL::annoqa.gold_health_row, 'gold_health', s.name) AS v;
GRANT SELECT ON annoqa.gold_health TO PUBLIC;
COMMENT ON VIEW annoqa.gold_health IS 'One row a gold item with a scored label: is the gold right, and is it still a test.';
COMMENT ON COLUMN annoqa.gold_health.source IS 'Name of the source.';
COMMENT ON COLUMN annoqa.gold_health.item IS 'Key of the item.';
COMMENT ON COLUMN annoqa.gold_health.stratum IS 'Stratum of its newest label.';
COMMENT ON COLUMN annoqa.gold_health.gold_label IS 'Right answer; a JSON array where several are.';
COMMENT ON COLUMN annoqa.gold_health.exposures IS 'Scored labels on it.';
COMMENT ON COLUMN annoqa.gold_health.accuracy IS 'Of these, the share that equal a gold answer.';
COMMENT ON COLUMN annoqa.gold_health.accuracy_n IS 'Denominator of accuracy.';
COMMENT ON COLUMN annoqa.gold_health.accuracy_lower IS 'Lower 95% bound of accuracy (Wilson).';
COMMENT ON COLUMN annoqa.gold_health.accuracy_upper IS 'Upper 95% bound of accuracy (Wilson).';
COMMENT ON COLUMN annoqa.gold_health.accuracy_of_good IS 'The same among annotators with meets_floor true, this item left out.';
COMMENT ON COLUMN annoqa.gold_health.accuracy_of_good_n IS 'Denominator of accuracy_of_good.';
COMMENT ON COLUMN annoqa.gold_health.accuracy_of_good_lower IS 'Lower 95% bound of accuracy_of_good (Wilson).';
COMMENT ON COLUMN annoqa.gold_health.accuracy_of_good_upper IS 'Upper 95% bound of accuracy_of_good (Wilson).';
COMMENT ON COLUMN annoqa.gold_health.commonest_answer IS 'Commonest label on it; of equally common ones the first.';
COMMENT ON COLUMN annoqa.gold_health.consensus_differs IS 'Whether the consensus of the votes is no gold answer; NULL without consensus.';
COMMENT ON COLUMN annoqa.gold_health.accuracy_early IS 'Accuracy of the first half of its exposures, by time.';
COMMENT ON COLUMN annoqa.gold_health.accuracy_late IS 'Accuracy of the second half.';
COMMENT ON COLUMN annoqa.gold_health.suspicion IS 'The first that holds: wrong_gold (of three or more of the good, fewer than half are right), leaked (late is above early by 0.1 or more even at the lower 95% bound), too_easy (nobody fails, and the lower bound of accuracy is 0.9 or more), overexposed (20 or more exposures, and over three times the median of gold items); else NULL.';
COMMENT ON COLUMN annoqa.gold_health.first_exposed_at IS 'Time of the first exposure.';
COMMENT ON COLUMN annoqa.gold_health.last_exposed_at IS 'Time of the newest exposure.';

CREATE TYPE annoqa.confidence_calibration_row AS (
    annotator_kind text, annotator text, bin_lower double precision,
    bin_upper double precision, labels bigint, mean_confidence double precision,
    accuracy double precision, accuracy_n bigint, accuracy_lower double precision,
    accuracy_upper double precision, gap double precision
);
COMMENT ON TYPE annoqa.confidence_calibration_row IS 'internal: a row of confidence_calibration, but for source';

CREATE FUNCTION annoqa.confidence_calibration(source text, since timestamp with time zone DEFAULT NULL,
    until timestamp with time zone DEFAULT NULL, vendor text DEFAULT NULL,
    annotator text DEFAULT NULL)
    RETURNS SETOF annoqa.confidence_calibration_row
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 100
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    r annoqa.source_reading := annoqa.reading(source, since, until, vendor, annotator);
BEGIN
    r.rows_query := annoqa.rows_query(r, 'available_at', 'seconds', 'guideline', 'batch',
        'stratum', 'price', 'review', 'suggestion');
    RETURN QUERY
    SELECT CASE g.annotator WHEN '(all)' THEN g.annotator_kind ELSE g.last_kind END, g.annotator,
           (g.confidence_bin - 1) / 10.0::double precision, g.confidence_bin / 10.0::double precision,
           g.stated_scored, g.confidence_scored_sum / g.stated_scored, accuracy.*,
           g.confidence_scored_sum / g.stated_scored - accuracy.x
    FROM annoqa.facts_groups(r.rows_query, r.gold_query, r.settings,
             '{"annotator_kind,confidence_bin:counts", "annotator,confidence_bin:counts"}') AS g,
         annoqa.rate(g.stated_correct, g.stated_scored) AS accuracy
    WHERE g.confidence_bin IS NOT NULL AND g.stated_scored > 0;
END
$$;
COMMENT ON FUNCTION annoqa.confidence_calibration(text, timestamp with time zone, timestamp with time zone, text, text) IS 'The rows of the view confidence_calibration for one source.';

CREATE VIEW annoqa.confidence_calibration WITH (security_invoker) AS
    SELECT s.name AS source, v.*
    FROM annoqa.source_shown AS s CROSS JOIN LATERAL
         annoqa.rows_or_warning(NULL::annoqa.confidence_calibration_row, 'confidence_calibration', s.name) AS v;
GRANT SELECT ON annoqa.confidence_calibration TO PUBLIC;
COMMENT ON VIEW annoqa.confidence_calibration IS 'One row an annotator, or kind of annotator, and tenth of stated confidence (the calibration sets of newcomers are in onboarding).';
COMMENT ON COLUMN annoqa.confidence_calibration.source IS 'Name of the source.';
COMMENT ON COLUMN annoqa.confidence_calibration.annotator_kind IS 'human, expert or model; of an annotator, in their last label in the bin.';
COMMENT ON COLUMN annoqa.confidence_calibration.annotator IS 'Who labeled; (all) for a kind of annotator.';
COMMENT ON COLUMN annoqa.confidence_calibration.bin_lower IS 'Lower end of the bin, left out but for 0.';
COMMENT ON COLUMN annoqa.confidence_calibration.bin_upper IS 'Upper end of the bin.';
COMMENT ON COLUMN annoqa.confidence_calibration.labels IS 'Scored labels stated with such a confidence.';
COMMENT ON COLUMN annoqa.confidence_calibration.mean_confidence IS 'Mean of the confidence that they state.';
COMMENT ON COLUMN annoqa.confidence_calibration.accuracy IS 'Share that equal a gold answer.';
COMMENT ON COLUMN annoqa.confidence_calibration.accuracy_n IS 'Denominator of accuracy.';
COMMENT ON COLUMN annoqa.confidence_calibration.accuracy_lower IS 'Lower 95% bound of accuracy (Wilson).';
COMMENT ON COLUMN annoqa.confidence_calibration.accuracy_upper IS 'Upper 95% bound of accuracy (Wilson).';
COMMENT ON COLUMN annoqa.confidence_calibration.gap IS 'Mean confidence minus accuracy: positive for who claims too much.';

CREATE TYPE annoqa.model_validation_row AS (
    model text, guideline text, stratum text, items bigint,
    accuracy double precision, accuracy_n bigint, accuracy_lower double precision,
    accuracy_upper double precision, human_accuracy double precision,
    human_accuracy_n bigint, human_accuracy_lower double precision,
    human_accuracy_upper double precision, difference double precision,
    difference_lower double precision, difference_upper double precision,
    margin double precision, verdict text, kappa_with_experts double precision,
    kappa_with_experts_n bigint, kappa_with_experts_lower double precision,
    kappa_with_experts_upper double precision,
    kappa_between_experts double precision, kappa_between_experts_n bigint,
    kappa_between_experts_lower double precision,
    kappa_between_experts_upper double precision, sensitivity double precision,
    specificity double precision, prevalence_apparent double precision,
    prevalence_corrected double precision, prevalence_lower double precision,
    prevalence_upper double precision, positive_label text,
    auto_accept_confidence double precision, auto_accept_share double precision,
    suggestions bigint, correction_rate double precision, correction_rate_n bigint,
    correction_rate_lower double precision, correction_rate_upper double precision,
    wrong_suggestions_kept double precision, wrong_suggestions_kept_n bigint,
    wrong_suggestions_kept_lower double precision,
    wrong_suggestions_kept_upper double precision,
    automation_bias double precision, seconds_median_with double precision,
    seconds_median_without double precision
);
COMMENT ON TYPE annoqa.model_validation_row IS 'internal: a row of model_validation, but for source';

CREATE FUNCTION annoqa.model_validation(source text, since timestamp with time zone DEFAULT NULL,
    until timestamp with time zone DEFAULT NULL, vendor text DEFAULT NULL,
    annotator text DEFAULT NULL)
    RETURNS SETOF annoqa.model_validation_row
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 100
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    r annoqa.source_reading := annoqa.reading(source, since, until, vendor, annotator);
    s annoqa.source := r.registered;
    margin CONSTANT double precision := 0.02;
BEGIN
    r.rows_query := annoqa.rows_query(r, 'available_at', 'batch', 'price', 'review');
    RETURN QUERY
    SELECT m.model, m.guideline, m.stratum, m.items, accuracy.*, human_accuracy.*, m.difference,
           m.difference_lower, m.difference_upper, margin,
           CASE WHEN m.model = '(none)' THEN NULL
                WHEN m.difference_lower > -margin THEN 'no worse'
                WHEN m.difference_upper < -margin THEN 'worse'
                ELSE 'not enough evidence' END,
           m.with_experts, m.with_experts_items, m.with_experts_lower, m.with_experts_upper,
           m.between_experts, m.between_experts_items, m.between_experts_lower,
           m.between_experts_upper, p.sensitivity, p.specificity, p.apparent, p.prevalence,
           p.lower, p.upper, m.positive_label, m.accept_confidence,
           m.accept_labels::double precision / nullif(m.items, 0),
           CASE WHEN s.suggestion IS NOT NULL THEN m.suggestions END,
           correction_rate.*, wrong_suggestions_kept.*, m.automation_bias,
           CASE WHEN s.suggestion IS NOT NULL THEN m.seconds_median_with END,
           CASE WHEN s.suggestion IS NOT NULL THEN m.seconds_median_without END
    FROM annoqa.facts_models(r.rows_query, r.gold_query, r.settings) AS m
         LEFT JOIN LATERAL annoqa.corrected_prevalence(m.unscored_positive, m.unscored,
             m.true_positive, m.gold_positive, m.true_negative, m.gold_negative) AS p
         ON m.positive_label IS NOT NULL,
         annoqa.rate(m.correct, m.settled) AS accuracy,
         annoqa.rate(m.people_correct, m.people_labels) AS human_accuracy,
         annoqa.rate(CASE WHEN s.suggestion IS NOT NULL THEN m.suggestions_changed END,
                     m.suggestions) AS correction_rate,
         annoqa.rate(CASE WHEN s.suggestion IS NOT NULL THEN m.wrong_kept END,
                     m.suggestions_wrong) AS wrong_suggestions_kept;
END
$$;
COMMENT ON FUNCTION annoqa.model_validation(text, timestamp with time zone, timestamp with time zone, text, text) IS 'The rows of the view model_validation for one source.';

CREATE VIEW annoqa.model_validation WITH (security_invoker) AS
    SELECT s.name AS source, v.*
    FROM annoqa.source_shown AS s CROSS JOIN LATERAL
         annoqa.rows_or_warning(NULL::annoqa.model_validation_row, 'model_validation', s.name) AS v;
GRANT SELECT ON annoqa.model_validation TO PUBLIC;
COMMENT ON VIEW annoqa.model_validation IS 'One row a model, guideline and stratum, and one for all of each: may it do this work.';
COMMENT ON COLUMN annoqa.model_validation.source IS 'Name of the source.';
COMMENT ON COLUMN annoqa.model_validation.model IS 'Annotator of kind model; (none) for labels with a suggestion that is no model''s label on the item.';
COMMENT ON COLUMN annoqa.model_validation.guideline IS 'Guideline that the model''s labels name; (all), or (none).';
COMMENT ON COLUMN annoqa.model_validation.stratum IS 'Stratum of the model''s labels; (all), or (none).';
COMMENT ON COLUMN annoqa.model_validation.items IS 'Items labeled by it.';
COMMENT ON COLUMN annoqa.model_validation.accuracy IS 'Its labels on settled items that equal the settled answer, over these labels.';
COMMENT ON COLUMN annoqa.model_validation.accuracy_n IS 'Denominator of accuracy.';
COMMENT ON COLUMN annoqa.model_validation.accuracy_lower IS 'Lower 95% bound of accuracy (Wilson).';
COMMENT ON COLUMN annoqa.model_validation.accuracy_upper IS 'Upper 95% bound of accuracy (Wilson).';
COMMENT ON COLUMN annoqa.model_validation.human_accuracy IS 'The same of the labels of humans and experts on these items.';
COMMENT ON COLUMN annoqa.model_validation.human_accuracy_n IS 'Denominator of human_accuracy.';
COMMENT ON COLUMN annoqa.model_validation.human_accuracy_lower IS 'Lower 95% bound of human_accuracy (Wilson).';
COMMENT ON COLUMN annoqa.model_validation.human_accuracy_upper IS 'Upper 95% bound of human_accuracy (Wilson).';
COMMENT ON COLUMN annoqa.model_validation.difference IS 'Model minus humans, paired: the mean over settled items that both labeled.';
COMMENT ON COLUMN annoqa.model_validation.difference_lower IS 'Lower 95% bound of the difference (Newcombe 1998, paired).';
COMMENT ON COLUMN annoqa.model_validation.difference_upper IS 'Upper 95% bound of the difference (Newcombe 1998, paired).';
COMMENT ON COLUMN annoqa.model_validation.margin IS 'How much worse is acceptable: 0.02.';
COMMENT ON COLUMN annoqa.model_validation.verdict IS 'no worse (lower bound above -margin), worse (upper bound below it), else not enough evidence.';
COMMENT ON COLUMN annoqa.model_validation.kappa_with_experts IS 'Cohen''s kappa over pairs of its label and an expert''s on the item.';
COMMENT ON COLUMN annoqa.model_validation.kappa_with_experts_n IS 'Items with a pair, on which kappa_with_experts rests.';
COMMENT ON COLUMN annoqa.model_validation.kappa_with_experts_lower IS 'Lower 95% bound of kappa_with_experts (linearised over items).';
COMMENT ON COLUMN annoqa.model_validation.kappa_with_experts_upper IS 'Upper 95% bound of kappa_with_experts (linearised over items).';
COMMENT ON COLUMN annoqa.model_validation.kappa_between_experts IS 'Kappa over pairs of experts on the same items: the ceiling.';
COMMENT ON COLUMN annoqa.model_validation.kappa_between_experts_n IS 'Items with a pair, on which kappa_between_experts rests.';
COMMENT ON COLUMN annoqa.model_validation.kappa_between_experts_lower IS 'Lower 95% bound of kappa_between_experts (linearised over items).';
COMMENT ON COLUMN annoqa.model_validation.kappa_between_experts_upper IS 'Upper 95% bound of kappa_between_experts (linearised over items).';
COMMENT ON COLUMN annoqa.model_validation.sensitivity IS 'Share of items whose gold is positive_label that it labels so.';
COMMENT ON COLUMN annoqa.model_validation.specificity IS 'Share of other gold items that it labels otherwise.';
COMMENT ON COLUMN annoqa.model_validation.prevalence_apparent IS 'Share of items without gold that it labels positive_label.';
COMMENT ON COLUMN annoqa.model_validation.prevalence_corrected IS 'That share corrected by sensitivity and specificity (Rogan and Gladen 1978); NULL where these tell too little.';
COMMENT ON COLUMN annoqa.model_validation.prevalence_lower IS 'Lower 95% bound of the corrected share (Lang and Reiczigel 2014).';
COMMENT ON COLUMN annoqa.model_validation.prevalence_upper IS 'Upper 95% bound of the corrected share.';
COMMENT ON COLUMN annoqa.model_validation.positive_label IS 'Rarest label in gold on its items.';
COMMENT ON COLUMN annoqa.model_validation.auto_accept_confidence IS 'Lowest stated confidence above which the lower bound of accuracy on settled items, one that holds at every look, reaches 0.98; NULL if none.';
COMMENT ON COLUMN annoqa.model_validation.auto_accept_share IS 'Share of its items stated with as much: the part that could go without a human.';
COMMENT ON COLUMN annoqa.model_validation.suggestions IS 'Labels of people made while its label was shown.';
COMMENT ON COLUMN annoqa.model_validation.correction_rate IS 'Of these, the share that changed it.';
COMMENT ON COLUMN annoqa.model_validation.correction_rate_n IS 'Denominator of correction_rate.';
COMMENT ON COLUMN annoqa.model_validation.correction_rate_lower IS 'Lower 95% bound of correction_rate (Wilson).';
COMMENT ON COLUMN annoqa.model_validation.correction_rate_upper IS 'Upper 95% bound of correction_rate (Wilson).';
COMMENT ON COLUMN annoqa.model_validation.wrong_suggestions_kept IS 'Scored labels that kept a wrong suggestion, over those that had one.';
COMMENT ON COLUMN annoqa.model_validation.wrong_suggestions_kept_n IS 'Denominator of wrong_suggestions_kept.';
COMMENT ON COLUMN annoqa.model_validation.wrong_suggestions_kept_lower IS 'Lower 95% bound of wrong_suggestions_kept (Wilson).';
COMMENT ON COLUMN annoqa.model_validation.wrong_suggestions_kept_upper IS 'Upper 95% bound of wrong_suggestions_kept (Wilson).';
COMMENT ON COLUMN annoqa.model_validation.automation_bias IS 'That rate minus the rate of the same error, from gold to given label, by people without a suggestion on its items; over the labels with somebody to compare.';
COMMENT ON COLUMN annoqa.model_validation.seconds_median_with IS 'Median seconds of labels with the suggestion.';
COMMENT ON COLUMN annoqa.model_validation.seconds_median_without IS 'Median seconds of labels on its items without any.';

SET LOCAL search_path = annoqa, pg_temp;
