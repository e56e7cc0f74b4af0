--
-- A small source in which every row is a trap, for the tests of the workbench.
--
-- Schema awkward: the table label, read by the source "awkward" (gold in a
-- column), and the table flagged, the same rows with gold in rows of its own,
-- read by "flagged" (whose newcomers must pass two calibration sets) and, with
-- nothing named but item, annotator and label, by "bare".  The table tags holds
-- one row a tag, for "collected".
--
SET client_min_messages = error;
CREATE SCHEMA awkward;

-- Wilson's bounds of a share among so many trials, which need not be whole
CREATE FUNCTION awkward.wilson_of(p float8, n float8, z float8 DEFAULT 1.959963984540054,
	OUT lower float8, OUT upper float8) LANGUAGE sql AS $$
	SELECT (p + z * z / (2 * n) - h) / (1 + z * z / n), (p + z * z / (2 * n) + h) / (1 + z * z / n)
	FROM (SELECT z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) AS h) AS x $$;
-- Those of a share of answers of which several are to one item: with as many trials
-- as would give the variance of a ratio of sums over items (Cochran 1977, equation
-- 6.13), at most the items
CREATE FUNCTION awkward.by_items(items text[], hits boolean[], OUT x float8, OUT lower float8,
	OUT upper float8) LANGUAGE sql AS $$
	WITH i AS (SELECT item, count(*) AS n, count(*) FILTER (WHERE hit) AS hits
			   FROM unnest(items, hits) AS u (item, hit) GROUP BY item),
	s AS (SELECT sum(hits) / sum(n)::float8 AS p, count(*) AS m, sum(n)::float8 AS n FROM i),
	v AS (SELECT s.*, (SELECT sum((i.hits - p * i.n) ^ 2) FROM i) / n ^ 2 AS v FROM s WHERE m > 0)
	SELECT p, w.* FROM v, awkward.wilson_of(p, CASE WHEN v > 1e-12 THEN least(p * (1 - p) / v, m) ELSE m END) AS w $$;

CREATE TABLE awkward.label (
    n int GENERATED ALWAYS AS IDENTITY,
    item text, annotator text, label text, gold text[], is_gold boolean,
    labeled_at timestamptz, available_at timestamptz, seconds float8,
    confidence float8, vendor text, kind text, guideline text, batch text,
    stratum text, price float8, skipped boolean, valid boolean, review text,
    suggestion text);

-- one vote; two votes that differ; two of three; three of four; all alike
INSERT INTO awkward.label (item, annotator, label, labeled_at, vendor, guideline) VALUES
    ('one vote', 'ann', 'a', '2024-03-01 10:00Z', 'north', 'v1'),
    ('tie', 'ann', 'a', '2024-03-01 11:00Z', 'north', 'v1'),
    ('tie', 'bob', 'b', '2024-03-01 12:00Z', 'north', 'v1'),
    ('two of three', 'ann', 'a', '2024-03-02 10:00Z', 'north', 'v1'),
    ('two of three', 'bob', 'a', '2024-03-02 11:00Z', 'north', 'v1'),
    ('two of three', 'cyd', 'b', '2024-03-02 12:00Z', 'south', 'v1'),
    ('three of four', 'ann', 'b', '2024-03-02 13:00Z', 'north', 'v1'),
    ('three of four', 'bob', 'b', '2024-03-02 14:00Z', 'north', 'v1'),
    ('three of four', 'cyd', 'b', '2024-03-02 15:00Z', 'south', 'v1'),
    ('three of four', 'dan', 'a', '2024-03-02 16:00Z', 'south', 'v1'),
    ('all alike', 'ann', 'c', '2024-03-02 17:00Z', 'north', 'v1'),
    ('all alike', 'cyd', 'c', '2024-03-02 18:00Z', 'south', 'v1'),
    ('all alike', 'dan', 'c', '2024-03-02 19:00Z', 'south', 'v2');
-- gold: two accepted answers, conflicting, a lone dissent that is right, one
-- that is wrong, a third answer, an expert against the crowd
INSERT INTO awkward.label (item, annotator, label, labeled_at, vendor, gold, kind) VALUES
    ('two golds', 'ann', 'a', '2024-03-04 10:00Z', 'north', '{b,a}', NULL),
    ('two golds', 'bob', 'b', '2024-03-04 11:00Z', 'north', '{a,b}', NULL),
    ('two golds', 'cyd', 'c', '2024-03-04 11:30Z', 'south', NULL, NULL),
    ('bad gold', 'ann', 'a', '2024-03-04 12:00Z', 'north', '{a}', NULL),
    ('bad gold', 'bob', 'b', '2024-03-04 13:00Z', 'north', '{b}', NULL),
    ('dissent upheld', 'ann', 'a', '2024-03-05 09:00Z', 'north', '{b}', NULL),
    ('dissent upheld', 'bob', 'a', '2024-03-05 09:10Z', 'north', '{b}', NULL),
    ('dissent upheld', 'cyd', 'b', '2024-03-05 09:20Z', 'south', '{b}', NULL),
    ('dissent overruled', 'ann', 'a', '2024-03-05 09:30Z', 'north', '{a}', NULL),
    ('dissent overruled', 'bob', 'b', '2024-03-05 09:40Z', 'north', '{a}', NULL),
    ('dissent overruled', 'dan', 'a', '2024-03-05 09:50Z', 'south', '{a}', NULL),
    ('dissent neither', 'ann', 'a', '2024-03-06 09:30Z', 'north', '{c}', NULL),
    ('dissent neither', 'bob', 'a', '2024-03-06 09:40Z', 'north', '{c}', NULL),
    ('dissent neither', 'dan', 'b', '2024-03-06 09:50Z', 'south', '{c}', NULL),
    ('expert', 'ann', 'a', '2024-03-06 10:00Z', 'north', NULL, NULL),
    ('expert', 'cyd', 'a', '2024-03-06 10:10Z', 'south', NULL, 'human'),
    ('expert', 'exp', 'b', '2024-03-06 10:20Z', 'house', NULL, 'expert'),
    ('expert scored', 'exp', 'a', '2024-03-06 10:30Z', 'house', '{a}', 'expert'),
    ('expert scored', 'cyd', 'a', '2024-03-06 10:40Z', 'south', '{a}', 'human');
-- a skip with a label in it; a skip after a label; repeats that differ and that
-- agree; equal times, different labels; equal times, one label
INSERT INTO awkward.label (item, annotator, label, labeled_at, vendor, skipped) VALUES
    ('skip', 'cyd', 'a', '2024-03-05 10:00Z', 'south', true),
    ('skip', 'ann', 'a', '2024-03-05 10:05Z', 'north', false),
    ('label and skip', 'bob', 'c', '2024-03-05 10:10Z', 'north', false),
    ('label and skip', 'bob', NULL, '2024-03-05 10:20Z', 'north', true),
    ('repeat differs', 'cyd', 'a', '2024-03-05 11:00Z', 'south', false),
    ('repeat differs', 'cyd', 'b', '2024-03-05 12:00Z', 'south', false),
    ('repeat differs', 'bob', 'b', '2024-03-05 12:30Z', 'north', NULL),
    ('repeat agrees', 'ann', 'b', '2024-03-05 11:10Z', 'north', NULL),
    ('repeat agrees', 'ann', 'b', '2024-03-05 12:10Z', 'north', NULL),
    ('equal times', 'cyd', 'a', '2024-03-05 13:00Z', 'south', NULL),
    ('equal times', 'cyd', 'b', '2024-03-05 13:00Z', 'south', NULL),
    ('equal times', 'ann', 'b', '2024-03-05 13:30Z', 'north', NULL),
    ('same twice', 'dan', 'a', '2024-03-05 14:00Z', 'south', NULL),
    ('same twice', 'dan', 'a', '2024-03-05 14:00Z', 'south', NULL);
-- a person with two vendors; a NULL vendor; no annotator; no item; no label; not
-- valid; nobody else's items; names that need quotes
INSERT INTO awkward.label (item, annotator, label, labeled_at, vendor, valid) VALUES
    ('moved', 'dan', 'a', '2024-03-06 10:00Z', 'south', NULL),
    ('moved later', 'dan', 'a', '2024-03-08 10:00Z', 'north', true),
    ('moved later', 'ann', 'b', '2024-03-08 10:30Z', 'north', true),
    ('no vendor', 'lou', 'b', '2024-03-07 10:00Z', NULL, true),
    ('no vendor too', 'lou', 'c', '2024-03-07 10:30Z', NULL, true),
    ('no annotator', NULL, 'a', '2024-03-07 11:00Z', 'north', NULL),
    (NULL, 'bob', 'a', '2024-03-07 12:00Z', 'north', NULL),
    ('no label', 'bob', NULL, '2024-03-07 13:00Z', 'north', NULL),
    ('not valid', 'bob', 'a', '2024-03-07 14:00Z', 'north', false),
    ('["12","3"]', 'O''Neil, "Zoe"', '{"a"', '2024-03-07 15:00Z', 'a "b", c''d', NULL),
    ('["12","3"]', 'ann', 'b', '2024-03-07 15:30Z', 'north', NULL);
-- a model, a newcomer before the gate, a removed annotator: labels, not votes
INSERT INTO awkward.label (item, annotator, label, labeled_at, vendor, kind, gold, suggestion) VALUES
    ('no voter', 'bot', 'a', '2024-03-08 10:00Z', NULL, 'model', NULL, NULL),
    ('no voter', 'new', 'b', '2024-03-08 11:00Z', 'south', NULL, NULL, 'a'),
    ('removed', 'ann', 'a', '2024-03-08 12:00Z', 'north', NULL, NULL, 'b'),
    ('removed', 'gus', 'b', '2024-03-08 13:00Z', 'south', NULL, NULL, 'b'),
    ('removed', 'cyd', 'a', '2024-03-08 13:30Z', 'south', NULL, NULL, NULL),
    ('model wrong', 'bot', 'b', '2024-03-08 14:00Z', NULL, 'model', '{a}', NULL),
    ('model wrong', 'ann', 'a', '2024-03-08 14:10Z', 'north', NULL, '{a}', 'b'),
    ('model wrong', 'gus', 'b', '2024-03-08 14:20Z', 'south', NULL, '{a}', 'b'),
    ('model right', 'bot', 'a', '2024-03-08 15:00Z', NULL, 'model', '{a}', NULL),
    ('model right', 'bob', 'c', '2024-03-08 15:10Z', 'north', NULL, '{a}', 'a'),
    ('model right', 'exp', 'a', '2024-03-08 15:20Z', 'house', 'expert', '{a}', 'a'),
    ('model right', 'ex2', 'a', '2024-03-08 15:30Z', 'house', 'expert', '{a}', NULL),
    ('two experts', 'exp', 'b', '2024-03-08 16:20Z', 'house', 'expert', NULL, NULL),
    ('two experts', 'ex2', 'a', '2024-03-08 16:30Z', 'house', 'expert', NULL, NULL),
    ('two experts', 'bot', 'b', '2024-03-08 16:40Z', NULL, 'model', NULL, NULL);
-- Sunday 23:30 and Monday 00:30 UTC; no time; one item in two weeks
INSERT INTO awkward.label (item, annotator, label, labeled_at, vendor, guideline) VALUES
    ('sunday', 'bob', 'a', '2024-03-10 23:30Z', 'north', 'v2'),
    ('sunday', 'cyd', 'a', '2024-03-10 23:40Z', 'south', 'v1'),
    ('monday', 'bob', 'a', '2024-03-11 00:30Z', 'north', 'v1'),
    ('no time', 'bob', 'a', NULL, 'north', 'v2'),
    ('two weeks', 'ann', 'a', '2024-03-10 12:00Z', 'north', 'v2'),
    ('two weeks', 'bob', 'b', '2024-03-12 12:00Z', 'north', 'v2'),
    ('two weeks', 'dan', 'a', '2024-03-13 12:00Z', 'south', 'v1');
-- a stratum that is an edge case by definition; three who err alike
INSERT INTO awkward.label (item, annotator, label, labeled_at, vendor, guideline, gold, stratum)
SELECT 'rare ' || i, who, CASE WHEN who = 'bob' AND i < 3 THEN 'b' ELSE 'a' END,
       timestamptz '2024-03-14 08:00Z' + make_interval(hours => 3 * i + ord::int),
       CASE who WHEN 'ann' THEN 'north' ELSE 'south' END, 'v2',
       CASE WHEN i > 0 THEN ARRAY['a'] END, 'rare'
FROM generate_series(0, 4) AS i,
     unnest(ARRAY['ann', 'bob', 'cyd']) WITH ORDINALITY AS w (who, ord);
INSERT INTO awkward.label (item, annotator, label, labeled_at, vendor, guideline, gold, stratum)
SELECT 'alike ' || i, who, CASE WHEN who = 'ann' OR i > 3 THEN 'a' ELSE 'b' END,
       timestamptz '2024-03-15 08:00Z' + make_interval(hours => 3 * i + ord::int),
       'south', 'v2', ARRAY['a'], 'night'
FROM generate_series(1, 5) AS i,
     unnest(ARRAY['ann', 'bob', 'cyd', 'dan']) WITH ORDINALITY AS w (who, ord);
-- who labeled a month ago, not since, and who began since
INSERT INTO awkward.label (item, annotator, label, labeled_at, vendor, guideline)
SELECT 'old ' || i, CASE WHEN i < 3 THEN 'ann' ELSE 'old' END, 'a',
       timestamptz '2024-02-05 08:00Z' + make_interval(days => i), 'north', 'v0'
FROM generate_series(1, 4) AS i;

-- what rows state besides, missing here and there, and out of range
UPDATE awkward.label SET
    seconds = CASE WHEN n % 7 = 0 THEN NULL WHEN n % 13 = 0 THEN 1.25
                   WHEN n % 17 = 0 THEN -3 ELSE 20 + (n * 11) % 37 + 0.5 END,
    confidence = CASE n % 8 WHEN 0 THEN NULL WHEN 1 THEN 0.3 WHEN 2 THEN 0.7
                            WHEN 3 THEN 1 WHEN 4 THEN 0.9 WHEN 5 THEN 0
                            WHEN 6 THEN 0.71 ELSE 1.5 END,
    available_at = CASE WHEN n % 5 > 0 THEN labeled_at - make_interval(hours => n % 31) END,
    price = CASE WHEN n % 11 = 0 THEN NULL ELSE 0.1 + (n % 4) * 0.05 END,
    review = (ARRAY['accepted', 'fixed', 'rejected', 'accepted', NULL, NULL])[1 + n % 6],
    batch = CASE WHEN n % 9 > 0 THEN 'batch ' || length(coalesce(item, '')) % 3 END,
    stratum = coalesce(stratum, CASE WHEN item NOT LIKE 'old%' THEN 'day' END),
    is_gold = false;

-- a model that is wrong at once and for nothing, beside people, under their guideline
INSERT INTO awkward.label (item, annotator, label, labeled_at, kind, guideline, gold, stratum,
    seconds, price, confidence, is_gold)
SELECT item, 'swift', 'c', max(labeled_at) - interval '20 min', 'model', max(guideline),
       max(gold), max(stratum), 0.25, 0.001, 0.95, false
FROM awkward.label
WHERE item ~ '^(old|rare|alike|monday|sunday|t.o |three|all )' AND labeled_at IS NOT NULL
GROUP BY item ORDER BY item;

-- the same rows with gold in rows of an author's, who also labeled
CREATE TABLE awkward.flagged (LIKE awkward.label INCLUDING IDENTITY);
INSERT INTO awkward.flagged (item, annotator, label, is_gold, labeled_at, available_at,
    seconds, confidence, vendor, kind, guideline, batch, stratum, price, skipped, valid,
    review, suggestion)
SELECT item, annotator, label, false, labeled_at, available_at, seconds, confidence, vendor,
       kind, guideline, batch, stratum, price, skipped, valid, review, suggestion
FROM awkward.label ORDER BY n;
INSERT INTO awkward.flagged (item, annotator, label, is_gold, labeled_at, vendor)
SELECT DISTINCT item, 'eve', unnest(gold), true, timestamptz '2024-03-20 10:00Z', 'house'
FROM awkward.label WHERE gold IS NOT NULL AND item <> 'bad gold';
-- an author who labeled the item, too, and a gold answer that they took back
INSERT INTO awkward.flagged (item, annotator, label, is_gold, labeled_at, vendor) VALUES
    ('author', 'eve', 'a', true, '2024-03-03 10:00Z', 'house'),
    ('author', 'eve', 'b', false, '2024-03-03 11:00Z', 'house'),
    ('author', 'bob', 'a', false, '2024-03-03 12:00Z', 'north'),
    ('taken back', 'eve', 'b', true, '2024-03-03 10:00Z', 'house'),
    ('taken back', 'eve', 'a', true, '2024-03-03 11:00Z', 'house'),
    ('taken back', 'bob', 'b', false, '2024-03-03 12:00Z', 'north');

-- one row a tag: three rows of one annotator are one label
CREATE TABLE awkward.tags (photo int, who text, tag text, right_tags text);
INSERT INTO awkward.tags VALUES
    (1, 'ann', 'cat', 'cat'), (1, 'ann', 'dog', 'dog'), (1, 'ann', 'cat', NULL),
    (1, 'bob', 'dog', NULL), (1, 'bob', 'cat', NULL), (1, 'cyd', 'cat', NULL),
    (2, 'ann', 'dog', NULL), (2, 'bob', 'dog', NULL);

SELECT annoqa.create_source('awkward', 'awkward.label', 'item', 'annotator', 'label',
    gold => 'gold', labeled_at => 'labeled_at', available_at => 'available_at',
    seconds => 'seconds', confidence => 'confidence', vendor => 'vendor',
    annotator_kind => 'kind', guideline => 'guideline', batch => 'batch',
    stratum => 'stratum', price => 'price', skipped => 'skipped', valid => 'valid',
    review => 'review', suggestion => 'suggestion', max_labels => 2,
    edge_strata => 'rare', quality_floor => 0.6, period => '10 days');
SELECT annoqa.create_source('flagged', 'awkward.flagged', 'item', 'annotator', 'label',
    gold_flag => 'is_gold', labeled_at => 'labeled_at', available_at => 'available_at',
    seconds => 'seconds', confidence => 'confidence', vendor => 'vendor',
    annotator_kind => 'kind', guideline => 'guideline', batch => 'batch',
    stratum => 'stratum', price => 'price', skipped => 'skipped', valid => 'valid',
    review => 'review', suggestion => 'suggestion', max_labels => 3,
    onboarding => true, calibration_size => 2, calibration_gate => 0.5);
SELECT annoqa.create_source('bare', 'awkward.tags', 'photo', 'who', 'tag', resolve => 'collect');
SELECT annoqa.create_source('collected', 'awkward.tags', 'photo', 'who', 'tag',
    gold => 'right_tags', resolve => 'collect');

-- whose labels are no votes
SELECT annoqa.set_phase('awkward', 'new', 'calibrating', 'has not passed', by => 'lead');
SELECT annoqa.set_phase('awkward', 'gus', 'removed', 'left', by => 'lead');
SELECT annoqa.exempt_annotator('awkward', 'exp', 'is the expert', by => 'lead');

-- adjudicated, reopened, adjudicated otherwise; an edge case; a dissent upheld;
-- an item whose rows are deleted
INSERT INTO awkward.label (item, annotator, label, labeled_at) VALUES
    ('gone', 'ann', 'a', '2024-03-01 10:00Z'), ('gone', 'bob', 'b', '2024-03-01 11:00Z');
SELECT annoqa.adjudicate('awkward', 'tie', 'a', 'judge', 'first look', at => '2024-03-12 10:00Z');
SELECT annoqa.reopen('awkward', 'tie', 'a second look', 'judge', at => '2024-03-13 10:00Z');
SELECT annoqa.adjudicate('awkward', 'tie', 'b', 'judge', 'the guideline has it so', 'v2',
    edge_case => true, at => '2024-03-14 10:00Z');
SELECT annoqa.adjudicate('awkward', 'two of three', 'b', 'judge', 'seen before', 'v1',
    at => '2024-03-07 12:00Z');
SELECT annoqa.adjudicate('awkward', 'skip', 'a', 'judge', 'unclear photo',
    edge_case => true, at => '2024-03-12 13:00Z');
SELECT annoqa.adjudicate('awkward', 'expert', 'b', 'judge', 'the expert is right',
    at => '2024-03-12 14:00Z');
SELECT annoqa.reopen('awkward', 'expert', 'or not', 'judge', at => '2024-03-13 14:00Z');
SELECT annoqa.adjudicate('awkward', 'gone', 'a', 'judge', 'was here', at => '2024-03-12 15:00Z');
DELETE FROM awkward.label WHERE item = 'gone';
