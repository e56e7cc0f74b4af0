--
-- The views over time, every column recounted in plain SQL over a small source of
-- awkward cases: ../data/awkward.sql, ../data/recount.sql.
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

-- flags, as the rules of a source would raise them: in a week with labels, in one
-- without, cleared, of someone without a vendor
BEGIN;
CREATE OR REPLACE FUNCTION annoqa.flag_times(source text, OUT annotator text, OUT vendor text,
	OUT raised_at timestamptz, OUT cleared_at timestamptz) RETURNS SETOF record LANGUAGE sql STABLE AS $$
	SELECT * FROM (VALUES ('bob', 'north', timestamptz '2024-03-05 12:00Z', timestamptz '2024-03-12 12:00Z'),
		('cyd', 'south', '2024-03-20 12:00Z', NULL), ('lou', NULL, '2024-03-06 12:00Z', '2024-03-06 13:00Z'))
		AS f (annotator, vendor, raised_at, cleared_at) WHERE source = 'awkward' $$;

-- every row counts for the source, its vendor and its annotator
CREATE FUNCTION keys(vendor text, annotator text) RETURNS TABLE (scope text, v text, a text) LANGUAGE sql AS $$
	VALUES ('source', '(all)', '(all)'), ('vendor', coalesce(vendor, '(none)'), '(all)'), ('annotator', '(all)', annotator) $$;
CREATE FUNCTION week(at timestamptz) RETURNS timestamptz LANGUAGE sql AS $$
	SELECT CASE WHEN at > '-infinity' THEN date_trunc('week', at, 'UTC') END $$;
-- 97.5% points of Student's t, 1 to 30 degrees of freedom (mpmath)
CREATE FUNCTION t975(df bigint) RETURNS float8 LANGUAGE sql AS $$
	SELECT ('{12.706204736175, 4.3026527297495, 3.1824463052837, 2.7764451051978, 2.5705818356363, 2.446911851145, 2.3646242515928, 2.3060041352042, 2.2621571627982, 2.2281388519863, 2.2009851600916, 2.1788128296672, 2.1603686564628, 2.1447866879178, 2.1314495455598, 2.1199052992213, 2.1098155778333, 2.100922040241, 2.0930240544083, 2.0859634472659, 2.0796138447277, 2.073873067904, 2.068657610419, 2.063898561628, 2.0595385527533, 2.0555294386429, 2.0518305164803, 2.0484071417952, 2.0452296421327, 2.0422724563012}'::float8[])[df] $$;

-- what an annotator did on an item: a label, or a skip
CREATE TABLE task AS
SELECT coalesce(l.item, s.item) AS item, coalesce(l.annotator, s.annotator) AS annotator,
	   CASE WHEN l.item IS NULL THEN s.vendor ELSE l.vendor END AS vendor,
	   CASE WHEN l.item IS NULL THEN s.at ELSE l.at END AS at, s.item IS NOT NULL AS skipped
FROM label AS l FULL JOIN (SELECT DISTINCT ON (item, annotator) item, annotator, vendor, at FROM src
						   WHERE skipped AND valid AND annotator IS NOT NULL ORDER BY item, annotator, at) AS s
	 ON (s.item, s.annotator) = (l.item, l.annotator);
-- when items came to wait, and were decided
CREATE TABLE event AS
SELECT item, coalesce((SELECT nullif(max(l.at), '-infinity') FROM label AS l WHERE l.item = d.item AND l.vote AND l.at <= d.adjudicated_at),
					  d.adjudicated_at) AS at, 1 AS change FROM decided AS d WHERE first
UNION ALL SELECT item, adjudicated_at, -1 FROM decided AS d WHERE first OR EXISTS (
	SELECT FROM decided AS p WHERE p.item = d.item AND p.next_at = d.adjudicated_at AND p.reopened_at < p.next_at)
UNION ALL SELECT item, reopened_at, 1 FROM decided WHERE reopened_at < coalesce(next_at, 'infinity')
UNION ALL SELECT item, since, 1 FROM reasons WHERE backlog AND item NOT IN (SELECT item FROM decided);
SELECT change, count(*) FROM event GROUP BY change ORDER BY change;

CREATE TABLE trend AS
WITH tasks AS (
	SELECT week(t.at) AS week, k.*, count(DISTINCT item) AS items, count(DISTINCT annotator) AS annotators,
		   count(*) AS tasks, count(*) FILTER (WHERE skipped) AS skips
	FROM task AS t, keys(t.vendor, t.annotator) AS k WHERE week(t.at) IS NOT NULL GROUP BY 1, 2, 3, 4),
labels AS (
	SELECT week(f.at) AS week, k.*, count(*) AS labels,
		   count(*) FILTER (WHERE scored) AS scored, count(*) FILTER (WHERE correct) AS correct,
		   count(*) FILTER (WHERE scored AND edge) AS edge_scored, count(*) FILTER (WHERE correct AND edge) AS edge_correct,
		   count(*) FILTER (WHERE dissents AND outcome = 'upheld') AS upheld,
		   count(*) FILTER (WHERE dissents AND outcome <> 'open') AS settled,
		   count(*) FILTER (WHERE bad_review OR label <> first_label OR repeats > repeats_equal OR adjudicated AND NOT as_decided) AS rework,
		   count(*) FILTER (WHERE reviews > 0) AS reviewed,
		   count(*) FILTER (WHERE first_review = 'accepted') AS first_accepted,
		   count(*) FILTER (WHERE last_review IN ('accepted', 'fixed')) AS accepted,
		   count(seconds) FILTER (WHERE people) AS timed,
		   count(*) FILTER (WHERE people AND seconds < (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x.seconds) FROM label AS x WHERE x.kind <> 'model') / 10) AS fast,
		   sum((confidence - correct::int) ^ 2) FILTER (WHERE scored) / nullif(count(confidence) FILTER (WHERE scored), 0) AS brier,
		   avg(confidence - correct::int) FILTER (WHERE scored) AS overconfidence,
		   percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS seconds,
		   percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM labeled_at - available_at)::float8 / 3600) AS turnaround,
		   count(*) FILTER (WHERE EXISTS (
				SELECT FROM label AS b WHERE b.annotator = f.annotator AND b.at >= week(f.at) - interval '240 h' AND b.at < week(f.at)
					   AND (k.scope <> 'vendor' OR coalesce(b.vendor, '(none)') = k.v))) AS continued
	FROM fact AS f, keys(f.vendor, f.annotator) AS k WHERE week(f.at) IS NOT NULL GROUP BY 1, 2, 3, 4),
repeats AS (
	SELECT week(r.at) AS week, k.*, count(*) AS n, count(*) FILTER (WHERE r.label = l.first_label) AS equal
	FROM labeling AS r JOIN label AS l USING (item, annotator), keys(r.vendor, r.annotator) AS k
	WHERE r.k > 1 GROUP BY 1, 2, 3, 4),
prices AS (
	SELECT week(s.at) AS week, k.*, sum(s.price::numeric)::float8 AS cost
	FROM src AS s, keys(s.vendor, s.annotator) AS k WHERE s.annotator IS NOT NULL GROUP BY 1, 2, 3, 4),
-- of items in the week of their newest label
joint AS (
	SELECT week(f.newest_at) AS week, k.*, count(DISTINCT f.item) AS completed,
		   count(DISTINCT f.item) FILTER (WHERE r.backlog OR f.item IN (SELECT item FROM decided)) AS disputed,
		   count(f.others) AS others, count(*) FILTER (WHERE f.others = f.label) AS others_equal
	FROM fact AS f JOIN reasons AS r USING (item), keys(f.vendor, f.annotator) AS k
	WHERE week(f.newest_at) IS NOT NULL GROUP BY 1, 2, 3, 4),
pairs AS (
	SELECT week, scope, v, a, count(*) AS m, sum(e) / sum(n) AS x,
		   sqrt(count(*) / nullif(count(*) - 1.0, 0) * (sum(e * e) - 2 * sum(e) / sum(n) * sum(e * n)
				+ (sum(e) / sum(n)) ^ 2 * sum(n * n))::numeric) / sum(n) AS error,
		   sum(e * e) - 2 * sum(e) / sum(n) * sum(e * n) + (sum(e) / sum(n)) ^ 2 * sum(n * n) < 1e-9 AS flat
	FROM (SELECT week(f.newest_at) AS week, k.*, f.item, count(*)::float8 AS n,
				 count(*) FILTER (WHERE f.label = o.label)::float8 AS e
		  FROM fact AS f JOIN label AS o ON o.item = f.item AND o.annotator <> f.annotator AND o.people,
			   keys(f.vendor, f.annotator) AS k
		  WHERE f.people OR k.scope = 'annotator' GROUP BY 1, 2, 3, 4, f.item) AS p
	GROUP BY week, scope, v, a HAVING count(*) > 0),
alphas AS (
	SELECT p.week, p.scope, p.v, p.a, c.estimate, c.ci_lower, c.ci_upper, c.n_pairable_items
	FROM (SELECT week(f.newest_at) AS week, k.*, annoqa.ratings_agg(f.item, f.annotator, f.label) AS r
		  FROM fact AS f, keys(f.vendor, f.annotator) AS k
		  WHERE f.people AND NOT f.scored AND k.scope <> 'annotator' GROUP BY 1, 2, 3, 4) AS p,
		 annoqa.coefficients(p.r) AS c WHERE c.coefficient = 'krippendorff_alpha'),
moves AS (
	SELECT week(at) AS week, scope, v, a, count(*) FILTER (WHERE change > 0) AS opened, count(*) FILTER (WHERE change < 0) AS closed
	FROM (SELECT DISTINCT e.item, e.at, e.change, k.* FROM event AS e JOIN label AS l USING (item), keys(l.vendor, l.annotator) AS k) AS d
	GROUP BY 1, 2, 3, 4),
flags AS (
	SELECT week(e.at) AS week, k.*, count(*) FILTER (WHERE e.raised) AS raised, count(*) FILTER (WHERE NOT e.raised) AS cleared
	FROM annoqa.flag_times('awkward') AS f, keys(f.vendor, f.annotator) AS k,
		 LATERAL (VALUES (f.raised_at, true), (f.cleared_at, false)) AS e (at, raised)
	WHERE e.at IS NOT NULL GROUP BY 1, 2, 3, 4),
k AS (SELECT week, scope, v, a FROM tasks UNION SELECT week, scope, v, a FROM joint
	  UNION SELECT week, scope, v, a FROM moves UNION SELECT week, scope, v, a FROM flags)
SELECT week AS "time", 'awkward' AS source, scope, v AS vendor, a AS annotator,
	   week + interval '168 h' <= (SELECT max(labeled_at) FROM label) AS complete,
	   coalesce(l.labels, 0) AS labels, coalesce(t.items, 0) AS items, coalesce(t.annotators, 0) AS annotators,
	   l.correct::float8 / nullif(l.scored, 0) AS gold_accuracy, coalesce(l.scored, 0) AS gold_accuracy_n,
	   al.estimate AS alpha, CASE WHEN scope <> 'annotator' THEN coalesce(al.n_pairable_items, 0) END AS alpha_n,
	   al.ci_lower AS alpha_lower, al.ci_upper AS alpha_upper,
	   p.x AS agreement, coalesce(p.m, 0) AS agreement_n,
	   CASE WHEN p.m > 1 AND NOT p.flat THEN greatest(p.x - t975(p.m - 1) * p.error, 0) END AS agreement_lower,
	   CASE WHEN p.m > 1 AND NOT p.flat THEN least(p.x + t975(p.m - 1) * p.error, 1) END AS agreement_upper,
	   j.others_equal::float8 / nullif(j.others, 0) AS consensus_agreement, coalesce(j.others, 0) AS consensus_agreement_n,
	   l.edge_correct::float8 / nullif(l.edge_scored, 0) AS edge_case_accuracy, coalesce(l.edge_scored, 0) AS edge_case_accuracy_n,
	   r.equal::float8 / nullif(r.n, 0) AS self_agreement, coalesce(r.n, 0) AS self_agreement_n,
	   l.upheld::float8 / nullif(l.settled, 0) AS dissent_upheld_rate, coalesce(l.settled, 0) AS dissent_upheld_rate_n,
	   t.skips::float8 / nullif(t.tasks, 0) AS skip_rate, coalesce(t.tasks, 0) AS skip_rate_n,
	   j.disputed::float8 / nullif(j.completed, 0) AS adjudication_rate, coalesce(j.completed, 0) AS adjudication_rate_n,
	   l.rework::float8 / nullif(l.labels, 0) AS rework_rate, coalesce(l.labels, 0) AS rework_rate_n,
	   l.first_accepted::float8 / nullif(l.reviewed, 0) AS first_pass_acceptance, coalesce(l.reviewed, 0) AS first_pass_acceptance_n,
	   l.accepted::float8 / nullif(l.reviewed, 0) AS acceptance_rate, coalesce(l.reviewed, 0) AS acceptance_rate_n,
	   l.fast::float8 / nullif(l.timed, 0) AS fast_rate, coalesce(l.timed, 0) AS fast_rate_n,
	   l.continued::float8 / nullif(l.labels, 0) AS continuity, l.brier AS brier_score, l.overconfidence,
	   l.seconds AS seconds_median, 3600 / nullif(l.seconds, 0) AS labels_per_hour,
	   3600 / nullif(l.seconds, 0) * l.correct / nullif(l.scored, 0) AS correct_labels_per_hour,
	   l.turnaround AS turnaround_hours_median, c.cost / nullif(l.labels, 0) AS cost_per_label,
	   c.cost / nullif(l.labels * l.correct::float8 / nullif(l.scored, 0), 0) AS cost_per_correct_label,
	   coalesce(m.opened, 0) AS backlog_opened, coalesce(m.closed, 0) AS backlog_closed,
	   (SELECT coalesce(sum(x.opened - x.closed), 0)::bigint FROM moves AS x
		WHERE (x.scope, x.v, x.a) = (k.scope, k.v, k.a) AND x.week <= k.week) AS backlog_open,
	   coalesce(f.raised, 0) AS flags_raised,
	   (SELECT coalesce(sum(x.raised - x.cleared), 0)::bigint FROM flags AS x
		WHERE (x.scope, x.v, x.a) = (k.scope, k.v, k.a) AND x.week <= k.week) AS flags_open
FROM k LEFT JOIN tasks AS t USING (week, scope, v, a) LEFT JOIN labels AS l USING (week, scope, v, a)
	 LEFT JOIN repeats AS r USING (week, scope, v, a) LEFT JOIN prices AS c USING (week, scope, v, a)
	 LEFT JOIN joint AS j USING (week, scope, v, a) LEFT JOIN pairs AS p USING (week, scope, v, a)
	 LEFT JOIN alphas AS al USING (week, scope, v, a) LEFT JOIN moves AS m USING (week, scope, v, a)
	 LEFT JOIN flags AS f USING (week, scope, v, a);

-- bounds of proportions are Wilson's of the rate and its denominator
SELECT string_agg(format('(annoqa.wilson_interval(round(t.%1$I * t.%2$I)::bigint, nullif(t.%2$I, 0))).lower AS %3$I, (annoqa.wilson_interval(round(t.%1$I * t.%2$I)::bigint, nullif(t.%2$I, 0))).upper AS %4$I',
	metric, metric || '_n', metric || '_lower', metric || '_upper'), ', ') AS bounds
FROM annoqa.metrics() WHERE kind = 'rate' AND metric NOT IN ('alpha', 'agreement') \gset
SELECT rows, columns, different, example FROM differences('SELECT * FROM annoqa.quality_trend WHERE source = ''awkward''',
	format('SELECT t.*, %s FROM recount.trend AS t', :'bounds'));
SELECT scope, count(*), sum(labels) AS labels, max(flags_open) AS flags_open FROM annoqa.quality_trend WHERE source = 'awkward' GROUP BY scope ORDER BY scope;

-- one vocabulary: the columns of the view, but for keys, denominators and bounds
SELECT (SELECT array_agg(metric) FROM annoqa.metrics()) = (
	SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute
	WHERE attrelid = 'annoqa.quality_trend'::regclass AND attnum > 6 AND attname !~ '_(n|lower|upper)$') AS same;
SELECT (SELECT array_agg(metric) FROM annoqa.metrics() WHERE kind = 'rate') = (
	SELECT array_agg(replace(attname, '_upper', '') ORDER BY attnum) FROM pg_attribute
	WHERE attrelid = 'annoqa.quality_trend'::regclass AND attname ~ '_upper$') AS rates;

-- the same, one row a metric
SELECT string_agg(format('SELECT "time", source, scope, vendor, annotator, %L AS metric, %1$I::float8 AS value, %s, complete FROM annoqa.quality_trend', metric,
	CASE kind WHEN 'rate' THEN format('%I AS value_n, %I AS value_lower, %I AS value_upper', metric || '_n', metric || '_lower', metric || '_upper')
	ELSE 'NULL::bigint AS value_n, NULL::float8 AS value_lower, NULL::float8 AS value_upper' END), ' UNION ALL ') AS long
FROM annoqa.metrics() \gset
SELECT rows, columns, different FROM differences('TABLE annoqa.quality_trend_long', :'long');

-- what is shown without buckets is what the scorecards show
SELECT annoqa.snapshot('awkward') ~ '^snapshot of source "awkward": \d+ figures$' AS said;
SELECT count(*) AS figures, count(*) FILTER (WHERE h.value IS DISTINCT FROM c.value OR h.value_n IS DISTINCT FROM c.value_n
	OR h.value_lower IS DISTINCT FROM c.value_lower) AS different
FROM annoqa.scorecard_history AS h JOIN (
	SELECT 'annotator' AS scope, '(all)' AS vendor, a.annotator, m.*
	FROM annoqa.annotator_scorecard AS a, LATERAL (VALUES
		('labels', labels::float8, NULL, NULL), ('items', items, NULL, NULL),
		('gold_accuracy', gold_accuracy, gold_accuracy_n, gold_accuracy_lower),
		('agreement', agreement, agreement_n, agreement_lower), ('skip_rate', skip_rate, skip_rate_n, skip_rate_lower),
		('consensus_agreement', consensus_agreement, consensus_agreement_n, consensus_agreement_lower),
		('rework_rate', rework_rate, rework_rate_n, rework_rate_lower), ('fast_rate', fast_rate, fast_rate_n, fast_rate_lower),
		('brier_score', brier_score, NULL, NULL), ('overconfidence', overconfidence, NULL, NULL),
		('seconds_median', seconds_median, NULL, NULL), ('cost_per_label', cost_per_label, NULL, NULL))
		AS m (metric, value, value_n, value_lower) WHERE a.source = 'awkward'
	UNION ALL
	SELECT 'vendor', v.vendor, '(all)', m.*
	FROM annoqa.vendor_scorecard AS v, LATERAL (VALUES
		('continuity', continuity, NULL, NULL), ('adjudication_rate', adjudication_rate, adjudication_rate_n, adjudication_rate_lower),
		('turnaround_hours_median', turnaround_hours_median, NULL, NULL),
		('cost_per_correct_label', cost_per_correct_label, NULL, NULL))
		AS m (metric, value, value_n, value_lower) WHERE v.source = 'awkward') AS c
	ON (c.scope, c.vendor, c.annotator, c.metric) = (h.scope, h.vendor, h.annotator, h.metric);
SELECT metric, value, since, until FROM annoqa.scorecard_history WHERE scope = 'source' AND metric IN ('labels', 'backlog_open', 'flags_open', 'backlog_closed') ORDER BY metric;
SELECT count(*) = (SELECT value FROM annoqa.scorecard_history WHERE scope = 'source' AND metric = 'backlog_open') AS backlog
FROM annoqa.adjudication_backlog('awkward');
-- later edits do not touch it; without an argument all sources are kept
DELETE FROM awkward.label WHERE annotator = 'ann';
SELECT value FROM annoqa.scorecard_history('awkward', annotator => 'ann') WHERE metric = 'labels';
ALTER TABLE awkward.tags RENAME tag TO word;
SELECT regexp_replace(annoqa.snapshot(), '\d+ figures', 'n figures');
ROLLBACK;

-- a label at 23:30 UTC on a Sunday and one at 00:30 on Monday: the same weeks in
-- sessions of two time zones; other days in a source of another zone
SET timezone = 'America/Los_Angeles';
SELECT "time" AT TIME ZONE 'UTC' AS week, labels FROM annoqa.quality_trend('awkward', annotator => 'bob', since => '2024-03-10 12:00Z', until => '2024-03-11 12:00Z')
WHERE scope = 'source';
SET timezone = 'Asia/Tokyo';
SELECT "time" AT TIME ZONE 'UTC' AS week, labels FROM annoqa.quality_trend('awkward', annotator => 'bob', since => '2024-03-10 12:00Z', until => '2024-03-11 12:00Z')
WHERE scope = 'source';
SELECT "time" AT TIME ZONE 'UTC' AS day, labels FROM annoqa.quality_trend('awkward', annotator => 'bob', bucket => 'day', since => '2024-03-10Z', until => '2024-03-12Z')
WHERE scope = 'source';
SELECT annoqa.alter_source('awkward', timezone => 'America/New_York') IS NOT NULL AS altered;
SELECT "time" AT TIME ZONE 'UTC' AS day, labels FROM annoqa.quality_trend('awkward', annotator => 'bob', bucket => 'day', since => '2024-03-10 12:00Z', until => '2024-03-12Z')
WHERE scope = 'source';
SELECT "time" AT TIME ZONE 'America/New_York' AS month, labels FROM annoqa.quality_trend('awkward', bucket => 'month') WHERE scope = 'source';
SET timezone = 'UTC';
SELECT annoqa.alter_source('awkward', reset => ARRAY['timezone']) IS NOT NULL AS altered;
-- an item labeled in two weeks: labels in each, agreement in the second; a label
-- without time in no week
SELECT "time"::date, labels, agreement_n FROM annoqa.quality_trend('awkward', annotator => 'dan') WHERE scope = 'source';
SELECT sum(labels) - (SELECT count(*) FROM label) AS untimed FROM annoqa.quality_trend('awkward') WHERE scope = 'source';
SELECT * FROM annoqa.quality_trend('awkward', bucket => 'hour');
SELECT * FROM annoqa.quality_trend_long('awkward', bucket => NULL);
SELECT count(*) FROM annoqa.quality_trend WHERE source = 'bare';

-- versions of the guideline against the one before, by labels of people
CREATE TABLE spoken AS SELECT * FROM label WHERE kind <> 'model';
SELECT rows, columns, different, example FROM differences('SELECT * FROM annoqa.guideline_effect WHERE source = ''awkward''', $$
	WITH version AS (
		SELECT guideline, min(labeled_at) AS began, lag(guideline) OVER (ORDER BY min(labeled_at)) AS previous
		FROM spoken WHERE guideline IS NOT NULL GROUP BY guideline),
	middle AS (
		SELECT l.guideline, l.seconds, row_number() OVER (PARTITION BY guideline ORDER BY seconds) AS k,
			   count(*) OVER (PARTITION BY guideline) AS n,
			   round((count(*) OVER (PARTITION BY guideline) + 1) / 2.0 - sqrt(count(*) OVER (PARTITION BY guideline)))::int AS c
		FROM spoken AS l WHERE seconds IS NOT NULL),
	-- the median's error, by z of a binomial tail: v0 has too few, of 14 and 32
	-- labels that are 4th and 11th from either end (z by mpmath)
	error AS (
		SELECT guideline, (max(seconds) FILTER (WHERE k = n - c + 1) - max(seconds) FILTER (WHERE k = c))
			   / 2 / CASE n WHEN 14 THEN 1.9004579604665 WHEN 32 THEN 1.9590881892542 END AS se
		FROM middle WHERE n >= 5 AND c >= 1 GROUP BY guideline, n),
	m AS (
		SELECT f.guideline, 'gold_accuracy' AS metric, 1 AS sign, count(*) FILTER (WHERE correct)::float8 / nullif(count(*) FILTER (WHERE scored), 0) AS x,
			   count(*) FILTER (WHERE scored) AS n, (awkward.by_items(array_agg(item) FILTER (WHERE scored), array_agg(correct) FILTER (WHERE scored))).lower,
			   (awkward.by_items(array_agg(item) FILTER (WHERE scored), array_agg(correct) FILTER (WHERE scored))).upper FROM fact AS f WHERE people GROUP BY 1
		UNION ALL
		SELECT f.guideline, 'adjudication_rate', -1, count(DISTINCT f.item) FILTER (WHERE r.backlog OR f.item IN (SELECT item FROM decided))::float8
			   / count(DISTINCT f.item), count(DISTINCT f.item), NULL, NULL FROM fact AS f JOIN reasons AS r USING (item) WHERE people GROUP BY 1
		UNION ALL
		SELECT p.guideline, 'alpha', 1, c.estimate, c.n_pairable_items, c.ci_lower, c.ci_upper
		FROM (SELECT f.guideline, annoqa.ratings_agg(f.item, f.annotator, f.label) AS r FROM fact AS f WHERE people AND NOT scored GROUP BY 1) AS p,
			 annoqa.coefficients(p.r) AS c WHERE c.coefficient = 'krippendorff_alpha'
		UNION ALL
		SELECT l.guideline, 'seconds_median', -1, percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds), count(seconds),
			   percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) - 1.959963984540054 * max(e.se),
			   percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) + 1.959963984540054 * max(e.se)
		FROM spoken AS l LEFT JOIN error AS e USING (guideline) GROUP BY 1),
	b AS (
		SELECT m.guideline, m.metric, m.sign, m.x, m.n, CASE metric WHEN 'adjudication_rate' THEN w.lower ELSE m.lower END AS lower,
			   CASE metric WHEN 'adjudication_rate' THEN w.upper ELSE m.upper END AS upper
		FROM m LEFT JOIN LATERAL annoqa.wilson_interval(CASE metric WHEN 'adjudication_rate' THEN round(m.x * m.n)::bigint END, nullif(m.n, 0)) AS w ON true),
	s AS (
		SELECT f.guideline, coalesce(f.stratum, '(none)') AS stratum, d.metric,
			   CASE d.metric WHEN 'gold_accuracy' THEN count(*) FILTER (WHERE correct)::float8 / nullif(count(*) FILTER (WHERE scored), 0)
				ELSE count(DISTINCT f.item) FILTER (WHERE r.backlog OR f.item IN (SELECT item FROM decided))::float8 / count(DISTINCT f.item) END AS x,
			   CASE d.metric WHEN 'gold_accuracy' THEN count(*) FILTER (WHERE scored) ELSE count(DISTINCT f.item) END AS n
		FROM fact AS f JOIN reasons AS r USING (item), (VALUES ('gold_accuracy'), ('adjudication_rate')) AS d (metric) WHERE people GROUP BY 1, 2, 3)
	SELECT 'awkward' AS source, v.guideline, v.previous, d.metric, o.x AS before,
		   CASE WHEN v.previous IS NOT NULL THEN coalesce(o.n, 0) END AS n_before,
		   a.x AS after, coalesce(a.n, 0) AS n_after, a.x - o.x AS difference, i.lower AS difference_lower, i.upper AS difference_upper,
		   CASE WHEN i.lower * d.sign > 0 AND i.upper * d.sign > 0 THEN 'better' WHEN i.lower * d.sign < 0 AND i.upper * d.sign < 0 THEN 'worse'
				WHEN v.previous IS NOT NULL THEN 'not enough evidence' END AS verdict, v.began AS in_use_since,
		   (SELECT count(*) FILTER (WHERE l.guideline = v.guideline)::float8 / count(*) FROM spoken AS l WHERE l.labeled_at >= v.began) AS adoption,
		   (SELECT count(*) FROM (SELECT DISTINCT ON (annotator) guideline, labeled_at FROM spoken WHERE labeled_at IS NOT NULL
								  ORDER BY annotator, labeled_at DESC) AS l
			WHERE l.labeled_at >= v.began AND l.guideline IN (SELECT x.guideline FROM version AS x WHERE x.began < v.began)) AS annotators_not_adopted,
		   (SELECT sum((x.x - y.x) * (x.n + y.n)) / sum(x.n + y.n) FROM s AS x JOIN s AS y USING (stratum, metric)
			WHERE x.guideline = v.guideline AND y.guideline = v.previous AND metric = d.metric AND x.x IS NOT NULL AND y.x IS NOT NULL) AS adjusted_difference
	FROM version AS v CROSS JOIN (VALUES ('gold_accuracy', 1), ('alpha', 1), ('adjudication_rate', -1), ('seconds_median', -1)) AS d (metric, sign)
		 LEFT JOIN b AS a ON (a.guideline, a.metric) = (v.guideline, d.metric)
		 LEFT JOIN b AS o ON (o.guideline, o.metric) = (v.previous, d.metric)
		 CROSS JOIN LATERAL (SELECT a.x - o.x - sqrt((a.x - a.lower) ^ 2 + (o.upper - o.x) ^ 2) AS lower,
									a.x - o.x + sqrt((a.upper - a.x) ^ 2 + (o.x - o.lower) ^ 2) AS upper) AS i$$);

-- seconds that tie have bounds where they are, few have none, and models take no part
CREATE TABLE recount.tied AS
SELECT i AS item, w AS who, 'x' AS label, CASE WHEN w = 'bot' THEN 'model' ELSE 'human' END AS kind, CASE WHEN i <= 30 THEN 'v1' WHEN i <= 60 THEN 'v2' ELSE 'v3' END AS version,
	   CASE WHEN w = 'bot' THEN i WHEN i <= 30 THEN 12 ELSE 10 END AS seconds, timestamptz '2024-01-01Z' + i * interval '1 h' AS at
FROM generate_series(1, 62) AS i, unnest('{ann,bot}'::text[]) AS w;
SELECT annoqa.create_source('tied', 'recount.tied', 'item', 'who', 'label', labeled_at => 'at', seconds => 'seconds', guideline => 'version', annotator_kind => 'kind') IS NOT NULL AS created;
SELECT guideline, before, n_before, after, n_after, difference, difference_lower, difference_upper, verdict, adoption
FROM annoqa.guideline_effect('tied') WHERE metric = 'seconds_median' ORDER BY 1;
-- nobody is told of once
SET client_min_messages = notice;
SELECT count(after) FROM annoqa.guideline_effect('tied', annotator => 'nobody');
SET client_min_messages = warning;
SELECT annoqa.drop_source('tied') IS NOT NULL AS dropped;

-- the first labels of each item: as of a source that holds no others
CREATE TABLE recount.labels AS
SELECT i AS item, 'w' || j AS who, 'v' || j % 2 AS vendor,
	   CASE WHEN (i * 7 + j * 13) % 5 = 0 THEN 'b' WHEN (i + j) % 3 = 0 THEN 'c' ELSE 'a' END AS label,
	   CASE WHEN (i + j) % 11 > 0 THEN timestamptz '2024-01-01Z' + i % 3 * interval '7 days' + (i * j) % 4 * interval '1 h' END AS at
FROM generate_series(1, 60) AS i, generate_series(0, 5) AS j WHERE j <= i % 6;
CREATE VIEW recount.first_labels AS
SELECT item, who, vendor, label, at
FROM (SELECT *, row_number() OVER (PARTITION BY item ORDER BY at, who COLLATE "C") AS k FROM recount.labels) AS x WHERE k <= 3;
SELECT annoqa.create_source(r, 'recount.' || r, 'item', 'who', 'label', vendor => 'vendor', labeled_at => 'at') IS NOT NULL AS created
FROM unnest('{labels,first_labels}'::text[]) AS r;
CREATE FUNCTION recount.compared(OUT rows bigint, OUT differing bigint, OUT counted_more bigint) LANGUAGE sql AS $$
	SELECT count(*), count(*) FILTER (WHERE (a.alpha, coalesce(a.alpha_n, 0), a.alpha_lower, a.alpha_upper, a.agreement, a.agreement_n, a.agreement_lower, a.agreement_upper)
		IS DISTINCT FROM (b.alpha, coalesce(b.alpha_n, 0), b.alpha_lower, b.alpha_upper, b.agreement, coalesce(b.agreement_n, 0), b.agreement_lower, b.agreement_upper)),
		   count(*) FILTER (WHERE a.labels > b.labels)
	FROM annoqa.quality_trend('labels') AS a FULL JOIN annoqa.quality_trend('first_labels') AS b USING ("time", scope, vendor, annotator) $$;
SELECT rows, differing > 0 AS differ FROM recount.compared();
SELECT annoqa.alter_source('labels', first_labels => 1);
SELECT annoqa.alter_source('labels', first_labels => 3) IS NOT NULL AS altered;
SELECT first_labels FROM annoqa.sources WHERE source = 'labels';
SELECT rows, differing, counted_more > 0 AS counts_stay FROM recount.compared();
-- history too; elsewhere all labels are compared
SELECT annoqa.snapshot('labels') IS NOT NULL AND annoqa.snapshot('first_labels') IS NOT NULL AS kept;
SELECT count(*) AS figures, count(*) FILTER (WHERE (a.value, a.value_n, a.value_lower) IS DISTINCT FROM (b.value, b.value_n, b.value_lower)) AS differing
FROM annoqa.scorecard_history AS a JOIN annoqa.scorecard_history AS b USING (scope, vendor, annotator, metric)
WHERE a.source = 'labels' AND b.source = 'first_labels' AND metric IN ('alpha', 'agreement');
SELECT count(*) FILTER (WHERE a.agreement_n > b.agreement_n) > 0 AS all_compared
FROM annoqa.annotator_scorecard('labels') AS a JOIN annoqa.annotator_scorecard('first_labels') AS b USING (annotator);

-- who may call what, and see it
CREATE ROLE workbench_ops;
CREATE ROLE workbench_reader;
GRANT USAGE ON SCHEMA awkward TO workbench_ops, workbench_reader;
GRANT SELECT ON awkward.label TO workbench_ops, workbench_reader;
GRANT EXECUTE ON FUNCTION annoqa.snapshot TO workbench_ops;
SET ROLE workbench_reader;
SELECT annoqa.snapshot('awkward');
INSERT INTO annoqa.snapshot_entry ("time", source, scope, vendor, annotator, metric) VALUES (now(), 'awkward', 'source', '(all)', '(all)', 'labels');
SELECT count(*) FROM annoqa.scorecard_history_entry;
SET ROLE workbench_ops;
SELECT annoqa.snapshot('awkward') ~ 'figures' AS kept;
SELECT annoqa.snapshot('flagged');
SELECT count(DISTINCT source) FROM annoqa.scorecard_history;
UPDATE annoqa.snapshot_entry SET value = 1;
RESET ROLE;
ALTER TABLE awkward.label ENABLE ROW LEVEL SECURITY;
CREATE POLICY north_only ON awkward.label USING (vendor = 'north');
SET ROLE workbench_reader;
-- under row security figures are of the rows that one sees, and nothing stored
SELECT sum(labels) AS labels, max(flags_open) AS flags FROM annoqa.quality_trend('awkward') WHERE scope = 'source';
SELECT count(*) FROM annoqa.scorecard_history;
SELECT count(*) FROM annoqa.scorecard_history('awkward');
RESET ROLE;
SELECT annoqa.drop_source(source) FROM (SELECT source FROM annoqa.sources ORDER BY source) AS s;
SELECT count(*) FROM annoqa.scorecard_history_entry;
DROP OWNED BY workbench_ops, workbench_reader;
DROP ROLE workbench_ops, workbench_reader;
DROP SCHEMA awkward, recount CASCADE;
