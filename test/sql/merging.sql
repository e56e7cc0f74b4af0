-- States merged from parts are those of the whole: of one call, of states kept
-- in a table, of states that one query reads back.  Whatever is compared here
-- is compared to the last bit.
SET client_min_messages = warning;
CREATE SCHEMA merging;
SET search_path = merging;
CREATE TYPE grade AS ENUM ('bad', 'fair', 'good');
CREATE TABLE rows AS
SELECT i / 5 AS item, i % 5 AS annotator, i % 7 AS part,
       (i * 31 + i / 11) % 4 AS number,
       'label ' || (i * 17 + i / 13) % 5 AS word,
       (ARRAY['bad', 'fair', 'good'])[1 + (i * 7 + i / 17) % 3]::grade AS grade,
       (i % 1000) / 8.0 AS measure,
       ARRAY['t' || i % 3, 't' || (i / 7) % 4] AS tags
FROM generate_series(0, 2999) AS i WHERE i % 19 <> 3;

-- seven parts that share items: logs and designs
CREATE TABLE parts AS
SELECT part, annoqa.item_labels_agg(item, number) AS l_number,
       annoqa.item_labels_agg(item::text, word) AS l_word,
       annoqa.item_labels_agg(item, grade) AS l_grade,
       annoqa.item_labels_agg(item, tags) AS l_tags,
       annoqa.ratings_agg(item, annotator, word) AS d,
       annoqa.confusion_agg(number, annotator) AS c
FROM rows GROUP BY part;
SELECT annoqa.item_labels_agg(l_number)::text
       = (SELECT annoqa.item_labels_agg(item, number) FROM rows)::text AS numbers,
       annoqa.item_labels_agg(l_word)::text
       = (SELECT annoqa.item_labels_agg(item::text, word) FROM rows)::text
       AS words,
       annoqa.item_labels_agg(l_grade)::text
       = (SELECT annoqa.item_labels_agg(item, grade) FROM rows)::text AS grades,
       annoqa.item_labels_agg(l_tags)::text
       = (SELECT annoqa.item_labels_agg(item, tags) FROM rows)::text AS tags,
       annoqa.ratings_agg(d)::text
       = (SELECT annoqa.ratings_agg(item, annotator, word) FROM rows)::text
       AS ratings,
       annoqa.confusion_agg(c)::text
       = (SELECT annoqa.confusion_agg(number, annotator) FROM rows)::text
       AS confusion
FROM parts;
-- in another order, and in two steps
SELECT annoqa.ratings_agg(d ORDER BY part DESC)::text
       = annoqa.ratings_agg(d ORDER BY part)::text AS ratings,
       annoqa.item_labels_agg(l_word ORDER BY part DESC)::text
       = annoqa.item_labels_agg(l_word ORDER BY part * 3 % 7)::text AS words,
       annoqa.confusion_agg(c ORDER BY part DESC)::text
       = annoqa.confusion_agg(c ORDER BY part)::text AS confusion
FROM parts;
SELECT annoqa.ratings_agg(half)::text
       = (SELECT annoqa.ratings_agg(d) FROM parts)::text AS two_steps
FROM (SELECT annoqa.ratings_agg(d) AS half FROM parts GROUP BY part % 2) AS h;

-- votes of an item from parts, and a histogram of them
SELECT bool_and(whole::text = merged::text) AS votes
FROM (SELECT item, annoqa.votes_agg(word) AS whole FROM rows GROUP BY item) AS w
JOIN (SELECT item, annoqa.votes_agg(v) AS merged
      FROM (SELECT item, annoqa.votes_agg(word) AS v
            FROM rows GROUP BY item, part) AS p GROUP BY item) AS m USING (item);
-- the ladder, the front door, and both with designs: one histogram
SELECT count(DISTINCT a::text) AS histograms
FROM (SELECT annoqa.agreement_agg(item, word) AS a FROM rows
      UNION ALL SELECT annoqa.agreement_agg(v)
      FROM (SELECT annoqa.votes_agg(word) AS v FROM rows GROUP BY item) AS v
      UNION ALL SELECT annoqa.agreement(annoqa.item_labels_agg(l))
      FROM (SELECT annoqa.item_labels_agg(item, word) AS l
            FROM rows GROUP BY part) AS l
      UNION ALL SELECT annoqa.agreement(annoqa.ratings_agg(d)) FROM parts
      UNION ALL SELECT annoqa.agreement_agg(a)
      FROM (SELECT annoqa.agreement_agg(item, word) AS a
            FROM rows GROUP BY item % 7) AS a) AS s;
-- and one figure, at every level and with every error
CREATE FUNCTION digest(annoqa.agreement, method text) RETURNS text LANGUAGE sql
AS 'SELECT md5(string_agg(c::text, '' '' ORDER BY coefficient))
    FROM annoqa.coefficients($1, level => ''ordinal'', method => method,
                             resamples => 100) AS c';
SELECT method, count(DISTINCT digest(a, method)) AS results
FROM unnest(ARRAY['linearised', 'ratio', 'jackknife', 'bootstrap', 'bayesian'])
     AS method,
     (SELECT annoqa.agreement_agg(item, grade) AS a FROM rows
      UNION ALL SELECT annoqa.agreement(annoqa.item_labels_agg(l_grade))
      FROM parts
      UNION ALL SELECT annoqa.agreement_agg(a)
      FROM (SELECT annoqa.agreement_agg(item, grade) AS a
            FROM rows GROUP BY item % 7) AS a
      UNION ALL SELECT annoqa.agreement_agg(v)
      FROM (SELECT annoqa.votes_agg(grade) AS v FROM rows GROUP BY item) AS v)
     AS s
GROUP BY method ORDER BY method;
-- of measurements, too
SELECT count(DISTINCT annoqa.krippendorff_alpha(a, 'interval')) AS interval,
       count(DISTINCT annoqa.krippendorff_alpha(a, 'ratio')) AS ratio
FROM (SELECT annoqa.agreement_agg(item, measure) AS a FROM rows
      UNION ALL SELECT annoqa.agreement_agg(item, measure ORDER BY measure)
      FROM rows
      UNION ALL SELECT annoqa.agreement(annoqa.item_labels_agg(l))
      FROM (SELECT annoqa.item_labels_agg(item, measure) AS l
            FROM rows GROUP BY part) AS l) AS s;

-- Through text and binary and back: states kept elsewhere
CREATE TABLE texts AS SELECT part, l_word::text, d::text, c::text FROM parts;
SELECT annoqa.item_labels_agg(l_word::annoqa.item_labels)::text
       = (SELECT annoqa.item_labels_agg(l_word) FROM parts)::text AS item_labels,
       annoqa.ratings_agg(d::annoqa.ratings)::text
       = (SELECT annoqa.ratings_agg(d) FROM parts)::text AS ratings,
       annoqa.confusion_agg(c::annoqa.confusion)::text
       = (SELECT annoqa.confusion_agg(c) FROM parts)::text AS confusion
FROM texts;

--
-- An agreement is merged of disjoint items only.  Three items, two annotators
-- who worked on different days: whole, three items with a pair; split by day
-- only one.  Logs and designs do not mind.
--
CREATE TABLE days (day int, item int, annotator text, label text);
INSERT INTO days VALUES
  (1, 1, 'x', 'a'), (1, 1, 'y', 'a'), (1, 2, 'x', 'b'), (2, 2, 'y', 'b'),
  (1, 3, 'x', 'a'), (2, 3, 'y', 'b');
SELECT n_pairable_items AS whole,
       (SELECT n_pairable_items
        FROM annoqa.coefficients((SELECT annoqa.agreement_agg(a)
          FROM (SELECT annoqa.agreement_agg(item, label) AS a
                FROM days GROUP BY day) AS s)) LIMIT 1) AS agreement_by_day,
       (SELECT n_pairable_items
        FROM annoqa.coefficients((SELECT annoqa.agreement(annoqa.item_labels_agg(l))
          FROM (SELECT annoqa.item_labels_agg(item, label) AS l
                FROM days GROUP BY day) AS s)) LIMIT 1) AS item_labels_by_day,
       (SELECT n_pairable_items
        FROM annoqa.coefficients((SELECT annoqa.ratings_agg(d)
          FROM (SELECT annoqa.ratings_agg(item, annotator, label) AS d
                FROM days GROUP BY day) AS s)) LIMIT 1) AS ratings_by_day
FROM annoqa.coefficients((SELECT annoqa.agreement_agg(item, label) FROM days))
LIMIT 1;

--
-- An enum that grew between two states: its order is merged
--
CREATE TABLE kept AS
SELECT annoqa.agreement_agg(item, grade) AS a,
       annoqa.item_labels_agg(item, grade) AS l,
       annoqa.ratings_agg(item, annotator, grade) AS d,
       annoqa.votes_agg(grade) AS v, annoqa.confusion_agg(grade, grade) AS c
FROM rows WHERE item < 300;
ALTER TYPE grade ADD VALUE 'perfect' AFTER 'good';
ALTER TYPE grade ADD VALUE 'poor' BEFORE 'fair';
INSERT INTO kept
SELECT annoqa.agreement_agg(item, label),
       annoqa.item_labels_agg(item, label),
       annoqa.ratings_agg(item, annotator, label),
       annoqa.votes_agg(label), annoqa.confusion_agg(label, label)
FROM (SELECT item, annotator, CASE grade WHEN 'good' THEN 'perfect'
        WHEN 'bad' THEN 'poor' ELSE grade END AS label
      FROM rows WHERE item >= 300) AS s;
CREATE FUNCTION shown(annoqa.agreement) RETURNS text LANGUAGE sql
AS 'SELECT string_agg(category, '','') FROM annoqa.category_agreement($1)';
SELECT shown(annoqa.agreement_agg(a)) AS agreement,
       shown(annoqa.agreement(annoqa.item_labels_agg(l))) AS item_labels,
       shown(annoqa.agreement(annoqa.ratings_agg(d))) AS ratings,
       shown(annoqa.agreement_agg(annoqa_v)) AS votes,
       shown(annoqa.agreement(annoqa.confusion_agg(c))) AS confusion
FROM kept, (SELECT annoqa.votes_agg(v) AS annoqa_v FROM kept) AS v;
SELECT count(DISTINCT annoqa.krippendorff_alpha(a, 'ordinal')) AS figures
FROM (SELECT annoqa.agreement_agg(a) AS a FROM kept
      UNION ALL SELECT annoqa.agreement_agg(item, CASE WHEN item < 300
         THEN grade ELSE CASE grade WHEN 'good' THEN 'perfect'
           WHEN 'bad' THEN 'poor' ELSE grade END END) FROM rows
      UNION ALL SELECT annoqa.agreement(annoqa.ratings_agg(d)) FROM kept) AS s;

--
-- What cannot be merged: orders that contradict each other, other kinds
--
CREATE TYPE upside_down AS ENUM ('good', 'fair', 'bad');
SELECT annoqa.agreement_agg(a)
FROM (SELECT annoqa.agreement_agg(item, grade) AS a FROM rows
      UNION ALL SELECT annoqa.agreement_agg(-item, grade::text::upside_down)
      FROM rows) AS s;
SELECT annoqa.item_labels_agg(l)
FROM (SELECT annoqa.item_labels_agg(item, grade) AS l FROM rows
      UNION ALL SELECT annoqa.item_labels_agg(item, grade::text::upside_down)
      FROM rows) AS s;
SELECT annoqa.agreement_agg(a)
FROM (SELECT annoqa.agreement_agg(item, word) AS a FROM rows
      UNION ALL SELECT annoqa.agreement_agg(item, number) FROM rows) AS s;
SELECT annoqa.votes_agg(v)
FROM (SELECT annoqa.votes_agg('a'::text) AS v
      UNION ALL SELECT annoqa.votes_agg(1)) AS s;
SELECT annoqa.agreement_agg(v)
FROM (SELECT annoqa.votes_agg('a'::text) AS v
      UNION ALL SELECT annoqa.votes_agg(ARRAY['a'])) AS s;
SELECT annoqa.confusion_agg(c)
FROM (SELECT annoqa.confusion_agg('a'::text, 'b') AS c
      UNION ALL SELECT annoqa.confusion_agg(1, 2)) AS s;
SELECT annoqa.item_labels_agg(l)
FROM (SELECT annoqa.item_labels_agg(1, 1) AS l
      UNION ALL SELECT annoqa.item_labels_agg('a'::text, 1)) AS s;
SELECT annoqa.agreement_agg(a)
FROM (SELECT annoqa.agreement_agg(1, '2026-01-01'::date) AS a
      UNION ALL SELECT annoqa.agreement_agg(2, '2026-01-01'::timestamp)) AS s;
-- declared against undeclared: an enum's labels are not those of plain text
SELECT annoqa.agreement_agg(a)
FROM (SELECT annoqa.agreement_agg(item, grade) AS a FROM rows
      UNION ALL SELECT annoqa.agreement_agg(-item, grade::text) FROM rows) AS s;
-- nothing and NULL merge with all
SELECT annoqa.agreement_agg(a)::text
       = (SELECT annoqa.agreement_agg(item, word) FROM rows)::text AS agreement
FROM (SELECT annoqa.agreement_agg(1, NULL::int) AS a
      UNION ALL SELECT annoqa.agreement_agg(item, word) FROM rows
      UNION ALL SELECT NULL) AS s;
SELECT annoqa.item_labels_agg(l)::text
       = (SELECT annoqa.item_labels_agg(item, word) FROM rows)::text AS item_labels
FROM (SELECT annoqa.item_labels_agg(1, NULL::int) AS l
      UNION ALL SELECT annoqa.item_labels_agg(item, word) FROM rows
      UNION ALL SELECT NULL) AS s;
SELECT annoqa.agreement_agg(NULL::annoqa.agreement)::text
       = annoqa.agreement_agg(1, NULL::int)::text AS agreement,
       annoqa.votes_agg(NULL::annoqa.votes)::text
       = annoqa.votes_agg(NULL::int)::text AS votes,
       annoqa.ratings_agg(NULL)::text
       = annoqa.ratings_agg(1, 1, NULL::int)::text AS ratings;

DROP SCHEMA merging CASCADE;
