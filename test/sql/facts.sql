--
-- The engine under the workbench: what it finds in a source, against plain SQL
-- over the same rows, and by hand on a small source of awkward cases.
--
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE SCHEMA facts;
SET search_path = facts, public, annoqa;

-- A source's rows as the engine reads them
CREATE FUNCTION src(relation text) RETURNS text LANGUAGE sql AS $$
	SELECT 'SELECT item, annotator, label, gold, gold_flag, labeled_at, available_at, seconds, confidence, vendor, annotator_kind, guideline, batch, stratum, price, skipped, valid, review, suggestion FROM facts.' || relation $$;
CREATE TABLE empty_source (
	item text, annotator text, label text, gold text[], gold_flag boolean,
	labeled_at timestamptz, available_at timestamptz, seconds float8,
	confidence float8, vendor text, annotator_kind text, guideline text,
	batch text, stratum text, price float8, skipped boolean, valid boolean,
	review text, suggestion text);

-- 1. A random source with repeats, skips, conflicts, models and several vendors
CREATE FUNCTION dice(a int, b int, sides int) RETURNS int
	LANGUAGE sql IMMUTABLE AS
	$$ SELECT (abs(hashint8(a::bigint * 1000003 + b)::bigint) % sides)::int $$;
CREATE TABLE random_source (LIKE empty_source);
INSERT INTO random_source
SELECT 'i' || dice(n, 1, 300), 'a' || who,
	   CASE WHEN dice(n, 2, 10) < 7 THEN 'L' || dice(dice(n, 1, 300), 3, 4)
			ELSE 'L' || dice(n, 4, 4) END,
	   CASE WHEN dice(dice(n, 1, 300), 5, 3) = 0
			THEN ARRAY['L' || dice(dice(n, 1, 300), 3, 4)]
				 || CASE WHEN dice(dice(n, 1, 300), 6, 5) = 0
						 THEN ARRAY['L0'] ELSE '{}' END END,
	   NULL,
	   CASE WHEN dice(n, 7, 40) > 0 THEN timestamptz '2024-01-01 00:00Z'
			+ make_interval(hours => dice(n, 8, 3000)) END,
	   CASE WHEN dice(n, 9, 4) > 0 THEN timestamptz '2023-12-30 00:00Z' END,
	   CASE WHEN dice(n, 10, 9) > 0 THEN dice(n, 11, 400) / CASE who WHEN 9 THEN 0.1 ELSE 10.0 END END,
	   CASE WHEN dice(n, 12, 3) > 0 THEN dice(n, 13, 101) / 100.0 END,
	   CASE WHEN dice(n, 14, 12) > 0 THEN 'v' || who % 3 + dice(n, 15, 8) / 7 END,
	   CASE WHEN who = 9 THEN 'model' WHEN who = 8 THEN 'expert' END,
	   CASE WHEN dice(n, 16, 6) > 0 THEN 'g' || dice(n, 8, 3000) / 1100 END,
	   'b' || dice(dice(n, 1, 300), 17, 4), 's' || dice(dice(n, 1, 300), 18, 5),
	   dice(n, 19, 100) / 100.0, dice(n, 20, 15) = 0,
	   CASE WHEN dice(n, 21, 10) > 0 THEN dice(n, 22, 25) > 0 END,
	   (ARRAY['accepted', 'fixed', 'rejected', NULL, NULL])[1 + dice(n, 23, 5)],
	   CASE WHEN dice(n, 24, 4) = 0 THEN 'L' || dice(n, 25, 4) END
FROM generate_series(1, 2400) AS n, LATERAL (SELECT dice(n, 26, 10) AS who) AS w;

-- The words of VIEWS in plain SQL
CREATE VIEW labelings AS
SELECT row_number() OVER () AS id, r.*,
	   coalesce(labeled_at, '-infinity') AS at
FROM random_source AS r
WHERE coalesce(valid, true) AND NOT skipped;
CREATE VIEW labels AS
SELECT DISTINCT ON (l.item, l.annotator) l.*,
	   coalesce(l.annotator_kind, 'human') <> 'model' AS people,
	   g.gold AS accepted
FROM labelings AS l
LEFT JOIN (SELECT DISTINCT item, gold FROM random_source
		   WHERE gold IS NOT NULL AND coalesce(valid, true)) AS g USING (item)
WHERE NOT EXISTS (		-- equal times, different labels
	SELECT FROM labelings AS o
	WHERE (o.item, o.annotator) = (l.item, l.annotator)
	  AND o.label <> (SELECT x.label FROM labelings AS x
					  WHERE (x.item, x.annotator) = (l.item, l.annotator)
					  ORDER BY x.at DESC, x.label DESC LIMIT 1)
	  AND o.at = (SELECT max(x.at) FROM labelings AS x
				  WHERE (x.item, x.annotator) = (l.item, l.annotator)))
ORDER BY l.item, l.annotator, l.at DESC;
CREATE TABLE label AS SELECT * FROM labels;
CREATE TABLE others AS		-- consensus of the others, own vote left out
SELECT l.item, l.annotator, c.*
FROM label AS l, LATERAL (
	SELECT sum(n) AS n_votes, max(n) AS most,
		   count(*) FILTER (WHERE n = m) AS winners,
		   min(v) FILTER (WHERE n = m) AS answer
	FROM (SELECT o.label AS v, count(*) AS n, max(count(*)) OVER () AS m
		  FROM label AS o
		  WHERE o.item = l.item AND o.people AND o.annotator <> l.annotator
		  GROUP BY o.label) AS counts) AS c;

-- one count after the other, by annotator
WITH plain AS (
	SELECT l.annotator, count(*) AS labels, count(DISTINCT item) AS items,
		   count(*) FILTER (WHERE people) AS votes,
		   count(accepted) AS scored,
		   count(*) FILTER (WHERE label = ANY (accepted)) AS correct,
		   count(*) FILTER (WHERE winners = 1) AS others,
		   count(*) FILTER (WHERE winners = 1 AND answer = label) AS others_equal,
		   count(*) FILTER (WHERE winners > 1) AS others_tied,
		   count(*) FILTER (WHERE n_votes >= 2 AND (winners > 1 OR
							most < 0.75 * n_votes)) AS edge,
		   count(seconds) AS timed, count(seconds) FILTER (WHERE people) AS paced,
		   count(*) FILTER (WHERE people AND seconds < m.median / 10) AS fast,
		   count(confidence) AS stated,
		   count(*) FILTER (WHERE labeled_at IS NULL) AS untimed,
		   count(DISTINCT labeled_at::date) AS active_days,
		   min(labeled_at) AS first_labeled_at, max(labeled_at) AS last_labeled_at,
		   percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS seconds_median,
		   sum(seconds::numeric)::float8 AS seconds_sum,
		   percentile_cont(0.9) WITHIN GROUP
				(ORDER BY extract(epoch FROM labeled_at - available_at)::float8 / 3600)
				AS p90,
		   sum((confidence - (label = ANY (accepted))::int) ^ 2) AS brier,
		   count(*) FILTER (WHERE suggestion <> label) AS suggestion_changed,
		   count(*) FILTER (WHERE suggestion <> ALL (accepted)
							AND suggestion = label) AS wrong_kept,
		   count(*) FILTER (WHERE labeled_at > n.newest - interval '28 days') AS recent
	FROM label AS l JOIN others USING (item, annotator),
		 (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS median
		  FROM label WHERE people) AS m,
		 (SELECT max(labeled_at) AS newest FROM label) AS n
	GROUP BY l.annotator)
SELECT count(*) AS annotators, count(*) FILTER (WHERE
	   (f.labels, f.items >= p.items, f.votes, f.scored, f.correct, f.others,
		f.others_equal, f.others_tied, f.edge)
	   IS DISTINCT FROM (p.labels, true, p.votes, p.scored, p.correct, p.others,
						 p.others_equal, p.others_tied, p.edge)) AS wrong_votes,
	   count(*) FILTER (WHERE (f.timed, f.paced, f.fast, f.stated, f.untimed,
		f.active_days, f.first_labeled_at, f.last_labeled_at, f.recent,
		f.suggestion_changed, f.wrong_kept)
	   IS DISTINCT FROM (p.timed, p.paced, p.fast, p.stated, p.untimed, p.active_days,
		p.first_labeled_at, p.last_labeled_at, p.recent,
		p.suggestion_changed, p.wrong_kept)) AS wrong_own,
	   count(*) FILTER (WHERE abs(f.seconds_median - p.seconds_median) > 1e-9
		OR f.seconds_sum <> p.seconds_sum
		OR abs(f.turnaround_hours_p90 - p.p90) > 1e-9
		OR abs(f.brier_sum - p.brier) > 1e-9) AS wrong_sums
FROM plain AS p FULL JOIN annoqa.facts_groups(facts.src('random_source'),
	NULL, NULL, ARRAY['annotator']) AS f USING (annotator);

-- pairs of an own label and another's on the item, and the pooled kappa
WITH pairs AS (
	SELECT l.item, l.annotator, l.label AS own, o.label AS other
	FROM label AS l JOIN label AS o USING (item)
	WHERE l.annotator <> o.annotator AND o.people),
plain AS (
	SELECT annotator, count(DISTINCT item) AS items, count(*) AS pairs,
		   count(*) FILTER (WHERE own = other) AS equal,
		   annoqa.cohen_kappa(own, other) AS kappa
	FROM pairs GROUP BY annotator)
SELECT count(*) AS annotators, count(*) FILTER (WHERE
	   (f.pair_items, f.pairs, f.pairs_equal) IS DISTINCT FROM
	   (p.items, p.pairs, p.equal) OR abs(f.kappa - p.kappa) > 1e-12
	   OR abs(f.agreement - p.equal::float8 / p.pairs) > 1e-12) AS wrong
FROM plain AS p FULL JOIN annoqa.facts_groups(facts.src('random_source'),
	NULL, NULL, ARRAY['annotator']) AS f USING (annotator);

-- the error of that share: a ratio over items, by its textbook formula
WITH items AS (
	SELECT l.annotator, l.item, count(*)::float8 AS n,
		   count(*) FILTER (WHERE l.label = o.label)::float8 AS e
	FROM label AS l JOIN label AS o USING (item)
	WHERE l.annotator = 'a1' AND o.annotator <> 'a1' AND o.people
	GROUP BY l.annotator, l.item),
ratio AS (SELECT sum(e) / sum(n) AS p, count(*) AS m, sum(n) AS total FROM items),
error AS (
	SELECT p, m, sqrt(m / (m - 1.0) * sum((e - p * n) ^ 2)) / total AS se
	FROM items, ratio GROUP BY p, m, total)
SELECT abs((agreement_upper - agreement) / se
		   - 1.96) < 0.1 AS about_two_errors,
	   abs((agreement_upper + agreement_lower) / 2 - p) < 1e-12 AS centred
FROM error, annoqa.facts_groups(facts.src('random_source'), NULL,
	'{"annotator": "a1"}', ARRAY['annotator']);

-- repeats, skips, rework, reviews and cost over rows
WITH rows AS (
	SELECT l.*, first_value(label) OVER w AS first_label, row_number() OVER w AS k,
		   (l.item, l.annotator) IN (SELECT item, annotator FROM label) AS stands
	FROM labelings AS l
	WINDOW w AS (PARTITION BY item, annotator ORDER BY at, label)),
pairs AS (
	SELECT annotator, item, bool_or(label <> first_label OR review IN ('fixed', 'rejected')) AS rework,
		   count(review) > 0 AS reviewed,
		   (array_agg(review ORDER BY k) FILTER (WHERE review IS NOT NULL))[1] = 'accepted' AS first,
		   (array_agg(review ORDER BY k DESC) FILTER (WHERE review IS NOT NULL))[1] <> 'rejected' AS last
	FROM rows WHERE stands GROUP BY annotator, item),
plain AS (
	SELECT annotator,
		   (SELECT count(*) FROM rows AS r WHERE r.annotator = a.annotator AND stands AND k > 1) AS repeats,
		   (SELECT count(*) FROM rows AS r WHERE r.annotator = a.annotator AND stands AND k > 1
			AND label = first_label) AS repeats_equal,
		   (SELECT count(*) FROM pairs AS p WHERE p.annotator = a.annotator AND rework) AS rework,
		   (SELECT count(*) FROM pairs AS p WHERE p.annotator = a.annotator AND reviewed) AS reviewed,
		   (SELECT count(*) FROM pairs AS p WHERE p.annotator = a.annotator AND first) AS first_accepted,
		   (SELECT count(*) FROM pairs AS p WHERE p.annotator = a.annotator AND last) AS accepted,
		   (SELECT count(*) FROM random_source AS s WHERE s.annotator = a.annotator AND skipped
			AND coalesce(valid, true)) AS skips,
		   (SELECT count(DISTINCT item) FROM random_source AS s WHERE s.annotator = a.annotator
			AND skipped AND coalesce(valid, true)) AS skipped,
		   (SELECT sum(price::numeric)::float8 FROM random_source AS s
			WHERE s.annotator = a.annotator) AS cost
	FROM (SELECT DISTINCT annotator FROM label) AS a)
SELECT count(*) AS annotators, count(*) FILTER (WHERE
	   (f.repeats, f.repeats_equal, f.rework, f.reviewed, f.first_accepted,
		f.accepted, f.skips, f.skipped, f.price_sum) IS DISTINCT FROM
	   (p.repeats, p.repeats_equal, p.rework, p.reviewed, p.first_accepted,
		p.accepted, p.skips, p.skipped, p.cost)) AS wrong
FROM plain AS p FULL JOIN annoqa.facts_groups(facts.src('random_source'),
	NULL, NULL, ARRAY['annotator']) AS f USING (annotator);

-- alpha and percent agreement of each vendor's own labels, by the accessors
WITH plain AS (
	SELECT coalesce(vendor, '(none)') AS vendor,
		   annoqa.coefficients(annoqa.ratings_agg(item, annotator, label)) AS c
	FROM label WHERE people GROUP BY vendor)
SELECT count(*) AS vendors, bool_and(abs(alpha - (a.c).estimate) < 1e-12
	   AND abs(alpha_std_error - (a.c).std_error) < 1e-12
	   AND abs(alpha_upper - (a.c).ci_upper) < 1e-12
	   AND alpha_items = (a.c).n_pairable_items) AS alpha_right,
	   bool_and(abs(percent_agreement - (b.c).estimate) < 1e-12
	   AND abs(percent_agreement_std_error - (b.c).std_error) < 1e-12) AS percent_right
FROM plain AS a JOIN plain AS b USING (vendor)
JOIN annoqa.facts_groups(facts.src('random_source'), NULL,
	'{"alpha": true}', ARRAY['vendor']) AS f USING (vendor)
WHERE (a.c).coefficient = 'krippendorff_alpha'
  AND (b.c).coefficient = 'percent_agreement';

-- "other_vendor_agreement: equal pairs with labels of other vendors", and "the
-- consensus of the other vendors' votes"
WITH pairs AS (
	SELECT coalesce(l.vendor, '(none)') AS vendor, count(*) AS pairs,
		   count(*) FILTER (WHERE l.label = o.label) AS equal,
		   count(DISTINCT l.item) AS items
	FROM label AS l JOIN label AS o USING (item)
	WHERE l.people AND o.people AND l.vendor IS DISTINCT FROM o.vendor
	GROUP BY l.vendor),
consensus AS (
	SELECT coalesce(l.vendor, '(none)') AS vendor,
		   count(*) FILTER (WHERE c.winners = 1) AS n,
		   count(*) FILTER (WHERE c.winners = 1 AND c.answer = l.label) AS equal
	FROM label AS l, LATERAL (
		SELECT count(*) FILTER (WHERE n = m) AS winners,
			   min(v) FILTER (WHERE n = m) AS answer
		FROM (SELECT o.label AS v, count(*) AS n, max(count(*)) OVER () AS m
			  FROM label AS o
			  WHERE o.item = l.item AND o.people AND o.vendor IS DISTINCT FROM l.vendor
			  GROUP BY o.label) AS counts) AS c
	GROUP BY l.vendor)
SELECT count(*) AS vendors, count(*) FILTER (WHERE
	   (other_vendor_pair_items, other_vendor_pairs, other_vendor_pairs_equal,
		other_vendors, other_vendors_equal)
	   IS DISTINCT FROM (p.items, p.pairs, p.equal, c.n, c.equal)) AS wrong
FROM pairs AS p JOIN consensus AS c USING (vendor)
FULL JOIN annoqa.facts_groups(facts.src('random_source'), NULL, NULL,
	ARRAY['vendor']) AS f USING (vendor);

-- items: consensus, confidence, agreement, entropy
WITH shares AS (
	SELECT item, label, count(*) AS n, sum(count(*)) OVER (PARTITION BY item) AS total,
		   max(count(*)) OVER (PARTITION BY item) AS most
	FROM label WHERE people GROUP BY item, label),
plain AS (
	SELECT item, CASE WHEN count(*) FILTER (WHERE n = most) = 1
				 THEN min(label) FILTER (WHERE n = most) END AS consensus,
		   sum(n) AS n_votes, count(*) AS n_distinct,
		   CASE WHEN sum(n) > 1 THEN max(most) / sum(n) END AS confidence,
		   sum(n * (n - 1)) / nullif(sum(n) * (sum(n) - 1), 0) AS agreement,
		   -sum(n / total * ln(n / total)) AS entropy,
		   jsonb_object_agg(label, (n / total)::float8) AS votes
	FROM shares GROUP BY item)
SELECT count(*) AS items, count(*) FILTER (WHERE
	   (f.consensus, f.n_votes, f.n_distinct, f.tied) IS DISTINCT FROM
	   (p.consensus, p.n_votes, p.n_distinct, p.consensus IS NULL)
	   OR abs(f.confidence - p.confidence) > 1e-12
	   OR (f.confidence IS NULL) <> (p.confidence IS NULL)
	   OR abs(f.agreement - p.agreement) > 1e-12
	   OR abs(f.entropy - p.entropy::float8) > 1e-12
	   OR f.majority IS DISTINCT FROM p.consensus) AS wrong
FROM plain AS p FULL JOIN annoqa.facts_items(facts.src('random_source'),
	NULL, NULL, 'voted') AS f USING (item);

-- what is taken for what
WITH plain AS (
	SELECT 'gold' AS reference, CASE WHEN label = ANY (accepted) THEN label
		   ELSE (SELECT min(x) FROM unnest(accepted) AS x) END AS expected,
		   label AS given, count(*) AS labels, count(DISTINCT annotator) AS annotators
	FROM label WHERE accepted IS NOT NULL GROUP BY 2, 3
	UNION ALL
	SELECT 'consensus', answer, label, count(*), count(DISTINCT annotator)
	FROM label JOIN others USING (item, annotator) WHERE winners = 1 GROUP BY 2, 3
	UNION ALL
	SELECT 'annotator', o.label, l.label, count(*), count(DISTINCT l.annotator)
	FROM label AS l JOIN label AS o USING (item)
	WHERE l.annotator <> o.annotator AND o.people GROUP BY 2, 3)
SELECT count(*) AS cells, count(*) FILTER (WHERE (f.labels, f.annotators)
	   IS DISTINCT FROM (p.labels, p.annotators)) AS wrong
FROM plain AS p FULL JOIN annoqa.facts_confusion(facts.src('random_source')) AS f
	USING (reference, expected, given);

-- pairs of annotators, by the accessor
WITH plain AS (
	SELECT * FROM annoqa.pairwise_agreement((SELECT
		annoqa.ratings_agg(item, annotator, label) FROM label))),
errors AS (
	SELECT a.annotator AS annotator_a, b.annotator AS annotator_b,
		   count(a.accepted) AS gold,
		   count(*) FILTER (WHERE a.label <> ALL (a.accepted)
							AND b.label <> ALL (a.accepted)) AS both_wrong,
		   count(*) FILTER (WHERE a.label <> ALL (a.accepted)
							AND b.label = a.label) AS same_wrong
	FROM label AS a JOIN label AS b USING (item)
	WHERE a.annotator < b.annotator GROUP BY 1, 2)
SELECT count(*) AS pairs, count(*) FILTER (WHERE
	   (f.n_items, f.agreement, f.cohen_kappa, f.std_error, f.n_gold_items,
		f.n_both_scored, f.n_both_wrong, f.n_same_wrong) IS DISTINCT FROM
	   (p.n_items, p.agreement, p.cohen_kappa, p.std_error, e.gold, e.gold,
		e.both_wrong, e.same_wrong)) AS wrong
FROM plain AS p JOIN errors AS e USING (annotator_a, annotator_b)
FULL JOIN annoqa.facts_pairs(facts.src('random_source')) AS f
	USING (annotator_a, annotator_b);

-- counts add up over any grouping; the order of the rows does not show
CREATE TABLE reversed AS SELECT * FROM random_source ORDER BY price, item DESC, label;
WITH whole AS (
	SELECT * FROM annoqa.facts_groups(facts.src('random_source'), NULL,
		'{"alpha": true}',
		ARRAY['', 'vendor', 'annotator,vendor', 'stratum,item_set', 'confidence_bin',
			  'edge_case,suggested', 'bucket,guideline,batch', 'annotator_kind']))
SELECT "grouping", count(*) AS groups, sum(labels) AS labels, sum(votes) AS votes,
	   sum(correct) AS correct, sum(price_sum)::numeric(10, 2) AS price
FROM whole GROUP BY "grouping" ORDER BY 1;
SELECT count(*) AS differing FROM (
	SELECT a::text FROM annoqa.facts_groups(facts.src('random_source'), NULL,
		'{"alpha": true}', ARRAY['', 'annotator', 'vendor,bucket']) AS a
	EXCEPT
	SELECT b::text FROM annoqa.facts_groups(facts.src('reversed'), NULL,
		'{"alpha": true}', ARRAY['', 'annotator', 'vendor,bucket']) AS b) AS d;

-- so many annotators, vendors and labels that no table of all of them is made
CREATE TABLE wide_source (LIKE empty_source);
INSERT INTO wide_source (item, annotator, label, labeled_at, vendor, stratum)
SELECT 'i' || n % 4000, 'a' || dice(n, 1, 3000), 'L' || (n % 4000 + dice(n, 2, 3)) % 2000,
	   timestamptz '2024-01-01Z' + make_interval(secs => n), 'v' || dice(n, 3, 2500), 's' || n % 50
FROM generate_series(1, 12000) AS n;
CREATE TABLE wide_label AS
SELECT DISTINCT ON (item, annotator) * FROM wide_source ORDER BY item, annotator, labeled_at DESC;
WITH used AS (
	SELECT annotator, -sum(n / total * ln(n / total)) AS entropy
	FROM (SELECT annotator, count(*)::float8 AS n,
				 sum(count(*)) OVER (PARTITION BY annotator)::float8 AS total
		  FROM wide_label GROUP BY annotator, label) AS c
	GROUP BY annotator),
pairs AS (
	SELECT l.annotator, count(*) AS pairs, annoqa.cohen_kappa(l.label, o.label) AS kappa
	FROM wide_label AS l JOIN wide_label AS o USING (item)
	WHERE l.annotator <> o.annotator GROUP BY l.annotator)
SELECT count(*) > 2900 AS many, count(*) FILTER (WHERE abs(f.label_entropy - u.entropy) > 1e-12
	   OR f.label_entropy IS NULL OR f.pairs <> coalesce(p.pairs, 0)
	   OR abs(f.kappa - p.kappa) > 1e-12
	   OR (f.kappa IS NULL) <> (p.kappa IS NULL)) AS wrong
FROM used AS u LEFT JOIN pairs AS p USING (annotator) FULL JOIN
	annoqa.facts_groups(facts.src('wide_source'), NULL, NULL, ARRAY['annotator']) AS f
	USING (annotator);
WITH plain AS (
	SELECT l.vendor, count(*) AS pairs, count(*) FILTER (WHERE l.label = o.label) AS equal
	FROM wide_label AS l JOIN wide_label AS o USING (item)
	WHERE l.vendor <> o.vendor GROUP BY l.vendor)
SELECT count(*) > 2400 AS many, count(*) FILTER (WHERE
	   (other_vendor_pairs, other_vendor_pairs_equal) IS DISTINCT FROM
	   (coalesce(p.pairs, 0), coalesce(p.equal, 0))) AS wrong
FROM plain AS p FULL JOIN annoqa.facts_groups(facts.src('wide_source'), NULL, NULL,
	ARRAY['vendor']) AS f USING (vendor);
WITH plain AS (
	SELECT annotator, vendor, stratum, count(*) AS labels FROM wide_label GROUP BY 1, 2, 3)
SELECT count(*) > 11000 AS many, count(*) FILTER (WHERE f.labels IS DISTINCT FROM p.labels) AS wrong
FROM plain AS p FULL JOIN annoqa.facts_groups(facts.src('wide_source'), NULL, NULL,
	ARRAY['annotator,vendor,stratum']) AS f USING (annotator, vendor, stratum);

-- 2. The small source that proves it
CREATE TABLE small (LIKE empty_source);
INSERT INTO small (item, annotator, label, labeled_at, vendor) VALUES
	('one vote', 'ann', 'a', '2024-03-01 10:00Z', 'v1'),
	('tie', 'ann', 'a', '2024-03-01 11:00Z', 'v1'),
	('tie', 'bob', 'b', '2024-03-01 12:00Z', 'v1'),
	('two of three', 'ann', 'a', '2024-03-02 10:00Z', 'v1'),
	('two of three', 'bob', 'a', '2024-03-02 11:00Z', 'v1'),
	('two of three', 'cyd', 'b', '2024-03-02 12:00Z', 'v2');
-- a gold row: not a label, its author not scored on the item
INSERT INTO small (item, annotator, label, labeled_at, vendor, gold_flag) VALUES
	('gold row', 'eve', 'a', '2024-03-03 10:00Z', 'v2', true),
	('gold row', 'eve', 'b', '2024-03-03 11:00Z', 'v2', false),
	('gold row', 'bob', 'a', '2024-03-03 12:00Z', 'v1', false);
-- two accepted answers, conflicting gold
INSERT INTO small (item, annotator, label, labeled_at, gold) VALUES
	('two golds', 'ann', 'a', '2024-03-04 10:00Z', '{a,b}'),
	('two golds', 'bob', 'b', '2024-03-04 11:00Z', '{b,a}'),
	('bad gold', 'ann', 'a', '2024-03-04 12:00Z', '{a}'),
	('bad gold', 'bob', 'b', '2024-03-04 13:00Z', '{b}');
-- a skip with a label in it; repeats; a conflicting pair
INSERT INTO small (item, annotator, label, labeled_at, skipped) VALUES
	('skip', 'cyd', 'a', '2024-03-05 10:00Z', true),
	('repeat', 'cyd', 'a', '2024-03-05 11:00Z', false),
	('repeat', 'cyd', 'b', '2024-03-05 12:00Z', false),
	('conflict', 'cyd', 'a', '2024-03-05 13:00Z', false),
	('conflict', 'cyd', 'b', '2024-03-05 13:00Z', false);
-- a person with two vendors; a NULL vendor, a NULL annotator
INSERT INTO small (item, annotator, label, labeled_at, vendor) VALUES
	('moved', 'dan', 'a', '2024-03-06 10:00Z', 'v1'),
	('moved later', 'dan', 'a', '2024-03-07 10:00Z', 'v2'),
	('nobody', NULL, 'a', '2024-03-07 11:00Z', 'v1');
-- a model, a newcomer, a removed annotator: labels, not votes
INSERT INTO small (item, annotator, label, labeled_at, annotator_kind) VALUES
	('no voter', 'bot', 'a', '2024-03-08 10:00Z', 'model'),
	('no voter', 'new', 'b', '2024-03-08 11:00Z', NULL),
	('removed', 'ann', 'a', '2024-03-08 12:00Z', NULL),
	('removed', 'gus', 'b', '2024-03-08 13:00Z', NULL);
-- Sunday 23:30 and Monday 00:30 UTC; no time; an item labeled in two weeks
INSERT INTO small (item, annotator, label, labeled_at) VALUES
	('sunday', 'bob', 'a', '2024-03-10 23:30Z'),
	('monday', 'bob', 'a', '2024-03-11 00:30Z'),
	('no time', 'bob', 'a', NULL),
	('two weeks', 'ann', 'a', '2024-03-10 12:00Z'),
	('two weeks', 'bob', 'b', '2024-03-12 12:00Z');
-- invalid, without label, without item
INSERT INTO small (item, annotator, label, labeled_at, valid) VALUES
	('invalid', 'bob', 'a', '2024-03-12 13:00Z', false),
	('no label', 'bob', NULL, '2024-03-12 14:00Z', true),
	(NULL, 'bob', 'a', '2024-03-12 15:00Z', true);
CREATE VIEW settings AS SELECT jsonb_build_object(
	'annotators_query', $$SELECT * FROM (VALUES ('new', 'calibrating'),
		('gus', 'removed'), ('ann', 'production')) AS p (annotator, phase)$$,
	'max_labels', 2) AS s;

-- what is set aside is counted, and nowhere else
SELECT rows, items, annotators, labels, votes, skips, gold_items,
	   rows_without_item AS no_item, rows_without_annotator AS no_annotator,
	   rows_without_label AS no_label, rows_without_time AS no_time,
	   invalid_rows AS invalid, conflicting_pairs AS pairs,
	   conflicting_gold_items AS golds
FROM annoqa.facts_status(facts.src('small'), NULL, (SELECT s FROM settings));

-- one vote: confidence NULL; a tie in the backlog, nobody a lone dissenter; two
-- of three below the threshold; gold settles; the removed do not vote
SELECT item, consensus, n_votes AS v, n_labels AS l, round(confidence::numeric, 2) AS conf,
	   tied, gold_label AS gold, lone_dissenter AS dissenter, dissent_outcome AS outcome,
	   backlog_reasons AS backlog, next_reason AS next
FROM annoqa.facts_items(facts.src('small'), NULL, (SELECT s FROM settings));

-- people: others of a single vote none; the author of gold not scored; the
-- skip no label; the later repeat counts, rework 1
SELECT annotator, labels, tasks, skipped, scored, correct, others, others_equal AS equal,
	   others_tied AS tied, repeats, rework, gold_author_labels AS author, vendors,
	   last_vendor, pair_items, agreement, kappa
FROM annoqa.facts_groups(facts.src('small'), NULL, (SELECT s FROM settings),
	ARRAY['annotator']);

-- a person with two vendors counts in both; a NULL vendor is (none)
SELECT annotator, vendor, labels
FROM annoqa.facts_groups(facts.src('small'), NULL, (SELECT s FROM settings),
	ARRAY['annotator,vendor'])
WHERE annotator IN ('dan', 'ann');

-- buckets: the same in sessions of two time zones; labels in each week, the
-- agreement of an item in the week of its last label; no time, no bucket
SET timezone = 'America/Los_Angeles';
SELECT bucket AT TIME ZONE 'UTC' AS week, complete, labels, items, completed_items AS completed,
	   pair_items, pairs, pairs_equal AS equal
FROM annoqa.facts_groups(facts.src('small'), NULL, (SELECT s FROM settings),
	ARRAY['bucket']);
SELECT bucket AT TIME ZONE 'Europe/Berlin' AS berlin_day, labels
FROM annoqa.facts_groups(facts.src('small'), NULL, (SELECT s FROM settings)
	|| '{"timezone": "Europe/Berlin", "bucket": "day", "since": "2024-03-10 22:00Z"}',
	ARRAY['bucket']);
SET timezone = 'UTC';

-- removal: consensus with the label and without it
SELECT item, annotator, phase, label, consensus_with, consensus_without, n_votes_without
FROM annoqa.facts_labels(facts.src('small'), NULL, (SELECT s FROM settings), 'nonvoting');

-- adjudicated, reopened, adjudicated otherwise: the backlog empty, full, empty
CREATE TABLE cases (item text, label text, edge_case boolean, at timestamptz,
	reopened_at timestamptz);
CREATE VIEW judged AS SELECT s || '{"cases_query": "SELECT * FROM facts.cases"}' AS s
	FROM settings;
INSERT INTO cases VALUES ('tie', 'a', true, '2024-03-13Z', NULL),
	('gone', 'a', false, '2024-03-13Z', NULL);
SELECT item, settled_label, settled_by, backlog_reason, edge_case, marked_edge_case
FROM annoqa.facts_items(facts.src('small'), NULL, (SELECT s FROM judged)) WHERE item = 'tie';
UPDATE cases SET reopened_at = '2024-03-14Z' WHERE item = 'tie';
SELECT item, settled_label, settled_by, backlog_reason, waiting_since
FROM annoqa.facts_items(facts.src('small'), NULL, (SELECT s FROM judged)) WHERE item = 'tie';
INSERT INTO cases VALUES ('tie', 'c', true, '2024-03-15Z', NULL),
	('two of three', 'b', false, '2024-03-15Z', NULL);
SELECT item, settled_label, settled_by, backlog_reason, dissent_outcome, revisited
FROM annoqa.facts_items(facts.src('small'), NULL, (SELECT s FROM judged))
WHERE item IN ('tie', 'two of three');
SELECT adjudications_without_item
FROM annoqa.facts_status(facts.src('small'), NULL, (SELECT s FROM judged));
SELECT annotator, adjudicated, adjudicated_equal, rework, dissents, upheld,
	   signals, confirmed
FROM annoqa.facts_groups(facts.src('small'), NULL, (SELECT s FROM judged),
	ARRAY['annotator']) WHERE adjudicated > 0 OR signals > 0;
SELECT expected, given, labels, adjudications
FROM annoqa.facts_confusion(facts.src('small'), NULL, (SELECT s FROM judged))
WHERE reference = 'adjudication';
SELECT item, annotator, label, settled_label, settled_by
FROM annoqa.facts_labels(facts.src('small'), NULL, (SELECT s FROM judged),
	'settled_differently');

-- gold of another relation, several answers a row each, late; adjudicated
-- answers as gold where the source says so
SELECT scored, correct FROM annoqa.facts_groups(facts.src('small'),
	$$SELECT * FROM (VALUES ('tie', 'a', now()), ('tie', 'b', now()),
		('unlabeled', 'a', NULL)) AS g (item, gold, gold_at)$$, NULL);
SELECT scored, correct FROM annoqa.facts_groups(facts.src('small'), NULL,
	(SELECT s FROM judged) || '{"gold_from_adjudication": true}');

-- several rows of one annotator: latest, first, a set, an error
CREATE TABLE multi AS SELECT * FROM small WHERE item IN ('repeat', 'conflict');
INSERT INTO multi (item, annotator, label, labeled_at, gold) VALUES
	('repeat', 'ann', 'b', '2024-03-05 11:00Z', '{a,b}'),
	('repeat', 'ann', 'a', '2024-03-05 12:00Z', NULL),
	('repeat', 'ann', 'a', '2024-03-05 12:30Z', NULL);
SELECT r AS resolve, item, annotator, label, correct
FROM unnest(ARRAY['latest', 'first', 'collect']) AS r,
	 annoqa.facts_labels(facts.src('multi'), NULL, jsonb_build_object('resolve', r));
SELECT * FROM annoqa.facts_status(facts.src('multi'), NULL, '{"resolve": "error"}');

-- medians of numbers, weights, labels that cannot be compared
CREATE FUNCTION rows_of(label_type text, vals text) RETURNS text LANGUAGE sql AS $$
	SELECT format('SELECT item, annotator, label::%s, NULL, NULL::bool, NULL::timestamptz, NULL::timestamptz, NULL::float8, NULL::float8, NULL::text, NULL::text, NULL::text, NULL::text, NULL::text, NULL::float8, NULL::bool, NULL::bool, NULL::text, NULL FROM (VALUES %s) AS v (item, annotator, label)',
				  label_type, vals) $$;
SELECT item, consensus, n_votes, confidence, tied
FROM annoqa.facts_items(facts.rows_of('numeric',
	'(1, 1, 1), (1, 2, 2), (2, 1, 1), (2, 2, 1), (2, 3, 7), (3, 1, 10), (3, 2, 9)'),
	NULL, '{"consensus": "median"}');
SELECT item, consensus, majority, differs_from_majority, round(confidence::numeric, 4) AS confidence, votes
FROM annoqa.facts_items(facts.rows_of('text',
	$$(1, 'x', 'a'), (1, 'y', 'a'), (1, 'z', 'b'), (2, 'x', 'b'), (2, 'z', 'B')$$), NULL,
	$${"consensus": "weighted", "annotators_query":
	   "SELECT * FROM (VALUES ('z', NULL, 2.5::float8)) AS w (annotator, phase, weight)"}$$);
SELECT item, consensus, n_distinct, lone_dissenter, backlog_reason
FROM annoqa.facts_items(facts.rows_of('text', $$(1, 'x', 'a'), (1, 'y', 'b'), (1, 'z', 'b')$$),
	NULL, '{"consensus": "none"}');

-- a key of several columns is the JSON array of its texts; a type's own equality
CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
SELECT item, consensus, n_votes FROM annoqa.facts_items(
	facts.rows_of('text COLLATE facts.nocase', $$('["7","12"]', 1, 'b'), ('["7","12"]', 2, 'B')$$));

-- columns that a source does not name are NULL, counts too
SELECT labels, skips, reviewed, timed, recent, price_sum, seconds_sum
FROM annoqa.facts_groups(facts.src('small'), NULL,
	'{"columns": ["item", "annotator", "label"], "resolve": "latest"}');

-- filters: a vendor, an annotator, dates, a set of items
SELECT labels, items FROM annoqa.facts_groups(facts.src('small'), NULL, '{"vendor": "v2"}');
SELECT labels, items FROM annoqa.facts_groups(facts.src('small'), NULL,
	'{"annotator": "ann", "since": "2024-03-04Z", "until": "2024-03-08 12:00Z"}');
SELECT labels, items FROM annoqa.facts_groups(facts.src('small'), NULL, '{"item_set": "gold"}');
SELECT labels, items FROM annoqa.facts_groups(facts.src('small'), NULL, '{"vendor": "nobody"}');

-- gold of items that the relation does not have: no view shows them
SELECT count(*) FROM annoqa.facts_items(facts.src('small'),
	$$SELECT 'elsewhere', 'a'$$, NULL, 'gold') WHERE item = 'elsewhere';

-- how likely an answer is, from the voters' accuracies: of two that say a with
-- .8 and .6, one b with .7, among 3 labels a has .8 * .6 * .15, b .1 * .2 * .7,
-- c .1 * .2 * .15
SELECT item, consensus, abs(probability - 0.072 / 0.089) < 1e-12 AS right
FROM annoqa.facts_items(facts.rows_of('text', $$(1, 'x', 'a'), (1, 'y', 'a'), (1, 'z', 'b'), (2, 'x', 'c')$$),
	NULL, $${"annotators_query": "SELECT annotator, phase, NULL::float8, true, acc FROM (VALUES ('x', NULL, 0.8), ('y', NULL, 0.6::float8), ('z', NULL, 0.7)) AS w (annotator, phase, acc)"}$$)
WHERE item = '1';

-- versions of the guideline: g2 began last; who is active and not yet there
CREATE TABLE guided (LIKE empty_source);
INSERT INTO guided (item, annotator, label, labeled_at, guideline) VALUES
	('1', 'ann', 'a', '2024-01-01Z', 'g1'), ('1', 'bob', 'a', '2024-01-02Z', 'g1'),
	('2', 'ann', 'a', '2024-01-03Z', 'g2'), ('2', 'bob', 'a', '2024-01-04Z', 'g1'),
	('2', 'cyd', 'a', '2024-01-05Z', NULL), ('3', 'ann', 'a', '2024-01-06Z', 'g2');
SELECT guideline, previous, in_use_since, labels, labels_since, labels_following,
	   annotators_active, annotators_not_adopted
FROM annoqa.facts_guidelines(facts.src('guided'));
SELECT annotator, stale FROM annoqa.facts_groups(facts.src('guided'), NULL, NULL, ARRAY['annotator']);

-- calibration sets: the first two gold answers and the next two, or two batches
CREATE TABLE newcomers (LIKE empty_source);
INSERT INTO newcomers (item, annotator, label, labeled_at, gold, batch, seconds)
SELECT 'i' || n, who, CASE WHEN who = 'good' OR n <> 2 THEN 'a' ELSE 'b' END,
	   timestamptz '2024-01-01Z' + make_interval(days => n),
	   CASE WHEN n <> 3 THEN ARRAY['a'] END, CASE WHEN n < 4 THEN 'one' ELSE 'two' END, n
FROM generate_series(1, 6) AS n, unnest(ARRAY['good', 'poor']) AS who
WHERE who = 'good' OR n < 5;
SELECT annotator, calibration_set AS set, required, done, correct, passed, seconds_median,
	   started_at::date, finished_at::date
FROM annoqa.facts_onboarding(facts.src('newcomers'), NULL, '{"calibration_size": 2}');
SELECT annotator, calibration_set AS set, required, done, correct, passed
FROM annoqa.facts_onboarding(facts.src('newcomers'), NULL,
	'{"calibration_batches": ["one", "two"], "calibration_gate": 0.5}');

-- a registered source: its queries and settings, gold by a flag
SELECT annoqa.create_source('small', 'facts.small', 'item', 'annotator', 'label',
	gold_flag => 'gold_flag', labeled_at => 'labeled_at', vendor => 'vendor', max_labels => 2);
SELECT f.annotator, f.labels, f.scored, f.correct, f.skips, f.gold_rows
FROM annoqa.readable_source('small') AS q,
	 annoqa.facts_groups(q.rows_query, q.gold_query,
		annoqa.facts_settings('small', since => '2024-03-03Z', vendor => 'v1'),
		ARRAY['annotator']) AS f;
SELECT annoqa.facts_settings('small', annotator => 'ann');
SELECT annoqa.drop_source('small');

-- nothing in, nothing out
SELECT rows, items, labels, labels_per_item FROM annoqa.facts_status(facts.src('empty_source'));
-- times as far apart as they can be
CREATE TABLE far (LIKE empty_source);
INSERT INTO far (item, annotator, label, labeled_at, available_at) VALUES
	('i', 'a', 'x', '294276-12-01Z', '4713-02-01Z BC'), ('i', 'b', 'x', '4713-02-01Z BC', '294276-12-01Z'), ('j', 'b', 'x', '1990-01-01Z', NULL);
SELECT recent, before_recent, initial, turnarounds, turnaround_hours_median > 2.5e9 AS long, turnaround_hours_p90 > 2.5e9 AS very, annotator
FROM annoqa.facts_groups(facts.src('far'), NULL, NULL, ARRAY['annotator']) ORDER BY annotator;
SELECT labels, agreement, kappa, alpha, alpha_reason
FROM annoqa.facts_groups(facts.src('empty_source'), NULL, '{"alpha": true}', ARRAY['', 'annotator', 'bucket']);
SELECT count(*) FROM annoqa.facts_items(facts.src('empty_source'));
SELECT count(*) FROM annoqa.facts_labels(facts.src('empty_source'));
SELECT count(*) FROM annoqa.facts_pairs(facts.src('empty_source'));
SELECT count(*) FROM annoqa.facts_confusion(facts.src('empty_source'));
SELECT count(*) FROM annoqa.facts_onboarding(facts.src('empty_source'));
SELECT count(*) FROM annoqa.facts_guidelines(facts.src('empty_source'));

-- arguments that make no sense
SELECT count(*) FROM annoqa.facts_status(NULL);
SELECT * FROM annoqa.facts_status('SELECT 1');
SELECT * FROM annoqa.facts_status('DELETE FROM facts.small');
SELECT * FROM annoqa.facts_status(facts.src('small'), NULL, '[]');
SELECT * FROM annoqa.facts_status(facts.src('small'), NULL, '{"resolve": "newest"}');
SELECT * FROM annoqa.facts_status(facts.src('small'), NULL, '{"consensus_threshold": 2}');
SELECT * FROM annoqa.facts_status(facts.src('small'), NULL, '{"max_labels": 0}');
SELECT * FROM annoqa.facts_status(facts.src('small'), NULL, '{"timezone": "Nowhere/City"}');
SELECT * FROM annoqa.facts_groups(facts.src('small'), NULL, NULL, ARRAY['colour']);
SELECT * FROM annoqa.facts_groups(facts.src('small'), NULL, '{"bucket": "hour"}', ARRAY['bucket']);
SELECT * FROM annoqa.facts_items(facts.src('small'), NULL, NULL, 'some');
SELECT count(*) FROM annoqa.facts_groups(facts.src('small'), NULL, NULL, NULL);
DROP SCHEMA facts CASCADE;
