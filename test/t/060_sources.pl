# 060_sources.pl
#	The registry of sources through pg_dump and pg_restore, by an owner who is
#	no superuser: whole, data only into a live schema, and as replayable calls.

use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('sources');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\n");
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE ROLE owner LOGIN;
CREATE ROLE ops LOGIN;
CREATE ROLE reader LOGIN;
CREATE DATABASE project OWNER owner;
CREATE DATABASE restored OWNER owner;
CREATE DATABASE live OWNER owner;
CREATE DATABASE replayed OWNER owner;
SQL

sub as
{
	my ($role, $database, $sql) = @_;
	my ($out, $err) = ('', '');

	$node->psql($database, $sql,
		stdout => \$out,
		stderr => \$err,
		extra_params => [ '-U', $role ]);
	return $err =~ /ERROR:  (.*)/ ? "ERROR: $1" : $out;
}

my $tables = <<'SQL';
CREATE SCHEMA app;
CREATE TABLE app."My Labels" (task int, frame int, who text, label text, at timestamp,
							  site text, modality text);
INSERT INTO app."My Labels"
	SELECT i / 6, i / 3 % 2, 'w' || i % 3, CASE WHEN i % 5 = 0 THEN 'b' ELSE 'a' END,
		   '2026-01-01'::timestamp + i * interval '1 h', 's' || i % 2, 'm' || i % 4
	FROM generate_series(0, 59) AS i;
CREATE TABLE app.gold (task int, frame int, label text);
INSERT INTO app.gold SELECT i, 0, 'a' FROM generate_series(0, 4) AS i;
GRANT USAGE ON SCHEMA app TO ops, reader;
GRANT SELECT ON ALL TABLES IN SCHEMA app TO ops, reader;
SQL
my $register = <<'SQL';
SELECT annoqa.create_source('plain', 'app."My Labels"', ARRAY['task', 'frame'], 'who',
	'label', labeled_at => 'at');
SELECT annoqa.create_source('it''s all', 'app."My Labels"', ARRAY['task', 'frame'], 'who',
	'label', gold_relation => 'app.gold', labeled_at => 'at', stratum => ARRAY['site', 'modality'],
	resolve => 'first', consensus_threshold => 0.6, quality_floor => 0.1,
	edge_strata => ARRAY['["s0","m0"]'], readers => ARRAY['reader', 'ops'],
	timezone => 'Europe/Berlin', period => '1 mon 3 days', onboarding => true);
SQL
my $registry = <<'SQL';
SELECT md5(string_agg(s::text, E'\n' ORDER BY name)) FROM annoqa.source AS s;
SELECT source, status, labels, gold_items, multi_labeled_items FROM annoqa.source_status ORDER BY source;
SQL
# With onboarding on nobody has passed the gate: labels of newcomers are no votes,
# and without two votes on an item there is a warning.
my $registered = qr/^\w{32}\nit's all\|warning\|60\|5\|0\nplain\|ok\|60\|\|20$/;

# Who owns the extension registers, and lets others.
is(as('owner', 'project', "CREATE EXTENSION annoqa; $tables"),
	'', 'an owner who is no superuser installs');
unlike(as('owner', 'project', $register), qr/ERROR/, 'and registers');
my $before = as('owner', 'project', $registry);
like($before, $registered, 'two sources are read');
like(as('ops', 'project', "SELECT annoqa.drop_source('plain')"),
	qr/^ERROR: permission denied for function drop_source/,
	'another may not');
is( as('owner', 'project', <<'SQL'),
GRANT SELECT, INSERT, UPDATE, DELETE ON annoqa.source TO ops;
GRANT EXECUTE ON FUNCTION annoqa.create_source, annoqa.alter_source, annoqa.rename_source,
	annoqa.drop_source, annoqa.confirm_source TO ops;
SQL
	'', 'the owner hands on the right');
is( as('ops', 'project', "SELECT annoqa.create_source('third', 'app.gold', 'task', 'frame', 'label'); SELECT annoqa.drop_source('third')"),
	qq{source "third" created: 5 labels by 1 annotator on 5 items, in 5 rows of app.gold\nsource "third" dropped; its labels are untouched},
	'and the other registers');
is(as('reader', 'project', 'SELECT count(*), sum(labels) FROM annoqa.source_status'),
	'2|120', 'a role that may read the labels sees the sources');

# Whole
my $file = "$PostgreSQL::Test::Utils::tmp_check/project";
$node->command_ok(
	[ 'pg_dump', '-U', 'owner', '-Fc', '-f', "$file.dump", 'project' ],
	'the owner dumps');
$node->command_ok(
	[
		'pg_restore', '-U', 'owner', '--exit-on-error', '-d', 'restored',
		"$file.dump"
	],
	'and restores');
is(as('owner', 'restored', $registry), $before, 'restored: identical');
is( as('ops', 'restored', "SELECT annoqa.rename_source('plain', 'x'); SELECT annoqa.rename_source('x', 'plain')"),
	qq{source "plain" renamed to "x"\nsource "x" renamed to "plain"},
	'restored: what was granted');
is(as('reader', 'restored', 'SELECT count(*), sum(labels) FROM annoqa.source_status'),
	'2|120', 'restored: who may see what');

# Data only, into a live schema
is(as('owner', 'live', "CREATE EXTENSION annoqa; $tables TRUNCATE app.\"My Labels\", app.gold"),
	'', 'a live schema');
$node->command_ok(
	[
		'pg_restore', '-U', 'owner', '--exit-on-error', '--data-only', '-d',
		'live', "$file.dump"
	],
	'takes the data alone');
is(as('owner', 'live', $registry), $before, 'data only: identical');

# Calls: pg_dump -s leaves the registry out, dump_sources does not
is(as('owner', 'replayed', "CREATE EXTENSION annoqa; $tables"), '', 'a fresh schema');
unlike(as('owner', 'replayed', as('owner', 'project', 'SELECT annoqa.dump_sources()')),
	qr/ERROR/, 'the calls are replayed');
my $same = "SELECT md5(string_agg((to_jsonb(s) - 'registered_at')::text, E'\\n' ORDER BY name)) FROM annoqa.source AS s";
is(as('owner', 'replayed', $same), as('owner', 'project', $same), 'replayed: identical');

# Nothing in it hinders pg_upgrade: no OID outlives its cluster.
is( as('owner', 'project', <<'SQL'),
SELECT count(*) FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = attrelid
WHERE relnamespace = 'annoqa'::regnamespace AND relkind = 'r' AND attnum > 0
	AND atttypid::regtype::text ~ '^(oid|reg)'
SQL
	'0', 'no column holds an OID');

# Gone with the extension; the labels stay.
is(as('owner', 'live', 'DROP EXTENSION annoqa; SELECT count(*) FROM app."My Labels"'),
	'60', 'dropped, and the labels are untouched');
is(as('owner', 'live', 'CREATE EXTENSION annoqa; SELECT count(*) FROM annoqa.sources'),
	'0', 'installed again, and empty');

$node->stop;
done_testing();
