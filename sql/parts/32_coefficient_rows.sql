-- Rows: every coefficient with its error, interval, counts and reason.

CREATE FUNCTION coefficients(
    agreement, level text DEFAULT NULL, weights text DEFAULT NULL,
    categories text[] DEFAULT NULL, confidence float8 DEFAULT 0.95,
    singletons text DEFAULT 'keep', method text DEFAULT 'linearised',
    resamples integer DEFAULT NULL, seed bigint DEFAULT NULL,
    population bigint DEFAULT NULL, period float8 DEFAULT NULL,
    bounds float8[] DEFAULT NULL)
RETURNS TABLE (
    coefficient text, level text, weights text, estimate float8,
    std_error float8, ci_lower float8, ci_upper float8, p_value float8,
    n_items bigint, n_pairable_items bigint, n_labels bigint,
    n_annotators bigint, n_categories bigint, n_categories_used bigint,
    n_undefined bigint, n_pairs bigint, n_pairs_undefined bigint,
    observed_disagreement float8, expected_disagreement float8,
    reason text)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 5
    AS 'MODULE_PATHNAME', 'coefficients_read';
COMMENT ON FUNCTION coefficients(agreement, text, text, text[], float8, text, text, integer, bigint, bigint, float8, float8[]) IS
    'One row a coefficient: estimate, standard error, interval, two-sided p value of "0", counts, and why a part is missing. method: linearised, ratio, jackknife, bootstrap, bayesian (for small and skewed samples). They speak of these annotators on more items like these, not of other annotators.';

CREATE FUNCTION coefficients(agreement, weights float8[])
RETURNS TABLE (
    coefficient text, level text, weights text, estimate float8,
    std_error float8, ci_lower float8, ci_upper float8, p_value float8,
    n_items bigint, n_pairable_items bigint, n_labels bigint,
    n_annotators bigint, n_categories bigint, n_categories_used bigint,
    n_undefined bigint, n_pairs bigint, n_pairs_undefined bigint,
    observed_disagreement float8, expected_disagreement float8,
    reason text)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 5
    AS 'MODULE_PATHNAME', 'coefficients_matrix';
COMMENT ON FUNCTION coefficients(agreement, float8[]) IS
    'One row a coefficient, with a matrix of weights, a row for each category in canonical order. They speak of these annotators on more items like these, not of other annotators.';

CREATE FUNCTION coefficients(agreement, weights float8[], categories text[])
RETURNS TABLE (
    coefficient text, level text, weights text, estimate float8,
    std_error float8, ci_lower float8, ci_upper float8, p_value float8,
    n_items bigint, n_pairable_items bigint, n_labels bigint,
    n_annotators bigint, n_categories bigint, n_categories_used bigint,
    n_undefined bigint, n_pairs bigint, n_pairs_undefined bigint,
    observed_disagreement float8, expected_disagreement float8,
    reason text)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 5
    AS 'MODULE_PATHNAME', 'coefficients_matrix';
COMMENT ON FUNCTION coefficients(agreement, float8[], text[]) IS
    'One row a coefficient, with a matrix of weights, a row for each declared category. They speak of these annotators on more items like these, not of other annotators.';

CREATE FUNCTION coefficients(
    clusters agreement[], level text DEFAULT NULL, weights text DEFAULT NULL,
    categories text[] DEFAULT NULL, confidence float8 DEFAULT 0.95,
    singletons text DEFAULT 'keep', population bigint DEFAULT NULL,
    period float8 DEFAULT NULL, bounds float8[] DEFAULT NULL)
RETURNS TABLE (
    coefficient text, level text, weights text, estimate float8,
    std_error float8, ci_lower float8, ci_upper float8, p_value float8,
    n_items bigint, n_pairable_items bigint, n_labels bigint,
    n_annotators bigint, n_categories bigint, n_categories_used bigint,
    n_undefined bigint, n_pairs bigint, n_pairs_undefined bigint,
    observed_disagreement float8, expected_disagreement float8,
    reason text)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 5
    AS 'MODULE_PATHNAME', 'coefficients_clusters';
COMMENT ON FUNCTION coefficients(agreement[], text, text, text[], float8, text, bigint, float8, float8[]) IS
    'One row a coefficient of all items together, for items that come in clusters, such as the sentences of one document: one agreement a cluster, as in coefficients((SELECT array_agg(a) FROM (SELECT agreement_agg(item, label) AS a FROM labels GROUP BY document) AS s)). The error is the jackknife''s that leaves out one cluster at a time, with t(clusters - 1). NULL and empty elements are passed over; a single cluster gives no error (too_few).';

CREATE FUNCTION category_agreement(
    agreement, categories text[] DEFAULT NULL, confidence float8 DEFAULT 0.95,
    singletons text DEFAULT 'keep', method text DEFAULT 'linearised',
    resamples integer DEFAULT NULL, seed bigint DEFAULT NULL,
    population bigint DEFAULT NULL)
RETURNS TABLE (
    category text, n_labels bigint, share float8,
    specific_agreement float8, specific_std_error float8,
    specific_lower float8, specific_upper float8,
    kappa float8, kappa_std_error float8, kappa_lower float8,
    kappa_upper float8,
    alpha float8, alpha_std_error float8, alpha_lower float8,
    alpha_upper float8, reason text)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 10
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION category_agreement(agreement, text[], float8, text, text, integer, bigint, bigint) IS
    'One row a category: how often it is chosen, specific agreement, Fleiss'' kappa and Krippendorff''s alpha of it against the rest, each with its error, and why the first of them is missing. They speak of these annotators on more items like these, not of other annotators.';

CREATE FUNCTION coefficients(
    ratings, level text DEFAULT NULL, weights text DEFAULT NULL,
    categories text[] DEFAULT NULL, confidence float8 DEFAULT 0.95,
    singletons text DEFAULT 'keep', method text DEFAULT 'linearised',
    resamples integer DEFAULT NULL, seed bigint DEFAULT NULL,
    population bigint DEFAULT NULL, period float8 DEFAULT NULL,
    bounds float8[] DEFAULT NULL)
RETURNS TABLE (
    coefficient text, level text, weights text, estimate float8,
    std_error float8, ci_lower float8, ci_upper float8, p_value float8,
    n_items bigint, n_pairable_items bigint, n_labels bigint,
    n_annotators bigint, n_categories bigint, n_categories_used bigint,
    n_undefined bigint, n_pairs bigint, n_pairs_undefined bigint,
    observed_disagreement float8, expected_disagreement float8,
    reason text)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 7
    AS 'MODULE_PATHNAME', 'coefficients_read';
COMMENT ON FUNCTION coefficients(ratings, text, text, text[], float8, text, text, integer, bigint, bigint, float8, float8[]) IS
    'One row a coefficient: estimate, standard error, interval, two-sided p value of "0", counts, and why a part is missing. method: linearised, ratio, jackknife, bootstrap, bayesian (for small and skewed samples). conger_kappa and light_kappa come besides; their error is the jackknife''s where the method draws. n_pairs and n_pairs_undefined are those of light_kappa. They speak of these annotators on more items like these, not of other annotators.';

CREATE FUNCTION coefficients(ratings, weights float8[])
RETURNS TABLE (
    coefficient text, level text, weights text, estimate float8,
    std_error float8, ci_lower float8, ci_upper float8, p_value float8,
    n_items bigint, n_pairable_items bigint, n_labels bigint,
    n_annotators bigint, n_categories bigint, n_categories_used bigint,
    n_undefined bigint, n_pairs bigint, n_pairs_undefined bigint,
    observed_disagreement float8, expected_disagreement float8,
    reason text)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 7
    AS 'MODULE_PATHNAME', 'coefficients_matrix';
COMMENT ON FUNCTION coefficients(ratings, float8[]) IS
    'One row a coefficient, with a matrix of weights, a row for each category in canonical order. They speak of these annotators on more items like these, not of other annotators.';

CREATE FUNCTION coefficients(ratings, weights float8[], categories text[])
RETURNS TABLE (
    coefficient text, level text, weights text, estimate float8,
    std_error float8, ci_lower float8, ci_upper float8, p_value float8,
    n_items bigint, n_pairable_items bigint, n_labels bigint,
    n_annotators bigint, n_categories bigint, n_categories_used bigint,
    n_undefined bigint, n_pairs bigint, n_pairs_undefined bigint,
    observed_disagreement float8, expected_disagreement float8,
    reason text)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 7
    AS 'MODULE_PATHNAME', 'coefficients_matrix';
COMMENT ON FUNCTION coefficients(ratings, float8[], text[]) IS
    'One row a coefficient, with a matrix of weights, a row for each declared category. They speak of these annotators on more items like these, not of other annotators.';

CREATE FUNCTION category_agreement(
    ratings, categories text[] DEFAULT NULL, confidence float8 DEFAULT 0.95,
    singletons text DEFAULT 'keep', method text DEFAULT 'linearised',
    resamples integer DEFAULT NULL, seed bigint DEFAULT NULL,
    population bigint DEFAULT NULL)
RETURNS TABLE (
    category text, n_labels bigint, share float8,
    specific_agreement float8, specific_std_error float8,
    specific_lower float8, specific_upper float8,
    kappa float8, kappa_std_error float8, kappa_lower float8,
    kappa_upper float8,
    alpha float8, alpha_std_error float8, alpha_lower float8,
    alpha_upper float8, reason text)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 10
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION category_agreement(ratings, text[], float8, text, text, integer, bigint, bigint) IS
    'One row a category: how often it is chosen, specific agreement, Fleiss'' kappa and Krippendorff''s alpha of it against the rest, each with its error, and why the first of them is missing. They speak of these annotators on more items like these, not of other annotators.';

CREATE FUNCTION compare(
    agreement, agreement, coefficient text DEFAULT 'krippendorff_alpha',
    level text DEFAULT NULL, weights text DEFAULT NULL,
    categories text[] DEFAULT NULL, confidence float8 DEFAULT 0.95,
    method text DEFAULT 'bayesian', seed bigint DEFAULT NULL,
    period float8 DEFAULT NULL, bounds float8[] DEFAULT NULL)
RETURNS TABLE (
    coefficient text, estimate_a float8, estimate_b float8,
    difference float8, std_error float8, ci_lower float8, ci_upper float8,
    n_items_a bigint, n_items_b bigint, reason text)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 1
    AS 'MODULE_PATHNAME', 'compare_agreements';
COMMENT ON FUNCTION compare(agreement, agreement, text, text, text, text[], float8, text, bigint, float8, float8[]) IS
    'The difference of a coefficient between two groups that share no item, with its interval: by MOVER from both intervals, for method linearised from both errors.';

CREATE FUNCTION compare(
    ratings, ratings, coefficient text DEFAULT 'krippendorff_alpha',
    level text DEFAULT NULL, weights text DEFAULT NULL,
    categories text[] DEFAULT NULL, confidence float8 DEFAULT 0.95,
    period float8 DEFAULT NULL, bounds float8[] DEFAULT NULL)
RETURNS TABLE (
    coefficient text, estimate_a float8, estimate_b float8,
    difference float8, std_error float8, ci_lower float8, ci_upper float8,
    n_items_a bigint, n_items_b bigint, reason text)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 1
    AS 'MODULE_PATHNAME', 'compare_ratings';
COMMENT ON FUNCTION compare(ratings, ratings, text, text, text, text[], float8, float8, float8[]) IS
    'The difference of a coefficient, also conger_kappa, between two groups that may have labeled the same items. These are paired: the error is the jackknife''s of the difference that leaves out one item of either at a time, from both groups at once, with t(items - 1).';

CREATE FUNCTION interpretation(
    estimate float8, std_error float8 DEFAULT NULL,
    scale text DEFAULT 'field', coefficient text DEFAULT NULL)
RETURNS TABLE (band text, probability float8, note text)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 1
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION interpretation(float8, float8, text, text) IS
    'The highest band whose cumulative membership probability reaches 0.95 (Gwet''s benchmarking). Scales: field, krippendorff, landis_koch, altman, fleiss. Noted "no higher band reached" where that is the lowest, and without an error "point only": the band of the point.';
