-- How often a threshold on gold accuracy flags people who are not below it, and
-- how soon it catches those who are.
--
-- Threshold .85, up to 1,000 gold answers, a look after each.  "raw" flags when
-- the accuracy so far is below .85; "wilson" when the one-sided 95% upper bound
-- of Wilson's interval is, both from the 20th answer on; "e-value" when
-- accuracy_below() is 20 or more, from the first answer on, and "e-value, 20"
-- from the 20th.  Nothing is drawn at random: the probability of each number of correct
-- answers among people not yet flagged is carried from answer to answer, so that
-- the figures are exact.

-- the most correct answers of n at which a rule flags; -1: none
CREATE TABLE rules AS
SELECT rule, n, max(CASE
         WHEN n < first THEN -1
         WHEN rule = 'raw' AND s < 0.85 * n
           OR rule = 'wilson' AND (wilson_interval(s, n, 0.90)).upper < 0.85
           OR rule LIKE 'e-value%' AND accuracy_below(s, n, 0.85) >= 20
         THEN s ELSE -1 END) AS flagged_at
FROM (VALUES ('raw', 20), ('wilson', 20), ('e-value, 20', 20), ('e-value', 1))
       AS r(rule, first),
     generate_series(1, 1000) AS n,
     -- far from the threshold all rules say the same
     generate_series(greatest(0, floor(0.85 * n - 5 * sqrt(n)))::int,
                     ceil(0.85 * n)::int) AS s
GROUP BY rule, n;

-- the probability of being flagged by the n-th answer, for each n
CREATE FUNCTION flagged(rule text, accuracy float8)
RETURNS TABLE (n int, share float8) LANGUAGE plpgsql AS $$
DECLARE
  limits int[] := (SELECT array_agg(r.flagged_at ORDER BY r.n)
                   FROM rules AS r WHERE r.rule = flagged.rule);
  -- p[s + 1]: s correct so far, and not flagged
  p float8[] := array_fill(0::float8, ARRAY[1001]);
  least int := 0;
  gone float8 := 0;
BEGIN
  p[1] := 1;
  FOR i IN 1 .. 1000 LOOP
    FOR s IN REVERSE i .. greatest(least, 1) LOOP
      p[s + 1] := p[s + 1] * (1 - accuracy) + p[s] * accuracy;
    END LOOP;
    IF least = 0 THEN
      p[1] := p[1] * (1 - accuracy);
    END IF;
    WHILE least <= limits[i] LOOP
      gone := gone + p[least + 1];
      p[least + 1] := 0;
      least := least + 1;
    END LOOP;
    n := i;
    share := gone;
    RETURN NEXT;
  END LOOP;
END $$;

CREATE TABLE outcome AS
SELECT rule, accuracy, f.n, f.share
FROM (SELECT DISTINCT rule FROM rules) AS r,
     unnest(ARRAY[0.60, 0.70, 0.75, 0.80, 0.85, 0.87, 0.90, 0.95]) AS accuracy,
     flagged(rule, accuracy) AS f;

\echo Flagged within 1,000 answers though not below .85, by true accuracy
SELECT rule,
       round(sum(share) FILTER (WHERE accuracy = 0.85)::numeric, 4) AS ".85",
       round(sum(share) FILTER (WHERE accuracy = 0.87)::numeric, 4) AS ".87",
       round(sum(share) FILTER (WHERE accuracy = 0.90)::numeric, 4) AS ".90",
       round(sum(share) FILTER (WHERE accuracy = 0.95)::numeric, 4) AS ".95"
FROM outcome WHERE n = 1000
GROUP BY rule ORDER BY 2 DESC;

\echo Answers until half, and 90%, of those below .85 are flagged; and the share
\echo flagged within 1,000
SELECT rule, accuracy, min(n) FILTER (WHERE share >= 0.5) AS half,
       min(n) FILTER (WHERE share >= 0.9) AS nine_tenths,
       round(max(share)::numeric, 4) AS flagged
FROM outcome WHERE accuracy < 0.85
GROUP BY rule, accuracy ORDER BY rule, accuracy;

-- Evidence of the last 50 answers only is no evidence at every look: each new
-- window is another chance to flag.  Drawn, for a window has too many states: an
-- answer is right when a hash (md5) of person and answer falls below the accuracy.
CREATE TABLE draws AS
SELECT person, at,
       sum((('x' || left(md5(person || ' ' || at), 8))::bit(32)::bigint
            < 0.85 * 4294967296)::int)
         OVER (PARTITION BY person ORDER BY at ROWS 49 PRECEDING) AS correct
FROM generate_series(1, 1000) AS person, generate_series(1, 3000) AS at;

\echo Flagged by the e-value of the last 50 answers, of 1,000 people at exactly .85
SELECT answers, round(count(*) FILTER (WHERE first <= answers) / 1000.0, 3) AS flagged
FROM unnest(ARRAY[1000, 2000, 3000]) AS answers,
     (SELECT person, min(at) FILTER (WHERE accuracy_below(correct, 50, 0.85) >= 20) AS first
      FROM draws WHERE at >= 50 GROUP BY person) AS people
GROUP BY answers ORDER BY answers;
