-- Intraclass correlations, for labels that are numbers.

CREATE FUNCTION icc(
    ratings, model text DEFAULT NULL, confidence float8 DEFAULT 0.95)
RETURNS TABLE (
    model text, icc float8, f float8, df1 float8, df2 float8, p_value float8,
    ci_lower float8, ci_upper float8, n_items bigint, n_items_dropped bigint,
    n_annotators bigint, reason text)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 6
    AS 'MODULE_PATHNAME', 'icc_read';
COMMENT ON FUNCTION icc(ratings, text, float8) IS
    'Intraclass correlations (Shrout and Fleiss 1979, intervals by McGraw and Wong 1996), one row a model, all six unless one is named. One-way models take missing cells, two-way models drop incomplete items and count them.';
