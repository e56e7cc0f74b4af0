--
-- Consensus of numbers.  The figures are compared with a second implementation
-- of the iteration, in PL/pgSQL below, and, where annotators are alike, with
-- what is known in closed form.
--
SET client_min_messages = warning;
CREATE SCHEMA numeric_consensus;
SET search_path = numeric_consensus, public;

-- Nearly normal errors from twelve hashed uniform numbers
CREATE FUNCTION noise(int, int) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT sum(abs(hashint4($1 * 100000 + $2 * 100 + k)::bigint) % 10000 / 10000.0)::float8 - 6
  FROM generate_series(1, 12) AS k $$;
-- 60 items, of which every tenth has one label; six annotators with biases -2 to
-- 3 and standard deviations .3 to 2.4
CREATE TABLE labels AS
SELECT item, 'w' || annotator AS annotator,
       round((10 + 5 * noise(item, 0) + annotator - 3
              + noise(item, annotator) * 0.15 * 2 ^ (annotator % 5))::numeric, 2) AS label
FROM generate_series(1, 60) AS item, generate_series(1, 6) AS annotator
WHERE CASE WHEN item % 10 = 0 THEN annotator = 1 + item / 10 % 6
           ELSE abs(hashint4(item * 7 + annotator)::bigint) % 3 > 0
                OR annotator = 1 + item % 6 OR annotator = 1 + (item + 1) % 6 END;
CREATE TABLE design AS SELECT annoqa.ratings_agg(item, annotator, label) AS r FROM labels;

CREATE FUNCTION second_fit(OUT annotator text, OUT bias float8, OUT bias_error float8,
                           OUT std_dev float8, OUT weight float8)
RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE
  y float8[];        -- label of annotator a on item i, by [i][a]
  n int := 6;
  shared float8[] := array_fill(0, ARRAY[6]);
  b float8[] := array_fill(0, ARRAY[6]);
  c float8[] := array_fill(0, ARRAY[6]);
  v float8[];
  s float8;
  v0 float8;
  pull float8[];
  hold float8[];
  square float8[];
  w float8;
  t float8;
  spread float8;
  residual float8;
  a_share float8;
  step float8;
  moved float8;
  next_v float8;
  row float8[];
BEGIN
  SELECT sum((label - m) ^ 2) / (count(*) - count(DISTINCT item)) INTO v0
  FROM (SELECT item, label, avg(label) OVER i AS m, count(*) OVER i AS n
        FROM labels WINDOW i AS (PARTITION BY item)) AS x WHERE x.n > 1;
  v := array_fill(v0, ARRAY[6]);
  s := v0 / 4;
  SELECT array_agg(cells ORDER BY item) INTO y
  FROM (SELECT i.item, array_agg(l.label::float8 ORDER BY a) AS cells
        FROM (SELECT item FROM labels GROUP BY item HAVING count(*) > 1) AS i
             CROSS JOIN generate_series(1, 6) AS a
             LEFT JOIN labels AS l ON l.item = i.item AND l.annotator = 'w' || a
        GROUP BY i.item) AS x;
  FOREACH row SLICE 1 IN ARRAY y LOOP
    FOR a IN 1 .. n LOOP
      IF row[a] IS NOT NULL THEN shared[a] := shared[a] + 1; END IF;
    END LOOP;
  END LOOP;
  FOR stage IN 1 .. 2 LOOP
    FOR iteration IN 1 .. 1000 LOOP
      pull := array_fill(0, ARRAY[6]);
      hold := pull;
      square := pull;
      FOREACH row SLICE 1 IN ARRAY y LOOP
        w := 0; t := 0; spread := 0;
        FOR a IN 1 .. n LOOP
          IF row[a] IS NOT NULL THEN w := w + 1 / v[a]; END IF;
        END LOOP;
        FOR a IN 1 .. n LOOP
          IF row[a] IS NOT NULL THEN
            t := t + (row[a] - b[a]) / v[a] / w;
            spread := spread + c[a] / (v[a] * w) ^ 2;
          END IF;
        END LOOP;
        FOR a IN 1 .. n LOOP
          IF row[a] IS NOT NULL THEN
            residual := row[a] - b[a] - t;
            a_share := 1 / v[a] / w;
            pull[a] := pull[a] + residual / v[a];
            hold[a] := hold[a] + (1 - a_share) / v[a];
            -- others' biases, then the own one, then the item
            square[a] := square[a] + residual ^ 2 + spread - a_share ^ 2 * c[a]
                         + (1 - a_share) ^ 2 * c[a] + 1 / w;
          END IF;
        END LOOP;
      END LOOP;
      moved := 0;
      FOR a IN 1 .. n LOOP
        step := (pull[a] - b[a] / s) / (shared[a] / v[a] + 1 / s);
        b[a] := b[a] + step;
        c[a] := 1 / (hold[a] + 1 / s);
        moved := greatest(moved, abs(step));
      END LOOP;
      b := (SELECT array_agg(x - m ORDER BY o)
            FROM unnest(b) WITH ORDINALITY AS u(x, o),
                 (SELECT avg(x) AS m FROM unnest(b) AS x) AS mean);
      IF stage = 1 THEN
        v0 := (SELECT sum(x) FROM unnest(square) AS x)
              / (SELECT sum(x) FROM unnest(shared) AS x);
      END IF;
      FOR a IN 1 .. n LOOP
        next_v := CASE stage WHEN 1 THEN v0
                  ELSE (square[a] + 4 * v0) / (shared[a] + 4) END;
        moved := greatest(moved, abs(ln(next_v / v[a])));
        v[a] := next_v;
      END LOOP;
      s := v0;
      FOR a IN 1 .. n LOOP s := s + b[a] ^ 2 + c[a]; END LOOP;
      s := s / (n + 1);
      EXIT WHEN moved < 1e-9;
    END LOOP;
  END LOOP;
  FOR a IN 1 .. n LOOP
    annotator := 'w' || a; bias := b[a]; bias_error := sqrt(c[a]);
    std_dev := sqrt(v[a]); weight := v0 / v[a];
    RETURN NEXT;
  END LOOP;
END $$;
CREATE TABLE second AS SELECT * FROM second_fit();
SELECT count(*) AS annotators, max(abs(o.bias - s.bias)) < 1e-5 AS bias,
       max(abs(o.bias_std_error - s.bias_error)) < 1e-5 AS bias_error,
       max(abs(o.std_dev - s.std_dev)) < 1e-5 AS std_dev,
       max(abs(o.weight / s.weight - 1)) < 1e-5 AS weight, count(reason) AS reasons,
       abs(sum(o.bias)) < 1e-12 AS biases_sum_to_0
FROM design, annoqa.numeric_annotators(r) AS o JOIN second AS s USING (annotator);
-- items, given the annotators
SELECT count(*) AS items, max(abs(o.value - s.value)) < 1e-4 AS value,
       max(abs(o.std_error - s.error)) < 1e-4 AS std_error,
       max(abs(o.mean - s.mean)) < 1e-12 AS mean,
       max(abs(o.median - s.median)) < 1e-12 AS median,
       bool_and(o.n_labels = s.n) AS n_labels
FROM design, annoqa.numeric_consensus(r) AS o
     JOIN (SELECT item, sum((label - bias) / std_dev ^ 2) / sum(1 / std_dev ^ 2) AS value,
                  sqrt(1 / sum(1 / std_dev ^ 2)
                       + sum(bias_error ^ 2 / std_dev ^ 4) / sum(1 / std_dev ^ 2) ^ 2) AS error,
                  avg(label)::float8 AS mean,
                  percentile_cont(0.5) WITHIN GROUP (ORDER BY label) AS median,
                  count(*) AS n
           FROM labels JOIN second USING (annotator) GROUP BY item) AS s
     ON s.item::text = o.item;
-- closer to the truth than mean and median
SELECT sqrt(avg((value - truth) ^ 2)) < 0.6 * sqrt(avg((mean - truth) ^ 2)) AS than_mean,
       sqrt(avg((value - truth) ^ 2)) < 0.6 * sqrt(avg((median - truth) ^ 2)) AS than_median
FROM design, annoqa.numeric_consensus(r) AS o
     JOIN (SELECT i::text AS item, 10.5 + 5 * noise(i, 0) AS truth
           FROM generate_series(1, 60) AS i) AS t USING (item);

-- Complete designs: biases are the distances of means; a shift and a change of
-- unit move the figures with the labels, near the largest double, too.
CREATE VIEW complete AS
SELECT item, who, (item * item + who * who * item) % 7 + who AS label
FROM generate_series(1, 8) AS item, generate_series(1, 3) AS who;
SELECT bool_and(abs(o.value - o.mean) < 0.6) AS near_the_mean, count(*)
FROM annoqa.numeric_consensus((SELECT annoqa.ratings_agg(item, who, label) FROM complete)) AS o;
SELECT max(abs(b.value - (a.value * 2 ^ 20 + 3e6)) / 2 ^ 20) < 1e-7 AS value,
       max(abs(b.std_error / a.std_error / 2 ^ 20 - 1)) < 1e-7 AS std_error
FROM annoqa.numeric_consensus((SELECT annoqa.ratings_agg(item, who, label) FROM complete)) AS a
     JOIN annoqa.numeric_consensus((SELECT annoqa.ratings_agg(item, who, label * 2 ^ 20 + 3e6) FROM complete)) AS b USING (item);
SELECT max(abs(b.value / (a.value * 2 ^ 1019) - 1)) < 1e-7 AS value,
       max(abs(b.std_error / (a.std_error * 2 ^ 1019) - 1)) < 1e-7 AS std_error
FROM annoqa.numeric_consensus((SELECT annoqa.ratings_agg(item, who, label) FROM complete)) AS a
     JOIN annoqa.numeric_consensus((SELECT annoqa.ratings_agg(item, who, label * 2 ^ 1019) FROM complete)) AS b USING (item);
-- two annotators: only the sum of their variances is told, so they share it,
-- and the values are the means; the bias shrinks
SELECT annotator, round(bias::numeric, 4) AS bias, round(std_dev::numeric, 4) AS std_dev,
       round(weight::numeric, 4) AS weight, reason
FROM annoqa.numeric_annotators((SELECT annoqa.ratings_agg(item, who, label) FROM complete WHERE who < 3));
SELECT max(abs(value - mean)) < 1e-6 AS means
FROM annoqa.numeric_consensus((SELECT annoqa.ratings_agg(item, who, label) FROM complete WHERE who < 3));
-- a pair who copy each other take no infinite weight
SELECT annotator, round(std_dev::numeric, 3) AS std_dev, weight < 20 AS finite
FROM annoqa.numeric_annotators(
  (SELECT annoqa.ratings_agg(item, who, CASE WHEN who < 3 THEN item ELSE label END) FROM complete));

--
-- Little to go by
--
SELECT count(*) FROM annoqa.numeric_consensus((SELECT annoqa.ratings_agg(item, who, label) FROM complete WHERE false));
SELECT count(*) FROM annoqa.numeric_annotators((SELECT annoqa.ratings_agg(NULL::int, who, label) FROM complete));
SELECT count(*) FROM annoqa.numeric_consensus(NULL);
-- one item with three labels
SELECT item, value > 1 AND value < 9 AS value, std_error > 0 AS std_error, mean, median, n_labels, reason
FROM annoqa.numeric_consensus((SELECT annoqa.ratings_agg(1, who, who * who) FROM generate_series(1, 3) AS who));
-- one annotator; one label an item
SELECT * FROM annoqa.numeric_consensus((SELECT annoqa.ratings_agg(item, 'x'::text, item) FROM generate_series(1, 2) AS item));
SELECT * FROM annoqa.numeric_annotators((SELECT annoqa.ratings_agg(item, 'x'::text, item) FROM generate_series(1, 2) AS item));
SELECT * FROM annoqa.numeric_consensus((SELECT annoqa.ratings_agg(item, item, 10 * item) FROM generate_series(1, 2) AS item));
SELECT * FROM annoqa.numeric_annotators((SELECT annoqa.ratings_agg(item, item, item) FROM generate_series(1, 2) AS item));
-- one value throughout; one value an item; nothing but biases
SELECT * FROM annoqa.numeric_consensus((SELECT annoqa.ratings_agg(item, who, 0.1) FROM generate_series(1, 2) AS item, generate_series(1, 3) AS who));
SELECT * FROM annoqa.numeric_annotators((SELECT annoqa.ratings_agg(item, who, item * 1e9 + 0.1) FROM generate_series(1, 2) AS item, generate_series(1, 3) AS who));
SELECT round(value::numeric, 6) AS value, std_error, reason
FROM annoqa.numeric_consensus((SELECT annoqa.ratings_agg(item, who, item + 3 * who) FROM generate_series(1, 4) AS item, generate_series(1, 3) AS who));
SELECT annotator, round(bias::numeric, 6) AS bias, bias_std_error, std_dev, weight, reason
FROM annoqa.numeric_annotators((SELECT annoqa.ratings_agg(item, who, item + 3 * who) FROM generate_series(1, 4) AS item, generate_series(1, 3) AS who));
-- two blocks, and somebody who shares no item: each is told
SELECT annotator, n_labels, bias IS NOT NULL AS bias, std_dev IS NOT NULL AS std_dev, reason
FROM annoqa.numeric_annotators(
  (SELECT annoqa.ratings_agg(item, who, label)
   FROM (SELECT item, who, label FROM complete
         UNION ALL SELECT item + 100, who + 100, label * 2 FROM complete WHERE item < 4
         UNION ALL VALUES (999, 999, 5)) AS v));
SELECT item, round(value::numeric, 6) AS value, std_error > 2 AS wide
FROM annoqa.numeric_consensus(
  (SELECT annoqa.ratings_agg(item, who, label)
   FROM (SELECT item, who, label FROM complete UNION ALL VALUES (999, 999, 5)) AS v))
WHERE item = '999';
-- labels that are no numbers, or no finite ones
SELECT * FROM annoqa.numeric_consensus((SELECT annoqa.ratings_agg(item, who, 'x' || label) FROM complete));
SELECT * FROM annoqa.numeric_annotators((SELECT annoqa.ratings_agg(item, who, label > 3) FROM complete));
SELECT * FROM annoqa.numeric_consensus((SELECT annoqa.ratings_agg(item, who, CASE item WHEN 3 THEN 'NaN'::float8 ELSE label END) FROM complete));
SELECT * FROM annoqa.numeric_consensus((SELECT annoqa.ratings_agg(item, who, CASE item WHEN 3 THEN '-Infinity'::float8 ELSE label END) FROM complete));
DO $$ BEGIN
  PERFORM annoqa.numeric_consensus((SELECT annoqa.ratings_agg(1, who, 1e400::numeric) FROM generate_series(1, 2) AS who));
EXCEPTION WHEN invalid_parameter_value THEN
  RAISE WARNING '% characters of %', length(SQLERRM), regexp_replace(SQLERRM, '0+', '0');
END $$;
-- in parts and at once: the same bits
SELECT md5(string_agg(a::text, ';' ORDER BY a.item)) = md5(string_agg(b::text, ';' ORDER BY a.item)) AS same
FROM design, annoqa.numeric_consensus(r) AS a
     JOIN annoqa.numeric_consensus((SELECT annoqa.ratings_agg(part) FROM (
       SELECT annoqa.ratings_agg(item, annotator, label) AS part FROM labels GROUP BY annotator) AS p)) AS b USING (item);
DROP SCHEMA numeric_consensus CASCADE;
