-- What a reader takes from an interval, a band, a bound or a reason.  Figures
-- are by hand from the definitions, or by a second implementation (numpy, from
-- the recipe of the interval): each says which.
SET client_min_messages = warning;
\set VERBOSITY terse
\pset null -
CREATE SCHEMA review;
SET search_path = review;

-- so many items with the labels of a string, one character a label
CREATE TABLE patterns (data text, labels text, items int);
INSERT INTO patterns VALUES
  ('6000', 'aaa', 3000), ('6000', 'bbb', 3000),
  ('20', 'aaa', 15), ('20', 'bbb', 5),
  ('mixed', 'aaa', 10), ('mixed', 'aab', 4), ('mixed', 'abb', 3),
  ('mixed', 'bbb', 13);
CREATE TABLE states AS
SELECT data, annoqa.agreement_agg(item, label) AS a,
       annoqa.ratings_agg(item, n, label) AS d
FROM (SELECT data, row_number() OVER () AS item, labels
      FROM patterns, generate_series(1, items)) AS i,
     regexp_split_to_table(labels, '') WITH ORDINALITY AS l(label, n)
GROUP BY data;

--
-- Bayesian intervals, however many items: by numpy, 20000 draws
--
SELECT data, e.coefficient, e.reason, round(estimate::numeric, 4) AS estimate,
       abs(ci_lower - lower) < tolerance AS lower,
       abs(ci_upper - upper) < tolerance AS upper
FROM (VALUES ('6000', 'krippendorff_alpha', 0.99912, 1, 0.0003),
             ('20', 'krippendorff_alpha', 0.70976, 1, 0.02),
             ('mixed', 'krippendorff_alpha', 0.44124, 0.84579, 0.02)) AS v(data, coefficient, lower, upper, tolerance)
     JOIN states USING (data)
     JOIN LATERAL annoqa.coefficients(a, method => 'bayesian') AS e
       USING (coefficient)
ORDER BY data;
-- and so a difference has bounds, too: by hand, 1 - 1, and at most the length
-- of one interval either way
SELECT difference, ci_lower BETWEEN -0.01 AND 0 AND ci_lower < 0 AS lower,
       ci_upper BETWEEN 0.2 AND 0.4 AS upper, c.reason
FROM states AS x, states AS y, annoqa.compare(x.a, y.a) AS c
WHERE x.data = '6000' AND y.data = '20';
-- more categories than draws are quick for, all items agreed
SELECT bool_and(ci_lower < 1 AND ci_lower > 0.9 AND ci_upper = 1) AS bounds,
       count(reason) AS reasons
FROM (SELECT annoqa.agreement_agg(i, i / 2) AS a
      FROM generate_series(0, 4399) AS i, generate_series(1, 2)) AS s,
     annoqa.coefficients(a, 'nominal', method => 'bayesian',
                         resamples => 100);
-- no test where the method draws, and one where it does not
SELECT method, count(*) AS n_rows, count(p_value) AS tests
FROM states, unnest(ARRAY['linearised', 'bootstrap', 'bayesian']) AS method,
     annoqa.coefficients(d, method => method, resamples => 200)
WHERE data = 'mixed' GROUP BY method ORDER BY method;
SELECT count(*) AS n_rows, count(p_value) AS tests, count(std_error) AS errors
FROM (SELECT annoqa.ratings_agg(i, n, ARRAY[(i * n % 3)::text]) AS d
      FROM generate_series(1, 20) AS i, generate_series(1, 3) AS n) AS s,
     annoqa.coefficients(d, 'jaccard', method => 'bayesian');

--
-- Specific agreement, drawn as the rest is: by numpy, 20000 draws, and 200000
-- resamples
--
SELECT data, method, category, f.reason,
       round(specific_agreement::numeric, 4) AS specific,
       abs(specific_std_error - error) < tolerance / 2 AS error,
       abs(specific_lower - lower) < tolerance AS lower,
       abs(specific_upper - upper) < tolerance AS upper
FROM (VALUES 
  ('6000', 'bayesian', 'a', 0.00012, 0.99956, 1, 0.0003),
  ('20', 'bayesian', 'a', 0.02174, 0.92462, 1, 0.02),
  ('20', 'bayesian', 'b', 0.06544, 0.77615, 1, 0.02),
  ('mixed', 'bayesian', 'a', 0.06244, 0.68087, 0.92085, 0.02),
  ('mixed', 'bootstrap', 'a', 0.06474, 0.68182, 0.93478, 0.02),
  ('mixed', 'bootstrap', 'b', 0.05577, 0.72917, 0.94643, 0.02))
     AS v(data, method, category, error, lower, upper, tolerance)
     JOIN states USING (data)
     JOIN LATERAL annoqa.category_agreement(a, method => method) AS f
       USING (category)
ORDER BY 1, 2, 3;
-- linearised and jackknife: of items of 3 labels that agree by s of n pairs the
-- error is by hand that of a ratio, sqrt(n sum (s - R n)^2 / (n - 1)) / sum n
SELECT method, category,
       abs(specific_std_error - by_hand) < 1e-12 AS linearised,
       abs(specific_std_error / by_hand - 1) < 0.05 AS near,
       f.reason
FROM states, unnest(ARRAY['linearised', 'ratio', 'jackknife']) AS method,
     annoqa.category_agreement(a, method => method) AS f,
     LATERAL (SELECT sqrt(sum(items) * sum(items * (k * (k - 1) - r * 2 * k) ^ 2)
                          / (sum(items) - 1)) / sum(items * 2 * k) AS by_hand
              FROM (SELECT items, k, sum(items * k * (k - 1)) OVER ()
                           / sum(items * 2 * k) OVER () AS r
                    FROM (SELECT items::float8, (3 - length(replace(labels,
                                 category, '')))::float8 AS k
                          FROM patterns WHERE data = 'mixed') AS p) AS q) AS h
WHERE data = 'mixed' ORDER BY category, method;
-- the first part that is missing says why: nothing varies
SELECT category, specific_agreement, specific_std_error, kappa,
       kappa_std_error, reason
FROM states, annoqa.category_agreement(a) WHERE data = '20' ORDER BY category;
-- a category that is nowhere, one with no second label, one annotator
SELECT category, n_labels, specific_agreement, round(kappa::numeric, 4) AS kappa,
       reason
FROM (SELECT annoqa.agreement_agg(i, l) AS a
      FROM (VALUES (1, 'a'), (1, 'b'), (2, 'b'), (2, 'b'), (3, 'c'))
           AS v(i, l)) AS s,
     annoqa.category_agreement(a, '{a,b,c,d}') ORDER BY category;
SELECT category, n_labels, share, specific_agreement, kappa, alpha, reason
FROM (SELECT annoqa.ratings_agg(i, 1, l) AS d
      FROM (VALUES (1, 'a'), (2, 'b')) AS v(i, l)) AS s,
     annoqa.category_agreement(d) ORDER BY category;

--
-- A matrix of weights lies between -1 and 1
--
SELECT annoqa.percent_agreement(a, '{{1,3},{3,1}}'::float8[])
FROM states WHERE data = 'mixed';
SELECT annoqa.percent_agreement(a, '{{1,-1.5},{-1.5,1}}'::float8[])
FROM states WHERE data = 'mixed';
-- by hand: 7 of 30 items agree by 1/3 and differ by 2/3
SELECT abs(annoqa.percent_agreement(a, '{{1,-1},{-1,1}}'::float8[])
           - (23 + 7 * (1.0 / 3 - 2.0 / 3)) / 30) < 1e-12 AS by_hand
FROM states WHERE data = 'mixed';

--
-- Bounds: the ends of a scale of which a week saw but a part
--
CREATE TABLE grades AS
SELECT annoqa.agreement_agg(item, label) AS a,
       annoqa.ratings_agg(item, n, label) AS d,
       annoqa.agreement_agg(item, label * 10) AS tens,
       annoqa.confusion_agg(label, label % 3 + 1) AS c
FROM (VALUES (1, 1, 1), (1, 2, 1), (2, 1, 1), (2, 2, 2), (3, 1, 3), (3, 2, 3),
             (4, 1, 2), (4, 2, 3)) AS v(item, n, label);
-- by hand: of 4 items two are one step apart, so of a range R the weights are
-- 1 - 1/R, 1 - 1/R^2 and 1 - sqrt(1/R); ratio 1/9 and 1/25 over the largest,
-- 4/16 or with bounds 16/36
SELECT weights, bounds,
       round(annoqa.percent_agreement(a, weights, bounds => bounds)::numeric, 6)
         AS agreement,
       abs(annoqa.percent_agreement(a, weights, bounds => bounds) - by_hand)
         < 1e-12 AS by_hand
FROM grades, (VALUES
  ('linear', NULL, 0.75), ('linear', '{1,5}'::float8[], 0.875),
  ('quadratic', NULL, 0.875), ('quadratic', '{1,5}', 0.96875),
  ('radical', NULL, 1 - sqrt(0.5) / 2), ('radical', '{1,5}', 0.75),
  ('ratio', NULL, 1 - (1.0 / 9 + 1.0 / 25)),
  ('ratio', '{1,5}', 1 - (1.0 / 9 + 1.0 / 25) / 4 * 9 / 4),
  -- the squared step over what lies below and above: 1/(1 * 3) and 1/(3 * 1),
  -- or with bounds 1/(1 * 7) and 1/(3 * 5)
  ('bipolar', NULL, 1 - (1.0 / 3 + 1.0 / 3) / 4),
  ('bipolar', '{1,5}', 1 - (1.0 / 7 + 1.0 / 15) / 4))
  AS v(weights, bounds, by_hand)
ORDER BY weights, bounds NULLS FIRST;
-- those that are a quotient of two disagreements do not move
SELECT abs(annoqa.fleiss_kappa(a, 'quadratic', bounds => '{1,5}')
           - annoqa.fleiss_kappa(a, 'quadratic')) < 1e-12 AS fleiss,
       abs(annoqa.fleiss_kappa(d, 'linear', bounds => '{0,9}')
           - annoqa.fleiss_kappa(d, 'linear')) < 1e-12 AS of_ratings,
       abs(annoqa.conger_kappa(d, 'linear', bounds => '{0,9}')
           - annoqa.conger_kappa(d, 'linear')) < 1e-12 AS conger,
       abs(annoqa.light_kappa(d, 'linear', bounds => '{0,9}')
           - annoqa.light_kappa(d, 'linear')) < 1e-12 AS light,
       abs(annoqa.cohen_kappa(c, 'linear', bounds => '{0,9}')
           - annoqa.cohen_kappa(c, 'linear')) < 1e-12 AS cohen,
       abs(annoqa.scott_pi(c, 'linear', bounds => '{0,9}')
           - annoqa.scott_pi(c, 'linear')) < 1e-12 AS scott,
       abs(annoqa.krippendorff_alpha(a, 'interval', bounds => '{1,5}')
           - annoqa.krippendorff_alpha(a, 'interval')) < 1e-12 AS alpha
FROM grades;
-- tens with their bounds are units with theirs, and by hand: weights 1 but for
-- 15/16 of neighbours and 3/4 of 1 and 3; 9 of them sum to 8.25, pa = .96875
SELECT count(*) AS n_rows,
       bool_and(abs(x.estimate - y.estimate) < 1e-12) AS same,
       max(abs(x.estimate - (0.96875 - 8.25 / 9) / (1 - 8.25 / 9)))
         FILTER (WHERE x.coefficient = 'brennan_prediger') < 1e-12 AS by_hand,
       max(abs(x.estimate - annoqa.brennan_prediger(a, 'quadratic',
                                                    bounds => '{1,5}')))
         FILTER (WHERE x.coefficient = 'brennan_prediger') AS accessor,
       max(abs(x.estimate - annoqa.gwet_ac2(a, 'quadratic',
                                            bounds => '{1,5}')))
         FILTER (WHERE x.coefficient = 'gwet_ac2') AS ac2
FROM grades, annoqa.coefficients(a, 'interval', bounds => '{1,5}') AS x
     JOIN annoqa.coefficients(tens, weights => 'quadratic',
                              bounds => '{10,50}') AS y USING (coefficient)
WHERE x.coefficient = y.coefficient;
SELECT annoqa.gwet_ac2(a, 'linear', bounds => '{2,5}') FROM grades;
SELECT annoqa.gwet_ac2(a, 'ratio', bounds => '{-1,5}') FROM grades;
-- rows of ratings, by hand: items 2 and 4 are one of 4 steps apart; the hour of
-- 24 likewise one of 24, 1 - sin^2 over the largest, that of 2 hours
SELECT item, agreement FROM grades,
  annoqa.item_agreement(d, 'linear', bounds => '{1,5}') ORDER BY item;
SELECT n_items, agreement FROM grades,
  annoqa.pairwise_agreement(d, 'linear', bounds => '{1,5}');
SELECT annotator, mean_agreement FROM grades,
  annoqa.annotator_agreement(d, weights => 'linear', bounds => '{1,5}')
ORDER BY annotator;
SELECT item, abs(agreement - CASE WHEN item IN ('2', '4')
         THEN 1 - (sin(pi() / 24) / sin(pi() / 12)) ^ 2 ELSE 1 END) < 1e-12
         AS by_hand
FROM grades, annoqa.item_agreement(d, 'circular', period => 24) ORDER BY item;
SELECT annoqa.conger_kappa(d, 'circular') FROM grades;
SELECT annoqa.conger_kappa(d, 'circular', period => 24) IS NOT NULL AS conger,
       annoqa.light_kappa(d, 'circular', period => 24) IS NOT NULL AS light
FROM grades;
SELECT coefficient, x.estimate_a = annoqa.percent_agreement(a, 'linear',
                                     bounds => '{1,5}') AS a,
       difference
FROM grades, annoqa.compare(a, a, 'percent_agreement', weights => 'linear',
                            bounds => '{1,5}') AS x;
SELECT coefficient, x.estimate_a, difference
FROM grades, annoqa.compare(d, d, 'percent_agreement', weights => 'linear',
                            bounds => '{1,5}') AS x;
SELECT coefficient, difference
FROM grades, annoqa.compare(a, a, level => 'circular', period => 24);
SELECT coefficient, round(observed_disagreement::numeric, 4) AS observed
FROM grades, annoqa.coefficients(c, 'linear', bounds => '{0,9}')
ORDER BY coefficient;

--
-- AC1 is not AC2
--
SELECT coefficient, estimate_a = annoqa.gwet_ac1(a) AS ac1
FROM grades, annoqa.compare(a, a, 'gwet_ac1');
SELECT coefficient, estimate_a = annoqa.gwet_ac2(a, 'quadratic') AS ac2
FROM grades, annoqa.compare(a, a, 'gwet_ac2', weights => 'quadratic');
SELECT coefficient FROM grades, annoqa.compare(a, a, 'gwet_ac2', 'interval');
SELECT 1 FROM grades, annoqa.compare(a, a, 'gwet_ac1', weights => 'quadratic');
SELECT 1 FROM grades, annoqa.compare(a, a, 'gwet_ac1', 'interval');
SELECT 1 FROM grades, annoqa.compare(d, d, 'gwet_ac2');

--
-- Pairs of annotators: the third never varies where the fourth labeled, and
-- the fifth met nobody; by hand
--
SELECT coefficient, n_pairs, n_pairs_undefined
FROM (SELECT annoqa.ratings_agg(item, n, label) AS d
      FROM (VALUES (1, 1, 'x'), (1, 2, 'x'), (2, 1, 'y'), (2, 2, 'x'),
                   (3, 3, 'x'), (3, 4, 'x'), (4, 5, 'y')) AS v(item, n, label))
     AS s, annoqa.coefficients(d) ORDER BY n_pairs, coefficient;

--
-- Bands
--
SELECT estimate, error, band, round(probability::numeric, 4) AS probability,
       note
FROM (VALUES (0.9, 0.2), (0.9, 0.02), (0.7, 0.01), (0.1, NULL), (0.9, NULL),
             (-2, 0.4), (-2, NULL), (1 + 1e-12, 0.01)) AS v(estimate, error),
     annoqa.interpretation(estimate::float8, error::float8);
SELECT annoqa.interpretation(1.001);
SELECT annoqa.interpretation('-Infinity');
SELECT annoqa.interpretation('NaN');

--
-- Intraclass correlations: what is missing, and why.  By hand from Shrout and
-- Fleiss: of a mean of k the correlation is 1 - 1/F and its lower bound
-- 1 - quantile/F; the quantile of F with 2 and 2 degrees of freedom is p/(1 - p).
--
CREATE TABLE measures (data text COLLATE "C", item int, n int, value float8);
INSERT INTO measures VALUES
  ('all equal', 1, 1, 3), ('all equal', 1, 2, 3), ('all equal', 2, 1, 3),
  ('all equal', 2, 2, 3),
  ('exact', 1, 1, 3), ('exact', 1, 2, 3), ('exact', 2, 1, 4), ('exact', 2, 2, 4),
  ('one item', 1, 1, 3), ('one item', 1, 2, 4),
  ('single labels', 1, 1, 3), ('single labels', 2, 2, 4),
  ('worse than chance', 1, 1, 1), ('worse than chance', 1, 2, 4),
  ('worse than chance', 2, 1, 5), ('worse than chance', 2, 2, 1),
  ('worse than chance', 3, 1, 2), ('worse than chance', 3, 2, 5);
-- mean squares 13/3 of items, 0 of annotators and 25/3: -18/7 of the mean of 3
INSERT INTO measures
SELECT 'without limit', i, n, ('{{0,0,-3},{-2,2,4},{3,-1,0}}'::int[])[i][n]
FROM generate_series(1, 3) AS i, generate_series(1, 3) AS n;
CREATE TABLE measured AS
SELECT data, annoqa.ratings_agg(item, n, value) AS d
FROM measures GROUP BY data;
SELECT data, model, round(icc::numeric, 4) AS icc, f IS NOT NULL AS f,
       round(ci_lower::numeric, 4) AS lower,
       round(ci_upper::numeric, 4) AS upper, reason
FROM measured, annoqa.icc(d) ORDER BY data, model;
SELECT model, abs(icc - (1 - 1 / f)) < 1e-12 AS by_f,
       CASE df2 WHEN 2 THEN abs(ci_lower - (1 - 0.975 / 0.025 / f)) < 1e-6 END
         AS lower_by_hand,
       abs(f - by_hand) < 1e-12 AS f_by_hand
FROM measured, annoqa.icc(d),
     -- means 2.5, 3, 3.5 about 3 of 2 labels, differences 3, 4 and 3
     (VALUES ('ICC(1,k)', (2 * 0.5 / 2) / (0.5 * (9 + 16 + 9) / 3)),
             ('ICC(3,k)', (2 * 0.5 / 2)
                          / (0.5 * (9 + 16 + 9 - (3 - 4 + 3) ^ 2 / 3.0) / 2)))
     AS v(name, by_hand)
WHERE data = 'worse than chance' AND model = name ORDER BY model;

DROP SCHEMA review CASCADE;
