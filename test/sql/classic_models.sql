-- Consensus models: wawa, zero_based_skill, glad, mace, mmsr, kos.  The second
-- computation is plain SQL and plpgsql: the whole method for wawa,
-- zero_based_skill and kos, the condition that the end must meet for the
-- others.  Figures of another package are walked by t/015_oracle_classic.pl.
\set VERBOSITY terse
CREATE SCHEMA classic_models;
SET search_path = classic_models, annoqa;

-- Nine annotators of unequal worth, the last one mostly wrong; seventy items of
-- three categories, of which everybody labeled three in four.
CREATE TABLE labels AS
SELECT item, 'ann' || a AS annotator,
       chr(97 + (item + CASE WHEN abs(hashint4(item * 100 + a)::bigint) % 100
                                  < CASE WHEN a = 9 THEN 80 ELSE 14 + 4 * a END
                             THEN 1 + abs(hashint4(item * 7 + a * 13)::bigint) % 2
                             ELSE 0 END)::int % 3) AS label
FROM generate_series(1, 70) AS item, generate_series(1, 9) AS a
WHERE abs(hashint4(item * 31 + a * 1000)::bigint) % 4 > 0;
SELECT count(*) AS labels, count(DISTINCT item) AS items,
       count(DISTINCT annotator) AS annotators FROM labels;

CREATE TABLE input AS
SELECT ratings_agg(item, annotator, label) AS r,
       ratings_agg(item, annotator, label = 'a') AS two FROM labels;
CREATE TABLE model (method text, m annotator_model);
INSERT INTO model
SELECT f.* FROM input, LATERAL (VALUES
    ('wawa', wawa(r)), ('zero_based_skill', zero_based_skill(r)),
    ('glad', glad(r, tolerance => 1e-9)),
    ('mace', mace(r, tolerance => 1e-13, max_iterations => 5000)),
    ('mmsr', mmsr(r)), ('kos', kos(two, max_iterations => 1000))) AS f (method, m);
CREATE TABLE skills AS
SELECT method, s.* FROM model, annotator_skill(m) AS s;

SELECT f.method = model.method AS named, f.method, f.converged,
       f.objective IS NULL AS no_objective, f.identified, f.reason
FROM model, fit(m) AS f ORDER BY f.method;

--
-- The votes: shares of agreement with the vote that these weights give, ties
-- counted in parts.
--
CREATE FUNCTION agreement_with_vote(weights jsonb)
RETURNS TABLE (annotator text, share float8) STABLE LANGUAGE sql AS $$
  WITH score AS (
    SELECT item, label, sum((weights ->> annotator)::float8) AS score
    FROM labels GROUP BY item, label),
  best AS (
    SELECT item, max(score) AS best FROM score GROUP BY item),
  winner AS (
    SELECT item, label, 1.0 / count(*) OVER (PARTITION BY item) AS part
    FROM score JOIN best USING (item) WHERE score > best - 1e-9)
  SELECT l.annotator, avg(coalesce(w.part, 0))::float8
  FROM labels AS l LEFT JOIN winner AS w USING (item, label)
  GROUP BY l.annotator $$;
CREATE FUNCTION zero_based(steps int) RETURNS jsonb STABLE LANGUAGE plpgsql AS $$
DECLARE
  skill jsonb := (SELECT jsonb_object_agg(annotator, 1.0 / 3) FROM labels);
  rate float8 := 1;
BEGIN
  FOR step IN 1 .. steps LOOP
    IF step % 20 = 0 THEN rate := rate / 2; END IF;
    skill := (SELECT jsonb_object_agg(a.annotator, s + rate * (a.share - s))
              FROM agreement_with_vote(skill) AS a,
                   LATERAL (SELECT (skill ->> a.annotator)::float8 AS s) AS old);
  END LOOP;
  RETURN skill;
END $$;

SELECT count(*) AS annotators, bool_and(abs(s.skill - a.share) < 1e-12) AS wawa_agrees
FROM skills AS s
JOIN agreement_with_vote((SELECT jsonb_object_agg(annotator, 1) FROM labels)) AS a
     USING (annotator)
WHERE s.method = 'wawa';
SELECT count(*) AS annotators,
       bool_and(abs(s.skill - (z ->> s.annotator::text)::float8) < 1e-9)
         AS zero_based_agrees
FROM skills AS s, zero_based(50) AS z WHERE s.method = 'zero_based_skill';

-- the consensus is the vote that the skills weigh
SELECT m.method, count(*) AS labels,
       bool_and(abs(p.probability - v.weight / v.total) < 1e-12) AS agrees
FROM model AS m, input, LATERAL posterior(r, m.m) AS p,
     LATERAL (SELECT coalesce(sum(s.skill) FILTER (WHERE l.label = p.label), 0)
                       AS weight,
                     sum(s.skill) AS total
              FROM labels AS l JOIN skills AS s
                   ON s.annotator = l.annotator AND s.method = m.method
              WHERE l.item::text = p.item) AS v
WHERE m.method IN ('wawa', 'zero_based_skill')
GROUP BY m.method ORDER BY m.method;

--
-- KOS: the messages of the paper from all ones, step by step.
--
CREATE TABLE message AS
SELECT item, annotator, CASE WHEN label = 'a' THEN 1 ELSE -1 END AS a,
       1::float8 AS y, 0::float8 AS x FROM labels;
DO $$
BEGIN
  FOR step IN 1 .. 200 LOOP
    UPDATE message AS m SET x = s.sum - m.a * m.y
    FROM (SELECT item, sum(a * y) FROM message GROUP BY item) AS s
    WHERE s.item = m.item;
    UPDATE message AS m SET y = (s.sum - m.a * m.x) / s.size
    FROM (SELECT annotator, sum(a * x), max(max(abs(x))) OVER () AS size
          FROM message GROUP BY annotator) AS s
    WHERE s.annotator = m.annotator;
  END LOOP;
END $$;
SELECT count(*) AS annotators,
       bool_and(abs(s.skill - w.weight / w.size) < 1e-4) AS kos_agrees
FROM skills AS s
JOIN (SELECT annotator, weight, sqrt(avg(weight ^ 2) OVER ()) AS size
      FROM (SELECT annotator, sum(a * x) AS weight
            FROM message GROUP BY annotator) AS t) AS w USING (annotator)
WHERE s.method = 'kos';

--
-- MMSR: a skill is the mean ratio of agreement to the partners' skills, but for
-- the F extreme ones on either side (none of them is held back at its bound).
--
WITH pair AS (
  SELECT a.annotator, b.annotator AS partner,
         (3 * avg((a.label = b.label)::int) - 1) / 2 AS c
  FROM labels AS a JOIN labels AS b USING (item)
  WHERE a.annotator <> b.annotator GROUP BY 1, 2),
s AS (
  SELECT annotator, (3 * skill - 1) / 2 AS s FROM skills WHERE method = 'mmsr'),
ratio AS (
  SELECT p.annotator, j.s, p.c * k.s AS pull, abs(p.c) / abs(k.s) AS ratio,
         row_number() OVER (PARTITION BY p.annotator ORDER BY abs(p.c) / abs(k.s))
           AS up,
         row_number() OVER (PARTITION BY p.annotator ORDER BY abs(p.c) / abs(k.s) DESC)
           AS down
  FROM pair AS p JOIN s AS j USING (annotator) JOIN s AS k ON k.annotator = p.partner),
kept AS (
  -- eight partners each, so F is 3
  SELECT annotator, s, avg(ratio) FILTER (
           WHERE NOT (up <= 3 AND ratio < abs(s) OR down <= 3 AND ratio > abs(s)))
           AS mean, sum(pull) AS pull
  FROM ratio GROUP BY annotator, s)
SELECT count(*) AS annotators, bool_and(abs(mean - abs(s)) < 1e-7) AS mmsr_agrees,
       bool_and(sign(pull) = sign(s)) AS signs_agree
FROM kept;

-- the consensus is the posterior of one chance for each annotator
WITH p AS (
  SELECT p.item, p.label, p.probability,
         exp(coalesce((SELECT sum(ln(2 * s.skill / (1 - s.skill)))
                       FROM labels AS l JOIN skills AS s
                            ON s.annotator = l.annotator AND s.method = 'mmsr'
                       WHERE l.item::text = p.item AND l.label = p.label), 0)) AS odds
  FROM model, input, LATERAL posterior(r, m) AS p WHERE method = 'mmsr')
SELECT count(*) AS labels, bool_and(abs(probability - odds / total) < 1e-12) AS agrees
FROM (SELECT *, sum(odds) OVER (PARTITION BY item) AS total FROM p) AS t;

--
-- MACE: the counts follow from competence and confusion; one step of the
-- iteration must give the posteriors of the model, and the same counts again.
--
CREATE FUNCTION digamma(x float8) RETURNS float8 IMMUTABLE LANGUAGE sql AS $$
  -- psi(x) from psi(x + 20), Bernoulli's series
  SELECT ln(x + 20) - 0.5 / (x + 20) - 1 / (12 * (x + 20) ^ 2)
         + 1 / (120 * (x + 20) ^ 4) - 1 / (252 * (x + 20) ^ 6)
         - (SELECT sum(1 / (x + k)) FROM generate_series(0, 19) AS k) $$;
CREATE TABLE known AS
SELECT s.annotator, c.label, s.n_labels, s.skill * (s.n_labels + 1) AS knew,
       -- spammed items of the category, of those of all
       c.probability / (1 - s.skill) * (30 + s.n_labels + 0.5
                                        - s.skill * (s.n_labels + 1)) AS strategy
FROM skills AS s, model AS m, LATERAL annotator_confusion(m.m) AS c
WHERE s.method = 'mace' AND m.method = 'mace' AND c.annotator = s.annotator
  AND c.label <> c.reference
  AND c.reference = CASE c.label WHEN 'a' THEN 'b' ELSE 'a' END;
CREATE TABLE expected AS
SELECT annotator, label, exp(digamma(knew) - digamma(n_labels + 1)) AS knows,
       exp(digamma(n_labels + 1 - knew) - digamma(n_labels + 1)
           + digamma(strategy) - digamma(sum(strategy) OVER (PARTITION BY annotator)))
         AS spams
FROM known;
CREATE TABLE second_posterior AS
SELECT item, class, p / sum(p) OVER (PARTITION BY item) AS p, sum(p) OVER (PARTITION BY item) / 3 AS evidence
FROM (SELECT l.item, class,
             exp(sum(ln(e.spams + CASE WHEN l.label = class THEN e.knows ELSE 0 END)))
               AS p
      FROM labels AS l JOIN expected AS e USING (annotator, label),
           unnest('{a,b,c}'::text[]) AS class
      GROUP BY l.item, class) AS t;
SELECT count(*) AS labels, bool_and(abs(p.probability - s.p) < 1e-9) AS mace_posterior_agrees
FROM model, input, LATERAL posterior(r, m) AS p
JOIN second_posterior AS s ON s.item::text = p.item AND s.class = p.label
WHERE method = 'mace';
SELECT count(*) AS annotators, bool_and(abs(s.skill - t.skill) < 1e-5) AS mace_step_agrees
FROM skills AS s
JOIN (SELECT l.annotator, (0.5 + sum(p.p * e.knows / (e.knows + e.spams)))
                          / (1 + count(*)) AS skill
      FROM labels AS l JOIN expected AS e USING (annotator, label)
      JOIN second_posterior AS p ON p.item = l.item AND p.class = l.label
      GROUP BY l.annotator) AS t USING (annotator)
WHERE s.method = 'mace';
-- what labels tell, by the definition, and its error by leaving out each item
-- (the library has the infinitesimal jackknife, so they are close, not equal)
CREATE FUNCTION information(theta float8, spam float8[], prior float8[])
RETURNS float8 IMMUTABLE LANGUAGE sql AS $$
  SELECT sum(CASE WHEN c = k THEN p * (theta + s) * ln((theta + s) / margin)
                  ELSE p * s * ln(s / margin) END)
  FROM unnest(prior) WITH ORDINALITY AS a (p, c),
       unnest(spam, prior) WITH ORDINALITY AS b (s, own, k),
       LATERAL (SELECT own * theta + s AS margin) AS m $$;
CREATE TABLE telling AS
WITH one AS (
  SELECT l.annotator, l.item, l.label, p.p * e.knows / (e.knows + e.spams) AS know
  FROM labels AS l JOIN expected AS e USING (annotator, label)
  JOIN second_posterior AS p ON p.item = l.item AND p.class = l.label
  UNION ALL SELECT annotator, NULL, 'a', NULL FROM known WHERE label = 'a'),
without AS (
  SELECT k.annotator, o.item, k.label,
         (k.knew - coalesce(o.know, 0)) / (k.n_labels + (o.item IS NULL)::int) AS theta,
         k.strategy - CASE WHEN k.label = o.label THEN coalesce(1 - o.know, 0) ELSE 0 END
           AS strategy
  FROM known AS k JOIN one AS o USING (annotator))
SELECT annotator, item, information(theta, spam, prior) AS nats
FROM (SELECT annotator, item, max(theta) AS theta,
             array_agg((1 - theta) * strategy / total ORDER BY label) AS spam
      FROM (SELECT *, sum(strategy) OVER (PARTITION BY annotator, item) AS total
            FROM without) AS w GROUP BY annotator, item) AS t,
     (SELECT array_agg(c.probability ORDER BY c.label) AS prior
      FROM model, class_prior(m) AS c WHERE method = 'mace') AS c;
SELECT count(*) AS annotators, bool_and(abs(s.informativeness - t.nats) < 1e-9) AS information_agrees,
       bool_and(abs((s.informativeness_upper - s.informativeness) / 1.959963984540054
                    / e.error - 1) < 0.1) AS error_is_close
FROM skills AS s JOIN telling AS t ON t.annotator = s.annotator AND t.item IS NULL
JOIN (SELECT annotator, sqrt((count(*) - 1) * var_pop(nats)) AS error
      FROM telling WHERE item IS NOT NULL GROUP BY annotator) AS e ON e.annotator = s.annotator
WHERE s.method = 'mace';
-- more restarts and iterations never lower the bound
SELECT bool_and(f.objective >= g.objective) AS more_restarts_are_no_worse
FROM input, generate_series(1, 5) AS seed,
     LATERAL fit(mace(r, restarts => 3, seed => seed)) AS g,
     LATERAL fit(mace(r, restarts => 9, seed => seed)) AS f;
SELECT bool_and(objective >= before) AS bound_never_falls
FROM (SELECT f.objective, lag(f.objective) OVER (ORDER BY n) AS before
      FROM input, generate_series(1, 12) AS n,
           LATERAL fit(mace(r, restarts => 1, max_iterations => n, tolerance => 0)) AS f) AS t
WHERE before IS NOT NULL;

--
-- GLAD: at the end no slope is left, whatever the parameter.  The ease of an
-- item is where its own slope is 0, by bisection.
--
CREATE FUNCTION right_chance(z float8) RETURNS float8 IMMUTABLE LANGUAGE sql AS $$
  SELECT 1 / (1 + exp(-z)) $$;
CREATE FUNCTION evidence(it int, ease float8, OUT slope float8, OUT log_evidence float8)
STABLE LANGUAGE sql AS $$
  WITH vote AS (
    SELECT l.label, s.skill * exp(ease) AS z
    FROM labels AS l JOIN skills AS s USING (annotator)
    WHERE l.item = it AND s.method = 'glad'),
  class AS (
    SELECT class, exp(sum(ln(CASE WHEN label = class THEN right_chance(z)
                                  ELSE (1 - right_chance(z)) / 2 END))) AS p
    FROM vote, unnest('{a,b,c}'::text[]) AS class GROUP BY class)
  SELECT sum(z * (p / total - right_chance(z))) - (ease - 1),
         ln(max(total) / 3) - (ease - 1) ^ 2 / 2
  FROM vote JOIN (SELECT class, p, sum(p) OVER () AS total FROM class) AS c
       ON c.class = vote.label $$;
CREATE FUNCTION ease_of(item int) RETURNS float8 STABLE LANGUAGE plpgsql AS $$
DECLARE
  low float8 := -2;
  high float8 := 4;
BEGIN
  FOR step IN 1 .. 45 LOOP
    IF (evidence(item, (low + high) / 2)).slope > 0 THEN
      low := (low + high) / 2;
    ELSE
      high := (low + high) / 2;
    END IF;
  END LOOP;
  RETURN (low + high) / 2;
END $$;
CREATE TABLE ease AS
SELECT item, ease_of(item) AS ease
FROM (SELECT DISTINCT item FROM labels) AS i;
CREATE TABLE glad_posterior AS
SELECT p.* FROM model, input, LATERAL posterior(r, m) AS p WHERE method = 'glad';
SELECT count(*) AS annotators, max(abs(slope)) < 1e-6 AS no_slope_is_left
FROM (SELECT l.annotator, sum(exp(e.ease) * (p.probability
               - right_chance(s.skill * exp(e.ease)))) - (max(s.skill) - 1) AS slope
      FROM labels AS l JOIN skills AS s USING (annotator) JOIN ease AS e USING (item)
      JOIN glad_posterior AS p ON p.item = l.item::text AND p.label = l.label
      WHERE s.method = 'glad' GROUP BY l.annotator) AS t;
SELECT abs(f.objective - (SELECT sum((evidence(item, ease)).log_evidence) FROM ease)
           + (SELECT sum((skill - 1) ^ 2) / 2 FROM skills WHERE method = 'glad')) < 1e-7
         AS glad_objective_agrees
FROM model, fit(m) AS f WHERE model.method = 'glad';
SELECT bool_and(objective >= before) AS objective_never_falls
FROM (SELECT f.objective, lag(f.objective) OVER (ORDER BY n) AS before
      FROM input, generate_series(1, 12) AS n,
           LATERAL fit(glad(r, max_iterations => n)) AS f) AS t
WHERE before IS NOT NULL;

--
-- The same bits whatever the order of rows, merged, and stored.
--
SELECT bool_and(m::text = again::text) AS same_bits
FROM (SELECT ratings_agg(item, annotator, label ORDER BY md5(item || annotator)) AS r
      FROM labels) AS t,
     LATERAL (VALUES ('wawa', wawa(r)), ('zero_based_skill', zero_based_skill(r)),
              ('glad', glad(r, tolerance => 1e-9)),
              ('mace', mace(r, tolerance => 1e-13, max_iterations => 5000)),
              ('mmsr', mmsr(r))) AS f (method, again)
JOIN model USING (method);
SELECT bool_and(m::text = (m::text)::annotator_model::text) AS text_is_exact FROM model;
SELECT mace(r, seed => 1)::text = mace(r, seed => 1)::text AS same_seed,
       mace(r, seed => 1)::text = mace(r, seed => 2)::text AS other_seed
FROM input;

--
-- Stored models and other ratings: some items, an unknown annotator, an unknown
-- label.
--
SELECT m.method, count(*) AS items,
       bool_and(c.label IS NOT DISTINCT FROM o.label
                AND abs(c.probability - o.probability) < 1e-9) AS as_before
FROM model AS m, input,
     (SELECT ratings_agg(item, annotator, label) AS r,
             ratings_agg(item, annotator, label = 'a') AS two
      FROM labels WHERE item <= 10) AS part,
     LATERAL consensus(CASE m.method WHEN 'kos' THEN part.two ELSE part.r END, m.m) AS c,
     LATERAL (SELECT * FROM consensus(CASE m.method WHEN 'kos' THEN input.two
                                      ELSE input.r END, m.m) AS o
              WHERE o.item = c.item) AS o
GROUP BY m.method ORDER BY m.method;
SELECT m.method, c.item, c.label, c.probability > 0.5 AS sure, c.n_labels, c.tied
FROM model AS m,
     (SELECT ratings_agg(1000, 'new'::text, 'b'::text) AS r,
             ratings_agg(1000, 'new'::text, false) AS two) AS stranger,
     LATERAL consensus(CASE m.method WHEN 'kos' THEN two ELSE r END, m.m) AS c
ORDER BY m.method;
SELECT c.* FROM model AS m, (SELECT ratings_agg(1, 'ann1'::text, 'z'::text) AS r) AS z,
     LATERAL consensus(r, m.m) AS c WHERE m.method = 'wawa';

--
-- Little to go by.
--
CREATE TABLE little (name text, r ratings);
INSERT INTO little VALUES ('empty', (SELECT ratings_agg(i, i::text, 'x'::text) FROM generate_series(1, 0) AS i));
INSERT INTO little SELECT 'one label', ratings_agg(1, 'a'::text, 'x'::text);
INSERT INTO little SELECT 'one annotator', ratings_agg(i, 'a'::text, i % 2 = 0) FROM generate_series(1, 5) AS i;
INSERT INTO little SELECT 'one class', ratings_agg(i, a::text, 'x'::text)
FROM generate_series(1, 5) AS i, generate_series(1, 3) AS a;
INSERT INTO little SELECT 'a label each', ratings_agg(i, i::text, i % 2 = 0) FROM generate_series(1, 6) AS i;
INSERT INTO little SELECT 'all ties', ratings_agg(i, a::text, (i + a) % 2 = 0)
FROM generate_series(1, 6) AS i, generate_series(1, 2) AS a;
INSERT INTO little SELECT 'blocks', ratings_agg(i, (a + 3 * (i % 2))::text, (i / 2 + (i + a) % 5 / 4) % 2 = 0)
FROM generate_series(1, 20) AS i, generate_series(1, 3) AS a;
INSERT INTO little SELECT 'adversary', ratings_agg(i, a::text, (i % 2 = 0) <> (a = 5))
FROM generate_series(1, 20) AS i, generate_series(1, 5) AS a;
INSERT INTO little SELECT '2000 votes', ratings_agg(i, a::text, (i % 2 = 0) <> (a % 5 = 0))
FROM generate_series(1, 2) AS i, generate_series(1, 2000) AS a;
CREATE FUNCTION try(method text, r ratings,
                    OUT identified boolean, OUT reason text, OUT n_skills bigint,
                    OUT n_items bigint, OUT all_finite boolean, OUT tied bigint)
LANGUAGE plpgsql AS $$
DECLARE
  m annotator_model;
BEGIN
  EXECUTE format('SELECT %I($1)', method) INTO m USING r;
  SELECT f.identified, f.reason INTO identified, reason FROM fit(m) AS f;
  SELECT count(*), coalesce(bool_and(abs(skill) < 1e6), true) INTO n_skills, all_finite
  FROM annotator_skill(m);
  SELECT count(*), all_finite AND coalesce(bool_and(probability BETWEEN 0 AND 1), true),
         count(*) FILTER (WHERE c.tied)
  INTO n_items, all_finite, tied FROM consensus(r, m) AS c;
EXCEPTION WHEN invalid_parameter_value THEN
  reason := 'refused';
END $$;
SELECT l.name, method, t.*
FROM little AS l,
     unnest('{wawa,zero_based_skill,glad,mmsr,kos}'::text[]) WITH ORDINALITY AS u (method, n),
     LATERAL try(method, r) AS t
ORDER BY l.name, n;
-- ties are left open by all but mace, which starts at random
SELECT l.name, 'mace' AS method, t.identified, t.reason, t.n_skills, t.n_items, t.all_finite
FROM little AS l, LATERAL try('mace', r) AS t ORDER BY l.name;
-- who says the same whatever it is spams, who knows does not
SELECT s.annotator, s.n_labels, s.spammer
FROM (SELECT mace(ratings_agg(i, a::text, CASE WHEN a <= 4 THEN (i + (i + a) % 9 / 8) % 3
                                               WHEN a = 5 THEN 0 ELSE i * 7 % 11 % 3 END)) AS m
      FROM generate_series(1, 60) AS i, generate_series(1, 6) AS a) AS t,
     LATERAL annotator_skill(m) AS s ORDER BY 1;
-- who works against the rest is found out
SELECT method, s.annotator, round(s.skill::numeric, 2) AS skill
FROM little, LATERAL (VALUES ('wawa', wawa(r)), ('zero_based_skill', zero_based_skill(r)),
                      ('glad', glad(r)), ('mace', mace(r)), ('mmsr', mmsr(r)),
                      ('kos', kos(r))) AS f (method, m),
     LATERAL annotator_skill(m) AS s
WHERE name = 'adversary' AND s.annotator IN ('1', '5') ORDER BY method, s.annotator;

--
-- What cannot be.
--
SELECT kos(r) FROM input;
SELECT kos(r) FROM little WHERE name = 'one class';
SELECT glad(r, max_iterations => 0) FROM input;
SELECT glad(r, tolerance => -1) FROM input;
SELECT zero_based_skill(r, tolerance => 'NaN') FROM input;
SELECT mmsr(r, tolerance => 'Infinity') FROM input;
SELECT mace(r, restarts => 0) FROM input;
SELECT mace(r, alpha => 0) FROM input;
SELECT mace(r, beta => 'NaN') FROM input;
SELECT mace(r, strategy => -1) FROM input;
SELECT wawa(ratings_agg(1, 'a'::text, '{x,y}'::text[]));
-- a model of kos for three classes, with or without labels; too many numbers
SELECT overlay(set_byte(annotator_model_send(m), 3, 8) PLACING decode(n, 'hex') FROM 19 FOR 8) AS b INTO TEMP bent
FROM model, (VALUES ('0000000000000000'), ('0000000000000007')) AS n(n) WHERE method = 'wawa';
CREATE FUNCTION read(bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  detail text;
BEGIN
  RETURN (translate(encode($1, 'base64'), E'\n', '')::annoqa.annotator_model)::text;
EXCEPTION WHEN invalid_text_representation THEN
  GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
  RETURN detail;
END $$;
SELECT read(b) FROM bent;
SELECT mace(ratings_agg(i, i, i::text)) FROM generate_series(1, 11000) AS i;
SELECT wawa(NULL) IS NULL AS wawa, glad(NULL) IS NULL AS glad,
       mace(NULL) IS NULL AS mace, mmsr(NULL) IS NULL AS mmsr,
       kos(NULL) IS NULL AS kos, zero_based_skill(NULL) IS NULL AS zero_based_skill;
SET client_min_messages = warning;
DROP SCHEMA classic_models CASCADE;
