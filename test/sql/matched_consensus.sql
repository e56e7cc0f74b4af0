--
-- Consensus of boxes and ranges.  Overlaps and medians are worked out by hand
-- in the comments; the grouping is compared with a second implementation in
-- PL/pgSQL below, which joins groups one after the other from the definition.
--
SET client_min_messages = warning;
CREATE SCHEMA matched_consensus;
SET search_path = matched_consensus, public;
SET extra_float_digits = 0;

CREATE TABLE boxes (item int, annotator text, region box);
INSERT INTO boxes VALUES
  (1, 'ann', '((0,0),(10,10))'), (1, 'bob', '((1,0),(11,10))'), (1, 'cy', '((0,1),(10,12))'),
  (1, 'ann', '((50,50),(60,60))'), (1, 'bob', '((51,50),(61,60))'),
  (1, 'cy', '((90,90),(95,95))'),
  (2, 'ann', NULL), (2, 'bob', '((1,1),(2,2))'), (2, 'cy', NULL),
  (3, 'ann', NULL), (3, 'bob', NULL);
-- medians of three: x 0, 10, y 0, 10; overlaps 90/110, 90/120, 81/129, mean .7320;
-- of two the means: 50.5, 60.5; nothing on items 2 and 3
CREATE VIEW found AS
SELECT item, o.object::box, o.n_votes, o.n_annotators, round(o.share::numeric, 4) AS share,
       round(o.mean_overlap::numeric, 4) AS mean_overlap
FROM (SELECT item, annoqa.matched_consensus(annotator, region) AS objects
      FROM boxes GROUP BY item) AS i, unnest(i.objects) AS o;
SELECT * FROM found ORDER BY item, (object[1])[0];
SELECT item, annoqa.matched_consensus(annotator, region) = '{}' AS nothing
FROM boxes GROUP BY item ORDER BY item;
-- quorum and least overlap: a third suffices; 0.74 parts the first from the third
SELECT item, o.object, o.n_votes
FROM (SELECT item, annoqa.matched_consensus(annotator, region, 1 / 3.0, 0.5) AS objects
      FROM boxes GROUP BY item) AS i, unnest(i.objects) AS o ORDER BY item, o.object;
SELECT o.object, o.n_votes, round(mean_overlap::numeric, 4) AS mean_overlap
FROM unnest((SELECT annoqa.matched_consensus(annotator, region, 1 / 3.0, 0.74) FROM boxes WHERE item = 1)) AS o;
SELECT o.object, o.n_votes
FROM unnest((SELECT annoqa.matched_consensus(annotator, region, 1, NULL) FROM boxes WHERE item = 1)) AS o;
-- exactly half is no majority, and is a quorum of 0.5
SELECT annoqa.matched_consensus(a, b) AS majority, annoqa.matched_consensus(a, b, 0.5, 0.5) AS half
FROM (VALUES (1, '((0,0),(1,1))'::box), (2, NULL)) AS v(a, b);
-- one annotator's two overlapping boxes are two objects; equal ones are one
SELECT o.object, o.n_votes FROM unnest((
  SELECT annoqa.matched_consensus(a, b)
  FROM (VALUES (1, '((0,0),(10,10))'::box), (1, '((0,0),(10,9))'), (1, '((0,0),(10,9))')) AS v(a, b))) AS o;

--
-- Ranges of all types: the median of bounds, of two the lower
--
SELECT annoqa.matched_consensus(a, b::int4range) AS int4, annoqa.matched_consensus(a, b::int8range) AS int8,
       annoqa.matched_consensus(a, b::numrange) AS num
FROM (VALUES (1, '[1,5)'), (2, '[2,6)'), (3, '[1,7)')) AS v(a, b);
SELECT o.object, n_votes, round(mean_overlap::numeric, 4) AS mean_overlap
FROM unnest((SELECT annoqa.matched_consensus(a, b)
             FROM (VALUES (1, '[1,5)'::numrange), (2, '(1.5,5]'), (3, 'empty')) AS v(a, b))) AS o;
SELECT annoqa.matched_consensus(a, daterange(date '2026-01-01', date '2026-01-10' + a)) AS dates,
       annoqa.matched_consensus(a, tsrange(timestamp '2026-01-01 12:00', timestamp '2026-01-02' + a * interval '1 hour')) AS stamps,
       annoqa.matched_consensus(a, tstzrange(timestamptz '2026-01-01 12:00+00', timestamptz '2026-01-02 00:00+00')) IS NOT NULL AS zoned
FROM generate_series(1, 3) AS a;
-- the parts of a multirange are objects; '{}' is nothing
SELECT o.object, n_votes, n_annotators
FROM unnest((SELECT annoqa.matched_consensus(a, b)
             FROM (VALUES ('x', '{[1,5),[10,20)}'::int4multirange), ('y', '{[2,5),[11,22)}'), ('z', '{}')) AS v(a, b))) AS o;
-- the same over ratings, and one box an annotator
SELECT * FROM annoqa.matched_consensus((SELECT annoqa.ratings_agg(item, a, b)
  FROM (VALUES (7, 'x', '{[1,5),[10,20)}'::int4multirange), (7, 'y', '{[2,5),[11,22)}'), (7, 'z', '{}'),
               (8, 'x', '{}'), (8, 'y', '{[1,2)}')) AS v(item, a, b)));
SELECT item, object, n_votes, n_annotators, round(mean_overlap::numeric, 4) AS mean_overlap
FROM annoqa.matched_consensus((SELECT annoqa.ratings_agg(item, annotator, region) FROM boxes
                               WHERE item = 1 AND (region[1])[0] < 20), quorum => 0.6, min_overlap => 0.6);

--
-- The second implementation: all groups, joined from the definition
--
CREATE TABLE marks AS
SELECT item, annotator, int8range(lower, lower + 4 + abs(hashint4(lower + annotator)::bigint) % 12) AS span
FROM generate_series(1, 12) AS item, generate_series(1, 5) AS annotator, generate_series(0, 5) AS k,
     LATERAL (SELECT (k * 9 + abs(hashint4(item * 1000 + annotator * 10 + k)::bigint) % 7)::int AS lower) AS l
WHERE abs(hashint4(item * 77 + annotator * 7 + k)::bigint) % 4 > 0;
CREATE FUNCTION overlap(a int8range, b int8range) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN a && b THEN (upper(a * b) - lower(a * b))::float8
              / (greatest(upper(a), upper(b)) - least(lower(a), lower(b))) ELSE 0 END $$;
CREATE FUNCTION second(wanted int) RETURNS TABLE (n_votes bigint, lower bigint, upper bigint, mean_overlap float8)
LANGUAGE plpgsql AS $$
DECLARE
  pair record;
BEGIN
  CREATE TEMP TABLE g AS
  SELECT (row_number() OVER (ORDER BY span, annotator))::int AS grp,
         (row_number() OVER (ORDER BY span, annotator))::int AS id, annotator, span
  FROM (SELECT DISTINCT annotator, span FROM marks WHERE item = wanted) AS m;
  LOOP
    SELECT a.grp AS a, b.grp AS b INTO pair
    FROM g AS a JOIN g AS b ON a.grp < b.grp
    GROUP BY a.grp, b.grp
    HAVING NOT bool_or(a.annotator = b.annotator) AND avg(overlap(a.span, b.span)) >= 0.4 - 1e-12
    ORDER BY round(avg(overlap(a.span, b.span))::numeric, 12) DESC, a.grp, b.grp LIMIT 1;
    EXIT WHEN NOT FOUND;
    UPDATE g SET grp = pair.a WHERE grp = pair.b;
  END LOOP;
  RETURN QUERY
  SELECT count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY lower(span)),
         percentile_disc(0.5) WITHIN GROUP (ORDER BY upper(span)),
         (SELECT avg(overlap(a.span, b.span)) FROM g AS a JOIN g AS b ON a.grp = b.grp AND a.id < b.id
          WHERE a.grp = g.grp)
  FROM g GROUP BY grp HAVING count(*) >= 0.4 * (SELECT count(DISTINCT annotator) FROM marks WHERE item = wanted);
  DROP TABLE g;
END $$;
WITH ours AS (
  SELECT item, n_votes, lower(object::int8range), upper(object::int8range), round(mean_overlap::numeric, 9) AS overlap
  FROM (SELECT item, annoqa.matched_consensus(annotator, span, 0.4, 0.4) AS objects FROM marks GROUP BY item) AS i,
       unnest(objects) AS o
), theirs AS (
  SELECT item, n_votes, lower, upper, round(mean_overlap::numeric, 9) AS overlap
  FROM generate_series(1, 12) AS item, second(item)
)
SELECT (SELECT count(*) > 40 FROM ours) AS many,
       (SELECT count(*) FROM (TABLE ours EXCEPT ALL TABLE theirs) AS d) AS ours_only,
       (SELECT count(*) FROM (TABLE theirs EXCEPT ALL TABLE ours) AS d) AS theirs_only;

--
-- Whatever the order of rows, and in parallel: the same
--
CREATE TABLE serial AS
SELECT item, annoqa.matched_consensus(annotator, span) AS objects FROM marks GROUP BY item;
SELECT bool_and(s.objects = r.objects) AS reversed
FROM serial AS s JOIN (SELECT item, annoqa.matched_consensus(annotator, span ORDER BY span DESC, annotator) AS objects
                       FROM marks GROUP BY item) AS r USING (item);
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SELECT bool_and(s.objects = p.objects) AS parallel
FROM serial AS s JOIN (SELECT item, annoqa.matched_consensus(annotator, span) AS objects FROM marks GROUP BY item) AS p USING (item);
RESET parallel_setup_cost;
-- functions called plainly, with NULL everywhere
SELECT annoqa.matched_add(NULL, NULL::int, NULL::box) IS NULL AS no_row,
       annoqa.matched_final(NULL) IS NULL AS no_state,
       annoqa.matched_final(annoqa.matched_add(NULL, 1, NULL::box)) AS nothing,
       annoqa.matched_final(annoqa.ratings_combine(annoqa.matched_add(NULL, 1, '((0,0),(1,1))'::box),
                                                   annoqa.matched_add(NULL, 2, '((0,0),(1,1))'::box))) AS two;
SELECT annoqa.matched_consensus(a, b) IS NULL AS no_rows FROM (VALUES (1, '((0,0),(1,1))'::box)) AS v(a, b) WHERE false;
SELECT annoqa.matched_consensus(NULL::int, b) IS NULL AS nobody FROM (VALUES (1, '((0,0),(1,1))'::box)) AS v(a, b);
SELECT count(*) FROM annoqa.matched_consensus((SELECT annoqa.ratings_agg(item, annotator, region) FROM boxes WHERE false));
SELECT count(*) FROM annoqa.matched_consensus(NULL);

--
-- Refusals
--
SELECT annoqa.matched_consensus(a, a) FROM generate_series(1, 2) AS a;
SELECT * FROM annoqa.matched_consensus((SELECT annoqa.ratings_agg(1, a, a) FROM generate_series(1, 2) AS a));
SELECT annoqa.matched_consensus(a, int4range(a, NULL)) FROM generate_series(1, 2) AS a;
SELECT annoqa.matched_consensus(a, '((0,0),(Infinity,1))'::box) FROM generate_series(1, 2) AS a;
SELECT annoqa.matched_consensus(a, int4range(1, 2), 1.5, 0.5) FROM generate_series(1, 2) AS a;
SELECT annoqa.matched_consensus(a, int4range(1, 2), 0.5, 0) FROM generate_series(1, 2) AS a;
SELECT annoqa.matched_consensus(a, int4range(1, 2), 0.5, 'NaN') FROM generate_series(1, 2) AS a;
SELECT annoqa.matched_consensus(a, int4range(1, 2), 0.5, a / 10.0) FROM generate_series(1, 2) AS a;
SELECT annoqa.matched_consensus(1, int4range(a, a + 1)) FROM generate_series(1, 5000) AS a;
-- ratings that are no state of it, some of them made up
SELECT annoqa.matched_final((SELECT annoqa.ratings_agg(1, a, a) FROM generate_series(1, 2) AS a));
SELECT annoqa.matched_final((SELECT annoqa.ratings_agg(1, a, 'x'::text) FROM (VALUES ('anybody')) AS v(a)));
SELECT annoqa.matched_final((SELECT annoqa.ratings_agg(1, a, 'x'::text) FROM (VALUES ('0 0.5 pg_catalog.text')) AS v(a)));
SELECT annoqa.matched_final((SELECT annoqa.ratings_agg(1, a, 'x'::text) FROM (VALUES ('nan 0.5 pg_catalog.box')) AS v(a)));
SELECT annoqa.matched_final((SELECT annoqa.ratings_agg(1, a, 'x'::text) FROM (VALUES ('0 0.5 pg_catalog.box')) AS v(a)));
SELECT annoqa.matched_add((SELECT annoqa.ratings_agg(1, a, a) FROM generate_series(1, 2) AS a), 1, '((0,0),(1,1))'::box);
DROP SCHEMA matched_consensus CASCADE;
