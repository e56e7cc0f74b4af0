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
SELECT source, max(labeled_at) AS newest, percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS median FROM base GROUP BY source;
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
       b.seconds < w.median / 10 AS fast,
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
           count(seconds) AS timed, count(*) FILTER (WHERE fast) AS fast,
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
           count(*) FILTER (WHERE scored) AS scored, count(*) FILTER (WHERE correct) AS correct
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
       g.x - h.x, g.x - h.x - sqrt((g.x - g.lower) ^ 2 + (h.upper - h.x) ^ 2), g.x - h.x + sqrt((g.upper - g.x) ^ 2 + (h.x - h.lower) ^ 2)
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
