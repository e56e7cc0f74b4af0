-- What votes tell, and votes as aggregates over labels.

CREATE FUNCTION winner(votes) RETURNS text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'votes_winner';
COMMENT ON FUNCTION winner(votes) IS 'The label with the greatest weight; NULL on a tie, and without votes or weight.';

CREATE FUNCTION tied(votes) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'votes_tied';
COMMENT ON FUNCTION tied(votes) IS 'Whether two or more labels share the greatest weight, compared exactly.';

CREATE FUNCTION tied_labels(votes) RETURNS text[]
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'votes_tied_labels';
COMMENT ON FUNCTION tied_labels(votes) IS 'The labels that share the greatest weight where two or more do, in canonical order; NULL where there is no tie.';

CREATE FUNCTION confidence(votes) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'votes_confidence';
COMMENT ON FUNCTION confidence(votes) IS 'The share of the weight that the winner has, or on a tie each of those who lead. A share, not a probability. NULL without votes or weight.';

CREATE FUNCTION margin(votes) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'votes_margin';
COMMENT ON FUNCTION margin(votes) IS 'The greatest share of the weight minus the second; 0 on a tie, 1 for one label alone. NULL without votes or weight.';

CREATE FUNCTION entropy(votes) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'votes_entropy';
COMMENT ON FUNCTION entropy(votes) IS 'The entropy of the shares in nats: 0 where all agree. NULL without votes or weight.';

CREATE FUNCTION normalized_entropy(votes) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'votes_normalized_entropy';
COMMENT ON FUNCTION normalized_entropy(votes) IS 'The entropy over its greatest value: ln of the categories that the type declares, else of the labels with weight. 0 where all agree. NULL without votes or weight.';

CREATE FUNCTION shares(votes, OUT label text, OUT n bigint, OUT weight float8, OUT share float8) RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'votes_shares';
COMMENT ON FUNCTION shares(votes, OUT label text, OUT n bigint, OUT weight float8, OUT share float8) IS 'The labels of an item, most weight first: votes, weight and share of the weight. Labels that the type declares are there without votes, too.';

CREATE FUNCTION vote_weight(accuracy float8, n_categories integer) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'accuracy_vote_weight';
COMMENT ON FUNCTION vote_weight(accuracy float8, n_categories integer) IS 'The weight that a vote deserves whose giver is right this often among n categories: ln(p (n - 1) / (1 - p)), and 0 at or below chance, 1/n. Give a shrunken accuracy.';

CREATE FUNCTION majority_vote_final(votes, anyelement) RETURNS anyelement
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'votes_winner_value';
COMMENT ON FUNCTION majority_vote_final(votes, anyelement) IS 'internal: final function of majority_vote';

CREATE FUNCTION weighted_consensus_final(votes, anyelement, float8) RETURNS anyelement
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'votes_winner_value';
COMMENT ON FUNCTION weighted_consensus_final(votes, anyelement, float8) IS 'internal: final function of weighted_consensus';

CREATE AGGREGATE majority_vote(anyelement) (
    SFUNC = votes_add,
    STYPE = votes,
    FINALFUNC = majority_vote_final,
    FINALFUNC_EXTRA,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = votes_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE majority_vote(anyelement) IS 'The label given most often, in its own type; NULL on a tie or without votes.';

CREATE AGGREGATE weighted_consensus(anyelement, float8) (
    SFUNC = votes_add,
    STYPE = votes,
    FINALFUNC = weighted_consensus_final,
    FINALFUNC_EXTRA,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = votes_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE weighted_consensus(anyelement, float8) IS 'The label with the greatest sum of weights, in its own type; NULL on a tie, and without votes or weight. Sums are exact.';

-- Sets, element by element.

CREATE FUNCTION element_shares(votes, OUT element text, OUT n bigint, OUT weight float8, OUT share float8) RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'votes_element_shares';
COMMENT ON FUNCTION element_shares(votes, OUT element text, OUT n bigint, OUT weight float8, OUT share float8) IS 'The elements of set-valued labels, most weight first: voters whose set contains it, their weight, and its share of the weight of all voters.';

CREATE FUNCTION elements(votes, threshold float8 DEFAULT 0.5) RETURNS text[]
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'votes_elements';
COMMENT ON FUNCTION elements(votes, threshold float8) IS 'The elements whose share of the voters weight is above the threshold; empty when there are none, NULL without votes or weight.';

CREATE FUNCTION votes_add_set(votes, text[]) RETURNS votes
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'votes_add';
COMMENT ON FUNCTION votes_add_set(votes, text[]) IS 'internal: transition of majority_elements(label)';

CREATE FUNCTION votes_add_set(votes, text[], float8) RETURNS votes
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'votes_add_threshold';
COMMENT ON FUNCTION votes_add_set(votes, text[], float8) IS 'internal: transition of majority_elements(label, threshold)';

CREATE FUNCTION majority_elements_final(votes) RETURNS text[]
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'votes_elements_final';
COMMENT ON FUNCTION majority_elements_final(votes) IS 'internal: final function of majority_elements';

CREATE AGGREGATE majority_elements(text[]) (
    SFUNC = votes_add_set,
    STYPE = votes,
    FINALFUNC = majority_elements_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = votes_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE majority_elements(text[]) IS 'The elements that more than half of the sets contain; NULL without sets.';

CREATE AGGREGATE majority_elements(text[], threshold float8) (
    SFUNC = votes_add_set,
    STYPE = votes,
    FINALFUNC = majority_elements_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = votes_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE majority_elements(text[], float8) IS 'The elements whose share of the sets is above the threshold, which is constant within a group; NULL without sets.';
