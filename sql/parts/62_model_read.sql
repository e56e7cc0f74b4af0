-- What a model says: of items, annotators, labels.

CREATE FUNCTION fit(annotator_model)
RETURNS TABLE (
    method text, n_items bigint, n_annotators bigint, n_labels bigint,
    n_categories bigint, iterations bigint, converged boolean,
    objective float8, log_likelihood float8, identified boolean,
    n_blocks bigint, reason text)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 1
    AS 'MODULE_PATHNAME', 'model_fit';
COMMENT ON FUNCTION fit(annotator_model) IS
    'One row: how the fit went. objective: log-likelihood with the terms of the prior. identified is false where the prior decides: with fewer than three annotators, for dawid_skene also with fewer than three labels on every item, or where the design falls into n_blocks parts that share no annotator; reason says which.';

CREATE FUNCTION annotator_skill(annotator_model, confidence float8 DEFAULT 0.95)
RETURNS TABLE (
    annotator text, n_labels bigint, skill float8, skill_lower float8,
    skill_upper float8, conditional boolean, informativeness float8,
    informativeness_upper float8, spammer boolean)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 100
    AS 'MODULE_PATHNAME', 'model_annotator_skill';
COMMENT ON FUNCTION annotator_skill(annotator_model, float8) IS
    'One row an annotator. skill: expected accuracy on items like these (of methods with a scale of their own: that); bounds hold the items'' posteriors fixed, which conditional marks: they are too short where items have few labels. informativeness: what a label tells of the truth, in nats, with its upper bound by the jackknife over items. spammer: that bound is below 0.05; NULL with fewer than 20 labels, or where the truth itself tells less than 0.1. No verdict.';

CREATE FUNCTION annotator_confusion(annotator_model, annotator text DEFAULT NULL)
RETURNS TABLE (
    annotator text, reference text, label text, probability float8,
    expected_count float8)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 1000
    AS 'MODULE_PATHNAME', 'model_annotator_confusion';
COMMENT ON FUNCTION annotator_confusion(annotator_model, text) IS
    'One row for each annotator (or the one named), true class and label: the chance of the label given the class, and how many such labels there are expected to be.';

CREATE FUNCTION class_prior(annotator_model)
RETURNS TABLE (label text, probability float8)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10
    AS 'MODULE_PATHNAME', 'model_class_prior';
COMMENT ON FUNCTION class_prior(annotator_model) IS
    'One row a class: the share of items that the model gives it.';

CREATE FUNCTION drift(
    annotator_model, annotator_model, confidence float8 DEFAULT 0.95)
RETURNS TABLE (
    annotator text, n_labels_before bigint, n_labels_after bigint,
    skill_before float8, skill_after float8, difference float8,
    difference_lower float8, difference_upper float8, divergence float8)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 100
    AS 'MODULE_PATHNAME', 'model_drift';
COMMENT ON FUNCTION drift(annotator_model, annotator_model, float8) IS
    'One row an annotator of either model: skill in the first and the second, their difference with bounds (conditional, as those of annotator_skill), and how far the two confusions are apart (Jensen-Shannon, 0 to ln 2 nats).';

CREATE FUNCTION consensus(
    ratings, annotator_model, temperature float8 DEFAULT 1,
    gold ratings DEFAULT NULL)
RETURNS TABLE (
    item text, label text, probability float8, share float8, entropy float8,
    n_labels bigint, tied boolean)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 1000
    AS 'MODULE_PATHNAME', 'model_consensus';
COMMENT ON FUNCTION consensus(ratings, annotator_model, float8, ratings) IS
    'One row an item: its most probable label (NULL on a tie), the posterior probability, the label''s share of the votes, the entropy of the posterior in nats, the number of labels. The model may have been fitted to other ratings: annotators whom it does not know count as the crowd does. temperature above 1 makes probabilities less certain; gold holds items at their accepted answers.';

CREATE FUNCTION posterior(
    ratings, annotator_model, temperature float8 DEFAULT 1,
    gold ratings DEFAULT NULL)
RETURNS TABLE (item text, label text, probability float8)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 1000
    AS 'MODULE_PATHNAME', 'model_posteriors';
COMMENT ON FUNCTION posterior(ratings, annotator_model, float8, ratings) IS
    'One row for each item and class: the probability that the item is of the class. Arguments as for consensus.';
