-- votes: the labels of one item.

CREATE FUNCTION votes_add(votes, anyelement) RETURNS votes
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION votes_add(votes, anyelement) IS 'internal: transition of votes_agg(label)';

CREATE FUNCTION votes_add(votes, anyelement, float8) RETURNS votes
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'votes_add_weight';
COMMENT ON FUNCTION votes_add(votes, anyelement, float8) IS 'internal: transition over (label, weight)';

CREATE FUNCTION votes_combine(votes, votes) RETURNS votes
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION votes_combine(votes, votes) IS 'internal: merges votes of the same item';

CREATE FUNCTION votes_final(votes) RETURNS votes
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION votes_final(votes) IS 'internal: final function of votes_agg';

CREATE AGGREGATE votes_agg(anyelement) (
    SFUNC = votes_add,
    STYPE = votes,
    FINALFUNC = votes_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = votes_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE votes_agg(anyelement) IS 'The votes of an item: how often each label was given. NULL labels do not count.';

CREATE AGGREGATE votes_agg(anyelement, float8) (
    SFUNC = votes_add,
    STYPE = votes,
    FINALFUNC = votes_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = votes_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE votes_agg(anyelement, float8) IS 'The votes of an item and their weights, which are summed exactly. Rows with a NULL label or weight do not count.';

CREATE AGGREGATE votes_agg(votes) (
    SFUNC = votes_combine,
    STYPE = votes,
    FINALFUNC = votes_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = votes_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE votes_agg(votes) IS 'Merges votes of the same item.';
