-- Sources: registered by name, read late, seen by those who may read.
SET client_min_messages = warning;
CREATE SCHEMA app;
SET search_path = app, annoqa;
SET DateStyle = ISO;
SET TimeZone = 'UTC';
\set VERBOSITY terse

CREATE TABLE labels (task int, annotator text, label text, gold text,
    at timestamp, vendor text, "Its Time" interval);
INSERT INTO labels
SELECT i / 3, 'a' || i % 3, CASE WHEN i % 5 = 0 THEN 'spam' ELSE 'fine' END,
       CASE WHEN i / 3 < 4 THEN 'fine' END, '2026-01-01'::timestamp + i * interval '1 h',
       'v' || i % 2, i * interval '1 s'
FROM generate_series(0, 29) AS i;

-- The four forms, named and positional, and a bound text
SELECT create_source('p1', 'labels', 'task', 'annotator', 'label');
SELECT create_source('p2', 'app.labels', ARRAY['task'], 'annotator', 'label', 'gold');
SELECT create_source('p3', 'labels'::regclass, 'task'::text, 'annotator', 'label');
SELECT create_source(name => 'p4', relation => 'labels'::regclass, item => '{task}'::text[],
    annotator => 'annotator', label => 'label', labeled_at => 'at');
PREPARE register(text, text, text) AS
SELECT create_source($1, $2, $3, 'annotator', 'label', stratum => ARRAY['vendor', 'gold'],
    readers => 'nobody');
EXECUTE register('p5', 'labels', 'task');
SELECT source, relation, item, stratum, readers FROM sources ORDER BY source;
SELECT drop_source('p' || i) FROM generate_series(1, 5) AS i;

-- What is wrong is said at once
SELECT create_source(NULL, 'labels', 'task', 'annotator', 'label');
SELECT create_source('', 'labels', 'task', 'annotator', 'label');
SELECT create_source('x', NULL, 'task', 'annotator', 'label');
SELECT create_source('x', 'labels', 'task', NULL, 'label');
SELECT create_source('x', 'label', 'task', 'annotator', 'label');
SELECT create_source('x', 'My Labels', 'task', 'annotator', 'label');
SELECT create_source('x', 3, 'task', 'annotator', 'label');
SELECT create_source('x', 'labels', '{task,gold}', 'annotator', 'label');
SELECT create_source('x', 'labels', 3, 'annotator', 'label');
SELECT create_source('x', 'labels', ARRAY['task', NULL], 'annotator', 'label');
SELECT create_source('x', 'labels', '{}'::text[], 'annotator', 'label');
SELECT create_source('x', 'labels', 'Task', 'annotator', 'label', vendor => 'lower(vendor)');
SELECT create_source('x', 'labels', 'task', 'annotator', 'label', labeled_at => 'vendor');
SELECT create_source('x', 'labels', 'task', 'annotator', 'label', seconds => 'at');
SELECT create_source('x', 'labels', 'task', 'annotator', 'label', price => 'Its Time');
SELECT create_source('x', 'labels', 'task', 'annotator', 'label', skipped => 'vendor');
SELECT create_source('x', 'labels', 'task', 'annotator', 'label', gold_flag => 'vendor');
SELECT create_source('x', 'labels', 'task', 'annotator', 'label', gold => 'task');
SELECT create_source('x', 'labels', 'task', 'annotator', 'label', suggestion => 'task');
SELECT create_source('x', 'labels', 'task', 'annotator', 'label', 'gold', gold_annotator => 'a0');
SELECT create_source('x', 'labels', 'task', 'annotator', 'label', gold_label => 'gold');
SELECT create_source('x', 'labels', 'task', 'annotator', 'label', gold_relation => 'nowhere');
SELECT create_source('x', 'labels', 'task', 'annotator', 'label', resolve => 'latest');
SELECT create_source('x', 'labels', 'task', 'annotator', 'label', resolve => 'newest');
SELECT create_source('x', 'labels', 'task', 'annotator', 'label', required_labels => 0);
SELECT create_source('x', 'labels', 'task', 'annotator', 'label', required_labels => 3, max_labels => 2);
SELECT create_source('x', 'labels', 'task', 'annotator', 'label', consensus => 'median');
SELECT create_source('x', 'labels', 'task', 'annotator', 'label', consensus_threshold => 'NaN');
SELECT create_source('x', 'labels', 'task', 'annotator', 'label', quality_floor => 85);
SELECT create_source('x', 'labels', 'task', 'annotator', 'label', timezone => 'Mars');
SELECT create_source('x', 'labels', 'task', 'annotator', 'label', period => '0');
SELECT create_source('x', 'labels', 'task', 'annotator', 'label', calibration_batches => ARRAY['one', 'two']);
SELECT create_source('x', 'labels', 'task', 'annotator', 'label', batch => 'vendor', calibration_batches => 'one');
SELECT create_source('x', 'labels', 'task', 'annotator', 'label', edge_strata => 'hard');
SELECT create_source('x', 'labels', 'vendor', 'annotator', 'label');
CREATE TEMP TABLE passing AS TABLE labels;
SELECT create_source('x', 'passing', 'task', 'annotator', 'label');
CREATE SEQUENCE numbers;
SELECT create_source('x', 'numbers', 'last_value', 'is_called', 'log_cnt');
CREATE TABLE documents (item int, annotator text, label json);
SELECT create_source('x', 'documents', 'item', 'annotator', 'label');
SELECT count(*) FROM sources;

-- and what is doubtful
CREATE TABLE doubtful (item int, who int, label text, kind text, review text, gold text, at timestamptz);
SELECT create_source('d0', 'doubtful', 'item', 'who', 'label');
INSERT INTO doubtful
SELECT i, i, 'text ' || i, 'LLM', 'OK', CASE i % 2 WHEN 0 THEN 'x' END, NULL
FROM generate_series(1, 20) AS i;
INSERT INTO doubtful VALUES (2, 2, 'another', 'model', 'fixed', 'y', NULL);
SELECT create_source('d1', 'doubtful', 'item', 'who', 'label', 'gold', labeled_at => 'at',
    annotator_kind => 'kind', review => 'review', readers => 'nobody', consensus => 'weighted');
SELECT create_source('d2', 'doubtful', 'item', 'who', 'label', gold_annotator => '99', resolve => 'collect');
SELECT level, what, hint FROM check_source('d1');
-- gold that is spelled otherwise than labels
CREATE TABLE spelled (item int, who text, label text, gold text);
INSERT INTO spelled SELECT i, w, CASE WHEN i % 3 = 0 THEN 'cat' ELSE 'dog' END, CASE WHEN i <= 4 THEN 'DOG' WHEN i <= 6 THEN 'dog' END
FROM generate_series(1, 9) AS i, unnest('{a,b}'::text[]) AS w;
INSERT INTO spelled VALUES (10, NULL, NULL, 'BIRD');
SELECT create_source('spelled', 'spelled', 'item', 'who', 'label', gold => 'gold') IS NOT NULL AS created;
SELECT status, reason FROM source_status WHERE source = 'spelled';
SELECT what, hint FROM check_source('spelled') WHERE level = 'warning';
-- what is read as missing, or is hardly meant
CREATE TABLE odd (item int, who text, label text, at timestamptz, free timestamptz, seconds float8, sure int, price numeric);
INSERT INTO odd SELECT i, w, 'x', timestamptz '2026-01-01Z' + i * interval '1 h', timestamptz '2026-01-01 03:30Z', i - 2, i * 20, 0.1 * (4 - i)
FROM generate_series(1, 5) AS i, unnest('{a,b}'::text[]) AS w;
INSERT INTO odd VALUES (1, 'c', 'x', '9998-01-01', NULL, 5, 1, 0.1);
SELECT create_source('odd', 'odd', 'item', 'who', 'label', labeled_at => 'at', available_at => 'free', seconds => 'seconds', confidence => 'sure', price => 'price') IS NOT NULL AS created;
SELECT what, hint FROM check_source('odd') WHERE level = 'warning' ORDER BY what COLLATE "C";
SELECT count(*) FILTER (WHERE seconds < 0) + count(*) FILTER (WHERE sure NOT BETWEEN 0 AND 1) AS out_of_range, count(*) FILTER (WHERE at < free) AS early,
       count(*) FILTER (WHERE price < 0) AS negative FROM odd;
SELECT drop_source('odd');
\set VERBOSITY default
\set SHOW_CONTEXT never
SELECT create_source('odd', 'odd', 'item', 'who', 'label', quality_floor => 85);
SELECT create_source('odd', 'odd', 'item', 'who', 'label', consensus_threshold => -1);
SELECT create_source('odd', 'odd', 'item', 'who', 'label', required_labels => 5, max_labels => 3);
SELECT create_source('odd', 'odd', 'item', 'who', 'label', edge_strata => ARRAY[NULL::text]);
\set VERBOSITY terse
UPDATE spelled SET gold = 'dog' WHERE item < 4;
SELECT status, reason FROM source_status WHERE source = 'spelled';
SELECT drop_source('spelled');
SELECT * FROM check_source('d3');
SELECT * FROM check_source(NULL);
SELECT drop_source('d' || i) FROM generate_series(0, 2) AS i;

-- What is left out is what resetting gives; names may hold anything
SELECT create_source('plain', 'labels', 'task', 'annotator', 'label');
CREATE TABLE "O'Neill \ Co" ("a ""b" int, "e e" text, "select" text, "Gold" text[], t timestamptz);
INSERT INTO "O'Neill \ Co" VALUES (1, 'x', 'yes', '{yes,no}', now()), (1, 'y', 'no', '{no,yes}', now());
CREATE TABLE answers (task bigint, gold text, since date);
INSERT INTO answers VALUES (1, 'fine', '2026-01-01'), (1, 'ham', NULL), (77, 'fine', NULL);
SELECT create_source('it''s "all"', '"O''Neill \ Co"', ARRAY['a "b'], 'e e', 'select', 'Gold', labeled_at => 't',
    required_labels => 2, max_labels => 4, consensus => 'model', consensus_threshold => 0.1,
    quality_floor => 0.3333333333333333, release_singles => 'all', models_vote => true, gold_from_adjudication => true,
    stratum => ARRAY['e e', 'select'], edge_strata => ARRAY['["x","y"]', 'o''k\'], onboarding => true,
    batch => 'e e', calibration_batches => ARRAY['one', 'two'], calibration_size => 10, calibration_gate => 0.5,
    readers => 'pg_monitor', timezone => 'Europe/Berlin', period => '1 month 2 days', first_labels => 2);
SELECT dump_sources();
CREATE TABLE before AS SELECT to_jsonb(s) - 'registered_at' AS row FROM annoqa.source AS s;
CREATE TABLE calls AS SELECT dump_sources() AS call;
SELECT count(drop_source(source)) FROM (SELECT source FROM sources OFFSET 0) AS s;
SELECT call FROM calls WHERE call LIKE '%plain%' \gexec
SELECT call FROM calls WHERE call NOT LIKE '%plain%' \gexec
SELECT count(*), count(*) FILTER (WHERE b.row IS NOT NULL) AS same
FROM annoqa.source AS s LEFT JOIN before AS b ON b.row = to_jsonb(s) - 'registered_at';
SELECT alter_source('it''s "all"', relation => 'labels', item => 'task', annotator => 'annotator',
    label => 'label', reset => (SELECT array_agg(a) FROM unnest(proargnames) WITH ORDINALITY AS u (a, n)
                                WHERE n > 5 AND a NOT IN ('gold_item', 'gold_label')))
FROM pg_proc WHERE proname = 'create_source';
SELECT a.row - '{name,registered_at}'::text[] = b.row - '{name,registered_at}'::text[] AS defaults
FROM (SELECT to_jsonb(s) AS row FROM annoqa.source AS s WHERE name = 'plain') AS a,
     (SELECT to_jsonb(s) AS row FROM annoqa.source AS s WHERE name <> 'plain') AS b;

-- Altering: only what is given; one way of naming gold takes the other's place
SELECT alter_source('nowhere', vendor => 'vendor');
SELECT alter_source('plain');
SELECT alter_source('plain', vendor => 'vendor', gold => 'gold', seconds => 'Its Time', labeled_at => 'at');
SELECT alter_source('plain', gold_annotator => 'a2', reset => 'seconds');
SELECT source, vendor, seconds, gold, gold_annotator, resolve FROM sources WHERE source = 'plain';
SELECT alter_source('plain', gold_relation => 'answers', gold_label => 'gold', gold_at => 'since');
SELECT gold_annotator, gold_relation, gold_item, gold_label, gold_at FROM sources WHERE source = 'plain';
SELECT alter_source('plain', reset => ARRAY['gold_relation', 'vendor']);
SELECT alter_source('plain', max_labels => 3);
SELECT alter_source('plain', required_labels => 4);
SELECT alter_source('plain', reset => ARRAY['label', 'colour']);
SELECT alter_source('plain', vendor => 'colour');
SELECT rename_source('it''s "all"', 'plain');
SELECT rename_source('plain', NULL);
SELECT rename_source('nowhere', 'x');
SELECT rename_source('it''s "all"', 'other');
SELECT drop_source('other');
SELECT drop_source('other');

-- The query that reads a source: its columns, whatever the settings and the path
SELECT alter_source('plain', gold => 'gold', seconds => 'Its Time', timezone => 'Europe/Berlin');
SELECT source_select('plain') AS query, source_gold_select('plain') IS NULL AS no_gold_relation \gset
\echo :no_gold_relation
:query \gdesc
SELECT :'query' ~ '[^.]="' AS equality, :'query' ~ '\m(= |<>)' AS operators;
CREATE TABLE seen AS SELECT * FROM (:query) AS r;
SELECT count(*), count(DISTINCT item), min(labeled_at AT TIME ZONE 'UTC'), max(seconds) FROM seen;
CREATE SCHEMA hostile;
CREATE FUNCTION hostile.fail(anyelement, anyelement) RETURNS boolean LANGUAGE plpgsql AS
    $$ BEGIN RAISE 'a planted function ran'; END $$;
CREATE FUNCTION hostile.isfinite(timestamp) RETURNS boolean LANGUAGE plpgsql AS
    $$ BEGIN RAISE 'a planted function ran'; END $$;
CREATE FUNCTION hostile.timezone(text, timestamp) RETURNS timestamptz LANGUAGE plpgsql AS
    $$ BEGIN RAISE 'a planted function ran'; END $$;
CREATE FUNCTION hostile.count(text) RETURNS bigint LANGUAGE plpgsql AS
    $$ BEGIN RAISE 'a planted function ran'; END $$;
CREATE FUNCTION hostile.format(text, text, text) RETURNS text LANGUAGE plpgsql AS
    $$ BEGIN RAISE 'a planted function ran'; END $$;
CREATE FUNCTION hostile.quote_ident(text) RETURNS text LANGUAGE plpgsql AS
    $$ BEGIN RAISE 'a planted function ran'; END $$;
CREATE OPERATOR hostile.= (FUNCTION = hostile.fail, LEFTARG = anyelement, RIGHTARG = anyelement);
CREATE OPERATOR hostile.> (FUNCTION = hostile.fail, LEFTARG = anyelement, RIGHTARG = anyelement);
CREATE OPERATOR hostile.|| (FUNCTION = hostile.fail, LEFTARG = anyelement, RIGHTARG = anyelement);
CREATE DOMAIN hostile.text AS pg_catalog.text CHECK (hostile.fail(VALUE::pg_catalog.text, ''));
CREATE DOMAIN hostile.float8 AS pg_catalog.float8 CHECK (hostile.fail(VALUE::pg_catalog.float8, 0.0::pg_catalog.float8));
SET search_path = hostile, pg_catalog;
SET DateStyle = 'German';
SET TimeZone = 'Asia/Kathmandu';
SET IntervalStyle = 'iso_8601';
SELECT annoqa.source_select('plain') OPERATOR(pg_catalog.=) :'query' AS same;
SELECT pg_catalog.count(*) FROM (:query) AS r;
SELECT annoqa.check_source('plain');
SELECT annoqa.dump_sources();
SELECT source, labels, first_labeled_at AT TIME ZONE 'UTC' AS first FROM annoqa.source_status;
SELECT annoqa.alter_source('plain', vendor => 'vendor');
SELECT annoqa.create_source('second', 'app.labels', 'task', 'annotator', 'label');
SELECT annoqa.rename_source('second', 'third');
SELECT annoqa.confirm_source('third');
SELECT annoqa.drop_source('third');
SET DateStyle = ISO;
SET TimeZone = 'UTC';
RESET IntervalStyle;
SET search_path = app, annoqa;
DROP SCHEMA hostile CASCADE;

-- Every column of source_status, against a recount in plain SQL
CREATE TYPE verdict AS ENUM ('good', 'bad');
CREATE TABLE awkward (task int, frame text, who text, label verdict, gold verdict, flag boolean,
    at timestamptz, kind text, vendor text, skipped boolean, valid boolean);
INSERT INTO awkward VALUES
    (1, 'a', 'ann', 'good', 'good', NULL, '2026-01-01', NULL, 'v', NULL, NULL),       -- one vote
    (2, 'a', 'ann', 'good', NULL, NULL, '2026-01-01', 'human', 'v', false, true),     -- two votes
    (2, 'a', 'bob', 'bad', NULL, NULL, '2026-01-02', 'expert', 'w', NULL, true),
    (2, 'a', 'gpt', 'bad', NULL, NULL, '2026-01-02', 'MODEL', NULL, NULL, true),      -- no vote
    (2, 'b', 'ann', 'good', NULL, NULL, NULL, NULL, 'v', NULL, true),                 -- no time
    (3, NULL, 'ann', 'good', NULL, NULL, '2026-01-03', NULL, 'v', NULL, true),        -- half a key
    (NULL, NULL, 'ann', 'good', NULL, NULL, '2026-01-03', NULL, 'v', NULL, true),     -- no key
    (4, 'a', 'ann', 'good', NULL, NULL, '2026-01-03', NULL, 'v', true, true),         -- a skip with a label
    (4, 'a', NULL, 'good', NULL, NULL, '2026-01-03', NULL, 'v', NULL, true),          -- no annotator
    (4, 'a', 'bob', NULL, NULL, NULL, '2026-01-03', NULL, 'v', NULL, true),           -- no label
    (4, 'a', 'bob', 'bad', NULL, NULL, '2026-01-03', NULL, 'v', NULL, false),         -- not valid
    (5, 'a', 'ann', 'good', NULL, NULL, '2026-01-03', NULL, 'v', NULL, true),         -- a repeat that differs
    (5, 'a', 'ann', 'bad', NULL, NULL, '2026-01-04', NULL, 'v', NULL, true),
    (6, 'a', 'ann', 'good', NULL, NULL, '2026-01-04', NULL, 'v', NULL, true),         -- a conflict
    (6, 'a', 'ann', 'bad', NULL, NULL, '2026-01-04', NULL, 'v', NULL, true),
    (6, 'a', 'bob', 'bad', NULL, NULL, '2026-01-04', NULL, 'v', NULL, true),
    (7, 'a', 'ann', 'bad', 'bad', NULL, '2026-01-05', NULL, 'v', NULL, true),         -- gold that disagrees
    (7, 'a', 'bob', 'bad', 'good', NULL, 'infinity', NULL, 'v', NULL, true),
    (8, 'a', 'eve', 'bad', NULL, true, '2026-01-05', NULL, 'v', NULL, true);          -- a gold row
SELECT create_source('awkward', 'awkward', ARRAY['task', 'frame'], 'who', 'label', 'gold',
    labeled_at => 'at', annotator_kind => 'kind', vendor => 'vendor', skipped => 'skipped', valid => 'valid');
SELECT * FROM source_status WHERE source = 'awkward' \gx
WITH label AS (
    SELECT task, frame, who, label, nullif(at, 'infinity') AS at, lower(kind) IS DISTINCT FROM 'model' AS votes
    FROM awkward
    WHERE num_nonnulls(task, frame) > 0 AND who IS NOT NULL AND label IS NOT NULL
          AND skipped IS NOT TRUE AND valid IS NOT FALSE
), pair AS (
    SELECT task, frame, who, bool_or(votes) AS votes,
           count(DISTINCT label) FILTER (WHERE at IS NOT DISTINCT FROM newest) > 1 AS conflict
    FROM (SELECT *, max(at) OVER (PARTITION BY task, frame, who) AS newest FROM label) AS l
    GROUP BY task, frame, who
), item AS (
    SELECT task, frame, count(*) AS labels, count(*) FILTER (WHERE votes) AS votes
    FROM pair WHERE NOT conflict GROUP BY task, frame
)
SELECT (SELECT count(*) FROM awkward) AS rows, count(*) AS items,
       (SELECT count(DISTINCT who) FROM pair WHERE NOT conflict) AS annotators,
       (SELECT count(DISTINCT vendor) FROM awkward) AS vendors, sum(labels) AS labels,
       (SELECT count(*) FROM awkward WHERE skipped) AS skips,
       sum(votes) / count(*)::float8 AS labels_per_item, count(*) FILTER (WHERE votes > 1) AS multi,
       (SELECT count(*) FROM label WHERE at IS NULL) AS without_time,
       (SELECT count(*) FROM pair WHERE conflict) AS conflicts
FROM item \gx
-- the same rows under other settings
SELECT alter_source('awkward', resolve => 'first');
SELECT labels, conflicting_pairs, multi_labeled_items FROM source_status WHERE source = 'awkward';
SELECT alter_source('awkward', resolve => 'collect', models_vote => true);
SELECT labels, conflicting_pairs, multi_labeled_items FROM source_status WHERE source = 'awkward';
SELECT alter_source('awkward', resolve => 'error');
SELECT alter_source('awkward', gold_flag => 'flag', reset => 'resolve');
SELECT labels, gold_items, conflicting_gold_items FROM source_status WHERE source = 'awkward';
SELECT alter_source('awkward', gold_annotator => 'bob');
SELECT labels, gold_items, conflicting_gold_items FROM source_status WHERE source = 'awkward';
SELECT drop_source('awkward');

-- Gold in a relation of its own: the wider type of item, several answers
SELECT alter_source('plain', gold_relation => 'answers', gold_label => 'gold', gold_at => 'since');
SELECT source_gold_select('plain') AS gold \gset
SELECT *, pg_typeof(item) AS item_type FROM (:gold) AS g ORDER BY item, gold;
SELECT gold_items FROM source_status WHERE source = 'plain';

-- Sets, where order is nothing, and boxes, which have no class
CREATE TABLE sets (item text, who text, tags text[], spot box, at date);
INSERT INTO sets VALUES ('x', 'a', '{p,q}', '(1,1),(0,0)', '2026-01-01'), ('x', 'a', '{q,p,p}', '(1,1),(0,0)', '2026-01-01'),
    ('x', 'b', '{p}', '(2,0.5),(0,0)', '2026-01-01');
SELECT create_source('tags', 'sets', 'item', 'who', 'tags', labeled_at => 'at');
SELECT create_source('spots', 'sets', 'item', 'who', 'spot', labeled_at => 'at');
SELECT source, labels, distinct_labels, conflicting_pairs FROM source_status WHERE source IN ('tags', 'spots') ORDER BY source;
SELECT drop_source('tags'), drop_source('spots');

-- Partitioned tables, views and materialized views
CREATE TABLE parted (LIKE labels) PARTITION BY LIST (vendor);
CREATE TABLE parted_v0 PARTITION OF parted FOR VALUES IN ('v0');
CREATE TABLE parted_v1 PARTITION OF parted FOR VALUES IN ('v1');
INSERT INTO parted TABLE labels;
CREATE VIEW viewed AS TABLE labels;
CREATE MATERIALIZED VIEW kept AS TABLE labels;
SELECT create_source('parted', 'parted', 'task', 'annotator', 'label');
SELECT create_source('viewed', 'viewed', 'task', 'annotator', 'label');
SELECT create_source('kept', 'kept', 'task', 'annotator', 'label');
SELECT source, relation_kind FROM sources ORDER BY source;

-- What breaks shows, and breaks nobody else
ALTER TABLE parted RENAME label TO verdict;
DROP VIEW viewed;
DROP MATERIALIZED VIEW kept;
CREATE VIEW kept AS TABLE labels;
ALTER TABLE answers ALTER since TYPE text;
SELECT source, status, reason, labels FROM source_status ORDER BY source;
SELECT source_select('parted');
SELECT source_select('viewed');
SELECT source_select('kept');
SELECT source_select('plain');
SELECT level, what FROM check_source('kept');
SELECT confirm_source('viewed');
SELECT confirm_source('kept');
SELECT drop_source('parted'), drop_source('viewed'), drop_source('kept');
SELECT alter_source('plain', reset => 'gold_relation');

-- Who may see what
CREATE ROLE regress_annoqa_reader;
CREATE ROLE regress_annoqa_columns;
CREATE ROLE regress_annoqa_tenant;
CREATE ROLE regress_annoqa_manager;
CREATE ROLE regress_annoqa_stranger;
CREATE ROLE regress_annoqa_registrar;
GRANT USAGE ON SCHEMA app TO regress_annoqa_reader, regress_annoqa_columns, regress_annoqa_tenant, regress_annoqa_registrar;
GRANT SELECT ON labels, "O'Neill \ Co" TO regress_annoqa_reader, regress_annoqa_manager;
GRANT SELECT (task, annotator, label) ON labels TO regress_annoqa_columns;
CREATE TABLE tenants AS TABLE labels;
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
CREATE POLICY one ON tenants FOR SELECT USING (vendor = 'v1');
GRANT SELECT ON tenants TO regress_annoqa_tenant;
SELECT create_source('three', 'labels', 'task', 'annotator', 'label');
SELECT create_source('four', 'labels', 'task', 'annotator', 'label', vendor => 'vendor', readers => 'regress_annoqa_manager');
SELECT create_source('tenants', 'tenants', 'task', 'annotator', 'label');
CREATE TABLE passed AS TABLE labels;
SELECT create_source('gone', 'passed', 'task', 'annotator', 'label');
DROP TABLE passed;
CREATE FUNCTION seen_by(who text, OUT sources text, OUT status text, OUT stored text)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SET ROLE %I', who);
    SELECT string_agg(s.source, ' ' ORDER BY s.source) INTO sources FROM annoqa.sources AS s;
    SELECT string_agg(s.source || ' ' || s.status || coalesce(' ' || s.labels, ''), ', ' ORDER BY s.source)
    INTO status FROM annoqa.source_status AS s;
    SELECT string_agg(s.name, ' ' ORDER BY s.name) INTO stored FROM annoqa.source_stored AS s;
    RESET ROLE;
END $$;
SELECT who, s.* FROM unnest('{regress_annoqa_reader,regress_annoqa_columns,regress_annoqa_tenant,regress_annoqa_manager,regress_annoqa_stranger}'::text[]) AS u (who),
     LATERAL seen_by(who) AS s;
SET ROLE regress_annoqa_stranger;
SELECT annoqa.source_select('three');
SELECT * FROM annoqa.check_source('three');
SELECT * FROM annoqa.source_status('three');
SELECT * FROM annoqa.source;
SELECT annoqa.create_source('mine', 'app.labels', 'task', 'annotator', 'label');
SELECT annoqa.alter_source('three', vendor => 'vendor');
SELECT annoqa.rename_source('three', 'mine'), annoqa.drop_source('three');
SELECT annoqa.confirm_source('three');
SELECT annoqa.write_source('create_source', '{"name": "mine", "relation": ["app", "labels"], "item": ["task"], "annotator": "annotator", "label": "label"}');
SELECT * FROM annoqa.hold_relation('app', 'labels');
SET ROLE regress_annoqa_columns;
SELECT annoqa.source_select('four');
SELECT * FROM annoqa.hold_relation('app', 'answers');
RESET ROLE;

-- Whoever may register runs code as everybody who reads, and so does whoever
-- owns the relation.  Registering needs a grant ...
CREATE TABLE stolen (by text);
GRANT INSERT ON stolen TO PUBLIC;
CREATE FUNCTION note(text) RETURNS text LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO app.stolen VALUES (current_user); RETURN $1; END $$;
GRANT CREATE ON SCHEMA app TO regress_annoqa_registrar;
GRANT SELECT ON labels TO regress_annoqa_registrar WITH GRANT OPTION;
SET ROLE regress_annoqa_registrar;
CREATE VIEW trap AS SELECT task, annotator, app.note(label) AS label FROM labels;
SELECT annoqa.create_source('trap', 'app.trap', 'task', 'annotator', 'label');
RESET ROLE;
GRANT SELECT, INSERT, UPDATE, DELETE ON annoqa.source TO regress_annoqa_registrar;
GRANT EXECUTE ON FUNCTION annoqa.create_source, annoqa.alter_source TO regress_annoqa_registrar;
SET ROLE regress_annoqa_registrar;
SELECT annoqa.create_source('trap', 'app.trap', 'task', 'annotator', 'label');
RESET ROLE;
-- ... and then a superuser who looks runs it: that is what the grant gives
TRUNCATE stolen;
SELECT source, status FROM source_status WHERE source = 'trap';
SELECT count(*) > 0 AS ran_as_superuser FROM stolen WHERE by = current_user;
-- but only who asks for it: a filter on source leaves the others unread, and a join
-- with a list once the planner knows how many sources there are
ANALYZE annoqa.source;
TRUNCATE stolen;
SELECT source, status FROM source_status WHERE source = 'three';
SELECT count(*) FROM source_status WHERE source IN ('three', 'four');
SELECT count(*) FROM source_status JOIN (VALUES ('three'), ('four')) AS v (source) USING (source);
SELECT count(*) AS ran FROM stolen;
SELECT drop_source('trap');

-- A table that was registered, swapped for a view by whoever may: left out
SET ROLE regress_annoqa_registrar;
CREATE TABLE bait AS SELECT * FROM labels;
SELECT annoqa.create_source('bait', 'app.bait', 'task', 'annotator', 'label');
DROP TABLE bait;
CREATE VIEW bait AS SELECT task, annotator, app.note(label) AS label FROM labels;
RESET ROLE;
TRUNCATE stolen;
SELECT source, status, reason FROM source_status WHERE source = 'bait';
SELECT * FROM check_source('bait');
SELECT source_select('bait');
SELECT count(*) AS stolen FROM stolen;
SELECT s.stored FROM seen_by(current_user) AS s;
-- the same kind, but somebody else's
DROP VIEW bait;
CREATE TABLE bait AS SELECT * FROM labels;
ALTER TABLE bait OWNER TO regress_annoqa_tenant;
SELECT reason FROM source_status WHERE source = 'bait';
-- until whoever may register looks, and confirms
SELECT confirm_source('bait');
SELECT status, relation_owner FROM source_status JOIN sources USING (source) WHERE source = 'bait';

-- A schema of a stranger's
ALTER SCHEMA annoqa OWNER TO regress_annoqa_stranger;
SELECT what FROM check_source('bait');
ALTER SCHEMA annoqa OWNER TO CURRENT_USER;

SELECT count(drop_source(source)) FROM (SELECT source FROM sources OFFSET 0) AS s;
REVOKE ALL ON annoqa.source FROM regress_annoqa_registrar;
REVOKE EXECUTE ON FUNCTION annoqa.create_source, annoqa.alter_source FROM regress_annoqa_registrar;
SET client_min_messages = error;
DROP SCHEMA app CASCADE;
DROP ROLE regress_annoqa_reader, regress_annoqa_columns, regress_annoqa_tenant,
    regress_annoqa_manager, regress_annoqa_stranger, regress_annoqa_registrar;

-- a time beyond what timestamptz holds is none, as an infinite one
CREATE TABLE far (item int, who text, label text, day date, at timestamp);
INSERT INTO far VALUES (1, 'a', 'x', '5874897-12-31', '294276-12-31 23:59:59'), (2, 'a', 'x', '4714-11-24 BC', '4714-11-24 00:00 BC'),
    (3, 'a', 'x', 'infinity', '-infinity'), (4, 'a', 'x', '2026-01-01', '2026-01-01 12:00');
SELECT annoqa.create_source('day', 'far', 'item', 'who', 'label', labeled_at => 'day', timezone => 'America/New_York') IS NOT NULL AS created;
SELECT annoqa.create_source('at', 'far', 'item', 'who', 'label', labeled_at => 'at', timezone => 'America/New_York') IS NOT NULL AS created;
SELECT source, labels, rows_without_time, first_labeled_at AT TIME ZONE 'UTC' AS first, last_labeled_at AT TIME ZONE 'UTC' AS last
FROM annoqa.source_status WHERE source IN ('day', 'at') ORDER BY source;
SELECT count(*) FROM annoqa.annotator_scorecard WHERE source IN ('day', 'at');
SELECT annoqa.drop_source(s) FROM unnest('{at,day}'::text[]) AS s;
DROP TABLE far;
