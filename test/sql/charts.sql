-- Charts over answers: e_detector, cusum, ewma.
SET search_path = public, annoqa;

-- e_detector by its definition, in plain SQL: eight alternatives at log odds
-- 0.25, 0.5, ... 2 below the threshold
CREATE TABLE answer AS
SELECT i, (i * 7919 + i * i * 1047) % 100 < CASE WHEN i <= 60 THEN 92 ELSE 60 END AS ok
FROM generate_series(1, 150) AS i;
CREATE TABLE detector AS
WITH RECURSIVE grid AS (
    SELECT k, o / (1 + o) AS q
    FROM generate_series(1, 8) AS k, LATERAL (SELECT .85 / .15 * exp(-.25 * k) AS o) AS odds
), r AS (
    SELECT 0 AS i, k, q, 0::float8 AS r FROM grid
    UNION ALL
    SELECT a.i, k, q, (1 + r) * CASE WHEN ok THEN q / .85 ELSE (1 - q) / .15 END
    FROM r JOIN answer AS a ON a.i = r.i + 1
)
SELECT i, avg(r) AS statistic FROM r WHERE i > 0 GROUP BY i;

-- the statistic up to each answer, while there is no alarm
SELECT count(*), bool_and(abs(d.statistic - e.statistic) < 1e-9 * d.statistic) AS same
FROM detector AS d, LATERAL e_detector((SELECT array_agg(ok ORDER BY a.i) FROM answer AS a WHERE a.i <= d.i), .85, 1e9) AS e
WHERE d.statistic < 1e9;
-- the first alarm for some run lengths
SELECT run, e.alarm_at IS NOT DISTINCT FROM (SELECT min(i) FROM detector WHERE statistic >= run) AS same,
       e.alarm_at IS NOT NULL AS alarm, e.bound = run AS bound, n
FROM (VALUES (50), (100), (1000), (10000), (1000000)) AS v (run),
     LATERAL e_detector((SELECT array_agg(ok ORDER BY i) FROM answer), .85, run) AS e;

-- The mean of an answer's factor at the threshold is 1: over all sequences of
-- n answers the mean statistic is n
SELECT length, round(sum(e.statistic * .85 ^ ok * .15 ^ (length - ok))::numeric, 9) AS mean
FROM generate_series(1, 8) AS length, generate_series(0, (2 ^ length)::int - 1) AS code,
     LATERAL (SELECT array_agg((code >> (i - 1)) & 1 = 1 ORDER BY i) AS answers, sum((code >> (i - 1)) & 1) AS ok
              FROM generate_series(1, length) AS i) AS sequence,
     LATERAL e_detector(answers, .85, 1e9) AS e
GROUP BY length ORDER BY length;

-- The run lengths of charts, recounted: the distribution over the lattice is
-- followed answer by answer, and the chances of no alarm yet are added up.
CREATE FUNCTION run_length(method text, v int, fall int, weight float8, start int, bound int, accuracy float8)
RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    p float8[] := array_fill(0::float8, ARRAY[bound]);
    next float8[];
    left_over float8 := 1;
    total float8 := 0;
    down int;
    up int;
BEGIN
    p[start + 1] := 1;
    WHILE left_over > 1e-13 LOOP
        total := total + left_over;
        next := array_fill(0::float8, ARRAY[bound]);
        left_over := 0;
        FOR s IN 0 .. bound - 1 LOOP
            CONTINUE WHEN p[s + 1] = 0;
            IF method = 'cusum' THEN
                down := greatest(0, s - fall);
                up := s + v - fall;
            ELSE
                down := floor(s - weight * s + .5);
                up := floor(s + weight * (v - s) + .5);
            END IF;
            next[down + 1] := next[down + 1] + accuracy * p[s + 1];
            IF up < bound THEN
                next[up + 1] := next[up + 1] + (1 - accuracy) * p[s + 1];
                left_over := left_over + (1 - accuracy) * p[s + 1];
            END IF;
            left_over := left_over + accuracy * p[s + 1];
        END LOOP;
        p := next;
    END LOOP;
    RETURN total;
END $$;

-- reference value 1/6, 1/4: lattices of 6 and 4 steps an error
SELECT good, bad, run, round(d.reference_value::numeric, 4) AS reference_value, round((d.bound * v)::numeric, 9) AS states,
       abs(run_length('cusum', v, round(d.reference_value * v)::int, 0, 0, round(d.bound * v)::int, good)
           - d.in_control_run_length) < 1e-6 AS in_control,
       abs(run_length('cusum', v, round(d.reference_value * v)::int, 0, 0, round(d.bound * v)::int, bad)
           - d.out_of_control_run_length) < 1e-6 AS out_of_control,
       d.in_control_run_length >= run AS long_enough,
       run_length('cusum', v, round(d.reference_value * v)::int, 0, 0, round(d.bound * v)::int - 1, good) < run AS least
FROM (VALUES (.9, .6, 100), (.8, .5, 60), (.95, .8, 150)) AS t (good, bad, run),
     LATERAL chart_design('cusum', good, bad, run) AS d,
     LATERAL (SELECT min(v) AS v FROM generate_series(2, 50) AS v
              WHERE abs(d.reference_value * v - round(d.reference_value * v)) < 1e-9) AS lattice;
SELECT good, bad, run, d.weight,
       abs(run_length('ewma', v, 0, d.weight, floor((1 - good) * v + .5)::int, round(d.bound * v)::int, good)
           - d.in_control_run_length) < 1e-6 AS in_control,
       abs(run_length('ewma', v, 0, d.weight, floor((1 - good) * v + .5)::int, round(d.bound * v)::int, bad)
           - d.out_of_control_run_length) < 1e-6 AS out_of_control,
       d.in_control_run_length >= run AS long_enough,
       run_length('ewma', v, 0, d.weight, floor((1 - good) * v + .5)::int, round(d.bound * v)::int - 1, good) < run AS least
FROM (VALUES (.9, .3, 40), (.75, .2, 30)) AS t (good, bad, run),
     LATERAL chart_design('ewma', good, bad, run) AS d,
     LATERAL (SELECT round(100 / d.weight)::int AS v) AS lattice;

-- A CUSUM by its definition: S <- max(0, S + [wrong] - g), an alarm at the bound
SELECT good, bad, run, c.alarm_at IS NOT DISTINCT FROM s.first AS same, c.alarm_at IS NOT NULL AS alarm, n
FROM (VALUES (.9, .6, 100), (.9, .6, 10000), (.95, .5, 1000000000)) AS t (good, bad, run),
     LATERAL chart_design('cusum', good, bad, run) AS d,
     LATERAL cusum((SELECT array_agg(ok ORDER BY i) FROM answer), good, bad, run) AS c,
     LATERAL (WITH RECURSIVE s AS (
                  SELECT 0 AS i, 0::float8 AS s
                  UNION ALL
                  SELECT a.i, greatest(0, s + (NOT ok)::int - d.reference_value)
                  FROM s JOIN answer AS a ON a.i = s.i + 1)
              SELECT min(i) AS first FROM s WHERE s >= d.bound - 1e-9) AS s;

-- no answers; NULL is no answer
SELECT * FROM e_detector('{}', .85);
SELECT * FROM cusum('{NULL,t,NULL,f}', .9, .5, 100);
SELECT e.* FROM e_detector(NULL, .85) AS e;
-- a higher run length is never sooner
SELECT bool_and(later) FROM (
    SELECT d.bound >= lag(d.bound) OVER (ORDER BY run) AS later
    FROM generate_series(1, 9) AS e, LATERAL (SELECT 10.0 ^ e AS run) AS r,
         LATERAL chart_design('cusum', .9, .8, run) AS d) AS t;

-- what is refused
SELECT * FROM e_detector('{t}', 1);
SELECT * FROM e_detector('{t}', 'NaN');
SELECT * FROM e_detector('{t}', .5, .5);
SELECT * FROM cusum('{t}', .8, .9);
SELECT * FROM cusum('{t}', .8, 0);
SELECT * FROM ewma('{t}', .8, .7, 1e10);
SELECT * FROM chart_design('shewhart', .8, .7);

DROP TABLE answer, detector;
DROP FUNCTION run_length;
