-- How often the bounds of shrunken_accuracy() hold the true accuracy.
--
-- 200 crowds a row, accuracies from Beta(9, 2): the second largest of ten
-- uniform draws.  The bounds take mean and strength of the crowd as known, which
-- is right for many annotators with many answers.
--
-- Draws are hashes of what is drawn, so that every machine draws the same.

CREATE FUNCTION draw(what text) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT (((hashtextextended(what, 3) >> 11) & ((1::bigint << 53) - 1)) + 0.5::float8)
         / (1::bigint << 53)
$$;

CREATE TABLE crowds AS
SELECT v.annotators, v.answers, v.annotators || '/' || v.answers || '/' || seed AS crowd
FROM (VALUES (5, 3), (6, 20), (10, 20), (20, 5), (20, 50), (50, 5), (100, 1), (100, 3), (200, 10)) AS v(annotators, answers),
     generate_series(1, 200) AS seed;

CREATE TABLE people AS
SELECT crowd, a::text AS annotator, answers AS n,
       (SELECT (array_agg(u ORDER BY u))[9]
        FROM (SELECT draw(crowd || 'p' || a || '/' || j) AS u FROM generate_series(1, 10) AS j) AS draws) AS accuracy
FROM crowds, generate_series(1, annotators) AS a;

CREATE TABLE counts AS
SELECT p.*, (SELECT count(*) FROM generate_series(1, n) AS i WHERE draw(crowd || 'c' || annotator || '/' || i) < accuracy) AS correct
FROM people AS p;

\echo Coverage of 95% bounds, and of the lower one
SELECT annotators, answers,
       round(avg((lower <= c.accuracy AND c.accuracy <= upper)::int), 3) AS coverage,
       round(avg((lower <= c.accuracy)::int), 3) AS lower_holds,
       round(avg(upper - lower)::numeric, 3) AS width,
       round(avg((reason IS NOT DISTINCT FROM 'no_spread')::int), 2) AS no_spread,
       round(avg((reason IS NOT DISTINCT FROM 'few_annotators')::int), 2) AS few_annotators
FROM crowds
JOIN LATERAL (SELECT array_agg(annotator) AS who, array_agg(correct) AS correct, array_agg(n::bigint) AS n
              FROM counts WHERE counts.crowd = crowds.crowd) AS a ON true
JOIN LATERAL shrunken_accuracy(who, a.correct, a.n) AS s ON true
JOIN counts AS c ON c.crowd = crowds.crowd AND c.annotator = s.annotator
GROUP BY annotators, answers ORDER BY annotators, answers;
