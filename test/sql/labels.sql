-- Which labels are the same, and in what order they stand: text, numbers,
-- enums, boolean, domains and others, as their own types say.  What is expected
-- is by hand or by a GROUP BY of the server's own.
\set VERBOSITY terse
\pset null -
SET client_min_messages = warning;
CREATE SCHEMA labels;
SET search_path = labels;

-- the labels of a state, as it shows them
CREATE FUNCTION shown(annoqa.agreement) RETURNS text LANGUAGE sql
AS 'SELECT string_agg(category, '','') FROM annoqa.category_agreement($1)';

--
-- Text: equal bytes, nothing folded, nothing trimmed
--
SELECT annoqa.percent_agreement(1, label) AS agreement,
       shown(annoqa.agreement_agg(1, label)) AS labels
FROM (VALUES ('a'), ('A'), ('a '), (' a'), ('a.'), ('-a')) AS v(label);
SELECT annoqa.percent_agreement(1, label) AS varchar
FROM (VALUES ('a'::varchar(3)), ('A'), ('a ')) AS v(label);
SELECT round(annoqa.percent_agreement(1, label)::numeric, 4) AS name
FROM (VALUES ('a'::name), ('A'), ('a')) AS v(label);
-- trailing blanks of a character(n) do not count, as in its own comparisons
SELECT annoqa.percent_agreement(1, label) AS bpchar,
       shown(annoqa.agreement_agg(1, label)) AS labels
FROM (VALUES ('a'::char(3)), ('a'::char(5)), ('a  ')) AS v(label);
-- the empty string is a label, NULL is none
SELECT annoqa.percent_agreement(1, label) AS agreement,
       (SELECT n_labels FROM annoqa.coefficients(annoqa.agreement_agg(1, label))
        LIMIT 1) AS n_labels
FROM (VALUES (''), (''), (NULL)) AS v(label);
-- labels that look like a NULL, JSON or an array
SELECT annoqa.percent_agreement(1, label) AS agreement,
       shown(annoqa.agreement_agg(1, label)) AS labels
FROM (VALUES ('NULL'), ('null'), ('"'), ('\'), ('{}'), (E'\n')) AS v(label);
-- long ones, kept out of line in the table
CREATE TABLE long_labels (item int, label text);
ALTER TABLE long_labels ALTER label SET STORAGE external;
INSERT INTO long_labels
SELECT i / 2, repeat('x', 5000) || i / 4 FROM generate_series(0, 39) AS i;
SELECT annoqa.percent_agreement(item, label) AS agreement,
       annoqa.krippendorff_alpha(annoqa.agreement_agg(item, label)) AS alpha
FROM long_labels;

--
-- citext, where it is installed: equal in any case, shown in the bytewise
-- smallest spelling, whatever the order of rows and the search_path
--
CREATE FUNCTION citext_result(path text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  result text;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'citext')
  THEN
    RETURN '1 1 No,YES';
  END IF;
  CREATE EXTENSION IF NOT EXISTS citext SCHEMA public;
  PERFORM set_config('search_path', path, true);
  EXECUTE $q$
    SELECT concat_ws(' ', annoqa.percent_agreement(item, label),
                     annoqa.cohen_kappa(label, other),
                     labels.shown(annoqa.agreement_agg(item, label)))
    FROM (SELECT * FROM (VALUES (1, 'yes'::public.citext, 'Yes'::public.citext),
                                (1, 'YES', 'yES'), (1, 'Yes', 'yes'),
                                (2, 'no', 'NO'), (2, 'No', 'No'))
          AS v(item, label, other) ORDER BY random()) AS v $q$ INTO result;
  RETURN result;
END $$;
SELECT citext_result('labels, public') AS on_path;
SELECT labels.citext_result('pg_catalog, pg_temp') AS off_path;
RESET search_path;
SET search_path = labels;

--
-- A collation that finds unlike bytes equal, where ICU is built in
--
CREATE FUNCTION icu_result(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  result text;
BEGIN
  IF getdatabaseencoding() = 'UTF8'
     AND EXISTS (SELECT FROM pg_collation WHERE collprovider = 'i') THEN
    IF to_regcollation('labels.no_case') IS NULL THEN
      CREATE COLLATION labels.no_case (provider = icu, deterministic = false,
                                       locale = 'und-u-ks-level2');
    END IF;
    EXECUTE query INTO result;
    RETURN result;
  END IF;
  RETURN NULL;
END $$;
SELECT coalesce(icu_result($$
  SELECT annoqa.percent_agreement(item, label COLLATE labels.no_case)
  FROM (VALUES (1, 'yes'), (1, 'YES'), (2, 'no'), (2, 'No'))
       AS v(item, label) $$), '1') AS agreement,
  coalesce(icu_result($$
  SELECT shown(annoqa.agreement_agg(item, label COLLATE labels.no_case))
  FROM (SELECT * FROM (VALUES (1, 'yes'), (1, 'YES'), (2, 'no'), (2, 'No'))
        AS v(item, label) ORDER BY random()) AS v $$), 'No,YES') AS smallest,
  -- states know it, and are merged by it
  coalesce(icu_result($$
  SELECT annoqa.percent_agreement(annoqa.agreement(annoqa.item_labels_agg(s)))
  FROM (SELECT annoqa.item_labels_agg(item, label COLLATE labels.no_case) AS s
        FROM (VALUES (1, 'yes'), (1, 'YES'), (2, 'no'), (2, 'No'))
             AS v(item, label) GROUP BY label) AS parts $$), '1') AS merged,
  coalesce(icu_result($$
  SELECT annoqa.cohen_kappa(a COLLATE labels.no_case, b)
  FROM (VALUES ('yes', 'YES'), ('NO', 'no')) AS v(a, b) $$), '1') AS kappa;
-- annotators and items, too
SELECT coalesce(icu_result($$
  SELECT concat_ws(' ', count(*), sum(n_labels)) FROM annoqa.annotators(
    (SELECT annoqa.ratings_agg(item COLLATE labels.no_case,
                               annotator COLLATE labels.no_case, label)
     FROM (VALUES ('i', 'ann', 1), ('I', 'ANN', 1), ('i', 'bob', 1),
                  ('J', 'bob', 2)) AS v(item, annotator, label))) $$), '2 3')
  AS annotators;

--
-- Numbers: by value
--
SELECT annoqa.percent_agreement(1, label) AS numeric,
       shown(annoqa.agreement_agg(1, label)) AS labels
FROM (VALUES (1.0), (1.00), (1::numeric), (0.1e1)) AS v(label);
SELECT annoqa.percent_agreement(item, label) AS minus_zero,
       round(annoqa.cohen_kappa(label, -label)::numeric, 4) AS kappa
FROM (VALUES (1, 0::float8), (1, '-0'), (2, 5), (2, 5)) AS v(item, label);
-- a state of integers and one of floats are merged by value
SELECT annoqa.percent_agreement(annoqa.agreement(annoqa.item_labels_agg(s)))
FROM (SELECT annoqa.item_labels_agg(1, '-0'::float8) AS s
      UNION ALL SELECT annoqa.item_labels_agg(1, 0)
      UNION ALL SELECT annoqa.item_labels_agg(2, 1.50::numeric)
      UNION ALL SELECT annoqa.item_labels_agg(2, 1.5::float4)) AS parts;
SELECT annoqa.percent_agreement(1, label) AS float4,
       annoqa.percent_agreement(1, label::float8) AS as_float8
FROM (VALUES (0.1::float4), (0.1::float4)) AS v(label);
-- one label whether it is smallint, integer, bigint, numeric or float
SELECT annoqa.agreement_agg(1, l::int2)::text = annoqa.agreement_agg(1, l)::text
         AS int2,
       annoqa.agreement_agg(1, l::int8)::text = annoqa.agreement_agg(1, l)::text
         AS int8,
       annoqa.agreement_agg(1, l::numeric(9, 0))::text
         = annoqa.agreement_agg(1, l)::text AS numeric,
       annoqa.agreement_agg(1, l::float4)::text
         = annoqa.agreement_agg(1, l)::text AS float4,
       annoqa.agreement_agg(1, l::float8)::text
         = annoqa.agreement_agg(1, l)::text AS float8
FROM (VALUES (1), (10), (2), (-3), (10000)) AS v(l);
-- in the order of numbers, not of their texts
SELECT shown(annoqa.agreement_agg(1, label))
FROM (VALUES (10), (9), (-1), (100), (-20)) AS v(label);
SELECT shown(annoqa.agreement_agg(1, label))
FROM (VALUES (1e300::float8), (2e-300), (-1e300), (12.5), (9)) AS v(label);
-- far from 0, and far apart
SELECT round(annoqa.krippendorff_alpha(item, label + 1e12, 'interval')::numeric,
             6) AS far_off,
       round(annoqa.krippendorff_alpha(item, label, 'interval')::numeric, 6)
         AS near_zero
FROM (VALUES (1, 1), (1, 2), (2, 5), (2, 5), (3, 9), (3, 8)) AS v(item, label);
SELECT annoqa.krippendorff_alpha(item, label, 'interval') IS NOT NULL AS given
FROM (VALUES (1, 1e150::float8), (1, -1e150), (2, 3), (2, 3)) AS v(item, label);
SELECT annoqa.krippendorff_alpha(item, label, 'interval')
FROM (VALUES (1, 1e300::float8), (1, -1e300), (2, 3), (2, 3)) AS v(item, label);
-- NaN and infinity are labels like others where labels are only told apart,
-- and have no place where they are measured
SELECT annoqa.percent_agreement(item, label) AS percent,
       annoqa.krippendorff_alpha(item, label) AS alpha,
       annoqa.krippendorff_alpha(item, label::numeric) AS of_numeric
FROM (VALUES (1, 'NaN'::float8), (1, 'NaN'), (2, '-Infinity'), (2, '-Infinity'),
             (3, '3'), (3, '3')) AS v(item, label);
\set VERBOSITY default
SELECT annoqa.krippendorff_alpha(1, label, 'interval')
FROM (VALUES ('NaN'::float8), (1)) AS v(label);
SELECT annoqa.krippendorff_alpha(1, label, 'interval')
FROM (VALUES ('-Infinity'::numeric), (1)) AS v(label);
SELECT annoqa.fleiss_kappa(1, label, 'quadratic')
FROM (VALUES ('Infinity'::float4), (1)) AS v(label);
SELECT annoqa.cohen_kappa(a, b, 'linear')
FROM (VALUES ('NaN'::float8, 1::float8), (2, 1)) AS v(a, b);
\set VERBOSITY terse
-- Measurements compared for equality only: one notice, none where a level says
-- what is meant.
SET client_min_messages = notice;
SELECT round(annoqa.krippendorff_alpha(item, label)::numeric, 4) AS alpha
FROM (VALUES (1, 1.5), (1, 1.25), (2, 7.0), (2, 7.0)) AS v(item, label);
SELECT round(annoqa.krippendorff_alpha(item, label, 'nominal')::numeric, 4)
         AS nominal,
       round(annoqa.krippendorff_alpha(item, label, 'interval')::numeric, 4)
         AS interval,
       round(annoqa.krippendorff_alpha(item, label::int)::numeric, 4) AS integers
FROM (VALUES (1, 1.5), (1, 1.25), (2, 7.0), (2, 7.0)) AS v(item, label);
SET client_min_messages = warning;

--
-- Enums: in declared order, unused values count among the categories
--
CREATE TYPE severity AS ENUM ('none', 'mild', 'bad', 'awful', 'never used');
ALTER TYPE severity ADD VALUE 'slight' BEFORE 'mild';
CREATE TABLE severities (item int, label severity);
INSERT INTO severities VALUES
  (1, 'awful'), (1, 'bad'), (2, 'none'), (2, 'mild'), (3, 'slight'),
  (3, 'slight'), (4, 'bad'), (4, 'bad');
SELECT shown(annoqa.agreement_agg(item, label)) FROM severities;
SELECT n_categories, n_categories_used,
       round(estimate::numeric, 6) AS brennan_prediger,
       round((0.5 - 1.0 / 6) / (1 - 1.0 / 6), 6) AS by_hand
FROM annoqa.coefficients((SELECT annoqa.agreement_agg(item, label)
                          FROM severities))
WHERE coefficient = 'brennan_prediger';
-- its order is that of the positions: the same as of numbers, and as declared
SELECT annoqa.krippendorff_alpha(item, label, 'ordinal')
       = annoqa.krippendorff_alpha(item, array_position(
           enum_range(NULL::severity), label), 'ordinal') AS as_numbers,
       annoqa.krippendorff_alpha(item, label, 'ordinal')
       = annoqa.krippendorff_alpha(item, label::text, 'ordinal',
           enum_range(NULL::severity)::text[]) AS as_declared,
       annoqa.gwet_ac2(item, label, 'linear')
       = annoqa.gwet_ac2(item, label::text, 'linear',
           enum_range(NULL::severity)::text[]) AS ac2,
       annoqa.fleiss_kappa(item, label, 'quadratic')
       = annoqa.fleiss_kappa(item, label::text, 'quadratic',
           enum_range(NULL::severity)::text[]) AS fleiss
FROM severities;
-- categories given over an enum: the order given holds
SELECT string_agg(category, ',')
FROM annoqa.category_agreement(
  (SELECT annoqa.agreement_agg(item, label) FROM severities),
  '{awful,bad,mild,slight,none}');
-- an enum value renamed is another label; a literal becomes the enum's
SELECT annoqa.cohen_kappa(label, 'bad') FROM severities;
SELECT annoqa.cohen_kappa(label, 'worse') FROM severities;
-- an enum without values declares none
CREATE TYPE nothing AS ENUM ();
SELECT annoqa.percent_agreement(1, NULL::nothing);

--
-- boolean: false before true, both declared
--
SELECT shown(annoqa.agreement_agg(item, label)) AS labels,
       annoqa.brennan_prediger(item, label) AS brennan_prediger,
       annoqa.cohen_kappa(label, label) IS NULL AS kappa_undefined,
       annoqa.krippendorff_alpha(item, label, 'ordinal') IS NULL AS ordinal
FROM (VALUES (1, true), (1, true), (2, true), (2, true)) AS v(item, label);

--
-- Domains are their base types
--
CREATE DOMAIN stars AS int CHECK (VALUE BETWEEN 1 AND 5);
CREATE DOMAIN more_stars AS stars;
CREATE DOMAIN grade AS severity;
SELECT annoqa.krippendorff_alpha(item, label::more_stars, 'interval')
       = annoqa.krippendorff_alpha(item, label, 'interval') AS numbers,
       annoqa.agreement_agg(item::more_stars, label::more_stars)::text
       = annoqa.agreement_agg(item, label)::text AS states
FROM (VALUES (1, 1), (1, 2), (2, 4), (2, 5)) AS v(item, label);
SELECT annoqa.gwet_ac2(item, label::grade, 'linear')
       = annoqa.gwet_ac2(item, label, 'linear') AS enums
FROM severities;

--
-- Any type with a default operator class
--
CREATE TYPE pair AS (x int, y text);
CREATE FUNCTION agreement_of(type text, one text, same text, other text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  result text;
BEGIN
  -- item 1: equal labels, item 2: different ones; then the same as items
  EXECUTE format($q$
    WITH v AS (SELECT * FROM (VALUES (1, %2$L::%1$s), (1, %3$L), (2, %2$L),
                                     (2, %4$L)) AS v(item, label))
    SELECT concat_ws(' ',
      (SELECT annoqa.percent_agreement(item, label) FROM v),
      (SELECT annoqa.percent_agreement(annoqa.agreement(annoqa.item_labels_agg(s)))
       FROM (SELECT annoqa.item_labels_agg(item, label) AS s
             FROM v GROUP BY item, label::text) AS parts),
      (SELECT n_items FROM annoqa.coefficients(
         (SELECT annoqa.agreement_agg(label, item) FROM v)) LIMIT 1),
      (SELECT count(*) FROM annoqa.items(
         (SELECT annoqa.ratings_agg(label, item, item) FROM v))),
      (SELECT count(*) FROM annoqa.annotators(
         (SELECT annoqa.ratings_agg(item, label, 1) FROM v)))) $q$,
    type, one, same, other) INTO result;
  RETURN result;
END $$;
SELECT type, agreement_of(type, one, same, other)
FROM (VALUES
  ('uuid', '{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}',
   'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11',
   'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12'),
  ('date', '2026-02-01', 'Feb 1, 2026', '2026-02-02'),
  ('timestamptz', '2026-02-01 12:00+00', '2026-02-01 13:00+01',
   '2026-02-01 12:00:00.000001+00'),
  ('interval', '1 day', '24 hours', '25 hours'),
  ('jsonb', '{"a": 1, "b": 2}', '{"b":2,"a":1.0}', '{"a": 1}'),
  ('bytea', '\x6162', 'ab', '\x00'),
  ('inet', '10.0.0.1', '10.0.0.1/32', '10.0.0.2'),
  ('pair', '(1,a)', '(1,"a")', '(1,b)'),
  ('int[]', '{1,2}', '{ 1, 2 }', '{2,1}'),
  ('"char"', 'a', 'a', 'b'),
  ('int4range', '[1,3)', '[1,2]', '[1,4)')) AS v(type, one, same, other);

-- json has no equality
\set VERBOSITY default
SELECT annoqa.krippendorff_alpha(i, '{}'::json) FROM generate_series(1, 2) AS i;
SELECT annoqa.krippendorff_alpha('{}'::json, i) FROM generate_series(1, 2) AS i;
SELECT annoqa.ratings_agg(i, '{}'::json, i) FROM generate_series(1, 2) AS i;
SELECT annoqa.votes_agg('{}'::json);
SELECT annoqa.confusion_agg('{}'::json, '{}'::json);
SELECT annoqa.krippendorff_alpha(i, '((0,0),(1,1))'::polygon)
FROM generate_series(1, 2) AS i;
-- a literal without a type: text, where names are kept
SELECT annoqa.krippendorff_alpha('one', i) FROM generate_series(1, 2) AS i;
SELECT annotators.* FROM annoqa.annotators((SELECT annoqa.ratings_agg(i, 'me', i) FROM generate_series(1, 2) AS i));
SELECT annoqa.ratings_agg('one', 'me', i)::text = annoqa.ratings_agg('one'::text, 'me'::text, i)::text AS same,
       annoqa.ratings_agg(i, NULL, i)::text = annoqa.ratings_agg(i, NULL::text, i)::text AS nothing
FROM generate_series(1, 1) AS i;
SELECT annoqa.krippendorff_alpha(i, 'yes') FROM generate_series(1, 2) AS i;
\set VERBOSITY terse
SELECT annoqa.cohen_kappa(label, 'yes')
FROM (VALUES ('yes'), ('no')) AS v(label);
-- two columns of different types become one
SELECT annoqa.cohen_kappa(i, i::bigint) AS numbers,
       annoqa.cohen_kappa(i::numeric, i::float8) AS of_floats,
       annoqa.cohen_kappa(i::text, i::varchar) AS texts
FROM generate_series(1, 3) AS i;
SELECT annoqa.cohen_kappa(label, label::text) FROM severities;
SELECT annoqa.cohen_kappa(1, 'a'::text);

--
-- Declared categories
--
CREATE TABLE words (item int, label text);
INSERT INTO words VALUES
  (1, 'low'), (1, 'mid'), (2, 'high'), (2, 'high'), (3, 'mid'), (3, 'low'),
  (4, 'low'), (4, 'low'), (4, 'low'), (5, 'high'), (5, 'mid');
-- their order is kept, and unused ones count
SELECT string_agg(category, ','), sum(n_labels) AS n_labels
FROM annoqa.category_agreement((SELECT annoqa.agreement_agg(item, label)
                                FROM words), '{low,mid,high,top}');
SELECT annoqa.krippendorff_alpha(item, label, 'ordinal', '{low,mid,high}')
       = annoqa.krippendorff_alpha(item, array_position('{low,mid,high}', label),
                                   'ordinal') AS in_order,
       annoqa.krippendorff_alpha(item, label, 'ordinal', '{low,mid,high}')
       = annoqa.krippendorff_alpha(item, label, 'ordinal', '{high,mid,low}')
       AS reversed,
       annoqa.krippendorff_alpha(item, label, 'ordinal', '{low,mid,high}')
       = annoqa.krippendorff_alpha(item, label, 'ordinal', '{high,low,mid}')
       AS shuffled
FROM words;
SELECT round(annoqa.brennan_prediger(item, label)::numeric, 4) AS three,
       round((0.4 - 1.0 / 3) / (1 - 1.0 / 3), 4) AS by_hand,
       round(annoqa.brennan_prediger(item, label, 'unweighted',
                                     '{low,mid,high,top}')::numeric, 4) AS four,
       round((0.4 - 1.0 / 4) / (1 - 1.0 / 4), 4) AS by_hand
FROM words;
\set VERBOSITY default
-- a label seen but not declared
SELECT annoqa.gwet_ac1(item, label, '{low,mid}') FROM words;
SELECT annoqa.gwet_ac1(annoqa.agreement_agg(item, label), '{low,mid}')
FROM words;
SELECT annoqa.cohen_kappa(label, label, 'linear', '{low,mid}') FROM words;
SELECT annoqa.cohen_kappa(annoqa.confusion_agg(label, label), 'linear',
                          '{low,mid}') FROM words;
-- twice, none, NULL
SELECT annoqa.gwet_ac1(item, label, '{low,mid,high,mid}') FROM words;
SELECT annoqa.gwet_ac1(annoqa.agreement_agg(item, label), '{low,mid,high,mid}')
FROM words;
SELECT annoqa.gwet_ac1(item, label, '{}') FROM words;
SELECT annoqa.gwet_ac1(annoqa.agreement_agg(item, label), '{}') FROM words;
SELECT annoqa.gwet_ac1(item, label, '{low,NULL}') FROM words;
-- an order that nobody declared
SELECT annoqa.krippendorff_alpha(item, label, 'ordinal') FROM words;
SELECT annoqa.krippendorff_alpha(annoqa.agreement_agg(item, label), 'ordinal')
FROM words;
SELECT annoqa.fleiss_kappa(item, label, 'linear') FROM words;
SELECT annoqa.krippendorff_alpha(item, label, 'interval') FROM words;
\set VERBOSITY terse
-- numbers are declared as their texts, 1.0 as 1
SELECT annoqa.krippendorff_alpha(item, label, 'ordinal', '{1,2,3.0}')
       = annoqa.krippendorff_alpha(item, label, 'ordinal') AS numbers
FROM (VALUES (1, 1.0), (1, 2.00), (2, 3), (2, 3)) AS v(item, label);
-- boolean by its words
SELECT annoqa.percent_agreement(item, label, 'unweighted', '{false,true}')
FROM (VALUES (1, true), (1, false)) AS v(item, label);

--
-- 100,000 categories: seen, and declared.  Of half the items both labels
-- agree, each label is used by two items.
--
SELECT round(annoqa.percent_agreement(item, label)::numeric, 6) AS percent,
       round(annoqa.gwet_ac1(item, label)::numeric, 9) AS ac1,
       -- a category agreed on has share 1/100000, one of two disputed half
       round((0.5 - pe) / (1 - pe), 9) AS by_hand,
       annoqa.krippendorff_alpha(item, label::int, 'ordinal') > 0.99 AS ordinal
FROM (SELECT i / 2 AS item, (CASE WHEN i % 4 = 1 THEN i - 1 ELSE i END)::text
             AS label FROM generate_series(0, 133331) AS i) AS s,
     (SELECT (33333 * (1.0 / 66666) * (1 - 1.0 / 66666)
              + 66666 * (0.5 / 66666) * (1 - 0.5 / 66666)) / (99999 - 1) AS pe)
     AS chance
GROUP BY pe;
SELECT round(annoqa.brennan_prediger(item, label::text, 'unweighted',
                                     declared)::numeric, 9) AS declared,
       round((0.5 - 0.00001) / (1 - 0.00001), 9) AS by_hand
FROM (VALUES (1, 7), (1, 7), (2, 99999), (2, 5)) AS v(item, label),
     (SELECT array_agg(i::text) AS declared
      FROM generate_series(1, 100000) AS i) AS c;

DROP SCHEMA labels CASCADE;
