--
-- predictions and CROWDLAB.  The figures are compared with a second
-- implementation, in plain SQL below, written from the paper (arXiv 2210.06812,
-- section 3; ActiveLab: arXiv 2301.11856); those of cleanlab are walked by
-- test/t/016_oracle_crowdlab.pl.
--
SET client_min_messages = warning;
CREATE SCHEMA crowdlab;
SET search_path = crowdlab, public;

CREATE FUNCTION hash(int, int) RETURNS bigint LANGUAGE sql IMMUTABLE
  AS 'SELECT abs(hashint4($1 * 1000 + $2)::bigint)';

-- Items 1 to 60 have one to five labels of seven annotators, some more right
-- than others; 61 to 70 have none.
CREATE TABLE truth AS
SELECT item, (ARRAY['ant', 'bee', 'cat', 'cat'])[1 + hash(item, 0) % 4] AS class
FROM generate_series(1, 70) AS item;
CREATE TABLE votes AS
SELECT item, 'w' || annotator AS annotator,
       CASE WHEN hash(item, 20 + annotator) % 10 < 3 + annotator THEN class
            ELSE (ARRAY['ant', 'bee', 'cat'])[1 + hash(item, 40 + annotator) % 3]
       END AS label
FROM truth, generate_series(1, 7) AS annotator
WHERE item <= 60
      AND (annotator + item) % 7 <= (CASE WHEN item % 9 = 0 THEN 0
                                     ELSE hash(item, 60) % 5 END);
CREATE TABLE model AS
SELECT item, c.class AS label,
       weight / sum(weight) OVER (PARTITION BY item) AS probability
FROM truth, LATERAL (SELECT x AS class, 1 + hash(item, 80 + ascii(x)) % 9 * 1.0
                            + CASE WHEN x = truth.class THEN 5 ELSE 0 END
                            AS weight
                     FROM unnest(ARRAY['ant', 'bee', 'cat', 'dog']) AS x) AS c;
CREATE TABLE states AS
SELECT (SELECT annoqa.ratings_agg(item, annotator, label) FROM votes) AS r,
       (SELECT annoqa.predictions_agg(item, label, probability) FROM model) AS p;

-- The second implementation: what is learned, given a consensus
CREATE TABLE consensus (item int, label text);
CREATE VIEW sizes AS
SELECT item, count(*) AS n FROM votes GROUP BY item;
CREATE VIEW learned AS
SELECT (SELECT avg(share) FROM (
          SELECT item, avg((v.label = c.label)::int::float8) AS share
          FROM votes AS v JOIN consensus AS c USING (item)
               JOIN sizes AS s USING (item)
          WHERE s.n > 1 GROUP BY item) AS a) AS p,
       (SELECT max(n) / sum(n) FROM (
          SELECT c.label, count(*)::float8 AS n
          FROM consensus AS c JOIN sizes AS s USING (item)
          WHERE s.n > 1 GROUP BY c.label) AS a) AS baseline,
       (SELECT avg((best = c.label)::int::float8) FROM (
          SELECT DISTINCT ON (item) item, label AS best FROM model
          ORDER BY item, probability DESC, label) AS b
          JOIN consensus AS c USING (item) JOIN sizes AS s USING (item)
          WHERE s.n > 1) AS hits,
       (SELECT avg(n)::float8 FROM sizes) AS mean_n;
CREATE VIEW weights AS
SELECT annotator,
       greatest(1 - (1 - agreement) / (1 - baseline), 1e-6) AS w
FROM learned, (SELECT a.annotator, avg((a.label = b.label)::int)::float8 AS agreement
               FROM votes AS a JOIN votes AS b
                    ON a.item = b.item AND a.annotator <> b.annotator
               GROUP BY a.annotator) AS peers;
CREATE VIEW posterior AS
SELECT m.item, m.label,
       (wm * m.probability + coalesce(sum(w * CASE WHEN v.label = m.label THEN p
                                              ELSE (1 - p) / 3 END), 0))
       / (wm + coalesce(sum(w), 0)) AS q
FROM model AS m
     CROSS JOIN (SELECT p, greatest(1 - (1 - hits) / (1 - baseline), 1e-6)
                           * sqrt(mean_n) AS wm FROM learned) AS l
     LEFT JOIN votes AS v ON v.item = m.item
     LEFT JOIN weights AS w USING (annotator)
GROUP BY m.item, m.label, m.probability, wm, p;

-- first the majority vote: ties go to the likelier label, then to the rarer
INSERT INTO consensus
SELECT DISTINCT ON (item) item, label
FROM (SELECT item, label, count(*) AS n FROM votes GROUP BY item, label) AS v
     JOIN model AS m USING (item, label)
     JOIN (SELECT label, count(*) AS all_labels FROM votes GROUP BY label) AS f
     USING (label)
ORDER BY item, n DESC, probability DESC, all_labels, label;
SELECT count(*) AS items, count(DISTINCT c.label) AS labels,
       bool_and(c.label = o.majority_label) AS majority
FROM states, annoqa.crowdlab(r, p) AS o JOIN consensus AS c ON o.item = c.item::text;
-- then the likeliest label
CREATE TABLE best AS
SELECT DISTINCT ON (item) item, label FROM posterior
WHERE item <= 60 ORDER BY item, q DESC, label;
SELECT count(*) > 0 AS some_differ
FROM best JOIN consensus USING (item) WHERE best.label <> consensus.label;
UPDATE consensus SET label = best.label FROM best WHERE best.item = consensus.item;
CREATE TABLE second AS TABLE posterior;

-- items
SELECT count(*) AS items, bool_and(o.label = c.label) AS consensus,
       max(abs(o.probability - s.q)) < 1e-12 AS probability,
       max(abs(o.share - a.share)) < 1e-12 AS share,
       bool_and(o.n_labels = a.n) AS n_labels, count(o.reason) AS reasons
FROM states, annoqa.crowdlab(r, p) AS o
     JOIN consensus AS c ON c.item::text = o.item
     JOIN second AS s ON s.item = c.item AND s.label = c.label
     JOIN (SELECT v.item, count(*) AS n, avg((v.label = c.label)::int) AS share
           FROM votes AS v JOIN consensus AS c USING (item) GROUP BY v.item) AS a
     ON a.item = c.item;
-- labels
SELECT count(*) = (SELECT count(*) FROM votes) AS all_labels,
       max(abs(o.quality - s.q)) < 1e-12 AS quality
FROM states, annoqa.crowdlab_labels(r, p) AS o
     JOIN votes AS v ON v.item::text = o.item AND v.annotator = o.annotator
     JOIN second AS s ON s.item = v.item AND s.label = v.label
WHERE v.label = o.label;
-- annotators
WITH figures AS (
  SELECT v.annotator, count(*) AS n, avg(q) AS q,
         avg((v.label = c.label)::int) AS agreement,
         avg((v.label = c.label)::int) FILTER (WHERE z.n > 1) AS shared
  FROM votes AS v JOIN consensus AS c USING (item) JOIN sizes AS z USING (item)
       JOIN second AS s ON s.item = v.item AND s.label = v.label
  GROUP BY v.annotator
), shares AS (
  SELECT wm / (wm + w) AS share
  FROM (SELECT greatest(1 - (1 - hits) / (1 - baseline), 1e-6) * sqrt(mean_n) AS wm,
               mean_n * (SELECT avg(w) FROM weights) AS w FROM learned) AS x
), by_class AS (
  SELECT DISTINCT ON (annotator) annotator, label
  FROM (SELECT v.annotator, v.label, count(*) AS n,
               avg((v.label = c.label)::int) AS agreement
        FROM votes AS v JOIN consensus AS c USING (item)
        GROUP BY v.annotator, v.label) AS x
  ORDER BY annotator, agreement, n DESC, label
)
SELECT count(*) AS annotators,
       max(abs(o.quality - (share * q + (1 - share) * shared))) < 1e-12 AS quality,
       max(abs(agreement_with_consensus - agreement)) < 1e-12 AS agreement,
       bool_and(worst_class = b.label) AS worst_class,
       bool_and(n_labels = n) AS n_labels, max(abs(weight - w)) < 1e-12 AS weight
FROM states, annoqa.crowdlab_annotators(r, p) AS o
     JOIN figures USING (annotator) JOIN by_class AS b USING (annotator)
     JOIN weights USING (annotator), shares;
-- what to label next, the classifier taken at its word
SELECT count(*) AS items, sum((n_labels = 0)::int) AS unlabeled,
       max(abs(score - expected)) < 1e-12 AS score,
       bool_and(o.label = e.label) AS label
FROM states, annoqa.crowdlab_next(r, p, 1) AS o
     JOIN (SELECT s.item, s.label,
                  (s.q * total + extra / 4) / (total + extra) AS expected
           FROM (SELECT item, label FROM consensus
                 UNION ALL
                 (SELECT DISTINCT ON (item) item, label FROM model
                  WHERE item > 60 ORDER BY item, probability DESC, label)) AS c
                JOIN second AS s USING (item, label)
                JOIN (SELECT m.item, wm + coalesce(sum(w), 0) AS total, extra
                      FROM (SELECT DISTINCT item FROM model) AS m
                           CROSS JOIN (SELECT greatest(1 - (1 - hits) / (1 - baseline), 1e-6)
                                              * sqrt(mean_n) AS wm FROM learned) AS l
                           CROSS JOIN (SELECT avg(w) AS extra FROM weights) AS x
                           LEFT JOIN votes AS v ON v.item = m.item
                           LEFT JOIN weights USING (annotator)
                      GROUP BY m.item, wm, extra) AS t ON t.item = s.item) AS e
     ON o.item = e.item::text;
-- the temperature of least cross-entropy between votes and classifier, on a grid
CREATE FUNCTION cross_entropy(temperature float8) RETURNS float8 LANGUAGE sql AS $$
  SELECT -sum(ln(q) * votes / n) FROM (
    SELECT item, label, n,
           power(probability, 1 / temperature)
           / sum(power(probability, 1 / temperature)) OVER (PARTITION BY item) AS q
    FROM model JOIN sizes USING (item) WHERE n > 1) AS m
  JOIN (SELECT item, label, count(*)::float8 AS votes FROM votes
        GROUP BY item, label) AS v USING (item, label) $$;
SELECT max(abs(a.score - b.score)) < 1e-3 AS near_the_best,
       max(abs(a.score - b.score)) > 0 AS not_on_the_grid
FROM states, annoqa.crowdlab_next(r, p) AS a
     JOIN annoqa.crowdlab_next(
       (SELECT r FROM states), (SELECT p FROM states),
       (SELECT t / 200.0 FROM generate_series(20, 600) AS t
        ORDER BY cross_entropy(t / 200.0) LIMIT 1)) AS b USING (item);

--
-- predictions: rows back, merges, forms
--
SELECT count(*) AS rows, max(abs(o.probability - m.probability)) < 1e-15 AS same
FROM states, annoqa.probabilities(p) AS o
     JOIN model AS m ON m.item::text = o.item AND m.label = o.label;
SELECT (SELECT annoqa.predictions_agg(part)::text
        FROM (SELECT annoqa.predictions_agg(item, label, probability) AS part
              FROM model GROUP BY item % 7) AS parts) = p::text AS merged,
       (SELECT annoqa.predictions_agg(item, label, probability ORDER BY hash(item, ascii(label)))::text
        FROM model) = p::text AS any_order,
       p::text::annoqa.predictions::text = p::text AS text_form,
       (SELECT annoqa.predictions_combine(p, NULL)::text) = p::text AS with_null
FROM states;
-- an item's rows may lie in several parts; 70,000 rows outgrow a flat log
CREATE TABLE many AS
SELECT i / 2 AS item, i % 2 AS label, CASE i % 2 WHEN 0 THEN 0.25 ELSE 0.75 END AS p
FROM generate_series(0, 139999) AS i;
SELECT count(*), min(probability), max(probability)
FROM annoqa.probabilities((SELECT annoqa.predictions_agg(part)
  FROM (SELECT annoqa.predictions_agg(item, label, p) AS part
        FROM many GROUP BY item % 2) AS parts));
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
CREATE TABLE parallel AS
SELECT md5(annoqa.predictions_agg(item, label, p)::text) AS sum FROM many;
SET max_parallel_workers_per_gather = 0;
SELECT md5(annoqa.predictions_agg(item, label, p)::text) = sum AS parallel_is_serial
FROM many, parallel GROUP BY sum;
-- named items, a declared class without a row, numbers in two spellings
-- (by hand: P = 3/4, both annotators weigh 1e-6, the classifier sqrt(2))
CREATE TYPE mood AS ENUM ('bad', 'ok', 'good');
SELECT item, label, majority_label, share, n_labels,
       abs(probability - (sqrt(2) * CASE item WHEN 'x' THEN 1 ELSE 0.75 END
                          + 1e-6 * CASE item WHEN 'x' THEN 1.5 ELSE 0.875 END)
           / (sqrt(2) + 2e-6)) < 1e-12 AS probability
FROM annoqa.crowdlab(
  (SELECT annoqa.ratings_agg(item, who, label::mood)
   FROM (VALUES ('x', 1, 'good'), ('x', 2, 'good'), ('y', 1, 'bad'), ('y', 2, 'good'))
        AS v(item, who, label)),
  (SELECT annoqa.predictions_agg(item, label::mood, p)
   FROM (VALUES ('x', 'good', 1.0), ('y', 'bad', 0.75), ('y', 'good', 0.25))
        AS v(item, label, p)));
SELECT label, n_labels FROM annoqa.crowdlab(
  (SELECT annoqa.ratings_agg(1, who, label)
   FROM (VALUES (1, 1.0), (2, 1.00)) AS v(who, label)),
  (SELECT annoqa.predictions_agg(1, label, p)
   FROM (VALUES (1, 0.5), (2, 0.5)) AS v(label, p)));
-- sums within the tolerance are divided by: these are one third each
SELECT round(score::numeric, 6) AS score
FROM annoqa.crowdlab_next(
  (SELECT annoqa.ratings_agg(1, who, 'a'::text) FROM generate_series(1, 2) AS who),
  (SELECT annoqa.predictions_agg(item, label, 0.3333)
   FROM unnest('{a,b,c}'::text[]) AS label, generate_series(1, 2) AS item), 1)
WHERE n_labels = 0;

--
-- Refusals
--
SELECT annoqa.predictions_agg(7, label, p) FROM (VALUES ('a', 0.5), ('b', 0.4)) AS v(label, p);
SELECT annoqa.predictions_agg('it'::text, label, p) FROM (VALUES ('a', 0.5), ('b', 0.6)) AS v(label, p);
SELECT annoqa.predictions_agg('it'::text, label, p) FROM (VALUES ('a', 0.5), ('a', 0.5)) AS v(label, p);
SELECT annoqa.predictions_agg(part) FROM (SELECT p AS part FROM states UNION ALL SELECT p FROM states) AS t;
SELECT annoqa.predictions_agg(1, 'a'::text, 1.5);
SELECT annoqa.predictions_agg(1, 'a'::text, -1e-9);
SELECT annoqa.predictions_agg(1, 'a'::text, 'NaN');
SELECT annoqa.predictions_agg(1, r, 1) FROM states;
SELECT annoqa.ratings_agg(1, 1, p) FROM states;
-- an item without predictions, a label that is no class, other types
SELECT * FROM annoqa.crowdlab(
  (SELECT annoqa.ratings_agg(item, annotator, label) FROM votes),
  (SELECT annoqa.predictions_agg(item, label, probability) FROM model WHERE item <> 5));
SELECT * FROM annoqa.crowdlab(
  (SELECT annoqa.ratings_agg(item, annotator, CASE item WHEN 9 THEN 'eel' ELSE label END) FROM votes),
  (SELECT p FROM states));
SELECT * FROM annoqa.crowdlab(
  (SELECT annoqa.ratings_agg(item, annotator, length(label)) FROM votes), (SELECT p FROM states));
SELECT * FROM annoqa.crowdlab(
  (SELECT annoqa.ratings_agg(item::text, annotator, label) FROM votes), (SELECT p FROM states));
SELECT * FROM annoqa.crowdlab_next((SELECT r FROM states), (SELECT p FROM states), 0);
SELECT * FROM annoqa.crowdlab_next((SELECT r FROM states), (SELECT p FROM states), 'NaN');

--
-- Little to go by
--
-- no rows, all NULL
SELECT annoqa.predictions_agg(item, label, probability)::text
       = annoqa.predictions_agg(NULL::int, label, probability)::text AS same_as_none,
       (SELECT count(*) FROM annoqa.probabilities(annoqa.predictions_agg(item, label, probability))) AS rows
FROM model WHERE false;
SELECT count(*) FROM annoqa.crowdlab(NULL, (SELECT p FROM states));
SELECT count(*) FROM annoqa.crowdlab((SELECT r FROM states), NULL);
SELECT count(*) FROM annoqa.crowdlab(
  (SELECT annoqa.ratings_agg(item, annotator, label) FROM votes WHERE false),
  (SELECT annoqa.predictions_agg(item, label, probability) FROM model WHERE false));
SELECT count(*) AS items, count(score) AS scores, min(reason) AS reason
FROM annoqa.crowdlab_next(
  (SELECT annoqa.ratings_agg(item, annotator, label) FROM votes WHERE false),
  (SELECT p FROM states));
-- one annotator, one label an item: nothing tells whom to trust
SELECT o.* FROM states, annoqa.crowdlab(
  (SELECT annoqa.ratings_agg(item, 'w'::text, label) FROM votes WHERE item = 9), p) AS o;
SELECT o.* FROM states, annoqa.crowdlab(
  (SELECT annoqa.ratings_agg(item, annotator, label) FROM votes WHERE item % 9 = 0 AND item < 30), p) AS o;
SELECT o.* FROM states, annoqa.crowdlab_annotators(
  (SELECT annoqa.ratings_agg(item, annotator, label) FROM votes WHERE item % 9 = 0 AND item < 30), p) AS o;
-- one class; all agree; an annotator who shares no item (quality by hand)
SELECT * FROM annoqa.crowdlab(
  (SELECT annoqa.ratings_agg(item, who, 'a'::text)
   FROM generate_series(1, 2) AS item, generate_series(1, 2) AS who),
  (SELECT annoqa.predictions_agg(item, 'a'::text, 1) FROM generate_series(1, 2) AS item));
SELECT annotator, round(quality::numeric, 4) AS quality, n_labels, weight, reason
FROM annoqa.crowdlab_annotators(
  (SELECT annoqa.ratings_agg(item, who, 'a'::text)
   FROM (VALUES (1, 1), (1, 2), (2, 1), (2, 2), (3, 3)) AS v(item, who)),
  (SELECT annoqa.predictions_agg(item, label, 0.5)
   FROM generate_series(1, 3) AS item, unnest('{a,b}'::text[]) AS label));
DROP SCHEMA crowdlab CASCADE;
