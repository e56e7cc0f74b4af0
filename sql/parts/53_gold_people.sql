-- What gold tells of annotators together: shrinkage, coinciding errors.

CREATE FUNCTION error_agreement(ratings, gold ratings)
RETURNS TABLE (
    annotator_a text, annotator_b text, n_items bigint,
    joint_errors bigint, expected float8, ratio float8, p_value float8,
    q_value float8, reason text,
    same_wrong bigint, same_expected float8, same_ratio float8,
    same_p_value float8, same_q_value float8, same_reason text)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 1000
    AS 'MODULE_PATHNAME', 'error_agreement_read';
COMMENT ON FUNCTION error_agreement(ratings, ratings) IS
    'One row a pair of annotators with a common item of gold: how often both err, against what the difficulty of the items explains, and how often by the same wrong label, against the wrong labels of others. Every distinct label of an item in gold is an accepted answer.';
