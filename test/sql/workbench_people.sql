--
-- The views of people, agreement, gold and models: every column of every view
-- is counted again in plain SQL, from the words' definitions, on a source where
-- every row is a trap, on the same rows with gold in rows of its own, and on a
-- drawn crowd.  Intervals, coefficients, shrinkage and coincidence are taken from
-- the library's own functions over plain SQL, which other tests check.
--
\getenv abs_srcdir PG_ABS_SRCDIR
\set awkward :abs_srcdir '/data/awkward.sql'
SET timezone = 'UTC';
\set ECHO none
\set QUIET on
\o /dev/null
\i :awkward
\o
\set ECHO all
SET search_path = recount, public, annoqa;
CREATE SCHEMA recount;

-- A drawn crowd with good and poor annotators, two models and experts
CREATE FUNCTION dice(a bigint, b int, sides int) RETURNS int
    LANGUAGE sql IMMUTABLE AS 'SELECT (hashint8extended(a, b) & 2147483647)::int % sides';
CREATE TABLE crowd (LIKE awkward.label INCLUDING IDENTITY);
INSERT INTO crowd (item, annotator, label, gold, labeled_at, available_at, seconds, confidence,
    vendor, kind, guideline, batch, stratum, price, skipped, valid, review, suggestion)
SELECT 'i' || i, who, CASE WHEN who = 'copier' AND dice(n, 20, 2) = 0 THEN 'L' || dice(i, 21, 4)
                           WHEN dice(n, 1, 100) < 6 + 6 * (w % 5) + dice(i, 2, 25)
                           THEN 'L' || dice(i + dice(n, 3, 3), 4, 4) ELSE truth END,
       CASE WHEN i % 3 > 0 THEN ARRAY[truth] || CASE WHEN i % 17 = 0 THEN ARRAY['L0'] ELSE '{}' END END,
       CASE WHEN n > 40 THEN timestamptz '2024-01-01 00:00Z' + make_interval(hours => dice(n, 6, 2400), secs => n) END,
       CASE WHEN dice(n, 7, 4) > 0 THEN timestamptz '2023-12-30 00:00Z' END,
       CASE WHEN dice(n, 8, 9) > 0 THEN dice(n, 9, 400) / 10.0 END,
       CASE WHEN dice(n, 10, 3) > 0 THEN dice(n, 11, 101) / 100.0 END,
       'v' || w % 3 + dice(n, 12, 8) / 7, CASE WHEN w > 11 THEN 'model' WHEN w > 9 THEN 'expert' END,
       CASE WHEN dice(n, 13, 6) > 0 THEN 'g' || dice(n, 6, 2400) / 900 END, NULL, 's' || i % 2,
       dice(n, 14, 100) / 100.0, dice(n, 15, 30) = 0, dice(n, 16, 40) > 0,
       (ARRAY['accepted', 'fixed', 'rejected', NULL, NULL])[1 + dice(n, 17, 5)],
       CASE WHEN dice(n, 18, 3) = 0 THEN 'L' || dice(i, 19, 4) END
FROM (SELECT n, dice(n, 22, 150) AS i, n % 14 AS w,
             CASE n % 14 WHEN 3 THEN 'copier' ELSE 'a' || n % 14 END AS who,
             'L' || dice(dice(n, 22, 150), 23, 4) AS truth
      FROM generate_series(1, 3000) AS n) AS d;
SET client_min_messages = error;
SELECT create_source('crowd', 'recount.crowd', 'item', 'annotator', 'label', gold => 'gold',
    labeled_at => 'labeled_at', available_at => 'available_at', seconds => 'seconds',
    confidence => 'confidence', vendor => 'vendor', annotator_kind => 'kind',
    guideline => 'guideline', stratum => 'stratum', price => 'price', skipped => 'skipped',
    valid => 'valid', review => 'review', suggestion => 'suggestion', quality_floor => 0.7,
    models_vote => true, required_labels => 2, max_labels => 4);

-- 1. The words, in plain SQL over the rows
CREATE TABLE setting AS
SELECT source, quality_floor, models_vote, max_labels, consensus_threshold, period::interval AS period,
       onboarding, calibration_size, calibration_gate, edge_strata AS edge_stratum
FROM sources WHERE source IN ('awkward', 'flagged', 'crowd');
CREATE TABLE raw AS
SELECT source, n, item, annotator, label, gold, coalesce(is_gold, false) AS is_gold, labeled_at,
       coalesce(labeled_at, '-infinity') AS at, available_at,
       CASE WHEN seconds >= 0 THEN seconds END AS seconds,
       CASE WHEN confidence BETWEEN 0 AND 1 THEN confidence END AS confidence,
       vendor AS given_vendor, coalesce(vendor, '(none)') AS vendor, coalesce(kind, 'human') AS kind,
       guideline, batch, stratum, price, coalesce(skipped, false) AS skipped,
       coalesce(valid, true) AS valid, review, suggestion
FROM (SELECT 'awkward' AS source, * FROM awkward.label
      UNION ALL SELECT 'flagged', * FROM awkward.flagged
      UNION ALL SELECT 'crowd', * FROM crowd) AS u
WHERE item IS NOT NULL;

-- gold: a column in which all rows agree, or what authors said last
CREATE TABLE gold AS
SELECT source, item, min(answers) AS answers, NULL::timestamptz AS at
FROM (SELECT source, item, ARRAY(SELECT DISTINCT e FROM unnest(gold) AS e ORDER BY e) AS answers
      FROM raw WHERE gold IS NOT NULL AND valid AND (label IS NOT NULL OR skipped)) AS g
GROUP BY source, item HAVING count(DISTINCT answers) = 1
UNION ALL
SELECT source, item, array_agg(DISTINCT label ORDER BY label), max(labeled_at)
FROM (SELECT *, max(at) OVER (PARTITION BY source, item, annotator) AS last FROM raw WHERE is_gold AND valid) AS g
WHERE at = last GROUP BY source, item;
CREATE TABLE cases AS SELECT * FROM case_law;
CREATE TABLE decided AS     -- adjudications that stand
SELECT source, item, label, edge_case, adjudicated_at AS at, reasoning, guideline
FROM cases WHERE current AND item_exists;
CREATE TABLE marked AS      -- edge cases, by the latest case
SELECT DISTINCT ON (source, item) source, item, edge_case FROM cases ORDER BY source, item, case_id DESC;
CREATE TABLE settled AS
SELECT source, item, ARRAY[label] AS answers, 'adjudication' AS by, at FROM decided
UNION ALL
SELECT source, item, answers, 'gold', at FROM gold AS g
WHERE NOT EXISTS (SELECT FROM decided AS d WHERE (d.source, d.item) = (g.source, g.item));

-- labels: one a pair of item and annotator, the latest, unless equal times differ
CREATE TABLE labeling AS
SELECT r.*, row_number() OVER (PARTITION BY source, item, annotator ORDER BY at, label COLLATE "C", available_at NULLS FIRST) AS place,
       first_value(label) OVER (PARTITION BY source, item, annotator ORDER BY at, label COLLATE "C", available_at NULLS FIRST) AS first_label
FROM raw AS r
WHERE annotator IS NOT NULL AND label IS NOT NULL AND valid AND NOT skipped AND NOT is_gold;
CREATE TABLE pair AS
SELECT l.source, l.item, l.annotator, count(*) AS rows,
       bool_or(l.label <> l.first_label) AS differs,
       count(DISTINCT l.label) FILTER (WHERE l.at = m.at) > 1 AS conflict,
       (array_agg(l.review ORDER BY l.place) FILTER (WHERE l.review IS NOT NULL))[1] AS first_review,
       (array_agg(l.review ORDER BY l.place DESC) FILTER (WHERE l.review IS NOT NULL))[1] AS last_review,
       coalesce(bool_or(l.review <> 'accepted'), false) AS mended,
       count(*) FILTER (WHERE l.place > 1) AS repeats,
       count(*) FILTER (WHERE l.place > 1 AND l.label = l.first_label) AS repeats_equal
FROM labeling AS l JOIN (SELECT source, item, annotator, max(at) AS at FROM labeling GROUP BY 1, 2, 3) AS m USING (source, item, annotator)
GROUP BY l.source, l.item, l.annotator;
CREATE TABLE base AS
SELECT DISTINCT ON (l.source, l.item, l.annotator) l.*, g.answers AS gold_answers,
       g.answers IS NOT NULL AND NOT EXISTS (
           SELECT FROM raw AS a WHERE a.is_gold AND a.valid AND (a.source, a.item, a.annotator) = (l.source, l.item, l.annotator)) AS scored,
       p.repeats, p.repeats_equal, p.first_review, p.last_review, p.mended, p.differs
FROM labeling AS l JOIN pair AS p USING (source, item, annotator)
     LEFT JOIN gold AS g USING (source, item)
WHERE NOT p.conflict
ORDER BY l.source, l.item, l.annotator, l.place DESC;
UPDATE base SET gold_answers = NULL WHERE NOT scored;

-- phases: as set; else calibrating until the second set of gold answers is passed
CREATE TABLE set_of AS
SELECT b.*, calibration_size, calibration_gate, CASE WHEN rank <= calibration_size THEN 1 WHEN rank <= 2 * calibration_size THEN 2 END AS set
FROM (SELECT *, row_number() OVER (PARTITION BY source, annotator ORDER BY at, item COLLATE "C") AS rank
      FROM base WHERE scored) AS b JOIN setting USING (source)
WHERE onboarding;
CREATE TABLE person AS
SELECT source, annotator,
       coalesce(s.phase, CASE WHEN onboarding AND bool_or(kind <> 'model') AND NOT EXISTS (
           SELECT FROM set_of AS o WHERE (o.source, o.annotator) = (b.source, b.annotator) AND set = 2
           GROUP BY o.calibration_size, o.calibration_gate
           HAVING count(*) = o.calibration_size AND avg((o.label = ANY (o.gold_answers))::int) >= o.calibration_gate)
           THEN 'calibrating' ELSE 'production' END) AS phase
FROM (SELECT source, annotator, kind FROM raw WHERE annotator IS NOT NULL AND valid AND NOT is_gold AND (label IS NOT NULL OR skipped)) AS b
     JOIN setting USING (source)
     LEFT JOIN (VALUES ('awkward', 'new', 'calibrating'), ('awkward', 'gus', 'removed')) AS s (source, annotator, phase)
     USING (source, annotator)
GROUP BY source, annotator, s.phase, onboarding;
CREATE TABLE whole AS
SELECT source, max(labeled_at) AS newest, percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE kind <> 'model') AS median FROM base GROUP BY source;
CREATE TABLE version AS
SELECT DISTINCT ON (source) source, guideline, began FROM (
    SELECT source, guideline, min(labeled_at) AS began FROM base WHERE guideline IS NOT NULL GROUP BY 1, 2) AS g
WHERE began IS NOT NULL ORDER BY source, began DESC, guideline DESC;

-- votes, and what those of the others say
CREATE TABLE vote AS
SELECT b.* FROM base AS b JOIN setting USING (source) JOIN person USING (source, annotator)
WHERE (kind <> 'model' OR models_vote) AND phase IN ('production', 'probation');
CREATE FUNCTION consensus(votes text[], threshold float8, OUT n bigint, OUT answer text, OUT tied boolean,
    OUT confidence float8, OUT unclear boolean) LANGUAGE sql IMMUTABLE AS $$
    SELECT max(total)::bigint, CASE WHEN count(*) FILTER (WHERE c = most) = 1 THEN min(v) FILTER (WHERE c = most) END,
           count(*) FILTER (WHERE c = most) > 1, CASE WHEN max(total) > 1 THEN max(c) / max(total)::float8 END,
           coalesce(max(total) > 1 AND (count(*) FILTER (WHERE c = most) > 1 OR max(c) < threshold * max(total)), false)
    FROM (SELECT v, count(*) AS c, max(count(*)) OVER () AS most, sum(count(*)) OVER () AS total
          FROM unnest(votes) AS v WHERE v IS NOT NULL GROUP BY v) AS t $$;
CREATE INDEX ON vote (source, item);
CREATE INDEX ON base (source, item, annotator);
ANALYZE;
CREATE TABLE item AS
SELECT i.*, s.answers AS settled, s.by AS settled_by, s.at AS settled_at, c.*,
       i.n_repeats OR coalesce(edge, false) AS any_edge
FROM (SELECT b.source, b.item, bool_or(b.repeats > 0) AS n_repeats,
             (array_agg(b.stratum ORDER BY b.at DESC, b.annotator COLLATE "C"))[1] AS last_stratum,
             (array_agg(b.guideline ORDER BY b.at DESC, b.annotator COLLATE "C"))[1] AS last_guideline,
             (SELECT edge_case FROM marked AS m WHERE (m.source, m.item) = (b.source, b.item)) AS edge,
             (SELECT array_agg(v.label) FROM vote AS v WHERE (v.source, v.item) = (b.source, b.item)) AS votes
      FROM base AS b GROUP BY b.source, b.item) AS i
     JOIN setting USING (source) LEFT JOIN settled AS s USING (source, item),
     LATERAL consensus(i.votes, consensus_threshold) AS c;
CREATE TABLE label AS
SELECT b.*, v.annotator IS NOT NULL AS votes, b.kind <> 'model' AS people,
       b.label = ANY (b.gold_answers) AS correct,
       o.n AS others_n, o.answer AS others, o.tied AS others_tied,
       coalesce(i.edge, false) OR coalesce(i.last_stratum = edge_stratum, false) OR o.unclear AS is_edge,
       i.settled, i.settled_by, i.settled_at, i.n AS n_votes,
       v.annotator IS NOT NULL AND i.n > 2 AND (SELECT count(DISTINCT x) FROM unnest(i.votes) AS x) = 2
           AND cardinality(array_positions(i.votes, b.label)) = 1 AS dissents,
       d.label AS decision, coalesce(i.edge, false) AS marked_edge,
       w.newest - b.labeled_at < period AS recent,
       w.newest - b.labeled_at >= period AND w.newest - b.labeled_at < 2 * period AS before,
       CASE WHEN b.kind <> 'model' THEN b.seconds < w.median / 10 END AS fast,
       b.guideline <> g.guideline AND b.labeled_at >= g.began AS stale,
       b.mended OR b.differs OR coalesce(d.label <> b.label, false) AS rework
FROM base AS b JOIN setting USING (source) JOIN item AS i USING (source, item) JOIN whole AS w USING (source)
     LEFT JOIN version AS g USING (source)
     LEFT JOIN vote AS v USING (source, item, annotator) LEFT JOIN decided AS d USING (source, item),
     LATERAL (SELECT array_agg(x.label) AS votes FROM vote AS x
              WHERE (x.source, x.item) = (b.source, b.item) AND x.annotator <> b.annotator) AS e,
     LATERAL consensus(e.votes, consensus_threshold) AS o;
CREATE INDEX ON label (source, item);
CREATE INDEX ON item (source, item);
ALTER TABLE label ADD outcome text;
UPDATE label SET outcome = CASE WHEN NOT dissents THEN NULL WHEN settled IS NULL THEN 'open'
    WHEN label = ANY (settled) THEN 'upheld' WHEN others = ANY (settled) THEN 'overruled' ELSE 'neither' END;
-- who labeled or skipped which item
CREATE TABLE task AS
SELECT source, item, annotator,
       coalesce(max(l.vendor), min(s.vendor)) AS vendor, max(l.label) IS NOT NULL AS labeled,
       bool_or(s.skipped) IS TRUE AS skipped,
       coalesce(bool_or(s.skipped), false) OR coalesce(bool_or(l.dissents OR l.confidence < 0.5), false) AS signal,
       coalesce(bool_or(l.outcome = 'upheld'), false)
           OR EXISTS (SELECT FROM marked AS m WHERE m.edge_case AND (m.source, m.item) = (t.source, t.item)) AS confirms
FROM (SELECT DISTINCT source, item, annotator FROM base
      UNION SELECT source, item, annotator FROM raw WHERE annotator IS NOT NULL AND skipped AND valid AND NOT is_gold) AS t
     LEFT JOIN label AS l USING (source, item, annotator)
     LEFT JOIN (SELECT * FROM raw WHERE skipped AND valid AND NOT is_gold) AS s USING (source, item, annotator)
GROUP BY source, item, annotator;
-- pairs of labels on one item: own, another's
CREATE TABLE pairs AS
SELECT a.source, a.item, a.annotator, a.vendor, a.label AS own, b.label AS other, b.vendor AS other_vendor, a.people AS own_people
FROM label AS a JOIN label AS b USING (source, item)
WHERE a.annotator <> b.annotator AND b.people;

CREATE INDEX ON pairs (source, annotator);
ANALYZE;

-- Rates with bounds by Wilson; a share of pairs with an error linearised over items
CREATE FUNCTION share(hits bigint, total bigint, OUT x float8, OUT n bigint, OUT lower float8, OUT upper float8)
    LANGUAGE sql AS 'SELECT hits / nullif(total, 0)::float8, total, (wilson_interval(hits, nullif(total, 0))).*';
-- Student's quantile at 97.5%, from the closed form of its distribution
-- (Abramowitz and Stegun 26.7.3, 26.7.4)
CREATE FUNCTION student(df bigint) RETURNS float8 LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    low float8 := 0;  high float8 := pi() / 2;  angle float8;  term float8;  total float8;
BEGIN
    FOR i IN 1 .. 60 LOOP
        angle := (low + high) / 2;
        term := CASE WHEN df % 2 = 1 THEN cos(angle) ELSE 1 END;
        total := CASE WHEN df = 1 THEN 0 ELSE term END;
        FOR k IN 1 .. (df - 2) / 2 LOOP
            term := term * cos(angle) ^ 2 * CASE WHEN df % 2 = 1 THEN 2 * k / (2 * k + 1)::float8
                                                 ELSE (2 * k - 1) / (2 * k)::float8 END;
            total := total + term;
        END LOOP;
        total := sin(angle) * total;
        IF df % 2 = 1 THEN
            total := 2 / pi() * (angle + total);
        END IF;
        IF total < 0.95 THEN low := angle; ELSE high := angle; END IF;
    END LOOP;
    RETURN sqrt(df) * tan((low + high) / 2);
END $$;
SELECT df, round(student(df)::numeric, 4) AS t FROM unnest('{1,2,3,10,99}'::bigint[]) AS df;
CREATE FUNCTION linearised(equal bigint[], pairs bigint[], OUT x float8, OUT n bigint, OUT lower float8, OUT upper float8)
    LANGUAGE sql AS $$
    SELECT p, n, CASE WHEN se > 1e-9 THEN greatest(p - t * se, 0) END, CASE WHEN se > 1e-9 THEN least(p + t * se, 1) END
    FROM (SELECT p, n, sqrt(n / nullif(n - 1, 0)::float8 * sum((e - p * k) ^ 2)) / max(total) AS se
          FROM (SELECT e, k, count(*) OVER () AS n, sum(e) OVER () / sum(k) OVER ()::float8 AS p, sum(k) OVER () AS total
                FROM unnest(equal, pairs) AS u (e, k) WHERE k > 0) AS i GROUP BY p, n) AS s,
         LATERAL (SELECT student(n - 1) AS t) AS q
    UNION ALL SELECT NULL, 0, NULL, NULL WHERE coalesce((SELECT sum(k) FROM unnest(pairs) AS k), 0) = 0 $$;

-- Row by row, column by column: what a view and its recount differ in
CREATE FUNCTION differences(view text, keys text[], OUT rows bigint, OUT key text, OUT col text, OUT shown text, OUT counted text)
    RETURNS SETOF record LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE format($q$
        WITH v AS (SELECT j, (SELECT jsonb_agg(j -> k) FROM unnest('{source}' || %2$L::text[]) AS k) AS key
                   FROM (SELECT to_jsonb(t) AS j FROM annoqa.%1$I AS t WHERE source IN (SELECT source FROM recount.setting)) AS t),
             c AS (SELECT j, (SELECT jsonb_agg(j -> k) FROM unnest('{source}' || %2$L::text[]) AS k) AS key
                   FROM (SELECT to_jsonb(t) AS j FROM recount.%1$I AS t) AS t),
             n AS (SELECT count(*) AS n FROM v),
             d AS (SELECT key, e.col, e.x, e.y
                   FROM v FULL JOIN c USING (key),
                        LATERAL (SELECT coalesce(a.key, b.key) AS col, a.value AS x, b.value AS y
                                 FROM jsonb_each(coalesce(v.j, '{}')) AS a FULL JOIN jsonb_each(coalesce(c.j, '{}')) AS b ON a.key = b.key) AS e
                   WHERE e.x IS DISTINCT FROM e.y AND NOT coalesce(
                         CASE WHEN jsonb_typeof(e.x) = 'number' AND jsonb_typeof(e.y) = 'number' THEN
                         abs(e.x::text::float8 - e.y::text::float8) <= 1e-9 * greatest(1, abs(e.y::text::float8)) END, false))
        SELECT (SELECT n FROM n), d.key::text, d.col, d.x::text, d.y::text FROM d
        UNION ALL SELECT n, NULL, NULL, NULL, NULL FROM n WHERE NOT EXISTS (SELECT FROM d)
        ORDER BY 2, 3 LIMIT 40$q$, view, keys);
END $$;

-- 2. annotator_scorecard
CREATE TABLE annotator_scorecard AS
WITH price AS (
    SELECT source, annotator, sum(price) AS cost, sum(seconds) AS seconds FROM raw
    WHERE annotator IS NOT NULL GROUP BY 1, 2
), own AS (
    SELECT source, annotator, (array_agg(kind ORDER BY at DESC, item COLLATE "C" DESC))[1] AS kind,
           (array_agg(vendor ORDER BY at DESC, item COLLATE "C" DESC))[1] AS vendor, count(DISTINCT given_vendor) AS vendors,
           count(*) AS labels, count(DISTINCT (labeled_at AT TIME ZONE 'UTC')::date) AS days,
           min(labeled_at) AS first_at, max(labeled_at) AS last_at, count(*) FILTER (WHERE recent) AS recent,
           count(*) FILTER (WHERE scored) AS scored, count(*) FILTER (WHERE correct) AS correct,
           count(others) AS others, count(*) FILTER (WHERE others = label) AS others_equal,
           sum(repeats)::bigint AS repeats, sum(repeats_equal)::bigint AS repeats_equal,
           count(*) FILTER (WHERE is_edge AND scored) AS edge, count(*) FILTER (WHERE is_edge AND correct) AS edge_correct,
           count(outcome) AS dissents, count(*) FILTER (WHERE outcome = 'upheld') AS upheld, count(*) FILTER (WHERE outcome <> 'open') AS judged,
           count(decision) AS adjudicated, count(*) FILTER (WHERE decision = label) AS adjudicated_equal,
           avg(confidence) AS mean_confidence,
           avg((confidence - correct::int) ^ 2) FILTER (WHERE scored) AS brier,
           avg(confidence - correct::int) FILTER (WHERE scored) AS over,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS median,
           count(fast) AS timed, count(*) FILTER (WHERE fast) AS fast,
           count(*) FILTER (WHERE rework) AS rework, count(first_review) AS reviewed,
           count(*) FILTER (WHERE first_review = 'accepted') AS first_accepted,
           count(*) FILTER (WHERE last_review IN ('accepted', 'fixed')) AS accepted,
           count(*) FILTER (WHERE stale) AS stale
    FROM label GROUP BY source, annotator
), tasks AS (
    SELECT source, annotator, count(*) AS items, count(*) FILTER (WHERE skipped) AS skipped,
           count(*) FILTER (WHERE signal) AS signals, count(*) FILTER (WHERE signal AND confirms) AS confirmed
    FROM task GROUP BY 1, 2
), agreed AS (
    SELECT source, annotator, array_agg(equal) AS equal, array_agg(total) AS total
    FROM (SELECT source, annotator, item, count(*) FILTER (WHERE own = other) AS equal, count(*) AS total FROM pairs GROUP BY 1, 2, 3) AS i
    GROUP BY 1, 2
), kappa AS (
    SELECT source, annotator, (po - pe) / nullif(1 - pe, 0) AS kappa
    FROM (SELECT source, annotator, avg((own = other)::int)::float8 AS po, count(*)::float8 AS n FROM pairs GROUP BY 1, 2) AS o,
         LATERAL (SELECT coalesce(sum(a.n * b.n), 0)::float8 / (o.n * o.n) AS pe
                  FROM (SELECT own AS k, count(*) AS n FROM pairs AS p WHERE (p.source, p.annotator) = (o.source, o.annotator) GROUP BY 1) AS a
                       JOIN (SELECT other AS k, count(*) AS n FROM pairs AS p WHERE (p.source, p.annotator) = (o.source, o.annotator) GROUP BY 1) AS b
                       USING (k)) AS e
), entropy AS (
    SELECT source, annotator, -sum(p * ln(p)) AS entropy FROM (
        SELECT source, annotator, count(*) / sum(count(*)) OVER (PARTITION BY source, annotator)::float8 AS p
        FROM label GROUP BY source, annotator, label) AS s GROUP BY 1, 2
), error AS (
    SELECT DISTINCT ON (source, annotator) source, annotator, gold_answers[1] || ' > ' || label AS top
    FROM label WHERE scored AND NOT correct GROUP BY source, annotator, gold_answers[1], label
    ORDER BY source, annotator, count(*) DESC, gold_answers[1] COLLATE "C", label COLLATE "C"
), shrunk AS (
    SELECT c.source, a.* FROM (
        SELECT source, array_agg(annotator) AS who, array_agg(coalesce(correct, 0)) AS correct, array_agg(coalesce(scored, 0)) AS scored
        FROM tasks LEFT JOIN own USING (source, annotator) GROUP BY source) AS c, shrunken_accuracy(c.who, c.correct, c.scored) AS a
), coincide AS (
    SELECT r.source, e.* FROM (
        SELECT source, ratings_agg(item, annotator, label) AS r FROM label WHERE scored GROUP BY source) AS r,
        LATERAL (SELECT ratings_agg(g.item, a, a) AS g FROM gold AS g, unnest(g.answers) AS a WHERE g.source = r.source) AS g,
        error_agreement(r.r, g.g) AS e
), coinciding AS (
    SELECT source, who AS annotator, count(*) FILTER (WHERE coalesce(same_q_value, q_value) <= 0.05) AS n
    FROM coincide, unnest(ARRAY[annotator_a, annotator_b]) AS who
    WHERE coalesce(same_q_value, q_value) IS NOT NULL GROUP BY 1, 2
)
SELECT t.source, t.annotator, o.kind AS annotator_kind, coalesce(o.vendor, '(none)') AS vendor, coalesce(o.vendors, 0) AS n_vendors,
       p.phase, 0 AS open_flags, (t.source, t.annotator) = ('awkward', 'exp') AS exempt,
       coalesce(o.labels, 0) AS labels, t.items, coalesce(o.days, 0) AS active_days, o.first_at AS first_labeled_at, o.last_at AS last_labeled_at,
       extract(epoch FROM o.last_at - o.first_at)::float8 / 86400 AS tenure_days, coalesce(o.recent, 0) AS recent_labels,
       skip.x AS skip_rate, skip.n AS skip_rate_n, skip.lower AS skip_rate_lower, skip.upper AS skip_rate_upper,
       gold.x AS gold_accuracy, gold.n AS gold_accuracy_n, gold.lower AS gold_accuracy_lower, gold.upper AS gold_accuracy_upper,
       CASE WHEN o.scored > 0 THEN h.shrunken END AS shrunken_accuracy,
       CASE WHEN (anytime_interval(coalesce(o.correct, 0), coalesce(o.scored, 0))).lower > quality_floor THEN true
            WHEN (anytime_interval(coalesce(o.correct, 0), coalesce(o.scored, 0))).upper < quality_floor THEN false END AS meets_floor,
       agree.x AS agreement, agree.n AS agreement_n, agree.lower AS agreement_lower, agree.upper AS agreement_upper, k.kappa,
       cons.x AS consensus_agreement, cons.n AS consensus_agreement_n, cons.lower AS consensus_agreement_lower, cons.upper AS consensus_agreement_upper,
       self.x AS self_agreement, self.n AS self_agreement_n, self.lower AS self_agreement_lower, self.upper AS self_agreement_upper,
       edge.x AS edge_case_accuracy, edge.n AS edge_case_accuracy_n, edge.lower AS edge_case_accuracy_lower, edge.upper AS edge_case_accuracy_upper,
       t.signals AS edge_case_signals, t.confirmed AS edge_cases_confirmed, t.confirmed / t.items::float8 AS edge_case_discovery_rate,
       coalesce(o.dissents, 0) AS lone_dissents,
       upheld.x AS dissent_upheld_rate, upheld.n AS dissent_upheld_rate_n, upheld.lower AS dissent_upheld_rate_lower, upheld.upper AS dissent_upheld_rate_upper,
       adj.x AS adjudicated_agreement, adj.n AS adjudicated_agreement_n, adj.lower AS adjudicated_agreement_lower, adj.upper AS adjudicated_agreement_upper,
       o.mean_confidence, o.brier AS brier_score, o.over AS overconfidence, o.median AS seconds_median, 3600 / o.median AS labels_per_hour,
       3600 / o.median * gold.x AS correct_labels_per_hour,
       fast.x AS fast_rate, fast.n AS fast_rate_n, fast.lower AS fast_rate_lower, fast.upper AS fast_rate_upper,
       n.entropy AS label_entropy, e.top AS top_confusion,
       rework.x AS rework_rate, rework.n AS rework_rate_n, rework.lower AS rework_rate_lower, rework.upper AS rework_rate_upper,
       f.x AS first_pass_acceptance, f.n AS first_pass_acceptance_n, f.lower AS first_pass_acceptance_lower, f.upper AS first_pass_acceptance_upper,
       a.x AS acceptance_rate, a.n AS acceptance_rate_n, a.lower AS acceptance_rate_lower, a.upper AS acceptance_rate_upper,
       c.seconds AS seconds_total, c.cost, c.cost / nullif(o.labels, 0) AS cost_per_label, c.cost / nullif(o.labels * gold.x, 0) AS cost_per_correct_label,
       co.n AS coinciding_annotators, coalesce(o.stale, 0) AS stale_guideline_labels
FROM tasks AS t JOIN setting USING (source) JOIN person AS p USING (source, annotator)
     LEFT JOIN own AS o USING (source, annotator) LEFT JOIN price AS c USING (source, annotator)
     LEFT JOIN agreed AS g USING (source, annotator) LEFT JOIN kappa AS k USING (source, annotator)
     LEFT JOIN entropy AS n USING (source, annotator) LEFT JOIN error AS e USING (source, annotator)
     LEFT JOIN shrunk AS h USING (source, annotator) LEFT JOIN coinciding AS co USING (source, annotator),
     share(t.skipped, t.items) AS skip, share(coalesce(o.correct, 0), coalesce(o.scored, 0)) AS gold,
     linearised(g.equal, g.total) AS agree, share(coalesce(o.others_equal, 0), coalesce(o.others, 0)) AS cons,
     share(coalesce(o.repeats_equal, 0), coalesce(o.repeats, 0)) AS self, share(coalesce(o.edge_correct, 0), coalesce(o.edge, 0)) AS edge,
     share(coalesce(o.upheld, 0), coalesce(o.judged, 0)) AS upheld, share(coalesce(o.adjudicated_equal, 0), coalesce(o.adjudicated, 0)) AS adj,
     share(coalesce(o.fast, 0), coalesce(o.timed, 0)) AS fast, share(coalesce(o.rework, 0), coalesce(o.labels, 0)) AS rework,
     share(coalesce(o.first_accepted, 0), coalesce(o.reviewed, 0)) AS f, share(coalesce(o.accepted, 0), coalesce(o.reviewed, 0)) AS a;
SELECT * FROM differences('annotator_scorecard', '{annotator}');

-- 3. vendor_scorecard
CREATE TABLE vendor_scorecard AS
WITH price AS (
    SELECT r.source, r.vendor, sum(r.price) AS cost,
           sum(r.price) FILTER (WHERE l.rework) AS rework, sum(r.price) FILTER (WHERE newest - r.labeled_at < period) AS recent,
           sum(r.price) FILTER (WHERE r.labeled_at - f.first_at < period) AS first
    FROM raw AS r JOIN setting USING (source) JOIN whole USING (source)
         LEFT JOIN (SELECT source, vendor, min(labeled_at) AS first_at FROM label GROUP BY 1, 2) AS f USING (source, vendor)
         LEFT JOIN label AS l USING (source, n)
    WHERE r.annotator IS NOT NULL GROUP BY 1, 2
), own AS (
    SELECT source, vendor, count(*) AS labels, count(*) FILTER (WHERE recent) AS recent,
           count(*) FILTER (WHERE scored) AS scored, count(*) FILTER (WHERE correct) AS correct,
           count(*) FILTER (WHERE scored AND recent) AS recent_scored, count(*) FILTER (WHERE correct AND recent) AS recent_correct,
           count(*) FILTER (WHERE is_edge AND scored) AS edge, count(*) FILTER (WHERE is_edge AND correct) AS edge_correct,
           count(*) FILTER (WHERE rework) AS rework, count(first_review) AS reviewed,
           count(*) FILTER (WHERE first_review = 'accepted') AS first_accepted,
           count(*) FILTER (WHERE last_review IN ('accepted', 'fixed')) AS accepted,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS median,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM labeled_at - available_at)::float8 / 3600) AS turn,
           percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM labeled_at - available_at)::float8 / 3600) AS turn90
    FROM label GROUP BY 1, 2
), first AS (
    SELECT l.source, l.vendor, count(*) AS labels, count(*) FILTER (WHERE scored) AS scored, count(*) FILTER (WHERE correct) AS correct
    FROM label AS l JOIN setting USING (source)
         JOIN (SELECT source, vendor, min(labeled_at) AS first_at FROM label GROUP BY 1, 2) AS f USING (source, vendor)
    WHERE labeled_at - first_at < period GROUP BY 1, 2
), tasks AS (
    SELECT source, vendor, count(DISTINCT item) AS items, count(*) AS n, count(*) FILTER (WHERE skipped) AS skipped FROM task GROUP BY 1, 2
), touched AS (     -- items that they labeled
    SELECT source, vendor, count(*) AS items,
           count(*) FILTER (WHERE again) AS revisited, count(*) FILTER (WHERE disputed) AS disputed
    FROM (SELECT DISTINCT l.source, l.vendor, l.item,
                 i.n_repeats OR (SELECT count(*) FROM cases AS c WHERE (c.source, c.item) = (l.source, l.item)) > 1 AS again,
                 EXISTS (SELECT FROM cases AS c WHERE (c.source, c.item) = (l.source, l.item))
                 OR i.settled_by IS NULL AND (i.unclear AND i.n >= s.max_labels OR EXISTS (
                     SELECT FROM label AS x WHERE (x.source, x.item) = (l.source, l.item) AND x.kind = 'expert' AND x.votes AND x.others <> x.label))
                 OR i.settled_by = 'gold' AND i.confidence >= s.consensus_threshold AND i.answer <> ALL (i.settled) AS disputed
          FROM label AS l JOIN item AS i USING (source, item) JOIN setting AS s USING (source)) AS d
    GROUP BY 1, 2
), people AS (
    SELECT source, vendor, count(*) AS n, count(*) FILTER (WHERE recent > 0) AS active,
           count(*) FILTER (WHERE recent > 0 AND first_at > newest - period) AS fresh,
           count(*) FILTER (WHERE recent = 0 AND before > 0) AS gone,
           sum(recent) FILTER (WHERE before > 0) AS continued, count(*) FILTER (WHERE before > 0 AND recent > 0) AS retained,
           count(*) FILTER (WHERE before > 0) AS before,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY tenure_days) AS tenure,
           min(accuracy) FILTER (WHERE scored >= 20) AS worst, percentile_cont(0.5) WITHIN GROUP (ORDER BY accuracy) FILTER (WHERE scored >= 20) AS middle,
           count(*) FILTER (WHERE NOT meets_floor) AS below
    FROM (SELECT source, vendor, annotator, count(*) FILTER (WHERE recent) AS recent, count(*) FILTER (WHERE before) AS before,
                 min(labeled_at) AS first_at, count(*) FILTER (WHERE scored) AS scored,
                 count(*) FILTER (WHERE correct) / nullif(count(*) FILTER (WHERE scored), 0)::float8 AS accuracy
          FROM label GROUP BY 1, 2, 3) AS l JOIN setting USING (source) JOIN whole USING (source)
         JOIN (SELECT source, annotator, tenure_days, meets_floor FROM recount.annotator_scorecard) AS a USING (source, annotator)
    GROUP BY 1, 2
), across AS (
    SELECT source, vendor, array_agg(equal) AS equal, array_agg(total) AS total
    FROM (SELECT source, vendor, item, count(*) FILTER (WHERE own = other) AS equal, count(*) AS total FROM pairs
          WHERE vendor <> other_vendor AND own_people GROUP BY 1, 2, 3) AS i
    GROUP BY 1, 2
), consensus AS (   -- of the other vendors' votes
    SELECT source, vendor, count(c.answer) AS n, count(*) FILTER (WHERE c.answer = label) AS equal
    FROM label AS l JOIN setting USING (source),
         LATERAL (SELECT array_agg(v.label) AS votes FROM vote AS v WHERE (v.source, v.item) = (l.source, l.item) AND v.vendor <> l.vendor) AS v,
         LATERAL consensus(v.votes, consensus_threshold) AS c GROUP BY 1, 2
), alpha AS (
    SELECT a.source, a.vendor, c.* FROM (SELECT source, vendor, agreement_agg(item, label) AS g FROM label WHERE people GROUP BY 1, 2) AS a,
         coefficients(a.g) AS c WHERE coefficient = 'krippendorff_alpha'
)
SELECT source, vendor, coalesce(p.n, 0) AS annotators, coalesce(p.active, 0) AS annotators_active, coalesce(p.fresh, 0) AS annotators_new,
       coalesce(p.gone, 0) AS annotators_gone, coalesce(p.continued, 0)::float8 / nullif(o.recent, 0) AS continuity,
       p.retained / nullif(p.before, 0)::float8 AS retention, p.tenure AS tenure_days_median, coalesce(o.labels, 0) AS labels, t.items, coalesce(o.recent, 0) AS recent_labels,
       coalesce(o.labels, 0) / (SELECT count(*) FROM label AS l WHERE l.source = t.source)::float8 AS label_share,
       skip.x AS skip_rate, skip.n AS skip_rate_n, skip.lower AS skip_rate_lower, skip.upper AS skip_rate_upper,
       gold.x AS gold_accuracy, gold.n AS gold_accuracy_n, gold.lower AS gold_accuracy_lower, gold.upper AS gold_accuracy_upper,
       p.worst AS gold_accuracy_worst, p.middle AS gold_accuracy_median, coalesce(p.below, 0) AS annotators_below_floor,
       a.estimate AS alpha, coalesce(a.n_pairable_items, 0) AS alpha_n, a.ci_lower AS alpha_lower, a.ci_upper AS alpha_upper,
       x.x AS other_vendor_agreement, x.n AS other_vendor_agreement_n, x.lower AS other_vendor_agreement_lower, x.upper AS other_vendor_agreement_upper,
       cons.x AS consensus_agreement, cons.n AS consensus_agreement_n, cons.lower AS consensus_agreement_lower, cons.upper AS consensus_agreement_upper,
       edge.x AS edge_case_accuracy, edge.n AS edge_case_accuracy_n, edge.lower AS edge_case_accuracy_lower, edge.upper AS edge_case_accuracy_upper,
       rework.x AS rework_rate, rework.n AS rework_rate_n, rework.lower AS rework_rate_lower, rework.upper AS rework_rate_upper,
       f.x AS first_pass_acceptance, f.n AS first_pass_acceptance_n, f.lower AS first_pass_acceptance_lower, f.upper AS first_pass_acceptance_upper,
       acc.x AS acceptance_rate, acc.n AS acceptance_rate_n, acc.lower AS acceptance_rate_lower, acc.upper AS acceptance_rate_upper,
       again.x AS revisited_rate, again.n AS revisited_rate_n, again.lower AS revisited_rate_lower, again.upper AS revisited_rate_upper,
       adj.x AS adjudication_rate, adj.n AS adjudication_rate_n, adj.lower AS adjudication_rate_lower, adj.upper AS adjudication_rate_upper,
       o.median AS seconds_median, 3600 / o.median AS labels_per_hour, 3600 / o.median * gold.x AS correct_labels_per_hour,
       o.turn AS turnaround_hours_median, o.turn90 AS turnaround_hours_p90, 0 AS open_flags,
       c.cost, c.cost / nullif(o.labels, 0) AS cost_per_label, c.cost / nullif(o.labels * gold.x, 0) AS cost_per_correct_label,
       CASE WHEN c.cost IS NOT NULL THEN coalesce(c.rework, 0) END AS rework_cost,
       coalesce(c.recent, 0) / nullif(o.recent * o.recent_correct / nullif(o.recent_scored, 0)::float8, 0)
           / nullif(coalesce(c.first, 0) / nullif(b.labels * b.correct / nullif(b.scored, 0)::float8, 0), 0) AS cost_index
FROM tasks AS t LEFT JOIN own AS o USING (source, vendor) LEFT JOIN price AS c USING (source, vendor) LEFT JOIN first AS b USING (source, vendor)
     LEFT JOIN people AS p USING (source, vendor) LEFT JOIN touched AS u USING (source, vendor) LEFT JOIN across AS e USING (source, vendor)
     LEFT JOIN consensus AS k USING (source, vendor) LEFT JOIN alpha AS a USING (source, vendor),
     share(t.skipped, t.n) AS skip, share(coalesce(o.correct, 0), coalesce(o.scored, 0)) AS gold,
     linearised(e.equal, e.total) AS x, share(coalesce(k.equal, 0), coalesce(k.n, 0)) AS cons,
     share(coalesce(o.edge_correct, 0), coalesce(o.edge, 0)) AS edge, share(coalesce(o.rework, 0), coalesce(o.labels, 0)) AS rework,
     share(coalesce(o.first_accepted, 0), coalesce(o.reviewed, 0)) AS f, share(coalesce(o.accepted, 0), coalesce(o.reviewed, 0)) AS acc,
     share(coalesce(u.revisited, 0), coalesce(u.items, 0)) AS again, share(coalesce(u.disputed, 0), coalesce(u.items, 0)) AS adj;
SELECT * FROM differences('vendor_scorecard', '{vendor}');

-- 4. stratum_skill
CREATE TABLE stratum_skill AS
WITH own AS (
    SELECT l.source, s.stratum, l.annotator, s.edge, (array_agg(kind ORDER BY at DESC, item COLLATE "C" DESC))[1] AS kind, count(*) AS labels,
           count(*) FILTER (WHERE scored) AS scored, count(*) FILTER (WHERE correct) AS correct
    FROM label AS l, LATERAL (SELECT coalesce(l.stratum, '(none)') AS stratum, false AS edge UNION ALL SELECT '(edge cases)', true WHERE is_edge) AS s
    GROUP BY 1, 2, 3, 4
), kinds AS (
    SELECT l.source, s.stratum, l.kind, count(*) AS labels,
           count(*) FILTER (WHERE scored) AS scored, count(*) FILTER (WHERE correct) AS correct,
           awkward.by_items(array_agg(item::text) FILTER (WHERE scored), array_agg(correct) FILTER (WHERE scored)) AS b
    FROM label AS l, LATERAL (SELECT coalesce(l.stratum, '(none)') AS stratum UNION ALL SELECT '(edge cases)' WHERE is_edge) AS s
    GROUP BY 1, 2, 3
), skill AS (
    SELECT c.source, s.* FROM (
        SELECT source, array_agg(annotator) AS who, array_agg(stratum) AS strata, array_agg(correct) AS correct, array_agg(scored) AS scored
        FROM own WHERE NOT edge GROUP BY source) AS c, shrunken_accuracy_by_stratum(c.who, c.strata, c.correct, c.scored) AS s
), shrunk AS (
    SELECT o.*, CASE WHEN scored = 0 THEN NULL WHEN NOT edge THEN s.shrunken ELSE (
               SELECT (shrink_accuracy(o.correct, o.scored, k.annotator_mean, k.strength)).shrunken FROM skill AS k
               WHERE (k.source, k.annotator) = (o.source, o.annotator) LIMIT 1) END AS shrunken
    FROM own AS o LEFT JOIN skill AS s USING (source, stratum, annotator)
)
SELECT s.source, s.stratum, s.annotator, s.kind AS annotator_kind, s.labels,
       g.x AS gold_accuracy, g.n AS gold_accuracy_n, g.lower AS gold_accuracy_lower, g.upper AS gold_accuracy_upper, s.shrunken AS shrunken_accuracy,
       CASE WHEN s.scored >= 10 THEN 1 + (SELECT count(*) FROM shrunk AS b WHERE (b.source, b.stratum, b.edge) = (s.source, s.stratum, s.edge)
                                          AND b.scored >= 10 AND b.shrunken > s.shrunken) END AS rank,
       NULL::float8 AS gain_over_humans, NULL::float8 AS gain_lower, NULL::float8 AS gain_upper
FROM shrunk AS s, share(s.correct, s.scored) AS g
UNION ALL
SELECT k.source, k.stratum, '(all)', k.kind, k.labels, g.x, g.n, g.lower, g.upper, NULL, NULL,
       g.x - h.x, g.x - h.x - sqrt((g.x - (k.b).lower) ^ 2 + ((o.b).upper - h.x) ^ 2), g.x - h.x + sqrt(((k.b).upper - g.x) ^ 2 + (h.x - (o.b).lower) ^ 2)
FROM kinds AS k LEFT JOIN kinds AS o ON (o.source, o.stratum, o.kind, k.kind) = (k.source, k.stratum, 'human', 'expert'),
     share(k.correct, k.scored) AS g, share(o.correct, o.scored) AS h;
SELECT * FROM differences('stratum_skill', '{stratum,annotator,annotator_kind}');

-- 5. feedback
CREATE TABLE feedback AS
SELECT l.source, l.annotator, l.vendor, l.item, coalesce(l.stratum, '(none)') AS stratum, l.label,
       CASE WHEN cardinality(l.settled) = 1 THEN l.settled[1] ELSE to_json(l.settled)::text END AS settled_label,
       l.settled_by, d.reasoning, d.guideline, l.confidence, l.labeled_at, l.settled_at
FROM label AS l LEFT JOIN decided AS d USING (source, item)
WHERE l.label <> ALL (l.settled)
      AND NOT EXISTS (SELECT FROM raw AS a WHERE a.is_gold AND a.valid AND (a.source, a.item, a.annotator) = (l.source, l.item, l.annotator));
SELECT * FROM differences('feedback', '{item,annotator}');

-- 6. agreement_overview: coefficients() and category_agreement() over the labels of people
CREATE TABLE agreement_overview AS
WITH scoped AS (
    SELECT l.source, s.scope, s.name, i.item_set, l.item, l.annotator, l.label
    FROM label AS l LEFT JOIN (SELECT source, item, true AS has FROM gold) AS g USING (source, item),
         LATERAL (VALUES ('source', '(all)'), ('vendor', l.vendor), ('stratum', coalesce(l.stratum, '(none)')),
                         ('guideline', coalesce(l.guideline, '(none)'))) AS s (scope, name),
         LATERAL (VALUES (CASE WHEN g.has THEN 'gold' ELSE 'production' END), ('all')) AS i (item_set)
    WHERE l.people
), cell AS (
    SELECT source, scope, name, item_set, agreement_agg(item, label) AS g, count(DISTINCT annotator) AS who, count(DISTINCT label) AS q,
           count(DISTINCT item) AS items, count(*) AS n
    FROM scoped GROUP BY 1, 2, 3, 4
), every AS (
    SELECT c.source, c.scope, c.name, s.item_set FROM cell AS c, unnest(ARRAY['production', 'gold', 'all']) AS s (item_set) WHERE c.item_set = 'all'
), figure AS (
    SELECT e.source, e.scope, e.name, e.item_set, f.coefficient, f.estimate, f.std_error, f.ci_lower, f.ci_upper,
           coalesce(c.items, 0) AS n_items, coalesce(f.n_pairable_items, 0) AS n_pairable_items, coalesce(c.n, 0) AS n_labels,
           coalesce(c.who, 0) AS n_annotators, coalesce(c.q, 0) AS n_categories, CASE WHEN c.g IS NULL THEN 'no_items' ELSE f.reason END AS reason
    FROM every AS e LEFT JOIN cell AS c USING (source, scope, name, item_set),
         LATERAL (SELECT coefficient, estimate, std_error, ci_lower, ci_upper, n_pairable_items, reason FROM coefficients(c.g)
                  UNION ALL SELECT x, NULL, NULL, NULL, NULL, NULL, NULL
                  FROM unnest(ARRAY['percent_agreement', 'krippendorff_alpha', 'fleiss_kappa', 'gwet_ac1', 'brennan_prediger']) AS x WHERE c.g IS NULL) AS f
    UNION ALL
    SELECT c.source, 'label', k.category, c.item_set, f.*, c.items, p.n, c.n, c.who, least(c.q, 2), k.reason
    FROM cell AS c,
         LATERAL category_agreement(c.g) AS k,
         LATERAL (VALUES ('krippendorff_alpha', k.alpha, k.alpha_std_error, k.alpha_lower, k.alpha_upper),
                         ('fleiss_kappa', k.kappa, k.kappa_std_error, k.kappa_lower, k.kappa_upper)) AS f,
         LATERAL (SELECT count(*) AS n FROM (SELECT FROM scoped AS s WHERE (s.source, s.scope, s.name, s.item_set) = (c.source, c.scope, c.name, c.item_set)
                                             GROUP BY item HAVING count(*) > 1) AS i) AS p
    WHERE c.scope = 'source'
)
SELECT source, scope, name, item_set, coefficient,
       CASE WHEN n_annotators <> 1 THEN estimate END AS estimate, CASE WHEN n_annotators <> 1 THEN std_error END AS std_error,
       CASE WHEN n_annotators <> 1 THEN ci_lower END AS ci_lower, CASE WHEN n_annotators <> 1 THEN ci_upper END AS ci_upper,
       CASE WHEN n_annotators = 1 OR estimate IS NULL THEN NULL WHEN estimate > 0.8 THEN 'excellent'
            WHEN estimate >= 0.6 THEN 'good' ELSE 'look at the guideline' END AS band,
       n_items, n_pairable_items, n_labels, n_annotators, n_categories,
       CASE WHEN n_annotators = 1 THEN 'one_annotator' WHEN scope <> 'label' OR estimate IS NULL THEN reason
            WHEN std_error IS NULL THEN 'zero_variance' END AS reason
FROM figure;
SELECT * FROM differences('agreement_overview', '{scope,name,item_set,coefficient}');

-- 7. agreement_matrix
CREATE TABLE agreement_matrix AS
WITH last AS (
    SELECT source, annotator, (array_agg(vendor ORDER BY at DESC, item COLLATE "C" DESC))[1] AS vendor FROM label GROUP BY 1, 2
), two AS (
    SELECT a.source, a.annotator AS annotator_a, b.annotator AS annotator_b, count(*) AS n_items,
           count(*) FILTER (WHERE EXISTS (SELECT FROM gold AS g WHERE (g.source, g.item) = (a.source, a.item))) AS n_gold_items,
           avg((a.label = b.label)::int)::float8 AS agreement, confusion_agg(a.label, b.label) AS g,
           count(*) FILTER (WHERE a.scored AND b.scored AND NOT a.correct AND NOT b.correct) AS both_wrong,
           count(*) FILTER (WHERE a.scored AND b.scored AND NOT a.correct AND a.label = b.label) AS same_wrong
    FROM label AS a JOIN label AS b USING (source, item) WHERE a.annotator COLLATE "C" < b.annotator COLLATE "C" GROUP BY 1, 2, 3
), coincide AS (
    SELECT r.source, e.* FROM (
        SELECT source, ratings_agg(item, annotator, label) AS r FROM label WHERE scored GROUP BY source) AS r,
        LATERAL (SELECT ratings_agg(g.item, a, a) AS g FROM gold AS g, unnest(g.answers) AS a WHERE g.source = r.source) AS g,
        error_agreement(r.r, g.g) AS e
)
SELECT source, annotator_a, annotator_b, x.vendor AS vendor_a, y.vendor AS vendor_b, two.n_items, n_gold_items, agreement,
       k.estimate AS cohen_kappa, k.std_error, k.ci_lower, k.ci_upper, both_wrong AS n_both_wrong,
       two.same_wrong / nullif(both_wrong, 0)::float8 AS same_error_rate, c.same_expected / nullif(both_wrong, 0) AS same_error_expected,
       c.same_p_value AS same_error_p_value, coalesce(c.same_q_value, c.q_value) <= 0.05 AS coinciding
FROM two JOIN (SELECT source, annotator AS annotator_a, vendor FROM last) AS x USING (source, annotator_a)
     JOIN (SELECT source, annotator AS annotator_b, vendor FROM last) AS y USING (source, annotator_b)
     LEFT JOIN coincide AS c USING (source, annotator_a, annotator_b),
     LATERAL (SELECT * FROM coefficients(two.g) AS f WHERE f.coefficient = 'cohen_kappa') AS k;
SELECT * FROM differences('agreement_matrix', '{annotator_a,annotator_b}');

-- 8. label_confusion
CREATE TABLE label_confusion AS
WITH held AS (
    SELECT source, 'gold' AS reference, CASE WHEN correct THEN label ELSE gold_answers[1] END AS expected, label AS given, annotator, 1 AS n FROM label WHERE scored
    UNION ALL SELECT source, 'adjudication', decision, label, annotator, 1 FROM label WHERE decision IS NOT NULL
    UNION ALL SELECT source, 'consensus', others, label, annotator, 1 FROM label WHERE others IS NOT NULL
    UNION ALL SELECT source, 'annotator', other, own, annotator, 1 FROM pairs
), counted AS (
    SELECT source, reference, expected, given, sum(n) AS labels, count(DISTINCT annotator) AS annotators FROM held GROUP BY 1, 2, 3, 4
), judged AS (
    SELECT l.source, l.decision AS expected, l.label AS given, count(DISTINCT l.item) AS n,
           count(DISTINCT l.item) FILTER (WHERE d.at >= v.began) AS since
    FROM label AS l JOIN decided AS d USING (source, item) LEFT JOIN version AS v USING (source) GROUP BY 1, 2, 3
)
SELECT c.source, c.reference, c.expected, c.given, c.labels,
       c.labels / (SELECT sum(labels) FROM counted AS d WHERE (d.source, d.reference, d.expected) = (c.source, c.reference, c.expected))::float8 AS share_of_expected,
       CASE WHEN c.expected <> c.given THEN c.labels / (SELECT sum(labels) FROM counted AS d WHERE (d.source, d.reference) = (c.source, c.reference)
                                                        AND d.expected <> d.given)::float8 END AS share_of_errors,
       c.annotators, coalesce(j.n, 0) AS adjudications, coalesce(j.since, 0) AS adjudications_since_guideline
FROM counted AS c LEFT JOIN judged AS j USING (source, expected, given);
SELECT * FROM differences('label_confusion', '{reference,expected,given}');

-- 9. speed_trap: in crowd nobody; then four who agree on what is wrong
CREATE TABLE trap (item int, who text, label text, gold text, vendor text, seconds float8, price float8);
INSERT INTO trap
SELECT i, w, CASE WHEN v = 'hasty' AND i % 4 < 2 THEN 'cat' WHEN v = 'slow' AND i % 23 = 0 THEN 'cow' WHEN i % 2 = 0 THEN 'cat' ELSE 'dog' END,
       CASE WHEN i <= 40 THEN CASE WHEN i % 2 = 0 THEN 'cat' ELSE 'dog' END END, v, CASE v WHEN 'hasty' THEN 2 ELSE 30 END, 0.1
FROM generate_series(1, 80) AS i, unnest('{hasty,hasty,slow,slow}'::text[]) WITH ORDINALITY AS x (v, w);
SELECT create_source('trap', 'recount.trap', 'item', 'who', 'label', gold => 'gold', vendor => 'vendor', seconds => 'seconds', price => 'price');
SELECT count(*) FROM annoqa.speed_trap WHERE source <> 'trap';
SELECT t.scope, t.name, t.alpha = k.estimate AS alpha, t.alpha_n, abs(t.alpha_lower - k.ci_lower) < 1e-9 AS lower, abs(t.alpha_upper - k.ci_upper) < 1e-9 AS upper,
       t.gold_accuracy, t.gold_accuracy_n, abs(t.gold_accuracy_lower - w.lower) < 1e-12 AS wilson, abs(t.gold_accuracy_upper - w.upper) < 1e-12 AS wilson,
       t.agreement_floor, t.quality_floor, t.verdict, t.common_error, t.common_error_share, t.labels_per_hour, round(t.cost_per_correct_label::numeric, 6) AS cost
FROM annoqa.speed_trap AS t,
     LATERAL (SELECT agreement_agg(item, label) AS g FROM trap WHERE t.scope = 'vendor' AND vendor = t.name) AS a,
     LATERAL (SELECT * FROM coefficients(a.g) AS c WHERE c.coefficient = 'krippendorff_alpha') AS k,
     -- two of a vendor say the same: as many trials as items
     LATERAL (SELECT avg((label = gold)::int)::float8 AS p, count(DISTINCT item) AS n FROM trap WHERE vendor = t.name AND gold IS NOT NULL) AS n,
     awkward.wilson_of(n.p, n.n) AS w
WHERE source = 'trap';
-- one alone agrees with nobody; fewer answers: likely; a lower floor: none
SELECT scope, name, verdict, gold_accuracy_n FROM annoqa.speed_trap('trap', annotator => '1');
UPDATE trap SET gold = NULL WHERE item > 4;
SELECT scope, name, verdict, gold_accuracy, gold_accuracy_n FROM annoqa.speed_trap('trap');
SELECT alter_source('trap', quality_floor => 0.5);
SELECT count(*) FROM annoqa.speed_trap('trap');
-- everybody calls everything a dog: there is no alpha
SELECT alter_source('trap', quality_floor => 0.85);
UPDATE trap SET gold = CASE WHEN item % 2 = 0 THEN 'cat' ELSE 'dog' END, label = 'dog' WHERE vendor = 'hasty';
SELECT name, alpha, alpha_n, gold_accuracy, gold_accuracy_n, abs(gold_accuracy_upper - (awkward.wilson_of(.5, 80)).upper) < 1e-12 AS by_items, verdict, common_error FROM annoqa.speed_trap('trap');
-- 40 items, 30 right, and a copy of each: the bound of 60 of 80 labels is below .85, not that of items
DELETE FROM trap;
INSERT INTO trap SELECT i, w, CASE WHEN i % 4 = 0 OR i % 2 = 1 THEN 'dog' ELSE 'cat' END, CASE WHEN i % 2 = 0 THEN 'cat' ELSE 'dog' END, 'hasty'
FROM generate_series(1, 40) AS i, unnest('{1,2}'::text[]) AS w;
SELECT name, gold_accuracy, gold_accuracy_n, round(gold_accuracy_upper::numeric, 4) AS upper, (wilson_interval(60, 80)).upper < .85 AS of_labels, verdict FROM annoqa.speed_trap('trap');

-- two on one item are no group, and nine items not certain
DELETE FROM trap WHERE item <> 4;
UPDATE trap SET gold = 'cow';
SELECT count(*) FROM annoqa.speed_trap('trap');
INSERT INTO trap SELECT i, w, CASE WHEN i = 1 THEN 'cat' ELSE 'dog' END, 'cow', 'hasty' FROM generate_series(1, 9) AS i, unnest('{1,2}'::text[]) AS w WHERE i <> 4;
SELECT alpha_n, gold_accuracy, gold_accuracy_upper < quality_floor AS below, verdict FROM annoqa.speed_trap('trap');

-- 10. dissent
CREATE TABLE dissent AS
SELECT l.source, l.item, coalesce(l.stratum, '(none)') AS stratum, l.annotator, l.vendor, l.label, l.others AS others_label, l.n_votes, l.outcome,
       CASE WHEN cardinality(l.settled) = 1 THEN l.settled[1] ELSE to_json(l.settled)::text END AS settled_label,
       l.settled_by, l.labeled_at AS dissented_at, l.settled_at, a.shrunken_accuracy, a.dissent_upheld_rate
FROM label AS l JOIN annotator_scorecard AS a USING (source, annotator) WHERE outcome IS NOT NULL;
SELECT * FROM differences('dissent', '{item,annotator}');

-- 11. onboarding
CREATE TABLE onboarding AS
SELECT o.source, o.annotator, coalesce(x.vendor, '(none)') AS vendor, o.set AS calibration_set, o.calibration_size AS required, coalesce(x.n, 0) AS done,
       acc.x AS accuracy, acc.n AS accuracy_n, acc.lower AS accuracy_lower, acc.upper AS accuracy_upper, o.calibration_gate AS gate,
       CASE WHEN x.n = calibration_size THEN x.correct >= calibration_gate * x.n END AS passed,
       self.x AS self_agreement, self.n AS self_agreement_n, self.lower AS self_agreement_lower, self.upper AS self_agreement_upper,
       edge.x AS edge_case_accuracy, edge.n AS edge_case_accuracy_n, edge.lower AS edge_case_accuracy_lower, edge.upper AS edge_case_accuracy_upper,
       x.median AS seconds_median, x.first_at AS started_at, CASE WHEN x.n = calibration_size THEN x.last_at END AS finished_at,
       CASE WHEN o.set = 2 AND x.n = calibration_size AND x.correct >= calibration_gate * x.n
            THEN extract(epoch FROM x.last_at - f.first_at)::float8 / 86400 END AS days_to_production
FROM (SELECT DISTINCT source, annotator, calibration_size, calibration_gate, u AS set FROM set_of, generate_series(1, 2) AS u) AS o
     JOIN (SELECT source, annotator, min(labeled_at) AS first_at FROM label GROUP BY 1, 2) AS f USING (source, annotator)
     LEFT JOIN (SELECT s.source, s.annotator, s.set, count(*) AS n, count(*) FILTER (WHERE l.correct) AS correct,
                       (array_agg(s.vendor ORDER BY rank DESC))[1] AS vendor, sum(s.repeats)::bigint AS repeats, sum(s.repeats_equal)::bigint AS equal,
                       count(*) FILTER (WHERE l.is_edge) AS edge, count(*) FILTER (WHERE l.is_edge AND l.correct) AS edge_correct,
                       percentile_cont(0.5) WITHIN GROUP (ORDER BY s.seconds) AS median,
                       (array_agg(s.labeled_at ORDER BY rank))[1] AS first_at, (array_agg(s.labeled_at ORDER BY rank DESC))[1] AS last_at
                FROM set_of AS s JOIN label AS l USING (source, item, annotator) WHERE s.set IS NOT NULL GROUP BY 1, 2, 3) AS x USING (source, annotator, set),
     share(coalesce(x.correct, 0), coalesce(x.n, 0)) AS acc, share(coalesce(x.equal, 0), coalesce(x.repeats, 0)) AS self,
     share(coalesce(x.edge_correct, 0), coalesce(x.edge, 0)) AS edge;
SELECT * FROM differences('onboarding', '{annotator,calibration_set}');

-- 12. gold_health
CREATE TABLE gold_health AS
WITH scored AS (
    SELECT l.*, i.answer, row_number() OVER w AS spot, count(*) OVER (PARTITION BY l.source, l.item, l.labeled_at IS NULL) AS of,
           (SELECT (anytime_interval(count(*) FILTER (WHERE o.correct), count(*))).lower > quality_floor FROM label AS o
            WHERE o.scored AND (o.source, o.annotator) = (l.source, l.annotator) AND o.item <> l.item) AS by_good
    FROM label AS l JOIN item AS i USING (source, item) JOIN setting USING (source) WHERE l.scored
    WINDOW w AS (PARTITION BY l.source, l.item, l.labeled_at IS NULL ORDER BY l.labeled_at, l.annotator COLLATE "C")
), counted AS (
    SELECT source, item, (array_agg(stratum ORDER BY at DESC, annotator COLLATE "C"))[1] AS stratum, count(*) AS n, count(*) FILTER (WHERE correct) AS correct,
           min(gold_answers) AS answers, min(answer) AS answer,
           count(*) FILTER (WHERE by_good) AS good, count(*) FILTER (WHERE by_good AND correct) AS good_correct,
           count(*) FILTER (WHERE labeled_at IS NOT NULL AND spot <= ceil(of / 2.0)) AS early,
           count(*) FILTER (WHERE labeled_at IS NOT NULL AND spot <= ceil(of / 2.0) AND correct) AS early_correct,
           count(*) FILTER (WHERE labeled_at IS NOT NULL AND spot > ceil(of / 2.0)) AS late,
           count(*) FILTER (WHERE labeled_at IS NOT NULL AND spot > ceil(of / 2.0) AND correct) AS late_correct,
           min(labeled_at) AS first_at, max(labeled_at) AS last_at
    FROM scored GROUP BY 1, 2
)
SELECT c.source, c.item, coalesce(c.stratum, '(none)') AS stratum, CASE WHEN cardinality(answers) = 1 THEN answers[1] ELSE to_json(answers)::text END AS gold_label,
       c.n AS exposures, a.x AS accuracy, a.n AS accuracy_n, a.lower AS accuracy_lower, a.upper AS accuracy_upper,
       g.x AS accuracy_of_good, g.n AS accuracy_of_good_n, g.lower AS accuracy_of_good_lower, g.upper AS accuracy_of_good_upper,
       (SELECT label FROM label AS l WHERE l.scored AND (l.source, l.item) = (c.source, c.item) GROUP BY label ORDER BY count(*) DESC, label COLLATE "C" LIMIT 1) AS commonest_answer,
       c.answer <> ALL (c.answers) AS consensus_differs, early_correct / nullif(early, 0)::float8 AS accuracy_early, late_correct / nullif(late, 0)::float8 AS accuracy_late,
       CASE WHEN good >= 3 AND 2 * good_correct < good THEN 'wrong_gold'
            WHEN t.x - e.x - sqrt((t.x - t.lower) ^ 2 + (e.upper - e.x) ^ 2) >= 0.1 THEN 'leaked'
            WHEN c.correct = c.n AND a.lower >= 0.9 THEN 'too_easy'
            WHEN c.n >= 20 AND c.n > 3 * (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY d.n) FROM counted AS d WHERE d.source = c.source) THEN 'overexposed' END AS suspicion,
       first_at AS first_exposed_at, last_at AS last_exposed_at
FROM counted AS c, share(c.correct, c.n) AS a, share(c.good_correct, c.good) AS g, share(c.late_correct, c.late) AS t, share(c.early_correct, c.early) AS e;
SELECT * FROM differences('gold_health', '{item}');
SELECT suspicion, count(*) FROM annoqa.gold_health WHERE source = 'crowd' GROUP BY 1 ORDER BY 1;

-- 13. confidence_calibration
CREATE TABLE confidence_calibration AS
SELECT l.source, CASE who WHEN '(all)' THEN kind ELSE (array_agg(kind ORDER BY at DESC, item COLLATE "C" DESC))[1] END AS annotator_kind, who AS annotator,
       (bin - 1) / 10.0::float8 AS bin_lower, bin / 10.0::float8 AS bin_upper, count(*) AS labels, avg(confidence) AS mean_confidence,
       a.x AS accuracy, a.n AS accuracy_n, a.lower AS accuracy_lower, a.upper AS accuracy_upper, avg(confidence) - a.x AS gap
FROM label AS l, LATERAL (VALUES ('(all)'), (annotator)) AS w (who), LATERAL (SELECT greatest(1, ceil((confidence::numeric * 10)))::int AS bin) AS b,
     LATERAL (SELECT count(*) FILTER (WHERE o.correct) AS hits, count(*) AS n FROM label AS o
              WHERE o.source = l.source AND o.scored AND o.confidence IS NOT NULL AND greatest(1, ceil((o.confidence::numeric * 10)))::int = bin
                    AND CASE who WHEN '(all)' THEN o.kind = l.kind ELSE o.annotator = who END) AS n, share(n.hits, n.n) AS a
WHERE scored AND confidence IS NOT NULL
GROUP BY l.source, who, CASE who WHEN '(all)' THEN kind END, kind, bin, a.x, a.n, a.lower, a.upper;
SELECT * FROM differences('confidence_calibration', '{annotator,annotator_kind,bin_upper}');

-- 14. model_validation
CREATE TABLE shown AS      -- labels of people made with a suggestion, and whose label it was
SELECT r.source, r.item, r.annotator, b.suggestion, m.annotator AS model
FROM label AS r JOIN base AS b USING (source, item, annotator)
     LEFT JOIN label AS m ON m.kind = 'model' AND (m.source, m.item, m.label) = (b.source, b.item, b.suggestion)
WHERE r.people AND b.suggestion IS NOT NULL;
CREATE TABLE placed AS      -- labels of models, and items with suggestions of nobody's, by every set of keys
SELECT DISTINCT u.source, u.model, g.guideline, s.stratum, u.item
FROM (SELECT source, annotator AS model, item, guideline, stratum FROM label WHERE kind = 'model'
      UNION ALL SELECT source, '(none)', item, l.guideline, l.stratum FROM shown JOIN label AS l USING (source, item, annotator) WHERE model IS NULL) AS u,
     LATERAL (VALUES ('(all)'), (coalesce(u.guideline, '(none)'))) AS g (guideline), LATERAL (VALUES ('(all)'), (coalesce(u.stratum, '(none)'))) AS s (stratum);
-- Kappa over pairs of labels of items, with an error linearised over items
CREATE FUNCTION pooled_kappa(items text[], a text[], b text[], OUT x float8, OUT n bigint, OUT lower float8, OUT upper float8) LANGUAGE sql AS $$
    WITH p AS (SELECT * FROM unnest(items, a, b) AS u (item, a, b)), n AS (SELECT count(*)::float8 AS n, count(DISTINCT item) AS items, avg((a = b)::int)::float8 AS po FROM p),
    ma AS (SELECT a AS k, count(*) / (SELECT n FROM n) AS share FROM p GROUP BY 1), mb AS (SELECT b AS k, count(*) / (SELECT n FROM n) AS share FROM p GROUP BY 1),
    e AS (SELECT coalesce(sum(ma.share * mb.share), 0) AS pe FROM ma JOIN mb USING (k)),
    d AS (SELECT item, sum((a = b)::int - po)::float8 / n AS dp,
                 sum(coalesce((SELECT share FROM mb WHERE k = p.a), 0) + coalesce((SELECT share FROM ma WHERE k = p.b), 0) - 2 * pe) / n AS de
          FROM p, n, e GROUP BY item, n),
    v AS (SELECT sqrt(items / nullif(items - 1, 0)::float8 * sum((dp / (1 - pe) - de * (1 - po) / (1 - pe) ^ 2) ^ 2)) AS se FROM d, n, e WHERE pe < 1 GROUP BY items)
    SELECT (po - pe) / nullif(1 - pe, 0), items, CASE WHEN se > 1e-9 THEN greatest((po - pe) / (1 - pe) - student(items - 1) * se, -1) END,
           CASE WHEN se > 1e-9 THEN least((po - pe) / (1 - pe) + student(items - 1) * se, 1) END
    FROM n, e LEFT JOIN v ON true $$;
-- Newcombe 1998, Statistics in Medicine 17:2635, method 10, of a model's being right and
-- the share of people who are, which counts as a trial an item
CREATE FUNCTION paired_shares(a float8[], b float8[], OUT x float8, OUT lower float8, OUT upper float8) LANGUAGE sql AS $$
    WITH p AS (SELECT a, b FROM unnest(a, b) AS u (a, b)),
    s AS (SELECT count(*) AS n, avg(a) AS p, avg(b) AS q, covar_pop(a, b) AS c, sqrt(avg(a) * (1 - avg(a)) * avg(b) * (1 - avg(b))) AS d FROM p),
    r AS (SELECT s.*, CASE WHEN d < 1e-9 THEN 0 WHEN c > 0 THEN greatest(c - 1 / (2.0 * n), 0) / d ELSE c / d END AS r FROM s WHERE n > 0)
    SELECT p - q, p - q - sqrt((p - f.lower) ^ 2 - 2 * r * (p - f.lower) * (g.upper - q) + (g.upper - q) ^ 2),
           p - q + sqrt((f.upper - p) ^ 2 - 2 * r * (f.upper - p) * (q - g.lower) + (q - g.lower) ^ 2)
    FROM r, awkward.wilson_of(p, n) AS f, awkward.wilson_of(q, n) AS g $$;
-- an example of his, 36 pairs of right, 12 and 2 of one, none of wrong
SELECT round(lower::numeric, 4) AS lower, round(upper::numeric, 4) AS upper
FROM paired_shares(array_fill(1.0::float8, ARRAY[48]) || array_fill(0.0::float8, ARRAY[2]), array_fill(1.0::float8, ARRAY[36]) || array_fill(0.0::float8, ARRAY[12]) || array_fill(1.0::float8, ARRAY[2]));
CREATE TABLE model_validation AS
SELECT k.source, k.model, k.guideline, k.stratum, CASE k.model WHEN '(none)' THEN 0 ELSE k.items END AS items,
       acc.x AS accuracy, acc.n AS accuracy_n, acc.lower AS accuracy_lower, acc.upper AS accuracy_upper,
       hum.x AS human_accuracy, hum.n AS human_accuracy_n, hum.lower AS human_accuracy_lower, hum.upper AS human_accuracy_upper,
       d.x AS difference, d.lower AS difference_lower, d.upper AS difference_upper, 0.02 AS margin,
       CASE WHEN k.model = '(none)' THEN NULL WHEN d.lower > -0.02 THEN 'no worse' WHEN d.upper < -0.02 THEN 'worse' ELSE 'not enough evidence' END AS verdict,
       w.x AS kappa_with_experts, w.n AS kappa_with_experts_n, w.lower AS kappa_with_experts_lower, w.upper AS kappa_with_experts_upper,
       b.x AS kappa_between_experts, b.n AS kappa_between_experts_n, b.lower AS kappa_between_experts_lower, b.upper AS kappa_between_experts_upper,
       c.sensitivity, c.specificity, c.apparent AS prevalence_apparent, c.prevalence AS prevalence_corrected, c.lower AS prevalence_lower, c.upper AS prevalence_upper,
       r.answer AS positive_label, q.c AS auto_accept_confidence, q.n / k.items::float8 AS auto_accept_share,
       s.n AS suggestions, cr.x AS correction_rate, cr.n AS correction_rate_n, cr.lower AS correction_rate_lower, cr.upper AS correction_rate_upper,
       wk.x AS wrong_suggestions_kept, wk.n AS wrong_suggestions_kept_n, wk.lower AS wrong_suggestions_kept_lower, wk.upper AS wrong_suggestions_kept_upper,
       bias.x AS automation_bias, s.median AS seconds_median_with, o.median AS seconds_median_without
FROM (SELECT source, model, guideline, stratum, count(*) AS items, array_agg(item) AS list FROM placed GROUP BY 1, 2, 3, 4) AS k,
     LATERAL (SELECT count(*) AS n, count(*) FILTER (WHERE l.label = ANY (l.settled)) AS hits FROM label AS l
              WHERE l.source = k.source AND l.annotator = k.model AND l.item = ANY (k.list) AND l.settled IS NOT NULL) AS a, share(a.hits, a.n) AS acc,
     LATERAL (SELECT count(*) AS n, count(*) FILTER (WHERE l.label = ANY (l.settled)) AS hits FROM label AS l
              WHERE l.source = k.source AND l.people AND l.item = ANY (k.list) AND l.settled IS NOT NULL AND k.model <> '(none)'
                    AND NOT EXISTS (SELECT FROM raw AS a WHERE a.is_gold AND a.valid AND (a.source, a.item, a.annotator) = (l.source, l.item, l.annotator))) AS h, share(h.hits, h.n) AS hum,
     LATERAL (SELECT (paired_shares(array_agg(m), array_agg(h))).*
              FROM (SELECT (m.label = ANY (m.settled))::int::float8 AS m, (SELECT avg((l.label = ANY (l.settled))::int) FROM label AS l
                               WHERE l.people AND (l.source, l.item) = (m.source, m.item) AND NOT EXISTS (
                                   SELECT FROM raw AS a WHERE a.is_gold AND a.valid AND (a.source, a.item, a.annotator) = (l.source, l.item, l.annotator)))::float8 AS h
                    FROM label AS m WHERE m.source = k.source AND m.annotator = k.model AND m.item = ANY (k.list) AND m.settled IS NOT NULL) AS p WHERE h IS NOT NULL) AS d,
     LATERAL (SELECT f.* FROM (SELECT array_agg(m.item) AS i, array_agg(m.label) AS a, array_agg(e.label) AS b FROM label AS m JOIN label AS e USING (source, item)
                               WHERE m.source = k.source AND m.annotator = k.model AND m.item = ANY (k.list) AND e.kind = 'expert') AS p, pooled_kappa(p.i, p.a, p.b) AS f) AS w,
     LATERAL (SELECT f.* FROM (SELECT array_agg(m.item) AS i, array_agg(m.label) AS a, array_agg(e.label) AS b FROM label AS m JOIN label AS e USING (source, item)
                               WHERE m.source = k.source AND m.item = ANY (k.list) AND m.kind = 'expert' AND e.kind = 'expert' AND m.annotator <> e.annotator
                                     AND k.model <> '(none)') AS p, pooled_kappa(p.i, p.a, p.b) AS f) AS b
     LEFT JOIN LATERAL (SELECT l.gold_answers[1] AS answer FROM label AS l WHERE l.source = k.source AND l.annotator = k.model AND l.item = ANY (k.list) AND l.scored
                        GROUP BY l.gold_answers[1] ORDER BY count(*), l.gold_answers[1] COLLATE "C" LIMIT 1) AS r ON true
     LEFT JOIN LATERAL (SELECT count(*) FILTER (WHERE NOT g AND y) AS np, count(*) FILTER (WHERE NOT g) AS n, count(*) FILTER (WHERE l.scored AND t AND y) AS tp,
                               count(*) FILTER (WHERE l.scored AND t) AS gp, count(*) FILTER (WHERE l.scored AND NOT t AND NOT y) AS tn, count(*) FILTER (WHERE l.scored AND NOT t) AS gn
                        FROM label AS l, LATERAL (SELECT EXISTS (SELECT FROM gold AS g WHERE (g.source, g.item) = (l.source, l.item)) AS g,
                                                         l.label = r.answer AS y, r.answer = ANY (l.gold_answers) AS t) AS f
                        WHERE l.source = k.source AND l.annotator = k.model AND l.item = ANY (k.list)) AS z ON r.answer IS NOT NULL
     LEFT JOIN LATERAL corrected_prevalence(z.np, z.n, z.tp, z.gp, z.tn, z.gn) AS c ON r.answer IS NOT NULL
     LEFT JOIN LATERAL (SELECT l.confidence AS c, n.above AS n FROM label AS l,
                               LATERAL (SELECT count(*) AS above, count(*) FILTER (WHERE m.settled IS NOT NULL) AS n, count(*) FILTER (WHERE m.label = ANY (m.settled)) AS hits
                                        FROM label AS m WHERE m.source = k.source AND m.annotator = k.model AND m.item = ANY (k.list) AND m.confidence >= l.confidence) AS n
                        WHERE l.source = k.source AND l.annotator = k.model AND l.item = ANY (k.list) AND (anytime_interval(n.hits, n.n)).lower >= 0.98
                        ORDER BY l.confidence LIMIT 1) AS q ON true,
     LATERAL (SELECT count(*) AS n, count(*) FILTER (WHERE l.label <> h.suggestion) AS changed,
                     count(*) FILTER (WHERE l.scored AND h.suggestion <> ALL (l.gold_answers)) AS wrong,
                     count(*) FILTER (WHERE l.scored AND h.suggestion <> ALL (l.gold_answers) AND l.label = h.suggestion) AS kept,
                     percentile_cont(0.5) WITHIN GROUP (ORDER BY l.seconds) AS median
              FROM shown AS h JOIN label AS l USING (source, item, annotator)
              WHERE h.source = k.source AND coalesce(h.model, '(none)') = k.model AND h.item = ANY (k.list)) AS s,
     share(s.changed, s.n) AS cr, share(s.kept, s.wrong) AS wk,
     LATERAL (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY l.seconds) AS median FROM label AS l JOIN base AS u USING (source, item, annotator)
              WHERE l.source = k.source AND l.people AND u.suggestion IS NULL AND l.item = ANY (k.list)) AS o,
     LATERAL (SELECT avg((l.label = h.suggestion)::int - e.same)::float8 AS x
              FROM shown AS h JOIN label AS l USING (source, item, annotator),
                   LATERAL (SELECT avg((x.label = h.suggestion)::int) AS same FROM label AS x JOIN base AS u USING (source, item, annotator)
                            WHERE x.source = k.source AND x.people AND u.suggestion IS NULL AND x.scored AND x.item = ANY (k.list)
                                  AND x.gold_answers[1] = l.gold_answers[1]) AS e
              WHERE h.source = k.source AND coalesce(h.model, '(none)') = k.model AND h.item = ANY (k.list)
                    AND l.scored AND h.suggestion <> ALL (l.gold_answers) AND e.same IS NOT NULL) AS bias;
SELECT * FROM differences('model_validation', '{model,guideline,stratum}');
-- with one loss in 150 the lower bound of a mean is -.0198, and would pass; where nobody
-- errs there are bounds, too
CREATE TABLE rare (item int, who text, kind text, label text, gold text);
SELECT create_source('rare', 'recount.rare', 'item', 'who', 'label', gold => 'gold', annotator_kind => 'kind');
INSERT INTO rare SELECT i, w, k, CASE WHEN w = 'net' AND i = 1 THEN 'b' ELSE 'a' END, 'a'
FROM generate_series(1, 150) AS i, (VALUES ('net', 'model'), ('ann', NULL), ('bea', NULL)) AS v (w, k);
SELECT round(difference::numeric, 4) AS difference, round(difference_lower::numeric, 4) AS lower, verdict FROM annoqa.model_validation('rare') WHERE (guideline, stratum) = ('(all)', '(all)');
UPDATE rare SET label = 'a';
SELECT difference, round(difference_lower::numeric, 4) AS lower, round(difference_upper::numeric, 4) AS upper, verdict FROM annoqa.model_validation('rare') WHERE (guideline, stratum) = ('(all)', '(all)');
INSERT INTO rare SELECT i, w, k, 'a', 'a' FROM generate_series(151, 200) AS i, (VALUES ('net', 'model'), ('ann', NULL)) AS v (w, k);
SELECT round(difference::numeric, 4) AS difference, round(difference_lower::numeric, 4) AS lower, verdict FROM annoqa.model_validation('rare') WHERE (guideline, stratum) = ('(all)', '(all)');

-- ten people an item, the hard fifth of which the model misses: no narrower than by the mean,
-- whose bounds reach .0124 from 0
DELETE FROM rare;
INSERT INTO rare SELECT i, w, CASE WHEN w = 10 THEN 'model' END, CASE WHEN w = 10 AND i % 5 > 0 OR w < 10 AND (i + w) % 10 < CASE WHEN i % 5 = 0 THEN 4 ELSE 9 END THEN 'a' ELSE 'b' END, 'a'
FROM generate_series(1, 1000) AS i, generate_series(0, 10) AS w;
SELECT difference, difference_lower < -.0124 AND difference_upper > .0124 AS wide_enough FROM annoqa.model_validation('rare') WHERE (guideline, stratum) = ('(all)', '(all)');

-- what a model may accept alone: 613 of 613 right from 0.8 on, and the bound after
-- n right of n is (20 (n + 1)) ^ (-1/n); from 0.9 on 409 are too few for 0.98
CREATE TABLE machine AS
SELECT i, 'machine' AS who, 'model' AS kind, CASE WHEN i % 8 = 0 THEN 'cat' ELSE 'dog' END AS label, 'dog' AS gold,
       CASE WHEN i % 8 = 0 THEN 0.5 ELSE 0.8 + i % 3 / 10.0 END AS confidence FROM generate_series(1, 700) AS i WHERE i % 8 > 0 OR i % 16 > 0;
SELECT create_source('machine', 'recount.machine', 'i', 'who', 'label', gold => 'gold', annotator_kind => 'kind', confidence => 'confidence');
SELECT items, auto_accept_confidence, auto_accept_share, accuracy_n, verdict,
       round((20 * 614) ^ (-1 / 613.0), 4) AS bound, round((20 * 410) ^ (-1 / 409.0), 4) AS too_low
FROM annoqa.model_validation WHERE source = 'machine';

-- 15. Traps that a count over all might hide
-- one vote agrees with nobody; without scored labels nothing is said of accuracy
SELECT annotator, labels, agreement, agreement_n, consensus_agreement_n, gold_accuracy, gold_accuracy_n, meets_floor, vendor, n_vendors, phase
FROM annoqa.annotator_scorecard WHERE source = 'awkward' AND annotator IN ('lou', 'new', 'gus', 'bot');
SELECT count(*) FROM annoqa.agreement_matrix WHERE source = 'awkward' AND 'lou' IN (annotator_a, annotator_b);
-- a person with two vendors: one row, and a label row each side
SELECT (SELECT count(*) FROM annoqa.annotator_scorecard AS a WHERE a.source = 'awkward' AND a.annotator = 'dan') AS rows,
       array_agg(v.vendor ORDER BY v.vendor) AS vendors
FROM annoqa.vendor_scorecard AS v
WHERE v.source = 'awkward' AND EXISTS (SELECT FROM annoqa.annotator_scorecard(v.source, vendor => v.vendor) AS a WHERE a.annotator = 'dan');
-- three rows of one annotator are one label, a set
SELECT reference, expected, given, labels FROM annoqa.label_confusion WHERE source = 'collected';
SELECT annotator, labels, items, gold_accuracy, gold_accuracy_n, self_agreement_n, rework_rate FROM annoqa.annotator_scorecard WHERE source = 'collected';
-- what the source does not name is NULL, counts too
SELECT annotator, labels, vendor, n_vendors, active_days, recent_labels, skip_rate_n, gold_accuracy_n, meets_floor, edge_case_accuracy_n,
       fast_rate_n, acceptance_rate_n, cost, stale_guideline_labels, coinciding_annotators
FROM annoqa.annotator_scorecard WHERE source = 'bare';
SELECT vendor, annotators, annotators_active, continuity, gold_accuracy_n, other_vendor_agreement_n, consensus_agreement_n, annotators_below_floor
FROM annoqa.vendor_scorecard WHERE source = 'bare';
SELECT scope, item_set, count(*), count(estimate) FROM annoqa.agreement_overview WHERE source = 'bare' GROUP BY 1, 2 ORDER BY 1, 2;
-- the deleted item is in no view
SELECT count(*) FROM annoqa.feedback WHERE source = 'awkward' AND item = 'gone';
-- gold that arrives late: the same figures as if it had always been there
CREATE TABLE late AS SELECT * FROM annoqa.annotator_scorecard('awkward');
CREATE TABLE kept AS SELECT n, gold FROM awkward.label;
UPDATE awkward.label SET gold = NULL;
SELECT count(gold_accuracy) FROM annoqa.annotator_scorecard('awkward');
UPDATE awkward.label AS l SET gold = k.gold FROM kept AS k WHERE k.n = l.n;
SELECT count(*) FROM (SELECT * FROM late EXCEPT SELECT * FROM annoqa.annotator_scorecard('awkward')) AS d;
-- weights by accuracy change a consensus
SELECT alter_source('crowd', consensus => 'weighted');
SELECT count(*) > 0 AS differ FROM annoqa.annotator_scorecard('crowd') AS w JOIN annotator_scorecard AS m USING (annotator)
WHERE m.source = 'crowd' AND w.consensus_agreement IS DISTINCT FROM m.consensus_agreement;
SELECT alter_source('crowd', reset => 'consensus');

-- 16. Dates, vendors and people as arguments
SELECT annotator, labels, first_labeled_at, last_labeled_at FROM annoqa.annotator_scorecard('awkward', '2024-03-10Z', '2024-03-11Z');
SELECT annotator, labels, vendor FROM annoqa.annotator_scorecard('awkward', vendor => 'house');
SELECT a.shrunken_accuracy = s.shrunken_accuracy AS same_crowd FROM annoqa.annotator_scorecard('awkward', annotator => 'ann') AS a
JOIN annoqa.annotator_scorecard AS s ON s.source = 'awkward' AND s.annotator = a.annotator;
SELECT vendor, labels, round(label_share::numeric, 4) AS label_share FROM annoqa.vendor_scorecard('awkward', vendor => 'house');
SELECT annotator_a, annotator_b FROM annoqa.agreement_matrix('awkward', annotator => 'gus');
SELECT item, annotator, dissent_upheld_rate FROM annoqa.dissent('awkward', since => '2024-03-12Z', until => '2024-03-15Z');
SELECT item, exposures FROM annoqa.gold_health('awkward', annotator => 'ex2');
SELECT count(*) FROM annoqa.feedback('awkward', annotator => 'bob', vendor => 'south');
SELECT scope, name, item_set, n_labels FROM annoqa.agreement_overview('awkward', vendor => 'house') WHERE scope = 'source' AND coefficient = 'percent_agreement';

-- 17. A source that cannot be read is left out with a warning, all of it or none,
-- and no other; called itself the function raises
SET client_min_messages = warning;
\set VERBOSITY terse
CREATE TABLE frail_rows (item int, who text, label text);
INSERT INTO frail_rows SELECT i / 2, 'w' || i % 2, 'x' FROM generate_series(0, 9) AS i;
CREATE FUNCTION fails(i int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    IF i >= current_setting('recount.fail')::int THEN
        RAISE EXCEPTION 'row % is not to be read', i;
    END IF;
    RETURN 'x';
END $$;
SET recount.fail = 100;
CREATE VIEW frail AS SELECT item, who, fails(item) AS label FROM frail_rows;
SELECT create_source('frail', 'recount.frail', 'item', 'who', 'label');
SELECT source, count(*) FROM annoqa.annotator_scorecard WHERE source IN ('bare', 'frail') GROUP BY 1 ORDER BY 1;
SET recount.fail = 4;
SELECT source, count(*) FROM annoqa.annotator_scorecard WHERE source IN ('bare', 'frail') GROUP BY 1 ORDER BY 1;
SELECT count(*) FROM annoqa.vendor_scorecard WHERE source = 'frail';
SELECT * FROM annoqa.annotator_scorecard('frail');
SELECT * FROM annoqa.annotator_scorecard('nowhere');
SELECT * FROM annoqa.annotator_scorecard(NULL);
-- a filter on the source reads that source alone
SELECT count(*) FROM annoqa.annotator_scorecard WHERE source = 'bare';
SELECT count(*) FROM annoqa.annotator_scorecard WHERE source LIKE 'bar%';
SELECT count(*) FROM annoqa.annotator_scorecard JOIN (VALUES ('bare')) AS v (source) USING (source);
SELECT count(*) FROM annoqa.annotator_scorecard WHERE source = ANY (ARRAY['bare', 'collected']);
-- a broken one tells those who may know of it
ALTER TABLE awkward.tags RENAME tag TO word;
SELECT count(*) FROM annoqa.annotator_scorecard WHERE source = 'bare';
SELECT count(*) FROM annoqa.annotator_scorecard WHERE source = 'frail';
ALTER TABLE awkward.tags RENAME word TO tag;
-- to cancel is not to leave out
SET statement_timeout = '1ms';
DO $$ BEGIN PERFORM count(*) FROM annoqa.annotator_scorecard WHERE source = 'crowd'; EXCEPTION WHEN query_canceled THEN RAISE WARNING 'cancelled'; END $$;
RESET statement_timeout;

-- 18. Who may see what: as the caller, each column of the relation
CREATE ROLE regress_annoqa_viewer;
GRANT USAGE ON SCHEMA awkward, recount TO regress_annoqa_viewer;
GRANT SELECT ON awkward.tags TO regress_annoqa_viewer;
GRANT SELECT (item, who, label) ON recount.trap TO regress_annoqa_viewer;
SET ROLE regress_annoqa_viewer;
SELECT source, count(*) FROM annoqa.annotator_scorecard GROUP BY 1 ORDER BY 1;
SELECT source, count(*) FROM annoqa.model_validation GROUP BY 1;
SELECT * FROM annoqa.feedback('awkward');
RESET ROLE;
-- flags of a source are not zero but unknown to those who may not see what is stored
CREATE VIEW seen AS SELECT * FROM awkward.tags;
SELECT create_source('seen', 'recount.seen', 'photo', 'who', 'tag', resolve => 'collect') IS NOT NULL AS created;
GRANT SELECT ON seen TO regress_annoqa_viewer;
SET ROLE regress_annoqa_viewer;
SELECT bool_and(open_flags IS NULL) AS unknown FROM annoqa.annotator_scorecard('seen');
SELECT bool_and(open_flags IS NULL) AS unknown FROM annoqa.vendor_scorecard('seen');
RESET ROLE;
SELECT alter_source('seen', readers => 'regress_annoqa_viewer') IS NOT NULL AS altered;
SET ROLE regress_annoqa_viewer;
SELECT bool_and(open_flags = 0) AS none FROM annoqa.annotator_scorecard('seen');
SELECT bool_and(open_flags = 0) AS none FROM annoqa.vendor_scorecard('seen');
RESET ROLE;
-- filters: the vendor of rows without one has a name, and one that no row has is told
CREATE TABLE filtered AS SELECT i AS item, w AS who, 'x' AS label, CASE WHEN w = 1 THEN 'north' END AS vendor, timestamptz '2026-01-01Z' + i * interval '1 day' AS at FROM generate_series(1, 9) AS i, generate_series(1, 3) AS w;
SELECT create_source('filtered', 'recount.filtered', 'item', 'who', 'label', vendor => 'vendor', labeled_at => 'at') IS NOT NULL AS created;
SELECT vendor, labels FROM annoqa.vendor_scorecard('filtered') ORDER BY 1;
SELECT annotator, labels FROM annoqa.annotator_scorecard('filtered', vendor => '(none)') ORDER BY 1;
SELECT annotator, labels FROM annoqa.annotator_scorecard('filtered', vendor => 'north');
SET client_min_messages = notice;
SELECT annotator, labels FROM annoqa.annotator_scorecard('filtered', vendor => 'nroth');
SELECT annotator, labels FROM annoqa.annotator_scorecard('filtered', annotator => '7');
SELECT count(*) FROM annoqa.vendor_scorecard('filtered', vendor => 'nroth');
SELECT count(*) FROM annoqa.quality_trend('filtered', vendor => 'nroth');
SET client_min_messages = warning;
SELECT annotator, labels FROM annoqa.annotator_scorecard('filtered', since => '2026-01-05Z', until => '2026-01-05Z');
SELECT annotator, labels FROM annoqa.annotator_scorecard('filtered', since => '2026-01-05Z', until => '2026-01-04Z');
SELECT count(*) FROM annoqa.quality_trend('filtered', since => '2026-01-05Z', until => '2026-01-04Z');
-- rows under a policy: those of the caller
CREATE TABLE ours AS SELECT * FROM awkward.tags;
ALTER TABLE ours ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON ours USING (who <> 'cyd');
GRANT SELECT ON ours TO regress_annoqa_viewer;
SELECT create_source('ours', 'recount.ours', 'photo', 'who', 'tag', resolve => 'collect');
SELECT count(*) FROM annoqa.annotator_scorecard WHERE source = 'ours';
SET ROLE regress_annoqa_viewer;
SELECT count(*) FROM annoqa.annotator_scorecard WHERE source = 'ours';
RESET ROLE;
-- a path with an equality and functions of somebody's
CREATE TABLE plain AS SELECT * FROM annoqa.annotator_scorecard WHERE source = 'crowd';
CREATE SCHEMA evil;
CREATE FUNCTION evil.never(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.never);
CREATE FUNCTION evil.unnest(text[]) RETURNS SETOF text LANGUAGE sql AS $$ SELECT 'evil' $$;
CREATE FUNCTION evil.array_agg(text) RETURNS text[] LANGUAGE sql AS 'SELECT NULL::text[]';
SET search_path = evil, pg_catalog;
CREATE TABLE recount.crossed AS SELECT * FROM annoqa.annotator_scorecard('crowd');
SET search_path = recount, public, annoqa;
SELECT count(*) FROM (SELECT to_jsonb(p) - 'source' FROM plain AS p EXCEPT SELECT to_jsonb(c) FROM crossed AS c) AS d;

-- 19. Nothing there
CREATE TABLE empty (item int, who text, label text, gold text);
SELECT create_source('empty', 'recount.empty', 'item', 'who', 'label', gold => 'gold');
SELECT (SELECT count(*) FROM annoqa.annotator_scorecard('empty')) AS annotators, (SELECT count(*) FROM annoqa.vendor_scorecard('empty')) AS vendors,
       (SELECT count(*) FROM annoqa.stratum_skill('empty')) AS strata, (SELECT count(*) FROM annoqa.feedback('empty')) AS feedback,
       (SELECT count(*) FROM annoqa.agreement_matrix('empty')) AS pairs, (SELECT count(*) FROM annoqa.label_confusion('empty')) AS confusions,
       (SELECT count(*) FROM annoqa.speed_trap('empty')) AS traps, (SELECT count(*) FROM annoqa.dissent('empty')) AS dissents,
       (SELECT count(*) FROM annoqa.onboarding('empty')) AS newcomers, (SELECT count(*) FROM annoqa.gold_health('empty')) AS gold,
       (SELECT count(*) FROM annoqa.confidence_calibration('empty')) AS bins, (SELECT count(*) FROM annoqa.model_validation('empty')) AS models;
SELECT item_set, coefficient, estimate, reason FROM annoqa.agreement_overview('empty') WHERE coefficient = 'krippendorff_alpha';

SELECT count(drop_source(source)) FROM (SELECT source FROM sources OFFSET 0) AS s;
DROP SCHEMA recount, awkward, evil CASCADE;
DROP ROLE regress_annoqa_viewer;
