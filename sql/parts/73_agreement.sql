-- The workbench: agreement, confusion and dissent.
SET LOCAL search_path = pg_catalog, pg_temp;

CREATE TYPE annoqa.agreement_overview_row AS (
    scope text, name text, item_set text, coefficient text,
    estimate double precision, std_error double precision,
    ci_lower double precision, ci_upper double precision, band text,
    n_items bigint, n_pairable_items bigint, n_labels bigint, n_annotators bigint,
    n_categories bigint, reason text
);
COMMENT ON TYPE annoqa.agreement_overview_row IS 'internal: a row of agreement_overview, but for source';

CREATE FUNCTION annoqa.agreement_overview(source text, since timestamp with time zone DEFAULT NULL,
    until timestamp with time zone DEFAULT NULL, vendor text DEFAULT NULL,
    annotator text DEFAULT NULL)
    RETURNS SETOF annoqa.agreement_overview_row
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 100
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    r annoqa.source_reading := annoqa.reading(source, since, until, vendor, annotator);
BEGIN
    r.rows_query := annoqa.rows_query(r, 'available_at', 'seconds', 'confidence', 'batch',
        'price', 'review', 'suggestion');
    RETURN QUERY
    SELECT c.scope, c.name, c.item_set, c.coefficient, c.estimate, c.std_error, c.ci_lower,
           c.ci_upper,
           CASE WHEN c.estimate > 0.8 THEN 'excellent' WHEN c.estimate >= 0.6 THEN 'good'
                WHEN c.estimate IS NOT NULL THEN 'look at the guideline' END,
           c.n_items, c.n_pairable_items, c.n_labels, c.n_annotators, c.n_categories, c.reason
    FROM annoqa.facts_coefficients(r.rows_query, r.gold_query, r.settings) AS c;
END
$$;
COMMENT ON FUNCTION annoqa.agreement_overview(text, timestamp with time zone, timestamp with time zone, text, text) IS 'The rows of the view agreement_overview for one source.';

CREATE VIEW annoqa.agreement_overview WITH (security_invoker) AS
    SELECT s.name AS source, v.*
    FROM annoqa.source_shown AS s CROSS JOIN LATERAL
         annoqa.rows_or_warning(NULL::annoqa.agreement_overview_row, 'agreement_overview', s.name) AS v;
GRANT SELECT ON annoqa.agreement_overview TO PUBLIC;
COMMENT ON VIEW annoqa.agreement_overview IS 'One row a scope, item set and coefficient of agreement, among humans and experts whatever their phase.';
COMMENT ON COLUMN annoqa.agreement_overview.source IS 'Name of the source.';
COMMENT ON COLUMN annoqa.agreement_overview.scope IS 'source, vendor, stratum, guideline, or label (one label against the rest).';
COMMENT ON COLUMN annoqa.agreement_overview.name IS 'Which vendor and so on; (all) for the source, (none) for labels that name none.';
COMMENT ON COLUMN annoqa.agreement_overview.item_set IS 'production (items without gold), gold or all. Gold items that everyone labels outweigh the rest: read production for the work, gold for the training of people.';
COMMENT ON COLUMN annoqa.agreement_overview.coefficient IS 'Coefficient, as coefficients() names it.';
COMMENT ON COLUMN annoqa.agreement_overview.estimate IS 'Its value.';
COMMENT ON COLUMN annoqa.agreement_overview.std_error IS 'Standard error, linearised over items.';
COMMENT ON COLUMN annoqa.agreement_overview.ci_lower IS 'Lower 95% bound.';
COMMENT ON COLUMN annoqa.agreement_overview.ci_upper IS 'Upper 95% bound.';
COMMENT ON COLUMN annoqa.agreement_overview.band IS 'excellent above 0.8, good from 0.6, look at the guideline below.';
COMMENT ON COLUMN annoqa.agreement_overview.n_items IS 'Items with a label.';
COMMENT ON COLUMN annoqa.agreement_overview.n_pairable_items IS 'Items with two labels or more, on which agreement rests.';
COMMENT ON COLUMN annoqa.agreement_overview.n_labels IS 'Labels.';
COMMENT ON COLUMN annoqa.agreement_overview.n_annotators IS 'Annotators.';
COMMENT ON COLUMN annoqa.agreement_overview.n_categories IS 'Different labels.';
COMMENT ON COLUMN annoqa.agreement_overview.reason IS 'Why there is no estimate, or no error.';

CREATE TYPE annoqa.agreement_matrix_row AS (
    annotator_a text, annotator_b text, vendor_a text, vendor_b text,
    n_items bigint, n_gold_items bigint, agreement double precision,
    cohen_kappa double precision, std_error double precision,
    ci_lower double precision, ci_upper double precision, n_both_wrong bigint,
    same_error_rate double precision, same_error_expected double precision,
    same_error_p_value double precision, coinciding boolean
);
COMMENT ON TYPE annoqa.agreement_matrix_row IS 'internal: a row of agreement_matrix, but for source';

CREATE FUNCTION annoqa.agreement_matrix(source text, since timestamp with time zone DEFAULT NULL,
    until timestamp with time zone DEFAULT NULL, vendor text DEFAULT NULL,
    annotator text DEFAULT NULL)
    RETURNS SETOF annoqa.agreement_matrix_row
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 1000
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    r annoqa.source_reading := annoqa.reading(source, since, until, vendor);
BEGIN
    r.rows_query := annoqa.rows_query(r, 'available_at', 'seconds', 'confidence',
        'guideline', 'batch', 'stratum', 'price', 'review', 'suggestion');
    RETURN QUERY
    SELECT p.annotator_a, p.annotator_b, p.vendor_a, p.vendor_b, p.n_items, p.n_gold_items,
           p.agreement, p.cohen_kappa, p.std_error, p.ci_lower, p.ci_upper, p.n_both_wrong,
           p.n_same_wrong::double precision / nullif(p.n_both_wrong, 0),
           p.same_expected / nullif(p.n_both_wrong, 0), p.same_p_value, p.coinciding
    FROM annoqa.facts_pairs(r.rows_query, r.gold_query, r.settings) AS p
    WHERE annotator IS NULL OR annotator IN (p.annotator_a, p.annotator_b);
END
$$;
COMMENT ON FUNCTION annoqa.agreement_matrix(text, timestamp with time zone, timestamp with time zone, text, text) IS 'The rows of the view agreement_matrix for one source.';

CREATE VIEW annoqa.agreement_matrix WITH (security_invoker) AS
    SELECT s.name AS source, v.*
    FROM annoqa.source_shown AS s CROSS JOIN LATERAL
         annoqa.rows_or_warning(NULL::annoqa.agreement_matrix_row, 'agreement_matrix', s.name) AS v;
GRANT SELECT ON annoqa.agreement_matrix TO PUBLIC;
COMMENT ON VIEW annoqa.agreement_matrix IS 'One row a pair of annotators, models too, with a common item, each pair once.';
COMMENT ON COLUMN annoqa.agreement_matrix.source IS 'Name of the source.';
COMMENT ON COLUMN annoqa.agreement_matrix.annotator_a IS 'One of the pair.';
COMMENT ON COLUMN annoqa.agreement_matrix.annotator_b IS 'The other; a before b.';
COMMENT ON COLUMN annoqa.agreement_matrix.vendor_a IS 'Vendor of the newest label of a.';
COMMENT ON COLUMN annoqa.agreement_matrix.vendor_b IS 'Vendor of the newest label of b.';
COMMENT ON COLUMN annoqa.agreement_matrix.n_items IS 'Items that both labeled.';
COMMENT ON COLUMN annoqa.agreement_matrix.n_gold_items IS 'Of these, items with gold.';
COMMENT ON COLUMN annoqa.agreement_matrix.agreement IS 'Share of the items on which they agree.';
COMMENT ON COLUMN annoqa.agreement_matrix.cohen_kappa IS 'Cohen''s kappa.';
COMMENT ON COLUMN annoqa.agreement_matrix.std_error IS 'Standard error of kappa.';
COMMENT ON COLUMN annoqa.agreement_matrix.ci_lower IS 'Lower 95% bound of kappa.';
COMMENT ON COLUMN annoqa.agreement_matrix.ci_upper IS 'Upper 95% bound of kappa.';
COMMENT ON COLUMN annoqa.agreement_matrix.n_both_wrong IS 'Scored items that both got wrong.';
COMMENT ON COLUMN annoqa.agreement_matrix.same_error_rate IS 'Share of those with the same wrong label.';
COMMENT ON COLUMN annoqa.agreement_matrix.same_error_expected IS 'That share by chance, given the wrong labels of the items, or of the gold label''s items where only the two err.';
COMMENT ON COLUMN annoqa.agreement_matrix.same_error_p_value IS 'One-sided p value of as many same wrong labels; NULL where fewer than 5 are expected or nothing else could have come out.';
COMMENT ON COLUMN annoqa.agreement_matrix.coinciding IS 'Whether their errors coincide, after correction over the pairs at a false discovery rate of 0.05: by the same wrong label where that can be tested, else by how often both err; NULL where neither can.';

CREATE TYPE annoqa.label_confusion_row AS (
    reference text, expected text, given text, labels bigint,
    share_of_expected double precision, share_of_errors double precision,
    annotators bigint, adjudications bigint, adjudications_since_guideline bigint
);
COMMENT ON TYPE annoqa.label_confusion_row IS 'internal: a row of label_confusion, but for source';

CREATE FUNCTION annoqa.label_confusion(source text, since timestamp with time zone DEFAULT NULL,
    until timestamp with time zone DEFAULT NULL, vendor text DEFAULT NULL,
    annotator text DEFAULT NULL)
    RETURNS SETOF annoqa.label_confusion_row
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 100
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    r annoqa.source_reading := annoqa.reading(source, since, until, vendor, annotator);
BEGIN
    r.rows_query := annoqa.rows_query(r, 'available_at', 'seconds', 'confidence', 'batch',
        'stratum', 'price', 'review', 'suggestion');
    RETURN QUERY
    WITH c AS MATERIALIZED (
        SELECT f.*, f.expected <> f.given AS error
        FROM annoqa.facts_confusion(r.rows_query, r.gold_query, r.settings) AS f
    )
    SELECT c.reference, c.expected, c.given, c.labels,
           c.labels / sum(c.labels) OVER (PARTITION BY c.reference, c.expected)::double precision,
           CASE WHEN c.error THEN c.labels / sum(c.labels)
               OVER (PARTITION BY c.reference, c.error)::double precision END,
           c.annotators, coalesce(a.adjudications, 0), coalesce(a.adjudications_since_guideline, 0)
    FROM c LEFT JOIN c AS a ON a.reference = 'adjudication'
                               AND a.expected = c.expected AND a.given = c.given;
END
$$;
COMMENT ON FUNCTION annoqa.label_confusion(text, timestamp with time zone, timestamp with time zone, text, text) IS 'The rows of the view label_confusion for one source.';

CREATE VIEW annoqa.label_confusion WITH (security_invoker) AS
    SELECT s.name AS source, v.*
    FROM annoqa.source_shown AS s CROSS JOIN LATERAL
         annoqa.rows_or_warning(NULL::annoqa.label_confusion_row, 'label_confusion', s.name) AS v;
GRANT SELECT ON annoqa.label_confusion TO PUBLIC;
COMMENT ON VIEW annoqa.label_confusion IS 'One row a reference, expected label and given label: what is taken for what.';
COMMENT ON COLUMN annoqa.label_confusion.source IS 'Name of the source.';
COMMENT ON COLUMN annoqa.label_confusion.reference IS 'gold, adjudication, consensus (of the others) or annotator (pairs: another''s label on the item).';
COMMENT ON COLUMN annoqa.label_confusion.expected IS 'Label of the reference; of several gold answers, the first.';
COMMENT ON COLUMN annoqa.label_confusion.given IS 'Label that was given.';
COMMENT ON COLUMN annoqa.label_confusion.labels IS 'Labels, or for annotator pairs of labels.';
COMMENT ON COLUMN annoqa.label_confusion.share_of_expected IS 'Share of the labels with this expected one.';
COMMENT ON COLUMN annoqa.label_confusion.share_of_errors IS 'Share of the labels of this reference that differ from the expected one; NULL on the diagonal.';
COMMENT ON COLUMN annoqa.label_confusion.annotators IS 'Annotators who gave it.';
COMMENT ON COLUMN annoqa.label_confusion.adjudications IS 'Items that were decided as the expected label and had been given the other.';
COMMENT ON COLUMN annoqa.label_confusion.adjudications_since_guideline IS 'Of these, decided since the newest guideline came into use: where the guideline is silent.';

CREATE TYPE annoqa.speed_trap_row AS (
    scope text, name text, alpha double precision, alpha_n bigint,
    alpha_lower double precision, alpha_upper double precision,
    gold_accuracy double precision, gold_accuracy_n bigint,
    gold_accuracy_lower double precision, gold_accuracy_upper double precision,
    agreement_floor double precision, quality_floor double precision, verdict text,
    common_error text, common_error_share double precision,
    labels_per_hour double precision, cost_per_correct_label double precision
);
COMMENT ON TYPE annoqa.speed_trap_row IS 'internal: a row of speed_trap, but for source';

CREATE FUNCTION annoqa.speed_trap(source text, since timestamp with time zone DEFAULT NULL,
    until timestamp with time zone DEFAULT NULL, vendor text DEFAULT NULL,
    annotator text DEFAULT NULL)
    RETURNS SETOF annoqa.speed_trap_row
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 10
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    r annoqa.source_reading := annoqa.reading(source, since, until, vendor, annotator,
        '{"alpha": true}');
    floor CONSTANT double precision := 0.8;
    enough CONSTANT bigint := 10;
BEGIN
    r.rows_query := annoqa.rows_query(r, 'available_at', 'confidence', 'batch', 'review',
        'suggestion');
    -- bounds, for by estimates the smallest groups would come first; perfect
    -- agreement has none, and that on a single label has no alpha.  Answers to one
    -- item are copies of each other here: items count, not labels
    RETURN QUERY
    SELECT g.grouping,
           CASE g.grouping WHEN 'vendor' THEN g.vendor WHEN 'stratum' THEN g.stratum
                           ELSE g.guideline END,
           g.alpha, g.alpha_items, g.alpha_lower, g.alpha_upper, i.x, g.scored, w.lower, w.upper,
           floor, (r.registered).quality_floor,
           CASE WHEN w.upper < (r.registered).quality_floor AND g.scored_items >= enough
                THEN 'certain' ELSE 'likely' END,
           g.top_expected || ' > ' || g.top_given,
           g.top_errors::double precision / nullif(g.scored - g.correct, 0),
           3600 / nullif(g.seconds_median, 0),
           CASE WHEN g.priced > 0 THEN g.price_sum END / nullif(g.labels * i.x, 0)
    FROM annoqa.facts_groups(r.rows_query, r.gold_query, r.settings,
                             '{vendor,stratum,guideline}') AS g
         CROSS JOIN LATERAL (SELECT g.correct::double precision / nullif(g.scored, 0) AS x) AS i,
         annoqa.share_interval(i.x, g.gold_accuracy_std_error, g.scored_items, 0.95) AS w
    WHERE (coalesce(g.alpha_lower, g.alpha) >= floor OR g.alpha_reason = 'one_category' AND g.alpha_items >= enough)
          AND i.x < (r.registered).quality_floor
          AND r.settings -> 'columns' ? g.grouping;
END
$$;
COMMENT ON FUNCTION annoqa.speed_trap(text, timestamp with time zone, timestamp with time zone, text, text) IS 'The rows of the view speed_trap for one source.';

CREATE VIEW annoqa.speed_trap WITH (security_invoker) AS
    SELECT s.name AS source, v.*
    FROM annoqa.source_shown AS s CROSS JOIN LATERAL
         annoqa.rows_or_warning(NULL::annoqa.speed_trap_row, 'speed_trap', s.name) AS v;
GRANT SELECT ON annoqa.speed_trap TO PUBLIC;
COMMENT ON VIEW annoqa.speed_trap IS 'One row a group whose agreement is high and whose accuracy is not: they all make the same mistake, fast.';
COMMENT ON COLUMN annoqa.speed_trap.source IS 'Name of the source.';
COMMENT ON COLUMN annoqa.speed_trap.scope IS 'vendor, stratum or guideline.';
COMMENT ON COLUMN annoqa.speed_trap.name IS 'Which one.';
COMMENT ON COLUMN annoqa.speed_trap.alpha IS 'Krippendorff''s alpha among its labels; its lower bound is at agreement_floor or above. NULL where all give one label.';
COMMENT ON COLUMN annoqa.speed_trap.alpha_n IS 'Items with a pair, on which alpha rests.';
COMMENT ON COLUMN annoqa.speed_trap.alpha_lower IS 'Lower 95% bound of alpha (linearised over items).';
COMMENT ON COLUMN annoqa.speed_trap.alpha_upper IS 'Upper 95% bound of alpha (linearised over items).';
COMMENT ON COLUMN annoqa.speed_trap.gold_accuracy IS 'Scored labels that equal a gold answer, over scored labels.';
COMMENT ON COLUMN annoqa.speed_trap.gold_accuracy_n IS 'Denominator of gold_accuracy.';
COMMENT ON COLUMN annoqa.speed_trap.gold_accuracy_lower IS 'Lower 95% bound of gold_accuracy (Wilson, by items).';
COMMENT ON COLUMN annoqa.speed_trap.gold_accuracy_upper IS 'Upper 95% bound of gold_accuracy (Wilson, by items).';
COMMENT ON COLUMN annoqa.speed_trap.agreement_floor IS 'What agreement must reach to count as high: 0.8.';
COMMENT ON COLUMN annoqa.speed_trap.quality_floor IS 'Gold accuracy below which speed is not worth having, as set for the source.';
COMMENT ON COLUMN annoqa.speed_trap.verdict IS 'certain when the whole interval of accuracy is below the floor, of 10 items or more, likely when only the estimate is.';
COMMENT ON COLUMN annoqa.speed_trap.common_error IS 'Commonest error, as gold > given.';
COMMENT ON COLUMN annoqa.speed_trap.common_error_share IS 'Its share of their errors.';
COMMENT ON COLUMN annoqa.speed_trap.labels_per_hour IS 'Pace: 3600 over the median seconds.';
COMMENT ON COLUMN annoqa.speed_trap.cost_per_correct_label IS 'Cost over labels times gold accuracy.';

CREATE TYPE annoqa.dissent_row AS (
    item text, stratum text, annotator text, vendor text, label text,
    others_label text, n_votes bigint, outcome text, settled_label text,
    settled_by text, dissented_at timestamp with time zone,
    settled_at timestamp with time zone, shrunken_accuracy double precision,
    dissent_upheld_rate double precision
);
COMMENT ON TYPE annoqa.dissent_row IS 'internal: a row of dissent, but for source';

CREATE FUNCTION annoqa.dissent(source text, since timestamp with time zone DEFAULT NULL,
    until timestamp with time zone DEFAULT NULL, vendor text DEFAULT NULL,
    annotator text DEFAULT NULL)
    RETURNS SETOF annoqa.dissent_row
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 1000
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    -- accuracies and rates are of all their labels, whichever are asked for
    r annoqa.source_reading := annoqa.reading(source);
    settings jsonb := annoqa.judged_settings(r);
BEGIN
    r.rows_query := annoqa.rows_query(r, 'available_at', 'seconds', 'confidence',
        'guideline', 'batch', 'price', 'review', 'suggestion');
    RETURN QUERY
    SELECT d.item, d.stratum, d.annotator, d.vendor, d.label, d.others_consensus, d.n_votes,
           d.dissent_outcome, d.settled_label, d.settled_by, d.labeled_at, d.settled_at,
           d.accuracy, d.upheld_rate
    FROM (SELECT l.*,
                 count(*) FILTER (WHERE l.dissent_outcome = 'upheld') OVER own
                     / nullif(count(*) FILTER (WHERE l.dissent_outcome <> 'open') OVER own, 0)
                           ::double precision AS upheld_rate
          FROM annoqa.facts_labels(r.rows_query, r.gold_query, settings,
                                   'dissent') AS l
          WINDOW own AS (PARTITION BY l.annotator)) AS d
    WHERE (since IS NULL OR d.labeled_at >= since) AND (until IS NULL OR d.labeled_at < until)
          AND (dissent.vendor IS NULL OR d.vendor = dissent.vendor)
          AND (dissent.annotator IS NULL OR d.annotator = dissent.annotator);
END
$$;
COMMENT ON FUNCTION annoqa.dissent(text, timestamp with time zone, timestamp with time zone, text, text) IS 'The rows of the view dissent for one source.';

CREATE VIEW annoqa.dissent WITH (security_invoker) AS
    SELECT s.name AS source, v.*
    FROM annoqa.source_shown AS s CROSS JOIN LATERAL
         annoqa.rows_or_warning(NULL::annoqa.dissent_row, 'dissent', s.name) AS v;
GRANT SELECT ON annoqa.dissent TO PUBLIC;
COMMENT ON VIEW annoqa.dissent IS 'One row a lone dissent: on an item with three or more votes, the one vote against otherwise unanimous ones.';
COMMENT ON COLUMN annoqa.dissent.source IS 'Name of the source.';
COMMENT ON COLUMN annoqa.dissent.item IS 'Key of the item.';
COMMENT ON COLUMN annoqa.dissent.stratum IS 'Stratum of the label.';
COMMENT ON COLUMN annoqa.dissent.annotator IS 'Who dissented.';
COMMENT ON COLUMN annoqa.dissent.vendor IS 'Vendor of the label.';
COMMENT ON COLUMN annoqa.dissent.label IS 'Their label.';
COMMENT ON COLUMN annoqa.dissent.others_label IS 'That of all others.';
COMMENT ON COLUMN annoqa.dissent.n_votes IS 'Votes on the item.';
COMMENT ON COLUMN annoqa.dissent.outcome IS 'upheld, overruled, neither (settled as a third label) or open.';
COMMENT ON COLUMN annoqa.dissent.settled_label IS 'What the item was settled as; a JSON array where gold accepts several.';
COMMENT ON COLUMN annoqa.dissent.settled_by IS 'gold or adjudication.';
COMMENT ON COLUMN annoqa.dissent.dissented_at IS 'Time of the label.';
COMMENT ON COLUMN annoqa.dissent.settled_at IS 'When it was settled; NULL for gold that names no time.';
COMMENT ON COLUMN annoqa.dissent.shrunken_accuracy IS 'Gold accuracy of the dissenter, drawn towards the mean of all.';
COMMENT ON COLUMN annoqa.dissent.dissent_upheld_rate IS 'Share of their settled dissents that were upheld.';

SET LOCAL search_path = annoqa, pg_temp;
