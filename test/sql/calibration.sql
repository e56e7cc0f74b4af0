-- Stated confidence against what was right: figures against the definitions in
-- plain SQL, the expected calibration error against sums over all outcomes;
-- exact whatever the order; bad input.
SET client_min_messages = warning;
CREATE SCHEMA calibration_test;
SET search_path = calibration_test, annoqa, public;
SET extra_float_digits = 1;
SET max_parallel_workers_per_gather = 0;

-- 3,000 answers of three people, confidences of every size, edges of bins too
CREATE TABLE answers AS
SELECT i, 'p' || i % 3 AS who,
       CASE WHEN i % 7 = 0 THEN (i / 7 % 11) / 10.0::float8
            WHEN i % 50 = 1 THEN 10.0::float8 ^ -(i / 50)
            ELSE abs(hashint4(i)::float8) / 2147483648 END AS confidence,
       abs(hashint4(i * 3)::float8) / 2147483648
           < abs(hashint4(i)::float8) / 2147483648 * 0.9 AS correct
FROM generate_series(1, 3000) AS i;
ANALYZE answers;

-- second implementation: numeric arithmetic, bins by the smallest edge that is
-- not below the confidence
CREATE FUNCTION plain_error(bins int, OUT who text, OUT brier numeric, OUT error numeric, OUT over numeric)
RETURNS SETOF record LANGUAGE sql AS $$
    SELECT who, sum(brier) / sum(n), sum(abs(gap)) / sum(n), sum(gap) / sum(n)
    FROM (SELECT who, count(*) AS n,
                 sum((confidence::numeric - correct::int) ^ 2) AS brier,
                 sum(confidence::numeric - correct::int) AS gap
          FROM answers,
               LATERAL (SELECT min(b) AS bin FROM generate_series(1, bins) AS b
                        WHERE confidence <= b::float8 / bins) AS edges
          GROUP BY who, bin) AS by_bin
    GROUP BY who
$$;
SELECT bins, count(*) AS people,
       bool_and(abs(brier_score(c) - brier) < 1e-14) AS brier,
       bool_and(abs(calibration_error(c) - error) < 1e-14) AS error,
       bool_and(abs(overconfidence(c) - over) < 1e-14) AS over
FROM (VALUES (1), (2), (7), (10), (15), (1000)) AS b (bins),
     LATERAL plain_error(bins),
     LATERAL (SELECT calibration_agg(a.confidence, a.correct, bins) AS c
              FROM answers AS a WHERE a.who = plain_error.who) AS s
GROUP BY bins ORDER BY bins;

-- the one-call forms, with the same bits
SELECT who, brier_score(confidence, correct) = brier_score(calibration_agg(confidence, correct)) AS brier,
       calibration_error(confidence, correct) = calibration_error(calibration_agg(confidence, correct)) AS error,
       calibration_error(confidence, correct, 15)
           = calibration_error(calibration_agg(confidence, correct, 15)) AS error_15,
       overconfidence(confidence, correct) = overconfidence(calibration_agg(confidence, correct)) AS over
FROM answers GROUP BY who ORDER BY who;

-- edges: k/n is in the bin that it closes, whatever k/n * n rounds to
SELECT n, count(*) FILTER (WHERE bin_upper <> k::float8 / n) AS wrong
FROM (VALUES (3), (10), (49), (1000)) AS b (n), generate_series(1, n) AS k,
     LATERAL (SELECT calibration_agg(x, true, m) AS c FROM (SELECT k::float8 / n AS x, n AS m) AS one) AS s,
     LATERAL (SELECT bin_upper FROM reliability(c)) AS r
GROUP BY n ORDER BY n;
SELECT bin_lower, bin_upper, n FROM reliability((
    SELECT calibration_agg(p, true, 4) FROM unnest(ARRAY[0, 5e-324, 0.25, 0.25000000000000006, 1]) AS p));

-- reliability against GROUP BY; Wilson's bounds solve (p - a)^2 = z^2 p (1 - p) / n
SELECT count(*) AS bins, sum(n) AS n,
       bool_and(n = plain_n AND abs(mean_confidence - plain_confidence) < 1e-14
                AND accuracy = plain_accuracy
                AND abs(gap - (mean_confidence - accuracy)) < 1e-14) AS same,
       bool_and(abs((accuracy_lower - accuracy) ^ 2
                    - 1.959963984540054 ^ 2 * accuracy_lower * (1 - accuracy_lower) / n) < 1e-12
                AND abs((accuracy_upper - accuracy) ^ 2
                        - 1.959963984540054 ^ 2 * accuracy_upper * (1 - accuracy_upper) / n) < 1e-12
                AND accuracy_lower <= accuracy AND accuracy <= accuracy_upper) AS bounds
FROM reliability((SELECT calibration_agg(confidence, correct, 8) FROM answers))
     JOIN (SELECT greatest(ceil(confidence * 8) - 1, 0) / 8 AS bin_lower, count(*) AS plain_n,
                  avg(confidence) AS plain_confidence, avg(correct::int)::float8 AS plain_accuracy
           FROM answers GROUP BY 1) AS plain USING (bin_lower);
SELECT bool_and(w.accuracy_upper - w.accuracy_lower < r.accuracy_upper - r.accuracy_lower) AS narrower
FROM (SELECT calibration_agg(confidence, correct) AS c FROM answers) AS s, reliability(c) AS r
     JOIN reliability((SELECT calibration_agg(confidence, correct) FROM answers), 0.5) AS w USING (bin_lower);

-- the expected error: one confidence a bin, so that what is right is binomial;
-- second implementation: the sum over all outcomes
CREATE FUNCTION plain_deviation(n int, p float8) RETURNS float8 LANGUAGE sql AS $$
    SELECT sum((factorial(n) / (factorial(k) * factorial(n - k)))::float8 * p ^ k * (1 - p) ^ (n - k) * abs(k - n * p))
    FROM generate_series(0, n) AS k
$$;
SELECT n, p, round(calibration_error_expected(c)::numeric, 6) AS expected,
       abs(calibration_error_expected(c) - plain_deviation(n, p) / n) < 1e-12 AS exact
FROM (VALUES (1, 0.5), (1, 0.93), (2, 0.25), (7, 0.75), (50, 0.625), (100, 0.03125)) AS v (n, p),
     LATERAL (SELECT calibration_agg(x, true) AS c FROM (SELECT p::float8 AS x FROM generate_series(1, n)) AS t) AS s;
-- two confidences in one bin: the exact distribution of what is right has a
-- Poisson-binomial mean deviation, which the scaled one meets within 1%
SELECT round(calibration_error_expected(c)::numeric, 4) AS expected,
       abs(calibration_error_expected(c) / (plain / 20) - 1) < 0.01 AS close
FROM (SELECT calibration_agg(p, true, 1) AS c FROM unnest(ARRAY[0.25, 0.75]) AS p, generate_series(1, 10)) AS s,
     (SELECT sum(a.w * b.w * abs(a.k + b.k - 10)) AS plain
      FROM (SELECT k, factorial(10) / factorial(k) / factorial(10 - k) * 0.25 ^ k * 0.75 ^ (10 - k) AS w
            FROM generate_series(0, 10) AS k) AS a,
           (SELECT k, factorial(10) / factorial(k) / factorial(10 - k) * 0.75 ^ k * 0.25 ^ (10 - k) AS w
            FROM generate_series(0, 10) AS k) AS b) AS e;
-- sure and always right: nothing to expect
SELECT calibration_error_expected(calibration_agg(p, p = 1)) AS expected,
       calibration_error(p, p = 1) AS error, brier_score(p, p = 1) AS brier
FROM unnest(ARRAY[0, 1, 1]::float8[]) AS p;

-- any order, any split, any number of workers: the same bits
CREATE TABLE states AS
    SELECT 'rows' AS how, calibration_agg(confidence, correct) AS c FROM answers
    UNION ALL SELECT 'ordered', calibration_agg(confidence, correct ORDER BY confidence) FROM answers
    UNION ALL SELECT 'reversed', calibration_agg(confidence, correct ORDER BY i DESC) FROM answers
    UNION ALL SELECT 'merged', calibration_agg(c)
              FROM (SELECT calibration_agg(confidence, correct) AS c FROM answers GROUP BY i % 17) AS parts
    UNION ALL SELECT 'tree', calibration_agg(c)
              FROM (SELECT calibration_agg(c) AS c
                    FROM (SELECT calibration_agg(confidence, correct) AS c, i % 5 AS p FROM answers GROUP BY i % 100, i % 5) AS parts
                    GROUP BY p) AS more;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 3;
INSERT INTO states SELECT 'parallel', calibration_agg(confidence, correct) FROM answers;
SELECT count(DISTINCT c::text) AS texts, count(DISTINCT calibration_send(c)) AS bytes FROM states;
SELECT (SELECT brier_score_multiclass(jsonb_build_object('a', confidence, 'b', 1 - confidence),
                                      CASE WHEN correct THEN 'a' ELSE 'b' END) FROM answers)
     = (SELECT brier_score_multiclass(jsonb_build_object('a', confidence, 'b', 1 - confidence),
                                      CASE WHEN correct THEN 'a' ELSE 'b' END ORDER BY confidence) FROM answers) AS same;
SET max_parallel_workers_per_gather = 0;
-- as a window, and over groups
SELECT bool_and(moving = whole) AS same
FROM (SELECT i, brier_score(confidence, correct) OVER (ORDER BY i) AS moving FROM answers WHERE i <= 40) AS w
     JOIN LATERAL (SELECT brier_score(confidence, correct) AS whole FROM answers AS a WHERE a.i <= w.i) AS a ON true;

-- text, binary and JSON
SELECT calibration_agg(c, k, 2) FROM (VALUES (0.5, true), (0.75, false), (1.0, true)) AS t (c, k);
SELECT bool_and(c::text::calibration::text = c::text) AS text,
       bool_and(c::json::text = c::text AND c::jsonb = c::text::jsonb) AS json FROM states;
\copy states TO results/calibration.data WITH (FORMAT binary)
CREATE TABLE copies (LIKE states);
\copy copies FROM results/calibration.data WITH (FORMAT binary)
SELECT count(*) AS copies, bool_and(s.c::text = t.c::text) AS same FROM states AS s JOIN copies AS t USING (how);
-- an enormous count, and its sum
SELECT calibration_agg(c) FROM (VALUES
    ('{"error": [1, 0], "bins": [[9223372036854775806, 1, 5, 4611686018427387903, 5, 4611686018427387903]]}'::calibration),
    ('{"error": [0, 1], "bins": [[1, 1, 0, 1, 0, 1]]}')) AS t (c);

-- malformed
SELECT '[]'::calibration;
SELECT '{"bins": []}'::calibration;
SELECT '{"error": [0, 0], "bins": []}'::calibration;
SELECT '{"error": [0, 0], "bins": [[1, 2, 0, 0, 0, 0]]}'::calibration;
SELECT '{"error": [0, 0], "bins": [[-1, -1, 0, 0, 0, 0]]}'::calibration;
SELECT '{"error": [0, 0], "bins": [[1, 1, 1, 1, 0, 0]]}'::calibration;
SELECT '{"error": [0, 0], "bins": [[2, 1, 1, 0, 1, 1]]}'::calibration;
SELECT '{"error": [0, 0], "bins": [[2, 1, 0, 4611686018427387904, 0, 0]]}'::calibration;
SELECT '{"error": [3, 0], "bins": [[2, 1, 0, 0, 0, 0]]}'::calibration;
SELECT '{"error": [0, 0, 0], "bins": [[2, 1, 0, 0, 0, 0]]}'::calibration;
SELECT '{"error": [0, 0], "bins": [[2, 1, 0, 0, 0]]}'::calibration;
SELECT '{"error": [0, 0], "bins": [[2, 1, 0, 0, 0, 0, 0]]}'::calibration;
SELECT '{"error": [0, 0], "bins": [[2, 1, 0, 0, 0, 0]], "more": 1}'::calibration;
SELECT ('{"error": [0, 0], "bins": [' || repeat('[0, 0, 0, 0, 0, 0], ', 1000) || '[0, 0, 0, 0, 0, 0]]}')::calibration;
SELECT '{"error": [0, 0], "bins": [[9223372036854775807, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0]]}'::calibration;
SELECT calibration_agg(c) FROM (VALUES
    ('{"error": [0, 0], "bins": [[9223372036854775807, 0, 0, 0, 0, 0]]}'::calibration),
    ('{"error": [0, 0], "bins": [[1, 0, 0, 0, 0, 0]]}')) AS t (c);

-- bad input
SELECT brier_score(85, true);
SELECT brier_score(-0.1, true);
SELECT brier_score('NaN', true);
SELECT brier_score('Infinity', true);
SELECT calibration_agg(101, true);
SELECT calibration_agg(0.5, true, 0);
SELECT calibration_agg(0.5, true, 1001);
SELECT calibration_agg(c, k, n) FROM (VALUES (0.5, true, 10), (0.5, true, 5)) AS t (c, k, n);
SELECT calibration_agg(c ORDER BY n) FROM (SELECT n, calibration_agg(0.5, true, n) AS c FROM generate_series(3, 4) AS n GROUP BY n) AS t;
SELECT * FROM reliability((SELECT calibration_agg(0.5, true)), 95);
-- NULLs and nothing
SELECT brier_score(c, k), calibration_error(c, k), overconfidence(c, k), calibration_agg(c, k) IS NULL AS none
FROM (VALUES (NULL::float8, true), (0.5, NULL)) AS t (c, k);
SELECT brier_score(c, k) AS one FROM (VALUES (NULL::float8, true), (0.5, NULL), (0.5, true)) AS t (c, k);
SELECT brier_score(NULL::calibration), calibration_error(NULL::calibration), overconfidence(NULL::calibration),
       calibration_error_expected(NULL::calibration), (SELECT count(*) FROM reliability(NULL)) AS rows;
SELECT brier_score(c), calibration_error(c), overconfidence(c), calibration_error_expected(c),
       (SELECT count(*) FROM reliability(c)) AS rows
FROM (SELECT '{"error": [0, 0], "bins": [[0, 0, 0, 0, 0, 0]]}'::calibration AS c) AS t;
-- transitions as plain functions change nothing that they were given
SELECT calibration_add(NULL, NULL, true) IS NULL AS none,
       calibration_add(c, NULL, true)::text = c::text AS kept,
       brier_score(calibration_add(c, 1, true)) AS added, brier_score(c) AS before,
       brier_score(calibration_combine(c, c)) AS twice, calibration_combine(NULL, NULL) IS NULL AS nothing,
       brier_score(calibration_combine(NULL, c)) AS second, brier_score(calibration_combine(c, NULL)) AS first
FROM (SELECT calibration_agg(0.5, true) AS c) AS t;

-- soft labels: second implementation over jsonb_each
CREATE TABLE soft AS
SELECT i, jsonb_build_object('cat', i % 5 * 0.1, 'dog', 0.3, 'čaj', 0.7 - i % 5 * 0.1) AS posterior,
       (ARRAY['cat', 'dog', 'čaj', 'fox'])[1 + i % 4] AS gold
FROM generate_series(1, 60) AS i;
SELECT abs(brier_score_multiclass(posterior, gold)
           - (SELECT avg(d) FROM (SELECT sum((p::numeric - (k = gold)::int) ^ 2)
                                         + (NOT bool_or(k = gold))::int AS d
                                  FROM soft, jsonb_each_text(posterior) AS e (k, p) GROUP BY i) AS t)) < 1e-14 AS same
FROM soft;
-- two labels: twice the Brier score
SELECT abs(brier_score_multiclass(jsonb_build_object('yes', confidence, 'no', 1 - confidence),
                                  CASE WHEN correct THEN 'yes' ELSE 'no' END)
           - 2 * brier_score(confidence, correct)) < 1e-14 AS twice
FROM answers;
SELECT brier_score_multiclass(p, g) FROM (VALUES ('{"a": 1}'::jsonb, 'a'), ('{"a": 1}', 'b'), (NULL, 'a'), ('{"a": 1}', NULL)) AS t (p, g);
SELECT brier_score_multiclass(p, g) FROM (VALUES (NULL::jsonb, 'a')) AS t (p, g);
SELECT brier_score_multiclass('{"a": 0.5, "b": 0.4}', 'a');
SELECT brier_score_multiclass('{"a": 1.5, "b": -0.5}', 'a');
SELECT brier_score_multiclass('{"a": 0.5, "b": "half"}', 'a');
SELECT brier_score_multiclass('{"a": {"b": 1}}', 'a');
SELECT brier_score_multiclass('{"a": null}', 'a');
SELECT brier_score_multiclass('{}', 'a');
SELECT brier_score_multiclass('[1]', 'a');
SELECT brier_score_multiclass('1', 'a');
SELECT brier_score_multiclass('{"a": 50, "b": 50}', 'a');
SELECT brier_multiclass_add(calibration_agg(0.5, true), '{"a": 1}', 'a');
SELECT brier_multiclass_add(NULL, NULL, NULL) IS NULL AS none, brier_multiclass_final(NULL) IS NULL AS nothing,
       brier_multiclass_final(brier_multiclass_add(brier_multiclass_add(NULL, '{"a": 1}', 'b'), '{"a": 1}', 'a')) AS one;

-- the expected error keeps its digits for counts of any size: near
-- sqrt(2 p (1 - p) / (pi n)), the mean deviation of the normal distribution
SELECT n, abs(calibration_error_expected(format(
    '{"error": [0, 0], "bins": [[%s, %s, %s, 0, %s, 0]]}', n, n / 2, n / 2, n / 4)::calibration)
    / sqrt(2 * 0.25 / (pi() * n)) - 1) < 1e-6 AS normal
FROM (VALUES (1000000000), (1000000000000000), (4000000000000000000)) AS v (n);

DROP SCHEMA calibration_test CASCADE;
