-- ratings: item x annotator -> label, keys kept.

CREATE FUNCTION ratings_add(ratings, "any", "any", anyelement) RETURNS ratings
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ratings_add(ratings, "any", "any", anyelement) IS 'internal: transition over (item, annotator, label)';

CREATE FUNCTION ratings_add(ratings, "any", "any", anyelement, "any") RETURNS ratings
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ratings_add(ratings, "any", "any", anyelement, "any") IS 'internal: transition over (item, annotator, label, at)';

CREATE FUNCTION ratings_combine(ratings, ratings) RETURNS ratings
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ratings_combine(ratings, ratings) IS 'internal: merges two designs or logs of ratings';

CREATE FUNCTION ratings_final(ratings) RETURNS ratings
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ratings_final(ratings) IS 'internal: final function of ratings_agg, resolves repeats';

CREATE FUNCTION agreement(ratings) RETURNS agreement
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'ratings_agreement';
COMMENT ON FUNCTION agreement(ratings) IS 'The histogram of vote patterns of ratings; annotators are forgotten.';

CREATE AGGREGATE ratings_agg("any", "any", anyelement) (
    SFUNC = ratings_add,
    STYPE = ratings,
    FINALFUNC = ratings_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = ratings_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE ratings_agg("any", "any", anyelement) IS 'Who gave which label to which item, from rows (item, annotator, label). Equal repeats of an annotator on an item count once; differing repeats are an error, or the last wins where the call has an ORDER BY.';

CREATE AGGREGATE ratings_agg("any", "any", anyelement, "any") (
    SFUNC = ratings_add,
    STYPE = ratings,
    FINALFUNC = ratings_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = ratings_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE ratings_agg("any", "any", anyelement, "any") IS 'Who gave which label to which item, from rows (item, annotator, label, at). Of an annotator''s labels on an item the one with the greatest at wins.';

CREATE AGGREGATE ratings_agg(ratings) (
    SFUNC = ratings_combine,
    STYPE = ratings,
    FINALFUNC = ratings_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = ratings_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE ratings_agg(ratings) IS 'Merges ratings; they may share items and annotators.';
