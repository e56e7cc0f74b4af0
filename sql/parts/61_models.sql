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

CREATE FUNCTION wawa(ratings)
RETURNS annotator_model
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION wawa(ratings) IS
    'Wawa: the skill of an annotator is the share of their labels that equal the majority vote, their own vote included; a label among m tied ones counts 1/m. The consensus is the vote weighted by the skills, its probability a share of weight.';

CREATE FUNCTION zero_based_skill(
    ratings, max_iterations integer DEFAULT 100, tolerance float8 DEFAULT 1e-9)
RETURNS annotator_model
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION zero_based_skill(ratings, integer, float8) IS
    'Like wawa, with the vote weighted by the skills, repeated until both agree. The probability of a consensus is a share of weight.';

CREATE FUNCTION glad(
    ratings, max_iterations integer DEFAULT 500, tolerance float8 DEFAULT 1e-6)
RETURNS annotator_model
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION glad(ratings, integer, float8) IS
    'Fits abilities of annotators and difficulties of items (Whitehill and others 2009); the skill is the ability, 0 at chance. tolerance: largest slope that may be left. The model keeps abilities; the difficulty of an item is found from its labels when the model is read.';

CREATE FUNCTION mace(
    ratings, restarts integer DEFAULT 10, max_iterations integer DEFAULT 500,
    tolerance float8 DEFAULT 1e-6, alpha float8 DEFAULT 0.5,
    beta float8 DEFAULT 0.5, strategy float8 DEFAULT 10,
    seed bigint DEFAULT NULL)
RETURNS annotator_model
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100000
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION mace(ratings, integer, integer, float8, float8, float8, float8, bigint) IS
    'Fits MACE (Hovy and others 2013) by variational Bayes: with chance skill, the competence, an annotator knows the truth, else they spam by a habit of their own. Of restarts random starts, fixed by seed, the best evidence bound wins. alpha, beta: prior counts of knowing and spamming; strategy: of each category when spamming.';

CREATE FUNCTION mmsr(
    ratings, max_iterations integer DEFAULT 10000,
    tolerance float8 DEFAULT 1e-10)
RETURNS annotator_model
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100000
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION mmsr(ratings, integer, float8) IS
    'Finds one chance of a right label for each annotator from how often pairs agree, without the most extreme ones (Ma and Olshevsky 2020).';

CREATE FUNCTION kos(
    ratings, max_iterations integer DEFAULT 100, tolerance float8 DEFAULT 1e-6)
RETURNS annotator_model
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000
    AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION kos(ratings, integer, float8) IS
    'Message passing for two categories (Karger, Oh and Shah 2014); the skill is the weight of an annotator''s votes. converged is false where messages oscillate. The probability of a consensus is a share of weight.';
