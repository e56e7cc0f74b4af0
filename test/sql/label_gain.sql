--
-- What one more label is expected to bring, against plain SQL over what the
-- model itself says: posterior(), annotator_skill() and annotator_confusion().
--
SET client_min_messages = warning;
CREATE SCHEMA label_gain;
SET search_path = label_gain, public;

CREATE TABLE labels AS
SELECT item, 'w' || annotator AS annotator,
       CASE WHEN abs(hashint4(item * 100 + annotator)::bigint) % 10 < 4 + annotator
            THEN (ARRAY['a', 'b', 'c'])[1 + item % 3]
            ELSE (ARRAY['a', 'b', 'c'])[1 + abs(hashint4(item * 31 + annotator)::bigint) % 3]
       END AS label
FROM generate_series(1, 90) AS item, generate_series(1, 4) AS annotator
WHERE abs(hashint4(item * 7 + annotator)::bigint) % 4 > 0;
CREATE TABLE models AS
SELECT r, annoqa.dawid_skene(r) AS skene, annoqa.one_coin(r) AS coin
FROM (SELECT annoqa.ratings_agg(item, annotator, label) AS r FROM labels) AS s;

-- from the definition: of four annotators the second lowest skill is the median
CREATE FUNCTION second(m annoqa.annotator_model, t float8)
RETURNS TABLE (item text, probability float8, entropy float8, gain float8) LANGUAGE sql AS $$
  WITH p AS (SELECT p.* FROM models, annoqa.posterior(r, m, t) AS p),
  next AS (
    SELECT c.reference, c.label, c.probability
    FROM annoqa.annotator_confusion(m, (
      SELECT annotator FROM annoqa.annotator_skill(m) ORDER BY skill, annotator OFFSET 1 LIMIT 1)) AS c),
  after AS (
    SELECT item, sum(most) AS sure
    FROM (SELECT item, n.label, max(p.probability * n.probability) AS most
          FROM p JOIN next AS n ON n.reference = p.label GROUP BY item, n.label) AS x
    GROUP BY item)
  SELECT item, max(p.probability),
         -sum(p.probability * ln(p.probability)) FILTER (WHERE p.probability > 0),
         min(after.sure) - max(p.probability)
  FROM p JOIN after USING (item) GROUP BY item $$;
SELECT name, count(*) AS items, max(abs(o.probability - s.probability)) < 1e-12 AS probability,
       max(abs(o.entropy - s.entropy)) < 1e-12 AS entropy,
       max(abs(o.expected_gain - s.gain)) < 1e-12 AS gain,
       bool_and(o.n_labels = n.n) AS n_labels, max(o.expected_gain) > 0.01 AS some_gain
FROM models,
     LATERAL (VALUES ('dawid_skene', skene, 1), ('dawid_skene', skene, 2), ('one_coin', coin, 1)) AS v(name, m, t),
     LATERAL annoqa.label_gain(r, m, t) AS o
     JOIN LATERAL second(m, t) AS s ON s.item = o.item
     JOIN (SELECT item::text, count(*) AS n FROM labels GROUP BY item) AS n ON n.item = o.item
GROUP BY name, t ORDER BY name, t;
-- where gold knows the answer, nothing is gained
SELECT item, expected_gain, probability
FROM models, annoqa.label_gain(r, skene, 1, (SELECT annoqa.ratings_agg(5, 'gold'::text, 'c'::text))) AS g
WHERE item = '5';
SELECT min(expected_gain) >= 0 AS never_a_loss FROM models, annoqa.label_gain(r, skene);
SELECT count(*) FROM annoqa.label_gain(NULL, (SELECT skene FROM models));
SELECT count(*) FROM annoqa.label_gain((SELECT r FROM models), NULL);
-- a model of no ratings, and one class
SELECT count(*) FROM annoqa.label_gain(
  (SELECT annoqa.ratings_agg(item, annotator, label) FROM labels WHERE false), (SELECT skene FROM models));
SELECT DISTINCT probability, entropy, expected_gain
FROM (SELECT annoqa.ratings_agg(item, annotator, 'a'::text) AS r FROM labels) AS s,
     annoqa.label_gain(r, annoqa.dawid_skene(r)) AS g;
SELECT count(*) FROM models, annoqa.label_gain(r, skene, 0);
-- a number for each two of so many classes would not fit
SELECT count(*) FROM models, annoqa.label_gain(r, annoqa.one_coin(r, gold => (
  SELECT annoqa.ratings_agg(1000 + i, 'gold'::text, i::text) FROM generate_series(1, 10000) AS i)));
DROP SCHEMA label_gain CASCADE;
