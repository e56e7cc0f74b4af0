# 052_dump.pl
#	Stored states through pg_dump and pg_restore, by an owner who is no
#	superuser, and through COPY in text and binary: equal to the last bit.

use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('dump');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\n");
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE ROLE owner LOGIN;
CREATE DATABASE project OWNER owner;
CREATE DATABASE restored OWNER owner;
CREATE DATABASE plain OWNER owner;
SQL

sub as_owner
{
	my ($database, $sql) = @_;
	return $node->safe_psql($database, $sql, extra_params => [ '-U', 'owner' ]);
}

# States of every type over labels of every kind, small, empty and big.
as_owner('project', <<'SQL');
CREATE EXTENSION annoqa;
CREATE TYPE grade AS ENUM ('bad', 'fair', 'good');
CREATE TYPE pair AS (x int, y text);
CREATE TABLE rows AS
	SELECT i / 5 AS item, i % 5 AS annotator, i % 6 AS part, i % 4 AS number,
		   (i % 100) / 7.0::float8 AS measure, 'wörd "' || i % 9 AS word,
		   (ARRAY['bad', 'fair', 'good'])[1 + i % 3]::grade AS grade,
		   i % 3 = 0 AS flag, ARRAY['t' || i % 3, 'u, {' || i % 4] AS tags,
		   '2026-01-31'::date + i % 5 AS day,
		   '2026-01-31 12:00+00'::timestamptz + i % 5 * interval '1.5 hour' AS at,
		   int4range(i % 9, i % 9 + 3) AS span, ROW(i % 3, 'a,b')::pair AS pair,
		   interval '1 month' * (i % 4) AS duration
	FROM generate_series(0, 3599) AS i;
CREATE TABLE states (kind text, part int, v annoqa.votes, l annoqa.item_labels,
					 a annoqa.agreement, d annoqa.ratings, c annoqa.confusion);
DO $$
DECLARE
	kind text;
BEGIN
	FOREACH kind IN ARRAY ARRAY['number', 'measure', 'word', 'grade', 'flag',
		'tags', 'day', 'at', 'span', 'pair', 'duration', 'NULL::int']
	LOOP
		EXECUTE format('INSERT INTO states
			SELECT %1$L, part, annoqa.votes_agg(%1$s),
				   annoqa.item_labels_agg(item::text, %1$s),
				   annoqa.agreement_agg(item, %1$s),
				   annoqa.ratings_agg(''2026-01-31''::timestamp
									  + item * interval ''1 s'', annotator, %1$s,
									  at),
				   annoqa.confusion_agg(%1$s, %1$s)
			FROM rows GROUP BY ROLLUP (part)', kind);
	END LOOP;
END $$;
INSERT INTO states VALUES ('nothing', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO states (kind, l, d)
	SELECT 'big', annoqa.item_labels_agg(i, i % 3),
		   annoqa.ratings_agg('item ' || i / 3, i % 3, i % 7)
	FROM generate_series(0, 149999) AS i;
-- a rollup of them
CREATE VIEW rollup_ AS
	SELECT kind, annoqa.krippendorff_alpha(annoqa.agreement(annoqa.ratings_agg(d)))
		   AS alpha, annoqa.percent_agreement(annoqa.agreement(annoqa.item_labels_agg(l)))
		   AS percent
	FROM states WHERE part IS NOT NULL GROUP BY kind;
CREATE MATERIALIZED VIEW kept AS SELECT * FROM rollup_;
CREATE INDEX ON states (kind);
ALTER TABLE states ADD CHECK (d IS NULL OR annoqa.agreement(d) IS NOT NULL);
SQL

# What every state says: its text, its binary form, and its figures.
my $everything = <<'SQL';
SELECT md5(string_agg(concat_ws('|', kind, part, v, l, a, d, c), E'\n'
		   ORDER BY kind, part)),
	   md5(string_agg(concat_ws('|', annoqa.votes_send(v),
		   annoqa.item_labels_send(l), annoqa.agreement_send(a),
		   annoqa.ratings_send(d), annoqa.confusion_send(c)), E'\n'
		   ORDER BY kind, part)),
	   count(*), count(d)
FROM states;
SELECT md5(string_agg(r::text, E'\n' ORDER BY kind)) FROM rollup_ AS r;
SELECT md5(string_agg(r::text, E'\n' ORDER BY kind)) FROM kept AS r;
SQL
my $before = as_owner('project', $everything);
like($before, qr/^\w{32}\|\w{32}\|86\|85\n\w{32}\n\w{32}$/, 'states are made');

# pg_dump and pg_restore in custom format, psql in plain
my $file = "$PostgreSQL::Test::Utils::tmp_check/project";
$node->command_ok(
	[ 'pg_dump', '-U', 'owner', '-Fc', '-f', "$file.dump", 'project' ],
	'the owner dumps');
$node->command_ok(
	[
		'pg_restore', '-U', 'owner', '--exit-on-error', '-d', 'restored',
		"$file.dump"
	],
	'the owner restores');
is(as_owner('restored', $everything), $before, 'restored: identical');
$node->command_ok(
	[
		'pg_dump', '-U', 'owner', '--inserts', '--rows-per-insert=10', '-f',
		"$file.sql", 'project'
	],
	'the owner dumps as INSERT');
$node->command_ok(
	[
		'psql', '-X', '-q', '-U', 'owner', '-v', 'ON_ERROR_STOP=1', '-d',
		'plain', '-f', "$file.sql"
	],
	'psql reads it');
is(as_owner('plain', $everything), $before, 'plain: identical');

# COPY in text, CSV and binary, under settings that change what types print
foreach my $format ('text', 'csv', 'binary')
{
	$node->safe_psql('project', <<"SQL");
SET DateStyle = 'SQL, DMY';
SET IntervalStyle = 'iso_8601';
SET TimeZone = 'Asia/Kathmandu';
SET extra_float_digits = -15;
SET bytea_output = 'escape';
COPY states TO '$file.$format' (FORMAT $format);
SQL
	$node->safe_psql('plain', <<"SQL");
SET DateStyle = 'German';
SET extra_float_digits = 0;
SET TimeZone = 'America/Caracas';
TRUNCATE states;
COPY states FROM '$file.$format' (FORMAT $format);
REFRESH MATERIALIZED VIEW kept;
SQL
	is(as_owner('plain', $everything), $before, "COPY in $format: identical");
}

# Restored states merge with fresh ones.
is( as_owner('restored', <<'SQL'),
SELECT (SELECT d FROM states WHERE kind = 'word' AND part IS NULL)::text
	   = annoqa.ratings_agg(d)::text, annoqa.percent_agreement(annoqa.ratings_agg(d)) < 1
FROM (SELECT d FROM states WHERE kind = 'word' AND part < 3
	  UNION ALL SELECT annoqa.ratings_agg('2026-01-31'::timestamp
		  + item * interval '1 s', annotator, word, at)
	  FROM rows WHERE part >= 3) AS s;
SQL
	't|t', 'restored states merge with fresh ones');

$node->stop;
done_testing();
