-- The same rows give the same bits: serial, parallel, by partition, with
-- little memory, in window frames, in grouping sets.  Plans are not shown; what
-- they give is compared with one plain serial call.
SET client_min_messages = warning;
CREATE SCHEMA windows_parallel;
SET search_path = windows_parallel;
SET max_parallel_workers_per_gather = 0;
SET jit = off;

CREATE TABLE rows (item int, annotator int, word text, number int,
                   measure float8, grade text, week int)
PARTITION BY LIST (week);
CREATE TABLE rows_0 PARTITION OF rows FOR VALUES IN (0);
CREATE TABLE rows_1 PARTITION OF rows FOR VALUES IN (1);
CREATE TABLE rows_2 PARTITION OF rows FOR VALUES IN (2);
INSERT INTO rows
SELECT i / 4, i % 4, 'label ' || (i * 17 + i / 13) % 5, (i * 31 + i / 11) % 4,
       (i * 37 % 1009) / 7.0, CASE (i * 3 + i / 29) % 3 WHEN 0 THEN 'low'
       WHEN 1 THEN 'mid' ELSE 'high' END, i / 4 % 3
FROM generate_series(0, 19999) AS i WHERE i % 23 <> 5;
ANALYZE rows;

CREATE VIEW figures AS
SELECT week,
       annoqa.krippendorff_alpha(item, word) AS alpha,
       annoqa.fleiss_kappa(item, word) AS fleiss,
       annoqa.gwet_ac1(item, word) AS ac1,
       annoqa.brennan_prediger(item, word) AS brennan,
       annoqa.percent_agreement(item, word) AS percent,
       annoqa.krippendorff_alpha(item, grade, 'ordinal', '{low,mid,high}')
         AS ordinal,
       annoqa.krippendorff_alpha(item, measure, 'interval') AS interval,
       annoqa.gwet_ac2(item, number, 'linear') AS ac2,
       annoqa.cohen_kappa(number, annotator) AS cohen,
       annoqa.cohen_kappa(number, annotator, 'quadratic') AS quadratic,
       annoqa.scott_pi(number, annotator) AS pi,
       annoqa.self_agreement(item / 2, annotator, word) AS self,
       annoqa.agreement_agg(item::text, word)::text AS agreement,
       annoqa.item_labels_agg(item, word)::text AS item_labels,
       annoqa.ratings_agg(item, annotator, word)::text AS ratings,
       annoqa.ratings_agg(item / 2, annotator, word, item)::text AS ratings_at,
       annoqa.votes_agg(word)::text AS votes,
       annoqa.confusion_agg(word, grade)::text AS confusion
FROM rows GROUP BY GROUPING SETS ((week), ());
CREATE TABLE serial AS SELECT * FROM figures;
SELECT count(*) AS groups, count(alpha) AS defined FROM serial;
-- grouping sets against one group at a time
SELECT bool_and(s.alpha = o.alpha AND s.ratings = o.ratings
                AND s.item_labels = o.item_labels) AS one_at_a_time
FROM serial AS s,
     LATERAL (SELECT annoqa.krippendorff_alpha(item, word) AS alpha,
                     annoqa.ratings_agg(item, annotator, word)::text AS ratings,
                     annoqa.item_labels_agg(item, word)::text AS item_labels
              FROM rows WHERE s.week IS NULL OR week = s.week) AS o;

-- How many groups differ from the serial ones
CREATE FUNCTION differing() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT count(*) FROM (
    (TABLE figures EXCEPT TABLE serial)
    UNION ALL (TABLE serial EXCEPT TABLE figures)) AS d);
END $$;
-- Are there workers in the plan of a query?
CREATE FUNCTION planned(query text, what text) RETURNS bool
LANGUAGE plpgsql AS $$
DECLARE
  line text;
  found bool := false;
BEGIN
  FOR line IN EXECUTE 'EXPLAIN (COSTS off) ' || query LOOP
    found := found OR line LIKE '%' || what || '%';
  END LOOP;
  RETURN found;
END $$;

SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET parallel_leader_participation = off;
-- grouping sets have no partial plans, a plain group has
CREATE VIEW whole AS
SELECT annoqa.krippendorff_alpha(item, word) AS alpha,
       annoqa.krippendorff_alpha(item, grade, 'ordinal', '{low,mid,high}')
         AS ordinal,
       annoqa.krippendorff_alpha(item, measure, 'interval') AS interval,
       annoqa.gwet_ac2(item, number, 'linear') AS ac2,
       annoqa.cohen_kappa(number, annotator) AS cohen,
       annoqa.self_agreement(item / 2, annotator, word) AS self,
       annoqa.agreement_agg(item::text, word)::text AS agreement,
       annoqa.item_labels_agg(item, word)::text AS item_labels,
       annoqa.ratings_agg(item, annotator, word)::text AS ratings,
       annoqa.ratings_agg(item / 2, annotator, word, item)::text AS ratings_at,
       annoqa.votes_agg(word)::text AS votes,
       annoqa.confusion_agg(word, grade)::text AS confusion
FROM rows;
CREATE VIEW by_annotator AS
SELECT annotator, annoqa.krippendorff_alpha(item / 2, word) AS alpha,
       annoqa.cohen_kappa(number, item % 4) AS cohen,
       annoqa.ratings_agg(item, week, word)::text AS ratings,
       annoqa.votes_agg(word)::text AS votes
FROM rows GROUP BY annotator;
CREATE TABLE whole_serial AS TABLE whole;
CREATE TABLE by_annotator_serial AS TABLE by_annotator;
SELECT workers,
       set_config('max_parallel_workers_per_gather', workers, false) IS NOT NULL
       AND planned('SELECT * FROM whole', 'Finalize') AS finalized,
       (SELECT w::text FROM whole AS w)
       = (SELECT w::text FROM whole_serial AS w) AS whole,
       NOT EXISTS (TABLE by_annotator EXCEPT TABLE by_annotator_serial) AS groups,
       differing() = 0 AS grouping_sets
FROM unnest(ARRAY['2', '4']) AS workers;
SET max_parallel_workers_per_gather = 4;
SELECT (SELECT alpha FROM whole) = alpha AS alpha,
       (SELECT ratings FROM whole) = ratings AS ratings FROM whole_serial;
SET parallel_leader_participation = on;
SELECT (SELECT w::text FROM whole AS w)
       = (SELECT w::text FROM whole_serial AS w) AS with_leader;
-- states merged in parallel, and finals over what others made
SELECT annoqa.ratings_agg(d)::text = (SELECT ratings FROM whole_serial) AS merged
FROM (SELECT annoqa.ratings_agg(item, annotator, word) AS d
      FROM rows GROUP BY item % 10) AS p;

-- by partition, whole and partial
SET enable_partitionwise_aggregate = on;
SELECT (SELECT w::text FROM whole AS w)
       = (SELECT w::text FROM whole_serial AS w) AS partial,
       differing() = 0 AS by_partition;
SET max_parallel_workers_per_gather = 0;
SELECT (SELECT w::text FROM whole AS w)
       = (SELECT w::text FROM whole_serial AS w) AS partial,
       NOT EXISTS (TABLE by_annotator EXCEPT TABLE by_annotator_serial) AS groups,
       differing() = 0 AS by_partition;
RESET enable_partitionwise_aggregate;

-- little memory: hash aggregates spill, sorts go to disk
SET work_mem = '64kB';
SET hash_mem_multiplier = 1;
CREATE VIEW by_item AS
SELECT item, annoqa.votes_agg(word)::text AS votes,
       annoqa.percent_agreement(annotator % 2, word) AS percent,
       annoqa.cohen_kappa(number, annotator) AS kappa
FROM rows GROUP BY item;
CREATE TABLE by_item_spilled AS TABLE by_item;
SET enable_hashagg = off;
SELECT count(*) AS items,
       count(*) FILTER (WHERE (a.*) IS DISTINCT FROM (b.*)) AS differing
FROM by_item AS a JOIN by_item_spilled AS b USING (item);
SELECT differing() = 0 AS sorted;
SET enable_hashagg = on;
SET enable_sort = off;
SELECT differing() = 0 AS hashed;
RESET enable_sort;
RESET work_mem;
RESET hash_mem_multiplier;
SELECT count(*) FILTER (WHERE (a.*) IS DISTINCT FROM (b.*)) AS differing
FROM by_item AS a JOIN by_item_spilled AS b USING (item);

-- FILTER, DISTINCT, ORDER BY
SELECT annoqa.krippendorff_alpha(item, word) FILTER (WHERE week = 1)
       = (SELECT alpha FROM serial WHERE week = 1) AS filtered,
       annoqa.krippendorff_alpha(item, word) FILTER (WHERE false) IS NULL
       AS nothing,
       annoqa.krippendorff_alpha(item, word ORDER BY word DESC, item)
       = (SELECT alpha FROM whole_serial) AS ordered,
       annoqa.krippendorff_alpha(DISTINCT item, word)
       = (SELECT annoqa.krippendorff_alpha(item, word)
          FROM (SELECT DISTINCT item, word FROM rows) AS r) AS distinct_,
       annoqa.ratings_agg(item, annotator, word ORDER BY random())::text
       = (SELECT ratings FROM whole_serial) AS shuffled
FROM rows;
SELECT week, annoqa.krippendorff_alpha(item, word)
             = (SELECT alpha FROM serial AS s WHERE s.week = rows.week) AS having
FROM rows GROUP BY week
HAVING annoqa.krippendorff_alpha(item, word) < 1 ORDER BY week;

-- Window frames: growing, sliding and fixed, each against a call of its own
CREATE TABLE few AS SELECT * FROM rows WHERE item < 25;
CREATE VIEW framed AS
SELECT item, annotator,
       annoqa.krippendorff_alpha(item, word) OVER w AS growing,
       annoqa.fleiss_kappa(item, word) OVER w AS fleiss,
       annoqa.gwet_ac1(item, word) OVER w AS ac1,
       annoqa.cohen_kappa(number, annotator) OVER w AS cohen,
       annoqa.votes_agg(word) OVER w::text AS votes,
       annoqa.agreement_agg(item, word) OVER w::text AS agreement,
       annoqa.ratings_agg(item, annotator, word) OVER w::text AS ratings,
       annoqa.krippendorff_alpha(item, measure, 'interval') OVER
         (ORDER BY item RANGE BETWEEN 5 PRECEDING AND CURRENT ROW) AS sliding,
       annoqa.percent_agreement(item, word) OVER
         (PARTITION BY week) AS by_week
FROM few WINDOW w AS (ORDER BY item);
SELECT count(*) AS n,
       count(*) FILTER (WHERE f.growing IS DISTINCT FROM o.growing
         OR f.fleiss IS DISTINCT FROM o.fleiss OR f.ac1 IS DISTINCT FROM o.ac1
         OR f.cohen IS DISTINCT FROM o.cohen OR f.votes <> o.votes
         OR f.agreement <> o.agreement OR f.ratings <> o.ratings) AS growing,
       count(*) FILTER (WHERE f.sliding IS DISTINCT FROM s.sliding) AS sliding,
       count(*) FILTER (WHERE f.by_week IS DISTINCT FROM w.by_week) AS by_week
FROM framed AS f,
     LATERAL (SELECT annoqa.krippendorff_alpha(item, word) AS growing,
                     annoqa.fleiss_kappa(item, word) AS fleiss,
                     annoqa.gwet_ac1(item, word) AS ac1,
                     annoqa.cohen_kappa(number, annotator) AS cohen,
                     annoqa.votes_agg(word)::text AS votes,
                     annoqa.agreement_agg(item, word)::text AS agreement,
                     annoqa.ratings_agg(item, annotator, word)::text AS ratings
              FROM few WHERE few.item <= f.item) AS o,
     LATERAL (SELECT annoqa.krippendorff_alpha(item, measure, 'interval')
              AS sliding
              FROM few WHERE few.item BETWEEN f.item - 5 AND f.item) AS s,
     LATERAL (SELECT annoqa.percent_agreement(item, word) AS by_week
              FROM few WHERE week = f.item % 3) AS w;

DROP SCHEMA windows_parallel CASCADE;
