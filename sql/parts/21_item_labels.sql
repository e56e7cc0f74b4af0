-- item_labels: a log of (item, label), and the transition functions that all
-- coefficients over (item, label) share.

CREATE FUNCTION item_labels_add(item_labels, "any", anyelement) RETURNS item_labels
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION item_labels_add(item_labels, "any", anyelement) IS 'internal: transition of all aggregates over (item, label)';

CREATE FUNCTION item_labels_add_level(item_labels, "any", anyelement, text) RETURNS item_labels
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION item_labels_add_level(item_labels, "any", anyelement, text) IS 'internal: transition over (item, label, level)';

CREATE FUNCTION item_labels_add_level_categories(item_labels, "any", anyelement, text, text[]) RETURNS item_labels
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION item_labels_add_level_categories(item_labels, "any", anyelement, text, text[]) IS 'internal: transition over (item, label, level, categories)';

CREATE FUNCTION item_labels_add_weights(item_labels, "any", anyelement, text) RETURNS item_labels
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION item_labels_add_weights(item_labels, "any", anyelement, text) IS 'internal: transition over (item, label, weights)';

CREATE FUNCTION item_labels_add_weights_categories(item_labels, "any", anyelement, text, text[]) RETURNS item_labels
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION item_labels_add_weights_categories(item_labels, "any", anyelement, text, text[]) IS 'internal: transition over (item, label, weights, categories)';

CREATE FUNCTION item_labels_add_categories(item_labels, "any", anyelement, text[]) RETURNS item_labels
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION item_labels_add_categories(item_labels, "any", anyelement, text[]) IS 'internal: transition over (item, label, categories)';

CREATE FUNCTION item_labels_combine(item_labels, item_labels) RETURNS item_labels
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION item_labels_combine(item_labels, item_labels) IS 'internal: merges two logs of labels';

CREATE FUNCTION item_labels_final(item_labels) RETURNS item_labels
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION item_labels_final(item_labels) IS 'internal: final function of item_labels_agg';

CREATE AGGREGATE item_labels_agg("any", anyelement) (
    SFUNC = item_labels_add,
    STYPE = item_labels,
    FINALFUNC = item_labels_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = item_labels_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE item_labels_agg("any", anyelement) IS 'The log of labels itself, to be stored and merged; groups may share items. A row is one annotator''s one label: repeats count twice.';

CREATE AGGREGATE item_labels_agg(item_labels) (
    SFUNC = item_labels_combine,
    STYPE = item_labels,
    FINALFUNC = item_labels_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = item_labels_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE item_labels_agg(item_labels) IS 'Merges logs of labels; they may share items, but not labels.';
