# 061_adjudications.pl
#	Cases, phases and exemptions through dump and restore by an owner who is no
#	superuser: whole, as data alone into a schema that lives, and as INSERT; the
#	numbers of cases go on, and the verbs work for a judge with EXECUTE alone.

use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('adjudications');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\n");
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE ROLE owner LOGIN;
CREATE ROLE judge LOGIN;
CREATE DATABASE project OWNER owner;
CREATE DATABASE restored OWNER owner;
CREATE DATABASE plain OWNER owner;
CREATE DATABASE live OWNER owner;
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

my $schema = <<'SQL';
CREATE EXTENSION annoqa;
CREATE TABLE labels (item int, annotator text, label text);
SQL
as('owner', $_, $schema) foreach 'project', 'live';
as('owner', 'project', <<'SQL');
INSERT INTO labels SELECT i / 2, i % 2, CASE WHEN i % 3 = 0 THEN 'a' ELSE 'b' END
	FROM generate_series(0, 99) AS i;
GRANT SELECT ON labels TO judge;
SELECT annoqa.create_source('it''s', 'labels', 'item', 'annotator', 'label');
GRANT EXECUTE ON FUNCTION annoqa.adjudicate, annoqa.reopen, annoqa.set_phase TO judge;
SQL

# A judge who has nothing but EXECUTE and SELECT on the labels.
like(as('judge', 'project', "SELECT annoqa.adjudicate('it''s', '1', 'a', 'ann')"),
	qr/^item "1" of source "it's" is settled as "a" by ann/, 'a judge decides');
as('judge', 'project', <<'SQL');
SELECT annoqa.adjudicate('it''s', i::text, 'b', 'ann', 'why "not"') FROM generate_series(1, 9) AS i;
SELECT annoqa.reopen('it''s', '2', 'look again'), annoqa.reopen('it''s', '3', 'look again');
SELECT annoqa.adjudicate('it''s', '2', 'a', 'bob');
SELECT annoqa.set_phase('it''s', '1', 'removed', 'left'), annoqa.set_phase('it''s', '0', 'probation', 'new');
SQL
as('owner', 'project', "SELECT annoqa.exempt_annotator('it''s', '0', 'new here')");
is(as('owner', 'project', 'SELECT count(DISTINCT recorded_by), min(recorded_by) FROM annoqa.adjudication'),
	'1|judge', 'who recorded a case is known');

my $everything = <<'SQL';
SELECT count(*), count(*) FILTER (WHERE current), md5(string_agg(c::text, E'\n' ORDER BY case_id)) FROM annoqa.case_law AS c;
SELECT md5(string_agg(a::text, E'\n' ORDER BY case_id)) FROM annoqa.adjudication AS a;
SELECT md5(string_agg(r::text, E'\n' ORDER BY item, revision)) FROM annoqa.reopening AS r;
SELECT string_agg(concat_ws(' ', annotator, phase, current, since), ', ' ORDER BY phase_id) FROM annoqa.stored_phases;
SELECT string_agg(concat_ws(' ', annotator, exempt, current, since), ', ' ORDER BY exemption_id) FROM annoqa.stored_exemptions;
SQL
my $before = as('owner', 'project', $everything);
like($before, qr/^11\|8\|\w{32}\n/, 'eleven cases, eight of which stand');

my $file = "$PostgreSQL::Test::Utils::tmp_check/cases";
$node->command_ok([ 'pg_dump', '-U', 'owner', '-Fc', '-f', "$file.dump", 'project' ],
	'the owner dumps');
$node->command_ok(
	[ 'pg_restore', '-U', 'owner', '--exit-on-error', '-d', 'restored', "$file.dump" ],
	'the owner restores');
is(as('owner', 'restored', $everything), $before, 'restored: identical');
$node->command_ok(
	[ 'pg_dump', '-U', 'owner', '--inserts', '-f', "$file.sql", 'project' ],
	'the owner dumps as INSERT');
$node->command_ok(
	[ 'psql', '-X', '-q', '-U', 'owner', '-v', 'ON_ERROR_STOP=1', '-d', 'plain', '-f', "$file.sql" ],
	'psql reads it');
is(as('owner', 'plain', $everything), $before, 'plain: identical');
$node->command_ok(
	[
		'pg_restore', '-U', 'owner', '--data-only', '--exit-on-error', '-d',
		'live', "$file.dump"
	],
	'the owner restores data alone into a schema that lives');
is(as('owner', 'live', $everything), $before, 'live: identical');

# Numbers go on, grants are there, and a decision is one step further.
foreach my $database ('restored', 'plain', 'live')
{
	is(as('owner', $database, <<'SQL'), '12|t', "$database: the next case has the next number");
SELECT annoqa.adjudicate('it''s', '1', 'a', 'ann') \gset
SELECT max(case_id), bool_and(item = '1' AND current) FILTER (WHERE case_id = 12) FROM annoqa.case_law;
SQL
	like(as('owner', $database, "SELECT annoqa.set_phase('it''s', '1', 'production', 'is back')"),
		qr/before in phase removed$/, "$database: and a phase follows the one before");
}
like(as('judge', 'restored', "SELECT annoqa.reopen('it''s', '1', 'why')"),
	qr/is open again/, 'the judge may go on where grants were restored');

# Dropped and replayed.
as('owner', 'project', <<'SQL');
CREATE TABLE calls AS SELECT n, call FROM (
	SELECT 0 AS n, annoqa.dump_sources() AS call
	UNION ALL SELECT n, call FROM annoqa.dump_adjudications() WITH ORDINALITY AS d (call, n)) AS c;
DROP EXTENSION annoqa;
CREATE EXTENSION annoqa;
DO $$ DECLARE c record; BEGIN
	FOR c IN SELECT call FROM calls ORDER BY n LOOP EXECUTE c.call; END LOOP; END $$;
SQL
my $columns = 'SELECT count(*), count(*) FILTER (WHERE current), md5(string_agg(concat_ws(\'|\', item, label, overruled, adjudicator, reasoning, adjudicated_at, waited_hours, reopened_at, reopened_by, saw), E\'\n\' ORDER BY adjudicated_at, item)) FROM annoqa.case_law';
my $replayed = as('owner', 'project', $columns);
as('owner', 'live', "DELETE FROM annoqa.adjudication WHERE case_id = 12");
is($replayed, as('owner', 'live', $columns), 'replayed after DROP EXTENSION: the same cases');

$node->stop;
done_testing();
