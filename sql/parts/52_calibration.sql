-- Stated confidence against what was right.

CREATE TYPE calibration;

CREATE FUNCTION calibration_in(cstring) RETURNS calibration
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION calibration_in(cstring) IS 'internal: input of type calibration';

CREATE FUNCTION calibration_out(calibration) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION calibration_out(calibration) IS 'internal: output of type calibration';

CREATE FUNCTION calibration_recv(internal) RETURNS calibration
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION calibration_recv(internal) IS 'internal: binary input of type calibration';

CREATE FUNCTION calibration_send(calibration) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION calibration_send(calibration) IS 'internal: binary output of type calibration';

CREATE TYPE calibration (
    INPUT = calibration_in,
    OUTPUT = calibration_out,
    RECEIVE = calibration_recv,
    SEND = calibration_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE calibration IS 'Stated confidence against what was right, by bins of confidence. Build with calibration_agg, read with calibration_error, brier_score, overconfidence and reliability().';

CREATE FUNCTION calibration_json(calibration) RETURNS json
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION calibration_json(calibration) IS
    'The text form: the sum of squared errors, and each bin as [n, correct, sum of confidence, sum of its squares], a sum as whole and 2^62ths.';

CREATE FUNCTION calibration_jsonb(calibration) RETURNS jsonb
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION calibration_jsonb(calibration) IS
    'The text form: the sum of squared errors, and each bin as [n, correct, sum of confidence, sum of its squares], a sum as whole and 2^62ths.';

CREATE CAST (calibration AS json) WITH FUNCTION calibration_json(calibration);
COMMENT ON CAST (calibration AS json) IS 'Counts and sums of each bin, as the text form has them.';
CREATE CAST (calibration AS jsonb) WITH FUNCTION calibration_jsonb(calibration);
COMMENT ON CAST (calibration AS jsonb) IS 'Counts and sums of each bin, as the text form has them.';

CREATE FUNCTION calibration_add(calibration, float8, boolean) RETURNS calibration
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION calibration_add(calibration, float8, boolean) IS
    'internal: transition over (confidence, correct)';

CREATE FUNCTION calibration_add(calibration, float8, boolean, integer) RETURNS calibration
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION calibration_add(calibration, float8, boolean, integer) IS
    'internal: transition over (confidence, correct, n_bins)';

CREATE FUNCTION calibration_combine(calibration, calibration) RETURNS calibration
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION calibration_combine(calibration, calibration) IS 'internal: adds two calibrations';

CREATE FUNCTION brier_score(calibration) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'brier_score_read';
COMMENT ON FUNCTION brier_score(calibration) IS
    'The mean squared distance of confidence from 1 where right and 0 where wrong (Brier 1950). NULL without answers.';

CREATE FUNCTION calibration_error(calibration) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'calibration_error_read';
COMMENT ON FUNCTION calibration_error(calibration) IS
    'The mean over answers of the distance of their bin''s accuracy from its mean confidence. Biased upward at small n: read it beside calibration_error_expected. NULL without answers.';

CREATE FUNCTION calibration_error_expected(calibration) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'calibration_error_expected_read';
COMMENT ON FUNCTION calibration_error_expected(calibration) IS
    'The calibration error to be expected of somebody perfectly calibrated who stated the same confidences. NULL without answers.';

CREATE FUNCTION overconfidence(calibration) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'overconfidence_read';
COMMENT ON FUNCTION overconfidence(calibration) IS
    'Mean confidence less accuracy: positive for who claims too much. NULL without answers.';

CREATE FUNCTION reliability(calibration, confidence_level float8 DEFAULT 0.95)
RETURNS TABLE (
    bin_lower float8, bin_upper float8, n bigint, mean_confidence float8,
    accuracy float8, accuracy_lower float8, accuracy_upper float8, gap float8)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 10
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION reliability(calibration, float8) IS
    'One row a bin with answers: confidence stated against accuracy, with its Wilson interval. gap is mean confidence less accuracy.';

CREATE AGGREGATE calibration_agg(float8, boolean) (
    SFUNC = calibration_add,
    STYPE = calibration,
    COMBINEFUNC = calibration_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE calibration_agg(float8, boolean) IS
    'Stated confidence in [0, 1] against what was right, in ten right-closed bins. Rows with a NULL do not count.';

CREATE AGGREGATE calibration_agg(float8, boolean, integer) (
    SFUNC = calibration_add,
    STYPE = calibration,
    COMBINEFUNC = calibration_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE calibration_agg(float8, boolean, integer) IS
    'Stated confidence in [0, 1] against what was right, in so many right-closed bins of equal width.';

CREATE AGGREGATE calibration_agg(calibration) (
    SFUNC = calibration_combine,
    STYPE = calibration,
    COMBINEFUNC = calibration_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE calibration_agg(calibration) IS
    'Adds calibrations of the same number of bins.';

CREATE AGGREGATE brier_score(float8, boolean) (
    SFUNC = calibration_add,
    STYPE = calibration,
    FINALFUNC = brier_score,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = calibration_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE brier_score(float8, boolean) IS
    'The mean of (confidence - correct)^2 (Brier 1950). NULL without rows.';

CREATE AGGREGATE calibration_error(float8, boolean) (
    SFUNC = calibration_add,
    STYPE = calibration,
    FINALFUNC = calibration_error,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = calibration_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE calibration_error(float8, boolean) IS
    'The mean over answers of the distance of accuracy from mean confidence, by ten right-closed bins. Biased upward at small n: see calibration_error_expected.';

CREATE AGGREGATE calibration_error(float8, boolean, integer) (
    SFUNC = calibration_add,
    STYPE = calibration,
    FINALFUNC = calibration_error,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = calibration_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE calibration_error(float8, boolean, integer) IS
    'The mean over answers of the distance of accuracy from mean confidence, by so many right-closed bins.';

CREATE AGGREGATE overconfidence(float8, boolean) (
    SFUNC = calibration_add,
    STYPE = calibration,
    FINALFUNC = overconfidence,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = calibration_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE overconfidence(float8, boolean) IS
    'Mean confidence less accuracy: positive for who claims too much.';

CREATE FUNCTION brier_multiclass_add(calibration, jsonb, text) RETURNS calibration
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION brier_multiclass_add(calibration, jsonb, text) IS 'internal: transition of brier_score_multiclass';

CREATE FUNCTION brier_multiclass_final(calibration) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION brier_multiclass_final(calibration) IS 'internal: final function of brier_score_multiclass';

CREATE AGGREGATE brier_score_multiclass(jsonb, text) (
    SFUNC = brier_multiclass_add,
    STYPE = calibration,
    FINALFUNC = brier_multiclass_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = calibration_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE brier_score_multiclass(jsonb, text) IS
    'The mean over rows (soft label, gold) of the sum over labels of (probability - [label is gold])^2, in [0, 2]; for two labels twice brier_score.';
