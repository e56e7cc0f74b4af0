-- ratings: repeats, keys of several types, times, and what is read from them.
SET client_min_messages = warning;
CREATE SCHEMA ratings;
SET search_path = ratings;

--
-- Repeats of an annotator on an item
--
-- equal ones count once
SELECT i.*, annoqa.percent_agreement(d) AS agreement
FROM (SELECT annoqa.ratings_agg(item, annotator, label) AS d
      FROM (VALUES (1, 'x', 'a'), (1, 'x', 'a'), (1, 'x', 'a'), (1, 'y', 'b'))
           AS v(item, annotator, label)) AS s, annoqa.items(d) AS i;
-- differing ones are an error that says whose and which
SELECT annoqa.ratings_agg(item, annotator, label)
FROM (VALUES (1, 'x', 'a'), (1, 'x', 'b')) AS v(item, annotator, label);
-- unless the call is ordered: the last wins
SELECT l.*
FROM (SELECT annoqa.ratings_agg(item, annotator, label ORDER BY n) AS d
      FROM (VALUES (3, 1, 'x', 'a'), (2, 1, 'x', 'b'), (1, 1, 'x', 'c'))
           AS v(n, item, annotator, label)) AS s, annoqa.labels(d) AS l;
SELECT l.*
FROM (SELECT annoqa.ratings_agg(item, annotator, label ORDER BY n DESC) AS d
      FROM (VALUES (3, 1, 'x', 'a'), (2, 1, 'x', 'b'), (1, 1, 'x', 'c'))
           AS v(n, item, annotator, label)) AS s, annoqa.labels(d) AS l;
-- or has a time: the latest wins, in any order of rows
CREATE TABLE revised (item int, annotator text, label text, n int);
INSERT INTO revised VALUES
  (1, 'x', 'a', 1), (1, 'x', 'b', 3), (1, 'x', 'a', 2), (1, 'y', 'b', 1),
  (2, 'x', 'a', 9), (2, 'y', 'b', -5), (2, 'y', 'a', -4);
SELECT string_agg(l.item || annotator || label, ' ') AS last
FROM annoqa.labels((SELECT annoqa.ratings_agg(item, annotator, label, n)
                    FROM revised)) AS l;
SELECT (SELECT annoqa.ratings_agg(item, annotator, label, n ORDER BY n)
        FROM revised)::text
       = (SELECT annoqa.ratings_agg(item, annotator, label, n ORDER BY -n)
          FROM revised)::text AS any_order;
-- equal times: the same label is one, differing ones are an error
SELECT round(annoqa.percent_agreement(
         annoqa.ratings_agg(1, annotator, label, 5))::numeric, 4) AS agreement
FROM (VALUES ('x', 'a'), ('x', 'a'), ('y', 'a'), ('z', 'b'))
     AS v(annotator, label);
SELECT annoqa.ratings_agg(1, 'x'::text, label, 5)
FROM (VALUES ('a'), ('b')) AS v(label);
-- an older pair at one time does not matter
SELECT l.* FROM annoqa.labels(
  (SELECT annoqa.ratings_agg(1, 'x'::text, label, n)
   FROM (VALUES ('a', 5), ('b', 5), ('c', 6)) AS v(label, n))) AS l;
-- times of several types
SELECT string_agg(l.label, '') AS last
FROM (SELECT annoqa.ratings_agg(1, 1, label, '2026-01-01'::date + n) AS dates,
             annoqa.ratings_agg(1, 1, label, '2026-01-01'::timestamp
                                + n * interval '1 microsecond') AS stamps,
             annoqa.ratings_agg(1, 1, label, '2026-01-01 00:00+05'::timestamptz
                                + n * interval '1 hour') AS zoned,
             annoqa.ratings_agg(1, 1, label, n::smallint) AS small,
             annoqa.ratings_agg(1, 1, label, n::bigint) AS big,
             annoqa.ratings_agg(1, 1, label, CASE n WHEN 3 THEN 'infinity'
               ELSE '-infinity' END::timestamptz + n * interval '0') AS endless
      FROM (VALUES ('a', 1), ('b', 3)) AS v(label, n)) AS s,
     unnest(ARRAY[dates, stamps, zoned, small, big, endless]) AS d,
     annoqa.labels(d) AS l;
SELECT annoqa.ratings_agg(1, 1, 'a'::text, 'noon'::text);
SELECT annoqa.ratings_agg(1, 1, 'a'::text, 1.5);
SELECT annoqa.ratings_agg(1, 1, 'a'::text, NULL);

--
-- NULL: the row does not count.  A label without a time counts, as the oldest.
--
SELECT (SELECT count(*) FROM annoqa.labels(d)) AS labels,
       (SELECT count(*) FROM annoqa.labels(timed)) AS timed
FROM (SELECT annoqa.ratings_agg(item, annotator, label) AS d,
             annoqa.ratings_agg(item, annotator, label,
                                CASE WHEN label = 'c' THEN NULL ELSE 1 END)
             AS timed
      FROM (VALUES (1, 'x', 'a'), (NULL, 'x', 'b'), (1, NULL, 'b'),
                   (1, 'x', NULL), (NULL, NULL, NULL), (2, 'x', 'c'))
           AS v(item, annotator, label)) AS s;
SELECT label FROM annoqa.labels(
  (SELECT annoqa.ratings_agg(1, 1, label, at)
   FROM (VALUES ('a', NULL), ('b', '2026-01-01'::date))
        AS v(label, at)));

--
-- Keys of several types; what is shown is their text, in their own order
--
CREATE TYPE person AS (id int, team text);
CREATE TABLE rows AS
SELECT i AS item, a AS annotator, (i * a) % 3 AS label
FROM generate_series(1, 12) AS i, generate_series(8, 11) AS a
WHERE (i + a) % 4 <> 0;
CREATE TABLE designs AS
SELECT annoqa.ratings_agg(item, annotator, label) AS of_int,
       annoqa.ratings_agg(item::smallint, annotator::bigint, label) AS of_ints,
       annoqa.ratings_agg(item::numeric, annotator::float8, label) AS of_numbers,
       annoqa.ratings_agg(item::text, annotator::text, label) AS of_text,
       annoqa.ratings_agg(md5(item::text)::uuid, md5(annotator::text)::uuid,
                          label) AS of_uuid,
       annoqa.ratings_agg(ARRAY[item, -item], ROW(annotator, 'x')::person,
                          label)
         AS composite
FROM rows;
SELECT string_agg(i.item, ',') AS int,
       (SELECT string_agg(item, ',') FROM annoqa.items(of_text)) AS text,
       (SELECT string_agg(item, ',') FROM annoqa.items(composite)
        WHERE item ~ '1,|12') AS arrays
FROM designs, annoqa.items(of_int) AS i
GROUP BY of_text::text, composite::text, of_int::text,
         (SELECT string_agg(item, ',') FROM annoqa.items(of_text)),
         (SELECT string_agg(item, ',') FROM annoqa.items(composite)
          WHERE item ~ '1,|12');
SELECT (SELECT string_agg(annotator, ',') FROM annoqa.annotators(of_int)) AS int,
       (SELECT string_agg(annotator, ',') FROM annoqa.annotators(of_text))
         AS text,
       (SELECT string_agg(annotator, ',') FROM annoqa.annotators(of_numbers))
         AS numbers,
       (SELECT string_agg(annotator, ',') FROM annoqa.annotators(composite))
         AS composite
FROM designs;
-- a row without a type of its own cannot be told from others
\set VERBOSITY sqlstate
SELECT annoqa.ratings_agg(item, ROW(annotator, 'x'::text), label) FROM rows;
\set VERBOSITY default
-- the figures are the same whatever the keys
SELECT count(DISTINCT (annoqa.krippendorff_alpha(d),
                       annoqa.conger_kappa(d), annoqa.light_kappa(d))) AS figures,
       count(*) AS designs
FROM designs, unnest(ARRAY[of_int, of_ints, of_numbers, of_text, of_uuid,
                           composite]) AS d;
-- items, annotators and labels give back the rows
SELECT (SELECT count(*) FROM rows) AS n,
       (SELECT count(*) FROM rows FULL JOIN annoqa.labels(of_int) AS l
        ON rows.item::text = l.item AND rows.annotator::text = l.annotator
           AND rows.label::text = l.label
        WHERE rows.item IS NULL OR l.item IS NULL) AS amiss,
       (SELECT count(*) FROM annoqa.items(of_int) AS i
        JOIN (SELECT item::text, count(*) FROM rows GROUP BY 1) AS r USING (item)
        WHERE n_labels = count) AS items,
       (SELECT count(*) FROM annoqa.annotators(of_int) AS a
        JOIN (SELECT annotator::text, count(*) FROM rows GROUP BY 1) AS r
        USING (annotator) WHERE n_labels = count) AS annotators
FROM designs;

-- Each annotator against the rest, each pair, each item, in plain SQL
CREATE VIEW pairs AS
SELECT x.annotator AS a, y.annotator AS b, x.item, x.label AS la, y.label AS lb
FROM rows AS x JOIN rows AS y USING (item);
SELECT count(*) AS pairs,
       count(*) FILTER (WHERE o.n_items = n
         AND abs(o.agreement - share) < 1e-12
         AND abs(o.cohen_kappa - kappa) < 1e-12) AS met
FROM designs, annoqa.pairwise_agreement(of_int) AS o
JOIN (SELECT a, b, count(*) AS n, avg((la = lb)::int)::float8 AS share,
             annoqa.cohen_kappa(la, lb) AS kappa
      FROM pairs GROUP BY a, b) AS p
  ON o.annotator_a = p.a::text AND o.annotator_b = p.b::text;
SELECT count(*) AS annotators,
       count(*) FILTER (WHERE o.n_labels = n AND o.n_items = shared
         AND abs(o.mean_agreement - share) < 1e-12
         AND abs(o.mean_kappa - kappa) < 1e-12
         AND abs(o.alpha_without - alpha) < 1e-12) AS met
FROM designs, annoqa.annotator_agreement(of_int) AS o
JOIN (SELECT annotator, count(*) AS n,
        (SELECT count(DISTINCT item) FROM pairs
         WHERE a = annotator AND b <> a) AS shared,
        (SELECT avg((la = lb)::int)::float8 FROM pairs
         WHERE a = annotator AND b <> a) AS share,
        (SELECT avg(k) FROM (SELECT annoqa.cohen_kappa(la, lb) AS k FROM pairs
           WHERE a = annotator AND b <> a GROUP BY b) AS k) AS kappa,
        (SELECT annoqa.krippendorff_alpha(item, label) FROM rows AS others
         WHERE others.annotator <> rows.annotator) AS alpha
      FROM rows GROUP BY annotator) AS p ON o.annotator = p.annotator::text;
SELECT count(*) AS items,
       count(*) FILTER (WHERE o.n_labels = n AND n_distinct = distinct_
         AND o.agreement IS NOT DISTINCT FROM share
         OR abs(o.agreement - share) < 1e-12) AS met
FROM designs, annoqa.item_agreement(of_int) AS o
JOIN (SELECT item, count(*) AS n, count(DISTINCT label) AS distinct_,
             (SELECT avg((la = lb)::int)::float8 FROM pairs
              WHERE pairs.item = rows.item AND a <> b) AS share
      FROM rows GROUP BY item) AS p ON o.item = p.item::text;
-- Light's kappa is the mean of the pairs' kappas
SELECT abs(annoqa.light_kappa(of_int)
           - (SELECT avg(cohen_kappa)
              FROM annoqa.pairwise_agreement(of_int))) < 1e-12 AS light
FROM designs;
-- self-agreement: an annotator's own pairs on an item
SELECT round(annoqa.self_agreement(item, annotator, label)::numeric, 6) AS own,
       round((0 + 1 + 0) / 3.0, 6) AS by_hand
FROM (VALUES (1, 'x', 1), (1, 'x', 2), (1, 'y', 1), (1, 'y', 1), (2, 'x', 3),
             (2, 'z', 3), (2, 'z', 4)) AS v(item, annotator, label);

--
-- Merging parts: exact whatever the split, repeats resolved across parts
--
SELECT count(DISTINCT whole::text) AS texts
FROM generate_series(1, 7) AS parts,
     LATERAL (SELECT annoqa.ratings_agg(part) AS whole
              FROM (SELECT annoqa.ratings_agg(item, annotator, label) AS part
                    FROM rows GROUP BY (item * 5 + annotator) % parts) AS p)
     AS merged;
SELECT (SELECT annoqa.ratings_agg(item, annotator, label, n) FROM revised)::text
       = (SELECT annoqa.ratings_agg(part)
          FROM (SELECT annoqa.ratings_agg(item, annotator, label, n) AS part
                FROM revised GROUP BY n) AS p)::text AS latest_across_parts;
SELECT annoqa.ratings_agg(part)
FROM (SELECT annoqa.ratings_agg(1, 'x'::text, label) AS part
      FROM (VALUES ('a'), ('b')) AS v(label) GROUP BY label) AS p;
-- not the same kind of thing
SELECT annoqa.ratings_agg(d) FROM (SELECT annoqa.ratings_agg(1, 1, 1) AS d
  UNION ALL SELECT annoqa.ratings_agg(1, 1, 'a'::text)) AS p;
SELECT annoqa.ratings_agg(d) FROM (SELECT annoqa.ratings_agg(1, 1, 1) AS d
  UNION ALL SELECT annoqa.ratings_agg('a'::text, 1, 1)) AS p;
SELECT annoqa.ratings_agg(d) FROM (SELECT annoqa.ratings_agg(1, 1, 1) AS d
  UNION ALL SELECT annoqa.ratings_agg(1, 'a'::text, 1)) AS p;
SELECT annoqa.ratings_agg(d) FROM (SELECT annoqa.ratings_agg(1, 1, 1) AS d
  UNION ALL SELECT annoqa.ratings_agg(1, 2, 1, 7)) AS p;
SELECT annoqa.ratings_agg(d) FROM (SELECT annoqa.ratings_agg(1, 1, 1, 7) AS d
  UNION ALL SELECT annoqa.ratings_agg(1, 2, 1, '2026-01-01'::date)) AS p;
-- nothing merges with anything
SELECT annoqa.percent_agreement(annoqa.ratings_agg(d)) AS agreement
FROM (SELECT annoqa.ratings_agg(item, annotator, item) AS d
      FROM (VALUES (1, 'x'), (1, 'y'), (2, 'x'), (2, 'y')) AS v(item, annotator)
      UNION ALL SELECT annoqa.ratings_agg(1, 1, NULL::text)
      UNION ALL SELECT NULL) AS p;

-- one annotator
SELECT coefficient, estimate, n_annotators, reason
FROM annoqa.coefficients((SELECT annoqa.ratings_agg(i, 'me'::text, i % 2)
                          FROM generate_series(1, 5) AS i));
SELECT * FROM annoqa.pairwise_agreement(
  (SELECT annoqa.ratings_agg(i, 'me'::text, i % 2)
   FROM generate_series(1, 5) AS i));

DROP SCHEMA ratings CASCADE;
