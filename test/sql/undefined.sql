-- Data on which a coefficient is not defined: NULL with a reason, never NaN,
-- never infinity.  What is expected follows from the definitions, by hand; the
-- closed list of reasons is in the documentation.
\set VERBOSITY terse
\pset null -
SET client_min_messages = warning;
CREATE SCHEMA undefined;
SET search_path = undefined;

CREATE TYPE yesno AS ENUM ('no', 'yes');
CREATE TABLE designs (design text COLLATE "C", item int, annotator text, label text);
INSERT INTO designs VALUES
  ('all NULL', 1, 'x', NULL), ('all NULL', NULL, 'x', 'yes'),
  ('all NULL', NULL, NULL, NULL), ('all NULL', 2, 'y', NULL),
  ('one row', 1, 'x', 'yes'),
  ('one item, agreed', 1, 'x', 'yes'), ('one item, agreed', 1, 'y', 'yes'),
  ('one item, disputed', 1, 'x', 'yes'), ('one item, disputed', 1, 'y', 'no'),
  ('one label each', 1, 'x', 'yes'), ('one label each', 2, 'y', 'no'),
  ('one label each', 3, 'y', 'yes'),
  ('one annotator', 1, 'x', 'yes'), ('one annotator', 2, 'x', 'no'),
  ('one category', 1, 'x', 'yes'), ('one category', 1, 'y', 'yes'),
  ('one category', 2, 'x', 'yes'), ('one category', 2, 'y', 'yes'),
  ('one category', 3, 'y', 'yes'),
  ('all agree', 1, 'x', 'yes'), ('all agree', 1, 'y', 'yes'),
  ('all agree', 2, 'x', 'no'), ('all agree', 2, 'y', 'no'),
  ('all agree', 3, 'x', 'no'), ('all agree', 3, 'y', 'no'),
  ('all differ', 1, 'x', 'yes'), ('all differ', 1, 'y', 'no'),
  ('all differ', 2, 'x', 'no'), ('all differ', 2, 'y', 'yes'),
  ('never met', 1, 'x', 'yes'), ('never met', 1, 'y', 'no'),
  ('never met', 2, 'z', 'no'), ('never met', 2, 'u', 'no'),
  ('ordinary', 1, 'x', 'yes'), ('ordinary', 1, 'y', 'no'),
  ('ordinary', 2, 'x', 'no'), ('ordinary', 2, 'y', 'no'),
  ('ordinary', 3, 'x', 'yes'), ('ordinary', 3, 'y', 'yes'),
  ('ordinary', 3, 'z', 'no'), ('ordinary', 4, 'z', 'yes');
CREATE VIEW design AS
  SELECT name AS design, item, annotator, label
  FROM (SELECT DISTINCT design FROM designs UNION SELECT 'no rows') AS d(name)
       LEFT JOIN designs ON design = name;
CREATE TABLE states AS
SELECT design, annoqa.agreement_agg(item, label) AS a,
       annoqa.ratings_agg(item, annotator, label) AS d,
       annoqa.agreement_agg(item, label::yesno) AS enum_a,
       annoqa.ratings_agg(item, annotator, label::yesno) AS enum_d
FROM design GROUP BY design;

-- All rows of a design whose result is the same in one line; text labels,
-- declared by nobody: q is what is seen.  By hand, for the ordinary design:
-- percent agreement (0 + 1 + 1/3) / 3; shares of "yes" 1/2, 0, 2/3 and 1 among
-- the items, 2/3, 1/3 and 1/2 among the annotators, 3 of 7 in pairs.
CREATE FUNCTION by_result(annoqa.ratings, categories text[] DEFAULT NULL,
                          method text DEFAULT 'linearised')
RETURNS TABLE (coefficients text, estimate numeric, has_error bool,
               has_interval bool, has_p bool, q bigint, used bigint,
               reason text) LANGUAGE sql AS $$
  SELECT string_agg(regexp_replace(coefficient, '_.*', ''), ' '
                    ORDER BY coefficient),
         round(estimate::numeric, 4), std_error IS NOT NULL,
         ci_lower IS NOT NULL AND ci_upper IS NOT NULL, p_value IS NOT NULL,
         n_categories, n_categories_used, reason
  FROM annoqa.coefficients($1, categories => $2, method => $3)
  GROUP BY 2, 3, 4, 5, 6, 7, 8 ORDER BY 1 $$;

SELECT design, r.* FROM states, by_result(d) AS r ORDER BY design, 2;
-- two declared categories: where only one is used, there is still something to
-- agree on
SELECT design, r.* FROM states, by_result(d, '{no,yes}') AS r
WHERE design ~ 'one|no rows' ORDER BY design, 2;
-- one declared category
SELECT design, r.* FROM states, by_result(d, '{yes}') AS r
WHERE design = 'one category' ORDER BY design, 2;
-- an enum declares its values
SELECT design, bool_and((e.*) IS NOT DISTINCT FROM (c.*)) AS as_declared
FROM states, by_result(enum_d) AS e
     FULL JOIN LATERAL (SELECT 1) AS one ON true,
     LATERAL (SELECT * FROM by_result(d, '{no,yes}') AS c
              WHERE c.coefficients = e.coefficients) AS c
WHERE design NOT IN ('no rows', 'all NULL') GROUP BY design ORDER BY design;

-- Without annotators: the same but for the reason that takes annotators to
-- know, and Conger's and Light's kappas.
SELECT design, bool_and(
  (x.estimate, x.std_error, x.ci_lower, x.ci_upper, x.p_value, x.n_items,
   x.n_pairable_items, x.n_labels, x.n_categories, x.reason)
  IS NOT DISTINCT FROM
  (y.estimate, y.std_error, y.ci_lower, y.ci_upper, y.p_value, y.n_items,
   y.n_pairable_items, y.n_labels, y.n_categories, y.reason)) AS same,
  string_agg(DISTINCT x.reason, ', ') AS reasons, count(*)
FROM states, annoqa.coefficients(a) AS x JOIN annoqa.coefficients(d) AS y
     USING (coefficient)
WHERE x.coefficient = y.coefficient GROUP BY design ORDER BY design;

-- The aggregates and accessors give the estimates of the rows, NULL included.
CREATE FUNCTION estimate(annoqa.agreement, name text) RETURNS float8
LANGUAGE sql AS 'SELECT estimate FROM annoqa.coefficients($1)
                 WHERE coefficient = name';
SELECT design,
       annoqa.percent_agreement(item, label) IS NOT DISTINCT FROM
       estimate(annoqa.agreement_agg(item, label), 'percent_agreement')
       AS percent,
       annoqa.krippendorff_alpha(item, label) IS NOT DISTINCT FROM
       estimate(annoqa.agreement_agg(item, label), 'krippendorff_alpha')
       AS alpha,
       annoqa.fleiss_kappa(item, label) IS NOT DISTINCT FROM
       estimate(annoqa.agreement_agg(item, label), 'fleiss_kappa') AS fleiss,
       annoqa.gwet_ac1(item, label) IS NOT DISTINCT FROM
       estimate(annoqa.agreement_agg(item, label), 'gwet_ac1') AS ac1,
       annoqa.brennan_prediger(item, label) IS NOT DISTINCT FROM
       estimate(annoqa.agreement_agg(item, label), 'brennan_prediger')
       AS brennan
FROM design GROUP BY design ORDER BY design;
SELECT design,
       annoqa.percent_agreement(a) IS NOT DISTINCT FROM
       estimate(a, 'percent_agreement') AS percent,
       annoqa.krippendorff_alpha(a) IS NOT DISTINCT FROM
       estimate(a, 'krippendorff_alpha') AS alpha,
       annoqa.fleiss_kappa(a) IS NOT DISTINCT FROM
       estimate(a, 'fleiss_kappa') AS fleiss,
       annoqa.gwet_ac1(a) IS NOT DISTINCT FROM estimate(a, 'gwet_ac1') AS ac1,
       annoqa.brennan_prediger(a) IS NOT DISTINCT FROM
       estimate(a, 'brennan_prediger') AS brennan
FROM states ORDER BY design;
-- With levels and weights: defined exactly where alpha and kappa are.
SELECT design,
       (annoqa.krippendorff_alpha(item, label, 'ordinal', '{no,yes}') IS NULL)
       = (annoqa.krippendorff_alpha(item, label) IS NULL) AS ordinal,
       (annoqa.fleiss_kappa(item, label, 'linear', '{no,yes}') IS NULL)
       = (annoqa.fleiss_kappa(item, label) IS NULL) AS fleiss,
       round(annoqa.gwet_ac2(item, label, 'linear', '{no,yes}')::numeric, 4)
       AS ac2
FROM design GROUP BY design ORDER BY design;
SELECT design, round(annoqa.conger_kappa(d)::numeric, 4) AS conger,
       round(annoqa.light_kappa(d)::numeric, 4) AS light
FROM states ORDER BY design;

-- Every method, on every design: whatever is missing has a reason, and what is
-- there is a number.
SELECT method, count(*) AS n_rows,
       count(*) FILTER (WHERE estimate IS NULL AND reason IS NULL)
       AS no_estimate_no_reason,
       count(*) FILTER (WHERE reason IS NULL AND
         (std_error IS NULL OR ci_lower IS NULL OR ci_upper IS NULL))
       AS no_error_no_reason,
       count(*) FILTER (WHERE 'NaN' IN (estimate, std_error, ci_lower, ci_upper,
         p_value, observed_disagreement, expected_disagreement)) AS nan,
       count(*) FILTER (WHERE greatest(abs(estimate), std_error, abs(ci_lower),
         abs(ci_upper), p_value, observed_disagreement,
         expected_disagreement) > 1e6) AS infinite,
       count(*) FILTER (WHERE ci_lower < -1 OR ci_upper > 1
         OR ci_lower > ci_upper OR p_value NOT BETWEEN 0 AND 1) AS outside
FROM states,
     unnest(ARRAY['linearised', 'ratio', 'jackknife', 'bootstrap',
                  'bayesian']) AS method,
     unnest(ARRAY['keep', 'drop']) AS singletons,
     unnest(ARRAY[NULL, '{"no","maybe","yes"}']) AS declared,
     annoqa.coefficients(d, categories => declared::text[], method => method,
                         singletons => singletons, resamples => 200)
GROUP BY method ORDER BY method;

-- Items with one label count for the margins, unless they are dropped.  By
-- hand: of the ordinary design 4 items, 3 with two labels or more; margins of
-- "yes" 1/2, 0, 2/3, 1, or without the last 1/2, 0, 2/3; agreement 4/9.
SELECT singletons, n_items, n_pairable_items, n_labels,
       round(estimate::numeric, 6) AS fleiss,
       round((4.0 / 9 - pe) / (1 - pe), 6) AS by_hand
FROM states,
     (VALUES ('keep', (13.0 / 24) ^ 2 + (11.0 / 24) ^ 2),
             ('drop', (7.0 / 18) ^ 2 + (11.0 / 18) ^ 2)) AS s(singletons, pe),
     annoqa.coefficients(d, singletons => singletons)
WHERE design = 'ordinary' AND coefficient = 'fleiss_kappa';
-- alpha never heeds them
SELECT count(DISTINCT estimate) AS alphas
FROM states, unnest(ARRAY['keep', 'drop']) AS singletons,
     annoqa.coefficients(d, singletons => singletons)
WHERE design = 'ordinary' AND coefficient = 'krippendorff_alpha';

--
-- Two columns
--
CREATE TABLE columns (design text COLLATE "C", a text, b text);
INSERT INTO columns VALUES
  ('all NULL', NULL, 'yes'), ('all NULL', 'yes', NULL), ('all NULL', NULL, NULL),
  ('one row, agreed', 'yes', 'yes'), ('one row, disputed', 'yes', 'no'),
  ('one category', 'yes', 'yes'), ('one category', 'yes', 'yes'),
  ('all agree', 'yes', 'yes'), ('all agree', 'no', 'no'),
  ('one never varies', 'yes', 'no'), ('one never varies', 'no', 'no'),
  ('ordinary', 'yes', 'yes'), ('ordinary', 'no', 'no'), ('ordinary', 'no', 'no'),
  ('ordinary', 'yes', 'no');
SELECT name AS design, annoqa.cohen_kappa(a, b) AS kappa,
       round(annoqa.scott_pi(a, b)::numeric, 4) AS pi,
       annoqa.cohen_kappa(a::yesno, b::yesno) AS enum_kappa,
       annoqa.cohen_kappa(a::yesno, b::yesno, 'linear') AS linear,
       annoqa.cohen_kappa(annoqa.confusion_agg(a, b)) AS of_state
FROM (SELECT DISTINCT design FROM columns UNION SELECT 'no rows') AS n(name)
     LEFT JOIN columns ON design = name
GROUP BY name ORDER BY name;
SELECT name AS design, coefficient, round(estimate::numeric, 4) AS estimate,
       std_error IS NOT NULL AS has_error,
       ci_lower IS NOT NULL AND ci_upper IS NOT NULL AS has_interval,
       p_value IS NOT NULL AS has_p, n_items, reason
FROM (SELECT name, annoqa.confusion_agg(a, b) AS c
      FROM (SELECT DISTINCT design FROM columns UNION SELECT 'no rows')
           AS n(name) LEFT JOIN columns ON design = name GROUP BY name) AS s,
     annoqa.coefficients(c)
ORDER BY name, coefficient;

--
-- What tells of annotators, items and categories
--
SELECT design, annotator_a, annotator_b, n_items,
       round(agreement::numeric, 4) AS agreement,
       round(cohen_kappa::numeric, 4) AS kappa,
       std_error IS NOT NULL AS has_error
FROM states, annoqa.pairwise_agreement(d) ORDER BY 1, 2, 3;
SELECT design, annotator, n_labels, n_items,
       round(mean_agreement::numeric, 4) AS mean_agreement,
       round(mean_kappa::numeric, 4) AS mean_kappa,
       round(alpha_without::numeric, 4) AS alpha_without
FROM states, annoqa.annotator_agreement(d)
WHERE design <> 'never met' ORDER BY 1, 2;
SELECT design, item, n_labels, n_distinct,
       round(agreement::numeric, 4) AS agreement
FROM states, annoqa.item_agreement(d)
WHERE design IN ('no rows', 'all NULL', 'one row', 'ordinary') ORDER BY 1, 2;
SELECT design, category, n_labels, round(share::numeric, 4) AS share,
       round(specific_agreement::numeric, 4) AS specific,
       round(kappa::numeric, 4) AS kappa, round(alpha::numeric, 4) AS alpha,
       reason
FROM states, annoqa.category_agreement(enum_a) ORDER BY 1, 2;

-- a single repeat, and none
SELECT annoqa.self_agreement(1, 2, label) AS repeated,
       annoqa.self_agreement(i, 2, label) AS never_repeated,
       annoqa.self_agreement(i, NULL::int, label) AS nobody
FROM (VALUES (1, 'a'), (2, 'b')) AS v(i, label);
SELECT annoqa.self_agreement(1, 1, 'a'::text) FROM generate_series(1, 0);

-- Intraclass correlations.  The incomplete one by hand: k0 = 4/3, mean squares
-- 1.5 and .5, hence 1 / (1.5 + .5 / 3).
SELECT name, model, round(icc::numeric, 4) AS icc, n_items,
       n_items_dropped AS dropped, n_annotators, reason IS NOT NULL AS reason
FROM (VALUES ('one item', '{1,1}'::int[], '{3,4}'::float8[]),
             ('all equal', '{1,1,2,2}', '{3,3,3,3}'),
             ('one annotator', '{1,2,3}', '{3,4,5}'),
             ('incomplete', '{1,1,2}', '{3,4,5}')) AS v(name, items, vals),
     LATERAL (SELECT annoqa.ratings_agg(
                item, CASE name WHEN 'one annotator' THEN 1 ELSE at % 2 END,
                val) AS d
              FROM unnest(items, vals) WITH ORDINALITY AS u(item, val, at)) AS s,
     annoqa.icc(d)
WHERE model ~ ',1' ORDER BY name, model;

-- comparisons of what is undefined
SELECT x.design, y.design AS with, c.difference IS NULL AS none, c.reason
FROM states AS x, states AS y, annoqa.compare(x.a, y.a) AS c
WHERE x.design IN ('no rows', 'one row', 'one category')
      AND y.design IN ('no rows', 'ordinary') ORDER BY 1, 2;

-- A NULL state: NULL, or no rows.
SELECT annoqa.krippendorff_alpha(NULL::annoqa.agreement) AS alpha,
       annoqa.fleiss_kappa(NULL::annoqa.ratings) AS fleiss,
       annoqa.cohen_kappa(NULL::annoqa.confusion) AS kappa,
       annoqa.conger_kappa(NULL) AS conger,
       annoqa.agreement(NULL::annoqa.ratings) IS NULL AS agreement;
SELECT count(*) FROM annoqa.coefficients(NULL::annoqa.agreement);
SELECT count(*) FROM annoqa.pairwise_agreement(NULL);

DROP SCHEMA undefined CASCADE;
