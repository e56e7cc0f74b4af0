-- CROWDLAB: a classifier's probabilities as one more voice.

CREATE TYPE predictions;

CREATE FUNCTION predictions_in(cstring) RETURNS predictions
    LANGUAGE C STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION predictions_in(cstring) IS 'internal: input of type predictions';

CREATE FUNCTION predictions_out(predictions) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION predictions_out(predictions) IS 'internal: output of type predictions';

CREATE FUNCTION predictions_recv(internal) RETURNS predictions
    LANGUAGE C STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION predictions_recv(internal) IS 'internal: binary input of type predictions';

CREATE FUNCTION predictions_send(predictions) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION predictions_send(predictions) IS 'internal: binary output of type predictions';

CREATE TYPE predictions (
    INPUT = predictions_in,
    OUTPUT = predictions_out,
    RECEIVE = predictions_recv,
    SEND = predictions_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE predictions IS 'A classifier''s probabilities of each item''s labels. Build with predictions_agg, read with crowdlab(), crowdlab_next() and probabilities().';

CREATE FUNCTION predictions_add(predictions, "any", anyelement, float8) RETURNS predictions
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION predictions_add(predictions, "any", anyelement, float8) IS 'internal: transition over (item, label, probability)';

CREATE FUNCTION predictions_combine(predictions, predictions) RETURNS predictions
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION predictions_combine(predictions, predictions) IS 'internal: merges two predictions';

CREATE FUNCTION predictions_final(predictions) RETURNS predictions
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION predictions_final(predictions) IS 'internal: final function of predictions_agg, checks that probabilities add up to 1';

CREATE AGGREGATE predictions_agg("any", anyelement, float8) (
    SFUNC = predictions_add,
    STYPE = predictions,
    FINALFUNC = predictions_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = predictions_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE predictions_agg("any", anyelement, float8) IS 'A classifier''s probabilities from rows (item, label, probability). Those of an item must add up to 1, within 0.001; a label without a row has probability 0. A second row of an item and label is an error.';

CREATE AGGREGATE predictions_agg(predictions) (
    SFUNC = predictions_combine,
    STYPE = predictions,
    FINALFUNC = predictions_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = predictions_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE predictions_agg(predictions) IS 'Merges predictions of different items.';

CREATE FUNCTION probabilities(predictions)
RETURNS TABLE (item text, label text, probability float8)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 1000
    AS 'MODULE_PATHNAME', 'predictions_rows';
COMMENT ON FUNCTION probabilities(predictions) IS 'One row a probability: the rows of the predictions, items and labels as text.';

CREATE FUNCTION crowdlab(ratings, predictions)
RETURNS TABLE (
    item text, label text, probability float8, majority_label text,
    share float8, n_labels bigint, reason text)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 1000
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION crowdlab(ratings, predictions) IS
    'One row a labeled item: the consensus of annotators and classifier, how likely it is right (CROWDLAB, Goh et al. 2022), the majority vote, and the share of the item''s labels that are the consensus.';

CREATE FUNCTION crowdlab_labels(ratings, predictions)
RETURNS TABLE (
    item text, annotator text, label text, quality float8, reason text)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 1000
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION crowdlab_labels(ratings, predictions) IS
    'One row a label: how likely it is right, by annotators and classifier together (CROWDLAB).';

CREATE FUNCTION crowdlab_annotators(ratings, predictions)
RETURNS TABLE (
    annotator text, quality float8, agreement_with_consensus float8,
    worst_class text, n_labels bigint, weight float8, model_weight float8,
    reason text)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 100
    AS 'MODULE_PATHNAME', 'crowdlab_annotators_read';
COMMENT ON FUNCTION crowdlab_annotators(ratings, predictions) IS
    'One row an annotator: quality (CROWDLAB), share of their labels that are the consensus, the label of theirs that is least often the consensus, their weight in the ensemble, and the classifier''s.';

CREATE FUNCTION crowdlab_next(
    ratings, predictions, temperature float8 DEFAULT NULL)
RETURNS TABLE (
    item text, n_labels bigint, label text, score float8, reason text)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 1000
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION crowdlab_next(ratings, predictions, float8) IS
    'One row an item of the predictions, labeled or not: ActiveLab''s score (Goh and Mueller 2023), the lower the sooner one more label is worth its price. The classifier''s temperature is fitted unless given.';

CREATE FUNCTION label_gain(
    ratings, annotator_model, temperature float8 DEFAULT 1,
    gold ratings DEFAULT NULL)
RETURNS TABLE (
    item text, n_labels bigint, probability float8, entropy float8,
    expected_gain float8)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 1000
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION label_gain(ratings, annotator_model, float8, ratings) IS
    'One row an item: how sure the model is of its label, the entropy of its posterior in nats, and by how much one more label, by an annotator of median skill, is expected to lower the chance of a wrong answer. Arguments as for consensus.';
