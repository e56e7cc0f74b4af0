-- Tables of the literature, typed in, and the figures published for them.
-- Where a figure is not in the paper of the table itself, the line above the
-- query says which program gave it.  irrCAC stands for the package of that name
-- for R, by the author of its methods.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE SCHEMA classical;
SET search_path = classical;

CREATE FUNCTION r(float8, digits int DEFAULT 6) RETURNS numeric LANGUAGE sql
AS 'SELECT round($1::numeric, $2)';

--
-- Krippendorff (2011), Computing Krippendorff's alpha-reliability: 12 units,
-- 4 observers, values missing
--
CREATE TABLE units (item int, annotator text, label int);
INSERT INTO units
SELECT item, annotator, label
FROM (VALUES ('A', ARRAY[1, 2, 3, 3, 2, 1, 4, 1, 2, NULL, NULL, NULL]),
             ('B', ARRAY[1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NULL, 3]),
             ('C', ARRAY[NULL, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NULL]),
             ('D', ARRAY[1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NULL]))
     AS v(annotator, labels),
     unnest(labels) WITH ORDINALITY AS u(label, item);
CREATE TABLE states AS
SELECT annoqa.ratings_agg(item, annotator, label) AS d,
       annoqa.agreement_agg(item, label) AS a FROM units;

-- The paper: alpha .743, .815, .849, .797; further digits fast-krippendorff.
SELECT r(annoqa.krippendorff_alpha(item, label)) AS nominal,
       r(annoqa.krippendorff_alpha(item, label, 'ordinal')) AS ordinal,
       r(annoqa.krippendorff_alpha(item, label, 'interval')) AS interval,
       r(annoqa.krippendorff_alpha(item, label, 'ratio')) AS ratio
FROM units;
-- The same from stored states, and to the last bit.
SELECT level,
       r(annoqa.krippendorff_alpha(a, level)) AS of_agreement,
       annoqa.krippendorff_alpha(a, level)
       = annoqa.krippendorff_alpha(d, level) AS of_ratings,
       annoqa.krippendorff_alpha(a, level) =
       (SELECT estimate FROM annoqa.coefficients(a, level => level)
        WHERE coefficient = 'krippendorff_alpha') AS of_rows
FROM states, unnest(ARRAY['nominal', 'ordinal', 'interval', 'ratio']) AS level;

-- irrCAC: the coefficients by weights.  "ordinal" weights are not the ordinal
-- level: .833638 here, .815388 above.
SELECT weights, r(annoqa.percent_agreement(a, weights)) AS percent,
       r(annoqa.krippendorff_alpha(a, weights => weights)) AS alpha,
       r(annoqa.fleiss_kappa(a, weights)) AS fleiss,
       r(annoqa.gwet_ac2(a, weights)) AS ac2,
       r(annoqa.brennan_prediger(a, weights)) AS brennan
FROM states,
     unnest(ARRAY['unweighted', 'linear', 'quadratic', 'ordinal']) AS weights;
SELECT r(annoqa.percent_agreement(item, label)) AS percent,
       r(annoqa.fleiss_kappa(item, label)) AS fleiss,
       r(annoqa.fleiss_kappa(item, label, 'quadratic')) AS fleiss_quadratic,
       r(annoqa.gwet_ac1(item, label)) AS ac1,
       r(annoqa.gwet_ac2(item, label, 'quadratic')) AS ac2_quadratic,
       r(annoqa.gwet_ac2(item, label, 'ordinal')) AS ac2_ordinal,
       r(annoqa.gwet_ac2(item, label, 'linear')) AS ac2_linear,
       r(annoqa.brennan_prediger(item, label)) AS brennan
FROM units;

-- irrCAC: errors, and bounds by t(11), 12 items less one, for alpha too.  Its
-- p values are one-sided; half of these.
SELECT coefficient, r(estimate) AS estimate, r(std_error) AS std_error,
       r(ci_lower) AS ci_lower, r(ci_upper) AS ci_upper, r(p_value, 7) AS p,
       n_items, n_pairable_items AS pairable, n_labels, n_categories AS q,
       reason
FROM states, annoqa.coefficients(a);
-- irrCAC, its data set cac.raw4raters: there the single label of the last item
-- is the third rater's, which moves Conger's kappa and nothing else.
UPDATE units SET label = CASE annotator WHEN 'C' THEN 3 END WHERE item = 12;
SELECT coefficient, r(estimate) AS estimate, r(std_error) AS std_error,
       r(ci_lower) AS ci_lower, r(ci_upper) AS ci_upper, n_annotators
FROM annoqa.coefficients(
  (SELECT annoqa.ratings_agg(item, annotator, label) FROM units))
WHERE coefficient IN ('conger_kappa', 'krippendorff_alpha');

--
-- Fleiss, Cohen and Everitt (1969): 200 subjects, two raters, three diagnoses
--
CREATE TABLE diagnoses (item serial, a int, b int);
INSERT INTO diagnoses (a, b)
SELECT a, b
FROM (VALUES (1, 1, 106), (1, 2, 10), (1, 3, 4),
             (2, 1, 22), (2, 2, 28), (2, 3, 10),
             (3, 1, 2), (3, 2, 12), (3, 3, 6)) AS v(a, b, n),
     generate_series(1, n);

-- The paper, equations 8 and 10, in plain SQL: kappa, its error and its error
-- under the null hypothesis.
CREATE FUNCTION kappa_by_paper(weights float8[])
RETURNS TABLE (kappa float8, error float8, null_error float8) LANGUAGE sql AS $$
  WITH n AS (SELECT count(*)::float8 AS n FROM diagnoses),
  p AS (SELECT i, j, (SELECT count(*) FROM diagnoses WHERE a = i AND b = j) / n
                     AS p, weights[i][j] AS w
        FROM n, generate_series(1, 3) AS i, generate_series(1, 3) AS j),
  m AS (SELECT *, sum(p) OVER (PARTITION BY i) AS p_a,
               sum(p) OVER (PARTITION BY j) AS p_b FROM p),
  v AS (SELECT *, sum(w * p_b) OVER (PARTITION BY i) AS w_a,
               sum(w * p_a) OVER (PARTITION BY j) AS w_b
        FROM (SELECT i, j, p, w, p_a, p_b FROM m) AS m),
  -- means of the weights need the margin of the other rater
  x AS (SELECT v.*, (SELECT sum(m.w * m.p_b) FROM m WHERE m.i = v.i)
                  + (SELECT sum(m.w * m.p_a) FROM m WHERE m.j = v.j) AS ww
        FROM v),
  s AS (SELECT sum(w * p) AS po, sum(w * p_a * p_b) AS pe FROM x),
  k AS (SELECT po, pe, (po - pe) / (1 - pe) AS k FROM s)
  SELECT k.k,
         sqrt((sum(p * (w - ww * (1 - k)) ^ 2) - (k - pe * (1 - k)) ^ 2)
              / (n * (1 - pe) ^ 2)),
         sqrt((sum(p_a * p_b * (w - ww) ^ 2) - pe ^ 2) / (n * (1 - pe) ^ 2))
  FROM x, k, n GROUP BY k, pe, n $$;

-- both tails of the normal distribution beyond z, by the continued fraction
CREATE FUNCTION two_tails(z float8) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
  f float8 := z;
BEGIN
  FOR k IN REVERSE 400 .. 1 LOOP
    f := z + k / f;
  END LOOP;
  RETURN 2 * exp(-z * z / 2) / sqrt(2 * pi()) / f;
END $$;

-- The paper: kappa .429, weighted .507; statsmodels has more digits: errors
-- .053711 and .055512, weighted .507070, .056994 and .065336.
CREATE TABLE schemes (name text, weights float8[]);
INSERT INTO schemes VALUES
  ('unweighted', '{{1,0,0},{0,1,0},{0,0,1}}'),
  ('linear', '{{1,.5,0},{.5,1,.5},{0,.5,1}}'),
  ('quadratic', '{{1,.75,0},{.75,1,.75},{0,.75,1}}'),
  ('the paper''s', '{{1,0,.4444},{0,1,.6667},{.4444,.6667,1}}');
SELECT name, r(estimate) AS kappa, r(std_error) AS error,
       r(null_error) AS null_error, r(ci_lower, 4) AS ci_lower,
       r(ci_upper, 4) AS ci_upper,
       abs(estimate - kappa) < 1e-12 AS kappa_met,
       abs(std_error - error) < 1e-12 AS error_met,
       abs(p_value / two_tails(kappa / null_error) - 1) < 1e-9 AS p_met
FROM schemes, kappa_by_paper(weights) AS paper,
     annoqa.coefficients((SELECT annoqa.confusion_agg(a, b) FROM diagnoses),
                         schemes.weights, NULL, 0.95) AS ours
WHERE coefficient = 'cohen_kappa' ORDER BY kappa;
SELECT r(annoqa.cohen_kappa(a, b)) AS kappa,
       r(annoqa.cohen_kappa(a, b, 'linear')) AS linear,
       r(annoqa.cohen_kappa(a, b, 'quadratic')) AS quadratic,
       r(annoqa.cohen_kappa(annoqa.confusion_agg(a, b),
         '{{1,0,.4444},{0,1,.6667},{.4444,.6667,1}}'::float8[])) AS papers,
       r(annoqa.scott_pi(a, b)) AS scott
FROM diagnoses;

-- irrCAC on the same table.  Conger's kappa of two complete raters is Cohen's,
-- its error that of the paper times sqrt(200 / 199).
CREATE TABLE pairs AS
SELECT item, annotator, label
FROM diagnoses, LATERAL (VALUES ('first', a), ('second', b))
                AS v(annotator, label);
SELECT coefficient, r(estimate) AS estimate, r(std_error) AS std_error
FROM annoqa.coefficients(
  (SELECT annoqa.ratings_agg(item, annotator, label) FROM pairs))
WHERE coefficient <> 'light_kappa';
SELECT abs(std_error - error * sqrt(200.0 / 199)) < 1e-12 AS conger_is_cohen
FROM schemes, kappa_by_paper(weights),
     annoqa.coefficients(
       (SELECT annoqa.ratings_agg(item, annotator, label) FROM pairs),
       weights => name)
WHERE coefficient = 'conger_kappa' AND name !~ 'paper' ORDER BY name;

--
-- The worked example of Fleiss' kappa in textbooks and encyclopedias: 10
-- subjects, 14 raters, 5 categories, kappa .210 (.209931 in full)
--
CREATE TABLE textbook (item int, counts int[]);
INSERT INTO textbook VALUES
  (1, '{0,0,0,0,14}'), (2, '{0,2,6,4,2}'), (3, '{0,0,3,5,6}'),
  (4, '{0,3,9,2,0}'), (5, '{2,2,8,1,1}'), (6, '{7,7,0,0,0}'),
  (7, '{3,2,6,3,0}'), (8, '{2,5,3,2,2}'), (9, '{6,5,2,1,0}'),
  (10, '{0,2,2,3,7}');
SELECT r(annoqa.fleiss_kappa(item, label)) AS kappa,
       r(annoqa.percent_agreement(item, label), 3) AS p_bar
FROM textbook, unnest(counts) WITH ORDINALITY AS u(n, label),
     generate_series(1, n);

--
-- By hand.  Two raters who always say the opposite: kappa -1; alpha -.5, for
-- observed disagreement 1 is set against 2/3.
--
SELECT annoqa.cohen_kappa(a, b) AS kappa,
       annoqa.krippendorff_alpha(
         annoqa.agreement(annoqa.confusion_agg(a, b))) AS alpha
FROM (VALUES ('A', 'B'), ('B', 'A')) AS v(a, b);

-- One dissent among 99 agreeing pairs: percent agreement .99, kappa 0, for the
-- second rater never says B; alpha 0, pi below 0.
CREATE TABLE dissent AS
SELECT i AS item, CASE i WHEN 7 THEN 'B' ELSE 'A' END AS a, 'A' AS b
FROM generate_series(1, 100) AS i;
SELECT annoqa.cohen_kappa(a, b) AS kappa, r(annoqa.scott_pi(a, b)) AS pi,
       r(1 - 0.01 / (2 * 0.995 * 0.005)) AS pi_by_hand
FROM dissent;
SELECT r(annoqa.percent_agreement(item, label)) AS percent,
       r(annoqa.krippendorff_alpha(item, label)) AS alpha,
       r(1 - 199 * 2.0 / (2 * 199 * 1)) AS alpha_by_hand,
       r(annoqa.gwet_ac1(item, label)) AS ac1,
       r((0.99 - 2 * 0.995 * 0.005) / (1 - 2 * 0.995 * 0.005)) AS ac1_by_hand
FROM dissent, LATERAL (VALUES (a), (b)) AS v(label);

-- Passonneau (2006): MASI of {1,2} and {1,2,3,4} is 1 - 1/2 * 2/3.
SELECT r(observed_disagreement, 4) AS masi
FROM annoqa.coefficients(
  (SELECT annoqa.agreement_agg(1, label)
   FROM (VALUES ('{1,2}'::text[]), ('{1,2,3,4}')) AS v(label)),
  level => 'masi') WHERE coefficient = 'krippendorff_alpha';

--
-- Value or position: numbers weigh by value, declared categories by position.
-- Labels 1, 2 and 5 tell the two apart.
--
CREATE TABLE uneven AS
SELECT row_number() OVER () AS item, a, b
FROM (VALUES (1, 1, 9), (1, 2, 4), (2, 2, 7), (2, 5, 3), (5, 5, 8), (1, 5, 2))
     AS v(a, b, n), generate_series(1, n);
CREATE FUNCTION kappa_by_scores(scores float8[], power float8) RETURNS float8
LANGUAGE sql AS $$
  WITH s AS (SELECT scores[array_position('{1,2,5}', a)] AS a,
                    scores[array_position('{1,2,5}', b)] AS b FROM uneven)
  SELECT 1 - (SELECT sum(abs(a - b) ^ power) * count(*) FROM s)
           / (SELECT sum(abs(s.a - t.b) ^ power) FROM s, s AS t) $$;
SELECT r(annoqa.cohen_kappa(a, b, 'linear')) AS by_value,
       r(kappa_by_scores('{1,2,5}', 1)) AS should_be,
       r(annoqa.cohen_kappa(a, b, 'linear', '{1,2,5}')) AS by_position,
       r(kappa_by_scores('{1,2,3}', 1)) AS should_be
FROM uneven;
SELECT r(annoqa.cohen_kappa(a, b, 'quadratic')) AS by_value,
       r(kappa_by_scores('{1,2,5}', 2)) AS should_be,
       r(annoqa.cohen_kappa(annoqa.confusion_agg(a, b), 'quadratic',
                            '{1,2,5}')) AS by_position,
       r(kappa_by_scores('{1,2,3}', 2)) AS should_be
FROM uneven;
-- weights 'ordinal' and the level 'ordinal' never heed the value
SELECT annoqa.cohen_kappa(a, b, 'ordinal')
       = annoqa.cohen_kappa(a, b, 'ordinal', '{1,2,5}') AS weights
FROM uneven;
SELECT annoqa.krippendorff_alpha(item, label, 'ordinal')
       = annoqa.krippendorff_alpha(item, label * label, 'ordinal') AS level,
       annoqa.krippendorff_alpha(item, label, 'ordinal')
       = annoqa.krippendorff_alpha(item, label, 'ordinal', '{1,2,5}')
       AS level_declared
FROM uneven, LATERAL (VALUES (a), (b)) AS v(label);

DROP SCHEMA classical CASCADE;
