-- The type annotator_model: stored, read, applied to other labels.  Each figure
-- is compared with a formula in SQL over what the model itself lists.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE SCHEMA stored;
SET search_path = stored, annoqa, public;
CREATE EXTENSION IF NOT EXISTS citext SCHEMA public;
CREATE TYPE grade AS ENUM ('poor', 'fair', 'good');
-- a user's table of the same name comes first on the path
CREATE TABLE annotator_model (item int, annotator int, label int);

CREATE FUNCTION u(what text) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT (((hashtextextended(what, 6) >> 11) & ((1::bigint << 53) - 1)) + 0.5::float8) / (1::bigint << 53)
$$;
-- two days of eight annotators; on the second day 'h' has tired
CREATE TABLE labels AS
SELECT day, 100 * day + i AS item, chr(96 + a) AS annotator,
       CASE WHEN u(day || 'r' || i || '/' || a) < CASE WHEN day = 2 AND a = 8 THEN 0.4 ELSE 0.65 + 0.03 * a END THEN truth
            ELSE (truth + 1 + (u(day || 'w' || i || '/' || a) * 2)::int) % 3 END AS code
FROM generate_series(1, 2) AS day, generate_series(1, 90) AS i,
     LATERAL (SELECT floor(3 * u(day || 't' || i))::int AS truth) AS t,
     generate_series(1, 8) AS a
WHERE u(day || 'who' || i || '/' || a) < 0.6;
CREATE TABLE typed AS
SELECT day, item, annotator, code,
       (ARRAY['cat', 'a "quoted" dog', 'čaj'])[1 + code] AS t, code * 1.5 AS n,
       (ARRAY['poor', 'fair', 'good']::grade[])[1 + code] AS e, code = 1 AS b,
       (ARRAY['Cat', 'dog', 'DOVE'])[1 + code]::public.citext AS c, date '2026-01-01' + code AS d
FROM labels;
CREATE TABLE models (col text, method text, m annoqa.annotator_model);
DO $$
DECLARE col text;
BEGIN
  FOREACH col IN ARRAY ARRAY['t', 'n', 'e', 'b', 'c', 'd'] LOOP
    EXECUTE format('INSERT INTO models SELECT %1$L, ''dawid_skene'', dawid_skene(ratings_agg(item, annotator, %1$I)) FROM typed WHERE day = 1', col);
    EXECUTE format('INSERT INTO models SELECT %1$L, ''one_coin'', one_coin(ratings_agg(item, annotator, %1$I)) FROM typed WHERE day = 1', col);
  END LOOP;
  INSERT INTO models SELECT 'empty', 'dawid_skene', dawid_skene(ratings_agg(item, annotator, t)) FROM typed WHERE false;
  INSERT INTO models SELECT 'empty', 'one_coin', one_coin(ratings_agg(item, annotator, t)) FROM typed WHERE false;
END $$;

CREATE TABLE m AS SELECT m FROM models WHERE col = 't' AND method = 'dawid_skene';

-- text and bytes give back the value, to the last bit
CREATE FUNCTION received(bytes bytea) RETURNS annoqa.annotator_model LANGUAGE sql AS $$ SELECT replace(encode(bytes, 'base64'), E'\n', '')::annoqa.annotator_model $$;
SELECT bool_and(m::text::annoqa.annotator_model::text = m::text) AS text,
       bool_and(annotator_model_send(m::text::annoqa.annotator_model) = annotator_model_send(m)) AS bytes,
       bool_and(received(annotator_model_send(m))::text = m::text) AS text_is_base64,
       bool_and(octet_length(annotator_model_send(m)) = length(decode(m::text, 'base64'))) AS same_bytes
FROM models;
CREATE TABLE copied (LIKE models);
\copy models TO results/annotator_model.data WITH (FORMAT binary)
\copy copied FROM results/annotator_model.data WITH (FORMAT binary)
SELECT count(*), bool_and(a.m::text = b.m::text) AS binary_copy FROM models AS a JOIN copied AS b USING (col, method);
-- no other setting changes the text
SET extra_float_digits = -5;
SET datestyle = 'SQL, DMY';
SELECT bool_and(a.m::text = md.t) AS settings FROM copied AS a JOIN (SELECT col, method, m::text AS t FROM models) AS md USING (col, method);
RESET extra_float_digits;
RESET datestyle;
SELECT col, (SELECT string_agg(label, ',' ORDER BY n) FROM (SELECT label, row_number() OVER () AS n FROM class_prior(m)) AS l) AS classes
FROM models WHERE method = 'dawid_skene';

-- malformed
\set VERBOSITY default
SELECT ''::annoqa.annotator_model;
SELECT 'AAAA'::annoqa.annotator_model;
SELECT '{"kind": "text"}'::annoqa.annotator_model;
SELECT left(m::text, 200)::annoqa.annotator_model FROM m;
SELECT received(set_byte(annotator_model_send(m), 1, 9)) FROM m;
SELECT received(set_byte(annotator_model_send(m), 3, 99)) FROM m;
SELECT received(set_byte(annotator_model_send(m), 4, 255)) FROM m;
SELECT received(set_byte(annotator_model_send(m), 4, 0)) FROM m;
SELECT received(set_byte(annotator_model_send(m), 5, 200)) FROM m;
SELECT received(set_byte(annotator_model_send(m), 6, 255)) FROM m;
SELECT received(annotator_model_send(m) || '\x00') FROM m;
SELECT received(overlay(annotator_model_send(m) PLACING '\x7ff8000000000000' FROM octet_length(annotator_model_send(m)) - 7)) FROM m;
SELECT received(overlay(annotator_model_send(m) PLACING '\x3ff0000000000000' FROM octet_length(annotator_model_send(m)) - 7)) FROM m;
SELECT received(ratings_send(ratings_agg(1, 1, 1)));
\set VERBOSITY terse

--
-- Reading
--
SELECT bool_and(abs(total - 1) < 1e-12) AS rows_sum_to_1, count(*) AS rows
FROM (SELECT sum(probability) AS total FROM models, annotator_confusion(m) WHERE method = 'dawid_skene' GROUP BY col, annotator, reference
      UNION ALL SELECT sum(probability) FROM models, annotator_confusion(m) WHERE method = 'one_coin' GROUP BY col, annotator, reference
      UNION ALL SELECT sum(probability) FROM models, class_prior(m) GROUP BY col, method) AS t;
SELECT sum(expected_count)::int AS labels_of_a, (SELECT count(*) FROM labels WHERE day = 1 AND annotator = 'a') AS rows
FROM models, annotator_confusion(m, 'a') WHERE col = 't' AND method = 'dawid_skene';
SELECT count(*) FROM models, annotator_confusion(m, 'nobody') WHERE col = 't';
SELECT col, f.method, f.n_items, f.n_annotators, f.n_labels, f.n_categories, f.converged, f.identified, f.reason
FROM models, fit(m) AS f ORDER BY col, f.method;
SELECT method, count(*), bool_and(skill_lower < skill AND skill < skill_upper) AS inside, bool_and(spammer IS FALSE) AS honest
FROM models, annotator_skill(m) WHERE col = 't' GROUP BY method ORDER BY method;
-- wider at a higher confidence
SELECT bool_and(b.skill_upper - b.skill_lower > a.skill_upper - a.skill_lower) AS wider
FROM models, annotator_skill(m) AS a JOIN LATERAL annotator_skill(m, 0.99) AS b USING (annotator) WHERE col = 't' AND method = 'dawid_skene';
SELECT * FROM models, annotator_skill(m, 95) WHERE col = 't';

--
-- consensus and posterior
--
CREATE TABLE r AS SELECT ratings_agg(item, annotator, t) FILTER (WHERE day = 1) AS r1, ratings_agg(item, annotator, t) FILTER (WHERE day = 2) AS r2 FROM typed;
-- consensus is read off the posterior, share off the votes
SELECT bool_and(c.label = p.label AND c.probability = p.best AND abs(c.entropy - p.entropy) < 1e-12 AND NOT c.tied) AS posterior,
       bool_and(abs(c.share - v.share) < 1e-12 AND c.n_labels = v.n) AS votes, count(*)
FROM r, m, consensus(r1, m) AS c
JOIN LATERAL (SELECT max(probability) AS best, -sum(probability * ln(nullif(probability, 0))) AS entropy,
                     (array_agg(label ORDER BY probability DESC))[1] AS label
              FROM posterior(r1, m) AS p WHERE p.item = c.item) AS p ON true
JOIN LATERAL (SELECT avg((t = c.label)::int) AS share, count(*) AS n FROM typed WHERE item::text = c.item) AS v ON true;
-- Bayes' rule by the listed chances, on the day it was not fitted to
SELECT max(abs(p.probability - b.p)) < 1e-12 AS bayes, count(*)
FROM r, m, posterior(r2, m) AS p
JOIN (SELECT item, reference, exp(s) / sum(exp(s)) OVER (PARTITION BY item) AS p
      FROM (SELECT y.item::text, c.reference, sum(ln(c.probability)) + ln(max(q.probability)) AS s
            FROM m, typed AS y JOIN annotator_confusion((SELECT m FROM m)) AS c ON c.annotator = y.annotator AND c.label = y.t
            JOIN class_prior((SELECT m FROM m)) AS q ON q.label = c.reference WHERE day = 2 GROUP BY 1, 2) AS s) AS b
  ON b.item = p.item AND b.reference = p.label;
-- annotators whom it does not know do as the crowd: 1 count on the right label,
-- 1 spread evenly, and all expected counts
WITH crowd AS (
  SELECT reference, label, (sum(expected_count) + (reference = label)::int + 1 / 3.0) / (sum(sum(expected_count)) OVER (PARTITION BY reference) + 2) AS p
  FROM m, annotator_confusion(m) GROUP BY reference, label
)
SELECT max(abs(p.probability - b.p)) < 1e-12 AS strangers, count(*)
FROM m, (SELECT ratings_agg(item, 'new ' || annotator, t) AS r FROM typed WHERE day = 2) AS r, posterior(r, m) AS p
JOIN (SELECT item, reference, exp(s) / sum(exp(s)) OVER (PARTITION BY item) AS p
      FROM (SELECT y.item::text, c.reference, sum(ln(c.p)) + ln(max(q.probability)) AS s
            FROM typed AS y JOIN crowd AS c ON c.label = y.t
            JOIN class_prior((SELECT m FROM m)) AS q ON q.label = c.reference WHERE day = 2 GROUP BY 1, 2) AS s) AS b
  ON b.item = p.item AND b.reference = p.label;
-- temperature: p^(1/T), normalised
SELECT max(abs(t.probability - p.p)) < 1e-12 AS tempered
FROM r, m, posterior(r1, m, 2.5) AS t
JOIN (SELECT item, label, probability ^ 0.4 / sum(probability ^ 0.4) OVER (PARTITION BY item) AS p FROM r, m, posterior(r1, m)) AS p USING (item, label);
SELECT bool_and(c.label = d.label) AS same_labels, bool_and(c.entropy <= d.entropy) AS less_certain
FROM r, m, consensus(r1, m) AS c JOIN LATERAL consensus(r1, m, 3) AS d USING (item);
-- gold: accepted answers hold, a label that the model does not know included
SELECT c.item, c.label, round(c.probability::numeric, 4) AS probability, round(c.share::numeric, 2) AS share
FROM r, m, consensus(r1, m, 1, (SELECT ratings_agg(i, 'g'::text, l) FROM (VALUES (101, 'cat'), (102, 'unicorn'), (999, 'cat')) AS g(i, l))) AS c
WHERE c.item IN ('101', '102');
SELECT label, probability > 0 AS accepted FROM r, m, posterior(r1, m, 1, (SELECT ratings_agg(101, w, l) FROM (VALUES (1, 'cat'), (2, 'čaj')) AS g(w, l)))
WHERE item = '101' ORDER BY label;
-- what does not fit
SELECT count(*) FROM m, consensus((SELECT ratings_agg(1, 'a'::text, 'horse'::text)), m);
SELECT count(*) FROM m, consensus((SELECT ratings_agg(1, 'a'::text, 1)), m);
SELECT count(*) FROM m, consensus((SELECT ratings_agg(1, 7, 'cat'::text)), m);
SELECT count(*) FROM r, m, consensus(r1, m, 0);
SELECT count(*) FROM r, m, posterior(r1, m, 'NaN');
SELECT count(*) FROM r, m, posterior(r1, m, 'Infinity');
-- nothing
SELECT count(*) FROM r, consensus(r1, NULL);
SELECT count(*) FROM m, consensus(NULL, m);
SELECT count(*) FROM m, posterior((SELECT ratings_agg(item, annotator, t) FROM typed WHERE false), m);
SELECT count(*) FROM r, m, consensus(r1, m, NULL, NULL);
SELECT count(*) AS fit, (SELECT count(*) FROM annotator_skill(NULL)) AS skill, (SELECT count(*) FROM annotator_confusion(NULL)) AS confusion,
       (SELECT count(*) FROM class_prior(NULL)) AS prior, (SELECT count(*) FROM drift(NULL, NULL)) AS drift FROM fit(NULL::annoqa.annotator_model);
-- a model of nothing knows nobody
SELECT c.* FROM models, consensus((SELECT ratings_agg(item, annotator, t) FROM typed WHERE false), m) AS c WHERE col = 'empty';
SELECT count(*) FROM models, consensus((SELECT ratings_agg(1, 1, 'a'::text)), m) WHERE col = 'empty' AND method = 'one_coin';

--
-- drift
--
CREATE TABLE later AS SELECT dawid_skene(r2) AS m2, one_coin(r2) AS o2 FROM r;
SELECT annotator, n_labels_before, n_labels_after, round(difference::numeric, 2) AS difference, difference_upper < 0 AS worse, round(divergence::numeric, 3) AS divergence
FROM m, later, drift(m, m2) ORDER BY annotator;
-- by its formulas: MOVER from the bounds, and Jensen-Shannon of the rows
SELECT max(abs(d.difference - (b.skill - a.skill))) < 1e-12 AS difference,
       max(abs(d.difference_lower - (b.skill - a.skill - sqrt((b.skill - b.skill_lower) ^ 2 + (a.skill_upper - a.skill) ^ 2)))) < 1e-12 AS lower,
       max(abs(d.difference_upper - (b.skill - a.skill + sqrt((b.skill_upper - b.skill) ^ 2 + (a.skill - a.skill_lower) ^ 2)))) < 1e-12 AS upper,
       max(abs(d.divergence - j.js)) < 1e-12 AS divergence
FROM m, later, drift(m, m2) AS d JOIN LATERAL annotator_skill(m) AS a USING (annotator) JOIN LATERAL annotator_skill(m2) AS b USING (annotator)
JOIN LATERAL (
  SELECT sum(w * (x * ln(2 * x / (x + y)) + y * ln(2 * y / (x + y))) / 2) / 2 AS js
  FROM (SELECT p.probability + q.probability AS w, c.probability AS x, e.probability AS y
        FROM annotator_confusion(m, d.annotator) AS c JOIN annotator_confusion(m2, d.annotator) AS e USING (reference, label)
        JOIN class_prior(m) AS p ON p.label = c.reference JOIN class_prior(m2) AS q ON q.label = c.reference) AS x) AS j ON true;
-- none to itself; people and classes that only one has
SELECT bool_and(difference = 0 AND divergence < 1e-15) AS none FROM m, drift(m, m);
SELECT annotator, n_labels_before, n_labels_after, skill_before IS NULL AS new, skill_after IS NULL AS gone, divergence IS NULL AS apart
FROM m, (SELECT dawid_skene(ratings_agg(i, w, l)) AS n FROM (VALUES (1, 'a', 'cat'), (1, 'z', 'cow'), (2, 'z', 'cat')) AS x(i, w, l)) AS n, drift(m, n)
WHERE annotator IN ('a', 'b', 'z') ORDER BY annotator;
SELECT count(*) FROM m, later, drift(m, o2);
SELECT count(*) FROM models AS x, models AS y, drift(x.m, y.m) WHERE x.col = 't' AND y.col = 'n' AND x.method = y.method;

-- a table of models, toasted, survives an update
UPDATE models SET m = m::text::annoqa.annotator_model;
SELECT count(*) FROM models AS a JOIN copied AS b USING (col, method) WHERE annotator_model_send(a.m) = annotator_model_send(b.m);
DROP SCHEMA stored CASCADE;
