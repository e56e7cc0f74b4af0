-- The coefficients read from a stored agreement or ratings.

CREATE FUNCTION krippendorff_alpha(
    agreement, level text DEFAULT NULL, categories text[] DEFAULT NULL,
    weights text DEFAULT NULL, period float8 DEFAULT NULL,
    bounds float8[] DEFAULT NULL) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'krippendorff_alpha_read';
COMMENT ON FUNCTION krippendorff_alpha(agreement, text, text[], text, float8, float8[]) IS
    'Krippendorff''s alpha at a level, or with weights (disagreement 1 - weight). period is that of a circular, bounds the ends of a polar level and of a scale of numbers. NULL where undefined.';

CREATE FUNCTION krippendorff_alpha(agreement, weights float8[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'krippendorff_alpha_matrix';
COMMENT ON FUNCTION krippendorff_alpha(agreement, float8[]) IS
    'Krippendorff''s alpha with a matrix of weights, a row for each category in canonical order.';

CREATE FUNCTION krippendorff_alpha(agreement, weights float8[], categories text[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'krippendorff_alpha_matrix';
COMMENT ON FUNCTION krippendorff_alpha(agreement, float8[], text[]) IS
    'Krippendorff''s alpha with a matrix of weights, a row for each declared category.';

CREATE FUNCTION krippendorff_alpha(agreement, distance regprocedure) RETURNS float8
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'krippendorff_alpha_distance';
COMMENT ON FUNCTION krippendorff_alpha(agreement, regprocedure) IS
    'Krippendorff''s alpha with a disagreement function (label, label) -> float8, which returns the disagreement itself: 0 for equal labels, symmetric, not negative.';

CREATE FUNCTION percent_agreement(
    agreement, weights text DEFAULT NULL, categories text[] DEFAULT NULL,
    period float8 DEFAULT NULL, bounds float8[] DEFAULT NULL) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'percent_agreement_read';
COMMENT ON FUNCTION percent_agreement(agreement, text, text[], float8, float8[]) IS
    'Percent agreement, weighted if weights are given. categories declare the domain and its order; period is that of circular weights, bounds the ends of a scale of numbers, by default the smallest and largest label seen. NULL where undefined.';

CREATE FUNCTION percent_agreement(agreement, weights float8[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'percent_agreement_matrix';
COMMENT ON FUNCTION percent_agreement(agreement, float8[]) IS
    'Percent agreement with a matrix of weights, a row for each category in canonical order.';

CREATE FUNCTION percent_agreement(agreement, weights float8[], categories text[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'percent_agreement_matrix';
COMMENT ON FUNCTION percent_agreement(agreement, float8[], text[]) IS
    'Percent agreement with a matrix of weights, a row for each declared category.';

CREATE FUNCTION fleiss_kappa(
    agreement, weights text DEFAULT NULL, categories text[] DEFAULT NULL,
    period float8 DEFAULT NULL, bounds float8[] DEFAULT NULL) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'fleiss_kappa_read';
COMMENT ON FUNCTION fleiss_kappa(agreement, text, text[], float8, float8[]) IS
    'Fleiss'' kappa, weighted if weights are given. categories declare the domain and its order; period is that of circular weights, bounds the ends of a scale of numbers, by default the smallest and largest label seen. NULL where undefined.';

CREATE FUNCTION fleiss_kappa(agreement, weights float8[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'fleiss_kappa_matrix';
COMMENT ON FUNCTION fleiss_kappa(agreement, float8[]) IS
    'Fleiss'' kappa with a matrix of weights, a row for each category in canonical order.';

CREATE FUNCTION fleiss_kappa(agreement, weights float8[], categories text[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'fleiss_kappa_matrix';
COMMENT ON FUNCTION fleiss_kappa(agreement, float8[], text[]) IS
    'Fleiss'' kappa with a matrix of weights, a row for each declared category.';

CREATE FUNCTION brennan_prediger(
    agreement, weights text DEFAULT NULL, categories text[] DEFAULT NULL,
    period float8 DEFAULT NULL, bounds float8[] DEFAULT NULL) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'brennan_prediger_read';
COMMENT ON FUNCTION brennan_prediger(agreement, text, text[], float8, float8[]) IS
    'The Brennan-Prediger coefficient, weighted if weights are given. categories declare the domain and its order; period is that of circular weights, bounds the ends of a scale of numbers, by default the smallest and largest label seen. NULL where undefined.';

CREATE FUNCTION brennan_prediger(agreement, weights float8[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'brennan_prediger_matrix';
COMMENT ON FUNCTION brennan_prediger(agreement, float8[]) IS
    'The Brennan-Prediger coefficient with a matrix of weights, a row for each category in canonical order.';

CREATE FUNCTION brennan_prediger(agreement, weights float8[], categories text[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'brennan_prediger_matrix';
COMMENT ON FUNCTION brennan_prediger(agreement, float8[], text[]) IS
    'The Brennan-Prediger coefficient with a matrix of weights, a row for each declared category.';

CREATE FUNCTION gwet_ac2(
    agreement, weights text, categories text[] DEFAULT NULL,
    period float8 DEFAULT NULL, bounds float8[] DEFAULT NULL) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gwet_ac2_read';
COMMENT ON FUNCTION gwet_ac2(agreement, text, text[], float8, float8[]) IS
    'Gwet''s AC2, the weighted AC1. categories declare the domain and its order; period is that of circular weights, bounds the ends of a scale of numbers, by default the smallest and largest label seen. NULL where undefined.';

CREATE FUNCTION gwet_ac2(agreement, weights float8[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gwet_ac2_matrix';
COMMENT ON FUNCTION gwet_ac2(agreement, float8[]) IS
    'Gwet''s AC2 with a matrix of weights, a row for each category in canonical order.';

CREATE FUNCTION gwet_ac2(agreement, weights float8[], categories text[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gwet_ac2_matrix';
COMMENT ON FUNCTION gwet_ac2(agreement, float8[], text[]) IS
    'Gwet''s AC2 with a matrix of weights, a row for each declared category.';

CREATE FUNCTION gwet_ac1(agreement, categories text[] DEFAULT NULL) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gwet_ac1_read';
COMMENT ON FUNCTION gwet_ac1(agreement, text[]) IS
    'Gwet''s AC1. It contains the number of categories: declare them where groups are compared. NULL where undefined.';

CREATE FUNCTION krippendorff_alpha(
    ratings, level text DEFAULT NULL, categories text[] DEFAULT NULL,
    weights text DEFAULT NULL, period float8 DEFAULT NULL,
    bounds float8[] DEFAULT NULL) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'krippendorff_alpha_read';
COMMENT ON FUNCTION krippendorff_alpha(ratings, text, text[], text, float8, float8[]) IS
    'Krippendorff''s alpha at a level, or with weights (disagreement 1 - weight). period is that of a circular, bounds the ends of a polar level and of a scale of numbers. NULL where undefined.';

CREATE FUNCTION krippendorff_alpha(ratings, weights float8[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'krippendorff_alpha_matrix';
COMMENT ON FUNCTION krippendorff_alpha(ratings, float8[]) IS
    'Krippendorff''s alpha with a matrix of weights, a row for each category in canonical order.';

CREATE FUNCTION krippendorff_alpha(ratings, weights float8[], categories text[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'krippendorff_alpha_matrix';
COMMENT ON FUNCTION krippendorff_alpha(ratings, float8[], text[]) IS
    'Krippendorff''s alpha with a matrix of weights, a row for each declared category.';

CREATE FUNCTION krippendorff_alpha(ratings, distance regprocedure) RETURNS float8
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'krippendorff_alpha_distance';
COMMENT ON FUNCTION krippendorff_alpha(ratings, regprocedure) IS
    'Krippendorff''s alpha with a disagreement function (label, label) -> float8, which returns the disagreement itself: 0 for equal labels, symmetric, not negative.';

CREATE FUNCTION percent_agreement(
    ratings, weights text DEFAULT NULL, categories text[] DEFAULT NULL,
    period float8 DEFAULT NULL, bounds float8[] DEFAULT NULL) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'percent_agreement_read';
COMMENT ON FUNCTION percent_agreement(ratings, text, text[], float8, float8[]) IS
    'Percent agreement, weighted if weights are given. categories declare the domain and its order; period is that of circular weights, bounds the ends of a scale of numbers, by default the smallest and largest label seen. NULL where undefined.';

CREATE FUNCTION percent_agreement(ratings, weights float8[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'percent_agreement_matrix';
COMMENT ON FUNCTION percent_agreement(ratings, float8[]) IS
    'Percent agreement with a matrix of weights, a row for each category in canonical order.';

CREATE FUNCTION percent_agreement(ratings, weights float8[], categories text[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'percent_agreement_matrix';
COMMENT ON FUNCTION percent_agreement(ratings, float8[], text[]) IS
    'Percent agreement with a matrix of weights, a row for each declared category.';

CREATE FUNCTION fleiss_kappa(
    ratings, weights text DEFAULT NULL, categories text[] DEFAULT NULL,
    period float8 DEFAULT NULL, bounds float8[] DEFAULT NULL) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'fleiss_kappa_read';
COMMENT ON FUNCTION fleiss_kappa(ratings, text, text[], float8, float8[]) IS
    'Fleiss'' kappa, weighted if weights are given. categories declare the domain and its order; period is that of circular weights, bounds the ends of a scale of numbers, by default the smallest and largest label seen. NULL where undefined.';

CREATE FUNCTION fleiss_kappa(ratings, weights float8[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'fleiss_kappa_matrix';
COMMENT ON FUNCTION fleiss_kappa(ratings, float8[]) IS
    'Fleiss'' kappa with a matrix of weights, a row for each category in canonical order.';

CREATE FUNCTION fleiss_kappa(ratings, weights float8[], categories text[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'fleiss_kappa_matrix';
COMMENT ON FUNCTION fleiss_kappa(ratings, float8[], text[]) IS
    'Fleiss'' kappa with a matrix of weights, a row for each declared category.';

CREATE FUNCTION brennan_prediger(
    ratings, weights text DEFAULT NULL, categories text[] DEFAULT NULL,
    period float8 DEFAULT NULL, bounds float8[] DEFAULT NULL) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'brennan_prediger_read';
COMMENT ON FUNCTION brennan_prediger(ratings, text, text[], float8, float8[]) IS
    'The Brennan-Prediger coefficient, weighted if weights are given. categories declare the domain and its order; period is that of circular weights, bounds the ends of a scale of numbers, by default the smallest and largest label seen. NULL where undefined.';

CREATE FUNCTION brennan_prediger(ratings, weights float8[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'brennan_prediger_matrix';
COMMENT ON FUNCTION brennan_prediger(ratings, float8[]) IS
    'The Brennan-Prediger coefficient with a matrix of weights, a row for each category in canonical order.';

CREATE FUNCTION brennan_prediger(ratings, weights float8[], categories text[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'brennan_prediger_matrix';
COMMENT ON FUNCTION brennan_prediger(ratings, float8[], text[]) IS
    'The Brennan-Prediger coefficient with a matrix of weights, a row for each declared category.';

CREATE FUNCTION gwet_ac2(
    ratings, weights text, categories text[] DEFAULT NULL,
    period float8 DEFAULT NULL, bounds float8[] DEFAULT NULL) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gwet_ac2_read';
COMMENT ON FUNCTION gwet_ac2(ratings, text, text[], float8, float8[]) IS
    'Gwet''s AC2, the weighted AC1. categories declare the domain and its order; period is that of circular weights, bounds the ends of a scale of numbers, by default the smallest and largest label seen. NULL where undefined.';

CREATE FUNCTION gwet_ac2(ratings, weights float8[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gwet_ac2_matrix';
COMMENT ON FUNCTION gwet_ac2(ratings, float8[]) IS
    'Gwet''s AC2 with a matrix of weights, a row for each category in canonical order.';

CREATE FUNCTION gwet_ac2(ratings, weights float8[], categories text[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gwet_ac2_matrix';
COMMENT ON FUNCTION gwet_ac2(ratings, float8[], text[]) IS
    'Gwet''s AC2 with a matrix of weights, a row for each declared category.';

CREATE FUNCTION gwet_ac1(ratings, categories text[] DEFAULT NULL) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gwet_ac1_read';
COMMENT ON FUNCTION gwet_ac1(ratings, text[]) IS
    'Gwet''s AC1. It contains the number of categories: declare them where groups are compared. NULL where undefined.';
