-- Rules and flags.  Outcomes are counted again in plain SQL here; e-values and
-- charts are those of the functions that the tests intervals and charts hold
-- against papers, and what a rule makes of them is computed again beside it.
SET client_min_messages = warning;
CREATE SCHEMA rules;
SET search_path = rules, annoqa;
SET TimeZone = 'UTC';
SET DateStyle = ISO;
\set VERBOSITY terse
\set SHOW_CONTEXT never

-- 5 people, 240 items, every third with gold; repeats, skips, ties of time, no time
CREATE TABLE labels (task int, who text, label text, gold text, at timestamptz,
    seconds float8, skipped boolean, vendor text, valid boolean, version text);
INSERT INTO labels
SELECT i, w, CASE WHEN i * 5 % 11 < k THEN 'b' ELSE 'a' END,
       CASE WHEN i % 3 = 0 THEN 'a' END, '2026-01-01'::timestamptz + (i * 7919 % 240) * interval '1 h',
       CASE WHEN i % 5 > 0 THEN 20 + i % 7 - 19 * (k = 4 AND i % 2 = 0)::int END,
       k = 3 AND i > 200, 'v' || (k + i / 200) % 2, NULLIF(i % 40 <> 7, true), CASE WHEN i * 7919 % 240 < 100 THEN 'v1' ELSE 'v2' END
FROM generate_series(1, 240) AS i, LATERAL (VALUES ('ann', 0), ('bob', 1), ('cyd', 3), ('dee', 4), ('eve', 6)) AS p (w, k);
-- repeats, later and earlier, and without time
INSERT INTO labels (task, who, label, gold, at) VALUES
    (3, 'ann', 'b', 'a', '2026-07-01'), (6, 'ann', 'b', 'a', '2025-01-01'), (9, 'ann', 'a', 'a', NULL),
    (12, 'bob', 'b', 'b', '2026-07-01'), (NULL, 'bob', 'b', 'a', '2026-07-01'), (15, NULL, 'b', 'a', '2026-07-01'),
    (18, 'bob', NULL, 'a', '2025-01-01'), (999, 'bob', 'b', 'a', NULL);
SELECT create_source('s', 'labels', 'task', 'who', 'label', gold => 'gold', labeled_at => 'at',
    seconds => 'seconds', skipped => 'skipped', vendor => 'vendor', valid => 'valid', guideline => 'version');

--
-- Outcomes, against plain SQL
--
CREATE VIEW firsts AS
SELECT l.*, l.ctid AS place, (SELECT count(*) FROM labels AS e
             WHERE e.task = l.task AND e.who = l.who AND e.valid IS NOT FALSE AND (e.label IS NOT NULL OR e.skipped)
                   AND (coalesce(e.at, 'infinity'), e.ctid) < (coalesce(l.at, 'infinity'), l.ctid)) AS earlier,
       (SELECT count(*) FROM labels AS e
        WHERE e.task = l.task AND e.who = l.who AND e.valid IS NOT FALSE AND e.label IS NOT NULL AND e.skipped IS NOT TRUE
              AND (coalesce(e.at, 'infinity'), e.ctid) < (coalesce(l.at, 'infinity'), l.ctid)) AS earlier_labels,
       (SELECT CASE WHEN count(DISTINCT g.gold) = 1 THEN min(g.gold) END FROM labels AS g
        WHERE g.task = l.task AND g.valid IS NOT FALSE) AS answer
FROM labels AS l
WHERE l.valid IS NOT FALSE AND l.who IS NOT NULL AND l.task IS NOT NULL AND (l.label IS NOT NULL OR l.skipped);
CREATE VIEW recount AS
SELECT 'gold_accuracy' AS metric, who, label = answer AS hit, at, place FROM firsts
WHERE skipped IS NOT TRUE AND earlier_labels = 0 AND answer IS NOT NULL
UNION ALL
SELECT 'skip_rate', who, coalesce(skipped, false), at, place FROM firsts WHERE earlier = 0
UNION ALL
SELECT 'skips_in_row', who, coalesce(skipped, false), at, place FROM firsts WHERE earlier = 0
UNION ALL
SELECT 'fast_rate', who, seconds < (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FROM firsts
                                    WHERE skipped IS NOT TRUE AND earlier_labels = 0) / 10, at, place
FROM firsts WHERE skipped IS NOT TRUE AND earlier_labels = 0 AND seconds IS NOT NULL
UNION ALL
SELECT 'self_agreement', l.who, l.label = (SELECT e.label FROM firsts AS e WHERE e.task = l.task AND e.who = l.who
                                           AND e.earlier_labels = 0 AND e.skipped IS NOT TRUE AND e.label IS NOT NULL), l.at, l.place
FROM firsts AS l WHERE skipped IS NOT TRUE AND earlier_labels = 1;
SELECT metric, count(*) AS annotators, sum(cardinality(o.hits)) AS n, bool_and(o.hits = r.hits AND o.times = r.times) AS same
FROM (SELECT metric, who, array_agg(hit ORDER BY at NULLS LAST, place) AS hits,
             array_agg(at ORDER BY at NULLS LAST, place) AS times FROM recount GROUP BY metric, who) AS r
     LEFT JOIN LATERAL rule_outcomes('s', metric, false) AS o ON o.annotator = r.who
GROUP BY metric ORDER BY metric;
-- of many repeats the first counts, with times and without
CREATE TABLE again (item int, who text, label text, at timestamptz);
INSERT INTO again SELECT i, 'a', l, '2026-01-01'::timestamptz + make_interval(hours => n::int, days => CASE WHEN n = 4 THEN -9 ELSE i END)
FROM generate_series(1, 2) AS i, unnest(CASE i WHEN 1 THEN '{y,x,x,x}' ELSE '{x,x,y,x}' END::text[]) WITH ORDINALITY AS u (l, n);
SELECT create_source('timed', 'again', 'item', 'who', 'label', labeled_at => 'at') IS NOT NULL AS created;
SELECT hits, ARRAY(SELECT t - '2026-01-01'::timestamptz FROM unnest(times) AS t) AS times FROM rule_outcomes('timed', 'self_agreement', false);
SELECT create_source('untimed', 'again', 'item', 'who', 'label', resolve => 'collect') IS NOT NULL AS created;
SELECT hits FROM rule_outcomes('untimed', 'self_agreement', false);
SELECT drop_source(s) FROM unnest('{timed,untimed}'::text[]) AS s;
-- what is fast is told by the median of people; models, who are more and slow here, have no pace
CREATE TABLE paced (item int, who text, label text, kind text, seconds int, at timestamptz);
INSERT INTO paced SELECT i, w, 'x', CASE WHEN w < 'm' THEN 'human' ELSE 'Model' END,
    CASE WHEN w > 'm' THEN 200 + i WHEN w = 'hob' AND i % 2 = 0 THEN 1 ELSE 10 + i END, '2026-01-01'::timestamptz + make_interval(hours => i)
FROM generate_series(1, 10) AS i, unnest('{hal,hob,mod,mop,mox}'::text[]) AS w;
SELECT create_source(s, 'paced', 'item', 'who', 'label', annotator_kind => 'kind', seconds => 'seconds',
    labeled_at => CASE s WHEN 'timed' THEN 'at' END) IS NOT NULL AS created FROM unnest('{timed,untimed}'::text[]) AS s;
SELECT s, o.annotator, o.hits = p.hits AS same, (SELECT count(*) FROM unnest(o.hits) AS h WHERE h) AS fast
FROM unnest('{timed,untimed}'::text[]) AS s, rule_outcomes(s, 'fast_rate', false) AS o
     LEFT JOIN (SELECT who, array_agg(seconds < (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FROM paced WHERE kind = 'human') / 10 ORDER BY item) AS hits
                FROM paced WHERE kind = 'human' GROUP BY who) AS p ON p.who = o.annotator ORDER BY 1, 2;
SELECT annotator, fast_rate, fast_rate_n FROM annotator_scorecard('timed') ORDER BY 1;
SELECT scope, annotator, fast_rate, fast_rate_n FROM quality_trend('timed') ORDER BY 1, 2;
SELECT drop_source(s) FROM unnest('{timed,untimed}'::text[]) AS s;
SELECT o.annotator, vendor, cardinality(hits) = (SELECT count(*) FROM firsts WHERE who = o.annotator AND version = 'v2'
    AND skipped IS NOT TRUE AND earlier_labels = 0 AND answer IS NOT NULL) AS newest_guideline, run
FROM rule_outcomes('s', 'gold_accuracy', true) AS o ORDER BY 1;

-- whatever shape gold has, and whatever labels are
CREATE TABLE gold (task bigint, answer text);
INSERT INTO gold SELECT task, answer FROM firsts WHERE answer IS NOT NULL GROUP BY 1, 2;
CREATE VIEW flagged AS
SELECT task, who, label, at, valid, false AS is_gold FROM labels WHERE skipped IS NOT TRUE
UNION ALL SELECT task, 'boss', answer, '2026-01-01', NULL, true FROM gold;
CREATE VIEW several AS
SELECT task, who, label, at, valid, CASE WHEN gold IS NOT NULL THEN ARRAY[gold, 'c'] END AS gold FROM labels WHERE skipped IS NOT TRUE;
CREATE VIEW sets AS
SELECT task, who, string_to_array(label || ',x', ',') AS label, at, valid, string_to_array('x,' || gold, ',') AS gold
FROM labels WHERE skipped IS NOT TRUE AND label IS NOT NULL;
CREATE VIEW rows_of_sets AS
SELECT task, who, u AS label, at, valid, gold FROM labels, LATERAL unnest(ARRAY[label, 'x']) AS u
WHERE skipped IS NOT TRUE AND label IS NOT NULL AND task NOT IN (3, 6, 9, 12, 999)
UNION ALL SELECT task, 'gold', 'x', NULL, NULL, 'x' FROM gold;
SET client_min_messages = error;
SELECT create_source('relation', 'labels', 'task', 'who', 'label', gold_relation => 'gold', gold_label => 'answer', labeled_at => 'at', skipped => 'skipped', valid => 'valid');
SELECT create_source('flag', 'flagged', 'task', 'who', 'label', gold_flag => 'is_gold', labeled_at => 'at', valid => 'valid');
SELECT create_source('author', 'flagged', 'task', 'who', 'label', gold_annotator => 'boss', labeled_at => 'at', valid => 'valid');
SELECT create_source('several', 'several', 'task', 'who', 'label', gold => 'gold', labeled_at => 'at', valid => 'valid');
SELECT create_source('sets', 'sets', 'task', 'who', 'label', gold => 'gold', labeled_at => 'at', valid => 'valid');
SELECT create_source('collect', 'rows_of_sets', 'task', 'who', 'label', gold => 'gold', labeled_at => 'at', valid => 'valid', resolve => 'collect');
SET client_min_messages = warning;
-- the engine and the query that reads one annotator, or rows without times, say the same
CREATE FUNCTION queried(source text, metric text) RETURNS TABLE (annotator text, vendor text, hits boolean[], times timestamptz[], run int) LANGUAGE plpgsql AS $$
DECLARE
    q record := annoqa.readable_source(source);
BEGIN
    RETURN QUERY EXECUTE annoqa.outcomes_query((annoqa.visible_source(source)).registered, q.rows_query, q.gold_query, metric, false, 'true');
END $$;
SELECT source, metric, count(*) AS annotators, bool_and(q.hits = o.hits AND q.times = o.times AND q.vendor IS NOT DISTINCT FROM o.vendor) AS same
FROM unnest(ARRAY['s', 'relation', 'flag', 'author', 'several', 'sets', 'collect']) AS source, unnest(ARRAY['gold_accuracy', 'skip_rate', 'fast_rate', 'self_agreement']) AS metric,
     LATERAL (SELECT * FROM rule_outcomes(source, metric, false) AS o FULL JOIN queried(source, metric) AS q USING (annotator)) AS v (annotator, vo, ho, t_o, r_o, vq, hq, tq, rq),
     LATERAL (SELECT ho, t_o, vo) AS o (hits, times, vendor), LATERAL (SELECT hq, tq, vq) AS q (hits, times, vendor)
WHERE metric = 'gold_accuracy' OR source = 's' GROUP BY source, metric ORDER BY source, metric;
SELECT source, count(*) AS annotators, sum(cardinality(o.hits)) AS n, sum(cardinality(array_positions(o.hits, true))) AS correct,
       bool_and(o.hits = r.hits) AS same
FROM unnest(ARRAY['s', 'relation', 'flag', 'author', 'several', 'sets', 'collect']) AS source,
     LATERAL rule_outcomes(source, 'gold_accuracy', false) AS o
     LEFT JOIN LATERAL (SELECT array_agg(f.label = f.answer ORDER BY f.at NULLS LAST, f.place) AS hits FROM firsts AS f
                        WHERE f.who = o.annotator AND f.skipped IS NOT TRUE AND f.earlier_labels = 0 AND f.answer IS NOT NULL
                              AND (source <> 'collect' OR task NOT IN (3, 6, 9, 12, 999))) AS r ON true
GROUP BY source ORDER BY source;
SELECT drop_source(s) FROM unnest(ARRAY['relation', 'flag', 'author', 'several', 'sets', 'collect']) AS s;

--
-- Which metric may use which method
--
-- every metric of the trends is known, and one besides
SELECT coalesce(m.metric, r.metric) AS metric FROM metrics() AS m FULL JOIN rule_metrics() AS r USING (metric)
WHERE m.metric IS NULL OR r.metric IS NULL;
CREATE FUNCTION attempt(call text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'SELECT annoqa.create_rule(''s'', ''try'', ' || call || ')';
    PERFORM annoqa.drop_rule('s', 'try');
    RETURN 'yes';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLERRM;
END $$;
SELECT metric, "window", string_agg(method, ', ' ORDER BY n) FILTER (WHERE outcome = 'yes') AS methods,
       count(*) FILTER (WHERE outcome LIKE '%does not fit metric%') AS refused
FROM (SELECT metric, "window", method, n, attempt(format('%L, threshold => %s, in_control => %s, method => %L%s', metric,
                 CASE WHEN metric = 'skips_in_row' THEN '5' WHEN metric = 'seconds_median' THEN '30' ELSE '0.5' END,
                 CASE WHEN method NOT IN ('cusum', 'ewma') THEN 'NULL' WHEN metric IN ('skip_rate', 'fast_rate') THEN '0.2' ELSE '0.9' END,
                 method, "window")) AS outcome
      FROM unnest(ARRAY['gold_accuracy', 'skip_rate', 'fast_rate', 'self_agreement', 'skips_in_row', 'consensus_agreement',
                        'agreement', 'rework_rate', 'seconds_median']) AS metric,
           unnest(ARRAY['', ', last_n => 50', ', period => ''7 days''']) AS "window",
           unnest(ARRAY['anytime', 'e_detector', 'cusum', 'ewma', 'raw', 'wilson', 'interval']) WITH ORDINALITY AS m (method, n)) AS t
GROUP BY metric, "window" ORDER BY metric, "window";

-- The words for it
SELECT create_rule('s', metric => 'gold_accuracy', threshold => .85, method => 'raw');
SELECT create_rule('s', metric => 'gold_accuracy', threshold => .85, method => 'anytime', last_n => 50);
SELECT create_rule('s', metric => 'consensus_agreement', threshold => .85, method => 'anytime');
SELECT create_rule('s', metric => 'skips_in_row', threshold => 5, method => 'wilson');
\set VERBOSITY default
SELECT create_rule('s', metric => 'gold_accuracy', threshold => .85, method => 'banana');
SELECT create_rule('s', metric => 'banana', threshold => .85);
SELECT create_rule('s', metric => 'alpha', threshold => .85);
SELECT create_rule('s', preset => 'banana');
SELECT create_rule('s', metric => 'gold_accuracy');
SELECT create_rule('s', metric => 'skip_rate', threshold => 12.5);
SELECT create_rule('s', metric => 'skip_rate', threshold => 200);
SELECT create_rule('s', metric => 'skip_rate', threshold => .5, error => 2);
\set VERBOSITY terse
SELECT call, attempt(call) FROM (VALUES
    ('NULL, threshold => .5'), ('''gold_accuracy'''), ('''gold_accuracy'', threshold => 0'), ('''gold_accuracy'', threshold => 1'),
    ('''gold_accuracy'', threshold => ''NaN'''), ('''gold_accuracy'', threshold => ''-Infinity'''), ('''gold_accuracy'', ''='', threshold => .5'),
    ('''gold_accuracy'', threshold => .5, error => 0'), ('''gold_accuracy'', threshold => .5, per => ''vendor'''),
    ('''gold_accuracy'', threshold => .5, per => ''source'', method => ''e_detector'''),
    ('''gold_accuracy'', threshold => .5, severity => ''dire'''), ('''gold_accuracy'', threshold => .5, min_n => 0'),
    ('''gold_accuracy'', threshold => .5, last_n => 0'), ('''gold_accuracy'', threshold => .5, period => ''0'''),
    ('''gold_accuracy'', threshold => .5, period => ''1 d'', last_n => 5'), ('''gold_accuracy'', threshold => .5, confidence => .5'),
    ('''gold_accuracy'', threshold => .5, margin => .1'), ('''gold_accuracy'', threshold => .5, clear_at => .4'),
    ('''skip_rate'', threshold => .5, clear_at => .6'), ('''gold_accuracy'', threshold => .5, in_control => .9'),
    ('''gold_accuracy'', threshold => .5, method => ''cusum'', in_control => .4'), ('''gold_accuracy'', threshold => .5, method => ''e_detector'', run_length => 0'),
    ('''consensus_agreement'''), ('''consensus_agreement'', margin => 1'), ('''skips_in_row'', threshold => 0'),
    ('''gold_accuracy'', threshold => .9, method => ''ewma'', last_n => 5'), ('''gold_accuracy'', threshold => .5, by_guideline => true'))
    AS v (call);
SELECT create_rule('nowhere', preset => 'drift');
SELECT create_rule(NULL, preset => 'drift');
CREATE TABLE bare AS SELECT task, who, label FROM labels WHERE task < 20 AND label IS NOT NULL AND who <> 'ann' AND NOT (task = 12 AND who = 'bob');
SELECT create_source('bare', 'bare', 'task', 'who', 'label');
SELECT create_rule('bare', preset => p) FROM unnest(ARRAY['gold accuracy']) AS p;
SELECT create_rule('bare', preset => p) FROM unnest(ARRAY['fast answers']) AS p;
SELECT create_rule('bare', preset => p) FROM unnest(ARRAY['skips in a row']) AS p;
SELECT create_rule('bare', metric => 'self_agreement', threshold => .5, by_guideline => true);
SELECT create_rule('bare', metric => 'self_agreement', threshold => .5, period => '1 day');
-- an in-control level takes 200 answers
SELECT create_rule('bare', metric => 'self_agreement', threshold => .5, method => 'cusum');
SELECT create_rule('s', 'estimated', 'gold_accuracy', threshold => .5, method => 'cusum');
SELECT round(in_control::numeric, 4) = round((SELECT (count(*) FILTER (WHERE hit) + .5) / (count(*) + 1)
                                              FROM recount WHERE metric = 'gold_accuracy'), 4) AS in_control
FROM rules WHERE rule = 'estimated';
SELECT drop_rule('s', 'estimated');

-- Presets, and altering
SELECT create_rule('s', preset => p) FROM unnest(ARRAY['gold accuracy below 0.8', 'fast_answers', 'Skips in a row at least 7',
    'agreement with consensus', 'consensus agreement below 0.6', 'drift']) AS p;
SELECT create_rule('s', preset => 'drift');
SELECT create_rule('s', '', preset => 'drift');
SELECT alter_rule('s', 'drift', threshold => .7, run_length => 500, severity => 'critical');
SELECT alter_rule('s', 'drift', method => 'raw');
SELECT alter_rule('s', 'drift', method => 'raw', last_n => 30);
SELECT alter_rule('s', 'drift', reset => ARRAY['method', 'last_n', 'run_length', 'severity']);
SELECT alter_rule('s', 'drift', reset => ARRAY['metric', 'colour']);
SELECT alter_rule('s', 'drift', reset => ARRAY['threshold']);
SELECT alter_rule('s', 'none');
SELECT rule, metric, operator, threshold, margin, method, error, per, min_answers, severity, run_length FROM rules ORDER BY rule;
SELECT drop_rule('s', rule) FROM (SELECT rule FROM rules ORDER BY rule) AS r;
SELECT drop_rule('s', 'drift');

--
-- Decisions: 0 to 100 right of 100, one annotator each
--
CREATE TABLE counts (task int, who text, label boolean, gold boolean, at timestamptz);
INSERT INTO counts SELECT i, 's' || s, (i * 37 % 100) < s, true, '2026-01-01'::timestamptz + i * interval '1 h'
FROM generate_series(0, 99) AS i, generate_series(0, 100) AS s;
SELECT create_source('c', 'counts', 'task', 'who', 'label', gold => 'gold', labeled_at => 'at');
SELECT create_rule('c', 'below', 'gold_accuracy', threshold => .85);
SELECT create_rule('c', 'above', 'gold_accuracy', '>', .85, error => .01);
SELECT create_rule('c', 'source', 'gold_accuracy', threshold => .85, per => 'source', error => .1);
SELECT create_rule('c', 'source above', 'gold_accuracy', '>', .85, per => 'source', error => .1);
SELECT create_rule('c', 'wilson', 'gold_accuracy', threshold => .85, method => 'wilson', last_n => 60);
SELECT create_rule('c', 'raw', 'gold_accuracy', '<=', .85, method => 'raw', period => '50 hours');
SELECT create_rule('c', 'few', 'gold_accuracy', threshold => .85, min_n => 101);
SELECT evaluate_rules('c');
-- the first run of a rule may spend 6 / pi^2 of its error
CREATE VIEW expected AS
SELECT 'below' AS rule, s FROM generate_series(0, 100) AS s WHERE accuracy_below(s, 100, .85) * 6 / pi() ^ 2 >= 20
UNION ALL
SELECT 'above', s FROM generate_series(0, 100) AS s WHERE accuracy_above(s, 100, .85) * 6 / pi() ^ 2 >= 100
UNION ALL
SELECT 'source', s FROM (SELECT s, row_number() OVER (ORDER BY e DESC) AS k, max(rank) FILTER (WHERE e >= 101 / (rank * .1)) OVER () AS last
    FROM (SELECT s, e, row_number() OVER (ORDER BY e DESC) AS rank
          FROM (SELECT s, accuracy_below(s, 100, .85) * 6 / pi() ^ 2 AS e FROM generate_series(0, 100) AS s) AS v) AS w) AS x WHERE k <= last
UNION ALL
SELECT 'source above', s FROM (SELECT s, row_number() OVER (ORDER BY e DESC) AS k, max(rank) FILTER (WHERE e >= 101 / (rank * .1)) OVER () AS last
    FROM (SELECT s, e, row_number() OVER (ORDER BY e DESC) AS rank
          FROM (SELECT s, accuracy_above(s, 100, .85) * 6 / pi() ^ 2 AS e FROM generate_series(0, 100) AS s) AS v) AS w) AS x WHERE k <= last
UNION ALL
SELECT 'wilson', s FROM generate_series(0, 100) AS s,
    LATERAL (SELECT count(*) FILTER (WHERE i * 37 % 100 < s) AS right60 FROM generate_series(40, 99) AS i) AS n
WHERE (wilson_interval(right60, 60, .9)).upper < .85
UNION ALL
SELECT 'raw', s FROM generate_series(0, 100) AS s,
    LATERAL (SELECT count(*) FILTER (WHERE i * 37 % 100 < s) AS right50 FROM generate_series(50, 99) AS i) AS n
WHERE right50 / 50.0 <= .85;
SELECT coalesce(e.rule, f.rule) AS rule, count(e.s) AS expected, count(f.flag_id) AS raised, count(*) FILTER (WHERE e.s IS NULL OR f.flag_id IS NULL) AS differ,
       min(substr(f.annotator, 2)::int), max(substr(f.annotator, 2)::int)
FROM expected AS e FULL JOIN flags AS f ON f.rule = e.rule AND f.annotator = 's' || e.s GROUP BY 1 ORDER BY 1;
SELECT rule, annotators_watched, open_flags, round(expected_wrong_flags::numeric, 2) AS wrong FROM rules WHERE source = 'c' ORDER BY rule;
-- evidence
SELECT rule, annotator, operator, threshold, method, value, value_n, round(value_lower::numeric, 4) AS lower, round(value_upper::numeric, 4) AS upper,
       evidence_window, severity, status, evidence_from, evidence_until, reason
FROM flags WHERE annotator = 's70' OR annotator = 's100' ORDER BY rule \gx
SELECT (value_lower, value_upper) = anytime_interval(70, 100, .95) AS bounds FROM flags WHERE annotator = 's70' AND rule = 'below';

-- Evaluated again, nothing changes; evidence that turns clears
SELECT evaluate_rules('c');
CREATE VIEW s70 AS SELECT rule, status, cleared_by, note, acknowledged_by = current_user AS acknowledged FROM flags WHERE annotator = 's70' ORDER BY flag_id;
SELECT acknowledge_flag(flag_id, 'talked to') ~ '^flag \d+ of source "c" acknowledged by ' AS said FROM flags WHERE annotator = 's70' AND rule = 'below';
-- .85 again is reached with 100 further answers, all right; the raw rule clears a tenth of the way later
INSERT INTO counts SELECT 100 + i, 's70', true, true, '2026-02-01'::timestamptz + i * interval '1 h' FROM generate_series(0, 98) AS i;
SELECT evaluate_rules('c');
TABLE s70;
INSERT INTO counts VALUES (200, 's70', true, true, '2026-03-01');
SELECT evaluate_rules('c');
TABLE s70;
\set VERBOSITY sqlstate
SELECT acknowledge_flag(flag_id) FROM flags WHERE annotator = 's70' AND rule = 'below';
SELECT acknowledge_flag(-1);
SELECT clear_flag(NULL);
\set VERBOSITY terse

-- Clearing starts anew, with less error to spend: 1.2% of 5% in the third run.  Answers
-- 0 of n: how many does a flag take in each run?
SELECT alter_rule('c', 'below', min_n => 1);
DELETE FROM counts WHERE who NOT IN ('s0', 's100');
SELECT evaluate_rules('c');
SELECT count(*) FILTER (WHERE note = 'no answers are left'), count(DISTINCT annotator) FROM flags WHERE status = 'cleared';
CREATE TABLE runs (run int, n int, expected int);
DO $$
DECLARE
    id bigint;
    i int;
BEGIN
    FOR k IN 2 .. 4 LOOP
        SELECT flag_id INTO STRICT id FROM annoqa.flags WHERE rule = 'below' AND annotator = 's0' AND status = 'raised';
        PERFORM annoqa.clear_flag(id, 'run ' || k);
        FOR i IN 1 .. 100 LOOP
            INSERT INTO rules.counts VALUES (1000 * k + i, 's0', false, true, clock_timestamp() + interval '1 s' * i);
            PERFORM annoqa.evaluate_rules('c');
            IF EXISTS (SELECT FROM annoqa.flags WHERE rule = 'below' AND annotator = 's0' AND status = 'raised') THEN
                INSERT INTO runs VALUES (k, i, (SELECT min(n) FROM generate_series(4, 100) AS n
                                                WHERE annoqa.accuracy_below(0, n, .85) * 6 / (pi() * k) ^ 2 >= 20));
                EXIT;
            END IF;
        END LOOP;
        UPDATE rules.counts SET at = clock_timestamp() - interval '1 ms' WHERE task > 1000;
    END LOOP;
END $$;
TABLE runs;
SELECT clear_flag(flag_id, restart => false) ~ 'raised again as long as the evidence stands' AS said FROM flags WHERE annotator = 's0' AND rule = 'below' AND status <> 'cleared';
SELECT evaluate_rules('c');
SELECT rename_source('c', 'c2');
SELECT count(*) > 300 AS kept, count(*) FILTER (WHERE source = 'c2' AND status = 'raised') AS raised FROM flags;
SELECT drop_rule('c2', 'below');
SELECT status, cleared_by = current_user AS cleared_by, note FROM flags WHERE annotator = 's0' AND rule = 'below' ORDER BY flag_id DESC LIMIT 1;
-- without times, what was answered so far is told by its number
CREATE TABLE untimed AS SELECT i AS task, 'u' AS who, 'b' AS label, 'a' AS gold FROM generate_series(1, 12) AS i;
SELECT create_source('u', 'untimed', 'task', 'who', 'label', 'gold');
SELECT create_rule('u', preset => 'gold accuracy');
SELECT evaluate_rules('u');
SELECT clear_flag(flag_id) ~ 'starts anew' AS said FROM flags WHERE source = 'u';
INSERT INTO untimed SELECT i, 'u', 'b', 'a' FROM generate_series(13, 21) AS i;
SELECT evaluate_rules('u');
INSERT INTO untimed VALUES (22, 'u', 'b', 'a');
SELECT evaluate_rules('u');
SELECT value_n, status, evidence_window FROM flags WHERE source = 'u' ORDER BY flag_id;

--
-- Charts: an alarm holds until the answers are good again
--
CREATE TABLE drifting (task int, who text, label text, gold text, skipped boolean, at timestamptz);
SELECT create_source('d', 'drifting', 'task', 'who', 'label', 'gold', skipped => 'skipped', labeled_at => 'at');
SELECT create_rule('d', preset => 'drift', run_length => 1000);
SELECT create_rule('d', 'cusum', 'gold_accuracy', threshold => .7, in_control => .9, method => 'cusum', run_length => 1000);
SELECT create_rule('d', 'ewma', 'gold_accuracy', threshold => .7, in_control => .9, method => 'ewma', run_length => 1000);
SELECT create_rule('d', 'window', 'gold_accuracy', threshold => .85, method => 'e_detector', run_length => 1000, last_n => 30);
SELECT create_rule('d', 'skips', 'skip_rate', threshold => .15, method => 'e_detector', run_length => 1000);
SELECT create_rule('d', 'skips up', 'skip_rate', threshold => .3, in_control => .1, method => 'cusum', run_length => 1000);
SELECT create_rule('d', preset => 'skips in a row at least 4');
CREATE FUNCTION drift(n int, wrong_every int, skip_every int) RETURNS TABLE (what text, open text) LANGUAGE plpgsql AS $$
DECLARE
    said text;
BEGIN
    INSERT INTO drifting
    SELECT i, 'x', CASE WHEN i % skip_every > 0 THEN CASE WHEN i % wrong_every = 1 THEN 'b' ELSE 'a' END END, 'a', i % skip_every = 0,
           '2026-01-01'::timestamptz + i * interval '1 h'
    FROM (SELECT coalesce(max(task), 0) AS m FROM drifting) AS t, generate_series(m + 1, m + n) AS i;
    said := evaluate_rules('d');
    RETURN QUERY SELECT said, (SELECT string_agg(f.rule || ': ' || f.evidence_window, '; ' ORDER BY f.rule)
                                              FROM flags AS f WHERE source = 'd' AND f.status <> 'cleared');
END $$;
SELECT * FROM drift(60, 20, 30);
SELECT * FROM drift(60, 3, 30);
-- the alarms are those of the charts over the same answers
CREATE TABLE answers AS
SELECT array_agg(label = gold ORDER BY at) FILTER (WHERE NOT skipped) AS ok, array_agg(NOT skipped ORDER BY at) AS done FROM drifting;
SELECT rule, evidence_window LIKE '%at answer ' || alarm_at AS alarm FROM flags JOIN answers ON source = 'd' AND rule IN ('drift', 'cusum', 'ewma'),
    LATERAL (SELECT CASE rule WHEN 'drift' THEN (SELECT alarm_at FROM e_detector(ok, .85, 1000))
                              WHEN 'cusum' THEN (SELECT alarm_at FROM cusum(ok, .9, .7, 1000))
                              ELSE (SELECT alarm_at FROM ewma(ok, .9, .7, 1000)) END AS alarm_at) AS c ORDER BY rule;
SELECT * FROM drift(24, 50, 30);
SELECT * FROM drift(100, 50, 30);
SELECT * FROM drift(40, 3, 2);
SELECT * FROM drift(40, 3, 2);
SELECT (SELECT alarm_at FROM e_detector((SELECT array_agg(NOT skipped ORDER BY at) FROM drifting), .85, 1000)) AS skips;
SELECT * FROM drift(4, 50, 1);
SELECT * FROM drift(1, 50, 999);
SELECT DISTINCT ON (rule) rule, reason FROM flags WHERE source = 'd' AND method IN ('e_detector', 'cusum') ORDER BY rule, flag_id;

--
-- Agreement with the consensus of the others, against a count of every vote
--
CREATE TABLE votes (task int, who text, label text, kind text, at timestamptz);
INSERT INTO votes SELECT i, w, substr('aaaaabbc', 1 + (i * k + i / 7) % CASE WHEN k = 4 THEN 8 ELSE 6 END, 1), CASE WHEN k = 5 THEN 'model' END, '2026-01-01'
FROM generate_series(1, 150) AS i, LATERAL (VALUES ('p', 1), ('q', 2), ('r', 3), ('s', 4), ('t', 5), ('v', 7)) AS p (w, k) WHERE i * k % 5 > 0;
INSERT INTO votes VALUES (1, 'p', 'c', NULL, '2026-02-01');
SELECT create_source('v', 'votes', 'task', 'who', 'label', annotator_kind => 'kind', labeled_at => 'at');
SELECT f.annotator, f.n, round(f.value::numeric, 4) AS value, f.n = r.n AND f.value = r.value AS same,
       (f.value_lower, f.value_upper) = wilson_interval(r.s, r.n, 2 * .95::float8 - 1) AS bounds
FROM rule_figures('v', 'consensus_agreement', .95) AS f
     JOIN (SELECT who, count(consensus) AS n, count(*) FILTER (WHERE label = consensus) AS s,
                  count(*) FILTER (WHERE label = consensus) / count(consensus)::float8 AS value
           FROM (SELECT l.*, (SELECT winner(votes_agg(o.label)) FROM votes AS o WHERE o.task = l.task AND o.who <> l.who
                              AND o.kind IS NULL AND (o.task, o.who, o.at) <> (1, 'p', '2026-01-01')) AS consensus
                 FROM votes AS l WHERE (task, who, at) <> (1, 'p', '2026-01-01')) AS c GROUP BY who) AS r ON r.who = f.annotator
ORDER BY 1;
SELECT create_rule('v', preset => 'agreement with consensus', margin => .02, min_n => 50);
SELECT evaluate_rules('v');
SELECT annotator, round(threshold::numeric, 4) AS threshold, round(value::numeric, 4) AS value, round(value_upper::numeric, 4) AS upper, reason FROM flags WHERE source = 'v';
SELECT clear_flag(flag_id) ~ 'starts anew' AS said FROM flags WHERE source = 'v';
SELECT evaluate_rules('v');

--
-- What the scorecard has: intervals, and figures, which are not error-controlled
--
CREATE TABLE work (task int, who text, label text, gold text, at timestamptz, seconds float8, review text, price float8, sure float8);
INSERT INTO work SELECT i, w, CASE WHEN i * 7 % 10 < k THEN 'b' ELSE 'a' END, 'a', '2026-01-01'::timestamptz + i * interval '1 h',
    10 + k + i % 5, CASE WHEN i % 10 < k THEN 'rejected' WHEN i % 10 = 9 THEN 'fixed' ELSE 'accepted' END, 0.1 * k, 0.9
FROM generate_series(1, 100) AS i, LATERAL (VALUES ('p', 1), ('q', 2), ('r', 6)) AS p (w, k);
SELECT create_source('w', 'work', 'task', 'who', 'label', gold => 'gold', labeled_at => 'at', seconds => 'seconds', review => 'review', price => 'price', confidence => 'sure');
SELECT create_rule('w', metric => m, threshold => t) FROM (VALUES ('agreement', .7), ('acceptance_rate', .7), ('first_pass_acceptance', .65),
    ('rework_rate', .5), ('seconds_median', 13.5), ('overconfidence', .1), ('brier_score', .2), ('cost_per_correct_label', .3), ('correct_labels_per_hour', 200)) AS v (m, t);
SELECT evaluate_rules('w');
SELECT rule, f.annotator, operator, method, round(value::numeric, 4) AS value, value_n, round(value_lower::numeric, 4) AS lower, round(value_upper::numeric, 4) AS upper, evidence_window,
       value = CASE rule WHEN 'agreement' THEN s.agreement WHEN 'acceptance_rate' THEN s.acceptance_rate WHEN 'first_pass_acceptance' THEN s.first_pass_acceptance
                         WHEN 'rework_rate' THEN s.rework_rate WHEN 'seconds_median' THEN s.seconds_median WHEN 'overconfidence' THEN s.overconfidence
                         WHEN 'brier_score' THEN s.brier_score WHEN 'cost_per_correct_label' THEN s.cost_per_correct_label ELSE s.correct_labels_per_hour END AS scorecard
FROM flags AS f JOIN annotator_scorecard AS s USING (source, annotator) WHERE source = 'w' ORDER BY rule, annotator;
-- agreement: bounds of the rule's own confidence, with trials as many as vary like it
BEGIN;
SELECT alter_rule('w', 'agreement', confidence => .8);
WITH i AS (SELECT a.who, a.task, count(*) AS pairs, count(*) FILTER (WHERE a.label = b.label) AS equal
           FROM work AS a JOIN work AS b ON b.task = a.task AND b.who <> a.who GROUP BY 1, 2),
p AS (SELECT who, sum(equal) / sum(pairs)::float8 AS p, count(*) AS n, sum(pairs)::float8 AS pairs FROM i GROUP BY who),
v AS (SELECT p.who, p.p, p.n, sum((equal - p * i.pairs) ^ 2) / p.pairs ^ 2 AS v FROM p JOIN i USING (who) GROUP BY p.who, p.p, p.n, p.pairs),
m AS (SELECT who, p, least(n, p * (1 - p) / v) AS m FROM v), z AS (SELECT 0.8416212335729143::float8 AS z)
SELECT e.annotator, e.value = p AS value, round(m::numeric, 2) AS trials, abs(e.value_lower - (p + z * z / (2 * m) - h) / (1 + z * z / m)) < 1e-9 AS lower, abs(e.value_upper - (p + z * z / (2 * m) + h) / (1 + z * z / m)) < 1e-9 AS upper, e.raises
FROM annoqa.rule AS r, annoqa.rule_evidence(r) AS e JOIN m ON m.who = e.annotator, z, LATERAL (SELECT z * sqrt(p * (1 - p) / m + z * z / (4 * m * m)) AS h) AS x
WHERE r.source = 'w' AND r.name = 'agreement' ORDER BY 1;
-- who never agrees has no variance, and is flagged
UPDATE work SET label = 'never ' || task WHERE who = 'r';
SELECT value, n, value_lower, abs(value_upper - z * z / (100 + z * z)) < 1e-12 AS upper, e.raises FROM annoqa.rule AS r, annoqa.rule_evidence(r) AS e, (VALUES (0.8416212335729143::float8)) AS v (z)
WHERE r.source = 'w' AND r.name = 'agreement' AND annotator = 'r';
ROLLBACK;
SELECT create_rule('w', 'nan', 'seconds_median', threshold => 'Infinity');
SELECT create_rule('bare', metric => 'acceptance_rate', threshold => .7);

-- The exempt are not flagged; a critical flag is probation
SELECT exempt_annotator('w', 'r', 'an apprentice') ~ 'rules do not flag annotator "r"' AS said;
SELECT evaluate_rules('w');
SELECT annotator, count(*) FILTER (WHERE status <> 'cleared') AS open, count(*) FILTER (WHERE note = 'the annotator is exempt') AS exempt FROM flags WHERE source = 'w' GROUP BY 1 ORDER BY 1;
SELECT exempt_annotator('w', 'r', 'no more', exempt => false) ~ 'rules flag annotator "r"' AS said;
SELECT create_rule('w', preset => 'gold accuracy', severity => 'critical');
SELECT evaluate_rules('w');
SELECT annotator, phase, open_flags FROM annotator_scorecard WHERE source = 'w' ORDER BY 1;
SELECT sum(flags_raised) FILTER (WHERE scope = 'source') AS raised, sum(flags_raised) FILTER (WHERE scope = 'annotator') AS of_annotators FROM quality_trend WHERE source = 'w';

--
-- Who may what
--
CREATE ROLE regress_annoqa_lead;
CREATE ROLE regress_annoqa_manager;
CREATE ROLE regress_annoqa_nobody;
GRANT USAGE ON SCHEMA rules TO regress_annoqa_lead, regress_annoqa_manager;
SELECT alter_source('u', readers => 'regress_annoqa_manager');
SELECT create_rule('u', 'raw', 'gold_accuracy', threshold => .85, method => 'raw', last_n => 20);
SET ROLE regress_annoqa_nobody;
SELECT (SELECT count(*) FROM flags) AS flags, (SELECT count(*) FROM annoqa.rules) AS rules, (SELECT count(*) FROM rule_entry) AS entries;
SELECT evaluate_rules();
SELECT annoqa.flags('u');
SELECT count(*) FROM annoqa.flag;
INSERT INTO annoqa.flag_entry (source, annotator, rule, metric, operator, threshold, method, value_n, evidence_window, severity, reason)
VALUES ('u', 'u', 'x', 'x', '<', 1, 'x', 1, 'x', 'info', 'x');
DELETE FROM rule_entry;
SET ROLE regress_annoqa_manager;
SELECT count(*) FROM flags;
SELECT count(*) FROM annoqa.flags('u', annotator => 'u');
SELECT count(*) FROM annoqa.flags('u', until => '2026-01-01');
UPDATE flag_entry SET status = 'cleared' RETURNING flag_id;
RESET ROLE;
GRANT SELECT ON untimed TO regress_annoqa_lead;
GRANT EXECUTE ON FUNCTION evaluate_rules, acknowledge_flag, create_rule TO regress_annoqa_lead;
SET ROLE regress_annoqa_lead;
SELECT evaluate_rules();
SELECT create_rule('u', 'mine', 'gold_accuracy', threshold => .5);
SELECT created_by FROM rules WHERE rule = 'mine';
SELECT drop_rule('u', 'mine');
SELECT acknowledge_flag(max(flag_id)) IS NOT NULL AS acknowledged FROM flags;
SELECT create_rule('d', 'mine', 'gold_accuracy', threshold => .5);
RESET ROLE;
-- who may call one verb writes nothing that is another's to say, and signs with their own name
CREATE ROLE regress_annoqa_evaluator;
CREATE ROLE regress_annoqa_reader;
GRANT USAGE ON SCHEMA rules TO regress_annoqa_evaluator, regress_annoqa_reader;
GRANT SELECT ON untimed TO regress_annoqa_evaluator, regress_annoqa_reader;
GRANT EXECUTE ON FUNCTION evaluate_rules TO regress_annoqa_evaluator;
GRANT EXECUTE ON FUNCTION acknowledge_flag TO regress_annoqa_reader;
SELECT acknowledged_by FROM flags WHERE source = 'u' AND status = 'acknowledged';
SET ROLE regress_annoqa_reader;
SELECT count(*) > 0 AS sees FROM flag_stored;
INSERT INTO flag_entry (source, annotator, rule, metric, operator, threshold, method, value_n, evidence_window, severity, reason)
VALUES ('u', 'u', 'x', 'x', '<', 1, 'x', 1, 'x', 'info', 'x');
UPDATE flag_acknowledgement SET acknowledged_by = 'somebody';
UPDATE flag_acknowledgement SET status = 'cleared';
UPDATE flag_acknowledgement SET annotator = 'somebody';
UPDATE flag_acknowledgement SET acknowledged_at = '2000-01-01', note = 'mine' WHERE source = 'u' RETURNING status, acknowledged_by, acknowledged_at > '2026-01-01' AS now, note;
UPDATE flag_end SET cleared_at = now() RETURNING 1 AS cleared;
UPDATE flag_settlement SET cleared_at = now() RETURNING 1 AS cleared;
DELETE FROM rule_end RETURNING 1 AS dropped;
UPDATE rule_change SET threshold = 0 RETURNING 1 AS changed;
UPDATE rule_evaluation SET evaluated_at = NULL RETURNING 1 AS changed;
INSERT INTO source_error_entry VALUES ('u', 'x');
SET ROLE regress_annoqa_evaluator;
UPDATE flag_acknowledgement SET note = 'x' RETURNING 1 AS acknowledged;
UPDATE flag_settlement SET restart = true RETURNING 1 AS cleared;
UPDATE flag_end SET restart = true;
UPDATE rule_evaluation SET threshold = 0;
DELETE FROM rule_end RETURNING 1 AS dropped;
INSERT INTO rule_entry (source, name, metric, operator, threshold, method, error, per, min_n, confidence, run_length, severity, by_guideline, notify)
VALUES ('u', 'x', 'gold_accuracy', '<', .5, 'anytime', .05, 'annotator', 1, .95, 1000, 'info', false, false);
INSERT INTO rule_entry (source, name, created_by) VALUES ('u', 'x', 'somebody');
BEGIN;
UPDATE flag_end SET cleared_at = '2000-01-01', cleared_by = 'somebody' WHERE source = 'u' RETURNING status, cleared_by, cleared_at > '2026-01-01' AS now;
ROLLBACK;
RESET ROLE;
REVOKE ALL ON FUNCTION evaluate_rules FROM regress_annoqa_evaluator;
REVOKE ALL ON FUNCTION acknowledge_flag FROM regress_annoqa_reader;
-- flags rest on all rows
ALTER TABLE untimed ENABLE ROW LEVEL SECURITY;
CREATE POLICY half ON untimed USING (task % 2 = 0);
SET ROLE regress_annoqa_lead;
SELECT evaluate_rules('u');
SELECT count(*) FROM flags;
RESET ROLE;
GRANT ALL ON annoqa.source TO regress_annoqa_lead;
SET ROLE regress_annoqa_lead;
SELECT evaluate_rules('u');
SELECT create_rule('u', 'estimated', 'gold_accuracy', threshold => .8, method => 'cusum');
RESET ROLE;
GRANT EXECUTE ON FUNCTION snapshot, fit(text, text, boolean, integer), clear_flag TO regress_annoqa_lead;
SET ROLE regress_annoqa_lead;
SELECT snapshot('u');
SELECT fit('u');
SELECT clear_flag(max(flag_id)) FROM flags WHERE source = 'u' AND status <> 'cleared';
SELECT clear_flag(max(flag_id), restart => false) IS NOT NULL AS cleared FROM flags WHERE source = 'u' AND status <> 'cleared';
RESET ROLE;
ALTER TABLE untimed DISABLE ROW LEVEL SECURITY;
-- nor on part of the gold
CREATE TABLE known (task int, gold text);
INSERT INTO known SELECT DISTINCT task, gold FROM untimed WHERE gold IS NOT NULL;
ALTER TABLE known ENABLE ROW LEVEL SECURITY;
CREATE POLICY half ON known USING (task % 2 = 0);
GRANT SELECT ON known TO regress_annoqa_lead;
SELECT create_source('k', 'untimed', (SELECT s.item FROM annoqa.source AS s WHERE s.name = 'u'), (SELECT s.annotator FROM annoqa.source AS s WHERE s.name = 'u'), (SELECT s.label FROM annoqa.source AS s WHERE s.name = 'u'), gold_relation => 'known', gold_item => ARRAY['task'], gold_label => 'gold') IS NOT NULL AS registered;
SELECT create_rule('k', preset => 'gold accuracy') IS NOT NULL AS ruled;
SET ROLE regress_annoqa_lead;
SELECT evaluate_rules('k');
SELECT snapshot('k');
RESET ROLE;
SELECT drop_source('k');
REVOKE ALL ON FUNCTION snapshot, fit(text, text, boolean, integer), clear_flag FROM regress_annoqa_lead;
-- one source that cannot be read keeps no other from being evaluated
SET ROLE regress_annoqa_lead;
SELECT evaluate_rules();
RESET ROLE;
SELECT source, message FROM source_errors ORDER BY source;
ALTER TABLE drifting RENAME COLUMN gold TO truth;
SELECT evaluate_rules();
SELECT source, message FROM source_errors ORDER BY source;
ALTER TABLE drifting RENAME COLUMN truth TO gold;
SELECT evaluate_rules('d');
SELECT count(*) FROM source_errors;

-- What an earlier rule of the name forgot is not forgotten by its successor, or for
-- another metric
CREATE TABLE succeeded (item int, who text, label text, gold text, skipped boolean);
INSERT INTO succeeded SELECT i, 'w', CASE WHEN i > 60 AND i % 2 = 0 THEN 'good' WHEN i > 60 THEN 'bad' END, CASE WHEN i > 60 THEN 'good' END, i <= 60 FROM generate_series(1, 140) AS i;
SET client_min_messages = error;
SELECT create_source('again', 'succeeded', 'item', 'who', 'label', gold => 'gold', skipped => 'skipped') IS NOT NULL AS created;
SET client_min_messages = warning;
SELECT create_rule('again', 'r', 'skip_rate', '>', 0.1) IS NOT NULL AS created;
SELECT evaluate_rules('again');
SELECT clear_flag(flag_id) IS NOT NULL AS cleared FROM flags WHERE source = 'again' AND rule = 'r';
SELECT alter_rule('again', 'r', metric => 'gold_accuracy', operator => '<', threshold => 0.9) IS NOT NULL AS altered;
SELECT evaluate_rules('again');
SELECT clear_flag(flag_id) IS NOT NULL AS cleared FROM flags WHERE source = 'again' AND status = 'raised';
SELECT evaluate_rules('again');
SELECT drop_rule('again', 'r') IS NOT NULL AS dropped;
SELECT create_rule('again', 'r', 'gold_accuracy', '<', 0.9) IS NOT NULL AS created;
SELECT evaluate_rules('again');
SELECT metric, value_n, status FROM flags WHERE source = 'again' ORDER BY flag_id;
SELECT create_rule('again', 'small', 'skip_rate', '>', 0.00001, error => 0.00001);
SELECT create_rule('again', 'long', 'consensus_agreement', margin => 0.1, clear_at => 'NaN');

-- However many flags change, the locks are few
CREATE TABLE crowd (item int, who text, label text, gold text);
INSERT INTO crowd SELECT i, 'w' || w, 'bad', 'good' FROM generate_series(1, 5) AS i, generate_series(1, 3000) AS w;
SET client_min_messages = error;
SELECT create_source('crowd', 'crowd', 'item', 'who', 'label', gold => 'gold') IS NOT NULL AS created;
SET client_min_messages = warning;
SELECT create_rule('crowd', 'r', 'gold_accuracy', '<', 0.8, method => 'raw', last_n => 5, min_n => 5) IS NOT NULL AS created;
BEGIN;
SELECT evaluate_rules('crowd');
SELECT count(*) BETWEEN 900 AND 1024 AS few FROM pg_locks
WHERE pid = pg_backend_pid() AND locktype = 'object' AND classid = 'annoqa.flag'::regclass;
COMMIT;
SELECT drop_source('crowd');

-- A window that has become empty turns nothing, be it by a date that is to come;
-- answers that are gone do
CREATE TABLE paused (item int, who text, label text, gold text, at timestamptz);
INSERT INTO paused SELECT i, 'w', 'bad', 'good', '2026-01-01'::timestamptz + i * interval '1 h' FROM generate_series(1, 40) AS i;
SELECT create_source('paused', 'paused', 'item', 'who', 'label', gold => 'gold', labeled_at => 'at') IS NOT NULL AS created;
SELECT create_rule('paused', m, 'gold_accuracy', '<', 0.8, method => m, period => '10 days') IS NOT NULL AS created FROM unnest('{raw,e_detector}'::text[]) AS m;
SELECT create_rule('paused', 'long', 'gold_accuracy', '<', 0.8, method => 'raw', period => '10000 years');
SELECT evaluate_rules('paused');
INSERT INTO paused VALUES (0, 'x', 'good', 'good', '9998-01-01');
SELECT status, reason FROM source_status('paused');
SELECT evaluate_rules('paused');
SELECT rule, n, value, raises, clears FROM annoqa.rule AS r, LATERAL (SELECT r.name) AS u (rule), annoqa.rule_evidence(r) AS e WHERE source = 'paused' AND e.annotator = 'w' ORDER BY 1;
DELETE FROM paused WHERE who = 'x';
SELECT clear_flag(flag_id) IS NOT NULL AS cleared FROM flags WHERE source = 'paused' AND rule = 'raw';
INSERT INTO paused SELECT i + 100, 'w', 'bad', 'good', clock_timestamp() + i * interval '1 min' FROM generate_series(1, 40) AS i;
SELECT evaluate_rules('paused');
DELETE FROM paused WHERE item > 100;
SELECT evaluate_rules('paused');
SELECT rule, status, note FROM flags WHERE source = 'paused' ORDER BY flag_id;

-- All goes with the source
SELECT count(drop_source(source)) FROM sources;
SELECT (SELECT count(*) FROM annoqa.rule) AS rules, (SELECT count(*) FROM annoqa.flag) AS flags;
REVOKE ALL ON annoqa.source FROM regress_annoqa_lead;
DROP SCHEMA rules CASCADE;
REVOKE ALL ON FUNCTION evaluate_rules, acknowledge_flag, create_rule FROM regress_annoqa_lead;
DROP ROLE regress_annoqa_lead, regress_annoqa_manager, regress_annoqa_nobody, regress_annoqa_evaluator, regress_annoqa_reader;
