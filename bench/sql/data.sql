-- Tables of one size in one schema, from the variables schema, labels (in the
-- largest table) and small (in the smaller one).  Every value is a hash of its
-- row and a constant, so the same sizes give the same rows on every server.

SET client_min_messages = warning;
SET work_mem = '1GB';
SET synchronous_commit = off;

CREATE SCHEMA IF NOT EXISTS bench;

-- uniform on [0, 1): 52 bits of the hash of a number under a seed
CREATE OR REPLACE FUNCTION bench.uniform(n bigint, seed bigint)
RETURNS double precision IMMUTABLE PARALLEL SAFE LANGUAGE sql
RETURN (hashint8extended(n, seed) & 4503599627370495) / 4503599627370496.0::float8;

-- labels on an item: 3 to 5
CREATE OR REPLACE FUNCTION bench.item_size(item bigint)
RETURNS int IMMUTABLE PARALLEL SAFE LANGUAGE sql
RETURN 3 + floor(3 * bench.uniform(item, 1))::int;

-- the truth about an item: one of five categories, unequally frequent
CREATE OR REPLACE FUNCTION bench.truth(item bigint)
RETURNS int IMMUTABLE PARALLEL SAFE LANGUAGE sql
RETURN width_bucket(bench.uniform(item, 2), ARRAY[0, .35, .6, .8, .92]);

-- how often an annotator is right: .45 to .95
CREATE OR REPLACE FUNCTION bench.accuracy(annotator bigint)
RETURNS double precision IMMUTABLE PARALLEL SAFE LANGUAGE sql
RETURN .45 + .5 * bench.uniform(annotator, 3);

DROP SCHEMA IF EXISTS :schema CASCADE;
CREATE SCHEMA :schema;
SET search_path = :schema, public;

-- One row a label, in random order: the labels of an item lie all over the
-- table, the worst case for a cache.  Annotators of an item are distinct: their
-- numbers are up to four steps of at most 199 apart, modulo 1,000.
CREATE UNLOGGED TABLE labels AS
SELECT item, annotator, categories[label] AS label, categories[gold] AS gold,
	annotator % 8 AS vendor, date '2025-01-01' + day AS day
FROM (
	SELECT item, annotator, gold, row,
		CASE WHEN bench.uniform(row, 4) < bench.accuracy(annotator) THEN gold
			ELSE 1 + (gold + floor(4 * bench.uniform(row, 5))::int) % 5
		END AS label,
		floor(625 * bench.uniform(row, 6))::int AS day
	FROM (
		SELECT item, item * 8 + nth AS row, bench.truth(item) AS gold,
			(floor(1000 * bench.uniform(item, 7))::int
				+ nth * (1 + floor(199 * bench.uniform(item, 8))::int))
				% 1000 AS annotator
		FROM generate_series(1::bigint, :labels / 4) AS item,
			generate_series(0, bench.item_size(item) - 1) AS nth
	) AS drawn
) AS labeled,
	(VALUES (ARRAY['animal', 'building', 'landscape', 'person', 'vehicle']))
		AS names(categories)
ORDER BY hashint8extended(row, 9);

CREATE UNLOGGED TABLE labels_small AS
SELECT * FROM labels WHERE item <= :small / 4;

-- groups of the same four labels on average, fewer of them
CREATE UNLOGGED TABLE labels_tenth AS
SELECT * FROM labels_small WHERE item <= :small / 40;
CREATE UNLOGGED TABLE labels_fiftieth AS
SELECT * FROM labels_small WHERE item <= :small / 200;

-- items with exactly four labels, the only ones that some peers take
CREATE UNLOGGED TABLE labels_four AS
SELECT item, annotator, label FROM labels WHERE bench.item_size(item) = 4;

-- the same labels under items and labels of other types
CREATE UNLOGGED TABLE typed AS
SELECT 'image-' || lpad(item::text, 10, '0') AS item_text,
	md5(item::text)::uuid AS item_uuid,
	item AS item_bigint,
	label,
	(array_position(ARRAY['animal', 'building', 'landscape', 'person',
		'vehicle'], label)) AS label_integer
FROM labels;

-- two numbers an item, all distinct: as many categories as labels
CREATE UNLOGGED TABLE numbers AS
SELECT item, 1000 * bench.uniform(item, 10)
	+ 50 * bench.uniform(item * 2 + nth, 11) AS value
FROM generate_series(1::bigint, :small / 2) AS item, generate_series(0, 1) AS nth
ORDER BY hashint8extended(item * 2 + nth, 12);
CREATE UNLOGGED TABLE numbers_half AS
SELECT * FROM numbers WHERE item <= :small / 4;
CREATE UNLOGGED TABLE numbers_quarter AS
SELECT * FROM numbers WHERE item <= :small / 8;
CREATE UNLOGGED TABLE numbers_eighth AS
SELECT * FROM numbers WHERE item <= :small / 16;

VACUUM (FREEZE, ANALYZE);
