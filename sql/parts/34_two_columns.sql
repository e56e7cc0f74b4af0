-- Cohen's kappa and Scott's pi of two columns or of a confusion.

CREATE FUNCTION cohen_kappa(
    confusion, weights text DEFAULT NULL, categories text[] DEFAULT NULL,
    period float8 DEFAULT NULL, bounds float8[] DEFAULT NULL) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'cohen_kappa_read';
COMMENT ON FUNCTION cohen_kappa(confusion, text, text[], float8, float8[]) IS
    'Cohen''s kappa of label and reference, weighted if weights are given: by value of numbers, by position of an enum or of declared categories. period is that of circular weights, bounds the ends of a scale. NULL where undefined.';

CREATE FUNCTION cohen_kappa(confusion, weights float8[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'cohen_kappa_matrix';
COMMENT ON FUNCTION cohen_kappa(confusion, float8[]) IS
    'Cohen''s kappa with a matrix of weights, a row for each category in canonical order.';

CREATE FUNCTION cohen_kappa(confusion, weights float8[], categories text[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'cohen_kappa_matrix';
COMMENT ON FUNCTION cohen_kappa(confusion, float8[], text[]) IS
    'Cohen''s kappa with a matrix of weights, a row for each declared category.';

CREATE FUNCTION cohen_kappa_final(confusion) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'cohen_kappa_read';
COMMENT ON FUNCTION cohen_kappa_final(confusion) IS 'internal: final function of cohen_kappa';

CREATE AGGREGATE cohen_kappa(anycompatible, anycompatible) (
    SFUNC = confusion_add,
    STYPE = confusion,
    FINALFUNC = cohen_kappa_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = confusion_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohen_kappa(anycompatible, anycompatible) IS
    'Cohen''s kappa of rows (label_a, label_b), one row an item. NULL where undefined. (Cohen 1960, 1968)';

CREATE AGGREGATE cohen_kappa(anycompatible, anycompatible, text) (
    SFUNC = confusion_add,
    STYPE = confusion,
    FINALFUNC = cohen_kappa_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = confusion_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohen_kappa(anycompatible, anycompatible, text) IS
    'Cohen''s kappa of rows (label_a, label_b, weights), one row an item. NULL where undefined. (Cohen 1960, 1968)';

CREATE AGGREGATE cohen_kappa(anycompatible, anycompatible, text, text[]) (
    SFUNC = confusion_add,
    STYPE = confusion,
    FINALFUNC = cohen_kappa_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = confusion_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohen_kappa(anycompatible, anycompatible, text, text[]) IS
    'Cohen''s kappa of rows (label_a, label_b, weights, categories), one row an item. NULL where undefined. (Cohen 1960, 1968)';

CREATE AGGREGATE cohen_kappa_text(text, text) (
    SFUNC = confusion_add_text,
    STYPE = confusion,
    FINALFUNC = cohen_kappa_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = confusion_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohen_kappa_text(text, text) IS 'cohen_kappa for label::text and reference::text, where only concrete aggregates are pushed down.';

CREATE FUNCTION scott_pi(
    confusion, weights text DEFAULT NULL, categories text[] DEFAULT NULL,
    period float8 DEFAULT NULL, bounds float8[] DEFAULT NULL) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'scott_pi_read';
COMMENT ON FUNCTION scott_pi(confusion, text, text[], float8, float8[]) IS
    'Scott''s pi of label and reference, weighted if weights are given: by value of numbers, by position of an enum or of declared categories. period is that of circular weights, bounds the ends of a scale. NULL where undefined.';

CREATE FUNCTION scott_pi(confusion, weights float8[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'scott_pi_matrix';
COMMENT ON FUNCTION scott_pi(confusion, float8[]) IS
    'Scott''s pi with a matrix of weights, a row for each category in canonical order.';

CREATE FUNCTION scott_pi(confusion, weights float8[], categories text[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'scott_pi_matrix';
COMMENT ON FUNCTION scott_pi(confusion, float8[], text[]) IS
    'Scott''s pi with a matrix of weights, a row for each declared category.';

CREATE FUNCTION scott_pi_final(confusion) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'scott_pi_read';
COMMENT ON FUNCTION scott_pi_final(confusion) IS 'internal: final function of scott_pi';

CREATE AGGREGATE scott_pi(anycompatible, anycompatible) (
    SFUNC = confusion_add,
    STYPE = confusion,
    FINALFUNC = scott_pi_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = confusion_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scott_pi(anycompatible, anycompatible) IS
    'Scott''s pi of rows (label_a, label_b), one row an item. NULL where undefined. (Scott 1955)';

CREATE AGGREGATE scott_pi(anycompatible, anycompatible, text) (
    SFUNC = confusion_add,
    STYPE = confusion,
    FINALFUNC = scott_pi_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = confusion_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scott_pi(anycompatible, anycompatible, text) IS
    'Scott''s pi of rows (label_a, label_b, weights), one row an item. NULL where undefined. (Scott 1955)';

CREATE AGGREGATE scott_pi(anycompatible, anycompatible, text, text[]) (
    SFUNC = confusion_add,
    STYPE = confusion,
    FINALFUNC = scott_pi_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = confusion_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scott_pi(anycompatible, anycompatible, text, text[]) IS
    'Scott''s pi of rows (label_a, label_b, weights, categories), one row an item. NULL where undefined. (Scott 1955)';

CREATE FUNCTION coefficients(
    confusion, weights text DEFAULT NULL, categories text[] DEFAULT NULL,
    period float8 DEFAULT NULL, confidence float8 DEFAULT 0.95,
    bounds float8[] DEFAULT NULL)
RETURNS TABLE (
    coefficient text, level text, weights text, estimate float8,
    std_error float8, ci_lower float8, ci_upper float8, p_value float8,
    n_items bigint, n_pairable_items bigint, n_labels bigint,
    n_annotators bigint, n_categories bigint, n_categories_used bigint,
    n_undefined bigint, n_pairs bigint, n_pairs_undefined bigint,
    observed_disagreement float8, expected_disagreement float8,
    reason text)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 2
    AS 'MODULE_PATHNAME', 'confusion_coefficients';
COMMENT ON FUNCTION coefficients(confusion, text, text[], float8, float8, float8[]) IS
    'Cohen''s kappa and Scott''s pi with the error of Fleiss, Cohen and Everitt 1969, normal interval, and p value from the error under the null hypothesis.';

CREATE FUNCTION coefficients(
    confusion, weights float8[], categories text[], confidence float8)
RETURNS TABLE (
    coefficient text, level text, weights text, estimate float8,
    std_error float8, ci_lower float8, ci_upper float8, p_value float8,
    n_items bigint, n_pairable_items bigint, n_labels bigint,
    n_annotators bigint, n_categories bigint, n_categories_used bigint,
    n_undefined bigint, n_pairs bigint, n_pairs_undefined bigint,
    observed_disagreement float8, expected_disagreement float8,
    reason text)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 2
    AS 'MODULE_PATHNAME', 'confusion_coefficients_matrix';
COMMENT ON FUNCTION coefficients(confusion, float8[], text[], float8) IS
    'Cohen''s kappa and Scott''s pi with a matrix of weights; categories may be NULL.';

CREATE FUNCTION cells(confusion)
RETURNS TABLE (label text, reference text, n bigint)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 25
    AS 'MODULE_PATHNAME', 'confusion_cells';
COMMENT ON FUNCTION cells(confusion) IS 'One row a cell that is not empty: label, reference, and how many rows.';

CREATE FUNCTION agreement(confusion) RETURNS agreement
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'confusion_agreement';
COMMENT ON FUNCTION agreement(confusion) IS 'The histogram of vote patterns where each row is an item with two labels.';
