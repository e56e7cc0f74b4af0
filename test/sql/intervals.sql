-- Intervals, e-values and acceptance.  Each figure is compared with its
-- definition in plain SQL: sums over the binomial and the hypergeometric
-- distribution in numeric, or an integral by Simpson's rule; the figures of the
-- first query were computed in Python with mpmath.
SET client_min_messages = warning;
\set VERBOSITY terse
\pset null -
CREATE SCHEMA intervals;
SET search_path = intervals, annoqa;

CREATE FUNCTION choose(n bigint, k bigint) RETURNS numeric LANGUAGE sql IMMUTABLE
AS 'SELECT div(factorial(n), factorial(k) * factorial(n - k))';
-- with digits enough for tiny results
CREATE FUNCTION power_of(p numeric, k bigint) RETURNS numeric LANGUAGE sql IMMUTABLE
AS 'SELECT round(p, 160) ^ k';
-- all digits of a double, of which a cast keeps 15
CREATE FUNCTION exact(x float8) RETURNS numeric LANGUAGE sql IMMUTABLE
AS 'SELECT x::text::numeric';
-- P(at most c of n), each with probability p
CREATE FUNCTION binomial(c bigint, n bigint, p numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE
AS 'SELECT coalesce(sum(choose(n, k) * power_of(p, k) * power_of(1 - p, n - k)), 0)
    FROM generate_series(0, c) AS k';
-- P(at most c errors in n) of a batch of m with d errors
CREATE FUNCTION hypergeometric(c bigint, n bigint, d bigint, m bigint)
RETURNS numeric LANGUAGE sql IMMUTABLE
AS 'SELECT coalesce(sum(choose(d, k) * choose(m - d, n - k) / choose(m, n)), 0)
    FROM generate_series(greatest(0, n - m + d), least(c, d)) AS k';

--
-- E-values and what holds at every look
--
SELECT s, round(accuracy_below(s, 100, 0.85)::numeric, 6) AS below,
       round(accuracy_above(s, 100, 0.85)::numeric, 6) AS above
FROM unnest('{70, 75, 80, 85, 95, 100}'::int[]) AS s;
SELECT s, n, round(lower::numeric, 5) AS lower, round(upper::numeric, 5) AS upper
FROM (VALUES (80, 100), (100, 100), (190, 200), (3, 3), (0, 3), (0, 0)) AS v(s, n),
     anytime_interval(s, n);

-- by definition: B(1 + s, 1 + f) is 1 / ((n + 1) n over s), and I is a sum
CREATE TABLE cases AS
SELECT s, n, t, 1 / ((n + 1) * choose(n, s) * power_of(t, s) * power_of(1 - t, n - s)) AS ratio
FROM (VALUES (1), (7), (40)) AS a(n), generate_series(0, n) AS s,
     unnest('{0.05, 0.5, 0.85, 0.99}'::numeric[]) AS t;
SELECT count(*),
       bool_and(abs(accuracy_below(s, n, t) / (ratio
         * (1 - binomial(s, n + 1, t)) / t) - 1) < 1e-12) AS below,
       bool_and(abs(accuracy_above(s, n, t) / (ratio
         * binomial(s, n + 1, t) / (1 - t)) - 1) < 1e-12) AS above
FROM cases;
-- its mean is 1 if the accuracy is the threshold, and no more if it is better
SELECT n, prior, round(sum(at_t * accuracy_below(s, n, 0.85, prior))::numeric, 9) AS below,
       round(sum(at_t * accuracy_above(s, n, 0.85, prior))::numeric, 9) AS above,
       sum(at_better * accuracy_below(s, n, 0.85, prior)) < 1 AS less_if_better,
       sum(at_better * accuracy_above(s, n, 0.85, prior)) > 1 AS more_if_better
FROM unnest('{1, 30, 100}'::bigint[]) AS n, generate_series(0, n) AS s,
     (VALUES ('{1,1}'::float8[]), ('{0.5,0.5}'), ('{8,2}')) AS p(prior),
     LATERAL (SELECT (choose(n, s) * power_of(0.85, s) * power_of(0.15, n - s))::float8 AS at_t,
                     (choose(n, s) * power_of(0.9, s) * power_of(0.1, n - s))::float8 AS at_better) AS w
GROUP BY n, prior ORDER BY n, prior;
-- it falls as more are right; the other rises
SELECT bool_and(below < before) AS falls, bool_and(above > above_before) AS rises
FROM (SELECT accuracy_below(s, 200, 0.85) AS below,
             lag(accuracy_below(s, 200, 0.85)) OVER w AS before,
             accuracy_above(s, 200, 0.85) AS above,
             lag(accuracy_above(s, 200, 0.85)) OVER w AS above_before
      FROM generate_series(0, 200) AS s WINDOW w AS (ORDER BY s)) AS e;
-- the bounds are where the e-values reach 20, and 1000; each side alone is nearer
SELECT count(*),
       bool_and(s = n OR abs(accuracy_below(s, n, u.upper) / 20 - 1) < 1e-9) AS upper,
       bool_and(s = 0 OR abs(accuracy_above(s, n, l.lower) / 20 - 1) < 1e-9) AS lower,
       bool_and(s = n OR abs((n + 1) * choose(n, s) * power_of(exact(b.upper), s)
                * power_of(1 - exact(b.upper), n - s) * 1000 - 1) < 1e-9) AS both_upper,
       bool_and(s = 0 OR abs((n + 1) * choose(n, s) * power_of(exact(b.lower), s)
                * power_of(1 - exact(b.lower), n - s) * 1000 - 1) < 1e-9) AS both_lower,
       bool_and(l.upper = 1 AND u.lower = 0 AND b.lower < l.lower
                AND b.upper > u.upper OR s IN (0, n)) AS sides,
       bool_and((w.lower + w.upper) / 2 BETWEEN b.lower AND b.upper) AS centre
FROM unnest('{1, 9, 60}'::bigint[]) AS n, generate_series(0, n) AS s,
     anytime_interval(s, n, 0.95, 'upper') AS u,
     anytime_interval(s, n, 0.95, 'lower') AS l,
     anytime_interval(s, n, 0.999) AS b, wilson_interval(s, n) AS w;
-- no answers, a great many, more evidence than a double holds
SELECT n, round(lower::numeric, 12) AS lower, upper FROM unnest('{0, 1000000000}'::bigint[]) AS n,
       anytime_interval(n, n);
SELECT accuracy_below(0, 0, 0.5), accuracy_above(0, 0, 0.5),
       accuracy_below(0, 1000000000, 0.5) AS below,
       accuracy_above(1000000000, 1000000000, 0.5) AS above,
       round((accuracy_below(1000000000, 1000000000, 0.5) * 1000000001)::numeric, 12) AS one_in_n;
-- a billion answers: the interval is narrow and the e-value is where it says
SELECT round(lower::numeric, 7) AS lower, round(upper::numeric, 7) AS upper,
       round(accuracy_above(850000000, 1000000000,
         (anytime_interval(850000000, 1000000000, 0.95, 'lower')).lower)::numeric, 2) AS e
FROM anytime_interval(850000000, 1000000000);

--
-- At one look
--
SELECT f.name, s, n, round(lower::numeric, 6) AS lower, round(upper::numeric, 6) AS upper
FROM (VALUES (0, 0), (0, 10), (1, 1), (9, 10), (190, 200)) AS v(s, n),
     LATERAL (SELECT 'wilson', * FROM wilson_interval(s, n)
              UNION ALL SELECT 'clopper_pearson', * FROM clopper_pearson_interval(s, n)
              UNION ALL SELECT 'bayes', * FROM bayes_interval(s, n)) AS f(name, lower, upper)
ORDER BY f.name, n, s;
-- Wilson: both bounds solve (p - s/n)^2 = z^2 p (1 - p) / n
SELECT count(*), bool_and(abs((lower - p) ^ 2 - z * z * lower * (1 - lower) / n) < 1e-15
       AND abs((upper - p) ^ 2 - z * z * upper * (1 - upper) / n) < 1e-15) AS solved,
       bool_and(lower <= p AND p <= upper) AS inside
FROM (VALUES (0.95, 1.959963984540054), (0.5, 0.6744897501960817),
             (0.999, 3.290526731491895)) AS c(confidence, z),
     unnest('{1, 10, 1000}'::int[]) AS n, generate_series(0, n) AS s,
     LATERAL (SELECT s::float8 / n AS p) AS p, wilson_interval(s, n, confidence);
-- Clopper-Pearson: at its bounds the tails are half the error
SELECT count(*),
       bool_and(s = 0 OR abs((1 - binomial(s - 1, n, exact(lower))) / 0.05 - 1) < 1e-9) AS lower,
       bool_and(s = n OR abs(binomial(s, n, exact(upper)) / 0.05 - 1) < 1e-9) AS upper,
       bool_and((s > 0 OR lower = 0) AND (s < n OR upper = 1)) AS ends
FROM unnest('{1, 12, 50}'::bigint[]) AS n, generate_series(0, n) AS s,
     clopper_pearson_interval(s, n, 0.9);
-- Jeffreys: with p = sin^2 x the posterior is sin^2s x cos^2f x
CREATE FUNCTION share_below(s int, f int, p float8) RETURNS float8 LANGUAGE sql AS $$
SELECT sum(w * sin(x * top) ^ (2 * s) * cos(x * top) ^ (2 * f)) FILTER (WHERE part) * top
       / (sum(w * sin(x * pi() / 2) ^ (2 * s) * cos(x * pi() / 2) ^ (2 * f))
          FILTER (WHERE part) * pi() / 2)
FROM (SELECT i / 2000.0::float8 AS x, true AS part, asin(sqrt(p)) AS top,
             CASE WHEN i IN (0, 2000) THEN 1 ELSE 2 + 2 * (i % 2) END AS w
      FROM generate_series(0, 2000) AS i) AS points
GROUP BY top $$;
SELECT s, n, round(share_below(s, n - s, lower)::numeric, 9) AS below,
       round(share_below(s, n - s, upper)::numeric, 9) AS above
FROM (VALUES (0, 4), (4, 4), (3, 7), (47, 50)) AS v(s, n), bayes_interval(s, n, 0.9);
SELECT bool_and(w.lower BETWEEN 0 AND p AND w.upper BETWEEN p AND 1
            AND c.lower BETWEEN 0 AND p AND c.upper BETWEEN p AND 1
            AND b.lower BETWEEN 0 AND 1 AND b.upper BETWEEN b.lower AND 1) AS inside
FROM (VALUES (0, 1000000000000), (1, 1000000000000), (1000000000000, 1000000000000),
             (123456789, 1000000000)) AS v(s, n),
     LATERAL (SELECT s::float8 / n AS p) AS p,
     unnest('{1e-9, 0.5, 0.999999999999}'::float8[]) AS c0,
     wilson_interval(s, n, c0) AS w, clopper_pearson_interval(s, n, c0) AS c,
     bayes_interval(s, n, c0) AS b;

--
-- Acceptance
--
SELECT e, n, max_errors, round(consumer_risk::numeric, 6) AS risk,
       round(good_passes::numeric, 6) AS passes,
       round(binomial(e, n, 0.02), 6) AS risk_again,
       binomial(e, n - 1, 0.02) > 0.05 AS one_less_is_too_few,
       round(binomial(e, n, 0.01), 6) AS passes_again
FROM unnest('{0, 1, 2}'::bigint[]) AS e,
     acceptance_plan(0.98, 0.99, errors_allowed => e) AS p;
SELECT n, max_errors, round(consumer_risk::numeric, 6) AS risk, good_passes FROM acceptance_plan(0.5);
-- the smallest plan with the power: with one error less it is missed
SELECT p.n, p.max_errors, p.good_passes >= 0.8 AS power, less.good_passes < 0.8 AS missed,
       abs(binomial(p.max_errors, p.n, 0.1) - p.consumer_risk) < 1e-12 AS risk,
       abs(binomial(p.max_errors, p.n, 0.05) - p.good_passes) < 1e-12 AS passes
FROM acceptance_plan(0.9, 0.95) AS p,
     acceptance_plan(0.9, 0.95, errors_allowed => p.max_errors - 1) AS less;
-- of a batch: the least number of errors that is too much decides
SELECT m, d AS too_many, e, n, round(consumer_risk::numeric, 6) AS risk,
       abs(consumer_risk - hypergeometric(e, n, d, m)) < 1e-12 AS risk_again,
       n = e + 1 OR hypergeometric(e, n - 1, d, m) > 0.05 AS one_less_is_too_few,
       abs(good_passes - hypergeometric(e, n, g, m)) < 1e-12 AS passes_again
FROM (VALUES (10, 2, 0, 0), (100, 11, 0, 5), (100, 11, 3, 5), (300, 31, 2, 15)) AS v(m, d, e, g),
     acceptance_plan(0.9, 0.95, batch_size => m, errors_allowed => e) AS p;
-- a batch can be read to the end, and good ones then pass
SELECT n, max_errors, round(consumer_risk::numeric, 6) AS risk, good_passes
FROM acceptance_plan(0.9, 0.95, power => 0.999999, batch_size => 20);
SELECT * FROM acceptance_plan(0.9, 1, batch_size => 1);
-- a large batch is like none
SELECT a.n = b.n AND a.max_errors = b.max_errors AS same
FROM acceptance_plan(0.9, 0.95) AS a, acceptance_plan(0.9, 0.95, batch_size => 1000000000000) AS b;

-- the verdict of a sample of the plan's size: accepted up to its errors
SELECT errors, accept_batch(errors, 313, 0.98)
FROM unnest('{0, 2, 3, 6, 12, 13, 313}'::int[]) AS errors;
SELECT count(*),
       bool_and((accept_batch(e, n, 0.9) = 'accept') = (binomial(e, n, 0.1) <= 0.05)) AS accept,
       bool_and((accept_batch(e, n, 0.9) = 'reject')
                = (e > 0 AND 1 - binomial(e - 1, n, 0.1) < 0.05)) AS reject
FROM unnest('{1, 20, 80}'::bigint[]) AS n, generate_series(0, n) AS e;
SELECT count(*),
       bool_and((accept_batch(e, n, 0.9, batch_size => m) = 'accept')
                = (hypergeometric(e, n, d, m) <= 0.05)) AS accept,
       bool_and((accept_batch(e, n, 0.9, batch_size => m) = 'reject')
                = (1 - hypergeometric(e - 1, n, d - 1, m) < 0.05)) AS reject
FROM (VALUES (10, 2), (60, 7)) AS b(m, d), generate_series(0, m, 3) AS n,
     generate_series(0, n) AS e;
-- at every look: by the e-values, of a batch by its number of errors
SELECT count(*),
       bool_and((accept_batch(e, n, 0.9, looks => 'anytime') = 'accept')
                = (accuracy_above(n - e, n, 0.9) >= 20)) AS accept,
       bool_and((accept_batch(e, n, 0.9, looks => 'anytime') = 'reject')
                = (accuracy_below(n - e, n, 0.9) >= 20)) AS reject,
       count(*) FILTER (WHERE accept_batch(e, n, 0.9, looks => 'anytime') = 'accept') > 0 AS some
FROM unnest('{1, 40, 200}'::bigint[]) AS n, generate_series(0, n) AS e;
CREATE FUNCTION refuted(e bigint, n bigint, d bigint, m bigint) RETURNS bool LANGUAGE sql AS $$
SELECT d < e OR m - d < n - e
       OR choose(m, d) / choose(m - n, d - e) / ((n + 1) * choose(n, e)) >= 20 $$;
SELECT count(*),
       bool_and((accept_batch(e, n, 0.9, batch_size => m, looks => 'anytime') = 'accept')
                = (SELECT bool_and(refuted(e, n, x, m)) FROM generate_series(d, m) AS x)) AS accept,
       bool_and((accept_batch(e, n, 0.9, batch_size => m, looks => 'anytime') = 'reject')
                = (SELECT bool_and(refuted(e, n, x, m)) FROM generate_series(0, d - 1) AS x)) AS reject
FROM (VALUES (10, 2), (40, 5)) AS b(m, d), generate_series(0, m, 5) AS n,
     generate_series(0, n, 2) AS e;
SELECT accept_batch(0, 0, 0.9), accept_batch(0, 0, 0.9, looks => 'anytime'),
       accept_batch(0, 0, 0.9, batch_size => 5), accept_batch(2, 20, 0.9, batch_size => 20) AS whole_good,
       accept_batch(3, 20, 0.9, batch_size => 20) AS whole_bad,
       accept_batch(3, 20, 0.9, batch_size => 20, looks => 'anytime') AS whole_bad_anytime;
-- 55 of 100 reach .55, though .55 * 100 is a little more than 55 in binary
SELECT accept_batch(45, 100, 0.55, batch_size => 100), accept_batch(46, 100, 0.55, batch_size => 100);

--
-- NULL, and what is refused
--
SELECT wilson_interval(NULL, 3), anytime_interval(1, 3, NULL), accuracy_below(1, 3, NULL),
       acceptance_plan(NULL), accept_batch(1, NULL, 0.9);
SELECT wilson_interval(4, 3);
SELECT clopper_pearson_interval(-1, 3);
SELECT bayes_interval(0, -1);
SELECT accuracy_above(0, 1000000000001, 0.5);
SELECT wilson_interval(1, 3, 1);
SELECT anytime_interval(1, 3, 'NaN');
SELECT anytime_interval(1, 3, 0.95, 'left');
SELECT accuracy_below(1, 3, 1);
SELECT accuracy_below(1, 3, 'NaN');
SELECT accuracy_below(1, 3, 0.5, '{1}');
SELECT accuracy_below(1, 3, 0.5, '{1,NULL}');
SELECT accuracy_below(1, 3, 0.5, '{0,1}');
SELECT accuracy_below(1, 3, 0.5, '{1,Infinity}');
SELECT accuracy_below(1, 3, 0.5, '{{1,1}}');
SELECT acceptance_plan(1);
SELECT acceptance_plan(0.9, 0.9);
SELECT acceptance_plan(0.9, 1.1);
SELECT acceptance_plan(0.9, power => 0.9);
SELECT acceptance_plan(0.9, 0.95, power => 1);
SELECT acceptance_plan(0.9, 0.95, power => 0.8, errors_allowed => 1);
SELECT acceptance_plan(0.9, 0.9001);
SELECT acceptance_plan(0.9, batch_size => 0);
SELECT acceptance_plan(0.9, errors_allowed => -1);
SELECT acceptance_plan(0.9, batch_size => 50, errors_allowed => 6);
SELECT acceptance_plan(0.9999999);
SELECT accept_batch(4, 3, 0.9);
SELECT accept_batch(0, 3, 0.9, batch_size => 2);
SELECT accept_batch(0, 3, 0.9, looks => 'twice');

-- so far from the target that each probability of the batch is 0 as a double
SET statement_timeout = '5s';
SELECT accept_batch(400000000000, 500000000000, 0.5, batch_size => 1000000000000);
RESET statement_timeout;

DROP SCHEMA intervals CASCADE;
