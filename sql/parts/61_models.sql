-- Consensus models over ratings.

CREATE FUNCTION dawid_skene(
    ratings, prior text DEFAULT 'crowd', gold ratings DEFAULT NULL,
    start annotator_model DEFAULT NULL, max_iterations integer DEFAULT 500,
    tolerance float8 DEFAULT 1e-7, hierarchical boolean DEFAULT false,
    gold_answers ratings DEFAULT NULL)
RETURNS annotator_model
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION dawid_skene(ratings, text, ratings, annotator_model, integer, float8, boolean, ratings) IS
    'Fits the model of Dawid and Skene (1979) by EM: for each annotator the chance of each label given the true class. prior: ''crowd'' (thin annotators look like the crowd), ''none'' (as in the paper), or JSON with counts class, crowd, diagonal, even. gold holds items at their accepted answers; gold_answers adds what annotators answered to gold items that are not in the ratings.';

CREATE FUNCTION one_coin(
    ratings, prior text DEFAULT 'crowd', gold ratings DEFAULT NULL,
    start annotator_model DEFAULT NULL, max_iterations integer DEFAULT 500,
    tolerance float8 DEFAULT 1e-7, gold_answers ratings DEFAULT NULL)
RETURNS annotator_model
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION one_coin(ratings, text, ratings, annotator_model, integer, float8, ratings) IS
    'Fits one chance of being right for each annotator, errors spread evenly over the other labels, by EM. For few labels an annotator, and for many classes. Arguments as for dawid_skene.';
