-- Errors by clusters of items, and the difference of two groups that labeled
-- the same items.  The second computation is plain SQL: it leaves out each
-- cluster or item in turn, estimates what is left by itself, and takes the
-- jackknife's formula.  Estimates themselves are tested elsewhere.
\set VERBOSITY terse
CREATE SCHEMA clusters_and_pairs;
SET search_path = clusters_and_pairs, annoqa;

-- Twelve documents of one to five sentences, up to four labels a sentence,
-- some sentences with one; no two documents are alike.
CREATE TABLE labels AS
SELECT doc, doc * 100 + sentence AS item, 'ann' || a AS annotator,
       1 + CASE WHEN (doc * 31 + sentence * 17 + a * 13) % 7 < 4
                THEN (doc + sentence / 2) % 4
                ELSE (doc * sentence + a * a) % 4 END AS label
FROM generate_series(1, 12) AS doc,
     generate_series(1, 1 + (doc * 5) % 6 % 5) AS sentence,
     generate_series(1, 4) AS a
WHERE (doc * 3 + sentence * 5 + a) % 4 <> 0
  AND NOT ((doc + sentence) % 6 = 0 AND a > 1);
SELECT count(*) AS labels, count(DISTINCT item) AS items,
       count(DISTINCT doc) AS documents FROM labels;

CREATE FUNCTION by_document() RETURNS agreement[] STABLE LANGUAGE sql AS $$
  SELECT array_agg(a ORDER BY doc)
  FROM (SELECT doc, agreement_agg(item, label) AS a
        FROM labels GROUP BY doc) AS s $$;

-- The same errors by leaving out each document in turn.
CREATE FUNCTION documents_left_out(level text, weights text, singletons text)
RETURNS TABLE (coefficient text, std_error float8) STABLE LANGUAGE sql AS $$
  WITH left_out AS (
    SELECT d.doc, c.coefficient, c.estimate
    FROM (SELECT DISTINCT doc FROM labels) AS d,
         LATERAL (SELECT agreement_agg(item, label) AS a
                  FROM labels AS l WHERE l.doc <> d.doc) AS rest,
         LATERAL coefficients(rest.a, level, weights, '{1,2,3,4}',
                              singletons => singletons) AS c)
  SELECT coefficient,
         sqrt((count(*) - 1) * var_pop(estimate))
  FROM left_out GROUP BY coefficient $$;

-- var_pop is the sum of squares over m, so this is (m - 1) / m times the sum.
-- 2.2009851600916384 is the .975 quantile of Student's t with 11 degrees of
-- freedom (published tables: 2.2010).
SELECT s.level, s.weights, s.singletons, c.coefficient,
       round(c.estimate::numeric, 6) AS estimate,
       round(c.std_error::numeric, 6) AS std_error,
       abs(c.std_error - b.std_error) < 1e-12 AS error_agrees,
       c.estimate = w.estimate AS estimate_is_of_all,
       abs((c.estimate - c.ci_lower) / c.std_error - 2.2009851600916384) < 1e-9
         AS has_11_degrees,
       (c.n_items, c.n_pairable_items, c.n_labels, c.n_categories, c.reason)
         IS NOT DISTINCT FROM
       (w.n_items, w.n_pairable_items, w.n_labels, w.n_categories, w.reason)
         AS counts_are_of_all
FROM (VALUES ('nominal', NULL, 'keep'), ('nominal', NULL, 'drop'),
             ('ordinal', NULL, 'keep'), ('interval', NULL, 'keep'),
             ('ratio', NULL, 'drop'), (NULL, 'linear', 'keep'),
             (NULL, 'radical', 'drop')) AS s (level, weights, singletons),
     LATERAL coefficients(by_document(), s.level, s.weights, '{1,2,3,4}',
                          singletons => s.singletons) AS c
     JOIN LATERAL documents_left_out(s.level, s.weights, s.singletons) AS b
       ON b.coefficient = c.coefficient
     JOIN LATERAL (SELECT agreement_agg(item, label) AS a FROM labels) AS every
       ON true
     JOIN LATERAL coefficients(every.a, s.level, s.weights, '{1,2,3,4}',
                               singletons => s.singletons) AS w
       ON w.coefficient = c.coefficient
ORDER BY s.level, s.weights, s.singletons, c.coefficient;

-- Clusters of one item each: the jackknife over items.
SELECT bool_and(abs(c.std_error - w.std_error) < 1e-12) AS same_errors,
       bool_and(abs(c.ci_lower - w.ci_lower) < 1e-12
                AND abs(c.p_value - w.p_value) < 1e-12) FILTER
         (WHERE c.coefficient <> 'percent_agreement') AS same_intervals,
       count(*)
FROM (SELECT array_agg(a) AS clusters
      FROM (SELECT agreement_agg(item, label) AS a
            FROM labels GROUP BY item) AS s) AS i,
     (SELECT agreement_agg(item, label) AS a FROM labels) AS every,
     LATERAL coefficients(i.clusters, 'interval') AS c
     JOIN LATERAL coefficients(every.a, 'interval', method => 'jackknife') AS w
       ON w.coefficient = c.coefficient;

-- Neither the order of clusters nor NULL and empty ones matter.
SELECT bool_and(c.std_error = r.std_error) AS same_errors
FROM (SELECT array_agg(a ORDER BY n DESC) AS reversed
      FROM unnest(by_document() || NULL::agreement
                  || (SELECT agreement_agg(item, label) FROM labels
                      WHERE false))
           WITH ORDINALITY AS u (a, n)) AS s,
     LATERAL coefficients(by_document()) AS c
     JOIN LATERAL coefficients(s.reversed) AS r
       ON r.coefficient = c.coefficient;

-- One cluster tells nothing of variance; none, nothing at all.
SELECT coefficient, estimate IS NOT NULL AS has_estimate, std_error, ci_lower,
       p_value, n_undefined, reason
FROM coefficients(ARRAY[(SELECT agreement_agg(item, label) FROM labels)]);
SELECT coefficient, estimate, std_error, n_items, reason
FROM coefficients('{}'::agreement[]);
SELECT count(*) FROM coefficients(NULL::agreement[]);

-- Without the first cluster only one category is left.
SELECT coefficient, std_error IS NOT NULL AS has_error, n_undefined, reason
FROM coefficients(ARRAY[
  (SELECT agreement_agg(i, l) FROM (VALUES (1, 'a'), (1, 'b')) AS v (i, l)),
  (SELECT agreement_agg(i, l) FROM (VALUES (2, 'a'), (2, 'a')) AS v (i, l)),
  (SELECT agreement_agg(i, l) FROM (VALUES (3, 'a')) AS v (i, l))]);

-- Each document agrees alike, so that there is no variance.
SELECT coefficient, estimate, std_error, reason
FROM coefficients((SELECT array_agg(a) FROM (
       SELECT agreement_agg(i, l) AS a
       FROM generate_series(1, 4) AS doc,
            (VALUES (1, 'a'), (1, 'b'), (2, 'b'), (2, 'b'), (3, 'a'), (3, 'a'))
              AS v (i, l)
       GROUP BY doc) AS s));

-- Labels of an enum keep its order, also those that a document does not use.
CREATE TYPE grade AS ENUM ('poor', 'fair', 'good', 'best');
SELECT bool_and(abs(c.std_error - b.std_error) < 1e-12) AS error_agrees
FROM (SELECT array_agg(a) AS clusters FROM (
        SELECT agreement_agg(item, (enum_range(NULL::grade))[label]) AS a
        FROM labels GROUP BY doc) AS s) AS d,
     LATERAL coefficients(d.clusters, 'ordinal') AS c
     JOIN documents_left_out('ordinal', NULL, 'keep') AS b
       ON b.coefficient = c.coefficient;

-- Of a population of 100 the variances are 1 - n / 100 of what they were.
SELECT bool_and(abs(p.std_error / c.std_error
                    - sqrt(1 - c.n_items / 100.0)) < 1e-12) AS shrunken
FROM coefficients(by_document()) AS c
     JOIN coefficients(by_document(), population => 100) AS p
       ON p.coefficient = c.coefficient;

-- A population smaller than the data is an error, whatever the method.
SELECT count(*) FROM coefficients(by_document(), population => 20);
SELECT count(*) FROM coefficients((SELECT agreement_agg(item, label) FROM labels),
                                  population => 20);
SELECT count(*) FROM coefficients((SELECT agreement_agg(item, label) FROM labels),
                                  method => 'bootstrap', population => 20);
SELECT count(*) FROM coefficients((SELECT ratings_agg(item, annotator, label) FROM labels),
                                  method => 'bayesian', population => 20);
SELECT count(*) FROM category_agreement((SELECT agreement_agg(item, label) FROM labels),
                                        population => 20);

-- What cannot be read together is refused.
SELECT count(*) FROM coefficients(ARRAY[
  (SELECT agreement_agg(i, l) FROM (VALUES (1, 'a'), (1, 'b')) AS v (i, l)),
  (SELECT agreement_agg(i, l) FROM (VALUES (2, 1), (2, 1)) AS v (i, l))]);
SELECT count(*) FROM coefficients(by_document(), weights => 'linear',
                                  categories => '{1,2,3}');

-- Two campaigns that labeled some items both: 'crowd' the sentences of the
-- first nine documents, 'expert' those of the last eight.
CREATE TABLE campaigns AS
SELECT 'crowd' AS campaign, item, annotator, label
FROM labels WHERE doc <= 9
UNION ALL
SELECT 'expert', item, annotator,
       1 + CASE WHEN (item * 7 + length(annotator) + ascii(right(annotator, 1))) % 5 < 4
                THEN (item / 100 + item % 3) % 4 ELSE (label + item) % 4 END
FROM labels WHERE doc >= 5;

CREATE FUNCTION ratings_of(wanted text, without integer) RETURNS ratings
STABLE LANGUAGE sql AS $$
  SELECT ratings_agg(item, annotator, label) FROM campaigns
  WHERE campaign = wanted AND item IS DISTINCT FROM without $$;

-- The error of the difference by leaving out each item in turn, of both.
CREATE FUNCTION items_left_out(level text, weights text)
RETURNS TABLE (coefficient text, items bigint, std_error float8)
STABLE LANGUAGE sql AS $$
  WITH left_out AS (
    SELECT i.item, a.coefficient, a.estimate - b.estimate AS difference
    FROM (SELECT DISTINCT item FROM campaigns) AS i,
         LATERAL coefficients(ratings_of('crowd', i.item), level, weights,
                              '{1,2,3,4}') AS a
         JOIN LATERAL coefficients(ratings_of('expert', i.item), level, weights,
                                   '{1,2,3,4}') AS b
           ON b.coefficient = a.coefficient)
  SELECT coefficient, count(*), sqrt((count(*) - 1) * var_pop(difference))
  FROM left_out GROUP BY coefficient $$;

SELECT s.level, s.weights, d.coefficient, d.n_items_a, d.n_items_b, b.items,
       round(d.difference::numeric, 6) AS difference,
       round(d.std_error::numeric, 6) AS std_error,
       abs(d.std_error - b.std_error) < 1e-12 AS error_agrees,
       d.difference = d.estimate_a - d.estimate_b AS is_difference,
       abs(d.ci_lower + d.ci_upper - 2 * d.difference) < 1e-12 AS symmetric
FROM (VALUES ('nominal', NULL), ('ordinal', NULL), ('interval', NULL),
             (NULL, 'quadratic'), (NULL, 'ordinal')) AS s (level, weights),
     LATERAL items_left_out(s.level, s.weights) AS b,
     LATERAL compare(ratings_of('crowd', NULL), ratings_of('expert', NULL),
                     b.coefficient, s.level, s.weights, '{1,2,3,4}') AS d
WHERE b.coefficient <> 'light_kappa'
ORDER BY s.level, s.weights, d.coefficient;

-- t has as many degrees of freedom as there are items of either, less 1: for
-- 30 items 2.045229642132703 (published tables: 2.0452).
SELECT abs((ci_upper - difference) / std_error - 2.045229642132703) < 1e-9
         AS has_29_degrees
FROM compare(
  (SELECT ratings_agg(i, a, (i * a + i / 4) % 3)
   FROM generate_series(1, 20) AS i, generate_series(1, 3) AS a),
  (SELECT ratings_agg(i, a, (i * a * a + i / 3) % 3)
   FROM generate_series(11, 30) AS i, generate_series(1, 3) AS a));

-- With itself a group does not differ, and does not vary.
SELECT difference, std_error, ci_lower, reason
FROM compare(ratings_of('crowd', NULL), ratings_of('crowd', NULL));

-- Items are the same when they are equal, however they are written: numeric
-- 1.0 and 1.00, and names in any order.
SELECT count(DISTINCT round(std_error::numeric, 12)) AS different_errors,
       count(*)
FROM (SELECT * FROM compare(ratings_of('crowd', NULL), ratings_of('expert', NULL))
      UNION ALL
      SELECT * FROM compare(
        (SELECT ratings_agg(item::text, annotator, label) FROM campaigns
         WHERE campaign = 'crowd'),
        (SELECT ratings_agg(item::text, annotator, label ORDER BY item DESC)
         FROM campaigns WHERE campaign = 'expert'))
      UNION ALL
      SELECT * FROM compare(
        (SELECT ratings_agg(item::numeric(9, 1), annotator, label)
         FROM campaigns WHERE campaign = 'crowd'),
        (SELECT ratings_agg(item::numeric(9, 2), annotator, label)
         FROM campaigns WHERE campaign = 'expert'))
      UNION ALL
      SELECT * FROM compare(
        (SELECT ratings_agg(DATE '2026-01-01' + item, annotator, label)
         FROM campaigns WHERE campaign = 'crowd'),
        (SELECT ratings_agg(DATE '2026-01-01' + item, annotator, label)
         FROM campaigns WHERE campaign = 'expert'))) AS c;

-- What is not defined says why.
SELECT estimate_a, estimate_b IS NOT NULL AS has_b, difference, reason
FROM compare((SELECT ratings_agg(item, 'one'::text, label) FROM (
                SELECT DISTINCT ON (item) item, label FROM labels
                ORDER BY item, label) AS s),
             ratings_of('expert', NULL));
SELECT difference, reason
FROM compare((SELECT ratings_agg(item, annotator, label) FROM labels WHERE false),
             ratings_of('expert', NULL));
SELECT difference IS NOT NULL AS has_difference, std_error, reason
FROM compare((SELECT ratings_agg(i, a, l)
              FROM (VALUES (1, 1, 'x'), (1, 2, 'y'), (2, 1, 'x'), (2, 2, 'x'))
                AS v (i, a, l)),
             ratings_of('expert', NULL));
SELECT count(*) FROM compare(NULL::ratings, ratings_of('expert', NULL));

-- What cannot be compared is refused.
SELECT * FROM compare(ratings_of('crowd', NULL),
  (SELECT ratings_agg(item::text, annotator, label) FROM campaigns
   WHERE campaign = 'expert'));
SELECT * FROM compare(ratings_of('crowd', NULL), ratings_of('expert', NULL),
                      'fleiss_kappa', 'ordinal');
\set VERBOSITY default
SELECT * FROM compare(ratings_of('crowd', NULL), ratings_of('expert', NULL),
                      'light_kappa');
SELECT * FROM compare(agreement(ratings_of('crowd', NULL)),
                      agreement(ratings_of('expert', NULL)), 'conger_kappa');

SET client_min_messages = warning;
DROP SCHEMA clusters_and_pairs CASCADE;
