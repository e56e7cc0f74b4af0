-- What ratings tell of items, annotators and pairs of annotators.

CREATE FUNCTION conger_kappa(
    ratings, weights text DEFAULT NULL, categories text[] DEFAULT NULL,
    period float8 DEFAULT NULL, bounds float8[] DEFAULT NULL)
RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'conger_kappa_read';
COMMENT ON FUNCTION conger_kappa(ratings, text, text[], float8, float8[]) IS
    'Conger''s kappa: chance agreement from each annotator''s own margins. NULL where undefined.';

CREATE FUNCTION light_kappa(
    ratings, weights text DEFAULT NULL, categories text[] DEFAULT NULL,
    period float8 DEFAULT NULL, bounds float8[] DEFAULT NULL)
RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'light_kappa_read';
COMMENT ON FUNCTION light_kappa(ratings, text, text[], float8, float8[]) IS
    'Light''s kappa: the mean of Cohen''s kappa over the pairs of annotators where it is defined. NULL where undefined.';

CREATE FUNCTION pairwise_agreement(
    ratings, weights text DEFAULT NULL, categories text[] DEFAULT NULL,
    confidence float8 DEFAULT 0.95, period float8 DEFAULT NULL,
    bounds float8[] DEFAULT NULL)
RETURNS TABLE (
    annotator_a text, annotator_b text, n_items bigint, agreement float8,
    cohen_kappa float8, std_error float8, ci_lower float8, ci_upper float8)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 1000
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION pairwise_agreement(ratings, text, text[], float8, float8, float8[]) IS
    'One row a pair of annotators with a common item, a before b: percent agreement and Cohen''s kappa on the items both labeled, with its error (Fleiss, Cohen and Everitt 1969) and interval.';

CREATE FUNCTION annotator_agreement(
    ratings, level text DEFAULT NULL, weights text DEFAULT NULL,
    categories text[] DEFAULT NULL, period float8 DEFAULT NULL,
    bounds float8[] DEFAULT NULL)
RETURNS TABLE (
    annotator text, n_labels bigint, n_items bigint, mean_agreement float8,
    mean_kappa float8, alpha_without float8)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 100
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION annotator_agreement(ratings, text, text, text[], float8, float8[]) IS
    'One row an annotator. n_items: of their items, those that somebody else labeled too. mean_agreement weighs pairs by shared items, mean_kappa is the plain mean over pairs whose kappa is defined, alpha_without is Krippendorff''s alpha of all labels but theirs.';

CREATE FUNCTION item_agreement(
    ratings, weights text DEFAULT NULL, categories text[] DEFAULT NULL,
    period float8 DEFAULT NULL, bounds float8[] DEFAULT NULL)
RETURNS TABLE (
    item text, n_labels bigint, n_distinct bigint, agreement float8)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 1000
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION item_agreement(ratings, text, text[], float8, float8[]) IS
    'One row an item: how many labels, how many distinct ones, and the share of agreeing pairs (weighted if weights are given), NULL for a single label.';

CREATE FUNCTION items(ratings)
RETURNS TABLE (item text, n_labels bigint)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 1000
    AS 'MODULE_PATHNAME', 'ratings_items';
COMMENT ON FUNCTION items(ratings) IS 'One row an item, with its number of labels.';

CREATE FUNCTION annotators(ratings)
RETURNS TABLE (annotator text, n_labels bigint)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 100
    AS 'MODULE_PATHNAME', 'ratings_annotators';
COMMENT ON FUNCTION annotators(ratings) IS 'One row an annotator, with their number of labels.';

CREATE FUNCTION labels(ratings)
RETURNS TABLE (item text, annotator text, label text)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 1000
    AS 'MODULE_PATHNAME', 'ratings_labels';
COMMENT ON FUNCTION labels(ratings) IS 'One row a label: item, annotator and label, as text.';

CREATE FUNCTION self_agreement_add(item_labels, "any", "any", anyelement)
RETURNS item_labels
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION self_agreement_add(item_labels, "any", "any", anyelement) IS 'internal: transition of self_agreement';

CREATE FUNCTION self_agreement_final(item_labels) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION self_agreement_final(item_labels) IS 'internal: final function of self_agreement';

CREATE AGGREGATE self_agreement("any", "any", anyelement) (
    SFUNC = self_agreement_add,
    STYPE = item_labels,
    FINALFUNC = self_agreement_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = item_labels_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE self_agreement("any", "any", anyelement) IS
    'Over rows (item, annotator, label): the share of agreeing pairs among the labels that one annotator gave one item repeatedly, mean over these. NULL without repeats.';
