-- Watching by triggers: what is counted, that it is what a recount gives, and that
-- labeling goes on whatever happens.
SET client_min_messages = warning;
CREATE SCHEMA watch;
SET search_path = watch, annoqa;
SET TimeZone = 'UTC';
SET DateStyle = ISO;
\set VERBOSITY terse
\set SHOW_CONTEXT never

CREATE TABLE labels (item int, who text, label text, gold text, at timestamptz DEFAULT now(), skipped boolean, note text);
SELECT create_source('s', 'labels', 'item', 'who', 'label', gold => 'gold', labeled_at => 'at', skipped => 'skipped');
SELECT create_rule('s', preset => 'gold accuracy below 0.85', notify => true);
SELECT create_rule('s', 'skips', 'skip_rate', threshold => 0.3);
SELECT watch('s');
SELECT watched FROM source_status WHERE source = 's';
SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = 'labels'::regclass ORDER BY tgname;

-- What the changes add up to, and what the rows say: rows, first answers with gold,
-- the right ones, first answers or skips, skips
CREATE VIEW folded AS
SELECT source, annotator, sum(added - removed) AS n, sum(scored) AS scored, sum(correct) AS correct, sum(tasks) AS tasks, sum(skips) AS skips
FROM annoqa.change WHERE NOT recount GROUP BY source, annotator;
CREATE VIEW recount AS
SELECT 's' AS source, who AS annotator, count(*) AS n, count(*) FILTER (WHERE label IS NOT NULL AND skipped IS NOT TRUE AND gold IS NOT NULL) AS scored,
       count(*) FILTER (WHERE label = gold AND skipped IS NOT TRUE) AS correct,
       count(*) FILTER (WHERE label IS NOT NULL OR skipped) AS tasks, count(*) FILTER (WHERE skipped) AS skips
FROM labels WHERE who IS NOT NULL GROUP BY who;
CREATE VIEW differ AS
SELECT annotator, f.scored, r.scored AS scored_now, f.n, r.n AS n_now FROM (SELECT * FROM folded WHERE source = 's' AND annotator IS NOT NULL AND (n, scored, correct, tasks, skips) <> (0, 0, 0, 0, 0)) AS f
FULL JOIN recount AS r USING (source, annotator)
WHERE (f.n, f.scored, f.correct, f.tasks, f.skips) IS DISTINCT FROM (r.n, r.scored, r.correct, r.tasks, r.skips);
CREATE VIEW open AS SELECT source, rule, annotator, value, value_n, status FROM flags WHERE status <> 'cleared' ORDER BY flag_id;

INSERT INTO labels SELECT i, 'good', 'a', 'a' FROM generate_series(1, 60) AS i;
INSERT INTO labels SELECT i, 'bad', 'b', 'a' FROM generate_series(1, 9) AS i;
INSERT INTO labels VALUES (100, 'good', NULL, 'a', now(), true), (101, 'good', NULL, NULL, now(), NULL), (102, NULL, 'a', 'a', now(), NULL), (NULL, 'good', 'a', NULL, now(), NULL);
TABLE open;
-- the tenth answer is enough
INSERT INTO labels VALUES (10, 'bad', 'b', 'a');
TABLE open;
SELECT annotator, n, scored, correct, tasks, skips FROM folded ORDER BY 1;
-- rows without item or annotator count among the rows alone
SELECT annotator FROM differ ORDER BY 1;

-- An UPDATE of what the source does not name is nobody's business; others are
SELECT count(*) AS changes FROM change \gset
UPDATE labels SET note = 'seen';
UPDATE labels SET at = at - interval '1 s';
INSERT INTO labels SELECT * FROM labels WHERE false;
SELECT count(*) - :changes AS further FROM change;
DELETE FROM labels WHERE item IS NULL;
UPDATE labels SET label = 'b' WHERE who = 'good' AND item IN (2, 4, 6);
UPDATE labels SET gold = NULL WHERE who = 'good' AND item IN (50, 51);
UPDATE labels SET who = 'bad' WHERE who = 'good' AND item IN (20, 21);
MERGE INTO labels AS l USING (VALUES (30, 'good', 'b'), (31, 'new', 'a')) AS v (item, who, label) ON l.item = v.item AND l.who = v.who
WHEN MATCHED THEN UPDATE SET label = v.label WHEN NOT MATCHED THEN INSERT (item, who, label, gold) VALUES (v.item, v.who, v.label, 'a');
BEGIN;
INSERT INTO labels SELECT i, 'nobody', 'a', 'a' FROM generate_series(1, 5) AS i;
SAVEPOINT a;
DELETE FROM labels;
ROLLBACK TO a;
INSERT INTO labels SELECT i, 'nobody', 'a', 'a' FROM generate_series(6, 7) AS i;
COMMIT;
BEGIN;
INSERT INTO labels SELECT i, 'rolled back', 'b', 'a' FROM generate_series(1, 30) AS i;
TABLE open;
ROLLBACK;
SELECT count(*) AS differ FROM differ;
TABLE open;
-- good again: 12 wrong of 80
INSERT INTO labels SELECT 200 + i, 'bad', 'a', 'a' FROM generate_series(1, 68) AS i;
SELECT annotator, status, cleared_by FROM flags ORDER BY flag_id;
SELECT evaluate_rules('s');
SELECT count(*) AS differ FROM differ;

-- A trigger knows of gold that the row itself states; evaluate_rules of that of the item
INSERT INTO labels VALUES (1, 'new', 'a', NULL);
SELECT scored FROM folded WHERE annotator = 'new';
SELECT evaluate_rules('s');
SELECT scored FROM folded WHERE annotator = 'new';
DELETE FROM labels WHERE who = 'new';
SELECT evaluate_rules('s');
SELECT count(*) AS differ FROM differ;

-- Cleared by someone: only answers from then on count
INSERT INTO labels SELECT 300 + i, 'bad', 'b', 'a' FROM generate_series(1, 40) AS i;
TABLE open;
SELECT clear_flag(flag_id, 'talked to') ~ 'starts anew' AS said FROM flags WHERE status = 'raised';
INSERT INTO labels SELECT 400 + i, 'bad', 'b', 'a', clock_timestamp() FROM generate_series(1, 9) AS i;
TABLE open;
INSERT INTO labels SELECT 410, 'bad', 'b', 'a', clock_timestamp();
TABLE open;
SELECT count(*) AS differ FROM differ;

-- Whoever answers again and again gets no flag for it, and the counts are put right
INSERT INTO labels SELECT 1, 'again', CASE WHEN i > 1 THEN 'b' ELSE 'a' END, 'a', now() + i * interval '1 s' FROM generate_series(1, 40) AS i;
SELECT n, scored, correct FROM folded WHERE annotator = 'again';
SELECT count(*) AS changes FROM change WHERE annotator = 'again';
INSERT INTO labels VALUES (1, 'again', 'b', 'a', now() + interval '1 h');
SELECT n, scored, correct FROM folded WHERE annotator = 'again';
DELETE FROM labels WHERE who = 'again';
SELECT evaluate_rules('s');

-- Skips
INSERT INTO labels SELECT i, 'lazy', NULL, 'a', now(), i > 4 FROM generate_series(1, 25) AS i;
TABLE open;

-- Many statements of one annotator are gathered now and then
DO $$
BEGIN
    FOR i IN 1 .. 250 LOOP
        INSERT INTO watch.labels VALUES (i, 'busy', 'a', 'a');
    END LOOP;
END $$;
SELECT count(*) BETWEEN 1 AND 102 AS gathered, sum(added), sum(scored) FROM change WHERE annotator = 'busy';

-- TRUNCATE asks for a recount; until then triggers raise nothing
TRUNCATE labels;
SELECT count(*) FROM change WHERE recount;
INSERT INTO labels SELECT i, 'late', 'b', 'a' FROM generate_series(1, 30) AS i;
SELECT count(*) FROM open WHERE annotator = 'late';
SELECT evaluate_rules('s');
SELECT count(*) AS differ FROM differ;
TABLE open;

-- Switched off, and unseen by any trigger
SET annoqa.triggers = off;
INSERT INTO labels VALUES (1, 'off', 'a', 'a'), (2, 'off', 'a', 'a');
RESET annoqa.triggers;
SET annoqa.triggers = banana;
SET session_replication_role = replica;
DELETE FROM labels WHERE who = 'late' AND item = 1;
RESET session_replication_role;
SELECT count(*) AS differ FROM differ;
SELECT evaluate_rules('s');
SELECT message FROM source_errors;
SELECT count(*) AS differ FROM differ;
SELECT evaluate_rules('s');
SELECT count(*) FROM source_errors;

-- Under one snapshot for all statements, changes are only added
BEGIN ISOLATION LEVEL REPEATABLE READ;
INSERT INTO labels SELECT i, 'rr', 'b', 'a' FROM generate_series(1, 30) AS i;
COMMIT;
SELECT count(*) FROM open WHERE annotator = 'rr';
INSERT INTO labels VALUES (31, 'rr', 'b', 'a');
SELECT count(*) FROM open WHERE annotator = 'rr';

-- Two sources over one table, names with everything; a key of two columns
CREATE TABLE "Two 'Keys'" ("a ""b" int, frame int, "Who?" int, label boolean, truth boolean[]);
SELECT create_source('it''s "s"', '"Two ''Keys''"', ARRAY['a "b', 'frame'], 'Who?', 'label', gold => 'truth');
SELECT create_source('S', '"Two ''Keys''"', 'frame', 'a "b', 'label', resolve => 'collect');
SELECT create_rule('it''s "s"', preset => 'gold accuracy');
SELECT watch('it''s "s"');
SELECT watch('S');
SELECT watch('S');
INSERT INTO "Two 'Keys'" SELECT i, 1, 7, false, '{true,NULL}' FROM generate_series(1, 12) AS i;
TABLE open;
SELECT source, count(*), sum(added), sum(scored) FROM change WHERE source <> 's' GROUP BY source ORDER BY source;
SELECT unwatch('S');
SELECT unwatch('S');
SELECT count(*) FROM pg_trigger WHERE tgrelid = '"Two ''Keys''"'::regclass;

-- Triggers follow their source, and go with it
SELECT watch('S');
SELECT rename_source('S', 'S2');
INSERT INTO "Two 'Keys'" SELECT i, 2, 7, false, '{true,NULL}' FROM generate_series(1, 12) AS i;
SELECT source, sum(added), (SELECT count(*) FROM "Two 'Keys'") AS rows FROM change WHERE source IN ('S', 'S2') GROUP BY source;
SELECT drop_source('S2');
SELECT count(*) FROM pg_trigger WHERE tgrelid = '"Two ''Keys''"'::regclass;

-- Gold in a relation of its own: found by its key, watched too
CREATE TABLE gold (id bigint PRIMARY KEY, answer text);
INSERT INTO gold SELECT i, 'a' FROM generate_series(1, 100) AS i;
CREATE TABLE answers (item int, who uuid, label text);
SELECT create_source('g', 'answers', 'item', 'who', 'label', gold_relation => 'gold', gold_item => 'id', gold_label => 'answer');
SELECT create_rule('g', preset => 'gold accuracy');
SELECT watch('g');
INSERT INTO answers SELECT i, '00000000-0000-0000-0000-000000000001', 'b' FROM generate_series(95, 104) AS i;
SELECT annotator, n, scored, correct FROM folded WHERE source = 'g';
INSERT INTO answers SELECT i, '00000000-0000-0000-0000-000000000001', 'b' FROM generate_series(90, 94) AS i;
SELECT source, annotator, value_n FROM open WHERE source = 'g';
UPDATE gold SET answer = 'b' WHERE id < 95;
SELECT annotator, recount FROM change WHERE source = 'g' AND recount;
SELECT evaluate_rules('g');
SELECT annotator, n, scored, correct FROM folded WHERE source = 'g';
SELECT annotator, status, cleared_by, note FROM flags WHERE source = 'g';
-- without an index a trigger cannot look gold up in no time
ALTER TABLE gold DROP CONSTRAINT gold_pkey;
INSERT INTO gold SELECT i, repeat('x', 100) FROM generate_series(1000, 9000) AS i;
SELECT watch('g');
-- flagged gold is for evaluate_rules alone
CREATE TABLE flagged (item int, who text, label text, is_gold boolean);
SELECT create_source('f', 'flagged', 'item', 'who', 'label', gold_flag => 'is_gold');
SELECT create_rule('f', preset => 'gold accuracy');
SELECT watch('f');
INSERT INTO flagged SELECT i, 'boss', 'a', true FROM generate_series(1, 20) AS i;
INSERT INTO flagged SELECT i, 'bad', 'b', false FROM generate_series(1, 20) AS i;
SELECT evaluate_rules('f');
SELECT source, rule, annotator FROM open WHERE source = 'f';

-- What a session learned is learned anew when a table was made anew, or a column is of
-- another type
CREATE TABLE truth (id int PRIMARY KEY, answer text);
CREATE TABLE given (item int, who text, label text);
SELECT create_source('h', 'given', 'item', 'who', 'label', gold_relation => 'truth', gold_item => 'id', gold_label => 'answer');
SELECT create_rule('h', preset => 'gold accuracy') IS NOT NULL AS ruled;
SELECT watch('h');
INSERT INTO truth VALUES (1, 'a'), (2, 'b');
DROP TABLE given;
CREATE TABLE given (item int, who text, label text);
INSERT INTO truth VALUES (3, 'a');
SELECT watch('h');
INSERT INTO given VALUES (1, 'x', 'a'), (2, 'x', 'a');
SELECT n, scored, correct FROM folded WHERE source = 'h';
ALTER TABLE given ALTER label TYPE int USING ascii(label);
ALTER TABLE truth ALTER answer TYPE int USING ascii(answer);
INSERT INTO given VALUES (3, 'x', 97);
INSERT INTO truth VALUES (4, 98);
INSERT INTO given VALUES (4, 'x', 97);
SELECT n, scored, correct FROM folded WHERE source = 'h';
ALTER TABLE truth ALTER answer TYPE int[] USING ARRAY[answer];
INSERT INTO given VALUES (3, 'y', 97), (4, 'y', 97);
SELECT annotator, n, scored, correct FROM folded WHERE source = 'h' ORDER BY 1;
SELECT count(*) FROM source_errors WHERE source = 'h';
SELECT evaluate_rules('h');
SELECT annotator, n, scored, correct FROM folded WHERE source = 'h' ORDER BY 1;

-- Partitions: into the table, into a partition by name, by COPY; later ones
CREATE TABLE parts (item int, who text, label text, gold text) PARTITION BY RANGE (item);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (100) PARTITION BY RANGE (item);
CREATE TABLE parts_1_1 PARTITION OF parts_1 FOR VALUES FROM (0) TO (50);
CREATE TABLE parts_1_2 PARTITION OF parts_1 FOR VALUES FROM (50) TO (100);
SELECT create_source('p', 'parts', 'item', 'who', 'label', gold => 'gold');
SELECT create_rule('p', preset => 'gold accuracy');
SELECT watch('p');
INSERT INTO parts SELECT i, 'x', 'b', 'a' FROM generate_series(1, 4) AS i;
INSERT INTO parts_1 SELECT i, 'x', 'b', 'a' FROM generate_series(5, 7) AS i;
COPY parts_1_1 FROM stdin;
8	x	b	a
9	x	b	a
\.
UPDATE parts SET item = item + 50 WHERE item = 9;
SELECT n, scored, correct FROM folded WHERE source = 'p';
INSERT INTO parts_1_2 VALUES (60, 'x', 'b', 'a');
SELECT source, annotator, value_n FROM open WHERE source = 'p';
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (100) TO (200);
INSERT INTO parts_2 VALUES (100, 'x', 'a', 'a');
SELECT n FROM folded WHERE source = 'p';
SELECT evaluate_rules('p');
SELECT watch('p');
INSERT INTO parts_2 VALUES (101, 'x', 'a', 'a');
SELECT n, scored, correct FROM folded WHERE source = 'p';
SELECT count(*) FROM pg_trigger WHERE tgfoid = 'flag_low_quality'::regproc AND tgrelid::regclass::text ~ '^parts';

-- Triggers of one's own, and made the wrong way
CREATE TABLE own (item int, who text, label text, gold text);
SELECT create_source('o', 'own', 'item', 'who', 'label', gold => 'gold');
SELECT create_rule('o', preset => 'gold accuracy');
\set VERBOSITY default
CREATE TRIGGER flag AFTER INSERT ON own FOR EACH ROW EXECUTE FUNCTION annoqa.flag_low_quality('o');
INSERT INTO own VALUES (1, 'x', 'b', 'a');
DROP TRIGGER flag ON own;
CREATE TRIGGER flag BEFORE UPDATE ON own FOR EACH STATEMENT EXECUTE FUNCTION annoqa.flag_low_quality('o');
UPDATE own SET item = 1;
DROP TRIGGER flag ON own;
CREATE TRIGGER flag AFTER DELETE ON own FOR EACH STATEMENT EXECUTE FUNCTION annoqa.flag_low_quality('o');
DELETE FROM own;
DROP TRIGGER flag ON own;
CREATE TRIGGER flag AFTER TRUNCATE ON own FOR EACH STATEMENT EXECUTE FUNCTION annoqa.flag_low_quality();
TRUNCATE own;
DROP TRIGGER flag ON own;
SELECT annoqa.flag_low_quality();
\set VERBOSITY terse
CREATE TRIGGER flag AFTER INSERT ON own REFERENCING NEW TABLE AS "what came" FOR EACH STATEMENT EXECUTE FUNCTION annoqa.flag_low_quality('o');
INSERT INTO own SELECT i, 'x', 'b', 'a' FROM generate_series(1, 10) AS i;
SELECT source, annotator, value_n FROM open WHERE source = 'o';
SELECT watched FROM source_status WHERE source = 'o';

-- Names longer than a row of an index are people like others, and the counts of
-- those who share the beginning of a name are their own
BEGIN;
INSERT INTO own SELECT i, n.long || n.last, CASE n.last WHEN 'bad' THEN 'b' ELSE 'a' END, 'a'
FROM (SELECT (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 400) AS i) AS long, v.last FROM (VALUES ('bad'), ('good')) AS v (last) OFFSET 0) AS n,
     generate_series(1, 12) AS i;
SELECT length(annotator), right(annotator, 3) AS ends, value_n, status FROM flags WHERE source = 'o' AND length(annotator) > 1000;
SELECT evaluate_rules('o');
SELECT annotators_watched FROM rules WHERE source = 'o' AND rule = 'gold accuracy';
SELECT snapshot('o') IS NOT NULL AS kept;
SELECT count(DISTINCT annotator) FROM scorecard_history WHERE source = 'o' AND length(annotator) > 1000;
SELECT watch('o');
SELECT clear_flag(max(flag_id)) IS NOT NULL AS cleared FROM flags WHERE source = 'o' AND length(annotator) > 1000;
SET LOCAL client_min_messages = error;
SELECT rename_key('o', 'annotator', max(annotator), 'short') ~ 'flag.annotator' AS renamed FROM flags WHERE source = 'o' AND length(annotator) > 1000;
ROLLBACK;

-- Whatever happens, labels are written; source_status says what went wrong.  A
-- session notes an error once a minute, so each of these has a session of its own.
\c -
SET search_path = watch, annoqa;
SET client_min_messages = warning;
\set VERBOSITY terse
ALTER TABLE own RENAME COLUMN gold TO truth;
INSERT INTO own VALUES (11, 'x', 'b', 'a');
SELECT message FROM source_errors WHERE source = 'o';
-- a recount is asked for each time, so that one that came between forgets nothing
BEGIN;
DELETE FROM change WHERE source = 'o';
INSERT INTO own VALUES (-1, 'x', 'b', 'a');
SELECT (SELECT count(*) FROM source_error WHERE source = 'o') AS notes, recount FROM change WHERE source = 'o';
ROLLBACK;
SELECT last_error FROM source_status WHERE source = 'o';
SELECT alter_source('o', gold => 'truth');
SELECT evaluate_rules('o');
INSERT INTO own VALUES (12, 'x', 'b', 'a');
SELECT n, scored FROM folded WHERE source = 'o';
\c -
SET search_path = watch, annoqa;
SET client_min_messages = warning;
\set VERBOSITY terse
ALTER TABLE own RENAME TO owned;
INSERT INTO owned VALUES (13, 'x', 'b', 'a');
SELECT message FROM source_errors WHERE source = 'o';
ALTER TABLE owned RENAME TO own;
\c -
SET search_path = watch, annoqa;
SET client_min_messages = warning;
\set VERBOSITY terse
SELECT rename_source('o', 'o2');
INSERT INTO own VALUES (14, 'x', 'b', 'a');
SELECT message FROM source_error WHERE source = 'o';
SELECT watch('o2');
DROP TRIGGER flag ON own;
INSERT INTO own VALUES (15, 'x', 'b', 'a');
SELECT n, scored FROM folded WHERE source = 'o2';
CREATE TRIGGER wrong AFTER INSERT ON own REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION annoqa.flag_low_quality('s');
\c -
SET search_path = watch, annoqa;
SET client_min_messages = warning;
\set VERBOSITY terse
INSERT INTO own VALUES (16, 'x', 'b', 'a');
SELECT message FROM source_errors WHERE source = 's';
DROP TRIGGER wrong ON own;
SELECT evaluate_rules('s') IS NOT NULL AS evaluated;
SELECT count(*) FROM own;

--
-- Who labels needs INSERT, and gets nothing else
--
SELECT unwatch('s');
DELETE FROM labels;
CREATE ROLE regress_annoqa_owner;
CREATE ROLE regress_annoqa_labeler;
GRANT USAGE ON SCHEMA watch TO regress_annoqa_owner, regress_annoqa_labeler;
GRANT CREATE ON SCHEMA watch TO regress_annoqa_owner;
GRANT INSERT ON labels TO regress_annoqa_labeler;
GRANT EXECUTE ON FUNCTION watch, unwatch, evaluate_rules TO regress_annoqa_owner;
SET ROLE regress_annoqa_owner;
SELECT watch('s');
RESET ROLE;
GRANT SELECT ON labels TO regress_annoqa_owner;
SET ROLE regress_annoqa_owner;
SELECT watch('s');
RESET ROLE;
ALTER TABLE labels OWNER TO regress_annoqa_owner;
SELECT confirm_source('s') IS NOT NULL AS confirmed;
SET ROLE regress_annoqa_owner;
SELECT watch('s');
RESET ROLE;
GRANT EXECUTE ON FUNCTION flag_low_quality TO regress_annoqa_owner;
SET ROLE regress_annoqa_owner;
SELECT watch('s');
SET ROLE regress_annoqa_labeler;
SELECT count(*) FROM labels;
INSERT INTO watch.labels SELECT i, 'fresh', 'b', 'a' FROM generate_series(1, 12) AS i;
SELECT count(*) FROM flags;
SELECT count(*) FROM change_entry;
SELECT count(*) FROM annoqa.change;
SET ROLE regress_annoqa_owner;
SELECT annotator, value_n, status FROM flags WHERE source = 's' ORDER BY flag_id DESC LIMIT 1;
-- row-level security, forced upon the owner too
ALTER TABLE labels ENABLE ROW LEVEL SECURITY;
ALTER TABLE labels FORCE ROW LEVEL SECURITY;
CREATE POLICY none ON labels USING (who = 'x') WITH CHECK (true);
SET ROLE regress_annoqa_labeler;
INSERT INTO watch.labels SELECT i, 'worse', 'b', 'a' FROM generate_series(1, 12) AS i;
SET ROLE regress_annoqa_owner;
SELECT evaluate_rules('s');
ALTER TABLE labels NO FORCE ROW LEVEL SECURITY;
SELECT annotator, value_n, status FROM flags WHERE source = 's' ORDER BY flag_id DESC LIMIT 1;
-- planted names and functions of the labeler's change nothing
RESET ROLE;
CREATE SCHEMA hostile AUTHORIZATION regress_annoqa_labeler;
SET ROLE regress_annoqa_labeler;
CREATE FUNCTION hostile.format(text, text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'a planted function ran as %', current_user; END $$;
CREATE FUNCTION hostile.count(integer) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RAISE 'a planted function ran as %', current_user; END $$;
CREATE FUNCTION hostile.eq(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'a planted operator ran as %', current_user; END $$;
CREATE OPERATOR hostile.= (LEFTARG = text, RIGHTARG = text, FUNCTION = hostile.eq);
SET search_path = hostile, pg_catalog, watch;
CREATE TEMP TABLE change (source text);
CREATE TEMP TABLE rule (source text);
SET DateStyle = German;
INSERT INTO watch.labels SELECT i, 'planted', 'b', 'a' FROM generate_series(1, 12) AS i;
RESET DateStyle;
RESET ROLE;
SET search_path = watch, annoqa, pg_temp;
SELECT annotator, value_n, status FROM flags WHERE source = 's' ORDER BY flag_id DESC LIMIT 1;

-- a trigger of somebody else's that names the source stands in nobody's way
GRANT EXECUTE ON FUNCTION flag_low_quality TO regress_annoqa_labeler;
SET ROLE regress_annoqa_labeler;
CREATE TABLE hostile.labels (who text);
CREATE TRIGGER annoqa_s_ AFTER INSERT ON hostile.labels REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION annoqa.flag_low_quality('s');
INSERT INTO hostile.labels VALUES ('x');
SET ROLE regress_annoqa_owner;
SELECT watch('s');
SELECT unwatch('s');
SELECT watch('s');
-- nobody holds a lock against the rules but who may evaluate them
SET ROLE regress_annoqa_labeler;
SELECT own_lock('flag', 's', 'worse');
SELECT own_lock('evaluate', 's', NULL);
SELECT own_lock('decide', 's', '1');
SELECT own_lock('else', 's', '1');
SET ROLE regress_annoqa_owner;
SELECT own_lock('flag', 's', 'worse'), own_lock('fold', 's', NULL), own_lock(NULL, 's', 'x') AS nothing;
RESET ROLE;
REVOKE EXECUTE ON FUNCTION flag_low_quality FROM regress_annoqa_labeler;

-- What a rule forgot is not forgotten by one of its name that is made later
CREATE TABLE later (item int, who text, label text, gold text);
SELECT create_source('later', 'later', 'item', 'who', 'label', gold => 'gold') IS NOT NULL AS registered;
SELECT create_rule('later', 'r', 'gold_accuracy', '<', 0.85) IS NOT NULL AS ruled, watch('later') IS NOT NULL AS watched;
INSERT INTO later SELECT i, 'bad', 'b', 'a' FROM generate_series(1, 20) AS i;
SELECT clear_flag(flag_id) IS NOT NULL AS cleared FROM flags WHERE source = 'later' AND status = 'raised';
INSERT INTO later VALUES (21, 'bad', 'b', 'a');
SELECT status, value_n FROM flags WHERE source = 'later' ORDER BY flag_id;
SELECT drop_rule('later', 'r') IS NOT NULL AS dropped, create_rule('later', 'r', 'gold_accuracy', '<', 0.85) IS NOT NULL AS ruled;
INSERT INTO later VALUES (22, 'bad', 'b', 'a');
SELECT status, value_n FROM flags WHERE source = 'later' ORDER BY flag_id;

-- Views and foreign tables are for evaluate_rules
CREATE VIEW seen AS SELECT * FROM labels;
SELECT create_source('v', 'seen', 'item', 'who', 'label', gold => 'gold') IS NOT NULL AS registered;
\set VERBOSITY default
SELECT watch('v');
\set VERBOSITY terse
SELECT watch(NULL);
SELECT watch('none');
SELECT unwatch('none');

DROP TABLE pg_temp.change, pg_temp.rule;
DROP SCHEMA hostile CASCADE;
CREATE TRIGGER by_hand AFTER INSERT ON labels REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION annoqa.flag_low_quality('s');
SELECT count(drop_source(source)) FROM (SELECT source FROM sources ORDER BY source COLLATE "C" OFFSET 0) AS s;
-- a trigger of a source that is gone does no harm
ALTER TABLE labels DISABLE ROW LEVEL SECURITY;
INSERT INTO labels VALUES (1, 'x', 'b', 'a');
DROP SCHEMA watch CASCADE;
REVOKE ALL ON FUNCTION watch, unwatch, evaluate_rules, flag_low_quality FROM regress_annoqa_owner;
DROP ROLE regress_annoqa_owner, regress_annoqa_labeler;
DELETE FROM annoqa.source_error;
DELETE FROM annoqa.change;
