-- Adjudication: cases, phases, names.  Every expected count is counted by hand in
-- the few rows below, or again in plain SQL.
SET client_min_messages = notice;
CREATE SCHEMA court;
SET search_path = court, annoqa;
\set VERBOSITY terse
\set SHOW_CONTEXT never

CREATE TABLE posts (id int, who text, label text, at timestamptz, kind text, vendor text, lang text);
INSERT INTO posts VALUES
    (1, 'ann', 'ham', '2026-01-05 10:00Z', NULL, 'v', 'en'),        -- unanimous
    (1, 'bob', 'ham', '2026-01-05 11:00Z', NULL, 'v', 'en'),
    (2, 'ann', 'ham', '2026-01-05 10:00Z', NULL, 'v', 'en'),        -- two against one, and a model
    (2, 'bob', 'spam', '2026-01-05 11:00Z', NULL, 'v', 'en'),
    (2, 'eve', 'spam', '2026-01-05 12:00Z', NULL, 'w', 'en'),
    (2, 'gpt', 'scam', '2026-01-05 13:00Z', 'model', NULL, 'en'),
    (3, 'ann', 'ham', '2026-01-05 10:00Z', NULL, 'v', 'en'),        -- the latest of one annotator counts
    (3, 'ann', 'spam', '2026-01-05 12:00Z', NULL, 'v', 'de'),
    (3, 'bob', 'ham', '2026-01-05 10:00Z', NULL, 'v', 'en'),        -- a conflict: no label
    (3, 'bob', 'spam', '2026-01-05 10:00Z', NULL, 'v', 'en'),
    (4, 'o''brien', 'it''s "spam"', '2026-01-05 10:00Z', NULL, 'v', 'en'),
    (5, 'ann', NULL, '2026-01-05 10:00Z', NULL, 'v', 'en');         -- no label at all
SELECT create_source('posts', 'posts', 'id', 'who', 'label', labeled_at => 'at', annotator_kind => 'kind',
    vendor => 'vendor', stratum => 'lang');

-- case numbers go on where other tests left off
CREATE FUNCTION said(text) RETURNS text LANGUAGE sql AS $$ SELECT regexp_replace($1, 'case \d+', 'case N', 'g') $$;
CREATE VIEW cases AS
SELECT row_number() OVER w AS n, source, item, stratum, label, overruled, edge_case AS edge, adjudicator, reasoning, guideline,
       (SELECT count(*) FROM case_law AS o WHERE o.source = c.source AND o.case_id <= c.supersedes) AS supersedes,
       current, round(waited_hours) AS waited, item_exists AS there, reopened_by, reopen_reason, blind, saw
FROM case_law AS c WINDOW w AS (PARTITION BY source ORDER BY case_id);

-- What an adjudicator sees: labels alone, or votes and names; a model has no vote
SELECT * FROM competing_labels('posts', '2');
SELECT * FROM competing_labels('posts', '2', blind => false);
SELECT * FROM competing_labels('posts', '3', false);
SELECT * FROM competing_labels('posts', '5');
SELECT * FROM competing_labels('posts', '17');

-- A case is kept as it stood when it was decided
SELECT said(adjudicate('posts', '2', 'ham', 'judy', 'a joke', 'v1', at => '2026-01-06 12:00Z'));
SELECT said(adjudicate('posts', '3', 'spam', blind => false, edge_case => true, at => '2026-01-05 11:30Z')) ~ ('by ' || current_user) AS by_us;
SELECT said(adjudicate('posts', '4', 'it''s "spam"', 'o''brien'));
SELECT said(adjudicate('posts', '1', 'spam', 'judy'));
SELECT said(adjudicate('posts', '5', 'scma', 'judy'));
INSERT INTO posts VALUES (2, 'late', 'other', now(), NULL, 'w', 'en');
SELECT n, item, stratum, label, overruled, edge, nullif(adjudicator, current_user) AS adjudicator, reasoning, guideline,
       waited, blind, saw FROM cases WHERE n < 3 ORDER BY n;
SELECT n, item, label, overruled, waited IS NOT NULL AS waited FROM cases WHERE n > 2 ORDER BY n;

-- Decided again: two cases, one that stands.  Reopened: none; then anew
SELECT said(adjudicate('posts', '2', 'spam', 'jane', at => '2026-01-07 12:00Z'));
SELECT n, label, supersedes, current, waited FROM cases WHERE item = '2' ORDER BY n;
SELECT said(reopen('posts', '2', 'new guideline', 'jo', at => '2026-01-08 12:00Z'));
SELECT n, label, current, reopened_by, reopen_reason FROM cases WHERE item = '2' ORDER BY n;
SELECT * FROM current_cases('posts') WHERE item = '2';
-- what the engine is told: a case stands until it is reopened or superseded
SELECT item, label, edge_case, adjudicated_at AT TIME ZONE 'UTC' AS at, reopened_at AT TIME ZONE 'UTC' AS until
FROM source_cases('posts') WHERE item = '2' ORDER BY adjudicated_at;
\set VERBOSITY sqlstate
SELECT reopen('posts', '2', 'again');
\set VERBOSITY terse
SELECT said(adjudicate('posts', '2', 'other', 'judy', at => '2026-01-09 00:00Z'));
SELECT n, label, overruled, supersedes, current, waited FROM cases WHERE item = '2' ORDER BY n;
SELECT item, count(*), count(*) FILTER (WHERE current) AS current FROM cases GROUP BY item ORDER BY item;
SELECT count(*) FROM case_law('posts', '2026-01-06 12:00Z', '2026-01-09 00:00Z');

-- What cannot be
SELECT adjudicate('nowhere', '1', 'ham');
SELECT adjudicate(NULL, '1', 'ham');
SELECT adjudicate('posts', NULL, 'ham');
SELECT adjudicate('posts', '1', NULL);
SELECT adjudicate('posts', '1', 'ham', '  ');
SELECT adjudicate('posts', '17', 'ham');
SELECT adjudicate('posts', 'one', 'ham');
SELECT adjudicate('posts', '01', 'ham', 'judy', at => 'infinity');
\set VERBOSITY sqlstate
SELECT adjudicate('posts', '1', 'ham', 'judy', at => now() + interval '1 day');
SELECT adjudicate('posts', '1', 'ham', 'judy', at => '2026-01-01');
SELECT reopen('posts', '1', 'why', at => '2026-01-01');
\set VERBOSITY terse
SELECT adjudicate('posts', '1', 'ham', 'judy', record => 'none');
SELECT adjudicate('posts', '1', 'ham', 'judy', record => '{"overruled": [], "saw": []}');
SELECT adjudicate('posts', '1', 'ham', 'judy', record => '{"overruled": {}, "saw": [], "waiting_since": "noon"}');
SELECT reopen('nowhere', '1', 'why');
SELECT reopen('posts', '17', 'why');
SELECT reopen('posts', '1', NULL);
SELECT reopen('posts', '1', ' ');
SELECT dump_adjudications('nowhere');
SELECT * FROM case_law('nowhere');

-- The item is gone: the case stays
DELETE FROM posts WHERE id = 4;
SELECT label, current, there, stratum FROM cases WHERE item = '4';
-- and comes back by a dump, with its time and what was known
CREATE TABLE before AS SELECT * FROM cases;
CREATE TABLE dumped AS SELECT n, call FROM dump_adjudications('posts') WITH ORDINALITY AS d (call, n);
SELECT count(*), count(*) FILTER (WHERE call ~ 'reopen') AS reopenings FROM dumped;
SELECT call FROM dumped WHERE call ~ '(joke|guideline)' ORDER BY n;
CREATE TABLE times AS SELECT item, adjudicated_at, reopened_at, waited_hours FROM case_law;
SELECT drop_source('posts');
SELECT count(*) FROM case_law;
SELECT create_source('posts', 'posts', 'id', 'who', 'label', labeled_at => 'at', annotator_kind => 'kind',
    vendor => 'vendor', stratum => 'lang');
SET client_min_messages = warning;
CREATE FUNCTION replay(bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE answer text; BEGIN EXECUTE (SELECT call FROM dumped WHERE n = $1) INTO answer; RETURN answer; END $$;
SELECT count(replay(n)) FROM (SELECT n FROM dumped ORDER BY n OFFSET 0) AS d;
SET client_min_messages = notice;
-- cases are told apart by their order; the dump orders them by time
SELECT count(*) FROM (SELECT item, label, overruled, edge, adjudicator, reasoning, guideline, current, waited, there,
                             reopened_by, reopen_reason, blind, saw FROM before
                      EXCEPT SELECT item, label, overruled, edge, adjudicator, reasoning, guideline, current, waited, there,
                             reopened_by, reopen_reason, blind, saw FROM cases) AS lost;
SELECT count(*) FROM (TABLE times EXCEPT SELECT item, adjudicated_at, reopened_at, waited_hours FROM case_law) AS lost;

-- A source renamed takes its cases along
SELECT rename_source('posts', 'Bob''s "posts"');
SELECT count(*), bool_and(source = 'Bob''s "posts"') FROM case_law;
SELECT rename_source('Bob''s "posts"', 'posts');

-- Keys of several columns, given as shown; labels of types; names that need quotes
CREATE TYPE grade AS ENUM ('bad', 'fair', 'good');
CREATE TABLE "Odd ""Frames""" ("Task Id" int, frame numeric, "who's" int, "Grade" grade, at date);
INSERT INTO "Odd ""Frames""" VALUES (7, 1.0, 1, 'bad', '2026-01-01'), (7, 1.0, 2, 'good', '2026-01-02'),
    (7, 1.00, 1, 'fair', '2026-01-03'), (8, NULL, 1, 'fair', '2026-01-01');
SELECT create_source('frames', '"Odd ""Frames"""', ARRAY['Task Id', 'frame'], 'who''s', 'Grade', labeled_at => 'at');
SELECT * FROM competing_labels('frames', '["7","1.0"]', false);
SELECT * FROM competing_labels('frames', '["7","1.00"]', false);
SELECT * FROM competing_labels('frames', '["8",null]', false);
SELECT said(adjudicate('frames', '["7", "1.0"]', 'good', 'judy'));
SELECT said(adjudicate('frames', '["8",null]', 'good', 'judy'));
SELECT adjudicate('frames', '["7","1"]', 'good');
SELECT adjudicate('frames', '["7"]', 'good');
SELECT adjudicate('frames', '{7,1.0}', 'good');
SELECT adjudicate('frames', '["seven","1.0"]', 'good');
SELECT adjudicate('frames', '["7","1.0"]', 'excellent');
\set VERBOSITY default
SELECT adjudicate('frames', '["9","1.0"]', 'good');
SELECT adjudicate('posts', '17', 'ham');
\set VERBOSITY terse
SELECT said(reopen('frames', '["7", "1.0"]', 'look again', 'jo'));
SELECT item, label, overruled, current, there FROM cases WHERE source = 'frames' ORDER BY n;
-- what is equal by its type is one item and one label
CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE shapes (item numeric, who text, label text COLLATE caseless, tags text[]);
INSERT INTO shapes VALUES (1.50, 'a', 'Cat', '{x,y}'), (1.5, 'b', 'cat', '{y,x,x}'), (1.5, 'c', 'dog', '{x}');
SELECT create_source('shapes', 'shapes', 'item', 'who', 'label');
SELECT said(adjudicate('shapes', '1.500', 'CAT', 'judy'));
SELECT create_source('tags', 'shapes', 'item', 'who', 'tags');
SELECT said(adjudicate('tags', '1.5', '{y,x}', 'judy'));
SELECT adjudicate('tags', '1.5', 'x,y');
-- one row a label: the decision is a set, too
CREATE TABLE rows_of_sets AS SELECT item, who, unnest(tags) AS tag FROM shapes;
SELECT create_source('sets', 'rows_of_sets', 'item', 'who', 'tag', resolve => 'collect');
SELECT * FROM competing_labels('sets', '1.5', false);
SELECT said(adjudicate('sets', '1.5', '{y,x}', 'judy'));
SELECT said(adjudicate('sets', '1.5', '{}', 'judy'));
-- settings of the session do not show
CREATE TABLE days (item timestamptz, who text, label date);
INSERT INTO days VALUES ('2026-02-01 00:00Z', 'a', '2026-02-03'), ('2026-02-01 00:00Z', 'b', '2026-02-04');
SELECT create_source('days', 'days', 'item', 'who', 'label');
SET TimeZone = 'Asia/Kathmandu';
SET DateStyle = 'German';
SELECT * FROM competing_labels('days', '2026-02-01 00:00:00+00');
SELECT said(adjudicate('days', '2026-02-01 00:00:00+00', '2026-02-04', 'judy'));
SELECT item, label, overruled, there FROM cases WHERE source = 'days';
RESET TimeZone;
RESET DateStyle;

-- Phases: the last one stands, and who is no voter has no votes
SELECT set_phase('posts', 'eve', 'removed', 'left', 'boss');
SELECT set_phase('posts', 'eve', 'removed', 'left', 'boss');
SELECT * FROM competing_labels('posts', '2', false);
SELECT set_phase('posts', 'eve', 'probation', 'is back', 'boss');
SELECT set_phase('posts', 'eve', NULL, 'as all', 'boss');
SELECT set_phase('posts', 'eve', NULL, 'as all', 'boss');
SELECT set_phase('posts', 'o''brien', 'production', 'known', 'boss');
SELECT annotator, phase, set_by, reason, since <= clock_timestamp() AS since FROM current_phases('posts');
SELECT annotator, phase, reason, current FROM stored_phases ORDER BY phase_id;
SELECT set_phase('posts', 'eve', 'fired', 'why');
SELECT set_phase('posts', 'eve', 'removed', NULL);
SELECT set_phase('posts', 'eve', 'removed', '');
SELECT set_phase('posts', NULL, 'removed', 'why');
SELECT set_phase('nowhere', 'eve', 'removed', 'why');
SELECT exempt_annotator('posts', 'eve', 'hard items', by => 'boss');
SELECT exempt_annotator('posts', 'eve', 'hard items', by => 'boss');
SELECT annotator, set_by, reason FROM exempt_annotators('posts');
SELECT exempt_annotator('posts', 'eve', 'no more', false, 'boss');
SELECT exempt_annotator('posts', 'ann', 'no more', false, 'boss');
SELECT annotator FROM exempt_annotators('posts');
SELECT annotator, exempt, current FROM stored_exemptions ORDER BY exemption_id;
SELECT exempt_annotator('posts', 'eve', NULL);

-- A random sample of items that have their votes and no gold
CREATE TABLE work AS
SELECT i AS item, 'a' || a AS who, CASE WHEN (i + a) % 3 = 0 THEN 'x' ELSE 'y' END AS label,
       CASE WHEN i % 10 = 0 THEN 'x' END AS gold, 's' || i % 2 AS stratum
FROM generate_series(1, 200) AS i, generate_series(1, 3) AS a WHERE i % 7 > 0 OR a < 2;
SELECT create_source('work', 'work', 'item', 'who', 'label', 'gold', required_labels => 2, stratum => 'stratum');
CREATE TABLE sample AS SELECT * FROM audit_sample('work', 20, 42);
SELECT count(*), count(DISTINCT item), count(*) FILTER (WHERE item::int % 10 = 0) AS gold,
       count(*) FILTER (WHERE item::int % 7 = 0) AS unfinished,
       bool_and(stratum = 's' || item::int % 2) AS strata, min(n_votes) AS least FROM sample;
-- all of them are as many as a plain count finds
SELECT count(*) = (SELECT count(*) FROM (SELECT item FROM work GROUP BY item HAVING count(*) >= 2 AND count(gold) = 0) AS w) AS all
FROM audit_sample('work', 1000, 7);
-- by the definition of the draw, in plain SQL
SELECT array_agg(item) = ARRAY(SELECT item::text FROM work WHERE item % 10 > 0 AND item % 7 > 0 GROUP BY item
    ORDER BY sha256(convert_to('42 ' || item, 'UTF8')) LIMIT 20) AS drawn FROM sample;
-- whatever the order of rows; more of the same; another seed, others
CREATE TABLE shuffled AS SELECT * FROM work ORDER BY md5(work::text);
SELECT alter_source('work', relation => 'shuffled') IS NOT NULL AS shuffled;
SELECT count(*) FROM (TABLE sample INTERSECT SELECT * FROM audit_sample('work', 20, 42)) AS same;
SELECT count(*) FROM (TABLE sample INTERSECT SELECT * FROM audit_sample('work', 40, 42)) AS first;
SELECT count(*) < 20 AS others FROM (TABLE sample INTERSECT SELECT * FROM audit_sample('work', 20, 43)) AS s;
SELECT set_phase('work', 'a3', 'removed', 'left') IS NOT NULL AS removed;
SELECT min(n_votes), max(n_votes) FROM audit_sample('work', 1000, 7);
-- gold of a relation of its own
CREATE TABLE answers AS SELECT DISTINCT item::bigint, label FROM work WHERE item < 100;
SELECT alter_source('work', gold_relation => 'answers') IS NOT NULL AS gold;
SELECT min(item::int) FROM audit_sample('work', 1000, 7);
SELECT * FROM audit_sample('work', 0, 7);
SELECT audit_sample('work', -1, 7);
SELECT audit_sample('work', NULL, 7);
SELECT audit_sample('work', 1, NULL);
SELECT audit_sample('nowhere', 1, 7);

-- Names: what holds them is found by the names of columns, in any table of ours
SELECT * FROM key_columns() WHERE table_name IN ('adjudication', 'reopening', 'annotator_phase', 'annotator_exemption');
CREATE TABLE annoqa.regress_extra (source text, annotator text, vendor text, done_by text, voters text, remark text, weight int);
ALTER EXTENSION annoqa ADD TABLE annoqa.regress_extra;
INSERT INTO annoqa.regress_extra VALUES ('posts', 'eve', 'w', 'eve', '{"ham": ["bob", "eve"], "eve": ["zoe"]}', 'eve was late'),
    ('frames', 'eve', 'w', 'eve', '["eve"]', NULL), ('posts', 'evelyn', 'v', 'bob', '["eve"]', NULL);
SELECT * FROM key_columns() WHERE table_name = 'regress_extra';
SELECT rename_key('posts', 'vendor', 'w', 'W & Co');
SELECT rename_key('posts', 'vendor', 'w', 'W & Co');
SELECT rename_key('posts', 'annotator', 'eve', 'eva');
SELECT * FROM annoqa.regress_extra ORDER BY source, annotator;
SELECT annotator, phase FROM stored_phases WHERE source = 'posts' ORDER BY phase_id;
SELECT rename_key('posts', 'annotator', 'eva', 'eve');
SELECT rename_key('posts', 'colour', 'w', 'v');
SELECT rename_key('posts', NULL, 'w', 'v');
SELECT rename_key('posts', 'vendor', 'w', '');
SELECT rename_key('posts', 'vendor', NULL, 'v');
SELECT rename_key('nowhere', 'vendor', 'w', 'v');
ALTER TABLE annoqa.regress_extra ADD UNIQUE (source, annotator);
SELECT rename_key('posts', 'annotator', 'evelyn', 'eve');
-- forgotten: one pseudonym everywhere in this source, nothing elsewhere
SELECT regexp_replace(forget_annotator('posts', 'eve'), 'forgotten-[0-9a-f]{12}', 'forgotten-...');
SELECT count(*) FROM stored_phases WHERE source = 'posts' AND annotator = 'eve';
SELECT count(DISTINCT a.annotator) FROM (SELECT annotator FROM stored_phases WHERE annotator LIKE 'forgotten-%'
    UNION ALL SELECT annotator FROM stored_exemptions WHERE annotator LIKE 'forgotten-%'
    UNION ALL SELECT annotator FROM annoqa.regress_extra WHERE annotator LIKE 'forgotten-%'
    UNION ALL SELECT done_by FROM annoqa.regress_extra WHERE done_by LIKE 'forgotten-%'
    UNION ALL SELECT voters::json -> 'ham' ->> 1 FROM annoqa.regress_extra WHERE voters LIKE '%bob%') AS a;
SELECT source, annotator, voters FROM annoqa.regress_extra WHERE source = 'frames';
SELECT regexp_replace(forget_annotator('posts', 'judy'), 'forgotten-[0-9a-f]{12}', 'forgotten-...');
SELECT forget_annotator('posts', 'nobody');
SELECT forget_annotator('posts', NULL);
SELECT forget_annotator('nowhere', 'eve');
ALTER EXTENSION annoqa DROP TABLE annoqa.regress_extra;
DROP TABLE annoqa.regress_extra;

-- Who may do what.  A judge needs EXECUTE on the verb and SELECT on the labels
CREATE ROLE regress_annoqa_judge;
CREATE ROLE regress_annoqa_analyst;
CREATE ROLE regress_annoqa_tenant;
CREATE ROLE regress_annoqa_reader;
CREATE ROLE regress_annoqa_stranger;
GRANT USAGE ON SCHEMA court TO PUBLIC;
GRANT SELECT ON posts TO regress_annoqa_judge, regress_annoqa_analyst;
CREATE TABLE tenants AS TABLE posts;
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
CREATE POLICY one ON tenants FOR SELECT USING (vendor = 'v');
GRANT SELECT ON tenants TO regress_annoqa_tenant;
SELECT create_source('tenants', 'tenants', 'id', 'who', 'label', labeled_at => 'at', readers => 'regress_annoqa_reader');
SELECT said(adjudicate('tenants', '1', 'ham', 'judy'));
GRANT EXECUTE ON FUNCTION adjudicate, reopen, set_phase, exempt_annotator
    TO regress_annoqa_judge, regress_annoqa_tenant, regress_annoqa_stranger;
SET ROLE regress_annoqa_judge;
SELECT said(adjudicate('posts', '3', 'ham', 'judy'));
SELECT said(reopen('posts', '3', 'sorry', 'judy'));
SELECT set_phase('posts', 'bob', 'probation', 'sloppy', 'judy');
SELECT exempt_annotator('posts', 'bob', 'new here', by => 'judy');
SELECT count(*) > 3 AS sees, bool_and(item_exists OR item = '4') AS there FROM case_law WHERE source = 'posts';
SELECT source, count(*) > 0 AS some FROM case_law GROUP BY source;
SELECT adjudicate('tenants', '1', 'ham');
SELECT rename_key('posts', 'vendor', 'v', 'w');
SELECT forget_annotator('posts', 'bob');
-- neither the tables nor, through the views, more than the verbs do
SELECT * FROM annoqa.adjudication;
INSERT INTO annoqa.adjudication (source, item) VALUES ('posts', '3');
UPDATE annoqa.adjudication_entry SET label = 'x';
DELETE FROM annoqa.adjudication_entry;
INSERT INTO annoqa.adjudication_entry (source, item, revision, label, overruled, edge_case, adjudicator, blind, saw, adjudicated_at)
VALUES ('posts', '3', 9, 'x', '{}', false, 'x', true, '[]', now());
INSERT INTO annoqa.reopening_entry (source, item, revision, reason, reopened_by, reopened_at, recorded_by)
VALUES ('posts', '3', 1, 'x', 'x', now(), 'somebody');
INSERT INTO annoqa.phase_entry (source, annotator, phase, reason, set_by) VALUES ('tenants', 'bob', 'removed', 'x', 'x');
INSERT INTO annoqa.phase_entry (phase_id, source, annotator, phase, reason, set_by) OVERRIDING SYSTEM VALUE
VALUES (1, 'posts', 'bob', 'removed', 'x', 'x');
RESET ROLE;
SELECT DISTINCT recorded_by FROM annoqa.adjudication WHERE item = '3' AND recorded_by <> current_user;
SELECT recorded_by FROM annoqa.annotator_phase WHERE set_by = 'judy';
-- an analyst reads and decides nothing
SET ROLE regress_annoqa_analyst;
SELECT source, count(*) > 0 AS some FROM case_law GROUP BY source;
SELECT adjudicate('posts', '3', 'ham');
SELECT reopen('posts', '1', 'why');
SELECT set_phase('posts', 'bob', 'removed', 'x');
SELECT count(*) FROM annoqa.adjudication_entry;
INSERT INTO annoqa.phase_entry (source, annotator, phase, reason, set_by) VALUES ('posts', 'bob', 'removed', 'x', 'x');
SELECT * FROM competing_labels('posts', '1');
RESET ROLE;
-- under row-level security stored rows are not shown, and nothing is decided
SET ROLE regress_annoqa_tenant;
SELECT count(*) FROM case_law;
SELECT count(*) FROM current_cases('tenants');
SELECT * FROM case_law('tenants');
\set VERBOSITY default
SELECT adjudicate('tenants', '1', 'ham');
\set VERBOSITY terse
SELECT reopen('tenants', '1', 'why');
SELECT set_phase('tenants', 'bob', 'removed', 'x');
SELECT dump_adjudications('tenants');
SELECT count(*) FROM audit_sample('tenants', 10, 1);
RESET ROLE;
-- a reader of the source sees its cases and none of its labels
SET ROLE regress_annoqa_reader;
SELECT source, item, label, stratum, item_exists FROM case_law;
SELECT * FROM competing_labels('tenants', '1');
RESET ROLE;
-- a stranger learns nothing, though EXECUTE was granted
SET ROLE regress_annoqa_stranger;
SELECT count(*) FROM case_law;
SELECT adjudicate('posts', '1', 'ham');
SELECT set_phase('posts', 'bob', 'removed', 'x');
SELECT count(*) FROM annoqa.stored_cases;
SELECT count(*) FROM annoqa.stored_phases;
SELECT count(*) FROM annoqa.phase_entry;
RESET ROLE;

-- Rows that fail break nobody's case law
CREATE TABLE fragile AS SELECT 1 AS item, 'a' AS who, 'x' AS label;
CREATE VIEW breaking AS SELECT item, who, CASE WHEN item > 0 THEN label END AS label FROM fragile;
SELECT create_source('breaking', 'breaking', 'item', 'who', 'label');
SELECT said(adjudicate('breaking', '1', 'x', 'judy'));
CREATE OR REPLACE VIEW breaking AS SELECT item, who, (1 / (item - 1))::text AS label FROM fragile;
SELECT label, item_exists FROM case_law WHERE source = 'breaking';
DROP VIEW breaking;
SELECT label, item_exists FROM case_law WHERE source = 'breaking';
SELECT adjudicate('breaking', '1', 'x', 'judy');
SELECT reopen('breaking', '1', 'gone', 'judy') IS NOT NULL AS reopened;

-- Hostile functions and operators on the path are not called
CREATE SCHEMA hostile;
CREATE FUNCTION hostile.fail(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'a planted function ran'; END $$;
CREATE FUNCTION hostile.format(text, text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'a planted function ran'; END $$;
CREATE OPERATOR hostile.= (FUNCTION = hostile.fail, LEFTARG = text, RIGHTARG = text);
CREATE OPERATOR hostile.<> (FUNCTION = hostile.fail, LEFTARG = text, RIGHTARG = text);
SET search_path = hostile, pg_catalog;
SELECT annoqa.adjudicate('posts', '1', 'ham', 'judy') IS NOT NULL AS adjudicated, annoqa.reopen('posts', '1', 'x', 'jo') IS NOT NULL AS reopened;
SELECT pg_catalog.count(*) OPERATOR(pg_catalog.>) 0 AS some FROM annoqa.case_law;
SELECT pg_catalog.count(*) FROM annoqa.audit_sample('work', 10, 1);
SELECT pg_catalog.count(*) OPERATOR(pg_catalog.>) 0 AS some FROM annoqa.dump_adjudications();
SELECT annoqa.set_phase('posts', 'ann', 'removed', 'x', 'boss'), annoqa.rename_key('posts', 'annotator', 'ann', 'anna');
SET search_path = court, annoqa;

SET client_min_messages = error;
-- While the gate of onboarding is shut nobody has a vote, here as in views
CREATE TABLE gate (id int, who text, label text);
INSERT INTO gate VALUES (2, 'ann', 'ham'), (2, 'bob', 'spam'), (2, 'eve', 'spam'), (3, 'ann', 'ham');
SELECT create_source('gate', 'gate', 'id', 'who', 'label', onboarding => true, required_labels => 2) IS NOT NULL AS gated;
SELECT (SELECT count(*) FROM competing_labels('gate', '2')) AS labels,
       (SELECT count(*) FROM item_consensus WHERE source = 'gate' AND item = '2') AS voted, (SELECT count(*) FROM audit_sample('gate', 9)) AS drawn;
SELECT count(set_phase('gate', who, 'production', 'known')) FROM (VALUES ('bob'), ('eve')) AS v (who);
SELECT * FROM competing_labels('gate', '2', blind => false);
SELECT n_votes, consensus FROM item_consensus WHERE source = 'gate' AND item = '2';

-- An item whose text no index holds
CREATE TABLE snippets (id text, who text, label text);
INSERT INTO snippets SELECT string_agg(md5(i::text), ''), w, w FROM generate_series(1, 200) AS i, unnest('{ann,bob}'::text[]) AS w GROUP BY w;
SELECT create_source('snippets', 'snippets', 'id', 'who', 'label') IS NOT NULL AS registered;
\set VERBOSITY default
SELECT adjudicate('snippets', min(id), 'ann', 'judge', 'why') FROM snippets;
\set VERBOSITY terse

SELECT count(drop_source(source)) FROM (SELECT source FROM sources OFFSET 0) AS s;
SELECT (SELECT count(*) FROM annoqa.adjudication) AS cases, (SELECT count(*) FROM annoqa.reopening) AS reopened,
       (SELECT count(*) FROM annoqa.annotator_phase) AS phases, (SELECT count(*) FROM annoqa.annotator_exemption) AS exempt;
REVOKE EXECUTE ON FUNCTION adjudicate, reopen, set_phase, exempt_annotator
    FROM regress_annoqa_judge, regress_annoqa_tenant, regress_annoqa_stranger;
DROP SCHEMA court CASCADE;
DROP SCHEMA hostile CASCADE;
DROP ROLE regress_annoqa_judge, regress_annoqa_analyst, regress_annoqa_tenant, regress_annoqa_reader, regress_annoqa_stranger;
