-- agreement: the histogram of vote patterns.

CREATE FUNCTION agreement_add_votes(agreement, votes) RETURNS agreement
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION agreement_add_votes(agreement, votes) IS 'internal: transition of agreement_agg(votes)';

CREATE FUNCTION agreement_add_votes(agreement, votes, boolean) RETURNS agreement
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION agreement_add_votes(agreement, votes, boolean) IS 'internal: transition of agreement_agg(votes, ignore_weights)';

CREATE FUNCTION agreement_combine(agreement, agreement) RETURNS agreement
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION agreement_combine(agreement, agreement) IS 'internal: merges histograms of disjoint items';

CREATE FUNCTION agreement_final(agreement) RETURNS agreement
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION agreement_final(agreement) IS 'internal: final function of agreement_agg over votes and agreements';

CREATE FUNCTION agreement(item_labels) RETURNS agreement
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'item_labels_agreement';
COMMENT ON FUNCTION agreement(item_labels) IS 'The histogram of vote patterns of a log of labels.';

CREATE AGGREGATE agreement_agg("any", anyelement) (
    SFUNC = item_labels_add,
    STYPE = item_labels,
    FINALFUNC = agreement,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = item_labels_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE agreement_agg("any", anyelement) IS 'The histogram of vote patterns over rows (item, label). A row is one annotator''s one label: repeats count twice; where annotators are known use agreement(ratings_agg(item, annotator, label)).';

CREATE AGGREGATE agreement_agg(votes) (
    SFUNC = agreement_add_votes,
    STYPE = agreement,
    FINALFUNC = agreement_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = agreement_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE agreement_agg(votes) IS 'The histogram of vote patterns over items, one row an item.';

CREATE AGGREGATE agreement_agg(votes, ignore_weights boolean) (
    SFUNC = agreement_add_votes,
    STYPE = agreement,
    FINALFUNC = agreement_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = agreement_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE agreement_agg(votes, boolean) IS 'The same over votes with weights: true counts each vote once, false refuses weights other than 1.';

CREATE AGGREGATE agreement_agg(agreement) (
    SFUNC = agreement_combine,
    STYPE = agreement,
    FINALFUNC = agreement_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = agreement_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE agreement_agg(agreement) IS 'Merges histograms of groups that share no item. Groups that share items are merged as item_labels or ratings.';
