-- Labels against gold.  Figures are counted by hand or in plain SQL; those of
-- the report were computed in Python from their definitions, and are what
-- scikit-learn gives.
SET client_min_messages = warning;
\set VERBOSITY terse
\pset null -
CREATE SCHEMA gold;
SET search_path = gold, annoqa;

CREATE TABLE judged (label text, gold text, n int);
INSERT INTO judged VALUES
  ('a', 'a', 5), ('a', 'b', 1), ('b', 'a', 2), ('b', 'b', 3),
  ('c', 'a', 1), ('b', 'c', 2), ('c', 'c', 4), ('d', 'a', 1), ('a', 'e', 1);
CREATE VIEW rows AS SELECT label, gold FROM judged, generate_series(1, n);

--
-- A confusion read: precision, recall and F1 by class; 12 of 20 are right
--
CREATE TABLE state AS SELECT confusion_agg(label, gold) AS c FROM rows;
SELECT accuracy(c), round(macro_f1(c)::numeric, 10) AS macro_f1,
       round(mcc(c)::numeric, 10) AS mcc FROM state;
SELECT label, round("precision"::numeric, 6) AS "precision", round(recall::numeric, 6) AS recall,
       round(f1::numeric, 6) AS f1, support, n_predicted
FROM state, class_report(c);
-- again in plain SQL
SELECT r.label, (r."precision" IS NOT DISTINCT FROM hits / nullif(given, 0)::float8) AS "precision",
       (r.recall IS NOT DISTINCT FROM hits / nullif(wanted, 0)::float8) AS recall,
       r.f1 = 2 * hits / (given + wanted)::float8 AS f1,
       r.support = wanted AS support, r.n_predicted = given AS n_predicted
FROM state, class_report(c) AS r,
     LATERAL (SELECT count(*) FILTER (WHERE label = r.label AND gold = r.label) AS hits,
                     count(*) FILTER (WHERE label = r.label) AS given,
                     count(*) FILTER (WHERE gold = r.label) AS wanted FROM rows) AS w;
SELECT (SELECT avg(f1) FROM class_report(c)) = macro_f1(c) AS macro_f1,
       -- of two classes it is the correlation of indicators
       abs((SELECT mcc(confusion_agg(label = 'a', gold = 'a')) FROM rows)
           - (SELECT corr((label = 'a')::int, (gold = 'a')::int) FROM rows)) < 1e-12 AS mcc
FROM state;
-- the covariance of all classes' indicators over their variances
SELECT abs(mcc(c) - (SELECT sum(covariance) / sqrt(sum(x) * sum(y))
                     FROM (SELECT covar_pop((label = k)::int, (gold = k)::int) AS covariance,
                                  var_pop((label = k)::int) AS x, var_pop((gold = k)::int) AS y
                           FROM rows, unnest('{a,b,c,d,e}'::text[]) AS k GROUP BY k) AS v)) < 1e-12
       AS mcc
FROM state;
-- most first; equal ones by label and reference
SELECT label, reference, n, share_of_errors FROM state, top_confusions(c);
SELECT label, reference, n FROM state, top_confusions(c, 2);
SELECT t.* FROM state, top_confusions(c, 0) AS t;
-- declared categories are classes, and one that never occurs has no F1
CREATE TYPE grade AS ENUM ('good', 'fair', 'poor');
CREATE TABLE graded AS SELECT l::grade AS label, g::grade AS gold
FROM (VALUES ('poor', 'poor'), ('good', 'poor'), ('poor', 'poor'), ('good', 'good')) AS v(l, g);
SELECT r.label, round("precision"::numeric, 6) AS "precision", round(recall::numeric, 6) AS recall,
       round(f1::numeric, 6) AS f1, support, n_predicted
FROM (SELECT confusion_agg(label, gold) AS c FROM graded) AS s, class_report(c) AS r;
SELECT macro_f1(c) = (0.8 + 2 / 3.0::float8) / 2 AS macro_f1
FROM (SELECT confusion_agg(label, gold) AS c FROM graded) AS s;
-- merged as at once
SELECT accuracy(merged) = accuracy(c) AS accuracy, macro_f1(merged) = macro_f1(c) AS macro_f1,
       mcc(merged) = mcc(c) AS mcc
FROM state, (SELECT confusion_agg(part) AS merged
             FROM (SELECT confusion_agg(label, gold) AS part FROM rows GROUP BY gold) AS p) AS m;
-- nothing, one class, all wrong, all right, one side with one class
SELECT name, accuracy(c), round(macro_f1(c)::numeric, 6) AS macro_f1, mcc(c), (SELECT count(*) FROM class_report(c)) AS classes,
       (SELECT count(*) FROM top_confusions(c)) AS errors
FROM (SELECT 'nothing' AS name, confusion_agg(label, gold) AS c FROM rows WHERE false
      UNION ALL SELECT 'all NULL', confusion_agg(NULL::text, gold) FROM rows
      UNION ALL SELECT 'one class', confusion_agg('a'::text, 'a') FROM rows
      UNION ALL SELECT 'all wrong', confusion_agg(x, 1 - x) FROM generate_series(0, 1) AS x
      UNION ALL SELECT 'all right', confusion_agg(gold, gold) FROM rows
      UNION ALL SELECT 'always a', confusion_agg('a'::text, gold) FROM rows) AS s
ORDER BY name COLLATE "C";
-- counts that no double holds: one label in 4e18 is wrong, exactly
SELECT round(mcc(c)::numeric, 12) AS mcc, accuracy(c) AS accuracy
FROM (SELECT '{"kind": "text", "labels": ["a", "b"], "cells":
              [[0, 0, 4000000000000000000], [1, 0, 1], [1, 1, 1]]}'::confusion AS c) AS s;
SELECT accuracy(NULL), macro_f1(NULL), mcc(NULL);
SELECT count(*) FROM class_report(NULL);

--
-- gold_accuracy: a row without label or gold does not count
--
SELECT round(gold_accuracy(label, gold)::numeric, 6) AS gold_accuracy, gold_correct(label, gold), gold_scored(label, gold)
FROM (VALUES ('a', 'a'), ('b', 'a'), (NULL, 'a'), ('a', NULL), ('c', 'c')) AS v(label, gold);
SELECT gold_accuracy(label, gold) = 12 / 20.0::float8 AS as_confusion FROM rows;
SELECT gold_accuracy(label, gold), gold_correct(label, gold), gold_scored(label, gold)
FROM rows WHERE false;
SELECT gold_accuracy(label, NULL::text), gold_scored(label, NULL::text) FROM rows;
-- several accepted answers; none, and only NULL, are no gold
SELECT label, gold, gold_accuracy(label, gold), gold_scored(label, gold)
FROM (VALUES ('a', '{a,b}'::text[]), ('b', '{a,NULL,b}'), ('c', '{a,b}'), ('a', '{}'),
             ('a', '{NULL,NULL}'), ('a', NULL), (NULL, '{a}'), ('b', '{{a,c},{d,b}}')) AS v(label, gold)
GROUP BY label, gold ORDER BY label, gold;

-- equal is what the type says
SELECT gold_accuracy(1, 1::bigint) AS int_bigint, gold_accuracy(1, 1.00) AS int_numeric,
       gold_accuracy(1.0, 1.00) AS numeric, gold_accuracy(2::smallint, ARRAY[1, 2]::bigint[]) AS array_of_bigint,
       gold_accuracy('a'::varchar, 'a'::text) AS varchar_text,
       gold_accuracy('a'::char(3), 'a '::char(5)) AS char_char, gold_accuracy(0.0::float8, '-0'::float8) AS zero,
       gold_accuracy('NaN'::float8, 'NaN'::float8) AS nan, gold_accuracy(true, ARRAY[false]) AS bool;
SELECT gold_accuracy(label, 'poor') AS enum_literal, gold_accuracy(label, ARRAY['poor', 'fair']::grade[]) AS enum_array
FROM graded;
SELECT gold_accuracy(label, 'a') AS text_literal, gold_accuracy(label, '{a,b}'::text[]) AS text_array FROM rows;
SELECT gold_accuracy(int4range(1, 3), '[1,2]') AS range,
       gold_accuracy('(0,0),(1,1)'::box, '(1,1),(0,0)'::box) AS box,
       gold_accuracy('(0,0),(1,1)'::box, '(0,0),(2,0.5)'::box) AS box_of_same_area,
       gold_accuracy('(0,0),(1,1)'::box, ARRAY['(0,0),(2,0.5)', '(0,0),(1,1)']::box[]) AS boxes,
       gold_accuracy('(1,2)'::point, '(1,2)'::point) AS point,
       gold_accuracy('{"a": 1, "b": 2}'::jsonb, '{"b": 2, "a": 1.0}') AS jsonb,
       gold_accuracy(ARRAY[1, 2], ARRAY[2, 1]) AS lists;
CREATE DOMAIN word AS text CHECK (value <> '');
SELECT gold_accuracy('a'::word, 'a'::text) AS domain,
       gold_accuracy('a'::word, ARRAY['b', 'a']::word[]) AS domain_array;
-- text[] are sets; several sets in one array would read as one
SELECT gold_accuracy('{a,b}'::text[], '{b,a,a}'::text[]) AS sets, gold_accuracy('{}'::text[], '{}'::text[]) AS empty,
       gold_accuracy('{a,b}'::text[], '{a}'::text[]) AS subset, gold_scored('{a}'::text[], '{}'::text[]) AS no_set_is_an_answer;
SELECT gold_accuracy('{a,b}'::text[], '{{a,b},{a,c}}'::text[]);
SELECT gold_accuracy('{a,NULL}'::text[], '{a}'::text[]);
-- long values, compressed and not
SELECT gold_accuracy(repeat('ab', n), repeat('ab', n)), gold_accuracy(repeat('ab', n), repeat('ba', n))
FROM unnest('{1, 100, 100000}'::int[]) AS n;
-- the call's collation
DO $$ BEGIN
  CREATE COLLATION folded (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
EXCEPTION WHEN OTHERS THEN
  CREATE COLLATION folded FROM "C";
END $$;
SELECT gold_accuracy(l COLLATE folded, g) = CASE WHEN deterministic THEN 0 ELSE 1 END AS folded,
       gold_accuracy(l COLLATE folded, ARRAY['x', g]) = CASE WHEN deterministic THEN 0 ELSE 1 END AS several,
       gold_accuracy(l, g) AS plain
FROM (VALUES ('a', 'A')) AS v(l, g),
     (SELECT collisdeterministic AS deterministic FROM pg_collation WHERE collname = 'folded') AS c
GROUP BY deterministic;
-- as text, under a name of its own
SELECT gold_accuracy_text(label::text, gold::text) AS text, gold_accuracy(label, gold) AS enum FROM graded;

--
-- Moving frames: rows enter and leave, and counts are exact
--
CREATE TABLE stream AS
SELECT i, CASE WHEN i % 11 = 0 THEN NULL ELSE 'l' || i * 7919 % 5 END AS label,
       CASE WHEN i % 13 = 0 THEN NULL ELSE 'l' || i * 104729 % 3 END AS gold
FROM generate_series(1, 2000) AS i;
SELECT bool_and(moving IS NOT DISTINCT FROM plain::float8) AS same,
       bool_and(several IS NOT DISTINCT FROM plain_several::float8) AS several,
       count(moving) < count(*) AS some_empty
FROM (SELECT gold_accuracy(label, gold) OVER w AS moving,
             avg((label = gold)::int) OVER w AS plain,
             gold_accuracy(label, ARRAY[gold, NULL]) OVER w AS several,
             avg((label = gold)::int) OVER w AS plain_several
      FROM stream
      WINDOW w AS (ORDER BY i ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING)) AS s;
SELECT bool_and(a IS NOT DISTINCT FROM b::float8) AS range_frame, bool_and(c = d) AS correct, bool_and(e = f) AS scored
FROM (SELECT gold_accuracy(label, gold) OVER w AS a, avg((label = gold)::int) OVER w AS b,
             gold_correct(label, gold) OVER w AS c, count(*) FILTER (WHERE label = gold) OVER w AS d,
             gold_scored(label, gold) OVER w AS e, count(label = gold) OVER w AS f
      FROM stream WINDOW w AS (PARTITION BY i % 3 ORDER BY i RANGE BETWEEN 100 PRECEDING AND 50 FOLLOWING
                               EXCLUDE CURRENT ROW)) AS s;

-- The state is two counts that can be kept, and survives being called plainly
SELECT gold_accuracy_add(NULL, 'a'::text, 'a'::text), gold_accuracy_add('{1,2}', 1, 2),
       gold_accuracy_remove('{1,2}', 1, 1), gold_accuracy_remove('{1,2}', 1, ARRAY[3]),
       gold_accuracy_combine('{1,2}', '{3,4}'), gold_accuracy_final('{1,2}'), gold_accuracy_final('{0,0}');
SELECT gold_accuracy_final('{3,2}');
SELECT gold_accuracy_combine(NULL, '{1}');
SELECT gold_accuracy_remove(NULL, 1, 1);
-- serial, parallel
CREATE TABLE wide AS SELECT * FROM stream, generate_series(1, 20) AS again;
ANALYZE wide;
SELECT gold_accuracy(label, gold) AS serial, gold_correct(label, gold) AS correct FROM wide \gset
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SELECT gold_accuracy(label, gold) = :serial AS parallel, gold_correct(label, gold) = :correct AS correct FROM wide;

-- What is refused
SELECT gold_accuracy(c, c) FROM state;
SELECT gold_accuracy('1'::json, '1'::json);
SELECT gold_accuracy('a'::text, 1);
SELECT gold_accuracy(label, gold::text) FROM graded;
SELECT gold_accuracy(ROW(1), ROW(1));

DROP SCHEMA gold CASCADE;
