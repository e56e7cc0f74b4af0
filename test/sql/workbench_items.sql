--
-- The views about items, every column recounted in plain SQL over a small source
-- of awkward cases: ../data/awkward.sql, ../data/recount.sql.
--
\getenv abs_srcdir PG_ABS_SRCDIR
\set file :abs_srcdir '/data/awkward.sql'
\set VERBOSITY terse
\set ECHO none
\o /dev/null
SET client_min_messages = error;
\i :file
\set file :abs_srcdir '/data/recount.sql'
\i :file
\o
\set ECHO all
SET client_min_messages = warning;
SET timezone = 'UTC';
SET search_path = recount, public;

-- one row an item with a vote
SELECT * FROM differences($$SELECT * FROM annoqa.item_consensus WHERE source = 'awkward'$$, $$
	SELECT 'awkward' AS source, i.item, coalesce(i.stratum, '(none)') AS stratum,
		   coalesce(i.batch, '(none)') AS batch, i.consensus, 'majority' AS method,
		   i.n AS n_votes, i.n_labels, i.n_distinct, i.confidence, i.agreement,
		   NULL::float8 AS probability, i.tied, i.margin, i.entropy, i.shares::text AS votes,
		   i.consensus AS majority, CASE WHEN i.consensus IS NOT NULL THEN false END AS differs_from_majority,
		   coalesce(i.marked, false) OR i.stratum IS NOT DISTINCT FROM 'rare' OR i.unclear AS edge_case,
		   CASE WHEN cardinality(i.answers) > 1 THEN replace(to_json(i.answers)::text, ' ', '')
				ELSE i.answers[1] END AS gold_label,
		   i.consensus = ANY (i.answers) AS matches_gold, i.settled_label, i.settled_by,
		   (SELECT min(l.labeled_at) FROM label AS l WHERE l.item = i.item) AS first_labeled_at,
		   (SELECT max(l.labeled_at) FROM label AS l WHERE l.item = i.item) AS last_labeled_at
	FROM item AS i WHERE i.n > 0$$, '{votes}');

-- one row an item that needs a judge; nobody has ten scored labels in a stratum
SELECT * FROM differences($$SELECT * FROM annoqa.adjudication_backlog WHERE source = 'awkward'$$, $$
	SELECT 'awkward' AS source, i.item, coalesce(i.stratum, '(none)') AS stratum,
		   coalesce(i.batch, '(none)') AS batch, split_part(r.reasons, ',', 1) AS reason,
		   r.reasons, i.consensus, i.confidence, i.n AS n_votes, i.n_distinct,
		   i.top AS top_label, i.second AS runner_up, i.margin, i.shares::text AS votes,
		   (SELECT jsonb_object_agg(v.label, v.who)::text
			FROM (SELECT l.label, jsonb_agg(l.annotator ORDER BY l.annotator COLLATE "C") AS who
				  FROM label AS l WHERE l.item = i.item AND l.vote GROUP BY l.label) AS v) AS voters,
		   f.annotator AS lone_dissenter, p.accuracy AS dissenter_accuracy,
		   u.upheld::float8 / nullif(u.n, 0) AS dissenter_upheld_rate,
		   u.n AS dissenter_upheld_rate_n, w.lower AS dissenter_upheld_rate_lower,
		   w.upper AS dissenter_upheld_rate_upper,
		   CASE WHEN cardinality(i.answers) > 1 THEN to_json(i.answers)::text
				ELSE i.answers[1] END AS gold_label,
		   CASE WHEN r.reopened OR r.gold_conflict OR r.expert_dissent THEN 1
				ELSE 1 - i.margin END AS priority, r.since AS waiting_since,
		   (SELECT count(*) FROM item AS x WHERE x.settled_by IS NOT NULL AND x.item <> i.item AND x.n > 0
			AND least(x.top, x.second) = least(i.top, i.second)
			AND greatest(x.top, x.second) = greatest(i.top, i.second)
			AND (x.second IS NULL) = (i.second IS NULL)) AS similar_cases,
		   NULL::text AS suggested_adjudicator, NULL::text AS suggested_adjudicator_2,
		   NULL::text AS suggested_adjudicator_3
	FROM item AS i JOIN reasons AS r USING (item)
		 LEFT JOIN fact AS f ON f.item = i.item AND f.dissents
		 LEFT JOIN person AS p ON p.annotator = f.annotator
		 LEFT JOIN LATERAL (SELECT count(*) FILTER (WHERE x.outcome = 'upheld') AS upheld, count(*) AS n
							FROM fact AS x WHERE x.dissents AND x.annotator = f.annotator AND x.outcome <> 'open') AS u
		 ON f.annotator IS NOT NULL
		 LEFT JOIN LATERAL annoqa.wilson_interval(u.upheld, nullif(u.n, 0)) AS w ON true
	WHERE r.backlog$$, '{votes,voters}');

-- one row an item where one more label pays
SELECT * FROM differences($$SELECT * FROM annoqa.label_next WHERE source = 'awkward'$$, $$
	SELECT n.*, row_number() OVER (ORDER BY expected_gain DESC NULLS LAST, missing_labels DESC,
								   entropy DESC NULLS LAST, item COLLATE "C") AS rank
	FROM (SELECT 'awkward' AS source, i.item, coalesce(i.stratum, '(none)') AS stratum,
				 r.next AS reason, i.n AS n_votes, greatest(1 - i.n, 0) AS missing_labels,
				 i.confidence, i.entropy, gain(i.item) AS expected_gain,
				 gain(i.item) / m.price AS expected_gain_per_price, NULL::text AS suggested_annotator
		  FROM item AS i JOIN reasons AS r USING (item),
			   (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY price) FILTER (WHERE kind <> 'model') AS price FROM label) AS m
		  WHERE r.next IS NOT NULL) AS n$$);

-- deliveries: the answer of a batch's votes alone
CREATE VIEW delivery AS
SELECT l.batch, l.vendor, l.item, i.answers IS NOT NULL AND v.answers IS NOT NULL AS checked,
	   cardinality(v.answers) > 1 OR v.answers[1] <> ALL (i.answers) AS error
FROM (SELECT DISTINCT coalesce(batch, '(none)') AS batch, coalesce(vendor, '(none)') AS vendor, item FROM label) AS l
	 JOIN item AS i USING (item)
	 CROSS JOIN LATERAL (
		SELECT array_agg(c.label) FILTER (WHERE c.n = c.most) AS answers
		FROM (SELECT x.label, count(*) AS n, max(count(*)) OVER () AS most FROM label AS x
			  WHERE x.item = l.item AND x.vote AND coalesce(x.batch, '(none)') = l.batch
					AND coalesce(x.vendor, '(none)') = l.vendor GROUP BY x.label) AS c) AS v;
SELECT * FROM differences($$SELECT * FROM annoqa.batch_acceptance WHERE source = 'awkward'$$, $$
	SELECT 'awkward' AS source, batch, vendor, items, checked_items, errors,
		   (checked_items - errors)::float8 / nullif(checked_items, 0) AS accuracy,
		   checked_items AS accuracy_n, w.lower AS accuracy_lower, w.upper AS accuracy_upper,
		   0.6::float8 AS target, 0.95::float8 AS confidence_level,
		   CASE WHEN (annoqa.anytime_interval(checked_items - errors, checked_items, side => 'lower')).lower >= 0.6 THEN 'accept'
				WHEN (annoqa.anytime_interval(checked_items - errors, checked_items, side => 'upper')).upper < 0.6 THEN 'reject'
				ELSE 'not enough evidence' END AS verdict,
		   -- a vendor without votes cannot be checked
		   (SELECT min(m) FROM generate_series(0, 200) AS m
			WHERE (annoqa.anytime_interval(checked_items + m - errors, checked_items + m, side => 'lower')).lower >= 0.6
				  AND EXISTS (SELECT FROM label AS x WHERE x.vote AND coalesce(x.batch, '(none)') = b.batch AND coalesce(x.vendor, '(none)') = b.vendor)) AS more_checks_needed,
		   first_labeled_at, last_labeled_at
	FROM (SELECT d.batch, d.vendor, count(*) AS items, count(*) FILTER (WHERE d.checked) AS checked_items,
				 count(*) FILTER (WHERE d.checked AND d.error) AS errors,
				 min(l.first_at) AS first_labeled_at, max(l.last_at) AS last_labeled_at
		  FROM delivery AS d, LATERAL (
			SELECT min(x.labeled_at) AS first_at, max(x.labeled_at) AS last_at FROM label AS x
			WHERE x.item = d.item AND coalesce(x.batch, '(none)') = d.batch
				  AND coalesce(x.vendor, '(none)') = d.vendor) AS l
		  GROUP BY d.batch, d.vendor) AS b
		 LEFT JOIN LATERAL annoqa.wilson_interval(checked_items - errors, nullif(checked_items, 0)) AS w ON true$$);
SELECT verdict, count(*) FROM annoqa.batch_acceptance('awkward') GROUP BY verdict;

-- what may leave for training
CREATE VIEW training AS
SELECT i.item, r.backlog, r.next, i.settled_by, i.n, x.answer,
	   CASE WHEN r.backlog THEN 'in_backlog' WHEN i.settled_by IS NOT NULL THEN NULL
			WHEN i.n = 0 THEN 'no_voter' WHEN r.next IS NOT NULL THEN r.next
			WHEN x.answer IS NULL THEN 'unclear'
			WHEN EXISTS (SELECT FROM label AS l JOIN annoqa.batch_acceptance('awkward') AS b
						 ON b.batch = coalesce(l.batch, '(none)') AND b.vendor = coalesce(l.vendor, '(none)')
						 WHERE l.item = i.item AND l.vote AND b.verdict = 'reject') THEN 'batch_rejected' END AS held_back
FROM item AS i JOIN reasons AS r USING (item)
	 CROSS JOIN LATERAL (SELECT coalesce(i.decision, CASE WHEN i.consensus = ANY (i.answers) THEN i.consensus END,
										 i.answers[1], i.consensus) AS answer) AS x
WHERE i.n_labels > 0 OR i.settled_by IS NOT NULL;
SELECT * FROM differences($$SELECT * FROM annoqa.training_labels WHERE source = 'awkward'$$, $$
	SELECT 'awkward' AS source, i.item, t.answer AS label,
		   t.held_back IS NULL AND t.answer IS NOT NULL AS release, t.held_back,
		   coalesce(i.settled_by, CASE WHEN i.n = 1 THEN 'single' WHEN i.n > 1 THEN 'consensus' END) AS origin,
		   CASE WHEN i.settled_by IS NOT NULL THEN 1
				WHEN i.n > 0 THEN (SELECT c.p FROM chances(i.item) AS c WHERE c.label = i.consensus) END AS probability,
		   i.confidence, i.n AS n_votes,
		   CASE WHEN i.settled_by IS NOT NULL THEN jsonb_build_object(t.answer, 1)
				WHEN i.n > 0 THEN (SELECT jsonb_object_agg(c.label, c.p) FROM chances(i.item) AS c
								   WHERE c.label IN (SELECT label FROM label AS l WHERE l.item = i.item AND l.vote)) END::text AS soft_label,
		   i.entropy, i.answers IS NOT NULL AS is_gold,
		   coalesce(i.marked, false) OR i.stratum IS NOT DISTINCT FROM 'rare' OR i.unclear AS edge_case,
		   EXISTS (SELECT FROM label AS l WHERE l.item = i.item AND l.vote AND l.people AND l.label = t.answer) AS human,
		   coalesce(i.stratum, '(none)') AS stratum, coalesce(i.batch, '(none)') AS batch,
		   g.guideline, coalesce(g.guideline <> 'v2', false) AS stale_guideline,
		   (SELECT max(l.labeled_at) FROM label AS l WHERE l.item = i.item) AS last_labeled_at,
		   i.adjudicated_at AS settled_at
	FROM training AS t JOIN item AS i USING (item)
		 LEFT JOIN LATERAL (SELECT l.guideline FROM label AS l WHERE l.item = i.item AND l.vote
							ORDER BY l.at DESC, l.annotator COLLATE "C" DESC LIMIT 1) AS g ON true$$, '{soft_label}');
SELECT held_back, count(*) FROM annoqa.training_labels('awkward') GROUP BY held_back ORDER BY held_back;

-- labels of the removed
SELECT * FROM differences($$SELECT * FROM annoqa.relabel_queue WHERE source = 'awkward'$$, $$
	SELECT 'awkward' AS source, l.item, l.annotator AS removed_annotator,
		   coalesce(l.vendor, '(none)') AS vendor, l.label, b.consensus AS consensus_before,
		   i.consensus AS consensus_after, b.consensus IS DISTINCT FROM i.consensus AS flips,
		   i.n AS n_votes_after, i.n < 1 AS needs_label,
		   t.answer IS NOT NULL AND t.held_back IS NULL AS in_training,
		   (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY price) FILTER (WHERE kind <> 'model') FROM label) AS price,
		   (SELECT since FROM annoqa.annotator_phase WHERE source = 'awkward' AND annotator = 'gus') AS removed_at,
		   l.labeled_at
	FROM label AS l JOIN item AS i USING (item) JOIN training AS t USING (item)
		 CROSS JOIN LATERAL (
			SELECT CASE WHEN count(*) = 1 THEN max(label) END AS consensus
			FROM (SELECT x.label, rank() OVER (ORDER BY count(*) DESC) AS r FROM label AS x
				  WHERE x.item = l.item AND (x.vote OR x.annotator = l.annotator) GROUP BY x.label) AS w
			WHERE r = 1) AS b
	WHERE l.annotator = 'gus'$$);

-- a source in which people have ranks and deliveries are judged: 24 gold items in
-- each of two strata, five people whose errors differ, every item in a batch of its
-- stratum; "open 0" to "open 3" wait, "single" lacks votes
CREATE TABLE routed AS
SELECT 'gold ' || s || ' ' || i AS item, who, s AS stratum,
	   CASE WHEN (i * 7 + w * 5) % 24 < CASE s WHEN 'x' THEN 3 * w ELSE 20 - 4 * w END THEN 'no' ELSE 'yes' END AS answer,
	   'yes' AS truth, s || i % 2 AS delivery, CASE WHEN w < 3 THEN 'p' ELSE 'q' END AS vendor,
	   timestamptz '2024-05-01Z' + make_interval(hours => i, mins => w::int) AS at, 0.25 AS price
FROM generate_series(1, 24) AS i, unnest(ARRAY['x', 'y']) AS s,
	 unnest(ARRAY['p1', 'p2', 'p3', 'p4', 'p5']) WITH ORDINALITY AS p (who, w);
INSERT INTO routed
SELECT 'open ' || i, who, CASE WHEN i < 2 THEN 'x' ELSE 'y' END, CASE who WHEN 'p2' THEN 'no' ELSE 'yes' END,
	   NULL, 'late', 'p', timestamptz '2024-05-20Z' + make_interval(hours => i), 0.25
FROM generate_series(0, 3) AS i, unnest(ARRAY['p2', 'p' || 3 + i % 3]) AS who;
INSERT INTO routed VALUES
	('single', 'p1', 'x', 'yes', NULL, 'x0', 'p', '2024-05-21Z', 0.25),
	('fine', 'p1', 'y', 'yes', NULL, 'y0', 'p', '2024-05-21Z', 0.25),
	('fine', 'p2', 'y', 'yes', NULL, 'y0', 'p', '2024-05-21Z', 0.25),
	('good', 'p4', 'y', 'yes', NULL, 'y1', 'q', '2024-05-21Z', 0.25),
	('good', 'p5', 'y', 'yes', NULL, 'y1', 'q', '2024-05-21Z', 0.25);
SELECT annoqa.create_source('routed', 'recount.routed', 'item', 'who', 'answer', gold => 'truth',
	labeled_at => 'at', stratum => 'stratum', batch => 'delivery', vendor => 'vendor', price => 'price',
	required_labels => 2, quality_floor => 0.5, consensus_threshold => 0.6);
SELECT annoqa.set_phase('routed', 'p5', 'removed', 'left', by => 'lead');
SELECT annoqa.set_phase('routed', 'p1', 'calibrating', 'is new', by => 'lead');

-- who is best where, by the library, and who of them is asked
WITH ranked AS (
	SELECT stratum, annotator, row_number() OVER (PARTITION BY stratum ORDER BY shrunken DESC, annotator) AS k
	FROM annoqa.shrunken_accuracy_by_stratum(
		 (SELECT array_agg(who ORDER BY who, stratum) FROM (SELECT DISTINCT who, stratum FROM routed WHERE truth IS NOT NULL) AS t),
		 (SELECT array_agg(stratum ORDER BY who, stratum) FROM (SELECT DISTINCT who, stratum FROM routed WHERE truth IS NOT NULL) AS t),
		 (SELECT array_agg(n ORDER BY who, stratum) FROM (SELECT who, stratum, count(*) FILTER (WHERE answer = truth) AS n
														  FROM routed WHERE truth IS NOT NULL GROUP BY who, stratum) AS t),
		 (SELECT array_agg(n ORDER BY who, stratum) FROM (SELECT who, stratum, count(*) AS n
														  FROM routed WHERE truth IS NOT NULL GROUP BY who, stratum) AS t)))
SELECT b.item, b.stratum, b.suggested_adjudicator AS first, b.suggested_adjudicator_2 AS second,
	   b.suggested_adjudicator_3 AS third,
	   (SELECT array_agg(r.annotator ORDER BY r.k) FROM ranked AS r
		WHERE r.stratum = b.stratum AND r.annotator <> 'p5'
			  AND NOT EXISTS (SELECT FROM routed AS l WHERE l.item = b.item AND l.who = r.annotator)) AS ranked
FROM annoqa.adjudication_backlog('routed') AS b WHERE b.item LIKE 'open%' ORDER BY item;
SELECT item, reason, n_votes, missing_labels, suggested_annotator, rank FROM annoqa.label_next('routed');
SELECT batch, vendor, items, checked_items, errors, verdict, more_checks_needed FROM annoqa.batch_acceptance('routed');
-- what one annotator brought: gold items that they answered, and how many otherwise
SELECT b.annotator, sum(a.items) = min(b.items) AND sum(a.checked_items) = min(b.checked) AND sum(a.errors) = min(b.errors) AS as_counted, min(b.checked) AS checked
FROM (SELECT l.annotator, count(DISTINCT (l.item, l.batch, l.vendor)) AS items,
			 count(DISTINCT (l.item, l.batch, l.vendor)) FILTER (WHERE i.answers IS NOT NULL AND l.vote) AS checked,
			 count(DISTINCT (l.item, l.batch, l.vendor)) FILTER (WHERE i.answers IS NOT NULL AND l.vote AND l.label <> ALL (i.answers)) AS errors
	  FROM label AS l JOIN item AS i USING (item) GROUP BY l.annotator) AS b,
	 LATERAL annoqa.batch_acceptance('awkward', annotator => b.annotator) AS a
GROUP BY b.annotator ORDER BY b.annotator;
SELECT item, label, release, held_back FROM annoqa.training_labels('routed') WHERE item NOT LIKE 'gold%';
SELECT batch, vendor, verdict, target, confidence_level FROM annoqa.batch_acceptance('routed', vendor => 'q',
	target => 0.2, confidence_level => 0.8);
-- a delivery's votes alone: an item is of as many deliveries as its labels
SELECT annoqa.checks_needed(0, 0, 0.9, 0.95) = n AS by_search, n
FROM (SELECT min(m) AS n FROM generate_series(1, 200) AS m WHERE annoqa.accept_batch(0, m, 0.9, 0.95, looks => 'anytime') = 'accept') AS s;

-- the median need not be the answer that most give, and has its own chance; what all
-- call infinite is it
CREATE TABLE measured (item int, who text, value float8, truth float8);
INSERT INTO measured SELECT i, w, CASE WHEN i % 9 = 0 THEN 1 ELSE 2 END, 2 FROM generate_series(1, 60) AS i, unnest('{a,b,c,d,e}'::text[]) AS w;
INSERT INTO measured SELECT 1000, w, v FROM unnest('{a,b,c,d,e}'::text[], '{1,1,2,3,4}'::float8[]) AS u (w, v);
INSERT INTO measured SELECT 1001, w, v FROM unnest('{a,b,c,d,e}'::text[], '{1,2,2,2,4}'::float8[]) AS u (w, v);
INSERT INTO measured SELECT 1002, w, 'Infinity' FROM unnest('{a,b,c}'::text[]) AS w;
INSERT INTO measured SELECT 1003, w, v FROM unnest('{a,b}'::text[], '{1.7e308,-1.7e308}'::float8[]) AS u (w, v);
INSERT INTO measured SELECT 1004, w, v FROM unnest('{a,b}'::text[], '{1,2}'::float8[]) AS u (w, v);
INSERT INTO measured SELECT 1005, w, v FROM unnest('{a,b}'::text[], '{-Infinity,Infinity}'::float8[]) AS u (w, v);
SELECT annoqa.create_source('measured', 'measured', 'item', 'who', 'value', gold => 'truth', consensus => 'median', consensus_threshold => 0.1) IS NOT NULL AS created;
SELECT i.item, i.consensus, i.confidence, i.tied, i.majority, i.differs_from_majority AS differs, t.label, t.held_back,
	   t.probability IS NOT DISTINCT FROM (t.soft_label::jsonb ->> t.label)::float8 AS own_chance, t.probability IS NOT NULL AS known
FROM annoqa.item_consensus('measured') AS i LEFT JOIN annoqa.training_labels('measured') AS t USING (item) WHERE item::int >= 1000 ORDER BY item;
SELECT annoqa.drop_source('measured') IS NOT NULL AS dropped;
-- whether items with one vote leave is the source's to say; none needs a price
SELECT annoqa.alter_source('routed', required_labels => 1, release_singles => 'all');
SELECT held_back, release FROM annoqa.training_labels('routed') WHERE item = 'single';
SELECT annoqa.set_phase('routed', 'p1', NULL, 'passed', by => 'lead');
SELECT item, held_back, release, origin FROM annoqa.training_labels('routed') WHERE item = 'single';
SELECT annoqa.alter_source('routed', release_singles => 'none', reset => ARRAY['price']);
SELECT item, held_back, release FROM annoqa.training_labels('routed') WHERE item = 'single';
SELECT item, reason, expected_gain IS NOT NULL AS gain, expected_gain_per_price FROM annoqa.label_next('routed') WHERE item = 'single';

-- a batch that is rejected holds its labels back
SELECT annoqa.alter_source('routed', release_singles => 'all', quality_floor => 0.95);
SELECT batch, vendor, verdict FROM annoqa.batch_acceptance('routed') WHERE verdict <> 'not enough evidence' ORDER BY 1, 2;
SELECT item, release, held_back FROM annoqa.training_labels('routed') WHERE item IN ('fine', 'good', 'single');
SELECT annoqa.alter_source('routed', quality_floor => 0.5);
-- what was disputed and adjudicated checks no delivery: half of these were wrong
CREATE TABLE disputed AS
SELECT i AS item, who, CASE WHEN i % 2 = 0 OR who = 'c' THEN 'a' ELSE 'b' END AS label, 'may' AS delivery, NULL::text AS truth
FROM generate_series(1, 40) AS i, unnest('{a,b,c}'::text[]) AS who;
SELECT annoqa.create_source('disputed', 'recount.disputed', 'item', 'who', 'label', batch => 'delivery', gold => 'truth');
SELECT count(annoqa.adjudicate('disputed', i::text, 'a', 'lead', 'read again')) FROM generate_series(1, 40) AS i;
SELECT checked_items, errors, accuracy, verdict FROM annoqa.batch_acceptance('disputed');
SELECT held_back, count(*) FROM annoqa.training_labels('disputed') GROUP BY 1;
UPDATE disputed SET truth = 'a';
SELECT checked_items, errors, accuracy, verdict FROM annoqa.batch_acceptance('disputed');

-- filters choose what is shown, and no more
SELECT count(*) FROM annoqa.item_consensus('routed', vendor => 'q');
SELECT count(*) FROM annoqa.item_consensus('routed', since => '2024-05-20Z', until => '2024-05-21Z');
SELECT item, voters FROM annoqa.adjudication_backlog('routed', annotator => 'p5');

-- the answer of the stored model
SELECT annoqa.alter_source('routed', consensus => 'model', required_labels => 1, max_labels => 5);
SELECT count(*) FROM annoqa.item_consensus('routed');
SELECT annoqa.fit('routed', use_gold => false) ~ '^dawid_skene fitted to source "routed"' AS fitted;
WITH v AS (
	SELECT annoqa.ratings_agg(item, who, answer) AS r FROM routed WHERE who <> 'p5'),
m AS (SELECT r, annoqa.dawid_skene(r) AS model FROM v)
SELECT count(*) AS items, count(*) FILTER (WHERE (i.consensus, i.tied) IS DISTINCT FROM (c.label, c.tied)) AS other_answer,
	   max(abs(i.probability - c.probability)) < 1e-9 AS probable,
	   count(*) FILTER (WHERE i.confidence IS DISTINCT FROM CASE WHEN i.n_votes > 1 AND NOT i.tied THEN
			(SELECT count(*) FILTER (WHERE l.answer = c.label)::float8 / count(*) FROM routed AS l WHERE l.item = i.item AND l.who <> 'p5')
			WHEN i.n_votes > 1 THEN i.confidence END) AS other_confidence,
	   count(*) FILTER (WHERE i.differs_from_majority IS DISTINCT FROM CASE WHEN i.consensus IS NOT NULL THEN i.consensus IS DISTINCT FROM i.majority END) AS other_majority,
	   count(*) FILTER (WHERE i.matches_gold IS DISTINCT FROM CASE WHEN i.gold_label IS NOT NULL THEN i.consensus = i.gold_label END) AS other_gold
FROM annoqa.item_consensus('routed') AS i JOIN (SELECT c.* FROM m, annoqa.consensus(m.r, m.model) AS c) AS c ON c.item = i.item;
WITH m AS (SELECT r, annoqa.dawid_skene(r) AS model FROM (SELECT annoqa.ratings_agg(item, who, answer) AS r FROM routed WHERE who <> 'p5') AS v)
SELECT count(*) AS items, count(*) FILTER (WHERE t.settled_at IS NULL AND t.origin <> 'gold' AND abs((t.soft_label::json ->> p.label)::float8 - p.probability) > 1e-9) AS other_soft
FROM annoqa.training_labels('routed') AS t, m, annoqa.posterior(m.r, m.model) AS p WHERE p.item = t.item;
WITH m AS (SELECT r, annoqa.dawid_skene(r) AS model FROM (SELECT annoqa.ratings_agg(item, who, answer) AS r FROM routed WHERE who <> 'p5') AS v)
SELECT count(*) > 0 AS some, max(abs(n.expected_gain - g.expected_gain)) < 1e-9 AS gain
FROM annoqa.label_next('routed') AS n, m, annoqa.label_gain(m.r, m.model) AS g WHERE g.item = n.item;
SELECT annoqa.fit('routed', 'wawa') ~ '^wawa fitted' AS fitted;
SELECT count(*) AS items, count(expected_gain) AS gains FROM annoqa.label_next('routed');

-- labels that cannot be compared, sets, what a source does not name
SELECT annoqa.alter_source('routed', consensus => 'none');
SELECT item, consensus, majority, agreement, votes FROM annoqa.item_consensus('routed') WHERE item IN ('single', 'fine');
SELECT item, label, release, held_back, probability FROM annoqa.training_labels('routed') WHERE item IN ('single', 'fine');
SELECT * FROM annoqa.item_consensus WHERE source = 'collected';
SELECT * FROM annoqa.training_labels WHERE source = 'bare';
SELECT count(*) FROM annoqa.batch_acceptance WHERE source = 'bare';
SELECT count(*) FROM annoqa.relabel_queue WHERE source = 'bare';
SELECT annoqa.alter_source('routed', quality_floor => 1);
SELECT * FROM annoqa.batch_acceptance('routed');
SELECT * FROM annoqa.batch_acceptance('nowhere');
SELECT annoqa.drop_source(source) FROM (SELECT source FROM annoqa.sources ORDER BY source) AS s;
DROP SCHEMA awkward, recount CASCADE;
