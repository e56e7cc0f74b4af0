-- The stored model of a source: what fit stores is what the methods give for the
-- same labels, read in plain SQL.
SET client_min_messages = warning;
CREATE SCHEMA kept;
SET search_path = kept, annoqa;
\set VERBOSITY terse
\set SHOW_CONTEXT never

CREATE TABLE labels (item int, who text, label text, gold text, at timestamptz, kind text);
INSERT INTO labels
SELECT i, 'a' || a, CASE WHEN (i * 7 + a * 5) % (3 + a * 2) = 0 THEN 'no' ELSE 'yes' END,
       CASE WHEN i <= 5 THEN 'yes' END, '2026-01-01'::timestamptz + i * interval '1 h', NULL
FROM generate_series(1, 40) AS i, generate_series(0, 4) AS a;
INSERT INTO labels SELECT item, who, 'no', NULL, at - interval '1 min', NULL FROM labels WHERE item % 4 = 0 AND who = 'a1';  -- older
INSERT INTO labels VALUES (1, 'gpt', 'no', NULL, '2026-01-01', 'model'),     -- no vote
    (2, 'a0', 'conflict', NULL, '2026-01-01 02:00:00', NULL);
UPDATE labels SET at = '2026-01-01 02:00:00' WHERE item = 2 AND who = 'a0';  -- a conflict: no label
SELECT create_source('labels', 'labels', 'item', 'who', 'label', labeled_at => 'at', annotator_kind => 'kind');
CREATE FUNCTION said(text) RETURNS text LANGUAGE sql AS $$ SELECT regexp_replace($1, '\d+ iterations', 'N iterations') $$;
CREATE VIEW standing AS
SELECT DISTINCT ON (item, who) item, who, label FROM labels
WHERE kind IS NULL AND NOT (item = 2 AND who = 'a0') ORDER BY item, who, at DESC;

SELECT kept.said(fit('labels'));
SELECT stored_model('labels')::text = (SELECT dawid_skene(ratings_agg(item, who, label))::text FROM standing) AS same;
SELECT kept.said(fit('labels', 'one_coin'));
SELECT stored_model('labels')::text = (SELECT one_coin(ratings_agg(item, who, label))::text FROM standing) AS same;
SELECT stored_model('labels', 1)::text = (SELECT dawid_skene(ratings_agg(item, who, label))::text FROM standing) AS before,
       stored_model('labels', 2) IS NULL AS none, stored_model('labels', -1) IS NULL AS nonsense, stored_model('nowhere') IS NULL AS nowhere;
SELECT method FROM fit(stored_model('labels'));
-- the removed are left out, models taken in where they vote
SELECT set_phase('labels', 'a4', 'removed', 'left') IS NOT NULL AS removed;
SELECT alter_source('labels', models_vote => true) IS NOT NULL AS altered;
SELECT kept.said(fit(source => 'labels', method => 'one_coin'));
SELECT array_agg(annotator) FROM annotator_skill(stored_model('labels'));
SELECT set_phase('labels', 'a4', NULL, 'is back') IS NOT NULL AS back;
SELECT alter_source('labels', models_vote => false) IS NOT NULL AS altered;

-- Gold in every shape holds its items
CREATE FUNCTION held(p_gold text DEFAULT $$SELECT ratings_agg(i, 'gold'::text, 'yes'::text) FROM generate_series(1, 5) AS i$$) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE gold ratings; same boolean;
BEGIN
    EXECUTE p_gold INTO gold;
    SELECT stored_model('labels')::text = dawid_skene(ratings_agg(item, who, label), gold => gold)::text INTO same FROM standing;
    RETURN same;
END $$;
SELECT alter_source('labels', gold => 'gold') IS NOT NULL AS altered;
SELECT kept.said(fit('labels'));
SELECT held();
SELECT kept.said(fit('labels', use_gold => false));
SELECT stored_model('labels')::text = (SELECT dawid_skene(ratings_agg(item, who, label))::text FROM standing) AS same;
CREATE TABLE answers (item bigint, answers text[]);
INSERT INTO answers SELECT i, CASE i WHEN 3 THEN '{yes,no}' ELSE '{yes}' END::text[] FROM generate_series(1, 5) AS i;
INSERT INTO answers VALUES (999, '{yes}'), (4, '{yes}'), (NULL, '{no}'), (7, NULL);
SELECT alter_source('labels', gold_relation => 'answers', gold_label => 'answers') IS NOT NULL AS altered;
SELECT kept.said(fit('labels'));
SELECT held($$SELECT ratings_agg(i, a, a) FROM (SELECT i, 'yes' FROM generate_series(1, 5) AS i UNION ALL SELECT 3, 'no') AS g (i, a)$$);
INSERT INTO labels SELECT i, 'truth', 'yes', NULL, '2026-01-01', NULL FROM generate_series(1, 5) AS i;
SELECT alter_source('labels', gold_annotator => 'truth') IS NOT NULL AS altered;
SELECT kept.said(fit('labels'));
DELETE FROM labels WHERE who = 'truth';
SELECT held();
-- adjudicated answers, where they count as gold
SELECT alter_source('labels', gold => 'gold', gold_from_adjudication => true) IS NOT NULL AS altered;
SELECT adjudicate('labels', '30', 'no') IS NOT NULL AS adjudicated;
SELECT kept.said(fit('labels'));
SELECT held($$SELECT ratings_agg(i, 'gold'::text, CASE i WHEN 30 THEN 'no' ELSE 'yes' END) FROM unnest('{1,2,3,4,5,30}'::int[]) AS i$$);
-- rows that disagree about gold have none
UPDATE labels SET gold = 'no' WHERE item = 5 AND who = 'a0';
SELECT alter_source('labels', gold_from_adjudication => false) IS NOT NULL AS altered;
SELECT kept.said(fit('labels'));
SELECT held($$SELECT ratings_agg(i, 'gold'::text, 'yes'::text) FROM generate_series(1, 4) AS i$$);

-- As many are kept as asked for, and those of another source are left alone
CREATE TABLE others AS TABLE standing;
SELECT create_source('others', 'others', ARRAY['item', 'who'], 'who', 'label');
SELECT fit('others', keep => 1) IS NOT NULL AS fitted;
SELECT drop_source('others');
SELECT create_source('others', 'others', 'item', 'who', 'label');
SELECT fit('others', 'one_coin') IS NOT NULL AS fitted;
SELECT fit('labels', keep => 3) IS NOT NULL AS fitted;
SELECT source, count(*) FROM stored_models GROUP BY source ORDER BY source;
SELECT fit('labels', 'one_coin', keep => 1) IS NOT NULL AS fitted;
SELECT source, method, fitted_by = current_user AS ours FROM stored_models ORDER BY source;
-- every method that is there
SELECT bool_and(fit('labels', method) ~ ('^' || method || ' fitted')) AS all, count(*) > 1 AS several FROM fit_methods();

-- What cannot be
SELECT fit('nowhere');
SELECT fit(NULL::text);
SELECT fit('labels', 'majority');
SELECT fit('labels', NULL);
SELECT fit('labels', 'krippendorff_alpha');
SELECT fit('labels', keep => 0);
SELECT fit('labels', keep => NULL);
CREATE TABLE empty (LIKE labels);
SELECT create_source('empty', 'empty', 'item', 'who', 'label') IS NOT NULL AS created;
SELECT fit('empty');
CREATE TABLE sets AS SELECT item, who, ARRAY[label] AS label FROM standing;
SELECT create_source('sets', 'sets', 'item', 'who', 'label') IS NOT NULL AS created;
SELECT fit('sets');
-- what the labels do not say is said
INSERT INTO empty SELECT * FROM labels WHERE item < 5 AND who IN ('a1', 'a2') AND at::time < '05:00';
SELECT fit('empty', 'one_coin') IS NOT NULL AS fitted;

-- Without one of its annotators a model is as it was for the others
SELECT fit('labels', m) IS NOT NULL AS fitted FROM unnest('{dawid_skene,one_coin}'::text[]) AS m;
CREATE TABLE before AS SELECT back, stored_model('labels', back) AS model FROM generate_series(0, 1) AS back;
SELECT back, count(*) FILTER (WHERE a.annotator IS NULL) AS lost, count(*) FILTER (WHERE a IS DISTINCT FROM b AND a.annotator IS NOT NULL) AS changed
FROM before, LATERAL annotator_skill(model) AS b LEFT JOIN LATERAL annotator_skill(without_annotator(model, 'a2')) AS a ON a.annotator = b.annotator
GROUP BY back ORDER BY back;
SELECT back, count(*) FILTER (WHERE a.annotator IS NULL AND b.annotator <> 'a2') AS lost, count(*) FILTER (WHERE a IS DISTINCT FROM b AND a.annotator IS NOT NULL) AS changed
FROM before, LATERAL annotator_confusion(model) AS b LEFT JOIN LATERAL annotator_confusion(without_annotator(model, 'a2')) AS a USING (annotator, reference, label)
GROUP BY back ORDER BY back;
SELECT back, g, t.m::text::annotator_model::text = t.m::text AS reads_back, (fit(t.m)).n_annotators,
       ARRAY(SELECT annotator FROM annotator_skill(t.m)) AS annotators
FROM before, unnest('{a0,a4,nobody}'::text[]) AS g, LATERAL (SELECT without_annotator(model, g)) AS t (m) ORDER BY back, g;
SELECT without_annotator(without_annotator(model, 'a0'), 'nobody')::text = without_annotator(model, 'a0')::text AS same FROM before;
-- all of them gone
SELECT (fit(without_annotator(without_annotator(without_annotator(without_annotator(without_annotator(model, 'a0'), 'a1'), 'a2'), 'a3'), 'a4'))).n_annotators FROM before;
-- numbers as names
CREATE TABLE numbered AS SELECT item, replace(who, 'a', '1')::int - 5 AS who, label FROM standing;
SELECT create_source('numbered', 'numbered', 'item', 'who', 'label') IS NOT NULL AS created;
SELECT fit('numbered') IS NOT NULL AS fitted;
SELECT regexp_replace(forget_annotator('numbered', '7'), 'forgotten-[0-9a-f]{12}', 'forgotten-...');
SELECT ARRAY(SELECT annotator FROM annotator_skill(stored_model('numbered')));
SELECT rename_key('labels', 'annotator', 'a3', 'a33');
SELECT count(*) FROM stored_models, annotator_skill(model) WHERE annotator = 'a3' AND source = 'labels';
SELECT count(*) FROM stored_models, annotator_skill(model) WHERE annotator = 'a3' AND source = 'others';

-- a model of which the labels do not say all is seen in the status for as long as it is the last
CREATE TABLE pair AS SELECT i AS item, a AS who, CASE WHEN i * a % 7 = 0 THEN 'x' ELSE 'y' END AS label FROM generate_series(1, 40) AS i, generate_series(1, 2) AS a;
SELECT create_source('pair', 'pair', 'item', 'who', 'label') IS NOT NULL AS created;
SELECT status, reason FROM source_status('pair');
SELECT fit('pair') IS NOT NULL AS fitted;
SELECT status, reason FROM source_status('pair');
SELECT fit('empty', 'wawa') IS NOT NULL AS fitted;
SELECT level, what FROM check_source('empty') WHERE what ~ 'stored model';

-- Who may
CREATE ROLE regress_annoqa_fitter;
CREATE ROLE regress_annoqa_looker;
GRANT USAGE ON SCHEMA kept TO regress_annoqa_fitter, regress_annoqa_looker;
GRANT SELECT ON labels TO regress_annoqa_fitter, regress_annoqa_looker;
GRANT EXECUTE ON FUNCTION fit(text, text, boolean, integer) TO regress_annoqa_fitter;
SET ROLE regress_annoqa_fitter;
SELECT kept.said(fit('labels', 'one_coin', keep => 2));
SELECT fit('others');
SELECT source, count(*) FROM annoqa.stored_models GROUP BY source;
SELECT count(*) FROM annoqa.source_model;
DELETE FROM annoqa.model_entry WHERE source = 'others';
UPDATE annoqa.model_entry SET method = 'x';
INSERT INTO annoqa.model_entry (source, method, model) SELECT 'others', method, model FROM annoqa.stored_models LIMIT 1;
RESET ROLE;
SET ROLE regress_annoqa_looker;
SELECT kept.said(fit('labels'));
SELECT annoqa.stored_model('labels') IS NOT NULL AS sees, annoqa.stored_model('others') IS NULL AS sees_not;
SELECT count(*) FROM annoqa.model_entry;
DELETE FROM annoqa.model_entry;
RESET ROLE;
SELECT source, count(*), count(*) FILTER (WHERE fitted_by = 'regress_annoqa_fitter') AS fitters FROM stored_models
WHERE source IN ('labels', 'others') GROUP BY source ORDER BY source;

SELECT count(drop_source(source)) FROM (SELECT source FROM sources OFFSET 0) AS s;
SELECT count(*) FROM annoqa.source_model;
REVOKE EXECUTE ON FUNCTION fit(text, text, boolean, integer) FROM regress_annoqa_fitter;
SET client_min_messages = error;
DROP SCHEMA kept CASCADE;
DROP ROLE regress_annoqa_fitter, regress_annoqa_looker;
