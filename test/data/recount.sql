--
-- The words of VIEWS in plain SQL over the rows of awkward.label, independent of
-- the engine: what workbench tests compare views with.  Settings of the source
-- "awkward" are written out: the latest label counts, 1 label required and 2 at
-- most, threshold 0.75, floor 0.6, period of 10 days, weeks in UTC.
--
CREATE SCHEMA recount;
SET search_path = recount, public;

-- rows that differ between two queries, numbers to nine digits; prints the first
CREATE FUNCTION rounded(j jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
	RETURN CASE jsonb_typeof(j)
		WHEN 'number' THEN to_jsonb(trim_scale(round(j::numeric, 9)))
		WHEN 'object' THEN (SELECT coalesce(jsonb_object_agg(k, recount.rounded(v)), '{}') FROM jsonb_each(j) AS e (k, v))
		WHEN 'array' THEN (SELECT coalesce(jsonb_agg(recount.rounded(v) ORDER BY n), '[]')
						   FROM jsonb_array_elements(j) WITH ORDINALITY AS e (v, n))
		ELSE j END;
END $$;
CREATE FUNCTION differences(shown text, counted text, json_columns text[] DEFAULT '{}',
	OUT rows bigint, OUT columns bigint, OUT different bigint, OUT example text)
	LANGUAGE plpgsql AS $$
DECLARE
	expand text := '';
	c text;
BEGIN
	FOREACH c IN ARRAY json_columns LOOP
		expand := expand || format(' || jsonb_build_object(%L, t.%1$I::jsonb)', c);
	END LOOP;
	EXECUTE format($q$
		WITH s AS (SELECT recount.rounded(to_jsonb(t)%1$s) AS r FROM (%2$s) AS t),
			 c AS (SELECT recount.rounded(to_jsonb(t)%1$s) AS r FROM (%3$s) AS t),
			 d AS ((SELECT 'shown' AS side, r FROM (TABLE s EXCEPT ALL TABLE c) AS x)
				   UNION ALL (SELECT 'counted', r FROM (TABLE c EXCEPT ALL TABLE s) AS x))
		SELECT (SELECT count(*) FROM s),
			   (SELECT count(*) FROM (SELECT jsonb_object_keys(r) FROM (SELECT r FROM s LIMIT 1) AS x) AS k),
			   (SELECT count(*) FROM d),
			   (SELECT string_agg(side || ' ' || r::text, E'\n' ORDER BY r::text) FROM
				(SELECT * FROM d ORDER BY r::text LIMIT 4) AS x)$q$, expand, shown, counted)
	INTO rows, columns, different, example;
END $$;

-- what rows state, within its range
CREATE TABLE src AS
SELECT n, item, annotator, label, gold, labeled_at, available_at,
	   CASE WHEN seconds >= 0 THEN seconds END AS seconds,
	   CASE WHEN confidence BETWEEN 0 AND 1 THEN confidence END AS confidence,
	   vendor, coalesce(kind, 'human') AS kind, guideline, batch, stratum, price,
	   skipped IS TRUE AS skipped, valid IS NOT FALSE AS valid, review, suggestion,
	   coalesce(labeled_at, '-infinity') AS at
FROM awkward.label WHERE item IS NOT NULL;
CREATE TABLE labeling AS
SELECT s.*, row_number() OVER (PARTITION BY item, annotator ORDER BY at, label COLLATE "C",
	available_at NULLS FIRST, seconds NULLS FIRST, confidence NULLS FIRST, n) AS k
FROM src AS s
WHERE annotator IS NOT NULL AND label IS NOT NULL AND valid AND NOT skipped;

-- the label of each pair: the latest, unless two differ then
CREATE TABLE label AS
SELECT l.*, p.first_label, p.repeats, p.repeats_equal,
	   p.reviews, p.first_review, p.last_review, p.bad_review,
	   l.kind <> 'model' AS people,
	   l.kind <> 'model' AND l.annotator NOT IN ('new', 'gus') AS vote
FROM labeling AS l JOIN (
	SELECT item, annotator, max(k) AS last,
		   (array_agg(label ORDER BY k))[1] AS first_label, count(*) - 1 AS repeats,
		   count(*) FILTER (WHERE k > 1 AND label = first_l) AS repeats_equal,
		   count(DISTINCT label) FILTER (WHERE at = last_at) AS at_last,
		   count(review) AS reviews,
		   (array_agg(review ORDER BY k) FILTER (WHERE review IS NOT NULL))[1] AS first_review,
		   (array_agg(review ORDER BY k DESC) FILTER (WHERE review IS NOT NULL))[1] AS last_review,
		   bool_or(review IN ('fixed', 'rejected')) IS TRUE AS bad_review
	FROM (SELECT l.*, first_value(label) OVER (PARTITION BY item, annotator ORDER BY k) AS first_l,
				 max(at) OVER (PARTITION BY item, annotator) AS last_at FROM labeling AS l) AS l
	GROUP BY item, annotator) AS p ON (p.item, p.annotator, p.last) = (l.item, l.annotator, l.k)
WHERE p.at_last = 1;

-- gold, where all rows agree, and the decisions that stand
CREATE TABLE gold AS
SELECT item, min(answers) AS answers FROM (
	SELECT item, (SELECT array_agg(DISTINCT g ORDER BY g) FROM unnest(gold) AS g) AS answers
	FROM src WHERE gold IS NOT NULL AND valid) AS g
GROUP BY item HAVING count(DISTINCT answers) = 1;
CREATE TABLE decided AS
SELECT a.item, a.revision, a.label, a.edge_case, a.adjudicated_at, r.reopened_at,
	   lead(a.adjudicated_at) OVER w AS next_at,
	   r.reopened_at IS NULL AND lead(a.revision) OVER w IS NULL AS stands,
	   row_number() OVER w = 1 AS first
FROM annoqa.adjudication AS a LEFT JOIN annoqa.reopening AS r USING (source, item, revision)
WHERE a.source = 'awkward' AND a.item IN (SELECT item FROM src)
WINDOW w AS (PARTITION BY a.item ORDER BY a.revision);

-- gold accuracy by annotator, drawn towards the mean
CREATE TABLE person AS
SELECT s.annotator, s.n_gold AS scored, s.n_correct AS correct,
	   CASE WHEN s.n_gold > 0 THEN s.shrunken END AS accuracy,
	   CASE WHEN i.lower > 0.6 THEN true WHEN i.upper < 0.6 THEN false END AS meets_floor
FROM annoqa.shrunken_accuracy(
	 (SELECT array_agg(annotator) FROM (SELECT DISTINCT annotator FROM label) AS a),
	 (SELECT array_agg((SELECT count(*) FROM label AS l JOIN gold AS g USING (item)
			WHERE l.annotator = a.annotator AND l.label = ANY (g.answers)))
	  FROM (SELECT DISTINCT annotator FROM label) AS a),
	 (SELECT array_agg((SELECT count(*) FROM label AS l JOIN gold AS g USING (item)
			WHERE l.annotator = a.annotator))
	  FROM (SELECT DISTINCT annotator FROM label) AS a)) AS s,
	 annoqa.anytime_interval(s.n_correct, s.n_gold) AS i;

-- votes of an item, and the answer that they give; without one annotator, too
CREATE FUNCTION votes(of_item text, without text DEFAULT NULL,
	OUT n bigint, OUT n_distinct bigint, OUT consensus text, OUT tied boolean,
	OUT confidence float8, OUT unclear boolean, OUT margin float8, OUT entropy float8,
	OUT agreement float8, OUT shares jsonb, OUT top text, OUT second text)
	LANGUAGE plpgsql AS $$
BEGIN
	WITH c AS (
		SELECT label, count(*) AS v FROM recount.label
		WHERE item = of_item AND vote AND annotator IS DISTINCT FROM without GROUP BY label),
	r AS (SELECT c.*, row_number() OVER (ORDER BY v DESC, label COLLATE "C") AS k,
				 sum(v) OVER () AS total, max(v) OVER () AS most,
				 count(*) OVER () AS labels FROM c)
	SELECT coalesce(max(total), 0), coalesce(max(labels), 0), coalesce(count(*) FILTER (WHERE v = most) > 1, false),
		   CASE WHEN max(total) > 1 THEN max(most)::float8 / max(total) END,
		   CASE WHEN max(total) > 1 THEN (max(v) FILTER (WHERE k = 1) - coalesce(max(v) FILTER (WHERE k = 2), 0))::float8 / max(total) END,
		   -sum(v / total * ln(v / total)), sum(v * (v - 1)) / nullif(max(total * (total - 1)), 0),
		   jsonb_object_agg(label, v / total), max(label) FILTER (WHERE k = 1), max(label) FILTER (WHERE k = 2)
	INTO n, n_distinct, tied, confidence, margin, entropy, agreement, shares, top, second FROM r;
	consensus := CASE WHEN NOT tied THEN top END;
	unclear := n >= 2 AND (tied OR confidence < 0.75);
END $$;

-- one row an item with a row
CREATE TABLE item AS
SELECT i.item, v.*, newest.stratum, newest.batch, newest.at AS newest_at,
	   (SELECT count(*) FROM label AS l WHERE l.item = i.item) AS n_labels,
	   (SELECT max(l.at) FROM label AS l WHERE l.item = i.item AND l.vote) AS vote_at,
	   g.answers, d.label AS decision, d.adjudicated_at, d.edge_case AS marked,
	   o.reopened_at,
	   coalesce(d.label, CASE WHEN cardinality(g.answers) > 1 THEN to_json(g.answers)::text
							  ELSE g.answers[1] END) AS settled_label,
	   CASE WHEN d.label IS NOT NULL THEN 'adjudication'
			WHEN g.answers IS NOT NULL THEN 'gold' END AS settled_by
FROM (SELECT DISTINCT item FROM src) AS i
	 CROSS JOIN LATERAL votes(i.item) AS v
	 LEFT JOIN LATERAL (
		SELECT s.stratum, s.batch, s.at, s.n IN (SELECT n FROM label) AS is_label
		FROM src AS s WHERE s.item = i.item
		ORDER BY s.n IN (SELECT n FROM label) DESC,
				 CASE WHEN s.n IN (SELECT n FROM label) THEN s.at END DESC,
				 s.annotator COLLATE "C" NULLS FIRST, s.at LIMIT 1) AS newest ON true
	 LEFT JOIN gold AS g ON g.item = i.item
	 LEFT JOIN decided AS d ON d.item = i.item AND d.stands
	 LEFT JOIN LATERAL (SELECT max(coalesce(x.reopened_at, x.next_at)) AS reopened_at
						FROM decided AS x WHERE x.item = i.item
						AND NOT EXISTS (SELECT FROM decided AS y WHERE y.item = i.item AND y.stands)) AS o ON true;
CREATE FUNCTION settles(i item, answer text) RETURNS boolean LANGUAGE sql AS $$
	SELECT CASE WHEN i.decision IS NOT NULL THEN i.decision = answer
				WHEN i.answers IS NOT NULL THEN answer = ANY (i.answers) END $$;

-- labels against others, gold and decisions
CREATE TABLE fact AS
SELECT l.*, i.answers IS NOT NULL AS scored, l.label = ANY (i.answers) AS correct,
	   o.consensus AS others, o.tied AS others_tied,
	   o.unclear OR i.stratum = 'rare' OR i.marked IS TRUE AS edge,
	   i.newest_at, i.decision IS NOT NULL AS adjudicated, l.label = i.decision AS as_decided,
	   l.vote AND i.n >= 3 AND i.n_distinct = 2 AND (
			SELECT count(*) FROM label AS x WHERE x.item = l.item AND x.vote AND x.label = l.label) = 1 AS dissents,
	   CASE WHEN i.settled_by IS NULL THEN 'open' WHEN settles(i, l.label) THEN 'upheld'
			WHEN settles(i, (SELECT max(x.label) FROM label AS x WHERE x.item = l.item AND x.vote
							 AND x.label <> l.label)) THEN 'overruled' ELSE 'neither' END AS outcome,
	   i.item IN (SELECT item FROM gold) AS gold_item
FROM label AS l JOIN item AS i USING (item) CROSS JOIN LATERAL votes(l.item, l.annotator) AS o;

-- why items wait, and for whom
CREATE TABLE waits AS
SELECT i.item, x.*,
	   CASE WHEN i.decision IS NOT NULL THEN false
			WHEN x.reopened OR x.gold_conflict THEN true
			WHEN i.answers IS NOT NULL THEN false
			ELSE x.expert_dissent OR (i.unclear AND i.n >= 2) END AS backlog
FROM item AS i CROSS JOIN LATERAL (SELECT
	i.decision IS NULL AND i.reopened_at IS NOT NULL AS reopened,
	(i.answers IS NOT NULL AND i.consensus IS NOT NULL AND i.n >= 2 AND NOT i.unclear
	 AND i.consensus <> ALL (i.answers)) AS gold_conflict,
	EXISTS (SELECT FROM fact AS f WHERE f.item = i.item AND f.kind = 'expert' AND f.vote
			AND f.others <> f.label) AS expert_dissent) AS x;
CREATE TABLE reasons AS
SELECT w.*, nullif(concat_ws(',', CASE WHEN w.reopened THEN 'reopened' END,
		CASE WHEN w.gold_conflict THEN 'gold_conflict' END,
		CASE WHEN i.answers IS NULL AND w.expert_dissent THEN 'expert_dissent' END,
		CASE WHEN i.answers IS NULL AND i.n >= 2 AND i.tied THEN 'tie' END,
		CASE WHEN i.answers IS NULL AND i.n >= 2 AND i.unclear AND NOT i.tied THEN 'below_threshold' END), '') AS reasons,
	   CASE WHEN w.reopened THEN i.reopened_at ELSE nullif(i.vote_at, '-infinity') END AS since,
	   CASE WHEN w.backlog OR i.settled_by IS NOT NULL OR i.n_labels = 0 THEN NULL
			WHEN i.n < 1 THEN 'too_few_labels'
			WHEN i.unclear AND i.n < 2 THEN 'unclear'
			WHEN i.n = 1 AND NOT coalesce((SELECT p.meets_floor FROM label AS l JOIN person AS p USING (annotator)
										   WHERE l.item = i.item AND l.vote), false) THEN 'single_unproven' END AS next
FROM waits AS w JOIN item AS i USING (item);

-- how likely each label of the source is, and what one more label brings
CREATE TABLE word AS
SELECT DISTINCT w FROM (SELECT label FROM src UNION ALL SELECT suggestion FROM src
	UNION ALL SELECT unnest(gold) FROM src) AS x (w) WHERE w IS NOT NULL;
CREATE FUNCTION chances(of_item text) RETURNS TABLE (label text, p float8) LANGUAGE sql AS $$
	WITH k AS (SELECT count(*) AS n FROM recount.word),
	l AS (SELECT w, exp(coalesce(sum(ln(CASE WHEN v.label = w THEN a ELSE (1 - a) / (k.n - 1) END)), 0)) AS p
		  FROM recount.word CROSS JOIN k LEFT JOIN
			   (SELECT x.label, least(greatest(coalesce(q.accuracy, 'NaN'), 0.001), 0.999) AS a
				FROM recount.label AS x JOIN recount.person AS q USING (annotator)
				WHERE x.item = of_item AND x.vote) AS v ON true
		  GROUP BY w)
	SELECT l.w, l.p / sum(l.p) OVER () FROM l
	WHERE NOT EXISTS (SELECT FROM recount.label AS x JOIN recount.person AS q USING (annotator)
					  WHERE x.item = of_item AND x.vote AND q.accuracy IS NULL) $$;
CREATE FUNCTION gain(of_item text) RETURNS float8 LANGUAGE sql AS $$
	WITH c AS MATERIALIZED (SELECT * FROM recount.chances(of_item)),
	k AS (SELECT count(*) AS n FROM recount.word),
	q AS (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY accuracy) AS a
		  FROM recount.person WHERE accuracy IS NOT NULL
			   AND annotator IN (SELECT annotator FROM recount.label WHERE vote))
	SELECT CASE WHEN sum(best) > (SELECT max(p) FROM c) THEN sum(best) - (SELECT max(p) FROM c)
				WHEN sum(best) IS NOT NULL THEN 0 END FROM (
		SELECT g.w, max(c.p * CASE WHEN c.label = g.w THEN q.a ELSE (1 - q.a) / (k.n - 1) END) AS best
		FROM recount.word AS g CROSS JOIN c CROSS JOIN q CROSS JOIN k GROUP BY g.w) AS m $$;
