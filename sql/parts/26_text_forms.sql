-- Concrete text forms for engines that push down only concrete aggregates.  They
-- are for label::text alone: names of their own, so that no other type is taken
-- for text.

CREATE FUNCTION votes_add_text(votes, text) RETURNS votes
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'votes_add';
COMMENT ON FUNCTION votes_add_text(votes, text) IS 'internal: transition of votes_agg_text(label)';

CREATE FUNCTION votes_add_text(votes, text, float8) RETURNS votes
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'votes_add_weight';
COMMENT ON FUNCTION votes_add_text(votes, text, float8) IS 'internal: transition of votes_agg_text(label, weight)';

CREATE FUNCTION confusion_add_text(confusion, text, text) RETURNS confusion
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'confusion_add';
COMMENT ON FUNCTION confusion_add_text(confusion, text, text) IS 'internal: transition over (label, reference), both text';

CREATE AGGREGATE votes_agg_text(text) (
    SFUNC = votes_add_text,
    STYPE = votes,
    FINALFUNC = votes_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = votes_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE votes_agg_text(text) IS 'votes_agg for label::text, where only concrete aggregates are pushed down.';

CREATE AGGREGATE votes_agg_text(text, float8) (
    SFUNC = votes_add_text,
    STYPE = votes,
    FINALFUNC = votes_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = votes_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE votes_agg_text(text, float8) IS 'votes_agg with weights for label::text, where only concrete aggregates are pushed down.';

CREATE AGGREGATE confusion_agg_text(text, text) (
    SFUNC = confusion_add_text,
    STYPE = confusion,
    FINALFUNC = confusion_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = confusion_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE confusion_agg_text(text, text) IS 'confusion_agg for label::text and reference::text, where only concrete aggregates are pushed down.';
