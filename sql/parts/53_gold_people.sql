-- What gold tells of annotators together: shrinkage, coinciding errors,
-- prevalence.

CREATE FUNCTION shrunken_accuracy(
    annotators text[], correct bigint[], n bigint[],
    confidence float8 DEFAULT 0.95)
RETURNS TABLE (
    annotator text, n_gold bigint, n_correct bigint, accuracy float8,
    shrunken float8, lower float8, upper float8, strength float8,
    crowd_mean float8, reason text)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 100
    AS 'MODULE_PATHNAME', 'shrunken_accuracy_counts';
COMMENT ON FUNCTION shrunken_accuracy(text[], bigint[], bigint[], float8) IS
    'One row an annotator: accuracy on gold, shrunk to the crowd''s by empirical Bayes, with an equal-tailed interval. Rank and route by the lower bound. Repeats of an annotator are added up.';

CREATE FUNCTION shrunken_accuracy(ratings, gold ratings)
RETURNS TABLE (
    annotator text, n_gold bigint, n_correct bigint, accuracy float8,
    shrunken float8, lower float8, upper float8, strength float8,
    crowd_mean float8, reason text)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 100
    AS 'MODULE_PATHNAME', 'shrunken_accuracy_ratings';
COMMENT ON FUNCTION shrunken_accuracy(ratings, ratings) IS
    'One row an annotator: accuracy on gold, shrunk to the crowd''s, with a 95% interval. Every distinct label of an item in gold is an accepted answer.';

CREATE FUNCTION shrunken_accuracy(ratings, gold ratings, confidence float8)
RETURNS TABLE (
    annotator text, n_gold bigint, n_correct bigint, accuracy float8,
    shrunken float8, lower float8, upper float8, strength float8,
    crowd_mean float8, reason text)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 100
    AS 'MODULE_PATHNAME', 'shrunken_accuracy_ratings';
COMMENT ON FUNCTION shrunken_accuracy(ratings, ratings, float8) IS
    'One row an annotator: accuracy on gold, shrunk to the crowd''s, with an equal-tailed interval of this confidence.';

CREATE FUNCTION shrunken_accuracy_by_stratum(
    annotators text[], strata text[], correct bigint[], n bigint[],
    confidence float8 DEFAULT 0.95)
RETURNS TABLE (
    annotator text, stratum text, n_gold bigint, n_correct bigint,
    accuracy float8, shrunken float8, lower float8, upper float8,
    strength float8, annotator_mean float8, reason text)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 1000
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION shrunken_accuracy_by_stratum(text[], text[], bigint[], bigint[], float8) IS
    'One row an annotator and stratum: accuracy on gold, shrunk to the annotator''s own, which is shrunk to the crowd''s. Repeats are added up.';

CREATE FUNCTION shrink_accuracy(
    correct bigint, n bigint, crowd_mean float8, strength float8,
    confidence float8 DEFAULT 0.95)
RETURNS TABLE (shrunken float8, lower float8, upper float8)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 1
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION shrink_accuracy(bigint, bigint, float8, float8, float8) IS
    'One annotator''s accuracy shrunk to a crowd of this mean and strength, as shrunken_accuracy fits them: mean and equal-tailed interval of Beta(strength * mean + correct, strength * (1 - mean) + n - correct).';

CREATE FUNCTION error_agreement(ratings, gold ratings)
RETURNS TABLE (
    annotator_a text, annotator_b text, n_items bigint,
    joint_errors bigint, expected float8, ratio float8, p_value float8,
    q_value float8, reason text,
    same_wrong bigint, same_expected float8, same_ratio float8,
    same_p_value float8, same_q_value float8, same_reason text)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 1000
    AS 'MODULE_PATHNAME', 'error_agreement_read';
COMMENT ON FUNCTION error_agreement(ratings, ratings) IS
    'One row a pair of annotators with a common item of gold: how often both err, against what the difficulty of the items explains, and how often by the same wrong label, against the wrong labels of others. Every distinct label of an item in gold is an accepted answer.';

CREATE FUNCTION corrected_prevalence(
    n_positive bigint, n bigint, true_positive bigint, n_gold_positive bigint,
    true_negative bigint, n_gold_negative bigint)
RETURNS TABLE (
    prevalence float8, lower float8, upper float8, apparent float8,
    sensitivity float8, specificity float8, clipped boolean, reason text)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 1
    AS 'MODULE_PATHNAME', 'corrected_prevalence_two';
COMMENT ON FUNCTION corrected_prevalence(bigint, bigint, bigint, bigint, bigint, bigint) IS
    'The share of positives among n items, corrected by sensitivity and specificity on gold (Rogan and Gladen 1978), with the 95% interval of Lang and Reiczigel 2014. Gold must be a random sample: planted or audited.';

CREATE FUNCTION corrected_prevalence(
    n_positive bigint, n bigint, true_positive bigint, n_gold_positive bigint,
    true_negative bigint, n_gold_negative bigint, confidence float8)
RETURNS TABLE (
    prevalence float8, lower float8, upper float8, apparent float8,
    sensitivity float8, specificity float8, clipped boolean, reason text)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 1
    AS 'MODULE_PATHNAME', 'corrected_prevalence_two';
COMMENT ON FUNCTION corrected_prevalence(bigint, bigint, bigint, bigint, bigint, bigint, float8) IS
    'The share of positives among n items, corrected by sensitivity and specificity on gold, with an interval of this confidence.';

CREATE FUNCTION corrected_prevalence(
    gold confusion, labels text[], n bigint[], confidence float8 DEFAULT 0.95,
    resamples integer DEFAULT 1000, seed bigint DEFAULT 20260101)
RETURNS TABLE (
    label text, prevalence float8, lower float8, upper float8, apparent float8,
    sensitivity float8, specificity float8, clipped boolean, reason text)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 10
    AS 'MODULE_PATHNAME', 'corrected_prevalence_all';
COMMENT ON FUNCTION corrected_prevalence(confusion, text[], bigint[], float8, integer, bigint) IS
    'One row a class: the shares of classes among items that got these labels so many times, corrected by the errors that labels showed on gold; together they sum to 1. The reference of the confusion is the gold.';
