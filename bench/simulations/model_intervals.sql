-- How honest the bounds of annotator_skill() and the posteriors are.
--
-- Crowds of 30 annotators and 600 items with 2 to 10 labels each, drawn from the
-- model itself: error rates of one's own, labels independent given the truth.
-- Shown is how often the 95% bounds of a skill hold the true one (the expected
-- accuracy by the true error rates and class shares), for annotators with at
-- least 20 labels.  The bounds hold the items' posteriors fixed: with few labels
-- an item that is the larger part of what is not known.
--
-- Then how often the most probable label is right, by its probability: on these
-- crowds, on crowds whose hard items mislead most people at once, and on real
-- labels with gold where ANNOQA_ORACLE names a folder of them.
--
-- Draws are hashes of what is drawn, so that every machine draws the same.

CREATE FUNCTION draw(what text) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT (((hashtextextended(what, 2) >> 11) & ((1::bigint << 53) - 1)) + 0.5::float8)
         / (1::bigint << 53)
$$;

CREATE TABLE crowds AS
SELECT 'c' || k || '/' || per_item || '/' || hard || '/' || seed AS crowd, k, per_item, hard
FROM unnest(ARRAY[2, 4]) AS k, unnest(ARRAY[2, 3, 5, 10]) AS per_item,
     unnest(ARRAY[false, true]) AS hard, generate_series(1, 4) AS seed;

-- how often an annotator is right on an item of a class
CREATE TABLE people AS
SELECT crowd, a, t, 0.45 + 0.5 * (0.5 * draw(crowd || 'skill' || a) + 0.5 * draw(crowd || 'class' || a || '/' || t)) AS right
FROM crowds, generate_series(1, 30) AS a, generate_series(0, k - 1) AS t;

CREATE TABLE labels AS
SELECT c.crowd, i, w.a, item.t, CASE
         WHEN hard AND lured AND draw(c.crowd || 'u' || i || '/' || w.a) < 0.5 THEN (item.t + 1) % k
         WHEN draw(c.crowd || 'v' || i || '/' || w.a) < p.right THEN item.t
         ELSE (item.t + 1 + floor((k - 1) * draw(c.crowd || 'w' || i || '/' || w.a))::int) % k END AS label
FROM crowds AS c, generate_series(1, 600) AS i,
     LATERAL (SELECT floor(k * draw(c.crowd || 't' || i))::int AS t, draw(c.crowd || 'lured' || i) < 0.25 AS lured) AS item,
     LATERAL (SELECT a FROM generate_series(1, 30) AS a
              ORDER BY ln(draw(c.crowd || 'who' || i || '/' || a)) * (a + 3) DESC LIMIT per_item) AS w,
     people AS p
WHERE p.crowd = c.crowd AND p.t = item.t AND p.a = w.a;

CREATE TABLE gathered AS
SELECT crowd, ratings_agg(i, a, label) AS r FROM labels GROUP BY crowd;
CREATE TABLE fitted AS SELECT crowd, r, dawid_skene(r) AS m FROM gathered;
CREATE TABLE truths AS SELECT DISTINCT crowd, i::text AS item, t::text AS truth FROM labels;

\echo Bounds of skills, annotators with at least 20 labels
SELECT per_item AS labels_per_item, k AS classes, count(*) AS annotators,
       round(avg(s.n_labels)) AS mean_labels,
       round(avg((skill_lower <= true_skill AND true_skill <= skill_upper)::int), 3) AS coverage,
       round(avg(skill_upper - skill_lower)::numeric, 3) AS width,
       round(avg(skill - true_skill)::numeric, 3) AS bias
FROM fitted JOIN crowds USING (crowd)
JOIN LATERAL annotator_skill(m) AS s ON true
JOIN LATERAL (SELECT avg(p.right) AS true_skill FROM people AS p
              WHERE p.crowd = fitted.crowd AND p.a::text = s.annotator) AS p ON true
WHERE NOT hard AND s.n_labels >= 20
GROUP BY 1, 2 ORDER BY 2, 1;

CREATE TABLE sure AS
SELECT CASE WHEN hard THEN 'hard items' ELSE 'independent' END AS labels, per_item, c.item,
       c.probability, (c.label = t.truth)::int AS right
FROM fitted JOIN crowds USING (crowd) JOIN LATERAL consensus(r, m) AS c ON true
JOIN truths AS t ON t.crowd = fitted.crowd AND t.item = c.item
WHERE NOT c.tied;

\echo Probability of the label, and how often it is right
SELECT labels, round(lower, 2) AS from, count(*) AS items, round(avg(probability)::numeric, 3) AS probability,
       round(avg("right"), 3) AS "right"
FROM sure JOIN (VALUES (0.0), (0.5), (0.7), (0.8), (0.9), (0.95), (0.99)) AS b(lower)
  ON probability >= lower AND probability < COALESCE((SELECT min(x) FROM unnest(ARRAY[0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.1]) AS x WHERE x > lower), 2)
GROUP BY 1, 2 ORDER BY 1, 2;

\getenv oracle ANNOQA_ORACLE
\if :{?oracle}
CREATE TABLE real (item text, annotator text, label text);
CREATE TABLE real_gold (item text, label text);
CREATE TABLE real_sure (name text, model text, probability float8, "right" int);
CREATE FUNCTION take(name text) RETURNS void LANGUAGE sql AS $$
  INSERT INTO real_sure
  SELECT take.name, x.model, c.probability, (c.label = g.label)::int
  FROM (SELECT ratings_agg(item, annotator, label) AS r FROM real) AS r,
       LATERAL (VALUES ('dawid_skene', dawid_skene(r)), ('none', dawid_skene(r, 'none')),
                       ('one_coin', one_coin(r))) AS x(model, m),
       LATERAL consensus(r, x.m) AS c JOIN real_gold AS g USING (item)
  WHERE NOT c.tied;
$$;
TRUNCATE real, real_gold;
\cd :oracle
\copy real FROM PROGRAM 'cat bluebirds/labels.csv | cut -d, -f1-3' WITH (FORMAT csv, HEADER)
\copy real_gold FROM PROGRAM 'cat bluebirds/gold.csv' WITH (FORMAT csv, HEADER)
SELECT take('bluebirds') \g /dev/null
TRUNCATE real, real_gold;
\copy real FROM PROGRAM 'cat rte/labels.csv* | gzip -dcf | cut -d, -f1-3' WITH (FORMAT csv, HEADER)
\copy real_gold FROM PROGRAM 'cat rte/gold.csv' WITH (FORMAT csv, HEADER)
SELECT take('rte') \g /dev/null
TRUNCATE real, real_gold;
\copy real FROM PROGRAM 'cat music_genre/labels.csv* | gzip -dcf | cut -d, -f1-3' WITH (FORMAT csv, HEADER)
\copy real_gold FROM PROGRAM 'cat music_genre/gold.csv' WITH (FORMAT csv, HEADER)
SELECT take('music_genre') \g /dev/null
TRUNCATE real, real_gold;
\copy real FROM PROGRAM 'cat d_product/labels.csv* | gzip -dcf | cut -d, -f1-3' WITH (FORMAT csv, HEADER)
\copy real_gold FROM PROGRAM 'cat d_product/gold.csv' WITH (FORMAT csv, HEADER)
SELECT take('d_product') \g /dev/null
TRUNCATE real, real_gold;
\copy real FROM PROGRAM 'cat adult2/labels.csv* | gzip -dcf | cut -d, -f1-3' WITH (FORMAT csv, HEADER)
\copy real_gold FROM PROGRAM 'cat adult2/gold.csv' WITH (FORMAT csv, HEADER)
SELECT take('adult2') \g /dev/null
\echo Real labels with gold: mean probability of the label, and how often it is right
SELECT name, model, count(*) AS items, round(avg(probability)::numeric, 3) AS probability, round(avg("right"), 3) AS "right"
FROM real_sure GROUP BY 1, 2 ORDER BY 1, 2;
\echo All of them together, by probability (dawid_skene)
SELECT round(lower, 2) AS from, count(*) AS items, round(avg(probability)::numeric, 3) AS probability, round(avg("right"), 3) AS "right"
FROM real_sure JOIN (VALUES (0.0), (0.5), (0.7), (0.8), (0.9), (0.95), (0.99)) AS b(lower)
  ON probability >= lower AND probability < COALESCE((SELECT min(x) FROM unnest(ARRAY[0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.1]) AS x WHERE x > lower), 2)
WHERE model = 'dawid_skene'
GROUP BY 1 ORDER BY 1;
\endif
