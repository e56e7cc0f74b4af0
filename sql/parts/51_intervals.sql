-- Intervals and tests of an accuracy, at one look and at every look; acceptance.

CREATE FUNCTION wilson_interval(
    successes bigint, n bigint, confidence float8 DEFAULT 0.95,
    OUT lower float8, OUT upper float8)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION wilson_interval(bigint, bigint, float8) IS
    'Interval of an accuracy of which successes in n were seen, for one look. (Wilson 1927)';

CREATE FUNCTION clopper_pearson_interval(
    successes bigint, n bigint, confidence float8 DEFAULT 0.95,
    OUT lower float8, OUT upper float8)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION clopper_pearson_interval(bigint, bigint, float8) IS
    'Interval of an accuracy that holds it at least as often as claimed, for one look. (Clopper and Pearson 1934)';

CREATE FUNCTION bayes_interval(
    successes bigint, n bigint, confidence float8 DEFAULT 0.95,
    OUT lower float8, OUT upper float8)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION bayes_interval(bigint, bigint, float8) IS
    'Interval of an accuracy: equal tails of the posterior under Jeffreys'' prior, for one look.';

CREATE FUNCTION anytime_interval(
    successes bigint, n bigint, confidence float8 DEFAULT 0.95,
    side text DEFAULT 'both', prior float8[] DEFAULT '{1,1}',
    OUT lower float8, OUT upper float8)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION anytime_interval(bigint, bigint, float8, text, float8[]) IS
    'Interval of an accuracy that holds however often one looks; side is ''both'', ''lower'' or ''upper'', for which the other bound is 1 or 0. (Robbins 1970)';

CREATE FUNCTION accuracy_below(
    successes bigint, n bigint, threshold float8,
    prior float8[] DEFAULT '{1,1}') RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION accuracy_below(bigint, bigint, float8, float8[]) IS
    'Evidence (e-value) that the accuracy is below threshold: flag at 20 or more, and whoever is not below is ever flagged with probability at most 1/20, however often one looks.';

CREATE FUNCTION accuracy_above(
    successes bigint, n bigint, threshold float8,
    prior float8[] DEFAULT '{1,1}') RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION accuracy_above(bigint, bigint, float8, float8[]) IS
    'Evidence (e-value) that the accuracy is above threshold: at 20 or more the error is at most 1/20, however often one looks.';

CREATE FUNCTION acceptance_plan(
    target float8, good float8 DEFAULT NULL, confidence float8 DEFAULT 0.95,
    power float8 DEFAULT NULL, batch_size bigint DEFAULT NULL,
    errors_allowed bigint DEFAULT NULL,
    OUT n bigint, OUT max_errors bigint, OUT consumer_risk float8,
    OUT good_passes float8)
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION acceptance_plan(float8, float8, float8, float8, bigint, bigint) IS
    'How many gold answers to draw, and how many errors to accept, so that work below target passes with probability at most 1 - confidence, and work at good with at least power (0.8); exact, without replacement when batch_size is given.';

CREATE FUNCTION accept_batch(
    errors bigint, n bigint, target float8, confidence float8 DEFAULT 0.95,
    batch_size bigint DEFAULT NULL, looks text DEFAULT 'once') RETURNS text
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION accept_batch(bigint, bigint, float8, float8, bigint, text) IS
    '''accept'' when the lower bound of the accuracy reaches target, ''reject'' when the upper bound is below it, else ''not enough evidence''; looks is ''once'' or ''anytime''.';
