-- Whether rules flag good annotators as seldom as they state.
--
-- 500 people, each over 1,000 gold answers in order; an answer is right when a hash
-- (md5) of run, person and number falls below the accuracy, so that the figures are
-- the same on every machine.  A rule looks after every answer.

CREATE FUNCTION draw(run text, person int, i int, accuracy float8) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT ('x' || left(md5(run || ' ' || person || ' ' || i), 8))::bit(32)::bigint < accuracy * 4294967296
$$;
CREATE TABLE answers AS
SELECT accuracy, person, i, s, s - lag(s, 1, 0::bigint) OVER (PARTITION BY accuracy, person ORDER BY i) = 1 AS ok
FROM (SELECT accuracy, person, i,
             count(*) FILTER (WHERE draw('a', person, i, accuracy)) OVER (PARTITION BY accuracy, person ORDER BY i) AS s
      FROM unnest(ARRAY[0.85, 0.87, 0.90]) AS accuracy, generate_series(1, 500) AS person,
           generate_series(1, 1000) AS i) AS a;

-- the most right answers of i at which a rule flags in its first run
CREATE TABLE limits AS
SELECT i, max(s) FILTER (WHERE accuracy_below(s, i, 0.85) * 6 / pi() ^ 2 >= 20) AS s
FROM generate_series(10, 1000) AS i,
     generate_series(greatest(0, floor(0.85 * i - 8 * sqrt(i)))::int, ceil(0.85 * i)::int) AS s
GROUP BY i;

\echo Anytime, threshold .85, error .05: ever flagged of 500, where at most 25 are stated
SELECT a.accuracy, count(DISTINCT a.person) FILTER (WHERE a.s <= l.s) AS flagged
FROM answers AS a JOIN limits AS l ON l.i = a.i
GROUP BY a.accuracy ORDER BY a.accuracy;

\echo Per source, error .05: 490 at .90 and 10 at .60, a look after every 50 answers;
\echo flags ever raised, wrong ones among them, and the largest share of wrong flags at one look
WITH people AS (
  SELECT a.person, a.i, CASE WHEN a.person > 10 THEN a.s ELSE b.s END AS s
  FROM answers AS a LEFT JOIN (
         SELECT person, i, count(*) FILTER (WHERE draw('b', person, i, 0.60)) OVER (PARTITION BY person ORDER BY i) AS s
         FROM generate_series(1, 10) AS person, generate_series(1, 1000) AS i) AS b ON b.person = a.person AND b.i = a.i
  WHERE a.accuracy = 0.90 AND a.i % 50 = 0),
ranked AS (
  SELECT p.*, e, row_number() OVER (PARTITION BY i ORDER BY e DESC) AS k
  FROM people AS p, LATERAL (SELECT accuracy_below(s, i, 0.85) * 6 / pi() ^ 2 AS e) AS v),
flagged AS (
  SELECT r.*, k <= max(k) FILTER (WHERE e >= 500 / (k * 0.05)) OVER (PARTITION BY i) AS flag FROM ranked AS r)
SELECT count(DISTINCT person) FILTER (WHERE flag) AS flagged, count(DISTINCT person) FILTER (WHERE flag AND person > 10) AS wrong,
       (SELECT max(share) FROM (SELECT count(*) FILTER (WHERE flag AND person > 10) / nullif(count(*) FILTER (WHERE flag), 0)::float8 AS share
                                FROM flagged GROUP BY i) AS x) AS worst_share
FROM flagged;

\echo Charts at run length 10,000, in control at .85 (e_detector) and .90: alarms in
\echo 500 times 1,000 answers; 50 are stated
SELECT accuracy,
       count((SELECT alarm_at FROM e_detector(ok, 0.85, 10000))) AS e_detector,
       CASE accuracy WHEN 0.90 THEN count((SELECT alarm_at FROM cusum(ok, 0.90, 0.75, 10000))) END AS cusum,
       CASE accuracy WHEN 0.90 THEN count((SELECT alarm_at FROM ewma(ok, 0.90, 0.75, 10000))) END AS ewma
FROM (SELECT accuracy, person, array_agg(ok ORDER BY i) AS ok FROM answers GROUP BY accuracy, person) AS a
GROUP BY accuracy ORDER BY accuracy;

-- The same through create_rule and evaluate_rules, whose outcomes are the labels of a
-- table: 500 people at .87, a look after every 100 answers.
CREATE TABLE labels (item int, annotator int, label boolean, gold boolean, at timestamptz);
SET client_min_messages = error;
SELECT create_source('crowd', 'labels', 'item', 'annotator', 'label', gold => 'gold', labeled_at => 'at') IS NOT NULL AS registered;
SELECT create_rule('crowd', 'anytime', 'gold_accuracy', threshold => 0.85) IS NOT NULL AS created;
SELECT create_rule('crowd', 'source', 'gold_accuracy', threshold => 0.85, per => 'source') IS NOT NULL AS created;
SELECT create_rule('crowd', 'raw', 'gold_accuracy', threshold => 0.85, method => 'raw', last_n => 1000) IS NOT NULL AS created;
SELECT create_rule('crowd', 'drift', 'gold_accuracy', threshold => 0.85, method => 'e_detector') IS NOT NULL AS created;
DO $$
BEGIN
  FOR look IN 1 .. 10 LOOP
    INSERT INTO labels
    SELECT i, person, ok, true, '2026-01-01'::timestamptz + i * interval '1 h'
    FROM answers WHERE accuracy = 0.87 AND i > (look - 1) * 100 AND i <= look * 100;
    PERFORM evaluate_rules('crowd');
  END LOOP;
END $$;
\echo Flagged by evaluate_rules of 500 good annotators over 1,000 answers each
SELECT r.rule, count(DISTINCT f.annotator) AS flagged, r.expected_wrong_flags AS stated
FROM rules AS r LEFT JOIN flags AS f ON f.rule = r.rule GROUP BY r.rule, r.expected_wrong_flags ORDER BY r.rule;
