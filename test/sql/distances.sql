-- Disagreement of sets, ranges, multiranges and boxes, and by a function in
-- SQL.  The figures to meet come from a second implementation in plain SQL
-- below, which takes alpha from its definition and the distances from the
-- server's own operators; others name their source.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE SCHEMA distances;
SET search_path = distances;

-- Alpha by its definition (Krippendorff 2011): every pair of labels of one
-- item against every pair of labels at all, items with one label left out.
CREATE FUNCTION alpha_by_definition(relation text, distance text)
RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
  alpha float8;
BEGIN
  EXECUTE format($q$
    WITH counted AS (
      SELECT item, label, count(*) OVER (PARTITION BY item) AS r,
             row_number() OVER () AS id
      FROM %1$I WHERE label IS NOT NULL),
    v AS (SELECT * FROM counted WHERE r > 1),
    observed AS (
      SELECT sum(%2$s(a.label, b.label) / (a.r - 1)) AS d
      FROM v a JOIN v b ON a.item = b.item AND a.id <> b.id),
    expected AS (
      SELECT sum(%2$s(a.label, b.label)) AS d FROM v a CROSS JOIN v b)
    SELECT 1 - ((SELECT count(*) FROM v) - 1) * observed.d / expected.d
    FROM observed, expected $q$, relation, distance) INTO alpha;
  RETURN alpha;
END $$;

CREATE FUNCTION close_to(a float8, b float8) RETURNS boolean LANGUAGE sql
AS 'SELECT abs(a - b) < 1e-12';

--
-- Sets
--
CREATE FUNCTION n_shared(a text[], b text[]) RETURNS float8 LANGUAGE sql
AS 'SELECT count(*) FROM (SELECT unnest(a) INTERSECT SELECT unnest(b)) s';
CREATE FUNCTION n_all(a text[], b text[]) RETURNS float8 LANGUAGE sql
AS 'SELECT count(*) FROM (SELECT unnest(a) UNION SELECT unnest(b)) s';
CREATE FUNCTION my_jaccard(a text[], b text[]) RETURNS float8 LANGUAGE sql
AS 'SELECT coalesce(1 - n_shared(a, b) / nullif(n_all(a, b), 0), 0)';
CREATE FUNCTION my_masi(a text[], b text[]) RETURNS float8 LANGUAGE sql
AS 'SELECT coalesce(1 - n_shared(a, b) / nullif(n_all(a, b), 0) *
    CASE WHEN a <@ b AND a @> b THEN 1.0::float8
         WHEN a <@ b OR a @> b THEN 2.0::float8 / 3
         WHEN a && b THEN 1.0::float8 / 3
         ELSE 0 END, 0)';

CREATE TABLE tags (item int, label text[]);
INSERT INTO tags VALUES
  (1, '{hate,aggressive}'), (1, '{aggressive,hate,hate}'), (1, '{hate}'),
  (2, '{}'), (2, '{}'), (2, '{offensive}'),
  (3, '{hate,offensive}'), (3, '{hate,aggressive}'),
  (4, '{offensive}'), (4, '{hate}'), (4, NULL),
  (5, '{"a,b",hate}'), (5, '{a,b}'), (5, '{"a,b"}'), (5, '{"NULL"}'),
  (6, '{aggressive}');

SELECT level,
       close_to(annoqa.krippendorff_alpha(annoqa.agreement_agg(item, label),
                                          level => level),
                alpha_by_definition('tags', 'my_' || level)) AS of_a_state
FROM tags, unnest(ARRAY['jaccard', 'masi']) AS level
GROUP BY level ORDER BY level;
SELECT close_to(annoqa.krippendorff_alpha(item, label, 'jaccard'),
                alpha_by_definition('tags', 'my_jaccard')) AS jaccard,
       close_to(annoqa.krippendorff_alpha(item, label, 'masi'),
                alpha_by_definition('tags', 'my_masi')) AS masi
FROM tags;

-- The order of elements, repeats and the order of rows do not matter.
SELECT annoqa.krippendorff_alpha(item, label, 'masi' ORDER BY item)
       = annoqa.krippendorff_alpha(item, label || label, 'masi'
                                   ORDER BY item DESC) AS same
FROM tags;

-- A single distance is the observed disagreement of an item that only two
-- labeled.  Where it is 0, nothing is left to expect, and alpha has a reason
-- instead: one category, or several that do not disagree.
CREATE FUNCTION one_distance(a anycompatible, b anycompatible, level text)
RETURNS text LANGUAGE sql AS $$
  SELECT coalesce(round(observed_disagreement::numeric, 4)::text, reason)
  FROM annoqa.coefficients(
    (SELECT annoqa.agreement_agg(1, label)
     FROM unnest(ARRAY[1, 2]) AS i,
          LATERAL (SELECT CASE i WHEN 1 THEN a ELSE b END AS label) s),
    level => level)
  WHERE coefficient = 'krippendorff_alpha' $$;
-- Passonneau 2006: {1,2} against {1,2,3,4} is 1 - 1/2 * 2/3.  Two empty sets
-- are equal, and one shares nothing with another set.
SELECT a, b, one_distance(a, b, 'jaccard') AS jaccard,
       one_distance(a, b, 'masi') AS masi
FROM (VALUES ('{1,2}'::text[], '{1,2,3,4}'::text[]), ('{1,2}', '{2,3}'),
             ('{1}', '{2}'), ('{}', '{1}'), ('{}', '{}'),
             ('{1,2}', '{2,1,1}')) AS s(a, b);

--
-- Ranges
--
CREATE FUNCTION my_length(a int4range) RETURNS float8 LANGUAGE sql
AS 'SELECT CASE WHEN isempty(a) THEN 0 ELSE upper(a) - lower(a) END';
CREATE FUNCTION my_overlap(a int4range, b int4range) RETURNS float8
LANGUAGE sql
AS 'SELECT CASE WHEN a = b THEN 0
    ELSE 1 - my_length(a * b)
         / (my_length(a) + my_length(b) - my_length(a * b)) END';
CREATE TABLE spans (item text, label int4range);
INSERT INTO spans VALUES
  ('a', '[1,10]'), ('a', '[1,11)'), ('a', '(0,8]'),
  ('b', '[20,30)'), ('b', '[25,30)'),
  ('c', 'empty'), ('c', '[5,5)'), ('c', '[5,5]'),
  ('d', '[100,200)'), ('d', '[150,300)'), ('d', '[190,191)'),
  ('e', '[7,9)');
SELECT close_to(annoqa.krippendorff_alpha(annoqa.agreement_agg(item, label),
                                          level => 'overlap'),
                alpha_by_definition('spans', 'my_overlap')) AS int4range,
       close_to(annoqa.krippendorff_alpha(item, label, 'overlap'),
                alpha_by_definition('spans', 'my_overlap')) AS aggregate,
       -- the same stretches of another type, far from 0
       close_to(annoqa.krippendorff_alpha(item,
                  CASE WHEN isempty(label) THEN 'empty'
                  ELSE daterange('2020-01-01'::date + lower(label),
                                 '2020-01-01'::date + upper(label)) END,
                  'overlap'),
                alpha_by_definition('spans', 'my_overlap')) AS daterange,
       close_to(annoqa.krippendorff_alpha(item,
                  CASE WHEN isempty(label) THEN 'empty'
                  ELSE numrange(1e9 + lower(label) / 8.0,
                                1e9 + upper(label) / 8.0) END,
                  'overlap'),
                alpha_by_definition('spans', 'my_overlap')) AS numrange
FROM spans;

-- By hand: two empty ranges 0, one empty 1; where there is no length, 0
-- between equals and 1 otherwise; bounds that differ in nothing but whether
-- they are included enclose the same length.
SELECT one_distance('empty'::int4range, '[3,3)', 'overlap') AS both_empty,
       one_distance('empty'::int4range, '[3,4)', 'overlap') AS one_empty,
       one_distance('[1,1]'::numrange, '[1.0,1.0]', 'overlap') AS same_point,
       one_distance('[1,1]'::numrange, '[2,2]', 'overlap') AS two_points,
       one_distance('[1,1]'::numrange, '[0,2]', 'overlap') AS point_within,
       one_distance('[1,3]'::numrange, '(1,3)', 'overlap') AS same_length,
       one_distance('[0,3)'::numrange, '[1,4)', 'overlap') AS half;

-- what has no length
SELECT annoqa.krippendorff_alpha(1, label, 'overlap')
FROM (VALUES ('[1,5)'::int4range), ('[3,)')) AS s(label);
SELECT annoqa.krippendorff_alpha(1, label, 'overlap')
FROM (VALUES ('[2024-01-01,infinity)'::daterange), ('[2024-01-01,2024-02-01)')) AS s(label);
SELECT annoqa.krippendorff_alpha(1, label, 'overlap')
FROM (VALUES ('[1,2]'::numrange), ('[1,Infinity]')) AS s(label);
CREATE TYPE textrange AS RANGE (subtype = text);
SELECT annoqa.krippendorff_alpha(1, label, 'overlap')
FROM (VALUES ('[a,b]'::textrange), ('[a,c]')) AS s(label);

--
-- Multiranges
--
CREATE FUNCTION my_length(a tstzmultirange) RETURNS float8 LANGUAGE sql
AS 'SELECT coalesce(sum(extract(epoch FROM upper(r) - lower(r))), 0)
    FROM unnest(a) AS r';
CREATE FUNCTION my_overlap(a tstzmultirange, b tstzmultirange) RETURNS float8
LANGUAGE sql
AS 'SELECT CASE WHEN a = b THEN 0
    ELSE 1 - my_length(a * b) / my_length(a + b) END';
CREATE TABLE shifts (item int, label tstzmultirange);
INSERT INTO shifts VALUES
  (1, '{[2024-01-01 08:00+00,2024-01-01 12:00+00),[2024-01-01 13:00+00,2024-01-01 17:00+00)}'),
  (1, '{[2024-01-01 08:30+00,2024-01-01 16:30+00)}'),
  (1, '{[2024-01-01 08:00+00,2024-01-01 12:00+00),[2024-01-01 13:00+00,2024-01-01 17:00+00)}'),
  (2, '{}'), (2, '{[2024-01-02 00:00:00.25+00,2024-01-02 00:00:01+00)}'),
  (3, '{[2024-01-01 00:00+00,2024-01-03 00:00+00)}'),
  (3, '{[2023-12-31 00:00+00,2024-01-01 09:00+00),[2024-01-01 11:00+00,2024-01-02 00:00+00)}'),
  (4, '{}'), (4, '{}');
SELECT close_to(annoqa.krippendorff_alpha(annoqa.agreement_agg(item, label),
                                          level => 'overlap'),
                alpha_by_definition('shifts', 'my_overlap')) AS tstzmultirange
FROM shifts;
-- no setting of the session has a part in it
CREATE TABLE shifts_state AS
SELECT annoqa.agreement_agg(item, label) AS a FROM shifts;
SET timezone = 'Asia/Kolkata';
SET datestyle = 'German';
SELECT close_to(annoqa.krippendorff_alpha(a, level => 'overlap'),
                alpha_by_definition('shifts', 'my_overlap')) AS elsewhere
FROM shifts_state;
RESET timezone;
RESET datestyle;

--
-- Boxes
--
CREATE FUNCTION my_overlap(a box, b box) RETURNS float8 LANGUAGE sql
AS 'SELECT CASE WHEN a ~= b THEN 0
    ELSE 1 - coalesce(area(a # b), 0)
         / (area(a) + area(b) - coalesce(area(a # b), 0)) END';
CREATE TABLE boxes (item int, label box);
INSERT INTO boxes VALUES
  (1, '(0,0),(10,10)'), (1, '(10,10),(0,0)'), (1, '(1,1),(11,10)'),
  (2, '(5,5),(6,9)'), (2, '(5,5),(9,6)'),
  (3, '(-4,-4),(4,4)'), (3, '(-1,-1),(1,1)'), (3, '(20.5,20),(30,30.25)'),
  (4, '(0,0),(1,1)'), (4, '(1,0),(2,1)'), (4, '(0.3,0),(0.3,1)');
SELECT close_to(annoqa.krippendorff_alpha(annoqa.agreement_agg(item, label),
                                          level => 'overlap'),
                alpha_by_definition('boxes', 'my_overlap')) AS box,
       -- a distance has no unit, be areas too large or too small for a number
       close_to(annoqa.krippendorff_alpha(item,
                  box(point(1e200 * (label[0])[0], 1e190 * (label[0])[1]),
                      point(1e200 * (label[1])[0], 1e190 * (label[1])[1])),
                  'overlap'),
                alpha_by_definition('boxes', 'my_overlap')) AS large_units,
       close_to(annoqa.krippendorff_alpha(item,
                  box(point(1e-200 * (label[0])[0], 1e-190 * (label[0])[1]),
                      point(1e-200 * (label[1])[0], 1e-190 * (label[1])[1])),
                  'overlap'),
                alpha_by_definition('boxes', 'my_overlap')) AS small_units
FROM boxes;
SELECT one_distance('(0,0),(0,2)'::box, '(0,0),(0,3)', 'overlap') AS lines,
       one_distance('(0,0),(2,2)'::box, '(1,0),(3,2)', 'overlap') AS third;
SELECT annoqa.krippendorff_alpha(1, label, 'overlap')
FROM (VALUES ('(0,0),(1,1)'::box), ('(0,0),(Infinity,1)')) AS s(label);

--
-- Labels of another kind, no labels, a label that all gave
--
SELECT annoqa.krippendorff_alpha(1, label, 'overlap')
FROM (VALUES ('a'), ('b')) AS s(label);
\set VERBOSITY default
SELECT annoqa.krippendorff_alpha(item, label, 'masi') FROM spans;
SELECT annoqa.krippendorff_alpha(item, label, 'overlap') FROM tags;
\set VERBOSITY terse
SELECT annoqa.krippendorff_alpha(item, label, 'masi') FROM tags WHERE false;
SELECT annoqa.krippendorff_alpha(item, '{a}'::text[], 'jaccard') FROM tags;

--
-- Functions
--
-- Krippendorff's 12 items by 4 annotators; interval alpha is .849107 there
-- (Krippendorff 2011).
CREATE TABLE twelve (item int, label int);
INSERT INTO twelve
SELECT item, nullif(label, '.')::int
FROM (VALUES ('1 2 3 3 2 1 4 1 2 . . .'), ('1 2 3 3 2 2 4 1 2 5 . 3'),
             ('. 3 3 3 2 3 4 2 2 5 1 .'), ('1 2 3 3 2 4 4 1 2 5 1 .')) AS a(row),
     unnest(string_to_array(row, ' ')) WITH ORDINALITY AS u(label, item);
CREATE TABLE twelve_state AS
SELECT annoqa.agreement_agg(item, label) AS a FROM twelve;

CREATE FUNCTION squared(a int, b int) RETURNS float8 LANGUAGE sql
AS 'SELECT ((a - b) ^ 2)::float8';
CREATE FUNCTION squared(a float8, b float8) RETURNS float8 LANGUAGE plpgsql
STRICT AS 'BEGIN RETURN (a - b) * (a - b); END';
CREATE FUNCTION squared(a numeric, b numeric) RETURNS float8 LANGUAGE sql
SECURITY DEFINER SET extra_float_digits = 0
AS 'SELECT ((a - b) * (a - b))::float8';
SELECT f, round(alpha::numeric, 6) AS alpha,
       close_to(alpha, annoqa.krippendorff_alpha(a, level => 'interval')) AS interval
FROM twelve_state, (VALUES ('squared(int,int)'::regprocedure), ('squared(float8,float8)'),
             ('squared(numeric,numeric)')) AS s(f),
     LATERAL (SELECT annoqa.krippendorff_alpha(a, f) AS alpha) r;

-- A function may do what a level of ours does.
SELECT close_to(annoqa.krippendorff_alpha(annoqa.agreement_agg(item, label),
                                          'my_masi'::regproc::regprocedure),
                annoqa.krippendorff_alpha(item, label, 'masi')) AS sets
FROM tags;
SELECT close_to(annoqa.krippendorff_alpha(annoqa.agreement_agg(item, label),
                                          'my_overlap(box,box)'::regprocedure),
                annoqa.krippendorff_alpha(item, label, 'overlap')) AS boxes
FROM boxes;

-- Labels of an enum, of text and of any other type.
CREATE TYPE grade AS ENUM ('poor', 'fair', 'good');
CREATE FUNCTION unequal(a grade, b grade) RETURNS float8 LANGUAGE sql
AS 'SELECT (a <> b)::int::float8';
CREATE FUNCTION unequal(a text, b text) RETURNS float8 LANGUAGE sql
AS 'SELECT (a <> b)::int::float8';
CREATE FUNCTION unequal(a uuid, b uuid) RETURNS float8 LANGUAGE sql
AS 'SELECT (a <> b)::int::float8';
CREATE TABLE graded AS
SELECT item, (enum_range(NULL::grade))[least(label, 3)] AS label
FROM twelve WHERE label IS NOT NULL;
SELECT close_to(annoqa.krippendorff_alpha(annoqa.agreement_agg(item, label),
                                          'unequal(grade,grade)'::regprocedure),
                annoqa.krippendorff_alpha(item, label)) AS enum,
       close_to(annoqa.krippendorff_alpha(annoqa.agreement_agg(item, label),
                                          'unequal(text,text)'::regprocedure),
                annoqa.krippendorff_alpha(item, label)) AS enum_as_text,
       close_to(annoqa.krippendorff_alpha(annoqa.agreement_agg(item, label::text),
                                          'unequal(text,text)'::regprocedure),
                annoqa.krippendorff_alpha(item, label)) AS text,
       close_to(annoqa.krippendorff_alpha(annoqa.agreement_agg(item, md5(label::text)::uuid),
                                          'unequal(uuid,uuid)'::regprocedure),
                annoqa.krippendorff_alpha(item, label)) AS uuid
FROM graded;

-- What a function returns is checked; the error names the pair.
CREATE FUNCTION bad_null(a int, b int) RETURNS float8 LANGUAGE sql
AS 'SELECT CASE WHEN a + b <> 7 THEN abs(a - b) END';
CREATE FUNCTION bad_nan(a int, b int) RETURNS float8 LANGUAGE sql
AS $$SELECT CASE WHEN a + b = 7 THEN 'NaN'::float8 ELSE abs(a - b) END$$;
CREATE FUNCTION bad_infinite(a int, b int) RETURNS float8 LANGUAGE sql
AS $$SELECT CASE WHEN a + b = 9 THEN 'Infinity'::float8 ELSE abs(a - b) END$$;
CREATE FUNCTION bad_negative(a int, b int) RETURNS float8 LANGUAGE sql
AS 'SELECT (a - b)::float8';
CREATE FUNCTION bad_equal(a int, b int) RETURNS float8 LANGUAGE sql
AS 'SELECT CASE WHEN a = 4 AND b = 4 THEN 0.5 ELSE abs(a - b) END';
CREATE FUNCTION bad_symmetry(a int, b int) RETURNS float8 LANGUAGE sql
AS 'SELECT CASE WHEN a > b THEN a - b ELSE 2 * (b - a) END';
\set VERBOSITY default
SELECT annoqa.krippendorff_alpha(a, 'bad_null'::regproc::regprocedure) FROM twelve_state;
SELECT annoqa.krippendorff_alpha(a, 'bad_equal'::regproc::regprocedure) FROM twelve_state;
SELECT annoqa.krippendorff_alpha(a, 'bad_symmetry'::regproc::regprocedure) FROM twelve_state;
\set VERBOSITY terse
SELECT annoqa.krippendorff_alpha(a, 'bad_nan'::regproc::regprocedure) FROM twelve_state;
SELECT annoqa.krippendorff_alpha(a, 'bad_infinite'::regproc::regprocedure) FROM twelve_state;
SELECT annoqa.krippendorff_alpha(a, 'bad_negative'::regproc::regprocedure) FROM twelve_state;

-- So is what the catalog says of it.
CREATE FUNCTION one_label(a int) RETURNS float8 LANGUAGE sql AS 'SELECT 0::float8';
CREATE FUNCTION three_labels(a int, b int, c int) RETURNS float8 LANGUAGE sql AS 'SELECT 0::float8';
CREATE FUNCTION unlike_types(a int, b float8) RETURNS float8 LANGUAGE sql AS 'SELECT 0::float8';
CREATE FUNCTION integral(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT 0';
CREATE FUNCTION many(a int, b int) RETURNS SETOF float8 LANGUAGE sql AS 'SELECT 0::float8';
CREATE FUNCTION anything(a anyelement, b anyelement) RETURNS float8 LANGUAGE sql AS 'SELECT 0::float8';
CREATE PROCEDURE nothing(a int, b int) LANGUAGE sql AS '';
SELECT annoqa.krippendorff_alpha(a, 'one_label(int)'::regprocedure) FROM twelve_state;
SELECT annoqa.krippendorff_alpha(a, 'three_labels(int,int,int)'::regprocedure) FROM twelve_state;
SELECT annoqa.krippendorff_alpha(a, 'unlike_types(int,float8)'::regprocedure) FROM twelve_state;
SELECT annoqa.krippendorff_alpha(a, 'integral(int,int)'::regprocedure) FROM twelve_state;
SELECT annoqa.krippendorff_alpha(a, 'many(int,int)'::regprocedure) FROM twelve_state;
SELECT annoqa.krippendorff_alpha(a, 'anything(anyelement,anyelement)'::regprocedure) FROM twelve_state;
SELECT annoqa.krippendorff_alpha(a, 'nothing(int,int)'::regprocedure) FROM twelve_state;
SELECT annoqa.krippendorff_alpha(a, 'corr(float8,float8)'::regprocedure) FROM twelve_state;
SELECT annoqa.krippendorff_alpha(a, 4294967295::oid::regprocedure) FROM twelve_state;
\set VERBOSITY default
SELECT annoqa.krippendorff_alpha(a, 'my_overlap(box,box)'::regprocedure) FROM twelve_state;
SELECT annoqa.krippendorff_alpha(annoqa.agreement_agg(item, label), 'my_overlap(box,box)'::regprocedure)
FROM spans;
\set VERBOSITY terse

-- a domain's constraint holds for what the function is given
CREATE DOMAIN small AS int CHECK (VALUE < 5);
CREATE FUNCTION squared(a small, b small) RETURNS float8 LANGUAGE sql
AS 'SELECT ((a - b) ^ 2)::float8';
SELECT annoqa.krippendorff_alpha(a, 'squared(small,small)'::regprocedure) FROM twelve_state;

-- no items, and more labels than are asked about
SELECT annoqa.krippendorff_alpha(annoqa.agreement_agg(item, label), 'squared(int,int)'::regprocedure)
FROM twelve WHERE false;
SELECT annoqa.krippendorff_alpha(annoqa.agreement_agg(i / 2, i), 'squared(int,int)'::regprocedure)
FROM generate_series(1, 2001) AS i;
SELECT annoqa.krippendorff_alpha(i / 2, int4range(i, i + 5), 'overlap')
FROM generate_series(1, 20001) AS i;

--
-- Whoever may not call a function may not have it called.
--
CREATE FUNCTION secret(a int, b int) RETURNS float8 LANGUAGE plpgsql
AS $$BEGIN RAISE WARNING 'called as %', current_user; RETURN abs(a - b); END$$;
REVOKE EXECUTE ON FUNCTION secret(int, int) FROM PUBLIC;
CREATE ROLE regress_annoqa_reader;
GRANT USAGE ON SCHEMA distances TO regress_annoqa_reader;
GRANT SELECT ON twelve_state TO regress_annoqa_reader;
SET ROLE regress_annoqa_reader;
SELECT annoqa.krippendorff_alpha(a, 'secret(int,int)'::regprocedure) FROM twelve_state;
SELECT round(annoqa.krippendorff_alpha(a, 'squared(int,int)'::regprocedure)::numeric, 6) AS allowed
FROM twelve_state;
RESET ROLE;
DROP SCHEMA distances CASCADE;
DROP ROLE regress_annoqa_reader;
