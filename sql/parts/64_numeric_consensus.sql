-- Consensus of numbers.

CREATE FUNCTION numeric_consensus(ratings)
RETURNS TABLE (
    item text, value float8, std_error float8, mean float8, median float8,
    n_labels bigint, reason text)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 1000
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION numeric_consensus(ratings) IS
    'One row an item, for labels that are numbers: the mean weighted by each annotator''s precision, biases removed, with its error; the plain mean and the median beside it.';

CREATE FUNCTION numeric_annotators(ratings)
RETURNS TABLE (
    annotator text, n_labels bigint, bias float8, bias_std_error float8,
    std_dev float8, weight float8, reason text)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 100
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION numeric_annotators(ratings) IS
    'One row an annotator, for labels that are numbers: how far above the crowd they label, how much they scatter about item and bias, and their weight, 1 for the crowd''s precision.';
