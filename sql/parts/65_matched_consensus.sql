-- Consensus of boxes and ranges.

CREATE TYPE matched_object AS (
    object text, n_votes bigint, n_annotators bigint, share float8,
    mean_overlap float8);
COMMENT ON TYPE matched_object IS 'An object that a quorum of annotators marked on one item; see matched_consensus.';

CREATE FUNCTION matched_add(ratings, "any", anyelement) RETURNS ratings
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION matched_add(ratings, "any", anyelement) IS 'internal: transition of matched_consensus';

CREATE FUNCTION matched_add(ratings, "any", anyelement, float8, float8) RETURNS ratings
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION matched_add(ratings, "any", anyelement, float8, float8) IS 'internal: transition of matched_consensus';

CREATE FUNCTION matched_final(ratings) RETURNS matched_object[]
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION matched_final(ratings) IS 'internal: final function of matched_consensus';

CREATE AGGREGATE matched_consensus("any", anyelement) (
    SFUNC = matched_add,
    STYPE = ratings,
    FINALFUNC = matched_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = ratings_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE matched_consensus("any", anyelement) IS
    'Over the rows (annotator, object) of one item, objects being boxes, ranges or multiranges: those that more than half of its annotators marked, matched where they overlap by half. An object of NULL means that the annotator found nothing.';

CREATE AGGREGATE matched_consensus("any", anyelement, float8, float8) (
    SFUNC = matched_add,
    STYPE = ratings,
    FINALFUNC = matched_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = ratings_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE matched_consensus("any", anyelement, float8, float8) IS
    'The same over (annotator, object, quorum, min_overlap): the share of annotators who must have marked an object, NULL for more than half, and the mean overlap from which objects count as one.';

CREATE FUNCTION matched_consensus(
    ratings, quorum float8 DEFAULT NULL, min_overlap float8 DEFAULT 0.5)
RETURNS TABLE (
    item text, object text, n_votes bigint, n_annotators bigint,
    share float8, mean_overlap float8)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 1000
    AS 'MODULE_PATHNAME', 'matched_consensus_ratings';
COMMENT ON FUNCTION matched_consensus(ratings, float8, float8) IS
    'One row an object that a quorum of the item''s annotators marked, for labels that are boxes, ranges or multiranges; the parts of a multirange are objects, and an empty one means that the annotator found nothing.';
