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
    'Intraclass correlations (Shrout and Fleiss 1979, intervals by McGraw and Wong 1996), one row a model, all six unless one is named. One-way models take missing cells, two-way models drop incomplete items and count them. The bounds of a mean of k labels may lie below -1, and be NULL where they have no limit.';

CREATE TYPE icc_result AS (
    model text, icc float8, f float8, df1 float8, df2 float8, p_value float8,
    ci_lower float8, ci_upper float8, n_items bigint, n_items_dropped bigint,
    n_annotators bigint, reason text);
COMMENT ON TYPE icc_result IS 'What the aggregate icc returns: one model, with its F test, 95% interval, counts and reason.';

CREATE FUNCTION icc_add(ratings, "any", "any", anyelement, text)
RETURNS ratings
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION icc_add(ratings, "any", "any", anyelement, text) IS 'internal: transition of icc(item, annotator, value, model)';

CREATE FUNCTION icc_final(ratings) RETURNS icc_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION icc_final(ratings) IS 'internal: final function of icc(item, annotator, value, model)';

CREATE AGGREGATE icc("any", "any", anyelement, text) (
    SFUNC = icc_add,
    STYPE = ratings,
    FINALFUNC = icc_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = ratings_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE icc("any", "any", anyelement, text) IS
    'One intraclass correlation over rows (item, annotator, value, model), as a row of type icc_result: SELECT (icc(item, annotator, value, ''ICC(2,1)'')).* FROM labels.';
